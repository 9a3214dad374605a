/* Merkle trees as RFC 6962 hashes them: a leaf is SHA-256(0x00 ‖ bytes), a node SHA-256(0x01 ‖ left ‖ right), the empty
 * tree SHA-256 of nothing. A growing tree needs only its peaks, the roots of the perfect subtrees that its size is made of
 * (one per bit that is set): appending costs one node on average, the root at most 63.
 *
 * Proofs are made from any source that can give roots of perfect subtrees, and checked from their hashes alone. Both
 * are lists of at most MERKLE_MAX_PROOF hashes, in the order of RFC 6962, sections 2.1.1 and 2.1.2. */
#ifndef MARSAD_BASE_MERKLE_H
#define MARSAD_BASE_MERKLE_H

#include "base/id.h"

enum { MERKLE_LEVELS = 63, MERKLE_MAX_PROOF = 2 * MERKLE_LEVELS };
#define MERKLE_MAX_SIZE (UINT64_C(1) << 62) /* leaves of a tree: merkle_add asserts, the others refuse */

void merkle_leaf(struct sv bytes, struct sha256 *out);
void merkle_node(const struct sha256 *left, const struct sha256 *right, struct sha256 *out);

struct merkle {
    uint64_t size;
    struct sha256 peak[MERKLE_LEVELS]; /* peak[i] stands when bit i of size is set: of 2^i leaves */
};
void merkle_init(struct merkle *m);
void merkle_add(struct merkle *m, const struct sha256 *leaf);
void merkle_root(const struct merkle *m, struct sha256 *out);
/* The peaks that stand, smallest tree first, and back: false when there are not as many as the size has bits. */
size_t merkle_save(const struct merkle *m, struct sha256 out[MERKLE_LEVELS]);
bool merkle_load(struct merkle *m, uint64_t size, struct sv peaks);

/* Root of the leaves [index × 2^level, (index + 1) × 2^level), all of which are in the tree. */
struct merkle_source {
    void *arg;
    int (*hash)(void *arg, unsigned level, uint64_t index, struct sha256 *out, struct error *err);
};
struct merkle_proof {
    struct sha256 hash[MERKLE_MAX_PROOF];
    size_t n;
};
/* The root of the first `size` leaves. */
int merkle_root_of(const struct merkle_source *src, uint64_t size, struct sha256 *out,
                   struct error *err) MUST_USE;
/* That leaf `index` is in the tree of `size` leaves. ERR_ARG when it is not, or the size is beyond MERKLE_MAX_SIZE. */
int merkle_prove_leaf(const struct merkle_source *src, uint64_t index, uint64_t size,
                      struct merkle_proof *out, struct error *err) MUST_USE;
/* That the tree of `size` leaves begins with the tree of `old` leaves; empty when either is nothing or both are equal. */
int merkle_prove_growth(const struct merkle_source *src, uint64_t old, uint64_t size,
                        struct merkle_proof *out, struct error *err) MUST_USE;

bool merkle_check_leaf(const struct sha256 *leaf, uint64_t index, uint64_t size, const struct sha256 *proof,
                       size_t n, const struct sha256 *root);
bool merkle_check_growth(uint64_t old, const struct sha256 *old_root, uint64_t size,
                         const struct sha256 *root, const struct sha256 *proof, size_t n);

#endif
