/* Samples at any rate → samples at another: a windowed sinc, streaming, bounded memory. */
#ifndef MARSAD_SOUND_RESAMPLE_H
#define MARSAD_SOUND_RESAMPLE_H

#include <stdint.h>

#include "base/error.h"

enum { RESAMPLE_HZ_MIN = 1000, RESAMPLE_HZ_MAX = 768000, RESAMPLE_BLOCK = 1024 };

struct resampler {
    float *kernel;  /* phases × taps */
    float *history; /* taps + RESAMPLE_BLOCK input samples */
    int taps, phases;
    int64_t in_step, out_step; /* the rates, reduced */
    int64_t at;                /* of the next output, in 1/out_step of an input sample from history[0] */
    size_t kept;               /* samples in history */
};

/* ERR_ARG for rates outside RESAMPLE_HZ_MIN to _MAX, ERR_NOMEM. `r` is then empty. */
int resampler_init(struct resampler *r, int in_hz, int out_hz, struct error *err) MUST_USE;
void resampler_done(struct resampler *r);
/* At most RESAMPLE_BLOCK samples in; the most that can come out of them is resampler_out_max. Returns how many did.
 * The first sample out is at the time of the first sample in; the last half kernel stays inside (push as many zeros to
 * have it). */
size_t resampler_push(struct resampler *r, const float *in, size_t n, float *out);
size_t resampler_out_max(const struct resampler *r);

#endif
