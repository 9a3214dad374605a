#include "store/row_priv.h"

#include "model/decision.h"
#include "store/store_decision.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): a type's name takes none */
#define NAMES(which, type, call)                                                                             \
    static const char *which##_name_of(int v) { return call##_name((enum type)(v)); }                        \
    static bool which##_parse_of(struct sv s, int *out)                                                      \
    {                                                                                                        \
        enum type v;                                                                                         \
        if (!call##_parse(s, &v)) return false;                                                              \
        *out = (int)v;                                                                                       \
        return true;                                                                                         \
    }                                                                                                        \
    const struct names names_##which = {which##_name_of, which##_parse_of};
/* NOLINTEND(bugprone-macro-parentheses) */
NAMES(measure, measure, measure)
NAMES(scope, decision_scope, scope)
NAMES(ground, decision_ground, ground)
NAMES(source, decision_source, source)
NAMES(decision_state, decision_state, decision_state)
NAMES(appeal_state, appeal_state, appeal_state)

static const char *category_name_of(int v) { return category_name((enum category)v); }
static bool category_parse_of(struct sv s, int *out)
{
    *out = (int)category_parse(s);
    return true;
}
const struct names names_category = {category_name_of, category_parse_of};

static struct val value_of(const struct row_column *c, const void *from)
{
    const char *at = (const char *)from + c->at;
    const struct id128 *id = (const void *)at;
    int number;
    switch (c->type) {
    case COLUMN_ID: return v_id(id);
    case COLUMN_ID_OR_NULL: return id_is_zero(id) ? v_null() : v_id(id);
    case COLUMN_SHA: return v_blob(sv_of(at, sizeof(struct sha256)));
    case COLUMN_I64: return v_i64(*(const int64_t *)(const void *)at);
    case COLUMN_INT: memcpy(&number, at, sizeof number); return v_i64(number);
    case COLUMN_BOOL: return v_i64(*(const bool *)(const void *)at);
    case COLUMN_DOUBLE: return v_double(*(const double *)(const void *)at);
    case COLUMN_BYTES: return v_blob(*(const struct sv *)(const void *)at);
    case COLUMN_TEXT: return v_text(*(const struct sv *)(const void *)at);
    case COLUMN_NAMED: memcpy(&number, at, sizeof number); return v_text(sv_cstr(c->names->name(number)));
    }
    return v_null();
}

int row_put(struct store *s, enum store_statement which, const struct row *r, const void *from,
            struct error *err)
{
    struct val v[ROW_MAX_COLUMNS];
    for (size_t i = 0; i < r->n; i++) v[i] = value_of(&r->columns[i], from);
    return store_run(s, which, v, r->n, NULL, err);
}

static void read_column(struct store *s, struct db_stmt *st, int at, const struct row_column *c,
                        struct arena *a, void *out, int *rc)
{
    char *to = (char *)out + c->at;
    int number = 0;
    switch (c->type) {
    case COLUMN_ID_OR_NULL:
        if (s->driver->column_is_null(st, at)) {
            memset(to, 0, sizeof(struct id128));
            return;
        }
        *(struct id128 *)(void *)to = col_id(s, st, at, rc);
        return;
    case COLUMN_ID: *(struct id128 *)(void *)to = col_id(s, st, at, rc); return;
    case COLUMN_SHA:
        if (col_sv(s, st, at).n != sizeof(struct sha256))
            *rc = ERR_FORMAT;
        else
            memcpy(to, col_sv(s, st, at).p, sizeof(struct sha256));
        return;
    case COLUMN_I64: *(int64_t *)(void *)to = col_i64(s, st, at); return;
    case COLUMN_INT:
        number = (int)col_i64(s, st, at);
        memcpy(to, &number, sizeof number);
        return;
    case COLUMN_BOOL: *(bool *)(void *)to = col_i64(s, st, at) != 0; return;
    case COLUMN_DOUBLE: *(double *)(void *)to = col_double(s, st, at); return;
    case COLUMN_BYTES:
    case COLUMN_TEXT: *(struct sv *)(void *)to = col_copy(s, st, at, a, rc); return;
    case COLUMN_NAMED:
        if (!c->names->parse(col_sv(s, st, at), &number)) *rc = ERR_FORMAT;
        memcpy(to, &number, sizeof number);
        return;
    }
}

int row_read(struct store *s, struct db_stmt *st, int first, const struct row *r, struct arena *a, void *out,
             struct error *err)
{
    int rc = 0;
    memset(out, 0, r->bytes);
    for (size_t i = 0; i < r->n; i++) read_column(s, st, first + (int)i, &r->columns[i], a, out, &rc);
    return rc == 0 ? 0 : store_col_error(rc, r->what, err);
}

int row_get(struct store *s, enum store_statement which, const struct val *v, size_t n, const struct row *r,
            struct arena *a, void *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, v, n, &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return error_set(err, ERR_NOTFOUND, "store", "no such %s here", r->what);
    rc = row_read(s, st, 0, r, a, out, err);
    s->driver->reset(st);
    return rc;
}

int row_list(struct store *s, enum store_statement which, const struct val *v, size_t n, const struct row *r,
             struct arena *a, void **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, which, v, n, &st, err);
    if (rc != 0) return rc;
    struct buf rows;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        if (!buf_reserve(&rows, r->bytes))
            rc = store_col_error(ERR_NOMEM, r->what, err);
        else
            rc = row_read(s, st, 0, r, a, rows.p + rows.n, err);
        if (rc != 0) {
            s->driver->reset(st);
            break;
        }
        rows.n += r->bytes;
    }
    return store_rows_out(&rows, r->bytes, a, (void *)out, out_n, rc, r->what, err);
}

int store_rows_out(struct buf *rows, size_t size, struct arena *a, void *out, size_t *out_n, int rc,
                   const char *what, struct error *err)
{
    if (rc == 0) {
        struct sv copy = arena_copy(a, buf_sv(rows));
        if (rows->failed || !copy.p)
            rc = store_col_error(ERR_NOMEM, what, err);
        else {
            *(const void **)out = copy.p;
            *out_n = rows->n / size;
        }
    }
    buf_done(rows);
    return rc;
}
