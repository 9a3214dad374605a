/* The sliding window: see pairs_priv.h.
 *
 * One pass counts the pairs of each account (as the one with the lower name), further passes put them where they belong,
 * as many accounts at a time as fit in a block of NETWORK_PAIR_BLOCK pairs. A pair is two numbers of acts; everything else
 * is looked up. The pairs of one account are then sorted by the other account, stably, so that each run stays in the
 * order of objects. */
#include "network/pairs_priv.h"

#include "base/limits.h"

#include <stdlib.h>

struct sweep {
    const struct acts *a;
    const struct act *v;
    const uint8_t *q;
};

/* The first act that act i may be paired with; lo follows i through an object. */
static inline uint32_t first_partner(const struct acts *a, uint32_t i, uint32_t lo)
{
    return i - lo > a->neighbours ? i - a->neighbours : lo;
}

static inline bool is_pair(const struct acts *a, uint32_t j, uint32_t i)
{
    const struct act *x = &a->v[j], *y = &a->v[i];
    if (x->account == y->account || x->content == y->content) return false;
    return a->either ? a->qualifies[i] | a->qualifies[j] : a->qualifies[i] & a->qualifies[j];
}

static void note_hub(struct pairs *p, uint32_t layer, uint32_t object, uint64_t posts, uint64_t left_out)
{
    struct network_hub h = {layer, object, posts, left_out};
    p->hubs++;
    p->left_out += left_out;
    for (unsigned i = 0; i < NETWORK_HUBS; i++) {
        if (h.left_out <= p->top_hubs[i].left_out) continue;
        struct network_hub swap = p->top_hubs[i];
        p->top_hubs[i] = h;
        h = swap;
    }
}

/* Candidates within the window, capped and not; what the exact mode would look at. */
static uint64_t weigh_object(struct pairs *p, unsigned layer, uint32_t object, uint64_t *out_left)
{
    const struct acts *a = p->acts;
    uint32_t from = a->object_start[object], to = a->object_start[object + 1], lo = from;
    uint64_t all = 0, capped = 0;
    for (uint32_t i = from; i < to; i++) {
        while (a->v[i].time_us - a->v[lo].time_us > a->window_us[layer]) lo++;
        all += i - lo;
        capped += i - first_partner(a, i, lo);
    }
    *out_left = all - capped;
    return capped;
}

static int weigh_all(struct pairs *p, const struct network_table *t, struct error *err)
{
    const struct acts *a = p->acts;
    uint64_t total = 0, most = 0;
    uint32_t worst = 0;
    unsigned worst_layer = 0;
    for (unsigned l = 0; l < a->nlayers; l++) {
        for (uint32_t ob = a->layer_object[l]; ob < a->layer_object[l + 1]; ob++) {
            uint64_t left, n = weigh_object(p, l, ob, &left);
            if (left)
                note_hub(p, l, ob - a->layer_object[l], a->object_start[ob + 1] - a->object_start[ob], left);
            total += n;
            if (n > most) {
                most = n;
                worst = ob - a->layer_object[l];
                worst_layer = l;
            }
        }
    }
    if (total <= NETWORK_MAX_PAIRS || !a->either) return 0;
    return error_set(
        err, ERR_LIMIT, "network",
        "%llu pairs within the window, %llu of them on \"%.*s\"; exact mode stops at %llu: take a narrower "
        "window, or leave the compatibility mode, which bounds them",
        (unsigned long long)total, (unsigned long long)most,
        SV_FMT(intern_sv(&t->layers[worst_layer].objects, worst)), (unsigned long long)NETWORK_MAX_PAIRS);
}

static void count_object(struct pairs *p, unsigned layer, uint32_t object)
{
    const struct acts *a = p->acts;
    uint32_t from = a->object_start[object], to = a->object_start[object + 1], lo = from;
    uint32_t *strength = p->strength + (size_t)layer * a->naccounts;
    uint64_t found = 0;
    for (uint32_t i = from; i < to; i++) {
        while (a->v[i].time_us - a->v[lo].time_us > a->window_us[layer]) lo++;
        uint32_t mine = 0, me = a->v[i].account;
        for (uint32_t j = first_partner(a, i, lo); j < i; j++) {
            if (!is_pair(a, j, i)) continue;
            uint32_t other = a->v[j].account;
            p->start[(me < other ? me : other) + 1]++;
            strength[other]++;
            mine++;
        }
        strength[me] += mine;
        found += mine;
    }
    p->layer_total[layer] += found;
    p->total += found;
}

int pairs_init(struct pairs *p, const struct acts *a, const struct network_table *t, struct error *err)
{
    memset(p, 0, sizeof *p);
    p->acts = a;
    p->start = calloc((size_t)a->naccounts + 2, sizeof *p->start);
    p->strength = calloc((size_t)a->naccounts * a->nlayers + 1, sizeof *p->strength);
    int rc = 0;
    if (!p->start || !p->strength)
        rc = error_set(err, ERR_NOMEM, "network", "no memory for the pairs of %u accounts", a->naccounts);
    if (rc == 0) rc = weigh_all(p, t, err);
    if (rc) {
        pairs_done(p);
        return rc;
    }
    for (unsigned l = 0; l < a->nlayers; l++)
        for (uint32_t ob = a->layer_object[l]; ob < a->layer_object[l + 1]; ob++)
            if (a->object_start[ob + 1] - a->object_start[ob] > 1) count_object(p, l, ob);
    for (uint32_t i = 0; i < a->naccounts; i++) p->start[i + 1] += p->start[i];
    return 0;
}

void pairs_done(struct pairs *p)
{
    free(p->start);
    free(p->strength);
    free(p->block);
    free(p->keys);
    free(p->spare);
    memset(p, 0, sizeof *p);
}

/* ---- blocks ---- */

static void fill_object(struct pairs *p, unsigned layer, uint32_t object, uint64_t *at)
{
    const struct acts *a = p->acts;
    uint32_t from = a->object_start[object], to = a->object_start[object + 1], lo = from;
    for (uint32_t i = from; i < to; i++) {
        while (a->v[i].time_us - a->v[lo].time_us > a->window_us[layer]) lo++;
        uint32_t me = a->v[i].account;
        for (uint32_t j = first_partner(a, i, lo); j < i; j++) {
            uint32_t other = a->v[j].account, low = me < other ? me : other;
            if (low < p->block_from || low >= p->block_to || !is_pair(a, j, i)) continue;
            p->block[at[low - p->block_from]++] = (struct pair){j, i};
        }
    }
}

static int make_room(void **v, uint64_t *cap, uint64_t need, size_t size)
{
    if (need <= *cap) return 0;
    free(*v);
    *v = malloc(need * size);
    *cap = *v ? need : 0;
    return *v ? 0 : ERR_NOMEM;
}

/* Fills the block with the pairs of accounts from `from` on, at least one account. */
static int load_block(struct pairs *p, uint32_t from)
{
    const struct acts *a = p->acts;
    uint32_t to = from + 1;
    while (to < a->naccounts && p->start[to + 1] - p->start[from] <= NETWORK_PAIR_BLOCK) to++;
    uint64_t n = p->start[to] - p->start[from];
    int rc = make_room((void **)&p->block, &p->block_cap, n + 1, sizeof *p->block);
    if (rc) return rc;
    uint64_t *at = malloc((size_t)(to - from) * sizeof *at);
    if (!at) return ERR_NOMEM;
    for (uint32_t i = from; i < to; i++) at[i - from] = p->start[i] - p->start[from];
    p->block_from = from;
    p->block_to = to;
    p->sorted = false;
    p->passes++;
    for (unsigned l = 0; l < a->nlayers; l++)
        for (uint32_t ob = a->layer_object[l]; ob < a->layer_object[l + 1]; ob++)
            if (a->object_start[ob + 1] - a->object_start[ob] > 1) fill_object(p, l, ob, at);
    free(at);
    return 0;
}

/* ---- runs ---- */

static inline uint32_t partner(const struct acts *a, const struct pair *p, uint32_t account)
{
    uint32_t x = a->v[p->older].account;
    return x == account ? a->v[p->newer].account : x;
}

static void sort_few(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t x = keys[i];
        size_t j = i;
        for (; j > 0 && keys[j - 1] > x; j--) keys[j] = keys[j - 1];
        keys[j] = x;
    }
}

/* Stable radix sort by the upper half; the lower halves rise already. */
static void sort_many(uint64_t *keys, uint64_t *spare, size_t n, uint32_t largest)
{
    uint64_t *from = keys, *to = spare;
    for (unsigned shift = 32; shift < 64 && largest >> (shift - 32); shift += 8) {
        size_t count[257] = {0};
        for (size_t i = 0; i < n; i++) count[(from[i] >> shift & 255) + 1]++;
        for (unsigned b = 0; b < 256; b++) count[b + 1] += count[b];
        for (size_t i = 0; i < n; i++) to[count[from[i] >> shift & 255]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, n * sizeof *keys);
}

static int sort_account(struct pairs *p, uint32_t account, struct pair *v, uint64_t n)
{
    const struct acts *a = p->acts;
    if (n > UINT32_MAX) return ERR_LIMIT;
    if (n > p->scratch_cap) {
        free(p->keys);
        free(p->spare);
        p->scratch_cap = n + n / 2;
        p->keys = malloc(p->scratch_cap * 2 * sizeof *p->keys);
        p->spare = malloc(p->scratch_cap * sizeof *p->spare);
        if (!p->keys || !p->spare) {
            p->scratch_cap = 0;
            return ERR_NOMEM;
        }
    }
    uint64_t *keys = p->keys;
    for (uint64_t k = 0; k < n; k++) keys[k] = (uint64_t)partner(a, &v[k], account) << 32 | k;
    if (n <= 48)
        sort_few(keys, n);
    else
        sort_many(keys, keys + p->scratch_cap, n, a->naccounts);
    memcpy(p->spare, v, n * sizeof *v);
    for (uint64_t k = 0; k < n; k++) v[k] = p->spare[(uint32_t)keys[k]];
    return 0;
}

static int visit_account(struct pairs *p, uint32_t account, pair_visitor *visit, void *arg)
{
    const struct acts *a = p->acts;
    struct pair *v = p->block + (p->start[account] - p->start[p->block_from]);
    uint64_t n = p->start[account + 1] - p->start[account];
    int rc = p->sorted || n < 2 ? 0 : sort_account(p, account, v, n);
    for (uint64_t i = 0; rc == 0 && i < n;) {
        struct pair_run run = {account, partner(a, &v[i], account), v + i, 1};
        while (i + run.n < n && partner(a, &v[i + run.n], account) == run.b) run.n++;
        rc = visit(arg, &run);
        i += run.n;
    }
    return rc;
}

int pairs_visit(struct pairs *p, const uint8_t *wanted, pair_visitor *visit, void *arg, struct error *err)
{
    const struct acts *a = p->acts;
    int rc = 0;
    bool whole = p->block_from == 0 && p->block_to == a->naccounts && p->block_to > 0;
    for (uint32_t from = 0; rc == 0 && from < a->naccounts;) {
        if (!whole) rc = load_block(p, from);
        if (rc)
            return error_set(err, rc, "network", "no memory for %llu pairs", (unsigned long long)p->total);
        for (uint32_t i = p->block_from; rc == 0 && i < p->block_to; i++)
            if (!wanted || wanted[i]) rc = visit_account(p, i, visit, arg);
        if (rc == ERR_NOMEM)
            (void)error_set(err, rc, "network", "no memory for the edges of %llu pairs",
                            (unsigned long long)p->total);
        /* Only a block seen whole stays sorted as a whole. */
        if (!wanted && rc == 0) p->sorted = true;
        from = p->block_to;
    }
    return rc;
}
