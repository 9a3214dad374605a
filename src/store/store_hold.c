/* Legal holds. A hold of a case also leaves a line of custody in it. */
#include "store/store_case_priv.h"

#include <sodium.h>

#include "base/clock.h"

static const char *const scopes[HOLD_SCOPES] = {"case", "post", "account", "everything"};

const char *hold_scope_name(enum hold_scope v) { return (unsigned)v < HOLD_SCOPES ? scopes[v] : ""; }

bool hold_stands(const struct hold *h, int64_t now_us)
{
    return h->released_us == TIME_UNKNOWN && (h->until_us == TIME_UNKNOWN || now_us < h->until_us);
}

/* What is held must be there. */
static int check_held(struct store *s, const struct hold *h, struct id128 *out, struct error *err)
{
    static const enum object_type row[HOLD_SCOPES] = {OBJECT_CASE, OBJECT_POST, OBJECT_ACCOUNT, OBJECT_TYPES};
    struct object o;
    if (h->scope == HOLD_EVERYTHING) return 0;
    int rc = id_parse(h->object, out) ? ledger_find_row(s, row[h->scope], VALS(v_id(out)), &o, err) : 0;
    if (rc == 0)
        return error_set(err, ERR_NOTFOUND, "case", "no %s %.*s here", scopes[h->scope], SV_FMT(h->object));
    return rc < 0 ? rc : 0;
}

static int custody_of_hold(struct store *s, const struct id128 *of, enum custody_act act, struct sv why,
                           struct error *err)
{
    return store_custody_add(s, of, act, CASE_OBJECT_TYPES, SV_NULL, why, err);
}

static int put_hold(struct store *s, const struct hold *h, struct id128 *out_id, struct error *err)
{
    struct id128 of, id;
    char who[LEDGER_PSEUDONYM_BYTES];
    int rc = check_held(s, h, &of, err);
    if (rc == 0) rc = ledger_who(s, who, err);
    if (rc != 0) return rc;
    struct sv object = h->scope == HOLD_EVERYTHING ? SV("") : h->object;
    randombytes_buf(id.b, sizeof id.b);
    rc = store_run(s, SQL_HOLD_ADD,
                   VALS(v_id(&id), v_text(sv_cstr(scopes[h->scope])), v_text(object), v_blob(h->authority),
                        v_blob(h->why), v_text(sv_cstr(who)), v_i64(clock_now_us()), v_i64(h->until_us),
                        v_i64(TIME_UNKNOWN), v_blob(SV_NULL)),
                   NULL, err);
    if (rc == 0) rc = ledger_note_row(s, STEP_CASE, object, OBJECT_HOLD, VALS(v_id(&id)), err);
    if (rc == 0 && h->scope == HOLD_CASE) rc = custody_of_hold(s, &of, CUSTODY_HELD, h->why, err);
    if (rc == 0 && out_id) *out_id = id;
    return rc;
}

int store_hold_new(struct store *s, const struct hold *h, struct id128 *out_id, struct error *err)
{
    bool own;
    int rc = 0;
    if ((unsigned)h->scope >= HOLD_SCOPES) rc = error_set(err, ERR_ARG, "case", "no such scope of a hold");
    if (rc == 0) rc = case_check_words(h->why, "the reason of a hold", true, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = case_check_words(h->authority, "the authority", false, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, put_hold(s, h, out_id, err), err) : rc;
}

static int read_hold(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    int rc = 0, scope = 0;
    struct hold h = {
        .id = col_id(s, st, 0, &rc),
        .object = col_copy(s, st, 2, a, &rc),
        .authority = col_copy(s, st, 3, a, &rc),
        .why = col_copy(s, st, 4, a, &rc),
        .who = col_copy(s, st, 5, a, &rc),
        .from_us = col_i64(s, st, 6),
        .until_us = col_i64(s, st, 7),
        .released_us = col_i64(s, st, 8),
        .released_who = col_copy(s, st, 9, a, &rc),
        .released_why = col_copy(s, st, 10, a, &rc),
    };
    if (!case_parse_name(col_sv(s, st, 1), scopes, HOLD_SCOPES, &scope)) rc = rc != 0 ? rc : ERR_FORMAT;
    h.scope = (enum hold_scope)scope;
    memcpy(out, &h, sizeof h);
    return rc;
}

static int list_holds(struct store *s, enum store_statement which, const struct val *v, size_t n,
                      struct arena *a, struct hold **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = case_collect(s, which, v, n, sizeof(struct hold), read_hold, a, &rows, out_n, err);
    if (rc == 0) *out = rows;
    return rc;
}

int store_holds(struct store *s, struct arena *a, struct hold **out, size_t *out_n, struct error *err)
{
    return list_holds(s, SQL_HOLD_LIST, NULL, 0, a, out, out_n, err);
}

int store_hold_find(struct store *s, struct sv what, struct id128 *out, struct error *err)
{
    return case_by_prefix(s, SQL_HOLD_BY_PREFIX, what, "hold", out, err);
}

static int release(struct store *s, const struct hold *h, struct sv why, struct error *err)
{
    struct id128 of;
    char who[LEDGER_PSEUDONYM_BYTES];
    if (h->released_us != TIME_UNKNOWN)
        return error_set(err, ERR_ARG, "case", "this hold was released already");
    int rc = ledger_who(s, who, err);
    if (rc == 0)
        rc = store_run(s, SQL_HOLD_RELEASE,
                       VALS(v_id(&h->id), v_i64(clock_now_us()), v_text(sv_cstr(who)), v_blob(why)), NULL,
                       err);
    if (rc == 0) rc = ledger_note_row(s, STEP_CASE, h->object, OBJECT_HOLD, VALS(v_id(&h->id)), err);
    if (rc == 0 && h->scope == HOLD_CASE && id_parse(h->object, &of))
        rc = custody_of_hold(s, &of, CUSTODY_RELEASED, why, err);
    return rc;
}

static int release_by_id(struct store *s, const struct id128 *id, struct sv why, struct error *err)
{
    struct arena a;
    struct hold *h;
    size_t n = 0;
    arena_init(&a, 0);
    int rc = list_holds(s, SQL_HOLD_GET, VALS(v_id(id)), &a, &h, &n, err);
    if (rc == 0) rc = n == 0 ? store_not_found(id, "hold", err) : release(s, h, why, err);
    arena_done(&a);
    return rc;
}

int store_hold_release(struct store *s, const struct id128 *hold, struct sv why, struct error *err)
{
    bool own;
    int rc = case_check_words(why, "the reason of the release", true, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, release_by_id(s, hold, why, err), err) : rc;
}
