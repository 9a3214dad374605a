/* What a person will look at: some frames as small pictures, and the sound as a strip of its spectrum. Both are numbers
 * that we computed from decoded pixels and samples; no byte of the file goes out. */
#include <math.h>
#include <stdlib.h>

#include "media/worker/worker_priv.h"

#define STRIP_LOW_HZ  100.0
#define STRIP_HIGH_HZ 4000.0
enum {
    FRAME_US = 8000,
    SHOW_EARLY_US = 1000 /* timestamps are rounded to the container's ticks */
};

bool show_wants(const struct job *j, int64_t time_us)
{
    return j->show.answered < j->task.ntimes && time_us + SHOW_EARLY_US >= j->task.times_us[j->show.answered];
}

bool show_done(const struct job *j) { return j->show.answered >= j->task.ntimes; }

static void average(enum pixels kind, const uint8_t *p, int rows, int cols, size_t stride, int w, int h,
                    uint8_t *out)
{
    int bytes = kind == PIXELS_RGB ? 3 : 1;
    for (int y = 0; y < h; y++) {
        int y0 = (int)((int64_t)y * rows / h), y1 = (int)((int64_t)(y + 1) * rows / h);
        if (y1 <= y0) y1 = y0 + 1;
        for (int x = 0; x < w; x++) {
            int x0 = (int)((int64_t)x * cols / w), x1 = (int)((int64_t)(x + 1) * cols / w);
            if (x1 <= x0) x1 = x0 + 1;
            uint64_t sum[3] = {0}, n = (uint64_t)(y1 - y0) * (uint64_t)(x1 - x0);
            for (int v = y0; v < y1; v++)
                for (int u = x0; u < x1; u++)
                    for (int c = 0; c < 3; c++)
                        sum[c] +=
                            p[(size_t)v * stride + (size_t)u * (size_t)bytes + (size_t)(bytes == 3 ? c : 0)];
            for (int c = 0; c < 3; c++) *out++ = (uint8_t)(sum[c] / n);
        }
    }
}

int show_picture(struct job *j, int64_t time_us, enum pixels kind, const uint8_t *p, int rows, int cols,
                 size_t stride, int shown_w, int shown_h)
{
    struct media_shown *s = &j->show.shown;
    int longer = shown_w > shown_h ? shown_w : shown_h, side = longer < j->task.side ? longer : j->task.side;
    int w = (int)((int64_t)shown_w * side / longer), h = (int)((int64_t)shown_h * side / longer);
    if (w < 1) w = 1;
    if (h < 1) h = 1;
    if (s->npictures >= MEDIA_SHOW_TIMES_MAX) return 0;
    uint8_t *rgb = malloc((size_t)w * (size_t)h * 3);
    if (!rgb) return job_no_memory(j);
    average(kind, p, rows, cols, stride, w, h, rgb);
    if (j->turn > 1) {
        uint8_t *turned = malloc((size_t)w * (size_t)h * 3);
        if (turned) turn_pixels(j->turn, rgb, w, h, 3, turned);
        free(rgb);
        if (!(rgb = turned)) return job_no_memory(j);
        if (turn_on_side(j->turn)) side = w, w = h, h = side;
    }
    s->pictures[s->npictures++] = (struct media_picture){time_us, (uint16_t)w, (uint16_t)h, rgb};
    while (show_wants(j, time_us)) j->show.answered++;
    return 0;
}

/* ---- sound ---- */

static uint8_t level_of(float power)
{
    double db = 10 * log10((double)power + 1e-10) + 90; /* full scale is about 0 dB */
    return (uint8_t)(db <= 0 ? 0 : db >= 85 ? 255 : db * 3);
}

/* Twice as much time a column, so that any length fits. */
static void halve(struct show *w)
{
    for (uint32_t k = 0; k < MEDIA_STRIP_COLUMNS_MAX / 2; k++)
        for (int y = 0; y < MEDIA_STRIP_ROWS; y++) {
            uint8_t a = w->strip[2 * k * MEDIA_STRIP_ROWS + (uint32_t)y],
                    b = w->strip[(2 * k + 1) * MEDIA_STRIP_ROWS + (uint32_t)y];
            w->strip[k * MEDIA_STRIP_ROWS + (uint32_t)y] = a > b ? a : b;
        }
    memset(w->strip + (size_t)MEDIA_STRIP_COLUMNS_MAX / 2 * MEDIA_STRIP_ROWS, 0,
           (size_t)MEDIA_STRIP_COLUMNS_MAX / 2 * MEDIA_STRIP_ROWS);
    w->strip_columns = MEDIA_STRIP_COLUMNS_MAX / 2;
    w->strip_merge *= 2;
}

void show_spectrum(struct job *j, const float *power, int bins)
{
    struct show *w = &j->show;
    if (!w->strip) {
        w->strip = calloc(MEDIA_STRIP_COLUMNS_MAX, MEDIA_STRIP_ROWS);
        w->strip_merge = 1;
        if (!w->strip) return;
    }
    uint8_t *column = w->strip + (size_t)w->strip_columns * MEDIA_STRIP_ROWS;
    for (int y = 0; y < MEDIA_STRIP_ROWS; y++) {
        double low = STRIP_LOW_HZ * pow(STRIP_HIGH_HZ / STRIP_LOW_HZ, (double)y / MEDIA_STRIP_ROWS);
        double high = STRIP_LOW_HZ * pow(STRIP_HIGH_HZ / STRIP_LOW_HZ, (double)(y + 1) / MEDIA_STRIP_ROWS);
        int from = (int)(low / STRIP_HIGH_HZ * (bins - 1)), to = (int)(high / STRIP_HIGH_HZ * (bins - 1));
        float most = power[from];
        for (int k = from + 1; k <= to && k < bins; k++)
            if (power[k] > most) most = power[k];
        uint8_t level = level_of(most);
        if (level > column[y]) column[y] = level;
    }
    if (++w->strip_frames < w->strip_merge) return;
    w->strip_frames = 0;
    if (++w->strip_columns == MEDIA_STRIP_COLUMNS_MAX) halve(w);
}

void show_end(struct job *j)
{
    struct show *w = &j->show;
    if (!w->strip || w->strip_columns == 0) return;
    w->shown.strip =
        (struct media_strip){(uint16_t)w->strip_columns, (int64_t)w->strip_merge * FRAME_US, w->strip};
}
