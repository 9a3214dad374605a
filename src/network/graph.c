#include "network/leiden.h"

#include <stdlib.h>
#include <string.h>

int graph_init(struct graph *g, uint32_t n, const struct graph_edge *edges, size_t nedges)
{
    memset(g, 0, sizeof *g);
    g->n = n;
    g->start = calloc((size_t)n + 2, sizeof *g->start);
    g->to = malloc((2 * nedges + 1) * sizeof *g->to);
    g->weight = malloc((2 * nedges + 1) * sizeof *g->weight);
    if (!g->start || !g->to || !g->weight) {
        graph_done(g);
        return ERR_NOMEM;
    }
    /* Counted two places on, summed, and filled one place on, so that start[] ends as it should. */
    for (size_t i = 0; i < nedges; i++) {
        g->start[edges[i].a + 2]++;
        g->start[edges[i].b + 2]++;
    }
    for (uint32_t v = 0; v < n; v++) g->start[v + 2] += g->start[v + 1];
    for (size_t i = 0; i < nedges; i++) {
        uint64_t at = g->start[edges[i].a + 1]++;
        g->to[at] = edges[i].b;
        g->weight[at] = edges[i].weight;
        at = g->start[edges[i].b + 1]++;
        g->to[at] = edges[i].a;
        g->weight[at] = edges[i].weight;
    }
    return 0;
}

void graph_done(struct graph *g)
{
    free(g->start);
    free(g->to);
    free(g->weight);
    memset(g, 0, sizeof *g);
}

int graph_components(const struct graph *g, uint32_t *out, uint32_t *out_count)
{
    uint32_t *stack = malloc(((size_t)g->n + 1) * sizeof *stack), count = 0;
    if (!stack) return ERR_NOMEM;
    memset(out, 0xff, (size_t)g->n * sizeof *out);
    for (uint32_t v = 0; v < g->n; v++) {
        if (out[v] != UINT32_MAX) continue;
        uint32_t depth = 0;
        stack[depth++] = v;
        out[v] = count;
        while (depth) {
            uint32_t u = stack[--depth];
            for (uint64_t k = g->start[u]; k < g->start[u + 1]; k++) {
                if (out[g->to[k]] != UINT32_MAX) continue;
                out[g->to[k]] = count;
                stack[depth++] = g->to[k];
            }
        }
        count++;
    }
    free(stack);
    *out_count = count;
    return 0;
}
