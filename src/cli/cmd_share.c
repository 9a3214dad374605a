/* marsad exchange share, unshare, export, opinions; stix check, stix post; taxii user, taxii serve: what goes out. */
#include "cli/exchange.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "exchange/taxii_serve.h"
#include "store/store_decision.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- sharing ---- */

struct sharing {
    struct refer_cmd *c;
    struct exchange_share x;
    bool take_back, all;
    const char *prefix;
    struct id128 *items;
    size_t n, cap;
};

static int on_candidate(void *arg, const struct bank_item *item)
{
    struct sharing *s = arg;
    char id[ID_TEXT_BYTES];
    id_format(&item->id, id);
    if (!s->all && !sv_starts(sv_cstr(id), sv_cstr(s->prefix))) return 0;
    if (s->all && item->status != BANK_ACTIVE) return 0;
    if (s->n < s->cap) s->items[s->n] = item->id;
    s->n++;
    return 0;
}

/* The items that a word names: one, by its beginning. */
static int find_items(struct sharing *s, const char *prefix)
{
    size_t before = s->n;
    s->prefix = prefix;
    if (!s->all && strlen(prefix) < 4)
        return error_set(&s->c->err, ERR_ARG, "cli", "item %s: give at least 4 digits of its id", prefix);
    int code = store_bank_items(s->c->store, s->x.bank, on_candidate, s, &s->c->err);
    if (code < 0) return code;
    if (s->n > s->cap)
        return error_set(&s->c->err, ERR_LIMIT, "cli",
                         "more than %zu items at once: share them in several steps", s->cap);
    if (s->all) return 0;
    if (s->n == before)
        return error_set(&s->c->err, ERR_NOTFOUND, "cli", "bank %.*s has no item %s", SV_FMT(s->x.bank),
                         prefix);
    if (s->n > before + 1)
        return error_set(&s->c->err, ERR_ARG, "cli", "item %s: several items begin so; give more digits",
                         prefix);
    return 0;
}

/* An item that left its bank can still be taken back: by its whole id. */
static int find_shared(struct sharing *s, const char *word)
{
    struct id128 id;
    if (!id_parse(sv_cstr(word), &id)) return find_items(s, word);
    s->items[s->n++] = id;
    return 0;
}

static int share_all(struct sharing *s)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < s->n; i++) {
        s->x.item = s->items[i];
        code = s->take_back
                   ? exchange_unshare(s->c->store, s->c->room.config, &s->x, s->c->now_us, &s->c->err)
                   : exchange_share(s->c->store, s->c->room.config, &s->x, s->c->now_us, &s->c->err);
    }
    return code;
}

static int share(struct cli *cli, const struct cli_args *a, bool take_back)
{
    enum { MOST = 200000 };
    struct refer_cmd c;
    char n[24];
    if (!take_back && a->noperands == 2 && !args_has(a, "--all"))
        return cli_usage(cli, "usage.missing", "exchange share", "COLLECTION BANK ITEM… | --all", NULL);
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    struct sharing s = {.c = &c, .take_back = take_back, .all = args_has(a, "--all"), .cap = MOST};
    s.items = ARENA_ARRAY(&c.arena, MOST, struct id128);
    s.x = (struct exchange_share){.collection = sv_cstr(a->operands[0]),
                                  .bank = sv_cstr(a->operands[1]),
                                  .tlp = args_get(a, "--tlp") ? refer_option(a, "--tlp") : SV("amber"),
                                  .who = sv_cstr(c.who),
                                  .why = refer_option(a, "--why"),
                                  .decision = refer_option(a, "--decision"),
                                  .source_agrees = args_has(a, "--source-agrees")};
    int code = s.items ? 0 : error_set(&c.err, ERR_NOMEM, "cli", "no memory for items");
    if (code == 0 && s.x.why.n == 0)
        code = error_set(&c.err, ERR_ARG, "cli", "sharing is a person's decision: say why with --why");
    if (code == 0 && s.all) code = find_items(&s, "");
    for (size_t i = 2; code == 0 && i < a->noperands; i++)
        code = take_back ? find_shared(&s, a->operands[i]) : find_items(&s, a->operands[i]);
    if (code == 0) code = share_all(&s);
    snprintf(n, sizeof n, "%zu", s.n);
    if (code == 0 && cli->json) buf_printf(&cli->out, "{\"items\":%zu}\n", s.n);
    if (code == 0 && !cli->json && !cli->quiet)
        cli_say(cli, take_back ? "exchange.unshared" : "exchange.shared", n, a->operands[0], NULL);
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_exchange_share(struct cli *cli, const struct cli_args *a) { return share(cli, a, false); }
int cmd_exchange_unshare(struct cli *cli, const struct cli_args *a) { return share(cli, a, true); }

int cmd_exchange_export(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct buf out;
    uint64_t unsaid = 0;
    int64_t gone;
    const char *output = args_get(a, "--output");
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    buf_init(&out, 0);
    int code = exchange_reconcile(c.store, &c.config, c.now_us, &gone, &c.err);
    if (code == 0)
        code = exchange_export(c.store, &c.config, sv_cstr(a->operands[0]),
                               args_get(a, "--format") ? refer_option(a, "--format") : SV("stix"), c.now_us,
                               &out, &unsaid, &c.err);
    if (code == 0 && output) code = file_write_atomic(output, buf_sv(&out), &c.err);
    if (code == 0 && !output) buf_putsv(&cli->out, buf_sv(&out));
    buf_done(&out);
    if (code == 0 && unsaid) {
        char n[24];
        snprintf(n, sizeof n, "%llu", (unsigned long long)unsaid);
        cli_note(cli, "bank.unsaid", n, args_get(a, "--format"), NULL);
    }
    return refer_close(&c, code, unsaid ? EXIT_FOUND : EXIT_FINE);
}

static int on_word(void *arg, const struct shared_object *o)
{
    struct cli *cli = arg;
    if (!o->foreign) return 0;
    buf_putsv(&cli->out, o->body);
    buf_putc(&cli->out, '\n');
    return cli_flush_some(cli) ? 0 : 1;
}

int cmd_exchange_opinions(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    int code = store_objects(c.store, sv_cstr(a->operands[0]), 0, INT64_MAX, on_word, cli, &c.err);
    return refer_close(&c, code < 0 ? code : 0, EXIT_FINE);
}

/* ---- STIX files ---- */

static int ignore_seen(void *arg, const struct stix_seen *seen, struct error *err)
{
    (void)arg;
    (void)seen;
    (void)err;
    return 0;
}

struct checking {
    struct cli *cli;
    const char *path;
};

static int on_bad_object(void *arg, uint64_t number, struct sv id, const struct error *why, struct error *err)
{
    struct checking *k = arg;
    struct error told;
    (void)id;
    (void)err;
    error_set(&told, why->code, "stix", "%s: object %llu: %s", k->path, (unsigned long long)number,
              why->text);
    cli_fail(k->cli, &told);
    return 0;
}

int cmd_stix_check(struct cli *cli, const struct cli_args *a)
{
    uint64_t bad = 0;
    for (size_t i = 0; i < a->noperands; i++) {
        struct checking k = {cli, a->operands[i]};
        struct stix_reader r = {&k, ignore_seen, on_bad_object};
        struct stix_counts n = {0};
        struct error err = {0};
        struct buf text;
        buf_init(&text, 0);
        int code = id_init(&err);
        if (code == 0) code = file_read(a->operands[i], JSON_MAX_BYTES, &text, &err);
        if (code == 0) code = stix_read(buf_sv(&text), clock_now_us(), &r, &n, &err);
        buf_done(&text);
        if (code) return cli_fail(cli, &err);
        bad += n.bad;
        if (cli->json)
            buf_printf(&cli->out,
                       "{\"objects\":%llu,\"items\":%llu,\"withdrawn\":%llu,\"opinions\":%llu,\"sightings\":%"
                       "llu,\"bad\":%llu}\n",
                       (unsigned long long)n.objects, (unsigned long long)n.items,
                       (unsigned long long)n.withdrawn, (unsigned long long)n.opinions,
                       (unsigned long long)n.sightings, (unsigned long long)n.bad);
        else if (!cli->quiet) {
            char t[3][24];
            snprintf(t[0], sizeof t[0], "%llu", (unsigned long long)n.objects);
            snprintf(t[1], sizeof t[1], "%llu", (unsigned long long)n.items);
            snprintf(t[2], sizeof t[2], "%llu", (unsigned long long)n.bad);
            cli_say(cli, "stix.checked", a->operands[i], t[0], t[1], t[2], NULL);
        }
    }
    return bad ? EXIT_FOUND : EXIT_FINE;
}

static int write_post(struct refer_cmd *c, const char *what, struct sv tlp, const struct stix_sink *sink)
{
    struct id128 id, decision_id;
    struct post p;
    struct decision d;
    bool settled = false;
    struct stix_producer producer = {c->config.producer,
                                     c->config.about.n ? c->config.about : c->config.producer};
    int code = store_find_post(c->store, sv_cstr(what), &id, &c->err);
    if (code == 0) code = store_get_post(c->store, &id, &c->arena, &p, NULL, &c->err);
    if (code == 0) code = store_settled_by(c->store, &id, &settled, &decision_id, &c->err);
    if (code == 0 && settled) code = store_decision_get(c->store, &decision_id, &c->arena, &d, &c->err);
    if (code) return code;
    if (!settled || d.state != DECISION_IN_FORCE || d.category == CATEGORY_NONE)
        return error_set(&c->err, ERR_ARG, "cli",
                         "%s: no decision of a person is in force that says what it is: it is not given out",
                         what);
    return stix_write_post(&producer, &p, d.category, tlp, sink, &c->err);
}

int cmd_stix_post(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct buf out;
    struct stix_bundle x;
    struct stix_sink sink = {&x, stix_bundle_add};
    const char *output = args_get(a, "--output");
    struct sv tlp = args_get(a, "--tlp") ? refer_option(a, "--tlp") : SV("amber");
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    buf_init(&out, 0);
    stix_bundle_begin(&x, &out);
    struct stix_producer producer = {c.config.producer,
                                     c.config.about.n ? c.config.about : c.config.producer};
    int code = stix_write_frame(&producer, tlp, &sink, &c.err);
    for (size_t i = 0; code == 0 && i < a->noperands; i++) code = write_post(&c, a->operands[i], tlp, &sink);
    stix_bundle_end(&x);
    if (code == 0)
        code = ledger_append(c.store, STEP_EXPORT, SV("stix"), SV("{\"format\":\"stix\",\"of\":\"posts\"}"),
                             &c.err);
    if (code == 0 && output) code = file_write_atomic(output, buf_sv(&out), &c.err);
    if (code == 0 && !output) buf_putsv(&cli->out, buf_sv(&out));
    buf_done(&out);
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- TAXII ---- */

int cmd_taxii_user(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    char token[65];
    size_t nread = 0, nwrite = 0;
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    struct sv *read = refer_values(&c, a, "--read", &nread), *write = refer_values(&c, a, "--write", &nwrite);
    int code = read && write ? taxii_user_put(cli->workspace, sv_cstr(a->operands[0]), read, nread, write,
                                              nwrite, refer_option(a, "--source"), token, &c.err)
                             : error_set(&c.err, ERR_NOMEM, "cli", "no memory for collections");
    if (code == 0) code = ledger_append(c.store, STEP_EXPORT, SV("taxii"), SV("{\"user\":\"put\"}"), &c.err);
    if (code == 0 && cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "user", a->operands[0]);
        jw_kv_str(&w, "token", token);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    }
    if (code == 0 && !cli->json) cli_say(cli, "taxii.user", a->operands[0], token, NULL);
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_taxii_serve(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct taxii_server *server = NULL;
    const char *listen = args_get(a, "--listen");
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    cli_watch_signals();
    struct taxii_serve_options o = {c.store, &c.config, cli->workspace, listen ? listen : "127.0.0.1:8085"};
    int code = taxii_serve_start(&o, &server, &c.err);
    if (code == 0) {
        char port[16];
        snprintf(port, sizeof port, "%d", taxii_serve_port(server));
        if (cli->json)
            buf_printf(&cli->out, "{\"port\":%s}\n", port);
        else
            cli_say(cli, "taxii.serving", port, NULL);
        cli_flush(cli);
        while (!cli_interrupted()) nanosleep(&(struct timespec){0, 200000000}, NULL);
    }
    taxii_serve_stop(server);
    return refer_close(&c, code, EXIT_FINE);
}
