/* What a recogniser heard: kept with the signals, read back, and as parts of a post's text with the time of every word. */
#include "test.h"

#include "base/limits.h"
#include "model/signal.h"

static const struct said_word words[] = {{1000, 1400, SV_INIT("we")},
                                         {1400, 1800, SV_INIT("raise")},
                                         {1900, 2500, SV_INIT("it")},
                                         {9000, 9500, SV_INIT("again")},
                                         {9500, 9500, SV_INIT("!")}};
static const struct spoken spoken = {SV_INIT("stand-in 1"), words, 5};

static void what_was_said_comes_back_with_the_signals(void **state)
{
    struct sound_mark mark = {0, 20, SOUND_SPEECH, 90};
    for (int marked = 0; marked < 2; marked++) {
        struct arena a;
        struct buf b;
        struct media_signals s = {.kind = MEDIA_AUDIO, .duration_us = TIME_UNKNOWN, .said = spoken}, back;
        struct error err;
        arena_init(&a, 0);
        buf_init(&b, 0);
        if (marked) s.marks = &mark, s.nmarks = 1;
        signals_write(&s, &b);
        assert_int_equal(b.p[4], 5);
        assert_ok(signals_read(buf_sv(&b), &a, &back, &err));
        assert_sv(back.said.by, "stand-in 1");
        assert_int_equal(back.said.n, 5);
        assert_sv(back.said.v[4].text, "!");
        assert_int_equal(back.said.v[3].start_ms, 9000);
        assert_int_equal(back.nmarks, marked);
        for (size_t cut = 0; cut < b.n; cut++)
            assert_int_not_equal(signals_read(sv_of(b.p, cut), &a, &back, &err), 0);
        buf_done(&b);
        arena_done(&a);
    }
}

/* Of bytes that signals_write wrote, with one word of them changed. */
static void impossible_words_are_refused(void **state)
{
    static const struct said_word bad[][2] = {{{5, 4, SV_INIT("a")}, {6, 7, SV_INIT("b")}},
                                              {{5, 6, SV_INIT("a")}, {4, 7, SV_INIT("b")}},
                                              {{5, 6, SV_INIT("a\n")}, {6, 7, SV_INIT("b")}},
                                              {{5, 6, SV_INIT("\xff")}, {6, 7, SV_INIT("b")}},
                                              {{5, 6, SV_INIT("")}, {6, 7, SV_INIT("b")}}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena a;
        struct buf b;
        struct spoken out;
        arena_init(&a, 0);
        buf_init(&b, 0);
        buf_put_u8(&b, 1);
        buf_puts(&b, "x");
        buf_put_u32(&b, 2);
        for (int k = 0; k < 2; k++) {
            buf_put_u32(&b, bad[i][k].start_ms);
            buf_put_u32(&b, bad[i][k].end_ms);
            buf_put_u8(&b, (uint8_t)bad[i][k].text.n);
            buf_putsv(&b, bad[i][k].text);
        }
        struct reader r = reader_of(buf_sv(&b));
        assert_int_equal(said_read(&r, &a, &out, NULL), ERR_FORMAT);
        buf_done(&b);
        arena_done(&a);
    }
}

static void a_pause_ends_a_part_and_words_keep_their_times(void **state)
{
    struct arena a;
    struct post p;
    int64_t start = 1, end = 2;
    arena_init(&a, 0);
    post_init(&p);
    assert_ok(post_add_said(&p, 3, &spoken, &a, NULL));
    assert_int_equal(p.ntexts, 2);
    assert_sv(p.texts[0].text, "we raise it");
    assert_sv(p.texts[1].text, "again !");
    assert_int_equal(p.texts[0].field, TEXT_TRANSCRIPT);
    assert_int_equal(p.texts[0].start_us, 1000000);
    assert_int_equal(p.texts[0].end_us, 2500000);
    assert_int_equal(p.texts[1].medium, 3);
    text_part_when(&p.texts[0], 3, 8, &start, &end); /* raise */
    assert_int_equal(start, 1400000);
    assert_int_equal(end, 1800000);
    text_part_when(&p.texts[0], 5, 10, &start, &end); /* "ise i" */
    assert_int_equal(start, 1400000);
    assert_int_equal(end, 2500000);
    struct text_part plain = {.text = SV("we raise it")};
    start = 7, end = 9;
    text_part_when(&plain, 3, 8, &start, &end);
    assert_int_equal(start, 7);
    assert_int_equal(end, 9);
    arena_done(&a);
}

static void a_copy_of_a_post_has_its_own_words(void **state)
{
    struct arena a, b;
    struct post p, copy;
    int64_t start = 0, end = 0;
    arena_init(&a, 0);
    arena_init(&b, 0);
    post_init(&p);
    assert_ok(post_add_said(&p, 0, &spoken, &a, NULL));
    assert_ok(post_copy(&p, &b, &copy));
    arena_done(&a);
    text_part_when(&copy.texts[1], 0, 5, &start, &end);
    assert_int_equal(start, 9000000);
    assert_int_equal(end, 9500000);
    arena_done(&b);
}

static void parts_stay_within_what_a_post_may_have(void **state)
{
    static struct said_word many[POST_MAX_TEXTS + 10];
    struct arena a;
    struct post p;
    arena_init(&a, 0);
    post_init(&p);
    for (uint32_t i = 0; i < POST_MAX_TEXTS + 10; i++)
        many[i] = (struct said_word){i * 2000, i * 2000 + 100, SV("x")};
    struct spoken s = {SV("x"), many, POST_MAX_TEXTS + 10};
    assert_ok(post_add_said(&p, 0, &s, &a, NULL));
    assert_int_equal(p.ntexts, POST_MAX_TEXTS);
    assert_ok(post_add_said(&p, 0, &s, &a, NULL));
    assert_int_equal(p.ntexts, POST_MAX_TEXTS);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_said_comes_back_with_the_signals),
        cmocka_unit_test(impossible_words_are_refused),
        cmocka_unit_test(a_pause_ends_a_part_and_words_keep_their_times),
        cmocka_unit_test(a_copy_of_a_post_has_its_own_words),
        cmocka_unit_test(parts_stay_within_what_a_post_may_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
