#include "test.h"

#include "base/checked.h"
#include "base/vec.h"
#include "fail_alloc.h"

struct numbers VEC(uint32_t);

static void pushed_elements_stand_in_order(void **state)
{
    struct numbers v = {0};
    for (uint32_t i = 0; i < 1000; i++) assert_ok(VEC_PUSH(&v, i * 3));
    assert_int_equal(v.n, 1000);
    for (uint32_t i = 0; i < 1000; i++) assert_int_equal(v.v[i], i * 3);
    VEC_DONE(&v);
    assert_null(v.v);
    assert_int_equal(v.n + v.cap, 0);
}

static void reserving_makes_room_and_keeps_what_is_there(void **state)
{
    struct numbers v = {0};
    assert_ok(VEC_PUSH(&v, 7));
    assert_ok(VEC_RESERVE(&v, 300));
    assert_true(v.cap >= 300);
    uint32_t *before = v.v;
    assert_ok(VEC_RESERVE(&v, 200));
    assert_ptr_equal(v.v, before);
    assert_int_equal(v.v[0], 7);
    VEC_DONE(&v);
}

static void a_size_that_overflows_is_out_of_memory(void **state)
{
    struct numbers v = {0};
    assert_int_equal(VEC_RESERVE(&v, SIZE_MAX), ERR_NOMEM);
    assert_int_equal(VEC_RESERVE(&v, SIZE_MAX / 4 + 1), ERR_NOMEM);
    assert_int_equal(VEC_RESERVE(&v, SIZE_MAX / 2 + 2), ERR_NOMEM);
    assert_null(v.v);
    assert_int_equal(v.cap, 0);
}

static void checked_arithmetic_refuses_what_wraps(void **state)
{
    size_t out = 5;
    assert_false(checked_add(SIZE_MAX, 1, &out));
    assert_false(checked_mul(SIZE_MAX / 2 + 1, 2, &out));
    assert_int_equal(out, 5);
    assert_true(checked_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_true(checked_mul(SIZE_MAX / 3, 3, &out));
    assert_true(out == SIZE_MAX / 3 * 3);
}

static void a_failing_allocation_leaves_the_vector_as_it_was(void **state)
{
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct numbers v = {0};
        unsigned refused = 0;
        fail_alloc_at(n);
        for (uint32_t i = 0; i < 200; i++) {
            size_t before = v.n;
            if (VEC_PUSH(&v, i) == ERR_NOMEM) {
                refused++;
                assert_int_equal(v.n, before);
                assert_ok(VEC_PUSH(&v, i));
            }
        }
        done = !fail_alloc_stop();
        assert_int_equal(refused, done ? 0 : 1);
        for (uint32_t i = 0; i < 200; i++) assert_int_equal(v.v[i], i);
        VEC_DONE(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pushed_elements_stand_in_order),
        cmocka_unit_test(reserving_makes_room_and_keeps_what_is_there),
        cmocka_unit_test(a_size_that_overflows_is_out_of_memory),
        cmocka_unit_test(checked_arithmetic_refuses_what_wraps),
        cmocka_unit_test(a_failing_allocation_leaves_the_vector_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
