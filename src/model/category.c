/* The table of harms. The keywords are those of the DSA Transparency Database's API that come nearest; attacks on
 * disability have no keyword there and go under discrimination and hate speech. */
#include "model/category.h"

#include <assert.h>

#define SPEECH   "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
#define CYBER    "STATEMENT_CATEGORY_CYBER_VIOLENCE"
#define WOMEN    "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN"
#define SECURITY "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
#define PRIVACY  "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
#define CIVIC    "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"

static const struct category_info table[CATEGORY_COUNT] = {
    {CATEGORY_NONE, "none", "", {NULL}},
    {CATEGORY_TERROR_PROPAGANDA,
     "terror.propaganda",
     SECURITY,
     {"KEYWORD_TERRORIST_CONTENT", "KEYWORD_ILLEGAL_ORGANIZATIONS"}},
    {CATEGORY_TERROR_GLORIFICATION, "terror.glorification", SECURITY, {"KEYWORD_TERRORIST_CONTENT"}},
    {CATEGORY_INCITEMENT_VIOLENCE,
     "incitement.violence",
     "STATEMENT_CATEGORY_VIOLENCE",
     {"KEYWORD_INCITEMENT_VIOLENCE_HATRED"}},
    {CATEGORY_HATE, "hate", SPEECH, {"KEYWORD_HATE_SPEECH", "KEYWORD_DISCRIMINATION"}},
    {CATEGORY_HARASSMENT_ABUSE,
     "harassment.abuse",
     CYBER,
     {"KEYWORD_CYBER_HARASSMENT", "KEYWORD_CYBER_BULLYING_INTIMIDATION"}},
    {CATEGORY_HARASSMENT_SMEAR,
     "harassment.smear",
     SPEECH,
     {"KEYWORD_DEFAMATION", "KEYWORD_CYBER_HARASSMENT"}},
    {CATEGORY_HARASSMENT_WOMEN,
     "harassment.women",
     WOMEN,
     {"KEYWORD_CYBER_HARASSMENT_AGAINST_WOMEN", "KEYWORD_INCITEMENT_AGAINST_WOMEN"}},
    {CATEGORY_HARASSMENT_CHILD,
     "harassment.child",
     "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
     {"KEYWORD_CYBER_BULLYING_INTIMIDATION", "KEYWORD_BULLYING_AGAINST_GIRLS"}},
    {CATEGORY_HARASSMENT_DISABILITY,
     "harassment.disability",
     SPEECH,
     {"KEYWORD_DISCRIMINATION", "KEYWORD_HATE_SPEECH"}},
    {CATEGORY_HARASSMENT_FAMILY,
     "harassment.family",
     CYBER,
     {"KEYWORD_CYBER_HARASSMENT", "KEYWORD_CYBER_STALKING"}},
    {CATEGORY_PRIVACY_DOXXING,
     "privacy.doxxing",
     PRIVACY,
     {"KEYWORD_RIGHT_TO_BE_FORGOTTEN", "KEYWORD_CYBER_STALKING"}},
    {CATEGORY_PRIVACY_INTIMATE,
     "privacy.intimate",
     CYBER,
     {"KEYWORD_NON_CONSENSUAL_IMAGE_SHARING", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"}},
    {CATEGORY_EXTORTION,
     "extortion",
     "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
     {"KEYWORD_CYBER_BULLYING_INTIMIDATION", "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"}},
    {CATEGORY_FABRICATED_MEDIA,
     "fabricated.media",
     CIVIC,
     {"KEYWORD_MISINFORMATION_DISINFORMATION", "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING"}},
    {CATEGORY_NETWORK_COORDINATED,
     "network.coordinated",
     CIVIC,
     {"KEYWORD_COORDINATED_HARM", "KEYWORD_INAUTHENTIC_ACCOUNTS"}},
    {CATEGORY_NETWORK_RESURFACED, "network.resurfaced", CIVIC, {"KEYWORD_INAUTHENTIC_ACCOUNTS"}},
};

enum category category_parse(struct sv name)
{
    for (int c = CATEGORY_NONE + 1; c < CATEGORY_COUNT; c++)
        if (sv_is(name, table[c].name)) return (enum category)c;
    return CATEGORY_NONE;
}

const struct category_info *category_info(enum category c)
{
    assert((unsigned)c < CATEGORY_COUNT && table[c].id == c);
    return &table[c];
}

const char *category_name(enum category c) { return category_info(c)->name; }
