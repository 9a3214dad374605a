/* How an index of multi-index hashing is made: the cut is chosen, equal hashes are joined, the tables are filled by
 * counting. Each step is a pass over the hashes; only the lists of equal values in part 0 are sorted. */
#include "index/mih_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/checked.h"
#include "base/limits.h"

double mih_ball(int bits, int flips)
{
    double sum = 0, term = 1;
    for (int k = 0; k <= flips; k++) {
        sum += term;
        term = term * (bits - k) / (k + 1);
    }
    return sum;
}

void mih_allow(int parts, int radius, int8_t allow[MIH_PARTS_MAX])
{
    int each = radius / parts, more = radius % parts + 1;
    for (int i = 0; i < parts; i++) allow[i] = (int8_t)(i < more ? each : each - 1);
}

static int bits_of(const uint64_t mask[4])
{
    int bits = 0;
    for (int k = 0; k < 4; k++) bits += __builtin_popcountll(mask[k]);
    return bits;
}

/* ---- the cut ---- */

/* Look-ups of a query and the comparisons that they lead to, in misses of the cache. */
static double cut_cost(int parts, size_t n, int radius)
{
    int8_t allow[MIH_PARTS_MAX];
    double cost = 0;
    mih_allow(parts, radius, allow);
    for (int i = 0; i < parts; i++) {
        int bits = 256 / parts + (i < 256 % parts);
        if (allow[i] < 0) continue;
        if (allow[i] > MIH_FLIPS_MAX) return 1e30;
        cost += mih_ball(bits, allow[i]) * (0.7 + 1.6 * (double)n / (double)(UINT64_C(1) << bits));
    }
    return cost;
}

static int choose_parts(size_t n, int radius)
{
    int best = (256 + MIH_PART_BITS_MAX - 1) / MIH_PART_BITS_MAX;
    double best_cost = 1e30;
    for (int parts = best; parts <= MIH_PARTS_MAX; parts++) {
        double tables = (double)parts * (double)(UINT64_C(1) << (256 / parts));
        /* Small sets: no tables larger than a few times what they hold. */
        if (tables > 16.0 * (double)n + 65536 * 16) continue;
        double cost = cut_cost(parts, n, radius);
        if (cost < best_cost) best_cost = cost, best = parts;
    }
    return best_cost < 1e30 ? best : 16;
}

/* Bit k goes to part k mod m, so that frequencies which move together are spread over the parts. */
static void cut(struct mih_head *h, int parts)
{
    h->parts = (uint32_t)parts;
    for (int k = 0; k < 256; k++) h->masks[k % parts][k / 64] |= UINT64_C(1) << (k % 64);
}

/* ---- layout ---- */

static bool place(size_t *at, size_t count, size_t size, size_t *out)
{
    size_t bytes, end;
    if (!checked_mul(count, size, &bytes) || !checked_add(*at, bytes, &end) || end > SIZE_MAX - 64)
        return false;
    *out = *at;
    *at = (end + 63) / 64 * 64;
    return true;
}

size_t mih_layout(struct mih *m, const struct mih_head *head, char *base)
{
    size_t at = MIH_HEAD_BYTES, where, n = (size_t)head->distinct;
    m->entries = (size_t)head->entries;
    m->distinct = n;
    m->parts = (int)head->parts;
    if (!place(&at, n, sizeof(struct hash256), &where)) return 0;
    m->hashes = base ? (const struct hash256 *)(const void *)(base + where) : NULL;
    m->payload_start = NULL;
    if (head->distinct != head->entries) {
        if (!place(&at, n + 1, sizeof(uint32_t), &where)) return 0;
        m->payload_start = base ? (const uint32_t *)(const void *)(base + where) : NULL;
    }
    if (!place(&at, m->entries, sizeof(uint32_t), &where)) return 0;
    m->payloads = base ? (const uint32_t *)(const void *)(base + where) : NULL;
    for (int i = 0; i < m->parts; i++) {
        struct mih_part *p = &m->part[i];
        p->mask = head->masks[i];
        p->bits = bits_of(p->mask);
        if (!place(&at, ((size_t)1 << p->bits) + 1, sizeof(uint32_t), &where)) return 0;
        p->start = base ? (const uint32_t *)(const void *)(base + where) : NULL;
        p->list = NULL;
        if (i == 0) continue;
        if (!place(&at, n, sizeof(uint32_t), &where)) return 0;
        p->list = base ? (const uint32_t *)(const void *)(base + where) : NULL;
    }
    return at;
}

/* ---- flips ---- */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static int flips_fill(struct mih_flips *f, int bits, int flips)
{
    size_t n = (size_t)mih_ball(bits, flips), done = 0, level = 0;
    f->v = malloc(n * sizeof *f->v);
    if (!f->v) return ERR_NOMEM;
    f->v[done++] = 0;
    for (int k = 0; k < flips; k++) {
        /* Every value of the level before, with one bit above its highest set. */
        size_t end = done;
        for (; level < end; level++) {
            int high = f->v[level] ? 32 - __builtin_clz(f->v[level]) : 0;
            for (int b = high; b < bits; b++) f->v[done++] = f->v[level] | UINT32_C(1) << b;
        }
    }
    f->n = done;
    qsort(f->v, f->n, sizeof *f->v, by_value);
    return 0;
}

int mih_flips_make(struct mih *m)
{
    for (int i = 0; i < m->parts; i++) {
        int bits = m->part[i].bits;
        for (int t = 0; t <= MIH_FLIPS_MAX; t++)
            if (!m->flips[bits][t].v && flips_fill(&m->flips[bits][t], bits, t)) return ERR_NOMEM;
    }
    return 0;
}

/* ---- filling ---- */

struct build {
    const struct hash256 *hashes;
    size_t n;
    bool fast;
    struct hash256 *own; /* freed once the index has its copy; NULL: they are the caller's */
};

static void values_of(const struct build *b, const struct hash256 *h, size_t n, const uint64_t mask[4],
                      uint32_t *out)
{
    if (b->fast)
        for (size_t i = 0; i < n; i++) out[i] = mih_value_fast(&h[i], mask);
    else
        for (size_t i = 0; i < n; i++) out[i] = mih_value_plain(&h[i], mask);
}

/* start[v] becomes where value v's list begins, start[1 << bits] = n; list, when wanted, the positions. */
static void count_sort(const uint32_t *values, size_t n, int bits, uint32_t *start, uint32_t *list)
{
    size_t buckets = (size_t)1 << bits;
    memset(start, 0, (buckets + 1) * sizeof *start);
    for (size_t i = 0; i < n; i++) start[values[i]]++;
    uint32_t at = 0;
    for (size_t v = 0; v <= buckets; v++) {
        uint32_t count = start[v];
        start[v] = at;
        at += count;
    }
    if (!list) return;
    for (size_t i = 0; i < n; i++) list[start[values[i]]++] = (uint32_t)i;
    /* Each start has moved to the next one's place. */
    memmove(start + 1, start, buckets * sizeof *start);
    start[0] = 0;
}

static int by_hash(const void *pa, const void *pb, void *arg)
{
    const struct hash256 *h = arg, *a = &h[*(const uint32_t *)pa], *b = &h[*(const uint32_t *)pb];
    int c = memcmp(a, b, sizeof *a);
    return c ? c : by_value(pa, pb);
}

/* Positions of the hashes: by their value in part 0, then equal ones together. Returns how many are different. */
static size_t order(const struct build *b, const uint64_t mask[4], int bits, uint32_t *values,
                    uint32_t *start, uint32_t *out)
{
    size_t distinct = 0;
    values_of(b, b->hashes, b->n, mask, values);
    count_sort(values, b->n, bits, start, out);
    for (size_t v = 0; v < (size_t)1 << bits; v++) {
        size_t n = start[v + 1] - start[v];
        uint32_t *at = out + start[v];
        if (n > 1) qsort_r(at, n, sizeof *at, by_hash, (void *)(uintptr_t)b->hashes);
        for (size_t i = 0; i < n; i++)
            distinct += i == 0 || !hash256_eq(&b->hashes[at[i]], &b->hashes[at[i - 1]]);
    }
    return distinct;
}

static void fill_payloads(struct mih *m, const struct build *b, const uint32_t *payloads,
                          const uint32_t *sorted)
{
    struct hash256 *hashes = (struct hash256 *)(uintptr_t)m->hashes;
    uint32_t *starts = (uint32_t *)(uintptr_t)m->payload_start, *to = (uint32_t *)(uintptr_t)m->payloads;
    size_t at = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (i + 16 < b->n) __builtin_prefetch(&b->hashes[sorted[i + 16]]);
        const struct hash256 *h = &b->hashes[sorted[i]];
        to[i] = payloads ? payloads[sorted[i]] : sorted[i];
        if (i > 0 && hash256_eq(h, &hashes[at - 1])) continue;
        if (starts) starts[at] = (uint32_t)i;
        hashes[at++] = *h;
    }
    if (!starts) return;
    starts[at] = (uint32_t)b->n;
    for (size_t i = 0; payloads && i < at; i++)
        if (starts[i + 1] - starts[i] > 1)
            qsort(to + starts[i], starts[i + 1] - starts[i], sizeof *to, by_value);
}

static void fill_parts(struct mih *m, const struct build *b, uint32_t *values)
{
    for (int i = 0; i < m->parts; i++) {
        struct mih_part *p = &m->part[i];
        values_of(b, m->hashes, m->distinct, p->mask, values);
        count_sort(values, m->distinct, p->bits, (uint32_t *)(uintptr_t)p->start,
                   (uint32_t *)(uintptr_t)p->list);
    }
}

static int map_new(struct mih *m, const struct mih_head *head)
{
    size_t bytes = mih_layout(m, head, NULL);
    if (bytes == 0) return ERR_NOMEM;
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return ERR_NOMEM;
    madvise(p, bytes, MADV_HUGEPAGE); /* a wish: without it each look-up costs a walk of the page tables */
    m->head = p;
    m->bytes = bytes;
    memcpy(p, head, sizeof *head);
    mih_layout(m, m->head, p);
    return 0;
}

static int build(struct mih *m, struct build *b, const uint32_t *payloads, int radius)
{
    struct mih_head head = {.magic = "MARSMIH", .order = MIH_ORDER, .entries = b->n};
    head.magic[7] = '1';
    cut(&head, choose_parts(b->n, radius));
    int bits = bits_of(head.masks[0]), rc = ERR_NOMEM;
    size_t room = b->n ? b->n : 1;
    uint32_t *values = malloc(room * sizeof *values), *sorted = malloc(room * sizeof *sorted);
    uint32_t *start = malloc((((size_t)1 << bits) + 1) * sizeof *start);
    if (!values || !sorted || !start) goto out;
    head.distinct = order(b, head.masks[0], bits, values, start, sorted);
    free(start);
    start = NULL;
    if (map_new(m, &head)) goto out;
    fill_payloads(m, b, payloads, sorted);
    free(sorted);
    sorted = NULL;
    free(b->own);
    b->own = NULL;
    fill_parts(m, b, values);
    rc = mih_flips_make(m);
out:
    free(values);
    free(sorted);
    free(start);
    return rc;
}

static int index_of(struct build *b, const uint32_t *payloads, int radius, struct mih **out,
                    struct error *err)
{
    if (radius < 0 || radius > 256)
        return error_set(err, ERR_ARG, "mih", "radius %d is not within 0-256", radius);
    if (b->n > MIH_MAX_ENTRIES)
        return error_set(err, ERR_LIMIT, "mih", "%zu hashes; one index holds up to %zu: make several", b->n,
                         (size_t)MIH_MAX_ENTRIES);
    struct mih *m = calloc(1, sizeof *m);
    if (!m || build(m, b, payloads, radius)) {
        mih_free(m);
        return error_set(err, ERR_NOMEM, "mih", "no memory for an index of %zu hashes", b->n);
    }
    m->head->bytes = m->bytes;
    *out = m;
    return 0;
}

int mih_new(const struct hash256 *hashes, const uint32_t *payloads, size_t n, int radius, struct mih **out,
            struct error *err)
{
    struct build b = {hashes, n, mih_fast(), NULL};
    return index_of(&b, payloads, radius, out, err);
}

int mih_take(struct hash256 *hashes, const uint32_t *payloads, size_t n, int radius, struct mih **out,
             struct error *err)
{
    struct build b = {hashes, n, mih_fast(), hashes};
    int rc = index_of(&b, payloads, radius, out, err);
    free(b.own);
    return rc;
}

void mih_free(struct mih *m)
{
    if (!m) return;
    for (int b = 0; b <= MIH_PART_BITS_MAX; b++)
        for (int t = 0; t <= MIH_FLIPS_MAX; t++) free(m->flips[b][t].v);
    if (m->head) munmap(m->head, m->bytes);
    free(m);
}

struct mih_facts mih_facts(const struct mih *m)
{
    return (struct mih_facts){m->entries, m->distinct, m->bytes, m->parts};
}
