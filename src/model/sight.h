/* What else a bank knows of a picture or clip besides the hashes of its whole frames: hashes of parts of its frames (without
 * bars), and key frames with their points, for copies of which hashes see nothing. It is an item of its own, so that lists for
 * partners hold whole frames and nothing else; it names the item that it belongs to.
 *
 * The value of such an item is this as lower-case hex:
 *
 *   0  1  version, 1    1  16  id of the item it belongs to
 *  17  4  number of hashes, then for each: 8 time in µs, 1 quality, 32 PDQ (w[0] to w[3])
 *         key frames as in keys.h, to the end
 *
 * About 10 KB of hex a second of a lively clip. */
#ifndef MARSAD_MODEL_SIGHT_H
#define MARSAD_MODEL_SIGHT_H

#include "model/bank.h"
#include "model/keys.h"

struct sight {
    struct id128 of;
    struct bank_frame *frames; /* by time */
    size_t nframes;
    struct key_frame *keys; /* by time */
    size_t nkeys;
};

/* Appends. */
void sight_write(const struct sight *s, struct buf *hex);
/* All in `a`. ERR_FORMAT on anything sight_write could not have written, ERR_UNSUPPORTED on a newer version, ERR_NOMEM. */
int sight_read(struct sv hex, struct arena *a, struct sight *out, struct error *err) MUST_USE;

#endif
