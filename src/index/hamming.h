/* Exact search in 256-bit hashes: every stored hash within a radius, none else.
 *
 * Built once, then immutable and shared by all threads. Each entry carries a 32-bit payload of the caller's. Scans in
 * batches of queries with the widest popcount the machine has (AVX-512 VPOPCNTDQ, AVX2, plain C as the oracle);
 * 32 bytes of memory traffic per entry and batch. */
#ifndef MARSAD_INDEX_HAMMING_H
#define MARSAD_INDEX_HAMMING_H

#include "base/error.h"
#include "base/hash256.h"

struct hamming;

struct hamming_hit {
    uint32_t query; /* position in the batch */
    uint32_t payload;
    int distance;
};

/* Copies n hashes and payloads. radius_max: no query may ask for more. */
int hamming_new(const struct hash256 *hashes, const uint32_t *payloads, size_t n, int radius_max,
                struct hamming **out, struct error *err) MUST_USE;
void hamming_free(struct hamming *h);
size_t hamming_count(const struct hamming *h);

/* Calls hit(arg, &hit) for each entry within radius (inclusive) of each query; order unspecified. A non-zero return
 * ends the search and is returned; ERR_ARG when radius is above radius_max. O(entries × queries). */
int hamming_query(const struct hamming *h, const struct hash256 *queries, size_t nqueries, int radius,
                  int (*hit)(void *arg, const struct hamming_hit *hit), void *arg);

#endif
