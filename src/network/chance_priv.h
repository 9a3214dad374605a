/* What chance would give: see network.h for the model. */
#ifndef MARSAD_NETWORK_CHANCE_PRIV_H
#define MARSAD_NETWORK_CHANCE_PRIV_H

#include "network/pairs_priv.h"

struct chance {
    const struct pairs *pairs;
    uint32_t *posts;                     /* acts per layer and account, layer-major */
    double per_post[NETWORK_MAX_LAYERS]; /* 1/N of each layer */
    uint64_t tests;
};

int chance_init(struct chance *c, const struct pairs *p, uint32_t min_participation) MUST_USE;
void chance_done(struct chance *c);
/* Occasions that chance gives the accounts a and b in the layers of mask. */
double chance_expected(const struct chance *c, uint32_t a, uint32_t b, uint32_t mask);

/* P(at least k) for a Poisson variable of that mean; 1 for k <= mean. A Poisson tail above its mean is never below that of
 * the sum of independent rare events it stands for (Hoeffding 1956), so what stands here stands there. */
double chance_tail(uint32_t k, double mean);

/* Benjamini-Hochberg: the largest p that stands among `tests` tests of which these n had the smallest values. Sorts p. -1 when
 * none stands. */
double chance_cut(double *p, size_t n, uint64_t tests, double rate);

#endif
