/* PDQ, the perceptual hash of pictures that the field exchanges: 256 bits and a quality, after the published
 * description (Davis & Rosen, Facebook 2019). Pure functions; no allocation beyond the caller's scratch.
 *
 * Fed the same luma as the reference implementation, the hash is the same bit for bit. */
#ifndef MARSAD_VISION_PDQ_H
#define MARSAD_VISION_PDQ_H

#include "base/error.h"
#include "base/hash256.h"

enum { PDQ_FORMS = 8, PDQ_QUALITY_MIN = 50, PDQ_DISTANCE_MAX = 31 };

/* Reused between pictures; grows to the largest seen. One per thread. */
struct pdq_scratch {
    float *a, *b; /* the picture between passes, rows and columns padded */
    float *strip; /* a band of rows, turned */
    size_t cap, strip_cap;
    struct pdq_dct *dct;           /* the transform's matrix, made at the first hash */
    struct pdq_axis *down, *along; /* of the last picture that was at hand in a smaller size */
    size_t rows_cap;               /* floats in `rows` */
    float *rows;
};
void pdq_scratch_init(struct pdq_scratch *s);
void pdq_scratch_done(struct pdq_scratch *s);

/* luma: rows × cols floats 0-255, row by row, not kept. 64 × 64 is taken as it is, anything else is filtered and
 * decimated to that. forms 1 fills out[0] alone, 8 the eight dihedral forms in
 * the order of model's enum dihedral; out[0] is the same either way. quality 0-100. A picture with a side under 5 has hash 0 and quality 0.
 * Cost O(rows × cols). ERR_NOMEM, ERR_LIMIT (rows × cols overflows). */
int pdq_hash_luma(struct pdq_scratch *s, const float *luma, int rows, int cols, int forms,
                  struct hash256 *out, int *out_quality, struct error *err) MUST_USE;

/* 8-bit RGB or grey, `stride` bytes a row: 0.299 R + 0.587 G + 0.114 B in float, then as above. */
int pdq_hash_rgb(struct pdq_scratch *s, const uint8_t *rgb, int rows, int cols, size_t stride, int forms,
                 struct hash256 *out, int *out_quality, struct error *err) MUST_USE;
int pdq_hash_grey(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride, int forms,
                  struct hash256 *out, int *out_quality, struct error *err) MUST_USE;

/* Grey in the range of television: 16 is black, 235 is white. */
int pdq_hash_limited(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride, int forms,
                     struct hash256 *out, int *out_quality, struct error *err) MUST_USE;

/* pdq_hash_grey, or with limited pdq_hash_limited, for a tenth of the work: sums are taken in another order, so a bit whose value
 * lies within rounding of the median may differ (on pictures of quality 50 and more 0 to 2). Cost O(rows × cols). */
int pdq_hash_quick(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride,
                   bool limited, int forms, struct hash256 *out, int *out_quality,
                   struct error *err) MUST_USE;

/* The hash of a picture of full_rows × full_cols of which a smaller one of rows × cols is at hand, to a few bits: at a scale of
 * pdq_scale, 0 to 12 on the reference pictures. Cost O(rows × cols). */
int pdq_hash_smaller(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride,
                     int full_rows, int full_cols, int forms, struct hash256 *out, int *out_quality,
                     struct error *err) MUST_USE;
/* By how much a picture may be made smaller for that: 1, 2, 4 or 8. */
int pdq_scale(int rows, int cols);

/* The resampling that the field's hasher does to picture files (not to frames) before it looks at them: sides above
 * this make it 512 × 512, proportions not kept, each pixel the one at floor(x × cols / 512), floor(y × rows / 512). */
enum { PDQ_FILE_SIDE_MAX = 512 };
static inline bool pdq_file_shrinks(int rows, int cols)
{
    return rows > PDQ_FILE_SIDE_MAX || cols > PDQ_FILE_SIDE_MAX;
}
static inline int pdq_file_source(int at, int side) { return (int)((int64_t)at * side / PDQ_FILE_SIDE_MAX); }

#endif
