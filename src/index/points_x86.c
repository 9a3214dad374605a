/* Distances with the machine's own counting of bits: word by word, or four words at once. What comes next is fetched ahead:
 * the entries lie anywhere. */
#include <immintrin.h>

#include "index/points_priv.h"

enum { AHEAD = 8 };

static bool has_popcnt(void) { return __builtin_cpu_supports("popcnt"); }
static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq");
}

__attribute__((target("popcnt"))) static void distances_popcnt(const struct hash256 *q,
                                                               const struct hash256 *all, const uint32_t *ids,
                                                               size_t n, uint16_t *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(&all[ids[i + AHEAD]]);
        const struct hash256 *v = &all[ids[i]];
        out[i] =
            (uint16_t)(__builtin_popcountll(q->w[0] ^ v->w[0]) + __builtin_popcountll(q->w[1] ^ v->w[1]) +
                       __builtin_popcountll(q->w[2] ^ v->w[2]) + __builtin_popcountll(q->w[3] ^ v->w[3]));
    }
}

__attribute__((target("avx512vl,avx512vpopcntdq"))) static void distances_avx512(const struct hash256 *q,
                                                                                 const struct hash256 *all,
                                                                                 const uint32_t *ids,
                                                                                 size_t n, uint16_t *out)
{
    __m256i bits = _mm256_loadu_si256((const __m256i *)(const void *)q);
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(&all[ids[i + AHEAD]]);
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)&all[ids[i]]);
        __m256i counts = _mm256_popcnt_epi64(_mm256_xor_si256(v, bits));
        __m128i sum = _mm_add_epi64(_mm256_castsi256_si128(counts), _mm256_extracti128_si256(counts, 1));
        out[i] = (uint16_t)(_mm_extract_epi16(sum, 0) + _mm_extract_epi16(sum, 4));
    }
}

const struct points_near points_near_popcnt = {"popcnt", has_popcnt, distances_popcnt};
const struct points_near points_near_avx512 = {"avx512", has_avx512, distances_avx512};
