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

enum { LANDMARKS_VERSION = 2, BITS_MIN = 8, BITS_MAX = 28, TICKS_PER_FRAME = 4 };

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
 * (2^bits + 1) × uint32_t: where in the postings each bucket starts. A bucket is meant to be one or two lines of the
 * cache; one that is fuller than BUCKET_MAX keeps every k-th of its postings: such keys are in half of all songs. */
struct landmarks_ref {
    struct id128 id;
    uint32_t first_frame; /* on the one time line of all references; a gap between them */
    uint32_t ticks;
    uint64_t first_peak;
    uint32_t npeaks, reserved;
};
enum { BUCKET_WANTED = 4, BUCKET_MAX = 32 };

/* A quad of a reference. Its cell is in the bucket and the tag; `fine` says where in the cell it lies, so that a query's
 * quad can be held against it more closely than cells allow. */
struct posting {
    uint32_t frame; /* of its first landmark, on the one time line */
    uint32_t head;  /* pitch of the first landmark 7 bits, how long it lasts 6, tag 7, fine 12 */
};
enum {
    FINE_REACH = 2 /* ±20 cents */,
    FINE_BITS = 12,
    TAG_BITS = 7,
    DUR_BITS = 6,
    ROOT_UNITS = 10,
    DUR_FIRST = 60
};

static inline uint32_t posting_fine(const struct posting *p) { return p->head & ((1u << FINE_BITS) - 1); }
static inline uint32_t posting_tag(const struct posting *p)
{
    return p->head >> FINE_BITS & ((1u << TAG_BITS) - 1);
}
/* 32nds of an octave above DUR_FIRST ticks */
static inline unsigned posting_dur(const struct posting *p)
{
    return p->head >> (FINE_BITS + TAG_BITS) & ((1u << DUR_BITS) - 1);
}
static inline int posting_pitch(const struct posting *p)
{
    return (int)(p->head >> (FINE_BITS + TAG_BITS + DUR_BITS)) * ROOT_UNITS + ROOT_UNITS / 2;
}

struct landmarks {
    struct landmarks_header head;
    const struct landmarks_ref *refs;
    const struct landmark *peaks;
    const struct posting *posts;
    const uint32_t *buckets;
    unsigned thrift; /* the second effort asks for one in 2^thrift of its keys */
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
    uint32_t thin; /* a mask: of the ways to the third landmark one in thin + 1 is gone */
};
extern const struct quad_rule quads_of_references, quads_of_queries;

/* Quads that start at landmark `at`; v by time. Calls take(arg, &quad) for each, at most QUADS_PER_ROOT. Non-zero ends. */
int quads_from(const struct landmark *v, size_t n, size_t at, const struct quad_rule *rule,
               int (*take)(void *arg, const struct quad *q), void *arg);

enum { QUAD_KEYS_MAX = 32 };
/* out[0] is its key; then those of the cells that it lies close to in up to `near` of its five things. */
size_t quad_keys(const struct quad *q, unsigned near, uint32_t out[QUAD_KEYS_MAX]);
/* Its steps modulo 32 units in twos, 4 bits each. */
uint32_t quad_fine(const struct quad *q);
/* Whether the steps of two quads of neighbouring cells are alike within what a copy's landmarks move: each 4 bits of
 * their difference at most FINE_REACH from 0. */
static inline unsigned quads_alike(uint32_t fine, uint32_t other)
{
    uint32_t high = (fine ^ ~other) & 0x888,
             low = (fine | 0x888) - (other & 0x777);               /* of each 4 bits alone */
    uint32_t d = (low ^ high) & 0xfff, plus = (d & 0x777) + 0x222; /* + FINE_REACH, of each */
    plus ^= d & 0x888;
    return ((plus & 0x888) | ((plus + 0x333) & 0x888)) == 0; /* none above 2 × FINE_REACH */
}

/* ---- landmarks_vote.c, landmarks_align.c ---- */

struct hypothesis {
    uint32_t ref;
    uint32_t votes;
    float weight; /* of the votes; 1: of one that nobody else could have given */
    float tempo, pitch;
    double query_at, ref_at; /* ticks: the centre of the votes in each */
    bool timed;              /* the votes lie so far apart that they say the tempo well */
};

/* A posting that a query's quad found: this moment of the query may be that moment of the references. */
struct hit {
    uint32_t query_tick;
    uint32_t ref_frame; /* on the one time line */
    int16_t pitch;      /* query above reference */
    int16_t log_tempo;  /* 256ths of an octave */
    uint16_t weight;
};

struct probe {
    uint32_t key, quad, from, to;
};

struct at {
    uint32_t offset, hit;
};

enum {
    WINDOW_TICKS = 6000,
    HYPOTHESES_MAX = 400,
    BLOCK_QUADS = 128,
    BLOCK_PROBES = BLOCK_QUADS * QUAD_KEYS_MAX
};

/* A window is asked by its strong landmarks, every key; where that finds nothing sure, also by its middling ones, of
 * which there are half as many again, five times the quads, and every other key; and a short query of a small index by
 * all. */
enum effort { EFFORT_STRONG, EFFORT_MIDDLE, EFFORT_ALL, EFFORT_COUNT };

struct landmark_scratch {
    struct {
        struct VEC(struct hit) hits; /* of the window at hand */
        uint64_t until;              /* quads that start before have been asked */
    } asked[EFFORT_COUNT];
    enum effort effort;
    struct VEC(struct at) likely; /* those that others agree with, by offset */
    uint8_t *counters;
    size_t ncounters;
    struct VEC(struct landmark) query;  /* the window, by time */
    struct VEC(struct landmark) asking; /* those of it whose quads are looked up */
    struct quad quads[BLOCK_QUADS];
    struct probe probes[BLOCK_PROBES];
    size_t nquads, nprobes;
    struct landmark_work work;
};

/* The hits of quads that start in s->asking[from, to), among those of s->effort. ERR_NOMEM. */
int votes_ask(const struct landmarks *l, struct landmark_scratch *s, size_t from, size_t to) MUST_USE;
/* What the hits agree on, most votes first; `start`: of the window. */
int votes_count(const struct landmarks *l, struct landmark_scratch *s, uint32_t start,
                struct hypothesis out[HYPOTHESES_MAX], size_t *out_n) MUST_USE;
/* False when it does not fit. */
bool hypothesis_align(const struct landmarks *l, const struct landmark *query, size_t n,
                      const struct hypothesis *h, struct landmark_match *out);

#endif
