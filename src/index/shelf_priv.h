/* What the two files of the shelf share. */
#ifndef MARSAD_INDEX_SHELF_PRIV_H
#define MARSAD_INDEX_SHELF_PRIV_H

#include "base/vec.h"
#include "index/hamming_priv.h"
#include "index/pieces.h"
#include "index/shelf.h"

struct shelf_index {
    struct mih *m;
    struct piece file;
};

struct shelf {
    int radius;
    struct VEC(struct shelf_index) indexes; /* largest first, but for what waits to be joined */
    struct hamming_block *tail;             /* room for SHELF_TAIL */
    uint32_t *tail_payloads;
    size_t ntail;
};

struct hash256 shelf_tail_hash(const struct shelf *s, size_t i);
void shelf_tail_put(struct shelf *s, const struct hash256 *h, uint32_t payload);

#endif
