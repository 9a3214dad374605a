/* Edges: see edges_priv.h. Most edges have one pair, the next most a few: those are compared with each other; longer ones
 * count distinct posts with a stamp per content. */
#include "network/edges_priv.h"

#include "base/limits.h"

#include <math.h>
#include <stdlib.h>

enum { FEW = 8 };

int edge_maker_init(struct edge_maker *m, const struct network_table *t, const struct network_options *o,
                    const struct acts *a, const struct pairs *p)
{
    memset(m, 0, sizeof *m);
    m->table = t;
    m->options = o;
    m->acts = a;
    for (unsigned l = 0; l < a->nlayers; l++) m->has_support |= o->layers[l].min_posts > 1;
    m->stamp_x = calloc((size_t)a->ncontents + 1, sizeof *m->stamp_x);
    m->stamp_y = calloc((size_t)a->ncontents + 1, sizeof *m->stamp_y);
    if (!m->stamp_x || !m->stamp_y) return ERR_NOMEM;
    if (o->rule != NETWORK_CHANCE) return 0;
    m->has_chance = true;
    return chance_init(&m->chance, p, o->min_participation);
}

void edge_maker_done(struct edge_maker *m)
{
    if (m->has_chance) chance_done(&m->chance);
    free(m->stamp_x);
    free(m->stamp_y);
    free(m->filtered);
    free(m->gaps);
    free(m->users);
    memset(m, 0, sizeof *m);
}

static uint32_t next_serial(struct edge_maker *m)
{
    if (++m->serial == 0) {
        memset(m->stamp_x, 0, (size_t)m->acts->ncontents * sizeof *m->stamp_x);
        memset(m->stamp_y, 0, (size_t)m->acts->ncontents * sizeof *m->stamp_y);
        m->serial = 1;
    }
    return m->serial;
}

/* The contents of a pair: of its older and newer post, or of a's and b's side when `account` is one of them. */
static inline void pair_contents(const struct acts *a, const struct pair *p, uint32_t account, uint32_t *x,
                                 uint32_t *y)
{
    const struct act *older = &a->v[p->older], *newer = &a->v[p->newer];
    bool swap = account != INTERN_NONE && older->account != account;
    *x = swap ? newer->content : older->content;
    *y = swap ? older->content : newer->content;
}

/* Distinct contents on either side; account INTERN_NONE: sides are older and newer. */
static void count_distinct(struct edge_maker *m, const struct pair *v, uint32_t n, uint32_t account,
                           uint32_t *out_x, uint32_t *out_y)
{
    const struct acts *a = m->acts;
    uint32_t nx = 0, ny = 0, xs[FEW], ys[FEW];
    if (n == 1) {
        *out_x = *out_y = 1;
        return;
    }
    uint32_t serial = n > FEW ? next_serial(m) : 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t x, y;
        pair_contents(a, &v[i], account, &x, &y);
        if (n > FEW) {
            nx += m->stamp_x[x] != serial;
            ny += m->stamp_y[y] != serial;
            m->stamp_x[x] = m->stamp_y[y] = serial;
            continue;
        }
        uint32_t k = 0;
        while (k < nx && xs[k] != x) k++;
        if (k == nx) xs[nx++] = x;
        for (k = 0; k < ny && ys[k] != y;) k++;
        if (k == ny) ys[ny++] = y;
    }
    *out_x = nx;
    *out_y = ny;
}

void edge_sides(struct edge_maker *m, const struct pair_run *run, uint32_t *out_a, uint32_t *out_b)
{
    count_distinct(m, run->v, run->n, run->a, out_a, out_b);
}

void edge_row(struct edge_maker *m, const struct pair_run *run, struct network_edge_row *out)
{
    const struct act *v = m->acts->v;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < run->n; i++)
        sum += (uint64_t)(v[run->v[i].newer].time_us - v[run->v[i].older].time_us);
    out->a = run->a;
    out->b = run->b;
    out->pairs = run->n;
    /* Whole seconds are divided as whole numbers: the nearest double, as the peers print it. */
    out->mean_gap_s = sum % 1000000 == 0 ? (double)(sum / 1000000) / run->n : (double)sum / run->n / 1e6;
    count_distinct(m, run->v, run->n, INTERN_NONE, &out->n_older, &out->n_newer);
}

static unsigned layer_of_act(const struct acts *a, uint32_t act)
{
    unsigned l = 0;
    while (act >= a->layer_start[l + 1]) l++;
    return l;
}

/* How many pairs from v on lie in the same layer. */
static uint32_t same_layer(const struct acts *a, const struct pair *v, uint32_t n, unsigned layer)
{
    uint32_t i = 1;
    while (i < n && v[i].older < a->layer_start[layer + 1]) i++;
    return i;
}

static int make_filtered(struct edge_maker *m, uint32_t n)
{
    if (n <= m->filtered_cap) return 0;
    free(m->filtered);
    m->filtered_cap = (size_t)n * 2;
    m->filtered = malloc(m->filtered_cap * sizeof *m->filtered);
    if (!m->filtered) m->filtered_cap = 0;
    return m->filtered ? 0 : ERR_NOMEM;
}

int edge_support(struct edge_maker *m, const struct pair_run *run, struct pair_run *out_run,
                 uint32_t *out_mask, uint32_t own[NETWORK_MAX_LAYERS])
{
    const struct acts *a = m->acts;
    *out_run = *run;
    *out_mask = 1;
    own[0] = run->n;
    if (a->nlayers == 1 && !m->has_support) return 0;
    int rc = make_filtered(m, run->n);
    if (rc) return rc;
    uint32_t kept = 0;
    *out_mask = 0;
    for (uint32_t i = 0; i < run->n;) {
        unsigned l = layer_of_act(a, run->v[i].older);
        uint32_t n = same_layer(a, run->v + i, run->n - i, l), x, y;
        count_distinct(m, run->v + i, n, run->a, &x, &y);
        uint32_t need = m->options->layers[l].min_posts;
        if (x >= need && y >= need) {
            memcpy(m->filtered + kept, run->v + i, n * sizeof *run->v);
            kept += n;
            *out_mask |= 1u << l;
            own[l] = n;
        }
        i += n;
    }
    out_run->v = m->filtered;
    out_run->n = kept;
    return 0;
}

/* How many pairs from v on lie on the object of the first; *object is set. */
static uint32_t same_object(const struct acts *a, const struct pair *v, uint32_t n, uint32_t *object)
{
    *object = acts_object_of(a, v[0].older);
    uint32_t i = 1;
    while (i < n && v[i].older < a->object_start[*object + 1]) i++;
    return i;
}

uint32_t edge_occasions(struct edge_maker *m, const struct pair_run *run)
{
    if (run->n == 1) return 1;
    uint32_t sum = 0, x, y, object;
    for (uint32_t i = 0, n; i < run->n; i += n) {
        n = same_object(m->acts, run->v + i, run->n - i, &object);
        count_distinct(m, run->v + i, n, run->a, &x, &y);
        uint32_t k = x < y ? x : y;
        sum += k < OBJECT_MAX_OCCASIONS ? k : OBJECT_MAX_OCCASIONS;
    }
    /* The same two posts may meet on several layers: one occasion. */
    edge_sides(m, run, &x, &y);
    uint32_t posts = x < y ? x : y;
    return sum < posts ? sum : posts;
}

double edge_chance(struct edge_maker *m, const struct pair_run *run, uint32_t mask, double *out_mean,
                   uint32_t *out_occasions)
{
    const struct acts *a = m->acts;
    *out_mean = chance_expected(&m->chance, run->a, run->b, mask);
    *out_occasions = edge_occasions(m, run);
    double best = chance_tail(*out_occasions, *out_mean);
    if (a->nlayers == 1) return best;
    for (uint32_t i = 0; i < run->n && (mask & (mask - 1));) {
        unsigned l = layer_of_act(a, run->v[i].older);
        struct pair_run part = {run->a, run->b, run->v + i, same_layer(a, run->v + i, run->n - i, l)};
        double mean = chance_expected(&m->chance, run->a, run->b, 1u << l);
        uint32_t occasions = edge_occasions(m, &part);
        double p = chance_tail(occasions, mean);
        if (p < best) {
            best = p;
            *out_mean = mean;
            *out_occasions = occasions;
        }
        i += part.n;
    }
    best *= a->nlayers + 1;
    return best < 1 ? best : 1;
}

/* ---- profile ---- */

static int count_users(struct edge_maker *m)
{
    const struct acts *a = m->acts;
    uint32_t *seen = calloc((size_t)a->naccounts + 1, sizeof *seen);
    m->users = calloc((size_t)a->nobjects + 1, sizeof *m->users);
    if (!seen || !m->users) {
        free(seen);
        return ERR_NOMEM;
    }
    for (uint32_t ob = 0; ob < a->nobjects; ob++) {
        for (uint32_t i = a->object_start[ob]; i < a->object_start[ob + 1]; i++) {
            m->users[ob] += seen[a->v[i].account] != ob + 1;
            seen[a->v[i].account] = ob + 1;
        }
    }
    free(seen);
    return 0;
}

static int compare_times(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static int edge_times(struct edge_maker *m, const struct pair_run *run, struct network_edge *e)
{
    const struct act *v = m->acts->v;
    if (run->n > m->gaps_cap) {
        free(m->gaps);
        m->gaps_cap = (size_t)run->n * 2;
        m->gaps = malloc(m->gaps_cap * sizeof *m->gaps);
        if (!m->gaps) {
            m->gaps_cap = 0;
            return ERR_NOMEM;
        }
    }
    e->first_us = INT64_MAX;
    e->last_us = INT64_MIN;
    for (uint32_t i = 0; i < run->n; i++) {
        int64_t older = v[run->v[i].older].time_us, newer = v[run->v[i].newer].time_us;
        m->gaps[i] = newer - older;
        if (older < e->first_us) e->first_us = older;
        if (newer > e->last_us) e->last_us = newer;
    }
    qsort(m->gaps, run->n, sizeof *m->gaps, compare_times);
    e->median_gap_us = m->gaps[run->n / 2];
    e->spread_us = m->gaps[run->n - 1 - run->n / 4] - m->gaps[run->n / 4];
    return 0;
}

static int edge_objects(struct edge_maker *m, const struct pair_run *run, struct network_edge *e)
{
    if (!m->users) {
        int rc = count_users(m);
        if (rc) return rc;
    }
    int64_t rarity = 0; /* millionths: whole numbers add up to the same in any order */
    for (uint32_t i = 0, n; i < run->n; i += n) {
        uint32_t object, x, y;
        n = same_object(m->acts, run->v + i, run->n - i, &object);
        count_distinct(m, run->v + i, n, run->a, &x, &y);
        uint32_t k = x < y ? x : y;
        if (k > OBJECT_MAX_OCCASIONS) k = OBJECT_MAX_OCCASIONS;
        rarity += k * llround(1e6 * log((double)m->acts->naccounts / m->users[object]));
        e->objects++;
    }
    e->rarity = (double)rarity / 1e6;
    return 0;
}

static void make_evidence(const struct edge_maker *m, const struct pair *p, uint32_t a, uint32_t object,
                          struct network_evidence *out)
{
    const struct acts *acts = m->acts;
    const struct act *x = &acts->v[p->older], *y = &acts->v[p->newer];
    if (x->account != a) {
        const struct act *swap = x;
        x = y;
        y = swap;
    }
    out->layer = acts_layer_of_object(acts, object);
    out->object = object - acts->layer_object[out->layer];
    out->content_a = x->content;
    out->content_b = y->content;
    out->time_a_us = x->time_us;
    out->time_b_us = y->time_us;
}

/* Tighter first, then earlier, then by the names of what was shared: an order that no order of arrival changes. */
static int compare_evidence(const struct edge_maker *m, const struct network_evidence *x,
                            const struct network_evidence *y)
{
    int64_t gx = llabs(x->time_a_us - x->time_b_us), gy = llabs(y->time_a_us - y->time_b_us);
    if (gx != gy) return gx < gy ? -1 : 1;
    if (x->time_a_us != y->time_a_us) return x->time_a_us < y->time_a_us ? -1 : 1;
    if (x->layer != y->layer) return x->layer < y->layer ? -1 : 1;
    const struct intern *objects = &m->table->layers[x->layer].objects, *contents = &m->table->contents;
    if (x->object != y->object) return sv_cmp(intern_sv(objects, x->object), intern_sv(objects, y->object));
    if (x->content_a != y->content_a)
        return sv_cmp(intern_sv(contents, x->content_a), intern_sv(contents, y->content_a));
    return x->content_b == y->content_b
               ? 0
               : sv_cmp(intern_sv(contents, x->content_b), intern_sv(contents, y->content_b));
}

/* Keeps the list in order and at most `max` long. */
static void insert_evidence(const struct edge_maker *m, struct network_evidence *v, uint32_t *n, uint32_t max,
                            const struct network_evidence *e)
{
    uint32_t at = *n;
    while (at > 0 && compare_evidence(m, e, &v[at - 1]) < 0) at--;
    if (at >= max) return;
    uint32_t last = *n < max ? (*n)++ : max - 1;
    for (uint32_t i = last; i > at; i--) v[i] = v[i - 1];
    v[at] = *e;
}

/* The tightest pair of each object; when objects do not fill the list, further pairs. */
static void edge_evidence(struct edge_maker *m, const struct pair_run *run, struct network_edge *e,
                          struct network_evidence *v)
{
    uint32_t max = m->options->evidence, object;
    if (max == 0) return;
    for (uint32_t i = 0, n; i < run->n; i += n) {
        struct network_evidence best, each;
        n = same_object(m->acts, run->v + i, run->n - i, &object);
        make_evidence(m, &run->v[i], run->a, object, &best);
        for (uint32_t k = 1; k < n; k++) {
            make_evidence(m, &run->v[i + k], run->a, object, &each);
            if (e->objects < max) {
                bool better = compare_evidence(m, &each, &best) < 0;
                insert_evidence(m, v, &e->nevidence, max, better ? &best : &each);
                if (better) best = each;
            } else if (compare_evidence(m, &each, &best) < 0) {
                best = each;
            }
        }
        insert_evidence(m, v, &e->nevidence, max, &best);
    }
}

int edge_profile(struct edge_maker *m, const struct pair_run *run, struct network_edge *e,
                 struct network_evidence *evidence)
{
    edge_sides(m, run, &e->posts_a, &e->posts_b);
    int rc = edge_times(m, run, e);
    if (rc == 0) rc = edge_objects(m, run, e);
    if (rc == 0) edge_evidence(m, run, e, evidence);
    return rc;
}
