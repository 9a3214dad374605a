/* What a stretch of sound is, by ear. */
#ifndef MARSAD_BASE_SOUND_MARK_H
#define MARSAD_BASE_SOUND_MARK_H

#include <stdint.h>

enum sound_class {
    SOUND_SILENCE = 0,
    SOUND_NOISE,
    SOUND_SPEECH,
    SOUND_CHANT, /* singing without instruments */
    SOUND_MUSIC,
    SOUND_CLASS_COUNT
};

enum { SOUND_MARK_US = 512000 }; /* marks start and end at multiples of it */

/* A stretch of one class; a sound's marks follow each other without a gap. */
struct sound_mark {
    uint32_t start, end; /* in units of SOUND_MARK_US */
    uint8_t class;       /* enum sound_class */
    uint8_t sure;        /* per cent, on average over the stretch */
};

#endif
