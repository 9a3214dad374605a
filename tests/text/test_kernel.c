#include "test.h"

#include "text/features.h"
#include "text/kernel.h"

enum { SYMBOLS = 300 };

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Letters with a space now and then, some of them doubled, and the end behind. */
static void make_symbols(uint32_t *s, size_t n, uint32_t seed)
{
    for (size_t i = 0; i < n; i++) s[i] = draw(&seed) % 4 == 0 ? RUN_SPACE : 0x620 + draw(&seed) % 40;
    for (size_t i = 0; i < RUN_PAD; i++) s[n + i] = RUN_END;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void every_kernel_hashes_the_same_runs(void **state)
{
    uint32_t s[SYMBOLS + RUN_PAD], a[RUN_MAX * SYMBOLS + RUN_PAD], b[RUN_MAX * SYMBOLS + RUN_PAD];
    for (uint32_t n = 0; n <= SYMBOLS; n += n < 40 ? 1 : 13) {
        make_symbols(s, n, n + 1);
        size_t na = text_kernel_plain.runs(s, n, 77, a), nb = text_kernel()->runs(s, n, 77, b);
        assert_int_equal(na, nb);
        qsort(a, na, sizeof *a, by_number);
        qsort(b, nb, sizeof *b, by_number);
        assert_memory_equal(a, b, na * sizeof *a);
    }
}

static void a_run_has_at_most_two_spaces_and_is_no_space_alone(void **state)
{
    uint32_t s[6 + RUN_PAD], out[6 * RUN_MAX + RUN_PAD];
    const uint32_t text[6] = {RUN_SPACE, 'a', RUN_SPACE, 'b', RUN_SPACE, 'c'};
    for (size_t i = 0; i < 6 + RUN_PAD; i++) s[i] = i < 6 ? text[i] : RUN_END;
    /* From each symbol on: " a b" 3 (not the space alone), "a b c" 5, " b c" 3, "b c" 3, " c" 1, "c" 1. */
    assert_int_equal(text_kernel()->runs(s, 6, 1, out), 3 + 5 + 3 + 3 + 1 + 1);
}

/* Also at the very end of the rows, which may not be read beyond. */
static void every_kernel_adds_the_same_rows(void **state)
{
    enum { BITS = 9, HASHES = 1000 };
    for (size_t stride = 2; stride <= 64; stride++) {
        uint32_t seed = (uint32_t)stride, hash[HASHES];
        int32_t a[64] = {0}, b[64] = {0};
        uint8_t *rows = malloc(stride << BITS);
        assert_non_null(rows);
        for (size_t i = 0; i < stride << BITS; i++) rows[i] = (uint8_t)draw(&seed);
        for (size_t i = 0; i < HASHES; i++) hash[i] = i % 5 ? draw(&seed) << 8 : UINT32_MAX;
        uint32_t na = text_kernel_plain.rows(rows, 32 - BITS, stride, hash, HASHES, a);
        uint32_t nb = text_kernel()->rows(rows, 32 - BITS, stride, hash, HASHES, b);
        assert_int_equal(na, nb);
        assert_memory_equal(a + 1, b + 1, (stride - 1) * sizeof *a);
        free(rows);
    }
}

static void places_change_no_feature(void **state)
{
    struct feature_list plain = {0}, placed = {.places = true};
    struct norm_text t;
    struct arena a;
    struct error err;
    arena_init(&a, 0);
    assert_ok(text_normalise(SV("والله ما عرفت شنو 3ndek f had l'7ayat $ !!"), &a, &t, &err));
    assert_ok(features_add_spoken(&t, 1, &plain, &err));
    assert_ok(features_add_spoken(&t, 1, &placed, &err));
    assert_int_equal(plain.n, placed.n);
    qsort(plain.hash, plain.n, sizeof *plain.hash, by_number);
    for (size_t i = 0; i < placed.n; i++) assert_true(placed.start[i] <= t.text.n);
    qsort(placed.hash, placed.n, sizeof *placed.hash, by_number);
    assert_memory_equal(plain.hash, placed.hash, plain.n * sizeof *plain.hash);
    features_done(&plain);
    features_done(&placed);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_hashes_the_same_runs),
        cmocka_unit_test(a_run_has_at_most_two_spaces_and_is_no_space_alone),
        cmocka_unit_test(every_kernel_adds_the_same_rows),
        cmocka_unit_test(places_change_no_feature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
