/* Migrations: each step and its number in one transaction, from every older version to today's, with what was in the
 * tables. store_version_1.h is the first release's database as text, as it was then: it must load for ever. */
#include "store_test.h"

#include "store/ledger.h"
#include "store/schema.h"
#include "store_version_1.h"

static const struct db_driver *d = &db_sqlite;

static int64_t number(struct db *db, const char *sql)
{
    struct db_stmt *st;
    struct error err;
    assert_ok(d->prepare(db, sql, &st, &err));
    assert_int_equal(d->step(st, &err), 1);
    int64_t v = d->column_i64(st, 0);
    d->reset(st);
    return v;
}

static const char *const one[] = {"CREATE TABLE meta (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
                                  "INSERT INTO meta VALUES ('schema', 0)", "CREATE TABLE a (x {BLOB})", NULL};
static const char *const two[] = {"CREATE TABLE b (y BIGINT)", "INSERT INTO b VALUES (2)", NULL};
static const char *const three[] = {"UPDATE b SET y = y + 1", NULL};
static const char *const wrong[] = {"INSERT INTO b VALUES (9)", "UPDATE nothing SET z = 1", NULL};
static const struct migration steps[] = {{"one", one}, {"two", two}, {"three", three}};

static void from_every_version_to_the_last(void **state)
{
    for (int from = 0; from <= 3; from++) {
        struct db *db;
        struct error err;
        int version;
        assert_ok(d->open(":memory:", &db, &err));
        assert_ok(schema_migrate(d, db, steps, from, &err));
        assert_ok(schema_version(d, db, &version, &err));
        assert_int_equal(version, from);
        assert_ok(schema_migrate(d, db, steps, 3, &err));
        assert_ok(schema_version(d, db, &version, &err));
        assert_int_equal(version, 3);
        assert_int_equal(number(db, "SELECT y FROM b"), 3);
        d->close(db);
    }
}

static void a_step_that_fails_leaves_the_version_before_it(void **state)
{
    const struct migration bad[] = {{"one", one}, {"two", two}, {"wrong", wrong}};
    struct db *db;
    struct error err;
    int version;
    assert_ok(d->open(":memory:", &db, &err));
    assert_int_equal(schema_migrate(d, db, bad, 3, &err), ERR_STORE);
    assert_non_null(strstr(err.text, "nothing"));
    assert_ok(schema_version(d, db, &version, &err));
    assert_int_equal(version, 2);
    assert_int_equal(number(db, "SELECT count(*) FROM b"), 1);
    assert_ok(schema_migrate(d, db, steps, 3, &err));
    assert_int_equal(number(db, "SELECT y FROM b"), 3);
    d->close(db);
}

static void a_newer_database_is_refused(void **state)
{
    struct fixture *f = *state;
    struct db *db;
    struct store *s;
    assert_ok(d->open(f->path, &db, &f->err));
    assert_ok(d->exec(db, "UPDATE meta SET value = 1000 WHERE name = 'schema'", &f->err));
    d->close(db);
    assert_int_equal(store_open(f->path, &s, &f->err), ERR_UNSUPPORTED);
    assert_non_null(strstr(f->err.text, "1000"));
}

static void opening_twice_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1);
    test_put(f, &p);
    struct sv before = test_dump(f, f->store);
    fixture_reopen(f);
    assert_same_text(test_dump(f, f->store), before);
    assert_int_equal(store_schema_version(f->store), schema_version_latest);
}

static void version_1_loads(void **state)
{
    struct fixture *f = *state;
    char path[128];
    struct db *db;
    struct store *s;
    struct id128 id;
    struct post p;
    struct assessment as;
    struct finding_list l;
    struct queue_row *rows;
    size_t n;
    int64_t items;
    snprintf(path, sizeof path, "%s/old.db", f->dir);
    assert_ok(d->open(path, &db, &f->err));
    for (size_t i = 0; version_1[i]; i++) assert_ok(d->exec(db, version_1[i], &f->err));
    d->close(db);
    assert_ok(store_open(path, &s, &f->err));
    assert_int_equal(store_schema_version(s), schema_version_latest);
    struct ledger_state ledger; /* what was there before the ledger is its first entry */
    assert_ok(ledger_state(s, &ledger, &f->err));
    assert_int_equal(ledger.size, 1);
    assert_ok(store_check(s, true, &f->err));
    assert_ok(store_find_post(s, SV("7601463331695500001"), &id, &f->err));
    assert_ok(store_get_post(s, &id, &f->arena, &p, NULL, &f->err));
    assert_true(sv_eq(p.account.handle, SV("river_\0"
                                           "1")));
    finding_list_init(&l, &f->arena);
    assert_ok(store_get_result(s, &id, &f->arena, &l, &as, NULL, &f->err));
    assert_int_equal(as.category, CATEGORY_PRIVACY_DOXXING);
    assert_int_equal(l.n, 1);
    finding_list_done(&l);
    assert_ok(store_queue(s, NULL, NULL, 10, &f->arena, &rows, &n, &f->err));
    assert_int_equal(n, 1);
    assert_ok(store_bank_item_count(s, SV("rivers"), &items, &f->err));
    assert_int_equal(items, 2);
    struct sv dump = test_dump(f, s);
    assert_int_not_equal(sv_find(dump, SV("item "), 0), SIZE_MAX);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_every_version_to_the_last),
        cmocka_unit_test(a_step_that_fails_leaves_the_version_before_it),
        store_test(a_newer_database_is_refused),
        store_test(opening_twice_changes_nothing),
        store_test(version_1_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
