/* Cases themselves, and what all changes of a case share: who, when, the line of custody, the entry of the ledger. */
#include "store/store_case_priv.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/vec.h"

static const char *const states[CASE_STATES] = {"open", "closed"};
static const char *const levels[TLP_LEVELS] = {"clear", "green", "amber", "amber+strict", "red"};

bool case_parse_name(struct sv s, const char *const *names, int n, int *out)
{
    for (int i = 0; i < n; i++) {
        if (!sv_is(s, names[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

const char *case_state_name(enum case_state v) { return (unsigned)v < CASE_STATES ? states[v] : ""; }
const char *case_tlp_name(enum case_tlp v) { return (unsigned)v < TLP_LEVELS ? levels[v] : ""; }

bool case_state_parse(struct sv s, enum case_state *out)
{
    int v;
    if (!case_parse_name(s, states, CASE_STATES, &v)) return false;
    *out = (enum case_state)v;
    return true;
}

bool case_tlp_parse(struct sv s, enum case_tlp *out)
{
    int v;
    if (!case_parse_name(s, levels, TLP_LEVELS, &v)) return false;
    *out = (enum case_tlp)v;
    return true;
}

/* ---- shared ---- */

int case_check_words(struct sv v, const char *what, bool needed, size_t max_bytes, struct error *err)
{
    if (needed && sv_trim(v).n == 0) return error_set(err, ERR_ARG, "case", "%s is missing", what);
    if (v.n > max_bytes)
        return error_set(err, ERR_ARG, "case", "%s has %zu bytes: at most %zu", what, v.n, max_bytes);
    return 0;
}

int case_collect(struct store *s, enum store_statement which, const struct val *v, size_t n,
                 size_t elem_bytes,
                 int (*read)(struct store *s, struct db_stmt *st, struct arena *a, void *out),
                 struct arena *a, void **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, which, v, n, &st, err);
    if (rc != 0) return rc;
    struct buf rows;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        if (!buf_reserve(&rows, elem_bytes)) break;
        memset(rows.p + rows.n, 0, elem_bytes);
        rc = read(s, st, a, rows.p + rows.n);
        if (rc != 0) break;
        rows.n += elem_bytes;
    }
    if (rc != 0) s->driver->reset(st);
    if (rc == 1 || rows.failed) rc = ERR_NOMEM;
    if (rc == ERR_NOMEM || rc == ERR_FORMAT) rc = store_col_error(rc, "rows of a case", err);
    return store_rows_out(&rows, elem_bytes, a, (void *)out, out_n, rc, "rows of a case", err);
}

int case_by_prefix(struct store *s, enum store_statement which, struct sv what, const char *noun,
                   struct id128 *out, struct error *err)
{
    enum { MIN_DIGITS = 4 };
    char low[ID_TEXT_BYTES], high[ID_TEXT_BYTES];
    struct id128 from, to, *found = NULL;
    size_t n = 0;
    struct arena a;
    memset(low, '0', sizeof low);
    memset(high, 'f', sizeof high);
    bool fits = what.n >= MIN_DIGITS && what.n < ID_TEXT_BYTES;
    if (fits) {
        memcpy(low, what.p, what.n);
        memcpy(high, what.p, what.n);
        fits =
            id_parse(sv_of(low, ID_TEXT_BYTES - 1), &from) && id_parse(sv_of(high, ID_TEXT_BYTES - 1), &to);
    }
    arena_init(&a, 0);
    int rc = fits ? store_ids(s, which, VALS(v_id(&from), v_id(&to)), &a, &found, &n, err) : 0;
    if (rc == 0 && n == 0)
        rc = error_set(err, ERR_NOTFOUND, "case", "no %s %.*s here: give at least %d digits of its id", noun,
                       SV_FMT(what), MIN_DIGITS);
    if (rc == 0 && n > 1)
        rc = error_set(err, ERR_ARG, "case", "%.*s fits several %ss: give more digits of its id",
                       SV_FMT(what), noun);
    if (rc == 0) *out = found[0];
    arena_done(&a);
    return rc;
}

int store_who(struct store *s, char out[LEDGER_PSEUDONYM_BYTES], struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, ledger_who(s, out, err), err) : rc;
}

int case_step_begin(struct store *s, const struct id128 *id, bool open, struct case_step *out,
                    struct error *err)
{
    struct db_stmt *st;
    *out = (struct case_step){.s = s, .id = *id, .now_us = clock_now_us()};
    out->subject = ledger_subject(id, out->text);
    int rc = store_one(s, SQL_CASE_GET, VALS(v_id(id)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(id, "case", err);
    bool closed = !sv_is(col_sv(s, st, 3), states[CASE_OPEN]);
    s->driver->reset(st);
    if (open && closed)
        return error_set(err, ERR_ARG, "case", "case %.8s is closed: open it again first", out->text);
    return ledger_who(s, out->who, err);
}

int case_step_end(struct case_step *c, enum custody_act act, enum case_object_type type, struct sv object,
                  struct sv why, struct error *err)
{
    struct store *s = c->s;
    struct db_stmt *st;
    int rc = store_run(s, SQL_CASE_TOUCH, VALS(v_id(&c->id), v_i64(c->now_us)), NULL, err);
    if (rc == 0)
        rc = store_one(s, SQL_CUSTODY_ADD,
                       VALS(v_id(&c->id), v_i64(c->now_us), v_text(sv_cstr(c->who)),
                            v_text(sv_cstr(custody_act_name(act))), v_text(sv_cstr(case_object_name(type))),
                            v_text(object), v_blob(why)),
                       &st, err);
    if (rc < 0) return rc;
    int64_t n = rc == 1 ? col_i64(s, st, 0) : 0;
    if (rc == 1) s->driver->reset(st);
    rc = ledger_note_row(s, STEP_CASE, c->subject, OBJECT_CASE, VALS(v_id(&c->id)), err);
    return rc == 0
               ? ledger_note_row(s, STEP_CASE, c->subject, OBJECT_CUSTODY, VALS(v_id(&c->id), v_i64(n)), err)
               : rc;
}

/* ---- opening, finding ---- */

static int check_reference(struct store *s, struct sv reference, struct error *err)
{
    struct db_stmt *st;
    if (reference.n == 0) return 0;
    int rc = store_one(s, SQL_CASE_BY_REFERENCE, VALS(v_blob(reference)), &st, err);
    if (rc != 1) return rc;
    s->driver->reset(st);
    return error_set(err, ERR_EXISTS, "case", "there is a case %.*s already", SV_FMT(reference));
}

static int open_case(struct store *s, struct sv title, struct sv reference, enum case_tlp tlp,
                     struct id128 *out_id, struct error *err)
{
    struct id128 id;
    char who[LEDGER_PSEUDONYM_BYTES];
    struct case_step c;
    int rc = check_reference(s, reference, err);
    if (rc == 0) rc = ledger_who(s, who, err);
    if (rc != 0) return rc;
    randombytes_buf(id.b, sizeof id.b);
    rc = store_run(s, SQL_CASE_ADD,
                   VALS(v_id(&id), v_blob(reference), v_blob(title), v_text(sv_cstr(states[CASE_OPEN])),
                        v_text(sv_cstr(levels[tlp])), v_text(sv_cstr(who)), v_i64(clock_now_us()),
                        v_i64(TIME_UNKNOWN)),
                   NULL, err);
    if (rc == 0) rc = case_step_begin(s, &id, true, &c, err);
    if (rc == 0) rc = case_step_end(&c, CUSTODY_OPENED, CASE_OBJECT_TYPES, SV_NULL, SV_NULL, err);
    if (rc == 0) *out_id = id;
    return rc;
}

int store_case_new(struct store *s, struct sv title, struct sv reference, enum case_tlp tlp,
                   struct id128 *out_id, struct error *err)
{
    bool own;
    int rc = case_check_words(title, "a case's title", true, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = case_check_words(reference, "a case's reference", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0 && (unsigned)tlp >= TLP_LEVELS) rc = error_set(err, ERR_ARG, "case", "no such TLP level");
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, open_case(s, title, reference, tlp, out_id, err), err) : rc;
}

static int read_case(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    int rc = 0, state, tlp;
    struct case_file c = {
        .id = col_id(s, st, 0, &rc),
        .reference = col_copy(s, st, 1, a, &rc),
        .title = col_copy(s, st, 2, a, &rc),
        .who = col_copy(s, st, 5, a, &rc),
        .created_us = col_i64(s, st, 6),
        .changed_us = col_i64(s, st, 7),
        .closed_us = col_i64(s, st, 8),
        .objects = col_i64(s, st, 9),
    };
    if (!case_parse_name(col_sv(s, st, 3), states, CASE_STATES, &state) ||
        !case_parse_name(col_sv(s, st, 4), levels, TLP_LEVELS, &tlp))
        return rc != 0 ? rc : ERR_FORMAT;
    c.state = (enum case_state)state;
    c.tlp = (enum case_tlp)tlp;
    memcpy(out, &c, sizeof c);
    return rc;
}

static int count_holds(struct store *s, struct arena *a, struct case_file *v, size_t n, struct error *err)
{
    struct hold *holds;
    size_t nholds;
    int rc = store_holds(s, a, &holds, &nholds, err);
    int64_t now = clock_now_us();
    for (size_t i = 0; rc == 0 && i < nholds; i++) {
        if (holds[i].scope != HOLD_CASE || !hold_stands(&holds[i], now)) continue;
        for (size_t k = 0; k < n; k++) {
            char text[ID_TEXT_BYTES];
            v[k].holds += sv_eq(ledger_subject(&v[k].id, text), holds[i].object);
        }
    }
    return rc;
}

static int list_cases(struct store *s, enum store_statement which, const struct val *v, size_t n,
                      struct arena *a, struct case_file **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = case_collect(s, which, v, n, sizeof(struct case_file), read_case, a, &rows, out_n, err);
    if (rc == 0) rc = count_holds(s, a, rows, *out_n, err);
    if (rc == 0) *out = rows;
    return rc;
}

int store_case_get(struct store *s, const struct id128 *id, struct arena *a, struct case_file *out,
                   struct error *err)
{
    struct case_file *rows;
    size_t n;
    int rc = list_cases(s, SQL_CASE_GET, VALS(v_id(id)), a, &rows, &n, err);
    if (rc == 0 && n == 0) return store_not_found(id, "case", err);
    if (rc == 0) *out = rows[0];
    return rc;
}

int store_case_list(struct store *s, enum case_state state, struct arena *a, struct case_file **out,
                    size_t *out_n, struct error *err)
{
    return list_cases(s, SQL_CASE_LIST,
                      VALS(v_i64((unsigned)state >= CASE_STATES), v_text(sv_cstr(case_state_name(state)))), a,
                      out, out_n, err);
}

int store_case_find(struct store *s, struct sv what, struct id128 *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_CASE_BY_REFERENCE, VALS(v_blob(what)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return case_by_prefix(s, SQL_CASE_BY_PREFIX, what, "case", out, err);
    int bad = 0;
    struct id128 id = col_id(s, st, 0, &bad);
    s->driver->reset(st);
    if (bad != 0) return store_col_error(bad, "a case", err);
    *out = id;
    return 0;
}

/* ---- changing ---- */

static int set_state(struct store *s, const struct id128 *id, enum case_state to, struct sv why,
                     struct error *err)
{
    struct arena a;
    struct case_file now = {.state = to};
    struct case_step c;
    arena_init(&a, 0);
    int rc = store_case_get(s, id, &a, &now, err);
    if (rc == 0 && now.state != to) {
        rc = case_step_begin(s, id, false, &c, err);
        if (rc == 0)
            rc = store_run(s, SQL_CASE_STATE,
                           VALS(v_id(id), v_text(sv_cstr(states[to])),
                                v_i64(to == CASE_CLOSED ? c.now_us : TIME_UNKNOWN), v_i64(c.now_us)),
                           NULL, err);
        if (rc == 0)
            rc = case_step_end(&c, to == CASE_CLOSED ? CUSTODY_CLOSED : CUSTODY_REOPENED, CASE_OBJECT_TYPES,
                               SV_NULL, why, err);
    }
    arena_done(&a);
    return rc;
}

static int change_state(struct store *s, const struct id128 *id, enum case_state to, struct sv why,
                        struct error *err)
{
    bool own;
    int rc = case_check_words(why, "the reason", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, set_state(s, id, to, why, err), err) : rc;
}

int store_case_close(struct store *s, const struct id128 *id, struct sv why, struct error *err)
{
    return change_state(s, id, CASE_CLOSED, why, err);
}

int store_case_reopen(struct store *s, const struct id128 *id, struct sv why, struct error *err)
{
    return change_state(s, id, CASE_OPEN, why, err);
}

static int set_tlp(struct store *s, const struct id128 *id, enum case_tlp tlp, struct sv why,
                   struct error *err)
{
    struct case_step c;
    int rc = case_step_begin(s, id, true, &c, err);
    if (rc == 0)
        rc = store_run(s, SQL_CASE_TLP, VALS(v_id(id), v_text(sv_cstr(levels[tlp])), v_i64(c.now_us)), NULL,
                       err);
    return rc == 0 ? case_step_end(&c, CUSTODY_CHANGED, CASE_OBJECT_TYPES, SV_NULL, why, err) : rc;
}

int store_case_set_tlp(struct store *s, const struct id128 *id, enum case_tlp tlp, struct sv why,
                       struct error *err)
{
    bool own;
    int rc = case_check_words(why, "the reason", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0 && (unsigned)tlp >= TLP_LEVELS) rc = error_set(err, ERR_ARG, "case", "no such TLP level");
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, set_tlp(s, id, tlp, why, err), err) : rc;
}
