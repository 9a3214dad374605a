/* What the commands say: every key that they name is there in all three languages (that the languages have the same
 * keys and holes is tests/policy's to see). */
#include "cli_test.h"

#include "base/file.h"
#include "base/utf8.h"
#include "cli/cmds.h"
#include "cli/help.h"
#include "cli/options.h"

#include <dirent.h>

static size_t missing;

static void need(const struct cli *cli, const char *key)
{
    for (int l = 0; l < LANG_COUNT; l++) {
        if (text_has(cli->texts, (enum lang)l, key)) continue;
        print_error("%s lacks %s\n", lang_name((enum lang)l), key);
        missing++;
    }
}

static void every_command_and_option_is_explained(void **state)
{
    struct cli *cli = *state;
    missing = 0;
    for (const struct command *c = commands; c->name; c++) {
        char key[96];
        for (int more = 0; more < 2; more++) {
            snprintf(key, sizeof key, "cmd.%s.%s", c->name, more ? "more" : "help");
            for (char *p = key; *p; p++)
                if (*p == ' ') *p = '.';
            need(cli, key);
        }
        const struct cli_option *o;
        for (size_t i = 0; (o = options_at(c, i)); i++) need(cli, o->help_key);
        assert_non_null(c->run);
        assert_true(strncmp(c->example, "marsad ", 7) == 0 || strstr(c->example, "(marsad "));
    }
    assert_int_equal(missing, 0);
}

static void no_two_options_of_a_command_share_a_name_or_letter(void **state)
{
    for (const struct command *c = commands; c->name; c++) {
        const struct cli_option *a, *b;
        for (size_t i = 0; (a = options_at(c, i)); i++)
            for (size_t k = i + 1; (b = options_at(c, k)); k++) {
                assert_string_not_equal(a->name, b->name);
                if (a->letter && a->letter == b->letter)
                    fail_msg("%s: %s and %s are both -%c", c->name, a->name, b->name, a->letter);
            }
    }
}

/* First words of the keys of policy/texts. */
static bool is_key_family(struct sv word)
{
    static const char *const families[] = {"aside", "bank",   "cmd",      "error", "figure",  "finding",
                                           "head",  "help",   "ingest",   "init",  "match",   "opt",
                                           "place", "policy", "progress", "queue", "scan",    "show",
                                           "state", "time",   "usage",    "value", "duration"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (sv_is(word, families[i])) return true;
    return false;
}

static bool is_key(struct sv s)
{
    size_t dot = sv_find_byte(s, '.', 0);
    if (dot == SIZE_MAX || dot + 1 == s.n || !is_key_family(sv_sub(s, 0, dot))) return false;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz._", s.p[i]) || !s.p[i]) return false;
    return s.p[s.n - 1] != '.';
}

/* Every string literal of the sources that looks like a key. */
static size_t keys_of(const struct cli *cli, struct sv source)
{
    size_t found = 0, at = 0;
    while ((at = sv_find_byte(source, '"', at)) != SIZE_MAX) {
        size_t end = sv_find_byte(source, '"', at + 1);
        if (end == SIZE_MAX) break;
        struct sv literal = sv_sub(source, at + 1, end);
        at = literal.n < 100 && is_key(literal) ? end + 1 : at + 1;
        if (at != end + 1) continue;
        char key[100];
        snprintf(key, sizeof key, "%.*s", SV_FMT(literal));
        need(cli, key);
        found++;
    }
    return found;
}

static void every_key_in_the_sources_is_there(void **state)
{
    char dir[4096], path[8192];
    struct error err;
    struct buf b;
    size_t found = 0;
    missing = 0;
    buf_init(&b, 0);
    snprintf(dir, sizeof dir, "%s/src/cli", test_source_dir());
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        if (!sv_ends(sv_cstr(e->d_name), SV(".c"))) continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        assert_ok(file_read(path, (size_t)1 << 20, &b, &err));
        found += keys_of(*state, buf_sv(&b));
    }
    closedir(d);
    buf_done(&b);
    assert_true(found > 150);
    assert_int_equal(missing, 0);
}

static void every_feed_format_is_explained(void **state)
{
    struct cli *cli = *state;
    missing = 0;
    for (const struct intake_format *f = intake_formats; f->name; f++) {
        char key[64];
        snprintf(key, sizeof key, "format.%s", f->name);
        need(cli, key);
    }
    assert_int_equal(missing, 0);
}

static void help_wraps_between_words(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    help_wrap(&b, SV("one two three four"), 4, 2, 12);
    assert_text(&b, "one two\n  three\n  four");
    buf_clear(&b);
    help_wrap(&b, SV("one two three four"), 4, 2, 0);
    assert_text(&b, "one two three four");
    buf_clear(&b);
    help_wrap(&b, SV("averyveryverylongword x"), 0, 0, 10);
    assert_text(&b, "averyveryverylongword\nx");
    buf_done(&b);
}

/* A key that has no text shows as itself: none may be seen. */
static void assert_no_raw_key(struct sv s)
{
    static const char *const families[] = {"cmd.", "opt.", "usage."};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        assert_true(sv_find(s, sv_cstr(families[i]), 0) == SIZE_MAX);
}

static void help_manual_and_completions_are_whole_in_each_language(void **state)
{
    struct cli *cli = *state;
    for (int l = 0; l < LANG_COUNT; l++) {
        cli->lang = (enum lang)l;
        buf_clear(&cli->out);
        help_overview(cli);
        for (const struct command *c = commands; c->name; c++)
            assert_int_equal(help_command(cli, c), EXIT_FINE);
        help_man(cli, &cli->out);
        assert_true(help_completion(cli, "bash", &cli->out));
        assert_true(help_completion(cli, "zsh", &cli->out));
        assert_true(help_completion(cli, "fish", &cli->out));
        assert_false(cli->out.failed);
        assert_true(utf8_check(buf_sv(&cli->out)) == SIZE_MAX);
        assert_no_raw_key(buf_sv(&cli->out));
        for (const struct command *c = commands; c->name; c++)
            assert_true(sv_find(buf_sv(&cli->out), sv_cstr(c->name), 0) != SIZE_MAX);
    }
    assert_false(help_completion(cli, "csh", &cli->out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cli_test(every_command_and_option_is_explained),
        cmocka_unit_test(no_two_options_of_a_command_share_a_name_or_letter),
        cli_test(every_key_in_the_sources_is_there),
        cli_test(every_feed_format_is_explained),
        cmocka_unit_test(help_wraps_between_words),
        cli_test(help_manual_and_completions_are_whole_in_each_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
