/* Letters of Latin, Cyrillic and Greek that look alike in small print, after case folding. Ambiguous ones by what is
 * used most in place of the Latin letter. Read by normalise.c only. */
#ifndef MARSAD_TEXT_LOOKALIKES_H
#define MARSAD_TEXT_LOOKALIKES_H

#include <stdint.h>

struct lookalike {
    uint16_t latin, cyrillic, greek; /* 0: none */
};
static const struct lookalike lookalikes[] = {
    {'a', 0x430, 0x3b1},
    {'b', 0x432, 0x3b2},
    {'c', 0x441, 0},
    {'d', 0x501, 0},
    {'e', 0x435, 0x3b5},
    {'g', 0, 0x3b3},
    {'h', 0x43d, 0},
    {'h', 0x4bb, 0},
    {'i', 0x456, 0x3b9},
    {'j', 0x458, 0x3f3},
    {'k', 0x43a, 0x3ba},
    {'m', 0x43c, 0x3bc},
    {'n', 0, 0x3b7},
    {'o', 0x43e, 0x3bf},
    {'p', 0x440, 0x3c1},
    {'q', 0x51b, 0},
    {'s', 0x455, 0},
    {'t', 0x442, 0x3c4},
    {'u', 0, 0x3c5},
    {'v', 0, 0x3bd},
    {'w', 0x51d, 0x3c9},
    {'x', 0x445, 0x3c7},
    {'y', 0x443, 0},
    {'z', 0, 0x3b6},
    /* only towards Latin: the letters that stand for more than one */
    {'b', 0x44c, 0},
    {'e', 0x454, 0},
    {'l', 0x4cf, 0},
    {'n', 0x43f, 0},
    {'r', 0x433, 0},
    {'w', 0x448, 0},
};

#endif
