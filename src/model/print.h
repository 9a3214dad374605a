/* A recording's print as a bank keeps it: the strong landmarks, as lower-case hex, so that it travels in hash lists.
 *
 * Bytes under the hex: version 1; ticks of the whole as 4 bytes; then per landmark the ticks since the one before (7 bits a
 * byte, low first, the top bit set on all but the last) and the pitch as 2 bytes. About 210 characters a second. */
#ifndef MARSAD_MODEL_PRINT_H
#define MARSAD_MODEL_PRINT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/landmark.h"

struct print {
    struct landmark *v; /* by time */
    size_t n;
    uint32_t ticks;
};

/* Appends. v by time; landmarks that are not strong are left out. */
void print_write(const struct landmark *v, size_t n, int64_t sound_us, struct buf *hex);
/* Landmarks in `a`, all strong. ERR_FORMAT on anything print_write could not have written, ERR_UNSUPPORTED on a newer
 * version, ERR_NOMEM. */
int print_read(struct sv hex, struct arena *a, struct print *out, struct error *err) MUST_USE;

#endif
