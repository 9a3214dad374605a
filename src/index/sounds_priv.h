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

void sounds_index_done(struct sounds_index *x);

#endif
