/* The mover: a thread with a connection of its own that carries what commits appended to the store's log of writes to its
 * places in the file. A commit that did so itself would take a tenth of a second every two seconds under load, and a thread
 * that writes as fast as it can fills the disk's queue before every commit as well. So it goes little by little
 * (store_carry), again for what came meanwhile, which is less each time; the last few pages are carried by the owner
 * between two transactions, in some milliseconds, and the log begins anew. Nothing about what a commit promises changes:
 * the log is on the disk before anybody is told, and stays until the file is. */
#include "serve/serve_priv.h"

#include "store/store_tune.h"

#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY_US (US_PER_SECOND / 10)
#define TRY_AGAIN_US  5000
enum {
    BEGIN_AT = 4000,  /* pages in the log */
    HURRY_AT = 40000, /* it grows faster than it is carried */
    REST_AT = 80,     /* few enough for the owner */
    OWNER_MOST = 400, /* the most that the owner is asked to carry, unless it is late */
    PASSES = 12,
    TRIES = 8, /* readers that are in the way are soon gone */
    CACHE_MIB = 1
};

struct mover {
    struct server *s;
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop_now;
    bool started;
    atomic_bool stopping, hurry;
};

/* False when the server ends. */
static bool rest(struct mover *m, int64_t us)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    int64_t ns = until.tv_nsec + us * 1000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&m->lock);
    if (!m->stopping) pthread_cond_timedwait(&m->stop_now, &m->lock, &until);
    bool go_on = !m->stopping;
    pthread_mutex_unlock(&m->lock);
    return go_on;
}

static unsigned pages_now(struct mover *m)
{
    struct owner_stats o;
    owner_stats(m->s->owner, &o);
    return o.log_pages;
}

/* In the owner's thread. */
static int carry_rest(void *arg, struct store *s, struct error *err)
{
    (void)arg;
    return store_carry_rest(s, err);
}

/* Until few are left, or it gets no further for a reader that looks at an old state. *out_left: how many. */
static int carry_most(struct mover *m, unsigned pages, unsigned *out_left, struct error *err)
{
    unsigned carried = 0, before = 0;
    int code = 0;
    *out_left = pages;
    for (int i = 0; code == 0 && i<PASSES && * out_left> REST_AT; i++) {
        if (*out_left > HURRY_AT) atomic_store(&m->hurry, true);
        code = store_carry(m->store, &m->hurry, &carried, err);
        pages = pages_now(m);
        *out_left = pages > carried ? pages - carried : 0;
        if (carried <= before) break;
        before = carried;
    }
    if (!atomic_load(&m->stopping)) atomic_store(&m->hurry, false);
    return code;
}

/* Gives how many pages stand in the log then. What is many for the owner waits until readers have gone, or less is
 * written, or it is too much to wait. */
static unsigned carry(struct mover *m, unsigned pages)
{
    struct error err;
    unsigned left;
    int code = carry_most(m, pages, &left, &err);
    pages = pages_now(m);
    for (int i = 0; code == 0 && i < TRIES && (left <= OWNER_MOST || pages > HURRY_AT); i++) {
        if (i > 0 && !rest(m, TRY_AGAIN_US)) break;
        code = owner_between(m->s->owner, carry_rest, NULL, &err);
        pages = pages_now(m);
        if (pages < BEGIN_AT) break;
    }
    if (code) log_write(m->s->log, LOG_ERROR, "serve", "%s", err.text);
    return pages;
}

static void *mover_main(void *arg)
{
    struct mover *m = arg;
    unsigned begin_at = BEGIN_AT;
    while (rest(m, LOOK_EVERY_US)) {
        unsigned pages = pages_now(m);
        if (pages < BEGIN_AT) begin_at = BEGIN_AT;
        if (pages < begin_at) continue;
        begin_at = carry(m, pages) + BEGIN_AT; /* where it could not begin anew: not at once again */
    }
    return NULL;
}

int mover_new(struct server *s, struct mover **out, struct error *err)
{
    struct mover *m = calloc(1, sizeof *m);
    if (!m) return error_set(err, ERR_NOMEM, "serve", "no memory for the mover");
    m->s = s;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->stop_now, NULL);
    *out = m;
    int code = store_open(workspace_db(engine_workspace(s->engine)), &m->store, err);
    if (code == 0) code = store_cache(m->store, CACHE_MIB, err);
    if (code) return code;
    int e = pthread_create(&m->thread, NULL, mover_main, m);
    m->started = e == 0;
    return e == 0 ? 0 : error_set_errno(err, ERR_IO, "serve", e, "the mover's thread does not start");
}

void mover_free(struct mover *m)
{
    if (!m) return;
    atomic_store(&m->hurry, true);
    pthread_mutex_lock(&m->lock);
    atomic_store(&m->stopping, true);
    pthread_cond_signal(&m->stop_now);
    pthread_mutex_unlock(&m->lock);
    if (m->started) pthread_join(m->thread, NULL);
    store_close(m->store);
    pthread_cond_destroy(&m->stop_now);
    pthread_mutex_destroy(&m->lock);
    free(m);
}
