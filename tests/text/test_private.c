#include "base/limits.h"
#include "text/private.h"

#include "golden.h"

static void describe(struct sv original, const struct private_hit *hits, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        struct sv words = sv_sub(original, hits[i].start, hits[i].end);
        buf_printf(out, "%s%s %s@%.*s%s", i ? " ; " : "", private_kind_name(hits[i].kind), hits[i].country,
                   SV_FMT(words), hits[i].advert ? "!" : "");
    }
}

static void hits_are_what_the_golden_file_says(void **state)
{
    struct golden g;
    struct error err;
    unsigned wrong = 0;
    golden_open(&g, "private.txt");
    while (golden_next(&g)) {
        struct buf got;
        struct norm_text t;
        struct private_hit *hits;
        size_t n;
        buf_init(&got, 0);
        assert_ok(text_normalise(g.field[0], &g.arena, &t, &err));
        assert_ok(private_find(&t, &g.arena, &hits, &n, &err));
        describe(g.field[0], hits, n, &got);
        for (size_t i = 0; i < n; i++) assert_true(hits[i].probability > 0 && hits[i].probability <= 1);
        if (!sv_eq(buf_sv(&got), g.field[1])) {
            print_error("%s: got \"%s\", want \"%.*s\"\n", g.where, buf_cstr(&got), SV_FMT(g.field[1]));
            wrong++;
        }
        buf_done(&got);
    }
    assert_int_equal(wrong, 0);
    golden_close(&g);
}

static void hits_stand_in_order_and_do_not_overlap(void **state)
{
    struct arena a;
    struct error err;
    struct norm_text t;
    struct private_hit *hits;
    size_t n;
    arena_init(&a, 0);
    assert_ok(text_normalise(
        SV("0612345678 4111 1111 1111 1111 a@b.test 0770 123 4567 RIB 007780000123456789012396"), &a, &t,
        &err));
    assert_ok(private_find(&t, &a, &hits, &n, &err));
    assert_int_equal(n, 5);
    for (size_t i = 1; i < n; i++) assert_true(hits[i - 1].end <= hits[i].start);
    arena_done(&a);
}

static void a_text_of_phones_ends_at_the_maximum(void **state)
{
    struct arena a;
    struct buf b;
    struct error err;
    struct norm_text t;
    struct private_hit *hits;
    size_t n;
    arena_init(&a, 0);
    buf_init(&b, 0);
    for (int i = 0; i < PRIVATE_MAX_HITS + 10; i++) buf_puts(&b, "0612345678, ");
    assert_ok(text_normalise(buf_sv(&b), &a, &t, &err));
    assert_ok(private_find(&t, &a, &hits, &n, &err));
    assert_int_equal(n, PRIVATE_MAX_HITS);
    buf_done(&b);
    arena_done(&a);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    for (int a = 0; a < PRIVATE_KIND_COUNT; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(private_kind_name((enum private_kind)a),
                                    private_kind_name((enum private_kind)b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_are_what_the_golden_file_says),
        cmocka_unit_test(hits_stand_in_order_and_do_not_overlap),
        cmocka_unit_test(a_text_of_phones_ends_at_the_maximum),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
