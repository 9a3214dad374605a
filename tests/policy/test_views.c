/* Views still to come: the field's curve, growth between snapshots, and what is not known. */
#include "test.h"

#include "base/clock.h"
#include "policy/policy.h"

#define HOURS(h) ((int64_t)((h)*3600.0 * 1e6))

static double from_one(double age_hours, double ahead_hours, int64_t views)
{
    struct reach r = {HOURS(age_hours), views, -1, -1, -1, -1};
    return expected_views(&r, 1, 0, HOURS(age_hours), HOURS(ahead_hours));
}

static void assert_near(double got, double want, double tolerance)
{
    if (!(got >= want - tolerance && got <= want + tolerance)) print_error("%f, expected %f\n", got, want);
    assert_true(got >= want - tolerance && got <= want + tolerance);
}

static void a_single_snapshot_follows_the_curve(void **state)
{
    /* 32 % after a day means: 320 views then, 60 more on the second day, 230 until day seven, 680 until day ninety. */
    assert_near(from_one(24, 24, 320), 60, 0.001);
    assert_near(from_one(24, 144, 320), 230, 0.001);
    assert_near(from_one(24, 2136, 320), 680, 0.001);
    assert_near(from_one(48, 120, 380), 170, 0.001);
}

static void the_older_the_post_the_less_is_to_come(void **state)
{
    static const double ages[] = {0.5, 1, 2, 4, 8, 16, 24, 48, 100, 168, 500, 1000, 2160, 5000};
    for (size_t i = 1; i < sizeof ages / sizeof *ages; i++)
        assert_true(from_one(ages[i], 4, 1000) <= from_one(ages[i - 1], 4, 1000));
    assert_true(from_one(5000, 4, 1000) == 0);
}

static void growth_between_snapshots_is_carried_on(void **state)
{
    /* 60 views on the second day are the curve's for a post of 1,000: 170 more until day seven. */
    struct reach r[] = {{HOURS(24), 9000, -1, -1, -1, -1}, {HOURS(48), 9060, -1, -1, -1, -1}};
    assert_near(expected_views(r, 2, 0, HOURS(48), HOURS(120)), 170, 0.001);
    /* Growing faster than its total would say: more to come. */
    r[1].views = 12000;
    assert_near(expected_views(r, 2, 0, HOURS(48), HOURS(120)), 8500, 0.01);
    /* Standing still or counted anew: nothing. */
    r[1].views = 9000;
    assert_true(expected_views(r, 2, 0, HOURS(48), HOURS(120)) == 0);
    r[1].views = 10;
    assert_true(expected_views(r, 2, 0, HOURS(48), HOURS(120)) == 0);
}

static void an_old_post_that_grows_again_is_seen(void **state)
{
    struct reach r[] = {{HOURS(4000), 100, -1, -1, -1, -1}, {HOURS(4010), 10100, -1, -1, -1, -1}};
    double got = expected_views(r, 2, 0, HOURS(4010), HOURS(10));
    assert_true(got > 9900 && got < 10000);
}

static void snapshots_minutes_apart_count_as_one(void **state)
{
    struct reach r[] = {{HOURS(24), 320, -1, -1, -1, -1},
                        {HOURS(24) + 60 * US_PER_SECOND, 320, -1, -1, -1, -1}};
    assert_true(expected_views(r, 2, 0, HOURS(25), HOURS(4)) > 0);
}

static void what_is_not_known_gives_nothing_and_never_a_crash(void **state)
{
    struct reach r[] = {{HOURS(1), 100, -1, -1, -1, -1}, {HOURS(3), 300, -1, -1, -1, -1}};
    assert_true(expected_views(NULL, 0, 0, HOURS(1), HOURS(4)) == 0);
    assert_true(expected_views(r, 1, TIME_UNKNOWN, HOURS(1), HOURS(4)) == 0);
    assert_near(expected_views(r, 2, TIME_UNKNOWN, HOURS(3), HOURS(4)), 400, 0.001); /* the rate as it was */
    struct reach unknown = {TIME_UNKNOWN, 100, -1, -1, -1, -1}, no_views = {HOURS(1), -1, 5, -1, -1, -1};
    assert_true(expected_views(&unknown, 1, 0, HOURS(1), HOURS(4)) == 0);
    assert_true(expected_views(&no_views, 1, 0, HOURS(1), HOURS(4)) == 0);
    assert_true(expected_views(r, 2, 0, HOURS(3), 0) == 0);
    /* A post from the future, and the ends of time. */
    double got = expected_views(r, 2, HOURS(9), HOURS(3), HOURS(4));
    assert_true(got >= 0 && got < 1e9);
    struct reach ends[] = {{INT64_MIN + 1, INT64_MAX, -1, -1, -1, -1},
                           {INT64_MAX, INT64_MAX, -1, -1, -1, -1}};
    got = expected_views(ends, 2, INT64_MIN + 1, INT64_MAX, INT64_MAX);
    assert_true(got >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_snapshot_follows_the_curve),
        cmocka_unit_test(the_older_the_post_the_less_is_to_come),
        cmocka_unit_test(growth_between_snapshots_is_carried_on),
        cmocka_unit_test(an_old_post_that_grows_again_is_seen),
        cmocka_unit_test(snapshots_minutes_apart_count_as_one),
        cmocka_unit_test(what_is_not_known_gives_nothing_and_never_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
