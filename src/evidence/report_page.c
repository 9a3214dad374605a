/* Pages: see report_page.h. */
#include "evidence/report_page.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
    const char *latin, *arabic;
} fonts[FONTS] = {
    [FONT_TITLE] = {"Noto Sans, DejaVu Sans Bold 20", "Noto Naskh Arabic, Amiri, Noto Sans Bold 22"},
    [FONT_HEADING] = {"Noto Sans, DejaVu Sans Bold 14", "Noto Naskh Arabic, Amiri, Noto Sans Bold 15"},
    [FONT_SMALL_HEADING] = {"Noto Sans, DejaVu Sans Bold 11", "Noto Naskh Arabic, Amiri, Noto Sans Bold 12"},
    [FONT_BODY] = {"Noto Sans, Noto Naskh Arabic, DejaVu Sans 9.5",
                   "Noto Naskh Arabic, Amiri, Noto Sans 10.5"},
    [FONT_BOLD] = {"Noto Sans, Noto Naskh Arabic, DejaVu Sans Bold 9.5",
                   "Noto Naskh Arabic, Amiri, Noto Sans Bold 10.5"},
    [FONT_SMALL] = {"Noto Sans, Noto Naskh Arabic, DejaVu Sans 8", "Noto Naskh Arabic, Amiri, Noto Sans 8.5"},
    [FONT_MONO] = {"Noto Sans Mono, DejaVu Sans Mono 6.5", "Noto Sans Mono, DejaVu Sans Mono 6.5"},
};

static const double bottom = PAGE_HEIGHT - PAGE_MARGIN - 8;

double page_x(const struct page *p, double from_start)
{
    return p->rtl ? PAGE_WIDTH - PAGE_MARGIN - from_start : PAGE_MARGIN + from_start;
}

/* By its first letter: Hebrew, Arabic and their neighbours, or any other. */
static bool begins_rtl(struct sv s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t c = utf8_next(s, &at, NULL);
        if ((c >= 0x590 && c < 0x900 && !(c >= 0x660 && c <= 0x669)) || (c >= 0xfb1d && c <= 0xfdff) ||
            (c >= 0xfe70 && c <= 0xfefc) || (c >= 0x1e800 && c <= 0x1eeff))
            return true;
        if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') return false;
        if (c >= 0xc0 && c < 0x590) return false;
    }
    return false;
}

/* What others wrote is made safe to show: no control bytes, no broken sequences, nothing that turns a line around. */
static PangoLayout *layout_of(struct page *p, enum report_font font, enum report_words words, double width,
                              struct sv text)
{
    struct buf safe;
    buf_init(&safe, 0);
    struct sv rest = text, line;
    for (bool first = true; sv_split(&rest, '\n', &line); first = false) {
        if (!first) buf_putc(&safe, '\n');
        if (words == WORDS_OURS)
            buf_putsv(&safe, line);
        else
            utf8_show(&safe, line);
    }
    PangoDirection ours = p->rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR, dir = ours;
    if (words == WORDS_THEIRS) {
        dir = begins_rtl(buf_sv(&safe)) ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR;
    }
    PangoLayout *l = pango_layout_new(p->pango[dir == PANGO_DIRECTION_RTL]);
    pango_layout_set_auto_dir(l, FALSE);
    pango_layout_set_font_description(l, p->font[font]);
    pango_layout_set_text(l, buf_cstr(&safe), (int)safe.n);
    if (width > 0) pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, p->rtl ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_spacing(l, (int)(1.5 * PANGO_SCALE));
    buf_done(&safe);
    return l;
}

static double height_of(PangoLayout *l)
{
    int h;
    pango_layout_get_size(l, NULL, &h);
    return (double)h / PANGO_SCALE;
}

void page_label(struct page *p, enum report_font font, double x, double y, double align, struct sv text)
{
    PangoLayout *l = layout_of(p, font, WORDS_THEIRS, 0, text);
    int w, h;
    pango_layout_set_alignment(l, PANGO_ALIGN_LEFT);
    pango_layout_set_single_paragraph_mode(l, TRUE);
    pango_layout_get_size(l, &w, &h);
    cairo_move_to(p->cr, x - align * w / PANGO_SCALE, y);
    pango_cairo_show_layout(p->cr, l);
    g_object_unref(l);
}

/* ---- pages ---- */

static void draw_frame(struct page *p)
{
    char number[32], total[32];
    struct buf foot;
    buf_init(&foot, 0);
    snprintf(number, sizeof number, "%d", p->number);
    snprintf(total, sizeof total, "%d", p->total);
    const struct sv args[] = {sv_cstr(number), sv_cstr(total)};
    text_fill(p->texts, p->lang, "report.page", args, 2, &foot);
    cairo_set_source_rgb(p->cr, 0.35, 0.35, 0.35);
    page_label(p, FONT_SMALL, page_x(p, 0), 30, p->rtl ? 1 : 0, p->running);
    page_label(p, FONT_SMALL, page_x(p, PAGE_INNER), PAGE_HEIGHT - 42, p->rtl ? 0 : 1, buf_sv(&foot));
    cairo_set_source_rgb(p->cr, 0.8, 0.8, 0.8);
    cairo_set_line_width(p->cr, 0.5);
    cairo_move_to(p->cr, PAGE_MARGIN, 46);
    cairo_rel_line_to(p->cr, PAGE_INNER, 0);
    cairo_stroke(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    buf_done(&foot);
    p->y = PAGE_MARGIN + 6;
}

void page_begin(struct page *p, cairo_surface_t *surface, const struct texts *texts, enum lang lang,
                int total)
{
    struct sv running = p->running;
    *p = (struct page){.surface = surface,
                       .cr = cairo_create(surface),
                       .rtl = lang == LANG_AR,
                       .number = 1,
                       .total = total,
                       .running = running,
                       .texts = texts,
                       .lang = lang};
    p->map = pango_cairo_font_map_new();
    for (int i = 0; i < 2; i++) {
        p->pango[i] = pango_font_map_create_context(p->map);
        pango_cairo_update_context(p->cr, p->pango[i]);
        pango_cairo_context_set_resolution(p->pango[i], 72);
        pango_context_set_base_dir(p->pango[i], i ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
        pango_context_set_language(p->pango[i], pango_language_from_string(lang_name(lang)));
    }
    for (int i = 0; i < FONTS; i++)
        p->font[i] = pango_font_description_from_string(p->rtl ? fonts[i].arabic : fonts[i].latin);
    draw_frame(p);
}

cairo_status_t page_end(struct page *p)
{
    cairo_show_page(p->cr);
    cairo_status_t status = cairo_status(p->cr);
    for (int i = 0; i < FONTS; i++) pango_font_description_free(p->font[i]);
    for (int i = 0; i < 2; i++) g_object_unref(p->pango[i]);
    g_object_unref(p->map);
    cairo_destroy(p->cr);
    return status;
}

void page_break(struct page *p)
{
    cairo_show_page(p->cr);
    p->number++;
    draw_frame(p);
}

void page_need(struct page *p, double height)
{
    if (p->y + height > bottom && p->y > PAGE_MARGIN + 12) page_break(p);
}

void page_gap(struct page *p, double height) { p->y += height; }

void page_rule(struct page *p)
{
    cairo_set_source_rgb(p->cr, 0.8, 0.8, 0.8);
    cairo_set_line_width(p->cr, 0.5);
    cairo_move_to(p->cr, PAGE_MARGIN, p->y);
    cairo_rel_line_to(p->cr, PAGE_INNER, 0);
    cairo_stroke(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    p->y += 4;
}

/* ---- text ---- */

/* Line by line, so that a paragraph goes on overleaf. x is the left edge of the layout. */
static void flow(struct page *p, PangoLayout *l, double x)
{
    PangoLayoutIter *it = pango_layout_get_iter(l);
    do {
        PangoRectangle r;
        PangoLayoutLine *line = pango_layout_iter_get_line_readonly(it);
        pango_layout_iter_get_line_extents(it, NULL, &r);
        double height = (double)r.height / PANGO_SCALE;
        page_need(p, height);
        double base = (double)(pango_layout_iter_get_baseline(it) - r.y) / PANGO_SCALE;
        cairo_move_to(p->cr, x + (double)r.x / PANGO_SCALE, p->y + base);
        pango_cairo_show_layout_line(p->cr, line);
        p->y += height + 1.5;
    } while (pango_layout_iter_next_line(it));
    pango_layout_iter_free(it);
}

void page_text(struct page *p, enum report_font font, enum report_words words, double indent, struct sv text)
{
    if (sv_trim(text).n == 0) return;
    PangoLayout *l = layout_of(p, font, words, PAGE_INNER - indent, text);
    cairo_tag_begin(p->cr, "P", NULL);
    flow(p, l, p->rtl ? PAGE_MARGIN : PAGE_MARGIN + indent);
    cairo_tag_end(p->cr, "P");
    g_object_unref(l);
    p->y += 3;
}

/* The outline's words: what is not ours made visible, and our own marks of direction left out. */
static void title_of(struct sv text, enum report_words words, struct buf *out)
{
    if (words == WORDS_THEIRS) {
        utf8_show_cut(out, text, 80);
        return;
    }
    for (struct sv rest = text; rest.n > 0;) {
        bool mark = sv_starts(rest, SV("\u200e"));
        if (!mark) buf_putc(out, rest.p[0]);
        rest = sv_sub(rest, mark ? sizeof "\u200e" - 1 : 1, rest.n);
    }
}

static void add_outline(struct page *p, struct sv text, enum report_words words)
{
    char attributes[96], title[256];
    struct buf safe;
    if (cairo_surface_get_type(p->surface) != CAIRO_SURFACE_TYPE_PDF) return;
    buf_init(&safe, 0);
    title_of(text, words, &safe);
    snprintf(attributes, sizeof attributes, "page=%d pos=[%g %g]", p->number, PAGE_MARGIN, p->y);
    snprintf(title, sizeof title, "%s", buf_cstr(&safe));
    if (!safe.failed && utf8_check(sv_cstr(title)) == SIZE_MAX)
        cairo_pdf_surface_add_outline(p->surface, CAIRO_PDF_OUTLINE_ROOT, title, attributes, 0);
    buf_done(&safe);
}

void page_heading(struct page *p, int level, enum report_words words, struct sv text)
{
    enum report_font font = level == 0 ? FONT_TITLE : level == 1 ? FONT_HEADING : FONT_SMALL_HEADING;
    const char *tag = level < 2 ? "H1" : "H2";
    page_gap(p, level == 1 ? 12 : 6);
    page_need(p, level == 1 ? 110 : 70);
    if (level > 0) add_outline(p, text, words);
    PangoLayout *l = layout_of(p, font, words, PAGE_INNER, text);
    if (level == 1) cairo_set_source_rgb(p->cr, 0.10, 0.25, 0.42);
    cairo_tag_begin(p->cr, tag, NULL);
    flow(p, l, PAGE_MARGIN);
    cairo_tag_end(p->cr, tag);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
    g_object_unref(l);
    p->y += 4;
}

/* ---- tables ---- */

enum { MOST_CELLS = 8 };

static void shade(struct page *p, double height)
{
    cairo_set_source_rgb(p->cr, 0.93, 0.94, 0.96);
    cairo_rectangle(p->cr, PAGE_MARGIN, p->y, PAGE_INNER, height);
    cairo_fill(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

void page_row(struct page *p, const struct page_cell *cells, const double *shares, size_t n, bool head)
{
    const double pad = 3;
    PangoLayout *l[MOST_CELLS];
    double tallest = 0, at = 0;
    if (n > MOST_CELLS) n = MOST_CELLS;
    for (size_t i = 0; i < n; i++) {
        double width = shares[i] * PAGE_INNER - 2 * pad;
        l[i] = layout_of(p, head ? FONT_BOLD : cells[i].font, cells[i].words, width, cells[i].text);
        if (height_of(l[i]) > tallest) tallest = height_of(l[i]);
    }
    if (tallest > bottom - PAGE_MARGIN - 20) tallest = bottom - PAGE_MARGIN - 20;
    page_need(p, tallest + 2 * pad + (head ? 40 : 0));
    if (head) shade(p, tallest + 2 * pad);
    cairo_tag_begin(p->cr, "TR", NULL);
    for (size_t i = 0; i < n; i++) {
        double width = shares[i] * PAGE_INNER,
               x = p->rtl ? PAGE_WIDTH - PAGE_MARGIN - at - width : PAGE_MARGIN + at;
        cairo_save(p->cr);
        cairo_rectangle(p->cr, x, p->y, width, tallest + 2 * pad);
        cairo_clip(p->cr);
        cairo_move_to(p->cr, x + pad, p->y + pad);
        cairo_tag_begin(p->cr, head ? "TH" : "TD", NULL);
        pango_cairo_show_layout(p->cr, l[i]);
        cairo_tag_end(p->cr, head ? "TH" : "TD");
        cairo_restore(p->cr);
        g_object_unref(l[i]);
        at += width;
    }
    cairo_tag_end(p->cr, "TR");
    p->y += tallest + 2 * pad;
    cairo_set_source_rgb(p->cr, 0.85, 0.85, 0.85);
    cairo_set_line_width(p->cr, 0.4);
    cairo_move_to(p->cr, PAGE_MARGIN, p->y);
    cairo_rel_line_to(p->cr, PAGE_INNER, 0);
    cairo_stroke(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

/* ---- pictures ---- */

static cairo_surface_t *image_of(const struct page_picture *v)
{
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, v->width, v->height);
    if (cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) return image;
    unsigned char *to = cairo_image_surface_get_data(image);
    int stride = cairo_image_surface_get_stride(image);
    for (int y = 0; y < v->height; y++)
        for (int x = 0; x < v->width; x++) {
            const uint8_t *c = v->rgb + 3 * ((size_t)y * (size_t)v->width + (size_t)x);
            uint32_t pixel = (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2];
            memcpy(to + (size_t)y * (size_t)stride + 4 * (size_t)x, &pixel, sizeof pixel);
        }
    cairo_surface_mark_dirty(image);
    return image;
}

static void draw_picture(struct page *p, const struct page_picture *v, double x, double w, double h)
{
    cairo_surface_t *image = image_of(v);
    cairo_save(p->cr);
    cairo_translate(p->cr, x, p->y);
    cairo_scale(p->cr, w / v->width, h / v->height);
    cairo_set_source_surface(p->cr, image, 0, 0);
    cairo_tag_begin(p->cr, "Figure", NULL);
    cairo_paint(p->cr);
    cairo_tag_end(p->cr, "Figure");
    cairo_restore(p->cr);
    cairo_surface_destroy(image);
    cairo_set_source_rgb(p->cr, 0.7, 0.7, 0.7);
    cairo_set_line_width(p->cr, 0.5);
    cairo_rectangle(p->cr, x, p->y, w, h);
    cairo_stroke(p->cr);
    cairo_set_source_rgb(p->cr, 0, 0, 0);
}

void page_pictures(struct page *p, const struct page_picture *v, size_t n, double height)
{
    const double gap = 8, words = 13;
    for (size_t i = 0; i < n;) {
        double at = 0;
        page_need(p, height + words + 4);
        for (; i < n; i++) {
            double w = height * v[i].width / v[i].height, h = height;
            if (w > PAGE_INNER) h *= PAGE_INNER / w, w = PAGE_INNER;
            if (at > 0 && at + w > PAGE_INNER) break;
            double x = p->rtl ? PAGE_WIDTH - PAGE_MARGIN - at - w : PAGE_MARGIN + at;
            draw_picture(p, &v[i], x, w, h);
            double top = p->y;
            p->y = top;
            page_label(p, FONT_SMALL, x + w / 2, top + h + 1, 0.5, v[i].words);
            at += w + gap;
        }
        p->y += height + words + 4;
    }
}
