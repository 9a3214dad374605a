/* Arabic-aware normalisation: what a reader sees as the same becomes the same bytes, and every normalised character
 * knows where it stood in the original.
 *
 * One pass over a compiled table (tables.h): compatibility forms (presentation forms, ligatures, full-width), case,
 * accents, diacritics and tatweel off, zero-width and direction marks and control bytes off, alef, ya, hamza,
 * ta-marbuta and Persian/Urdu letters folded, look-alikes of other scripts inside a word, every script's digits to
 * ASCII, elongation (three or more of a letter) to two, white space to one space. Emoji stay. O(bytes).
 *
 * Beside it the skeleton: the same with the dots of the Arabic letters taken off, for those who write without them.
 * It is as long as the text, byte for byte, so one map serves both.
 *
 * What is folded where, and why: docs/formats/normalisation.md. */
#ifndef MARSAD_TEXT_NORMALISE_H
#define MARSAD_TEXT_NORMALISE_H

#include "base/arena.h"

struct norm_text {
    struct sv original; /* *borrowed* from the caller */
    struct sv text;     /* normalised UTF-8 */
    struct sv skeleton; /* text.n bytes */
    /* text.n + 1 entries, never falling: byte i of `text` comes from the character at original byte at[i], which
     * reaches, with the marks and other things dropped after it, to the next greater entry. The last is original.n. */
    uint32_t *at;
    size_t arabic; /* Arabic letters in the text … */
    size_t
        dotted; /* … of them such that never lose their dots in ordinary writing (all dotted ones but ya) … */
    size_t dotless;   /* … and such that ordinary writing does not have (ٮ ڡ ٯ ں) */
    size_t marks;     /* combining marks beyond TEXT_MAX_COMBINING_RUN on one letter, dropped like the rest */
    bool elongated;   /* a run of three or more of a letter was cut to two */
    bool maybe_split; /* punctuation or spaces stand between single letters: see text_reread */
};

/* Result in the arena. Invalid UTF-8 becomes U+FFFD, mapped to its bytes. ERR_LIMIT above TEXT_MAX_BYTES (in or out),
 * ERR_NOMEM. */
int text_normalise(struct sv original, struct arena *a, struct norm_text *out, struct error *err) MUST_USE;

/* The other reading of the same text, for those who hide words: elongated letters to one instead of two, and letters
 * with separators between them ("ك.ل.ب", "ك ل ب", "k-a-l-b") written together. *out_differs is false, and *out
 * untouched, when there is nothing of the kind. What it joins may glue real words too: search it beside the first
 * reading, never instead of it. */
int text_reread(const struct norm_text *t, struct arena *a, struct norm_text *out, bool *out_differs,
                struct error *err) MUST_USE;

/* The original bytes that normalised (or skeleton) bytes [start, end) came from, widened to whole characters together
 * with their combining marks. Ends are clamped; an empty range gives an empty one. */
void norm_span(const struct norm_text *t, size_t start, size_t end, size_t *out_start, size_t *out_end);

/* True when so few letters have dots that it must have been written without them. */
static inline bool norm_undotted(const struct norm_text *t)
{
    return t->arabic >= 12 && t->dotted * 20 < t->arabic;
}

#endif
