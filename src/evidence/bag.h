/* Writing a BagIt bag (RFC 8493), version 1.0, SHA-256:
 *
 *     DIR/bagit.txt                 the version
 *     DIR/bag-info.txt              what it is, when and by what it was made, Payload-Oxum
 *     DIR/data/…                    the payload
 *     DIR/manifest-sha256.txt       a hash for every file of the payload
 *     DIR/tagmanifest-sha256.txt    a hash for each of the files above that is not payload
 *
 * What seals the bag (a signature, a timestamp) is of tagmanifest-sha256.txt, stands beside it and is listed nowhere. */
#ifndef MARSAD_EVIDENCE_BAG_H
#define MARSAD_EVIDENCE_BAG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/vec.h"

#define BAG_TAGMANIFEST "tagmanifest-sha256.txt"
#define BAG_MANIFEST    "manifest-sha256.txt"
enum { BAG_PATH_BYTES = 4096 };

struct bag_file {
    struct sv path; /* "data/case.json" */
    struct sha256 sha256;
};
struct bag {
    char dir[BAG_PATH_BYTES];
    struct arena arena;
    struct VEC(struct bag_file) files; /* of the payload, as they came */
    uint64_t bytes;                    /* of the payload */
};

/* Makes the folder. ERR_EXISTS when it is there. */
int bag_open(struct bag *b, const char *dir, struct error *err) MUST_USE;
void bag_done(struct bag *b);
/* A file of the payload; path is under data/ and of our own making: letters, digits, '.', '-', '_', '/'. */
int bag_put(struct bag *b, const char *path, struct sv bytes, struct error *err) MUST_USE;
/* A copy, byte for byte; ERR_FORMAT when it is not what its hash says (NULL: whatever it is), ERR_NOTFOUND. */
int bag_copy(struct bag *b, const char *path, const char *from, const struct sha256 *expected,
             struct error *err) MUST_USE;
/* Writes bag-info (lines "Label: value\n"; Payload-Oxum is added), both manifests, and syncs. *out_seal: the hash of the
 * tag manifest. */
int bag_finish(struct bag *b, struct sv info, struct sha256 *out_seal, struct error *err) MUST_USE;

#endif
