/* Words of lexicons in the texts of a post, with their exact places. */
#include "detect_test.h"

static const char lexicon[] = "@lexicon t @category hate @stance for\n"
                              "zorblax\tweight=0.6\n"
                              "قرنفول\tweight=0.8\tcategory=extortion\n"
                              "gloomist\tstance=against\tweight=0.7\n"
                              "reportedly\tcategory=none\tcontext=news\tweight=0.5\n";

static void words_are_found_where_they_stand(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_lexicon(&b, lexicon);
    struct post p;
    post_init(&p);
    struct text_part parts[] = {
        {TEXT_CAPTION, SV("a Zórblax, and ZORBLAX again"), TIME_UNKNOWN, TIME_UNKNOWN},
        {TEXT_TRANSCRIPT, SV("قُرنفول"), 1000000, 2000000},
    };
    p.texts = parts;
    p.ntexts = 2;
    p.account.name = SV("zorblax");
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 3);
    const struct finding *f = b.found.v;
    assert_int_equal(f[0].kind, FINDING_TERM);
    assert_int_equal(f[0].category, CATEGORY_HATE);
    assert_sv(f[0].quote, "Zórblax");
    assert_int_equal(f[0].nplaces, 2);
    assert_int_equal(f[0].places[0].start, 2);
    assert_int_equal(f[0].places[0].end, 10);
    assert_int_equal(f[0].places[1].start, 16);
    assert_int_equal(f[0].places[0].text_index, 0);
    assert_true(f[0].probability > 0.59 && f[0].probability < 0.61);
    assert_true(sv_starts(f[0].label, SV("t:")));
    assert_int_equal(f[1].category, CATEGORY_EXTORTION);
    assert_int_equal(f[1].places[0].field, TEXT_TRANSCRIPT);
    assert_true(f[1].places[0].start_us == 1000000 && f[1].places[0].end_us == 2000000);
    assert_sv(f[1].quote, "قُرنفول");
    assert_int_equal(f[2].places[0].field, TEXT_NAME);
    assert_true(f[2].places[0].text_index == UINT32_MAX);
    bench_done(&b);
}

static void an_opponents_word_marks_the_context(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_lexicon(&b, lexicon);
    struct post p;
    post_init(&p);
    struct text_part part = {TEXT_CAPTION, SV("reportedly the gloomist left"), TIME_UNKNOWN, TIME_UNKNOWN};
    p.texts = &part;
    p.ntexts = 1;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 2);
    assert_sv(b.found.v[0].context, "news");
    assert_int_equal(b.found.v[0].category, CATEGORY_NONE);
    assert_sv(b.found.v[1].context, "counter");
    assert_int_equal(b.found.v[1].category, CATEGORY_NONE);
    bench_done(&b);
}

static void a_word_inside_a_longer_one_of_its_category_is_the_longer_ones(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_lexicon(&b, "@lexicon t @category hate\nzorblax\tweight=0.3\nold zorblax\tweight=0.8\n"
                      "zorblax king\tcategory=extortion\tweight=0.5\n");
    struct post p;
    post_init(&p);
    struct text_part part = {TEXT_CAPTION, SV("old zorblax king and zorblax"), TIME_UNKNOWN, TIME_UNKNOWN};
    p.texts = &part;
    p.ntexts = 1;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 3);
    assert_sv(b.found.v[0].quote, "old zorblax");
    assert_sv(b.found.v[1].quote, "zorblax king");
    assert_int_equal(b.found.v[1].category, CATEGORY_EXTORTION);
    assert_sv(b.found.v[2].quote, "zorblax");
    assert_int_equal(b.found.v[2].places[0].start, 21);
    bench_done(&b);
}

static void words_behind_a_negation_are_denied(void **state)
{
    static const struct {
        const char *text;
        bool denied;
    } rows[] = {
        {"he is not a zorblax at all", true},
        {"ce n'est pas un zorblax", true},
        {"he is a zorblax, not a friend", false},
        {"never zorblax", true},
        {"if not zorblax then what", false},
        {"and zorblax", false},
        {"انت مو قرنفول", true},
        {"وما قرنفول", true},
        {"ما غاديش قرنفول", true},
        {"اذا ما قرنفول فانا لست انا", false},
        {"قرنفول", false},
        {"maghadich zorblax", true},
        {"wach zorblax", false},
        {"و قرنفول", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        bench_init(&b);
        bench_lexicon(&b, lexicon);
        struct post p;
        post_init(&p);
        struct text_part part = {TEXT_CAPTION, sv_cstr(rows[i].text), TIME_UNKNOWN, TIME_UNKNOWN};
        p.texts = &part;
        p.ntexts = 1;
        bench_run_post(&b, &p);
        assert_int_equal(b.found.n, 1);
        if (sv_is(b.found.v[0].context, "denied") != rows[i].denied) print_error("%s\n", rows[i].text);
        assert_int_equal(sv_is(b.found.v[0].context, "denied"), rows[i].denied);
        bench_done(&b);
    }
}

static void words_between_quotation_marks_are_quoted(void **state)
{
    static const struct {
        const char *text;
        bool quoted;
    } rows[] = {
        {"they say «the zorblax» here", true},
        {"they say “zorblax”", true},
        {"he wrote \"zorblax\"", true},
        {"zorblax", false},
        {"«other» zorblax", false},
        {"«other» zorblax «other»", false},
        {"\"other\" zorblax \"other\"", false},
        {"« zorblax", false},
        {"zorblax »", false},
        {"5\" zorblax", false},
        {"„zorblax“", true},
        {"‹zorblax›", true},
    };
    struct bench b;
    bench_init(&b);
    bench_lexicon(&b, lexicon);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct post p;
        post_init(&p);
        struct text_part part = {TEXT_CAPTION, sv_cstr(rows[i].text), TIME_UNKNOWN, TIME_UNKNOWN};
        p.texts = &part;
        p.ntexts = 1;
        bench_run_post(&b, &p);
        assert_int_equal(b.found.n, 1);
        if (sv_is(b.found.v[0].context, "quote") != rows[i].quoted) print_error("%s\n", rows[i].text);
        assert_int_equal(sv_is(b.found.v[0].context, "quote"), rows[i].quoted);
    }
    bench_done(&b);
}

static void texts_beyond_the_maximum_are_left_out_and_the_rest_searched(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_lexicon(&b, lexicon);
    size_t n = DETECT_MAX_TEXT_BYTES - 100;
    char *big = malloc(n);
    assert_non_null(big);
    memset(big, 'x', n);
    for (size_t i = 9; i < n; i += 10) big[i] = ' ';
    struct post p;
    post_init(&p);
    struct text_part parts[] = {
        {TEXT_CAPTION, SV("zorblax"), TIME_UNKNOWN, TIME_UNKNOWN},
        {TEXT_TRANSCRIPT, sv_of(big, n), TIME_UNKNOWN, TIME_UNKNOWN},
        {TEXT_SCREEN, sv_of(big, 200), TIME_UNKNOWN, TIME_UNKNOWN},
        {TEXT_TITLE, SV("zorblax"), TIME_UNKNOWN, TIME_UNKNOWN},
    };
    p.texts = parts;
    p.ntexts = 4;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 2);
    free(big);
    bench_done(&b);
}

static void without_lexicons_there_are_no_words(void **state)
{
    struct bench b;
    bench_init(&b);
    struct post p;
    post_init(&p);
    struct text_part part = {TEXT_CAPTION, SV("zorblax"), TIME_UNKNOWN, TIME_UNKNOWN};
    p.texts = &part;
    p.ntexts = 1;
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_where_they_stand),
        cmocka_unit_test(an_opponents_word_marks_the_context),
        cmocka_unit_test(a_word_inside_a_longer_one_of_its_category_is_the_longer_ones),
        cmocka_unit_test(words_between_quotation_marks_are_quoted),
        cmocka_unit_test(words_behind_a_negation_are_denied),
        cmocka_unit_test(texts_beyond_the_maximum_are_left_out_and_the_rest_searched),
        cmocka_unit_test(without_lexicons_there_are_no_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
