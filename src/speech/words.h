/* Words as a recogniser tells them, one by one or in pieces, kept as said_words.
 *
 * What cannot be a word is left out and counted: nothing but white space or notes in brackets ("[music]"), control characters,
 * times that make no sense. Nothing that a recogniser says can make more of it than SAID_MAX_WORDS words. */
#ifndef MARSAD_SPEECH_WORDS_H
#define MARSAD_SPEECH_WORDS_H

#include "base/vec.h"
#include "model/said.h"

struct word_list {
    struct VEC(struct said_word) v;
    struct arena *a; /* *borrowed*: of the texts */
    size_t left_out;
    bool no_memory;
    /* the word that pieces are being added to */
    struct buf piece;
    double piece_start_s, piece_end_s;
};

void words_init(struct word_list *w, struct arena *a);
void words_done(struct word_list *w);
/* One word; a text of several is spread over the time by its letters. */
void words_add(struct word_list *w, double start_s, double end_s, struct sv text);
/* A piece of a word; one that starts with a space starts a word. words_end_piece says that the last is whole. */
void words_add_piece(struct word_list *w, double start_s, double end_s, struct sv text);
void words_end_piece(struct word_list *w);
/* Sorts, cuts to SAID_MAX_WORDS. ERR_NOMEM when memory ran out on the way. */
int words_finish(struct word_list *w, struct error *err) MUST_USE;

/* ---- what recognisers answer ---- */

/* The JSON that whisper.cpp writes (-oj, -ojf, with or without -ml 1). ERR_FORMAT, ERR_LIMIT, ERR_NOMEM. */
int whisper_read(struct sv json, struct word_list *out, struct error *err) MUST_USE;
/* The "verbose_json" of OpenAI's transcriptions and of servers that speak like it. Where it times only segments, their words are
 * spread by letters. ERR_FORMAT, also when it times nothing. */
int openai_read(struct sv json, struct word_list *out, struct error *err) MUST_USE;
/* A line of our own protocol (speech/recogniser.h) in answer to `id`. ERR_FORMAT, ERR_WORKER with the reason that the program gave. */
int answer_line_read(struct sv line, uint64_t id, struct word_list *out, struct error *err) MUST_USE;
void answer_line_write(uint64_t id, const struct word_list *w, struct buf *b);
/* What a request asks for; strings in `a`. ERR_FORMAT. */
struct speech_request {
    uint64_t id;
    struct sv path, language;
};
int request_line_read(struct sv line, struct arena *a, struct speech_request *out,
                      struct error *err) MUST_USE;
void request_line_write(const struct speech_request *q, double seconds, int rate_hz, struct buf *b);
void error_line_write(uint64_t id, const char *why, struct buf *b);

#endif
