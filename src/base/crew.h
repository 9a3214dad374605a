/* A crew: threads that work on jobs side by side, and one owner that gives jobs out and takes them back in the order
 * in which it gave them. State stays with the owner; a thread has only its own and the job in its hands.
 *
 *     crew_new(4, &how, &crew, err);
 *     while (more) { crew_give(crew, job); while ((job = crew_take(crew, false))) …; }
 *     while ((job = crew_take(crew, true))) …;
 *     crew_free(crew); */
#ifndef MARSAD_BASE_CREW_H
#define MARSAD_BASE_CREW_H

#include "base/error.h"

#include <stdbool.h>

struct crew;

struct crew_how {
    /* Called in each thread before its first job; *out_state is then its own. NULL: no state. */
    int (*start)(void *arg, void **out_state, struct error *err);
    void (*work)(void *arg, void *state, void *job);
    void (*stop)(void *arg, void *state);
    void *arg;
};

/* threads ≥ 1. Fails with what a start() failed with; nothing runs then. */
int crew_new(unsigned threads, const struct crew_how *how, struct crew **out, struct error *err) MUST_USE;
/* Waits for the jobs under way; jobs not yet taken are the owner's to free: call crew_take until NULL first. */
void crew_free(struct crew *c);

/* Jobs given and not yet taken. Keep it near 2 × threads: enough to be busy, little to lose. */
unsigned crew_pending(const struct crew *c);
unsigned crew_threads(const struct crew *c);
/* 0, or ERR_NOMEM and the job is not taken on. */
int crew_give(struct crew *c, void *job) MUST_USE;
/* The oldest job given, when it is finished; wait: blocks until it is. NULL: nothing pending, or (not waiting) the
 * oldest is still under way. */
void *crew_take(struct crew *c, bool wait);

#endif
