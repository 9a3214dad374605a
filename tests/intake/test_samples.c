/* Captures of the shapes that the field really writes. They are not part of the project: without them the tests skip. */
#include "test.h"

#include "intake/collect.h"

#include "base/map.h"

static const char *sample(struct collected *c, const char *name)
{
    if (!test_shared_dir()) return NULL;
    const char *path = arena_printf(&c->arena, "%s/data/intake/%s", test_shared_dir(), name).p;
    return file_exists(path) ? path : NULL;
}

static size_t distinct_ids(const struct collected *c)
{
    struct map ids;
    size_t n = 0;
    map_init(&ids);
    for (size_t i = 0; i < c->posts.n; i++) {
        uint64_t *value;
        n += map_put(&ids, sv_of(&c->posts.v[i].id, sizeof(struct id128)), &value) == 1;
    }
    map_done(&ids);
    return n;
}

static bool has_part(const struct post *p, enum text_field f, size_t min_bytes)
{
    for (size_t i = 0; i < p->ntexts; i++)
        if (p->texts[i].field == f && p->texts[i].text.n >= min_bytes) return true;
    return false;
}

static size_t with_part(const struct collected *c, enum text_field f, size_t min_bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < c->posts.n; i++) n += has_part(&c->posts.v[i], f, min_bytes);
    return n;
}

static void all_96_captures_go_in_and_54_have_text_on_screen(void **state)
{
    struct collected *c = *state;
    const char *path = sample(c, "zeeschuimer_tiktok.ndjson");
    if (!path) skip();
    collect(c, path, 96, 0);
    assert_int_equal(distinct_ids(c), 96);
    /* One of the 54 stickers has no words. */
    assert_int_equal(with_part(c, TEXT_SCREEN, 0), 54);
    assert_int_equal(with_part(c, TEXT_SCREEN, 1), 53);
    assert_sv(c->posts.v[0].origin.format, "zeeschuimer");
    for (size_t i = 0; i < c->posts.n; i++) {
        const struct post *p = &c->posts.v[i];
        assert_int_equal(p->origin.line, i + 1);
        assert_true(p->created_us != TIME_UNKNOWN && p->collected_us > p->created_us);
        assert_true(p->reach.views >= 0 && p->account.handle.n > 0 && p->account.native_id.n > 0);
        assert_true(p->raw.n > 0);
    }
}

static void the_operators_tokens_appear_nowhere(void **state)
{
    struct collected *c = *state;
    const char *path = sample(c, "zeeschuimer_tiktok.ndjson");
    if (!path) skip();
    struct buf file;
    buf_init(&file, 0);
    assert_ok(file_read(path, 1 << 24, &file, NULL));
    static const char *const tokens[] = {
        "FIXTURE-OPERATOR-TOKEN", "1234567890123456789", "Mozilla", "msToken", "device_id", "user_agent"};
    for (size_t i = 0; i < 3; i++) assert_true(sv_find(buf_sv(&file), sv_cstr(tokens[i]), 0) != SIZE_MAX);
    buf_done(&file);
    collect(c, path, 96, 0);
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (seen_anywhere(c, tokens[i])) fail_msg("\"%s\" came through", tokens[i]);
}

/* Each line of the sample cut short: nothing can be parsed, everything goes aside, and the tokens stay out. */
static void the_operators_tokens_do_not_appear_in_what_is_set_aside(void **state)
{
    struct collected *c = *state;
    const char *path = sample(c, "zeeschuimer_tiktok.ndjson");
    if (!path) skip();
    struct buf file, broken;
    struct sv rest, line;
    struct error err;
    buf_init(&file, 0);
    buf_init(&broken, 0);
    assert_ok(file_read(path, 1 << 24, &file, NULL));
    rest = buf_sv(&file);
    while (sv_split(&rest, '\n', &line)) {
        if (line.n < 2) continue;
        buf_putsv(&broken, sv_sub(line, 0, line.n - 1));
        buf_putc(&broken, '\n');
    }
    buf_puts(&broken, "{}\n[1]\n");
    const char *cut = put_file(c, "cut.ndjson", buf_sv(&broken));
    buf_done(&file);
    buf_done(&broken);
    assert_ok(collect_as(c, "zeeschuimer", cut, &err));
    assert_int_equal(c->counts.posts, 0);
    assert_int_equal(c->counts.aside, 98);
    assert_false(seen_anywhere(c, "FIXTURE-OPERATOR-TOKEN"));
    assert_false(seen_anywhere(c, "1234567890123456789"));
    assert_false(seen_anywhere(c, "Mozilla"));
}

static void a_handle_with_nul_bytes_comes_out_byte_for_byte(void **state)
{
    struct collected *c = *state;
    const char *path = sample(c, "tiktok_research_nul_in_handle.json");
    if (!path) skip();
    collect(c, path, 2, 0);
    const struct account *a = &c->posts.v[0].account, *b = &c->posts.v[1].account;
    assert_sv(a->handle, "\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9\0\0\0\0\0\0"
                         "4");
    assert_sv(b->handle, "\xd8\xb1\xd8\xb3\xd8\xa7\xd9\x84\xd8\xa9");
    assert_false(id_eq(&a->id, &b->id));
}

static void the_research_pages_go_in(void **state)
{
    struct collected *c = *state;
    const char *videos = sample(c, "tiktok_research_videos.json"),
               *comments = sample(c, "tiktok_research_comments.json");
    if (!videos || !comments) skip();
    struct error err;
    struct buf file;
    struct json *doc;
    buf_init(&file, 0);
    assert_ok(file_read(videos, 1 << 24, &file, &err));
    assert_ok(json_parse(buf_sv(&file), JSON_STRICT, &doc, &err));
    size_t n = json_len(json_path(doc, "data.videos"));
    json_free(doc);
    buf_done(&file);
    collect(c, videos, n, 0);
    assert_int_equal(distinct_ids(c), n);
    assert_ok(collect_as(c, NULL, comments, &err));
    assert_int_equal(c->counts.posts, n + 6);
    assert_int_equal(c->posts.v[n].kind, POST_COMMENT);
    assert_sv(c->posts.v[n].native_id, "7386111311437117990");
    assert_int_equal(c->counts.aside, 0);
}

static void the_telegram_export_goes_in_with_its_escape(void **state)
{
    struct collected *c = *state;
    const char *path = sample(c, "telegram_result.json");
    if (!path) skip();
    collect(c, path, 2, 0);
    assert_int_equal(c->counts.skipped, 2);
    assert_true(sv_find_byte(post_text(&c->posts.v[1], TEXT_CAPTION), '\x0B', 0) != SIZE_MAX);
    assert_int_equal(c->posts.v[0].links.n, 1);
    assert_int_equal(c->posts.v[0].hashtags.n, 1);
    assert_int_equal(c->posts.v[0].media[0].kind, MEDIA_VIDEO);
    assert_int_equal(c->posts.v[0].media[0].path.n, 0);
}

static void the_whole_folder_of_samples_goes_in(void **state)
{
    struct collected *c = *state;
    if (!sample(c, "zeeschuimer_tiktok.ndjson")) skip();
    struct error err;
    const char *dir = arena_printf(&c->arena, "%s/data/intake", test_shared_dir()).p;
    assert_ok(collect_as(c, NULL, dir, &err));
    assert_true(c->counts.posts >= 96 + 2 + 6 + 2);
    /* What describes the samples is no feed. */
    assert_int_equal(c->counts.aside, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_96_captures_go_in_and_54_have_text_on_screen),
        TEST(the_operators_tokens_appear_nowhere),
        TEST(the_operators_tokens_do_not_appear_in_what_is_set_aside),
        TEST(a_handle_with_nul_bytes_comes_out_byte_for_byte),
        TEST(the_research_pages_go_in),
        TEST(the_telegram_export_goes_in_with_its_escape),
        TEST(the_whole_folder_of_samples_goes_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
