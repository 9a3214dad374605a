/* What a person decided of a post, in the model of the EU's Digital Services Act (Art. 17) and its Transparency
 * Database: the measure and its scope, the facts, the ground in law or in the terms of use, and whether a machine had a
 * hand in it. So a report is an export and not a project.
 *
 * A decision is never changed: while its time to undo runs it may be undone; after that a new decision reverses it. */
#ifndef MARSAD_MODEL_DECISION_H
#define MARSAD_MODEL_DECISION_H

#include "base/clock.h"
#include "base/id.h"
#include "model/category.h"

enum measure {
    MEASURE_NONE = 0, /* no violation: nothing is to be done */
    MEASURE_CONTENT_REMOVE,
    MEASURE_CONTENT_DISABLE,
    MEASURE_CONTENT_DEMOTE,
    MEASURE_CONTENT_AGE_RESTRICT,
    MEASURE_CONTENT_RESTRICT_INTERACTION,
    MEASURE_CONTENT_LABEL,
    MEASURE_ACCOUNT_SUSPEND,
    MEASURE_ACCOUNT_CLOSE, /* takes two persons */
    MEASURE_COUNT
};
const char *measure_name(enum measure m); /* "content.remove" */
bool measure_parse(struct sv s, enum measure *out);
/* The Transparency Database's words: "DECISION_VISIBILITY_CONTENT_REMOVED", "DECISION_ACCOUNT_TERMINATED"; "" for none. */
const char *measure_dsa(enum measure m);
bool measure_is_account(enum measure m);

enum decision_scope { SCOPE_ITEM = 0, SCOPE_CLUSTER, SCOPE_ACCOUNT, SCOPE_COUNT };
const char *scope_name(enum decision_scope s);
bool scope_parse(struct sv s, enum decision_scope *out);

enum decision_ground { GROUND_NONE = 0, GROUND_LAW, GROUND_TERMS, GROUND_COUNT };
const char *ground_name(enum decision_ground g); /* "law" */
bool ground_parse(struct sv s, enum decision_ground *out);
/* "DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"; "" for none. */
const char *ground_dsa(enum decision_ground g);

enum decision_source { SOURCE_OWN = 0, SOURCE_NOTICE, SOURCE_TRUSTED_FLAGGER, SOURCE_COUNT };
const char *source_name(enum decision_source s); /* "own" */
bool source_parse(struct sv s, enum decision_source *out);
const char *source_dsa(enum decision_source s); /* "SOURCE_VOLUNTARY" … */

enum decision_state {
    DECISION_UNDOABLE = 0,    /* made; its time to undo runs; nothing has left the house */
    DECISION_AWAITING_SECOND, /* waits for the word of another person */
    DECISION_IN_FORCE,
    DECISION_UNDONE,
    DECISION_REFUSED,  /* the second person disagreed */
    DECISION_REVERSED, /* by a later one: reversed_by */
    DECISION_STATE_COUNT
};
const char *decision_state_name(enum decision_state s); /* "awaiting_second" */
bool decision_state_parse(struct sv s, enum decision_state *out);

struct decision {
    struct id128 id;      /* random */
    struct id128 post;    /* the post that was looked at */
    struct id128 account; /* its account; zero when unknown */
    struct id128 person;  /* who decided */
    int64_t at_us;
    enum decision_state state;
    enum measure measure;
    enum decision_scope scope;
    enum category category; /* CATEGORY_NONE when the measure is none */
    enum decision_ground ground;
    struct sv ground_ref, ground_why; /* article or clause; why the facts fall under it */
    struct sv facts;
    struct sv territories; /* "MA IQ"; empty: everywhere */
    int64_t until_us;      /* end of the measure; TIME_UNKNOWN: none */
    enum decision_source source;
    bool automated_detection; /* a machine pointed at it */
    bool automated_decision;  /* never true: a person decides */
    int64_t undo_until_us;
    struct id128 second; /* zero: nobody yet, or not needed */
    int64_t second_at_us;
    struct sv second_facts;
    struct id128 reverses, reversed_by; /* zero: none */
    /* As things stood then, for figures and clocks. */
    enum category machine_category;
    double machine_probability;
    struct sv policy;                             /* version that had ranked it */
    struct sv language;                           /* of the post */
    int64_t known_us, deadline_us, first_look_us; /* TIME_UNKNOWN */
};

/* Empty: no ids, no texts, unknown times. */
void decision_init(struct decision *d);
/* Whether it stands: undoable, awaiting the second, or in force. */
bool decision_stands(const struct decision *d);

#endif
