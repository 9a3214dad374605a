/* The Hamming scan for any machine: the oracle of the others. */
#include "index/hamming_priv.h"

static bool usable(void) { return true; }

static bool near_plain(const struct hamming_block *blocks, size_t nblocks, const struct hash256 *q,
                       int radius, uint8_t *near)
{
    unsigned any = 0;
    for (size_t b = 0; b < nblocks; b++) {
        unsigned mask = 0;
        for (int i = 0; i < HAMMING_BLOCK; i++) {
            int distance = 0;
            for (int k = 0; k < 4; k++) distance += __builtin_popcountll(blocks[b].w[k][i] ^ q->w[k]);
            mask |= (unsigned)(distance <= radius) << i;
        }
        near[b] = (uint8_t)mask;
        any |= mask;
    }
    return any != 0;
}

const struct hamming_scan hamming_scan_plain = {.name = "plain", .usable = usable, .near = near_plain};
