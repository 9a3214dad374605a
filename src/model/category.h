/* The closed list of harms. Harm, never morals, opinion or criticism of an authority: nothing outside this list can
 * be found, assessed, queued or exported, and a policy that names another is refused.
 *
 * Each harm maps onto the category and keywords of the EU's DSA Transparency Database. */
#ifndef MARSAD_MODEL_CATEGORY_H
#define MARSAD_MODEL_CATEGORY_H

#include "base/sv.h"

enum category {
    CATEGORY_NONE = 0,
    CATEGORY_TERROR_PROPAGANDA,
    CATEGORY_TERROR_GLORIFICATION,
    CATEGORY_INCITEMENT_VIOLENCE,
    CATEGORY_HATE,
    CATEGORY_HARASSMENT_ABUSE,
    CATEGORY_HARASSMENT_SMEAR,
    CATEGORY_HARASSMENT_WOMEN,
    CATEGORY_HARASSMENT_CHILD,
    CATEGORY_HARASSMENT_DISABILITY,
    CATEGORY_HARASSMENT_FAMILY,
    CATEGORY_PRIVACY_DOXXING,
    CATEGORY_PRIVACY_INTIMATE,
    CATEGORY_EXTORTION,
    CATEGORY_FABRICATED_MEDIA,
    CATEGORY_NETWORK_COORDINATED,
    CATEGORY_NETWORK_RESURFACED,
    CATEGORY_COUNT
};

struct category_info {
    enum category id;
    const char *name;            /* "terror.propaganda" */
    const char *dsa_category;    /* "STATEMENT_CATEGORY_…" */
    const char *dsa_keywords[4]; /* "KEYWORD_…", NULL-ended */
};

/* CATEGORY_NONE for anything not in the list, whatever its case. */
enum category category_parse(struct sv name);
/* Static; "none" for CATEGORY_NONE. Asserts on numbers outside the list. */
const struct category_info *category_info(enum category c);
const char *category_name(enum category c);

#endif
