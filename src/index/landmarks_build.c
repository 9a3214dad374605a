/* Prints → the bytes of an index. */
#include "index/landmarks_priv.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

enum {
    QUINTS_WHOLE = 4000000,
    GAP_FRAMES = 4096 /* between references: no match reaches from one to the next */
};
_Static_assert((int)GAP_FRAMES > (int)BUCKET_MAX, "no posting's frame is taken for how many are spilled");

/* Twice over all chains: once to count what each bucket gets, once to put it there. So nothing is held but the index. */
struct build {
    struct VEC(struct landmarks_ref) refs;
    struct VEC(struct landmark) peaks;
    const struct chain_rule *rule;
    unsigned halved;
    uint64_t nchains;
    uint64_t frame; /* where the next reference starts */
    unsigned bits;
    uint32_t *counts; /* per bucket */
    /* the second time */
    const struct landmark *v;
    uint32_t first_frame;
    uint32_t *filled;
    struct bucket *buckets;
    struct posting *spilled;
};

static int by_time(const void *a, const void *b)
{
    const struct landmark *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->pitch > y->pitch) - (x->pitch < y->pitch);
}

static int add_print(struct build *b, const struct landmark_print *p, struct error *err)
{
    uint64_t frames = p->ticks / TICKS_PER_FRAME + 1;
    if (b->frame + frames + GAP_FRAMES > FRAME_MOST || p->ticks > LANDMARKS_MAX_TICKS ||
        p->n > LANDMARKS_MAX_PEAKS)
        return error_set(err, ERR_LIMIT, LANDMARKS_MODULE,
                         "more sound than one index holds (4,700 hours, 4 hours each): split the references");
    struct landmarks_ref ref = {
        .id = p->id, .first_frame = (uint32_t)b->frame, .ticks = p->ticks, .first_peak = b->peaks.n};
    for (size_t i = 0; i < p->n; i++) {
        if (!(p->v[i].flags & LANDMARK_STRONG) || p->v[i].time > p->ticks ||
            p->v[i].pitch > LANDMARK_PITCH_MAX)
            continue;
        if (VEC_PUSH(&b->peaks, p->v[i])) return ERR_NOMEM;
    }
    ref.npeaks = (uint32_t)(b->peaks.n - ref.first_peak);
    if (ref.npeaks) qsort(b->peaks.v + ref.first_peak, ref.npeaks, sizeof *b->peaks.v, by_time);
    b->frame += frames + GAP_FRAMES;
    return VEC_PUSH(&b->refs, ref);
}

static void each_chain(struct build *b, int (*take)(void *arg, const struct chain *c))
{
    for (size_t r = 0; r < b->refs.n; r++) {
        const struct landmarks_ref *ref = &b->refs.v[r];
        b->v = b->peaks.v + ref->first_peak;
        b->first_frame = ref->first_frame;
        for (size_t i = 0; i < ref->npeaks; i++)
            if (chains_from(b->v, ref->npeaks, i, b->rule, take, b)) return;
    }
}

static int number_chain(void *arg, const struct chain *c)
{
    ((struct build *)arg)->nchains++;
    return 0;
}

static int number_few(void *arg, const struct chain *c)
{
    return ++((struct build *)arg)->nchains > QUADS_MOST;
}

static uint32_t key_of(const struct build *b, const struct chain *c)
{
    struct quint_place place;
    uint32_t keys[QUAD_KEYS_MAX];
    if (b->rule->marks == QUINT) {
        quint_place(c, b->halved, &place);
        return quint_key(&place);
    }
    quad_keys(c, 0, keys);
    return keys[0];
}

static int count_chain(void *arg, const struct chain *c)
{
    struct build *b = arg;
    b->counts[key_of(b, c) >> (32 - b->bits)]++;
    return 0;
}

static struct posting quad_posting(const struct build *b, const struct chain *c, uint32_t key)
{
    const struct landmark *root = &b->v[c->at];
    uint32_t dur = (uint32_t)(32 * log2f((float)c->dur / DUR_FIRST) + 0.5f);
    uint32_t tag = key << b->bits >> (32 - TAG_BITS);
    uint32_t head = (uint32_t)(root->pitch / ROOT_UNITS) << DUR_BITS | (dur & ((1u << DUR_BITS) - 1));
    return (struct posting){(head << TAG_BITS | tag) << FINE_BITS | quad_fine(c),
                            b->first_frame + root->time / TICKS_PER_FRAME};
}

static struct posting quint_posting(const struct build *b, const struct chain *c)
{
    const struct landmark *root = &b->v[c->at];
    struct quint_place place;
    quint_place(c, b->halved, &place);
    uint32_t dur = (uint32_t)(16 * log2f((float)c->dur / QUINT_DUR_FIRST) + 0.5f),
             pitch = root->pitch / ROOT_UNITS, low = pitch & ((1u << QUINT_PITCH_BITS) - 1);
    if (dur >= 1u << QUINT_DUR_BITS) dur = (1u << QUINT_DUR_BITS) - 1;
    return (struct posting){(low << QUINT_DUR_BITS | dur) << QUINT_FINE_BITS | quint_fine(&place),
                            (b->first_frame + root->time / TICKS_PER_FRAME) | pitch >> QUINT_PITCH_BITS
                                                                                           << 31};
}

/* How many of a bucket's postings are kept. */
static uint32_t kept_of(uint32_t count) { return count < BUCKET_MAX ? count : BUCKET_MAX; }
/* And how many of these lie elsewhere. */
static uint32_t spilled_of(uint32_t count)
{
    uint32_t kept = kept_of(count);
    return kept > BUCKET_ROOM ? kept - BUCKET_KEPT : 0;
}

static struct posting *place_in(const struct build *b, uint32_t bucket, uint64_t at)
{
    struct bucket *k = &b->buckets[bucket];
    if (spilled_of(b->counts[bucket]) == 0 || at < BUCKET_KEPT) return &k->v[at];
    return &b->spilled[k->v[BUCKET_KEPT].head + at - BUCKET_KEPT];
}

/* Of an overfull bucket evenly spread ones. */
static int place_chain(void *arg, const struct chain *c)
{
    struct build *b = arg;
    uint32_t key = key_of(b, c), bucket = key >> (32 - b->bits), room = kept_of(b->counts[bucket]);
    uint64_t seen = b->filled[bucket]++, count = b->counts[bucket];
    uint64_t at = seen * room / count;
    if (room < count && at == (seen + 1) * room / count) return 0;
    *place_in(b, bucket, at) = b->rule->marks == QUINT ? quint_posting(b, c) : quad_posting(b, c, key);
    return 0;
}

static unsigned bits_for(uint64_t n)
{
    unsigned bits = BITS_MIN;
    while (bits < BITS_MAX && ((uint64_t)BUCKET_WANTED << bits) < n) bits++;
    return bits;
}

/* The size of everything. */
static int find_size(struct build *b, struct landmarks_header *h, struct error *err)
{
    size_t nbuckets = (size_t)1 << b->bits;
    uint64_t kept = 0, spilled = 0;
    for (size_t i = 0; i < nbuckets; i++) kept += kept_of(b->counts[i]), spilled += spilled_of(b->counts[i]);
    if (kept > UINT32_MAX)
        return error_set(err, ERR_LIMIT, LANDMARKS_MODULE,
                         "more keys than one index holds: split the references");
    *h = (struct landmarks_header){.magic = {'M', 'L', 'M', 'K'},
                                   .version = LANDMARKS_VERSION,
                                   .bits = (uint16_t)b->bits,
                                   .nrefs = (uint32_t)b->refs.n,
                                   .marks = (uint16_t)b->rule->marks,
                                   .halved = (uint16_t)b->halved,
                                   .npeaks = b->peaks.n,
                                   .nposts = kept,
                                   .nspilled = spilled};
    h->bytes = landmarks_buckets_at(h->nrefs, h->npeaks) + nbuckets * sizeof *b->buckets +
               (size_t)spilled * sizeof *b->spilled;
    return 0;
}

/* Says in each overfull bucket where the rest of it is. */
static void part_spilled(struct build *b)
{
    uint32_t from = 0;
    for (size_t i = 0; i < (size_t)1 << b->bits; i++) {
        uint32_t n = spilled_of(b->counts[i]);
        if (n) b->buckets[i].v[BUCKET_KEPT] = (struct posting){from, n};
        from += n;
    }
}

/* The second time over all chains: straight into the bytes. */
static int put_all(struct build *b, struct landmarks_header *h, struct buf *out)
{
    size_t nbuckets = (size_t)1 << b->bits, refs = b->refs.n * sizeof *b->refs.v;
    size_t peaks = b->peaks.n * sizeof *b->peaks.v, head = landmarks_buckets_at(h->nrefs, h->npeaks);
    if (!buf_reserve(out, h->bytes)) return ERR_NOMEM;
    b->filled = calloc(nbuckets, sizeof *b->filled);
    if (!b->filled) return ERR_NOMEM;
    char *at = out->p + out->n;
    landmarks_want_large_pages(at, h->bytes);
    landmarks_want_large_pages(b->filled, nbuckets * sizeof *b->filled);
    memset(at, 0, h->bytes);
    if (refs) memcpy(at + sizeof *h, b->refs.v, refs);
    if (peaks) memcpy(at + sizeof *h + refs, b->peaks.v, peaks);
    b->buckets = (struct bucket *)(void *)(at + head);
    b->spilled = (struct posting *)(void *)(b->buckets + nbuckets);
    part_spilled(b);
    each_chain(b, place_chain);
    h->table_hash = landmarks_hash(b->refs.v, refs, 1);
    h->body_hash = landmarks_hash(at + sizeof *h + refs, h->bytes - sizeof *h - refs, 2);
    h->header_hash = landmarks_hash(h, offsetof(struct landmarks_header, header_hash), 3);
    memcpy(at, h, sizeof *h);
    out->n += h->bytes;
    out->p[out->n] = '\0';
    return 0;
}

/* Of made chants a whole cell has 2.6 quints an hour, and a halved thing leaves 0.55 of them: so buckets stay about as full. */
static unsigned halves_for(uint64_t nquints)
{
    unsigned halved = 0;
    while (halved < QUINT_THINGS && nquints >> halved > QUINTS_WHOLE) halved++;
    return halved;
}

static void find_rule(struct build *b, unsigned marks, int halved)
{
    b->rule = &quads_of_references;
    if (marks == 0) each_chain(b, number_few);
    if (marks == QUINT || b->nchains > QUADS_MOST) b->rule = &quints_of_references;
    b->nchains = 0;
    each_chain(b, number_chain);
    if (b->rule->marks == QUINT) b->halved = halved < 0 ? halves_for(b->nchains) : (unsigned)halved;
}

int landmarks_build_of(const struct landmark_print *prints, size_t nprints, unsigned marks, int halved,
                       struct buf *out, struct error *err)
{
    struct build b = {.frame = GAP_FRAMES};
    struct landmarks_header head;
    int code = 0;
    for (size_t i = 0; i < nprints && code == 0; i++) code = add_print(&b, &prints[i], err);
    if (code == 0) {
        find_rule(&b, marks, halved);
        b.bits = bits_for(b.nchains);
        b.counts = calloc((size_t)1 << b.bits, sizeof *b.counts);
        if (!b.counts)
            code = ERR_NOMEM;
        else
            landmarks_want_large_pages(b.counts, sizeof *b.counts << b.bits);
    }
    if (code == 0) {
        each_chain(&b, count_chain);
        code = find_size(&b, &head, err);
    }
    if (code == 0) code = put_all(&b, &head, out);
    if (code == ERR_NOMEM)
        code = error_set(err, ERR_NOMEM, LANDMARKS_MODULE, "no memory for an index of sounds");
    VEC_DONE(&b.refs);
    VEC_DONE(&b.peaks);
    free(b.counts);
    free(b.filled);
    return code;
}

int landmarks_build(const struct landmark_print *prints, size_t nprints, struct buf *out, struct error *err)
{
    return landmarks_build_of(prints, nprints, 0, -1, out, err);
}
