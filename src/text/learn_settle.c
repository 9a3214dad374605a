/* One file's classes, settled together from the scores of its texts that were held out.
 *
 * Probabilities: with two classes, Platt's of the one column; with more, a multinomial logistic regression of the label on all of the
 * scores: what speaks for abuse says something of hate as well. Where it is asked for (learn_options.mix), on the scores of all columns,
 * those of other sets and helpers too, for two classes as well. As scores are sums of weights, so are their mixtures: the columns of
 * the file are mixed likewise, and a text costs no more than before.
 *
 * Decision: what is added to each class so that macro-F1 is best. A few hundred texts of a rare class place a cut badly when they are
 * counted as they are labelled: the best cut is the luckiest. So three quarters of the counts are what the probabilities expect, which
 * is smooth in the cut, and one the labels. One class after the other is placed exactly, by going through the texts in the order in
 * which it would take them from the others. O(rounds × classes × texts × (classes + log texts)). */
#include <math.h>
#include <stdlib.h>

#include "text/learn_priv.h"

enum { FIT_ROUNDS = 400, PLACE_ROUNDS = 4 };
#define KEPT_SMALL 1e-3 /* of the squares of what each score counts for, over its spread */
#define EXPECTED   0.75
/* Cuts whose macro-F1 is so near the best are as good as it: their middle is taken. */
#define AS_GOOD 0.001

struct turn {
    float at; /* what must be added to the class so that it takes the text */
    uint32_t text;
    uint32_t from;
};

struct settling {
    uint32_t classes, inputs;
    uint32_t input[MODEL_MAX_COLUMNS]; /* the columns whose scores are mixed */
    size_t n;
    uint32_t *truth; /* n */
    float *given;    /* n × inputs: scores */
    float *score;    /* n × classes: mixtures */
    float *share;    /* n × classes: probabilities, later what a text counts for each class */
    struct turn *turn;
    double *mix;    /* classes × (inputs + 1): what each score counts for a class, and what is added */
    double *bound;  /* (inputs + 1)²: of the second derivatives, as its lower triangular root */
    double *change; /* inputs + 1 */
    float shift[MODEL_MAX_CLASSES];
};

static void settling_free(struct settling *s)
{
    free(s->truth);
    free(s->given);
    free(s->score);
    free(s->share);
    free(s->turn);
    free(s->mix);
    free(s->bound);
    free(s->change);
}

static uint32_t class_of(const struct learner *l, const struct task *t, const struct example *x)
{
    struct sv label = l->set[x->set].labels[x->label];
    uint32_t c = 0;
    while (c < t->n && !sv_eq(t->classes[c].name, label)) c++;
    return c;
}

static void choose_inputs(const struct learner *l, const struct task *t, struct settling *s)
{
    s->classes = (uint32_t)t->n;
    if (l->o.mix)
        while (s->inputs < l->ncolumns) s->input[s->inputs] = s->inputs, s->inputs++;
    else
        for (size_t c = t->n == 2; c < t->n; c++) s->input[s->inputs++] = t->classes[c].column;
}

static int gather(const struct learner *l, const struct task *t, struct settling *s, struct error *err)
{
    choose_inputs(l, t, s);
    size_t all = l->examples.n + 1, width = s->inputs + 1;
    s->truth = malloc(all * sizeof(*s->truth));
    s->given = malloc(all * s->inputs * sizeof(*s->given));
    s->score = malloc(all * t->n * sizeof(*s->score));
    s->share = malloc(all * t->n * sizeof(*s->share));
    s->turn = malloc(all * sizeof(*s->turn));
    s->mix = calloc(t->n * width, sizeof(*s->mix));
    s->bound = calloc(width * width, sizeof(*s->bound));
    s->change = calloc(width, sizeof(*s->change));
    if (!s->truth || !s->given || !s->score || !s->share || !s->turn || !s->mix || !s->bound || !s->change)
        return error_set(err, ERR_NOMEM, "learn", "no memory to settle %zu classes", t->n);
    for (size_t i = 0; i < l->examples.n; i++) {
        const struct example *x = l->examples.v + i;
        const float *from = l->score + i * l->ncolumns;
        uint32_t truth = class_of(l, t, x);
        if (x->set != t->set || truth == t->n || isnan(from[t->classes[t->n - 1].column])) continue;
        for (uint32_t k = 0; k < s->inputs; k++) s->given[s->n * s->inputs + k] = from[s->input[k]];
        s->truth[s->n++] = truth;
    }
    return 0;
}

/* Of text i. */
static void mix(const struct settling *s, size_t i, float *to)
{
    const float *from = s->given + i * s->inputs;
    for (uint32_t c = 0; c < s->classes; c++) {
        const double *m = s->mix + c * (s->inputs + 1);
        double sum = m[s->inputs];
        for (uint32_t k = 0; k < s->inputs; k++) sum += m[k] * from[k];
        to[c] = (float)sum;
    }
}

static void find_shares(struct settling *s)
{
    for (size_t i = 0; i < s->n; i++) {
        float *p = s->share + i * s->classes;
        double top = -1e30, total = 0;
        mix(s, i, p);
        for (uint32_t c = 0; c < s->classes; c++) top = fmax(top, p[c]);
        for (uint32_t c = 0; c < s->classes; c++) total += p[c] = (float)exp(p[c] - top);
        for (uint32_t c = 0; c < s->classes; c++) p[c] = (float)(p[c] / total);
    }
}

/* Score k of a text, and one behind the last. */
static double given(const struct settling *s, size_t text, uint32_t k)
{
    return k == s->inputs ? 1 : s->given[text * s->inputs + k];
}

/* What keeps the weight of a score small, on the diagonal. */
static double kept_small(const struct settling *s, uint32_t k)
{
    double sum = 0, square = 1e-9;
    for (size_t i = 0; i < s->n; i++) sum += given(s, i, k), square += given(s, i, k) * given(s, i, k);
    return k == s->inputs ? 1e-6 : 2 * KEPT_SMALL * (square - sum * sum / ((double)s->n + 1));
}

/* Half of the scores' products bounds the second derivatives of every class (Böhning 1992): its root serves all steps. */
static void find_bound(struct settling *s)
{
    uint32_t n = s->inputs + 1;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b <= a; b++) {
            double sum = a == b ? kept_small(s, a) : 0;
            for (size_t i = 0; i < s->n; i++) sum += given(s, i, a) * given(s, i, b) / 2;
            for (uint32_t k = 0; k < b; k++) sum -= s->bound[a * n + k] * s->bound[b * n + k];
            s->bound[a * n + b] = a == b ? sqrt(fmax(sum, 1e-9)) : sum / s->bound[b * n + b];
        }
}

/* s->change, a gradient, becomes the step. */
static void divide_by_bound(struct settling *s)
{
    uint32_t n = s->inputs + 1;
    for (uint32_t a = 0; a < n; a++) {
        for (uint32_t k = 0; k < a; k++) s->change[a] -= s->bound[a * n + k] * s->change[k];
        s->change[a] /= s->bound[a * n + a];
    }
    for (uint32_t a = n; a-- > 0;) {
        for (uint32_t k = a + 1; k < n; k++) s->change[a] -= s->bound[k * n + a] * s->change[k];
        s->change[a] /= s->bound[a * n + a];
    }
}

/* A step that cannot overshoot. Returns how far it went. */
static double improve(struct settling *s, const double *small)
{
    double far = 0;
    find_shares(s);
    for (uint32_t c = 0; c < s->classes; c++) {
        double *m = s->mix + c * (s->inputs + 1);
        for (uint32_t k = 0; k <= s->inputs; k++) s->change[k] = small[k] * m[k];
        for (size_t i = 0; i < s->n; i++) {
            double d = s->share[i * s->classes + c] - (s->truth[i] == c);
            for (uint32_t k = 0; k <= s->inputs; k++) s->change[k] += d * given(s, i, k);
        }
        divide_by_bound(s);
        for (uint32_t k = 0; k <= s->inputs; k++) m[k] -= s->change[k], far = fmax(far, fabs(s->change[k]));
    }
    return far;
}

static void fit(struct settling *s)
{
    double small[MODEL_MAX_COLUMNS + 1];
    for (uint32_t k = 0; k <= s->inputs; k++) small[k] = kept_small(s, k);
    find_bound(s);
    for (int round = 0; round < FIT_ROUNDS && improve(s, small) > 1e-4; round++) {}
}

/* ---- the decision ---- */

struct counts {
    double right[MODEL_MAX_CLASSES], said[MODEL_MAX_CLASSES], is[MODEL_MAX_CLASSES];
};

static double f1(const struct counts *n, uint32_t c)
{
    return 2 * n->right[c] / (n->said[c] + n->is[c] + 1e-9);
}

static int by_turn(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->text < y->text ? -1 : x->text > y->text;
}

/* The texts in the order in which class c takes them; the counts before it has any. */
static void line_up(struct settling *s, uint32_t c, struct counts *n)
{
    *n = (struct counts){0};
    for (size_t i = 0; i < s->n; i++) {
        const float *z = s->score + i * s->classes, *counts = s->share + i * s->classes;
        uint32_t best = c == 0;
        for (uint32_t k = 0; k < s->classes; k++) {
            if (k != c && z[k] + s->shift[k] > z[best] + s->shift[best]) best = k;
            n->is[k] += counts[k];
        }
        n->said[best]++, n->right[best] += counts[best];
        s->turn[i] = (struct turn){z[best] + s->shift[best] - z[c], (uint32_t)i, best};
    }
    qsort(s->turn, s->n, sizeof(*s->turn), by_turn);
}

/* Goes through the turns; out: mean F1 of the classes after each. */
static void take_all(const struct settling *s, uint32_t c, struct counts n, float *out)
{
    double sum = 0;
    for (uint32_t k = 0; k < s->classes; k++) sum += f1(&n, k);
    for (size_t i = 0; i < s->n; i++) {
        const struct turn *t = s->turn + i;
        const float *counts = s->share + (size_t)t->text * s->classes;
        sum -= f1(&n, c) + f1(&n, t->from);
        n.said[t->from]--, n.right[t->from] -= counts[t->from];
        n.said[c]++, n.right[c] += counts[c];
        sum += f1(&n, c) + f1(&n, t->from);
        out[i] = (float)(sum / s->classes);
    }
}

static int place(struct settling *s, struct error *err)
{
    float *f = malloc((s->n + 1) * sizeof(*f));
    if (!f) return error_set(err, ERR_NOMEM, "learn", "no memory to place a cut");
    for (unsigned k = 0; k < PLACE_ROUNDS * s->classes && s->n > 1; k++) {
        uint32_t c = s->classes - 1 - k % s->classes;
        struct counts before;
        float best = 0;
        double sum = 0, weight = 0;
        line_up(s, c, &before);
        take_all(s, c, before, f);
        for (size_t i = 0; i + 1 < s->n; i++) best = fmaxf(best, f[i]);
        for (size_t i = 0; i + 1 < s->n; i++) {
            double from = s->turn[i].at, to = s->turn[i + 1].at;
            if (f[i] >= best - AS_GOOD) sum += (to - from) * (from + to) / 2, weight += to - from;
        }
        if (weight > 0) s->shift[c] = (float)(sum / weight);
    }
    free(f);
    return 0;
}

/* From here on a share is what the text counts for a class. */
static void prepare_counts(struct settling *s)
{
    find_shares(s);
    for (size_t i = 0; i < s->n; i++) {
        float *share = s->share + i * s->classes;
        mix(s, i, s->score + i * s->classes);
        for (uint32_t c = 0; c < s->classes; c++)
            share[c] = (float)(EXPECTED * share[c] + (1 - EXPECTED) * (s->truth[i] == c));
    }
}

static int need_blend(struct learner *l, struct error *err)
{
    if (l->blend) return 0;
    l->blend = calloc(l->ncolumns * l->ncolumns, sizeof(*l->blend));
    if (!l->blend) return error_set(err, ERR_NOMEM, "learn", "no memory to mix %zu columns", l->ncolumns);
    for (size_t c = 0; c < l->ncolumns; c++) l->blend[c * l->ncolumns + c] = 1;
    return 0;
}

/* What class c's column is a mixture of. Of two classes the second has the column, for what it has before the first; of more, a
 * probability in use is its odds to a power. */
static void keep_class(struct learner *l, struct task *t, const struct settling *s, size_t c)
{
    struct column *column = l->column + t->classes[c].column;
    float *blend = l->blend + t->classes[c].column * l->ncolumns, power = t->n == 2 ? 1 : MODEL_OF_SEVERAL;
    const double *m = s->mix + c * (s->inputs + 1), *less = t->n == 2 ? s->mix : NULL;
    double sign = t->classes[c].negated ? -1 : 1, offset = m[s->inputs] - (less ? less[s->inputs] : 0);
    memset(blend, 0, l->ncolumns * sizeof(*blend));
    for (uint32_t k = 0; k < s->inputs; k++)
        blend[s->input[k]] = (float)(sign * (m[k] - (less ? less[k] : 0)));
    column->slope = 1 / power, column->offset = (float)(sign * offset) / power;
    t->shift[c] = (float)offset + s->shift[c] - (less ? s->shift[0] : 0);
}

void learner_blend(struct learner *l)
{
    float before[MODEL_MAX_COLUMNS];
    for (size_t i = 0; l->blend && i < l->examples.n; i++) {
        float *score = l->score + i * l->ncolumns;
        memcpy(before, score, l->ncolumns * sizeof(*score));
        for (size_t c = 0; c < l->ncolumns; c++) {
            double sum = 0;
            for (size_t k = 0; k < l->ncolumns; k++)
                if (l->blend[c * l->ncolumns + k] != 0) sum += l->blend[c * l->ncolumns + k] * before[k];
            score[c] = (float)sum;
        }
    }
}

int task_settle(struct learner *l, struct task *t, struct error *err)
{
    struct settling s = {0};
    struct column *last = l->column + t->classes[t->n - 1].column;
    bool mixes = t->n > 2 || l->o.mix;
    int rc = gather(l, t, &s, err);
    if (!rc && mixes) rc = need_blend(l, err);
    if (!rc && mixes) fit(&s);
    if (!rc && !mixes) s.mix[2] = last->slope, s.mix[3] = last->offset;
    if (!rc) prepare_counts(&s);
    if (!rc) rc = place(&s, err);
    for (size_t c = t->n == 2; !rc && mixes && c < t->n; c++) keep_class(l, t, &s, c);
    if (!rc && !mixes) t->shift[1] = (last->offset + s.shift[1] - s.shift[0]) / last->slope;
    settling_free(&s);
    return rc;
}
