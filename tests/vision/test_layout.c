#include "test.h"

#include <math.h>

#include "vision/layout.h"

enum { W = 160, H = 120, FRAMES = 12 };

static uint8_t picture[H][W];

/* Smooth moving content: bumps that drift, different for each seed. */
static int content(int seed, int t, int x, int y)
{
    int v = 128;
    for (int k = 0; k < 5; k++) {
        int cx = (seed * 37 + k * 53 + t * (3 + k)) % 80, cy = (seed * 71 + k * 29 + t * (2 + k % 3)) % 60;
        int dx = x % 80 - cx, dy = y % 60 - cy, d = dx * dx + dy * dy;
        v += (k % 2 ? -1 : 1) * 9000 / (100 + d);
    }
    return v < 0 ? 0 : v > 255 ? 255 : v;
}
static void draw(int seed, int t, struct layout_rect r)
{
    for (int y = 0; y < r.h; y++)
        for (int x = 0; x < r.w; x++)
            picture[r.y + y][r.x + x] = (uint8_t)content(seed, t, x * 160 / r.w, y * 120 / r.h);
}
static void fill(struct layout_rect r, int level)
{
    for (int y = 0; y < r.h; y++) memset(&picture[r.y + y][r.x], level, (size_t)r.w);
}

static bool near_rect(const struct layout_rect *a, const struct layout_rect *b)
{
    return abs(a->x - b->x) <= 2 && abs(a->y - b->y) <= 2 && abs(a->x + a->w - b->x - b->w) <= 2 &&
           abs(a->y + a->h - b->y - b->h) <= 2;
}
static void assert_found(const struct layout *l, struct layout_rect want)
{
    struct layout_rect found[LAYOUT_RECTS_MAX];
    size_t n = layout_find(l, found);
    bool seen = false;
    for (size_t i = 0; i < n; i++) seen |= near_rect(&found[i], &want);
    assert_true(seen);
}

static void bars_are_trimmed(void **state)
{
    struct layout l;
    assert_ok(layout_init(&l, W, H));
    struct layout_rect inside = {0, 24, W, 72};
    for (int t = 0; t < FRAMES; t++) {
        fill((struct layout_rect){0, 0, W, H}, 16);
        draw(1, t, inside);
        layout_add(&l, &picture[0][0], W);
    }
    assert_found(&l, inside);
    layout_done(&l);
}

static void a_plain_frame_around_one_picture_is_trimmed(void **state)
{
    struct layout l;
    assert_ok(layout_init(&l, W, H));
    struct layout_rect inside = {20, 12, 120, 96};
    fill((struct layout_rect){0, 0, W, H}, 250);
    draw(2, 0, inside);
    layout_add(&l, &picture[0][0], W);
    assert_found(&l, inside);
    layout_done(&l);
}

static void both_halves_of_a_split_screen_are_found(void **state)
{
    struct layout l;
    assert_ok(layout_init(&l, W, H));
    struct layout_rect left = {0, 0, 80, H}, right = {80, 0, 80, H};
    for (int t = 0; t < FRAMES; t++) {
        draw(3, t, left);
        draw(4, t, right);
        for (int y = 0; y < H; y++)
            for (int x = 80; x < W; x++) picture[y][x] = (uint8_t)(picture[y][x] * 3 / 5);
        layout_add(&l, &picture[0][0], W);
    }
    assert_found(&l, left);
    assert_found(&l, right);
    layout_done(&l);
}

static void every_part_of_a_grid_of_nine_is_found(void **state)
{
    struct layout l;
    struct layout_rect part[9];
    assert_ok(layout_init(&l, W, H));
    for (int i = 0; i < 9; i++) {
        int x = W * (i % 3) / 3, y = H * (i / 3) / 3;
        part[i] = (struct layout_rect){x, y, W * (i % 3 + 1) / 3 - x, H * (i / 3 + 1) / 3 - y};
    }
    for (int t = 0; t < FRAMES; t++) {
        for (int i = 0; i < 9; i++)
            for (int y = 0; y < part[i].h; y++)
                for (int x = 0; x < part[i].w; x++) {
                    int v = content(10 + i, t, x * 80 / part[i].w, y * 60 / part[i].h);
                    picture[part[i].y + y][part[i].x + x] = (uint8_t)(i % 2 ? v / 2 : v);
                }
        layout_add(&l, &picture[0][0], W);
    }
    for (int i = 0; i < 9; i++) assert_found(&l, part[i]);
    layout_done(&l);
}

static void a_picture_in_a_picture_is_found(void **state)
{
    struct layout l;
    assert_ok(layout_init(&l, W, H));
    struct layout_rect inside = {88, 64, 64, 48};
    for (int t = 0; t < FRAMES; t++) {
        draw(5, t, (struct layout_rect){0, 0, W, H});
        draw(6, t, inside);
        for (int y = inside.y; y < inside.y + inside.h; y++)
            for (int x = inside.x; x < inside.x + inside.w; x++) picture[y][x] = (uint8_t)(picture[y][x] / 2);
        layout_add(&l, &picture[0][0], W);
    }
    assert_found(&l, inside);
    layout_done(&l);
}

static void what_stays_over_a_moving_picture_is_marked_and_painted(void **state)
{
    struct layout l;
    uint8_t cells[(W / LAYOUT_CELL) * (H / LAYOUT_CELL)];
    assert_ok(layout_init(&l, W, H));
    for (int t = 0; t < FRAMES; t++) {
        draw(7, 3 * t, (struct layout_rect){0, 0, W, H});
        for (int y = 88; y < 104; y += 4)
            for (int x = 40; x < 120; x += 4)
                fill((struct layout_rect){x, y, 2, 2}, (x + y) / 4 % 2 ? 255 : 0);
        layout_add(&l, &picture[0][0], W);
    }
    assert_in_range(layout_overlay(&l, cells), 50, 200);
    assert_int_equal(cells[11 * (W / LAYOUT_CELL) + 8], 1);
    assert_int_equal(cells[2 * (W / LAYOUT_CELL) + 8], 0);
    layout_paint(&picture[0][0], W, H, W, cells);
    for (int x = 48; x < 112; x++) assert_in_range(picture[90][x], 20, 235);
    layout_done(&l);
}

static void nothing_is_found_in_nothing(void **state)
{
    struct layout l;
    struct layout_rect found[LAYOUT_RECTS_MAX];
    uint8_t cells[(W / LAYOUT_CELL) * (H / LAYOUT_CELL)];
    assert_ok(layout_init(&l, W, H));
    assert_int_equal(layout_find(&l, found), 0);
    fill((struct layout_rect){0, 0, W, H}, 80);
    for (int t = 0; t < 5; t++) layout_add(&l, &picture[0][0], W);
    assert_int_equal(layout_find(&l, found), 0);
    assert_int_equal(layout_overlay(&l, cells), 0);
    layout_clear(&l);
    assert_int_equal(l.frames, 0);
    layout_done(&l);
}

static void all_marked_is_left_as_it_is(void **state)
{
    uint8_t cells[(W / LAYOUT_CELL) * (H / LAYOUT_CELL)];
    memset(cells, 1, sizeof cells);
    fill((struct layout_rect){0, 0, W, H}, 77);
    layout_paint(&picture[0][0], W, H, W, cells);
    assert_int_equal(picture[60][80], 77);
}

static void impossible_sizes_are_refused(void **state)
{
    struct layout l;
    assert_int_equal(layout_init(&l, LAYOUT_SIDE_MIN - 1, 100), ERR_ARG);
    assert_int_equal(layout_init(&l, 100, LAYOUT_SIDE_MAX + 1), ERR_ARG);
}

/* A soft pattern that drifts, in the middle of the range: no edges but where it ends. */
static void drift(int seed, int t, struct layout_rect r)
{
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            picture[y][x] =
                (uint8_t)(128 + 60 * sin(0.06 * x + 0.05 * (seed % 3) * y + 0.7 * t + 2.4 * seed));
}

/* Neighbours are here and there of the same brightness, so that no border is seen from end to end; and an edge that stays goes
 * through one of them. */
static void the_parts_of_a_grid_without_lines_are_found(void **state)
{
    for (int parts = 2; parts <= 3; parts++) {
        struct layout l;
        struct layout_rect want[9];
        assert_ok(layout_init(&l, W, H));
        for (int i = 0; i < parts * parts; i++) {
            int x0 = i % parts * W / parts, x1 = (i % parts + 1) * W / parts, y0 = i / parts * H / parts,
                y1 = (i / parts + 1) * H / parts;
            want[i] = (struct layout_rect){x0, y0, x1 - x0, y1 - y0};
        }
        for (int t = 0; t < FRAMES; t++) {
            for (int i = 0; i < parts * parts; i++) drift(i, t, want[i]);
            for (int y = 0; y < want[0].h; y++)
                for (int x = want[0].w / 2; x < want[0].w; x++) picture[y][x] = (uint8_t)(picture[y][x] / 2);
            layout_add(&l, &picture[0][0], W);
        }
        for (int i = 0; i < parts * parts; i++) assert_found(&l, want[i]);
        layout_done(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_trimmed),
        cmocka_unit_test(a_plain_frame_around_one_picture_is_trimmed),
        cmocka_unit_test(both_halves_of_a_split_screen_are_found),
        cmocka_unit_test(every_part_of_a_grid_of_nine_is_found),
        cmocka_unit_test(a_picture_in_a_picture_is_found),
        cmocka_unit_test(what_stays_over_a_moving_picture_is_marked_and_painted),
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(all_marked_is_left_as_it_is),
        cmocka_unit_test(the_parts_of_a_grid_without_lines_are_found),
        cmocka_unit_test(impossible_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
