/* Between the dialects' reading and learning: a text as words, and each word's features. */
#ifndef MARSAD_TEXT_DIALECT_PRIV_H
#define MARSAD_TEXT_DIALECT_PRIV_H

#include "text/dialect.h"

enum { DIALECT_VERSION = 1, DIALECT_HEAD = 56, DIALECT_MAX_BITS = 20, WORD_FEATURES = 4 * 24 + 1 };

struct dialect_word {
    size_t start, end; /* of the normalised text */
    bool latin;
};

/* The next word of letters (digits may stand in it) at or after *at; false at the end. */
bool dialect_next_word(struct sv text, size_t *at, struct dialect_word *out);
/* Hashes of its runs of characters and of the whole: at most WORD_FEATURES. */
size_t dialect_features(struct sv word, uint32_t out[WORD_FEATURES]);
/* May words of that script be of it? */
static inline bool dialect_fits(enum dialect d, bool latin) { return latin == (d >= DIALECT_ARABIZI); }

#endif
