/* The report as HTML, CSV, JSON and PDF; letters as PDF. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "evidence/report_page.h"
#include "exchange/public_report_priv.h"
#include "exchange/referral_priv.h"

static const char hidden_sign[] = "·";

static struct sv title(const struct public_report *r, const struct report_table *t)
{
    char key[96];
    snprintf(key, sizeof key, "public.table.%s", t->name);
    return text_get(r->o.texts, r->o.lang, key);
}

static struct sv say(const struct public_report *r, const char *key)
{
    return text_get(r->o.texts, r->o.lang, key);
}

/* Also a sum: what is hidden is in it. */
static void cell(const struct report_table *t, size_t row, size_t column, char out[32])
{
    if (!t->measures && counts_hidden(&t->counts, row, column))
        snprintf(out, 32, "%s", hidden_sign);
    else
        snprintf(out, 32, "%lld", (long long)counts_value(&t->counts, row, column));
}

/* False when there are no sums: a single row or column is its own. */
static bool row_sum(const struct report_table *t, size_t row, char out[32])
{
    cell(t, row, t->counts.columns, out);
    return !t->measures && t->counts.columns > 1;
}

static bool column_sum(const struct report_table *t, size_t column, char out[32])
{
    cell(t, t->counts.rows, column, out);
    return !t->measures && t->counts.rows > 1;
}

static void dates(const struct public_report *r, char from[TIME_TEXT_BYTES], char to[TIME_TEXT_BYTES])
{
    time_format(r->o.from_us, from);
    time_format(r->o.to_us, to);
    if (strlen(from) > 10) from[10] = '\0';
    if (strlen(to) > 10) to[10] = '\0';
}

/* ---- HTML ---- */

static void html_table(const struct public_report *r, const struct report_table *t, struct buf *b)
{
    char text[32];
    buf_printf(b, "<section>\n<h2 id=\"%s\">", t->name);
    utf8_markup(b, title(r, t));
    buf_puts(b, "</h2>\n");
    if (t->counts.rows == 0) {
        buf_puts(b, "<p>");
        utf8_markup(b, say(r, "public.nothing"));
        buf_puts(b, "</p>\n</section>\n");
        return;
    }
    buf_printf(b, "<table aria-labelledby=\"%s\">\n<thead><tr><th scope=\"col\"></th>", t->name);
    for (size_t k = 0; k < t->counts.columns; k++) {
        buf_puts(b, "<th scope=\"col\">");
        utf8_markup(b, t->columns[k]);
        buf_puts(b, "</th>");
    }
    bool sums = row_sum(t, 0, text);
    if (sums) {
        buf_puts(b, "<th scope=\"col\">");
        utf8_markup(b, say(r, "public.sum"));
        buf_puts(b, "</th>");
    }
    buf_puts(b, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < t->counts.rows; i++) {
        buf_puts(b, "<tr><th scope=\"row\">");
        utf8_markup(b, t->rows[i]);
        buf_puts(b, "</th>");
        for (size_t k = 0; k < t->counts.columns; k++) {
            cell(t, i, k, text);
            buf_printf(b, "<td>%s</td>", text);
        }
        if (row_sum(t, i, text)) buf_printf(b, "<td>%s</td>", text);
        buf_puts(b, "</tr>\n");
    }
    buf_puts(b, "</tbody>\n");
    if (column_sum(t, 0, text)) {
        buf_puts(b, "<tfoot><tr><th scope=\"row\">");
        utf8_markup(b, say(r, "public.sum"));
        buf_puts(b, "</th>");
        for (size_t k = 0; k < t->counts.columns; k++) {
            column_sum(t, k, text);
            buf_printf(b, "<td>%s</td>", text);
        }
        buf_puts(b, sums ? "<td></td></tr></tfoot>\n" : "</tr></tfoot>\n");
    }
    buf_puts(b, "</table>\n</section>\n");
}

static void limits(const struct public_report *r, struct buf *b)
{
    char least[24];
    struct sv args[1];
    snprintf(least, sizeof least, "%lld", (long long)r->o.least);
    args[0] = sv_cstr(least);
    text_fill(r->o.texts, r->o.lang, "public.limits", args, 1, b);
}

void public_report_html(const struct public_report *r, struct buf *b)
{
    char from[TIME_TEXT_BYTES], to[TIME_TEXT_BYTES];
    struct buf words;
    dates(r, from, to);
    buf_printf(b,
               "<!DOCTYPE html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
               "name=\"viewport\" content=\"width=device-width\">\n<title>",
               lang_name(r->o.lang), r->o.lang == LANG_AR ? "rtl" : "ltr");
    utf8_markup(b, say(r, "public.title"));
    buf_puts(b, "</title>\n<style>body{font:12pt/1.5 sans-serif;max-width:64em;margin:2em auto;padding:0 "
                "1em;color:#111;background:#fff}table{border-collapse:collapse}"
                "th,td{border:1px solid #999;padding:.3em "
                ".6em;text-align:start}td{text-align:end;font-variant-numeric:tabular-nums}section{overflow-"
                "x:auto}</style>\n</head>\n<body>\n<h1>");
    utf8_markup(b, say(r, "public.title"));
    buf_puts(b, "</h1>\n<p>");
    utf8_markup(b, r->o.publisher);
    buf_printf(b, "</p>\n<p><bdi>%s</bdi> – <bdi>%s</bdi></p>\n", from, to);
    for (size_t i = 0; i < r->n; i++) html_table(r, &r->tables[i], b);
    buf_init(&words, 0);
    limits(r, &words);
    buf_puts(b, "<h2>");
    utf8_markup(b, say(r, "public.method"));
    buf_puts(b, "</h2>\n<p>");
    utf8_markup(b, buf_sv(&words));
    buf_puts(b, "</p>\n</body>\n</html>\n");
    if (words.failed) b->failed = true;
    buf_done(&words);
}

/* ---- CSV and JSON ---- */

/* A cell that a spreadsheet could take for a formula gets an apostrophe. */
static void csv(struct buf *b, struct sv s)
{
    buf_putc(b, '"');
    if (s.n && strchr("=+-@\t\r", s.p[0])) buf_putc(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_putc(b, '"');
        buf_putc(b, s.p[i]);
    }
    buf_putc(b, '"');
}

void public_report_csv(const struct public_report *r, struct buf *b)
{
    buf_puts(b, "table,row,column,value\r\n");
    for (size_t n = 0; n < r->n; n++) {
        const struct report_table *t = &r->tables[n];
        for (size_t i = 0; i < t->counts.rows; i++)
            for (size_t k = 0; k < t->counts.columns; k++) {
                buf_printf(b, "%s,", t->name);
                csv(b, t->rows[i]);
                buf_putc(b, ',');
                csv(b, t->columns[k]);
                buf_putc(b, ',');
                if (t->measures || !counts_hidden(&t->counts, i, k))
                    buf_printf(b, "%lld", (long long)counts_value(&t->counts, i, k));
                buf_puts(b, "\r\n");
            }
    }
}

void public_report_json(const struct public_report *r, struct buf *b)
{
    struct jw w;
    char from[TIME_TEXT_BYTES], to[TIME_TEXT_BYTES];
    dates(r, from, to);
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "from", from);
    jw_kv_str(&w, "to", to);
    jw_kv_i64(&w, "least", r->o.least);
    jw_key(&w, "tables");
    jw_object(&w);
    for (size_t n = 0; n < r->n; n++) {
        const struct report_table *t = &r->tables[n];
        jw_key(&w, t->name);
        jw_array(&w);
        for (size_t i = 0; i < t->counts.rows; i++) {
            jw_object(&w);
            jw_kv_sv(&w, "row", t->rows[i]);
            for (size_t k = 0; k < t->counts.columns; k++) {
                jw_keysv(&w, t->columns[k]);
                if (!t->measures && counts_hidden(&t->counts, i, k))
                    jw_null(&w);
                else
                    jw_i64(&w, counts_value(&t->counts, i, k));
            }
            jw_end(&w);
        }
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    buf_putc(b, '\n');
}

/* ---- PDF ---- */

struct drawing {
    const struct public_report *report; /* or */
    struct sv letter;
    const struct texts *texts;
    enum lang lang;
};

static void draw_table(struct page *p, const struct public_report *r, const struct report_table *t)
{
    enum { COLUMNS = 16 };
    struct page_cell cells[COLUMNS];
    double shares[COLUMNS];
    char texts[COLUMNS][32];
    size_t n = t->counts.columns < COLUMNS - 1 ? t->counts.columns : COLUMNS - 1;
    page_heading(p, 2, WORDS_THEIRS, title(r, t));
    if (t->counts.rows == 0) {
        page_text(p, FONT_BODY, WORDS_OURS, 0, say(r, "public.nothing"));
        return;
    }
    shares[0] = n > 4 ? 0.22 : 0.4;
    for (size_t k = 0; k < n; k++) shares[k + 1] = (1 - shares[0]) / (double)n;
    cells[0] = (struct page_cell){SV(""), FONT_SMALL, WORDS_OURS};
    for (size_t k = 0; k < n; k++) cells[k + 1] = (struct page_cell){t->columns[k], FONT_SMALL, WORDS_OURS};
    page_row(p, cells, shares, n + 1, true);
    for (size_t i = 0; i < t->counts.rows; i++) {
        cells[0] = (struct page_cell){t->rows[i], FONT_SMALL, WORDS_OURS};
        for (size_t k = 0; k < n; k++) {
            cell(t, i, k, texts[k]);
            cells[k + 1] = (struct page_cell){sv_cstr(texts[k]), FONT_SMALL, WORDS_OURS};
        }
        page_row(p, cells, shares, n + 1, false);
    }
    page_gap(p, 10);
}

static void draw_report(struct page *p, const struct public_report *r)
{
    char from[TIME_TEXT_BYTES], to[TIME_TEXT_BYTES], period[80];
    struct buf words;
    dates(r, from, to);
    snprintf(period, sizeof period, "%s – %s", from, to);
    page_heading(p, 1, WORDS_THEIRS, say(r, "public.title"));
    page_text(p, FONT_BODY, WORDS_THEIRS, 0, r->o.publisher);
    page_text(p, FONT_BODY, WORDS_OURS, 0, sv_cstr(period));
    for (size_t i = 0; i < r->n; i++) draw_table(p, r, &r->tables[i]);
    buf_init(&words, 0);
    limits(r, &words);
    page_heading(p, 2, WORDS_THEIRS, say(r, "public.method"));
    page_text(p, FONT_BODY, WORDS_OURS, 0, buf_sv(&words));
    buf_done(&words);
}

static void draw_letter(struct page *p, struct sv letter)
{
    struct sv subject, text, line;
    letter_split(letter, &subject, &text);
    page_heading(p, 1, WORDS_THEIRS, subject);
    while (text.n && sv_split(&text, '\n', &line)) {
        line = sv_trim(line);
        if (sv_starts(line, SV("# ")))
            page_heading(p, 2, WORDS_THEIRS, sv_sub(line, 2, line.n));
        else if (sv_starts(line, SV("- ")))
            page_text(p, FONT_BODY, WORDS_OURS, 14, sv_sub(line, 2, line.n));
        else if (line.n)
            page_text(p, sv_starts(line, SV("http")) ? FONT_MONO : FONT_BODY,
                      sv_starts(line, SV("http")) ? WORDS_THEIRS : WORDS_OURS, 0, line);
        else
            page_gap(p, 5);
    }
}

static cairo_status_t draw(const struct drawing *d, cairo_surface_t *surface, int total, int *out_pages)
{
    struct page p = {.running = SV("")};
    page_begin(&p, surface, d->texts, d->lang, total);
    if (d->report)
        draw_report(&p, d->report);
    else
        draw_letter(&p, d->letter);
    if (out_pages) *out_pages = p.number;
    return page_end(&p);
}

static int write_pdf(const struct drawing *d, const char *path, struct error *err)
{
    int pages = 0, rc = late_pdf_load(err);
    if (rc) return rc;
    cairo_surface_t *nowhere = cairo_pdf_surface_create_for_stream(NULL, NULL, PAGE_WIDTH, PAGE_HEIGHT);
    if (draw(d, nowhere, 0, &pages) != CAIRO_STATUS_SUCCESS) pages = 0;
    cairo_surface_destroy(nowhere);
    cairo_surface_t *pdf = cairo_pdf_surface_create(path, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_status_t status = draw(d, pdf, pages, NULL);
    cairo_surface_finish(pdf);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(pdf);
    cairo_surface_destroy(pdf);
    if (status == CAIRO_STATUS_SUCCESS) return 0;
    return error_set(err, status == CAIRO_STATUS_NO_MEMORY ? ERR_NOMEM : ERR_IO, "transparency", "%s: %s",
                     path, cairo_status_to_string(status));
}

int public_report_pdf(const struct public_report *r, const char *path, struct error *err)
{
    struct drawing d = {.report = r, .texts = r->o.texts, .lang = r->o.lang};
    return write_pdf(&d, path, err);
}

int letter_pdf(struct sv letter, const struct texts *texts, enum lang lang, const char *path,
               struct error *err)
{
    struct drawing d = {.letter = letter, .texts = texts, .lang = lang};
    return write_pdf(&d, path, err);
}
