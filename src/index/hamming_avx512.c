/* The Hamming scan with AVX-512 VPOPCNTDQ: a block per four population counts. */
#include <immintrin.h>

#include "index/hamming_priv.h"

static bool usable(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq");
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static bool near_avx512(const struct hamming_block *blocks,
                                                                           size_t nblocks,
                                                                           const struct hash256 *q,
                                                                           int radius, uint8_t *near)
{
    __m512i q0 = _mm512_set1_epi64((long long)q->w[0]), q1 = _mm512_set1_epi64((long long)q->w[1]);
    __m512i q2 = _mm512_set1_epi64((long long)q->w[2]), q3 = _mm512_set1_epi64((long long)q->w[3]);
    __m512i limit = _mm512_set1_epi64(radius);
    unsigned any = 0;
    for (size_t b = 0; b < nblocks; b++) {
        __m512i d0 = _mm512_popcnt_epi64(_mm512_xor_si512(q0, _mm512_load_si512(blocks[b].w[0])));
        __m512i d1 = _mm512_popcnt_epi64(_mm512_xor_si512(q1, _mm512_load_si512(blocks[b].w[1])));
        __m512i d2 = _mm512_popcnt_epi64(_mm512_xor_si512(q2, _mm512_load_si512(blocks[b].w[2])));
        __m512i d3 = _mm512_popcnt_epi64(_mm512_xor_si512(q3, _mm512_load_si512(blocks[b].w[3])));
        __m512i d = _mm512_add_epi64(_mm512_add_epi64(d0, d1), _mm512_add_epi64(d2, d3));
        unsigned mask = _mm512_cmple_epi64_mask(d, limit);
        near[b] = (uint8_t)mask;
        any |= mask;
    }
    return any != 0;
}

const struct hamming_scan hamming_scan_avx512 = {.name = "avx512", .usable = usable, .near = near_avx512};
