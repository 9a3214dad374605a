/* A made-up platform with planted groups whose members are known: the truth that the network room is measured against.
 *
 * Objects are shared with Zipf's frequencies, accounts differ in activity, the hours of a day differ in traffic. On top of
 * it groups of accounts act together: again and again each member posts the same object within `spread_s` seconds. Members also
 * post like everybody else. Everything comes from the seed: the same parameters give the same world on every machine. */
#ifndef MARSAD_BENCH_NETWORK_WORLD_H
#define MARSAD_BENCH_NETWORK_WORLD_H

#include <stdint.h>

struct world_options {
    uint64_t seed;
    uint32_t posts, accounts, objects;
    double zipf; /* exponent of the objects' popularity */
    uint32_t groups, group_size, group_acts;
    double spread_s;      /* members post within so many seconds */
    double skip;          /* share of its group's acts that a member leaves out */
    double popular_share; /* of a group's acts, those on objects that everybody shares */
    int64_t start_s, length_s;
};

struct world_post {
    uint32_t object, account;
    int64_t time_s;
};

struct world {
    struct world_options o;
    struct world_post *v; /* by nothing: in the order in which a collector would find them */
    uint32_t n;
    uint32_t nobjects; /* with those that only groups share */
    uint32_t *group;   /* per account: its group from 1, 0 for none */
};

/* A million posts of a hundred thousand accounts in a day, 50 groups of 20 acting 40 times within 20 s. */
void world_options_init(struct world_options *o);
/* 0, or -1 when memory ran out. */
int world_make(const struct world_options *o, struct world *out);
void world_done(struct world *w);

/* The generator itself (SplitMix64), for what else is made up. */
uint64_t world_random(uint64_t *state);
double world_uniform(uint64_t *state); /* [0, 1) */

#endif
