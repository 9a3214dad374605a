#include "test.h"

#include "intake/collect.h"

static void a_record_of_ours_comes_in_as_it_was_written(void **state)
{
    struct collected *c = *state;
    put_file(c, "clips/a.mp4", MP4_HEAD);
    const char *path =
        put_file(c, "feed.ndjson",
                 SV("{\"kind\":\"video\",\"platform\":\"TikTok\",\"native_id\":\"7601463331695519921\","
                    "\"url\":\"https://www.tiktok.com/@n/video/7601463331695519921?msToken=OPERATOR\","
                    "\"account\":{\"handle\":\"n\",\"followers\":5},\"created\":\"2026-01-31T10:00:00Z\","
                    "\"texts\":[{\"field\":\"caption\",\"text\":\"كلام #وسم @sama https://example.org/x\"},"
                    "{\"field\":\"screen\",\"text\":\"s\",\"start_us\":1000000,\"end_us\":2000000}],"
                    "\"media\":[{\"kind\":\"video\",\"path\":\"clips/a.mp4\",\"duration_us\":9000000}],"
                    "\"reach\":{\"views\":12,\"at\":\"2026-01-31T12:00:00Z\"}}\n"));
    collect(c, path, 1, 0);
    const struct post *p = c->posts.v;
    assert_sv(p->platform, "tiktok");
    assert_sv(p->account.platform, "tiktok");
    assert_sv(p->url, "https://www.tiktok.com/@n/video/7601463331695519921");
    assert_sv(p->hashtags.v[0], "وسم");
    assert_sv(p->mentions.v[0], "sama");
    assert_sv(p->links.v[0], "https://example.org/x");
    assert_true(p->texts[1].start_us == 1000000 && p->texts[1].end_us == 2000000);
    assert_true(sv_ends(p->media[0].path, SV("/clips/a.mp4")) && p->media[0].duration_us == 9000000);
    assert_true(p->reach.at_us == INT64_C(1769860800) * US_PER_SECOND && p->reach.views == 12);
    assert_true(p->collected_us == NOW_US);
    assert_sv(p->origin.format, "marsad");
    assert_false(seen_anywhere(c, "OPERATOR"));
}

static void what_was_written_reads_as_the_same_post(void **state)
{
    struct collected *c = *state;
    collect(c, fixture(c, "zeeschuimer.ndjson"), 3, 4);
    const char *again = put_file(c, "again.ndjson", buf_sv(&c->all));
    struct error err;
    assert_ok(collect_as(c, "marsad", again, &err));
    assert_int_equal(c->counts.posts, 6);
    for (size_t i = 0; i < 3; i++) {
        struct post *a = &c->posts.v[i], *b = &c->posts.v[i + 3];
        assert_true(id_eq(&a->id, &b->id) && id_eq(&a->account.id, &b->account.id));
        assert_true(sv_eq(a->raw, b->raw));
        assert_int_equal(a->ntexts, b->ntexts);
        assert_int_equal(a->hashtags.n, b->hashtags.n);
        assert_true(a->reach.views == b->reach.views && a->collected_us == b->collected_us);
    }
}

static void a_wrong_record_is_set_aside_with_the_member_that_is_wrong(void **state)
{
    struct collected *c = *state;
    const char *path =
        put_file(c, "feed.ndjson",
                 SV("{\"kind\":\"video\",\"platform\":\"x\",\"native_id\":\"1\"}\n"
                    "{\"kind\":\"film\",\"platform\":\"x\",\"native_id\":\"2\"}\n"
                    "{\"kind\":\"video\",\"platform\":\"x\",\"native_id\":\"3\",\"reach\":{\"views\":-1}}\n"
                    "{\"kind\":\"video\",\"platform\":\"x\",\"native_id\":\"4\",\"created\":\"1999-01-01\"}\n"
                    "not json\n"));
    collect(c, path, 1, 4);
    static const char *const reasons[] = {"\"kind\"", "\"views\"", "before 2000", "byte"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(c->asides.v[i].a.origin.line, i + 2);
        if (!strstr(c->asides.v[i].a.why.text, reasons[i])) fail_msg("%s", c->asides.v[i].a.why.text);
    }
}

static void lists_are_held_to_their_limits_and_it_is_said(void **state)
{
    struct collected *c = *state;
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, "{\"kind\":\"image\",\"platform\":\"x\",\"native_id\":\"1\",\"hashtags\":[\"a\"");
    for (int i = 0; i < 400; i++) buf_printf(&b, ",\"t%d\"", i);
    buf_puts(&b, "],\"media\":[{\"kind\":\"image\"}");
    for (int i = 0; i < POST_MAX_MEDIA + 4; i++) buf_puts(&b, ",{\"kind\":\"image\"}");
    buf_puts(&b, "],\"texts\":[{\"field\":\"screen\",\"text\":\"s\"}");
    for (int i = 0; i < POST_MAX_TEXTS + 4; i++) buf_puts(&b, ",{\"field\":\"screen\",\"text\":\"s\"}");
    buf_puts(&b, "]}\n");
    const char *path = put_file(c, "feed.ndjson", buf_sv(&b));
    buf_done(&b);
    collect(c, path, 1, 1);
    assert_int_equal(c->posts.v[0].hashtags.n, POST_MAX_TAGS);
    assert_int_equal(c->posts.v[0].nmedia, POST_MAX_MEDIA);
    assert_int_equal(c->posts.v[0].ntexts, POST_MAX_TEXTS);
    assert_sv(c->posts.v[0].texts[POST_MAX_TEXTS - 1].text, "s\ns\ns\ns\ns\ns");
    assert_non_null(strstr(c->asides.v[0].a.why.text, "5 media"));
}

static void broken_bytes_of_a_handle_stay(void **state)
{
    struct collected *c = *state;
    collect(c,
            put_file(c, "feed.ndjson",
                     SV("{\"kind\":\"video\",\"platform\":\"x\",\"native_id\":\"1\",\"account\":{\"handle\":"
                        "\"a\",\"handle_hex\":"
                        "\"61ff00\"}}")),
            1, 0);
    assert_sv(c->posts.v[0].account.handle, "a\xff\0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_of_ours_comes_in_as_it_was_written),
        TEST(what_was_written_reads_as_the_same_post),
        TEST(a_wrong_record_is_set_aside_with_the_member_that_is_wrong),
        TEST(lists_are_held_to_their_limits_and_it_is_said),
        TEST(broken_bytes_of_a_handle_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
