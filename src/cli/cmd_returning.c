/* marsad network returning, network closed: which closed account a new one may continue, and which accounts were closed. A likeness
 * with its reasons, never an identity, and never an action. */
#include "cli/cmds.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "engine/network.h"
#include "engine/network_return.h"
#include "network/export.h"
#include "network/traces.h"

#include <stdlib.h>
#include <string.h>

enum { POPULAR = 20 };

/* What was written about an account, kept until all are compared: the likest are told first. */
struct told_child {
    double score; /* of its first candidate */
    size_t start, end;
};

struct ranking {
    struct cli *cli;
    const struct cli_args *args;
    struct network_words words;
    int64_t limit;        /* candidates an account */
    uint64_t asked, told; /* accounts */
    uint32_t closed;
    struct error *err;
    struct buf text;
    struct VEC(struct told_child) children;
};

static struct sv get_words(void *arg, const char *lang, const char *key)
{
    struct cli *cli = arg;
    return text_get(cli->texts, lang_parse(sv_cstr(lang)), key);
}

/* ---- telling ---- */

static void put_sentences(struct jw *w, const struct ranking *r, const char *key,
                          const struct profile_sentence *v, unsigned n)
{
    jw_key(w, key);
    jw_object(w);
    for (int l = 0; l < LANG_COUNT; l++) {
        struct buf b;
        buf_init(&b, 0);
        jw_key(w, lang_name((enum lang)l));
        jw_array(w);
        for (unsigned i = 0; i < n; i++) {
            buf_clear(&b);
            network_sentence(&b, &r->words, lang_name((enum lang)l), &v[i]);
            jw_sv(w, buf_sv(&b));
        }
        jw_end(w);
        buf_done(&b);
    }
    jw_end(w);
}

static void put_json(const struct ranking *r, struct sv child, const struct parent_match *list, uint32_t n)
{
    struct jw w;
    jw_init(&w, &r->cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "account", child);
    jw_key(&w, "candidates");
    jw_array(&w);
    for (uint32_t i = 0; i < n; i++) {
        jw_object(&w);
        jw_kv_sv(&w, "account", list[i].handle);
        jw_kv_double(&w, "score", list[i].score, 3);
        jw_kv_i64(&w, "clips", list[i].ncontent);
        jw_kv_i64(&w, "targets", list[i].ntargets);
        jw_kv_i64(&w, "contacts", list[i].ncontacts);
        jw_kv_double(&w, "words", list[i].words, 3);
        jw_kv_double(&w, "handle", list[i].names, 3);
        put_sentences(&w, r, "says", list[i].says, list[i].nsays);
        put_sentences(&w, r, "against", list[i].against, list[i].nagainst);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    buf_putc(&r->cli->out, '\n');
}

static void print_one(const struct ranking *r, const struct profile_sentence *s)
{
    buf_puts(&r->cli->out, "    · ");
    network_sentence(&r->cli->out, &r->words, lang_name(r->cli->lang), s);
    buf_putc(&r->cli->out, '\n');
}

static void print(const struct ranking *r, struct sv child, const struct parent_match *list, uint32_t n)
{
    struct cli *cli = r->cli;
    buf_puts(&cli->out, cli_colour(cli, COLOUR_BOLD));
    utf8_show_cut(&cli->out, child, 60);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_PLAIN));
    buf_putc(&cli->out, '\n');
    for (uint32_t i = 0; i < n; i++) {
        struct buf name;
        char score[32];
        buf_init(&name, 0);
        utf8_show_cut(&name, list[i].handle, 60);
        snprintf(score, sizeof score, "%.1f", list[i].score);
        buf_puts(&cli->out, "  ");
        cli_fill(cli, &cli->out, "network.cli.candidate", buf_cstr(&name), score, NULL);
        buf_putc(&cli->out, '\n');
        for (unsigned k = 0; k < list[i].nsays; k++) print_one(r, &list[i].says[k]);
        for (unsigned k = 0; k < list[i].nagainst; k++) print_one(r, &list[i].against[k]);
        buf_done(&name);
    }
}

/* Written where everything is, and taken from there. */
static int keep_words(struct ranking *r, struct sv name, const struct parent_match *list, uint32_t n)
{
    struct buf *out = &r->cli->out;
    struct told_child c = {list[0].score, r->text.n, 0};
    size_t from = out->n;
    if (r->cli->json)
        put_json(r, name, list, n);
    else
        print(r, name, list, n);
    buf_putsv(&r->text, sv_sub(buf_sv(out), from, out->n));
    out->n = from;
    c.end = r->text.n;
    if (out->failed || r->text.failed || VEC_PUSH(&r->children, c))
        return error_set(r->err, ERR_NOMEM, "network", "no memory for the accounts that may be back");
    return 0;
}

/* A candidate must have more than a distant likeness of names. */
static bool is_worth_telling(const struct parent_match *m)
{
    return m->ncontent || m->ntargets || m->ncontacts || m->words >= 0.15 || m->names >= 0.75;
}

static int rank_one(struct ranking *r, struct resurfaced *index, const struct account_trace *child,
                    struct sv name)
{
    struct arena a;
    struct parent_match *list = NULL;
    uint32_t n = 0, kept = 0;
    arena_init(&a, 0);
    int rc = resurfaced_rank(index, child, (uint32_t)r->limit, &a, &list, &n, r->err);
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        if (is_worth_telling(&list[i])) list[kept++] = list[i];
    r->asked++;
    r->told += rc == 0 && kept;
    if (rc == 0 && kept) rc = keep_words(r, name, list, kept);
    arena_done(&a);
    return rc;
}

static int by_likeness(const void *x, const void *y)
{
    const struct told_child *a = x, *b = y;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return a->start < b->start ? -1 : a->start > b->start;
}

static void tell_all(struct ranking *r)
{
    if (r->children.n) qsort(r->children.v, r->children.n, sizeof *r->children.v, by_likeness);
    for (size_t i = 0; i < r->children.n; i++) {
        const struct told_child *c = &r->children.v[i];
        buf_putsv(&r->cli->out, sv_sub(buf_sv(&r->text), c->start, c->end));
        if (!cli_flush_some(r->cli)) return;
    }
}

/* ---- a file ---- */

static int read_closed(struct ranking *r, struct traces *t, struct network_report *report)
{
    const char *path = args_get(r->args, "--closed");
    struct trace_columns c = {
        .account = sv_cstr(args_get(r->args, "--account")), .time = SV("closed"), .closed = SV("closed")};
    return path ? traces_read(t, path, &c, report, r->err) : 0;
}

static int read_rows(struct ranking *r, struct traces *t, struct network_report *report)
{
    const struct cli_args *a = r->args;
    struct trace_columns c = {.account = sv_cstr(args_get(a, "--account")),
                              .time = sv_cstr(args_get(a, "--time")),
                              .text = sv_cstr(args_get(a, "--text")),
                              .bio = sv_cstr(args_get(a, "--bio")),
                              .clip = sv_cstr(args_get(a, "--clip")),
                              .target = sv_cstr(args_get(a, "--target")),
                              .contact = sv_cstr(args_get(a, "--contact")),
                              .closed = sv_cstr(args_get(a, "--closed-at"))};
    return traces_read(t, a->operands[0], &c, report, r->err);
}

static int rank_file(struct ranking *r, struct traces *t)
{
    struct resurfaced *index = NULL;
    struct arena a;
    struct account_trace trace;
    const char *of = args_get(r->args, "--of");
    uint32_t only = 0;
    arena_init(&a, 0);
    int rc = resurfaced_new(&index, r->err);
    for (uint32_t i = 0; rc == 0 && i < traces_count(t); i++) {
        arena_clear(&a);
        rc = traces_get(t, i, POPULAR, &a, &trace, r->err);
        if (rc || trace.closed_us == NETWORK_NO_TIME) continue;
        rc = resurfaced_add(index, &trace, r->err);
        r->closed++;
    }
    if (rc == 0 && of) rc = traces_find(t, sv_cstr(of), &only, r->err);
    for (uint32_t i = 0; rc == 0 && i < traces_count(t); i++) {
        if (of && i != only) continue;
        arena_clear(&a);
        rc = traces_get(t, i, POPULAR, &a, &trace, r->err);
        if (rc == 0 && trace.closed_us == NETWORK_NO_TIME) rc = rank_one(r, index, &trace, trace.handle);
    }
    resurfaced_free(index);
    arena_done(&a);
    return rc;
}

static int run_file(struct ranking *r, bool *out_whole)
{
    struct traces *t = NULL;
    struct network_report report = {0}, closed = {0};
    int rc = traces_new(&t, r->err);
    if (rc == 0) rc = read_rows(r, t, &report);
    *out_whole = report.lines == 0 || network_tell_report(r->cli, &report);
    if (rc == 0) rc = read_closed(r, t, &closed);
    if (closed.lines) *out_whole &= network_tell_report(r->cli, &closed);
    if (rc == 0) rc = rank_file(r, t);
    traces_free(t);
    return rc;
}

/* ---- the workspace ---- */

struct open_accounts {
    struct VEC(struct id128) v;
    struct id128 last;
};

static int note_account(void *arg, const struct id128 *account)
{
    struct open_accounts *o = arg;
    return VEC_PUSH(&o->v, *account);
}

static bool is_closed(const struct closed_account *closed, size_t n, const struct id128 *account)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(&closed[i].account, account)) return true;
    return false;
}

static int run_workspace(struct ranking *r)
{
    struct engine *e = NULL;
    struct engine_options o = {.workspace = r->cli->workspace, .read_only = true, .log = &r->cli->log};
    struct resurfaced *index = NULL;
    struct closed_account *closed = NULL;
    struct open_accounts open = {0};
    struct arena a, each;
    size_t n = 0;
    const char *of = args_get(r->args, "--of");
    arena_init(&a, 0);
    arena_init(&each, 0);
    int rc = engine_open(&o, &e, r->err);
    if (rc == 0) rc = engine_returns_load(engine_store(e), &index, &closed, &n, &a, r->err);
    r->closed = (uint32_t)n;
    if (rc == 0 && of) {
        struct id128 one;
        rc = store_find_account(engine_store(e), sv_cstr(of), &one, r->err);
        if (rc == 0 && VEC_PUSH(&open.v, one)) rc = error_set(r->err, ERR_NOMEM, "network", "no memory");
    } else if (rc == 0 && n) {
        rc = store_network_accounts(engine_store(e), note_account, &open, r->err);
    }
    for (size_t i = 0; rc == 0 && n && i < open.v.n; i++) {
        struct account_trace trace;
        if (is_closed(closed, n, &open.v.v[i])) continue;
        arena_clear(&each);
        rc = engine_account_trace(engine_store(e), &open.v.v[i], &each, &trace, r->err);
        if (rc == 0) rc = rank_one(r, index, &trace, trace.handle);
    }
    resurfaced_free(index);
    VEC_DONE(&open.v);
    arena_done(&each);
    arena_done(&a);
    engine_close(e);
    return rc;
}

int cmd_network_returning(struct cli *cli, const struct cli_args *a)
{
    struct error err = {0};
    struct ranking r = {.cli = cli, .args = a, .words = {get_words, cli}, .limit = 3, .err = &err};
    bool whole = true;
    char n[3][24];
    if (!args_number(cli, a, "--limit", 1, 1000, &r.limit)) return EXIT_TROUBLE;
    buf_init(&r.text, 0);
    int rc = a->noperands ? run_file(&r, &whole) : run_workspace(&r);
    if (rc == 0) tell_all(&r);
    VEC_DONE(&r.children);
    buf_done(&r.text);
    if (rc < 0) return cli_fail(cli, &err);
    snprintf(n[0], sizeof n[0], "%u", r.closed);
    snprintf(n[1], sizeof n[1], "%llu", (unsigned long long)r.asked);
    snprintf(n[2], sizeof n[2], "%llu", (unsigned long long)r.told);
    cli_note(cli, r.closed ? "network.cli.returning" : "network.cli.none_closed", n[0], n[1], n[2], NULL);
    return !cli_flush(cli) ? EXIT_TROUBLE : whole ? EXIT_FINE : EXIT_FOUND;
}

/* ---- closed accounts ---- */

static int list_closed(struct cli *cli, struct store *s, struct error *err)
{
    struct closed_account *v = NULL;
    struct arena a;
    size_t n = 0;
    arena_init(&a, 0);
    int rc = store_closed_accounts(s, &a, &v, &n, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        char at[TIME_TEXT_BYTES], id[ID_TEXT_BYTES];
        struct account who;
        rc = store_get_account(s, &v[i].account, &a, &who, err);
        if (rc) break;
        time_format(v[i].closed_us, at);
        id_format(&v[i].account, id);
        if (cli->json) {
            struct jw w;
            jw_init(&w, &cli->out, JW_COMPACT);
            jw_object(&w);
            jw_kv_str(&w, "account", id);
            jw_kv_sv(&w, "platform", who.platform);
            jw_kv_sv(&w, "handle", who.handle);
            jw_kv_str(&w, "closed", at);
            jw_end(&w);
        } else {
            buf_printf(&cli->out, "%s  %.8s  ", at, id);
            utf8_show(&cli->out, who.platform);
            buf_putc(&cli->out, ':');
            utf8_show(&cli->out, account_shown(&who));
        }
        buf_putc(&cli->out, '\n');
    }
    arena_done(&a);
    return rc;
}

static int mark_one(struct store *s, const char *name, bool undo, int64_t at_us, struct error *err)
{
    struct id128 id;
    int rc = store_find_account(s, sv_cstr(name), &id, err);
    if (rc == 0) rc = store_begin(s, err);
    if (rc) return rc;
    rc = undo ? store_reopen_account(s, &id, err) : store_close_account(s, &id, at_us, err);
    /* Whatever shares something with it is looked at again by the next run. */
    if (rc == 0) rc = store_network_mark_alike(s, &id, err);
    if (rc == 0) return store_commit(s, err);
    store_rollback(s);
    return rc;
}

int cmd_network_closed(struct cli *cli, const struct cli_args *a)
{
    struct engine *e = NULL;
    struct error err = {0};
    const char *at = args_get(a, "--at");
    int64_t at_us = clock_now_us();
    if (at && !time_parse(sv_cstr(at), &at_us)) return cli_usage(cli, "usage.network.time", at, NULL);
    if (!open_engine(cli, true, &e)) return EXIT_TROUBLE;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < a->noperands; i++)
        rc = mark_one(engine_store(e), a->operands[i], args_has(a, "--undo"), at_us, &err);
    if (rc == 0 && a->noperands) cli_note(cli, "network.cli.closed", NULL);
    if (rc == 0 && a->noperands == 0) rc = list_closed(cli, engine_store(e), &err);
    engine_close(e);
    if (rc) return cli_fail(cli, &err);
    return cli_flush(cli) ? EXIT_FINE : EXIT_TROUBLE;
}
