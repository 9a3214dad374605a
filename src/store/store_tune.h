/* How a server with many connections uses them. */
#ifndef MARSAD_STORE_TUNE_H
#define MARSAD_STORE_TUNE_H

#include "store/store.h"

/* How much of the database this connection keeps in memory at most; 64 MiB unless said. */
int store_cache(struct store *s, unsigned mib, struct error *err) MUST_USE;
/* Rises with every row that this connection writes, the ledger's apart: whether what was shown may look otherwise now. */
uint64_t store_changed(const struct store *s);

#endif
