/* Pixels become frame signals. */
#include <stdlib.h>

#include "base/clock.h"
#include "media/worker/worker_priv.h"

static int push(struct job *j, int rc, int quality, struct frame_signal *f, int64_t began_us)
{
    j->cost.hash_us += clock_mono_us() - began_us;
    f->quality = (uint8_t)quality;
    if (rc == 0) rc = VEC_PUSH(&j->frames, *f);
    return rc == ERR_NOMEM ? job_no_memory(j) : rc;
}

static int too_many(struct job *j)
{
    return job_fail(j, ERR_LIMIT, "more than %u frames", j->task.limits.max_frames);
}

int frame_add(struct job *j, int64_t time_us, enum pixels kind, const uint8_t *p, int rows, int cols,
              size_t stride)
{
    _Static_assert((int)PDQ_FORMS == (int)DIHEDRAL_COUNT, "one hash a form");
    struct frame_signal f = {.time_us = time_us, .region = REGION_WHOLE};
    int quality = 0;
    if (j->frames.n >= j->task.limits.max_frames) return too_many(j);
    int64_t began_us = clock_mono_us();
    int r = kind == PIXELS_RGB
                ? pdq_hash_rgb(&j->scratch, p, rows, cols, stride, PDQ_FORMS, f.pdq, &quality, NULL)
            : j->task.fast ? pdq_hash_quick(&j->scratch, p, rows, cols, stride, kind == PIXELS_LIMITED,
                                            PDQ_FORMS, f.pdq, &quality, NULL)
            : kind == PIXELS_LIMITED
                ? pdq_hash_limited(&j->scratch, p, rows, cols, stride, PDQ_FORMS, f.pdq, &quality, NULL)
                : pdq_hash_grey(&j->scratch, p, rows, cols, stride, PDQ_FORMS, f.pdq, &quality, NULL);
    return push(j, r, quality, &f, began_us);
}

int frame_add_smaller(struct job *j, const uint8_t *p, int rows, int cols, int full_rows, int full_cols)
{
    struct frame_signal f = {.region = REGION_WHOLE};
    int quality = 0;
    if (j->frames.n >= j->task.limits.max_frames) return too_many(j);
    int64_t began_us = clock_mono_us();
    int r = pdq_hash_smaller(&j->scratch, p, rows, cols, (size_t)cols, full_rows, full_cols, PDQ_FORMS, f.pdq,
                             &quality, NULL);
    return push(j, r, quality, &f, began_us);
}

int frame_add_picture(struct job *j, enum pixels kind, const uint8_t *p, int rows, int cols, size_t stride)
{
    enum { SIDE = PDQ_FILE_SIDE_MAX };
    if (!pdq_file_shrinks(rows, cols)) return frame_add(j, 0, kind, p, rows, cols, stride);
    size_t bytes = kind == PIXELS_RGB ? 3 : 1;
    uint8_t *small = malloc(SIDE * SIDE * bytes);
    if (!small) return job_no_memory(j);
    for (int y = 0; y < SIDE; y++) {
        const uint8_t *row = p + (size_t)pdq_file_source(y, rows) * stride;
        for (int x = 0; x < SIDE; x++)
            memcpy(small + ((size_t)y * SIDE + (size_t)x) * bytes,
                   row + (size_t)pdq_file_source(x, cols) * bytes, bytes);
    }
    int r = frame_add(j, 0, kind, small, SIDE, SIDE, SIDE * bytes);
    free(small);
    return r;
}
