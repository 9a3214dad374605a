/* Hash lists of partners in the forms in which their own interfaces give them: docs/formats/partner-lists.md.
 *
 *   stopncii  FetchHashes: records with signalType, hashValue, hashStatus (Received, Active, Withdrawn, Deleted)
 *   tcap      hash list v2: rows with hash_digest, algorithm, ideology, deleted
 *   threatexchange-json  data with indicator, type, status, should_delete; HMA's bank export is the same
 *
 * Plain lists (CSV, hex, vPDQ, …) are store/hashlist.h's. A record that cannot be read is told and passed over. */
#ifndef MARSAD_EXCHANGE_LISTS_H
#define MARSAD_EXCHANGE_LISTS_H

#include "base/json.h"
#include "model/bank.h"

struct partner_record {
    struct sv remote, modified; /* its id and version there */
    struct sv origin;           /* the record as it came */
    bool withdrawn;
    const struct bank_item *item; /* set also when withdrawn */
};
struct partner_sink {
    void *arg;
    /* *borrowed until* return; non-zero ends and is passed on */
    int (*record)(void *arg, const struct partner_record *r, struct error *err);
    int (*bad)(void *arg, uint64_t number, const struct error *why, struct error *err); /* may be NULL */
};
struct partner_counts {
    uint64_t records, withdrawn, bad;
};
extern const char *const partner_list_kinds[]; /* NULL-ended */
bool partner_list_known(struct sv kind);
/* ERR_FORMAT when the text as a whole has another shape. *out_next (in `a`): where the next part is, as the text says;
 * empty: this was the last. */
int partner_list_read(struct sv kind, struct sv text, struct arena *a, const struct partner_sink *sink,
                      struct partner_counts *counts, struct sv *out_next, struct error *err) MUST_USE;

#endif
