/* Channels to one, one to 8 kHz, 8 kHz to frames of the power spectrum, frames to landmarks. */
#include "sound/listen.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <kiss_fftr.h>

#include "sound/marks_priv.h"
#include "sound/resample.h"
#include "sound/tune_priv.h"

struct listener {
    struct listener_sink sink;
    struct resampler resampler;
    struct peaks *peaks;
    struct marks *marks; /* NULL: nobody asked */
    struct tune *tune;   /* likewise */
    kiss_fftr_cfg fft;
    float *resampled;
    int rate_hz, channels;
    float mixed[RESAMPLE_BLOCK];
    float window[WINDOW];
    float samples[WINDOW + HOP]; /* the frame being filled */
    size_t nsamples;
    uint64_t heard, bad; /* samples per channel; not finite */
    float mean;          /* of the signal, followed slowly: taken off */
};

int listener_new(int rate_hz, int channels, const struct listener_sink *sink, struct listener **out,
                 struct error *err)
{
    if (channels < 1 || channels > LISTEN_CHANNELS_MAX)
        return error_set(err, ERR_ARG, "sound", "%d channels: 1 to %d can be heard", channels,
                         LISTEN_CHANNELS_MAX);
    struct listener *l = calloc(1, sizeof *l);
    if (!l) return error_set(err, ERR_NOMEM, "sound", "no memory to listen with");
    int code = resampler_init(&l->resampler, rate_hz, HEAR_HZ, err);
    if (code == 0) code = peaks_new(&l->peaks, err);
    if (code == 0 && sink->mark) code = marks_new(&l->marks, err);
    if (code == 0 && sink->tune) code = tune_new(&l->tune, err);
    if (code == 0) {
        l->fft = kiss_fftr_alloc(WINDOW, 0, NULL, NULL);
        l->resampled = calloc(resampler_out_max(&l->resampler), sizeof(float));
        if (!l->fft || !l->resampled) code = error_set(err, ERR_NOMEM, "sound", "no memory to listen with");
    }
    if (code) {
        listener_free(l);
        return code;
    }
    l->sink = *sink;
    l->rate_hz = rate_hz;
    l->channels = channels;
    for (int i = 0; i < WINDOW; i++)
        l->window[i] = (float)((0.5 - 0.5 * cos(2 * M_PI * (i + 0.5) / WINDOW)) / (WINDOW / 4));
    l->nsamples = WINDOW / 2; /* the first frame is centred on the first sample */
    *out = l;
    return 0;
}

void listener_free(struct listener *l)
{
    if (!l) return;
    resampler_done(&l->resampler);
    peaks_free(l->peaks);
    marks_free(l->marks);
    tune_free(l->tune);
    kiss_fftr_free(l->fft);
    free(l->resampled);
    free(l);
}

static int frame(struct listener *l)
{
    float shaped[WINDOW], power[BINS];
    kiss_fft_cpx spectrum[BINS];
    for (int i = 0; i < WINDOW; i++) shaped[i] = l->samples[i] * l->window[i];
    kiss_fftr(l->fft, shaped, spectrum);
    for (int k = 0; k < BINS; k++) power[k] = spectrum[k].r * spectrum[k].r + spectrum[k].i * spectrum[k].i;
    if (l->sink.spectrum) l->sink.spectrum(l->sink.arg, power, BINS);
    int code = l->marks ? marks_push(l->marks, power, &l->sink) : 0;
    if (code == 0 && l->tune) code = tune_push(l->tune, power, &l->sink);
    return code ? code : peaks_push(l->peaks, power, &l->sink);
}

static int take(struct listener *l, const float *in, size_t n)
{
    int code = 0;
    while (n > 0 && code == 0) {
        size_t room = WINDOW - l->nsamples, k = n < room ? n : room;
        memcpy(l->samples + l->nsamples, in, k * sizeof *in);
        l->nsamples += k;
        in += k;
        n -= k;
        if (l->nsamples < WINDOW) continue;
        code = frame(l);
        memmove(l->samples, l->samples + HOP, (WINDOW - HOP) * sizeof *l->samples);
        l->nsamples = WINDOW - HOP;
    }
    return code;
}

static float sane(struct listener *l, float v)
{
    if (v > -4 && v < 4) return v;
    if (isfinite(v)) return v < 0 ? -4 : 4;
    l->bad++;
    return 0;
}

/* The channels' mean; of a block whose channels cancel each other (one turned over, so that a sum hears nothing) the
 * first. */
static void mix(struct listener *l, const float *in, size_t n)
{
    float sum_power = 0, first_power = 0;
    for (size_t i = 0; i < n; i++) {
        const float *s = in + i * (size_t)l->channels;
        float sum = sane(l, s[0]);
        first_power += sum * sum;
        for (int c = 1; c < l->channels; c++) sum += sane(l, s[c]);
        l->mixed[i] = sum / (float)l->channels;
        sum_power += l->mixed[i] * l->mixed[i];
    }
    if (l->channels == 1 || sum_power >= 0.003f * first_power) return;
    for (size_t i = 0; i < n; i++) {
        float v = in[i * (size_t)l->channels];
        l->mixed[i] = v > -4 && v < 4 ? v : 0;
    }
}

static int push_mono(struct listener *l, size_t n)
{
    size_t got = resampler_push(&l->resampler, l->mixed, n, l->resampled);
    for (size_t i = 0; i < got; i++) {
        l->mean += (l->resampled[i] - l->mean) * 0.002f;
        l->resampled[i] -= l->mean;
    }
    return take(l, l->resampled, got);
}

int listener_push(struct listener *l, const float *samples, size_t n)
{
    int code = 0;
    l->heard += n;
    while (n > 0 && code == 0) {
        size_t k = n < RESAMPLE_BLOCK ? n : RESAMPLE_BLOCK;
        mix(l, samples, k);
        samples += k * (size_t)l->channels;
        n -= k;
        code = push_mono(l, k);
    }
    return code;
}

int listener_end(struct listener *l)
{
    int64_t left = (int64_t)l->resampler.taps + (int64_t)WINDOW * l->rate_hz / HEAR_HZ;
    int code = 0;
    memset(l->mixed, 0, sizeof l->mixed);
    while (left > 0 && code == 0) {
        size_t k = left < RESAMPLE_BLOCK ? (size_t)left : RESAMPLE_BLOCK;
        left -= (int64_t)k;
        code = push_mono(l, k);
    }
    if (code == 0 && l->marks) code = marks_end(l->marks, &l->sink);
    return code ? code : peaks_end(l->peaks, &l->sink);
}

int64_t listener_heard_us(const struct listener *l)
{
    return (int64_t)(l->heard / (uint64_t)l->rate_hz) * 1000000 +
           (int64_t)(l->heard % (uint64_t)l->rate_hz) * 1000000 / l->rate_hz;
}

uint64_t listener_bad_samples(const struct listener *l) { return l->bad; }

struct marks *listener_marks(struct listener *l) { return l->marks; }
