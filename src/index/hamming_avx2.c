/* The Hamming scan with AVX2: bits counted four at a time by table (Muła, Kurz, Lemire 2018), bytes added up by
 * vpsadbw, four entries to a register. */
#include <immintrin.h>

#include "index/hamming_priv.h"

#define TARGET __attribute__((target("avx2")))

static bool usable(void) { return __builtin_cpu_supports("avx2"); }

/* Bits set in each byte of v: 0-8. */
static inline TARGET __m256i byte_counts(__m256i v)
{
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2,
                                           2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    __m256i low = _mm256_and_si256(v, nibble), high = _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble);
    return _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high));
}

static TARGET bool near_avx2(const struct hamming_block *blocks, size_t nblocks, const struct hash256 *q,
                             int radius, uint8_t *near)
{
    __m256i words[4], beyond = _mm256_set1_epi64x(radius), zero = _mm256_setzero_si256();
    for (int k = 0; k < 4; k++) words[k] = _mm256_set1_epi64x((long long)q->w[k]);
    unsigned any = 0;
    for (size_t b = 0; b < nblocks; b++) {
        unsigned mask = 0;
        for (int half = 0; half < HAMMING_BLOCK; half += 4) {
            __m256i sum = zero;
            for (int k = 0; k < 4; k++) {
                __m256i v = _mm256_load_si256((const __m256i *)&blocks[b].w[k][half]);
                sum = _mm256_add_epi8(sum, byte_counts(_mm256_xor_si256(v, words[k])));
            }
            __m256i far = _mm256_cmpgt_epi64(_mm256_sad_epu8(sum, zero), beyond);
            mask |= (~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(far)) & 15u) << half;
        }
        near[b] = (uint8_t)mask;
        any |= mask;
    }
    return any != 0;
}

const struct hamming_scan hamming_scan_avx2 = {.name = "avx2", .usable = usable, .near = near_avx2};
