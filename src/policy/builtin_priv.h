/* The tables that tools/embed.py writes; builtin_names is in policy.h. */
#ifndef MARSAD_POLICY_BUILTIN_PRIV_H
#define MARSAD_POLICY_BUILTIN_PRIV_H

#include <stddef.h>

extern const unsigned char *const builtin_bytes[];
extern const size_t builtin_sizes[];

#endif
