/* Pile-ons: many accounts turning on one target at once, told while it is still rising.
 *
 * Messages (comments, replies, mentions, duets, stitches) come one by one in the time of the events. Two things have to come
 * together before an alert:
 *   a burst      within the window more distinct senders than the target's own past explains (Poisson tail over a mean that
 *                forgets by half in three days);
 *   one hand     running likelihood ratios (Page's CUSUM, 1954) between how crowds come and how attacks come: had the
 *                sender dealt with the target before, is the account new, does it repeat another's words or clip (the first
 *                of each version repeats none: what is expected grows with what was heard), was it part of an alert
 *                elsewhere. Three attacks are imagined (copied words, new accounts, some of both), each by new hands or by
 *                known ones, and three crowds (readers, news, a challenge): an attack has to be likelier than every crowd.
 * A crowd grows as fast as an attack but does not look like one, so growth alone never alerts. The bar that the ratio has
 * to pass is set by `false_rate` and rises with the number of messages in the window, since a long crowd has more chances
 * to look like an attack by accident.
 *
 * O(messages of the target in its window) a message, at most PILEON_KEPT; memory 48 bytes a message in a window, 16 a
 * contact. Nothing is done with an alert here: it is for a person. */
#ifndef MARSAD_NETWORK_PILEON_H
#define MARSAD_NETWORK_PILEON_H

#include "base/arena.h"
#include "network/profile.h"

enum { PILEON_KEPT = 512 };

struct pileon_options {
    int64_t window_us;    /* an hour */
    int64_t young_us;     /* an account is new for so long: 30 days */
    uint32_t min_senders; /* 5 */
    double burst_p;       /* 1e-4: how unlikely the number of senders has to be */
    double false_rate;    /* 6e-3: the smaller, the higher the bar */
};
void pileon_options_init(struct pileon_options *o);

struct pileon_event {
    struct sv sender, target;
    int64_t time_us;
    struct sv text,
        clip; /* keys: equal for equal wording (network_caption_key) or clip; empty: none or too short to tell */
    int64_t created_us; /* of the sender's account; NETWORK_NO_TIME */
};

struct pileon_alert {
    struct sv target; /* *borrowed* from the detector */
    int64_t time_us, since_us;
    double usual;                /* senders in a window, by the target's own past */
    uint32_t senders, strangers; /* in the window: distinct; those never in contact before */
    uint32_t ages_known, young;
    uint32_t messages, reuse; /* reuse: repeating another sender's words or clip */
    uint32_t together;        /* senders who piled on another target together */
    double score;             /* log likelihood ratio */
    unsigned nsays;
    struct profile_sentence says[6]; /* words in the arena given to pileon_add */
};

struct pileon;
int pileon_new(const struct pileon_options *o, struct pileon **out, struct error *err) MUST_USE;
void pileon_free(struct pileon *p);
/* 1 and *out: an alert, once per burst; 0: none; or ERR_ARG (no sender, target or time), ERR_NOMEM, ERR_LIMIT. Messages older
 * than the target's window change contacts alone and are counted as late. */
int pileon_add(struct pileon *p, const struct pileon_event *e, struct arena *a, struct pileon_alert *out,
               struct error *err) MUST_USE;
/* Of the message that was added last: whether it looks the part (a stranger's, by a new account or repeating another), and whether an
 * alert stands on its target. */
void pileon_last(const struct pileon *p, bool *out_part, bool *out_alert);
/* The two know each other from elsewhere (a follow, an answer by the target): no strangers from now on. */
int pileon_contact(struct pileon *p, struct sv account, struct sv target, struct error *err) MUST_USE;
uint64_t pileon_late(const struct pileon *p);

#endif
