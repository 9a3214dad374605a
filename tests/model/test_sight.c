#include "test.h"

#include "base/limits.h"
#include "model/sight.h"

static void sample(struct sight *s)
{
    static struct bank_frame frames[3];
    static struct point points[2];
    static struct key_frame keys[] = {{0, 180, 320, points, 2}, {1500000, 320, 180, NULL, 0}};
    for (int i = 0; i < 3; i++) {
        frames[i] = (struct bank_frame){.quality = (uint8_t)(50 * i), .time_us = i * 125000};
        frames[i].pdq.w[i] = UINT64_C(0x8000000000000001) + (uint64_t)i;
    }
    points[0] = (struct point){100, 200, 3, 0, {{1, 2, 3, 4}}};
    points[1] =
        (struct point){180 * POINT_UNIT, 320 * POINT_UNIT, 255, POINT_SCALES - 1, {{5, 6, 7, UINT64_MAX}}};
    *s = (struct sight){.frames = frames, .nframes = 3, .keys = keys, .nkeys = 2};
    for (size_t i = 0; i < sizeof s->of.b; i++) s->of.b[i] = (uint8_t)(i * 16 + 1);
}

static void what_was_written_comes_back(void **state)
{
    struct arena a;
    struct buf hex, again;
    struct sight s, back;
    struct error err;
    arena_init(&a, 0);
    buf_init(&hex, 0);
    buf_init(&again, 0);
    sample(&s);
    sight_write(&s, &hex);
    assert_ok(sight_read(buf_sv(&hex), &a, &back, &err));
    assert_memory_equal(&s.of, &back.of, sizeof s.of);
    assert_true(back.nframes == 3 && back.nkeys == 2 && back.keys[0].npoints == 2);
    assert_true(back.keys[0].points[1].bits.w[3] == UINT64_MAX && back.frames[2].time_us == 250000);
    sight_write(&back, &again);
    assert_true(sv_eq(buf_sv(&hex), buf_sv(&again)));
    buf_done(&hex);
    buf_done(&again);
    arena_done(&a);
}

static void what_nobody_wrote_is_refused(void **state)
{
    struct arena a;
    struct buf hex;
    struct sight s, back;
    struct error err;
    arena_init(&a, 0);
    buf_init(&hex, 0);
    sample(&s);
    sight_write(&s, &hex);
    for (size_t n = 0; n < hex.n; n++)
        assert_int_equal(sight_read(sv_of(hex.p, n), &a, &back, &err), ERR_FORMAT);
    buf_puts(&hex, "00");
    assert_int_equal(sight_read(buf_sv(&hex), &a, &back, &err), ERR_FORMAT);
    hex.p[1] = '2';
    assert_int_equal(sight_read(buf_sv(&hex), &a, &back, &err), ERR_UNSUPPORTED);
    hex.p[1] = '0';
    assert_int_equal(sight_read(buf_sv(&hex), &a, &back, &err), ERR_FORMAT);
    hex.p[1] = 'x';
    assert_int_equal(sight_read(buf_sv(&hex), &a, &back, &err), ERR_FORMAT);
    buf_done(&hex);
    arena_done(&a);
}

/* Places in the hex of the sample, and what a clip cannot have there. */
static void impossible_values_are_refused(void **state)
{
    static const struct {
        size_t byte;
        uint8_t value;
    } wrong[] = {
        {1 + 16 + 3, 0x7f},                       /* hashes without end */
        {1 + 16 + 4 + 8, 101},                    /* a quality */
        {1 + 16 + 4 + 7, 0x80},                   /* a time before the start */
        {1 + 16 + 4 + 3 * 41 + 1, 0x7f},          /* key frames without end */
        {1 + 16 + 4 + 3 * 41 + 2 + 8, 0},         /* no width */
        {1 + 16 + 4 + 3 * 41 + 2 + 13, 0x7f},     /* points without end */
        {1 + 16 + 4 + 3 * 41 + 2 + 14 + 1, 0xff}, /* a point outside */
        {1 + 16 + 4 + 3 * 41 + 2 + 14 + 5, POINT_SCALES},
    };
    struct arena a;
    struct sight s, back;
    struct error err;
    arena_init(&a, 0);
    sample(&s);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct buf hex;
        buf_init(&hex, 0);
        sight_write(&s, &hex);
        char two[3];
        hex_encode(&wrong[i].value, 1, two);
        memcpy(hex.p + 2 * wrong[i].byte, two, 2);
        assert_int_equal(sight_read(buf_sv(&hex), &a, &back, &err), ERR_FORMAT);
        buf_done(&hex);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_comes_back),
        cmocka_unit_test(what_nobody_wrote_is_refused),
        cmocka_unit_test(impossible_values_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
