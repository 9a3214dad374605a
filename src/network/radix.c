#include "network/radix_priv.h"

#include <string.h>

void radix_sort(uint64_t *keys, uint64_t *spare, size_t n)
{
    uint64_t all = ~UINT64_C(0), any = 0;
    for (size_t i = 0; i < n; i++) {
        all &= keys[i];
        any |= keys[i];
    }
    uint64_t *from = keys, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        if (((all ^ any) >> shift & 255) == 0) continue;
        size_t at[256] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++) at[from[i] >> shift & 255]++;
        for (unsigned b = 0; b < 256; b++) {
            size_t count = at[b];
            at[b] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++) to[at[from[i] >> shift & 255]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys && n) memcpy(keys, from, n * sizeof *keys);
}
