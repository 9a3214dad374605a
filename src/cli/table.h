/* Tables that align whatever is written in them: widths are terminal columns, not bytes, and Arabic cells stand on
 * the right side of an Arabic table. */
#ifndef MARSAD_CLI_TABLE_H
#define MARSAD_CLI_TABLE_H

#include "cli/cli.h"

enum align { ALIGN_START, ALIGN_END };

struct column {
    const char *title_key; /* text key; "" for none */
    enum align align;
    int min, max;   /* columns; max 0: as wide as its widest cell. What does not fit is cut with … */
    bool stretches; /* gets what is left of the line; at most one */
};

struct table;
struct table *table_new(struct cli *cli, const struct column *columns, size_t n);
void table_free(struct table *t);
/* Next cell of the row, made safe to show (control characters, bidi overrides). */
void table_cell(struct table *t, struct sv text, enum cli_colour colour);
void table_cellf(struct table *t, enum cli_colour colour, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Ends the row: missing cells are empty. */
void table_row(struct table *t);
/* Heading, rule and rows into cli->out. */
void table_print(struct table *t);

#endif
