/* The readers: every row is used or counted, whatever the file looks like. */
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "network/network.h"
#include "network/table_priv.h"

#include <zlib.h>

struct parsed {
    struct network_table *t;
    struct network_report r;
    struct error err;
    int rc;
};

static struct parsed parse(struct sv bytes, const struct network_columns *columns)
{
    static const struct network_columns none;
    struct parsed p = {0};
    p.rc = network_table_parse(bytes, columns ? columns : &none, &p.t, &p.r, &p.err);
    return p;
}

#define CSV_HEAD "object_id,account_id,content_id,timestamp_share\n"

static struct sv object_of(const struct parsed *p, uint64_t row)
{
    return intern_sv(&p->t->layers[0].objects, p->t->layers[0].object[row]);
}
static struct sv account_of(const struct parsed *p, uint64_t row)
{
    return intern_sv(&p->t->accounts, p->t->layers[0].account[row]);
}
static int64_t time_of(const struct parsed *p, uint64_t row) { return p->t->layers[0].time_us[row]; }

static void csv_takes_columns_in_any_order(void **state)
{
    struct parsed p =
        parse(SV("timestamp_share;x;account_id;object_id;content_id\r\n5;?;me;it;c1\r\n6;?;you;it;c2"), NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.rows, 2);
    assert_sv(object_of(&p, 0), "it");
    assert_sv(account_of(&p, 1), "you");
    assert_int_equal(time_of(&p, 1), 6000000);
    network_table_free(p.t);
}

static void csv_quotes_hold_delimiters_quotes_and_line_breaks(void **state)
{
    struct parsed p = parse(SV("\xEF\xBB\xBF\"object_id\",account_id,content_id,timestamp_share\n"
                               "\"a,b\",\"say \"\"hi\"\"\",c1,5\n"
                               "\"two\nlines\",u,c2,6\n"
                               "plain,u,c3,7\n"),
                            NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.rows, 3);
    assert_sv(object_of(&p, 0), "a,b");
    assert_sv(account_of(&p, 0), "say \"hi\"");
    assert_sv(object_of(&p, 1), "two\nlines");
    assert_sv(object_of(&p, 2), "plain");
    network_table_free(p.t);
}

static void a_quote_that_never_closes_costs_one_line(void **state)
{
    struct parsed p = parse(SV(CSV_HEAD "\"open,u1,c1,5\nfine,u2,c2,6\nfine,u3,c3,7\n"), NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.lines, 3);
    assert_int_equal(p.r.bad_shape, 1);
    assert_int_equal(p.r.rows, 2);
    assert_int_equal(p.r.examples[0].line, 2);
    network_table_free(p.t);
}

static void every_line_is_used_or_counted(void **state)
{
    struct parsed p = parse(SV(CSV_HEAD "o,u,c,5\n"
                                        ",u,c,5\n"
                                        "o,,c,5\n"
                                        "o,u,,5\n"
                                        "o,u,NA,5\n"
                                        "o,u,c,soon\n"
                                        "o,u,c\n"
                                        "o,u,c,5,6\n"
                                        "\n"
                                        "o,u,c,99999999999999999999\n"),
                            NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.lines, 9);
    assert_int_equal(p.r.posts, 4);
    assert_int_equal(p.r.rows, 3);
    assert_int_equal(p.r.missing_object, 1);
    assert_int_equal(p.r.missing_account, 1);
    assert_int_equal(p.r.missing_content, 2);
    assert_int_equal(p.r.bad_time, 2);
    assert_int_equal(p.r.bad_shape, 2);
    assert_int_equal(p.r.lines,
                     p.r.posts + p.r.missing_account + p.r.bad_time + p.r.bad_shape + p.r.too_long);
    assert_int_equal(p.r.nexamples, 5);
    network_table_free(p.t);
}

static void times_of_every_unit_are_told_apart_and_counted(void **state)
{
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {{"1623881091", 1623881091000000},
                 {"1623881091500", 1623881091500000},
                 {"1623881091500000", 1623881091500000},
                 {"0", 0},
                 {"12.5", 12500000},
                 {"2021-06-16T22:04:51Z", 1623881091000000},
                 {"-30", -30000000},
                 {"1.623881091e9", 1623881091000000},
                 {" 1623881091 ", 1623881091000000}};
    struct network_report r = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t us = 0;
        assert_true(table_time(sv_cstr(cases[i].text), &r, &us));
        assert_int_equal(us, cases[i].us);
    }
    assert_int_equal(r.seconds, 6);
    assert_int_equal(r.milliseconds, 1);
    assert_int_equal(r.microseconds, 1);
    assert_int_equal(r.text_times, 1);
    int64_t us;
    assert_false(table_time(SV(""), &r, &us));
    assert_false(table_time(SV("nan"), &r, &us));
    assert_false(table_time(SV("1e300"), &r, &us));
}

static void ndjson_reads_named_members_and_steps_over_the_rest(void **state)
{
    struct parsed p = parse(
        SV("{\"x\":{\"deep\":[1,{\"account_id\":\"no\"}]},\"object_id\":\"o\\u0661\\n\",\"account_id\":42,"
           "\"content_id\":\"c\",\"timestamp_share\":1623881091}\n"
           "  "
           "{\"account_id\":\"u\\ud83d\\ude00\",\"object_id\":[\"p\",\"q\",null],\"content_id\":\"d\","
           "\"timestamp_share\":"
           "\"2021-06-16T22:04:51Z\"}  \n"
           "{\"account_id\":\"u\" \"broken\"}\n"
           "[1]\n"
           "{\"account_id\":\"z\",\"object_id\":\"o\",\"content_id\":\"e\",\"timestamp_share\":7}x\n"),
        NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.lines, 5);
    assert_int_equal(p.r.posts, 2);
    assert_int_equal(p.r.rows, 3);
    assert_int_equal(p.r.bad_shape, 3);
    assert_sv(object_of(&p, 0), "o\xD9\xA1\n");
    assert_sv(account_of(&p, 0), "42");
    assert_sv(account_of(&p, 1), "u\xF0\x9F\x98\x80");
    assert_sv(object_of(&p, 2), "q");
    assert_int_equal(time_of(&p, 2), 1623881091000000);
    network_table_free(p.t);
}

static void several_object_columns_are_several_layers(void **state)
{
    struct network_columns c = {.nlayers = 2};
    c.layers[0].name = SV("clip");
    c.layers[0].column = SV("clip_id");
    c.layers[1].name = SV("sound");
    c.layers[1].column = SV("sound_id");
    struct parsed p = parse(
        SV("clip_id,sound_id,account_id,content_id,timestamp_share\nx,,u,c1,1\nx,s,v,c2,2\n,s,w,c3,3\n"), &c);
    assert_ok(p.rc);
    assert_int_equal(network_table_layers(p.t), 2);
    assert_int_equal(p.t->layers[0].n, 2);
    assert_int_equal(p.t->layers[1].n, 2);
    assert_int_equal(p.r.posts, 3);
    assert_int_equal(p.r.missing_object, 0);
    network_table_free(p.t);
}

static void a_missing_column_is_named_with_those_there_are(void **state)
{
    struct parsed p = parse(SV("url,account_id,content_id,timestamp_share\na,b,c,1\n"), NULL);
    assert_int_equal(p.rc, ERR_FORMAT);
    assert_non_null(strstr(p.err.text, "object_id"));
    assert_non_null(strstr(p.err.text, "url, account_id"));
}

static void a_file_without_one_usable_line_is_an_error(void **state)
{
    struct parsed p = parse(SV(CSV_HEAD "o,u,c,never\n"), NULL);
    assert_int_equal(p.rc, ERR_FORMAT);
    assert_non_null(strstr(p.err.text, "never"));
    p = parse(SV(""), NULL);
    assert_int_equal(p.rc, ERR_FORMAT);
    p = parse(SV(CSV_HEAD), NULL);
    assert_ok(p.rc);
    network_table_free(p.t);
}

static void lines_above_the_maximum_are_counted_and_passed_over(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, CSV_HEAD "o,u,c,1\n");
    buf_pad(&b, 'x', 3 * NETWORK_MAX_LINE_BYTES);
    buf_puts(&b, "\no,u2,c2,2\n");
    struct parsed p = parse(buf_sv(&b), NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.too_long, 1);
    assert_int_equal(p.r.rows, 2);
    assert_int_equal(p.r.examples[0].line, 3);
    network_table_free(p.t);
    buf_done(&b);
}

static struct sv pack(struct sv plain, unsigned char *out, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)plain.p;
    z.avail_in = (uInt)plain.n;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return sv_of(out, n);
}

static void gzip_is_read_member_by_member_and_damage_is_an_error(void **state)
{
    unsigned char bytes[4096];
    struct sv one = pack(SV(CSV_HEAD "o,u,c,1\n"), bytes, sizeof bytes);
    struct sv two = pack(SV("o,u2,c2,2\n"), bytes + one.n, sizeof bytes - one.n);
    struct parsed p = parse(sv_of(bytes, one.n + two.n), NULL);
    assert_ok(p.rc);
    assert_int_equal(p.r.rows, 2);
    network_table_free(p.t);
    p = parse(sv_of(bytes, one.n + two.n - 3), NULL);
    assert_int_equal(p.rc, ERR_FORMAT);
    bytes[one.n / 2] ^= 0x55;
    p = parse(sv_of(bytes, one.n + two.n), NULL);
    assert_int_equal(p.rc, ERR_FORMAT);
}

static void records_across_the_edge_of_the_buffer_are_whole(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    buf_puts(&b, CSV_HEAD);
    for (int i = 0; i < 60000; i++)
        buf_printf(&b, i % 7 ? "object%d,u%d,c%d,%d\n" : "\"object\n%d\",u%d,c%d,%d\n", i, i % 97, i, i);
    const char *path = "test_table.csv";
    struct error err;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(b.p, 1, b.n, f);
    fclose(f);
    struct parsed p = {0};
    static const struct network_columns none;
    assert_ok(network_table_read(path, &none, &p.t, &p.r, &err));
    assert_int_equal(p.r.rows, 60000);
    assert_int_equal(p.r.bad_shape, 0);
    assert_int_equal(p.t->layers[0].objects.n, 60000);
    assert_sv(object_of(&p, 59997), "object\n59997");
    network_table_free(p.t);
    remove(path);
    buf_done(&b);
}

static void names_keep_their_numbers_and_sort_by_bytes(void **state)
{
    struct intern t;
    uint32_t at, rank[5], sorted[5];
    static const struct sv names[] = {
        {"banana", 6}, {"a\0b", 3}, {"a", 1}, {"bananas and more", 16}, {"bananas", 7}};
    intern_init(&t);
    for (uint32_t i = 0; i < 5; i++) {
        assert_ok(intern_put(&t, names[i], &at));
        assert_int_equal(at, i);
    }
    assert_ok(intern_put(&t, names[2], &at));
    assert_int_equal(at, 2);
    assert_int_equal(intern_find(&t, SV("a\0c")), INTERN_NONE);
    assert_ok(intern_rank(&t, rank, sorted));
    static const uint32_t want[] = {2, 1, 0, 4, 3};
    assert_memory_equal(sorted, want, sizeof want);
    intern_done(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_takes_columns_in_any_order),
        cmocka_unit_test(csv_quotes_hold_delimiters_quotes_and_line_breaks),
        cmocka_unit_test(a_quote_that_never_closes_costs_one_line),
        cmocka_unit_test(every_line_is_used_or_counted),
        cmocka_unit_test(times_of_every_unit_are_told_apart_and_counted),
        cmocka_unit_test(ndjson_reads_named_members_and_steps_over_the_rest),
        cmocka_unit_test(several_object_columns_are_several_layers),
        cmocka_unit_test(a_missing_column_is_named_with_those_there_are),
        cmocka_unit_test(a_file_without_one_usable_line_is_an_error),
        cmocka_unit_test(lines_above_the_maximum_are_counted_and_passed_over),
        cmocka_unit_test(gzip_is_read_member_by_member_and_damage_is_an_error),
        cmocka_unit_test(records_across_the_edge_of_the_buffer_are_whole),
        cmocka_unit_test(names_keep_their_numbers_and_sort_by_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
