/* Prints that nobody sang: landmarks scattered by a generator, and copies of them as the world makes them. */
#ifndef MADE_PRINTS_H
#define MADE_PRINTS_H

#include <stdlib.h>

#include "index/landmarks.h"

static inline uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* About 34 strong landmarks a second. */
static inline size_t made_print(uint32_t seed, uint32_t ticks, struct landmark *v, size_t cap)
{
    uint32_t state = seed * 7919 + 13, t = 0;
    size_t n = 0;
    for (t = draw(&state) % 15; t < ticks && n < cap; t += draw(&state) % 29)
        v[n++] = (struct landmark){t, (uint16_t)(150 + draw(&state) % 1000), 100,
                                   LANDMARK_MIDDLE | LANDMARK_STRONG};
    return n;
}

struct made_copy {
    uint32_t from, to; /* ticks of the original */
    double tempo;      /* of the original per tick of the copy */
    int pitch;         /* above the original */
    unsigned lost;     /* per cent of landmarks */
    unsigned noise;    /* foreign landmarks per hundred of the original's */
    uint32_t at;       /* where the copy starts in the query */
};

static inline size_t made_query(const struct landmark *v, size_t n, const struct made_copy *c,
                                struct landmark *out)
{
    uint32_t state = c->from + 99;
    size_t made = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i].time < c->from || v[i].time >= c->to) continue;
        double t = c->at + (v[i].time - c->from) / c->tempo;
        if (draw(&state) % 100 >= c->lost) {
            int pitch = v[i].pitch + c->pitch + (int)(draw(&state) % 5) - 2;
            if (pitch < 0 || pitch > LANDMARK_PITCH_MAX) continue;
            out[made++] =
                (struct landmark){(uint32_t)(t + draw(&state) % 5 + 1), (uint16_t)pitch, 90, LANDMARK_MIDDLE};
        }
        if (draw(&state) % 100 < c->noise)
            out[made++] = (struct landmark){(uint32_t)t + draw(&state) % 30,
                                            (uint16_t)(150 + draw(&state) % 1000), 90, LANDMARK_MIDDLE};
    }
    return made;
}

#endif
