/* The page itself. Every text that is not ours goes through put_text; every picture is a PNG that we wrote. */
#include "cli/match_sheet_priv.h"

#include "base/file.h"
#include "base/utf8.h"
#include "cli/cmds.h"
#include "media/png.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char style[] =
    ":root{--ink:#1d2430;--dim:#667085;--line:#d8dee8;--paper:#f6f7f9;--card:#fff;--mark:#d92d20;--calm:#"
    "067647}"
    "*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);"
    "font:15px/1.55 system-ui,'Noto Sans','Noto Sans Arabic',sans-serif}"
    "header,main,footer{max-width:1080px;margin:0 auto;padding:16px 20px}"
    "h1{font-size:22px;margin:12px 0 "
    "4px}h2{font-size:16px;margin:0;overflow-wrap:anywhere;unicode-bidi:plaintext}"
    "h3{font-size:15px;margin:0}p{margin:4px 0}.dim{color:var(--dim)}"
    ".file{margin:22px 0 0;padding-block-start:14px;border-block-start:2px solid var(--line)}"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px "
    "16px;margin:12px 0}"
    ".card.innocent h3{color:var(--calm)}.pairs{display:flex;flex-wrap:wrap;gap:18px;margin-block-start:10px}"
    ".pair{display:flex;gap:8px}figure{margin:0}figcaption{font-size:13px;color:var(--dim);margin-block-"
    "start:4px;"
    "max-width:240px}"
    ".frame{position:relative;display:inline-block;direction:ltr;overflow:hidden;border-radius:6px;"
    "background:#000;"
    "line-height:0;border:1px solid var(--line)}.frame img{display:block}"
    ".veil img{filter:grayscale(1) blur(7px)}.veil:hover img,.veil:focus img,#clear:checked~main .veil img"
    "{filter:none}.hash img{width:160px;height:160px;image-rendering:pixelated}"
    ".box{position:absolute;border:2px solid #ffb224;box-shadow:0 0 0 1px #0009,inset 0 0 0 1px #0009}"
    ".corners{position:absolute;inset:0;width:100%;height:100%}.corners "
    "polygon{fill:none;stroke:#53b1fd;stroke-width:2;"
    "vector-effect:non-scaling-stroke}"
    ".strip{position:relative;direction:ltr;height:96px;background:#10151f;border-radius:6px;overflow:hidden;"
    "margin:4px 0}.strip img{width:100%;height:100%;display:block;image-rendering:pixelated}"
    ".line{position:relative;direction:ltr;height:10px;background:var(--line);border-radius:5px;margin:4px 0;"
    "overflow:hidden}.part{position:absolute;top:0;bottom:0;min-width:3px;background:#d92d2099}"
    ".strip .part{background:#ffb22440;border-inline:2px solid #ffb224}"
    ".innocent .line .part{background:#06764799}table{border-collapse:collapse;font-size:14px}"
    "th{text-align:start;font-weight:600;color:var(--dim);padding-inline-end:14px;vertical-align:top}"
    "td{unicode-bidi:plaintext;overflow-wrap:anywhere}#clear{margin-inline-start:max(20px,calc((100% - "
    "1040px) / 2))}"
    "@media print{.veil img{filter:none}.card{break-inside:avoid}}";

/* ---- words ---- */

/* Text of others: made safe to show, then escaped. */
static void put_text(struct page *p, struct sv s)
{
    struct buf safe;
    buf_init(&safe, 0);
    utf8_show(&safe, s);
    utf8_markup(&p->b, buf_sv(&safe));
    p->b.failed |= safe.failed;
    buf_done(&safe);
}

static void put_word(struct page *p, const char *key) { utf8_markup(&p->b, cli_text(&p->cli, key)); }

static void put_filled(struct page *p, const char *key, const char *value)
{
    struct buf b;
    buf_init(&b, 0);
    cli_fill(&p->cli, &b, key, value, NULL);
    utf8_markup(&p->b, buf_sv(&b));
    buf_done(&b);
}

static void put_time(struct page *p, int64_t us)
{
    buf_puts(&p->b, "<bdi>");
    show_seconds(&p->b, us);
    buf_puts(&p->b, "</bdi>");
}

static void put_fact(struct page *p, const char *key, const struct buf *value)
{
    if (value->n == 0) return;
    buf_puts(&p->b, "<tr><th>");
    put_word(p, key);
    buf_puts(&p->b, "</th><td>");
    utf8_markup(&p->b, buf_sv(value));
    buf_puts(&p->b, "</td></tr>");
}

/* ---- pictures ---- */

static int show_file(struct page *p, struct sv path, const int64_t *times, size_t n, bool sound,
                     struct arena *a, struct media_shown *out)
{
    struct error err;
    struct media_show_request r = {.fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY),
                                   .times_us = times,
                                   .ntimes = n,
                                   .side = SHEET_SIDE,
                                   .sound = sound};
    if (r.fd < 0) return ERR_IO;
    int code = media_show(p->pool, &r, a, out, &err);
    close(r.fd);
    if (code) log_write(&p->cli.log, LOG_WARN, "cli", "%s: not shown: %s", path.p, err.text);
    return code;
}

/* Where the corners of the reference lie in the frame, when its points say so. */
static void put_corners(struct page *p, const struct reference *r)
{
    buf_puts(
        &p->b,
        "<svg class=\"corners\" viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\"><polygon points=\"");
    for (int i = 0; i < 4; i++) buf_printf(&p->b, "%d,%d ", r->corners[2 * i], r->corners[2 * i + 1]);
    buf_puts(&p->b, "\"/></svg>");
}

static void put_picture(struct page *p, const struct media_picture *m, const struct region *region,
                        const struct reference *corners)
{
    buf_puts(&p->b, "<span class=\"frame veil\" tabindex=\"0\"><img alt=\"\" src=\"");
    png_write_data_url(m->rgb, m->width, m->height, 3, &p->b);
    buf_printf(&p->b, "\" width=\"%u\" height=\"%u\">", m->width, m->height);
    if (region && (region->x || region->y || region->w != 1000 || region->h != 1000))
        buf_printf(&p->b,
                   "<span class=\"box\" style=\"left:%.1f%%;top:%.1f%%;width:%.1f%%;height:%.1f%%\"></span>",
                   region->x / 10.0, region->y / 10.0, region->w / 10.0, region->h / 10.0);
    if (corners && corners->points) put_corners(p, corners);
    buf_puts(&p->b, "</span>");
}

/* The hash as a picture: a light cell where the frequency is above the median. */
static void put_hash(struct page *p, const struct hash256 *h)
{
    uint8_t cells[256];
    for (int k = 0; k < 256; k++) cells[k] = h->w[k / 64] >> (k % 64) & 1 ? 235 : 30;
    buf_puts(&p->b, "<span class=\"frame hash\"><img alt=\"\" src=\"");
    png_write_data_url(cells, 16, 16, 1, &p->b);
    buf_puts(&p->b, "\"></span>");
}

static void put_caption(struct page *p, const char *key, int64_t us, const char *more)
{
    buf_puts(&p->b, "<figcaption>");
    put_word(p, key);
    if (us != TIME_UNKNOWN) {
        buf_puts(&p->b, " · ");
        put_time(p, us);
    }
    if (more) {
        buf_puts(&p->b, "<br>");
        put_word(p, more);
    }
    buf_puts(&p->b, "</figcaption>");
}

static const struct bank_frame *frame_near(const struct sheet_ref *r, int64_t us)
{
    const struct bank_frame *best = NULL;
    for (size_t i = 0; i < r->nframes; i++)
        if (!best || llabs(r->frames[i].time_us - us) < llabs(best->time_us - us)) best = &r->frames[i];
    return best;
}

static void put_reference(struct page *p, const struct finding *f, const struct sheet_ref *r, int64_t us)
{
    struct arena a;
    struct media_shown shown;
    int64_t at = us == TIME_UNKNOWN ? 0 : us;
    arena_init(&a, 0);
    const struct bank_frame *frame = frame_near(r, at);
    if (frame && r->length_us > 0 && at > frame->time_us) at = frame->time_us;
    buf_puts(&p->b, "<figure>");
    if (r->original.n && show_file(p, r->original, &at, 1, false, &a, &shown) == 0 && shown.npictures) {
        put_picture(p, &shown.pictures[0], f->ref.points ? &f->ref.part : NULL, NULL);
        put_caption(p, "match.reference", us, r->by_name ? "match.by_name" : NULL);
    } else if (frame) {
        put_hash(p, &frame->pdq);
        put_caption(p, "match.reference", us, "match.hash_drawn");
    }
    buf_puts(&p->b, "</figure>");
    arena_done(&a);
}

/* ---- moments ---- */

struct moment {
    int64_t here_us, there_us;
    const struct place *place;
};

/* Up to SHEET_PAIRS_MAX of a finding: the first and a later moment of each place. */
static size_t moments_of(const struct finding *f, struct moment *out)
{
    size_t n = 0;
    for (size_t i = 0; i < f->nplaces && n < SHEET_PAIRS_MAX; i++) {
        const struct place *q = &f->places[i];
        struct match_span there = match_reference_span(f, q);
        int64_t start = q->start_us == TIME_UNKNOWN ? 0 : q->start_us;
        out[n++] = (struct moment){start, there.start_us, q};
        int64_t length = q->end_us == TIME_UNKNOWN ? 0 : q->end_us - start;
        for (int k = 1; k < 3 && length > 3000000 && f->ref.speed != 0 && n < SHEET_PAIRS_MAX; k++) {
            int64_t later = length * k / 3;
            out[n++] =
                (struct moment){start + later, there.start_us + (int64_t)(f->ref.speed * (double)later), q};
        }
    }
    return n;
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    return (x->here_us > y->here_us) - (x->here_us < y->here_us);
}

static void put_pairs(struct page *p, const struct sheet_file *file, const struct finding *f,
                      const struct sheet_ref *r)
{
    struct moment m[SHEET_PAIRS_MAX];
    int64_t times[SHEET_PAIRS_MAX];
    struct media_shown shown;
    struct arena a;
    arena_init(&a, 0);
    size_t n = moments_of(f, m);
    qsort(m, n, sizeof *m, by_time);
    for (size_t i = 0; i < n; i++) times[i] = m[i].here_us;
    buf_puts(&p->b, "<div class=\"pairs\">");
    if (show_file(p, file->path, times, n, false, &a, &shown) == 0) {
        size_t at = 0;
        for (size_t i = 0; i < shown.npictures; i++) {
            while (at + 1 < n && m[at + 1].here_us <= shown.pictures[i].time_us + 1000) at++;
            buf_puts(&p->b, "<div class=\"pair\"><figure>");
            put_picture(p, &shown.pictures[i], &m[at].place->region, i == 0 ? &f->ref : NULL);
            put_caption(p, "match.query",
                        file->kind == MEDIA_IMAGE ? TIME_UNKNOWN : shown.pictures[i].time_us, NULL);
            buf_puts(&p->b, "</figure>");
            if (r) put_reference(p, f, r, m[at].there_us);
            buf_puts(&p->b, "</div>");
        }
    }
    buf_puts(&p->b, "</div>");
    arena_done(&a);
}

/* ---- stretches ---- */

static void put_part(struct page *p, int64_t start_us, int64_t end_us, int64_t length_us)
{
    if (start_us == TIME_UNKNOWN || length_us <= 0) return;
    if (end_us == TIME_UNKNOWN) end_us = start_us;
    if (end_us < start_us) {
        int64_t t = start_us;
        start_us = end_us;
        end_us = t;
    }
    buf_printf(&p->b, "<span class=\"part\" style=\"left:%.2f%%;width:%.2f%%\"></span>",
               100.0 * (double)start_us / (double)length_us,
               100.0 * (double)(end_us - start_us) / (double)length_us);
}

static void put_parts(struct page *p, const struct finding *f, bool there, int64_t length_us)
{
    for (size_t i = 0; i < f->nplaces; i++) {
        struct match_span s = {f->places[i].start_us, f->places[i].end_us};
        if (there) s = match_reference_span(f, &f->places[i]);
        /* A recording's part is as long there as here, where no speed is told. */
        if (there && s.end_us == TIME_UNKNOWN && s.start_us != TIME_UNKNOWN && f->kind == FINDING_MATCH_SOUND)
            s.end_us = s.start_us + f->places[i].end_us - f->places[i].start_us;
        put_part(p, s.start_us, s.end_us, length_us);
    }
}

static void put_length(struct page *p, const char *key, int64_t length_us)
{
    buf_puts(&p->b, "<p class=\"dim\">");
    put_word(p, key);
    buf_puts(&p->b, " · ");
    put_time(p, length_us);
    buf_puts(&p->b, "</p>");
}

static void put_line(struct page *p, const struct finding *f, const char *key, bool there, int64_t length_us)
{
    if (length_us <= 0 || length_us == TIME_UNKNOWN) return;
    put_length(p, key, length_us);
    buf_puts(&p->b, "<div class=\"line\">");
    put_parts(p, f, there, length_us);
    buf_puts(&p->b, "</div>");
}

/* Levels to a picture whose top is the highest pitch. */
static void put_strip_image(struct page *p, const uint8_t *levels, uint32_t columns)
{
    uint8_t *rgb = malloc((size_t)columns * MEDIA_STRIP_ROWS * 3);
    if (!rgb) {
        p->b.failed = true;
        return;
    }
    for (uint32_t x = 0; x < columns; x++)
        for (uint32_t y = 0; y < MEDIA_STRIP_ROWS; y++) {
            unsigned v = levels[(size_t)x * MEDIA_STRIP_ROWS + (MEDIA_STRIP_ROWS - 1 - y)];
            uint8_t *to = rgb + ((size_t)y * columns + x) * 3;
            to[0] = (uint8_t)(v < 128 ? v / 2 : v - 64);
            to[1] = (uint8_t)(v * v / 255);
            to[2] = (uint8_t)(40 + v * 3 / 4 - (v > 160 ? (v - 160) : 0));
        }
    buf_puts(&p->b, "<img alt=\"\" src=\"");
    png_write_data_url(rgb, columns, MEDIA_STRIP_ROWS, 3, &p->b);
    buf_puts(&p->b, "\">");
    free(rgb);
}

/* A sound of which nothing but its landmarks is there. */
static void put_landmarks(struct page *p, const struct landmark *v, size_t n, int64_t length_us)
{
    enum { COLUMNS = 320 };
    uint8_t *levels = calloc(COLUMNS, MEDIA_STRIP_ROWS);
    for (size_t i = 0; levels && i < n && length_us > 0; i++) {
        int64_t x = (int64_t)v[i].time * LANDMARK_TICK_US * COLUMNS / length_us;
        uint32_t y = (uint32_t)v[i].pitch * MEDIA_STRIP_ROWS / (LANDMARK_PITCH_MAX + 1);
        if (x >= 0 && x < COLUMNS) levels[(size_t)x * MEDIA_STRIP_ROWS + y] = 230;
    }
    if (levels) put_strip_image(p, levels, COLUMNS);
    free(levels);
}

static void put_strip(struct page *p, const struct finding *f, const char *key, struct sv path, bool there,
                      const struct landmark *landmarks, size_t n, int64_t length_us)
{
    struct arena a;
    struct media_shown shown;
    if (length_us <= 0) return;
    arena_init(&a, 0);
    bool heard = path.n && show_file(p, path, NULL, 0, true, &a, &shown) == 0 && shown.strip.columns;
    if (heard) length_us = shown.strip.columns * shown.strip.column_us;
    put_length(p, key, length_us);
    buf_puts(&p->b, "<div class=\"strip\">");
    if (heard)
        put_strip_image(p, shown.strip.levels, shown.strip.columns);
    else
        put_landmarks(p, landmarks, n, length_us);
    put_parts(p, f, there, length_us);
    buf_puts(&p->b, "</div>");
    if (!heard) {
        buf_puts(&p->b, "<p class=\"dim\">");
        put_word(p, "match.landmarks_drawn");
        buf_puts(&p->b, "</p>");
    }
    arena_done(&a);
}

/* ---- cards ---- */

static void put_facts(struct page *p, const struct finding *f)
{
    struct buf v;
    buf_init(&v, 0);
    buf_puts(&p->b, "<table>");
    for (size_t i = 0; i < f->nplaces && i < SHEET_PAIRS_MAX; i++) {
        struct match_span there = match_reference_span(f, &f->places[i]);
        buf_clear(&v);
        if (f->places[i].start_us != TIME_UNKNOWN) {
            show_seconds(&v, f->places[i].start_us);
            if (f->places[i].end_us != TIME_UNKNOWN) {
                buf_puts(&v, "–");
                show_seconds(&v, f->places[i].end_us);
            }
        }
        if (there.start_us != TIME_UNKNOWN) {
            buf_puts(&v, " ↔ ");
            show_seconds(&v, there.start_us);
            if (there.end_us != TIME_UNKNOWN) {
                buf_puts(&v, "–");
                show_seconds(&v, there.end_us);
            }
        }
        put_fact(p, "match.when", &v);
    }
    buf_clear(&v);
    match_put_form(&p->cli, &v, f);
    put_fact(p, "match.head.form", &v);
    buf_clear(&v);
    if (f->ref.distance >= 0) buf_printf(&v, "%d / 256", f->ref.distance);
    put_fact(p, "match.head.bits", &v);
    buf_puts(&p->b, "</table>");
    buf_done(&v);
}

static void put_card(struct page *p, const struct sheet_file *file, const struct finding *f)
{
    const struct sheet_ref *r = sheet_ref_of(p->sheet, f);
    struct buf words;
    buf_init(&words, 0);
    show_finding(&p->cli, &words, f);
    buf_printf(&p->b, "<section class=\"card%s\"><h3>", f->ref.negative ? " innocent" : "");
    utf8_markup(&p->b, buf_sv(&words));
    buf_puts(&p->b, "</h3>");
    buf_done(&words);
    put_facts(p, f);
    bool pictures = f->kind == FINDING_MATCH_MEDIA || f->kind == FINDING_MATCH_FILE;
    if (pictures && file->kind != MEDIA_AUDIO) {
        put_line(p, f, "match.query", false, file->kind == MEDIA_VIDEO ? file->duration_us : 0);
        if (r) put_line(p, f, "match.reference", true, r->length_us);
        put_pairs(p, file, f, r);
    } else if (!pictures) {
        put_strip(p, f, "match.query", file->path, false, file->landmarks, file->nlandmarks, file->sound_us);
        if (r) put_strip(p, f, "match.reference", r->original, true, r->print.v, r->print.n, r->length_us);
    }
    buf_puts(&p->b, "</section>");
}

static void put_file(struct page *p, const struct sheet_file *f)
{
    char n[32];
    buf_puts(&p->b, "<section class=\"file\"><h2>");
    put_text(p, f->path);
    buf_puts(&p->b, "</h2>");
    if (f->findings.n == 0) {
        buf_puts(&p->b, "<p class=\"dim\">");
        put_word(p, "match.none");
        buf_puts(&p->b, "</p>");
    }
    for (size_t i = 0; i < f->findings.n && i < SHEET_FINDINGS_MAX; i++) put_card(p, f, &f->findings.v[i]);
    if (f->findings.n > SHEET_FINDINGS_MAX) {
        snprintf(n, sizeof n, "%zu", f->findings.n - SHEET_FINDINGS_MAX);
        buf_puts(&p->b, "<p class=\"dim\">");
        put_filled(p, "finding.dropped", n);
        buf_puts(&p->b, "</p>");
    }
    buf_puts(&p->b, "</section>");
}

int page_write(struct page *p, struct error *err)
{
    char n[32];
    const char *lang = lang_name(p->cli.lang);
    buf_printf(
        &p->b,
        "<!doctype html>\n<html lang=\"%s\" dir=\"%s\"><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width\"><title>",
        lang, p->cli.lang == LANG_AR ? "rtl" : "ltr");
    put_word(p, "match.title");
    buf_printf(&p->b, "</title><style>%s</style></head><body><header><h1>", style);
    put_word(p, "match.title");
    buf_puts(&p->b, "</h1><p class=\"dim\">");
    put_word(p, "match.about");
    buf_puts(&p->b, "</p></header><input type=\"checkbox\" id=\"clear\"> <label for=\"clear\">");
    put_word(p, "match.clear");
    buf_puts(&p->b, "</label><main>");
    for (size_t i = 0; i < p->sheet->files.n; i++) put_file(p, p->sheet->files.v[i]);
    if (p->sheet->files_left_out) {
        snprintf(n, sizeof n, "%zu", p->sheet->files_left_out);
        buf_puts(&p->b, "<p>");
        put_filled(p, "match.files_left_out", n);
        buf_puts(&p->b, "</p>");
    }
    buf_puts(&p->b, "</main></body></html>\n");
    return p->b.failed ? error_set(err, ERR_NOMEM, "cli", "no memory for the contact sheet") : 0;
}
