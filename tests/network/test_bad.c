/* Input as it comes: rows twice, ids missing, times in several units, one thing that everybody shares, one account that shares one
 * thing without end. Each gives a clear report, the right edges and bounded memory; nothing is dropped in silence. */
#include "test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "network/network.h"

#include <malloc.h>

struct ran {
    struct network_table *t;
    struct network_result *r;
    struct network_report report;
    struct error err;
};

static int run(struct ran *x, const struct buf *csv, bool exact)
{
    struct network_options o;
    struct network_columns c = {0};
    memset(x, 0, sizeof *x);
    network_options_init(&o);
    o.coortweet = exact;
    o.rule = exact ? NETWORK_QUANTILE : NETWORK_COUNT;
    o.quantile = 0;
    o.min_posts = 1;
    o.min_participation = 1;
    assert_false(csv->failed);
    int rc = network_table_parse(buf_sv(csv), &c, &x->t, &x->report, &x->err);
    return rc ? rc : network_run(x->t, &o, NULL, NULL, &x->r, &x->err);
}

static void done(struct ran *x)
{
    network_result_free(x->r);
    network_table_free(x->t);
}

static void begin(struct buf *b)
{
    buf_init(b, 0);
    buf_puts(b, "object_id,account_id,content_id,timestamp_share\n");
}

static void rows_given_twice_are_counted_and_told(void **unused)
{
    struct buf b;
    struct ran x;
    begin(&b);
    for (int again = 0; again < 3; again++) buf_puts(&b, "o,a,p1,1700000000\no,b,p2,1700000010\n");
    assert_ok(run(&x, &b, false));
    assert_int_equal(x.r->duplicates, 4);
    assert_int_equal(x.r->pairs, 1);
    assert_int_equal(x.r->all_edges, 1);
    done(&x);
    assert_ok(run(&x, &b, true)); /* as the package counts: every row, again and again; told all the same */
    assert_int_equal(x.r->duplicates, 4);
    assert_int_equal(x.r->pairs, 9);
    done(&x);
    buf_done(&b);
}

static void missing_ids_are_counted_by_kind(void **unused)
{
    struct buf b;
    struct ran x;
    begin(&b);
    buf_puts(&b, "o,a,p1,1700000000\n"
                 "o,,p2,1700000001\n"
                 "o,b,,1700000002\n"
                 ",c,p3,1700000003\n"
                 "NA,c,p4,1700000003\n"
                 "o,d,p5,\n"
                 "o,d,p6,yesterday\n"
                 "o,e,p7,1700000004\n"
                 "o,e\n"
                 "o,e,p8,1700000004,x\n");
    assert_ok(run(&x, &b, false));
    assert_int_equal(x.report.lines, 10);
    assert_int_equal(x.report.missing_account, 1);
    assert_int_equal(x.report.missing_content, 1);
    assert_int_equal(x.report.missing_object, 2);
    assert_int_equal(x.report.bad_time, 2);
    assert_int_equal(x.report.bad_shape, 2);
    assert_int_equal(x.report.posts, 5);
    assert_int_equal(x.report.posts + x.report.missing_account + x.report.bad_time + x.report.bad_shape,
                     x.report.lines);
    assert_int_equal(x.report.nexamples, 5);
    assert_int_equal(x.report.examples[0].line, 3);
    assert_int_equal(x.r->all_edges, 1); /* a and e */
    done(&x);
    buf_done(&b);
}

static void seconds_and_milliseconds_are_told_apart(void **unused)
{
    struct buf b;
    struct ran x;
    begin(&b);
    buf_puts(&b,
             "o,a,p1,1700000000\no,b,p2,1700000030000\no,c,p3,1700000059000000\no,d,p4,2023-11-14T22:14:10Z\n"
             "o,e,p5,1700000061.5\n");
    assert_ok(run(&x, &b, false));
    assert_int_equal(x.report.seconds, 2);
    assert_int_equal(x.report.milliseconds, 1);
    assert_int_equal(x.report.microseconds, 1);
    assert_int_equal(x.report.text_times, 1);
    assert_int_equal(x.r->all_edges, 9); /* all but a and e, 61.5 s apart */
    done(&x);
    buf_done(&b);
}

/* A thing that a hundred thousand posts share within a second: bounded work, and the bound is told. */
static void a_thing_that_everybody_shares_is_capped_and_told(void **unused)
{
    enum { POSTS = 100000 };
    struct buf b;
    struct ran x;
    begin(&b);
    for (int i = 0; i < POSTS; i++) buf_printf(&b, "hub,a%d,p%d,1700000000\n", i % 1000, i);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    assert_ok(run(&x, &b, false));
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    assert_true(after - before < (size_t)512 << 20); /* what stands with its evidence is most of it */
    assert_int_equal(x.r->posts, POSTS);
    assert_true(x.r->pairs <= (uint64_t)POSTS * 128);
    assert_true(x.r->pairs_left_out > 0);
    assert_int_equal(x.r->hubs, 1);
    assert_sv(network_object_name(x.r, x.r->top_hubs[0].layer, x.r->top_hubs[0].object), "hub");
    assert_int_equal(x.r->top_hubs[0].posts, POSTS);
    done(&x);
    assert_int_equal(run(&x, &b, true), ERR_LIMIT); /* exact mode says which thing, and what to do */
    assert_non_null(strstr(x.err.text, "hub"));
    done(&x);
    buf_done(&b);
}

/* One account that shared one thing 100,000 times, and two others that did so twice. */
static void an_account_that_shares_one_thing_without_end_makes_one_edge(void **unused)
{
    enum { TIMES = 100000 };
    struct buf b;
    struct ran x;
    begin(&b);
    for (int i = 0; i < TIMES; i++) buf_printf(&b, "o,loud,p%d,%d\n", i, 1700000000 + i);
    buf_puts(&b, "o,calm,q1,1700000500\no,calm,q2,1700009000\n");
    assert_ok(run(&x, &b, false));
    assert_int_equal(x.r->posts, TIMES + 2);
    assert_int_equal(x.r->all_edges, 1);
    assert_int_equal(x.r->edges[0].pairs, 2 * 121); /* a minute before and after, on either occasion */
    uint32_t calm = x.r->edges[0].posts_a == 2 ? x.r->edges[0].posts_a : x.r->edges[0].posts_b;
    assert_int_equal(calm, 2);
    done(&x);
    assert_ok(run(&x, &b, true));
    assert_int_equal(x.r->all_edges, 1);
    assert_int_equal(x.r->pairs, 2 * 121);
    done(&x);
    buf_done(&b);
}

static void bytes_that_are_no_rows_are_no_rows(void **unused)
{
    static const char *const inputs[] = {
        "\"", "a,b\n\"c", "{}", "{\"object_id\":", "\xff\xfe\x00", "object_id\n", ",,,\n"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct buf b;
        struct ran x;
        buf_init(&b, 0);
        buf_puts(&b, inputs[i]);
        assert_true(run(&x, &b, false) < 0);
        assert_true(strlen(x.err.text) > 10);
        done(&x);
        buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_given_twice_are_counted_and_told),
        cmocka_unit_test(missing_ids_are_counted_by_kind),
        cmocka_unit_test(seconds_and_milliseconds_are_told_apart),
        cmocka_unit_test(a_thing_that_everybody_shares_is_capped_and_told),
        cmocka_unit_test(an_account_that_shares_one_thing_without_end_makes_one_edge),
        cmocka_unit_test(bytes_that_are_no_rows_are_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
