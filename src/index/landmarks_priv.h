/* The landmark index: what its files share.
 *
 *   landmarks.c        bytes → index, checked
 *   landmarks_build.c  prints → bytes
 *   landmarks_chains.c landmarks → quads and quints
 *   landmarks_keys.c   these → keys, postings
 *   landmarks_ask.c    a window's chains → hits
 *   landmarks_vote.c   hits → what to align
 *   landmarks_align.c  one hypothesis → how well it fits
 *   landmarks_query.c  windows → matches */
#ifndef MARSAD_INDEX_LANDMARKS_PRIV_H
#define MARSAD_INDEX_LANDMARKS_PRIV_H

#include "base/vec.h"
#include "index/landmarks.h"

#define LANDMARKS_MODULE "landmarks"

/* ---- the bytes; little-endian ---- */

enum { LANDMARKS_VERSION = 4, BITS_MIN = 8, BITS_MAX = 28, TICKS_PER_FRAME = 4 };
/* Landmarks a key is made of. An index of more than QUADS_MOST quads is one of quints: a quad's key has too few bits for
 * it, as good as every bucket would be full of chance. */
enum { QUAD = 4, QUINT = 5, CHAIN_MAX = QUINT, QUADS_MOST = 1 << 21 /* about 3.5 hours */ };

struct landmarks_header {
    char magic[4]; /* "MLMK" */
    uint16_t version, bits;
    uint32_t nrefs;
    uint16_t marks,
        halved; /* QUAD or QUINT; of a quint: how many of its seven things have cells of half the size */
    uint64_t npeaks, nposts;
    uint64_t nspilled;    /* postings that are not in their bucket */
    uint64_t bytes;       /* of the whole */
    uint64_t table_hash;  /* of the table of references */
    uint64_t body_hash;   /* of all behind it */
    uint64_t header_hash; /* of all before this */
};
/* Then: nrefs × struct landmarks_ref, npeaks × struct landmark (time within its reference), zeros up to a line of the cache,
 * 2^bits × struct bucket, nspilled × struct posting. */
struct landmarks_ref {
    struct id128 id;
    uint32_t first_frame; /* on the one time line of all references; a gap between them */
    uint32_t ticks;
    uint64_t first_peak;
    uint32_t npeaks, reserved;
};
struct posting {
    uint32_t head, frame; /* frame 0: there is none */
};
/* Half a line of the cache, so that one miss brings a key's postings: most have no more. Of what has more the first three are here, and in the
 * place of the fourth is where the others lie (head) and how many (frame, which no posting has so small). A bucket that is fuller than
 * BUCKET_MAX keeps every k-th of its postings: such keys are in half of all songs. */
enum { BUCKET_WANTED = 4, BUCKET_MAX = 32, BUCKET_ROOM = 4, BUCKET_KEPT = BUCKET_ROOM - 1, LINE_BYTES = 64 };
struct bucket {
    struct posting v[BUCKET_ROOM];
};
#define FRAME_MOST ((uint64_t)INT32_MAX) /* on that time line: 4,700 hours and their gaps */

/* A posting is a chain of a reference. Its cell is in the bucket (of a quad: and in the head's tag); `fine` says where in the cell it lies,
 * so that a query's chain can be held against it more closely than cells allow.
 *
 *   quad   frame 32, of its first landmark
 *          head  pitch of the first landmark 7 bits, how long it lasts 6, tag 7, fine 12
 *   quint  frame the pitch's top bit, 31
 *          head  pitch 6, how long 5, fine 21 */
enum {
    FINE_REACH = 2 /* ±20 cents */,
    FINE_BITS = 12,
    TAG_BITS = 7,
    DUR_BITS = 6,
    ROOT_UNITS = 10,
    DUR_FIRST = 60,
    QUINT_FINE_BITS = 21,
    QUINT_DUR_BITS = 5,
    QUINT_PITCH_BITS = 6, /* in the head */
    QUINT_DUR_FIRST = 104
};

static inline uint32_t quad_head_fine(uint32_t head) { return head & ((1u << FINE_BITS) - 1); }
static inline uint32_t quad_head_tag(uint32_t head) { return head >> FINE_BITS & ((1u << TAG_BITS) - 1); }
/* 32nds of an octave above DUR_FIRST ticks */
static inline int quad_head_dur(uint32_t head)
{
    return (int)(head >> (FINE_BITS + TAG_BITS) & ((1u << DUR_BITS) - 1));
}
static inline int quad_head_pitch(uint32_t head)
{
    return (int)(head >> (FINE_BITS + TAG_BITS + DUR_BITS)) * ROOT_UNITS + ROOT_UNITS / 2;
}
static inline uint32_t quint_frame(uint32_t frame) { return frame & INT32_MAX; }
/* 16ths of an octave above QUINT_DUR_FIRST ticks */
static inline int quint_head_dur(uint32_t head)
{
    return (int)(head >> QUINT_FINE_BITS & ((1u << QUINT_DUR_BITS) - 1));
}
static inline int quint_pitch(uint32_t head, uint32_t frame)
{
    uint32_t low = head >> (QUINT_FINE_BITS + QUINT_DUR_BITS);
    return (int)(low | frame >> 31 << QUINT_PITCH_BITS) * ROOT_UNITS + ROOT_UNITS / 2;
}

struct landmarks {
    struct landmarks_header head;
    const struct landmarks_ref *refs;
    const struct landmark *peaks;
    const struct bucket *buckets;
    const struct posting *spilled;
    struct sv bytes;
    void *map; /* NULL when the bytes are borrowed */
};

/* Where the buckets start in the bytes; 0: that is more than can be. */
size_t landmarks_buckets_at(uint64_t nrefs, uint64_t npeaks);
uint64_t landmarks_hash(const void *p, size_t n, uint64_t seed);
/* Asks the system for large pages under what is read at random: a look-up then costs one miss of the cache and not also one of
 * the page tables. Where there are none nothing changes. */
void landmarks_want_large_pages(const void *p, size_t n);

/* As landmarks_build, with keys of QUAD or QUINT landmarks whatever the size, and so many things halved; 0 and -1: as the size
 * wants it. */
int landmarks_build_of(const struct landmark_print *prints, size_t nprints, unsigned marks, int halved,
                       struct buf *b, struct error *err) MUST_USE;

/* ---- landmarks_chains.c ---- */

/* Landmarks that follow each other in small steps: a quad of four or a quint of five. */
struct chain {
    uint32_t at;                    /* index of the first */
    uint16_t dur;                   /* ticks from first to last */
    uint16_t passed[CHAIN_MAX - 2]; /* ticks from first to second, to third… */
    int16_t step[CHAIN_MAX - 1];    /* of pitch */
};
/* Steps a chain may take. Those of queries are wider, by as much as a copy may be slower. */
struct chain_rule {
    unsigned marks, most;                          /* landmarks of each; chains from one landmark */
    uint32_t step_min, step_max, dur_min, dur_max; /* ticks */
    int pitch_max, pitch_min;
    uint32_t thin; /* a mask: of the ways to the third landmark one in thin + 1 is taken */
};
extern const struct chain_rule quads_of_references, quads_of_queries, quints_of_references, quints_of_queries;

/* Chains that start at landmark `at`; v by time. Calls take(arg, &chain) for each. Non-zero ends. */
int chains_from(const struct landmark *v, size_t n, size_t at, const struct chain_rule *rule,
                int (*take)(void *arg, const struct chain *c), void *arg);

/* ---- landmarks_keys.c ---- */

enum { QUAD_KEYS_MAX = 32 };
/* out[0] is its key; then those of the cells that it lies close to in up to `near` of its five things. */
size_t quad_keys(const struct chain *q, unsigned near, uint32_t out[QUAD_KEYS_MAX]);
/* Its steps modulo 32 units in twos, 4 bits each. */
uint32_t quad_fine(const struct chain *q);
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

/* Where a quint lies: in which cell of each of its four steps and three ratios, and where in it, in 16ths of a whole cell. Where
 * there are many quints the first things have cells of half the size. */
enum { QUINT_THINGS = 7, THING_BITS = 4, THING_PARTS = 1 << THING_BITS };
struct quint_place {
    uint8_t bits[QUINT_THINGS]; /* a cell has 2^bits 16ths: 4, or 3 where it is halved */
    uint8_t cell[QUINT_THINGS], in[QUINT_THINGS];
};
/* Which postings of a bucket may be copies of a quint: bounds of each thing's 3 bits of `fine`, the even things and the odd ones
 * apart, so that each has a bit above it for the carry. */
struct quint_bounds {
    uint32_t least[2], most[2];
};
enum { QUINT_EVEN = 0x1c71c7, QUINT_ODD = 0x71c7, QUINT_EVEN_TOPS = 0x208208, QUINT_ODD_TOPS = 0x8208 };

void quint_place(const struct chain *q, unsigned halved, struct quint_place *out);
uint32_t quint_key(const struct quint_place *p);
uint32_t quint_fine(const struct quint_place *p);
/* In its own cell: thing < 0; or in the cell above or below (dir 1, -1) in that thing. */
void quint_bounds(const struct quint_place *p, int thing, int dir, struct quint_bounds *out);
/* 1 or -1 where it lies so close to the next cell in that thing that a copy may be there; else 0. */
static inline int quint_near(const struct quint_place *p, int thing)
{
    int last = (1 << p->bits[thing]) - 1, in = p->in[thing] & last;
    return (in == last) - (in == 0);
}
/* 0: it may be. */
static inline uint32_t quint_outside(uint32_t head, const struct quint_bounds *b)
{
    uint32_t even = head & QUINT_EVEN, odd = head >> 3 & QUINT_ODD;
    uint32_t e = (even + b->least[0]) & (b->most[0] - even), o = (odd + b->least[1]) & (b->most[1] - odd);
    return ((e & QUINT_EVEN_TOPS) ^ QUINT_EVEN_TOPS) | ((o & QUINT_ODD_TOPS) ^ QUINT_ODD_TOPS);
}

/* ---- landmarks_ask.c, landmarks_vote.c, landmarks_align.c ---- */

struct hypothesis {
    uint32_t ref;
    uint32_t votes;
    float weight; /* of the votes; 1: of one that nobody else could have given */
    float tempo, pitch;
    double query_at, ref_at; /* ticks: the centre of the votes in each */
    bool timed;              /* the votes lie so far apart that they say the tempo well */
};
/* Most say what a fuller one said. */
bool hypotheses_alike(const struct hypothesis *a, const struct hypothesis *b);

/* A posting that a query's chain found: this moment of the query may be that moment of the references. */
struct hit {
    uint32_t query_tick;
    uint32_t ref_frame; /* on the one time line */
    int16_t pitch;      /* query above reference */
    int16_t log_tempo;  /* 256ths of an octave */
    uint16_t weight;
};

struct probe {
    uint32_t key, chain, spilled;
    uint8_t kept, nspilled; /* postings in the bucket, and of spilled ones from `spilled` on */
    int8_t thing, dir;      /* of a quint: the cell next to its own in that thing; thing < 0: its own */
};

struct at {
    uint32_t offset, hit;
};

enum {
    WEIGHT_ONE = 32,   /* of a hit */
    PITCH_REACH = 110, /* 5.5 semitones: speed by a third */
    TEMPO_REACH = 128, /* 256ths of an octave: 0.71 to 1.41 */
    WINDOW_TICKS = 6000,
    BRIEF_TICKS = 2750,
    HYPOTHESES_MAX = 400,
    TRIED_MAX = 32, /* of a window, that did not fit */
    BLOCK_CHAINS = 512,
    BLOCK_PROBES = 4096,
    QUINTS_KEPT_MAX = 1 << 17 /* more are made anew: a listener's windows have 20,000 */
};

/* How a window is asked, one after the other until something sure is found.
 *
 *             quads                                         quints
 *   FIRST     strong landmarks                              strong landmarks, the own cell of each
 *   SECOND    middling ones: half as many again, five       the cells that these lie close to in pitch
 *             times the quads
 *   THIRD     all, of a short query                         middling ones, one way in 128 (short queries: 4), their own cells
 *
 * Quints count the hits of all efforts so far together, and SECOND and THIRD as one. */
enum effort { EFFORT_FIRST, EFFORT_SECOND, EFFORT_THIRD, EFFORT_COUNT };

struct hits VEC(struct hit);

/* A quint that has been asked for. */
struct asked_quint {
    struct chain chain;
    struct quint_place place;
};

struct landmark_scratch {
    struct {
        struct hits hits; /* of the window at hand */
        uint64_t until;   /* chains that start before have been asked */
    } asked[EFFORT_COUNT];
    enum effort effort;
    struct hits pool; /* those that are counted together, of quints */
    const struct hits *counted;
    struct hypothesis tried[TRIED_MAX];
    size_t ntried;
    struct VEC(struct at) likely; /* those that others agree with, by offset */
    uint8_t *counters;
    size_t ncounters;
    struct VEC(struct landmark) query;  /* the window, by time */
    struct VEC(struct landmark) asking; /* those of it whose chains are looked up */
    struct {
        struct VEC(struct asked_quint) v; /* those of FIRST in the window, for SECOND */
        size_t from, to;                  /* of s->asking; from > to: they are not all there */
    } quints;
    struct chain chains[BLOCK_CHAINS];
    struct probe probes[BLOCK_PROBES];
    struct quint_place places[BLOCK_CHAINS];
    size_t nchains, nprobes;
    struct landmark_work work;
};

/* The hits of chains that start in s->asking[from, to), among those of s->effort. brief: all the query there is, so that more of it is
 * worth a look. ERR_NOMEM. */
int votes_ask(const struct landmarks *l, struct landmark_scratch *s, size_t from, size_t to,
              bool brief) MUST_USE;
/* What s->counted agrees on, most votes first; `start`: of the window. */
int votes_count(const struct landmarks *l, struct landmark_scratch *s, uint32_t start,
                struct hypothesis out[HYPOTHESES_MAX], size_t *out_n) MUST_USE;
/* False when it does not fit. */
bool hypothesis_align(const struct landmarks *l, const struct landmark *query, size_t n,
                      const struct hypothesis *h, struct landmark_match *out);

#endif
