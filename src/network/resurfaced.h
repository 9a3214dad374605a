/* Closed accounts that a new one may continue: a ranking with its reasons, for a person to look at. Never an identity, never an
 * action.
 *
 * What an account leaves is what it shared (clips, sounds), whom it turned to, whom it knew, how it wrote and what it called
 * itself. A candidate is any closed account that has one rare thing in common with the new one, by an inverted index; each
 * thing in common counts ln(accounts ÷ accounts that have it), so that what everybody shares says nothing. Wording is
 * compared by the cosine of weighted words and word pairs, handles by edit distance after folding digits and look-alikes.
 * Wikipedia's ban evasion (Niverthi et al. 2022) found content and wording to carry the decision and timing near
 * nothing: timing orders equals here, and two accounts active at once speak against each other.
 *
 * O(things in common) a question; memory 8 bytes a thing and 12 a word. */
#ifndef MARSAD_NETWORK_RESURFACED_H
#define MARSAD_NETWORK_RESURFACED_H

#include "base/arena.h"
#include "model/post.h"
#include "network/profile.h"

/* What is known of an account. Lists may repeat things. */
struct account_trace {
    struct sv handle, bio;
    struct sv_list captions;
    struct sv_list clips;      /* clip families and sounds, by key */
    struct sv_list targets;    /* accounts replied to, mentioned, dueted, stitched */
    struct sv_list contacts;   /* accounts that followed, answered or were followed */
    int64_t first_us, last_us; /* of its posts; NETWORK_NO_TIME */
    int64_t closed_us;         /* closed accounts; NETWORK_NO_TIME for the new one */
};

struct parent_match {
    struct sv handle;                  /* *borrowed* from the index */
    uint32_t account;                  /* in the order of resurfaced_add, from 0 */
    double score;                      /* sum of the parts; only its order means anything */
    double content, targets, contacts; /* weights of what is shared */
    double words, names;               /* likeness, 0..1 */
    uint32_t ncontent, ntargets, ncontacts;
    int64_t gap_us;     /* from the closing of the one to the first post of the other; NETWORK_NO_TIME */
    int64_t overlap_us; /* both active; 0 */
    unsigned nsays, nagainst;
    struct profile_sentence says[8], against[2];
};

struct resurfaced;
int resurfaced_new(struct resurfaced **out, struct error *err) MUST_USE;
void resurfaced_free(struct resurfaced *r);
/* Adds a closed account. ERR_ARG without a handle, ERR_LIMIT above RESURFACED_MAX_ACCOUNTS, ERR_NOMEM. */
int resurfaced_add(struct resurfaced *r, const struct account_trace *closed, struct error *err) MUST_USE;
/* The closed accounts most like this one, best first, at most max of them; *out and its words in the arena. Only those with a
 * thing, rare words or most of a handle in common are there. Changes nothing but scratch. ERR_NOMEM. */
int resurfaced_rank(struct resurfaced *r, const struct account_trace *child, uint32_t max, struct arena *a,
                    struct parent_match **out, uint32_t *out_n, struct error *err) MUST_USE;

/* Likeness of two handles, 0 to 1. */
double handle_likeness(struct sv a, struct sv b);

#endif
