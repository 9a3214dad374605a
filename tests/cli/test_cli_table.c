#include "cli_test.h"

#include "base/utf8.h"
#include "cli/table.h"

static const struct column columns[] = {
    {"head.account", ALIGN_START, 4, 12, false},
    {"head.views", ALIGN_END, 3, 0, false},
    {"head.caption", ALIGN_START, 8, 0, true},
    {"head.post", ALIGN_START, 4, 0, false},
};

/* Cells that are awkward to measure: joined, wide, combining, empty, hostile. */
static const char *const awkward[] = {
    "plain", "سَلَامٌ", "漢字", "e\u0301e\u0301", "", "\033[31m", "a\u200Db", "طويل جدا أكثر مما يسع العمود",
};

static struct table *fill(struct cli *cli)
{
    struct table *t = table_new(cli, columns, 4);
    for (size_t i = 0; i < sizeof awkward / sizeof *awkward; i++) {
        table_cell(t, sv_cstr(awkward[i]), COLOUR_PLAIN);
        table_cellf(t, COLOUR_PLAIN, "%zu", i * 1000);
        table_cell(t, sv_cstr(awkward[i]), COLOUR_PLAIN);
        table_cell(t, SV("end!"), COLOUR_PLAIN);
        table_row(t);
    }
    return t;
}

static void every_row_is_as_wide_as_the_rule(void **state)
{
    struct cli *cli = *state;
    struct table *t = fill(cli);
    table_print(t);
    struct sv rest = buf_sv(&cli->out), line;
    int rows = 0, width = 0;
    while (sv_split(&rest, '\n', &line) && line.n) {
        if (rows == 1) width = utf8_width(line);
        if (rows >= 2) {
            assert_int_equal(utf8_width(line), width);
            assert_true(sv_ends(line, SV("end!")));
        }
        rows++;
    }
    assert_int_equal(rows, 2 + (int)(sizeof awkward / sizeof *awkward));
    table_free(t);
}

static void a_narrow_terminal_cuts_the_stretching_column(void **state)
{
    struct cli *cli = *state;
    cli->to.columns = 40;
    struct table *t = fill(cli);
    table_print(t);
    struct sv rest = buf_sv(&cli->out), line;
    while (sv_split(&rest, '\n', &line)) assert_true(utf8_width(line) <= 40);
    assert_true(sv_find(buf_sv(&cli->out), SV("…"), 0) != SIZE_MAX);
    table_free(t);
}

static void nothing_in_a_cell_steers_the_terminal(void **state)
{
    struct cli *cli = *state;
    struct table *t = table_new(cli, columns, 1);
    table_cell(t, SV("\033]0;x\a\xe2\x80\xae"), COLOUR_PLAIN);
    table_row(t);
    table_print(t);
    struct sv out = buf_sv(&cli->out);
    for (size_t at = 0; at < out.n;) {
        uint32_t cp = utf8_next(out, &at, NULL);
        assert_true(cp == '\n' || !utf8_steers(cp));
    }
    table_free(t);
}

static void missing_cells_are_empty_and_lines_end_without_spaces(void **state)
{
    struct cli *cli = *state;
    struct table *t = table_new(cli, columns, 2);
    table_cell(t, SV("a"), COLOUR_PLAIN);
    table_row(t);
    table_print(t);
    assert_text(&cli->out, "Account  Views\n───────  ─────\na\n");
    table_free(t);
}

static void cells_are_isolated_where_the_terminal_turns_text(void **state)
{
    struct cli *cli = *state;
    cli->to.tty = true;
    cli->to.bidi = BIDI_LEAVE;
    struct table *t = table_new(cli, columns + 3, 1);
    table_cell(t, SV("نص"), COLOUR_PLAIN);
    table_row(t);
    table_print(t);
    assert_true(sv_find(buf_sv(&cli->out), SV("\u2068نص\u2069"), 0) != SIZE_MAX);
    table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cli_test(every_row_is_as_wide_as_the_rule),
        cli_test(a_narrow_terminal_cuts_the_stretching_column),
        cli_test(nothing_in_a_cell_steers_the_terminal),
        cli_test(missing_cells_are_empty_and_lines_end_without_spaces),
        cli_test(cells_are_isolated_where_the_terminal_turns_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
