/* The normaliser's table, written at build time by mktables.c from utf8proc and our own folds. Constant data.
 *
 * One entry per code point, in blocks of 64 that equal blocks share:
 *     norm_blocks[norm_index[cp >> 6]][cp & 63]
 * and, as most of what comes is below U+0800, those also flat: norm_low[cp]. */
#ifndef MARSAD_TEXT_TABLES_H
#define MARSAD_TEXT_TABLES_H

#include <stdint.h>

enum norm_class {
    NORM_OTHER = 0, /* punctuation, symbols, emoji */
    NORM_SPACE,     /* one space */
    NORM_DROP,      /* leaves nothing: zero-width, direction, tatweel, controls */
    NORM_MARK,      /* leaves nothing and counts as a combining mark */
    NORM_DIGIT,
    NORM_ARABIC, /* letters from here … */
    NORM_LATIN,
    NORM_CYRILLIC,
    NORM_GREEK,
    NORM_LETTER,  /* … to here */
    NORM_SEQUENCE /* text[0] | text[1] << 8 is the first of `n` entries of norm_sequences */
};
#define NORM_CLASS_MASK 0x0fu
#define NORM_DOTTED     0x20u /* an Arabic letter whose dots ordinary writing always shows */
#define NORM_DOTLESS    0x40u /* a form of an Arabic letter that only undotted writing has */

struct norm_entry {
    uint8_t kind; /* enum norm_class | flags */
    uint8_t n;    /* bytes of `text`; 0: the character itself, unchanged (its skeleton too) */
    char text[4];
    char skeleton[2]; /* when n is 2 */
};

enum { NORM_BLOCK_BITS = 6, NORM_BLOCK = 1 << NORM_BLOCK_BITS, NORM_LOW = 0x800 };

extern const uint16_t norm_index[0x110000 >> NORM_BLOCK_BITS];
extern const struct norm_entry norm_blocks[][NORM_BLOCK];
extern const struct norm_entry norm_sequences[];
extern const struct norm_entry norm_low[NORM_LOW];

static inline const struct norm_entry *norm_entry(uint32_t cp)
{
    return &norm_blocks[norm_index[cp >> NORM_BLOCK_BITS]][cp & (NORM_BLOCK - 1)];
}
static inline enum norm_class norm_class(uint32_t cp)
{
    return (enum norm_class)(norm_entry(cp)->kind & NORM_CLASS_MASK);
}
/* Letters and digits: what words are made of. */
static inline int norm_is_word(enum norm_class c) { return c >= NORM_DIGIT && c <= NORM_LETTER; }
static inline int norm_is_letter(enum norm_class c) { return c >= NORM_ARABIC && c <= NORM_LETTER; }

#endif
