/* A package under way, for package.c and package_case.c. */
#ifndef MARSAD_EVIDENCE_PACKAGE_WRITE_H
#define MARSAD_EVIDENCE_PACKAGE_WRITE_H

#include "base/map.h"
#include "evidence/package_priv.h"

struct package_writer {
    struct store *s;
    const char *dir; /* of the workspace */
    const struct dossier *d;
    const struct package_options *o;
    struct package_made *made;
    struct error *err;
    struct bag bag;
    struct map originals, proved; /* what was written already */
    struct buf text;              /* scratch */
    struct jw w;
    char path[BAG_PATH_BYTES];
    int64_t now_us;
};
/* Everything but the report. */
int package_write_case(struct package_writer *m) MUST_USE;
/* Of that, decisions and referrals. */
int package_write_acts(struct package_writer *m) MUST_USE;

#endif
