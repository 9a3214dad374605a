/* Leiden: see leiden.h. One `level` is the graph of a round, its nodes standing for sets of accounts:
 *
 *     move    nodes go to the neighbouring community that gains most, until none wants to
 *     refine  inside each community nodes start alone again and join only what they are well connected to
 *     merge   what was refined becomes a node of the next level, the communities found stay as its partition */
#include "network/leiden.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct level {
    struct graph g; /* loops are not stored: they never change a choice */
    double *size;   /* accounts in each node */
    uint32_t *community;
    uint32_t ncommunities; /* numbers below this are in use, or were */
};

struct scratch {
    double *mass;   /* per community: accounts in it */
    double *to;     /* weight from the node at hand to each community; 0 between nodes */
    uint32_t *near; /* the communities touched */
    uint32_t *queue, *order;
    uint8_t *queued;
    double *outside;  /* refine: weight from a set to the rest of its community */
    double *set_mass; /* refine: accounts in a set */
    uint32_t *set, *set_count;
};

static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void shuffle(uint32_t *v, uint32_t n, uint64_t *state)
{
    for (uint32_t i = 0; i < n; i++) v[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = (uint32_t)(draw(state) % i), x = v[i - 1];
        v[i - 1] = v[j];
        v[j] = x;
    }
}

void leiden_options_init(struct leiden_options *o)
{
    *o = (struct leiden_options){.resolution = 0.1, .randomness = 0.01, .seed = 1, .max_rounds = 10};
}

static int scratch_init(struct scratch *s, uint32_t n)
{
    size_t m = (size_t)n + 1;
    *s = (struct scratch){calloc(m, 8), calloc(m, 8),  malloc(m * 4), malloc(m * 4), malloc(m * 4),
                          calloc(m, 1), malloc(m * 8), malloc(m * 8), malloc(m * 4), malloc(m * 4)};
    return s->mass && s->to && s->near && s->queue && s->order && s->queued && s->outside && s->set_mass &&
                   s->set && s->set_count
               ? 0
               : ERR_NOMEM;
}

static void scratch_done(struct scratch *s)
{
    free(s->mass);
    free(s->to);
    free(s->near);
    free(s->queue);
    free(s->order);
    free(s->queued);
    free(s->outside);
    free(s->set_mass);
    free(s->set);
    free(s->set_count);
}

static void level_done(struct level *l)
{
    graph_done(&l->g);
    free(l->size);
    free(l->community);
    memset(l, 0, sizeof *l);
}

/* Weight from v to each label of its neighbours (those with the same `within` as v only, when given). Returns how many
 * labels s->near holds; s->to must be zeroed again for them. */
static uint32_t gather(const struct graph *g, uint32_t v, const uint32_t *label, const uint32_t *within,
                       struct scratch *s)
{
    uint32_t n = 0;
    for (uint64_t k = g->start[v]; k < g->start[v + 1]; k++) {
        uint32_t u = g->to[k];
        if (within && within[u] != within[v]) continue;
        if (s->to[label[u]] == 0) s->near[n++] = label[u];
        s->to[label[u]] += g->weight[k];
    }
    return n;
}

static void forget(struct scratch *s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) s->to[s->near[i]] = 0;
}

/* The community where v gains most; its own when nothing is better, a free one when it had better be alone. */
static uint32_t best_community(struct level *l, struct scratch *s, uint32_t v, double resolution, uint32_t n,
                               const uint32_t *spare, uint32_t nspare)
{
    uint32_t own = l->community[v], best = own;
    double most = s->to[own] - resolution * l->size[v] * (s->mass[own] - l->size[v]);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t c = s->near[i];
        if (c == own) continue;
        double gain = s->to[c] - resolution * l->size[v] * s->mass[c];
        if (gain > most + 1e-12 || (gain > most - 1e-12 && best != own && c < best)) {
            most = gain;
            best = c;
        }
    }
    return most < -1e-12 && nspare ? spare[nspare - 1] : best;
}

/* Fast local moving. Returns 1 when anything moved. */
static int move_nodes(struct level *l, struct scratch *s, double resolution, uint64_t *state, uint32_t *spare)
{
    uint32_t n = l->g.n, head = 0, waiting = n, nspare = 0;
    bool moved = false;
    memset(s->mass, 0, (size_t)n * sizeof *s->mass);
    memset(s->set_count, 0, (size_t)n * sizeof *s->set_count);
    for (uint32_t v = 0; v < n; v++) {
        s->mass[l->community[v]] += l->size[v];
        s->set_count[l->community[v]]++;
    }
    for (uint32_t c = n; c-- > 0;)
        if (s->set_count[c] == 0) spare[nspare++] = c;
    shuffle(s->queue, n, state);
    memset(s->queued, 1, n);
    while (waiting) {
        uint32_t v = s->queue[head], own = l->community[v];
        head = head + 1 == n ? 0 : head + 1;
        waiting--;
        s->queued[v] = 0;
        uint32_t near = gather(&l->g, v, l->community, NULL, s);
        uint32_t best = best_community(l, s, v, resolution, near, spare, nspare);
        forget(s, near);
        if (best == own) continue;
        moved = true;
        if (s->set_count[best] == 0) nspare--;
        s->mass[own] -= l->size[v];
        s->mass[best] += l->size[v];
        s->set_count[best]++;
        if (--s->set_count[own] == 0) {
            s->mass[own] = 0;
            spare[nspare++] = own;
        }
        l->community[v] = best;
        for (uint64_t k = l->g.start[v]; k < l->g.start[v + 1]; k++) {
            uint32_t u = l->g.to[k];
            if (s->queued[u] || l->community[u] == best) continue;
            s->queued[u] = 1;
            s->queue[(head + waiting) % n] = u;
            waiting++;
        }
    }
    return moved;
}

/* Which set a node that is still alone joins: any that it does not lose by, likelier the more it gains. */
static uint32_t choose_set(const struct level *l, struct scratch *s, uint32_t v, double total,
                           const struct leiden_options *o, uint32_t n, uint64_t *state)
{
    double most = 0, sum = 0, r = o->resolution;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t c = s->near[i];
        double gain = s->to[c] - r * l->size[v] * s->set_mass[c];
        bool fits = c != s->set[v] && s->outside[c] >= r * s->set_mass[c] * (total - s->set_mass[c]) - 1e-12;
        s->mass[c] = fits ? gain : -1; /* s->mass is not in use during refinement */
        if (fits && gain > most) most = gain;
    }
    double alone = exp(-most / o->randomness);
    sum = alone;
    for (uint32_t i = 0; i < n; i++)
        if (s->mass[s->near[i]] >= 0) sum += exp((s->mass[s->near[i]] - most) / o->randomness);
    double x = (double)(draw(state) >> 11) * 0x1p-53 * sum - alone;
    for (uint32_t i = 0; i < n && x >= 0; i++) {
        uint32_t c = s->near[i];
        if (s->mass[c] < 0) continue;
        x -= exp((s->mass[c] - most) / o->randomness);
        if (x < 0) return c;
    }
    return s->set[v];
}

/* Splits communities into well connected sets: s->set[v]. */
static void refine(struct level *l, struct scratch *s, const struct leiden_options *o, uint64_t *state,
                   double *totals)
{
    uint32_t n = l->g.n;
    memset(totals, 0, (size_t)n * sizeof *totals);
    for (uint32_t v = 0; v < n; v++) {
        totals[l->community[v]] += l->size[v];
        s->set[v] = v;
        s->set_mass[v] = l->size[v];
        s->set_count[v] = 1;
        s->outside[v] = 0;
        for (uint64_t k = l->g.start[v]; k < l->g.start[v + 1]; k++)
            if (l->community[l->g.to[k]] == l->community[v]) s->outside[v] += l->g.weight[k];
    }
    shuffle(s->order, n, state);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = s->order[i];
        double total = totals[l->community[v]];
        if (s->set_count[s->set[v]] != 1) continue;
        if (s->outside[v] < o->resolution * l->size[v] * (total - l->size[v]) - 1e-12) continue;
        uint32_t near = gather(&l->g, v, s->set, l->community, s);
        uint32_t c = choose_set(l, s, v, total, o, near, state);
        if (c != s->set[v]) {
            s->outside[c] += s->outside[v] - 2 * s->to[c];
            s->set_mass[c] += l->size[v];
            s->set_count[c]++;
            s->set_count[s->set[v]]--;
            s->set[v] = c;
        }
        forget(s, near);
    }
}

/* Numbers labels 0, 1, … by lowest node. `fresh` holds one per label. Returns how many. */
static uint32_t renumber(uint32_t *label, uint32_t n, uint32_t *fresh, uint32_t nlabels)
{
    uint32_t count = 0;
    memset(fresh, 0xff, (size_t)nlabels * sizeof *fresh);
    for (uint32_t v = 0; v < n; v++) {
        if (fresh[label[v]] == UINT32_MAX) fresh[label[v]] = count++;
        label[v] = fresh[label[v]];
    }
    return count;
}

/* Edges between the sets of a level, each once. Their number, the list owned by the caller; -1 without memory. */
static int64_t edges_between(const struct level *l, struct scratch *s, uint32_t nsets,
                             struct graph_edge **out)
{
    uint32_t n = l->g.n, *start = calloc((size_t)nsets + 2, sizeof *start),
             *member = malloc(((size_t)n + 1) * sizeof *member);
    struct graph_edge *list = malloc((l->g.start[n] / 2 + 1) * sizeof *list);
    int64_t count = -1;
    if (start && member && list) {
        for (uint32_t v = 0; v < n; v++) start[s->set[v] + 2]++;
        for (uint32_t c = 0; c < nsets; c++) start[c + 2] += start[c + 1];
        for (uint32_t v = 0; v < n; v++) member[start[s->set[v] + 1]++] = v;
        count = 0;
        for (uint32_t c = 0; c < nsets; c++) {
            uint32_t near = 0;
            for (uint32_t i = start[c]; i < start[c + 1]; i++) {
                uint32_t v = member[i];
                for (uint64_t k = l->g.start[v]; k < l->g.start[v + 1]; k++) {
                    uint32_t d = s->set[l->g.to[k]];
                    if (d <= c) continue;
                    if (s->to[d] == 0) s->near[near++] = d;
                    s->to[d] += l->g.weight[k];
                }
            }
            for (uint32_t i = 0; i < near; i++)
                list[count++] = (struct graph_edge){c, s->near[i], s->to[s->near[i]]};
            forget(s, near);
        }
    }
    free(start);
    free(member);
    if (count >= 0)
        *out = list;
    else
        free(list);
    return count;
}

/* The next level; *l is replaced. s->set is numbered from 0 to nsets. */
static int merge(struct level *l, struct scratch *s, uint32_t nsets)
{
    struct graph_edge *list = NULL;
    struct level next = {0};
    int64_t count = edges_between(l, s, nsets, &list);
    next.size = calloc((size_t)nsets + 1, sizeof *next.size);
    next.community = malloc(((size_t)nsets + 1) * sizeof *next.community);
    int rc = count >= 0 && next.size && next.community ? graph_init(&next.g, nsets, list, (size_t)count)
                                                       : ERR_NOMEM;
    free(list);
    if (rc) {
        level_done(&next);
        return rc;
    }
    for (uint32_t v = 0; v < l->g.n; v++) {
        next.size[s->set[v]] += l->size[v];
        next.community[s->set[v]] = l->community[v];
    }
    level_done(l);
    *l = next;
    return 0;
}

static int first_level(struct level *l, const struct graph *g, const uint32_t *community)
{
    uint64_t m = g->start[g->n];
    memset(l, 0, sizeof *l);
    l->g.n = g->n;
    l->g.start = malloc(((size_t)g->n + 2) * sizeof *l->g.start);
    l->g.to = malloc((m + 1) * sizeof *l->g.to);
    l->g.weight = malloc((m + 1) * sizeof *l->g.weight);
    l->size = malloc(((size_t)g->n + 1) * sizeof *l->size);
    l->community = malloc(((size_t)g->n + 1) * sizeof *l->community);
    if (!l->g.start || !l->g.to || !l->g.weight || !l->size || !l->community) return ERR_NOMEM;
    memcpy(l->g.start, g->start, ((size_t)g->n + 1) * sizeof *g->start);
    memcpy(l->g.to, g->to, m * sizeof *g->to);
    memcpy(l->g.weight, g->weight, m * sizeof *g->weight);
    for (uint32_t v = 0; v < g->n; v++) l->size[v] = 1;
    memcpy(l->community, community, (size_t)g->n * sizeof *community);
    return 0;
}

struct leiden {
    const struct leiden_options *o;
    uint64_t state;
    struct scratch s;
    uint32_t *spare;  /* one per node */
    uint32_t *stands; /* per account: its node of the level at hand */
    double *totals;
};

/* From a partition to a better one; *out_moved tells whether there was one. */
static int one_round(struct leiden *d, const struct graph *g, uint32_t *community, bool *out_moved)
{
    struct level l;
    int rc = first_level(&l, g, community);
    *out_moved = false;
    for (uint32_t v = 0; v < g->n; v++) d->stands[v] = v;
    while (rc == 0) {
        *out_moved |= move_nodes(&l, &d->s, d->o->resolution, &d->state, d->spare);
        uint32_t ncommunities = renumber(l.community, l.g.n, d->spare, l.g.n);
        for (uint32_t v = 0; v < g->n; v++) community[v] = l.community[d->stands[v]];
        if (ncommunities == l.g.n) break;
        refine(&l, &d->s, d->o, &d->state, d->totals);
        uint32_t nsets = renumber(d->s.set, l.g.n, d->spare, l.g.n);
        if (nsets == l.g.n) break;
        for (uint32_t v = 0; v < g->n; v++) d->stands[v] = d->s.set[d->stands[v]];
        rc = merge(&l, &d->s, nsets);
    }
    level_done(&l);
    return rc;
}

int leiden_cpm(const struct graph *g, const struct leiden_options *o, uint32_t *out, uint32_t *out_count,
               double *out_quality)
{
    struct leiden d = {.o = o, .state = o->seed};
    size_t m = (size_t)g->n + 1;
    int rc = scratch_init(&d.s, g->n);
    d.spare = malloc(m * sizeof *d.spare);
    d.stands = malloc(m * sizeof *d.stands);
    d.totals = malloc(m * sizeof *d.totals);
    if (!d.spare || !d.stands || !d.totals) rc = ERR_NOMEM;
    for (uint32_t v = 0; v < g->n; v++) out[v] = v;
    bool moved = true;
    for (unsigned i = 0; rc == 0 && moved && i < o->max_rounds; i++) rc = one_round(&d, g, out, &moved);
    if (rc == 0) {
        *out_count = renumber(out, g->n, d.spare, g->n);
        if (out_quality) *out_quality = leiden_quality(g, o->resolution, out, *out_count);
    }
    scratch_done(&d.s);
    free(d.spare);
    free(d.stands);
    free(d.totals);
    return rc;
}

double leiden_quality(const struct graph *g, double resolution, const uint32_t *community, uint32_t count)
{
    double inside = 0, pairs = 0;
    uint64_t *size = calloc((size_t)count + 1, sizeof *size);
    if (!size) return NAN;
    for (uint32_t v = 0; v < g->n; v++) {
        size[community[v]]++;
        for (uint64_t k = g->start[v]; k < g->start[v + 1]; k++)
            if (g->to[k] > v && community[g->to[k]] == community[v]) inside += g->weight[k];
    }
    for (uint32_t c = 0; c < count; c++) pairs += (double)size[c] * ((double)size[c] - 1) / 2;
    free(size);
    return inside - resolution * pairs;
}
