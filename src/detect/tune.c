/* A tune of a bank sung by somebody else: the same way through the same scale, in any key, somewhat faster or slower
 * (index/tunes.h). It is not the recording, which detector `recording` finds: what is that has no second finding here.
 * Somebody who sings an organisation's chant is not the organisation's file, so this finding alone carries half. */
#include "detect/detect_priv.h"

#include <stdlib.h>

#include "index/tunes.h"

#define MEANS 0.5 /* how sure a category is, given that it is the tune */

struct tune_state {
    const struct bank_set *banks;
    struct tune_print *prints; /* prints[i] is of banks->prints.v[of[i]] */
    size_t *of, n;
    struct tunes *tunes; /* over prints */
};

static void close(void *state)
{
    struct tune_state *s = state;
    if (!s) return;
    tunes_free(s->tunes);
    free(s->prints);
    free(s->of);
    free(s);
}

static void gather(struct tune_state *s)
{
    for (size_t i = 0; i < s->banks->prints.n; i++) {
        const struct set_print *p = &s->banks->prints.v[i];
        if (p->ntune == 0 || s->banks->items.v[p->item].threshold < 0) continue;
        s->of[s->n] = i;
        s->prints[s->n++] = (struct tune_print){p->tune, p->ntune};
    }
}

/* In the banks' order, up to what can be searched. */
static int make_index(struct tune_state *s, const struct log *log, struct error *err)
{
    size_t left_out = 0;
    int rc = tunes_new(s->prints, s->n, &s->tunes, &left_out, err);
    if (rc == 0 && left_out)
        log_write(
            log, LOG_WARN, DETECT_MODULE,
            "%zu of %zu sounds of banks are not looked for as tunes: their tunes are more than are searched",
            left_out, s->n);
    return rc;
}

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    struct tune_state *s = calloc(1, sizeof *s);
    if (!s) goto no_memory;
    s->banks = env->banks;
    if (s->banks && s->banks->prints.n) {
        s->prints = calloc(s->banks->prints.n, sizeof *s->prints);
        s->of = calloc(s->banks->prints.n, sizeof *s->of);
        if (!s->prints || !s->of) goto no_memory;
        gather(s);
        int rc = make_index(s, env->log, err);
        if (rc) {
            close(s);
            return rc;
        }
    }
    *out_state = s;
    return 0;
no_memory:
    close(s);
    return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the banks' tunes");
}

/* Whether the recording itself was found in that file. */
static bool is_recording(const struct finding_list *l, const struct finding *f, uint32_t media)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct finding *o = &l->v[i];
        if (o->kind == FINDING_MATCH_SOUND && o->places[0].kind == PLACE_MEDIA &&
            o->places[0].media_index == media && sv_eq(o->ref.bank, f->ref.bank) &&
            sv_eq(o->ref.item, f->ref.item))
            return true;
    }
    return false;
}

static int report(const struct tune_state *s, uint32_t media, const struct tune_match *m,
                  struct finding_list *out, struct error *err)
{
    const struct set_item *item = &s->banks->items.v[s->banks->prints.v[s->of[m->reference]].item];
    struct place p = place_of(PLACE_MEDIA);
    struct finding f;
    char id[ID_TEXT_BYTES];
    match_init(&f, FINDING_MATCH_TUNE, &detector_tune, s->banks, item, id);
    if (is_recording(out, &f, media)) return 0;
    p.media_index = media;
    p.start_us = (int64_t)m->query_start * TUNE_STEP_US;
    p.end_us = (int64_t)m->query_end * TUNE_STEP_US;
    f.places = &p;
    f.nplaces = 1;
    f.probability = (double)m->probability * MEANS;
    f.ref.time_us = (int64_t)m->start * TUNE_STEP_US;
    int rc = finding_add(out, &f);
    return rc ? error_set(err, rc, DETECT_MODULE, "no memory for a finding") : 0;
}

static int run(const void *state, struct detect_scratch *scratch, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct tune_state *s = state;
    int rc = 0;
    if (s->n == 0 || !item->media) return 0;
    for (size_t i = 0; i < item->post->nmedia && rc == 0; i++) {
        const struct media_signals *signals = item->media[i];
        struct tune_match m[TUNE_MATCHES_MAX];
        size_t n = 0;
        if (!signals || signals->ntune == 0) continue;
        rc = tunes_query(s->tunes, signals->tune, signals->ntune, m, &n, err);
        for (size_t k = 0; k < n && rc == 0; k++)
            if (m[k].probability >= 0.5f) rc = report(s, (uint32_t)i, &m[k], out, err);
    }
    return rc;
}

const struct detector detector_tune = {
    .name = "tune",
    .help = "tunes of banks sung by somebody else, in any key",
    .version = 1,
    .wants = DETECT_MEDIA,
    .open = open,
    .run = run,
    .close = close,
};
