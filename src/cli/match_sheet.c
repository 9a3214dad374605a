/* What goes on the contact sheet: findings as they come, then the bank items that they name and the originals of these. */
#include "cli/match_sheet_priv.h"

#include "base/file.h"
#include "base/utf8.h"
#include "cli/cmds.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "cli", "no memory for the contact sheet");
}

int sheet_new(struct sheet **out, struct error *err)
{
    struct sheet *s = calloc(1, sizeof *s);
    if (!s) return no_memory(err);
    arena_init(&s->arena, (size_t)4 << 30);
    *out = s;
    return 0;
}

void sheet_free(struct sheet *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->files.n; i++) finding_list_done(&s->files.v[i]->findings);
    VEC_DONE(&s->files);
    VEC_DONE(&s->refs);
    arena_done(&s->arena);
    free(s);
}

/* ---- findings ---- */

static int note_ref(struct sheet *s, const struct finding *f)
{
    if (sheet_ref_of(s, f)) return 0;
    struct sheet_ref r = {.bank = arena_copy(&s->arena, f->ref.bank),
                          .id = arena_copy(&s->arena, f->ref.item)};
    return r.bank.p && r.id.p ? VEC_PUSH(&s->refs, r) : ERR_NOMEM;
}

int sheet_add(struct sheet *s, const char *path, const struct media_signals *signals,
              const struct finding_list *findings, struct error *err)
{
    if (s->files.n >= SHEET_FILES_MAX) {
        s->files_left_out++;
        return 0;
    }
    struct sheet_file *f = ARENA_NEW(&s->arena, struct sheet_file);
    if (!f) return no_memory(err);
    *f = (struct sheet_file){.path = arena_copy(&s->arena, sv_cstr(path)),
                             .kind = signals->kind,
                             .duration_us = signals->duration_us,
                             .sound_us = signals->sound_us,
                             .nlandmarks = signals->nlandmarks};
    struct sv marks = arena_copy(
        &s->arena, sv_of((const char *)signals->landmarks, signals->nlandmarks * sizeof(struct landmark)));
    f->landmarks = (struct landmark *)(void *)(uintptr_t)marks.p;
    finding_list_init(&f->findings, &s->arena);
    if (!f->path.p || !marks.p || VEC_PUSH(&s->files, f)) return no_memory(err);
    for (size_t i = 0; i < findings->n; i++)
        if (finding_add(&f->findings, &findings->v[i]) || note_ref(s, &findings->v[i])) return no_memory(err);
    return 0;
}

/* ---- references ---- */

const struct sheet_ref *sheet_ref_of(const struct sheet *s, const struct finding *f)
{
    for (size_t i = 0; i < s->refs.n; i++)
        if (sv_eq(s->refs.v[i].id, f->ref.item) && sv_eq(s->refs.v[i].bank, f->ref.bank))
            return &s->refs.v[i];
    return NULL;
}

struct gather {
    struct sheet *s;
    const struct sheet_options *o;
    bool files; /* the second walk: the byte-for-byte items that stand beside those that matched */
};

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* The file with this content, as the workspace keeps media. */
static bool kept_original(struct gather *g, struct sheet_ref *r, struct sv hex)
{
    if (!g->o->banks->engine || hex.n != 64) return false;
    struct sv path =
        arena_printf(&g->s->arena, "%s/media/%.2s/%.*s", g->o->cli->workspace, hex.p, SV_FMT(hex));
    if (!path.p || !is_file(path.p)) return false;
    r->original = path;
    return true;
}

/* originals/label, label being one plain name. */
static struct sv named_original(struct gather *g, const struct sheet_ref *r)
{
    if (!g->o->originals || r->label.n == 0 || sv_find_byte(r->label, '/', 0) != SIZE_MAX ||
        sv_find_byte(r->label, '\0', 0) != SIZE_MAX || sv_is(r->label, ".") || sv_is(r->label, ".."))
        return SV_NULL;
    struct sv path = path_join(&g->s->arena, sv_cstr(g->o->originals), r->label);
    return path.p && is_file(path.p) ? path : SV_NULL;
}

static bool has_content(struct sv path, struct sv hex)
{
    struct sha256 want, got;
    uint64_t bytes;
    struct error err;
    int fd = sha256_parse(hex, &want) ? open(path.p, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return false;
    bool same = sha256_of_fd(fd, &got, &bytes, &err) == 0 && memcmp(&got, &want, sizeof got) == 0;
    close(fd);
    return same;
}

/* "bank add" puts the file's own hash beside what it shows, under the same label. */
static void find_original(struct gather *g, struct sheet_ref *r, struct sv hex)
{
    struct sv named = named_original(g, r);
    if (r->original.n && !r->by_name) return;
    if (kept_original(g, r, hex)) {
        r->by_name = false;
    } else if (named.n && has_content(named, hex)) {
        r->original = named;
        r->by_name = false;
    }
}

static int fill_ref(struct gather *g, struct sheet_ref *r, const struct bank_item *item)
{
    struct arena *a = &g->s->arena;
    r->type = item->type;
    r->label = arena_copy(a, item->label);
    struct sv frames = arena_copy(a, sv_of((const char *)item->frames, item->nframes * sizeof *item->frames));
    if (!r->label.p || !frames.p) return ERR_NOMEM;
    r->frames = (struct bank_frame *)(void *)(uintptr_t)frames.p;
    r->nframes = item->nframes;
    if (r->nframes) r->length_us = r->frames[r->nframes - 1].time_us;
    if (item->type == BANK_PRINT && print_read(item->value, a, &r->print, NULL) == 0)
        r->length_us = (int64_t)r->print.ticks * LANDMARK_TICK_US;
    r->original = named_original(g, r);
    r->by_name = r->original.n > 0;
    if (item->type == BANK_SHA256) find_original(g, r, item->value);
    return 0;
}

static int on_item(void *arg, struct sv bank, const struct bank_item *item)
{
    struct gather *g = arg;
    char id[ID_TEXT_BYTES];
    if (g->files && item->type != BANK_SHA256) return 0;
    id_format(&item->id, id);
    for (size_t i = 0; i < g->s->refs.n; i++) {
        struct sheet_ref *r = &g->s->refs.v[i];
        if (!sv_eq(r->bank, bank)) continue;
        if (g->files && sv_eq(r->label, item->label) && item->label.n)
            find_original(g, r, item->value);
        else if (!g->files && sv_is(r->id, id) && fill_ref(g, r, item))
            return ERR_NOMEM;
    }
    return 0;
}

static int gather_refs(struct sheet *s, const struct sheet_options *o, struct error *err)
{
    struct gather g = {.s = s, .o = o};
    struct id128 id;
    int code = match_banks_lists(o->banks, on_item, &g, err);
    for (size_t i = 0; i < s->refs.n && code == 0; i++)
        if (id_parse(s->refs.v[i].id, &id))
            code = match_banks_item(o->banks, s->refs.v[i].bank, &id, on_item, &g, err);
    g.files = true;
    if (code == 0) code = match_banks_lists(o->banks, on_item, &g, err);
    for (size_t i = 0; i < s->refs.n && code == 0; i++)
        if (s->refs.v[i].label.n)
            code = match_banks_labelled(o->banks, s->refs.v[i].bank, s->refs.v[i].label, on_item, &g, err);
    return code == ERR_NOMEM ? no_memory(err) : code;
}

/* ---- the page ---- */

int sheet_write(struct sheet *s, const struct sheet_options *o, const char *out_path, struct error *err)
{
    struct page p = {.sheet = s, .cli = *o->cli};
    struct media_options options = {.workers = 1, .limits = media_limits_default(), .log = &o->cli->log};
    p.cli.to.colour = false;
    buf_init(&p.b, 0);
    int code = s->refs.n ? gather_refs(s, o, err) : 0;
    if (code == 0) code = media_pool_new(&options, &p.pool, err);
    if (code == 0) code = page_write(&p, err);
    if (code == 0 && p.b.failed) code = no_memory(err);
    if (code == 0) code = file_write_atomic(out_path, buf_sv(&p.b), err);
    media_pool_free(p.pool);
    buf_done(&p.b);
    return code;
}

/* ---- what the table says too ---- */

struct match_span match_reference_span(const struct finding *f, const struct place *p)
{
    struct match_span none = {TIME_UNKNOWN, TIME_UNKNOWN};
    int64_t at = f->ref.time_us, first = f->places[0].start_us;
    if (at == TIME_UNKNOWN) return none;
    if (p->start_us == TIME_UNKNOWN || f->ref.speed == 0)
        return p == f->places ? (struct match_span){at, TIME_UNKNOWN} : none;
    int64_t a = at + (int64_t)(f->ref.speed * (double)(p->start_us - first)), b = TIME_UNKNOWN;
    if (p->end_us != TIME_UNKNOWN) b = at + (int64_t)(f->ref.speed * (double)(p->end_us - first));
    if (a < 0) a = 0;
    if (b != TIME_UNKNOWN && b < 0) b = 0;
    return (struct match_span){a, b};
}

void match_put_form(const struct cli *cli, struct buf *b, const struct finding *f)
{
    char key[48];
    if (f->ref.form != DIHEDRAL_ORIGINAL) {
        snprintf(key, sizeof key, "form.%s", dihedral_name(f->ref.form));
        buf_putsv(b, cli_text(cli, key));
    }
    if (f->ref.speed == 0 || (f->ref.speed > 0.97 && f->ref.speed < 1.03)) return;
    if (b->n) buf_putsv(b, SV(" · "));
    snprintf(key, sizeof key, "%.2f", f->ref.speed < 0 ? -f->ref.speed : f->ref.speed);
    cli_fill(cli, b, f->ref.speed < 0 ? "match.backwards" : "match.speed", key, NULL);
}
