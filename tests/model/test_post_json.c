#include "test.h"

#include "model/random.h"

#include "base/utf8.h"

static struct arena arena;

static int fresh(void **state)
{
    arena_init(&arena, 0);
    return 0;
}
static int gone(void **state)
{
    arena_done(&arena);
    return 0;
}

static struct sv written(const struct post *p)
{
    struct buf b;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    post_write(p, &w);
    assert_false(b.failed);
    struct sv text = arena_copy(&arena, buf_sv(&b));
    buf_done(&b);
    return text;
}

static int read_back(struct sv text, struct post *out, struct error *err)
{
    struct json *doc;
    assert_ok(json_parse(text, JSON_STRICT, &doc, err));
    int rc = post_read(doc, &arena, out, err);
    json_free(doc);
    return rc;
}

static void same(struct sv a, struct sv b) { assert_true(sv_eq(a, b)); }

static void same_account(const struct account *a, const struct account *b)
{
    assert_true(id_eq(&a->id, &b->id));
    same(a->platform, b->platform);
    same(a->native_id, b->native_id);
    same(a->handle, b->handle);
    same(a->name, b->name);
    same(a->bio, b->bio);
    same(a->sec_id, b->sec_id);
    assert_int_equal(a->verified, b->verified);
    assert_int_equal(a->is_private, b->is_private);
    assert_true(a->created_us == b->created_us && a->followers == b->followers &&
                a->following == b->following && a->likes == b->likes && a->posts == b->posts);
}

static void same_list(const struct sv_list *a, const struct sv_list *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) same(a->v[i], b->v[i]);
}

static void same_parts(const struct post *a, const struct post *b)
{
    assert_int_equal(a->ntexts, b->ntexts);
    for (size_t i = 0; i < a->ntexts; i++) {
        assert_int_equal(a->texts[i].field, b->texts[i].field);
        same(a->texts[i].text, b->texts[i].text);
        assert_true(a->texts[i].start_us == b->texts[i].start_us && a->texts[i].end_us == b->texts[i].end_us);
    }
    assert_int_equal(a->nmedia, b->nmedia);
    for (size_t i = 0; i < a->nmedia; i++) {
        const struct media_ref *m = &a->media[i], *n = &b->media[i];
        assert_true(m->kind == n->kind && m->role == n->role && m->duration_us == n->duration_us &&
                    m->width == n->width && m->height == n->height);
        same(m->path, n->path);
        same(m->missing, n->missing);
        same(m->url, n->url);
    }
}

static void same_post(const struct post *a, const struct post *b)
{
    assert_true(id_eq(&a->id, &b->id));
    assert_int_equal(a->kind, b->kind);
    same(a->platform, b->platform);
    same(a->native_id, b->native_id);
    same(a->url, b->url);
    same_account(&a->account, &b->account);
    same(a->parent_id, b->parent_id);
    same(a->duet_of, b->duet_of);
    same(a->stitch_of, b->stitch_of);
    same(a->forwarded_from, b->forwarded_from);
    same(a->region, b->region);
    same(a->language, b->language);
    assert_true(a->created_us == b->created_us && a->collected_us == b->collected_us);
    assert_int_equal(a->flags, b->flags);
    same_parts(a, b);
    same_list(&a->hashtags, &b->hashtags);
    same_list(&a->mentions, &b->mentions);
    same_list(&a->links, &b->links);
    same(a->sound.id, b->sound.id);
    same(a->sound.title, b->sound.title);
    same(a->sound.author, b->sound.author);
    assert_int_equal(a->sound.original, b->sound.original);
    assert_memory_equal(&a->reach, &b->reach, sizeof a->reach);
    same(a->raw, b->raw);
    same(a->origin.format, b->origin.format);
    same(a->origin.file, b->origin.file);
    assert_true(a->origin.line == b->origin.line && a->origin.record == b->origin.record);
}

static void any_post_comes_back_equal(void **state)
{
    struct chance c = {20260102};
    for (int i = 0; i < 3000; i++) {
        struct post p, back;
        struct error err;
        chance_post(&c, &arena, &p);
        assert_ok(read_back(written(&p), &back, &err));
        same_post(&p, &back);
        same(written(&p), written(&back));
        arena_clear(&arena);
    }
}

static void a_copy_outlives_what_it_was_copied_from(void **state)
{
    struct chance c = {41};
    for (int i = 0; i < 500; i++) {
        struct arena gone_soon;
        arena_init(&gone_soon, 0);
        struct post p, copy;
        chance_post(&c, &gone_soon, &p);
        struct sv before = written(&p);
        assert_ok(post_copy(&p, &arena, &copy));
        same_post(&p, &copy);
        arena_done(&gone_soon);
        same(before, written(&copy));
        arena_clear(&arena);
    }
}

static void the_record_is_one_line_of_valid_utf8(void **state)
{
    struct chance c = {7};
    for (int i = 0; i < 500; i++) {
        struct post p;
        chance_post(&c, &arena, &p);
        p.raw = SV("{\n \"a\":\r\n 1}");
        struct sv text = written(&p);
        assert_true(utf8_check(text) == SIZE_MAX);
        assert_true(sv_find_byte(text, '\n', 0) == SIZE_MAX && sv_find_byte(text, '\r', 0) == SIZE_MAX);
        arena_clear(&arena);
    }
}

static void broken_utf8_is_shown_and_kept_as_hex(void **state)
{
    struct post p, back;
    struct error err;
    post_init(&p);
    p.platform = p.account.platform = SV("tiktok");
    p.native_id = SV("1");
    p.id = post_id(p.platform, p.native_id, false);
    p.account.handle = SV("ab\xff");
    p.account.id = account_id(p.account.platform, SV_NULL, p.account.handle);
    struct sv text = written(&p);
    assert_true(sv_find(text, SV("\"handle\":\"ab\xef\xbf\xbd\",\"handle_hex\":\"6162ff\""), 0) != SIZE_MAX);
    assert_ok(read_back(text, &back, &err));
    assert_sv(back.account.handle, "ab\xff");
}

static void unknown_members_are_passed_over_and_times_may_be_text(void **state)
{
    struct post p;
    struct error err;
    assert_ok(
        read_back(SV("{\"kind\":\"video\",\"platform\":\"tiktok\",\"native_id\":\"5\",\"later\":{\"x\":1},"
                     "\"created\":\"2026-01-31T10:00:00Z\",\"account\":{\"handle\":\"nur\"},\"url\":null}"),
                  &p, &err));
    assert_true(p.created_us == INT64_C(1769853600000000));
    assert_int_equal(p.url.n, 0);
    struct id128 id = post_id(SV("tiktok"), SV("5"), false);
    assert_true(id_eq(&p.id, &id));
    id = account_id(SV("tiktok"), SV_NULL, SV("nur"));
    assert_true(id_eq(&p.account.id, &id));
}

static void a_wrong_member_is_named(void **state)
{
#define POST(rest) "{\"kind\":\"video\",\"platform\":\"tiktok\",\"native_id\":\"5\"," rest "}"
    static const struct {
        const char *text, *names;
    } wrong[] = {
        {"[]", "object"},
        {"{\"kind\":\"video\"}", "platform"},
        {"{\"kind\":\"video\",\"platform\":\"x\"}", "native_id"},
        {"{\"kind\":\"film\",\"platform\":\"x\",\"native_id\":\"1\"}", "kind"},
        {"{\"kind\":\"video\",\"platform\":7,\"native_id\":\"1\"}", "platform"},
        {POST("\"id\":\"00000000000000000000000000000000\""), "id"},
        {POST("\"id\":\"xyz\""), "id"},
        {POST("\"url\":[]"), "url"},
        {POST("\"url_hex\":\"abc\""), "url_hex"},
        {POST("\"account\":[]"), "account"},
        {POST("\"account\":{\"followers\":-5}"), "followers"},
        {POST("\"account\":{\"followers\":\"many\"}"), "followers"},
        {POST("\"account\":{\"verified\":1}"), "verified"},
        {POST("\"account\":{\"id\":\"ffffffffffffffffffffffffffffffff\"}"), "id"},
        {POST("\"created_us\":1.5"), "created_us"},
        {POST("\"created\":\"yesterday\""), "created"},
        {POST("\"flags\":[\"bad\"]"), "flags"},
        {POST("\"flags\":\"ad\""), "flags"},
        {POST("\"texts\":[{\"field\":\"bio\",\"text\":\"a\"}]"), "field"},
        {POST("\"texts\":[3]"), "field"},
        {POST("\"texts\":[{\"field\":\"caption\",\"text\":3}]"), "text"},
        {POST("\"hashtags\":[1]"), "hashtags"},
        {POST("\"media\":[1]"), "media"},
        {POST("\"media\":[{\"kind\":\"hologram\"}]"), "kind"},
        {POST("\"media\":[{\"role\":\"king\"}]"), "role"},
        {POST("\"media\":[{\"width\":-1}]"), "width"},
        {POST("\"media\":[{\"width\":4294967296}]"), "width"},
        {POST("\"reach\":{\"views\":-1}"), "views"},
        {POST("\"sound\":5"), "sound"},
        {POST("\"origin\":{\"line\":-1}"), "line"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct post p;
        struct error err = {0};
        assert_int_equal(read_back(sv_cstr(wrong[i].text), &p, &err), ERR_FORMAT);
        if (!strstr(err.text, wrong[i].names)) fail_msg("%s: \"%s\"", wrong[i].text, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_post_comes_back_equal, fresh, gone),
        cmocka_unit_test_setup_teardown(a_copy_outlives_what_it_was_copied_from, fresh, gone),
        cmocka_unit_test_setup_teardown(the_record_is_one_line_of_valid_utf8, fresh, gone),
        cmocka_unit_test_setup_teardown(broken_utf8_is_shown_and_kept_as_hex, fresh, gone),
        cmocka_unit_test_setup_teardown(unknown_members_are_passed_over_and_times_may_be_text, fresh, gone),
        cmocka_unit_test_setup_teardown(a_wrong_member_is_named, fresh, gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
