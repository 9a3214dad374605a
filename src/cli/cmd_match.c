/* marsad match: are these files, or parts of them, in these banks? Pictures, clips and sounds; what is seen where, and which
 * part of the reference it is. Nothing is stored.
 *
 * Exit codes are grep's: 0 nothing found, 1 something was, 2 trouble (then, too, what could be read is told). */
#include "cli/cmds.h"
#include "cli/match_banks.h"
#include "cli/match_sheet.h"
#include "cli/media_files.h"

#include "base/json.h"
#include "base/utf8.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct match {
    struct cli *cli;
    struct match_banks banks;
    struct detect_set *detectors;
    struct detect_scratch *scratch, *glance; /* glance: under the lock */
    pthread_mutex_t lock;
    struct sheet *sheet; /* NULL without --html */
    size_t found;
    bool trouble;
};

/* ---- the table ---- */

static const struct column columns[] = {
    {"match.head.what", ALIGN_START, 6, 14, false}, {"match.head.reference", ALIGN_START, 8, 40, true},
    {"match.head.bank", ALIGN_START, 4, 24, false}, {"match.head.here", ALIGN_END, 5, 0, false},
    {"match.head.there", ALIGN_END, 5, 0, false},   {"match.head.region", ALIGN_START, 4, 0, false},
    {"match.head.form", ALIGN_START, 4, 26, false}, {"match.head.bits", ALIGN_END, 2, 0, false},
    {"match.head.sure", ALIGN_END, 4, 0, false},
};

static void put_span(struct buf *b, int64_t from_us, int64_t to_us)
{
    if (from_us == TIME_UNKNOWN) {
        buf_puts(b, "–");
        return;
    }
    show_seconds(b, from_us);
    if (to_us == TIME_UNKNOWN || to_us == from_us) return;
    buf_puts(b, "–");
    show_seconds(b, to_us);
}

static void cell(struct table *t, struct buf *b, enum cli_colour colour)
{
    table_cell(t, b->n ? buf_sv(b) : SV("–"), colour);
    buf_clear(b);
}

static bool is_whole(const struct region *r) { return !r->x && !r->y && r->w == 1000 && r->h == 1000; }

static void put_region(struct buf *b, const struct region *r)
{
    if (!is_whole(r))
        buf_printf(b, "x %d–%d %%, y %d–%d %%", r->x / 10, (r->x + r->w) / 10, r->y / 10, (r->y + r->h) / 10);
}

/* One row a place; what holds for the whole finding stands on its first. */
static void put_rows(struct match *m, struct table *t, const struct finding *f)
{
    struct cli *cli = m->cli;
    struct buf b;
    char key[64];
    buf_init(&b, 0);
    for (size_t i = 0; i < f->nplaces; i++) {
        const struct place *p = &f->places[i];
        struct match_span there = match_reference_span(f, p);
        snprintf(key, sizeof key, "match.%s", finding_kind_name(f->kind));
        table_cell(t, i ? SV("") : cli_text(cli, key), f->ref.negative ? COLOUR_GREEN : COLOUR_PLAIN);
        table_cell(t, i ? SV("") : f->label.n ? f->label : sv_sub(f->ref.item, 0, 12), COLOUR_BOLD);
        table_cell(t, i ? SV("") : f->ref.bank, COLOUR_PLAIN);
        put_span(&b, p->start_us, p->end_us);
        cell(t, &b, COLOUR_PLAIN);
        put_span(&b, there.start_us, there.end_us);
        if (i == 0 && f->ref.points && !is_whole(&f->ref.part)) {
            buf_puts(&b, "; ");
            put_region(&b, &f->ref.part);
        }
        cell(t, &b, COLOUR_PLAIN);
        put_region(&b, &p->region);
        cell(t, &b, COLOUR_PLAIN);
        if (i == 0) match_put_form(cli, &b, f);
        cell(t, &b, COLOUR_PLAIN);
        if (i == 0 && f->ref.distance >= 0) buf_printf(&b, "%d", f->ref.distance);
        cell(t, &b, COLOUR_PLAIN);
        if (i == 0) show_percent(cli, &b, f->probability);
        cell(t, &b, COLOUR_PLAIN);
        table_row(t);
    }
    buf_done(&b);
}

static void print_table(struct match *m, const char *path, const struct finding_list *l)
{
    struct buf *b = &m->cli->out;
    buf_puts(b, cli_colour(m->cli, COLOUR_BOLD));
    utf8_show(b, sv_cstr(path));
    buf_puts(b, cli_colour(m->cli, COLOUR_PLAIN));
    buf_putc(b, '\n');
    if (l->n == 0) {
        cli_say(m->cli, "match.none", NULL);
        return;
    }
    struct table *t = table_new(m->cli, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; t && i < l->n; i++) put_rows(m, t, &l->v[i]);
    if (t) table_print(t);
    table_free(t);
    buf_putc(b, '\n');
}

/* One line a finding: the finding as everywhere, the file and where in the reference it is put in front. */
static void print_json(struct match *m, const char *path, const struct finding *f)
{
    struct buf *b = &m->cli->out;
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "file", path);
    jw_key(&w, "reference_parts");
    jw_array(&w);
    for (size_t i = 0; i < f->nplaces; i++) {
        struct match_span there = match_reference_span(f, &f->places[i]);
        jw_object(&w);
        if (there.start_us != TIME_UNKNOWN) jw_kv_i64(&w, "start_us", there.start_us);
        if (there.end_us != TIME_UNKNOWN) jw_kv_i64(&w, "end_us", there.end_us);
        jw_end(&w);
    }
    jw_end(&w);
    jw_key(&w, "finding");
    finding_write(f, &w);
    jw_end(&w);
    buf_putc(b, '\n');
}

/* ---- one file ---- */

static int by_place(const void *pa, const void *pb)
{
    const struct finding *a = pa, *b = pb;
    int64_t x = a->places[0].start_us, y = b->places[0].start_us;
    if (a->ref.negative != b->ref.negative) return a->ref.negative - b->ref.negative;
    if (x != y) return x < y ? -1 : 1;
    if (a->probability != b->probability) return a->probability > b->probability ? -1 : 1;
    return a->kind != b->kind ? (int)a->kind - (int)b->kind : sv_cmp(a->ref.item, b->ref.item);
}

static int detect(struct match *m, struct detect_scratch *scratch, struct media_file *f,
                  struct finding_list *out, struct error *err)
{
    struct post post;
    struct media_ref ref = {.kind = f->signals.kind, .path = sv_cstr(f->path)};
    const struct media_signals *signals = &f->signals;
    const struct sha256 *sha = &f->sha256;
    post_init(&post);
    post.media = &ref;
    post.nmedia = 1;
    struct detect_item item = {.post = &post, .media = &signals, .media_sha256 = &sha};
    int code = detect_run(m->detectors, scratch, &item, out, err);
    size_t kept = 0;
    for (size_t i = 0; i < out->n; i++)
        if (out->v[i].ref.bank.n) out->v[kept++] = out->v[i];
    out->n = kept;
    if (kept) qsort(out->v, kept, sizeof *out->v, by_place);
    return code;
}

/* Whatever a first look meets is looked at closely. */
static bool is_met(void *arg, struct media_file *f)
{
    struct match *m = arg;
    struct finding_list l;
    bool met = false;
    finding_list_init(&l, &f->arena);
    pthread_mutex_lock(&m->lock);
    if (detect(m, m->glance, f, &l, NULL) != 0) met = true;
    pthread_mutex_unlock(&m->lock);
    for (size_t i = 0; i < l.n && !met; i++) met = l.v[i].kind == FINDING_MATCH_MEDIA;
    finding_list_done(&l);
    return met;
}

static int on_file(void *arg, struct media_file *f)
{
    struct match *m = arg;
    struct error err = {0};
    struct finding_list l;
    int code = f->code;
    finding_list_init(&l, &f->arena);
    if (code)
        err = f->error;
    else
        code = detect(m, m->scratch, f, &l, &err);
    m->found += l.n;
    if (code == 0 || l.n) {
        if (m->cli->json)
            for (size_t i = 0; i < l.n; i++) print_json(m, f->path, &l.v[i]);
        else if (!m->cli->quiet)
            print_table(m, f->path, &l);
        if (m->sheet && code == 0) code = sheet_add(m->sheet, f->path, &f->signals, &l, &err);
    }
    if (code == 0 && f->signals.incomplete)
        code = error_set(&err, ERR_LIMIT, "cli", "%s: looked at in part: %s", f->path, f->signals.note);
    if (code) {
        cli_flush(m->cli);
        cli_fail(m->cli, &err);
        m->trouble = true;
    }
    finding_list_done(&l);
    return !cli_flush_some(m->cli);
}

/* ---- the whole ---- */

static bool start(struct match *m, const struct cli_args *a)
{
    struct error err = {0};
    if (!match_banks_open(&m->banks, m->cli, a)) return false;
    struct detect_env env = {.banks = m->banks.set, .log = &m->cli->log};
    int code = detect_set_new(&env, &m->detectors, &err);
    if (code == 0) code = detect_scratch_new(m->detectors, &m->scratch, &err);
    if (code == 0) code = detect_scratch_new(m->detectors, &m->glance, &err);
    if (code == 0 && args_has(a, "--html")) code = sheet_new(&m->sheet, &err);
    if (code) cli_fail(m->cli, &err);
    return code == 0;
}

static bool write_sheet(struct match *m, const struct cli_args *a)
{
    struct error err = {0};
    struct sheet_options o = {.cli = m->cli, .banks = &m->banks, .originals = args_get(a, "--originals")};
    if (sheet_write(m->sheet, &o, args_get(a, "--html"), &err) == 0) return true;
    cli_fail(m->cli, &err);
    return false;
}

int cmd_match(struct cli *cli, const struct cli_args *a)
{
    struct match m = {.cli = cli, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct media_how how = {.look = MEDIA_LOOK_INSIDE, .closer = is_met, .arg = &m};
    cli_watch_signals();
    bool ok = start(&m, a) && media_files(cli, a->operands, a->noperands, &how, on_file, &m);
    if (ok && m.sheet && !cli_interrupted()) ok = write_sheet(&m, a);
    sheet_free(m.sheet);
    detect_scratch_free(m.scratch);
    detect_scratch_free(m.glance);
    pthread_mutex_destroy(&m.lock);
    detect_set_free(m.detectors);
    match_banks_close(&m.banks);
    if (!ok || m.trouble || cli_interrupted()) return EXIT_TROUBLE;
    return m.found ? EXIT_FOUND : EXIT_FINE;
}
