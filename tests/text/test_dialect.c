#include "text/dialect.h"

#include "base/limits.h"
#include "golden.h"

#include <unistd.h>

/* The model that ships, read from the source folder. */
struct shipped {
    struct buf bytes;
    struct dialect_model m;
};

static void shipped_open(struct shipped *s)
{
    struct error err;
    char path[4096];
    snprintf(path, sizeof path, "%s/policy/models/dialect.model", test_source_dir());
    buf_init(&s->bytes, 0);
    assert_ok(file_read(path, (size_t)8 << 20, &s->bytes, &err));
    assert_ok(dialect_read(buf_sv(&s->bytes), &s->m, &err));
}

static void lines_of_each_dialect_are_told_apart(void **state)
{
    struct golden g;
    struct error err;
    struct shipped s;
    unsigned wrong = 0, lines = 0;
    shipped_open(&s);
    golden_open(&g, "dialects.txt");
    while (golden_next(&g)) {
        struct norm_text t;
        struct dialect_span *span;
        size_t n;
        assert_ok(text_normalise(g.field[1], &g.arena, &t, &err));
        assert_ok(dialect_spans(&s.m, &t, &g.arena, &span, &n, &err));
        lines++;
        if (sv_is(g.field[0], dialect_code(dialect_main(span, n)))) continue;
        print_message("%s: %s for %.*s\n", g.where, dialect_code(dialect_main(span, n)), SV_FMT(g.field[1]));
        wrong++;
    }
    assert_true(lines >= 80);
    assert_true(wrong * 4 <= lines); /* written apart from what the model learned from */
    golden_close(&g);
    buf_done(&s.bytes);
}

static void a_mixed_caption_gives_several_spans(void **state)
{
    struct error err;
    struct shipped s;
    struct arena a;
    struct norm_text t;
    struct dialect_span *span;
    size_t n;
    shipped_open(&s);
    arena_init(&a, 0);
    struct sv text =
        SV("واش كاين شي حد فيكم اللي كيعرف هادشي livraison gratuite dans toutes les villes du royaume");
    assert_ok(text_normalise(text, &a, &t, &err));
    assert_ok(dialect_spans(&s.m, &t, &a, &span, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(span[0].is, DIALECT_MAGHREBI);
    assert_int_equal(span[1].is, DIALECT_FRENCH);
    assert_int_equal(span[0].start, 0);
    assert_true(sv_starts(sv_sub(text, span[1].start, text.n), SV("livraison")));
    assert_int_equal(span[1].end, text.n);
    arena_done(&a);
    buf_done(&s.bytes);
}

static void a_text_without_words_has_no_spans(void **state)
{
    struct error err;
    struct shipped s;
    struct arena a;
    struct norm_text t;
    struct dialect_span *span;
    size_t n = 9;
    shipped_open(&s);
    arena_init(&a, 0);
    assert_ok(text_normalise(SV("0612345678 😂 … \xff"), &a, &t, &err));
    assert_ok(dialect_spans(&s.m, &t, &a, &span, &n, &err));
    assert_int_equal(n, 0);
    assert_string_equal(dialect_code(dialect_main(span, n)), "und");
    arena_done(&a);
    buf_done(&s.bytes);
}

static void words_beyond_the_maximum_go_with_the_last_span(void **state)
{
    struct error err;
    struct shipped s;
    struct arena a;
    struct buf b;
    struct norm_text t;
    struct dialect_span *span;
    size_t n;
    shipped_open(&s);
    arena_init(&a, 0);
    buf_init(&b, 0);
    for (int i = 0; i < DIALECT_MAX_WORDS + 100; i++) buf_puts(&b, "hello ");
    assert_ok(text_normalise(buf_sv(&b), &a, &t, &err));
    assert_ok(dialect_spans(&s.m, &t, &a, &span, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(span[0].words, DIALECT_MAX_WORDS);
    assert_int_equal(span[0].end, b.n);
    buf_done(&b);
    arena_done(&a);
    buf_done(&s.bytes);
}

static void a_damaged_model_is_refused(void **state)
{
    struct error err;
    struct shipped s;
    struct dialect_model m;
    shipped_open(&s);
    s.bytes.p[s.bytes.n / 2] ^= 1;
    assert_int_equal(dialect_read(buf_sv(&s.bytes), &m, &err), ERR_FORMAT);
    s.bytes.p[s.bytes.n / 2] ^= 1;
    assert_int_equal(dialect_read(sv_sub(buf_sv(&s.bytes), 0, s.bytes.n - 1), &m, &err), ERR_FORMAT);
    s.bytes.p[8] = 2; /* another version */
    assert_int_equal(dialect_read(buf_sv(&s.bytes), &m, &err), ERR_FORMAT);
    assert_int_equal(dialect_read(SV("MARSAD"), &m, &err), ERR_FORMAT);
    buf_done(&s.bytes);
}

/* Learning from the project's own words alone: twice the same bytes. */
static void the_same_recipe_gives_the_same_model(void **state)
{
    struct error err;
    struct buf once, twice, recipe;
    char dir[4096], path[] = "/tmp/marsad-dialect-XXXXXX";
    snprintf(dir, sizeof dir, "%s/policy/models", test_source_dir());
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    buf_init(&once, 0);
    buf_init(&twice, 0);
    buf_init(&recipe, 0);
    for (int d = 0; d < DIALECT_COUNT; d++)
        buf_printf(&recipe, "set\t%s\tdialect.tsv\tlabel=%s\tours\n", dialect_code((enum dialect)d),
                   d == DIALECT_MSA ? "ar-eg" : dialect_code((enum dialect)d));
    assert_int_equal(write(fd, recipe.p, recipe.n), (ssize_t)recipe.n);
    close(fd);
    assert_ok(dialect_learn(path, dir, &once, &err));
    assert_ok(dialect_learn(path, dir, &twice, &err));
    assert_true(sv_eq(buf_sv(&once), buf_sv(&twice)));
    unlink(path);
    buf_done(&once);
    buf_done(&twice);
    buf_done(&recipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_each_dialect_are_told_apart),
        cmocka_unit_test(a_mixed_caption_gives_several_spans),
        cmocka_unit_test(a_text_without_words_has_no_spans),
        cmocka_unit_test(words_beyond_the_maximum_go_with_the_last_span),
        cmocka_unit_test(a_damaged_model_is_refused),
        cmocka_unit_test(the_same_recipe_gives_the_same_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
