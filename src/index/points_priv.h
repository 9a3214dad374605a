/* What the files of the points index share: one comparison per instruction set. */
#ifndef MARSAD_INDEX_POINTS_PRIV_H
#define MARSAD_INDEX_POINTS_PRIV_H

#include "index/points.h"

struct points_near {
    const char *name;
    bool (*usable)(void);
    /* out[i]: bits in which all[ids[i]] differs from q. */
    void (*distances)(const struct hash256 *q, const struct hash256 *all, const uint32_t *ids, size_t n,
                      uint16_t *out);
};
extern const struct points_near points_near_plain, points_near_popcnt, points_near_avx512;

/* The fastest that this machine runs. */
const struct points_near *points_near_best(void);

#endif
