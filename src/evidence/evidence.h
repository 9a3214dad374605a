/* Evidence: the ledger (store/ledger.h) made public and provable.
 *
 *   DIR/log/checkpoint, DIR/log/tile/…   the log for everyone (evidence/tiles.h)
 *   DIR/log/key, DIR/log/key.pub         its signing key, for its owner only, and what others check it with
 *   DIR/log/witnesses                    keys of those whose cosignatures count, one a line; '#' begins a remark
 *   DIR/log/witnessed/SIZE               earlier checkpoints that witnesses have signed
 *
 * What these functions do and do not show is in docs/evidence.md. */
#ifndef MARSAD_EVIDENCE_EVIDENCE_H
#define MARSAD_EVIDENCE_EVIDENCE_H

#include "evidence/note.h"
#include "store/ledger.h"

/* Writes the tiles of what the ledger has beyond the last checkpoint, and signs a new one; makes the key at first. Cheap
 * when there is nothing new. Killed at any moment, the next call completes it. ERR_FORMAT: the ledger does not continue
 * the log that was signed (it was rewritten: nothing is signed); ERR_NOTFOUND: the key is gone; ERR_IO. dir: of the
 * workspace. *out_size (may be NULL): entries under the checkpoint. */
int evidence_publish(struct store *s, const char *dir, uint64_t *out_size, struct error *err) MUST_USE;

/* The key that others check the log with; ERR_NOTFOUND before the first checkpoint. */
int evidence_key(const char *dir, struct note_key *out, struct error *err) MUST_USE;
/* The checkpoint as it stands in its file. */
int evidence_checkpoint(const char *dir, struct buf *out, struct error *err) MUST_USE;

struct witness_keys {
    struct note_key *key;
    size_t n;
};
/* DIR/log/witnesses, keys in the arena; none when there is no such file. */
int evidence_witnesses(const char *dir, struct arena *a, struct witness_keys *out,
                       struct error *err) MUST_USE;
/* Takes cosignatures of our checkpoint: `note` is the same text with further signature lines. Those of known witnesses
 * that verify are kept, *out_added of them; one that does not verify is ERR_FORMAT, another text ERR_ARG. */
int evidence_cosign(const char *dir, struct sv note, size_t *out_added, struct error *err) MUST_USE;

/* ---- one entry proved ---- */

/* A proof that entry n is in the signed log, and what it commits to, in the form of c2sp.org/tlog-proof: "extra" holds leaf,
 * salt and record (evidence/proof.c). open false: the leaf alone, nothing of the record. ERR_NOTFOUND: not under the
 * checkpoint yet. */
int evidence_prove(struct store *s, const char *dir, uint64_t n, bool open, struct buf *out,
                   struct error *err) MUST_USE;

struct proof_view {
    uint64_t n, size;
    struct sv origin, leaf, salt, record; /* in the caller's arena; record empty when it is not opened */
    struct sv kind, by;
    int64_t at_us;
    size_t witnesses; /* good cosignatures by the keys given */
    size_t hashes, bytes;
};
/* Checks a proof with nothing else than the log's key. ERR_FORMAT says what does not hold. */
int evidence_check_proof(struct sv proof, const struct note_key *log, const struct witness_keys *witnesses,
                         struct arena *a, struct proof_view *out, struct error *err) MUST_USE;

/* ---- a whole workspace ---- */

enum fault_kind {
    FAULT_ENTRY_CHANGED, /* what: which part of the entry in the database */
    FAULT_ENTRY_REMOVED, /* `entry` to `last` */
    FAULT_ENTRY_MOVED,   /* it stands in the place of entry `last` */
    FAULT_ENTRY_ADDED,
    FAULT_ENTRY_ERASED, /* its record was erased, and no purge says so */
    FAULT_TREE_CHANGED, /* the stored size or peaks */
    FAULT_TILE_CHANGED, /* what: the file; entries `entry` to `last` */
    FAULT_TILE_REMOVED, /* what: the file */
    FAULT_CHECKPOINT,   /* what: its file, or a witnessed one; detail says why */
    FAULT_CHECKPOINT_ABSENT,
    FAULT_ROW_CHANGED, /* what: "post 3f2a…"; `entry` named it last */
    FAULT_ROW_REMOVED,
    FAULT_ROW_ADDED,    /* no entry names it */
    FAULT_ROW_UNPROVED, /* it does not fit what sound entries say, but there are damaged ones */
    FAULT_QUEUE,        /* its place in the queue is not what its result says */
    FAULT_FILE_CHANGED, /* a kept original */
    FAULT_FILE_REMOVED,
    FAULT_DATABASE, /* the database itself is damaged: detail */
    FAULT_KINDS
};
const char *fault_name(enum fault_kind kind); /* "entry-changed" */

struct fault {
    enum fault_kind kind;
    bool has_entry;
    uint64_t entry, last;
    struct sv step;     /* kind of that entry: "intake"; may be empty */
    struct sv about;    /* its subject; may be empty */
    struct sv what;     /* row, file or part of an entry */
    const char *detail; /* English, for logs; "" */
};
struct verify_options {
    const struct note_key *key; /* the log's key from elsewhere; NULL: DIR/log/key.pub, which proves less */
    bool skip_media;            /* do not read kept originals */
    int (*fault)(void *arg, const struct fault *f); /* *borrowed until* return; non-zero ends */
    void (*progress)(void *arg, uint64_t done, uint64_t total);
    void *arg;
};
struct verify_summary {
    uint64_t entries, signed_entries, rows, tiles, files;
    uint64_t faults;  /* found, also beyond VERIFY_MAX_FAULTS */
    size_t witnesses; /* good cosignatures of the checkpoint */
    bool any_checkpoint;
    uint64_t erased;               /* entries whose record a purge erased */
    uint64_t purged[OBJECT_TYPES]; /* rows that purges removed, by type */
    struct sha256 root;            /* of all entries */
};
/* Reads everything and changes nothing. 0 whatever was found: out->faults counts. Errors are of reading only. */
int evidence_verify(struct store *s, const char *dir, const struct verify_options *o,
                    struct verify_summary *out, struct error *err) MUST_USE;

#endif
