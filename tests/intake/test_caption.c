#include "test.h"

#include "intake/collect.h"

static const struct post *caption(struct collected *c, const char *text)
{
    struct buf b;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "kind", "text");
    jw_kv_str(&w, "platform", "x");
    jw_kv_str(&w, "native_id", "1");
    jw_key(&w, "texts");
    jw_array(&w);
    jw_object(&w);
    jw_kv_str(&w, "field", "caption");
    jw_kv_str(&w, "text", text);
    jw_end(&w);
    jw_end(&w);
    jw_end(&w);
    const char *path = put_file(c, "one.ndjson", buf_sv(&b));
    buf_done(&b);
    struct error err;
    assert_ok(collect_as(c, "marsad", path, &err));
    return &c->posts.v[c->posts.n - 1];
}

static void expect(const struct sv_list *l, const char *joined)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < l->n; i++) {
        if (i > 0) buf_putc(&b, '|');
        buf_putsv(&b, l->v[i]);
    }
    assert_string_equal(buf_cstr(&b), joined);
    buf_done(&b);
}

static void hashtags_of_any_script_are_found(void **state)
{
    static const struct {
        const char *text, *tags;
    } cases[] = {
        {"#one #two", "one|two"}, {"#النهر_الأزرق، ثم #٢٠٢٦.", "النهر_الأزرق|٢٠٢٦"},
        {"#مَرْحَبًا!", "مَرْحَبًا"},     {"#a#b", "a|b"},
        {"#sama👑 end", "sama👑"},  {"# no ## #", ""},
        {"＃全角", "全角"},       {"#one #one #One", "one|One"},
        {"text only", ""},        {"#می\xe2\x80\x8cخواهم", "می\xe2\x80\x8cخواهم"},
    };
    struct collected *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(&caption(c, cases[i].text)->hashtags, cases[i].tags);
}

static void mentions_are_found_and_addresses_are_none(void **state)
{
    static const struct {
        const char *text, *handles;
    } cases[] = {
        {"@sama and @wadi.21.", "sama|wadi.21"},
        {"mail nur@example.org now", ""},
        {"(@قمر)", "قمر"},
        {"@ @. @@x", "x"},
    };
    struct collected *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(&caption(c, cases[i].text)->mentions, cases[i].handles);
}

static void links_are_found_without_what_ends_the_sentence(void **state)
{
    static const struct {
        const char *text, *links;
    } cases[] = {
        {"see https://example.org/a?b=1#c, and (http://example.net/x).",
         "https://example.org/a?b=1#c|http://example.net/x"},
        {"https://example.org/#tag", "https://example.org/#tag"},
        {"http:// httpx://a https://.", ""},
    };
    struct collected *c = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct post *p = caption(c, cases[i].text);
        expect(&p->links, cases[i].links);
        expect(&p->hashtags, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hashtags_of_any_script_are_found),
        TEST(mentions_are_found_and_addresses_are_none),
        TEST(links_are_found_without_what_ends_the_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
