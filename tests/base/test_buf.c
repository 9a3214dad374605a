#include "test.h"

#include "base/buf.h"
#include "fail_alloc.h"

static void appended_pieces_stand_in_order_and_end_with_a_nul(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    assert_string_equal(buf_cstr(&b), "");
    buf_put(&b, "", 0);
    assert_null(b.p);
    buf_puts(&b, "ab");
    buf_putsv(&b, SV("c\0d"));
    buf_putsv(&b, SV_NULL);
    buf_putc(&b, '-');
    buf_pad(&b, '.', 3);
    buf_pad(&b, '.', 0);
    buf_printf(&b, "%d%s", 12, "");
    buf_printf(&b, "%s", "");
    assert_sv(buf_sv(&b), "abc\0d-...12");
    assert_int_equal(b.p[b.n], 0);
    assert_false(b.failed);
    buf_clear(&b);
    assert_string_equal(buf_cstr(&b), "");
    assert_true(b.cap > 0);
    buf_done(&b);
    buf_done(&b);
    buf_done(NULL);
}

static void the_maximum_can_be_filled_and_not_passed(void **state)
{
    struct buf b;
    buf_init(&b, 100);
    for (int i = 0; i < 100; i++) buf_putc(&b, 'x');
    assert_false(b.failed);
    assert_int_equal(b.n, 100);
    assert_true(b.cap <= 101);
    buf_putc(&b, 'y');
    assert_true(b.failed);
    assert_int_equal(b.n, 100);
    buf_clear(&b);
    buf_puts(&b, "again");
    assert_sv(buf_sv(&b), "again");
    buf_pad(&b, ' ', SIZE_MAX - 2);
    assert_true(b.failed);
    buf_puts(&b, "!");
    assert_sv(buf_sv(&b), "again");
    buf_done(&b);
}

static void integers_come_back_and_a_short_read_says_so(void **state)
{
    struct buf b;
    buf_init(&b, 0);
    buf_put_u8(&b, 0xfe);
    buf_put_u16(&b, 0x1234);
    buf_put_u32(&b, 0xdeadbeef);
    buf_put_u64(&b, UINT64_C(0x0123456789abcdef));
    buf_puts(&b, "tail");
    assert_int_equal(b.n, 1 + 2 + 4 + 8 + 4);
    assert_memory_equal(b.p, "\xfe\x34\x12\xef\xbe\xad\xde\xef\xcd\xab\x89\x67\x45\x23\x01tail", b.n);

    struct reader r = reader_of(buf_sv(&b));
    assert_int_equal(reader_u8(&r), 0xfe);
    assert_int_equal(reader_u16(&r), 0x1234);
    assert_int_equal(reader_u32(&r), 0xdeadbeef);
    assert_true(reader_u64(&r) == UINT64_C(0x0123456789abcdef));
    assert_sv(reader_bytes(&r, 4), "tail");
    assert_false(r.failed);
    assert_int_equal(reader_left(&r), 0);

    for (size_t n = 0; n < b.n; n++) {
        r = reader_of(sv_of(b.p, n));
        reader_u8(&r), reader_u16(&r), reader_u32(&r), reader_u64(&r), reader_bytes(&r, 4);
        assert_true(r.failed);
        assert_int_equal(reader_left(&r), 0);
        assert_int_equal(reader_u8(&r), 0);
    }
    r = reader_of(SV_NULL);
    assert_int_equal(reader_bytes(&r, 0).n, 0);
    assert_false(r.failed);
    assert_null(reader_bytes(&r, SIZE_MAX).p);
    assert_true(r.failed);
    buf_done(&b);
}

static void a_failing_allocation_keeps_the_bytes_so_far(void **state)
{
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct buf b;
        buf_init(&b, 0);
        fail_alloc_at(n);
        size_t want = 0;
        for (int i = 0; i < 500; i++) {
            buf_printf(&b, "%03d,", i);
            if (!b.failed) want += 4;
        }
        done = !fail_alloc_stop();
        assert_int_equal(b.failed, !done);
        assert_int_equal(b.n, want);
        if (want) assert_memory_equal(b.p + want - 1, ",", 2);
        buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appended_pieces_stand_in_order_and_end_with_a_nul),
        cmocka_unit_test(the_maximum_can_be_filled_and_not_passed),
        cmocka_unit_test(integers_come_back_and_a_short_read_says_so),
        cmocka_unit_test(a_failing_allocation_keeps_the_bytes_so_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
