#include "store/store_desk.h"

#include <math.h>

#include "store/ledger_priv.h"
#include "store/row_priv.h"

/* ---- leases ---- */

static const struct row_column lease_columns[] = {
    COLUMN(ID, lease, post),
    COLUMN(ID, lease, person),
    COLUMN(I64, lease, taken_us),
    COLUMN(I64, lease, until_us),
};
static const struct row lease_row = ROW("lease", lease, lease_columns);

int store_lease_take(struct store *s, const struct lease *want, int64_t now_us, bool *out_got,
                     struct lease *out, struct error *err)
{
    bool own;
    int64_t changed = 0;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = store_run(s, SQL_LEASE_TAKE,
                   VALS(v_id(&want->post), v_id(&want->person), v_i64(want->taken_us), v_i64(want->until_us),
                        v_i64(now_us)),
                   &changed, err);
    if (rc == 0) rc = store_lease_get(s, &want->post, out, err);
    *out_got = changed > 0;
    return store_leave(s, own, rc, err);
}

int store_lease_get(struct store *s, const struct id128 *post, struct lease *out, struct error *err)
{
    struct arena none;
    arena_init(&none, 0);
    int rc = row_get(s, SQL_LEASE_GET, VALS(v_id(post)), &lease_row, &none, out, err);
    arena_done(&none);
    return rc;
}

int store_lease_end(struct store *s, const struct id128 *post, const struct id128 *person, struct error *err)
{
    struct val who = person ? v_id(person) : v_blob(SV_NULL);
    return store_run(s, SQL_LEASE_END, VALS(v_id(post), v_i64(person != NULL), who), NULL, err);
}

/* The one number of a statement. */
static int one_number(struct store *s, enum store_statement which, const struct val *v, size_t n,
                      int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, v, n, &st, err);
    if (rc < 0) return rc;
    *out = rc == 1 ? col_i64(s, st, 0) : 0;
    if (rc == 1) s->driver->reset(st);
    return 0;
}

int store_lease_count(struct store *s, const struct id128 *person, int64_t now_us, int64_t *out,
                      struct error *err)
{
    return one_number(s, SQL_LEASE_COUNT, VALS(v_id(person), v_i64(now_us)), out, err);
}

int store_leased_posts(struct store *s, const struct id128 *person, int64_t now_us, struct arena *a,
                       struct id128 **out, size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_LEASE_POSTS, VALS(v_id(person), v_i64(now_us)), a, out, out_n, err);
}

/* ---- where a post stands ---- */

static const struct row_column desk_columns[] = {
    COLUMN(ID, desk_row, post),           COLUMN(TEXT, desk_row, state),
    COLUMN(I64, desk_row, until_us),      COLUMN(ID_OR_NULL, desk_row, person),
    COLUMN(I64, desk_row, first_look_us),
};
static const struct row desk_row_row = ROW("desk row", desk_row, desk_columns);

int store_desk_put(struct store *s, const struct desk_row *d, struct error *err)
{
    return row_put(s, SQL_DESK_PUT, &desk_row_row, d, err);
}

int store_desk_get(struct store *s, const struct id128 *post, struct arena *a, struct desk_row *out,
                   struct error *err)
{
    int rc = row_get(s, SQL_DESK_GET, VALS(v_id(post)), &desk_row_row, a, out, err);
    if (rc != ERR_NOTFOUND) return rc;
    *out = (struct desk_row){
        .post = *post, .state = SV("open"), .until_us = TIME_UNKNOWN, .first_look_us = TIME_UNKNOWN};
    return 0;
}

int store_desk_posts(struct store *s, struct sv state, struct arena *a, struct id128 **out, size_t *out_n,
                     struct error *err)
{
    return store_ids(s, SQL_DESK_POSTS, VALS(v_text(state)), a, out, out_n, err);
}

static const struct row_column note_columns[] = {
    COLUMN(ID, desk_note, post),   COLUMN(I64, desk_note, at_us),  COLUMN(ID, desk_note, person),
    COLUMN(TEXT, desk_note, kind), COLUMN(BYTES, desk_note, text),
};
static const struct row note_row = ROW("note", desk_note, note_columns);

int store_note_put(struct store *s, const struct desk_note *n, struct error *err)
{
    return row_put(s, SQL_NOTE_PUT, &note_row, n, err);
}

int store_notes(struct store *s, const struct id128 *post, struct arena *a, struct desk_note **out,
                size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_NOTE_LIST, VALS(v_id(post)), &note_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

/* ---- the queue ---- */

static int read_desk_row(struct store *s, struct db_stmt *st, struct arena *a, struct desk_queue_row *out,
                         struct error *err)
{
    struct post p;
    int rc = queue_read_row(s, st, a, &out->q, &p, err);
    if (rc != 0) return rc;
    out->language = p.language;
    out->media_kind = sv_cstr(p.nmedia > 0 ? media_kind_name(p.media[0].kind) : "");
    bool none = s->driver->column_is_null(st, 18), free = s->driver->column_is_null(st, 21);
    out->desk_state = none ? SV("open") : col_copy(s, st, 18, a, &rc);
    out->snoozed_until_us = none ? TIME_UNKNOWN : col_i64(s, st, 19);
    out->handed_to = out->lease_person = (struct id128){{0}};
    if (!none && !s->driver->column_is_null(st, 20)) out->handed_to = col_id(s, st, 20, &rc);
    if (!free) out->lease_person = col_id(s, st, 21, &rc);
    out->lease_until_us = free ? TIME_UNKNOWN : col_i64(s, st, 22);
    out->copies = 1 + col_i64(s, st, 23);
    out->reports = col_i64(s, st, 24);
    return rc == 0 ? 0 : store_col_error(rc, "a row of the queue", err);
}

int store_desk_queue(struct store *s, const struct queue_filter *f, const struct queue_row *after, size_t max,
                     struct arena *a, struct desk_queue_row **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = queue_start(s, f, after, max, SQL_DESK_QUEUE, SQL_DESK_QUEUE_CATEGORY, &st, err);
    if (rc != 0) return rc;
    struct buf rows;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct desk_queue_row r;
        rc = read_desk_row(s, st, a, &r, err);
        if (rc != 0) {
            s->driver->reset(st);
            break;
        }
        buf_put(&rows, &r, sizeof r);
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "the queue", err);
}

int store_desk_queue_one(struct store *s, const struct id128 *post, struct arena *a,
                         struct desk_queue_row *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_DESK_QUEUE_ONE, VALS(v_id(post)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(post, "post in the queue", err);
    rc = read_desk_row(s, st, a, out, err);
    s->driver->reset(st);
    return rc;
}

int store_queue_rank(struct store *s, const struct id128 *post, double priority, int64_t now_us,
                     struct error *err)
{
    if (!isfinite(priority)) return error_set(err, ERR_ARG, "store", "a priority must be a number");
    return store_run(s, SQL_QUEUE_RANK, VALS(v_id(post), v_double(0 - priority), v_i64(now_us)), NULL, err);
}

int store_queue_totals(struct store *s, int64_t now_us, int64_t *out_rows, int64_t *out_late,
                       struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_QUEUE_TOTALS, VALS(v_i64(now_us)), &st, err);
    if (rc < 0) return rc;
    *out_rows = rc == 1 ? col_i64(s, st, 0) : 0;
    *out_late = rc == 1 ? col_i64(s, st, 1) : 0;
    if (rc == 1) s->driver->reset(st);
    return 0;
}

/* ---- likeness ---- */

int store_likeness_put(struct store *s, struct sv mark, const struct id128 *post, struct error *err)
{
    return store_run(s, SQL_LIKENESS_PUT, VALS(v_blob(mark), v_id(post)), NULL, err);
}

int store_likeness_of(struct store *s, const struct id128 *post, size_t max, struct arena *a,
                      struct id128 **out, size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_LIKENESS_OF, VALS(v_id(post), v_i64((int64_t)max)), a, out, out_n, err);
}

int store_likeness_mark(struct store *s, const struct id128 *post, char kind, struct arena *a, struct sv *out,
                        struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_LIKENESS_MARK, VALS(v_id(post), v_blob(sv_of(&kind, 1))), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(post, "mark of that kind of post", err);
    rc = 0;
    *out = col_copy(s, st, 0, a, &rc);
    s->driver->reset(st);
    return rc == 0 ? 0 : store_col_error(rc, "a mark", err);
}

/* ---- care ---- */

static const struct row_column exposure_columns[] = {
    COLUMN(ID, exposure, person),
    COLUMN(I64, exposure, day),
    COLUMN(DOUBLE, exposure, seconds),
    COLUMN(DOUBLE, exposure, units),
    COLUMN(I64, exposure, working_since_us),
    COLUMN(I64, exposure, active_us),
    COLUMN(I64, exposure, break_until_us),
};
static const struct row exposure_row = ROW("exposure", exposure, exposure_columns);

int store_exposure_put(struct store *s, const struct exposure *e, struct error *err)
{
    return row_put(s, SQL_EXPOSURE_PUT, &exposure_row, e, err);
}

int store_exposure_get(struct store *s, const struct id128 *person, int64_t day, struct exposure *out,
                       struct error *err)
{
    struct arena none;
    arena_init(&none, 0);
    int rc = row_get(s, SQL_EXPOSURE_GET, VALS(v_id(person), v_i64(day)), &exposure_row, &none, out, err);
    arena_done(&none);
    if (rc != ERR_NOTFOUND) return rc;
    *out = (struct exposure){.person = *person,
                             .day = day,
                             .working_since_us = TIME_UNKNOWN,
                             .active_us = TIME_UNKNOWN,
                             .break_until_us = TIME_UNKNOWN};
    return 0;
}

int store_exposures(struct store *s, int64_t day, struct arena *a, struct exposure **out, size_t *out_n,
                    struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_EXPOSURE_LIST, VALS(v_i64(day)), &exposure_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

int store_seen_put(struct store *s, const struct id128 *person, const struct sha256 *sha, int64_t now_us,
                   struct error *err)
{
    return store_run(s, SQL_SEEN_PUT, VALS(v_id(person), v_sha(sha), v_i64(now_us)), NULL, err);
}

int store_seen(struct store *s, const struct id128 *person, const struct sha256 *sha, bool *out,
               struct error *err)
{
    int64_t there;
    int rc = one_number(s, SQL_SEEN, VALS(v_id(person), v_sha(sha)), &there, err);
    if (rc == 0) *out = there == 1;
    return rc;
}

/* ---- quality ---- */

static const struct row_column judgement_columns[] = {
    COLUMN(ID, judgement, post),        COLUMN(ID, judgement, person),
    COLUMN(INT, judgement, kind),       COLUMN(I64, judgement, at_us),
    COLUMN(BOOL, judgement, violation), COLUMN_OF(&names_category, judgement, category),
};
static const struct row judgement_row = ROW("judgement", judgement, judgement_columns);

int store_judgement_put(struct store *s, const struct judgement *j, struct error *err)
{
    return row_put(s, SQL_JUDGEMENT_PUT, &judgement_row, j, err);
}

int store_judgement_remove(struct store *s, const struct id128 *post, const struct id128 *person,
                           struct error *err)
{
    return store_run(s, SQL_JUDGEMENT_REMOVE, VALS(v_id(post), v_id(person)), NULL, err);
}

int store_judgements(struct store *s, int64_t since_us, struct arena *a, struct judgement **out,
                     size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_JUDGEMENT_LIST, VALS(v_i64(since_us)), &judgement_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

static const struct row_column second_columns[] = {
    COLUMN(ID, second_review, post),    COLUMN(ID, second_review, decision), COLUMN(ID, second_review, first),
    COLUMN(TEXT, second_review, state), COLUMN(I64, second_review, at_us),
};
static const struct row second_row = ROW("second review", second_review, second_columns);

int store_second_review_put(struct store *s, const struct second_review *r, struct error *err)
{
    return row_put(s, SQL_SECOND_REVIEW_PUT, &second_row, r, err);
}

int store_second_review_get(struct store *s, const struct id128 *post, struct arena *a,
                            struct second_review *out, struct error *err)
{
    return row_get(s, SQL_SECOND_REVIEW_GET, VALS(v_id(post)), &second_row, a, out, err);
}

int store_second_reviews(struct store *s, struct sv state, size_t max, struct arena *a,
                         struct second_review **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_SECOND_REVIEW_LIST, VALS(v_text(state), v_i64((int64_t)max)), &second_row, a,
                      &rows, out_n, err);
    *out = rows;
    return rc;
}

static const struct row_column golden_columns[] = {
    COLUMN(ID, golden, post),
    COLUMN(BOOL, golden, violation),
    COLUMN_OF(&names_category, golden, category),
    COLUMN(BYTES, golden, text),
    COLUMN(ID, golden, person),
    COLUMN(I64, golden, at_us),
};
static const struct row golden_row = ROW("golden item", golden, golden_columns);

int store_golden_put(struct store *s, const struct golden *g, struct error *err)
{
    return row_put(s, SQL_GOLDEN_PUT, &golden_row, g, err);
}

int store_golden_remove(struct store *s, const struct id128 *post, struct error *err)
{
    return store_run(s, SQL_GOLDEN_REMOVE, VALS(v_id(post)), NULL, err);
}

int store_goldens(struct store *s, struct arena *a, struct golden **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_GOLDEN_LIST, NULL, 0, &golden_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

/* ---- policies ---- */

static const struct row_column policy_columns[] = {
    COLUMN(TEXT, policy_version, version), COLUMN(BYTES, policy_version, source),
    COLUMN(TEXT, policy_version, state),   COLUMN(ID_OR_NULL, policy_version, person),
    COLUMN(I64, policy_version, at_us),    COLUMN(I64, policy_version, live_since_us),
    COLUMN(BYTES, policy_version, note),   COLUMN(BYTES, policy_version, backtest),
};
static const struct row policy_row = ROW("policy", policy_version, policy_columns);

int store_policy_put(struct store *s, const struct policy_version *p, struct error *err)
{
    return row_put(s, SQL_POLICY_PUT, &policy_row, p, err);
}

int store_policy_get(struct store *s, struct sv version, struct arena *a, struct policy_version *out,
                     struct error *err)
{
    return row_get(s, SQL_POLICY_GET, VALS(v_text(version)), &policy_row, a, out, err);
}

int store_policies(struct store *s, struct arena *a, struct policy_version **out, size_t *out_n,
                   struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_POLICY_LIST, NULL, 0, &policy_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}
