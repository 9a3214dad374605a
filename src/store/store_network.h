/* Who shared what with whom, kept up to date post by post: the persistent half of network/stream.h, with the same windows, the
 * same cap and the count rule, but in the database, so that a post costs the same in a workspace of a million posts, a
 * run may be killed between any two commits, and nothing has to fit into memory.
 *
 *     act      a post did this with that thing at that moment        network_act, on the timeline of a family
 *     family   things that are the same though not equal (captions in other words, copies of a clip): one timeline
 *     pair     two acts by two accounts, in the window and among the nearest `neighbours`
 *     edge     two accounts with min_posts distinct posts on either side in their pairs
 *     group    accounts joined by edges
 *
 * What is there at any moment depends on the posts that were given and on nothing else: not on their order, not on posts
 * that were given twice, changed or taken back in between. (One bound: of the things that share one key of likeness, the
 * NETWORK_KEY_FOLLOW oldest are compared.) The rows that batch needs come out of store_network_rows().
 *
 * Posts whose place among the edges changed are marked; the engine takes them with store_network_marked() and gives them
 * their findings. All calls belong in the transaction of the result that they follow from. These tables are made from posts
 * and results and can be made again from them; what follows for a post stands in its findings, and those are evidence.
 *
 * Cost of a post: its acts × O(neighbours × log rows). */
#ifndef MARSAD_STORE_NETWORK_H
#define MARSAD_STORE_NETWORK_H

#include "store/store.h"

enum { STORE_NETWORK_LAYERS = 16 };

struct store_network_rules {
    unsigned nlayers;
    struct {
        int64_t window_us; /* inclusive */
        uint32_t
            min_posts; /* a layer with fewer distinct posts on either side does not count for the edge; 0: any */
    } layers[STORE_NETWORK_LAYERS];
    uint32_t neighbours; /* on either side of an act, on its timeline */
    uint32_t min_posts;  /* of an edge, distinct, on either side */
    uint32_t min_group;  /* accounts from which a group counts */
    unsigned targets;    /* 1 + the layer whose things are looked at for pile-ons (store_pileon.h); 0: none */
    void *arg;
    /* Whether two things of a layer are the same, by their sketches; true both ways or neither. */
    bool (*near)(void *arg, unsigned layer, struct sv a, struct sv b);
    /* The order of posts of one moment: names, not numbers, decide. */
    int64_t (*order)(void *arg, const struct id128 *account, const struct id128 *post, int64_t at_us);
};

struct store_network_act {
    unsigned layer;
    struct sv name;   /* what it is called: shown, and its identity within the layer */
    struct sv sketch; /* what likeness is told from; empty: equal names alone are the same */
    const uint64_t *
        keys; /* things that share a key are compared; none: not compared. At most one act of a post and layer
                           * may have keys */
    size_t nkeys;
};

struct store_network_change {
    uint32_t acts_new, acts_gone, pairs_new, pairs_gone, edges_up, edges_down;
    uint32_t group;   /* accounts in the account's group now; 1: none */
    uint32_t crowded; /* keys of likeness under which not every thing was compared: NETWORK_KEY_FOLLOW */
};

/* The acts of a post from now on, in place of those it had; no acts take it out. ERR_ARG for a layer that is none. */
int store_network_put(struct store *s, const struct store_network_rules *r, const struct id128 *post,
                      const struct id128 *account, int64_t at_us, const struct store_network_act *acts,
                      size_t n, struct store_network_change *out, struct error *err) MUST_USE;

/* 0 when the post shares nothing, else ERR_ARG. */
int store_network_check_absent(struct store *s, const struct id128 *post, struct error *err) MUST_USE;

/* ---- marks ---- */

int store_network_mark(struct store *s, const struct id128 *post, struct error *err) MUST_USE;
/* Every post that shares something with one of the account's. */
int store_network_mark_alike(struct store *s, const struct id128 *account, struct error *err) MUST_USE;
/* Every post of an account. */
int store_network_mark_account(struct store *s, const struct id128 *account, struct error *err) MUST_USE;
/* Up to max marked posts; they stay marked. */
int store_network_marked(struct store *s, struct id128 *out, size_t max, size_t *out_n,
                         struct error *err) MUST_USE;
int store_network_unmark(struct store *s, const struct id128 *post, struct error *err) MUST_USE;

/* A new result for a post that has one: findings, assessment and queue as store_put_result, its job left as it is. */
int store_renew_result(struct store *s, const struct id128 *post, const struct finding_list *findings,
                       const struct assessment *as, struct error *err) MUST_USE;

/* ---- looking ---- */

/* A pair that shows what ties a post to its group: another account's post with the same thing. */
struct store_network_proof {
    unsigned layer;
    struct sv name, other_name; /* of the two things; equal unless they are only near. In the arena */
    struct id128 post, account; /* the other one's */
    int64_t gap_us;             /* other minus own */
};
/* Pairs of the post on edges of a group that counts: tightest first, then by layer and the other post; at most one a post
 * and at most max. *out_accounts: distinct accounts among all such pairs; *out_group: accounts in the group, 0 when
 * there is no proof. */
int store_network_proofs(struct store *s, const struct store_network_rules *r, const struct id128 *post,
                         size_t max, struct arena *a, struct store_network_proof **out, size_t *out_n,
                         uint32_t *out_accounts, uint32_t *out_group, struct error *err) MUST_USE;

/* One act, with the name of its family: the least name in it, whatever came first. *Borrowed until* return. */
struct store_network_row {
    unsigned layer;
    struct sv family;
    struct id128 account, post;
    int64_t at_us;
};
/* Every act, in no order. visit's non-zero return ends and is passed on. */
int store_network_rows(struct store *s, int (*visit)(void *arg, const struct store_network_row *row),
                       void *arg, struct error *err) MUST_USE;
/* Acts of one layer by time, then post. For messages to targets: with their time. */
int store_network_layer_rows(struct store *s, unsigned layer,
                             int (*visit)(void *arg, const struct store_network_row *row), void *arg,
                             struct error *err) MUST_USE;
/* Every edge that stands, in no order. */
int store_network_edges(struct store *s,
                        int (*visit)(void *arg, const struct id128 *a, const struct id128 *b), void *arg,
                        struct error *err) MUST_USE;
/* Accounts of an account's group, itself among them; none when it is in none. In the arena, in order of id. */
int store_network_group(struct store *s, const struct id128 *account, struct arena *a, struct id128 **out,
                        size_t *out_n, struct error *err) MUST_USE;
/* What an account shared in a layer, newest first, at most max, in the arena: by family, those left out that `popular` or
 * more accounts share; or, with popular 0, each thing's own name. */
int store_network_shared(struct store *s, const struct id128 *account, unsigned layer, uint32_t popular,
                         size_t max, struct arena *a, struct sv **out, size_t *out_n,
                         struct error *err) MUST_USE;
/* First and last moment of an account's posts that share something; *out_posts 0: there are none. */
int store_network_span(struct store *s, const struct id128 *account, int64_t *out_first_us,
                       int64_t *out_last_us, int64_t *out_posts, struct error *err) MUST_USE;
/* Account as last seen; strings in the arena. ERR_NOTFOUND. */
int store_get_account(struct store *s, const struct id128 *id, struct arena *a, struct account *out,
                      struct error *err) MUST_USE;

/* Every account that shares something, in order of id. */
int store_network_accounts(struct store *s, int (*visit)(void *arg, const struct id128 *account), void *arg,
                           struct error *err) MUST_USE;

struct store_network_counts {
    int64_t accounts, posts, acts, pairs, edges, groups, marked;
};
int store_network_count(struct store *s, struct store_network_counts *out, struct error *err) MUST_USE;

/* ---- accounts that were closed ---- */

/* Notes that a platform closed an account; again with another time changes it. ERR_NOTFOUND for an account never seen. */
int store_close_account(struct store *s, const struct id128 *account, int64_t closed_us,
                        struct error *err) MUST_USE;
int store_reopen_account(struct store *s, const struct id128 *account, struct error *err) MUST_USE;
struct closed_account {
    struct id128 account;
    int64_t closed_us;
};
/* In order of id, in the arena. */
int store_closed_accounts(struct store *s, struct arena *a, struct closed_account **out, size_t *out_n,
                          struct error *err) MUST_USE;
/* Accounts by handle, with or without '@', "platform:handle" or the first digits of an id: ERR_NOTFOUND, ERR_ARG when
 * it fits several (they are named). */
int store_find_account(struct store *s, struct sv what, struct id128 *out, struct error *err) MUST_USE;

#endif
