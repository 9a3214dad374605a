/* tune.c: frames of the power spectrum → the tune, a step every 128 ms */
#ifndef MARSAD_SOUND_TUNE_PRIV_H
#define MARSAD_SOUND_TUNE_PRIV_H

#include <stdbool.h>

#include "sound/listen_priv.h"

struct tune;
int tune_new(struct tune **out, struct error *err) MUST_USE;
void tune_free(struct tune *t);
int tune_push(struct tune *t, const float power[BINS], const struct listener_sink *sink) MUST_USE;

#endif
