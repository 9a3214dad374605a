/* Small counts hidden so that nobody computes them: held against an attacker who tries every table that fits what is shown. */
#include "test.h"

#include "exchange/transparency.h"

enum { ROWS = 4, COLUMNS = 4, MOST_CELLS = 5, MOST_VALUE = 14 };

/* ---- the attacker: all ways to fill the hidden cells that keep every sum ---- */

struct attack {
    const struct count_table *t;
    size_t cells[MOST_CELLS + 1], n;
    int64_t row[ROWS], column[COLUMNS]; /* what is left of the sums for the hidden cells */
    int64_t low[ROWS * COLUMNS], high[ROWS * COLUMNS], now[ROWS * COLUMNS];
    uint64_t found;
};

static void fill(struct attack *a, size_t k)
{
    if (k == a->n) {
        for (size_t r = 0; r < a->t->rows; r++)
            if (a->row[r]) return;
        for (size_t c = 0; c < a->t->columns; c++)
            if (a->column[c]) return;
        a->found++;
        for (size_t i = 0; i < a->n; i++) {
            size_t at = a->cells[i];
            if (a->now[at] < a->low[at]) a->low[at] = a->now[at];
            if (a->now[at] > a->high[at]) a->high[at] = a->now[at];
        }
        return;
    }
    size_t at = a->cells[k], r = at / a->t->columns, c = at % a->t->columns;
    int64_t most = a->row[r] < a->column[c] ? a->row[r] : a->column[c];
    for (int64_t v = 0; v <= most; v++) {
        a->now[at] = v;
        a->row[r] -= v;
        a->column[c] -= v;
        fill(a, k + 1);
        a->row[r] += v;
        a->column[c] += v;
    }
}

static bool prepare(struct attack *a, const struct count_table *t)
{
    memset(a, 0, sizeof *a);
    a->t = t;
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        a->low[i] = INT64_MAX;
        a->high[i] = INT64_MIN;
        if (!t->hidden[i]) continue;
        if (a->n == MOST_CELLS) return false;
        a->cells[a->n++] = i;
        a->row[i / t->columns] += t->v[i];
        a->column[i % t->columns] += t->v[i];
    }
    return true;
}

static void nobody_computes_what_is_hidden(void **state)
{
    uint64_t attacked = 0, hidden_cells = 0;
    unsigned seed = 1;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        int64_t v[ROWS * COLUMNS];
        bool hidden[ROWS * COLUMNS];
        size_t n = 0;
        struct attack a;
        struct error err;
        struct count_table t = {.rows = 1 + (size_t)(rand_r(&seed) % ROWS),
                                .columns = 1 + (size_t)(rand_r(&seed) % COLUMNS),
                                .v = v,
                                .hidden = hidden};
        for (size_t i = 0; i < t.rows * t.columns; i++)
            v[i] = rand_r(&seed) % 3 == 0 ? rand_r(&seed) % 6 : rand_r(&seed) % MOST_VALUE;
        assert_ok(counts_suppress(&t, 5, &n, &err));
        for (size_t i = 0; i < t.rows * t.columns; i++)
            if (v[i] > 0 && v[i] < 5) assert_true(hidden[i]);
        if (t.margins_hidden || n == 0 || !prepare(&a, &t)) continue;
        fill(&a, 0);
        assert_true(a.found > 1);
        for (size_t i = 0; i < a.n; i++)
            if (a.low[a.cells[i]] == a.high[a.cells[i]])
                fail_msg("round %d: cell %zu of %zux%zu can only be %lld", round, a.cells[i], t.rows,
                         t.columns, (long long)a.low[a.cells[i]]);
        attacked++;
        hidden_cells += n;
    }
    print_message("%llu tables attacked, %llu hidden cells\n", (unsigned long long)attacked,
                  (unsigned long long)hidden_cells);
    assert_true(attacked > 300);
}

/* Without the second step it would fail: so the attack is one. */
static void hiding_small_counts_alone_is_not_enough(void **state)
{
    int64_t v[] = {3, 20, 30, 40};
    bool hidden[] = {true, false, false, false};
    struct count_table t = {2, 2, v, hidden, false};
    struct attack a;
    struct error err;
    (void)state;
    assert_true(prepare(&a, &t));
    fill(&a, 0);
    assert_int_equal(a.found, 1);
    assert_false(counts_open(&t, 0, 0));
    assert_ok(counts_suppress(&t, 5, NULL, &err));
    assert_true(hidden[0] && hidden[1] && hidden[2] && hidden[3]);
    assert_true(counts_open(&t, 0, 0));
}

static void a_single_small_count_hides_the_sums_too(void **state)
{
    int64_t v[] = {2};
    bool hidden[1];
    struct count_table t = {1, 1, v, hidden, false};
    struct error err;
    (void)state;
    assert_ok(counts_suppress(&t, 5, NULL, &err));
    assert_true(t.margins_hidden && hidden[0]);
}

static void nothing_small_hides_nothing(void **state)
{
    int64_t v[] = {0, 5, 7, 100, 0, 9};
    bool hidden[6];
    size_t n = 99;
    struct count_table t = {2, 3, v, hidden, false};
    struct error err;
    (void)state;
    assert_ok(counts_suppress(&t, 5, &n, &err));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_computes_what_is_hidden),
        cmocka_unit_test(hiding_small_counts_alone_is_not_enough),
        cmocka_unit_test(a_single_small_count_hides_the_sums_too),
        cmocka_unit_test(nothing_small_hides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
