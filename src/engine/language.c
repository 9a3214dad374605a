#include "engine/language.h"

#include "engine/engine_priv.h"

enum { READ_BYTES = 1 << 16 }; /* of each text: what follows is hardly in another language */

const struct dialect_model *engine_dialects(const struct engine *e) { return &e->dialects; }

static bool is_open(struct sv language)
{
    return language.n == 0 || sv_eq_nocase(language, SV("und")) || sv_eq_nocase(language, SV("un")) ||
           sv_eq_nocase(language, SV("ar"));
}

int language_set(const struct dialect_model *m, struct post *p, struct arena *a, struct error *err)
{
    uint64_t words[DIALECT_COUNT] = {0}, all = 0;
    bool arabic = sv_eq_nocase(p->language, SV("ar"));
    if (!is_open(p->language)) return 0;
    for (size_t i = 0; i < p->ntexts; i++) {
        struct norm_text t;
        struct dialect_span *span;
        size_t n = 0;
        int rc = text_normalise(sv_sub(p->texts[i].text, 0, READ_BYTES), a, &t, err);
        if (rc == 0) rc = dialect_spans(m, &t, a, &span, &n, err);
        if (rc) return rc;
        for (size_t k = 0; k < n; k++) words[span[k].is] += span[k].words, all += span[k].words;
    }
    int best = 0;
    for (int d = 1; d < DIALECT_COUNT; d++)
        if (words[d] > words[best]) best = d;
    if (all < LANGUAGE_LEAST_WORDS || (arabic && best > DIALECT_ARABIZI)) return 0;
    p->language = sv_cstr(dialect_code((enum dialect)best));
    return 0;
}
