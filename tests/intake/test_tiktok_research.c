#include "test.h"

#include "intake/collect.h"

#define VIDEO(id, rest)                                                                                      \
    "{\"id\":" id                                                                                            \
    ",\"video_description\":\"مساء #الخير @layla\",\"create_time\":1769853600,\"region_code\":\"IQ\"," rest  \
    "\"username\":\"nahr.21\",\"view_count\":4301,\"like_count\":12}"

static void videos_keep_ids_that_doubles_cannot_hold(void **state)
{
    struct collected *c = *state;
    collect(c,
            put_file(c, "v.json",
                     SV("{\"data\":{\"videos\":[" VIDEO("7601463331695519921",
                                                        "\"hashtag_names\":[\"الخير\"],\"favorites_count\":3,"
                                                        "\"voice_to_text\":\"كلام\",\"video_duration\":31,"
                                                        "\"music_id\":7500000000000000002,") ",\n" //
                        VIDEO("7601463331695519923", "\"favourites_count\":4,") ",\n"              //
                        VIDEO("\"7601463331695519925\"", "") "]},\"error\":{\"code\":\"ok\"}}")),
            3, 0);
    const struct post *p = c->posts.v;
    assert_sv(p[0].native_id, "7601463331695519921");
    assert_sv(p[1].native_id, "7601463331695519923");
    assert_sv(p[2].native_id, "7601463331695519925");
    assert_sv(p[0].sound.id, "7500000000000000002");
    assert_true(p[0].reach.saves == 3 && p[1].reach.saves == 4 && p[2].reach.saves == COUNT_UNKNOWN);
    assert_sv(post_text(&p[0], TEXT_TRANSCRIPT), "كلام");
    assert_true(p[0].media[0].duration_us == 31 * US_PER_SECOND);
    assert_sv(p[0].region, "IQ");
    assert_true(p[0].reach.views == 4301);
    /* No list in the second: the caption's own tags. */
    assert_sv(p[1].hashtags.v[0], "الخير");
    assert_sv(p[1].mentions.v[0], "layla");
    assert_int_equal(p[1].origin.record, 1);
    assert_true(p[0].collected_us == NOW_US);
}

static void an_id_that_lost_digits_is_set_aside(void **state)
{
    struct collected *c = *state;
    collect(c,
            put_file(c, "v.json",
                     SV("{\"data\":{\"videos\":[" VIDEO("7.601463331695519e18",
                                                        "") "," VIDEO("18446744073709551617", "") //
                        "," VIDEO("\"abc\"", "") "," VIDEO("-5", "") "]}}")),
            0, 4);
}

static void handles_with_nul_bytes_are_two_accounts(void **state)
{
    struct collected *c = *state;
    collect(c,
            put_file(c, "v.json",
                     SV("{\"data\":{\"videos\":["
                        "{\"id\":7601463331695519921,\"username\":\"sama\\u0000\\u00007\",\"view_count\":1},"
                        "{\"id\":7601463331695519922,\"username\":\"sama\",\"view_count\":1}]}}")),
            2, 0);
    assert_sv(c->posts.v[0].account.handle, "sama\0\0"
                                            "7");
    assert_sv(c->posts.v[1].account.handle, "sama");
    assert_false(id_eq(&c->posts.v[0].account.id, &c->posts.v[1].account.id));
    assert_sv(c->posts.v[0].url, "https://www.tiktok.com/@sama%00%007/video/7601463331695519921");
}

static void comments_answer_a_comment_or_the_video(void **state)
{
    struct collected *c = *state;
    collect(
        c,
        put_file(
            c, "c.json",
            SV("{\"data\":{\"comments\":[{\"id\":7601463331695519941,\"video_id\":7601463331695519921,"
               "\"parent_comment_id\":0,\"text\":\"a\",\"create_time\":1769853700,\"like_count\":1},"
               "{\"id\":7601463331695519942,\"video_id\":7601463331695519921,"
               "\"parent_comment_id\":7601463331695519941,\"text\":\"\",\"reply_count\":2}],\"cursor\":2}}")),
        2, 0);
    assert_int_equal(c->posts.v[0].kind, POST_COMMENT);
    assert_sv(c->posts.v[0].parent_id, "7601463331695519921");
    assert_sv(c->posts.v[1].parent_id, "7601463331695519941");
    assert_sv(c->posts.v[1].url, "https://www.tiktok.com/@/video/7601463331695519921");
    assert_int_equal(c->posts.v[1].ntexts, 0);
    assert_true(id_is_zero(&c->posts.v[0].account.id));
}

static void users_become_account_records(void **state)
{
    struct collected *c = *state;
    collect(
        c,
        put_file(c, "u.json",
                 SV("{\"data\":{\"username\":\"wadi\",\"display_name\":\"Wadi\",\"bio_description\":\"حي\","
                    "\"is_verified\":false,\"follower_count\":7,\"following_count\":8,\"likes_count\":9,"
                    "\"video_count\":10,\"avatar_url\":\"https://p.example/a.jpg?x=1\"},\"error\":{}}\n"
                    "{\"data\":{\"display_name\":\"nobody\",\"follower_count\":1}}\n"
                    "{\"data\":{\"user_followers\":[{\"username\":\"a\",\"display_name\":\"A\"}]}}\n")),
        2, 1);
    const struct post *p = &c->posts.v[0];
    assert_int_equal(p->kind, POST_ACCOUNT);
    assert_sv(p->native_id, "@wadi");
    assert_sv(p->account.name, "Wadi");
    assert_true(p->account.followers == 7 && p->account.following == 8 && p->account.likes == 9 &&
                p->account.posts == 10);
    assert_sv(p->media[0].url, "https://p.example/a.jpg");
    assert_sv(p->url, "https://www.tiktok.com/@wadi");
    assert_sv(c->posts.v[1].account.handle, "a");
}

static void pages_may_come_one_a_line_one_after_the_other_or_in_an_array(void **state)
{
#define PAGE(id) "{\"data\":{\"videos\":[" VIDEO(id, "") "],\"has_more\":true}}"
    static const struct sv forms[] = {
        {PAGE("7601463331695519921") "\n" PAGE("7601463331695519922") "\n",
         sizeof(PAGE("7601463331695519921") "\n" PAGE("7601463331695519922") "\n") - 1},
        {"[" PAGE("7601463331695519921") "," PAGE("7601463331695519922") "]",
         sizeof("[" PAGE("7601463331695519921") "," PAGE("7601463331695519922") "]") - 1},
        {"{\n\"data\": {\"videos\": [" VIDEO(
             "7601463331695519921", "") "]}\n}\n{\n\"data\": {\"videos\":[" VIDEO("7601463331695519922",
                                                                                  "") "]}\n}",
         sizeof("{\n\"data\": {\"videos\": [" VIDEO(
             "7601463331695519921", "") "]}\n}\n{\n\"data\": {\"videos\":[" VIDEO("7601463331695519922",
                                                                                  "") "]}\n}") -
             1},
        {VIDEO("7601463331695519921", "") "\n" VIDEO("7601463331695519922", ""),
         sizeof(VIDEO("7601463331695519921", "") "\n" VIDEO("7601463331695519922", "")) - 1},
    };
    struct collected *c = *state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        collect(c, put_file(c, "pages.json", forms[i]), 2 * (i + 1), 0);
}

static void an_answer_without_records_is_skipped(void **state)
{
    struct collected *c = *state;
    struct error err;
    assert_ok(collect_as(c, "tiktok-research",
                         put_file(c, "e.json",
                                  SV("{\"data\":{},\"error\":{\"code\":\"invalid\"}}\n"
                                     "{\"data\":{\"videos\":[],\"has_more\":false}}\n"
                                     "{\"error\":{\"code\":\"rate_limit\"}}\n7\n")),
                         &err));
    assert_int_equal(c->counts.posts, 0);
    assert_int_equal(c->counts.skipped, 2);
    assert_int_equal(c->counts.aside, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(videos_keep_ids_that_doubles_cannot_hold),
        TEST(an_id_that_lost_digits_is_set_aside),
        TEST(handles_with_nul_bytes_are_two_accounts),
        TEST(comments_answer_a_comment_or_the_video),
        TEST(users_become_account_records),
        TEST(pages_may_come_one_a_line_one_after_the_other_or_in_an_array),
        TEST(an_answer_without_records_is_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
