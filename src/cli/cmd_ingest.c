/* marsad ingest: feeds into the workspace, then every waiting post analysed. marsad analyse: the second half alone. */
#include "cli/cmds.h"
#include "cli/progress.h"

#include "base/json.h"

struct run {
    struct cli *cli;
    struct progress bar;
    const char *file;
};

static void on_progress(void *arg, enum engine_stage stage, uint64_t done, uint64_t total,
                        const struct engine_summary *s)
{
    struct run *r = arg;
    char count[32];
    struct buf note;
    buf_init(&note, 0);
    bool reading = stage == ENGINE_READING;
    snprintf(count, sizeof count, "%llu",
             (unsigned long long)(reading ? s->posts_new + s->posts_changed + s->posts_same : s->queued));
    cli_fill(r->cli, &note, reading ? "progress.read" : "progress.queued", count, NULL);
    progress_show(&r->bar, (int)stage, cli_text(r->cli, reading ? "progress.reading" : "progress.analysing"),
                  done, total, buf_sv(&note));
    buf_done(&note);
}

static bool on_cancel(void *arg) { return cli_interrupted(); }

static void print_json(struct cli *cli, const struct engine_summary *s)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_i64(&w, "read", (int64_t)s->intake.posts);
    jw_kv_i64(&w, "new", (int64_t)s->posts_new);
    jw_kv_i64(&w, "changed", (int64_t)s->posts_changed);
    jw_kv_i64(&w, "same", (int64_t)s->posts_same);
    jw_kv_i64(&w, "skipped", (int64_t)s->intake.skipped);
    jw_kv_i64(&w, "aside", (int64_t)s->intake.aside);
    jw_kv_i64(&w, "analysed", (int64_t)s->analysed);
    jw_kv_i64(&w, "failed", (int64_t)s->failed);
    jw_kv_i64(&w, "media", (int64_t)s->media);
    jw_kv_i64(&w, "media_set_aside", (int64_t)s->media_set_aside);
    jw_kv_i64(&w, "media_absent", (int64_t)s->media_absent);
    jw_kv_i64(&w, "findings", (int64_t)s->findings);
    jw_kv_i64(&w, "queued", (int64_t)s->queued);
    jw_kv_i64(&w, "policy_errors", (int64_t)s->policy_errors);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void say_count(struct cli *cli, const char *key, uint64_t n)
{
    if (n == 0) return;
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    cli_say(cli, key, text, NULL);
}

static void print_summary(struct cli *cli, const struct engine_summary *s)
{
    if (cli->json) {
        print_json(cli, s);
        return;
    }
    if (cli->quiet) return;
    say_count(cli, "ingest.new", s->posts_new);
    say_count(cli, "ingest.changed", s->posts_changed);
    say_count(cli, "ingest.same", s->posts_same);
    say_count(cli, "ingest.skipped", s->intake.skipped);
    say_count(cli, "ingest.aside", s->intake.aside);
    say_count(cli, "ingest.analysed", s->analysed);
    say_count(cli, "ingest.failed", s->failed);
    say_count(cli, "ingest.media", s->media);
    say_count(cli, "ingest.media_aside", s->media_set_aside);
    say_count(cli, "ingest.media_absent", s->media_absent);
    say_count(cli, "ingest.queued", s->queued);
    say_count(cli, "ingest.policy_errors", s->policy_errors);
}

static int exit_code(const struct engine_summary *s)
{
    return s->intake.aside || s->failed || s->media_set_aside || s->policy_errors ? EXIT_FOUND : EXIT_FINE;
}

/* Trouble in one file is told and the next is read: nobody loses a night's captures to the first of them. */
static int read_files(struct run *r, struct engine *e, const struct engine_watch *watch,
                      const struct cli_args *a, struct engine_summary *sum)
{
    int worst = EXIT_FINE;
    for (size_t i = 0; i < a->noperands; i++) {
        struct error err = {0};
        int code = engine_intake(e, a->operands[i], args_get(a, "--format"), watch, sum, &err);
        progress_end(&r->bar);
        if (code == 0) continue;
        worst = cli_fail(r->cli, &err);
        if (code == ERR_CANCELLED || code == ERR_STORE || code == ERR_NOMEM) break;
    }
    return worst;
}

static int work(struct run *r, struct engine *e, const struct engine_watch *watch, struct engine_summary *sum)
{
    struct error err = {0};
    int code = engine_work(e, watch, sum, &err);
    progress_end(&r->bar);
    return code ? cli_fail(r->cli, &err) : EXIT_FINE;
}

int cmd_ingest(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    if (!open_engine(cli, false, &e)) return EXIT_TROUBLE;
    cli_watch_signals();
    struct run r = {.cli = cli};
    struct engine_watch watch = {.arg = &r, .progress = on_progress, .cancelled = on_cancel};
    struct engine_summary sum = {0};
    progress_begin(&r.bar, cli);
    int code = read_files(&r, e, &watch, a, &sum);
    if (!cli_interrupted() && !args_has(a, "--no-analysis")) {
        int worked = work(&r, e, &watch, &sum);
        if (worked) code = worked;
    }
    engine_close(e);
    print_summary(cli, &sum);
    return code ? code : exit_code(&sum);
}

int cmd_analyse(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    if (!open_engine(cli, false, &e)) return EXIT_TROUBLE;
    cli_watch_signals();
    struct run r = {.cli = cli};
    struct engine_watch watch = {.arg = &r, .progress = on_progress, .cancelled = on_cancel};
    struct engine_summary sum = {0};
    struct error err = {0};
    int64_t requeued = 0;
    int code = EXIT_FINE;
    progress_begin(&r.bar, cli);
    if (args_has(a, "--all") && store_requeue_all(engine_store(e), &requeued, &err))
        code = cli_fail(cli, &err);
    if (code == EXIT_FINE) code = work(&r, e, &watch, &sum);
    engine_close(e);
    print_summary(cli, &sum);
    return code ? code : exit_code(&sum);
}
