/* Analysts: a few threads that analyse what others hand them. They can be made to stand aside, so that banks and policy
 * change while nobody looks. One more thread does the jobs that wait. */
#include "serve/serve_priv.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 16, JOBS_AT_ONCE = 16 };

struct task {
    void (*run)(void *arg);
    void *arg;
    struct analysis *analysis; /* or one of these */
    int code;
    struct error *err;
    bool done;
    pthread_cond_t answered;
    struct task *next;
};

struct analysts {
    struct server *s;
    pthread_mutex_t lock;
    pthread_cond_t wanted, idle;
    struct task *first, **last;
    pthread_t threads[MOST];
    unsigned n, busy, having; /* having: threads that hold an analyst */
    unsigned pauses;
    pthread_mutex_t pausing; /* one change at a time */
    pthread_t worker;
    bool started, stopping, woken;
    pthread_cond_t work;
};

static void do_task(struct analysts *a, struct task *k, struct analyst **io_t)
{
    if (k->run) {
        k->run(k->arg);
        return;
    }
    if (!*io_t) k->code = engine_analyst_new(a->s->engine, io_t, k->err);
    if (k->code) return;
    engine_analyst_run(*io_t, k->analysis);
    shadow_look(a->s->shadow, k->analysis);
}

/* A thread of its own for each: a handler's has little stack, and a policy or a picture may want more. */
static void *analyst_main(void *arg)
{
    struct analysts *a = arg;
    struct analyst *t = NULL;
    pthread_mutex_lock(&a->lock);
    for (;;) {
        if (t && (a->pauses > 0 || a->stopping)) {
            engine_analyst_free(t);
            t = NULL;
            a->having--;
            pthread_cond_broadcast(&a->idle);
        }
        struct task *k = a->pauses > 0 ? NULL : a->first;
        if (!k && a->stopping) break;
        if (!k) {
            pthread_cond_wait(&a->wanted, &a->lock);
            continue;
        }
        a->first = k->next;
        if (!a->first) a->last = &a->first;
        a->busy++;
        pthread_mutex_unlock(&a->lock);
        bool had = t != NULL;
        do_task(a, k, &t);
        pthread_mutex_lock(&a->lock);
        a->busy--;
        a->having += !had && t;
        k->done = true;
        pthread_cond_signal(&k->answered);
        pthread_cond_broadcast(&a->idle);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

static int do_and_wait(struct analysts *a, struct task *k)
{
    pthread_cond_init(&k->answered, NULL);
    pthread_mutex_lock(&a->lock);
    *a->last = k;
    a->last = &k->next;
    pthread_cond_signal(&a->wanted);
    while (!k->done) pthread_cond_wait(&k->answered, &a->lock);
    pthread_mutex_unlock(&a->lock);
    pthread_cond_destroy(&k->answered);
    return k->code;
}

int analysts_run(struct analysts *a, struct analysis *x, struct error *err)
{
    struct task k = {.analysis = x, .err = err};
    return do_and_wait(a, &k);
}

void analysts_call(struct analysts *a, void (*run)(void *arg), void *arg)
{
    struct task k = {.run = run, .arg = arg};
    (void)do_and_wait(a, &k);
}

int analysts_without(struct analysts *a, struct sv actor, owner_fn *fn, void *arg, struct error *err)
{
    pthread_mutex_lock(&a->pausing);
    pthread_mutex_lock(&a->lock);
    a->pauses++;
    pthread_cond_broadcast(&a->wanted);
    while (a->busy > 0 || a->having > 0) pthread_cond_wait(&a->idle, &a->lock);
    pthread_mutex_unlock(&a->lock);
    int code = owner_do(a->s->owner, actor, fn, arg, err);
    pthread_mutex_lock(&a->lock);
    a->pauses--;
    pthread_cond_broadcast(&a->wanted);
    pthread_mutex_unlock(&a->lock);
    pthread_mutex_unlock(&a->pausing);
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
        if (b->done[i]->code == 0) code = serve_told_findings(s, b->done[i], err);
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
        hooks_wake(a->s->hooks);
        for (size_t i = 0; i < b->ndone; i++) keeper_fresh(a->s, &b->done[i]->post.id);
        for (size_t i = 0; i < b->ndone; i++)
            if (b->done[i]->code == 0 && b->done[i]->assessment.category != CATEGORY_NONE)
                event_about(a->s, "queue", &b->done[i]->post.id);
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
        queue_count_some(a->s);
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

static int start_threads(struct analysts *a, unsigned n, struct error *err)
{
    pthread_attr_t attr;
    int e = 0;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)8 << 20);
    for (; e == 0 && a->n < n; a->n += e == 0) e = pthread_create(&a->threads[a->n], &attr, analyst_main, a);
    if (e == 0) {
        e = pthread_create(&a->worker, &attr, work, a);
        a->started = e == 0;
    }
    pthread_attr_destroy(&attr);
    return e == 0 ? 0 : error_set_errno(err, ERR_IO, "serve", e, "the analysts' threads do not start");
}

int analysts_new(struct server *s, struct analysts **out, struct error *err)
{
    struct analysts *a = calloc(1, sizeof *a);
    if (!a) return error_set(err, ERR_NOMEM, "serve", "no memory for analysts");
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned most = s->options.workers ? s->options.workers : (unsigned)(cores > 0 ? cores : 1);
    a->s = s;
    a->last = &a->first;
    pthread_mutex_init(&a->lock, NULL);
    pthread_mutex_init(&a->pausing, NULL);
    pthread_cond_init(&a->wanted, NULL);
    pthread_cond_init(&a->idle, NULL);
    pthread_cond_init(&a->work, NULL);
    *out = a;
    return start_threads(a, most > MOST ? MOST : most, err);
}

void analysts_free(struct analysts *a)
{
    if (!a) return;
    pthread_mutex_lock(&a->lock);
    a->stopping = true;
    pthread_cond_broadcast(&a->work);
    pthread_mutex_unlock(&a->lock);
    if (a->started) pthread_join(a->worker, NULL);
    pthread_mutex_lock(&a->lock);
    pthread_cond_broadcast(&a->wanted);
    pthread_mutex_unlock(&a->lock);
    for (unsigned i = 0; i < a->n; i++) pthread_join(a->threads[i], NULL);
    pthread_cond_destroy(&a->work);
    pthread_cond_destroy(&a->idle);
    pthread_cond_destroy(&a->wanted);
    pthread_mutex_destroy(&a->pausing);
    pthread_mutex_destroy(&a->lock);
    free(a);
}
