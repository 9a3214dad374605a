/* What the files of this room share. */
#ifndef MARSAD_SOUND_LISTEN_PRIV_H
#define MARSAD_SOUND_LISTEN_PRIV_H

#include "sound/listen.h"

enum {
    HEAR_HZ = 8000, /* everything is brought to this rate: voices and the phone lie below 4 kHz */
    WINDOW = 512,   /* 64 ms */
    HOP = 64,       /* 8 ms */
    BINS = WINDOW / 2 + 1,
    FRAME_TICKS = HOP * 1000000 / HEAR_HZ / LANDMARK_TICK_US
};

/* ---- peaks.c: frames of the power spectrum → landmarks ---- */

struct peaks;
int peaks_new(struct peaks **out, struct error *err) MUST_USE;
void peaks_free(struct peaks *p);
/* The next frame; what it decides goes to the sink. */
int peaks_push(struct peaks *p, const float power[BINS], const struct listener_sink *sink) MUST_USE;
int peaks_end(struct peaks *p, const struct listener_sink *sink) MUST_USE;

#endif
