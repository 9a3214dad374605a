/* Pictures and clips of banks, seen again: PDQ hashes of the item's frames against the frames of all bank items.
 *
 * Each frame is asked for in its eight forms, so that a picture that was turned or mirrored is found: the form whose
 * hash matches is the turn that undoes what was done. What matches one bank item becomes one finding, whose places
 * are the runs of matching frames.
 *
 * How sure. Two unrelated pictures differ in about 128 of 256 bits; the field's limit for "the same" is 31. One frame
 * at distance d counts as 1 / (1 + exp((d - 34) / 3.5)): 0.9999 at 0, 0.98 at 20, 0.70 at 31. Of a clip more is asked
 * than one frame that two clips may share (a title, a black wall): how many different frames of it are seen, or how
 * large a share of it or of the item they are. A single frame gives about half, five give 0.98. A frame that many items share
 * (a card of subtitles, an end title) counts for less: half at four items, a third at sixteen.
 *
 * When: the moments that match vote for where in the reference the clip lies, how fast and which way it runs (align.h).
 *
 * Of a frame there may be several entries (regions of it, see media.h): they are one moment, shown by its best.
 *
 * Cost: 8 look-ups per entry (index/mih.h), in batches. Memory per media file: a bit per indexed frame, and the
 * MATCH_MAX_PER_FRAME nearest items per frame, known innocents counted apart so that no flood of copies hides them. */
#include "detect/detect_priv.h"

#include "detect/align.h"
#include "detect/bank_index.h"
#include "detect/bank_sights.h"
#include "detect/sight.h"

#include <math.h>
#include <stdlib.h>

enum {
    QUALITY_MIN = 50,
    BATCH_FRAMES = 64,   /* per scan */
    BRIDGE_US = 2000000, /* a gap of poor frames within one run */
    NEAREST = MATCH_MAX_PER_FRAME,
    SHARERS_MAX = 65536 /* of one hash: the first so many entries stand for the rest */
};
#define SURE_MAX 0.99

struct hash_state {
    const struct bank_set *banks;
    struct bank_index *index; /* the set's; NULL when it has no frames */
    int radius;               /* the widest threshold of all */
    uint32_t *roots;          /* of each item the one that its matches count for; NO_ITEM: none */
};

/* One bank item in one frame. */
struct near {
    uint32_t item, reference; /* reference: its frame's number in the set */
    uint16_t distance;
    uint8_t form;
    uint8_t sharers; /* items that this frame matches, at most NEAREST */
};

/* The nearest items of one frame, at most one entry an item. */
struct frame_hits {
    size_t n[2];
    struct near v[2][NEAREST]; /* accusing, innocent */
};

/* One item's entry in one frame, as gathered over all frames. */
struct seen {
    uint32_t frame; /* into signals.frames */
    struct near near;
};

struct search {
    const struct bank_set *banks;
    const uint32_t *roots;
    struct hash256 *queries; /* of the batch: eight forms a frame */
    struct frame_hits *hits; /* of the batch */
    uint8_t *reference_seen; /* a bit per frame of the set */
};

static int radius_of(const struct bank_set *b)
{
    int radius = 0;
    for (size_t i = 0; i < b->items.n; i++)
        if (b->items.v[i].nframes && b->items.v[i].threshold > radius) radius = b->items.v[i].threshold;
    return radius;
}

static void close(void *state)
{
    struct hash_state *s = state;
    if (s) free(s->roots);
    free(s);
}

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    struct hash_state *s = calloc(1, sizeof *s);
    if (!s) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the index of banks");
    s->banks = env->banks;
    *out_state = s;
    if (!s->banks || !s->banks->frames.n) return 0;
    s->radius = radius_of(s->banks);
    s->roots = bank_set_roots(s->banks);
    int rc = s->roots ? bank_index_of(env->banks, &s->index, err)
                      : error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the index of banks");
    if (rc == 0) rc = bank_sights_ready(env->banks, err);
    if (rc) {
        close(s);
        *out_state = NULL;
    }
    return rc;
}

/* ---- gathering ---- */

/* A total order, so that the outcome does not depend on the order of the scan. */
static bool nearer(const struct near *a, const struct near *b)
{
    if (a->distance != b->distance) return a->distance < b->distance;
    if (a->form != b->form) return a->form < b->form;
    if (a->item != b->item) return a->item < b->item;
    return a->reference < b->reference;
}

static void keep_nearest(struct near *v, size_t *n, const struct near *one)
{
    size_t worst = 0;
    for (size_t i = 0; i < *n; i++) {
        if (v[i].item == one->item) {
            if (nearer(one, &v[i])) v[i] = *one;
            return;
        }
        if (nearer(&v[worst], &v[i])) worst = i;
    }
    if (*n < NEAREST)
        v[(*n)++] = *one;
    else if (nearer(one, &v[worst]))
        v[worst] = *one;
}

/* A hash of a part stands for the whole frame of its time, where the item has that. */
static uint32_t whole_of(const struct bank_set *b, const struct set_item *root, uint32_t reference)
{
    const struct set_frame *v = b->frames.v;
    uint32_t from = root->first_frame, to = root->first_frame + root->nframes;
    if (root->type == BANK_PDQ) return root->nframes ? from : reference;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (v[middle].time_us < v[reference].time_us)
            from = middle + 1;
        else
            to = middle;
    }
    bool there = from < root->first_frame + root->nframes && v[from].time_us == v[reference].time_us;
    return there ? from : reference;
}

static void on_reference(struct search *s, const struct mih_hit *h, uint32_t reference)
{
    uint32_t from = s->banks->frames.v[reference].item, item = s->roots[from];
    if (item == NO_ITEM) return;
    const struct set_item *of = &s->banks->items.v[item];
    if (h->distance > of->threshold) return;
    if (item != from) reference = whole_of(s->banks, of, reference);
    s->reference_seen[reference / 8] |= (uint8_t)(1u << (reference % 8));
    struct near one = {item, reference, (uint16_t)h->distance, (uint8_t)(h->query % DIHEDRAL_COUNT)};
    int side = s->banks->banks.v[of->bank].negative;
    struct frame_hits *f = &s->hits[h->query / DIHEDRAL_COUNT];
    keep_nearest(f->v[side], &f->n[side], &one);
}

static int on_hit(void *arg, const struct mih_hit *h)
{
    size_t n = h->npayloads < SHARERS_MAX ? h->npayloads : SHARERS_MAX;
    for (size_t i = 0; i < n; i++) on_reference(arg, h, h->payloads[i]);
    return 0;
}

static int by_item_then_frame(const void *pa, const void *pb)
{
    const struct seen *a = pa, *b = pb;
    if (a->near.item != b->near.item) return a->near.item < b->near.item ? -1 : 1;
    return a->frame < b->frame ? -1 : a->frame > b->frame;
}

struct seen_list VEC(struct seen);

/* Asks for frames[0..n) (n ≤ BATCH_FRAMES), given by their number in the signals. */
static int search_batch(const struct hash_state *st, struct search *s, const struct media_signals *m,
                        const uint32_t *frames, size_t n, struct seen_list *out)
{
    for (size_t i = 0; i < n; i++) {
        memcpy(&s->queries[i * DIHEDRAL_COUNT], m->frames[frames[i]].pdq, sizeof m->frames[0].pdq);
        s->hits[i].n[0] = s->hits[i].n[1] = 0;
    }
    int rc = bank_index_query(st->index, s->queries, n * DIHEDRAL_COUNT, st->radius, on_hit, s);
    for (size_t i = 0; i < n && !rc; i++)
        for (int side = 0; side < 2; side++)
            for (size_t k = 0; k < s->hits[i].n[side] && !rc; k++) {
                s->hits[i].v[side][k].sharers = (uint8_t)s->hits[i].n[side];
                rc = VEC_PUSH(out, (struct seen){frames[i], s->hits[i].v[side][k]});
            }
    return rc;
}

static int search_all(const struct hash_state *st, struct search *s, const struct media_signals *m,
                      struct seen_list *out, size_t *out_usable)
{
    uint32_t batch[BATCH_FRAMES];
    size_t n = 0;
    int rc = 0;
    int64_t last_us = TIME_UNKNOWN;
    *out_usable = 0;
    for (size_t i = 0; i < m->nframes && !rc; i++) {
        if (m->frames[i].quality < QUALITY_MIN) continue;
        batch[n++] = (uint32_t)i;
        *out_usable += m->frames[i].time_us != last_us;
        last_us = m->frames[i].time_us;
        if (n < BATCH_FRAMES) continue;
        rc = search_batch(st, s, m, batch, n, out);
        n = 0;
    }
    if (n && !rc) rc = search_batch(st, s, m, batch, n, out);
    if (out->n) qsort(out->v, out->n, sizeof *out->v, by_item_then_frame);
    return rc;
}

/* ---- one finding ---- */

static double logistic(double x) { return 1 / (1 + exp(-x)); }

/* Different moments of the item: all, and those that were met. Its entries lie in the order of time. */
struct moments {
    size_t all, seen;
};

static struct moments moments_of(const struct search *s, const struct set_item *item)
{
    struct moments m = {0, 0};
    int64_t last_us = 0, last_seen_us = 0;
    for (uint32_t i = item->first_frame; i < item->first_frame + item->nframes; i++) {
        int64_t at = s->banks->frames.v[i].time_us;
        bool seen = s->reference_seen[i / 8] >> (i % 8) & 1;
        m.all += m.all == 0 || at != last_us;
        m.seen += seen && (m.seen == 0 || at != last_seen_us);
        last_us = at;
        if (seen) last_seen_us = at;
    }
    return m;
}

/* v: one entry a moment. */
static double how_sure(const struct search *s, const struct set_item *item, const struct seen *v, size_t n,
                       size_t usable)
{
    struct moments of_item = moments_of(s, item);
    double sum = 0, best = v[0].near.distance, weight = 0;
    for (size_t i = 0; i < n; i++) {
        sum += v[i].near.distance;
        weight += 1 / (1 + 0.5 * log2(v[i].near.sharers));
        best = fmin(best, v[i].near.distance);
    }
    if (of_item.all <= 1 || usable <= 1) {
        /* A picture: the best frame counts. A still of a clip says a little less than the clip. */
        double p = logistic((34 - best) / 3.5);
        return fmin(of_item.all > 1 ? p * 0.85 : p, SURE_MAX);
    }
    double different = fmin(weight, (double)of_item.seen);
    double share = fmax(weight / (double)usable, (double)of_item.seen / (double)of_item.all);
    double enough = fmax(1 - pow(0.45, different), different > 1 ? logistic((share - 0.15) / 0.05) : 0);
    return fmin(logistic((34 - sum / (double)n) / 3.5) * enough, SURE_MAX);
}

/* The turn that was made, from the turn that undoes it. */
static enum dihedral undo(enum dihedral form)
{
    if (form == DIHEDRAL_ROT90) return DIHEDRAL_ROT270;
    if (form == DIHEDRAL_ROT270) return DIHEDRAL_ROT90;
    return form;
}

static struct region join_regions(struct region a, struct region b)
{
    unsigned x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    unsigned right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
    unsigned bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;
    return (struct region){(uint16_t)x, (uint16_t)y, (uint16_t)(right - x), (uint16_t)(bottom - y)};
}

/* When what is seen in frame i is over: at the next frame of another time, else at the end of the clip. */
static int64_t frame_end(const struct media_signals *m, uint32_t i)
{
    int64_t at = m->frames[i].time_us;
    for (size_t k = i + 1; k < m->nframes; k++)
        if (m->frames[k].time_us > at) return m->frames[k].time_us;
    return m->duration_us != TIME_UNKNOWN && m->duration_us > at ? m->duration_us : at;
}

/* Whether frames a < b belong to one run: nothing usable of another time lies between, or only a moment of it does not
 * match. */
static bool continues(const struct media_signals *m, uint32_t a, uint32_t b)
{
    bool between = false;
    for (uint32_t k = a + 1; k < b && !between; k++)
        between = m->frames[k].quality >= QUALITY_MIN && m->frames[k].time_us > m->frames[a].time_us &&
                  m->frames[k].time_us < m->frames[b].time_us;
    return !between && m->frames[b].time_us - frame_end(m, a) <= BRIDGE_US;
}

/* Runs of matching frames as places, at most FINDING_MAX_PLACES. */
static size_t runs(const struct media_signals *m, size_t media, const struct seen *v, size_t n,
                   struct place *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct frame_signal *f = &m->frames[v[i].frame];
        struct place *last = count ? &out[count - 1] : NULL;
        if (last && continues(m, v[i - 1].frame, v[i].frame)) {
            last->region = join_regions(last->region, f->region);
        } else if (count < FINDING_MAX_PLACES) {
            last = &out[count++];
            *last = place_of(PLACE_MEDIA);
            last->media_index = (uint32_t)media;
            last->region = f->region;
            last->start_us = m->kind == MEDIA_IMAGE ? TIME_UNKNOWN : f->time_us;
        } else {
            break;
        }
        last->end_us = m->kind == MEDIA_IMAGE ? TIME_UNKNOWN : frame_end(m, v[i].frame);
    }
    return count;
}

/* The best entry of each moment, in place. Returns how many moments. */
static size_t one_a_moment(const struct media_signals *m, struct seen *v, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = kept && m->frames[v[kept - 1].frame].time_us == m->frames[v[i].frame].time_us;
        if (!same)
            v[kept++] = v[i];
        else if (nearer(&v[i].near, &v[kept - 1].near))
            v[kept - 1] = v[i];
    }
    return kept;
}

/* What speaks for one item: its moments by hash (one entry a moment), its sightings by points; either may be none. */
struct evidence {
    struct seen *v;
    size_t n;
    const struct sighting *sightings;
    size_t nsightings;
};

static const struct near *best_of(const struct evidence *e)
{
    const struct near *best = e->n ? &e->v[0].near : NULL;
    for (size_t i = 1; i < e->n; i++)
        if (nearer(&e->v[i].near, best)) best = &e->v[i].near;
    return best;
}

static const struct sighting *best_sighting(const struct evidence *e)
{
    const struct sighting *best = e->nsightings ? e->sightings : NULL;
    for (size_t i = 1; i < e->nsightings; i++)
        if (e->sightings[i].sure > best->sure) best = &e->sightings[i];
    return best;
}

static int by_here(const void *pa, const void *pb)
{
    const struct align_pair *a = pa, *b = pb;
    if (a->here_us != b->here_us) return a->here_us < b->here_us ? -1 : 1;
    return a->there_us < b->there_us ? -1 : a->there_us > b->there_us;
}

/* Where in the reference the first of these moments is: on the line that most agree on, else as the best one says. */
static int place_in_reference(const struct search *s, const struct media_signals *m, const struct evidence *e,
                              struct reference *out)
{
    const struct set_frame *frames = s->banks->frames.v;
    const struct near *best = best_of(e);
    struct align line;
    size_t n = 0;
    out->time_us = best ? frames[best->reference].time_us : best_sighting(e)->reference_us;
    if (out->time_us == TIME_UNKNOWN || m->kind == MEDIA_IMAGE) return 0;
    struct align_pair *pairs = malloc((e->n + e->nsightings) * sizeof *pairs);
    if (!pairs) return ERR_NOMEM;
    for (size_t i = 0; i < e->n; i++)
        pairs[n++] =
            (struct align_pair){m->frames[e->v[i].frame].time_us, frames[e->v[i].near.reference].time_us};
    for (size_t i = 0; i < e->nsightings; i++)
        pairs[n++] = (struct align_pair){m->keys[e->sightings[i].key].time_us, e->sightings[i].reference_us};
    qsort(pairs, n, sizeof *pairs, by_here);
    int r = align_fit(pairs, n, &line);
    if (r > 0) {
        int64_t at = align_there(&line, pairs[0].here_us);
        out->speed = line.speed;
        out->time_us = at > 0 ? at : 0;
    }
    free(pairs);
    return r < 0 ? r : 0;
}

/* The sightings' places: where one falls into a run, it says where in the frame; others are runs of their own. */
static size_t place_sightings(const struct search *s, const struct media_signals *m, size_t media,
                              const struct evidence *e, struct place *out, size_t count)
{
    bool told[FINDING_MAX_PLACES] = {false};
    for (size_t i = 0; i < e->nsightings; i++) {
        const struct sighting *one = &e->sightings[i];
        struct region region = sight_region(one, m);
        int64_t at = m->keys[one->key].time_us;
        bool still = m->kind == MEDIA_IMAGE;
        size_t k = 0;
        while (k < count && !still && !(at >= out[k].start_us && at <= out[k].end_us + BRIDGE_US)) k++;
        if (k == count) {
            if (count == FINDING_MAX_PLACES) continue;
            out[count++] = place_of(PLACE_MEDIA);
            out[k].media_index = (uint32_t)media;
            out[k].start_us = out[k].end_us = still ? TIME_UNKNOWN : at;
        }
        out[k].region = told[k] ? join_regions(out[k].region, region) : region;
        told[k] = true;
        if (!still && at > out[k].end_us) out[k].end_us = at;
    }
    return count;
}

static int by_start(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    return a->start_us < b->start_us ? -1 : a->start_us > b->start_us;
}

static void tell_sighting(const struct search *s, const struct media_signals *m, const struct evidence *e,
                          struct reference *out)
{
    const struct sighting *best = best_sighting(e);
    if (!best) return;
    out->points = best->fit.inliers;
    out->part = sight_part(best, m);
    sight_corners(best, m, out->corners);
    if (!e->n) out->form = sight_form(best);
}

/* e->v: one item's entries, by frame; left with one a moment. */
static int report(const struct search *s, const struct media_signals *m, size_t media, uint32_t index,
                  struct evidence *e, size_t usable, struct finding_list *out)
{
    const struct set_item *item = &s->banks->items.v[index];
    e->n = one_a_moment(m, e->v, e->n);
    const struct near *best = best_of(e);
    struct finding f;
    char id[ID_TEXT_BYTES];
    struct place places[FINDING_MAX_PLACES];
    match_init(&f, FINDING_MATCH_MEDIA, &detector_hash, s->banks, item, id);
    double by_hash = e->n ? how_sure(s, item, e->v, e->n, usable) : 0;
    double by_points = sight_sure(e->sightings, e->nsightings);
    f.probability = fmin(1 - (1 - by_hash) * (1 - by_points), SURE_MAX);
    f.places = places;
    f.nplaces = runs(m, media, e->v, e->n, places);
    f.nplaces = place_sightings(s, m, media, e, places, f.nplaces);
    qsort(places, f.nplaces, sizeof *places, by_start);
    if (best) {
        f.ref.distance = best->distance;
        f.ref.form = undo((enum dihedral)best->form);
    }
    tell_sighting(s, m, e, &f.ref);
    int rc = place_in_reference(s, m, e, &f.ref);
    return rc ? rc : finding_add(out, &f);
}

/* Items in the order of their numbers, each with what either way of looking has found. */
static int report_all(const struct search *s, const struct media_signals *m, size_t media,
                      const struct seen_list *seen, const struct sightings *sightings, size_t usable,
                      struct finding_list *out)
{
    int rc = 0;
    for (size_t i = 0, k = 0; !rc && (i < seen->n || k < sightings->n);) {
        uint32_t a = i < seen->n ? seen->v[i].near.item : NO_ITEM,
                 b = k < sightings->n ? sightings->v[k].item : NO_ITEM;
        uint32_t item = a < b ? a : b;
        struct evidence e = {seen->v + i, 0, sightings->v + k, 0};
        while (i < seen->n && seen->v[i].near.item == item) i++, e.n++;
        while (k < sightings->n && sightings->v[k].item == item) k++, e.nsightings++;
        rc = report(s, m, media, item, &e, usable, out);
    }
    return rc;
}

static int run_media(const struct hash_state *st, struct detect_scratch *scratch,
                     const struct media_signals *m, size_t media, struct finding_list *out, struct error *err)
{
    struct search s = {.banks = st->banks, .roots = st->roots};
    s.queries = ARENA_ARRAY(&scratch->arena, BATCH_FRAMES * DIHEDRAL_COUNT, struct hash256);
    s.hits = ARENA_ARRAY(&scratch->arena, BATCH_FRAMES, struct frame_hits);
    s.reference_seen = arena_alloc(&scratch->arena, st->banks->frames.n / 8 + 1);
    struct seen_list seen = {0};
    struct sightings sightings = {0};
    size_t usable = 0;
    int rc = s.queries && s.hits && s.reference_seen ? search_all(st, &s, m, &seen, &usable) : ERR_NOMEM;
    if (!rc) rc = sight_search(st->banks, st->roots, m, &sightings);
    if (!rc) rc = report_all(&s, m, media, &seen, &sightings, usable, out);
    VEC_DONE(&seen);
    VEC_DONE(&sightings);
    return rc ? error_set(err, rc, DETECT_MODULE, "no memory for the matches of a clip") : 0;
}

static int run(const void *state, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct hash_state *s = state;
    if (!s->index || !item->media) return 0;
    for (size_t m = 0; m < item->post->nmedia; m++) {
        if (!item->media[m]) continue;
        int rc = run_media(s, scratch, item->media[m], m, out, err);
        if (rc) return rc;
    }
    return 0;
}

const struct detector detector_hash = {
    .name = "hash",
    .help =
        "pictures and clips of banks, whole or in part, within others, also turned or mirrored (PDQ, points)",
    .version = 3,
    .wants = DETECT_MEDIA,
    .open = open,
    .run = run,
    .close = close,
};
