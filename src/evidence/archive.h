/* Packages as one file: zip or tar, by libarchive.
 *
 * Reading trusts nothing: regular files and folders only (no links, no devices, nothing encrypted), names that stay
 * inside (no absolute ones, no "..", no '\', no NUL, no control bytes), no name twice, and the limits of base/limits.h on
 * names, files and bytes; what breaks one of these is refused whole, with the name. */
#ifndef MARSAD_EVIDENCE_ARCHIVE_H
#define MARSAD_EVIDENCE_ARCHIVE_H

#include "base/error.h"
#include "base/sv.h"

/* ".zip" or ".tar" by its end. */
bool archive_is_name(const char *path);
/* The folder's files, in order of name, under `root`/ in the archive, which is there entirely or not at all. */
int archive_pack(const char *dir, const char *root, const char *path, struct error *err) MUST_USE;

struct archive_limits {
    uint64_t files, bytes;
};
/* Into `dir`, which is empty. ERR_FORMAT, ERR_LIMIT; what was written by then stays for the caller to remove. limits NULL:
 * those of base/limits.h. */
int archive_unpack(const char *path, const char *dir, const struct archive_limits *limits,
                   struct error *err) MUST_USE;
/* The same from memory. */
int archive_unpack_bytes(struct sv bytes, const char *dir, const struct archive_limits *limits,
                         struct error *err) MUST_USE;

/* A zip of stored entries, written piece by piece (a WACZ is one). */
struct zip_out;
int zip_open(const char *path, struct zip_out **out, struct error *err) MUST_USE;
int zip_put(struct zip_out *z, const char *name, struct sv bytes, int64_t at_us, struct error *err) MUST_USE;
/* Closes, also after an error; 0 when everything was written. Takes NULL. */
int zip_close(struct zip_out *z, struct error *err) MUST_USE;

#endif
