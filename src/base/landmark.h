/* A landmark of a recording: a peak of its time-frequency plane. A recording's landmarks, by time, are its print. */
#ifndef MARSAD_BASE_LANDMARK_H
#define MARSAD_BASE_LANDMARK_H

#include <stddef.h>
#include <stdint.h>

enum {
    LANDMARK_TICK_US = 2000,   /* unit of time */
    LANDMARK_PER_OCTAVE = 240, /* unit of pitch: 5 cents, above LANDMARK_BASE_HZ */
    LANDMARK_BASE_HZ = 100,
    LANDMARK_PITCH_MAX = 1279 /* 4 kHz */
};

enum landmark_flags {
    LANDMARK_STRONG = 1, /* the highest of a wide neighbourhood: likely to be found again in a copy */
    LANDMARK_MIDDLE = 2  /* of a middling one; each strong landmark is that too */
};

struct landmark {
    uint32_t time;  /* ticks from the start */
    uint16_t pitch; /* 0 to LANDMARK_PITCH_MAX */
    uint8_t level;  /* half decibels above silence */
    uint8_t flags;
};

#endif
