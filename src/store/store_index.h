/* How searchable indexes follow the store without reading all of it again: changes of banks since a version, and the archive of
 * media by what they show. */
#ifndef MARSAD_STORE_INDEX_H
#define MARSAD_STORE_INDEX_H

#include "store/store.h"

/* ---- banks ---- */

enum { BANK_CHANGES_KEPT = 65536 };

struct bank_change {
    struct sv bank; /* *borrowed until* return */
    struct id128 item;
    bool whole; /* the bank as a whole: made, removed */
};
/* Every change after version `since` in its order; the same item may come several times. ERR_NOTFOUND when they are no longer
 * all known: read the banks anew. A non-zero return of visit ends and is passed on. */
int store_bank_changes(struct store *s, int64_t since, int (*visit)(void *arg, const struct bank_change *c),
                       void *arg, struct error *err) MUST_USE;
/* ---- media that show the same ---- */

/* The next number of a medium in the archive. In the transaction that puts it there. */
int store_family_number(struct store *s, int64_t *out, struct error *err) MUST_USE;
/* ERR_EXISTS when the medium has a family. */
int store_family_put(struct store *s, int64_t n, const struct sha256 *media, const struct id128 *family,
                     struct error *err) MUST_USE;
/* A family of its own: what the first medium of a kind begins. */
struct id128 store_family_of_its_own(const struct sha256 *media);
/* ERR_NOTFOUND when the medium is not in the archive. */
int store_media_family(struct store *s, const struct sha256 *media, struct id128 *out,
                       struct error *err) MUST_USE;
int store_number_family(struct store *s, int64_t n, struct id128 *out, struct error *err) MUST_USE;
/* Media of a family, in the order in which they came. */
int store_family_media(struct store *s, const struct id128 *family,
                       int (*visit)(void *arg, const struct sha256 *media), void *arg,
                       struct error *err) MUST_USE;
/* Posts that show a medium of the family, by id: what one decision can be for. At most max, in `a`. */
int store_family_posts(struct store *s, const struct id128 *family, size_t max, struct arena *a,
                       struct id128 **out, size_t *out_n, struct error *err) MUST_USE;
/* Media of the archive with n > after, by n, with their signals (*borrowed until* return; empty when they are gone). */
int store_archive(struct store *s, int64_t after,
                  int (*visit)(void *arg, int64_t n, const struct sha256 *media, struct sv signals),
                  void *arg, struct error *err) MUST_USE;

#endif
