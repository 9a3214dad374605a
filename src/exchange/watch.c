/* Looking whether things went, at a polite pace; and the clock: reminders, what is overdue, escalations.
 *
 * A host is asked once per per_host_us; an answer that says "later" (429, 503), or none, makes it wait longer each time, at
 * least as long as it asked for. robots.txt is read once a day; where it says no, the address is not asked and a person has
 * to look (referral_seen). */
#include "exchange/referral_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static const int64_t robots_every_us = US_PER_DAY;

int64_t referral_next_look(const struct referral_kind *k, const struct referral *r,
                           const struct referral_target *t, int64_t now_us)
{
    int64_t every = k && k->clock_us ? k->clock_us / 6 : US_PER_HOUR;
    if (t->fails > 0) { /* no answer: further and further apart */
        every = every < 5 * US_PER_MINUTE ? 5 * US_PER_MINUTE : every;
        for (int64_t i = 1; i < t->fails && every < US_PER_DAY; i++) every *= 2;
        return now_us + (every > US_PER_DAY ? US_PER_DAY : every);
    }
    if (sv_is(t->state, "offline")) { /* whether it comes back */
        int64_t gone = t->offline_us == TIME_UNKNOWN ? 0 : now_us - t->offline_us;
        return now_us + (gone < US_PER_DAY        ? US_PER_HOUR
                         : gone < 7 * US_PER_DAY  ? 6 * US_PER_HOUR
                         : gone < 30 * US_PER_DAY ? US_PER_DAY
                                                  : 7 * US_PER_DAY);
    }
    if (r->due_us != TIME_UNKNOWN && now_us > r->due_us) every = US_PER_HOUR;
    if (every < US_PER_MINUTE) every = US_PER_MINUTE;
    return now_us + (every > 6 * US_PER_HOUR ? 6 * US_PER_HOUR : every);
}

struct watching {
    const struct referral_room *room;
    const struct fetcher *fetcher;
    const struct site_rules *rules;
    int64_t now_us;
    bool (*stop)(void);
    struct watch_counts *counts;
    struct error *err;
};

static void next_at(struct watching *w, int64_t at_us)
{
    if (w->counts->next_us == TIME_UNKNOWN || at_us < w->counts->next_us) w->counts->next_us = at_us;
}

/* ---- asking ---- */

static int read_robots(struct watching *w, struct asked_host *h, struct sv scheme, struct arena *a)
{
    struct fetched f = {0};
    struct sv url = arena_printf(a, "%.*s://%.*s/robots.txt", SV_FMT(scheme), SV_FMT(h->host));
    if (!url.p) return error_set(w->err, ERR_NOMEM, "watch", "no memory for an address");
    int code = w->fetcher->fetch(w->fetcher->arg, url.p, a, &f, w->err);
    if (code) return code;
    /* 4xx: there are no rules. No answer, 5xx: nothing may be asked now (RFC 9309), and it is read again in an hour. */
    if (f.status >= 200 && f.status < 300)
        h->robots = sv_sub(f.body, 0, (size_t)64 << 10);
    else
        h->robots = f.status >= 400 && f.status < 500 ? SV("") : SV("User-agent: *\nDisallow: /\n");
    bool answered = f.status >= 200 && f.status < 500;
    h->robots_us = answered ? w->now_us : w->now_us - robots_every_us + US_PER_HOUR;
    return 0;
}

static void pace(struct watching *w, struct asked_host *h, const struct fetched *f)
{
    bool later = f->status == 0 || f->status == 429 || f->status >= 500;
    h->fails = later ? h->fails + 1 : 0;
    int64_t wait = w->room->config->per_host_us;
    for (int64_t i = 0; i < h->fails && wait < US_PER_HOUR; i++) wait *= 2;
    if (h->fails && wait > US_PER_HOUR) wait = US_PER_HOUR;
    if (f->retry_after_us > wait) wait = f->retry_after_us > US_PER_DAY ? US_PER_DAY : f->retry_after_us;
    h->next_us = w->now_us + wait;
}

static int ask(struct watching *w, const struct referral *r, const struct referral_target *t, struct arena *a)
{
    struct sv scheme, host, path;
    struct asked_host h;
    struct fetched f = {0};
    char said[64];
    if (!url_parts(t->url, &scheme, &host, &path)) return 0;
    int code = store_host_get(w->room->store, host, a, &h, w->err);
    if (code) return code;
    bool stale = h.robots_us == TIME_UNKNOWN || w->now_us - h.robots_us >= robots_every_us;
    if ((stale || robots_allow(h.robots, w->room->config->agent, path)) && h.next_us > w->now_us) {
        next_at(w, h.next_us); /* not yet */
        return 0;
    }
    if (stale) code = read_robots(w, &h, scheme, a);
    if (code) return code;
    enum seen_state seen = SEEN_UNKNOWN;
    struct sv why = SV("robots.txt asks not to be asked: a person has to look");
    if (robots_allow(h.robots, w->room->config->agent, path)) {
        char *url = arena_cstr(a, t->url);
        if (!url) return error_set(w->err, ERR_NOMEM, "watch", "no memory for an address");
        code = w->fetcher->fetch(w->fetcher->arg, url, a, &f, w->err);
        if (code) return code;
        seen = site_judge(w->rules, t->url, &f);
        snprintf(said, sizeof said, "HTTP %d", f.status);
        why = f.status ? sv_cstr(said) : f.said;
        w->counts->asked++;
        pace(w, &h, &f);
    } else {
        w->counts->held_by_robots++;
    }
    code = store_host_put(w->room->store, &h, w->err);
    if (code == 0)
        code = referral_seen(w->room, &r->id, t->position, seen, w->now_us, SV("marsad"), why, w->err);
    w->counts->online += seen == SEEN_ONLINE && !sv_is(t->state, "offline");
    w->counts->back += seen == SEEN_ONLINE && sv_is(t->state, "offline");
    w->counts->offline += seen == SEEN_OFFLINE;
    w->counts->unknown += seen == SEEN_UNKNOWN;
    return code;
}

static bool is_watched(const struct referral_kind *k, const struct referral *r, enum referral_state state)
{
    return k && k->watches && r->sent_us != TIME_UNKNOWN && state != REF_CANCELLED && state != REF_CLOSED &&
           state >= REF_SENT;
}

static int look(struct watching *w, const struct referral *r)
{
    struct arena a;
    struct referral_target *targets;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_referral_targets(w->room->store, &r->id, &a, &targets, &n, w->err);
    for (size_t i = 0; code == 0 && i < n && !(w->stop && w->stop()); i++) {
        if (targets[i].next_us > w->now_us)
            next_at(w, targets[i].next_us);
        else
            code = ask(w, r, &targets[i], &a);
    }
    arena_done(&a);
    return code;
}

/* ---- the clock ---- */

static int happens(struct watching *w, const struct referral *r, enum referral_event_kind what,
                   uint64_t *count)
{
    int code = referral_record(w->room, &r->id, what, w->now_us, SV("marsad"), SV_NULL, w->err);
    if (code == 0) (*count)++;
    return code;
}

static bool all_gone(struct watching *w, const struct referral *r, bool *out, int *code)
{
    struct arena a;
    struct referral_target *t;
    size_t n = 0;
    arena_init(&a, 0);
    *code = store_referral_targets(w->room->store, &r->id, &a, &t, &n, w->err);
    *out = *code == 0;
    for (size_t i = 0; *code == 0 && i < n; i++) *out = *out && sv_is(t[i].state, "offline");
    arena_done(&a);
    return *code == 0;
}

static int mind_clock(struct watching *w, const struct referral_kind *k, const struct referral *r,
                      enum referral_state state)
{
    bool gone = false;
    int code = 0;
    bool open = state == REF_SENT || state == REF_RECEIVED || state == REF_EXECUTED || state == REF_STILL_UP;
    if (!open || r->due_us == TIME_UNKNOWN || !all_gone(w, r, &gone, &code) || gone) return code;
    if (!k->watches && state == REF_EXECUTED)
        return 0; /* it did what was asked: there is no address to watch */
    int64_t remind = r->due_us - k->remind_us;
    if (state != REF_STILL_UP && w->now_us >= r->due_us)
        return happens(w, r, REFEV_OVERDUE, &w->counts->overdue);
    if (state != REF_STILL_UP && k->remind_us && r->reminded_us == TIME_UNKNOWN && w->now_us >= remind)
        return happens(w, r, REFEV_REMINDED, &w->counts->reminders);
    if (state == REF_STILL_UP && k->escalate_us && r->escalated_us == TIME_UNKNOWN &&
        w->now_us >= r->due_us + k->escalate_us)
        return happens(w, r, REFEV_ESCALATED, &w->counts->escalations);
    if (state != REF_STILL_UP)
        next_at(w, k->remind_us && r->reminded_us == TIME_UNKNOWN ? remind : r->due_us);
    if (state == REF_STILL_UP && r->escalated_us == TIME_UNKNOWN && k->escalate_us)
        next_at(w, r->due_us + k->escalate_us);
    return 0;
}

int referral_watch(const struct referral_room *room, const struct fetcher *f, const struct site_rules *rules,
                   int64_t now_us, bool (*stop)(void), struct watch_counts *out, struct error *err)
{
    struct arena a;
    struct referral *list, now;
    size_t n = 0;
    *out = (struct watch_counts){.next_us = TIME_UNKNOWN};
    struct watching w = {room, f, rules, now_us, stop, out, err};
    arena_init(&a, 0);
    int code = store_referral_list(room->store, SV_NULL, &a, &list, &n, err);
    for (size_t i = 0; code == 0 && i < n && !(stop && stop()); i++) {
        const struct referral_kind *k = referral_kind_find(room->kinds, list[i].kind);
        enum referral_state state;
        if (!k || !referral_state_parse(list[i].state, &state)) continue;
        if (f && is_watched(k, &list[i], state)) code = look(&w, &list[i]);
        if (code == 0) code = store_referral_get(room->store, &list[i].id, &a, &now, err);
        if (code == 0 && referral_state_parse(now.state, &state)) code = mind_clock(&w, k, &now, state);
    }
    arena_done(&a);
    return code;
}

/* ---- figures ---- */

struct league {
    struct league_row *rows;
    size_t n;
    struct {
        int64_t *v;
        size_t n, cap;
    } * times;
};

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The smallest value that at least this share of them does not exceed. */
static int64_t quantile(const int64_t *v, size_t n, unsigned percent)
{
    if (n == 0) return TIME_UNKNOWN;
    size_t at = (n * percent + 99) / 100;
    return v[at ? at - 1 : 0];
}

static void count_referral(struct league_row *row, const struct referral *r, const struct referral_target *t,
                           size_t n, bool acted)
{
    row->sent++;
    row->acted += acted;
    row->refused += sv_is(r->state, "refused") || sv_is(r->state, "cannot");
    row->still_up += sv_is(r->state, "still-up");
    row->back += sv_is(r->state, "back");
    row->unanswered += r->received_us == TIME_UNKNOWN && r->answered_us == TIME_UNKNOWN && !acted;
    row->targets += (int64_t)n;
    for (size_t i = 0; i < n; i++) row->targets_offline += t[i].offline_us != TIME_UNKNOWN;
}

static int league_add(struct store *s, struct league_row *row, const struct referral *r, int64_t *times,
                      size_t *ntimes, struct error *err)
{
    struct arena a;
    struct referral_target *t;
    size_t n = 0;
    arena_init(&a, 0);
    int code = store_referral_targets(s, &r->id, &a, &t, &n, err);
    if (code == 0) {
        bool acted = r->offline_us != TIME_UNKNOWN;
        int64_t from = r->received_us != TIME_UNKNOWN ? r->received_us : r->sent_us;
        count_referral(row, r, t, n, acted);
        if (acted) times[(*ntimes)++] = r->offline_us > from ? r->offline_us - from : 0;
    }
    arena_done(&a);
    return code;
}

static int by_recipient(const void *a, const void *b)
{
    const struct referral *const *x = a, *const *y = b;
    int order = sv_cmp((*x)->recipient, (*y)->recipient);
    return order ? order : memcmp((*x)->id.b, (*y)->id.b, sizeof(*x)->id.b);
}

int referral_league(struct store *s, int64_t from_us, int64_t to_us, struct arena *a, struct league_row **out,
                    size_t *out_n, struct error *err)
{
    struct referral *list;
    size_t n = 0, kept = 0, rows = 0;
    int code = store_referral_list(s, SV_NULL, a, &list, &n, err);
    if (code) return code;
    const struct referral **sorted = ARENA_ARRAY(a, n + 1, const struct referral *);
    int64_t *times = ARENA_ARRAY(a, n + 1, int64_t);
    struct league_row *v = ARENA_ARRAY(a, n + 1, struct league_row);
    if (!sorted || !times || !v) return error_set(err, ERR_NOMEM, "league", "no memory for figures");
    for (size_t i = 0; i < n; i++) {
        if (list[i].sent_us == TIME_UNKNOWN) continue;
        if ((from_us != TIME_UNKNOWN && list[i].sent_us < from_us) ||
            (to_us != TIME_UNKNOWN && list[i].sent_us >= to_us))
            continue;
        sorted[kept++] = &list[i];
    }
    if (kept) qsort(sorted, kept, sizeof *sorted, by_recipient);
    for (size_t i = 0; code == 0 && i < kept;) {
        struct league_row *row = &v[rows++];
        size_t ntimes = 0;
        row->recipient = sorted[i]->recipient;
        for (; code == 0 && i < kept && sv_eq(sorted[i]->recipient, row->recipient); i++)
            code = league_add(s, row, sorted[i], times, &ntimes, err);
        if (ntimes) qsort(times, ntimes, sizeof *times, by_time);
        row->median_us = quantile(times, ntimes, 50);
        row->p95_us = quantile(times, ntimes, 95);
    }
    *out = v;
    *out_n = rows;
    return code;
}
