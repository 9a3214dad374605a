/* What stands around the queue while people work on it: leases, what was put off or handed on, notes, which posts are
 * copies of each other, what each person has seen and how long, and what they said of it for the figures of quality.
 * Rows as they are stored; the rules are src/review's. Strings of what is read live in `a`. */
#ifndef MARSAD_STORE_DESK_H
#define MARSAD_STORE_DESK_H

#include "model/decision.h"
#include "store/store.h"

/* ---- leases ---- */

struct lease {
    struct id128 post, person;
    int64_t taken_us, until_us;
};
/* Takes it when nobody holds it at now_us, or makes one's own longer: state and owner in one statement. *out_got false:
 * *out is who has it. */
int store_lease_take(struct store *s, const struct lease *want, int64_t now_us, bool *out_got,
                     struct lease *out, struct error *err) MUST_USE;
/* ERR_NOTFOUND when nobody has one. */
int store_lease_get(struct store *s, const struct id128 *post, struct lease *out, struct error *err) MUST_USE;
/* The person's own, or anybody's when person is NULL. */
int store_lease_end(struct store *s, const struct id128 *post, const struct id128 *person,
                    struct error *err) MUST_USE;
/* How many one person has at now_us. */
int store_lease_count(struct store *s, const struct id128 *person, int64_t now_us, int64_t *out,
                      struct error *err) MUST_USE;

/* ---- where a post stands ---- */

struct desk_row {
    struct id128 post;
    struct sv state; /* "open", "snoozed", "escalated", "handed" */
    int64_t until_us;
    struct id128 person; /* whom it was handed to; zero */
    int64_t first_look_us;
};
int store_desk_put(struct store *s, const struct desk_row *d, struct error *err) MUST_USE;
/* "open" and unknown times when there is no row. */
int store_desk_get(struct store *s, const struct id128 *post, struct arena *a, struct desk_row *out,
                   struct error *err) MUST_USE;

struct desk_note {
    struct id128 post;
    int64_t at_us;
    struct id128 person;
    struct sv kind, text; /* kind: "snoozed", "escalated", "handed_over", "released", "note" */
};
int store_note_put(struct store *s, const struct desk_note *n, struct error *err) MUST_USE;
int store_notes(struct store *s, const struct id128 *post, struct arena *a, struct desk_note **out,
                size_t *out_n, struct error *err) MUST_USE;

/* ---- the queue as the desk sees it ---- */

/* A row of the queue with where it stands. */
struct desk_queue_row {
    struct queue_row q;
    struct sv language, desk_state, media_kind;
    int64_t snoozed_until_us;
    struct id128 handed_to, lease_person;
    int64_t lease_until_us;
    int64_t copies, reports;
};
/* In the queue's order behind `after` (NULL: from the top), at most max, whatever their state. Platform and category
 * filter as in store_queue. */
int store_desk_queue(struct store *s, const struct queue_filter *f, const struct queue_row *after, size_t max,
                     struct arena *a, struct desk_queue_row **out, size_t *out_n, struct error *err) MUST_USE;
/* One of them: ERR_NOTFOUND. */
int store_desk_queue_one(struct store *s, const struct id128 *post, struct arena *a,
                         struct desk_queue_row *out, struct error *err) MUST_USE;
/* Posts whose desk state is not "open", oldest first. */
int store_desk_posts(struct store *s, struct sv state, struct arena *a, struct id128 **out, size_t *out_n,
                     struct error *err) MUST_USE;
int store_leased_posts(struct store *s, const struct id128 *person, int64_t now_us, struct arena *a,
                       struct id128 **out, size_t *out_n, struct error *err) MUST_USE;
/* Puts a row of the queue elsewhere in its order: reach moved. A hard deadline stays in its place before the others. */
int store_queue_rank(struct store *s, const struct id128 *post, double priority, int64_t now_us,
                     struct error *err) MUST_USE;
/* Rows, and how many hard deadlines have passed. */
int store_queue_totals(struct store *s, int64_t now_us, int64_t *out_rows, int64_t *out_late,
                       struct error *err) MUST_USE;

/* ---- likeness ---- */

enum { LIKENESS_MARK_BYTES = 33 };
int store_likeness_put(struct store *s, struct sv mark, const struct id128 *post, struct error *err) MUST_USE;
/* Posts that share a mark with this one, itself not among them, at most max. */
int store_likeness_of(struct store *s, const struct id128 *post, size_t max, struct arena *a,
                      struct id128 **out, size_t *out_n, struct error *err) MUST_USE;
/* The first mark of that kind (its first letter) that the post has, in `a`. ERR_NOTFOUND. */
int store_likeness_mark(struct store *s, const struct id128 *post, char kind, struct arena *a, struct sv *out,
                        struct error *err) MUST_USE;

/* ---- care ---- */

struct exposure {
    struct id128 person;
    int64_t day; /* days since 1970, UTC */
    double seconds, units;
    int64_t working_since_us, active_us, break_until_us; /* TIME_UNKNOWN */
};
int store_exposure_put(struct store *s, const struct exposure *e, struct error *err) MUST_USE;
/* Zeros when there is no row. */
int store_exposure_get(struct store *s, const struct id128 *person, int64_t day, struct exposure *out,
                       struct error *err) MUST_USE;
int store_exposures(struct store *s, int64_t day, struct arena *a, struct exposure **out, size_t *out_n,
                    struct error *err) MUST_USE;
int store_seen_put(struct store *s, const struct id128 *person, const struct sha256 *sha, int64_t now_us,
                   struct error *err) MUST_USE;
int store_seen(struct store *s, const struct id128 *person, const struct sha256 *sha, bool *out,
               struct error *err) MUST_USE;

/* ---- quality ---- */

enum judgement_kind { JUDGE_FIRST = 0, JUDGE_SECOND, JUDGE_GOLDEN, JUDGE_LAST };
struct judgement {
    struct id128 post, person;
    enum judgement_kind kind;
    int64_t at_us;
    bool violation;
    enum category category;
};
/* A person says one thing of a post: the last one counts. */
int store_judgement_put(struct store *s, const struct judgement *j, struct error *err) MUST_USE;
int store_judgement_remove(struct store *s, const struct id128 *post, const struct id128 *person,
                           struct error *err) MUST_USE;
/* All since a moment, by post. */
int store_judgements(struct store *s, int64_t since_us, struct arena *a, struct judgement **out,
                     size_t *out_n, struct error *err) MUST_USE;

struct second_review {
    struct id128 post, decision, first;
    struct sv state; /* "waiting", "agreed", "split", "settled" */
    int64_t at_us;
};
int store_second_review_put(struct store *s, const struct second_review *r, struct error *err) MUST_USE;
int store_second_review_get(struct store *s, const struct id128 *post, struct arena *a,
                            struct second_review *out, struct error *err) MUST_USE;
int store_second_reviews(struct store *s, struct sv state, size_t max, struct arena *a,
                         struct second_review **out, size_t *out_n, struct error *err) MUST_USE;

struct golden {
    struct id128 post;
    bool violation;
    enum category category;
    struct sv text;
    struct id128 person;
    int64_t at_us;
};
int store_golden_put(struct store *s, const struct golden *g, struct error *err) MUST_USE;
int store_golden_remove(struct store *s, const struct id128 *post, struct error *err) MUST_USE;
int store_goldens(struct store *s, struct arena *a, struct golden **out, size_t *out_n,
                  struct error *err) MUST_USE;

/* ---- policies ---- */

struct policy_version {
    struct sv version, source, state; /* "draft", "shadow", "live", "former" */
    struct id128 person;
    int64_t at_us, live_since_us;
    struct sv note, backtest;
};
int store_policy_put(struct store *s, const struct policy_version *p, struct error *err) MUST_USE;
int store_policy_get(struct store *s, struct sv version, struct arena *a, struct policy_version *out,
                     struct error *err) MUST_USE;
/* Newest first. */
int store_policies(struct store *s, struct arena *a, struct policy_version **out, size_t *out_n,
                   struct error *err) MUST_USE;

#endif
