#include "store/store_people.h"

#include "store/row_priv.h"

static const struct row_column person_columns[] = {
    COLUMN(ID, person, id),          COLUMN(BYTES, person, login),
    COLUMN(BYTES, person, name),     COLUMN(TEXT, person, pseudonym),
    COLUMN(TEXT, person, roles),     COLUMN(BYTES, person, languages),
    COLUMN(TEXT, person, opt_outs),  COLUMN(INT, person, state),
    COLUMN(BYTES, person, password), COLUMN(BYTES, person, totp),
    COLUMN(BOOL, person, totp_on),   COLUMN(I64, person, totp_step),
    COLUMN(I64, person, failures),   COLUMN(I64, person, locked_until_us),
    COLUMN(BYTES, person, invite),   COLUMN(I64, person, invite_until_us),
    COLUMN(I64, person, created_us), COLUMN(I64, person, seen_us),
    COLUMN(BYTES, person, settings),
};
static const struct row person_row = ROW("person", person, person_columns);

/* Whether another person answers to that. */
static int taken(struct store *s, enum store_statement which, struct val key, const struct id128 *me,
                 const char *what, struct sv shown, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, &key, 1, &st, err);
    if (rc != 1) return rc;
    int bad = 0;
    struct id128 id = col_id(s, st, 0, &bad);
    s->driver->reset(st);
    if (bad != 0) return store_col_error(bad, "a person", err);
    if (id_eq(&id, me)) return 0;
    return error_set(err, ERR_EXISTS, "store", "the %s %.*s is somebody else's: choose another", what,
                     SV_FMT(shown));
}

void person_init(struct person *p)
{
    *p = (struct person){.locked_until_us = TIME_UNKNOWN,
                         .invite_until_us = TIME_UNKNOWN,
                         .created_us = TIME_UNKNOWN,
                         .seen_us = TIME_UNKNOWN};
}

int store_person_put(struct store *s, const struct person *p, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = taken(s, SQL_PERSON_BY_LOGIN, v_blob(p->login), &p->id, "name", p->login, err);
    if (rc == 0)
        rc = taken(s, SQL_PERSON_BY_PSEUDONYM, v_text(p->pseudonym), &p->id, "pseudonym", p->pseudonym, err);
    if (rc == 0) rc = row_put(s, SQL_PERSON_PUT, &person_row, p, err);
    return store_leave(s, own, rc, err);
}

int store_person_get(struct store *s, const struct id128 *id, struct arena *a, struct person *out,
                     struct error *err)
{
    return row_get(s, SQL_PERSON_GET, VALS(v_id(id)), &person_row, a, out, err);
}

int store_person_by_login(struct store *s, struct sv login, struct arena *a, struct person *out,
                          struct error *err)
{
    return row_get(s, SQL_PERSON_BY_LOGIN, VALS(v_blob(login)), &person_row, a, out, err);
}

int store_person_by_invite(struct store *s, const struct sha256 *token, struct arena *a, struct person *out,
                           struct error *err)
{
    return row_get(s, SQL_PERSON_BY_INVITE, VALS(v_sha(token)), &person_row, a, out, err);
}

int store_people(struct store *s, struct arena *a, struct person **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_PERSON_LIST, NULL, 0, &person_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

/* ---- roles ---- */

int store_role_put(struct store *s, enum role role, uint32_t permissions, struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    permissions_write(permissions, &b);
    int rc = b.failed ? error_set(err, ERR_NOMEM, "store", "no memory for a role")
                      : store_run(s, SQL_ROLE_PUT, VALS(v_text(sv_cstr(role_name(role))), v_text(buf_sv(&b))),
                                  NULL, err);
    buf_done(&b);
    return rc;
}

int store_roles(struct store *s, uint32_t out[ROLE_COUNT], struct error *err)
{
    for (int i = 0; i < ROLE_COUNT; i++) out[i] = role_permissions((enum role)i);
    struct db_stmt *st;
    int rc = store_query(s, SQL_ROLE_LIST, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        enum role r;
        if (role_parse(col_sv(s, st, 0), &r)) out[r] = permissions_read(col_sv(s, st, 1));
    }
    return rc;
}

/* ---- sessions ---- */

static const struct row_column session_columns[] = {
    COLUMN(SHA, session, token),    COLUMN(ID, session, person),      COLUMN(BYTES, session, csrf),
    COLUMN(INT, session, stage),    COLUMN(I64, session, created_us), COLUMN(I64, session, seen_us),
    COLUMN(I64, session, until_us),
};
static const struct row session_row = ROW("session", session, session_columns);

int store_session_put(struct store *s, const struct session *x, struct error *err)
{
    return row_put(s, SQL_SESSION_PUT, &session_row, x, err);
}

int store_session_get(struct store *s, const struct sha256 *token, struct arena *a, struct session *out,
                      struct error *err)
{
    return row_get(s, SQL_SESSION_GET, VALS(v_sha(token)), &session_row, a, out, err);
}

int store_session_end(struct store *s, const struct sha256 *token, struct error *err)
{
    return store_run(s, SQL_SESSION_END, VALS(v_sha(token)), NULL, err);
}

int store_session_end_all(struct store *s, const struct id128 *person, const struct sha256 *keep,
                          struct error *err)
{
    struct val but = keep ? v_sha(keep) : v_blob(SV_NULL);
    return store_run(s, SQL_SESSION_END_ALL, VALS(v_id(person), but), NULL, err);
}

int store_session_sweep(struct store *s, int64_t now_us, int64_t before_us, struct error *err)
{
    int rc = store_run(s, SQL_SESSION_SWEEP, VALS(v_i64(now_us)), NULL, err);
    if (rc == 0) rc = store_run(s, SQL_ANSWER_SWEEP, VALS(v_i64(before_us)), NULL, err);
    return rc == 0 ? store_run(s, SQL_WEBHOOK_SWEEP, VALS(v_i64(before_us)), NULL, err) : rc;
}

/* ---- keys ---- */

static const struct row_column key_columns[] = {
    COLUMN(ID, api_key, id),
    COLUMN(BYTES, api_key, name),
    COLUMN(SHA, api_key, secret),
    COLUMN(TEXT, api_key, scopes),
    COLUMN(I64, api_key, rate),
    COLUMN(BYTES, api_key, webhook),
    COLUMN(BYTES, api_key, webhook_secret),
    COLUMN(I64, api_key, created_us),
    COLUMN(I64, api_key, revoked_us),
    COLUMN(I64, api_key, used_us),
};
static const struct row key_row = ROW("key", api_key, key_columns);

int store_key_put(struct store *s, const struct api_key *k, struct error *err)
{
    return row_put(s, SQL_KEY_PUT, &key_row, k, err);
}

int store_key_get(struct store *s, const struct id128 *id, struct arena *a, struct api_key *out,
                  struct error *err)
{
    return row_get(s, SQL_KEY_GET, VALS(v_id(id)), &key_row, a, out, err);
}

int store_key_by_secret(struct store *s, const struct sha256 *secret, struct arena *a, struct api_key *out,
                        struct error *err)
{
    return row_get(s, SQL_KEY_BY_SECRET, VALS(v_sha(secret)), &key_row, a, out, err);
}

int store_keys(struct store *s, struct arena *a, struct api_key **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_KEY_LIST, NULL, 0, &key_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

/* ---- kept answers ---- */

static const struct row_column answer_columns[] = {
    COLUMN(SHA, kept_answer, id),     COLUMN(SHA, kept_answer, request), COLUMN(I64, kept_answer, status),
    COLUMN(BYTES, kept_answer, body), COLUMN(I64, kept_answer, at_us),
};
static const struct row answer_row = ROW("kept answer", kept_answer, answer_columns);

int store_answer_put(struct store *s, const struct kept_answer *k, struct error *err)
{
    return row_put(s, SQL_ANSWER_PUT, &answer_row, k, err);
}

int store_answer_get(struct store *s, const struct sha256 *id, struct arena *a, struct kept_answer *out,
                     struct error *err)
{
    return row_get(s, SQL_ANSWER_GET, VALS(v_sha(id)), &answer_row, a, out, err);
}

/* ---- webhooks ---- */

static const struct row_column webhook_columns[] = {
    COLUMN(ID, webhook, id),         COLUMN(ID, webhook, key),      COLUMN(BYTES, webhook, body),
    COLUMN(I64, webhook, attempt),   COLUMN(I64, webhook, next_us), COLUMN(TEXT, webhook, state),
    COLUMN(BYTES, webhook, failure),
};
static const struct row webhook_row = ROW("webhook", webhook, webhook_columns);

int store_webhook_put(struct store *s, const struct webhook *w, struct error *err)
{
    return row_put(s, SQL_WEBHOOK_PUT, &webhook_row, w, err);
}

int store_webhooks_due(struct store *s, int64_t now_us, size_t max, struct arena *a, struct webhook **out,
                       size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_WEBHOOK_DUE, VALS(v_i64(now_us), v_i64((int64_t)max)), &webhook_row, a, &rows,
                      out_n, err);
    *out = rows;
    return rc;
}
