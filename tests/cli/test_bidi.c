#include "test.h"

#include "cli/bidi.h"

static void turned(const char *text, const char *want)
{
    struct buf b;
    buf_init(&b, 0);
    bidi_lines(&b, sv_cstr(text));
    assert_string_equal(buf_cstr(&b), want);
    buf_done(&b);
}

static void left_to_right_lines_stay_as_they_are(void **state)
{
    turned("", "");
    turned("plain", "plain");
    turned("two\nlines\n", "two\nlines\n");
    turned("  é 漢字  \033[31mred\033[0m\n\n", "  é 漢字  \033[31mred\033[0m\n\n");
}

static void hebrew_is_turned_letter_by_letter(void **state) { turned("אבג\n", "גבא\n"); }

static void arabic_letters_are_joined_and_turned(void **state)
{
    /* seen-lam-alef-meem: initial seen, the ligature of lam and alef, isolated meem; written backwards */
    turned("سلام", "\uFEE1\uFEFC\uFEB3");
}

static void numbers_and_latin_words_keep_their_order(void **state)
{
    turned("א 12 ב", "ב 12 א");
    turned("אב abc", "abc בא");
    turned("abc אב", "abc בא");
}

static void an_option_keeps_its_hyphens_in_front(void **state)
{
    turned("א \u200e--limit N ב", "ב --limit N א");
}

static void columns_and_escapes_stay_in_place(void **state)
{
    turned("אב  abc  גד", "בא  abc  דג");
    turned("\033[1mאב\033[0m: x", "\033[1mבא\033[0m: x");
    turned("  אב", "  בא");
    turned("אב  ", "בא  ");
}

static void broken_bytes_do_not_stop_it(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    bidi_lines(&b, SV("א\xff\0ב\033["));
    assert_true(b.n > 0);
    assert_false(b.failed);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(left_to_right_lines_stay_as_they_are),
        cmocka_unit_test(hebrew_is_turned_letter_by_letter),
        cmocka_unit_test(arabic_letters_are_joined_and_turned),
        cmocka_unit_test(numbers_and_latin_words_keep_their_order),
        cmocka_unit_test(an_option_keeps_its_hyphens_in_front),
        cmocka_unit_test(columns_and_escapes_stay_in_place),
        cmocka_unit_test(broken_bytes_do_not_stop_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
