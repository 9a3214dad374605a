/* Closed accounts of a workspace and what accounts leave behind, for ranking who may be back. */
#ifndef MARSAD_ENGINE_NETWORK_RETURN_H
#define MARSAD_ENGINE_NETWORK_RETURN_H

#include "network/resurfaced.h"
#include "store/store_network.h"

/* What is known of an account: handle, bio, newest captions, rare clips, sounds, links and targets, first and last post. Strings in
 * the arena. ERR_NOTFOUND. */
int engine_account_trace(struct store *s, const struct id128 *account, struct arena *a,
                         struct account_trace *out, struct error *err) MUST_USE;
/* All closed accounts in an index, *owned by the caller*; closed[i] is account i of it, in the arena. At most the first 20,000. */
int engine_returns_load(struct store *s, struct resurfaced **out, struct closed_account **out_closed,
                        size_t *out_n, struct arena *a, struct error *err) MUST_USE;
/* In what the two are alike: "content targets words names contacts", those that hold. Empty without memory. */
struct sv engine_return_label(const struct parent_match *m, struct arena *a);

#endif
