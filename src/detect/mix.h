/* One answer to "is it offensive?" from the answers for single data sets.
 *
 * The question in general is cautious where the sets disagree: its part that all share knows little of what only one country
 * says. The sets' own answers know that, and none of them what news and verses look like. So they are joined, by dialect: log
 * odds = bias + Σ weight × log odds of each answer + weight × log(1 + words): in a long text the rest of it waters down what one
 * of its words says. bench/read_mix.py fits the numbers of mix_body.h on lines that the models
 * whose answers they are had not learned. */
#ifndef MARSAD_DETECT_MIX_H
#define MARSAD_DETECT_MIX_H

#include "text/dialect.h"
#include "text/model.h"

/* What a text is in. */
struct mixed {
    enum dialect in;
    bool
        unsure; /* that dialect of Arabic, or the Standard: verses and old turns of speech look like one to half */
    uint32_t words; /* at most some hundreds */
};

/* Whether such a text with these scores is said to be offensive; *out_p: how likely it is. The model must know all the answers:
 * mix_knows. */
bool mix_knows(const struct text_model *m);
bool mix_offensive(const struct text_model *m, const struct mixed *t, const float *scores, float *out_p);
/* After a yes: the answer whose words show best what was weighed. */
const char *mix_told_by(const struct mixed *t);

#endif
