/* Which posts count: an account has to take part often enough.
 *
 * By default an account takes part when it has at least min_participation posts in pairs, and a pair counts when both of
 * its accounts take part. In coortweet mode a pair counts when the content of either post is a content of an account
 * that takes part, rows outside of pairs lending theirs: the package's own rule, kept for equal results. */
#include "network/acts_priv.h"
#include "network/radix_priv.h"

#include <stdlib.h>

static bool could_pair(const struct acts *a, uint32_t i, uint32_t j)
{
    return a->v[i].account != a->v[j].account && a->v[i].content != a->v[j].content;
}

/* Marks every act of an object that has a partner. Each looks back to its nearest one, and forward if it found none. */
static void mark_object(const struct acts *a, unsigned layer, uint32_t object, uint8_t *mark)
{
    uint32_t from = a->object_start[object], to = a->object_start[object + 1];
    int64_t w = a->window_us[layer];
    for (uint32_t i = from; i < to; i++) {
        uint32_t k = i;
        while (k > from && i - (k - 1) <= a->neighbours && a->v[i].time_us - a->v[k - 1].time_us <= w) {
            if (could_pair(a, i, --k)) {
                mark[i] = mark[k] = 1;
                break;
            }
        }
    }
    for (uint32_t i = from; i < to; i++) {
        if (mark[i]) continue;
        for (uint32_t k = i + 1; k < to && k - i <= a->neighbours && a->v[k].time_us - a->v[i].time_us <= w;
             k++) {
            if (could_pair(a, i, k)) {
                mark[i] = 1;
                break;
            }
        }
    }
}

static void mark_all(const struct acts *a, uint8_t *mark)
{
    for (unsigned l = 0; l < a->nlayers; l++)
        for (uint32_t ob = a->layer_object[l]; ob < a->layer_object[l + 1]; ob++)
            if (a->object_start[ob + 1] - a->object_start[ob] > 1) mark_object(a, l, ob, mark);
}

/* qualifies[] holds the marks and becomes the answer: both accounts of a pair need enough distinct posts in pairs. */
static int qualify_both(struct acts *a, const struct network_options *o)
{
    uint64_t *keys = malloc(((size_t)a->n + 1) * 2 * sizeof *keys);
    uint32_t *posts = calloc((size_t)a->naccounts + 1, sizeof *posts);
    int rc = keys && posts ? 0 : ERR_NOMEM;
    if (rc == 0) {
        size_t n = 0;
        for (uint32_t i = 0; i < a->n; i++)
            if (a->qualifies[i]) keys[n++] = (uint64_t)a->v[i].account << 32 | a->v[i].content;
        radix_sort(keys, keys + a->n + 1, n);
        for (size_t i = 0; i < n; i++)
            if (i == 0 || keys[i] != keys[i - 1]) posts[keys[i] >> 32]++;
        for (uint32_t i = 0; i < a->n; i++)
            a->qualifies[i] = a->qualifies[i] && posts[a->v[i].account] >= o->min_participation;
    }
    free(keys);
    free(posts);
    return rc;
}

struct either_work {
    uint32_t *rows, *taking_part;  /* per table account */
    uint8_t *in_pairs, *of_member; /* per content */
};

static void qualify_either_layer(struct acts *a, const struct layer *l, unsigned layer, uint32_t need,
                                 struct either_work *w)
{
    memset(w->rows, 0, (size_t)a->naccounts * sizeof *w->rows);
    memset(w->taking_part, 0, (size_t)a->naccounts * sizeof *w->taking_part);
    memset(w->in_pairs, 0, a->ncontents);
    memset(w->of_member, 0, a->ncontents);
    for (uint32_t i = a->layer_start[layer]; i < a->layer_start[layer + 1]; i++)
        if (a->qualifies[i]) w->in_pairs[a->v[i].content] = 1;
    const uint8_t *again = a->again[layer];
    for (uint64_t i = 0; i < l->n; i++) {
        if (again && again[i]) continue;
        w->rows[l->account[i]]++;
        w->taking_part[l->account[i]] += l->content[i] != INTERN_NONE && w->in_pairs[l->content[i]];
    }
    for (uint64_t i = 0; i < l->n; i++) {
        uint32_t acc = l->account[i];
        if (l->content[i] != INTERN_NONE && w->rows[acc] >= need && w->taking_part[acc] >= need)
            w->of_member[l->content[i]] = 1;
    }
    for (uint32_t i = a->layer_start[layer]; i < a->layer_start[layer + 1]; i++)
        a->qualifies[i] = w->of_member[a->v[i].content];
}

static int qualify_either(struct acts *a, const struct network_table *t, const struct network_options *o)
{
    if (o->min_participation < 1) {
        memset(a->qualifies, 1, a->n);
        return 0;
    }
    struct either_work w = {calloc((size_t)a->naccounts + 1, 4), calloc((size_t)a->naccounts + 1, 4),
                            calloc((size_t)a->ncontents + 1, 1), calloc((size_t)a->ncontents + 1, 1)};
    int rc = w.rows && w.taking_part && w.in_pairs && w.of_member ? 0 : ERR_NOMEM;
    for (unsigned l = 0; rc == 0 && l < a->nlayers; l++)
        qualify_either_layer(a, &t->layers[l], l, o->min_participation, &w);
    free(w.rows);
    free(w.taking_part);
    free(w.in_pairs);
    free(w.of_member);
    return rc;
}

int acts_qualify(struct acts *a, const struct network_table *t, const struct network_options *o,
                 struct error *err)
{
    a->qualifies = calloc((size_t)a->n + 1, 1);
    int rc = a->qualifies ? 0 : ERR_NOMEM;
    if (rc == 0) {
        mark_all(a, a->qualifies);
        rc = a->either ? qualify_either(a, t, o) : qualify_both(a, o);
    }
    return rc ? error_set(err, rc, "network", "no memory for the participation of %u accounts", a->naccounts)
              : 0;
}
