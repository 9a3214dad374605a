/* Recipients, referrals, their targets and events; hosts that are asked; the clock's mark. */
#include "store/ledger_priv.h"
#include "store/store_referral.h"

#include <stdio.h>

/* ---- recipients ---- */

int store_recipient_put(struct store *s, const struct recipient *r, struct error *err)
{
    if (!bank_name_ok(r->name))
        return error_set(err, ERR_ARG, "store",
                         "%.*s: a name is 1 to %d letters, digits, '-', '_' or '.', and begins with no dot",
                         SV_FMT(r->name), BANK_NAME_MAX_BYTES);
    return store_run(s, SQL_RECIPIENT_PUT, VALS(v_text(r->name), v_blob(r->body)), NULL, err);
}

int store_recipient_get(struct store *s, struct sv name, struct arena *a, struct recipient *out,
                        struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_RECIPIENT_GET, VALS(v_text(name)), &st, err), bad = 0;
    if (rc < 0) return rc;
    if (rc == 0)
        return error_set(err, ERR_NOTFOUND, "store", "no recipient %.*s: \"marsad refer to\" makes one",
                         SV_FMT(name));
    *out = (struct recipient){col_copy(s, st, 0, a, &bad), col_copy(s, st, 1, a, &bad)};
    s->driver->reset(st);
    return bad ? store_col_error(bad, "a recipient", err) : 0;
}

int store_recipient_list(struct store *s, struct arena *a, struct recipient **out, size_t *out_n,
                         struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_RECIPIENT_LIST, NULL, 0, &st, err), bad = 0;
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct recipient r = {col_copy(s, st, 0, a, &bad), col_copy(s, st, 1, a, &bad)};
        buf_put(&rows, &r, sizeof r);
    }
    if (bad) rows.failed = true;
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "the recipients", err);
}

/* ---- a referral ---- */

static int note_referral(struct store *s, const struct id128 *id, struct error *err)
{
    char text[ID_TEXT_BYTES];
    return ledger_note_row(s, STEP_REFERRAL, ledger_subject(id, text), OBJECT_REFERRAL, VALS(v_id(id)), err);
}

/* Its time never runs backwards: an event is at the earliest when the one before it was. */
static int add_event(struct store *s, const struct id128 *id, const struct referral_event *e,
                     struct error *err)
{
    struct db_stmt *st;
    char text[ID_TEXT_BYTES];
    int64_t n = 0, at_us = e->at_us;
    int rc = store_one(s, SQL_EVENT_NEXT, VALS(v_id(id)), &st, err);
    if (rc < 0) return rc;
    if (rc == 1) {
        n = col_i64(s, st, 0);
        if (n > 0 && col_i64(s, st, 1) > at_us) at_us = col_i64(s, st, 1);
        s->driver->reset(st);
    }
    rc = store_run(s, SQL_EVENT_ADD,
                   VALS(v_id(id), v_i64(n), v_i64(at_us), v_text(e->kind), v_blob(e->who), v_blob(e->says)),
                   NULL, err);
    if (rc != 0) return rc;
    return ledger_note_row(s, STEP_REFERRAL, ledger_subject(id, text), OBJECT_REFERRAL_EVENT,
                           VALS(v_id(id), v_i64(n)), err);
}

static int put_target(struct store *s, const struct id128 *id, const struct referral_target *t,
                      struct error *err)
{
    char text[ID_TEXT_BYTES];
    int rc = store_run(s, SQL_TARGET_PUT,
                       VALS(v_id(id), v_i64(t->position), v_blob(t->url), v_id(&t->post), v_i64(t->account),
                            v_text(t->state), v_i64(t->checked_us), v_i64(t->online_us), v_i64(t->offline_us),
                            v_i64(t->back_us), v_i64(t->next_us), v_i64(t->fails), v_blob(t->said)),
                       NULL, err);
    if (rc != 0) return rc;
    return ledger_note_row(s, STEP_REFERRAL, ledger_subject(id, text), OBJECT_REFERRAL_TARGET,
                           VALS(v_id(id), v_i64(t->position)), err);
}

static int new_referral(struct store *s, const struct referral *r, const struct referral_target *targets,
                        size_t n, const struct referral_event *first, struct error *err)
{
    int64_t added;
    int rc =
        store_run(s, SQL_REFERRAL_ADD,
                  VALS(v_id(&r->id), v_text(r->kind), v_text(r->recipient), v_text(r->lang), v_text(r->state),
                       v_blob(r->case_id), v_text(r->category), v_i64(r->accounts), v_blob(r->drafted_by),
                       v_blob(r->fields), v_blob(r->document), v_i64(r->drafted_us), v_i64(r->sent_us),
                       v_i64(r->received_us), v_i64(r->answered_us), v_i64(r->offline_us), v_i64(r->due_us),
                       v_i64(r->reminded_us), v_i64(r->escalated_us)),
                  &added, err);
    if (rc == 0 && added == 0) {
        char text[ID_TEXT_BYTES];
        id_format(&r->id, text);
        return error_set(err, ERR_EXISTS, "store", "referral %s is there already", text);
    }
    if (rc == 0) rc = note_referral(s, &r->id, err);
    for (size_t i = 0; rc == 0 && i < n; i++) rc = put_target(s, &r->id, &targets[i], err);
    return rc == 0 ? add_event(s, &r->id, first, err) : rc;
}

void referral_init(struct referral *r)
{
    *r = (struct referral){.drafted_us = TIME_UNKNOWN,
                           .sent_us = TIME_UNKNOWN,
                           .received_us = TIME_UNKNOWN,
                           .answered_us = TIME_UNKNOWN,
                           .offline_us = TIME_UNKNOWN,
                           .due_us = TIME_UNKNOWN,
                           .reminded_us = TIME_UNKNOWN,
                           .escalated_us = TIME_UNKNOWN};
}

int store_referral_new(struct store *s, const struct referral *r, const struct referral_target *targets,
                       size_t n, const struct referral_event *first, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, new_referral(s, r, targets, n, first, err), err) : rc;
}

static struct referral read_referral(struct store *s, struct db_stmt *st, struct arena *a, int *rc)
{
    return (struct referral){
        .id = col_id(s, st, 0, rc),
        .kind = col_copy(s, st, 1, a, rc),
        .recipient = col_copy(s, st, 2, a, rc),
        .lang = col_copy(s, st, 3, a, rc),
        .state = col_copy(s, st, 4, a, rc),
        .case_id = col_copy(s, st, 5, a, rc),
        .category = col_copy(s, st, 6, a, rc),
        .accounts = col_i64(s, st, 7) != 0,
        .drafted_by = col_copy(s, st, 8, a, rc),
        .fields = col_copy(s, st, 9, a, rc),
        .document = col_copy(s, st, 10, a, rc),
        .drafted_us = col_i64(s, st, 11),
        .sent_us = col_i64(s, st, 12),
        .received_us = col_i64(s, st, 13),
        .answered_us = col_i64(s, st, 14),
        .offline_us = col_i64(s, st, 15),
        .due_us = col_i64(s, st, 16),
        .reminded_us = col_i64(s, st, 17),
        .escalated_us = col_i64(s, st, 18),
        .version = col_i64(s, st, 19),
    };
}

int store_referral_get(struct store *s, const struct id128 *id, struct arena *a, struct referral *out,
                       struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_REFERRAL_GET, VALS(v_id(id)), &st, err), bad = 0;
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(id, "referral", err);
    *out = read_referral(s, st, a, &bad);
    s->driver->reset(st);
    return bad ? store_col_error(bad, "a referral", err) : 0;
}

int store_referral_find(struct store *s, struct sv what, struct id128 *out, struct error *err)
{
    char text[ID_TEXT_BYTES];
    struct id128 low, high, found = {{0}};
    memset(text, '0', sizeof text);
    bool fine = what.n >= 4 && what.n < sizeof text;
    if (fine) memcpy(text, what.p, what.n);
    fine = fine && id_parse(sv_of(text, ID_TEXT_BYTES - 1), &low);
    if (fine) memset(text + what.n, 'f', sizeof text - what.n);
    if (!fine || !id_parse(sv_of(text, ID_TEXT_BYTES - 1), &high))
        return error_set(err, ERR_NOTFOUND, "store",
                         "%.*s: a referral is named by the beginning of its id, at least 4 digits",
                         SV_FMT(what));
    struct db_stmt *st;
    int rc = store_query(s, SQL_REFERRAL_BY_PREFIX, VALS(v_id(&low), v_id(&high)), &st, err), bad = 0, n = 0;
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1)
        if (n++ == 0) found = col_id(s, st, 0, &bad);
    if (rc == 0 && n == 0) return error_set(err, ERR_NOTFOUND, "store", "no referral %.*s", SV_FMT(what));
    if (rc == 0 && n > 1)
        return error_set(err, ERR_ARG, "store", "%.*s: %d referrals begin so; give more digits", SV_FMT(what),
                         n);
    if (rc == 0) *out = found;
    return rc;
}

int store_referral_list(struct store *s, struct sv state, struct arena *a, struct referral **out,
                        size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_REFERRAL_LIST, VALS(v_text(state)), &st, err), bad = 0;
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while (bad == 0 && (rc = s->driver->step(st, err)) == 1) {
        struct referral r = read_referral(s, st, a, &bad);
        buf_put(&rows, &r, sizeof r);
    }
    if (bad) {
        s->driver->reset(st);
        rc = store_col_error(bad, "a referral", err);
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "referrals", err);
}

static int change_referral(struct store *s, const struct referral *r, const struct referral_event *e,
                           struct error *err)
{
    int64_t changed;
    int rc =
        store_run(s, SQL_REFERRAL_CHANGE,
                  VALS(v_id(&r->id), v_text(r->state), v_blob(r->fields), v_blob(r->document),
                       v_i64(r->sent_us), v_i64(r->received_us), v_i64(r->answered_us), v_i64(r->offline_us),
                       v_i64(r->due_us), v_i64(r->reminded_us), v_i64(r->escalated_us), v_i64(r->version)),
                  &changed, err);
    if (rc == 0 && changed == 0)
        return error_set(err, ERR_BUSY, "store",
                         "somebody else has changed this referral meanwhile: look again");
    if (rc == 0) rc = note_referral(s, &r->id, err);
    return rc == 0 ? add_event(s, &r->id, e, err) : rc;
}

int store_referral_change(struct store *s, const struct referral *r, const struct referral_event *e,
                          struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, change_referral(s, r, e, err), err) : rc;
}

/* ---- targets and events ---- */

int store_referral_targets(struct store *s, const struct id128 *id, struct arena *a,
                           struct referral_target **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_TARGET_LIST, VALS(v_id(id)), &st, err), bad = 0;
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct referral_target t = {.position = col_i64(s, st, 1),
                                    .url = col_copy(s, st, 2, a, &bad),
                                    .post = col_id(s, st, 3, &bad),
                                    .account = col_i64(s, st, 4) != 0,
                                    .state = col_copy(s, st, 5, a, &bad),
                                    .checked_us = col_i64(s, st, 6),
                                    .online_us = col_i64(s, st, 7),
                                    .offline_us = col_i64(s, st, 8),
                                    .back_us = col_i64(s, st, 9),
                                    .next_us = col_i64(s, st, 10),
                                    .fails = col_i64(s, st, 11),
                                    .said = col_copy(s, st, 12, a, &bad)};
        buf_put(&rows, &t, sizeof t);
    }
    if (rc == 0 && bad) rc = store_col_error(bad, "a referral's targets", err);
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "a referral's targets", err);
}

int store_referral_target_put(struct store *s, const struct id128 *id, const struct referral_target *t,
                              struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, put_target(s, id, t, err), err) : rc;
}

int store_referral_events(struct store *s, const struct id128 *id, struct arena *a,
                          struct referral_event **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_EVENT_LIST, VALS(v_id(id)), &st, err), bad = 0;
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct referral_event e = {.n = col_i64(s, st, 1),
                                   .at_us = col_i64(s, st, 2),
                                   .kind = col_copy(s, st, 3, a, &bad),
                                   .who = col_copy(s, st, 4, a, &bad),
                                   .says = col_copy(s, st, 5, a, &bad)};
        buf_put(&rows, &e, sizeof e);
    }
    if (rc == 0 && bad) rc = store_col_error(bad, "a referral's events", err);
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "a referral's events", err);
}

/* ---- hosts and the clock ---- */

int store_host_get(struct store *s, struct sv host, struct arena *a, struct asked_host *out,
                   struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_HOST_GET, VALS(v_blob(host)), &st, err), bad = 0;
    if (rc < 0) return rc;
    *out = (struct asked_host){.host = host, .robots_us = TIME_UNKNOWN};
    if (rc == 0) return 0;
    out->next_us = col_i64(s, st, 0);
    out->fails = col_i64(s, st, 1);
    out->robots = col_copy(s, st, 2, a, &bad);
    out->robots_us = col_i64(s, st, 3);
    s->driver->reset(st);
    return bad ? store_col_error(bad, "a host", err) : 0;
}

int store_host_put(struct store *s, const struct asked_host *h, struct error *err)
{
    return store_run(
        s, SQL_HOST_PUT,
        VALS(v_blob(h->host), v_i64(h->next_us), v_i64(h->fails), v_blob(h->robots), v_i64(h->robots_us)),
        NULL, err);
}

int store_clock_get(struct store *s, struct arena *a, struct clock_mark *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_CLOCK_GET, NULL, 0, &st, err), bad = 0;
    if (rc < 0) return rc;
    if (rc == 0) return error_set(err, ERR_NOTFOUND, "store", "the clock was never marked");
    *out = (struct clock_mark){col_i64(s, st, 0), col_i64(s, st, 1), col_copy(s, st, 2, a, &bad)};
    s->driver->reset(st);
    return bad ? store_col_error(bad, "the clock's mark", err) : 0;
}

int store_clock_put(struct store *s, const struct clock_mark *m, struct error *err)
{
    return store_run(s, SQL_CLOCK_PUT, VALS(v_i64(m->wall_us), v_i64(m->boot_us), v_blob(m->boot)), NULL,
                     err);
}
