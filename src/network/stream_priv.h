#ifndef MARSAD_NETWORK_STREAM_PRIV_H
#define MARSAD_NETWORK_STREAM_PRIV_H

#include "base/vec.h"
#include "network/stream.h"
#include "network/acts_priv.h"

/* Rows of one object by (time, tie_key), as numbers of the layer's rows. */
struct timeline {
    uint32_t *row;
    uint32_t n, cap;
};

/* One pair of posts; nodes of an edge hang together. */
struct pair_node {
    uint32_t object; /* layer << 28 | object */
    uint32_t content_a, content_b, next;
};

struct live_edge {
    uint64_t key; /* lower account number << 32 | higher + 1; 0: free */
    uint32_t pairs, posts_a, posts_b, head;
};

struct network_stream {
    struct network_stream_options o;
    struct network_table *t;
    struct VEC(struct timeline) lines[NETWORK_MAX_LAYERS];
    struct VEC(struct pair_node) nodes;
    uint32_t free_node;
    struct live_edge *edges;
    uint64_t mask, nedges;
    uint32_t *parent, *ring, *size; /* union-find over accounts; ring links the members of a group */
    uint32_t parent_cap;
    bool stale; /* an edge went down: groups are made anew when asked for */
};

#endif
