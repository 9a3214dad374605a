/* Between the two halves of reading JSON. */
#ifndef MARSAD_BASE_JSON_PRIV_H
#define MARSAD_BASE_JSON_PRIV_H

#include "base/json.h"

/* Checks that text is one JSON document by RFC 8259 (a byte order mark in front is passed over). ERR_FORMAT with
 * byte and line. What the tree builder would get wrong is rewritten into *copy (initialised by the caller), which
 * stays empty when nothing needs it:
 *     \xHH (with JSON_ALLOW_XHH)   → \u00HH
 *     a lone surrogate             → \ufffd
 *     an integer beyond int64      → the same with e0 appended, so that it is read as a double
 * ERR_LIMIT when the tree would pass JSON_MAX_TREE_BYTES; ERR_NOMEM when the copy could not be made. */
int json_check(struct sv text, unsigned flags, struct buf *copy, struct error *err) MUST_USE;

#endif
