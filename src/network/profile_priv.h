#ifndef MARSAD_NETWORK_PROFILE_PRIV_H
#define MARSAD_NETWORK_PROFILE_PRIV_H

#include "network/profile.h"
#include "network/table_priv.h"

/* Fills says and against from the numbers. */
int profile_sentences(const struct network_result *r, const struct network_groups *g, uint32_t k,
                      struct network_profile *p, struct arena *a) MUST_USE;

#endif
