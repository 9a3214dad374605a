/* Which Arabic, or which other language, each stretch of a text is in: Standard, Maghrebi, Iraqi, Gulf, Levantine,
 * Egyptian, Arabic in Latin letters, French, English.
 *
 * Each word gives evidence by its runs of one to four characters and as a whole (hashed, eight bits a class); the spans
 * are the likeliest path over the words when changing costs something (Viterbi), so that a mixed caption gives several. Words of
 * one script are never of a language of the other.
 *
 * The file (little-endian), made by dialect_learn:
 *     0  "MARSADDL"   8  u32 version (1)   12  u32 bits   16  u32 classes   20  u32 zero   24  SHA-256 of all after 56
 *     56 f32 scale of a class's weights, `classes` times
 *     …  2^bits rows of `classes` bytes: one i8 weight a class
 * No word of what it learned from can be read out of it. Immutable once open and shared by threads. */
#ifndef MARSAD_TEXT_DIALECT_H
#define MARSAD_TEXT_DIALECT_H

#include "base/buf.h"
#include "text/normalise.h"

enum dialect {
    DIALECT_MSA = 0,
    DIALECT_MAGHREBI,
    DIALECT_IRAQI,
    DIALECT_GULF,
    DIALECT_LEVANTINE,
    DIALECT_EGYPTIAN,
    DIALECT_ARABIZI,
    DIALECT_FRENCH,
    DIALECT_ENGLISH,
    DIALECT_COUNT /* also: of none, there being no words */
};
/* "ar" (Standard), "ar-ma" (the Maghreb), "ar-iq", "ar-gulf", "ar-levant", "ar-eg", "ar-latn", "fr", "en"; "und". As the
 * lexicons and the desk's languages write them. */
const char *dialect_code(enum dialect d);
/* False when there is no such code. */
bool dialect_parse(struct sv code, enum dialect *out);

struct dialect_model {
    uint32_t bits;
    float scale[DIALECT_COUNT];
    const int8_t *rows; /* *borrowed* from the bytes */
};

/* The bytes must outlive the model. ERR_FORMAT names what is wrong (another version, flipped bits by the digest). */
int dialect_read(struct sv bytes, struct dialect_model *out, struct error *err) MUST_USE;

struct dialect_span {
    size_t start, end; /* bytes of the original */
    enum dialect is;
    float probability;
    uint32_t words;
};

/* Spans by place in the arena, from the first word to the last; none where there are no words. Words beyond
 * DIALECT_MAX_WORDS go with the last span. ERR_NOMEM. O(bytes) */
int dialect_spans(const struct dialect_model *m, const struct norm_text *t, struct arena *a,
                  struct dialect_span **out_spans, size_t *out_n, struct error *err) MUST_USE;
/* What most of the text is in. */
enum dialect dialect_main(const struct dialect_span *spans, size_t n);

/* ---- learning ---- */

/* A recipe (docs/formats/dialect.md) whose files lie in `dir`; the model's bytes go to *out. The same recipe and files give the
 * same model. ERR_FORMAT names file and line, ERR_IO, ERR_NOTFOUND, ERR_NOMEM. */
int dialect_learn(const char *recipe, const char *dir, struct buf *out, struct error *err) MUST_USE;

/* What a model says of the lines that the recipe's learning leaves out (one in ten of each file): lines of is that were
 * called said; the last column: nothing was said. */
struct dialect_table {
    uint64_t said[DIALECT_COUNT][DIALECT_COUNT + 1];
};
int dialect_measure(const struct dialect_model *m, const char *recipe, const char *dir,
                    struct dialect_table *out, struct error *err) MUST_USE;
/* The same of lines of dialect TAB text; others are not counted. */
int dialect_measure_file(const struct dialect_model *m, const char *path, struct dialect_table *out,
                         struct error *err) MUST_USE;

#endif
