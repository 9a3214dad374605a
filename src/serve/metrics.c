/* Figures for Prometheus: requests by route and status class, how long they took, what the owner and the queue do. */
#include "serve/serve_priv.h"

#include <stdlib.h>

enum { ROUTES_MOST = 128, CLASSES = 6, BUCKETS = 10 };
static const double bounds_s[BUCKETS] = {0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10};

struct metrics {
    atomic_uint_fast64_t by_route[ROUTES_MOST][CLASSES];
    atomic_uint_fast64_t buckets[BUCKETS + 1], took_us, n;
};

int metrics_new(struct metrics **out, struct error *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : error_set(err, ERR_NOMEM, "serve", "no memory for figures");
}

void metrics_free(struct metrics *m) { free(m); }

void metrics_count(struct metrics *m, const struct route *route, int status, int64_t took_us)
{
    size_t at = route ? (size_t)(route - routes) : ROUTES_MOST - 1;
    int class = status / 100 < CLASSES ? status / 100 : 5, k = 0;
    atomic_fetch_add_explicit(&m->by_route[at][class], 1, memory_order_relaxed);
    while (k < BUCKETS && (double)took_us > bounds_s[k] * 1e6) k++;
    atomic_fetch_add_explicit(&m->buckets[k], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->took_us, (uint64_t)took_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->n, 1, memory_order_relaxed);
}

static void put_requests(const struct metrics *m, struct buf *b)
{
    buf_puts(b, "# TYPE marsad_requests_total counter\n");
    for (size_t i = 0; i < ROUTES_MOST; i++)
        for (int k = 0; k < CLASSES; k++) {
            unsigned long long n = atomic_load(&m->by_route[i][k]);
            if (n == 0) continue;
            bool known = i < nroutes;
            buf_printf(b, "marsad_requests_total{method=\"%s\",path=\"%s\",status=\"%dxx\"} %llu\n",
                       known ? routes[i].method : "", known ? routes[i].path : "other", k, n);
        }
    unsigned long long sum = 0;
    buf_puts(b, "# TYPE marsad_request_seconds histogram\n");
    for (int k = 0; k < BUCKETS; k++) {
        sum += atomic_load(&m->buckets[k]);
        buf_printf(b, "marsad_request_seconds_bucket{le=\"%g\"} %llu\n", bounds_s[k], sum);
    }
    buf_printf(b,
               "marsad_request_seconds_bucket{le=\"+Inf\"} %llu\nmarsad_request_seconds_sum %.6f\n"
               "marsad_request_seconds_count %llu\n",
               (unsigned long long)atomic_load(&m->n), (double)atomic_load(&m->took_us) / 1e6,
               (unsigned long long)atomic_load(&m->n));
}

/* Who held the writing thread, and for how long. */
static void put_owner(const struct owner_stats *o, struct buf *b)
{
    buf_puts(b, "# TYPE marsad_writer_seconds histogram\n");
    for (int p = 0; p < OWNER_PHASES; p++) {
        const struct owner_times *t = &o->times[p];
        const char *name = owner_phase_name((enum owner_phase)p);
        unsigned long long sum = 0, n = t->n;
        for (int k = 0; k < OWNER_BOUNDS; k++) {
            sum += t->counts[k];
            buf_printf(b, "marsad_writer_seconds_bucket{phase=\"%s\",le=\"%g\"} %llu\n", name,
                       owner_bounds_s[k], sum);
        }
        buf_printf(b,
                   "marsad_writer_seconds_bucket{phase=\"%s\",le=\"+Inf\"} %llu\n"
                   "marsad_writer_seconds_sum{phase=\"%s\"} %.6f\n"
                   "marsad_writer_seconds_count{phase=\"%s\"} %llu\n",
                   name, n, name, (double)t->sum_us / 1e6, name, n);
    }
    buf_printf(b, "# TYPE marsad_log_pages gauge\nmarsad_log_pages %u\n", o->log_pages);
}

void metrics_write(struct server *s, struct buf *b)
{
    struct owner_stats o;
    struct error ignored;
    int64_t rows = 0, late = 0;
    owner_stats(s->owner, &o);
    struct store *reader = readers_take(s->readers);
    (void)(store_queue_totals(reader, clock_now_us(), &rows, &late, &ignored) != 0);
    readers_give(s->readers, reader);
    put_requests(s->metrics, b);
    put_owner(&o, b);
    buf_printf(b,
               "# TYPE marsad_writes_total counter\nmarsad_writes_total %llu\n"
               "# TYPE marsad_commits_total counter\nmarsad_commits_total %llu\n"
               "# TYPE marsad_writes_failed_total counter\nmarsad_writes_failed_total %llu\n"
               "# TYPE marsad_writes_waiting gauge\nmarsad_writes_waiting %u\n"
               "# TYPE marsad_queue_items gauge\nmarsad_queue_items %lld\n"
               "# TYPE marsad_queue_late gauge\nmarsad_queue_late %lld\n"
               "# TYPE marsad_uptime_seconds gauge\nmarsad_uptime_seconds %lld\n",
               (unsigned long long)o.writes, (unsigned long long)o.commits, (unsigned long long)o.failed,
               o.waiting, (long long)rows, (long long)late,
               (long long)((clock_mono_us() - s->started_us) / US_PER_SECOND));
}
