/* The run: rows → pairs → edges that stand. Two visits of the pairs: the first
 * learns where the line is (the spread of weights, the smallest probabilities), the second takes the edges above it with all that they have to say. */
#include "network/network.h"

#include "base/limits.h"
#include "base/vec.h"
#include "network/edges_priv.h"

#include <math.h>
#include <stdlib.h>

struct run {
    const struct network_options *o;
    struct network_result *r;
    struct acts acts;
    struct pairs pairs;
    struct edge_maker maker;
    network_edge_sink *sink;
    void *arg;
    struct error *err;
    struct VEC(double) p;       /* chance: probabilities that could stand */
    double p_max;               /* … are at most this */
    struct VEC(uint64_t) count; /* quantile: edges per weight */
    struct VEC(uint32_t) heavy; /* weights above WEIGHTS_COUNTED */
    uint8_t *wanted;            /* accounts with an edge that may stand */
    uint32_t *top;              /* heaviest edge of each account */
    size_t evidence_cap, edges_cap;
};

enum { WEIGHTS_COUNTED = 65536 };

void network_options_init(struct network_options *o)
{
    memset(o, 0, sizeof *o);
    o->window_us = 60 * INT64_C(1000000);
    o->min_participation = 2;
    o->rule = NETWORK_CHANCE;
    o->quantile = 0.5;
    o->min_posts = 3;
    o->false_rate = 0.001;
    o->neighbours = NETWORK_MAX_NEIGHBOURS;
    o->evidence = 5;
}

static int check_options(const struct network_table *t, const struct network_options *o, struct error *err)
{
    if (o->window_us < 0 || o->window_us > NETWORK_MAX_TIME_US)
        return error_set(err, ERR_ARG, "network", "a window of %lld µs; it must be 0 or more",
                         (long long)o->window_us);
    if (!(o->quantile >= 0 && o->quantile <= 1) || !(o->false_rate > 0 && o->false_rate < 1))
        return error_set(err, ERR_ARG, "network", "quantile %g or false rate %g is not between 0 and 1",
                         o->quantile, o->false_rate);
    if (o->neighbours < 1 || o->neighbours > NETWORK_MAX_NEIGHBOURS || o->evidence > NETWORK_MAX_EVIDENCE)
        return error_set(err, ERR_ARG, "network",
                         "%u neighbours (1 to %d) or %u pieces of evidence (at most %d)", o->neighbours,
                         NETWORK_MAX_NEIGHBOURS, o->evidence, NETWORK_MAX_EVIDENCE);
    for (unsigned l = 0; l < t->nlayers; l++)
        if (o->layers[l].window_us < 0 || o->layers[l].window_us > NETWORK_MAX_TIME_US)
            return error_set(err, ERR_ARG, "network", "layer %.*s: a window of %lld µs",
                             SV_FMT(t->layers[l].name), (long long)o->layers[l].window_us);
    return 0;
}

/* ---- first visit ---- */

static int count_weight(struct run *u, uint32_t weight)
{
    if (weight < WEIGHTS_COUNTED) {
        u->count.v[weight]++;
        return 0;
    }
    return VEC_PUSH(&u->heavy, weight);
}

static int learn(void *arg, const struct pair_run *found)
{
    struct run *u = arg;
    struct pair_run run;
    uint32_t mask, own[NETWORK_MAX_LAYERS];
    int rc = edge_support(&u->maker, found, &run, &mask, own);
    if (rc || run.n == 0) return rc;
    u->r->all_edges++;
    if (run.n > u->top[run.a]) u->top[run.a] = run.n;
    if (u->sink) {
        struct network_edge_row row;
        edge_row(&u->maker, &run, &row);
        rc = u->sink(u->arg, u->r, &row);
        if (rc) return rc;
    }
    if (u->o->rule == NETWORK_QUANTILE) return count_weight(u, run.n);
    if (u->o->rule == NETWORK_COUNT) {
        u->wanted[run.a] |= run.n >= u->o->min_posts;
        return 0;
    }
    double mean;
    uint32_t occasions;
    double p = edge_chance(&u->maker, &run, mask, &mean, &occasions);
    if (p > u->p_max) return 0;
    u->wanted[run.a] = 1;
    return VEC_PUSH(&u->p, p);
}

/* ---- thresholds ---- */

static uint32_t nth_weight(const struct run *u, uint64_t n)
{
    uint64_t seen = 0;
    for (uint32_t w = 0; w < WEIGHTS_COUNTED; w++) {
        seen += u->count.v[w];
        if (n < seen) return w;
    }
    return u->heavy.v[n - seen];
}

static int compare_u32(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

/* R's type 7: between the two values around (n - 1) q. */
static double weight_quantile(struct run *u, double q)
{
    uint64_t n = u->r->all_edges;
    if (n == 0) return 0;
    if (u->heavy.n) qsort(u->heavy.v, u->heavy.n, sizeof *u->heavy.v, compare_u32);
    double h = (double)(n - 1) * q, lo = floor(h);
    uint32_t below = nth_weight(u, (uint64_t)lo);
    uint32_t above = (uint64_t)lo + 1 < n ? nth_weight(u, (uint64_t)lo + 1) : below;
    return below + (h - lo) * ((double)above - below);
}

static void set_threshold(struct run *u)
{
    struct network_result *r = u->r;
    if (u->o->rule == NETWORK_CHANCE) {
        r->tests = u->maker.chance.tests;
        r->threshold = chance_cut(u->p.v, u->p.n, r->tests, u->o->false_rate);
    } else if (u->o->rule == NETWORK_COUNT) {
        r->threshold = u->o->min_posts;
    } else {
        r->threshold = weight_quantile(u, u->o->quantile);
        for (uint32_t i = 0; i < u->acts.naccounts; i++) u->wanted[i] = u->top[i] > r->threshold;
    }
}

/* ---- second visit ---- */

/* Sets p, expected and occasions of the edge. */
static bool stands(struct run *u, const struct pair_run *run, uint32_t mask, const uint32_t *own,
                   struct network_edge *e)
{
    e->p = 1;
    if (u->o->rule == NETWORK_CHANCE) {
        e->p = edge_chance(&u->maker, run, mask, &e->expected, &e->occasions);
        return e->p <= u->r->threshold;
    }
    e->occasions = edge_occasions(&u->maker, run);
    if (u->o->rule == NETWORK_QUANTILE) return run->n > u->r->threshold;
    uint32_t x, y;
    if (run->n < u->o->min_posts) return false;
    edge_sides(&u->maker, run, &x, &y);
    return x >= u->o->min_posts && y >= u->o->min_posts;
}

static int room_for_edge(struct run *u)
{
    struct network_result *r = u->r;
    int rc = 0;
    if (r->nedges == NETWORK_MAX_STANDING)
        return error_set(
            u->err, ERR_LIMIT, "network",
            "more than %d edges stand; take a narrower window or a stricter rule, or write all edges alone",
            NETWORK_MAX_STANDING);
    if (r->nedges == u->edges_cap)
        rc = vec_grow((void **)&r->edges, &u->edges_cap, r->nedges + 1, sizeof *r->edges);
    if (rc == 0 && r->nevidence + u->o->evidence > u->evidence_cap)
        rc = vec_grow((void **)&r->evidence, &u->evidence_cap, r->nevidence + u->o->evidence,
                      sizeof *r->evidence);
    return rc;
}

static int keep(void *arg, const struct pair_run *found)
{
    struct run *u = arg;
    struct network_result *r = u->r;
    struct network_edge made = {0}, *e;
    struct network_edge_row row;
    struct pair_run run;
    uint32_t own[NETWORK_MAX_LAYERS];
    int rc = edge_support(&u->maker, found, &run, &made.layer_mask, own);
    if (rc || run.n == 0 || !stands(u, &run, made.layer_mask, own, &made)) return rc;
    rc = room_for_edge(u);
    if (rc) return rc;
    e = &r->edges[r->nedges];
    *e = made;
    edge_row(&u->maker, &run, &row);
    e->a = row.a;
    e->b = row.b;
    e->pairs = row.pairs;
    e->n_older = row.n_older;
    e->n_newer = row.n_newer;
    e->mean_gap_s = row.mean_gap_s;
    e->evidence = (uint32_t)r->nevidence;
    rc = edge_profile(&u->maker, &run, e, r->evidence + r->nevidence);
    if (rc) return rc;
    r->nevidence += e->nevidence;
    r->nedges++;
    return 0;
}

/* ---- the whole ---- */

static int run_init(struct run *u, const struct network_table *t, struct error *err)
{
    uint32_t n = u->acts.naccounts;
    int rc = edge_maker_init(&u->maker, t, u->o, &u->acts, &u->pairs);
    u->wanted = calloc((size_t)n + 1, 1);
    u->top = calloc((size_t)n + 1, sizeof *u->top);
    if (rc == 0) rc = VEC_RESERVE(&u->count, WEIGHTS_COUNTED);
    if (rc || !u->wanted || !u->top)
        return error_set(err, ERR_NOMEM, "network", "no memory for %u accounts", n);
    memset(u->count.v, 0, WEIGHTS_COUNTED * sizeof *u->count.v);
    if (u->o->rule == NETWORK_CHANCE && u->maker.chance.tests) {
        double most = (double)u->pairs.total, tests = (double)u->maker.chance.tests;
        u->p_max = u->o->false_rate * (most < tests ? most / tests : 1);
    }
    return 0;
}

static void take_counts(struct run *u)
{
    struct network_result *r = u->r;
    r->naccounts = u->acts.naccounts;
    r->posts = u->acts.n;
    r->duplicates = u->acts.duplicates;
    r->self_shares = u->acts.self_shares;
    r->pairs = u->pairs.total;
    r->pairs_left_out = u->pairs.left_out;
    r->hubs = u->pairs.hubs;
    memcpy(r->top_hubs, u->pairs.top_hubs, sizeof r->top_hubs);
    r->account_id = u->acts.account_id;
    u->acts.account_id = NULL;
}

static void run_done(struct run *u)
{
    edge_maker_done(&u->maker);
    pairs_done(&u->pairs);
    acts_done(&u->acts);
    VEC_DONE(&u->p);
    VEC_DONE(&u->count);
    VEC_DONE(&u->heavy);
    free(u->wanted);
    free(u->top);
}

int network_run(const struct network_table *t, const struct network_options *options, network_edge_sink *sink,
                void *arg, struct network_result **out, struct error *err)
{
    struct network_options o = *options;
    struct run u = {.o = &o, .sink = sink, .arg = arg, .err = err};
    int rc = check_options(t, &o, err);
    if (rc) return rc;
    u.r = calloc(1, sizeof *u.r);
    if (!u.r) return error_set(err, ERR_NOMEM, "network", "no memory for a result");
    u.r->table = t;
    rc = acts_build(t, &o, &u.acts, err);
    if (rc == 0) rc = acts_qualify(&u.acts, t, &o, err);
    if (rc == 0) rc = pairs_init(&u.pairs, &u.acts, t, err);
    if (rc == 0) rc = run_init(&u, t, err);
    if (rc == 0) {
        take_counts(&u);
        rc = pairs_visit(&u.pairs, NULL, learn, &u, err);
    }
    if (rc == 0) {
        set_threshold(&u);
        rc = pairs_visit(&u.pairs, u.wanted, keep, &u, err);
        u.r->passes = u.pairs.passes;
    }
    run_done(&u);
    if (rc)
        network_result_free(u.r);
    else
        *out = u.r;
    return rc;
}

void network_result_free(struct network_result *r)
{
    if (!r) return;
    free(r->account_id);
    free(r->edges);
    free(r->evidence);
    free(r);
}

struct sv network_account_name(const struct network_result *r, uint32_t account)
{
    const struct network_table *t = r->table;
    uint32_t id = r->account_id[account];
    return id < t->shown_cap && t->shown[id].n ? t->shown[id] : intern_sv(&t->accounts, id);
}
struct sv network_object_name(const struct network_result *r, uint32_t layer, uint32_t object)
{
    return intern_sv(&r->table->layers[layer].objects, object);
}
struct sv network_content_name(const struct network_result *r, uint32_t content)
{
    return intern_sv(&r->table->contents, content);
}
