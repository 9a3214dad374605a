/* Any bytes: as a model of dialects they are refused or hold; as a text their spans lie in it, in order, and the other reading
 * of Arabic in Latin letters is as long as the first. */
#include <stdlib.h>

#include "text/arabizi.h"
#include "text/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds) abort();
}

enum { BITS = 8 };
static const int8_t rows[DIALECT_COUNT << BITS];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err;
    struct norm_text t, other;
    struct dialect_span *span;
    struct dialect_model m = {.bits = BITS, .rows = rows};
    size_t n;
    for (int d = 0; d < DIALECT_COUNT; d++) m.scale[d] = 1;
    arena_init(&a, 0);
    struct dialect_model read;
    if (dialect_read(sv_of(data, size), &read, &err) == 0) check(read.bits <= 20);
    check(text_normalise(sv_of(data, size), &a, &t, &err) == 0);
    check(dialect_spans(&m, &t, &a, &span, &n, &err) == 0);
    for (size_t i = 0; i < n; i++) {
        check(span[i].start < span[i].end && span[i].end <= size && span[i].words > 0);
        check(i == 0 || span[i - 1].end <= span[i].start);
        check(span[i].is < DIALECT_COUNT);
    }
    check(arabizi_mashriqi(&t, &a, &other, &err) == 0 && other.text.n == t.text.n);
    check(arabizi_convention(t.text) <= ARABIZI_MASHRIQI);
    arena_done(&a);
    return 0;
}
