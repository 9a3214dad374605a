/* Where a clip lies in time within another: offset, speed and direction, by a vote. */
#ifndef MARSAD_DETECT_ALIGN_H
#define MARSAD_DETECT_ALIGN_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* A moment of one that looks like a moment of the other. */
struct align_pair {
    int64_t here_us, there_us;
};

/* there = offset + speed × here. */
struct align {
    double speed; /* 2: the reference runs twice as fast here; negative: backwards */
    int64_t offset_us;
    size_t moments; /* different moments here that agree */
};

enum { ALIGN_SLACK_US = 350000 };

/* The line that most moments agree on, among speeds 0.4 to 2.6 either way; of equals the one nearest to plain speed.
 * pairs by here_us. False when fewer than three moments agree, or they lie within a second: then nothing can be told.
 * ERR_NOMEM as a negative; 1 found, 0 not. O(speeds × n log n). */
int align_fit(const struct align_pair *pairs, size_t n, struct align *out) MUST_USE;

static inline int64_t align_there(const struct align *a, int64_t here_us)
{
    return a->offset_us + (int64_t)(a->speed * (double)here_us);
}

#endif
