/* The tables of the store.
 *
 * What is a {BLOB}: ids, hashes, JSON bodies, and every text that came from outside (it may hold NUL or broken UTF-8).
 * What is TEXT: names out of our own closed lists. Times are BIGINT microseconds, INT64_MIN where unknown.
 *
 * Few indexes, each for one question:
 *   post_account    an account's posts, newest first
 *   post_url        the post behind a link (the first 8 bytes of the URL's SHA-256; no row for an empty URL)
 *   job_waiting     the next job to claim
 *   job_running     leases by owner
 *   ledger_subject  what was done to a post or a bank
 *   queue_order     the queue in its order, page by page; queue_category the same for one category
 * A native id needs none: the post's id is computed from it. */
#include "store/schema.h"

#include "base/buf.h"
#include "store/schema_parts.h"
#include "store/sql.h"

#include <stdio.h>

static const char *const version_1[] = {
    "CREATE TABLE meta ("
    "  name TEXT PRIMARY KEY,"
    "  value BIGINT NOT NULL"
    ") {CLUSTERED}",
    "INSERT INTO meta (name, value) VALUES ('schema', 0), ('bank_version', 0)",

    "CREATE TABLE platform ("
    "  name {BLOB} PRIMARY KEY"
    ") {CLUSTERED}",

    "CREATE TABLE account ("
    "  id {BLOB} PRIMARY KEY,"
    "  platform {BLOB} NOT NULL,"
    "  native_id {BLOB} NOT NULL,"
    "  handle {BLOB} NOT NULL,"
    "  name {BLOB} NOT NULL,"
    "  bio {BLOB} NOT NULL,"
    "  sec_id {BLOB} NOT NULL,"
    "  verified BIGINT NOT NULL,"
    "  is_private BIGINT NOT NULL,"
    "  created_us BIGINT NOT NULL,"
    "  followers BIGINT NOT NULL,"
    "  following BIGINT NOT NULL,"
    "  likes BIGINT NOT NULL,"
    "  posts BIGINT NOT NULL,"
    "  seen_us BIGINT NOT NULL,"    /* collected_us of the capture that these fields are from */
    "  fingerprint BIGINT NOT NULL" /* of these fields: decides between captures of the same moment */
    ") {CLUSTERED}",

    "CREATE TABLE post ("
    "  id {BLOB} PRIMARY KEY,"
    "  account {BLOB} NOT NULL REFERENCES account (id),"
    "  platform {BLOB} NOT NULL,"
    "  native_id {BLOB} NOT NULL,"
    "  url {BLOB} NOT NULL,"
    "  url_key BIGINT NOT NULL," /* 0: no URL */
    "  created_us BIGINT NOT NULL,"
    "  collected_us BIGINT NOT NULL,"
    "  known_us BIGINT NOT NULL,"
    "  content {BLOB} NOT NULL,"     /* first 16 bytes of the body's SHA-256 */
    "  fingerprint BIGINT NOT NULL," /* of raw and origin */
    "  origin_format {BLOB} NOT NULL,"
    "  origin_file {BLOB} NOT NULL,"
    "  origin_line BIGINT NOT NULL,"
    "  origin_record BIGINT NOT NULL,"
    "  body {BLOB} NOT NULL," /* docs/formats/post.md, without raw and origin */
    "  raw {BLOB} NOT NULL"
    ")",
    "CREATE INDEX post_account ON post (account, created_us)",
    "CREATE INDEX post_url ON post (url_key) WHERE url_key <> 0",

    "CREATE TABLE reach ("
    "  post {BLOB} NOT NULL REFERENCES post (id),"
    "  at_us BIGINT NOT NULL,"
    "  views BIGINT NOT NULL,"
    "  likes BIGINT NOT NULL,"
    "  comments BIGINT NOT NULL,"
    "  shares BIGINT NOT NULL,"
    "  saves BIGINT NOT NULL,"
    "  PRIMARY KEY (post, at_us, views, likes, comments, shares, saves)"
    ") {CLUSTERED}",

    "CREATE TABLE aside ("
    "  id {BLOB} PRIMARY KEY," /* of file, line, record and bytes */
    "  file {BLOB} NOT NULL,"
    "  format {BLOB} NOT NULL,"
    "  line BIGINT NOT NULL,"
    "  record BIGINT NOT NULL,"
    "  code BIGINT NOT NULL,"
    "  reason {BLOB} NOT NULL,"
    "  bytes {BLOB} NOT NULL,"
    "  at_us BIGINT NOT NULL"
    ")",

    "CREATE TABLE media ("
    "  sha256 {BLOB} PRIMARY KEY,"
    "  bytes BIGINT NOT NULL,"
    "  path {BLOB} NOT NULL,"
    "  state BIGINT NOT NULL,"
    "  failure_code BIGINT NOT NULL,"
    "  failure {BLOB} NOT NULL,"
    "  signals {BLOB} NOT NULL"
    ")",
    "CREATE TABLE post_media ("
    "  post {BLOB} NOT NULL REFERENCES post (id),"
    "  position BIGINT NOT NULL,"
    "  sha256 {BLOB} REFERENCES media (sha256)," /* NULL: no file, and why stands here */
    "  path {BLOB} NOT NULL,"
    "  state BIGINT NOT NULL,"
    "  failure_code BIGINT NOT NULL,"
    "  failure {BLOB} NOT NULL,"
    "  PRIMARY KEY (post, position)"
    ") {CLUSTERED}",
    "CREATE INDEX post_media_file ON post_media (sha256) WHERE sha256 IS NOT NULL",

    /* A finished job has no row. state: 0 waiting, 1 running, 2 set aside. */
    "CREATE TABLE job ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  state BIGINT NOT NULL,"
    "  priority BIGINT NOT NULL," /* 0: news; 1: a second look at what is known */
    "  known_us BIGINT NOT NULL,"
    "  attempt BIGINT NOT NULL,"
    "  again BIGINT NOT NULL," /* the post changed while it was being analysed */
    "  owner {BLOB} NOT NULL,"
    "  lease_us BIGINT NOT NULL,"
    "  failure_code BIGINT NOT NULL,"
    "  failure {BLOB} NOT NULL"
    ") {CLUSTERED}",
    "CREATE INDEX job_waiting ON job (priority, known_us, post) WHERE state = 0",
    "CREATE INDEX job_running ON job (owner, lease_us) WHERE state = 1",

    "CREATE TABLE result ("
    "  post {BLOB} PRIMARY KEY REFERENCES post (id),"
    "  category TEXT NOT NULL,"
    "  severity BIGINT NOT NULL,"
    "  probability DOUBLE PRECISION NOT NULL,"
    "  expected_views DOUBLE PRECISION NOT NULL,"
    "  priority DOUBLE PRECISION NOT NULL,"
    "  deadline_us BIGINT NOT NULL,"
    "  findings BIGINT NOT NULL," /* how many rows */
    "  dropped BIGINT NOT NULL,"
    "  body {BLOB} NOT NULL" /* the assessment's JSON */
    ") {CLUSTERED}",
    "CREATE TABLE finding ("
    "  post {BLOB} NOT NULL REFERENCES result (post),"
    "  position BIGINT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  body {BLOB} NOT NULL,"
    "  PRIMARY KEY (post, position)"
    ") {CLUSTERED}",

    /* The order of the queue is (soft, due_us, minus_priority, post), all rising. */
    "CREATE TABLE queue ("
    "  post {BLOB} PRIMARY KEY REFERENCES result (post),"
    "  platform {BLOB} NOT NULL,"
    "  category TEXT NOT NULL,"
    "  soft BIGINT NOT NULL," /* 0: a hard deadline, due_us; 1: none, due_us is 0 */
    "  due_us BIGINT NOT NULL,"
    "  minus_priority DOUBLE PRECISION NOT NULL,"
    "  touched BIGINT NOT NULL," /* 1: a person has worked on it; it stays */
    "  reason {BLOB} NOT NULL"
    ") {CLUSTERED}",
    "CREATE INDEX queue_order ON queue (soft, due_us, minus_priority, post)",
    "CREATE INDEX queue_category ON queue (category, soft, due_us, minus_priority, post)",

    "CREATE TABLE bank ("
    "  name TEXT PRIMARY KEY,"
    "  category TEXT NOT NULL,"
    "  negative BIGINT NOT NULL,"
    "  threshold BIGINT NOT NULL,"
    "  source {BLOB} NOT NULL,"
    "  reason {BLOB} NOT NULL,"
    "  created_us BIGINT NOT NULL,"
    "  items BIGINT NOT NULL"
    ") {CLUSTERED}",
    "CREATE TABLE bank_item ("
    "  bank TEXT NOT NULL REFERENCES bank (name),"
    "  id {BLOB} NOT NULL,"
    "  type TEXT NOT NULL,"
    "  frames {BLOB} NOT NULL," /* store_bank.c: one version byte, then the frames */
    "  value {BLOB} NOT NULL,"
    "  other_type {BLOB} NOT NULL,"
    "  label {BLOB} NOT NULL,"
    "  source {BLOB} NOT NULL,"
    "  reason {BLOB} NOT NULL,"
    "  status TEXT NOT NULL,"
    "  threshold BIGINT NOT NULL,"
    "  added_us BIGINT NOT NULL,"
    "  PRIMARY KEY (bank, id)"
    ") {CLUSTERED}",
    NULL};

static const char *const version_2[] = {
    "CREATE TABLE ledger ("
    "  n BIGINT PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  at_us BIGINT NOT NULL,"
    "  actor TEXT NOT NULL," /* a pseudonym */
    "  subject {BLOB} NOT NULL,"
    "  salt {BLOB} NOT NULL,"
    "  record {BLOB} NOT NULL,"     /* empty, as the salt, once erased */
    "  commitment {BLOB} NOT NULL," /* SHA-256 of salt and record */
    "  leaf {BLOB} NOT NULL"        /* hash of the public leaf */
    ")",
    "CREATE INDEX ledger_subject ON ledger (subject, n) WHERE length(subject) > 0",
    "CREATE TABLE ledger_state ("
    "  id BIGINT PRIMARY KEY,"
    "  size BIGINT NOT NULL,"
    "  peaks {BLOB} NOT NULL,"
    "  pepper {BLOB} NOT NULL"
    ")",
    "INSERT INTO ledger_state (id, size, peaks, pepper) VALUES (0, 0, '', '')", NULL};

const struct migration schema_migrations[] = {
    {"posts, media, jobs, results, the queue, banks", version_1},
    {"the ledger", version_2},
    {"cases, custody, holds, retention", schema_case},
    {"the desk", schema_desk},
    {"the network", schema_network},
    {"exchange and referrals", schema_exchange},
    {"changes of banks, families of media", schema_index},
    {"stills of what banks hold", schema_picture},
    {"targets that many turn on at once", schema_pileon},
    {"clips that were seen, words, captions that are nearly the same", schema_look},
};
const int schema_version_latest = (int)(sizeof schema_migrations / sizeof schema_migrations[0]);

int schema_version(const struct db_driver *driver, struct db *db, int *out, struct error *err)
{
    if (!driver->has_table(db, "meta")) {
        *out = 0;
        return 0;
    }
    struct db_stmt *st;
    int rc = driver->prepare(db, sql_text(SQL_META_GET), &st, err);
    if (rc != 0) return rc;
    driver->bind_text(st, 1, SV("schema"));
    rc = driver->step(st, err);
    if (rc < 0) return rc;
    *out = rc == 1 ? (int)driver->column_i64(st, 0) : 0;
    driver->reset(st);
    return 0;
}

static int set_version(const struct db_driver *driver, struct db *db, int version, struct error *err)
{
    struct db_stmt *st;
    int rc = driver->prepare(db, sql_text(SQL_META_SET), &st, err);
    if (rc != 0) return rc;
    driver->bind_text(st, 1, SV("schema"));
    driver->bind_i64(st, 2, version);
    return driver->step(st, err);
}

static int run_text(const struct db_driver *driver, struct db *db, const char *text, struct error *err)
{
    struct buf sql;
    buf_init(&sql, 0);
    sql_expand(driver, text, &sql);
    int rc = sql.failed ? error_set(err, ERR_NOMEM, "store", "no memory for a step of the schema")
                        : driver->exec(db, buf_cstr(&sql), err);
    buf_done(&sql);
    return rc;
}

/* Inside a transaction, so that of two processes that open a new database the second finds the work done. */
static int migrate_one(const struct db_driver *driver, struct db *db, const struct migration *list, int n,
                       int *out_version, struct error *err)
{
    int version;
    int rc = schema_version(driver, db, &version, err);
    if (rc != 0) return rc;
    if (version < n) {
        for (const char *const *sql = list[version].sql; rc == 0 && *sql; sql++)
            rc = run_text(driver, db, *sql, err);
        if (rc == 0) rc = set_version(driver, db, ++version, err);
    }
    *out_version = version;
    return rc;
}

int schema_migrate(const struct db_driver *driver, struct db *db, const struct migration *list, int n,
                   struct error *err)
{
    int version;
    int rc = schema_version(driver, db, &version, err);
    while (rc == 0 && version < n) {
        rc = driver->begin(db, err);
        if (rc != 0) return rc;
        rc = migrate_one(driver, db, list, n, &version, err);
        if (rc == 0) rc = driver->commit(db, err);
        if (rc != 0) driver->rollback(db);
    }
    if (rc == 0 && version > n)
        return error_set(
            err, ERR_UNSUPPORTED, "store",
            "the database has schema version %d and this program knows up to %d: use a newer marsad", version,
            n);
    return rc;
}
