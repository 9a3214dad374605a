/* Interning: see intern_priv.h. Linear probing at a load of at most one half; the table doubles from the hash halves
 * that the slots keep, without reading a string again. */
#include "network/intern_priv.h"

#include "base/limits.h"
#include "network/huge_priv.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

__extension__ typedef unsigned __int128 u128;

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    u128 m = (u128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static inline uint64_t load_8(const char *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static inline uint64_t load_tail(const char *p, size_t n)
{
    uint64_t v = 0;
    memcpy(&v, p, n);
    return v;
}

void intern_init(struct intern *t)
{
    memset(t, 0, sizeof *t);
    if (getrandom(&t->seed, sizeof t->seed, 0) != (ssize_t)sizeof t->seed) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        t->seed = (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^ (uintptr_t)t;
    }
    t->seed |= 1;
}

void intern_done(struct intern *t)
{
    free(t->bytes);
    free(t->end);
    free(t->slots);
    memset(t, 0, sizeof *t);
}

static uint64_t hash_with(uint64_t seed, struct sv s)
{
    uint64_t h = seed ^ (s.n * UINT64_C(0x9E3779B97F4A7C15));
    const char *p = s.p;
    size_t n = s.n;
    for (; n > 16; p += 16, n -= 16) h = fold(load_8(p) ^ UINT64_C(0xA0761D6478BD642F), load_8(p + 8) ^ h);
    uint64_t a, b;
    if (n >= 8) {
        a = load_8(p);
        b = load_8(p + n - 8);
    } else {
        a = n ? load_tail(p, n) : 0;
        b = 0;
    }
    h = fold(a ^ UINT64_C(0xE7037ED1A0B428DB), b ^ h);
    return fold(h ^ UINT64_C(0x8EBC6AF09C88C6E3), seed ^ UINT64_C(0x589965CC75374CC3));
}

uint64_t intern_hash(const struct intern *t, struct sv s) { return hash_with(t->seed, s); }

uint64_t intern_fixed_hash(struct sv s, uint64_t salt)
{
    return hash_with(salt ^ UINT64_C(0x1D8E4E27C47D124F), s);
}

static int grow_slots(struct intern *t)
{
    uint64_t cap = t->slots ? (t->mask + 1) * 2 : 1024;
    uint64_t *slots = calloc(cap, sizeof *slots);
    if (!slots) return ERR_NOMEM;
    wish_huge_pages(slots, cap * sizeof *slots);
    for (uint64_t i = 0; t->slots && i <= t->mask; i++) {
        uint64_t slot = t->slots[i];
        if (!slot) continue;
        uint64_t at = (slot >> 32) & (cap - 1);
        while (slots[at]) at = (at + 1) & (cap - 1);
        slots[at] = slot;
    }
    free(t->slots);
    t->slots = slots;
    t->mask = cap - 1;
    return 0;
}

static int grow_strings(struct intern *t, size_t more)
{
    uint32_t used = t->n ? t->end[t->n - 1] : 0;
    if (more > NETWORK_MAX_NAME_BYTES - used || t->n >= INT32_MAX) return ERR_LIMIT;
    if (used + more > t->bytes_cap) {
        size_t cap = t->bytes_cap ? t->bytes_cap : 4096;
        while (cap < used + more) cap += cap / 2;
        char *bytes = realloc(t->bytes, cap);
        if (!bytes) return ERR_NOMEM;
        wish_huge_pages(bytes, cap);
        t->bytes = bytes;
        t->bytes_cap = cap;
    }
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? t->cap + t->cap / 2 : 256;
        uint32_t *end = realloc(t->end, (size_t)cap * sizeof *end);
        if (!end) return ERR_NOMEM;
        wish_huge_pages(end, (size_t)cap * sizeof *end);
        t->end = end;
        t->cap = cap;
    }
    return 0;
}

int intern_put_hashed(struct intern *t, struct sv s, uint64_t hash, uint32_t *out)
{
    if (!t->slots || (uint64_t)t->n * 2 >= t->mask) {
        int rc = grow_slots(t);
        if (rc) return rc;
    }
    uint64_t half = hash >> 32, at = half & t->mask;
    for (uint64_t slot; (slot = t->slots[at]) != 0; at = (at + 1) & t->mask) {
        if (slot >> 32 != half) continue;
        uint32_t i = (uint32_t)slot - 1;
        if (sv_eq(intern_sv(t, i), s)) {
            *out = i;
            return 0;
        }
    }
    int rc = grow_strings(t, s.n);
    if (rc) return rc;
    uint32_t start = t->n ? t->end[t->n - 1] : 0;
    if (s.n) memcpy(t->bytes + start, s.p, s.n);
    t->end[t->n] = start + (uint32_t)s.n;
    *out = t->n++;
    t->slots[at] = half << 32 | t->n;
    return 0;
}

int intern_put(struct intern *t, struct sv s, uint32_t *out)
{
    return intern_put_hashed(t, s, intern_hash(t, s), out);
}

uint32_t intern_find_hashed(const struct intern *t, struct sv s, uint64_t hash)
{
    if (!t->slots) return INTERN_NONE;
    uint64_t half = hash >> 32, at = half & t->mask;
    for (uint64_t slot; (slot = t->slots[at]) != 0; at = (at + 1) & t->mask)
        if (slot >> 32 == half && sv_eq(intern_sv(t, (uint32_t)slot - 1), s)) return (uint32_t)slot - 1;
    return INTERN_NONE;
}

uint32_t intern_find(const struct intern *t, struct sv s)
{
    return intern_find_hashed(t, s, intern_hash(t, s));
}

/* Sorting by the first eight bytes as a number settles most names; the rest compare their tails. */
struct rank_key {
    uint64_t head;
    uint32_t id;
};

static int compare_keys(const void *x, const void *y, void *arg)
{
    const struct rank_key *a = x, *b = y;
    if (a->head != b->head) return a->head < b->head ? -1 : 1;
    return sv_cmp(intern_sv(arg, a->id), intern_sv(arg, b->id));
}

int intern_rank(const struct intern *t, uint32_t *out_rank, uint32_t *out_sorted)
{
    struct rank_key *keys = malloc(((size_t)t->n + 1) * sizeof *keys);
    if (!keys) return ERR_NOMEM;
    for (uint32_t i = 0; i < t->n; i++) {
        struct sv s = intern_sv(t, i);
        uint64_t head = load_tail(s.n ? s.p : "", s.n < 8 ? s.n : 8);
        keys[i] = (struct rank_key){__builtin_bswap64(head), i};
    }
    qsort_r(keys, t->n, sizeof *keys, compare_keys, (void *)(uintptr_t)t);
    for (uint32_t i = 0; i < t->n; i++) {
        out_sorted[i] = keys[i].id;
        out_rank[keys[i].id] = i;
    }
    free(keys);
    return 0;
}
