/* The loops of PDQ, compiled once per instruction set: the including file defines
 *   PDQ_TARGET  attribute of each function
 *   PDQ_VECTOR  bytes in a vector register
 *   PDQ_NAME    of the table defined at the end
 *   PDQ_USABLE  whether this machine runs it
 *
 * A strip is LANES neighbouring rows (or columns) stored so that position i of all of them is one run of LANES floats:
 * the box filter walks along i with its LANES running sums in registers. Filtering rows therefore turns each strip
 * in and out (8 × 8 blocks); filtering columns needs no turning. The second pass computes outputs only where the
 * decimation will look. No include guard: by design. */
#include <string.h>

#include "vision/pdq_priv.h"

typedef float vec __attribute__((vector_size(PDQ_VECTOR)));
typedef float vec8 __attribute__((vector_size(32)));

enum { VEC_FLOATS = PDQ_VECTOR / 4, CHAINS = 4, LANES = VEC_FLOATS * CHAINS };
_Static_assert(PDQ_PAD % LANES == 0, "padding holds whole strips");

/* out[j][i] = in[i][j] for 8 × 8 floats. */
static inline PDQ_TARGET void turn8(const float *in, size_t in_step, float *out, size_t out_step)
{
    vec8 r[8], s[8], t[8];
    for (int i = 0; i < 8; i++) memcpy(&r[i], in + (size_t)i * in_step, sizeof r[i]);
    for (int i = 0; i < 8; i += 2) {
        s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int h = 0; h < 8; h += 4) {
        t[h] = __builtin_shufflevector(s[h], s[h + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        t[h + 1] = __builtin_shufflevector(s[h], s[h + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        t[h + 2] = __builtin_shufflevector(s[h + 1], s[h + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        t[h + 3] = __builtin_shufflevector(s[h + 1], s[h + 3], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int i = 0; i < 4; i++) {
        vec8 low = __builtin_shufflevector(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        vec8 high = __builtin_shufflevector(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
        memcpy(out + (size_t)i * out_step, &low, sizeof low);
        memcpy(out + (size_t)(i + 4) * out_step, &high, sizeof high);
    }
}

/* out[j][i] = in[i][j] for m × n floats. */
static PDQ_TARGET void turn(const float *in, size_t in_step, int m, int n, float *out, size_t out_step)
{
    int m8 = m & ~7, n8 = n & ~7;
    for (int i = 0; i < m8; i += 8)
        for (int j = 0; j < n8; j += 8)
            turn8(in + (size_t)i * in_step + j, in_step, out + (size_t)j * out_step + i, out_step);
    for (int i = 0; i < m; i++)
        for (int j = i < m8 ? n8 : 0; j < n; j++) out[(size_t)j * out_step + i] = in[(size_t)i * in_step + j];
}

static inline PDQ_TARGET void chains_add(vec sum[CHAINS], const float *p)
{
    for (int c = 0; c < CHAINS; c++) {
        vec v;
        memcpy(&v, p + c * VEC_FLOATS, sizeof v);
        sum[c] += v;
    }
}
static inline PDQ_TARGET void chains_sub(vec sum[CHAINS], const float *p)
{
    for (int c = 0; c < CHAINS; c++) {
        vec v;
        memcpy(&v, p + c * VEC_FLOATS, sizeof v);
        sum[c] -= v;
    }
}
/* Division by a power of two is the same as multiplying by its inverse, and several times faster. */
static inline PDQ_TARGET void chains_mean(const vec sum[CHAINS], int count, float *out)
{
    bool exact = (count & (count - 1)) == 0;
    float n = (float)count, inverse = 1.0f / n;
    for (int c = 0; c < CHAINS; c++) {
        vec v = exact ? sum[c] * inverse : sum[c] / n;
        memcpy(out + c * VEC_FLOATS, &v, sizeof v);
    }
}

/* A running mean of `w` positions along `len`, for LANES sums at once. With want, only the nwant positions in it
 * (ascending, repeats allowed) are written, one after the other. */
static PDQ_TARGET void box(const float *in, size_t in_step, float *out, size_t out_step, int len, int w,
                           const int *want, int nwant)
{
    vec sum[CHAINS] = {0};
    int ahead = (w + 2) / 2 - 1, behind = w - ahead; /* output i covers i - behind + 1 … i + ahead */
    int wanted = 0;
    for (int i = 0; i < ahead; i++) chains_add(sum, in + (size_t)i * in_step);
    for (int i = 0; i < len; i++) {
        int first = i - behind + 1, last = i + ahead;
        if (last < len) chains_add(sum, in + (size_t)last * in_step);
        if (first > 0) chains_sub(sum, in + (size_t)(first - 1) * in_step);
        int count = (last < len ? last : len - 1) - (first > 0 ? first : 0) + 1;
        if (!want) {
            chains_mean(sum, count, out + (size_t)i * out_step);
            continue;
        }
        while (wanted < nwant && want[wanted] == i)
            chains_mean(sum, count, out + (size_t)wanted++ * out_step);
    }
}

static PDQ_TARGET void box_rows(const struct pdq_plane *from, struct pdq_plane *to, float *strip, int w,
                                const int *want, int nwant)
{
    float *turned = strip + (size_t)(want ? nwant : from->cols) * LANES;
    for (int r = 0; r < from->rows; r += LANES) {
        int n = from->rows - r < LANES ? from->rows - r : LANES;
        if (n < LANES) memset(turned, 0, (size_t)from->cols * LANES * sizeof *turned);
        turn(from->p + (size_t)r * from->pitch, from->pitch, n, from->cols, turned, LANES);
        box(turned, LANES, strip, LANES, from->cols, w, want, nwant);
        turn(strip, LANES, want ? nwant : from->cols, n, to->p + (size_t)r * to->pitch, to->pitch);
    }
}

static PDQ_TARGET void box_cols(const struct pdq_plane *from, struct pdq_plane *to, int w, const int *want,
                                int nwant)
{
    for (int c = 0; c < from->cols; c += LANES)
        box(from->p + c, from->pitch, to->p + c, to->pitch, from->rows, w, want, nwant);
}

static PDQ_TARGET void shrink(const struct pdq_plane *from, struct pdq_plane *a, struct pdq_plane *b,
                              float *strip, float out[PDQ_SIDE][PDQ_SIDE])
{
    int want_rows[PDQ_SIDE], want_cols[PDQ_SIDE];
    int along_rows = (from->cols + PDQ_TAPS - 1) / PDQ_TAPS,
        along_cols = (from->rows + PDQ_TAPS - 1) / PDQ_TAPS;
    for (int i = 0; i < PDQ_SIDE; i++) {
        want_rows[i] = (int)((i + 0.5) * from->rows / PDQ_SIDE);
        want_cols[i] = (int)((i + 0.5) * from->cols / PDQ_SIDE);
    }
    box_rows(from, a, strip, along_rows, NULL, 0);
    box_cols(a, b, along_cols, NULL, 0);
    struct pdq_plane narrow = {a->p, PDQ_SIDE, from->rows, PDQ_SIDE};
    struct pdq_plane small = {&out[0][0], PDQ_SIDE, PDQ_SIDE, PDQ_SIDE};
    box_rows(b, &narrow, strip, along_rows, want_cols, PDQ_SIDE);
    box_cols(&narrow, &small, along_cols, want_rows, PDQ_SIDE);
}

/* Down the columns first, whole rows at a time; then, turned, along what are rows again. */
static PDQ_TARGET void weigh_rows(const struct pdq_bytes *from, const struct pdq_axis *down, int place,
                                  float *restrict row)
{
    const float *by = down->weights + (size_t)place * (size_t)down->most;
    int cols = from->cols, low = from->low, high = from->high;
    for (int c = 0; c < cols; c++) row[c] = 0;
    for (int k = 0; k < down->n[place]; k++) {
        const uint8_t *restrict p = from->p + (size_t)(down->first[place] + k) * from->stride;
        float weight = by[k];
        for (int c = 0; c < cols; c++) {
            int v = p[c] < high ? p[c] : high;
            v = v > low ? v : low;
            row[c] += weight * (float)(v - low);
        }
    }
}

static PDQ_TARGET void weigh(const struct pdq_bytes *from, const struct pdq_axis *down,
                             const struct pdq_axis *along, float *rows, float out[PDQ_SIDE][PDQ_SIDE])
{
    size_t cols = (size_t)from->cols;
    float *turned = rows + PDQ_SIDE * cols, narrow[PDQ_SIDE][PDQ_SIDE];
    float scale = 255.0f / (float)(from->high - from->low);
    for (int i = 0; i < PDQ_SIDE; i++) weigh_rows(from, down, i, rows + (size_t)i * cols);
    turn(rows, cols, PDQ_SIDE, from->cols, turned, PDQ_SIDE);
    for (int j = 0; j < PDQ_SIDE; j++) {
        const float *by = along->weights + (size_t)j * (size_t)along->most;
        float sum[PDQ_SIDE] = {0};
        for (int k = 0; k < along->n[j]; k++) {
            const float *in = turned + (size_t)(along->first[j] + k) * PDQ_SIDE;
            for (int i = 0; i < PDQ_SIDE; i++) sum[i] += by[k] * in[i];
        }
        for (int i = 0; i < PDQ_SIDE; i++) narrow[j][i] = sum[i] * scale;
    }
    turn(&narrow[0][0], PDQ_SIDE, PDQ_SIDE, PDQ_SIDE, &out[0][0], PDQ_SIDE);
}

/* B = D A Dᵀ, each sum in rising order of its index. */
static PDQ_TARGET void transform(const struct pdq_dct *dct, const float in[PDQ_SIDE][PDQ_SIDE],
                                 float out[PDQ_BAND][PDQ_BAND])
{
    enum { ACROSS = PDQ_SIDE / VEC_FLOATS, BAND_ACROSS = PDQ_BAND / VEC_FLOATS };
    float half[PDQ_BAND][PDQ_SIDE];
    for (int i = 0; i < PDQ_BAND; i++) {
        vec sum[ACROSS] = {0};
        for (int k = 0; k < PDQ_SIDE; k++)
            for (int j = 0; j < ACROSS; j++) {
                vec v;
                memcpy(&v, &in[k][j * VEC_FLOATS], sizeof v);
                sum[j] += dct->rows[i][k] * v;
            }
        memcpy(half[i], sum, sizeof half[i]);
    }
    for (int i = 0; i < PDQ_BAND; i++) {
        vec sum[BAND_ACROSS] = {0};
        for (int k = 0; k < PDQ_SIDE; k++)
            for (int j = 0; j < BAND_ACROSS; j++) {
                vec v;
                memcpy(&v, &dct->cols[k][j * VEC_FLOATS], sizeof v);
                sum[j] += half[i][k] * v;
            }
        memcpy(out[i], sum, sizeof out[i]);
    }
}

/* Steps between neighbours, in hundredths of the range, each cut to a whole number before it counts. */
static PDQ_TARGET int quality(const float in[PDQ_SIDE][PDQ_SIDE])
{
    int steps = 0;
    for (int i = 0; i < PDQ_SIDE - 1; i++)
        for (int j = 0; j < PDQ_SIDE; j++) {
            int d = (int)(((in[i][j] - in[i + 1][j]) * 100) / 255);
            steps += d < 0 ? -d : d;
        }
    for (int i = 0; i < PDQ_SIDE; i++)
        for (int j = 0; j < PDQ_SIDE - 1; j++) {
            int d = (int)(((in[i][j] - in[i][j + 1]) * 100) / 255);
            steps += d < 0 ? -d : d;
        }
    steps /= 90;
    return steps > 100 ? 100 : steps;
}

/* Bisection over the bit patterns (turned so that they order as the floats do): the smallest key with half of the
 * values at or below it. No branches on the data. */
static PDQ_TARGET float median(const float in[PDQ_BAND][PDQ_BAND])
{
    enum { N = PDQ_BAND * PDQ_BAND };
    int32_t keys[N];
    memcpy(keys, in, sizeof keys);
    for (int i = 0; i < N; i++) keys[i] ^= (keys[i] >> 31) & INT32_MAX;
    int64_t low = INT32_MAX, high = INT32_MIN;
    for (int i = 0; i < N; i++) {
        low = keys[i] < low ? keys[i] : low;
        high = keys[i] > high ? keys[i] : high;
    }
    while (low < high) {
        int32_t middle = (int32_t)((low + high) >> 1);
        int below = 0;
        for (int i = 0; i < N; i++) below += keys[i] <= middle;
        if (below >= N / 2)
            high = middle;
        else
            low = (int64_t)middle + 1;
    }
    int32_t bits = (int32_t)low;
    bits ^= (bits >> 31) & INT32_MAX;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static PDQ_TARGET void luma_rgb(const uint8_t *rgb, float *luma, int n)
{
    for (int i = 0; i < n; i++)
        luma[i] =
            0.299f * (float)rgb[3 * i] + 0.587f * (float)rgb[3 * i + 1] + 0.114f * (float)rgb[3 * i + 2];
}

static bool usable(void) { return PDQ_USABLE; }

const struct pdq_kernels PDQ_NAME = {
    .name = PDQ_TITLE,
    .usable = usable,
    .shrink = shrink,
    .weigh = weigh,
    .transform = transform,
    .quality = quality,
    .median = median,
    .luma_rgb = luma_rgb,
};
