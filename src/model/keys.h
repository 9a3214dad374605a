/* Key frames with their points (base/point.h), as bytes: within signals (signal.h) and within a bank's item (sight.h). */
#ifndef MARSAD_MODEL_KEYS_H
#define MARSAD_MODEL_KEYS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/point.h"

/* Little-endian:
 *
 *   0  2  number of key frames, then for each:
 *           0  8  time in µs    8  2  width    10  2  height    12  2  number of points, then for each:
 *                 0  2  x    2  2  y    4  1  angle    5  1  scale    6  32  bits, w[0] to w[3]
 *
 * Asserts what keys_read checks: by time, sides 1 to POINT_SIDE_MAX, points inside, no more than KEYS_MAX of
 * KEY_POINTS_MAX. */
void keys_write(const struct key_frame *v, size_t n, struct buf *b);
/* From where the reader is; frames and points in `a`. ERR_FORMAT on what keys_write could not have written; ERR_NOMEM. */
int keys_read(struct reader *r, struct arena *a, struct key_frame **out, size_t *out_n,
              struct error *err) MUST_USE;

#endif
