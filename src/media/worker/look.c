/* The look inside: frames are kept small and grey for a stretch of some thirty seconds, then layout.h says where
 * pictures may lie within them, and each such region of each frame is hashed. What stays laid over the picture (marks,
 * captions, a window in the corner) is painted over, and the frame hashed once more without it. What hashes cannot reach
 * (cuts, turns, perspective) is for the points of key frames: keys.c. */
#include <stdlib.h>

#include "base/limits.h"
#include "media/worker/worker_priv.h"

enum {
    EVERY_FRAME_STRETCHES =
        4, /* afterwards every SPARSE_STEP-th frame is looked into: enough to find, less to carry */
    SPARSE_STEP = 4,
    WINDOWS_MAX = 2,         /* windows over the picture that are painted over, one at a time */
    WINDOW_SHARE_MAX = 350,  /* thousandths of the frame: a larger one is no window but a picture */
    OVERLAY_SHARE_MAX = 400, /* thousandths of the cells: with more marked nothing is left to hash */
    SIDE_SHARE_MIN = 8 /* a frame is not looked into when one side is less than an eighth of the other */
};

bool look_size(const struct job *j, int width, int height, int *out_w, int *out_h)
{
    int longer = width > height ? width : height, shorter = width > height ? height : width;
    if (j->task.look == MEDIA_LOOK_WHOLE || shorter * SIDE_SHARE_MIN < longer) return false;
    int to = longer < LOOK_SIDE ? longer : LOOK_SIDE;
    *out_w = (int)((int64_t)width * to / longer);
    *out_h = (int)((int64_t)height * to / longer);
    return *out_w >= LAYOUT_SIDE_MIN && *out_h >= LAYOUT_SIDE_MIN;
}

static size_t frame_bytes(const struct look *l) { return (size_t)l->w * (size_t)l->h; }
static uint8_t *frame_at(const struct look *l, size_t i) { return l->small + i * frame_bytes(l); }

void look_done(struct look *l)
{
    layout_done(&l->layout);
    free(l->small);
    l->small = NULL;
    l->w = l->h = 0;
    VEC_DONE(&l->frames);
}

/* ---- hashing ---- */

static struct region in_thousandths(const struct look *l, const struct layout_rect *r)
{
    int x = r->x * 1000 / l->w, y = r->y * 1000 / l->h;
    int right = ((r->x + r->w) * 1000 + l->w / 2) / l->w, bottom = ((r->y + r->h) * 1000 + l->h / 2) / l->h;
    return (struct region){(uint16_t)x, (uint16_t)y, (uint16_t)(right - x), (uint16_t)(bottom - y)};
}

static int push(struct job *j, int64_t time_us, struct region region, const uint8_t *grey, int rows, int cols,
                size_t stride)
{
    struct look *l = &j->look;
    struct frame_signal f = {.time_us = time_us, .region = region};
    int quality = 0;
    if (j->frames.n + l->frames.n >= j->task.limits.max_frames) return 0;
    int rc = pdq_hash_grey(&j->scratch, grey, rows, cols, stride, PDQ_FORMS, f.pdq, &quality, NULL);
    f.quality = (uint8_t)quality;
    if (rc == 0 && quality >= PDQ_QUALITY_MIN) rc = VEC_PUSH(&l->frames, f);
    return rc;
}

static int add(struct job *j, int64_t time_us, const uint8_t *grey, const struct layout_rect *r)
{
    const struct look *l = &j->look;
    return push(j, time_us, in_thousandths(l, r), grey + (size_t)r->y * (size_t)l->w + (size_t)r->x, r->h,
                r->w, (size_t)l->w);
}

/* ---- a stretch ---- */

struct plan {
    struct layout_rect rects[LAYOUT_RECTS_MAX], whole;
    size_t nrects;
    uint8_t masks[WINDOWS_MAX + 1][LOOK_SIDE / LAYOUT_CELL * LOOK_SIDE / LAYOUT_CELL];
    size_t nmasks; /* what to paint over, one after the other */
};

static void mask_rect(const struct look *l, const struct layout_rect *r, uint8_t *cells)
{
    int cols = (l->w + LAYOUT_CELL - 1) / LAYOUT_CELL, rows = (l->h + LAYOUT_CELL - 1) / LAYOUT_CELL;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < cols; x++)
            cells[y * cols + x] = (x + 1) * LAYOUT_CELL > r->x && x * LAYOUT_CELL < r->x + r->w &&
                                  (y + 1) * LAYOUT_CELL > r->y && y * LAYOUT_CELL < r->y + r->h;
}

/* A window lies within the frame or in a corner of it; what goes from side to side is a part of its own. */
static bool is_window(const struct look *l, const struct layout_rect *r)
{
    return r->w < l->w && r->h < l->h && r->w * r->h * 1000LL < (int64_t)WINDOW_SHARE_MAX * l->w * l->h;
}

static void plan_make(struct job *j, struct plan *p)
{
    struct look *l = &j->look;
    p->whole = (struct layout_rect){0, 0, l->w, l->h};
    p->nrects = layout_find(&l->layout, p->rects);
    p->nmasks = 0;
    if (j->task.look == MEDIA_LOOK_REFERENCE) {
        /* A reference is itself: of what lies in it, only the picture without its bars. */
        bool bars = p->nrects && p->rects[0].w * p->rects[0].h * 2 > l->w * l->h;
        p->nrects = bars;
        return;
    }
    for (size_t i = 0; i < p->nrects && p->nmasks < WINDOWS_MAX; i++)
        if (is_window(l, &p->rects[i])) mask_rect(l, &p->rects[i], p->masks[p->nmasks++]);
    int share = layout_overlay(&l->layout, p->masks[p->nmasks]);
    if (share > 0 && share <= OVERLAY_SHARE_MAX) p->nmasks++;
}

static int look_at(struct job *j, const struct plan *p, size_t i)
{
    struct look *l = &j->look;
    const uint8_t *grey = frame_at(l, i);
    uint8_t *painted = frame_at(l, LOOK_STRETCH);
    int rc = 0;
    for (size_t k = 0; k < p->nrects && rc == 0; k++) rc = add(j, l->times[i], grey, &p->rects[k]);
    for (size_t k = 0; k < p->nmasks && rc == 0; k++) {
        memcpy(painted, grey, frame_bytes(l));
        layout_paint(painted, l->w, l->h, (size_t)l->w, p->masks[k]);
        rc = add(j, l->times[i], painted, &p->whole);
    }
    return rc;
}

static int stretch_end(struct job *j)
{
    struct look *l = &j->look;
    struct plan *p;
    int rc = 0;
    if (l->kept == 0) return 0;
    if (!(p = malloc(sizeof *p))) return job_no_memory(j);
    plan_make(j, p);
    size_t step =
        l->stretches < EVERY_FRAME_STRETCHES || j->task.look == MEDIA_LOOK_REFERENCE ? 1 : SPARSE_STEP;
    for (size_t i = 0; i < l->kept && rc == 0 && !job_out_of_time(j); i += step) rc = look_at(j, p, i);
    free(p);
    layout_clear(&l->layout);
    l->kept = 0;
    l->stretches++;
    return rc == ERR_NOMEM ? job_no_memory(j) : rc;
}

/* ---- taking in ---- */

uint8_t *look_room(struct job *j, int stored_w, int stored_h)
{
    struct look *l = &j->look;
    int w = turn_on_side(j->turn) ? stored_h : stored_w, h = turn_on_side(j->turn) ? stored_w : stored_h;
    if (w != l->w || h != l->h) {
        if (stretch_end(j)) return NULL;
        layout_done(&l->layout);
        free(l->small);
        l->small = NULL;
        l->w = l->h = 0;
        if (layout_init(&l->layout, w, h)) return NULL;
        l->small = malloc((size_t)w * (size_t)h * (LOOK_STRETCH + 2));
        if (!l->small) return NULL;
        l->w = w;
        l->h = h;
    }
    return frame_at(l, j->turn > 1 ? LOOK_STRETCH + 1 : l->kept);
}

int look_take(struct job *j, int64_t time_us)
{
    struct look *l = &j->look;
    if (j->turn > 1)
        turn_pixels(j->turn, frame_at(l, LOOK_STRETCH + 1), turn_on_side(j->turn) ? l->h : l->w,
                    turn_on_side(j->turn) ? l->w : l->h, 1, frame_at(l, l->kept));
    layout_add(&l->layout, frame_at(l, l->kept), (size_t)l->w);
    if (keys_take(j, time_us, frame_at(l, l->kept), l->w, l->h)) return job_no_memory(j);
    l->times[l->kept++] = time_us;
    return l->kept < LOOK_STRETCH ? 0 : stretch_end(j);
}

static unsigned grey_of(const uint8_t *p) { return (77u * p[0] + 150u * p[1] + 29u * p[2] + 128u) >> 8; }

/* What each mean becomes: itself, or its place in the full range. */
static void levels_make(enum pixels kind, uint8_t levels[256])
{
    for (int v = 0; v < 256; v++) {
        int wide = kind == PIXELS_LIMITED ? (v - 16) * 255 / 219 : v;
        levels[v] = (uint8_t)(wide < 0 ? 0 : wide > 255 ? 255 : wide);
    }
}

/* Rows of a band summed up column by column. Short sums hold 257 rows, and add twice as many at a time. */
static void sum_rows(enum pixels kind, const uint8_t *p, int y0, int y1, int cols, size_t stride,
                     uint16_t *restrict few, uint32_t *restrict sums)
{
    memset(sums, 0, (size_t)cols * sizeof *sums);
    for (int v = y0; v < y1;) {
        int end = y1 - v > 256 ? v + 256 : y1;
        memset(few, 0, (size_t)cols * sizeof *few);
        for (; v < end; v++) {
            const uint8_t *restrict row = p + (size_t)v * stride;
            if (kind != PIXELS_RGB)
                for (int u = 0; u < cols; u++) few[u] = (uint16_t)(few[u] + row[u]);
            else
                for (int u = 0; u < cols; u++) few[u] = (uint16_t)(few[u] + grey_of(row + (size_t)u * 3));
        }
        for (int u = 0; u < cols; u++) sums[u] += few[u];
    }
}

/* A band's sums become its pixels: pixel x is of columns ends[x - 1] up to ends[x], which is one of two widths. Means are rounded
 * down, by a multiplication that is exact for up to 2^20 pixels of at most 255. */
static void means_of(uint32_t *sums, int height, const int *ends, int w, int cols, const uint8_t levels[256],
                     uint8_t *to)
{
    uint32_t least = (uint32_t)(cols / w), all = 0, before = 0;
    uint64_t rows = (uint64_t)height, inverse[2] = {0};
    for (uint64_t i = 0; i < 2 && rows; i++) inverse[i] = (UINT64_C(1) << 48) / (rows * (least + i)) + 1;
    for (int u = 0; u < cols; u++) sums[u] = all += sums[u];
    for (int x = 0, from = 0; x < w; from = ends[x++]) {
        uint32_t upto =
            sums[ends[x] -
                 1]; /* that it may have come round is no matter: only the difference is looked at */
        to[x] = levels[(upto - before) * inverse[(uint32_t)(ends[x] - from) - least] >> 48];
        before = upto;
    }
}

/* Columns of a band of rows summed up, then each pixel's share of the columns: every pixel of the source counts once. */
void look_shrink(enum pixels kind, const uint8_t *p, int rows, int cols, size_t stride, uint8_t *to, int w,
                 int h)
{
    uint8_t levels[256];
    uint32_t *sums = malloc((size_t)cols * sizeof *sums);
    uint16_t *few = malloc((size_t)cols * sizeof *few);
    int *ends = malloc((size_t)w * sizeof *ends);
    bool ok = sums && few && ends;
    levels_make(kind, levels);
    for (int x = 0; x < w && ok; x++) ends[x] = (int)((int64_t)(x + 1) * cols / w);
    for (int y = 0; y < h && ok; y++) {
        int y0 = (int)((int64_t)y * rows / h), y1 = (int)((int64_t)(y + 1) * rows / h);
        sum_rows(kind, p, y0, y1, cols, stride, few, sums);
        means_of(sums, y1 - y0, ends, w, cols, levels, to + (size_t)y * (size_t)w);
    }
    if (!ok) memset(to, 0, (size_t)w * (size_t)h);
    free(sums);
    free(few);
    free(ends);
}

int look_picture(struct job *j, enum pixels kind, const uint8_t *p, int rows, int cols, size_t stride)
{
    int w, h;
    if (!look_size(j, cols, rows, &w, &h)) return 0;
    uint8_t *to = look_room(j, w, h);
    if (!to) return job_no_memory(j);
    look_shrink(kind, p, rows, cols, stride, to, w, h);
    return look_take(j, 0);
}

/* Both lists are by time; at the same time the whole frame goes first. */
int look_end(struct job *j)
{
    struct look *l = &j->look;
    int rc = stretch_end(j);
    size_t room = j->task.limits.max_frames - j->frames.n;
    if (rc || l->frames.n == 0) return rc;
    if (l->frames.n > room) l->frames.n = room; /* whole frames that came later go first */
    size_t n = j->frames.n + l->frames.n, a = 0, b = 0;
    struct frame_signal *all = malloc(n * sizeof *all);
    if (!all) return job_no_memory(j);
    for (size_t i = 0; i < n; i++) {
        bool first =
            b == l->frames.n || (a < j->frames.n && j->frames.v[a].time_us <= l->frames.v[b].time_us);
        all[i] = first ? j->frames.v[a++] : l->frames.v[b++];
    }
    free(j->frames.v);
    j->frames.v = all;
    j->frames.n = j->frames.cap = n;
    return 0;
}
