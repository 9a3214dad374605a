#include "test.h"

#include "intake/collect.h"

static void what_is_no_feed_is_refused_with_what_to_do(void **state)
{
    static const struct {
        const char *name;
        struct sv bytes;
        int code;
        const char *says;
    } cases[] = {
        {"a.gz", {"\x1F\x8B\x08", 3}, ERR_UNSUPPORTED, "unpack it first"},
        {"a.zip", {"PK\x03\x04", 4}, ERR_UNSUPPORTED, "unpack it first"},
        {"a.csv", {"id,text,author\n1,a,b\n", 21}, ERR_UNSUPPORTED, "CSV"},
        {"messages.html", {"<!DOCTYPE html>\n<html>", 22}, ERR_UNSUPPORTED, "web page"},
        {"empty.json", {"", 0}, ERR_FORMAT, "empty"},
        {"words.txt", {"only words\n", 11}, ERR_FORMAT, "neither a feed"},
        {"other.json", {"{\"a\":1}\n", 8}, ERR_FORMAT, "neither a feed"},
    };
    struct collected *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = {0};
        assert_int_equal(collect_as(c, NULL, put_file(c, cases[i].name, cases[i].bytes), &err),
                         cases[i].code);
        if (!strstr(err.text, cases[i].says)) fail_msg("%s: %s", cases[i].name, err.text);
        if (!strstr(err.text, cases[i].name)) fail_msg("%s is not named: %s", cases[i].name, err.text);
    }
}

static void a_path_that_is_not_there_and_a_format_that_is_not_are_errors(void **state)
{
    struct collected *c = *state;
    struct error err;
    assert_int_equal(collect_as(c, NULL, in_dir(c, "nothing"), &err), ERR_NOTFOUND);
    assert_int_equal(collect_as(c, "tiktak", c->dir, &err), ERR_ARG);
    assert_non_null(strstr(err.text, "zeeschuimer"));
    assert_int_equal(collect_as(c, "telegram", c->dir, &err), ERR_ARG);
    assert_int_equal(collect_as(c, "folder", put_file(c, "a", SV("x")), &err), ERR_ARG);
}

static void every_format_has_a_name_and_a_line_of_help(void **state)
{
    size_t n = 0;
    for (const struct intake_format *f = intake_formats; f->name; f++, n++) {
        assert_true(f->help && strlen(f->help) > 10 && !strchr(f->help, '\n'));
        assert_true(f->sniff && f->read);
    }
    assert_int_equal(n, 8);
}

/* Any bytes at all, read as every format: no crash, nothing lost, tokens cut out. */
static void hostile_bytes_go_aside_in_every_format(void **state)
{
    static const struct sv bytes[] = {
        {"{", 1},
        {"[", 1},
        {"\0\0\0", 3},
        {"\xff\xfe", 2},
        {"{}{}[[", 6},
        {"\"", 1},
        {"}}}]", 4},
        {"{\"a\":\"\\", 7},
        {"{\"data\":{\"videos\":[1,null,[],{}]}}", 35},
        {"{\"id\":1,\"type\":\"x\",\"messages\":[1,null,{},{\"type\":\"message\"}]}", 60},
    };
    struct collected *c = *state;
    for (const struct intake_format *f = intake_formats; f->name; f++) {
        if (strcmp(f->name, "folder") == 0 || strcmp(f->name, "file") == 0) continue;
        for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
            struct error err;
            struct intake_counts before = c->counts;
            assert_ok(collect_as(c, f->name, put_file(c, "hostile", bytes[i]), &err));
            assert_int_equal(c->counts.posts, 0);
            assert_true(c->counts.aside + c->counts.skipped > before.aside + before.skipped);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_feed_is_refused_with_what_to_do),
        TEST(a_path_that_is_not_there_and_a_format_that_is_not_are_errors),
        TEST(every_format_has_a_name_and_a_line_of_help),
        TEST(hostile_bytes_go_aside_in_every_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
