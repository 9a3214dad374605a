/* Near-duplicate texts. */
#include "test.h"

#include "index/neardup.h"

#include <math.h>

static struct shingles set_of(struct arena *a, const char *text)
{
    struct shingles s;
    struct error err;
    assert_ok(neardup_shingles(sv_cstr(text), a, &s, &err));
    return s;
}

static void likeness_is_shared_shingles_over_all(void **unused)
{
    struct arena a;
    arena_init(&a, 0);
    struct shingles x = set_of(&a, "abcdefgh"), y = set_of(&a, "abcdefgz"), none = set_of(&a, "");
    assert_int_equal(x.n, 5);
    assert_true(fabs(neardup_likeness(&x, &y) - 4.0 / 6) < 1e-12);
    assert_true(neardup_likeness(&x, &x) == 1);
    assert_true(neardup_likeness(&x, &none) == 0);
    assert_true(neardup_likeness(&none, &none) == 0);
    arena_done(&a);
}

static void characters_count_and_not_bytes(void **unused)
{
    struct arena a;
    arena_init(&a, 0);
    assert_int_equal(set_of(&a, "السلام").n, 3);
    assert_int_equal(set_of(&a, "ab").n, 1); /* shorter than a shingle: the whole */
    struct shingles broken = set_of(&a, "\xff\xfe\xff\xfe\xff");
    assert_true(broken.n >= 1);
    arena_done(&a);
}

static void keys_are_the_same_everywhere_and_for_ever(void **unused)
{
    struct arena a;
    uint64_t k[NEARDUP_KEYS], again[NEARDUP_KEYS];
    arena_init(&a, 0);
    struct shingles s = set_of(&a, "the march begins at the old harbour at noon");
    struct shingles none = set_of(&a, "");
    assert_true(neardup_keys(&s, k));
    assert_true(neardup_keys(&s, again));
    assert_memory_equal(k, again, sizeof k);
    assert_false(neardup_keys(&none, again));
    assert_true(k[0] == UINT64_C(0x7ab05cdf6489129f) && k[23] == UINT64_C(0x42a02d58e8872433));
    arena_done(&a);
}

struct seen {
    uint32_t n, number[16];
    double likeness[16];
};
static int see(void *arg, uint32_t number, double likeness)
{
    struct seen *s = arg;
    assert_true(s->n < 16);
    s->number[s->n] = number;
    s->likeness[s->n++] = likeness;
    return 0;
}

static const char *const texts[] = {
    "they are lying to you about the water in the upper town, share before it is deleted",
    "they are lying to us about the water in the upper town, share before it is deleted",
    "my grandmother's recipe for lentil soup with cumin and a lot of lemon",
    "they are lying to us about the water in the upper town! share before they delete it",
    "يكذبون عليكم في موضوع الماء شاركوا المقطع قبل ان يحذف",
    "يكذبون عليكم في موضوع الماء شاركوا المقطع قبل ان يحذفوه",
    "",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static struct neardup *index_of(const int *number, int n)
{
    struct neardup *d = NULL;
    struct error err;
    assert_ok(neardup_new(NEARDUP_NEAR, &d, &err));
    for (int i = 0; i < n; i++) {
        uint32_t at;
        assert_ok(neardup_add(d, sv_cstr(texts[number[i]]), &at, &err));
        assert_int_equal(at, i);
    }
    return d;
}

static void near_texts_are_found_most_like_first(void **unused)
{
    struct error err;
    struct neardup *d = index_of((int[]){0, 1, 2, 3, 4, 5, 6}, TEXTS);
    struct seen s = {0};
    assert_ok(neardup_find(d, sv_cstr(texts[1]), see, &s, &err));
    assert_true(s.n >= 2);
    assert_int_equal(s.number[0], 1);
    assert_true(s.likeness[0] == 1);
    for (uint32_t i = 1; i < s.n; i++) {
        assert_true(s.number[i] == 0 || s.number[i] == 3);
        assert_true(s.likeness[i] >= NEARDUP_NEAR && s.likeness[i] <= s.likeness[i - 1]);
    }
    s.n = 0;
    assert_ok(neardup_find(d, SV("nothing of the kind was ever written down here"), see, &s, &err));
    assert_ok(neardup_find(d, SV_NULL, see, &s, &err));
    assert_int_equal(s.n, 0);
    neardup_free(d);
}

static void families_do_not_depend_on_the_order(void **unused)
{
    struct error err;
    int orders[3][TEXTS] = {{0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {3, 5, 0, 6, 2, 4, 1}};
    for (int o = 0; o < 3; o++) {
        struct neardup *d = index_of(orders[o], TEXTS);
        uint32_t family[TEXTS], of[TEXTS];
        assert_ok(neardup_families(d, family, &err));
        for (int i = 0; i < TEXTS; i++) of[orders[o][i]] = family[i];
        assert_true(of[0] == of[1] && of[1] == of[3] && of[4] == of[5]);
        assert_true(of[0] != of[2] && of[0] != of[4] && of[2] != of[4] && of[6] != of[2]);
        neardup_free(d);
    }
}

static void a_threshold_must_be_a_likeness(void **unused)
{
    struct neardup *d = NULL;
    struct error err;
    assert_int_equal(neardup_new(0, &d, &err), ERR_ARG);
    assert_int_equal(neardup_new(1.5, &d, &err), ERR_ARG);
    assert_null(d);
}

static int count(void *arg, uint32_t number, double likeness)
{
    ++*(uint32_t *)arg;
    return 0;
}

static void a_crowded_key_is_followed_to_its_bound(void **unused)
{
    struct neardup *d = NULL;
    struct error err;
    uint64_t compared, left;
    uint32_t at;
    assert_ok(neardup_new(NEARDUP_NEAR, &d, &err));
    for (int i = 0; i < 3000; i++) assert_ok(neardup_add(d, sv_cstr(texts[0]), &at, &err));
    uint32_t found = 0;
    assert_ok(neardup_find(d, sv_cstr(texts[0]), count, &found, &err));
    assert_int_equal(found, 1024);
    neardup_effort(d, &compared, &left);
    assert_true(compared <= 24 * 1024 && left >= 24 * (3000 - 1024));
    neardup_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likeness_is_shared_shingles_over_all),
        cmocka_unit_test(characters_count_and_not_bytes),
        cmocka_unit_test(keys_are_the_same_everywhere_and_for_ever),
        cmocka_unit_test(near_texts_are_found_most_like_first),
        cmocka_unit_test(families_do_not_depend_on_the_order),
        cmocka_unit_test(a_threshold_must_be_a_likeness),
        cmocka_unit_test(a_crowded_key_is_followed_to_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
