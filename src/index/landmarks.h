/* Which known recordings are heard in a print, where, how fast and how high.
 *
 * Four strong landmarks that follow each other in small steps are a quad (after Sonnleitner & Widmer, "Robust
 * quad-based audio fingerprinting", 2016); three steps of pitch and two ratios of time are its key, which neither
 * speed, nor tempo, nor pitch changes. An inverted index finds a query's quads; those that agree on reference, offset,
 * tempo and pitch are votes. What the votes name is then aligned landmark by landmark, and how many of the
 * reference's landmarks are there is set against how many are there by chance a moment earlier or later. So a score
 * says how unlikely it is that another performance of the same tune would fit to the hundredth of a second.
 *
 * An index is immutable bytes, in memory or mapped from a file, shared by all threads. */
#ifndef MARSAD_INDEX_LANDMARKS_H
#define MARSAD_INDEX_LANDMARKS_H

#include "base/buf.h"
#include "base/id.h"
#include "base/landmark.h"

/* A recording's landmarks, *borrowed*. */
struct landmark_print {
    struct id128 id;
    const struct landmark *v;
    size_t n;
    uint32_t ticks; /* how long it is; at most LANDMARKS_MAX_TICKS */
};

struct landmarks;

/* The bytes of an index over prints, appended to b. Only strong landmarks are kept. ERR_NOMEM, ERR_LIMIT. O(n log n). */
int landmarks_build(const struct landmark_print *prints, size_t nprints, struct buf *b,
                    struct error *err) MUST_USE;
/* Over bytes that are *borrowed* for the index's life, 8-aligned. ERR_FORMAT names what is wrong; whatever the bytes
 * are, queries stay inside them. Reads the header and the table of references only. */
int landmarks_over(struct sv bytes, struct landmarks **out, struct error *err) MUST_USE;
/* Maps a file. ERR_IO, ERR_NOTFOUND, ERR_FORMAT. */
int landmarks_open(const char *path, struct landmarks **out, struct error *err) MUST_USE;
void landmarks_free(struct landmarks *l);
/* Whether every byte is as it was written: reads the whole index. */
int landmarks_verify(const struct landmarks *l, struct error *err) MUST_USE;

size_t landmarks_count(const struct landmarks *l);
struct id128 landmarks_id(const struct landmarks *l, size_t reference);

/* One stretch of one reference heard in a query. */
struct landmark_match {
    uint32_t reference;
    uint32_t query_start, query_end; /* ticks */
    uint32_t start, end;             /* of the reference, ticks */
    float tempo;   /* seconds of the reference per second of the query: 1.25 is a faster copy */
    int16_t pitch; /* query above reference, in units of LANDMARK_PER_OCTAVE */
    uint32_t votes, expected, found; /* quads; landmarks of the reference in that stretch, and those there */
    float chance;                    /* share of them found a moment earlier or later */
    float score;                     /* log of how much likelier this is in a copy than by chance */
    float probability;               /* that it is this recording */
};

struct landmark_scratch;
int landmark_scratch_new(struct landmark_scratch **out, struct error *err) MUST_USE;
void landmark_scratch_free(struct landmark_scratch *s);

/* What its queries have cost since it was made: keys looked up, postings read, those alike, hypotheses aligned. */
struct landmark_work {
    uint64_t looked_up, read, alike, aligned;
};
struct landmark_work landmark_scratch_work(const struct landmark_scratch *s);

enum { LANDMARK_MATCHES_MAX = 16 };
/* The score at which a recording is as likely as not; a query of up to 5.5 s has fewer chances to fit something by accident. */
#define LANDMARK_SCORE_EVEN       35.0f
#define LANDMARK_SCORE_EVEN_BRIEF 30.0f
/* The stretches heard in a query of any length, best first, at most LANDMARK_MATCHES_MAX. Overlapping windows of 10 s are
 * asked one after another, so memory does not grow with the query. ERR_NOMEM. */
int landmarks_query(const struct landmarks *l, struct landmark_scratch *s, const struct landmark *v, size_t n,
                    struct landmark_match out[LANDMARK_MATCHES_MAX], size_t *out_n,
                    struct error *err) MUST_USE;

#endif
