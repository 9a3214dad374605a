/* Vectorscan, loaded when the first lexicon is compiled: base/late.h. late_hs_load() comes before any of its calls. */
#ifndef MARSAD_TEXT_LATE_HS_PRIV_H
#define MARSAD_TEXT_LATE_HS_PRIV_H

#include <hs.h>

#include "base/late.h"

#define HS_CALLS(X)                                                                                          \
    X(hs_alloc_scratch)                                                                                      \
    X(hs_compile_lit_multi)                                                                                  \
    X(hs_free_compile_error)                                                                                 \
    X(hs_free_database)                                                                                      \
    X(hs_free_scratch)                                                                                       \
    X(hs_scan)

struct hs_calls {
    HS_CALLS(LATE_MEMBER)
};
extern struct hs_calls late_hs;
int late_hs_load(struct error *err) MUST_USE;

#define hs_alloc_scratch      late_hs.hs_alloc_scratch
#define hs_compile_lit_multi  late_hs.hs_compile_lit_multi
#define hs_free_compile_error late_hs.hs_free_compile_error
#define hs_free_database      late_hs.hs_free_database
#define hs_free_scratch       late_hs.hs_free_scratch
#define hs_scan               late_hs.hs_scan

#endif
