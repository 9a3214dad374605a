/* marsad network pileons: targets that many accounts turned on at once, in a file of messages or in the workspace. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "engine/network.h"
#include "network/export.h"

#include <string.h>

struct told {
    struct cli *cli;
    struct network_words words;
    int64_t limit, shown;
    struct buf csv;
    bool write_csv;
};

static struct sv get_words(void *arg, const char *lang, const char *key)
{
    struct cli *cli = arg;
    return text_get(cli->texts, lang_parse(sv_cstr(lang)), key);
}

static void put_json(struct told *t, const struct pileon_alert *a, const char *at, const char *since)
{
    struct jw w;
    jw_init(&w, &t->cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "target", a->target);
    jw_kv_str(&w, "at", at);
    jw_kv_str(&w, "since", since);
    jw_kv_i64(&w, "senders", a->senders);
    jw_kv_double(&w, "usual", a->usual, 3);
    jw_kv_i64(&w, "strangers", a->strangers);
    jw_kv_i64(&w, "ages_known", a->ages_known);
    jw_kv_i64(&w, "young", a->young);
    jw_kv_i64(&w, "messages", a->messages);
    jw_kv_i64(&w, "reuse", a->reuse);
    jw_kv_i64(&w, "together", a->together);
    jw_kv_double(&w, "score", a->score, 3);
    jw_key(&w, "says");
    jw_object(&w);
    for (int l = 0; l < LANG_COUNT; l++) {
        struct buf b;
        buf_init(&b, 0);
        jw_key(&w, lang_name((enum lang)l));
        jw_array(&w);
        for (unsigned i = 0; i < a->nsays; i++) {
            buf_clear(&b);
            network_sentence(&b, &t->words, lang_name((enum lang)l), &a->says[i]);
            jw_sv(&w, buf_sv(&b));
        }
        jw_end(&w);
        buf_done(&b);
    }
    jw_end(&w);
    jw_end(&w);
    buf_putc(&t->cli->out, '\n');
}

static void put_csv(struct told *t, const struct pileon_alert *a, const char *at, const char *since)
{
    buf_putc(&t->csv, '"');
    for (size_t i = 0; i < a->target.n; i++) {
        if (a->target.p[i] == '"') buf_putc(&t->csv, '"');
        buf_putc(&t->csv, a->target.p[i]);
    }
    buf_printf(&t->csv, "\",%s,%s,%u,%.3f,%u,%u,%u,%u,%u,%u,%.3f\n", at, since, a->senders, a->usual,
               a->strangers, a->ages_known, a->young, a->messages, a->reuse, a->together, a->score);
}

static int tell(void *arg, const struct pileon_alert *a)
{
    struct told *t = arg;
    struct cli *cli = t->cli;
    char at[TIME_TEXT_BYTES], since[TIME_TEXT_BYTES];
    time_format(a->time_us - a->time_us % US_PER_SECOND, at);
    time_format(a->since_us - a->since_us % US_PER_SECOND, since);
    if (t->write_csv) put_csv(t, a, at, since);
    if (t->shown++ >= t->limit) return 0;
    if (cli->json) {
        put_json(t, a, at, since);
        return cli_flush_some(cli) ? 0 : 1;
    }
    buf_puts(&cli->out, cli_colour(cli, COLOUR_BOLD));
    buf_puts(&cli->out, at);
    buf_puts(&cli->out, "  ");
    utf8_show_cut(&cli->out, a->target, 60);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_PLAIN));
    buf_putc(&cli->out, '\n');
    for (unsigned i = 0; i < a->nsays; i++) {
        buf_puts(&cli->out, "  · ");
        network_sentence(&cli->out, &t->words, lang_name(cli->lang), &a->says[i]);
        buf_putc(&cli->out, '\n');
    }
    return cli_flush_some(cli) ? 0 : 1;
}

static int gather(struct cli *cli, const struct cli_args *a, struct messages *m,
                  struct network_report *report, struct messages_left_out *left, struct error *err)
{
    if (a->noperands) {
        struct message_columns c = {.sender = sv_cstr(args_get(a, "--account")),
                                    .target = sv_cstr(args_get(a, "--target")),
                                    .time = sv_cstr(args_get(a, "--time")),
                                    .text = sv_cstr(args_get(a, "--text")),
                                    .clip = sv_cstr(args_get(a, "--clip")),
                                    .created = sv_cstr(args_get(a, "--created"))};
        return messages_read(m, a->operands[0], &c, report, left, err);
    }
    struct engine *e = NULL;
    struct engine_options o = {.workspace = cli->workspace, .read_only = true, .log = &cli->log};
    int rc = engine_open(&o, &e, err);
    if (rc == 0) rc = engine_network_messages(engine_store(e), m, err);
    engine_close(e);
    return rc;
}

static void tell_summary(struct told *t, const struct messages_summary *s)
{
    char n[4][24];
    snprintf(n[0], sizeof n[0], "%llu", (unsigned long long)s->messages);
    snprintf(n[1], sizeof n[1], "%llu", (unsigned long long)s->targets);
    snprintf(n[2], sizeof n[2], "%llu", (unsigned long long)s->alerts);
    snprintf(n[3], sizeof n[3], "%lld", (long long)(t->shown > t->limit ? t->shown - t->limit : 0));
    cli_note(t->cli, "network.cli.messages", n[0], n[1], n[2], NULL);
    if (t->shown > t->limit) cli_note(t->cli, "network.cli.more_alerts", n[3], NULL);
}

static int run(struct told *t, const struct cli_args *a, struct network_report *report, struct error *err)
{
    struct messages *m = NULL;
    struct pileon_options o;
    struct messages_summary sum;
    const char *window = args_get(a, "--window"), *alerts = args_get(a, "--alerts");
    struct messages_left_out left = {0};
    pileon_options_init(&o);
    if (window && !network_seconds(window, strlen(window), &o.window_us))
        return error_set(err, ERR_ARG, "network", "--window %s is no number of seconds", window);
    t->write_csv = alerts != NULL;
    buf_puts(&t->csv,
             "target,at,since,senders,usual,strangers,ages_known,young,messages,reuse,together,score\n");
    int rc = messages_new(&m, err);
    if (rc == 0) rc = gather(t->cli, a, m, report, &left, err);
    if (report->lines) network_tell_report(t->cli, report);
    if (rc == 0 && (left.own || left.no_target)) {
        char n[2][24];
        snprintf(n[0], sizeof n[0], "%llu", (unsigned long long)left.no_target);
        snprintf(n[1], sizeof n[1], "%llu", (unsigned long long)left.own);
        cli_note(t->cli, "network.cli.own", n[0], n[1], NULL);
    }
    if (rc == 0) rc = messages_run(m, &o, tell, t, &sum, err);
    if (rc == 1) rc = 0; /* the reader went away: told already */
    if (rc == 0) tell_summary(t, &sum);
    if (rc == 0 && alerts && t->csv.failed)
        rc = error_set(err, ERR_NOMEM, "network", "no memory for the alerts");
    if (rc == 0 && alerts) rc = file_write_atomic(alerts, buf_sv(&t->csv), err);
    messages_free(m);
    return rc;
}

int cmd_network_pileons(struct cli *cli, const struct cli_args *a)
{
    struct told t = {.cli = cli, .words = {get_words, cli}, .limit = 100};
    struct network_report report = {0};
    struct error err = {0};
    if (!args_number(cli, a, "--limit", 0, 100000000, &t.limit)) return EXIT_TROUBLE;
    buf_init(&t.csv, 0);
    int rc = run(&t, a, &report, &err);
    buf_done(&t.csv);
    if (rc) return cli_fail(cli, &err);
    uint64_t lost = report.bad_shape + report.too_long + report.missing_account + report.bad_time;
    return !cli_flush(cli) ? EXIT_TROUBLE : lost ? EXIT_FOUND : EXIT_FINE;
}
