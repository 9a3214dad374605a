/* How a server with many connections uses them. */
#ifndef MARSAD_STORE_TUNE_H
#define MARSAD_STORE_TUNE_H

#include "store/store.h"

#include <stdatomic.h>

/* How much of the database this connection keeps in memory at most; 64 MiB unless said. */
int store_cache(struct store *s, unsigned mib, struct error *err) MUST_USE;
/* Rises with every row that this connection writes, the ledger's apart: whether what was shown may look otherwise now. */
uint64_t store_changed(const struct store *s);

/* Commits append pages to a log of writes, and somebody has to carry them to their places in the file. Ordinarily the
 * commit does that that finds 64 MiB there, and takes a tenth of a second for it. A server gives it to a thread. */

/* This connection's commits leave it to whoever calls store_carry, unless nobody did for a gibibyte. */
void store_leave_log(struct store *s);
/* Pages in the log after this connection's last commit. */
unsigned store_log_pages(const struct store *s);
/* Carries pages little by little, so that commits of others meanwhile do not wait; without rests when *hurry. Takes seconds.
 * *out_carried: how many from the log's beginning are in their places now; what was written meanwhile, or a reader still
 * wants to see as it was, has to stay; 0 when another process carries. Outside transactions. */
int store_carry(struct store *s, const atomic_bool *hurry, unsigned *out_carried, struct error *err) MUST_USE;
/* Carries all at once and begins the log anew: then store_log_pages is 0. Where a reader is in the way it is not. For the
 * connection that writes. */
int store_carry_rest(struct store *s, struct error *err) MUST_USE;

/* A part of an open transaction that can be undone by itself. What was noted for the ledger before it is an entry by then, and
 * at its end (keep) what was noted in it. Parts do not nest. After an error of either the transaction can only be rolled
 * back: the database had done so already, or cannot undo a part for want of memory or room. */
int store_part_begin(struct store *s, struct error *err) MUST_USE;
int store_part_end(struct store *s, bool keep, struct error *err) MUST_USE;

#endif
