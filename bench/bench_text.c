/* Lines a second of the reading stage's parts, one thread: bench_text FILE MODEL [LEXICON …], a text a line. Each part stands
 * on normalisation and includes it; "read" is all of it: normalisation with skeleton, terms, private data, the classifier with
 * every head. Each is repeated until it has had a second. One JSON object a part. */
#include "base/clock.h"
#include "base/file.h"
#include "text/model.h"
#include "text/private.h"
#include "text/terms.h"

#include <stdio.h>
#include <stdlib.h>

struct corpus {
    struct sv *line;
    size_t n, bytes;
};

typedef int part_fn(void *arg, struct sv line, struct arena *a, struct error *err);

struct searcher {
    struct terms *terms;
    struct terms_scratch *scratch;
    struct text_model *model;
    struct model_scratch reading;
};

static int part_normalise(void *arg, struct sv line, struct arena *a, struct error *err)
{
    (void)arg;
    struct norm_text t;
    return text_normalise(line, a, &t, err);
}

static int part_terms(void *arg, struct sv line, struct arena *a, struct error *err)
{
    struct searcher *s = arg;
    struct norm_text t;
    struct term_hit *hits;
    size_t n;
    bool cut;
    int rc = text_normalise(line, a, &t, err);
    return rc == 0 ? terms_find(s->terms, s->scratch, &t, a, &hits, &n, &cut, err) : rc;
}

static int part_private(void *arg, struct sv line, struct arena *a, struct error *err)
{
    (void)arg;
    struct norm_text t;
    struct private_hit *hits;
    size_t n;
    int rc = text_normalise(line, a, &t, err);
    return rc == 0 ? private_find(&t, a, &hits, &n, err) : rc;
}

static int part_classify(void *arg, struct sv line, struct arena *a, struct error *err)
{
    struct searcher *s = arg;
    struct norm_text t;
    float scores[MODEL_MAX_COLUMNS];
    int rc = text_normalise(line, a, &t, err);
    return rc == 0 ? model_score(s->model, &s->reading, &t, scores, err) : rc;
}

static int part_read(void *arg, struct sv line, struct arena *a, struct error *err)
{
    struct searcher *s = arg;
    struct norm_text t;
    struct term_hit *hits;
    struct private_hit *found;
    size_t n;
    bool cut;
    int rc = text_normalise(line, a, &t, err);
    if (rc == 0) rc = terms_find(s->terms, s->scratch, &t, a, &hits, &n, &cut, err);
    if (rc == 0) rc = private_find(&t, a, &found, &n, err);
    float scores[MODEL_MAX_COLUMNS];
    return rc == 0 ? model_score(s->model, &s->reading, &t, scores, err) : rc;
}

static int read_lexicons(char **path, int n, struct searcher *s, struct error *err)
{
    struct terms_builder *b;
    int rc = terms_builder_new(&b, err);
    if (rc != 0) return rc;
    for (int i = 0; i < n && rc == 0; i++) {
        struct buf file;
        buf_init(&file, 0);
        rc = file_read(path[i], (size_t)64 << 20, &file, err);
        if (rc == 0) rc = terms_builder_add(b, sv_cstr(path[i]), buf_sv(&file), NULL, err);
        buf_done(&file);
    }
    if (rc != 0) {
        terms_builder_free(b);
        return rc;
    }
    rc = terms_compile(b, &s->terms, err);
    return rc == 0 ? terms_scratch_new(s->terms, &s->scratch, err) : rc;
}

static int measure(const char *name, const struct corpus *c, part_fn *part, void *arg, struct error *err)
{
    struct arena a;
    size_t lines = 0, bytes = 0;
    int64_t start = clock_mono_us(), spent = 0;
    arena_init(&a, 0);
    while (spent < US_PER_SECOND && c->n > 0) {
        for (size_t i = 0; i < c->n; i++) {
            int rc = part(arg, c->line[i], &a, err);
            arena_clear(&a);
            if (rc != 0) {
                arena_done(&a);
                return rc;
            }
        }
        lines += c->n;
        bytes += c->bytes;
        spent = clock_mono_us() - start;
    }
    arena_done(&a);
    double seconds = (double)spent / (double)US_PER_SECOND;
    printf("{\"part\":\"%s\",\"lines_per_s\":%.0f,\"mb_per_s\":%.1f,\"bytes_per_line\":%.1f}\n", name,
           (double)lines / seconds, (double)bytes / seconds / 1e6,
           (double)bytes / (double)(lines ? lines : 1));
    return 0;
}

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
    c->line = arena_array(keep, cap, sizeof *c->line);
    if (!c->line) return error_set(err, ERR_NOMEM, "bench", "no memory for %s", path);
    while (sv_split(&rest, '\n', &line)) {
        if (line.n == 0) continue;
        c->line[c->n++] = line;
        c->bytes += line.n;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct arena keep;
    struct corpus c = {0};
    arena_init(&keep, (size_t)1 << 30);
    struct searcher s = {0};
    int rc = argc >= 3 ? read_corpus(argv[1], &keep, &c, &err)
                       : error_set(&err, ERR_ARG, "bench", "usage: bench_text FILE MODEL [LEXICON ...]");
    model_scratch_init(&s.reading);
    if (rc == 0) rc = model_open(argv[2], &s.model, &err);
    if (rc == 0) rc = read_lexicons(argv + 3, argc - 3, &s, &err);
    if (rc == 0) rc = measure("normalise", &c, part_normalise, NULL, &err);
    if (rc == 0) rc = measure("terms", &c, part_terms, &s, &err);
    if (rc == 0) rc = measure("private", &c, part_private, NULL, &err);
    if (rc == 0) rc = measure("classify", &c, part_classify, &s, &err);
    if (rc == 0) rc = measure("read", &c, part_read, &s, &err);
    if (rc != 0) fprintf(stderr, "bench_text: %s\n", err.text);
    model_scratch_done(&s.reading);
    model_free(s.model);
    terms_scratch_free(s.scratch);
    terms_free(s.terms);
    arena_done(&keep);
    return rc != 0;
}
