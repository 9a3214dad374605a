/* What follows from all tables together: the equations of every row and column, with the hidden numbers as unknowns and linked
 * ones as the same unknown, brought into reduced echelon form. A row of one unknown gives it away; one that is in no such row
 * can move. Modulo a prime: a chance of some 2^-31 to overlook one, none to see one that is not there is of consequence, since
 * that only hides more. */
#include <stdlib.h>
#include <string.h>

#include "exchange/suppress_priv.h"

#define PRIME INT64_C(2147483647)

struct unknown {
    size_t table, row, column, number; /* number: of the unknown; linked cells have the same */
};
struct equations {
    const struct count_tables *all;
    struct unknown *unknowns;
    size_t nunknowns, columns; /* columns: unknowns that are not the same */
    int64_t *a;                /* rows × columns */
    size_t rows;
};

static struct unknown *find(const struct equations *e, size_t table, size_t row, size_t column)
{
    for (size_t i = 0; i < e->nunknowns; i++)
        if (e->unknowns[i].table == table && e->unknowns[i].row == row && e->unknowns[i].column == column)
            return &e->unknowns[i];
    return NULL;
}

static int gather(struct equations *e)
{
    size_t most = 0;
    for (size_t i = 0; i < e->all->n; i++) most += (e->all->v[i]->rows + 1) * (e->all->v[i]->columns + 1);
    e->unknowns = calloc(most + 1, sizeof *e->unknowns);
    if (!e->unknowns) return ERR_NOMEM;
    for (size_t i = 0; i < e->all->n; i++)
        for (size_t r = 0; r <= e->all->v[i]->rows; r++)
            for (size_t c = 0; c <= e->all->v[i]->columns; c++) {
                if (!counts_hidden(e->all->v[i], r, c)) continue;
                e->unknowns[e->nunknowns] = (struct unknown){i, r, c, e->nunknowns};
                e->nunknowns++;
            }
    for (size_t i = 0; i < e->all->nlinks; i++) {
        const struct count_link *l = &e->all->links[i];
        struct unknown *x = find(e, l->a.table, l->a.row, l->a.column);
        struct unknown *y = find(e, l->b.table, l->b.row, l->b.column);
        if (!x || !y || x->number == y->number) continue;
        size_t from = x->number > y->number ? x->number : y->number, to = x->number + y->number - from;
        for (size_t k = 0; k < e->nunknowns; k++)
            if (e->unknowns[k].number == from) e->unknowns[k].number = to;
    }
    e->columns = e->nunknowns;
    return 0;
}

static int write_equations(struct equations *e)
{
    size_t most = 0;
    for (size_t i = 0; i < e->all->n; i++) most += e->all->v[i]->rows + e->all->v[i]->columns + 2;
    e->a = calloc(most * e->columns + 1, sizeof *e->a);
    if (!e->a) return ERR_NOMEM;
    for (size_t i = 0, first = 0; i < e->all->n; i++) {
        const struct count_table *t = e->all->v[i];
        for (size_t k = 0; k < e->nunknowns; k++) {
            const struct unknown *u = &e->unknowns[k];
            if (u->table != i) continue;
            int64_t sign = count_has_plus(t, u->row, u->column) ? 1 : PRIME - 1;
            int64_t *row = &e->a[(first + u->row) * e->columns + u->number];
            int64_t *column = &e->a[(first + t->rows + 1 + u->column) * e->columns + u->number];
            *row = (*row + sign) % PRIME;
            *column = (*column + sign) % PRIME;
        }
        first += t->rows + t->columns + 2;
    }
    e->rows = most;
    return 0;
}

static int64_t inverse(int64_t x)
{
    int64_t out = 1;
    for (int64_t k = PRIME - 2; k > 0; k >>= 1, x = x * x % PRIME)
        if (k & 1) out = out * x % PRIME;
    return out;
}

static void eliminate(struct equations *e)
{
    size_t n = e->columns, rank = 0;
    for (size_t c = 0; c < n && rank < e->rows; c++) {
        size_t at = rank;
        while (at < e->rows && e->a[at * n + c] == 0) at++;
        if (at == e->rows) continue;
        for (size_t k = 0; k < n; k++) {
            int64_t swap = e->a[at * n + k];
            e->a[at * n + k] = e->a[rank * n + k];
            e->a[rank * n + k] = swap;
        }
        int64_t by = inverse(e->a[rank * n + c]);
        for (size_t k = c; k < n; k++) e->a[rank * n + k] = e->a[rank * n + k] * by % PRIME;
        for (size_t r = 0; r < e->rows; r++) {
            int64_t times = e->a[r * n + c];
            if (r == rank || times == 0) continue;
            for (size_t k = c; k < n; k++)
                e->a[r * n + k] = (e->a[r * n + k] + (PRIME - times) * e->a[rank * n + k]) % PRIME;
        }
        rank++;
    }
    e->rows = rank;
}

/* The unknown that stands alone in that row; SIZE_MAX: there are more. */
static size_t alone_in(const struct equations *e, size_t row)
{
    size_t found = SIZE_MAX;
    for (size_t k = 0; k < e->columns; k++) {
        if (e->a[row * e->columns + k] == 0) continue;
        if (found != SIZE_MAX) return SIZE_MAX;
        found = k;
    }
    return found;
}

int count_hide_derived(const struct count_tables *all, bool *out)
{
    struct equations e = {.all = all};
    int code = gather(&e);
    if (code == 0) code = write_equations(&e);
    if (code == 0) eliminate(&e);
    for (size_t r = 0; code == 0 && r < e.rows; r++) {
        size_t number = alone_in(&e, r);
        for (size_t i = 0; i < e.nunknowns && number != SIZE_MAX; i++)
            if (e.unknowns[i].number == number)
                *out |= count_hide_more(all->v[e.unknowns[i].table], e.unknowns[i].row, e.unknowns[i].column);
    }
    free(e.unknowns);
    free(e.a);
    return code;
}
