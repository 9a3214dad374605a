#include "index/neardup.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <stdlib.h>

enum { HASHES = NEARDUP_ROWS * NEARDUP_KEYS };
#define NONE UINT32_MAX

/* ---- shingles ---- */

/* The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
static inline uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xBF58476D1CE4E5B9);
    x ^= x >> 27;
    x *= UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

static int compare_u64(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

static size_t sort_distinct(uint64_t *v, size_t n)
{
    size_t kept = 0;
    if (n) qsort(v, n, sizeof *v, compare_u64);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || v[i] != v[kept - 1]) v[kept++] = v[i];
    return kept;
}

int neardup_shingles(struct sv text, struct arena *a, struct shingles *out, struct error *err)
{
    uint32_t last[NEARDUP_SHINGLE] = {0};
    size_t seen = 0, n = 0;
    if (text.n > TEXT_MAX_BYTES)
        return error_set(err, ERR_LIMIT, "index", "a text of %zu bytes; at most %zu are compared", text.n,
                         (size_t)TEXT_MAX_BYTES);
    uint64_t *v = arena_array(a, text.n + 1, sizeof *v);
    if (!v) return error_set(err, ERR_NOMEM, "index", "no memory for the shingles of %zu bytes", text.n);
    for (size_t at = 0; at < text.n;) {
        memmove(last, last + 1, sizeof last - sizeof *last);
        last[NEARDUP_SHINGLE - 1] = utf8_next(text, &at, NULL);
        if (++seen < NEARDUP_SHINGLE && at < text.n) continue;
        uint64_t h = 0;
        for (unsigned i = 0; i < NEARDUP_SHINGLE; i++) h = mix(h + UINT64_C(0x9E3779B97F4A7C15) + last[i]);
        v[n++] = h;
    }
    out->n = sort_distinct(v, n);
    out->v = v;
    return 0;
}

double neardup_likeness(const struct shingles *a, const struct shingles *b)
{
    size_t i = 0, j = 0, both = 0;
    while (i < a->n && j < b->n) {
        both += a->v[i] == b->v[j];
        bool forward = a->v[i] <= b->v[j];
        j += a->v[i] >= b->v[j];
        i += forward;
    }
    size_t all = a->n + b->n - both;
    return all ? (double)both / (double)all : 0;
}

bool neardup_keys(const struct shingles *s, uint64_t out[NEARDUP_KEYS])
{
    if (s->n == 0) return false;
    for (unsigned k = 0; k < NEARDUP_KEYS; k++) {
        uint64_t key = k + 1;
        for (unsigned r = 0; r < NEARDUP_ROWS; r++) {
            uint64_t salt = mix(UINT64_C(0x6D61727361640000) + k * NEARDUP_ROWS + r), least = UINT64_MAX;
            for (size_t i = 0; i < s->n; i++) {
                uint64_t h = (s->v[i] ^ salt) * UINT64_C(0xD6E8FEB86659FD93);
                h ^= h >> 32;
                if (h < least) least = h;
            }
            key = mix(key ^ least);
        }
        out[k] = key ? key : 1; /* 0 is no key */
    }
    return true;
}

/* ---- the index ---- */

struct entry {
    struct shingles set;
    uint64_t keys[NEARDUP_KEYS];
    uint32_t next[NEARDUP_KEYS]; /* the text after it under the same key, as number */
};

struct bucket {
    uint64_t key; /* with its band; 0: free */
    uint32_t first, last, n;
};

struct neardup {
    double threshold;
    struct arena sets, scratch;
    struct VEC(struct entry) texts;
    struct bucket *buckets;
    uint64_t mask, nbuckets;
    uint32_t *seen; /* by text: the question that saw it last */
    size_t seen_cap;
    uint32_t question;
    uint64_t compared, left_out;
};

int neardup_new(double threshold, struct neardup **out, struct error *err)
{
    if (!(threshold > 0 && threshold <= 1))
        return error_set(err, ERR_ARG, "index", "a likeness of %g is not between 0 and 1", threshold);
    struct neardup *d = calloc(1, sizeof *d);
    if (!d) return error_set(err, ERR_NOMEM, "index", "no memory for an index of texts");
    d->threshold = threshold;
    arena_init(&d->sets, (size_t)64 << 30);
    arena_init(&d->scratch, 0);
    *out = d;
    return 0;
}

void neardup_free(struct neardup *d)
{
    if (!d) return;
    arena_done(&d->sets);
    arena_done(&d->scratch);
    VEC_DONE(&d->texts);
    free(d->buckets);
    free(d->seen);
    free(d);
}

static struct bucket *bucket_of(const struct neardup *d, uint64_t key)
{
    uint64_t at = mix(key) & d->mask;
    while (d->buckets[at].key && d->buckets[at].key != key) at = (at + 1) & d->mask;
    return &d->buckets[at];
}

static int grow_buckets(struct neardup *d)
{
    struct neardup old = *d;
    uint64_t cap = old.buckets ? (old.mask + 1) * 2 : 1024;
    struct bucket *buckets = calloc(cap, sizeof *buckets);
    if (!buckets) return ERR_NOMEM;
    d->buckets = buckets;
    d->mask = cap - 1;
    for (uint64_t i = 0; old.buckets && i <= old.mask; i++)
        if (old.buckets[i].key) *bucket_of(d, old.buckets[i].key) = old.buckets[i];
    free(old.buckets);
    return 0;
}

static void link_text(struct neardup *d, uint32_t number)
{
    struct entry *e = &d->texts.v[number];
    for (unsigned k = 0; k < NEARDUP_KEYS; k++) {
        struct bucket *b = bucket_of(d, e->keys[k]);
        e->next[k] = NONE;
        if (!b->key) {
            *b = (struct bucket){.key = e->keys[k], .first = number};
            d->nbuckets++;
        } else {
            d->texts.v[b->last].next[k] = number;
        }
        b->last = number;
        b->n++;
    }
}

int neardup_add(struct neardup *d, struct sv text, uint32_t *out_number, struct error *err)
{
    struct entry e = {0};
    uint32_t number = (uint32_t)d->texts.n;
    if (d->texts.n >= NEARDUP_MAX_TEXTS)
        return error_set(err, ERR_LIMIT, "index", "more than %u texts in one index", NEARDUP_MAX_TEXTS);
    arena_clear(&d->scratch);
    int rc = neardup_shingles(text, &d->scratch, &e.set, err);
    if (rc) return rc;
    uint64_t *kept = arena_array(&d->sets, e.set.n + 1, sizeof *kept);
    if (!kept) return error_set(err, ERR_NOMEM, "index", "no memory for text %u", number);
    if (e.set.n) memcpy(kept, e.set.v, e.set.n * sizeof *kept);
    e.set.v = kept;
    bool has_keys = neardup_keys(&e.set, e.keys);
    while (rc == 0 && (!d->buckets || (d->nbuckets + NEARDUP_KEYS) * 2 > d->mask)) rc = grow_buckets(d);
    if (rc == 0) rc = VEC_PUSH(&d->texts, e);
    if (rc) return error_set(err, rc, "index", "no memory for text %u", number);
    if (has_keys) link_text(d, number);
    *out_number = number;
    return 0;
}

struct near {
    uint32_t number;
    double likeness;
};
struct nears {
    struct VEC(struct near) v;
};

static int compare_near(const void *x, const void *y)
{
    const struct near *a = x, *b = y;
    if (a->likeness != b->likeness) return a->likeness > b->likeness ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static int begin_question(struct neardup *d)
{
    if (d->seen_cap < d->texts.n) {
        size_t cap = d->texts.cap;
        uint32_t *seen = realloc(d->seen, cap * sizeof *seen);
        if (!seen) return ERR_NOMEM;
        memset(seen + d->seen_cap, 0, (cap - d->seen_cap) * sizeof *seen);
        d->seen = seen;
        d->seen_cap = cap;
    }
    if (++d->question == 0) {
        memset(d->seen, 0, d->seen_cap * sizeof *d->seen);
        d->question = 1;
    }
    return 0;
}

/* Compares with every text that shares a key, each once. */
static int gather(struct neardup *d, const struct shingles *set, const uint64_t *keys, struct nears *out)
{
    int rc = begin_question(d);
    for (unsigned k = 0; rc == 0 && k < NEARDUP_KEYS && d->buckets; k++) {
        const struct bucket *b = bucket_of(d, keys[k]);
        uint32_t followed = 0;
        if (!b->key) continue;
        for (uint32_t i = b->first; rc == 0 && i != NONE; i = d->texts.v[i].next[k]) {
            if (followed++ == NEARDUP_MAX_BUCKET) {
                d->left_out += b->n - NEARDUP_MAX_BUCKET;
                break;
            }
            if (d->seen[i] == d->question) continue;
            d->seen[i] = d->question;
            d->compared++;
            struct near n = {i, neardup_likeness(set, &d->texts.v[i].set)};
            if (n.likeness >= d->threshold) rc = VEC_PUSH(&out->v, n);
        }
    }
    return rc;
}

int neardup_find(struct neardup *d, struct sv text, int (*visit)(void *arg, uint32_t number, double likeness),
                 void *arg, struct error *err)
{
    struct shingles set;
    struct nears found = {0};
    uint64_t keys[NEARDUP_KEYS];
    arena_clear(&d->scratch);
    int rc = neardup_shingles(text, &d->scratch, &set, err);
    if (rc || !neardup_keys(&set, keys)) return rc;
    rc = gather(d, &set, keys, &found);
    if (rc) error_set(err, rc, "index", "no memory to compare a text");
    if (rc == 0 && found.v.n) qsort(found.v.v, found.v.n, sizeof *found.v.v, compare_near);
    for (size_t i = 0; rc == 0 && i < found.v.n; i++)
        rc = visit(arg, found.v.v[i].number, found.v.v[i].likeness);
    VEC_DONE(&found.v);
    return rc;
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

int neardup_families(struct neardup *d, uint32_t *out, struct error *err)
{
    int rc = 0;
    uint32_t n = (uint32_t)d->texts.n;
    for (uint32_t i = 0; i < n; i++) out[i] = i;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        struct nears found = {0};
        if (d->texts.v[i].set.n) rc = gather(d, &d->texts.v[i].set, d->texts.v[i].keys, &found);
        for (size_t k = 0; k < found.v.n; k++) {
            uint32_t a = root_of(out, i), b = root_of(out, found.v.v[k].number);
            out[a < b ? b : a] = a < b ? a : b;
        }
        VEC_DONE(&found.v);
    }
    for (uint32_t i = 0; i < n; i++) out[i] = root_of(out, i);
    return rc ? error_set(err, rc, "index", "no memory for families of %u texts", n) : 0;
}

uint32_t neardup_count(const struct neardup *d) { return (uint32_t)d->texts.n; }

void neardup_effort(const struct neardup *d, uint64_t *out_compared, uint64_t *out_left_out)
{
    *out_compared = d->compared;
    *out_left_out = d->left_out;
}
