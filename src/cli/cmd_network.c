/* marsad network: which accounts in a file of shares, or in the workspace, act as one. */
#include "cli/cmds.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/file.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "engine/network.h"
#include "network/actions.h"
#include "network/export.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct job {
    struct cli *cli;
    const struct cli_args *args;
    struct network_columns columns;
    struct network_options options;
    struct leiden_options leiden;
    enum network_grouping grouping;
    uint32_t min_size;
    int64_t limit;

    struct network_report report;
    struct network_table *table;
    struct network_result *result;
    struct network_groups groups;
    struct network_known *known;
    struct network_profile *profiles;
    struct arena arena;
    struct network_words words;

    bool workspace;             /* no file: the posts that the workspace knows */
    struct VEC(struct sv) near; /* columns whose things are compared as wording */
    /* --of: the one group that is told, as a list of one */
    uint32_t of_start[2];
    uint64_t of_edges[2];
    struct network_groups shown;
    const struct network_profile *shown_profiles;
};

/* ---- options ---- */

bool network_seconds(const char *text, size_t n, int64_t *out_us)
{
    double s;
    struct sv v = sv_of(text, n);
    if (sv_to_double(v, &s)) {
        if (!(s >= 0 && s <= 1e9)) return false;
        *out_us = (int64_t)(s * 1e6 + 0.5);
        return true;
    }
    return duration_parse(v, out_us) && *out_us >= 0;
}

static bool share(struct job *j, const char *name, double *io)
{
    const char *text = args_get(j->args, name);
    double v;
    if (!text) return true;
    if (!sv_to_double(sv_cstr(text), &v) || !(v >= 0 && v <= 1)) {
        cli_usage(j->cli, "usage.number", name, text, "0", "1", NULL);
        return false;
    }
    *io = v;
    return true;
}

static bool number(struct job *j, const char *name, int64_t low, int64_t high, uint32_t *io)
{
    int64_t v = *io;
    if (!args_number(j->cli, j->args, name, low, high, &v)) return false;
    *io = (uint32_t)v;
    return true;
}

static bool add_layer(struct job *j, struct sv name, struct sv column)
{
    if (j->columns.nlayers == NETWORK_MAX_LAYERS) {
        cli_usage(j->cli, "usage.number", "--layer", "17", "1", "16", NULL);
        return false;
    }
    j->columns.layers[j->columns.nlayers].name = name;
    j->columns.layers[j->columns.nlayers++].column = column;
    return true;
}

/* "NAME=COLUMN[:SECONDS[:POSTS]]" */
static bool parse_layer(struct job *j, const char *text)
{
    struct sv rest = sv_cstr(text), name, column, part;
    unsigned at = j->columns.nlayers;
    int64_t posts = 0;
    if (!sv_split(&rest, '=', &name) || !rest.p || name.n == 0 || !sv_split(&rest, ':', &column) ||
        column.n == 0) {
        cli_usage(j->cli, "usage.network.layer", text, NULL);
        return false;
    }
    if (!add_layer(j, name, column)) return false;
    bool ok = true;
    if (rest.p && sv_split(&rest, ':', &part))
        ok = network_seconds(part.p, part.n, &j->options.layers[at].window_us);
    if (ok && rest.p && sv_split(&rest, ':', &part))
        ok = sv_to_i64(part, &posts) && posts >= 0 && posts < 1000000 && !rest.p;
    if (!ok) cli_usage(j->cli, "usage.network.layer", text, NULL);
    j->options.layers[at].min_posts = (uint32_t)posts;
    return ok;
}

/* A column named by --object is a layer of its own name; object_id alone is the plain one, whose ids may be those of posts. */
static bool parse_columns(struct job *j)
{
    const struct cli_args *a = j->args;
    for (size_t i = 0; i < a->noptions; i++) {
        const char *name = a->options[i].option->name;
        struct sv rest = a->options[i].text ? sv_cstr(a->options[i].text) : SV_NULL, column;
        if (strcmp(name, "--layer") == 0 && !parse_layer(j, a->options[i].text)) return false;
        if (strcmp(name, "--near") == 0 && (VEC_PUSH(&j->near, rest) || !add_layer(j, rest, rest)))
            return false;
        if (strcmp(name, "--object") != 0) continue;
        while (sv_split(&rest, ',', &column))
            if (column.n && !add_layer(j, column, column)) return false;
    }
    if (j->columns.nlayers == 1 && sv_is(j->columns.layers[0].name, "object_id"))
        j->columns.layers[0].name = SV_NULL;
    j->columns.account = sv_cstr(args_get(a, "--account"));
    j->columns.content = sv_cstr(args_get(a, "--content"));
    j->columns.time = sv_cstr(args_get(a, "--time"));
    j->columns.created = sv_cstr(args_get(a, "--created"));
    return true;
}

static bool is(const char *text, const char *word) { return text && strcmp(text, word) == 0; }

/* Without a file the rule is the one that the workspace's findings go by, unless another is asked for. */
static bool workspace_defaults(struct job *j, const char *rule, const char *grouping)
{
    static const char *const of_files[] = {"--object",  "--layer", "--near",    "--account",
                                           "--content", "--time",  "--created", "--compat"};
    struct network_options *o = &j->options;
    for (size_t i = 0; i < sizeof of_files / sizeof *of_files; i++) {
        if (!args_has(j->args, of_files[i])) continue;
        cli_usage(j->cli, "usage.network.file", of_files[i], NULL);
        return false;
    }
    enum network_rule wanted = o->rule;
    actions_run_options(o);
    o->rule = rule ? wanted : NETWORK_COUNT;
    o->min_participation = 1;
    o->min_posts = ACTIONS_MIN_POSTS;
    j->min_size = ACTIONS_MIN_GROUP;
    if (!grouping) j->grouping = NETWORK_COMPONENTS;
    return true;
}

static bool parse_job(struct job *j)
{
    struct network_options *o = &j->options;
    const char *window = args_get(j->args, "--window"), *resolution = args_get(j->args, "--resolution");
    const char *rule = args_get(j->args, "--rule"), *grouping = args_get(j->args, "--grouping");
    int64_t seed = 1;
    network_options_init(o);
    leiden_options_init(&j->leiden);
    o->coortweet = is(args_get(j->args, "--compat"), "coortweet");
    o->unique = args_has(j->args, "--unique");
    o->rule = is(rule, "count")                                 ? NETWORK_COUNT
              : is(rule, "quantile") || (!rule && o->coortweet) ? NETWORK_QUANTILE
                                                                : NETWORK_CHANCE;
    j->grouping =
        is(grouping, "components") || (!grouping && o->coortweet) ? NETWORK_COMPONENTS : NETWORK_LEIDEN;
    j->min_size = 2;
    j->limit = 10;
    if (j->workspace && !workspace_defaults(j, rule, grouping)) return false;
    if (window && !network_seconds(window, strlen(window), &o->window_us)) {
        cli_usage(j->cli, "usage.number", "--window", window, "0", "1000000000", NULL);
        return false;
    }
    for (unsigned l = 0; window && j->workspace && l < NETWORK_MAX_LAYERS; l++)
        o->layers[l].window_us = o->window_us;
    if (resolution && (!sv_to_double(sv_cstr(resolution), &j->leiden.resolution) ||
                       !(j->leiden.resolution > 0 && j->leiden.resolution <= 1000))) {
        cli_usage(j->cli, "usage.number", "--resolution", resolution, "0", "1000", NULL);
        return false;
    }
    bool ok = number(j, "--min-participation", 0, 1000000, &o->min_participation) &&
              number(j, "--min-posts", 1, 1000000, &o->min_posts) &&
              number(j, "--evidence", 0, NETWORK_MAX_EVIDENCE, &o->evidence) &&
              number(j, "--min-size", 2, 1000000, &j->min_size) && share(j, "--quantile", &o->quantile) &&
              share(j, "--false-rate", &o->false_rate) &&
              args_number(j->cli, j->args, "--limit", 0, 1000000, &j->limit) &&
              args_number(j->cli, j->args, "--seed", 0, INT64_MAX, &seed);
    j->leiden.seed = (uint64_t)seed;
    return ok && parse_columns(j);
}

/* ---- telling ---- */

static const char *digits(char out[24], uint64_t n)
{
    snprintf(out, 24, "%llu", (unsigned long long)n);
    return out;
}

bool network_tell_report(struct cli *cli, const struct network_report *r)
{
    char n[6][24];
    uint64_t lost = r->bad_shape + r->too_long + r->missing_account + r->bad_time;
    cli_note(cli, "network.cli.read", digits(n[0], r->lines), digits(n[1], r->posts), digits(n[2], r->rows),
             NULL);
    if (lost || r->missing_object || r->missing_content)
        cli_note(cli, "network.cli.lost", digits(n[0], r->bad_shape), digits(n[1], r->too_long),
                 digits(n[2], r->missing_account), digits(n[3], r->bad_time), digits(n[4], r->missing_object),
                 digits(n[5], r->missing_content), NULL);
    for (unsigned i = 0; i < r->nexamples; i++)
        cli_note(cli, "network.cli.example", digits(n[0], r->examples[i].line), r->examples[i].why, NULL);
    int units = (r->seconds > 0) + (r->milliseconds > 0) + (r->microseconds > 0) + (r->text_times > 0);
    if (units > 1)
        cli_note(cli, "network.cli.units", digits(n[0], r->seconds), digits(n[1], r->milliseconds),
                 digits(n[2], r->microseconds), digits(n[3], r->text_times), NULL);
    return lost == 0;
}

static void tell_run(const struct job *j)
{
    const struct network_result *r = j->result;
    char n[3][24];
    bool counted_again = j->options.coortweet && !j->options.unique && network_layer_name(j->table, 0).n == 0;
    if (r->duplicates)
        cli_note(j->cli, counted_again ? "network.cli.duplicates_kept" : "network.cli.duplicates",
                 digits(n[0], r->duplicates), NULL);
    if (r->pairs_left_out) {
        struct buf name;
        buf_init(&name, 0);
        buf_putsv(&name, network_object_name(r, r->top_hubs[0].layer, r->top_hubs[0].object));
        cli_note(j->cli, "network.cli.capped", digits(n[0], r->pairs_left_out), digits(n[1], r->hubs),
                 buf_cstr(&name), NULL);
        buf_done(&name);
    }
    cli_note(j->cli, "network.cli.edges", digits(n[0], r->all_edges), digits(n[1], r->pairs),
             digits(n[2], r->nedges), NULL);
    if (j->options.rule == NETWORK_CHANCE && r->nedges == 0)
        cli_note(j->cli, "network.cli.no_power", digits(n[0], r->tests), NULL);
}

static void print_sentences(const struct job *j, const struct profile_sentence *v, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        buf_puts(&j->cli->out, "  · ");
        network_sentence(&j->cli->out, &j->words, lang_name(j->cli->lang), &v[i]);
        buf_putc(&j->cli->out, '\n');
    }
}

static void print_group(const struct job *j, uint32_t k)
{
    struct cli *cli = j->cli;
    char n[24];
    buf_putc(&cli->out, '\n');
    buf_puts(&cli->out, cli_colour(cli, COLOUR_BOLD));
    cli_fill(cli, &cli->out, "network.cli.group", digits(n, k + 1), NULL);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_PLAIN));
    buf_puts(&cli->out, ":");
    for (uint32_t i = j->shown.start[k]; i < j->shown.start[k + 1]; i++) {
        if (i - j->shown.start[k] == 12 && j->shown.n > 1) {
            buf_puts(&cli->out, " …");
            break;
        }
        buf_putc(&cli->out, ' ');
        utf8_show_cut(&cli->out, network_account_name(j->result, j->shown.members[i]), 40);
    }
    buf_putc(&cli->out, '\n');
    print_sentences(j, j->shown_profiles[k].says, j->shown_profiles[k].nsays);
    cli_fill(cli, &cli->out, "network.cli.against", NULL);
    buf_putc(&cli->out, '\n');
    print_sentences(j, j->shown_profiles[k].against, j->shown_profiles[k].nagainst);
}

static const struct column group_columns[] = {
    {"network.head.group", ALIGN_END, 3, 0, false},    {"network.head.accounts", ALIGN_END, 3, 0, false},
    {"network.head.edges", ALIGN_END, 3, 0, false},    {"network.head.pairs", ALIGN_END, 3, 0, false},
    {"network.head.gap", ALIGN_END, 4, 0, false},      {"network.head.first", ALIGN_START, 20, 0, false},
    {"network.head.last", ALIGN_START, 20, 0, false},  {"network.head.against", ALIGN_END, 3, 0, false},
    {"network.head.members", ALIGN_START, 8, 0, true},
};

static void group_row(const struct job *j, struct table *t, uint32_t k)
{
    const struct network_profile *p = &j->shown_profiles[k];
    char first[TIME_TEXT_BYTES], last[TIME_TEXT_BYTES];
    struct buf names;
    unsigned against = p->nagainst;
    buf_init(&names, 0);
    time_format(p->first_us - p->first_us % US_PER_SECOND, first);
    time_format(p->last_us - p->last_us % US_PER_SECOND, last);
    if (against == 1 && strcmp(p->against[0].key, "network.against.none") == 0) against = 0;
    for (uint32_t i = j->shown.start[k]; i < j->shown.start[k + 1] && names.n < 120; i++) {
        if (names.n) buf_putc(&names, ' ');
        buf_putsv(&names, network_account_name(j->result, j->shown.members[i]));
    }
    table_cellf(t, COLOUR_BOLD, "%u", k + 1);
    table_cellf(t, COLOUR_PLAIN, "%u", p->accounts);
    table_cellf(t, COLOUR_PLAIN, "%llu", (unsigned long long)p->edges);
    table_cellf(t, COLOUR_PLAIN, "%llu", (unsigned long long)p->pairs);
    table_cellf(t, COLOUR_PLAIN, "%.0f s", (double)p->median_gap_us / 1e6);
    table_cell(t, sv_cstr(first), COLOUR_PLAIN);
    table_cell(t, sv_cstr(last), COLOUR_PLAIN);
    table_cellf(t, against ? COLOUR_YELLOW : COLOUR_PLAIN, "%u", against);
    table_cell(t, buf_sv(&names), COLOUR_PLAIN);
    table_row(t);
    buf_done(&names);
}

/* One line a group. */
static bool print_table(const struct job *j, uint32_t shown)
{
    struct table *t = table_new(j->cli, group_columns, sizeof group_columns / sizeof *group_columns);
    if (!t) return false;
    for (uint32_t k = 0; k < shown; k++) group_row(j, t, k);
    table_print(t);
    table_free(t);
    return true;
}

static bool print_groups(const struct job *j)
{
    char n[24];
    cli_fill(j->cli, &j->cli->out, "network.cli.groups", digits(n, j->shown.n), NULL);
    buf_putc(&j->cli->out, '\n');
    uint32_t shown = j->shown.n < j->limit ? j->shown.n : (uint32_t)j->limit;
    bool table = args_has(j->args, "--table");
    if (table && shown && !print_table(j, shown)) return false;
    for (uint32_t k = 0; k < shown && !table; k++) {
        print_group(j, k);
        if (!cli_flush_some(j->cli)) return false;
    }
    if (shown < j->shown.n) {
        cli_fill(j->cli, &j->cli->out, "network.cli.more", digits(n, j->shown.n - shown), NULL);
        buf_putc(&j->cli->out, '\n');
    }
    return cli_flush(j->cli);
}

/* ---- the work ---- */

static struct sv get_words(void *arg, const char *lang, const char *key)
{
    struct cli *cli = arg;
    return text_get(cli->texts, lang_parse(sv_cstr(lang)), key);
}

static int read_workspace(struct job *j, struct error *err)
{
    struct engine *e = NULL;
    struct engine_options o = {.workspace = j->cli->workspace, .read_only = true, .log = &j->cli->log};
    int rc = engine_open(&o, &e, err);
    if (rc == 0) rc = engine_network_table(engine_store(e), &j->table, err);
    if (rc == 0) rc = engine_network_names(engine_store(e), j->table, err);
    engine_close(e);
    struct sv known = path_join(&j->arena, sv_cstr(j->cli->workspace), SV("policy/known.tsv"));
    if (rc == 0 && !j->known && known.p && file_exists(known.p))
        rc = network_known_load(known.p, &j->known, err);
    return rc;
}

/* The tables of a file grow a dozen at a time. What the system takes to hand out their pages is a third of the time that a small
 * file takes, and pages of 2 MiB, where it gives them, are a quarter of that: room for it is put at the end of the heap and
 * asked to be so. What is not touched costs nothing; arrays above 4 MiB go to places of their own, as ever. */
static void heap_in_huge_pages(void)
{
#ifdef __GLIBC__
    enum { ROOM = 24 << 20, OWN_PLACE = 4 << 20, HUGE_PAGE = 2 << 20 };
    if (!mallopt(M_MMAP_THRESHOLD, 32 << 20) || !mallopt(M_TRIM_THRESHOLD, ROOM * 4)) return;
    char *room = malloc(ROOM);
    if (room) {
        uintptr_t from = ((uintptr_t)room + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
        (void)madvise((void *)from, ((uintptr_t)room + ROOM - from) & ~(uintptr_t)(HUGE_PAGE - 1),
                      MADV_HUGEPAGE);
    }
    free(room);
    (void)mallopt(M_MMAP_THRESHOLD, OWN_PLACE);
#endif
}

static int read_file(struct job *j, struct error *err)
{
    heap_in_huge_pages();
    int rc = network_table_read(j->args->operands[0], &j->columns, &j->table, &j->report, err);
    for (size_t i = 0; rc == 0 && i < j->near.n; i++)
        for (unsigned l = 0; rc == 0 && l < network_table_layers(j->table); l++) {
            uint32_t joined;
            uint64_t left_out;
            char n[24];
            if (!sv_eq(network_layer_name(j->table, l), j->near.v[i])) continue;
            rc = network_table_join_near(j->table, l, &joined, &left_out, err);
            if (rc == 0) cli_note(j->cli, "network.cli.joined", digits(n, joined), NULL);
            if (rc == 0 && left_out) cli_note(j->cli, "network.cli.crowded", digits(n, left_out), NULL);
        }
    return rc;
}

/* --of ACCOUNT: the group that it is in, and no other. */
static int choose(struct job *j, struct error *err)
{
    const char *of = args_get(j->args, "--of");
    j->shown = j->groups;
    j->shown_profiles = j->profiles;
    if (!of) return 0;
    struct sv name = sv_cstr(of);
    if (name.n && name.p[0] == '@') name = sv_sub(name, 1, name.n);
    for (uint32_t k = 0; k < j->groups.n; k++)
        for (uint32_t i = j->groups.start[k]; i < j->groups.start[k + 1]; i++) {
            struct sv shown = network_account_name(j->result, j->groups.members[i]);
            struct sv id = network_table_account(j->table, j->result->account_id[j->groups.members[i]]);
            if (!sv_eq(shown, name) && !sv_eq(id, name)) continue;
            j->of_start[1] = j->groups.start[k + 1] - j->groups.start[k];
            j->of_edges[1] = j->groups.edge_start[k + 1] - j->groups.edge_start[k];
            j->shown.n = 1;
            j->shown.start = j->of_start;
            j->shown.members = j->groups.members + j->groups.start[k];
            j->shown.edge_start = j->of_edges;
            j->shown.edges = j->groups.edges + j->groups.edge_start[k];
            j->shown_profiles = j->profiles + k;
            return 0;
        }
    return error_set(err, ERR_NOTFOUND, "network", "account \"%s\" is in no group that stands", of);
}

static int run(struct job *j, struct error *err)
{
    const char *edges = args_get(j->args, "--edges"), *known = args_get(j->args, "--known");
    struct network_edge_csv *csv = NULL;
    bool every = edges && j->options.coortweet;
    int rc = known ? network_known_load(known, &j->known, err) : 0;
    if (rc == 0) rc = j->workspace ? read_workspace(j, err) : read_file(j, err);
    if (rc == 0 && every) rc = network_edge_csv_open(&csv, edges, err);
    if (rc == 0)
        rc = network_run(j->table, &j->options, csv ? network_edge_csv_row : NULL, csv, &j->result, err);
    int closed = network_edge_csv_close(csv, rc == 0, rc ? NULL : err);
    if (rc == 0) rc = closed;
    if (rc == 0 && edges && !every) rc = network_edges_csv(j->result, edges, err);
    if (rc == 0) rc = network_groups_find(j->result, j->grouping, &j->leiden, j->min_size, &j->groups, err);
    if (rc == 0) rc = network_profiles(j->result, &j->groups, j->known, &j->arena, &j->profiles, err);
    return rc ? rc : choose(j, err);
}

static int write_files(struct job *j, struct error *err)
{
    struct network_export x = {j->result, &j->shown, j->shown_profiles, j->workspace ? NULL : &j->report,
                               &j->words};
    const char *groups = args_get(j->args, "--groups"), *graphml = args_get(j->args, "--graphml");
    const char *gexf = args_get(j->args, "--gexf"), *html = args_get(j->args, "--html");
    int rc = groups ? network_groups_json(&x, groups, err) : 0;
    if (rc == 0 && graphml) rc = network_graphml(&x, graphml, err);
    if (rc == 0 && gexf) rc = network_gexf(&x, gexf, err);
    if (rc == 0 && html) rc = network_html(&x, lang_name(j->cli->lang), html, err);
    if (rc == 0 && j->cli->json && cli_flush(j->cli)) rc = network_groups_json(&x, "-", err);
    return rc;
}

static void job_done(struct job *j)
{
    network_groups_done(&j->groups);
    network_result_free(j->result);
    network_table_free(j->table);
    network_known_free(j->known);
    VEC_DONE(&j->near);
    arena_done(&j->arena);
}

int cmd_network(struct cli *cli, const struct cli_args *a)
{
    struct job j = {.cli = cli, .args = a, .words = {get_words, cli}, .workspace = a->noperands == 0};
    struct error err = {0};
    arena_init(&j.arena, (size_t)4 << 30);
    if (!parse_job(&j)) {
        job_done(&j);
        return EXIT_TROUBLE;
    }
    int rc = run(&j, &err);
    bool whole = true;
    if (j.report.lines) whole = network_tell_report(cli, &j.report);
    if (rc == 0) {
        tell_run(&j);
        rc = write_files(&j, &err);
    }
    int code = rc ? cli_fail(cli, &err) : whole ? EXIT_FINE : EXIT_FOUND;
    if (rc == 0 && !cli->json && !print_groups(&j)) code = EXIT_TROUBLE;
    job_done(&j);
    return code;
}
