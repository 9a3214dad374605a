/* The engine under a server: many threads analyse, each with an analyst of its own, and the owner of the store writes.
 * What engine_work does by itself is here in its parts. */
#ifndef MARSAD_ENGINE_DESK_H
#define MARSAD_ENGINE_DESK_H

#include "engine/engine.h"
#include "store/workspace.h"

/* Makes detectors and banks ready, and again when the stored banks have changed. Owner's thread, and no analyst may be
 * there: ask engine_stale first. */
int engine_detectors(struct engine *e, struct error *err) MUST_USE;
/* Whether the banks have changed since. Owner's thread. */
bool engine_stale(struct engine *e);
/* Another policy decides from here on; a step of the ledger says so. Owner's thread, no analyst there. ERR_POLICY, and
 * the old one stays. */
int engine_use_policy(struct engine *e, struct sv name, struct sv bytes, struct error *err) MUST_USE;
/* *borrowed until* another one is used. */
struct sv engine_policy_version(const struct engine *e);

/* One thread's detectors, policy and reading connection. After engine_detectors; any thread. */
struct analyst;
int engine_analyst_new(struct engine *e, struct analyst **out, struct error *err) MUST_USE;
void engine_analyst_free(struct analyst *t); /* takes NULL */
/* Signals, detectors, policy. The outcome, good or bad, is in the analysis. */
void engine_analyst_run(struct analyst *t, struct analysis *a);

/* A post that is not stored yet, its strings copied; `reach` is what was known of it before. *out is owned by the caller:
 * analysis_free. */
int engine_analysis_of(const struct post *post, const struct reach *reach, size_t nreach, int64_t known_us,
                       struct analysis **out, struct error *err) MUST_USE;
/* A claimed job's post. */
int engine_analysis_load(struct store *s, const struct store_job *job, struct analysis **out,
                         struct error *err) MUST_USE;

/* Owner's thread, inside a transaction. Claims jobs in this process's name; writes an outcome (of a job that was
 * overtaken: nothing); writes media and result of a post that was just put. */
int engine_claim(struct engine *e, struct store_job *out, size_t max, size_t *out_n,
                 struct error *err) MUST_USE;
int engine_write_outcome(struct engine *e, struct analysis *a, struct error *err) MUST_USE;
int engine_write_analysis(struct engine *e, struct analysis *a, struct error *err) MUST_USE;
/* Makes groups of what posts share, a portion at a time; *out_found: something was found. Owner's thread, inside a
 * transaction. */
int engine_settle(struct engine *e, bool *out_more, bool *out_found, struct error *err) MUST_USE;
/* Gives back what this process holds. */
int engine_release(struct engine *e, struct error *err) MUST_USE;

/* Brings the signed log up to the ledger, read through `s`: a connection of the calling thread, outside a transaction. What
 * goes wrong is logged. */
void engine_publish(struct engine *e, struct store *s);

/* The pool of workers, started when first asked for. Thread-safe. */
int engine_media(struct engine *e, struct media_pool **out, struct error *err) MUST_USE;
const struct workspace *engine_workspace(const struct engine *e);

#endif
