/* The walls stand, and a child that dies, hangs or babbles costs its item and nothing else. */
#include "media_test.h"

#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>

static struct media_options options;

static int run(struct media_pool *pool, enum worker_op op, struct error *err)
{
    struct worker_task t = {.op = op, .sample_every_us = 1, .limits = pool->options.limits};
    struct media_signals s;
    struct arena a;
    arena_init(&a, 0);
    int r = pool_run(pool, &t, -1, &a, &s, err);
    arena_done(&a);
    return r;
}

static struct media_pool_stats stats_of(struct media_pool *pool)
{
    struct media_pool_stats s;
    media_pool_stats(pool, &s);
    return s;
}

static void still_analyses(struct media_pool *pool)
{
    struct arena a;
    struct media_signals s;
    struct error err;
    arena_init(&a, 0);
    if (analyse_path(pool, seed_path("still.png"), 0, &a, &s, &err) != 0) fail_msg("%s", err.text);
    assert_int_equal(s.nframes, 1);
    arena_done(&a);
}

static void forbidden_system_calls_kill(void **state)
{
    static const enum worker_op deeds[] = {OP_PROVE_OPEN, OP_PROVE_SOCKET, OP_TRY_FORK, OP_TRY_EXEC_MEMORY};
    struct media_pool *pool = pool_start(&options);
    struct error err;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        assert_int_equal(run(pool, deeds[i], &err), ERR_WORKER);
        assert_non_null(strstr(err.text, "system call"));
        assert_int_equal(stats_of(pool).killed_sandbox, 2 * (i + 1));
        assert_int_equal(stats_of(pool).retried, i + 1);
        still_analyses(pool);
    }
    media_pool_free(pool);
}

/* In a process whose children cannot install filters, as on a kernel built without them. */
static int start_where_filters_are_refused(void)
{
    struct media_pool *pool = NULL;
    struct error err;
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
    if (!ctx ||
        seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1,
                         SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) ||
        seccomp_load(ctx))
        return 2;
    seccomp_release(ctx);
    int r = media_pool_new(&options, &pool, &err);
    media_pool_free(pool);
    return r == ERR_SANDBOX && !pool && strstr(err.text, "seccomp") ? 0 : 1;
}

static void without_a_sandbox_nothing_starts(void **state)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) _exit(start_where_filters_are_refused());
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_hang_is_ended_by_the_clock(void **state)
{
    struct media_options o = options;
    struct error err;
    o.limits.wall_ms = 300;
    struct media_pool *pool = pool_start(&o);
    assert_int_equal(run(pool, OP_TRY_SPIN, &err), ERR_TIMEOUT);
    assert_non_null(strstr(err.text, "300 ms"));
    assert_int_equal(stats_of(pool).killed_timeout, 2);
    media_pool_free(pool);
}

static void processor_time_is_bounded(void **state)
{
    struct media_options o = options;
    struct error err;
    o.limits.cpu_seconds = 1;
    struct media_pool *pool = pool_start(&o);
    assert_int_equal(run(pool, OP_TRY_SPIN, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "processor time"));
    assert_int_equal(stats_of(pool).killed_limit, 1);
    assert_int_equal(stats_of(pool).retried, 0);
    still_analyses(pool);
    media_pool_free(pool);
}

static void memory_is_bounded(void **state)
{
#if defined(MARSAD_SANITIZED)
    print_message("# skipped: a sanitizer's shadow needs all the address space there is\n");
    skip();
#else
    struct media_options o = options;
    struct error err;
    o.limits.memory_bytes = (size_t)64 << 20;
    struct media_pool *pool = pool_start(&o);
    assert_int_equal(run(pool, OP_TRY_HOARD, &err), ERR_LIMIT);
    assert_non_null(strstr(err.text, "memory"));
    still_analyses(pool);
    media_pool_free(pool);
#endif
}

static void a_crash_is_named_and_tried_once_more(void **state)
{
    struct media_pool *pool = pool_start(&options);
    struct error err;
    assert_int_equal(run(pool, OP_TRY_CRASH, &err), ERR_WORKER);
    assert_non_null(strstr(err.text, "signal 11"));
    assert_int_equal(stats_of(pool).crashed, 2);
    assert_int_equal(stats_of(pool).retried, 1);
    still_analyses(pool);
    media_pool_free(pool);
}

static void nonsense_floods_and_silence_are_not_believed(void **state)
{
    static const enum worker_op deeds[] = {OP_TRY_BABBLE, OP_TRY_FLOOD, OP_TRY_SILENCE};
    struct media_pool *pool = pool_start(&options);
    struct error err;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        assert_int_equal(run(pool, deeds[i], &err), ERR_WORKER);
        assert_true(strlen(err.text) > 10);
        still_analyses(pool);
    }
    assert_int_equal(stats_of(pool).crashed, 6);
    media_pool_free(pool);
}

static void a_lost_template_is_started_again(void **state)
{
    struct media_pool *pool = pool_start(&options);
    for (int i = 0; i < 3; i++) {
        pid_t before = pool->workers[0].pid;
        kill(before, SIGKILL);
        still_analyses(pool);
        assert_int_not_equal(pool->workers[0].pid, before);
    }
    media_pool_free(pool);
}

static void a_missing_worker_is_explained(void **state)
{
    struct media_options o = options;
    struct media_pool *pool = NULL;
    struct error err;
    o.worker_path = "/nonexistent/marsad-worker";
    assert_int_equal(media_pool_new(&o, &pool, &err), ERR_NOTFOUND);
    assert_non_null(strstr(err.text, "/nonexistent/marsad-worker"));
    o.worker_path = "/bin/true";
    assert_int_equal(media_pool_new(&o, &pool, &err), ERR_WORKER);
    assert_null(pool);
}

struct shift {
    struct media_pool *pool;
    const char *path;
    int failed;
};

static void *analyse_many(void *arg)
{
    struct shift *shift = arg;
    for (int i = 0; i < 10; i++) {
        struct arena a;
        struct media_signals s;
        arena_init(&a, 0);
        int fd = open(shift->path, O_RDONLY | O_CLOEXEC);
        int r = analyse_fd(shift->pool, fd, 0, &a, &s, NULL);
        shift->failed += r != 0 || s.nframes != 4;
        close(fd);
        arena_done(&a);
    }
    return NULL;
}

static void many_threads_share_few_workers(void **state)
{
    enum { THREADS = 6 };
    struct media_options o = options;
    pthread_t threads[THREADS];
    o.workers = 2;
    struct media_pool *pool = pool_start(&o);
    struct shift shifts[THREADS];
    for (int i = 0; i < THREADS; i++) {
        shifts[i] = (struct shift){pool, seed_path("clip-h264.mp4"), 0};
        assert_int_equal(pthread_create(&threads[i], NULL, analyse_many, &shifts[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(shifts[i].failed, 0);
    }
    assert_int_equal(stats_of(pool).items, 10 * THREADS);
    assert_int_equal(stats_of(pool).failed, 0);
    media_pool_free(pool);
}

static void nothing_is_left_behind(void **state)
{
    unsigned before = open_descriptors();
    struct media_pool *pool = pool_start(&options);
    struct error err;
    still_analyses(pool);
    unsigned running = open_descriptors();
    for (int i = 0; i < 5; i++) {
        assert_int_equal(run(pool, OP_TRY_CRASH, &err), ERR_WORKER);
        assert_int_equal(run(pool, OP_TRY_FLOOD, &err), ERR_WORKER);
        kill(pool->workers[0].pid, SIGKILL);
        still_analyses(pool);
    }
    assert_int_equal(open_descriptors(), running);
    media_pool_free(pool);
    assert_int_equal(open_descriptors(), before);
    assert_no_children();
}

static int set_up(void **state)
{
    options = (struct media_options){.workers = 1};
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forbidden_system_calls_kill),
        cmocka_unit_test(without_a_sandbox_nothing_starts),
        cmocka_unit_test(a_hang_is_ended_by_the_clock),
        cmocka_unit_test(processor_time_is_bounded),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(a_crash_is_named_and_tried_once_more),
        cmocka_unit_test(nonsense_floods_and_silence_are_not_believed),
        cmocka_unit_test(a_lost_template_is_started_again),
        cmocka_unit_test(a_missing_worker_is_explained),
        cmocka_unit_test(many_threads_share_few_workers),
        cmocka_unit_test(nothing_is_left_behind),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
