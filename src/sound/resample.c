/* One row of the kernel per phase (position of an output between two inputs). With rates whose ratio has a large
 * denominator the nearest of PHASES_MAX rows is taken: noise 60 dB below, nothing to a landmark. */
#include "sound/resample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES_MAX = 1024, CROSSINGS = 10 };
#define CUTOFF 0.92 /* of the lower Nyquist frequency */

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

static void fill_kernel(struct resampler *r)
{
    double narrow = r->in_step > r->out_step ? (double)r->out_step / (double)r->in_step : 1;
    double cut = narrow * CUTOFF, half = r->taps / 2.0;
    for (int p = 0; p < r->phases; p++) {
        float *row = r->kernel + (size_t)p * (size_t)r->taps;
        double sum = 0;
        for (int i = 0; i < r->taps; i++) {
            double x = i - (r->taps / 2 - 1) - (double)p / r->phases;
            double w = fabs(x) < half ? 0.5 + 0.5 * cos(M_PI * x / half) : 0;
            double v = (fabs(x) < 1e-9 ? 1 : sin(M_PI * cut * x) / (M_PI * cut * x)) * w;
            row[i] = (float)v;
            sum += v;
        }
        for (int i = 0; i < r->taps; i++) row[i] = (float)(row[i] / sum);
    }
}

int resampler_init(struct resampler *r, int in_hz, int out_hz, struct error *err)
{
    memset(r, 0, sizeof *r);
    if (in_hz < RESAMPLE_HZ_MIN || in_hz > RESAMPLE_HZ_MAX || out_hz < RESAMPLE_HZ_MIN ||
        out_hz > RESAMPLE_HZ_MAX)
        return error_set(err, ERR_ARG, "sound", "%d Hz to %d Hz: rates are %d to %d Hz", in_hz, out_hz,
                         RESAMPLE_HZ_MIN, RESAMPLE_HZ_MAX);
    int64_t g = gcd(in_hz, out_hz);
    r->in_step = in_hz / g;
    r->out_step = out_hz / g;
    r->phases = r->out_step < PHASES_MAX ? (int)r->out_step : PHASES_MAX;
    int64_t wide = in_hz > out_hz ? ((int64_t)CROSSINGS * in_hz + out_hz - 1) / out_hz : CROSSINGS;
    r->taps = (int)((2 * wide + 7) / 4 * 4);
    r->kernel = calloc((size_t)r->phases * (size_t)r->taps, sizeof(float));
    r->history = calloc((size_t)r->taps + RESAMPLE_BLOCK, sizeof(float));
    if (!r->kernel || !r->history) {
        resampler_done(r);
        return error_set(err, ERR_NOMEM, "sound", "no memory for a resampler");
    }
    fill_kernel(r);
    r->kept = (size_t)r->taps / 2 - 1; /* silence before the first sample */
    return 0;
}

void resampler_done(struct resampler *r)
{
    free(r->kernel);
    free(r->history);
    r->kernel = r->history = NULL;
}

size_t resampler_out_max(const struct resampler *r)
{
    return (size_t)((RESAMPLE_BLOCK * r->out_step) / r->in_step) + 2;
}

/* Four sums, so that the compiler may use vectors without reordering any one of them. */
static float dot(const float *a, const float *b, int n)
{
    float s[4] = {0};
    for (int i = 0; i < n; i += 4)
        for (int k = 0; k < 4; k++) s[k] += a[i + k] * b[i + k];
    return s[0] + s[1] + s[2] + s[3];
}

size_t resampler_push(struct resampler *r, const float *in, size_t n, float *out)
{
    assert(n <= RESAMPLE_BLOCK);
    size_t made = 0;
    memcpy(r->history + r->kept, in, n * sizeof *in);
    r->kept += n;
    for (;;) {
        size_t first = (size_t)(r->at / r->out_step);
        if (first + (size_t)r->taps > r->kept) break;
        int64_t phase = r->at % r->out_step * r->phases / r->out_step;
        out[made++] = dot(r->history + first, r->kernel + phase * r->taps, r->taps);
        r->at += r->in_step;
    }
    size_t spent = (size_t)(r->at / r->out_step);
    if (spent > r->kept) spent = r->kept;
    memmove(r->history, r->history + spent, (r->kept - spent) * sizeof *r->history);
    r->kept -= spent;
    r->at -= (int64_t)spent * r->out_step;
    return made;
}
