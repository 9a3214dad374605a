/* The luma of frames as libav decodes them, without a conversion of colours: what hashes and the look inside are made of. */
#include <stdlib.h>

#include <libavutil/frame.h>

#include "media/worker/worker_priv.h"

enum {
    SCENE_LEVELS = 28 /* mean change of the points' luma */
};

static bool is_full(const AVFrame *f)
{
    return f->color_range == AVCOL_RANGE_JPEG || f->format == AV_PIX_FMT_YUVJ420P ||
           f->format == AV_PIX_FMT_YUVJ422P || f->format == AV_PIX_FMT_YUVJ444P ||
           f->format == AV_PIX_FMT_GRAY8;
}

bool luma_is_there(const AVFrame *f)
{
    switch (f->format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_GRAY8:
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_NV12: return f->linesize[0] > 0;
    default: return false;
    }
}

enum pixels luma_kind(const AVFrame *f) { return is_full(f) ? PIXELS_GREY : PIXELS_LIMITED; }

bool luma_new_scene(struct luma *l, const AVFrame *f)
{
    bool had = l->has_grid;
    int change = 0;
    l->has_grid = luma_is_there(f) && f->width >= LUMA_GRID && f->height >= LUMA_GRID;
    if (!l->has_grid) return false;
    for (int y = 0; y < LUMA_GRID; y++)
        for (int x = 0; x < LUMA_GRID; x++) {
            uint8_t v = f->data[0][(ptrdiff_t)((2 * y + 1) * f->height / (2 * LUMA_GRID)) * f->linesize[0] +
                                   (2 * x + 1) * f->width / (2 * LUMA_GRID)];
            change += abs(v - l->grid[y * LUMA_GRID + x]);
            l->grid[y * LUMA_GRID + x] = v;
        }
    return had && change > SCENE_LEVELS * LUMA_GRID * LUMA_GRID;
}
