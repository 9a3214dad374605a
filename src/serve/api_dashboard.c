/* What a lead looks at in the morning: the clocks, how long things take, what is late and why, how often the machine errs. */
#include "serve/serve_priv.h"

#include <stdlib.h>

enum { DECISIONS_MOST = 50000, LATE_PAGES = 50, PAGE = 500 };

struct times {
    double *look[CATEGORY_COUNT], *decide[CATEGORY_COUNT];
    size_t n[CATEGORY_COUNT], cap;
};

static int by_seconds(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void put_percentiles(struct jw *w, const char *key, double *v, size_t n)
{
    static const struct {
        const char *name;
        double p;
    } rows[] = {{"median_s", 0.5}, {"p95_s", 0.95}, {"p99_s", 0.99}};
    if (n > 0) qsort(v, n, sizeof *v, by_seconds);
    jw_key(w, key);
    jw_object(w);
    jw_kv_i64(w, "n", (int64_t)n);
    for (int i = 0; i < 3; i++) {
        jw_key(w, rows[i].name);
        if (n > 0)
            jw_double(w, percentile(v, n, rows[i].p), 1);
        else
            jw_null(w);
    }
    jw_end(w);
}

/* ---- clocks and what is late ---- */

enum late { LATE_NO_LEASE, LATE_SNOOZED, LATE_ESCALATED, LATE_SECOND, LATE_LEASED, LATE_KNOWN, LATE_COUNT };
static const char *const late_words[LATE_COUNT] = {"no_lease",        "snoozed",     "escalated",
                                                   "awaiting_second", "leased_late", "known_late"};

struct clocks {
    int64_t open[CATEGORY_COUNT], late[CATEGORY_COUNT], m15[CATEGORY_COUNT], h1[CATEGORY_COUNT],
        h24[CATEGORY_COUNT];
    int64_t why[LATE_COUNT];
};

static enum late why_late(const struct desk_queue_row *r, int64_t now_us)
{
    if (sv_is(r->desk_state, "snoozed")) return LATE_SNOOZED;
    if (sv_is(r->desk_state, "escalated")) return LATE_ESCALATED;
    if (!id_is_zero(&r->lease_person) && r->lease_until_us > now_us) return LATE_LEASED;
    /* Made long before anybody here knew of it: it was late when it came. */
    if (r->q.created_us != TIME_UNKNOWN && r->q.known_us - r->q.created_us > r->q.deadline_us - r->q.known_us)
        return LATE_KNOWN;
    return LATE_NO_LEASE;
}

static void count_row(struct clocks *k, const struct desk_queue_row *r, int64_t now_us)
{
    int64_t left = r->q.deadline_us - now_us;
    unsigned at = r->q.category;
    k->open[at]++;
    k->late[at] += left < 0;
    k->m15[at] += left >= 0 && left < 15 * US_PER_MINUTE;
    k->h1[at] += left >= 0 && left < US_PER_HOUR;
    k->h24[at] += left >= 0 && left < US_PER_DAY;
    if (left < 0) k->why[why_late(r, now_us)]++;
}

static int read_clocks(struct call *c, struct clocks *k, int64_t now_us, struct error *err)
{
    struct arena a[2];
    const struct queue_row *after = NULL;
    int code = 0;
    arena_init(&a[0], 0);
    arena_init(&a[1], 0);
    for (int page = 0; code == 0 && page < LATE_PAGES; page++) {
        struct desk_queue_row *r = NULL;
        size_t n = 0;
        arena_clear(&a[page % 2]);
        code = store_desk_queue(call_store(c), NULL, after, PAGE, &a[page % 2], &r, &n, err);
        for (size_t i = 0; code == 0 && i < n; i++) count_row(k, &r[i], now_us);
        if (code || n < PAGE) break;
        after = &r[n - 1].q;
    }
    arena_done(&a[0]);
    arena_done(&a[1]);
    return code;
}

static void put_clocks(struct jw *w, const struct clocks *k)
{
    jw_key(w, "clocks");
    jw_array(w);
    for (int i = CATEGORY_NONE + 1; i < CATEGORY_COUNT; i++) {
        if (k->open[i] == 0) continue;
        jw_object(w);
        jw_kv_str(w, "category", category_name((enum category)i));
        jw_kv_i64(w, "open", k->open[i]);
        jw_kv_i64(w, "late", k->late[i]);
        jw_kv_i64(w, "due_15m", k->m15[i]);
        jw_kv_i64(w, "due_1h", k->h1[i]);
        jw_kv_i64(w, "due_24h", k->h24[i]);
        jw_end(w);
    }
    jw_end(w);
}

/* ---- how long things took ---- */

static bool add_time(struct times *t, struct arena *a, const struct decision *d)
{
    unsigned at = d->machine_category;
    if (d->state == DECISION_UNDONE || d->known_us == TIME_UNKNOWN || !id_is_zero(&d->reverses)) return true;
    if (!t->look[at]) {
        t->look[at] = ARENA_ARRAY(a, t->cap, double);
        t->decide[at] = ARENA_ARRAY(a, t->cap, double);
        if (!t->look[at] || !t->decide[at]) return false;
    }
    if (t->n[at] == t->cap) return true;
    int64_t look = d->first_look_us == TIME_UNKNOWN ? d->at_us : d->first_look_us;
    t->look[at][t->n[at]] = (double)(look - d->known_us) / (double)US_PER_SECOND;
    t->decide[at][t->n[at]++] = (double)(d->at_us - d->known_us) / (double)US_PER_SECOND;
    return true;
}

/* A decision that came after its deadline, or still waits for its second person then. */
static void count_late(struct clocks *k, const struct decision *d, int64_t now_us)
{
    if (d->deadline_us == TIME_UNKNOWN || !id_is_zero(&d->reverses) || d->state == DECISION_UNDONE) return;
    if (d->state == DECISION_AWAITING_SECOND) {
        k->why[LATE_SECOND] += now_us > d->deadline_us;
        return;
    }
    if (d->at_us <= d->deadline_us) return;
    int64_t look = d->first_look_us == TIME_UNKNOWN ? d->at_us : d->first_look_us;
    if (d->known_us != TIME_UNKNOWN && d->known_us >= d->deadline_us)
        k->why[LATE_KNOWN]++;
    else
        k->why[look > d->deadline_us ? LATE_NO_LEASE : LATE_LEASED]++;
}

static int read_times(struct call *c, struct times *t, struct clocks *k, int64_t since_us, int64_t now_us,
                      int64_t *by_day, int64_t days, struct error *err)
{
    struct decision_filter f;
    decision_filter_init(&f);
    t->cap = 5000;
    for (size_t seen = 0; seen < DECISIONS_MOST;) {
        struct decision *d = NULL;
        size_t n = 0;
        int code = store_decisions(call_store(c), &f, PAGE, &c->arena, &d, &n, err);
        if (code) return code;
        for (size_t i = 0; i < n; i++) {
            if (d[i].at_us < since_us) return 0;
            int64_t day = (d[i].at_us - since_us) / US_PER_DAY;
            if (day >= 0 && day < days) by_day[day]++;
            count_late(k, &d[i], now_us);
            if (!add_time(t, &c->arena, &d[i]))
                return error_set(err, ERR_NOMEM, "serve", "no memory for figures");
        }
        if (n < PAGE) break;
        f.before_us = d[n - 1].at_us;
        f.before = d[n - 1].id;
        seen += n;
    }
    return 0;
}

static void put_times(struct call *c, struct times *t)
{
    jw_key(&c->w, "times");
    jw_array(&c->w);
    for (int i = 0; i < CATEGORY_COUNT; i++) {
        if (t->n[i] == 0) continue;
        jw_object(&c->w);
        jw_kv_str(&c->w, "category", category_name((enum category)i));
        put_percentiles(&c->w, "first_look", t->look[i], t->n[i]);
        put_percentiles(&c->w, "decision", t->decide[i], t->n[i]);
        jw_end(&c->w);
    }
    jw_end(&c->w);
}

static void put_days(struct call *c, const int64_t *decided, int64_t since_us, int64_t days)
{
    jw_key(&c->w, "by_day");
    jw_array(&c->w);
    for (int64_t i = 0; i < days; i++) {
        char day[TIME_TEXT_BYTES];
        time_format(since_us + i * US_PER_DAY, day);
        jw_object(&c->w);
        jw_kv_sv(&c->w, "day", sv_of(day, 10));
        jw_kv_i64(&c->w, "decided", decided[i]);
        jw_end(&c->w);
    }
    jw_end(&c->w);
}

void api_dashboard(struct call *c)
{
    int64_t days = query_i64(c, "days", 1, 366, 7), now_us = clock_now_us();
    int64_t since_us = (now_us / US_PER_DAY - days + 1) * US_PER_DAY;
    struct clocks *k = ARENA_NEW(&c->arena, struct clocks);
    struct times *t = ARENA_NEW(&c->arena, struct times);
    struct machine_figures m;
    struct error err;
    if (c->failed) return;
    int64_t *by_day = ARENA_ARRAY(&c->arena, (size_t)days, int64_t);
    int code = k && t && by_day ? 0 : error_set(&err, ERR_NOMEM, "serve", "no memory for figures");
    if (code == 0) code = read_clocks(c, k, now_us, &err);
    if (code == 0) code = read_times(c, t, k, since_us, now_us, by_day, days, &err);
    if (code) {
        call_error(c, &err);
        return;
    }
    if (!machine_rates(c, since_us, &m)) return;
    struct jw *w = &c->w;
    call_json(c, 200);
    jw_object(w);
    jw_kv_i64(w, "days", days);
    put_clocks(w, k);
    put_times(c, t);
    jw_key(w, "late");
    jw_array(w);
    for (int i = 0; i < LATE_COUNT; i++) {
        jw_object(w);
        jw_kv_str(w, "why", late_words[i]);
        jw_kv_i64(w, "n", k->why[i]);
        jw_end(w);
    }
    jw_end(w);
    int64_t overturned = (int64_t)count_appeals(c, APPEAL_OVERTURNED);
    jw_kv_i64(w, "decided", m.decided);
    jw_kv_i64(w, "reversed", m.reversed);
    jw_kv_i64(w, "appealed",
              overturned + (int64_t)count_appeals(c, APPEAL_UPHELD) +
                  (int64_t)count_appeals(c, APPEAL_WAITING));
    jw_kv_i64(w, "overturned", overturned);
    put_machine_rates(c, "errors_by_language", "errors_by_category", &m);
    put_days(c, by_day, since_us, days);
    jw_end(w);
}
