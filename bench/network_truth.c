#include "network_truth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct network_table *truth_table(const struct world *w)
{
    struct network_table *t;
    struct error err;
    if (network_table_new(NULL, 0, &t, &err)) return NULL;
    for (uint32_t i = 0; i < w->n; i++) {
        char object[16], account[16], content[16];
        int a = snprintf(object, sizeof object, "o%06u", w->v[i].object);
        int b = snprintf(account, sizeof account, "u%06u", w->v[i].account);
        int c = snprintf(content, sizeof content, "c%07u", i);
        if (network_table_add(t, 0, sv_of(object, (size_t)a), sv_of(account, (size_t)b),
                              sv_of(content, (size_t)c), w->v[i].time_s * 1000000, &err)) {
            network_table_free(t);
            return NULL;
        }
    }
    return t;
}

static int compare_u64(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

static double entropy(const uint64_t *count, uint32_t labels, double n)
{
    double h = 0;
    for (uint32_t i = 0; i < labels; i++)
        if (count[i]) h -= (double)count[i] / n * log((double)count[i] / n);
    return h;
}

double truth_nmi(const uint32_t *x, const uint32_t *y, uint32_t n, uint32_t labels)
{
    uint64_t *both = malloc(((size_t)n + 1) * sizeof *both), *cx = calloc((size_t)labels + 1, sizeof *cx),
             *cy = calloc((size_t)labels + 1, sizeof *cy);
    double nmi = -1;
    if (both && cx && cy) {
        double joint = 0;
        for (uint32_t i = 0; i < n; i++) {
            both[i] = (uint64_t)x[i] << 32 | y[i];
            cx[x[i]]++;
            cy[y[i]]++;
        }
        qsort(both, n, sizeof *both, compare_u64);
        for (uint32_t i = 0, k; i < n; i = k) {
            for (k = i; k < n && both[k] == both[i];) k++;
            joint -= (double)(k - i) / n * log((double)(k - i) / n);
        }
        double hx = entropy(cx, labels, n), hy = entropy(cy, labels, n);
        nmi = hx + hy > 0 ? 2 * (hx + hy - joint) / (hx + hy) : 1;
    }
    free(both);
    free(cx);
    free(cy);
    return nmi;
}

/* The world's number of an account: its name is "u%06u". */
static uint32_t world_account(const struct network_result *r, uint32_t account)
{
    struct sv name = network_account_name(r, account);
    int64_t n = 0;
    return sv_to_i64(sv_sub(name, 1, name.n), &n) ? (uint32_t)n : 0;
}

static double score_groups(const struct world *w, const struct network_result *r,
                           const struct network_groups *g)
{
    uint32_t n = w->o.accounts, m = 0, labels = 2 * n + w->o.groups + 2;
    uint32_t *found = calloc((size_t)n + 1, sizeof *found), *x = malloc(((size_t)n + 1) * sizeof *x),
             *y = malloc(((size_t)n + 1) * sizeof *y);
    double nmi = -1;
    if (found && x && y) {
        for (uint32_t k = 0; k < g->n; k++)
            for (uint32_t i = g->start[k]; i < g->start[k + 1]; i++)
                found[world_account(r, g->members[i])] = k + 1;
        for (uint32_t i = 0; i < n; i++) {
            if (!found[i] && !w->group[i]) continue;
            x[m] = w->group[i] ? w->group[i] : w->o.groups + 1 + i;
            y[m++] = found[i] ? found[i] : n + 1 + i;
        }
        nmi = truth_nmi(x, y, m, labels);
    }
    free(found);
    free(x);
    free(y);
    return nmi;
}

int truth_score(const struct world *w, const struct network_options *o, struct truth_score *out,
                struct error *err)
{
    struct network_table *t = truth_table(w);
    struct network_result *r = NULL;
    struct network_groups g = {0};
    struct leiden_options leiden;
    leiden_options_init(&leiden);
    memset(out, 0, sizeof *out);
    int rc = t ? network_run(t, o, NULL, NULL, &r, err) : ERR_NOMEM;
    if (rc == 0) rc = network_groups_find(r, NETWORK_LEIDEN, &leiden, 2, &g, err);
    if (rc == 0) {
        out->planted_pairs = (uint64_t)w->o.groups * w->o.group_size * (w->o.group_size - 1) / 2;
        out->edges = r->nedges;
        out->groups = g.n;
        for (size_t i = 0; i < r->nedges; i++) {
            uint32_t a = w->group[world_account(r, r->edges[i].a)],
                     b = w->group[world_account(r, r->edges[i].b)];
            out->kept_pairs += a && a == b;
            out->false_edges += !a || a != b;
        }
        out->nmi = score_groups(w, r, &g);
    }
    network_groups_done(&g);
    network_result_free(r);
    network_table_free(t);
    return rc;
}
