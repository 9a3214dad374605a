/* What the files of the verifier share. verify.c holds the pieces together, verify_log.c compares the ledger with the tiles,
 * verify_rows.c the rows with what the ledger says of them. */
#ifndef MARSAD_EVIDENCE_VERIFY_PRIV_H
#define MARSAD_EVIDENCE_VERIFY_PRIV_H

#include "base/vec.h"
#include "evidence/evidence_priv.h"

/* What the ledger says last of a row. */
struct said {
    uint8_t key[16];    /* a keyed hash of type and id */
    uint8_t digest[16]; /* the first half of the row's digest */
    uint64_t entry;
    uint32_t parent; /* place in the list, UINT32_MAX: none */
    bool gone, seen;
    uint8_t type;
};
struct said_list {
    struct VEC(struct said) list;
    uint32_t *slots; /* open addressing: place in the list + 1, 0 free */
    size_t nslots;
    uint8_t hash_key[16];
};
/* A checkpoint that witnesses signed once: its root is compared when the tree has that size. */
struct witnessed {
    uint64_t size;
    struct sha256 root;
};

struct verifier {
    struct store *store;
    const char *dir;
    char log[LOG_PATH_BYTES];
    const struct verify_options *o;
    struct verify_summary *sum;
    struct error *err;
    struct ledger_state state;
    struct checkpoint signed_log; /* size 0 when there is none that holds */
    struct VEC(struct witnessed) witnessed;
    struct said_list said;
    struct VEC(uint64_t) erased, purged;
    uint64_t damaged; /* entries whose record cannot be trusted */
    int stopped;      /* what the caller's function returned */
};

/* Counts and tells. 0, or what the caller's function returned: then everything ends. */
int verify_fault(struct verifier *v, const struct fault *f);
int verify_ledger(struct verifier *v);
int verify_rows(struct verifier *v);

/* Takes down what a sound record says of rows. ERR_NOMEM. */
int said_take(struct verifier *v, uint64_t entry, struct sv record);
void said_done(struct said_list *l);

#endif
