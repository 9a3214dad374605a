/* PDQ in one pass over the picture, also where only a smaller size of it is at hand, as decoders of JPEG make it for a fraction of
 * the work.
 *
 * The description filters with a box as wide as 1/128 of the side, twice each way, and looks at 64 places. To do that to the smaller
 * picture as if it were the picture rounds the box to whole pixels of it, which is most of what such hashes are off by. But filter
 * and look are one linear map along each side: here its weights are made for the full size, and each then goes to the two
 * pixels of the smaller picture between which its own lies. Of the picture itself the same weights make the description's means but
 * for the order of the sums: a tenth of the work of filtering all of it, for each pixel counts for one place or two. */
#include <stdlib.h>
#include <string.h>

#include "vision/pdq_priv.h"

struct box {
    int from, to; /* the positions that the mean at one position is of */
};

static struct box box_at(int at, int w, int full)
{
    int ahead = (w + 2) / 2 - 1, behind = w - ahead;
    int from = at - behind + 1, to = at + ahead;
    return (struct box){from < 0 ? 0 : from, to >= full ? full - 1 : to};
}

/* Full-size position `at` weighs `by`: to the pixels around it. */
static void give(struct pdq_axis *x, int place, int at, float by)
{
    float where = ((float)at + 0.5f) * (float)x->small / (float)x->full - 0.5f;
    float inside = where < 0 ? 0 : where > (float)(x->small - 1) ? (float)(x->small - 1) : where;
    int low = (int)inside, high = low + 1 < x->small ? low + 1 : low;
    float part = inside - (float)low, *to = x->weights + (size_t)place * (size_t)x->most - x->first[place];
    to[low] += by * (1 - part);
    to[high] += by * part;
}

/* Pixels at the ends that weigh nothing are left out. */
static void trim(struct pdq_axis *x, int place)
{
    float *v = x->weights + (size_t)place * (size_t)x->most;
    int *n = &x->n[place], none = 0;
    while (*n > 1 && v[*n - 1] == 0) --*n;
    while (none + 1 < *n && v[none] == 0) none++;
    *n -= none;
    x->first[place] += none;
    memmove(v, v + none, (size_t)*n * sizeof *v);
}

static void fill(struct pdq_axis *x, int w)
{
    int full = x->full, small = x->small;
    for (int i = 0; i < PDQ_SIDE; i++) {
        struct box outer = box_at((int)((i + 0.5) * full / PDQ_SIDE), w, full);
        int64_t first = (int64_t)box_at(outer.from, w, full).from * small / full - 1,
                last = ((int64_t)box_at(outer.to, w, full).to + 1) * small / full + 1;
        x->first[i] = first < 0 ? 0 : (int)first;
        last = last >= small ? small - 1 : last;
        x->n[i] = (int)last - x->first[i] + 1;
        if (x->n[i] > x->most) x->n[i] = x->most;
        for (int p = outer.from; p <= outer.to; p++) {
            struct box inner = box_at(p, w, full);
            float by = 1.0f / (float)((outer.to - outer.from + 1) * (inner.to - inner.from + 1));
            for (int q = inner.from; q <= inner.to; q++) give(x, i, q, by);
        }
        trim(x, i);
    }
}

/* Pictures often come in one size: the axis of the last one serves again. */
static int axis_make(struct pdq_axis **io, int full, int small)
{
    int w = (full + PDQ_TAPS - 1) / PDQ_TAPS, most = (int)(2 * (int64_t)w * small / full) + 4;
    if (*io && (*io)->full == full && (*io)->small == small) return 0;
    struct pdq_axis *x = calloc(1, sizeof *x + (size_t)most * PDQ_SIDE * sizeof *x->weights);
    if (!x) return ERR_NOMEM;
    x->full = full;
    x->small = small;
    x->most = most;
    fill(x, w);
    free(*io);
    *io = x;
    return 0;
}

static int rows_fit(struct pdq_scratch *s, int cols)
{
    size_t n = 2 * (size_t)PDQ_SIDE * (size_t)cols;
    if (n <= s->rows_cap) return 0;
    float *rows = realloc(s->rows, n * sizeof *rows);
    if (!rows) return ERR_NOMEM;
    s->rows = rows;
    s->rows_cap = n;
    return 0;
}

/* The box must span a pixel of the smaller picture at least, or what it leaves out is guessed. */
int pdq_scale(int rows, int cols)
{
    int shorter = rows < cols ? rows : cols, w = (shorter + PDQ_TAPS - 1) / PDQ_TAPS;
    return w >= 8 ? 8 : w >= 4 ? 4 : w >= 2 ? 2 : 1;
}

/* Bytes of rows × cols that stand for a picture of full_rows × full_cols. */
static int hash_weighed(struct pdq_scratch *s, const struct pdq_bytes *from, int rows, int full_rows,
                        int full_cols, int forms, struct hash256 *out, int *out_quality, struct error *err)
{
    _Alignas(64) float small[PDQ_SIDE][PDQ_SIDE];
    int r = rows_fit(s, from->cols);
    if (r == 0) r = axis_make(&s->down, full_rows, rows);
    if (r == 0) r = axis_make(&s->along, full_cols, from->cols);
    if (r == 0) r = pdq_scratch_ready(s);
    if (r) return error_set(err, r, "pdq", "no memory to hash a picture of %d x %d", from->cols, rows);
    pdq_kernels_best()->weigh(from, s->down, s->along, s->rows, small);
    pdq_hash_small(s, (const float(*)[PDQ_SIDE])small, forms, out, out_quality);
    return 0;
}

int pdq_hash_smaller(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride,
                     int full_rows, int full_cols, int forms, struct hash256 *out, int *out_quality,
                     struct error *err)
{
    struct pdq_bytes from = {grey, stride, cols, 0, 255};
    if (full_rows < 2 * PDQ_SIDE || full_cols < 2 * PDQ_SIDE || rows >= full_rows || cols >= full_cols ||
        rows < PDQ_SIDE / 2 || cols < PDQ_SIDE / 2)
        return pdq_hash_grey(s, grey, rows, cols, stride, forms, out, out_quality, err);
    return hash_weighed(s, &from, rows, full_rows, full_cols, forms, out, out_quality, err);
}

int pdq_hash_quick(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride,
                   bool limited, int forms, struct hash256 *out, int *out_quality, struct error *err)
{
    struct pdq_bytes from = {grey, stride, cols, limited ? PDQ_BLACK : 0, limited ? PDQ_WHITE : 255};
    if (rows < 2 * PDQ_SIDE || cols < 2 * PDQ_SIDE || rows > PDQ_SIDE_MAX || cols > PDQ_SIDE_MAX)
        return limited ? pdq_hash_limited(s, grey, rows, cols, stride, forms, out, out_quality, err)
                       : pdq_hash_grey(s, grey, rows, cols, stride, forms, out, out_quality, err);
    return hash_weighed(s, &from, rows, rows, cols, forms, out, out_quality, err);
}
