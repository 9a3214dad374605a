/* A hash map from byte strings to 64-bit values: open addressing, linear probing, keys copied into an arena of
 * the map's own. The hash is SipHash-2-4 under a key drawn at start, so that hostile keys cannot pile up.
 * Lookup and insertion O(1) expected. Not thread-safe for writers; any number of readers when nobody writes. */
#ifndef MARSAD_BASE_MAP_H
#define MARSAD_BASE_MAP_H

#include "base/arena.h"

struct map_slot;

struct map {
    struct map_slot *slots;
    size_t n, cap;
    struct arena keys;
};

void map_init(struct map *m);
void map_done(struct map *m);
/* Finds or adds. *out_value points at the value (0 when new), *borrowed until* the next map_put.
 * Returns 1 when the key is new, 0 when it was there, ERR_NOMEM. */
int map_put(struct map *m, struct sv key, uint64_t **out_value) MUST_USE;
/* NULL when absent. */
const uint64_t *map_get(const struct map *m, struct sv key);

/* The keyed hash itself, for those who build their own tables. Differs from run to run: never store it. */
uint64_t hash_bytes(struct sv s);

#endif
