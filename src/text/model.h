/* The classifier of texts: hashed features, one column of weights per question, eight bits a weight.
 *
 * The file (little-endian), made by learn.h:
 *     0   "MARSADTX"          8   u32 version (1)     12  u32 bits (2^bits rows)   16  u32 columns
 *     20  u32 stride          24  u32 description bytes                          28  u32 zero
 *     32  SHA-256 of everything after byte 64
 *     64  description: lines of text, TAB between fields (docs/formats/model.md), ended by empty lines up to
 *         a multiple of 64
 *     …   2^bits rows of `stride` bytes: the squared idf (u8), then one i8 weight per column
 * A file may hold several of these, one after the other: parts of one model, whose columns and tasks are counted on.
 * A row belongs to all features whose hash ends in its number: no word of what it learned from can be read out of it.
 *
 * A text's score in a column is Σ weight / sqrt(Σ idf²), over the views that fit its script. Immutable once open and
 * shared by threads; one scratch per thread. */
#ifndef MARSAD_TEXT_MODEL_H
#define MARSAD_TEXT_MODEL_H

#include "text/features.h"

enum { MODEL_MAX_COLUMNS = 63, MODEL_MAX_CLASSES = 64, MODEL_MAX_PARTS = 4, MODEL_VERSION = 1 };

/* Which views speak for a text. */
enum model_mode { MODE_PLAIN, MODE_UNDOTTED, MODE_LATIN, MODE_COUNT };

struct model_column {
    struct sv name;
    float scale;         /* of its eight-bit weights */
    float slope, offset; /* probability = 1 / (1 + exp(-(slope × score + offset))) */
};

/* A question with an answer among classes. Two classes: one column, that of the second class. */
struct model_task {
    struct sv name;
    size_t nclasses;
    struct sv classes[MODEL_MAX_CLASSES];
    uint32_t column[MODEL_MAX_CLASSES]; /* of class i; [1] alone when there are two */
    bool negated[MODEL_MAX_CLASSES];    /* the column speaks against the class */
    float shift[MODEL_MAX_CLASSES];     /* added to a class's score before the highest is taken */
};

/* Rows of one size. Questions with few words of their own make do with fewer rows than the others. */
struct model_part {
    uint32_t bits, stride;
    uint32_t first, columns; /* its columns among the model's */
    uint8_t *rows;           /* owned */
};

struct text_model {
    struct arena arena;
    struct model_part part[MODEL_MAX_PARTS];
    size_t nparts;
    uint32_t columns;    /* of all parts */
    uint32_t word_times; /* as feature_list, as is `once` */
    bool once;
    struct model_column column[MODEL_MAX_COLUMNS];
    struct model_task *task;
    size_t ntasks;
    struct sv
        sources; /* lines "source TAB …" of the description: what it learned from, and under which licence */
    uint8_t digest[32]; /* of the first part's */
};

/* ERR_FORMAT names what is wrong (another version, flipped bits by the digest),
 * ERR_NOMEM. */
int model_read(struct sv bytes, struct text_model **out, struct error *err) MUST_USE;
/* Also ERR_IO, ERR_NOTFOUND. */
int model_open(const char *path, struct text_model **out, struct error *err) MUST_USE;
void model_free(struct text_model *m);

const struct model_task *model_task(const struct text_model *m, struct sv name); /* or NULL */

struct model_scratch {
    struct feature_list features;
    struct arena arena;
    struct norm_text reread; /* what was read, in the arena until the next text */
    int32_t sum[MODEL_MAX_COLUMNS + 1];
};
void model_scratch_init(struct model_scratch *s);
void model_scratch_done(struct model_scratch *s);

/* out: m->columns scores. ERR_LIMIT and ERR_NOMEM as text_normalise. O(bytes). */
int model_score(const struct text_model *m, struct model_scratch *s, const struct norm_text *t, float *out,
                struct error *err) MUST_USE;
float model_probability(const struct model_column *c, float score);
/* The class that wins. */
size_t model_decide(const struct model_task *k, const float *scores);
/* Columns of more than two classes are fitted each against all other classes. Their odds to this power, brought to one, are right
 * as often as they say (bench/read_report.py); the probabilities themselves, brought to one, are too modest. */
#define MODEL_OF_SEVERAL 0.7f
/* Its probability from the calibrated columns; those of more than two classes are made to sum to one. */
void model_class_probabilities(const struct text_model *m, const struct model_task *k, const float *scores,
                               float *out);

/* The words that weighed most for the column, heaviest first: spans of the original. At most max. */
struct model_word {
    size_t start, end; /* bytes of the original */
    float weight;      /* share of the score */
};
int model_explain(const struct text_model *m, struct model_scratch *s, const struct norm_text *t,
                  uint32_t column, struct model_word *out, size_t max, size_t *out_n,
                  struct error *err) MUST_USE;

/* ---- shared with learn.c ---- */
enum model_mode model_mode_of(const struct norm_text *t);
/* The features of `t` in a mode, one view after the other; `word` numbers restart with each view. */
int model_features(const struct norm_text *t, enum model_mode mode, struct feature_list *f,
                   struct error *err) MUST_USE;

#endif
