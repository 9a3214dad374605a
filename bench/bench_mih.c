/* Exact radius-31 queries of multi-index hashing per second of one core: one JSON object a line.
 *
 *     bench_mih [random|skewed] [hashes] [list of real hashes, hex]
 *
 * Random hashes are every index's best case. Skewed ones are recombined from real hashes (the list; one hex a line):
 * each is one of them with up to 100 bits flipped, so that they crowd as real ones do. Half of the queries are an entry with
 * 0 to 31 bits flipped; hits are compared with the scan's on the first of them. MARSAD_BENCH_DUMP=folder leaves codes
 * and queries as raw files for another program to be measured on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "index/hamming.h"
#include "index/mih.h"

enum { QUERIES = 4096, RADIUS = 31, CHECKED = 64, CHECKED_UP_TO = 20000000, REAL_MAX = 100000 };

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

static struct hash256 flipped(struct hash256 h, unsigned bits, uint64_t *state)
{
    for (; bits > 0; bits--) {
        unsigned at = (unsigned)(next(state) >> 11) % 256;
        h.w[at / 64] ^= UINT64_C(1) << (at % 64);
    }
    return h;
}

static size_t load_real(const char *path, struct hash256 *out)
{
    struct lines l;
    struct sv line;
    size_t n = 0;
    if (!path || lines_open(&l, path, 4096, NULL)) return 0;
    while (n < REAL_MAX && lines_next(&l, &line, NULL) > 0)
        if (hash256_parse(sv_trim(line), &out[n])) n++;
    lines_close(&l);
    return n;
}

struct sets {
    struct hash256 *entries, *queries, *real;
    size_t n, nreal;
};

static bool make(struct sets *s, bool skewed, size_t n, const char *list)
{
    uint64_t state = 88172645463325252u;
    s->n = n;
    s->entries = malloc(n * sizeof *s->entries);
    s->queries = malloc(QUERIES * sizeof *s->queries);
    s->real = malloc(REAL_MAX * sizeof *s->real);
    if (!s->entries || !s->queries || !s->real) return false;
    s->nreal = skewed ? load_real(list, s->real) : 0;
    if (skewed && s->nreal == 0) return false;
    for (size_t i = 0; i < n; i++) {
        if (skewed)
            s->entries[i] =
                flipped(s->real[next(&state) % s->nreal], 20 + (unsigned)(next(&state) % 81), &state);
        else
            for (int k = 0; k < 4; k++) s->entries[i].w[k] = next(&state);
    }
    for (size_t i = 0; i < QUERIES; i++) {
        s->queries[i] = flipped(s->entries[next(&state) % n], i % 2 ? (unsigned)(i / 2 % 32) : 128, &state);
        if (i % 2 == 0 && skewed) s->queries[i] = flipped(s->real[i / 2 % s->nreal], 60, &state);
    }
    return true;
}

static int on_hit(void *arg, const struct mih_hit *hit)
{
    *(uint64_t *)arg += hit->npayloads;
    return 0;
}
static int on_scan_hit(void *arg, const struct hamming_hit *hit)
{
    (void)hit;
    ++*(uint64_t *)arg;
    return 0;
}

static bool agrees_with_scan(const struct sets *s, const struct mih *m)
{
    struct hamming *h = NULL;
    uint64_t a = 0, b = 0;
    uint32_t *payloads = calloc(s->n, sizeof *payloads);
    bool ok = payloads && hamming_new(s->entries, payloads, s->n, RADIUS, &h, NULL) == 0 &&
              mih_query(m, s->queries, CHECKED, RADIUS, on_hit, &a) == 0 &&
              hamming_query(h, s->queries, CHECKED, RADIUS, on_scan_hit, &b) == 0 && a == b;
    hamming_free(h);
    free(payloads);
    return ok;
}

static void dump(const struct sets *s)
{
    const char *folder = getenv("MARSAD_BENCH_DUMP");
    const char *names[2] = {"codes.bin", "queries.bin"};
    for (int i = 0; folder && i < 2; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *f = fopen(path, "wb");
        size_t n = i ? QUERIES : s->n;
        if (!f) continue;
        if (fwrite(i ? s->queries : s->entries, sizeof *s->entries, n, f) != n)
            fprintf(stderr, "%s: cut\n", path);
        fclose(f);
    }
}

static double rate(const struct sets *s, const struct mih *m, size_t batch, double *out_hits)
{
    uint64_t hits = 0, done = 0;
    int64_t start = core_us(), spent;
    do {
        size_t at = done % QUERIES;
        if (mih_query(m, s->queries + at, batch, RADIUS, on_hit, &hits)) exit(1);
        done += batch;
        spent = core_us() - start;
    } while (spent < 2 * US_PER_SECOND || done < 512);
    *out_hits = (double)hits / (double)done;
    return (double)done * 1e6 / (double)spent;
}

int main(int argc, char **argv)
{
    bool skewed = argc > 1 && strcmp(argv[1], "skewed") == 0;
    size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000000;
    struct sets s = {0};
    struct mih *m = NULL;
    double hits;
    if (n == 0 || !make(&s, skewed, n, argc > 3 ? argv[3] : NULL)) {
        fputs("bench_mih [random|skewed] [hashes] [list of real hashes]\n", stderr);
        return 1;
    }
    dump(&s);
    int64_t start = core_us();
    bool checks = n <= CHECKED_UP_TO;
    if (checks ? mih_new(s.entries, NULL, n, RADIUS, &m, NULL)
               : mih_take(s.entries, NULL, n, RADIUS, &m, NULL))
        return 1;
    int64_t built = core_us();
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    struct mih_facts f = mih_facts(m);
    bool exact = checks ? agrees_with_scan(&s, m) : true;
    if (checks) free(s.entries);
    s.entries = NULL;
    double one = rate(&s, m, 1, &hits), many = rate(&s, m, 64, &hits);
    printf("{\"bench\":\"mih\",\"hashes\":%zu,\"kind\":\"%s\",\"parts\":%d,\"radius\":%d,\"queries_per_"
           "second\":%.0f,"
           "\"batch_64_queries_per_second\":%.0f,\"hits_per_query\":%.2f,\"build_ms\":%lld,\"index_mb\":%.0f,"
           "\"peak_rss_mb\":%ld,\"same_as_scan\":%s}\n",
           n, skewed ? "skewed" : "random", f.parts, RADIUS, one, many, hits,
           (long long)((built - start) / 1000), (double)f.bytes / 1e6, usage.ru_maxrss / 1000,
           !checks ? "null"
           : exact ? "true"
                   : "false");
    mih_free(m);
    free(s.queries);
    free(s.real);
    return exact ? 0 : 1;
}
