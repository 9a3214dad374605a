/* What the network's tables say: proofs, rows for a batch run, edges, groups, closed accounts. */
#include "store/store_network_priv.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- proofs ---- */

struct seen_edge {
    int64_t account;
    bool up;
};
struct found_proof {
    struct net_act own, other;
    int64_t gap_us;
    struct id128 post;
};
struct proving {
    struct store *s;
    const struct store_network_rules *r;
    struct error *err;
    struct VEC(struct net_act) acts;
    struct VEC(struct seen_edge) seen;
    struct VEC(struct found_proof) found;
};

static int load_acts(struct proving *p, const struct id128 *post)
{
    struct db_stmt *st;
    struct store *s = p->s;
    int64_t n;
    int bad = 0, rc = store_one(s, SQL_NETWORK_POST, VALS(v_id(post)), &st, p->err);
    if (rc <= 0) return rc;
    n = col_i64(s, st, 0);
    s->driver->reset(st);
    rc = store_query(s, SQL_NETWORK_ACTS_OF_POST, VALS(v_i64(n)), &st, p->err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, p->err)) == 1) {
        struct net_act x = {col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2),          n,
                            col_i64(s, st, 3), col_i64(s, st, 4), (unsigned)col_i64(s, st, 5)};
        if (bad == 0) bad = VEC_PUSH(&p->acts, x);
    }
    return rc == 0 && bad ? store_col_error(bad, "acts", p->err) : rc;
}

/* Whether the edge to another account stands; each is asked once. */
static int edge_to(struct proving *p, int64_t own, int64_t other, bool *out)
{
    for (size_t i = 0; i < p->seen.n; i++) {
        if (p->seen.v[i].account != other) continue;
        *out = p->seen.v[i].up;
        return 0;
    }
    int rc = net_edge_up(p->s, own < other ? own : other, own < other ? other : own, out, p->err);
    struct seen_edge e = {other, *out};
    if (rc == 0 && VEC_PUSH(&p->seen, e)) rc = error_set(p->err, ERR_NOMEM, "store", "no memory for proofs");
    return rc;
}

static int id_of_post(struct proving *p, int64_t n, struct id128 *out)
{
    struct db_stmt *st;
    int bad = 0, rc = store_one(p->s, SQL_NETWORK_POST_ID, VALS(v_i64(n)), &st, p->err);
    if (rc <= 0)
        return rc ? rc : error_set(p->err, ERR_FORMAT, "store", "an act of a post that is not there");
    *out = col_id(p->s, st, 0, &bad);
    p->s->driver->reset(st);
    return bad ? store_col_error(bad, "an id", p->err) : 0;
}

static int try_pair(struct proving *p, const struct net_act *own, const struct net_act *other)
{
    bool up = false;
    if (own->account == other->account) return 0;
    int rc = edge_to(p, own->account, other->account, &up);
    if (rc || !up) return rc;
    struct found_proof f = {*own, *other, other->at_us - own->at_us, {{0}}};
    rc = id_of_post(p, other->post, &f.post);
    if (rc == 0 && VEC_PUSH(&p->found, f)) rc = error_set(p->err, ERR_NOMEM, "store", "no memory for proofs");
    return rc;
}

static int find_pairs(struct proving *p)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < p->acts.n; i++) {
        struct net_beside b;
        rc = net_beside(p->s, p->r, &p->acts.v[i], &b, p->err);
        if (rc) return rc;
        for (size_t k = 0; rc == 0 && k < b.before.n; k++) rc = try_pair(p, &p->acts.v[i], &b.before.v[k]);
        for (size_t k = 0; rc == 0 && k < b.after.n; k++) rc = try_pair(p, &p->acts.v[i], &b.after.v[k]);
        net_beside_done(&b);
    }
    return rc;
}

static int by_tightness(const void *x, const void *y)
{
    const struct found_proof *a = x, *b = y;
    int64_t ga = llabs(a->gap_us), gb = llabs(b->gap_us);
    if (ga != gb) return ga < gb ? -1 : 1;
    if (a->own.layer != b->own.layer) return a->own.layer < b->own.layer ? -1 : 1;
    return memcmp(a->post.b, b->post.b, sizeof a->post.b);
}

/* Drops what repeats a post that stands higher in the list; counts distinct accounts. */
static uint32_t distinct(struct proving *p, size_t max, size_t *out_n)
{
    uint32_t accounts = 0;
    size_t n = 0;
    for (size_t i = 0; i < p->seen.n; i++) accounts += p->seen.v[i].up;
    for (size_t i = 0; i < p->found.n && n < max; i++) {
        bool again = false;
        for (size_t k = 0; k < n; k++) again |= p->found.v[k].other.post == p->found.v[i].other.post;
        if (!again) p->found.v[n++] = p->found.v[i];
    }
    *out_n = n;
    return accounts;
}

static int describe(struct proving *p, const struct found_proof *f, struct arena *a,
                    struct store_network_proof *out)
{
    struct db_stmt *st;
    int bad = 0, rc = store_one(p->s, SQL_NETWORK_NAMES,
                                VALS(v_i64(f->own.object), v_i64(f->other.object), v_i64(f->other.post),
                                     v_i64(f->other.account)),
                                &st, p->err);
    if (rc <= 0) return rc ? rc : error_set(p->err, ERR_FORMAT, "store", "an act without its thing");
    out->layer = f->own.layer;
    out->gap_us = f->gap_us;
    out->name = col_copy(p->s, st, 0, a, &bad);
    out->other_name = col_copy(p->s, st, 1, a, &bad);
    out->post = col_id(p->s, st, 2, &bad);
    out->account = col_id(p->s, st, 3, &bad);
    p->s->driver->reset(st);
    return bad ? store_col_error(bad, "a proof", p->err) : 0;
}

static int prove(struct proving *p, const struct id128 *post, size_t max, struct arena *a,
                 struct store_network_proof **out, size_t *out_n, uint32_t *out_accounts, uint32_t *out_group)
{
    int64_t group = 0, accounts = 0;
    int rc = load_acts(p, post);
    if (rc == 0 && p->acts.n) rc = net_group_of(p->s, p->acts.v[0].account, &group, &accounts, p->err);
    if (rc || accounts < p->r->min_group) return rc;
    rc = find_pairs(p);
    if (rc || p->found.n == 0) return rc;
    qsort(p->found.v, p->found.n, sizeof *p->found.v, by_tightness);
    uint32_t others = distinct(p, max, out_n);
    struct store_network_proof *v = arena_array(a, *out_n, sizeof *v);
    if (!v) return error_set(p->err, ERR_NOMEM, "store", "no memory for %zu proofs", *out_n);
    for (size_t i = 0; rc == 0 && i < *out_n; i++) rc = describe(p, &p->found.v[i], a, &v[i]);
    *out = v;
    *out_accounts = others;
    *out_group = (uint32_t)accounts;
    return rc;
}

int store_network_proofs(struct store *s, const struct store_network_rules *r, const struct id128 *post,
                         size_t max, struct arena *a, struct store_network_proof **out, size_t *out_n,
                         uint32_t *out_accounts, uint32_t *out_group, struct error *err)
{
    struct proving p = {.s = s, .r = r, .err = err};
    *out_n = 0;
    *out = NULL;
    *out_accounts = *out_group = 0;
    int rc = prove(&p, post, max, a, out, out_n, out_accounts, out_group);
    VEC_DONE(&p.acts);
    VEC_DONE(&p.seen);
    VEC_DONE(&p.found);
    return rc;
}

/* ---- rows and edges ---- */

static int visit_rows(struct store *s, enum store_statement which, const struct val *v, size_t n,
                      int (*visit)(void *arg, const struct store_network_row *row), void *arg,
                      struct error *err)
{
    struct db_stmt *st;
    int bad = 0, rc = store_query(s, which, v, n, &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct store_network_row row = {.layer = (unsigned)col_i64(s, st, 0),
                                        .family = col_sv(s, st, 1),
                                        .account = col_id(s, st, 2, &bad),
                                        .post = col_id(s, st, 3, &bad),
                                        .at_us = col_i64(s, st, 4)};
        int ended = bad ? store_col_error(bad, "an act", err) : visit(arg, &row);
        if (ended == 0) continue;
        s->driver->reset(st);
        return ended;
    }
    return rc;
}

int store_network_rows(struct store *s, int (*visit)(void *arg, const struct store_network_row *row),
                       void *arg, struct error *err)
{
    return visit_rows(s, SQL_NETWORK_ROWS, NULL, 0, visit, arg, err);
}

int store_network_layer_rows(struct store *s, unsigned layer,
                             int (*visit)(void *arg, const struct store_network_row *row), void *arg,
                             struct error *err)
{
    return visit_rows(s, SQL_NETWORK_LAYER_ROWS, VALS(v_i64(layer)), visit, arg, err);
}

int store_network_edges(struct store *s,
                        int (*visit)(void *arg, const struct id128 *a, const struct id128 *b), void *arg,
                        struct error *err)
{
    struct db_stmt *st;
    int bad = 0, rc = store_query(s, SQL_NETWORK_EDGES, NULL, 0, &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct id128 a = col_id(s, st, 0, &bad), b = col_id(s, st, 1, &bad);
        int ended = bad ? store_col_error(bad, "an edge", err) : visit(arg, &a, &b);
        if (ended == 0) continue;
        s->driver->reset(st);
        return ended;
    }
    return rc;
}

int store_network_group(struct store *s, const struct id128 *account, struct arena *a, struct id128 **out,
                        size_t *out_n, struct error *err)
{
    return store_ids(s, SQL_NETWORK_GROUP_IDS, VALS(v_id(account)), a, out, out_n, err);
}

int store_network_span(struct store *s, const struct id128 *account, int64_t *out_first_us,
                       int64_t *out_last_us, int64_t *out_posts, struct error *err)
{
    struct db_stmt *st;
    *out_posts = 0;
    int rc = store_one(s, SQL_NETWORK_SPAN, VALS(v_id(account)), &st, err);
    if (rc <= 0) return rc;
    *out_first_us = col_i64(s, st, 0);
    *out_last_us = col_i64(s, st, 1);
    *out_posts = col_i64(s, st, 2);
    s->driver->reset(st);
    return 0;
}

int store_network_shared(struct store *s, const struct id128 *account, unsigned layer, uint32_t popular,
                         size_t max, struct arena *a, struct sv **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct VEC(struct sv) names = {0};
    const struct val v[] = {v_id(account), v_i64(layer), v_i64((int64_t)max), v_i64(popular)};
    int bad = 0,
        rc = store_query(s, popular ? SQL_NETWORK_SHARED : SQL_NETWORK_WORDS, v, popular ? 4 : 3, &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct sv name = col_copy(s, st, 0, a, &bad);
        if (bad == 0) bad = VEC_PUSH(&names, name);
    }
    struct sv *list = rc == 0 && bad == 0 ? arena_array(a, names.n + 1, sizeof *list) : NULL;
    if (rc == 0 && !list) rc = store_col_error(bad ? bad : ERR_NOMEM, "what an account shares", err);
    if (rc == 0) {
        if (names.n) memcpy(list, names.v, names.n * sizeof *list);
        *out = list;
        *out_n = names.n;
    }
    VEC_DONE(&names);
    return rc;
}

int store_network_accounts(struct store *s, int (*visit)(void *arg, const struct id128 *account), void *arg,
                           struct error *err)
{
    struct db_stmt *st;
    int bad = 0, rc = store_query(s, SQL_NETWORK_ACCOUNTS, NULL, 0, &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct id128 id = col_id(s, st, 0, &bad);
        int ended = bad ? store_col_error(bad, "an account", err) : visit(arg, &id);
        if (ended == 0) continue;
        s->driver->reset(st);
        return ended;
    }
    return rc;
}

int store_network_count(struct store *s, struct store_network_counts *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_NETWORK_COUNT, NULL, 0, &st, err);
    if (rc <= 0) return rc ? rc : error_set(err, ERR_STORE, "store", "the network cannot be counted");
    *out = (struct store_network_counts){col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2),
                                         col_i64(s, st, 3), col_i64(s, st, 4), col_i64(s, st, 5),
                                         col_i64(s, st, 6)};
    s->driver->reset(st);
    return 0;
}

/* ---- accounts ---- */

int store_get_account(struct store *s, const struct id128 *id, struct arena *a, struct account *out,
                      struct error *err)
{
    struct db_stmt *st;
    int bad = 0, rc = store_one(s, SQL_ACCOUNT_GET, VALS(v_id(id)), &st, err);
    if (rc <= 0) return rc ? rc : store_not_found(id, "account", err);
    *out = (struct account){.id = *id,
                            .platform = col_copy(s, st, 0, a, &bad),
                            .native_id = col_copy(s, st, 1, a, &bad),
                            .handle = col_copy(s, st, 2, a, &bad),
                            .name = col_copy(s, st, 3, a, &bad),
                            .bio = col_copy(s, st, 4, a, &bad),
                            .sec_id = col_copy(s, st, 5, a, &bad),
                            .verified = (int)col_i64(s, st, 6),
                            .is_private = (int)col_i64(s, st, 7),
                            .created_us = col_i64(s, st, 8),
                            .followers = col_i64(s, st, 9),
                            .following = col_i64(s, st, 10),
                            .likes = col_i64(s, st, 11),
                            .posts = col_i64(s, st, 12)};
    s->driver->reset(st);
    return bad ? store_col_error(bad, "an account", err) : 0;
}

enum { MAX_NAMED = 6, MIN_PREFIX = 4 };

struct candidates {
    struct id128 v[MAX_NAMED];
    size_t n;
};

static int gather(struct store *s, enum store_statement which, const struct val *v, size_t n,
                  struct sv platform, struct candidates *out, struct error *err)
{
    struct db_stmt *st;
    int bad = 0, rc = store_query(s, which, v, n, &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        if (platform.n && !sv_eq(platform, col_sv(s, st, 1))) continue;
        struct id128 id = col_id(s, st, 0, &bad);
        if (out->n < MAX_NAMED) out->v[out->n++] = id;
    }
    return rc == 0 && bad ? store_col_error(bad, "an account", err) : rc;
}

static int by_prefix(struct store *s, struct sv what, struct candidates *out, struct error *err)
{
    struct id128 low, high;
    char digits[2][ID_TEXT_BYTES];
    if (what.n < MIN_PREFIX || what.n >= ID_TEXT_BYTES) return 0;
    for (int i = 0; i < 2; i++) {
        memset(digits[i], i ? 'f' : '0', ID_TEXT_BYTES - 1);
        memcpy(digits[i], what.p, what.n);
    }
    if (!id_parse(sv_of(digits[0], ID_TEXT_BYTES - 1), &low) ||
        !id_parse(sv_of(digits[1], ID_TEXT_BYTES - 1), &high))
        return 0;
    return gather(s, SQL_ACCOUNT_BY_PREFIX, VALS(v_id(&low), v_id(&high)), SV_NULL, out, err);
}

int store_find_account(struct store *s, struct sv what, struct id128 *out, struct error *err)
{
    struct candidates found = {0};
    struct sv rest = what, platform = SV_NULL;
    if (sv_find_byte(what, ':', 0) < what.n && sv_split(&rest, ':', &platform)) {
        if (rest.n == 0) return error_set(err, ERR_ARG, "store", "\"%.*s\" names no account", SV_FMT(what));
    } else {
        rest = what;
        platform = SV_NULL;
    }
    if (rest.n && rest.p[0] == '@') rest = sv_sub(rest, 1, rest.n);
    int rc = gather(s, SQL_ACCOUNT_BY_HANDLE, VALS(v_blob(rest)), platform, &found, err);
    if (rc == 0 && found.n == 0) rc = by_prefix(s, what, &found, err);
    if (rc) return rc;
    if (found.n == 0)
        return error_set(err, ERR_NOTFOUND, "store",
                         "no account \"%.*s\": give a handle, platform:handle or the first digits of an id",
                         SV_FMT(what));
    if (found.n > 1) {
        char ids[MAX_NAMED * ID_TEXT_BYTES + 1] = "", one[ID_TEXT_BYTES];
        size_t at = 0;
        for (size_t i = 0; i < found.n && at < sizeof ids; i++) {
            id_format(&found.v[i], one);
            at += (size_t)snprintf(ids + at, sizeof ids - at, "%s%s", i ? " " : "", one);
        }
        return error_set(err, ERR_ARG, "store", "\"%.*s\" is several accounts: %s", SV_FMT(what), ids);
    }
    *out = found.v[0];
    return 0;
}

/* ---- closed accounts ---- */

static int note_closed(struct store *s, const struct id128 *account, bool closed, int64_t at_us,
                       struct error *err)
{
    char id[ID_TEXT_BYTES], says[96];
    id_format(account, id);
    snprintf(says, sizeof says, closed ? "{\"account_closed_us\":%lld}" : "{\"account_reopened\":true}",
             (long long)at_us);
    return ledger_append(s, STEP_DECISION, sv_cstr(id), sv_cstr(says), err);
}

int store_close_account(struct store *s, const struct id128 *account, int64_t closed_us, struct error *err)
{
    bool own;
    int64_t changed = 0;
    int rc = store_enter(s, &own, err);
    if (rc) return rc;
    rc = store_run(s, SQL_CLOSED_PUT, VALS(v_id(account), v_i64(closed_us)), &changed, err);
    if (rc == 0 && changed == 0) rc = store_not_found(account, "account", err);
    if (rc == 0) rc = note_closed(s, account, true, closed_us, err);
    return store_leave(s, own, rc, err);
}

int store_reopen_account(struct store *s, const struct id128 *account, struct error *err)
{
    bool own;
    int64_t changed = 0;
    int rc = store_enter(s, &own, err);
    if (rc) return rc;
    rc = store_run(s, SQL_CLOSED_DROP, VALS(v_id(account)), &changed, err);
    if (rc == 0 && changed == 0) rc = store_not_found(account, "closed account", err);
    if (rc == 0) rc = note_closed(s, account, false, 0, err);
    return store_leave(s, own, rc, err);
}

int store_closed_accounts(struct store *s, struct arena *a, struct closed_account **out, size_t *out_n,
                          struct error *err)
{
    struct db_stmt *st;
    struct VEC(struct closed_account) list = {0};
    int bad = 0, rc = store_query(s, SQL_CLOSED_LIST, NULL, 0, &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct closed_account c = {col_id(s, st, 0, &bad), col_i64(s, st, 1)};
        if (bad == 0) bad = VEC_PUSH(&list, c);
    }
    struct closed_account *v = rc == 0 && bad == 0 ? arena_array(a, list.n + 1, sizeof *v) : NULL;
    if (rc == 0 && !v) rc = store_col_error(bad ? bad : ERR_NOMEM, "closed accounts", err);
    if (rc == 0) {
        if (list.n) memcpy(v, list.v, list.n * sizeof *v);
        *out = v;
        *out_n = list.n;
    }
    VEC_DONE(&list);
    return rc;
}
