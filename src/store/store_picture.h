/* What is seen of a bank's item beside a match: small stills, where whoever added the item chose to keep them. Items of one file
 * (its frames, its sound, its bytes) share them; they go when the last of these items goes. */
#ifndef MARSAD_STORE_PICTURE_H
#define MARSAD_STORE_PICTURE_H

#include "store/store.h"

/* The item was made from this file. Noted with the item. */
int store_bank_file_put(struct store *s, struct sv bank, const struct id128 *item, const struct sha256 *file,
                        struct error *err) MUST_USE;
/* ERR_NOTFOUND when nobody said. */
int store_bank_file_get(struct store *s, struct sv bank, const struct id128 *item, struct sha256 *out,
                        struct error *err) MUST_USE;
/* The n-th still of a file, with a step of the ledger. ERR_LIMIT beyond BANK_MAX_STILLS and BANK_MAX_STILL_BYTES; ERR_POLICY in
 * a bank of intimate pictures or of children: of these no picture is kept. */
int store_bank_still_put(struct store *s, struct sv bank, const struct sha256 *file, int n, int64_t time_us,
                         struct sv png, struct error *err) MUST_USE;
bool bank_keeps_stills(enum category category);
/* The still of the item that is nearest to that time, its bytes in `a`. ERR_NOTFOUND when none is kept. */
int store_bank_still_near(struct store *s, struct sv bank, const struct id128 *item, int64_t time_us,
                          struct arena *a, int64_t *out_time_us, struct sv *out_png,
                          struct error *err) MUST_USE;

#endif
