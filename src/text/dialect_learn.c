/* Learning: multinomial logistic regression over the features of windows of words, by AdaGrad in a fixed order. A window
 * and not the whole text, so that what is learned is what a few words say. Rare classes weigh more. */
#include "text/dialect.h"

#include "base/file.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/vec.h"
#include "text/dialect_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BITS = 15, ROUNDS = 6, MOMENTS = 6, WINDOW_LEAST = 2, WINDOW_MOST = 9, ONE_IN = 10, MAX_FIELDS = 6 };
#define RATE 0.15f
#define RARE 1.0 /* a class's texts weigh (mean ÷ its own number) to this power */

struct example {
    uint32_t first, n; /* words, in `word_first` */
    uint8_t is;
    bool mixed; /* learned among words of Standard Arabic */
};

struct learner {
    struct arena lines; /* cleared with each line */
    struct VEC(uint32_t) feature;
    struct VEC(uint32_t) word_first; /* into feature; one more at the end */
    struct VEC(struct example) examples;
    uint64_t texts[DIALECT_COUNT];
    float *weight, *square;
    double
        *sum; /* of the weights at several moments: the last moment alone depends on what was learned last */
    unsigned nsum;
    uint64_t seed;
    const char *recipe;
    uint64_t line;
    const struct dialect_model *measured; /* when measuring: the held-out lines are read, not the others */
    struct dialect_table *table;
};

static uint64_t next_random(struct learner *l)
{
    uint64_t x = l->seed += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* ---- reading ---- */

struct set {
    enum dialect is;
    struct sv label_end; /* lines whose label ends so; empty: all */
    bool plain;          /* no labels */
    bool mixed;
    bool arabizi; /* Latin lines with digits inside words only */
    unsigned times;
};

static bool wanted_script(enum dialect d, bool latin) { return dialect_fits(d, latin); }

/* "3lash", "ra7": a digit of Arabizi beside a letter. */
static bool has_arabizi(struct sv text)
{
    for (size_t i = 0; i + 1 < text.n; i++) {
        bool a = strchr("23579", text.p[i]) && text.p[i], b = strchr("23579", text.p[i + 1]) && text.p[i + 1];
        bool la = text.p[i] >= 'a' && text.p[i] <= 'z', lb = text.p[i + 1] >= 'a' && text.p[i + 1] <= 'z';
        if ((a && lb) || (la && b)) return true;
    }
    return false;
}

/* Of a line of two scripts, what its set speaks of. */
static int measure_text(struct learner *l, enum dialect is, const struct norm_text *t, struct error *err)
{
    struct dialect_span *spans;
    uint64_t words[DIALECT_COUNT] = {0};
    size_t n = 0;
    int best = DIALECT_COUNT, rc = dialect_spans(l->measured, t, &l->lines, &spans, &n, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (wanted_script(is, spans[i].is >= DIALECT_ARABIZI)) words[spans[i].is] += spans[i].words;
    for (int d = 0; d < DIALECT_COUNT; d++)
        if (words[d] > 0 && (best == DIALECT_COUNT || words[d] > words[best])) best = d;
    if (rc == 0 && best < DIALECT_COUNT) l->table->said[is][best]++;
    return rc;
}

static int keep_text(struct learner *l, const struct set *set, struct sv text, struct error *err)
{
    struct norm_text t;
    struct dialect_word w;
    uint32_t hash[WORD_FEATURES];
    arena_clear(&l->lines);
    int rc = text_normalise(text, &l->lines, &t, err);
    if (rc) return rc;
    if (set->arabizi && !has_arabizi(t.text)) return 0;
    if (l->measured) return measure_text(l, set->is, &t, err);
    struct example e = {(uint32_t)l->word_first.n, 0, (uint8_t)set->is, set->mixed};
    for (size_t at = 0; dialect_next_word(t.text, &at, &w) && e.n < 400;) {
        if (!wanted_script(set->is, w.latin)) continue;
        size_t n = dialect_features(sv_sub(t.text, w.start, w.end), hash);
        if (VEC_PUSH(&l->word_first, (uint32_t)l->feature.n) != 0) goto no_memory;
        for (size_t i = 0; i < n; i++)
            if (VEC_PUSH(&l->feature, hash[i] >> (32 - BITS)) != 0) goto no_memory;
        e.n++;
    }
    for (unsigned i = 0; e.n > 0 && i < set->times; i++)
        if (VEC_PUSH(&l->examples, e) != 0) goto no_memory;
    l->texts[set->is] += e.n > 0 ? set->times : 0;
    return 0;
no_memory:
    return error_set(err, ERR_NOMEM, "dialect", "no memory for the texts to learn from");
}

static int read_file(struct learner *l, const struct set *set, const char *path, struct error *err)
{
    struct lines in;
    struct sv line;
    int got = 0, rc = lines_open(&in, path, TEXT_MAX_BYTES, err);
    if (rc) return rc;
    uint64_t number = 0;
    while (rc == 0 && (got = lines_next(&in, &line, err)) > 0) {
        struct sv label = SV_NULL;
        if (!set->plain && !sv_split(&line, '\t', &label)) continue;
        if (line.p == NULL || !sv_ends(label, set->label_end)) continue;
        bool held = number++ % ONE_IN == 0;
        if (held == (l->measured != NULL)) rc = keep_text(l, set, line, err);
    }
    lines_close(&in);
    return rc ? rc : got;
}

static int wrong(const struct learner *l, const char *what, struct sv value, struct error *err)
{
    return error_set(err, ERR_FORMAT, "dialect", "%s, line %llu: %s '%.*s'", l->recipe,
                     (unsigned long long)l->line, what, SV_FMT(value));
}

/* set TAB dialect TAB file TAB options TAB source */
static int read_set(struct learner *l, const char *dir, struct sv line, struct error *err)
{
    struct sv field[MAX_FIELDS] = {SV_NULL}, option;
    struct set set = {.times = 1};
    size_t n = 0;
    char path[4096];
    while (n < MAX_FIELDS && sv_split(&line, '\t', &field[n])) n++;
    if (n < 5 || !sv_is(field[0], "set"))
        return wrong(l, "a line is: set, dialect, file, options, source; not", field[0], err);
    if (!dialect_parse(field[1], &set.is)) return wrong(l, "no such dialect", field[1], err);
    while (sv_split(&field[3], ' ', &option)) {
        if (sv_is(option, "plain"))
            set.plain = true;
        else if (sv_is(option, "mixed"))
            set.mixed = true;
        else if (sv_is(option, "arabizi"))
            set.arabizi = true;
        else if (sv_starts(option, SV("label=")))
            set.label_end = sv_sub(option, 6, option.n);
        else if (sv_starts(option, SV("times=")) && option.n == 7 && option.p[6] > '0' && option.p[6] <= '9')
            set.times = (unsigned)(option.p[6] - '0');
        else if (!sv_is(option, "labelled"))
            return wrong(l, "no such option", option, err);
    }
    if (field[2].n + strlen(dir) + 2 > sizeof path) return wrong(l, "too long a path", field[2], err);
    snprintf(path, sizeof path, "%s/%.*s", dir, SV_FMT(field[2]));
    return read_file(l, &set, path, err);
}

static int read_recipe(struct learner *l, const char *dir, struct error *err)
{
    struct buf b;
    struct sv rest, line;
    buf_init(&b, 0);
    int rc = file_read(l->recipe, (size_t)1 << 20, &b, err);
    rest = buf_sv(&b);
    while (rc == 0 && sv_split(&rest, '\n', &line)) {
        l->line++;
        if (line.n > 0 && line.p[0] != '#') rc = read_set(l, dir, line, err);
    }
    buf_done(&b);
    if (rc == 0 && VEC_PUSH(&l->word_first, (uint32_t)l->feature.n) != 0)
        rc = error_set(err, ERR_NOMEM, "dialect", "no memory for the texts to learn from");
    return rc;
}

/* ---- fitting ---- */

/* Words of one or two examples, as ranges of features. */
struct window {
    uint32_t from[2], to[2];
    unsigned n;
};

static void add_words(struct learner *l, const struct example *e, uint32_t least, uint32_t most,
                      struct window *w)
{
    uint32_t length = least + (uint32_t)(next_random(l) % (most - least + 1));
    uint32_t skip = e->n > length ? (uint32_t)(next_random(l) % (e->n - length + 1)) : 0;
    uint32_t words = e->n - skip < length ? e->n - skip : length;
    w->from[w->n] = l->word_first.v[e->first + skip];
    w->to[w->n++] = l->word_first.v[e->first + skip + words];
}

static void probabilities(const struct learner *l, const struct window *w, bool latin, float p[DIALECT_COUNT])
{
    float most = -INFINITY, total = 0;
    for (int d = 0; d < DIALECT_COUNT; d++) p[d] = 0;
    for (unsigned k = 0; k < w->n; k++)
        for (uint32_t i = w->from[k]; i < w->to[k]; i++) {
            const float *v = l->weight + (size_t)l->feature.v[i] * DIALECT_COUNT;
            for (int d = 0; d < DIALECT_COUNT; d++) p[d] += v[d];
        }
    for (int d = 0; d < DIALECT_COUNT; d++)
        if (dialect_fits((enum dialect)d, latin) && p[d] > most) most = p[d];
    for (int d = 0; d < DIALECT_COUNT; d++) {
        p[d] = dialect_fits((enum dialect)d, latin) ? expf(p[d] - most) : 0;
        total += p[d];
    }
    for (int d = 0; d < DIALECT_COUNT; d++) p[d] /= total;
}

static void move_weights(struct learner *l, const struct window *w, size_t d, float slope)
{
    for (unsigned k = 0; k < w->n; k++)
        for (uint32_t i = w->from[k]; i < w->to[k]; i++) {
            size_t at = (size_t)l->feature.v[i] * DIALECT_COUNT + d;
            l->square[at] += slope * slope;
            l->weight[at] -= RATE * slope / sqrtf(l->square[at] + 1e-2f);
        }
}

static const struct example *any_standard(struct learner *l)
{
    for (int tries = 0; tries < 1000; tries++) {
        const struct example *e = &l->examples.v[next_random(l) % l->examples.n];
        if (e->is == DIALECT_MSA) return e;
    }
    return NULL;
}

static void learn_window(struct learner *l, const struct example *e, float rate)
{
    float p[DIALECT_COUNT];
    struct window w = {.n = 0};
    add_words(l, e, WINDOW_LEAST, WINDOW_MOST, &w);
    const struct example *other = e->mixed && next_random(l) % 3 ? any_standard(l) : NULL;
    if (other) add_words(l, other, 1, WINDOW_MOST, &w);
    probabilities(l, &w, e->is >= DIALECT_ARABIZI, p);
    for (int d = 0; d < DIALECT_COUNT; d++) {
        float slope = (p[d] - (d == e->is)) * rate;
        if (slope != 0) move_weights(l, &w, (size_t)d, slope);
    }
}

static void shuffle(struct learner *l)
{
    struct example *v = l->examples.v;
    for (size_t i = l->examples.n; i > 1; i--) {
        size_t k = (size_t)(next_random(l) % i);
        struct example other = v[i - 1];
        v[i - 1] = v[k];
        v[k] = other;
    }
}

static void add_moment(struct learner *l, size_t n)
{
    for (size_t i = 0; i < n; i++) l->sum[i] += (double)l->weight[i];
    l->nsum++;
}

static int fit(struct learner *l, struct error *err)
{
    float rate[DIALECT_COUNT];
    size_t n = (size_t)DIALECT_COUNT << BITS;
    l->weight = calloc(n, sizeof *l->weight);
    l->square = calloc(n, sizeof *l->square);
    l->sum = calloc(n, sizeof *l->sum);
    if (!l->weight || !l->square || !l->sum)
        return error_set(err, ERR_NOMEM, "dialect", "no memory for the weights");
    for (int d = 0; d < DIALECT_COUNT; d++) {
        if (l->texts[d] == 0)
            return error_set(err, ERR_FORMAT, "dialect", "%s: nothing to learn %s from", l->recipe,
                             dialect_code((enum dialect)d));
        rate[d] = (float)pow((double)l->examples.n / DIALECT_COUNT / (double)l->texts[d], RARE);
    }
    for (int round = 0; round < ROUNDS; round++) {
        shuffle(l);
        for (size_t i = 0; i < l->examples.n; i++) {
            const struct example *e = &l->examples.v[i];
            for (uint32_t k = 0; k < 1 + e->n / 24; k++) learn_window(l, e, rate[e->is]);
            if (round > 0 && (i + 1) % (l->examples.n / MOMENTS + 1) == 0) add_moment(l, n);
        }
    }
    for (size_t i = 0; l->nsum && i < n; i++) l->weight[i] = (float)(l->sum[i] / l->nsum);
    return 0;
}

/* ---- the file ---- */

static void put_u32(struct buf *b, uint32_t v)
{
    for (int i = 0; i < 4; i++) buf_putc(b, (char)(v >> (8 * i) & 0xff));
}

static int write_model(const struct learner *l, struct buf *out, struct error *err)
{
    struct buf body;
    struct sha256 digest;
    float scale[DIALECT_COUNT];
    size_t n = (size_t)1 << BITS;
    buf_init(&body, 0);
    for (int d = 0; d < DIALECT_COUNT; d++) {
        float most = 1e-6f;
        for (size_t i = 0; i < n; i++) {
            float w = fabsf(l->weight[i * DIALECT_COUNT + (size_t)d]);
            if (w > most) most = w;
        }
        scale[d] = most / 127;
    }
    buf_put(&body, scale, sizeof scale);
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < DIALECT_COUNT; d++)
            buf_putc(&body, (char)lrintf(l->weight[i * DIALECT_COUNT + (size_t)d] / scale[d]));
    sha256_of(buf_sv(&body), &digest);
    buf_put(out, "MARSADDL", 8);
    put_u32(out, DIALECT_VERSION);
    put_u32(out, BITS);
    put_u32(out, DIALECT_COUNT);
    put_u32(out, 0);
    buf_put(out, &digest, sizeof digest);
    buf_putsv(out, buf_sv(&body));
    bool failed = body.failed || out->failed;
    buf_done(&body);
    return failed ? error_set(err, ERR_NOMEM, "dialect", "no memory for the model") : 0;
}

int dialect_learn(const char *recipe, const char *dir, struct buf *out, struct error *err)
{
    struct learner l = {.recipe = recipe, .seed = 1};
    arena_init(&l.lines, 0);
    int rc = read_recipe(&l, dir, err);
    if (rc == 0) rc = fit(&l, err);
    if (rc == 0) rc = write_model(&l, out, err);
    arena_done(&l.lines);
    VEC_DONE(&l.feature);
    VEC_DONE(&l.word_first);
    VEC_DONE(&l.examples);
    free(l.weight);
    free(l.square);
    free(l.sum);
    return rc;
}

/* ---- measuring ---- */

int dialect_measure(const struct dialect_model *m, const char *recipe, const char *dir,
                    struct dialect_table *out, struct error *err)
{
    struct learner l = {.recipe = recipe, .measured = m, .table = out};
    arena_init(&l.lines, 0);
    *out = (struct dialect_table){0};
    int rc = read_recipe(&l, dir, err);
    arena_done(&l.lines);
    VEC_DONE(&l.word_first);
    return rc;
}

int dialect_measure_file(const struct dialect_model *m, const char *path, struct dialect_table *out,
                         struct error *err)
{
    struct lines in;
    struct sv line, label;
    struct arena a;
    int got = 0, rc = lines_open(&in, path, TEXT_MAX_BYTES, err);
    if (rc) return rc;
    arena_init(&a, 0);
    *out = (struct dialect_table){0};
    while (rc == 0 && (got = lines_next(&in, &line, err)) > 0) {
        enum dialect is;
        struct norm_text t;
        struct dialect_span *spans;
        size_t n;
        if (!sv_split(&line, '\t', &label) || line.p == NULL || !dialect_parse(label, &is)) continue;
        arena_clear(&a);
        rc = text_normalise(line, &a, &t, err);
        if (rc == 0) rc = dialect_spans(m, &t, &a, &spans, &n, err);
        if (rc == 0) out->said[is][dialect_main(spans, n)]++;
    }
    arena_done(&a);
    lines_close(&in);
    return rc ? rc : got;
}
