/* Running the jobs of a workspace: claim, hand out, take back, write down.
 *
 *     claim 256 ──► load post, reach ──► crew (n analysts) ──► outcomes ──► one commit per 256 or quarter second
 *
 * The owner thread alone touches the store's writing side. A kill loses at most the outcomes of the last commit: their
 * jobs are still leased to a dead owner and are claimed again by the next run. */
#include "engine/network_priv.h"

#include "base/limits.h"

#include <stdlib.h>

enum { CLAIM_AT_ONCE = 256, COMMIT_AT_ONCE = 256 };
#define COMMIT_AFTER_US   (US_PER_SECOND / 4)
#define PROGRESS_EVERY_US (US_PER_SECOND / 10)
#define LOOK_AT_BANKS_US  (US_PER_SECOND / 4)

struct work {
    struct engine *e;
    const struct engine_watch *watch;
    struct engine_summary *sum;
    struct store_job claimed[CLAIM_AT_ONCE];
    size_t nclaimed, next;
    bool dry; /* the last claim found nothing */
    struct analysis *outcomes[COMMIT_AT_ONCE];
    size_t noutcomes;
    int64_t oldest_us, shown_us; /* monotonic: first outcome not yet committed; last progress */
    uint64_t done, total;
    int64_t banks_looked_us; /* monotonic */
    bool banks_changed;
};

static void show_progress(struct work *w, bool now)
{
    int64_t at = clock_mono_us();
    if (!w->watch || !w->watch->progress || (!now && at - w->shown_us < PROGRESS_EVERY_US)) return;
    w->shown_us = at;
    w->watch->progress(w->watch->arg, ENGINE_ANALYSING, w->done, w->total, w->sum);
}

static bool cancelled(const struct work *w)
{
    return w->watch && w->watch->cancelled && w->watch->cancelled(w->watch->arg);
}

/* ---- writing down ---- */

int engine_write_media(struct engine *e, struct analysis *a, struct engine_summary *sum, struct error *err)
{
    int code = 0;
    struct buf bytes;
    buf_init(&bytes, 0);
    for (size_t i = 0; code == 0 && i < a->post.nmedia; i++) {
        const struct analysis_media *m = &a->media[i];
        struct store_media row = {.sha256 = m->sha256, .bytes = m->bytes, .path = m->kept, .state = m->state};
        buf_clear(&bytes);
        if (m->state == MEDIA_READY) signals_write(m->signals, &bytes);
        if (bytes.failed) code = error_set(err, ERR_NOMEM, "engine", "no memory for signals");
        row.signals = buf_sv(&bytes);
        if (m->state == MEDIA_SET_ASIDE || m->state == MEDIA_ABSENT) {
            row.failure_code = m->failure.code;
            row.failure = sv_cstr(m->failure.text);
        }
        if (code == 0) code = store_put_media(e->store, &a->post.id, (uint32_t)i, &row, err);
        if (code == 0) code = engine_archive_take(e, m, err);
        sum->media += m->state != MEDIA_ABSENT;
        sum->media_set_aside += m->state == MEDIA_SET_ASIDE;
        sum->media_absent += m->state == MEDIA_ABSENT && a->post.media[i].missing.n > 0;
    }
    buf_done(&bytes);
    return code;
}

static int write_outcome(struct work *w, struct analysis *a, struct error *err)
{
    bool held = false;
    struct store_job job = {.post = a->post.id, .attempt = a->attempt};
    int trouble = store_job_held(w->e->store, &job, sv_cstr(w->e->owner), &held, err);
    if (trouble || !held) {
        w->sum->overtaken += trouble == 0;
        return trouble;
    }
    if (a->code) {
        w->sum->failed++;
        log_write(w->e->log, LOG_ERROR, "engine", "post %.*s %.*s: %s", SV_FMT(a->post.platform),
                  SV_FMT(a->post.native_id), a->error.text);
        return store_job_failed(w->e->store, &a->post.id, false, &a->error, err);
    }
    int code = engine_write_media(w->e, a, w->sum, err);
    if (code == 0) code = store_put_result(w->e->store, &a->post.id, &a->findings, &a->assessment, err);
    if (code == 0) code = engine_network_take(w->e, a, err);
    w->sum->analysed++;
    w->sum->findings += a->findings.n;
    w->sum->queued += a->assessment.category != CATEGORY_NONE;
    w->sum->policy_errors += a->policy_error.code != 0;
    return code;
}

static int commit_outcomes(struct work *w, struct error *err)
{
    if (w->noutcomes == 0) return 0;
    int code = store_begin(w->e->store, err);
    for (size_t i = 0; code == 0 && i < w->noutcomes; i++) code = write_outcome(w, w->outcomes[i], err);
    bool more;
    if (code == 0) code = engine_network_settle(w->e, w->sum, &more, err);
    if (code == 0) code = store_commit(w->e->store, err);
    if (code) {
        store_rollback(w->e->store);
        engine_archive_forget(w->e);
    } else {
        engine_archive_keep(w->e, false);
    }
    for (size_t i = 0; i < w->noutcomes; i++) analysis_free(w->outcomes[i]);
    w->noutcomes = 0;
    return code;
}

/* An outcome whose trouble is the machine's, not the post's: the run ends and the job goes back unharmed. */
static bool is_fatal(const struct analysis *a) { return a->code == ERR_SANDBOX || a->code == ERR_STORE; }

static int take_outcome(struct work *w, bool wait, bool *out_got, struct error *err)
{
    struct analysis *a = crew_take(w->e->crew, wait);
    *out_got = a != NULL;
    if (!a) return 0;
    if (is_fatal(a)) {
        int code = a->code;
        if (err) *err = a->error;
        analysis_free(a);
        return code;
    }
    if (w->noutcomes == 0) w->oldest_us = clock_mono_us();
    w->outcomes[w->noutcomes++] = a;
    w->done++;
    show_progress(w, false);
    if (w->noutcomes == COMMIT_AT_ONCE || clock_mono_us() - w->oldest_us > COMMIT_AFTER_US)
        return commit_outcomes(w, err);
    return 0;
}

/* ---- handing out ---- */

static int load_job(struct work *w, const struct store_job *job, struct analysis *a, struct error *err)
{
    int code = store_get_post(w->e->store, &job->post, &a->arena, &a->post, &a->known_us, err);
    struct reach *reach = NULL;
    if (code == 0) code = store_get_reach(w->e->store, &job->post, &a->arena, &reach, &a->nreach, err);
    a->reach = reach;
    return code;
}

static int hand_out(struct work *w, const struct store_job *job, struct error *err)
{
    struct analysis *a = analysis_new();
    if (!a) return error_set(err, ERR_NOMEM, "engine", "no memory for an analysis");
    a->attempt = job->attempt;
    int code = load_job(w, job, a, err);
    if (code == 0) code = crew_give(w->e->crew, a);
    if (code) analysis_free(a);
    return code;
}

static int claim(struct work *w, struct error *err)
{
    w->next = 0;
    int code = store_claim(w->e->store, sv_cstr(w->e->owner), clock_now_us(), JOB_LEASE_US, w->claimed,
                           CLAIM_AT_ONCE, &w->nclaimed, err);
    w->dry = code == 0 && w->nclaimed == 0;
    return code;
}

/* Banks change while we run: what is under way ends with the old ones, then the rest sees the new. *out_wait: hand out
 * nothing yet. */
static int follow_banks(struct work *w, bool *out_wait, struct error *err)
{
    int64_t now = clock_mono_us();
    if (!w->banks_changed && now - w->banks_looked_us > LOOK_AT_BANKS_US) {
        w->banks_looked_us = now;
        w->banks_changed = engine_banks_changed(w->e);
    }
    *out_wait = w->banks_changed && crew_pending(w->e->crew) > 0;
    if (!w->banks_changed || *out_wait) return 0;
    w->banks_changed = false;
    int code = commit_outcomes(w, err);
    return code ? code : engine_ready(w->e, err);
}

static int fill_crew(struct work *w, struct error *err)
{
    bool wait = false;
    int code = follow_banks(w, &wait, err);
    if (code || wait) return code;
    unsigned enough = 4 * crew_threads(w->e->crew) + 8;
    while (code == 0 && !w->dry && crew_pending(w->e->crew) < enough) {
        if (w->next == w->nclaimed) code = claim(w, err);
        if (code == 0 && w->next < w->nclaimed) code = hand_out(w, &w->claimed[w->next++], err);
    }
    return code;
}

/* Whatever the network still owes to posts, many to a commit; also what a run before this one left. */
static int settle_rest(struct work *w, struct error *err)
{
    int code = 0;
    for (bool more = true; code == 0 && more;) {
        if (cancelled(w))
            return error_set(err, ERR_CANCELLED, "engine", "stopped; what is left waits for the next run");
        code = store_begin(w->e->store, err);
        if (code == 0) code = engine_network_settle(w->e, w->sum, &more, err);
        if (code == 0) code = store_commit(w->e->store, err);
        if (code) store_rollback(w->e->store);
    }
    return code;
}

static int run(struct work *w, struct error *err)
{
    for (;;) {
        if (cancelled(w))
            return error_set(err, ERR_CANCELLED, "engine", "stopped; what is left waits for the next run");
        int code = fill_crew(w, err);
        bool got = true;
        if (code == 0) code = take_outcome(w, true, &got, err);
        while (code == 0 && got) code = take_outcome(w, false, &got, err);
        if (code == 0 && crew_pending(w->e->crew) == 0) {
            code = commit_outcomes(w, err);
            if (code == 0 && w->dry) return settle_rest(w, err);
            w->dry = false; /* a failed job may have become due again: ask once more before ending */
        }
        if (code) return code;
    }
}

/* Whatever ended the run: the analysts' last outcomes are written if they can be, the rest of the jobs given back. */
static void wind_up(struct work *w, int code)
{
    struct analysis *a;
    while ((a = crew_take(w->e->crew, true))) {
        if (code == ERR_CANCELLED && !is_fatal(a) && w->noutcomes < COMMIT_AT_ONCE)
            w->outcomes[w->noutcomes++] = a;
        else
            analysis_free(a);
    }
    struct error ignored;
    if (code == ERR_CANCELLED && commit_outcomes(w, &ignored) != 0)
        log_write(w->e->log, LOG_WARN, "engine", "last outcomes not written: %s", ignored.text);
    for (size_t i = 0; i < w->noutcomes; i++) analysis_free(w->outcomes[i]);
    w->noutcomes = 0;
    if (store_release(w->e->store, sv_cstr(w->e->owner), &ignored) != 0)
        log_write(w->e->log, LOG_WARN, "engine", "jobs not given back: %s", ignored.text);
}

int engine_work(struct engine *e, const struct engine_watch *watch, struct engine_summary *io_summary,
                struct error *err)
{
    if (!e->store) return error_set(err, ERR_ARG, "engine", "jobs live in a workspace; this engine has none");
    int code = engine_ready(e, err);
    if (code) return code;
    struct store_counts counts;
    code = store_count(e->store, &counts, err);
    if (code) return code;
    struct work *w = calloc(1, sizeof *w);
    if (!w) return error_set(err, ERR_NOMEM, "engine", "no memory for a run");
    w->e = e;
    w->watch = watch;
    w->sum = io_summary;
    w->total = (uint64_t)counts.jobs_waiting;
    engine_network_begin(e);
    show_progress(w, true);
    code = run(w, err);
    if (code) wind_up(w, code);
    if (code == 0) show_progress(w, true);
    free(w);
    return code;
}
