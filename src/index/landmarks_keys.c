/* Chains → keys, and what a posting says beside its key.
 *
 * A quad's key: three steps of pitch in cells of 60 cents, two ratios of time in twelfths. Queries ask the cells that a quad lies close to as
 * well, up to 32 in all, because four landmarks say little and each copy of them counts.
 *
 * A quint's: four steps in cells of 80 cents, three ratios in eighths; half of that where there are many. Each posting
 * keeps where in its cell each of the seven things lies, in eighths of the cell; a quint is held against it within ±20 cents
 * and ±0.055. So its own cell is enough: most copies are there, and the rest are asked for only where these were too few. */
#include "index/landmarks_priv.h"

enum { PITCH_CELL = 12, NEAR_PITCH = 3, RATIO_CELLS = 12 };
#define NEAR_RATIO 0.2f /* of a cell */

static uint32_t mix(uint64_t x)
{
    x *= 0x9e3779b97f4a7c15u;
    x ^= x >> 29;
    x *= 0xbf58476d1ce4e5b9u;
    return (uint32_t)(x >> 32);
}

/* The cell and the one it lies near, or the same twice. */
static void pitch_cells(int step, bool near, uint32_t out[2])
{
    int x = step + 40 * PITCH_CELL, in = x % PITCH_CELL;
    out[0] = out[1] = (uint32_t)(x / PITCH_CELL);
    if (near) out[1] += (uint32_t)((in >= PITCH_CELL - NEAR_PITCH) - (in < NEAR_PITCH));
}

static void ratio_cells(float ratio, bool near, uint32_t out[2])
{
    float x = ratio * RATIO_CELLS + 1, in = x - (float)(int)x;
    out[0] = out[1] = (uint32_t)x;
    if (near) out[1] += (uint32_t)((in > 1 - NEAR_RATIO) - (in < NEAR_RATIO));
}

size_t quad_keys(const struct chain *q, unsigned near, uint32_t out[QUAD_KEYS_MAX])
{
    uint32_t cells[5][2];
    uint64_t keys[QUAD_KEYS_MAX] = {1};
    uint8_t moved[QUAD_KEYS_MAX] = {0}; /* in how many things each key is not the quad's own */
    size_t n = 1;
    for (int i = 0; i < 3; i++) pitch_cells(q->step[i], near > 0, cells[i]);
    for (int i = 0; i < 2; i++) ratio_cells((float)q->passed[i] / (float)q->dur, near > 0, cells[3 + i]);
    for (int i = 0; i < 5; i++) {
        size_t were = n;
        for (size_t k = 0; k < were; k++) {
            if (cells[i][1] != cells[i][0] && moved[k] < near) {
                moved[n] = (uint8_t)(moved[k] + 1);
                keys[n++] = keys[k] << 7 | cells[i][1];
            }
            keys[k] = keys[k] << 7 | cells[i][0];
        }
    }
    for (size_t k = 0; k < n; k++) out[k] = mix(keys[k]);
    return n;
}

uint32_t quad_fine(const struct chain *q)
{
    uint32_t fine = 0;
    for (int i = 0; i < 3; i++) fine = fine << 4 | ((uint32_t)(q->step[i] + 256) >> 1 & 15);
    return fine;
}

/* ---- quints ---- */

enum { STEPS = QUINT - 1, STEP_CELLS_BELOW = 10, RATIO_PARTS = 128 };
/* In 16ths of a cell: units of pitch, and 128ths of the whole. */
static const int quint_reach[QUINT_THINGS] = {4, 4, 4, 4, 7, 7, 7};

void quint_place(const struct chain *q, unsigned halved, struct quint_place *out)
{
    for (unsigned i = 0; i < QUINT_THINGS; i++) {
        uint32_t at = i < STEPS ? (uint32_t)(q->step[i] + STEP_CELLS_BELOW * THING_PARTS)
                                : (uint32_t)q->passed[i - STEPS] * RATIO_PARTS / q->dur;
        out->bits[i] = (uint8_t)(THING_BITS - (i < halved));
        out->cell[i] = (uint8_t)((at >> out->bits[i]) + 1);
        out->in[i] = at & (THING_PARTS - 1);
    }
}

uint32_t quint_key(const struct quint_place *p)
{
    uint64_t key = 1;
    for (int i = 0; i < QUINT_THINGS; i++) key = key << 6 | p->cell[i];
    return mix(key);
}

uint32_t quint_fine(const struct quint_place *p)
{
    uint32_t fine = 0;
    for (int i = 0; i < QUINT_THINGS; i++) fine |= (uint32_t)(p->in[i] / 2) << (3 * i);
    return fine;
}

/* in: from -16 to 31, as it may lie in the cell below or above */
static inline void thing_bounds(int in, int reach, uint32_t *least, uint32_t *most)
{
    int from = in - reach, to = in + reach;
    *least = (uint32_t)(from < 0 ? 0 : from) / 2;
    *most = (uint32_t)(to >= THING_PARTS ? THING_PARTS - 1 : to) / 2;
}

void quint_bounds(const struct quint_place *p, int thing, int dir, struct quint_bounds *out)
{
    *out = (struct quint_bounds){{QUINT_EVEN_TOPS, QUINT_ODD_TOPS}, {QUINT_EVEN_TOPS, QUINT_ODD_TOPS}};
    for (int i = 0; i < QUINT_THINGS; i++) {
        uint32_t least, most;
        int in = p->in[i], there = i == thing ? in + dir * (1 << p->bits[i]) : in;
        in += there < 0 ? THING_PARTS : there >= THING_PARTS ? -THING_PARTS : 0;
        thing_bounds(in, quint_reach[i], &least, &most);
        out->least[i & 1] -= least << (6 * (i / 2));
        out->most[i & 1] += most << (6 * (i / 2));
    }
}
