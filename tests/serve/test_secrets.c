/* Codes against RFC 6238's own table; passwords; tokens. */
#include "test.h"

#include "serve/serve_priv.h"

/* RFC 6238, appendix B, SHA-1; the last six of its eight digits. */
static void codes_are_those_of_the_rfc(void **state)
{
    static const struct {
        int64_t seconds;
        uint32_t code;
    } rows[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(totp_code(SV("12345678901234567890"), rows[i].seconds / 30), rows[i].code);
}

static void a_code_is_good_for_its_step_and_its_neighbours_and_once(void **state)
{
    struct sv secret = SV("12345678901234567890");
    int64_t now = 1111111109 * US_PER_SECOND, step = 0;
    assert_true(totp_right(secret, SV("081804"), now, 0, &step));
    assert_int_equal(step, 1111111109 / 30);
    assert_false(totp_right(secret, SV("081804"), now, step, &step));
    assert_true(totp_right(secret, SV("081804"), now + 30 * US_PER_SECOND, 0, &step));
    assert_false(totp_right(secret, SV("081804"), now + 90 * US_PER_SECOND, 0, &step));
    assert_false(totp_right(secret, SV("81804"), now, 0, &step));
    assert_false(totp_right(SV_NULL, SV("081804"), now, 0, &step));
}

static void base32_is_what_applications_read(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    base32_write(SV("12345678901234567890"), &b);
    assert_sv(buf_sv(&b), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    buf_clear(&b);
    base32_write(SV("foob"), &b); /* RFC 4648's, without padding */
    assert_sv(buf_sv(&b), "MZXW6YQ");
    buf_done(&b);
}

static void passwords_hold_and_weak_ones_are_refused(void **state)
{
    struct arena a;
    struct error err;
    struct sv hash;
    arena_init(&a, 0);
    assert_ok(id_init(&err));
    assert_ok(password_hash(SV("correct horse battery"), &a, &hash, &err));
    assert_true(sv_starts(hash, SV("$argon2id$")));
    assert_true(password_right(hash, SV("correct horse battery")));
    assert_false(password_right(hash, SV("correct horse batterx")));
    assert_false(password_right(SV_NULL, SV("correct horse battery")));
    assert_int_equal(password_check(SV("short"), SV("lina"), &err), ERR_ARG);
    assert_int_equal(password_check(SV("aaaaaaaaaaaaaaaa"), SV("lina"), &err), ERR_ARG);
    assert_int_equal(password_check(SV("my name is lina yes"), SV("lina"), &err), ERR_ARG);
    assert_int_equal(password_check(SV("broken \xff bytes here"), SV("lina"), &err), ERR_ARG);
    assert_ok(password_check(SV("\xd9\x83\xd9\x84\xd9\x85\xd8\xa7\xd8\xaa "
                                "\xd8\xb7\xd9\x88\xd9\x8a\xd9\x84\xd8\xa9 \xd8\xac\xd8\xaf\xd8\xa7"),
                             SV("lina"), &err));
    arena_done(&a);
}

static void tokens_differ_and_pseudonyms_are_plain(void **state)
{
    char a[TOKEN_TEXT_BYTES], b[TOKEN_TEXT_BYTES], name[12];
    token_new(a);
    token_new(b);
    assert_int_equal(strlen(a), TOKEN_TEXT_BYTES - 1);
    assert_string_not_equal(a, b);
    pseudonym_new(name);
    assert_int_equal(strlen(name), 7);
    assert_null(strpbrk(name, "01OIL"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_rfc),
        cmocka_unit_test(a_code_is_good_for_its_step_and_its_neighbours_and_once),
        cmocka_unit_test(base32_is_what_applications_read),
        cmocka_unit_test(passwords_hold_and_weak_ones_are_refused),
        cmocka_unit_test(tokens_differ_and_pseudonyms_are_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
