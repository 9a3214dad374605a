#include "test.h"

#include "intake/collect.h"

static void messages_give_text_links_forwards_replies_and_media(void **state)
{
    struct collected *c = *state;
    put_file(c, "x/photos/p1.jpg", JPEG_HEAD);
    put_file(c, "x/video_files/v1.mp4", MP4_HEAD);
    const char *path = put_file(
        c, "x/result.json",
        SV("{\n \"name\": \"قناة النهر\",\n \"type\": \"public_channel\",\n \"id\": 1700000001,\n "
           "\"messages\": [\n"
           "  {\"id\": 1, \"type\": \"service\", \"date_unixtime\": \"1769850000\", \"action\": "
           "\"create_channel\"},\n"
           "  {\"id\": 2, \"type\": \"message\", \"date\": \"2026-01-31T10:00:00\", \"date_unixtime\": "
           "\"1769853600\","
           "   \"from\": \"قناة النهر\", \"from_id\": \"channel1700000001\", \"forwarded_from\": \"قناة "
           "البحر\","
           "   \"reply_to_message_id\": 1, \"photo\": \"photos/p1.jpg\", \"width\": 640, \"height\": 480,"
           "   \"reactions\": [{\"type\": \"emoji\", \"count\": 3}, {\"count\": 4}],"
           "   \"text\": [\"صورة \", {\"type\": \"hashtag\", \"text\": \"#نهر\"}, \" \","
           "     {\"type\": \"text_link\", \"text\": \"هنا\", \"href\": \"https://example.org/a?cat=3\"},"
           "     {\"type\": \"mention\", \"text\": \"@sama\"}]},\n"
           "  {\"id\": 3, \"type\": \"message\", \"date_unixtime\": \"1769853700\", \"from\": null, "
           "\"from_id\": \"user42\","
           "   \"file\": \"video_files/v1.mp4\", \"media_type\": \"video_file\", \"mime_type\": "
           "\"video/mp4\","
           "   \"duration_seconds\": 17, \"width\": 720, \"height\": 1280, \"text\": \"a \\x0B b\"},\n"
           "  {\"id\": 4, \"type\": \"message\", \"date\": \"2026-01-31T10:05:00\", \"from_id\": \"user42\","
           "   \"file\": \"(File not included. Change data exporting settings to download.)\","
           "   \"media_type\": \"voice_message\", \"mime_type\": \"audio/ogg\", \"text\": \"\"},\n"
           "  {\"id\": 5, \"type\": \"unsupported\"},\n"
           "  {\"id\": 6, \"type\": \"message\", \"date_unixtime\": \"1769853900\", \"text\": \"no "
           "sender\"}\n ]\n}\n"));
    collect(c, path, 4, 0);
    assert_int_equal(c->counts.skipped, 2);
    const struct post *p = c->posts.v;
    assert_sv(p[0].native_id, "1700000001/2");
    assert_sv(p[0].parent_id, "1700000001/1");
    assert_sv(p[0].url, "https://t.me/c/1700000001/2");
    assert_sv(p[0].forwarded_from, "قناة البحر");
    assert_sv(post_text(&p[0], TEXT_CAPTION), "صورة #نهر هنا@sama");
    assert_sv(p[0].hashtags.v[0], "نهر");
    assert_sv(p[0].mentions.v[0], "sama");
    assert_sv(p[0].links.v[0], "https://example.org/a?cat=3");
    assert_true(p[0].reach.likes == 7);
    assert_int_equal(p[0].nmedia, 1);
    assert_true(p[0].media[0].kind == MEDIA_IMAGE && p[0].media[0].width == 640);
    assert_true(sv_ends(p[0].media[0].path, SV("/x/photos/p1.jpg")) && p[0].media[0].path.p[0] == '/');
    assert_sv(post_text(&p[1], TEXT_CAPTION), "a \x0B b");
    assert_sv(p[1].account.native_id, "user42");
    assert_int_equal(p[1].account.name.n, 0);
    assert_true(p[1].media[0].duration_us == 17 * US_PER_SECOND && p[1].media[0].kind == MEDIA_VIDEO);
    assert_int_equal(p[2].media[0].path.n, 0);
    assert_int_equal(p[2].media[0].kind, MEDIA_AUDIO);
    assert_true(p[2].created_us == INT64_C(1769853900) * US_PER_SECOND);
    assert_sv(p[3].account.native_id, "channel1700000001");
    assert_sv(p[3].account.name, "قناة النهر");
    assert_int_equal(p[3].origin.record, 5);
}

static void a_path_that_leads_out_is_not_opened_and_said(void **state)
{
    struct collected *c = *state;
    put_file(c, "secret.jpg", JPEG_HEAD);
    put_file(c, "x/.keep", SV(""));
    assert_int_equal(symlink(in_dir(c, "secret.jpg"), in_dir(c, "x/link.jpg")), 0);
#define MESSAGE(id, path)                                                                                    \
    "{\"id\":" id ",\"type\":\"message\",\"date_unixtime\":\"1769853600\",\"photo\":\"" path                 \
    "\",\"text\":\"t\"}"
    const char *path =
        put_file(c, "x/result.json",
                 SV("{\"type\":\"personal_chat\",\"id\":5,\"messages\":[" MESSAGE("1", "../secret.jpg") //
                    "," MESSAGE("2", "/etc/passwd") "," MESSAGE("3", "a/../../secret.jpg") ","          //
                    MESSAGE("4", "link.jpg") "," MESSAGE("5", "gone.jpg") "]}"));
    collect(c, path, 5, 4);
    for (size_t i = 0; i < 5; i++) assert_int_equal(c->posts.v[i].media[0].path.n, 0);
    for (size_t i = 0; i < 4; i++) assert_non_null(strstr(c->asides.v[i].a.why.text, "leads out"));
    /* A private chat's messages have no address, and its sender's name is nobody else's. */
    assert_int_equal(c->posts.v[0].url.n, 0);
    assert_true(id_is_zero(&c->posts.v[0].account.id));
}

static void a_full_export_gives_every_chat(void **state)
{
    struct collected *c = *state;
    const char *path = put_file(
        c, "result.json",
        SV("{\"about\":\"x\",\"personal_information\":{\"user_id\":9},\"chats\":{\"about\":\"y\",\"list\":["
           "{\"name\":\"A\",\"type\":\"public_channel\",\"id\":11,\"messages\":["
           "{\"id\":1,\"type\":\"message\",\"date_unixtime\":\"1769853600\",\"text\":\"one\"}]},"
           "{\"type\":\"saved_messages\",\"id\":12},"
           "{\"name\":\"B\",\"type\":\"private_supergroup\",\"id\":13,\"messages\":["
           "{\"id\":1,\"type\":\"message\",\"date_unixtime\":\"1769853601\",\"from_id\":\"user1\",\"text\":"
           "\"two\"}]}]},"
           "\"left_chats\":{\"list\":[{\"name\":\"C\",\"type\":\"public_channel\",\"id\":14,\"messages\":["
           "{\"id\":1,\"type\":\"message\",\"date_unixtime\":\"1769853602\",\"text\":\"three\"}]}]}}"));
    collect(c, path, 3, 1);
    assert_sv(c->posts.v[0].native_id, "11/1");
    assert_sv(c->posts.v[1].native_id, "13/1");
    assert_sv(c->posts.v[2].native_id, "14/1");
    assert_sv(c->posts.v[2].account.name, "C");
}

static void a_truncated_export_is_set_aside_with_its_reason(void **state)
{
    struct collected *c = *state;
    const char *path =
        put_file(c, "result.json",
                 SV("{\n \"name\": \"A\",\n \"type\": \"public_channel\",\n \"id\": 1,\n \"messages\": [\n"
                    "  {\n   \"id\": 1,\n   \"type\": \"mess"));
    collect(c, path, 0, 1);
    assert_true(sv_starts(c->asides.v[0].a.bytes, SV("{\n \"name\"")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_give_text_links_forwards_replies_and_media),
        TEST(a_path_that_leads_out_is_not_opened_and_said),
        TEST(a_full_export_gives_every_chat),
        TEST(a_truncated_export_is_set_aside_with_its_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
