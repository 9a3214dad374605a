/* Looking a post over in turns: words are written a few at a time, and what is done is done. */
#include "test.h"

#include "review/review.h"
#include "store/store_look.h"

struct fixture {
    struct arena arena;
    struct error err;
    struct store *store;
};

static int setup(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, 0);
    *state = &f;
    return store_open(":memory:", &f.store, &f.err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    arena_done(&f->arena);
    return 0;
}

static struct id128 put(struct fixture *f, int64_t at_us, struct sv caption)
{
    struct post p;
    struct text_part part = {TEXT_CAPTION, caption, TIME_UNKNOWN, TIME_UNKNOWN};
    enum store_put what;
    post_init(&p);
    p.platform = SV("x");
    p.native_id = SV("1001");
    p.id = post_id(p.platform, p.native_id, false);
    p.account.platform = p.platform;
    p.account.handle = SV("river");
    p.account.id = account_id(p.platform, SV_NULL, p.account.handle);
    p.collected_us = at_us;
    p.texts = &part;
    p.ntexts = 1;
    p.raw = caption;
    p.origin.format = SV("test");
    assert_ok(store_put_post(f->store, &p, at_us, &what, &f->err));
    return p.id;
}

static bool found(struct fixture *f, struct sv word)
{
    struct id128 *posts;
    size_t n = 0;
    assert_ok(store_words_find(f->store, &word, 1, NULL, 10, &f->arena, &posts, &n, &f->err));
    return n == 1;
}

static size_t waiting(struct fixture *f)
{
    struct id128 *posts;
    size_t n = 0;
    assert_ok(store_look_todo(f->store, 10, &f->arena, &posts, &n, &f->err));
    return n;
}

/* How many turns of five words it takes. */
static int look_over(struct fixture *f, const struct id128 *post)
{
    int turns = 0;
    for (bool done = false; !done; turns++) {
        size_t budget = 5;
        assert_int_equal(waiting(f), 1);
        assert_ok(store_begin(f->store, &f->err));
        assert_ok(review_look_over(f->store, post, &budget, &done, &f->err));
        assert_ok(store_commit(f->store, &f->err));
        assert_true(done || budget == 0);
    }
    assert_int_equal(waiting(f), 0);
    return turns;
}

static void many_words_are_noted_in_turns_and_old_ones_go(void **state)
{
    struct fixture *f = *state;
    struct id128 id = put(f, 1, SV("aa bb cc dd ee ff gg hh ii jj kk ll mm nn oo pp qq rr ss tt"));
    assert_int_equal(look_over(f, &id), 5); /* 20, the handle and the number */
    assert_true(found(f, SV("aa")) && found(f, SV("tt")) && found(f, SV("river")) && found(f, SV("1001")));
    (void)put(f, 2, SV("aa bb zz zz aa"));
    assert_int_equal(look_over(f, &id), 4); /* 18 go, one comes */
    assert_true(found(f, SV("aa")) && found(f, SV("bb")) && found(f, SV("zz")) && found(f, SV("river")));
    assert_false(found(f, SV("tt")) || found(f, SV("cc")));
    (void)put(f, 3, SV("zz bb aa"));
    assert_int_equal(look_over(f, &id), 1);
}

/* The capture that came in the middle counts, not what was begun. */
static void what_changes_between_turns_is_as_it_is_at_the_end(void **state)
{
    struct fixture *f = *state;
    struct id128 id = put(f, 1, SV("aa bb cc dd ee ff gg hh ii jj"));
    size_t budget = 5;
    bool done;
    assert_ok(review_look_over(f->store, &id, &budget, &done, &f->err));
    assert_false(done);
    (void)put(f, 2, SV("hh ii yy"));
    (void)look_over(f, &id);
    static const char *const gone[] = {"aa", "bb", "cc", "dd", "ee", "ff", "gg", "jj"};
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) assert_false(found(f, sv_cstr(gone[i])));
    assert_true(found(f, SV("hh")) && found(f, SV("ii")) && found(f, SV("yy")) && found(f, SV("river")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_words_are_noted_in_turns_and_old_ones_go, setup, teardown),
        cmocka_unit_test_setup_teardown(what_changes_between_turns_is_as_it_is_at_the_end, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
