/* Timelines, pairs and edges.
 *
 * A new act makes pairs with at most `neighbours` acts on either side within the window. Where it pushes two others one
 * place further apart than that, their pair goes; an act that is taken off brings such pairs back. So the pairs at any moment
 * are those that the sweep of network/pairs.c would find in the acts there are. */
#include "store/store_network_priv.h"

#include <stdlib.h>

enum { TOUCHED_AT_ONCE = 1 << 16 };

/* ---- neighbours ---- */

static int read_beside(struct store *s, enum store_statement which, const struct net_act *x, int64_t limit_us,
                       uint32_t max, struct net_beside *b, bool before, struct error *err)
{
    struct db_stmt *st;
    int bad = 0, rc = store_query(s, which,
                                  VALS(v_i64(x->family), v_i64(limit_us), v_i64(x->at_us), v_i64(x->tie),
                                       v_i64(x->post), v_i64(max)),
                                  &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct net_act y = {x->family,         col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2),
                            col_i64(s, st, 3), col_i64(s, st, 4), x->layer};
        if (bad == 0) bad = before ? VEC_PUSH(&b->before, y) : VEC_PUSH(&b->after, y);
    }
    return rc == 0 && bad ? store_col_error(bad, "neighbours", err) : rc;
}

/* Saturates: times come from records. */
static int64_t shifted(int64_t at, int64_t by)
{
    int64_t sum;
    if (__builtin_add_overflow(at, by, &sum)) return by < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

int net_beside(struct store *s, const struct store_network_rules *r, const struct net_act *x,
               struct net_beside *out, struct error *err)
{
    int64_t window = r->layers[x->layer].window_us;
    *out = (struct net_beside){0};
    int rc = read_beside(s, SQL_NETWORK_BEFORE, x, shifted(x->at_us, -window), r->neighbours, out, true, err);
    if (rc == 0)
        rc = read_beside(s, SQL_NETWORK_AFTER, x, shifted(x->at_us, window), r->neighbours, out, false, err);
    if (rc) net_beside_done(out);
    return rc;
}

void net_beside_done(struct net_beside *b)
{
    VEC_DONE(&b->before);
    VEC_DONE(&b->after);
}

/* ---- pairs ---- */

int net_edge_up(struct store *s, int64_t a, int64_t b, bool *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_NETWORK_EDGE, VALS(v_i64(a), v_i64(b)), &st, err);
    if (rc < 0) return rc;
    *out = rc == 1;
    if (rc) s->driver->reset(st);
    return 0;
}

static int mark(struct net_change *c, int64_t post)
{
    return store_run(c->s, SQL_NETWORK_MARK_N, VALS(v_i64(post)), NULL, c->err);
}

/* Makes or undoes the pair of two acts of a timeline, when they are one. */
static int turn_pair(struct net_change *c, const struct net_act *x, const struct net_act *y, bool make)
{
    int64_t gap = x->at_us - y->at_us;
    bool up;
    if (x->account == y->account || x->post == y->post) return 0;
    if ((gap < 0 ? -gap : gap) > c->r->layers[x->layer].window_us) return 0;
    if (x->account > y->account) {
        const struct net_act *swap = x;
        x = y;
        y = swap;
    }
    struct net_edge e = {x->account, y->account};
    int rc = store_run(c->s, make ? SQL_NETWORK_PAIR_ADD : SQL_NETWORK_PAIR_TAKE,
                       VALS(v_i64(e.a), v_i64(e.b), v_i64(x->layer), v_i64(x->post), v_i64(y->post)), NULL,
                       c->err);
    if (rc == 0 && !make)
        rc = store_run(c->s, SQL_NETWORK_PAIR_DROP,
                       VALS(v_i64(e.a), v_i64(e.b), v_i64(x->layer), v_i64(x->post), v_i64(y->post)), NULL,
                       c->err);
    if (rc == 0) rc = net_edge_up(c->s, e.a, e.b, &up, c->err);
    if (rc) return rc;
    c->sum.pairs_new += make;
    c->sum.pairs_gone += !make;
    if (up) {
        rc = mark(c, x->post);
        if (rc == 0) rc = mark(c, y->post);
    }
    /* One more pair never undoes an edge, one less never makes one. */
    if (rc == 0 && up != make && VEC_PUSH(&c->touched, e))
        rc = error_set(c->err, ERR_NOMEM, "store", "no memory for the edges that a post touches");
    return rc;
}

/* The pairs of an act with those beside it; and of those, the ones that its place pushes apart. */
static int turn_beside(struct net_change *c, const struct net_act *x, bool make)
{
    struct net_beside b;
    size_t cap = c->r->neighbours;
    int rc = net_beside(c->s, c->r, x, &b, c->err);
    if (rc) return rc;
    for (size_t i = 0; rc == 0 && i < b.before.n; i++) {
        rc = turn_pair(c, &b.before.v[i], x, make);
        /* i + 1 places before and k + 1 after: `cap` apart without the act, one more with it. */
        size_t k = cap - 1 - i;
        if (rc == 0 && k < b.after.n) rc = turn_pair(c, &b.before.v[i], &b.after.v[k], !make);
    }
    for (size_t i = 0; rc == 0 && i < b.after.n; i++) rc = turn_pair(c, x, &b.after.v[i], make);
    net_beside_done(&b);
    if (rc == 0 && c->touched.n > TOUCHED_AT_ONCE) rc = net_settle(c);
    return rc;
}

static int note_target(struct net_change *c, const struct net_act *x)
{
    if (x->layer + 1 != c->r->targets) return 0;
    return store_run(c->s, SQL_PILEON_DUE_ADD, VALS(v_i64(x->family)), NULL, c->err);
}

int net_place(struct net_change *c, const struct net_act *x)
{
    int rc = store_run(c->s, SQL_NETWORK_ACT_ADD,
                       VALS(v_i64(x->family), v_i64(x->at_us), v_i64(x->tie), v_i64(x->post),
                            v_i64(x->account), v_i64(x->object), v_i64(x->layer)),
                       NULL, c->err);
    if (rc == 0) rc = note_target(c, x);
    return rc ? rc : turn_beside(c, x, true);
}

int net_remove(struct net_change *c, const struct net_act *x)
{
    int rc = store_run(c->s, SQL_NETWORK_ACT_DROP,
                       VALS(v_i64(x->family), v_i64(x->at_us), v_i64(x->tie), v_i64(x->post)), NULL, c->err);
    if (rc == 0) rc = note_target(c, x);
    return rc ? rc : turn_beside(c, x, false);
}

/* ---- which edges stand ---- */

enum { POSTS_LOOKED_AT = 64 };

/* Up to max distinct posts of a side of an edge in a layer, ascending: each is one step into the index. */
static int side_posts(struct net_change *c, const struct net_edge *e, int64_t layer, bool b, uint32_t max,
                      int64_t *out, uint32_t *out_n)
{
    int64_t last = 0;
    *out_n = 0;
    while (*out_n < max) {
        struct db_stmt *st;
        int rc = store_one(c->s, b ? SQL_NETWORK_PAIR_NEXT_B : SQL_NETWORK_PAIR_NEXT_A,
                           VALS(v_i64(e->a), v_i64(e->b), v_i64(layer), v_i64(last)), &st, c->err);
        if (rc <= 0) return rc;
        out[(*out_n)++] = last = col_i64(c->s, st, 0);
        c->s->driver->reset(st);
    }
    return 0;
}

static int next_layer(struct net_change *c, const struct net_edge *e, int64_t *io_layer)
{
    struct db_stmt *st;
    int rc = store_one(c->s, SQL_NETWORK_PAIR_LAYER, VALS(v_i64(e->a), v_i64(e->b), v_i64(*io_layer)), &st,
                       c->err);
    if (rc <= 0) return rc;
    *io_layer = col_i64(c->s, st, 0);
    c->s->driver->reset(st);
    return 1;
}

static void unite(int64_t *all, uint32_t *n, const int64_t *v, uint32_t nv)
{
    for (uint32_t i = 0; i < nv; i++) {
        bool there = false;
        for (uint32_t k = 0; k < *n; k++) there |= all[k] == v[i];
        if (!there && *n < POSTS_LOOKED_AT) all[(*n)++] = v[i];
    }
}

static uint32_t at_least(uint32_t wish) { return wish < POSTS_LOOKED_AT ? wish : POSTS_LOOKED_AT; }

/* The count rule of network/network.h: layers without enough posts of their own do not count, the others together must have
 * min_posts on either side. No more posts are looked at than that takes. */
static int edge_stands(struct net_change *c, const struct net_edge *e, bool *out)
{
    int64_t all[2][POSTS_LOOKED_AT], v[POSTS_LOOKED_AT], w[POSTS_LOOKED_AT], layer = -1;
    uint32_t n[2] = {0}, nv, nw, need = at_least(c->r->min_posts);
    int rc;
    *out = false;
    while ((rc = next_layer(c, e, &layer)) == 1) {
        uint32_t own = layer < c->r->nlayers ? at_least(c->r->layers[layer].min_posts) : 0;
        uint32_t look = own > need ? own : need;
        rc = side_posts(c, e, layer, false, look, v, &nv);
        if (rc == 0) rc = side_posts(c, e, layer, true, look, w, &nw);
        if (rc) return rc;
        if (nv < own || nw < own) continue;
        unite(all[0], &n[0], v, nv);
        unite(all[1], &n[1], w, nw);
        if (n[0] >= need && n[1] >= need) {
            *out = true;
            return 0;
        }
    }
    return rc;
}

static int by_edge(const void *x, const void *y)
{
    const struct net_edge *a = x, *b = y;
    if (a->a != b->a) return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

/* ---- groups ---- */

int net_group_of(struct store *s, int64_t account, int64_t *out_group, int64_t *out_accounts,
                 struct error *err)
{
    struct db_stmt *st;
    *out_group = *out_accounts = 0;
    int rc = store_one(s, SQL_NETWORK_GROUP_OF, VALS(v_i64(account)), &st, err);
    if (rc <= 0) return rc;
    *out_group = col_i64(s, st, 0);
    *out_accounts = col_i64(s, st, 1);
    s->driver->reset(st);
    return 0;
}

/* A small group has become part of one that counts, or the other way round: its posts say something else now. */
static int mark_small(struct net_change *c, int64_t group, int64_t before, int64_t after)
{
    int64_t least = c->r->min_group;
    if (group == 0 || (before >= least) == (after >= least)) return 0;
    return store_run(c->s, SQL_NETWORK_MARK_GROUP, VALS(v_i64(group)), NULL, c->err);
}

static int set_group(struct net_change *c, int64_t account, int64_t group)
{
    return store_run(c->s, SQL_NETWORK_ACCOUNT_GROUP, VALS(v_i64(account), v_i64(group)), NULL, c->err);
}

static int grow_group(struct net_change *c, int64_t group, int64_t by)
{
    return store_run(c->s, SQL_NETWORK_GROUP_GROW, VALS(v_i64(group), v_i64(by)), NULL, c->err);
}

static int join(struct net_change *c, const struct net_edge *e)
{
    int64_t ga, na, gb, nb;
    int rc = net_group_of(c->s, e->a, &ga, &na, c->err);
    if (rc == 0) rc = net_group_of(c->s, e->b, &gb, &nb, c->err);
    if (rc || (ga && ga == gb)) return rc;
    int64_t sum = (ga ? na : 1) + (gb ? nb : 1);
    rc = mark_small(c, ga, na, sum);
    if (rc == 0) rc = mark_small(c, gb, nb, sum);
    if (rc) return rc;
    if (!ga && !gb) {
        rc = net_number(c->s, &ga, c->err);
        if (rc == 0) rc = grow_group(c, ga, 2);
        if (rc == 0) rc = set_group(c, e->a, ga);
        return rc ? rc : set_group(c, e->b, ga);
    }
    if (!ga || !gb) {
        rc = grow_group(c, ga ? ga : gb, 1);
        return rc ? rc : set_group(c, ga ? e->b : e->a, ga ? ga : gb);
    }
    int64_t from = na < nb ? ga : gb, to = na < nb ? gb : ga;
    rc = grow_group(c, to, na < nb ? na : nb);
    if (rc == 0) rc = store_run(c->s, SQL_NETWORK_GROUP_MOVE, VALS(v_i64(from), v_i64(to)), NULL, c->err);
    return rc ? rc : store_run(c->s, SQL_NETWORK_GROUP_DROP, VALS(v_i64(from)), NULL, c->err);
}

struct members {
    struct VEC(int64_t) v;
    struct VEC(struct net_edge) edges;
};

static int load_group(struct net_change *c, int64_t group, struct members *m)
{
    struct db_stmt *st;
    struct store *s = c->s;
    int bad = 0, rc = store_query(s, SQL_NETWORK_GROUP_ACCOUNTS, VALS(v_i64(group)), &st, c->err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, c->err)) == 1)
        if (bad == 0) bad = VEC_PUSH(&m->v, col_i64(s, st, 0));
    if (rc == 0) rc = store_query(s, SQL_NETWORK_GROUP_EDGES, VALS(v_i64(group)), &st, c->err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, c->err)) == 1) {
        struct net_edge e = {col_i64(s, st, 0), col_i64(s, st, 1)};
        if (bad == 0) bad = VEC_PUSH(&m->edges, e);
    }
    return rc == 0 && bad ? store_col_error(bad, "a group", c->err) : rc;
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static uint32_t index_of(const struct members *m, int64_t account)
{
    const int64_t *at = bsearch(&account, m->v.v, m->v.n, sizeof *m->v.v, by_number);
    return at ? (uint32_t)(at - m->v.v) : UINT32_MAX;
}

/* Gives an account of a group that fell apart to its part: the largest part keeps the number, a part of one has none. */
static int place_account(struct net_change *c, const struct members *m, uint32_t i, uint32_t root,
                         uint32_t keeps, const uint32_t *size, int64_t *fresh)
{
    int rc = 0;
    if (root == keeps) return 0;
    if (size[root] > 1 && !fresh[root]) {
        rc = net_number(c->s, &fresh[root], c->err);
        if (rc == 0) rc = grow_group(c, fresh[root], size[root]);
    }
    if (rc == 0) rc = set_group(c, m->v.v[i], fresh[root]);
    if (rc == 0 && size[root] < c->r->min_group)
        rc = store_run(c->s, SQL_NETWORK_MARK_POSTS, VALS(v_i64(m->v.v[i])), NULL, c->err);
    return rc;
}

static int split_group(struct net_change *c, int64_t group, const struct members *m, uint32_t *parent,
                       uint32_t *size, int64_t *fresh)
{
    uint32_t n = (uint32_t)m->v.n, keeps = 0;
    for (uint32_t i = 0; i < n; i++) parent[i] = i;
    for (size_t i = 0; i < m->edges.n; i++) {
        uint32_t x = index_of(m, m->edges.v[i].a), y = index_of(m, m->edges.v[i].b);
        if (x == UINT32_MAX || y == UINT32_MAX) continue;
        x = root_of(parent, x);
        y = root_of(parent, y);
        parent[x < y ? y : x] = x < y ? x : y;
    }
    for (uint32_t i = 0; i < n; i++) size[root_of(parent, i)]++;
    for (uint32_t i = 0; i < n; i++)
        if (size[i] > size[keeps]) keeps = i;
    if (size[keeps] == n) return 0;
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = place_account(c, m, i, root_of(parent, i), keeps, size, fresh);
    if (rc || size[keeps] > 1) {
        if (rc == 0) rc = mark_small(c, group, n, size[keeps]);
        return rc ? rc : grow_group(c, group, (int64_t)size[keeps] - n);
    }
    rc = set_group(c, m->v.v[keeps], 0);
    if (rc == 0) rc = store_run(c->s, SQL_NETWORK_MARK_POSTS, VALS(v_i64(m->v.v[keeps])), NULL, c->err);
    return rc ? rc : store_run(c->s, SQL_NETWORK_GROUP_DROP, VALS(v_i64(group)), NULL, c->err);
}

/* A group that may have fallen apart is put together anew from the edges that are left. O(accounts + edges) */
static int rebuild_group(struct net_change *c, int64_t group)
{
    struct members m = {0};
    int rc = load_group(c, group, &m);
    uint32_t *parent = calloc(m.v.n + 1, sizeof *parent), *size = calloc(m.v.n + 1, sizeof *size);
    int64_t *fresh = calloc(m.v.n + 1, sizeof *fresh);
    if (rc == 0 && (!parent || !size || !fresh))
        rc = error_set(c->err, ERR_NOMEM, "store", "no memory for a group of %zu", m.v.n);
    if (m.v.n) qsort(m.v.v, m.v.n, sizeof *m.v.v, by_number);
    if (rc == 0 && m.v.n) rc = split_group(c, group, &m, parent, size, fresh);
    free(parent);
    free(size);
    free(fresh);
    VEC_DONE(&m.v);
    VEC_DONE(&m.edges);
    return rc;
}

/* Whether two accounts still have an edge, or one account in common that both have an edge to. */
static int still_near(struct net_change *c, const struct net_edge *e, bool *out)
{
    struct db_stmt *st;
    int rc = net_edge_up(c->s, e->a, e->b, out, c->err);
    if (rc || *out) return rc;
    rc = store_one(c->s, SQL_NETWORK_COMMON, VALS(v_i64(e->a), v_i64(e->b)), &st, c->err);
    *out = rc == 1;
    if (rc == 1) c->s->driver->reset(st);
    return rc < 0 ? rc : 0;
}

/* ---- settling ---- */

static int settle_edge(struct net_change *c, const struct net_edge *e)
{
    bool stood, stands;
    int rc = net_edge_up(c->s, e->a, e->b, &stood, c->err);
    if (rc == 0) rc = edge_stands(c, e, &stands);
    if (rc || stood == stands) return rc;
    rc = store_run(c->s, SQL_NETWORK_MARK_EDGE, VALS(v_i64(e->a), v_i64(e->b)), NULL, c->err);
    if (rc == 0)
        rc = store_run(c->s, stands ? SQL_NETWORK_EDGE_ADD : SQL_NETWORK_EDGE_DROP,
                       VALS(v_i64(e->a), v_i64(e->b)), NULL, c->err);
    if (rc) return rc;
    c->sum.edges_up += stands;
    c->sum.edges_down += stood;
    if (stands) return join(c, e);
    if (VEC_PUSH(&c->broken, *e))
        rc = error_set(c->err, ERR_NOMEM, "store", "no memory for the groups that a post touches");
    return rc;
}

/* Where an edge went, its group may have fallen apart; not where the two are still tied by a third, as in a dense group they
 * nearly always are. A group that was put together anew is right for all its edges. */
static int rebuild_broken(struct net_change *c)
{
    int64_t group, accounts, done = 0;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < c->broken.n; i++) {
        bool near = false;
        rc = still_near(c, &c->broken.v[i], &near);
        if (rc == 0 && !near) rc = net_group_of(c->s, c->broken.v[i].a, &group, &accounts, c->err);
        if (rc || near || group == 0 || group == done) continue;
        rc = rebuild_group(c, group);
        done = group;
    }
    return rc;
}

int net_settle(struct net_change *c)
{
    int rc = 0;
    if (c->touched.n) qsort(c->touched.v, c->touched.n, sizeof *c->touched.v, by_edge);
    for (size_t i = 0; rc == 0 && i < c->touched.n; i++)
        if (i == 0 || by_edge(&c->touched.v[i - 1], &c->touched.v[i]) != 0)
            rc = settle_edge(c, &c->touched.v[i]);
    if (rc == 0) rc = rebuild_broken(c);
    c->touched.n = c->broken.n = 0;
    return rc;
}
