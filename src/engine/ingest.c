/* A feed into the workspace: every post with its job, every unreadable record with its reason, many to a commit. */
#include "engine/engine_priv.h"
#include "engine/language.h"

enum { INTAKE_COMMIT_POSTS = 1000 };
#define INTAKE_COMMIT_US   (US_PER_SECOND / 2)
#define INTAKE_PROGRESS_US (US_PER_SECOND / 10)

struct intake_run {
    struct engine *e;
    const struct engine_watch *watch;
    struct engine_summary *sum;
    int64_t now_us, begun_us, shown_us;
    size_t uncommitted;
    struct arena arena; /* cleared with each post */
};

static int keep_up(struct intake_run *r, struct error *err)
{
    if (r->watch && r->watch->cancelled && r->watch->cancelled(r->watch->arg))
        return error_set(err, ERR_CANCELLED, "engine", "stopped; what was read is kept");
    r->uncommitted++;
    if (r->uncommitted < INTAKE_COMMIT_POSTS && clock_mono_us() - r->begun_us < INTAKE_COMMIT_US) return 0;
    int code = store_commit(r->e->store, err);
    if (code == 0) code = store_begin(r->e->store, err);
    r->uncommitted = 0;
    r->begun_us = clock_mono_us();
    return code;
}

static int keep_post(void *arg, const struct post *p, struct error *err)
{
    struct intake_run *r = arg;
    enum store_put put = STORE_SAME;
    struct post known = *p;
    arena_clear(&r->arena);
    int code = language_set(&r->e->dialects, &known, &r->arena, err);
    if (code == 0) code = store_put_post(r->e->store, &known, r->now_us, &put, err);
    if (code) return code;
    r->sum->posts_new += put == STORE_NEW;
    r->sum->posts_changed += put == STORE_CHANGED;
    r->sum->posts_same += put == STORE_SAME;
    return keep_up(r, err);
}

static int keep_aside(void *arg, const struct intake_aside *a, struct error *err)
{
    struct intake_run *r = arg;
    struct store_aside row = {.file = a->origin.file,
                              .format = a->origin.format,
                              .reason = sv_cstr(a->why.text),
                              .bytes = a->bytes,
                              .line = a->origin.line,
                              .record = a->origin.record,
                              .code = a->why.code};
    log_write(r->e->log, LOG_WARN, "intake", "%.*s:%llu: %s", SV_FMT(a->origin.file),
              (unsigned long long)a->origin.line, a->why.text);
    int code = store_put_aside(r->e->store, &row, r->now_us, err);
    return code ? code : keep_up(r, err);
}

static void progressed(void *arg, uint64_t done, uint64_t total)
{
    struct intake_run *r = arg;
    int64_t now = clock_mono_us();
    if (!r->watch || !r->watch->progress || now - r->shown_us < INTAKE_PROGRESS_US) return;
    r->shown_us = now;
    r->watch->progress(r->watch->arg, ENGINE_READING, done, total, r->sum);
}

int engine_intake(struct engine *e, const char *path, const char *format, const struct engine_watch *watch,
                  struct engine_summary *io_summary, struct error *err)
{
    if (!e->store || e->read_only)
        return error_set(err, ERR_ARG, "engine", "%s: posts are kept in a workspace opened for writing",
                         path);
    int64_t now = clock_now_us();
    struct intake_run run = {
        .e = e, .watch = watch, .sum = io_summary, .now_us = now, .begun_us = clock_mono_us()};
    struct intake_sink sink = {.arg = &run, .post = keep_post, .aside = keep_aside, .progress = progressed};
    struct intake_options options = {.format = format, .now_us = now};
    struct intake_counts counts = {0};
    int code = store_begin(e->store, err);
    if (code) return code;
    arena_init(&run.arena, 0);
    code = intake_read(path, &options, &sink, &counts, err);
    arena_done(&run.arena);
    /* What was read before the trouble is good and stays: reading the file again repeats nothing. */
    bool keep =
        code == 0 || code == ERR_CANCELLED || code == ERR_FORMAT || code == ERR_IO || code == ERR_LIMIT;
    int ended = keep ? store_commit(e->store, code ? NULL : err) : 0;
    if (!keep || ended) store_rollback(e->store);
    io_summary->intake.posts += counts.posts;
    io_summary->intake.aside += counts.aside;
    io_summary->intake.skipped += counts.skipped;
    return code ? code : ended;
}
