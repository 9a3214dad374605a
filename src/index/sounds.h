/* An index of sounds that grows: what is added is found at once, and what was saved is mapped when it is opened.
 *
 * As index/shelf.h does for pictures: each lot that is added becomes an index of landmarks (index/landmarks.h) of its own, indexes
 * of like size are joined (the logarithmic method, Bentley & Saxe 1980), so that a sound is built in again once for each doubling;
 * joins of more than SOUNDS_JOIN_NOW landmarks are left to sounds_tidy. A query asks each index: there are few.
 *
 * On disk as index/pieces.h: each index a piece, NAME.*.lmk, and the list NAME.sounds. Every byte is checked when it is opened.
 *
 * One owner adds; while nobody adds, any number of threads may query. */
#ifndef MARSAD_INDEX_SOUNDS_H
#define MARSAD_INDEX_SOUNDS_H

#include "index/landmarks.h"

struct sounds;

enum { SOUNDS_JOIN_NOW = 130000 }; /* an hour or so: half a second */

int sounds_new(struct sounds **out, struct error *err) MUST_USE;
void sounds_free(struct sounds *s);

/* Copies. On failure nothing was added. ERR_NOMEM, ERR_LIMIT. */
int sounds_add(struct sounds *s, const struct landmark_print *v, size_t n, struct error *err) MUST_USE;
size_t sounds_count(const struct sounds *s);
/* Numbers of references hold until something is added, joined or opened. */
struct id128 sounds_id(const struct sounds *s, size_t reference);

/* As landmarks_query; references are numbered through all indexes. */
int sounds_query(const struct sounds *s, struct landmark_scratch *scratch, const struct landmark *v, size_t n,
                 struct landmark_match out[LANDMARK_MATCHES_MAX], size_t *out_n, struct error *err) MUST_USE;

/* Whether sounds_tidy would join much. */
bool sounds_untidy(const struct sounds *s);
/* Joins what fits into one index (1,700 hours; indexes that are full are let be), leaving out references that keep() does not want
 * (NULL: all are kept). Takes as long as building an index of these. On failure each index is as before or sifted. */
int sounds_tidy(struct sounds *s, bool (*keep)(void *arg, const struct id128 *id), void *arg,
                struct error *err) MUST_USE;

/* Saves in a folder, only what is not there yet; files of the same name that are not needed any more are removed. */
int sounds_save(struct sounds *s, const char *dir, const char *name, struct error *err) MUST_USE;
/* ERR_NOTFOUND when nothing was saved, ERR_FORMAT when anything of it is damaged or missing: build it again. */
int sounds_open(const char *dir, const char *name, struct sounds **out, struct error *err) MUST_USE;

#endif
