#include "test.h"

#include <math.h>

#include "base/json.h"

/* Each text must be taken, and print as `printed`; what is printed must read back as the same. */
static void sound_texts_print_as_they_were_read(void **state)
{
    static const struct {
        struct sv text;
        unsigned flags;
        const char *printed;
    } cases[] = {
        {SV_INIT("null"), 0, "null"},
        {SV_INIT(" \t\r\n true \n"), 0, "true"},
        {SV_INIT("\xEF\xBB\xBF{}"), 0, "{}"},
        {SV_INIT("[]"), 0, "[]"},
        {SV_INIT("0"), 0, "0"},
        {SV_INIT("-0"), 0, "0"},
        {SV_INIT("\"\""), 0, "\"\""},
        {SV_INIT("{\"b\":1,\"a\":[1,2,{\"c\":null}]}"), 0, "{\"b\":1,\"a\":[1,2,{\"c\":null}]}"},
        {SV_INIT("{\"a\":1,\"a\":2}"), 0, "{\"a\":2}"},
        {SV_INIT("{\"\":0}"), 0, "{\"\":0}"},
        {SV_INIT("9223372036854775807"), 0, "9223372036854775807"},
        {SV_INIT("-9223372036854775808"), 0, "-9223372036854775808"},
        {SV_INIT("9223372036854775808"), 0, "9.223372036854776e+18"},
        {SV_INIT("18446744073709551615"), 0, "1.8446744073709552e+19"},
        {SV_INIT("[123456789012345678901234567890]"), 0, "[1.2345678901234568e+29]"},
        {SV_INIT("[-123456789012345678901,1]"), 0, "[-1.2345678901234568e+20,1]"},
        {SV_INIT("1.0"), 0, "1.0"},
        {SV_INIT("1e2"), 0, "100.0"},
        {SV_INIT("1E+2"), 0, "100.0"},
        {SV_INIT("0.1"), 0, "0.1"},
        {SV_INIT("-0.0"), 0, "-0.0"},
        {SV_INIT("1e-999"), 0, "0.0"},
        {SV_INIT("\"a\\u0000b\""), 0, "\"a\\u0000b\""},
        {SV_INIT("\"\\b\\f\\n\\r\\t\\/\\\\\\\"\\u001f\""), 0, "\"\\b\\f\\n\\r\\t/\\\\\\\"\\u001f\""},
        {SV_INIT("\"\\u0645\\uD83D\\uDE00\""), 0, "\"\u0645\U0001F600\""},
        {SV_INIT("\"\\ud800\""), 0, "\"\uFFFD\""},
        {SV_INIT("\"\\udc00x\""), 0, "\"\uFFFDx\""},
        {SV_INIT("\"\\ud800\\ud83d\\ude00\""), 0, "\"\uFFFD\U0001F600\""},
        {SV_INIT("\"\\ud800\\n\""), 0, "\"\uFFFD\\n\""},
        {SV_INIT("\"\\x0Aend\""), JSON_ALLOW_XHH, "\"\\nend\""},
        {SV_INIT("[\"\\x00\",\"\\\\x41\"]"), JSON_ALLOW_XHH, "[\"\\u0000\",\"\\\\x41\"]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        struct json *doc = NULL;
        struct buf b;
        buf_init(&b, 0);
        if (json_parse(cases[i].text, cases[i].flags, &doc, &err) != 0)
            fail_msg("case %zu %.*s: %s", i, SV_FMT(cases[i].text), err.text);
        json_print(doc, &b);
        json_free(doc);
        assert_string_equal(buf_cstr(&b), cases[i].printed);
        assert_ok(json_parse(buf_sv(&b), JSON_STRICT, &doc, &err));
        buf_clear(&b);
        json_print(doc, &b);
        json_free(doc);
        assert_string_equal(buf_cstr(&b), cases[i].printed);
        buf_done(&b);
    }
}

static void unsound_texts_are_refused_with_their_place(void **state)
{
    static const struct {
        struct sv text;
        unsigned flags;
        const char *said; /* a part of the message */
    } cases[] = {
        {SV_INIT(""), 0, "line 1, byte 0: expected a value, but the text ends here"},
        {SV_INIT("  \n "), 0, "line 2, byte 4"},
        {SV_INIT("{"), 0, "byte 1: expected a key"},
        {SV_INIT("[1,\n2\n"), 0, "line 3, byte 6: expected ',' or ']'"},
        {SV_INIT("[1,]"), 0, "byte 3: expected a value, found ']'"},
        {SV_INIT("{\"a\":1,}"), 0, "byte 7: expected a key"},
        {SV_INIT("{\"a\" 1}"), 0, "byte 5: expected ':'"},
        {SV_INIT("{\"a\":}"), 0, "byte 5: expected a value"},
        {SV_INIT("{a:1}"), 0, "byte 1: expected a key in double quotes, found 'a'"},
        {SV_INIT("{'a':1}"), 0, "byte 1"},
        {SV_INIT("['a']"), 0, "byte 1: expected a value, found '''"},
        {SV_INIT("[1}"), 0, "byte 2: expected ',' or ']', found '}'"},
        {SV_INIT("]"), 0, "byte 0"},
        {SV_INIT("1 2"), 0, "byte 2: only white space may follow"},
        {SV_INIT("{}x"), 0, "byte 2: only white space may follow"},
        {SV_INIT("null\0"), 0, "byte 4"},
        {SV_INIT("NaN"), 0, "byte 0"},
        {SV_INIT("[-Infinity]"), 0, "byte 2: a number needs a digit"},
        {SV_INIT("Infinity"), 0, "byte 0"},
        {SV_INIT("True"), 0, "byte 0"},
        {SV_INIT("nul"), 0, "byte 0"},
        {SV_INIT("truex"), 0, "byte 4"},
        {SV_INIT("1/**/"), 0, "byte 1"},
        {SV_INIT("// a\n1"), 0, "byte 0"},
        {SV_INIT("01"), 0, "byte 0: a number must not start with 0"},
        {SV_INIT("-01"), 0, "byte 1: a number must not start with 0"},
        {SV_INIT("+1"), 0, "byte 0"},
        {SV_INIT(".5"), 0, "byte 0"},
        {SV_INIT("1."), 0, "byte 2: a number needs a digit after its point"},
        {SV_INIT("1e"), 0, "byte 2: a number needs a digit in its exponent"},
        {SV_INIT("0x10"), 0, "byte 1"},
        {SV_INIT("[1e999]"), 0, "byte 1: a number is too large"},
        {SV_INIT("\"abc"), 0, "byte 4: a string is open"},
        {SV_INIT("\"abc\\"), 0, "a string is open"},
        {SV_INIT("\"a\nb\""), 0, "byte 2: a control byte in a string must be escaped, found byte 0x0a"},
        {SV_INIT("\"a\0b\""), 0, "byte 2: a control byte"},
        {SV_INIT("\"\\v\""), 0, "byte 2: no such escape in a string, found 'v'"},
        {SV_INIT("\"\\\0\""), 0, "byte 2: no such escape"},
        {SV_INIT("\"\\x41\""), 0, "byte 2: no such escape"},
        {SV_INIT("\"\\x4\""), JSON_ALLOW_XHH, "byte 1: \\x needs two hex digits"},
        {SV_INIT("\"\\u12g4\""), 0, "byte 1: \\u needs four hex digits"},
        {SV_INIT("\"\\u12"), 0, "byte 1"},
        {SV_INIT("\"\xff\""), 0, "byte 1: the text is not UTF-8, found byte 0xff"},
        {SV_INIT("\"\xed\xa0\x80\""), 0, "byte 1: the text is not UTF-8"},
        {SV_INIT("\"\xc3"), 0, "byte 1: the text is not UTF-8"},
        {SV_INIT("{\"a\":0,\"b\\u0000\":1}"), 0, "byte 7: a NUL in an object's key is refused"},
        {SV_INIT("{\"\\x00\":1}"), JSON_ALLOW_XHH, "byte 1: a NUL in an object's key is refused"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        struct json *doc = (struct json *)&err;
        int rc = json_parse(cases[i].text, cases[i].flags, &doc, &err);
        if (rc != ERR_FORMAT) fail_msg("case %zu %.*s was taken", i, SV_FMT(cases[i].text));
        assert_int_equal(err.code, ERR_FORMAT);
        assert_ptr_equal(doc, &err);
        if (!strstr(err.text, cases[i].said))
            fail_msg("case %zu: \"%s\" lacks \"%s\"", i, err.text, cases[i].said);
    }
}

static void nesting_is_taken_to_the_maximum_and_refused_above(void **state)
{
    for (unsigned depth = JSON_MAX_DEPTH - 1; depth <= JSON_MAX_DEPTH + 1; depth++) {
        struct buf text, printed;
        buf_init(&text, 0);
        buf_init(&printed, 0);
        for (unsigned i = 0; i < depth; i++) buf_puts(&text, i % 2 ? "{\"k\":" : "[");
        buf_puts(&text, "\"deep\"");
        for (unsigned i = depth; i-- > 0;) buf_putc(&text, i % 2 ? '}' : ']');
        struct json *doc = NULL;
        struct error err = {0};
        int rc = json_parse(buf_sv(&text), JSON_STRICT, &doc, &err);
        assert_int_equal(rc, depth > JSON_MAX_DEPTH ? ERR_FORMAT : 0);
        if (rc == 0) {
            json_print(doc, &printed);
            assert_string_equal(buf_cstr(&printed), buf_cstr(&text));
        } else {
            assert_non_null(strstr(err.text, "nested too deep"));
        }
        json_free(doc);
        buf_done(&text);
        buf_done(&printed);
    }
}

static int note_key(void *arg, struct sv key, const struct json *value)
{
    buf_putsv(arg, key);
    buf_putc(arg, '0' + (char)json_type(value));
    return sv_is(key, "stop") ? 7 : 0;
}

static void values_are_found_and_converted(void **state)
{
    struct json *doc = NULL;
    assert_ok(json_parse(
        SV("{\"s\":\"a\\u0000b\",\"n\":{\"m\":{\"i\":\"42\"}},\"d\":3.0,\"half\":0.5,\"huge\":1e300,"
           "\"t\":true,\"list\":[1,null,\"x\"],\"nul\":null,\"stop\":0,\"after\":1}"),
        JSON_STRICT, &doc, NULL));
    assert_sv(json_get_sv(doc, "s"), "a\0b");
    assert_null(json_get_sv(doc, "d").p);
    assert_null(json_get(doc, "absent"));
    assert_null(json_get(json_get(doc, "list"), "s"));
    assert_int_equal(json_i64(json_path(doc, "n.m.i"), -1), 42);
    assert_null(json_path(doc, "n.x.i"));
    assert_null(json_path(doc, "s.x"));
    assert_int_equal(json_get_i64(doc, "d", -1), 3);
    assert_int_equal(json_get_i64(doc, "half", -1), -1);
    assert_int_equal(json_get_i64(doc, "huge", -1), -1);
    assert_int_equal(json_get_i64(doc, "s", -1), -1);
    assert_int_equal(json_get_i64(doc, "t", -1), -1);
    assert_true(json_double(json_get(doc, "half"), 0) == 0.5);
    assert_true(json_double(json_get(doc, "stop"), 9) == 0);
    assert_true(json_double(json_get(doc, "s"), 9) == 9);
    assert_true(json_bool(json_get(doc, "t"), false));
    assert_true(json_bool(json_get(doc, "stop"), true));
    assert_int_equal(json_len(doc), 10);
    assert_int_equal(json_len(json_get(doc, "list")), 3);
    assert_int_equal(json_len(json_get(doc, "s")), 0);
    assert_sv(json_sv(json_at(json_get(doc, "list"), 2)), "x");
    assert_int_equal(json_type(json_at(json_get(doc, "list"), 1)), JSON_NULL);
    assert_null(json_at(json_get(doc, "list"), 3));
    assert_null(json_at(doc, 0));
    assert_int_equal(json_type(NULL), JSON_NULL);

    struct buf keys;
    buf_init(&keys, 0);
    assert_int_equal(json_each(doc, note_key, &keys), 7);
    assert_string_equal(buf_cstr(&keys), "s4n6d3half3huge3t1list5nul0stop2");
    assert_int_equal(json_each(json_get(doc, "list"), note_key, &keys), 0);
    buf_done(&keys);
    json_free(doc);
}

static void a_text_above_the_maximum_is_refused_unread(void **state)
{
    struct json *doc = NULL;
    struct error err = {0};
    assert_int_equal(json_parse(sv_of("1", JSON_MAX_BYTES + 1), JSON_STRICT, &doc, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "split the export"));
}

static void a_small_text_of_a_huge_tree_is_refused_before_it_is_built(void **state)
{
    struct buf b;
    struct json *doc = NULL;
    struct error err = {0};
    buf_init(&b, 0);
    buf_putc(&b, '[');
    for (size_t i = 0; i < JSON_MAX_TREE_BYTES / 800 + 1; i++) buf_puts(&b, "{},");
    buf_puts(&b, "{}]");
    assert_int_equal(json_parse(buf_sv(&b), JSON_STRICT, &doc, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "split the export"));
    assert_null(doc);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_texts_print_as_they_were_read),
        cmocka_unit_test(unsound_texts_are_refused_with_their_place),
        cmocka_unit_test(nesting_is_taken_to_the_maximum_and_refused_above),
        cmocka_unit_test(values_are_found_and_converted),
        cmocka_unit_test(a_text_above_the_maximum_is_refused_unread),
        cmocka_unit_test(a_small_text_of_a_huge_tree_is_refused_before_it_is_built),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
