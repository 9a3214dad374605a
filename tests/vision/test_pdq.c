#include "test.h"

#include <math.h>

#include "pictures.h"
#include "vision/pdq_priv.h"

/* The published description, written down with nothing in mind but to be plainly right: what the fast loops are held
 * against. */
static void oracle_box(const float *in, float *out, int len, int step, int w)
{
    int half = (w + 2) / 2, grow = half - 1, fill = w - half + 1, slide = len - w, ebb = half - 1;
    int left = 0, right = 0, at = 0, width = 0;
    float sum = 0;
    for (int i = 0; i < grow; i++, right++, width++) sum += in[right * step];
    for (int i = 0; i < fill; i++, right++, at++) {
        sum += in[right * step];
        out[at * step] = sum / (float)++width;
    }
    for (int i = 0; i < slide; i++, right++, left++, at++) {
        sum += in[right * step];
        sum -= in[left * step];
        out[at * step] = sum / (float)width;
    }
    for (int i = 0; i < ebb; i++, left++, at++) {
        sum -= in[left * step];
        out[at * step] = sum / (float)--width;
    }
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static struct hash256 oracle_bits(const float b[256])
{
    float sorted[256];
    struct hash256 h = {{0}};
    memcpy(sorted, b, sizeof sorted);
    qsort(sorted, 256, sizeof *sorted, by_value);
    for (int k = 0; k < 256; k++)
        if (b[k] > sorted[127]) h.w[k / 64] |= UINT64_C(1) << (k % 64);
    return h;
}

static struct hash256 oracle_hash(const float *luma, int rows, int cols, int *quality)
{
    size_t n = (size_t)rows * (size_t)cols;
    float *p = malloc(n * sizeof *p), *q = malloc(n * sizeof *q), small[64][64], half[16][64], b[256],
          d[16][64];
    assert_non_null(p);
    assert_non_null(q);
    memcpy(p, luma, n * sizeof *p);
    if (rows != 64 || cols != 64)
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < rows; i++)
                oracle_box(p + i * cols, q + i * cols, cols, 1, (cols + 127) / 128);
            for (int j = 0; j < cols; j++) oracle_box(q + j, p + j, rows, cols, (rows + 127) / 128);
        }
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++)
            small[i][j] = p[(int)((i + 0.5) * rows / 64) * cols + (int)((j + 0.5) * cols / 64)];
    int steps = 0;
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++) {
            if (i < 63) steps += abs((int)((small[i][j] - small[i + 1][j]) * 100 / 255));
            if (j < 63) steps += abs((int)((small[i][j] - small[i][j + 1]) * 100 / 255));
        }
    *quality = steps / 90 > 100 ? 100 : steps / 90;
    float scale = (float)sqrt(2.0 / 64);
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 64; j++) d[i][j] = (float)(scale * cos((M_PI / 2 / 64) * (i + 1) * (2 * j + 1)));
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 64; j++) {
            half[i][j] = 0;
            for (int k = 0; k < 64; k++) half[i][j] += d[i][k] * small[k][j];
        }
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            b[i * 16 + j] = 0;
            for (int k = 0; k < 64; k++) b[i * 16 + j] += half[i][k] * d[j][k];
        }
    free(p);
    free(q);
    return oracle_bits(b);
}

static const struct pdq_kernels *const all_kernels[] = {
    &pdq_kernels_plain,
#if defined(__x86_64__)
    &pdq_kernels_avx2,
    &pdq_kernels_avx512,
#endif
};

static float *drawn_luma(uint32_t seed, int rows, int cols)
{
    size_t n = (size_t)rows * (size_t)cols;
    uint8_t *rgb = malloc(3 * n);
    float *luma = malloc(n * sizeof *luma);
    assert_non_null(rgb);
    assert_non_null(luma);
    picture_draw(seed, rows, cols, rgb);
    for (size_t i = 0; i < n; i++)
        luma[i] = 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] + 0.114f * rgb[3 * i + 2];
    free(rgb);
    return luma;
}

static void every_kernel_gives_the_bits_of_the_description(void **state)
{
    static const int sides[][2] = {{64, 64},   {5, 5},     {5, 300},   {63, 65},   {128, 128},
                                   {129, 127}, {200, 40},  {512, 512}, {333, 517}, {576, 1024},
                                   {720, 480}, {97, 2000}, {1023, 641}};
    struct pdq_scratch s;
    pdq_scratch_init(&s);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        float *luma = drawn_luma((uint32_t)i + 1, sides[i][0], sides[i][1]);
        int want_quality, quality;
        struct hash256 want = oracle_hash(luma, sides[i][0], sides[i][1], &want_quality), got[PDQ_FORMS];
        for (size_t k = 0; k < sizeof all_kernels / sizeof *all_kernels; k++) {
            if (!all_kernels[k]->usable()) continue;
            for (int forms = 1; forms <= 8; forms += 7) {
                assert_ok(pdq_hash_with(all_kernels[k], &s, luma, sides[i][0], sides[i][1], forms, got,
                                        &quality, NULL));
                if (!hash256_eq(&got[0], &want) || quality != want_quality)
                    fail_msg("%s differs at %d x %d by %d bits, quality %d for %d", all_kernels[k]->name,
                             sides[i][0], sides[i][1], hash256_distance(&got[0], &want), quality,
                             want_quality);
            }
        }
        free(luma);
    }
    pdq_scratch_done(&s);
}

static void kernels_agree_on_all_forms_of_noise(void **state)
{
    struct pdq_scratch s;
    pdq_scratch_init(&s);
    uint32_t seed = 7;
    for (int round = 0; round < 60; round++) {
        int rows = 5 + (int)(picture_random(&seed) % 400), cols = 5 + (int)(picture_random(&seed) % 400);
        float *luma = malloc(sizeof *luma * (size_t)rows * (size_t)cols);
        assert_non_null(luma);
        for (int i = 0; i < rows * cols; i++) luma[i] = (float)(picture_random(&seed) % 256);
        struct hash256 want[PDQ_FORMS], got[PDQ_FORMS];
        int want_quality, quality;
        assert_ok(pdq_hash_with(all_kernels[0], &s, luma, rows, cols, 8, want, &want_quality, NULL));
        for (size_t k = 1; k < sizeof all_kernels / sizeof *all_kernels; k++) {
            if (!all_kernels[k]->usable()) continue;
            assert_ok(pdq_hash_with(all_kernels[k], &s, luma, rows, cols, 8, got, &quality, NULL));
            assert_memory_equal(got, want, sizeof want);
            assert_int_equal(quality, want_quality);
        }
        free(luma);
    }
    pdq_scratch_done(&s);
}

/* form f of the picture, pixel by pixel. */
static void turn_pixels(const float *in, int n, int form, float *out)
{
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++) {
            int m = n - 1, sy = y, sx = x;
            switch (form) {
            case 1: sy = x, sx = m - y; break;
            case 2: sy = m - y, sx = m - x; break;
            case 3: sy = m - x, sx = y; break;
            case 4: sy = m - y; break;
            case 5: sx = m - x; break;
            case 6: sy = x, sx = y; break;
            case 7: sy = m - x, sx = m - y; break;
            default: break;
            }
            out[y * n + x] = in[sy * n + sx];
        }
}

/* At 64 × 64 nothing is filtered, so that turning is exact but for the rounding of sums; on larger pictures the filter's
 * even windows lean to one side, whichever way the picture lies. */
static void derived_forms_are_those_of_the_turned_picture(void **state)
{
    struct pdq_scratch s;
    pdq_scratch_init(&s);
    float *turned = malloc(64 * 64 * sizeof *turned);
    assert_non_null(turned);
    for (uint32_t seed = 1; seed <= 5; seed++) {
        float *luma = drawn_luma(seed, 64, 64);
        struct hash256 forms[PDQ_FORMS], one;
        int quality;
        assert_ok(pdq_hash_luma(&s, luma, 64, 64, 8, forms, &quality, NULL));
        for (int f = 0; f < PDQ_FORMS; f++) {
            turn_pixels(luma, 64, f, turned);
            assert_ok(pdq_hash_luma(&s, turned, 64, 64, 1, &one, &quality, NULL));
            for (int other = 0; other < PDQ_FORMS; other++)
                if (other != f) assert_in_range(hash256_distance(&one, &forms[other]), 60, 256);
            assert_in_range(hash256_distance(&one, &forms[f]), 0, 4);
        }
        free(luma);
    }
    free(turned);
    pdq_scratch_done(&s);
}

static void bytes_hash_as_their_luma_does(void **state)
{
    enum { ROWS = 150, COLS = 217, STRIDE = 3 * COLS + 11 };
    static uint8_t rgb[3 * ROWS * COLS], wide[ROWS * STRIDE], grey[ROWS * COLS];
    static float luma[ROWS * COLS];
    struct pdq_scratch s;
    struct hash256 want, got;
    int quality;
    pdq_scratch_init(&s);
    picture_draw(3, ROWS, COLS, rgb);
    for (int y = 0; y < ROWS; y++) memcpy(wide + y * STRIDE, rgb + 3 * y * COLS, 3 * COLS);
    for (int i = 0; i < ROWS * COLS; i++)
        luma[i] = 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] + 0.114f * rgb[3 * i + 2];
    assert_ok(pdq_hash_luma(&s, luma, ROWS, COLS, 1, &want, &quality, NULL));
    assert_ok(pdq_hash_rgb(&s, wide, ROWS, COLS, STRIDE, 1, &got, &quality, NULL));
    assert_true(hash256_eq(&want, &got));
    for (int i = 0; i < ROWS * COLS; i++) luma[i] = grey[i] = rgb[3 * i];
    assert_ok(pdq_hash_luma(&s, luma, ROWS, COLS, 1, &want, &quality, NULL));
    assert_ok(pdq_hash_grey(&s, grey, ROWS, COLS, COLS, 1, &got, &quality, NULL));
    assert_true(hash256_eq(&want, &got));
    pdq_scratch_done(&s);
}

static void pictures_that_say_nothing_have_quality_zero(void **state)
{
    struct pdq_scratch s;
    struct hash256 h[PDQ_FORMS];
    int quality = -1;
    uint8_t flat[100 * 4] = {0};
    pdq_scratch_init(&s);
    memset(h, 0xff, sizeof h);
    assert_ok(pdq_hash_grey(&s, flat, 4, 100, 100, 8, h, &quality, NULL));
    assert_int_equal(quality, 0);
    for (int f = 0; f < PDQ_FORMS; f++) assert_true(hash256_eq(&h[f], &(struct hash256){{0}}));
    assert_ok(pdq_hash_grey(&s, flat, 0, 0, 0, 1, h, &quality, NULL));
    assert_int_equal(quality, 0);
    assert_ok(pdq_hash_grey(&s, flat, 20, 20, 20, 8, h, &quality, NULL));
    assert_int_equal(quality, 0);
    pdq_scratch_done(&s);
}

static void sides_beyond_reason_are_refused(void **state)
{
    struct pdq_scratch s;
    struct hash256 h;
    struct error err;
    int quality;
    uint8_t one = 0;
    pdq_scratch_init(&s);
    assert_int_equal(pdq_hash_grey(&s, &one, 100, 1 << 20, 1 << 20, 1, &h, &quality, &err), ERR_LIMIT);
    assert_int_equal(pdq_hash_grey(&s, &one, -1, 5, 5, 1, &h, &quality, &err), ERR_LIMIT);
    pdq_scratch_done(&s);
}

/* Hashes of our own drawn pictures, agreed between oracle and kernels when they were written down: they must never
 * change, or banks made earlier would no longer match. */
static void golden_hashes_stay(void **state)
{
    static const struct {
        uint32_t seed;
        int rows, cols, quality;
        const char *hex;
    } golden[] = {
#include "golden_pdq.h"
    };
    struct pdq_scratch s;
    pdq_scratch_init(&s);
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        uint8_t *rgb = malloc((size_t)3 * (size_t)golden[i].rows * (size_t)golden[i].cols);
        struct hash256 h;
        char hex[HASH256_TEXT_BYTES];
        int quality;
        assert_non_null(rgb);
        picture_draw(golden[i].seed, golden[i].rows, golden[i].cols, rgb);
        assert_ok(pdq_hash_rgb(&s, rgb, golden[i].rows, golden[i].cols, (size_t)3 * (size_t)golden[i].cols, 1,
                               &h, &quality, NULL));
        hash256_format(&h, hex);
        if (strcmp(hex, golden[i].hex) != 0 || quality != golden[i].quality)
            fail_msg("{%u, %d, %d, %d, \"%s\"},", golden[i].seed, golden[i].rows, golden[i].cols, quality,
                     hex);
        free(rgb);
    }
    pdq_scratch_done(&s);
}

static void the_range_of_television_hashes_as_the_full_one(void **state)
{
    enum { ROWS = 200, COLS = 320 };
    struct pdq_scratch s;
    struct hash256 a, b;
    int quality, other;
    static uint8_t full[ROWS * COLS], limited[ROWS * COLS];
    for (size_t i = 0; i < sizeof full; i++) {
        uint32_t v = (uint32_t)(i % COLS / 20) * 2654435761u ^ (uint32_t)(i / COLS / 13) * 2246822519u;
        full[i] = (uint8_t)(20 + (v >> 13) % 210);
        limited[i] = (uint8_t)lrint(16 + full[i] * 219.0 / 255);
    }
    pdq_scratch_init(&s);
    assert_ok(pdq_hash_grey(&s, full, ROWS, COLS, COLS, 1, &a, &quality, NULL));
    assert_ok(pdq_hash_limited(&s, limited, ROWS, COLS, COLS, 1, &b, &other, NULL));
    assert_in_range(hash256_distance(&a, &b), 0, 4);
    assert_in_range(other, quality - 3, quality + 3);
    pdq_scratch_done(&s);
}

static void a_quick_hash_is_that_of_the_description_but_for_rounding(void **state)
{
    static const int sides[][2] = {{64, 64},    {100, 300},  {128, 128}, {129, 200},
                                   {576, 1024}, {1023, 641}, {723, 1152}};
    struct pdq_scratch s;
    pdq_scratch_init(&s);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        int rows = sides[i][0], cols = sides[i][1], quality[2];
        size_t stride = (size_t)cols + 7, n = stride * (size_t)rows;
        uint8_t *grey = malloc(n);
        float *luma = drawn_luma((uint32_t)i + 40, rows, cols);
        assert_non_null(grey);
        memset(grey, 255, n);
        for (int limited = 0; limited <= 1; limited++) {
            struct hash256 want[PDQ_FORMS], got[PDQ_FORMS];
            /* With some beyond the range of television, which is cut off. */
            for (int y = 0; y < rows; y++)
                for (int x = 0; x < cols; x++)
                    grey[(size_t)y * stride + (size_t)x] = (uint8_t)lrintf(luma[y * cols + x]);
            assert_ok((limited ? pdq_hash_limited : pdq_hash_grey)(&s, grey, rows, cols, stride, PDQ_FORMS,
                                                                   want, &quality[0], NULL));
            assert_ok(
                pdq_hash_quick(&s, grey, rows, cols, stride, limited, PDQ_FORMS, got, &quality[1], NULL));
            for (int form = 0; form < PDQ_FORMS; form++)
                assert_in_range(hash256_distance(&want[form], &got[form]), 0, 2);
            assert_in_range(quality[1], quality[0] - 1, quality[0] + 1);
        }
        free(luma);
        free(grey);
    }
    pdq_scratch_done(&s);
}

static void every_kernel_weighs_alike(void **state)
{
    enum { ROWS = 203, COLS = 517 };
    static uint8_t grey[ROWS * COLS];
    struct pdq_scratch s;
    struct hash256 h;
    int quality;
    uint32_t noise = 7;
    float want[PDQ_SIDE][PDQ_SIDE], got[PDQ_SIDE][PDQ_SIDE];
    pdq_scratch_init(&s);
    for (size_t i = 0; i < sizeof grey; i++)
        grey[i] = (uint8_t)((noise = noise * 1664525u + 1013904223u) >> 24);
    assert_ok(pdq_hash_quick(&s, grey, ROWS, COLS, COLS, true, 1, &h, &quality, NULL)); /* makes the axes */
    struct pdq_bytes from = {grey, COLS, COLS, PDQ_BLACK, PDQ_WHITE};
    pdq_kernels_plain.weigh(&from, s.down, s.along, s.rows, want);
    for (size_t k = 1; k < sizeof all_kernels / sizeof *all_kernels; k++) {
        if (!all_kernels[k]->usable()) continue;
        all_kernels[k]->weigh(&from, s.down, s.along, s.rows, got);
        assert_memory_equal(want, got, sizeof want);
    }
    pdq_scratch_done(&s);
}

/* A picture of soft shapes, so that making it smaller loses little of what PDQ looks at. */
static uint8_t soft(int y, int x, int rows, int cols)
{
    double u = (double)x / cols, v = (double)y / rows;
    return (uint8_t)(127 + 50 * sin(9 * u + 4 * v) + 40 * sin(17 * v - 6 * u * v) +
                     30 * sin(31 * u * u + 23 * v));
}

static void a_smaller_picture_has_the_hash_of_what_it_was_made_from(void **state)
{
    static const struct {
        int rows, cols;
    } sizes[] = {{1004, 1600}, {723, 1152}, {512, 512}, {568, 900},
                 {2000, 640},  {256, 256},  {300, 256}, {128, 128}};
    struct pdq_scratch s;
    pdq_scratch_init(&s);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int rows = sizes[i].rows, cols = sizes[i].cols, scale = pdq_scale(rows, cols);
        int less_rows = (rows + scale - 1) / scale, less_cols = (cols + scale - 1) / scale, quality, other;
        uint8_t *full = malloc((size_t)rows * (size_t)cols),
                *less = malloc((size_t)less_rows * (size_t)less_cols);
        struct hash256 a[PDQ_FORMS], b[PDQ_FORMS];
        assert_true(full && less);
        for (int y = 0; y < rows; y++)
            for (int x = 0; x < cols; x++)
                full[(size_t)y * (size_t)cols + (size_t)x] = soft(y, x, rows, cols);
        for (int y = 0; y < less_rows; y++)
            for (int x = 0; x < less_cols; x++) {
                int sum = 0, n = 0;
                for (int v = y * scale; v < (y + 1) * scale && v < rows; v++)
                    for (int u = x * scale; u < (x + 1) * scale && u < cols; u++, n++)
                        sum += full[(size_t)v * (size_t)cols + (size_t)u];
                less[(size_t)y * (size_t)less_cols + (size_t)x] = (uint8_t)((sum + n / 2) / n);
            }
        assert_ok(pdq_hash_grey(&s, full, rows, cols, (size_t)cols, PDQ_FORMS, a, &quality, NULL));
        assert_ok(pdq_hash_smaller(&s, less, less_rows, less_cols, (size_t)less_cols, rows, cols, PDQ_FORMS,
                                   b, &other, NULL));
        for (int form = 0; form < PDQ_FORMS; form++)
            assert_in_range(hash256_distance(&a[form], &b[form]), 0, 8);
        free(full);
        free(less);
    }
    assert_int_equal(pdq_scale(1004, 1600), 8);
    assert_int_equal(pdq_scale(512, 512), 4);
    assert_int_equal(pdq_scale(256, 4000), 2);
    assert_int_equal(pdq_scale(128, 4000), 1);
    pdq_scratch_done(&s);
}

static void the_field_s_resampling_takes_the_pixel_at_the_floor(void **state)
{
    assert_false(pdq_file_shrinks(512, 512));
    assert_true(pdq_file_shrinks(10, 513));
    assert_int_equal(pdq_file_source(0, 1000), 0);
    assert_int_equal(pdq_file_source(511, 1000), 998);
    assert_int_equal(pdq_file_source(511, 10), 9);
    assert_int_equal(pdq_file_source(511, 65536), 65408);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_bits_of_the_description),
        cmocka_unit_test(kernels_agree_on_all_forms_of_noise),
        cmocka_unit_test(derived_forms_are_those_of_the_turned_picture),
        cmocka_unit_test(bytes_hash_as_their_luma_does),
        cmocka_unit_test(pictures_that_say_nothing_have_quality_zero),
        cmocka_unit_test(sides_beyond_reason_are_refused),
        cmocka_unit_test(golden_hashes_stay),
        cmocka_unit_test(a_quick_hash_is_that_of_the_description_but_for_rounding),
        cmocka_unit_test(every_kernel_weighs_alike),
        cmocka_unit_test(the_range_of_television_hashes_as_the_full_one),
        cmocka_unit_test(a_smaller_picture_has_the_hash_of_what_it_was_made_from),
        cmocka_unit_test(the_field_s_resampling_takes_the_pixel_at_the_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
