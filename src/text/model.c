/* Scores: the rows of a text's features, summed. See model.h for the file; model_file.c reads it. */
#include "text/model.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "text/kernel.h"

void model_scratch_init(struct model_scratch *s)
{
    *s = (struct model_scratch){0};
    arena_init(&s->arena, 0);
}

void model_scratch_done(struct model_scratch *s)
{
    if (!s) return;
    features_done(&s->features);
    arena_done(&s->arena);
}

/* Arabic letters and Latin ones are counted by their bytes in the normalised text. */
enum model_mode model_mode_of(const struct norm_text *t)
{
    size_t latin = 0;
    for (size_t i = 0; i < t->text.n; i++) latin += t->text.p[i] >= 'a' && t->text.p[i] <= 'z';
    if (latin > t->arabic) return MODE_LATIN;
    return t->arabic >= 8 && (t->dotted * 12 < t->arabic || t->dotless * 12 > t->arabic) ? MODE_UNDOTTED
                                                                                         : MODE_PLAIN;
}

int model_features(const struct norm_text *t, enum model_mode mode, struct feature_list *f, struct error *err)
{
    f->n = 0;
    if (mode == MODE_UNDOTTED) return features_add(t, VIEW_SKELETON, 0, f, err);
    return features_add_spoken(t, mode == MODE_LATIN, f, err);
}

static void score_part(const struct text_model *m, const struct model_part *p, struct model_scratch *s,
                       float *out)
{
    memset(s->sum, 0, sizeof(s->sum));
    uint32_t norm =
        text_kernel()->rows(p->rows, 32 - p->bits, p->stride, s->features.hash, s->features.n, s->sum);
    float by = norm ? 1.0f / sqrtf((float)norm) : 0;
    for (uint32_t c = 0; c < p->columns; c++)
        out[p->first + c] = (float)s->sum[c + 1] * m->column[p->first + c].scale * by;
}

/* Arabic in Latin letters is spelled as everybody likes: how it sounds counts once more by itself, for the letters of few spellings have
 * been seen while learning. */
#define BY_SOUND 0.35f

static int score_sounds(const struct text_model *m, struct model_scratch *s, float *out, struct error *err)
{
    s->features.n = 0;
    int rc = features_add(&s->reread, VIEW_SOUNDS, 1, &s->features, err);
    for (size_t k = 0; k < m->nparts && !rc; k++) score_part(m, &m->part[k], s, out);
    return rc;
}

int model_score(const struct text_model *m, struct model_scratch *s, const struct norm_text *t, float *out,
                struct error *err)
{
    bool differs = false;
    arena_clear(&s->arena);
    int rc = text_reread(t, &s->arena, &s->reread, &differs, err);
    if (rc) return rc;
    if (!differs) s->reread = *t;
    s->features.word_times = m->word_times, s->features.once = m->once;
    enum model_mode mode = model_mode_of(&s->reread);
    float by_sound[MODEL_MAX_COLUMNS];
    if (mode == MODE_LATIN) rc = score_sounds(m, s, by_sound, err);
    if (rc == 0) rc = model_features(&s->reread, mode, &s->features, err);
    if (rc) return rc;
    for (size_t k = 0; k < m->nparts; k++) score_part(m, &m->part[k], s, out);
    for (uint32_t c = 0; mode == MODE_LATIN && c < m->columns; c++)
        out[c] += BY_SOUND * (by_sound[c] - out[c]);
    return 0;
}

float model_probability(const struct model_column *c, float score)
{
    return 1.0f / (1.0f + expf(-(c->slope * score + c->offset)));
}

static float class_score(const struct model_task *k, size_t i, const float *scores)
{
    float s = scores[k->column[i]];
    return (k->negated[i] ? -s : s) + k->shift[i];
}

size_t model_decide(const struct model_task *k, const float *scores)
{
    if (k->nclasses == 2) return class_score(k, 1, scores) > 0;
    size_t best = 0;
    for (size_t i = 1; i < k->nclasses; i++)
        if (class_score(k, i, scores) > class_score(k, best, scores)) best = i;
    return best;
}

void model_class_probabilities(const struct text_model *m, const struct model_task *k, const float *scores,
                               float *out)
{
    float total = 0;
    for (size_t i = k->nclasses == 2; i < k->nclasses; i++) {
        float p = model_probability(&m->column[k->column[i]], scores[k->column[i]]);
        out[i] = k->negated[i] ? 1 - p : p;
        if (k->nclasses > 2) out[i] = powf(out[i] / (1 - fminf(out[i], 0.9999f)), MODEL_OF_SEVERAL);
        total += out[i];
    }
    if (k->nclasses == 2)
        out[0] = 1 - out[1];
    else
        for (size_t i = 0; i < k->nclasses; i++) out[i] = total > 0 ? out[i] / total : 0;
}

/* ---- explanation ---- */

static int by_weight(const void *a, const void *b)
{
    const struct model_word *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

int model_explain(const struct text_model *m, struct model_scratch *s, const struct norm_text *t,
                  uint32_t column, struct model_word *out, size_t max, size_t *out_n, struct error *err)
{
    float scores[MODEL_MAX_COLUMNS];
    s->features.places = true;
    int rc = model_score(m, s, t, scores, err);
    s->features.places = false;
    if (rc) return rc;
    const struct norm_text *r = &s->reread;
    const struct model_part *p = m->part;
    while (column >= p->first + p->columns) p++;
    float *at = ARENA_ARRAY(&s->arena, r->text.n + 1, float), total = 0;
    struct model_word *words = ARENA_ARRAY(&s->arena, r->text.n / 2 + 1, struct model_word);
    if (!at || !words) return error_set(err, ERR_NOMEM, "text", "no memory to explain a score");
    for (size_t i = 0; i < s->features.n; i++) {
        const uint8_t *row = p->rows + (size_t)(s->features.hash[i] >> (32 - p->bits)) * p->stride;
        at[s->features.start[i]] += (int8_t)row[column - p->first + 1];
    }
    size_t n = 0;
    for (size_t i = 0; i < r->text.n;) {
        size_t start = i;
        float w = 0;
        for (; i < r->text.n && r->text.p[i] != ' '; i++) w += at[i];
        if (w > 0) {
            words[n].weight = w;
            norm_span(r, start, i, &words[n].start, &words[n].end);
            n++;
            total += w;
        }
        i += i < r->text.n;
    }
    qsort(words, n, sizeof(*words), by_weight);
    *out_n = n < max ? n : max;
    for (size_t i = 0; i < *out_n; i++) {
        out[i] = words[i];
        out[i].weight /= total;
    }
    return 0;
}
