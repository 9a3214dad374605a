/* Signed notes: checked by another library, and with every byte changed. */
#include "test.h"

#include <openssl/evp.h>

#include "evidence/note.h"

static int setup(void **state)
{
    struct error err;
    return id_init(&err);
}

static const char checkpoint_text[] = "marsad/test\n1024\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

/* OpenSSL's Ed25519 over the text must agree with libsodium's. */
static void another_library_accepts_our_signature(void **state)
{
    struct note_signer log;
    struct note note;
    struct error err;
    struct buf b;
    buf_init(&b, 0);
    assert_ok(note_signer_new(SV("marsad/test"), NOTE_LOG, &log, &err));
    buf_printf(&b, "%s\n", checkpoint_text);
    note_sign(sv_cstr(checkpoint_text), &log, 0, &b);
    assert_ok(note_parse(buf_sv(&b), &note, &err));
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, log.public_key.key, 32);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    assert_non_null(key);
    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(ctx, note.signature[0].blob, note.signature[0].blob_bytes,
                                      (const unsigned char *)note.text.p, note.text.n),
                     1);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    buf_done(&b);
}

static void a_checkpoint_signed_and_witnessed_comes_back(void **state)
{
    struct note_signer log, witness, parsed;
    struct note_key key;
    struct error err;
    struct buf b, k;
    buf_init(&b, 0);
    buf_init(&k, 0);
    assert_ok(note_signer_new(SV("marsad/test"), NOTE_LOG, &log, &err));
    assert_ok(note_signer_new(SV("witness.example/w1"), NOTE_WITNESS, &witness, &err));
    note_signer_format(&log, &k);
    assert_ok(note_signer_parse(buf_sv(&k), &parsed, &err));
    assert_memory_equal(parsed.seed, log.seed, sizeof log.seed);
    buf_clear(&k);
    note_key_format(&witness.public_key, &k);
    assert_ok(note_key_parse(buf_sv(&k), &key, &err));
    buf_printf(&b, "%s\n", checkpoint_text);
    note_sign(sv_cstr(checkpoint_text), &log, 0, &b);
    note_sign(sv_cstr(checkpoint_text), &witness, 1769853600, &b);
    struct note note;
    struct checkpoint c;
    int64_t at = 0;
    assert_ok(note_parse(buf_sv(&b), &note, &err));
    assert_int_equal(note.n, 2);
    assert_int_equal(note_verify(&note, &log.public_key, NULL), NOTE_GOOD);
    assert_int_equal(note_verify(&note, &key, &at), NOTE_GOOD);
    assert_int_equal(at, 1769853600);
    assert_ok(checkpoint_parse(note.text, &c, &err));
    assert_int_equal(c.size, 1024);
    assert_sv(c.origin, "marsad/test");
    for (size_t i = 0; i < b.n; i++) {
        b.p[i] ^= 1;
        if (note_parse(buf_sv(&b), &note, &err) == 0)
            assert_false(note_verify(&note, &log.public_key, NULL) == NOTE_GOOD &&
                         note_verify(&note, &key, &at) == NOTE_GOOD);
        b.p[i] ^= 1;
    }
    buf_done(&b);
    buf_done(&k);
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "name",
                                      "name+0011",
                                      "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                      "a.b+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                      "a.b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
                                      "a.b+c74f20a3+BRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                      "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"};
    struct note_key key;
    struct note_signer signer;
    struct error err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_not_equal(note_key_parse(sv_cstr(bad[i]), &key, &err), 0);
        assert_int_not_equal(note_signer_parse(sv_cstr(bad[i]), &signer, &err), 0);
    }
    assert_int_equal(note_signer_new(SV("a b"), NOTE_LOG, &signer, &err), ERR_ARG);
    assert_int_equal(note_signer_new(SV(""), NOTE_LOG, &signer, &err), ERR_ARG);
}

static void what_is_no_note_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "text\n",
                                      "text\n\n",
                                      "text\n\nline\n",
                                      "a\n\n\xE2\x80\x94 x AAAA\n",
                                      "a\x01\n\n\xE2\x80\x94 x AAAAAAAA\n",
                                      "a\n\n\xE2\x80\x94 x AAAAAAAA"};
    static const char *const no_checkpoint[] = {"",
                                                "o\n",
                                                "o\n1\n",
                                                "\n1\nx\n",
                                                "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                                "o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                                                "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="};
    struct note note;
    struct checkpoint c;
    struct error err;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(note_parse(sv_cstr(bad[i]), &note, &err), ERR_FORMAT);
    for (size_t i = 0; i < sizeof no_checkpoint / sizeof no_checkpoint[0]; i++)
        assert_int_equal(checkpoint_parse(sv_cstr(no_checkpoint[i]), &c, &err), ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_library_accepts_our_signature),
        cmocka_unit_test(a_checkpoint_signed_and_witnessed_comes_back),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(what_is_no_note_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
