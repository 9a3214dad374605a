/* The luma of frames as libav decodes them, without a conversion of colours: what hashes and the look inside are made of. */
#include <stdlib.h>

#include <libavutil/frame.h>
#include <libavutil/mem.h>

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

static uint8_t full_range(unsigned v)
{
    int wide = ((int)v - 16) * 255 / 219;
    return (uint8_t)(wide < 0 ? 0 : wide > 255 ? 255 : wide);
}

static void widen(struct luma *l, const AVFrame *f)
{
    uint8_t table[256];
    size_t w = (size_t)f->width;
    for (unsigned v = 0; v < 256; v++) table[v] = full_range(v);
    for (size_t y = 0; y < (size_t)f->height; y++) {
        const uint8_t *from = f->data[0] + y * (size_t)f->linesize[0];
        uint8_t *to = l->wide + y * w;
        for (size_t x = 0; x < w; x++) to[x] = table[from[x]];
    }
}

int luma_of(struct job *j, struct luma *l, const AVFrame *f, const uint8_t **out, size_t *out_stride)
{
    size_t need = (size_t)f->width * (size_t)f->height;
    *out = f->data[0];
    *out_stride = (size_t)f->linesize[0];
    if (is_full(f)) return 0;
    if (need > l->cap) {
        free(l->wide);
        l->cap = 0;
        if (!(l->wide = malloc(need))) return job_no_memory(j);
        l->cap = need;
        l->ready = false;
    }
    if (!l->ready) widen(l, f);
    l->ready = true;
    *out = l->wide;
    *out_stride = (size_t)f->width;
    return 0;
}

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

void luma_done(struct luma *l)
{
    free(l->wide);
    l->wide = NULL;
    l->cap = 0;
}
