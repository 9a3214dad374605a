/* A query of any length, in windows; the stretches of one reference that continue each other are one match. */
#include "index/landmarks_priv.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

#define SURE_SCORE 60.0f
#define FAIR_SCORE 42.0f
enum {
    HOP_TICKS = 3000,
    ASK_TICKS = WINDOW_TICKS - 400,
    JOIN_TICKS = 500,

    BRIEF_LANDMARKS = 1500, /* far more than a listener hears: what has more was made to cost time */
    WINDOW_LANDMARKS = 4000
};

int landmark_scratch_new(struct landmark_scratch **out, struct error *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : error_set(err, ERR_NOMEM, LANDMARKS_MODULE, "no memory to look for sounds with");
}

void landmark_scratch_free(struct landmark_scratch *s)
{
    if (!s) return;
    for (int i = 0; i < EFFORT_COUNT; i++) VEC_DONE(&s->asked[i].hits);
    VEC_DONE(&s->query);
    VEC_DONE(&s->asking);
    VEC_DONE(&s->quints.v);
    VEC_DONE(&s->likely);
    VEC_DONE(&s->pool);
    free(s->counters);
    free(s);
}

struct landmark_work landmark_scratch_work(const struct landmark_scratch *s) { return s->work; }

static int by_time(const void *a, const void *b)
{
    const struct landmark *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    return (x->pitch > y->pitch) - (x->pitch < y->pitch);
}

/* How sure a score makes it. Set on the benchmark's unseen chants and covers (docs/hear.md). */
static float probability_of(float score, bool brief)
{
    return 1 / (1 + expf(-(score - (brief ? LANDMARK_SCORE_EVEN_BRIEF : LANDMARK_SCORE_EVEN)) / 4));
}

static bool overlap(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t from = a > c ? a : c, to = b < d ? b : d;
    return to > from && (uint64_t)(to - from) * 2 > (b - a < d - c ? b - a : d - c);
}

/* Whether b carries on what a found: the same reference on the same line. */
static bool continues(const struct landmark_match *a, const struct landmark_match *b)
{
    if (a->reference != b->reference || fabsf(a->tempo / b->tempo - 1) > 0.02f) return false;
    if (b->query_start > a->query_end + JOIN_TICKS * 4 || a->query_start > b->query_end + JOIN_TICKS * 4)
        return false;
    double expected = a->start + ((double)b->query_start - a->query_start) * (double)a->tempo;
    return fabs(expected - b->start) < JOIN_TICKS;
}

static void join(struct landmark_match *a, const struct landmark_match *b)
{
    bool better = b->score > a->score;
    struct landmark_match m = better ? *b : *a;
    m.query_start = a->query_start < b->query_start ? a->query_start : b->query_start;
    m.query_end = a->query_end > b->query_end ? a->query_end : b->query_end;
    m.start = a->start < b->start ? a->start : b->start;
    m.end = a->end > b->end ? a->end : b->end;
    *a = m;
}

/* Of one reference heard twice in one stretch (a refrain) the better stays. */
static void add_match(struct landmark_match *v, size_t *n, const struct landmark_match *m)
{
    for (size_t i = 0; i < *n; i++) {
        if (v[i].reference != m->reference) continue;
        if (continues(&v[i], m)) {
            join(&v[i], m);
            return;
        }
        if (!overlap(v[i].query_start, v[i].query_end, m->query_start, m->query_end)) continue;
        if (m->score > v[i].score) v[i] = *m;
        return;
    }
    if (*n < LANDMARK_MATCHES_MAX) {
        v[(*n)++] = *m;
        return;
    }
    size_t worst = 0;
    for (size_t i = 1; i < *n; i++)
        if (v[i].score < v[worst].score) worst = i;
    if (m->score > v[worst].score) v[worst] = *m;
}

static bool tried(const struct landmark_scratch *s, const struct hypothesis *h)
{
    for (size_t i = 0; i < s->ntried; i++)
        if (hypotheses_alike(&s->tried[i], h)) return true;
    return false;
}

/* How many in a row may be chance before the rest is taken for it. */
static size_t patience_for(const struct landmarks *l, const struct landmark_scratch *s, bool brief)
{
    if (l->head.marks == QUINT) return brief ? 24 : s->effort == EFFORT_FIRST ? 3 : 6;
    return brief ? HYPOTHESES_MAX : 64;
}

/* Aligns what the window's hits agree on. best: the highest score. */
static int align_window(const struct landmarks *l, struct landmark_scratch *s, uint32_t start,
                        struct landmark_match *out, size_t *n, bool brief, float *best)
{
    size_t patience = patience_for(l, s, brief);
    struct hypothesis h[HYPOTHESES_MAX];
    size_t count, vain = 0;
    if (votes_count(l, s, start, h, &count)) return ERR_NOMEM;
    for (size_t i = 0; i < count && vain < (*best >= SURE_SCORE && patience > 12 ? 12 : patience); i++) {
        struct landmark_match m;
        if (tried(s, &h[i])) continue;
        s->work.aligned++;
        vain++;
        if (!hypothesis_align(l, s->query.v, s->query.n, &h[i], &m)) {
            if (l->head.marks == QUINT && s->ntried < TRIED_MAX) s->tried[s->ntried++] = h[i];
            continue;
        }
        m.probability = probability_of(m.score, brief);
        add_match(out, n, &m);
        if (m.score > *best) *best = m.score;
        vain = 0;
    }
    return 0;
}

static int better_first(const void *a, const void *b)
{
    const struct landmark_match *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return (x->query_start > y->query_start) - (x->query_start < y->query_start);
}

/* s->query: landmarks of [start, start + WINDOW_TICKS), by time. */
static int fill_window(struct landmark_scratch *s, const struct landmark *v, size_t n, size_t from,
                       uint64_t start)
{
    s->query.n = 0;
    for (size_t i = from; i < n && v[i].time < start + WINDOW_TICKS && s->query.n < WINDOW_LANDMARKS; i++) {
        if (v[i].time < start || v[i].pitch > LANDMARK_PITCH_MAX) continue;
        if (VEC_PUSH(&s->query, v[i])) return ERR_NOMEM;
    }
    if (s->query.n) qsort(s->query.v, s->query.n, sizeof *s->query.v, by_time);
    return 0;
}

/* Forgets hits of chains that start before the window; asks for those not yet asked that start before `until`. */
static int ask_window(const struct landmarks *l, struct landmark_scratch *s, uint64_t start, uint64_t until,
                      bool brief)
{
    static const unsigned quads[EFFORT_COUNT] = {LANDMARK_STRONG, LANDMARK_MIDDLE, 0},
                          quints[EFFORT_COUNT] = {LANDMARK_STRONG, LANDMARK_STRONG, LANDMARK_MIDDLE};
    unsigned flag = (l->head.marks == QUINT ? quints : quads)[s->effort];
    uint64_t asked = s->asked[s->effort].until > start ? s->asked[s->effort].until : start;
    struct hit *v = s->asked[s->effort].hits.v;
    size_t n = s->asked[s->effort].hits.n, kept = 0, from = 0, to;
    for (size_t i = 0; i < n; i++)
        if (v[i].query_tick >= start) v[kept++] = v[i];
    s->asked[s->effort].hits.n = kept;
    s->asked[s->effort].until = until;
    s->asking.n = 0;
    for (size_t i = 0; i < s->query.n; i++)
        if ((s->query.v[i].flags & flag) == flag && VEC_PUSH(&s->asking, s->query.v[i])) return ERR_NOMEM;
    while (from < s->asking.n && s->asking.v[from].time < asked) from++;
    for (to = from; to < s->asking.n && s->asking.v[to].time < until;) to++;
    return votes_ask(l, s, from, to, brief);
}

/* The hits that are counted together. */
static int pool_hits(const struct landmarks *l, struct landmark_scratch *s)
{
    s->counted = &s->asked[s->effort].hits;
    if (l->head.marks != QUINT || s->effort == EFFORT_FIRST) return 0;
    s->pool.n = 0;
    s->counted = &s->pool;
    for (enum effort e = 0; e <= s->effort; e++)
        for (size_t i = 0; i < s->asked[e].hits.n; i++)
            if (VEC_PUSH(&s->pool, s->asked[e].hits.v[i])) return ERR_NOMEM;
    return 0;
}

static int query_window(const struct landmarks *l, struct landmark_scratch *s, uint64_t start, bool last,
                        struct landmark_match *out, size_t *n)
{
    /* Chains that start near the end are whole only in the next window. */
    uint64_t until = start + (last ? WINDOW_TICKS : ASK_TICKS);
    float best = 0;
    s->ntried = 0;
    bool quints = l->head.marks == QUINT;
    uint32_t lasts = s->query.v[s->query.n - 1].time - s->query.v[0].time;
    bool brief = last && start == 0 && lasts <= BRIEF_TICKS && s->query.n <= BRIEF_LANDMARKS;
    enum effort end = brief || quints ? EFFORT_COUNT : EFFORT_THIRD;
    for (s->effort = 0; s->effort < end; s->effort++) {
        if (best >= (!quints && s->effort == EFFORT_THIRD ? FAIR_SCORE : SURE_SCORE)) break;
        if (ask_window(l, s, start, until, brief)) return ERR_NOMEM;
        if (quints && s->effort == EFFORT_SECOND) continue;
        if (pool_hits(l, s) || align_window(l, s, (uint32_t)start, out, n, brief, &best)) return ERR_NOMEM;
    }
    return 0;
}

int landmarks_query(const struct landmarks *l, struct landmark_scratch *s, const struct landmark *v, size_t n,
                    struct landmark_match out[LANDMARK_MATCHES_MAX], size_t *out_n, struct error *err)
{
    uint32_t last = 0;
    size_t from = 0;
    *out_n = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].time > last) last = v[i].time;
    for (int i = 0; i < EFFORT_COUNT; i++) s->asked[i].hits.n = 0, s->asked[i].until = 0;
    for (uint64_t start = 0; n > 0 && start <= last; start += HOP_TICKS) {
        bool final = start + WINDOW_TICKS > last;
        while (from < n && v[from].time < start) from++;
        if (fill_window(s, v, n, from, start) || (s->query.n && query_window(l, s, start, final, out, out_n)))
            return error_set(err, ERR_NOMEM, LANDMARKS_MODULE, "no memory to look for sounds with");
        if (final) break;
    }
    if (*out_n) qsort(out, *out_n, sizeof *out, better_first);
    return 0;
}
