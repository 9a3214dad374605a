/* Sounds that nobody owns, for measuring: chants of several voices, instrumental music, speech. The same seeds give the
 * same samples on one machine. */
#ifndef HEAR_SYNTH_H
#define HEAR_SYNTH_H

#include <stddef.h>
#include <stdint.h>

enum { SYNTH_HZ = 16000 };

struct sound {
    float *v;
    size_t n;
};
void sound_free(struct sound *s);

struct rng {
    uint64_t state;
};
struct rng rng_of(uint64_t a, uint64_t b);
double rng_unit(struct rng *r); /* [0, 1) */
double rng_between(struct rng *r, double a, double b);
double rng_normal(struct rng *r);

/* A chant: the tune of `tune` (scale, phrases, verses and a refrain) as performed by `performance` (voices, vowels,
 * vibrato, timing, tempo ±7 %, key ±3 semitones, room). The same tune and another performance is a cover. */
struct sound synth_chant(uint64_t tune, uint64_t performance, double seconds);
struct sound synth_music(uint64_t seed, double seconds);
/* By espeak-ng in Arabic, French or English; where it is missing, syllables of noise and formants. */
struct sound synth_speech(uint64_t seed, double seconds);

#endif
