/* Sampling of a turned rectangle, in fixed point: 16 bits of fraction along a row, 8 for the weights. */
#include "vision/turn.h"

#include <math.h>

static int clamp(int v, int max) { return v < 0 ? 0 : v > max ? max : v; }

static uint8_t sample(const uint8_t *grey, int w, int h, size_t stride, int64_t fx, int64_t fy)
{
    int x = (int)(fx >> 16), y = (int)(fy >> 16), u = (int)(fx >> 8 & 255), v = (int)(fy >> 8 & 255);
    int x0 = clamp(x, w - 1), x1 = clamp(x + 1, w - 1);
    const uint8_t *a = grey + (size_t)clamp(y, h - 1) * stride,
                  *b = grey + (size_t)clamp(y + 1, h - 1) * stride;
    int top = a[x0] * (256 - u) + a[x1] * u, bottom = b[x0] * (256 - u) + b[x1] * u;
    return (uint8_t)((top * (256 - v) + bottom * v + 32768) >> 16);
}

void turn_grey(const uint8_t *grey, int w, int h, size_t stride, double degrees, double scale, uint8_t *out,
               int side)
{
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
    double step_x = scale * w / side, step_y = scale * h / side;
    for (int y = 0; y < side; y++) {
        double dy = (y + 0.5 - side / 2.0) * step_y, dx = (0.5 - side / 2.0) * step_x;
        int64_t fx = (int64_t)((w / 2.0 - 0.5 + dx * c - dy * s) * 65536);
        int64_t fy = (int64_t)((h / 2.0 - 0.5 + dx * s + dy * c) * 65536);
        int64_t along_x = (int64_t)(step_x * c * 65536), along_y = (int64_t)(step_x * s * 65536);
        for (int x = 0; x < side; x++, fx += along_x, fy += along_y)
            out[(size_t)y * (size_t)side + (size_t)x] = sample(grey, w, h, stride, fx, fy);
    }
}

double turn_scale(int w, int h, double degrees)
{
    double c = fabs(cos(degrees * M_PI / 180)), s = fabs(sin(degrees * M_PI / 180));
    double wide = 1 / (c + s * h / w), high = 1 / (c + s * w / h);
    return wide < high ? wide : high;
}
