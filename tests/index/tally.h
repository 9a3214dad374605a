/* An order-free fingerprint of a set of hits. */
#ifndef MARSAD_TESTS_INDEX_TALLY_H
#define MARSAD_TESTS_INDEX_TALLY_H

#include <stdint.h>

struct tally {
    uint64_t count, mixed;
};
static inline void tally_add(struct tally *t, uint32_t query, uint32_t payload, int distance)
{
    uint64_t x = ((uint64_t)query << 40) ^ ((uint64_t)payload << 9) ^ (uint64_t)distance;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    t->mixed += x ^ (x >> 29);
    t->count++;
}

#endif
