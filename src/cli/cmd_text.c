/* marsad text: lines of standard input, each scored; by a model that is named, or, without one, told for what a post
 * with that caption would be flagged. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "marsad.h"
#include "policy/policy.h"
#include "text/dialect.h"
#include "text/model.h"

#include <string.h>

enum { WORDS = 5 };

struct scoring {
    struct cli *cli;
    const struct text_model *m;
    const struct model_task *task; /* NULL: all */
    struct model_scratch scratch;
    struct arena arena;
    bool why;
    struct dialect_model dialects;
};

/* ---- by a model ---- */

static void put_words(struct scoring *s, struct jw *w, const struct norm_text *t, uint32_t column)
{
    struct model_word words[WORDS];
    size_t n = 0;
    jw_key(w, "words");
    jw_array(w);
    if (model_explain(s->m, &s->scratch, t, column, words, WORDS, &n, NULL) != 0) n = 0;
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_i64(w, "start", (int64_t)words[i].start);
        jw_kv_i64(w, "end", (int64_t)words[i].end);
        jw_kv_sv(w, "text", sv_sub(t->original, words[i].start, words[i].end));
        jw_kv_double(w, "weight", words[i].weight, 3);
        jw_end(w);
    }
    jw_end(w);
}

static void put_task(struct scoring *s, struct jw *w, const struct model_task *k, const struct norm_text *t,
                     const float *scores)
{
    float p[MODEL_MAX_CLASSES];
    size_t said = model_decide(k, scores);
    model_class_probabilities(s->m, k, scores, p);
    jw_object(w);
    jw_kv_sv(w, "task", k->name);
    jw_kv_sv(w, "label", k->classes[said]);
    jw_key(w, "probabilities");
    jw_object(w);
    for (size_t c = 0; c < k->nclasses; c++) {
        jw_keysv(w, k->classes[c]);
        jw_double(w, (double)p[c], 4);
    }
    jw_end(w);
    if (s->why) put_words(s, w, t, k->column[said ? said : k->nclasses == 2]);
    jw_end(w);
}

static int score_line(struct scoring *s, struct sv line, struct error *err)
{
    struct norm_text t;
    float scores[MODEL_MAX_COLUMNS];
    struct buf *b = &s->cli->out;
    arena_clear(&s->arena);
    int rc = text_normalise(line, &s->arena, &t, err);
    if (rc == 0) rc = model_score(s->m, &s->scratch, &t, scores, err);
    if (rc) return rc;
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    if (s->cli->json) jw_object(&w), jw_key(&w, "tasks"), jw_array(&w);
    for (size_t i = 0; i < s->m->ntasks; i++) {
        const struct model_task *k = &s->m->task[i];
        if (s->task && s->task != k) continue;
        if (s->cli->json) {
            put_task(s, &w, k, &t, scores);
            continue;
        }
        float p[MODEL_MAX_CLASSES];
        size_t said = model_decide(k, scores);
        model_class_probabilities(s->m, k, scores, p);
        buf_putsv(b, k->classes[said]);
        buf_printf(b, "\t%.4f%c", (double)p[said], s->task || i + 1 == s->m->ntasks ? '\n' : '\t');
    }
    if (s->cli->json) {
        jw_end(&w);
        jw_end(&w);
        buf_putc(b, '\n');
    }
    return 0;
}

/* ---- as a post ---- */

static void put_finding(struct jw *w, const marsad_result *r, size_t i)
{
    size_t n = 0;
    const char *json = marsad_result_finding_json(r, i, &n);
    if (json) jw_raw(w, sv_of(json, n));
}

/* What the line is in, stretch by stretch. */
static int put_languages(struct scoring *s, struct jw *w, struct sv line, struct error *err)
{
    struct norm_text t;
    struct dialect_span *span;
    size_t n = 0;
    arena_clear(&s->arena);
    int rc = text_normalise(line, &s->arena, &t, err);
    if (rc == 0) rc = dialect_spans(&s->dialects, &t, &s->arena, &span, &n, err);
    if (rc) return rc;
    jw_kv_str(w, "language", dialect_code(dialect_main(span, n)));
    jw_key(w, "languages");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kv_str(w, "language", dialect_code(span[i].is));
        jw_kv_i64(w, "start", (int64_t)span[i].start);
        jw_kv_i64(w, "end", (int64_t)span[i].end);
        jw_kv_double(w, "probability", (double)span[i].probability, 3);
        jw_end(w);
    }
    jw_end(w);
    return 0;
}

static int flag_line(struct scoring *s, marsad *m, struct sv line, struct error *err)
{
    struct cli *cli = s->cli;
    marsad_result *r = NULL;
    marsad_error why;
    marsad_assessment as;
    if (marsad_analyse_text(m, line.p ? line.p : "", line.n, &r, &why) != 0)
        return error_set(err, why.code, "cli", "%s", why.text);
    marsad_result_assessment(r, &as);
    bool flagged = category_parse(sv_cstr(as.category)) != CATEGORY_NONE;
    if (!cli->json) {
        buf_puts(&cli->out, flagged ? as.category : "-");
        buf_putc(&cli->out, '\n');
        marsad_result_free(r);
        return 0;
    }
    struct jw w;
    jw_init(&w, &cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_bool(&w, "flagged", flagged);
    if (flagged) jw_kv_str(&w, "category", as.category);
    jw_kv_i64(&w, "severity", as.severity);
    int rc = put_languages(s, &w, line, err);
    jw_key(&w, "findings");
    jw_array(&w);
    for (size_t i = 0; i < marsad_result_count(r); i++) put_finding(&w, r, i);
    jw_end(&w);
    jw_end(&w);
    buf_putc(&cli->out, '\n');
    marsad_result_free(r);
    return rc;
}

/* ---- lines ---- */

static int each_line(struct scoring *s, marsad *m, struct error *err)
{
    struct lines in;
    struct sv line;
    int got = 0, rc = lines_open(&in, "/dev/stdin", TEXT_MAX_BYTES, err);
    if (rc) return rc;
    while (rc == 0 && !cli_interrupted() && (got = lines_next(&in, &line, err)) > 0) {
        rc = m ? flag_line(s, m, line, err) : score_line(s, line, err);
        if (!cli_flush_some(s->cli)) break;
    }
    lines_close(&in);
    return rc ? rc : got < 0 ? got : 0;
}

static int with_model(struct scoring *s, const struct cli_args *a, const char *path, struct error *err)
{
    struct text_model *m = NULL;
    const char *task = args_get(a, "--task");
    int rc = model_open(path, &m, err);
    if (rc) return rc;
    s->m = m;
    if (task && !(s->task = model_task(m, sv_cstr(task))))
        rc = error_set(err, ERR_NOTFOUND, "cli", "%s: no task '%s' in this model", path, task);
    if (rc == 0) rc = each_line(s, NULL, err);
    model_free(m);
    return rc;
}

static int as_posts(struct scoring *s, const struct cli_args *a, struct error *err)
{
    marsad *m = NULL;
    marsad_error why;
    marsad_options o = {.struct_bytes = sizeof o, .workers = s->cli->workers};
    if (marsad_open(args_get(a, "--workspace"), &o, &m, &why) != 0)
        return error_set(err, why.code, "cli", "%s", why.text);
    int rc = dialect_read(builtin_file(SV("models/dialect.model")), &s->dialects, err);
    if (rc == 0) rc = each_line(s, m, err);
    marsad_close(m);
    return rc;
}

int cmd_text(struct cli *cli, const struct cli_args *a)
{
    struct scoring s = {.cli = cli, .why = args_has(a, "--why")};
    struct error err = {0};
    const char *model = args_get(a, "--model");
    if (!model && args_has(a, "--task")) return cli_usage(cli, "usage.needs", "--task", "--model", NULL);
    cli_watch_signals();
    model_scratch_init(&s.scratch);
    arena_init(&s.arena, 0);
    int rc = model ? with_model(&s, a, model, &err) : as_posts(&s, a, &err);
    model_scratch_done(&s.scratch);
    arena_done(&s.arena);
    bool written = cli_flush(cli);
    if (rc) return cli_fail(cli, &err);
    return written && !cli_interrupted() ? EXIT_FINE : EXIT_TROUBLE;
}
