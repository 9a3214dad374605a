/* Sorting rows by (object, time): see acts_priv.h.
 *
 * A counting sort by object, then a stable merge sort by time inside each object, then ties: by a hash (tie_key), or, in
 * coortweet mode, by the first appearance of their accounts, which is what data.table's grouping makes of them there. */
#include "network/acts_priv.h"

#include "base/limits.h"
#include "network/huge_priv.h"

#include <stdlib.h>

static int no_memory(struct error *err, uint64_t rows)
{
    return error_set(err, ERR_NOMEM, "network", "no memory to sort %llu rows", (unsigned long long)rows);
}

/* Rows per account of a layer. */
static void count_rows(const struct layer *l, const uint8_t *again, uint32_t *count)
{
    for (uint64_t i = 0; i < l->n; i++)
        if (!again || !again[i]) count[l->account[i]]++;
}

static uint64_t hash_row(const struct layer *l, uint64_t i)
{
    uint64_t h = ((uint64_t)l->object[i] << 32 | l->account[i]) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ h >> 29 ^ l->content[i]) * UINT64_C(0xBF58476D1CE4E5B9);
    h = (h ^ h >> 32 ^ (uint64_t)l->time_us[i]) * UINT64_C(0x94D049BB133111EB);
    return h ^ h >> 31;
}

/* Exact mode takes part in counts row by row, so equal rows have to go before anything is counted. */
static int mark_again(const struct layer *l, uint8_t **out, uint64_t *duplicates)
{
    uint64_t cap = 64;
    while (cap < l->n * 2) cap *= 2;
    uint32_t *slots = calloc(cap, sizeof *slots);
    *out = calloc(l->n + 1, 1);
    if (!slots || !*out) {
        free(slots);
        return ERR_NOMEM;
    }
    for (uint64_t i = 0; i < l->n; i++) {
        uint64_t at = hash_row(l, i) & (cap - 1);
        for (; slots[at]; at = (at + 1) & (cap - 1)) {
            uint64_t k = slots[at] - 1;
            if (l->object[k] == l->object[i] && l->account[k] == l->account[i] &&
                l->content[k] == l->content[i] && l->time_us[k] == l->time_us[i])
                break;
        }
        (*out)[i] = slots[at] != 0;
        *duplicates += slots[at] != 0;
        if (!slots[at]) slots[at] = (uint32_t)i + 1;
    }
    free(slots);
    return 0;
}

/* Order of first appearance in the layer, per account by name. */
static void first_come(const struct acts *a, const struct layer *l, uint32_t *out)
{
    uint32_t next = 0;
    memset(out, 0xff, (size_t)a->naccounts * sizeof *out);
    for (uint64_t i = 0; i < l->n; i++) {
        uint32_t acc = a->name_rank[l->account[i]];
        if (out[acc] == UINT32_MAX) out[acc] = next++;
    }
}

struct filter {
    const struct network_options *o;
    const uint32_t *count;       /* rows per account */
    const uint32_t *own_content; /* per object: the content of the same name, or NULL */
    const uint8_t *again;        /* per row, or NULL */
};

/* 0 keep, 1 dropped, 2 dropped as a share of itself */
static int filter_row(const struct filter *f, const struct layer *l, uint64_t i)
{
    if (f->again && f->again[i]) return 1;
    if (f->o->coortweet && f->count[l->account[i]] < f->o->min_participation) return 1;
    if (l->content[i] == INTERN_NONE) return 1;
    return f->own_content && f->own_content[l->object[i]] == l->content[i] ? 2 : 0;
}

static void merge_runs(const struct act *from, struct act *to, size_t n, size_t width)
{
    for (size_t lo = 0; lo < n; lo += 2 * width) {
        size_t mid = lo + width < n ? lo + width : n, hi = mid + width < n ? mid + width : n;
        size_t i = lo, j = mid, k = lo;
        while (i < mid && j < hi) to[k++] = from[j].time_us < from[i].time_us ? from[j++] : from[i++];
        while (i < mid) to[k++] = from[i++];
        while (j < hi) to[k++] = from[j++];
    }
}

static void insertion_sort(struct act *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct act x = v[i];
        size_t j = i;
        for (; j > 0 && v[j - 1].time_us > x.time_us; j--) v[j] = v[j - 1];
        v[j] = x;
    }
}

/* Stable, by time; scratch holds n. */
static void sort_by_time(struct act *v, struct act *scratch, size_t n)
{
    enum { RUN = 16 };
    size_t i = 1;
    while (i < n && v[i - 1].time_us <= v[i].time_us) i++;
    if (i >= n) return;
    for (size_t lo = 0; lo < n; lo += RUN) insertion_sort(v + lo, n - lo < RUN ? n - lo : RUN);
    struct act *from = v, *to = scratch;
    for (size_t width = RUN; width < n; width *= 2) {
        merge_runs(from, to, n, width);
        struct act *swap = from;
        from = to;
        to = swap;
    }
    if (from != v) memcpy(v, from, n * sizeof *v);
}

struct ties {
    const uint32_t *order; /* per account: its place among equals; NULL: by tie_key */
    const struct acts *acts;
    const struct intern *accounts, *contents;
    bool unique;
};

static uint64_t key_of(const struct ties *t, const struct act *a)
{
    return tie_key(intern_sv(t->accounts, t->acts->account_id[a->account]),
                   intern_sv(t->contents, a->content), a->time_us);
}

static int compare_ties(const void *x, const void *y, void *arg)
{
    const struct act *a = x, *b = y;
    const struct ties *t = arg;
    if (a->account == b->account && a->content == b->content) return 0;
    uint64_t m = t->order ? t->order[a->account] : key_of(t, a),
             n = t->order ? t->order[b->account] : key_of(t, b);
    if (m != n) return m < n ? -1 : 1;
    if (a->account != b->account) return a->account < b->account ? -1 : 1;
    return a->content == b->content
               ? 0
               : sv_cmp(intern_sv(t->contents, a->content), intern_sv(t->contents, b->content));
}

/* Orders acts of the same moment; counts equal ones, and takes them out when asked. Returns the number that stay. */
static size_t settle_ties(struct act *v, size_t n, struct ties *t, uint64_t *duplicates)
{
    size_t kept = 0;
    for (size_t i = 0; i < n;) {
        size_t j = i + 1;
        while (j < n && v[j].time_us == v[i].time_us) j++;
        if (j - i > 1) qsort_r(v + i, j - i, sizeof *v, compare_ties, t);
        for (size_t k = i; k < j; k++) {
            /* v[k - 1] is still there: what has been written since went to places below it, or was itself. */
            bool again = k > i && v[k].account == v[k - 1].account && v[k].content == v[k - 1].content;
            *duplicates += again;
            if (again && t->unique) continue;
            v[kept++] = v[k];
        }
        i = j;
    }
    return kept;
}

static void sort_objects(struct acts *a, uint32_t first, uint32_t last, struct act *scratch, struct ties *t)
{
    uint32_t from = a->object_start[first], to = from;
    for (uint32_t ob = first; ob < last; ob++) {
        uint32_t end = a->object_start[ob + 1], n = end - from;
        struct act *v = a->v + from;
        sort_by_time(v, scratch, n);
        size_t kept = settle_ties(v, n, t, &a->duplicates);
        if (to != from && kept) memmove(a->v + to, v, kept * sizeof *v);
        a->object_start[ob] = to;
        to += (uint32_t)kept;
        from = end;
    }
    a->object_start[last] = to;
}

/* Which content has the name of each object; a few ahead are fetched. */
static void find_own_content(const struct layer *l, const struct intern *contents, uint32_t *out)
{
    enum { AHEAD = 32 };
    uint64_t hash[AHEAD];
    for (uint32_t i = 0; i < l->objects.n; i += AHEAD) {
        uint32_t n = l->objects.n - i < AHEAD ? l->objects.n - i : AHEAD;
        for (uint32_t k = 0; k < n; k++) {
            hash[k] = intern_hash(contents, intern_sv(&l->objects, i + k));
            intern_prefetch(contents, hash[k]);
        }
        for (uint32_t k = 0; k < n; k++)
            out[i + k] = intern_find_hashed(contents, intern_sv(&l->objects, i + k), hash[k]);
    }
}

struct layer_work {
    uint32_t *count, *order, *own_content;
    struct act *scratch;
};

static void layer_work_done(struct layer_work *w)
{
    free(w->count);
    free(w->order);
    free(w->own_content);
    free(w->scratch);
}

/* Puts the layer's rows into a->v by object. Returns the size of the largest object. */
static uint32_t scatter(struct acts *a, const struct layer *l, const struct filter *f, uint32_t first_object)
{
    uint32_t *start = a->object_start + first_object, largest = 0, at = start[0];
    memset(start + 1, 0, (size_t)l->objects.n * sizeof *start);
    for (uint64_t i = 0; i < l->n; i++) {
        int drop = filter_row(f, l, i);
        a->self_shares += drop == 2;
        if (!drop) start[l->object[i] + 1]++;
    }
    for (uint32_t ob = 0; ob < l->objects.n; ob++) {
        uint32_t n = start[ob + 1];
        if (n > largest) largest = n;
        start[ob + 1] = at; /* for now the place to fill; the scatter moves it to the end */
        at += n;
    }
    /* Rows go to places all over: those a few rows ahead are on their way already. */
    enum { SLOTS_AHEAD = 32, PLACES_AHEAD = 12 };
    for (uint64_t i = 0; i < l->n; i++) {
        if (i + SLOTS_AHEAD < l->n) __builtin_prefetch(&start[l->object[i + SLOTS_AHEAD] + 1]);
        if (i + PLACES_AHEAD < l->n) {
            __builtin_prefetch(&a->v[start[l->object[i + PLACES_AHEAD] + 1]], 1);
            __builtin_prefetch(&a->name_rank[l->account[i + PLACES_AHEAD]]);
        }
        if (filter_row(f, l, i)) continue;
        a->v[start[l->object[i] + 1]++] =
            (struct act){l->time_us[i], a->name_rank[l->account[i]], l->content[i]};
    }
    return largest;
}

static int build_layer(struct acts *a, const struct network_table *t, unsigned layer,
                       const struct network_options *o, struct error *err)
{
    const struct layer *l = &t->layers[layer];
    struct layer_work w = {0};
    int rc = ERR_NOMEM;
    w.count = calloc((size_t)a->naccounts + 1, sizeof *w.count);
    w.order = malloc(((size_t)a->naccounts + 1) * sizeof *w.order);
    if (!w.count || !w.order) goto out;
    if (l->name.n == 0) {
        w.own_content = malloc(((size_t)l->objects.n + 1) * sizeof *w.own_content);
        if (!w.own_content) goto out;
        find_own_content(l, &t->contents, w.own_content);
    }
    if (o->coortweet && (o->unique || l->name.n) && mark_again(l, &a->again[layer], &a->duplicates)) goto out;
    count_rows(l, a->again[layer], w.count);
    if (o->coortweet) first_come(a, l, w.order);
    struct filter f = {o, w.count, w.own_content, a->again[layer]};
    uint32_t first = a->layer_object[layer], last = first + l->objects.n;
    uint32_t largest = scatter(a, l, &f, first);
    w.scratch = malloc(((size_t)largest + 1) * sizeof *w.scratch);
    if (!w.scratch) goto out;
    struct ties ties = {o->coortweet ? w.order : NULL, a, &t->accounts, &t->contents, !o->coortweet};
    sort_objects(a, first, last, w.scratch, &ties);
    rc = 0;
out:
    layer_work_done(&w);
    return rc ? no_memory(err, l->n) : 0;
}

static int number_objects(struct acts *a, struct error *err)
{
    a->object = malloc(((size_t)a->n + 1) * sizeof *a->object);
    if (!a->object) return no_memory(err, a->n);
    wish_huge_pages(a->object, ((size_t)a->n + 1) * sizeof *a->object);
    for (uint32_t ob = 0; ob < a->nobjects; ob++)
        for (uint32_t i = a->object_start[ob]; i < a->object_start[ob + 1]; i++) a->object[i] = ob;
    return 0;
}

int acts_build(const struct network_table *t, const struct network_options *o, struct acts *a,
               struct error *err)
{
    memset(a, 0, sizeof *a);
    uint64_t rows = network_table_rows(t), objects = 0;
    for (unsigned i = 0; i < t->nlayers; i++) objects += t->layers[i].objects.n;
    if (rows > NETWORK_MAX_ROWS || objects > NETWORK_MAX_ROWS)
        return error_set(err, ERR_LIMIT, "network",
                         "%llu rows in all layers; at most %llu, split the data by time",
                         (unsigned long long)rows, (unsigned long long)NETWORK_MAX_ROWS);
    a->nlayers = t->nlayers;
    a->naccounts = t->accounts.n;
    a->ncontents = t->contents.n;
    a->nobjects = (uint32_t)objects;
    a->either = o->coortweet;
    a->neighbours = o->coortweet ? UINT32_MAX : o->neighbours;
    a->v = malloc((rows + 1) * sizeof *a->v);
    wish_huge_pages(a->v, (rows + 1) * sizeof *a->v);
    a->object_start = calloc(objects + 2, sizeof *a->object_start);
    wish_huge_pages(a->object_start, (objects + 2) * sizeof *a->object_start);
    a->name_rank = malloc(((size_t)a->naccounts + 1) * sizeof *a->name_rank);
    a->account_id = malloc(((size_t)a->naccounts + 1) * sizeof *a->account_id);
    int rc = 0;
    if (!a->v || !a->object_start || !a->name_rank || !a->account_id ||
        intern_rank(&t->accounts, a->name_rank, a->account_id))
        rc = no_memory(err, rows);
    for (unsigned i = 0; rc == 0 && i < t->nlayers; i++) {
        a->window_us[i] = o->layers[i].window_us ? o->layers[i].window_us : o->window_us;
        a->layer_object[i + 1] = a->layer_object[i] + t->layers[i].objects.n;
        a->layer_start[i] = a->object_start[a->layer_object[i]];
        rc = build_layer(a, t, i, o, err);
        a->n = a->object_start[a->layer_object[i + 1]];
        a->layer_start[i + 1] = a->n;
    }
    if (rc == 0) rc = number_objects(a, err);
    if (rc) acts_done(a);
    return rc;
}

void acts_done(struct acts *a)
{
    free(a->v);
    free(a->object_start);
    free(a->object);
    free(a->name_rank);
    free(a->account_id);
    free(a->qualifies);
    for (unsigned i = 0; i < NETWORK_MAX_LAYERS; i++) free(a->again[i]);
    memset(a, 0, sizeof *a);
}
