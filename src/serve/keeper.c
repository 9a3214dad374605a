/* The keeper: what is done all the time and needs much reading, in a thread of its own with a connection of its own. It
 * puts the queue in order as reach moves, finds which posts are copies and by which words they are found, and signs the
 * log. What it has to write it hands the owner in small portions, and rests between them, so that nobody waits for it. */
#include "serve/serve_priv.h"

#include "store/store_look.h"
#include "store/store_tune.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_EVERY_US    (US_PER_SECOND / 2)
#define RANK_EVERY_US    (10 * US_PER_SECOND)
#define PUBLISH_EVERY_US (10 * US_PER_SECOND)
enum {
    RANK_AT_ONCE = 200,
    RANK_TOGETHER = 8,
    LOOK_AT_ONCE = 64,
    LOOKS_TOGETHER = 50,
    LOOK_TOGETHER = 8,
    LOOK_TOGETHER_BUSY = 2,
    LOOK_WORDS = 256, /* written in one transaction: each is a page or two somewhere */
    LOOK_WORDS_BUSY = 32,
    CACHE_MIB = 8
};

struct keeper {
    struct server *s;
    struct store *look;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop_now;
    bool started, stopping;
    int64_t ranked_us, published_us;
    struct queue_row ranked_after;
    bool ranked_some;
    uint64_t writes; /* the owner's, when last looked */
};

/* False when the server ends. */
static bool rest(struct keeper *k, int64_t us)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    int64_t ns = until.tv_nsec + us % US_PER_SECOND * 1000;
    until.tv_sec += us / US_PER_SECOND + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&k->lock);
    if (!k->stopping) pthread_cond_timedwait(&k->stop_now, &k->lock, &until);
    bool go_on = !k->stopping;
    pthread_mutex_unlock(&k->lock);
    return go_on;
}

static bool due(int64_t *at_us, int64_t every_us)
{
    int64_t now = clock_mono_us();
    if (*at_us != 0 && now - *at_us < every_us) return false;
    *at_us = now;
    return true;
}

static void complain(struct keeper *k, const struct error *err)
{
    log_write(k->s->log, LOG_ERROR, "serve", "%s", err->text);
}

/* ---- order ---- */

struct moves {
    struct ranked *v;
    size_t n;
};

static int move(void *arg, struct store *s, struct error *err)
{
    struct moves *m = arg;
    return review_rank(s, m->v, m->n, clock_now_us(), err);
}

/* A few at a time too: each moves in three indexes. False when the server ends. */
static bool rank(struct keeper *k)
{
    struct ranked v[RANK_AT_ONCE];
    struct error err;
    size_t n = 0;
    bool go_on = true;
    int code = review_rank_look(k->look, &k->s->rules, clock_now_us(), RANK_AT_ONCE, &k->ranked_after,
                                &k->ranked_some, v, &n, &err);
    for (size_t i = 0; code == 0 && go_on && i < n; i += RANK_TOGETHER) {
        struct moves m = {v + i, n - i < RANK_TOGETHER ? n - i : RANK_TOGETHER};
        int64_t began = clock_mono_us();
        code = owner_do(k->s->owner, SV("marsad"), move, &m, &err);
        go_on = rest(k, 5 * (clock_mono_us() - began));
    }
    if (code) complain(k, &err);
    return go_on;
}

/* ---- words and copies ---- */

struct looking {
    const struct id128 *posts;
    size_t n, words;
    size_t done; /* of the posts */
};

static int look_over(void *arg, struct store *s, struct error *err)
{
    struct looking *m = arg;
    size_t budget = m->words;
    bool done = true;
    int code = 0;
    for (m->done = 0; code == 0 && done && m->done < m->n && budget > 0; m->done += done)
        code = review_look_over(s, &m->posts[m->done], &budget, &done, err);
    return code;
}

/* Whether anybody else has written since this was asked last. */
static bool busy(struct keeper *k, uint64_t own)
{
    struct owner_stats o;
    owner_stats(k->s->owner, &o);
    bool others = o.waiting > 0 || o.writes > k->writes + own;
    k->writes = o.writes;
    return others;
}

/* A few at a time, fewer while others write, one with many words in several turns, with rests five times as long as the
 * work: a sixth of the owner's time is theirs, whatever comes in, so that what waits for it does not grow without an end.
 * False when the server ends. */
static bool look_all_over(struct keeper *k, const struct id128 *posts, size_t n)
{
    struct error err;
    bool others = busy(k, 0);
    for (size_t i = 0; i < n;) {
        size_t together = others ? LOOK_TOGETHER_BUSY : LOOK_TOGETHER;
        struct looking m = {.posts = posts + i,
                            .n = n - i < together ? n - i : together,
                            .words = others ? LOOK_WORDS_BUSY : LOOK_WORDS};
        int64_t began = clock_mono_us();
        if (owner_do(k->s->owner, SV("marsad"), look_over, &m, &err) != 0) {
            complain(k, &err);
            return true;
        }
        i += m.done;
        int64_t took = clock_mono_us() - began;
        if (!rest(k, 5 * took)) return false;
        others = busy(k, 1);
    }
    return true;
}

void keeper_fresh(struct server *s, const struct id128 *post)
{
    pthread_mutex_lock(&s->fresh.lock);
    s->fresh.posts[s->fresh.n++ % KEEPER_FRESH] = *post;
    if (s->fresh.todo < KEEPER_FRESH) s->fresh.todo++;
    pthread_mutex_unlock(&s->fresh.lock);
}

size_t keeper_freshest(struct server *s, struct id128 *out)
{
    pthread_mutex_lock(&s->fresh.lock);
    size_t n = s->fresh.n < KEEPER_FRESH ? s->fresh.n : KEEPER_FRESH;
    memcpy(out, s->fresh.posts, n * sizeof *out);
    pthread_mutex_unlock(&s->fresh.lock);
    return n;
}

/* False when the server ends. */
static bool look_at_fresh(struct keeper *k)
{
    struct server *s = k->s;
    struct id128 posts[LOOK_AT_ONCE];
    size_t n = 0;
    pthread_mutex_lock(&s->fresh.lock);
    for (; n < LOOK_AT_ONCE && s->fresh.todo > 0; s->fresh.todo--)
        posts[n++] = s->fresh.posts[(s->fresh.n - s->fresh.todo) % KEEPER_FRESH];
    pthread_mutex_unlock(&s->fresh.lock);
    return look_all_over(k, posts, n);
}

/* False when the server ends; *out_n: how many there were. */
static bool look_at_few(struct keeper *k, size_t *out_n)
{
    struct arena a;
    struct id128 *posts = NULL;
    struct error err;
    bool go_on = true;
    *out_n = 0;
    arena_init(&a, 0);
    if (store_look_todo(k->look, LOOK_AT_ONCE, &a, &posts, out_n, &err) != 0)
        complain(k, &err);
    else
        go_on = look_all_over(k, posts, *out_n);
    arena_done(&a);
    return go_on;
}

static bool look_at_some(struct keeper *k)
{
    size_t n = LOOK_AT_ONCE;
    for (int i = 0; n == LOOK_AT_ONCE && i < LOOKS_TOGETHER; i++)
        if (!look_at_fresh(k) || !look_at_few(k, &n)) return false;
    return true;
}

static void *keeper_main(void *arg)
{
    struct keeper *k = arg;
    do {
        if (due(&k->ranked_us, RANK_EVERY_US) && !rank(k)) break;
        if (due(&k->published_us, PUBLISH_EVERY_US)) engine_publish(k->s->engine, k->look);
    } while (look_at_some(k) && rest(k, LOOK_EVERY_US));
    return NULL;
}

int keeper_new(struct server *s, struct keeper **out, struct error *err)
{
    struct keeper *k = calloc(1, sizeof *k);
    if (!k) return error_set(err, ERR_NOMEM, "serve", "no memory for the keeper");
    k->s = s;
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->stop_now, NULL);
    *out = k;
    int code = store_open(workspace_db(engine_workspace(s->engine)), &k->look, err);
    if (code == 0) code = store_cache(k->look, CACHE_MIB, err);
    if (code) return code;
    int e = pthread_create(&k->thread, NULL, keeper_main, k);
    k->started = e == 0;
    return e == 0 ? 0 : error_set_errno(err, ERR_IO, "serve", e, "the keeper's thread does not start");
}

void keeper_free(struct keeper *k)
{
    if (!k) return;
    pthread_mutex_lock(&k->lock);
    k->stopping = true;
    pthread_cond_signal(&k->stop_now);
    pthread_mutex_unlock(&k->lock);
    if (k->started) pthread_join(k->thread, NULL);
    store_close(k->look);
    pthread_cond_destroy(&k->stop_now);
    pthread_mutex_destroy(&k->lock);
    free(k);
}
