/* marsad retention list, set, reset, and marsad purge: how long what is kept, and letting it go. */
#include "cli/case.h"

#include "base/json.h"
#include "engine/desk.h"
#include "engine/network.h"
#include "evidence/evidence.h"
#include "store/store_retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct column rule_columns[] = {
    {"head.class", ALIGN_START, 6, 0, false}, {"head.state", ALIGN_START, 8, 0, false},
    {"head.days", ALIGN_END, 5, 0, false},    {"head.changed", ALIGN_START, 8, 0, false},
    {"head.by", ALIGN_START, 6, 16, false},   {"head.why", ALIGN_START, 8, 0, true},
};

static void rule_json(struct cli *cli, const struct retain_rule *r)
{
    struct jw w;
    char at[TIME_TEXT_BYTES];
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "class", retain_class_name(r->class));
    jw_kv_str(&w, "state", retain_state_name(r->state));
    jw_kv_i64(&w, "days", r->days);
    jw_kv_bool(&w, "built_in", r->built_in);
    if (!r->built_in) {
        time_format(r->changed_us, at);
        jw_kv_str(&w, "changed", at);
        jw_kv_sv(&w, "who", r->who);
        jw_kv_sv(&w, "why", r->why);
    }
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void rule_row(struct cli *cli, struct table *t, const struct retain_rule *r)
{
    char at[TIME_TEXT_BYTES] = "";
    if (!r->built_in) time_format(r->changed_us, at);
    table_cell(t, case_word(cli, "retain_class", retain_class_name(r->class)), COLOUR_PLAIN);
    table_cell(t, case_word(cli, "retain_state", retain_state_name(r->state)), COLOUR_PLAIN);
    if (r->days < 0)
        table_cell(t, cli_text(cli, "retention.for_ever"), COLOUR_YELLOW);
    else
        table_cellf(t, COLOUR_BOLD, "%d", r->days);
    table_cell(t, r->built_in ? cli_text(cli, "retention.built_in") : sv_cstr(at), COLOUR_DIM);
    table_cell(t, r->who, COLOUR_PLAIN);
    table_cell(t, r->why, COLOUR_PLAIN);
    table_row(t);
}

static int list_rules(struct case_cmd *c)
{
    struct retain_rule *r;
    size_t n = 0;
    struct cli *cli = c->cli;
    int code = store_retention_list(c->store, &c->arena, &r, &n, &c->err);
    struct table *t =
        cli->json ? NULL : table_new(cli, rule_columns, sizeof rule_columns / sizeof *rule_columns);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (cli->json)
            rule_json(cli, &r[i]);
        else
            rule_row(cli, t, &r[i]);
    }
    if (code == 0 && t) table_print(t);
    table_free(t);
    return code;
}

int cmd_retention_list(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    (void)a;
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    return case_cmd_close(&c, list_rules(&c));
}

static bool parse_pair(struct cli *cli, const struct cli_args *a, enum retain_class *class,
                       enum retain_state *state)
{
    if (retain_class_parse(sv_cstr(a->operands[0]), class) &&
        retain_state_parse(sv_cstr(a->operands[1]), state))
        return true;
    cli_usage(cli, "usage.retention", a->operands[0], a->operands[1], NULL);
    return false;
}

int cmd_retention_set(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    enum retain_class class;
    enum retain_state state;
    int64_t days = RETAIN_FOR_EVER;
    if (!parse_pair(cli, a, &class, &state)) return EXIT_TROUBLE;
    if (strcmp(a->operands[2], "forever") != 0 &&
        (!sv_to_i64(sv_cstr(a->operands[2]), &days) || days < 0 || days > RETAIN_MAX_DAYS))
        return cli_usage(cli, "usage.days", a->operands[2], NULL);
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_retention_set(c.store, class, state, (int)days, case_option(a, "--why"), &c.err);
    if (code == 0 && !cli->quiet) code = list_rules(&c);
    return case_cmd_close(&c, code);
}

int cmd_retention_reset(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    enum retain_class class;
    enum retain_state state;
    if (!parse_pair(cli, a, &class, &state) || !case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_retention_reset(c.store, class, state, &c.err);
    if (code == 0 && !cli->quiet) code = list_rules(&c);
    return case_cmd_close(&c, code);
}

/* ---- purge ---- */

struct purging {
    struct cli *cli;
    struct workspace *w;
    struct store *store;
    struct purge_totals totals;
    int64_t files;
    struct error err;
};

static int take_item(void *arg, const struct purge_item *it)
{
    struct purging *p = arg;
    struct cli *cli = p->cli;
    char since[TIME_TEXT_BYTES];
    time_format(it->since_us, since);
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "class", retain_class_name(it->class));
        jw_kv_str(&w, "state", retain_state_name(it->state));
        jw_kv_sv(&w, "id", it->id);
        jw_kv_str(&w, "since", since);
        jw_kv_bool(&w, "kept", it->kept);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    } else if (!cli->quiet) {
        char id[80];
        struct sv class = case_word(cli, "retain_class", retain_class_name(it->class));
        struct sv state = case_word(cli, "retain_state", retain_state_name(it->state));
        snprintf(id, sizeof id, "%.*s", SV_FMT(it->id));
        buf_printf(&cli->out, "%s  %.*s, %.*s  %s", id, SV_FMT(class), SV_FMT(state), since);
        if (it->kept) buf_printf(&cli->out, "  %.*s", SV_FMT(cli_text(cli, "purge.kept")));
        buf_putc(&cli->out, '\n');
    }
    return cli_flush_some(cli) && !cli_interrupted() ? 0 : 1;
}

static int purge_named(struct purging *p, const struct cli_args *a)
{
    const char *post = args_get(a, "--post"), *why = args_get(a, "--why");
    struct id128 id;
    char text[ID_TEXT_BYTES];
    int code = store_find_post(p->store, sv_cstr(post), &id, &p->err);
    if (code) return code;
    id_format(&id, text);
    struct store_network_rules rules;
    engine_network_rules(&rules);
    return store_purge_one(p->store, RETAIN_POST, sv_cstr(text), sv_cstr(why ? why : ""), &rules, &p->totals,
                           &p->err);
}

static int purge_due(struct purging *p, const struct cli_args *a)
{
    struct store_network_rules rules;
    engine_network_rules(&rules);
    struct purge_options o = {.now_us = clock_now_us(),
                              .network = &rules,
                              .dry_run = args_has(a, "--dry-run"),
                              .why = case_option(a, "--why"),
                              .visit = take_item,
                              .arg = p};
    return store_purge(p->store, &o, &p->totals, &p->err);
}

static void tell_totals(struct purging *p, bool dry)
{
    struct cli *cli = p->cli;
    char n[7][24];
    const int64_t v[7] = {p->totals.items[RETAIN_POST],
                          p->totals.items[RETAIN_MEDIA],
                          p->totals.items[RETAIN_ASIDE],
                          p->totals.items[RETAIN_CASE],
                          p->totals.kept,
                          p->totals.entries,
                          p->files};
    for (int i = 0; i < 7; i++) snprintf(n[i], sizeof n[i], "%lld", (long long)v[i]);
    if (cli->json)
        buf_printf(
            &cli->out,
            "{\"posts\":%s,\"media\":%s,\"aside\":%s,\"cases\":%s,\"kept\":%s,\"entries\":%s,\"files\":%s,"
            "\"dry_run\":%s}\n",
            n[0], n[1], n[2], n[3], n[4], n[5], n[6], dry ? "true" : "false");
    else if (!cli->quiet)
        cli_say(cli, dry ? "purge.due" : "purge.done", n[0], n[1], n[2], n[3], n[4], n[5], n[6], NULL);
}

/* Findings of other posts that showed what is gone. Interrupted, the next run does it: the marks stay. */
static int renew_findings(struct cli *cli, struct error *err)
{
    struct engine_options o = {.workspace = cli->workspace, .workers = 1, .log = &cli->log};
    struct engine *e = NULL;
    bool more = true, found;
    int code = engine_open(&o, &e, err);
    if (code == 0) cli_actor(cli, engine_store(e));
    while (code == 0 && more) {
        code = store_begin(engine_store(e), err);
        if (code == 0) code = engine_settle(e, &more, &found, err);
        if (code == 0) code = store_commit(engine_store(e), err);
        if (code && e) store_rollback(engine_store(e));
    }
    if (code == 0) engine_publish(e, engine_store(e));
    engine_close(e);
    return code;
}

/* Alone among runners: nobody may take in again what is being removed. */
int cmd_purge(struct cli *cli, const struct cli_args *a)
{
    struct purging p = {.cli = cli};
    bool dry = args_has(a, "--dry-run");
    if (dry && args_has(a, "--post")) return cli_usage(cli, "usage.together", "--dry-run", "--post", NULL);
    cli_watch_signals();
    int code = workspace_open(cli->workspace, dry ? WORKSPACE_LOOK : WORKSPACE_RUN, &p.w, &p.err);
    if (code == 0) code = store_open(workspace_db(p.w), &p.store, &p.err);
    if (code == 0) cli_actor(cli, p.store);
    if (code == 0) code = args_has(a, "--post") ? purge_named(&p, a) : purge_due(&p, a);
    if (code == 0 && !dry) code = workspace_erase(p.w, p.store, &p.files, &p.err);
    if (code == 0 && !dry) code = evidence_publish(p.store, workspace_dir(p.w), NULL, &p.err);
    struct store_network_counts owed = {0};
    if (code == 0 && !dry) code = store_network_count(p.store, &owed, &p.err);
    store_close(p.store);
    workspace_close(p.w);
    if (code == 0 && owed.marked) code = renew_findings(cli, &p.err);
    if (code == 0) tell_totals(&p, dry);
    return code ? cli_fail(cli, &p.err) : EXIT_FINE;
}
