#include "test.h"

#include <math.h>

#include "detect/align.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Twenty moments half a second apart on the line, and as many pairs from nowhere. */
static size_t make(struct align_pair *out, double speed, double offset, bool noise)
{
    uint64_t seed = 4711;
    size_t n = 0;
    for (int i = 0; i < 20; i++) {
        double here = 0.5 * i, there = offset + speed * here + (double)(next(&seed) % 200) / 1000 - 0.1;
        out[n++] = (struct align_pair){(int64_t)(here * 1e6), (int64_t)(there * 1e6)};
        if (noise) out[n++] = (struct align_pair){(int64_t)(here * 1e6), (int64_t)(next(&seed) % 600000000)};
    }
    return n;
}

static void offset_speed_and_direction_are_told(void **state)
{
    static const double speeds[] = {1, 0.5, 0.8, 1.25, 1.5, 2, -1, -2};
    struct align_pair pairs[40];
    for (size_t s = 0; s < sizeof speeds / sizeof *speeds; s++)
        for (int noise = 0; noise < 2; noise++) {
            struct align a;
            size_t n = make(pairs, speeds[s], 100, noise);
            assert_int_equal(align_fit(pairs, n, &a), 1);
            assert_true(fabs(a.speed - speeds[s]) < 0.06 * fabs(speeds[s]));
            assert_true(llabs(align_there(&a, 0) - 100000000) < 500000);
            assert_in_range(a.moments, 12, 20);
        }
}

/* Eight moments of which each looks like the reference for a quarter of a second before and after, eight frames a second. */
static void a_slow_scene_blurs_no_speed(void **state)
{
    static const double speeds[] = {0.5, 0.8, 1, 1.25, 1.5, 2};
    for (size_t s = 0; s < sizeof speeds / sizeof *speeds; s++) {
        struct align_pair pairs[64];
        struct align a;
        size_t n = 0;
        for (int i = 0; i < 8; i++)
            for (int64_t there = 0; there < 20000000; there += 125000) {
                int64_t here = 500000 * i;
                if (llabs(there - (int64_t)(speeds[s] * (double)here) - 1000000) <= 250000)
                    pairs[n++] = (struct align_pair){here, there};
            }
        assert_int_equal(align_fit(pairs, n, &a), 1);
        if (fabs(a.speed - speeds[s]) > 0.03 * speeds[s]) fail_msg("%g told as %g", speeds[s], a.speed);
    }
}

static void too_little_tells_nothing(void **state)
{
    struct align a;
    struct align_pair two[2] = {{0, 0}, {5000000, 5000000}};
    struct align_pair close[4] = {{0, 0}, {200000, 200000}, {400000, 400000}, {600000, 600000}};
    struct align_pair apart[3] = {{0, 0}, {1000000, 90000000}, {2000000, 30000000}};
    assert_int_equal(align_fit(two, 2, &a), 0);
    assert_int_equal(align_fit(close, 4, &a), 0);
    assert_int_equal(align_fit(apart, 3, &a), 0);
    assert_int_equal(align_fit(NULL, 0, &a), 0);
}

static void many_pairs_of_one_moment_are_one(void **state)
{
    struct align a;
    struct align_pair pairs[50];
    for (int i = 0; i < 50; i++) pairs[i] = (struct align_pair){i < 48 ? 0 : 3000000, i < 48 ? 0 : 3000000};
    assert_int_equal(align_fit(pairs, 50, &a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offset_speed_and_direction_are_told),
        cmocka_unit_test(a_slow_scene_blurs_no_speed),
        cmocka_unit_test(too_little_tells_nothing),
        cmocka_unit_test(many_pairs_of_one_moment_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
