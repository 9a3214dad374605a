/* Sources, opinions, grants, shared objects, and where items matched. */
#include "store/ledger_priv.h"
#include "store/store_exchange.h"

#include "base/vec.h"

#include <stdio.h>

/* ---- sources ---- */

static int bad_name(struct sv name, struct error *err)
{
    return error_set(err, ERR_ARG, "store",
                     "%.*s: a name is 1 to %d letters, digits, '-', '_' or '.', and begins with no dot",
                     SV_FMT(name), BANK_NAME_MAX_BYTES);
}

int store_source_put(struct store *s, const struct exchange_source *src, struct error *err)
{
    struct db_stmt *st;
    if (!bank_name_ok(src->name)) return bad_name(src->name, err);
    int rc = store_one(s, SQL_BANK_GET, VALS(v_text(src->bank)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0)
        return error_set(err, ERR_NOTFOUND, "store", "no bank %.*s for what comes from %.*s",
                         SV_FMT(src->bank), SV_FMT(src->name));
    s->driver->reset(st);
    return store_run(s, SQL_SOURCE_PUT,
                     VALS(v_text(src->name), v_text(src->kind), v_text(src->bank), v_blob(src->address),
                          v_blob(src->collection), v_blob(src->secret), v_i64(src->trusted),
                          v_i64(src->flood_least), v_i64(src->flood_factor), v_i64(src->flood_window_us),
                          v_blob(SV_NULL), v_i64(TIME_UNKNOWN), v_i64(TIME_UNKNOWN)),
                     NULL, err);
}

static struct exchange_source read_source(struct store *s, struct db_stmt *st, struct arena *a, int *rc)
{
    return (struct exchange_source){
        .name = col_copy(s, st, 0, a, rc),
        .kind = col_copy(s, st, 1, a, rc),
        .bank = col_copy(s, st, 2, a, rc),
        .address = col_copy(s, st, 3, a, rc),
        .collection = col_copy(s, st, 4, a, rc),
        .secret = col_copy(s, st, 5, a, rc),
        .trusted = col_i64(s, st, 6) != 0,
        .flood_least = col_i64(s, st, 7),
        .flood_factor = col_i64(s, st, 8),
        .flood_window_us = col_i64(s, st, 9),
        .cursor = col_copy(s, st, 10, a, rc),
        .round = col_i64(s, st, 11),
        .synced_us = col_i64(s, st, 12),
        .next_us = col_i64(s, st, 13),
        .failures = col_i64(s, st, 14),
        .said = col_copy(s, st, 15, a, rc),
    };
}

int store_source_get(struct store *s, struct sv name, struct arena *a, struct exchange_source *out,
                     struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_SOURCE_GET, VALS(v_text(name)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0)
        return error_set(err, ERR_NOTFOUND, "store", "no source %.*s: \"marsad exchange list\" names them",
                         SV_FMT(name));
    rc = 0;
    *out = read_source(s, st, a, &rc);
    s->driver->reset(st);
    return rc ? store_col_error(rc, "a source", err) : 0;
}

int store_source_list(struct store *s, struct arena *a, struct exchange_source **out, size_t *out_n,
                      struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_SOURCE_LIST, NULL, 0, &st, err);
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        int bad = 0;
        struct exchange_source src = read_source(s, st, a, &bad);
        buf_put(&rows, &src, sizeof src);
        if (bad) {
            s->driver->reset(st);
            rc = store_col_error(bad, "a source", err);
            break;
        }
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "the sources", err);
}

int store_source_state(struct store *s, const struct exchange_source *src, struct error *err)
{
    return store_run(s, SQL_SOURCE_STATE,
                     VALS(v_text(src->name), v_blob(src->cursor), v_i64(src->round), v_i64(src->synced_us),
                          v_i64(src->next_us), v_i64(src->failures), v_blob(src->said)),
                     NULL, err);
}

/* ---- opinions ---- */

int store_opinion_put(struct store *s, const struct opinion *o, struct error *err)
{
    return store_run(s, SQL_OPINION_PUT,
                     VALS(v_id(&o->id), v_text(o->source), v_blob(o->remote), v_text(o->opinion),
                          v_blob(o->who), v_blob(o->why), v_i64(o->at_us), v_i64(o->sent_us)),
                     NULL, err);
}

int store_opinions_waiting(struct store *s, struct sv source, struct arena *a, struct opinion **out,
                           size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_OPINION_WAITING, VALS(v_text(source), v_i64(TIME_UNKNOWN)), &st, err);
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        int bad = 0;
        struct opinion o = {.id = col_id(s, st, 0, &bad),
                            .source = col_copy(s, st, 1, a, &bad),
                            .remote = col_copy(s, st, 2, a, &bad),
                            .opinion = col_copy(s, st, 3, a, &bad),
                            .who = col_copy(s, st, 4, a, &bad),
                            .why = col_copy(s, st, 5, a, &bad),
                            .at_us = col_i64(s, st, 6),
                            .sent_us = col_i64(s, st, 7)};
        buf_put(&rows, &o, sizeof o);
        if (bad) {
            s->driver->reset(st);
            rc = store_col_error(bad, "an opinion", err);
            break;
        }
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "opinions", err);
}

int store_opinion_sent(struct store *s, const struct id128 *id, int64_t now_us, struct error *err)
{
    return store_run(s, SQL_OPINION_SENT, VALS(v_id(id), v_i64(now_us)), NULL, err);
}

/* ---- grants ---- */

static int note_grant(struct store *s, struct sv collection, struct sv bank, const struct id128 *item,
                      struct error *err)
{
    return ledger_note_row(s, STEP_EXPORT, collection, OBJECT_GRANT,
                           VALS(v_text(collection), v_text(bank), v_id(item)), err);
}

static int put_grant(struct store *s, const struct grant *g, bool *out_changed, struct error *err)
{
    struct db_stmt *st;
    int64_t changed;
    int rc = store_one(s, SQL_ITEM_EXISTS, VALS(v_text(g->bank), v_id(&g->item)), &st, err);
    if (rc < 0) return rc;
    if (rc == 0) return store_not_found(&g->item, "item of that bank", err);
    s->driver->reset(st);
    rc =
        store_run(s, SQL_GRANT_PUT,
                  VALS(v_text(g->collection), v_text(g->bank), v_id(&g->item), v_text(g->tlp), v_blob(g->who),
                       v_blob(g->why), v_blob(g->decision), v_i64(g->at_us), v_i64(TIME_UNKNOWN)),
                  &changed, err);
    *out_changed = rc == 0 && changed > 0;
    return *out_changed ? note_grant(s, g->collection, g->bank, &g->item, err) : rc;
}

int store_grant_put(struct store *s, const struct grant *g, bool *out_changed, struct error *err)
{
    bool own, changed = false;
    if (!bank_name_ok(g->collection)) return bad_name(g->collection, err);
    if (g->who.n == 0 || g->why.n == 0)
        return error_set(err, ERR_ARG, "store", "sharing is a person's decision: say who decides and why");
    int rc = store_enter(s, &own, err);
    if (rc == 0) rc = store_leave(s, own, put_grant(s, g, &changed, err), err);
    if (rc == 0 && out_changed) *out_changed = changed;
    return rc;
}

static int revoke_grant(struct store *s, struct sv collection, struct sv bank, const struct id128 *item,
                        struct sv who, struct sv why, int64_t now_us, struct error *err)
{
    int64_t changed;
    int rc = store_run(s, SQL_GRANT_REVOKE,
                       VALS(v_text(collection), v_text(bank), v_id(item), v_i64(now_us), v_blob(who),
                            v_blob(why), v_i64(TIME_UNKNOWN)),
                       &changed, err);
    if (rc == 0 && changed == 0) return store_not_found(item, "grant that stands for this item", err);
    return rc == 0 ? note_grant(s, collection, bank, item, err) : rc;
}

int store_grant_revoke(struct store *s, struct sv collection, struct sv bank, const struct id128 *item,
                       struct sv who, struct sv why, int64_t now_us, struct error *err)
{
    bool own;
    int rc = store_enter(s, &own, err);
    return rc == 0 ? store_leave(s, own, revoke_grant(s, collection, bank, item, who, why, now_us, err), err)
                   : rc;
}

int store_grants(struct store *s, struct sv collection, int (*visit)(void *arg, const struct grant *g),
                 void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = collection.n ? store_query(s, SQL_GRANT_LIST_COLLECTION, VALS(v_text(collection)), &st, err)
                          : store_query(s, SQL_GRANT_LIST, NULL, 0, &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        int bad = 0;
        struct grant g = {.collection = col_sv(s, st, 0),
                          .bank = col_sv(s, st, 1),
                          .item = col_id(s, st, 2, &bad),
                          .tlp = col_sv(s, st, 3),
                          .who = col_sv(s, st, 4),
                          .why = col_sv(s, st, 5),
                          .decision = col_sv(s, st, 6),
                          .at_us = col_i64(s, st, 7),
                          .revoked_us = col_i64(s, st, 8)};
        int stop = bad ? store_col_error(bad, "a grant", err) : visit(arg, &g);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

/* ---- objects of collections ---- */

static int put_object(struct store *s, const struct shared_object *o, bool *out_new, struct error *err)
{
    struct db_stmt *st;
    int64_t seq = 0, last_us = INT64_MIN;
    int rc = store_one(s, SQL_OBJECT_EXISTS, VALS(v_text(o->collection), v_blob(o->id), v_blob(o->version)),
                       &st, err);
    if (rc < 0) return rc;
    *out_new = rc == 0;
    if (rc == 1) {
        s->driver->reset(st);
        return 0;
    }
    rc = store_one(s, SQL_OBJECT_LAST, VALS(v_text(o->collection)), &st, err);
    if (rc < 0) return rc;
    if (rc == 1) {
        seq = col_i64(s, st, 0);
        last_us = col_i64(s, st, 1);
        s->driver->reset(st);
    }
    int64_t at = o->added_us > last_us ? o->added_us : last_us + 1;
    return store_run(s, SQL_OBJECT_ADD,
                     VALS(v_text(o->collection), v_i64(seq + 1), v_blob(o->id), v_blob(o->version),
                          v_blob(o->body), v_i64(at), v_i64(o->foreign)),
                     NULL, err);
}

int store_object_put(struct store *s, const struct shared_object *o, bool *out_new, struct error *err)
{
    bool own, is_new = false;
    if (!bank_name_ok(o->collection)) return bad_name(o->collection, err);
    int rc = store_enter(s, &own, err);
    if (rc == 0) rc = store_leave(s, own, put_object(s, o, &is_new, err), err);
    if (rc == 0 && out_new) *out_new = is_new;
    return rc;
}

int store_objects(struct store *s, struct sv collection, int64_t after, int64_t max,
                  int (*visit)(void *arg, const struct shared_object *o), void *arg, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, SQL_OBJECT_LIST, VALS(v_text(collection), v_i64(after), v_i64(max)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct shared_object o = {.collection = col_sv(s, st, 0),
                                  .seq = col_i64(s, st, 1),
                                  .id = col_sv(s, st, 2),
                                  .version = col_sv(s, st, 3),
                                  .body = col_sv(s, st, 4),
                                  .added_us = col_i64(s, st, 5),
                                  .foreign = col_i64(s, st, 6) != 0};
        int stop = visit(arg, &o);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

int store_object_same(struct store *s, struct sv collection, struct sv id, struct sv body, bool *out,
                      struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_OBJECT_NEWEST, VALS(v_text(collection), v_blob(id)), &st, err);
    if (rc < 0) return rc;
    *out = rc == 1 && sv_eq(col_sv(s, st, 0), body);
    if (rc == 1) s->driver->reset(st);
    return 0;
}

int store_object_newest(struct store *s, struct sv collection, struct sv id, int64_t *out_seq,
                        struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_OBJECT_NEWEST, VALS(v_text(collection), v_blob(id)), &st, err);
    if (rc < 0) return rc;
    *out_seq = rc == 1 ? col_i64(s, st, 1) : 0;
    if (rc == 1) s->driver->reset(st);
    return 0;
}

int store_collections(struct store *s, struct arena *a, struct sv **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    struct buf rows;
    int rc = store_query(s, SQL_COLLECTIONS, NULL, 0, &st, err);
    if (rc != 0) return rc;
    buf_init(&rows, 0);
    while ((rc = s->driver->step(st, err)) == 1) {
        int bad = 0;
        struct sv name = col_copy(s, st, 0, a, &bad);
        buf_put(&rows, &name, sizeof name);
        if (bad) rows.failed = true;
    }
    return store_rows_out(&rows, sizeof **out, a, (void *)out, out_n, rc, "collections", err);
}

/* ---- where items matched ---- */

int store_match_count(struct store *s, struct sv bank, const struct id128 *item, int64_t from_us,
                      int64_t to_us, struct match_count *out, struct error *err)
{
    struct db_stmt *st;
    int rc =
        store_one(s, SQL_MATCH_COUNT, VALS(v_text(bank), v_id(item), v_i64(from_us), v_i64(to_us)), &st, err);
    if (rc < 0) return rc;
    *out = (struct match_count){0, TIME_UNKNOWN, TIME_UNKNOWN};
    if (rc == 0) return 0;
    out->posts = col_i64(s, st, 0);
    if (out->posts > 0) {
        out->first_us = col_i64(s, st, 1);
        out->last_us = col_i64(s, st, 2);
    }
    s->driver->reset(st);
    return 0;
}
