/* Exact radius-31 queries per second of one core's time over random hashes, half of the queries planted: one JSON
 * object. MARSAD_BENCH_HASHES sets how many (default 1,000,000). */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "index/hamming_priv.h"

enum { BATCH = 64, RADIUS = 31 };

static int64_t core_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int on_hit(void *arg, const struct hamming_hit *hit)
{
    (void)hit;
    ++*(uint64_t *)arg;
    return 0;
}

int main(void)
{
    const char *wanted = getenv("MARSAD_BENCH_HASHES");
    size_t n = wanted ? strtoul(wanted, NULL, 10) : 1000000;
    struct hash256 *hashes = malloc(n * sizeof *hashes), queries[BATCH];
    uint32_t *payloads = calloc(n, sizeof *payloads);
    struct hamming *index = NULL;
    uint64_t state = 88172645463325252u, hits = 0, done = 0;
    if (!hashes || !payloads || n == 0) return 1;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 4; k++) hashes[i].w[k] = next(&state);
    for (int i = 0; i < BATCH; i++) {
        queries[i] = hashes[next(&state) % n];
        if (i % 2) queries[i].w[0] = next(&state), queries[i].w[1] = next(&state);
        queries[i].w[2] ^= (UINT64_C(1) << (i / 2)) - 1;
    }
    int64_t start = core_us();
    if (hamming_new(hashes, payloads, n, RADIUS, &index, NULL)) return 1;
    int64_t built = core_us(), spent;
    do {
        if (hamming_query(index, queries, BATCH, RADIUS, on_hit, &hits)) return 1;
        done += BATCH;
        spent = core_us() - built;
    } while (spent < 2 * US_PER_SECOND);
    printf("{\"bench\":\"hamming\",\"scan\":\"%s\",\"hashes\":%zu,\"radius\":%d,\"batch\":%d,\"queries_per_"
           "second\":%.0f,"
           "\"build_ms\":%lld,\"hits_per_query\":%.2f}\n",
           hamming_scan_best()->name, n, RADIUS, BATCH, (double)done * 1e6 / (double)spent,
           (long long)((built - start) / 1000), (double)hits / (double)done);
    hamming_free(index);
    free(hashes);
    free(payloads);
    return 0;
}
