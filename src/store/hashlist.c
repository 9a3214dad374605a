/* Hash lists: finding the format, going through the lines, and what the formats share. Each format has a file of its own. */
#include "store/hashlist_priv.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/file.h"

/* Tried in this order: the more particular first. */
static const struct hashlist_format *const formats[] = {
    &hashlist_marsad, &hashlist_vpdq, &hashlist_threatexchange, &hashlist_hex, &hashlist_typed,
};
enum { NFORMATS = sizeof formats / sizeof formats[0] };
const char *const hashlist_format_names[] = {"hex", "typed", "threatexchange", "vpdq", "marsad", NULL};

/* ---- items ---- */

struct bank_item hashlist_blank(enum bank_item_type type)
{
    return (struct bank_item){.type = type, .status = BANK_ACTIVE, .threshold = -1, .added_us = TIME_UNKNOWN};
}

int hashlist_item(struct hashlist *h, struct bank_item *item)
{
    item->id = bank_item_id(item);
    if (item->label.n == 0) item->label = h->label;
    int rc = h->sink->item(h->sink->arg, item, h->err);
    if (rc == 0) h->counts->items++;
    arena_clear(&h->arena);
    return rc;
}

int hashlist_bad(struct hashlist *h, uint64_t line, const char *fmt, ...)
{
    struct error why;
    va_list ap;
    va_start(ap, fmt);
    error_setv(&why, ERR_FORMAT, "hashlist", fmt, ap);
    va_end(ap);
    h->counts->bad++;
    arena_clear(&h->arena);
    return h->sink->bad ? h->sink->bad(h->sink->arg, line, &why, h->err) : 0;
}

int hashlist_nomem(struct hashlist *h)
{
    return error_set(h->err, ERR_NOMEM, "hashlist", "no memory for line %llu", (unsigned long long)h->line);
}

int hashlist_pdq(struct hashlist *h, const struct hash256 *pdq, uint8_t quality, struct sv label)
{
    struct bank_item item = hashlist_blank(BANK_PDQ);
    struct bank_frame frame = {*pdq, quality, 0};
    item.frames = &frame;
    item.nframes = 1;
    item.label = label;
    return hashlist_item(h, &item);
}

static int by_time(const void *x, const void *y)
{
    const struct bank_frame *a = x, *b = y;
    if (a->time_us != b->time_us) return a->time_us < b->time_us ? -1 : 1;
    int c = memcmp(&a->pdq, &b->pdq, sizeof a->pdq);
    return c != 0 ? c : (int)a->quality - (int)b->quality;
}

void hashlist_sort_frames(struct bank_item *item)
{
    if (item->nframes < 2) return;
    qsort(item->frames, item->nframes, sizeof *item->frames, by_time);
    size_t n = 1;
    for (size_t i = 1; i < item->nframes; i++)
        if (by_time(&item->frames[n - 1], &item->frames[i]) != 0) item->frames[n++] = item->frames[i];
    item->nframes = n;
}

int hashlist_no_way(const struct bank_item *item, const char *format, struct error *err)
{
    char id[ID_TEXT_BYTES];
    id_format(&item->id, id);
    return error_set(err, ERR_UNSUPPORTED, "hashlist", "item %s (%s): the format %s has no way to say it", id,
                     bank_item_type_name(item->type), format);
}

/* ---- small values ---- */

bool hashlist_quality(struct sv s, uint8_t *out)
{
    int64_t v;
    if (!sv_to_i64(s, &v) || v < 0 || v > 100) return false;
    *out = (uint8_t)v;
    return true;
}

bool hashlist_seconds(struct sv s, int64_t *out_us)
{
    const double most = 1e9;
    double v;
    if (!sv_to_double(s, &v) || !(v >= 0) || v > most) return false;
    *out_us = (int64_t)(v * 1e6 + 0.5);
    return true;
}

bool hashlist_is_hex(struct sv s, size_t n)
{
    if (s.n != n) return false;
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)s.p[i])) return false;
    return true;
}

struct sv hashlist_lower(struct arena *a, struct sv s)
{
    struct sv copy = arena_copy(a, s);
    char *p = (char *)(uintptr_t)copy.p;
    for (size_t i = 0; p && i < copy.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
    return copy;
}

/* ---- lines ---- */

/* Lines of a file, or of memory. */
struct source {
    struct lines *file; /* NULL: of `rest` */
    struct sv rest;
    uint64_t line;
    bool too_long;
};

static int next_line(struct source *s, struct sv *out, struct error *err)
{
    if (s->file) {
        int got = lines_next(s->file, out, err);
        s->line = s->file->line_number;
        s->too_long = got > 0 && s->file->too_long;
        return got;
    }
    if (s->rest.n == 0) return 0;
    size_t end = sv_find_byte(s->rest, '\n', 0);
    *out = sv_sub(s->rest, 0, end);
    s->rest = end == SIZE_MAX ? SV_NULL : sv_sub(s->rest, end + 1, s->rest.n);
    if (out->n > 0 && out->p[out->n - 1] == '\r') out->n--;
    s->line++;
    s->too_long = out->n > BANK_MAX_LINE_BYTES;
    return 1;
}

static const struct hashlist_format *look(struct sv line)
{
    for (size_t i = 0; i < NFORMATS; i++)
        if (formats[i]->looks(line)) return formats[i];
    return NULL;
}

static int one_line(struct hashlist *h, const struct hashlist_format **f, struct sv line, bool too_long)
{
    if (h->line == 1 && sv_starts(line, SV("\xef\xbb\xbf"))) line = sv_sub(line, 3, line.n);
    struct sv text = sv_trim(line);
    if (!h->in_document && (text.n == 0 || text.p[0] == '#')) return 0;
    if (too_long)
        return hashlist_bad(h, h->line, "the line is longer than %llu bytes",
                            (unsigned long long)BANK_MAX_LINE_BYTES);
    if (!*f && !(*f = look(text)))
        return error_set(h->err, ERR_FORMAT, "hashlist",
                         "line %llu (%.40s…): is of no known kind of hash list; give its format: hex, typed, "
                         "threatexchange, vpdq or marsad",
                         (unsigned long long)h->line, arena_copy(&h->arena, sv_sub(text, 0, 40)).p);
    return (*f)->line(h, text);
}

static int read_all(struct source *s, const char *name, struct sv label, struct sv type_hint,
                    const struct hashlist_sink *sink, struct hashlist_counts *counts, struct error *err)
{
    const struct hashlist_format *f = NULL;
    for (size_t i = 0; name && i < NFORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0) f = formats[i];
    if (name && !f)
        return error_set(err, ERR_ARG, "hashlist",
                         "%s is no format of hash lists: hex, typed, threatexchange, vpdq, marsad", name);
    struct hashlist h = {.sink = sink, .counts = counts, .err = err, .label = label, .type_hint = type_hint};
    arena_init(&h.arena, 0);
    buf_init(&h.document, 0);
    *counts = (struct hashlist_counts){0, 0};
    struct sv line;
    int rc;
    while ((rc = next_line(s, &line, err)) > 0) {
        h.line = s->line;
        rc = one_line(&h, &f, line, s->too_long);
        if (rc != 0) break;
    }
    if (rc == 0 && f && f->end) rc = f->end(&h);
    VEC_DONE(&h.frames);
    buf_done(&h.document);
    arena_done(&h.arena);
    return rc;
}

/* "simple.HASH_MD5.te" → "HASH_MD5" */
static struct sv hint_of(const char *path)
{
    struct sv name = path_base(sv_cstr(path)), first, second;
    if (!sv_ends(name, SV(".te")) || !sv_split(&name, '.', &first) || !sv_split(&name, '.', &second))
        return SV_NULL;
    return name.p ? second : SV_NULL;
}

int hashlist_read(const char *path, const char *format, struct sv label, const struct hashlist_sink *sink,
                  struct hashlist_counts *counts, struct error *err)
{
    struct lines lines;
    int rc = lines_open(&lines, path, BANK_MAX_LINE_BYTES, err);
    if (rc != 0) return rc;
    struct source s = {.file = &lines};
    rc = read_all(&s, format, label, hint_of(path), sink, counts, err);
    lines_close(&lines);
    return rc;
}

int hashlist_parse(struct sv bytes, const char *format, struct sv label, const struct hashlist_sink *sink,
                   struct hashlist_counts *counts, struct error *err)
{
    struct source s = {.rest = bytes};
    return read_all(&s, format, label, SV_NULL, sink, counts, err);
}

int hashlist_write(const struct bank_item *item, const char *format, struct buf *b, struct error *err)
{
    for (size_t i = 0; i < NFORMATS; i++) {
        if (strcmp(formats[i]->name, format) != 0) continue;
        size_t before = b->n;
        int rc = formats[i]->write(item, b, err);
        if (rc != 0 && !b->failed) b->n = before; /* no half lines */
        if (rc == 0 && b->failed) rc = error_set(err, ERR_NOMEM, "hashlist", "no memory for an item");
        return rc;
    }
    return error_set(err, ERR_ARG, "hashlist",
                     "%s is no format of hash lists: hex, typed, threatexchange, vpdq, marsad", format);
}
