/* Pile-ons in a workspace: which targets have to be looked at again, their messages in the order of events, and which posts are
 * part of one. Like the network's other tables these are made from posts and can be made again. */
#ifndef MARSAD_STORE_STORE_PILEON_H
#define MARSAD_STORE_STORE_PILEON_H

#include "store/store.h"

/* Up to max targets that something was said to, or no longer is, since they were looked at; they stay due. */
int store_pileon_due(struct store *s, int64_t *out, size_t max, size_t *out_n, struct error *err) MUST_USE;

struct store_pileon_message {
    int64_t post;        /* numbers of this database */
    int64_t words, clip; /* equal for the same; 0: none */
    struct id128 account;
    int64_t at_us, created_us; /* created: of the account, TIME_UNKNOWN */
};
/* The latest `limit` messages to a target, the oldest first. visit's non-zero return ends and is passed on. */
int store_pileon_messages(struct store *s, int64_t target, unsigned words_layer, unsigned clip_layer,
                          int64_t limit, int (*visit)(void *arg, const struct store_pileon_message *m),
                          void *arg, struct error *err) MUST_USE;

struct store_pileon_part {
    int64_t post;
    int64_t senders, signs;
};
/* What the target's pile-ons consist of from now on, by post. Posts for which this changes are marked, and the target is due no
 * more. */
int store_pileon_put(struct store *s, int64_t target, const struct store_pileon_part *v, size_t n,
                     struct error *err) MUST_USE;

struct store_pileon_told {
    struct sv target; /* in the arena */
    int64_t senders, signs;
};
/* The pile-ons that a post is part of, by target. */
int store_pileon_of(struct store *s, const struct id128 *post, struct arena *a,
                    struct store_pileon_told **out, size_t *out_n, struct error *err) MUST_USE;

#endif
