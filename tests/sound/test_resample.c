#include "test.h"

#include <math.h>

#include "sound/resample.h"

/* A tone in, the same tone out, at the right time: compared with the tone itself. */
static double worst_error(int in_hz, int out_hz, double tone_hz)
{
    struct resampler r;
    struct error err;
    float in[RESAMPLE_BLOCK];
    assert_ok(resampler_init(&r, in_hz, out_hz, &err));
    float *out = calloc(resampler_out_max(&r), sizeof *out);
    assert_non_null(out);
    double worst = 0;
    long at = 0, made = 0, margin = 40;
    for (int block = 0; block < 40; block++) {
        size_t n = block % 3 ? RESAMPLE_BLOCK : 333;
        for (size_t i = 0; i < n; i++, at++) in[i] = (float)sin(2 * M_PI * tone_hz * (double)at / in_hz);
        size_t got = resampler_push(&r, in, n, out);
        assert_true(got <= resampler_out_max(&r));
        for (size_t i = 0; i < got; i++, made++) {
            double d = fabs((double)out[i] - sin(2 * M_PI * tone_hz * (double)made / out_hz));
            if (made > margin && d > worst) worst = d;
        }
    }
    double due = (double)at * out_hz / in_hz;
    assert_true(fabs(due - (double)made) < 60);
    free(out);
    resampler_done(&r);
    return worst;
}

static void a_tone_stays_what_it_is_at_every_rate(void **state)
{
    static const int rates[] = {8000, 11025, 16000, 22050, 32000, 44100, 44056, 48000, 96000};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        for (double hz = 200; hz < 3000; hz *= 1.9) assert_true(worst_error(rates[i], 8000, hz) < 0.02);
    (void)state;
}

static void what_the_lower_rate_cannot_hold_is_gone(void **state)
{
    struct resampler r;
    struct error err;
    float in[RESAMPLE_BLOCK], out[RESAMPLE_BLOCK], loudest = 0;
    assert_ok(resampler_init(&r, 44100, 8000, &err));
    for (int block = 0, at = 0; block < 10; block++) {
        for (int i = 0; i < RESAMPLE_BLOCK; i++, at++) in[i] = (float)sin(2 * M_PI * 6000.0 * at / 44100);
        size_t got = resampler_push(&r, in, RESAMPLE_BLOCK, out);
        for (size_t i = 0; block > 0 && i < got; i++) loudest = fmaxf(loudest, fabsf(out[i]));
    }
    assert_true(loudest < 0.01f);
    resampler_done(&r);
    (void)state;
}

static void impossible_rates_are_refused(void **state)
{
    static const int rates[] = {0, -1, 999, 768001, INT32_MAX};
    struct resampler r;
    struct error err;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        assert_int_equal(resampler_init(&r, rates[i], 8000, &err), ERR_ARG);
        resampler_done(&r);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tone_stays_what_it_is_at_every_rate),
        cmocka_unit_test(what_the_lower_rate_cannot_hold_is_gone),
        cmocka_unit_test(impossible_rates_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
