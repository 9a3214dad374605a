#include "test.h"

#include "intake/collect.h"

#define INFO                                                                                                                           \
    "{\"id\":\"7601463331695519921\",\"title\":\"صباح الخير #نهر...\",\"description\":\"صباح الخير #نهر من " \
    "البحر\","                                                                                                                    \
    "\"timestamp\":1769853605,\"duration\":17,\"uploader\":\"nahr.21\",\"uploader_id\":"                                               \
    "\"6900000000000000001\",\"channel\":"                                                                                             \
    "\"نهر\",\"channel_id\":\"MS4wLjABAAAA-one\",\"track\":\"original "                                                             \
    "sound\",\"artists\":[\"nahr\"],\"view_count\":4301,"                                                                              \
    "\"like_count\":12,\"repost_count\":3,\"comment_count\":2,\"save_count\":1,\"width\":576,\"height\":"                              \
    "1024,"                                                                                                                            \
    "\"extractor\":\"TikTok\",\"extractor_key\":\"TikTok\","                                                                           \
    "\"webpage_url\":\"https://www.tiktok.com/@nahr.21/video/"                                                                         \
    "7601463331695519921?msToken=OPERATOR\",\"epoch\":1769860000,"                                                                     \
    "\"_filename\":\"/home/OPERATOR/"                                                                                                  \
    "x.mp4\",\"http_headers\":{\"Cookie\":\"OPERATOR\"},\"formats\":[{\"url\":"                                                        \
    "\"https://v.example/a?tk=OPERATOR\",\"cookies\":\"OPERATOR\"}],"                                                                  \
    "\"comments\":[{\"id\":\"7601463331695519951\",\"text\":\"تعليق\",\"author\":\"sama\",\"author_id\":"                         \
    "\"69\","                                                                                                                          \
    "\"timestamp\":1769853700,\"like_count\":4,\"parent\":\"root\"}]}"

static void a_download_is_one_post_with_its_media_cover_and_subtitles(void **state)
{
    struct collected *c = *state;
    put_file(c, "d/clip [1].mp4", MP4_HEAD);
    put_file(c, "d/clip [1].jpg", JPEG_HEAD);
    put_file(c, "d/clip [1].f2.mp4.part", MP4_HEAD);
    put_file(c, "d/clip [10].mp4", MP4_HEAD);
    put_file(c, "d/clip [1].ar.vtt",
             SV("WEBVTT\nKind: captions\n\n00:00.500 --> 00:02.000 align:start\n<c>كلام</c> أول\nسطر\n\n"
                "1\n00:01:02.000 --> 00:01:03.250\nثان\n\n00:01:03.000 --> 00:01:04.000\nثان\n\nbroken --> "
                "7\nno\n"));
    collect(c, put_file(c, "d/clip [1].info.json", SV(INFO)), 2, 0);
    const struct post *p = c->posts.v;
    assert_sv(p->native_id, "7601463331695519921");
    assert_sv(p->platform, "tiktok");
    assert_sv(p->url, "https://www.tiktok.com/@nahr.21/video/7601463331695519921");
    assert_sv(p->account.handle, "nahr.21");
    assert_sv(p->account.native_id, "6900000000000000001");
    assert_sv(p->account.name, "نهر");
    assert_sv(p->account.sec_id, "MS4wLjABAAAA-one");
    assert_sv(post_text(p, TEXT_CAPTION), "صباح الخير #نهر من البحر");
    assert_null(post_text(p, TEXT_TITLE).p);
    assert_sv(p->hashtags.v[0], "نهر");
    assert_true(p->collected_us == INT64_C(1769860000) * US_PER_SECOND);
    assert_true(p->reach.views == 4301 && p->reach.shares == 3 && p->reach.saves == 1);
    assert_int_equal(p->nmedia, 2);
    assert_true(sv_ends(p->media[0].path, SV("/clip [1].mp4")) &&
                p->media[0].duration_us == 17 * US_PER_SECOND);
    assert_int_equal(p->media[1].role, MEDIA_ROLE_COVER);
    assert_int_equal(p->ntexts, 3);
    assert_sv(p->texts[1].text, "كلام أول سطر");
    assert_true(p->texts[1].start_us == 500000 && p->texts[1].end_us == 2000000);
    assert_sv(p->texts[2].text, "ثان");
    assert_true(p->texts[2].start_us == 62000000);
    assert_false(seen_anywhere(c, "OPERATOR"));
}

static void comments_of_a_download_answer_it(void **state)
{
    struct collected *c = *state;
    collect(c, put_file(c, "clip.info.json", SV(INFO)), 2, 0);
    const struct post *comment = &c->posts.v[1];
    assert_int_equal(comment->kind, POST_COMMENT);
    assert_sv(comment->parent_id, "7601463331695519921");
    assert_sv(comment->account.handle, "sama");
    assert_true(comment->reach.likes == 4);
}

static void other_sites_name_their_accounts_otherwise(void **state)
{
    struct collected *c = *state;
    collect(
        c,
        put_file(
            c, "v.info.json",
            SV("{\"id\":\"aBcDeF\",\"title\":\"عنوان\",\"description\":\"وصف\",\"upload_date\":\"20260131\","
               "\"duration\":"
               "61.5,\"uploader\":\"قناة\",\"uploader_id\":\"@qanat\",\"channel_id\":\"UC1\",\"tags\":["
               "\"وسم\"],"
               "\"extractor\":\"youtube\",\"webpage_url\":\"https://video.example/watch?v=aBcDeF&si=x\"}")),
        1, 0);
    const struct post *p = c->posts.v;
    assert_sv(p->platform, "youtube");
    assert_sv(p->account.handle, "qanat");
    assert_sv(p->account.native_id, "UC1");
    assert_sv(post_text(p, TEXT_TITLE), "عنوان");
    assert_sv(p->hashtags.v[0], "وسم");
    assert_sv(p->url, "https://video.example/watch?v=aBcDeF");
    char text[TIME_TEXT_BYTES];
    time_format(p->created_us, text);
    assert_string_equal(text, "2026-01-31T00:00:00Z");
}

static void a_playlist_is_skipped_and_a_record_without_a_site_set_aside(void **state)
{
    struct collected *c = *state;
    struct error err;
    assert_ok(
        collect_as(c, "yt-dlp",
                   put_file(c, "p.info.json",
                            SV("{\"_type\":\"playlist\",\"id\":\"1\",\"title\":\"t\",\"extractor\":\"x\"}\n"
                               "{\"id\":\"1\",\"title\":\"t\"}\n")),
                   &err));
    assert_int_equal(c->counts.skipped, 1);
    assert_int_equal(c->counts.aside, 1);
    assert_int_equal(c->counts.posts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_download_is_one_post_with_its_media_cover_and_subtitles),
        TEST(comments_of_a_download_answer_it),
        TEST(other_sites_name_their_accounts_otherwise),
        TEST(a_playlist_is_skipped_and_a_record_without_a_site_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
