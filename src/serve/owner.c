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
    int64_t asked_us;
    int code;
    struct error *err;
    bool done, between;
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
    unsigned log_pages;
    struct owner_times times[OWNER_PHASES]; /* the thread's own until `told`, under the lock */
    struct owner_times told[OWNER_PHASES];
};

const double owner_bounds_s[OWNER_BOUNDS] = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 1};

const char *owner_phase_name(enum owner_phase p)
{
    static const char *const names[OWNER_PHASES] = {"wait", "body", "commit", "tick", "between"};
    return names[p];
}

/* Counts what began then; gives the time now. */
static int64_t took(struct owner *o, enum owner_phase p, int64_t began_us)
{
    int64_t now_us = clock_mono_us();
    struct owner_times *t = &o->times[p];
    size_t k = 0;
    while (k < OWNER_BOUNDS && (double)(now_us - began_us) > owner_bounds_s[k] * 1e6) k++;
    t->counts[k]++;
    t->n++;
    t->sum_us += now_us - began_us;
    return now_us;
}

/* One of several in a transaction, a part of its own: when it fails what it did is undone. False when that could not be, and
 * all of the transaction has to be. */
static bool run_part(struct owner *o, struct wish *w)
{
    struct store *s = o->how.store;
    struct error ignored;
    w->code = store_part_begin(s, w->err);
    if (w->code) return false;
    w->code = w->fn(w->arg, s, w->err);
    if (w->code == 0) w->code = store_part_end(s, true, w->err);
    return w->code == 0 || store_part_end(s, false, &ignored) == 0;
}

/* All of these in one transaction; *out_bad is the first that failed, with its code and words, if for it nothing could be
 * written. */
static int run_together(struct owner *o, struct wish **w, size_t n, size_t *out_bad, struct error *err)
{
    struct store *s = o->how.store;
    *out_bad = n;
    int64_t at_us = clock_mono_us();
    int code = store_begin(s, err);
    if (code) return code;
    for (size_t i = 0; i < n; i++) {
        ledger_set_actor(s, w[i]->actor);
        bool stands = n > 1 ? run_part(o, w[i]) : (w[i]->code = w[i]->fn(w[i]->arg, s, w[i]->err)) == 0;
        if (stands) continue;
        *out_bad = i;
        store_rollback(s);
        return 0;
    }
    at_us = took(o, OWNER_BODY, at_us);
    code = store_commit(s, err);
    took(o, OWNER_COMMIT, at_us);
    return code;
}

static void fail_all(struct wish **w, size_t n, int code, const struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        w[i]->code = code;
        if (w[i]->err) *w[i]->err = *err;
    }
}

static void run_all(struct owner *o, struct wish **w, size_t n)
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

/* Waits for wishes, a quarter of a second at most. Under the lock. */
static void wait(struct owner *o)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TICK_US * 1000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    if (!o->first && !o->stopping) pthread_cond_timedwait(&o->wanted, &o->lock, &until);
}

/* Those that run together now. Under the lock. */
static size_t take(struct owner *o, struct wish **w)
{
    size_t n = 0;
    while (o->first && n < TOGETHER && (n == 0 || !(w[0]->between || o->first->between))) {
        w[n++] = o->first;
        o->first = o->first->next;
        o->waiting--;
    }
    if (!o->first) o->last = &o->first;
    return n;
}

static void run(struct owner *o, struct wish **w, size_t n)
{
    for (size_t i = 0; i < n; i++) took(o, OWNER_WAIT, w[i]->asked_us);
    if (!w[0]->between) {
        run_all(o, w, n);
        return;
    }
    int64_t began_us = clock_mono_us();
    w[0]->code = w[0]->fn(w[0]->arg, o->how.store, w[0]->err);
    took(o, OWNER_BETWEEN, began_us);
}

static void tick(struct owner *o, int64_t *io_ticked_us)
{
    int64_t began_us = clock_mono_us();
    if (!o->how.tick || began_us - *io_ticked_us < TICK_US) return;
    ledger_set_actor(o->how.store, SV("marsad"));
    o->how.tick(o->how.arg, o->how.store);
    *io_ticked_us = took(o, OWNER_TICK, began_us);
}

/* Under the lock. */
static void answer(struct owner *o, struct wish **w, size_t n)
{
    o->commits += n > 0 && !w[0]->between;
    o->log_pages = store_log_pages(o->how.store);
    memcpy(o->told, o->times, sizeof o->told);
    for (size_t i = 0; i < n; i++) {
        o->writes += w[i]->code == 0 && !w[i]->between;
        o->failed += w[i]->code != 0;
        w[i]->done = true;
        pthread_cond_signal(&w[i]->answered);
    }
}

static void *owner_main(void *arg)
{
    struct owner *o = arg;
    struct wish *w[TOGETHER];
    int64_t ticked_us = 0;
    pthread_mutex_lock(&o->lock);
    for (;;) {
        wait(o);
        size_t n = take(o, w);
        bool stop = o->stopping && n == 0;
        pthread_mutex_unlock(&o->lock);
        if (stop) return NULL;
        if (n > 0) run(o, w, n);
        pthread_mutex_lock(&o->lock);
        answer(o, w, n);
        pthread_mutex_unlock(&o->lock);
        tick(o, &ticked_us);
        pthread_mutex_lock(&o->lock);
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

static int ask(struct owner *o, struct wish *w)
{
    pthread_mutex_lock(&o->lock);
    if (o->stopping || o->waiting >= SERVE_MAX_WAITING) {
        pthread_mutex_unlock(&o->lock);
        return error_set(w->err, ERR_BUSY, "serve", "too much waits to be written: try again in a moment");
    }
    w->asked_us = clock_mono_us();
    pthread_cond_init(&w->answered, NULL);
    *o->last = w;
    o->last = &w->next;
    o->waiting++;
    pthread_cond_signal(&o->wanted);
    while (!w->done) pthread_cond_wait(&w->answered, &o->lock);
    pthread_mutex_unlock(&o->lock);
    pthread_cond_destroy(&w->answered);
    return w->code;
}

int owner_do(struct owner *o, struct sv actor, owner_fn *fn, void *arg, struct error *err)
{
    struct wish w = {.fn = fn, .arg = arg, .actor = actor, .err = err};
    return ask(o, &w);
}

int owner_between(struct owner *o, owner_fn *fn, void *arg, struct error *err)
{
    struct wish w = {.fn = fn, .arg = arg, .err = err, .between = true};
    return ask(o, &w);
}

void owner_stats(struct owner *o, struct owner_stats *out)
{
    pthread_mutex_lock(&o->lock);
    *out = (struct owner_stats){.commits = o->commits,
                                .writes = o->writes,
                                .failed = o->failed,
                                .waiting = o->waiting,
                                .log_pages = o->log_pages};
    memcpy(out->times, o->told, sizeof out->times);
    pthread_mutex_unlock(&o->lock);
}
