/* TikTok ids against the stated time. */
#include "detect_test.h"

static void ids_and_times_that_cannot_both_be_true(void **state)
{
    static const struct {
        double hours; /* stated time after the id's */
        size_t found;
    } rows[] = {{0, 0},   {0.002, 0},     {-0.9, 0},      {-1.1, 1},      {24 * 3.9, 0},
                {240, 0}, {24 * 10.9, 0}, {24 * 11.1, 1}, {-24 * 400, 1}, {24 * 400, 1}};
    struct bench b;
    bench_init(&b);
    const int64_t made_s = 1700000000;
    char id[32];
    snprintf(id, sizeof id, "%llu", (unsigned long long)made_s << 32 | 12345);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct post p;
        post_init(&p);
        p.platform = SV("tiktok");
        p.native_id = sv_cstr(id);
        p.created_us = made_s * US_PER_SECOND + (int64_t)(rows[i].hours * 3600e6);
        bench_run_post(&b, &p);
        assert_int_equal(b.found.n, rows[i].found);
        if (!b.found.n) continue;
        assert_int_equal(b.found.v[0].kind, FINDING_TIME_MISMATCH);
        assert_int_equal(b.found.v[0].category, CATEGORY_NONE);
        assert_sv(b.found.v[0].label, "2023-11-14T22:13:20Z");
        assert_true(sv_is(b.found.v[0].quote, id));
        assert_int_equal(b.found.v[0].places[0].kind, PLACE_POST);
    }
    bench_done(&b);
}

static void other_platforms_other_ids_and_unknown_times_are_left_alone(void **state)
{
    struct bench b;
    bench_init(&b);
    struct post p;
    post_init(&p);
    p.platform = SV("telegram");
    p.native_id = SV("7301444403200012345");
    p.created_us = 1;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 0);
    p.platform = SV("tiktok");
    p.native_id = SV("12");
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 0);
    p.native_id = SV("7301444403200012345");
    p.created_us = TIME_UNKNOWN;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_and_times_that_cannot_both_be_true),
        cmocka_unit_test(other_platforms_other_ids_and_unknown_times_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
