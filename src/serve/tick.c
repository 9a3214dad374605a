/* What is to be done without anybody asking, in the owner's thread: decisions come into force, what slept is back, groups of
 * accounts are settled, what ran out is swept away. Each in a transaction of its own and in small portions, so that nobody waits long; what
 * needs much reading is the keeper's (keeper.c). */
#include "serve/serve_priv.h"

#include <stdio.h>

#define RIPEN_EVERY_US  US_PER_SECOND
#define SETTLE_EVERY_US (5 * US_PER_SECOND)
#define WAKE_EVERY_US   (5 * US_PER_SECOND)
#define CUT_EVERY_US    (5 * US_PER_SECOND)
#define SWEEP_EVERY_US  (10 * US_PER_MINUTE)

static bool due(int64_t *at_us, int64_t every_us)
{
    int64_t now = clock_mono_us();
    if (*at_us != 0 && now - *at_us < every_us) return false;
    *at_us = now;
    return true;
}

static int told(void *arg, struct store *st, const struct decision *d, struct error *err)
{
    char data[200], id[ID_TEXT_BYTES], post[ID_TEXT_BYTES];
    id_format(&d->id, id);
    id_format(&d->post, post);
    int n = snprintf(data, sizeof data, "{\"decision\":\"%s\",\"post\":\"%s\",\"measure\":\"%s\"}", id, post,
                     measure_name(d->measure));
    buf_printf(&((struct server *)arg)->tick.news, "decision %.*s\n", n, data);
    return hooks_tell(st, &d->post, "decision", sv_of(data, (size_t)n), err);
}

static int ripen(struct server *s, struct store *st, bool *out_changed, struct error *err)
{
    size_t n = 0;
    int code = review_ripen(st, &s->rules, clock_now_us(), told, s, &n, err);
    *out_changed = n > 0;
    if (code == 0 && n > 0) hooks_wake(s->hooks);
    return code;
}

/* What was put off is back. */
static int wake(struct server *s, struct store *st, bool *out_changed, struct error *err)
{
    size_t n = 0;
    int code = review_wake(st, clock_now_us(), &n, err);
    *out_changed = n > 0;
    if (n > 0) buf_puts(&s->tick.news, "queue {}\n");
    return code;
}

/* Which accounts act as one, as posts arrive. */
static int settle(struct server *s, struct store *st, bool *out_changed, struct error *err)
{
    bool more;
    return engine_settle(s->engine, &more, out_changed, err);
}

static int sweep(struct server *s, struct store *st, bool *out_changed, struct error *err)
{
    int64_t now_us = clock_now_us();
    return store_session_sweep(st, now_us, now_us - US_PER_DAY, err);
}

/* Not before: whoever looks when they hear of it would see what was before. */
static void tell_news(struct server *s, bool committed)
{
    struct sv rest = buf_sv(&s->tick.news), line, name;
    while (committed && sv_split(&rest, '\n', &line)) {
        char word[16];
        if (!sv_split(&line, ' ', &name)) continue;
        snprintf(word, sizeof word, "%.*s", SV_FMT(name));
        events_send(s->events, word, NULL, line);
    }
    buf_clear(&s->tick.news);
}

static void in_transaction(struct server *s, struct store *st,
                           int (*step)(struct server *s, struct store *st, bool *out_changed,
                                       struct error *err))
{
    struct error err;
    bool changed = false;
    int code = store_begin(st, &err);
    if (code == 0) code = step(s, st, &changed, &err);
    if (code == 0)
        code = store_commit(st, &err);
    else
        store_rollback(st);
    if (code)
        log_write(s->log, LOG_ERROR, "serve", "%s", err.text);
    else if (changed)
        atomic_fetch_add(&s->version, 1);
    tell_news(s, code == 0);
}

void serve_tick(void *server, struct store *st)
{
    struct server *s = server;
    if (due(&s->tick.ripened_us, RIPEN_EVERY_US)) in_transaction(s, st, ripen);
    if (due(&s->tick.woken_us, WAKE_EVERY_US)) in_transaction(s, st, wake);
    if (due(&s->tick.settled_us, SETTLE_EVERY_US)) in_transaction(s, st, settle);
    if (due(&s->tick.cut_us, CUT_EVERY_US)) http_cut_slow(s);
    if (due(&s->tick.swept_us, SWEEP_EVERY_US)) in_transaction(s, st, sweep);
}
