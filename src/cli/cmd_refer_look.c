/* marsad refer list, show, print, watch, league: looking at referrals, and at what became of them. */
#include "cli/refer.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "exchange/fetch.h"
#include "exchange/transparency.h"

#include <stdio.h>
#include <string.h>

static void referral_json(struct jw *w, const struct referral *r)
{
    char id[ID_TEXT_BYTES];
    id_format(&r->id, id);
    jw_kv_str(w, "referral", id);
    jw_kv_sv(w, "kind", r->kind);
    jw_kv_sv(w, "recipient", r->recipient);
    jw_kv_sv(w, "state", r->state);
    jw_kv_sv(w, "category", r->category);
    jw_kv_sv(w, "lang", r->lang);
    if (r->case_id.n) jw_kv_sv(w, "case", r->case_id);
    jw_kv_bool(w, "accounts", r->accounts);
    jw_kv_time(w, "drafted", r->drafted_us);
    jw_kv_time(w, "sent", r->sent_us);
    jw_kv_time(w, "received", r->received_us);
    jw_kv_time(w, "answered", r->answered_us);
    jw_kv_time(w, "offline", r->offline_us);
    jw_kv_time(w, "due", r->due_us);
}

/* ---- list ---- */

static const struct column list_columns[] = {
    {"head.id", ALIGN_START, 8, 8, false},       {"head.kind", ALIGN_START, 8, 14, false},
    {"head.recipient", ALIGN_START, 8, 0, true}, {"head.state", ALIGN_START, 8, 0, false},
    {"head.due", ALIGN_END, 6, 0, false},        {"head.took", ALIGN_END, 6, 0, false},
};

static enum cli_colour state_colour(struct sv state)
{
    if (sv_is(state, "offline") || sv_is(state, "executed")) return COLOUR_GREEN;
    if (sv_is(state, "still-up") || sv_is(state, "back") || sv_is(state, "failed")) return COLOUR_RED;
    return sv_is(state, "refused") || sv_is(state, "cannot") ? COLOUR_YELLOW : COLOUR_PLAIN;
}

static void list_row(struct refer_cmd *c, struct table *t, const struct referral *r)
{
    char id[ID_TEXT_BYTES];
    struct buf due, took;
    buf_init(&due, 0);
    buf_init(&took, 0);
    id_format(&r->id, id);
    bool open = r->offline_us == TIME_UNKNOWN && r->due_us != TIME_UNKNOWN;
    if (open && r->due_us < c->now_us) buf_puts(&due, "−");
    if (open) refer_length(c->cli, &due, c->now_us, r->due_us);
    if (r->offline_us != TIME_UNKNOWN)
        refer_length(c->cli, &took, r->received_us != TIME_UNKNOWN ? r->received_us : r->sent_us,
                     r->offline_us);
    table_cell(t, sv_of(id, 8), COLOUR_BOLD);
    table_cell(t, r->kind, COLOUR_PLAIN);
    table_cell(t, r->recipient, COLOUR_PLAIN);
    table_cell(t, refer_state_text(c->cli, r->state), state_colour(r->state));
    table_cell(t, buf_sv(&due), open && r->due_us < c->now_us ? COLOUR_RED : COLOUR_PLAIN);
    table_cell(t, buf_sv(&took), COLOUR_PLAIN);
    table_row(t);
    buf_done(&due);
    buf_done(&took);
}

int cmd_refer_list(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct referral *list;
    enum referral_state state;
    size_t n = 0;
    const char *asked = args_get(a, "--state");
    if (asked && !referral_state_parse(sv_cstr(asked), &state))
        return cli_usage(cli, "usage.choice", "--state", asked,
                         "draft, reviewed, queued, failed, sent, received, executed, refused, cannot, "
                         "still-up, offline, back, cancelled, closed",
                         NULL);
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    int code = store_referral_list(c.store, asked ? sv_cstr(asked) : SV_NULL, &c.arena, &list, &n, &c.err);
    struct table *t = cli->json ? NULL : table_new(cli, list_columns, 6);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (!cli->json) {
            list_row(&c, t, &list[i]);
            continue;
        }
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        referral_json(&w, &list[i]);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    }
    if (code == 0 && t && n) table_print(t);
    if (code == 0 && !cli->json && n == 0) cli_say(cli, "refer.none", NULL);
    table_free(t);
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- show ---- */

struct whole {
    struct referral r;
    struct referral_target *targets;
    struct referral_event *events;
    struct outbox_message *messages;
    size_t ntargets, nevents, nmessages;
};

static int read_whole(struct refer_cmd *c, const struct id128 *id, struct whole *w)
{
    int code = store_referral_get(c->store, id, &c->arena, &w->r, &c->err);
    if (code == 0) code = store_referral_targets(c->store, id, &c->arena, &w->targets, &w->ntargets, &c->err);
    if (code == 0) code = store_referral_events(c->store, id, &c->arena, &w->events, &w->nevents, &c->err);
    if (code == 0) code = store_outbox_list(c->store, id, &c->arena, &w->messages, &w->nmessages, &c->err);
    return code;
}

static const char *const outbox_names[] = {"waiting", "sending", "handed", "sent", "failed", "unsure"};

static void show_json(struct cli *cli, const struct whole *x)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    referral_json(&w, &x->r);
    jw_key(&w, "fields");
    jw_raw(&w, x->r.fields);
    jw_key(&w, "targets");
    jw_array(&w);
    for (size_t i = 0; i < x->ntargets; i++) {
        const struct referral_target *t = &x->targets[i];
        jw_object(&w);
        jw_kv_sv(&w, "url", t->url);
        jw_kv_bool(&w, "account", t->account);
        jw_kv_sv(&w, "state", t->state);
        jw_kv_time(&w, "checked", t->checked_us);
        jw_kv_time(&w, "online", t->online_us);
        jw_kv_time(&w, "offline", t->offline_us);
        jw_kv_time(&w, "back", t->back_us);
        jw_kv_sv(&w, "said", t->said);
        jw_end(&w);
    }
    jw_end(&w);
    jw_key(&w, "events");
    jw_array(&w);
    for (size_t i = 0; i < x->nevents; i++) {
        jw_object(&w);
        jw_kv_time(&w, "at", x->events[i].at_us);
        jw_kv_sv(&w, "event", x->events[i].kind);
        jw_kv_sv(&w, "by", x->events[i].who);
        jw_key(&w, "says");
        jw_raw(&w, x->events[i].says);
        jw_end(&w);
    }
    jw_end(&w);
    jw_key(&w, "messages");
    jw_array(&w);
    for (size_t i = 0; i < x->nmessages; i++) {
        jw_object(&w);
        jw_kv_sv(&w, "channel", x->messages[i].channel);
        jw_kv_sv(&w, "to", x->messages[i].address);
        jw_kv_str(&w, "state", outbox_names[x->messages[i].state]);
        jw_kv_i64(&w, "attempts", x->messages[i].attempt);
        jw_kv_sv(&w, "said", x->messages[i].said);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static const struct column event_columns[] = {{"head.time", ALIGN_START, 20, 0, false},
                                              {"head.event", ALIGN_START, 8, 0, false},
                                              {"head.by", ALIGN_START, 6, 16, false},
                                              {"head.says", ALIGN_START, 8, 0, true}};
static const struct column target_columns[] = {{"head.state", ALIGN_START, 8, 0, false},
                                               {"head.checked", ALIGN_START, 20, 0, false},
                                               {"head.address", ALIGN_START, 12, 0, true}};

static void show_tables(struct cli *cli, const struct whole *x)
{
    char text[TIME_TEXT_BYTES];
    struct table *t = table_new(cli, target_columns, 3);
    for (size_t i = 0; i < x->ntargets; i++) {
        time_format(x->targets[i].checked_us, text);
        table_cell(t, refer_state_text(cli, x->targets[i].state), state_colour(x->targets[i].state));
        table_cell(t, sv_cstr(text), COLOUR_PLAIN);
        table_cell(t, x->targets[i].url, COLOUR_PLAIN);
        table_row(t);
    }
    table_print(t);
    table_free(t);
    buf_putc(&cli->out, '\n');
    t = table_new(cli, event_columns, 4);
    for (size_t i = 0; i < x->nevents; i++) {
        time_format(x->events[i].at_us, text);
        table_cell(t, sv_cstr(text), COLOUR_PLAIN);
        table_cell(t, x->events[i].kind, COLOUR_BOLD);
        table_cell(t, x->events[i].who, COLOUR_PLAIN);
        table_cell(t, x->events[i].says, COLOUR_DIM);
        table_row(t);
    }
    table_print(t);
    table_free(t);
    for (size_t i = 0; i < x->nmessages; i++)
        buf_printf(&cli->out, "%.*s → %.*s: %s %.*s\n", SV_FMT(x->messages[i].channel),
                   SV_FMT(x->messages[i].address), outbox_names[x->messages[i].state],
                   SV_FMT(x->messages[i].said));
}

int cmd_refer_show(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    struct whole x = {0};
    struct buf letter;
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    buf_init(&letter, 0);
    int code = refer_id(&c, a->operands[0], &id) ? read_whole(&c, &id, &x) : c.err.code;
    if (code == 0 && cli->json) show_json(cli, &x);
    if (code == 0 && !cli->json) {
        char text[ID_TEXT_BYTES], state[64];
        id_format(&id, text);
        snprintf(state, sizeof state, "%.*s", SV_FMT(refer_state_text(cli, x.r.state)));
        buf_printf(&cli->out, "%s%.8s%s  %.*s → %.*s  %s\n\n", cli_colour(cli, COLOUR_BOLD), text,
                   cli_colour(cli, COLOUR_PLAIN), SV_FMT(x.r.kind), SV_FMT(x.r.recipient), state);
        show_tables(cli, &x);
    }
    buf_done(&letter);
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_refer_print(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    struct referral r;
    struct buf letter, page;
    const char *output = args_get(a, "--output");
    bool html = args_has(a, "--html") || (output && sv_ends(sv_cstr(output), SV(".html")));
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    buf_init(&letter, LETTER_MAX_BYTES);
    buf_init(&page, 2 * LETTER_MAX_BYTES);
    int code = refer_id(&c, a->operands[0], &id) ? store_referral_get(c.store, &id, &c.arena, &r, &c.err)
                                                 : c.err.code;
    if (code == 0) code = referral_letter(&c.room, &r, &letter, &c.err);
    if (code == 0 && html) referral_page(buf_sv(&letter), r.lang, &page);
    struct sv out = html ? buf_sv(&page) : buf_sv(&letter);
    if (code == 0 && page.failed) code = error_set(&c.err, ERR_NOMEM, "cli", "no memory for a page");
    bool pdf = output && sv_ends(sv_cstr(output), SV(".pdf"));
    if (code == 0 && pdf) code = letter_pdf(out, cli->texts, lang_parse(r.lang), output, &c.err);
    if (code == 0 && output && !pdf) code = file_write_atomic(output, out, &c.err);
    if (code == 0 && !output) buf_putsv(&cli->out, out);
    buf_done(&letter);
    buf_done(&page);
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- watch ---- */

static void watch_json(struct cli *cli, const struct watch_counts *n)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_i64(&w, "asked", (int64_t)n->asked);
    jw_kv_i64(&w, "online", (int64_t)n->online);
    jw_kv_i64(&w, "offline", (int64_t)n->offline);
    jw_kv_i64(&w, "back", (int64_t)n->back);
    jw_kv_i64(&w, "unknown", (int64_t)n->unknown);
    jw_kv_i64(&w, "robots", (int64_t)n->held_by_robots);
    jw_kv_i64(&w, "reminders", (int64_t)n->reminders);
    jw_kv_i64(&w, "overdue", (int64_t)n->overdue);
    jw_kv_i64(&w, "escalations", (int64_t)n->escalations);
    jw_kv_time(&w, "next", n->next_us);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

int cmd_refer_watch(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct site_rules *rules = NULL;
    struct watch_counts n = {0};
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    char *agent = arena_cstr(&c.arena, c.config.agent);
    struct fetch_curl curl = {agent ? agent : "Marsad", c.config.allow_local};
    struct fetch_command command = {args_get(a, "--fetcher"), 0};
    struct fetcher f =
        command.path ? (struct fetcher){&command, fetch_command} : (struct fetcher){&curl, fetch_curl};
    cli_watch_signals();
    int code = site_rules_load(cli->workspace, &rules, &c.err);
    if (code == 0)
        code = referral_watch(&c.room, args_has(a, "--clock-only") ? NULL : &f, rules, c.now_us,
                              cli_interrupted, &n, &c.err);
    site_rules_free(rules);
    if (code == 0 && cli->json) watch_json(cli, &n);
    if (code == 0 && !cli->json && !cli->quiet) {
        char t[7][24];
        const uint64_t v[7] = {n.asked, n.online, n.offline, n.back, n.reminders, n.overdue, n.escalations};
        for (int i = 0; i < 7; i++) snprintf(t[i], sizeof t[i], "%llu", (unsigned long long)v[i]);
        cli_say(cli, "refer.watched", t[0], t[1], t[2], t[3], t[4], t[5], t[6], NULL);
    }
    return refer_close(&c, code, n.overdue || n.escalations || n.back ? EXIT_FOUND : EXIT_FINE);
}

/* ---- league ---- */

static const struct column league_columns[] = {
    {"head.recipient", ALIGN_START, 8, 0, true}, {"head.sent", ALIGN_END, 4, 0, false},
    {"head.offline", ALIGN_END, 4, 0, false},    {"head.refused", ALIGN_END, 4, 0, false},
    {"head.still_up", ALIGN_END, 4, 0, false},   {"head.median", ALIGN_END, 6, 0, false},
    {"head.p95", ALIGN_END, 6, 0, false},
};

static void league_line(struct cli *cli, struct table *t, const struct league_row *r)
{
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_sv(&w, "recipient", r->recipient);
        jw_kv_i64(&w, "sent", r->sent);
        jw_kv_i64(&w, "acted", r->acted);
        jw_kv_i64(&w, "refused", r->refused);
        jw_kv_i64(&w, "still_up", r->still_up);
        jw_kv_i64(&w, "back", r->back);
        jw_kv_i64(&w, "unanswered", r->unanswered);
        jw_kv_i64(&w, "addresses", r->targets);
        jw_kv_i64(&w, "addresses_offline", r->targets_offline);
        if (r->median_us != TIME_UNKNOWN) jw_kv_double(&w, "median_seconds", (double)r->median_us / 1e6, 3);
        if (r->p95_us != TIME_UNKNOWN) jw_kv_double(&w, "p95_seconds", (double)r->p95_us / 1e6, 3);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return;
    }
    struct buf b;
    buf_init(&b, 0);
    table_cell(t, r->recipient, COLOUR_BOLD);
    table_cellf(t, COLOUR_PLAIN, "%lld", (long long)r->sent);
    const double shares[] = {(double)r->acted, (double)r->refused, (double)r->still_up};
    for (int i = 0; i < 3; i++) {
        buf_clear(&b);
        show_percent(cli, &b, r->sent ? shares[i] / (double)r->sent : 0);
        table_cell(t, buf_sv(&b), COLOUR_PLAIN);
    }
    const int64_t times[] = {r->median_us, r->p95_us};
    for (int i = 0; i < 2; i++) {
        buf_clear(&b);
        refer_length(cli, &b, times[i] == TIME_UNKNOWN ? TIME_UNKNOWN : 0, times[i]);
        table_cell(t, buf_sv(&b), COLOUR_PLAIN);
    }
    table_row(t);
    buf_done(&b);
}

int cmd_refer_league(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct league_row *rows;
    size_t n = 0;
    int64_t from, to;
    if (!refer_time(cli, a, "--from", &from) || !refer_time(cli, a, "--to", &to) ||
        !refer_open(&c, cli, false))
        return EXIT_TROUBLE;
    int code = referral_league(c.store, from, to, &c.arena, &rows, &n, &c.err);
    struct table *t = cli->json ? NULL : table_new(cli, league_columns, 7);
    for (size_t i = 0; code == 0 && i < n; i++) league_line(cli, t, &rows[i]);
    if (code == 0 && t) table_print(t);
    table_free(t);
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_refer_clock(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct clock_mark here;
    char text[TIME_TEXT_BYTES];
    if (!refer_open(&c, cli, args_has(a, "--accept"))) return EXIT_TROUBLE;
    int code = 0;
    if (args_has(a, "--accept")) {
        code = clock_mark_here(&c.arena, &here, &c.err);
        if (code == 0) code = store_clock_put(c.store, &here, &c.err);
        c.now_us = here.wall_us;
    }
    time_format(c.now_us, text);
    if (code == 0) buf_printf(&cli->out, cli->json ? "{\"now\":\"%s\"}\n" : "%s\n", text);
    return refer_close(&c, code, EXIT_FINE);
}
