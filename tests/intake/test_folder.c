#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "intake/collect.h"

static void feeds_and_clips_of_a_folder_come_in_once_each(void **state)
{
    struct collected *c = *state;
    put_file(c, "b/one.mp4", MP4_HEAD);
    put_file(c, "b/one.info.json",
             SV("{\"id\":\"7601463331695519921\",\"title\":\"t\",\"extractor\":\"TikTok\",\"duration\":1}"));
    put_file(c, "b/one.ar.vtt", SV("WEBVTT\n\n00:00.000 --> 00:01.000\nكلام\n"));
    put_file(c, "a/alone.mp4",
             SV("\0\0\0\x18"
                "ftypisom-another-one"));
    put_file(c, "a/picture.bin", JPEG_HEAD);
    put_file(c, "export/result.json",
             SV("{\"type\":\"public_channel\",\"id\":1,\"messages\":[{\"id\":1,\"type\":\"message\",\"date_"
                "unixtime\":"
                "\"1769853600\",\"photo\":\"photos/p.jpg\",\"text\":\"x\"}]}"));
    put_file(c, "export/photos/p.jpg", JPEG_HEAD);
    put_file(c, ".hidden", SV("x"));
    put_file(c, "notes.txt", SV("nothing of interest"));
    put_file(c, "packed.zip", SV("PK\x03\x04 and so on"));
    put_file(c, "empty.mp4", SV(""));
    assert_int_equal(symlink(in_dir(c, "a/alone.mp4"), in_dir(c, "link.mp4")), 0);
    collect(c, c->dir, 4, 4);
    assert_int_equal(c->counts.skipped, 1);
    /* Feeds first, then what nobody claimed, each in the order of the names. */
    assert_sv(c->posts.v[0].origin.format, "yt-dlp");
    assert_sv(post_text(&c->posts.v[0], TEXT_TRANSCRIPT), "كلام");
    assert_sv(c->posts.v[1].origin.format, "telegram");
    assert_int_equal(c->posts.v[2].kind, POST_FILE);
    assert_sv(post_text(&c->posts.v[2], TEXT_TITLE), "alone.mp4");
    assert_sv(post_text(&c->posts.v[3], TEXT_TITLE), "picture.bin");
    assert_int_equal(c->posts.v[3].media[0].kind, MEDIA_IMAGE);
    assert_int_equal(c->progress_done, c->progress_total);
}

static void what_a_file_is_shows_in_its_bytes_not_its_name(void **state)
{
    struct collected *c = *state;
    put_file(c, "feed.mp4", SV("{\"kind\":\"text\",\"platform\":\"x\",\"native_id\":\"1\"}\n"));
    put_file(c, "clip.json", MP4_HEAD);
    put_file(c, "damaged.mp4", SV("not a film at all"));
    collect(c, c->dir, 3, 0);
    assert_sv(c->posts.v[0].origin.format, "marsad");
    assert_sv(c->posts.v[1].origin.format, "file");
    assert_int_equal(c->posts.v[1].media[0].kind, MEDIA_VIDEO);
    /* It says that it is a clip: what is wrong with it is the worker's to say. */
    assert_sv(post_text(&c->posts.v[2], TEXT_TITLE), "damaged.mp4");
}

static void a_bare_file_is_its_hash_wherever_it_lies(void **state)
{
    struct collected *c = *state;
    put_file(c, "a/one.mp4", MP4_HEAD);
    put_file(c, "b/two.mp4", MP4_HEAD);
    collect(c, c->dir, 2, 0);
    assert_true(id_eq(&c->posts.v[0].id, &c->posts.v[1].id));
    struct sha256 hash;
    char text[SHA256_TEXT_BYTES];
    sha256_of(MP4_HEAD, &hash);
    sha256_format(&hash, text);
    assert_true(sv_is(c->posts.v[0].native_id, text));
    assert_sv(c->posts.v[0].platform, "file");
    assert_true(id_is_zero(&c->posts.v[0].account.id));
}

static void a_record_without_a_time_has_that_of_its_file(void **state)
{
    struct collected *c = *state;
    struct timespec times[2] = {{1780000000, 0}, {1780000000, 5000}};
    put_file(c, "one.mp4", MP4_HEAD);
    assert_int_equal(utimensat(AT_FDCWD, in_dir(c, "one.mp4"), times, 0), 0);
    collect(c, c->dir, 1, 0);
    assert_int_equal(c->posts.v[0].collected_us, INT64_C(1780000000) * US_PER_SECOND + 5);
    /* A file from the future was collected now. */
    times[1].tv_sec = 1990000000;
    assert_int_equal(utimensat(AT_FDCWD, in_dir(c, "one.mp4"), times, 0), 0);
    collect(c, c->dir, 2, 0);
    assert_int_equal(c->posts.v[1].collected_us, NOW_US);
}

static void too_deep_a_folder_is_reported(void **state)
{
    struct collected *c = *state;
    struct buf b;
    buf_init(&b, 0);
    for (int i = 0; i <= INTAKE_MAX_FOLDER_DEPTH; i++) buf_puts(&b, "d/");
    buf_puts(&b, "clip.mp4");
    put_file(c, buf_cstr(&b), MP4_HEAD);
    buf_done(&b);
    collect(c, c->dir, 0, 1);
    assert_non_null(strstr(c->asides.v[0].a.why.text, "deep"));
}

static void what_the_sink_says_ends_the_reading(void **state)
{
    struct collected *c = *state;
    struct error err;
    put_file(c, "a.mp4", MP4_HEAD);
    put_file(c, "b.mp4",
             SV("\0\0\0\x18"
                "ftypisom-another-one"));
    c->stop_after = 1;
    assert_int_equal(collect_as(c, NULL, c->dir, &err), ERR_CANCELLED);
    assert_string_equal(err.text, "enough");
    assert_int_equal(c->posts.n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(feeds_and_clips_of_a_folder_come_in_once_each),
        TEST(what_a_file_is_shows_in_its_bytes_not_its_name),
        TEST(a_bare_file_is_its_hash_wherever_it_lies),
        TEST(a_record_without_a_time_has_that_of_its_file),
        TEST(too_deep_a_folder_is_reported),
        TEST(what_the_sink_says_ends_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
