#include "test.h"

#include "base/arena.h"
#include "base/limits.h"
#include "fail_alloc.h"

static void every_pointer_is_aligned_zeroed_and_its_own(void **state)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4000, 4096, 5000, 70000, 300000, 1, 600000, 8};
    enum { COUNT = sizeof sizes / sizeof *sizes };
    struct arena a;
    arena_init(&a, 0);
    unsigned char *p[COUNT];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            p[i] = arena_alloc(&a, sizes[i]);
            assert_non_null(p[i]);
            assert_int_equal((uintptr_t)p[i] % 16, 0);
            for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(p[i][k], 0);
            memset(p[i], (int)i + 1, sizes[i]);
        }
        for (size_t i = 0; i < COUNT; i++)
            for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(p[i][k], i + 1);
        arena_clear(&a);
        assert_int_equal(a.used_bytes, 0);
    }
    arena_done(&a);
    arena_done(&a);
    arena_done(NULL);
}

static void the_maximum_is_kept_and_clear_gives_it_back(void **state)
{
    struct arena a;
    arena_init(&a, 1024);
    assert_null(arena_alloc(&a, 1025));
    assert_non_null(arena_alloc(&a, 1000));
    assert_null(arena_alloc(&a, 32));
    assert_non_null(arena_alloc(&a, 16));
    assert_null(arena_alloc(&a, 1));
    assert_int_equal(a.used_bytes, 1024);
    arena_clear(&a);
    assert_non_null(arena_alloc(&a, 1024));
    arena_done(&a);
    arena_init(&a, 0);
    assert_int_equal(a.max_bytes, ARENA_MAX_BYTES);
    assert_null(arena_alloc(&a, ARENA_MAX_BYTES + 1));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 15));
    assert_null(arena_array(&a, SIZE_MAX / 2, 3));
    assert_null(arena_copy(&a, sv_of("x", SIZE_MAX)).p);
    assert_null(a.head);
    arena_done(&a);
}

static void copies_end_with_a_nul_that_is_not_counted(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    struct sv s = arena_copy(&a, SV("a\0b"));
    assert_sv(s, "a\0b");
    assert_int_equal(s.p[3], 0);
    s = arena_copy(&a, SV_NULL);
    assert_non_null(s.p);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.p[0], 0);
    assert_string_equal(arena_cstr(&a, SV("word")), "word");
    s = arena_printf(&a, "%s-%05d", "n", 42);
    assert_sv(s, "n-00042");
    assert_int_equal(s.p[s.n], 0);
    int *numbers = ARENA_ARRAY(&a, 1000, int);
    assert_non_null(numbers);
    assert_int_equal(numbers[999], 0);
    arena_done(&a);
}

static void a_failing_allocation_leaves_the_arena_usable(void **state)
{
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct arena a;
        arena_init(&a, 0);
        unsigned refused = 0;
        fail_alloc_at(n);
        for (size_t i = 0; i < 12; i++) {
            size_t before = a.used_bytes;
            char *p = arena_alloc(&a, 3000 << i % 9);
            if (p)
                p[0] = 'x';
            else
                assert_int_equal(a.used_bytes, before);
            refused += p == NULL;
        }
        done = !fail_alloc_stop();
        assert_int_equal(refused, done ? 0 : 1);
        assert_non_null(arena_alloc(&a, 100));
        arena_done(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pointer_is_aligned_zeroed_and_its_own),
        cmocka_unit_test(the_maximum_is_kept_and_clear_gives_it_back),
        cmocka_unit_test(copies_end_with_a_nul_that_is_not_counted),
        cmocka_unit_test(a_failing_allocation_leaves_the_arena_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
