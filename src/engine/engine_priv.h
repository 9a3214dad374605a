/* What the engine's files share. */
#ifndef MARSAD_ENGINE_PRIV_H
#define MARSAD_ENGINE_PRIV_H

#include "base/crew.h"
#include "engine/desk.h"
#include "speech/recogniser.h"
#include "text/dialect.h"
#include "store/ledger.h"
#include "store/workspace.h"

#include <pthread.h>

struct engine {
    struct arena arena; /* options' strings */
    const struct log *log;
    const char *worker_path;
    unsigned workers;
    bool read_only;
    struct workspace *workspace;  /* NULL in memory, as is the store */
    char owner[OWNER_TEXT_BYTES]; /* in whose name this process claims jobs */
    struct store *store;
    struct policy *policy;
    struct terms *terms;
    struct text_model *model;   /* of texts */
    struct text_model *western; /* of those in French and English */
    struct dialect_model dialects;
    struct archive *archive; /* NULL until it is needed */
    struct bank_set *banks;
    int64_t bank_version;
    struct policy_runner *runner; /* the owner's own: findings of the network; NULL until one is needed */
    struct network_known *known;  /* lists of known groups, read at the first need */
    bool known_read;
    bool crowded_told;             /* that not every likeness could be looked for, once a run */
    struct return_finder *returns; /* closed accounts, as they were when the run began */
    struct recogniser *recogniser; /* NULL: none */
    struct detect_set *detectors;  /* made with the crew, at the first analysis */
    struct crew *crew;
    pthread_mutex_t pool_lock;
    struct media_pool *pool; /* started by the first analyst that meets a media file */
    int pool_code;           /* not 0: it could not be started; all later wishes get the same answer */
    struct error pool_error;
};

/* One thread's own things. */
struct analyst {
    struct engine *engine;
    struct store *reader; /* NULL in memory */
    struct detect_scratch *scratch;
    struct policy_runner *runner;
};

/* Seals the banks, opens the detectors, starts the crew; cheap when done. After a change of the stored banks it does
 * so again. No job may be pending. */
int engine_ready(struct engine *e, struct error *err) MUST_USE;
/* Thread-safe. */
int engine_pool(struct engine *e, struct media_pool **out, struct error *err) MUST_USE;

/* The moment that an assessment speaks of: when the newest thing known of the post was known. Taken from the data, so
 * that the same data are assessed the same whenever and however often that is done. */
int64_t engine_assessed_at(int64_t known_us, const struct reach *reach, size_t nreach);
/* Media of an analysis into the store, counted in *sum. */
int engine_write_media(struct engine *e, struct analysis *a, struct engine_summary *sum,
                       struct error *err) MUST_USE;

/* ---- banks.c ---- */

/* The store's banks, as they were kept when that can be used (then only what has changed since is read), else all of them. */
int engine_open_banks(struct engine *e, struct error *err) MUST_USE;
/* What other processes have changed since. No job may be pending: the detectors are closed when anything has. */
int engine_follow_banks(struct engine *e, struct error *err) MUST_USE;
/* Whether engine_ready would find other banks. */
bool engine_banks_changed(struct engine *e);
/* Keeps the banks' index for the next start; what goes wrong is logged. */
void engine_keep_banks(struct engine *e);
void engine_close_detectors(struct engine *e);

/* ---- archive.c: by the owner, in the transaction that writes the medium ---- */

/* Gives a medium that has none a family, and takes it into the archive. */
int engine_archive_take(struct engine *e, const struct analysis_media *m, struct error *err) MUST_USE;
/* After a rollback: what was taken in is not there. It is opened again when it is needed. */
void engine_archive_forget(struct engine *e);
/* Keeps the index for the next start, now or when there is much to keep; outside a transaction. */
void engine_archive_keep(struct engine *e, bool now);

/* The first run under another policy is a step. */
int engine_note_policy(struct engine *e, struct error *err) MUST_USE;
/* Brings the signed log up to the ledger; what goes wrong is logged. */
void engine_sign(struct engine *e, struct store *s);

/* A new analysis with an empty post; NULL when memory ran out. */
struct analysis *analysis_new(void);
/* The crew's work: signals, detectors, policy. The result, good or bad, is in the analysis. */
void analyst_work(void *engine, void *analyst, void *analysis);
int analyst_start(void *engine, void **out_analyst, struct error *err);
void analyst_stop(void *engine, void *analyst);

#endif
