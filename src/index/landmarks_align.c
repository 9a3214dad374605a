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
    SHIFTS_FIRST = 3,
    FIND_MIN = 8,
    LATE_MOST = 64, /* how far off a hypothesis may be: ticks, and units */
    HIGHER_MOST = 16,
    LATE_CELL = 8,
    HIGHER_CELL = 4,
    LATE_CELLS = 2 * LATE_MOST / LATE_CELL,
    HIGHER_CELLS = 2 * HIGHER_MOST / HIGHER_CELL,
    PAIRS_MAX = 2048,
    MOMENT_TICKS = 150, /* 0.3 s */
    BESIDE_FROM = 120,  /* nearer the waves of one note fit each other */
    BESIDE_TO = 504
};
#define MOMENT_MOST  6.0 /* that one moment can say */
#define MOMENT_COST  0.5 /* a copy says something all the time; a cover little, for long */
#define SIGMA_TICKS  3.5
#define SIGMA_PITCH  3.0
#define PRESENT      0.32f /* share of a reference's landmarks found in a poor copy */
#define POLISH_FROM  12.0  /* a score at which other tempos are tried, */
#define POLISH_BELOW 45.0  /* and where it is sure without */
#define BESIDE_ABOVE 25.0  /* scores between which lines beside are looked at, */
#define BESIDE_BELOW 70.0
#define BESIDE_FREE  8.0 /* and what they may have */
#define BESIDE_WHOLE                                                                                         \
    2500.0 /* ticks: in a shorter query one note held is enough to fit beside, and it is held against it in part */
#define SCORE_MIN    15.0f
#define CHANCE_DOUBT 0.7  /* by which the first few shifts may be too high */
#define CHANCE_LEAST 0.05 /* what is not worth a look with this is none with what chance is here */

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

/* ---- finding the line ---- */

/* How far around a hypothesis its line is sought. A quint says more than a quad and is less often chance: nearer, in bigger
 * steps, and given up sooner. */
struct search {
    int late, higher;          /* ticks, units; at most LATE_MOST, HIGHER_MOST */
    double tempo, tempo_timed; /* share by which it may be off, and where the votes say it well */
    double step_least;
    double over_chance; /* standard deviations */
};
static const struct search of_quads = {LATE_MOST, HIGHER_MOST, 0.06, 0.025, 0.002, 3},
                           of_quints = {40, 12, 0.04, 0.025, 0.004, 4.5};

/* A landmark of the reference and one of the query that may be the same. */
struct pair {
    float x;      /* of the query, from query_at */
    float late;   /* ticks by which it is later than the hypothesis says */
    float higher; /* units */
};

static size_t loose_pairs(const struct sides *s, const struct search *how, double tempo_reach,
                          const struct line *a, struct pair *v)
{
    size_t n = 0, from = 0;
    double first = s->query[0].time, last = s->query[s->nquery - 1].time;
    double widest = how->late + tempo_reach * fmax(a->query_at - first, last - a->query_at);
    for (size_t i = 0; i < s->nref; i++) {
        double x = (s->ref[i].time - a->ref_at) / a->tempo + a->query_at, pitch = s->ref[i].pitch + a->pitch;
        double reach = how->late + tempo_reach * fabs(x - a->query_at);
        int lowest = (int)lrint(pitch) - how->higher + 1;
        unsigned most = 2 * (unsigned)how->higher - 2;
        int64_t first_at = (int64_t)ceil(x - reach), last_at = (int64_t)floor(x + reach);
        while (from < s->nquery && s->query[from].time < x - widest) from++;
        for (size_t k = from; k < s->nquery && s->query[k].time <= last_at; k++) {
            unsigned higher = (unsigned)(s->query[k].pitch - lowest);
            if (higher > most || s->query[k].time < first_at || n == PAIRS_MAX) continue;
            v[n++] = (struct pair){(float)(x - a->query_at), (float)(s->query[k].time - x),
                                   (float)((int)higher - how->higher + 1)};
        }
    }
    return n;
}

struct table {
    uint8_t count[LATE_CELLS + 2][HIGHER_CELLS + 2];
};

/* Most pairs in any two by two cells of lateness and height, when the copy is `slope` slower than was thought. */
static unsigned fullest(const struct pair *v, size_t n, const struct search *how, float slope,
                        struct table *t, float *late, float *higher)
{
    int lates = 2 * how->late / LATE_CELL, highers = 2 * how->higher / HIGHER_CELL;
    unsigned most = 0;
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < n; i++) {
        float at = (v[i].late - slope * v[i].x + (float)how->late) * (1.0f / LATE_CELL);
        if (at < 0 || at >= (float)lates) continue;
        uint8_t *c =
            &t->count[(int)at + 1][(int)((v[i].higher + (float)how->higher) * (1.0f / HIGHER_CELL)) + 1];
        *c = (uint8_t)(*c + (*c < UINT8_MAX));
    }
    for (int y = 0; y <= lates; y++)
        for (int x = 0; x <= highers; x++) {
            unsigned sum =
                (unsigned)t->count[y][x] + t->count[y][x + 1] + t->count[y + 1][x] + t->count[y + 1][x + 1];
            if (sum <= most) continue;
            most = sum;
            *late = (float)(y * LATE_CELL - how->late);
            *higher = (float)(x * HIGHER_CELL - how->higher);
        }
    return most;
}

/* Where most pairs agree: all that may be pairs vote for how late and how high, for each tempo near the hypothesis. False when
 * no cell holds more than chance would put there. */
static bool find_line(const struct sides *s, const struct search *how, double tempo_reach, struct line *a)
{
    struct pair pairs[PAIRS_MAX];
    struct table table;
    size_t n = loose_pairs(s, how, tempo_reach, a, pairs);
    double span = fmax(a->query_at - s->query[0].time, s->query[s->nquery - 1].time - a->query_at) + 1;
    double step = fmax(LATE_CELL * 0.8 / span, how->step_least);
    int steps = (int)(tempo_reach / step);
    unsigned most = 0;
    struct line best = *a;
    if (n < FIND_MIN) return false;
    for (int k = -steps; k <= steps; k++) {
        float late = 0, higher = 0;
        unsigned count = fullest(pairs, n, how, (float)(k * step), &table, &late, &higher);
        if (count <= most) continue;
        most = count;
        best.tempo = a->tempo / (1 + k * step);
        best.query_at = a->query_at + (double)late;
        best.pitch = a->pitch + (double)higher;
    }
    double cells = (2 * how->late + tempo_reach * span) * 2 * how->higher / (4.0 * LATE_CELL * HIGHER_CELL);
    double chance = (double)n / cells;
    *a = best;
    return most >= FIND_MIN - 2 && most > chance + how->over_chance * sqrt(chance);
}

/* Landmarks found when the line is moved by a moment, of those that would be there. */
struct shifted {
    double found, expected;
};

static void shift(const struct sides *s, const struct line *a, int from, int to, struct shifted *sum)
{
    for (int k = from; k < to; k++) {
        struct line b = *a;
        struct fit f;
        b.query_at += (k % 2 ? -1 : 1) * (45 + 29 * (k / 2));
        fit(s, &b, TIGHT_TICKS, TIGHT_PITCH, &f, NULL);
        sum->found += f.found;
        sum->expected += f.expected;
    }
}

/* What the landmarks of one moment of the reference say together. */
struct moment {
    size_t from, to; /* landmarks [from, to) */
    double sum;
};

/* A chord that happens to fit puts a dozen landmarks into a tenth of a second; they are one witness, whatever their number. */
static size_t moments_of(const struct sides *s, const struct outcome *became, double tempo, double chance,
                         struct moment *v)
{
    double present = fmax(PRESENT, fmin(0.9, 2 * chance));
    double yes = log(present / chance), no = log((1 - present) / (1 - chance)), lasts = MOMENT_TICKS * tempo;
    size_t n = 0;
    double end = -1;
    for (size_t i = 0; i < s->nref; i++) {
        if (became[i].state == OUTSIDE) continue;
        if (s->ref[i].time >= end) {
            end = s->ref[i].time + lasts;
            v[n++] = (struct moment){i, i, 0};
        }
        v[n - 1].to = i + 1;
        v[n - 1].sum += became[i].state == FOUND ? yes + (double)became[i].nearness : no;
    }
    for (size_t i = 0; i < n; i++) v[i].sum = fmin(v[i].sum, MOMENT_MOST) - MOMENT_COST;
    return n;
}

/* The run of moments with the highest sum; out gets its ends and what it holds. */
static float best_run(const struct moment *v, size_t n, const struct outcome *became, size_t *out_from,
                      size_t *out_to, struct landmark_match *m)
{
    double sum = 0, best = 0;
    size_t start = 0, from = 0, to = 0;
    for (size_t i = 0; i < n; i++) {
        if (sum <= 0) sum = 0, start = i;
        sum += v[i].sum;
        if (sum <= best) continue;
        best = sum;
        from = start;
        to = i;
    }
    m->expected = m->found = 0;
    *out_from = *out_to = 0;
    for (size_t i = n ? v[from].from : 0; n && i < v[to].to; i++) {
        m->expected += became[i].state != OUTSIDE;
        if (became[i].state != FOUND) continue;
        if (m->found++ == 0) *out_from = i;
        *out_to = i;
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

enum { REF_MAX = 2048 };

/* A line held against the landmarks, and what came of it. */
struct trial {
    struct line line;
    struct outcome became[REF_MAX]; /* of each landmark of the reference */
    double score;
    size_t from, to;             /* landmarks of the reference */
    struct landmark_match match; /* expected and found */
};

/* Draws the line to the pairs near it, closer and closer. False when hardly any are left. */
static bool settle(const struct sides *s, struct trial *t)
{
    static const struct {
        double ticks, units;
    } tighter[] = {{14, 9}, {10, 8}, {TIGHT_TICKS, TIGHT_PITCH}};
    struct fit f;
    for (size_t i = 0; i < sizeof tighter / sizeof *tighter; i++) {
        fit(s, &t->line, tighter[i].ticks, tighter[i].units, &f, NULL);
        refine(&t->line, &f);
    }
    fit(s, &t->line, TIGHT_TICKS, TIGHT_PITCH, &f, t->became);
    return f.found >= FIND_MIN && t->line.tempo >= 0.66 && t->line.tempo <= 1.5;
}

static double judge(const struct sides *s, double chance, struct trial *t)
{
    struct moment moments[REF_MAX];
    size_t n = moments_of(s, t->became, t->line.tempo, chance, moments);
    t->score = (double)best_run(moments, n, t->became, &t->from, &t->to, &t->match);
    return t->score;
}

/* Tempos beside it may fit better: pairs of chance hold a line where it was first drawn. */
static void polish(const struct sides *s, double chance, struct trial *t)
{
    static const double beside[] = {-0.03, -0.018, -0.009, 0.009, 0.018, 0.03};
    struct line base = t->line;
    struct trial other;
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        other.line = base;
        other.line.tempo *= 1 + beside[i];
        if (settle(s, &other) && judge(s, chance, &other) > t->score) *t = other;
    }
}

/* The best score of lines moved by up to a second. Music on a beat fits other music a beat earlier or later as well as here, and so
 * does a copy of nothing; a copy fits at its moment alone. */
static double beside(const struct sides *s, double chance, const struct line *line)
{
    double best = 0;
    struct trial t;
    for (int k = BESIDE_FROM; k <= BESIDE_TO; k += TIGHT_TICKS)
        for (int turn = -1; turn <= 1; turn += 2) {
            struct fit f;
            t.line = *line;
            t.line.query_at += turn * k;
            fit(s, &t.line, TIGHT_TICKS, TIGHT_PITCH, &f, t.became);
            if (f.found >= FIND_MIN) best = fmax(best, judge(s, chance, &t));
        }
    return best;
}

bool hypothesis_align(const struct landmarks *l, const struct landmark *query, size_t n,
                      const struct hypothesis *h, struct landmark_match *out)
{
    struct landmark ref[REF_MAX];
    if (n == 0) return false;
    double before = (h->query_at - query[0].time) * 1.05 * (double)h->tempo + MARGIN_TICKS;
    double after = (query[n - 1].time - h->query_at) * 1.05 * (double)h->tempo + MARGIN_TICKS;
    struct sides s = {query, n, ref, ref_side(l, h, before, after, ref, REF_MAX)};
    struct trial t;
    t.line = (struct line){h->tempo, h->query_at, h->ref_at, h->pitch};
    const struct search *how = l->head.marks == QUINT ? &of_quints : &of_quads;
    if (!find_line(&s, how, h->timed ? how->tempo_timed : how->tempo, &t.line)) return false;
    if (!settle(&s, &t) || judge(&s, CHANCE_LEAST, &t) < SCORE_MIN) return false;
    struct shifted by_chance = {1, 20};
    shift(&s, &t.line, 0, SHIFTS_FIRST, &by_chance);
    if (judge(&s, by_chance.found / by_chance.expected * CHANCE_DOUBT, &t) < SCORE_MIN) return false;
    shift(&s, &t.line, SHIFTS_FIRST, SHIFTS, &by_chance);
    double chance = by_chance.found / by_chance.expected;
    bool open = judge(&s, chance, &t) > POLISH_FROM && t.score < POLISH_BELOW,
         brief = query[n - 1].time - query[0].time <= BRIEF_TICKS;
    if (open && (l->head.marks == QUAD || brief)) polish(&s, chance, &t);
    if (t.score >= BESIDE_ABOVE && t.score < BESIDE_BELOW)
        t.score -= fmin(1, (query[n - 1].time - query[0].time) / BESIDE_WHOLE) *
                   fmax(0, beside(&s, chance, &t.line) - BESIDE_FREE);
    if (t.score < SCORE_MIN || t.match.found < FIND_MIN) return false;
    *out = t.match;
    out->chance = (float)chance;
    out->score = (float)t.score;
    out->reference = h->ref;
    out->votes = h->votes;
    out->start = ref[t.from].time;
    out->end = ref[t.to].time;
    out->query_start = tick((ref[t.from].time - t.line.ref_at) / t.line.tempo + t.line.query_at);
    out->query_end = tick((ref[t.to].time - t.line.ref_at) / t.line.tempo + t.line.query_at);
    out->tempo = (float)t.line.tempo;
    out->pitch = (int16_t)lrint(t.line.pitch);
    return true;
}
