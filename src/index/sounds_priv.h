/* What the two files of a growing index of sounds share. */
#ifndef MARSAD_INDEX_SOUNDS_PRIV_H
#define MARSAD_INDEX_SOUNDS_PRIV_H

#include "index/landmarks_priv.h"
#include "index/pieces.h"
#include "index/sounds.h"

struct sounds_index {
    struct landmarks *l;
    struct buf bytes; /* of one that was built here; empty when it is mapped */
    struct piece file;
};

struct sounds {
    struct VEC(struct sounds_index) indexes; /* largest first, but for what waits to be joined */
};

enum { SOUNDS_INDEX_MOST = 220000000 }; /* landmarks of one index, some 1,700 hours: larger ones are let be */

/* sounds_tidy with another limit. */
int sounds_tidy_below(struct sounds *s, uint64_t most, bool (*keep)(void *arg, const struct id128 *id),
                      void *arg, struct error *err) MUST_USE;
void sounds_index_done(struct sounds_index *x);

#endif
