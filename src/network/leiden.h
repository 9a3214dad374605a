/* Communities: the Leiden algorithm (Traag, Waltman, van Eck 2019) for the constant Potts model.
 *
 * The quality of a partition is the sum over communities of (weight of the edges inside − resolution · n(n−1)/2): a group
 * stands when its members are joined to each other more densely than `resolution`, whatever the size of the rest of
 * the graph. Modularity would merge small groups in a large graph; this does not. Each round moves nodes, refines the
 * communities so that none falls apart inside, and joins what was refined into the nodes of the next round.
 *
 * Random choices come from the seed alone: the same graph, options and seed give the same partition everywhere.
 * O(edges) a round in practice; memory 24 bytes an edge and 60 a node. */
#ifndef MARSAD_NETWORK_LEIDEN_H
#define MARSAD_NETWORK_LEIDEN_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* An undirected graph without loops: each edge stands at both of its ends. */
struct graph {
    uint32_t n;
    uint64_t *start; /* n + 1 places in `to` and `weight` */
    uint32_t *to;
    double *weight;
};

struct graph_edge {
    uint32_t a, b;
    double weight;
};

/* From a list of edges, each pair at most once, a != b, both below n. ERR_NOMEM. */
int graph_init(struct graph *g, uint32_t n, const struct graph_edge *edges, size_t nedges) MUST_USE;
void graph_done(struct graph *g);
/* Connected components, numbered by their lowest node. Returns their number. */
int graph_components(const struct graph *g, uint32_t *out_component, uint32_t *out_count) MUST_USE;

struct leiden_options {
    double resolution; /* > 0 */
    double randomness; /* of the refinement; 0.01 */
    uint64_t seed;
    unsigned max_rounds; /* whole runs from the partition of the last; ends earlier when nothing changes */
};
void leiden_options_init(struct leiden_options *o);

/* out_community[n]: numbered by their lowest node. out_quality may be NULL. ERR_NOMEM. */
int leiden_cpm(const struct graph *g, const struct leiden_options *o, uint32_t *out_community,
               uint32_t *out_count, double *out_quality) MUST_USE;
/* The quality of any partition. */
double leiden_quality(const struct graph *g, double resolution, const uint32_t *community, uint32_t count);

#endif
