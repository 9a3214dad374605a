/* marsad bank new, list, remove: banks and what stands in them. */
#include "cli/cmds.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

static bool parse_category(struct cli *cli, const char *name, bool negative, enum category *out)
{
    *out = category_parse(sv_cstr(name ? name : "none"));
    if (*out == CATEGORY_NONE && name && strcmp(name, "none") != 0)
        return cli_usage(cli, "usage.category", name, NULL), false;
    if (*out == CATEGORY_NONE && !negative) return cli_usage(cli, "usage.bank_category", NULL), false;
    return true;
}

int cmd_bank_new(struct cli *cli, const struct cli_args *a)
{
    struct bank bank = {.name = sv_cstr(a->operands[0]),
                        .negative = args_has(a, "--negative"),
                        .threshold = 31,
                        .source = sv_cstr(args_get(a, "--source")),
                        .reason = sv_cstr(args_get(a, "--reason")),
                        .created_us = clock_now_us()};
    int64_t threshold = 31;
    if (!parse_category(cli, args_get(a, "--category"), bank.negative, &bank.category) ||
        !args_number(cli, a, "--threshold", 0, 255, &threshold))
        return EXIT_TROUBLE;
    bank.threshold = (int)threshold;
    struct engine *e = NULL;
    struct error err = {0};
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    int code = store_bank_new(engine_store(e), &bank, &err);
    engine_close(e);
    if (code) return cli_fail(cli, &err);
    if (!cli->quiet && !cli->json) cli_say(cli, "bank.new", a->operands[0], NULL);
    return EXIT_FINE;
}

/* ---- list ---- */

static const struct column bank_columns[] = {
    {"head.bank", ALIGN_START, 8, 40, false},   {"head.category", ALIGN_START, 8, 28, false},
    {"head.items", ALIGN_END, 5, 0, false},     {"head.threshold", ALIGN_END, 3, 0, false},
    {"head.source", ALIGN_START, 8, 30, false}, {"head.reason", ALIGN_START, 8, 0, true},
};
static const struct column item_columns[] = {
    {"head.item", ALIGN_START, 8, 0, false},   {"head.type", ALIGN_START, 6, 0, false},
    {"head.status", ALIGN_START, 6, 0, false}, {"head.threshold", ALIGN_END, 3, 0, false},
    {"head.label", ALIGN_START, 8, 40, false}, {"head.source", ALIGN_START, 8, 30, false},
    {"head.reason", ALIGN_START, 8, 0, true},
};

static void bank_json(struct cli *cli, const struct bank *b, int64_t items)
{
    struct jw w;
    char at[TIME_TEXT_BYTES];
    time_format(b->created_us, at);
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "bank", b->name);
    jw_kv_str(&w, "category", category_name(b->category));
    jw_kv_bool(&w, "negative", b->negative);
    jw_kv_i64(&w, "threshold", b->threshold);
    jw_kv_i64(&w, "items", items);
    jw_kv_sv(&w, "source", b->source);
    jw_kv_sv(&w, "reason", b->reason);
    jw_kv_str(&w, "created", at);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static int list_banks(struct cli *cli, struct store *s, struct error *err)
{
    struct arena arena;
    struct bank *banks = NULL;
    size_t n = 0;
    arena_init(&arena, 0);
    struct table *t =
        cli->json ? NULL : table_new(cli, bank_columns, sizeof bank_columns / sizeof *bank_columns);
    int code = store_bank_list(s, &arena, &banks, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        const struct bank *b = &banks[i];
        int64_t items = 0;
        code = store_bank_item_count(s, b->name, &items, err);
        if (code) break;
        if (cli->json) {
            bank_json(cli, b, items);
            continue;
        }
        table_cell(t, b->name, COLOUR_BOLD);
        table_cell(t, b->negative ? cli_text(cli, "bank.negative") : category_text(cli, b->category),
                   b->negative ? COLOUR_GREEN : COLOUR_PLAIN);
        table_cellf(t, COLOUR_PLAIN, "%lld", (long long)items);
        table_cellf(t, COLOUR_PLAIN, "%d", b->threshold);
        table_cell(t, b->source, COLOUR_PLAIN);
        table_cell(t, b->reason, COLOUR_PLAIN);
        table_row(t);
    }
    if (code == 0 && n) table_print(t);
    if (code == 0 && n == 0 && !cli->json) cli_say(cli, "bank.none", NULL);
    table_free(t);
    arena_done(&arena);
    return code;
}

struct item_list {
    struct cli *cli;
    struct table *table;
    int64_t limit, seen;
};

static void item_json(struct cli *cli, const struct bank_item *i)
{
    struct jw w;
    char id[ID_TEXT_BYTES];
    id_format(&i->id, id);
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "item", id);
    jw_kv_str(&w, "type", bank_item_type_name(i->type));
    jw_kv_str(&w, "status", bank_status_name(i->status));
    if (i->threshold >= 0) jw_kv_i64(&w, "threshold", i->threshold);
    jw_kv_i64(&w, "frames", (int64_t)i->nframes);
    jw_kv_sv(&w, "value", i->value);
    jw_kv_sv(&w, "label", i->label);
    jw_kv_sv(&w, "source", i->source);
    jw_kv_sv(&w, "reason", i->reason);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static int on_item(void *arg, const struct bank_item *i)
{
    struct item_list *l = arg;
    struct cli *cli = l->cli;
    char id[ID_TEXT_BYTES], status[32];
    if (l->seen++ >= l->limit) return cli->json ? 1 : 0;
    if (cli->json) {
        item_json(cli, i);
        return cli_flush_some(cli) ? 0 : 1;
    }
    id_format(&i->id, id);
    snprintf(status, sizeof status, "status.%s", bank_status_name(i->status));
    table_cell(l->table, sv_of(id, 12), COLOUR_PLAIN);
    table_cell(l->table, sv_cstr(bank_item_type_name(i->type)), COLOUR_PLAIN);
    table_cell(l->table, cli_text(cli, status), i->status == BANK_ACTIVE ? COLOUR_PLAIN : COLOUR_DIM);
    if (i->threshold >= 0)
        table_cellf(l->table, COLOUR_PLAIN, "%d", i->threshold);
    else
        table_cell(l->table, SV("–"), COLOUR_DIM);
    table_cell(l->table, i->label, COLOUR_PLAIN);
    table_cell(l->table, i->source, COLOUR_PLAIN);
    table_cell(l->table, i->reason, COLOUR_PLAIN);
    table_row(l->table);
    return 0;
}

static int list_items(struct cli *cli, struct store *s, const char *bank, int64_t limit, struct error *err)
{
    struct item_list l = {.cli = cli, .limit = limit};
    struct arena arena;
    struct bank found;
    arena_init(&arena, 0);
    int code = store_bank_get(s, sv_cstr(bank), &arena, &found, err);
    arena_done(&arena);
    if (code) return code;
    if (!cli->json) l.table = table_new(cli, item_columns, sizeof item_columns / sizeof *item_columns);
    code = store_bank_items(s, sv_cstr(bank), on_item, &l, err);
    if (code >= 0 && !cli->json) {
        if (l.seen)
            table_print(l.table);
        else
            cli_say(cli, "bank.empty", bank, NULL);
    }
    if (code >= 0 && !cli->json && l.seen > l.limit) {
        char shown[32], total[32];
        snprintf(shown, sizeof shown, "%lld", (long long)l.limit);
        snprintf(total, sizeof total, "%lld", (long long)l.seen);
        cli_say(cli, "show.more", shown, total, NULL);
    }
    table_free(l.table);
    return code < 0 ? code : 0;
}

int cmd_bank_list(struct cli *cli, const struct cli_args *a)
{
    int64_t limit = cli->json ? INT64_MAX : 40;
    struct engine *e = NULL;
    struct error err = {0};
    if (!args_number(cli, a, "--limit", 1, INT32_MAX, &limit)) return EXIT_TROUBLE;
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    int code = a->noperands ? list_items(cli, engine_store(e), a->operands[0], limit, &err)
                            : list_banks(cli, engine_store(e), &err);
    engine_close(e);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}

/* ---- remove ---- */

struct wanted {
    const char *prefix;
    size_t n, matches;
    struct id128 id;
};

static int on_candidate(void *arg, const struct bank_item *i)
{
    struct wanted *w = arg;
    char id[ID_TEXT_BYTES];
    id_format(&i->id, id);
    if (strncasecmp(id, w->prefix, w->n) != 0) return 0;
    w->id = i->id;
    return ++w->matches > 1;
}

static int remove_item(struct store *s, struct sv bank, const char *prefix, struct error *err)
{
    struct wanted w = {.prefix = prefix, .n = strlen(prefix)};
    if (w.n < 4) return error_set(err, ERR_ARG, "cli", "item %s: give at least 4 digits of its id", prefix);
    int code = store_bank_items(s, bank, on_candidate, &w, err);
    if (code < 0) return code;
    if (w.matches == 0)
        return error_set(err, ERR_NOTFOUND, "cli", "bank %.*s has no item %s", SV_FMT(bank), prefix);
    if (w.matches > 1)
        return error_set(err, ERR_ARG, "cli",
                         "item %s: several items of bank %.*s begin so; give more digits", prefix,
                         SV_FMT(bank));
    return store_bank_item_remove(s, bank, &w.id, err);
}

static int remove_items(struct store *s, const struct cli_args *a, struct error *err)
{
    int code = store_begin(s, err);
    if (code) return code;
    for (size_t i = 1; code == 0 && i < a->noperands; i++)
        code = remove_item(s, sv_cstr(a->operands[0]), a->operands[i], err);
    if (code == 0) return store_commit(s, err);
    store_rollback(s);
    return code;
}

int cmd_bank_remove(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    struct error err = {0};
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    int code = a->noperands == 1 ? store_bank_remove(engine_store(e), sv_cstr(a->operands[0]), &err)
                                 : remove_items(engine_store(e), a, &err);
    engine_close(e);
    if (code) return cli_fail(cli, &err);
    if (!cli->quiet && !cli->json)
        cli_say(cli, a->noperands == 1 ? "bank.removed" : "bank.items_removed", a->operands[0], NULL);
    return EXIT_FINE;
}
