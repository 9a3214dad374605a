/* A tune: the pitch class sung at each step of a sound, an octave not counting. */
#ifndef MARSAD_BASE_TUNE_H
#define MARSAD_BASE_TUNE_H

#include <stdint.h>

/* A step is 0: nothing sung, or 1 to TUNE_CLASSES: a pitch class in units of LANDMARK_PER_OCTAVE, and 1. */
enum { TUNE_STEP_US = 128000, TUNE_CLASSES = 240 };

#endif
