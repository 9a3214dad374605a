/* Learning a model of texts: support vector machines by dual coordinate descent (Hsieh et al. 2008, squared hinge),
 * over several sets of texts at once.
 *
 * Sets that answer alike questions are a family: each set t of it is told apart by w + v_t, where w is common to all
 * and v_t its own (Evgeniou & Pontil 2004; Daumé 2007), so that what one set knows of a word helps the others as far as
 * they agree. A set without its own part binds w alone: texts that must never be flagged.
 *
 * A text is learned as it is written, and, when in Arabic letters, also without its dots and by its sounds (see
 * features.h): three readings that share no features. Columns are then calibrated (Platt 1999) and the classes of a
 * task shifted for the best macro-F1, on texts held out in `folds` rounds. The same input gives the same model.
 *
 * Memory: 8 bytes per feature of each text, and (1 + sets) × 4 bytes × 2^bits; where more than two classes are settled, 4 bytes × 2^bits
 * more for each. */
#ifndef MARSAD_TEXT_LEARN_H
#define MARSAD_TEXT_LEARN_H

#include "base/buf.h"
#include "text/model.h"

struct learner;

struct learn_options {
    uint32_t bits;   /* 0: 20 */
    unsigned folds;  /* rounds of holding out; 0: 5 */
    unsigned held;   /* only so many of them are run; 0: all */
    double cost;     /* 0: 1; higher fits closer */
    double own;      /* 0: 1; how free a set's own part is */
    double balance;  /* 0..1; classes weighted by 1/share to this power; below 0: 0.5 */
    double contrast; /* 0..1: how much freer rows are that stand on one side; below 0: 0.5 */
    unsigned
        words; /* how often a whole word counts, 1..16; 0: 1; learn_file tries several, as of the four above */
    unsigned rounds; /* passes over the texts; 0: 10 */
    bool once;       /* runs and words count once in a text, however often they stand there */
    unsigned shared; /* numbers per row that all sets learn together, at most 64; 0: none */
    bool
        settle; /* a set's classes are fitted and cut together (learn_settle.c): their columns answer for no other task */
    bool
        mix; /* a set's answers are mixtures of all columns' scores, as its held-out texts tell; with `settle` */
    uint64_t seed;
};

int learner_new(const struct learn_options *o, struct learner **out, struct error *err) MUST_USE;
void learner_free(struct learner *l);

/* A set's number. Strings are copied, here and below. */
int learner_set(struct learner *l, struct sv name, uint32_t *out_set, struct error *err) MUST_USE;
/* One text of a set with its label. */
int learner_text(struct learner *l, uint32_t set, struct sv label, struct sv text,
                 struct error *err) MUST_USE;
/* Lines of texts alone, whose label is empty; of label TAB text; or the latter in groups with an empty line between, of
 * which each is learned or held out as a whole (a third of them): lines made after one pattern would else answer for each
 * other. ERR_FORMAT names the line. */
enum learn_lines { LEARN_PLAIN, LEARN_LABELLED, LEARN_GROUPED };
int learner_file(struct learner *l, uint32_t set, const char *path, enum learn_lines lines,
                 struct error *err) MUST_USE;
/* Labels of a set, in order of their first appearance. */
size_t learner_labels(const struct learner *l, uint32_t set);
struct sv learner_label(const struct learner *l, uint32_t set, size_t i);

int learner_family(struct learner *l, struct sv name, uint32_t *out_family, struct error *err) MUST_USE;
/* says[i]: +1, -1, or 0 (left out) for the set's label i. `weight` multiplies the cost. */
int learner_member(struct learner *l, uint32_t family, uint32_t set, const int8_t *says, bool own,
                   double weight, struct error *err) MUST_USE;
/* What a family answers for one set (its own part added), or in general (set LEARN_GENERAL). */
#define LEARN_GENERAL UINT32_MAX
int learner_column(struct learner *l, struct sv name, uint32_t family, uint32_t set, uint32_t *out_column,
                   struct error *err) MUST_USE;
/* Likewise, of a column that is not in the file: with learn_options.mix the others are mixtures of it too. */
int learner_helper(struct learner *l, struct sv name, uint32_t family, uint32_t set, uint32_t *out_column,
                   struct error *err) MUST_USE;
/* A task's classes: labels of `set`, whose held-out texts choose the shifts; LEARN_GENERAL: two classes, chosen on all
 * members of the column's family, with no more than `false_alarms` of the texts of any member that is plain lines. */
struct learn_class {
    struct sv name;
    uint32_t column;
    bool negated;
};
int learner_task(struct learner *l, struct sv name, uint32_t set, const struct learn_class *classes, size_t n,
                 double false_alarms, struct error *err) MUST_USE;
int learner_source(struct learner *l, struct sv line, struct error *err) MUST_USE;

/* Learns all, and writes the model's file into `out`. ERR_ARG when a family has no texts of one side. */
int learner_run(struct learner *l, struct buf *out, struct error *err) MUST_USE;

/* After learner_run: macro-F1 of the first task on the texts that were held out. */
double learner_quality(const struct learner *l);

/* The usual case: one file, any labels; `with` are further files whose texts help. */
int learn_file(const struct learn_options *o, const char *path, const char *const *with, size_t nwith,
               struct buf *out, struct error *err) MUST_USE;
/* By a recipe (docs/formats/recipe.md), each of whose files lies in the first of `dirs` that has it, or beside the recipe;
 * only_open leaves out sources without an open licence. out_without (may be NULL): the sets marked `extra` whose file is in none, and
 * which the model therefore has not learned, as "name (file), name (file)"; empty when it learned all. */
struct learn_dirs {
    const char *const *dir;
    size_t n;
};
int learn_recipe(const char *recipe, struct learn_dirs dirs, bool only_open, struct buf *out,
                 struct buf *out_without, struct error *err) MUST_USE;

#endif
