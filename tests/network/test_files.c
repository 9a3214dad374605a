/* Files read for the sister commands: messages to targets, traces of accounts; and wording that is nearly the same. */
#include "test.h"

#include "base/clock.h"
#include "network/actions.h"
#include "network/messages.h"
#include "network/traces.h"

#include <unistd.h>

static char path[64];

static const char *file_with(const char *text)
{
    strcpy(path, "/tmp/marsad-files-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

/* ---- messages ---- */

struct heard {
    int n;
    int64_t at_us;
    char target[32];
    uint32_t senders;
};
static int hear(void *arg, const struct pileon_alert *a)
{
    struct heard *h = arg;
    h->n++;
    h->at_us = a->time_us;
    h->senders = a->senders;
    snprintf(h->target, sizeof h->target, "%.*s", SV_FMT(a->target));
    return 0;
}

static void add(struct messages *m, int i)
{
    struct error err;
    char sender[16];
    snprintf(sender, sizeof sender, "new%d", i);
    struct pileon_event e = {.sender = sv_cstr(sender),
                             .target = SV("nurse"),
                             .time_us = (1700000000 + i * INT64_C(15)) * US_PER_SECOND,
                             .text = SV("shame on you for what you did"),
                             .created_us = 1699990000 * US_PER_SECOND};
    assert_ok(messages_add(m, &e, &err));
}

static void messages_are_heard_in_the_time_of_events_whatever_their_order(void **unused)
{
    struct heard first = {0};
    for (int step = 1; step < 60; step += 6) { /* steps that have no factor in common with 61 */
        struct messages *m = NULL;
        struct error err;
        struct heard h = {0};
        struct pileon_options o;
        struct messages_summary sum;
        pileon_options_init(&o);
        assert_ok(messages_new(&m, &err));
        for (int i = 0; i < 61; i++) add(m, i * step % 61);
        assert_int_equal(messages_count(m), 61);
        assert_ok(messages_run(m, &o, hear, &h, &sum, &err));
        assert_int_equal(h.n, 1);
        assert_int_equal(sum.alerts, 1);
        assert_int_equal(sum.targets, 1);
        assert_int_equal(sum.late, 0);
        if (step == 1) first = h;
        assert_memory_equal(&first, &h, sizeof h);
        messages_free(m);
    }
    assert_string_equal(first.target, "nurse");
}

static void every_line_of_messages_is_used_or_counted(void **unused)
{
    struct messages *m = NULL;
    struct network_report r = {0};
    struct messages_left_out left;
    struct error err;
    struct message_columns c = {
        .sender = SV("who"), .target = SV("to"), .time = SV("at"), .text = SV("says")};
    assert_ok(messages_new(&m, &err));
    assert_ok(messages_read(m,
                            file_with("\xEF\xBB\xBFwho;to;at;says\r\n"
                                      "a;b;1700000000;\"one;\r\ntwo\"\r\n"
                                      "a;a;1700000001;to myself\r\n"
                                      "a;;1700000002;to nobody\r\n"
                                      ";b;1700000003;from nobody\r\n"
                                      "c;b;never;x\r\n"
                                      "c;b;1700000004000;x\r\n"),
                            &c, &r, &left, &err));
    unlink(path);
    assert_int_equal(messages_count(m), 2);
    assert_int_equal(left.own, 1);
    assert_int_equal(left.no_target, 1);
    assert_int_equal(r.lines, 6);
    assert_int_equal(r.missing_account, 1);
    assert_int_equal(r.bad_time, 1);
    assert_int_equal(r.milliseconds, 1);
    messages_free(m);
}

static void a_message_to_several_is_one_to_each(void **unused)
{
    struct messages *m = NULL;
    struct network_report r = {0};
    struct messages_left_out left;
    struct error err;
    struct message_columns c = {.target = SV("mentions"), .text = SV("text")};
    assert_ok(messages_new(&m, &err));
    assert_ok(messages_read(
        m,
        file_with("{\"account_id\":\"a\",\"timestamp_share\":1700000000,"
                  "\"mentions\":[\"x\",\"y\",\"a\"],\"text\":\"look at what they did here\"}\n"),
        &c, &r, &left, &err));
    unlink(path);
    assert_int_equal(messages_count(m), 2);
    assert_int_equal(left.own, 1);
    messages_free(m);
}

/* ---- traces ---- */

static void traces_gather_what_an_account_left(void **unused)
{
    struct traces *t = NULL;
    struct network_report r = {0};
    struct error err;
    struct arena a;
    struct account_trace trace;
    uint32_t n;
    struct trace_columns c = {.text = SV("text"), .clip = SV("clip"), .closed = SV("closed")};
    arena_init(&a, 0);
    assert_ok(traces_new(&t, &err));
    assert_ok(traces_read(t,
                          file_with("account_id,timestamp_share,text,clip,closed\n"
                                    "old,1700000000,first words,rare,\n"
                                    "old,1700000100,second words,trend,1700009999\n"
                                    "old,1700000100,second words,trend,soon\n"
                                    "b,1700000300,x,trend,\nc,1700000300,y,trend,\n"),
                          &c, &r, &err));
    unlink(path);
    assert_int_equal(traces_count(t), 3);
    assert_int_equal(r.bad_created, 1); /* "soon" */
    assert_ok(traces_find(t, SV("old"), &n, &err));
    assert_int_equal(traces_find(t, SV("nobody"), &n, &err), ERR_NOTFOUND);
    assert_ok(traces_get(t, n, 0, &a, &trace, &err));
    assert_int_equal(trace.captions.n, 2);
    assert_int_equal(trace.clips.n, 2);
    assert_int_equal(trace.closed_us, 1700009999 * US_PER_SECOND);
    assert_int_equal(trace.first_us, 1700000000 * US_PER_SECOND);
    assert_int_equal(trace.last_us, 1700000100 * US_PER_SECOND);
    assert_ok(traces_get(t, n, 2, &a, &trace, &err)); /* the trend is everybody's */
    assert_int_equal(trace.clips.n, 1);
    assert_sv(trace.clips.v[0], "rare");
    assert_ok(traces_close(t, SV("d"), 5, &err));
    assert_int_equal(traces_count(t), 4);
    traces_free(t);
    arena_done(&a);
}

static void traces_of_nothing_are_refused(void **unused)
{
    struct traces *t = NULL;
    struct network_report r = {0};
    struct error err;
    struct trace_columns c = {.account = SV("account_id")};
    assert_ok(traces_new(&t, &err));
    assert_int_equal(traces_read(t, "/nowhere", &c, &r, &err), ERR_ARG);
    c.text = SV("text");
    assert_int_equal(traces_read(t, "/nowhere", &c, &r, &err), ERR_NOTFOUND);
    traces_free(t);
}

/* ---- near wording ---- */

static uint64_t edges_of(const char *csv, bool near)
{
    struct network_table *t = NULL;
    struct network_result *r = NULL;
    struct network_report report = {0};
    struct network_options o;
    struct error err;
    struct network_columns c = {.nlayers = 1};
    uint32_t joined = 0;
    c.layers[0].name = c.layers[0].column = SV("object_id");
    network_options_init(&o);
    o.rule = NETWORK_COUNT;
    o.min_posts = 1;
    o.min_participation = 1;
    assert_ok(network_table_parse(sv_cstr(csv), &c, &t, &report, &err));
    uint64_t left_out = 0;
    if (near) assert_ok(network_table_join_near(t, 0, &joined, &left_out, &err));
    assert_int_equal(left_out, 0);
    assert_ok(network_run(t, &o, NULL, NULL, &r, &err));
    uint64_t n = r->nedges;
    if (near && n)
        assert_sv(network_object_name(r, 0, r->evidence[0].object),
                  "Share it before they delete it, friends of the harbour");
    network_result_free(r);
    network_table_free(t);
    return n;
}

static void near_wording_is_one_thing_and_short_wording_is_not_guessed_at(void **unused)
{
    static const char near[] =
        "object_id,account_id,content_id,timestamp_share\n"
        "\"share this before they delete it, friends of the harbour!\",a,1,1700000000\n"
        "\"share this before they delete it, friends of the harbour\",b,2,1700000005\n"
        "\"Share it before they delete it, friends of the harbour\",c,3,1700000009\n"
        "good morning,d,4,1700000000\nGood morning!,e,5,1700000001\n";
    assert_int_equal(edges_of(near, false), 0);
    assert_int_equal(edges_of(near, true), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_heard_in_the_time_of_events_whatever_their_order),
        cmocka_unit_test(every_line_of_messages_is_used_or_counted),
        cmocka_unit_test(a_message_to_several_is_one_to_each),
        cmocka_unit_test(traces_gather_what_an_account_left),
        cmocka_unit_test(traces_of_nothing_are_refused),
        cmocka_unit_test(near_wording_is_one_thing_and_short_wording_is_not_guessed_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
