/* The words that people see: the same keys and the same holes in three languages, and a name for everything that has
 * one. */
#include "test.h"

#include "base/error.h"
#include "base/utf8.h"
#include "model/assessment.h"
#include "model/bank.h"
#include "policy/policy.h"
#include "policy/texts.h"

#include <unistd.h>

static unsigned holes(struct sv s)
{
    unsigned set = 0;
    for (size_t i = 0; i + 2 < s.n; i++)
        if (s.p[i] == '{' && s.p[i + 2] == '}' && s.p[i + 1] >= '0' && s.p[i + 1] <= '9')
            set |= 1u << (s.p[i + 1] - '0');
    return set;
}

/* Calls check for each key of a built-in file; returns how many there were. */
static size_t each_key(const char *file, void (*check)(const struct texts *t, const char *key),
                       const struct texts *t)
{
    struct sv bytes = builtin_file(sv_cstr(file)), line;
    size_t n = 0;
    while (sv_split(&bytes, '\n', &line)) {
        if (!line.n || line.p[0] == '#') continue;
        struct sv key = sv_trim(sv_sub(line, 0, sv_find_byte(line, '=', 0)));
        char copy[160];
        snprintf(copy, sizeof copy, "%.*s", SV_FMT(key));
        check(t, copy);
        n++;
    }
    return n;
}

static void check_key(const struct texts *t, const char *key)
{
    for (int l = 0; l < LANG_COUNT; l++) {
        if (!text_has(t, (enum lang)l, key)) print_error("%s lacks %s\n", lang_name((enum lang)l), key);
        assert_true(text_has(t, (enum lang)l, key));
        struct sv s = text_get(t, (enum lang)l, key);
        assert_true(s.n > 0);
        if (holes(s) != holes(text_get(t, LANG_EN, key))) print_error("holes of %s differ\n", key);
        assert_int_equal(holes(s), holes(text_get(t, LANG_EN, key)));
    }
}

static void all_languages_have_the_same_keys_and_holes(void **state)
{
    struct texts *t = NULL;
    struct error err;
    assert_ok(texts_new(NULL, &t, &err));
    static const char *const rooms[] = {"", "cli.", "network."};
    size_t all = 0;
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        size_t n[LANG_COUNT];
        for (int l = 0; l < LANG_COUNT; l++) {
            char file[64];
            snprintf(file, sizeof file, "texts/%s%s.txt", rooms[i], lang_name((enum lang)l));
            n[l] = each_key(file, check_key, t);
            assert_true(n[l] > 0);
            assert_int_equal(n[l], n[0]);
        }
        all += n[0];
    }
    assert_true(all > 150);
    texts_free(t);
}

static void need(const struct texts *t, const char *prefix, const char *name)
{
    char key[128];
    snprintf(key, sizeof key, "%s.%s", prefix, name);
    check_key(t, key);
}

static void everything_with_a_name_has_a_text(void **state)
{
    struct texts *t = NULL;
    struct error err;
    assert_ok(texts_new(NULL, &t, &err));
    for (int i = 0; i < CATEGORY_COUNT; i++) {
        need(t, "category", category_name((enum category)i));
        need(t, "about", category_name((enum category)i));
    }
    for (int i = 0; i < FINDING_KIND_COUNT; i++) need(t, "finding", finding_kind_name((enum finding_kind)i));
    for (int i = 0; i < DIHEDRAL_COUNT; i++) need(t, "form", dihedral_name((enum dihedral)i));
    for (int i = 0; i < TEXT_FIELD_COUNT; i++) need(t, "field", text_field_name((enum text_field)i));
    for (int i = 0; i <= POST_ACCOUNT; i++) need(t, "kind", post_kind_name((enum post_kind)i));
    for (int i = 0; i <= MEDIA_AUDIO; i++) need(t, "media", media_kind_name((enum media_kind)i));
    for (int i = 0; i <= BANK_WITHDRAWN; i++) need(t, "status", bank_status_name((enum bank_status)i));
    static const char *const errors[] = {"nomem",  "io",     "arg",         "format",   "limit",  "notfound",
                                         "exists", "busy",   "unsupported", "sandbox",  "worker", "timeout",
                                         "store",  "policy", "internal",    "cancelled"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) need(t, "error", errors[i]);
    texts_free(t);
}

/* Every "reason.…" that the default policy can return, and the fallback's. */
static void every_reason_has_a_text(void **state)
{
    struct texts *t = NULL;
    struct error err;
    assert_ok(texts_new(NULL, &t, &err));
    struct sv lua = builtin_file(SV("default.lua"));
    size_t found = 0;
    for (size_t at = 0; (at = sv_find(lua, SV("\"reason."), at)) != SIZE_MAX; at++, found++) {
        size_t end = sv_find_byte(lua, '"', at + 1);
        char key[128];
        snprintf(key, sizeof key, "%.*s", SV_FMT(sv_sub(lua, at + 1, end)));
        check_key(t, key);
    }
    assert_true(found >= 8);
    check_key(t, "reason.policy_failed");
    texts_free(t);
}

static void holes_are_filled(void **state)
{
    struct texts *t = NULL;
    struct error err;
    assert_ok(texts_new(NULL, &t, &err));
    assert_ok(texts_add(t, LANG_EN, SV("x"), SV("k = {1}-{0}-{9}{x}{\n# no\n\n k.2 =  two = 2 \n"), &err));
    struct sv args[] = {SV("a"), SV("{1}")};
    struct buf b;
    buf_init(&b, 0);
    text_fill(t, LANG_EN, "k", args, 2, &b);
    assert_sv(buf_sv(&b), "{1}-a-{x}{");
    assert_sv(text_get(t, LANG_EN, "k.2"), "two = 2");
    /* French lacks it: English; nobody has it: the key. */
    assert_sv(text_get(t, LANG_FR, "k.2"), "two = 2");
    assert_sv(text_get(t, LANG_AR, "no.such"), "no.such");
    buf_done(&b);
    texts_free(t);
}

static void bad_files_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {{"a = 1\nno equals sign\n", "x:2: write key = text"},
               {"A = 1\n", "x:1:"},
               {"= 1\n", "x:1:"},
               {"a b = 1\n", "x:1:"},
               {"a = \xff\n", "no UTF-8 at byte 4"}};
    struct texts *t = NULL;
    struct error err;
    assert_ok(texts_new(NULL, &t, &err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(texts_add(t, LANG_EN, SV("x"), sv_cstr(bad[i].text), &err), ERR_FORMAT);
        assert_non_null(strstr(err.text, bad[i].says));
    }
    texts_free(t);
}

static void a_folder_lays_its_texts_over_the_built_in_ones(void **state)
{
    char dir[] = "/tmp/marsad-texts-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/fr.txt", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("head.views = Visionnages\n", f);
    fclose(f);
    struct texts *t = NULL;
    struct error err;
    assert_ok(texts_new(dir, &t, &err));
    assert_sv(text_get(t, LANG_FR, "head.views"), "Visionnages");
    assert_sv(text_get(t, LANG_EN, "head.views"), "Views");
    assert_sv(text_get(t, LANG_FR, "head.line"), "Ligne");
    texts_free(t);
    unlink(path);
    rmdir(dir);
}

static void languages_are_told_from_locales(void **state)
{
    assert_int_equal(lang_parse(SV("fr_FR.UTF-8")), LANG_FR);
    assert_int_equal(lang_parse(SV("ar")), LANG_AR);
    assert_int_equal(lang_parse(SV("AR-ma")), LANG_AR);
    assert_int_equal(lang_parse(SV("french")), LANG_EN);
    assert_int_equal(lang_parse(SV("a")), LANG_EN);
    assert_int_equal(lang_parse(SV_NULL), LANG_EN);
    assert_int_equal(lang_parse(SV("C.UTF-8")), LANG_EN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_languages_have_the_same_keys_and_holes),
        cmocka_unit_test(everything_with_a_name_has_a_text),
        cmocka_unit_test(every_reason_has_a_text),
        cmocka_unit_test(holes_are_filled),
        cmocka_unit_test(bad_files_are_refused_with_their_line),
        cmocka_unit_test(a_folder_lays_its_texts_over_the_built_in_ones),
        cmocka_unit_test(languages_are_told_from_locales),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
