/* Which pictures have points in common with one: the search before fit.h.
 *
 * Tables of buckets (locality-sensitive hashing by bits, Indyk & Motwani 1998): the bits of a point compare pairs of places
 * drawn at random, so that any run of them is a random sample. Each table has the run of another word, as long as gives
 * about POINTS_PER_BUCKET entries a bucket; a point that is met in any of them and differs in at most POINTS_RADIUS bits is
 * a pair. A copy's point differs in 20 to 50 bits of 256; of those at 30, eight in ten are met when there are 40,000 points and
 * four in ten at ten million: enough, for a picture has hundreds. A bucket beyond POINTS_BUCKET_MAX is passed over: what is
 * everywhere says nothing.
 *
 * Pairs vote for the picture they lie in, the less the more owners share their point; of a picture those count together that
 * agree on a turn and a zoom. Cost per point asked: POINTS_TABLES × about POINTS_PER_BUCKET comparisons, whatever the size.
 *
 * Immutable and shared by all threads; a query's memory is its own. */
#ifndef MARSAD_INDEX_POINTS_H
#define MARSAD_INDEX_POINTS_H

#include "base/error.h"
#include "base/point.h"

enum {
    POINTS_TABLES = 8,
    POINTS_PER_BUCKET = 24,
    POINTS_BUCKET_MAX = 256,
    POINTS_RADIUS = 62,
    POINTS_PAIRS_MAX = 160,     /* of one picture, the most alike first */
    POINTS_CANDIDATES_MAX = 12, /* pictures, at most two of one owner */
    POINTS_ASKED_MAX = 512      /* points of the picture asked for; further ones are not */
};

struct points;

/* Copies the frames; their points are *borrowed until* points_free. owners: of each picture, what it belongs to (an item of a bank). Pictures may
 * have no points. ERR_LIMIT above 2^31 points, ERR_NOMEM. */
int points_new(const struct key_frame *frames, const uint32_t *owners, size_t n, struct points **out,
               struct error *err) MUST_USE;
void points_free(struct points *p);
size_t points_count(const struct points *p); /* of all pictures */

struct points_pair {
    uint16_t here, there;
};
struct points_candidate {
    uint32_t frame;
    double votes;
    size_t npairs;
    struct points_pair pairs[POINTS_PAIRS_MAX];
};
struct points_result {
    size_t n;
    struct points_candidate v[POINTS_CANDIDATES_MAX]; /* most votes first */
};

/* The pictures that share most with `here`; mirrored: with `here` seen in a mirror. ERR_NOMEM. */
int points_query(const struct points *p, const struct key_frame *here, bool mirrored,
                 struct points_result *out) MUST_USE;

#endif
