/* Marks: what their files share with each other and with the program that fits the table (bench/hear_marks.c). */
#ifndef MARSAD_SOUND_MARKS_PRIV_H
#define MARSAD_SOUND_MARKS_PRIV_H

#include "sound/listen_priv.h"

enum {
    MARK_FEATURES = 18,
    MARK_INPUTS = 2 * MARK_FEATURES + 1, /* each standardised, and squared; and 1 */
    MARK_FIRST = SOUND_NOISE,            /* silence is told by its level alone */
    MARK_CLASSES = SOUND_CLASS_COUNT - MARK_FIRST
};

/* Every window of 1.5 s that is not silent, each half second. features NULL: silence. */
struct marks_tap {
    void (*window)(void *arg, const float *features);
    void *arg;
};
/* NULL: none. For fitting only. */
struct marks *listener_marks(struct listener *l);
void marks_listen_in(struct marks *m, const struct marks_tap *tap);

/* marks_table.c */
extern const float mark_mean[MARK_FEATURES], mark_scale[MARK_FEATURES];
extern const float mark_weight[MARK_CLASSES][MARK_INPUTS];

void mark_inputs(const float features[MARK_FEATURES], float out[MARK_INPUTS]);

#endif
