#include "test.h"

#include <locale.h>
#include <math.h>

#include "base/sv.h"

static void comparison_is_bytewise_with_the_shorter_first(void **state)
{
    static const struct sv sorted[] = {{NULL, 0},      SV_INIT("\0"), SV_INIT("A"), SV_INIT("a"),
                                       SV_INIT("a\0"), SV_INIT("ab"), SV_INIT("b"), SV_INIT("\xff")};
    enum { COUNT = sizeof sorted / sizeof *sorted };
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = 0; k < COUNT; k++) {
            int c = sv_cmp(sorted[i], sorted[k]);
            assert_int_equal((c > 0) - (c < 0), (i > k) - (i < k));
            assert_int_equal(sv_eq(sorted[i], sorted[k]), i == k);
        }
    }
}

static void needles_are_found_from_a_place_on(void **state)
{
    struct sv hay = SV("ab\0ab");
    assert_int_equal(sv_find(hay, SV("ab"), 0), 0);
    assert_int_equal(sv_find(hay, SV("ab"), 1), 3);
    assert_true(sv_find(hay, SV("ab"), 4) == SIZE_MAX);
    assert_int_equal(sv_find(hay, SV("\0a"), 0), 2);
    assert_int_equal(sv_find(hay, SV(""), 5), 5);
    assert_true(sv_find(hay, SV(""), 6) == SIZE_MAX);
    assert_true(sv_find(hay, SV("ab\0abc"), 0) == SIZE_MAX);
    assert_true(sv_find(SV_NULL, SV("a"), 0) == SIZE_MAX);
    assert_int_equal(sv_find_byte(hay, 'b', 2), 4);
    assert_true(sv_find_byte(hay, 'c', 0) == SIZE_MAX);
    assert_true(sv_find_byte(hay, 'b', 9) == SIZE_MAX);
    assert_int_equal(sv_find_byte(SV("\xff"), '\xff', 0), 0);
}

static void trimming_splitting_and_case(void **state)
{
    assert_sv(sv_trim(SV(" \t\r\n\v\fa b\n")), "a b");
    assert_sv(sv_trim(SV("  ")), "");
    assert_sv(sv_trim(SV_NULL), "");
    assert_true(sv_eq_nocase(SV("MixED\0z"), SV("mIXed\0Z")));
    assert_false(sv_eq_nocase(SV("a"), SV("ab")));
    assert_false(sv_eq_nocase(SV("@"), SV("`")));
    assert_false(sv_eq_nocase(SV("É"), SV("é")));

    struct sv rest = SV(",a,,b"), part;
    const char *const parts[] = {"", "a", "", "b"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(sv_split(&rest, ',', &part));
        assert_true(sv_is(part, parts[i]));
    }
    assert_false(sv_split(&rest, ',', &part));
    rest = SV("a,");
    assert_true(sv_split(&rest, ',', &part));
    assert_true(sv_split(&rest, ',', &part));
    assert_sv(part, "");
    assert_false(sv_split(&rest, ',', &part));
    assert_sv(sv_sub(SV("abc"), 1, 9), "bc");
    assert_sv(sv_sub(SV("abc"), 3, 1), "");
    assert_null(sv_sub(SV_NULL, 1, 2).p);
    assert_true(sv_starts(SV("abc"), SV("ab")) && !sv_starts(SV("a"), SV("ab")));
    assert_true(sv_ends(SV("abc"), SV("bc")) && !sv_ends(SV("c"), SV("bc")));
}

static void integers_are_whole_strings_in_range(void **state)
{
    static const struct {
        struct sv text;
        bool taken;
        int64_t value;
    } cases[] = {
        {SV_INIT("0"), true, 0},
        {SV_INIT("-0"), true, 0},
        {SV_INIT("007"), true, 7},
        {SV_INIT("9223372036854775807"), true, INT64_MAX},
        {SV_INIT("-9223372036854775808"), true, INT64_MIN},
        {SV_INIT("9223372036854775808"), false, 0},
        {SV_INIT("-9223372036854775809"), false, 0},
        {SV_INIT("99999999999999999999"), false, 0},
        {{NULL, 0}, false, 0},
        {SV_INIT("-"), false, 0},
        {SV_INIT("+1"), false, 0},
        {SV_INIT(" 1"), false, 0},
        {SV_INIT("1\0"), false, 0},
        {SV_INIT("1.0"), false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 77;
        assert_int_equal(sv_to_i64(cases[i].text, &v), cases[i].taken);
        assert_true(v == (cases[i].taken ? cases[i].value : 77));
    }
}

static void doubles_are_decimal_and_finite(void **state)
{
    static const struct {
        struct sv text;
        bool taken;
        double value;
    } cases[] = {
        {SV_INIT("0"), true, 0},        {SV_INIT("-1.5"), true, -1.5}, {SV_INIT("1e3"), true, 1000},
        {SV_INIT("1E-3"), true, 0.001}, {SV_INIT("1e+3"), true, 1000}, {SV_INIT("1e-999"), true, 0},
        {SV_INIT("1e999"), false, 0},   {SV_INIT("inf"), false, 0},    {SV_INIT("nan"), false, 0},
        {SV_INIT("0x10"), false, 0},    {SV_INIT("+1"), false, 0},     {SV_INIT(".5"), false, 0},
        {SV_INIT("5."), false, 0},      {SV_INIT("1e"), false, 0},     {SV_INIT("1e+"), false, 0},
        {SV_INIT("1,5"), false, 0},     {SV_INIT(""), false, 0},       {SV_INIT("-"), false, 0},
        {SV_INIT("1 "), false, 0},      {SV_INIT("1\0"), false, 0},    {{NULL, 0}, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double v = 77;
        assert_int_equal(sv_to_double(cases[i].text, &v), cases[i].taken);
        assert_true(v == (cases[i].taken ? cases[i].value : 77));
    }
    char digits[1025];
    double v;
    memset(digits, '0', sizeof digits);
    assert_true(sv_to_double(sv_of(digits, 1024), &v));
    assert_false(sv_to_double(sv_of(digits, 1025), &v));
}

static void doubles_print_shortest_and_come_back(void **state)
{
    static const struct {
        double v;
        int decimals;
        const char *text;
    } cases[] = {
        {0.1, -1, "0.1"},  {1e21, -1, "1e+21"}, {-0.0, -1, "-0"}, {1.0 / 3, -1, "0.3333333333333333"},
        {2.5, 3, "2.500"}, {0.125, 2, "0.12"},  {7, 0, "7"},      {0.1, 99, "0.10000000000000001"},
    };
    char text[DOUBLE_TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(double_format(cases[i].v, cases[i].decimals, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double v, back = 0;
        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v)) continue;
        assert_true(sv_to_double(sv_of(text, double_format(v, -1, text)), &back));
        assert_memory_equal(&v, &back, sizeof v);
        assert_true(double_format(v, 17, text) < DOUBLE_TEXT_BYTES - 1);
    }
}

static void the_locale_s_decimal_comma_changes_nothing(void **state)
{
    if (!setlocale(LC_NUMERIC, "fr_FR.UTF-8") && !setlocale(LC_NUMERIC, "de_DE.UTF-8")) skip();
    double v = 0;
    char text[DOUBLE_TEXT_BYTES];
    assert_true(sv_to_double(SV("1.5"), &v));
    assert_true(v == 1.5);
    double_format(1.5, 2, text);
    assert_string_equal(text, "1.50");
    double_format(1.5, -1, text);
    assert_string_equal(text, "1.5");
    setlocale(LC_NUMERIC, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparison_is_bytewise_with_the_shorter_first),
        cmocka_unit_test(needles_are_found_from_a_place_on),
        cmocka_unit_test(trimming_splitting_and_case),
        cmocka_unit_test(integers_are_whole_strings_in_range),
        cmocka_unit_test(doubles_are_decimal_and_finite),
        cmocka_unit_test(doubles_print_shortest_and_come_back),
        cmocka_unit_test(the_locale_s_decimal_comma_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
