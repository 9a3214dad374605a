#include "test.h"

#include "base/limits.h"
#include "model/print.h"

static void a_print_comes_back_with_its_strong_landmarks(void **state)
{
    static const struct landmark v[] = {
        {0, 0, 9, LANDMARK_STRONG | LANDMARK_MIDDLE},
        {0, 40, 9, LANDMARK_MIDDLE},
        {127, 1279, 9, LANDMARK_STRONG},
        {255, 300, 9, LANDMARK_STRONG},
        {255, 301, 9, LANDMARK_STRONG},
        {400000, 7, 9, LANDMARK_STRONG},
        {500002, 8, 9, LANDMARK_STRONG} /* after the end */,
    };
    static const size_t kept[] = {0, 2, 3, 4, 5};
    struct arena a;
    struct buf hex;
    struct print p;
    struct error err;
    arena_init(&a, 0);
    buf_init(&hex, 0);
    print_write(v, sizeof v / sizeof *v, INT64_C(1000) * 1000000, NULL, 0, &hex);
    assert_false(hex.failed);
    assert_ok(print_read(buf_sv(&hex), &a, &p, &err));
    assert_int_equal(p.n, 5);
    assert_int_equal(p.ticks, 500001);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(p.v[i].time, v[kept[i]].time);
        assert_int_equal(p.v[i].pitch, v[kept[i]].pitch);
        assert_true(p.v[i].flags & LANDMARK_STRONG);
    }
    buf_done(&hex);
    arena_done(&a);
    (void)state;
}

static void a_tune_comes_back_with_its_landmarks(void **state)
{
    static const struct landmark v[] = {{5, 7, 9, LANDMARK_STRONG}, {90, 1200, 9, LANDMARK_STRONG}};
    static const uint8_t tune[] = {0, 1, 240, 77};
    struct arena a;
    struct buf hex;
    struct print p;
    struct error err;
    arena_init(&a, 0);
    buf_init(&hex, 0);
    print_write(v, 2, 1000000, tune, sizeof tune, &hex);
    assert_ok(print_read(buf_sv(&hex), &a, &p, &err));
    assert_int_equal(p.ntune, sizeof tune);
    assert_memory_equal(p.tune, tune, sizeof tune);
    assert_int_equal(p.n, 2);
    assert_int_equal(p.v[1].pitch, 1200);
    buf_done(&hex);
    arena_done(&a);
    (void)state;
}

static void prints_that_nobody_wrote_are_refused(void **state)
{
    static const struct {
        const char *hex;
        int code;
    } wrong[] = {
        {"", ERR_FORMAT},
        {"01000000", ERR_FORMAT},
        {"010000000", ERR_FORMAT},
        {"0100000g00", ERR_FORMAT},
        {"0064000000", ERR_FORMAT},               /* version 0 */
        {"0364000000", ERR_UNSUPPORTED},          /* version 3 */
        {"0264000000", ERR_FORMAT},               /* version 2 without a tune */
        {"026400000000000000", ERR_FORMAT},       /* with one of no steps */
        {"026400000002000000f0", ERR_FORMAT},     /* cut short */
        {"026400000001000000f1", ERR_FORMAT},     /* no pitch class */
        {"0264000000ffffffff01", ERR_FORMAT},     /* longer than can be */
        {"01ffffffff", ERR_FORMAT},               /* longer than can be */
        {"016400000000", ERR_FORMAT},             /* no pitch */
        {"01640000000005", ERR_FORMAT},           /* half a pitch */
        {"01640000006500ff", ERR_FORMAT},         /* pitch too high */
        {"0164000000658000", ERR_FORMAT},         /* after the end */
        {"0164000000ffffffffff0000", ERR_FORMAT}, /* endless number */
        {"016400000080000100", ERR_FORMAT},       /* a number longer than need be */
    };
    struct arena a;
    struct print p;
    struct error err;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(print_read(sv_cstr(wrong[i].hex), &a, &p, &err), wrong[i].code);
    assert_ok(print_read(SV("0164000000"), &a, &p, &err));
    assert_int_equal(p.n, 0);
    assert_ok(print_read(SV("0164000000640500"), &a, &p, &err));
    assert_int_equal(p.v[0].time, 100);
    assert_int_equal(p.v[0].pitch, 5);
    arena_done(&a);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_print_comes_back_with_its_strong_landmarks),
        cmocka_unit_test(a_tune_comes_back_with_its_landmarks),
        cmocka_unit_test(prints_that_nobody_wrote_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
