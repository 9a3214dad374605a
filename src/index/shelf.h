/* A Hamming index that grows: what is added is found at once, nothing large is ever built while somebody waits, and what was
 * saved is mapped when it is opened.
 *
 * The logarithmic method (Bentley & Saxe 1980): new entries wait in a tail that is scanned; a full tail becomes an index of
 * its own (index/mih.h), and indexes of like size are joined, so that a hash is built in again once for each doubling. Joins
 * of more than SHELF_JOIN_NOW entries are left to shelf_tidy.
 *
 * On disk as index/pieces.h: each index a piece, NAME.*.mih, and the list NAME.shelf, to which the tail is added: 4 radius, 4 entries in
 * the tail, 8 the owner's mark, the tail's hashes, 32 each, its payloads, 4 each. Every byte is checked when it is opened.
 *
 * One owner adds; while nobody adds, any number of threads may query. */
#ifndef MARSAD_INDEX_SHELF_H
#define MARSAD_INDEX_SHELF_H

#include "index/mih.h"

struct shelf;

enum { SHELF_TAIL = 16384, SHELF_JOIN_NOW = 262144 };

/* radius: what queries will mostly ask for; others are exact too. */
int shelf_new(int radius, struct shelf **out, struct error *err) MUST_USE;
void shelf_free(struct shelf *s);

/* Copies n hashes; equal ones may be added again and again. On failure nothing was added. ERR_NOMEM, ERR_LIMIT. */
int shelf_add(struct shelf *s, const struct hash256 *hashes, const uint32_t *payloads, size_t n,
              struct error *err) MUST_USE;
size_t shelf_count(const struct shelf *s);

/* As mih_query; a hash that was added at several times may be hit several times, each with other payloads. */
int shelf_query(const struct shelf *s, const struct hash256 *queries, size_t nqueries, int radius,
                int (*hit)(void *arg, const struct mih_hit *hit), void *arg);

/* Joins what waits for it, leaving out entries whose payload keep() does not want (NULL: all are kept). Takes as long as building an index
 * of all entries at worst. */
int shelf_tidy(struct shelf *s, bool (*keep)(void *arg, uint32_t payload), void *arg,
               struct error *err) MUST_USE;
/* Whether shelf_tidy would join much. */
bool shelf_untidy(const struct shelf *s);

/* Saves in a folder, only what is not there yet; `mark` says what the owner's own data were then. Files of the same name
 * that are not needed any more are removed. */
int shelf_save(struct shelf *s, const char *dir, const char *name, uint64_t mark, struct error *err) MUST_USE;
/* ERR_NOTFOUND when nothing was saved, ERR_FORMAT when anything of it is damaged or missing: build it again. */
int shelf_open(const char *dir, const char *name, struct shelf **out, uint64_t *out_mark,
               struct error *err) MUST_USE;

struct shelf_facts {
    size_t entries, indexes, tail, bytes;
};
struct shelf_facts shelf_facts(const struct shelf *s);

#endif
