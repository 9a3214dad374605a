/* The table of detectors, and running them. */
#include "detect/detect_priv.h"

#include <stdlib.h>

const struct detector *const detectors[] = {
    &detector_file,  &detector_hash,     &detector_sound,   &detector_recording, &detector_tune,
    &detector_terms, &detector_classify, &detector_private, &detector_idtime,    NULL,
};
enum { DETECTORS = sizeof detectors / sizeof *detectors - 1 };

struct detect_set {
    struct detect_env env;
    void *states[DETECTORS];
    size_t opened;
};

int detect_set_new(const struct detect_env *env, struct detect_set **out, struct error *err)
{
    struct detect_set *s = calloc(1, sizeof *s);
    if (!s) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the detectors");
    s->env = *env;
    for (; s->opened < DETECTORS; s->opened++) {
        int rc = detectors[s->opened]->open(&s->env, &s->states[s->opened], err);
        if (rc) {
            detect_set_free(s);
            return rc;
        }
    }
    *out = s;
    return 0;
}

void detect_set_free(struct detect_set *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->opened; i++) detectors[i]->close(s->states[i]);
    free(s);
}

int detect_scratch_new(const struct detect_set *s, struct detect_scratch **out, struct error *err)
{
    struct detect_scratch *scratch = calloc(1, sizeof *scratch);
    if (!scratch) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for a detector's scratch");
    arena_init(&scratch->arena, 0);
    model_scratch_init(&scratch->model);
    scratch->log = s->env.log;
    int rc = s->env.terms ? terms_scratch_new(s->env.terms, &scratch->terms, err) : 0;
    if (rc) {
        detect_scratch_free(scratch);
        return rc;
    }
    *out = scratch;
    return 0;
}

void detect_scratch_free(struct detect_scratch *s)
{
    if (!s) return;
    terms_scratch_free(s->terms);
    model_scratch_done(&s->model);
    arena_done(&s->arena);
    free(s);
}

int detect_run(const struct detect_set *s, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    arena_clear(&scratch->arena);
    scratch->units_ready = false;
    int first = 0;
    for (size_t i = 0; i < DETECTORS; i++) {
        struct error why;
        error_clear(&why);
        int rc = detectors[i]->run(s->states[i], scratch, item, out, &why);
        if (!rc) continue;
        if (rc != ERR_NOMEM)
            log_write(s->env.log, LOG_WARN, DETECT_MODULE, "detector %s failed on a post: %s",
                      detectors[i]->name, why.text);
        if (!first || rc == ERR_NOMEM) {
            first = rc;
            if (err) *err = why;
        }
        if (rc == ERR_NOMEM) break;
    }
    return first;
}
