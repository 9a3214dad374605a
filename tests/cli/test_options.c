#include "cli_test.h"

#include "cli/options.h"

static const struct cli_option own[] = {
    {"--bank", 'b', ARG_TEXT, "NAME", NULL, "opt.scan.bank"},
    {"--bare", 0, ARG_NONE, NULL, NULL, "opt.json"},
    {"--form", 'f', ARG_CHOICE, "FORM", "hex|typed", "opt.bank.format"},
    {NULL, 0, ARG_NONE, NULL, NULL, NULL},
};
static const struct command command = {"try", "FILE…", 1, 2, own, "", NULL};

enum { WORDS_MAX = 8 };
struct line {
    const char *words[WORDS_MAX];
    bool ok;
    const char *bank, *form; /* NULL: not given */
    bool bare;
    const char *operands[3];
};

static const struct line lines[] = {
    {{"a"}, true, NULL, NULL, false, {"a"}},
    {{"--bank", "x", "a"}, true, "x", NULL, false, {"a"}},
    {{"a", "--bank=x"}, true, "x", NULL, false, {"a"}},
    {{"--bank=", "a"}, true, "", NULL, false, {"a"}},
    {{"-b", "x", "a"}, true, "x", NULL, false, {"a"}},
    {{"-bx", "a", "b"}, true, "x", NULL, false, {"a", "b"}},
    {{"-qbx", "a"}, true, "x", NULL, false, {"a"}},
    {{"--bank", "x", "-b", "y", "a"}, true, "y", NULL, false, {"a"}}, /* the last one counts */
    {{"--bar", "a"}, true, NULL, NULL, true, {"a"}},                  /* a beginning that fits one */
    {{"--form", "hex", "a"}, true, NULL, "hex", false, {"a"}},
    {{"--", "--bank"}, true, NULL, NULL, false, {"--bank"}},
    {{"-", "a"}, true, NULL, NULL, false, {"-", "a"}}, /* standard input is an operand */
    {{"--bank", "--", "a"}, true, "--", NULL, false, {"a"}},
    {{"--ba", "a"}, false}, /* fits two */
    {{"--no-such", "a"}, false},
    {{"-z", "a"}, false},
    {{"--bank"}, false}, /* no value */
    {{"-b"}, false},
    {{"--bare=x", "a"}, false}, /* a value too many */
    {{"--form", "csv", "a"}, false},
};

static void options_stand_anywhere_and_are_read_as_written(void **state)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct line *l = &lines[i];
        int n = 0;
        while (n < WORDS_MAX && l->words[n]) n++;
        struct cli_args args = {0};
        if (options_parse(*state, &command, n, l->words, &args) != l->ok) fail_msg("line %zu", i);
        if (l->ok) {
            const char *bank = args_get(&args, "--bank"), *form = args_get(&args, "--form");
            assert_int_equal(bank != NULL, l->bank != NULL);
            if (bank) assert_string_equal(bank, l->bank);
            assert_int_equal(form != NULL, l->form != NULL);
            if (form) assert_string_equal(form, l->form);
            assert_int_equal(args_has(&args, "--bare"), l->bare);
            size_t operands = 0;
            while (operands < 3 && l->operands[operands]) operands++;
            assert_int_equal(args.noperands, operands);
            for (size_t k = 0; k < operands; k++) assert_string_equal(args.operands[k], l->operands[k]);
        }
        options_done(&args);
    }
}

static void operands_are_counted(void **state)
{
    const char *const words[] = {"a", "b", "c"};
    for (size_t n = 0; n <= 3; n++) {
        struct cli_args args = {NULL, 0, words, n};
        assert_int_equal(options_check_operands(*state, &command, &args), n == 1 || n == 2);
    }
}

static void numbers_have_bounds(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t value;
    } cases[] = {{"1", true, 1},   {"10", true, 10}, {"0", false, 0},
                 {"11", false, 0}, {"", false, 0},   {"x", false, 0},
                 {"1x", false, 0}, {"-1", false, 0}, {"99999999999999999999", false, 0}};
    static const struct cli_option number = {"--limit", 'n', ARG_NUMBER, "N", NULL, "opt.queue.limit"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli_value value = {&number, cases[i].text};
        struct cli_args args = {&value, 1, NULL, 0};
        int64_t got = 7;
        assert_int_equal(args_number(*state, &args, "--limit", 1, 10, &got), cases[i].ok);
        assert_int_equal(got, cases[i].ok ? cases[i].value : 7);
    }
}

static void common_options_may_stand_before_the_command(void **state)
{
    static const struct {
        const char *words[5];
        int leading;
    } cases[] = {{{"scan", "a"}, 0},
                 {{"--json", "scan"}, 1},
                 {{"--lang", "ar", "scan"}, 2},
                 {{"--lang=ar", "scan"}, 1},
                 {{"-w", "dir", "-q", "queue"}, 3},
                 {{"-w"}, 1},
                 {{"--", "scan"}, 0},
                 {{"-", "scan"}, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int n = 0;
        while (n < 5 && cases[i].words[n]) n++;
        assert_int_equal(options_leading(n, cases[i].words), cases[i].leading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cli_test(options_stand_anywhere_and_are_read_as_written),
        cli_test(operands_are_counted),
        cli_test(numbers_have_bounds),
        cmocka_unit_test(common_options_may_stand_before_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
