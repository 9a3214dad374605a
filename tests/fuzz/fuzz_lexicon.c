/* A lexicon up to the first zero byte, and after it a text to search. A refusal names file and line; hits lie in the
 * text, in order. */
#include <stdlib.h>

#include "base/utf8.h"
#include "text/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds) abort();
}

static void search(const struct terms *t, struct sv original)
{
    struct arena a;
    struct error err;
    struct norm_text text;
    struct terms_scratch *scratch;
    struct term_hit *hits;
    size_t n;
    bool cut;
    arena_init(&a, 0);
    check(terms_scratch_new(t, &scratch, &err) == 0);
    check(text_normalise(original, &a, &text, &err) == 0);
    check(terms_find(t, scratch, &text, &a, &hits, &n, &cut, &err) == 0);
    for (size_t i = 0; i < n; i++) {
        check(hits[i].start < hits[i].end && hits[i].end <= original.n);
        check(i == 0 || hits[i - 1].start <= hits[i].start);
    }
    terms_scratch_free(scratch);
    arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct terms_builder *b;
    struct terms *t;
    struct sv all = sv_of(data, size);
    size_t zero = sv_find_byte(all, '\0', 0);
    struct sv lexicon = sv_sub(all, 0, zero),
              original = zero == SIZE_MAX ? SV_NULL : sv_sub(all, zero + 1, size);
    check(terms_builder_new(&b, &err) == 0);
    int rc = terms_builder_add(b, SV("f.tsv"), lexicon, NULL, &err);
    if (rc != 0) {
        check(rc == ERR_FORMAT && sv_starts(sv_cstr(err.text), SV("f.tsv:")));
        check(utf8_check(sv_cstr(err.text)) == SIZE_MAX);
        terms_builder_free(b);
        return 0;
    }
    check(terms_compile(b, &t, &err) == 0);
    search(t, original);
    terms_free(t);
    return 0;
}
