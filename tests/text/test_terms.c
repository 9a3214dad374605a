#include "base/limits.h"
#include "text/terms.h"

#include "golden.h"

/* "a→b¶c" as lexicon lines. */
static struct sv lexicon_text(struct arena *a, struct sv written)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < written.n;) {
        struct sv rest = sv_sub(written, i, written.n);
        if (sv_starts(rest, SV("→"))) {
            buf_puts(&b, "\t");
            i += 3;
        } else if (sv_starts(rest, SV("¶"))) {
            buf_puts(&b, "\n");
            i += 2;
        } else {
            buf_putc(&b, written.p[i++]);
        }
    }
    struct sv text = arena_copy(a, buf_sv(&b));
    buf_done(&b);
    return text;
}

static bool known(struct sv category) { return sv_is(category, "harassment.abuse"); }

static struct terms *compile(struct sv lexicon)
{
    struct terms_builder *b;
    struct terms *t;
    struct error err;
    assert_ok(terms_builder_new(&b, &err));
    if (terms_builder_add(b, SV("t.tsv"), lexicon, known, &err) != 0) fail_msg("%s", err.text);
    assert_ok(terms_compile(b, &t, &err));
    return t;
}

/* "term@words", a ~ after those seen without dots. */
static void describe(const struct norm_text *text, const struct term_hit *hits, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        struct sv words = sv_sub(text->original, hits[i].start, hits[i].end);
        buf_printf(out, "%s%.*s@%.*s%s", i ? " ; " : "", SV_FMT(hits[i].info->term), SV_FMT(words),
                   hits[i].by_skeleton ? "~" : "");
    }
}

static void hits_are_what_the_golden_file_says(void **state)
{
    struct golden g;
    struct error err;
    golden_open(&g, "terms.txt");
    while (golden_next(&g)) {
        struct buf lexicon, got;
        struct norm_text text;
        struct terms_scratch *scratch;
        struct term_hit *hits;
        size_t n;
        bool cut;
        buf_init(&lexicon, 0);
        buf_init(&got, 0);
        buf_puts(&lexicon, "@category harassment.abuse\n");
        buf_putsv(&lexicon, lexicon_text(&g.arena, g.field[0]));
        struct terms *t = compile(buf_sv(&lexicon));
        assert_ok(terms_scratch_new(t, &scratch, &err));
        assert_ok(text_normalise(g.field[1], &g.arena, &text, &err));
        assert_ok(terms_find(t, scratch, &text, &g.arena, &hits, &n, &cut, &err));
        describe(&text, hits, n, &got);
        golden_same(&g, buf_sv(&got), g.field[2]);
        assert_false(cut);
        terms_scratch_free(scratch);
        terms_free(t);
        buf_done(&lexicon);
        buf_done(&got);
    }
    golden_close(&g);
}

static void a_mistake_is_named_with_its_line(void **state)
{
    struct golden g;
    golden_open(&g, "lexicon_errors.txt");
    while (golden_next(&g)) {
        struct terms_builder *b;
        struct error err;
        assert_ok(terms_builder_new(&b, &err));
        int rc = terms_builder_add(b, SV("bad.tsv"), lexicon_text(&g.arena, g.field[0]), known, &err);
        if (rc != ERR_FORMAT) fail_msg("%s: got %d", g.where, rc);
        assert_true(sv_starts(sv_cstr(err.text), SV("bad.tsv:")));
        if (sv_find(sv_cstr(err.text), g.field[1], 0) == SIZE_MAX)
            fail_msg("%s: got \"%s\"", g.where, err.text);
        terms_builder_free(b);
    }
    golden_close(&g);
}

static void an_entry_takes_what_stands_above_unless_it_says_otherwise(void **state)
{
    struct terms *t = compile(
        SV("\xef\xbb\xbf# a list\r\n@lexicon mine @category harassment.abuse @dialect ar-ma @weight 0.5\r\n"
           "un\r\n"
           "deux\tcategory=none\tcontext=news\tstance=against\tweight=0.25\tdialect=fr\r\n"));
    assert_int_equal(terms_count(t), 2);
    const struct term_info *one = terms_info(t, 0), *two = terms_info(t, 1);
    assert_sv(one->term, "un");
    assert_sv(one->lexicon, "mine");
    assert_sv(one->category, "harassment.abuse");
    assert_sv(one->dialect, "ar-ma");
    assert_sv(one->stance, "none");
    assert_sv(one->context, "");
    assert_true(one->weight == 0.5);
    assert_sv(two->category, "none");
    assert_sv(two->context, "news");
    assert_sv(two->stance, "against");
    assert_sv(two->dialect, "fr");
    assert_true(two->weight == 0.25);
    terms_free(t);
}

static void an_id_outlives_edits_and_other_spellings(void **state)
{
    struct terms *a = compile(SV("@lexicon l @category none\nقهوة\n"));
    struct terms *b = compile(SV("@lexicon l @category none\nشاي\nقَهوه\tweight=0.1\n"));
    assert_true(sv_eq(terms_info(a, 0)->id, terms_info(b, 1)->id));
    assert_true(sv_starts(terms_info(a, 0)->id, SV("l:")));
    assert_int_equal(terms_info(a, 0)->id.n, 2 + 8);
    terms_free(a);
    terms_free(b);
}

static void no_entries_never_hit(void **state)
{
    struct arena a;
    struct error err;
    struct norm_text text;
    struct terms_scratch *scratch;
    struct term_hit *hits;
    size_t n = 1;
    bool cut;
    struct terms *t = compile(SV("# nothing\n"));
    arena_init(&a, 0);
    assert_ok(terms_scratch_new(t, &scratch, &err));
    assert_ok(text_normalise(SV("كل شيء"), &a, &text, &err));
    assert_ok(terms_find(t, scratch, &text, &a, &hits, &n, &cut, &err));
    assert_int_equal(n, 0);
    terms_scratch_free(scratch);
    terms_free(t);
    arena_done(&a);
}

static void hits_beyond_the_maximum_are_cut_and_said_so(void **state)
{
    struct arena a;
    struct buf b;
    struct error err;
    struct norm_text text;
    struct terms_scratch *scratch;
    struct term_hit *hits;
    size_t n;
    bool cut;
    struct terms *t = compile(SV("@category none\nword\n"));
    arena_init(&a, 0);
    buf_init(&b, 0);
    for (int i = 0; i < TERM_MAX_HITS + 5; i++) buf_puts(&b, "word ");
    assert_ok(terms_scratch_new(t, &scratch, &err));
    assert_ok(text_normalise(buf_sv(&b), &a, &text, &err));
    assert_ok(terms_find(t, scratch, &text, &a, &hits, &n, &cut, &err));
    assert_int_equal(n, TERM_MAX_HITS);
    assert_true(cut);
    /* The scratch is as good as new afterwards. */
    assert_ok(text_normalise(SV("a word"), &a, &text, &err));
    assert_ok(terms_find(t, scratch, &text, &a, &hits, &n, &cut, &err));
    assert_int_equal(n, 1);
    assert_false(cut);
    terms_scratch_free(scratch);
    terms_free(t);
    buf_done(&b);
    arena_done(&a);
}

static void a_term_longer_than_the_maximum_is_refused(void **state)
{
    struct buf b;
    struct error err;
    struct terms_builder *builder;
    buf_init(&b, 0);
    buf_puts(&b, "@category none\n");
    for (int i = 0; i < TERM_MAX_PATTERN_BYTES; i++) buf_puts(&b, "ab");
    assert_ok(terms_builder_new(&builder, &err));
    assert_int_equal(terms_builder_add(builder, SV("long.tsv"), buf_sv(&b), NULL, &err), ERR_FORMAT);
    assert_non_null(strstr(err.text, "long.tsv:2: a term of 1024 bytes"));
    terms_builder_free(builder);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_are_what_the_golden_file_says),
        cmocka_unit_test(a_mistake_is_named_with_its_line),
        cmocka_unit_test(an_entry_takes_what_stands_above_unless_it_says_otherwise),
        cmocka_unit_test(an_id_outlives_edits_and_other_spellings),
        cmocka_unit_test(no_entries_never_hit),
        cmocka_unit_test(hits_beyond_the_maximum_are_cut_and_said_so),
        cmocka_unit_test(a_term_longer_than_the_maximum_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
