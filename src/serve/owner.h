/* The one thread that writes. Whoever wants something written hands it a function and waits: all functions that wait
 * when a commit is over run in the next transaction together (group commit), each as if it were alone. When one fails,
 * what it did is undone. Where the database cannot undo a part of a transaction, the others run again without it: a
 * function must be able to run twice. */
#ifndef MARSAD_SERVE_OWNER_H
#define MARSAD_SERVE_OWNER_H

#include "store/store.h"

struct owner;

struct owner_how {
    struct store *store;
    /* Between transactions, every quarter of a second: what is to be done without anybody asking. */
    void (*tick)(void *arg, struct store *s);
    /* After a commit that changed rows (the ledger's apart). */
    void (*committed)(void *arg);
    void *arg;
};
int owner_new(const struct owner_how *how, struct owner **out, struct error *err) MUST_USE;
/* What waits is still done. Takes NULL. */
void owner_free(struct owner *o);

typedef int owner_fn(void *arg, struct store *s, struct error *err);
/* Runs fn in a transaction in the owner's thread, in `actor`'s name in the ledger, and returns when it is committed, or
 * what fn returned. ERR_BUSY when too many wait. Any thread but the owner's. */
int owner_do(struct owner *o, struct sv actor, owner_fn *fn, void *arg, struct error *err) MUST_USE;

/* The same outside of any transaction, with nothing else of it: for what is no write of rows. */
int owner_between(struct owner *o, owner_fn *fn, void *arg, struct error *err) MUST_USE;

/* How long things took: counts up to each bound, and beyond the last. */
enum { OWNER_BOUNDS = 8 };
extern const double owner_bounds_s[OWNER_BOUNDS];
struct owner_times {
    uint64_t counts[OWNER_BOUNDS + 1], n;
    int64_t sum_us;
};

/* What the writing thread was at: */
enum owner_phase {
    OWNER_WAIT,   /* from a wish to the beginning of its transaction */
    OWNER_BODY,   /* a transaction's functions */
    OWNER_COMMIT, /* until it is on the disk */
    OWNER_TICK,
    OWNER_BETWEEN,
    OWNER_PHASES
};
const char *owner_phase_name(enum owner_phase p);

struct owner_stats {
    uint64_t commits, writes, failed;
    unsigned waiting;
    unsigned log_pages; /* in the store's log of writes */
    struct owner_times times[OWNER_PHASES];
};
void owner_stats(struct owner *o, struct owner_stats *out);

#endif
