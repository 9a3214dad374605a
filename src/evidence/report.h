/* The report of a package: a PDF that a prosecutor reads, in Arabic, French or English. */
#ifndef MARSAD_EVIDENCE_REPORT_H
#define MARSAD_EVIDENCE_REPORT_H

#include "evidence/dossier.h"
#include "media/media.h"
#include "policy/texts.h"

struct report_options {
    const struct texts *texts;
    enum lang lang;
    bool grey, blur;          /* stills */
    struct media_pool *media; /* NULL: no stills */
    const char *dir;          /* of the workspace, for the originals */
    const char *program;
    int64_t now_us;
};
int report_pdf(const struct dossier *d, const struct report_options *o, const char *path,
               struct error *err) MUST_USE;

#endif
