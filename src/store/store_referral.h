/* Referrals: a notice, order or request to a platform or an authority, from its draft to what came of it.
 *
 * A referral row is its state; events are its history and only grow; targets are the addresses it is about, each with what
 * was last seen there. What is to be sent lies in the outbox, written in the transaction of the decision to send it. Rows
 * that are evidence: OBJECT_REFERRAL, OBJECT_REFERRAL_TARGET, OBJECT_REFERRAL_EVENT. Which state follows which is
 * exchange/referral.h's affair. Strings of results are in the caller's arena. */
#ifndef MARSAD_STORE_STORE_REFERRAL_H
#define MARSAD_STORE_STORE_REFERRAL_H

#include "store/store.h"

/* Whom one writes to: a name as a bank's, and how to reach it as JSON (docs/referrals.md). */
struct recipient {
    struct sv name, body;
};
int store_recipient_put(struct store *s, const struct recipient *r, struct error *err) MUST_USE;
int store_recipient_get(struct store *s, struct sv name, struct arena *a, struct recipient *out,
                        struct error *err) MUST_USE;
int store_recipient_list(struct store *s, struct arena *a, struct recipient **out, size_t *out_n,
                         struct error *err) MUST_USE;

struct referral {
    struct id128 id;
    struct sv kind, recipient, lang, state; /* closed lists of exchange/referral.h; recipient's name */
    struct sv case_id;                      /* as text; may be empty */
    struct sv category;
    bool accounts;        /* asks to close accounts: two people */
    struct sv drafted_by; /* pseudonym */
    struct sv fields;     /* JSON: what fills the template */
    struct sv document;   /* as approved; empty before */
    /* TIME_UNKNOWN: not yet */
    int64_t drafted_us, sent_us, received_us, answered_us, offline_us, due_us, reminded_us, escalated_us;
    int64_t version; /* rises with every change: who changes it must have seen the last */
};
struct referral_target {
    int64_t position;
    struct sv url;
    struct id128 post; /* zero: none */
    bool account;      /* an account, not a post */
    struct sv state;   /* "unknown", "online", "offline", "back" */
    int64_t checked_us, online_us /* last seen there */, offline_us /* first seen gone */, back_us, next_us,
        fails;
    struct sv said; /* of the last look */
};
struct referral_event {
    int64_t n, at_us;
    struct sv kind; /* closed list */
    struct sv who;  /* pseudonym */
    struct sv says; /* JSON, one line */
};

/* Nothing known: all times TIME_UNKNOWN, the rest zero. */
void referral_init(struct referral *r);
/* ERR_EXISTS when the id is there. Writes targets and the first event too. */
int store_referral_new(struct store *s, const struct referral *r, const struct referral_target *targets,
                       size_t n, const struct referral_event *first, struct error *err) MUST_USE;
int store_referral_get(struct store *s, const struct id128 *id, struct arena *a, struct referral *out,
                       struct error *err) MUST_USE;
/* By prefix of its id, ≥ 4 digits. ERR_NOTFOUND; ERR_ARG when it fits several. */
int store_referral_find(struct store *s, struct sv what, struct id128 *out, struct error *err) MUST_USE;
/* Oldest first; state empty: all. */
int store_referral_list(struct store *s, struct sv state, struct arena *a, struct referral **out,
                        size_t *out_n, struct error *err) MUST_USE;
/* Writes what can change and appends the event, when the stored version is still r->version; else ERR_BUSY. */
int store_referral_change(struct store *s, const struct referral *r, const struct referral_event *e,
                          struct error *err) MUST_USE;
int store_referral_targets(struct store *s, const struct id128 *id, struct arena *a,
                           struct referral_target **out, size_t *out_n, struct error *err) MUST_USE;
int store_referral_target_put(struct store *s, const struct id128 *id, const struct referral_target *t,
                              struct error *err) MUST_USE;
int store_referral_events(struct store *s, const struct id128 *id, struct arena *a,
                          struct referral_event **out, size_t *out_n, struct error *err) MUST_USE;

/* ---- the outbox ---- */

enum outbox_state {
    OUTBOX_WAITING,
    OUTBOX_SENDING, /* somebody has it in hand: nothing was handed over yet */
    OUTBOX_HANDED,  /* the last byte is about to go: whether it arrived is not known until the answer */
    OUTBOX_SENT,
    OUTBOX_FAILED, /* for good: a person must look */
    OUTBOX_UNSURE  /* killed between the last byte and the answer: never sent again by itself */
};
struct outbox_message {
    struct id128 id; /* the idempotency key */
    struct id128 referral;
    struct sv channel; /* "mail", "api" */
    struct sv address, body;
    enum outbox_state state;
    int64_t attempt, next_us, at_us;
    struct sv owner, said;
};
/* Part of the caller's transaction. The same id again changes nothing. */
int store_outbox_put(struct store *s, const struct outbox_message *m, struct error *err) MUST_USE;
/* The next that waits and is due becomes OUTBOX_SENDING under `owner`; *out_any false: none. */
int store_outbox_claim(struct store *s, struct sv owner, int64_t now_us, struct arena *a,
                       struct outbox_message *out, bool *out_any, struct error *err) MUST_USE;
/* State, next_us, said of one that this owner has in hand: ERR_BUSY when it is no longer its. */
int store_outbox_mark(struct store *s, const struct outbox_message *m, struct sv owner,
                      struct error *err) MUST_USE;
/* What a dead owner had in hand: SENDING waits again, HANDED is UNSURE. `alive` says which owners live. */
int store_outbox_recover(struct store *s, bool (*alive)(struct sv owner), int64_t now_us,
                         struct error *err) MUST_USE;
/* A person settles one that is unsure or failed: again (waits) or not. ERR_ARG when it is neither. */
int store_outbox_settle(struct store *s, const struct id128 *id, bool again, int64_t now_us,
                        struct error *err) MUST_USE;
/* Of a referral (NULL: all that are not sent), oldest first. */
int store_outbox_list(struct store *s, const struct id128 *referral, struct arena *a,
                      struct outbox_message **out, size_t *out_n, struct error *err) MUST_USE;

/* ---- hosts that are asked, and the clock ---- */

struct asked_host {
    struct sv host;
    int64_t next_us, fails;
    struct sv robots;
    int64_t robots_us; /* TIME_UNKNOWN: never read */
};
/* Unknown hosts are all zero. */
int store_host_get(struct store *s, struct sv host, struct arena *a, struct asked_host *out,
                   struct error *err) MUST_USE;
int store_host_put(struct store *s, const struct asked_host *h, struct error *err) MUST_USE;

struct clock_mark {
    int64_t wall_us, boot_us;
    struct sv boot; /* which start of the machine */
};
/* ERR_NOTFOUND before the first. */
int store_clock_get(struct store *s, struct arena *a, struct clock_mark *out, struct error *err) MUST_USE;
int store_clock_put(struct store *s, const struct clock_mark *m, struct error *err) MUST_USE;

#endif
