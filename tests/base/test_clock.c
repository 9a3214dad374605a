#include "test.h"

#include "base/clock.h"

static void times_are_parsed_in_every_form_promised(void **state)
{
    static const struct {
        struct sv text;
        int64_t us;
    } cases[] = {
        {SV_INIT("1970-01-01"), 0},
        {SV_INIT("1970-01-01T00:00:00Z"), 0},
        {SV_INIT("1970-01-01T00:00:01"), US_PER_SECOND},
        {SV_INIT("1970-01-01 00:00:01"), US_PER_SECOND},
        {SV_INIT("1970-01-01t00:00:01z"), US_PER_SECOND},
        {SV_INIT("1970-01-01T01:00:00+01:00"), 0},
        {SV_INIT("1970-01-01T01:00:00+0100"), 0},
        {SV_INIT("1969-12-31T23:30:00-00:30"), 0},
        {SV_INIT("1970-01-01T00:00:00.5Z"), 500000},
        {SV_INIT("1970-01-01T00:00:00.0000019Z"), 1},
        {SV_INIT("1969-12-31T23:59:59.999999Z"), -1},
        {SV_INIT("2000-02-29T12:00:00Z"), INT64_C(951825600) * 1000000},
        {SV_INIT("2026-01-31T10:00:00+03:00"), INT64_C(1769842800) * 1000000},
        {SV_INIT("2016-12-31T23:59:60Z"), INT64_C(1483228800) * 1000000},
        {SV_INIT("0000-01-01"), INT64_C(-62167219200) * 1000000},
        {SV_INIT("9999-12-31T23:59:59Z"), INT64_C(253402300799) * 1000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = 7;
        if (!time_parse(cases[i].text, &us)) fail_msg("%s was refused", cases[i].text.p);
        if (us != cases[i].us) fail_msg("%s gave %lld", cases[i].text.p, (long long)us);
    }
}

static void what_is_no_time_is_refused_and_leaves_the_output(void **state)
{
    static const char *const cases[] = {
        "",
        "2026",
        "2026-13-01",
        "2026-00-01",
        "2026-02-29",
        "1900-02-29",
        "2026-01-00",
        "2026-01-32",
        "2026-1-1",
        "2026-01-01T",
        "2026-01-01T10:00",
        "2026-01-01T24:00:00",
        "2026-01-01T10:60:00",
        "2026-01-01T10:00:61",
        "2026-01-01T10:00:00.",
        "2026-01-01T10:00:00.Z",
        "2026-01-01T10:00:00+1",
        "2026-01-01T10:00:00+24:00",
        "2026-01-01T10:00:00ZZ",
        "2026-01-01T10:00:00 Z",
        "2026-01-01x",
        "-026-01-01",
        "now",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = 7;
        if (time_parse(sv_cstr(cases[i]), &us)) fail_msg("%s was taken", cases[i]);
        assert_true(us == 7);
    }
}

static void a_printed_time_reads_back(void **state)
{
    char text[TIME_TEXT_BYTES];
    time_format(INT64_C(1769842800) * 1000000, text);
    assert_string_equal(text, "2026-01-31T07:00:00Z");
    time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
    time_format(TIME_UNKNOWN, text);
    assert_string_equal(text, "-");
    time_format(INT64_MAX, text);
    assert_string_equal(text, "-");
    time_format(INT64_MIN + 1, text);
    assert_string_equal(text, "-");
    time_format(INT64_C(253402300800) * 1000000, text);
    assert_string_equal(text, "-");
    /* Every 40,003,001.000003 seconds from year 0 to 9999: all months, leap and common years. */
    const int64_t step = INT64_C(40003001000003), end = INT64_C(253402300800) * 1000000;
    for (int64_t us = INT64_C(-62167219200) * 1000000; us < end; us += step) {
        int64_t back;
        time_format(us, text);
        assert_true(time_parse(sv_cstr(text), &back));
        assert_true(back == us);
    }
}

static void epochs_are_told_apart_by_magnitude(void **state)
{
    const int64_t second = INT64_C(1769842800);
    assert_true(time_from_epoch(second) == second * 1000000);
    assert_true(time_from_epoch(second * 1000) == second * 1000000);
    assert_true(time_from_epoch(second * 1000000 + 5) == second * 1000000 + 5);
    assert_true(time_from_epoch(INT64_C(99999999999)) == INT64_C(99999999999) * 1000000);
    assert_true(time_from_epoch(INT64_C(100000000000)) == INT64_C(100000000000) * 1000);
    assert_true(time_from_epoch(INT64_C(100000000000000)) == INT64_C(100000000000000));
    assert_true(time_from_epoch(INT64_MAX) == INT64_MAX);
    assert_true(time_from_epoch(0) == TIME_UNKNOWN);
    assert_true(time_from_epoch(-5) == TIME_UNKNOWN);
}

static void durations_are_sums_of_units(void **state)
{
    static const struct {
        const char *text;
        int64_t us; /* -1: refused */
    } cases[] = {
        {"45s", 45 * US_PER_SECOND},
        {"15m", 15 * US_PER_MINUTE},
        {"4h", 4 * US_PER_HOUR},
        {"3d", 3 * US_PER_DAY},
        {"1h30m", 90 * US_PER_MINUTE},
        {"0s", 0},
        {"1d1d", 2 * US_PER_DAY},
        {"", -1},
        {"5", -1},
        {"h", -1},
        {"1h5", -1},
        {"-1h", -1},
        {"1.5h", -1},
        {"1 h", -1},
        {"1w", -1},
        {"99999999999999d", -1},
        {"99999999999999999999s", -1},
        {"106751991d106751991d", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = -1;
        bool taken = duration_parse(sv_cstr(cases[i].text), &us);
        if (taken != (cases[i].us >= 0) || us != cases[i].us)
            fail_msg("\"%s\" gave %lld", cases[i].text, (long long)us);
    }
}

static void durations_are_shown_in_few_characters(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {0, "0s"},
        {999999, "0s"},
        {-999999, "0s"},
        {45 * US_PER_SECOND, "45s"},
        {15 * US_PER_MINUTE, "15m"},
        {125 * US_PER_MINUTE, "2h05"},
        {4 * US_PER_HOUR, "4h"},
        {-4 * US_PER_HOUR, "-4h"},
        {47 * US_PER_HOUR, "47h"},
        {3 * US_PER_DAY, "3d"},
        {INT64_MAX, "106751991d"},
        {INT64_MIN, "-106751991d"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TIME_TEXT_BYTES];
        duration_format(cases[i].us, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void the_clock_starts_at_marsad_now_and_runs_on(void **state)
{
    int64_t start;
    assert_true(time_parse(SV("2030-06-01T00:00:00Z"), &start));
    int64_t first = clock_now_us();
    assert_true(first >= start && first < start + US_PER_DAY);
    setenv("MARSAD_NOW", "2001-01-01", 1); /* too late: read once */
    int64_t mono = clock_mono_us(), second = clock_now_us();
    assert_true(second >= first && second < start + US_PER_DAY);
    assert_true(clock_mono_us() >= mono);
}

int main(void)
{
    setenv("MARSAD_NOW", "2030-06-01T00:00:00Z", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_parsed_in_every_form_promised),
        cmocka_unit_test(what_is_no_time_is_refused_and_leaves_the_output),
        cmocka_unit_test(a_printed_time_reads_back),
        cmocka_unit_test(epochs_are_told_apart_by_magnitude),
        cmocka_unit_test(durations_are_sums_of_units),
        cmocka_unit_test(durations_are_shown_in_few_characters),
        cmocka_unit_test(the_clock_starts_at_marsad_now_and_runs_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
