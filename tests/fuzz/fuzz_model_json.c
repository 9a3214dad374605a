#include <stdlib.h>

#include "model/assessment.h"

static void written_again(const struct finding *f, const struct assessment *s)
{
    struct buf b;
    struct jw w;
    struct json *doc;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    if (f)
        finding_write(f, &w);
    else
        assessment_write(s, &w);
    if (b.failed || json_parse(buf_sv(&b), JSON_STRICT, &doc, NULL) != 0) abort();
    json_free(doc);
    buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Findings and assessments from any JSON; what is read can be written. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json *doc;
    struct arena a;
    struct finding f;
    struct assessment s;
    struct error err;
    if (json_parse(sv_of(data, size), JSON_STRICT, &doc, &err) != 0) return 0;
    arena_init(&a, 0);
    if (finding_read(doc, &a, &f, &err) == 0) written_again(&f, NULL);
    if (assessment_read(doc, &a, &s, &err) == 0) written_again(NULL, &s);
    arena_done(&a);
    json_free(doc);
    return 0;
}
