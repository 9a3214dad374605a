/* marsad report statements, check, public: what the public is told. */
#include "cli/exchange.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "exchange/transparency.h"

#include <stdio.h>
#include <string.h>

static bool period(struct cli *cli, const struct cli_args *a, int64_t *from, int64_t *to)
{
    if (!refer_time(cli, a, "--from", from) || !refer_time(cli, a, "--to", to)) return false;
    if (*from == TIME_UNKNOWN) *from = 0;
    if (*to == TIME_UNKNOWN) *to = INT64_MAX;
    return true;
}

static void on_left_out(void *arg, const struct id128 *decision, const struct error *why)
{
    struct cli *cli = arg;
    struct error told;
    char id[ID_TEXT_BYTES];
    id_format(decision, id);
    error_set(&told, why->code, "statement", "decision %s: %s", id, why->text);
    cli_fail(cli, &told);
}

int cmd_report_statements(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct buf out;
    struct statement_counts n = {0};
    int64_t from, to;
    const char *output = args_get(a, "--output");
    if (!period(cli, a, &from, &to) || !refer_open(&c, cli, false)) return EXIT_TROUBLE;
    buf_init(&out, 0);
    int code = statements_export(c.store, from, to, &out, on_left_out, cli, &n, &c.err);
    if (code == 0)
        code = ledger_append(c.store, STEP_EXPORT, SV("statements"), SV("{\"format\":\"dsa\"}"), &c.err);
    if (code == 0 && output) code = file_write_atomic(output, buf_sv(&out), &c.err);
    if (code == 0 && !output) buf_putsv(&cli->out, buf_sv(&out));
    buf_done(&out);
    if (code == 0 && output && !cli->quiet) {
        char t[3][24];
        const uint64_t v[3] = {n.written, n.calls, n.left_out};
        for (int i = 0; i < 3; i++) snprintf(t[i], sizeof t[i], "%llu", (unsigned long long)v[i]);
        if (cli->json)
            buf_printf(&cli->out, "{\"statements\":%s,\"calls\":%s,\"left_out\":%s}\n", t[0], t[1], t[2]);
        else
            cli_say(cli, "public.statements", t[0], t[1], t[2], NULL);
    }
    return refer_close(&c, code, n.left_out ? EXIT_FOUND : EXIT_FINE);
}

/* One statement, or a call's body of many. */
static int check_text(const struct json *doc, const char *path, uint64_t line, uint64_t *good,
                      struct error *err)
{
    const struct json *list = json_get(doc, "statements");
    size_t n = json_type(list) == JSON_ARRAY ? json_len(list) : 1;
    if (n > STATEMENTS_PER_CALL)
        return error_set(err, ERR_FORMAT, "statement", "%s:%llu: %zu statements in one call, at most %d",
                         path, (unsigned long long)line, n, STATEMENTS_PER_CALL);
    for (size_t i = 0; i < n; i++) {
        struct error why = {0};
        if (statement_check(json_type(list) == JSON_ARRAY ? json_at(list, i) : doc, &why) != 0)
            return error_set(err, why.code, "statement", "%s:%llu: statement %zu: %s", path,
                             (unsigned long long)line, i + 1, why.text);
        (*good)++;
    }
    return 0;
}

int cmd_report_check(struct cli *cli, const struct cli_args *a)
{
    struct lines l;
    struct sv line;
    struct error err = {0};
    uint64_t good = 0;
    int bad = 0, got = 0;
    int code = lines_open(&l, a->operands[0], JSON_MAX_BYTES, &err);
    if (code) return cli_fail(cli, &err);
    while ((got = lines_next(&l, &line, &err)) > 0) {
        struct json *doc = NULL;
        if (sv_trim(line).n == 0) continue;
        code = json_parse(line, JSON_STRICT, &doc, &err);
        if (code == 0) code = check_text(doc, a->operands[0], l.line_number, &good, &err);
        json_free(doc);
        if (code) {
            cli_fail(cli, &err);
            bad++;
        }
    }
    lines_close(&l);
    if (got < 0) return cli_fail(cli, &err);
    if (cli->json)
        buf_printf(&cli->out, "{\"good\":%llu,\"bad\":%d}\n", (unsigned long long)good, bad);
    else if (!cli->quiet) {
        char t[2][24];
        snprintf(t[0], sizeof t[0], "%llu", (unsigned long long)good);
        snprintf(t[1], sizeof t[1], "%d", bad);
        cli_say(cli, "public.checked", t[0], t[1], NULL);
    }
    return bad ? EXIT_FOUND : EXIT_FINE;
}

static int write_report(struct refer_cmd *c, const struct public_report *r, const char *format,
                        const char *output)
{
    struct buf b;
    if (strcmp(format, "pdf") == 0)
        return output ? public_report_pdf(r, output, &c->err)
                      : error_set(&c->err, ERR_ARG, "cli", "a PDF goes into a file: --output FILE");
    buf_init(&b, 0);
    if (strcmp(format, "html") == 0)
        public_report_html(r, &b);
    else if (strcmp(format, "csv") == 0)
        public_report_csv(r, &b);
    else
        public_report_json(r, &b);
    int code = b.failed ? error_set(&c->err, ERR_NOMEM, "cli", "no memory for a report") : 0;
    if (code == 0 && output) code = file_write_atomic(output, buf_sv(&b), &c->err);
    if (code == 0 && !output) buf_putsv(&c->cli->out, buf_sv(&b));
    buf_done(&b);
    return code;
}

int cmd_report_public(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct public_report *r = NULL;
    struct report_options o = {.least = 5, .texts = cli->texts, .lang = cli->lang};
    const char *format = args_get(a, "--format") ? args_get(a, "--format") : cli->json ? "json" : "html";
    if (!args_number(cli, a, "--least", 1, 1000, &o.least) || !period(cli, a, &o.from_us, &o.to_us) ||
        !refer_open(&c, cli, false))
        return EXIT_TROUBLE;
    if (o.to_us == INT64_MAX) o.to_us = c.now_us;
    o.publisher = c.config.producer;
    int code = public_report_build(c.store, &o, &r, &c.err);
    if (code == 0) code = write_report(&c, r, format, args_get(a, "--output"));
    if (code == 0)
        code = ledger_append(c.store, STEP_EXPORT, SV("report"), SV("{\"format\":\"public\"}"), &c.err);
    public_report_free(r);
    return refer_close(&c, code, EXIT_FINE);
}
