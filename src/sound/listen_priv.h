/* What the files of this room share. */
#ifndef MARSAD_SOUND_LISTEN_PRIV_H
#define MARSAD_SOUND_LISTEN_PRIV_H

#include <string.h>

#include "sound/listen.h"

enum {
    HEAR_HZ = 8000, /* everything is brought to this rate: voices and the phone lie below 4 kHz */
    WINDOW = 512,   /* 64 ms */
    HOP = 64,       /* 8 ms */
    BINS = WINDOW / 2 + 1,
    FRAME_TICKS = HOP * 1000000 / HEAR_HZ / LANDMARK_TICK_US
};

/* Of a positive number, to 0.0003: the exponent, and a polynomial for what is left. The same on every machine. */
static inline float quick_log2(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    float exponent = (float)((int)(bits >> 23) - 127), m;
    bits = (bits & 0x7fffff) | 0x3f800000;
    memcpy(&m, &bits, sizeof m);
    m -= 1.5f;
    return exponent + 0.58496250f +
           m * (0.96179669f +
                m * (-0.32059890f +
                     m * (0.14248839f + m * (-0.07124420f + m * (0.03799690f - m * 0.02110939f)))));
}

/* ---- peaks.c: frames of the power spectrum → landmarks ---- */

struct peaks;
int peaks_new(struct peaks **out, struct error *err) MUST_USE;
void peaks_free(struct peaks *p);
/* The next frame; what it decides goes to the sink. */
int peaks_push(struct peaks *p, const float power[BINS], const struct listener_sink *sink) MUST_USE;
int peaks_end(struct peaks *p, const struct listener_sink *sink) MUST_USE;

/* ---- marks.c: frames of the power spectrum → what each stretch is ---- */

struct marks;
int marks_new(struct marks **out, struct error *err) MUST_USE;
void marks_free(struct marks *m);
int marks_push(struct marks *m, const float power[BINS], const struct listener_sink *sink) MUST_USE;
int marks_end(struct marks *m, const struct listener_sink *sink) MUST_USE;

#endif
