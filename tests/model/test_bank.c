#include "test.h"

#include "model/bank.h"

static struct hash256 hash_with_bit(unsigned bit)
{
    struct hash256 h = {{0}};
    h.w[bit / 64] |= UINT64_C(1) << (bit % 64);
    return h;
}

static void the_same_hash_is_the_same_item_whatever_its_label(void **state)
{
    struct bank_frame f = {hash_with_bit(3), 80, 0}, worse = {hash_with_bit(3), 40, 0};
    struct bank_item a = {.type = BANK_PDQ, .frames = &f, .nframes = 1, .label = SV("one")};
    struct bank_item b = {
        .type = BANK_PDQ, .frames = &worse, .nframes = 1, .label = SV("two"), .threshold = 5};
    struct id128 ia = bank_item_id(&a), ib = bank_item_id(&b);
    assert_true(id_eq(&ia, &ib));
}

static void another_hash_type_or_order_is_another_item(void **state)
{
    struct bank_frame f[2] = {{hash_with_bit(3), 80, 0}, {hash_with_bit(9), 80, 1000000}};
    struct bank_frame swapped[2] = {f[1], f[0]};
    struct bank_item items[] = {
        {.type = BANK_PDQ, .frames = &f[0], .nframes = 1},
        {.type = BANK_PDQ, .frames = &f[1], .nframes = 1},
        {.type = BANK_VPDQ, .frames = f, .nframes = 1},
        {.type = BANK_VPDQ, .frames = f, .nframes = 2},
        {.type = BANK_VPDQ, .frames = swapped, .nframes = 2},
        {.type = BANK_SHA256, .value = SV("ab")},
        {.type = BANK_SOUND, .value = SV("ab")},
        {.type = BANK_OTHER, .value = SV("ab"), .other_type = SV("md5")},
        {.type = BANK_OTHER, .value = SV("ab"), .other_type = SV("tlsh")},
    };
    enum { N = sizeof items / sizeof *items };
    for (size_t i = 0; i < N; i++) {
        for (size_t k = i + 1; k < N; k++) {
            struct id128 a = bank_item_id(&items[i]), b = bank_item_id(&items[k]);
            assert_false(id_eq(&a, &b));
        }
    }
}

static void names_come_back(void **state)
{
    for (int t = 0; t < BANK_ITEM_TYPE_COUNT; t++) {
        enum bank_item_type got;
        assert_true(bank_item_type_parse(sv_cstr(bank_item_type_name((enum bank_item_type)t)), &got));
        assert_int_equal(got, t);
    }
    for (int s = BANK_ACTIVE; s <= BANK_WITHDRAWN; s++) {
        enum bank_status got;
        assert_true(bank_status_parse(sv_cstr(bank_status_name((enum bank_status)s)), &got));
        assert_int_equal(got, s);
    }
    enum bank_status none;
    assert_false(bank_status_parse(SV("Active"), &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_hash_is_the_same_item_whatever_its_label),
        cmocka_unit_test(another_hash_type_or_order_is_another_item),
        cmocka_unit_test(names_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
