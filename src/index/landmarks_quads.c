/* Quads and their keys. */
#include "index/landmarks_priv.h"

#include <stdlib.h>

enum { QUADS_PER_ROOT = 400, PITCH_CELL = 12, NEAR_PITCH = 3, RATIO_CELLS = 12, FLAT = 12 };
#define NEAR_RATIO 0.2f /* of a cell */

const struct quad_rule quads_of_references = {
    .step_min = 16, .step_max = 104, .dur_min = 80, .dur_max = 300, .pitch_max = 150, .pitch_min = FLAT};
const struct quad_rule quads_of_queries = {
    .step_min = 12, .step_max = 138, .dur_min = 60, .dur_max = 400, .pitch_max = 156, .pitch_min = FLAT - 4};

struct walk {
    const struct landmark *v;
    size_t n;
    const struct quad_rule *rule;
    int (*take)(void *arg, const struct quad *q);
    void *arg;
    size_t at[4];
    int made;
};

static int finish(struct walk *w)
{
    const struct landmark *a = &w->v[w->at[0]], *b = &w->v[w->at[1]], *c = &w->v[w->at[2]],
                          *d = &w->v[w->at[3]];
    uint32_t dur = d->time - a->time;
    if (dur < w->rule->dur_min || dur > w->rule->dur_max) return 0;
    struct quad q = {.at = (uint32_t)w->at[0], .dur = (uint16_t)dur};
    q.step[0] = (int16_t)(b->pitch - a->pitch);
    q.step[1] = (int16_t)(c->pitch - b->pitch);
    q.step[2] = (int16_t)(d->pitch - c->pitch);
    /* Waves of one partial are in every song. */
    int flat = 0;
    for (int i = 0; i < 3; i++) flat += abs(q.step[i]) < w->rule->pitch_min;
    if (flat > 1) return 0;
    q.ratio[0] = (float)(b->time - a->time) / (float)dur;
    q.ratio[1] = (float)(c->time - a->time) / (float)dur;
    w->made++;
    return w->take(w->arg, &q);
}

static int step(struct walk *w, int depth)
{
    const struct landmark *from = &w->v[w->at[depth]];
    for (size_t i = w->at[depth] + 1; i < w->n; i++) {
        uint32_t gap = w->v[i].time - from->time;
        if (gap > w->rule->step_max || w->made >= QUADS_PER_ROOT) break;
        if (gap < w->rule->step_min || abs(w->v[i].pitch - from->pitch) > w->rule->pitch_max) continue;
        if (depth == 1 &&
            (((uint32_t)i * 0x9e3779b1u + (uint32_t)w->at[1] * 0x85ebca6bu) >> 16 & w->rule->thin))
            continue;
        w->at[depth + 1] = i;
        int code = depth == 2 ? finish(w) : step(w, depth + 1);
        if (code) return code;
    }
    return 0;
}

int quads_from(const struct landmark *v, size_t n, size_t at, const struct quad_rule *rule,
               int (*take)(void *arg, const struct quad *q), void *arg)
{
    struct walk w = {.v = v, .n = n, .rule = rule, .take = take, .arg = arg, .at = {at}};
    return step(&w, 0);
}

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

size_t quad_keys(const struct quad *q, unsigned near, uint32_t out[QUAD_KEYS_MAX])
{
    uint32_t cells[5][2];
    uint64_t keys[QUAD_KEYS_MAX] = {1};
    uint8_t moved[QUAD_KEYS_MAX] = {0}; /* in how many things each key is not the quad's own */
    size_t n = 1;
    for (int i = 0; i < 3; i++) pitch_cells(q->step[i], near > 0, cells[i]);
    for (int i = 0; i < 2; i++) ratio_cells(q->ratio[i], near > 0, cells[3 + i]);
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

uint32_t quad_fine(const struct quad *q)
{
    uint32_t fine = 0;
    for (int i = 0; i < 3; i++) fine = fine << 4 | ((uint32_t)(q->step[i] + 256) >> 1 & 15);
    return fine;
}
