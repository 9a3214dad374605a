/* Corners and their bits (points.h).
 *
 * Memory of one call, in one stretch: the level in hand and the next (8-bit), the level smoothed (8-bit), its corner
 * strength (float), sums of the structure tensor (3 × float), candidates. */
#include "vision/points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAIRS = 128,        /* and as many mirrored */
    TURNS = 64,         /* directions that the pattern is kept in */
    REACH = 13,         /* pixels from a point that its bits look at */
    CENTRE = 10,        /* radius of the brightness that gives a point its direction */
    MARGIN = REACH + 2, /* no point lies nearer to the border of its level */
    LEVEL_MIN = 2 * MARGIN + 8,
    CELL = 8,             /* pixels of a cell of `ignore` */
    GRID = 6,             /* the picture has GRID × GRID parts, none with more than its share of points */
    CANDIDATES_MAX = 4096 /* per level: the strongest peaks beyond are passed over */
};
#define STRENGTH_MIN 18.0f /* below it is noise of the codec */
#define EDGE_PART    0.05f /* of the larger eigenvalue, taken off: along an edge a place is anywhere */

/* Inlined, a loop forgets that its arrays do not overlap, and is not made of vectors. */
#define NOINLINE __attribute__((noinline))

struct points_pattern {
    int8_t at[TURNS][2 * PAIRS][4]; /* x, y of the one, x, y of the other */
};

struct candidate {
    float strength;
    int16_t x, y; /* in its level */
    uint8_t level;
};

struct plane {
    int w, h;
    uint8_t *p, *smooth, *next;
    float *strength, *xx, *xy, *yy;
    struct candidate *candidates;
    size_t n;
};

/* ---- the pattern ---- */

/* Numbers that look random and are the same everywhere (Steele et al. 2014, SplitMix). */
static uint32_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(z >> 32 ^ z >> 63);
}

/* Nearly normal, by the sum of four, within the reach. */
static int draw_place(uint64_t *state)
{
    int sum = 0;
    for (int i = 0; i < 4; i++) sum += (int)(draw(state) % 17) - 8;
    int at = sum * 3 / 5;
    return at > 9 ? 9 : at < -9 ? -9 : at;
}

static void pattern_make(struct points_pattern *p)
{
    int8_t plain[2 * PAIRS][4];
    uint64_t state = 20260917;
    for (int i = 0; i < PAIRS;) {
        int v[4];
        for (int k = 0; k < 4; k++) v[k] = draw_place(&state);
        /* Brightness rises along a point's direction: pairs along it are all alike. Those across it differ; one that is its
         * own mirror image, or too close, says little. */
        if (4 * abs(v[0] - v[2]) > abs(v[1] - v[3]) || abs(v[1] - v[3]) < 4 || abs(v[1] + v[3]) < 2) continue;
        for (int k = 0; k < 4; k++) {
            plain[i][k] = (int8_t)v[k];
            plain[PAIRS + i][k] = (int8_t)(k % 2 ? -v[k] : v[k]);
        }
        i++;
    }
    for (int t = 0; t < TURNS; t++) {
        double c = cos(2 * M_PI * t / TURNS), s = sin(2 * M_PI * t / TURNS);
        for (int i = 0; i < 2 * PAIRS; i++)
            for (int k = 0; k < 4; k += 2) {
                p->at[t][i][k] = (int8_t)lrint(plain[i][k] * c - plain[i][k + 1] * s);
                p->at[t][i][k + 1] = (int8_t)lrint(plain[i][k] * s + plain[i][k + 1] * c);
            }
    }
}

void points_scratch_init(struct points_scratch *s) { *s = (struct points_scratch){0}; }

void points_scratch_done(struct points_scratch *s)
{
    free(s->memory);
    free(s->pattern);
    points_scratch_init(s);
}

/* ---- levels ---- */

/* Two rows as one between them, in 256ths. */
static NOINLINE void blend_rows(const uint8_t *restrict a, const uint8_t *restrict b, int v, int w,
                                uint16_t *restrict out)
{
    for (int x = 0; x < w; x++) out[x] = (uint16_t)(a[x] * (256 - v) + b[x] * v);
}

/* The next smaller picture by bilinear sampling, in place of the one in hand. */
static void shrink(struct plane *l, int w, int h)
{
    int32_t step_x = (int32_t)(((int64_t)l->w << 16) / w), step_y = (int32_t)(((int64_t)l->h << 16) / h);
    uint16_t row[POINT_SIDE_MAX + 1];
    for (int y = 0; y < h; y++) {
        int32_t fy = y * step_y + step_y / 2 - 32768;
        if (fy < 0) fy = 0;
        int y0 = fy >> 16, y1 = y0 + 1 < l->h ? y0 + 1 : y0;
        uint8_t *to = l->next + (size_t)y * (size_t)w;
        blend_rows(l->p + (size_t)y0 * (size_t)l->w, l->p + (size_t)y1 * (size_t)l->w, fy >> 8 & 255, l->w,
                   row);
        row[l->w] = row[l->w - 1];
        for (int x = 0; x < w; x++) {
            int32_t fx = x * step_x + step_x / 2 - 32768;
            if (fx < 0) fx = 0;
            unsigned u = (unsigned)(fx >> 8 & 255);
            to[x] = (uint8_t)((row[fx >> 16] * (256 - u) + row[(fx >> 16) + 1] * u + 32768) >> 16);
        }
    }
    uint8_t *swap = l->p;
    l->p = l->next;
    l->next = swap;
    l->w = w;
    l->h = h;
}

/* 1 4 6 4 1 both ways; the two outermost rows and columns as they are. */
static void smooth_once(const uint8_t *from, uint8_t *between, uint8_t *to, int w, int h)
{
    memcpy(between, from, (size_t)w * (size_t)h);
    for (int y = 0; y < h; y++) {
        const uint8_t *restrict p = from + (size_t)y * (size_t)w;
        uint8_t *restrict q = between + (size_t)y * (size_t)w;
        for (int x = 2; x < w - 2; x++)
            q[x] = (uint8_t)((p[x - 2] + p[x + 2] + 4 * (p[x - 1] + p[x + 1]) + 6 * p[x] + 8) >> 4);
    }
    memcpy(to, between, (size_t)w * (size_t)h);
    for (int y = 2; y < h - 2; y++) {
        const uint8_t *restrict p = between + (size_t)y * (size_t)w;
        uint8_t *restrict q = to + (size_t)y * (size_t)w;
        for (int x = 0; x < w; x++)
            q[x] = (uint8_t)((p[x - 2 * w] + p[x + 2 * w] + 4 * (p[x - w] + p[x + w]) + 6 * p[x] + 8) >> 4);
    }
}

/* Sums over five along each row, in place. */
static NOINLINE void box(float *v, float *restrict row, int w, int h)
{
    for (int y = 0; y < h; y++) {
        float *restrict p = v + (size_t)y * (size_t)w;
        memcpy(row, p, (size_t)w * sizeof *row);
        for (int x = 2; x < w - 2; x++) p[x] = row[x - 2] + row[x - 1] + row[x] + row[x + 1] + row[x + 2];
    }
}

static NOINLINE void tensor_row(const uint8_t *restrict p, int w, float *restrict xx, float *restrict xy,
                                float *restrict yy)
{
    for (int x = 1; x + 1 < w; x++) {
        float gx = (float)(p[x + 1] - p[x - 1]), gy = (float)(p[x + w] - p[x - w]);
        xx[x] = gx * gx;
        xy[x] = gx * gy;
        yy[x] = gy * gy;
    }
}

/* a, b, c: sums along rows; five of each, one under the other, are summed here. */
static NOINLINE void strength_row(const float *restrict a, const float *restrict b, const float *restrict c,
                                  int w, float *restrict out)
{
    for (int x = 0; x < w; x++) {
        float sa = a[x - 2 * w] + a[x - w] + a[x] + a[x + w] + a[x + 2 * w];
        float sb = b[x - 2 * w] + b[x - w] + b[x] + b[x + w] + b[x + 2 * w];
        float sc = c[x - 2 * w] + c[x - w] + c[x] + c[x + w] + c[x + 2 * w];
        float d = (sa - sc) * 0.5f, middle = (sa + sc) * 0.5f;
        float half = sqrtf(d * d + sb * sb), least = middle - half;
        out[x] = (least - EDGE_PART * (middle + half)) * (1.0f / 25);
    }
}

/* The smaller eigenvalue of the structure tensor about each pixel, less a part of the larger, as a mean per pixel. */
static void strengths(struct plane *l)
{
    int w = l->w, h = l->h;
    size_t n = (size_t)w * (size_t)h, wide = (size_t)w;
    memset(l->xx, 0, 3 * n * sizeof *l->xx);
    float *xx = l->xx, *xy = l->xx + n, *yy = l->xx + 2 * n;
    for (size_t y = 1; y + 1 < (size_t)h; y++)
        tensor_row(l->smooth + y * wide, w, xx + y * wide, xy + y * wide, yy + y * wide);
    box(xx, l->strength, w, h);
    box(xy, l->strength, w, h);
    box(yy, l->strength, w, h);
    memset(l->strength, 0, n * sizeof *l->strength);
    for (size_t y = 2; y + 2 < (size_t)h; y++)
        strength_row(xx + y * wide, xy + y * wide, yy + y * wide, w, l->strength + y * wide);
}

static bool is_peak(const struct plane *l, int x, int y)
{
    const float *p = l->strength + (size_t)y * (size_t)l->w + (size_t)x;
    if (p[1] > *p || p[-1] >= *p || p[l->w] > *p || p[-l->w] >= *p) return false;
    for (int v = -2; v <= 2; v++)
        for (int u = -2; u <= 2; u++) {
            float other = p[v * l->w + u];
            /* Of equals the first in the order of reading stays. */
            if (other > *p || (other == *p && (v < 0 || (v == 0 && u < 0)))) return false;
        }
    return true;
}

static bool ignored(const uint8_t *ignore, int w0, int x, int y)
{
    return ignore && ignore[y / CELL * ((w0 + CELL - 1) / CELL) + x / CELL];
}

static void peaks(struct plane *l, unsigned level, const uint8_t *ignore, int w0, int h0)
{
    size_t first = l->n;
    for (int y = MARGIN; y < l->h - MARGIN; y++) {
        const float *row = l->strength + (size_t)y * (size_t)l->w;
        for (int x = MARGIN; x < l->w - MARGIN; x++) {
            float s = row[x];
            if (s < STRENGTH_MIN || !is_peak(l, x, y) || ignored(ignore, w0, x * w0 / l->w, y * h0 / l->h))
                continue;
            if (l->n - first < CANDIDATES_MAX)
                l->candidates[l->n++] = (struct candidate){s, (int16_t)x, (int16_t)y, (uint8_t)level};
        }
    }
}

/* ---- points ---- */

static int angle_at(const uint8_t *p, int w)
{
    int mx = 0, my = 0;
    for (int v = -CENTRE; v <= CENTRE; v++)
        for (int u = -CENTRE; u <= CENTRE; u++) {
            if (u * u + v * v > CENTRE * CENTRE) continue;
            mx += u * p[v * w + u];
            my += v * p[v * w + u];
        }
    return (int)lrint(atan2(my, mx) * POINT_ANGLES / (2 * M_PI)) & (POINT_ANGLES - 1);
}

static struct hash256 bits_at(const struct points_pattern *pattern, const uint8_t *p, int w, int angle)
{
    struct hash256 out = {{0}};
    const int8_t(*at)[4] = pattern->at[(angle + POINT_ANGLES / TURNS / 2) / (POINT_ANGLES / TURNS) % TURNS];
    for (int i = 0; i < 2 * PAIRS; i++) {
        uint64_t less = p[at[i][1] * w + at[i][0]] < p[at[i][3] * w + at[i][2]];
        out.w[i / 64] |= less << (i % 64);
    }
    return out;
}

/* Where the peak lies between pixels, by a parabola through it and its neighbours. */
static float between(float before, float at, float after)
{
    float curve = before - 2 * at + after;
    return curve < -1e-6f ? fminf(fmaxf(0.5f * (before - after) / curve, -0.5f), 0.5f) : 0;
}

static struct point describe(const struct plane *l, const struct points_pattern *pattern,
                             const struct candidate *c, int w0, int h0)
{
    size_t at = (size_t)c->y * (size_t)l->w + (size_t)c->x;
    const float *s = l->strength + at;
    float x = (float)c->x + 0.5f + between(s[-1], s[0], s[1]);
    float y = (float)c->y + 0.5f + between(s[-l->w], s[0], s[l->w]);
    struct point p = {.scale = c->level};
    p.x = (uint16_t)lrintf(x * (float)w0 / (float)l->w * POINT_UNIT);
    p.y = (uint16_t)lrintf(y * (float)h0 / (float)l->h * POINT_UNIT);
    int angle = angle_at(l->smooth + at, l->w);
    p.angle = (uint8_t)angle;
    p.bits = bits_at(pattern, l->smooth + at, l->w, angle);
    return p;
}

static int stronger(const void *pa, const void *pb)
{
    const struct candidate *a = pa, *b = pb;
    if (a->strength != b->strength) return a->strength > b->strength ? -1 : 1;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    return a->x < b->x ? -1 : a->x > b->x;
}

/* The strongest of a level, none of its parts with more than a share; then whatever is left, up to the level's own. */
static size_t spread(struct candidate *v, size_t n, size_t want, const struct plane *l)
{
    uint8_t taken[CANDIDATES_MAX] = {0};
    uint16_t in_part[GRID * GRID] = {0};
    size_t share = want / (GRID * GRID / 3) + 1, kept = 0;
    qsort(v, n, sizeof *v, stronger);
    if (n <= want) return n;
    for (size_t i = 0; i < n && kept < want; i++) {
        int part = v[i].y * GRID / l->h * GRID + v[i].x * GRID / l->w;
        if (in_part[part] >= share) continue;
        in_part[part]++;
        taken[i] = 1;
        kept++;
    }
    for (size_t i = 0; i < n && kept < want; i++)
        if (!taken[i]) taken[i] = 1, kept++;
    kept = 0;
    for (size_t i = 0; i < n; i++)
        if (taken[i]) v[kept++] = v[i];
    return kept;
}

/* How many of `max` points a level may have: by the length of its side, so that small ones are not left out. */
static size_t share_of(unsigned level, unsigned levels, size_t max)
{
    double sum = 0, step = pow(2, -1.0 / POINT_STEPS_PER_OCTAVE);
    for (unsigned i = 0; i < levels; i++) sum += pow(step, i);
    return (size_t)((double)max * pow(step, level) / sum + 0.5);
}

static int level_side(int side, unsigned level)
{
    return (int)lrint(side * pow(2, -(double)level / POINT_STEPS_PER_OCTAVE));
}

static unsigned count_levels(int w, int h)
{
    unsigned n = 0;
    while (n < POINT_SCALES && level_side(w < h ? w : h, n) >= LEVEL_MIN) n++;
    return n;
}

static int room(struct points_scratch *s, struct plane *l, int w, int h)
{
    size_t n = (size_t)w * (size_t)h, wide = (n + 63) / 64 * 64;
    size_t need = 3 * wide + 4 * wide * sizeof(float) + CANDIDATES_MAX * sizeof(struct candidate);
    if (!s->pattern) {
        if (!(s->pattern = malloc(sizeof *s->pattern))) return ERR_NOMEM;
        pattern_make(s->pattern);
    }
    if (need > s->cap) {
        free(s->memory);
        s->cap = 0;
        if (!(s->memory = malloc(need))) return ERR_NOMEM;
        s->cap = need;
    }
    *l = (struct plane){.w = w, .h = h};
    l->xx = s->memory;
    l->strength = l->xx + 3 * wide;
    l->candidates = (struct candidate *)(void *)(l->strength + wide);
    l->p = (uint8_t *)(l->candidates + CANDIDATES_MAX);
    l->next = l->p + wide;
    l->smooth = l->next + wide;
    return 0;
}

int points_find(struct points_scratch *s, const uint8_t *grey, int w, int h, size_t stride,
                const uint8_t *ignore, struct point *out, size_t max, size_t *out_n)
{
    struct plane l;
    *out_n = 0;
    if (w < POINTS_SIDE_MIN || h < POINTS_SIDE_MIN || w > POINT_SIDE_MAX || h > POINT_SIDE_MAX) return 0;
    if (room(s, &l, w, h)) return ERR_NOMEM;
    for (int y = 0; y < h; y++) memcpy(l.p + (size_t)y * (size_t)w, grey + (size_t)y * stride, (size_t)w);
    unsigned levels = count_levels(w, h);
    size_t left = 0; /* what a level could not use goes to the next */
    for (unsigned i = 0; i < levels; i++) {
        if (i) shrink(&l, level_side(w, i), level_side(h, i));
        smooth_once(l.p, l.next, l.smooth, l.w, l.h);
        l.n = 0;
        strengths(&l);
        peaks(&l, i, ignore, w, h);
        size_t want = share_of(i, levels, max) + left;
        if (want > max - *out_n) want = max - *out_n;
        size_t n = spread(l.candidates, l.n, want, &l);
        left = want - n;
        /* The bits are taken from the picture smoothed twice: steadier under noise and coding. */
        memcpy(l.xx, l.smooth, (size_t)l.w * (size_t)l.h);
        smooth_once((const uint8_t *)l.xx, l.next, l.smooth, l.w, l.h);
        for (size_t k = 0; k < n; k++) out[(*out_n)++] = describe(&l, s->pattern, &l.candidates[k], w, h);
    }
    return 0;
}
