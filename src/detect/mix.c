/* The numbers of mix_body.h, and from which log odds on it is said: less than even in a dialect, where every second comment that
 * likely is worth a look; more in Standard Arabic, which news and verses are in. As everyday talk and news weigh more in the fit than
 * among what is worth a look, the odds in Maghrebi and in Latin letters are lower than they are there. */
#include "detect/mix.h"

#include <math.h>

enum group {
    MIX_NONE,
    MIX_STANDARD,
    MIX_MAGHREBI,
    MIX_LEVANTINE,
    MIX_LATIN,
    MIX_OTHER,
    MIX_UNSURE,
    MIX_GROUPS
};
enum { BINARY = 8, CLASSES = 2, WEIGHTS = BINARY + CLASSES + 1 };

static const struct mix {
    float bias, weight[WEIGHTS];
} mixes[MIX_GROUPS] = {
#include "detect/mix_body.h"
};

static const float bar[MIX_GROUPS] = {[MIX_STANDARD] = 0.5f, [MIX_MAGHREBI] = -1.1f, [MIX_LEVANTINE] = -0.15f,
                                      [MIX_LATIN] = -1.0f,   [MIX_OTHER] = 0.2f,     [MIX_UNSURE] = 0.0f};
/* One word by itself must be that much likelier. */
#define ONE_WORD 0.25f

static const enum group group_of[DIALECT_COUNT + 1] = {
    [DIALECT_MSA] = MIX_STANDARD, [DIALECT_MAGHREBI] = MIX_MAGHREBI,   [DIALECT_IRAQI] = MIX_OTHER,
    [DIALECT_GULF] = MIX_OTHER,   [DIALECT_LEVANTINE] = MIX_LEVANTINE, [DIALECT_EGYPTIAN] = MIX_OTHER,
    [DIALECT_ARABIZI] = MIX_LATIN};

static const char *const binary[BINARY] = {"offensive", "hate",    "threat",  "omcd",
                                           "darija20k", "osact4A", "osact4B", "dangerous"};

/* French as Moroccans write it among their own, and what may be English or their Arabic in Latin letters: one set has it, and in
 * general it must be likely too. */
#define WESTERN_SET     "darija20k"
#define FRENCH          0.8f
#define ENGLISH         0.6f
#define WESTERN_GENERAL 0.5f

/* Whose words show best what was weighed. */
static const char *const told_by[MIX_GROUPS] = {
    [MIX_STANDARD] = "offensive", [MIX_MAGHREBI] = "omcd", [MIX_LEVANTINE] = "osact4A",
    [MIX_LATIN] = "darija20k",    [MIX_OTHER] = "osact4A", [MIX_UNSURE] = "osact4A"};

static bool is_western(enum dialect in) { return in == DIALECT_FRENCH || in == DIALECT_ENGLISH; }

static enum group group(const struct mixed *t) { return t->unsure ? MIX_UNSURE : group_of[t->in]; }

const char *mix_told_by(const struct mixed *t) { return is_western(t->in) ? WESTERN_SET : told_by[group(t)]; }

static float log_odds(float p)
{
    p = fminf(fmaxf(p, 1e-4f), 1 - 1e-4f);
    return logf(p / (1 - p));
}

static float yes_of(const struct text_model *m, const char *task, const float *scores)
{
    uint32_t column = model_task(m, sv_cstr(task))->column[1];
    return model_probability(&m->column[column], scores[column]);
}

bool mix_knows(const struct text_model *m)
{
    for (int i = 0; i < BINARY; i++) {
        const struct model_task *k = model_task(m, sv_cstr(binary[i]));
        if (!k || k->nclasses != 2) return false;
    }
    const struct model_task *k = model_task(m, SV("lhsab"));
    return k && k->nclasses == 3;
}

bool mix_offensive(const struct text_model *m, const struct mixed *t, const float *scores, float *out_p)
{
    *out_p = 0;
    if (is_western(t->in)) {
        *out_p = yes_of(m, WESTERN_SET, scores);
        bool asked = t->in == DIALECT_FRENCH || t->unsure;
        return asked && *out_p >= (t->in == DIALECT_FRENCH ? FRENCH : ENGLISH) &&
               yes_of(m, "offensive", scores) >= WESTERN_GENERAL;
    }
    float classes[MODEL_MAX_CLASSES];
    enum group g = group(t);
    if (g == MIX_NONE) return false;
    const float *w = mixes[g].weight;
    float odds = mixes[g].bias;
    for (int i = 0; i < BINARY; i++) odds += w[i] * log_odds(yes_of(m, binary[i], scores));
    model_class_probabilities(m, model_task(m, SV("lhsab")), scores, classes);
    odds += w[BINARY] * log_odds(1 - classes[0]) + w[BINARY + 1] * log_odds(classes[2]);
    odds += w[BINARY + CLASSES] * logf(1 + (float)t->words);
    if (odds < bar[g] + (t->words == 1 ? ONE_WORD : 0)) return false;
    *out_p = 1 / (1 + expf(-odds));
    return true;
}
