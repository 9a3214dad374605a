/* Small counts hidden so that subtraction does not bring them back, within one table and across all that are published.
 *
 * A table is its cells, the sums of rows and columns, and the total; each of them is a number that may be hidden. With the
 * sums on the other side of the equation (a minus before row and column sums, a plus before the total) every row and every
 * column adds up to 0. Tables that fit what is shown are then circulations in the bipartite graph of rows and columns: a
 * hidden number can be another one exactly when it lies on a cycle of the residual graph. Row → column: a number with a plus
 * grows, one with a minus shrinks; column → row the other way round; what is 0 cannot shrink; not back by its own edge.
 * That is a search over rows and columns; no arithmetic, no chance. (Willenborg and de Waal, Elements of Statistical
 * Disclosure Control, 2001, ch. 6, has the problem.)
 *
 * Tables are linked when they show the same number: then it is hidden in all of them or in none, and what follows from all
 * equations together is looked for by elimination (suppress_joint.c). Whatever is found is covered by hiding more. */
#include <stdlib.h>
#include <string.h>

#include "exchange/suppress_priv.h"

bool counts_hidden(const struct count_table *t, size_t r, size_t c)
{
    return t->hidden[r * (t->columns + 1) + c];
}

int64_t counts_value(const struct count_table *t, size_t r, size_t c)
{
    size_t r0 = r < t->rows ? r : 0, r1 = r < t->rows ? r + 1 : t->rows;
    size_t c0 = c < t->columns ? c : 0, c1 = c < t->columns ? c + 1 : t->columns;
    int64_t sum = 0;
    for (size_t i = r0; i < r1; i++)
        for (size_t k = c0; k < c1; k++) sum += t->v[i * t->columns + k];
    return sum;
}

bool count_has_plus(const struct count_table *t, size_t r, size_t c)
{
    return (r == t->rows) == (c == t->columns);
}

/* ---- one table ---- */

struct search {
    size_t *todo;
    bool *seen;
};

/* Whether `to` is reached from `from` (rows first, then columns) without the edge between row and column themselves. */
static bool reaches(const struct count_table *t, size_t from, size_t to, size_t row, size_t column,
                    const struct search *s)
{
    size_t n = 0, rows = t->rows + 1, columns = t->columns + 1;
    memset(s->seen, 0, (rows + columns) * sizeof *s->seen);
    s->todo[n++] = from;
    s->seen[from] = true;
    while (n > 0) {
        size_t at = s->todo[--n];
        if (at == to) return true;
        bool is_row = at < rows;
        for (size_t i = 0; i < (is_row ? columns : rows); i++) {
            size_t r = is_row ? at : i, c = is_row ? i : at - rows, next = is_row ? rows + i : i;
            if (s->seen[next] || !counts_hidden(t, r, c) || (r == row && c == column)) continue;
            bool shrinks = is_row != count_has_plus(t, r, c);
            if (shrinks && counts_value(t, r, c) == 0) continue;
            s->seen[next] = true;
            s->todo[n++] = next;
        }
    }
    return false;
}

static bool is_open(const struct count_table *t, size_t r, size_t c, const struct search *s)
{
    size_t row = r, column = t->rows + 1 + c;
    bool plus = count_has_plus(t, r, c);
    /* It grows, and the rest takes it back; or it shrinks, the other way round. */
    if (plus ? reaches(t, column, row, r, c, s) : reaches(t, row, column, r, c, s)) return true;
    if (counts_value(t, r, c) == 0) return false;
    return plus ? reaches(t, row, column, r, c, s) : reaches(t, column, row, r, c, s);
}

static int search_new(const struct count_table *t, struct search *s)
{
    size_t nodes = t->rows + t->columns + 2;
    s->todo = calloc(nodes, sizeof *s->todo);
    s->seen = calloc(nodes, sizeof *s->seen);
    return s->todo && s->seen ? 0 : ERR_NOMEM;
}

static void search_done(struct search *s)
{
    free(s->todo);
    free(s->seen);
}

bool counts_open(const struct count_table *t, size_t row, size_t column)
{
    struct search s;
    bool open = search_new(t, &s) == 0 && is_open(t, row, column, &s);
    search_done(&s);
    return open;
}

/* ---- hiding ---- */

/* What is hidden first: cells before sums, the total last; what is there before zeros, which tell less and help less; small
 * ones before large ones. */
static bool is_better(const struct count_table *t, const size_t a[2], const size_t b[2])
{
    int sums_a = (a[0] == t->rows) + (a[1] == t->columns), sums_b = (b[0] == t->rows) + (b[1] == t->columns);
    int64_t x = counts_value(t, a[0], a[1]), y = counts_value(t, b[0], b[1]);
    if (sums_a != sums_b) return sums_a < sums_b;
    if ((x == 0) != (y == 0)) return x != 0;
    return x < y;
}

bool count_hide_more(struct count_table *t, size_t row, size_t column)
{
    size_t best[2] = {SIZE_MAX, SIZE_MAX};
    for (int anywhere = 0; anywhere < 2 && best[0] == SIZE_MAX; anywhere++)
        for (size_t r = 0; r <= t->rows; r++)
            for (size_t c = 0; c <= t->columns; c++) {
                const size_t at[2] = {r, c};
                if (counts_hidden(t, r, c) || (!anywhere && r != row && c != column)) continue;
                if (best[0] == SIZE_MAX || is_better(t, at, best)) memcpy(best, at, sizeof best);
            }
    if (best[0] == SIZE_MAX) return false;
    t->hidden[best[0] * (t->columns + 1) + best[1]] = true;
    return true;
}

/* Small ones; and sums of a single row or column, which nobody shows because they are the cell itself. */
static void hide_small(struct count_table *t, int64_t least)
{
    for (size_t r = 0; r <= t->rows; r++)
        for (size_t c = 0; c <= t->columns; c++) {
            int64_t v = counts_value(t, r, c);
            bool same = (c == t->columns && t->columns <= 1) || (r == t->rows && t->rows <= 1);
            t->hidden[r * (t->columns + 1) + c] = same || (v > 0 && v < least);
        }
}

/* Until each hidden number of the table can be another one. *out: whether anything was hidden. */
static int close_table(struct count_table *t, bool *out)
{
    struct search s;
    int code = search_new(t, &s);
    for (bool again = code == 0; again;) {
        again = false;
        for (size_t r = 0; r <= t->rows; r++)
            for (size_t c = 0; c <= t->columns; c++)
                if (counts_hidden(t, r, c) && !is_open(t, r, c, &s) && count_hide_more(t, r, c))
                    again = *out = true;
    }
    search_done(&s);
    return code;
}

static bool follow_links(const struct count_tables *all)
{
    bool changed = false;
    for (size_t i = 0; i < all->nlinks; i++) {
        const struct count_link *l = &all->links[i];
        struct count_table *a = all->v[l->a.table], *b = all->v[l->b.table];
        bool *x = &a->hidden[l->a.row * (a->columns + 1) + l->a.column];
        bool *y = &b->hidden[l->b.row * (b->columns + 1) + l->b.column];
        if (*x == *y) continue;
        *x = *y = changed = true;
    }
    return changed;
}

int counts_suppress_all(const struct count_tables *all, int64_t least, struct error *err)
{
    int code = 0;
    for (size_t i = 0; i < all->n; i++) hide_small(all->v[i], least);
    for (bool again = true; code == 0 && again;) {
        again = follow_links(all);
        for (size_t i = 0; code == 0 && i < all->n; i++) code = close_table(all->v[i], &again);
        if (code == 0 && !again) code = count_hide_derived(all, &again);
    }
    return code ? error_set(err, ERR_NOMEM, "transparency", "no memory to hide small counts") : 0;
}

int counts_suppress(struct count_table *t, int64_t least, size_t *out_hidden, struct error *err)
{
    struct count_table *one[] = {t};
    struct count_tables all = {.v = one, .n = 1};
    int code = counts_suppress_all(&all, least, err);
    if (code) return code;
    size_t hidden = 0;
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++) hidden += counts_hidden(t, r, c);
    if (out_hidden) *out_hidden = hidden;
    return 0;
}
