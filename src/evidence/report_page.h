/* Pages of a report: text that flows down them, tables, pictures, in either direction of writing. Cairo draws, Pango shapes;
 * only this room's report files use them.
 * late_pdf_load() comes before all of it.
 *
 * The start side is the right one for Arabic. Text of ours has the document's direction, text of others its own; both begin on
 * the start side. Units are points (1/72 inch), y grows downwards. */
#ifndef MARSAD_EVIDENCE_REPORT_PAGE_H
#define MARSAD_EVIDENCE_REPORT_PAGE_H

#include "base/buf.h"
#include "evidence/late_pdf.h"
#include "policy/texts.h"

enum report_font {
    FONT_TITLE,
    FONT_HEADING,
    FONT_SMALL_HEADING,
    FONT_BODY,
    FONT_BOLD,
    FONT_SMALL,
    FONT_MONO,
    FONTS
};
enum report_words { WORDS_OURS, WORDS_THEIRS };

struct page {
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoFontMap *map;      /* of its own: gone with the page */
    PangoContext *pango[2]; /* left to right, right to left: a layout takes its direction from its context */
    PangoFontDescription *font[FONTS];
    bool rtl;
    int number, total; /* total 0: being counted */
    double y;
    struct sv running; /* stands at the top of every page */
    const struct texts *texts;
    enum lang lang;
};
#define PAGE_WIDTH  595.28 /* A4 */
#define PAGE_HEIGHT 841.89
#define PAGE_MARGIN 54.0
#define PAGE_INNER  (PAGE_WIDTH - 2 * PAGE_MARGIN)

/* cr is of `surface`; total: pages in all, 0 when they are being counted. */
void page_begin(struct page *p, cairo_surface_t *surface, const struct texts *texts, enum lang lang,
                int total);
/* What Cairo had against it, or CAIRO_STATUS_SUCCESS. */
cairo_status_t page_end(struct page *p);
/* A new page when fewer than `height` points are left. */
void page_need(struct page *p, double height);
void page_break(struct page *p);
void page_gap(struct page *p, double height);

/* A paragraph `indent` points in from the start side; flows over pages line by line. Empty text takes no room. */
void page_text(struct page *p, enum report_font font, enum report_words words, double indent, struct sv text);
/* A heading, kept together with what follows; also an entry of the outline when level is 1 or 2. */
void page_heading(struct page *p, int level, enum report_words words, struct sv text);
void page_rule(struct page *p);

/* A row of cells with these shares of the width (summing to 1); tallest cell decides; a row is not torn apart unless it is
 * taller than a page. */
struct page_cell {
    struct sv text;
    enum report_font font;
    enum report_words words;
};
void page_row(struct page *p, const struct page_cell *cells, const double *shares, size_t n, bool head);

/* Pictures side by side, each `height` points high at most, with words below. RGB rows without gaps. */
struct page_picture {
    int width, height;
    const uint8_t *rgb;
    struct sv words;
};
void page_pictures(struct page *p, const struct page_picture *v, size_t n, double height);

/* One line of text at a place: for drawings. align 0 begins at x, 1 ends there, 0.5 is centred. */
void page_label(struct page *p, enum report_font font, double x, double y, double align, struct sv text);
/* x measured from the start side, as a place on the page. */
double page_x(const struct page *p, double from_start);

#endif
