#include "test.h"

#include <math.h>

#include "base/vec.h"
#include "sound/listen.h"

struct print VEC(struct landmark);

static int keep(void *arg, const struct landmark *l) { return VEC_PUSH((struct print *)arg, *l); }

static double wave(int kind, long i, int hz)
{
    static uint32_t noise = 1;
    double t = (double)i / hz;
    noise = noise * 1664525 + 1013904223;
    double n = (double)noise / 2147483648.0 - 1;
    switch (kind) {
    case 0: return 0;
    case 1: return 0.7;                           /* DC */
    case 2: return 0.5 * sin(2 * M_PI * 440 * t); /* a tone */
    case 3: return n;                             /* noise */
    case 4: return i % 3 ? NAN : 0.1;             /* no numbers */
    case 5: return i % 2 ? INFINITY : -INFINITY;
    case 6: return sin(2 * M_PI * 300 * t) > 0 ? 1 : -1; /* clipped */
    case 7: return 1e30 * n;                             /* far over full scale */
    default: {                                           /* notes */
        double hz0 = 200 * pow(2, (double)((long)(t * 3.1) * 7 % 12) / 12), in = fmod(t * 3.1, 1), sum = 0;
        for (int k = 1; k < 8; k++) sum += sin(2 * M_PI * hz0 * k * t) / k;
        return 0.2 * sum * exp(-3 * in);
    }
    }
}

static void hear(int kind, int hz, int channels, size_t cut, double seconds, struct print *out)
{
    struct listener *l;
    struct error err;
    struct listener_sink sink = {.landmark = keep, .arg = out};
    size_t n = (size_t)(seconds * hz);
    float *v = calloc(n * (size_t)channels + 1, sizeof *v);
    assert_non_null(v);
    for (size_t i = 0; i < n; i++) {
        float s = (float)wave(kind, (long)i, hz);
        for (int c = 0; c < channels; c++) v[i * (size_t)channels + (size_t)c] = s;
    }
    assert_ok(listener_new(hz, channels, &sink, &l, &err));
    for (size_t at = 0; at < n; at += cut)
        assert_ok(listener_push(l, v + at * (size_t)channels, n - at < cut ? n - at : cut));
    assert_ok(listener_end(l));
    assert_true(llabs(listener_heard_us(l) - (int64_t)(seconds * 1e6)) < 200);
    listener_free(l);
    free(v);
}

static void whatever_comes_the_landmarks_are_possible_and_few(void **state)
{
    static const struct {
        int hz, channels;
    } shapes[] = {{8000, 1}, {44100, 2}, {96000, 6}};
    for (size_t s = 0; s < 3; s++)
        for (int kind = 0; kind <= 8; kind++) {
            struct print p = {0};
            hear(kind, shapes[s].hz, shapes[s].channels, 1000, 4, &p);
            assert_true(p.n < 4 * 250);
            for (size_t i = 0; i < p.n; i++) {
                assert_true(p.v[i].pitch <= LANDMARK_PITCH_MAX && p.v[i].time <= 2200);
                assert_true(i == 0 || p.v[i].time + 8 >= p.v[i - 1].time);
                if (p.v[i].flags & LANDMARK_STRONG) assert_true(p.v[i].flags & LANDMARK_MIDDLE);
            }
            VEC_DONE(&p);
        }
    (void)state;
}

static void silence_has_no_landmarks_and_notes_have(void **state)
{
    struct print none = {0};
    hear(0, 16000, 1, 777, 5, &none);
    assert_int_equal(none.n, 0);
    VEC_DONE(&none);
    struct print p = {0};
    hear(8, 16000, 1, 777, 5, &p);
    assert_true(p.n > 50);
    VEC_DONE(&p);
    (void)state;
}

static void the_print_does_not_depend_on_how_the_sound_is_cut(void **state)
{
    struct print whole = {0};
    hear(8, 44100, 2, 1 << 20, 5, &whole);
    static const size_t cuts[] = {1, 63, 1024, 4097};
    for (size_t i = 0; i < 4; i++) {
        struct print p = {0};
        hear(8, 44100, 2, cuts[i], 5, &p);
        assert_int_equal(p.n, whole.n);
        assert_memory_equal(p.v, whole.v, p.n * sizeof *p.v);
        VEC_DONE(&p);
    }
    VEC_DONE(&whole);
    (void)state;
}

/* Landmarks of a at a's place in b. */
static size_t common(const struct print *a, const struct print *b)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            if (abs((int)a->v[i].time - (int)b->v[k].time) <= 4 && abs(a->v[i].pitch - b->v[k].pitch) <= 5) {
                n++;
                break;
            }
    return n;
}

static void the_same_sound_at_other_rates_has_the_same_landmarks(void **state)
{
    struct print at8 = {0}, at96 = {0};
    hear(8, 8000, 1, 500, 6, &at8);
    hear(8, 96000, 6, 500, 6, &at96);
    assert_true(common(&at8, &at96) * 10 > at8.n * 8);
    VEC_DONE(&at8);
    VEC_DONE(&at96);
    (void)state;
}

static void a_channel_turned_over_is_still_heard(void **state)
{
    struct listener *l;
    struct error err;
    struct print p = {0};
    struct listener_sink sink = {.landmark = keep, .arg = &p};
    enum { N = 32000 };
    float *v = calloc(2 * N, sizeof *v);
    assert_non_null(v);
    for (long i = 0; i < N; i++) v[2 * i] = (float)wave(8, i, 8000), v[2 * i + 1] = -v[2 * i];
    assert_ok(listener_new(8000, 2, &sink, &l, &err));
    assert_ok(listener_push(l, v, N));
    assert_ok(listener_end(l));
    assert_true(p.n > 40);
    listener_free(l);
    free(v);
    VEC_DONE(&p);
    (void)state;
}

static int refuse(void *arg, const struct landmark *l) { return ERR_CANCELLED; }

static void what_the_sink_says_is_passed_on(void **state)
{
    struct listener *l;
    struct error err;
    struct listener_sink sink = {refuse, NULL};
    float v[8000];
    assert_ok(listener_new(8000, 1, &sink, &l, &err));
    int code = 0;
    for (long s = 0; s < 5 && !code; s++) {
        for (long i = 0; i < 8000; i++) v[i] = (float)wave(8, s * 8000 + i, 8000);
        code = listener_push(l, v, 8000);
    }
    assert_int_equal(code, ERR_CANCELLED);
    listener_free(l);
    (void)state;
}

static void impossible_streams_are_refused(void **state)
{
    static const struct {
        int hz, channels;
    } bad[] = {{0, 1}, {8000, 0}, {8000, 65}, {-5, 2}, {1000000, 1}};
    struct listener_sink sink = {.landmark = keep};
    struct error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct listener *l = NULL;
        assert_int_equal(listener_new(bad[i].hz, bad[i].channels, &sink, &l, &err), ERR_ARG);
        assert_null(l);
    }
    listener_free(NULL);
    (void)state;
}

static void samples_that_are_no_numbers_are_counted(void **state)
{
    struct listener *l;
    struct error err;
    struct print p = {0};
    struct listener_sink sink = {.landmark = keep, .arg = &p};
    float v[4] = {NAN, 0.5f, INFINITY, -INFINITY};
    assert_ok(listener_new(8000, 1, &sink, &l, &err));
    assert_ok(listener_push(l, v, 4));
    assert_int_equal(listener_bad_samples(l), 3);
    listener_free(l);
    VEC_DONE(&p);
    (void)state;
}

struct heard {
    struct VEC(struct sound_mark) marks;
    struct VEC(uint8_t) tune;
};
static int keep_mark(void *arg, const struct sound_mark *m)
{
    return VEC_PUSH(&((struct heard *)arg)->marks, *m);
}
static int keep_step(void *arg, uint8_t step) { return VEC_PUSH(&((struct heard *)arg)->tune, step); }
static int pass_over(void *arg, const struct landmark *l) { return 0; }

/* Silence, noise, and a note with partials, 6 s each. */
static void hear_three(size_t cut, struct heard *out)
{
    enum { HZ = 16000, EACH = 6 * HZ };
    struct listener_sink sink = {.landmark = pass_over, .arg = out, .mark = keep_mark, .tune = keep_step};
    struct listener *l;
    struct error err;
    float *v = calloc(3 * EACH, sizeof *v);
    assert_non_null(v);
    for (uint32_t i = EACH, noise = 1; i < 2 * EACH; i++) {
        noise = noise * 1664525 + 1013904223;
        v[i] = 0.1f * ((float)(noise >> 8) / (1 << 23) - 1);
    }
    for (long i = 2 * EACH; i < 3 * EACH; i++)
        for (int k = 1; k < 8; k++) v[i] += (float)(0.1 * sin(2 * M_PI * 220 * k * (double)i / HZ) / k);
    assert_ok(listener_new(HZ, 1, &sink, &l, &err));
    for (size_t at = 0; at < 3 * EACH; at += cut)
        assert_ok(listener_push(l, v + at, 3 * EACH - at < cut ? 3 * EACH - at : cut));
    assert_ok(listener_end(l));
    listener_free(l);
    free(v);
}

static void marks_follow_each_other_and_a_note_is_a_tune(void **state)
{
    struct heard h = {0}, again = {0};
    hear_three(1000, &h);
    hear_three(777, &again);
    assert_true(h.marks.n >= 3);
    assert_int_equal(h.marks.n, again.marks.n);
    for (size_t i = 0; i < h.marks.n; i++) {
        assert_int_equal(h.marks.v[i].start, i ? h.marks.v[i - 1].end : 0);
        assert_true(h.marks.v[i].end > h.marks.v[i].start && h.marks.v[i].sure <= 100);
        assert_int_equal(h.marks.v[i].class, again.marks.v[i].class);
    }
    assert_int_equal(h.marks.v[0].class, SOUND_SILENCE);
    assert_true(h.marks.v[0].end >= 10 && h.marks.v[0].end <= 13);
    assert_int_equal(h.marks.v[1].class, SOUND_NOISE);
    uint32_t end = h.marks.v[h.marks.n - 1].end;
    assert_true(end >= 35 && end <= 37);
    assert_int_equal(h.tune.n, again.tune.n);
    assert_memory_equal(h.tune.v, again.tune.v, h.tune.n);
    assert_true(h.tune.n >= 139 && h.tune.n <= 142);
    for (size_t i = 0; i < 40; i++) assert_int_equal(h.tune.v[i], 0);
    /* 220 Hz: 1.1375 octaves above 100 Hz. */
    for (size_t i = 100; i < 138; i++) assert_true(abs((int)h.tune.v[i] - 1 - 33) <= 1);
    VEC_DONE(&h.marks);
    VEC_DONE(&h.tune);
    VEC_DONE(&again.marks);
    VEC_DONE(&again.tune);
    (void)state;
}

/* What marks and tunes of anything look like. */
static void assert_possible(const struct heard *h, double seconds)
{
    for (size_t i = 0; i < h->marks.n; i++) {
        const struct sound_mark *m = &h->marks.v[i];
        assert_int_equal(m->start, i ? m[-1].end : 0);
        assert_true(m->end > m->start && m->sure <= 100 && m->class < SOUND_CLASS_COUNT);
        if (i) assert_int_not_equal(m->class, m[-1].class);
    }
    for (size_t i = 0; i < h->tune.n; i++) assert_true(h->tune.v[i] <= TUNE_CLASSES);
    double marked = h->marks.n ? h->marks.v[h->marks.n - 1].end * (SOUND_MARK_US / 1e6) : 0;
    assert_true(fabs(marked - seconds) < 1);
    assert_true(fabs((double)h->tune.n * (TUNE_STEP_US / 1e6) - seconds) < 0.3);
}

static void listen_to(int kind, int hz, int channels, double seconds, struct heard *h, uint64_t *bad)
{
    enum { BLOCK = 1024 };
    static float v[BLOCK * 6];
    struct listener_sink sink = {.landmark = pass_over, .arg = h, .mark = keep_mark, .tune = keep_step};
    struct listener *l;
    assert_ok(listener_new(hz, channels, &sink, &l, NULL));
    for (long at = 0, n = (long)(seconds * hz); at < n; at += BLOCK) {
        long k = n - at < BLOCK ? n - at : BLOCK;
        for (long i = 0; i < k * channels; i++) v[i] = (float)wave(kind, at + i / channels, hz);
        assert_ok(listener_push(l, v, (size_t)k));
    }
    assert_ok(listener_end(l));
    *bad = listener_bad_samples(l);
    listener_free(l);
}

static void whatever_comes_marks_and_tune_are_possible(void **state)
{
    static const struct {
        int hz, channels;
    } shapes[] = {{8000, 1}, {44100, 2}, {96000, 6}};
    for (size_t s = 0; s < 3; s++)
        for (int kind = 0; kind <= 8; kind++) {
            struct heard h = {0};
            uint64_t bad = 0;
            listen_to(kind, shapes[s].hz, shapes[s].channels, 5, &h, &bad);
            assert_possible(&h, 5);
            assert_int_equal(bad > 0, kind == 4 || kind == 5);
            if (kind == 0 || kind == 5) /* nothing, and nothing that is a number */
                for (size_t i = 0; i < h.marks.n; i++) assert_int_equal(h.marks.v[i].class, SOUND_SILENCE);
            if (kind <= 1 || kind == 5)
                for (size_t i = 16; i < h.tune.n; i++) assert_int_equal(h.tune.v[i], 0);
            if (kind == 2) assert_int_equal(h.tune.v[20], h.tune.v[30]);
            VEC_DONE(&h.marks);
            VEC_DONE(&h.tune);
        }
}

static void nothing_at_all_has_no_marks(void **state)
{
    for (int pushed = 0; pushed < 2; pushed++) {
        struct heard h = {0};
        struct listener_sink sink = {.landmark = pass_over, .arg = &h, .mark = keep_mark, .tune = keep_step};
        struct listener *l;
        const float one = 0.5f;
        assert_ok(listener_new(8000, 1, &sink, &l, NULL));
        if (pushed) assert_ok(listener_push(l, &one, 1));
        assert_ok(listener_end(l));
        listener_free(l);
        assert_true(h.marks.n <= 1 && h.tune.n <= 1);
        VEC_DONE(&h.marks);
        VEC_DONE(&h.tune);
    }
}

static void an_hour_of_a_tone_is_a_few_marks(void **state)
{
    struct heard h = {0};
    uint64_t bad = 0;
    listen_to(2, 8000, 1, 3600, &h, &bad);
    assert_possible(&h, 3600);
    assert_true(h.marks.n <= 3);
    VEC_DONE(&h.marks);
    VEC_DONE(&h.tune);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_comes_the_landmarks_are_possible_and_few),
        cmocka_unit_test(marks_follow_each_other_and_a_note_is_a_tune),
        cmocka_unit_test(silence_has_no_landmarks_and_notes_have),
        cmocka_unit_test(the_print_does_not_depend_on_how_the_sound_is_cut),
        cmocka_unit_test(the_same_sound_at_other_rates_has_the_same_landmarks),
        cmocka_unit_test(a_channel_turned_over_is_still_heard),
        cmocka_unit_test(what_the_sink_says_is_passed_on),
        cmocka_unit_test(impossible_streams_are_refused),
        cmocka_unit_test(samples_that_are_no_numbers_are_counted),
        cmocka_unit_test(whatever_comes_marks_and_tune_are_possible),
        cmocka_unit_test(nothing_at_all_has_no_marks),
        cmocka_unit_test(an_hour_of_a_tone_is_a_few_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
