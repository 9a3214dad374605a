/* The hashes of a set of banks as they are searched: an index that grows with the set and is kept on disk, so that neither a start
 * nor an added item waits for a build.
 *
 * The index knows hashes by numbers of its own, given once and never again; runs of them belong to items, by bank and id (an
 * item's id is of its content). Whatever order the set's frames lie in today, a table leads from those numbers to
 * them, or to nothing where the item is gone.
 *
 *   banks.shelf, banks.*.mih   index/shelf.h, with the mark of the runs that they go with
 *   banks.runs   0  8 "MARSRUN1"   8  8 mark   16  4 number of runs   20  4 numbers given
 *               24  per run: 8 hash of the bank's name, 16 item id, 4 first number, 4 how many; at the end 8 checksum */
#ifndef MARSAD_DETECT_BANK_INDEX_H
#define MARSAD_DETECT_BANK_INDEX_H

#include "detect/detect.h"
#include "index/shelf.h"

struct bank_index;

/* The set's index, brought up to what is in the set now. Owned by the set. ERR_NOMEM, ERR_LIMIT. */
int bank_index_of(struct bank_set *b, struct bank_index **out, struct error *err) MUST_USE;
void bank_index_free(struct bank_index *x);
/* As shelf_query, but payloads are numbers of the set's frames; frames of items that were removed are not told. */
int bank_index_query(const struct bank_index *x, const struct hash256 *queries, size_t nqueries, int radius,
                     int (*hit)(void *arg, const struct mih_hit *hit), void *arg);

#endif
