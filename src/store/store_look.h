/* What the desk knows of posts beside what was found in them: who saw which clip, which words stand where, which captions are
 * nearly the same. Words and keys are made by src/review; here are the rows. */
#ifndef MARSAD_STORE_LOOK_H
#define MARSAD_STORE_LOOK_H

#include "store/store.h"

/* ---- clips that were seen ---- */

struct clip_seen {
    double seconds;
    int64_t judged; /* how often */
};
/* Adds to what is known; judged may be -1, when a judgement was taken back. */
int store_clip_add(struct store *s, const struct id128 *person, const struct id128 *family, double seconds,
                   int64_t judged, struct error *err) MUST_USE;
/* Zeros when nothing is known. */
int store_clip_seen(struct store *s, const struct id128 *person, const struct id128 *family,
                    struct clip_seen *out, struct error *err) MUST_USE;

/* ---- posts still to be looked over ---- */

/* Every post that was written, and again when its result was. At most max, by id. */
int store_look_todo(struct store *s, size_t max, struct arena *a, struct id128 **out, size_t *out_n,
                    struct error *err) MUST_USE;
/* Those behind `after` (NULL: from the first). */
int store_look_after(struct store *s, const struct id128 *after, size_t max, struct arena *a,
                     struct id128 **out, size_t *out_n, struct error *err) MUST_USE;
int store_look_done(struct store *s, const struct id128 *post, struct error *err) MUST_USE;

/* ---- words ---- */

enum { WORDS_OF_A_QUERY = 4 };
/* These words stand in the post and no others, once *out_done: of what differs from that as many rows are changed as
 * *io_budget allows, which becomes less by them; the rest by a further call. */
int store_words_put(struct store *s, const struct id128 *post, const struct sv *words, size_t n,
                    size_t *io_budget, bool *out_done, struct error *err) MUST_USE;
/* Posts in which all the words stand (1 to WORDS_OF_A_QUERY), behind `after` (NULL: from the first), by id, at most max. */
int store_words_find(struct store *s, const struct sv *words, size_t n, const struct id128 *after, size_t max,
                     struct arena *a, struct id128 **out, size_t *out_n, struct error *err) MUST_USE;

/* ---- captions that are nearly the same ---- */

int store_near_put(struct store *s, const struct id128 *post, const uint64_t *keys, size_t n,
                   struct error *err) MUST_USE;
/* Posts that stand under a key, by id, at most max. */
int store_near_find(struct store *s, uint64_t key, size_t max, struct arena *a, struct id128 **out,
                    size_t *out_n, struct error *err) MUST_USE;

#endif
