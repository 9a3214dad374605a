/* What was said of a post to platforms, and is kept a while: answers to requests that may be repeated, and what webhooks tell.
 * Both quote its words. They are swept after a day (store_session_sweep); when a post is purged by order they go with it.
 * Cost: one reading of both tables, which hold a day. */
#include "store/store_priv.h"

static int forget_in(struct store *s, enum store_statement bodies, enum store_statement drop, struct sv post,
                     struct error *err)
{
    struct db_stmt *st;
    struct buf ids;
    size_t bytes = 0;
    int rc = store_query(s, bodies, NULL, 0, &st, err);
    if (rc != 0) return rc;
    buf_init(&ids, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        if (sv_find(col_sv(s, st, 1), post, 0) == SIZE_MAX) continue;
        struct sv id = col_sv(s, st, 0);
        bytes = id.n; /* the same in each row */
        buf_putsv(&ids, id);
    }
    s->driver->reset(st);
    if (rc == 0 && ids.failed) rc = store_col_error(ERR_NOMEM, "what was said of a post", err);
    for (size_t at = 0; rc == 0 && at < ids.n; at += bytes)
        rc = store_run(s, drop, VALS(v_blob(sv_sub(buf_sv(&ids), at, at + bytes))), NULL, err);
    buf_done(&ids);
    return rc;
}

int store_said_forget(struct store *s, struct sv post, struct error *err)
{
    int rc = forget_in(s, SQL_ANSWER_BODIES, SQL_ANSWER_DROP, post, err);
    return rc == 0 ? forget_in(s, SQL_WEBHOOK_BODIES, SQL_WEBHOOK_DROP, post, err) : rc;
}
