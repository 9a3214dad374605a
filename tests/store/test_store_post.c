#include "store_test.h"

static void a_post_comes_back_as_it_went_in(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 500), got;
    p.account.handle = SV("نور\0\0"
                          "4");
    p.account.bio = SV("broken \xff byte");
    p.account.id = account_id(p.platform, p.account.native_id, p.account.handle);
    p.hashtags = (struct sv_list){(struct sv[]){SV("river"), SV("نهر")}, 2};
    int64_t known_us;
    assert_int_equal(test_put(f, &p), STORE_NEW);
    assert_ok(store_get_post(f->store, &p.id, &f->arena, &got, &known_us, &f->err));
    assert_int_equal(known_us, T0 + US_PER_MINUTE);
    assert_true(id_eq(&got.id, &p.id));
    assert_true(sv_eq(got.account.handle, p.account.handle));
    assert_true(sv_eq(got.account.bio, p.account.bio));
    assert_int_equal(got.hashtags.n, 2);
    assert_true(sv_eq(got.hashtags.v[1], SV("نهر")));
    assert_true(sv_eq(got.raw, p.raw));
    assert_sv(got.origin.file, "feed.ndjson");
    assert_sv(got.origin.format, "zeeschuimer");
    assert_int_equal(got.origin.line, 2);
    assert_int_equal(got.reach.views, 500);
    assert_int_equal(got.collected_us, p.collected_us);
}

static void the_same_record_twice_is_once(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 500), got;
    assert_int_equal(test_put(f, &p), STORE_NEW);
    struct sv before = test_dump(f, f->store);
    enum store_put what;
    int64_t known_us;
    assert_ok(store_put_post(f->store, &p, T0 + US_PER_DAY, &what, &f->err));
    assert_int_equal(what, STORE_SAME);
    assert_same_text(test_dump(f, f->store), before);
    assert_ok(store_get_post(f->store, &p.id, &f->arena, &got, &known_us, &f->err));
    assert_int_equal(known_us, T0 + US_PER_MINUTE);
    struct store_counts c = test_counts(f);
    assert_int_equal(c.posts, 1);
    assert_int_equal(c.accounts, 1);
    assert_int_equal(c.reach, 1);
    assert_int_equal(c.jobs_waiting, 1);
}

static void a_later_capture_is_shown_and_every_reach_is_kept(void **state)
{
    struct fixture *f = *state;
    struct post first = test_post(f, 1, 0, 500), later = test_post(f, 1, 60, 900), got;
    struct reach *reach;
    size_t n;
    assert_int_equal(test_put(f, &later), STORE_NEW);
    assert_int_equal(test_put(f, &first), STORE_CHANGED);
    assert_ok(store_get_post(f->store, &first.id, &f->arena, &got, NULL, &f->err));
    assert_int_equal(got.reach.views, 900);
    assert_ok(store_get_reach(f->store, &first.id, &f->arena, &reach, &n, &f->err));
    assert_int_equal(n, 2);
    assert_int_equal(reach[0].views, 500);
    assert_int_equal(reach[1].views, 900);
    assert_int_equal(reach[1].at_us, later.collected_us);
}

static void the_same_record_from_another_file_says_nothing_new(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 500), other = p;
    other.origin.file = SV("copy.ndjson");
    assert_int_equal(test_put(f, &p), STORE_NEW);
    assert_int_equal(test_put(f, &other), STORE_SAME);
}

static void put_in_order(struct fixture *f, struct store *s, const struct post *posts, const int *order,
                         int n)
{
    enum store_put what;
    for (int i = 0; i < n; i++) assert_ok(store_put_post(s, &posts[order[i]], T0 + i, &what, &f->err));
}

/* Captures of the same moment that differ in words, in raw record, in file, in account. */
static void any_order_of_puts_ends_the_same(void **state)
{
    enum { N = 9 };
    struct fixture *f = *state;
    struct post posts[N];
    for (int i = 0; i < N; i++) posts[i] = test_post(f, i / 5, i / 3, 100 + i / 2);
    posts[1].texts[0].text = SV("other words");
    posts[2].raw = SV("{\"other\":\"record\"}");
    posts[3].origin.file = SV("other.ndjson");
    posts[4].account.name = SV("Other name");
    posts[5].account.followers = 7;
    posts[6].account.handle = SV("river_renamed");
    struct sv expected = SV_NULL;
    unsigned seed = 1;
    for (int round = 0; round < 60; round++) {
        int order[N];
        for (int i = 0; i < N; i++) order[i] = i;
        for (int i = N - 1; i > 0 && round > 0; i--) {
            seed = seed * 1103515245 + 12345;
            int j = (int)(seed >> 16) % (i + 1), t = order[i];
            order[i] = order[j];
            order[j] = t;
        }
        struct store *s;
        assert_ok(store_open("sqlite::memory:", &s, &f->err));
        put_in_order(f, s, posts, order, N);
        put_in_order(f, s, posts, order, round % N);
        struct sv dump = test_dump(f, s);
        store_close(s);
        if (round == 0) expected = dump;
        assert_same_text(dump, expected);
    }
}

static void an_account_shows_its_latest_face(void **state)
{
    struct fixture *f = *state;
    struct post late = test_post(f, 0, 60, 1), early = test_post(f, 3, 0, 1);
    late.account.handle = SV("new_name");
    early.account.handle = SV("old_name");
    assert_true(id_eq(&late.account.id, &early.account.id));
    test_put(f, &late);
    test_put(f, &early);
    fixture_reopen(f);
    test_put(f, &early);
    assert_int_equal(test_counts(f).accounts, 1);
    struct sv dump = test_dump(f, f->store);
    assert_int_not_equal(sv_find(dump, SV("handle=new_name"), 0), SIZE_MAX);
    assert_int_equal(sv_find(dump, SV("handle=old_name"), 0), SIZE_MAX);
}

static void a_rolled_back_account_is_written_when_it_comes_again(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 60, 1);
    assert_ok(store_begin(f->store, &f->err));
    test_put(f, &p);
    store_rollback(f->store);
    assert_int_equal(test_counts(f).accounts, 0);
    assert_int_equal(test_put(f, &p), STORE_NEW);
    assert_int_equal(test_counts(f).accounts, 1);
    assert_int_equal(test_counts(f).posts, 1);
}

static void a_post_of_nobody_is_kept(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 60, 1), got;
    p.platform = SV("file");
    p.id = post_id(p.platform, p.native_id, false);
    memset(&p.account.id, 0, sizeof p.account.id);
    p.account.native_id = p.account.handle = SV_NULL;
    p.url = SV_NULL;
    test_put(f, &p);
    assert_ok(store_get_post(f->store, &p.id, &f->arena, &got, NULL, &f->err));
    assert_int_equal(test_counts(f).accounts, 0);
    assert_int_equal(test_counts(f).posts, 1);
}

static void unknown_counts_are_no_reach(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 60, COUNT_UNKNOWN);
    struct reach *reach;
    size_t n = 9;
    test_put(f, &p);
    assert_ok(store_get_reach(f->store, &p.id, &f->arena, &reach, &n, &f->err));
    assert_int_equal(n, 0);
}

static void an_accounts_posts_come_newest_first(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 9; i++) {
        struct post p = test_post(f, i, 0, 1);
        test_put(f, &p);
    }
    struct post p = test_post(f, 1, 0, 1), newest = test_post(f, 7, 0, 1), next = test_post(f, 4, 0, 1);
    struct id128 *ids;
    size_t n;
    assert_ok(store_account_posts(f->store, &p.account.id, 2, &f->arena, &ids, &n, &f->err));
    assert_int_equal(n, 2);
    assert_true(id_eq(&ids[0], &newest.id));
    assert_true(id_eq(&ids[1], &next.id));
}

static void a_missing_post_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct id128 id = {{1}};
    struct post p;
    assert_int_equal(store_get_post(f->store, &id, &f->arena, &p, NULL, &f->err), ERR_NOTFOUND);
    assert_non_null(strstr(f->err.text, "01000000000000000000000000000000"));
}

static void check_found(struct fixture *f, struct sv what, const struct id128 *expected)
{
    struct id128 got;
    assert_ok(store_find_post(f->store, what, &got, &f->err));
    assert_true(id_eq(&got, expected));
}

static void a_post_is_found_by_id_link_or_prefix(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1), q = test_post(f, 2, 0, 1);
    test_put(f, &p);
    test_put(f, &q);
    char text[ID_TEXT_BYTES];
    id_format(&p.id, text);
    check_found(f, SV("7601463331695500001"), &p.id);
    check_found(f, SV("https://www.tiktok.com/@river_1/video/7601463331695500001"), &p.id);
    check_found(f, SV("https://www.tiktok.com/@river_1/video/7601463331695500001/?lang=ar#x"), &p.id);
    check_found(f, SV("https://tiktok.com/@renamed_since/video/7601463331695500001?lang=ar"), &p.id);
    check_found(f, sv_cstr(text), &p.id);
    check_found(f, sv_of(text, 12), &p.id);
}

static void what_is_not_there_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1);
    struct id128 got;
    test_put(f, &p);
    static const struct sv absent[] = {
        {"", 0},
        {"abc", 3},
        {"zzzz", 4},
        {"7601463331695509999", 19},
        {"https://other.example/@river_1/video/7601463331695500001", 56},
        {"https://", 8},
        {"://", 3},
        {"00000000000000000000000000000000000000", 38},
    };
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_int_equal(store_find_post(f->store, absent[i], &got, &f->err), ERR_NOTFOUND);
}

static void a_prefix_of_several_names_them(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1), q = test_post(f, 2, 0, 1);
    memset(p.id.b, 0xab, sizeof p.id.b);
    memset(q.id.b, 0xab, sizeof q.id.b);
    q.id.b[15] = 0xac;
    test_put(f, &p);
    test_put(f, &q);
    struct id128 got;
    assert_int_equal(store_find_post(f->store, SV("abab"), &got, &f->err), ERR_ARG);
    assert_non_null(strstr(f->err.text, "abababababababababababababababab"));
    assert_non_null(strstr(f->err.text, "ababababababababababababababacac") ? ""
                                                                            : strstr(f->err.text, "abac"));
    check_found(f, SV("ababababababababababababababaBAC"), &q.id);
}

static int count_aside(void *arg, const struct store_aside *a)
{
    int *n = arg;
    assert_sv(a->file, "feed.ndjson");
    assert_int_equal(a->bytes.n, 5);
    (*n)++;
    return *n == 2 ? 77 : 0;
}

static void a_record_set_aside_twice_is_one_row(void **state)
{
    struct fixture *f = *state;
    struct store_aside a = {SV("feed.ndjson"), SV("zeeschuimer"), SV("no object"), SV("{\"a\0\xff"), 7, 0,
                            ERR_FORMAT};
    int n = 0;
    assert_ok(store_put_aside(f->store, &a, T0, &f->err));
    assert_ok(store_put_aside(f->store, &a, T0 + 1, &f->err));
    assert_int_equal(test_counts(f).aside, 1);
    a.line = 8;
    assert_ok(store_put_aside(f->store, &a, T0, &f->err));
    a.bytes = SV("other");
    assert_ok(store_put_aside(f->store, &a, T0, &f->err));
    assert_int_equal(test_counts(f).aside, 3);
    assert_int_equal(store_asides(f->store, count_aside, &n, &f->err), 77);
}

static void all_posts_are_walked_page_by_page(void **state)
{
    struct fixture *f = *state;
    enum { POSTS = 7, PAGE = 3 };
    for (int i = 0; i < POSTS; i++) {
        struct post p = test_post(f, i, 0, 500);
        test_put(f, &p);
    }
    struct id128 *ids, last;
    size_t n, seen = 0;
    assert_ok(store_post_ids(f->store, NULL, PAGE, &f->arena, &ids, &n, &f->err));
    while (n) {
        assert_true(n <= PAGE);
        if (seen) assert_true(memcmp(&last, &ids[0], sizeof last) < 0);
        seen += n;
        last = ids[n - 1];
        assert_ok(store_post_ids(f->store, &last, PAGE, &f->arena, &ids, &n, &f->err));
    }
    assert_int_equal(seen, POSTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_post_comes_back_as_it_went_in),
        store_test(the_same_record_twice_is_once),
        store_test(a_later_capture_is_shown_and_every_reach_is_kept),
        store_test(the_same_record_from_another_file_says_nothing_new),
        store_test(any_order_of_puts_ends_the_same),
        store_test(an_account_shows_its_latest_face),
        store_test(a_rolled_back_account_is_written_when_it_comes_again),
        store_test(a_post_of_nobody_is_kept),
        store_test(unknown_counts_are_no_reach),
        store_test(all_posts_are_walked_page_by_page),
        store_test(an_accounts_posts_come_newest_first),
        store_test(a_missing_post_is_not_found),
        store_test(a_post_is_found_by_id_link_or_prefix),
        store_test(what_is_not_there_is_not_found),
        store_test(a_prefix_of_several_names_them),
        store_test(a_record_set_aside_twice_is_one_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
