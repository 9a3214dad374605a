/* Chains ask the index.
 *
 * Keys are asked in blocks, in three passes: the bucket is fetched for all, then what is spilled of it, then both are
 * read. So a miss of the cache is waited for once a block and not once a key. A hit weighs less the more often its key occurs in
 * the index: what half the platform sings says little about whose recording it is. */
#include "index/landmarks_priv.h"

#include <math.h>
#include <stdlib.h>

enum {
    HITS_MAX = 1 << 20,   /* of a window; further ones are passed over */
    COMMON = 6,           /* a chain with so many like it in the index weighs a quarter */
    QUINTS_TAKEN_MAX = 8, /* of those alike; further ones are passed over */
    THIRD_THIN = 127,     /* of an index of quints: a mask, as struct chain_rule's */
    THIRD_THIN_BRIEF = 3
};

static const struct bucket *bucket_of(const struct landmarks *l, const struct probe *p)
{
    return &l->buckets[p->key >> (32 - l->head.bits)];
}

static void fetch_buckets(const struct landmarks *l, struct landmark_scratch *s)
{
    for (size_t i = 0; i < s->nprobes; i++) __builtin_prefetch(bucket_of(l, &s->probes[i]));
}

/* What the bytes say lies outside is not there. */
static void fetch_spilled(const struct landmarks *l, struct landmark_scratch *s)
{
    for (size_t i = 0; i < s->nprobes; i++) {
        struct probe *p = &s->probes[i];
        const struct posting *v = bucket_of(l, p)->v, *last = &v[BUCKET_KEPT];
        p->nspilled = 0;
        p->kept = (uint8_t)((v[0].frame != 0) + (v[1].frame != 0) + (v[2].frame != 0) + (last->frame != 0));
        if (last->frame == 0 || last->frame > BUCKET_MAX) continue;
        p->kept = BUCKET_KEPT;
        if (last->head > l->head.nspilled || last->frame > l->head.nspilled - last->head) continue;
        p->nspilled = (uint8_t)last->frame;
        p->spilled = last->head;
        const char *at = (const char *)&l->spilled[p->spilled], *end = at + p->nspilled * sizeof(*v);
        for (; at < end; at += LINE_BYTES) __builtin_prefetch(at);
        __builtin_prefetch(end - 1);
    }
}

/* How a query's chain lies to the index. */
struct asked {
    uint32_t tick;
    int pitch, log_dur; /* 256ths of an octave, above what the index counts from */
    uint16_t weight;
};

static int add_hit(struct landmark_scratch *s, const struct asked *a, const struct posting *p, bool quint)
{
    struct hits *hits = &s->asked[s->effort].hits;
    int pitch = a->pitch - (quint ? quint_pitch(p->head, p->frame) : quad_head_pitch(p->head)),
        tempo = (quint ? quint_head_dur(p->head) * 16 : quad_head_dur(p->head) * 8) - a->log_dur;
    if (abs(pitch) > PITCH_REACH || abs(tempo) > TEMPO_REACH || hits->n >= HITS_MAX) return 0;
    struct hit h = {a->tick, quint ? quint_frame(p->frame) : p->frame, (int16_t)pitch, (int16_t)tempo,
                    a->weight};
    return VEC_PUSH(hits, h);
}

/* Whether the head alone says that a quint is no hit: too high or low (but for the top bit, which is with the frame), too fast or slow. */
static bool too_far(const struct asked *a, uint32_t head)
{
    enum { TOP = ROOT_UNITS << QUINT_PITCH_BITS };
    int pitch = a->pitch - quint_pitch(head, 0), tempo = quint_head_dur(head) * 16 - a->log_dur;
    return abs(tempo) > TEMPO_REACH || (abs(pitch) > PITCH_REACH && abs(pitch - TOP) > PITCH_REACH);
}

/* n postings of a bucket are like the chain; `common`: as many have its key. */
static int find(const struct landmarks *l, struct landmark_scratch *s, const struct chain *c,
                const struct posting *alike, unsigned n, unsigned common)
{
    const struct landmark *root = &s->asking.v[c->at];
    bool quint = l->head.marks == QUINT;
    int first = quint ? QUINT_DUR_FIRST : DUR_FIRST;
    unsigned rare = WEIGHT_ONE * COMMON / (COMMON + n - 1 + (common - 1) / 8),
             weight = rare * rare / WEIGHT_ONE;
    struct asked a = {.tick = root->time,
                      .pitch = root->pitch,
                      .log_dur = (int)(256 * log2f((float)c->dur / (float)first)),
                      .weight = (uint16_t)(weight ? weight : 1)};
    unsigned most = quint ? QUINTS_TAKEN_MAX : BUCKET_MAX, taken = 0;
    for (unsigned i = 0; i < n && taken < most; i++) {
        if (quint && too_far(&a, alike[i].head)) continue;
        if (add_hit(s, &a, &alike[i], quint)) return ERR_NOMEM;
        taken++;
    }
    return 0;
}

/* Those of n postings that are like a chain, after those found so far. */
static unsigned quads_among(const struct posting *v, unsigned n, uint32_t tag, uint32_t fine,
                            struct posting *alike, unsigned found, unsigned *common)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned there = quad_head_tag(v[i].head) == tag;
        *common += there;
        alike[found] = v[i];
        found += there & quads_alike(fine, quad_head_fine(v[i].head));
    }
    return found;
}

static unsigned quints_among(const struct posting *v, unsigned n, const struct quint_bounds *bounds,
                             struct posting *alike, unsigned found)
{
    for (unsigned i = 0; i < n; i++) {
        alike[found] = v[i];
        found += quint_outside(v[i].head, bounds) == 0;
    }
    return found;
}

enum { ALIKE_MAX = BUCKET_KEPT + BUCKET_MAX + 1 };

static int read_quads(const struct landmarks *l, struct landmark_scratch *s, const struct probe *p)
{
    const struct chain *c = &s->chains[p->chain];
    uint32_t tag = p->key << l->head.bits >> (32 - TAG_BITS), fine = quad_fine(c);
    struct posting alike[ALIKE_MAX];
    unsigned common = 0, n = quads_among(bucket_of(l, p)->v, p->kept, tag, fine, alike, 0, &common);
    n = quads_among(l->spilled + p->spilled, p->nspilled, tag, fine, alike, n, &common);
    s->work.alike += n;
    return n ? find(l, s, c, alike, n, common) : 0;
}

static int read_quints(const struct landmarks *l, struct landmark_scratch *s, const struct probe *p)
{
    struct quint_bounds bounds;
    struct posting alike[ALIKE_MAX];
    quint_bounds(&s->places[p->chain], p->thing, p->dir, &bounds);
    unsigned n = quints_among(bucket_of(l, p)->v, p->kept, &bounds, alike, 0);
    n = quints_among(l->spilled + p->spilled, p->nspilled, &bounds, alike, n);
    s->work.alike += n;
    return n ? find(l, s, &s->chains[p->chain], alike, n, (unsigned)p->kept + p->nspilled) : 0;
}

static int ask_block(const struct landmarks *l, struct landmark_scratch *s)
{
    bool quints = l->head.marks == QUINT;
    fetch_buckets(l, s);
    fetch_spilled(l, s);
    for (size_t i = 0; i < s->nprobes; i++) {
        const struct probe *p = &s->probes[i];
        if (p->kept == 0) continue;
        s->work.read += (unsigned)p->kept + p->nspilled;
        if (quints ? read_quints(l, s, p) : read_quads(l, s, p)) return ERR_NOMEM;
    }
    s->work.looked_up += s->nprobes;
    s->nchains = s->nprobes = 0;
    return 0;
}

struct ask {
    const struct landmarks *l;
    struct landmark_scratch *s;
};

static void probe(struct landmark_scratch *s, uint32_t key, int thing, int dir)
{
    s->probes[s->nprobes++] =
        (struct probe){.key = key, .chain = (uint32_t)s->nchains, .thing = (int8_t)thing, .dir = (int8_t)dir};
}

static int chain_taken(struct ask *a, const struct chain *c)
{
    struct landmark_scratch *s = a->s;
    s->chains[s->nchains++] = *c;
    bool full = s->nchains == BLOCK_CHAINS || s->nprobes + QUAD_KEYS_MAX > BLOCK_PROBES;
    return full ? ask_block(a->l, s) : 0;
}

static int take_quad(void *arg, const struct chain *c)
{
    struct ask *a = arg;
    uint32_t keys[QUAD_KEYS_MAX];
    size_t n = quad_keys(c, 5, keys);
    for (size_t i = 0; i < n; i++) probe(a->s, keys[i], -1, 0);
    return chain_taken(a, c);
}

/* In the cells next to its own in pitch: copies that lie next to it in time are found in vain as often as not. */
static int ask_beside(struct ask *a, const struct chain *c, struct quint_place place)
{
    a->s->places[a->s->nchains] = place;
    for (int i = 0; i < QUINT - 1; i++) {
        int dir = quint_near(&place, i);
        if (dir == 0) continue;
        place.cell[i] = (uint8_t)(place.cell[i] + dir);
        probe(a->s, quint_key(&place), i, dir);
        place.cell[i] = (uint8_t)(place.cell[i] - dir);
    }
    return chain_taken(a, c);
}

static int take_quint(void *arg, const struct chain *c)
{
    struct ask *a = arg;
    struct landmark_scratch *s = a->s;
    struct asked_quint q = {.chain = *c};
    quint_place(c, a->l->head.halved, &q.place);
    if (s->effort == EFFORT_SECOND) return ask_beside(a, c, q.place);
    if (s->effort == EFFORT_FIRST) {
        if (s->quints.v.n < QUINTS_KEPT_MAX && VEC_PUSH(&s->quints.v, q)) return ERR_NOMEM;
    }
    s->places[s->nchains] = q.place;
    probe(s, quint_key(&q.place), -1, 0);
    return chain_taken(a, c);
}

/* SECOND, where FIRST had the same landmarks. */
static int ask_beside_all(struct ask *a)
{
    for (size_t i = 0; i < a->s->quints.v.n; i++)
        if (ask_beside(a, &a->s->quints.v.v[i].chain, a->s->quints.v.v[i].place)) return ERR_NOMEM;
    return ask_block(a->l, a->s);
}

int votes_ask(const struct landmarks *l, struct landmark_scratch *s, size_t from, size_t to, bool brief)
{
    struct ask a = {l, s};
    bool quints = l->head.marks == QUINT, first = s->effort == EFFORT_FIRST;
    struct chain_rule rule = quints ? quints_of_queries : quads_of_queries;
    if (quints && s->effort == EFFORT_THIRD) rule.thin = brief ? THIRD_THIN_BRIEF : THIRD_THIN;
    s->nchains = s->nprobes = 0;
    if (first) s->quints.v.n = 0;
    if (quints && s->effort == EFFORT_SECOND && from == s->quints.from && to == s->quints.to)
        return ask_beside_all(&a);
    for (size_t i = from; i < to; i++)
        if (chains_from(s->asking.v, s->asking.n, i, &rule, quints ? take_quint : take_quad, &a))
            return ERR_NOMEM;
    if (first) {
        bool all = s->quints.v.n < QUINTS_KEPT_MAX;
        s->quints.from = all ? from : 1, s->quints.to = all ? to : 0;
    }
    return ask_block(l, s);
}
