#include "test.h"

#include "intake/collect.h"

static const struct post *post_with(const struct collected *c, const char *native_id)
{
    for (size_t i = 0; i < c->posts.n; i++)
        if (sv_is(c->posts.v[i].native_id, native_id)) return &c->posts.v[i];
    fail_msg("no post %s", native_id);
    return NULL;
}

static void an_item_gives_its_words_tags_sound_and_reach(void **state)
{
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    const struct post *p = post_with(c, "7601463331695519921");
    assert_int_equal(p->kind, POST_VIDEO);
    assert_sv(p->platform, "tiktok");
    assert_sv(p->url, "https://www.tiktok.com/@nur_fajr/video/7601463331695519921");
    assert_sv(post_text(p, TEXT_CAPTION), "صباح المدينة #الفجر #nahr_7 @sama.qamar شكرا");
    assert_int_equal(p->ntexts, 3);
    assert_sv(p->texts[1].text, "اليوم الساعة خمسة");
    assert_sv(p->texts[2].text, "second line");
    assert_int_equal(p->texts[2].field, TEXT_SCREEN);
    assert_int_equal(p->hashtags.n, 2);
    assert_sv(p->hashtags.v[0], "الفجر");
    assert_sv(p->hashtags.v[1], "nahr_7");
    assert_int_equal(p->mentions.n, 1);
    assert_sv(p->mentions.v[0], "sama.qamar");
    assert_sv(p->sound.id, "7500000000000000002");
    assert_int_equal(p->sound.original, 1);
    assert_sv(p->duet_of, "7601000000000000003");
    assert_sv(p->region, "MA");
    assert_sv(p->language, "ar");
    assert_true(p->created_us == INT64_C(1769853605) * US_PER_SECOND);
    assert_true(p->collected_us == INT64_C(1769860000123000) && p->reach.at_us == p->collected_us);
    assert_true(p->reach.views == 3597 && p->reach.likes == 59 && p->reach.comments == 3 &&
                p->reach.shares == 2 && p->reach.saves == 9);
    assert_int_equal(p->flags, POST_FLAG_AD | POST_FLAG_AI_LABEL);
}

static void an_item_gives_its_account_and_media(void **state)
{
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    const struct post *p = post_with(c, "7601463331695519921");
    assert_sv(p->account.handle, "nur_fajr");
    assert_sv(p->account.native_id, "6900000000000000001");
    assert_sv(p->account.sec_id, "MS4wLjABAAAA-one");
    assert_sv(p->account.bio, "أخبار الحي");
    assert_int_equal(p->account.verified, 1);
    assert_int_equal(p->account.is_private, 0);
    assert_true(p->account.followers == 277400);
    /* A count that overflowed at the source says nothing; its other form does. */
    assert_true(p->account.likes == 3500000);
    assert_int_equal(p->nmedia, 3);
    assert_int_equal(p->media[0].kind, MEDIA_VIDEO);
    assert_true(p->media[0].duration_us == 17 * US_PER_SECOND && p->media[0].width == 576);
    assert_sv(p->media[0].url, "https://v16.example/clip/");
    assert_int_equal(p->media[1].role, MEDIA_ROLE_COVER);
    assert_int_equal(p->media[2].role, MEDIA_ROLE_AVATAR);
}

static void the_older_shape_gives_the_same(void **state)
{
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    const struct post *p = post_with(c, "7601463331695519922");
    assert_int_equal(p->kind, POST_IMAGE);
    assert_sv(p->account.handle, "wadi_21");
    assert_sv(p->account.name, "Wadi");
    assert_sv(p->account.native_id, "6900000000000000004");
    assert_sv(p->account.sec_id, "MS4wLjABAAAA-two");
    assert_sv(post_text(p, TEXT_TITLE), "three pictures");
    assert_int_equal(p->nmedia, 2);
    assert_true(p->media[0].kind == MEDIA_IMAGE && p->media[0].width == 720);
    assert_sv(p->media[0].url, "https://p16.example/1.jpg");
    assert_true(p->reach.views == 12000 && p->reach.likes == 700 && p->reach.shares == 5);
    assert_true(p->reach.comments == COUNT_UNKNOWN);
    assert_int_equal(p->flags, POST_FLAG_SENSITIVE_LABEL);
    assert_sv(p->hashtags.v[0], "Tag");
    assert_true(p->created_us == INT64_C(1769853606) * US_PER_SECOND);
}

static void a_captured_comment_answers_its_video(void **state)
{
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    const struct post *p = post_with(c, "7601463331695519930");
    assert_int_equal(p->kind, POST_COMMENT);
    assert_sv(p->parent_id, "7601463331695519921");
    assert_sv(p->account.handle, "qamar.9");
    assert_sv(p->hashtags.v[0], "هنا");
    assert_true(p->reach.likes == 4);
}

static void what_cannot_be_read_is_set_aside_with_line_and_reason(void **state)
{
    static const struct {
        uint64_t line;
        const char *reason;
    } expected[] = {
        {4, "string is open"}, {5, "instagram.com"}, {6, "no id"}, {7, "before 2000 or after 2100"}};
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct intake_aside *a = &c->asides.v[i].a;
        assert_int_equal(a->origin.line, expected[i].line);
        assert_sv(a->origin.format, "zeeschuimer");
        assert_true(a->bytes.n > 0);
        if (!strstr(a->why.text, expected[i].reason)) fail_msg("%s", a->why.text);
    }
    assert_true(sv_starts(c->asides.v[0].a.bytes, SV("{\"item_id\":\"broken\"")));
}

static void nothing_of_the_operator_comes_through(void **state)
{
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    assert_false(seen_anywhere(c, "OPERATOR"));
    assert_false(seen_anywhere(c, "555000111222333444"));
    /* What the post says is still there, raw. */
    assert_true(seen_anywhere(c, "\"raw\":{\"nav_index\""));
}

/* The same items as 4CAT holds them. */
static void the_form_that_4cat_imports_gives_the_same_posts(void **state)
{
    struct collected *c = *state;
    struct sv text =
        SV("[\n"
           "{\"id\":\"7601463331695519921\",\"desc\":\"a #b\",\"createTime\":1769853605,"
           "\"author\":{\"uniqueId\":\"nur_fajr\",\"id\":\"6900000000000000001\"},"
           "\"stats\":{\"playCount\":10},\"stickersOnItem\":[{\"stickerText\":[\"\"]}],"
           "\"__import_meta\":{\"timestamp_collected\":1769860000123,\"source_platform\":\"tiktok.com\","
           "\"source_url\":\"https://www.tiktok.com/?msToken=OPERATOR-A\",\"user_agent\":\"OPERATOR-C\"}},\n"
           "{\"id\":\"7601463331695519922\",\"desc\":\"c\",\"createTime\":1769853606,\"author\":\"w\","
           "\"__import_meta\":{\"timestamp_collected\":1769860000124}}\n"
           "]\n");
    collect(c, put_file(c, "4cat.json", text), 2, 0);
    assert_sv(c->posts.v[0].origin.format, "zeeschuimer-4cat");
    assert_int_equal(c->posts.v[0].origin.line, 2);
    assert_true(c->posts.v[0].collected_us == INT64_C(1769860000123000));
    assert_sv(c->posts.v[0].hashtags.v[0], "b");
    /* A sticker without words is still a sticker. */
    assert_int_equal(c->posts.v[0].ntexts, 2);
    assert_int_equal(c->posts.v[0].texts[1].field, TEXT_SCREEN);
    assert_sv(c->posts.v[1].account.handle, "w");
    assert_false(seen_anywhere(c, "OPERATOR"));
}

static void byte_order_marks_empty_lines_commas_and_crlf_do_no_harm(void **state)
{
    struct collected *c = *state;
#define LINE(n)                                                                                              \
    "{\"timestamp_collected\":1769860000123,\"source_platform\":\"tiktok.com\",\"data\":{\"id\":"            \
    "\"76014633316955199" n "\",\"createTime\":1769853605,\"createTime\":1769853607}}"
    struct sv text = SV("\xEF\xBB\xBF" LINE("31") ",\r\n\r\n   \r\n" LINE("32") " , \r\n]\r\n" LINE("33"));
    collect(c, put_file(c, "odd.ndjson", text), 3, 0);
    /* The later of two members of one name counts. */
    assert_true(c->posts.v[0].created_us == INT64_C(1769853607) * US_PER_SECOND);
    assert_int_equal(c->posts.v[2].origin.line, 6);
}

static void a_broken_first_line_costs_only_itself(void **state)
{
    struct collected *c = *state;
    struct sv text = SV("{\"timestamp_collected\":17,\"data\":{\n" LINE("31") "\n" LINE("32") "\n");
    collect(c, put_file(c, "first.ndjson", text), 2, 1);
    assert_int_equal(c->asides.v[0].a.origin.line, 1);
}

static void too_long_a_line_is_set_aside_and_the_rest_goes_on(void **state)
{
    struct collected *c = *state;
    struct buf b;
    buf_init(&b, 0);
    buf_puts(
        &b,
        LINE("31") "\n{\"timestamp_collected\":1,\"source_platform\":\"tiktok.com\",\"data\":{\"desc\":\"");
    buf_pad(&b, 'x', INTAKE_MAX_LINE_BYTES + 10);
    buf_puts(&b, "\"}}\n" LINE("32") "\n");
    const char *path = put_file(c, "long.ndjson", buf_sv(&b));
    buf_done(&b);
    collect(c, path, 2, 1);
    assert_int_equal(c->asides.v[0].a.why.code, ERR_LIMIT);
    assert_int_equal(c->asides.v[0].a.bytes.n, INTAKE_ASIDE_KEEP_BYTES);
    assert_true(c->progress_total > INTAKE_MAX_LINE_BYTES && c->progress_done <= c->progress_total);
}

static void a_caption_beyond_the_maximum_is_cut_at_a_character(void **state)
{
    struct collected *c = *state;
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, "{\"timestamp_collected\":1769860000123,\"source_platform\":\"tiktok.com\",\"data\":{\"id\":"
                 "\"7601463331695519931\",\"desc\":\"x");
    for (size_t i = 0; i < POST_MAX_TEXT_BYTES / 2 + 8; i++) buf_puts(&b, "ن");
    buf_puts(&b, "\"}}\n");
    const char *path = put_file(c, "text.ndjson", buf_sv(&b));
    buf_done(&b);
    collect(c, path, 1, 0);
    assert_int_equal(post_text(&c->posts.v[0], TEXT_CAPTION).n, POST_MAX_TEXT_BYTES - 1);
    assert_int_equal(c->posts.v[0].flags, POST_FLAG_TEXT_CUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_item_gives_its_words_tags_sound_and_reach),
        TEST(an_item_gives_its_account_and_media),
        TEST(the_older_shape_gives_the_same),
        TEST(a_captured_comment_answers_its_video),
        TEST(what_cannot_be_read_is_set_aside_with_line_and_reason),
        TEST(nothing_of_the_operator_comes_through),
        TEST(the_form_that_4cat_imports_gives_the_same_posts),
        TEST(byte_order_marks_empty_lines_commas_and_crlf_do_no_harm),
        TEST(a_broken_first_line_costs_only_itself),
        TEST(too_long_a_line_is_set_aside_and_the_rest_goes_on),
        TEST(a_caption_beyond_the_maximum_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
