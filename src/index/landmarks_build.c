/* Prints → the bytes of an index. */
#include "index/landmarks_priv.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

enum { GAP_FRAMES = 16384 }; /* between references: no match reaches from one to the next */

/* Twice over all quads: once to count what each bucket gets, once to put it there. So nothing is held but the index. */
struct build {
    struct VEC(struct landmarks_ref) refs;
    struct VEC(struct landmark) peaks;
    uint64_t nquads;
    uint64_t frame; /* where the next reference starts */
    unsigned bits;
    uint32_t *counts; /* per bucket */
    /* the second time */
    const struct landmark *v;
    uint32_t first_frame;
    uint32_t *starts, *filled;
    struct posting *posts;
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
    if (b->frame + frames + GAP_FRAMES > UINT32_MAX || p->ticks > LANDMARKS_MAX_TICKS ||
        p->n > LANDMARKS_MAX_PEAKS)
        return error_set(err, ERR_LIMIT, LANDMARKS_MODULE,
                         "more sound than one index holds (9,500 hours, 4 hours each): split the references");
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

static void each_quad(struct build *b, int (*take)(void *arg, const struct quad *q))
{
    for (size_t r = 0; r < b->refs.n; r++) {
        const struct landmarks_ref *ref = &b->refs.v[r];
        b->v = b->peaks.v + ref->first_peak;
        b->first_frame = ref->first_frame;
        for (size_t i = 0; i < ref->npeaks; i++)
            if (quads_from(b->v, ref->npeaks, i, &quads_of_references, take, b)) return;
    }
}

static int number_quad(void *arg, const struct quad *q)
{
    ((struct build *)arg)->nquads++;
    return 0;
}

static int count_quad(void *arg, const struct quad *q)
{
    struct build *b = arg;
    uint32_t keys[QUAD_KEYS_MAX];
    quad_keys(q, 0, keys);
    b->counts[keys[0] >> (32 - b->bits)]++;
    return 0;
}

static struct posting posting_of(const struct build *b, const struct quad *q, uint32_t key)
{
    const struct landmark *root = &b->v[q->at];
    uint32_t dur = (uint32_t)(32 * log2f((float)q->dur / DUR_FIRST) + 0.5f);
    uint32_t tag = key << b->bits >> (32 - TAG_BITS);
    uint32_t head = (uint32_t)(root->pitch / ROOT_UNITS) << DUR_BITS | (dur & ((1u << DUR_BITS) - 1));
    return (struct posting){b->first_frame + root->time / TICKS_PER_FRAME,
                            (head << TAG_BITS | tag) << FINE_BITS | quad_fine(q)};
}

/* Of an overfull bucket evenly spread ones. */
static int place_quad(void *arg, const struct quad *q)
{
    struct build *b = arg;
    uint32_t keys[QUAD_KEYS_MAX];
    quad_keys(q, 0, keys);
    uint32_t bucket = keys[0] >> (32 - b->bits), room = b->starts[bucket + 1] - b->starts[bucket];
    uint64_t seen = b->filled[bucket]++, count = b->counts[bucket];
    uint64_t at = seen * room / count;
    if (room < count && at == (seen + 1) * room / count) return 0;
    b->posts[b->starts[bucket] + at] = posting_of(b, q, keys[0]);
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
                         "more quads than one index holds: split the references");
    *h = (struct landmarks_header){.magic = {'M', 'L', 'M', 'K'},
                                   .version = LANDMARKS_VERSION,
                                   .bits = (uint16_t)b->bits,
                                   .nrefs = (uint32_t)b->refs.n,
                                   .npeaks = b->peaks.n,
                                   .nposts = total};
    h->bytes = sizeof *h + b->refs.n * sizeof *b->refs.v + b->peaks.n * sizeof *b->peaks.v +
               (size_t)total * sizeof *b->posts + (nbuckets + 1) * sizeof *b->starts;
    return 0;
}

/* The second time over all quads: straight into the bytes. */
static int put_all(struct build *b, struct landmarks_header *h, struct buf *out)
{
    size_t nbuckets = (size_t)1 << b->bits, refs = b->refs.n * sizeof *b->refs.v;
    size_t peaks = b->peaks.n * sizeof *b->peaks.v, post = (size_t)h->nposts * sizeof *b->posts;
    if (!buf_reserve(out, h->bytes)) return ERR_NOMEM;
    b->filled = calloc(nbuckets, sizeof *b->filled);
    if (!b->filled) return ERR_NOMEM;
    char *at = out->p + out->n;
    if (refs) memcpy(at + sizeof *h, b->refs.v, refs);
    if (peaks) memcpy(at + sizeof *h + refs, b->peaks.v, peaks);
    b->posts = (struct posting *)(void *)(at + sizeof *h + refs + peaks);
    b->starts = (uint32_t *)(void *)((char *)b->posts + post);
    uint32_t total = 0;
    for (size_t i = 0; i < nbuckets; i++) {
        b->starts[i] = total;
        total += b->counts[i] < BUCKET_MAX ? b->counts[i] : BUCKET_MAX;
    }
    b->starts[nbuckets] = total;
    each_quad(b, place_quad);
    h->table_hash = landmarks_hash(b->refs.v, refs, 1);
    h->body_hash = landmarks_hash(b->peaks.v, peaks, 2);
    h->body_hash = landmarks_hash(b->posts, post, h->body_hash);
    h->body_hash = landmarks_hash(b->starts, (nbuckets + 1) * sizeof *b->starts, h->body_hash);
    h->header_hash = landmarks_hash(h, offsetof(struct landmarks_header, header_hash), 3);
    memcpy(at, h, sizeof *h);
    out->n += h->bytes;
    out->p[out->n] = '\0';
    return 0;
}

int landmarks_build(const struct landmark_print *prints, size_t nprints, struct buf *out, struct error *err)
{
    struct build b = {.frame = GAP_FRAMES};
    struct landmarks_header head;
    int code = 0;
    for (size_t i = 0; i < nprints && code == 0; i++) code = add_print(&b, &prints[i], err);
    if (code == 0) {
        each_quad(&b, number_quad);
        b.bits = bits_for(b.nquads);
        b.counts = calloc((size_t)1 << b.bits, sizeof *b.counts);
        if (!b.counts) code = ERR_NOMEM;
    }
    if (code == 0) {
        each_quad(&b, count_quad);
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
