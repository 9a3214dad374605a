/* One hypothesis against the landmarks themselves: is each strong landmark of the reference in the query, at its moment
 * and pitch?
 *
 * Tempo, offset and pitch are refined by least squares over the pairs found, from loose to tight. The rate of pairs at
 * shifted moments is what chance gives for these two sounds: two performances in one scale share their partials, not
 * their hundredths of a second. The stretch reported is the run of the reference's landmarks with the highest sum of
 * log-likelihood ratios: found (PRESENT against chance), and how near (a copy's pairs lie within SIGMA, chance's
 * anywhere in the box). */
#include "index/landmarks_priv.h"

#include <math.h>

enum {
    MARGIN_TICKS = 250, /* of the reference, beyond what the query covers */
    TIGHT_TICKS = 8,    /* 16 ms */
    TIGHT_PITCH = 7,    /* 35 cents */
    BAND_LOW = 130,
    BAND_HIGH = 1240,
    SHIFTS = 12,
    FIND_MIN = 8
};
#define CLUSTERED   1.3 /* landmarks crowd where voices are */
#define SIGMA_TICKS 3.5
#define SIGMA_PITCH 3.0
#define PRESENT     0.32f /* share of a reference's landmarks found in a poor copy */
#define SCORE_MIN   10.0f

struct line {
    double tempo, query_at, ref_at; /* ref - ref_at = tempo × (query - query_at) */
    double pitch;
};

struct fit {
    uint32_t expected, found;
    double n, x, y, xx, xy, pitch; /* sums over pairs, from query_at and ref_at */
};

/* What became of one landmark of the reference. */
struct outcome {
    enum { OUTSIDE, MISSED, FOUND } state; /* OUTSIDE: of what the query covers */
    float nearness;                        /* FOUND: log of copy's density there against chance's */
};

struct sides {
    const struct landmark *query;
    size_t nquery;
    const struct landmark *ref;
    size_t nref;
};

static const struct landmark *pair_at(const struct sides *s, size_t *from, double time, double pitch,
                                      double ticks, double units)
{
    const struct landmark *best = NULL;
    double best_d = 1e9;
    while (*from < s->nquery && s->query[*from].time < time - ticks) ++*from;
    for (size_t i = *from; i < s->nquery && s->query[i].time <= time + ticks; i++) {
        double dt = fabs((double)s->query[i].time - time), dp = fabs((double)s->query[i].pitch - pitch);
        if (dt > ticks || dp > units) continue;
        double d = dt / ticks + dp / units;
        if (d >= best_d) continue;
        best_d = d;
        best = &s->query[i];
    }
    return best;
}

static float nearness(double dt, double dp)
{
    double t = dt / SIGMA_TICKS, p = dp / SIGMA_PITCH, box = 4.0 * TIGHT_TICKS * TIGHT_PITCH;
    double peak = box / (2 * M_PI * SIGMA_TICKS * SIGMA_PITCH);
    return (float)log(0.85 * peak * exp(-(t * t + p * p) / 2) + 0.15);
}

static void fit(const struct sides *s, const struct line *a, double ticks, double units, struct fit *out,
                struct outcome *became)
{
    size_t from = 0;
    *out = (struct fit){0};
    if (s->nquery == 0) return;
    double first = s->query[0].time, last = s->query[s->nquery - 1].time;
    for (size_t i = 0; i < s->nref; i++) {
        double x = (s->ref[i].time - a->ref_at) / a->tempo + a->query_at, pitch = s->ref[i].pitch + a->pitch;
        if (became) became[i].state = OUTSIDE;
        if (x < first || x > last || pitch < BAND_LOW || pitch > BAND_HIGH) continue;
        out->expected++;
        const struct landmark *q = pair_at(s, &from, x, pitch, ticks, units);
        if (became) became[i].state = q ? FOUND : MISSED;
        if (!q) continue;
        if (became) became[i].nearness = nearness(q->time - x, q->pitch - pitch);
        double qx = q->time - a->query_at, ry = s->ref[i].time - a->ref_at;
        out->found++;
        out->n++, out->x += qx, out->y += ry, out->xx += qx * qx, out->xy += qx * ry;
        out->pitch += q->pitch - pitch;
    }
}

static void refine(struct line *a, const struct fit *f)
{
    if (f->n < 4) return;
    double mx = f->x / f->n, my = f->y / f->n, var = f->xx / f->n - mx * mx, cov = f->xy / f->n - mx * my;
    a->pitch += f->pitch / f->n;
    a->query_at += mx;
    a->ref_at += my;
    if (var > 100.0 * 100.0) {
        double tempo = cov / var;
        if (fabs(tempo / a->tempo - 1) < 0.03) a->tempo = tempo;
    }
}

/* The best of tempos around the hypothesis. */
static void search_tempo(const struct sides *s, struct line *a)
{
    struct line best = *a;
    uint32_t most = 0;
    for (int k = 0; k <= 20; k++) {
        struct line b = *a;
        struct fit f;
        b.tempo *= 1 + 0.004 * (k % 2 ? -(k + 1) / 2 : k / 2);
        fit(s, &b, 18, 10, &f, NULL);
        if (f.found <= most) continue;
        most = f.found;
        best = b;
        refine(&best, &f);
    }
    *a = best;
}

/* Whether more is found along the line than chance would put into a loose box: one pass instead of forty. */
static bool promising(const struct sides *s, const struct line *a)
{
    double span = s->query[s->nquery - 1].time - (double)s->query[0].time + 1;
    double density = (double)s->nquery / span / (BAND_HIGH - BAND_LOW);
    double by_chance = 1 - exp(-density * 4 * 18 * 10 * CLUSTERED);
    for (int k = -1; k <= 1; k++) {
        struct line b = *a;
        struct fit f;
        b.tempo *= 1 + 0.008 * k;
        fit(s, &b, 18, 10, &f, NULL);
        double expected = by_chance * f.expected;
        if (f.found >= FIND_MIN && f.found > expected + 2 * sqrt(expected)) return true;
    }
    return false;
}

/* Share of landmarks found when the line is moved by a moment. */
static double chance_of(const struct sides *s, const struct line *a)
{
    double found = 1, expected = 20;
    for (int k = 0; k < SHIFTS; k++) {
        struct line b = *a;
        struct fit f;
        b.query_at += (k % 2 ? -1 : 1) * (45 + 29 * (k / 2));
        fit(s, &b, TIGHT_TICKS, TIGHT_PITCH, &f, NULL);
        found += f.found;
        expected += f.expected;
    }
    return found / expected;
}

/* The run of landmarks with the highest sum; out gets its ends and what it holds. */
static float best_run(const struct sides *s, const struct outcome *became, double chance, size_t *out_from,
                      size_t *out_to, struct landmark_match *m)
{
    double present = fmax(PRESENT, fmin(0.9, 2 * chance));
    double yes = log(present / chance), no = log((1 - present) / (1 - chance)), sum = 0, best = 0;
    size_t start = 0;
    *out_from = *out_to = 0;
    for (size_t i = 0; i < s->nref; i++) {
        if (became[i].state == OUTSIDE) continue;
        if (sum <= 0) sum = 0, start = i;
        sum += became[i].state == FOUND ? yes + (double)became[i].nearness : no;
        if (sum <= best) continue;
        best = sum;
        *out_from = start;
        *out_to = i;
    }
    m->expected = m->found = 0;
    for (size_t i = *out_from; i <= *out_to && i < s->nref; i++) {
        m->expected += became[i].state != OUTSIDE;
        m->found += became[i].state == FOUND;
    }
    return (float)best;
}

static uint32_t tick(double v) { return v <= 0 ? 0 : v >= UINT32_MAX ? UINT32_MAX : (uint32_t)(v + 0.5); }

/* The reference's landmarks near the votes; order is checked here, as the bytes may be anything. */
static size_t ref_side(const struct landmarks *l, const struct hypothesis *h, double before, double after,
                       struct landmark *v, size_t cap)
{
    const struct landmarks_ref *r = &l->refs[h->ref];
    const struct landmark *p = l->peaks + r->first_peak;
    size_t from = 0, to = r->npeaks, n = 0;
    double first = h->ref_at - before;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (p[middle].time < first)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < r->npeaks && n < cap && p[from].time <= h->ref_at + after; from++)
        if (n == 0 || p[from].time >= v[n - 1].time) v[n++] = p[from];
    return n;
}

bool hypothesis_align(const struct landmarks *l, const struct landmark *query, size_t n,
                      const struct hypothesis *h, struct landmark_match *out)
{
    enum { REF_MAX = 4096 };
    static const struct {
        double ticks, units;
    } tighter[] = {{14, 9}, {10, 8}, {TIGHT_TICKS, TIGHT_PITCH}};
    struct landmark ref[REF_MAX];
    struct outcome became[REF_MAX];
    if (n == 0) return false;
    double before = (h->query_at - query[0].time) * 1.05 * (double)h->tempo + MARGIN_TICKS;
    double after = (query[n - 1].time - h->query_at) * 1.05 * (double)h->tempo + MARGIN_TICKS;
    struct sides s = {query, n, ref, ref_side(l, h, before, after, ref, REF_MAX)};
    struct line a = {h->tempo, h->query_at, h->ref_at, h->pitch};
    struct fit f;
    if (!promising(&s, &a)) return false;
    search_tempo(&s, &a);
    for (size_t i = 0; i < sizeof tighter / sizeof *tighter; i++) {
        fit(&s, &a, tighter[i].ticks, tighter[i].units, &f, NULL);
        refine(&a, &f);
    }
    fit(&s, &a, TIGHT_TICKS, TIGHT_PITCH, &f, became);
    if (f.found < FIND_MIN || a.tempo < 0.66 || a.tempo > 1.5) return false;
    size_t from, to;
    out->chance = (float)chance_of(&s, &a);
    out->score = best_run(&s, became, out->chance, &from, &to, out);
    if (out->score < SCORE_MIN || out->found < FIND_MIN) return false;
    out->reference = h->ref;
    out->votes = h->votes;
    out->start = ref[from].time;
    out->end = ref[to].time;
    out->query_start = tick((ref[from].time - a.ref_at) / a.tempo + a.query_at);
    out->query_end = tick((ref[to].time - a.ref_at) / a.tempo + a.query_at);
    out->tempo = (float)a.tempo;
    out->pitch = (int16_t)lrint(a.pitch);
    return true;
}
