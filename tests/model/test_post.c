#include "test.h"

#include "model/post.h"

static void a_handle_with_nul_bytes_is_another_account(void **state)
{
    struct id128 whole = account_id(SV("tiktok"), SV_NULL,
                                    SV("نور\0\0\0"
                                       "4"));
    struct id128 prefix = account_id(SV("tiktok"), SV_NULL, SV("نور"));
    struct id128 one_nul = account_id(SV("tiktok"), SV_NULL, SV("نور\0"));
    assert_false(id_eq(&whole, &prefix));
    assert_false(id_eq(&one_nul, &prefix));
    assert_false(id_eq(&one_nul, &whole));
}

static void an_account_is_its_native_id_where_there_is_one(void **state)
{
    struct id128 before = account_id(SV("tiktok"), SV("77"), SV("old_name"));
    struct id128 after = account_id(SV("tiktok"), SV("77"), SV("new_name"));
    struct id128 handle = account_id(SV("tiktok"), SV_NULL, SV("77"));
    struct id128 elsewhere = account_id(SV("telegram"), SV("77"), SV("old_name"));
    assert_true(id_eq(&before, &after));
    assert_false(id_eq(&before, &handle));
    assert_false(id_eq(&before, &elsewhere));
}

static void an_account_of_which_nothing_is_known_has_no_id(void **state)
{
    struct id128 none = account_id(SV("tiktok"), SV_NULL, SV_NULL);
    assert_true(id_is_zero(&none));
}

static void comments_have_their_own_space_of_ids(void **state)
{
    struct id128 post = post_id(SV("tiktok"), SV("7"), false), comment = post_id(SV("tiktok"), SV("7"), true);
    assert_false(id_eq(&post, &comment));
}

static void a_tiktok_id_tells_its_birth(void **state)
{
    int64_t us;
    assert_true(tiktok_id_time(SV("7601463331695519921"), &us));
    char text[TIME_TEXT_BYTES];
    time_format(us, text);
    assert_string_equal(text, "2026-01-31T10:00:00Z");
}

static void what_is_no_tiktok_id_tells_nothing(void **state)
{
    static const struct sv other[] = {
        {"", 0},
        {"0", 1},
        {"123", 3},
        {"7601463331695519921x", 20},
        {" 7601463331695519921", 20},
        {"-760146333169551992", 19},
        {"+760146333169551992", 19},
        {"76014633316955199211", 20},
        {"9999999999999999999", 19},
        {"760146333169551992\0", 19},
    };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        int64_t us = 42;
        assert_false(tiktok_id_time(other[i], &us));
        assert_int_equal(us, 42);
    }
}

static void no_id_is_older_than_2014(void **state)
{
    const int64_t y2014 = 1388534400;
    char digits[32];
    int64_t us;
    snprintf(digits, sizeof digits, "%lld", (long long)(y2014 * (INT64_C(1) << 32)));
    assert_true(tiktok_id_time(sv_cstr(digits), &us));
    assert_true(us == y2014 * US_PER_SECOND);
    snprintf(digits, sizeof digits, "%lld", (long long)(y2014 * (INT64_C(1) << 32) - 1));
    assert_false(tiktok_id_time(sv_cstr(digits), &us));
}

static void names_of_the_closed_lists_come_back(void **state)
{
    for (int f = 0; f < TEXT_FIELD_COUNT; f++) {
        enum text_field got;
        assert_true(text_field_parse(sv_cstr(text_field_name((enum text_field)f)), &got));
        assert_int_equal(got, f);
    }
    for (int k = POST_VIDEO; k <= POST_ACCOUNT; k++) {
        enum post_kind got;
        assert_true(post_kind_parse(sv_cstr(post_kind_name((enum post_kind)k)), &got));
        assert_int_equal(got, k);
    }
    for (int k = MEDIA_UNKNOWN; k <= MEDIA_AUDIO; k++) {
        enum media_kind got;
        assert_true(media_kind_parse(sv_cstr(media_kind_name((enum media_kind)k)), &got));
        assert_int_equal(got, k);
    }
    enum text_field none;
    assert_false(text_field_parse(SV("Caption"), &none));
}

static void the_text_of_a_field_is_found(void **state)
{
    struct text_part parts[] = {{TEXT_SCREEN, SV("first"), 0, 0}, {TEXT_SCREEN, SV("second"), 0, 0}};
    struct post p;
    post_init(&p);
    p.texts = parts;
    p.ntexts = 2;
    p.account.bio = SV("bio");
    assert_sv(post_text(&p, TEXT_SCREEN), "first");
    assert_sv(post_text(&p, TEXT_BIO), "bio");
    assert_null(post_text(&p, TEXT_CAPTION).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_with_nul_bytes_is_another_account),
        cmocka_unit_test(an_account_is_its_native_id_where_there_is_one),
        cmocka_unit_test(an_account_of_which_nothing_is_known_has_no_id),
        cmocka_unit_test(comments_have_their_own_space_of_ids),
        cmocka_unit_test(a_tiktok_id_tells_its_birth),
        cmocka_unit_test(what_is_no_tiktok_id_tells_nothing),
        cmocka_unit_test(no_id_is_older_than_2014),
        cmocka_unit_test(names_of_the_closed_lists_come_back),
        cmocka_unit_test(the_text_of_a_field_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
