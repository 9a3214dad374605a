#include "text/arabizi.h"
#include "text/terms.h"

#include "test.h"

static void words_of_both_scripts_have_the_same_sounds(void **state)
{
    static const struct {
        const char *latin, *arabic;
        enum arabizi convention;
    } rows[] = {
        {"7mar", "حمار", ARABIZI_MAGHREBI},   {"9adi", "قادي", ARABIZI_MAGHREBI},
        {"9adi", "صادي", ARABIZI_MASHRIQI},   {"8ader", "غادر", ARABIZI_MAGHREBI},
        {"8ader", "قادر", ARABIZI_MASHRIQI},  {"khayna", "خاينه", ARABIZI_MAGHREBI},
        {"5ayna", "خاينه", ARABIZI_MASHRIQI}, {"cheffar", "شفار", ARABIZI_MAGHREBI},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char a[SOUND_KEY_MAX], b[SOUND_KEY_MAX];
        size_t n = arabizi_key(sv_cstr(rows[i].latin), rows[i].convention, a);
        size_t m = arabic_key(sv_cstr(rows[i].arabic), true, b);
        if (n != m || memcmp(a, b, n) != 0)
            fail_msg("%s is %.*s, %s is %.*s", rows[i].latin, (int)n, a, rows[i].arabic, (int)m, b);
    }
}

static void spelling_tells_the_convention(void **state)
{
    assert_int_equal(arabizi_convention(SV("wach nta 9add 3la hadchi bzaf")), ARABIZI_MAGHREBI);
    assert_int_equal(arabizi_convention(SV("shlonak inta shu maku 9adi")), ARABIZI_MASHRIQI);
    assert_true(arabizi_is(SV("3lach")));
    assert_false(arabizi_is(SV("room 3 of 12, 2nd")) && arabizi_is(SV("42")));
    assert_true(arabizi_is_ambiguous(SV("9albi")));
    assert_false(arabizi_is_ambiguous(SV("3lach 1998")));
}

static const char lexicon[] = "@lexicon l @category none\n"
                              "قنبولة\n"  /* with ق: Maghrebi 9 */
                              "صنبولة\n"; /* with ص: Mashriqi 9 */

/* The one hit's term, as the lexicon writes it. */
static void find(const char *text, const char *want, bool by_sound)
{
    struct terms_builder *b = NULL;
    struct terms *t = NULL;
    struct terms_scratch *scratch = NULL;
    struct norm_text norm;
    struct term_hit *hits;
    struct arena a;
    struct error err;
    size_t n;
    bool cut;
    arena_init(&a, 0);
    assert_ok(terms_builder_new(&b, &err));
    assert_ok(terms_builder_add(b, SV("l.tsv"), SV(lexicon), NULL, &err));
    assert_ok(terms_compile(b, &t, &err));
    assert_ok(terms_scratch_new(t, &scratch, &err));
    assert_ok(text_normalise(sv_cstr(text), &a, &norm, &err));
    assert_ok(terms_find(t, scratch, &norm, &a, &hits, &n, &cut, &err));
    if (n != (want != NULL)) fail_msg("%s: %zu hits", text, n);
    if (want) {
        assert_true(sv_is(hits[0].info->term, want));
        assert_int_equal(hits[0].by_sound, by_sound);
        assert_true(sv_starts(sv_sub(sv_cstr(text), hits[0].start, hits[0].end), SV("9enboula")) ||
                    !by_sound);
    }
    terms_scratch_free(scratch);
    terms_free(t);
    arena_done(&a);
}

static void both_readings_are_looked_up_and_the_text_picks_the_order(void **state)
{
    find("wach hadi 9enboula dyalek", "قنبولة", true);
    find("shu hay 9enboula maku shi", "صنبولة", true);
    find("قنبولة", "قنبولة", false);
    find("a 9-enboula in plain English", NULL, false);
    find("kanboula", NULL, false); /* no sign that it is Arabic */
}

static void the_other_reading_is_as_long_as_the_text(void **state)
{
    struct arena a;
    struct error err;
    struct norm_text t, other;
    arena_init(&a, 0);
    assert_ok(text_normalise(SV("9albi 8ader 1998 قلب 9"), &a, &t, &err));
    assert_ok(arabizi_mashriqi(&t, &a, &other, &err));
    assert_true(sv_is(other.text, "salbi qader 1998 قلب 9"));
    assert_ptr_equal(other.at, t.at);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_both_scripts_have_the_same_sounds),
        cmocka_unit_test(spelling_tells_the_convention),
        cmocka_unit_test(both_readings_are_looked_up_and_the_text_picks_the_order),
        cmocka_unit_test(the_other_reading_is_as_long_as_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
