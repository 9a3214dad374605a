/* Sound → landmarks, marks and a tune, as it comes: the same samples give the same print however they are cut into pushes.
 *
 * A landmark is a peak of the plane of time and log-frequency that no other within its neighbourhood exceeds (after
 * Sonnleitner & Widmer 2016): a copy's peaks are sought in a small neighbourhood, and those that also lead a large one
 * are marked strong; references are known by their strong peaks, which is what makes a copy's list contain them even
 * when the copy runs faster or slower. */
#ifndef MARSAD_SOUND_LISTEN_H
#define MARSAD_SOUND_LISTEN_H

#include "base/error.h"
#include "base/landmark.h"
#include "base/sound_mark.h"
#include "base/tune.h"

enum { LISTEN_CHANNELS_MAX = 64 };

struct listener;

struct listener_sink {
    /* Each landmark, by time but for a frame (8 ms) of disorder. A non-zero return ends the listening and is passed on. */
    int (*landmark)(void *arg, const struct landmark *l);
    void *arg;
    /* May be NULL: each frame's power spectrum, one every 8 ms, `bins` from 0 to 4 kHz. */
    void (*spectrum)(void *arg, const float *power, int bins);
    /* May be NULL: each stretch of one class, when it has ended. Non-zero as above. */
    int (*mark)(void *arg, const struct sound_mark *m);
    /* May be NULL: each step of the tune (base/tune.h). Non-zero as above. */
    int (*tune)(void *arg, uint8_t step);
};

/* Interleaved samples of that many channels at that rate; full scale is ±1, beyond is clipped at ±4, what is no number
 * is silence. ERR_ARG for rates outside 1 to 768 kHz or channels outside 1 to LISTEN_CHANNELS_MAX, ERR_NOMEM. */
int listener_new(int rate_hz, int channels, const struct listener_sink *sink, struct listener **out,
                 struct error *err) MUST_USE;
void listener_free(struct listener *l);
/* n: samples per channel. 0, or what the sink returned. Memory does not grow. */
int listener_push(struct listener *l, const float *samples, size_t n) MUST_USE;
/* What is still inside. Nothing may be pushed after. */
int listener_end(struct listener *l) MUST_USE;
int64_t listener_heard_us(const struct listener *l);
/* Samples that were no numbers. */
uint64_t listener_bad_samples(const struct listener *l);

#endif
