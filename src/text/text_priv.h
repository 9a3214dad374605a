/* What the files of this room share: the pass, and walking over what it made. */
#ifndef MARSAD_TEXT_PRIV_H
#define MARSAD_TEXT_PRIV_H

#include "base/utf8.h"
#include "text/normalise.h"
#include "text/tables.h"

/* What may have been split on purpose: words of so few letters, with so much between them (reread.c). */
enum { SHORT_LETTERS = 2, GAP_MAX_CHARACTERS = 3 };

/* text_normalise, with `keep` (1 or 2) letters left of a run of three or more. */
int norm_pass(struct sv original, unsigned keep, struct arena *a, struct norm_text *out,
              struct error *err) MUST_USE;

/* The class of the character at s.p[at], or before it; NORM_SPACE beyond either end. *at moves over it. */
enum norm_class norm_class_after(struct sv s, size_t *at);
enum norm_class norm_class_before(struct sv s, size_t *at);

#endif
