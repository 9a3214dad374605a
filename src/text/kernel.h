/* The two inner loops of the classifier, in the widest form that the processor has: hashing the runs of a text's symbols,
 * and adding up the rows of a model. All forms give the same numbers. */
#ifndef MARSAD_TEXT_KERNEL_H
#define MARSAD_TEXT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Symbols: SPACE stands between words, and RUN_PAD times RUN_END behind the last. */
enum { RUN_MAX = 6, RUN_SPACE = 0, RUN_SPACES_MOST = 2, RUN_PAD = 16 };
#define RUN_END  UINT32_MAX
#define RUN_MIX  0x9e3779b1u
#define RUN_DONE 0x85ebca6bu

struct text_kernel {
    const char *name;
    bool (*usable)(void);
    /* Hashes of all runs of 1 to RUN_MAX of the n symbols with at most RUN_SPACES_MOST spaces, but for a space alone, in
     * any order. Returns how many; `out` has room for RUN_MAX × n + RUN_PAD. */
    size_t (*runs)(const uint32_t *s, size_t n, uint32_t seed, uint32_t *out);
    /* Adds, for each hash, the signed bytes of row hash >> shift to sum[0 … stride), and returns the sum of their first
     * bytes, unsigned; what sum[0] becomes is nothing. sum has room for 64. */
    uint32_t (*rows)(const uint8_t *rows, uint32_t shift, size_t stride, const uint32_t *hash, size_t n,
                     int32_t *sum);
};

extern const struct text_kernel text_kernel_plain, text_kernel_avx2;
const struct text_kernel *text_kernel(void);

static inline uint32_t run_next(uint32_t h, uint32_t symbol)
{
    h = (h ^ symbol) * RUN_MIX;
    return h ^ h >> 13;
}
static inline uint32_t run_done(uint32_t h) { return (h ^ h >> 15) * RUN_DONE; }

#endif
