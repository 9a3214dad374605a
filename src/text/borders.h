#ifndef MARSAD_TEXT_BORDERS_H
#define MARSAD_TEXT_BORDERS_H

#include "base/sv.h"

/* Of a match that starts (ends) at a byte of normalised text. O(1). */
bool border_before(struct sv text, size_t start, bool clitics_allowed);
bool border_after(struct sv text, size_t end, bool endings_allowed);
/* Is the whole one of them? */
bool border_is_clitic(struct sv s);
bool border_is_ending(struct sv s);

#endif
