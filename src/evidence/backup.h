/* A copy of a workspace that is in use: everything that cannot be made again, in a folder that is itself a workspace.
 *
 *   marsad.db        as it was committed at one moment
 *   log/             tiles, checkpoint, the signing key: as far as they were signed before that moment
 *   policy/          the operator's files
 *   media/           the kept originals that the database names, each read and hashed on its way
 *
 * Indexes are left out: they are built again. The copy holds the signing key and all personal data: it is to be kept as
 * the workspace is. Restoring is putting the folder in its place. */
#ifndef MARSAD_EVIDENCE_BACKUP_H
#define MARSAD_EVIDENCE_BACKUP_H

#include "store/store.h"
#include "store/workspace.h"

struct backup_options {
    void (*progress)(void *arg, uint64_t done, uint64_t total); /* of originals; may be NULL */
    bool (*stop)(void *arg);                                    /* true ends it: ERR_CANCELLED; may be NULL */
    void *arg;
};
struct backup_summary {
    uint64_t entries;      /* of the log, in the copy */
    uint64_t files, bytes; /* originals that were copied */
    uint64_t damaged;      /* originals whose bytes are not those of their name: verify says which */
};

/* Copies the workspace to `to`, which must not exist or be empty, by way of TO.part; a copy that was ended leaves TO.part
 * only, and the next one begins anew. Whoever uses the workspace goes on meanwhile; that a copy was made is a step of its
 * log. Originals that a purge takes away while they are copied begin the copy of the database anew. ERR_EXISTS, ERR_IO,
 * ERR_CANCELLED, ERR_BUSY (a purge at each of several tries). */
int evidence_backup(struct workspace *w, struct store *s, const char *to, const struct backup_options *o,
                    struct backup_summary *out, struct error *err) MUST_USE;

#endif
