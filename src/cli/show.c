/* Findings, places and figures as people read them. */
#include "cli/cmds.h"
#include "store/ledger.h"

#include "base/file.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

void cli_actor(const struct cli *cli, struct store *s)
{
    if (s && cli->actor && *cli->actor) ledger_set_actor(s, sv_cstr(cli->actor));
}

bool open_engine(struct cli *cli, bool read_only, struct engine **out)
{
    struct error err = {0};
    struct engine_options o = {
        .workspace = cli->workspace, .read_only = read_only, .workers = cli->workers, .log = &cli->log};
    if (engine_open(&o, out, &err) == 0) {
        cli_actor(cli, engine_store(*out));
        return true;
    }
    cli_fail(cli, &err);
    return false;
}

/* Text of "prefix.name"; `name` itself where there is none. */
static struct sv named(const struct cli *cli, const char *prefix, struct sv name)
{
    char key[96];
    int n = snprintf(key, sizeof key, "%s.%.*s", prefix, SV_FMT(name));
    if (n < 0 || (size_t)n >= sizeof key || !text_has(cli->texts, LANG_EN, key)) return name;
    return cli_text(cli, key);
}

struct sv category_text(const struct cli *cli, enum category c)
{
    return named(cli, "category", sv_cstr(category_name(c)));
}

enum cli_colour category_colour(int severity)
{
    return severity >= 80 ? COLOUR_RED : severity >= 50 ? COLOUR_YELLOW : COLOUR_PLAIN;
}

struct sv reason_text(const struct cli *cli, struct sv key)
{
    struct sv name = sv_starts(key, SV("reason.")) ? sv_sub(key, 7, key.n) : key;
    return named(cli, "reason", name);
}

struct sv account_shown(const struct account *a)
{
    return a->handle.n ? a->handle : a->name.n ? a->name : a->native_id;
}

/* ---- figures ---- */

void show_seconds(struct buf *b, int64_t us)
{
    int64_t s = us / US_PER_SECOND, tenths = us / (US_PER_SECOND / 10) % 10;
    if (s >= 3600)
        buf_printf(b, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    else
        buf_printf(b, "%d:%02d", (int)(s / 60), (int)(s % 60));
    if (tenths) buf_printf(b, ".%d", (int)tenths);
}

static void put_unit(const struct cli *cli, struct buf *b, const char *key, uint64_t n)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    cli_fill(cli, b, key, text, NULL);
}

void show_duration(const struct cli *cli, struct buf *b, int64_t us)
{
    uint64_t s = (us < 0 ? 0 - (uint64_t)us : (uint64_t)us) / (uint64_t)US_PER_SECOND;
    if (s < 60) {
        put_unit(cli, b, "duration.seconds", s);
    } else if (s < 3600) {
        put_unit(cli, b, "duration.minutes", s / 60);
    } else if (s < 48 * 3600) {
        put_unit(cli, b, "duration.hours", s / 3600);
        if (s / 60 % 60 == 0) return;
        buf_putc(b, ' ');
        put_unit(cli, b, "duration.minutes", s / 60 % 60);
    } else {
        put_unit(cli, b, "duration.days", s / 86400);
    }
}

void show_percent(const struct cli *cli, struct buf *b, double p)
{
    char text[32];
    snprintf(text, sizeof text, "%.0f", p * 100);
    cli_fill(cli, b, "value.percent", text, NULL);
}

/* ---- places ---- */

/* The text that a place lies in; SV_NULL when it is not at hand. */
static struct sv text_of(const struct place *p, const struct post *post)
{
    if (!post) return SV_NULL;
    return p->text_index < post->ntexts ? post->texts[p->text_index].text : post_text(post, p->field);
}

static void put_span(const struct cli *cli, struct buf *b, const struct place *p, const struct post *post)
{
    char from[32], to[32], field[64];
    struct sv text = text_of(p, post), name = named(cli, "field", sv_cstr(text_field_name(p->field)));
    bool counted = text.p && p->end <= text.n;
    snprintf(field, sizeof field, "%.*s", SV_FMT(name));
    snprintf(from, sizeof from, "%zu", (counted ? utf8_count(sv_sub(text, 0, p->start)) : p->start) + 1);
    snprintf(to, sizeof to, "%zu", counted ? utf8_count(sv_sub(text, 0, p->end)) : p->end);
    cli_fill(cli, b, counted ? "place.text" : "place.bytes", field, from, to, NULL);
}

static struct sv media_name(const struct place *p, const struct post *post)
{
    if (!post || p->media_index >= post->nmedia) return SV_NULL;
    const struct media_ref *m = &post->media[p->media_index];
    return path_base(m->path.n ? m->path : m->url);
}

static void put_media_place(const struct cli *cli, struct buf *b, const struct place *p,
                            const struct post *post)
{
    struct buf name, from, to;
    buf_init(&name, 0);
    buf_init(&from, 0);
    buf_init(&to, 0);
    struct sv known = media_name(p, post);
    if (known.n)
        utf8_show(&name, known);
    else
        buf_printf(&name, "%u", p->media_index + 1);
    if (p->start_us == TIME_UNKNOWN) {
        cli_fill(cli, b, "place.media", buf_cstr(&name), NULL);
    } else {
        show_seconds(&from, p->start_us);
        show_seconds(&to, p->end_us == TIME_UNKNOWN ? p->start_us : p->end_us);
        cli_fill(cli, b, "place.media_time", buf_cstr(&name), buf_cstr(&from), buf_cstr(&to), NULL);
    }
    const struct region *r = &p->region;
    if (r->x || r->y || r->w != 1000 || r->h != 1000) {
        buf_clear(&name);
        buf_printf(&name, "x %d–%d %%, y %d–%d %%", r->x / 10, (r->x + r->w) / 10, r->y / 10,
                   (r->y + r->h) / 10);
        buf_puts(b, "; ");
        cli_fill(cli, b, "place.region", buf_cstr(&name), NULL);
    }
    buf_done(&to);
    buf_done(&from);
    buf_done(&name);
}

void show_place(const struct cli *cli, struct buf *b, const struct place *p, const struct post *post)
{
    switch (p->kind) {
    case PLACE_POST: buf_putsv(b, cli_text(cli, "place.post")); break;
    case PLACE_TEXT:
        put_span(cli, b, p, post);
        if (p->start_us == TIME_UNKNOWN) break;
        buf_puts(b, " (");
        show_seconds(b, p->start_us);
        buf_puts(b, ")");
        break;
    case PLACE_MEDIA: put_media_place(cli, b, p, post); break;
    }
}

/* ---- findings ---- */

/* What was found, in one piece: within an Arabic sentence, digits and Latin letters would else be moved about. */
static void put_what(const struct cli *cli, struct buf *b, const struct finding *f)
{
    const char *isolate = f->kind == FINDING_PRIVATE ? "\u2066" : "\u2068";
    if (cli->lang == LANG_AR) buf_puts(b, isolate);
    utf8_show(b, f->quote.n ? f->quote : f->label.n ? f->label : sv_sub(f->ref.item, 0, 8));
    if (cli->lang == LANG_AR) buf_puts(b, "\u2069");
}

/* "the same words, the same targets" from the names that the label lists. */
static void put_in_common(const struct cli *cli, struct buf *b, struct sv label)
{
    struct sv part;
    for (bool first = true; sv_split(&label, ' ', &part); first = false) {
        if (!first) buf_puts(b, ", ");
        utf8_show(b, named(cli, "network.what", part));
    }
}

/* The other account by its handle where a lookup is at hand (cli->name_of), else the first digits of its id. */
static void put_account(const struct cli *cli, struct buf *b, const struct finding *f)
{
    struct sv name = cli->name_of ? cli->name_of(cli->name_arg, f->ref.account) : SV_NULL;
    if (cli->lang == LANG_AR) buf_puts(b, "\u2066");
    if (name.n) buf_putc(b, '@');
    utf8_show(b, name.n ? name : sv_sub(f->ref.account, 0, 8));
    if (cli->lang == LANG_AR) buf_puts(b, "\u2069");
}

/* The words of the finding's kind want three things: what, where it was matched, how sure. */
static void put_words(const struct cli *cli, struct buf *b, const struct finding *f)
{
    static const char *const keys[FINDING_KIND_COUNT] = {
        [FINDING_MATCH_MEDIA] = "finding.match.media", [FINDING_MATCH_FILE] = "finding.match.file",
        [FINDING_MATCH_SOUND] = "finding.match.sound", [FINDING_TERM] = "finding.term",
        [FINDING_PRIVATE] = "finding.private",         [FINDING_TIME_MISMATCH] = "finding.time.mismatch",
        [FINDING_CLASSIFIER] = "finding.classifier",   [FINDING_TOGETHER] = "finding.network.together",
        [FINDING_RETURN] = "finding.network.return",   [FINDING_MATCH_TUNE] = "finding.match.tune",
        [FINDING_PILEON] = "finding.network.pileon"};
    struct buf what, against, sure;
    buf_init(&what, 0);
    buf_init(&against, 0);
    buf_init(&sure, 0);
    bool matched = f->ref.bank.n > 0;
    if (f->kind == FINDING_TOGETHER || f->kind == FINDING_RETURN || f->kind == FINDING_PILEON)
        put_in_common(cli, &what, f->label);
    else
        put_what(cli, &what, f);
    if (f->kind == FINDING_PRIVATE)
        utf8_show(&against, named(cli, "private", f->label));
    else if (f->kind == FINDING_CLASSIFIER)
        utf8_show(&against, category_text(cli, f->category));
    else if (f->kind == FINDING_TOGETHER || f->kind == FINDING_RETURN)
        put_account(cli, &against, f);
    else if (f->kind == FINDING_PILEON)
        utf8_show(&against, f->quote);
    else
        utf8_show(&against, matched ? f->ref.bank : f->label);
    if (f->kind == FINDING_TOGETHER || f->kind == FINDING_PILEON)
        buf_printf(&sure, "%u", f->ref.accounts);
    else
        show_percent(cli, &sure, f->probability);
    cli_fill(cli, b, keys[f->kind], buf_cstr(&what), buf_cstr(&against), buf_cstr(&sure), NULL);
    buf_done(&sure);
    buf_done(&against);
    buf_done(&what);
}

static void put_separator(const struct cli *cli, struct buf *b)
{
    buf_putsv(b, cli_text(cli, "show.separator"));
    buf_putc(b, ' ');
}

static void put_match(const struct cli *cli, struct buf *b, const struct reference *r)
{
    char number[32];
    if (r->gap_us != TIME_UNKNOWN) {
        struct buf gap;
        buf_init(&gap, 0);
        show_duration(cli, &gap, r->gap_us);
        put_separator(cli, b);
        cli_fill(cli, b, "finding.gap", buf_cstr(&gap), NULL);
        buf_done(&gap);
    }
    if (r->post.n) {
        put_separator(cli, b);
        buf_printf(b, "%.*s", SV_FMT(sv_sub(r->post, 0, 8)));
    }
    if (r->distance >= 0) {
        put_separator(cli, b);
        snprintf(number, sizeof number, "%d", r->distance);
        cli_fill(cli, b, "finding.distance", number, NULL);
    }
    if (r->time_us != TIME_UNKNOWN) {
        struct buf at;
        buf_init(&at, 0);
        show_seconds(&at, r->time_us);
        put_separator(cli, b);
        cli_fill(cli, b, "finding.reference_time", buf_cstr(&at), NULL);
        buf_done(&at);
    }
    if (r->form != DIHEDRAL_ORIGINAL) {
        char form[64];
        snprintf(form, sizeof form, "%.*s", SV_FMT(named(cli, "form", sv_cstr(dihedral_name(r->form)))));
        put_separator(cli, b);
        cli_fill(cli, b, "finding.form", form, NULL);
    }
    if (r->negative) {
        put_separator(cli, b);
        buf_putsv(b, cli_text(cli, "finding.negative"));
    }
}

void show_finding(const struct cli *cli, struct buf *b, const struct finding *f)
{
    if (f->category != CATEGORY_NONE) {
        buf_puts(b, cli_colour(cli, COLOUR_BOLD));
        buf_putsv(b, category_text(cli, f->category));
        buf_puts(b, cli_colour(cli, COLOUR_PLAIN));
        buf_puts(b, "  ");
    }
    put_words(cli, b, f);
    put_match(cli, b, &f->ref);
    if (f->context.n == 0) return;
    put_separator(cli, b);
    utf8_show(b, named(cli, "context", f->context));
}

/* ---- names of accounts ---- */

static struct sv find_name(void *arg, struct sv account)
{
    struct name_book *n = arg;
    struct id128 id;
    struct account who;
    struct error ignored;
    arena_clear(&n->arena);
    if (!id_parse(account, &id) || store_get_account(n->store, &id, &n->arena, &who, &ignored) != 0)
        return SV_NULL;
    return account_shown(&who);
}

void name_book_open(struct cli *cli, struct name_book *n, struct store *s)
{
    n->store = s;
    arena_init(&n->arena, 0);
    cli->name_of = find_name;
    cli->name_arg = n;
}

void name_book_close(struct cli *cli, struct name_book *n)
{
    cli->name_of = NULL;
    arena_done(&n->arena);
}
