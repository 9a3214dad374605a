/* Dual coordinate descent for the squared hinge. One dual variable per text; each step sets it to its best value with
 * all others fixed, and keeps w = Σ α y x at hand. With own parts, the product of two texts of one set counts
 * (1 + own) times. Classes are weighted per set, so that a set of few positives is still heard.
 *
 * Rows that stand mostly on one side may grow further than those that stand on both: a weight's square is divided by
 * (|log ratio of its shares on the two sides| + 0.1) to the power `contrast` × 2 (after the naive Bayes features of
 * Wang & Manning 2012). */
#include <math.h>
#include <stdlib.h>

#include "text/learn_priv.h"

struct step {
    const struct example *x;
    float y, cost, alpha;
    float norm2; /* Σ value² × how freely its row may move */
    uint32_t own;
    unsigned idle; /* rounds in a row in which it had nothing to say */
};

/* Weights while they are learned: for each row how freely it may move, squared, then the family's width of weights, so
 * that a row is one place in memory. */
static size_t row_width(const struct family *f) { return 1 + family_width(f); }

const struct member *family_member(const struct family *f, uint32_t set)
{
    for (size_t i = 0; i < f->nmembers; i++)
        if (f->member[i].set == set) return &f->member[i];
    return NULL;
}

float family_score(const struct family *f, const float *w, const struct example *x, uint32_t own)
{
    size_t width = family_width(f);
    float s = 0;
    for (uint32_t j = 0; j < x->n; j++) {
        const float *p = w + (size_t)x->row[j] * width;
        s += (own ? p[0] + p[own] : p[0]) * x->value[j];
    }
    return s;
}

/* A text that is well on its side for so many rounds is asked again in the last one only. */
enum { IDLE_MOST = 2 };

static float score(const struct family *f, const float *w, const struct step *s)
{
    size_t width = row_width(f);
    float sum = 0;
    for (uint32_t j = 0; j < s->x->n; j++) {
        const float *p = w + (size_t)s->x->row[j] * width;
        sum += (s->own ? p[1] + p[1 + s->own] : p[1]) * s->x->value[j];
    }
    return sum;
}

static void move(const struct family *f, float *w, const struct step *s, float by, float own)
{
    size_t width = row_width(f);
    for (uint32_t j = 0; j < s->x->n; j++) {
        float *p = w + (size_t)s->x->row[j] * width, d = by * s->x->value[j] * p[0];
        p[1] += d;
        if (s->own) p[1 + s->own] += own * d;
    }
}

/* The texts that have a say; their count, or 0 when memory ran out. Sides are counted per set to weigh them. */
static size_t gather(const struct learner *l, const struct family *f, unsigned held, struct step *steps)
{
    size_t n = 0;
    double sides[LEARN_MAX_SETS][2] = {{0}};
    for (size_t i = 0; i < l->examples.n; i++) {
        const struct example *x = l->examples.v + i;
        const struct member *m = family_member(f, x->set);
        if (!m || m->says[x->label] == 0 || !takes_part(x, held)) continue;
        sides[x->set][m->says[x->label] > 0]++;
        steps[n++] = (struct step){x, m->says[x->label], (float)(l->o.cost * m->weight), 0, 0, m->own, 0};
    }
    for (size_t i = 0; i < n; i++) {
        const double *c = sides[steps[i].x->set];
        if (c[0] > 0 && c[1] > 0)
            steps[i].cost *= (float)pow((c[0] + c[1]) / 2 / c[steps[i].y > 0], l->o.balance);
    }
    return n;
}

static float norm2(const struct example *x, const float *w, size_t width)
{
    float s = 0;
    for (uint32_t j = 0; j < x->n; j++) s += x->value[j] * x->value[j] * w[x->row[j] * width];
    return s;
}

/* How freely a row's weight may move, squared, that stands so often on each side, counted from one. */
static float freedom(double against, double for_it, double middle, double contrast)
{
    return (float)pow(fabs(log(for_it / against) - middle) + 0.1, 2 * contrast);
}

enum { FEW = 16 }; /* nearly all rows stand in fewer texts: those are computed once */

/* How freely each row's weight may move, squared; over the texts it leaves their mean length at one. */
static void contrast(const struct learner *l, struct step *steps, size_t n, size_t width, float *side,
                     float *w)
{
    size_t rows = (size_t)1 << l->o.bits;
    double total[2] = {0}, sum = 0;
    for (size_t r = 0; r < 2 * rows; r++) side[r] = 1;
    for (size_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < steps[i].x->n; j++)
            side[2 * (size_t)steps[i].x->row[j] + (steps[i].y > 0)]++, total[steps[i].y > 0]++;
    double middle = log((total[1] + 1) / (total[0] + 1));
    float few[FEW][FEW];
    for (int k = 0; k < FEW * FEW; k++)
        few[k / FEW][k % FEW] = freedom(k / FEW + 1, k % FEW + 1, middle, l->o.contrast);
    for (size_t r = 0; r < rows; r++) {
        float against = side[2 * r], for_it = side[2 * r + 1];
        w[r * width] = against <= FEW && for_it <= FEW ? few[(int)against - 1][(int)for_it - 1]
                                                       : freedom(against, for_it, middle, l->o.contrast);
    }
    for (size_t i = 0; i < n; i++) sum += steps[i].norm2 = norm2(steps[i].x, w, width);
    float scale = n > 0 && sum > 0 ? (float)((double)n / sum) : 1;
    for (size_t r = 0; r < rows; r++) w[r * width] *= scale;
    for (size_t i = 0; i < n; i++) steps[i].norm2 *= scale;
}

static void shuffle(struct step *steps, size_t n, uint64_t *seed)
{
    for (size_t k = n; k > 1; k--) {
        size_t r = learn_random(seed) % k;
        struct step t = steps[k - 1];
        steps[k - 1] = steps[r], steps[r] = t;
    }
}

int family_solve(const struct learner *l, const struct family *f, unsigned held, float *out,
                 struct error *err)
{
    size_t rows = (size_t)1 << l->o.bits, width = row_width(f);
    struct step *steps = malloc(l->examples.n * sizeof(*steps) + 1);
    float *side = malloc(2 * rows * sizeof(*side)), *w = calloc(rows * width, sizeof(*w));
    if (!steps || !side || !w) {
        free(steps), free(side), free(w);
        return error_set(err, ERR_NOMEM, "learn", "no memory to learn from %zu texts", l->examples.n);
    }
    size_t n = gather(l, f, held, steps);
    contrast(l, steps, n, width, side, w);
    free(side);
    float own = (float)l->o.own;
    uint64_t seed = l->o.seed * 2 + 0x9e3779b97f4a7c15u;
    for (unsigned round = 0; round < l->o.rounds; round++) {
        shuffle(steps, n, &seed);
        for (size_t k = 0; k < n; k++) {
            struct step *s = steps + k;
            if (s->idle >= IDLE_MOST && round + 1 < l->o.rounds) continue;
            float d = 1 / (2 * s->cost), q = s->norm2 * (s->own ? 1 + own : 1);
            float g = s->y * score(f, w, s) - 1 + d * s->alpha;
            float to = s->alpha - g / (q + d);
            if (to < 0) to = 0;
            s->idle = to > 0 ? 0 : s->idle + 1;
            if (to == s->alpha) continue;
            move(f, w, s, (to - s->alpha) * s->y, own);
            s->alpha = to;
        }
    }
    for (size_t r = 0; r < rows; r++)
        memcpy(out + r * (width - 1), w + r * width + 1, (width - 1) * sizeof(*w));
    free(steps);
    free(w);
    return 0;
}
