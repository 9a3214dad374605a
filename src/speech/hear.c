/* A file's speech, piece by piece, to a recogniser, and its words back to their places. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "speech/recogniser_priv.h"
#include "speech/stretch.h"

/* Stretches with silence between, as the recogniser is given them. */
static int16_t *with_gaps(const struct speech_piece *p, const struct media_samples *s, struct arena *a,
                          size_t *out_n)
{
    size_t gap = (size_t)SPEECH_GAP_MS * MEDIA_SAMPLES_HZ / 1000, at = 0, from = 0;
    int16_t *v = ARENA_ARRAY(a, s->n + gap * p->n, int16_t);
    if (!v) return NULL;
    for (size_t i = 0; i < p->n; i++) {
        size_t n = (size_t)(p->v[i].end_us * MEDIA_SAMPLES_HZ / US_PER_SECOND -
                            p->v[i].start_us * MEDIA_SAMPLES_HZ / US_PER_SECOND);
        memcpy(v + at, s->v + from, n * sizeof *v);
        from += n;
        at += n + gap;
    }
    *out_n = at;
    return v;
}

static int hear_piece(struct recogniser *r, struct media_pool *pool, int fd, const struct speech_piece *p,
                      struct arena *words, struct spoken *out, struct error *err)
{
    struct arena a;
    struct media_samples s;
    size_t n = 0;
    arena_init(&a, 0);
    int rc = media_samples(pool, fd, p->v, p->n, &a, &s, err);
    int16_t *v = rc ? NULL : with_gaps(p, &s, &a, &n);
    if (rc == 0 && !v) rc = error_set(err, ERR_NOMEM, "speech", "no memory for a sound");
    if (rc == 0) rc = recogniser_ask(r, v, n, words, out, err);
    if (rc == 0) speech_place(p, (struct said_word *)(uintptr_t)out->v, &out->n);
    arena_done(&a);
    return rc;
}

static int append(struct spoken *all, const struct spoken *more, struct arena *a, struct error *err)
{
    size_t room = SAID_MAX_WORDS - all->n, n = more->n < room ? more->n : room;
    if (n == 0) return 0;
    struct said_word *v = ARENA_ARRAY(a, all->n + n, struct said_word);
    if (!v) return error_set(err, ERR_NOMEM, "speech", "no memory for what was said");
    if (all->n) memcpy(v, all->v, all->n * sizeof *v);
    memcpy(v + all->n, more->v, n * sizeof *v);
    /* A word that was cut by the end of a piece may be heard to begin where the next begins. */
    if (all->n && v[all->n].start_ms < v[all->n - 1].start_ms) v[all->n - 1].start_ms = v[all->n].start_ms;
    all->v = v;
    all->n += n;
    return 0;
}

int recogniser_hear(struct recogniser *r, struct media_pool *pool, int fd, const struct media_signals *s,
                    struct arena *a, struct spoken *out, struct error *err)
{
    struct spoken all = {.by = recogniser_name(r)};
    size_t at = 0;
    int64_t done_us = 0, asked_us = 0;
    int rc = 0;
    while (rc == 0 && asked_us < SPEECH_MAX_US) {
        struct speech_piece p = speech_next(s->marks, s->nmarks, &at, &done_us);
        struct spoken heard;
        if (p.n == 0) break;
        for (size_t i = 0; i < p.n; i++) asked_us += p.v[i].end_us - p.v[i].start_us;
        rc = hear_piece(r, pool, fd, &p, a, &heard, err);
        if (rc == 0) rc = append(&all, &heard, a, err);
    }
    if (rc == 0 && asked_us >= SPEECH_MAX_US)
        log_write(r->log, LOG_WARN, "speech",
                  "%lld s of speech in one file: %.*s was asked for the first %lld",
                  (long long)(speech_us(s->marks, s->nmarks) / US_PER_SECOND), SV_FMT(r->name),
                  (long long)(SPEECH_MAX_US / US_PER_SECOND));
    if (rc == 0) *out = all;
    return rc;
}
