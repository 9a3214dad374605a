/* Stretches of the sound as samples, one channel at MEDIA_SAMPLES_HZ, for a recogniser of speech. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "media/worker/worker_priv.h"

/* Times of the task in pairs: from and to of each stretch. */
static int64_t sample_at(const struct job *j, int i)
{
    return j->task.times_us[i] * MEDIA_SAMPLES_HZ / US_PER_SECOND;
}

int samples_begin(struct job *j, int rate_hz, int64_t late_us)
{
    struct samples *s = &j->samples;
    for (int i = 0; i + 1 < j->task.ntimes; i += 2) s->n += (size_t)(sample_at(j, i + 1) - sample_at(j, i));
    s->at = late_us * MEDIA_SAMPLES_HZ / US_PER_SECOND;
    s->v = calloc(s->n + 1, sizeof *s->v);
    if (!s->v) return job_no_memory(j);
    if (resampler_init(&s->resampler, rate_hz, MEDIA_SAMPLES_HZ, NULL))
        return job_fail(j, ERR_FORMAT, "its sound has %d samples a second", rate_hz);
    s->resampled = calloc(resampler_out_max(&s->resampler), sizeof *s->resampled);
    return s->resampled ? 0 : job_no_memory(j);
}

static void put(struct job *j, const float *v, size_t n)
{
    struct samples *s = &j->samples;
    size_t before = 0;
    for (int i = 0; i + 1 < j->task.ntimes; i += 2) {
        int64_t from = sample_at(j, i), to = sample_at(j, i + 1);
        for (size_t k = 0; k < n; k++) {
            int64_t at = s->at + (int64_t)k;
            if (at < from || at >= to) continue;
            float x = v[k] * 32767;
            s->v[before + (size_t)(at - from)] = (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x);
        }
        before += (size_t)(to - from);
    }
    s->at += (int64_t)n;
}

bool samples_push(struct job *j, const float *interleaved, size_t n, int channels)
{
    struct samples *s = &j->samples;
    float mixed[RESAMPLE_BLOCK];
    while (n > 0) {
        size_t k = n < RESAMPLE_BLOCK ? n : RESAMPLE_BLOCK;
        for (size_t i = 0; i < k; i++) {
            float sum = 0;
            for (int c = 0; c < channels; c++) {
                float x = interleaved[i * (size_t)channels + (size_t)c];
                sum += isfinite(x) ? x : 0;
            }
            mixed[i] = sum / (float)channels;
        }
        put(j, s->resampled, resampler_push(&s->resampler, mixed, k, s->resampled));
        interleaved += k * (size_t)channels;
        n -= k;
    }
    return s->at < sample_at(j, j->task.ntimes - 1);
}

void samples_done(struct job *j)
{
    resampler_done(&j->samples.resampler);
    free(j->samples.resampled);
    j->samples.resampled = NULL;
}
