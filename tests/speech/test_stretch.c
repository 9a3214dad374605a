/* Where a recogniser is asked to listen, and where its words lie in the sound. */
#include "test.h"

#include "base/clock.h"
#include "base/limits.h"
#include "speech/stretch.h"

static const int64_t unit = SOUND_MARK_US;

static void only_speech_is_asked_for_and_what_is_near_is_joined(void **state)
{
    const struct sound_mark v[] = {{0, 10, SOUND_CHANT, 90},    {10, 14, SOUND_SPEECH, 90},
                                   {14, 15, SOUND_SILENCE, 90}, {15, 20, SOUND_SPEECH, 90},
                                   {20, 40, SOUND_MUSIC, 90},   {40, 44, SOUND_SPEECH, 90}};
    size_t at = 0;
    int64_t done = 0;
    struct speech_piece p = speech_next(v, 6, &at, &done);
    assert_int_equal(p.n, 2);
    assert_int_equal(p.v[0].start_us, 10 * unit - 250000);
    assert_int_equal(p.v[0].end_us, 20 * unit + 250000);
    assert_int_equal(p.v[1].start_us, 40 * unit - 250000);
    assert_int_equal(p.v[1].end_us, 44 * unit + 250000);
    assert_int_equal(speech_next(v, 6, &at, &done).n, 0);
    assert_int_equal(speech_us(v, 6), 13 * unit);
}

static void where_nobody_speaks_nothing_is_asked_for(void **state)
{
    const struct sound_mark v[] = {{0, 10, SOUND_CHANT, 90}, {10, 14, SOUND_NOISE, 90}};
    size_t at = 0;
    int64_t done = 0;
    assert_int_equal(speech_next(v, 2, &at, &done).n, 0);
    assert_int_equal(speech_next(NULL, 0, &at, &done).n, 0);
}

/* Pieces are as the pool takes them, and together they are all of it. */
static void an_hour_of_speech_is_asked_for_in_pieces(void **state)
{
    const struct sound_mark v[] = {{0, 7000, SOUND_SPEECH, 90}};
    size_t at = 0, pieces = 0;
    int64_t done = 0, sum = 0, last = 0;
    for (;;) {
        struct speech_piece p = speech_next(v, 1, &at, &done);
        int64_t here = 0;
        if (p.n == 0) break;
        for (size_t i = 0; i < p.n; i++) {
            assert_true(p.v[i].start_us >= last && p.v[i].end_us > p.v[i].start_us);
            here += p.v[i].end_us - p.v[i].start_us;
            last = p.v[i].end_us;
        }
        assert_true(here <= SPEECH_PIECE_US);
        sum += here;
        assert_true(++pieces < 100);
    }
    assert_int_equal(sum, 7000 * unit + 250000);
}

static void many_short_stretches_are_asked_for_in_their_order(void **state)
{
    struct sound_mark v[200];
    size_t at = 0, n = 0;
    int64_t done = 0, last = 0;
    for (uint32_t i = 0; i < 200; i++)
        v[i] = (struct sound_mark){i * 4, i * 4 + 4, i % 2 ? SOUND_SPEECH : SOUND_MUSIC, 50};
    for (struct speech_piece p; (p = speech_next(v, 200, &at, &done)).n;) {
        assert_true(p.n <= MEDIA_STRETCHES_MAX);
        for (size_t i = 0; i < p.n; i++, n++) {
            assert_true(p.v[i].start_us >= last);
            last = p.v[i].end_us;
        }
    }
    assert_int_equal(n, 100);
}

static void words_go_back_to_where_they_were_said(void **state)
{
    const struct speech_piece p = {{{1000000, 3000000}, {10000000, 11000000}}, 2};
    struct said_word v[] = {{0, 500, SV("a")},     {1500, 2600, SV("b")}, {2200, 2300, SV("gap")},
                            {2500, 2700, SV("c")}, {3400, 3600, SV("d")}, {5000, 5100, SV("after")}};
    size_t n = 6;
    speech_place(&p, v, &n);
    assert_int_equal(n, 5);
    assert_int_equal(v[0].start_ms, 1000);
    assert_int_equal(v[0].end_ms, 1500);
    assert_int_equal(v[1].start_ms, 2500);
    assert_int_equal(v[1].end_ms, 3000); /* cut at its stretch's end */
    assert_int_equal(v[2].start_ms, 3000);
    assert_int_equal(v[3].start_ms, 10000);
    assert_int_equal(v[3].end_ms, 10200);
    assert_int_equal(v[4].start_ms, 10900);
    assert_int_equal(v[4].end_ms, 11000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_speech_is_asked_for_and_what_is_near_is_joined),
        cmocka_unit_test(where_nobody_speaks_nothing_is_asked_for),
        cmocka_unit_test(an_hour_of_speech_is_asked_for_in_pieces),
        cmocka_unit_test(many_short_stretches_are_asked_for_in_their_order),
        cmocka_unit_test(words_go_back_to_where_they_were_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
