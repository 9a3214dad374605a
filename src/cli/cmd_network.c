/* marsad network: which accounts in a file of shares act as one. */
#include "cli/cmds.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "network/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
};

/* ---- options ---- */

static bool parse_seconds(const char *text, size_t n, int64_t *out_us)
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
        ok = parse_seconds(part.p, part.n, &j->options.layers[at].window_us);
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
    if (window && !parse_seconds(window, strlen(window), &o->window_us)) {
        cli_usage(j->cli, "usage.number", "--window", window, "0", "1000000000", NULL);
        return false;
    }
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

/* Whether every line could be used. */
static bool tell_input(const struct job *j)
{
    const struct network_report *r = &j->report;
    char n[6][24];
    uint64_t lost = r->bad_shape + r->too_long + r->missing_account + r->bad_time;
    cli_note(j->cli, "network.cli.read", digits(n[0], r->lines), digits(n[1], r->posts),
             digits(n[2], r->rows), NULL);
    if (lost || r->missing_object || r->missing_content)
        cli_note(j->cli, "network.cli.lost", digits(n[0], r->bad_shape), digits(n[1], r->too_long),
                 digits(n[2], r->missing_account), digits(n[3], r->bad_time), digits(n[4], r->missing_object),
                 digits(n[5], r->missing_content), NULL);
    for (unsigned i = 0; i < r->nexamples; i++)
        cli_note(j->cli, "network.cli.example", digits(n[0], r->examples[i].line), r->examples[i].why, NULL);
    int units = (r->seconds > 0) + (r->milliseconds > 0) + (r->microseconds > 0) + (r->text_times > 0);
    if (units > 1)
        cli_note(j->cli, "network.cli.units", digits(n[0], r->seconds), digits(n[1], r->milliseconds),
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
    for (uint32_t i = j->groups.start[k]; i < j->groups.start[k + 1]; i++) {
        if (i - j->groups.start[k] == 12) {
            buf_puts(&cli->out, " …");
            break;
        }
        buf_putc(&cli->out, ' ');
        utf8_show_cut(&cli->out, network_account_name(j->result, j->groups.members[i]), 40);
    }
    buf_putc(&cli->out, '\n');
    print_sentences(j, j->profiles[k].says, j->profiles[k].nsays);
    cli_fill(cli, &cli->out, "network.cli.against", NULL);
    buf_putc(&cli->out, '\n');
    print_sentences(j, j->profiles[k].against, j->profiles[k].nagainst);
}

static bool print_groups(const struct job *j)
{
    char n[24];
    cli_fill(j->cli, &j->cli->out, "network.cli.groups", digits(n, j->groups.n), NULL);
    buf_putc(&j->cli->out, '\n');
    uint32_t shown = j->groups.n < j->limit ? j->groups.n : (uint32_t)j->limit;
    for (uint32_t k = 0; k < shown; k++) {
        print_group(j, k);
        if (!cli_flush_some(j->cli)) return false;
    }
    if (shown < j->groups.n) {
        cli_fill(j->cli, &j->cli->out, "network.cli.more", digits(n, j->groups.n - shown), NULL);
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

static int run(struct job *j, struct error *err)
{
    const char *edges = args_get(j->args, "--edges"), *known = args_get(j->args, "--known");
    struct network_edge_csv *csv = NULL;
    bool every = edges && j->options.coortweet;
    int rc = known ? network_known_load(known, &j->known, err) : 0;
    if (rc == 0) rc = network_table_read(j->args->operands[0], &j->columns, &j->table, &j->report, err);
    if (rc == 0 && every) rc = network_edge_csv_open(&csv, edges, err);
    if (rc == 0)
        rc = network_run(j->table, &j->options, csv ? network_edge_csv_row : NULL, csv, &j->result, err);
    int closed = network_edge_csv_close(csv, rc == 0, rc ? NULL : err);
    if (rc == 0) rc = closed;
    if (rc == 0 && edges && !every) rc = network_edges_csv(j->result, edges, err);
    if (rc == 0) rc = network_groups_find(j->result, j->grouping, &j->leiden, j->min_size, &j->groups, err);
    if (rc == 0) rc = network_profiles(j->result, &j->groups, j->known, &j->arena, &j->profiles, err);
    return rc;
}

static int write_files(struct job *j, struct error *err)
{
    struct network_export x = {j->result, &j->groups, j->profiles, &j->report, &j->words};
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
    arena_done(&j->arena);
}

int cmd_network(struct cli *cli, const struct cli_args *a)
{
    struct job j = {.cli = cli, .args = a, .words = {get_words, cli}};
    struct error err = {0};
    if (!parse_job(&j)) return EXIT_TROUBLE;
    arena_init(&j.arena, (size_t)4 << 30);
    int rc = run(&j, &err);
    bool whole = true;
    if (j.report.lines) whole = tell_input(&j);
    if (rc == 0) {
        tell_run(&j);
        rc = write_files(&j, &err);
    }
    int code = rc ? cli_fail(cli, &err) : whole ? EXIT_FINE : EXIT_FOUND;
    if (rc == 0 && !cli->json && !print_groups(&j)) code = EXIT_TROUBLE;
    job_done(&j);
    return code;
}
