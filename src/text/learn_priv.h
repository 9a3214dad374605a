/* Between what is learned from (learn.c), the learning itself (learn_solve.c) and its calibration (learn_fit.c). */
#ifndef MARSAD_TEXT_LEARN_PRIV_H
#define MARSAD_TEXT_LEARN_PRIV_H

#include "base/map.h"
#include "base/vec.h"
#include "text/learn.h"

enum {
    LEARN_MAX_SETS = 64,
    LEARN_MAX_FAMILIES = 32,
    LEARN_MAX_LABELS = MODEL_MAX_CLASSES,
    IDF_SCALE = 16,
    SHARED_MOST = 64
};

struct shared;

/* One reading of a text. Rows are distinct; value is how often, later tf × idf / norm. */
struct example {
    uint32_t set, label, n;
    uint16_t fold;
    bool copy;  /* not as it was written: never held out to be measured */
    bool aside; /* a copy whose features no text that is measured has */
    uint32_t *row;
    float *value;
};

struct learn_set {
    struct sv name;
    struct sv labels[LEARN_MAX_LABELS];
    size_t nlabels;
    bool plain; /* lines without labels: texts that must stay */
    bool asked; /* a task is about it */
};

struct member {
    uint32_t set;
    uint32_t own; /* which own part, from 1; 0: none */
    int8_t says[LEARN_MAX_LABELS];
    double weight;
};

struct family {
    struct sv name;
    struct member member[LEARN_MAX_SETS];
    size_t nmembers;
    uint32_t owns;
};

struct column {
    struct sv name;
    uint32_t family, set;
    float scale, slope, offset;
    float mix;   /* how much of what all sets share is added */
    bool helper; /* not in the file: others are mixtures of it */
};

struct task {
    struct sv name;
    uint32_t set;
    struct learn_class classes[MODEL_MAX_CLASSES];
    float shift[MODEL_MAX_CLASSES];
    size_t n;
    double false_alarms;
};

struct learner {
    struct learn_options o;
    struct arena arena;
    struct VEC(struct example) examples;
    struct learn_set set[LEARN_MAX_SETS];
    struct family *family; /* LEARN_MAX_FAMILIES */
    struct column column[MODEL_MAX_COLUMNS];
    struct VEC(struct task) tasks;
    struct VEC(struct sv) sources;
    size_t nsets, nfamilies, ncolumns;
    size_t texts, latin; /* lines read, and those in Latin letters */
    struct model_scratch scratch;
    uint8_t *idf2; /* per row */
    float *score;  /* examples × columns: of those held out, else NAN */
    float *other;  /* likewise, by what all sets share alone; NULL without it */
    float *
        blend; /* columns × columns: what each column of the file is a mixture of; NULL: they are as they were learned */
    struct shared *shared; /* learned from all; NULL without */
    bool grouped;          /* the texts that come are of `group` */
    uint32_t group;
    int8_t *weights; /* rows × stride, [0] the idf */
    uint32_t stride;
    double quality;
};

/* Is it learned from in the round that holds `held` out (UINT_MAX: none)? */
static inline bool takes_part(const struct example *x, unsigned held)
{
    return x->fold != held && !(x->aside && held != UINT32_MAX);
}

/* Of a set in a family, or NULL. */
const struct member *family_member(const struct family *f, uint32_t set);

/* Weights of a family: rows × (1 + owns), the common part first. Texts of fold `held` are left out (UINT_MAX: none). */
int family_solve(const struct learner *l, const struct family *f, unsigned held, float *w,
                 struct error *err) MUST_USE;
static inline size_t family_width(const struct family *f) { return 1 + (size_t)f->owns; }
/* What a column answers for an example, from the weights of its family. */
float family_score(const struct family *f, const float *w, const struct example *x, uint32_t own);

/* ---- learn_shared.c ---- */
/* Learns l->o.shared numbers for each row from all texts but those of fold `held` (UINT_MAX: none). */
int shared_learn(const struct learner *l, unsigned held, struct shared **out, struct error *err) MUST_USE;
void shared_free(struct shared *s);
/* What the numbers of a row must be multiplied with to tell a set's two sides in a family apart: out has SHARED_MOST.
 * False when the set does not know both sides, or for LEARN_GENERAL: news and verses have no head to keep it quiet. */
bool shared_direction(const struct learner *l, const struct shared *s, uint32_t family, uint32_t set,
                      float *out);
float shared_weight(const struct shared *s, uint32_t row, const float *direction);
float shared_score(const struct shared *s, const struct example *x, const float *direction);

/* learner_run in three: features weighed; held-out scores by l->o's settings and what is fitted to them, again and again; the
 * model by the settings of the last time. */
int learner_prepare(struct learner *l, struct error *err) MUST_USE;
int learner_hold(struct learner *l, struct error *err) MUST_USE;
int learner_finish(struct learner *l, struct buf *out, struct error *err) MUST_USE;

/* How much of l->other makes the column's held-out probabilities best; it is added to l->score. */
int learner_mix(struct learner *l, uint32_t column, struct error *err) MUST_USE;
/* Of a task of one set: its classes' probabilities and their cuts, from l->score. What their columns are mixtures of is in l->blend;
 * learner_blend then mixes l->score, when all tasks are settled. */
int task_settle(struct learner *l, struct task *t, struct error *err) MUST_USE;
void learner_blend(struct learner *l);
/* From l->score: slopes and offsets of the columns, shifts of the tasks. */
int learner_fit(struct learner *l, struct error *err) MUST_USE;

/* xorshift64*: the same numbers everywhere. */
static inline uint32_t learn_random(uint64_t *s)
{
    *s ^= *s >> 12, *s ^= *s << 25, *s ^= *s >> 27;
    return (uint32_t)((*s * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

#endif
