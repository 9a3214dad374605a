/* Referrals: what they are, what may happen to them, and when. docs/referrals.md is the manual.
 *
 *   draft ──approve──► (reviewed ──approve by another──►) queued ──► sent ──► received ──► executed ─┐
 *     ▲ edit             two people: accounts               │         │  │        │  └────► refused ─┤  ┌──────────┐
 *     └── cancelled                                       failed      │  └────────┴──────► cannot ──┼─►│ offline  │◄─┐
 *                                                                     └── the clock ran out: still-up ┘  └──► back ─┘
 *
 * What an address shows decides between offline, still-up and back; what the platform says between executed, refused and
 * cannot. Times come from the caller: referral_now() keeps them from running backwards and from leaping with a clock that
 * was set. */
#ifndef MARSAD_EXCHANGE_REFERRAL_H
#define MARSAD_EXCHANGE_REFERRAL_H

#include "base/json.h"
#include "store/store_referral.h"

/* ---- states ---- */

enum referral_state {
    REF_DRAFT,
    REF_REVIEWED,
    REF_QUEUED,
    REF_FAILED,
    REF_SENT,
    REF_RECEIVED,
    REF_EXECUTED,
    REF_REFUSED,
    REF_CANNOT,
    REF_STILL_UP,
    REF_OFFLINE,
    REF_BACK,
    REF_CANCELLED,
    REF_CLOSED,
    REF_STATES
};
const char *referral_state_name(enum referral_state v); /* "still-up" */
bool referral_state_parse(struct sv s, enum referral_state *out);

enum referral_event_kind {
    REFEV_DRAFTED,
    REFEV_EDITED,
    REFEV_APPROVED, /* by one who is not enough: reviewed */
    REFEV_QUEUED,   /* approved by all who must */
    REFEV_CANCELLED,
    REFEV_SENT,
    REFEV_SEND_FAILED,
    REFEV_AGAIN, /* a person has it sent again */
    REFEV_RECEIVED,
    REFEV_EXECUTED,
    REFEV_REFUSED,
    REFEV_CANNOT,
    REFEV_OVERDUE,
    REFEV_SEEN, /* an address was looked at: no change of state by itself */
    REFEV_OFFLINE,
    REFEV_BACK,
    REFEV_REMINDED,
    REFEV_ESCALATED,
    REFEV_NOTE,
    REFEV_CLOSED,
    REFEV_KINDS
};
const char *referral_event_name(enum referral_event_kind v); /* "send-failed" */
bool referral_event_parse(struct sv s, enum referral_event_kind *out);

/* The state after an event; false when it cannot happen in that state. */
bool referral_next(enum referral_state from, enum referral_event_kind what, enum referral_state *out);

/* ---- kinds: policy/referrals/kinds.json ---- */

struct referral_kind {
    struct sv name;
    int64_t clock_us, remind_us, escalate_us; /* from receipt; before it runs out; after it ran out */
    bool from_receipt;         /* the clock runs from the receipt when there is one; else from sending */
    bool watches;              /* asks for addresses to go: they are looked at */
    bool annexes;              /* has the answer forms of a removal order */
    struct sv_list categories; /* empty: all */
};
struct referral_kinds {
    struct referral_kind *v;
    size_t n;
};
/* From the workspace's policy folder, else the built-in one. ERR_FORMAT names what is wrong. In the arena. */
int referral_kinds_load(const char *dir, struct arena *a, struct referral_kinds *out,
                        struct error *err) MUST_USE;
const struct referral_kind *referral_kind_find(const struct referral_kinds *k, struct sv name);

/* ---- this installation: DIR/exchange.json ---- */

struct exchange_config {
    struct json *doc; /* as read; an empty object when there is no file */
    struct sv producer, about;
    struct sv smtp_url, smtp_from, smtp_user, smtp_secret, smtp_ca, smtp_tls; /* "required", "try", "none" */
    struct sv agent;     /* how we name ourselves to those we ask */
    int64_t per_host_us; /* between two questions to one host */
    bool allow_local;    /* addresses of this machine and of private networks may be asked: tests */
};
int exchange_config_load(const char *dir, struct arena *a, struct exchange_config *out,
                         struct error *err) MUST_USE;
void exchange_config_done(struct exchange_config *c);

/* ---- time ---- */

/* Now, never before what it said last. A wall clock that ran differently from the machine's own by more than an hour since
 * the last mark was set by somebody: then the machine's own counts, and *out_jumped is what the wall clock is off. */
int referral_now(struct store *s, const struct clock_mark *here, int64_t *out_us, int64_t *out_jumped_us,
                 struct error *err) MUST_USE;
/* This machine, now. The boot's name in `a`. */
int clock_mark_here(struct arena *a, struct clock_mark *out, struct error *err) MUST_USE;

/* ---- drafting ---- */

struct referral_draft {
    struct sv kind, recipient, lang;
    struct sv case_id;      /* as text; its posts and accounts are the targets when none are named */
    const struct sv *posts; /* ids, native ids or addresses of posts */
    size_t nposts;
    const struct sv *accounts; /* addresses of accounts that are to be closed */
    size_t naccounts;
    enum category category; /* CATEGORY_NONE: that of the posts' assessments */
    const struct sv *set;   /* "authority.name=…" over what is known */
    size_t nset;
    struct sv who; /* pseudonym */
};
struct referral_room { /* what the calls below stand in */
    struct store *store;
    const char *dir; /* workspace */
    const struct exchange_config *config;
    const struct referral_kinds *kinds;
};
/* Gathers fields and targets, writes the draft. *out_id. ERR_ARG: no target, a category that this kind is not for. */
int referral_draft(const struct referral_room *room, const struct referral_draft *d, int64_t now_us,
                   struct id128 *out_id, struct error *err) MUST_USE;
/* The letter as it would be sent now: subject on the first line, an empty line, the text. After approval what was approved. */
int referral_letter(const struct referral_room *room, const struct referral *r, struct buf *out,
                    struct error *err) MUST_USE;
/* The same as a page to be printed, right to left where the language is. */
void referral_page(struct sv letter, struct sv lang, struct buf *out);
/* Fields changed before it goes: approvals made so far no longer count. */
int referral_edit(const struct referral_room *room, const struct id128 *id, const struct sv *set, size_t nset,
                  struct sv who, int64_t now_us, struct error *err) MUST_USE;

/* ---- deciding, sending ---- */

/* A person approves the letter as it is. When that is enough, message and state are written in one transaction.
 * channel: "mail", "api", "print" or empty (what the recipient has). *out_queued: all who must have approved. ERR_ARG when
 * the same person approves twice. */
int referral_approve(const struct referral_room *room, const struct id128 *id, struct sv who,
                     struct sv channel, int64_t now_us, bool *out_queued, struct error *err) MUST_USE;

struct send_counts {
    uint64_t sent, waiting, failed, unsure;
};
/* Sends what is due, each at most once. `stop` (may be NULL) is asked between messages. */
int referral_send(const struct referral_room *room, int64_t now_us, bool (*stop)(void),
                  struct send_counts *out, struct error *err) MUST_USE;

/* ---- what comes back ---- */

/* Something happened, by a person's word or a platform's answer: says is JSON for the record, may be empty. ERR_ARG when it
 * cannot happen in the state it is in. */
int referral_record(const struct referral_room *room, const struct id128 *id, enum referral_event_kind what,
                    int64_t at_us, struct sv who, struct sv says, struct error *err) MUST_USE;
/* An answer as JSON (docs/referrals.md; annexes II and III of a removal order among them): finds the referral by its
 * reference and records it. *out_id, *out_what. */
struct referral_answer {
    struct id128 id;
    enum referral_event_kind what;
    int64_t at_us; /* TIME_UNKNOWN: not said */
};
int referral_answer_parse(struct sv text, struct referral_answer *out, struct error *err) MUST_USE;
int referral_answer_take(const struct referral_room *room, struct sv text, struct sv who, int64_t now_us,
                         struct referral_answer *out, struct error *err) MUST_USE;

/* ---- watching: exchange/watch.c ---- */

enum seen_state { SEEN_UNKNOWN, SEEN_ONLINE, SEEN_OFFLINE, SEEN_STATES };
struct fetched {
    int status; /* of HTTP; 0: no answer, `said` says why */
    int64_t retry_after_us;
    struct sv address; /* where it ended */
    struct sv body;
    struct sv said;
};
/* How an address is asked: pluggable. Strings in `a`. Only ERR_NOMEM and ERR_CANCELLED are errors; no answer is an answer. */
struct fetcher {
    void *arg;
    int (*fetch)(void *arg, const char *url, struct arena *a, struct fetched *out, struct error *err);
};
/* What a page says about whether the thing is there: policy/referrals/sites.json. */
struct site_rules;
int site_rules_load(const char *dir, struct site_rules **out, struct error *err) MUST_USE;
int site_rules_parse(struct sv name, struct sv text, struct site_rules **out, struct error *err) MUST_USE;
void site_rules_free(struct site_rules *r);
enum seen_state site_judge(const struct site_rules *r, struct sv url, const struct fetched *f);
/* Whether robots.txt lets `agent` ask for path: the longest rule that fits, of our own group or that of '*'. */
bool robots_allow(struct sv robots, struct sv agent, struct sv path);
/* scheme, host with port, path with query. False: no http(s) address. */
bool url_parts(struct sv url, struct sv *scheme, struct sv *host, struct sv *path);

struct watch_counts {
    uint64_t asked, online, offline, back, unknown, held_by_robots, reminders, escalations, overdue;
    int64_t next_us; /* when there is something to do again; TIME_UNKNOWN: never */
};
/* Looks at addresses that are due, at a polite pace: what is too early for its host waits for the next call. Then reminders,
 * clocks that ran out, escalations. */
int referral_watch(const struct referral_room *room, const struct fetcher *f, const struct site_rules *rules,
                   int64_t now_us, bool (*stop)(void), struct watch_counts *out, struct error *err) MUST_USE;
/* What was seen at a target, by a look or by a person. */
int referral_seen(const struct referral_room *room, const struct id128 *id, int64_t position,
                  enum seen_state seen, int64_t at_us, struct sv who, struct sv said,
                  struct error *err) MUST_USE;

/* ---- figures ---- */

struct league_row {
    struct sv recipient;
    int64_t sent, acted, refused, still_up, back,
        unanswered; /* referrals; acted: all its addresses went offline */
    int64_t targets, targets_offline;
    int64_t median_us, p95_us; /* from receipt (or sending) to offline; TIME_UNKNOWN: none acted */
};
/* Referrals sent in [from, to); TIME_UNKNOWN: no bound. By recipient. */
int referral_league(struct store *s, int64_t from_us, int64_t to_us, struct arena *a, struct league_row **out,
                    size_t *out_n, struct error *err) MUST_USE;

#endif
