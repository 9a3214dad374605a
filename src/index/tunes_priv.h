/* Tunes: what its files share.
 *
 *   tunes.c        windows → matches, the way through two tunes
 *   tunes_grams.c  where in many references a window may be sung */
#ifndef MARSAD_INDEX_TUNES_PRIV_H
#define MARSAD_INDEX_TUNES_PRIV_H

#include "base/tune.h"
#include "index/tunes.h"

enum { TUNE_PLACES_MAX = 48, TUNE_WINDOW = TUNE_GAP /* steps that are asked for at once: 20 s */ };

static inline unsigned tune_apart(unsigned a, unsigned b)
{
    unsigned d = a > b ? a - b : b - a;
    return d > TUNE_CLASSES / 2 ? TUNE_CLASSES - d : d;
}

/* Where a window may be sung. */
struct tune_place {
    size_t reference;
    size_t from, to; /* its steps that may be meant */
    unsigned up;     /* about by how much the query must go up */
};

/* How many notes there are, one after the other; a note held or sung again is one. */
size_t tune_notes(const uint8_t *v, size_t n);

struct tune_grams; /* immutable, shared by all threads */

/* refs are *borrowed* for its life; in all at most TUNES_MAX_STEPS and TUNE_GAP for each. ERR_NOMEM. */
int tune_grams_new(const struct tune_print *refs, size_t nrefs, struct tune_grams **out,
                   struct error *err) MUST_USE;
void tune_grams_free(struct tune_grams *g);
/* The likeliest places of q[0, n), n at most TUNE_WINDOW, likeliest first. ERR_NOMEM. */
int tune_grams_ask(const struct tune_grams *g, const uint8_t *q, size_t n,
                   struct tune_place out[TUNE_PLACES_MAX], size_t *out_n, struct error *err) MUST_USE;

#endif
