/* marsad case new, add, drop, note, complaint, close, open: making a case and putting together what belongs to it. */
#include "cli/case.h"

#include "base/file.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>

bool case_cmd_open(struct case_cmd *c, struct cli *cli)
{
    *c = (struct case_cmd){.cli = cli};
    if (!open_engine(cli, true, &c->engine)) return false;
    c->store = engine_store(c->engine);
    arena_init(&c->arena, 0);
    return true;
}

int case_cmd_close(struct case_cmd *c, int code)
{
    engine_close(c->engine);
    arena_done(&c->arena);
    return code ? cli_fail(c->cli, &c->err) : EXIT_FINE;
}

struct sv case_option(const struct cli_args *a, const char *name)
{
    const char *text = args_get(a, name);
    return text ? sv_cstr(text) : SV("");
}

struct sv case_word(const struct cli *cli, const char *family, const char *name)
{
    char key[96];
    int n = snprintf(key, sizeof key, "%s.%s", family, name);
    for (int i = 0; i < n && i < (int)sizeof key; i++)
        if (key[i] == '-' || key[i] == '+') key[i] = '_';
    return text_has(cli->texts, LANG_EN, key) ? cli_text(cli, key) : sv_cstr(name);
}

/* The id of what was made: in JSON, or a line. */
static void tell_id(struct cli *cli, const char *what, const struct id128 *id, const char *key)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    if (cli->json)
        buf_printf(&cli->out, "{\"%s\":\"%s\"}\n", what, text);
    else if (!cli->quiet)
        cli_say(cli, key, text, NULL);
}

static bool parse_tlp(struct cli *cli, const struct cli_args *a, enum case_tlp *out)
{
    const char *text = args_get(a, "--tlp");
    if (!text || case_tlp_parse(sv_cstr(text), out)) return true;
    cli_usage(cli, "usage.choice", "--tlp", text, "clear, green, amber, amber+strict, red", NULL);
    return false;
}

int cmd_case_new(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct id128 id;
    enum case_tlp tlp = TLP_AMBER;
    if (!parse_tlp(cli, a, &tlp) || !case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code =
        store_case_new(c.store, sv_cstr(a->operands[0]), case_option(a, "--reference"), tlp, &id, &c.err);
    if (code == 0) tell_id(cli, "case", &id, "case.new");
    return case_cmd_close(&c, code);
}

/* ---- objects ---- */

struct adding {
    struct case_cmd *c;
    struct id128 id;
    struct sv why;
    enum case_object_type type;
    bool account, drop;
    int64_t added, there;
};

static int put(struct adding *d, enum case_object_type type, struct sv object)
{
    bool is_new = true;
    int code = d->drop ? store_case_drop(d->c->store, &d->id, type, object, d->why, &d->c->err)
                       : store_case_add(d->c->store, &d->id, type, object, d->why, &is_new, &d->c->err);
    if (code) return code;
    d->added += is_new;
    d->there += !is_new;
    return 0;
}

/* Posts by whatever names them, and their accounts; everything else by its id. */
static int put_named(struct adding *d, struct sv what)
{
    struct id128 post;
    struct post p;
    char text[ID_TEXT_BYTES];
    if (d->type != CASE_POST && !d->account) return put(d, d->type, what);
    int code = store_find_post(d->c->store, what, &post, &d->c->err);
    if (code) return code;
    id_format(&post, text);
    if (d->type == CASE_POST) code = put(d, CASE_POST, sv_cstr(text));
    if (code || !d->account) return code;
    code = store_get_post(d->c->store, &post, &d->c->arena, &p, NULL, &d->c->err);
    if (code) return code;
    id_format(&p.account.id, text);
    return put(d, CASE_ACCOUNT, sv_cstr(text));
}

static int put_all(struct adding *d, const struct cli_args *a)
{
    int code = store_case_find(d->c->store, sv_cstr(a->operands[0]), &d->id, &d->c->err);
    if (code == 0) code = store_begin(d->c->store, &d->c->err);
    if (code) return code;
    for (size_t i = 1; code == 0 && i < a->noperands; i++) code = put_named(d, sv_cstr(a->operands[i]));
    if (code == 0) return store_commit(d->c->store, &d->c->err);
    store_rollback(d->c->store);
    return code;
}

static int change_objects(struct cli *cli, const struct cli_args *a, bool drop)
{
    struct case_cmd c;
    struct adding d = {.c = &c, .type = CASE_POST, .account = args_has(a, "--account"), .drop = drop};
    const char *type = args_get(a, "--type");
    char added[24], there[24];
    d.why = case_option(a, "--why");
    if (type && !case_object_parse(sv_cstr(type), &d.type))
        return cli_usage(cli, "usage.choice", "--type", type,
                         "post, account, media, decision, referral, package", NULL);
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = put_all(&d, a);
    snprintf(added, sizeof added, "%lld", (long long)d.added);
    snprintf(there, sizeof there, "%lld", (long long)d.there);
    if (code == 0 && cli->json)
        buf_printf(&cli->out, "{\"%s\":%s,\"there\":%s}\n", drop ? "dropped" : "added", added, there);
    else if (code == 0 && !cli->quiet)
        cli_say(cli, drop ? "case.dropped" : "case.added", added, there, NULL);
    return case_cmd_close(&c, code);
}

int cmd_case_add(struct cli *cli, const struct cli_args *a) { return change_objects(cli, a, false); }
int cmd_case_drop(struct cli *cli, const struct cli_args *a) { return change_objects(cli, a, true); }

/* ---- words ---- */

/* The text: the operand, or the file of --file. */
static int text_of(const struct cli_args *a, struct buf *b, struct error *err)
{
    const char *file = args_get(a, "--file");
    if (file) return file_read(file, CASE_TEXT_MAX_BYTES, b, err);
    buf_puts(b, a->noperands > 1 ? a->operands[1] : "");
    return b->failed ? ERR_NOMEM : 0;
}

static int write_words(struct cli *cli, const struct cli_args *a, enum case_object_type type)
{
    struct case_cmd c;
    struct id128 id, text_id;
    struct buf body;
    if (a->noperands > 1 && args_has(a, "--file"))
        return cli_usage(cli, "usage.together", "TEXT", "--file", NULL);
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    buf_init(&body, 0);
    int code = store_case_find(c.store, sv_cstr(a->operands[0]), &id, &c.err);
    if (code == 0) code = text_of(a, &body, &c.err);
    struct case_text t = {.type = type,
                          .channel = case_option(a, "--channel"),
                          .reference = case_option(a, "--reference"),
                          .body = buf_sv(&body)};
    if (code == 0) code = store_case_write(c.store, &id, &t, &text_id, &c.err);
    if (code == 0)
        tell_id(cli, type == CASE_NOTE ? "note" : "complaint", &text_id,
                type == CASE_NOTE ? "case.noted" : "case.complained");
    buf_done(&body);
    return case_cmd_close(&c, code);
}

int cmd_case_note(struct cli *cli, const struct cli_args *a) { return write_words(cli, a, CASE_NOTE); }
int cmd_case_complaint(struct cli *cli, const struct cli_args *a)
{
    return write_words(cli, a, CASE_COMPLAINT);
}

/* ---- state ---- */

static int set_state(struct cli *cli, const struct cli_args *a, bool close)
{
    struct case_cmd c;
    struct id128 id;
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_case_find(c.store, sv_cstr(a->operands[0]), &id, &c.err);
    if (code == 0)
        code = close ? store_case_close(c.store, &id, case_option(a, "--why"), &c.err)
                     : store_case_reopen(c.store, &id, case_option(a, "--why"), &c.err);
    if (code == 0) tell_id(cli, "case", &id, close ? "case.closed" : "case.opened");
    return case_cmd_close(&c, code);
}

int cmd_case_close(struct cli *cli, const struct cli_args *a) { return set_state(cli, a, true); }
int cmd_case_open(struct cli *cli, const struct cli_args *a) { return set_state(cli, a, false); }

/* ---- holds ---- */

static int hold_of(struct case_cmd *c, const struct cli_args *a, struct hold *h, char text[ID_TEXT_BYTES])
{
    struct id128 id;
    struct post p;
    int code = 0;
    if (args_has(a, "--everything")) {
        h->scope = HOLD_EVERYTHING;
        return 0;
    }
    const char *post = args_get(a, "--post"), *account = args_get(a, "--account");
    if (post || account) {
        h->scope = post ? HOLD_POST : HOLD_ACCOUNT;
        code = store_find_post(c->store, sv_cstr(post ? post : account), &id, &c->err);
        if (code == 0 && account) {
            code = store_get_post(c->store, &id, &c->arena, &p, NULL, &c->err);
            id = p.account.id;
        }
    } else {
        h->scope = HOLD_CASE;
        code = store_case_find(c->store, sv_cstr(a->noperands ? a->operands[0] : ""), &id, &c->err);
    }
    if (code == 0) id_format(&id, text);
    h->object = sv_cstr(text);
    return code;
}

int cmd_case_hold(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct id128 id;
    char text[ID_TEXT_BYTES] = "";
    struct hold h = {.until_us = TIME_UNKNOWN};
    const char *until = args_get(a, "--until");
    h.why = case_option(a, "--why");
    h.authority = case_option(a, "--authority");
    int named =
        (a->noperands > 0) + args_has(a, "--post") + args_has(a, "--account") + args_has(a, "--everything");
    if (named != 1) return cli_usage(cli, "usage.hold", NULL);
    if (until && !time_parse(sv_cstr(until), &h.until_us))
        return cli_usage(cli, "usage.time", "--until", until, NULL);
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = hold_of(&c, a, &h, text);
    if (code == 0) code = store_hold_new(c.store, &h, &id, &c.err);
    if (code == 0) tell_id(cli, "hold", &id, "case.held");
    return case_cmd_close(&c, code);
}

int cmd_case_release(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct id128 id;
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    int code = store_hold_find(c.store, sv_cstr(a->operands[0]), &id, &c.err);
    if (code == 0) code = store_hold_release(c.store, &id, case_option(a, "--why"), &c.err);
    if (code == 0) tell_id(cli, "hold", &id, "case.released");
    return case_cmd_close(&c, code);
}
