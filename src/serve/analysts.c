/* Analysts for many threads: each is lent to one at a time. A writer's lock around all of them lets banks and policy
 * change while nobody looks. One thread of its own does the jobs that wait. */
#include "serve/serve_priv.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16, JOBS_AT_ONCE = 16 };

struct analysts {
    struct server *s;
    pthread_rwlock_t change;
    pthread_mutex_t lock;
    pthread_cond_t free_again;
    struct analyst *free_ones[MOST];
    unsigned n, nfree, most;
    pthread_t worker;
    bool started, stopping, woken;
    pthread_cond_t work;
};

static int take(struct analysts *a, struct analyst **out, struct error *err)
{
    pthread_mutex_lock(&a->lock);
    while (a->nfree == 0 && a->n >= a->most) pthread_cond_wait(&a->free_again, &a->lock);
    if (a->nfree > 0) {
        *out = a->free_ones[--a->nfree];
        pthread_mutex_unlock(&a->lock);
        return 0;
    }
    a->n++;
    pthread_mutex_unlock(&a->lock);
    int code = engine_analyst_new(a->s->engine, out, err);
    if (code) {
        pthread_mutex_lock(&a->lock);
        a->n--;
        pthread_cond_signal(&a->free_again);
        pthread_mutex_unlock(&a->lock);
    }
    return code;
}

static void give(struct analysts *a, struct analyst *t)
{
    pthread_mutex_lock(&a->lock);
    a->free_ones[a->nfree++] = t;
    pthread_cond_signal(&a->free_again);
    pthread_mutex_unlock(&a->lock);
}

int analysts_run(struct analysts *a, struct analysis *x, struct error *err)
{
    struct analyst *t = NULL;
    pthread_rwlock_rdlock(&a->change);
    int code = take(a, &t, err);
    if (code == 0) {
        engine_analyst_run(t, x);
        give(a, t);
    }
    pthread_rwlock_unlock(&a->change);
    return code;
}

/* All are free: the writer's lock is held. */
static void let_go(struct analysts *a)
{
    while (a->nfree > 0) engine_analyst_free(a->free_ones[--a->nfree]);
    a->n = 0;
}

int analysts_without(struct analysts *a, struct sv actor, owner_fn *fn, void *arg, struct error *err)
{
    pthread_rwlock_wrlock(&a->change);
    let_go(a);
    int code = owner_do(a->s->owner, actor, fn, arg, err);
    pthread_rwlock_unlock(&a->change);
    return code;
}

/* ---- jobs that wait ---- */

struct batch {
    struct server *s;
    struct store_job jobs[JOBS_AT_ONCE];
    struct analysis *done[JOBS_AT_ONCE];
    size_t n, ndone;
    bool stale;
};

static int claim(void *arg, struct store *s, struct error *err)
{
    struct batch *b = arg;
    b->stale = engine_stale(b->s->engine);
    b->n = 0;
    return b->stale ? 0 : engine_claim(b->s->engine, b->jobs, JOBS_AT_ONCE, &b->n, err);
}

static int renew(void *arg, struct store *s, struct error *err)
{
    return engine_detectors(((struct batch *)arg)->s->engine, err);
}

static int write_down(void *arg, struct store *s, struct error *err)
{
    struct batch *b = arg;
    int code = 0;
    for (size_t i = 0; code == 0 && i < b->ndone; i++)
        code = engine_write_outcome(b->s->engine, b->done[i], err);
    for (size_t i = 0; code == 0 && i < b->ndone; i++)
        if (b->done[i]->code == 0) code = serve_told_findings(b->s, s, b->done[i], err);
    return code;
}

static int put_off(void *arg, struct store *s, struct error *err)
{
    struct batch *b = arg;
    return engine_release(b->s->engine, err);
}

static void do_batch(struct analysts *a, struct batch *b)
{
    struct error err;
    b->ndone = 0;
    int code = 0;
    for (size_t i = 0; code == 0 && i < b->n && !a->stopping; i++) {
        struct analysis *x = NULL;
        struct store *reader = readers_take(a->s->readers);
        code = engine_analysis_load(reader, &b->jobs[i], &x, &err);
        readers_give(a->s->readers, reader);
        if (code == 0) code = analysts_run(a, x, &err);
        if (code == 0)
            b->done[b->ndone++] = x;
        else
            analysis_free(x);
    }
    if (b->ndone > 0) {
        int written = owner_do(a->s->owner, SV("marsad"), write_down, b, &err);
        if (code == 0) code = written;
    }
    for (size_t i = 0; i < b->ndone; i++) analysis_free(b->done[i]);
    if (code == 0 && b->ndone == b->n) return;
    if (code) log_write(a->s->log, LOG_ERROR, "serve", "jobs go back to waiting: %s", err.text);
    (void)(owner_do(a->s->owner, SV("marsad"), put_off, b, &err) != 0);
}

static void *work(void *arg)
{
    struct analysts *a = arg;
    struct batch b = {.s = a->s};
    struct error err;
    for (;;) {
        pthread_mutex_lock(&a->lock);
        bool stop = a->stopping;
        pthread_mutex_unlock(&a->lock);
        if (stop) return NULL;
        int code = owner_do(a->s->owner, SV("marsad"), claim, &b, &err);
        if (code == 0 && b.stale) {
            code = analysts_without(a, SV("marsad"), renew, &b, &err);
            if (code == 0) continue;
        }
        if (code == 0 && b.n > 0) {
            do_batch(a, &b);
            continue;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 2;
        pthread_mutex_lock(&a->lock);
        if (!a->stopping && !a->woken) pthread_cond_timedwait(&a->work, &a->lock, &until);
        a->woken = false;
        pthread_mutex_unlock(&a->lock);
    }
}

void analysts_wake(struct analysts *a)
{
    pthread_mutex_lock(&a->lock);
    a->woken = true;
    pthread_cond_signal(&a->work);
    pthread_mutex_unlock(&a->lock);
}

int analysts_new(struct server *s, struct analysts **out, struct error *err)
{
    struct analysts *a = calloc(1, sizeof *a);
    if (!a) return error_set(err, ERR_NOMEM, "serve", "no memory for analysts");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    a->s = s;
    a->most = s->options.workers ? s->options.workers : (unsigned)(cores > 0 ? cores : 1);
    if (a->most > MOST) a->most = MOST;
    pthread_rwlock_init(&a->change, NULL);
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->free_again, NULL);
    pthread_cond_init(&a->work, NULL);
    int e = pthread_create(&a->worker, NULL, work, a);
    a->started = e == 0;
    *out = a;
    return e == 0 ? 0 : error_set_errno(err, ERR_IO, "serve", e, "the thread of jobs does not start");
}

void analysts_free(struct analysts *a)
{
    if (!a) return;
    pthread_mutex_lock(&a->lock);
    a->stopping = true;
    pthread_cond_broadcast(&a->work);
    pthread_mutex_unlock(&a->lock);
    if (a->started) pthread_join(a->worker, NULL);
    let_go(a);
    pthread_cond_destroy(&a->work);
    pthread_cond_destroy(&a->free_again);
    pthread_mutex_destroy(&a->lock);
    pthread_rwlock_destroy(&a->change);
    free(a);
}
