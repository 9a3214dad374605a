/* Figures. */
#include "store/store_priv.h"

static int count_jobs(struct store *s, struct store_counts *c, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_COUNT_JOBS, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        int64_t state = col_i64(s, st, 0), n = col_i64(s, st, 1);
        if (state == JOB_WAITING) c->jobs_waiting = n;
        if (state == JOB_RUNNING) c->jobs_running = n;
        if (state == JOB_SET_ASIDE) c->jobs_set_aside = n;
    }
    return rc;
}

int store_count(struct store *s, struct store_counts *out, struct error *err)
{
    struct db_stmt *st;
    struct store_counts c = {0};
    int rc = store_one(s, SQL_COUNT, NULL, 0, &st, err);
    if (rc < 0) return rc;
    int64_t *const places[] = {&c.posts,           &c.accounts, &c.reach,  &c.media,
                               &c.media_set_aside, &c.findings, &c.queued, &c.aside};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) *places[i] = col_i64(s, st, (int)i);
    s->driver->reset(st);
    rc = count_jobs(s, &c, err);
    if (rc == 0) *out = c;
    return rc;
}
