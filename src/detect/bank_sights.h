/* The key frames of a set of banks as they are searched: an index of their points that grows with the set and is kept on disk
 * (index/pictures.h), so that neither a start nor an added clip waits for a build.
 *
 * A picture of the index is named by a hash of its bank's name and its item's id, and an item's id is of its content: the names lead
 * to the items, wherever they lie in the set today. The index alone holds the points: what the set has read waits in `fresh` until
 * it is taken in. */
#ifndef MARSAD_DETECT_BANK_SIGHTS_H
#define MARSAD_DETECT_BANK_SIGHTS_H

#include "detect/detect.h"
#include "index/pictures.h"

/* Takes in what was added to the set and passes over what was removed. Between analyses only. ERR_NOMEM, ERR_LIMIT. */
int bank_sights_take(struct bank_set *b, struct error *err) MUST_USE;
/* The same before detectors open; the first time it also joins what came in many lots: asking one piece is many times faster. */
int bank_sights_ready(struct bank_set *b, struct error *err) MUST_USE;
/* Whether so much waits that it should be taken in now. */
bool bank_sights_many(const struct bank_set *b);

/* banks.pictures and banks.*.pts in a folder. save: what is not there yet. open: into a set that has its items but none of their
 * key frames; ERR_NOTFOUND, ERR_FORMAT also when those of an item are not all there. */
int bank_sights_save(struct bank_set *b, const char *dir, struct error *err) MUST_USE;
int bank_sights_open(struct bank_set *b, const char *dir, struct error *err) MUST_USE;

#endif
