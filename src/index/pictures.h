/* Which pictures have points in common with one: the search before fit.h, in an index that grows. What is added is found at once, and
 * what was saved is mapped when it is opened.
 *
 * Tables of buckets (locality-sensitive hashing by bits, Indyk & Motwani 1998): the bits of a point compare pairs of places
 * drawn at random, so that any run of them is a random sample. Each table has the run of another word, as long as gives
 * about POINTS_PER_BUCKET entries a bucket; a point that is met in any of them and differs in at most POINTS_RADIUS bits is
 * a pair. A copy's point differs in 20 to 50 bits of 256; of those at 30, eight in ten are met when there are 40,000 points and
 * four in ten at ten million: enough, for a picture has hundreds. A bucket beyond POINTS_BUCKET_MAX is passed over: what is
 * everywhere says nothing.
 *
 * Pairs vote for the picture they lie in, the less the more owners share their point; of a picture those count together that
 * agree on a turn and a zoom. Cost per point asked: POINTS_TABLES × about POINTS_PER_BUCKET comparisons in all, however many points there
 * are; a small piece beside a large one is cut as finely as that, and adds what it has of them.
 *
 * As index/shelf.h does for hashes: each lot that is added becomes a piece of its own (points_priv.h), pieces of like size are joined
 * (the logarithmic method, Bentley & Saxe 1980), so that a point is built in again once for each doubling; joins of more than
 * PICTURES_JOIN_NOW points are left to pictures_tidy. Pieces answer together: what is near, shared and best is counted over all.
 * On disk as index/pieces.h: NAME.*.pts and the list NAME.pictures. Every byte is checked when it is opened. About 72 bytes a point,
 * in memory as on disk.
 *
 * One owner adds; while nobody adds, any number of threads may query; a query's memory is its own. */
#ifndef MARSAD_INDEX_PICTURES_H
#define MARSAD_INDEX_PICTURES_H

#include "base/error.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/point.h"

enum {
    POINTS_TABLES = 8,
    POINTS_PER_BUCKET = 24,
    POINTS_BUCKET_MAX = 256,
    POINTS_RADIUS = 62,
    POINTS_PAIRS_MAX = 160,     /* of one picture, the most alike first */
    POINTS_CANDIDATES_MAX = 12, /* pictures, at most two of one owner */
    POINTS_ASKED_MAX = 512,     /* points of the picture asked for; further ones are not */
    PICTURES_JOIN_NOW = 2000000 /* points: half a second */
};
#define PICTURES_NOBODY UINT32_MAX

/* One that is added: *borrowed*. */
struct picture {
    struct id128 name;    /* kept with it; several may have one */
    uint32_t owner;       /* what it belongs to: not kept on disk. PICTURES_NOBODY: it is passed over */
    struct key_frame key; /* at most KEY_POINTS_MAX points, or none */
};

struct pictures;

int pictures_new(struct pictures **out, struct error *err) MUST_USE;
void pictures_free(struct pictures *s);

/* Copies. On failure nothing was added. ERR_NOMEM, ERR_LIMIT above 2^31 points. */
int pictures_add(struct pictures *s, const struct picture *v, size_t n, struct error *err) MUST_USE;
/* Pictures are numbered in the order in which they were added, until pictures_tidy. */
size_t pictures_count(const struct pictures *s);
struct id128 pictures_name(const struct pictures *s, size_t number);
uint32_t pictures_owner(const struct pictures *s, size_t number);
/* Nobody's are passed over. All are nobody's after opening. */
void pictures_give(struct pictures *s, size_t number, uint32_t owner);
/* A picture as it was added; its points in `room`, *borrowed until* that goes. */
void pictures_get(const struct pictures *s, size_t number, struct point room[KEY_POINTS_MAX],
                  struct key_frame *out);

struct points_pair {
    uint16_t here, there;
};
struct points_candidate {
    uint32_t picture, owner;
    double votes;
    size_t npairs;
    struct points_pair pairs[POINTS_PAIRS_MAX];
};
struct points_result {
    size_t n;
    struct points_candidate v[POINTS_CANDIDATES_MAX]; /* most votes first */
};

/* The pictures that share most with `here`; mirrored: with `here` seen in a mirror. ERR_NOMEM. */
int pictures_query(const struct pictures *s, const struct key_frame *here, bool mirrored,
                   struct points_result *out) MUST_USE;

/* Whether pictures_tidy would join much. */
bool pictures_untidy(const struct pictures *s);
/* Joins all, leaving out nobody's; numbers are others after it. Takes as long as building an index of all. On failure all is as
 * before. */
int pictures_tidy(struct pictures *s, struct error *err) MUST_USE;

/* Saves in a folder, only what is not there yet; files of the same name that are not needed any more are removed. What was built in
 * memory is mapped from its file afterwards. */
int pictures_save(struct pictures *s, const char *dir, const char *name, struct error *err) MUST_USE;
/* ERR_NOTFOUND when nothing was saved, ERR_FORMAT when anything of it is damaged or missing: build it again. */
int pictures_open(const char *dir, const char *name, struct pictures **out, struct error *err) MUST_USE;

struct pictures_facts {
    size_t pictures, points, pieces, bytes;
};
struct pictures_facts pictures_facts(const struct pictures *s);

#endif
