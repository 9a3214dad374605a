/* Any text: hits lie in it, in order, do not overlap, and each is as sure as a probability can be. */
#include <stdlib.h>

#include "text/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err;
    struct norm_text t;
    struct private_hit *hits;
    size_t n;
    arena_init(&a, 0);
    check(text_normalise(sv_of(data, size), &a, &t, &err) == 0);
    check(private_find(&t, &a, &hits, &n, &err) == 0);
    for (size_t i = 0; i < n; i++) {
        check(hits[i].start < hits[i].end && hits[i].end <= size);
        check(i == 0 || hits[i - 1].end <= hits[i].start);
        check(hits[i].probability > 0 && hits[i].probability <= 1 && hits[i].kind < PRIVATE_KIND_COUNT);
        check(hits[i].country[0] == '\0' || (hits[i].country[1] != '\0' && hits[i].country[2] == '\0'));
    }
    arena_done(&a);
    return 0;
}
