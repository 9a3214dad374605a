/* Evidence packages: a case as a bag (RFC 8493) that stands by itself. docs/formats/package.md has the layout.
 *
 * Sealed are the bytes of tagmanifest-sha256.txt, which has the hash of the manifest, which has the hash of every file:
 * signature.note is a signed note over their hash, timestamp.tsr an RFC 3161 reply for it. */
#ifndef MARSAD_EVIDENCE_PACKAGE_H
#define MARSAD_EVIDENCE_PACKAGE_H

#include "evidence/dossier.h"
#include "evidence/timestamp.h"
#include "media/media.h"
#include "policy/texts.h"

#define PACKAGE_SIGNATURE "signature.note"
#define PACKAGE_TIMESTAMP "timestamp.tsr"

struct package_options {
    const char *out;     /* a folder that is not there yet, or a file NAME.zip or NAME.tar */
    const char *program; /* "marsad 0.1.0" */
    const struct texts *texts;
    enum lang lang;                   /* of the report */
    bool grey, blur;                  /* its stills */
    bool names;                       /* open also the entries of the log whose record names a person */
    const struct note_signer *signer; /* NULL: the log's own key */
    const char *tsa;                  /* NULL: no timestamp */
    unsigned tsa_tries;               /* 0: 4 */
    struct media_pool *media;         /* NULL: a report without stills */
    struct sv why;
};
struct package_made {
    uint64_t files, bytes, proofs;
    size_t posts, originals, missing; /* missing: objects and originals that are not here any more */
    struct sha256 seal;
    bool stamped;
    struct error stamp_why; /* why it was not, when it should have been: the package is there all the same */
};
/* Brings the log up to date, writes the package (it is there entirely or not at all), and then the step: an entry of the
 * log and a line of custody with the seal. dir: of the workspace. */
int package_export(struct store *s, const char *dir, const struct id128 *id, const struct package_options *o,
                   struct package_made *out, struct error *err) MUST_USE;

/* Puts a timestamp into a package that has none yet (ERR_EXISTS when it has). An archive is packed anew. */
int package_stamp(const char *path, const char *tsa, unsigned tries, struct timestamp_view *out,
                  struct error *err) MUST_USE;
/* The seal of a package as it lies there, whatever its files say. */
int package_seal(const char *path, struct sha256 *out, struct error *err) MUST_USE;

/* ---- checking ---- */

enum package_fault_kind {
    PACKAGE_CHANGED, /* a listed file has other bytes */
    PACKAGE_REMOVED,
    PACKAGE_ADDED, /* a file that no manifest lists */
    PACKAGE_SHAPE, /* it is no bag, or a manifest is broken: detail */
    PACKAGE_SEAL,  /* the signature does not hold, or there is none */
    PACKAGE_TIME,  /* the timestamp does not hold */
    PACKAGE_PROOF, /* a proof of the log does not hold, or what lies there is not what it proves: file and detail */
    PACKAGE_FAULTS
};
const char *package_fault_name(enum package_fault_kind kind); /* "changed" */

struct package_fault {
    enum package_fault_kind kind;
    struct sv file;
    const char *detail; /* English, for logs; "" */
};
struct package_check_options {
    const struct note_key *key; /* who must have sealed it; NULL: the key in the package, which proves less */
    const char *ca_file;        /* authorities of timestamps that count; NULL: any */
    int (*fault)(void *arg, const struct package_fault *f); /* *borrowed until* return; non-zero ends */
    void *arg;
};
struct package_summary {
    uint64_t files, bytes, proofs, opened;
    uint64_t
        unproved; /* rows that no opened entry names: taken in by a person, whose entries are left closed */
    uint64_t faults;
    bool sealed, stamped, stamp_trusted;
    struct timestamp_view stamp;
    struct sv signer, log_origin; /* in the caller's arena */
    struct sv case_id, made;      /* from bag-info.txt */
    struct sha256 seal;
    uint64_t log_size;
};
/* A folder, a zip or a tar. 0 whatever was found: out->faults counts. Errors: ERR_FORMAT, ERR_LIMIT when an archive is
 * refused or nothing like a package is there, ERR_IO. Nothing is ever written beside or over what is checked. */
int package_check(const char *path, const struct package_check_options *o, struct arena *a,
                  struct package_summary *out, struct error *err) MUST_USE;
/* Whether a folder or file looks like a package at all: for a command that takes several things. */
bool package_looks_like(const char *path);

#endif
