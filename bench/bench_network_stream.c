/* Posts one by one: how long each keeps its edges and groups waiting. bench_network_stream [POSTS [ZIPF]]: a made-up world in the order
 * of a collector, no order of time. One JSON object. */
#include "base/clock.h"
#include "network/stream.h"
#include "network_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static int compare(const void *x, const void *y)
{
    float a = *(const float *)x, b = *(const float *)y;
    return a < b ? -1 : a > b;
}

static int feed(const struct world *w, struct network_stream *s, float *us, struct error *err)
{
    for (uint32_t i = 0; i < w->n; i++) {
        char object[16], account[16], content[16];
        struct network_change c;
        int a = snprintf(object, sizeof object, "o%06u", w->v[i].object);
        int b = snprintf(account, sizeof account, "u%06u", w->v[i].account);
        int d = snprintf(content, sizeof content, "c%07u", i);
        int64_t start = clock_mono_us();
        int rc = network_stream_add(s, 0, sv_of(object, (size_t)a), sv_of(account, (size_t)b),
                                    sv_of(content, (size_t)d), w->v[i].time_s * US_PER_SECOND, &c, err);
        us[i] = (float)(clock_mono_us() - start);
        if (rc) return rc;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct world_options wo;
    struct world w;
    struct network_stream_options o;
    struct network_stream *s;
    struct error err;
    struct rusage use;
    world_options_init(&wo);
    if (argc > 1) wo.posts = (uint32_t)atol(argv[1]);
    if (argc > 2) wo.zipf = atof(argv[2]);
    network_stream_options_init(&o);
    if (world_make(&wo, &w) || network_stream_new(&o, &s, &err)) return 1;
    float *us = malloc((size_t)w.n * sizeof *us);
    int64_t start = clock_mono_us();
    if (!us || feed(&w, s, us, &err)) return 1;
    double seconds = (double)(clock_mono_us() - start) / 1e6;
    getrusage(RUSAGE_SELF, &use);
    qsort(us, w.n, sizeof *us, compare);
    printf("{\"posts\":%u,\"seconds\":%.2f,\"median_us\":%.0f,\"p99_us\":%.0f,\"p9999_us\":%.0f,\"max_us\":%."
           "0f,\"peak_mb\":%.0f}\n",
           w.n, seconds, (double)us[w.n / 2], (double)us[w.n / 100 * 99],
           (double)us[(size_t)w.n * 9999 / 10000], (double)us[w.n - 1], (double)use.ru_maxrss / 1024);
    free(us);
    network_stream_free(s);
    world_done(&w);
    return 0;
}
