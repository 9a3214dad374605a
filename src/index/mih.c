/* Queries of multi-index hashing.
 *
 * A query is a chain of misses: where a value's list begins, the list, the hash itself. They are run as a pipeline over
 * the parts: while one part's starts are on their way from memory, the lists of the part before are asked for, and the
 * hashes of the one before that are compared. A pair that meets in several parts is reported by the first alone, which
 * is known from the pair: no memory of what was seen is kept.
 *
 * A query that would compare more than a fixed share of all hashes stops there and joins the scan of its batch, which
 * leaves out what the parts already done have reported. */
#include "index/mih_priv.h"

#include <stdlib.h>
#include <string.h>

#include "index/hamming_priv.h"

enum { CHUNK = 512, SCAN_SHARE = 12, SCAN_FLOOR = 4096 };

struct list_range {
    uint32_t at, end;
};

/* What one query has in hand; the lists are allocated once a batch. */
struct ask {
    const struct mih *m;
    const struct hash256 *q;
    uint32_t number;
    int radius;
    int8_t allow[MIH_PARTS_MAX];
    uint32_t value[MIH_PARTS_MAX];
    struct list_range *ranges[2]; /* of the part being read, of the part being compared */
    size_t nranges[2];
    uint64_t met, met_max;
    int (*hit)(void *arg, const struct mih_hit *hit);
    void *arg;
};

/* A query left to the scan: parts below `done` have reported. */
struct left {
    uint32_t query;
    int done;
};

#define INLINE static inline __attribute__((always_inline))

INLINE int distance_of(const struct hash256 *a, const struct hash256 *b)
{
    return __builtin_popcountll(a->w[0] ^ b->w[0]) + __builtin_popcountll(a->w[1] ^ b->w[1]) +
           __builtin_popcountll(a->w[2] ^ b->w[2]) + __builtin_popcountll(a->w[3] ^ b->w[3]);
}

/* True when one of the parts [0, before) meets this pair. */
static bool met_before(const struct ask *a, const struct hash256 *h, int before)
{
    for (int i = 0; i < before; i++) {
        const uint64_t *mask = a->m->part[i].mask;
        int d = 0;
        for (int k = 0; k < 4; k++) d += __builtin_popcountll((h->w[k] ^ a->q->w[k]) & mask[k]);
        if (d <= a->allow[i]) return true;
    }
    return false;
}

static int report(const struct ask *a, uint32_t id, int distance, int part)
{
    const struct mih *m = a->m;
    if (met_before(a, &m->hashes[id], part)) return 0;
    size_t at = id, end = at + 1;
    if (m->payload_start) at = m->payload_start[id], end = m->payload_start[id + 1];
    if (end > m->entries || at >= end) return 0; /* a damaged file */
    struct mih_hit hit = {a->number, distance, m->payloads + at, end - at};
    return a->hit(a->arg, &hit);
}

INLINE void starts_fetch(const struct ask *a, int i)
{
    const struct mih_part *p = &a->m->part[i];
    if (a->allow[i] < 0) return;
    const struct mih_flips *f = &a->m->flips[p->bits][a->allow[i]];
    for (size_t k = 0; k < f->n; k++) __builtin_prefetch(&p->start[a->value[i] ^ f->v[k]], 0, 3);
}

INLINE void ranges_read(struct ask *a, int i, int slot)
{
    const struct mih_part *p = &a->m->part[i];
    size_t n = 0;
    a->nranges[slot] = 0;
    if (a->allow[i] < 0) return;
    const struct mih_flips *f = &a->m->flips[p->bits][a->allow[i]];
    struct list_range *r = a->ranges[slot];
    for (size_t k = 0; k < f->n; k++) {
        uint32_t v = a->value[i] ^ f->v[k], at = p->start[v], end = p->start[v + 1];
        if (at >= end || end > a->m->distinct) continue;
        r[n++] = (struct list_range){at, end};
        a->met += end - at;
        if (p->list)
            __builtin_prefetch(&p->list[at], 0, 3);
        else
            __builtin_prefetch(&a->m->hashes[at], 0, 3);
    }
    a->nranges[slot] = n;
}

INLINE int compare(const struct ask *a, const uint32_t *ids, size_t n, int part)
{
    for (size_t k = 0; k < n; k++) {
        int d = distance_of(&a->m->hashes[ids[k]], a->q);
        if (__builtin_expect(d <= a->radius, 0)) {
            int r = report(a, ids[k], d, part);
            if (r) return r;
        }
    }
    return 0;
}

/* The hashes of one part's ranges, a chunk asked for while the chunk before is compared. */
INLINE int ranges_compare(const struct ask *a, int part, int slot)
{
    const uint32_t *list = a->m->part[part].list;
    uint32_t ids[2][CHUNK];
    size_t n = 0, before = 0;
    int which = 0, r = 0;
    for (size_t k = 0; k < a->nranges[slot]; k++)
        for (uint32_t at = a->ranges[slot][k].at; at < a->ranges[slot][k].end; at++) {
            uint32_t id = list ? list[at] : at;
            if (id >= a->m->distinct) continue; /* a damaged file */
            __builtin_prefetch(&a->m->hashes[id], 0, 3);
            ids[which][n++] = id;
            if (n < CHUNK) continue;
            if ((r = compare(a, ids[which ^ 1], before, part))) return r;
            which ^= 1, before = n, n = 0;
        }
    if ((r = compare(a, ids[which ^ 1], before, part))) return r;
    return compare(a, ids[which], n, part);
}

/* 0 and *done = parts: answered; fewer: the rest is the scan's. */
INLINE int ask_parts(struct ask *a, bool fast, int *done)
{
    int parts = a->m->parts, r = 0;
    for (int i = 0; i < parts; i++)
        a->value[i] =
            fast ? mih_value_fast(a->q, a->m->part[i].mask) : mih_value_plain(a->q, a->m->part[i].mask);
    a->met = 0;
    starts_fetch(a, 0);
    for (int i = 0; i <= parts; i++) {
        if (i + 1 < parts) starts_fetch(a, i + 1);
        if (i < parts) ranges_read(a, i, i % 2);
        if (i > 0 && (r = ranges_compare(a, i - 1, (i - 1) % 2))) return r;
        if (i < parts && a->met > a->met_max) {
            *done = i;
            return 0;
        }
    }
    *done = parts;
    return 0;
}

static int ask_plain(struct ask *a, int *done) { return ask_parts(a, false, done); }

#if defined(__x86_64__)
__attribute__((target("popcnt,bmi2,bmi,lzcnt"))) static int ask_fast(struct ask *a, int *done)
{
    return ask_parts(a, true, done);
}
#else
#define ask_fast ask_plain
#endif

/* ---- the scan of what is left ---- */

static void tile_load(const struct mih *m, size_t at, size_t n, struct hamming_block *out)
{
    memset(out, 0, sizeof *out * ((n + HAMMING_BLOCK - 1) / HAMMING_BLOCK));
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 4; k++) out[i / HAMMING_BLOCK].w[k][i % HAMMING_BLOCK] = m->hashes[at + i].w[k];
}

static int tile_report(const struct ask *a, size_t at, size_t n, const uint8_t *near, int done)
{
    for (size_t i = 0; i < n; i++) {
        if (!(near[i / HAMMING_BLOCK] >> (i % HAMMING_BLOCK) & 1)) continue;
        uint32_t id = (uint32_t)(at + i);
        int r = report(a, id, hash256_distance(&a->m->hashes[id], a->q), done);
        if (r) return r;
    }
    return 0;
}

static int scan(struct ask *a, const struct hash256 *queries, const struct left *left, size_t nleft)
{
    enum { ENTRIES = HAMMING_TILE * HAMMING_BLOCK };
    const struct hamming_scan *s = hamming_scan_best();
    struct hamming_block *tile = aligned_alloc(64, HAMMING_TILE * sizeof *tile);
    uint8_t near[HAMMING_TILE];
    int r = tile ? 0 : ERR_NOMEM;
    for (size_t at = 0; at < a->m->distinct && !r; at += ENTRIES) {
        size_t n = a->m->distinct - at < ENTRIES ? a->m->distinct - at : ENTRIES;
        tile_load(a->m, at, n, tile);
        for (size_t k = 0; k < nleft && !r; k++) {
            a->number = left[k].query;
            a->q = &queries[a->number];
            if (s->near(tile, (n + HAMMING_BLOCK - 1) / HAMMING_BLOCK, a->q, a->radius, near))
                r = tile_report(a, at, n, near, left[k].done);
        }
    }
    free(tile);
    return r;
}

/* ---- a batch ---- */

/* The most ranges that one part can give; 0 when the allowances are beyond what the tables are asked for. */
static size_t ranges_max(const struct ask *a)
{
    size_t most = 1;
    for (int i = 0; i < a->m->parts; i++) {
        if (a->allow[i] > MIH_FLIPS_MAX) return 0;
        if (a->allow[i] < 0) continue;
        size_t n = a->m->flips[a->m->part[i].bits][a->allow[i]].n;
        if (n > most) most = n;
    }
    return most;
}

static int ask_all(struct ask *a, const struct hash256 *queries, size_t n, struct left *left, size_t *nleft)
{
    size_t most = ranges_max(a);
    bool fast = mih_fast();
    int r = 0, done = 0;
    *nleft = 0;
    if (most > 0 && (!(a->ranges[0] = malloc(most * sizeof *a->ranges[0])) ||
                     !(a->ranges[1] = malloc(most * sizeof *a->ranges[1]))))
        r = ERR_NOMEM;
    for (size_t i = 0; i < n && !r; i++) {
        a->number = (uint32_t)i;
        a->q = &queries[i];
        done = 0;
        if (most > 0) r = fast ? ask_fast(a, &done) : ask_plain(a, &done);
        if (!r && done < a->m->parts) left[(*nleft)++] = (struct left){(uint32_t)i, done};
    }
    free(a->ranges[0]);
    free(a->ranges[1]);
    return r;
}

int mih_query(const struct mih *m, const struct hash256 *queries, size_t nqueries, int radius,
              int (*hit)(void *arg, const struct mih_hit *hit), void *arg)
{
    if (radius < 0 || radius > 256) return ERR_ARG;
    struct ask a = {.m = m, .radius = radius, .hit = hit, .arg = arg};
    struct left *left = malloc((nqueries ? nqueries : 1) * sizeof *left);
    size_t nleft = 0;
    if (!left) return ERR_NOMEM;
    a.met_max = m->distinct / SCAN_SHARE + SCAN_FLOOR;
    mih_allow(m->parts, radius, a.allow);
    int r = ask_all(&a, queries, nqueries, left, &nleft);
    if (r == 0 && nleft > 0) r = scan(&a, queries, left, nleft);
    free(left);
    return r;
}
