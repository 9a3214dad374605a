/* What the classifier reads of a text: hashes of its runs of 1-6 characters, its words and its pairs of words.
 *
 * A text is read in views, each a sequence of symbols with its own hashes:
 *     letters   the normalised text
 *     skeleton  without dots: the view of those who write without them
 *     sounds    consonants by class, vowels left out, the same for Arabic letters and for Latin ones with digits
 *               ("kalb", "k2lb" and كلب are one): the view of those who write Arabic in Latin letters
 * What stands between letters on purpose (text_reread) is taken out first. O(bytes). */
#ifndef MARSAD_TEXT_FEATURES_H
#define MARSAD_TEXT_FEATURES_H

#include "text/normalise.h"

enum text_view { VIEW_LETTERS, VIEW_SKELETON, VIEW_SOUNDS, VIEW_COUNT };

/* Of one text, its symbols: the same memory serves text after text. */
struct feature_list {
    uint32_t *hash;  /* n; the low bits choose the row of a model */
    uint32_t *start; /* n, when `places`; the byte of the normalised text where it begins */
    size_t n, cap;
    bool places;
    bool once;           /* what a view of a text has several times counts once (nearly: see features.c) */
    unsigned word_times; /* a whole word counts as so many features (0: one), a pair of words a third of it */
    uint32_t *seen;      /* scratch, when `once` */
    uint32_t *symbol;    /* scratch: symbols of a view, words between zeros */
    uint32_t *place;     /* scratch: byte of the view's text where each symbol stands */
    size_t symbol_cap;
};

void features_done(struct feature_list *f);
/* Adds the features of a view to f. The same view under another `salt` has other hashes. Texts beyond
 * FEATURE_MAX_SYMBOLS are read up to there. ERR_NOMEM. */
int features_add(const struct norm_text *t, enum text_view view, uint32_t salt, struct feature_list *f,
                 struct error *err) MUST_USE;
/* The letters (salt 0) and the sounds of a text. */
int features_add_spoken(const struct norm_text *t, uint32_t salt, struct feature_list *f,
                        struct error *err) MUST_USE;

#endif
