/* The log as files, in the layout of c2sp.org/tlog-tiles: any web server can hand it out, any auditor read it.
 *
 *     log/checkpoint                 the signed checkpoint
 *     log/tile/0/x001/234            256 leaf hashes: of entries 256 × 1234 and on
 *     log/tile/1/004                 256 roots of full tiles of level 0, and so on upwards
 *     log/tile/0/x001/235.p/17       the last, unfinished tile of a level, with its width
 *     log/tile/entries/x001/234      the 256 leaves themselves, each with its length before it, two bytes big-endian
 *
 * Tiles are made from the ledger, may be made again at any time, and never change once full. */
#ifndef MARSAD_EVIDENCE_TILES_H
#define MARSAD_EVIDENCE_TILES_H

#include "base/buf.h"
#include "base/merkle.h"

enum { TILE_HASHES = 256, TILE_LEVELS = 8, TILE_PATH_BYTES = 128, TILE_BUNDLE = -1 /* for a level */ };

/* "tile/0/x001/234.p/17"; width TILE_HASHES: a full tile. level TILE_BUNDLE: of entries. */
void tile_path(int level, uint64_t index, unsigned width, char out[TILE_PATH_BYTES]);
/* How many hashes tile `index` of a level has in a log of `size` entries, 0 to TILE_HASHES. */
unsigned tile_width(int level, uint64_t index, uint64_t size);
/* Its number of tiles, the last one perhaps unfinished. */
uint64_t tile_count(int level, uint64_t size);

/* The file of a tile into b. An unfinished tile that is not there any more is looked for in the wider ones that take its
 * place. ERR_NOTFOUND, ERR_FORMAT when it has not the length that it must (leaves: any), ERR_IO. */
int tile_read(const char *dir, int level, uint64_t index, unsigned width, struct buf *b,
              struct error *err) MUST_USE;
/* Whole or not at all; reaches the disk with the next tiles_sync. */
int tile_write(const char *dir, int level, uint64_t index, unsigned width, struct sv bytes,
               struct error *err) MUST_USE;
/* What makes a log of `size` entries of one of `old` is on the disk, with the folders that name it. */
int tiles_sync(const char *dir, uint64_t old, uint64_t size, struct error *err) MUST_USE;
/* Unfinished tiles of this place, all but `keep` of them. */
void tile_drop_partial(const char *dir, int level, uint64_t index, unsigned keep);

/* Leaves of a bundle, one after another; false at the end, and *rest.n > 0 when it ends in the middle of one. */
bool bundle_next(struct sv *rest, struct sv *out_leaf);
void bundle_put(struct buf *b, struct sv leaf); /* at most 65535 bytes, else b fails */

/* Roots out of the tiles of a log of `size` entries; the last tile of each level is kept at hand. */
struct tile_source {
    const char *dir;
    uint64_t size;
    struct {
        uint64_t index;
        bool loaded;
        struct buf bytes;
    } level[TILE_LEVELS];
};
void tile_source_init(struct tile_source *t, const char *dir, uint64_t size);
void tile_source_done(struct tile_source *t);
struct merkle_source tile_source_of(struct tile_source *t);

#endif
