/* The network of a workspace, as the engine keeps it: what a post shares goes in with its result, findings come out for every
 * post whose place in it changed. */
#ifndef MARSAD_ENGINE_NETWORK_PRIV_H
#define MARSAD_ENGINE_NETWORK_PRIV_H

#include "engine/engine_priv.h"
#include "network/actions.h"
#include "network/profile.h"
#include "store/store_network.h"

/* Posts looked at again in one transaction. */
enum { NETWORK_SETTLE_AT_ONCE = 512, NETWORK_PROOFS = 5 };

/* What the post of a good analysis shares, in the transaction of its result. */
int engine_network_take(struct engine *e, const struct analysis *a, struct error *err) MUST_USE;
/* Gives up to NETWORK_SETTLE_AT_ONCE marked posts their findings, assessment and place in the queue, in the caller's
 * transaction. *io_summary counts what they add to findings and queue. *out_more: some are left. */
int engine_network_settle(struct engine *e, struct engine_summary *io_summary, bool *out_more,
                          struct error *err) MUST_USE;
void engine_network_done(struct engine *e);

/* Looks at targets whose messages changed, in the caller's transaction; posts that become part of a pile-on, or no longer are, are
 * marked. *out_more: some are left. */
int engine_pileons_look(struct store *s, bool *out_more, struct error *err) MUST_USE;
int pileon_find(struct store *s, const struct post *p, struct finding_list *out, struct error *err) MUST_USE;

/* A run begins: lists of known groups and closed accounts are read anew. */
void engine_network_begin(struct engine *e);

/* Findings of accounts that may be back. Answers are kept until forgotten: an account has many posts. */
struct return_finder;
int return_finder_new(struct store *s, struct return_finder **out, struct error *err) MUST_USE;
void return_finder_free(struct return_finder *f);
void return_finder_forget(struct return_finder *f);
int return_find(struct return_finder *f, const struct post *p, struct finding_list *out,
                struct error *err) MUST_USE;

#endif
