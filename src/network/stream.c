/* Rows one by one: see stream.h.
 *
 * A new row finds its place among the rows of its object. It makes pairs with at most `neighbours` rows on either side
 * within the window. Where it pushes two others one place further apart than the cap allows, their pair goes: the pairs at
 * any moment are those that the sweep (pairs.c) would find in the rows so far. */
#include "network/stream_priv.h"

#include "base/limits.h"

#include <stdlib.h>

#define NO_NODE UINT32_MAX
enum { OBJECT_BITS = 28 };

void network_stream_options_init(struct network_stream_options *o)
{
    memset(o, 0, sizeof *o);
    for (unsigned i = 0; i < NETWORK_MAX_LAYERS; i++) o->window_us[i] = 60 * INT64_C(1000000);
    o->neighbours = NETWORK_MAX_NEIGHBOURS;
    o->min_posts = 3;
}

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "network", "no memory for the stream; forget old rows");
}

int network_stream_new(const struct network_stream_options *o, struct network_stream **out, struct error *err)
{
    if (o->nlayers > NETWORK_MAX_LAYERS || o->neighbours < 1 || o->neighbours > NETWORK_MAX_NEIGHBOURS ||
        o->min_posts < 1)
        return error_set(err, ERR_ARG, "network", "%u layers, %u neighbours or %u posts are out of range",
                         o->nlayers, o->neighbours, o->min_posts);
    for (unsigned i = 0; i < NETWORK_MAX_LAYERS; i++)
        if (o->window_us[i] < 0 || o->window_us[i] > NETWORK_MAX_TIME_US)
            return error_set(err, ERR_ARG, "network", "a window of %lld µs", (long long)o->window_us[i]);
    struct network_stream *s = calloc(1, sizeof *s);
    if (!s) return no_memory(err);
    s->o = *o;
    s->free_node = NO_NODE;
    int rc = network_table_new(o->layers, o->nlayers, &s->t, err);
    for (unsigned i = 0; rc == 0 && i < o->nlayers; i++) s->o.layers[i] = s->t->layers[i].name;
    if (rc)
        network_stream_free(s);
    else
        *out = s;
    return rc;
}

void network_stream_free(struct network_stream *s)
{
    if (!s) return;
    for (unsigned l = 0; l < NETWORK_MAX_LAYERS; l++) {
        for (size_t i = 0; i < s->lines[l].n; i++) free(s->lines[l].v[i].row);
        VEC_DONE(&s->lines[l]);
    }
    VEC_DONE(&s->nodes);
    network_table_free(s->t);
    free(s->edges);
    free(s->parent);
    free(s->ring);
    free(s->size);
    free(s);
}

/* ---- edges ---- */

static uint64_t spread(uint64_t key)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 32;
}

static int grow_edges(struct network_stream *s)
{
    uint64_t cap = s->edges ? (s->mask + 1) * 2 : 1024;
    struct live_edge *edges = calloc(cap, sizeof *edges);
    if (!edges) return ERR_NOMEM;
    for (uint64_t i = 0; s->edges && i <= s->mask; i++) {
        if (!s->edges[i].key) continue;
        uint64_t at = spread(s->edges[i].key) & (cap - 1);
        while (edges[at].key) at = (at + 1) & (cap - 1);
        edges[at] = s->edges[i];
    }
    free(s->edges);
    s->edges = edges;
    s->mask = cap - 1;
    return 0;
}

/* The edge of two accounts, made when there is none; an edge without pairs stays in its place. NULL without memory. */
static struct live_edge *edge_of(struct network_stream *s, uint32_t a, uint32_t b)
{
    uint64_t key = (uint64_t)a << 32 | ((uint64_t)b + 1);
    if ((!s->edges || s->nedges * 2 > s->mask) && grow_edges(s)) return NULL;
    uint64_t at = spread(key) & s->mask;
    while (s->edges[at].key && s->edges[at].key != key) at = (at + 1) & s->mask;
    if (!s->edges[at].key) {
        s->edges[at] = (struct live_edge){.key = key, .head = NO_NODE};
        s->nedges++;
    }
    return &s->edges[at];
}

static bool edge_stands(const struct network_stream *s, const struct live_edge *e)
{
    return e->posts_a >= s->o.min_posts && e->posts_b >= s->o.min_posts;
}

/* Whether a pair of the edge has this content on that side. */
static bool has_content(const struct network_stream *s, const struct live_edge *e, uint32_t content,
                        bool side_b)
{
    for (uint32_t i = e->head; i != NO_NODE; i = s->nodes.v[i].next)
        if ((side_b ? s->nodes.v[i].content_b : s->nodes.v[i].content_a) == content) return true;
    return false;
}

static int add_pair(struct network_stream *s, struct live_edge *e, struct pair_node node)
{
    uint32_t at = s->free_node;
    e->posts_a += !has_content(s, e, node.content_a, false);
    e->posts_b += !has_content(s, e, node.content_b, true);
    node.next = e->head;
    if (at != NO_NODE) {
        s->free_node = s->nodes.v[at].next;
        s->nodes.v[at] = node;
    } else {
        if (s->nodes.n >= NO_NODE) return ERR_LIMIT;
        at = (uint32_t)s->nodes.n;
        int rc = VEC_PUSH(&s->nodes, node);
        if (rc) return rc;
    }
    e->head = at;
    e->pairs++;
    return 0;
}

static void remove_pair(struct network_stream *s, struct live_edge *e, struct pair_node node)
{
    uint32_t *link = &e->head;
    while (*link != NO_NODE) {
        struct pair_node *n = &s->nodes.v[*link];
        if (n->object == node.object && n->content_a == node.content_a && n->content_b == node.content_b)
            break;
        link = &n->next;
    }
    if (*link == NO_NODE) return;
    uint32_t at = *link;
    *link = s->nodes.v[at].next;
    s->nodes.v[at].next = s->free_node;
    s->free_node = at;
    e->pairs--;
    e->posts_a -= !has_content(s, e, node.content_a, false);
    e->posts_b -= !has_content(s, e, node.content_b, true);
}

/* ---- groups ---- */

static int grow_accounts(struct network_stream *s)
{
    uint32_t n = s->t->accounts.n;
    if (n <= s->parent_cap) return 0;
    uint32_t cap = n + n / 2 + 64;
    uint32_t **arrays[] = {&s->parent, &s->ring, &s->size};
    for (size_t k = 0; k < 3; k++) {
        uint32_t *v = realloc(*arrays[k], (size_t)cap * sizeof *v);
        if (!v) return ERR_NOMEM;
        *arrays[k] = v;
    }
    for (uint32_t i = s->parent_cap; i < cap; i++) {
        s->parent[i] = s->ring[i] = i;
        s->size[i] = 1;
    }
    s->parent_cap = cap;
    return 0;
}

static uint32_t root_of(struct network_stream *s, uint32_t a)
{
    while (s->parent[a] != a) a = s->parent[a] = s->parent[s->parent[a]];
    return a;
}

static void join(struct network_stream *s, uint32_t a, uint32_t b)
{
    a = root_of(s, a);
    b = root_of(s, b);
    if (a == b) return;
    if (s->size[a] < s->size[b]) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    s->parent[b] = a;
    s->size[a] += s->size[b];
    uint32_t next = s->ring[a];
    s->ring[a] = s->ring[b];
    s->ring[b] = next;
}

static void regroup(struct network_stream *s)
{
    if (!s->stale) return;
    for (uint32_t i = 0; i < s->parent_cap; i++) {
        s->parent[i] = s->ring[i] = i;
        s->size[i] = 1;
    }
    for (uint64_t i = 0; s->edges && i <= s->mask; i++) {
        const struct live_edge *e = &s->edges[i];
        if (e->key && edge_stands(s, e)) join(s, (uint32_t)(e->key >> 32), (uint32_t)e->key - 1);
    }
    s->stale = false;
}

/* ---- rows ---- */

struct change_at {
    struct network_stream *s;
    const struct layer *l;
    unsigned layer;
    struct network_change *change;
};

/* Makes or undoes the pair of two rows of an object, when they are one. */
static int turn_pair(struct change_at *c, uint32_t object, uint32_t x, uint32_t y, bool make)
{
    struct network_stream *s = c->s;
    const struct layer *l = c->l;
    int64_t gap = l->time_us[x] - l->time_us[y];
    if (l->account[x] == l->account[y] || l->content[x] == l->content[y]) return 0;
    if ((gap < 0 ? -gap : gap) > s->o.window_us[c->layer]) return 0;
    if (l->account[x] > l->account[y]) {
        uint32_t swap = x;
        x = y;
        y = swap;
    }
    struct live_edge *e = edge_of(s, l->account[x], l->account[y]);
    if (!e) return ERR_NOMEM;
    bool stood = edge_stands(s, e);
    struct pair_node node = {c->layer << OBJECT_BITS | object, l->content[x], l->content[y], NO_NODE};
    int rc = 0;
    if (make)
        rc = add_pair(s, e, node);
    else
        remove_pair(s, e, node);
    c->change->pairs += make;
    c->change->pairs_lost += !make;
    bool up = !stood && edge_stands(s, e), down = stood && !edge_stands(s, e);
    c->change->edges_up += up;
    c->change->edges_down += down;
    if (up && !s->stale) join(s, l->account[x], l->account[y]);
    s->stale |= down;
    return rc;
}

/* Order of rows on a timeline; 0 for equal rows. */
static int compare_rows(const struct network_stream *s, const struct layer *l, uint32_t x, uint32_t y)
{
    if (l->time_us[x] != l->time_us[y]) return l->time_us[x] < l->time_us[y] ? -1 : 1;
    if (l->account[x] == l->account[y] && l->content[x] == l->content[y]) return 0;
    struct sv ax = intern_sv(&s->t->accounts, l->account[x]), ay = intern_sv(&s->t->accounts, l->account[y]);
    struct sv cx = intern_sv(&s->t->contents, l->content[x]), cy = intern_sv(&s->t->contents, l->content[y]);
    uint64_t m = tie_key(ax, cx, l->time_us[x]), n = tie_key(ay, cy, l->time_us[y]);
    if (m != n) return m < n ? -1 : 1;
    return l->account[x] != l->account[y] ? sv_cmp(ax, ay) : sv_cmp(cx, cy);
}

static int make_room(struct timeline *t)
{
    if (t->n < t->cap) return 0;
    uint32_t cap = t->cap ? t->cap + t->cap / 2 : 4;
    uint32_t *row = realloc(t->row, (size_t)cap * sizeof *row);
    if (!row) return ERR_NOMEM;
    t->row = row;
    t->cap = cap;
    return 0;
}

/* Puts a row on its object's timeline and turns the pairs that it makes and breaks. */
static int place_row(struct change_at *c, uint32_t object, uint32_t row)
{
    struct network_stream *s = c->s;
    struct timeline *t = &s->lines[c->layer].v[object];
    uint32_t lo = 0, hi = t->n, cap = s->o.neighbours;
    if (t->n && compare_rows(s, c->l, t->row[t->n - 1], row) < 0) lo = hi;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (compare_rows(s, c->l, t->row[mid], row) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo < t->n && compare_rows(s, c->l, t->row[lo], row) == 0) {
        c->change->known = true;
        return 0;
    }
    int rc = make_room(t);
    for (uint32_t j = lo > cap ? lo - cap : 0; rc == 0 && j < lo; j++)
        if (j + cap >= lo && j + cap < t->n) rc = turn_pair(c, object, t->row[j], t->row[j + cap], false);
    if (rc) return rc;
    memmove(t->row + lo + 1, t->row + lo, (size_t)(t->n - lo) * sizeof *t->row);
    t->row[lo] = row;
    t->n++;
    int64_t w = s->o.window_us[c->layer], at = c->l->time_us[row];
    for (uint32_t j = lo; rc == 0 && j > 0 && lo - (j - 1) <= cap && at - c->l->time_us[t->row[j - 1]] <= w;
         j--)
        rc = turn_pair(c, object, t->row[j - 1], row, true);
    for (uint32_t j = lo + 1; rc == 0 && j < t->n && j - lo <= cap && c->l->time_us[t->row[j]] - at <= w; j++)
        rc = turn_pair(c, object, row, t->row[j], true);
    return rc;
}

int network_stream_add(struct network_stream *s, unsigned layer, struct sv object, struct sv account,
                       struct sv content, int64_t time_us, struct network_change *out, struct error *err)
{
    struct network_change change = {0};
    if (network_table_rows(s->t) >= NETWORK_STREAM_MAX_ROWS)
        return error_set(err, ERR_LIMIT, "network", "%llu rows; forget old ones first",
                         (unsigned long long)NETWORK_STREAM_MAX_ROWS);
    int rc = network_table_add(s->t, layer, object, account, content, time_us, err);
    if (rc) return rc;
    const struct layer *l = &s->t->layers[layer];
    uint32_t row = (uint32_t)(l->n - 1), ob = l->object[row];
    if (ob >> OBJECT_BITS)
        return error_set(err, ERR_LIMIT, "network", "more than 2^28 objects; forget old rows");
    rc = grow_accounts(s);
    while (rc == 0 && s->lines[layer].n <= ob) rc = VEC_PUSH(&s->lines[layer], (struct timeline){0});
    bool own = l->name.n == 0 && sv_eq(object, content);
    if (rc == 0 && (content.n == 0 || own)) {
        change.known = true;
    } else if (rc == 0) {
        struct change_at c = {s, l, layer, &change};
        rc = place_row(&c, ob, row);
    }
    if (rc) return no_memory(err);
    if (out) {
        regroup(s);
        change.group_size = s->size[root_of(s, l->account[row])];
        *out = change;
    }
    return 0;
}

int network_stream_forget(struct network_stream *s, int64_t before_us, struct error *err)
{
    struct network_stream *fresh = NULL;
    int rc = network_stream_new(&s->o, &fresh, err);
    for (unsigned l = 0; rc == 0 && l < s->t->nlayers; l++) {
        const struct layer *from = &s->t->layers[l];
        for (uint64_t i = 0; rc == 0 && i < from->n; i++) {
            struct sv content =
                from->content[i] == INTERN_NONE ? SV_NULL : intern_sv(&s->t->contents, from->content[i]);
            if (from->time_us[i] < before_us) continue;
            rc = network_stream_add(fresh, l, intern_sv(&from->objects, from->object[i]),
                                    intern_sv(&s->t->accounts, from->account[i]), content, from->time_us[i],
                                    NULL, err);
        }
    }
    if (rc) {
        network_stream_free(fresh);
        return rc;
    }
    struct network_stream swap = *s;
    *s = *fresh;
    *fresh = swap;
    network_stream_free(fresh);
    return 0;
}

/* ---- asking ---- */

const struct network_table *network_stream_table(const struct network_stream *s) { return s->t; }

void network_stream_run_options(const struct network_stream *s, struct network_options *out)
{
    network_options_init(out);
    out->neighbours = s->o.neighbours;
    out->min_posts = s->o.min_posts;
    out->window_us = s->o.window_us[0];
    for (unsigned i = 0; i < NETWORK_MAX_LAYERS; i++) out->layers[i].window_us = s->o.window_us[i];
}

int network_stream_edges(const struct network_stream *s,
                         int (*visit)(void *arg, const struct network_stream_edge *e), void *arg)
{
    int rc = 0;
    for (uint64_t i = 0; s->edges && rc == 0 && i <= s->mask; i++) {
        const struct live_edge *e = &s->edges[i];
        if (!e->key || !e->pairs) continue;
        struct sv a = intern_sv(&s->t->accounts, (uint32_t)(e->key >> 32));
        struct sv b = intern_sv(&s->t->accounts, (uint32_t)e->key - 1);
        struct network_stream_edge out = {a, b, e->pairs, e->posts_a, e->posts_b, edge_stands(s, e)};
        if (sv_cmp(a, b) > 0)
            out = (struct network_stream_edge){b, a, e->pairs, e->posts_b, e->posts_a, out.stands};
        rc = visit(arg, &out);
    }
    return rc;
}

int network_stream_group(struct network_stream *s, struct sv account,
                         int (*visit)(void *arg, struct sv member), void *arg)
{
    uint32_t a = intern_find(&s->t->accounts, account);
    if (a == INTERN_NONE || a >= s->parent_cap) return 0;
    regroup(s);
    int rc = 0;
    uint32_t i = a;
    do {
        rc = visit(arg, intern_sv(&s->t->accounts, i));
        i = s->ring[i];
    } while (rc == 0 && i != a);
    return rc;
}
