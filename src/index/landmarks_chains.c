/* Landmarks that follow each other in small steps. */
#include "index/landmarks_priv.h"

#include <stdlib.h>

enum { FLAT = 12 };

const struct chain_rule quads_of_references = {.marks = QUAD,
                                               .most = 400,
                                               .step_min = 16,
                                               .step_max = 104,
                                               .dur_min = 80,
                                               .dur_max = 300,
                                               .pitch_max = 150,
                                               .pitch_min = FLAT};
const struct chain_rule quads_of_queries = {.marks = QUAD,
                                            .most = 400,
                                            .step_min = 12,
                                            .step_max = 138,
                                            .dur_min = 60,
                                            .dur_max = 400,
                                            .pitch_max = 156,
                                            .pitch_min = FLAT - 4};
const struct chain_rule quints_of_references = {.marks = QUINT,
                                                .most = 400,
                                                .step_min = 16,
                                                .step_max = 104,
                                                .dur_min = 106,
                                                .dur_max = 400,
                                                .pitch_max = 150,
                                                .pitch_min = FLAT};
const struct chain_rule quints_of_queries = {.marks = QUINT,
                                             .most = 600,
                                             .step_min = 12,
                                             .step_max = 138,
                                             .dur_min = 75,
                                             .dur_max = 552,
                                             .pitch_max = 156,
                                             .pitch_min = FLAT - 4};

struct walk {
    const struct landmark *v;
    size_t n;
    const struct chain_rule *rule;
    int (*take)(void *arg, const struct chain *c);
    void *arg;
    size_t at[CHAIN_MAX];
    unsigned made;
};

static int finish(struct walk *w)
{
    const struct landmark *first = &w->v[w->at[0]];
    unsigned last = w->rule->marks - 1;
    uint32_t dur = w->v[w->at[last]].time - first->time;
    if (dur < w->rule->dur_min || dur > w->rule->dur_max) return 0;
    struct chain c = {.at = (uint32_t)w->at[0], .dur = (uint16_t)dur};
    /* Waves of one partial are in every song. */
    int flat = 0;
    for (unsigned i = 0; i < last; i++) {
        int step = w->v[w->at[i + 1]].pitch - w->v[w->at[i]].pitch;
        flat += abs(step) < w->rule->pitch_min;
        c.step[i] = (int16_t)step;
        if (i > 0) c.passed[i - 1] = (uint16_t)(w->v[w->at[i]].time - first->time);
    }
    if (flat > 1) return 0;
    w->made++;
    return w->take(w->arg, &c);
}

static int step(struct walk *w, unsigned depth)
{
    const struct landmark *from = &w->v[w->at[depth]];
    for (size_t i = w->at[depth] + 1; i < w->n; i++) {
        uint32_t gap = w->v[i].time - from->time;
        if (gap > w->rule->step_max || w->made >= w->rule->most) break;
        if (gap < w->rule->step_min || abs(w->v[i].pitch - from->pitch) > w->rule->pitch_max) continue;
        if (depth == 1 &&
            (((uint32_t)i * 0x9e3779b1u + (uint32_t)w->at[1] * 0x85ebca6bu) >> 16 & w->rule->thin))
            continue;
        w->at[depth + 1] = i;
        bool whole = depth + 2 == w->rule->marks || depth + 2 == CHAIN_MAX;
        int code = whole ? finish(w) : step(w, depth + 1);
        if (code) return code;
    }
    return 0;
}

int chains_from(const struct landmark *v, size_t n, size_t at, const struct chain_rule *rule,
                int (*take)(void *arg, const struct chain *c), void *arg)
{
    struct walk w = {.v = v, .n = n, .rule = rule, .take = take, .arg = arg, .at = {at}};
    return step(&w, 0);
}
