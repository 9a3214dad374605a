/* The driver for SQLite 3.35 and later: the only file that calls it.
 *
 * WAL with synchronous=FULL: a commit that returned survives the loss of power; readers never wait for the writer. A
 * transaction begins IMMEDIATE, so that it either has the write lock at once (after busy_timeout at most) or fails
 * before anything was done, never in the middle.
 *
 * SQLite numbers "$1" by its first appearance in the text, not by its digits: each statement keeps a table from our
 * number to SQLite's. Statements are kept, prepared, until the connection closes; there are as many as the store has
 * texts (about sixty), so a list is enough.
 *
 * A file of ours says so in its header (application_id "MRSD"): another program's database is refused before a table is
 * made in it. */
#include "base/clock.h"
#include "base/limits.h"
#include "store/db_pace.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MAX_PARAMS = 32,
    BUSY_TIMEOUT_MS = 10000,
    CARRYING_MS = 20,            /* until it is looked again whether another still carries */
    APPLICATION_ID = 0x4d525344, /* "MRSD" */
};

struct db_stmt {
    struct db_stmt *next;
    struct db *db;
    const char *sql;
    sqlite3_stmt *st;
    int index[MAX_PARAMS + 1]; /* SQLite's number of $n; 0: not in the text */
    int bind_rc;               /* first error of binding, told by step */
};

struct db {
    sqlite3 *sq;
    sqlite3_stmt *begin, *commit, *rollback; /* ready from the start: undoing must not need memory */
    struct db_stmt *stmts;
    char *path;
    unsigned log_pages, log_most;
};

static int code_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_NOMEM: return ERR_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_BUSY;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return ERR_FORMAT;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: return ERR_IO;
    case SQLITE_TOOBIG: return ERR_LIMIT;
    default: return ERR_STORE;
    }
}

static const char *advice_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_FULL: return "; free some space and run again: nothing of this step was written";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "; another process is writing: try again";
    case SQLITE_READONLY: return "; check the owner and the rights of the file and its folder";
    case SQLITE_CORRUPT: return "; keep the file, and restore a copy from before";
    case SQLITE_NOTADB: return "; it is not SQLite's: give the path of a workspace's marsad.db";
    default: return "";
    }
}

static int fail(struct db *db, int rc, struct error *err)
{
    int sys = db->sq ? sqlite3_system_errno(db->sq) : 0;
    const char *what = db->sq && (sqlite3_errcode(db->sq) & 0xff) == (rc & 0xff) ? sqlite3_errmsg(db->sq)
                                                                                 : sqlite3_errstr(rc);
    if (sys && ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN))
        return error_set_errno(err, code_of(rc), "sqlite", sys, "%s: %s", db->path, what);
    return error_set(err, code_of(rc), "sqlite", "%s: %s%s", db->path, what, advice_of(rc));
}

static int sqlite_exec(struct db *db, const char *sql, struct error *err)
{
    int rc = sqlite3_exec(db->sq, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : fail(db, rc, err);
}

/* secure_delete stays on for this connection: it costs only where rows are deleted. SQLite waits for readers and writers here,
 * but not for another that carries pages out of the log: that one is soon done. */
static int sqlite_forget(struct db *db, bool on, struct error *err)
{
    if (on) return sqlite_exec(db, "PRAGMA secure_delete = ON", err);
    int64_t until_us = clock_mono_us() + BUSY_TIMEOUT_MS * INT64_C(1000);
    int rc;
    do rc = sqlite3_wal_checkpoint_v2(db->sq, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    while ((rc & 0xff) == SQLITE_BUSY && clock_mono_us() < until_us && sqlite3_sleep(CARRYING_MS) > 0);
    return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : fail(db, rc, err);
}

static int sqlite_cache(struct db *db, unsigned mib, struct error *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%u", mib * 1024);
    return sqlite_exec(db, sql, err);
}

/* The one number that a PRAGMA or a SELECT answers. */
static int one_number(struct db *db, const char *sql, int64_t *out, struct error *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->sq, sql, -1, &st, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(st, 0);
    int bad = rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : fail(db, rc, err);
    sqlite3_finalize(st);
    return bad;
}

/* A database of another program is not ours to write in. */
static int check_ours(struct db *db, struct error *err)
{
    int64_t tables = 0, id = 0;
    int rc = one_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (rc == 0) rc = one_number(db, "PRAGMA application_id", &id, err);
    if (rc != 0) return rc;
    if (id == APPLICATION_ID) return 0;
    if (tables > 0 || id != 0)
        return error_set(err, ERR_FORMAT, "sqlite",
                         "%s: is another program's database; give the path of a new file", db->path);
    /* The size of pages is settled by the first write: a record of 8 KiB should not need a chain of them. */
    char sql[96];
    snprintf(sql, sizeof sql, "PRAGMA page_size = 8192; PRAGMA application_id = %d", APPLICATION_ID);
    return sqlite_exec(db, sql, err);
}

/* ---- the log of writes ---- */

/* After each commit here, with the pages that stand in the log now. SQLite's own hook does as much; this one remembers. */
static int on_commit(void *arg, sqlite3 *sq, const char *schema, int pages)
{
    struct db *db = arg;
    db->log_pages = (unsigned)pages;
    /* Whether it could do so is told by the next commit's number. */
    if (db->log_pages >= db->log_most)
        (void)sqlite3_wal_checkpoint_v2(sq, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

static unsigned sqlite_log_pages(const struct db *db) { return db->log_pages; }
static void sqlite_log_most(struct db *db, unsigned pages) { db->log_most = pages; }

/* A checkpoint that another one, or a reader, holds up has done what it could: that is no error. RESTART waits for readers,
 * which must not be for long where a writer's thread asks. */
static int sqlite_carry(struct db *db, struct db_pace *pace, unsigned *out_carried, struct error *err)
{
    int pages = 0, carried = 0;
    pace_begin(pace);
    sqlite3_busy_timeout(db->sq, 0);
    int rc = sqlite3_wal_checkpoint_v2(
        db->sq, "main", pace ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART, &pages, &carried);
    sqlite3_busy_timeout(db->sq, BUSY_TIMEOUT_MS);
    pace_end();
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) return fail(db, rc, err);
    if (rc == SQLITE_OK && !pace) db->log_pages = 0;
    *out_carried = carried > 0 ? (unsigned)carried : 0;
    return 0;
}

static int prepare_transactions(struct db *db, struct error *err)
{
    const struct {
        const char *sql;
        sqlite3_stmt **out;
    } texts[] = {{"BEGIN IMMEDIATE", &db->begin}, {"COMMIT", &db->commit}, {"ROLLBACK", &db->rollback}};
    for (size_t i = 0; i < 3; i++) {
        int rc = sqlite3_prepare_v3(db->sq, texts[i].sql, -1, SQLITE_PREPARE_PERSISTENT, texts[i].out, NULL);
        if (rc != SQLITE_OK) return fail(db, rc, err);
    }
    return 0;
}

static int configure(struct db *db, struct error *err)
{
    sqlite3_extended_result_codes(db->sq, 1);
    sqlite3_busy_timeout(db->sq, BUSY_TIMEOUT_MS);
    sqlite3_db_config(db->sq, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->sq, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->sq, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    int rc = check_ours(db, err);
    if (rc == 0) rc = prepare_transactions(db, err);
    if (rc != 0) return rc;
    db->log_most = STORE_LOG_PAGES;
    sqlite3_wal_hook(db->sq, on_commit, db);
    return sqlite_exec(db,
                       "PRAGMA journal_mode = WAL;"
                       "PRAGMA synchronous = FULL;"
                       "PRAGMA foreign_keys = ON;"
                       "PRAGMA cache_size = -65536;" /* 64 MiB */
                       "PRAGMA journal_size_limit = 67108864;"
                       "PRAGMA temp_store = MEMORY;",
                       err);
}

static void sqlite_close(struct db *db)
{
    if (!db) return;
    for (struct db_stmt *s = db->stmts, *next; s; s = next) {
        next = s->next;
        sqlite3_finalize(s->st);
        free(s);
    }
    sqlite3_finalize(db->begin);
    sqlite3_finalize(db->commit);
    sqlite3_finalize(db->rollback);
    sqlite3_close_v2(db->sq);
    free(db->path);
    free(db);
}

/* SQLite would make the file with the umask's rights; what is in it is nobody else's business. A file that is there is not
 * opened: closing it would end the locks that this process's other connections hold on it (fcntl), and another process
 * would take itself for the last one and throw their log away. */
static int make_private(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
    return fd >= 0 || errno == EEXIST ? 0
                                      : error_set_errno(err, ERR_IO, "sqlite", errno, "cannot open %s", path);
}

static int sqlite_open(const char *where, struct db **out, struct error *err)
{
    bool memory = strcmp(where, ":memory:") == 0;
    int rc = memory ? 0 : make_private(where, err);
    if (rc != 0) return rc;
    pace_prepare();
    struct db *db = calloc(1, sizeof *db);
    if (db) db->path = strdup(where);
    if (!db || !db->path) {
        free(db);
        return error_set(err, ERR_NOMEM, "sqlite", "no memory to open %s", where);
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int sq = sqlite3_open_v2(where, &db->sq, flags, NULL);
    rc = sq == SQLITE_OK ? configure(db, err) : fail(db, sq, err);
    if (rc != 0) {
        sqlite_close(db);
        return rc;
    }
    *out = db;
    return 0;
}

static int run_ready(struct db *db, sqlite3_stmt *st, struct error *err)
{
    int rc = sqlite3_step(st);
    int answer = rc == SQLITE_DONE ? 0 : fail(db, rc, err);
    sqlite3_reset(st);
    return answer;
}

static void sqlite_rollback(struct db *db)
{
    /* After some errors SQLite has rolled back already. */
    if (!sqlite3_get_autocommit(db->sq)) (void)run_ready(db, db->rollback, NULL);
}

static int sqlite_begin(struct db *db, struct error *err)
{
    sqlite_rollback(db); /* one that could not be ended before */
    return run_ready(db, db->begin, err);
}

static int sqlite_commit(struct db *db, struct error *err) { return run_ready(db, db->commit, err); }

static bool sqlite_has_table(struct db *db, const char *name)
{
    return sqlite3_table_column_metadata(db->sq, "main", name, NULL, NULL, NULL, NULL, NULL, NULL) ==
           SQLITE_OK;
}

static int sync_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    int rc =
        fd < 0 || fsync(fd) != 0 ? error_set_errno(err, ERR_IO, "sqlite", errno, "cannot sync %s", path) : 0;
    if (fd >= 0) close(fd);
    return rc;
}

/* The file is made first, so that it is its owner's alone from its first byte. */
static int sqlite_snapshot(struct db *db, const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set_errno(err, errno == EEXIST ? ERR_EXISTS : ERR_IO, "sqlite", errno, "cannot make %s",
                               path);
    close(fd);
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->sq, "VACUUM INTO ?1", -1, &st, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK) rc = sqlite3_step(st);
    int bad = rc == SQLITE_DONE ? 0 : fail(db, rc, err);
    sqlite3_finalize(st);
    if (bad == 0) bad = sync_file(path, err);
    if (bad != 0) unlink(path);
    return bad;
}

static int sqlite_check(struct db *db, bool deep, struct error *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db->sq, deep ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", -1, &st,
                                NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(st);
    int bad = 0;
    if (rc != SQLITE_ROW) {
        bad = fail(db, rc, err);
    } else {
        const char *text = (const char *)sqlite3_column_text(st, 0);
        if (!text || strcmp(text, "ok") != 0)
            bad = error_set(err, ERR_FORMAT, "sqlite",
                            "%s: damaged: %s; keep the file, and restore a copy from before", db->path,
                            text ? text : "no answer");
    }
    sqlite3_finalize(st);
    return bad;
}

static int map_params(struct db_stmt *s, struct error *err)
{
    int n = sqlite3_bind_parameter_count(s->st);
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(s->st, i);
        int number = name && name[0] == '$' ? atoi(name + 1) : 0;
        if (number < 1 || number > MAX_PARAMS)
            return error_set(err, ERR_INTERNAL, "sqlite", "parameter %s is not one of $1 … $%d: %s",
                             name ? name : "?", MAX_PARAMS, s->sql);
        s->index[number] = i;
    }
    return 0;
}

static int sqlite_prepare(struct db *db, const char *sql, struct db_stmt **out, struct error *err)
{
    for (struct db_stmt *s = db->stmts; s; s = s->next) {
        if (s->sql == sql || strcmp(s->sql, sql) == 0) {
            *out = s;
            return 0;
        }
    }
    struct db_stmt *s = calloc(1, sizeof *s);
    if (!s) return error_set(err, ERR_NOMEM, "sqlite", "no memory for a statement");
    s->db = db;
    s->sql = sql;
    int sq = sqlite3_prepare_v3(db->sq, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->st, NULL);
    int rc = sq == SQLITE_OK ? map_params(s, err) : fail(db, sq, err);
    if (rc != 0) {
        sqlite3_finalize(s->st);
        free(s);
        return rc;
    }
    s->next = db->stmts;
    db->stmts = s;
    *out = s;
    return 0;
}

static void note_bind(struct db_stmt *s, int rc)
{
    if (rc != SQLITE_OK && s->bind_rc == SQLITE_OK) s->bind_rc = rc;
}

static int index_of(struct db_stmt *s, int at)
{
    if (at < 1 || at > MAX_PARAMS || s->index[at] == 0) {
        note_bind(s, SQLITE_RANGE);
        return 0;
    }
    return s->index[at];
}

static void sqlite_bind_i64(struct db_stmt *s, int at, int64_t v)
{
    int i = index_of(s, at);
    if (i) note_bind(s, sqlite3_bind_int64(s->st, i, v));
}
static void sqlite_bind_double(struct db_stmt *s, int at, double v)
{
    int i = index_of(s, at);
    if (i) note_bind(s, sqlite3_bind_double(s->st, i, v));
}
/* SQLite takes a NULL pointer for an SQL NULL: an empty string keeps a pointer. */
static void sqlite_bind_text(struct db_stmt *s, int at, struct sv v)
{
    int i = index_of(s, at);
    if (i) note_bind(s, sqlite3_bind_text64(s->st, i, v.p ? v.p : "", v.n, SQLITE_STATIC, SQLITE_UTF8));
}
static void sqlite_bind_blob(struct db_stmt *s, int at, struct sv v)
{
    int i = index_of(s, at);
    if (i) note_bind(s, sqlite3_bind_blob64(s->st, i, v.p ? v.p : "", v.n, SQLITE_STATIC));
}
static void sqlite_bind_null(struct db_stmt *s, int at)
{
    int i = index_of(s, at);
    if (i) note_bind(s, sqlite3_bind_null(s->st, i));
}

static void sqlite_reset(struct db_stmt *s)
{
    sqlite3_reset(s->st);
    sqlite3_clear_bindings(s->st);
    s->bind_rc = SQLITE_OK;
}

static int sqlite_step(struct db_stmt *s, struct error *err)
{
    int rc = s->bind_rc == SQLITE_OK ? sqlite3_step(s->st) : s->bind_rc;
    if (rc == SQLITE_ROW) return 1;
    int answer = rc == SQLITE_DONE ? 0 : fail(s->db, rc, err);
    sqlite_reset(s);
    return answer;
}

static int64_t sqlite_column_i64(struct db_stmt *s, int at) { return sqlite3_column_int64(s->st, at); }
static double sqlite_column_double(struct db_stmt *s, int at) { return sqlite3_column_double(s->st, at); }
static struct sv sqlite_column_bytes(struct db_stmt *s, int at)
{
    const void *p = sqlite3_column_blob(s->st, at);
    return sv_of(p, (size_t)sqlite3_column_bytes(s->st, at));
}
static bool sqlite_column_is_null(struct db_stmt *s, int at)
{
    return sqlite3_column_type(s->st, at) == SQLITE_NULL;
}
static int64_t sqlite_changes(struct db *db) { return sqlite3_changes64(db->sq); }

const struct db_driver db_sqlite = {
    .name = "sqlite",
    .blob_type = "BLOB",
    .clustered = "WITHOUT ROWID",
    .skip_locked = "",
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .has_table = sqlite_has_table,
    .check = sqlite_check,
    .forget = sqlite_forget,
    .snapshot = sqlite_snapshot,
    .log_pages = sqlite_log_pages,
    .log_most = sqlite_log_most,
    .carry = sqlite_carry,
    .cache = sqlite_cache,
    .exec = sqlite_exec,
    .prepare = sqlite_prepare,
    .bind_i64 = sqlite_bind_i64,
    .bind_double = sqlite_bind_double,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .bind_null = sqlite_bind_null,
    .step = sqlite_step,
    .column_i64 = sqlite_column_i64,
    .column_double = sqlite_column_double,
    .column_bytes = sqlite_column_bytes,
    .column_is_null = sqlite_column_is_null,
    .reset = sqlite_reset,
    .changes = sqlite_changes,
};
