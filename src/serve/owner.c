#include "serve/owner.h"

#include "base/limits.h"
#include "store/ledger.h"
#include "store/store_tune.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { TOGETHER = 256 };
#define TICK_US (US_PER_SECOND / 4)

struct wish {
    owner_fn *fn;
    void *arg;
    struct sv actor;
    int code;
    struct error *err;
    bool done;
    pthread_cond_t answered;
    struct wish *next;
};

struct owner {
    struct owner_how how;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wanted;
    struct wish *first, **last;
    unsigned waiting;
    bool stopping;
    uint64_t commits, writes, failed;
};

/* All of these in one transaction; *out_bad is the first that failed, with its code and words. */
static int run_together(struct owner *o, struct wish **w, size_t n, size_t *out_bad, struct error *err)
{
    struct store *s = o->how.store;
    *out_bad = n;
    int code = store_begin(s, err);
    if (code) return code;
    for (size_t i = 0; i < n; i++) {
        ledger_set_actor(s, w[i]->actor);
        w[i]->code = w[i]->fn(w[i]->arg, s, w[i]->err);
        if (w[i]->code == 0) continue;
        *out_bad = i;
        store_rollback(s);
        return 0;
    }
    return store_commit(s, err);
}

static void fail_all(struct wish **w, size_t n, int code, const struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        w[i]->code = code;
        if (w[i]->err) *w[i]->err = *err;
    }
}

static void run(struct owner *o, struct wish **w, size_t n)
{
    struct wish *left[TOGETHER];
    size_t nleft = n, bad;
    struct error err;
    uint64_t before = store_changed(o->how.store);
    memcpy(left, w, n * sizeof *w);
    while (nleft > 0) {
        int code = run_together(o, left, nleft, &bad, &err);
        if (code) {
            fail_all(left, nleft, code, &err);
            return;
        }
        if (bad == nleft) break;
        memmove(left + bad, left + bad + 1, (nleft - bad - 1) * sizeof *left);
        nleft--;
    }
    bool changed = store_changed(o->how.store) != before;
    if (nleft > 0 && changed && o->how.committed) o->how.committed(o->how.arg);
}

static void *owner_main(void *arg)
{
    struct owner *o = arg;
    struct wish *w[TOGETHER];
    int64_t ticked = 0;
    pthread_mutex_lock(&o->lock);
    for (;;) {
        if (!o->first && !o->stopping) {
            struct timespec until;
            clock_gettime(CLOCK_REALTIME, &until);
            until.tv_nsec += TICK_US * 1000;
            if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
            pthread_cond_timedwait(&o->wanted, &o->lock, &until);
        }
        size_t n = 0;
        while (o->first && n < TOGETHER) {
            w[n++] = o->first;
            o->first = o->first->next;
            o->waiting--;
        }
        if (!o->first) o->last = &o->first;
        bool stop = o->stopping && n == 0;
        pthread_mutex_unlock(&o->lock);
        if (n > 0) run(o, w, n);
        if (stop) return NULL;
        if (o->how.tick && clock_mono_us() - ticked >= TICK_US) {
            ledger_set_actor(o->how.store, SV("marsad"));
            o->how.tick(o->how.arg, o->how.store);
            ticked = clock_mono_us();
        }
        pthread_mutex_lock(&o->lock);
        o->commits += n > 0;
        for (size_t i = 0; i < n; i++) {
            o->writes += w[i]->code == 0;
            o->failed += w[i]->code != 0;
            w[i]->done = true;
            pthread_cond_signal(&w[i]->answered);
        }
    }
}

int owner_new(const struct owner_how *how, struct owner **out, struct error *err)
{
    struct owner *o = calloc(1, sizeof *o);
    if (!o) return error_set(err, ERR_NOMEM, "serve", "no memory for the owner");
    o->how = *how;
    o->last = &o->first;
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->wanted, NULL);
    int e = pthread_create(&o->thread, NULL, owner_main, o);
    if (e != 0) {
        pthread_mutex_destroy(&o->lock);
        pthread_cond_destroy(&o->wanted);
        free(o);
        return error_set_errno(err, ERR_IO, "serve", e, "the writing thread does not start");
    }
    *out = o;
    return 0;
}

void owner_free(struct owner *o)
{
    if (!o) return;
    pthread_mutex_lock(&o->lock);
    o->stopping = true;
    pthread_cond_signal(&o->wanted);
    pthread_mutex_unlock(&o->lock);
    pthread_join(o->thread, NULL);
    pthread_cond_destroy(&o->wanted);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

int owner_do(struct owner *o, struct sv actor, owner_fn *fn, void *arg, struct error *err)
{
    struct wish w = {.fn = fn, .arg = arg, .actor = actor, .err = err};
    pthread_mutex_lock(&o->lock);
    if (o->stopping || o->waiting >= SERVE_MAX_WAITING) {
        pthread_mutex_unlock(&o->lock);
        return error_set(err, ERR_BUSY, "serve", "too much waits to be written: try again in a moment");
    }
    pthread_cond_init(&w.answered, NULL);
    *o->last = &w;
    o->last = &w.next;
    o->waiting++;
    pthread_cond_signal(&o->wanted);
    while (!w.done) pthread_cond_wait(&w.answered, &o->lock);
    pthread_mutex_unlock(&o->lock);
    pthread_cond_destroy(&w.answered);
    return w.code;
}

void owner_stats(struct owner *o, struct owner_stats *out)
{
    pthread_mutex_lock(&o->lock);
    *out = (struct owner_stats){o->commits, o->writes, o->failed, o->waiting};
    pthread_mutex_unlock(&o->lock);
}
