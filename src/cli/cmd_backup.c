/* marsad backup: a copy of a workspace that is in use, itself a workspace. */
#include "cli/cmds.h"

#include "base/json.h"
#include "cli/progress.h"
#include "evidence/backup.h"
#include "evidence/evidence.h"

#include <stdio.h>

static void show_progress(void *arg, uint64_t done, uint64_t total)
{
    struct progress *bar = arg;
    progress_show(bar, 0, cli_text(bar->cli, "backup.copying"), done, total, SV_NULL);
}

static bool interrupted(void *arg)
{
    (void)arg;
    return cli_interrupted();
}

static void tell(struct cli *cli, const char *to, const struct backup_summary *s)
{
    char number[4][24];
    const uint64_t v[4] = {s->entries, s->files, s->bytes >> 20, s->damaged};
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "backup", to);
        jw_kv_i64(&w, "entries", (int64_t)s->entries);
        jw_kv_i64(&w, "files", (int64_t)s->files);
        jw_kv_i64(&w, "bytes", (int64_t)s->bytes);
        jw_kv_i64(&w, "damaged", (int64_t)s->damaged);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return;
    }
    for (int i = 0; i < 4; i++) snprintf(number[i], sizeof number[i], "%llu", (unsigned long long)v[i]);
    cli_say(cli, "backup.done", to, number[0], number[1], number[2], NULL);
    if (s->damaged) cli_say(cli, "backup.damaged", number[3], NULL);
}

int cmd_backup(struct cli *cli, const struct cli_args *a)
{
    struct workspace *w = NULL;
    struct store *s = NULL;
    struct error err = {0};
    struct progress bar;
    struct backup_summary sum = {0};
    struct backup_options o = {.progress = show_progress, .stop = interrupted, .arg = &bar};
    int code = workspace_open(cli->workspace, WORKSPACE_LOOK, &w, &err);
    if (code == 0) code = store_open(workspace_db(w), &s, &err);
    if (code == 0) {
        cli_actor(cli, s);
        cli_watch_signals();
        progress_begin(&bar, cli);
        code = evidence_backup(w, s, a->operands[0], &o, &sum, &err);
        progress_end(&bar);
    }
    store_close(s);
    workspace_close(w);
    if (code) return cli_fail(cli, &err);
    tell(cli, a->operands[0], &sum);
    return sum.damaged ? EXIT_FOUND : EXIT_FINE;
}
