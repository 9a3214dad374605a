#include "test.h"

#include <math.h>

#include "vision/turn.h"

enum { W = 120, H = 80, SIDE = 64 };

static uint8_t picture[H][W], out[SIDE][SIDE];

static void not_turned_it_is_the_middle(void **state)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) picture[y][x] = (uint8_t)(2 * x);
    turn_grey(&picture[0][0], W, H, W, 0, 0.5, &out[0][0], SIDE);
    for (int x = 0; x < SIDE; x++) {
        double at = W / 2.0 - 0.5 + (x + 0.5 - SIDE / 2.0) * W / 2.0 / SIDE;
        assert_true(fabs(out[10][x] - 2 * at) <= 1.1);
        assert_int_equal(out[10][x], out[50][x]);
    }
}

static void a_quarter_turn_swaps_the_ways(void **state)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) picture[y][x] = (uint8_t)(2 * x);
    turn_grey(&picture[0][0], W, H, W, 90, 0.5, &out[0][0], SIDE);
    for (int i = 1; i < SIDE; i++) {
        assert_in_range(abs(out[20][i] - out[20][i - 1]), 0, 1);
        assert_true(out[i][20] <= out[i - 1][20]);
    }
    assert_true(out[0][20] > out[SIDE - 1][20] + 50);
}

static void at_its_scale_the_turned_part_stays_inside(void **state)
{
    for (int degrees = -45; degrees <= 45; degrees += 5) {
        double scale = turn_scale(W, H, degrees), c = cos(degrees * M_PI / 180),
               s = fabs(sin(degrees * M_PI / 180));
        double wide = scale * (W * c + H * s), high = scale * (W * s + H * c);
        assert_true(wide <= W + 1e-6 && high <= H + 1e-6);
        assert_true(wide > W - 1e-6 || high > H - 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_turned_it_is_the_middle),
        cmocka_unit_test(a_quarter_turn_swaps_the_ways),
        cmocka_unit_test(at_its_scale_the_turned_part_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
