/* marsad refer to, draft, edit, approve, send, record, seen, answer, settle: what is done to a referral. */
#include "cli/refer.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "exchange/http.h"
#include "store/store_case.h"

#include <stdio.h>
#include <string.h>

bool refer_open(struct refer_cmd *c, struct cli *cli, bool needs_person)
{
    struct clock_mark here;
    int64_t jumped = 0;
    *c = (struct refer_cmd){.cli = cli};
    if (needs_person && (!cli->actor || !*cli->actor)) {
        cli_usage(cli, "usage.actor", NULL);
        return false;
    }
    if (!open_engine(cli, true, &c->engine)) return false;
    c->store = engine_store(c->engine);
    arena_init(&c->arena, 0);
    int code = exchange_config_load(cli->workspace, &c->arena, &c->config, &c->err);
    if (code == 0) code = referral_kinds_load(cli->workspace, &c->arena, &c->kinds, &c->err);
    if (code == 0) code = clock_mark_here(&c->arena, &here, &c->err);
    if (code == 0) code = referral_now(c->store, &here, &c->now_us, &jumped, &c->err);
    if (code == 0) code = store_who(c->store, c->who, &c->err);
    if (code == 0) code = http_init(&c->err);
    c->room = (struct referral_room){c->store, cli->workspace, &c->config, &c->kinds};
    if (code) {
        refer_close(c, code, 0);
        return false;
    }
    if (jumped) {
        char text[TIME_TEXT_BYTES];
        duration_format(jumped, text);
        cli_note(cli, "refer.jumped", text, NULL);
    }
    return true;
}

int refer_close(struct refer_cmd *c, int code, int fine)
{
    engine_close(c->engine);
    exchange_config_done(&c->config);
    arena_done(&c->arena);
    return code ? cli_fail(c->cli, &c->err) : fine;
}

bool refer_id(struct refer_cmd *c, const char *text, struct id128 *out)
{
    return store_referral_find(c->store, sv_cstr(text), out, &c->err) == 0;
}

struct sv refer_option(const struct cli_args *a, const char *name)
{
    const char *text = args_get(a, name);
    return text ? sv_cstr(text) : SV_NULL;
}

struct sv *refer_values(struct refer_cmd *c, const struct cli_args *a, const char *name, size_t *out_n)
{
    struct sv *v = ARENA_ARRAY(&c->arena, a->noptions + 8, struct sv);
    size_t n = 0;
    for (size_t i = 0; v && i < a->noptions; i++)
        if (strcmp(a->options[i].option->name, name) == 0) v[n++] = sv_cstr(a->options[i].text);
    *out_n = n;
    return v;
}

bool refer_time(struct cli *cli, const struct cli_args *a, const char *name, int64_t *out_us)
{
    const char *text = args_get(a, name);
    *out_us = TIME_UNKNOWN;
    if (!text || time_parse(sv_cstr(text), out_us)) return true;
    cli_usage(cli, "usage.time", name, text, NULL);
    return false;
}

void refer_length(const struct cli *cli, struct buf *b, int64_t from_us, int64_t to_us)
{
    if (from_us == TIME_UNKNOWN || to_us == TIME_UNKNOWN)
        buf_puts(b, "—");
    else
        show_duration(cli, b, to_us - from_us);
}

struct sv refer_state_text(const struct cli *cli, struct sv state)
{
    char key[64];
    int n = snprintf(key, sizeof key, "refer.state.%.*s", SV_FMT(sv_sub(state, 0, 40)));
    for (int i = 0; i < n; i++)
        if (key[i] == '-') key[i] = '_';
    return text_has(cli->texts, LANG_EN, key) ? cli_text(cli, key) : state;
}

static void tell(struct refer_cmd *c, const struct id128 *id, const char *key)
{
    char text[ID_TEXT_BYTES];
    struct referral r;
    struct cli *cli = c->cli;
    id_format(id, text);
    if (store_referral_get(c->store, id, &c->arena, &r, NULL) != 0) return;
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "referral", text);
        jw_kv_sv(&w, "state", r.state);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    } else if (!cli->quiet) {
        char state[64];
        snprintf(state, sizeof state, "%.*s", SV_FMT(refer_state_text(cli, r.state)));
        cli_say(cli, key, text, state, NULL);
    }
}

/* ---- recipients ---- */

static int put_recipient(struct refer_cmd *c, const struct cli_args *a)
{
    static const char *const options[][2] = {{"--title", "name"},
                                             {"--email", "email"},
                                             {"--api", "api"},
                                             {"--country", "country"},
                                             {"--contact-point", "contact_point"},
                                             {"--legal-representative", "legal_representative"}};
    struct buf b;
    struct jw w;
    size_t nset;
    struct sv *set = refer_values(c, a, "--set", &nset);
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    if (!args_has(a, "--title")) jw_kv_str(&w, "name", a->operands[0]);
    for (size_t i = 0; i < 6; i++)
        if (args_get(a, options[i][0])) jw_kv_str(&w, options[i][1], args_get(a, options[i][0]));
    for (size_t i = 0; set && i < nset; i++) {
        size_t eq = sv_find_byte(set[i], '=', 0);
        if (eq == SIZE_MAX || eq == 0) continue;
        jw_keysv(&w, sv_sub(set[i], 0, eq));
        jw_sv(&w, sv_sub(set[i], eq + 1, set[i].n));
    }
    jw_end(&w);
    struct recipient r = {sv_cstr(a->operands[0]), buf_sv(&b)};
    int code = store_recipient_put(c->store, &r, &c->err);
    buf_done(&b);
    return code;
}

int cmd_refer_to(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct recipient *list;
    size_t n = 0;
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    int code = a->noperands ? put_recipient(&c, a) : 0;
    if (code == 0) code = store_recipient_list(c.store, &c.arena, &list, &n, &c.err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (a->noperands && !sv_is(list[i].name, a->operands[0])) continue;
        if (cli->json) {
            struct jw w;
            jw_init(&w, &cli->out, JW_COMPACT);
            jw_object(&w);
            jw_kv_sv(&w, "recipient", list[i].name);
            jw_key(&w, "body");
            jw_raw(&w, list[i].body);
            jw_end(&w);
            buf_putc(&cli->out, '\n');
        } else {
            buf_printf(&cli->out, "%.*s  %.*s\n", SV_FMT(list[i].name), SV_FMT(list[i].body));
        }
    }
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- drafting ---- */

/* --facts and --law are short for --set. */
static size_t add_short(struct refer_cmd *c, const struct cli_args *a, const char *option, const char *member,
                        struct sv *set, size_t n)
{
    const char *text = args_get(a, option);
    if (!text) return n;
    set[n] = arena_printf(&c->arena, "%s=%s", member, text);
    return set[n].p ? n + 1 : n;
}

int cmd_refer_draft(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    size_t nset = 0, naccounts = 0;
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    struct sv *set = refer_values(&c, a, "--set", &nset),
              *accounts = refer_values(&c, a, "--account", &naccounts);
    struct sv *posts = ARENA_ARRAY(&c.arena, a->noperands + 1, struct sv);
    int code = set && accounts && posts ? 0 : error_set(&c.err, ERR_NOMEM, "cli", "no memory for a draft");
    if (code == 0) {
        nset = add_short(&c, a, "--facts", "facts", set, nset);
        nset = add_short(&c, a, "--law", "legal_basis", set, nset);
        for (size_t i = 1; i < a->noperands; i++) posts[i - 1] = sv_cstr(a->operands[i]);
        struct referral_draft d = {
            .kind = args_get(a, "--kind") ? refer_option(a, "--kind") : SV("dsa-notice"),
            .recipient = sv_cstr(a->operands[0]),
            .lang = args_get(a, "--letter") ? refer_option(a, "--letter") : sv_cstr(lang_name(cli->lang)),
            .case_id = refer_option(a, "--case"),
            .posts = posts,
            .nposts = a->noperands - 1,
            .accounts = accounts,
            .naccounts = naccounts,
            .category = category_parse(refer_option(a, "--category")),
            .set = set,
            .nset = nset,
            .who = sv_cstr(c.who)};
        code = referral_draft(&c.room, &d, c.now_us, &id, &c.err);
    }
    if (code == 0) tell(&c, &id, "refer.drafted");
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_refer_edit(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    size_t n = 0;
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    struct sv *set = refer_values(&c, a, "--set", &n);
    if (set) n = add_short(&c, a, "--facts", "facts", set, n);
    if (set) n = add_short(&c, a, "--law", "legal_basis", set, n);
    int code = refer_id(&c, a->operands[0], &id) ? 0 : c.err.code;
    if (code == 0) code = referral_edit(&c.room, &id, set, n, sv_cstr(c.who), c.now_us, &c.err);
    if (code == 0) tell(&c, &id, "refer.edited");
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_refer_approve(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    bool queued = false;
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    int code = refer_id(&c, a->operands[0], &id) ? 0 : c.err.code;
    if (code == 0)
        code = referral_approve(&c.room, &id, sv_cstr(c.who), refer_option(a, "--channel"), c.now_us, &queued,
                                &c.err);
    if (code == 0) tell(&c, &id, queued ? "refer.queued" : "refer.one_more");
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- sending ---- */

int cmd_refer_send(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct send_counts n = {0};
    (void)a;
    if (!refer_open(&c, cli, false)) return EXIT_TROUBLE;
    cli_watch_signals();
    int code = referral_send(&c.room, c.now_us, cli_interrupted, &n, &c.err);
    if (code == 0 && cli->json) {
        buf_printf(&cli->out, "{\"sent\":%llu,\"waiting\":%llu,\"failed\":%llu,\"unsure\":%llu}\n",
                   (unsigned long long)n.sent, (unsigned long long)n.waiting, (unsigned long long)n.failed,
                   (unsigned long long)n.unsure);
    } else if (code == 0 && !cli->quiet) {
        char t[4][24];
        const uint64_t v[4] = {n.sent, n.waiting, n.failed, n.unsure};
        for (int i = 0; i < 4; i++) snprintf(t[i], sizeof t[i], "%llu", (unsigned long long)v[i]);
        cli_say(cli, "refer.sent", t[0], t[1], t[2], t[3], NULL);
    }
    return refer_close(&c, code, n.failed || n.unsure ? EXIT_FOUND : EXIT_FINE);
}

static int settle_all(struct refer_cmd *c, const struct id128 *id, bool again)
{
    struct outbox_message *m;
    size_t n = 0, settled = 0;
    int code = store_outbox_list(c->store, id, &c->arena, &m, &n, &c->err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (m[i].state != OUTBOX_FAILED && m[i].state != OUTBOX_UNSURE) continue;
        code = store_outbox_settle(c->store, &m[i].id, again, c->now_us, &c->err);
        settled++;
    }
    if (code == 0 && settled == 0)
        code = error_set(&c->err, ERR_ARG, "cli",
                         "none of its messages is unsure or failed: there is nothing to settle");
    return code;
}

int cmd_refer_settle(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    bool again = strcmp(a->operands[1], "again") == 0;
    if (!again && strcmp(a->operands[1], "sent") != 0)
        return cli_usage(cli, "usage.choice", "WORD", a->operands[1], "again, sent", NULL);
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    int code = refer_id(&c, a->operands[0], &id) ? 0 : c.err.code;
    if (code == 0) code = settle_all(&c, &id, again);
    if (code == 0)
        code = referral_record(&c.room, &id, again ? REFEV_AGAIN : REFEV_SENT, c.now_us, sv_cstr(c.who),
                               SV_NULL, &c.err);
    if (code == 0) tell(&c, &id, "refer.recorded");
    return refer_close(&c, code, EXIT_FINE);
}

/* ---- what comes back ---- */

int cmd_refer_record(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    struct buf says;
    struct jw w;
    enum referral_event_kind what;
    int64_t at_us;
    static const char choices[] = "sent, received, executed, refused, cannot, note, cancelled, closed";
    if (!referral_event_parse(sv_cstr(a->operands[1]), &what) || what == REFEV_APPROVED ||
        what == REFEV_QUEUED || what == REFEV_OFFLINE || what == REFEV_BACK || what == REFEV_DRAFTED ||
        what == REFEV_EDITED)
        return cli_usage(cli, "usage.choice", "EVENT", a->operands[1], choices, NULL);
    if (!refer_time(cli, a, "--at", &at_us) || !refer_open(&c, cli, true)) return EXIT_TROUBLE;
    buf_init(&says, 0);
    jw_init(&w, &says, JW_COMPACT);
    jw_object(&w);
    if (args_get(a, "--note")) jw_kv_str(&w, "note", args_get(a, "--note"));
    jw_end(&w);
    int code = refer_id(&c, a->operands[0], &id) ? 0 : c.err.code;
    int64_t at = at_us != TIME_UNKNOWN && at_us < c.now_us ? at_us : c.now_us;
    if (code == 0) code = referral_record(&c.room, &id, what, at, sv_cstr(c.who), buf_sv(&says), &c.err);
    if (code == 0) tell(&c, &id, "refer.recorded");
    buf_done(&says);
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_refer_seen(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct id128 id;
    int64_t at_us, position = 0;
    bool offline = strcmp(a->operands[1], "offline") == 0;
    if (!offline && strcmp(a->operands[1], "online") != 0)
        return cli_usage(cli, "usage.choice", "WHAT", a->operands[1], "online, offline", NULL);
    if (!args_number(cli, a, "--address", 1, REFERRAL_MAX_TARGETS, &position) ||
        !refer_time(cli, a, "--at", &at_us) || !refer_open(&c, cli, true))
        return EXIT_TROUBLE;
    int code = refer_id(&c, a->operands[0], &id) ? 0 : c.err.code;
    int64_t at = at_us != TIME_UNKNOWN && at_us < c.now_us ? at_us : c.now_us;
    if (code == 0)
        code =
            referral_seen(&c.room, &id, position > 0 ? position - 1 : 0, offline ? SEEN_OFFLINE : SEEN_ONLINE,
                          at, sv_cstr(c.who), SV("seen by a person"), &c.err);
    if (code == 0) tell(&c, &id, "refer.recorded");
    return refer_close(&c, code, EXIT_FINE);
}

int cmd_refer_answer(struct cli *cli, const struct cli_args *a)
{
    struct refer_cmd c;
    struct buf text;
    struct referral_answer answer;
    if (!refer_open(&c, cli, true)) return EXIT_TROUBLE;
    buf_init(&text, 0);
    int code = file_read(a->operands[0], LETTER_MAX_BYTES, &text, &c.err);
    if (code == 0)
        code = referral_answer_take(&c.room, buf_sv(&text), sv_cstr(c.who), c.now_us, &answer, &c.err);
    if (code == 0) tell(&c, &answer.id, "refer.recorded");
    buf_done(&text);
    return refer_close(&c, code, EXIT_FINE);
}
