#include "index/shelf_priv.h"

#include <stdlib.h>
#include <string.h>

#include "index/mih_priv.h"

static int no_memory(struct error *err, size_t n)
{
    return error_set(err, ERR_NOMEM, "shelf", "no memory for an index of %zu hashes", n);
}

int shelf_new(int radius, struct shelf **out, struct error *err)
{
    if (radius < 0 || radius > 256)
        return error_set(err, ERR_ARG, "shelf", "radius %d is not within 0-256", radius);
    struct shelf *s = calloc(1, sizeof *s);
    if (s) {
        s->radius = radius;
        s->tail = aligned_alloc(64, SHELF_TAIL / HAMMING_BLOCK * sizeof *s->tail);
        s->tail_payloads = malloc(SHELF_TAIL * sizeof *s->tail_payloads);
    }
    if (!s || !s->tail || !s->tail_payloads) {
        shelf_free(s);
        return no_memory(err, 0);
    }
    memset(s->tail, 0, SHELF_TAIL / HAMMING_BLOCK * sizeof *s->tail);
    *out = s;
    return 0;
}

void shelf_free(struct shelf *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->indexes.n; i++) mih_free(s->indexes.v[i].m);
    VEC_DONE(&s->indexes);
    free(s->tail);
    free(s->tail_payloads);
    free(s);
}

struct hash256 shelf_tail_hash(const struct shelf *s, size_t i)
{
    struct hash256 h;
    for (int k = 0; k < 4; k++) h.w[k] = s->tail[i / HAMMING_BLOCK].w[k][i % HAMMING_BLOCK];
    return h;
}

void shelf_tail_put(struct shelf *s, const struct hash256 *h, uint32_t payload)
{
    size_t i = s->ntail++;
    for (int k = 0; k < 4; k++) s->tail[i / HAMMING_BLOCK].w[k][i % HAMMING_BLOCK] = h->w[k];
    s->tail_payloads[i] = payload;
}

size_t shelf_count(const struct shelf *s)
{
    size_t n = s->ntail;
    for (size_t i = 0; i < s->indexes.n; i++) n += s->indexes.v[i].m->entries;
    return n;
}

struct shelf_facts shelf_facts(const struct shelf *s)
{
    struct shelf_facts f = {shelf_count(s), s->indexes.n, s->ntail, s->ntail * 36};
    for (size_t i = 0; i < s->indexes.n; i++) f.bytes += s->indexes.v[i].m->bytes;
    return f;
}

/* ---- growing ---- */

/* Entries gathered for a new index. */
struct pile {
    struct hash256 *hashes;
    uint32_t *payloads;
    size_t n;
    bool (*keep)(void *arg, uint32_t payload);
    void *arg;
};

static void pile_put(struct pile *p, const struct hash256 *h, uint32_t payload)
{
    if (p->keep && !p->keep(p->arg, payload)) return;
    p->hashes[p->n] = *h;
    p->payloads[p->n++] = payload;
}

static void pile_index(struct pile *p, const struct mih *m)
{
    for (size_t i = 0; i < m->distinct; i++) {
        size_t at = i, end = i + 1;
        if (m->payload_start) at = m->payload_start[i], end = m->payload_start[i + 1];
        for (; at < end; at++) pile_put(p, &m->hashes[i], m->payloads[at]);
    }
}

/* indexes[from..] and the tail, when wanted, become one index. On failure all is as before. */
static int join(struct shelf *s, size_t from, bool tail, bool (*keep)(void *arg, uint32_t payload), void *arg,
                struct error *err)
{
    size_t n = tail ? s->ntail : 0;
    struct mih *m = NULL;
    for (size_t i = from; i < s->indexes.n; i++) n += s->indexes.v[i].m->entries;
    if (VEC_RESERVE(&s->indexes, from + 1)) return no_memory(err, n);
    struct pile p = {.hashes = malloc((n ? n : 1) * sizeof *p.hashes),
                     .payloads = malloc((n ? n : 1) * sizeof *p.payloads),
                     .keep = keep,
                     .arg = arg};
    int rc = p.hashes && p.payloads ? 0 : no_memory(err, n);
    for (size_t i = from; i < s->indexes.n && rc == 0; i++) pile_index(&p, s->indexes.v[i].m);
    for (size_t i = 0; tail && i < s->ntail && rc == 0; i++) {
        struct hash256 h = shelf_tail_hash(s, i);
        pile_put(&p, &h, s->tail_payloads[i]);
    }
    if (rc == 0 && p.n) {
        rc = mih_take(p.hashes, p.payloads, p.n, s->radius, &m, err);
        p.hashes = NULL;
    }
    free(p.hashes);
    free(p.payloads);
    if (rc) return rc;
    for (size_t i = from; i < s->indexes.n; i++) mih_free(s->indexes.v[i].m);
    s->indexes.n = from;
    if (m) s->indexes.v[s->indexes.n++] = (struct shelf_index){.m = m};
    if (tail) s->ntail = 0;
    return 0;
}

/* From where on indexes are of like size: each is smaller than twice all after it, and the whole is not above the limit. */
static size_t alike_from(const struct shelf *s, size_t tail, size_t most)
{
    size_t from = s->indexes.n, sum = tail;
    while (from > 0 && s->indexes.v[from - 1].m->entries < 2 * sum &&
           sum + s->indexes.v[from - 1].m->entries <= most)
        sum += s->indexes.v[--from].m->entries;
    return from;
}

static int add_many(struct shelf *s, const struct hash256 *hashes, const uint32_t *payloads, size_t n,
                    struct error *err)
{
    struct mih *m = NULL;
    if (VEC_RESERVE(&s->indexes, s->indexes.n + 1)) return no_memory(err, n);
    int rc = mih_new(hashes, payloads, n, s->radius, &m, err);
    if (rc) return rc;
    s->indexes.v[s->indexes.n++] = (struct shelf_index){.m = m};
    return 0;
}

int shelf_add(struct shelf *s, const struct hash256 *hashes, const uint32_t *payloads, size_t n,
              struct error *err)
{
    if (shelf_count(s) + n > UINT32_MAX)
        return error_set(err, ERR_LIMIT, "shelf", "more than %u hashes in one index", UINT32_MAX);
    if (n > SHELF_TAIL) return add_many(s, hashes, payloads, n, err);
    if (s->ntail + n > SHELF_TAIL) {
        int rc = join(s, alike_from(s, s->ntail, SHELF_JOIN_NOW), true, NULL, NULL, err);
        if (rc) return rc;
    }
    for (size_t i = 0; i < n; i++) shelf_tail_put(s, &hashes[i], payloads[i]);
    return 0;
}

bool shelf_untidy(const struct shelf *s)
{
    size_t from = alike_from(s, 0, SIZE_MAX);
    return s->indexes.n > 1 && (from + 1 < s->indexes.n || s->indexes.n > 12);
}

int shelf_tidy(struct shelf *s, bool (*keep)(void *arg, uint32_t payload), void *arg, struct error *err)
{
    return s->indexes.n > 1 || keep ? join(s, 0, keep != NULL, keep, arg, err) : 0;
}

/* ---- asking ---- */

static int tail_report(const struct shelf *s, size_t first, unsigned near, const struct hash256 *q,
                       uint32_t number, int (*hit)(void *arg, const struct mih_hit *hit), void *arg)
{
    int r = 0;
    for (; near && !r; near &= near - 1) {
        size_t i = first + (size_t)__builtin_ctz(near);
        if (i >= s->ntail) break;
        struct hash256 h = shelf_tail_hash(s, i);
        struct mih_hit found = {number, hash256_distance(&h, q), &s->tail_payloads[i], 1};
        r = hit(arg, &found);
    }
    return r;
}

static int tail_query(const struct shelf *s, const struct hash256 *queries, size_t nqueries, int radius,
                      int (*hit)(void *arg, const struct mih_hit *hit), void *arg)
{
    const struct hamming_scan *scan = hamming_scan_best();
    size_t blocks = (s->ntail + HAMMING_BLOCK - 1) / HAMMING_BLOCK;
    uint8_t near[HAMMING_TILE];
    int r = 0;
    for (size_t at = 0; at < blocks && !r; at += HAMMING_TILE) {
        size_t n = blocks - at < HAMMING_TILE ? blocks - at : HAMMING_TILE;
        for (size_t q = 0; q < nqueries && !r; q++) {
            if (!scan->near(s->tail + at, n, &queries[q], radius, near)) continue;
            for (size_t b = 0; b < n && !r; b++)
                if (near[b])
                    r = tail_report(s, (at + b) * HAMMING_BLOCK, near[b], &queries[q], (uint32_t)q, hit, arg);
        }
    }
    return r;
}

int shelf_query(const struct shelf *s, const struct hash256 *queries, size_t nqueries, int radius,
                int (*hit)(void *arg, const struct mih_hit *hit), void *arg)
{
    int r = radius < 0 || radius > 256 ? ERR_ARG : 0;
    for (size_t i = 0; i < s->indexes.n && !r; i++)
        r = mih_query(s->indexes.v[i].m, queries, nqueries, radius, hit, arg);
    if (!r && s->ntail) r = tail_query(s, queries, nqueries, radius, hit, arg);
    return r;
}
