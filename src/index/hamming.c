/* The exact Hamming index, as a scan.
 *
 * Entries lie in blocks of eight (hamming_priv.h). A batch of queries goes over the blocks tile by tile, so that a
 * tile (32 KiB) is fetched from memory once and answered for every query from the cache. The scan only says which
 * entries are near; the few that are get their distance one by one. */
#include "index/hamming_priv.h"

#include <stdlib.h>

#include "base/checked.h"

struct hamming {
    struct hamming_block *blocks;
    uint32_t *payloads;
    size_t n, nblocks;
    int radius_max;
};

const struct hamming_scan *hamming_scan_best(void)
{
#if defined(__x86_64__)
    if (hamming_scan_avx512.usable()) return &hamming_scan_avx512;
    if (hamming_scan_avx2.usable()) return &hamming_scan_avx2;
#endif
    return &hamming_scan_plain;
}

void hamming_free(struct hamming *h)
{
    if (!h) return;
    free(h->blocks);
    free(h->payloads);
    free(h);
}

int hamming_new(const struct hash256 *hashes, const uint32_t *payloads, size_t n, int radius_max,
                struct hamming **out, struct error *err)
{
    if (radius_max < 0 || radius_max > 256)
        return error_set(err, ERR_ARG, "hamming", "radius %d is not within 0-256", radius_max);
    size_t bytes, nblocks = n / HAMMING_BLOCK + (n % HAMMING_BLOCK != 0);
    struct hamming *h = calloc(1, sizeof *h);
    if (!h || !checked_mul(nblocks, sizeof *h->blocks, &bytes)) goto nomem;
    h->blocks = aligned_alloc(64, bytes ? bytes : 64);
    h->payloads = malloc((n ? n : 1) * sizeof *h->payloads);
    if (!h->blocks || !h->payloads) goto nomem;
    if (bytes) memset(h->blocks, 0, bytes);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 4; k++) h->blocks[i / HAMMING_BLOCK].w[k][i % HAMMING_BLOCK] = hashes[i].w[k];
    if (n) memcpy(h->payloads, payloads, n * sizeof *payloads);
    h->n = n;
    h->nblocks = nblocks;
    h->radius_max = radius_max;
    *out = h;
    return 0;
nomem:
    hamming_free(h);
    return error_set(err, ERR_NOMEM, "hamming", "no memory for an index of %zu hashes", n);
}

size_t hamming_count(const struct hamming *h) { return h->n; }

static int entry_distance(const struct hamming *h, size_t i, const struct hash256 *q)
{
    int distance = 0;
    for (int k = 0; k < 4; k++)
        distance += __builtin_popcountll(h->blocks[i / HAMMING_BLOCK].w[k][i % HAMMING_BLOCK] ^ q->w[k]);
    return distance;
}

/* Entries past the last are all zero and may seem near: they are passed over here. */
static int report(const struct hamming *h, size_t block, unsigned mask, const struct hash256 *q,
                  uint32_t query, int (*hit)(void *arg, const struct hamming_hit *hit), void *arg)
{
    for (; mask; mask &= mask - 1) {
        size_t i = block * HAMMING_BLOCK + (size_t)__builtin_ctz(mask);
        if (i >= h->n) break;
        struct hamming_hit found = {query, h->payloads[i], entry_distance(h, i, q)};
        int r = hit(arg, &found);
        if (r) return r;
    }
    return 0;
}

int hamming_query_with(const struct hamming_scan *scan, const struct hamming *h,
                       const struct hash256 *queries, size_t nqueries, int radius,
                       int (*hit)(void *arg, const struct hamming_hit *hit), void *arg)
{
    uint8_t near[HAMMING_TILE];
    if (radius > h->radius_max) return ERR_ARG;
    for (size_t at = 0; at < h->nblocks; at += HAMMING_TILE) {
        size_t n = h->nblocks - at < HAMMING_TILE ? h->nblocks - at : HAMMING_TILE;
        for (size_t q = 0; q < nqueries; q++) {
            if (!scan->near(h->blocks + at, n, &queries[q], radius, near)) continue;
            for (size_t b = 0; b < n; b++) {
                int r = near[b] ? report(h, at + b, near[b], &queries[q], (uint32_t)q, hit, arg) : 0;
                if (r) return r;
            }
        }
    }
    return 0;
}

int hamming_query(const struct hamming *h, const struct hash256 *queries, size_t nqueries, int radius,
                  int (*hit)(void *arg, const struct hamming_hit *hit), void *arg)
{
    return hamming_query_with(hamming_scan_best(), h, queries, nqueries, radius, hit, arg);
}
