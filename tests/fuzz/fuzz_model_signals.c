#include <stdlib.h>

#include "model/signal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* What is read can be written, and is the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct media_signals s;
    struct error err;
    arena_init(&a, 0);
    if (signals_read(sv_of(data, size), &a, &s, &err) == 0) {
        struct buf b;
        buf_init(&b, 0);
        signals_write(&s, &b);
        if (!sv_eq(buf_sv(&b), sv_of(data, size))) abort();
        buf_done(&b);
    }
    arena_done(&a);
    return 0;
}
