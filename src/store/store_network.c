/* The acts of a post: what is new of them, what went. See store_network.h. */
#include "store/store_network_priv.h"

int net_number(struct store *s, int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_NETWORK_NUMBER, NULL, 0, &st, err);
    if (rc <= 0) return rc ? rc : error_set(err, ERR_FORMAT, "store", "the network's counter is missing");
    *out = col_i64(s, st, 0);
    s->driver->reset(st);
    return 0;
}

static int account_number(struct store *s, const struct id128 *id, int64_t *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_NETWORK_ACCOUNT, VALS(v_id(id)), &st, err);
    if (rc > 0) {
        *out = col_i64(s, st, 0);
        s->driver->reset(st);
        return 0;
    }
    if (rc == 0) rc = net_number(s, out, err);
    if (rc == 0) rc = store_run(s, SQL_NETWORK_ACCOUNT_ADD, VALS(v_i64(*out), v_id(id)), NULL, err);
    return rc;
}

struct net_post {
    int64_t n, account, at_us;
};

/* 1 and the post, 0 when it has none. */
static int find_post(struct store *s, const struct id128 *id, struct net_post *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_NETWORK_POST, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc;
    *out = (struct net_post){col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2)};
    s->driver->reset(st);
    return 1;
}

static int post_number(struct net_change *c, const struct id128 *id, int64_t account, int64_t at_us,
                       struct net_post *io, bool known)
{
    struct store *s = c->s;
    if (known && io->account == account && io->at_us == at_us) return 0;
    int rc = known ? 0 : net_number(s, &io->n, c->err);
    if (rc == 0)
        rc = store_run(s, SQL_NETWORK_POST_PUT, VALS(v_i64(io->n), v_id(id), v_i64(account), v_i64(at_us)),
                       NULL, c->err);
    io->account = account;
    io->at_us = at_us;
    return rc;
}

struct act_list {
    struct VEC(struct net_act) v;
};

static int acts_of(struct store *s, int64_t post, struct act_list *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_NETWORK_ACTS_OF_POST, VALS(v_i64(post)), &st, err), bad = 0;
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct net_act x = {.family = col_i64(s, st, 0),
                            .at_us = col_i64(s, st, 1),
                            .tie = col_i64(s, st, 2),
                            .post = post,
                            .account = col_i64(s, st, 3),
                            .object = col_i64(s, st, 4),
                            .layer = (unsigned)col_i64(s, st, 5)};
        if (bad == 0) bad = VEC_PUSH(&out->v, x);
    }
    return rc == 0 && bad ? store_col_error(bad, "acts", err) : rc;
}

/* Takes away what the post does no longer. Read anew after each: families move acts. */
static int remove_acts(struct net_change *c, int64_t post, const int64_t *keep, size_t nkeep)
{
    for (;;) {
        struct act_list have = {0};
        struct net_act gone = {0};
        bool found = false;
        int rc = acts_of(c->s, post, &have, c->err);
        for (size_t i = 0; rc == 0 && i < have.v.n && !found; i++) {
            bool kept = false;
            for (size_t k = 0; k < nkeep; k++) kept |= keep[k] == have.v.v[i].object;
            found = !kept;
            gone = have.v.v[i];
        }
        VEC_DONE(&have.v);
        if (rc || !found) return rc;
        rc = net_remove(c, &gone);
        if (rc == 0) rc = net_object_left(c, gone.object);
        if (rc) return rc;
        c->sum.acts_gone++;
    }
}

static int place_acts(struct net_change *c, const struct net_post *p, int64_t tie,
                      const struct store_network_act *acts, const int64_t *objects, size_t n)
{
    struct act_list have = {0};
    int rc = acts_of(c->s, p->n, &have, c->err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        int64_t object, family;
        bool there = false;
        for (size_t k = 0; k < have.v.n; k++) there |= have.v.v[k].object == objects[i];
        for (size_t k = 0; k < i; k++) there |= objects[k] == objects[i];
        if (there) continue;
        rc = net_object(c, &acts[i], &object, &family); /* its family may have moved since */
        struct net_act x = {family, p->at_us, tie, p->n, p->account, object, acts[i].layer};
        if (rc == 0) rc = net_place(c, &x);
        c->sum.acts_new++;
    }
    VEC_DONE(&have.v);
    return rc;
}

static int put_acts(struct net_change *c, const struct id128 *post, const struct id128 *account,
                    int64_t at_us, const struct store_network_act *acts, size_t n)
{
    struct net_post p = {0};
    int64_t who = 0, *objects = NULL, family;
    int known = find_post(c->s, post, &p, c->err);
    if (known < 0 || (known == 0 && n == 0)) return known;
    int rc = account_number(c->s, account, &who, c->err);
    if (rc == 0 && known && (p.account != who || p.at_us != at_us)) rc = remove_acts(c, p.n, NULL, 0);
    if (rc == 0) rc = post_number(c, post, who, at_us, &p, known == 1);
    objects = calloc(n + 1, sizeof *objects);
    if (rc == 0 && !objects) rc = error_set(c->err, ERR_NOMEM, "store", "no memory for %zu acts", n);
    for (size_t i = 0; rc == 0 && i < n; i++) rc = net_object(c, &acts[i], &objects[i], &family);
    if (rc == 0) rc = place_acts(c, &p, c->r->order(c->r->arg, account, post, at_us), acts, objects, n);
    if (rc == 0 && known) rc = remove_acts(c, p.n, objects, n);
    if (rc == 0) rc = net_settle(c);
    int64_t group, accounts = 0;
    if (rc == 0) rc = net_group_of(c->s, who, &group, &accounts, c->err);
    c->sum.group = accounts ? (uint32_t)accounts : 1;
    free(objects);
    return rc;
}

int store_network_put(struct store *s, const struct store_network_rules *r, const struct id128 *post,
                      const struct id128 *account, int64_t at_us, const struct store_network_act *acts,
                      size_t n, struct store_network_change *out, struct error *err)
{
    struct net_change c = {.s = s, .r = r, .err = err};
    bool own;
    for (size_t i = 0; i < n; i++)
        if (acts[i].layer >= r->nlayers || acts[i].name.n == 0)
            return error_set(err, ERR_ARG, "store", "an act in layer %u of %u, or without a name",
                             acts[i].layer, r->nlayers);
    int rc = store_enter(s, &own, err);
    if (rc) return rc;
    rc = put_acts(&c, post, account, at_us, acts, n);
    VEC_DONE(&c.touched);
    VEC_DONE(&c.broken);
    rc = store_leave(s, own, rc, err);
    if (rc == 0 && out) *out = c.sum;
    return rc;
}

int store_network_check_absent(struct store *s, const struct id128 *post, struct error *err)
{
    struct net_post p;
    int known = find_post(s, post, &p, err);
    return known > 0 ? error_set(err, ERR_ARG, "store",
                                 "the post shares something, and the network's rules were not given")
                     : known;
}

/* ---- marks ---- */

int store_network_mark(struct store *s, const struct id128 *post, struct error *err)
{
    return store_run(s, SQL_NETWORK_MARK, VALS(v_id(post), v_i64(1)), NULL, err);
}

int store_network_unmark(struct store *s, const struct id128 *post, struct error *err)
{
    return store_run(s, SQL_NETWORK_MARK, VALS(v_id(post), v_i64(0)), NULL, err);
}

int store_network_mark_account(struct store *s, const struct id128 *account, struct error *err)
{
    return store_run(s, SQL_NETWORK_MARK_ACCOUNT, VALS(v_id(account)), NULL, err);
}

int store_network_mark_alike(struct store *s, const struct id128 *account, struct error *err)
{
    return store_run(s, SQL_NETWORK_MARK_ALIKE, VALS(v_id(account)), NULL, err);
}

int store_network_marked(struct store *s, struct id128 *out, size_t max, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_NETWORK_MARKED, VALS(v_i64((int64_t)max)), &st, err), bad = 0;
    size_t n = 0;
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        if (n == max) continue;
        out[n++] = col_id(s, st, 0, &bad);
    }
    if (rc == 0 && bad) rc = store_col_error(bad, "a marked post", err);
    *out_n = n;
    return rc;
}
