/* What posts share, and that sharing it in time makes a group as they arrive. */
#include "test.h"

#include "network/actions.h"

static const struct action *find(const struct action *v, size_t n, enum action_layer l)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].layer == l) return &v[i];
    return NULL;
}

static struct post make(const char *handle, const char *id, const char *caption, struct text_part *text)
{
    struct post p;
    post_init(&p);
    p.platform = SV("tiktok");
    p.native_id = sv_cstr(id);
    p.id = post_id(p.platform, p.native_id, false);
    p.account.handle = sv_cstr(handle);
    p.account.id = account_id(p.platform, SV_NULL, p.account.handle);
    *text = (struct text_part){TEXT_CAPTION, sv_cstr(caption), TIME_UNKNOWN, TIME_UNKNOWN};
    p.texts = text;
    p.ntexts = 1;
    p.created_us = 1700000000 * US_PER_SECOND;
    return p;
}

static struct sv key_of(const char *text, struct arena *a)
{
    struct sv key;
    struct error err;
    assert_ok(caption_key(sv_cstr(text), a, &key, &err));
    return key;
}

static void captions_that_differ_in_trimmings_are_the_same(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    struct sv want = key_of("They lie to you about the bridge, every day", &a);
    assert_true(want.n > 0);
    assert_true(sv_eq(
        want,
        key_of("@someone they LIE to you about the bridge... every day!!! 😡😡 #truth https://x.example/1",
               &a)));
    assert_false(sv_eq(want, key_of("They lie to you about the tunnel, every day", &a)));
    assert_int_equal(key_of("so true 😂", &a).n, 0);
    /* "This is the truth about the dam", once with marks and elongation */
    assert_true(
        sv_eq(key_of("هذه هي الحقيقة عن سد المدينة", &a), key_of("هذِهِ هي الحقيـــقة عن سدّ المدينة!", &a)));
    arena_done(&a);
}

static void a_copy_without_its_dots_has_the_same_shape(void **state)
{
    struct arena a;
    struct error err;
    struct sv plain, bare;
    arena_init(&a, 0);
    assert_ok(caption_shape(key_of("هذه هي الحقيقة عن سد المدينة", &a), &a, &plain, &err));
    assert_ok(caption_shape(key_of("هده هى الحٯىٯه عں سد المدىںه", &a), &a, &bare, &err));
    assert_true(plain.n > 0 && sv_eq(plain, bare));
    arena_done(&a);
}

static void a_post_shares_what_is_in_it(void **state)
{
    struct arena a;
    struct error err;
    struct action *v;
    size_t n;
    struct text_part text;
    struct sv tags[] = {SV("a"), SV("b"), SV("c"), SV("d"), SV("e")}, mentions[] = {SV("Me"), SV("victim")};
    struct post p = make("me", "1", "A caption that is long enough to be no accident", &text);
    arena_init(&a, 0);
    p.hashtags = (struct sv_list){tags, 5};
    p.mentions = (struct sv_list){mentions, 2};
    p.sound.id = SV("700");
    assert_ok(actions_of_post(&p, SV("family-9"), &a, &v, &n, &err));
    assert_int_equal(n, 5);
    assert_sv(find(v, n, ACTION_CLIP)->object, "family-9");
    assert_sv(find(v, n, ACTION_SOUND)->object, "700");
    assert_sv(find(v, n, ACTION_HASHTAGS)->object, "#a#b#c#d#e");
    assert_sv(find(v, n, ACTION_TARGET)->object, "victim");
    assert_non_null(find(v, n, ACTION_CAPTION));
    p.hashtags.n = 4;
    assert_ok(actions_of_post(&p, SV_NULL, &a, &v, &n, &err));
    assert_int_equal(n, 3);
    arena_done(&a);
}

static void posts_that_arrive_make_a_group(void **state)
{
    struct network_stream_options o;
    struct network_stream *s;
    struct network_change c;
    struct error err;
    struct text_part text;
    char handle[16], id[16], caption[64];
    actions_stream_options(&o);
    assert_ok(network_stream_new(&o, &s, &err));
    for (int k = 0; k < 3; k++) {
        for (int m = 0; m < 4; m++) {
            snprintf(handle, sizeof handle, "acc%d", m);
            snprintf(id, sizeof id, "%d%d", k, m);
            snprintf(caption, sizeof caption, "the very same words of day number %c", 'a' + k);
            struct post p = make(handle, id, caption, &text);
            p.created_us += (k * 86400 + m * 60) * US_PER_SECOND;
            assert_ok(actions_stream_post(s, &p, SV_NULL, &c, &err));
        }
    }
    assert_int_equal(c.group_size, 4);
    assert_int_equal(c.edges_up, 3);
    struct post p = make("acc0", "00", "the very same words of day number a", &text);
    assert_ok(actions_stream_post(s, &p, SV_NULL, &c, &err));
    assert_true(c.known); /* the same post again */
    network_stream_free(s);
}

int main(void)
{
    struct error err;
    if (id_init(&err)) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captions_that_differ_in_trimmings_are_the_same),
        cmocka_unit_test(a_copy_without_its_dots_has_the_same_shape),
        cmocka_unit_test(a_post_shares_what_is_in_it),
        cmocka_unit_test(posts_that_arrive_make_a_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
