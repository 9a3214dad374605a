/* Quads ask the index; what they find votes.
 *
 * A hit says: this moment of the query is that moment of the references, at this tempo and pitch. In an index of a
 * thousand hours nearly all hits are chance, so cost is what the work per key and per hit is:
 *   - keys are asked in blocks, in three passes: where the bucket starts is fetched for all, then the bucket, then it is
 *     read. So a miss of the cache is waited for once a block and not once a key;
 *   - a hit is counted in one table of small counters by offset alone. Only hits with company in their cell go on;
 *   - these, few, are sorted by offset, and each is compared with its neighbours in tempo and pitch too.
 * A hit weighs less the more often its key occurs in the index: what half the platform sings says little about whose
 * recording it is. */
#include "index/landmarks_priv.h"

#include <math.h>

enum {
    HITS_MAX = 1 << 20, /* of a window; further ones are passed over */
    LIKELY_MAX = 1 << 15,
    WEIGHT_ONE = 32,
    BUCKET_RARE =
        8,         /* of an index that has to be thrifty: fuller ones are passed over by the second effort */
    COMMON = 6,    /* a quad with so many like it in the index weighs a quarter */
    TAKEN_MAX = 8, /* likewise of those alike; further ones are passed over */
    VOTES_MIN = 3 * WEIGHT_ONE / 2, /* and in a small index: */
    VOTES_FEW = WEIGHT_ONE * 3 / 4,
    LARGE_CROWD = 8 * WEIGHT_ONE,
    OFFSET_CELL = 100, /* frames: 0.8 s */
    PITCH_REACH = 110, /* 5.5 semitones: speed by a third */
    TEMPO_REACH = 128, /* 256ths of an octave: 0.71 to 1.41 */
    NEAR_PITCH = 12,   /* hits that agree */
    NEAR_TEMPO = 24,   /* 7 % */
    MOMENT_TICKS = 8,
    NEIGHBOURS_MAX = 2000, /* a hit is compared with so many */
    COUNTERS_MIN = 1 << 12,
    COUNTERS_MAX = 1 << 22
};

/* ---- asking ---- */

static void fetch_starts(const struct landmarks *l, struct landmark_scratch *s)
{
    for (size_t i = 0; i < s->nprobes; i++)
        __builtin_prefetch(&l->buckets[s->probes[i].key >> (32 - l->head.bits)]);
}

static void fetch_buckets(const struct landmarks *l, struct landmark_scratch *s)
{
    for (size_t i = 0; i < s->nprobes; i++) {
        struct probe *p = &s->probes[i];
        p->from = l->buckets[p->key >> (32 - l->head.bits)];
        p->to = l->buckets[(p->key >> (32 - l->head.bits)) + 1];
        if (p->to > l->head.nposts || p->from > p->to) p->from = p->to = 0;
        if (p->to - p->from > BUCKET_MAX) p->to = p->from + BUCKET_MAX;
        if (p->to - p->from > BUCKET_RARE && s->effort != EFFORT_STRONG && l->thrift > 0) p->to = p->from;
        const char *at = (const char *)&l->posts[p->from], *end = (const char *)&l->posts[p->to];
        for (; at < end; at += 64) __builtin_prefetch(at);
    }
}

static int take_posts(const struct landmarks *l, struct landmark_scratch *s, const struct quad *q,
                      const uint32_t *same, unsigned n, unsigned common)
{
    const struct landmark *root = &s->asking.v[q->at];
    unsigned rare = WEIGHT_ONE * COMMON / (COMMON + n - 1 + (common - 1) / 8);
    int q_dur = (int)(256 * log2f((float)q->dur / DUR_FIRST));
    struct hit h = {.query_tick = root->time, .weight = (uint16_t)(rare * rare / WEIGHT_ONE)};
    if (h.weight == 0) h.weight = 1;
    for (unsigned i = 0; i < n && (i < TAKEN_MAX || l->thrift == 0); i++) {
        const struct posting *post = &l->posts[same[i]];
        int pitch = (int)root->pitch - posting_pitch(post), tempo = (int)posting_dur(post) * 8 - q_dur;
        if (abs(pitch) > PITCH_REACH || abs(tempo) > TEMPO_REACH) continue;
        h.ref_frame = post->frame;
        h.pitch = (int16_t)pitch;
        h.log_tempo = (int16_t)tempo;
        if (s->asked[s->effort].hits.n < HITS_MAX && VEC_PUSH(&s->asked[s->effort].hits, h)) return ERR_NOMEM;
    }
    return 0;
}

static int read_bucket(const struct landmarks *l, struct landmark_scratch *s, const struct probe *p)
{
    const struct quad *q = &s->quads[p->quad];
    uint32_t tag = p->key << l->head.bits >> (32 - TAG_BITS), fine = quad_fine(q), same[BUCKET_MAX];
    unsigned n = 0, common = 0;
    for (uint32_t i = p->from; i < p->to; i++) {
        unsigned there = posting_tag(&l->posts[i]) == tag;
        common += there;
        same[n] = i;
        n += there & quads_alike(fine, posting_fine(&l->posts[i]));
    }
    s->work.read += p->to - p->from;
    s->work.alike += n;
    return n ? take_posts(l, s, q, same, n, common) : 0;
}

static int ask_block(const struct landmarks *l, struct landmark_scratch *s)
{
    fetch_starts(l, s);
    fetch_buckets(l, s);
    for (size_t i = 0; i < s->nprobes; i++)
        if (read_bucket(l, s, &s->probes[i])) return ERR_NOMEM;
    s->work.looked_up += s->nprobes;
    s->nquads = s->nprobes = 0;
    return 0;
}

struct ask {
    const struct landmarks *l;
    struct landmark_scratch *s;
};

static int take_quad(void *arg, const struct quad *q)
{
    struct ask *a = arg;
    struct landmark_scratch *s = a->s;
    uint32_t keys[QUAD_KEYS_MAX];
    size_t n = quad_keys(q, s->effort != EFFORT_STRONG && a->l->thrift ? 1 : 5, keys);
    for (size_t i = 0; i < n; i++)
        s->probes[s->nprobes++] = (struct probe){keys[i], (uint32_t)s->nquads, 0, 0};
    s->quads[s->nquads++] = *q;
    return s->nquads == BLOCK_QUADS ? ask_block(a->l, s) : 0;
}

int votes_ask(const struct landmarks *l, struct landmark_scratch *s, size_t from, size_t to)
{
    struct ask a = {l, s};
    struct quad_rule rule = quads_of_queries;
    if (s->effort != EFFORT_STRONG) rule.thin = (1u << l->thrift) - 1;
    s->nquads = s->nprobes = 0;
    for (size_t i = from; i < to; i++)
        if (quads_from(s->asking.v, s->asking.n, i, &rule, take_quad, &a)) return ERR_NOMEM;
    return ask_block(l, s);
}

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
    while (want < s->asked[s->effort].hits.n * 16 && want < COUNTERS_MAX) want *= 2;
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

static unsigned votes_least(const struct landmarks *l) { return l->thrift ? VOTES_MIN : VOTES_FEW; }

/* Hits one of whose four cells of offset and pitch holds more than one hit weighs. */
static int find_likely(const struct landmarks *l, struct landmark_scratch *s, uint32_t middle)
{
    unsigned least = votes_least(l);
    float rates[2 * TEMPO_REACH + 1];
    for (int i = 0; i <= 2 * TEMPO_REACH; i++) rates[i] = exp2f((float)(i - TEMPO_REACH) / 256);
    const struct hit *hits = s->asked[s->effort].hits.v;
    size_t n = s->asked[s->effort].hits.n;
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
    return &s->asked[s->effort].hits.v[s->likely.v[likely].hit & ~SPOKEN];
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

/* Most say what a fuller one said. */
static bool alike(const struct hypothesis *a, const struct hypothesis *b)
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
    while (i < *n && !alike(&v[i], h)) i++;
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
    if (s->asked[s->effort].hits.n == 0) return 0;
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
