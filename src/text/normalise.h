/* Arabic-aware normalisation: what a reader sees as the same becomes the same bytes, and every normalised character
 * knows where it stood in the original.
 *
 * One pass: compatibility forms (presentation forms, ligatures, full-width), case, diacritics and tatweel off,
 * zero-width and direction marks off, alef, ya, hamza, ta-marbuta and Persian/Urdu letters folded, look-alikes of
 * other scripts inside a word, Arabic-Indic and Persian digits, elongation (three or more of a letter) to two, white
 * space to one space. Beside it the skeleton: the same with the dots of the Arabic letters taken off, for those who
 * write without them. O(bytes). */
#ifndef MARSAD_TEXT_NORMALISE_H
#define MARSAD_TEXT_NORMALISE_H

#include "base/arena.h"

struct norm_text {
    struct sv original; /* *borrowed* from the caller */
    struct sv text;     /* normalised UTF-8 */
    /* text.n + 1 entries each: byte i of `text` comes from original bytes [from[i], to[i]); the last entry is the
     * end. Both never fall as i grows. */
    uint32_t *from, *to;
    struct sv skeleton;    /* as many characters as `text`; each byte of it … */
    uint32_t *skeleton_at; /* … stands for this byte of `text` (skeleton.n + 1 entries) */
    size_t dropped;        /* combining marks beyond TEXT_MAX_COMBINING_RUN */
};

/* Result in the arena. Invalid UTF-8 becomes U+FFFD, mapped to its bytes. ERR_LIMIT above TEXT_MAX_BYTES, ERR_NOMEM. */
int text_normalise(struct sv original, struct arena *a, struct norm_text *out, struct error *err) MUST_USE;

/* The original bytes that normalised bytes [start, end) came from, widened to whole characters together with their
 * combining marks. */
void norm_span(const struct norm_text *t, size_t start, size_t end, size_t *out_start, size_t *out_end);
/* The same from skeleton bytes. */
void norm_skeleton_span(const struct norm_text *t, size_t start, size_t end, size_t *out_start,
                        size_t *out_end);

#endif
