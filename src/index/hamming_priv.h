/* What the files of the Hamming index share: how entries lie in memory, and one scan per instruction set. */
#ifndef MARSAD_INDEX_HAMMING_PRIV_H
#define MARSAD_INDEX_HAMMING_PRIV_H

#include "index/hamming.h"

enum { HAMMING_BLOCK = 8, HAMMING_TILE = 128 };

/* Eight entries, word by word: w[k][i] is word k of entry i. One vector register holds a word of all eight. */
struct hamming_block {
    _Alignas(64) uint64_t w[4][HAMMING_BLOCK];
};

struct hamming_scan {
    const char *name;
    bool (*usable)(void);
    /* For each block: bit i of near[b] is set when entry i lies within radius of q. True when any is. */
    bool (*near)(const struct hamming_block *blocks, size_t nblocks, const struct hash256 *q, int radius,
                 uint8_t *near);
};
extern const struct hamming_scan hamming_scan_plain, hamming_scan_avx2, hamming_scan_avx512;

/* The fastest that this machine runs. */
const struct hamming_scan *hamming_scan_best(void);

/* hamming_query with a scan of the caller's choice: for the tests that hold them against each other. */
int hamming_query_with(const struct hamming_scan *scan, const struct hamming *h,
                       const struct hash256 *queries, size_t nqueries, int radius,
                       int (*hit)(void *arg, const struct hamming_hit *hit), void *arg);

#endif
