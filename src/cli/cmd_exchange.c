/* marsad exchange source, take, sync, items, confirm, refute: what comes in. */
#include "cli/exchange.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

/* ---- sources ---- */

static int ensure_bank(struct refer_cmd *c, const struct cli_args *a, struct sv bank)
{
    struct bank b;
    enum category category = category_parse(refer_option(a, "--category"));
    int code = store_bank_get(c->store, bank, &c->arena, &b, &c->err);
    if (code != ERR_NOTFOUND) return code;
    if (category == CATEGORY_NONE)
        return error_set(&c->err, ERR_ARG, "cli",
                         "there is no bank %.*s yet: say with --category what a match in it is evidence of",
                         SV_FMT(bank));
    b = (struct bank){.name = bank,
                      .category = category,
                      .threshold = 31,
                      .source = sv_cstr(a->operands[0]),
                      .reason = SV("exchange"),
                      .created_us = c->now_us};
    return store_bank_new(c->store, &b, &c->err);
}

static int put_source(struct refer_cmd *c, const struct cli_args *a)
{
    struct exchange_source src = {.name = sv_cstr(a->operands[0]),
                                  .flood_least = 20,
                                  .flood_factor = 8,
                                  .flood_window_us = US_PER_HOUR};
    int code = store_source_get(c->store, src.name, &c->arena, &src, &c->err);
    if (code == ERR_NOTFOUND) {
        src = (struct exchange_source){.name = sv_cstr(a->operands[0]),
                                       .kind = SV("list"),
                                       .flood_least = 20,
                                       .flood_factor = 8,
                                       .flood_window_us = US_PER_HOUR};
        src.bank = src.name;
        code = 0;
    }
    struct sv *const texts[] = {&src.kind, &src.bank, &src.address, &src.collection, &src.secret};
    static const char *const options[] = {"--kind", "--bank", "--address", "--collection", "--secret"};
    for (int i = 0; i < 5; i++)
        if (args_get(a, options[i])) *texts[i] = refer_option(a, options[i]);
    if (args_get(a, "--trust")) src.trusted = sv_is(refer_option(a, "--trust"), "yes");
    if (!args_number(c->cli, a, "--flood", 0, INT32_MAX, &src.flood_least))
        return error_set(&c->err, ERR_ARG, "cli", "--flood is a number of posts");
    if (code == 0 && !exchange_kind_known(src.kind))
        code = error_set(&c->err, ERR_ARG, "cli", "%.*s: no such kind of source", SV_FMT(src.kind));
    if (code == 0) code = ensure_bank(c, a, src.bank);
    return code ? code : store_source_put(c->store, &src, &c->err);
}

static const struct column source_columns[] = {
    {"head.source", ALIGN_START, 8, 0, false}, {"head.kind", ALIGN_START, 5, 0, false},
    {"head.bank", ALIGN_START, 6, 0, false},   {"head.trust", ALIGN_START, 3, 0, false},
    {"head.synced", ALIGN_START, 8, 0, false}, {"head.says", ALIGN_START, 8, 0, true},
};

static void source_line(struct cli *cli, struct table *t, const struct exchange_source *s)
{
    char when[TIME_TEXT_BYTES];
    time_format(s->synced_us, when);
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_sv(&w, "source", s->name);
        jw_kv_sv(&w, "kind", s->kind);
        jw_kv_sv(&w, "bank", s->bank);
        jw_kv_sv(&w, "address", s->address);
        jw_kv_sv(&w, "collection", s->collection);
        jw_kv_bool(&w, "trusted", s->trusted);
        jw_kv_i64(&w, "flood", s->flood_least);
        if (s->synced_us != TIME_UNKNOWN) jw_kv_str(&w, "synced", when);
        jw_kv_i64(&w, "failures", s->failures);
        jw_kv_sv(&w, "said", s->said);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return;
    }
    table_cell(t, s->name, COLOUR_BOLD);
    table_cell(t, s->kind, COLOUR_PLAIN);
    table_cell(t, s->bank, COLOUR_PLAIN);
    table_cell(t, cli_text(cli, s->trusted ? "exchange.yes" : "exchange.no"), COLOUR_PLAIN);
    table_cell(t, sv_cstr(when), COLOUR_PLAIN);
    table_cell(t, s->said, COLOUR_RED);
    table_row(t);
}

int cmd_exchange_source(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct exchange_source *list;
    size_t n = 0;
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    int code = a->noperands ? put_source(&c, a) : 0;
    if (code == 0) code = store_source_list(c.store, &c.arena, &list, &n, &c.err);
    struct table *t = cli->json ? NULL : table_new(cli, source_columns, 6);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (a->noperands == 0 || sv_is(list[i].name, a->operands[0])) source_line(cli, t, &list[i]);
    if (code == 0 && t) table_print(t);
    table_free(t);
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- taking and asking ---- */

static void tell_counts(struct cli *cli, const char *source, const struct exchange_counts *n)
{
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "source", source);
        jw_kv_i64(&w, "items", (int64_t)n->items);
        jw_kv_i64(&w, "new", (int64_t)n->fresh);
        jw_kv_i64(&w, "withdrawn", (int64_t)n->withdrawn);
        jw_kv_i64(&w, "bad", (int64_t)n->bad);
        if (n->bad) jw_kv_i64(&w, "first_bad", (int64_t)n->first_bad);
        if (n->bad) jw_kv_str(&w, "why", n->why);
        jw_kv_i64(&w, "opinions_sent", (int64_t)n->sent);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return;
    }
    char t[5][24];
    const uint64_t v[5] = {n->items, n->fresh, n->withdrawn, n->bad, n->sent};
    for (int i = 0; i < 5; i++) snprintf(t[i], sizeof t[i], "%llu", (unsigned long long)v[i]);
    if (!cli->quiet) cli_say(cli, "exchange.took", source, t[0], t[1], t[2], t[3], t[4], NULL);
    if (n->bad) {
        snprintf(t[0], sizeof t[0], "%llu", (unsigned long long)n->first_bad);
        cli_note(cli, "exchange.bad", t[3], t[0], n->why, NULL);
    }
}

static int take_one(struct refer_cmd *c, const struct cli_args *a, const struct exchange_source *src,
                    const char *path, struct exchange_counts *n)
{
    bool full = !args_has(a, "--part"), shrunk = args_has(a, "--shrunk");
    struct buf text;
    if (sv_is(src->kind, "list"))
        return exchange_take_file(c->store, src, path, full, shrunk, c->now_us, n, &c->err);
    buf_init(&text, 0);
    int code = file_read(path, JSON_MAX_BYTES, &text, &c->err);
    if (code == 0) code = exchange_take(c->store, src, buf_sv(&text), full, shrunk, c->now_us, n, &c->err);
    buf_done(&text);
    return code;
}

int cmd_exchange_take(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct exchange_source src;
    struct exchange_counts n = {0};
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    int code = 0;
    for (size_t i = 1; code == 0 && i < a->noperands; i++) {
        code = store_source_get(c.store, sv_cstr(a->operands[0]), &c.arena, &src, &c.err);
        if (code == 0) code = take_one(&c, a, &src, a->operands[i], &n);
    }
    if (code == 0) tell_counts(cli, a->operands[0], &n);
    return refer_close(&c, code, n.bad ? EXIT_FOUND : EXIT_FINE);
}

int cmd_exchange_sync(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct exchange_source *list;
    size_t n = 0;
    int trouble = EXIT_FINE;
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    int code = store_source_list(c.store, &c.arena, &list, &n, &c.err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        struct exchange_counts counts;
        bool asked = a->noperands == 0;
        for (size_t k = 0; k < a->noperands; k++) asked |= sv_is(list[i].name, a->operands[k]);
        if (!asked || (a->noperands == 0 && list[i].address.n == 0)) continue;
        int one = exchange_sync(c.store, &c.config, list[i].name, args_has(a, "--force"), c.now_us, &counts,
                                &c.err);
        char *name = arena_cstr(&c.arena, list[i].name);
        if (one == ERR_BUSY && a->noperands == 0) continue;
        if (one) trouble = cli_fail(cli, &c.err);
        if (one == 0 && name) tell_counts(cli, name, &counts);
        if (one == 0 && counts.bad && trouble == EXIT_FINE) trouble = EXIT_FOUND;
    }
    for (size_t k = 0; code == 0 && k < a->noperands; k++) {
        struct exchange_source src;
        code = store_source_get(c.store, sv_cstr(a->operands[k]), &c.arena, &src, &c.err);
    }
    return refer_close(&c, code, trouble);
}

/* ---- items ---- */

struct item_list {
    struct refer_cmd *c;
    struct table *t;
    int64_t seen, limit;
};

static const struct column item_columns[] = {
    {"head.source", ALIGN_START, 8, 0, false}, {"head.item", ALIGN_START, 8, 8, false},
    {"head.state", ALIGN_START, 8, 0, false},  {"head.bank", ALIGN_START, 6, 0, false},
    {"head.remote", ALIGN_START, 8, 0, true},  {"head.why", ALIGN_START, 6, 30, false},
};

static struct sv item_state(const struct cli *cli, enum foreign_state s)
{
    char key[48];
    snprintf(key, sizeof key, "exchange.state.%s", foreign_state_name(s));
    return cli_text(cli, key);
}

static int on_item(void *arg, const struct foreign_item *f)
{
    struct item_list *l = arg;
    struct cli *cli = l->c->cli;
    char id[ID_TEXT_BYTES];
    if (l->seen++ >= l->limit) return 0;
    id_format(&f->item, id);
    if (cli->json) {
        char when[TIME_TEXT_BYTES];
        struct jw w;
        time_format(f->seen_us, when);
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_sv(&w, "source", f->source);
        jw_kv_sv(&w, "remote", f->remote);
        jw_kv_sv(&w, "bank", f->bank);
        jw_kv_str(&w, "item", id);
        jw_kv_str(&w, "state", foreign_state_name(f->state));
        jw_kv_str(&w, "seen", when);
        jw_kv_sv(&w, "by", f->who);
        jw_kv_sv(&w, "why", f->why);
        jw_kv_sv(&w, "origin", f->origin);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return cli_flush_some(cli) ? 0 : 1;
    }
    table_cell(l->t, f->source, COLOUR_PLAIN);
    table_cell(l->t, sv_of(id, 8), COLOUR_BOLD);
    table_cell(l->t, item_state(cli, f->state), f->state == FOREIGN_HELD ? COLOUR_RED : COLOUR_PLAIN);
    table_cell(l->t, f->bank, COLOUR_PLAIN);
    table_cell(l->t, f->remote, COLOUR_DIM);
    table_cell(l->t, f->why, COLOUR_PLAIN);
    table_row(l->t);
    return 0;
}

int cmd_exchange_items(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    enum foreign_state state = FOREIGN_STATES;
    struct item_list l = {&c, NULL, 0, cli->json ? INT64_MAX : 40};
    const char *asked = args_get(a, "--state");
    if (asked && !foreign_state_parse(sv_cstr(asked), &state))
        return cli_usage(cli, "usage.choice", "--state", asked, "new, confirmed, refuted, held, withdrawn",
                         NULL);
    if (!args_number(cli, a, "--limit", 1, INT32_MAX, &l.limit) || !refer_open(&c, cli, false))
        return EXIT_TROUBLE;
    if (!cli->json) l.t = table_new(cli, item_columns, 6);
    int code = store_foreign_items(c.store, a->noperands ? sv_cstr(a->operands[0]) : SV_NULL, state, on_item,
                                   &l, &c.err);
    if (code >= 0 && l.t) table_print(l.t);
    table_free(l.t);
    if (code >= 0 && !cli->json && l.seen > l.limit) {
        char shown[32], total[32];
        snprintf(shown, sizeof shown, "%lld", (long long)l.limit);
        snprintf(total, sizeof total, "%lld", (long long)l.seen);
        cli_say(cli, "show.more", shown, total, NULL);
    }
    return refer_close(&c, code < 0 ? code : 0, EXIT_FINE);
}

/* A threshold of its own, for a hash that is known to be too near to others, or too far. */
static int set_threshold(struct refer_cmd *c, const char *source, const char *what, int64_t bits)
{
    struct foreign_item f;
    struct bank_item item;
    int code = store_foreign_find(c->store, sv_cstr(source), sv_cstr(what), &c->arena, &f, &c->err);
    if (code == 0) code = store_bank_item_get(c->store, f.bank, &f.item, &c->arena, &item, &c->err);
    item.threshold = (int)bits;
    return code ? code : store_bank_add(c->store, f.bank, &item, NULL, &c->err);
}

static int judge(struct cli *cli, const struct cli_args *a, bool confirmed)
{
    struct refer_cmd c;
    int64_t bits = -1;
    if (!args_number(cli, a, "--threshold", 0, 256, &bits) || !refer_open(&c, cli, true)) return EXIT_TROUBLE;
    int code = 0;
    for (size_t i = 1; code == 0 && bits >= 0 && i < a->noperands; i++)
        code = set_threshold(&c, a->operands[0], a->operands[i], bits);
    for (size_t i = 1; code == 0 && i < a->noperands; i++)
        code = exchange_judge(c.store, sv_cstr(a->operands[0]), sv_cstr(a->operands[i]), confirmed,
                              sv_cstr(c.who), refer_option(a, "--why"), c.now_us, &c.err);
    if (code == 0 && !cli->json && !cli->quiet)
        cli_say(cli, confirmed ? "exchange.confirmed" : "exchange.refuted", NULL);
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_exchange_confirm(struct cli *cli, const struct cli_args *a) { return judge(cli, a, true); }
int cmd_exchange_refute(struct cli *cli, const struct cli_args *a) { return judge(cli, a, false); }
