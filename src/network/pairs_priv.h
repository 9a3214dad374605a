/* The sweep: pairs of posts on one object within the window, handed out account by account. */
#ifndef MARSAD_NETWORK_PAIRS_PRIV_H
#define MARSAD_NETWORK_PAIRS_PRIV_H

#include "network/acts_priv.h"

struct pair {
    uint32_t older, newer; /* acts */
};

/* All pairs of accounts a < b, by object. */
struct pair_run {
    uint32_t a, b;
    const struct pair *v;
    uint32_t n;
};
typedef int pair_visitor(void *arg, const struct pair_run *run);

struct pairs {
    const struct acts *acts;
    uint64_t *start;    /* per account + 1: pairs in which it is the lower */
    uint32_t *strength; /* per layer and account: pairs in which it is either; layer-major */
    uint64_t total, layer_total[NETWORK_MAX_LAYERS];
    struct pair *block;
    uint64_t block_cap;
    uint32_t block_from, block_to; /* accounts in the block; equal: none yet */
    bool sorted;                   /* the runs of the block are in order of b */
    uint64_t *keys;                /* scratch of one account */
    struct pair *spare;
    uint64_t scratch_cap;
    uint32_t passes;
    uint64_t left_out, hubs;
    struct network_hub top_hubs[NETWORK_HUBS];
};

/* Counts. `acts` must stay. ERR_LIMIT above NETWORK_MAX_PAIRS in exact mode, ERR_NOMEM. */
int pairs_init(struct pairs *p, const struct acts *a, const struct network_table *t,
               struct error *err) MUST_USE;
void pairs_done(struct pairs *p);
/* Visits every run by (a, b). `wanted` NULL, or a byte per account: runs with wanted[a] 0 are passed over. */
int pairs_visit(struct pairs *p, const uint8_t *wanted, pair_visitor *visit, void *arg,
                struct error *err) MUST_USE;

#endif
