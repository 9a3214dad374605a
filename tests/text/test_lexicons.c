/* The lexicons that ship with the default policy. */
#include "model/category.h"
#include "text/terms.h"

#include "golden.h"

#include <dirent.h>

static bool known(struct sv category) { return category_parse(category) != CATEGORY_NONE; }

static struct terms *load_all(void)
{
    struct terms_builder *b;
    struct terms *t;
    struct error err;
    char folder[4096], path[8192];
    struct dirent **entry;
    snprintf(folder, sizeof folder, "%s/policy/lexicons", test_source_dir());
    int n = scandir(folder, &entry, NULL, alphasort);
    assert_true(n > 2);
    assert_ok(terms_builder_new(&b, &err));
    for (int i = 0; i < n; i++) {
        struct buf file;
        snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
        buf_init(&file, 0);
        if (sv_ends(sv_cstr(path), SV(".tsv"))) {
            if (file_read(path, (size_t)1 << 20, &file, &err) != 0 ||
                terms_builder_add(b, sv_cstr(entry[i]->d_name), buf_sv(&file), known, &err) != 0)
                fail_msg("%s", err.text);
        }
        buf_done(&file);
        free(entry[i]);
    }
    free(entry);
    assert_ok(terms_compile(b, &t, &err));
    return t;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The distinct names, sorted, one space between. */
static struct sv names_found(struct arena *a, const struct term_hit *hits, size_t n)
{
    char **name = arena_array(a, n + 1, sizeof *name);
    struct buf b;
    size_t count = 0;
    buf_init(&b, 0);
    for (size_t i = 0; i < n; i++) {
        const struct term_info *info = hits[i].info;
        bool harm = !sv_is(info->category, "none");
        if (harm && info->weight < 0.5) continue;
        name[count++] = harm ? arena_cstr(a, info->category)
                             : arena_cstr(a, arena_printf(a, "context:%.*s", SV_FMT(info->context)));
    }
    if (count > 1) qsort(name, count, sizeof *name, by_name);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(name[i], name[i - 1]) != 0) buf_printf(&b, "%s%s", b.n ? " " : "", name[i]);
    struct sv found = arena_copy(a, buf_sv(&b));
    buf_done(&b);
    return found;
}

static void the_shipped_lexicons_find_what_the_golden_file_says(void **state)
{
    struct golden g;
    struct error err;
    struct terms_scratch *scratch;
    unsigned wrong = 0;
    struct terms *t = load_all();
    assert_ok(terms_scratch_new(t, &scratch, &err));
    golden_open(&g, "lexicons.txt");
    while (golden_next(&g)) {
        struct norm_text text;
        struct term_hit *hits;
        size_t n;
        bool cut;
        assert_ok(text_normalise(g.field[0], &g.arena, &text, &err));
        assert_ok(terms_find(t, scratch, &text, &g.arena, &hits, &n, &cut, &err));
        struct sv got = names_found(&g.arena, hits, n);
        if (!sv_eq(got, g.field[1])) {
            print_error("%s: got \"%.*s\", want \"%.*s\"\n", g.where, SV_FMT(got), SV_FMT(g.field[1]));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    golden_close(&g);
    terms_scratch_free(scratch);
    terms_free(t);
}

static void words_of_no_harm_say_what_context_they_mark(void **state)
{
    struct terms *t = load_all();
    for (size_t i = 0; i < terms_count(t); i++) {
        const struct term_info *info = terms_info(t, i);
        if (sv_is(info->category, "none") == (info->context.n == 0))
            fail_msg("%.*s: category \"%.*s\", context \"%.*s\"", SV_FMT(info->term), SV_FMT(info->category),
                     SV_FMT(info->context));
    }
    terms_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_lexicons_find_what_the_golden_file_says),
        cmocka_unit_test(words_of_no_harm_say_what_context_they_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
