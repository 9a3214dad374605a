/* What was found votes.
 *
 * A hit says: this moment of the query is that moment of the references, at this tempo and pitch. In an index of a
 * thousand hours nearly all hits are chance, so cost is what the work per hit is:
 *   - a hit is counted in one table of small counters by offset alone. Only hits with company in their cell go on;
 *   - these, few, are sorted by offset, and each is compared with its neighbours in tempo and pitch too. */
#include "index/landmarks_priv.h"

#include <math.h>

enum {
    LIKELY_MAX = 1 << 18,           /* further hits are passed over */
    VOTES_MIN = 3 * WEIGHT_ONE / 2, /* of quints, and of quads: */
    VOTES_FEW = WEIGHT_ONE * 3 / 4,
    LARGE_CROWD = 8 * WEIGHT_ONE,
    OFFSET_CELL = 100, /* frames: 0.8 s */
    NEAR_PITCH = 12,   /* hits that agree */
    NEAR_TEMPO = 24,   /* 7 % */
    MOMENT_TICKS = 8,
    NEIGHBOURS_MAX = 2000, /* a hit is compared with so many */
    COUNTERS_MIN = 1 << 12,
    COUNTERS_MAX = 1 << 22
};

/* ---- counting ---- */

/* Where the window's middle would lie in the references, in half cells. Tempo is known to a few per cent, so the error
 * is smallest if the middle is what is asked for. */
static uint32_t offset_of(const struct hit *h, uint32_t middle, const float rates[2 * TEMPO_REACH + 1])
{
    float passed =
        rates[h->log_tempo + TEMPO_REACH] * ((float)h->query_tick - (float)middle) / TICKS_PER_FRAME;
    int64_t at = (int64_t)h->ref_frame - (int64_t)passed;
    return at < 0 ? 0 : (uint32_t)at;
}

/* Of a half cell of offset and one of pitch. */
static uint8_t *counter_of(const struct landmark_scratch *s, uint32_t half, uint32_t pitch)
{
    return &s->counters[(size_t)((half * 0x9e3779b97f4a7c15u + pitch * 0xd6e8feb86659fd93u) >> 40) &
                        (s->ncounters - 1)];
}

/* Cells are two halves wide and overlap: whatever lies within half a cell shares one with it. */
static void cells_of(const struct landmark_scratch *s, uint32_t half, int16_t pitch, uint8_t *out[4])
{
    uint32_t p = (uint32_t)(pitch + PITCH_REACH) / NEAR_PITCH;
    for (uint32_t i = 0; i < 4; i++) out[i] = counter_of(s, half + (i & 1), p + (i >> 1));
}

static int counters_clear(struct landmark_scratch *s)
{
    size_t want = COUNTERS_MIN;
    while (want < s->counted->n * 16 && want < COUNTERS_MAX) want *= 2;
    if (want > s->ncounters || !s->counters) {
        uint8_t *p = realloc(s->counters, COUNTERS_MAX * sizeof *p);
        if (!p) return ERR_NOMEM;
        s->counters = p;
    }
    s->ncounters = want;
    memset(s->counters, 0, want * sizeof *s->counters);
    return 0;
}

static void count(uint8_t *c, unsigned weight)
{
    unsigned sum = *c + weight;
    *c = sum > UINT8_MAX ? UINT8_MAX : (uint8_t)sum;
}

static int by_offset(const void *a, const void *b)
{
    const struct at *x = a, *y = b;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    return (x->hit > y->hit) - (x->hit < y->hit);
}

static unsigned votes_least(const struct landmarks *l)
{
    return l->head.marks == QUINT ? VOTES_MIN : VOTES_FEW;
}

/* Hits one of whose four cells of offset and pitch holds more than one hit weighs. */
static int find_likely(const struct landmarks *l, struct landmark_scratch *s, uint32_t middle)
{
    unsigned least = votes_least(l);
    float rates[2 * TEMPO_REACH + 1];
    for (int i = 0; i <= 2 * TEMPO_REACH; i++) rates[i] = exp2f((float)(i - TEMPO_REACH) / 256);
    const struct hit *hits = s->counted->v;
    size_t n = s->counted->n;
    uint8_t *cells[4];
    s->likely.n = 0;
    for (size_t i = 0; i < n; i++) {
        cells_of(s, offset_of(&hits[i], middle, rates) / (OFFSET_CELL / 2), hits[i].pitch, cells);
        for (int k = 0; k < 4; k++) count(cells[k], hits[i].weight);
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t offset = offset_of(&hits[i], middle, rates);
        unsigned most = 0;
        cells_of(s, offset / (OFFSET_CELL / 2), hits[i].pitch, cells);
        for (int k = 0; k < 4; k++) most = *cells[k] > most ? *cells[k] : most;
        if (most < least) continue;
        struct at at = {offset, (uint32_t)i};
        if (s->likely.n < LIKELY_MAX && VEC_PUSH(&s->likely, at)) return ERR_NOMEM;
    }
    if (s->likely.n) qsort(s->likely.v, s->likely.n, sizeof *s->likely.v, by_offset);
    return 0;
}

/* ---- what agrees with a hit ---- */

static bool find_ref(const struct landmarks *l, uint32_t frame, uint32_t *out)
{
    uint32_t from = 0, to = l->head.nrefs;
    while (to - from > 1) {
        uint32_t middle = from + (to - from) / 2;
        if (l->refs[middle].first_frame <= frame)
            from = middle;
        else
            to = middle;
    }
    if (to == 0 || frame < l->refs[from].first_frame) return false;
    *out = from;
    return frame - l->refs[from].first_frame <= l->refs[from].ticks / TICKS_PER_FRAME;
}

/* What agrees with a hit. Quads of one moment share landmarks and are no witnesses for each other: of one moment only the
 * first weighs. */
struct crowd {
    uint64_t moments[(WINDOW_TICKS / MOMENT_TICKS + 64) / 64];
    double weight;
    double n, q, r, tempo, pitch, qq, qr;
    uint32_t votes;
    size_t from, to; /* of the likely, where it lies */
};

static void join(struct crowd *c, const struct hit *h, double r0, double q0, uint32_t start)
{
    double w = h->weight, y = (double)h->ref_frame * TICKS_PER_FRAME - r0, x = h->query_tick - q0;
    uint32_t moment = (h->query_tick - start) / MOMENT_TICKS;
    uint64_t bit = (uint64_t)1 << (moment & 63), *word = &c->moments[moment / 64];
    if (!(*word & bit)) c->weight += w;
    *word |= bit;
    c->votes++;
    c->n += w, c->q += w * x, c->r += w * y, c->qq += w * x * x, c->qr += w * x * y;
    c->tempo += w * h->log_tempo, c->pitch += w * h->pitch;
}

#define SPOKEN (1u << 31) /* of struct at's hit */

static const struct hit *hit_of(const struct landmark_scratch *s, size_t likely)
{
    return &s->counted->v[s->likely.v[likely].hit & ~SPOKEN];
}

static bool agree(const struct hit *a, const struct hit *b)
{
    return abs(a->pitch - b->pitch) <= NEAR_PITCH && abs(a->log_tempo - b->log_tempo) <= NEAR_TEMPO;
}

static struct crowd crowd_around(const struct landmark_scratch *s, size_t at, uint32_t start)
{
    const struct at *v = s->likely.v;
    const struct hit *me = hit_of(s, at);
    double r0 = (double)me->ref_frame * TICKS_PER_FRAME, q0 = me->query_tick;
    struct crowd c = {0};
    size_t from = at;
    while (from > 0 && at - from < NEIGHBOURS_MAX / 2 && v[at].offset - v[from - 1].offset < OFFSET_CELL / 2)
        from--;
    c.from = from;
    for (c.to = from; c.to < s->likely.n && c.to - from < NEIGHBOURS_MAX; c.to++) {
        if (v[c.to].offset > v[at].offset && v[c.to].offset - v[at].offset > OFFSET_CELL / 2) break;
        const struct hit *h = hit_of(s, c.to);
        if (agree(h, me)) join(&c, h, r0, q0, start);
    }
    return c;
}

/* What agrees with the centre of a large crowd has been spoken for, and would only say it again. */
static void speak_for(struct landmark_scratch *s, size_t at, const struct crowd *c)
{
    const struct hit *me = hit_of(s, at);
    for (size_t i = c->from; i < c->to; i++)
        if (agree(hit_of(s, i), me)) s->likely.v[i].hit |= SPOKEN;
}

static bool hypothesis_of(const struct landmarks *l, const struct hit *seed, const struct crowd *c,
                          struct hypothesis *h)
{
    double q = c->q / c->n, r = c->r / c->n, qq = c->qq / c->n - q * q, qr = c->qr / c->n - q * r;
    h->tempo = (float)exp2(c->tempo / c->n / 256);
    double slope = qq > 500.0 * 500.0 ? qr / qq : 0;
    h->timed = slope > 0.9 * (double)h->tempo && slope < 1.1 * (double)h->tempo;
    if (h->timed) h->tempo = (float)slope;
    h->pitch = (float)(c->pitch / c->n);
    h->votes = c->votes;
    h->weight = (float)(c->weight / WEIGHT_ONE);
    h->query_at = q + seed->query_tick;
    if (!find_ref(l, seed->ref_frame, &h->ref)) return false;
    h->ref_at = r + ((double)seed->ref_frame - (double)l->refs[h->ref].first_frame) * TICKS_PER_FRAME;
    return true;
}

bool hypotheses_alike(const struct hypothesis *a, const struct hypothesis *b)
{
    double moved = a->ref_at + (b->query_at - a->query_at) * (double)a->tempo - b->ref_at;
    return a->ref == b->ref && fabs(moved) < 100 && fabsf(a->pitch - b->pitch) < 10 &&
           fabsf(a->tempo / b->tempo - 1) < 0.05f;
}

/* Keeps the heaviest, sorted, one of those alike. */
static void keep(struct hypothesis *v, size_t *n, const struct hypothesis *h)
{
    size_t i = 0;
    if (*n == HYPOTHESES_MAX && v[*n - 1].weight >= h->weight) return;
    while (i < *n && !hypotheses_alike(&v[i], h)) i++;
    if (i < *n && v[i].weight >= h->weight) return;
    if (i == *n) {
        i = *n < HYPOTHESES_MAX ? (*n)++ : *n - 1;
    }
    for (; i > 0 && v[i - 1].weight < h->weight; i--) v[i] = v[i - 1];
    v[i] = *h;
}

int votes_count(const struct landmarks *l, struct landmark_scratch *s, uint32_t start,
                struct hypothesis out[HYPOTHESES_MAX], size_t *out_n)
{
    *out_n = 0;
    if (s->counted->n == 0) return 0;
    if (counters_clear(s) || find_likely(l, s, start + WINDOW_TICKS / 2)) return ERR_NOMEM;
    for (size_t i = 0; i < s->likely.n; i++) {
        if (s->likely.v[i].hit & SPOKEN) continue;
        struct crowd c = crowd_around(s, i, start);
        struct hypothesis h;
        if (c.votes < 2 || c.weight < votes_least(l)) continue;
        if (hypothesis_of(l, hit_of(s, i), &c, &h)) keep(out, out_n, &h);
        if (c.weight >= LARGE_CROWD) speak_for(s, i, &c);
    }
    return 0;
}
