/* What is learned from, and the order of things: texts to rows, idf, rounds of holding out, calibration, the whole,
 * eight bits a weight. */
#include "text/learn_priv.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/id.h"
#include "base/limits.h"

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "learn",
                     "no memory left for what is to be learned; use fewer texts or bits");
}

int learner_new(const struct learn_options *o, struct learner **out, struct error *err)
{
    struct learner *l = calloc(1, sizeof(*l));
    if (!l || !(l->family = calloc(LEARN_MAX_FAMILIES, sizeof(*l->family)))) {
        free(l);
        return no_memory(err);
    }
    l->o = *o;
    if (!l->o.bits) l->o.bits = 20;
    if (!l->o.folds) l->o.folds = 5;
    if (!l->o.held || l->o.held > l->o.folds) l->o.held = l->o.folds;
    if (!(l->o.cost > 0)) l->o.cost = 1;
    if (!(l->o.own > 0)) l->o.own = 1;
    if (l->o.balance < 0) l->o.balance = 0.5;
    if (l->o.contrast < 0) l->o.contrast = 0.5;
    if (!l->o.words) l->o.words = 1;
    if (!l->o.rounds) l->o.rounds = 10;
    if (l->o.shared > SHARED_MOST) l->o.shared = SHARED_MOST;
    arena_init(&l->arena, LEARN_MAX_BYTES);
    model_scratch_init(&l->scratch);
    l->scratch.features.word_times = l->o.words, l->scratch.features.once = l->o.once;
    *out = l;
    return 0;
}

void learner_free(struct learner *l)
{
    if (!l) return;
    model_scratch_done(&l->scratch);
    arena_done(&l->arena);
    VEC_DONE(&l->examples);
    VEC_DONE(&l->tasks);
    VEC_DONE(&l->sources);
    free(l->family);
    free(l->idf2);
    free(l->score);
    free(l->other);
    free(l->blend);
    shared_free(l->shared);
    free(l->weights);
    free(l);
}

int learner_set(struct learner *l, struct sv name, uint32_t *out_set, struct error *err)
{
    if (l->nsets == LEARN_MAX_SETS)
        return error_set(err, ERR_LIMIT, "learn", "more than %d sets of texts; join some", LEARN_MAX_SETS);
    struct sv copy = arena_copy(&l->arena, name);
    if (!copy.p) return no_memory(err);
    *out_set = (uint32_t)l->nsets;
    l->set[l->nsets++].name = copy;
    return 0;
}

static int label_number(struct learner *l, struct learn_set *s, struct sv label, uint32_t *out,
                        struct error *err)
{
    for (uint32_t i = 0; i < s->nlabels; i++)
        if (sv_eq(s->labels[i], label)) {
            *out = i;
            return 0;
        }
    if (s->nlabels == LEARN_MAX_LABELS)
        return error_set(err, ERR_LIMIT, "learn",
                         "%.*s has more than %d labels, the next is '%.*s'; is the label "
                         "first on each line, then one TAB?",
                         SV_FMT(s->name), LEARN_MAX_LABELS, SV_FMT(label));
    struct sv copy = arena_copy(&l->arena, label);
    if (!copy.p) return no_memory(err);
    *out = (uint32_t)s->nlabels;
    s->labels[s->nlabels++] = copy;
    return 0;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The features at hand become an example: distinct rows and how often each. */
static int add_example(struct learner *l, struct example x, struct error *err)
{
    struct feature_list *f = &l->scratch.features;
    for (size_t i = 0; i < f->n; i++) f->hash[i] >>= 32 - l->o.bits;
    qsort(f->hash, f->n, sizeof(*f->hash), by_number);
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) n += i == 0 || f->hash[i] != f->hash[i - 1];
    x.row = ARENA_ARRAY(&l->arena, n, uint32_t);
    x.value = ARENA_ARRAY(&l->arena, n, float);
    if (!x.row || !x.value || VEC_PUSH(&l->examples, x)) return no_memory(err);
    struct example *e = &l->examples.v[l->examples.n - 1];
    for (size_t i = 0; i < f->n; i++) {
        if (i == 0 || f->hash[i] != f->hash[i - 1]) e->row[e->n++] = f->hash[i];
        e->value[e->n - 1] += 1;
    }
    return 0;
}

int learner_text(struct learner *l, uint32_t set, struct sv label, struct sv text, struct error *err)
{
    struct example x = {.set = set};
    struct norm_text t, other;
    bool differs = false;
    struct feature_list *f = &l->scratch.features;
    arena_clear(&l->scratch.arena);
    int rc = label_number(l, l->set + set, label, &x.label, err);
    if (!rc) rc = text_normalise(text, &l->scratch.arena, &t, err);
    if (!rc) rc = text_reread(&t, &l->scratch.arena, &other, &differs, err);
    if (rc) return rc;
    if (differs) t = other;
    /* By what it says, so that two copies of a text are never on both sides of a round. */
    struct sha256 digest;
    sha256_of(t.text, &digest);
    uint32_t draw;
    memcpy(&draw, &digest, sizeof(draw));
    x.fold = (uint16_t)(l->grouped ? l->group % 3 != 0 : draw % l->o.folds);
    enum model_mode mode = model_mode_of(&t);
    l->texts++, l->latin += mode == MODE_LATIN;
    rc = model_features(&t, mode, f, err);
    if (!rc) rc = add_example(l, x, err);
    if (rc || mode != MODE_PLAIN || t.arabic < 2) return rc;
    x.copy = x.aside = true;
    rc = model_features(&t, MODE_UNDOTTED, f, err);
    if (!rc) rc = add_example(l, x, err);
    x.aside = false;
    f->n = 0;
    if (!rc) rc = features_add(&t, VIEW_SOUNDS, 1, f, err);
    return rc ? rc : add_example(l, x, err);
}

static int take_line(struct learner *l, uint32_t set, struct sv line, const char *path, uint64_t number,
                     struct error *err)
{
    size_t tab = sv_find_byte(line, '\t', 0);
    if (l->set[set].plain) return learner_text(l, set, SV_NULL, line, err);
    if (tab == SIZE_MAX)
        return error_set(err, ERR_FORMAT, "learn",
                         "%s, line %llu: no TAB; each line is a label, one TAB and a text", path,
                         (unsigned long long)number);
    return learner_text(l, set, sv_sub(line, 0, tab), sv_sub(line, tab + 1, line.n), err);
}

int learner_file(struct learner *l, uint32_t set, const char *path, enum learn_lines lines, struct error *err)
{
    struct lines in;
    struct sv line;
    int got = 0, rc = lines_open(&in, path, LEARN_MAX_LINE_BYTES, err);
    if (rc) return rc;
    l->set[set].plain = lines == LEARN_PLAIN;
    l->grouped = lines == LEARN_GROUPED;
    l->group = 0;
    while (!rc && (got = lines_next(&in, &line, err)) > 0) {
        if (sv_trim(line).n == 0)
            l->group++;
        else
            rc = take_line(l, set, line, path, in.line_number, err);
    }
    lines_close(&in);
    l->grouped = false;
    return rc ? rc : got;
}

size_t learner_labels(const struct learner *l, uint32_t set) { return l->set[set].nlabels; }
struct sv learner_label(const struct learner *l, uint32_t set, size_t i) { return l->set[set].labels[i]; }

int learner_family(struct learner *l, struct sv name, uint32_t *out_family, struct error *err)
{
    if (l->nfamilies == LEARN_MAX_FAMILIES)
        return error_set(err, ERR_LIMIT, "learn", "more than %d families", LEARN_MAX_FAMILIES);
    struct sv copy = arena_copy(&l->arena, name);
    if (!copy.p) return no_memory(err);
    *out_family = (uint32_t)l->nfamilies;
    l->family[l->nfamilies++].name = copy;
    return 0;
}

int learner_member(struct learner *l, uint32_t family, uint32_t set, const int8_t *says, bool own,
                   double weight, struct error *err)
{
    struct family *f = l->family + family;
    if (f->nmembers == LEARN_MAX_SETS || family_member(f, set))
        return error_set(err, ERR_ARG, "learn", "%.*s is in family %.*s twice", SV_FMT(l->set[set].name),
                         SV_FMT(f->name));
    struct member *m = &f->member[f->nmembers++];
    m->set = set, m->weight = weight, m->own = own ? ++f->owns : 0;
    memcpy(m->says, says, l->set[set].nlabels);
    return 0;
}

int learner_column(struct learner *l, struct sv name, uint32_t family, uint32_t set, uint32_t *out_column,
                   struct error *err)
{
    if (l->ncolumns == MODEL_MAX_COLUMNS)
        return error_set(err, ERR_LIMIT, "learn", "more than %d columns", MODEL_MAX_COLUMNS);
    struct sv copy = arena_copy(&l->arena, name);
    if (!copy.p) return no_memory(err);
    *out_column = (uint32_t)l->ncolumns;
    l->column[l->ncolumns++] =
        (struct column){.name = copy, .family = family, .set = set, .scale = 1, .slope = 1};
    return 0;
}

int learner_helper(struct learner *l, struct sv name, uint32_t family, uint32_t set, uint32_t *out_column,
                   struct error *err)
{
    int rc = learner_column(l, name, family, set, out_column, err);
    if (!rc) l->column[*out_column].helper = true;
    return rc;
}

int learner_task(struct learner *l, struct sv name, uint32_t set, const struct learn_class *classes, size_t n,
                 double false_alarms, struct error *err)
{
    struct task t = {.set = set, .n = n, .false_alarms = false_alarms, .name = arena_copy(&l->arena, name)};
    for (size_t i = 0; i < n; i++) {
        t.classes[i] = classes[i];
        t.classes[i].name = arena_copy(&l->arena, classes[i].name);
        if (!t.classes[i].name.p) return no_memory(err);
    }
    if (set != LEARN_GENERAL) l->set[set].asked = true;
    return t.name.p && VEC_PUSH(&l->tasks, t) == 0 ? 0 : no_memory(err);
}

int learner_source(struct learner *l, struct sv line, struct error *err)
{
    struct sv copy = arena_copy(&l->arena, line);
    return copy.p && VEC_PUSH(&l->sources, copy) == 0 ? 0 : no_memory(err);
}

/* ---- the run ---- */

/* idf of each row, squared and in eight bits as the file has it; then counts become values of length one. */
static int weigh_rows(struct learner *l, struct error *err)
{
    size_t rows = (size_t)1 << l->o.bits;
    uint32_t *df = calloc(rows, sizeof(*df));
    l->idf2 = calloc(rows, 1);
    if (!df || !l->idf2) {
        free(df);
        return no_memory(err);
    }
    for (size_t i = 0; i < l->examples.n; i++)
        for (uint32_t j = 0; j < l->examples.v[i].n; j++) df[l->examples.v[i].row[j]]++;
    for (size_t r = 0; r < rows; r++) {
        double idf = log((1.0 + (double)l->examples.n) / (1.0 + df[r])) + 1;
        double q = idf * idf * IDF_SCALE / 10;
        l->idf2[r] = df[r] ? (uint8_t)(q > 255 ? 255 : q < 1 ? 1 : q) : 0;
    }
    free(df);
    for (size_t i = 0; i < l->examples.n; i++) {
        struct example *x = l->examples.v + i;
        double sum = 0;
        for (uint32_t j = 0; j < x->n; j++) sum += x->value[j] * l->idf2[x->row[j]];
        for (uint32_t j = 0; j < x->n; j++)
            x->value[j] *= (float)(sqrt(l->idf2[x->row[j]]) / sqrt(sum > 0 ? sum : 1));
    }
    return 0;
}

static uint32_t column_own(const struct learner *l, const struct column *c)
{
    const struct member *m = c->set == LEARN_GENERAL ? NULL : family_member(l->family + c->family, c->set);
    return m ? m->own : 0;
}

static void score_held(struct learner *l, uint32_t family, unsigned held, const float *w)
{
    for (size_t i = 0; i < l->examples.n; i++) {
        const struct example *x = l->examples.v + i;
        if (x->fold != held || x->copy) continue;
        if (!family_member(l->family + family, x->set) && !(l->o.mix && l->set[x->set].asked)) continue;
        for (size_t c = 0; c < l->ncolumns; c++)
            if (l->column[c].family == family)
                l->score[i * l->ncolumns + c] =
                    family_score(l->family + family, w, x, column_own(l, l->column + c));
    }
}

/* Weights for the file carry the idf: w × idf. */
static void column_values(const struct learner *l, size_t column, const float *w, float *out)
{
    const struct column *c = l->column + column;
    size_t rows = (size_t)1 << l->o.bits, width = family_width(l->family + c->family);
    uint32_t own = column_own(l, c);
    float direction[SHARED_MOST];
    bool mixed = c->mix > 0 && shared_direction(l, l->shared, c->family, c->set, direction);
    for (size_t r = 0; r < rows; r++) {
        const float *p = w + r * width;
        float v = own ? p[0] + p[own] : p[0];
        if (mixed) v += c->mix * shared_weight(l->shared, (uint32_t)r, direction);
        out[r] = v * sqrtf(l->idf2[r]);
    }
}

/* Which of the file's columns it is. */
static uint32_t place_of(const struct learner *l, size_t column)
{
    uint32_t n = 0;
    for (size_t c = 0; c < column; c++) n += !l->column[c].helper;
    return n;
}

/* In eight bits. The scale leaves one in ten thousand to be clipped. */
static void keep_column(struct learner *l, size_t column, const float *values)
{
    size_t rows = (size_t)1 << l->o.bits, place = place_of(l, column);
    float top = 1e-9f;
    /* The 1/8192 largest: a histogram of magnitudes is enough. */
    uint32_t bins[4096] = {0};
    for (size_t r = 0; r < rows; r++) top = fmaxf(top, fabsf(values[r]));
    for (size_t r = 0; r < rows; r++) bins[(int)(fabsf(values[r]) / top * 4095)]++;
    size_t above = 0;
    int b = 4095;
    while (b > 0 && (above += bins[b]) < rows / 8192) b--;
    float scale = top * (float)(b + 1) / 4096 / 127;
    l->column[column].scale = scale;
    for (size_t r = 0; r < rows; r++) {
        float v = roundf(values[r] / scale);
        l->weights[r * l->stride + place + 1] = (int8_t)fmaxf(-127, fminf(127, v));
    }
}

static int hold_family(struct learner *l, uint32_t family, struct error *err)
{
    const struct family *f = l->family + family;
    float *w = malloc(((size_t)1 << l->o.bits) * family_width(f) * sizeof(*w));
    int rc = w ? 0 : no_memory(err);
    for (unsigned held = 0; !rc && held < l->o.held; held++) {
        rc = family_solve(l, f, held, w, err);
        if (!rc) score_held(l, family, held, w);
    }
    for (uint32_t c = 0; !rc && l->other && c < l->ncolumns; c++)
        if (l->column[c].family == family) rc = learner_mix(l, c, err);
    free(w);
    return rc;
}

/* Learns a family from all; the values of its columns go where out[column] says, or into the file at once. */
static int keep_family(struct learner *l, uint32_t family, float *out, struct error *err)
{
    const struct family *f = l->family + family;
    size_t rows = (size_t)1 << l->o.bits;
    float *w = malloc(rows * family_width(f) * sizeof(*w)), *values = malloc(rows * sizeof(*values));
    int rc = w && values ? family_solve(l, f, UINT_MAX, w, err) : no_memory(err);
    for (size_t c = 0; !rc && c < l->ncolumns; c++) {
        if (l->column[c].family != family) continue;
        column_values(l, c, w, out ? out + c * rows : values);
        if (!out && !l->column[c].helper) keep_column(l, c, values);
    }
    free(w);
    free(values);
    return rc;
}

static void keep_mixed(struct learner *l, const float *all, float *values)
{
    size_t rows = (size_t)1 << l->o.bits;
    for (size_t c = 0; c < l->ncolumns; c++) {
        if (l->column[c].helper) continue;
        memset(values, 0, rows * sizeof(*values));
        for (size_t k = 0; k < l->ncolumns; k++) {
            float part = l->blend[c * l->ncolumns + k];
            for (size_t r = 0; part != 0 && r < rows; r++) values[r] += part * all[k * rows + r];
        }
        keep_column(l, c, values);
    }
}

static void describe(const struct learner *l, struct buf *b)
{
    if (l->o.words != 1 || l->o.once) buf_printf(b, "words\t%u%s\n", l->o.words, l->o.once ? "\tonce" : "");
    for (size_t i = 0; i < l->ncolumns; i++) {
        const struct column *c = l->column + i;
        if (c->helper) continue;
        buf_printf(b, "column\t%.*s\t%.9g\t%.9g\t%.9g\n", SV_FMT(c->name), c->scale, c->slope, c->offset);
    }
    for (size_t i = 0; i < l->tasks.n; i++) {
        const struct task *t = l->tasks.v + i;
        buf_printf(b, "task\t%.*s\n", SV_FMT(t->name));
        for (size_t c = 0; c < t->n; c++)
            buf_printf(b, "class\t%.*s\t%u\t%c\t%.9g\n", SV_FMT(t->classes[c].name),
                       place_of(l, t->classes[c].column), t->classes[c].negated ? '-' : '+', t->shift[c]);
    }
    for (size_t i = 0; i < l->sources.n; i++) buf_printf(b, "source\t%.*s\n", SV_FMT(l->sources.v[i]));
}

static int write_model(const struct learner *l, struct buf *out, struct error *err)
{
    struct buf text;
    struct sha256 digest;
    buf_init(&text, 0);
    describe(l, &text);
    buf_pad(&text, '\n', (64 - text.n % 64) % 64);
    size_t text_bytes = text.n;
    buf_put(&text, l->weights, (size_t)l->stride << l->o.bits);
    sha256_of(buf_sv(&text), &digest);
    buf_put(out, "MARSADTX", 8);
    buf_put_u32(out, MODEL_VERSION);
    buf_put_u32(out, l->o.bits);
    buf_put_u32(out, place_of(l, l->ncolumns));
    buf_put_u32(out, l->stride);
    buf_put_u32(out, (uint32_t)text_bytes);
    buf_put_u32(out, 0);
    buf_put(out, &digest, sizeof(digest));
    buf_putsv(out, buf_sv(&text));
    bool failed = text.failed || out->failed;
    buf_done(&text);
    return failed ? no_memory(err) : 0;
}

/* How a text sounds is asked of texts in Latin letters alone: where they are one in fifty, rounds go without. */
static void put_aside(struct learner *l)
{
    for (size_t i = 0; i < l->examples.n && l->latin * 50 < l->texts; i++)
        l->examples.v[i].aside |= l->examples.v[i].copy;
}

/* The rounds of holding out, then all. */
static int run_shared(struct learner *l, struct error *err)
{
    float direction[SHARED_MOST];
    int rc = 0;
    l->other = calloc(l->examples.n * l->ncolumns + 1, sizeof(*l->other));
    if (!l->other) return no_memory(err);
    for (unsigned held = 0; !rc && held < l->o.held; held++) {
        struct shared *s = NULL;
        rc = shared_learn(l, held, &s, err);
        for (size_t c = 0; !rc && c < l->ncolumns; c++) {
            if (!shared_direction(l, s, l->column[c].family, l->column[c].set, direction)) continue;
            for (size_t i = 0; i < l->examples.n; i++) {
                const struct example *x = l->examples.v + i;
                if (x->fold == held && !x->copy && x->set == l->column[c].set)
                    l->other[i * l->ncolumns + c] = shared_score(s, x, direction);
            }
        }
        shared_free(s);
    }
    return rc ? rc : shared_learn(l, UINT_MAX, &l->shared, err);
}

int learner_prepare(struct learner *l, struct error *err)
{
    size_t scores = l->examples.n * l->ncolumns;
    if (l->ncolumns >= UINT32_MAX - 8) return no_memory(err);
    l->stride = place_of(l, l->ncolumns) + 1;
    while (l->stride > 4 && l->stride % 4) l->stride++;
    l->score = malloc(scores * sizeof(*l->score) + 1);
    if (!l->score) return no_memory(err);
    for (size_t i = 0; i < scores; i++) l->score[i] = NAN;
    put_aside(l);
    int rc = weigh_rows(l, err);
    return !rc && l->o.shared ? run_shared(l, err) : rc;
}

int learner_hold(struct learner *l, struct error *err)
{
    int rc = 0;
    for (uint32_t f = 0; !rc && f < l->nfamilies; f++) rc = hold_family(l, f, err);
    return rc ? rc : learner_fit(l, err);
}

int learner_finish(struct learner *l, struct buf *out, struct error *err)
{
    size_t rows = (size_t)1 << l->o.bits;
    float *all = l->blend ? malloc((l->ncolumns + 1) * rows * sizeof(*all)) : NULL;
    l->weights = calloc(rows, l->stride);
    int rc = l->weights && (all || !l->blend) ? 0 : no_memory(err);
    for (uint32_t f = 0; !rc && f < l->nfamilies; f++) rc = keep_family(l, f, all, err);
    if (!rc && all) keep_mixed(l, all, all + l->ncolumns * rows);
    free(all);
    if (rc) return rc;
    for (size_t r = 0; r < rows; r++) l->weights[r * l->stride] = (int8_t)l->idf2[r];
    return write_model(l, out, err);
}

int learner_run(struct learner *l, struct buf *out, struct error *err)
{
    int rc = learner_prepare(l, err);
    if (!rc) rc = learner_hold(l, err);
    return rc ? rc : learner_finish(l, out, err);
}
