/* UTF-8: decoding that never reads past the end, and text made safe and straight for a terminal. */
#ifndef MARSAD_BASE_UTF8_H
#define MARSAD_BASE_UTF8_H

#include "base/buf.h"

#define UTF8_REPLACEMENT 0xFFFDu

/* Decodes the character at s[*at] and moves *at past it; *at must be < s.n. A broken sequence moves by its maximal
 * subpart (Unicode 3.9, table 3-8), gives UTF8_REPLACEMENT and, when valid is not NULL, false there. */
uint32_t utf8_next(struct sv s, size_t *at, bool *valid);
/* 1-4 bytes into out; 0 for surrogates and above U+10FFFF. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* SIZE_MAX when the whole is valid, else the offset of the first bad byte. */
size_t utf8_check(struct sv s);
size_t utf8_count(struct sv s); /* characters, a broken subpart being one */

/* Columns on a terminal: 0 for combining and format characters, 2 for wide ones. */
int utf8_cp_width(uint32_t cp);
int utf8_width(struct sv s);

/* True for what can steer a terminal or turn a reader's line around: C0 and C1 controls, line and paragraph
 * separators, bidi marks, overrides and isolates, deprecated format and tag characters. */
bool utf8_steers(uint32_t cp);

/* Appends s so that nothing in it can steer a terminal or a reader: control characters, NUL, line and paragraph
 * separators, bidi overrides, isolates and marks as \u{…}, broken bytes as \xHH. Newlines become ␤. */
void utf8_show(struct buf *b, struct sv s);
/* utf8_show cut to `columns`, with … when something was cut. Returns the columns used. */
int utf8_show_cut(struct buf *b, struct sv s, int columns);
/* Appends s as text between tags or in a quoted attribute of XML and HTML: & < > " ' as entities; broken bytes and what
 * XML cannot hold (controls but tab and newline, U+FFFE, U+FFFF) as U+FFFD. */
void utf8_markup(struct buf *b, struct sv s);

#endif
