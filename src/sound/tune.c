/* Frames of the power spectrum → the tune: eight times a second the pitch class that is sung.
 *
 * Every second frame's peaks each say what they could be a partial of: the first, or the second to the eighth, an octave
 * not counting. What most of the loud peaks of 128 ms agree on is the note. So voices an octave apart are one tune, and a
 * choir's third partial is not taken for its fifth. Streams; memory does not grow. */
#include "sound/tune_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_FRAMES = 16, SPREAD = 4, BIN_LOW = 6, BIN_HIGH = 200, PARTIALS = 8 };
#define REACH_DB   35.0f /* peaks further below the frame's highest say nothing */
#define QUIET_DB   28.0f /* a step so far below the loudest of late is a pause */
#define SILENCE_DB (-62.0f)
#define CLEAR      2.2f /* how far the best must stand above the mean */

struct tune {
    float says[LANDMARK_PER_OCTAVE]; /* what each class is held to be, before neighbours say so too */
    float level, loudest;
    int frames;
    float log2_bin[BINS];
    float partial[PARTIALS], weight[PARTIALS]; /* units to take off; how much it is believed */
};

int tune_new(struct tune **out, struct error *err)
{
    struct tune *t = calloc(1, sizeof *t);
    if (!t) return error_set(err, ERR_NOMEM, "sound", "no memory for a tune");
    for (int k = 1; k < BINS; k++)
        t->log2_bin[k] = quick_log2((float)k * HEAR_HZ / WINDOW / LANDMARK_BASE_HZ);
    for (int h = 0; h < PARTIALS; h++) {
        t->partial[h] = LANDMARK_PER_OCTAVE * log2f((float)h + 1);
        t->weight[h] = powf(0.8f, (float)h);
    }
    t->loudest = -200;
    *out = t;
    return 0;
}

void tune_free(struct tune *t) { free(t); }

static void say(struct tune *t, float pitch, float weight)
{
    t->says[(unsigned)(pitch + 8 * LANDMARK_PER_OCTAVE + 0.5f) % LANDMARK_PER_OCTAVE] += weight;
}

/* What is said of a class is said of those near it too, less the further away. */
static void spread(const float *says, float out[LANDMARK_PER_OCTAVE])
{
    static const float shape[2 * SPREAD + 1] = {1, 2, 3, 4, 5, 4, 3, 2, 1};
    float wide[LANDMARK_PER_OCTAVE + 2 * SPREAD];
    memcpy(wide, says + LANDMARK_PER_OCTAVE - SPREAD, SPREAD * sizeof *wide);
    memcpy(wide + SPREAD, says, LANDMARK_PER_OCTAVE * sizeof *wide);
    memcpy(wide + SPREAD + LANDMARK_PER_OCTAVE, says, SPREAD * sizeof *wide);
    for (int i = 0; i < LANDMARK_PER_OCTAVE; i++) {
        out[i] = 0;
        for (int d = 0; d <= 2 * SPREAD; d++) out[i] += shape[d] * wide[i + d];
    }
}

static void take_frame(struct tune *t, const float power[BINS])
{
    float top = 1e-12f, total = 1e-12f;
    for (int k = BIN_LOW; k < BIN_HIGH; k++) {
        total += power[k];
        if (power[k] > top) top = power[k];
    }
    float high = 3.0103f * quick_log2(top), level = 3.0103f * quick_log2(total);
    if (level > t->level) t->level = level;
    if (level < SILENCE_DB) return;
    int maxima[BIN_HIGH], n = 0;
    for (int k = BIN_LOW; k < BIN_HIGH; k++) {
        maxima[n] = k; /* without a branch, which would be guessed wrong half the time */
        n += (power[k] > power[k - 1]) & (power[k] >= power[k + 1]);
    }
    for (int i = 0; i < n; i++) {
        int k = maxima[i];
        float b = quick_log2(power[k] + 1e-14f), over = 3.0103f * b - high + REACH_DB;
        if (over <= 0) continue;
        float a = quick_log2(power[k - 1] + 1e-14f), c = quick_log2(power[k + 1] + 1e-14f),
              bend = a - 2 * b + c;
        float shift = bend < -1e-6f ? 0.5f * (a - c) / bend : 0;
        float pitch = LANDMARK_PER_OCTAVE * (t->log2_bin[k] + quick_log2(1 + shift / (float)k));
        for (int h = 0; h < PARTIALS; h++) say(t, pitch - t->partial[h], over * t->weight[h]);
    }
}

static uint8_t end_step(struct tune *t)
{
    float sum = 0, says[LANDMARK_PER_OCTAVE];
    int best = 0;
    spread(t->says, says);
    for (int i = 0; i < LANDMARK_PER_OCTAVE; i++) {
        sum += says[i];
        if (says[i] > says[best]) best = i;
    }
    t->loudest = t->level > t->loudest ? t->level : t->loudest - 0.15f;
    bool voiced = t->level > SILENCE_DB && t->level > t->loudest - QUIET_DB &&
                  says[best] * LANDMARK_PER_OCTAVE > CLEAR * sum;
    memset(t->says, 0, sizeof t->says);
    t->level = -200;
    t->frames = 0;
    return voiced ? (uint8_t)(best + 1) : 0;
}

int tune_push(struct tune *t, const float power[BINS], const struct listener_sink *sink)
{
    if (t->frames == 0) t->level = -200;
    if (t->frames++ % 2 == 0) take_frame(t, power);
    return t->frames == STEP_FRAMES ? sink->tune(sink->arg, end_step(t)) : 0;
}
