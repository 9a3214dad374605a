#include "test.h"

#include <errno.h>

#include "base/error.h"
#include "base/utf8.h"

static void set_fills_the_struct_and_returns_the_code(void **state)
{
    struct error err = {0};
    assert_int_equal(error_set(&err, ERR_FORMAT, "x", "line %d", 3), ERR_FORMAT);
    assert_int_equal(err.code, ERR_FORMAT);
    assert_string_equal(err.module, "x");
    assert_string_equal(err.text, "line 3");
    assert_int_equal(error_set(NULL, ERR_IO, "x", "nobody listens"), ERR_IO);
    assert_int_equal(error_set_errno(NULL, ERR_IO, "x", ENOENT, "nobody listens"), ERR_IO);
    assert_int_equal(error_set_errno(&err, ERR_IO, "file", ENOENT, "cannot open %s", "a"), ERR_IO);
    assert_string_equal(err.text, "cannot open a: No such file or directory");
    error_clear(&err);
    assert_int_equal(err.code, 0);
    assert_string_equal(err.text, "");
    error_clear(NULL);
}

static void text_from_outside_cannot_steer_the_reader(void **state)
{
    static const struct {
        const char *raw, *shown;
    } cases[] = {
        {"a\nb\tc\x1b[31m", "a\\x0Ab\\x09c\\x1B[31m"},
        {"\x7f", "\\x7F"},
        {"bad \xff\xfe", "bad \\xFF\\xFE"},
        {"cut \xe2\x82", "cut \\xE2\\x82"},
        {"\u202Egnp.exe", "\\u{202E}gnp.exe"},
        {"\u2066x\u2069\u200F", "\\u{2066}x\\u{2069}\\u{200F}"},
        {"\xc2\x85", "\\u{0085}"},
        {"\u0645\u0631\u0635\u062F 👁", "\u0645\u0631\u0635\u062F 👁"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        error_set(&err, ERR_FORMAT, "x", "%s", cases[i].raw);
        assert_string_equal(err.text, cases[i].shown);
    }
}

static void a_long_text_ends_in_an_ellipsis_at_a_character_boundary(void **state)
{
    static const char *const units[] = {"x", "\u0642", "\u2424", "\U0001F441", "\x01", "\xff"};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        for (size_t pad = 0; pad < 9; pad++) {
            struct buf raw;
            buf_init(&raw, 0);
            buf_pad(&raw, '.', pad);
            for (int i = 0; i < 800; i++) buf_puts(&raw, units[u]);
            struct error err;
            memset(&err, 'Z', sizeof err);
            error_set(&err, ERR_LIMIT, "x", "%s", buf_cstr(&raw));
            size_t n = strnlen(err.text, sizeof err.text);
            assert_in_range(n, ERROR_TEXT_BYTES - 8, ERROR_TEXT_BYTES - 1);
            assert_true(sv_ends(sv_of(err.text, n), SV("…")));
            assert_true(utf8_check(sv_of(err.text, n)) == SIZE_MAX);
            buf_done(&raw);
        }
    }
}

static void a_text_that_just_fits_is_whole(void **state)
{
    char raw[ERROR_TEXT_BYTES + 1];
    for (size_t n = ERROR_TEXT_BYTES - 5; n <= ERROR_TEXT_BYTES; n++) {
        memset(raw, 'x', n);
        raw[n] = '\0';
        struct error err;
        error_set(&err, ERR_LIMIT, "x", "%s", raw);
        if (n < ERROR_TEXT_BYTES)
            assert_string_equal(err.text, raw);
        else
            assert_true(sv_ends(sv_cstr(err.text), SV("x…")));
    }
}

static void every_code_has_words_of_its_own(void **state)
{
    for (int code = ERR_CANCELLED; code <= ERR_NONE; code++) {
        assert_string_not_equal(error_code_name(code), "unknown error");
        for (int other = code + 1; other <= ERR_NONE; other++)
            assert_string_not_equal(error_code_name(code), error_code_name(other));
    }
    assert_string_equal(error_code_name(1), "unknown error");
    assert_string_equal(error_code_name(-1000), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_fills_the_struct_and_returns_the_code),
        cmocka_unit_test(text_from_outside_cannot_steer_the_reader),
        cmocka_unit_test(a_long_text_ends_in_an_ellipsis_at_a_character_boundary),
        cmocka_unit_test(a_text_that_just_fits_is_whole),
        cmocka_unit_test(every_code_has_words_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
