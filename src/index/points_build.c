/* Building a piece of the index of pictures: points_priv.h has its bytes. */
#include "index/points_priv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/checked.h"
#include "index/mih_priv.h"

static int no_memory(struct error *err, size_t n)
{
    return error_set(err, ERR_NOMEM, "points", "no memory for an index of %zu points", n);
}

void points_free(struct points *p)
{
    if (!p) return;
    if (p->head) munmap(p->head, p->bytes);
    free(p);
}

/* ---- layout ---- */

struct laying {
    char *base;
    size_t at;
    bool overflow;
};

static void *section(struct laying *l, size_t n, size_t each)
{
    size_t bytes = 0, at = l->at, end = 0;
    if (!checked_mul(n, each, &bytes) || !checked_add(at, bytes, &end) || !checked_add(end, 63, &end))
        l->overflow = true;
    l->at = end / 64 * 64;
    return l->base && !l->overflow ? l->base + at : NULL;
}

size_t points_layout(struct points *p, const struct points_head *h, char *base)
{
    struct laying l = {base, POINTS_HEAD_BYTES, false};
    size_t n = h->points;
    p->head = (struct points_head *)(void *)base;
    p->n = h->points;
    p->npictures = h->pictures;
    p->key_mask = (UINT32_C(1) << h->key_bits) - 1;
    p->pictures = section(&l, (size_t)h->pictures + 1, sizeof *p->pictures);
    p->bits = section(&l, n, sizeof *p->bits);
    p->places = section(&l, n, sizeof *p->places);
    p->near = section(&l, n / POINTS_STRIDE + 1, sizeof *p->near);
    for (int t = 0; t < POINTS_TABLES; t++) {
        p->tables[t].from = section(&l, (size_t)p->key_mask + 2, sizeof(uint32_t));
        p->tables[t].ids = section(&l, n, sizeof(uint32_t));
    }
    return l.overflow ? 0 : l.at;
}

/* ---- filling ---- */

/* By counting: how many a bucket has, where each begins, then each to its place. */
static void build_table(struct points *p, int t)
{
    size_t buckets = (size_t)p->key_mask + 1;
    struct points_table *to = &p->tables[t];
    uint32_t sum = 0;
    for (uint32_t i = 0; i < p->n; i++) to->from[points_key(p, &p->bits[i], t)]++;
    for (size_t b = 0; b <= buckets; b++) {
        uint32_t n = to->from[b];
        to->from[b] = sum;
        sum += n;
    }
    for (uint32_t i = 0; i < p->n; i++) to->ids[to->from[points_key(p, &p->bits[i], t)]++] = i;
    /* Each beginning has moved to its end, which is the next one's beginning. */
    memmove(to->from + 1, to->from, buckets * sizeof *to->from);
    to->from[0] = 0;
}

static void put_points(struct points *p, const struct points_draft *d, uint32_t at)
{
    if (!d->points) {
        memcpy(p->bits + at, d->bits, d->n * sizeof *d->bits);
        memcpy(p->places + at, d->places, d->n * sizeof *d->places);
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        const struct point *v = &d->points[i];
        p->bits[at + i] = v->bits;
        p->places[at + i] = (struct points_place){v->x, v->y, v->angle, v->scale};
    }
}

static void fill(struct points *p, const struct points_draft *v, size_t n)
{
    uint32_t at = 0;
    for (size_t i = 0; i < n; i++) {
        p->pictures[i] = v[i].picture;
        p->pictures[i].first = at;
        if (v[i].n) put_points(p, &v[i], at);
        at += (uint32_t)v[i].n;
    }
    p->pictures[n].first = at;
    for (uint32_t i = 0, picture = 0; i < p->n; i += POINTS_STRIDE) {
        while (p->pictures[picture + 1].first <= i) picture++;
        p->near[i / POINTS_STRIDE] = picture;
    }
    for (int t = 0; t < POINTS_TABLES; t++) build_table(p, t);
}

int points_build(const struct points_draft *v, size_t n, size_t among, struct points **out, struct error *err)
{
    struct points_head h = {.magic = "MARSPTS", .order = MIH_ORDER, .key_bits = KEY_BITS_MIN};
    size_t total = 0;
    h.magic[7] = '1';
    for (size_t i = 0; i < n; i++) {
        total += v[i].n;
        if (total > INT32_MAX || v[i].n > KEY_POINTS_MAX || n >= INT32_MAX)
            return error_set(err, ERR_LIMIT, "points", "more than %d points in one index, or %d in a picture",
                             INT32_MAX, KEY_POINTS_MAX);
    }
    h.points = (uint32_t)total;
    h.pictures = (uint32_t)n;
    if (among < total) among = total;
    while (h.key_bits < KEY_BITS_MAX && (among >> h.key_bits) > POINTS_PER_BUCKET &&
           (total >> h.key_bits) > FEW_PER_BUCKET)
        h.key_bits++;
    struct points *p = calloc(1, sizeof *p);
    if (!p) return no_memory(err, total);
    h.bytes = points_layout(p, &h, NULL);
    void *base = mmap(NULL, h.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        free(p);
        return no_memory(err, total);
    }
    madvise(base, h.bytes, MADV_HUGEPAGE); /* its places are met in no order */
    p->bytes = h.bytes;
    points_layout(p, &h, base);
    *p->head = h;
    fill(p, v, n);
    *out = p;
    return 0;
}
