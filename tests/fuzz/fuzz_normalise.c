/* Any bytes, both readings: the map never falls, ends at the end, and every range of it is a range of the original;
 * text and skeleton are UTF-8 of one length. */
#include <stdlib.h>

#include "base/utf8.h"
#include "text/normalise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds) abort();
}

static void check_sound(const struct norm_text *t)
{
    check(t->skeleton.n == t->text.n && t->at[t->text.n] == t->original.n);
    check(utf8_check(t->text) == SIZE_MAX && utf8_check(t->skeleton) == SIZE_MAX);
    check(utf8_count(t->text) == utf8_count(t->skeleton));
    for (size_t i = 0; i < t->text.n; i++) {
        size_t start, end;
        check(t->at[i] <= t->at[i + 1]);
        norm_span(t, i, i + 1, &start, &end);
        check(start < end && end <= t->original.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err;
    struct norm_text t, other, again;
    bool differs;
    arena_init(&a, 0);
    check(text_normalise(sv_of(data, size), &a, &t, &err) == 0);
    check_sound(&t);
    check(text_reread(&t, &a, &other, &differs, &err) == 0);
    if (differs) check_sound(&other);
    check(text_normalise(t.text, &a, &again, &err) == 0);
    check(sv_eq(again.text, t.text) && sv_eq(again.skeleton, t.skeleton));
    arena_done(&a);
    return 0;
}
