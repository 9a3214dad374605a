/* Prints → the bytes of an index. */
#include "index/landmarks_priv.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

enum {
    QUINTS_WHOLE = 4000000,
    GAP_FRAMES = 4096
}; /* between references: no match reaches from one to the next */

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
    uint32_t *starts, *filled;
    uint32_t *heads, *frames;
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

static void put_quad(const struct build *b, const struct chain *c, uint32_t key, size_t at)
{
    const struct landmark *root = &b->v[c->at];
    uint32_t dur = (uint32_t)(32 * log2f((float)c->dur / DUR_FIRST) + 0.5f);
    uint32_t tag = key << b->bits >> (32 - TAG_BITS);
    uint32_t head = (uint32_t)(root->pitch / ROOT_UNITS) << DUR_BITS | (dur & ((1u << DUR_BITS) - 1));
    b->heads[at] = (head << TAG_BITS | tag) << FINE_BITS | quad_fine(c);
    b->frames[at] = b->first_frame + root->time / TICKS_PER_FRAME;
}

static void put_quint(const struct build *b, const struct chain *c, size_t at)
{
    const struct landmark *root = &b->v[c->at];
    struct quint_place place;
    quint_place(c, b->halved, &place);
    uint32_t dur = (uint32_t)(16 * log2f((float)c->dur / QUINT_DUR_FIRST) + 0.5f),
             pitch = root->pitch / ROOT_UNITS, low = pitch & ((1u << QUINT_PITCH_BITS) - 1);
    if (dur >= 1u << QUINT_DUR_BITS) dur = (1u << QUINT_DUR_BITS) - 1;
    b->heads[at] = (low << QUINT_DUR_BITS | dur) << QUINT_FINE_BITS | quint_fine(&place);
    b->frames[at] = (b->first_frame + root->time / TICKS_PER_FRAME) | pitch >> QUINT_PITCH_BITS << 31;
}

/* Of an overfull bucket evenly spread ones. */
static int place_chain(void *arg, const struct chain *c)
{
    struct build *b = arg;
    uint32_t key = key_of(b, c), bucket = key >> (32 - b->bits),
             room = b->starts[bucket + 1] - b->starts[bucket];
    uint64_t seen = b->filled[bucket]++, count = b->counts[bucket];
    uint64_t at = seen * room / count;
    if (room < count && at == (seen + 1) * room / count) return 0;
    if (b->rule->marks == QUINT)
        put_quint(b, c, b->starts[bucket] + at);
    else
        put_quad(b, c, key, b->starts[bucket] + at);
    return 0;
}

static unsigned bits_for(uint64_t n)
{
    unsigned bits = BITS_MIN;
    while (bits < BITS_MAX && ((uint64_t)BUCKET_WANTED << bits) < n) bits++;
    return bits;
}

/* Where the buckets start, and with them the size of everything. */
static int find_starts(struct build *b, struct landmarks_header *h, struct error *err)
{
    size_t nbuckets = (size_t)1 << b->bits;
    uint64_t total = 0;
    for (size_t i = 0; i < nbuckets; i++) total += b->counts[i] < BUCKET_MAX ? b->counts[i] : BUCKET_MAX;
    if (total > UINT32_MAX)
        return error_set(err, ERR_LIMIT, LANDMARKS_MODULE,
                         "more keys than one index holds: split the references");
    *h = (struct landmarks_header){.magic = {'M', 'L', 'M', 'K'},
                                   .version = LANDMARKS_VERSION,
                                   .bits = (uint16_t)b->bits,
                                   .nrefs = (uint32_t)b->refs.n,
                                   .marks = (uint16_t)b->rule->marks,
                                   .halved = (uint16_t)b->halved,
                                   .npeaks = b->peaks.n,
                                   .nposts = total};
    h->bytes = sizeof *h + b->refs.n * sizeof *b->refs.v + b->peaks.n * sizeof *b->peaks.v +
               (size_t)total * POSTING_BYTES + (nbuckets + 1) * sizeof *b->starts;
    return 0;
}

/* The second time over all chains: straight into the bytes. */
static int put_all(struct build *b, struct landmarks_header *h, struct buf *out)
{
    size_t nbuckets = (size_t)1 << b->bits, refs = b->refs.n * sizeof *b->refs.v;
    size_t peaks = b->peaks.n * sizeof *b->peaks.v, post = (size_t)h->nposts * POSTING_BYTES;
    if (!buf_reserve(out, h->bytes)) return ERR_NOMEM;
    b->filled = calloc(nbuckets, sizeof *b->filled);
    if (!b->filled) return ERR_NOMEM;
    char *at = out->p + out->n;
    landmarks_want_large_pages(at, h->bytes);
    landmarks_want_large_pages(b->filled, nbuckets * sizeof *b->filled);
    if (refs) memcpy(at + sizeof *h, b->refs.v, refs);
    if (peaks) memcpy(at + sizeof *h + refs, b->peaks.v, peaks);
    b->heads = (uint32_t *)(void *)(at + sizeof *h + refs + peaks);
    b->frames = b->heads + h->nposts;
    b->starts = b->frames + h->nposts;
    uint32_t total = 0;
    for (size_t i = 0; i < nbuckets; i++) {
        b->starts[i] = total;
        total += b->counts[i] < BUCKET_MAX ? b->counts[i] : BUCKET_MAX;
    }
    b->starts[nbuckets] = total;
    each_chain(b, place_chain);
    h->table_hash = landmarks_hash(b->refs.v, refs, 1);
    h->body_hash = landmarks_hash(b->peaks.v, peaks, 2);
    h->body_hash = landmarks_hash(b->heads, post, h->body_hash);
    h->body_hash = landmarks_hash(b->starts, (nbuckets + 1) * sizeof *b->starts, h->body_hash);
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
        code = find_starts(&b, &head, err);
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
