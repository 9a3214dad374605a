/* Key frames: of what has changed, and every so often. A reference is looked at twice as often, so that a copy sampled at
 * other moments meets one near in time. When there are more than can be kept, every second one goes, and the gaps double. */
#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "media/worker/worker_priv.h"

enum { LEAST_GAP_US = 450000, MOST_GAP_US = 900000, STILL_GAP_US = 2700000, CUT_GAP_US = 100000 };
/* Mean difference of the very small pictures, in their own deviation. */
#define CHANGED 0.2f
#define STILL   0.05f
#define CUT     0.7f

/* Means of KEYS_THUMB × KEYS_THUMB parts, of mean 0 and deviation 1, so that light does not count. */
static void thumb_of(const uint8_t *grey, int w, int h, float *out)
{
    float mean = 0, square = 0;
    for (int r = 0; r < KEYS_THUMB; r++)
        for (int c = 0; c < KEYS_THUMB; c++) {
            int y0 = r * h / KEYS_THUMB, y1 = (r + 1) * h / KEYS_THUMB, x0 = c * w / KEYS_THUMB,
                x1 = (c + 1) * w / KEYS_THUMB;
            unsigned sum = 0, n = (unsigned)((y1 - y0) * (x1 - x0));
            for (int y = y0; y < y1; y++)
                for (int x = x0; x < x1; x++) sum += grey[(size_t)y * (size_t)w + (size_t)x];
            out[r * KEYS_THUMB + c] = n ? (float)sum / (float)n : 0;
            mean += out[r * KEYS_THUMB + c] / (KEYS_THUMB * KEYS_THUMB);
        }
    for (int i = 0; i < KEYS_THUMB * KEYS_THUMB; i++) square += (out[i] - mean) * (out[i] - mean);
    float deviation = sqrtf(square / (KEYS_THUMB * KEYS_THUMB)) + 2; /* a flat picture stays flat */
    for (int i = 0; i < KEYS_THUMB * KEYS_THUMB; i++) out[i] = (out[i] - mean) / deviation;
}

static float difference(const float *a, const float *b)
{
    float sum = 0;
    for (int i = 0; i < KEYS_THUMB * KEYS_THUMB; i++) sum += fabsf(a[i] - b[i]);
    return sum / (KEYS_THUMB * KEYS_THUMB);
}

static bool is_wanted(const struct job *j, int64_t time_us, const float *thumb)
{
    const struct keys *k = &j->look.keys;
    if (k->v.n == 0) return true;
    int64_t stretch = (j->task.look == MEDIA_LOOK_REFERENCE ? 1 : 2) * (INT64_C(1) << k->rarer);
    int64_t gap = time_us - k->last_us;
    float changed = difference(k->thumb, thumb);
    if (changed < STILL) return gap >= STILL_GAP_US * stretch;
    return gap >= MOST_GAP_US * stretch || (gap >= LEAST_GAP_US * stretch && changed >= CHANGED) ||
           (gap >= CUT_GAP_US << k->rarer && changed >= CUT);
}

static void let_go(struct keys *k)
{
    size_t kept = 0;
    for (size_t i = 0; i < k->v.n; i++) {
        if (i % 2 == 0)
            k->v.v[kept++] = k->v.v[i];
        else
            free((void *)k->v.v[i].points);
    }
    k->v.n = kept;
    k->rarer++;
}

int keys_take(struct job *j, int64_t time_us, const uint8_t *grey, int w, int h)
{
    struct keys *k = &j->look.keys;
    struct point found[KEY_POINTS_MAX];
    float thumb[KEYS_THUMB * KEYS_THUMB];
    size_t n = 0;
    thumb_of(grey, w, h, thumb);
    if (!is_wanted(j, time_us, thumb)) return 0;
    int rc = points_find(&k->scratch, grey, w, h, (size_t)w, NULL, found, KEY_POINTS_MAX, &n);
    if (rc) return rc;
    memcpy(k->thumb, thumb, sizeof thumb);
    k->last_us = time_us;
    if (n == 0) return 0;
    if (k->v.n == KEYS_MAX) let_go(k);
    struct point *points = malloc(n * sizeof *points);
    if (!points) return ERR_NOMEM;
    memcpy(points, found, n * sizeof *points);
    rc = VEC_PUSH(&k->v, ((struct key_frame){time_us, (uint16_t)w, (uint16_t)h, points, n}));
    if (rc) free(points);
    return rc;
}
