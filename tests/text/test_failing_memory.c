/* Each allocation fails once: whatever is asked for is given, or refused with ERR_NOMEM and nothing lost. */
#include "text/private.h"
#include "text/terms.h"

#include "fail_alloc.h"
#include "test.h"

static const char text_bytes[] =
    "يا كلبببببب م\u0430crosoft m\u0430c ك.ل.ب ٯحٮه 0612345678 a@b.test 4111 1111 1111 1111";

static int use_text(const struct terms *t, struct error *err)
{
    struct arena a;
    struct norm_text text;
    struct terms_scratch *scratch = NULL;
    struct term_hit *hits;
    struct private_hit *found;
    size_t n;
    bool cut;
    arena_init(&a, 0);
    int rc = text_normalise(SV(text_bytes), &a, &text, err);
    if (rc == 0) rc = terms_scratch_new(t, &scratch, err);
    if (rc == 0) rc = terms_find(t, scratch, &text, &a, &hits, &n, &cut, err);
    if (rc == 0) assert_int_equal(n, 3);
    if (rc == 0) rc = private_find(&text, &a, &found, &n, err);
    if (rc == 0) assert_int_equal(n, 3);
    terms_scratch_free(scratch);
    arena_done(&a);
    return rc;
}

static int make_terms(struct terms **out, struct error *err)
{
    struct terms_builder *b = NULL;
    int rc = terms_builder_new(&b, err);
    if (rc == 0)
        rc = terms_builder_add(b, SV("t.tsv"),
                               SV("@category none @lexicon l\nكلب\tneeds=a|b\nقحبة\nيا هذا\tnot=x\n"), NULL,
                               err);
    if (rc != 0) {
        terms_builder_free(b);
        return rc;
    }
    return terms_compile(b, out, err);
}

static void reading_a_text_survives_any_failing_allocation(void **state)
{
    struct error err;
    struct terms *t;
    bool done = false;
    assert_ok(make_terms(&t, &err));
    for (unsigned n = 1; !done; n++) {
        fail_alloc_at(n);
        int rc = use_text(t, &err);
        done = !fail_alloc_stop();
        assert_int_equal(rc, done ? 0 : ERR_NOMEM);
    }
    terms_free(t);
}

static void compiling_a_lexicon_survives_any_failing_allocation(void **state)
{
    struct error err;
    bool done = false;
    for (unsigned n = 1; !done; n++) {
        struct terms *t = NULL;
        fail_alloc_at(n);
        int rc = make_terms(&t, &err);
        done = !fail_alloc_stop();
        assert_int_equal(rc, done ? 0 : ERR_NOMEM);
        terms_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_a_text_survives_any_failing_allocation),
        cmocka_unit_test(compiling_a_lexicon_survives_any_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
