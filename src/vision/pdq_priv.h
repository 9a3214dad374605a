/* What the files of PDQ share: the hot loops in one shape per instruction set, all giving the same floats.
 *
 * The published hasher sums in float32, so the order of every sum is part of the hash. The loops below are turned so
 * that one vector holds the same step of many independent sums; each sum keeps its own order, and every build (the
 * compiler may not contract a multiply and an add) yields equal bits. */
#ifndef MARSAD_VISION_PDQ_PRIV_H
#define MARSAD_VISION_PDQ_PRIV_H

#include "vision/pdq.h"

enum {
    PDQ_SIDE = 64,     /* of the decimated picture */
    PDQ_BAND = 16,     /* of the transform kept: frequencies 1-16 both ways */
    PDQ_PAD = 64,      /* buffers are padded to multiples of this, both ways */
    PDQ_TAPS = 2 * 64, /* the box filter is as wide as 1/128 of the side, rounded up */
    PDQ_SIDE_MAX = 1 << 16,
    PDQ_BLACK = 16, /* in the range of television */
    PDQ_WHITE = 235
};

struct pdq_dct {
    float rows[PDQ_BAND][PDQ_SIDE]; /* D */
    float cols[PDQ_SIDE][PDQ_BAND]; /* D transposed */
};

/* A picture between passes: `pitch` floats from one row to the next. */
struct pdq_plane {
    float *p;
    size_t pitch;
    int rows, cols;
};

/* Filter and look along one side as one linear map (pdq_scaled.c). For each of the 64 places: pixels first … first + n - 1 of the
 * side and their weights. */
struct pdq_axis {
    int full, small; /* the sides that it was made for */
    int first[PDQ_SIDE], n[PDQ_SIDE];
    int most;
    float weights[]; /* `most` for each place */
};

/* Grey bytes; what lies outside of low … high is taken for the nearer of the two, and low for 0. */
struct pdq_bytes {
    const uint8_t *p;
    size_t stride;
    int cols;
    uint8_t low, high;
};

struct pdq_kernels {
    const char *name;
    bool (*usable)(void);
    /* from (any pitch) → two tent passes → the 64 × 64 picture; a and b padded, strip 2 × PDQ_PAD × padded columns.
     * `from` may be `a` itself. */
    void (*shrink)(const struct pdq_plane *from, struct pdq_plane *a, struct pdq_plane *b, float *strip,
                   float out[PDQ_SIDE][PDQ_SIDE]);
    /* The 64 × 64 picture by an axis for each side; rows: 2 × PDQ_SIDE × columns. */
    void (*weigh)(const struct pdq_bytes *from, const struct pdq_axis *down, const struct pdq_axis *along,
                  float *rows, float out[PDQ_SIDE][PDQ_SIDE]);
    void (*transform)(const struct pdq_dct *dct, const float in[PDQ_SIDE][PDQ_SIDE],
                      float out[PDQ_BAND][PDQ_BAND]);
    int (*quality)(const float in[PDQ_SIDE][PDQ_SIDE]);
    /* Lower median of 256 values. */
    float (*median)(const float in[PDQ_BAND][PDQ_BAND]);
    void (*luma_rgb)(const uint8_t *rgb, float *luma, int n);
};
extern const struct pdq_kernels pdq_kernels_plain, pdq_kernels_avx2, pdq_kernels_avx512;

/* The widest that this machine runs. */
const struct pdq_kernels *pdq_kernels_best(void);

/* ERR_NOMEM. Afterwards pdq_hash_small: the hash of the 64 × 64 picture. */
int pdq_scratch_ready(struct pdq_scratch *s) MUST_USE;
void pdq_hash_small(const struct pdq_scratch *s, const float small[PDQ_SIDE][PDQ_SIDE], int forms,
                    struct hash256 *out, int *out_quality);

/* pdq_hash_luma with kernels of the caller's choice: for the tests that hold them against each other. */
int pdq_hash_with(const struct pdq_kernels *k, struct pdq_scratch *s, const float *luma, int rows, int cols,
                  int forms, struct hash256 *out, int *out_quality, struct error *err) MUST_USE;

#endif
