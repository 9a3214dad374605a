/* Files built into the program: the interface's description and, where it was built, the console. */
#ifndef MARSAD_SERVE_CONSOLE_PRIV_H
#define MARSAD_SERVE_CONSOLE_PRIV_H

#include "base/sv.h"

extern const char *const console_names[];
extern const unsigned char *const console_bytes[];
extern const size_t console_sizes[];

/* SV_NULL when there is none of that name. */
struct sv console_file(struct sv name);

#endif
