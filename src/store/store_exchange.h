/* What the workspace exchanges with others: sources of signals and every item that came from them, grants (what a person
 * allowed to be shared, and with whom), the objects that collections hand out, and where bank items matched.
 *
 * An item of a source is written together with its bank item and its ledger entry, so that provenance cannot be lost. The
 * flood guard lives here too: a guarded item that suddenly matches many posts is quarantined in the transaction of the
 * result that showed it. Rows that are evidence: OBJECT_GRANT, OBJECT_FOREIGN (store/ledger.h). */
#ifndef MARSAD_STORE_STORE_EXCHANGE_H
#define MARSAD_STORE_STORE_EXCHANGE_H

#include "store/store.h"

/* ---- sources ---- */

struct exchange_source {
    struct sv name; /* as a bank's name */
    struct sv kind; /* "taxii", "list", "stopncii", "tcap", "stix", … : exchange's own words */
    struct sv bank; /* where its items land */
    struct sv address, collection;
    struct sv secret;     /* path of a file that holds the credentials; never the credentials */
    bool trusted;         /* its items match at once, under the flood guard; else a person confirms first */
    int64_t flood_least;  /* posts within flood_window_us below which nothing is a flood */
    int64_t flood_factor; /* … and above this many times the item's usual number */
    int64_t flood_window_us;
    /* what the synchronisation remembers */
    struct sv cursor; /* the remote side's own word for "how far" */
    int64_t round;    /* of full listings */
    int64_t synced_us, next_us, failures;
    struct sv said; /* what went wrong last; empty */
};
/* New or changed; state columns are kept when it was there. ERR_ARG for a name of another shape, ERR_NOTFOUND: no such bank. */
int store_source_put(struct store *s, const struct exchange_source *src, struct error *err) MUST_USE;
int store_source_get(struct store *s, struct sv name, struct arena *a, struct exchange_source *out,
                     struct error *err) MUST_USE;
int store_source_list(struct store *s, struct arena *a, struct exchange_source **out, size_t *out_n,
                      struct error *err) MUST_USE;
/* cursor, round, synced_us, next_us, failures, said. */
int store_source_state(struct store *s, const struct exchange_source *src, struct error *err) MUST_USE;

/* ---- items that came from a source ---- */

enum foreign_state {
    FOREIGN_NEW,       /* nobody has looked: quarantined, or active under guard when the source is trusted */
    FOREIGN_CONFIRMED, /* a person says it is what it claims */
    FOREIGN_REFUTED,   /* a person says it is not: quarantined for ever, whatever the source sends */
    FOREIGN_HELD,      /* the flood guard took it out; a person confirms or refutes */
    FOREIGN_WITHDRAWN, /* its source took it back */
    FOREIGN_STATES
};
const char *foreign_state_name(enum foreign_state v); /* "confirmed"; "" out of range */
bool foreign_state_parse(struct sv s, enum foreign_state *out);

struct foreign_item {
    struct sv source, remote; /* the source's own id of it */
    struct sv bank;
    struct id128 item;  /* in that bank */
    struct sv modified; /* the source's version */
    struct sv origin;   /* the record as it came, JSON or a line */
    enum foreign_state state;
    struct sv who, why; /* who confirmed, refuted; why it is held */
    int64_t seen_us;    /* first */
    int64_t changed_us;
    int64_t round; /* of the last full listing that had it */
};
/* Takes an item in: writes the bank item with the status that `f->state` and the person's earlier word ask for, and the
 * row. *out_new false when it was there. Refuted stays refuted, confirmed stays confirmed. What was withdrawn and is sent
 * again is new again. Label and reason of the item follow the
 * source, its threshold where the source has one. */
int store_foreign_put(struct store *s, const struct foreign_item *f, const struct bank_item *item,
                      int64_t now_us, bool *out_new, struct error *err) MUST_USE;
/* The source took it back: out of matching, unless another source still has the same item. ERR_NOTFOUND: never had it. */
int store_foreign_withdraw(struct store *s, struct sv source, struct sv remote, int64_t now_us,
                           struct error *err) MUST_USE;
/* Those of the source that a full listing (its round) did not have. *out_n withdrawn. */
int store_foreign_withdraw_unseen(struct store *s, struct sv source, int64_t round, int64_t now_us,
                                  int64_t *out_n, struct error *err) MUST_USE;
/* A person's word: CONFIRMED or REFUTED, or NEW to take it back. why must not be empty. */
int store_foreign_judge(struct store *s, struct sv source, struct sv remote, enum foreign_state word,
                        struct sv who, struct sv why, int64_t now_us, struct error *err) MUST_USE;
/* Items of a source (SV_NULL: all) in one state (FOREIGN_STATES: all); *borrowed until* return; non-zero ends. */
int store_foreign_items(struct store *s, struct sv source, enum foreign_state state,
                        int (*visit)(void *arg, const struct foreign_item *f), void *arg,
                        struct error *err) MUST_USE;
/* By the source's id, or a prefix (≥ 4 digits) of the bank item's. */
int store_foreign_find(struct store *s, struct sv source, struct sv what, struct arena *a,
                       struct foreign_item *out, struct error *err) MUST_USE;

/* One item of a bank. ERR_NOTFOUND. Strings and frames in `a`. */
int store_bank_item_get(struct store *s, struct sv bank, const struct id128 *item, struct arena *a,
                        struct bank_item *out, struct error *err) MUST_USE;

/* Those of a type that have that label. As store_bank_items. */
int store_bank_items_labelled(struct store *s, struct sv bank, enum bank_item_type type, struct sv label,
                              int (*visit)(void *arg, const struct bank_item *item), void *arg,
                              struct error *err) MUST_USE;

/* ---- where items matched ---- */

/* Called by store_put_result: the post's matches replace what was noted of it, and items under guard are looked at. */
int store_note_matches(struct store *s, const struct id128 *post, const struct finding_list *l,
                       struct error *err) MUST_USE;
struct match_count {
    int64_t posts, first_us, last_us;
};
int store_match_count(struct store *s, struct sv bank, const struct id128 *item, int64_t from_us,
                      int64_t to_us, struct match_count *out, struct error *err) MUST_USE;

/* ---- opinions that go back ---- */

struct opinion {
    struct id128 id; /* of source, remote and opinion */
    struct sv source, remote;
    struct sv opinion;      /* STIX: "strongly-agree" … "strongly-disagree" */
    struct sv who, why;     /* pseudonym */
    int64_t at_us, sent_us; /* TIME_UNKNOWN: waits */
};
int store_opinion_put(struct store *s, const struct opinion *o, struct error *err) MUST_USE;
int store_opinions_waiting(struct store *s, struct sv source, struct arena *a, struct opinion **out,
                           size_t *out_n, struct error *err) MUST_USE;
int store_opinion_sent(struct store *s, const struct id128 *id, int64_t now_us, struct error *err) MUST_USE;

/* ---- grants: what a person allowed to go out ---- */

struct grant {
    struct sv collection; /* as a bank's name */
    struct sv bank;
    struct id128 item;
    struct sv tlp;                /* "clear", "green", "amber", "amber+strict", "red" */
    struct sv who, why, decision; /* who decided; the decision's id where one was made elsewhere */
    int64_t at_us, revoked_us;    /* TIME_UNKNOWN: stands */
};
/* Idempotent (*out_changed, may be NULL, says whether it was news); one that was revoked stands again. ERR_ARG: no person, no reason; ERR_NOTFOUND: no such item. */
int store_grant_put(struct store *s, const struct grant *g, bool *out_changed, struct error *err) MUST_USE;
int store_grant_revoke(struct store *s, struct sv collection, struct sv bank, const struct id128 *item,
                       struct sv who, struct sv why, int64_t now_us, struct error *err) MUST_USE;
/* Of a collection (SV_NULL: all), in order of bank and item, revoked ones too. *Borrowed until* return. */
int store_grants(struct store *s, struct sv collection, int (*visit)(void *arg, const struct grant *g),
                 void *arg, struct error *err) MUST_USE;

/* ---- objects of collections, as they are handed out ---- */

struct shared_object {
    struct sv collection;
    int64_t seq; /* from 1, per collection: the order of coming */
    struct sv id, version, body;
    int64_t added_us;
    bool foreign; /* a partner put it there */
};
/* Adds one version; the same (collection, id, version) again changes nothing (*out_new false). added_us rises strictly
 * within a collection. */
int store_object_put(struct store *s, const struct shared_object *o, bool *out_new,
                     struct error *err) MUST_USE;
/* Those behind `after` (seq), at most max; *borrowed until* return; non-zero ends. */
int store_objects(struct store *s, struct sv collection, int64_t after, int64_t max,
                  int (*visit)(void *arg, const struct shared_object *o), void *arg,
                  struct error *err) MUST_USE;
/* Whether the collection has an object of that id whose newest version has exactly this body. */
int store_object_same(struct store *s, struct sv collection, struct sv id, struct sv body, bool *out,
                      struct error *err) MUST_USE;
/* Number of the newest version of an object; 0: there is none. */
int store_object_newest(struct store *s, struct sv collection, struct sv id, int64_t *out_seq,
                        struct error *err) MUST_USE;
/* Names of collections that have grants or objects. */
int store_collections(struct store *s, struct arena *a, struct sv **out, size_t *out_n,
                      struct error *err) MUST_USE;

#endif
