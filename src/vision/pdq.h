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
    float *a, *b; /* rows × cols each */
    size_t cap;
};
void pdq_scratch_init(struct pdq_scratch *s);
void pdq_scratch_done(struct pdq_scratch *s);

/* luma: rows × cols floats 0-255, row by row, not kept. forms 1 fills out[0] alone, 8 the eight dihedral forms in
 * the order of model's enum dihedral. quality 0-100. A picture with a side under 5 has hash 0 and quality 0.
 * Cost O(rows × cols). ERR_NOMEM, ERR_LIMIT (rows × cols overflows). */
int pdq_hash_luma(struct pdq_scratch *s, const float *luma, int rows, int cols, int forms,
                  struct hash256 out[PDQ_FORMS], int *out_quality, struct error *err) MUST_USE;

/* 8-bit RGB or grey, `stride` bytes a row: 0.299 R + 0.587 G + 0.114 B in float, then as above. */
int pdq_hash_rgb(struct pdq_scratch *s, const uint8_t *rgb, int rows, int cols, size_t stride, int forms,
                 struct hash256 out[PDQ_FORMS], int *out_quality, struct error *err) MUST_USE;
int pdq_hash_grey(struct pdq_scratch *s, const uint8_t *grey, int rows, int cols, size_t stride, int forms,
                  struct hash256 out[PDQ_FORMS], int *out_quality, struct error *err) MUST_USE;

#endif
