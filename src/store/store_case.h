/* Cases: what belongs together before an authority. A case holds objects (posts, accounts, complaints, notes, decisions,
 * referrals, media) by type and id, a chain of custody that says who did what to which of them, when and why, and legal
 * holds against retention. Every change is an entry of the ledger in the same transaction; its rows are evidence as posts
 * are (store/ledger.h, OBJECT_CASE…).
 *
 * "Who" is always a pseudonym, the one that the ledger's public leaves carry: ledger_set_actor says who acts. Strings of
 * the results are in the caller's arena. Calls outside a transaction are each their own. */
#ifndef MARSAD_STORE_STORE_CASE_H
#define MARSAD_STORE_STORE_CASE_H

#include "store/ledger.h"

enum case_state { CASE_OPEN, CASE_CLOSED, CASE_STATES };
/* Traffic Light Protocol 2.0: who may be shown the case. */
enum case_tlp { TLP_CLEAR, TLP_GREEN, TLP_AMBER, TLP_AMBER_STRICT, TLP_RED, TLP_LEVELS };
enum case_object_type {
    CASE_POST,      /* id of a post, 32 hex digits */
    CASE_ACCOUNT,   /* id of an account, 32 hex digits */
    CASE_MEDIA,     /* SHA-256 of a kept original */
    CASE_COMPLAINT, /* id of a complaint of this case */
    CASE_NOTE,      /* id of a note of this case */
    CASE_DECISION,
    CASE_REFERRAL,
    CASE_PACKAGE, /* SHA-256 of the manifest of an evidence package that was exported */
    CASE_OBJECT_TYPES
};
const char *case_state_name(enum case_state v); /* "open"; "" out of range, as the others */
const char *case_tlp_name(enum case_tlp v);     /* "amber+strict" */
const char *case_object_name(enum case_object_type v);
bool case_state_parse(struct sv s, enum case_state *out);
bool case_tlp_parse(struct sv s, enum case_tlp *out);
bool case_object_parse(struct sv s, enum case_object_type *out);

struct case_file {
    struct id128 id;
    struct sv reference; /* the installation's own file number; may be empty */
    struct sv title;
    enum case_state state;
    enum case_tlp tlp;
    struct sv who; /* opened it */
    int64_t created_us, changed_us;
    int64_t closed_us; /* TIME_UNKNOWN while open */
    int64_t objects;
    int64_t holds; /* that stand, on the case itself */
};

/* Opens one; its id is drawn at random. ERR_ARG: empty title, or a title, reference or TLP beyond its limits; ERR_EXISTS:
 * the reference has a case already. */
int store_case_new(struct store *s, struct sv title, struct sv reference, enum case_tlp tlp,
                   struct id128 *out_id, struct error *err) MUST_USE;
int store_case_get(struct store *s, const struct id128 *id, struct arena *a, struct case_file *out,
                   struct error *err) MUST_USE;
/* By reference, or id prefix (≥ 4 hex digits). ERR_NOTFOUND; ERR_ARG when a prefix fits several. */
int store_case_find(struct store *s, struct sv what, struct id128 *out, struct error *err) MUST_USE;
/* Newest first; state CASE_STATES: all. */
int store_case_list(struct store *s, enum case_state state, struct arena *a, struct case_file **out,
                    size_t *out_n, struct error *err) MUST_USE;
/* Closed cases change only by being opened again: the other calls say ERR_ARG. Doing it twice changes nothing. */
int store_case_close(struct store *s, const struct id128 *id, struct sv why, struct error *err) MUST_USE;
int store_case_reopen(struct store *s, const struct id128 *id, struct sv why, struct error *err) MUST_USE;
int store_case_set_tlp(struct store *s, const struct id128 *id, enum case_tlp tlp, struct sv why,
                       struct error *err) MUST_USE;

/* ---- objects ---- */

struct case_object {
    enum case_object_type type;
    struct sv id;
    struct sv who, why;
    int64_t added_us;
};
/* Adds, with a line of custody; *out_new (may be NULL) false when it was there. ERR_ARG: an id with other bytes than
 * letters, digits, '-', '_', '.', ':' or longer than CASE_OBJECT_MAX_BYTES; ERR_NOTFOUND: no such post, account or media
 * here; ERR_LIMIT: the case has CASE_MAX_OBJECTS. */
int store_case_add(struct store *s, const struct id128 *id, enum case_object_type type, struct sv object,
                   struct sv why, bool *out_new, struct error *err) MUST_USE;
/* Takes out; the line of custody stays. ERR_NOTFOUND; ERR_ARG for notes and complaints, which stay. */
int store_case_drop(struct store *s, const struct id128 *id, enum case_object_type type, struct sv object,
                    struct sv why, struct error *err) MUST_USE;
/* By type, then as added. */
int store_case_objects(struct store *s, const struct id128 *id, struct arena *a, struct case_object **out,
                       size_t *out_n, struct error *err) MUST_USE;
/* Cases that hold an object, newest first. */
int store_cases_of(struct store *s, enum case_object_type type, struct sv object, struct arena *a,
                   struct id128 **out, size_t *out_n, struct error *err) MUST_USE;

/* ---- notes and complaints: words in a case ---- */

struct case_text {
    struct id128 id;
    enum case_object_type type; /* CASE_NOTE or CASE_COMPLAINT */
    int64_t at_us;
    struct sv who;
    struct sv channel;   /* of a complaint: who sent it ("police", "hotline", "victim", …); may be empty */
    struct sv reference; /* of a complaint: its number there; may be empty */
    struct sv body;
};
/* Writes one (id, at_us and who of `t` are not read) and makes it an object of the case. */
int store_case_write(struct store *s, const struct id128 *id, const struct case_text *t, struct id128 *out_id,
                     struct error *err) MUST_USE;
/* As they were written. */
int store_case_texts(struct store *s, const struct id128 *id, struct arena *a, struct case_text **out,
                     size_t *out_n, struct error *err) MUST_USE;

/* ---- custody ---- */

enum custody_act {
    CUSTODY_OPENED,
    CUSTODY_ADDED,
    CUSTODY_DROPPED,
    CUSTODY_VIEWED,
    CUSTODY_COPIED,
    CUSTODY_EXPORTED,
    CUSTODY_STAMPED,
    CUSTODY_HANDED_OVER,
    CUSTODY_RECEIVED,
    CUSTODY_CHECKED, /* its hash was compared */
    CUSTODY_HELD,
    CUSTODY_RELEASED,
    CUSTODY_CHANGED, /* the case's own words or TLP */
    CUSTODY_CLOSED,
    CUSTODY_REOPENED,
    CUSTODY_SENT, /* a referral */
    CUSTODY_ANSWERED,
    CUSTODY_ACTS
};
const char *custody_act_name(enum custody_act v); /* "handed-over" */
bool custody_act_parse(struct sv s, enum custody_act *out);

struct custody {
    int64_t n; /* from 0, per case */
    int64_t at_us;
    struct sv who;
    enum custody_act act;
    enum case_object_type type; /* CASE_OBJECT_TYPES: the case itself */
    struct sv object;
    struct sv why;
};
/* A line of its own: somebody looked, copied, handed over. type CASE_OBJECT_TYPES and object SV_NULL: the whole case;
 * otherwise ERR_NOTFOUND when the object is not in the case. Also of closed cases. */
int store_custody_add(struct store *s, const struct id128 *id, enum custody_act act,
                      enum case_object_type type, struct sv object, struct sv why,
                      struct error *err) MUST_USE;
int store_custody(struct store *s, const struct id128 *id, struct arena *a, struct custody **out,
                  size_t *out_n, struct error *err) MUST_USE;

/* ---- legal holds: nothing that one covers is purged ---- */

enum hold_scope { HOLD_CASE, HOLD_POST, HOLD_ACCOUNT, HOLD_EVERYTHING, HOLD_SCOPES };
const char *hold_scope_name(enum hold_scope v); /* "everything" */

struct hold {
    struct id128 id;
    enum hold_scope scope;
    struct sv object;    /* id in hex; empty for everything */
    struct sv authority; /* who asked for it, or its number; may be empty */
    struct sv why, who;
    int64_t from_us, until_us; /* until TIME_UNKNOWN: until released. After it the hold no longer stands */
    int64_t released_us;       /* TIME_UNKNOWN: not */
    struct sv released_who, released_why;
};
bool hold_stands(const struct hold *h, int64_t now_us);
/* scope, object, authority, why and until_us of `h` are read. A hold of an account covers its posts, one of a case its
 * objects. ERR_NOTFOUND: no such case, post or account; ERR_ARG: no reason given. */
int store_hold_new(struct store *s, const struct hold *h, struct id128 *out_id, struct error *err) MUST_USE;
/* ERR_NOTFOUND; ERR_ARG: released already, or no reason given. */
int store_hold_release(struct store *s, const struct id128 *hold, struct sv why, struct error *err) MUST_USE;
/* By prefix of its id, as store_case_find. */
int store_hold_find(struct store *s, struct sv what, struct id128 *out, struct error *err) MUST_USE;
/* All, released ones too, oldest first. */
int store_holds(struct store *s, struct arena *a, struct hold **out, size_t *out_n,
                struct error *err) MUST_USE;

/* ---- who ---- */

/* The pseudonym of whoever acts now. */
int store_who(struct store *s, char out[LEDGER_PSEUDONYM_BYTES], struct error *err) MUST_USE;

#endif
