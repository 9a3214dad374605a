/* Chains ask the index.
 *
 * Keys are asked in blocks, in three passes: where the bucket starts is fetched for all, then the bucket, then it is
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
        const char *at = (const char *)&l->heads[p->from], *end = (const char *)&l->heads[p->to];
        for (; at < end; at += 64) __builtin_prefetch(at);
    }
}

static int add_hit(const struct landmarks *l, struct landmark_scratch *s, const struct found *f)
{
    struct hits *hits = &s->asked[s->effort].hits;
    bool quint = l->head.marks == QUINT;
    uint32_t frame = l->frames[f->post];
    int pitch = f->query_pitch - (quint ? quint_pitch(f->head, frame) : quad_head_pitch(f->head)),
        tempo = (quint ? quint_head_dur(f->head) * 16 : quad_head_dur(f->head) * 8) - f->log_dur;
    if (abs(pitch) > PITCH_REACH || abs(tempo) > TEMPO_REACH || hits->n >= HITS_MAX) return 0;
    struct hit h = {f->query_tick, quint ? quint_frame(frame) : frame, (int16_t)pitch, (int16_t)tempo,
                    f->weight};
    return VEC_PUSH(hits, h);
}

static int add_found(const struct landmarks *l, struct landmark_scratch *s)
{
    for (size_t i = 0; i < s->nfound; i++)
        if (add_hit(l, s, &s->found[i])) return ERR_NOMEM;
    s->nfound = 0;
    return 0;
}

/* Whether the head alone says that a quint is no hit: too high or low (but for the top bit, which is with the frame), too fast or slow. */
static bool too_far(const struct found *f, uint32_t head)
{
    enum { TOP = ROOT_UNITS << QUINT_PITCH_BITS };
    int pitch = f->query_pitch - quint_pitch(head, 0), tempo = quint_head_dur(head) * 16 - f->log_dur;
    return abs(tempo) > TEMPO_REACH || (abs(pitch) > PITCH_REACH && abs(pitch - TOP) > PITCH_REACH);
}

/* n postings of a bucket are like the chain; `common`: as many have its key. */
static int find(const struct landmarks *l, struct landmark_scratch *s, const struct chain *c,
                const uint32_t *alike, unsigned n, unsigned common)
{
    const struct landmark *root = &s->asking.v[c->at];
    int first = l->head.marks == QUINT ? QUINT_DUR_FIRST : DUR_FIRST;
    unsigned rare = WEIGHT_ONE * COMMON / (COMMON + n - 1 + (common - 1) / 8),
             weight = rare * rare / WEIGHT_ONE;
    struct found f = {.query_tick = root->time,
                      .query_pitch = (int16_t)root->pitch,
                      .log_dur = (int16_t)(256 * log2f((float)c->dur / (float)first)),
                      .weight = (uint16_t)(weight ? weight : 1)};
    bool quint = l->head.marks == QUINT;
    unsigned most = quint ? QUINTS_TAKEN_MAX : BUCKET_MAX, taken = 0;
    if (s->nfound + n > BLOCK_FOUND && add_found(l, s)) return ERR_NOMEM;
    for (unsigned i = 0; i < n && taken < most; i++) {
        f.post = alike[i];
        f.head = l->heads[alike[i]];
        if (quint && too_far(&f, f.head)) continue;
        __builtin_prefetch(&l->frames[alike[i]]);
        s->found[s->nfound++] = f;
        taken++;
    }
    return 0;
}

static int read_quads(const struct landmarks *l, struct landmark_scratch *s, const struct probe *p)
{
    const struct chain *c = &s->chains[p->chain];
    uint32_t tag = p->key << l->head.bits >> (32 - TAG_BITS), fine = quad_fine(c), alike[BUCKET_MAX];
    unsigned n = 0, common = 0;
    for (uint32_t i = p->from; i < p->to; i++) {
        unsigned there = quad_head_tag(l->heads[i]) == tag;
        common += there;
        alike[n] = i;
        n += there & quads_alike(fine, quad_head_fine(l->heads[i]));
    }
    s->work.alike += n;
    return n ? find(l, s, c, alike, n, common) : 0;
}

static int read_quints(const struct landmarks *l, struct landmark_scratch *s, const struct probe *p)
{
    struct quint_bounds bounds;
    uint32_t alike[BUCKET_MAX], outside[BUCKET_MAX], count = p->to - p->from;
    const uint32_t *heads = l->heads + p->from;
    unsigned n = 0;
    quint_bounds(&s->places[p->chain], p->thing, p->dir, &bounds);
    for (uint32_t i = 0; i < count; i++) outside[i] = quint_outside(heads[i], &bounds);
    for (uint32_t i = 0; i < count; i++) {
        alike[n] = p->from + i;
        n += outside[i] == 0;
    }
    s->work.alike += n;
    if (n == 0) return 0;
    return find(l, s, &s->chains[p->chain], alike, n, count);
}

static int ask_block(const struct landmarks *l, struct landmark_scratch *s)
{
    bool quints = l->head.marks == QUINT;
    fetch_starts(l, s);
    fetch_buckets(l, s);
    for (size_t i = 0; i < s->nprobes; i++) {
        const struct probe *p = &s->probes[i];
        if (p->from == p->to) continue;
        s->work.read += p->to - p->from;
        if (quints ? read_quints(l, s, p) : read_quads(l, s, p)) return ERR_NOMEM;
    }
    s->work.looked_up += s->nprobes;
    s->nchains = s->nprobes = 0;
    return add_found(l, s);
}

struct ask {
    const struct landmarks *l;
    struct landmark_scratch *s;
};

static void probe(struct landmark_scratch *s, uint32_t key, int thing, int dir)
{
    s->probes[s->nprobes++] = (struct probe){key, (uint32_t)s->nchains, 0, 0, (int8_t)thing, (int8_t)dir};
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

static int take_quint(void *arg, const struct chain *c)
{
    struct ask *a = arg;
    struct quint_place place;
    quint_place(c, a->l->head.halved, &place);
    a->s->places[a->s->nchains] = place;
    if (a->s->effort != EFFORT_SECOND) {
        probe(a->s, quint_key(&place), -1, 0);
        return chain_taken(a, c);
    }
    /* Next to it in pitch: copies that lie next to it in time are found in vain as often as not. */
    for (int i = 0; i < QUINT - 1; i++) {
        int dir = quint_near(&place, i);
        if (dir == 0) continue;
        place.cell[i] = (uint8_t)(place.cell[i] + dir);
        probe(a->s, quint_key(&place), i, dir);
        place.cell[i] = (uint8_t)(place.cell[i] - dir);
    }
    return chain_taken(a, c);
}

int votes_ask(const struct landmarks *l, struct landmark_scratch *s, size_t from, size_t to, bool brief)
{
    struct ask a = {l, s};
    bool quints = l->head.marks == QUINT;
    struct chain_rule rule = quints ? quints_of_queries : quads_of_queries;
    if (quints && s->effort == EFFORT_THIRD) rule.thin = brief ? THIRD_THIN_BRIEF : THIRD_THIN;
    s->nchains = s->nprobes = s->nfound = 0;
    for (size_t i = from; i < to; i++)
        if (chains_from(s->asking.v, s->asking.n, i, &rule, quints ? take_quint : take_quad, &a))
            return ERR_NOMEM;
    return ask_block(l, s);
}
