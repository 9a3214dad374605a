/* Lists of partners: what is read as what, what counts as withdrawn, what is told as unreadable. The files of tests/exchange/data
 * are ours, in the shape that is published. */
#include "test.h"

#include "base/file.h"
#include "exchange/lists.h"

struct got {
    char text[4096];
    size_t n;
};

static int on_record(void *arg, const struct partner_record *r, struct error *err)
{
    struct got *g = arg;
    (void)err;
    int n =
        snprintf(g->text + g->n, sizeof g->text - g->n, "%s%s %.24s%s\n", r->withdrawn ? "-" : "+",
                 bank_item_type_name(r->item->type), r->item->type == BANK_OTHER ? r->item->other_type.p : "",
                 r->item->label.n ? " labelled" : "");
    g->n += (size_t)n;
    assert_true(r->remote.n > 0 && r->origin.n > 0);
    assert_int_equal(r->item->status, BANK_QUARANTINED);
    return 0;
}

static void check(const char *kind, const char *file, const char *want, uint64_t bad)
{
    struct got g = {.n = 0};
    struct partner_sink sink = {&g, on_record, NULL};
    struct partner_counts counts;
    struct arena a;
    struct buf text;
    struct sv next;
    struct error err = {0};
    char path[512];
    assert_ok(id_init(&err));
    arena_init(&a, 0);
    buf_init(&text, 0);
    snprintf(path, sizeof path, "%s/tests/exchange/data/%s", test_source_dir(), file);
    assert_ok(file_read(path, 1 << 20, &text, &err));
    if (partner_list_read(sv_cstr(kind), buf_sv(&text), &a, &sink, &counts, &next, &err) != 0)
        fail_msg("%s", err.text);
    g.text[g.n] = '\0';
    assert_string_equal(g.text, want);
    assert_int_equal(counts.bad, bad);
    buf_done(&text);
    arena_done(&a);
}

static void stopncii(void **state)
{
    (void)state;
    check("stopncii", "stopncii.json", "+pdq \n+other VideoMD5\n-pdq \n+pdq \n", 1);
}

static void tcap(void **state)
{
    (void)state;
    check("tcap", "tcap.json", "+pdq  labelled\n+other MD5 labelled\n+sha256  labelled\n-pdq  labelled\n", 0);
}

static void threatexchange(void **state)
{
    (void)state;
    check("threatexchange-json", "threatexchange.json",
          "+pdq  labelled\n+other HASH_VIDEO_MD5\n+vpdq \n+sha256 \n", 0);
}

static void what_is_no_list_is_refused(void **state)
{
    static const char *const wrong[] = {"", "{}", "{\"hashRecords\":7}", "12", "[[[[", "{\"results\":{}}"};
    struct got g = {.n = 0};
    struct partner_sink sink = {&g, on_record, NULL};
    struct partner_counts counts;
    struct arena a;
    struct sv next;
    struct error err;
    (void)state;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(
            partner_list_read(SV("stopncii"), sv_cstr(wrong[i]), &a, &sink, &counts, &next, &err),
            ERR_FORMAT);
    assert_int_equal(partner_list_read(SV("other"), SV("[]"), &a, &sink, &counts, &next, &err), ERR_ARG);
    assert_ok(partner_list_read(SV("tcap"),
                                SV("{\"results\":[1,{},{\"id\":1},{\"id\":1,\"algorithm\":\"PDQ\",\"hash_"
                                   "digest\":\"zz\"}],\"next\":\"https://x.example/2\"}"),
                                &a, &sink, &counts, &next, &err));
    assert_int_equal(counts.bad, 4);
    assert_sv(next, "https://x.example/2");
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stopncii), cmocka_unit_test(tcap),
                                       cmocka_unit_test(threatexchange),
                                       cmocka_unit_test(what_is_no_list_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
