/* Where pictures lie within a picture: bars and blurred borders around it, the halves of a split screen, a picture in a
 * picture, captions and marks over it.
 *
 * What was put together stays where it was put while the content moves. So of every pixel it is counted in how many
 * frames an edge runs through it; rows and columns where edges stay are candidates for borders, and a rectangle all of
 * whose sides lie on such edges, or on the border of the frame, is a region. Halves and thirds of the frame are looked at apart:
 * there a line need not stay, only have more edges on the mean than those beside it. Beside these, the borders are trimmed
 * that hold no detail (bars, blurred fillings) or do not move (captions on a plain bar). A still picture is a film of
 * one frame: its strong straight edges are taken for borders.
 *
 * Pure functions on small grey pictures of one size; cost a few operations a pixel and frame. */
#ifndef MARSAD_VISION_LAYOUT_H
#define MARSAD_VISION_LAYOUT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct layout_rect {
    int x, y, w, h;
};
enum { LAYOUT_RECTS_MAX = 23, LAYOUT_SIDE_MIN = 32, LAYOUT_SIDE_MAX = 1024 };

struct layout {
    int w, h;
    uint32_t frames;
    uint16_t *upright,
        *level; /* per pixel: frames with an edge between left and right, between above and below */
    uint32_t *row_detail, *col_detail, *row_motion,
        *col_motion; /* sums over all frames, per row and column */
    uint8_t *before; /* the last frame */
    void *memory;
};

/* Sides LAYOUT_SIDE_MIN to LAYOUT_SIDE_MAX, else ERR_ARG; ERR_NOMEM. */
int layout_init(struct layout *l, int w, int h) MUST_USE;
void layout_done(struct layout *l);
/* Empty again, for the next stretch of time. */
void layout_clear(struct layout *l);
/* `stride` bytes a row; not kept. At most 65535 frames count. */
void layout_add(struct layout *l, const uint8_t *grey, size_t stride);

/* Regions that may hold a picture of their own, none of them the whole: the equal parts of a grid of two or three each way, the ten
 * likeliest of the others, of the rest those through which no edge goes from side to side, and up to four insets. Returns how many. */
size_t layout_find(const struct layout *l, struct layout_rect out[LAYOUT_RECTS_MAX]);

enum { LAYOUT_CELL = 8 };
/* Marks cells of 8 × 8 pixels (rows of (w + 7) / 8) through which fine edges stay that belong to what was laid over the
 * picture. Returns the share marked, in thousandths; 0 when the picture does not move, for then nothing can be told. */
int layout_overlay(const struct layout *l, uint8_t *cells);
/* Paints the marked cells over from what surrounds them, in place. */
void layout_paint(uint8_t *grey, int w, int h, size_t stride, const uint8_t *cells);

#endif
