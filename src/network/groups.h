/* Groups: the accounts that the standing edges hold together. */
#ifndef MARSAD_NETWORK_GROUPS_H
#define MARSAD_NETWORK_GROUPS_H

#include "network/leiden.h"
#include "network/network.h"

enum network_grouping { NETWORK_LEIDEN = 0, NETWORK_COMPONENTS };

struct network_groups {
    uint32_t n;
    uint32_t *start;         /* n + 1 places in members */
    uint32_t *members;       /* account numbers, each group's in order */
    uint64_t *edge_start;    /* n + 1 places in edges */
    uint32_t *edges;         /* into result.edges: those inside each group */
    uint32_t small_accounts; /* in groups below the smallest size asked for: not listed */
    uint64_t between;        /* edges between groups */
    double quality;          /* Leiden's; 0 for components */
};

/* Largest first, equal sizes by their first account. min_size 0 means 2. Leiden takes each edge as 1. ERR_NOMEM. */
int network_groups_find(const struct network_result *r, enum network_grouping how,
                        const struct leiden_options *o, uint32_t min_size, struct network_groups *out,
                        struct error *err) MUST_USE;
void network_groups_done(struct network_groups *g);

#endif
