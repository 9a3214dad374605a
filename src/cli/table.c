/* Cells are collected, made safe, measured in terminal columns, then laid out: fixed widths first, what is left to the
 * stretching column.
 *
 * On a terminal that turns text around by itself each cell is wrapped in isolates and the line begins left to right:
 * else an Arabic cell would pull its neighbours across the column. Where we turn text (say.c), two spaces between
 * columns mark where a stretch ends. */
#include "cli/table.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <stdlib.h>

enum { GAP = 2, MAX_COLUMNS = 16 };

struct cell {
    struct sv text; /* safe to show */
    int width;
    enum cli_colour colour;
};

struct table {
    struct cli *cli;
    const struct column *columns;
    size_t n;
    struct VEC(struct cell) cells;
    size_t in_row;
    struct arena arena;
    bool failed;
    int widths[MAX_COLUMNS];
};

struct table *table_new(struct cli *cli, const struct column *columns, size_t n)
{
    struct table *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->cli = cli;
    t->columns = columns;
    t->n = n < MAX_COLUMNS ? n : MAX_COLUMNS;
    arena_init(&t->arena, 0);
    return t;
}

void table_free(struct table *t)
{
    if (!t) return;
    VEC_DONE(&t->cells);
    arena_done(&t->arena);
    free(t);
}

static void put_cell(struct table *t, struct sv shown, enum cli_colour colour)
{
    struct sv kept = arena_copy(&t->arena, shown);
    if (!kept.p || VEC_PUSH(&t->cells, (struct cell){kept, utf8_width(kept), colour}) != 0)
        t->failed = true;
    else
        t->in_row++;
}

void table_cell(struct table *t, struct sv text, enum cli_colour colour)
{
    if (!t || t->in_row == t->n) return;
    struct buf b;
    buf_init(&b, 0);
    utf8_show(&b, text);
    if (b.failed) t->failed = true;
    put_cell(t, buf_sv(&b), colour);
    buf_done(&b);
}

void table_cellf(struct table *t, enum cli_colour colour, const char *fmt, ...)
{
    if (!t) return;
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    table_cell(t, sv_cstr(text), colour);
}

void table_row(struct table *t)
{
    if (!t) return;
    while (t->in_row < t->n && !t->failed) put_cell(t, SV_NULL, COLOUR_PLAIN);
    t->in_row = 0;
}

static struct sv title_of(const struct table *t, size_t column)
{
    const char *key = t->columns[column].title_key;
    return *key ? cli_text(t->cli, key) : SV_NULL;
}

static void measure(struct table *t)
{
    int used = 0;
    size_t stretching = SIZE_MAX;
    for (size_t c = 0; c < t->n; c++) {
        const struct column *col = &t->columns[c];
        int width = utf8_width(title_of(t, c));
        for (size_t i = c; i < t->cells.n; i += t->n)
            if (t->cells.v[i].width > width) width = t->cells.v[i].width;
        if (width < col->min) width = col->min;
        if (col->max && width > col->max) width = col->max;
        if (col->stretches) stretching = c;
        t->widths[c] = width;
        used += width + (c ? GAP : 0);
    }
    if (stretching == SIZE_MAX || t->cli->to.columns == 0 || used <= t->cli->to.columns) return;
    int left = t->widths[stretching] - (used - t->cli->to.columns), least = t->columns[stretching].min;
    t->widths[stretching] = left > least ? left : least;
}

static void print_cell(struct table *t, size_t c, struct sv text, int width, enum cli_colour colour)
{
    struct buf *b = &t->cli->out;
    const struct column *col = &t->columns[c];
    bool isolate = t->cli->to.tty && t->cli->to.bidi == BIDI_LEAVE, last = c + 1 == t->n;
    int room = t->widths[c] - (width < t->widths[c] ? width : t->widths[c]);
    if (c) buf_pad(b, ' ', GAP);
    if (col->align == ALIGN_END) buf_pad(b, ' ', (size_t)room);
    if (colour != COLOUR_PLAIN) buf_puts(b, cli_colour(t->cli, colour));
    if (isolate) buf_puts(b, "\u2068");
    if (width > t->widths[c])
        utf8_show_cut(b, text, t->widths[c]);
    else
        buf_putsv(b, text);
    if (isolate) buf_puts(b, "\u2069");
    if (colour != COLOUR_PLAIN) buf_puts(b, cli_colour(t->cli, COLOUR_PLAIN));
    if (col->align == ALIGN_START && !last) buf_pad(b, ' ', (size_t)room);
}

static void print_heading(struct table *t)
{
    struct buf *b = &t->cli->out;
    for (size_t c = 0; c < t->n; c++)
        print_cell(t, c, title_of(t, c), utf8_width(title_of(t, c)), COLOUR_BOLD);
    buf_putc(b, '\n');
    for (size_t c = 0; c < t->n; c++) {
        if (c) buf_pad(b, ' ', GAP);
        for (int i = 0; i < t->widths[c]; i++) buf_puts(b, "─");
    }
    buf_putc(b, '\n');
}

void table_print(struct table *t)
{
    if (!t) return;
    measure(t);
    print_heading(t);
    struct buf *b = &t->cli->out;
    for (size_t i = 0; i + t->n <= t->cells.n; i += t->n) {
        size_t from = b->n;
        for (size_t c = 0; c < t->n; c++)
            print_cell(t, c, t->cells.v[i + c].text, t->cells.v[i + c].width, t->cells.v[i + c].colour);
        while (b->n > from && b->p[b->n - 1] == ' ') b->n--; /* empty cells at the end */
        buf_putc(b, '\n');
    }
    if (t->failed) b->failed = true;
}
