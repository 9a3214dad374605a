/* A 256-bit value that is compared by the number of differing bits. Bit k is bit k%64 of w[k/64]; the text form is 64
 * hex digits, highest bit first (as PDQ is printed everywhere). */
#ifndef MARSAD_BASE_HASH256_H
#define MARSAD_BASE_HASH256_H

#include "base/sv.h"

struct hash256 {
    uint64_t w[4];
};
enum { HASH256_TEXT_BYTES = 65 };

static inline int hash256_distance(const struct hash256 *a, const struct hash256 *b)
{
    return __builtin_popcountll(a->w[0] ^ b->w[0]) + __builtin_popcountll(a->w[1] ^ b->w[1]) +
           __builtin_popcountll(a->w[2] ^ b->w[2]) + __builtin_popcountll(a->w[3] ^ b->w[3]);
}
static inline bool hash256_eq(const struct hash256 *a, const struct hash256 *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
void hash256_format(const struct hash256 *h, char out[HASH256_TEXT_BYTES]);
bool hash256_parse(struct sv hex, struct hash256 *out); /* exactly 64 hex digits, either case */

#endif
