#include "store_test.h"

static void page(struct fixture *f, const struct queue_filter *filter, const struct queue_row *after,
                 size_t max, struct queue_row **rows, size_t *n)
{
    assert_ok(store_queue(f->store, filter, after, max, &f->arena, rows, n, &f->err));
}

static void a_result_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1);
    struct finding_list l;
    struct assessment as;
    int64_t deadline_us;
    test_put(f, &p);
    finding_list_init(&l, &f->arena);
    assert_int_equal(store_get_result(f->store, &p.id, &f->arena, &l, &as, &deadline_us, &f->err),
                     ERR_NOTFOUND);
    test_result(f, &p.id, CATEGORY_PRIVACY_DOXXING, true, 1e9 / 3, 15 * US_PER_MINUTE);
    assert_ok(store_get_result(f->store, &p.id, &f->arena, &l, &as, &deadline_us, &f->err));
    assert_int_equal(deadline_us, T0 + 16 * US_PER_MINUTE);
    assert_int_equal(as.category, CATEGORY_PRIVACY_DOXXING);
    assert_true(as.priority == 1e9 / 3);
    assert_true(as.hard);
    assert_int_equal(as.nbecause, 1);
    assert_sv(as.reason, "reason.term");
    assert_int_equal(l.n, 1);
    assert_sv(l.v[0].quote, "caption");
    assert_int_equal(l.v[0].nplaces, 1);
    finding_list_done(&l);
}

static void a_new_result_replaces_the_old_one(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 0, 0, 1);
    test_put(f, &p);
    test_result(f, &p.id, CATEGORY_HATE, true, 5, US_PER_HOUR);
    test_result(f, &p.id, CATEGORY_EXTORTION, false, 6, US_PER_HOUR);
    struct queue_row *rows;
    size_t n;
    page(f, NULL, NULL, 10, &rows, &n);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].category, CATEGORY_EXTORTION);
    assert_false(rows[0].hard);
    assert_int_equal(test_counts(f).findings, 1);
    test_result(f, &p.id, CATEGORY_NONE, false, 0, 0);
    page(f, NULL, NULL, 10, &rows, &n);
    assert_int_equal(n, 0);
    assert_int_equal(test_counts(f).queued, 0);
}

static void a_result_of_no_post_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct id128 id = {{7}};
    struct finding_list l;
    struct assessment as = {.category = CATEGORY_HATE};
    finding_list_init(&l, &f->arena);
    assert_int_equal(store_put_result(f->store, &id, &l, &as, &f->err), ERR_NOTFOUND);
    assert_int_equal(test_counts(f).queued, 0);
}

static void hard_deadlines_come_first_then_priority_then_id(void **state)
{
    struct fixture *f = *state;
    static const struct {
        bool hard;
        double priority;
        int64_t clock_us;
        int place;
    } rows[] = {
        {false, 10, US_PER_MINUTE, 5}, {true, 1, US_PER_HOUR, 2},   {false, 900, US_PER_DAY, 3},
        {true, 2, US_PER_HOUR, 1},     {true, 0, US_PER_MINUTE, 0}, {false, 10.5, US_PER_DAY, 4},
        {false, -1, US_PER_DAY, 6},
    };
    enum { N = sizeof rows / sizeof rows[0] };
    struct id128 expected[N];
    for (int i = 0; i < N; i++) {
        struct post p = test_post(f, i, 0, i == 2 ? 4242 : COUNT_UNKNOWN);
        test_put(f, &p);
        test_result(f, &p.id, CATEGORY_HATE, rows[i].hard, rows[i].priority, rows[i].clock_us);
        expected[rows[i].place] = p.id;
    }
    struct queue_row *got;
    size_t n;
    page(f, NULL, NULL, 100, &got, &n);
    assert_int_equal(n, N);
    for (int i = 0; i < N; i++) assert_true(id_eq(&got[i].post, &expected[i]));
    assert_int_equal(got[3].views, 4242);
    assert_int_equal(got[4].views, COUNT_UNKNOWN);
    assert_sv(got[3].caption, "caption 2");
    assert_sv(got[3].handle, "river_2");
    assert_sv(got[3].platform, "tiktok");
    assert_int_equal(got[3].deadline_us, T0 + US_PER_MINUTE + US_PER_DAY);
}

/* Every size of page shows every row once, in the same order. */
static void pages_neither_repeat_nor_skip(void **state)
{
    enum { N = 60 };
    struct fixture *f = *state;
    assert_ok(store_begin(f->store, &f->err));
    for (int i = 0; i < N; i++) {
        struct post p = test_post(f, i, 0, 1);
        test_put(f, &p);
        test_result(f, &p.id, i % 4 == 0 ? CATEGORY_EXTORTION : CATEGORY_HATE, i % 3 == 0, i % 5,
                    (1 + i % 2) * US_PER_HOUR);
    }
    assert_ok(store_commit(f->store, &f->err));
    struct queue_row *all, *some;
    size_t n, got;
    page(f, NULL, NULL, N + 1, &all, &n);
    assert_int_equal(n, N);
    for (size_t size = 1; size < 20; size += 3) {
        size_t at = 0;
        const struct queue_row *last = NULL;
        do {
            page(f, NULL, last, size, &some, &got);
            for (size_t i = 0; i < got; i++) assert_true(id_eq(&some[i].post, &all[at++].post));
            last = got ? &some[got - 1] : last;
        } while (got > 0);
        assert_int_equal(at, N);
    }
}

static void a_filter_keeps_the_order(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 12; i++) {
        struct post p = test_post(f, i, 0, 1);
        if (i % 2) p.platform = SV("telegram");
        p.id = post_id(p.platform, p.native_id, false);
        test_put(f, &p);
        test_result(f, &p.id, i % 3 == 0 ? CATEGORY_EXTORTION : CATEGORY_HATE, false, i, US_PER_HOUR);
    }
    struct queue_row *rows;
    size_t n;
    page(f, &(struct queue_filter){CATEGORY_EXTORTION, SV_NULL}, NULL, 100, &rows, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) assert_true(rows[i].priority == 9 - 3 * (double)i);
    page(f, &(struct queue_filter){CATEGORY_NONE, SV("telegram")}, NULL, 100, &rows, &n);
    assert_int_equal(n, 6);
    page(f, &(struct queue_filter){CATEGORY_EXTORTION, SV("telegram")}, NULL, 1, &rows, &n);
    assert_int_equal(n, 1);
    assert_true(rows[0].priority == 9);
    page(f, &(struct queue_filter){CATEGORY_EXTORTION, SV("telegram")}, &rows[0], 5, &rows, &n);
    assert_int_equal(n, 1);
    assert_true(rows[0].priority == 3);
}

static void numbers_that_cannot_be_ordered_are_tamed(void **state)
{
    struct fixture *f = *state;
    const double odd[] = {__builtin_nan(""), __builtin_inf(), -__builtin_inf(), -0.0};
    for (int i = 0; i < 4; i++) {
        struct post p = test_post(f, i, 0, 1);
        test_put(f, &p);
        test_result(f, &p.id, CATEGORY_HATE, false, odd[i], INT64_MAX);
    }
    struct queue_row *rows, *next;
    size_t n, m;
    page(f, NULL, NULL, 10, &rows, &n);
    assert_int_equal(n, 4);
    assert_true(rows[0].deadline_us > T0);
    for (size_t i = 0; i < n; i++) {
        page(f, NULL, &rows[i], 10, &next, &m);
        assert_int_equal(m, n - 1 - i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        store_test(a_result_comes_back_whole),
        store_test(a_new_result_replaces_the_old_one),
        store_test(a_result_of_no_post_is_not_found),
        store_test(hard_deadlines_come_first_then_priority_then_id),
        store_test(pages_neither_repeat_nor_skip),
        store_test(a_filter_keeps_the_order),
        store_test(numbers_that_cannot_be_ordered_are_tamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
