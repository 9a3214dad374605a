/* Jobs: one row per post that still has to be analysed. A finished job has no row.
 *
 *   (none) ─put─► waiting ─claim─► running ─put_result─► (none)
 *                    ▲  ▲             │ │
 *                    │  └─lease ran out┘ └─failed, attempts left: waiting; spent or final: set aside
 *                    └─ news while running ("again"): waiting once the result is in */
#include "store/ledger_priv.h"

#include <stdio.h>
#include <stdlib.h>

struct claimed {
    struct store_job job;
    int64_t priority, known_us;
};

static int by_order(const void *x, const void *y)
{
    const struct claimed *a = x, *b = y;
    if (a->priority != b->priority) return a->priority < b->priority ? -1 : 1;
    if (a->known_us != b->known_us) return a->known_us < b->known_us ? -1 : 1;
    return memcmp(a->job.post.b, b->job.post.b, sizeof a->job.post.b);
}

/* Leases that ran out: back to waiting, or set aside when it was the last attempt. */
static int expire(struct store *s, int64_t now_us, struct error *err)
{
    static const char why[] = "the analysis began and did not end, as often as it may be tried";
    return store_run(s, SQL_JOB_EXPIRE,
                     VALS(v_i64(now_us), v_i64(JOB_MAX_ATTEMPTS), v_i64(ERR_TIMEOUT), v_blob(sv_cstr(why)),
                          v_blob(SV_NULL)),
                     NULL, err);
}

static int claim(struct store *s, struct sv owner, int64_t until_us, struct claimed *out, size_t max,
                 size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc =
        store_query(s, SQL_JOB_CLAIM, VALS(v_blob(owner), v_i64(until_us), v_i64((int64_t)max)), &st, err);
    if (rc != 0) return rc;
    size_t n = 0;
    int bad = 0;
    while ((rc = s->driver->step(st, err)) == 1) {
        if (n == max) continue;
        struct claimed *c = &out[n++];
        c->job = (struct store_job){col_id(s, st, 0, &bad), (int)col_i64(s, st, 1)};
        c->priority = col_i64(s, st, 2);
        c->known_us = col_i64(s, st, 3);
    }
    if (rc == 0 && bad != 0) rc = store_col_error(bad, "a job", err);
    *out_n = n;
    return rc;
}

int store_claim(struct store *s, struct sv owner, int64_t now_us, int64_t lease_us, struct store_job *out,
                size_t max, size_t *out_n, struct error *err)
{
    *out_n = 0;
    if (max == 0) return 0;
    bool own;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    struct claimed *got = calloc(max, sizeof *got);
    size_t n = 0;
    rc =
        got ? expire(s, now_us, err) : error_set(err, ERR_NOMEM, "store", "no memory to claim %zu jobs", max);
    if (rc == 0) rc = claim(s, owner, now_us + lease_us, got, max, &n, err);
    rc = store_leave(s, own, rc, err);
    if (rc == 0) {
        qsort(got, n, sizeof *got, by_order); /* RETURNING promises no order */
        for (size_t i = 0; i < n; i++) out[i] = got[i].job;
        *out_n = n;
    }
    free(got);
    return rc;
}

int store_release(struct store *s, struct sv owner, struct error *err)
{
    return store_run(s, SQL_JOB_RELEASE, VALS(v_blob(owner), v_blob(SV_NULL)), NULL, err);
}

int store_owners(struct store *s, struct arena *a, struct sv **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_JOB_OWNERS, NULL, 0, &st, err), bad = 0;
    if (rc != 0) return rc;
    struct buf list;
    buf_init(&list, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        struct sv owner = col_copy(s, st, 0, a, &bad);
        buf_put(&list, &owner, sizeof owner);
    }
    if (rc == 0) {
        struct sv copy = arena_copy(a, buf_sv(&list));
        if (list.failed || !copy.p) bad = ERR_NOMEM;
        *out = (struct sv *)(void *)(uintptr_t)copy.p;
        *out_n = list.n / sizeof(struct sv);
        if (bad != 0) rc = store_col_error(bad, "the owners of jobs", err);
    }
    buf_done(&list);
    return rc;
}

int store_job_held(struct store *s, const struct store_job *job, struct sv owner, bool *out,
                   struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_JOB_HELD, VALS(v_id(&job->post), v_blob(owner), v_i64(job->attempt)), &st, err);
    if (rc < 0) return rc;
    if (rc == 1) s->driver->reset(st);
    *out = rc == 1;
    return 0;
}

int store_job_failed(struct store *s, const struct id128 *post, bool final, const struct error *why,
                     struct error *err)
{
    int64_t changed;
    int rc = store_run(s, SQL_JOB_FAILED,
                       VALS(v_id(post), v_i64(final), v_i64(JOB_MAX_ATTEMPTS), v_i64(why->code),
                            v_blob(sv_cstr(why->text)), v_blob(SV_NULL)),
                       &changed, err);
    return rc == 0 && changed == 0 ? store_not_found(post, "job of post", err) : rc;
}

int store_failed_jobs(struct store *s,
                      int (*visit)(void *arg, const struct id128 *post, int attempts,
                                   const struct error *why),
                      void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_JOB_SET_ASIDE_LIST, NULL, 0, &st, err), bad = 0;
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct id128 post = col_id(s, st, 0, &bad);
        struct error why;
        struct sv text = col_sv(s, st, 3);
        error_set(&why, (int)col_i64(s, st, 2), "job", "%.*s", SV_FMT(text));
        int stop = bad ? store_col_error(bad, "a job", err) : visit(arg, &post, (int)col_i64(s, st, 1), &why);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

int store_requeue_all(struct store *s, int64_t *out_n, struct error *err)
{
    bool own;
    int64_t n = 0;
    char says[64];
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = store_run(s, SQL_JOB_REQUEUE, VALS(v_blob(SV_NULL)), &n, err);
    snprintf(says, sizeof says, "{\"posts\":%lld}", (long long)n);
    if (rc == 0 && n > 0) rc = ledger_note_says(s, STEP_REQUEUE, SV_NULL, sv_cstr(says), err);
    rc = store_leave(s, own, rc, err);
    if (rc == 0 && out_n) *out_n = n;
    return rc;
}
