#include "store_test.h"

#include <sys/stat.h>

#include "store/db.h"
#include "store/sql.h"
#include "store/store_tune.h"

static const struct db_driver *d = &db_sqlite;

static struct db *open_memory(void)
{
    struct db *db;
    struct error err;
    assert_ok(d->open(":memory:", &db, &err));
    return db;
}

static void parameters_go_by_their_number_and_not_by_their_place(void **state)
{
    struct db *db = open_memory();
    struct db_stmt *st;
    struct error err;
    assert_ok(d->prepare(db, "SELECT $3, $1, $2, $1", &st, &err));
    d->bind_i64(st, 1, 10);
    d->bind_double(st, 2, 0.5);
    d->bind_text(st, 3, SV("three"));
    assert_int_equal(d->step(st, &err), 1);
    assert_true(sv_is(d->column_bytes(st, 0), "three"));
    assert_int_equal(d->column_i64(st, 1), 10);
    assert_true(d->column_double(st, 2) == 0.5);
    assert_int_equal(d->column_i64(st, 3), 10);
    assert_int_equal(d->step(st, &err), 0);
    d->close(db);
}

static void bytes_keep_their_length_and_emptiness_is_not_null(void **state)
{
    struct db *db = open_memory();
    struct db_stmt *st;
    struct error err;
    assert_ok(d->prepare(db, "SELECT $1, $2, $3, $4", &st, &err));
    d->bind_blob(st, 1, SV("a\0b"));
    d->bind_blob(st, 2, SV_NULL);
    d->bind_text(st, 3, SV_NULL);
    assert_int_equal(d->step(st, &err), 1);
    assert_true(sv_eq(d->column_bytes(st, 0), SV("a\0b")));
    assert_false(d->column_is_null(st, 1));
    assert_false(d->column_is_null(st, 2));
    assert_true(d->column_is_null(st, 3));
    d->reset(st);
    d->close(db);
}

static void a_parameter_that_is_not_in_the_text_is_an_error(void **state)
{
    struct db *db = open_memory();
    struct db_stmt *st;
    struct error err;
    assert_ok(d->prepare(db, "SELECT $1", &st, &err));
    d->bind_i64(st, 2, 1);
    assert_true(d->step(st, &err) < 0);
    d->bind_i64(st, 1, 1);
    assert_int_equal(d->step(st, &err), 1);
    d->reset(st);
    assert_int_equal(d->prepare(db, "SELECT ?", &st, &err), ERR_INTERNAL);
    assert_int_equal(d->prepare(db, "SELECT $33", &st, &err), ERR_INTERNAL);
    assert_int_equal(d->prepare(db, "SELEC", &st, &err), ERR_STORE);
    assert_non_null(strstr(err.text, "SELEC"));
    d->close(db);
}

static void the_same_text_is_prepared_once(void **state)
{
    static const char one[] = "SELECT 1", other[] = "SELECT 1";
    struct db *db = open_memory();
    struct db_stmt *a, *b;
    struct error err;
    assert_ok(d->prepare(db, one, &a, &err));
    assert_ok(d->prepare(db, other, &b, &err));
    assert_ptr_equal(a, b);
    d->close(db);
}

static void foreign_keys_hold(void **state)
{
    struct db *db = open_memory();
    struct error err;
    assert_ok(d->exec(
        db, "CREATE TABLE a (id BIGINT PRIMARY KEY); CREATE TABLE b (a BIGINT REFERENCES a (id))", &err));
    assert_int_equal(d->exec(db, "INSERT INTO b VALUES (1)", &err), ERR_STORE);
    d->close(db);
}

static void a_file_that_is_no_database_is_refused_and_left_as_it_was(void **state)
{
    struct fixture *f = *state;
    char path[128];
    struct store *s;
    struct buf b;
    snprintf(path, sizeof path, "%s/letter.txt", f->dir);
    char text[5000];
    memset(text, 'x', sizeof text);
    assert_ok(file_write_atomic(path, sv_of(text, sizeof text), &f->err));
    assert_int_equal(store_open(path, &s, &f->err), ERR_FORMAT);
    assert_non_null(strstr(f->err.text, path));
    buf_init(&b, 0);
    assert_ok(file_read(path, 10000, &b, &f->err));
    assert_true(sv_eq(buf_sv(&b), sv_of(text, sizeof text)));
    buf_done(&b);
}

static void another_programs_database_is_refused(void **state)
{
    struct fixture *f = *state;
    struct db *db;
    struct store *s;
    assert_ok(d->open(f->path, &db, &f->err));
    assert_ok(d->exec(db, "PRAGMA application_id = 7", &f->err));
    d->close(db);
    assert_int_equal(store_open(f->path, &s, &f->err), ERR_FORMAT);
    assert_non_null(strstr(f->err.text, "another program"));
}

static void damage_is_found(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 200; i++) {
        struct post p = test_post(f, i, 0, 1);
        test_put(f, &p);
    }
    assert_ok(store_check(f->store, false, &f->err));
    assert_ok(store_check(f->store, true, &f->err));
    store_close(f->store);
    FILE *file = fopen(f->path, "r+b");
    assert_non_null(file);
    char junk[4096];
    memset(junk, 0xee, sizeof junk);
    for (long page = 8; page < 30; page++) {
        assert_int_equal(fseek(file, page * 4096, SEEK_SET), 0);
        assert_int_equal(fwrite(junk, 1, sizeof junk, file), sizeof junk);
    }
    fclose(file);
    f->store = NULL;
    int rc = store_open(f->path, &f->store, &f->err);
    assert_int_equal(rc == 0 ? store_check(f->store, false, &f->err) : rc, ERR_FORMAT);
    assert_non_null(strstr(f->err.text, f->path));
}

static void a_second_writer_is_told_to_wait(void **state)
{
    struct fixture *f = *state;
    struct db *a, *b;
    assert_ok(d->open(f->path, &a, &f->err));
    assert_ok(d->open(f->path, &b, &f->err));
    assert_ok(d->exec(b, "PRAGMA busy_timeout = 1", &f->err));
    assert_ok(d->begin(a, &f->err));
    assert_int_equal(d->begin(b, &f->err), ERR_BUSY);
    d->rollback(b);
    d->rollback(a);
    assert_ok(d->begin(b, &f->err));
    d->rollback(b);
    d->close(a);
    d->close(b);
}

static void readers_see_what_was_committed_while_another_writes(void **state)
{
    struct fixture *f = *state;
    struct store *reader;
    struct store_counts c;
    struct post p = test_post(f, 0, 0, 1);
    assert_ok(store_open(f->path, &reader, &f->err));
    assert_ok(store_begin(f->store, &f->err));
    test_put(f, &p);
    assert_ok(store_count(reader, &c, &f->err));
    assert_int_equal(c.posts, 0);
    assert_ok(store_commit(f->store, &f->err));
    assert_ok(store_count(reader, &c, &f->err));
    assert_int_equal(c.posts, 1);
    store_close(reader);
}

static void places_that_cannot_be_opened_are_named(void **state)
{
    struct fixture *f = *state;
    struct store *s;
    assert_int_equal(store_open("/nonexistent/folder/x.db", &s, &f->err), ERR_IO);
    assert_non_null(strstr(f->err.text, "/nonexistent/folder/x.db"));
    assert_int_equal(store_open(f->dir, &s, &f->err), ERR_IO);
    assert_int_equal(store_open("postgresql://db.example/marsad", &s, &f->err), ERR_UNSUPPORTED);
    assert_int_equal(store_open("", &s, &f->err), ERR_ARG);
    assert_int_equal(store_open("sqlite:", &s, &f->err), ERR_ARG);
}

/* What SQLite means to do, as it says itself. */
static void plan_of(struct fixture *f, struct db *db, enum store_statement which, struct buf *out)
{
    struct buf sql;
    struct db_stmt *st;
    buf_init(&sql, 0);
    sql_expand(d, sql_text(which), &sql);
    struct sv text =
        arena_printf(&f->arena, "EXPLAIN QUERY PLAN %s", buf_cstr(&sql)); /* the driver borrows it */
    buf_done(&sql);
    buf_clear(out);
    assert_ok(d->prepare(db, text.p, &st, &f->err));
    while (d->step(st, &f->err) == 1) {
        buf_putsv(out, d->column_bytes(st, 3));
        buf_putc(out, '\n');
    }
}

static void indexes_serve_what_must_not_grow_with_the_store(void **state)
{
    static const struct {
        enum store_statement which;
        const char *index;
    } rows[] = {
        {SQL_QUEUE_PAGE, "queue_order"}, {SQL_QUEUE_PAGE_CATEGORY, "queue_category"},
        {SQL_JOB_CLAIM, "job_waiting"},  {SQL_JOB_EXPIRE, "job_running"},
        {SQL_JOB_OWNERS, "job_running"}, {SQL_ACCOUNT_POSTS, "post_account"},
        {SQL_POST_BY_URL, "post_url"},   {SQL_POST_BY_PREFIX, "sqlite_autoindex_post_1"},
        {SQL_REACH_LIST, "PRIMARY KEY"}, {SQL_ITEM_LIST, "PRIMARY KEY"},
    };
    struct fixture *f = *state;
    struct db *db;
    struct buf plan;
    buf_init(&plan, 0);
    assert_ok(d->open(f->path, &db, &f->err));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plan_of(f, db, rows[i].which, &plan);
        assert_non_null(strstr(buf_cstr(&plan), rows[i].index));
        bool few = rows[i].which == SQL_POST_BY_URL; /* posts of one link */
        if (!few) assert_null(strstr(buf_cstr(&plan), "TEMP B-TREE FOR ORDER BY"));
    }
    buf_done(&plan);
    d->close(db);
}

static int64_t number_in(struct db *db)
{
    struct db_stmt *st;
    struct error err;
    assert_ok(d->prepare(db, "SELECT value FROM meta WHERE name = 'n'", &st, &err));
    assert_int_equal(d->step(st, &err), 1);
    int64_t n = d->column_i64(st, 0);
    d->reset(st);
    return n;
}

/* Enough for the disk to be waited for several times. */
static void write_much(struct fixture *f, struct store *s, int from)
{
    static char raw[12000];
    enum store_put what;
    memset(raw, 'r', sizeof raw);
    assert_ok(store_begin(s, &f->err));
    for (int i = from; i < from + 100; i++) {
        struct post p = test_post(f, i, 0, 1);
        p.raw = sv_of(raw, sizeof raw);
        assert_ok(store_put_post(s, &p, T0, &what, &f->err));
    }
    assert_ok(store_commit(s, &f->err));
}

static void what_commits_left_in_the_log_is_carried_to_its_place(void **state)
{
    struct fixture *f = *state;
    struct store *mover;
    const atomic_bool hurry[2] = {false, true};
    unsigned carried;
    assert_ok(store_open(f->path, &mover, &f->err));
    store_leave_log(f->store);
    for (int i = 0; i < 2; i++) {
        write_much(f, f->store, 100 * i);
        unsigned pages = store_log_pages(f->store);
        assert_true(pages > 150);
        assert_ok(store_carry(mover, &hurry[i], &carried, &f->err));
        assert_int_equal(carried, pages);
        assert_int_equal(store_log_pages(f->store), pages);
        assert_ok(store_carry_rest(f->store, &f->err));
        assert_int_equal(store_log_pages(f->store), 0);
    }
    struct post p = test_post(f, 500, 0, 1);
    test_put(f, &p);
    assert_in_range(store_log_pages(f->store), 1, 50); /* the log began anew */
    store_close(mover);
    fixture_reopen(f);
    assert_ok(store_check(f->store, true, &f->err));
    assert_int_equal(test_counts(f).posts, 201);
}

static void a_reader_of_an_old_state_keeps_the_log_and_waits_for_nobody(void **state)
{
    struct fixture *f = *state;
    struct db *reader;
    struct db_stmt *st;
    const atomic_bool hurry = false;
    unsigned carried;
    write_much(f, f->store, 0);
    assert_ok(d->open(f->path, &reader, &f->err));
    assert_ok(d->prepare(reader, "SELECT id FROM post", &st, &f->err));
    assert_int_equal(d->step(st, &f->err), 1);
    unsigned before = store_log_pages(f->store);
    write_much(f, f->store, 100);
    unsigned pages = store_log_pages(f->store);
    assert_true(pages > before);
    assert_ok(store_carry(f->store, &hurry, &carried, &f->err));
    assert_int_equal(carried, before);
    assert_ok(store_carry_rest(f->store, &f->err));
    assert_int_equal(store_log_pages(f->store), pages);
    int n = 1;
    while (d->step(st, &f->err) == 1) n++;
    assert_int_equal(n, 100);
    assert_ok(store_carry_rest(f->store, &f->err));
    assert_int_equal(store_log_pages(f->store), 0);
    d->close(reader);
}

static int64_t bytes_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_size;
}

static void the_commit_that_finds_much_in_the_log_carries_it_itself(void **state)
{
    struct fixture *f = *state;
    struct db *db;
    char path[128];
    snprintf(path, sizeof path, "%s/other.db", f->dir);
    assert_ok(d->open(path, &db, &f->err));
    assert_ok(d->exec(db, "CREATE TABLE a (n BIGINT); CREATE TABLE b (n BIGINT)", &f->err));
    int64_t before = bytes_of(path);
    d->log_most(db, 1);
    assert_ok(d->exec(db, "CREATE TABLE c (n BIGINT)", &f->err));
    assert_true(bytes_of(path) >= before + 3 * 8192);
    d->close(db);
}

/* Each connection more once cost the earlier ones of this process their locks, and with them what they wrote. */
static void another_process_that_comes_and_goes_takes_nothing_along(void **state)
{
    struct fixture *f = *state;
    struct db *one, *two;
    struct db_stmt *st;
    char command[512];
    store_close(f->store);
    f->store = NULL;
    assert_ok(d->open(f->path, &one, &f->err));
    assert_ok(d->exec(one, "INSERT INTO meta (name, value) VALUES ('n', 1)", &f->err));
    assert_ok(d->open(f->path, &two, &f->err));
    snprintf(command, sizeof command,
             "python3 -c \"import sqlite3; c = sqlite3.connect('%s');"
             " c.execute('UPDATE meta SET value = value + 1 WHERE name = ?', ['n']); c.commit(); c.close()\"",
             f->path);
    for (int64_t n = 1; n < 4; n++) {
        assert_int_equal(number_in(one), 2 * n - 1);
        assert_int_equal(system(command), 0);
        assert_int_equal(number_in(one), 2 * n);
        assert_ok(d->prepare(two, "UPDATE meta SET value = value + 1 WHERE name = 'n'", &st, &f->err));
        assert_int_equal(d->step(st, &f->err), 0);
        d->reset(st);
    }
    assert_int_equal(number_in(one), 7);
    d->close(two);
    d->close(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_go_by_their_number_and_not_by_their_place),
        cmocka_unit_test(bytes_keep_their_length_and_emptiness_is_not_null),
        cmocka_unit_test(a_parameter_that_is_not_in_the_text_is_an_error),
        cmocka_unit_test(the_same_text_is_prepared_once),
        cmocka_unit_test(foreign_keys_hold),
        store_test(a_file_that_is_no_database_is_refused_and_left_as_it_was),
        store_test(another_programs_database_is_refused),
        store_test(damage_is_found),
        store_test(a_second_writer_is_told_to_wait),
        store_test(readers_see_what_was_committed_while_another_writes),
        store_test(indexes_serve_what_must_not_grow_with_the_store),
        store_test(another_process_that_comes_and_goes_takes_nothing_along),
        store_test(what_commits_left_in_the_log_is_carried_to_its_place),
        store_test(a_reader_of_an_old_state_keeps_the_log_and_waits_for_nobody),
        store_test(the_commit_that_finds_much_in_the_log_carries_it_itself),
        store_test(places_that_cannot_be_opened_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
