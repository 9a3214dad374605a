#include "test.h"

#include "base/hash256.h"

static void the_text_form_has_the_highest_bit_first(void **state)
{
    struct hash256 h = {{1, 0, 0, UINT64_C(0xf000000000000000)}};
    char text[HASH256_TEXT_BYTES];
    hash256_format(&h, text);
    assert_string_equal(text, "f000000000000000000000000000000000000000000000000000000000000001");
    for (unsigned bit = 0; bit < 256; bit++) {
        struct hash256 one = {{0}}, back, none = {{0}};
        one.w[bit / 64] = UINT64_C(1) << bit % 64;
        hash256_format(&one, text);
        assert_int_equal(text[63 - bit / 4], "1248"[bit % 4]);
        assert_true(hash256_parse(sv_cstr(text), &back));
        assert_true(hash256_eq(&one, &back));
        assert_int_equal(hash256_distance(&back, &none), 1);
    }
}

static void only_64_hex_digits_are_a_hash(void **state)
{
    static const char good[] = "F00dF00dF00dF00dF00dF00dF00dF00dF00dF00dF00dF00dF00dF00dF00dF00d";
    struct hash256 h = {{1, 2, 3, 4}}, before = h;
    char bad[sizeof good];
    for (size_t i = 0; i < 64; i++) {
        static const char no_digits[] = "g/:@`G \n\xff";
        memcpy(bad, good, sizeof good);
        bad[i] = no_digits[i % (sizeof no_digits - 1)];
        assert_false(hash256_parse(sv_of(bad, 64), &h));
    }
    assert_false(hash256_parse(sv_of(good, 63), &h));
    assert_false(hash256_parse(sv_of(good, 65), &h));
    assert_false(hash256_parse(SV_NULL, &h));
    assert_true(hash256_eq(&h, &before));
    assert_true(hash256_parse(sv_of(good, 64), &h));
    assert_true(h.w[0] == UINT64_C(0xf00df00df00df00d));
    struct hash256 inverse = {{~h.w[0], ~h.w[1], ~h.w[2], ~h.w[3]}};
    assert_int_equal(hash256_distance(&h, &inverse), 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_form_has_the_highest_bit_first),
        cmocka_unit_test(only_64_hex_digits_are_a_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
