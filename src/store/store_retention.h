/* Retention: how long what is kept, and purging what was kept long enough.
 *
 * A rule is days per class and state, counted from when this installation learnt of the thing (a case: from its closing).
 * What a standing hold covers, and what is in a case that is there, is never purged (store/store_case.h). Purging removes
 * the rows, leaves a tombstone in the ledger ("post 3f2a… -") in the same transaction, and erases the records and salts of
 * the entries that named them ("entry 17 -"): the log then still proves that and when something was there and went, and
 * tells nothing else of it. Records of decisions, referrals, exports and of cases that remain stay.
 *
 * Killed at any moment: what was committed is gone with its tombstone, the rest is done by the next purge. */
#ifndef MARSAD_STORE_STORE_RETENTION_H
#define MARSAD_STORE_STORE_RETENTION_H

#include "store/store_case.h"
#include "store/workspace.h"

enum retain_class {
    RETAIN_POST,  /* the post with everything known of it, and its account when that has no other */
    RETAIN_MEDIA, /* the kept original alone; its fingerprints stay with the post */
    RETAIN_ASIDE, /* records that could not be read */
    RETAIN_CASE,
    RETAIN_CLASSES
};
enum retain_state {
    RETAIN_WAITING, /* posts, media: not analysed yet */
    RETAIN_CLEAR,   /* nothing was found */
    RETAIN_FLAGGED, /* something was */
    RETAIN_ANY,     /* aside */
    RETAIN_CLOSED,  /* cases; open ones are never purged */
    RETAIN_DECIDED, /* posts, media: a person decided on it */
    RETAIN_STATES
};
const char *retain_class_name(enum retain_class v);
const char *retain_state_name(enum retain_state v);
bool retain_class_parse(struct sv s, enum retain_class *out);
bool retain_state_parse(struct sv s, enum retain_state *out);

enum { RETAIN_FOR_EVER = -1, RETAIN_MAX_DAYS = 36500 };

struct retain_rule {
    enum retain_class class;
    enum retain_state state;
    int days; /* RETAIN_FOR_EVER */
    bool built_in;
    struct sv who, why; /* empty when built in */
    int64_t changed_us;
};
/* Every class and state that there is a rule for, in order. */
int store_retention_list(struct store *s, struct arena *a, struct retain_rule **out, size_t *out_n,
                         struct error *err) MUST_USE;
/* ERR_ARG: no such pair, days out of range, no reason. Setting the same again changes nothing. */
int store_retention_set(struct store *s, enum retain_class class, enum retain_state state, int days,
                        struct sv why, struct error *err) MUST_USE;
/* Back to what is built in. */
int store_retention_reset(struct store *s, enum retain_class class, enum retain_state state,
                          struct error *err) MUST_USE;

/* ---- purging ---- */

struct purge_item {
    enum retain_class class;
    enum retain_state state;
    struct sv id; /* hex; *borrowed until* return */
    int64_t since_us;
    bool kept; /* due, and kept by a hold or a case */
};
struct purge_totals {
    int64_t items[RETAIN_CLASSES]; /* purged, or due in a dry run */
    int64_t kept;                  /* due, but held or in a case */
    int64_t entries;               /* records of the ledger that were erased */
};
struct purge_options {
    int64_t now_us;
    bool dry_run; /* tells what is due and changes nothing */
    struct sv why;
    const struct store_network_rules *network; /* by which what is left of the network is decided anew */
    int (*visit)(void *arg, const struct purge_item *item); /* may be NULL; non-zero ends after this batch */
    void *arg;
};
/* Purges what is due, in transactions of its own. Files are removed by workspace_erase afterwards. */
int store_purge(struct store *s, const struct purge_options *o, struct purge_totals *out,
                struct error *err) MUST_USE;
/* One thing, whatever its age: a request of the person concerned, an order of a court. id: hex. ERR_ARG when a hold or
 * a case covers it (it says which), or no reason is given; ERR_NOTFOUND. Without `network` only posts that share nothing. */
int store_purge_one(struct store *s, enum retain_class class, struct sv id, struct sv why,
                    const struct store_network_rules *network, struct purge_totals *out,
                    struct error *err) MUST_USE;

/* Removes from the disk the originals whose rows were purged, also those that an earlier purge left behind when it was
 * killed. w: open in WORKSPACE_RUN, so that nobody keeps the same file again meanwhile. *out_n files. */
int workspace_erase(const struct workspace *w, struct store *s, int64_t *out_n, struct error *err) MUST_USE;

#endif
