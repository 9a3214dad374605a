/* Hostile files made from honest ones: the n-th file of a series is the same on every machine. */
#ifndef MARSAD_TESTS_MUTATE_H
#define MARSAD_TESTS_MUTATE_H

#include "base/buf.h"

struct seed {
    char name[64];
    struct buf bytes;
};

/* Fills `out` (cleared) with hostile file n made from the seeds; `label` says how. */
void mutate(const struct seed *seeds, size_t nseeds, uint32_t n, struct buf *out, char label[160]);

#endif
