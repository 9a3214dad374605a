/* The hashes of a set of banks as they are searched: an index that grows with the set and is kept on disk (index/shelf.h), so that
 * neither a start nor an added item waits for a build.
 *
 * The index knows hashes by numbers of its own, given once and never again; a table leads from them to the set's frames, or to
 * nothing where the item is gone. The table is kept with the set (bank_file.h), in the index's own file only its line: a number drawn
 * when it was begun, and how many numbers it had given. An index of the same line that has given more is as good: what it has
 * more leads to nothing, and its items come in again. */
#ifndef MARSAD_DETECT_BANK_INDEX_H
#define MARSAD_DETECT_BANK_INDEX_H

#include "detect/detect.h"
#include "index/shelf.h"

struct bank_index;

/* The set's index, brought up to what is in the set now. Owned by the set. ERR_NOMEM, ERR_LIMIT. */
int bank_index_of(struct bank_set *b, struct bank_index **out, struct error *err) MUST_USE;
void bank_index_free(struct bank_index *x);
size_t bank_index_count(const struct bank_index *x); /* hashes in it */
/* As shelf_query, but payloads are numbers of the set's frames; frames of items that were removed are not told. */
int bank_index_query(const struct bank_index *x, const struct hash256 *queries, size_t nqueries, int radius,
                     int (*hit)(void *arg, const struct mih_hit *hit), void *arg);

#define BANK_INDEX_NOTHING UINT32_MAX
/* What a set's file keeps of the index. */
struct bank_index_line {
    uint32_t line;
    const uint32_t *
        frame_of; /* number → frame of the set; BANK_INDEX_NOTHING: gone. *Borrowed until* the index changes. */
    size_t n;
};
/* banks.shelf and banks.*.mih in a folder. save: brings it up first. open: for a set that has its frames. ERR_NOTFOUND,
 * ERR_FORMAT: of another line, older, or damaged. */
int bank_index_save(struct bank_set *b, const char *dir, struct bank_index_line *out,
                    struct error *err) MUST_USE;
int bank_index_open(struct bank_set *b, const char *dir, const struct bank_index_line *line,
                    struct error *err) MUST_USE;

#endif
