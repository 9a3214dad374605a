/* The way through two tunes that fits best. */
#include "index/tunes_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum {
    HOP = 78,
    KEYS = 4,
    KEY_APART = 12,
    FAR = 24 /* 120 cents: as wrong as can be */,
    VOICED_MIN = 50,
    NOTES_LEAST = 5, /* a tone, a siren or a drone fits wherever a note is held */
    UP_REACH = 18    /* by which the height of a place may be wrong */
};
enum { COST_FAR = 100, COST_PAUSE = 45, COST_BOTH_PAUSE = 15, COST_SLANT = 4 };

struct tunes {
    const struct tune_print *refs;
    size_t nrefs, longest, steps;
    struct tune_grams *grams; /* NULL: all are looked at */
};

/* ---- keys ---- */

static void histogram(const uint8_t *v, size_t n, float h[TUNE_CLASSES])
{
    enum { SPREAD = 5 };
    memset(h, 0, TUNE_CLASSES * sizeof *h);
    for (size_t i = 0; i < n; i++) {
        if (v[i] == 0 || v[i] > TUNE_CLASSES) continue;
        for (int d = -SPREAD; d <= SPREAD; d++)
            h[((int)v[i] - 1 + d + TUNE_CLASSES) % TUNE_CLASSES] += (float)(SPREAD + 1 - abs(d));
    }
}

/* How well the scales agree when the query goes up by k. */
static float agreement(const float *query, const float *ref, unsigned k)
{
    float sum = 0;
    for (unsigned i = 0; i < TUNE_CLASSES; i++) {
        unsigned at = i + k;
        sum += query[i] * ref[at < TUNE_CLASSES ? at : at - TUNE_CLASSES];
    }
    return sum;
}

/* By how much the query must go up to agree with the reference's scale: the best, apart from each other. */
static void find_keys(const float *query, const float *ref, unsigned out[KEYS])
{
    float fit[TUNE_CLASSES];
    for (unsigned k = 0; k < TUNE_CLASSES; k++) fit[k] = agreement(query, ref, k);
    for (int n = 0; n < KEYS; n++) {
        unsigned best = 0;
        for (unsigned k = 1; k < TUNE_CLASSES; k++)
            if (fit[k] > fit[best]) best = k;
        out[n] = best;
        for (unsigned k = 0; k < TUNE_CLASSES; k++)
            if (tune_apart(k, best) < KEY_APART) fit[k] = -1;
    }
}

/* The best near `up`. */
static unsigned find_key_near(const float *query, const float *ref, unsigned up)
{
    unsigned best = up;
    float most = -1;
    for (unsigned d = 0; d <= 2 * UP_REACH; d++) {
        unsigned k = (up + TUNE_CLASSES - UP_REACH + d) % TUNE_CLASSES;
        float fit = agreement(query, ref, k);
        if (fit > most) most = fit, best = k;
    }
    return best;
}

/* ---- the way ---- */

struct way {
    int cost;       /* sum along it */
    uint16_t steps; /* of the query and the reference together */
    uint32_t from;  /* where in the reference it started */
};

static int step_cost(unsigned q, unsigned r)
{
    if (q == 0 || r == 0) return q == r ? COST_BOTH_PAUSE : COST_PAUSE;
    unsigned d = tune_apart(q - 1, r - 1);
    return d <= 3 ? 0 : d >= FAR ? COST_FAR : (int)((d - 3) * COST_FAR / (FAR - 3));
}

static struct way longer(struct way w, int cost, int steps)
{
    w.cost += cost;
    w.steps = (uint16_t)(w.steps + steps);
    return w;
}

/* a / a.steps < b / b.steps */
static bool better(const struct way *a, const struct way *b)
{
    return (int64_t)a->cost * b->steps < (int64_t)b->cost * a->steps;
}

/* rows: three of n + 1 ways. Steps: one and one; one of the query and two of the reference; two and one. */
static struct way best_way(const uint8_t *q, size_t nq, unsigned key, const uint8_t *r, size_t n,
                           struct way *rows, size_t *out_end)
{
    struct way *row[3] = {rows, rows + n, rows + 2 * n}, best = {1 << 20, 1, 0};
    for (size_t i = 0; i < nq; i++) {
        unsigned moved = q[i] ? (q[i] - 1u + key) % TUNE_CLASSES + 1 : 0;
        struct way *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        for (size_t j = 0; j < n; j++) {
            int cost = step_cost(moved, r[j]);
            if (i == 0) {
                now[j] = (struct way){2 * cost, 2, (uint32_t)j};
                continue;
            }
            struct way w = {1 << 20, 1, 0};
            if (j >= 1) w = longer(last[j - 1], 2 * cost, 2);
            if (j >= 2) {
                struct way fast = longer(last[j - 2], 3 * cost + COST_SLANT, 3);
                if (better(&fast, &w)) w = fast;
            }
            if (i >= 2 && j >= 1) {
                struct way slow = longer(before[j - 1], 3 * cost + COST_SLANT, 3);
                if (better(&slow, &w)) w = slow;
            }
            now[j] = w;
        }
    }
    for (size_t j = 0; j < n; j++) {
        const struct way *w = &row[(nq - 1) % 3][j];
        if (!better(w, &best)) continue;
        best = *w;
        *out_end = j + 1;
    }
    return best;
}

/* ---- matches ---- */

static void add_match(struct tune_match *v, size_t *n, const struct tune_match *m)
{
    size_t i = 0;
    while (i < *n && v[i].reference != m->reference) i++;
    if (i < *n) {
        if (v[i].fit >= m->fit) return;
    } else if (*n < TUNE_MATCHES_MAX) {
        ++*n;
    } else if (v[--i].fit >= m->fit) {
        return;
    }
    for (; i > 0 && v[i - 1].fit < m->fit; i--) v[i] = v[i - 1];
    v[i] = *m;
}

/* Of made chants, other performances of 20 s fit by 0.83 to 0.99, other tunes by at most 0.73; the best of a hundred hours of those by 0.81. A shorter
 * piece fits by chance more often: of 10 s other tunes fit by up to 0.85, of a hundred hours by 0.87. */
static float probability_of(float fit, size_t steps, size_t of_all)
{
    float missing = steps < TUNE_WINDOW ? (float)(TUNE_WINDOW - steps) / (float)TUNE_WINDOW : 0;
    float hours = (float)of_all / TUNES_LOOKED_AT_ALL, more = hours > 1 ? 0.02f * log10f(hours) : 0;
    return 1 / (1 + expf(-(fit - 0.78f - fmaxf(0.22f * missing, more)) / 0.012f));
}

struct search {
    const struct tunes *t;
    struct way *rows;
    struct tune_match *out;
    size_t *out_n;
};

struct window {
    const uint8_t *v;
    size_t at, n;
    float scale[TUNE_CLASSES];
};

/* Lays a window under steps [from, to) of a reference. */
static void lay(const struct search *s, const struct window *w, size_t ref, size_t from, size_t to,
                unsigned key)
{
    size_t end = 0;
    struct way way = best_way(w->v + w->at, w->n, key, s->t->refs[ref].v + from, to - from, s->rows, &end);
    float fit = 1 - (float)way.cost / (float)way.steps / COST_FAR;
    struct tune_match m = {
        ref, w->at, w->at + w->n, from + way.from, from + end, fit, probability_of(fit, w->n, s->t->steps)};
    if (end) add_match(s->out, s->out_n, &m);
}

static void look_at_all(const struct search *s, const struct window *w)
{
    float of_ref[TUNE_CLASSES];
    for (size_t r = 0; r < s->t->nrefs; r++) {
        const struct tune_print *ref = &s->t->refs[r];
        unsigned keys[KEYS];
        if (ref->n < w->n / 2) continue;
        histogram(ref->v, ref->n, of_ref);
        find_keys(w->scale, of_ref, keys);
        for (int k = 0; k < KEYS; k++) lay(s, w, r, 0, ref->n, keys[k]);
    }
}

static int look_at_likely(const struct search *s, const struct window *w, struct error *err)
{
    struct tune_place places[TUNE_PLACES_MAX];
    float of_ref[TUNE_CLASSES];
    size_t n;
    int rc = tune_grams_ask(s->t->grams, w->v + w->at, w->n, places, &n, err);
    for (size_t i = 0; i < n && rc == 0; i++) {
        const struct tune_place *p = &places[i];
        histogram(s->t->refs[p->reference].v + p->from, p->to - p->from, of_ref);
        lay(s, w, p->reference, p->from, p->to, find_key_near(w->scale, of_ref, p->up));
    }
    return rc;
}

static int search_window(const struct search *s, const uint8_t *v, size_t at, size_t n, struct error *err)
{
    struct window w = {.v = v, .at = at, .n = n};
    size_t voiced = 0;
    for (size_t i = 0; i < n; i++) voiced += v[at + i] != 0;
    if (voiced < VOICED_MIN || tune_notes(v + at, n) < NOTES_LEAST) return 0;
    histogram(v + at, n, w.scale);
    if (s->t->grams) return look_at_likely(s, &w, err);
    look_at_all(s, &w);
    return 0;
}

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "tunes", "no memory to look for tunes");
}

int tunes_new(const struct tune_print *refs, size_t nrefs, struct tunes **out, size_t *out_left_out,
              struct error *err)
{
    struct tunes *t = calloc(1, sizeof *t);
    size_t steps = 0, n = 0;
    int rc = 0;
    if (!t) return no_memory(err);
    for (; n < nrefs; n++) {
        steps += refs[n].n + TUNE_GAP;
        if (steps > TUNES_MAX_STEPS) break;
        t->steps += refs[n].n;
        if (refs[n].n > t->longest) t->longest = refs[n].n;
    }
    t->refs = refs;
    t->nrefs = n;
    if (t->steps > TUNES_LOOKED_AT_ALL) rc = tune_grams_new(refs, n, &t->grams, err);
    if (rc) {
        tunes_free(t);
        return rc;
    }
    *out = t;
    *out_left_out = nrefs - n;
    return 0;
}

void tunes_free(struct tunes *t)
{
    if (!t) return;
    tune_grams_free(t->grams);
    free(t);
}

int tunes_query(const struct tunes *t, const uint8_t *v, size_t n, struct tune_match out[TUNE_MATCHES_MAX],
                size_t *out_n, struct error *err)
{
    int rc = 0;
    *out_n = 0;
    if (n < TUNE_QUERY_MIN || t->longest == 0) return 0;
    struct search s = {t, malloc(3 * t->longest * sizeof *s.rows), out, out_n};
    if (!s.rows) return no_memory(err);
    for (size_t at = 0; rc == 0 && (at == 0 || at + TUNE_WINDOW / 2 <= n); at += HOP) {
        rc = search_window(&s, v, at, n - at < TUNE_WINDOW ? n - at : TUNE_WINDOW, err);
        if (at + TUNE_WINDOW >= n) break;
    }
    free(s.rows);
    return rc;
}
