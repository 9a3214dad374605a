/* marsad status: figures of a workspace. marsad aside: what could not be read or analysed, and why. */
#include "cli/cmds.h"

#include "base/json.h"

/* ---- status ---- */

struct figure {
    const char *name, *key;
    int64_t value;
};

static const struct column status_columns[] = {
    {"", ALIGN_START, 8, 0, false},
    {"head.count", ALIGN_END, 6, 0, false},
};

static void print_figures(struct cli *cli, const struct figure *v, size_t n)
{
    struct jw w;
    struct table *t = cli->json ? NULL : table_new(cli, status_columns, 2);
    jw_init(&w, &cli->out, JW_COMPACT);
    if (cli->json) jw_object(&w);
    for (size_t i = 0; i < n; i++) {
        if (cli->json) {
            jw_kv_i64(&w, v[i].name, v[i].value);
            continue;
        }
        table_cell(t, cli_text(cli, v[i].key), COLOUR_PLAIN);
        table_cellf(t, COLOUR_BOLD, "%lld", (long long)v[i].value);
        table_row(t);
    }
    if (cli->json) {
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    }
    table_print(t);
    table_free(t);
}

int cmd_status(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    struct store_counts c = {0};
    struct error err = {0};
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    int code = store_count(engine_store(e), &c, &err);
    engine_close(e);
    if (code) return cli_fail(cli, &err);
    const struct figure figures[] = {
        {"posts", "figure.posts", c.posts},
        {"accounts", "figure.accounts", c.accounts},
        {"reach", "figure.reach", c.reach},
        {"media", "figure.media", c.media},
        {"media_set_aside", "figure.media_aside", c.media_set_aside},
        {"findings", "figure.findings", c.findings},
        {"queued", "figure.queued", c.queued},
        {"aside", "figure.aside", c.aside},
        {"jobs_waiting", "figure.jobs_waiting", c.jobs_waiting},
        {"jobs_running", "figure.jobs_running", c.jobs_running},
        {"jobs_set_aside", "figure.jobs_aside", c.jobs_set_aside},
    };
    print_figures(cli, figures, sizeof figures / sizeof *figures);
    return EXIT_FINE;
}

/* ---- aside ---- */

static const struct column aside_columns[] = {
    {"head.file", ALIGN_START, 8, 40, false},
    {"head.line", ALIGN_END, 4, 0, false},
    {"head.reason", ALIGN_START, 16, 0, true},
};

enum { STOP = 1 };

struct aside_list {
    struct cli *cli;
    struct table *table;
    int64_t limit, seen;
};

static int on_record(void *arg, const struct store_aside *r)
{
    struct aside_list *l = arg;
    if (l->seen++ >= l->limit) return l->cli->json ? STOP : 0;
    if (!l->cli->json) {
        table_cell(l->table, r->file, COLOUR_PLAIN);
        table_cellf(l->table, COLOUR_PLAIN, "%llu", (unsigned long long)(r->line ? r->line : r->record));
        table_cell(l->table, r->reason, COLOUR_PLAIN);
        table_row(l->table);
        return 0;
    }
    struct jw w;
    jw_init(&w, &l->cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "what", "record");
    jw_kv_sv(&w, "file", r->file);
    jw_kv_sv(&w, "format", r->format);
    jw_kv_i64(&w, "line", (int64_t)r->line);
    jw_kv_i64(&w, "record", (int64_t)r->record);
    jw_kv_i64(&w, "code", r->code);
    jw_kv_sv(&w, "reason", r->reason);
    jw_kv_sv(&w, "bytes", r->bytes);
    jw_end(&w);
    buf_putc(&l->cli->out, '\n');
    return cli_flush_some(l->cli) ? 0 : STOP;
}

static int on_job(void *arg, const struct id128 *post, int attempts, const struct error *why)
{
    struct aside_list *l = arg;
    char id[ID_TEXT_BYTES];
    id_format(post, id);
    if (l->seen++ >= l->limit) return l->cli->json ? STOP : 0;
    if (!l->cli->json) {
        table_cell(l->table, sv_cstr(id), COLOUR_PLAIN);
        table_cell(l->table, SV("–"), COLOUR_DIM);
        table_cell(l->table, sv_cstr(why->text), COLOUR_PLAIN);
        table_row(l->table);
        return 0;
    }
    struct jw w;
    jw_init(&w, &l->cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "what", "post");
    jw_kv_str(&w, "post", id);
    jw_kv_i64(&w, "attempts", attempts);
    jw_kv_i64(&w, "code", why->code);
    jw_kv_str(&w, "reason", why->text);
    jw_end(&w);
    buf_putc(&l->cli->out, '\n');
    return cli_flush_some(l->cli) ? 0 : STOP;
}

static void print_asides(struct aside_list *l)
{
    struct cli *cli = l->cli;
    if (cli->json) return;
    if (l->seen == 0) {
        cli_say(cli, "aside.none", NULL);
        return;
    }
    table_print(l->table);
    if (l->seen <= l->limit) return;
    char shown[32], total[32];
    snprintf(shown, sizeof shown, "%lld", (long long)l->limit);
    snprintf(total, sizeof total, "%lld", (long long)l->seen);
    cli_say(cli, "show.more", shown, total, NULL);
}

int cmd_aside(struct cli *cli, const struct cli_args *a)
{
    struct aside_list l = {.cli = cli, .limit = cli->json ? INT64_MAX : 40};
    if (!args_number(cli, a, "--limit", 1, INT32_MAX, &l.limit)) return EXIT_TROUBLE;
    struct engine *e = NULL;
    struct error err = {0};
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    if (!cli->json) l.table = table_new(cli, aside_columns, 3);
    int code = store_asides(engine_store(e), on_record, &l, &err);
    if (code == 0) code = store_failed_jobs(engine_store(e), on_job, &l, &err);
    engine_close(e);
    if (code >= 0) print_asides(&l);
    table_free(l.table);
    return code < 0 ? cli_fail(cli, &err) : EXIT_FINE;
}
