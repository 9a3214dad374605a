#include <stdlib.h>

#include "base/id.h"
#include "model/sight.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The bytes under the hex. What is read can be written, and is the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf hex, again;
    struct sight s;
    struct error err;
    arena_init(&a, 0);
    buf_init(&hex, 0);
    buf_init(&again, 0);
    for (size_t i = 0; i < size; i++) {
        char two[3];
        hex_encode(data + i, 1, two);
        buf_put(&hex, two, 2);
    }
    if (sight_read(buf_sv(&hex), &a, &s, &err) == 0) {
        sight_write(&s, &again);
        if (!sv_eq(buf_sv(&hex), buf_sv(&again))) abort();
    }
    buf_done(&hex);
    buf_done(&again);
    arena_done(&a);
    return 0;
}
