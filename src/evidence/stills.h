/* Stills for a report: frames of the originals, made by the sandboxed worker, greyscale or blurred where that is wanted. */
#ifndef MARSAD_EVIDENCE_STILLS_H
#define MARSAD_EVIDENCE_STILLS_H

#include "evidence/report.h"

enum { STILLS_PER_POST = 4, STILLS_MAX = 200, STILL_SIDE_PX = 360 };

struct still {
    int64_t time_us;
    int width, height;
    const uint8_t *rgb;
};
struct stills;
/* Of up to STILLS_MAX frames; an original that cannot be shown has none. No pool in `o`: none at all. */
int stills_load(const struct dossier *d, const struct report_options *o, struct stills **out,
                struct error *err) MUST_USE;
void stills_free(struct stills *s);
/* Those of a post, at most STILLS_PER_POST; *borrowed until* stills_free. */
size_t stills_of(const struct stills *s, const struct dossier_post *p, const struct still **out);

#endif
