/* Things and their families. A thing with a sketch is compared with those that share a key with it; those that are near, and
 * what is near to them, are one family and have one timeline. When a thing joins two families, the acts of the smaller one
 * move; when the last act of a thing goes, its family is put together anew from what is left. */
#include "store/store_network_priv.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

struct thing {
    int64_t n, family;
    struct sv sketch, keys; /* in the arena of whoever asked */
};
struct things {
    struct VEC(struct thing) v;
    struct arena a;
};

static void things_init(struct things *t)
{
    *t = (struct things){0};
    arena_init(&t->a, 0);
}
static void things_done(struct things *t)
{
    VEC_DONE(&t->v);
    arena_done(&t->a);
}

/* Columns n, family, sketch, keys. Those that are there already are left out, and counted all the same. */
static int load_things(struct store *s, enum store_statement which, const struct val *v, size_t n,
                       struct things *out, size_t *out_found, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, which, v, n, &st, err), bad = 0;
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct thing x = {.n = col_i64(s, st, 0), .family = col_i64(s, st, 1)};
        ++*out_found;
        bool there = false;
        for (size_t i = 0; i < out->v.n; i++) there |= out->v.v[i].n == x.n;
        if (there || bad) continue;
        x.sketch = col_copy(s, st, 2, &out->a, &bad);
        x.keys = col_copy(s, st, 3, &out->a, &bad);
        if (bad == 0) bad = VEC_PUSH(&out->v, x);
    }
    return rc == 0 && bad ? store_col_error(bad, "things that accounts share", err) : rc;
}

/* ---- moving acts between families ---- */

/* One act of the thing (or, with no thing, of the family) that is not on timeline `to`. */
static int next_to_move(struct store *s, enum store_statement which, int64_t of, int64_t to,
                        struct net_act *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, VALS(v_i64(of), v_i64(to)), &st, err);
    if (rc <= 0) return rc;
    *out =
        (struct net_act){col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2),          col_i64(s, st, 3),
                         col_i64(s, st, 4), col_i64(s, st, 5), (unsigned)col_i64(s, st, 6)};
    s->driver->reset(st);
    return 1;
}

static int move_acts(struct net_change *c, enum store_statement which, int64_t of, int64_t to)
{
    struct net_act x;
    int rc;
    while ((rc = next_to_move(c->s, which, of, to, &x, c->err)) == 1) {
        rc = net_remove(c, &x);
        x.family = to;
        if (rc == 0) rc = net_place(c, &x);
        if (rc) return rc;
    }
    return rc;
}

static int acts_in(struct store *s, int64_t family, int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_NETWORK_FAMILY_SIZE, VALS(v_i64(family)), &st, err);
    if (rc <= 0) return rc;
    *out = col_i64(s, st, 0);
    s->driver->reset(st);
    return 0;
}

static int join_families(struct net_change *c, int64_t *io_family, int64_t other)
{
    int64_t mine = 0, its = 0;
    if (*io_family == other) return 0;
    int rc = acts_in(c->s, *io_family, &mine, c->err);
    if (rc == 0) rc = acts_in(c->s, other, &its, c->err);
    int64_t from = mine < its ? *io_family : other, to = mine < its ? other : *io_family;
    if (rc == 0) rc = move_acts(c, SQL_NETWORK_FAMILY_ACT, from, to);
    if (rc == 0) rc = store_run(c->s, SQL_NETWORK_FAMILY_MOVE, VALS(v_i64(from), v_i64(to)), NULL, c->err);
    if (rc == 0) *io_family = to;
    return rc;
}

/* ---- a new thing ---- */

static struct sv pack_keys(const struct store_network_act *act, struct buf *b)
{
    for (size_t i = 0; i < act->nkeys; i++) buf_put_u64(b, act->keys[i]);
    return buf_sv(b);
}

static int add_keys(struct net_change *c, const struct store_network_act *act, int64_t object)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < act->nkeys; i++)
        rc = store_run(c->s, SQL_NETWORK_KEY_ADD,
                       VALS(v_i64(act->layer), v_i64((int64_t)act->keys[i]), v_i64(object)), NULL, c->err);
    return rc;
}

static int join_near(struct net_change *c, const struct store_network_act *act, int64_t *io_family)
{
    struct things near;
    things_init(&near);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < act->nkeys; i++) {
        size_t found = 0;
        rc = load_things(c->s, SQL_NETWORK_KEY_THINGS,
                         VALS(v_i64(act->layer), v_i64((int64_t)act->keys[i]), v_i64(NETWORK_KEY_FOLLOW)),
                         &near, &found, c->err);
        c->sum.crowded += found == NETWORK_KEY_FOLLOW;
    }
    for (size_t i = 0; rc == 0 && i < near.v.n; i++) {
        if (!c->r->near(c->r->arg, act->layer, act->sketch, near.v.v[i].sketch)) continue;
        int64_t from = near.v.v[i].family, before = *io_family;
        rc = join_families(c, io_family, from);
        for (size_t k = i + 1; rc == 0 && k < near.v.n; k++)
            if (near.v.v[k].family == from || near.v.v[k].family == before) near.v.v[k].family = *io_family;
    }
    things_done(&near);
    return rc;
}

static int new_object(struct net_change *c, const struct store_network_act *act, const struct id128 *id,
                      int64_t *out_object, int64_t *out_family)
{
    struct buf keys;
    buf_init(&keys, 0);
    struct sv packed = pack_keys(act, &keys);
    int rc = keys.failed ? error_set(c->err, ERR_NOMEM, "store", "no memory for the keys of a thing")
                         : net_number(c->s, out_object, c->err);
    *out_family = *out_object;
    if (rc == 0)
        rc = store_run(c->s, SQL_NETWORK_OBJECT_ADD,
                       VALS(v_i64(*out_object), v_id(id), v_i64(act->layer), v_blob(act->name),
                            v_blob(act->sketch), v_blob(packed)),
                       NULL, c->err);
    if (rc == 0 && act->nkeys) rc = join_near(c, act, out_family);
    if (rc == 0) rc = add_keys(c, act, *out_object);
    buf_done(&keys);
    return rc;
}

int net_object(struct net_change *c, const struct store_network_act *act, int64_t *out_object,
               int64_t *out_family)
{
    struct db_stmt *st;
    char layer[8];
    snprintf(layer, sizeof layer, "%u", act->layer);
    struct id128 id = id_of("network", (const struct sv[]){sv_cstr(layer), act->name}, 2);
    int rc = store_one(c->s, SQL_NETWORK_OBJECT, VALS(v_id(&id)), &st, c->err);
    if (rc < 0) return rc;
    if (rc == 0) return new_object(c, act, &id, out_object, out_family);
    *out_object = col_i64(c->s, st, 0);
    *out_family = col_i64(c->s, st, 1);
    c->s->driver->reset(st);
    return 0;
}

/* ---- a thing that went ---- */

struct keyed {
    uint64_t key;
    uint32_t thing;
};

static int by_key(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->thing < b->thing ? -1 : a->thing > b->thing;
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

/* Which of the things still hang together: parent[] as a forest. */
static int regroup(const struct net_change *c, unsigned layer, const struct things *t, uint32_t *parent)
{
    struct VEC(struct keyed) keys = {0};
    int rc = 0;
    for (uint32_t i = 0; i < t->v.n; i++) {
        struct reader r = reader_of(t->v.v[i].keys);
        parent[i] = i;
        while (rc == 0 && reader_left(&r) >= 8) {
            struct keyed k = {reader_u64(&r), i};
            rc = VEC_PUSH(&keys, k);
        }
    }
    if (rc == 0 && keys.n) qsort(keys.v, keys.n, sizeof *keys.v, by_key);
    for (size_t i = 0; rc == 0 && i < keys.n; i++)
        for (size_t k = i + 1; k < keys.n && keys.v[k].key == keys.v[i].key && k - i <= NETWORK_KEY_FOLLOW;
             k++) {
            uint32_t x = root_of(parent, keys.v[i].thing), y = root_of(parent, keys.v[k].thing);
            if (x == y ||
                !c->r->near(c->r->arg, layer, t->v.v[keys.v[i].thing].sketch, t->v.v[keys.v[k].thing].sketch))
                continue;
            parent[x < y ? y : x] = x < y ? x : y;
        }
    VEC_DONE(&keys);
    return rc;
}

/* The part of the first thing keeps the family; every other part gets one of its own. */
static int split_family(struct net_change *c, unsigned layer, int64_t family)
{
    struct things left;
    uint32_t *parent = NULL;
    int64_t *fresh = NULL;
    things_init(&left);
    size_t found = 0;
    int rc = load_things(c->s, SQL_NETWORK_FAMILY_THINGS, VALS(v_i64(family)), &left, &found, c->err);
    if (rc == 0 && left.v.n > 1) {
        parent = calloc(left.v.n, sizeof *parent);
        fresh = calloc(left.v.n, sizeof *fresh);
        rc = parent && fresh ? regroup(c, layer, &left, parent) : ERR_NOMEM;
        if (rc) rc = error_set(c->err, rc, "store", "no memory for a family of %zu", left.v.n);
    }
    for (uint32_t i = 0; rc == 0 && parent && i < left.v.n; i++) {
        uint32_t root = root_of(parent, i);
        if (root == root_of(parent, 0)) continue;
        if (!fresh[root]) rc = net_number(c->s, &fresh[root], c->err);
        if (rc == 0)
            rc = store_run(c->s, SQL_NETWORK_OBJECT_FAMILY, VALS(v_i64(left.v.v[i].n), v_i64(fresh[root])),
                           NULL, c->err);
        if (rc == 0) rc = move_acts(c, SQL_NETWORK_OBJECT_ACT, left.v.v[i].n, fresh[root]);
    }
    free(parent);
    free(fresh);
    things_done(&left);
    return rc;
}

int net_object_left(struct net_change *c, int64_t object)
{
    struct db_stmt *st;
    int rc = store_one(c->s, SQL_NETWORK_OBJECT_IDLE, VALS(v_i64(object)), &st, c->err);
    if (rc <= 0) return rc; /* somebody still shares it */
    unsigned layer = (unsigned)col_i64(c->s, st, 0);
    int64_t family = col_i64(c->s, st, 1);
    struct sv packed = col_sv(c->s, st, 2);
    struct buf keys;
    buf_init(&keys, 0);
    buf_putsv(&keys, packed);
    c->s->driver->reset(st);
    if (keys.failed) rc = error_set(c->err, ERR_NOMEM, "store", "no memory for the keys of a thing");
    struct reader r = reader_of(buf_sv(&keys));
    rc = rc < 0 ? rc : 0;
    while (rc == 0 && reader_left(&r) >= 8)
        rc = store_run(c->s, SQL_NETWORK_KEY_DROP,
                       VALS(v_i64(layer), v_i64((int64_t)reader_u64(&r)), v_i64(object)), NULL, c->err);
    if (rc == 0) rc = store_run(c->s, SQL_NETWORK_OBJECT_DROP, VALS(v_i64(object)), NULL, c->err);
    if (rc == 0 && keys.n) rc = split_family(c, layer, family);
    buf_done(&keys);
    return rc;
}
