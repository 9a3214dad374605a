/* Hiding small counts: what its two files share. */
#ifndef MARSAD_EXCHANGE_SUPPRESS_PRIV_H
#define MARSAD_EXCHANGE_SUPPRESS_PRIV_H

#include "exchange/transparency.h"

/* Its sign in the sums that are 0: cells and the total plus, sums of rows and columns minus. */
bool count_has_plus(const struct count_table *t, size_t r, size_t c);
/* One number more, best one of that row or column; false when all are hidden. */
bool count_hide_more(struct count_table *t, size_t row, size_t column);
/* Every hidden number that follows from all equations of all tables is covered by hiding another. *out is set when there was
 * one. 0 or ERR_NOMEM. */
int count_hide_derived(const struct count_tables *all, bool *out) MUST_USE;

#endif
