#include "model/decision.h"

static const char *const measures[MEASURE_COUNT] = {
    "none",           "content.remove",       "content.disable",
    "content.demote", "content.age_restrict", "content.restrict_interaction",
    "content.label",  "account.suspend",      "account.close"};
static const char *const measures_dsa[MEASURE_COUNT] = {"",
                                                        "DECISION_VISIBILITY_CONTENT_REMOVED",
                                                        "DECISION_VISIBILITY_CONTENT_DISABLED",
                                                        "DECISION_VISIBILITY_CONTENT_DEMOTED",
                                                        "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
                                                        "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
                                                        "DECISION_VISIBILITY_CONTENT_LABELLED",
                                                        "DECISION_ACCOUNT_SUSPENDED",
                                                        "DECISION_ACCOUNT_TERMINATED"};
static const char *const scopes[SCOPE_COUNT] = {"item", "cluster", "account"};
static const char *const grounds[GROUND_COUNT] = {"none", "law", "terms"};
static const char *const grounds_dsa[GROUND_COUNT] = {"", "DECISION_GROUND_ILLEGAL_CONTENT",
                                                      "DECISION_GROUND_INCOMPATIBLE_CONTENT"};
static const char *const sources[SOURCE_COUNT] = {"own", "notice", "trusted_flagger"};
static const char *const sources_dsa[SOURCE_COUNT] = {"SOURCE_VOLUNTARY", "SOURCE_ARTICLE_16",
                                                      "SOURCE_TRUSTED_FLAGGER"};
static const char *const states[DECISION_STATE_COUNT] = {"undoable", "awaiting_second", "in_force",
                                                         "undone",   "refused",         "reversed"};

static bool parse(struct sv s, const char *const *names, unsigned n, unsigned *out)
{
    for (unsigned i = 0; i < n; i++) {
        if (!sv_is(s, names[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

/* A closed list by name, both ways. */
#define NAMES(type, call, list, count)                                                                       \
    const char *call##_name(enum type v) { return (unsigned)v < (count) ? (list)[v] : ""; }                  \
    bool call##_parse(struct sv s, enum type *out) /* NOLINT(bugprone-macro-parentheses) */                  \
    {                                                                                                        \
        unsigned i;                                                                                          \
        if (!parse(s, (list), (count), &i)) return false;                                                    \
        *out = (enum type)i; /* NOLINT(bugprone-macro-parentheses): a type's name */                         \
        return true;                                                                                         \
    }
NAMES(measure, measure, measures, MEASURE_COUNT)
NAMES(decision_scope, scope, scopes, SCOPE_COUNT)
NAMES(decision_ground, ground, grounds, GROUND_COUNT)
NAMES(decision_source, source, sources, SOURCE_COUNT)
NAMES(decision_state, decision_state, states, DECISION_STATE_COUNT)

const char *measure_dsa(enum measure m) { return (unsigned)m < MEASURE_COUNT ? measures_dsa[m] : ""; }
const char *ground_dsa(enum decision_ground g) { return (unsigned)g < GROUND_COUNT ? grounds_dsa[g] : ""; }
const char *source_dsa(enum decision_source s) { return (unsigned)s < SOURCE_COUNT ? sources_dsa[s] : ""; }
bool measure_is_account(enum measure m) { return m == MEASURE_ACCOUNT_SUSPEND || m == MEASURE_ACCOUNT_CLOSE; }

void decision_init(struct decision *d)
{
    *d = (struct decision){.until_us = TIME_UNKNOWN,
                           .second_at_us = TIME_UNKNOWN,
                           .known_us = TIME_UNKNOWN,
                           .deadline_us = TIME_UNKNOWN,
                           .first_look_us = TIME_UNKNOWN};
}

bool decision_stands(const struct decision *d)
{
    return d->state == DECISION_UNDOABLE || d->state == DECISION_AWAITING_SECOND ||
           d->state == DECISION_IN_FORCE;
}
