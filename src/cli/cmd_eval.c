/* marsad eval text: how right a model is on labelled lines, as one JSON object. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "policy/policy.h"
#include "text/dialect.h"
#include "text/measure.h"

#include <math.h>
#include <stdlib.h>

struct eval {
    const struct text_model *m;
    const struct model_task *task;
    struct model_scratch scratch;
    struct arena arena;
    struct measure measure;
    struct dialect_model dialects;
    struct measure by_dialect[DIALECT_COUNT + 1];
    uint64_t skipped; /* lines without a TAB, or with a label that the task does not know */
};

static int eval_line(struct eval *e, struct sv line, struct error *err)
{
    struct norm_text t;
    float scores[MODEL_MAX_COLUMNS], p[MODEL_MAX_CLASSES];
    size_t tab = sv_find_byte(line, '\t', 0), is = 0;
    if (tab == SIZE_MAX) {
        e->skipped += sv_trim(line).n > 0;
        return 0;
    }
    while (is < e->task->nclasses && !sv_eq(e->task->classes[is], sv_sub(line, 0, tab))) is++;
    if (is == e->task->nclasses) {
        e->skipped++;
        return 0;
    }
    arena_clear(&e->arena);
    int rc = text_normalise(sv_sub(line, tab + 1, line.n), &e->arena, &t, err);
    if (rc == 0) rc = model_score(e->m, &e->scratch, &t, scores, err);
    if (rc) return rc;
    size_t said = model_decide(e->task, scores);
    model_class_probabilities(e->m, e->task, scores, p);
    measure_add(&e->measure, is, said, p[said]);
    struct dialect_span *span;
    size_t n = 0;
    rc = dialect_spans(&e->dialects, &t, &e->arena, &span, &n, err);
    if (rc == 0) measure_add(&e->by_dialect[dialect_main(span, n)], is, said, p[said]);
    return rc;
}

/* How often it errs in each dialect or language that the lines are in. */
static void print_dialects(struct jw *w, const struct eval *e)
{
    jw_key(w, "dialects");
    jw_object(w);
    for (int d = 0; d <= DIALECT_COUNT; d++) {
        const struct measure *m = &e->by_dialect[d];
        double low, high;
        if (m->n == 0) continue;
        double accuracy = measure_accuracy(m);
        uint64_t wrong = (uint64_t)lrint((1 - accuracy) * (double)m->n);
        measure_wilson(wrong, m->n, &low, &high);
        jw_key(w, dialect_code((enum dialect)d));
        jw_object(w);
        jw_kv_i64(w, "lines", (int64_t)m->n);
        jw_kv_double(w, "error_rate", 1 - accuracy, 4);
        jw_key(w, "error_rate_95");
        jw_array(w);
        jw_double(w, low, 4);
        jw_double(w, high, 4);
        jw_end(w);
        jw_kv_double(w, "macro_f1", measure_macro_f1(m), 4);
        jw_end(w);
    }
    jw_end(w);
}

static void print(struct cli *cli, const struct eval *e)
{
    const struct measure *m = &e->measure;
    double low, high;
    struct jw w;
    measure_interval(m, &low, &high);
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "task", e->task->name);
    jw_kv_i64(&w, "lines", (int64_t)m->n);
    jw_kv_i64(&w, "skipped", (int64_t)e->skipped);
    jw_kv_double(&w, "macro_f1", measure_macro_f1(m), 4);
    jw_key(&w, "macro_f1_95");
    jw_array(&w);
    jw_double(&w, low, 4);
    jw_double(&w, high, 4);
    jw_end(&w);
    jw_kv_double(&w, "accuracy", measure_accuracy(m), 4);
    jw_kv_double(&w, "calibration_error", measure_calibration_error(m), 4);
    jw_key(&w, "classes");
    jw_object(&w);
    for (size_t c = 0; c < m->classes; c++) {
        jw_keysv(&w, e->task->classes[c]);
        jw_object(&w);
        jw_kv_double(&w, "precision", measure_precision(m, c), 4);
        jw_kv_double(&w, "recall", measure_recall(m, c), 4);
        jw_kv_double(&w, "f1", measure_f1(m, c), 4);
        uint64_t support = 0;
        for (size_t k = 0; k < m->classes; k++) support += m->said[c][k];
        jw_kv_i64(&w, "support", (int64_t)support);
        jw_end(&w);
    }
    jw_end(&w);
    print_dialects(&w, e);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
}

/* The task named, else the first one that knows all labels of the file. */
static int choose_task(struct eval *e, const char *name, const char *path, struct error *err)
{
    struct lines in;
    struct sv line;
    int got = 0;
    if (name) {
        e->task = model_task(e->m, sv_cstr(name));
        return e->task ? 0 : error_set(err, ERR_NOTFOUND, "cli", "the model has no task '%s'", name);
    }
    bool fits[MODEL_MAX_COLUMNS];
    for (size_t i = 0; i < MODEL_MAX_COLUMNS; i++) fits[i] = true;
    int rc = lines_open(&in, path, TEXT_MAX_BYTES, err);
    if (rc) return rc;
    while ((got = lines_next(&in, &line, err)) > 0) {
        size_t tab = sv_find_byte(line, '\t', 0);
        for (size_t i = 0; tab != SIZE_MAX && i < e->m->ntasks && i < MODEL_MAX_COLUMNS; i++) {
            bool known = false;
            for (size_t c = 0; c < e->m->task[i].nclasses; c++)
                known |= sv_eq(e->m->task[i].classes[c], sv_sub(line, 0, tab));
            fits[i] &= known;
        }
    }
    lines_close(&in);
    for (size_t i = e->m->ntasks < MODEL_MAX_COLUMNS ? e->m->ntasks : MODEL_MAX_COLUMNS; i-- > 0;)
        if (fits[i]) e->task = &e->m->task[i];
    if (got < 0) return got;
    return e->task ? 0
                   : error_set(err, ERR_ARG, "cli",
                               "%s: no task of the model knows these labels; name one with --task", path);
}

static int eval_file(struct eval *e, const char *path, struct error *err)
{
    struct lines in;
    struct sv line;
    int got = 0, rc = lines_open(&in, path, TEXT_MAX_BYTES, err);
    if (rc) return rc;
    e->measure.classes = e->task->nclasses;
    for (int d = 0; d <= DIALECT_COUNT; d++) e->by_dialect[d].classes = e->task->nclasses;
    while (rc == 0 && (got = lines_next(&in, &line, err)) > 0) rc = eval_line(e, line, err);
    lines_close(&in);
    return rc ? rc : got;
}

int cmd_eval_text(struct cli *cli, const struct cli_args *a)
{
    struct eval *e = calloc(1, sizeof(*e));
    struct text_model *m = NULL;
    struct error err = {0};
    const char *path = args_get(a, "--model");
    if (!e) return EXIT_TROUBLE;
    model_scratch_init(&e->scratch);
    arena_init(&e->arena, 0);
    int rc = path ? model_open(path, &m, &err) : model_read(builtin_file(SV("models/read.model")), &m, &err);
    e->m = m;
    if (rc == 0) rc = dialect_read(builtin_file(SV("models/dialect.model")), &e->dialects, &err);
    if (rc == 0) rc = choose_task(e, args_get(a, "--task"), a->operands[0], &err);
    if (rc == 0) rc = eval_file(e, a->operands[0], &err);
    if (rc == 0) print(cli, e);
    model_scratch_done(&e->scratch);
    arena_done(&e->arena);
    model_free(m);
    free(e);
    if (rc) return cli_fail(cli, &err);
    return cli_flush(cli) ? EXIT_FINE : EXIT_TROUBLE;
}
