/* What every index that grows keeps on disk: pieces, each a file that is written once and never changed, and a list of them, replaced
 * atomically and last. Whatever moment a machine dies, the old state or the new one is there.
 *
 *   NAME.<ending of the list>
 *      0  8 its magic   8  4 0x01020304 in this machine's order   12  4 number of pieces   16  8 bytes of what the owner adds
 *     24  per piece: 8 its number, 8 bytes of its file, 8 its checksum; then what the owner adds; 8 the checksum of all before
 *   NAME.<number, 16 hex>.<ending of a piece>
 *
 * Numbers are given once: a file of a name is never another one. What a piece holds, and the checking of its bytes, is its owner's. */
#ifndef MARSAD_INDEX_PIECES_H
#define MARSAD_INDEX_PIECES_H

#include "base/buf.h"

struct piece {
    uint64_t number; /* of its file; 0: not saved yet */
    uint64_t bytes, sum;
};

struct pieces_kind {
    const char *module, *magic /* 8 characters */, *list_ending, *piece_ending;
    struct piece *(*piece)(void *owner, size_t i);
    /* Writes piece i, and says its bytes and sum. */
    int (*write)(void *owner, size_t i, const char *path, struct error *err);
    /* Opens a file, checks every byte of it, and makes it the owner's last piece, with its bytes and sum. ERR_FORMAT,
     * ERR_UNSUPPORTED, ERR_NOTFOUND, ERR_IO, ERR_NOMEM. */
    int (*take)(void *owner, const char *path, struct error *err);
};

/* Writes the pieces that have no file yet (or whose file somebody took away), then the list with the owner's bytes, then removes
 * files of the name that are not needed any more. */
int pieces_save(const struct pieces_kind *k, void *owner, size_t n, struct sv own, const char *dir,
                const char *name, struct error *err) MUST_USE;
/* Takes each piece in its order; the owner's bytes go into `own`. On failure the owner may hold some pieces. ERR_NOTFOUND when
 * nothing was saved, ERR_FORMAT when anything of it is damaged or missing. */
int pieces_open(const struct pieces_kind *k, void *owner, struct buf *own, const char *dir, const char *name,
                struct error *err) MUST_USE;

#endif
