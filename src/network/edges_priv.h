/* From the pairs of two accounts to what their edge says. */
#ifndef MARSAD_NETWORK_EDGES_PRIV_H
#define MARSAD_NETWORK_EDGES_PRIV_H

#include "network/chance_priv.h"

enum { OBJECT_MAX_OCCASIONS = 3 }; /* what one object adds at most: it cannot carry an edge alone */

struct edge_maker {
    const struct network_table *table;
    const struct network_options *options;
    const struct acts *acts;
    struct chance chance;
    bool has_chance, has_support; /* support: some layer has a min_posts above 1 */
    uint32_t *stamp_x, *stamp_y;  /* per content */
    uint32_t serial;
    struct pair *filtered; /* the pairs of a run in layers that count */
    size_t filtered_cap;
    int64_t *gaps;
    size_t gaps_cap;
    uint32_t *users; /* per object: accounts that used it; made when first needed */
};

int edge_maker_init(struct edge_maker *m, const struct network_table *t, const struct network_options *o,
                    const struct acts *a, const struct pairs *p) MUST_USE;
void edge_maker_done(struct edge_maker *m);

/* Takes out the pairs of layers without enough posts. *out_run may point into the maker; n 0 when none is left. *out_mask:
 * the layers that count; own[]: pairs per layer. ERR_NOMEM. */
int edge_support(struct edge_maker *m, const struct pair_run *run, struct pair_run *out_run,
                 uint32_t *out_mask, uint32_t own[NETWORK_MAX_LAYERS]) MUST_USE;
void edge_row(struct edge_maker *m, const struct pair_run *run, struct network_edge_row *out);
/* Distinct posts on a's and b's side. */
void edge_sides(struct edge_maker *m, const struct pair_run *run, uint32_t *out_a, uint32_t *out_b);
uint32_t edge_occasions(struct edge_maker *m, const struct pair_run *run);
/* How likely so many occasions are by chance: the layer that says most, or all together, corrected for having looked at each
 * (Bonferroni). *out_mean and *out_occasions are those of the one that was taken. */
double edge_chance(struct edge_maker *m, const struct pair_run *run, uint32_t mask, double *out_mean,
                   uint32_t *out_occasions);
/* All the rest of an edge that stands, evidence put at evidence[0 .. options->evidence). ERR_NOMEM. */
int edge_profile(struct edge_maker *m, const struct pair_run *run, struct network_edge *e,
                 struct network_evidence *evidence) MUST_USE;

#endif
