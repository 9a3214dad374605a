/* The inner loops with AVX2 and BMI2. Runs: eight beginnings at once, one run length after the other; what is no run is
 * squeezed out by a permutation made of its mask. Rows: sixteen weights at once, in sixteen bits until they could
 * overflow. */
#include <immintrin.h>

#include "text/kernel.h"

#define TARGET __attribute__((target("avx2,bmi2,popcnt")))

enum { LANES = 8, AHEAD = 24, BATCH = 256 }; /* 256 × -128 still fits sixteen bits */

static bool usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
}

/* The lanes of the mask, moved to the front and stored; how many. */
static inline TARGET size_t put_lanes(uint32_t *out, __m256i v, unsigned mask)
{
    uint64_t wide = _pdep_u64(mask, 0x0101010101010101u) * 0xff;
    uint64_t which = _pext_u64(0x0706050403020100u, wide);
    __m256i order = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)which));
    _mm256_storeu_si256((__m256i *)out, _mm256_permutevar8x32_epi32(v, order));
    return (size_t)_mm_popcnt_u32(mask);
}

static TARGET size_t runs_avx2(const uint32_t *s, size_t n, uint32_t seed, uint32_t *out)
{
    const __m256i end = _mm256_set1_epi32(-1), zero = _mm256_setzero_si256(),
                  most = _mm256_set1_epi32(-RUN_SPACES_MOST), mix = _mm256_set1_epi32((int)RUN_MIX),
                  done = _mm256_set1_epi32((int)RUN_DONE);
    size_t total = 0;
    for (size_t i = 0; i < n; i += LANES) {
        __m256i h = _mm256_set1_epi32((int)seed), spaces = zero, over = zero;
        for (size_t k = 0; k < RUN_MAX; k++) {
            __m256i c = _mm256_loadu_si256((const __m256i *)(s + i + k)), space = _mm256_cmpeq_epi32(c, zero);
            spaces = _mm256_add_epi32(spaces, space); /* a space counts -1 */
            over = _mm256_or_si256(over, _mm256_cmpeq_epi32(c, end));
            h = _mm256_mullo_epi32(_mm256_xor_si256(h, c), mix);
            h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 13));
            __m256i f = _mm256_mullo_epi32(_mm256_xor_si256(h, _mm256_srli_epi32(h, 15)), done);
            __m256i no = _mm256_or_si256(over, _mm256_cmpgt_epi32(most, spaces));
            if (k == 0) no = _mm256_or_si256(no, space);
            unsigned mask = 255u & ~(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(no));
            total += put_lanes(out + total, f, mask);
        }
    }
    return total;
}

static inline TARGET void flush(int32_t *sum, __m256i a)
{
    __m256i low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(a)),
            high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(a, 1));
    __m256i *to = (__m256i *)sum;
    _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), low));
    _mm256_storeu_si256(to + 1, _mm256_add_epi32(_mm256_loadu_si256(to + 1), high));
}

/* Rows of at most 16 × parts bytes. `safe`: rows below it may be read that far. */
static inline TARGET uint32_t add_wide(const uint8_t *rows, uint32_t shift, size_t stride, size_t safe,
                                       const uint32_t *hash, size_t n, int parts, int32_t *sum)
{
    uint32_t norm = 0;
    for (size_t at = 0; at < n; at += BATCH) {
        size_t to = at + BATCH < n ? at + BATCH : n;
        __m256i a = _mm256_setzero_si256(), b = a;
        for (size_t i = at; i < to; i++) {
            if (i + AHEAD < n) __builtin_prefetch(rows + (size_t)(hash[i + AHEAD] >> shift) * stride);
            size_t r = hash[i] >> shift;
            const uint8_t *row = rows + r * stride;
            norm += row[0];
            if (__builtin_expect(r >= safe, 0)) {
                for (size_t c = 0; c < stride; c++) sum[c] += (int8_t)row[c];
                continue;
            }
            const __m128i *p = (const __m128i *)row;
            a = _mm256_add_epi16(a, _mm256_cvtepi8_epi16(_mm_loadu_si128(p)));
            if (parts > 1) b = _mm256_add_epi16(b, _mm256_cvtepi8_epi16(_mm_loadu_si128(p + 1)));
        }
        flush(sum, a);
        if (parts > 1) flush(sum + 16, b);
    }
    return norm;
}

static TARGET uint32_t rows_avx2(const uint8_t *rows, uint32_t shift, size_t stride, const uint32_t *hash,
                                 size_t n, int32_t *sum)
{
    size_t all = (size_t)1 << (32 - shift), wide = (stride + 15) / 16 * 16;
    size_t beyond = (wide - stride + stride - 1) / stride, safe = all > beyond ? all - beyond : 0;
    if (stride <= 4) {
        uint32_t norm = 0;
        int32_t s1 = 0, s2 = 0, s3 = 0;
        for (size_t i = 0; i < n; i++) {
            if (i + AHEAD < n) __builtin_prefetch(rows + (size_t)(hash[i + AHEAD] >> shift) * stride);
            const uint8_t *row = rows + (size_t)(hash[i] >> shift) * stride;
            norm += row[0];
            s1 += (int8_t)row[1 % stride], s2 += (int8_t)row[2 % stride], s3 += (int8_t)row[3 % stride];
        }
        sum[1] += s1, sum[2] += s2, sum[3] += s3;
        return norm;
    }
    if (stride <= 16) return add_wide(rows, shift, stride, safe, hash, n, 1, sum);
    if (stride <= 32) return add_wide(rows, shift, stride, safe, hash, n, 2, sum);
    return text_kernel_plain.rows(rows, shift, stride, hash, n, sum);
}

const struct text_kernel text_kernel_avx2 = {
    .name = "avx2", .usable = usable, .runs = runs_avx2, .rows = rows_avx2};
