/* Words that tell what private data stand near: each with the classes it belongs to. The table is made at build time by
 * mkwords.c from word_lists.h; constant data. Words are written as the normaliser writes them. */
#ifndef MARSAD_TEXT_WORDS_H
#define MARSAD_TEXT_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum word_class {
    WORDS_PHONE,
    WORDS_NUMBER, /* "number" and its like: of a phone, or of anything */
    WORDS_CARD,
    WORDS_CIN_MA,
    WORDS_ID_IQ,
    WORDS_PLATE,
    WORDS_ADVERT,      /* says so alone */
    WORDS_ADVERT_WEAK, /* two of them do */
    WORDS_STREET,
    WORDS_QUARTER,
    WORDS_HOUSE,   /* what a house number follows */
    WORDS_LIVES,   /* somebody else's: "she lives", "their house" */
    WORDS_ADDRESS, /* "address" */
    WORDS_KNOW,    /* "I know" */
    WORDS_NOT,
    WORDS_SPELLED, /* a number as a word: `value` */
    WORDS_PASSPORT,
    WORDS_LICENCE,
    WORDS_ID,
    WORDS_TAX,
    WORDS_HEALTH,
    WORDS_BANK,
    WORDS_BIRTH,
    WORDS_PARCEL, /* right before a number: of an order, of a thing that is sent */
    WORDS_WHERE,  /* "where" */
    WORDS_GOES,   /* where somebody is found by day: "she works", "goes to school" */
    WORDS_PLACE,  /* stands before the name of a place: "in", "near" */
    WORDS_DIGITS, /* not a word: digits alone */
    WORDS_CLASSES
};

struct word_entry {
    const char *text; /* a word or a phrase; NULL: a free place of the table */
    uint8_t bytes, first_bytes;
    int8_t value; /* of a spelled number, -1 */
    uint32_t classes;
};

enum { WORD_TABLE = 4096, WORD_MAX_BYTES = 40 };
extern const struct word_entry word_table[WORD_TABLE];
extern const uint8_t
    word_bits[1 << 13]; /* a bit per upper half of a first word's hash: most words end here */

/* Its lower bits are a first word's place in the table; entries follow each other until a free place. In steps, so that the
 * hash of a word without its ending is met on the way to the whole word's. */
#define WORD_HASH_START 0x9e3779b1u
static inline uint32_t word_hash_step(uint32_t h, char c) { return (h ^ (uint8_t)c) * 16777619u; }
static inline uint32_t word_hash_end(uint32_t h) { return h ^ h >> 15; }
static inline uint32_t word_hash(const char *p, size_t n)
{
    uint32_t h = WORD_HASH_START;
    for (size_t i = 0; i < n; i++) h = word_hash_step(h, p[i]);
    return word_hash_end(h);
}
static inline int word_may_be(uint32_t hash) { return word_bits[hash >> 19] >> (hash >> 16 & 7) & 1; }

#endif
