/* marsad verify: a whole workspace, an evidence package, or one proof, checked without any network; what was changed is told place by place. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/package.h"
#include "cli/progress.h"
#include "evidence/package.h"
#include "store/workspace.h"

#include <stdio.h>
#include <string.h>

struct run {
    struct cli *cli;
    struct progress bar;
    struct note_key key;
    bool has_key;
};

/* --key: the key itself, or the file that it is in. */
static bool read_key(struct run *r, const struct cli_args *a)
{
    const char *text = args_get(a, "--key");
    struct error err = {0};
    struct buf b;
    if (!text) return true;
    buf_init(&b, 0);
    int code = note_key_parse(sv_cstr(text), &r->key, &err);
    if (code && file_exists(text)) {
        code = file_read(text, NOTE_MAX_BYTES, &b, &err);
        if (code == 0) code = note_key_parse(buf_sv(&b), &r->key, &err);
    }
    buf_done(&b);
    r->has_key = code == 0;
    if (code) cli_fail(r->cli, &err);
    return code == 0;
}

/* ---- a workspace ---- */

static void put_fault_json(struct cli *cli, const struct fault *f)
{
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "fault", fault_name(f->kind));
    if (f->has_entry) {
        jw_kv_i64(&w, "entry", (int64_t)f->entry);
        jw_kv_i64(&w, "last", (int64_t)f->last);
    }
    if (f->step.n) jw_kv_sv(&w, "step", f->step);
    if (f->about.n) jw_kv_sv(&w, "about", f->about);
    if (f->what.n) jw_kv_sv(&w, "what", f->what);
    if (*f->detail) jw_kv_str(&w, "detail", f->detail);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static const char *shown(struct buf *b, struct sv s)
{
    buf_clear(b);
    utf8_show(b, s);
    return buf_cstr(b);
}

static void put_fault(struct cli *cli, const struct fault *f)
{
    char key[64], first[24], last[24];
    struct buf what, step;
    int n = snprintf(key, sizeof key, "verify.%s", fault_name(f->kind));
    for (int i = 0; i < n; i++)
        if (key[i] == '-') key[i] = '_';
    snprintf(first, sizeof first, "%llu", (unsigned long long)f->entry);
    snprintf(last, sizeof last, "%llu", (unsigned long long)f->last);
    buf_init(&what, 0);
    buf_init(&step, 0);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_RED));
    cli_fill(cli, &cli->out, key, first, last, shown(&what, f->what), shown(&step, f->step), f->detail, NULL);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_PLAIN));
    buf_putc(&cli->out, '\n');
    buf_done(&step);
    buf_done(&what);
}

static int take_fault(void *arg, const struct fault *f)
{
    struct run *r = arg;
    if (r->cli->json)
        put_fault_json(r->cli, f);
    else
        put_fault(r->cli, f);
    return cli_flush_some(r->cli) && !cli_interrupted() ? 0 : 1;
}

static void take_progress(void *arg, uint64_t done, uint64_t total)
{
    struct run *r = arg;
    progress_show(&r->bar, 0, cli_text(r->cli, "verify.reading"), done, total, SV_NULL);
}

/* What purges took away, which is no fault. */
static void put_erased(struct cli *cli, const struct verify_summary *s)
{
    char number[4][24];
    uint64_t v[4] = {s->purged[OBJECT_POST], s->purged[OBJECT_MEDIA], 0, s->erased};
    for (int t = 0; t < OBJECT_TYPES; t++)
        if (t != OBJECT_POST && t != OBJECT_MEDIA) v[2] += s->purged[t];
    if (v[0] + v[1] + v[2] + v[3] == 0) return;
    for (int i = 0; i < 4; i++) snprintf(number[i], sizeof number[i], "%llu", (unsigned long long)v[i]);
    cli_say(cli, "verify.erased", number[0], number[1], number[2], number[3], NULL);
}

static void put_purged_json(struct jw *w, const struct verify_summary *s)
{
    jw_kv_i64(w, "erased_entries", (int64_t)s->erased);
    jw_key(w, "purged");
    jw_object(w);
    for (int t = 0; t < OBJECT_TYPES; t++)
        if (s->purged[t]) jw_kv_i64(w, object_name((enum object_type)t), (int64_t)s->purged[t]);
    jw_end(w);
}

static void put_summary(struct cli *cli, const struct verify_summary *s)
{
    char number[5][24], root[SHA256_TEXT_BYTES];
    const uint64_t v[5] = {s->entries, s->signed_entries, s->rows, s->files, s->faults};
    for (int i = 0; i < 5; i++) snprintf(number[i], sizeof number[i], "%llu", (unsigned long long)v[i]);
    sha256_format(&s->root, root);
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_i64(&w, "entries", (int64_t)s->entries);
        jw_kv_i64(&w, "signed", (int64_t)s->signed_entries);
        jw_kv_i64(&w, "witnesses", (int64_t)s->witnesses);
        jw_kv_i64(&w, "rows", (int64_t)s->rows);
        jw_kv_i64(&w, "files", (int64_t)s->files);
        jw_kv_i64(&w, "faults", (int64_t)s->faults);
        put_purged_json(&w, s);
        jw_kv_str(&w, "root", root);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    } else if (!cli->quiet) {
        cli_say(cli, "verify.read", number[0], number[1], number[2], number[3], NULL);
        put_erased(cli, s);
        cli_say(cli, s->faults ? "verify.faults" : "verify.fine", number[4], NULL);
    }
}

static int verify_workspace(struct run *r, const char *dir, const struct cli_args *a)
{
    struct workspace *w = NULL;
    struct store *s = NULL;
    struct error err = {0};
    struct verify_summary sum = {0};
    struct verify_options o = {.key = r->has_key ? &r->key : NULL,
                               .skip_media = args_has(a, "--no-media"),
                               .fault = take_fault,
                               .progress = take_progress,
                               .arg = r};
    int code = workspace_open(dir, WORKSPACE_LOOK, &w, &err);
    if (code == 0) code = store_open(workspace_db(w), &s, &err);
    if (code == 0) {
        progress_begin(&r->bar, r->cli);
        code = evidence_verify(s, dir, &o, &sum, &err);
        progress_end(&r->bar);
    }
    store_close(s);
    workspace_close(w);
    if (code < 0) return cli_fail(r->cli, &err);
    put_summary(r->cli, &sum);
    return code > 0 ? EXIT_TROUBLE : sum.faults ? EXIT_FOUND : EXIT_FINE;
}

/* ---- a proof ---- */

static void put_proof(struct cli *cli, const struct proof_view *p)
{
    char at[TIME_TEXT_BYTES], n[24], size[24], witnesses[24];
    struct buf kind, by;
    time_format(p->at_us, at);
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_i64(&w, "entry", (int64_t)p->n);
        jw_kv_i64(&w, "size", (int64_t)p->size);
        jw_kv_sv(&w, "origin", p->origin);
        jw_kv_sv(&w, "kind", p->kind);
        jw_kv_str(&w, "at", at);
        jw_kv_sv(&w, "by", p->by);
        jw_kv_i64(&w, "witnesses", (int64_t)p->witnesses);
        if (p->record.n) jw_kv_sv(&w, "record", p->record);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return;
    }
    snprintf(n, sizeof n, "%llu", (unsigned long long)p->n);
    snprintf(size, sizeof size, "%llu", (unsigned long long)p->size);
    snprintf(witnesses, sizeof witnesses, "%zu", p->witnesses);
    buf_init(&kind, 0);
    buf_init(&by, 0);
    cli_say(cli, "verify.proof", n, size, shown(&kind, p->kind), at, shown(&by, p->by), witnesses, NULL);
    struct sv record = p->record, line;
    while (sv_split(&record, '\n', &line))
        if (line.n) buf_printf(&cli->out, "  %s\n", shown(&kind, line));
    buf_done(&by);
    buf_done(&kind);
}

static int verify_proof(struct run *r, const char *path)
{
    struct cli *cli = r->cli;
    struct buf b;
    struct arena a;
    struct error err = {0};
    struct proof_view view;
    struct witness_keys witnesses = {NULL, 0};
    buf_init(&b, 0);
    arena_init(&a, 0);
    int code = file_read(path, PROOF_MAX_BYTES, &b, &err);
    if (code == 0 && !r->has_key) {
        code = evidence_key(cli->workspace, &r->key, &err);
        if (code == 0) code = evidence_witnesses(cli->workspace, &a, &witnesses, &err);
        if (code == ERR_NOTFOUND) {
            buf_done(&b);
            return cli_usage(cli, "usage.verify_key", NULL);
        }
    }
    if (code == 0) code = evidence_check_proof(buf_sv(&b), &r->key, &witnesses, &a, &view, &err);
    if (code == 0) put_proof(cli, &view);
    if (code) cli_fail(cli, &err);
    arena_done(&a);
    buf_done(&b);
    return code == 0 ? EXIT_FINE : code == ERR_FORMAT ? EXIT_FOUND : EXIT_TROUBLE;
}

int cmd_verify(struct cli *cli, const struct cli_args *a)
{
    struct run r = {.cli = cli};
    const char *what = a->noperands ? a->operands[0] : cli->workspace;
    if (!read_key(&r, a)) return EXIT_TROUBLE;
    cli_watch_signals();
    if (package_looks_like(what))
        return verify_package(cli, what, r.has_key ? &r.key : NULL, args_get(a, "--ca"));
    return dir_exists(what) ? verify_workspace(&r, what, a) : verify_proof(&r, what);
}
