/* The sounds of a set of banks as they are searched: an index that grows with the set and is kept on disk (index/sounds.h), so that neither a
 * start nor an added sound waits for a build.
 *
 * A reference of the index is named by a hash of its bank's name and its item's id, and an item's id is of its content: whatever
 * order the set's prints lie in today, the names lead to them, or to nothing where the item is gone. */
#ifndef MARSAD_DETECT_BANK_SOUNDS_H
#define MARSAD_DETECT_BANK_SOUNDS_H

#include "detect/detect.h"
#include "index/sounds.h"

struct bank_sounds;

/* The set's index, brought up to what is in the set now. Owned by the set; NULL in *out when the set has no sounds. ERR_NOMEM, ERR_LIMIT. */
int bank_sounds_of(struct bank_set *b, struct bank_sounds **out, struct error *err) MUST_USE;
void bank_sounds_free(struct bank_sounds *x);
/* As sounds_query, but references are numbers of the set's prints; those of items that were removed are not told. */
int bank_sounds_query(const struct bank_sounds *x, struct landmark_scratch *s, const struct landmark *v,
                      size_t n, struct landmark_match out[LANDMARK_MATCHES_MAX], size_t *out_n,
                      struct error *err) MUST_USE;

/* banks.sounds and banks.*.lmk in a folder. open: ERR_NOTFOUND, ERR_FORMAT: it will be built anew. save: does nothing when nothing has
 * changed, or there is little. */
int bank_sounds_open(struct bank_set *b, const char *dir, struct error *err) MUST_USE;
int bank_sounds_save(struct bank_set *b, const char *dir, struct error *err) MUST_USE;

#endif
