#include "store/store_pileon.h"

#include <stdlib.h>

#include "base/vec.h"
#include "store/store_priv.h"

int store_pileon_due(struct store *s, int64_t *out, size_t max, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    size_t n = 0;
    int rc = store_query(s, SQL_PILEON_DUE, VALS(v_i64((int64_t)max)), &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1)
        if (n < max) out[n++] = col_i64(s, st, 0);
    *out_n = n;
    return rc;
}

int store_pileon_messages(struct store *s, int64_t target, unsigned words_layer, unsigned clip_layer,
                          int64_t limit, int (*visit)(void *arg, const struct store_pileon_message *m),
                          void *arg, struct error *err)
{
    struct db_stmt *st;
    int bad = 0,
        rc = store_query(s, SQL_PILEON_MESSAGES,
                         VALS(v_i64(target), v_i64(limit), v_i64(words_layer), v_i64(clip_layer)), &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct store_pileon_message m = {.post = col_i64(s, st, 0),
                                         .at_us = col_i64(s, st, 1),
                                         .account = col_id(s, st, 2, &bad),
                                         .created_us = col_i64(s, st, 3),
                                         .words = col_i64(s, st, 4),
                                         .clip = col_i64(s, st, 5)};
        int ended = bad ? store_col_error(bad, "a message", err) : visit(arg, &m);
        if (ended == 0) continue;
        s->driver->reset(st);
        return ended;
    }
    return rc;
}

/* ---- parts ---- */

struct parts {
    struct VEC(struct store_pileon_part) v;
};

static int load_parts(struct store *s, int64_t target, struct parts *out, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_PILEON_MARKED, VALS(v_i64(target)), &st, err), bad = 0;
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct store_pileon_part x = {col_i64(s, st, 0), col_i64(s, st, 1), col_i64(s, st, 2)};
        if (bad == 0) bad = VEC_PUSH(&out->v, x);
    }
    return rc == 0 && bad ? store_col_error(bad, "a pile-on", err) : rc;
}

static int by_post(const void *x, const void *y)
{
    const struct store_pileon_part *a = x, *b = y;
    return a->post < b->post ? -1 : a->post > b->post;
}

static const struct store_pileon_part *part_of(const struct store_pileon_part *v, size_t n, int64_t post)
{
    const struct store_pileon_part key = {.post = post};
    return n ? bsearch(&key, v, n, sizeof *v, by_post) : NULL;
}

static int mark(struct store *s, int64_t post, struct error *err)
{
    return store_run(s, SQL_NETWORK_MARK_N, VALS(v_i64(post)), NULL, err);
}

int store_pileon_put(struct store *s, int64_t target, const struct store_pileon_part *v, size_t n,
                     struct error *err)
{
    struct parts before = {0};
    int rc = load_parts(s, target, &before, err);
    for (size_t i = 0; rc == 0 && i < before.v.n; i++) {
        if (part_of(v, n, before.v.v[i].post)) continue;
        rc = store_run(s, SQL_PILEON_DROP, VALS(v_i64(target), v_i64(before.v.v[i].post)), NULL, err);
        if (rc == 0) rc = mark(s, before.v.v[i].post, err);
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        const struct store_pileon_part *old = part_of(before.v.v, before.v.n, v[i].post);
        if (old && old->senders == v[i].senders && old->signs == v[i].signs) continue;
        rc = store_run(s, SQL_PILEON_PUT,
                       VALS(v_i64(target), v_i64(v[i].post), v_i64(v[i].senders), v_i64(v[i].signs)), NULL,
                       err);
        if (rc == 0) rc = mark(s, v[i].post, err);
    }
    if (rc == 0) rc = store_run(s, SQL_PILEON_DUE_DROP, VALS(v_i64(target)), NULL, err);
    VEC_DONE(&before.v);
    return rc;
}

int store_pileon_of(struct store *s, const struct id128 *post, struct arena *a,
                    struct store_pileon_told **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct VEC(struct store_pileon_told) list = {0};
    int bad = 0, rc = store_query(s, SQL_PILEON_OF, VALS(v_id(post)), &st, err);
    if (rc) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct store_pileon_told x = {col_copy(s, st, 0, a, &bad), col_i64(s, st, 1), col_i64(s, st, 2)};
        if (bad == 0) bad = VEC_PUSH(&list, x);
    }
    struct store_pileon_told *v = rc == 0 && bad == 0 ? arena_array(a, list.n + 1, sizeof *v) : NULL;
    if (rc == 0 && !v) rc = store_col_error(bad ? bad : ERR_NOMEM, "the pile-ons of a post", err);
    if (rc == 0) {
        if (list.n) memcpy(v, list.v, list.n * sizeof *v);
        *out = v;
        *out_n = list.n;
    }
    VEC_DONE(&list);
    return rc;
}
