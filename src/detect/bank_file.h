/* A set of banks as it is kept beside its indexes, so that a start reads one file as it lies instead of every row of the store.
 *
 *   banks.set   0  8 "MARSSET1"   8  4 0x01020304 in this machine's order   12  4 line of the index of hashes (bank_index.h)
 *              16  8 × 8: items, frames, numbers of the index, prints, bytes of prints, of texts, of banks, of the caller's mark
 *              80  8 bytes of the file   88  8 checksum of all after the head   96  8 checksum of the head with 0 here
 *             then from byte 128, each section at a multiple of 64:
 *              items: 4 bank, 4 type, 16 id, 16 id of the item that it belongs to, 4 threshold (-1: taken out), 4 frames, 4 key
 *                frames, 4 bytes of label, 4 of value, 4 zero, 8 where these begin in the texts
 *              frames' times, item by item: 8    numbers: 4 the frame that each leads to
 *              prints: 4 item, 4 landmarks, 4 ticks, 4 steps of the tune, 8 where they begin in what follows; landmarks and tunes
 *              texts, banks, mark
 *
 * It is written last: the indexes beside it (banks.shelf, banks.pictures, banks.sounds) are as new or newer, and what of them it does
 * not know leads to nothing. Every byte is checked when it is opened, and that nothing in it leads outside. */
#ifndef MARSAD_DETECT_BANK_FILE_H
#define MARSAD_DETECT_BANK_FILE_H

#include "detect/bank_index.h"

enum { BANK_FILE_HEAD_BYTES = 128 };

/* Into `out`, of any size. ERR_NOMEM. */
int bank_file_write(const struct bank_set *b, const struct bank_index_line *line, struct sv mark,
                    struct buf *out) MUST_USE;
/* Into an empty set: its banks, items, frames and prints; labels and prints stay in `bytes`. The line's table too. ERR_FORMAT,
 * ERR_NOMEM. */
int bank_file_read(struct sv bytes, struct bank_set *b, struct bank_index_line *out_line, struct sv *out_mark,
                   struct error *err) MUST_USE;

#endif
