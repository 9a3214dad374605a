/* PDQ: the picture is shrunk to 64 × 64 by two passes of a box filter each way (a tent), its 16 × 16 lowest
 * frequencies but the constant ones are taken, and each of the 256 says whether it lies above their median.
 *
 * Turning or mirroring a picture only transposes those 256 values and changes signs, so that all eight forms come
 * from one transform. The hot loops are in pdq_body.h; here is what surrounds them. */
#include <math.h>
#include <stdlib.h>

#include "vision/pdq_priv.h"

enum { PDQ_SIDE_MIN = 5 };

void pdq_scratch_init(struct pdq_scratch *s) { *s = (struct pdq_scratch){0}; }

void pdq_scratch_done(struct pdq_scratch *s)
{
    free(s->a);
    free(s->b);
    free(s->strip);
    free(s->dct);
    free(s->down);
    free(s->along);
    free(s->rows);
    pdq_scratch_init(s);
}

const struct pdq_kernels *pdq_kernels_best(void)
{
#if defined(__x86_64__)
    if (pdq_kernels_avx512.usable()) return &pdq_kernels_avx512;
    if (pdq_kernels_avx2.usable()) return &pdq_kernels_avx2;
#endif
    return &pdq_kernels_plain;
}

static struct pdq_dct *dct_new(void)
{
    struct pdq_dct *dct = malloc(sizeof *dct);
    if (!dct) return NULL;
    float scale = (float)sqrt(2.0 / PDQ_SIDE);
    for (int i = 0; i < PDQ_BAND; i++)
        for (int j = 0; j < PDQ_SIDE; j++) {
            float v = (float)(scale * cos((M_PI / 2.0 / PDQ_SIDE) * (i + 1) * (2 * j + 1)));
            dct->rows[i][j] = dct->cols[j][i] = v;
        }
    return dct;
}

static size_t padded(int n) { return ((size_t)n + PDQ_PAD - 1) / PDQ_PAD * PDQ_PAD; }
/* From row to row: a little off the round numbers, so that a column does not fall into few sets of the cache. */
static size_t pitch_of(int cols) { return padded(cols) + 16; }

/* Fresh zeroed memory rather than realloc: what is padding must hold ordinary numbers. */
static int grow(float **p, size_t n)
{
    float *fresh = aligned_alloc(64, n * sizeof *fresh);
    if (!fresh) return ERR_NOMEM;
    memset(fresh, 0, n * sizeof *fresh);
    free(*p);
    *p = fresh;
    return 0;
}

int pdq_scratch_ready(struct pdq_scratch *s) { return s->dct || (s->dct = dct_new()) ? 0 : ERR_NOMEM; }

static int scratch_fit(struct pdq_scratch *s, int rows, int cols, struct error *err)
{
    size_t n = padded(rows) * pitch_of(cols), strip_n = 2 * PDQ_PAD * padded(cols);
    if (pdq_scratch_ready(s)) goto nomem;
    if (n > s->cap) {
        s->cap = 0;
        if (grow(&s->a, n) || grow(&s->b, n)) goto nomem;
        s->cap = n;
    }
    if (strip_n > s->strip_cap) {
        s->strip_cap = 0;
        if (grow(&s->strip, strip_n)) goto nomem;
        s->strip_cap = strip_n;
    }
    return 0;
nomem:
    return error_set(err, ERR_NOMEM, "pdq", "no memory to hash a picture of %d x %d", cols, rows);
}

static int sides_check(int rows, int cols, struct error *err)
{
    if (rows < 0 || cols < 0 || rows > PDQ_SIDE_MAX || cols > PDQ_SIDE_MAX)
        return error_set(err, ERR_LIMIT, "pdq", "a picture of %d x %d is beyond %d a side", cols, rows,
                         PDQ_SIDE_MAX);
    return 0;
}

static struct hash256 bits_above_median(const struct pdq_kernels *k, const float in[PDQ_BAND][PDQ_BAND])
{
    struct hash256 h = {{0}};
    float middle = k->median(in);
    for (int i = 0; i < PDQ_BAND * PDQ_BAND; i++)
        h.w[i / 64] |= (uint64_t)(in[i / PDQ_BAND][i % PDQ_BAND] > middle) << (i % 64);
    return h;
}

/* How the value at frequency (i, j) moves and changes sign in each form. Odd frequencies sit at even indices, as the
 * constant ones are left out: that is why a mirrored axis negates the even ones. */
static void form_of(const float in[PDQ_BAND][PDQ_BAND], int form, float out[PDQ_BAND][PDQ_BAND])
{
    static const struct {
        bool transposed, by_row, by_col; /* negated when i is even, when j is even */
    } rule[PDQ_FORMS] = {{false, false, false}, {true, false, true},  {false, true, true},
                         {true, true, false},   {false, true, false}, {false, false, true},
                         {true, false, false},  {true, true, true}};
    for (int i = 0; i < PDQ_BAND; i++)
        for (int j = 0; j < PDQ_BAND; j++) {
            bool negated = (rule[form].by_row && i % 2 == 0) != (rule[form].by_col && j % 2 == 0);
            float v = negated ? -in[i][j] : in[i][j];
            if (rule[form].transposed)
                out[j][i] = v;
            else
                out[i][j] = v;
        }
}

static void hash_small(const struct pdq_kernels *k, const struct pdq_scratch *s,
                       const float small[PDQ_SIDE][PDQ_SIDE], int forms, struct hash256 *out,
                       int *out_quality)
{
    float band[PDQ_BAND][PDQ_BAND], turned[PDQ_BAND][PDQ_BAND];
    *out_quality = k->quality(small);
    k->transform(s->dct, small, band);
    out[0] = bits_above_median(k, (const float(*)[PDQ_BAND])band);
    for (int form = 1; form < forms; form++) {
        form_of((const float(*)[PDQ_BAND])band, form, turned);
        out[form] = bits_above_median(k, (const float(*)[PDQ_BAND])turned);
    }
}

void pdq_hash_small(const struct pdq_scratch *s, const float small[PDQ_SIDE][PDQ_SIDE], int forms,
                    struct hash256 *out, int *out_quality)
{
    hash_small(pdq_kernels_best(), s, small, forms, out, out_quality);
}

/* from: in the caller's memory, or in s->a. */
static void hash_plane(const struct pdq_kernels *k, struct pdq_scratch *s, const struct pdq_plane *from,
                       int forms, struct hash256 *out, int *out_quality)
{
    _Alignas(64) float small[PDQ_SIDE][PDQ_SIDE];
    struct pdq_plane a = {s->a, pitch_of(from->cols), from->rows, from->cols};
    struct pdq_plane b = {s->b, pitch_of(from->cols), from->rows, from->cols};
    if (from->rows == PDQ_SIDE && from->cols == PDQ_SIDE) {
        for (int i = 0; i < PDQ_SIDE; i++)
            memcpy(small[i], from->p + (size_t)i * from->pitch, sizeof small[i]);
    } else {
        k->shrink(from, &a, &b, s->strip, small);
    }
    hash_small(k, s, (const float(*)[PDQ_SIDE])small, forms, out, out_quality);
}

/* True when the answer is already known: a picture too small to say anything. */
static bool too_small(int rows, int cols, int forms, struct hash256 *out, int *out_quality)
{
    if (rows >= PDQ_SIDE_MIN && cols >= PDQ_SIDE_MIN) return false;
    memset(out, 0, (size_t)(forms > 1 ? PDQ_FORMS : 1) * sizeof *out);
    *out_quality = 0;
    return true;
}

int pdq_hash_with(const struct pdq_kernels *k, struct pdq_scratch *s, const float *luma, int rows, int cols,
                  int forms, struct hash256 *out, int *out_quality, struct error *err)
{
    int r = sides_check(rows, cols, err);
    if (r || too_small(rows, cols, forms, out, out_quality)) return r;
    if ((r = scratch_fit(s, rows, cols, err))) return r;
    struct pdq_plane from = {(float *)(uintptr_t)luma, (size_t)cols, rows, cols};
    hash_plane(k, s, &from, forms, out, out_quality);
    return 0;
}

int pdq_hash_luma(struct pdq_scratch *s, const float *luma, int rows, int cols, int forms,
                  struct hash256 *out, int *out_quality, struct error *err)
{
    return pdq_hash_with(pdq_kernels_best(), s, luma, rows, cols, forms, out, out_quality, err);
}

static void luma_grey(const uint8_t *grey, float *luma, int n)
{
    for (int i = 0; i < n; i++) luma[i] = (float)grey[i];
}

/* Bytes become luma in s->a, where the first pass then works in place. */
static int hash_bytes_as(void (*to_luma)(const uint8_t *, float *, int), struct pdq_scratch *s,
                         const uint8_t *bytes, int rows, int cols, size_t stride, int forms,
                         struct hash256 *out, int *out_quality, struct error *err)
{
    int r = sides_check(rows, cols, err);
    if (r || too_small(rows, cols, forms, out, out_quality)) return r;
    if ((r = scratch_fit(s, rows, cols, err))) return r;
    struct pdq_plane from = {s->a, pitch_of(cols), rows, cols};
    for (int i = 0; i < rows; i++) to_luma(bytes + (size_t)i * stride, from.p + (size_t)i * from.pitch, cols);
    hash_plane(pdq_kernels_best(), s, &from, forms, out, out_quality);
    return 0;
}

int pdq_hash_rgb(struct pdq_scratch *s, const uint8_t *rgb, int rows, int cols, size_t stride, int forms,
                 struct hash256 *out, int *out_quality, struct error *err)
{
    return hash_bytes_as(pdq_kernels_best()->luma_rgb, s, rgb, rows, cols, stride, forms, out, out_quality,
                         err);
}

int pdq_hash_grey(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride, int forms,
                  struct hash256 *out, int *out_quality, struct error *err)
{
    return hash_bytes_as(luma_grey, s, grey, rows, cols, stride, forms, out, out_quality, err);
}

static void luma_limited(const uint8_t *grey, float *luma, int n)
{
    for (int i = 0; i < n; i++) {
        float v = ((float)grey[i] - PDQ_BLACK) * (255.0f / (PDQ_WHITE - PDQ_BLACK));
        v = v < 0 ? 0 : v;
        luma[i] = v > 255 ? 255 : v;
    }
}

int pdq_hash_limited(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride, int forms,
                     struct hash256 *out, int *out_quality, struct error *err)
{
    return hash_bytes_as(luma_limited, s, grey, rows, cols, stride, forms, out, out_quality, err);
}
