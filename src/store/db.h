/* A small SQL driver interface: what the store needs of a database and nothing more, so that SQLite today and
 * PostgreSQL tomorrow run the very same statements.
 *
 * The shared subset (docs/store.md): parameters $1 … $32; BIGINT, DOUBLE PRECISION, TEXT, {BLOB}; INSERT … ON CONFLICT …
 * DO UPDATE/NOTHING; RETURNING; row values; partial indexes; no AUTOINCREMENT, no PRAGMA, no date functions, no type
 * affinity: every value is bound with its type. Text that may hold NUL or broken UTF-8 is a {BLOB}. The three words in
 * braces are the driver's own: see `blob_type` and its neighbours.
 *
 * A connection belongs to one thread at a time. */
#ifndef MARSAD_STORE_DB_H
#define MARSAD_STORE_DB_H

#include "base/error.h"
#include "base/sv.h"

struct db;
struct db_stmt;
struct db_pace;

struct db_driver {
    const char *name;      /* "sqlite" */
    const char *blob_type; /* for {BLOB}: "BLOB", "BYTEA" */
    const char *
        clustered; /* for {CLUSTERED}, after a table whose rows live in its primary key: "WITHOUT ROWID", "" */
    const char *skip_locked; /* for {SKIP_LOCKED}, after a claiming SELECT: "", "FOR UPDATE SKIP LOCKED" */
    int (*open)(const char *where, struct db **out, struct error *err);
    void (*close)(struct db *db);
    /* A transaction that is going to write. Rollback takes a connection in any state. */
    int (*begin)(struct db *db, struct error *err);
    int (*commit)(struct db *db, struct error *err);
    void (*rollback)(struct db *db);
    /* Whether a table of that name is there; false also when it cannot be told. */
    bool (*has_table)(struct db *db, const char *name);
    /* Reads the whole database looking for damage: ERR_FORMAT with the first fault. `deep` compares indexes too. */
    int (*check)(struct db *db, bool deep, struct error *err);
    /* on: what this connection deletes from here on leaves nothing in the file. Off: what was deleted leaves the log of
     * writes too, unless somebody is reading just then. Outside transactions. */
    int (*forget)(struct db *db, bool on, struct error *err);
    /* A copy of the whole database as it is committed now into a new file, on the disk when it returns; others go on
     * reading and writing meanwhile. Outside transactions. ERR_EXISTS when the file is there. */
    int (*snapshot)(struct db *db, const char *path, struct error *err);
    /* Where commits append to a log of writes whose pages somebody has to carry to their places in the file: how many stood
     * in it after the last commit here. */
    unsigned (*log_pages)(const struct db *db);
    /* Commits here carry pages once so many stand in the log. */
    void (*log_most)(struct db *db, unsigned pages);
    /* Carries them. With `pace`, little by little: others' commits do not wait behind it. Without, all at once, and the log
     * begins anew if nobody reads of it (then log_pages is 0). *out_carried: of the pages from the log's beginning, how many
     * are in their places; 0 when another process carries just now. Outside transactions. */
    int (*carry)(struct db *db, struct db_pace *pace, unsigned *out_carried, struct error *err);
    /* Memory that this connection may hold of the database. */
    int (*cache)(struct db *db, unsigned mib, struct error *err);
    /* One or more statements without parameters or results. */
    int (*exec)(struct db *db, const char *sql, struct error *err);
    /* Statements are cached by the driver: preparing the same text again is cheap. sql must stay valid. */
    int (*prepare)(struct db *db, const char *sql, struct db_stmt **out, struct error *err);
    /* Parameters count from 1, as their names do; bytes are *borrowed until* reset. Nothing bound is NULL. */
    void (*bind_i64)(struct db_stmt *s, int at, int64_t v);
    void (*bind_double)(struct db_stmt *s, int at, double v);
    void (*bind_text)(struct db_stmt *s, int at, struct sv v);
    void (*bind_blob)(struct db_stmt *s, int at, struct sv v);
    void (*bind_null)(struct db_stmt *s, int at);
    /* 1: a row, 0: done, negative: an error (also one of binding). After 0 or an error the statement is reset. */
    int (*step)(struct db_stmt *s, struct error *err);
    /* Columns count from 0; bytes are *borrowed until* the next step or reset. */
    int64_t (*column_i64)(struct db_stmt *s, int at);
    double (*column_double)(struct db_stmt *s, int at);
    struct sv (*column_bytes)(struct db_stmt *s, int at);
    bool (*column_is_null)(struct db_stmt *s, int at);
    void (*reset)(struct db_stmt *s);
    /* Number of rows the last completed statement changed. */
    int64_t (*changes)(struct db *db);
};

/* where: a path, or ":memory:". WAL, synchronous FULL, waits up to ten seconds for another writer (then ERR_BUSY). A file
 * that is no SQLite database, or another program's, is ERR_FORMAT; a new one is made readable by its owner only. */
extern const struct db_driver db_sqlite;

#endif
