/* A recording's print as a bank keeps it: the strong landmarks, as lower-case hex, so that it travels in hash lists.
 *
 * Bytes under the hex: version 1; ticks of the whole as 4 bytes; then per landmark the ticks since the one before (7 bits a
 * byte, low first, the top bit set on all but the last) and the pitch as 2 bytes. About 210 characters a second. Version 2 has a
 * tune: between ticks and landmarks the number of its steps as 4 bytes, and a byte for each. */
#ifndef MARSAD_MODEL_PRINT_H
#define MARSAD_MODEL_PRINT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/landmark.h"
#include "base/tune.h"

struct print {
    struct landmark *v; /* by time */
    size_t n;
    uint32_t ticks;
    uint8_t *tune; /* base/tune.h; NULL: none was kept */
    size_t ntune;
};

/* Appends. v by time; landmarks that are not strong are left out. Without a tune it is version 1. */
void print_write(const struct landmark *v, size_t n, int64_t sound_us, const uint8_t *tune, size_t ntune,
                 struct buf *hex);
/* Landmarks in `a`, all strong. ERR_FORMAT on anything print_write could not have written, ERR_UNSUPPORTED on a newer
 * version, ERR_NOMEM. */
int print_read(struct sv hex, struct arena *a, struct print *out, struct error *err) MUST_USE;

#endif
