/* A ring of jobs in the order given. Threads take the next unstarted one; the owner takes the oldest when it is done.
 *
 *     taken ≤ oldest … started … given      (counts that only grow; slot = count & (cap - 1))
 *
 * One mutex: jobs here cost milliseconds, a lock costs nanoseconds. */
#include "base/crew.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct crew_slot {
    void *job;
    bool done;
};

struct crew {
    struct crew_how how;
    pthread_mutex_t lock;
    pthread_cond_t work_there, work_done;
    struct crew_slot *ring;
    uint64_t cap, taken, started, given;
    unsigned wanted, running; /* threads asked for, threads created */
    unsigned ready;           /* threads whose start() has returned */
    int start_code;
    struct error start_error;
    bool ending;
    pthread_t *threads;
};

static void crew_loop(struct crew *c, void *state)
{
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->started == c->given && !c->ending) pthread_cond_wait(&c->work_there, &c->lock);
        if (c->started == c->given) break;
        uint64_t at = c->started++;
        void *job = c->ring[at & (c->cap - 1)].job;
        pthread_mutex_unlock(&c->lock);
        c->how.work(c->how.arg, state, job);
        pthread_mutex_lock(&c->lock);
        c->ring[at & (c->cap - 1)].done =
            true; /* the ring may have grown meanwhile: by count, not by pointer */
        pthread_cond_broadcast(&c->work_done);
    }
    pthread_mutex_unlock(&c->lock);
}

static void *crew_main(void *arg)
{
    struct crew *c = arg;
    void *state = NULL;
    struct error err = {0};
    int code = c->how.start ? c->how.start(c->how.arg, &state, &err) : 0;
    pthread_mutex_lock(&c->lock);
    c->ready++;
    if (code != 0 && c->start_code == 0) {
        c->start_code = code;
        c->start_error = err;
    }
    pthread_cond_broadcast(&c->work_done);
    pthread_mutex_unlock(&c->lock);
    if (code == 0) {
        crew_loop(c, state);
        if (c->how.stop) c->how.stop(c->how.arg, state);
    }
    return NULL;
}

int crew_new(unsigned threads, const struct crew_how *how, struct crew **out, struct error *err)
{
    struct crew *c = calloc(1, sizeof *c);
    if (!c) return error_set(err, ERR_NOMEM, "crew", "no memory for a crew of %u", threads);
    c->how = *how;
    c->wanted = threads ? threads : 1;
    c->cap = 64;
    c->ring = calloc(c->cap, sizeof *c->ring);
    c->threads = calloc(c->wanted, sizeof *c->threads);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->work_there, NULL);
    pthread_cond_init(&c->work_done, NULL);
    int code =
        c->ring && c->threads ? 0 : error_set(err, ERR_NOMEM, "crew", "no memory for a crew of %u", threads);
    while (code == 0 && c->running < c->wanted) {
        int failed = pthread_create(&c->threads[c->running], NULL, crew_main, c);
        if (failed)
            code =
                error_set_errno(err, ERR_NOMEM, "crew", failed, "thread %u of %u", c->running + 1, c->wanted);
        else
            c->running++;
    }
    pthread_mutex_lock(&c->lock);
    while (c->ready < c->running) pthread_cond_wait(&c->work_done, &c->lock);
    if (code == 0 && c->start_code != 0) {
        code = c->start_code;
        if (err) *err = c->start_error;
    }
    pthread_mutex_unlock(&c->lock);
    if (code != 0) {
        crew_free(c);
        return code;
    }
    *out = c;
    return 0;
}

void crew_free(struct crew *c)
{
    if (!c) return;
    pthread_mutex_lock(&c->lock);
    c->ending = true;
    pthread_cond_broadcast(&c->work_there);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->running; i++) pthread_join(c->threads[i], NULL);
    pthread_cond_destroy(&c->work_there);
    pthread_cond_destroy(&c->work_done);
    pthread_mutex_destroy(&c->lock);
    free(c->threads);
    free(c->ring);
    free(c);
}

/* given and taken are the owner's own counts: only the owner changes them, so the owner reads them without the lock. */
unsigned crew_pending(const struct crew *c) { return (unsigned)(c->given - c->taken); }

unsigned crew_threads(const struct crew *c) { return c->running; }

static int crew_grow(struct crew *c)
{
    struct crew_slot *bigger = calloc(c->cap * 2, sizeof *bigger);
    if (!bigger) return ERR_NOMEM;
    for (uint64_t i = c->taken; i < c->given; i++) bigger[i & (c->cap * 2 - 1)] = c->ring[i & (c->cap - 1)];
    free(c->ring);
    c->ring = bigger;
    c->cap *= 2;
    return 0;
}

int crew_give(struct crew *c, void *job)
{
    pthread_mutex_lock(&c->lock);
    int code = c->given - c->taken == c->cap ? crew_grow(c) : 0;
    if (code == 0) {
        c->ring[c->given++ & (c->cap - 1)] = (struct crew_slot){job, false};
        pthread_cond_signal(&c->work_there);
    }
    pthread_mutex_unlock(&c->lock);
    return code;
}

void *crew_take(struct crew *c, bool wait)
{
    void *job = NULL;
    pthread_mutex_lock(&c->lock);
    if (c->taken < c->given) {
        while (wait && !c->ring[c->taken & (c->cap - 1)].done) pthread_cond_wait(&c->work_done, &c->lock);
        struct crew_slot *slot = &c->ring[c->taken & (c->cap - 1)];
        if (slot->done) {
            job = slot->job;
            c->taken++;
        }
    }
    pthread_mutex_unlock(&c->lock);
    return job;
}
