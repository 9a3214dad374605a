#include "test.h"

#include "index/points_priv.h"

enum { FRAMES = 40, POINTS = 60 };

static const struct points_near *const all_near[] = {
    &points_near_plain,
#if defined(__x86_64__)
    &points_near_popcnt,
    &points_near_avx512,
#endif
};

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct point points[FRAMES][POINTS];
static struct key_frame frames[FRAMES];
static uint32_t owners[FRAMES];

static void fill(void)
{
    uint64_t state = 77;
    for (size_t f = 0; f < FRAMES; f++) {
        for (size_t i = 0; i < POINTS; i++) {
            struct point *p = &points[f][i];
            *p = (struct point){.x = (uint16_t)(next(&state) % 5000), .y = (uint16_t)(next(&state) % 9000)};
            p->angle = (uint8_t)next(&state);
            p->scale = (uint8_t)(next(&state) % POINT_SCALES);
            for (int k = 0; k < 4; k++) p->bits.w[k] = next(&state);
        }
        frames[f] = (struct key_frame){(int64_t)f, 180, 320, points[f], POINTS};
        owners[f] = (uint32_t)f;
    }
}

/* The points of a frame, each with so many bits changed and turned by a quarter. */
static void copy_of(size_t f, int bits, struct point *out)
{
    uint64_t state = 5 + f;
    for (size_t i = 0; i < POINTS; i++) {
        out[i] = points[f][i];
        out[i].angle = (uint8_t)(out[i].angle + 64);
        for (int b = 0; b < bits; b++) {
            unsigned at = (unsigned)(next(&state) % 256);
            out[i].bits.w[at / 64] ^= UINT64_C(1) << (at % 64);
        }
    }
}

static void every_instruction_set_counts_alike(void **state)
{
    enum { N = 333 };
    static struct hash256 v[N];
    uint32_t ids[N];
    uint16_t want[N], got[N];
    uint64_t s = 9;
    for (size_t i = 0; i < N; i++) {
        for (int k = 0; k < 4; k++) v[i].w[k] = i == 0 ? 0 : i == 1 ? UINT64_MAX : next(&s);
        ids[i] = (uint32_t)((i * 7) % N);
    }
    for (size_t q = 0; q < 8; q++)
        for (size_t k = 0; k < sizeof all_near / sizeof *all_near; k++) {
            if (!all_near[k]->usable()) continue;
            points_near_plain.distances(&v[q], v, ids, N, want);
            all_near[k]->distances(&v[q], v, ids, N, got);
            assert_memory_equal(want, got, sizeof want);
        }
}

static void the_picture_with_most_points_in_common_comes_first(void **state)
{
    struct points *p;
    struct points_result *r = malloc(sizeof *r);
    static struct point here[POINTS];
    fill();
    assert_ok(points_new(frames, owners, FRAMES, &p, NULL));
    assert_int_equal(points_count(p), FRAMES * POINTS);
    for (size_t f = 0; f < FRAMES; f += 7) {
        copy_of(f, 25, here);
        struct key_frame k = {0, 180, 320, here, POINTS};
        assert_ok(points_query(p, &k, false, r));
        assert_true(r->n >= 1);
        assert_int_equal(r->v[0].frame, f);
        assert_true(r->v[0].npairs > POINTS / 2 && r->v[0].votes > POINTS / 2);
        for (size_t i = 0; i < r->v[0].npairs; i++)
            assert_int_equal(r->v[0].pairs[i].here, r->v[0].pairs[i].there);
    }
    points_free(p);
    free(r);
}

static void a_mirrored_picture_is_asked_for_with_halves_changed(void **state)
{
    struct points *p;
    struct points_result *r = malloc(sizeof *r);
    static struct point here[POINTS];
    fill();
    assert_ok(points_new(frames, owners, FRAMES, &p, NULL));
    copy_of(3, 20, here);
    for (size_t i = 0; i < POINTS; i++) here[i].bits = point_mirrored(&here[i].bits);
    struct key_frame k = {0, 180, 320, here, POINTS};
    assert_ok(points_query(p, &k, false, r));
    assert_int_equal(r->n, 0);
    for (size_t i = 0; i < POINTS; i++) here[i].angle = (uint8_t)(POINT_ANGLES / 2 - here[i].angle);
    assert_ok(points_query(p, &k, true, r));
    assert_true(r->n == 1 && r->v[0].frame == 3);
    points_free(p);
    free(r);
}

static void one_owner_has_two_candidates_at_most(void **state)
{
    struct points *p;
    struct points_result *r = malloc(sizeof *r);
    fill();
    for (size_t f = 1; f < 10; f++) {
        memcpy(points[f], points[0], sizeof points[0]);
        owners[f] = 0;
    }
    assert_ok(points_new(frames, owners, FRAMES, &p, NULL));
    assert_ok(points_query(p, &frames[0], false, r));
    assert_int_equal(r->n, 2);
    points_free(p);
    free(r);
}

static void what_is_everywhere_says_nothing(void **state)
{
    struct points *p;
    struct points_result *r = malloc(sizeof *r);
    fill();
    for (size_t f = 0; f < FRAMES; f++)
        for (size_t i = 0; i < POINTS; i++) points[f][i].bits = points[0][0].bits;
    assert_ok(points_new(frames, owners, FRAMES, &p, NULL));
    assert_ok(points_query(p, &frames[0], false, r));
    assert_int_equal(r->n, 0);
    points_free(p);
    free(r);
}

static void an_index_of_nothing_finds_nothing(void **state)
{
    struct points *p;
    struct points_result *r = malloc(sizeof *r);
    struct key_frame empty = {0, 10, 10, NULL, 0};
    uint32_t owner = 0;
    fill();
    assert_ok(points_new(&empty, &owner, 1, &p, NULL));
    assert_ok(points_query(p, &frames[0], false, r));
    assert_int_equal(r->n, 0);
    assert_ok(points_query(p, &empty, true, r));
    assert_int_equal(r->n, 0);
    points_free(p);
    points_free(NULL);
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_counts_alike),
        cmocka_unit_test(the_picture_with_most_points_in_common_comes_first),
        cmocka_unit_test(a_mirrored_picture_is_asked_for_with_halves_changed),
        cmocka_unit_test(one_owner_has_two_candidates_at_most),
        cmocka_unit_test(what_is_everywhere_says_nothing),
        cmocka_unit_test(an_index_of_nothing_finds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
