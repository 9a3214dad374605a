/* The peaks of a plane that arrives frame by frame.
 *
 * Per frame: maxima of the spectrum, refined by a parabola through the logarithms of three bins, raised by 6 dB an
 * octave as voices fall by about as much, and laid on a row of CELLS cells of half a semitone. A ring holds the rows of
 * the last frames, each cell the highest of its neighbours, for three sizes of neighbourhood. A frame is decided
 * when WIDE_FRAMES more have come. Cost per frame: the maxima (about 25) times the frames looked at, most of them
 * given up at the first. */
#include "sound/listen_priv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    CELLS = 128,
    CELLS_PER_OCTAVE = 24,
    NARROW_CELLS = 2, /* ±1.25 semitones, the own half included */
    MIDDLE_CELLS = 3,
    WIDE_CELLS = 4,    /* ±2.25 */
    NARROW_FRAMES = 7, /* ±56 ms */
    MIDDLE_FRAMES = 9,
    WIDE_FRAMES = 13, /* ±104 ms */
    SIZES = 3,        /* of neighbourhoods */
    RING = 2 * WIDE_FRAMES + 1,
    MAXIMA_MAX = 100,
    BIN_FIRST = 9,        /* 141 Hz */
    BIN_LAST = BINS - 12, /* 3.8 kHz */
};
#define HZ_PER_BIN   ((float)HEAR_HZ / WINDOW)
#define FLOOR_DB     (-75.0f) /* of full scale, raised as all levels are: below is silence */
#define BELOW_TOP_DB 45.0f    /* under the loudest of the ring: below is the codec's */
#define NOTHING      (-200.0f)

static const int frames_of[SIZES] = {NARROW_FRAMES, MIDDLE_FRAMES, WIDE_FRAMES};

struct maximum {
    float level; /* dB */
    float pitch; /* units of LANDMARK_PER_OCTAVE */
    int cell;
};

struct row {
    struct maximum maxima[MAXIMA_MAX];
    int n;
    float top;
    float cells[SIZES][CELLS + 2 * WIDE_CELLS]; /* the highest within reach of each, from WIDE_CELLS on */
};

struct peaks {
    struct row rows[RING];
    int64_t frames;       /* pushed */
    float log2_bin[BINS]; /* log2(k × HZ_PER_BIN / LANDMARK_BASE_HZ) */
};

static void row_clear(struct row *r)
{
    r->n = 0;
    r->top = NOTHING;
    for (int k = 0; k < SIZES; k++)
        for (int c = 0; c < CELLS + 2 * WIDE_CELLS; c++) r->cells[k][c] = NOTHING;
}

int peaks_new(struct peaks **out, struct error *err)
{
    struct peaks *p = calloc(1, sizeof *p);
    if (!p) return error_set(err, ERR_NOMEM, "sound", "no memory for peaks");
    for (int i = 0; i < RING; i++) row_clear(&p->rows[i]);
    for (int k = 1; k < BINS; k++) p->log2_bin[k] = log2f((float)k * HZ_PER_BIN / LANDMARK_BASE_HZ);
    *out = p;
    return 0;
}

void peaks_free(struct peaks *p) { free(p); }

static float decibels(float power) { return 3.0103f * quick_log2(power + 1e-20f); }

static void find_maxima(const struct peaks *p, const float power[BINS], struct row *r)
{
    float level_of[BINS]; /* of all at once: several a step, which is cheaper than of the few one by one */
    for (int k = BIN_FIRST - 1; k <= BIN_LAST; k++) level_of[k] = decibels(power[k]);
    int maxima[BINS], n = 0;
    for (int k = BIN_FIRST; k < BIN_LAST; k++) {
        maxima[n] = k; /* without a branch, which would be guessed wrong half the time */
        n += (power[k] > power[k - 1]) & (power[k] >= power[k + 1]);
    }
    for (int i = 0; i < n && r->n < MAXIMA_MAX; i++) {
        int k = maxima[i];
        float b = level_of[k], level = b + 6 * p->log2_bin[k];
        if (level < FLOOR_DB) continue;
        float a = level_of[k - 1], c = level_of[k + 1];
        float bend = a - 2 * b + c, shift = bend < -1e-6f ? 0.5f * (a - c) / bend : 0;
        struct maximum *m = &r->maxima[r->n];
        m->level = level - 0.25f * (a - c) * shift;
        m->pitch = LANDMARK_PER_OCTAVE * (p->log2_bin[k] + quick_log2(1 + shift / (float)k));
        m->cell = (int)(m->pitch * CELLS_PER_OCTAVE / LANDMARK_PER_OCTAVE);
        if (m->cell < 0 || m->cell >= CELLS || m->pitch > LANDMARK_PITCH_MAX) continue;
        if (m->level > r->top) r->top = m->level;
        r->n++;
    }
}

/* `reach` is a constant where this is called: a few steps without a branch. */
static inline void spread(float *cells, int at, int reach, float level)
{
    float *c = cells + WIDE_CELLS + at - reach;
    for (int i = 0; i <= 2 * reach; i++) c[i] = level > c[i] ? level : c[i];
}

static float highest(const struct row *r, int size, int cell) { return r->cells[size][WIDE_CELLS + cell]; }

static const struct row *row_at(const struct peaks *p, int64_t frame)
{
    return &p->rows[((frame % RING) + RING) % RING];
}

/* Whether nothing in its neighbourhood has a higher level; of equals the first leads. */
static bool leads(const struct peaks *p, int64_t at, const struct maximum *m, int size)
{
    if (highest(row_at(p, at), size, m->cell) > m->level) return false;
    for (int d = 1; d <= frames_of[size]; d++) {
        if (highest(row_at(p, at - d), size, m->cell) >= m->level) return false;
        if (highest(row_at(p, at + d), size, m->cell) > m->level) return false;
    }
    return true;
}

/* The peak's time between frames: a parabola through the levels around it. */
static uint32_t peak_time(const struct peaks *p, int64_t at, const struct maximum *m)
{
    float a = highest(row_at(p, at - 1), 0, m->cell), c = highest(row_at(p, at + 1), 0, m->cell);
    float bend = a - 2 * m->level + c, shift = 0;
    if (a > m->level - 20 && c > m->level - 20 && bend < -1e-3f) shift = 0.5f * (a - c) / bend;
    float ticks = ((float)at + shift) * FRAME_TICKS;
    return ticks > 0 ? (uint32_t)((double)FRAME_TICKS * ((double)at + (double)shift) + 0.5) : 0;
}

static int decide(struct peaks *p, int64_t at, const struct listener_sink *sink)
{
    const struct row *r = row_at(p, at);
    float top = NOTHING;
    for (int i = 0; i < RING; i++)
        if (p->rows[i].top > top) top = p->rows[i].top;
    for (int i = 0; i < r->n; i++) {
        const struct maximum *m = &r->maxima[i];
        if (m->level < top - BELOW_TOP_DB || !leads(p, at, m, 0)) continue;
        float level = 2 * (m->level - FLOOR_DB);
        struct landmark l = {.time = peak_time(p, at, m),
                             .pitch = (uint16_t)(m->pitch + 0.5f),
                             .level = level < 0     ? 0
                                      : level > 255 ? 255
                                                    : (uint8_t)level,
                             .flags = 0};
        if (leads(p, at, m, 1))
            l.flags = leads(p, at, m, 2) ? LANDMARK_MIDDLE | LANDMARK_STRONG : LANDMARK_MIDDLE;
        int code = sink->landmark(sink->arg, &l);
        if (code) return code;
    }
    return 0;
}

static int advance(struct peaks *p, const struct listener_sink *sink)
{
    int64_t at = p->frames++ - WIDE_FRAMES;
    return at >= 0 ? decide(p, at, sink) : 0;
}

int peaks_push(struct peaks *p, const float power[BINS], const struct listener_sink *sink)
{
    struct row *r = &p->rows[p->frames % RING];
    row_clear(r);
    find_maxima(p, power, r);
    for (int i = 0; i < r->n; i++) {
        const struct maximum *m = &r->maxima[i];
        spread(r->cells[0], m->cell, NARROW_CELLS, m->level);
        spread(r->cells[1], m->cell, MIDDLE_CELLS, m->level);
        spread(r->cells[2], m->cell, WIDE_CELLS, m->level);
    }
    return advance(p, sink);
}

int peaks_end(struct peaks *p, const struct listener_sink *sink)
{
    int code = 0;
    for (int i = 0; i < WIDE_FRAMES && code == 0; i++) {
        row_clear(&p->rows[p->frames % RING]);
        code = advance(p, sink);
    }
    return code;
}
