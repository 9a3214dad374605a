/* Small counts hidden so that nobody computes them: held against an attacker who tries every table that fits what is shown,
 * and against one who puts the equations of all tables together. */
#include "test.h"

#include "exchange/transparency.h"

enum { ROWS = 3, COLUMNS = 3, NUMBERS = (ROWS + 1) * (COLUMNS + 1), MOST_HIDDEN = 5, MOST_VALUE = 14 };

/* ---- the attacker: all ways to fill the hidden cells that keep every number shown ---- */

struct attack {
    const struct count_table *t;
    size_t cells[MOST_HIDDEN + 1], n;
    int64_t v[ROWS * COLUMNS], low[NUMBERS], high[NUMBERS], most;
    uint64_t found;
};

static bool fits(struct attack *a, const struct count_table *guess)
{
    for (size_t r = 0; r <= a->t->rows; r++)
        for (size_t c = 0; c <= a->t->columns; c++)
            if (!counts_hidden(a->t, r, c) && counts_value(guess, r, c) != counts_value(a->t, r, c))
                return false;
    return true;
}

static void fill(struct attack *a, size_t k)
{
    if (k < a->n) {
        for (int64_t v = 0; v <= a->most; v++) {
            a->v[a->cells[k]] = v;
            fill(a, k + 1);
        }
        return;
    }
    struct count_table guess = *a->t;
    guess.v = a->v;
    if (!fits(a, &guess)) return;
    a->found++;
    for (size_t r = 0; r <= guess.rows; r++)
        for (size_t c = 0; c <= guess.columns; c++) {
            int64_t v = counts_value(&guess, r, c);
            size_t at = r * (guess.columns + 1) + c;
            if (v < a->low[at]) a->low[at] = v;
            if (v > a->high[at]) a->high[at] = v;
        }
}

static bool prepare(struct attack *a, const struct count_table *t)
{
    memset(a, 0, sizeof *a);
    a->t = t;
    a->most = MOST_VALUE + 1;
    for (size_t i = 0; i < NUMBERS; i++) a->low[i] = INT64_MAX, a->high[i] = INT64_MIN;
    memcpy(a->v, t->v, t->rows * t->columns * sizeof *t->v);
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->columns; c++) {
            if (!counts_hidden(t, r, c)) continue;
            if (a->n == MOST_HIDDEN) return false;
            a->cells[a->n++] = r * t->columns + c;
        }
    return true;
}

static void nobody_computes_what_is_hidden(void **state)
{
    uint64_t attacked = 0;
    unsigned seed = 1;
    (void)state;
    for (int round = 0; round < 1500; round++) {
        int64_t v[ROWS * COLUMNS];
        bool hidden[NUMBERS];
        struct attack a;
        struct error err;
        struct count_table t = {.rows = 1 + (size_t)(rand_r(&seed) % ROWS),
                                .columns = 1 + (size_t)(rand_r(&seed) % COLUMNS),
                                .v = v,
                                .hidden = hidden};
        for (size_t i = 0; i < t.rows * t.columns; i++)
            v[i] = rand_r(&seed) % 3 == 0 ? rand_r(&seed) % 6 : rand_r(&seed) % MOST_VALUE;
        assert_ok(counts_suppress(&t, 5, NULL, &err));
        if (!prepare(&a, &t) || a.n == 0 || a.n > 4) continue;
        fill(&a, 0);
        assert_true(a.found > 1);
        for (size_t r = 0; r <= t.rows; r++)
            for (size_t c = 0; c <= t.columns; c++) {
                int64_t x = counts_value(&t, r, c);
                size_t at = r * (t.columns + 1) + c;
                if (x > 0 && x < 5) assert_true(hidden[at]);
                if (hidden[at] && a.low[at] == a.high[at])
                    fail_msg("round %d: number %zu of %zux%zu can only be %lld", round, at, t.rows, t.columns,
                             (long long)a.low[at]);
            }
        attacked++;
    }
    print_message("%llu tables attacked\n", (unsigned long long)attacked);
    assert_true(attacked > 200);
}

/* Without the second step it would fail: so the attack is one. */
static void hiding_small_counts_alone_is_not_enough(void **state)
{
    int64_t v[] = {3, 20, 30, 40};
    bool hidden[9] = {true};
    struct count_table t = {2, 2, v, hidden};
    struct attack a;
    struct error err;
    (void)state;
    assert_true(prepare(&a, &t));
    fill(&a, 0);
    assert_int_equal(a.found, 1);
    assert_false(counts_open(&t, 0, 0));
    assert_ok(counts_suppress(&t, 5, NULL, &err));
    assert_true(hidden[0] && hidden[1] && hidden[3] && hidden[4]);
    assert_true(counts_open(&t, 0, 0));
}

static void a_single_small_count_hides_its_sums_too(void **state)
{
    int64_t v[] = {2, 0, 0, 50};
    bool hidden[9];
    struct count_table t = {2, 2, v, hidden};
    struct error err;
    (void)state;
    assert_ok(counts_suppress(&t, 5, NULL, &err));
    assert_true(counts_hidden(&t, 0, 0) && counts_hidden(&t, 0, 2) && counts_hidden(&t, 2, 0));
    for (size_t r = 0; r < 3; r++)
        for (size_t c = 0; c < 3; c++)
            if (counts_hidden(&t, r, c)) assert_true(counts_open(&t, r, c));
}

static void nothing_small_hides_nothing(void **state)
{
    int64_t v[] = {0, 5, 7, 100, 0, 9};
    bool hidden[12];
    size_t n = 99;
    struct count_table t = {2, 3, v, hidden};
    struct error err;
    (void)state;
    assert_ok(counts_suppress(&t, 5, &n, &err));
    assert_int_equal(n, 0);
}

/* ---- tables that are published together ---- */

/* One crossing of dialects and another of categories of the same decisions: the columns' sums are the same numbers. */
struct pair {
    int64_t a[2 * 2], b[3 * 2];
    bool hidden_a[9], hidden_b[12];
    struct count_table x, y;
    struct count_link links[3];
    struct count_table *v[2];
    struct count_tables all;
};

static void pair_init(struct pair *p)
{
    p->x = (struct count_table){2, 2, p->a, p->hidden_a};
    p->y = (struct count_table){3, 2, p->b, p->hidden_b};
    for (size_t c = 0; c < 3; c++) p->links[c] = (struct count_link){{0, 2, c}, {1, 3, c}};
    p->v[0] = &p->x;
    p->v[1] = &p->y;
    p->all = (struct count_tables){.v = p->v, .n = 2, .links = p->links, .nlinks = 3};
}

/* The same sums, 6 and 40, over other rows. */
static void a_sum_that_another_table_shows_gives_nothing_away(void **state)
{
    struct pair p = {.a = {2, 30, 4, 10}, .b = {6, 20, 0, 11, 0, 9}};
    struct error err;
    (void)state;
    pair_init(&p);
    /* Alone, the first table may hide its sums, and the second shows them. */
    assert_ok(counts_suppress(&p.y, 5, NULL, &err));
    assert_false(counts_hidden(&p.y, 3, 0));
    assert_ok(counts_suppress_all(&p.all, 5, &err));
    for (size_t c = 0; c < 3; c++) assert_int_equal(counts_hidden(&p.x, 2, c), counts_hidden(&p.y, 3, c));
    assert_true(counts_hidden(&p.x, 0, 0) && counts_hidden(&p.x, 1, 0));
}

/* Every way to fill both tables: small ones, so that it ends. */
static uint64_t ways(const struct pair *p, size_t k, struct pair *guess, int64_t low[2][12],
                     int64_t high[2][12])
{
    const struct count_table *t[] = {&p->x, &p->y};
    uint64_t n = 0;
    while (k < 10) {
        size_t i = k < 4 ? 0 : 1, at = k < 4 ? k : k - 4;
        if (counts_hidden(t[i], at / 2, at % 2)) break;
        k++;
    }
    if (k < 10) {
        int64_t *cell = k < 4 ? &guess->a[k] : &guess->b[k - 4], kept = *cell;
        for (int64_t v = 0; v <= 9; v++) {
            *cell = v;
            n += ways(p, k + 1, guess, low, high);
        }
        *cell = kept;
        return n;
    }
    const struct count_table g[] = {{2, 2, guess->a, NULL}, {3, 2, guess->b, NULL}};
    for (size_t c = 0; c < 3; c++)
        if (counts_value(&g[0], 2, c) != counts_value(&g[1], 3, c)) return 0;
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r <= g[i].rows; r++)
            for (size_t c = 0; c <= 2; c++)
                if (!counts_hidden(t[i], r, c) && counts_value(&g[i], r, c) != counts_value(t[i], r, c))
                    return 0;
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r <= g[i].rows; r++)
            for (size_t c = 0; c <= 2; c++) {
                int64_t v = counts_value(&g[i], r, c);
                if (v < low[i][r * 3 + c]) low[i][r * 3 + c] = v;
                if (v > high[i][r * 3 + c]) high[i][r * 3 + c] = v;
            }
    return 1;
}

static void nobody_computes_it_from_two_tables(void **state)
{
    unsigned seed = 3, attacked = 0;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct pair p, guess;
        struct error err;
        int64_t low[2][12], high[2][12];
        memset(&p, 0, sizeof p);
        /* The second has the sums of the first, spread over three rows. */
        for (size_t i = 0; i < 4; i++) p.a[i] = rand_r(&seed) % 5;
        for (size_t c = 0; c < 2; c++) {
            int64_t left = p.a[c] + p.a[2 + c];
            for (size_t r = 0; r < 3; r++) {
                p.b[2 * r + c] = r == 2 ? left : left ? rand_r(&seed) % (left + 1) : 0;
                left -= p.b[2 * r + c];
            }
        }
        pair_init(&p);
        assert_ok(counts_suppress_all(&p.all, 3, &err));
        size_t hidden = 0;
        for (size_t i = 0; i < 10; i++)
            hidden +=
                i < 4 ? counts_hidden(&p.x, i / 2, i % 2) : counts_hidden(&p.y, (i - 4) / 2, (i - 4) % 2);
        if (hidden == 0 || hidden > 5) continue;
        for (size_t i = 0; i < 2; i++)
            for (size_t k = 0; k < 12; k++) low[i][k] = INT64_MAX, high[i][k] = INT64_MIN;
        guess = p;
        assert_true(ways(&p, 0, &guess, low, high) > 1);
        for (size_t i = 0; i < 2; i++)
            for (size_t r = 0; r <= p.v[i]->rows; r++)
                for (size_t c = 0; c <= 2; c++)
                    if (counts_hidden(p.v[i], r, c) && counts_value(p.v[i], r, c) < 3 &&
                        counts_value(p.v[i], r, c) > 0 && low[i][r * 3 + c] == high[i][r * 3 + c])
                        fail_msg("round %d: number %zu,%zu of table %zu can only be %lld", round, r, c, i,
                                 (long long)low[i][r * 3 + c]);
        attacked++;
    }
    print_message("%u pairs of tables attacked\n", attacked);
    assert_true(attacked > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_computes_what_is_hidden),
        cmocka_unit_test(hiding_small_counts_alone_is_not_enough),
        cmocka_unit_test(a_single_small_count_hides_its_sums_too),
        cmocka_unit_test(nothing_small_hides_nothing),
        cmocka_unit_test(a_sum_that_another_table_shows_gives_nothing_away),
        cmocka_unit_test(nobody_computes_it_from_two_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
