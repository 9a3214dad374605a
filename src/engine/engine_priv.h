/* What the engine's files share. */
#ifndef MARSAD_ENGINE_PRIV_H
#define MARSAD_ENGINE_PRIV_H

#include "base/crew.h"
#include "engine/engine.h"
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
    struct text_model *model; /* of texts */
    struct bank_set *banks;
    int64_t bank_version;
    struct detect_set *detectors; /* made with the crew, at the first analysis */
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

/* The first run under another policy is a step. */
int engine_note_policy(struct engine *e, struct error *err) MUST_USE;
/* Brings the signed log up to the ledger; what goes wrong is logged. */
void engine_sign(struct engine *e);

/* A new analysis with an empty post; NULL when memory ran out. */
struct analysis *analysis_new(void);
/* The crew's work: signals, detectors, policy. The result, good or bad, is in the analysis. */
void analyst_work(void *engine, void *analyst, void *analysis);
int analyst_start(void *engine, void **out_analyst, struct error *err);
void analyst_stop(void *engine, void *analyst);

#endif
