/* What the files of the network's tables share: one change in progress, acts, pairs, edges, groups. */
#ifndef MARSAD_STORE_NETWORK_PRIV_H
#define MARSAD_STORE_NETWORK_PRIV_H

#include "base/vec.h"
#include "store/ledger_priv.h"
#include "store/store_network.h"

/* Numbers of this database: see schema_network.c. */
struct net_act {
    int64_t family, at_us, tie, post, account, object;
    unsigned layer;
};
struct net_edge {
    int64_t a, b;
};

struct net_change {
    struct store *s;
    const struct store_network_rules *r;
    struct error *err;
    struct VEC(struct net_edge) touched; /* edges to be looked at again; with repeats */
    struct VEC(struct net_edge) broken;  /* edges that went */
    struct store_network_change sum;
};

/* The next free number. */
int net_number(struct store *s, int64_t *out, struct error *err) MUST_USE;

/* Puts an act on its timeline, or takes it off, and turns the pairs that this makes and breaks. */
int net_place(struct net_change *c, const struct net_act *x) MUST_USE;
int net_remove(struct net_change *c, const struct net_act *x) MUST_USE;
/* Up to rules.neighbours acts before and after one (itself left out) within its window, nearest first. */
struct net_beside {
    struct VEC(struct net_act) before, after;
};
int net_beside(struct store *s, const struct store_network_rules *r, const struct net_act *x,
               struct net_beside *out, struct error *err) MUST_USE;
void net_beside_done(struct net_beside *b);
/* Decides anew which of the touched edges stand, and brings groups and marks after them. */
int net_settle(struct net_change *c) MUST_USE;
int net_edge_up(struct store *s, int64_t a, int64_t b, bool *out, struct error *err) MUST_USE;
/* *out_accounts 0: the account is in no group. */
int net_group_of(struct store *s, int64_t account, int64_t *out_group, int64_t *out_accounts,
                 struct error *err) MUST_USE;

/* The thing of an act; made, with its family, when it is new. */
int net_object(struct net_change *c, const struct store_network_act *act, int64_t *out_object,
               int64_t *out_family) MUST_USE;
/* After an act went: a thing that nobody shares any more goes, and its family may fall apart. */
int net_object_left(struct net_change *c, int64_t object) MUST_USE;

#endif
