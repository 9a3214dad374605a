/* Exact search in many 256-bit hashes by multi-index hashing (Norouzi, Punjani, Fleet 2012), in flat tables.
 *
 * The bits are cut into m parts. When two hashes differ in at most r bits and the allowances t₁ … tₘ of the parts sum
 * to more than r - m, then in one part at least they differ in at most tᵢ bits: so each part has a table from its value
 * to the hashes that have it, a query looks up every value within tᵢ, and what it meets is compared in full. m follows
 * the number of hashes, so that the look-ups and the comparisons cost about the same (11 parts of 23 bits at ten
 * million). Where real hashes crowd into few buckets and a look-up would meet too many, the query is answered by the
 * scan instead: the answer is always exact, and never slower than the scan by more than a small factor.
 *
 * Equal hashes are kept once, with the list of their payloads: a hash that half the world shares costs as much as one.
 *
 * Immutable and shared by all threads. The whole index is one stretch of memory, in memory as in its file
 * (mih_priv.h): it is saved by one atomic write and opened by mapping it. */
#ifndef MARSAD_INDEX_MIH_H
#define MARSAD_INDEX_MIH_H

#include "base/error.h"
#include "base/hash256.h"

struct mih;

struct mih_hit {
    uint32_t query; /* position in the batch */
    int distance;
    const uint32_t *payloads; /* of every entry with that hash, ascending; *borrowed until* mih_free */
    size_t npayloads;         /* ≥ 1 */
};

/* Copies. payloads NULL: the entries' positions. radius: what the cut is made for; queries may ask for any other, and
 * are exact too. ERR_LIMIT above MIH_MAX_ENTRIES, ERR_NOMEM, ERR_ARG. O(n) time; at ten million about 115 bytes an
 * entry. */
int mih_new(const struct hash256 *hashes, const uint32_t *payloads, size_t n, int radius, struct mih **out,
            struct error *err) MUST_USE;
/* As mih_new; the hashes come from malloc and are consumed whatever comes of it. They are given back before the tables are
 * filled, so that the index and 4 bytes an entry are all that is there at once. */
int mih_take(struct hash256 *hashes, const uint32_t *payloads, size_t n, int radius, struct mih **out,
             struct error *err) MUST_USE;
/* Takes NULL. */
void mih_free(struct mih *m);

/* Calls hit(arg, &hit) once for each different hash within radius (inclusive) of each query; order unspecified. A
 * non-zero return ends the search and is returned; ERR_NOMEM, ERR_ARG (radius outside 0-256). Queries of a batch that
 * need the scan share it. */
int mih_query(const struct mih *m, const struct hash256 *queries, size_t nqueries, int radius,
              int (*hit)(void *arg, const struct mih_hit *hit), void *arg);

/* The file is there entirely or not at all, whenever the machine dies. */
int mih_save(const struct mih *m, const char *path, struct error *err) MUST_USE;

enum mih_check {
    MIH_CHECK_HEAD, /* the head alone: at once, whatever the size. A file damaged elsewhere may miss hits */
    MIH_CHECK_ALL   /* every byte, at the speed of memory */
};
/* Maps the file; pages come as they are asked for. ERR_FORMAT (what is wrong with it), ERR_UNSUPPORTED (made by another
 * version), ERR_IO, ERR_NOTFOUND. No file makes a later query read outside it. */
int mih_open(const char *path, enum mih_check check, struct mih **out, struct error *err) MUST_USE;

struct mih_facts {
    size_t entries, distinct, bytes;
    int parts;
};
struct mih_facts mih_facts(const struct mih *m);

/* The checksum that files of indexes carry: for damage, not against forgers. */
uint64_t mih_sum(const void *p, size_t n);

#endif
