#include "store/store_decision.h"

#include "store/ledger_priv.h"
#include "store/row_priv.h"

static const struct row_column decision_columns[] = {
    COLUMN(ID, decision, id),
    COLUMN(ID, decision, post),
    COLUMN(ID, decision, account),
    COLUMN(ID, decision, person),
    COLUMN(I64, decision, at_us),
    COLUMN_OF(&names_decision_state, decision, state),
    COLUMN_OF(&names_measure, decision, measure),
    COLUMN_OF(&names_scope, decision, scope),
    COLUMN_OF(&names_category, decision, category),
    COLUMN_OF(&names_ground, decision, ground),
    COLUMN(BYTES, decision, ground_ref),
    COLUMN(BYTES, decision, ground_why),
    COLUMN(BYTES, decision, facts),
    COLUMN(BYTES, decision, territories),
    COLUMN(I64, decision, until_us),
    COLUMN_OF(&names_source, decision, source),
    COLUMN(BOOL, decision, automated_detection),
    COLUMN(BOOL, decision, automated_decision),
    COLUMN(I64, decision, undo_until_us),
    COLUMN(ID_OR_NULL, decision, second),
    COLUMN(I64, decision, second_at_us),
    COLUMN(BYTES, decision, second_facts),
    COLUMN(ID_OR_NULL, decision, reverses),
    COLUMN(ID_OR_NULL, decision, reversed_by),
    COLUMN_OF(&names_category, decision, machine_category),
    COLUMN(DOUBLE, decision, machine_probability),
    COLUMN(BYTES, decision, policy),
    COLUMN(BYTES, decision, language),
    COLUMN(I64, decision, known_us),
    COLUMN(I64, decision, deadline_us),
    COLUMN(I64, decision, first_look_us),
};
static const struct row decision_row = ROW("decision", decision, decision_columns);

static int put_decision(struct store *s, const struct decision *d, struct error *err)
{
    char text[ID_TEXT_BYTES];
    bool back = d->state == DECISION_UNDONE || d->state == DECISION_REVERSED || !id_is_zero(&d->reverses);
    int rc = row_put(s, SQL_DECISION_PUT, &decision_row, d, err);
    return rc != 0 ? rc
                   : ledger_note_row(s, back ? STEP_REVERSAL : STEP_DECISION, ledger_subject(&d->post, text),
                                     OBJECT_DECISION, VALS(v_id(&d->id)), err);
}

int store_decision_put(struct store *s, const struct decision *d, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, put_decision(s, d, err), err) : rc;
}

int store_decision_get(struct store *s, const struct id128 *id, struct arena *a, struct decision *out,
                       struct error *err)
{
    return row_get(s, SQL_DECISION_GET, VALS(v_id(id)), &decision_row, a, out, err);
}

void decision_filter_init(struct decision_filter *f)
{
    *f = (struct decision_filter){.state = -1, .before_us = TIME_UNKNOWN};
}

int store_decisions(struct store *s, const struct decision_filter *f, size_t max, struct arena *a,
                    struct decision **out, size_t *out_n, struct error *err)
{
    bool first = f->before_us == TIME_UNKNOWN;
    struct sv state = f->state < 0 ? SV_NULL : sv_cstr(decision_state_name((enum decision_state)f->state));
    struct val v[8] = {v_i64(f->state >= 0),
                       v_text(state),
                       v_i64(first ? INT64_MAX : f->before_us),
                       v_id(&f->before),
                       v_i64(!id_is_zero(&f->person)),
                       v_id(&f->person),
                       v_i64((int64_t)max)};
    bool post = !id_is_zero(&f->post), account = !id_is_zero(&f->account);
    v[7] = v_id(post ? &f->post : &f->account);
    enum store_statement which = post      ? SQL_DECISION_OF_POST
                                 : account ? SQL_DECISION_OF_ACCOUNT
                                           : SQL_DECISION_LIST;
    void *rows = NULL;
    int rc = row_list(s, which, v, post || account ? 8 : 7, &decision_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

int store_decisions_ripe(struct store *s, int64_t now_us, size_t max, struct arena *a, struct decision **out,
                         size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_DECISION_RIPE, VALS(v_i64(now_us), v_i64((int64_t)max)), &decision_row, a, &rows,
                      out_n, err);
    *out = rows;
    return rc;
}

/* ---- what is settled ---- */

int store_settle(struct store *s, const struct id128 *decision, const struct id128 *post,
                 enum category category, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = store_run(s, SQL_SETTLE, VALS(v_id(post), v_id(decision), v_text(sv_cstr(category_name(category)))),
                   NULL, err);
    if (rc == 0) rc = store_run(s, SQL_SETTLE_QUEUE, VALS(v_id(post)), NULL, err);
    return store_leave(s, own, rc, err);
}

static int queue_again(struct store *s, const struct id128 *post, struct error *err)
{
    struct arena a;
    struct finding_list l;
    struct assessment as;
    arena_init(&a, 0);
    finding_list_init(&l, &a);
    int rc = store_get_result(s, post, &a, &l, &as, NULL, err);
    if (rc == 0) rc = store_queue_result(s, post, &as, err);
    finding_list_done(&l);
    arena_done(&a);
    return rc;
}

static int unsettle(struct store *s, const struct id128 *decision, struct error *err)
{
    struct arena a;
    struct id128 *posts = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int rc = store_settled_posts(s, decision, &a, &posts, &n, err);
    if (rc == 0) rc = store_run(s, SQL_UNSETTLE, VALS(v_id(decision)), NULL, err);
    for (size_t i = 0; rc == 0 && i < n; i++) rc = queue_again(s, &posts[i], err);
    arena_done(&a);
    return rc;
}

int store_unsettle(struct store *s, const struct id128 *decision, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, unsettle(s, decision, err), err) : rc;
}

int store_settled_posts(struct store *s, const struct id128 *decision, struct arena *a, struct id128 **out,
                        size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_SETTLED_POSTS, VALS(v_id(decision)), a, out, out_n, err);
}

int store_settled_by(struct store *s, const struct id128 *post, bool *out_settled, struct id128 *out,
                     struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_SETTLED_BY, VALS(v_id(post)), &st, err);
    if (rc < 0) return rc;
    *out_settled = rc == 1;
    if (rc == 0) return 0;
    int bad = 0;
    *out = col_id(s, st, 0, &bad);
    s->driver->reset(st);
    return bad == 0 ? 0 : store_col_error(bad, "a decision's id", err);
}

/* ---- appeals ---- */

static const char *const appeal_states[APPEAL_STATE_COUNT] = {"link", "waiting", "upheld", "overturned"};

const char *appeal_state_name(enum appeal_state s)
{
    return (unsigned)s < APPEAL_STATE_COUNT ? appeal_states[s] : "";
}

bool appeal_state_parse(struct sv s, enum appeal_state *out)
{
    for (int i = 0; i < APPEAL_STATE_COUNT; i++) {
        if (!sv_is(s, appeal_states[i])) continue;
        *out = (enum appeal_state)i;
        return true;
    }
    return false;
}

static const struct row_column appeal_columns[] = {
    COLUMN(ID, appeal, id),
    COLUMN(ID, appeal, decision),
    COLUMN(SHA, appeal, token),
    COLUMN(BYTES, appeal, pin),
    COLUMN(I64, appeal, tries),
    COLUMN(I64, appeal, link_until_us),
    COLUMN_OF(&names_appeal_state, appeal, state),
    COLUMN(BYTES, appeal, text),
    COLUMN(TEXT, appeal, lang),
    COLUMN(I64, appeal, at_us),
    COLUMN(I64, appeal, due_us),
    COLUMN(ID_OR_NULL, appeal, person),
    COLUMN(I64, appeal, answered_us),
    COLUMN(BYTES, appeal, answer),
};
static const struct row appeal_row = ROW("appeal", appeal, appeal_columns);

int store_appeal_put(struct store *s, const struct appeal *x, struct error *err)
{
    return row_put(s, SQL_APPEAL_PUT, &appeal_row, x, err);
}

int store_appeal_get(struct store *s, const struct id128 *id, struct arena *a, struct appeal *out,
                     struct error *err)
{
    return row_get(s, SQL_APPEAL_GET, VALS(v_id(id)), &appeal_row, a, out, err);
}

int store_appeal_by_token(struct store *s, const struct sha256 *token, struct arena *a, struct appeal *out,
                          struct error *err)
{
    return row_get(s, SQL_APPEAL_BY_TOKEN, VALS(v_sha(token)), &appeal_row, a, out, err);
}

int store_appeal_of(struct store *s, const struct id128 *decision, struct arena *a, struct appeal *out,
                    struct error *err)
{
    return row_get(s, SQL_APPEAL_OF, VALS(v_id(decision)), &appeal_row, a, out, err);
}

int store_appeals(struct store *s, enum appeal_state state, int64_t after_due_us, const struct id128 *after,
                  size_t max, struct arena *a, struct appeal **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_APPEAL_LIST,
                      VALS(v_text(sv_cstr(appeal_state_name(state))), v_i64(after_due_us), v_id(after),
                           v_i64((int64_t)max)),
                      &appeal_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

/* ---- reports ---- */

static const struct row_column report_columns[] = {
    COLUMN(ID, report, id),
    COLUMN(TEXT, report, number),
    COLUMN(BYTES, report, pin),
    COLUMN(I64, report, tries),
    COLUMN(ID_OR_NULL, report, post),
    COLUMN(BYTES, report, url),
    COLUMN_OF(&names_category, report, category),
    COLUMN(BYTES, report, text),
    COLUMN(TEXT, report, lang),
    COLUMN(TEXT, report, source),
    COLUMN(ID_OR_NULL, report, key),
    COLUMN(I64, report, at_us),
    COLUMN(TEXT, report, state),
    COLUMN(I64, report, answered_us),
    COLUMN(ID_OR_NULL, report, decision),
};
static const struct row report_row = ROW("report", report, report_columns);

int store_report_put(struct store *s, const struct report *r, struct error *err)
{
    return row_put(s, SQL_REPORT_PUT, &report_row, r, err);
}

int store_report_by_number(struct store *s, struct sv number, struct arena *a, struct report *out,
                           struct error *err)
{
    return row_get(s, SQL_REPORT_BY_NUMBER, VALS(v_text(number)), &report_row, a, out, err);
}

int store_reports_of(struct store *s, const struct id128 *post, struct arena *a, struct report **out,
                     size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc = row_list(s, SQL_REPORT_OF, VALS(v_id(post)), &report_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}

int store_reports(struct store *s, struct sv state, int64_t before_us, const struct id128 *before, size_t max,
                  struct arena *a, struct report **out, size_t *out_n, struct error *err)
{
    void *rows = NULL;
    int rc =
        row_list(s, SQL_REPORT_LIST,
                 VALS(v_i64(state.n > 0), v_text(state), v_i64(before_us), v_id(before), v_i64((int64_t)max)),
                 &report_row, a, &rows, out_n, err);
    *out = rows;
    return rc;
}
