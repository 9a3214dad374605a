/* Templates of letters: filling, sections, what is wrong told with its line; and that all that ship can be filled. */
#include "test.h"

#include "exchange/template.h"
#include "policy/policy.h"

static int fill(const char *text, const char *data, struct buf *subject, struct buf *body, struct error *err)
{
    struct template_text t;
    struct json *doc = NULL;
    int code = template_parse(SV("t"), sv_cstr(text), &t, err);
    if (code == 0) code = json_parse(sv_cstr(data), JSON_STRICT, &doc, err);
    if (code == 0) code = template_fill(SV("t"), &t, doc, subject, body, err);
    json_free(doc);
    return code;
}

static void check(const char *text, const char *data, const char *want)
{
    struct buf subject, body;
    struct error err = {0};
    buf_init(&subject, 0);
    buf_init(&body, 0);
    if (fill(text, data, &subject, &body, &err) != 0) fail_msg("%s", err.text);
    assert_string_equal(buf_cstr(&body), want);
    buf_done(&subject);
    buf_done(&body);
}

static void members_lists_and_absences(void **state)
{
    (void)state;
    check("---\n{a} {b.c} {{x}} {nothing}.", "{\"a\":\"1 < 2\",\"b\":{\"c\":7}}", "1 < 2 7 {x} .");
    check("---\n{#l}\n- {n} {a}\n{/l}\n", "{\"a\":\"!\",\"l\":[{\"n\":1},{\"n\":2}]}", "- 1 !\n- 2 !\n");
    check("---\n{#l}[{.}]{/l}{^m}none{/m}", "{\"l\":[\"x\",\"y\"],\"m\":[]}", "[x][y]none");
    check("---\n{#t}yes{/t}{^t}no{/t}{#f}yes{/f}{^f}no{/f}", "{\"t\":true,\"f\":false}", "yesno");
    check("---\n{#o}{#o}{v}{/o}{/o}", "{\"o\":{\"v\":3}}", "3");
    check("# remark\nsubject: s\n---\n}", "{}", "}");
}

static void what_is_missing_or_wrong_is_told(void **state)
{
    static const struct {
        const char *text, *data;
        int code;
        const char *why;
    } wrong[] = {
        {"require: a, b.c\n---\n", "{\"a\":1}", ERR_ARG, "b.c is missing"},
        {"---\nx\n{#l}\n", "{\"l\":1}", ERR_FORMAT, "line 2"},
        {"---\n{/l}", "{}", ERR_FORMAT, "did not begin"},
        {"---\n{a b}", "{}", ERR_FORMAT, "no name"},
        {"---\n{a", "{}", ERR_FORMAT, "does not close"},
        {"subject: x\n", "{}", ERR_FORMAT, "---"},
        {"colour: red\n---\n", "{}", ERR_FORMAT, ":1:"},
        {"---\n{#a}{#a}{#a}{#a}{#a}{#a}{#a}{#a}{#a}{/a}{/a}{/a}{/a}{/a}{/a}{/a}{/a}{/a}", "{\"a\":true}",
         ERR_FORMAT, "too many"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct buf subject, body;
        struct error err = {0};
        buf_init(&subject, 0);
        buf_init(&body, 0);
        assert_int_equal(fill(wrong[i].text, wrong[i].data, &subject, &body, &err), wrong[i].code);
        if (!strstr(err.text, wrong[i].why)) fail_msg("case %zu: %s", i, err.text);
        buf_done(&subject);
        buf_done(&body);
    }
}

static void a_letter_that_grows_without_end_is_stopped(void **state)
{
    struct buf text, subject, body;
    struct error err = {0};
    (void)state;
    buf_init(&text, 0);
    buf_init(&subject, 0);
    buf_init(&body, 1 << 20);
    buf_puts(&text, "{\"l\":[");
    for (int i = 0; i < 200; i++) buf_printf(&text, "%s1", i ? "," : "");
    buf_puts(&text, "]}");
    assert_int_equal(
        fill("---\n{#l}{#l}{#l}{#l}long{/l}{/l}{/l}{/l}", buf_cstr(&text), &subject, &body, &err), ERR_LIMIT);
    buf_done(&text);
    buf_done(&subject);
    buf_done(&body);
}

static const char everything[] = "{\"reference\":\"M-2026-00000000\",\"issued\":\"2026-01-31\",\"category_"
                                 "text\":\"x\",\"dsa_category\":\"y\",\"dsa_keywords\":[\"K\"],"
                                 "\"facts\":\"f\",\"legal_basis\":\"l\",\"urls\":[{\"n\":1,\"url\":\"https://"
                                 "clips.example/1\",\"sha256\":[\"ab\"]}],"
                                 "\"accounts\":[{\"n\":1,\"url\":\"https://clips.example/"
                                 "@a\"}],\"reason\":{\"incites\":true},\"case\":\"7\",\"refrain\":true,"
                                 "\"authority\":{\"name\":\"n\",\"country\":\"c\",\"type\":\"t\","
                                 "\"representative\":\"r\",\"email\":\"e\"},"
                                 "\"recipient\":{\"name\":\"n\",\"contact_point\":\"p\"},\"notifier\":{"
                                 "\"name\":\"n\",\"email\":\"e\",\"status\":\"s\"},"
                                 "\"redress\":{\"body\":\"b\",\"deadline\":\"d\"}}";

static void all_that_ship_can_be_filled_in_three_languages(void **state)
{
    size_t seen = 0;
    (void)state;
    for (const char *const *name = builtin_names; *name; name++) {
        struct sv n = sv_cstr(*name);
        struct buf subject, body;
        struct error err = {0};
        if (!sv_starts(n, SV("referrals/")) || !sv_ends(n, SV(".txt"))) continue;
        buf_init(&subject, 0);
        buf_init(&body, 0);
        if (fill(builtin_file(n).p, everything, &subject, &body, &err) != 0)
            fail_msg("%s: %s", *name, err.text);
        assert_true(subject.n > 10 && body.n > 200);
        assert_int_not_equal(sv_find(buf_sv(&subject), SV("M-2026-00000000"), 0), SIZE_MAX);
        buf_done(&subject);
        buf_done(&body);
        seen++;
    }
    assert_int_equal(seen, 21); /* five kinds and two annexes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_lists_and_absences),
        cmocka_unit_test(what_is_missing_or_wrong_is_told),
        cmocka_unit_test(a_letter_that_grows_without_end_is_stopped),
        cmocka_unit_test(all_that_ship_can_be_filled_in_three_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
