#include "text/kernel.h"

enum { AHEAD = 12 }; /* rows are fetched so many features before they are added */

static bool always(void) { return true; }

static size_t runs(const uint32_t *s, size_t n, uint32_t seed, uint32_t *out)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t h = seed;
        unsigned spaces = 0;
        for (size_t k = 0; k < RUN_MAX && s[i + k] != RUN_END; k++) {
            spaces += s[i + k] == RUN_SPACE;
            if (spaces > RUN_SPACES_MOST) break;
            h = run_next(h, s[i + k]);
            if (k > 0 || s[i] != RUN_SPACE) out[total++] = run_done(h);
        }
    }
    return total;
}

static uint32_t rows(const uint8_t *rows, uint32_t shift, size_t stride, const uint32_t *hash, size_t n,
                     int32_t *sum)
{
    uint32_t norm = 0;
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(rows + (size_t)(hash[i + AHEAD] >> shift) * stride);
        const uint8_t *row = rows + (size_t)(hash[i] >> shift) * stride;
        norm += row[0];
        for (size_t c = 0; c < stride; c++) sum[c] += (int8_t)row[c];
    }
    return norm;
}

const struct text_kernel text_kernel_plain = {.name = "plain", .usable = always, .runs = runs, .rows = rows};

const struct text_kernel *text_kernel(void)
{
#if defined(__x86_64__)
    if (text_kernel_avx2.usable()) return &text_kernel_avx2;
#endif
    return &text_kernel_plain;
}
