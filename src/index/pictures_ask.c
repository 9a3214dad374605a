/* Asking the index of pictures: every point in every piece, then votes over all of them. */
#include "index/points_priv.h"

#include <stdlib.h>
#include <string.h>

enum {
    TURN_BINS = 24,
    ZOOM_BINS = 2 * POINT_SCALES, /* from - POINT_SCALES */
    PER_OWNER = 2,
    MATCHES_MAX = 48, /* nearest of one point, each counted once a table */
    VOTES_MIN_PAIRS = 3
};

const struct points_near *points_near_best(void)
{
#if defined(__x86_64__)
    if (points_near_avx512.usable()) return &points_near_avx512;
    if (points_near_popcnt.usable()) return &points_near_popcnt;
#endif
    return &points_near_plain;
}

struct match {
    uint32_t id; /* through all pieces */
    uint32_t owner;
    uint16_t here, distance;
    float weight;
};

struct asking {
    const struct pictures *s;
    const struct points_near *near;
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
static size_t settle(struct match *v, size_t n)
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
        bool known = false;
        for (size_t k = 0; k < owners && !known; k++) known = seen[k] == v[i].owner;
        if (!known) seen[owners++] = v[i].owner;
    }
    for (size_t i = 0; i < kept; i++) v[i].weight = 1 / (float)owners;
    return kept;
}

/* The points that share a bucket of this piece with some bits. */
static size_t gather(struct asking *a, const struct points *p, const struct hash256 *bits)
{
    size_t n = 0;
    for (int t = 0; t < POINTS_TABLES; t++) {
        const struct points_table *table = &p->tables[t];
        uint32_t key = points_key(p, bits, t), from = table->from[key], count = table->from[key + 1] - from;
        if (count > POINTS_BUCKET_MAX) continue;
        memcpy(a->ids + n, table->ids + from, count * sizeof *a->ids);
        n += count;
    }
    return n;
}

static int note(struct asking *a, const struct pictures_piece *x, uint32_t id, uint16_t here,
                uint16_t distance)
{
    uint32_t owner = a->s->owners.v[x->first_picture + points_picture_of(x->p, id)];
    if (owner == PICTURES_NOBODY) return 0;
    if (a->n == a->cap) {
        size_t cap = a->cap ? a->cap * 2 : 4096;
        struct match *v = realloc(a->v, cap * sizeof *v);
        if (!v) return ERR_NOMEM;
        a->v = v;
        a->cap = cap;
    }
    a->v[a->n++] = (struct match){x->first_point + id, owner, here, distance, 0};
    return 0;
}

/* What the next point will need first: the places lie anywhere. */
static void fetch_ahead(const struct pictures *s, const struct hash256 *bits)
{
    for (size_t i = 0; i < s->pieces.n; i++) {
        const struct points *p = s->pieces.v[i].p;
        for (int t = 0; t < POINTS_TABLES; t++)
            __builtin_prefetch(&p->tables[t].from[points_key(p, bits, t)]);
    }
}

static int ask_point(struct asking *a, const struct hash256 *bits, uint16_t here)
{
    size_t first = a->n;
    for (size_t i = 0; i < a->s->pieces.n; i++) {
        const struct pictures_piece *x = &a->s->pieces.v[i];
        size_t n = gather(a, x->p, bits);
        a->near->distances(bits, x->p->bits, a->ids, n, a->distances);
        for (size_t k = 0; k < n; k++) {
            if (a->distances[k] > POINTS_RADIUS) continue;
            if (note(a, x, a->ids[k], here, a->distances[k])) return ERR_NOMEM;
        }
    }
    a->n = first + settle(a->v + first, a->n - first);
    return 0;
}

/* ---- votes ---- */

/* A picture that some points of were met. */
struct group {
    const struct points *p;
    uint32_t picture, owner; /* through all pieces */
    uint32_t first_point;    /* of it, through all pieces */
    const struct points_place *places;
    size_t from, n;
    double votes;
};

/* The votes of one picture: the most that agree on a turn and a zoom, within a bin to either side. */
static double votes_of(const struct group *g, const struct key_frame *here, bool mirrored,
                       const struct match *v)
{
    float bins[TURN_BINS][ZOOM_BINS] = {{0}}, best = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct point *a = &here->points[v[i].here];
        const struct points_place *b = &g->places[v[i].id - g->first_point];
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

/* Keeps the list sorted, most votes first, at most two of one owner. */
static size_t enter(struct group *v, size_t n, const struct group *one)
{
    size_t same = 0, last_same = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].owner == one->owner) same++, last_same = i;
    if (same >= PER_OWNER) {
        if (v[last_same].votes >= one->votes) return n;
        memmove(v + last_same, v + last_same + 1, (n - last_same - 1) * sizeof *v);
        n--;
    }
    size_t at = n;
    while (at > 0 && v[at - 1].votes < one->votes) at--;
    if (at >= POINTS_CANDIDATES_MAX) return n;
    if (n == POINTS_CANDIDATES_MAX) n--;
    memmove(v + at + 1, v + at, (n - at) * sizeof *v);
    v[at] = *one;
    return n + 1;
}

/* The picture of match `from`, and the matches after it that lie in it too. */
static struct group group_at(const struct asking *a, size_t from)
{
    const struct pictures_piece *x = a->s->pieces.v;
    uint32_t id = a->v[from].id;
    while (id - x->first_point >= x->p->n) x++;
    uint32_t at = points_picture_of(x->p, id - x->first_point), begin = x->p->pictures[at].first,
             end = x->first_point + x->p->pictures[at + 1].first;
    struct group g = {.p = x->p,
                      .picture = x->first_picture + at,
                      .owner = a->v[from].owner,
                      .first_point = x->first_point + begin,
                      .places = x->p->places + begin,
                      .from = from};
    while (from + g.n < a->n && a->v[from + g.n].id < end) g.n++;
    return g;
}

static void conclude(const struct key_frame *here, bool mirrored, const struct asking *a,
                     struct points_result *out)
{
    struct group best[POINTS_CANDIDATES_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < a->n;) {
        struct group g = group_at(a, i);
        i += g.n;
        if (g.n < VOTES_MIN_PAIRS) continue;
        g.votes = votes_of(&g, here, mirrored, a->v + g.from);
        n = enter(best, n, &g);
    }
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        struct points_candidate *c = &out->v[i];
        c->picture = best[i].picture;
        c->owner = best[i].owner;
        c->votes = best[i].votes;
        c->npairs = best[i].n < POINTS_PAIRS_MAX ? best[i].n : POINTS_PAIRS_MAX;
        qsort(a->v + best[i].from, best[i].n, sizeof *a->v, by_distance);
        for (size_t k = 0; k < c->npairs; k++) {
            const struct match *m = &a->v[best[i].from + k];
            c->pairs[k] = (struct points_pair){m->here, (uint16_t)(m->id - best[i].first_point)};
        }
    }
}

static struct hash256 bits_of(const struct key_frame *here, size_t i, bool mirrored)
{
    return mirrored ? point_mirrored(&here->points[i].bits) : here->points[i].bits;
}

int pictures_query(const struct pictures *s, const struct key_frame *here, bool mirrored,
                   struct points_result *out)
{
    size_t asked = here->npoints < POINTS_ASKED_MAX ? here->npoints : POINTS_ASKED_MAX;
    out->n = 0;
    if (s->owners.n == s->nobody || asked == 0) return 0;
    struct asking *a = malloc(sizeof *a);
    int rc = a ? 0 : ERR_NOMEM;
    if (!a) return rc;
    a->s = s;
    a->near = points_near_best();
    a->v = NULL;
    a->n = a->cap = 0;
    struct hash256 bits = bits_of(here, 0, mirrored);
    for (size_t i = 0; i < asked && !rc; i++) {
        struct hash256 next = bits_of(here, i + 1 < asked ? i + 1 : i, mirrored);
        fetch_ahead(s, &next);
        rc = ask_point(a, &bits, (uint16_t)i);
        bits = next;
    }
    if (!rc && a->n) {
        qsort(a->v, a->n, sizeof *a->v, by_id);
        conclude(here, mirrored, a, out);
    }
    free(a->v);
    free(a);
    return rc;
}
