/* How people judge: what comes next, who may take it, what a decision needs, what spares the reviewer, and how good the
 * judgements are. Rules over the store's rows; no clock of its own (now_us is given), no network.
 *
 * What changes something runs in the owner's thread inside a transaction, and notes its step in the ledger there. Errors
 * have module "review"; a missing second person is "second_person", a break that is due "break_due". */
#ifndef MARSAD_REVIEW_REVIEW_H
#define MARSAD_REVIEW_REVIEW_H

#include "model/person.h"
#include "store/store_decision.h"
#include "store/store_desk.h"

struct review_rules {
    int64_t lease_us;         /* 15 min: then anybody may take it */
    int64_t undo_us;          /* 5 min; a hard deadline that is nearer ends it sooner */
    int64_t next_look_us;     /* 1 h: views until then are what a delay costs */
    int64_t appeal_clock_us;  /* 72 h */
    int64_t appeal_window_us; /* 180 days: DSA Art. 20 asks for six months */
    double second_share;      /* of decisions that somebody else judges as well, blind: 0.07 */
    double golden_share;      /* of what a person gets that has a known answer: 0.03 */
    double exposure_budget;   /* severity × seconds / 100 a day: 3600 is an hour of the worst */
    int64_t work_us;          /* 2 h, then a break */
    int64_t break_us;         /* 15 min; one idle for so long has had it */
    double at_length_s;       /* so much of a clip is known to who saw it: 15 s of the moving picture */
    int max_leases;
};
void review_rules_init(struct review_rules *r);

/* Who works, as far as these rules care. */
struct reviewer {
    struct id128 id;
    struct sv pseudonym;
    uint32_t permissions, opt_outs; /* bits: permissions, categories */
    struct sv languages;            /* "ar-MA fr"; empty: any */
};

/* ---- order ---- */

/* Severity × probability × (1 + views expected before the next look), the latter fitted from the snapshots of reach. */
double review_priority(int severity, double probability, const struct reach *reach, size_t n,
                       int64_t created_us, int64_t now_us, int64_t next_look_us, double *out_views);
/* Of up to max rows behind *io_after, those whose place is another now (`out` has room for max); changes nothing. At the end of
 * the queue *io_some is false again. */
struct ranked {
    struct id128 post;
    double priority;
};
int review_rank_look(struct store *s, const struct review_rules *r, int64_t now_us, size_t max,
                     struct queue_row *io_after, bool *io_some, struct ranked *out, size_t *out_n,
                     struct error *err) MUST_USE;
/* Puts them there. */
int review_rank(struct store *s, const struct ranked *v, size_t n, int64_t now_us,
                struct error *err) MUST_USE;

/* ---- routing ---- */

/* Whether a language of the post ("ar-IQ") is one that the person reads: the same, or one that holds the other ("ar"). No
 * language on either side: yes. */
bool review_reads(struct sv languages, struct sv language);
/* When nobody may keep the post back any longer: a quarter of its clock before its deadline, 15 minutes at most. */
int64_t review_wake_us(const struct queue_row *q);
/* Put off until later, and its clock leaves the time for it. A post that is assessed anew meanwhile may have another clock. */
bool review_asleep(const struct desk_queue_row *row, int64_t now_us);
/* Whether the row may be shown to this person as the next: not opted out, read, not somebody else's, not asleep; what was handed
 * over is for that person alone until review_wake_us. rotate: only lighter categories (severity below 60). */
bool review_fits(const struct reviewer *who, const struct desk_queue_row *row, bool rotate, int64_t now_us);
/* The same of what stands in no queue: neither opted out nor too heavy, and read. */
bool review_suits(const struct reviewer *who, enum category category, int severity, struct sv language,
                  bool rotate);

enum next_why { NEXT_FOUND, NEXT_EMPTY, NEXT_BREAK, NEXT_ROUTED, NEXT_SEEN };
/* Leases the next post for this person: what they have already first, then what was handed to them, then the queue; now
 * and then a golden item or a second review, which look the same. A clip that they know is passed over; NEXT_SEEN when nothing
 * else is there: *out_post is the first of those, which nobody has leased. */
int review_next(struct store *s, const struct review_rules *r, const struct reviewer *who, int64_t now_us,
                struct arena *a, enum next_why *out_why, struct id128 *out_post, struct error *err) MUST_USE;
/* `again`: why somebody takes a clip that they know, which stands in the ledger; without, that is ERR_EXISTS of the module
 * "seen_before". */
int review_lease(struct store *s, const struct review_rules *r, const struct reviewer *who,
                 const struct id128 *post, struct sv again, int64_t now_us, struct lease *out,
                 struct error *err) MUST_USE;
/* Whether the person has judged the post's clip or a copy of it, or looked at it at length. */
int review_seen(struct store *s, const struct review_rules *r, const struct id128 *person,
                const struct id128 *post, bool *out, struct error *err) MUST_USE;
int review_release(struct store *s, const struct reviewer *who, const struct id128 *post,
                   struct error *err) MUST_USE;
/* Until *io_until_us, or sooner where the clock of the post ends sooner: what was made of it is written there. ERR_EXISTS when a
 * hard deadline comes before that, and when no clock leaves time to sleep at all. */
int review_snooze(struct store *s, const struct reviewer *who, const struct id128 *post, int64_t *io_until_us,
                  struct sv note, int64_t now_us, struct error *err) MUST_USE;
/* Those that have slept stand in the queue again, for whoever is told of changes; review_fits does not wait for it. */
int review_wake(struct store *s, int64_t now_us, size_t *out_n, struct error *err) MUST_USE;
int review_escalate(struct store *s, const struct reviewer *who, const struct id128 *post, struct sv note,
                    int64_t now_us, struct error *err) MUST_USE;
/* Not to somebody who knows the clip. What was given out to be judged blind goes back and to nobody, here and above, and the answer
 * is that of any other post. */
int review_hand_over(struct store *s, const struct review_rules *r, const struct reviewer *who,
                     const struct id128 *post, const struct id128 *to, struct sv note, int64_t now_us,
                     struct error *err) MUST_USE;
/* Somebody opened the post: the first look is remembered, the step noted. */
int review_look(struct store *s, const struct id128 *who, const struct id128 *post, int64_t now_us,
                struct error *err) MUST_USE;

/* ---- copies ---- */

/* Notes by which marks a post is found to be a copy: its files, and its caption where it is long enough to tell. */
int review_mark(struct store *s, const struct id128 *post, struct error *err) MUST_USE;
/* All that the desk must know of a post beside what was found in it: its marks, captions that are nearly its own, and the words
 * that it is found by. What waits for that is store_look_todo. Words cost most: as many are written as *io_budget allows,
 * which becomes less by them; where that is not enough *out_done is false, and the post waits on for a further call. */
int review_look_over(struct store *s, const struct id128 *post, size_t *io_budget, bool *out_done,
                     struct error *err) MUST_USE;
/* The words of a text as posts are found by them: letters folded, without dots; at most max, in `a`. */
int review_words(struct sv text, struct arena *a, struct sv *out, size_t max, size_t *out_n,
                 struct error *err) MUST_USE;
/* Whether all of these words stand in the post as it is now, noted or not. */
int review_has_words(struct store *s, const struct id128 *post, const struct sv *words, size_t n,
                     struct arena *a, bool *out, struct error *err) MUST_USE;
/* ---- decisions ---- */

/* What the decider says; strings borrowed. */
struct decision_wish {
    struct id128 post;
    enum measure measure;
    enum decision_scope scope;
    enum category category;
    enum decision_ground ground;
    struct sv ground_ref, ground_why, facts, territories;
    int64_t until_us;
    enum decision_source source;
    bool automated_detection;
    struct sv note;
};
/* ERR_ARG: something that the measure asks for is not there; ERR_BUSY: somebody else has it; ERR_EXISTS: it is settled
 * already; ERR_NOTFOUND. Settles the post, and its copies with scope cluster. Strings of *out in `a`. */
int review_decide(struct store *s, const struct review_rules *r, const struct reviewer *who,
                  const struct id128 *id, const struct decision_wish *w, int64_t now_us, struct arena *a,
                  struct decision *out, struct error *err) MUST_USE;
/* By whoever made it, while the time runs; the post is leased to them again. A blind judgement is taken back likewise, and its *out
 * says no more than whose it was, of what and when. */
int review_undo(struct store *s, const struct review_rules *r, const struct reviewer *who,
                const struct id128 *decision, int64_t now_us, struct arena *a, struct decision *out,
                struct error *err) MUST_USE;
/* Another person's word on one that awaits it. */
int review_second(struct store *s, const struct review_rules *r, const struct reviewer *who,
                  const struct id128 *decision, bool agree, struct sv facts, int64_t now_us, struct arena *a,
                  struct decision *out, struct error *err) MUST_USE;
/* A new decision, by `id`, that reverses one in force; the post is judged anew: measure none settles it, another one is
 * in its place. */
int review_reverse(struct store *s, const struct review_rules *r, const struct reviewer *who,
                   const struct id128 *id, const struct id128 *decision, enum measure measure,
                   struct sv reason, int64_t now_us, struct arena *a, struct decision *out,
                   struct error *err) MUST_USE;
/* Decisions whose time to undo is over come into force: reporters are answered, some are put up for a second review. */
int review_ripen(struct store *s, const struct review_rules *r, int64_t now_us,
                 int (*in_force)(void *arg, struct store *s, const struct decision *d, struct error *err),
                 void *arg, size_t *out_n, struct error *err) MUST_USE;

/* ---- appeals and reports ---- */

/* A link for the owner of the account; an older one of the same decision ends. */
int review_appeal_link(struct store *s, const struct review_rules *r, const struct id128 *decision,
                       const struct sha256 *token, struct sv pin_hash, int64_t now_us, struct arena *a,
                       struct appeal *out, struct error *err) MUST_USE;
int review_appeal(struct store *s, const struct review_rules *r, const struct id128 *appeal, struct sv text,
                  struct sv lang, int64_t now_us, struct arena *a, struct appeal *out,
                  struct error *err) MUST_USE;
/* By somebody who had no part in the decision. Overturned: the decision is reversed, and the post's files and caption go
 * into the bank of known innocents "overturned". */
int review_appeal_decide(struct store *s, const struct review_rules *r, const struct reviewer *who,
                         const struct id128 *appeal, bool overturn, struct sv reason,
                         const struct id128 *new_decision, int64_t now_us, struct arena *a,
                         struct appeal *out, struct error *err) MUST_USE;
/* Whether this person had no part in it. */
bool review_apart(const struct decision *d, const struct id128 *person);
int review_report(struct store *s, const struct report *r, struct error *err) MUST_USE;

/* ---- care ---- */

struct care_state {
    int64_t day;
    double units, budget;
    int64_t working_us;
    bool break_due, rotate;
    int64_t break_until_us; /* TIME_UNKNOWN */
    int64_t next_break_us;  /* from now */
};
/* Pure: what an exposure means at that moment. */
void care_state_of(const struct exposure *e, const struct review_rules *r, int64_t now_us,
                   struct care_state *out);
/* Adds a look of so many seconds at something of that severity; `weight` is how much of it was seen: 1 the moving
 * picture, less for stills, blur, grey, words. */
void care_add(struct exposure *e, const struct review_rules *r, int64_t now_us, double seconds, int severity,
              double weight);
enum care_shown {
    SHOWN_TEXT,
    SHOWN_STILLS,
    SHOWN_BLURRED,
    SHOWN_GREYSCALE,
    SHOWN_CLEAR,
    SHOWN_VIDEO,
    SHOWN_COUNT
};
bool care_shown_parse(struct sv s, int *out);
double care_weight(enum care_shown shown);
int review_care(struct store *s, const struct review_rules *r, const struct id128 *person, int64_t now_us,
                struct care_state *out, struct error *err) MUST_USE;
/* What somebody looked at: so many seconds of the post's own media, or of a reference that was shown beside it. */
struct looked {
    struct id128 post;
    double seconds;
    enum care_shown shown;
    bool reference;
};
int review_exposed(struct store *s, const struct review_rules *r, const struct id128 *person,
                   const struct looked *l, int64_t now_us, struct care_state *out,
                   struct error *err) MUST_USE;
int review_break(struct store *s, const struct review_rules *r, const struct id128 *person, int64_t minutes,
                 int64_t now_us, struct care_state *out, struct error *err) MUST_USE;

/* ---- quality ---- */

struct estimate {
    bool known;
    double value, low, high;
    size_t n;
};
/* Krippendorff's alpha for nominal data: units of judgements, values ≥ 0, one row a judgement, rows of a unit together.
 * Bootstrap interval of 95 % over `rounds` draws of units, from `seed`. not known: fewer than two units with two
 * judgements, or no variation at all. */
struct rating {
    uint32_t unit;
    int32_t value;
};
void alpha_nominal(const struct rating *v, size_t n, unsigned rounds, uint64_t seed, struct estimate *out);
/* k of n with Wilson's interval of 95 %. */
void rate_of(size_t k, size_t n, struct estimate *out);
/* The p-th percentile (0..1) by the nearest rank of sorted values; n > 0. */
double percentile(const double *sorted, size_t n, double p);

/* A second judgement of a post that is sampled; agreement or split is noted. *out_id: what the decision is called that whoever judges
 * is told of; it is kept nowhere, and review_undo knows it. */
int review_judge(struct store *s, const struct reviewer *who, const struct id128 *post, bool violation,
                 enum category category, int64_t now_us, bool *out_was_quality, struct id128 *out_id,
                 struct error *err) MUST_USE;
/* The last word on a split one. */
int review_adjudicate(struct store *s, const struct reviewer *who, const struct id128 *post, bool violation,
                      enum category category, struct sv reason, int64_t now_us, struct error *err) MUST_USE;

#endif
