/* Where in a sound a recogniser is asked to listen, and how the time of what it was given leads back to the sound's. */
#ifndef MARSAD_SPEECH_STRETCH_H
#define MARSAD_SPEECH_STRETCH_H

#include "media/media.h"
#include "speech/words.h"

/* What a recogniser is given at a time: stretches with SPEECH_GAP_MS of silence between them. */
enum { SPEECH_GAP_MS = 500 };
struct speech_piece {
    struct media_stretch v[MEDIA_STRETCHES_MAX];
    size_t n;
};

/* The next piece of the speech that marks tell, from mark *at on; 0 stretches: no more. Stretches nearer than a second are one,
 * each with a quarter second around it; none is longer than SPEECH_PIECE_US, nor is the piece. *at and *done_us are 0 before the
 * first call. */
struct speech_piece speech_next(const struct sound_mark *v, size_t n, size_t *at, int64_t *done_us);
/* How much of marks is speech. */
int64_t speech_us(const struct sound_mark *v, size_t n);
/* Words timed within the piece's samples, moved to where they lie in the sound; what begins after the piece's end is dropped, what begins in
 * a gap goes to the stretch before it. */
void speech_place(const struct speech_piece *p, struct said_word *v, size_t *n);

#endif
