/* A window's quads ask the index; what they find votes.
 *
 * A hit says: this moment of the query is that moment of the references, at this tempo and pitch. Votes are counted in
 * cells of (offset, pitch, tempo) that overlap by half, hashed into a table of counters: a collision costs one vain
 * alignment, never a match. A hit weighs less the more often its key occurs in the index: what half the platform
 * sings says little about whose recording it is. */
#include "index/landmarks_priv.h"

#include <math.h>

enum {
    HITS_MAX = 1 << 20, /* of a window; further ones are passed over */
    BUCKET_LOOK = 2048, /* postings looked at per key; of a longer bucket the first */
    SAME_MAX = 256,     /* of them alike; further ones are passed over */
    WEIGHT_ONE = 32,
    COMMON = 12, /* a key with so many postings in the index weighs half */
    VOTES_MIN = 3 * WEIGHT_ONE / 2,
    OFFSET_CELL = 100, /* frames: 0.8 s */
    PITCH_CELL = 12,   /* 60 cents */
    PITCH_REACH = 110, /* 5.5 semitones: speed by a third */
    CELLS_PER_HIT = 8,
    TEMPO_HALVES = 64
};
#define TEMPO_CELL  0.08f /* of the natural logarithm */
#define TEMPO_REACH 0.34f
#define KEY_MARGIN  0.15f

/* ---- where a hit lies ---- */

/* The hit's half cells: it lies in that one and the one before, in each direction. */
static void place(struct hit *h, float log_tempo, const float rates[TEMPO_HALVES])
{
    h->pitch_half = (int16_t)((h->pitch + 2 * PITCH_REACH) * 2 / PITCH_CELL);
    h->tempo_half = (int16_t)((log_tempo + 1) * 2 / TEMPO_CELL);
    for (int k = 0; k < 2; k++) {
        float passed = rates[h->tempo_half - k] * (float)h->query_tick / TICKS_PER_FRAME;
        int64_t offset = (int64_t)h->ref_frame - (int64_t)passed + 4 * OFFSET_CELL;
        h->offset_half[k] = (uint32_t)(offset * 2 / OFFSET_CELL);
    }
}

/* The tempo in the middle of each pair of half cells. */
static void fill_rates(float rates[TEMPO_HALVES])
{
    for (int t = 0; t < TEMPO_HALVES; t++) rates[t] = expf((float)(t + 1) * TEMPO_CELL / 2 - 1);
}

/* ---- asking ---- */

struct ask {
    const struct landmarks *l;
    struct landmark_scratch *s;
    float rates[TEMPO_HALVES];
};

/* A hit when the posting's tempo and pitch are such as copies have. */
static int take_post(struct ask *a, const struct quad *q, const struct posting *post, uint16_t weight)
{
    const struct landmark *root = &a->s->asking.v[q->at];
    struct hit h = {.query_tick = root->time, .ref_frame = post->frame, .weight = weight};
    int pitch = (int)root->pitch - posting_pitch(post);
    float tempo = (float)posting_ticks(post) / (float)q->dur;
    if (pitch < -PITCH_REACH || pitch > PITCH_REACH || tempo < 0.71f || tempo > 1.41f) return 0;
    h.pitch = (int16_t)pitch;
    place(&h, logf(tempo), a->rates);
    return VEC_PUSH(&a->s->hits, h);
}

static int look_up(struct ask *a, const struct quad *q, uint32_t key)
{
    const struct landmarks *l = a->l;
    uint32_t bucket = key >> (32 - l->head.bits), from = l->buckets[bucket], to = l->buckets[bucket + 1];
    uint32_t tag = key & ((1u << TAG_BITS) - 1), same[SAME_MAX], fine = quad_fine(q);
    int reach = 128 * 6 / q->dur + 1;
    unsigned n = 0, common = 0;
    if (from > to || to > l->head.nposts) return 0;
    if (to - from > BUCKET_LOOK) to = from + BUCKET_LOOK;
    for (uint32_t i = from; i < to; i++) {
        if (posting_tag(&l->posts[i]) != tag) continue;
        common++;
        if (n < SAME_MAX && quads_alike(fine, l->posts[i].fine, reach)) same[n++] = i;
    }
    uint16_t weight = (uint16_t)(WEIGHT_ONE * COMMON / (COMMON + n + common / 8));
    for (unsigned i = 0; i < n && weight > 0 && a->s->hits.n < HITS_MAX; i++)
        if (take_post(a, q, &l->posts[same[i]], weight)) return ERR_NOMEM;
    return 0;
}

static int take_quad(void *arg, const struct quad *q)
{
    uint32_t keys[QUAD_KEYS_MAX];
    size_t n = quad_keys(q, KEY_MARGIN, keys);
    for (size_t i = 0; i < n; i++)
        if (look_up(arg, q, keys[i])) return ERR_NOMEM;
    return 0;
}

/* ---- counting ---- */

static uint64_t cell_of(const struct hit *h, int k)
{
    uint64_t tempo = (uint64_t)(h->tempo_half - (k & 1)), pitch = (uint64_t)(h->pitch_half - (k >> 1 & 1));
    return (uint64_t)(h->offset_half[k & 1] - (k >> 2 & 1)) << 32 | pitch << 16 | tempo;
}

static bool in_cell(const struct hit *h, uint64_t cell)
{
    int tempo = h->tempo_half - (int)(cell & 0xffff), pitch = h->pitch_half - (int)(cell >> 16 & 0xffff);
    if ((tempo | pitch) & ~1) return false;
    return h->offset_half[tempo] - (uint32_t)(cell >> 32) <= 1;
}

static size_t counter_of(const struct landmark_scratch *s, uint64_t cell)
{
    cell *= 0x9e3779b97f4a7c15u;
    cell ^= cell >> 31;
    return (size_t)(cell * 0xbf58476d1ce4e5b9u >> 20) & (s->ncounters - 1);
}

static int counters_clear(struct landmark_scratch *s)
{
    size_t want = 1 << 16;
    while (want < s->hits.n * CELLS_PER_HIT * 2 && want < 1 << 22) want *= 2;
    if (want > s->ncounters) {
        uint16_t *p = realloc(s->counters, want * sizeof *p);
        if (!p) return ERR_NOMEM;
        s->counters = p;
        s->ncounters = want;
    }
    memset(s->counters, 0, s->ncounters * sizeof *s->counters);
    return 0;
}

static void count(struct landmark_scratch *s)
{
    for (size_t i = 0; i < s->hits.n; i++) {
        for (int k = 0; k < CELLS_PER_HIT; k++) {
            uint16_t *c = &s->counters[counter_of(s, cell_of(&s->hits.v[i], k))];
            unsigned sum = *c + s->hits.v[i].weight;
            *c = sum > UINT16_MAX ? UINT16_MAX : (uint16_t)sum;
        }
    }
}

/* ---- the fullest cells ---- */

struct full {
    uint64_t cell;
    unsigned votes;
};

/* Keeps the fullest, sorted, each once. */
static void keep(struct full *v, size_t *n, uint64_t cell, unsigned votes)
{
    if (*n == HYPOTHESES_MAX && votes <= v[*n - 1].votes) return;
    for (size_t i = 0; i < *n; i++)
        if (v[i].cell == cell) return;
    size_t i = *n < HYPOTHESES_MAX ? (*n)++ : *n - 1;
    for (; i > 0 && v[i - 1].votes < votes; i--) v[i] = v[i - 1];
    v[i] = (struct full){cell, votes};
}

static size_t fullest(const struct landmark_scratch *s, struct full out[HYPOTHESES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < s->hits.n; i++) {
        for (int k = 0; k < CELLS_PER_HIT; k++) {
            uint64_t cell = cell_of(&s->hits.v[i], k);
            unsigned votes = s->counters[counter_of(s, cell)];
            if (votes >= VOTES_MIN) keep(out, &n, cell, votes);
        }
    }
    return n;
}

/* ---- a cell's hits as a hypothesis ---- */

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

static bool gather(const struct landmarks *l, const struct landmark_scratch *s, uint64_t cell,
                   struct hypothesis *h)
{
    double n = 0, q = 0, r = 0, tempo = 0, pitch = 0, qq = 0, qr = 0, r0 = -1;
    uint32_t votes = 0;
    for (size_t i = 0; i < s->hits.n; i++) {
        const struct hit *v = &s->hits.v[i];
        if (!in_cell(v, cell)) continue;
        if (r0 < 0) r0 = (double)v->ref_frame * TICKS_PER_FRAME;
        double w = v->weight, y = (double)v->ref_frame * TICKS_PER_FRAME - r0, x = v->query_tick;
        votes++;
        n += w, q += w * x, r += w * y, qq += w * x * x, qr += w * x * y;
        tempo += w * v->tempo_half, pitch += w * v->pitch;
    }
    if (votes < 2) return false;
    q /= n, r /= n, qq = qq / n - q * q, qr = qr / n - q * r;
    h->tempo = (float)exp((tempo / n + 0.5) * TEMPO_CELL / 2 - 1);
    double slope = qq > 500.0 * 500.0 ? qr / qq : 0;
    if (slope > 0.9 * (double)h->tempo && slope < 1.1 * (double)h->tempo) h->tempo = (float)slope;
    h->pitch = (float)(pitch / n);
    h->votes = votes;
    h->query_at = q;
    double at = r0 + r;
    if (!find_ref(l, (uint32_t)(at / TICKS_PER_FRAME), &h->ref)) return false;
    h->ref_at = at - (double)l->refs[h->ref].first_frame * TICKS_PER_FRAME;
    return true;
}

/* Cells overlap: most say what a fuller one said. */
static bool is_there(const struct hypothesis *v, size_t n, const struct hypothesis *h)
{
    for (size_t i = 0; i < n; i++) {
        double moved = v[i].ref_at + (h->query_at - v[i].query_at) * (double)v[i].tempo - h->ref_at;
        if (v[i].ref == h->ref && fabs(moved) < 50 && fabsf(v[i].pitch - h->pitch) < 6 &&
            fabsf(v[i].tempo / h->tempo - 1) < 0.02f)
            return true;
    }
    return false;
}

int votes_cast(const struct landmarks *l, struct landmark_scratch *s, struct hypothesis out[HYPOTHESES_MAX],
               size_t *out_n)
{
    struct ask a = {.l = l, .s = s};
    struct full full[HYPOTHESES_MAX];
    fill_rates(a.rates);
    s->hits.n = 0;
    *out_n = 0;
    s->asking.n = 0;
    for (size_t i = 0; i < s->query.n; i++)
        if (s->query.v[i].flags & LANDMARK_MIDDLE && VEC_PUSH(&s->asking, s->query.v[i])) return ERR_NOMEM;
    for (size_t i = 0; i < s->asking.n; i++)
        if (quads_from(s->asking.v, s->asking.n, i, &quads_of_queries, take_quad, &a)) return ERR_NOMEM;
    if (s->hits.n == 0) return 0;
    if (counters_clear(s)) return ERR_NOMEM;
    count(s);
    size_t n = fullest(s, full);
    for (size_t i = 0; i < n; i++)
        if (gather(l, s, full[i].cell, &out[*out_n]) && !is_there(out, *out_n, &out[*out_n])) ++*out_n;
    return 0;
}
