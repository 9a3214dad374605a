#include "test.h"

#include "model/assessment.h"

static struct arena arena;

static int fresh(void **state)
{
    arena_init(&arena, 0);
    return 0;
}
static int gone(void **state)
{
    arena_done(&arena);
    return 0;
}

static int round_trip(const struct assessment *s, struct assessment *back, struct error *err)
{
    struct buf b;
    struct jw w;
    struct json *doc;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    assessment_write(s, &w);
    assert_ok(json_parse(buf_sv(&b), JSON_STRICT, &doc, err));
    int rc = assessment_read(doc, &arena, back, err);
    json_free(doc);
    buf_done(&b);
    return rc;
}

static void an_assessment_comes_back_equal(void **state)
{
    uint32_t because[] = {4, 0, 1999};
    struct assessment s = {.category = CATEGORY_PRIVACY_DOXXING,
                           .severity = 90,
                           .probability = 0.75,
                           .clock_us = 15 * US_PER_MINUTE,
                           .hard = true,
                           .expected_views = 120500.5,
                           .priority = 8133783.75,
                           .reason = SV("reason.doxxing_address"),
                           .policy = SV("default 0123456789ab"),
                           .because = because,
                           .nbecause = 3};
    struct assessment back;
    struct error err;
    assert_ok(round_trip(&s, &back, &err));
    assert_true(s.category == back.category && s.severity == back.severity &&
                s.probability == back.probability && s.clock_us == back.clock_us && s.hard == back.hard &&
                s.expected_views == back.expected_views && s.priority == back.priority);
    assert_true(sv_eq(s.reason, back.reason) && sv_eq(s.policy, back.policy));
    assert_int_equal(back.nbecause, 3);
    assert_memory_equal(back.because, because, sizeof because);
}

static void nothing_to_decide_comes_back_as_that(void **state)
{
    struct assessment s = {0}, back;
    struct error err;
    assert_ok(round_trip(&s, &back, &err));
    assert_int_equal(back.category, CATEGORY_NONE);
}

static void a_wrong_member_is_refused(void **state)
{
    static const char *const wrong[] = {
        "{}",
        "{\"category\":\"morals\"}",
        "{\"category\":\"hate\",\"severity\":101}",
        "{\"category\":\"hate\",\"probability\":-0.1}",
        "{\"category\":\"hate\",\"priority\":\"high\"}",
        "{\"category\":\"hate\",\"because\":[-1]}",
        "{\"category\":\"hate\",\"because\":[2000]}",
        "{\"category\":\"hate\",\"hard\":\"yes\"}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct json *doc;
        struct assessment s;
        struct error err;
        assert_ok(json_parse(sv_cstr(wrong[i]), JSON_STRICT, &doc, &err));
        assert_int_equal(assessment_read(doc, &arena, &s, &err), ERR_FORMAT);
        json_free(doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_assessment_comes_back_equal, fresh, gone),
        cmocka_unit_test_setup_teardown(nothing_to_decide_comes_back_as_that, fresh, gone),
        cmocka_unit_test_setup_teardown(a_wrong_member_is_refused, fresh, gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
