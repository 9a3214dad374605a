/* What the policy makes of a post's findings: category, severity, clock, priority, and why. */
#ifndef MARSAD_MODEL_ASSESSMENT_H
#define MARSAD_MODEL_ASSESSMENT_H

#include "model/finding.h"

struct assessment {
    enum category category; /* CATEGORY_NONE: nothing to decide, not queued */
    int severity;           /* 0-100 */
    double probability;     /* 0..1 */
    int64_t clock_us;       /* time a person has, from the moment Marsad knew */
    bool hard;              /* a deadline to be kept before all else */
    double expected_views;  /* still to come before the next look */
    double priority;        /* severity × probability × expected views, as the policy weighs it */
    struct sv reason;       /* key of a text in policy/texts: "reason.doxxing_address" */
    struct sv policy;       /* version: name and first 12 hex digits of the file's SHA-256 */
    uint32_t *because;      /* findings that carried it, indexes into the list, strongest first */
    size_t nbecause;
};

void assessment_write(const struct assessment *s, struct jw *w);
int assessment_read(const struct json *v, struct arena *a, struct assessment *out,
                    struct error *err) MUST_USE;

#endif
