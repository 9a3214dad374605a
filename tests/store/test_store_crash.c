/* What is left after the worst: processes killed in the middle, disks that fail at the n-th write, memory that runs out
 * at the n-th wish. The store must hold all of a step or nothing of it, and end the same once the work is done again. */
#include "store_test.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "store/store_tune.h"

/* ---- the work: posts in batches, then results; as an ingest and its workers do ---- */

enum { POSTS = 120, BATCH = 3 };

static int put_batch(struct fixture *f, struct store *s, int from, struct error *err)
{
    int rc = store_begin(s, err);
    for (int i = from; rc == 0 && i < from + BATCH && i < POSTS; i++) {
        struct post p = test_post(f, i % 80, i / 80, i);
        enum store_put what;
        rc = store_put_post(s, &p, T0 + i, &what, err);
    }
    if (rc == 0) return store_commit(s, err);
    store_rollback(s);
    return rc;
}

static int analyse(struct fixture *f, struct store *s, const struct id128 *id, struct error *err)
{
    struct post p;
    struct finding_list l;
    struct sha256 h;
    int rc = store_get_post(s, id, &f->arena, &p, NULL, err);
    if (rc != 0) return rc;
    finding_list_init(&l, &f->arena);
    struct place place = {.kind = PLACE_POST, .start_us = TIME_UNKNOWN, .end_us = TIME_UNKNOWN};
    struct finding found = {.kind = FINDING_TIME_MISMATCH,
                            .detector = SV("record"),
                            .probability = 0.5,
                            .places = &place,
                            .nplaces = 1,
                            .ref = {.time_us = TIME_UNKNOWN, .distance = -1}};
    bool odd = p.id.b[0] & 1;
    struct assessment as = {.category = odd ? CATEGORY_HATE : CATEGORY_NONE,
                            .severity = 40,
                            .probability = 0.5,
                            .clock_us = US_PER_HOUR,
                            .priority = (double)p.reach.views,
                            .reason = SV("reason.x")};
    sha256_of(p.raw, &h);
    struct store_media m = {.sha256 = h, .bytes = p.raw.n, .state = MEDIA_READY, .signals = p.raw};
    if (finding_add(&l, &found) != 0) rc = error_set(err, ERR_NOMEM, "test", "no memory");
    if (rc == 0) rc = store_begin(s, err);
    if (rc == 0) rc = store_put_media(s, &p.id, 0, &m, err);
    if (rc == 0) rc = store_put_result(s, &p.id, &l, &as, err);
    if (rc == 0)
        rc = store_commit(s, err);
    else
        store_rollback(s);
    finding_list_done(&l);
    return rc;
}

/* As a server's thread does, and then its owner. */
static int carry(struct store *s, struct error *err)
{
    const atomic_bool hurry = false;
    unsigned carried;
    int rc = store_carry(s, &hurry, &carried, err);
    return rc == 0 ? store_carry_rest(s, err) : rc;
}

static int work(struct fixture *f, struct store *s, struct sv owner, struct error *err)
{
    int rc = 0;
    struct store_job jobs[5];
    size_t n = 1;
    for (int from = 0; rc == 0 && from < POSTS; from += BATCH) {
        rc = put_batch(f, s, from, err);
        if (rc == 0 && from % (10 * BATCH) == 0) rc = carry(s, err);
    }
    while (rc == 0 && n > 0) {
        rc = store_claim(s, owner, T0, JOB_LEASE_US, jobs, 5, &n, err);
        for (size_t i = 0; rc == 0 && i < n; i++) rc = analyse(f, s, &jobs[i].post, err);
    }
    return rc;
}

static struct sv undisturbed(struct fixture *f)
{
    struct store *s;
    assert_ok(store_open(":memory:", &s, &f->err));
    assert_ok(work(f, s, SV("a:1:1"), &f->err));
    struct sv dump = test_dump(f, s);
    assert_true(dump.n > 10000);
    store_close(s);
    return dump;
}

/* ---- killed ---- */

static void work_until_killed(struct fixture *f, int ready)
{
    struct store *s;
    if (store_open(f->path, &s, NULL) != 0) _exit(1);
    if (write(ready, "x", 1) != 1) _exit(1);
    _exit(work(f, s, SV("a:1:1"), NULL) == 0 ? 0 : 2);
}

static void killed_at_any_moment_it_ends_the_same(void **state)
{
    enum { KILLS = 50 };
    struct fixture *f = *state;
    struct sv expected = undisturbed(f);
    int killed = 0, finished = 0;
    unsigned seed = 7;
    for (int i = 0; i < KILLS; i++) {
        int ready[2], status;
        char byte;
        store_close(f->store);
        f->store = NULL;
        if (finished) { /* begin anew, so that every kill hits work */
            char command[512];
            snprintf(command, sizeof command, "rm -f '%s' '%s-wal' '%s-shm'", f->path, f->path, f->path);
            assert_int_equal(system(command), 0);
            finished = 0;
        }
        assert_int_equal(pipe(ready), 0);
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) work_until_killed(f, ready[1]);
        assert_int_equal(read(ready[0], &byte, 1), 1);
        seed = seed * 1103515245 + 12345;
        usleep((seed >> 16) % 30000);
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        close(ready[0]);
        close(ready[1]);
        if (WIFSIGNALED(status))
            killed++;
        else
            assert_int_equal(WEXITSTATUS(status), 0);
        fixture_open(f);
        assert_ok(store_check(f->store, true, &f->err));
        if (i % 3 == 2) {
            assert_ok(store_release(f->store, SV("a:1:1"), &f->err));
            assert_ok(work(f, f->store, SV("b:2:2"), &f->err));
            assert_same_text(test_dump(f, f->store), expected);
            finished = 1;
        } else {
            assert_ok(store_release(f->store, SV("a:1:1"), &f->err));
        }
    }
    assert_true(killed > KILLS / 3);
}

/* ---- a disk that fails ---- */

/* A VFS over the system's own: the n-th write, sync or growth of a file fails, and every later one until it is healed. */
static sqlite3_vfs *real_vfs, failing_vfs;
static long writes_left = -1; /* -1: healthy */
static int failure_code;

struct failing_file {
    sqlite3_file base;
    sqlite3_file *real;
};

static int step_disk(void)
{
    if (writes_left < 0) return SQLITE_OK;
    if (writes_left == 0) return failure_code;
    writes_left--;
    return SQLITE_OK;
}
static sqlite3_file *real_of(sqlite3_file *file) { return ((struct failing_file *)(void *)file)->real; }

static int disk_close(sqlite3_file *x) { return real_of(x)->pMethods->xClose(real_of(x)); }
static int disk_read(sqlite3_file *x, void *p, int n, sqlite3_int64 at)
{
    return real_of(x)->pMethods->xRead(real_of(x), p, n, at);
}
static int disk_write(sqlite3_file *x, const void *p, int n, sqlite3_int64 at)
{
    int rc = step_disk();
    /* A disk that fills up may take half of it. */
    if (rc != SQLITE_OK && n > 1) real_of(x)->pMethods->xWrite(real_of(x), p, n / 2, at);
    return rc != SQLITE_OK ? rc : real_of(x)->pMethods->xWrite(real_of(x), p, n, at);
}
static int disk_truncate(sqlite3_file *x, sqlite3_int64 n)
{
    return real_of(x)->pMethods->xTruncate(real_of(x), n);
}
static int disk_sync(sqlite3_file *x, int flags)
{
    int rc = step_disk();
    return rc != SQLITE_OK ? SQLITE_IOERR_FSYNC : real_of(x)->pMethods->xSync(real_of(x), flags);
}
static int disk_size(sqlite3_file *x, sqlite3_int64 *n)
{
    return real_of(x)->pMethods->xFileSize(real_of(x), n);
}
static int disk_lock(sqlite3_file *x, int how) { return real_of(x)->pMethods->xLock(real_of(x), how); }
static int disk_unlock(sqlite3_file *x, int how) { return real_of(x)->pMethods->xUnlock(real_of(x), how); }
static int disk_reserved(sqlite3_file *x, int *out)
{
    return real_of(x)->pMethods->xCheckReservedLock(real_of(x), out);
}
static int disk_control(sqlite3_file *x, int op, void *arg)
{
    return real_of(x)->pMethods->xFileControl(real_of(x), op, arg);
}
static int disk_sector(sqlite3_file *x) { return real_of(x)->pMethods->xSectorSize(real_of(x)); }
static int disk_traits(sqlite3_file *x) { return real_of(x)->pMethods->xDeviceCharacteristics(real_of(x)); }
static int disk_shm_map(sqlite3_file *x, int page, int n, int extend, void volatile **out)
{
    return real_of(x)->pMethods->xShmMap(real_of(x), page, n, extend, out);
}
static int disk_shm_lock(sqlite3_file *x, int at, int n, int flags)
{
    return real_of(x)->pMethods->xShmLock(real_of(x), at, n, flags);
}
static void disk_shm_barrier(sqlite3_file *x) { real_of(x)->pMethods->xShmBarrier(real_of(x)); }
static int disk_shm_unmap(sqlite3_file *x, int gone)
{
    return real_of(x)->pMethods->xShmUnmap(real_of(x), gone);
}

static const sqlite3_io_methods failing_methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_reserved,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector,
    .xDeviceCharacteristics = disk_traits,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *x, int flags, int *out_flags)
{
    struct failing_file *f = (struct failing_file *)(void *)x;
    f->real = (sqlite3_file *)(void *)(f + 1);
    int rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    f->base.pMethods = rc == SQLITE_OK ? &failing_methods : NULL;
    return rc;
}

static int make_disk_fallible(void **state)
{
    real_vfs = sqlite3_vfs_find(NULL);
    failing_vfs = *real_vfs;
    failing_vfs.zName = "failing";
    failing_vfs.pNext = NULL;
    failing_vfs.szOsFile = real_vfs->szOsFile + (int)sizeof(struct failing_file);
    failing_vfs.xOpen = vfs_open;
    return sqlite3_vfs_register(&failing_vfs, 1);
}

/* Does the work on a disk that fails at the n-th write; heals it; what is there must be sound, and once the work is done
 * again, the same. Returns whether it failed at all. */
static bool fail_at(struct fixture *f, long n, int code, struct sv expected)
{
    struct store *s = NULL;
    struct error err;
    char command[512];
    snprintf(command, sizeof command, "rm -f '%s' '%s-wal' '%s-shm'", f->path, f->path, f->path);
    assert_int_equal(system(command), 0);
    failure_code = code;
    writes_left = n;
    error_clear(&err);
    int rc = store_open(f->path, &s, &err);
    if (rc == 0) rc = work(f, s, SV("a:1:1"), &err);
    if (rc != 0) {
        assert_true(rc == ERR_IO || rc == ERR_STORE);
        assert_int_equal(err.code, rc);
        assert_true(strlen(err.text) > 10);
    }
    writes_left = -1;
    store_close(s);
    assert_ok(store_open(f->path, &s, &f->err));
    assert_ok(store_check(s, true, &f->err));
    assert_ok(store_release(s, SV("a:1:1"), &f->err));
    assert_ok(work(f, s, SV("b:2:2"), &f->err));
    assert_same_text(test_dump(f, s), expected);
    store_close(s);
    return rc != 0;
}

static void a_disk_that_fails_leaves_nothing_half_written(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    f->store = NULL;
    struct sv expected = undisturbed(f);
    bool failed = true;
    int failures = 0;
    for (long n = 0; failed; n += 1 + n / 8) {
        struct arena kept = f->arena;
        arena_init(&f->arena, 0);
        failed = fail_at(f, n, n % 2 ? SQLITE_IOERR_WRITE : SQLITE_FULL, expected);
        failures += failed;
        arena_done(&f->arena);
        f->arena = kept;
    }
    assert_true(failures > 20);
}

static void a_full_disk_says_so(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1);
    enum store_put what;
    failure_code = SQLITE_FULL;
    writes_left = 0;
    assert_int_equal(store_put_post(f->store, &p, T0, &what, &f->err), ERR_IO);
    assert_non_null(strstr(f->err.text, "full"));
    assert_non_null(strstr(f->err.text, "free some space"));
    writes_left = -1;
    assert_int_equal(test_counts(f).posts, 0);
    assert_int_equal(test_put(f, &p), STORE_NEW);
}

/* ---- memory that runs out ---- */

static sqlite3_mem_methods real_memory;
static long allocations_left = -1;

static bool may_allocate(void)
{
    if (allocations_left < 0) return true;
    if (allocations_left == 0) return false;
    allocations_left--;
    return true;
}
static void *fail_malloc(int n) { return may_allocate() ? real_memory.xMalloc(n) : NULL; }
static void *fail_realloc(void *p, int n) { return may_allocate() ? real_memory.xRealloc(p, n) : NULL; }

/* Our own: the linker leads these calls of the product and of this file here (-Wl,--wrap). */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n) { return may_allocate() ? __real_malloc(n) : NULL; }
void *__wrap_calloc(size_t n, size_t size) { return may_allocate() ? __real_calloc(n, size) : NULL; }
void *__wrap_realloc(void *p, size_t n) { return may_allocate() ? __real_realloc(p, n) : NULL; }

static int one_post(struct fixture *f, struct store *s, const struct post *made, struct error *err)
{
    struct post p = *made;
    enum store_put what;
    int rc = store_begin(s, err);
    if (rc == 0) rc = store_put_post(s, &p, T0, &what, err);
    if (rc == 0)
        rc = store_commit(s, err);
    else
        store_rollback(s);
    return rc == 0 ? analyse(f, s, &p.id, err) : rc;
}

/* Memory runs out at the n-th allocation: of opening and what follows, or of writing alone. */
static int out_of_memory_at(struct fixture *f, const struct post *p, long n, bool opening)
{
    struct store *s = NULL;
    struct arena kept = f->arena;
    int rc;
    arena_init(&f->arena, 0);
    error_clear(&f->err);
    if (!opening) assert_ok(store_open(":memory:", &s, &f->err));
    allocations_left = n;
    rc = opening ? store_open(":memory:", &s, &f->err) : 0;
    if (rc == 0) rc = one_post(f, s, p, &f->err);
    allocations_left = -1;
    if (rc != 0) {
        assert_int_equal(f->err.code, rc);
        if (s) assert_ok(one_post(f, s, p, &f->err)); /* and it works once there is memory again */
    }
    store_close(s);
    arena_done(&f->arena);
    f->arena = kept;
    return rc;
}

/* Opening makes every table in many thousand allocations: a sample that thins out, until one goes through. Of writing,
 * each one. */
static void every_failing_allocation_is_an_error_and_no_harm(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1);
    int failures = 0;
    for (long n = 0; out_of_memory_at(f, &p, n, true) != 0; n += 1 + n / 12) {
        failures++;
        assert_true(n < 1000000);
    }
    for (long n = 0; out_of_memory_at(f, &p, n, false) != 0; n++) {
        failures++;
        assert_true(n < 100000);
    }
    assert_true(failures > 100);
}

/* ---- a write that fails inside a caller's transaction ---- */

static void a_transaction_with_a_failed_write_cannot_be_committed(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1), q = test_post(f, 2, 0, 1);
    struct store_media m = {.sha256 = {{1}}, .state = MEDIA_READY};
    struct id128 nobody = {{9}};
    assert_ok(store_begin(f->store, &f->err));
    test_put(f, &p);
    assert_int_equal(store_put_media(f->store, &nobody, 0, &m, &f->err), ERR_STORE);
    test_put(f, &q);
    assert_int_equal(store_commit(f->store, &f->err), ERR_STORE);
    assert_non_null(strstr(f->err.text, "undone"));
    assert_int_equal(test_counts(f).posts, 0);
    assert_int_equal(test_counts(f).media, 0);
    assert_int_equal(test_put(f, &p), STORE_NEW);
}

static void transactions_do_not_nest(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(store_commit(f->store, &f->err), ERR_ARG);
    assert_ok(store_begin(f->store, &f->err));
    assert_int_equal(store_begin(f->store, &f->err), ERR_ARG);
    store_rollback(f->store);
    store_rollback(f->store);
}

static void a_file_that_may_only_be_read_is_named(void **state)
{
    struct fixture *f = *state;
    struct post p = test_post(f, 1, 0, 1);
    enum store_put what;
    failure_code = SQLITE_READONLY;
    writes_left = 0;
    int rc = store_put_post(f->store, &p, T0, &what, &f->err);
    writes_left = -1;
    assert_int_equal(rc, ERR_STORE);
    assert_non_null(strstr(f->err.text, f->path));
    assert_non_null(strstr(f->err.text, "rights"));
}

int main(void)
{
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    sqlite3_mem_methods failing = real_memory;
    failing.xMalloc = fail_malloc;
    failing.xRealloc = fail_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &failing);
    const struct CMUnitTest tests[] = {
        store_test(killed_at_any_moment_it_ends_the_same),
        store_test(a_disk_that_fails_leaves_nothing_half_written),
        store_test(a_full_disk_says_so),
        store_test(a_file_that_may_only_be_read_is_named),
        store_test(every_failing_allocation_is_an_error_and_no_harm),
        store_test(a_transaction_with_a_failed_write_cannot_be_committed),
        store_test(transactions_do_not_nest),
    };
    return cmocka_run_group_tests(tests, make_disk_fallible, NULL);
}
