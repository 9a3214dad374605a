/* Figures against published worked examples, and by hand. */
#include "test.h"

#include <math.h>

#include "review/review.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) < (eps))

/* Rows of judgements, one column a unit; '.' is missing. */
static size_t ratings(const char *const *rows, size_t nrows, struct rating *out)
{
    size_t n = 0, units = strlen(rows[0]);
    for (size_t u = 0; u < units; u++)
        for (size_t r = 0; r < nrows; r++)
            if (rows[r][u] != '.') out[n++] = (struct rating){(uint32_t)u, rows[r][u] - '0'};
    return n;
}

/* K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A, B and C. */
static void alpha_is_what_its_author_computes(void **state)
{
    static const char *const binary[] = {"0100000010", "1110010000"};
    static const char *const nominal[] = {"001132224330", "101112224333"};
    static const char *const four[] = {"123321412...", "1233224125.3", ".3332342251.", "12332441251."};
    struct rating v[64];
    struct estimate e;
    alpha_nominal(v, ratings(binary, 2, v), 200, 1, &e);
    assert_true(e.known);
    assert_int_equal(e.n, 10);
    assert_near(e.value, 0.095, 0.0005);
    alpha_nominal(v, ratings(nominal, 2, v), 200, 1, &e);
    assert_near(e.value, 0.692, 0.0005);
    alpha_nominal(v, ratings(four, 4, v), 200, 1, &e);
    assert_int_equal(e.n, 11); /* the last has one judgement and says nothing */
    assert_near(e.value, 0.743, 0.0005);
}

static void an_interval_holds_its_value_and_narrows_with_more_units(void **state)
{
    struct rating few[80], many[8000];
    struct estimate a, b;
    for (uint32_t i = 0; i < 40; i++)
        for (int k = 0; k < 2; k++)
            few[2 * i + (uint32_t)k] = (struct rating){i, (int)(i % 2) ^ (k && i % 10 == 0)};
    for (uint32_t i = 0; i < 4000; i++)
        for (int k = 0; k < 2; k++)
            many[2 * i + (uint32_t)k] = (struct rating){i, (int)(i % 2) ^ (k && i % 10 == 0)};
    alpha_nominal(few, 80, 1000, 7, &a);
    alpha_nominal(many, 8000, 1000, 7, &b);
    assert_true(a.low <= a.value && a.value <= a.high);
    assert_true(b.low <= b.value && b.value <= b.high);
    assert_true(b.high - b.low < (a.high - a.low) / 5);
    assert_near(b.value, 0.8, 0.01);
    struct estimate again;
    alpha_nominal(few, 80, 1000, 7, &again);
    assert_true(again.low == a.low && again.high == a.high); /* the same seed, the same interval */
}

static void without_variation_or_pairs_there_is_no_alpha(void **state)
{
    struct rating same[] = {{0, 1}, {0, 1}, {1, 1}, {1, 1}}, alone[] = {{0, 1}, {1, 0}, {2, 1}};
    struct estimate e;
    alpha_nominal(same, 4, 10, 1, &e);
    assert_false(e.known);
    alpha_nominal(alone, 3, 10, 1, &e);
    assert_false(e.known);
    assert_int_equal(e.n, 0);
    alpha_nominal(NULL, 0, 10, 1, &e);
    assert_false(e.known);
}

/* Wilson's interval for 1 of 10 and for none of 20, as tables give it. */
static void rates_carry_wilsons_interval(void **state)
{
    struct estimate e;
    rate_of(1, 10, &e);
    assert_near(e.low, 0.0179, 0.0005);
    assert_near(e.high, 0.4042, 0.0005);
    rate_of(0, 20, &e);
    assert_true(e.low == 0);
    assert_near(e.high, 0.1611, 0.0005);
    rate_of(0, 0, &e);
    assert_false(e.known);
}

static void percentiles_are_values_that_were_there(void **state)
{
    const double v[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assert_true(percentile(v, 10, 0.5) == 5);
    assert_true(percentile(v, 10, 0.95) == 10);
    assert_true(percentile(v, 10, 0) == 1);
    assert_true(percentile(v, 1, 0.99) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alpha_is_what_its_author_computes),
        cmocka_unit_test(an_interval_holds_its_value_and_narrows_with_more_units),
        cmocka_unit_test(without_variation_or_pairs_there_is_no_alpha),
        cmocka_unit_test(rates_carry_wilsons_interval),
        cmocka_unit_test(percentiles_are_values_that_were_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
