/* The bootstrap draws from the table of counts, which is all that the texts are to these figures. */
#include "text/measure.h"

#include <math.h>
#include <stdlib.h>

void measure_add(struct measure *m, size_t is, size_t said, double probability)
{
    size_t bin = (size_t)fmin(MEASURE_BINS - 1, fmax(0, probability * MEASURE_BINS));
    m->said[is][said]++;
    m->n++;
    m->sure[bin] += probability;
    m->in_bin[bin]++;
    m->right[bin] += is == said;
}

static uint64_t is_sum(const struct measure *m, size_t c)
{
    uint64_t n = 0;
    for (size_t i = 0; i < m->classes; i++) n += m->said[c][i];
    return n;
}

static uint64_t said_sum(const struct measure *m, size_t c)
{
    uint64_t n = 0;
    for (size_t i = 0; i < m->classes; i++) n += m->said[i][c];
    return n;
}

static double share(uint64_t part, uint64_t of) { return of ? (double)part / (double)of : 0; }

double measure_precision(const struct measure *m, size_t c) { return share(m->said[c][c], said_sum(m, c)); }
double measure_recall(const struct measure *m, size_t c) { return share(m->said[c][c], is_sum(m, c)); }
double measure_f1(const struct measure *m, size_t c)
{
    return share(2 * m->said[c][c], is_sum(m, c) + said_sum(m, c));
}

double measure_macro_f1(const struct measure *m)
{
    double sum = 0;
    size_t n = 0;
    for (size_t c = 0; c < m->classes; c++) {
        if (is_sum(m, c) + said_sum(m, c) == 0) continue;
        sum += measure_f1(m, c);
        n++;
    }
    return n ? sum / (double)n : 0;
}

double measure_accuracy(const struct measure *m)
{
    uint64_t right = 0;
    for (size_t c = 0; c < m->classes; c++) right += m->said[c][c];
    return share(right, m->n);
}

double measure_calibration_error(const struct measure *m)
{
    double e = 0;
    for (size_t b = 0; b < MEASURE_BINS; b++) e += fabs(m->sure[b] - (double)m->right[b]);
    return m->n ? e / (double)m->n : 0;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void resample(const struct measure *m, const uint16_t *cells, uint64_t *seed, struct measure *out)
{
    *out = (struct measure){.classes = m->classes};
    for (size_t k = 0; k < m->n; k++) {
        *seed ^= *seed >> 12, *seed ^= *seed << 25, *seed ^= *seed >> 27;
        uint16_t cell = cells[(*seed * UINT64_C(0x2545f4914f6cdd1d) >> 32) * m->n >> 32];
        out->said[cell / MODEL_MAX_CLASSES][cell % MODEL_MAX_CLASSES]++;
    }
    out->n = m->n;
}

void measure_interval(const struct measure *m, double *out_low, double *out_high)
{
    uint16_t *cells = malloc(m->n * sizeof(*cells) + 1);
    double *f = malloc(MEASURE_RESAMPLES * sizeof(*f));
    struct measure *drawn = malloc(sizeof(*drawn));
    *out_low = *out_high = measure_macro_f1(m);
    if (cells && f && drawn && m->n) {
        size_t n = 0;
        uint64_t seed = 0x9e3779b97f4a7c15u;
        for (size_t i = 0; i < m->classes; i++)
            for (size_t j = 0; j < m->classes; j++)
                for (uint64_t k = 0; k < m->said[i][j]; k++)
                    cells[n++] = (uint16_t)(i * MODEL_MAX_CLASSES + j);
        for (size_t r = 0; r < MEASURE_RESAMPLES; r++) {
            resample(m, cells, &seed, drawn);
            f[r] = measure_macro_f1(drawn);
        }
        qsort(f, MEASURE_RESAMPLES, sizeof(*f), by_value);
        *out_low = f[MEASURE_RESAMPLES * 25 / 1000], *out_high = f[MEASURE_RESAMPLES * 975 / 1000];
    }
    free(drawn);
    free(f);
    free(cells);
}

void measure_wilson(uint64_t right, uint64_t n, double *out_low, double *out_high)
{
    const double z = 1.959964;
    *out_low = 0, *out_high = 1;
    if (n == 0) return;
    double m = (double)n, p = (double)right / m, by = 1 + z * z / m;
    double middle = (p + z * z / (2 * m)) / by, half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) / by;
    *out_low = fmax(0, middle - half);
    *out_high = fmin(1, middle + half);
}
