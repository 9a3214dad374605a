/* The way through two tunes that fits best. */
#include "index/tunes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum {
    WINDOW = 156,
    HOP = 78,
    KEYS = 4,
    KEY_APART = 12,
    FAR = 24 /* 120 cents: as wrong as can be */,
    VOICED_MIN = 50
};
enum { COST_FAR = 100, COST_PAUSE = 45, COST_BOTH_PAUSE = 15, COST_SLANT = 4 };

static unsigned apart(unsigned a, unsigned b)
{
    unsigned d = a > b ? a - b : b - a;
    return d > TUNE_CLASSES / 2 ? TUNE_CLASSES - d : d;
}

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

/* By how much the query must go up to agree with the reference's scale: the best, apart from each other. */
static void find_keys(const float *query, const float *ref, unsigned out[KEYS])
{
    float fit[TUNE_CLASSES];
    for (unsigned k = 0; k < TUNE_CLASSES; k++) {
        fit[k] = 0;
        for (unsigned i = 0; i < TUNE_CLASSES; i++) {
            unsigned at = i + k;
            fit[k] += query[i] * ref[at < TUNE_CLASSES ? at : at - TUNE_CLASSES];
        }
    }
    for (int n = 0; n < KEYS; n++) {
        unsigned best = 0;
        for (unsigned k = 1; k < TUNE_CLASSES; k++)
            if (fit[k] > fit[best]) best = k;
        out[n] = best;
        for (unsigned k = 0; k < TUNE_CLASSES; k++)
            if (apart(k, best) < KEY_APART) fit[k] = -1;
    }
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
    unsigned d = apart(q, r);
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

/* Of made chants, other performances of 20 s fit by 0.83 to 0.99, other tunes by at most 0.73. A shorter piece fits by chance more often:
 * of 10 s other tunes fit by up to 0.85. */
static float probability_of(float fit, size_t steps)
{
    float missing = steps < WINDOW ? (float)(WINDOW - steps) / (float)WINDOW : 0;
    return 1 / (1 + expf(-(fit - 0.78f - 0.22f * missing) / 0.012f));
}

struct search {
    const struct tune_print *refs;
    size_t nrefs;
    struct way *rows;
    struct tune_match *out;
    size_t *out_n;
};

static void search_window(const struct search *s, const uint8_t *q, size_t at, size_t n)
{
    float of_query[TUNE_CLASSES], of_ref[TUNE_CLASSES];
    size_t voiced = 0;
    for (size_t i = 0; i < n; i++) voiced += q[at + i] != 0;
    if (voiced < VOICED_MIN) return;
    histogram(q + at, n, of_query);
    for (size_t r = 0; r < s->nrefs; r++) {
        unsigned keys[KEYS];
        if (s->refs[r].n < n / 2) continue;
        histogram(s->refs[r].v, s->refs[r].n, of_ref);
        find_keys(of_query, of_ref, keys);
        for (int k = 0; k < KEYS; k++) {
            size_t end = 0;
            struct way w = best_way(q + at, n, keys[k], s->refs[r].v, s->refs[r].n, s->rows, &end);
            float fit = 1 - (float)w.cost / (float)w.steps / COST_FAR;
            struct tune_match m = {r, at, at + n, w.from, end, fit, probability_of(fit, n)};
            if (end) add_match(s->out, s->out_n, &m);
        }
    }
}

int tunes_query(const struct tune_print *refs, size_t nrefs, const uint8_t *v, size_t n,
                struct tune_match out[TUNE_MATCHES_MAX], size_t *out_n, struct error *err)
{
    size_t longest = 0;
    *out_n = 0;
    for (size_t i = 0; i < nrefs; i++)
        if (refs[i].n > longest) longest = refs[i].n;
    if (n < TUNE_QUERY_MIN || longest == 0) return 0;
    struct search s = {refs, nrefs, malloc(3 * longest * sizeof *s.rows), out, out_n};
    if (!s.rows) return error_set(err, ERR_NOMEM, "tunes", "no memory to look for tunes");
    for (size_t at = 0; at == 0 || at + WINDOW / 2 <= n; at += HOP) {
        search_window(&s, v, at, n - at < WINDOW ? n - at : WINDOW);
        if (at + WINDOW >= n) break;
    }
    free(s.rows);
    return 0;
}
