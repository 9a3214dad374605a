#include "test.h"

#include "base/map.h"
#include "fail_alloc.h"

enum { MANY = 5000 };

static struct sv key_of(char text[32], unsigned i)
{
    return sv_of(text, (size_t)snprintf(text, 32, "key-%u", i));
}

static void what_was_put_is_found_and_nothing_else(void **state)
{
    struct map m;
    char text[32];
    uint64_t *value;
    map_init(&m);
    assert_null(map_get(&m, SV("absent")));
    for (unsigned i = 0; i < MANY; i++) {
        assert_int_equal(map_put(&m, key_of(text, i), &value), 1);
        assert_true(*value == 0);
        *value = i + 1;
    }
    assert_int_equal(m.n, MANY);
    memset(text, 'x', sizeof text); /* the keys were copied */
    for (unsigned i = 0; i < MANY; i++) {
        const uint64_t *got = map_get(&m, key_of(text, i));
        assert_non_null(got);
        assert_true(*got == i + 1);
        assert_int_equal(map_put(&m, key_of(text, i), &value), 0);
        assert_ptr_equal(value, got);
    }
    assert_int_equal(m.n, MANY);
    assert_null(map_get(&m, key_of(text, MANY)));
    map_done(&m);
    map_done(&m);
    map_done(NULL);
}

static void keys_are_bytes_with_a_length(void **state)
{
    static const struct sv keys[] = {SV_INIT(""),    SV_INIT("\0"),   SV_INIT("\0\0"), SV_INIT("a"),
                                     SV_INIT("a\0"), SV_INIT("a\0b"), SV_INIT("a\0c")};
    struct map m;
    uint64_t *value;
    map_init(&m);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_int_equal(map_put(&m, keys[i], &value), 1);
        *value = i;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) assert_true(*map_get(&m, keys[i]) == i);
    assert_int_equal(map_put(&m, SV_NULL, &value), 0);
    map_done(&m);
}

static void the_hash_depends_on_every_byte_and_the_length(void **state)
{
    char zeros[64] = {0};
    uint64_t seen[64 + 64];
    size_t n = 0;
    for (size_t length = 0; length < 64; length++) seen[n++] = hash_bytes(sv_of(zeros, length));
    for (size_t i = 0; i < 64; i++) {
        zeros[i] = 1;
        seen[n++] = hash_bytes(sv_of(zeros, 64));
        zeros[i] = 0;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) assert_true(seen[i] != seen[k]);
    assert_true(hash_bytes(SV("x")) == hash_bytes(SV("x")));
    assert_true(hash_bytes(SV_NULL) == hash_bytes(SV("")));
}

static void a_failing_allocation_leaves_the_map_as_it_was(void **state)
{
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct map m;
        char text[32];
        unsigned refused = 0;
        map_init(&m);
        fail_alloc_at(n);
        for (unsigned i = 0; i < 600; i++) {
            uint64_t *value = NULL;
            size_t before = m.n;
            int rc = map_put(&m, key_of(text, i), &value);
            if (rc == ERR_NOMEM) {
                refused++;
                assert_int_equal(m.n, before);
                assert_null(map_get(&m, key_of(text, i)));
                rc = map_put(&m, key_of(text, i), &value);
            }
            assert_int_equal(rc, 1);
            *value = i;
        }
        done = !fail_alloc_stop();
        assert_int_equal(refused, done ? 0 : 1);
        for (unsigned i = 0; i < 600; i++) assert_true(*map_get(&m, key_of(text, i)) == i);
        map_done(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_and_nothing_else),
        cmocka_unit_test(keys_are_bytes_with_a_length),
        cmocka_unit_test(the_hash_depends_on_every_byte_and_the_length),
        cmocka_unit_test(a_failing_allocation_leaves_the_map_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
