/* Pictures drawn from a seed: smooth shapes and edges, the same on every machine (whole numbers only). */
#ifndef MARSAD_TESTS_PICTURES_H
#define MARSAD_TESTS_PICTURES_H

#include <stdint.h>

static inline uint32_t picture_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* rows × cols RGB bytes into rgb: a slanted ramp under a few boxes and discs. */
static inline void picture_draw(uint32_t seed, int rows, int cols, uint8_t *rgb)
{
    enum { SHAPES = 12 };
    int x0[SHAPES], y0[SHAPES], size[SHAPES], disc[SHAPES], value[SHAPES][3];
    uint32_t state = seed * 2654435761u + 1;
    for (int s = 0; s < SHAPES; s++) {
        x0[s] = (int)(picture_random(&state) % 1000);
        y0[s] = (int)(picture_random(&state) % 1000);
        size[s] = 60 + (int)(picture_random(&state) % 300);
        disc[s] = (int)(picture_random(&state) % 2);
        for (int c = 0; c < 3; c++) value[s][c] = (int)(picture_random(&state) % 256);
    }
    int slant = 1 + (int)(picture_random(&state) % 5);
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < cols; x++) {
            int u = x * 1000 / cols, v = y * 1000 / rows;
            int ramp = (u * slant + v) % 1000 * 255 / 1000;
            uint8_t *p = rgb + 3 * ((long)y * cols + x);
            p[0] = p[1] = p[2] = (uint8_t)ramp;
            for (int s = 0; s < SHAPES; s++) {
                int dx = u - x0[s], dy = v - y0[s];
                int inside = disc[s] ? dx * dx + dy * dy < size[s] * size[s] / 4
                                     : dx >= 0 && dy >= 0 && dx < size[s] && dy < size[s] / 2;
                if (inside)
                    for (int c = 0; c < 3; c++) p[c] = (uint8_t)value[s][c];
            }
        }
}

#endif
