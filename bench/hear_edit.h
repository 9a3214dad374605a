/* What is done to a sound on its way round the platform. */
#ifndef HEAR_EDIT_H
#define HEAR_EDIT_H

#include "hear_synth.h"

struct edit {
    const char *name;
    double speed, tempo, semitones; /* 1, 1, 0: left as it is */
    double noise_db, speech_db;     /* above the sound; NAN: none */
    int aac_kbps, phone, room;
    double recall_wanted; /* the bar for 5 and 10 s; 0: none */
};
extern const struct edit edits[];
extern const size_t nedits;

/* A new sound; `speech` is laid over where the edit wants it. aac needs ffmpeg in the PATH: an empty sound without. */
struct sound edit_apply(const struct edit *e, const struct sound *in, const struct sound *speech,
                        uint64_t seed);
/* 16-bit WAV. 0 or -1. */
int wav_write(const char *path, const struct sound *s);

#endif
