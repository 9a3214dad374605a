/* marsad serve: the desk over HTTP. marsad people: who works at it. */
#include "cli/cmds.h"

#include "base/json.h"
#include "serve/people.h"
#include "serve/serve.h"
#include "store/ledger.h"
#include "store/workspace.h"

#include <string.h>
#include <unistd.h>

/* ---- serve ---- */

static void show_address(struct cli *cli, struct server *s, const char *listen, const char *public_url,
                         struct sv link, bool tls)
{
    struct buf url;
    char port[16];
    buf_init(&url, 0);
    snprintf(port, sizeof port, "%d", serve_port(s));
    const char *colon = strrchr(listen, ':');
    if (public_url)
        buf_puts(&url, public_url);
    else
        buf_printf(&url, "%s://%.*s:%s", tls ? "https" : "http", colon ? (int)(colon - listen) : 9,
                   colon ? listen : "127.0.0.1", port);
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_sv(&w, "url", buf_sv(&url));
        jw_kv_i64(&w, "port", serve_port(s));
        if (link.n > 0) jw_kv_sv(&w, "setup", link);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    } else {
        cli_say(cli, "serve.at", buf_cstr(&url), NULL);
        buf_putsv(&url, link);
        if (link.n > 0) cli_say(cli, "serve.setup", buf_cstr(&url), NULL);
    }
    cli_flush(cli);
    buf_done(&url);
}

int cmd_serve(struct cli *cli, const struct cli_args *a)
{
    const char *listen = args_get(a, "--listen"), *tls = args_get(a, "--tls");
    struct serve_options o = {.workspace = cli->workspace,
                              .listen = listen ? listen : "127.0.0.1:8080",
                              .tls_cert = tls,
                              .console_dir = args_get(a, "--console"),
                              .public_url = args_get(a, "--public-url"),
                              .workers = cli->workers,
                              .log = &cli->log};
    struct server *s = NULL;
    struct error err = {0};
    struct arena arena;
    struct sv link = SV_NULL;
    arena_init(&arena, 0);
    cli_watch_signals();
    int code = serve_open(&o, &s, &err);
    if (code == 0) code = serve_setup_link(s, &arena, &link, &err);
    if (code == 0) code = serve_start(s, &err);
    if (code == 0) {
        show_address(cli, s, o.listen, o.public_url, link, tls != NULL);
        while (!cli_interrupted()) usleep(100000);
    }
    serve_close(s);
    arena_done(&arena);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}

/* ---- people ---- */

struct desk {
    struct cli *cli;
    struct workspace *w;
    struct store *s;
    struct arena arena;
};

static bool open_desk(struct cli *cli, struct desk *d)
{
    struct error err = {0};
    *d = (struct desk){.cli = cli};
    arena_init(&d->arena, 0);
    int code = workspace_open(cli->workspace, WORKSPACE_LOOK, &d->w, &err);
    if (code == 0) code = store_open(workspace_db(d->w), &d->s, &err);
    if (code) {
        workspace_close(d->w);
        arena_done(&d->arena);
        cli_fail(cli, &err);
    } else {
        ledger_set_actor(d->s, SV("operator"));
    }
    return code == 0;
}

static int close_desk(struct desk *d, int code, const struct error *err)
{
    store_close(d->s);
    workspace_close(d->w);
    arena_done(&d->arena);
    return code ? cli_fail(d->cli, err) : EXIT_FINE;
}

static const char *state_word(const struct person *p)
{
    return p->state == PERSON_ACTIVE ? "active" : p->state == PERSON_INVITED ? "invited" : "disabled";
}

static void put_person(struct cli *cli, const struct person *p, const char *token)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "login", p->login);
    jw_kv_sv(&w, "pseudonym", p->pseudonym);
    jw_kv_sv(&w, "roles", p->roles);
    jw_kv_sv(&w, "languages", p->languages);
    jw_kv_str(&w, "state", state_word(p));
    if (token) jw_kv_str(&w, "invite", token);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void show_invite(struct cli *cli, const struct person *p, const char *token)
{
    struct buf link;
    if (cli->json) {
        put_person(cli, p, token);
        return;
    }
    buf_init(&link, 0);
    buf_printf(&link, "/invite#%s", token);
    char login[80];
    snprintf(login, sizeof login, "%.*s", SV_FMT(p->login));
    cli_say(cli, "people.invited", login, buf_cstr(&link), NULL);
    buf_done(&link);
}

int cmd_people_add(struct cli *cli, const struct cli_args *a)
{
    const char *name = args_get(a, "--name"), *roles = args_get(a, "--roles"),
               *langs = args_get(a, "--languages");
    char token[INVITE_TEXT_BYTES], *words;
    struct desk d;
    struct person p;
    struct error err = {0};
    if (!open_desk(cli, &d)) return EXIT_TROUBLE;
    words = arena_cstr(&d.arena, sv_cstr(roles ? roles : "reviewer"));
    for (char *c = words; c && *c; c++)
        if (*c == ',') *c = ' ';
    int code = store_begin(d.s, &err);
    if (code == 0)
        code = people_add(d.s, sv_cstr(a->operands[0]), sv_cstr(name), sv_cstr(words), sv_cstr(langs),
                          &d.arena, token, &p, &err);
    if (code == 0)
        code = store_commit(d.s, &err);
    else
        store_rollback(d.s);
    if (code == 0) show_invite(cli, &p, token);
    return close_desk(&d, code, &err);
}

int cmd_people_invite(struct cli *cli, const struct cli_args *a)
{
    char token[INVITE_TEXT_BYTES];
    struct desk d;
    struct person p;
    struct error err = {0};
    if (!open_desk(cli, &d)) return EXIT_TROUBLE;
    int code = store_person_by_login(d.s, sv_cstr(a->operands[0]), &d.arena, &p, &err);
    if (code == 0) code = store_begin(d.s, &err);
    if (code == 0) {
        code = people_invite_again(d.s, &p.id, &d.arena, token, &p, &err);
        if (code == 0)
            code = store_commit(d.s, &err);
        else
            store_rollback(d.s);
    }
    if (code == 0) show_invite(cli, &p, token);
    return close_desk(&d, code, &err);
}

static const struct column people_columns[] = {
    {"head.login", ALIGN_START, 6, 24, false},
    {"head.pseudonym", ALIGN_START, 7, 0, false},
    {"head.roles", ALIGN_START, 8, 0, true},
    {"head.state", ALIGN_START, 6, 0, false},
};

int cmd_people_list(struct cli *cli, const struct cli_args *a)
{
    struct desk d;
    struct person *all = NULL;
    size_t n = 0;
    struct error err = {0};
    if (!open_desk(cli, &d)) return EXIT_TROUBLE;
    struct table *t = cli->json ? NULL : table_new(cli, people_columns, 4);
    int code = store_people(d.s, &d.arena, &all, &n, &err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (cli->json) {
            put_person(cli, &all[i], NULL);
            continue;
        }
        table_cell(t, all[i].login, COLOUR_PLAIN);
        table_cell(t, all[i].pseudonym, COLOUR_BOLD);
        table_cell(t, all[i].roles, COLOUR_PLAIN);
        table_cell(t, sv_cstr(state_word(&all[i])), COLOUR_DIM);
        table_row(t);
    }
    if (code == 0 && t && n > 0) table_print(t);
    if (code == 0 && t && n == 0) cli_say(cli, "people.none", NULL);
    table_free(t);
    return close_desk(&d, code, &err);
}
