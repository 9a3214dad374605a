/* Every statement of the store is put before a PostgreSQL server, if this machine has one: the tables are made and each
 * statement is prepared, so that what SQLite runs today PostgreSQL will run tomorrow. The server is our own, in a
 * folder of /tmp, listens on a socket there and nowhere else, and goes with the test. */
#include "test.h"

#include <glob.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "store/schema.h"
#include "store/sql.h"

static const struct db_driver postgres = {
    .name = "postgres",
    .blob_type = "BYTEA",
    .clustered = "",
    .skip_locked = "FOR UPDATE SKIP LOCKED",
};

/* "/usr/lib/postgresql/15/bin" of the latest version, or "". */
static void find_binaries(char out[256])
{
    glob_t g;
    out[0] = '\0';
    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0) {
        struct sv dir = path_dir(sv_cstr(g.gl_pathv[g.gl_pathc - 1]));
        snprintf(out, 256, "%.*s", SV_FMT(dir));
    }
    globfree(&g);
}

/* PostgreSQL refuses to run as root. */
static void become_somebody(void)
{
    if (getuid() != 0) return;
    struct passwd *pw = getpwnam("postgres");
    if (!pw) pw = getpwnam("nobody");
    if (!pw || setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0) _exit(99);
}

static int run(const char *command)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        become_somebody();
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(98);
    }
    int status;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status);
}

static void write_script(struct buf *b)
{
    for (int i = 0; i < schema_version_latest; i++) {
        for (const char *const *sql = schema_migrations[i].sql; *sql; sql++) {
            sql_expand(&postgres, *sql, b);
            buf_puts(b, ";\n");
        }
    }
    for (int i = 0; i < SQL_STATEMENTS; i++) {
        buf_printf(b, "PREPARE s%d AS ", i);
        sql_expand(&postgres, sql_text(i), b);
        buf_puts(b, ";\n");
    }
}

static void postgresql_takes_every_statement(void **state)
{
    char bin[256], command[2048], path[512], dir[] = "/tmp/marsad-pg-XXXXXX";
    struct error err;
    find_binaries(bin);
    if (bin[0] == '\0') {
        print_message("no PostgreSQL server on this machine\n");
        skip();
    }
    struct buf script;
    buf_init(&script, 0);
    write_script(&script);
    assert_false(script.failed);
    assert_non_null(mkdtemp(dir));
    assert_int_equal(chmod(dir, 0777), 0);
    snprintf(path, sizeof path, "%s/script.sql", dir);
    assert_ok(file_write_atomic(path, buf_sv(&script), &err));
    assert_int_equal(chmod(path, 0644), 0);
    buf_done(&script);
    snprintf(
        command, sizeof command,
        "cd %s && %s/initdb -D data -A trust -U marsad --no-sync -E UTF8 --locale=C >init.log 2>&1 &&"
        " %s/pg_ctl -D data -w -s -o \"-c listen_addresses='' -c unix_socket_directories=%s -c fsync=off\""
        " -l server.log start",
        dir, bin, bin, dir);
    int started = run(command);
    snprintf(
        command, sizeof command,
        "cd %s && %s/psql -h %s -U marsad -d postgres -q -v ON_ERROR_STOP=1 -f script.sql >psql.log 2>&1",
        dir, bin, dir);
    int prepared = started == 0 ? run(command) : -1;
    if (prepared != 0) {
        snprintf(command, sizeof command, "cd %s && cat init.log server.log psql.log >&2", dir);
        run(command);
    }
    snprintf(command, sizeof command, "cd %s && %s/pg_ctl -D data -s -m immediate stop", dir, bin);
    if (started == 0) assert_int_equal(run(command), 0);
    assert_ok(dir_remove_tree(dir, &err));
    assert_int_equal(started, 0);
    assert_int_equal(prepared, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(postgresql_takes_every_statement)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
