#include "test.h"

#include "base/limits.h"
#include "fail_alloc.h"
#include "index/tunes.h"

enum { REFS = 12, STEPS = 400 };

struct world {
    uint8_t v[REFS][STEPS];
    struct tune_print prints[REFS];
    struct tunes *tunes;
};

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* Notes of a scale of seven, two to seven steps each, now and then a pause. */
static void sing(uint32_t seed, uint8_t *v, size_t n)
{
    static const uint8_t scale[] = {0, 30, 70, 100, 140, 160, 200};
    uint32_t state = seed * 977 + 5;
    for (size_t i = 0; i < n;) {
        uint8_t note =
            draw(&state) % 12 == 0 ? 0 : (uint8_t)(1 + (scale[draw(&state) % 7] + seed * 17) % TUNE_CLASSES);
        for (size_t k = 2 + draw(&state) % 6; k > 0 && i < n; k--) v[i++] = note;
    }
}

/* The same way, moved, a little out of tune, and faster or slower. */
static size_t sing_again(const uint8_t *v, size_t from, size_t to, double tempo, unsigned up, uint8_t *out)
{
    uint32_t state = 3;
    size_t n = 0;
    for (double at = (double)from; at < (double)to; at += tempo) {
        uint8_t s = v[(size_t)at];
        out[n++] = s ? (uint8_t)(1 + (s - 1u + up + TUNE_CLASSES + draw(&state) % 7 - 3) % TUNE_CLASSES) : 0;
    }
    return n;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    for (uint32_t i = 0; i < REFS; i++) {
        sing(i, w->v[i], STEPS);
        w->prints[i] = (struct tune_print){w->v[i], STEPS};
    }
    struct error err;
    size_t left_out;
    assert_ok(tunes_new(w->prints, REFS, &w->tunes, &left_out, &err));
    assert_int_equal(left_out, 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    tunes_free(((struct world *)*state)->tunes);
    free(*state);
    return 0;
}

static void a_tune_is_found_in_any_key_and_at_other_speeds(void **state)
{
    static const struct {
        size_t from, to;
        double tempo;
        unsigned up;
    } sung[] = {{0, 160, 1, 0}, {100, 260, 1, 77}, {200, 390, 1.15, 230}, {40, 170, 0.85, 119}};
    struct world *w = *state;
    for (size_t i = 0; i < sizeof sung / sizeof *sung; i++) {
        uint8_t q[STEPS];
        struct tune_match m[TUNE_MATCHES_MAX];
        struct error err;
        size_t got, n = sing_again(w->v[i + 2], sung[i].from, sung[i].to, sung[i].tempo, sung[i].up, q);
        assert_ok(tunes_query(w->tunes, q, n, m, &got, &err));
        assert_true(got >= 1);
        assert_int_equal(m[0].reference, i + 2);
        assert_true(m[0].probability > 0.9f);
        assert_true(labs((long)m[0].start - (long)sung[i].from) < 100);
        for (size_t k = 1; k < got; k++) assert_true(m[k].fit <= m[k - 1].fit && m[k].probability < 0.5f);
    }
}

static void another_tune_silence_and_a_drone_are_none(void **state)
{
    struct world *w = *state;
    uint8_t q[STEPS];
    struct tune_match m[TUNE_MATCHES_MAX];
    struct error err;
    size_t got;
    for (uint32_t seed = 100; seed < 112; seed++) {
        sing(seed, q, 160);
        assert_ok(tunes_query(w->tunes, q, 160, m, &got, &err));
        for (size_t i = 0; i < got; i++) assert_true(m[i].probability < 0.5f);
    }
    memset(q, 0, sizeof q);
    assert_ok(tunes_query(w->tunes, q, STEPS, m, &got, &err));
    assert_int_equal(got, 0);
    memset(q, 33, sizeof q);
    assert_ok(tunes_query(w->tunes, q, STEPS, m, &got, &err));
    assert_int_equal(got, 0);
    for (size_t i = 0; i < STEPS; i++) q[i] = i / 50 % 2 ? 33 : 63; /* a siren */
    assert_ok(tunes_query(w->tunes, q, STEPS, m, &got, &err));
    assert_int_equal(got, 0);
}

static void what_is_too_short_is_not_looked_for(void **state)
{
    struct world *w = *state;
    struct tune_match m[TUNE_MATCHES_MAX];
    struct error err;
    size_t got = 9;
    assert_ok(tunes_query(w->tunes, w->v[0], TUNE_QUERY_MIN - 1, m, &got, &err));
    assert_int_equal(got, 0);
    got = 9;
    struct tunes *none;
    size_t left_out;
    assert_ok(tunes_new(NULL, 0, &none, &left_out, &err));
    assert_ok(tunes_query(none, w->v[0], STEPS, m, &got, &err));
    assert_int_equal(got, 0);
    tunes_free(none);
}

static void without_memory_it_says_so(void **state)
{
    struct world *w = *state;
    struct tune_match m[TUNE_MATCHES_MAX];
    struct error err;
    size_t got;
    fail_alloc_at(1);
    int code = tunes_query(w->tunes, w->v[0], STEPS, m, &got, &err);
    assert_true(fail_alloc_stop());
    assert_int_equal(code, ERR_NOMEM);

    struct tune_print prints[REFS * 10];
    struct tunes *t;
    for (size_t i = 0; i < REFS * 10; i++) prints[i] = w->prints[i % REFS];
    for (long at = 1;; at++) {
        fail_alloc_at(at);
        code = tunes_new(prints, REFS * 10, &t, &got, &err);
        if (!fail_alloc_stop()) break;
        assert_int_equal(code, ERR_NOMEM);
    }
    assert_int_equal(code, 0);
    fail_alloc_at(2); /* the places, after the rows */
    code = tunes_query(t, w->v[0], STEPS, m, &got, &err);
    assert_true(fail_alloc_stop());
    assert_int_equal(code, ERR_NOMEM);
    tunes_free(t);
}

/* More than is looked at one by one: the same tunes among so many others. */
static void a_tune_is_found_among_hours_of_others(void **state)
{
    enum { MANY = 200, WITH = MANY + REFS };
    struct world *w = *state;
    uint8_t(*v)[STEPS] = malloc(MANY * sizeof *v), q[STEPS];
    struct tune_print prints[WITH];
    struct tune_match m[TUNE_MATCHES_MAX];
    struct tunes *t;
    struct error err;
    size_t got, left_out;
    assert_non_null(v);
    for (uint32_t i = 0; i < MANY; i++) {
        sing(1000 + i, v[i], STEPS);
        prints[i] = (struct tune_print){v[i], STEPS};
    }
    memcpy(prints + MANY, w->prints, sizeof w->prints);
    assert_true(WITH * STEPS > TUNES_LOOKED_AT_ALL);
    assert_ok(tunes_new(prints, WITH, &t, &left_out, &err));
    for (size_t i = 0; i < REFS; i++) {
        size_t n = sing_again(w->v[i], 20 * i, 20 * i + 160, i % 2 ? 0.9 : 1.1, (unsigned)(i * 37), q);
        assert_ok(tunes_query(t, q, n, m, &got, &err));
        assert_true(got >= 1);
        assert_int_equal(m[0].reference, MANY + i);
        assert_true(m[0].probability > 0.9f);
        assert_true(labs((long)m[0].start - (long)(20 * i)) < 100);
    }
    sing(5000, q, 160);
    assert_ok(tunes_query(t, q, 160, m, &got, &err));
    for (size_t i = 0; i < got; i++) assert_true(m[i].probability < 0.5f);
    tunes_free(t);
    free(v);
}

static void tunes_beyond_what_is_searched_are_counted(void **state)
{
    enum { MANY = 40 };
    struct tune_print prints[MANY];
    struct tunes *t;
    struct error err;
    size_t left_out, n = TUNES_MAX_STEPS / (MANY / 2);
    uint8_t *v = calloc(n, 1);
    assert_non_null(v);
    for (size_t i = 0; i < MANY; i++) prints[i] = (struct tune_print){v, n};
    assert_ok(tunes_new(prints, MANY, &t, &left_out, &err));
    assert_int_equal(left_out, MANY / 2 + 1);
    tunes_free(t);
    free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tune_is_found_in_any_key_and_at_other_speeds),
        cmocka_unit_test(another_tune_silence_and_a_drone_are_none),
        cmocka_unit_test(what_is_too_short_is_not_looked_for),
        cmocka_unit_test(a_tune_is_found_among_hours_of_others),
        cmocka_unit_test(tunes_beyond_what_is_searched_are_counted),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
