#include "test.h"

#include "base/log.h"
#include "base/utf8.h"

struct heard {
    int count;
    enum log_level level;
    char module[16], text[4096];
};

static void hear(void *arg, enum log_level level, const char *module, const char *text)
{
    struct heard *h = arg;
    h->count++;
    h->level = level;
    snprintf(h->module, sizeof h->module, "%s", module);
    snprintf(h->text, sizeof h->text, "%s", text);
}

static void messages_up_to_the_level_reach_the_sink(void **state)
{
    struct heard h = {0};
    struct log log = {.sink = hear, .arg = &h, .max_level = LOG_WARN};
    log_write(&log, LOG_WARN, "m", "n=%d", 1);
    assert_int_equal(h.count, 1);
    assert_int_equal(h.level, LOG_WARN);
    assert_string_equal(h.module, "m");
    assert_string_equal(h.text, "n=1");
    log_write(&log, LOG_INFO, "m", "quiet");
    assert_int_equal(h.count, 1);
    log_write(&log, LOG_ERROR, "m", "loud");
    assert_int_equal(h.count, 2);
    log.sink = NULL;
    log_write(&log, LOG_ERROR, "m", "silent");
    log_write(NULL, LOG_ERROR, "m", "nobody");
    assert_int_equal(h.count, 2);
}

static void a_message_is_one_safe_line_of_bounded_length(void **state)
{
    struct heard h = {0};
    struct log log = {.sink = hear, .arg = &h, .max_level = LOG_DEBUG};
    log_write(&log, LOG_DEBUG, "m", "a\nb\x1b]0;\xff\u202E");
    assert_string_equal(h.text, "a\\x0Ab\\x1B]0;\\xFF\\u{202E}");
    struct buf text;
    buf_init(&text, 0);
    for (int i = 0; i < 3000; i++) buf_puts(&text, "\u0642");
    log_write(&log, LOG_DEBUG, "m", "%s", buf_cstr(&text));
    assert_true(strlen(h.text) < 2048);
    assert_true(sv_ends(sv_cstr(h.text), SV("\u0642…")));
    assert_true(utf8_check(sv_cstr(h.text)) == SIZE_MAX);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_up_to_the_level_reach_the_sink),
        cmocka_unit_test(a_message_is_one_safe_line_of_bounded_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
