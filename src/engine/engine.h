/* The way of a post: intake → signals → matching → findings → policy → queue, over a workspace or in memory.
 *
 * One thread owns the engine and, through it, the store: it reads feeds, hands posts to a crew of analysts and writes
 * down what they bring back, many posts to a commit. An analyst has its own detector scratch, Lua state and (in a
 * workspace) a reading connection; it changes nothing but the analysis in its hands. Killed at any moment, a run
 * goes on where its last commit stood: jobs are leased, every write may be repeated. */
#ifndef MARSAD_ENGINE_ENGINE_H
#define MARSAD_ENGINE_ENGINE_H

#include "base/log.h"
#include "detect/detect.h"
#include "intake/intake.h"
#include "media/media.h"
#include "model/assessment.h"
#include "policy/policy.h"
#include "store/store.h"

struct engine;

struct engine_options {
    const char *workspace;   /* NULL: in memory, nothing is stored */
    bool sign_later;         /* the caller signs what the log has gained, by engine_publish */
    bool read_only;          /* look at a workspace, run no jobs in it: needs no exclusive lock */
    const char *policy_file; /* NULL: <workspace>/policy/default.lua, else the built-in one */
    const char *lexicon_dir; /* NULL: <workspace>/policy/lexicons, else the built-in ones */
    const char *worker_path; /* NULL: as media_options */
    const char *
        recogniser; /* its manifest; NULL: $MARSAD_RECOGNISER, else <workspace>/policy/recogniser.json, else nobody is
                                asked what is said */
    unsigned workers;      /* 0: as many as cores */
    const struct log *log; /* may be NULL; *borrowed until* engine_close */
};

/* ERR_NOTFOUND when the folder is no workspace, ERR_BUSY when another run has it, ERR_POLICY, ERR_FORMAT, … */
int engine_open(const struct engine_options *o, struct engine **out, struct error *err) MUST_USE;
void engine_close(struct engine *e);
/* NULL in memory. */
struct store *engine_store(struct engine *e);

/* Adds a bank for this engine's life. Before the first analysis: ERR_BUSY after it. */
int engine_load_bank(struct engine *e, struct sv name, enum category category, const char *list_path,
                     struct error *err) MUST_USE;

/* All banks of a workspace that was opened to look: as they were kept where that can be used, else read, made searchable, and kept for
 * whoever asks next. *borrowed until* engine_close; the caller may take banks out of it and add some of its own. */
int engine_look_banks(struct engine *e, struct bank_set **out, struct error *err) MUST_USE;

/* ---- one post analysed ---- */

struct analysis_media {
    enum media_state state;
    bool fresh; /* decoded now, not read from the store */
    struct sha256 sha256;
    uint64_t bytes;
    struct sv kept;                      /* path in the workspace; empty in memory */
    const struct media_signals *signals; /* NULL unless ready */
    struct error failure;                /* why there are none */
};

struct analysis {
    struct arena arena; /* of everything below */
    struct post post;
    const struct reach *reach;
    size_t nreach;
    int64_t known_us;
    int attempt;                  /* of the job, from 1; 0 in memory */
    struct analysis_media *media; /* one per post.media */
    struct finding_list findings;
    struct assessment assessment;
    struct error policy_error; /* the policy broke; the assessment is the fallback */
    int code;                  /* not 0: the post could not be analysed at all; `error` says why */
    struct error error;
};

/* ---- runs ---- */

enum engine_stage { ENGINE_READING = 0, ENGINE_ANALYSING };
struct engine_summary {
    struct intake_counts intake;
    uint64_t posts_new, posts_changed, posts_same;
    uint64_t analysed, failed; /* failed: set aside or to be tried again */
    uint64_t media, media_set_aside, media_absent;
    uint64_t findings, queued, policy_errors;
    uint64_t overtaken; /* outcomes dropped: the lease ran out and another worker has the post */
};
struct engine_watch {
    void *arg;
    /* From the owner's thread, a few times a second at most. total 0: unknown. */
    void (*progress)(void *arg, enum engine_stage stage, uint64_t done, uint64_t total,
                     const struct engine_summary *s);
    /* Asked between posts; true ends the run in order (ERR_CANCELLED), nothing half-done. */
    bool (*cancelled)(void *arg);
};

/* Reads a feed into the workspace. Adds to *io_summary. */
int engine_intake(struct engine *e, const char *path, const char *format, const struct engine_watch *watch,
                  struct engine_summary *io_summary, struct error *err) MUST_USE;
/* Analyses all posts that wait. */
int engine_work(struct engine *e, const struct engine_watch *watch, struct engine_summary *io_summary,
                struct error *err) MUST_USE;

/* Analyses what a path holds without storing anything: visit() sees each post in the file's order. */
struct engine_scan_sink {
    void *arg;
    int (*analysed)(void *arg, struct analysis *a); /* *borrowed until* return; non-zero ends the scan */
    int (*aside)(void *arg, const struct intake_aside *a);
};
int engine_scan(struct engine *e, const char *path, const char *format, const struct engine_scan_sink *sink,
                struct error *err) MUST_USE;
/* One post in memory. *out is owned by the caller: analysis_free. */
int engine_analyse(struct engine *e, const struct post *post, struct analysis **out,
                   struct error *err) MUST_USE;
void analysis_free(struct analysis *a);

#endif
