/* marsad scan: what is in these files? Nothing is stored. The first client of include/marsad.h: the analysis itself goes
 * through the public API alone; only the words come from inside.
 *
 * Exit codes are grep's: 0 nothing found, 1 findings, 2 trouble (then, too, what could be read is told). */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "marsad.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STOP = 1 };

struct scan {
    struct cli *cli;
    marsad *m;
    const char *path, *shown; /* of the file in hand: where it is read, what it is called */
    marsad_scan_summary sum;
    bool trouble;
};

static void tell(struct scan *s, const marsad_error *why)
{
    struct error err;
    error_set(&err, why->code, "cli", "%s", why->text);
    cli_fail(s->cli, &err);
    s->trouble = true;
}

/* ---- printing ---- */

/* The finding of the API in the shape that show.c speaks of; strings stay the result's. */
static struct finding finding_of(const marsad_finding *f)
{
    struct finding out;
    finding_init(&out);
    if (!finding_kind_parse(sv_cstr(f->kind), &out.kind)) out.kind = FINDING_TERM;
    out.category = category_parse(sv_cstr(f->category));
    out.probability = f->probability;
    out.label = sv_cstr(f->label);
    out.quote = sv_cstr(f->quote);
    out.context = sv_cstr(f->context);
    out.ref.bank = sv_cstr(f->bank);
    out.ref.item = sv_cstr(f->item);
    out.ref.negative = f->negative != 0;
    out.ref.distance = f->distance;
    return out;
}

static struct place place_from(const marsad_place *p)
{
    bool text = strcmp(p->where, "text") == 0, media = strcmp(p->where, "media") == 0;
    struct place out = place_of(text ? PLACE_TEXT : media ? PLACE_MEDIA : PLACE_POST);
    if (text && !text_field_parse(sv_cstr(p->field), &out.field)) out.field = TEXT_CAPTION;
    out.text_index = out.media_index = p->index;
    out.start = p->start;
    out.end = p->end;
    if (p->start_us >= 0) out.start_us = p->start_us;
    if (p->end_us >= 0) out.end_us = p->end_us;
    if (media) out.region = (struct region){(uint16_t)p->x, (uint16_t)p->y, (uint16_t)p->w, (uint16_t)p->h};
    return out;
}

/* The file as the user named it. */
static const char *source_of(const struct scan *s, const marsad_result *r)
{
    const char *source = marsad_result_source(r);
    return !*source || (s->path && strcmp(source, s->path) == 0) ? s->shown : source;
}

static void print_heading(const struct scan *s, const marsad_result *r)
{
    struct cli *cli = s->cli;
    struct buf *b = &cli->out;
    marsad_assessment as;
    marsad_result_assessment(r, &as);
    buf_puts(b, cli_colour(cli, COLOUR_BOLD));
    utf8_show(b, sv_cstr(source_of(s, r)));
    buf_printf(b, "%s  %s%.8s%s", cli_colour(cli, COLOUR_PLAIN), cli_colour(cli, COLOUR_DIM),
               marsad_result_post_id(r), cli_colour(cli, COLOUR_PLAIN));
    enum category c = category_parse(sv_cstr(as.category));
    if (c != CATEGORY_NONE) {
        char severity[16];
        snprintf(severity, sizeof severity, "%d", as.severity);
        buf_printf(b, "  %s", cli_colour(cli, category_colour(as.severity)));
        buf_putsv(b, category_text(cli, c));
        buf_printf(b, "%s  ", cli_colour(cli, COLOUR_PLAIN));
        cli_fill(cli, b, "scan.severity", severity, NULL);
    }
    buf_putc(b, '\n');
}

static void print_findings(const struct scan *s, const marsad_result *r)
{
    struct buf *b = &s->cli->out;
    print_heading(s, r);
    for (size_t i = 0; i < marsad_result_count(r); i++) {
        marsad_finding f;
        marsad_place p;
        if (marsad_result_finding(r, i, &f) != 0) continue;
        struct finding shown = finding_of(&f);
        buf_puts(b, "  •  ");
        show_finding(s->cli, b, &shown);
        buf_putc(b, '\n');
        for (size_t k = 0; k < f.places && marsad_result_place(r, i, k, &p) == 0; k++) {
            struct place at = place_from(&p);
            buf_puts(b, "       ");
            show_place(s->cli, b, &at, NULL);
            buf_putc(b, '\n');
        }
    }
}

/* One line a finding: the API's object, with its file and post put in front. */
static void print_json(const struct scan *s, const marsad_result *r)
{
    for (size_t i = 0; i < marsad_result_count(r); i++) {
        size_t n = 0;
        const char *finding = marsad_result_finding_json(r, i, &n);
        if (!finding || n < 2) continue;
        struct jw w;
        jw_init(&w, &s->cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "source", source_of(s, r));
        jw_kv_str(&w, "post", marsad_result_post_id(r));
        jw_end(&w);
        s->cli->out.n--; /* the closing brace: the finding's members follow */
        buf_putc(&s->cli->out, ',');
        buf_put(&s->cli->out, finding + 1, n - 1);
        buf_putc(&s->cli->out, '\n');
    }
}

static int on_result(void *arg, const marsad_result *r)
{
    struct scan *s = arg;
    for (size_t i = 0; i < marsad_result_failures(r); i++) {
        marsad_error why = {.code = MARSAD_FORMAT};
        snprintf(why.text, sizeof why.text, "%.200s: %.300s", source_of(s, r), marsad_result_failure(r, i));
        tell(s, &why);
    }
    if (marsad_result_count(r) && s->cli->json)
        print_json(s, r);
    else if (marsad_result_count(r) && !s->cli->quiet)
        print_findings(s, r);
    return cli_interrupted() || !cli_flush_some(s->cli) ? STOP : 0;
}

static int on_aside(void *arg, const char *file, uint64_t line, const marsad_error *why)
{
    struct scan *s = arg;
    marsad_error told = {.code = why->code};
    const char *shown = s->path && strcmp(file, s->path) == 0 ? s->shown : file;
    if (line)
        snprintf(told.text, sizeof told.text, "%.200s:%llu: %.280s", shown, (unsigned long long)line,
                 why->text);
    else
        snprintf(told.text, sizeof told.text, "%.200s: %.300s", shown, why->text);
    tell(s, &told);
    return cli_interrupted() ? STOP : 0;
}

/* ---- what is scanned ---- */

static void add(marsad_scan_summary *to, const marsad_scan_summary *more)
{
    to->posts += more->posts;
    to->with_findings += more->with_findings;
    to->findings += more->findings;
    to->aside += more->aside;
    to->media += more->media;
    to->media_set_aside += more->media_set_aside;
}

/* A message about the file that stands in for standard input speaks of standard input. */
static void tell_by_name(struct scan *s, const marsad_error *why)
{
    size_t n = strlen(s->path);
    const char *at = strcmp(s->path, s->shown) == 0 ? NULL : strstr(why->text, s->path);
    marsad_error told = *why;
    if (at)
        snprintf(told.text, sizeof told.text, "%.*s%s%.*s", (int)(at - why->text), why->text, s->shown,
                 (int)sizeof told.text / 2, at + n);
    tell(s, &told);
}

static void scan_path(struct scan *s, const char *path, const char *shown)
{
    marsad_scan_summary sum = {0};
    marsad_error err;
    s->path = path;
    s->shown = shown;
    int code = marsad_analyse_file(s->m, path, on_result, on_aside, s, &sum, &err);
    if (code < 0) tell_by_name(s, &err);
    add(&s->sum, &sum);
}

/* Standard input into a nameless file that goes with its descriptor: intake must be able to look at it twice. */
static int spool_stdin(int *out_fd, struct error *err)
{
    const char *dir = getenv("TMPDIR");
    int fd = open(dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set_errno(err, ERR_IO, "cli", errno, "no temporary file in %s: set TMPDIR",
                               dir && *dir ? dir : "/tmp");
    char bytes[64 << 10];
    ssize_t n;
    while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR) continue;
        ssize_t put = 0;
        while (n > 0 && put < n) {
            ssize_t w = write(fd, bytes + put, (size_t)(n - put));
            if (w < 0) break;
            put += w;
        }
        if (n > 0 && put == n) continue;
        int code = error_set_errno(err, ERR_IO, "cli", errno, n < 0 ? "standard input" : "a temporary file");
        close(fd);
        return code;
    }
    *out_fd = fd;
    return 0;
}

static void scan_stdin(struct scan *s)
{
    struct error err = {0};
    char path[64];
    int fd = -1;
    if (spool_stdin(&fd, &err) != 0) {
        cli_fail(s->cli, &err);
        s->trouble = true;
        return;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    scan_path(s, path, "-");
    close(fd);
}

static void scan_text(struct scan *s, struct sv text)
{
    marsad_result *r = NULL;
    marsad_error err;
    s->path = NULL;
    s->shown = "--text";
    if (marsad_analyse_text(s->m, text.p, text.n, &r, &err) != 0) {
        tell(s, &err);
        return;
    }
    s->sum.posts++;
    s->sum.findings += marsad_result_count(r);
    s->sum.with_findings += marsad_result_count(r) > 0;
    on_result(s, r);
    marsad_result_free(r);
}

/* --text - reads the text from standard input. */
static void scan_text_option(struct scan *s, const char *text)
{
    if (strcmp(text, "-") != 0) {
        scan_text(s, sv_cstr(text));
        return;
    }
    struct error err = {0};
    struct buf b;
    buf_init(&b, 0);
    if (file_read("/dev/stdin", POST_MAX_TEXT_BYTES, &b, &err) == 0) {
        scan_text(s, buf_sv(&b));
    } else {
        cli_fail(s->cli, &err);
        s->trouble = true;
    }
    buf_done(&b);
}

/* ---- with what ---- */

/* "terror.propaganda=list.txt": a bank named after the file; its number in front keeps names apart. */
static bool load_bank(struct scan *s, const char *value, size_t number)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value || !equals[1]) return cli_usage(s->cli, "usage.bank", value, NULL), false;
    char category[64], name[128];
    snprintf(category, sizeof category, "%.*s", (int)(equals - value), value);
    struct sv file = path_base(sv_cstr(equals + 1));
    snprintf(name, sizeof name, "%zu-%.*s", number, (int)(file.n > 100 ? 100 : file.n), file.p);
    for (char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *c)) *c = '_';
    marsad_error err;
    if (strcmp(category, "none") != 0 && category_parse(sv_cstr(category)) == CATEGORY_NONE)
        return cli_usage(s->cli, "usage.category", category, NULL), false;
    if (marsad_load_bank(s->m, name, category, equals + 1, &err) == 0) return true;
    tell(s, &err);
    return false;
}

/* Called under the log's own lock: straight to the sink. */
static void forward_log(void *arg, int level, const char *module, const char *text)
{
    const struct log *log = &((struct cli *)arg)->log;
    if (log->sink && level <= (int)log->max_level) log->sink(log->arg, (enum log_level)level, module, text);
}

/* In memory unless a workspace is named: then its policy, lexicons and banks are used. */
static bool open_api(struct scan *s, const struct cli_args *a)
{
    marsad_options o = {.struct_bytes = sizeof o,
                        .policy_file = args_get(a, "--policy"),
                        .lexicon_dir = args_get(a, "--lexicons"),
                        .workers = s->cli->workers,
                        .log = forward_log,
                        .log_arg = s->cli};
    marsad_error err;
    if (marsad_open(args_get(a, "--workspace"), &o, &s->m, &err) != 0) {
        tell(s, &err);
        return false;
    }
    size_t banks = 0;
    for (size_t i = 0; i < a->noptions; i++)
        if (strcmp(a->options[i].option->name, "--bank") == 0 && !load_bank(s, a->options[i].text, ++banks))
            return false;
    return true;
}

static void print_summary(struct scan *s)
{
    char n[5][32];
    const uint64_t v[] = {s->sum.posts, s->sum.with_findings, s->sum.findings, s->sum.aside,
                          s->sum.media_set_aside};
    for (size_t i = 0; i < 5; i++) snprintf(n[i], sizeof n[i], "%llu", (unsigned long long)v[i]);
    if (!s->cli->json && !s->cli->quiet) cli_say(s->cli, "scan.summary", n[0], n[1], n[2], n[3], n[4], NULL);
}

int cmd_scan(struct cli *cli, const struct cli_args *a)
{
    struct scan s = {.cli = cli};
    const char *text = args_get(a, "--text");
    if (!text && a->noperands == 0)
        return cli_usage(cli, "usage.missing", "scan", "FILE… | --text TEXT", NULL);
    cli_watch_signals();
    if (!open_api(&s, a)) {
        s.trouble = true;
    } else {
        if (text) scan_text_option(&s, text);
        for (size_t i = 0; i < a->noperands && !cli_interrupted() && !cli->to.broken; i++) {
            if (strcmp(a->operands[i], "-") == 0)
                scan_stdin(&s);
            else
                scan_path(&s, a->operands[i], a->operands[i]);
        }
        print_summary(&s);
    }
    marsad_close(s.m);
    if (s.trouble || cli_interrupted()) return EXIT_TROUBLE;
    return s.sum.findings ? EXIT_FOUND : EXIT_FINE;
}
