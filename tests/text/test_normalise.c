#include "base/limits.h"
#include "text/normalise.h"

#include "golden.h"

static void text_becomes_what_the_golden_file_says(void **state)
{
    struct golden g;
    struct error err;
    golden_open(&g, "normalise.txt");
    while (golden_next(&g)) {
        struct norm_text t;
        assert_int_equal(g.nfields, 3);
        assert_ok(text_normalise(g.field[0], &g.arena, &t, &err));
        golden_same(&g, t.text, g.field[1]);
        golden_same(&g, t.skeleton, sv_is(g.field[2], "=") ? g.field[1] : g.field[2]);
    }
    golden_close(&g);
}

static void the_other_reading_is_what_the_golden_file_says(void **state)
{
    struct golden g;
    struct error err;
    golden_open(&g, "reread.txt");
    while (golden_next(&g)) {
        struct norm_text t, other;
        bool differs;
        assert_ok(text_normalise(g.field[0], &g.arena, &t, &err));
        assert_ok(text_reread(&t, &g.arena, &other, &differs, &err));
        golden_same(&g, differs ? other.text : SV("-"), g.field[1]);
    }
    golden_close(&g);
}

/* Is `t` a sane answer for its original? */
static void assert_sound(const struct norm_text *t)
{
    assert_int_equal(t->at[t->text.n], t->original.n);
    assert_int_equal(t->skeleton.n, t->text.n);
    assert_int_equal(utf8_check(t->text), SIZE_MAX);
    assert_int_equal(utf8_check(t->skeleton), SIZE_MAX);
    assert_int_equal(utf8_count(t->text), utf8_count(t->skeleton));
    for (size_t i = 0; i < t->text.n; i++) {
        size_t start, end;
        assert_true(t->at[i] <= t->at[i + 1]);
        norm_span(t, i, i + 1, &start, &end);
        assert_true(start < end && end <= t->original.n);
    }
}

static uint32_t random_next(uint32_t *seed) { return *seed = *seed * 1664525u + 1013904223u; }

/* Letters that meet in real life, anything else, and bytes that are no text at all. */
static size_t random_text(uint32_t *seed, char *out, size_t max)
{
    static const char *const pieces[] = {"ك", "ل", "ب", "ﷲ",      "ﻻ",    "a",        "а",   "o", "ο",
                                         " ", ".", "ـ", "\u200c", "َ",     "ٮ",        "ى",   "٣", "3",
                                         "🔥", "É", "ﷺ", "ŉ",      "\xff", "\xe2\x82", "\xd8"};
    size_t n = 0, want = random_next(seed) >> 8 & 63;
    while (want-- > 0 && n + 8 < max) {
        uint32_t r = random_next(seed) >> 8;
        if (r % 8 == 0) {
            n += utf8_encode((r >> 3) % 0x110000, out + n);
        } else if (r % 8 == 1) {
            out[n++] = (char)(r >> 3);
        } else {
            const char *piece = pieces[(r >> 3) % (sizeof pieces / sizeof *pieces)];
            for (uint32_t k = (r >> 12) % 4; k < 4 && n + 8 < max; k++) {
                memcpy(out + n, piece, strlen(piece));
                n += strlen(piece);
            }
        }
    }
    return n;
}

static void the_map_is_total_and_never_falls_on_any_bytes(void **state)
{
    struct arena a;
    struct error err;
    uint32_t seed = 20261122;
    arena_init(&a, 0);
    for (int round = 0; round < 20000; round++) {
        char bytes[512];
        struct norm_text t, other;
        bool differs;
        struct sv s = sv_of(bytes, random_text(&seed, bytes, sizeof bytes));
        assert_ok(text_normalise(s, &a, &t, &err));
        assert_sound(&t);
        assert_ok(text_reread(&t, &a, &other, &differs, &err));
        if (differs) assert_sound(&other);
        arena_clear(&a);
    }
    arena_done(&a);
}

static void normalising_twice_is_normalising_once(void **state)
{
    struct arena a;
    struct error err;
    uint32_t seed = 7;
    arena_init(&a, 0);
    for (int round = 0; round < 20000; round++) {
        char bytes[512];
        struct norm_text once, twice;
        struct sv s = sv_of(bytes, random_text(&seed, bytes, sizeof bytes));
        assert_ok(text_normalise(s, &a, &once, &err));
        assert_ok(text_normalise(once.text, &a, &twice, &err));
        if (!sv_eq(once.text, twice.text))
            fail_msg("round %d: \"%.*s\" then \"%.*s\"", round, SV_FMT(once.text), SV_FMT(twice.text));
        arena_clear(&a);
    }
    arena_done(&a);
}

static void a_span_takes_in_the_marks_and_the_rest_of_an_elongation(void **state)
{
    static const struct {
        const char *original, *needle, *covers;
    } cases[] = {
        {"يا كَلْبٌ!", "كلب", "كَلْبٌ"},         {"كلبببببب كبير", "كلبب", "كلبببببب"},
        {"قال ﷲ أكبر", "الله", "ﷲ"},       {"قال ﷲ أكبر", "لل", "ﷲ"}, /* half a ligature is the whole of it */
        {"x كــلــب y", "كلب", "كــلــب"}, {"👍🏽 ok", "👍", "👍🏽"},
    };
    struct arena a;
    struct error err;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct norm_text t;
        size_t start, end;
        assert_ok(text_normalise(sv_cstr(cases[i].original), &a, &t, &err));
        size_t at = sv_find(t.text, sv_cstr(cases[i].needle), 0);
        assert_int_not_equal(at, SIZE_MAX);
        norm_span(&t, at, at + strlen(cases[i].needle), &start, &end);
        struct sv got = sv_sub(t.original, start, end);
        if (!sv_is(got, cases[i].covers)) fail_msg("case %zu: got \"%.*s\"", i, SV_FMT(got));
    }
    arena_done(&a);
}

static void an_empty_text_and_an_empty_range_are_fine(void **state)
{
    struct arena a;
    struct error err;
    struct norm_text t;
    size_t start, end;
    arena_init(&a, 0);
    assert_ok(text_normalise(SV_NULL, &a, &t, &err));
    assert_int_equal(t.text.n, 0);
    norm_span(&t, 0, 9, &start, &end);
    assert_true(start == 0 && end == 0);
    arena_done(&a);
}

static void a_hundred_thousand_marks_on_one_letter_are_counted_and_gone(void **state)
{
    struct buf b;
    struct arena a;
    struct error err;
    struct norm_text t;
    buf_init(&b, 0);
    arena_init(&a, 0);
    buf_puts(&b, "x");
    for (int i = 0; i < 100000; i++) buf_puts(&b, "\u0301");
    buf_puts(&b, "y");
    assert_ok(text_normalise(buf_sv(&b), &a, &t, &err));
    assert_sv(t.text, "xy");
    assert_int_equal(t.marks, 100000 - TEXT_MAX_COMBINING_RUN);
    arena_done(&a);
    buf_done(&b);
}

static void too_long_a_text_is_refused_in_words(void **state)
{
    struct arena a;
    struct error err;
    struct norm_text t;
    char *huge = calloc(1, TEXT_MAX_BYTES + 1);
    assert_non_null(huge);
    arena_init(&a, 0);
    assert_int_equal(text_normalise(sv_of(huge, TEXT_MAX_BYTES + 1), &a, &t, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "16777217"));
    /* Ligatures grow: what would become longer than the maximum is refused too. */
    for (size_t i = 0; i + 3 <= TEXT_MAX_BYTES; i += 3) memcpy(huge + i, "ﷲ", 3);
    assert_int_equal(text_normalise(sv_of(huge, TEXT_MAX_BYTES / 3 * 3), &a, &t, &err), ERR_LIMIT);
    arena_done(&a);
    free(huge);
}

static void undotted_writing_is_told_from_ordinary(void **state)
{
    struct arena a;
    struct error err;
    struct norm_text t;
    arena_init(&a, 0);
    assert_ok(text_normalise(SV("هدا الكلام مكٮوٮ ٮلا ٮٯاط على الحروڡ"), &a, &t, &err));
    assert_true(norm_undotted(&t) && t.dotless > 0);
    assert_ok(text_normalise(SV("هذا الكلام مكتوب بالنقاط على الحروف"), &a, &t, &err));
    assert_false(norm_undotted(&t) || t.dotless > 0);
    assert_ok(text_normalise(SV("و هو معه"), &a, &t, &err)); /* too short to tell */
    assert_false(norm_undotted(&t));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_what_the_golden_file_says),
        cmocka_unit_test(the_other_reading_is_what_the_golden_file_says),
        cmocka_unit_test(the_map_is_total_and_never_falls_on_any_bytes),
        cmocka_unit_test(normalising_twice_is_normalising_once),
        cmocka_unit_test(a_span_takes_in_the_marks_and_the_rest_of_an_elongation),
        cmocka_unit_test(an_empty_text_and_an_empty_range_are_fine),
        cmocka_unit_test(a_hundred_thousand_marks_on_one_letter_are_counted_and_gone),
        cmocka_unit_test(too_long_a_text_is_refused_in_words),
        cmocka_unit_test(undotted_writing_is_told_from_ordinary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
