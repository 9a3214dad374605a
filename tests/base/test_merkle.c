/* RFC 6962's own test vectors (certificate-transparency's, by their hashes), and every proof of every small tree against
 * a tree hashed by the recursive definition. */
#include "test.h"

#include "base/merkle.h"

enum { LEAVES = 70 };

static struct sha256 leaves[LEAVES];

static int setup(void **state)
{
    struct error err;
    if (id_init(&err) != 0) return -1;
    for (int i = 0; i < LEAVES; i++) {
        char text[16];
        snprintf(text, sizeof text, "leaf %d", i);
        merkle_leaf(sv_cstr(text), &leaves[i]);
    }
    return 0;
}

/* The definition, word for word. */
static struct sha256 by_definition(size_t from, size_t n)
{
    if (n == 1) return leaves[from];
    size_t k = 1;
    while (2 * k < n) k *= 2;
    struct sha256 left = by_definition(from, k), right = by_definition(from + k, n - k), out;
    merkle_node(&left, &right, &out);
    return out;
}

static struct sha256 root_at(size_t n)
{
    struct sha256 out;
    if (n > 0) return by_definition(0, n);
    sha256_of(SV_NULL, &out);
    return out;
}

static int subtree(void *arg, unsigned level, uint64_t index, struct sha256 *out, struct error *err)
{
    size_t n = (size_t)1 << level;
    assert_true((index + 1) * n <= LEAVES);
    *out = by_definition(index * n, n);
    return 0;
}
static const struct merkle_source source = {NULL, subtree};

static void assert_hash(const struct sha256 *h, const char *hex)
{
    char text[SHA256_TEXT_BYTES];
    sha256_format(h, text);
    assert_string_equal(text, hex);
}

static void hashes_are_those_of_the_rfc(void **state)
{
    struct sha256 h;
    struct merkle m;
    merkle_leaf(SV_NULL, &h);
    assert_hash(&h, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    merkle_init(&m);
    merkle_root(&m, &h);
    assert_hash(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    static const struct sv inputs[] = {
        SV_INIT(""),
        SV_INIT("\0"),
        SV_INIT("\x10"),
        SV_INIT("\x20\x21"),
        SV_INIT("\x30\x31"),
        SV_INIT("\x40\x41\x42\x43"),
        SV_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
        SV_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f")};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        merkle_leaf(inputs[i], &h);
        merkle_add(&m, &h);
    }
    merkle_root(&m, &h);
    assert_hash(&h, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

static void a_growing_tree_has_the_root_of_the_definition(void **state)
{
    struct merkle m, again;
    merkle_init(&m);
    for (size_t n = 0; n <= LEAVES; n++) {
        struct sha256 got, want = root_at(n), peaks[MERKLE_LEVELS];
        struct error err;
        merkle_root(&m, &got);
        assert_memory_equal(got.b, want.b, sizeof got.b);
        assert_ok(merkle_root_of(&source, n, &got, &err));
        assert_memory_equal(got.b, want.b, sizeof got.b);
        size_t saved = merkle_save(&m, peaks);
        assert_true(merkle_load(&again, n, sv_of(peaks, saved * sizeof peaks[0])));
        assert_false(merkle_load(&again, n, sv_of(peaks, saved * sizeof peaks[0] + 1)));
        merkle_root(&again, &got);
        assert_memory_equal(got.b, want.b, sizeof got.b);
        if (n < LEAVES) merkle_add(&m, &leaves[n]);
    }
}

static void every_leaf_is_proved_and_no_other(void **state)
{
    for (uint64_t size = 1; size <= LEAVES; size++) {
        struct sha256 root = root_at(size);
        for (uint64_t i = 0; i < size; i++) {
            struct merkle_proof p;
            struct error err;
            assert_ok(merkle_prove_leaf(&source, i, size, &p, &err));
            assert_true(merkle_check_leaf(&leaves[i], i, size, p.hash, p.n, &root));
            assert_false(merkle_check_leaf(&leaves[(i + 1) % LEAVES], i, size, p.hash, p.n, &root));
            assert_false(merkle_check_leaf(&leaves[i], i ^ 1, size, p.hash, p.n, &root) && size > 1);
            assert_false(merkle_check_leaf(&leaves[i], size, size, p.hash, p.n, &root));
            if (p.n > 0) assert_false(merkle_check_leaf(&leaves[i], i, size, p.hash, p.n - 1, &root));
            for (size_t k = 0; k < p.n; k++) {
                p.hash[k].b[k % 32] ^= 1;
                assert_false(merkle_check_leaf(&leaves[i], i, size, p.hash, p.n, &root));
                p.hash[k].b[k % 32] ^= 1;
            }
        }
    }
}

static void every_growth_is_proved_and_no_other(void **state)
{
    for (uint64_t size = 0; size <= LEAVES; size++) {
        for (uint64_t old = 0; old <= size; old++) {
            struct merkle_proof p;
            struct error err;
            struct sha256 root = root_at(size), was = root_at(old), wrong = was;
            assert_ok(merkle_prove_growth(&source, old, size, &p, &err));
            assert_true(merkle_check_growth(old, &was, size, &root, p.hash, p.n));
            wrong.b[7] ^= 0x10;
            if (old > 0) assert_false(merkle_check_growth(old, &wrong, size, &root, p.hash, p.n));
            for (size_t k = 0; k < p.n; k++) {
                p.hash[k].b[k % 32] ^= 1;
                assert_false(merkle_check_growth(old, &was, size, &root, p.hash, p.n));
                p.hash[k].b[k % 32] ^= 1;
            }
            if (p.n > 0) assert_false(merkle_check_growth(old, &was, size, &root, p.hash, p.n - 1));
        }
    }
}

static void what_cannot_be_proved_is_refused(void **state)
{
    struct merkle_proof p;
    struct sha256 root;
    struct error err;
    assert_int_equal(merkle_prove_leaf(&source, 5, 5, &p, &err), ERR_ARG);
    assert_int_equal(merkle_prove_growth(&source, 6, 5, &p, &err), ERR_ARG);
    assert_int_equal(merkle_root_of(&source, MERKLE_MAX_SIZE + 1, &root, &err), ERR_ARG);
    struct merkle m;
    assert_false(merkle_load(&m, UINT64_MAX, SV_NULL));
    assert_false(merkle_load(&m, 3, sv_of(leaves, 32)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_the_rfc),
        cmocka_unit_test(a_growing_tree_has_the_root_of_the_definition),
        cmocka_unit_test(every_leaf_is_proved_and_no_other),
        cmocka_unit_test(every_growth_is_proved_and_no_other),
        cmocka_unit_test(what_cannot_be_proved_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
