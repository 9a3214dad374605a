/* Decisions, and what contests or asks for them: appeals of owners, reports of anybody. Rows as they are stored; the
 * rules (undo, second person, who may decide an appeal) are src/review's. Steps are noted there, in the same
 * transaction. Strings of what is read live in `a`. */
#ifndef MARSAD_STORE_DECISION_H
#define MARSAD_STORE_DECISION_H

#include "model/decision.h"
#include "store/store.h"

/* New, or the same id anew. ERR_NOTFOUND when the post or the person is not there. Its row is noted in the ledger under
 * STEP_DECISION (STEP_REVERSAL when it reverses, was undone or reversed), subject the post. */
int store_decision_put(struct store *s, const struct decision *d, struct error *err) MUST_USE;
int store_decision_get(struct store *s, const struct id128 *id, struct arena *a, struct decision *out,
                       struct error *err) MUST_USE;

struct decision_filter {
    struct id128 post, account, person; /* zero: any */
    int state;                          /* enum decision_state, or -1: any */
    /* Last of the page before; TIME_UNKNOWN and zero: from the newest. */
    int64_t before_us;
    struct id128 before;
};
void decision_filter_init(struct decision_filter *f);
/* Newest first. */
int store_decisions(struct store *s, const struct decision_filter *f, size_t max, struct arena *a,
                    struct decision **out, size_t *out_n, struct error *err) MUST_USE;
/* Undoable ones whose time is over at now_us, oldest first. */
int store_decisions_ripe(struct store *s, int64_t now_us, size_t max, struct arena *a, struct decision **out,
                         size_t *out_n, struct error *err) MUST_USE;

/* The posts that a decision settles; each leaves the queue, and stays out of it until the machine says another category
 * of it than `category`. */
int store_settle(struct store *s, const struct id128 *decision, const struct id128 *post,
                 enum category category, struct error *err) MUST_USE;
/* Undoes that: each post is in the queue again as its result says. */
int store_unsettle(struct store *s, const struct id128 *decision, struct error *err) MUST_USE;
int store_settled_posts(struct store *s, const struct id128 *decision, struct arena *a, struct id128 **out,
                        size_t *out_n, struct error *err) MUST_USE;
/* The decision that settles a post: false when none does. */
int store_settled_by(struct store *s, const struct id128 *post, bool *out_settled, struct id128 *out,
                     struct error *err) MUST_USE;

/* ---- appeals ---- */

enum appeal_state { APPEAL_LINK = 0, APPEAL_WAITING, APPEAL_UPHELD, APPEAL_OVERTURNED, APPEAL_STATE_COUNT };
const char *appeal_state_name(enum appeal_state s);
bool appeal_state_parse(struct sv s, enum appeal_state *out);

struct appeal {
    struct id128 id, decision; /* one to a decision */
    struct sha256 token;       /* of the link */
    struct sv pin;             /* Argon2id string */
    int64_t tries, link_until_us;
    enum appeal_state state;
    struct sv text, lang;
    int64_t at_us, due_us;
    struct id128 person; /* who answered; zero */
    int64_t answered_us;
    struct sv answer;
};
int store_appeal_put(struct store *s, const struct appeal *x, struct error *err) MUST_USE;
int store_appeal_get(struct store *s, const struct id128 *id, struct arena *a, struct appeal *out,
                     struct error *err) MUST_USE;
int store_appeal_by_token(struct store *s, const struct sha256 *token, struct arena *a, struct appeal *out,
                          struct error *err) MUST_USE;
int store_appeal_of(struct store *s, const struct id128 *decision, struct arena *a, struct appeal *out,
                    struct error *err) MUST_USE;
/* By state, then due; behind (after_due_us, after): INT64_MIN and zero from the first. */
int store_appeals(struct store *s, enum appeal_state state, int64_t after_due_us, const struct id128 *after,
                  size_t max, struct arena *a, struct appeal **out, size_t *out_n,
                  struct error *err) MUST_USE;

/* ---- reports ---- */

struct report {
    struct id128 id;
    struct sv number; /* "K7M2-93QX": how its sender finds it again */
    struct sv pin;
    int64_t tries;
    struct id128 post; /* zero while it is not here */
    struct sv url;
    enum category category;
    struct sv text, lang, source; /* source: "public", "platform" */
    struct id128 key;
    int64_t at_us;
    struct sv state; /* "received", "in_review", "answered" */
    int64_t answered_us;
    struct id128 decision;
};
int store_report_put(struct store *s, const struct report *r, struct error *err) MUST_USE;
int store_report_by_number(struct store *s, struct sv number, struct arena *a, struct report *out,
                           struct error *err) MUST_USE;
int store_reports_of(struct store *s, const struct id128 *post, struct arena *a, struct report **out,
                     size_t *out_n, struct error *err) MUST_USE;
/* Newest first; state empty: any. `before_us` INT64_MAX: from the newest. */
int store_reports(struct store *s, struct sv state, int64_t before_us, const struct id128 *before, size_t max,
                  struct arena *a, struct report **out, size_t *out_n, struct error *err) MUST_USE;

#endif
