#include "test.h"

#include "model/category.h"

static void every_harm_has_a_name_that_comes_back_and_a_dsa_category(void **state)
{
    for (int c = CATEGORY_NONE + 1; c < CATEGORY_COUNT; c++) {
        const struct category_info *i = category_info((enum category)c);
        assert_int_equal(category_parse(sv_cstr(i->name)), c);
        assert_int_equal(strncmp(i->dsa_category, "STATEMENT_CATEGORY_", 19), 0);
        assert_non_null(i->dsa_keywords[0]);
        for (int k = 0; i->dsa_keywords[k]; k++)
            assert_int_equal(strncmp(i->dsa_keywords[k], "KEYWORD_", 8), 0);
    }
}

static void the_list_is_closed(void **state)
{
    static const char *const refused[] = {
        "",          "none",           "NONE",          "Hate",
        "indecency", "hate ",          "blasphemy",     "insult.institution",
        "terror",    "terror.recruit", "harassment.men"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(category_parse(sv_cstr(refused[i])), CATEGORY_NONE);
    assert_int_equal(category_parse(SV("hate\0")), CATEGORY_NONE);
}

static void none_is_called_none(void **state) { assert_string_equal(category_name(CATEGORY_NONE), "none"); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_harm_has_a_name_that_comes_back_and_a_dsa_category),
        cmocka_unit_test(the_list_is_closed),
        cmocka_unit_test(none_is_called_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
