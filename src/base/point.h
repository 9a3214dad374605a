/* A place in a picture that can be found again in a copy of it: a corner of something, with what is around it. */
#ifndef MARSAD_BASE_POINT_H
#define MARSAD_BASE_POINT_H

#include "base/hash256.h"

enum {
    POINT_UNIT = 32,            /* of x and y: 1/32 of a pixel */
    POINT_ANGLES = 256,         /* of a full turn */
    POINT_STEPS_PER_OCTAVE = 3, /* of scale */
    POINT_SCALES = 8,
    POINT_SIDE_MAX = 1024 /* pixels, of a picture with points */
};

struct point {
    uint16_t x, y; /* from the left top of the picture it was found in */
    uint8_t angle; /* which way it points: 0 right, 64 down */
    uint8_t scale; /* found in the picture made smaller by so many steps; below POINT_SCALES */
    struct hash256 bits;
};

/* The points of one picture or of one frame of a clip. */
struct key_frame {
    int64_t time_us;
    uint16_t w, h; /* of the picture that x and y count in; 1 to POINT_SIDE_MAX */
    const struct point *points;
    size_t npoints;
};

/* What the bits of a point are when the picture is mirrored: the two halves change places (vision/points.h). */
static inline struct hash256 point_mirrored(const struct hash256 *bits)
{
    return (struct hash256){{bits->w[2], bits->w[3], bits->w[0], bits->w[1]}};
}

#endif
