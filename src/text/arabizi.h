/* Arabic written in Latin letters and digits, read by its sounds: vowels left out, consonants by class, so that "9a7ba" and
 * قحبة are one. Two digits are read in two ways: 9 is ق in the Maghreb and ص in the Mashriq, 8 is غ or ق. Both readings are
 * kept; which comes first is told by how the rest of the text is spelled. */
#ifndef MARSAD_TEXT_ARABIZI_H
#define MARSAD_TEXT_ARABIZI_H

#include "text/normalise.h"

enum arabizi { ARABIZI_MAGHREBI, ARABIZI_MASHRIQI };

/* Is there a digit that stands for a letter beside a Latin letter ("3lach", "wa7ed")? Of normalised text. O(bytes) */
bool arabizi_is(struct sv text);
/* Does such an 8 or 9 stand in it? */
bool arabizi_is_ambiguous(struct sv text);
/* The likelier convention of a text: by common words and by French or English ways to write a sound (ch, ou; sh, oo). The
 * Maghreb's where nothing tells. */
enum arabizi arabizi_convention(struct sv text);

enum { SOUND_KEY_MAX = 24 };
/* The sounds of a word of Latin letters (of Arabic ones), in classes; returns how many, at most SOUND_KEY_MAX. A vowel counts at
 * the beginning only; double consonants are one; an Arabic ه at the end, which may be ة, is left out when so asked. */
size_t arabizi_key(struct sv word, enum arabizi convention, char out[SOUND_KEY_MAX]);
size_t arabic_key(struct sv word, bool drop_last_h, char out[SOUND_KEY_MAX]);

/* The same text with 9 and 8 inside Latin words as the Mashriq reads them (s, q): byte for byte as long, so that its map
 * serves. In the arena. ERR_NOMEM. */
int arabizi_mashriqi(const struct norm_text *t, struct arena *a, struct norm_text *out,
                     struct error *err) MUST_USE;

#endif
