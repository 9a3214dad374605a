/* What the files of the store share: the struct, values for parameters, and the way into a statement. */
#ifndef MARSAD_STORE_STORE_PRIV_H
#define MARSAD_STORE_STORE_PRIV_H

#include "base/limits.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/sql.h"

/* Accounts whose stored version is known: one that says nothing newer needs no statement. A place per id, the last
 * comer stays; forgotten when a transaction is rolled back. */
enum { KNOWN_ACCOUNTS = 4096, KNOWN_PLATFORMS = 32, PLATFORM_MAX_BYTES = 64 };
struct known_account {
    struct id128 id;
    int64_t seen_us, fingerprint;
    bool there;
};

/* The ledger of the open transaction: ledger.c. */
struct store_ledger {
    struct merkle tree;
    bool wrote;                /* entries were committed, ever */
    bool loaded, grown, begun; /* tree read; entries added; a step is being noted */
    struct merkle tree_before; /* as the open part of the transaction found it, with the next two */
    bool loaded_before, grown_before;
    enum step_kind kind; /* of that step, as its subject, rows and their lines */
    unsigned rows;
    struct buf subject, lines;
    struct buf row, id, record; /* scratch */
    uint8_t pepper[32];
    char actor[LEDGER_ACTOR_BYTES];
    size_t actor_bytes;
};

struct store {
    const struct db_driver *driver;
    struct db *db;
    struct db_stmt *stmts[SQL_STATEMENTS];
    char *expanded[SQL_STATEMENTS]; /* texts in which a driver's word was put; the driver borrows them */
    bool in_transaction;
    int broken; /* code of the write that failed inside the transaction; it can only be rolled back */
    uint64_t bank_changes; /* made by this connection */
    uint64_t changed;      /* rows, the ledger's apart */
    struct buf body;       /* scratch for JSON */
    struct known_account *accounts;
    char platforms[KNOWN_PLATFORMS][PLATFORM_MAX_BYTES];
    size_t platform_bytes[KNOWN_PLATFORMS], nplatforms;
    struct store_ledger ledger;
};

enum job_state { JOB_WAITING = 0, JOB_RUNNING = 1, JOB_SET_ASIDE = 2 };

/* ---- values ---- */

struct val {
    enum { VAL_NULL, VAL_I64, VAL_DOUBLE, VAL_TEXT, VAL_BLOB } type;
    union {
        int64_t i;
        double d;
        struct sv s;
    };
};
static inline struct val v_null(void) { return (struct val){.type = VAL_NULL}; }
static inline struct val v_i64(int64_t v) { return (struct val){.type = VAL_I64, .i = v}; }
static inline struct val v_double(double v) { return (struct val){.type = VAL_DOUBLE, .d = v}; }
static inline struct val v_text(struct sv v) { return (struct val){.type = VAL_TEXT, .s = v}; }
static inline struct val v_blob(struct sv v) { return (struct val){.type = VAL_BLOB, .s = v}; }
static inline struct val v_id(const struct id128 *id) { return v_blob(sv_of(id->b, sizeof id->b)); }
static inline struct val v_sha(const struct sha256 *h) { return v_blob(sv_of(h->b, sizeof h->b)); }
/* An array of values and its length: what $1, $2, … are. */
#define VALS(...)                                                                                            \
    (const struct val[]){__VA_ARGS__}, sizeof((const struct val[]){__VA_ARGS__}) / sizeof(struct val)

/* ---- statements ---- */

/* Prepares (once) and binds; the caller steps and resets through s->driver. */
int store_query(struct store *s, enum store_statement which, const struct val *v, size_t n,
                struct db_stmt **out, struct error *err) MUST_USE;
/* Runs one that gives no rows. *out_changes may be NULL. */
int store_run(struct store *s, enum store_statement which, const struct val *v, size_t n,
              int64_t *out_changes, struct error *err) MUST_USE;
/* 1 and a row to be read, then reset; or 0 when there is none, and nothing to reset. */
int store_one(struct store *s, enum store_statement which, const struct val *v, size_t n,
              struct db_stmt **out, struct error *err) MUST_USE;

/* ---- columns ---- */

static inline int64_t col_i64(struct store *s, struct db_stmt *st, int at)
{
    return s->driver->column_i64(st, at);
}
static inline double col_double(struct store *s, struct db_stmt *st, int at)
{
    return s->driver->column_double(st, at);
}
static inline struct sv col_sv(struct store *s, struct db_stmt *st, int at)
{
    return s->driver->column_bytes(st, at);
}
/* A copy in the arena; a.failed-style: *rc becomes ERR_NOMEM when there was no room, and stays. */
struct sv col_copy(struct store *s, struct db_stmt *st, int at, struct arena *a, int *rc);
/* 16 bytes, or ERR_FORMAT in *rc. */
struct id128 col_id(struct store *s, struct db_stmt *st, int at, int *rc);
/* The words for an error that came out of the columns. */
int store_col_error(int rc, const char *what, struct error *err);

int store_not_found(const struct id128 *id, const char *what, struct error *err);

/* Drops kept answers and webhooks in which the post's id stands (hex). */
int store_said_forget(struct store *s, struct sv post, struct error *err) MUST_USE;
/* Ids gathered from a statement of one column, in the arena. */
int store_ids(struct store *s, enum store_statement which, const struct val *v, size_t n, struct arena *a,
              struct id128 **out, size_t *out_n, struct error *err) MUST_USE;

/* The queue's columns under st as a row, and the post's record, strings in `a`; st stands after it. */
int queue_read_row(struct store *s, struct db_stmt *st, struct arena *a, struct queue_row *out,
                   struct post *out_post, struct error *err) MUST_USE;
/* Binds a page of the queue: one of two statements with the queue's parameters. */
int queue_start(struct store *s, const struct queue_filter *f, const struct queue_row *after, size_t max,
                enum store_statement all_of_them, enum store_statement of_category, struct db_stmt **out,
                struct error *err) MUST_USE;
/* The row of the queue that an assessment asks for. */
int store_queue_result(struct store *s, const struct id128 *post, const struct assessment *as,
                       struct error *err) MUST_USE;

/* post.url_key of a URL; 0 for none. */
int64_t store_url_key(struct sv url);

/* Rows of `size` bytes gathered in a buffer end in the arena, when rc is 0; the buffer is freed. `out`: where the pointer
 * to the first goes. */
int store_rows_out(struct buf *rows, size_t size, struct arena *a, void *out, size_t *out_n, int rc,
                   const char *what, struct error *err) MUST_USE;
/* Letters, digits, '-', '_', '.', no dot in front: names of banks, sources, collections, recipients. */
bool bank_name_ok(struct sv name);
/* A bank item was written: noted in the ledger, and loaded banks are no longer true. */
int store_note_bank_item(struct store *s, struct sv bank, const struct id128 *item,
                         struct error *err) MUST_USE;

/* A 64-bit fingerprint that is the same on every machine and for ever (it is stored). Not against malice: it only
 * decides which of two equal captures is shown. */
uint64_t fingerprint_of(uint64_t seed, struct sv bytes);

#endif
