/* Right-to-left text for terminals that write every line from left to right: letters joined, order turned around
 * (FriBidi, Unicode annex 9). Escape sequences stay where they are. */
#ifndef MARSAD_CLI_BIDI_H
#define MARSAD_CLI_BIDI_H

#include "base/buf.h"

/* Line by line; lines without right-to-left characters are copied as they are. Within a line, each stretch between
 * escape sequences and column gaps (two or more spaces) is turned by itself, so that a table's columns stay in place. */
void bidi_lines(struct buf *b, struct sv text);

#endif
