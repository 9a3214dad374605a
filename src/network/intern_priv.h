/* Names to small numbers: each distinct byte string gets 0, 1, 2 … in order of first appearance.
 *
 * All strings stand end to end in one block; a slot of the table is 8 bytes, half hash and half number, so that a
 * probe costs one line of cache and a miss never touches the strings. The hash is keyed with a seed drawn when the
 * table is made: hostile ids cannot pile up, and since numbers come from the order of arrival alone, the seed never
 * shows in a result. At most NETWORK_MAX_NAME_BYTES of text and 2^31 names per table. */
#ifndef MARSAD_NETWORK_INTERN_PRIV_H
#define MARSAD_NETWORK_INTERN_PRIV_H

#include "base/error.h"
#include "base/sv.h"

#define INTERN_NONE UINT32_MAX

struct intern {
    char *bytes;
    size_t bytes_cap;
    uint32_t *end; /* end[i]: where string i stops; it starts where i - 1 stops */
    uint32_t n, cap;
    uint64_t *slots; /* (hash high half) << 32 | (number + 1); 0 is empty */
    uint64_t mask;
    uint64_t seed;
};

void intern_init(struct intern *t);
void intern_done(struct intern *t);

uint64_t intern_hash(const struct intern *t, struct sv s);
/* The same on every machine and in every run; for orders, never for tables. */
uint64_t intern_fixed_hash(struct sv s, uint64_t salt);
/* Brings the slot of a hash towards the processor; for callers that hash a batch ahead. */
static inline void intern_prefetch(const struct intern *t, uint64_t hash)
{
    if (t->slots) __builtin_prefetch(&t->slots[(hash >> 32) & t->mask]);
}
/* The next two steps of the same: where the string of that slot ends, then the string. Each needs the one before it to have
 * arrived, so callers go through their batch once per step. */
static inline uint32_t intern_guess(const struct intern *t, uint64_t hash)
{
    uint64_t slot = t->slots ? t->slots[(hash >> 32) & t->mask] : 0;
    if (slot >> 32 != hash >> 32 || !slot) return INTERN_NONE;
    __builtin_prefetch(&t->end[(uint32_t)slot - 1]);
    return (uint32_t)slot - 1;
}
static inline void intern_prefetch_string(const struct intern *t, uint32_t guess)
{
    if (guess != INTERN_NONE && guess) __builtin_prefetch(t->bytes + t->end[guess - 1]);
}
/* Finds or adds; `hash` is intern_hash(s). ERR_NOMEM, ERR_LIMIT (table unchanged). */
int intern_put_hashed(struct intern *t, struct sv s, uint64_t hash, uint32_t *out) MUST_USE;
int intern_put(struct intern *t, struct sv s, uint32_t *out) MUST_USE;
/* INTERN_NONE when absent. */
uint32_t intern_find(const struct intern *t, struct sv s);
uint32_t intern_find_hashed(const struct intern *t, struct sv s, uint64_t hash);
/* *borrowed until* the next intern_put. */
static inline struct sv intern_sv(const struct intern *t, uint32_t i)
{
    uint32_t start = i ? t->end[i - 1] : 0;
    return (struct sv){t->bytes + start, t->end[i] - start};
}
/* out_rank[i] = place of string i when all are sorted bytewise; out_sorted is its inverse. Both n entries, owned by
 * the caller. ERR_NOMEM. */
int intern_rank(const struct intern *t, uint32_t *out_rank, uint32_t *out_sorted) MUST_USE;

#endif
