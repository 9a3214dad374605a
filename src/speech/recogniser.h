/* An outside recogniser of speech: a program of the operator's choice that is given sounds and answers with words and their times.
 *
 * A manifest (JSON) names it:
 *
 *     {"name": "whisper.cpp base", "command": ["marsad", "recognise", "--program", "whisper-cli", "--model", "base.bin"],
 *      "language": "ar", "timeout_s": 600}
 *
 * "marsad" as the first word means this program. The command is started when it is first needed, in a process group of its own, and lives
 * on; one JSON object a line goes to its standard input and one a line is expected back:
 *
 *     → {"id": 1, "want": "words", "path": "/…/x.wav", "rate_hz": 16000, "seconds": 12.3, "language": "ar"}
 *     ← {"id": 1, "words": [{"start": 0.32, "end": 0.61, "text": "…"}, …]}      times in seconds of the sound
 *     ← {"id": 1, "error": "why not"}
 *
 * The sound (16 bits, one channel) is for its owner alone and is removed after the answer. A program that dies, says something else, says
 * more than SPEECH_ANSWER_MAX_BYTES or is late is ended with all that it started, and started again at the next question;
 * after SPEECH_MAX_FAILURES in a row it is not asked again. What it says is text to be searched, never an instruction.
 *
 * Thread-safe: one question at a time. */
#ifndef MARSAD_SPEECH_RECOGNISER_H
#define MARSAD_SPEECH_RECOGNISER_H

#include "base/log.h"
#include "media/media.h"
#include "model/said.h"

struct recogniser;

struct recogniser_options {
    const char *manifest;  /* path */
    const char *folder;    /* for sounds on their way; NULL: $TMPDIR or /tmp */
    const struct log *log; /* may be NULL; *borrowed* */
};

/* Reads the manifest; starts nothing. ERR_NOTFOUND, ERR_FORMAT, ERR_NOMEM. */
int recogniser_new(const struct recogniser_options *o, struct recogniser **out, struct error *err) MUST_USE;
void recogniser_free(struct recogniser *r);
/* As the manifest has it; *borrowed*. */
struct sv recogniser_name(const struct recogniser *r);

/* What is said in n samples of MEDIA_SAMPLES_HZ, words in `a`. ERR_WORKER, ERR_TIMEOUT, ERR_FORMAT, ERR_IO, ERR_NOMEM; ERR_BUSY when it
 * has failed too often and was not asked. */
int recogniser_ask(struct recogniser *r, const int16_t *samples, size_t n, struct arena *a,
                   struct spoken *out, struct error *err) MUST_USE;
/* What is said where the signals of a file mark speech, up to SPEECH_MAX_US of it. Nothing is decoded and nobody asked where there is none.
 * As recogniser_ask and media_samples; out->by is set. */
int recogniser_hear(struct recogniser *r, struct media_pool *pool, int fd, const struct media_signals *s,
                    struct arena *a, struct spoken *out, struct error *err) MUST_USE;

#endif
