/* Whatever people paste: every reader of texts ends, within its limits, with places inside the text. */
#include "base/limits.h"
#include "text/arabizi.h"
#include "text/dialect.h"
#include "text/private.h"
#include "text/terms.h"

#include "test.h"

struct readers {
    struct terms *terms;
    struct terms_scratch *scratch;
    int8_t *rows;
    struct dialect_model dialects;
};

static int open_readers(void **state)
{
    struct readers *r = calloc(1, sizeof *r);
    struct terms_builder *b = NULL;
    struct error err;
    enum { BITS = 10 };
    assert_ok(terms_builder_new(&b, &err));
    assert_ok(terms_builder_add(b, SV("t.tsv"), SV("@lexicon l @category none\nكلب\nقحبة\nbad word\n"), NULL,
                                &err));
    assert_ok(terms_compile(b, &r->terms, &err));
    assert_ok(terms_scratch_new(r->terms, &r->scratch, &err));
    r->rows = calloc((size_t)DIALECT_COUNT << BITS, 1);
    r->dialects = (struct dialect_model){.bits = BITS, .rows = r->rows};
    *state = r;
    return 0;
}

static int close_readers(void **state)
{
    struct readers *r = *state;
    terms_scratch_free(r->scratch);
    terms_free(r->terms);
    free(r->rows);
    free(r);
    return 0;
}

static void read_all(const struct readers *r, struct sv text, size_t *out_private)
{
    struct arena a;
    struct error err;
    struct norm_text t, other;
    struct private_hit *found;
    struct term_hit *hits;
    struct dialect_span *span;
    size_t nfound, nhits, nspans;
    bool cut, differs;
    arena_init(&a, 0);
    assert_ok(text_normalise(text, &a, &t, &err));
    assert_ok(text_reread(&t, &a, &other, &differs, &err));
    assert_ok(arabizi_mashriqi(&t, &a, &other, &err));
    assert_ok(terms_find(r->terms, r->scratch, &t, &a, &hits, &nhits, &cut, &err));
    assert_ok(private_find(&t, &a, &found, &nfound, &err));
    assert_ok(dialect_spans(&r->dialects, &t, &a, &span, &nspans, &err));
    assert_true(nhits <= TERM_MAX_HITS && nfound <= PRIVATE_MAX_HITS);
    for (size_t i = 0; i < nfound; i++) assert_true(found[i].start < found[i].end && found[i].end <= text.n);
    for (size_t i = 0; i < nspans; i++) assert_true(span[i].start < span[i].end && span[i].end <= text.n);
    *out_private = nfound;
    arena_done(&a);
}

static void repeat(struct readers *r, const char *piece, size_t bytes, size_t *out_private)
{
    size_t n = strlen(piece), times = bytes / n;
    char *text = malloc(times * n + 1);
    for (size_t i = 0; i < times; i++) memcpy(text + i * n, piece, n);
    read_all(r, sv_of(text, times * n), out_private);
    free(text);
}

static void ten_megabytes_of_anything_end(void **state)
{
    static const char *const pieces[] = {"1 ", "كلب ", "شارع 5 "};
    size_t n;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        repeat(*state, pieces[i], (size_t)10 << 20, &n);
}

static void what_every_finder_starts_at_ends_too(void **state)
{
    static const char *const pieces[] = {"<",
                                         ":",
                                         "a:",
                                         "@",
                                         "a@",
                                         "+",
                                         "+1",
                                         "/",
                                         "maps.google.com/",
                                         "1.",
                                         "12°",
                                         "1.1.",
                                         "0x",
                                         "IBAN MA6",
                                         "P<UTO",
                                         "IDIRQ",
                                         "rue ",
                                         "12 rue ",
                                         "اعرف بيتها ",
                                         "صفر ",
                                         "9a ",
                                         "3lach",
                                         "know x",
                                         "+2126",
                                         "0612 ",
                                         "AB 12 ",
                                         "1-1-1",
                                         "||",
                                         "n° 5 ",
                                         "\xff",
                                         "١",
                                         "\xe2\x80\xae",
                                         "\xcc\x81"};
    size_t n;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        repeat(*state, pieces[i], (size_t)200 << 10, &n);
}

static void a_hundred_thousand_marks_hide_no_number(void **state)
{
    enum { MARKS = 100000 };
    struct buf b;
    size_t n;
    buf_init(&b, 0);
    buf_puts(&b, "nmrtha 06");
    for (int i = 0; i < MARKS; i++) buf_puts(&b, "\xcc\x81");
    buf_puts(&b, "00012233");
    read_all(*state, buf_sv(&b), &n);
    assert_int_equal(n, 1);
    buf_done(&b);
}

static void direction_tricks_hide_no_number(void **state)
{
    static const char *const texts[] = {
        "nmrtha \xe2\x80\xae"
        "0600012233\xe2\x80\xac", /* right-to-left override around it */
        "nmrtha 06\xe2\x81\xa6"
        "00\xe2\x81\xa9"
        "01\xe2\x80\x8f"
        "2233", /* isolates and marks inside */
        "nmrtha 06\xe2\x80\x8b"
        "0001\xef\xbb\xbf"
        "2233", /* zero width inside */
        "nmrtha \xef\xbc\x90\xef\xbc\x96"
        "00012233", /* full-width digits */
        "nmrtha \xf0\x9d\x9f\x8e\xf0\x9d\x9f\x94"
        "00012233", /* mathematical bold digits */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n;
        read_all(*state, sv_cstr(texts[i]), &n);
        if (n != 1) fail_msg("text %zu: %zu found", i, n);
    }
}

static void broken_bytes_are_read_around(void **state)
{
    size_t n;
    read_all(*state, SV("\xc3 \xf0\x9f nmrtha 0600012233 \xed\xa0\x80 \xfe"), &n);
    assert_int_equal(n, 1);
    read_all(*state, SV("nmrtha\0 0600012233\0"), &n);
    assert_int_equal(n, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_megabytes_of_anything_end),
        cmocka_unit_test(what_every_finder_starts_at_ends_too),
        cmocka_unit_test(a_hundred_thousand_marks_hide_no_number),
        cmocka_unit_test(direction_tricks_hide_no_number),
        cmocka_unit_test(broken_bytes_are_read_around),
    };
    return cmocka_run_group_tests(tests, open_readers, close_readers);
}
