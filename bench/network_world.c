#include "network_world.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void world_options_init(struct world_options *o)
{
    *o = (struct world_options){.seed = 1,
                                .posts = 1000000,
                                .accounts = 100000,
                                .objects = 200000,
                                .zipf = 0.7,
                                .groups = 50,
                                .group_size = 20,
                                .group_acts = 40,
                                .spread_s = 20,
                                .popular_share = 0.3,
                                .start_s = 1700000000,
                                .length_s = 86400};
}

uint64_t world_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double world_uniform(uint64_t *state) { return (double)(world_random(state) >> 11) * 0x1p-53; }

/* Cumulative shares of ranks 1..n with weights rank^-s. */
static double *zipf_table(uint32_t n, double s)
{
    double *t = malloc(((size_t)n + 1) * sizeof *t), sum = 0;
    if (!t) return NULL;
    for (uint32_t i = 0; i < n; i++) t[i] = sum += pow(i + 1.0, -s);
    for (uint32_t i = 0; i < n; i++) t[i] /= sum;
    return t;
}

static uint32_t zipf_draw(const double *t, uint32_t n, uint64_t *state)
{
    double x = world_uniform(state);
    uint32_t lo = 0, hi = n - 1;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (t[mid] <= x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Traffic of a day: density 1 + 0.8 sin, by rejection. */
static int64_t draw_time(const struct world_options *o, uint64_t *state)
{
    for (;;) {
        double t = world_uniform(state);
        double day = t * (double)o->length_s / 86400;
        if (world_uniform(state) * 1.8 < 1 + 0.8 * sin(6.283185307179586 * day))
            return o->start_s + (int64_t)(t * (double)o->length_s);
    }
}

static void push(struct world *w, uint32_t object, uint32_t account, int64_t time_s)
{
    if (w->n < w->o.posts) w->v[w->n++] = (struct world_post){object, account, time_s};
}

static void plant(struct world *w, const uint32_t *shuffled, const double *objects, uint64_t *state)
{
    const struct world_options *o = &w->o;
    for (uint32_t g = 0; g < o->groups; g++) {
        const uint32_t *members = shuffled + (size_t)g * o->group_size;
        for (uint32_t m = 0; m < o->group_size; m++) w->group[members[m]] = g + 1;
        for (uint32_t k = 0; k < o->group_acts; k++) {
            bool popular = world_uniform(state) < o->popular_share;
            uint32_t object = popular ? zipf_draw(objects, o->objects, state) : w->nobjects++;
            int64_t start = draw_time(o, state);
            for (uint32_t m = 0; m < o->group_size; m++) {
                if (world_uniform(state) < o->skip) continue;
                push(w, object, members[m], start + (int64_t)(world_uniform(state) * o->spread_s));
            }
        }
    }
}

int world_make(const struct world_options *o, struct world *w)
{
    uint64_t state = o->seed;
    memset(w, 0, sizeof *w);
    w->o = *o;
    w->nobjects = o->objects;
    w->v = malloc(((size_t)o->posts + 1) * sizeof *w->v);
    w->group = calloc((size_t)o->accounts + 1, sizeof *w->group);
    uint32_t *shuffled = malloc(((size_t)o->accounts + 1) * sizeof *shuffled);
    double *objects = zipf_table(o->objects, o->zipf), *accounts = zipf_table(o->accounts, 0.5);
    int rc = w->v && w->group && shuffled && objects && accounts ? 0 : -1;
    if (rc == 0) {
        for (uint32_t i = 0; i < o->accounts; i++) {
            uint32_t j = (uint32_t)(world_random(&state) % (i + 1));
            shuffled[i] = shuffled[j];
            shuffled[j] = i;
        }
        plant(w, shuffled, objects, &state);
        while (w->n < o->posts) {
            uint32_t object = zipf_draw(objects, o->objects, &state);
            push(w, object, zipf_draw(accounts, o->accounts, &state), draw_time(o, &state));
        }
        for (uint32_t i = 0; i < w->n; i++) {
            uint32_t j = (uint32_t)(world_random(&state) % (i + 1));
            struct world_post swap = w->v[i];
            w->v[i] = w->v[j];
            w->v[j] = swap;
        }
    }
    free(shuffled);
    free(objects);
    free(accounts);
    if (rc) world_done(w);
    return rc;
}

void world_done(struct world *w)
{
    free(w->v);
    free(w->group);
    memset(w, 0, sizeof *w);
}
