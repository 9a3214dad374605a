/* marsad log list, log prove, log key, log cosign: the steps that a workspace took, and what others check them with. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "evidence/evidence.h"
#include "store/workspace.h"

#include <stdio.h>
#include <string.h>

/* ---- list ---- */

struct listing {
    struct cli *cli;
    struct table *table;
};

static const struct column list_columns[] = {
    {"head.entry", ALIGN_END, 4, 0, false},    {"head.time", ALIGN_START, 20, 0, false},
    {"head.step", ALIGN_START, 6, 0, false},   {"head.by", ALIGN_START, 6, 20, false},
    {"head.subject", ALIGN_START, 8, 0, true},
};

static int list_entry(void *arg, const struct ledger_entry *e)
{
    struct listing *l = arg;
    char at[TIME_TEXT_BYTES];
    time_format(e->at_us, at);
    struct sv by = record_word(e->record, "by"), says = record_word(e->record, "says");
    if (by.n == 0) by = e->by;
    if (l->cli->json) {
        struct jw w;
        jw_init(&w, &l->cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_i64(&w, "entry", (int64_t)e->n);
        jw_kv_str(&w, "at", at);
        jw_kv_sv(&w, "step", e->kind);
        jw_kv_sv(&w, "by", by);
        jw_kv_sv(&w, "subject", e->subject);
        jw_kv_sv(&w, "record", e->record);
        jw_end(&w);
        buf_putc(&l->cli->out, '\n');
        return cli_flush_some(l->cli) ? 0 : 1;
    }
    table_cellf(l->table, COLOUR_PLAIN, "%llu", (unsigned long long)e->n);
    table_cell(l->table, sv_cstr(at), COLOUR_PLAIN);
    table_cell(l->table, e->kind, COLOUR_BOLD);
    table_cell(l->table, by, COLOUR_PLAIN);
    table_cell(l->table, says.n ? says : e->subject, COLOUR_PLAIN);
    table_row(l->table);
    return cli_interrupted() ? 1 : 0;
}

/* A post by whatever names it; else the word itself (a bank, "policy"). */
static struct sv subject_of(struct store *s, const char *text, char id_text[ID_TEXT_BYTES])
{
    struct id128 id;
    struct error ignored;
    if (store_find_post(s, sv_cstr(text), &id, &ignored) != 0) return sv_cstr(text);
    id_format(&id, id_text);
    return sv_of(id_text, ID_TEXT_BYTES - 1);
}

int cmd_log_list(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    struct error err = {0};
    struct ledger_state state;
    struct listing l = {.cli = cli};
    int64_t limit = 40;
    char id_text[ID_TEXT_BYTES];
    if (!args_number(cli, a, "--limit", 1, INT32_MAX, &limit)) return EXIT_TROUBLE;
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    struct store *s = engine_store(e);
    if (!cli->json) l.table = table_new(cli, list_columns, 5);
    int code = ledger_state(s, &state, &err);
    uint64_t from = state.size > (uint64_t)limit && !cli->json ? state.size - (uint64_t)limit : 0;
    if (code == 0)
        code = a->noperands ? ledger_about(s, subject_of(s, a->operands[0], id_text), list_entry, &l, &err)
                            : ledger_entries(s, from, list_entry, &l, &err);
    if (code >= 0) table_print(l.table);
    table_free(l.table);
    engine_close(e);
    return code < 0 ? cli_fail(cli, &err) : EXIT_FINE;
}

/* ---- prove ---- */

int cmd_log_prove(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    struct error err = {0};
    struct buf proof;
    int64_t n;
    const char *output = args_get(a, "--output");
    if (!sv_to_i64(sv_cstr(a->operands[0]), &n) || n < 0)
        return cli_usage(cli, "usage.number", "ENTRY", a->operands[0], "0", "…", NULL);
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    buf_init(&proof, 0);
    int code =
        evidence_prove(engine_store(e), cli->workspace, (uint64_t)n, !args_has(a, "--closed"), &proof, &err);
    if (code == 0 && output)
        code = file_write_atomic(output, buf_sv(&proof), &err);
    else if (code == 0)
        buf_putsv(&cli->out, buf_sv(&proof));
    buf_done(&proof);
    engine_close(e);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}

/* ---- keys and witnesses ---- */

int cmd_log_key(struct cli *cli, const struct cli_args *a)
{
    struct note_key key;
    struct error err = {0};
    (void)a;
    if (evidence_key(cli->workspace, &key, &err) != 0) return cli_fail(cli, &err);
    note_key_format(&key, &cli->out);
    buf_putc(&cli->out, '\n');
    return EXIT_FINE;
}

int cmd_log_cosign(struct cli *cli, const struct cli_args *a)
{
    struct buf note;
    struct error err = {0};
    size_t added = 0;
    char text[24];
    buf_init(&note, 0);
    int code = file_read(a->operands[0], NOTE_MAX_BYTES, &note, &err);
    if (code == 0) code = evidence_cosign(cli->workspace, buf_sv(&note), &added, &err);
    buf_done(&note);
    if (code) return cli_fail(cli, &err);
    snprintf(text, sizeof text, "%zu", added);
    cli_say(cli, "verify.cosigned", text, NULL);
    return added ? EXIT_FINE : EXIT_FOUND;
}
