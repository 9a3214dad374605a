#include "test.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "fail_alloc.h"

static void write_sample(struct jw *w)
{
    jw_object(w);
    jw_kv_str(w, "id", "7001");
    jw_key(w, "list");
    jw_array(w);
    jw_i64(w, INT64_MIN);
    jw_double(w, 0.125, 2);
    jw_double(w, 1.0 / 3, -1);
    jw_bool(w, false);
    jw_null(w);
    jw_object(w);
    jw_end(w);
    jw_array(w);
    jw_end(w);
    jw_end(w);
    jw_kv_i64(w, "n", 0);
    jw_kv_double(w, "d", 2, 1);
    jw_kv_bool(w, "b", true);
    jw_keysv(w, SV("k\0y"));
    jw_raw(w, SV("[1]"));
    jw_kv_sv(w, "last", SV_NULL);
    jw_end(w);
}

static void commas_and_nesting_are_kept(void **state)
{
    static const struct {
        enum jw_style style;
        const char *text;
    } cases[] = {
        {JW_COMPACT,
         "{\"id\":\"7001\",\"list\":[-9223372036854775808,0.12,0.3333333333333333,false,null,{},[]],"
         "\"n\":0,\"d\":2.0,\"b\":true,\"k\\u0000y\":[1],\"last\":\"\"}"},
        {JW_PRETTY, "{\n  \"id\": \"7001\",\n  \"list\": [\n    -9223372036854775808,\n    0.12,\n"
                    "    0.3333333333333333,\n    false,\n    null,\n    {},\n    []\n  ],\n  \"n\": 0,\n"
                    "  \"d\": 2.0,\n  \"b\": true,\n  \"k\\u0000y\": [1],\n  \"last\": \"\"\n}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        struct jw w;
        buf_init(&b, 0);
        jw_init(&w, &b, cases[i].style);
        write_sample(&w);
        assert_string_equal(buf_cstr(&b), cases[i].text);
        buf_done(&b);
    }
}

static void strings_are_escaped_and_broken_bytes_replaced(void **state)
{
    static const struct {
        struct sv raw;
        const char *text;
    } cases[] = {
        {SV_INIT(""), "\"\""},
        {SV_INIT("a\"b\\c/"), "\"a\\\"b\\\\c/\""},
        {SV_INIT("\b\t\n\v\f\r"), "\"\\b\\t\\n\\u000b\\f\\r\""},
        {SV_INIT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\""},
        {SV_INIT("\u0645\u0631 \U0001F441"), "\"\u0645\u0631 \U0001F441\""},
        {SV_INIT("a\xff"
                 "b\xe2\x82"),
         "\"a\uFFFD"
         "b\uFFFD\""},
        {SV_INIT("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;
        struct jw w;
        buf_init(&b, 0);
        jw_init(&w, &b, JW_COMPACT);
        jw_sv(&w, cases[i].raw);
        assert_string_equal(buf_cstr(&b), cases[i].text);
        buf_done(&b);
    }
}

static void what_is_not_known_is_not_written(void **state)
{
    struct buf b;
    struct jw w;
    struct id128 id = {{0}};
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_id(&w, "none", &id);
    jw_kv_time(&w, "never", TIME_UNKNOWN);
    id.b[15] = 1;
    jw_kv_id(&w, "one", &id);
    jw_kv_time(&w, "then", INT64_C(1769853600000000));
    jw_end(&w);
    assert_string_equal(buf_cstr(&b),
                        "{\"one\":\"00000000000000000000000000000001\",\"then\":\"2026-01-31T10:00:00Z\"}");
    buf_done(&b);
}

static void numbers_that_json_lacks_become_null(void **state)
{
    struct buf b;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_array(&w);
    jw_double(&w, (double)NAN, 2);
    jw_double(&w, (double)INFINITY, 2);
    jw_double(&w, -(double)INFINITY, -1);
    jw_double(&w, -1.7976931348623157e308, 0);
    jw_end(&w);
    assert_true(sv_starts(buf_sv(&b), SV("[null,null,null,-17976931348623157")));
    assert_int_equal(b.n, sizeof "[null,null,null,-]" - 1 + 309);
    buf_done(&b);
}

static void value_without_key(struct jw *w) { jw_object(w), jw_i64(w, 1); }
static void end_without_start(struct jw *w) { jw_end(w); }
static void key_in_array(struct jw *w) { jw_array(w), jw_key(w, "k"); }
static void key_after_key(struct jw *w) { jw_object(w), jw_key(w, "k"), jw_key(w, "k"); }
static void end_after_key(struct jw *w) { jw_object(w), jw_key(w, "k"), jw_end(w); }
static void too_deep(struct jw *w)
{
    for (int i = 0; i <= JW_MAX_DEPTH; i++) jw_array(w);
}

static void misuse_asserts(void **state)
{
    void (*const misuses[])(struct jw *) = {value_without_key, end_without_start, key_in_array,
                                            key_after_key,     end_after_key,     too_deep};
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct buf b;
            struct jw w;
            signal(SIGABRT, SIG_DFL);
            if (!freopen("/dev/null", "w", stderr)) _exit(1);
            buf_init(&b, 0);
            jw_init(&w, &b, JW_COMPACT);
            misuses[i](&w);
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) fail_msg("misuse %zu went through", i);
    }
}

static void a_failing_allocation_is_seen_in_the_buffer(void **state)
{
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct buf b;
        struct jw w;
        buf_init(&b, 0);
        jw_init(&w, &b, JW_PRETTY);
        fail_alloc_at(n);
        write_sample(&w);
        done = !fail_alloc_stop();
        assert_int_equal(b.failed, !done);
        assert_int_equal(w.depth, 0);
        buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_nesting_are_kept),
        cmocka_unit_test(strings_are_escaped_and_broken_bytes_replaced),
        cmocka_unit_test(what_is_not_known_is_not_written),
        cmocka_unit_test(numbers_that_json_lacks_become_null),
        cmocka_unit_test(misuse_asserts),
        cmocka_unit_test(a_failing_allocation_is_seen_in_the_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
