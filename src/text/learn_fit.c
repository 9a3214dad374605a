/* From scores of texts that were held out: probabilities, and where to cut between classes. */
#include <math.h>
#include <stdlib.h>

#include "text/learn_priv.h"

struct point {
    float score;
    bool positive;
};

/* Platt's fit with his smoothed targets; Newton's method, which converges from zero on two parameters. */
static void platt(const struct point *p, size_t n, float *slope, float *offset)
{
    double pos = 0, a = 0, b = 0;
    for (size_t i = 0; i < n; i++) pos += p[i].positive;
    double hi = (pos + 1) / (pos + 2), lo = 1 / ((double)n - pos + 2);
    b = log((pos + 1) / ((double)n - pos + 1));
    for (int round = 0; round < 50; round++) {
        double ga = 0, gb = 0, haa = 1e-6, hab = 0, hbb = 1e-6;
        for (size_t i = 0; i < n; i++) {
            double q = 1 / (1 + exp(-(a * p[i].score + b))), d = q - (p[i].positive ? hi : lo),
                   v = q * (1 - q);
            ga += d * p[i].score, gb += d;
            haa += v * p[i].score * p[i].score, hab += v * p[i].score, hbb += v;
        }
        double det = haa * hbb - hab * hab;
        if (!(det > 0)) break;
        double da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det,
               most = fmax(fabs(da), fabs(db));
        double damp = most > 5 ? 5 / most : 1;
        a -= da * damp, b -= db * damp;
        if (most < 1e-6) break;
    }
    *slope = (float)(a > 0 ? a : 1e-3), *offset = (float)b;
}

/* A member with texts on both sides: one that knows of one side only says nothing of how common the other is. */
static bool has_both_sides(const struct learner *l, const struct member *m)
{
    bool yes = false, no = false;
    for (size_t i = 0; i < l->set[m->set].nlabels; i++) yes |= m->says[i] > 0, no |= m->says[i] < 0;
    return yes && no;
}

/* Points of a column: held-out texts of its set, or of all sets of its family that have both sides. */
static size_t points_of(const struct learner *l, uint32_t column, struct point *out)
{
    const struct column *c = l->column + column;
    const struct family *f = l->family + c->family;
    size_t n = 0;
    for (size_t i = 0; i < l->examples.n; i++) {
        const struct example *x = l->examples.v + i;
        float s = l->score[i * l->ncolumns + column];
        if (isnan(s) || (c->set != LEARN_GENERAL && c->set != x->set)) continue;
        const struct member *m = family_member(f, x->set);
        if (m && m->says[x->label] && has_both_sides(l, m))
            out[n++] = (struct point){s, m->says[x->label] > 0};
    }
    return n;
}

/* Mean surprise of the probabilities that the scores give. */
static double surprise(const struct point *p, size_t n)
{
    float slope, offset;
    double sum = 0;
    platt(p, n, &slope, &offset);
    for (size_t i = 0; i < n; i++) {
        double s = (double)slope * p[i].score + offset;
        sum += log1p(exp(p[i].positive ? -s : s));
    }
    return n ? sum / (double)n : 0;
}

static double spread(const float *v, const uint32_t *which, size_t n, size_t step)
{
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[which[i] * step], square += (double)v[which[i] * step] * v[which[i] * step];
    return n ? sqrt(fmax(0, square / (double)n - sum / (double)n * sum / (double)n)) : 0;
}

/* The shares are of the family's scores, as both spread over the texts. */
int learner_mix(struct learner *l, uint32_t column, struct error *err)
{
    static const float shares[] = {0, 0.25f, 0.5f, 0.75f, 1, 1.5f};
    struct column *c = l->column + column;
    const struct member *m = c->set == LEARN_GENERAL ? NULL : family_member(l->family + c->family, c->set);
    struct point *p = malloc(l->examples.n * sizeof(*p) + 1);
    uint32_t *which = calloc(l->examples.n + 1, sizeof(*which));
    const float *score = l->score + column, *other = l->other + column;
    size_t n = 0, step = l->ncolumns;
    if (p && which)
        for (size_t i = 0; m && i < l->examples.n; i++)
            if (l->examples.v[i].set == c->set && m->says[l->examples.v[i].label] && !isnan(score[i * step]))
                which[n++] = (uint32_t)i;
    double own = spread(score, which, n, step), others = spread(other, which, n, step), best = 1e30;
    float ratio = others > 0 ? (float)(own / others) : 0;
    for (size_t k = 0; n > 0 && k < sizeof(shares) / sizeof(*shares); k++) {
        for (size_t i = 0; i < n; i++) {
            size_t at = which[i] * step;
            p[i] = (struct point){score[at] + shares[k] * ratio * other[at],
                                  m->says[l->examples.v[which[i]].label] > 0};
        }
        double s = surprise(p, n);
        if (s < best) best = s, c->mix = shares[k] * ratio;
    }
    for (size_t i = 0; i < n; i++) l->score[which[i] * step + column] += c->mix * other[which[i] * step];
    bool fine = p && which;
    free(p);
    free(which);
    return fine ? 0 : error_set(err, ERR_NOMEM, "learn", "no memory to weigh what sets share");
}

static int by_score(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return x->score < y->score ? -1 : x->score > y->score;
}

/* The middle of the cuts whose macro-F1 is nearly the best: less a matter of luck than the best itself. */
static float best_cut(struct point *p, size_t n)
{
    double pos = 0, below_pos = 0, below_neg = 0, best = -1, sum = 0, weight = 0;
    qsort(p, n, sizeof(*p), by_score);
    for (size_t i = 0; i < n; i++) pos += p[i].positive;
    double neg = (double)n - pos, *f = calloc(n + 1, sizeof(*f));
    if (!f) return 0;
    for (size_t i = 0; i + 1 < n; i++) {
        below_pos += p[i].positive, below_neg += !p[i].positive;
        double tp = pos - below_pos, fp = neg - below_neg;
        f[i] = (2 * tp / (2 * tp + fp + below_pos + 1e-9) +
                2 * below_neg / (2 * below_neg + below_pos + fp + 1e-9)) /
               2;
        if (f[i] > best) best = f[i];
    }
    for (size_t i = 0; i + 1 < n; i++) {
        double w = p[i + 1].score - p[i].score;
        if (f[i] < best - 0.003) continue;
        sum += w * (p[i].score + p[i + 1].score) / 2, weight += w;
    }
    free(f);
    return weight > 0 ? (float)(sum / weight) : 0;
}

/* Raises the cut until no member of plain lines (texts that must stay) has more than the share above it. */
static float quiet_cut(const struct learner *l, const struct task *t, float cut, struct point *p)
{
    uint32_t column = t->classes[1].column;
    const struct family *f = l->family + l->column[column].family;
    for (size_t k = 0; k < f->nmembers; k++) {
        size_t n = 0;
        if (!l->set[f->member[k].set].plain) continue;
        for (size_t i = 0; i < l->examples.n; i++) {
            float s = l->score[i * l->ncolumns + column];
            if (!isnan(s) && l->examples.v[i].set == f->member[k].set) p[n++].score = s;
        }
        qsort(p, n, sizeof(*p), by_score);
        size_t allowed = (size_t)(t->false_alarms * (double)n);
        if (n > 0 && p[n - 1 - allowed].score > cut) cut = p[n - 1 - allowed].score;
    }
    return cut;
}

static uint32_t class_of(const struct learner *l, const struct task *t, const struct example *x)
{
    struct sv label = l->set[x->set].labels[x->label];
    for (uint32_t c = 0; c < t->n; c++)
        if (sv_eq(t->classes[c].name, label)) return c;
    return UINT32_MAX;
}

static double macro_f1(const struct learner *l, const struct task *t, const uint32_t *which, size_t n)
{
    double tp[MODEL_MAX_CLASSES] = {0}, said[MODEL_MAX_CLASSES] = {0}, is[MODEL_MAX_CLASSES] = {0}, sum = 0;
    for (size_t i = 0; i < n; i++) {
        const float *s = l->score + (size_t)which[i] * l->ncolumns;
        uint32_t best = 0, truth = class_of(l, t, l->examples.v + which[i]);
        float top = -1e30f;
        for (uint32_t c = 0; c < t->n; c++) {
            float v = s[t->classes[c].column];
            v = (t->classes[c].negated ? -v : v) + t->shift[c];
            if (v > top) top = v, best = c;
        }
        said[best]++;
        if (truth < t->n) is[truth]++, tp[best] += best == truth;
    }
    for (size_t c = 0; c < t->n; c++) sum += 2 * tp[c] / (said[c] + is[c] + 1e-9);
    return sum / (double)t->n;
}

/* More than two classes: one shift after the other, over a grid that narrows. */
static int fit_shifts(struct learner *l, struct task *t, struct error *err)
{
    uint32_t *which = calloc(l->examples.n + 1, sizeof(*which));
    if (!which) return error_set(err, ERR_NOMEM, "learn", "no memory to place a task's cuts");
    size_t n = 0;
    for (size_t i = 0; i < l->examples.n; i++)
        if (l->examples.v[i].set == t->set && !isnan(l->score[i * l->ncolumns + t->classes[0].column]))
            which[n++] = (uint32_t)i;
    double best = macro_f1(l, t, which, n);
    for (int round = 0; round < 3; round++)
        for (size_t c = 0; c < t->n; c++) {
            float keep = t->shift[c], middle = keep;
            for (int k = -8; k <= 8; k++) {
                t->shift[c] = middle + (float)k * 0.05f / (float)(round + 1);
                double f = macro_f1(l, t, which, n);
                if (f > best + 1e-4) best = f, keep = t->shift[c];
            }
            t->shift[c] = keep;
        }
    free(which);
    return 0;
}

static int measure_quality(struct learner *l, struct error *err)
{
    struct task t = l->tasks.v[0];
    uint32_t *which = calloc(l->examples.n + 1, sizeof(*which));
    if (!which) return error_set(err, ERR_NOMEM, "learn", "no memory to measure");
    size_t n = 0;
    for (size_t i = 0; i < l->examples.n; i++)
        if (l->examples.v[i].set == t.set && !isnan(l->score[i * l->ncolumns + t.classes[t.n - 1].column]))
            which[n++] = (uint32_t)i;
    if (t.n == 2)
        t.shift[0] = -t.shift[1]; /* both classes share a column: compare it with its own opposite */
    l->quality = n ? macro_f1(l, &t, which, n) : 0;
    free(which);
    return 0;
}

double learner_quality(const struct learner *l) { return l->quality; }

int learner_fit(struct learner *l, struct error *err)
{
    struct point *p = malloc(l->examples.n * sizeof(*p) + 1);
    int rc = p ? 0 : error_set(err, ERR_NOMEM, "learn", "no memory to calibrate");
    for (uint32_t c = 0; !rc && c < l->ncolumns; c++) {
        size_t n = points_of(l, c, p);
        platt(p, n, &l->column[c].slope, &l->column[c].offset);
    }
    for (size_t i = 0; !rc && i < l->tasks.n; i++) {
        struct task *t = l->tasks.v + i;
        if (l->o.settle && t->set != LEARN_GENERAL) {
            rc = task_settle(l, t, err);
            continue;
        }
        if (t->n > 2) {
            rc = fit_shifts(l, t, err);
            continue;
        }
        size_t n = points_of(l, t->classes[1].column, p);
        float cut = best_cut(p, n);
        if (t->set == LEARN_GENERAL) cut = quiet_cut(l, t, cut, p);
        t->shift[1] = -cut;
    }
    free(p);
    if (!rc) learner_blend(l);
    if (!rc && l->tasks.n) rc = measure_quality(l, err);
    return rc;
}
