#include "test.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/id.h"

static void sha256_gives_the_standard_s_values(void **state)
{
    static const struct {
        struct sv text;
        const char *hex;
    } cases[] = {
        {{NULL, 0}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {SV_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sha256 h, back;
        char text[SHA256_TEXT_BYTES];
        sha256_of(cases[i].text, &h);
        sha256_format(&h, text);
        assert_string_equal(text, cases[i].hex);
        assert_true(sha256_parse(sv_cstr(text), &back));
        assert_memory_equal(&h, &back, sizeof h);
    }
}

static void a_file_hashes_as_its_bytes_from_where_it_stands(void **state)
{
    enum { SIZE = (1 << 20) + 12345 };
    char path[] = "/tmp/marsad-test-XXXXXX", *bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++) bytes[i] = (char)(i * 31);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, SIZE), SIZE);
    for (off_t from = 0; from <= SIZE; from += SIZE / 2) {
        struct sha256 of_file, of_bytes;
        uint64_t n = 0;
        lseek(fd, from, SEEK_SET);
        assert_ok(sha256_of_fd(fd, &of_file, &n, NULL));
        sha256_of(sv_of(bytes + from, SIZE - (size_t)from), &of_bytes);
        assert_int_equal(n, SIZE - from);
        assert_memory_equal(&of_file, &of_bytes, sizeof of_file);
    }
    close(fd);
    unlink(path);
    free(bytes);
    struct sha256 h;
    struct error err = {0};
    assert_int_equal(sha256_of_fd(-1, &h, NULL, &err), ERR_IO);
    assert_non_null(strstr(err.text, "Bad file descriptor"));
}

static void ids_tell_every_list_of_parts_apart(void **state)
{
    const struct {
        const char *kind;
        struct sv parts[3];
        size_t n;
    } cases[] = {
        {"post", {SV("ab"), SV("c")}, 2},
        {"post", {SV("a"), SV("bc")}, 2},
        {"post", {SV("abc")}, 1},
        {"post", {SV("abc"), SV("")}, 2},
        {"post", {SV("")}, 1},
        {"post", {SV_NULL}, 0},
        {"account", {SV("ab"), SV("c")}, 2},
        {"post", {SV("a\0b")}, 1},
        {"post", {SV("a")}, 1},
        {"post", {SV("a"), SV("b"), SV("c")}, 3},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    struct id128 ids[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        ids[i] = id_of(cases[i].kind, cases[i].parts, cases[i].n);
        for (size_t k = 0; k < i; k++) assert_false(id_eq(&ids[i], &ids[k]));
        struct id128 again = id_of(cases[i].kind, cases[i].parts, cases[i].n);
        assert_true(id_eq(&ids[i], &again));
    }
}

/* The rule in the header, computed by another program: stored ids depend on it. */
static void an_id_keeps_its_value_from_version_to_version(void **state)
{
    const struct sv parts[] = {SV("tiktok"), SV("7001")};
    struct id128 id = id_of("post", parts, 2);
    char text[ID_TEXT_BYTES];
    id_format(&id, text);
    assert_string_equal(text, "8041a999e7aa1dcb19c30488a02a82e0");
}

static void hex_is_read_exactly(void **state)
{
    struct id128 id = {{9}};
    assert_true(id_parse(SV("00112233445566778899aAbBcCdDeEfF"), &id));
    char text[ID_TEXT_BYTES];
    id_format(&id, text);
    assert_string_equal(text, "00112233445566778899aabbccddeeff");
    static const struct sv bad[] = {
        {NULL, 0},
        SV_INIT("0"),
        SV_INIT("00112233445566778899aabbccddeef"),
        SV_INIT("00112233445566778899aabbccddeeff0"),
        SV_INIT("00112233445566778899aabbccddeef\0"),
        SV_INIT("0x112233445566778899aabbccddeeff"),
        SV_INIT("00:12233445566778899aabbccddeeff"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(id_parse(bad[i], &id));
    id_format(&id, text);
    assert_string_equal(text, "00112233445566778899aabbccddeeff");
    assert_false(id_is_zero(&id));
    assert_true(id_parse(SV("00000000000000000000000000000000"), &id));
    assert_true(id_is_zero(&id));
    uint8_t none;
    assert_true(hex_decode(SV_NULL, &none, 0));
    assert_false(hex_decode(SV("00"), &none, 0));
    assert_false(hex_decode(SV("00"), &none, SIZE_MAX / 2 + 2));
}

int main(void)
{
    struct error err;
    if (id_init(&err) != 0 || id_init(&err) != 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_standard_s_values),
        cmocka_unit_test(a_file_hashes_as_its_bytes_from_where_it_stands),
        cmocka_unit_test(ids_tell_every_list_of_parts_apart),
        cmocka_unit_test(an_id_keeps_its_value_from_version_to_version),
        cmocka_unit_test(hex_is_read_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
