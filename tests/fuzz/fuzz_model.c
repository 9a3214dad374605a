/* A model's file. Its digest is put right first, so that what lies behind it is reached; one that is read scores a text. */
#include <math.h>
#include <stdlib.h>

#include "base/id.h"
#include "text/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds) abort();
}

static void score(const struct text_model *m)
{
    struct model_scratch s;
    struct arena a;
    struct norm_text t;
    struct error err;
    float scores[MODEL_MAX_COLUMNS], p[MODEL_MAX_CLASSES];
    model_scratch_init(&s);
    arena_init(&a, 0);
    check(text_normalise(SV("كلام n'importe quoi 3la"), &a, &t, &err) == 0);
    check(model_score(m, &s, &t, scores, &err) == 0);
    for (size_t i = 0; i < m->ntasks; i++) {
        check(model_decide(&m->task[i], scores) < m->task[i].nclasses);
        model_class_probabilities(m, &m->task[i], scores, p);
        check(p[0] >= 0 && p[0] <= 1);
    }
    arena_done(&a);
    model_scratch_done(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err;
    struct text_model *m;
    char *bytes = malloc(size + 1);
    check(bytes != NULL);
    if (size) memcpy(bytes, data, size);
    if (size >= 64) {
        struct sha256 digest;
        sha256_of(sv_of(bytes + 64, size - 64), &digest);
        memcpy(bytes + 32, &digest, 32);
    }
    if (model_read(sv_of(bytes, size), &m, &err) == 0) {
        score(m);
        model_free(m);
    }
    free(bytes);
    return 0;
}
