/* Points by tables of buckets (points.h).
 *
 * In memory: the bits of all points one after the other, the picture of each, and per table the beginnings of its buckets and
 * the points' numbers, bucket by bucket. 72 bytes a point and 4 × 2^bits a table. */
#include "index/points_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_BITS_MIN = 6,
    KEY_BITS_MAX = 24,
    TURN_BINS = 24,
    ZOOM_BINS = 2 * POINT_SCALES, /* from - POINT_SCALES */
    PER_OWNER = 2,
    MATCHES_MAX = 48, /* nearest of one point, each counted once a table */
    VOTES_MIN_PAIRS = 3
};

struct table {
    uint32_t *from; /* 2^bits + 1 */
    uint32_t *ids;
};

struct points {
    struct key_frame *frames;
    uint32_t *owners, *first; /* per picture; first: its first point, one more at the end */
    struct hash256 *bits;
    uint32_t *frame_of;
    size_t n, nframes;
    int key_bits;
    struct table tables[POINTS_TABLES];
    const struct points_near *near;
};

const struct points_near *points_near_best(void)
{
#if defined(__x86_64__)
    if (points_near_avx512.usable()) return &points_near_avx512;
    if (points_near_popcnt.usable()) return &points_near_popcnt;
#endif
    return &points_near_plain;
}

static uint32_t key_of(const struct points *p, const struct hash256 *bits, int table)
{
    return (uint32_t)(bits->w[table / 2] >> (32 * (table % 2))) & ((UINT32_C(1) << p->key_bits) - 1);
}

/* ---- building ---- */

void points_free(struct points *p)
{
    if (!p) return;
    for (int t = 0; t < POINTS_TABLES; t++) {
        free(p->tables[t].from);
        free(p->tables[t].ids);
    }
    free(p->frames);
    free(p->owners);
    free(p->first);
    free(p->bits);
    free(p->frame_of);
    free(p);
}

size_t points_count(const struct points *p) { return p->n; }

/* By counting: how many a bucket has, where each begins, then each to its place. */
static int build_table(struct points *p, int t)
{
    size_t buckets = (size_t)1 << p->key_bits;
    struct table *to = &p->tables[t];
    to->from = calloc(buckets + 1, sizeof *to->from);
    to->ids = malloc((p->n ? p->n : 1) * sizeof *to->ids);
    if (!to->from || !to->ids) return ERR_NOMEM;
    for (size_t i = 0; i < p->n; i++) to->from[key_of(p, &p->bits[i], t)]++;
    uint32_t sum = 0;
    for (size_t b = 0; b <= buckets; b++) {
        uint32_t n = to->from[b];
        to->from[b] = sum;
        sum += n;
    }
    for (size_t i = 0; i < p->n; i++) to->ids[to->from[key_of(p, &p->bits[i], t)]++] = (uint32_t)i;
    /* Each beginning has moved to its end, which is the next one's beginning. */
    memmove(to->from + 1, to->from, buckets * sizeof *to->from);
    to->from[0] = 0;
    return 0;
}

static int fill(struct points *p, const struct key_frame *frames, const uint32_t *owners)
{
    p->frames = malloc((p->nframes + 1) * sizeof *p->frames);
    p->owners = malloc((p->nframes + 1) * sizeof *p->owners);
    p->first = malloc((p->nframes + 1) * sizeof *p->first);
    p->bits = malloc((p->n ? p->n : 1) * sizeof *p->bits);
    p->frame_of = malloc((p->n ? p->n : 1) * sizeof *p->frame_of);
    if (!p->frames || !p->owners || !p->first || !p->bits || !p->frame_of) return ERR_NOMEM;
    size_t at = 0;
    for (size_t f = 0; f < p->nframes; f++) {
        p->frames[f] = frames[f];
        p->owners[f] = owners[f];
        p->first[f] = (uint32_t)at;
        for (size_t i = 0; i < frames[f].npoints; i++, at++) {
            p->bits[at] = frames[f].points[i].bits;
            p->frame_of[at] = (uint32_t)f;
        }
    }
    p->first[p->nframes] = (uint32_t)at;
    for (int t = 0; t < POINTS_TABLES; t++)
        if (build_table(p, t)) return ERR_NOMEM;
    return 0;
}

int points_new(const struct key_frame *frames, const uint32_t *owners, size_t n, struct points **out,
               struct error *err)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        total += frames[i].npoints;
        if (total > INT32_MAX || frames[i].npoints > UINT16_MAX || n >= UINT32_MAX)
            return error_set(err, ERR_LIMIT, "points", "more than %d points in one index", INT32_MAX);
    }
    struct points *p = calloc(1, sizeof *p);
    if (!p) return error_set(err, ERR_NOMEM, "points", "no memory for an index of %zu points", total);
    p->nframes = n;
    p->n = total;
    p->near = points_near_best();
    p->key_bits = KEY_BITS_MIN;
    while (p->key_bits < KEY_BITS_MAX && (total >> p->key_bits) > POINTS_PER_BUCKET) p->key_bits++;
    if (fill(p, frames, owners)) {
        points_free(p);
        return error_set(err, ERR_NOMEM, "points", "no memory for an index of %zu points", total);
    }
    *out = p;
    return 0;
}

/* ---- asking ---- */

struct match {
    uint32_t id;
    uint16_t here, distance;
    float weight;
};

struct asking {
    const struct points *p;
    struct match *v; /* by point asked, then sorted by id: by picture */
    size_t n, cap;
    uint32_t ids[POINTS_TABLES * POINTS_BUCKET_MAX];
    uint16_t distances[POINTS_TABLES * POINTS_BUCKET_MAX];
};

static int by_id(const void *pa, const void *pb)
{
    const struct match *a = pa, *b = pb;
    if (a->id != b->id) return a->id < b->id ? -1 : 1;
    return a->here < b->here ? -1 : a->here > b->here;
}

static int by_distance(const void *pa, const void *pb)
{
    const struct match *a = pa, *b = pb;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    if (a->here != b->here) return a->here < b->here ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* The MATCHES_MAX nearest, met in one table or in several; of equals the first. */
static size_t keep_nearest(struct match *v, size_t n)
{
    unsigned at[POINTS_RADIUS + 1] = {0}, limit = 0, sum = 0;
    size_t kept = 0;
    if (n <= MATCHES_MAX) return n;
    for (size_t i = 0; i < n; i++) at[v[i].distance]++;
    while (limit < POINTS_RADIUS && sum + at[limit] <= MATCHES_MAX) sum += at[limit++];
    size_t room = MATCHES_MAX - sum; /* for those at the limit itself */
    for (size_t i = 0; i < n; i++) {
        bool at_limit = v[i].distance == limit && room > 0;
        if (v[i].distance >= limit && !at_limit) continue;
        v[kept++] = v[i];
        room -= at_limit;
    }
    return kept;
}

/* The matches of one point: each once, the nearest alone, weighed by how many owners share them. */
static size_t settle(const struct points *p, struct match *v, size_t n)
{
    size_t kept = 0, owners = 0;
    uint32_t seen[MATCHES_MAX];
    n = keep_nearest(v, n);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < kept && v[k].id != v[i].id) k++;
        if (k == kept) v[kept++] = v[i];
    }
    for (size_t i = 0; i < kept; i++) {
        uint32_t owner = p->owners[p->frame_of[v[i].id]];
        bool known = false;
        for (size_t k = 0; k < owners && !known; k++) known = seen[k] == owner;
        if (!known) seen[owners++] = owner;
    }
    for (size_t i = 0; i < kept; i++) v[i].weight = 1 / (float)owners;
    return kept;
}

static int ask_point(struct asking *a, const struct hash256 *bits, uint16_t here)
{
    const struct points *p = a->p;
    size_t n = 0, first = a->n;
    for (int t = 0; t < POINTS_TABLES; t++) {
        const struct table *table = &p->tables[t];
        uint32_t key = key_of(p, bits, t), from = table->from[key], count = table->from[key + 1] - from;
        if (count > POINTS_BUCKET_MAX) continue;
        memcpy(a->ids + n, table->ids + from, count * sizeof *a->ids);
        n += count;
    }
    p->near->distances(bits, p->bits, a->ids, n, a->distances);
    for (size_t i = 0; i < n; i++) {
        if (a->distances[i] > POINTS_RADIUS) continue;
        if (a->n == a->cap) {
            size_t cap = a->cap ? a->cap * 2 : 4096;
            struct match *v = realloc(a->v, cap * sizeof *v);
            if (!v) return ERR_NOMEM;
            a->v = v;
            a->cap = cap;
        }
        a->v[a->n++] = (struct match){a->ids[i], here, a->distances[i], 0};
    }
    a->n = first + settle(p, a->v + first, a->n - first);
    return 0;
}

/* The votes of one picture: the most that agree on a turn and a zoom, within a bin to either side. */
static double votes_of(const struct points *p, const struct key_frame *here, bool mirrored,
                       const struct match *v, size_t n)
{
    float bins[TURN_BINS][ZOOM_BINS] = {{0}}, best = 0;
    uint32_t frame = p->frame_of[v[0].id];
    for (size_t i = 0; i < n; i++) {
        const struct point *a = &here->points[v[i].here],
                           *b = &p->frames[frame].points[v[i].id - p->first[frame]];
        int angle = mirrored ? POINT_ANGLES / 2 - a->angle : a->angle;
        int turn = ((angle - b->angle) & (POINT_ANGLES - 1)) * TURN_BINS / POINT_ANGLES;
        bins[turn][a->scale - b->scale + POINT_SCALES] += v[i].weight;
    }
    for (int t = 0; t < TURN_BINS; t++)
        for (int z = 1; z + 1 < ZOOM_BINS; z++) {
            float sum = 0;
            for (int dt = -1; dt <= 1; dt++)
                for (int dz = -1; dz <= 1; dz++) sum += bins[(t + dt + TURN_BINS) % TURN_BINS][z + dz];
            if (sum > best) best = sum;
        }
    return best;
}

struct group {
    uint32_t frame;
    size_t from, n;
    double votes;
};

/* Keeps the list sorted, most votes first, at most two of one owner. */
static size_t enter(const struct points *p, struct group *v, size_t n, struct group one)
{
    size_t same = 0, last_same = 0;
    for (size_t i = 0; i < n; i++)
        if (p->owners[v[i].frame] == p->owners[one.frame]) same++, last_same = i;
    if (same >= PER_OWNER) {
        if (v[last_same].votes >= one.votes) return n;
        memmove(v + last_same, v + last_same + 1, (n - last_same - 1) * sizeof *v);
        n--;
    }
    size_t at = n;
    while (at > 0 && v[at - 1].votes < one.votes) at--;
    if (at >= POINTS_CANDIDATES_MAX) return n;
    if (n == POINTS_CANDIDATES_MAX) n--;
    memmove(v + at + 1, v + at, (n - at) * sizeof *v);
    v[at] = one;
    return n + 1;
}

static void conclude(const struct points *p, const struct key_frame *here, bool mirrored,
                     const struct asking *a, struct points_result *out)
{
    struct group best[POINTS_CANDIDATES_MAX + 1];
    size_t n = 0;
    for (size_t i = 0, end; i < a->n; i = end) {
        uint32_t frame = p->frame_of[a->v[i].id];
        for (end = i + 1; end < a->n && a->v[end].id < p->first[frame + 1];) end++;
        if (end - i < VOTES_MIN_PAIRS) continue;
        n = enter(p, best, n,
                  (struct group){frame, i, end - i, votes_of(p, here, mirrored, a->v + i, end - i)});
    }
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        struct points_candidate *c = &out->v[i];
        c->frame = best[i].frame;
        c->votes = best[i].votes;
        c->npairs = best[i].n < POINTS_PAIRS_MAX ? best[i].n : POINTS_PAIRS_MAX;
        qsort(a->v + best[i].from, best[i].n, sizeof *a->v, by_distance);
        for (size_t k = 0; k < c->npairs; k++) {
            const struct match *m = &a->v[best[i].from + k];
            c->pairs[k] = (struct points_pair){m->here, (uint16_t)(m->id - p->first[c->frame])};
        }
    }
}

int points_query(const struct points *p, const struct key_frame *here, bool mirrored,
                 struct points_result *out)
{
    struct asking *a = malloc(sizeof *a);
    int rc = a ? 0 : ERR_NOMEM;
    out->n = 0;
    if (!a) return rc;
    a->p = p;
    a->v = NULL;
    a->n = a->cap = 0;
    for (size_t i = 0; i < here->npoints && i < POINTS_ASKED_MAX && !rc; i++) {
        struct hash256 bits = mirrored ? point_mirrored(&here->points[i].bits) : here->points[i].bits;
        rc = ask_point(a, &bits, (uint16_t)i);
    }
    if (!rc && a->n) {
        qsort(a->v, a->n, sizeof *a->v, by_id);
        conclude(p, here, mirrored, a, out);
    }
    free(a->v);
    free(a);
    return rc;
}
