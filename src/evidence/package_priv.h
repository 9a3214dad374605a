/* What the files of packages share. */
#ifndef MARSAD_EVIDENCE_PACKAGE_PRIV_H
#define MARSAD_EVIDENCE_PACKAGE_PRIV_H

#include "evidence/bag.h"
#include "evidence/evidence_priv.h"
#include "evidence/package.h"

#define SEAL_FIRST_LINE "marsad-evidence-package/v1"

/* The raw captures of the posts as a WACZ 1.2.0, written to `path`. *out_any false: there are none, and no file. */
int wacz_write(const struct dossier *d, const char *program, const char *path, int64_t now_us, bool *out_any,
               struct error *err) MUST_USE;

/* A folder beside `path` for what is under way: "path.XXXXXX". */
int package_tmp_dir(const char *path, char out[BAG_PATH_BYTES], struct error *err) MUST_USE;
/* The bag's own folder in one that an archive was unpacked into: the only folder in it, or itself. */
int package_root(const char *dir, char out[BAG_PATH_BYTES], struct error *err) MUST_USE;

/* The text that signature.note signs. */
void package_seal_text(const struct sha256 *seal, struct sv case_id, struct buf *b);

#endif
