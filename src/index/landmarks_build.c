/* Prints → the bytes of an index. */
#include "index/landmarks_priv.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

enum { GAP_FRAMES = 16384 }; /* between references: no match reaches from one to the next */

struct entry {
    uint32_t key;
    struct posting post;
};

struct build {
    struct VEC(struct landmarks_ref) refs;
    struct VEC(struct landmark) peaks;
    struct VEC(struct entry) entries;
    struct landmark *v; /* of the print at hand */
    uint64_t frame;     /* where the next reference starts */
    uint32_t first_frame;
};

static int by_time(const void *a, const void *b)
{
    const struct landmark *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->pitch > y->pitch) - (x->pitch < y->pitch);
}

static int take_quad(void *arg, const struct quad *q)
{
    struct build *b = arg;
    uint32_t keys[QUAD_KEYS_MAX];
    quad_keys(q, 0, keys);
    const struct landmark *root = &b->v[q->at];
    uint32_t dur = (uint32_t)(q->dur - DUR_FIRST) / 2;
    struct entry e = {.key = keys[0]};
    e.post.frame = b->first_frame + root->time / TICKS_PER_FRAME;
    e.post.head =
        (uint32_t)root->pitch << (DUR_BITS + TAG_BITS) | dur << TAG_BITS | (keys[0] & ((1u << TAG_BITS) - 1));
    e.post.fine = quad_fine(q);
    return VEC_PUSH(&b->entries, e);
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
    b->first_frame = ref.first_frame;
    for (size_t i = 0; i < p->n; i++) {
        if (!(p->v[i].flags & LANDMARK_STRONG) || p->v[i].time > p->ticks ||
            p->v[i].pitch > LANDMARK_PITCH_MAX)
            continue;
        if (VEC_PUSH(&b->peaks, p->v[i])) return ERR_NOMEM;
    }
    ref.npeaks = (uint32_t)(b->peaks.n - ref.first_peak);
    b->v = b->peaks.v + ref.first_peak;
    if (ref.npeaks) qsort(b->v, ref.npeaks, sizeof *b->v, by_time);
    for (size_t i = 0; i < ref.npeaks; i++)
        if (quads_from(b->v, ref.npeaks, i, &quads_of_references, take_quad, b)) return ERR_NOMEM;
    b->frame += frames + GAP_FRAMES;
    return VEC_PUSH(&b->refs, ref);
}

/* Buckets of about four postings. */
static unsigned bits_for(size_t n)
{
    unsigned bits = BITS_MIN;
    while (bits < BITS_MAX && ((size_t)1 << bits) * 4 < n) bits++;
    return bits;
}

/* Postings by bucket, and where each bucket starts; both by counting. */
static int sort_posts(const struct build *b, unsigned bits, struct posting **out_posts, uint32_t **out_starts)
{
    size_t nbuckets = (size_t)1 << bits;
    struct posting *posts = malloc((b->entries.n + 1) * sizeof *posts);
    uint32_t *starts = calloc(nbuckets + 2, sizeof *starts);
    if (!posts || !starts) {
        free(posts);
        free(starts);
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < b->entries.n; i++) starts[(b->entries.v[i].key >> (32 - bits)) + 2]++;
    for (size_t i = 2; i < nbuckets + 2; i++) starts[i] += starts[i - 1];
    for (size_t i = 0; i < b->entries.n; i++) {
        uint32_t key = b->entries.v[i].key;
        posts[starts[(key >> (32 - bits)) + 1]++] = b->entries.v[i].post;
    }
    *out_posts = posts;
    *out_starts = starts;
    return 0;
}

static int put_all(const struct build *b, struct buf *out)
{
    struct landmarks_header h = {.magic = {'M', 'L', 'M', 'K'}, .version = LANDMARKS_VERSION};
    struct posting *posts = NULL;
    uint32_t *starts = NULL;
    h.bits = (uint16_t)bits_for(b->entries.n);
    if (sort_posts(b, h.bits, &posts, &starts)) return ERR_NOMEM;
    size_t refs = b->refs.n * sizeof *b->refs.v, peaks = b->peaks.n * sizeof *b->peaks.v;
    size_t post = b->entries.n * sizeof *posts, bucket = (((size_t)1 << h.bits) + 1) * sizeof *starts;
    h.nrefs = (uint32_t)b->refs.n;
    h.npeaks = b->peaks.n;
    h.nposts = b->entries.n;
    h.bytes = sizeof h + refs + peaks + post + bucket;
    h.table_hash = landmarks_hash(b->refs.v, refs, 1);
    h.body_hash = landmarks_hash(b->peaks.v, peaks, 2);
    h.body_hash = landmarks_hash(posts, post, h.body_hash);
    h.body_hash = landmarks_hash(starts, bucket, h.body_hash);
    h.header_hash = landmarks_hash(&h, offsetof(struct landmarks_header, header_hash), 3);
    buf_put(out, &h, sizeof h);
    buf_put(out, b->refs.v, refs);
    buf_put(out, b->peaks.v, peaks);
    buf_put(out, posts, post);
    buf_put(out, starts, bucket);
    free(posts);
    free(starts);
    return out->failed ? ERR_NOMEM : 0;
}

int landmarks_build(const struct landmark_print *prints, size_t nprints, struct buf *out, struct error *err)
{
    struct build b = {.frame = GAP_FRAMES};
    int code = 0;
    for (size_t i = 0; i < nprints && code == 0; i++) code = add_print(&b, &prints[i], err);
    if (code == 0 && b.entries.n > UINT32_MAX)
        code = error_set(err, ERR_LIMIT, LANDMARKS_MODULE,
                         "more quads than one index holds: split the references");
    if (code == 0) code = put_all(&b, out);
    if (code == ERR_NOMEM)
        code = error_set(err, ERR_NOMEM, LANDMARKS_MODULE, "no memory for an index of sounds");
    VEC_DONE(&b.refs);
    VEC_DONE(&b.peaks);
    VEC_DONE(&b.entries);
    return code;
}
