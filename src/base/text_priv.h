/* Shared by error.c and log.c. */
#ifndef MARSAD_BASE_TEXT_PRIV_H
#define MARSAD_BASE_TEXT_PRIV_H

#include "base/sv.h"

/* Raw bytes into out[cap] as one safe line: what steers a terminal as \xHH (ASCII) or \u{…}, broken UTF-8 as \xHH.
 * When it does not fit, or `cut` says that raw itself was cut, it ends in "…" at a character boundary. cap >= 16. */
void text_make_safe(struct sv raw, bool cut, char *out, size_t cap);

#endif
