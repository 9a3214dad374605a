#include "test.h"

#include <math.h>

#include "pictures.h"
#include "vision/fit.h"
#include "vision/points.h"

enum { W = 200, H = 300, MAX = 200 };

static uint8_t rgb[3 * W * H * 4];

/* A drawn picture as grey. */
static void draw(uint32_t seed, uint8_t *grey)
{
    picture_draw(seed, H, W, rgb);
    for (int i = 0; i < W * H; i++)
        grey[i] = (uint8_t)((rgb[3 * i] + 2 * rgb[3 * i + 1] + rgb[3 * i + 2]) / 4);
}

/* out: the picture under a map (here → there, rows of two), nearest pixels blended; outside is dark. */
static void warp(const uint8_t *from, const double m[6], uint8_t *out)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double u = m[0] * x + m[1] * y + m[2], v = m[3] * x + m[4] * y + m[5];
            int a = (int)floor(u), b = (int)floor(v);
            double p = u - a, q = v - b;
            out[y * W + x] = 0;
            if (a < 0 || b < 0 || a + 1 >= W || b + 1 >= H) continue;
            const uint8_t *at = from + b * W + a;
            out[y * W + x] = (uint8_t)((at[0] * (1 - p) + at[1] * p) * (1 - q) +
                                       (at[W] * (1 - p) + at[W + 1] * p) * q + 0.5);
        }
}

static size_t find(const uint8_t *grey, const uint8_t *ignore, struct point *out)
{
    struct points_scratch s;
    size_t n = 0;
    points_scratch_init(&s);
    assert_ok(points_find(&s, grey, W, H, W, ignore, out, MAX, &n));
    points_scratch_done(&s);
    assert_true(n <= MAX);
    return n;
}

static void points_lie_within_and_are_the_same_each_time(void **state)
{
    static uint8_t grey[W * H];
    static struct point a[MAX], b[MAX];
    draw(3, grey);
    size_t n = find(grey, NULL, a);
    assert_true(n > 60);
    assert_int_equal(find(grey, NULL, b), n);
    assert_memory_equal(a, b, n * sizeof *a);
    for (size_t i = 0; i < n; i++)
        assert_true(a[i].x < W * POINT_UNIT && a[i].y < H * POINT_UNIT && a[i].scale < POINT_SCALES);
}

static void a_flat_picture_and_one_too_small_have_none(void **state)
{
    static uint8_t grey[W * H];
    static struct point v[MAX];
    struct points_scratch s;
    size_t n = 9;
    memset(grey, 90, sizeof grey);
    assert_int_equal(find(grey, NULL, v), 0);
    draw(3, grey);
    points_scratch_init(&s);
    assert_ok(points_find(&s, grey, 40, H, W, NULL, v, MAX, &n));
    assert_int_equal(n, 0);
    points_scratch_done(&s);
}

static void nothing_is_found_where_it_shall_be_ignored(void **state)
{
    static uint8_t grey[W * H], ignore[(W + 7) / 8 * ((H + 7) / 8)];
    static struct point v[MAX];
    draw(4, grey);
    for (int r = 0; r < (H + 7) / 8; r++)
        for (int c = 0; c < (W + 7) / 8; c++) ignore[r * ((W + 7) / 8) + c] = r < 20;
    size_t n = find(grey, ignore, v);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) assert_true(v[i].y >= (160 - 2) * POINT_UNIT);
}

/* Pairs of points by their bits alone. */
static size_t pair(const struct key_frame *here, bool mirrored, const struct key_frame *there,
                   struct fit_pair *out)
{
    size_t n = 0;
    for (size_t i = 0; i < here->npoints; i++) {
        struct hash256 bits = mirrored ? point_mirrored(&here->points[i].bits) : here->points[i].bits;
        for (size_t k = 0; k < there->npoints && n < FIT_PAIRS_MAX; k++)
            if (hash256_distance(&bits, &there->points[k].bits) <= 50)
                out[n++] = (struct fit_pair){(uint16_t)i, (uint16_t)k};
    }
    return n;
}

static bool fit(const uint8_t *here, bool mirrored, const uint8_t *there, struct fit *out)
{
    static struct point a[MAX], b[MAX];
    static struct fit_pair pairs[FIT_PAIRS_MAX];
    struct key_frame h = {0, W, H, a, find(here, NULL, a)}, t = {0, W, H, b, find(there, NULL, b)};
    return fit_pictures(&h, mirrored, &t, pairs, pair(&h, mirrored, &t, pairs), out);
}

static void assert_place(const struct fit *f, double x, double y, double want_x, double want_y)
{
    double px, py;
    fit_place(f, x, y, &px, &py);
    assert_true(fabs(px - want_x) < 3 && fabs(py - want_y) < 3);
}

static void a_turned_and_smaller_copy_is_found_where_it_is(void **state)
{
    static uint8_t grey[W * H], copy[W * H];
    struct fit f;
    draw(5, grey);
    double turn = 20 * M_PI / 180, c = cos(turn) / 0.7, s = sin(turn) / 0.7; /* here → there */
    double m[6] = {c, s, 30 - 20 * c - 30 * s, -s, c, 40 + 20 * s - 30 * c};
    warp(grey, m, copy);
    assert_true(fit(copy, false, grey, &f));
    assert_true(f.inliers >= 15 && f.places >= 10);
    assert_place(&f, 30, 40, 20, 30);
    double x = 20 + 70 * cos(turn) * 0.7 - 100 * sin(turn) * 0.7,
           y = 30 + 70 * sin(turn) * 0.7 + 100 * cos(turn) * 0.7;
    assert_place(&f, 100, 140, x, y);
}

static void a_mirrored_copy_is_found_by_changing_halves(void **state)
{
    static uint8_t grey[W * H], copy[W * H];
    struct fit f;
    draw(6, grey);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) copy[y * W + x] = grey[y * W + W - 1 - x];
    assert_true(fit(copy, true, grey, &f));
    assert_true(f.inliers * 3 >= f.expected * 2);
    assert_place(&f, 50, 60, 50, 60);
    assert_false(fit(copy, false, grey, &f) && f.places > 10);
}

static void a_cut_copy_says_where_the_corners_were(void **state)
{
    static uint8_t grey[W * H], copy[W * H];
    struct fit f;
    draw(11, grey);
    double m[6] = {0.75, 0, 30, 0, 0.75, 50};
    warp(grey, m, copy);
    assert_true(fit(copy, false, grey, &f));
    assert_true(fabs(f.corners[0] + 30 / 0.75) < 6 && fabs(f.corners[1] + 50 / 0.75) < 6);
    assert_true(fabs(f.corners[4] - (W - 30) / 0.75) < 6 && fabs(f.corners[5] - (H - 50) / 0.75) < 6);
}

static void different_pictures_do_not_fit(void **state)
{
    static uint8_t a[W * H], b[W * H];
    struct fit f;
    for (uint32_t seed = 20; seed < 40; seed++) {
        draw(seed, a);
        draw(seed + 100, b);
        if (fit(a, false, b, &f)) assert_true(f.places < 10);
    }
}

static void pairs_that_point_nowhere_are_passed_over(void **state)
{
    static uint8_t grey[W * H];
    static struct point a[MAX];
    static const struct fit_pair nowhere[] = {{60000, 1}, {1, 60000}, {65535, 65535}};
    struct fit f;
    draw(8, grey);
    struct key_frame k = {0, W, H, a, find(grey, NULL, a)};
    assert_false(fit_pictures(&k, false, &k, nowhere, 3, &f));
    assert_false(fit_pictures(&k, false, &k, NULL, 0, &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_lie_within_and_are_the_same_each_time),
        cmocka_unit_test(a_flat_picture_and_one_too_small_have_none),
        cmocka_unit_test(nothing_is_found_where_it_shall_be_ignored),
        cmocka_unit_test(a_turned_and_smaller_copy_is_found_where_it_is),
        cmocka_unit_test(a_mirrored_copy_is_found_by_changing_halves),
        cmocka_unit_test(a_cut_copy_says_where_the_corners_were),
        cmocka_unit_test(different_pictures_do_not_fit),
        cmocka_unit_test(pairs_that_point_nowhere_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
