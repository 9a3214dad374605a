/* Purging. A batch is one transaction: what covers things is read anew in it, so that a hold that came meanwhile counts.
 *
 * What is said of rows that remain must not go with the records that are erased: a row that an erased record named with the
 * digest that it still has is named again by the purge. A row that has another digest is not (somebody may have changed
 * it behind our back, and the purge must not vouch for that). */
#include "store/store_case_priv.h"
#include "store/store_retention.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/store_network.h"
#include "store/workspace_priv.h"

enum { BATCH = 200 };
/* Not a file: the searchable indexes know fingerprints of what went, and are built anew. */
#define INDEX_DIR "index"

/* What is covered: posts, accounts and media by id in hex, each with a letter for its kind before it. */
struct guard {
    struct map covered;
    bool everything;
};

struct purge {
    struct store *s;
    const struct purge_options *o;
    struct purge_totals *totals;
    struct error *err;
    struct guard guard;
    struct buf scratch;
    int64_t cut[RETAIN_CLASSES][RETAIN_STATES]; /* older than this is due */
    bool stopped;
};

/* ---- what is covered ---- */

static int cover(struct guard *g, char kind, struct sv id)
{
    char key[CASE_OBJECT_MAX_BYTES + 1];
    uint64_t *value;
    if (id.n >= sizeof key) return 0;
    key[0] = kind;
    memcpy(key + 1, id.p, id.n);
    return map_put(&g->covered, sv_of(key, id.n + 1), &value) < 0 ? ERR_NOMEM : 0;
}

static bool is_covered(const struct guard *g, char kind, struct sv id)
{
    char key[CASE_OBJECT_MAX_BYTES + 1];
    if (g->everything) return true;
    if (id.n >= sizeof key) return false;
    key[0] = kind;
    memcpy(key + 1, id.p, id.n);
    return map_get(&g->covered, sv_of(key, id.n + 1)) != NULL;
}

/* Objects of every case that is there. A row is (type, object). */
static int cover_cases(struct purge *p)
{
    struct db_stmt *st;
    int rc = store_query(p->s, SQL_CASE_OBJECTS_ALL, NULL, 0, &st, p->err);
    if (rc != 0) return rc;
    while ((rc = p->s->driver->step(st, p->err)) == 1) {
        struct sv type = col_sv(p->s, st, 0), object = col_sv(p->s, st, 1);
        char kind = sv_is(type, "post") ? 'p' : sv_is(type, "account") ? 'a' : sv_is(type, "media") ? 'm' : 0;
        if (kind && cover(&p->guard, kind, object) != 0) {
            p->s->driver->reset(st);
            return store_col_error(ERR_NOMEM, "what is in cases", p->err);
        }
    }
    return rc;
}

static int cover_holds(struct purge *p)
{
    static const char kinds[HOLD_SCOPES] = {'c', 'p', 'a', 0};
    struct arena a;
    struct hold *h;
    size_t n;
    arena_init(&a, 0);
    int rc = store_holds(p->s, &a, &h, &n, p->err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (!hold_stands(&h[i], p->o->now_us)) continue;
        if (h[i].scope == HOLD_EVERYTHING)
            p->guard.everything = true;
        else if (cover(&p->guard, kinds[h[i].scope], h[i].object) != 0)
            rc = store_col_error(ERR_NOMEM, "the holds", p->err);
    }
    arena_done(&a);
    return rc;
}

static int guard_load(struct purge *p)
{
    map_done(&p->guard.covered);
    map_init(&p->guard.covered);
    p->guard.everything = false;
    int rc = cover_cases(p);
    return rc == 0 ? cover_holds(p) : rc;
}

static bool post_is_covered(const struct guard *g, struct sv post, struct sv account)
{
    return is_covered(g, 'p', post) || is_covered(g, 'a', account);
}

/* ---- erasing what the ledger says ---- */

/* What was decided and sent outlives what it was about. */
static bool is_erasable(enum retain_class class, struct sv kind)
{
    static const enum step_kind kinds[] = {STEP_INTAKE,  STEP_ASIDE, STEP_MEDIA,
                                           STEP_FINDING, STEP_VIEW,  STEP_REQUEUE};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (sv_is(kind, step_name(kinds[i]))) return true;
    return class == RETAIN_CASE && sv_is(kind, step_name(STEP_CASE));
}

struct erasing {
    struct purge *p;
    enum retain_class class;
    struct VEC(uint64_t) entries;
    struct buf records;
};

static int collect_entry(void *arg, const struct ledger_entry *e)
{
    struct erasing *x = arg;
    if (e->record.n == 0 || !is_erasable(x->class, e->kind)) return 0;
    buf_putsv(&x->records, e->record);
    return VEC_PUSH(&x->entries, e->n);
}

/* Rows that stand as the erased record had them are named again. */
static int restate(struct purge *p, struct sv subject, struct sv records)
{
    struct record_line line;
    int rc = 0;
    while (rc == 0 && record_next(&records, &line)) {
        struct object now;
        if (line.erased_entry || line.gone) continue;
        rc = ledger_find_named(p->s, line.type, line.id, &now, p->err);
        if (rc == 1) {
            bool same = memcmp(&now.digest, &line.digest, sizeof now.digest) == 0;
            rc = same ? ledger_note_object(p->s, STEP_PURGE, subject, &now, p->err) : 0;
        }
    }
    return rc;
}

static int erase_entries(struct purge *p, enum retain_class class, struct sv subject)
{
    struct erasing x = {.p = p, .class = class};
    buf_init(&x.records, 0);
    int rc = ledger_about(p->s, subject, collect_entry, &x, p->err);
    if (rc == ERR_NOMEM || x.records.failed) rc = store_col_error(ERR_NOMEM, "what is erased", p->err);
    if (rc == 0) rc = restate(p, subject, buf_sv(&x.records));
    for (size_t i = 0; rc == 0 && i < x.entries.n; i++) {
        rc = store_run(p->s, SQL_LEDGER_ERASE, VALS(v_i64((int64_t)x.entries.v[i]), v_blob(SV(""))), NULL,
                       p->err);
        if (rc == 0) rc = ledger_note_erased(p->s, STEP_PURGE, subject, x.entries.v[i], p->err);
    }
    p->totals->entries += (int64_t)x.entries.n;
    buf_done(&x.records);
    VEC_DONE(&x.entries);
    return rc;
}

/* Names every row of a statement as gone: of `type`, by the columns of its kind. */
static int note_all_gone(struct purge *p, enum store_statement which, const struct val *key,
                         enum object_type type, struct sv subject)
{
    struct db_stmt *st;
    int rc = store_query(p->s, which, key, 1, &st, p->err);
    if (rc != 0) return rc;
    while ((rc = p->s->driver->step(st, p->err)) == 1) {
        struct object o;
        rc = ledger_read_row(p->s, st, type, &o, p->err);
        if (rc == 0) {
            buf_clear(&p->scratch);
            buf_putsv(&p->scratch, o.id);
            rc = ledger_note_gone(p->s, STEP_PURGE, subject, type, buf_sv(&p->scratch), p->err);
        }
        if (rc != 0) {
            p->s->driver->reset(st);
            return rc;
        }
    }
    return rc;
}

static int say_why(struct purge *p, const struct purge_item *it, struct sv subject)
{
    struct buf b;
    struct jw w;
    char since[TIME_TEXT_BYTES];
    time_format(it->since_us, since);
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "purged", retain_class_name(it->class));
    jw_kv_str(&w, "state", retain_state_name(it->state));
    jw_kv_str(&w, "since", since);
    jw_kv_sv(&w, "why", p->o->why);
    jw_end(&w);
    int rc = b.failed ? store_col_error(ERR_NOMEM, "why", p->err)
                      : ledger_note_says(p->s, STEP_PURGE, subject, buf_sv(&b), p->err);
    buf_done(&b);
    return rc;
}

/* ---- a post ---- */

static int drop_file(struct purge *p, struct sv path)
{
    if (path.n == 0) return 0;
    return store_run(p->s, SQL_ERASURE_ADD, VALS(v_blob(path)), NULL, p->err);
}

/* A media row without any post, and in no case. */
static int drop_media_row(struct purge *p, const struct sha256 *sha, struct sv subject)
{
    char id[SHA256_TEXT_BYTES];
    struct store_media m;
    struct arena a;
    struct db_stmt *st;
    sha256_format(sha, id);
    int rc = store_one(p->s, SQL_MEDIA_USED, VALS(v_sha(sha)), &st, p->err);
    if (rc == 1) p->s->driver->reset(st);
    if (rc != 0 || is_covered(&p->guard, 'm', sv_cstr(id))) return rc < 0 ? rc : 0;
    arena_init(&a, 0);
    rc = store_find_media(p->s, sha, &a, &m, p->err);
    if (rc == 0) rc = drop_file(p, m.path);
    if (rc == 0) rc = drop_file(p, SV(INDEX_DIR));
    if (rc == 0) rc = store_run(p->s, SQL_FAMILY_REMOVE, VALS(v_sha(sha)), NULL, p->err);
    if (rc == 0) rc = store_run(p->s, SQL_PURGE_MEDIA, VALS(v_sha(sha)), NULL, p->err);
    if (rc == 0) rc = ledger_note_gone(p->s, STEP_PURGE, subject, OBJECT_MEDIA, sv_cstr(id), p->err);
    arena_done(&a);
    return rc == ERR_NOTFOUND ? 0 : rc;
}

static int media_of_post(struct purge *p, const struct id128 *post, struct arena *a, struct sha256 **out,
                         size_t *out_n)
{
    struct db_stmt *st;
    struct buf list;
    int rc = store_query(p->s, SQL_MEDIA_OF_POST, VALS(v_id(post)), &st, p->err);
    if (rc != 0) return rc;
    buf_init(&list, 0);
    while ((rc = p->s->driver->step(st, p->err)) == 1) {
        struct sv sha = col_sv(p->s, st, 0);
        if (sha.n == sizeof(struct sha256)) buf_putsv(&list, sha);
    }
    struct sv copy = arena_copy(a, buf_sv(&list));
    *out = (struct sha256 *)(void *)(uintptr_t)copy.p;
    *out_n = list.n / sizeof(struct sha256);
    if (rc == 0 && (!copy.p || list.failed)) rc = store_col_error(ERR_NOMEM, "media of a post", p->err);
    buf_done(&list);
    return rc;
}

/* Rows of other tables about the post, children before parents. */
static int drop_post_rows(struct purge *p, const struct id128 *post, struct sv subject)
{
    static const struct {
        enum store_statement list, drop;
        int type; /* enum object_type; -1: no evidence, or told by its parent's going */
    } parts[] = {
        {SQL_REACH_OF_POST, SQL_PURGE_REACH, OBJECT_REACH},
        {SQL_POST_MEDIA_OF_POST, SQL_PURGE_POST_MEDIA, OBJECT_POST_MEDIA},
        {SQL_STATEMENTS, SQL_PURGE_SETTLED, -1},
        {SQL_STATEMENTS, SQL_PURGE_APPEAL, -1},
        {SQL_STATEMENTS, SQL_PURGE_SECOND_REVIEW, -1},
        {SQL_DECISIONS_OF_POST, SQL_PURGE_DECISION, OBJECT_DECISION},
        {SQL_STATEMENTS, SQL_PURGE_REPORT, -1},
        {SQL_STATEMENTS, SQL_PURGE_NETWORK_PILEON, -1},
        {SQL_STATEMENTS, SQL_PURGE_NETWORK_POST, -1},
        {SQL_STATEMENTS, SQL_PURGE_LEASE, -1},
        {SQL_STATEMENTS, SQL_PURGE_DESK, -1},
        {SQL_STATEMENTS, SQL_PURGE_NOTE, -1},
        {SQL_STATEMENTS, SQL_PURGE_LIKENESS, -1},
        {SQL_STATEMENTS, SQL_WORDS_CLEAR, -1},
        {SQL_STATEMENTS, SQL_NEAR_CLEAR, -1},
        {SQL_STATEMENTS, SQL_LOOK_DONE, -1},
        {SQL_STATEMENTS, SQL_PURGE_JUDGEMENT, -1},
        {SQL_STATEMENTS, SQL_PURGE_QUEUE, -1},
        {SQL_STATEMENTS, SQL_PURGE_JOB, -1},
        {SQL_STATEMENTS, SQL_FINDING_CLEAR, -1},
        {SQL_ROW_RESULT, SQL_PURGE_RESULT, OBJECT_RESULT},
        {SQL_ROW_POST, SQL_PURGE_POST, OBJECT_POST},
    };
    const struct val key = v_id(post);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].type >= 0)
            rc = note_all_gone(p, parts[i].list, &key, (enum object_type)parts[i].type, subject);
        if (rc == 0) rc = store_run(p->s, parts[i].drop, &key, 1, NULL, p->err);
    }
    return rc;
}

static int drop_account(struct purge *p, const struct id128 *account, struct sv subject)
{
    char text[ID_TEXT_BYTES];
    int64_t gone = 0;
    struct sv id = ledger_subject(account, text);
    if (is_covered(&p->guard, 'a', id)) return 0;
    int rc = store_run(p->s, SQL_PURGE_ACCOUNT, VALS(v_id(account)), &gone, p->err);
    if (rc != 0 || gone == 0) return rc;
    memset(p->s->accounts, 0, KNOWN_ACCOUNTS * sizeof *p->s->accounts);
    return ledger_note_gone(p->s, STEP_PURGE, subject, OBJECT_ACCOUNT, id, p->err);
}

/* What it shared goes, and with it every edge and group that stood on it; the posts at the other end are marked, so that their
 * findings show it no longer. */
static int leave_network(struct purge *p, const struct id128 *post, const struct id128 *account)
{
    return p->o->network ? store_network_put(p->s, p->o->network, post, account, 0, NULL, 0, NULL, p->err)
                         : store_network_check_absent(p->s, post, p->err);
}

static int purge_post(struct purge *p, const struct id128 *post, const struct id128 *account,
                      const struct purge_item *it)
{
    struct arena a;
    struct sha256 *media = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    int rc = say_why(p, it, it->id);
    if (rc == 0) rc = media_of_post(p, post, &a, &media, &n);
    if (rc == 0) rc = leave_network(p, post, account);
    if (rc == 0) rc = drop_post_rows(p, post, it->id);
    if (rc == 0) rc = store_run(p->s, SQL_PURGE_NETWORK_ACCOUNT, VALS(v_id(account)), NULL, p->err);
    for (size_t i = 0; rc == 0 && i < n; i++) rc = drop_media_row(p, &media[i], it->id);
    if (rc == 0) rc = drop_account(p, account, it->id);
    if (rc == 0) rc = erase_entries(p, RETAIN_POST, it->id);
    arena_done(&a);
    return rc;
}

/* ---- media, aside, cases ---- */

static int purge_media(struct purge *p, const struct sha256 *sha, const struct purge_item *it)
{
    struct arena a;
    struct store_media m;
    arena_init(&a, 0);
    int rc = say_why(p, it, it->id);
    if (rc == 0) rc = store_find_media(p->s, sha, &a, &m, p->err);
    if (rc == 0) rc = drop_file(p, m.path);
    if (rc == 0) rc = store_run(p->s, SQL_PURGE_MEDIA_PATH, VALS(v_sha(sha), v_blob(SV(""))), NULL, p->err);
    if (rc == 0) rc = ledger_note_row(p->s, STEP_PURGE, it->id, OBJECT_MEDIA, VALS(v_sha(sha)), p->err);
    arena_done(&a);
    return rc;
}

static int purge_aside(struct purge *p, const struct id128 *id, const struct purge_item *it)
{
    int rc = say_why(p, it, it->id);
    if (rc == 0) rc = ledger_note_gone(p->s, STEP_PURGE, it->id, OBJECT_ASIDE, it->id, p->err);
    if (rc == 0) rc = store_run(p->s, SQL_PURGE_ASIDE, VALS(v_id(id)), NULL, p->err);
    return rc == 0 ? erase_entries(p, RETAIN_ASIDE, it->id) : rc;
}

static int purge_case(struct purge *p, const struct id128 *id, const struct purge_item *it)
{
    static const struct {
        enum store_statement list, drop;
        enum object_type type;
    } parts[] = {
        {SQL_CASE_OBJECT_OF, SQL_PURGE_CASE_OBJECT, OBJECT_CASE_OBJECT},
        {SQL_CASE_TEXT_OF, SQL_PURGE_CASE_TEXT, OBJECT_CASE_TEXT},
        {SQL_CUSTODY_OF, SQL_PURGE_CUSTODY, OBJECT_CUSTODY},
        {SQL_ROW_CASE, SQL_PURGE_CASE, OBJECT_CASE},
    };
    const struct val key = v_id(id);
    int rc = say_why(p, it, it->id);
    for (size_t i = 0; rc == 0 && i < sizeof parts / sizeof parts[0]; i++) {
        rc = note_all_gone(p, parts[i].list, &key, parts[i].type, it->id);
        if (rc == 0) rc = store_run(p->s, parts[i].drop, &key, 1, NULL, p->err);
    }
    return rc == 0 ? erase_entries(p, RETAIN_CASE, it->id) : rc;
}

/* ---- what is due ---- */

/* A due thing as its statement tells it: key, account (posts), state's letter, since when. */
struct due {
    struct sha256 key;
    size_t key_bytes;
    struct id128 account;
    enum retain_state state;
    int64_t since_us;
};

static int take_due(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    struct due d = {.state = (enum retain_state)col_i64(s, st, 2), .since_us = col_i64(s, st, 3)};
    struct sv key = col_sv(s, st, 0), account = col_sv(s, st, 1);
    if (key.n > sizeof d.key || (unsigned)d.state >= RETAIN_STATES) return ERR_FORMAT;
    memcpy(d.key.b, key.p, key.n);
    d.key_bytes = key.n;
    if (account.n == sizeof d.account.b) memcpy(d.account.b, account.p, account.n);
    memcpy(out, &d, sizeof d);
    return 0;
}

static int due_batch(struct purge *p, enum retain_class class, const struct due *last, struct arena *a,
                     struct due **out, size_t *out_n)
{
    static const enum store_statement which[RETAIN_CLASSES] = {SQL_DUE_POSTS, SQL_DUE_MEDIA, SQL_DUE_ASIDE,
                                                               SQL_DUE_CASES};
    const int64_t *cut = p->cut[class];
    struct sv after = last ? sv_of(last->key.b, last->key_bytes) : SV("");
    void *rows = NULL;
    int rc;
    if (class == RETAIN_POST || class == RETAIN_MEDIA)
        rc = case_collect(p->s, which[class],
                          VALS(v_blob(after), v_i64(cut[RETAIN_WAITING]), v_i64(cut[RETAIN_CLEAR]),
                               v_i64(cut[RETAIN_FLAGGED]), v_i64(cut[RETAIN_DECIDED]), v_i64(BATCH)),
                          sizeof(struct due), take_due, a, &rows, out_n, p->err);
    else
        rc = case_collect(
            p->s, which[class],
            VALS(v_blob(after), v_i64(cut[class == RETAIN_CASE ? RETAIN_CLOSED : RETAIN_ANY]), v_i64(BATCH)),
            sizeof(struct due), take_due, a, &rows, out_n, p->err);
    *out = rows;
    return rc;
}

/* Media are covered by any post that uses them. */
static int media_is_covered(struct purge *p, const struct sha256 *sha, struct sv id, bool *out)
{
    struct db_stmt *st;
    *out = is_covered(&p->guard, 'm', id);
    int rc = store_query(p->s, SQL_MEDIA_POSTS, VALS(v_sha(sha)), &st, p->err), bad = 0;
    if (rc != 0) return rc;
    while ((rc = p->s->driver->step(st, p->err)) == 1) {
        char post_text[ID_TEXT_BYTES], account_text[ID_TEXT_BYTES];
        struct id128 post = col_id(p->s, st, 0, &bad), account = col_id(p->s, st, 1, &bad);
        *out |= post_is_covered(&p->guard, ledger_subject(&post, post_text),
                                ledger_subject(&account, account_text));
    }
    return rc;
}

static int check_covered(struct purge *p, enum retain_class class, const struct due *d, struct sv id,
                         bool *out)
{
    char account[ID_TEXT_BYTES];
    *out = p->guard.everything;
    if (class == RETAIN_MEDIA) return media_is_covered(p, &d->key, id, out);
    if (class == RETAIN_POST) *out = post_is_covered(&p->guard, id, ledger_subject(&d->account, account));
    if (class == RETAIN_CASE) *out = is_covered(&p->guard, 'c', id);
    return 0;
}

static int purge_due(struct purge *p, enum retain_class class, const struct due *d)
{
    char text[SHA256_TEXT_BYTES];
    struct id128 id;
    hex_encode(d->key.b, d->key_bytes, text);
    memcpy(id.b, d->key.b, sizeof id.b);
    struct purge_item it = {.class = class, .state = d->state, .id = sv_cstr(text), .since_us = d->since_us};
    int rc = check_covered(p, class, d, it.id, &it.kept);
    if (rc == 0 && it.kept) p->totals->kept++;
    if (rc == 0 && !it.kept) {
        p->totals->items[class]++;
        if (p->o->dry_run)
            rc = 0;
        else if (class == RETAIN_POST)
            rc = purge_post(p, &id, &d->account, &it);
        else if (class == RETAIN_MEDIA)
            rc = purge_media(p, &d->key, &it);
        else if (class == RETAIN_ASIDE)
            rc = purge_aside(p, &id, &it);
        else
            rc = purge_case(p, &id, &it);
    }
    if (rc == 0 && p->o->visit && p->o->visit(p->o->arg, &it) != 0) p->stopped = true;
    return rc;
}

static int purge_batch(struct purge *p, enum retain_class class, struct due *last, bool *out_more)
{
    struct arena a;
    struct due *due;
    size_t n = 0;
    arena_init(&a, 0);
    int rc = guard_load(p);
    if (rc == 0) rc = due_batch(p, class, last->key_bytes ? last : NULL, &a, &due, &n);
    for (size_t i = 0; rc == 0 && i < n; i++) rc = purge_due(p, class, &due[i]);
    if (rc == 0 && n > 0) *last = due[n - 1];
    *out_more = n == BATCH && !p->stopped;
    arena_done(&a);
    return rc;
}

static int set_cuts(struct purge *p)
{
    struct arena a;
    struct retain_rule *rules;
    size_t n;
    arena_init(&a, 0);
    int rc = store_retention_list(p->s, &a, &rules, &n, p->err);
    for (int c = 0; c < RETAIN_CLASSES; c++)
        for (int t = 0; t < RETAIN_STATES; t++) p->cut[c][t] = TIME_UNKNOWN;
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (rules[i].days >= 0)
            p->cut[rules[i].class][rules[i].state] = p->o->now_us - rules[i].days * US_PER_DAY;
    arena_done(&a);
    return rc;
}

static int purge_class(struct purge *p, enum retain_class class)
{
    struct due last = {.key_bytes = 0};
    bool more = true, own;
    int rc = 0;
    while (rc == 0 && more) {
        if (p->o->dry_run) {
            rc = purge_batch(p, class, &last, &more);
            continue;
        }
        rc = store_enter(p->s, &own, p->err);
        if (rc == 0) rc = store_leave(p->s, own, purge_batch(p, class, &last, &more), p->err);
    }
    return rc;
}

static void purge_init(struct purge *p, struct store *s, const struct purge_options *o,
                       struct purge_totals *out, struct error *err)
{
    *out = (struct purge_totals){.kept = 0};
    *p = (struct purge){.s = s, .o = o, .totals = out, .err = err};
    map_init(&p->guard.covered);
    buf_init(&p->scratch, 0);
}

static void purge_done(struct purge *p)
{
    map_done(&p->guard.covered);
    buf_done(&p->scratch);
}

/* Cases go first: what only they kept is due with them. */
int store_purge(struct store *s, const struct purge_options *o, struct purge_totals *out, struct error *err)
{
    static const enum retain_class order[] = {RETAIN_CASE, RETAIN_POST, RETAIN_MEDIA, RETAIN_ASIDE};
    struct purge p;
    purge_init(&p, s, o, out, err);
    int rc = set_cuts(&p);
    if (rc == 0 && !o->dry_run) rc = s->driver->forget(s->db, true, err);
    for (size_t i = 0; rc == 0 && !p.stopped && i < sizeof order / sizeof order[0]; i++)
        rc = purge_class(&p, order[i]);
    if (rc == 0 && !o->dry_run) rc = s->driver->forget(s->db, false, err);
    purge_done(&p);
    return rc;
}

/* ---- one thing ---- */

static int find_one(struct purge *p, enum retain_class class, struct sv id, struct due *out)
{
    static const enum store_statement which[RETAIN_CLASSES] = {SQL_DUE_POST, SQL_DUE_MEDIUM,
                                                               SQL_DUE_ONE_ASIDE, SQL_DUE_CASE};
    size_t bytes = class == RETAIN_MEDIA ? sizeof(struct sha256) : sizeof(struct id128);
    struct sha256 key;
    struct db_stmt *st;
    int rc = 0;
    if (hex_decode(id, key.b, bytes))
        rc = store_one(p->s, which[class], VALS(v_blob(sv_of(key.b, bytes))), &st, p->err);
    if (rc == 0)
        return error_set(
            p->err, ERR_NOTFOUND, "retention",
            "no %s %.*s here, or a decision about it stands for other posts or is appealed against",
            retain_class_name(class), SV_FMT(id));
    if (rc < 0) return rc;
    rc = take_due(p->s, st, NULL, out);
    p->s->driver->reset(st);
    return rc == 0 ? 0 : store_col_error(rc, "what is to be purged", p->err);
}

static int purge_found(struct purge *p, enum retain_class class, struct sv id)
{
    struct due d;
    bool covered;
    int rc = guard_load(p);
    if (rc == 0) rc = find_one(p, class, id, &d);
    if (rc == 0) rc = check_covered(p, class, &d, id, &covered);
    if (rc == 0 && covered)
        return error_set(p->err, ERR_ARG, "retention",
                         "%s %.*s is under a legal hold or in a case: release or close that first",
                         retain_class_name(class), SV_FMT(id));
    if (rc == 0 && class == RETAIN_POST) rc = store_said_forget(p->s, id, p->err);
    return rc == 0 ? purge_due(p, class, &d) : rc;
}

int store_purge_one(struct store *s, enum retain_class class, struct sv id, struct sv why,
                    const struct store_network_rules *network, struct purge_totals *out, struct error *err)
{
    struct purge_options o = {.now_us = clock_now_us(), .why = why, .network = network};
    struct purge p;
    bool own;
    int rc = case_check_words(why, "the reason of the purge", true, CASE_WORDS_MAX_BYTES, err);
    if (rc == 0 && (unsigned)class >= RETAIN_CLASSES)
        rc = error_set(err, ERR_ARG, "retention", "no such class");
    if (rc != 0) return rc;
    purge_init(&p, s, &o, out, err);
    rc = s->driver->forget(s->db, true, err);
    if (rc == 0) rc = store_enter(s, &own, err);
    if (rc == 0) rc = store_leave(s, own, purge_found(&p, class, id), err);
    if (rc == 0 && !s->in_transaction) rc = s->driver->forget(s->db, false, err);
    purge_done(&p);
    return rc;
}

/* ---- files ---- */

/* Paths are our own (media/ab/abcd…); anything else is refused rather than removed. */
static bool is_media_path(struct sv path)
{
    return sv_starts(path, SV("media/")) && sv_find(path, SV(".."), 0) == SIZE_MAX &&
           sv_find_byte(path, '\0', 0) == SIZE_MAX;
}

static int erase_file(const struct workspace *w, struct sv path, struct error *err)
{
    char name[PATH_TEXT_BYTES], full[PATH_TEXT_BYTES];
    if (sv_is(path, INDEX_DIR)) {
        int rc = workspace_path(full, workspace_dir(w), INDEX_DIR, err);
        return rc == 0 && dir_exists(full) ? dir_remove_tree(full, err) : rc;
    }
    if (!is_media_path(path) || path.n >= sizeof name)
        return error_set(err, ERR_FORMAT, "workspace", "%.*s is no path of a kept original: it is left",
                         SV_FMT(path));
    snprintf(name, sizeof name, "%.*s", SV_FMT(path));
    int rc = workspace_path(full, workspace_dir(w), name, err);
    if (rc == 0 && unlink(full) != 0 && errno != ENOENT)
        rc = error_set_errno(err, ERR_IO, "workspace", errno, "cannot remove %s", full);
    return rc;
}

static int read_path(struct store *s, struct db_stmt *st, struct arena *a, void *out)
{
    int rc = 0;
    struct sv path = col_copy(s, st, 0, a, &rc);
    memcpy(out, &path, sizeof path);
    return rc;
}

int workspace_erase(const struct workspace *w, struct store *s, int64_t *out_n, struct error *err)
{
    struct arena a;
    void *rows = NULL;
    size_t n = 0;
    struct db_stmt *st;
    arena_init(&a, 0);
    *out_n = 0;
    int rc = case_collect(s, SQL_ERASURE_LIST, NULL, 0, sizeof(struct sv), read_path, &a, &rows, &n, err);
    const struct sv *path = rows;
    for (size_t i = 0; rc == 0 && i < n; i++) {
        /* the same content may have come in again since */
        rc = store_one(s, SQL_MEDIA_AT_PATH, VALS(v_blob(path[i])), &st, err);
        if (rc == 1) s->driver->reset(st);
        if (rc == 0) {
            rc = erase_file(w, path[i], err);
            *out_n += rc == 0 && !sv_is(path[i], INDEX_DIR);
        }
        if (rc >= 0) rc = store_run(s, SQL_ERASURE_DONE, VALS(v_blob(path[i])), NULL, err);
    }
    arena_done(&a);
    return rc;
}
