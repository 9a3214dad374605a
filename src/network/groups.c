#include "network/groups.h"

#include <stdlib.h>
#include <string.h>

struct finding_groups {
    const struct network_result *r;
    uint32_t nnodes, *node_of, *account_of; /* accounts that have an edge */
    uint32_t *label, nlabels;
    uint32_t *size, *first, *place; /* per label */
};

static int compact(struct finding_groups *f)
{
    const struct network_result *r = f->r;
    f->node_of = malloc(((size_t)r->naccounts + 1) * sizeof *f->node_of);
    if (!f->node_of) return ERR_NOMEM;
    memset(f->node_of, 0xff, (size_t)r->naccounts * sizeof *f->node_of);
    for (size_t i = 0; i < r->nedges; i++) f->node_of[r->edges[i].a] = f->node_of[r->edges[i].b] = 0;
    for (uint32_t a = 0; a < r->naccounts; a++)
        if (f->node_of[a] == 0) f->node_of[a] = f->nnodes++;
    size_t n = (size_t)f->nnodes + 1;
    f->account_of = malloc(n * sizeof *f->account_of);
    f->label = malloc(n * sizeof *f->label);
    f->size = calloc(n, sizeof *f->size);
    f->first = malloc(n * sizeof *f->first);
    f->place = malloc(n * sizeof *f->place);
    if (!f->account_of || !f->label || !f->size || !f->first || !f->place) return ERR_NOMEM;
    for (uint32_t a = 0; a < r->naccounts; a++)
        if (f->node_of[a] != UINT32_MAX) f->account_of[f->node_of[a]] = a;
    return 0;
}

static int label_nodes(struct finding_groups *f, enum network_grouping how, const struct leiden_options *o,
                       double *out_quality)
{
    const struct network_result *r = f->r;
    struct graph g;
    struct graph_edge *list = malloc((r->nedges + 1) * sizeof *list);
    if (!list) return ERR_NOMEM;
    for (size_t i = 0; i < r->nedges; i++)
        list[i] = (struct graph_edge){f->node_of[r->edges[i].a], f->node_of[r->edges[i].b], 1};
    int rc = graph_init(&g, f->nnodes, list, r->nedges);
    free(list);
    if (rc) return rc;
    rc = how == NETWORK_COMPONENTS ? graph_components(&g, f->label, &f->nlabels)
                                   : leiden_cpm(&g, o, f->label, &f->nlabels, out_quality);
    graph_done(&g);
    return rc;
}

static int compare_labels(const void *x, const void *y, void *arg)
{
    const struct finding_groups *f = arg;
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    if (f->size[a] != f->size[b]) return f->size[a] > f->size[b] ? -1 : 1;
    return f->first[a] < f->first[b] ? -1 : f->first[a] > f->first[b];
}

/* Decides which labels become groups, and their order: f->place[label], UINT32_MAX for too small ones. */
static int order_labels(struct finding_groups *f, uint32_t min_size, struct network_groups *out)
{
    uint32_t *order = malloc(((size_t)f->nlabels + 1) * sizeof *order);
    if (!order) return ERR_NOMEM;
    for (uint32_t c = 0; c < f->nlabels; c++) order[c] = c;
    for (uint32_t v = f->nnodes; v-- > 0;) {
        f->size[f->label[v]]++;
        f->first[f->label[v]] = f->account_of[v];
    }
    qsort_r(order, f->nlabels, sizeof *order, compare_labels, f);
    for (uint32_t i = 0; i < f->nlabels; i++) {
        bool large = f->size[order[i]] >= min_size;
        f->place[order[i]] = large ? out->n++ : UINT32_MAX;
        if (!large) out->small_accounts += f->size[order[i]];
    }
    free(order);
    return 0;
}

static uint32_t group_of(const struct finding_groups *f, uint32_t account)
{
    return f->place[f->label[f->node_of[account]]];
}

static int fill(const struct finding_groups *f, struct network_groups *out)
{
    const struct network_result *r = f->r;
    out->start = calloc((size_t)out->n + 2, sizeof *out->start);
    out->edge_start = calloc((size_t)out->n + 2, sizeof *out->edge_start);
    out->members = malloc(((size_t)f->nnodes + 1) * sizeof *out->members);
    out->edges = malloc((r->nedges + 1) * sizeof *out->edges);
    if (!out->start || !out->edge_start || !out->members || !out->edges) return ERR_NOMEM;
    for (uint32_t v = 0; v < f->nnodes; v++)
        if (f->place[f->label[v]] != UINT32_MAX) out->start[f->place[f->label[v]] + 2]++;
    for (size_t i = 0; i < r->nedges; i++) {
        uint32_t g = group_of(f, r->edges[i].a);
        if (g != UINT32_MAX && g == group_of(f, r->edges[i].b))
            out->edge_start[g + 2]++;
        else
            out->between++;
    }
    for (uint32_t g = 0; g < out->n; g++) {
        out->start[g + 2] += out->start[g + 1];
        out->edge_start[g + 2] += out->edge_start[g + 1];
    }
    for (uint32_t v = 0; v < f->nnodes; v++) {
        uint32_t g = f->place[f->label[v]];
        if (g != UINT32_MAX) out->members[out->start[g + 1]++] = f->account_of[v];
    }
    for (size_t i = 0; i < r->nedges; i++) {
        uint32_t g = group_of(f, r->edges[i].a);
        if (g != UINT32_MAX && g == group_of(f, r->edges[i].b))
            out->edges[out->edge_start[g + 1]++] = (uint32_t)i;
    }
    return 0;
}

int network_groups_find(const struct network_result *r, enum network_grouping how,
                        const struct leiden_options *o, uint32_t min_size, struct network_groups *out,
                        struct error *err)
{
    struct finding_groups f = {.r = r};
    memset(out, 0, sizeof *out);
    int rc = compact(&f);
    if (rc == 0) rc = label_nodes(&f, how, o, &out->quality);
    if (rc == 0) rc = order_labels(&f, min_size ? min_size : 2, out);
    if (rc == 0) rc = fill(&f, out);
    free(f.node_of);
    free(f.account_of);
    free(f.label);
    free(f.size);
    free(f.first);
    free(f.place);
    if (rc == 0) return 0;
    network_groups_done(out);
    return error_set(err, rc, "network", "no memory to group %u accounts", r->naccounts);
}

void network_groups_done(struct network_groups *g)
{
    free(g->start);
    free(g->members);
    free(g->edge_start);
    free(g->edges);
    memset(g, 0, sizeof *g);
}
