/* Texts that are nearly the same: MinHash over character shingles, with banding (Broder 1997; Leskovec, Rajaraman and
 * Ullman, chapter 3), and the exact likeness of the few candidates that it leaves.
 *
 *     text ─► shingles (sets of hashed 4-grams) ─► 24 keys ─► texts that share a key ─► exact Jaccard ─► near
 *
 * A key is made of five of 120 minimums. Two texts of likeness s share a key with probability 1 - (1 - s^5)^24: 0.998 at
 * 0.75, 0.988 at 0.7, 0.5 at 0.49, 0.0002 at 0.1; what shares none is not compared, what does is compared exactly, so that
 * nothing below the threshold is ever called near. The hashes are fixed: keys may be stored, and mean the same on every
 * machine.
 *
 * The text is taken as it is; whoever wants case, diacritics or punctuation not to count normalises before
 * (text/normalise.h). Shingles are of characters, so that words of any script count, and a typing error costs four
 * shingles and not a word.
 *
 * Two ways to use it: the functions alone, for those who keep keys in a table of their own, and struct neardup, an index in
 * memory (100 bytes and the shingles of each text). An index belongs to one thread at a time. */
#ifndef MARSAD_INDEX_NEARDUP_H
#define MARSAD_INDEX_NEARDUP_H

#include "base/arena.h"
#include "base/error.h"

enum { NEARDUP_SHINGLE = 4, NEARDUP_ROWS = 5, NEARDUP_KEYS = 24 };
#define NEARDUP_NEAR 0.7 /* the likeness from which two texts are the same in other words */

/* Distinct hashed shingles, ascending. A text shorter than a shingle has one, an empty text none. */
struct shingles {
    const uint64_t *v;
    size_t n;
};
/* In the arena. ERR_LIMIT above TEXT_MAX_BYTES, ERR_NOMEM. O(n log n) */
int neardup_shingles(struct sv text, struct arena *a, struct shingles *out, struct error *err) MUST_USE;
/* Shared ÷ all, 0 to 1; two empty sets have nothing in common. O(n) */
double neardup_likeness(const struct shingles *a, const struct shingles *b);
/* An empty set has no keys: false. */
bool neardup_keys(const struct shingles *s, uint64_t out[NEARDUP_KEYS]);

/* ---- in memory ---- */

struct neardup;
/* threshold: 0 < t ≤ 1. ERR_ARG, ERR_NOMEM. */
int neardup_new(double threshold, struct neardup **out, struct error *err) MUST_USE;
void neardup_free(struct neardup *d);
/* Adds a text under the next number, from 0. ERR_LIMIT above NEARDUP_MAX_TEXTS, ERR_NOMEM (the index is as before). */
int neardup_add(struct neardup *d, struct sv text, uint32_t *out_number, struct error *err) MUST_USE;
/* Texts at least as like as the threshold, most like first, then by number: each is visited; non-zero ends and is returned.
 * ERR_NOMEM, ERR_LIMIT. A key under which more than NEARDUP_MAX_BUCKET texts stand is followed to the first of them
 * only, and counted. */
int neardup_find(struct neardup *d, struct sv text, int (*visit)(void *arg, uint32_t number, double likeness),
                 void *arg, struct error *err) MUST_USE;
/* Families: near texts, and what is near to them, together. out_family[i] is the lowest number of text i's family; the same
 * whatever the order in which texts came, but for the numbers. Entries: neardup_count(). ERR_NOMEM. */
int neardup_families(struct neardup *d, uint32_t *out_family, struct error *err) MUST_USE;
uint32_t neardup_count(const struct neardup *d);
/* Comparisons made, and candidates not followed because their key was crowded. */
void neardup_effort(const struct neardup *d, uint64_t *out_compared, uint64_t *out_left_out);

#endif
