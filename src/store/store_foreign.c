/* Items that came from a source, and the flood guard.
 *
 * The bank item's status follows from all rows that claim it: refuted by a person or held back by the guard in any of them
 * is quarantined; else confirmed in one, or new from a trusted source, is active; else quarantined; withdrawn by all is
 * withdrawn.
 *
 * The guard compares the posts that an item matched within its window with what was usual in the WINDOWS_BEFORE windows
 * before: at least flood_least, and more than flood_factor times the usual (at least one). Times are those at which the
 * posts became known, so that the same data give the same answer. A person's word is stronger than the guard. */
#include "store/ledger_priv.h"
#include "store/store_exchange.h"

enum { WINDOWS_BEFORE = 24, UNSEEN_BLOCK = 256 };

static const char *const state_names[FOREIGN_STATES] = {"new", "confirmed", "refuted", "held", "withdrawn"};

const char *foreign_state_name(enum foreign_state v)
{
    return (unsigned)v < FOREIGN_STATES ? state_names[v] : "";
}

bool foreign_state_parse(struct sv s, enum foreign_state *out)
{
    for (unsigned i = 0; i < FOREIGN_STATES; i++) {
        if (!sv_is(s, state_names[i])) continue;
        *out = (enum foreign_state)i;
        return true;
    }
    return false;
}

static struct id128 row_id(struct sv source, struct sv remote)
{
    struct sv parts[] = {source, remote};
    return id_of("foreign_item", parts, 2);
}

/* Strings are the statement's, or copies in `a` when that is given. */
static int read_foreign(struct store *s, struct db_stmt *st, struct arena *a, struct foreign_item *out,
                        struct error *err)
{
    int rc = 0;
    struct foreign_item f = {.item = col_id(s, st, 4, &rc),
                             .seen_us = col_i64(s, st, 10),
                             .changed_us = col_i64(s, st, 11),
                             .round = col_i64(s, st, 12)};
    struct sv *const texts[] = {&f.source, &f.remote, &f.bank, &f.modified, &f.origin, &f.who, &f.why};
    static const int columns[] = {1, 2, 3, 5, 6, 8, 9};
    for (size_t i = 0; i < 7; i++)
        *texts[i] = a ? col_copy(s, st, columns[i], a, &rc) : col_sv(s, st, columns[i]);
    if (!foreign_state_parse(col_sv(s, st, 7), &f.state)) rc = ERR_FORMAT;
    if (rc != 0) return store_col_error(rc, "an item of a source", err);
    *out = f;
    return 0;
}

static int get_foreign(struct store *s, const struct id128 *id, struct arena *a, struct foreign_item *out,
                       struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, SQL_FOREIGN_GET, VALS(v_id(id)), &st, err);
    if (rc != 1) return rc;
    rc = read_foreign(s, st, a, out, err);
    s->driver->reset(st);
    return rc == 0 ? 1 : rc;
}

static int write_foreign(struct store *s, const struct id128 *id, const struct foreign_item *f,
                         struct error *err)
{
    int rc = store_run(s, SQL_FOREIGN_PUT,
                       VALS(v_id(id), v_text(f->source), v_blob(f->remote), v_text(f->bank), v_id(&f->item),
                            v_blob(f->modified), v_blob(f->origin),
                            v_text(sv_cstr(foreign_state_name(f->state))), v_blob(f->who), v_blob(f->why),
                            v_i64(f->seen_us), v_i64(f->changed_us), v_i64(f->round)),
                       NULL, err);
    return rc == 0 ? ledger_note_row(s, STEP_BANK, f->bank, OBJECT_FOREIGN, VALS(v_id(id)), err) : rc;
}

/* ---- what the bank item's status is to be ---- */

static int rank_of(enum foreign_state state, bool trusted)
{
    switch (state) {
    case FOREIGN_REFUTED:
    case FOREIGN_HELD: return 4;
    case FOREIGN_CONFIRMED: return 3;
    case FOREIGN_NEW: return trusted ? 2 : 1;
    case FOREIGN_WITHDRAWN:
    case FOREIGN_STATES: break;
    }
    return 0;
}

static int status_of(struct store *s, struct sv bank, const struct id128 *item, enum bank_status *out,
                     struct error *err)
{
    struct db_stmt *st;
    int best = 0;
    int rc = store_query(s, SQL_FOREIGN_STATES, VALS(v_text(bank), v_id(item)), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        enum foreign_state state;
        if (!foreign_state_parse(col_sv(s, st, 0), &state)) state = FOREIGN_HELD;
        int rank = rank_of(state, col_i64(s, st, 1) != 0);
        if (rank > best) best = rank;
    }
    *out = best == 0 ? BANK_WITHDRAWN : best == 1 || best == 4 ? BANK_QUARANTINED : BANK_ACTIVE;
    return rc;
}

static int set_status(struct store *s, struct sv bank, const struct id128 *item, struct error *err)
{
    enum bank_status status;
    int64_t changed;
    int rc = status_of(s, bank, item, &status, err);
    if (rc == 0)
        rc = store_run(s, SQL_ITEM_STATUS,
                       VALS(v_text(bank), v_id(item), v_text(sv_cstr(bank_status_name(status)))), &changed,
                       err);
    return rc == 0 && changed > 0 ? store_note_bank_item(s, bank, item, err) : rc;
}

/* ---- coming in ---- */

static bool same_claim(const struct foreign_item *was, const struct foreign_item *f, enum foreign_state state)
{
    return state == was->state && sv_eq(was->bank, f->bank) && id_eq(&was->item, &f->item) &&
           sv_eq(was->modified, f->modified) && sv_eq(was->origin, f->origin);
}

/* What becomes of a person's word when the source sends its item again: it stands, unless the item is another one now. */
static enum foreign_state next_state(const struct foreign_item *was, const struct foreign_item *f)
{
    if (f->state == FOREIGN_WITHDRAWN) return FOREIGN_WITHDRAWN;
    if (!id_eq(&was->item, &f->item)) return FOREIGN_NEW;
    if (was->state != FOREIGN_WITHDRAWN) return was->state;
    return FOREIGN_NEW;
}

static int put_item(struct store *s, const struct foreign_item *f, const struct bank_item *item,
                    struct error *err)
{
    struct bank_item whole = *item;
    struct arena a;
    struct bank_item there;
    arena_init(&a, 0);
    whole.status = BANK_QUARANTINED; /* until the row below says more */
    int rc = store_bank_item_get(s, f->bank, &f->item, &a, &there, NULL);
    if (rc == 0) whole.status = there.status;
    if (rc == 0 && whole.threshold < 0) whole.threshold = there.threshold; /* what a person set here stays */
    if (rc == 0 || rc == ERR_NOTFOUND) rc = store_bank_add(s, f->bank, &whole, NULL, err);
    arena_done(&a);
    return rc;
}

static int put_foreign(struct store *s, const struct foreign_item *f, const struct bank_item *item,
                       int64_t now_us, bool *out_new, struct error *err)
{
    struct id128 id = row_id(f->source, f->remote);
    struct foreign_item was, now = *f;
    struct arena a;
    arena_init(&a, 0);
    int rc = get_foreign(s, &id, &a, &was, err);
    *out_new = rc == 0;
    now.seen_us = rc == 1 ? was.seen_us : now_us;
    now.changed_us = now_us;
    if (rc == 1) {
        now.state = next_state(&was, f);
        if (now.state == was.state) {
            now.who = was.who;
            now.why = was.why;
        }
    }
    if (rc == 1 && same_claim(&was, f, now.state)) {
        rc = store_run(s, SQL_FOREIGN_SEEN, VALS(v_id(&id), v_i64(f->round)), NULL, err);
    } else if (rc >= 0) {
        bool moved = rc == 1 && !id_eq(&was.item, &f->item);
        rc = now.state == FOREIGN_WITHDRAWN && *out_new ? 0 : put_item(s, f, item, err);
        if (rc == 0) rc = write_foreign(s, &id, &now, err);
        if (rc == 0) rc = set_status(s, f->bank, &f->item, err);
        if (rc == 0 && moved) rc = set_status(s, was.bank, &was.item, err);
    }
    arena_done(&a);
    return rc;
}

int store_foreign_put(struct store *s, const struct foreign_item *f, const struct bank_item *item,
                      int64_t now_us, bool *out_new, struct error *err)
{
    bool own, is_new = false;
    struct foreign_item whole = *f;
    whole.item = bank_item_id(item);
    int rc = store_enter(s, &own, err);
    if (rc == 0) rc = store_leave(s, own, put_foreign(s, &whole, item, now_us, &is_new, err), err);
    if (rc == 0 && out_new) *out_new = is_new;
    return rc;
}

/* ---- changes of state ---- */

static int no_such(struct sv source, struct sv remote, struct error *err)
{
    return error_set(err, ERR_NOTFOUND, "store", "%.*s never sent an item %.*s", SV_FMT(source),
                     SV_FMT(remote));
}

static int change_state(struct store *s, const struct id128 *id, enum foreign_state state, struct sv who,
                        struct sv why, int64_t now_us, struct error *err)
{
    struct arena a;
    struct foreign_item f;
    arena_init(&a, 0);
    int rc = get_foreign(s, id, &a, &f, err);
    if (rc == 1) {
        f.state = state;
        f.who = who;
        f.why = why;
        f.changed_us = now_us;
        rc = write_foreign(s, id, &f, err);
        if (rc == 0) rc = set_status(s, f.bank, &f.item, err);
    } else if (rc == 0) {
        rc = store_not_found(id, "item of a source", err);
    }
    arena_done(&a);
    return rc;
}

int store_foreign_withdraw(struct store *s, struct sv source, struct sv remote, int64_t now_us,
                           struct error *err)
{
    bool own;
    struct id128 id = row_id(source, remote);
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = change_state(s, &id, FOREIGN_WITHDRAWN, SV_NULL, SV("withdrawn by its source"), now_us, err);
    if (rc == ERR_NOTFOUND) rc = no_such(source, remote, err);
    return store_leave(s, own, rc, err);
}

static int withdraw_block(struct store *s, struct sv source, int64_t round, int64_t now_us, int64_t *out_n,
                          struct error *err)
{
    struct id128 ids[UNSEEN_BLOCK];
    struct db_stmt *st;
    size_t n = 0;
    int rc =
        store_query(s, SQL_FOREIGN_UNSEEN, VALS(v_text(source), v_i64(round), v_i64(UNSEEN_BLOCK)), &st, err);
    if (rc != 0) return rc;
    int bad = 0;
    while ((rc = s->driver->step(st, err)) == 1) ids[n++] = col_id(s, st, 0, &bad);
    if (rc == 0 && bad) rc = store_col_error(bad, "an item of a source", err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = change_state(s, &ids[i], FOREIGN_WITHDRAWN, SV_NULL, SV("no longer in its source's list"),
                          now_us, err);
    *out_n = (int64_t)n;
    return rc;
}

int store_foreign_withdraw_unseen(struct store *s, struct sv source, int64_t round, int64_t now_us,
                                  int64_t *out_n, struct error *err)
{
    bool own;
    int64_t all = 0, n = 0;
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    do {
        rc = withdraw_block(s, source, round, now_us, &n, err);
        all += n;
    } while (rc == 0 && n == UNSEEN_BLOCK);
    rc = store_leave(s, own, rc, err);
    if (rc == 0) *out_n = all;
    return rc;
}

int store_foreign_judge(struct store *s, struct sv source, struct sv remote, enum foreign_state word,
                        struct sv who, struct sv why, int64_t now_us, struct error *err)
{
    bool own;
    struct id128 id = row_id(source, remote);
    if (word != FOREIGN_CONFIRMED && word != FOREIGN_REFUTED && word != FOREIGN_NEW)
        return error_set(err, ERR_ARG, "store", "an item is confirmed, refuted, or neither");
    if (who.n == 0 || why.n == 0)
        return error_set(err, ERR_ARG, "store", "confirming is a person's decision: say who decides and why");
    int rc = store_enter(s, &own, err);
    if (rc != 0) return rc;
    rc = change_state(s, &id, word, who, why, now_us, err);
    if (rc == ERR_NOTFOUND) rc = no_such(source, remote, err);
    return store_leave(s, own, rc, err);
}

/* ---- looking ---- */

int store_foreign_items(struct store *s, struct sv source, enum foreign_state state,
                        int (*visit)(void *arg, const struct foreign_item *f), void *arg, struct error *err)
{
    struct db_stmt *st;
    struct val which = v_text(sv_cstr(foreign_state_name(state)));
    int rc = source.n ? store_query(s, SQL_FOREIGN_LIST_SOURCE, VALS(which, v_text(source)), &st, err)
                      : store_query(s, SQL_FOREIGN_LIST, VALS(which), &st, err);
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct foreign_item f;
        int stop = read_foreign(s, st, NULL, &f, err);
        if (stop == 0) stop = visit(arg, &f);
        if (stop != 0) {
            s->driver->reset(st);
            return stop;
        }
    }
    return rc;
}

static bool prefix_range(struct sv what, struct id128 *low, struct id128 *high)
{
    char text[ID_TEXT_BYTES];
    if (what.n < 4 || what.n >= sizeof text) return false;
    memset(text, '0', sizeof text);
    memcpy(text, what.p, what.n);
    if (!id_parse(sv_of(text, ID_TEXT_BYTES - 1), low)) return false;
    memset(text + what.n, 'f', sizeof text - what.n);
    return id_parse(sv_of(text, ID_TEXT_BYTES - 1), high);
}

int store_foreign_find(struct store *s, struct sv source, struct sv what, struct arena *a,
                       struct foreign_item *out, struct error *err)
{
    struct id128 id = row_id(source, what), low, high;
    struct db_stmt *st;
    int rc = get_foreign(s, &id, a, out, err);
    if (rc != 0) return rc < 0 ? rc : 0;
    if (!prefix_range(what, &low, &high)) return no_such(source, what, err);
    rc = store_query(s, SQL_FOREIGN_BY_ITEM, VALS(v_id(&low), v_id(&high), v_text(source)), &st, err);
    if (rc != 0) return rc;
    int n = 0;
    while ((rc = s->driver->step(st, err)) == 1) {
        n++;
        rc = n == 1 ? read_foreign(s, st, a, out, err) : 0;
        if (rc != 0) {
            s->driver->reset(st);
            return rc;
        }
    }
    if (rc < 0) return rc;
    if (n > 1)
        return error_set(err, ERR_ARG, "store",
                         "several items begin with %.*s: give more digits, or the source", SV_FMT(what));
    return n == 1 ? 0 : no_such(source, what, err);
}

/* ---- matches and the guard ---- */

struct guard {
    struct id128 row;
    enum foreign_state state;
    int64_t least, factor, window_us;
};

/* Claims of an item that a person has not spoken about. At most `max`. */
static int guards_of(struct store *s, struct sv bank, const struct id128 *item, struct guard *out, size_t max,
                     size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    size_t n = 0;
    int rc = store_query(s, SQL_FOREIGN_OF, VALS(v_text(bank), v_id(item)), &st, err), bad = 0;
    if (rc != 0) return rc;
    while ((rc = s->driver->step(st, err)) == 1) {
        struct guard g = {.row = col_id(s, st, 0, &bad),
                          .least = col_i64(s, st, 2),
                          .factor = col_i64(s, st, 3),
                          .window_us = col_i64(s, st, 4)};
        if (!foreign_state_parse(col_sv(s, st, 1), &g.state)) g.state = FOREIGN_HELD;
        if (n < max && g.least > 0 && g.state == FOREIGN_NEW) out[n++] = g;
    }
    *out_n = n;
    return rc == 0 && bad ? store_col_error(bad, "an item of a source", err) : rc;
}

static int is_flood(struct store *s, struct sv bank, const struct id128 *item, const struct guard *g,
                    int64_t at_us, bool *out, struct error *err)
{
    struct match_count now, before;
    int64_t begin = at_us - g->window_us;
    int rc = store_match_count(s, bank, item, begin, at_us, &now, err);
    if (rc == 0)
        rc = store_match_count(s, bank, item, begin - WINDOWS_BEFORE * g->window_us, begin, &before, err);
    if (rc != 0) return rc;
    int64_t usual = before.posts / WINDOWS_BEFORE;
    if (usual < 1) usual = 1;
    *out = now.posts >= g->least && now.posts > g->factor * usual;
    return 0;
}

static int guard_item(struct store *s, struct sv bank, const struct id128 *item, int64_t at_us,
                      struct error *err)
{
    enum { CLAIMS = 8 };
    struct guard guards[CLAIMS];
    size_t n = 0;
    int rc = guards_of(s, bank, item, guards, CLAIMS, &n, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        bool flood = false;
        rc = is_flood(s, bank, item, &guards[i], at_us, &flood, err);
        if (rc == 0 && flood)
            rc = change_state(s, &guards[i].row, FOREIGN_HELD, SV_NULL, SV("its match rate jumped"), at_us,
                              err);
    }
    return rc;
}

static int note_match(struct store *s, const struct id128 *post, const struct reference *r, struct error *err)
{
    struct id128 item;
    struct db_stmt *st;
    if (r->bank.n == 0 || !id_parse(r->item, &item)) return 0;
    int rc = store_one(s, SQL_MATCH_ADD, VALS(v_text(r->bank), v_id(&item), v_id(post)), &st, err);
    if (rc != 1) return rc;
    int64_t at_us = col_i64(s, st, 0);
    s->driver->reset(st);
    return guard_item(s, r->bank, &item, at_us, err);
}

int store_note_matches(struct store *s, const struct id128 *post, const struct finding_list *l,
                       struct error *err)
{
    int rc = store_run(s, SQL_MATCH_CLEAR, VALS(v_id(post)), NULL, err);
    for (size_t i = 0; rc == 0 && i < l->n; i++) rc = note_match(s, post, &l->v[i].ref, err);
    return rc;
}
