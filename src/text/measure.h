/* How right a classifier is: counts of what was said for what is, and what follows from them. */
#ifndef MARSAD_TEXT_MEASURE_H
#define MARSAD_TEXT_MEASURE_H

#include "text/model.h"

enum { MEASURE_BINS = 10, MEASURE_RESAMPLES = 1000 };

struct measure {
    size_t classes, n;
    uint64_t said[MODEL_MAX_CLASSES][MODEL_MAX_CLASSES]; /* [is][said] */
    /* Of the probability of what was said: for the expected calibration error. */
    double sure[MEASURE_BINS];
    uint64_t in_bin[MEASURE_BINS], right[MEASURE_BINS];
};

void measure_add(struct measure *m, size_t is, size_t said, double probability);
double measure_precision(const struct measure *m, size_t class);
double measure_recall(const struct measure *m, size_t class);
double measure_f1(const struct measure *m, size_t class);
/* Mean over the classes that stand in the data or were said. */
double measure_macro_f1(const struct measure *m);
double measure_accuracy(const struct measure *m);
/* Mean distance between how sure it was and how often it was right, over ten bins. */
double measure_calibration_error(const struct measure *m);
/* 95 % of resamplings of the same data lie between: what another draw of as many texts could have given. */
void measure_interval(const struct measure *m, double *out_low, double *out_high);

/* Wilson's 95 % interval of a share: right of n; 0 to 1 when n is 0. */
void measure_wilson(uint64_t right, uint64_t n, double *out_low, double *out_high);

#endif
