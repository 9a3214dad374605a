/* What all sets share: each row gets a few numbers, learned so that from their sum every set's labels can be told apart
 * by a head of its own (after Joulin et al. 2016, over many sets at once). What one set tells of a word's company is
 * there for the others, though their labels mean other things: the families of learn_solve.c ask for like answers.
 *
 * No bend stands between rows and heads, so that a head's answer is a weight per row again, added to what the family
 * learned: the file and its speed stay as they are. Rows are dropped at random while learning; AdaGrad, one step size per
 * row; the labels are trusted to 95 %. */
#include <math.h>
#include <stdlib.h>

#include "text/learn_priv.h"

enum { EPOCHS = 4, ROW_TEXTS_LEAST = 2, DROP_NUMBERS_IN_256 = 51 };
static const float step_first = 0.1f, step_last = 0.01f, doubt = 0.05f;

struct head {
    float w[SHARED_MOST], grown[SHARED_MOST]; /* weights, and the sums of their squared gradients */
};

struct shared {
    uint32_t n; /* numbers per row */
    float *row; /* rows × n; of rows that are in too few texts zero */
    float *grown;
    struct head *head; /* sets × LEARN_MAX_LABELS */
    uint8_t *used;     /* per row */
};

void shared_free(struct shared *s)
{
    if (!s) return;
    free(s->row);
    free(s->grown);
    free(s->head);
    free(s->used);
    free(s);
}

static float small(uint64_t *seed, float most)
{
    return ((float)(learn_random(seed) >> 8) / 8388608.0f - 1) * most;
}

static void begin(const struct learner *l, struct shared *s, uint64_t *seed)
{
    size_t rows = (size_t)1 << l->o.bits;
    for (size_t i = 0; i < l->examples.n; i++)
        for (uint32_t j = 0; j < l->examples.v[i].n; j++) {
            uint8_t *u = s->used + l->examples.v[i].row[j];
            *u = (uint8_t)(*u + (*u < ROW_TEXTS_LEAST));
        }
    for (size_t r = 0; r < rows; r++)
        for (uint32_t k = 0; k < s->n && s->used[r] >= ROW_TEXTS_LEAST; k++)
            s->row[r * s->n + k] = small(seed, 0.05f);
    for (size_t h = 0; h < l->nsets * LEARN_MAX_LABELS; h++)
        for (uint32_t k = 0; k < s->n; k++) s->head[h].w[k] = small(seed, 0.25f), s->head[h].grown[k] = 0.01f;
}

static struct shared *shared_new(const struct learner *l, uint64_t *seed)
{
    size_t rows = (size_t)1 << l->o.bits;
    struct shared *s = calloc(1, sizeof(*s));
    if (!s) return NULL;
    s->n = l->o.shared;
    s->row = calloc(rows * s->n, sizeof(*s->row));
    s->grown = calloc(rows, sizeof(*s->grown));
    s->head = calloc(l->nsets * LEARN_MAX_LABELS, sizeof(*s->head));
    s->used = calloc(rows, 1);
    if (!s->row || !s->grown || !s->head || !s->used) {
        shared_free(s);
        return NULL;
    }
    begin(l, s, seed);
    return s;
}

/* One text while it is learned from. */
struct lesson {
    const struct example *x;
    const struct learn_set *set;
    struct head *head; /* of the set's first label */
    float weight, step;
    float *value;                              /* of its rows; 0 when dropped */
    float sum[SHARED_MOST], kept[SHARED_MOST]; /* the numbers, and 0 or how much each counts */
    float back[SHARED_MOST];                   /* the gradient of the sum */
};

/* to[k] += by × from[k] */
static inline void add(float *restrict to, const float *restrict from, float by, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) to[k] += by * from[k];
}

static void read_rows(const struct shared *s, struct lesson *t, uint64_t *seed)
{
    uint32_t draw = 0, n = t->x->n;
    memset(t->sum, 0, sizeof(t->sum));
    for (uint32_t j = 0; j < n; j++) {
        uint32_t r = t->x->row[j];
        draw = j % 32 ? draw >> 1 : learn_random(seed);
        bool out = s->used[r] < ROW_TEXTS_LEAST || (draw & 1); /* every second row, by chance */
        t->value[j] = out ? 0 : t->x->value[j] * 2;
        if (!out) add(t->sum, s->row + (size_t)r * s->n, t->value[j], s->n);
    }
    for (uint32_t k = 0; k < s->n; k++) {
        bool out = (learn_random(seed) & 255) < DROP_NUMBERS_IN_256;
        t->kept[k] = out ? 0 : 256.0f / (256 - DROP_NUMBERS_IN_256);
        t->sum[k] *= t->kept[k];
    }
}

/* Heads' answers as shares of one, and how far they are from the label; the heads move. */
static void teach_heads(const struct shared *s, struct lesson *t)
{
    float p[LEARN_MAX_LABELS], top = -1e30f, total = 0;
    size_t n = t->set->nlabels;
    for (size_t i = 0; i < n; i++) {
        p[i] = 0;
        for (uint32_t k = 0; k < s->n; k++) p[i] += t->head[i].w[k] * t->sum[k];
        top = fmaxf(top, p[i]);
    }
    for (size_t i = 0; i < n; i++) total += p[i] = expf(p[i] - top);
    memset(t->back, 0, sizeof(t->back));
    for (size_t i = 0; i < n; i++) {
        float wanted = i == t->x->label ? 1 - doubt : doubt / (float)(n - 1);
        float g = (p[i] / total - wanted) * t->weight;
        struct head *h = t->head + i;
        for (uint32_t k = 0; k < s->n; k++) {
            float d = g * t->sum[k];
            t->back[k] += g * h->w[k] * t->kept[k];
            h->grown[k] += d * d;
            h->w[k] -= t->step * d / sqrtf(h->grown[k]);
        }
    }
}

static void teach_rows(struct shared *s, const struct lesson *t)
{
    float square = 0;
    for (uint32_t k = 0; k < s->n; k++) square += t->back[k] * t->back[k];
    square /= (float)s->n;
    for (uint32_t j = 0; j < t->x->n; j++) {
        float v = t->value[j];
        if (v == 0) continue;
        uint32_t r = t->x->row[j];
        s->grown[r] += square * v * v;
        add(s->row + (size_t)r * s->n, t->back, -t->step * v / sqrtf(s->grown[r] + 1e-8f), s->n);
    }
}

/* The texts of sets with at least two labels that are not held out; weights by how common a label is in its set. */
static size_t gather(const struct learner *l, unsigned held, uint32_t *which,
                     float (*weight)[LEARN_MAX_LABELS])
{
    size_t n = 0;
    for (size_t i = 0; i < l->examples.n; i++) {
        const struct example *x = l->examples.v + i;
        if (!takes_part(x, held) || l->set[x->set].plain || l->set[x->set].nlabels < 2) continue;
        which[n++] = (uint32_t)i;
        weight[x->set][x->label] += 1;
    }
    for (size_t s = 0; s < l->nsets; s++) {
        float total = 0;
        for (size_t i = 0; i < l->set[s].nlabels; i++) total += weight[s][i];
        for (size_t i = 0; i < l->set[s].nlabels; i++)
            if (weight[s][i] > 0) weight[s][i] = sqrtf(total / (float)l->set[s].nlabels / weight[s][i]);
    }
    return n;
}

static size_t longest(const struct learner *l)
{
    size_t most = 1;
    for (size_t i = 0; i < l->examples.n; i++)
        if (l->examples.v[i].n > most) most = l->examples.v[i].n;
    return most;
}

/* A text is read in each round; its copies, which are other readings of it, in every second one, in turn. */
static void learn(const struct learner *l, struct shared *s, uint32_t *which, size_t n,
                  float (*weight)[LEARN_MAX_LABELS], struct lesson *t, uint64_t *seed)
{
    for (unsigned epoch = 0; epoch < EPOCHS; epoch++) {
        t->step = step_first + (step_last - step_first) * (float)epoch / EPOCHS;
        for (size_t k = n; k > 1; k--) {
            size_t r = learn_random(seed) % k;
            uint32_t x = which[k - 1];
            which[k - 1] = which[r], which[r] = x;
        }
        for (size_t k = 0; k < n; k++) {
            t->x = l->examples.v + which[k];
            if (t->x->copy && (which[k] + epoch) % 2) continue;
            t->set = l->set + t->x->set;
            t->head = s->head + (size_t)t->x->set * LEARN_MAX_LABELS;
            t->weight = weight[t->x->set][t->x->label];
            read_rows(s, t, seed);
            teach_heads(s, t);
            teach_rows(s, t);
        }
    }
}

int shared_learn(const struct learner *l, unsigned held, struct shared **out, struct error *err)
{
    uint64_t seed = l->o.seed * 2 + 0xd1342543de82ef95u;
    struct shared *s = shared_new(l, &seed);
    struct lesson *t = calloc(1, sizeof(*t));
    uint32_t *which = malloc(l->examples.n * sizeof(*which) + 1);
    float(*weight)[LEARN_MAX_LABELS] = calloc(l->nsets + 1, sizeof(*weight));
    if (t) t->value = malloc(longest(l) * sizeof(*t->value));
    bool fine = s && t && t->value && which && weight;
    if (fine) {
        size_t n = gather(l, held, which, weight);
        learn(l, s, which, n, weight, t, &seed);
    }
    if (t) free(t->value);
    free(t);
    free(which);
    free(weight);
    if (!fine) {
        shared_free(s);
        return error_set(err, ERR_NOMEM, "learn", "no memory for %u numbers per row; use fewer", l->o.shared);
    }
    *out = s;
    return 0;
}

bool shared_direction(const struct learner *l, const struct shared *s, uint32_t family, uint32_t set,
                      float *out)
{
    const struct member *m = set == LEARN_GENERAL ? NULL : family_member(l->family + family, set);
    float sides[2] = {0};
    memset(out, 0, SHARED_MOST * sizeof(*out));
    if (!m || l->set[set].plain) return false;
    for (size_t i = 0; i < l->set[set].nlabels; i++)
        if (m->says[i]) sides[m->says[i] > 0]++;
    if (sides[0] == 0 || sides[1] == 0) return false;
    for (size_t i = 0; i < l->set[set].nlabels; i++)
        for (uint32_t k = 0; m->says[i] && k < s->n; k++)
            out[k] +=
                (float)m->says[i] * s->head[(size_t)set * LEARN_MAX_LABELS + i].w[k] / sides[m->says[i] > 0];
    return true;
}

float shared_weight(const struct shared *s, uint32_t row, const float *direction)
{
    float w = 0;
    for (uint32_t k = 0; k < s->n; k++) w += s->row[(size_t)row * s->n + k] * direction[k];
    return w;
}

float shared_score(const struct shared *s, const struct example *x, const float *direction)
{
    float sum[SHARED_MOST] = {0}, w = 0;
    for (uint32_t j = 0; j < x->n; j++) {
        const float *e = s->row + (size_t)x->row[j] * s->n;
        for (uint32_t k = 0; k < s->n; k++) sum[k] += x->value[j] * e[k];
    }
    for (uint32_t k = 0; k < s->n; k++) w += sum[k] * direction[k];
    return w;
}
