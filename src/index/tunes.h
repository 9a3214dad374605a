/* Which known tunes are sung in a tune, whoever sings, however high and, within reason, however fast.
 *
 * Another performance has no landmark in common with a recording, but goes the same way through the same scale. Each
 * reference is laid under the query in the four keys in which their scales agree best, and the way through both that
 * fits best is found (dynamic time warping, between half and twice as fast, starting anywhere in the reference). The
 * scale is whatever is sung: quarter tones count as they are.
 *
 * Cost of that is the query's length times all references': 0.3 s for a minute against an hour. So where there are more than
 * TUNES_LOOKED_AT_ALL steps a query is laid only under the places where its intervals follow each other alike (tunes_grams.c). */
#ifndef MARSAD_INDEX_TUNES_H
#define MARSAD_INDEX_TUNES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/tune.h"

struct tune_print {
    const uint8_t *v; /* *borrowed* */
    size_t n;
};

struct tune_match {
    size_t reference;
    size_t query_start, query_end, start, end; /* steps */
    float fit;                                 /* 0 to 1: how near the two ways are */
    float probability;                         /* that it is the same tune */
};

enum {
    TUNE_MATCHES_MAX = 8,
    TUNES_LOOKED_AT_ALL = 28125, /* an hour */
    TUNE_GAP = 156,              /* steps that each reference counts beside its own towards TUNES_MAX_STEPS */
    TUNE_QUERY_MIN = 62          /* 8 s: a shorter tune is in every other one */
};

struct tunes; /* immutable, shared by all threads */

/* refs are *borrowed* for its life; of those beyond TUNES_MAX_STEPS in all nothing is looked for: *out_left_out, how many.
 * ERR_NOMEM. */
int tunes_new(const struct tune_print *refs, size_t nrefs, struct tunes **out, size_t *out_left_out,
              struct error *err) MUST_USE;
void tunes_free(struct tunes *t);

/* The best fits, best first, one per reference; the query in windows of 20 s. ERR_NOMEM. */
int tunes_query(const struct tunes *t, const uint8_t *v, size_t n, struct tune_match out[TUNE_MATCHES_MAX],
                size_t *out_n, struct error *err) MUST_USE;

#endif
