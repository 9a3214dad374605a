/* Pixels as they are shown: what the flags of cameras and containers ask for. Hashes of whole frames stay those of the pixels as
 * they lie in the file, as the field has them; what is told of places in a picture is told of the picture shown. */
#include "media/worker/worker_priv.h"

bool turn_on_side(int turn) { return turn >= 5; }

/* Where the pixel shown at (x, y) lies in a picture of w × h, by the eight orientations of EXIF. */
static size_t source_of(int turn, int x, int y, int w, int h)
{
    int u = turn_on_side(turn) ? y : x, v = turn_on_side(turn) ? x : y;
    if (turn == 2 || turn == 3 || turn == 7 || turn == 8) u = w - 1 - u;
    if (turn == 3 || turn == 4 || turn == 6 || turn == 7) v = h - 1 - v;
    return (size_t)v * (size_t)w + (size_t)u;
}

void turn_pixels(int turn, const uint8_t *from, int w, int h, int bytes, uint8_t *to)
{
    int shown_w = turn_on_side(turn) ? h : w, shown_h = turn_on_side(turn) ? w : h;
    for (int y = 0; y < shown_h; y++)
        for (int x = 0; x < shown_w; x++, to += bytes)
            memcpy(to, from + source_of(turn, x, y, w, h) * (size_t)bytes, (size_t)bytes);
}

int turn_of_degrees(double degrees)
{
    if (degrees > 45 && degrees < 135) return 8;
    if (degrees < -45 && degrees > -135) return 6;
    return degrees >= 135 || degrees <= -135 ? 3 : 1;
}
