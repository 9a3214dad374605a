/* PDQ of a picture that is at hand in a smaller size only, as decoders of JPEG make it for a fraction of the work.
 *
 * The description filters with a box as wide as 1/128 of the side, twice each way, and looks at 64 places. To do that to the smaller
 * picture as if it were the picture rounds the box to whole pixels of it, which is most of what such hashes are off by. But filter
 * and look are one linear map along each side: here its weights are made for the full size, and each then goes to the two
 * pixels of the smaller picture between which its own lies. */
#include <stdlib.h>

#include "vision/pdq_priv.h"

/* For each of the 64 places: pixels first … first + n - 1 of one side and their weights. */
struct axis {
    int first[PDQ_SIDE], n[PDQ_SIDE];
    float *weights; /* `most` for each place */
    int most;
};

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
static void give(const struct axis *x, int place, int at, int full, int small, float by)
{
    float where = ((float)at + 0.5f) * (float)small / (float)full - 0.5f;
    float inside = where < 0 ? 0 : where > (float)(small - 1) ? (float)(small - 1) : where;
    int low = (int)inside, high = low + 1 < small ? low + 1 : low;
    float part = inside - (float)low, *to = x->weights + (size_t)place * (size_t)x->most - x->first[place];
    to[low] += by * (1 - part);
    to[high] += by * part;
}

static int axis_make(struct axis *x, int full, int small)
{
    int w = (full + PDQ_TAPS - 1) / PDQ_TAPS;
    x->most = (int)(2 * (int64_t)w * small / full) + 4;
    if (!(x->weights = calloc((size_t)x->most * PDQ_SIDE, sizeof *x->weights))) return ERR_NOMEM;
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
            for (int q = inner.from; q <= inner.to; q++) give(x, i, q, full, small, by);
        }
    }
    return 0;
}

/* Down the columns first, whole rows at a time, then along the 64 rows that are left. */
static void shrink(const uint8_t *grey, int cols, size_t stride, const struct axis *down,
                   const struct axis *along, float *row, float out[PDQ_SIDE][PDQ_SIDE])
{
    for (int i = 0; i < PDQ_SIDE; i++) {
        const float *by = down->weights + (size_t)i * (size_t)down->most;
        for (int c = 0; c < cols; c++) row[c] = 0;
        for (int k = 0; k < down->n[i]; k++) {
            const uint8_t *from = grey + (size_t)(down->first[i] + k) * stride;
            for (int c = 0; c < cols; c++) row[c] += by[k] * (float)from[c];
        }
        for (int j = 0; j < PDQ_SIDE; j++) {
            const float *weights = along->weights + (size_t)j * (size_t)along->most;
            float sum = 0;
            for (int k = 0; k < along->n[j]; k++) sum += weights[k] * row[along->first[j] + k];
            out[i][j] = sum;
        }
    }
}

/* The box must span several pixels of the smaller picture, or what it leaves out is guessed. */
int pdq_scale(int rows, int cols)
{
    int shorter = rows < cols ? rows : cols, w = (shorter + PDQ_TAPS - 1) / PDQ_TAPS;
    return w >= 8 ? 8 : w >= 4 ? 4 : 1;
}

int pdq_hash_smaller(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride,
                     int full_rows, int full_cols, int forms, struct hash256 *out, int *out_quality,
                     struct error *err)
{
    struct axis down = {.weights = NULL}, along = {.weights = NULL};
    _Alignas(64) float small[PDQ_SIDE][PDQ_SIDE];
    if (full_rows < 2 * PDQ_SIDE || full_cols < 2 * PDQ_SIDE || rows >= full_rows || cols >= full_cols ||
        rows < PDQ_SIDE / 2 || cols < PDQ_SIDE / 2)
        return pdq_hash_grey(s, grey, rows, cols, stride, forms, out, out_quality, err);
    float *row = malloc((size_t)cols * sizeof *row);
    int r = row ? axis_make(&down, full_rows, rows) : ERR_NOMEM;
    if (r == 0) r = axis_make(&along, full_cols, cols);
    if (r == 0) r = pdq_scratch_ready(s);
    if (r == 0) {
        shrink(grey, cols, stride, &down, &along, row, small);
        pdq_hash_small(s, (const float(*)[PDQ_SIDE])small, forms, out, out_quality);
    } else {
        r = error_set(err, r, "pdq", "no memory to hash a picture of %d x %d", cols, rows);
    }
    free(row);
    free(down.weights);
    free(along.weights);
    return r;
}
