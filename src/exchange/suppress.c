/* Small counts hidden so that subtraction does not bring them back.
 *
 * The reader knows every shown cell and every sum. A hidden cell is safe when there is another table of numbers ≥ 0 with the
 * same shown cells and the same sums in which it differs. Tables with given sums are flows in the bipartite graph of rows
 * and columns, so a hidden cell can change by one exactly when it lies on a cycle of the residual graph: row → column by
 * any hidden cell (it may grow), column → row by a hidden cell above 0 (it may shrink), other than its own edge back. That
 * is a search over rows and columns; no arithmetic, no chance. (Willenborg and de Waal, Elements of Statistical Disclosure
 * Control, 2001, ch. 6, has the problem; the test is exact for sums along rows and columns.) */
#include <stdlib.h>
#include <string.h>

#include "exchange/transparency.h"

static bool is_hidden(const struct count_table *t, size_t r, size_t c)
{
    return t->hidden[r * t->columns + c];
}
static int64_t value(const struct count_table *t, size_t r, size_t c) { return t->v[r * t->columns + c]; }

/* Whether `to` is reached from `from` (rows first, then columns) without the edge between row and column themselves. */
static bool reaches(const struct count_table *t, size_t from, size_t to, size_t row, size_t column,
                    size_t *todo, bool *seen)
{
    size_t n = 0, nodes = t->rows + t->columns;
    memset(seen, 0, nodes * sizeof *seen);
    todo[n++] = from;
    seen[from] = true;
    while (n > 0) {
        size_t at = todo[--n];
        if (at == to) return true;
        bool is_row = at < t->rows;
        size_t others = is_row ? t->columns : t->rows;
        for (size_t i = 0; i < others; i++) {
            size_t r = is_row ? at : i, c = is_row ? i : at - t->rows, next = is_row ? t->rows + i : i;
            if (seen[next] || !is_hidden(t, r, c) || (r == row && c == column)) continue;
            if (!is_row && value(t, r, c) == 0) continue; /* cannot shrink */
            seen[next] = true;
            todo[n++] = next;
        }
    }
    return false;
}

static bool open_cell(const struct count_table *t, size_t row, size_t column, size_t *todo, bool *seen)
{
    if (t->margins_hidden) return true;
    /* It grows: the rest must take it back from its column to its row. It shrinks: the other way round. */
    if (reaches(t, t->rows + column, row, row, column, todo, seen)) return true;
    return value(t, row, column) > 0 && reaches(t, row, t->rows + column, row, column, todo, seen);
}

bool counts_open(const struct count_table *t, size_t row, size_t column)
{
    size_t nodes = t->rows + t->columns;
    size_t *todo = calloc(nodes, sizeof *todo);
    bool *seen = calloc(nodes, sizeof *seen);
    bool open = todo && seen && open_cell(t, row, column, todo, seen);
    free(todo);
    free(seen);
    return open;
}

/* The smallest shown cell of the row, or of the column; those above 0 first: hiding a 0 tells less, and helps less. */
static bool hide_another(struct count_table *t, size_t row, size_t column)
{
    size_t best = SIZE_MAX;
    for (int pass = 0; pass < 2 && best == SIZE_MAX; pass++)
        for (size_t i = 0; i < t->rows + t->columns; i++) {
            size_t r = i < t->rows ? i : row, c = i < t->rows ? column : i - t->rows, at = r * t->columns + c;
            if (t->hidden[at] || (pass == 0 && t->v[at] == 0)) continue;
            if (best == SIZE_MAX || t->v[at] < t->v[best]) best = at;
        }
    if (best == SIZE_MAX) return false;
    t->hidden[best] = true;
    return true;
}

/* Any shown cell at all, the smallest: when row and column are hidden whole and still say too much. */
static bool hide_anywhere(struct count_table *t)
{
    size_t best = SIZE_MAX;
    for (size_t at = 0; at < t->rows * t->columns; at++)
        if (!t->hidden[at] && (best == SIZE_MAX || t->v[at] < t->v[best])) best = at;
    if (best == SIZE_MAX) return false;
    t->hidden[best] = true;
    return true;
}

int counts_suppress(struct count_table *t, int64_t least, size_t *out_hidden, struct error *err)
{
    size_t nodes = t->rows + t->columns, n = t->rows * t->columns, hidden = 0;
    size_t *todo = calloc(nodes + 1, sizeof *todo);
    bool *seen = calloc(nodes + 1, sizeof *seen);
    int code = todo && seen ? 0 : error_set(err, ERR_NOMEM, "transparency", "no memory to hide small counts");
    t->margins_hidden = false;
    for (size_t i = 0; i < n; i++) t->hidden[i] = t->v[i] > 0 && t->v[i] < least;
    for (bool again = code == 0; again;) {
        again = false;
        for (size_t i = 0; t->columns > 0 && i < n; i++) {
            size_t r = i / t->columns, c = i % t->columns;
            if (!t->hidden[i] || open_cell(t, r, c, todo, seen)) continue;
            if (!hide_another(t, r, c) && !hide_anywhere(t)) t->margins_hidden = true;
            again = true;
        }
    }
    for (size_t i = 0; code == 0 && i < n; i++) hidden += t->hidden[i];
    if (code == 0 && out_hidden) *out_hidden = hidden;
    free(todo);
    free(seen);
    return code;
}
