/* What a reader must tell apart (functions.tsv and two sets written later, in the manner of HateCheck): harm, and words about
 * harm. */
#include "test.h"

#include "base/file.h"
#include "marsad.h"

struct tally {
    char function[32];
    int n, right;
};

static bool flagged(marsad *m, struct sv text)
{
    marsad_result *r = NULL;
    marsad_error err = {0};
    marsad_assessment as;
    if (marsad_analyse_text(m, text.p, text.n, &r, &err) != 0) fail_msg("%s", err.text);
    marsad_result_assessment(r, &as);
    bool out = strcmp(as.category, "none") != 0;
    marsad_result_free(r);
    return out;
}

static struct tally *tally_of(struct tally *all, size_t *n, struct sv function)
{
    for (size_t i = 0; i < *n; i++)
        if (sv_is(function, all[i].function)) return &all[i];
    assert_true(*n < 32 && function.n < sizeof(all->function));
    memcpy(all[*n].function, function.p, function.n);
    return &all[(*n)++];
}

/* All lines of a file; how many are right of how many, and of each function. */
static size_t read_file(marsad *m, const char *name, struct tally *all, int *right, int *lines)
{
    char path[4096];
    struct buf b;
    struct error err;
    struct sv rest, line;
    size_t n = 0;
    *right = *lines = 0;
    snprintf(path, sizeof(path), "%s/tests/engine/%s", test_source_dir(), name);
    buf_init(&b, 0);
    assert_ok(file_read(path, 1 << 20, &b, &err));
    for (rest = buf_sv(&b); sv_split(&rest, '\n', &line);) {
        struct sv expected = SV_NULL, function = SV_NULL, language = SV_NULL;
        if (line.n == 0 || line.p[0] == '#') continue;
        assert_true(sv_split(&line, '\t', &expected) && sv_split(&line, '\t', &function) &&
                    sv_split(&line, '\t', &language));
        struct tally *t = tally_of(all, &n, function);
        bool ok = flagged(m, line) == sv_is(expected, "flag");
        if (!ok) print_message("# %.*s, %.*s: %.*s\n", SV_FMT(function), SV_FMT(language), SV_FMT(line));
        t->n++, t->right += ok, ++*lines, *right += ok;
    }
    buf_done(&b);
    return n;
}

static void harm_is_told_from_words_about_it(void **state)
{
    marsad *m = NULL;
    marsad_error why = {0};
    struct tally all[32] = {0};
    int right, lines;
    assert_ok(marsad_open(NULL, NULL, &m, &why));
    size_t n = read_file(m, "functions.tsv", all, &right, &lines);
    marsad_close(m);
    for (size_t i = 0; i < n; i++) {
        print_message("# %s: %d of %d\n", all[i].function, all[i].right, all[i].n);
        assert_true(all[i].right * 10 >= all[i].n * 7);
    }
    assert_true(lines >= 80 && right * 10 >= lines * 9);
}

static void sets_written_later_are_told_apart_too(void **state)
{
    static const char *const names[] = {"functions_unseen.tsv", "functions_third.tsv", "functions_fourth.tsv",
                                        "functions_fifth.tsv"};
    marsad *m = NULL;
    marsad_error why = {0};
    assert_ok(marsad_open(NULL, NULL, &m, &why));
    for (size_t f = 0; f < sizeof(names) / sizeof(*names); f++) {
        struct tally all[32] = {0};
        int right, lines;
        read_file(m, names[f], all, &right, &lines);
        print_message("# %s: %d of %d\n", names[f], right, lines);
        assert_true(lines >= 40 && right * 10 >= lines * 8);
    }
    marsad_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harm_is_told_from_words_about_it),
        cmocka_unit_test(sets_written_later_are_told_apart_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
