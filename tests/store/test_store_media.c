#include "store_test.h"

static struct sha256 sha(char c)
{
    struct sha256 h;
    memset(h.b, c, sizeof h.b);
    return h;
}

static struct store_media ready(char c, struct sv signals)
{
    return (struct store_media){
        .sha256 = sha(c), .bytes = 9, .path = SV("media/aa/x"), .state = MEDIA_READY, .signals = signals};
}

static struct store_media get(struct fixture *f, const struct id128 *post, size_t at)
{
    struct store_media m[4];
    assert_ok(store_get_media(f->store, post, 4, &f->arena, m, &f->err));
    return m[at];
}

static void files_are_shared_by_content(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1), q = test_post(f, 1, 0, 1);
    test_put(f, &p);
    test_put(f, &q);
    struct store_media m = ready('a', SV("signals\0of a"));
    assert_ok(store_put_media(f->store, &p.id, 0, &m, &f->err));
    assert_ok(store_put_media(f->store, &q.id, 2, &m, &f->err));
    assert_int_equal(test_counts(f).media, 1);
    struct store_media got = get(f, &q.id, 2);
    assert_int_equal(got.state, MEDIA_READY);
    assert_sv(got.signals, "signals\0of a");
    assert_sv(got.path, "media/aa/x");
    assert_int_equal(got.bytes, 9);
    assert_memory_equal(got.sha256.b, m.sha256.b, 32);
    assert_int_equal(get(f, &q.id, 0).state, MEDIA_PENDING);
    assert_ok(store_find_media(f->store, &m.sha256, &f->arena, &got, &f->err));
    assert_sv(got.signals, "signals\0of a");
}

static void what_is_pending_or_failed_never_hides_signals(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1);
    test_put(f, &p);
    struct store_media pending = {
        .sha256 = sha('a'), .bytes = 9, .path = SV("media/aa/x"), .state = MEDIA_PENDING};
    struct store_media failed = {.sha256 = sha('a'),
                                 .bytes = 9,
                                 .state = MEDIA_SET_ASIDE,
                                 .failure_code = ERR_WORKER,
                                 .failure = SV("died")};
    struct store_media done = ready('a', SV("s1")), better = ready('a', SV("s2"));
    assert_ok(store_put_media(f->store, &p.id, 0, &pending, &f->err));
    assert_ok(store_put_media(f->store, &p.id, 0, &failed, &f->err));
    assert_int_equal(get(f, &p.id, 0).state, MEDIA_SET_ASIDE);
    assert_sv(get(f, &p.id, 0).failure, "died");
    assert_sv(get(f, &p.id, 0).path, "media/aa/x");
    assert_int_equal(test_counts(f).media_set_aside, 1);
    assert_ok(store_put_media(f->store, &p.id, 0, &pending, &f->err));
    assert_int_equal(get(f, &p.id, 0).state, MEDIA_SET_ASIDE);
    assert_ok(store_put_media(f->store, &p.id, 0, &done, &f->err));
    assert_ok(store_put_media(f->store, &p.id, 0, &failed, &f->err));
    assert_ok(store_put_media(f->store, &p.id, 0, &pending, &f->err));
    assert_int_equal(get(f, &p.id, 0).state, MEDIA_READY);
    assert_sv(get(f, &p.id, 0).signals, "s1");
    assert_ok(store_put_media(f->store, &p.id, 0, &better, &f->err));
    assert_sv(get(f, &p.id, 0).signals, "s2");
    assert_int_equal(test_counts(f).media_set_aside, 0);
}

static void a_file_that_was_not_there_may_come_later(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1);
    test_put(f, &p);
    struct store_media absent = {.path = SV("clips/gone.mp4"), .state = MEDIA_ABSENT},
                       done = ready('b', SV("s"));
    assert_ok(store_put_media(f->store, &p.id, 1, &absent, &f->err));
    assert_int_equal(get(f, &p.id, 1).state, MEDIA_ABSENT);
    assert_sv(get(f, &p.id, 1).path, "clips/gone.mp4");
    assert_int_equal(test_counts(f).media, 0);
    assert_ok(store_put_media(f->store, &p.id, 1, &done, &f->err));
    assert_int_equal(get(f, &p.id, 1).state, MEDIA_READY);
}

static void a_file_without_content_can_be_set_aside(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1);
    test_put(f, &p);
    struct store_media m = {.state = MEDIA_SET_ASIDE, .failure_code = ERR_LIMIT, .failure = SV("5 GiB")};
    assert_ok(store_put_media(f->store, &p.id, 0, &m, &f->err));
    struct store_media got = get(f, &p.id, 0);
    assert_int_equal(got.state, MEDIA_SET_ASIDE);
    assert_int_equal(got.failure_code, ERR_LIMIT);
    assert_sv(got.failure, "5 GiB");
    assert_int_equal(test_counts(f).media_set_aside, 1);
}

static void media_of_no_post_is_refused_whole(void **state)
{
    struct fixture *f = *state;
    struct id128 id = {{3}};
    struct store_media m = ready('c', SV("s")), got;
    assert_int_equal(store_put_media(f->store, &id, 0, &m, &f->err), ERR_STORE);
    assert_int_equal(store_find_media(f->store, &m.sha256, &f->arena, &got, &f->err), ERR_NOTFOUND);
    assert_non_null(strstr(f->err.text, "6363636363636363"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(files_are_shared_by_content),
        store_test(what_is_pending_or_failed_never_hides_signals),
        store_test(a_file_that_was_not_there_may_come_later),
        store_test(a_file_without_content_can_be_set_aside),
        store_test(media_of_no_post_is_refused_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
