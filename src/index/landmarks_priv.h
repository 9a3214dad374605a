/* The landmark index: what its files share.
 *
 *   landmarks.c        bytes → index, checked
 *   landmarks_build.c  prints → bytes
 *   landmarks_quads.c  landmarks → quads and their keys
 *   landmarks_vote.c   a window's quads → what to align
 *   landmarks_align.c  one hypothesis → how well it fits
 *   landmarks_query.c  windows → matches */
#ifndef MARSAD_INDEX_LANDMARKS_PRIV_H
#define MARSAD_INDEX_LANDMARKS_PRIV_H

#include "base/vec.h"
#include "index/landmarks.h"

#define LANDMARKS_MODULE "landmarks"

/* ---- the bytes; little-endian ---- */

enum { LANDMARKS_VERSION = 1, BITS_MIN = 8, BITS_MAX = 26, TICKS_PER_FRAME = 4 };

struct landmarks_header {
    char magic[4]; /* "MLMK" */
    uint16_t version, bits;
    uint32_t nrefs, reserved;
    uint64_t npeaks, nposts;
    uint64_t bytes;       /* of the whole */
    uint64_t table_hash;  /* of the table of references */
    uint64_t body_hash;   /* of all behind it */
    uint64_t header_hash; /* of all before this */
};
/* Then: nrefs × struct landmarks_ref, npeaks × struct landmark (time within its reference), nposts × struct posting,
 * (2^bits + 1) × uint32_t: where in the postings each bucket starts. */
struct landmarks_ref {
    struct id128 id;
    uint32_t first_frame; /* on the one time line of all references; a gap between them */
    uint32_t ticks;
    uint64_t first_peak;
    uint32_t npeaks, reserved;
};

/* A quad of a reference. Its cell is in the bucket and the tag; `fine` says where in the cell it lies, so that a query's
 * quad can be held against it more closely than cells allow. */
struct posting {
    uint32_t frame; /* of its first landmark, on the one time line */
    uint32_t head;  /* pitch of the first landmark 11 bits, how long it lasts 7, tag 14 */
    uint32_t fine;  /* see quad_fine */
};
enum { TAG_BITS = 14, DUR_BITS = 7, DUR_FIRST = 80 };

static inline uint32_t posting_tag(const struct posting *p) { return p->head & ((1u << TAG_BITS) - 1); }
static inline unsigned posting_ticks(const struct posting *p)
{
    return DUR_FIRST + (p->head >> TAG_BITS & ((1u << DUR_BITS) - 1)) * 2;
}
static inline int posting_pitch(const struct posting *p) { return (int)(p->head >> (TAG_BITS + DUR_BITS)); }

struct landmarks {
    struct landmarks_header head;
    const struct landmarks_ref *refs;
    const struct landmark *peaks;
    const struct posting *posts;
    const uint32_t *buckets;
    struct sv bytes;
    void *map; /* NULL when the bytes are borrowed */
};

uint64_t landmarks_hash(const void *p, size_t n, uint64_t seed);

/* ---- landmarks_quads.c ---- */

struct quad {
    uint32_t at;     /* index of its first landmark */
    uint16_t dur;    /* ticks from first to last */
    int16_t step[3]; /* of pitch */
    float ratio[2];  /* of time, 0..1 */
};
/* Steps a quad may take. Those of queries are wider, by as much as a copy may be slower. */
struct quad_rule {
    uint32_t step_min, step_max, dur_min, dur_max; /* ticks */
    int pitch_max, pitch_min;
};
extern const struct quad_rule quads_of_references, quads_of_queries;

/* Quads that start at landmark `at`; v by time. Calls take(arg, &quad) for each, at most QUADS_PER_ROOT. Non-zero ends. */
int quads_from(const struct landmark *v, size_t n, size_t at, const struct quad_rule *rule,
               int (*take)(void *arg, const struct quad *q), void *arg);

enum { QUAD_KEYS_MAX = 32 };
/* out[0] is its key; with margin > 0 also those of neighbouring cells when it lies within margin (of a cell) of them. */
size_t quad_keys(const struct quad *q, float margin, uint32_t out[QUAD_KEYS_MAX]);
/* Its steps modulo 32 units, 5 bits each, and its ratios in 128ths modulo 64, 6 bits each. */
uint32_t quad_fine(const struct quad *q);
/* Whether two quads of neighbouring cells are alike within what a copy's landmarks move. */
bool quads_alike(uint32_t fine, uint32_t other, int ratio_reach);

/* ---- landmarks_vote.c, landmarks_align.c ---- */

struct hypothesis {
    uint32_t ref;
    uint32_t votes;
    float tempo, pitch;
    double query_at, ref_at; /* ticks: the centre of the votes in each */
};

struct hit {
    uint32_t query_tick;
    uint32_t ref_frame;      /* on the one time line */
    uint32_t offset_half[2]; /* half cells: see landmarks_vote.c */
    int16_t pitch, pitch_half, tempo_half;
    uint16_t weight;
};

enum { HYPOTHESES_MAX = 48 };

struct landmark_scratch {
    struct VEC(struct hit) hits;
    uint16_t *counters;
    size_t ncounters;
    struct VEC(struct landmark) query;  /* the window, by time */
    struct VEC(struct landmark) asking; /* those of it whose quads are looked up */
};

int votes_cast(const struct landmarks *l, struct landmark_scratch *s, struct hypothesis out[HYPOTHESES_MAX],
               size_t *out_n) MUST_USE;
/* False when it does not fit. */
bool hypothesis_align(const struct landmarks *l, const struct landmark *query, size_t n,
                      const struct hypothesis *h, struct landmark_match *out);

#endif
