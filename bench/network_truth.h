/* A made-up world put through the network room, and how much of the planted truth came out. */
#ifndef MARSAD_BENCH_NETWORK_TRUTH_H
#define MARSAD_BENCH_NETWORK_TRUTH_H

#include "network/groups.h"
#include "network_world.h"

struct truth_score {
    uint64_t planted_pairs,
        kept_pairs;              /* pairs of accounts of one planted group; those with an edge that stands */
    uint64_t edges, false_edges; /* standing; not of one planted group */
    uint32_t groups;
    double nmi; /* over planted accounts and all accounts in found groups; what is in no group stands alone */
};

/* The world as a table; ids as bench/network_gen writes them. NULL when memory ran out. */
struct network_table *truth_table(const struct world *w);
/* 0 or a code of base/error.h. */
int truth_score(const struct world *w, const struct network_options *o, struct truth_score *out,
                struct error *err);
/* Normalised mutual information (arithmetic mean) of two labellings of n things, labels below `labels`; -1 without memory. */
double truth_nmi(const uint32_t *x, const uint32_t *y, uint32_t n, uint32_t labels);

#endif
