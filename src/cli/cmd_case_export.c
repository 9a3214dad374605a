/* marsad case export, case stamp, and what marsad verify says of a package. */
#include "cli/case.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "cli/package.h"
#include "evidence/package.h"
#include "marsad.h"

#include <stdio.h>
#include <string.h>

static int read_signer(const char *path, struct note_signer *out, struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    int code = file_read(path, NOTE_MAX_BYTES, &b, err);
    if (code == 0) code = note_signer_parse(buf_sv(&b), out, err);
    buf_done(&b);
    return code;
}

static void made_json(struct cli *cli, const char *out, const struct package_made *m, bool tsa)
{
    struct jw w;
    char hex[SHA256_TEXT_BYTES];
    sha256_format(&m->seal, hex);
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "package", out);
    jw_kv_str(&w, "seal", hex);
    jw_kv_i64(&w, "files", (int64_t)m->files);
    jw_kv_i64(&w, "bytes", (int64_t)m->bytes);
    jw_kv_i64(&w, "posts", (int64_t)m->posts);
    jw_kv_i64(&w, "originals", (int64_t)m->originals);
    jw_kv_i64(&w, "missing", (int64_t)m->missing);
    jw_kv_i64(&w, "proofs", (int64_t)m->proofs);
    jw_kv_bool(&w, "stamped", m->stamped);
    if (tsa && !m->stamped) jw_kv_str(&w, "not_stamped", m->stamp_why.text);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void tell_made(struct cli *cli, const char *out, const struct package_made *m, bool tsa)
{
    char files[24], posts[24], originals[24], proofs[24], missing[24];
    if (cli->json) {
        made_json(cli, out, m, tsa);
        return;
    }
    snprintf(files, sizeof files, "%llu", (unsigned long long)m->files);
    snprintf(posts, sizeof posts, "%zu", m->posts);
    snprintf(originals, sizeof originals, "%zu", m->originals);
    snprintf(proofs, sizeof proofs, "%llu", (unsigned long long)m->proofs);
    snprintf(missing, sizeof missing, "%zu", m->missing);
    if (!cli->quiet) cli_say(cli, "package.made", out, files, posts, originals, proofs, NULL);
    if (m->missing) cli_note(cli, "package.missing", missing, NULL);
    if (tsa && !m->stamped) cli_note(cli, "package.not_stamped", m->stamp_why.text, out, NULL);
}

/* The language of the report is the reader's; the messages keep theirs. */
int cmd_case_export(struct cli *cli, const struct cli_args *a)
{
    struct case_cmd c;
    struct id128 id;
    struct note_signer signer;
    struct package_made made;
    struct media_pool *pool = NULL;
    struct media_options media = {.workers = 1, .log = &cli->log};
    const char *key = args_get(a, "--sign"), *out = args_get(a, "--out");
    char program[64];
    snprintf(program, sizeof program, "marsad %s", marsad_version());
    if (!out) return cli_usage(cli, "usage.missing", "case export", "CASE --out DIR|FILE.zip|FILE.tar", NULL);
    if (!case_cmd_open(&c, cli)) return EXIT_TROUBLE;
    struct package_options o = {.out = out,
                                .program = program,
                                .texts = cli->texts,
                                .lang = cli->lang,
                                .grey = args_has(a, "--grey"),
                                .blur = args_has(a, "--blur"),
                                .names = args_has(a, "--names"),
                                .tsa = args_get(a, "--tsa"),
                                .why = case_option(a, "--why")};
    int code = store_case_find(c.store, sv_cstr(a->operands[0]), &id, &c.err);
    if (code == 0 && key) {
        code = read_signer(key, &signer, &c.err);
        o.signer = &signer;
    }
    if (code == 0 && !args_has(a, "--no-stills")) code = media_pool_new(&media, &pool, &c.err);
    o.media = pool;
    if (code == 0) code = package_export(c.store, cli->workspace, &id, &o, &made, &c.err);
    if (code == 0) tell_made(cli, out, &made, o.tsa != NULL);
    bool unstamped = code == 0 && o.tsa && !made.stamped;
    media_pool_free(pool);
    code = case_cmd_close(&c, code);
    return code == EXIT_FINE && unstamped ? EXIT_FOUND : code;
}

int cmd_case_stamp(struct cli *cli, const struct cli_args *a)
{
    struct timestamp_view view;
    struct error err = {0};
    char at[TIME_TEXT_BYTES];
    const char *tsa = args_get(a, "--tsa");
    if (!tsa) return cli_usage(cli, "usage.missing", "case stamp", "PACKAGE --tsa URL", NULL);
    int code = package_stamp(a->operands[0], tsa, 0, &view, &err);
    if (code) return cli_fail(cli, &err);
    time_format(view.at_us, at);
    if (cli->json)
        buf_printf(&cli->out, "{\"stamped\":\"%s\"}\n", at);
    else if (!cli->quiet)
        cli_say(cli, "package.stamped", at, view.authority, NULL);
    return EXIT_FINE;
}

/* ---- verify ---- */

static int take_fault(void *arg, const struct package_fault *f)
{
    struct cli *cli = arg;
    struct buf file;
    char key[64];
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "fault", package_fault_name(f->kind));
        jw_kv_sv(&w, "file", f->file);
        jw_kv_str(&w, "detail", f->detail);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
        return cli_flush_some(cli) ? 0 : 1;
    }
    buf_init(&file, 0);
    utf8_show(&file, f->file);
    snprintf(key, sizeof key, "package.%s", package_fault_name(f->kind));
    buf_puts(&cli->out, cli_colour(cli, COLOUR_RED));
    cli_fill(cli, &cli->out, key, buf_cstr(&file), f->detail, NULL);
    buf_puts(&cli->out, cli_colour(cli, COLOUR_PLAIN));
    buf_putc(&cli->out, '\n');
    buf_done(&file);
    return cli_flush_some(cli) && !cli_interrupted() ? 0 : 1;
}

static void summary_json(struct cli *cli, const struct package_summary *s)
{
    struct jw w;
    char hex[SHA256_TEXT_BYTES], at[TIME_TEXT_BYTES];
    sha256_format(&s->seal, hex);
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "case", s->case_id);
    jw_kv_i64(&w, "files", (int64_t)s->files);
    jw_kv_i64(&w, "bytes", (int64_t)s->bytes);
    jw_kv_bool(&w, "sealed", s->sealed);
    jw_kv_sv(&w, "signer", s->signer);
    jw_kv_bool(&w, "stamped", s->stamped);
    if (s->stamped) {
        time_format(s->stamp.at_us, at);
        jw_kv_str(&w, "stamp", at);
        jw_kv_str(&w, "authority", s->stamp.authority);
        jw_kv_bool(&w, "authority_known", s->stamp_trusted);
    }
    jw_kv_i64(&w, "proofs", (int64_t)s->proofs);
    jw_kv_i64(&w, "opened", (int64_t)s->opened);
    jw_kv_i64(&w, "unproved", (int64_t)s->unproved);
    jw_kv_i64(&w, "log_size", (int64_t)s->log_size);
    jw_kv_i64(&w, "faults", (int64_t)s->faults);
    jw_kv_str(&w, "seal", hex);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

static void tell_summary(struct cli *cli, const struct package_summary *s, bool key)
{
    char files[24], proofs[24], opened[24], faults[24], unproved[24], at[TIME_TEXT_BYTES];
    struct buf who;
    if (cli->json) {
        summary_json(cli, s);
        return;
    }
    if (cli->quiet) return;
    buf_init(&who, 0);
    utf8_show(&who, s->signer);
    snprintf(files, sizeof files, "%llu", (unsigned long long)s->files);
    snprintf(proofs, sizeof proofs, "%llu", (unsigned long long)s->proofs);
    snprintf(opened, sizeof opened, "%llu", (unsigned long long)s->opened);
    snprintf(faults, sizeof faults, "%llu", (unsigned long long)s->faults);
    snprintf(unproved, sizeof unproved, "%llu", (unsigned long long)s->unproved);
    cli_say(cli, "package.read", files, proofs, opened, NULL);
    if (s->sealed) cli_say(cli, key ? "package.sealed" : "package.sealed_itself", buf_cstr(&who), NULL);
    if (s->stamped) {
        time_format(s->stamp.at_us, at);
        cli_say(cli, s->stamp_trusted ? "package.time_known" : "package.time_unknown", at, s->stamp.authority,
                NULL);
    }
    if (s->unproved) cli_say(cli, "package.unproved", unproved, NULL);
    cli_say(cli, s->faults ? "verify.faults" : "verify.fine", faults, NULL);
    buf_done(&who);
}

int verify_package(struct cli *cli, const char *path, const struct note_key *key, const char *ca_file)
{
    struct arena arena;
    struct error err = {0};
    struct package_summary sum;
    struct package_check_options o = {.key = key, .ca_file = ca_file, .fault = take_fault, .arg = cli};
    arena_init(&arena, 0);
    int code = package_check(path, &o, &arena, &sum, &err);
    if (code >= 0) tell_summary(cli, &sum, key != NULL);
    arena_done(&arena);
    if (code == ERR_FORMAT || code == ERR_LIMIT) return cli_fail(cli, &err), EXIT_FOUND;
    return code < 0 ? cli_fail(cli, &err) : code > 0 ? EXIT_TROUBLE : sum.faults ? EXIT_FOUND : EXIT_FINE;
}
