/* Regions of a picture from edges that stay (layout.h). */
#include "vision/layout.h"

#include <stdlib.h>
#include <string.h>

enum {
    EDGE = 12,             /* grey levels across three pixels */
    MARGIN = 3,            /* no border lies nearer to the frame's own */
    LINES_MAX = 10,        /* candidates a direction, the frame's borders not counted */
    SHARE_MIN = 200,       /* thousandths of the side that a region has at least */
    COVER_MIN = 550,       /* thousandths of a side of a region that lie on edges */
    GRID_AROUND = 9,       /* lines on either side that one of a grid is held against */
    GRID_STANDS_OUT = 200, /* thousandths that it has more edges than they */
    GRID_SCORE = 1500,     /* surer than any four sides */
    FRAMES_MAX = 65535
};

/* ---- gathering ---- */

int layout_init(struct layout *l, int w, int h)
{
    if (w < LAYOUT_SIDE_MIN || h < LAYOUT_SIDE_MIN || w > LAYOUT_SIDE_MAX || h > LAYOUT_SIDE_MAX)
        return ERR_ARG;
    size_t n = (size_t)w * (size_t)h, sides = 2 * ((size_t)w + (size_t)h);
    *l = (struct layout){.w = w, .h = h};
    l->memory = calloc(1, n * (2 * sizeof(uint16_t) + 1) + sides * sizeof(uint32_t));
    if (!l->memory) return ERR_NOMEM;
    l->row_detail = l->memory;
    l->row_motion = l->row_detail + h;
    l->col_detail = l->row_motion + h;
    l->col_motion = l->col_detail + w;
    l->upright = (uint16_t *)(void *)(l->col_motion + w);
    l->level = l->upright + n;
    l->before = (uint8_t *)(void *)(l->level + n);
    return 0;
}

void layout_done(struct layout *l)
{
    free(l->memory);
    *l = (struct layout){0};
}

void layout_clear(struct layout *l)
{
    size_t n = (size_t)l->w * (size_t)l->h, sides = 2 * ((size_t)l->w + (size_t)l->h);
    memset(l->memory, 0, n * (2 * sizeof(uint16_t) + 1) + sides * sizeof(uint32_t));
    l->frames = 0;
}

/* What a row adds to the sums of its columns and its own. */
static void add_detail(const uint8_t *restrict p, const uint8_t *restrict up, const uint8_t *restrict down,
                       int w, uint32_t *restrict cols, uint32_t *row)
{
    uint32_t sum = 0;
    for (int x = 1; x + 1 < w; x++) {
        int twice = 2 * p[x];
        uint32_t fine = (uint32_t)(abs(twice - p[x - 1] - p[x + 1]) + abs(twice - up[x] - down[x]));
        cols[x] += fine;
        sum += fine;
    }
    *row += sum;
}

static void add_motion(const uint8_t *restrict p, const uint8_t *restrict before, int w,
                       uint32_t *restrict cols, uint32_t *row)
{
    uint32_t sum = 0;
    for (int x = 1; x + 1 < w; x++) {
        uint32_t moved = (uint32_t)abs(p[x] - before[x]);
        cols[x] += moved;
        sum += moved;
    }
    *row += sum;
}

static void add_edges(const uint8_t *restrict a, const uint8_t *restrict b, int w, uint16_t *restrict seen)
{
    for (int x = 1; x + 1 < w; x++) {
        uint8_t more = a[x] > b[x] ? a[x] : b[x], less = a[x] > b[x] ? b[x] : a[x];
        seen[x] = (uint16_t)(seen[x] + ((uint8_t)(more - less) >= EDGE));
    }
}

static void add_row(struct layout *l, const uint8_t *p, size_t stride, int y)
{
    size_t at = (size_t)y * (size_t)l->w;
    add_edges(p + 1, p - 1, l->w, l->upright + at);
    add_edges(p + stride, p - stride, l->w, l->level + at);
    add_detail(p, p - stride, p + stride, l->w, l->col_detail, &l->row_detail[y]);
    if (l->frames) add_motion(p, l->before + at, l->w, l->col_motion, &l->row_motion[y]);
}

void layout_add(struct layout *l, const uint8_t *grey, size_t stride)
{
    if (l->frames >= FRAMES_MAX) return;
    for (int y = 1; y + 1 < l->h; y++) add_row(l, grey + (size_t)y * stride, stride, y);
    for (int y = 0; y < l->h; y++)
        memcpy(l->before + (size_t)y * (size_t)l->w, grey + (size_t)y * stride, (size_t)l->w);
    l->frames++;
}

/* ---- lines ---- */

/* One direction of the frame seen as upright lines: `across` positions, each `along` pixels long. */
struct view {
    const uint16_t *edges;
    size_t step_across, step_along;
    int across, along;
    uint32_t need; /* frames in which an edge must be there to have stayed */
};

static struct view view_of(const struct layout *l, bool upright)
{
    /* Of one frame every edge has stayed: then only long straight ones count, which the lines see to. */
    uint32_t need = l->frames <= 2 ? l->frames : (l->frames * 6 + 9) / 10;
    if (upright) return (struct view){l->upright, 1, (size_t)l->w, l->w, l->h, need};
    return (struct view){l->level, (size_t)l->w, 1, l->h, l->w, need};
}

static bool stays(const struct view *v, int at, int k)
{
    if (at < 1 || at + 1 >= v->across) return false;
    return v->edges[(size_t)at * v->step_across + (size_t)k * v->step_along] >= v->need;
}

/* The edge of a border is seen up to a pixel off, by rounding. */
static bool stays_near(const struct view *v, int at, int k) { return stays(v, at, k) || stays(v, at - 1, k); }

/* The best run of a line: edges that stay count for it, gaps against it. */
static int run_score(const struct view *v, int at)
{
    int best = 0, sum = 0;
    for (int k = 1; k + 1 < v->along; k++) {
        int there = stays(v, at, k) + stays(v, at - 1, k);
        sum += there ? there : -3;
        if (sum < 0) sum = 0;
        if (sum > best) best = sum;
    }
    return best / 2;
}

struct lines {
    int at[LINES_MAX + 2];
    size_t n;
};

/* The strongest candidates, none next to a stronger one; the borders of the frame are at both ends. */
static void lines_find(const struct view *v, struct lines *out)
{
    int score[LAYOUT_SIDE_MAX] = {0};
    out->n = 0;
    out->at[out->n++] = 0;
    for (int i = MARGIN; i + MARGIN < v->across; i++) score[i] = run_score(v, i);
    while (out->n <= LINES_MAX) {
        int best = 0;
        for (int i = MARGIN; i + MARGIN < v->across; i++)
            if (score[i] > score[best]) best = i;
        if (score[best] * 1000 < SHARE_MIN * 3 / 4 * v->along) break;
        out->at[out->n++] = best;
        for (int i = best - 2; i <= best + 2; i++)
            if (i >= 0 && i < v->across) score[i] = 0;
    }
    out->at[out->n++] = v->across;
}

/* Thousandths of [from, to) of a line that lie on edges; a border of the frame needs none. */
static int cover(const struct view *v, int at, int from, int to)
{
    if (at == 0 || at == v->across) return 1000;
    if (to <= from) return 0;
    int n = 0;
    for (int k = from; k < to; k++) n += stays_near(v, at, k);
    return n * 1000 / (to - from);
}

/* ---- trimming ---- */

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Where [*from, *to) is when both ends are cut up to the first of rows that have a tenth of what the busy ones have.
 * The outermost have no sums of their own and go with their neighbours. */
static void trim(const uint32_t *sums, int n, int *from, int *to)
{
    uint32_t sorted[LAYOUT_SIDE_MAX];
    memcpy(sorted, sums, (size_t)n * sizeof *sums);
    qsort(sorted, (size_t)n, sizeof *sorted, by_number);
    uint32_t busy = sorted[(size_t)n * 3 / 4], enough = busy / 8;
    int a = 1, b = n - 2;
    while (a < b && sums[a] <= enough) a++;
    while (b > a && sums[b] <= enough) b--;
    *from = a <= 1 ? 0 : a;
    *to = b >= n - 2 ? n : b + 1;
}

static struct layout_rect trimmed(const struct layout *l, const uint32_t *rows, const uint32_t *cols)
{
    int x0, x1, y0, y1;
    trim(rows, l->h, &y0, &y1);
    trim(cols, l->w, &x0, &x1);
    return (struct layout_rect){x0, y0, x1 - x0, y1 - y0};
}

/* ---- regions ---- */

struct found {
    struct layout_rect rect;
    int score;
    bool divided; /* an edge goes through it from side to side */
    bool in_grid;
};
enum { FOUND_MAX = 64, LIKELIEST = 10, INSETS = 4 };

static bool large_enough(const struct layout *l, const struct layout_rect *r)
{
    return r->w * 1000 >= SHARE_MIN * l->w && r->h * 1000 >= SHARE_MIN * l->h && r->w >= 24 && r->h >= 24 &&
           (r->w < l->w - 2 || r->h < l->h - 2);
}

static int shared(int a0, int a1, int b0, int b1)
{
    int from = a0 > b0 ? a0 : b0, to = a1 < b1 ? a1 : b1;
    return to > from ? to - from : 0;
}

static bool nearly_same(const struct layout_rect *a, const struct layout_rect *b)
{
    int64_t both =
        (int64_t)shared(a->x, a->x + a->w, b->x, b->x + b->w) * shared(a->y, a->y + a->h, b->y, b->y + b->h);
    int64_t all = (int64_t)a->w * a->h + (int64_t)b->w * b->h - both;
    return both * 100 >= all * 97;
}

static void keep(struct found *v, size_t *n, struct found one)
{
    size_t worst = 0;
    for (size_t i = 0; i < *n; i++) {
        if (nearly_same(&v[i].rect, &one.rect)) {
            if (one.score > v[i].score) v[i] = one;
            return;
        }
        if (v[i].score < v[worst].score) worst = i;
    }
    if (*n < FOUND_MAX)
        v[(*n)++] = one;
    else if (one.score > v[worst].score)
        v[worst] = one;
}

/* How well the four sides lie on edges, weighed by their length; 0 when one does not. */
static int sides_score(const struct view *cols, const struct view *rows, const struct layout_rect *r)
{
    int x1 = r->x + r->w, y1 = r->y + r->h;
    int side[4] = {cover(cols, r->x, r->y, y1), cover(cols, x1, r->y, y1), cover(rows, r->y, r->x, x1),
                   cover(rows, y1, r->x, x1)};
    for (int i = 0; i < 4; i++)
        if (side[i] < COVER_MIN) return 0;
    return ((side[0] + side[1]) * r->h + (side[2] + side[3]) * r->w) / (2 * (r->h + r->w));
}

static bool is_divided(const struct view *cols, const struct lines *x, const struct view *rows,
                       const struct lines *y, const struct layout_rect *r)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->at[i] > r->x + MARGIN && x->at[i] < r->x + r->w - MARGIN &&
            cover(cols, x->at[i], r->y, r->y + r->h) >= COVER_MIN)
            return true;
    for (size_t i = 0; i < y->n; i++)
        if (y->at[i] > r->y + MARGIN && y->at[i] < r->y + r->h - MARGIN &&
            cover(rows, y->at[i], r->x, r->x + r->w) >= COVER_MIN)
            return true;
    return false;
}

static size_t rects_on_lines(const struct layout *l, struct found *v, size_t n)
{
    struct view cols = view_of(l, true), rows = view_of(l, false);
    struct lines x, y;
    lines_find(&cols, &x);
    lines_find(&rows, &y);
    for (size_t a = 0; a < x.n; a++)
        for (size_t b = 0; b < x.n; b++)
            for (size_t c = 0; c < y.n && x.at[b] > x.at[a]; c++)
                for (size_t d = 0; d < y.n; d++) {
                    struct layout_rect r = {x.at[a], y.at[c], x.at[b] - x.at[a], y.at[d] - y.at[c]};
                    if (r.h <= 0 || !large_enough(l, &r)) continue;
                    int score = sides_score(&cols, &rows, &r);
                    if (score > 0)
                        keep(v, &n, (struct found){r, score, is_divided(&cols, &x, &rows, &y, &r), false});
                }
    return n;
}

/* ---- grids ---- */

/* Thousandths of a whole line, from border to border, that lie on edges, on the mean of all frames. */
static int density(const struct view *v, uint32_t frames, int at)
{
    uint64_t sum = 0;
    for (int k = 1; k + 1 < v->along; k++) {
        const uint16_t *e = v->edges + (size_t)k * v->step_along;
        sum += e[(size_t)at * v->step_across] + e[(size_t)(at - 1) * v->step_across];
    }
    return (int)(sum * 1000 / (2 * (uint64_t)v->along * frames));
}

/* Where, a pixel more or less, a line lies on edges far more than the lines beside it; 0: it does not. Parts of a grid are
 * different pictures, but here and there of the same brightness, or lie on edges of their own: no run of edges need last from
 * one side to the other, and the mean of all of them tells. */
static int standing_line(const struct view *v, uint32_t frames, int near)
{
    int best = 0, best_at = 0, sum = 0, n = 0, most = 0;
    if (near < GRID_AROUND + 2 || near + GRID_AROUND + 2 > v->across) return 0;
    for (int i = -GRID_AROUND; i <= GRID_AROUND; i++) {
        int d = density(v, frames, near + i);
        if (abs(i) <= 1) {
            if (d > best) best = d, best_at = near + i;
        } else if (abs(i) > 3) {
            sum += d;
            n++;
            most = d > most ? d : most;
        }
    }
    int more = frames < 3 ? 2 * GRID_STANDS_OUT : GRID_STANDS_OUT;
    return best > most && best >= sum / n + more ? best_at : 0;
}

/* Into how many equal parts the frame is cut in this direction: 1, 2 or 3, and where. */
static int equal_parts(const struct view *v, uint32_t frames, int at[4])
{
    for (int parts = 3; parts >= 2; parts--) {
        int n = 0;
        for (int i = 1; i < parts; i++) {
            at[i] = standing_line(v, frames, (v->across * i + parts / 2) / parts);
            n += at[i] > 0;
        }
        at[0] = 0;
        at[parts] = v->across;
        if (n == parts - 1) return parts;
    }
    at[0] = 0;
    at[1] = v->across;
    return 1;
}

static size_t rects_of_grid(const struct layout *l, struct found *v, size_t n)
{
    struct view cols = view_of(l, true), rows = view_of(l, false);
    int x[4], y[4];
    int nx = equal_parts(&cols, l->frames, x), ny = equal_parts(&rows, l->frames, y);
    for (int i = 0; i < nx * ny && nx * ny > 1; i++) {
        int c = i % nx, r = i / nx;
        struct layout_rect part = {x[c], y[r], x[c + 1] - x[c], y[r + 1] - y[r]};
        if (large_enough(l, &part)) keep(v, &n, (struct found){part, GRID_SCORE, false, true});
    }
    return n;
}

static int by_score(const void *pa, const void *pb)
{
    const struct found *a = pa, *b = pb;
    int64_t area_a = (int64_t)a->rect.w * a->rect.h, area_b = (int64_t)b->rect.w * b->rect.h;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return area_a > area_b ? -1 : area_a < area_b;
}

/* Within the frame on all sides: there is an edge on each of them, where what lies on the frame's own border has that for nothing. */
static bool is_inset(const struct layout *l, const struct layout_rect *r)
{
    return r->x > 0 && r->y > 0 && r->x + r->w < l->w && r->y + r->h < l->h;
}

size_t layout_find(const struct layout *l, struct layout_rect out[LAYOUT_RECTS_MAX])
{
    struct found v[FOUND_MAX];
    size_t n = 0, kept = 0, likely = 0, insets = 0;
    if (l->frames == 0) return 0;
    struct layout_rect plain = trimmed(l, l->row_detail, l->col_detail);
    if (large_enough(l, &plain)) keep(v, &n, (struct found){plain, 2000, false, false});
    if (l->frames >= 3) {
        struct layout_rect moving = trimmed(l, l->row_motion, l->col_motion);
        if (large_enough(l, &moving)) keep(v, &n, (struct found){moving, 1900, false, false});
    }
    n = rects_on_lines(l, v, n);
    n = rects_of_grid(l, v, n);
    qsort(v, n, sizeof *v, by_score);
    for (size_t i = 0; i < n && kept < LAYOUT_RECTS_MAX; i++) {
        bool inset = is_inset(l, &v[i].rect) && insets < INSETS;
        if (!v[i].in_grid && v[i].divided && likely >= LIKELIEST && !inset) continue;
        likely += !v[i].in_grid;
        insets += inset;
        out[kept++] = v[i].rect;
    }
    return kept;
}

/* ---- what lies over the picture ---- */

int layout_overlay(const struct layout *l, uint8_t *cells)
{
    int cols = (l->w + LAYOUT_CELL - 1) / LAYOUT_CELL, rows = (l->h + LAYOUT_CELL - 1) / LAYOUT_CELL,
        marked = 0;
    uint32_t need = (l->frames * 17 + 19) / 20;
    memset(cells, 0, (size_t)cols * (size_t)rows);
    if (l->frames < 4) return 0;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) {
            int n = 0;
            for (int y = r * LAYOUT_CELL; y < l->h && y < (r + 1) * LAYOUT_CELL; y++)
                for (int x = c * LAYOUT_CELL; x < l->w && x < (c + 1) * LAYOUT_CELL; x++) {
                    size_t at = (size_t)y * (size_t)l->w + (size_t)x;
                    n += l->upright[at] >= need || l->level[at] >= need;
                }
            cells[r * cols + c] = n >= 6;
            marked += n >= 6;
        }
    return marked * 1000 / (cols * rows);
}

/* Means of the cells that are not marked; the marked ones take, ring by ring, the mean of neighbours that have one. */
static void means_fill(uint8_t *mean, uint8_t *missing, int rows, int cols)
{
    for (bool left = true; left;) {
        left = false;
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < cols; c++) {
                if (missing[r * cols + c] != 1) continue;
                int sum = 0, n = 0;
                for (int y = r - 1; y <= r + 1; y++)
                    for (int x = c - 1; x <= c + 1; x++)
                        if (y >= 0 && y < rows && x >= 0 && x < cols && missing[y * cols + x] == 0)
                            sum += mean[y * cols + x], n++;
                if (n == 0) continue;
                mean[r * cols + c] = (uint8_t)(n ? sum / n : 0);
                missing[r * cols + c] = 2; /* has one now, and gives it on in the next round */
                left = true;
            }
        for (int i = 0; i < rows * cols; i++)
            if (missing[i] == 2) missing[i] = 0;
    }
}

void layout_paint(uint8_t *grey, int w, int h, size_t stride, const uint8_t *cells)
{
    enum { CELLS_MAX = LAYOUT_SIDE_MAX / LAYOUT_CELL * (LAYOUT_SIDE_MAX / LAYOUT_CELL) };
    uint8_t mean[CELLS_MAX], missing[CELLS_MAX];
    int cols = (w + LAYOUT_CELL - 1) / LAYOUT_CELL, rows = (h + LAYOUT_CELL - 1) / LAYOUT_CELL;
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++) {
            int sum = 0, n = 0;
            for (int y = r * LAYOUT_CELL; y < h && y < (r + 1) * LAYOUT_CELL; y++)
                for (int x = c * LAYOUT_CELL; x < w && x < (c + 1) * LAYOUT_CELL; x++)
                    sum += grey[(size_t)y * stride + (size_t)x], n++;
            mean[r * cols + c] = (uint8_t)(n > 0 ? sum / n : 0);
            missing[r * cols + c] = cells[r * cols + c] != 0;
        }
    means_fill(mean, missing, rows, cols);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            int cell = y / LAYOUT_CELL * cols + x / LAYOUT_CELL;
            if (cells[cell]) grey[(size_t)y * stride + (size_t)x] = mean[cell];
        }
}
