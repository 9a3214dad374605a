/* Group profiles: see profile.h. Numbers here, sentences in sentences.c. What a group shares is read off the evidence of its
 * edges; how much of it others share, too, off all rows in one pass. */
#include "network/profile_priv.h"

#include "base/clock.h"

#include <stdlib.h>

bool network_layer_is_target(struct sv name)
{
    static const char *const names[] = {"target", "reply", "mention", "duet", "stitch", "comment"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sv_is(name, names[i])) return true;
    return false;
}

static int compare_times(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

/* Scratch is an array of at least as many times as the largest group has edges or members. */
static void edge_numbers(const struct network_result *r, const struct network_groups *g, uint32_t k,
                         int64_t *scratch, struct network_profile *p)
{
    size_t n = 0;
    p->accounts = g->start[k + 1] - g->start[k];
    p->edges = g->edge_start[k + 1] - g->edge_start[k];
    p->density = p->accounts > 1 ? (double)p->edges / ((double)p->accounts * (p->accounts - 1) / 2) : 0;
    p->first_us = INT64_MAX;
    p->last_us = INT64_MIN;
    for (uint64_t i = g->edge_start[k]; i < g->edge_start[k + 1]; i++) {
        const struct network_edge *e = &r->edges[g->edges[i]];
        p->pairs += e->pairs;
        p->occasions += e->occasions;
        p->expected += e->expected;
        if (e->first_us < p->first_us) p->first_us = e->first_us;
        if (e->last_us > p->last_us) p->last_us = e->last_us;
        scratch[n++] = e->median_gap_us;
    }
    if (n == 0) return;
    qsort(scratch, n, sizeof *scratch, compare_times);
    p->median_gap_us = scratch[n / 2];
    for (n = 0; n < p->edges; n++) scratch[n] = r->edges[g->edges[g->edge_start[k] + n]].spread_us;
    qsort(scratch, n, sizeof *scratch, compare_times);
    p->spread_us = scratch[n / 2];
}

static void ages(const struct network_result *r, const struct network_groups *g, uint32_t k, int64_t *scratch,
                 struct network_profile *p)
{
    size_t n = 0;
    for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++) {
        int64_t made = network_table_created(r->table, r->account_id[g->members[i]]);
        if (made == NETWORK_NO_TIME) continue;
        scratch[n++] = made;
        p->young += made > p->first_us - 30 * US_PER_DAY;
    }
    p->ages_known = (uint32_t)n;
    qsort(scratch, n, sizeof *scratch, compare_times);
    for (size_t lo = 0, hi = 0; hi < n; hi++) {
        while (scratch[hi] - scratch[lo] > 7 * US_PER_DAY) lo++;
        if (hi - lo + 1 > p->made_together) p->made_together = (uint32_t)(hi - lo + 1);
    }
}

/* One account of the group with one object that it shared together with another. */
struct sharing {
    uint32_t layer, object, account;
};

static int compare_sharings(const void *x, const void *y)
{
    const struct sharing *a = x, *b = y;
    if (a->layer != b->layer) return a->layer < b->layer ? -1 : 1;
    if (a->object != b->object) return a->object < b->object ? -1 : 1;
    return a->account < b->account ? -1 : a->account > b->account;
}

static bool above(const struct network_result *r, const struct profile_object *x,
                  const struct profile_object *y)
{
    if (x->accounts != y->accounts) return x->accounts > y->accounts;
    return sv_cmp(network_object_name(r, x->layer, x->object), network_object_name(r, y->layer, y->object)) <
           0;
}

static void insert_object(const struct network_result *r, struct profile_object *v, unsigned *n,
                          struct profile_object o)
{
    unsigned at = *n;
    while (at > 0 && above(r, &o, &v[at - 1])) at--;
    if (at >= PROFILE_OBJECTS) return;
    unsigned last = *n < PROFILE_OBJECTS ? (*n)++ : PROFILE_OBJECTS - 1;
    for (unsigned i = last; i > at; i--) v[i] = v[i - 1];
    v[at] = o;
}

static int shared_objects(const struct network_result *r, const struct network_groups *g, uint32_t k,
                          struct network_profile *p)
{
    size_t n = 0, cap = 0;
    for (uint64_t i = g->edge_start[k]; i < g->edge_start[k + 1]; i++)
        cap += 2 * (size_t)r->edges[g->edges[i]].nevidence;
    struct sharing *v = malloc((cap + 1) * sizeof *v);
    if (!v) return ERR_NOMEM;
    for (uint64_t i = g->edge_start[k]; i < g->edge_start[k + 1]; i++) {
        const struct network_edge *e = &r->edges[g->edges[i]];
        for (uint32_t j = e->evidence; j < e->evidence + e->nevidence; j++) {
            const struct network_evidence *x = &r->evidence[j];
            v[n++] = (struct sharing){x->layer, x->object, e->a};
            v[n++] = (struct sharing){x->layer, x->object, e->b};
        }
    }
    qsort(v, n, sizeof *v, compare_sharings);
    for (size_t i = 0, j; i < n; i = j) {
        struct profile_object o = {.layer = v[i].layer, .object = v[i].object};
        for (j = i; j < n && v[j].layer == o.layer && v[j].object == o.object; j++)
            o.accounts += j == i || v[j].account != v[j - 1].account;
        p->objects++;
        if (network_layer_is_target(network_layer_name(r->table, o.layer)))
            insert_object(r, p->targets, &p->ntargets, o);
        else
            insert_object(r, p->top, &p->ntop, o);
    }
    free(v);
    return 0;
}

static void known_members(const struct network_result *r, const struct network_groups *g, uint32_t k,
                          const struct network_known *known, struct network_profile *p)
{
    for (uint32_t i = g->start[k]; known && i < g->start[k + 1]; i++) {
        struct sv group = network_known_find(known, network_account_name(r, g->members[i]), NULL);
        uint32_t n = 0;
        if (group.n == 0 || sv_eq(group, p->known)) continue;
        for (uint32_t j = g->start[k]; j < g->start[k + 1]; j++)
            n += sv_eq(group, network_known_find(known, network_account_name(r, g->members[j]), NULL));
        if (n > p->known_members) {
            p->known_members = n;
            p->known = group;
        }
    }
}

/* One pass over all rows: how often each object was shared, and by the groups that show it in their profile. */
static int count_rows(const struct network_result *r, const struct network_groups *g,
                      struct network_profile *p)
{
    const struct network_table *t = r->table;
    uint32_t *group = malloc(((size_t)r->naccounts + 1) * sizeof *group);
    if (!group) return ERR_NOMEM;
    memset(group, 0xff, (size_t)r->naccounts * sizeof *group);
    for (uint32_t k = 0; k < g->n; k++)
        for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++) group[r->account_id[g->members[i]]] = k;
    for (unsigned l = 0; l < t->nlayers; l++) {
        uint64_t *posts = calloc((size_t)t->layers[l].objects.n + 1, sizeof *posts);
        if (!posts) {
            free(group);
            return ERR_NOMEM;
        }
        for (uint64_t i = 0; i < t->layers[l].n; i++) {
            uint32_t k = group[t->layers[l].account[i]], object = t->layers[l].object[i];
            posts[object]++;
            if (k == UINT32_MAX) continue;
            for (unsigned j = 0; j < p[k].ntop; j++)
                p[k].top[j].by_group += p[k].top[j].layer == l && p[k].top[j].object == object;
            for (unsigned j = 0; j < p[k].ntargets; j++)
                p[k].targets[j].by_group += p[k].targets[j].layer == l && p[k].targets[j].object == object;
        }
        for (uint32_t k = 0; k < g->n; k++) {
            for (unsigned j = 0; j < p[k].ntop; j++)
                if (p[k].top[j].layer == l) p[k].top[j].posts = posts[p[k].top[j].object];
            for (unsigned j = 0; j < p[k].ntargets; j++)
                if (p[k].targets[j].layer == l) p[k].targets[j].posts = posts[p[k].targets[j].object];
        }
        free(posts);
    }
    free(group);
    return 0;
}

int network_profiles(const struct network_result *r, const struct network_groups *g,
                     const struct network_known *known, struct arena *a, struct network_profile **out,
                     struct error *err)
{
    struct network_profile *p = arena_array(a, (size_t)g->n + 1, sizeof *p);
    int64_t *scratch = malloc((r->nedges + r->naccounts + 1) * sizeof *scratch);
    int rc = p && scratch ? 0 : ERR_NOMEM;
    for (uint32_t k = 0; rc == 0 && k < g->n; k++) {
        edge_numbers(r, g, k, scratch, &p[k]);
        ages(r, g, k, scratch, &p[k]);
        known_members(r, g, k, known, &p[k]);
        if (p[k].known.n) p[k].known = arena_copy(a, p[k].known);
        rc = p[k].known_members && !p[k].known.p ? ERR_NOMEM : shared_objects(r, g, k, &p[k]);
    }
    if (rc == 0) rc = count_rows(r, g, p);
    for (uint32_t k = 0; rc == 0 && k < g->n; k++) rc = profile_sentences(r, g, k, &p[k], a);
    free(scratch);
    if (rc) return error_set(err, rc, "network", "no memory for the profiles of %u groups", g->n);
    *out = p;
    return 0;
}
