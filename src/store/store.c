/* Opening, transactions, and the way from a statement's number to its rows. */
#include "store/ledger_priv.h"

#include <endian.h>
#include <stdlib.h>

#include "store/db_pace.h"
#include "store/schema.h"
#include "store/store_tune.h"

static int split_where(const char *where, const char **out_path, struct error *err)
{
    static const char prefix[] = "sqlite:";
    if (strncmp(where, prefix, sizeof prefix - 1) == 0)
        where += sizeof prefix - 1;
    else if (strstr(where, "://"))
        return error_set(err, ERR_UNSUPPORTED, "store",
                         "%s: this build keeps its state in SQLite: give sqlite:PATH or a path", where);
    if (*where == '\0') return error_set(err, ERR_ARG, "store", "the path of the database is empty");
    *out_path = where;
    return 0;
}

int store_open(const char *where, struct store **out, struct error *err)
{
    const char *path = NULL;
    int rc = split_where(where, &path, err);
    if (rc == 0) rc = id_init(err);
    if (rc != 0) return rc;
    struct store *s = calloc(1, sizeof *s);
    if (s) s->accounts = calloc(KNOWN_ACCOUNTS, sizeof *s->accounts);
    if (!s || !s->accounts) {
        free(s);
        return error_set(err, ERR_NOMEM, "store", "no memory to open %s", where);
    }
    buf_init(&s->body, 0);
    ledger_init(s);
    s->driver = &db_sqlite;
    int before = 0;
    rc = s->driver->open(path, &s->db, err);
    if (rc == 0) rc = schema_version(s->driver, s->db, &before, err);
    if (rc == 0) rc = schema_migrate(s->driver, s->db, schema_migrations, schema_version_latest, err);
    if (rc == 0 && before == 1) rc = ledger_adopt(s, err); /* version 1 had no ledger */
    if (rc != 0) {
        store_close(s);
        return rc;
    }
    *out = s;
    return 0;
}

void store_close(struct store *s)
{
    if (!s) return;
    store_rollback(s);
    if (s->db) s->driver->close(s->db);
    for (size_t i = 0; i < SQL_STATEMENTS; i++) free(s->expanded[i]);
    buf_done(&s->body);
    ledger_done(s);
    free(s->accounts);
    free(s);
}

int store_schema_version(struct store *s)
{
    int version = 0;
    struct error err;
    if (schema_version(s->driver, s->db, &version, &err) != 0) return err.code;
    return version;
}

int store_snapshot(struct store *s, const char *path, struct error *err)
{
    return s->driver->snapshot(s->db, path, err);
}

int store_check(struct store *s, bool deep, struct error *err) { return s->driver->check(s->db, deep, err); }

/* ---- transactions ---- */

int store_begin(struct store *s, struct error *err)
{
    if (s->in_transaction) return error_set(err, ERR_ARG, "store", "a transaction is open already");
    int rc = s->driver->begin(s->db, err);
    if (rc != 0) return rc;
    s->in_transaction = true;
    s->broken = 0;
    return 0;
}

int store_commit(struct store *s, struct error *err)
{
    if (!s->in_transaction) return error_set(err, ERR_ARG, "store", "no transaction is open");
    int rc = s->broken
                 ? error_set(err, s->broken, "store",
                             "a write of this transaction failed (%s): all of it is undone, do it again",
                             error_code_name(s->broken))
                 : ledger_flush(s, err);
    if (rc == 0) rc = s->driver->commit(s->db, err);
    if (rc != 0) {
        store_rollback(s);
        return rc;
    }
    s->in_transaction = false;
    return 0;
}

/* What was learnt of rows that may be undone. */
static void forget_known(struct store *s)
{
    memset(s->accounts, 0, KNOWN_ACCOUNTS * sizeof *s->accounts);
    s->nplatforms = 0;
}

void store_rollback(struct store *s)
{
    if (!s->in_transaction) return;
    s->driver->rollback(s->db);
    s->in_transaction = false;
    s->broken = 0;
    ledger_forget(s);
    forget_known(s);
}

/* ---- parts of a transaction ---- */

enum { PART_BEGIN, PART_UNDO, PART_END };

static int part(struct store *s, int which, struct error *err)
{
    static const char *const texts[] = {"SAVEPOINT part", "ROLLBACK TO SAVEPOINT part",
                                        "RELEASE SAVEPOINT part"};
    struct db_stmt *st;
    int rc = s->driver->prepare(s->db, texts[which], &st, err);
    return rc == 0 ? s->driver->step(st, err) : rc;
}

int store_part_begin(struct store *s, struct error *err)
{
    if (!s->in_transaction || s->broken)
        return error_set(err, ERR_ARG, "store", "no transaction is open in which a part could begin");
    int rc = ledger_part_begin(s, err);
    return rc == 0 ? part(s, PART_BEGIN, err) : rc;
}

int store_part_end(struct store *s, bool keep, struct error *err)
{
    if (keep && s->broken)
        return error_set(err, s->broken, "store", "a write of this part failed (%s): undo it",
                         error_code_name(s->broken));
    int rc = keep ? ledger_part_keep(s, err) : part(s, PART_UNDO, err);
    if (rc == 0) rc = part(s, PART_END, err);
    if (rc != 0 || keep) return rc;
    s->broken = 0;
    ledger_part_undo(s);
    forget_known(s);
    return 0;
}

int store_enter(struct store *s, bool *out_own, struct error *err)
{
    *out_own = !s->in_transaction;
    return *out_own ? store_begin(s, err) : 0;
}

/* These come after a first write may have been done; the others are found before any. */
static bool leaves_half(int rc)
{
    return rc == ERR_STORE || rc == ERR_NOMEM || rc == ERR_IO || rc == ERR_BUSY || rc == ERR_FORMAT;
}

int store_leave(struct store *s, bool own, int rc, struct error *err)
{
    if (own && rc == 0) return store_commit(s, err);
    if (own)
        store_rollback(s);
    else if (leaves_half(rc) && s->broken == 0)
        s->broken = rc;
    return rc;
}

/* ---- statements ---- */

/* The text as the driver wants it, kept as long as the store. */
static int text_of(struct store *s, enum store_statement which, const char **out, struct error *err)
{
    const char *sql = sql_text(which);
    if (!strchr(sql, '{')) {
        *out = sql;
        return 0;
    }
    struct buf b;
    buf_init(&b, 0);
    sql_expand(s->driver, sql, &b);
    if (!b.failed) s->expanded[which] = strdup(buf_cstr(&b));
    buf_done(&b);
    if (!s->expanded[which]) return error_set(err, ERR_NOMEM, "store", "no memory for a statement");
    *out = s->expanded[which];
    return 0;
}

static int statement(struct store *s, enum store_statement which, struct db_stmt **out, struct error *err)
{
    if (!s->stmts[which]) {
        const char *sql = NULL;
        free(s->expanded[which]);
        s->expanded[which] = NULL;
        int rc = text_of(s, which, &sql, err);
        if (rc == 0) rc = s->driver->prepare(s->db, sql, &s->stmts[which], err);
        if (rc != 0) return rc;
    }
    *out = s->stmts[which];
    return 0;
}

static void bind_one(const struct db_driver *d, struct db_stmt *st, int at, const struct val *v)
{
    switch (v->type) {
    case VAL_NULL: d->bind_null(st, at); break;
    case VAL_I64: d->bind_i64(st, at, v->i); break;
    case VAL_DOUBLE: d->bind_double(st, at, v->d); break;
    case VAL_TEXT: d->bind_text(st, at, v->s); break;
    case VAL_BLOB: d->bind_blob(st, at, v->s); break;
    }
}

int store_query(struct store *s, enum store_statement which, const struct val *v, size_t n,
                struct db_stmt **out, struct error *err)
{
    int rc = statement(s, which, out, err);
    if (rc != 0) return rc;
    for (size_t i = 0; i < n; i++) bind_one(s->driver, *out, (int)i + 1, &v[i]);
    return 0;
}

int store_one(struct store *s, enum store_statement which, const struct val *v, size_t n,
              struct db_stmt **out, struct error *err)
{
    int rc = store_query(s, which, v, n, out, err);
    return rc != 0 ? rc : s->driver->step(*out, err);
}

int store_run(struct store *s, enum store_statement which, const struct val *v, size_t n,
              int64_t *out_changes, struct error *err)
{
    struct db_stmt *st;
    int rc = store_one(s, which, v, n, &st, err);
    if (rc < 0) return rc;
    if (rc == 1) s->driver->reset(st);
    int64_t changes = s->driver->changes(s->db);
    if (which != SQL_LEDGER_ADD && which != SQL_LEDGER_SAVE)
        s->changed += changes > 0 ? (uint64_t)changes : 0;
    if (out_changes) *out_changes = changes;
    return 0;
}

uint64_t store_changed(const struct store *s) { return s->changed; }

int store_cache(struct store *s, unsigned mib, struct error *err)
{
    return s->driver->cache(s->db, mib, err);
}

void store_leave_log(struct store *s) { s->driver->log_most(s->db, STORE_LOG_MAX_PAGES); }

unsigned store_log_pages(const struct store *s) { return s->driver->log_pages(s->db); }

int store_carry(struct store *s, const atomic_bool *hurry, unsigned *out_carried, struct error *err)
{
    struct db_pace pace = {hurry};
    return s->driver->carry(s->db, &pace, out_carried, err);
}

int store_carry_rest(struct store *s, struct error *err)
{
    unsigned carried;
    return s->driver->carry(s->db, NULL, &carried, err);
}

/* ---- columns ---- */

struct sv col_copy(struct store *s, struct db_stmt *st, int at, struct arena *a, int *rc)
{
    struct sv copy = arena_copy(a, col_sv(s, st, at));
    if (!copy.p && *rc == 0) *rc = ERR_NOMEM;
    return copy;
}

struct id128 col_id(struct store *s, struct db_stmt *st, int at, int *rc)
{
    struct id128 id = {{0}};
    struct sv v = col_sv(s, st, at);
    if (v.n == sizeof id.b)
        memcpy(id.b, v.p, sizeof id.b);
    else if (*rc == 0)
        *rc = ERR_FORMAT;
    return id;
}

int store_col_error(int rc, const char *what, struct error *err)
{
    if (rc == ERR_NOMEM) return error_set(err, rc, "store", "no memory to read %s", what);
    return error_set(err, rc, "store", "%s: a stored value has the wrong shape; check the database", what);
}

int store_not_found(const struct id128 *id, const char *what, struct error *err)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    return error_set(err, ERR_NOTFOUND, "store", "no %s %s here", what, text);
}

int store_ids(struct store *s, enum store_statement which, const struct val *v, size_t n, struct arena *a,
              struct id128 **out, size_t *out_n, struct error *err)
{
    struct db_stmt *st;
    int rc = store_query(s, which, v, n, &st, err);
    if (rc != 0) return rc;
    struct buf ids;
    buf_init(&ids, 0);
    int bad = 0;
    while (bad == 0 && (rc = s->driver->step(st, err)) == 1) {
        struct id128 id = col_id(s, st, 0, &bad);
        buf_put(&ids, &id, sizeof id);
    }
    if (bad != 0) {
        s->driver->reset(st);
        rc = store_col_error(bad, "an id", err);
    }
    if (rc == 0) {
        struct sv copy = arena_copy(a, buf_sv(&ids));
        if (ids.failed || !copy.p) rc = store_col_error(ERR_NOMEM, "ids", err);
        *out = (struct id128 *)(void *)(uintptr_t)copy.p;
        *out_n = ids.n / sizeof(struct id128);
    }
    buf_done(&ids);
    return rc;
}

/* Multiply and fold, eight bytes at a time, in little-endian order whatever the machine. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 u128;
    u128 product = (u128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t fingerprint_of(uint64_t seed, struct sv bytes)
{
    const uint64_t k0 = UINT64_C(0x9e3779b97f4a7c15), k1 = UINT64_C(0xd6e8feb86659fd93);
    uint64_t h = fold(seed ^ k0, (uint64_t)bytes.n ^ k1);
    for (size_t i = 0; i < bytes.n; i += 8) {
        uint64_t word = 0;
        size_t left = bytes.n - i < 8 ? bytes.n - i : 8;
        memcpy(&word, bytes.p + i, left);
        h = fold(h ^ le64toh(word), k0) ^ h;
    }
    return fold(h, k1);
}
