#include "test.h"

#include "base/utf8.h"

static void every_character_encodes_and_decodes(void **state)
{
    for (uint32_t cp = 0; cp <= 0x110010; cp++) {
        char bytes[4];
        size_t n = utf8_encode(cp, bytes), at = 0;
        if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) {
            assert_int_equal(n, 0);
            continue;
        }
        bool valid = true;
        assert_int_equal(utf8_next(sv_of(bytes, n), &at, &valid), cp);
        assert_true(valid && at == n);
    }
}

static void broken_sequences_move_by_their_maximal_subpart(void **state)
{
    static const struct {
        struct sv text;
        size_t characters, first_bad;
    } cases[] = {
        {SV_INIT("a\xc0\xaf"
                 "b"),
         4, 1},                          /* overlong: two subparts */
        {SV_INIT("\xe0\x80\xaf"), 3, 0}, /* overlong of three bytes */
        {SV_INIT("\xed\xa0\x80"), 3, 0}, /* a surrogate */
        {SV_INIT("\xf4\x91\x92\x93\xff"
                 "A\x80"
                 "B"),
         8, 0},
        {SV_INIT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf"
                 "A"),
         5, 0},
        {SV_INIT("ok\xe2\x82"), 3, 2}, /* cut at the end */
        {SV_INIT("\xf0\x9f\x91"), 1, 0},
        {SV_INIT("\xfe\xff"), 2, 0},
        {SV_INIT("\0\u0645\U0001F441"), 3, SIZE_MAX},
        {{NULL, 0}, 0, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(utf8_count(cases[i].text), cases[i].characters);
        assert_true(utf8_check(cases[i].text) == cases[i].first_bad);
    }
}

static void columns_are_what_a_terminal_takes(void **state)
{
    static const struct {
        const char *text;
        int columns;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"\u0645\u0631\u0635\u062F", 4},
        {"\u0645\u064E\u0631\u0652", 2}, /* vowel signs */
        {"e\u0301", 1},
        {"\u6F22\u5B57", 4},
        {"\U0001F441", 1},
        {"\U0001F600", 2},
        {"a\u200Db\u200E", 2},
        {"\n\x1b\x7f", 0},
        {"\xc2\x85", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (utf8_width(sv_cstr(cases[i].text)) != cases[i].columns)
            fail_msg("\"%s\" has %d columns", cases[i].text, utf8_width(sv_cstr(cases[i].text)));
    assert_int_equal(utf8_cp_width(0x110000), 0);
    assert_int_equal(utf8_cp_width(UINT32_MAX), 0);
}

static void shown_text_has_nothing_in_it_that_steers(void **state)
{
    static const struct {
        struct sv raw;
        const char *shown;
    } cases[] = {
        {SV_INIT("plain \u0645\u0631\u0635\u062F \u2014 \\"), "plain \u0645\u0631\u0635\u062F \u2014 \\"},
        {SV_INIT("a\nb\0c\x1b[2J"), "a␤b\\u{0}c\\u{1B}[2J"},
        {SV_INIT("\xc2\x9b\u2028\u2029"), "\\u{9B}\\u{2028}\\u{2029}"},
        {SV_INIT("\u202Efdp\u202C\u2066\u2069"), "\\u{202E}fdp\\u{202C}\\u{2066}\\u{2069}"},
        {SV_INIT("\u200E\u200F\u061C"), "\\u{200E}\\u{200F}\\u{61C}"},
        {SV_INIT("\U000E0041"), "\\u{E0041}"},
        {SV_INIT("\u0645\u06CC\u200C\u0634"), "\u0645\u06CC\u200C\u0634"}, /* a joiner is spelling */
        {SV_INIT("\xff\xe2\x82"), "\\xFF\\xE2\\x82"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 0);
        utf8_show(&b, cases[i].raw);
        assert_string_equal(buf_cstr(&b), cases[i].shown);
        for (size_t at = 0; at < b.n;) assert_false(utf8_steers(utf8_next(buf_sv(&b), &at, NULL)));
        buf_done(&b);
    }
}

static void a_cut_text_takes_no_more_than_its_columns(void **state)
{
    static const struct {
        const char *raw;
        int columns, used;
        const char *shown;
    } cases[] = {
        {"abc", 3, 3, "abc"},
        {"abcd", 3, 3, "ab…"},
        {"abc", 1, 1, "…"},
        {"a", 1, 1, "a"},
        {"abc", 0, 0, ""},
        {"abc", -1, 0, ""},
        {"", 5, 0, ""},
        {"\u6F22\u5B57", 3, 3, "\u6F22…"},
        {"\u6F22\u5B57", 2, 1, "…"},
        {"\u6F22\u5B57", 4, 4, "\u6F22\u5B57"},
        {"e\u0301e\u0301e\u0301", 2, 2, "e\u0301…"},
        {"ab\u0301", 2, 2, "ab\u0301"},
        {"a\x1b"
         "b",
         5, 2, "a…"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 0);
        buf_puts(&b, ">");
        int used = utf8_show_cut(&b, sv_cstr(cases[i].raw), cases[i].columns);
        assert_string_equal(buf_cstr(&b) + 1, cases[i].shown);
        assert_int_equal(used, cases[i].used);
        buf_done(&b);
    }
}

static void text_of_markup_says_nothing_to_its_reader(void **state)
{
    static const struct {
        struct sv raw;
        const char *shown;
    } cases[] = {
        {SV_INIT("a & b"), "a &amp; b"},
        {SV_INIT("<b onclick='x'>\"y\""), "&lt;b onclick=&#39;x&#39;&gt;&quot;y&quot;"},
        {SV_INIT("\u0645\u0631\u0635\u062F\t\n"), "\u0645\u0631\u0635\u062F\t\n"},
        {SV_INIT("a\0b\x1b\x7f"), "a\uFFFDb\uFFFD\uFFFD"},
        {SV_INIT("\xff\xc3"), "\uFFFD\uFFFD"},
        {SV_INIT("\uFFFE"), "\uFFFD"},
        {SV_INIT(""), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        buf_init(&b, 0);
        utf8_markup(&b, cases[i].raw);
        assert_string_equal(buf_cstr(&b), cases[i].shown);
        buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_encodes_and_decodes),
        cmocka_unit_test(broken_sequences_move_by_their_maximal_subpart),
        cmocka_unit_test(columns_are_what_a_terminal_takes),
        cmocka_unit_test(shown_text_has_nothing_in_it_that_steers),
        cmocka_unit_test(a_cut_text_takes_no_more_than_its_columns),
        cmocka_unit_test(text_of_markup_says_nothing_to_its_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
