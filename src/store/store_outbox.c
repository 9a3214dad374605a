/* The outbox: what is to be sent, from the transaction that decided it until the answer.
 *
 *     waiting ──claim──► sending ──mark──► handed ──mark──► sent
 *        ▲                  │                 └─ mark ─► waiting again (refused for now) or failed (refused)
 *        └── the owner died ┘   died in "handed": unsure, a person settles it
 *
 * "Handed" is committed before the last byte of a message leaves: a process that dies earlier has sent nothing that counts,
 * one that dies later may have. So nothing is sent twice, and nothing is lost without being told. */
#include "store/store_priv.h"
#include "store/store_referral.h"

int store_outbox_put(struct store *s, const struct outbox_message *m, struct error *err)
{
    return store_run(s, SQL_OUTBOX_ADD,
                     VALS(v_id(&m->id), v_id(&m->referral), v_text(m->channel), v_blob(m->address),
                          v_blob(m->body), v_i64(m->at_us), v_blob(SV_NULL)),
                     NULL, err);
}

static struct outbox_message read_message(struct store *s, struct db_stmt *st, struct arena *a, int *rc)
{
    struct outbox_message m = {
        .id = col_id(s, st, 0, rc),
        .referral = col_id(s, st, 1, rc),
        .channel = col_copy(s, st, 2, a, rc),
        .address = col_copy(s, st, 3, a, rc),
        .body = col_copy(s, st, 4, a, rc),
        .attempt = col_i64(s, st, 6),
        .next_us = col_i64(s, st, 7),
        .at_us = col_i64(s, st, 8),
        .owner = col_copy(s, st, 9, a, rc),
        .said = col_copy(s, st, 10, a, rc),
    };
    int64_t state = col_i64(s, st, 5);
    if (state < OUTBOX_WAITING || state > OUTBOX_UNSURE)
        *rc = ERR_FORMAT;
    else
        m.state = (enum outbox_state)state;
    return m;
}

int store_outbox_claim(struct store *s, struct sv owner, int64_t now_us, struct arena *a,
                       struct outbox_message *out, bool *out_any, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_OUTBOX_CLAIM, VALS(v_blob(owner), v_i64(now_us)), &st, err), bad = 0;
    if (rc != 0) return rc;
    *out_any = false;
    while ((rc = s->driver->step(st, err)) == 1) { /* to the end, so that it is done */
        *out = read_message(s, st, a, &bad);
        *out_any = true;
    }
    return rc == 0 && bad ? store_col_error(bad, "a message of the outbox", err) : rc;
}

int store_outbox_mark(struct store *s, const struct outbox_message *m, struct sv owner, struct error *err)
{
    int64_t changed;
    int rc = store_run(s, SQL_OUTBOX_MARK,
                       VALS(v_id(&m->id), v_blob(owner), v_i64(m->state), v_i64(m->next_us), v_blob(m->said)),
                       &changed, err);
    if (rc == 0 && changed == 0)
        return error_set(err, ERR_BUSY, "store", "another process has this message in hand now");
    return rc;
}

int store_outbox_recover(struct store *s, bool (*alive)(struct sv owner), int64_t now_us, struct error *err)
{
    enum { OWNERS = 64 };
    struct arena a;
    struct sv owners[OWNERS];
    struct db_stmt *st;
    size_t n = 0;
    int bad = 0;
    arena_init(&a, 0);
    int rc = store_query(s, SQL_OUTBOX_OWNERS, NULL, 0, &st, err);
    while (rc == 0 && (rc = s->driver->step(st, err)) == 1) {
        rc = 0;
        if (n < OWNERS) owners[n++] = col_copy(s, st, 0, &a, &bad);
    }
    if (rc == 0 && bad) rc = store_col_error(bad, "owners of messages", err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (!alive(owners[i]))
            rc = store_run(s, SQL_OUTBOX_RECOVER, VALS(v_blob(owners[i]), v_i64(now_us), v_blob(SV_NULL)),
                           NULL, err);
    arena_done(&a);
    return rc;
}

int store_outbox_settle(struct store *s, const struct id128 *id, bool again, int64_t now_us,
                        struct error *err)
{
    int64_t changed;
    int rc =
        store_run(s, SQL_OUTBOX_SETTLE,
                  VALS(v_id(id), v_i64(again ? OUTBOX_WAITING : OUTBOX_SENT), v_i64(now_us)), &changed, err);
    if (rc == 0 && changed == 0)
        return error_set(err, ERR_ARG, "store",
                         "this message is neither unsure nor failed: there is nothing to settle");
    return rc;
}

int store_outbox_list(struct store *s, const struct id128 *referral, struct arena *a,
                      struct outbox_message **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = referral ? store_query(s, SQL_OUTBOX_LIST_OF, VALS(v_id(referral)), &st, err)
                      : store_query(s, SQL_OUTBOX_LIST, NULL, 0, &st, err);
    int bad = 0;
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct outbox_message m = read_message(s, st, a, &bad);
        buf_put(&rows, &m, sizeof m);
    }
    if (rc == 0 && bad) rc = store_col_error(bad, "the outbox", err);
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "the outbox", err);
}
