/* Lines a second of the classifier of texts, one thread: bench_classify MODEL FILE, a text a line. "score" starts from text
 * that is normalised already, "all" from bytes as they came. Repeated until each has had a second; one JSON object each. */
#include "base/clock.h"
#include "base/file.h"
#include "text/model.h"

#include <stdio.h>
#include <stdlib.h>

struct corpus {
    struct sv *line;
    struct norm_text *text;
    size_t n;
};

static int read_corpus(const char *path, struct arena *keep, struct corpus *c, struct error *err)
{
    struct buf b;
    buf_init(&b, 0);
    int rc = file_read(path, (size_t)256 << 20, &b, err);
    struct sv rest = arena_copy(keep, buf_sv(&b)), line;
    buf_done(&b);
    if (rc != 0) return rc;
    size_t cap = 1;
    for (size_t i = 0; i < rest.n; i++) cap += rest.p[i] == '\n';
    c->line = ARENA_ARRAY(keep, cap, struct sv);
    c->text = ARENA_ARRAY(keep, cap, struct norm_text);
    if (!c->line || !c->text) return error_set(err, ERR_NOMEM, "bench", "no memory for %s", path);
    while (rc == 0 && sv_split(&rest, '\n', &line)) {
        if (line.n == 0) continue;
        c->line[c->n] = line;
        rc = text_normalise(line, keep, &c->text[c->n++], err);
    }
    return rc;
}

static int pass(const struct text_model *m, struct model_scratch *s, const struct corpus *c, bool all,
                double *sum, struct error *err)
{
    float scores[MODEL_MAX_COLUMNS];
    struct arena a;
    int rc = 0;
    arena_init(&a, 0);
    for (size_t i = 0; rc == 0 && i < c->n; i++) {
        struct norm_text t;
        if (all) rc = text_normalise(c->line[i], &a, &t, err);
        if (rc == 0) rc = model_score(m, s, all ? &t : &c->text[i], scores, err);
        if (rc == 0) *sum += (double)scores[0];
        arena_clear(&a);
    }
    arena_done(&a);
    return rc;
}

static int measure(const char *name, const struct text_model *m, const struct corpus *c, bool all,
                   struct error *err)
{
    struct model_scratch s;
    double sum = 0;
    size_t lines = 0;
    int rc = 0;
    model_scratch_init(&s);
    int64_t start = clock_mono_us(), spent = 0;
    for (; rc == 0 && spent < US_PER_SECOND && c->n > 0; spent = clock_mono_us() - start) {
        rc = pass(m, &s, c, all, &sum, err);
        lines += c->n;
    }
    model_scratch_done(&s);
    if (rc == 0)
        printf("{\"part\":\"%s\",\"lines_per_s\":%.0f,\"mean_score\":%.6f}\n", name,
               (double)lines * (double)US_PER_SECOND / (double)spent, sum / (double)lines);
    return rc;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct arena keep;
    struct corpus c = {0};
    struct text_model *m = NULL;
    arena_init(&keep, (size_t)1 << 30);
    int rc = argc == 3 ? model_open(argv[1], &m, &err)
                       : error_set(&err, ERR_ARG, "bench", "usage: bench_classify MODEL FILE");
    if (rc == 0) rc = read_corpus(argv[2], &keep, &c, &err);
    if (rc == 0) rc = measure("score", m, &c, false, &err);
    if (rc == 0) rc = measure("all", m, &c, true, &err);
    if (rc != 0) fprintf(stderr, "bench_classify: %s\n", err.text);
    model_free(m);
    arena_done(&keep);
    return rc != 0;
}
