/* Files byte for byte, and sounds by their number. */
#include "detect_test.h"

static const char sha_text[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void the_very_file_is_found_in_every_bank_that_has_it(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "one", CATEGORY_TERROR_PROPAGANDA, false);
    bench_bank(&b, "two", CATEGORY_PRIVACY_INTIMATE, false);
    struct bank_item item = item_of(BANK_SHA256, sha_text, "f");
    bench_item(&b, "one", &item);
    bench_item(&b, "two", &item);
    struct sha256 sha, none = {{0}};
    assert_true(sha256_parse(sv_cstr(sha_text), &sha));
    struct post p;
    post_init(&p);
    struct media_ref refs[3] = {{0}};
    p.media = refs;
    p.nmedia = 3;
    const struct sha256 *shas[3] = {&none, NULL, &sha};
    struct detect_item it = {.post = &p, .media_sha256 = shas};
    bench_run(&b, &it);
    assert_int_equal(b.found.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(b.found.v[i].kind, FINDING_MATCH_FILE);
        assert_sv(b.found.v[i].detector, "file");
        assert_int_equal(b.found.v[i].places[0].media_index, 2);
        assert_int_equal(b.found.v[i].ref.distance, -1);
        assert_true(b.found.v[i].probability > 0.95);
    }
    assert_int_equal(b.found.v[0].category, CATEGORY_PRIVACY_INTIMATE);
    assert_int_equal(b.found.v[1].category, CATEGORY_TERROR_PROPAGANDA);
    bench_done(&b);
}

static void a_sound_is_found_by_platform_and_number(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "chants", CATEGORY_TERROR_PROPAGANDA, false);
    struct bank_item item = item_of(BANK_SOUND, "tiktok:7012", "chant");
    bench_item(&b, "chants", &item);
    struct post p;
    post_init(&p);
    p.platform = SV("tiktok");
    p.sound.id = SV("7012");
    p.sound.title = SV("original sound");
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 1);
    assert_int_equal(b.found.v[0].kind, FINDING_MATCH_SOUND);
    assert_sv(b.found.v[0].label, "chant");
    assert_sv(b.found.v[0].quote, "original sound");
    assert_int_equal(b.found.v[0].places[0].kind, PLACE_POST);
    p.platform = SV("other");
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 0);
    p.platform = SV("tiktok");
    p.sound.id = sv_of("7012\0", 5); /* another number than the one before the NUL */
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 0);
    bench_done(&b);
}

static void innocent_files_and_sounds_accuse_nobody(void **state)
{
    struct bench b;
    bench_init(&b);
    bench_bank(&b, "known", CATEGORY_HATE, true);
    struct bank_item item = item_of(BANK_SOUND, "tiktok:1", "jingle");
    bench_item(&b, "known", &item);
    struct post p;
    post_init(&p);
    p.platform = SV("tiktok");
    p.sound.id = SV("1");
    bench_run_post(&b, &p);
    assert_int_equal(b.found.n, 1);
    assert_true(b.found.v[0].ref.negative);
    assert_int_equal(b.found.v[0].category, CATEGORY_NONE);
    bench_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_very_file_is_found_in_every_bank_that_has_it),
        cmocka_unit_test(a_sound_is_found_by_platform_and_number),
        cmocka_unit_test(innocent_files_and_sounds_accuse_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
