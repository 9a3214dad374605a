/* Hostile files by the hundred: each ends as analysed or set aside with a reason, and the process that asked is none the
 * worse. MARSAD_HOSTILE=n runs n of them (default 300). */
#include "media_test.h"

#include <pthread.h>

#include "base/file.h"
#include "mutate.h"

enum { SEEDS_MAX = 64, WORKERS = 2 };

static struct seed seeds[SEEDS_MAX];
static size_t nseeds;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct seed *)a)->name, ((const struct seed *)b)->name);
}

static int load_seeds(void **state)
{
    char folder[4096], path[8192];
    snprintf(folder, sizeof folder, "%s/tests/media/seeds", test_source_dir());
    DIR *d = opendir(folder);
    if (!d) return -1;
    for (struct dirent *e; (e = readdir(d)) && nseeds < SEEDS_MAX;) {
        struct seed *s = &seeds[nseeds];
        if (e->d_name[0] == '.' || strlen(e->d_name) >= sizeof s->name) continue;
        strcpy(s->name, e->d_name);
        buf_init(&s->bytes, 0);
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (file_read(path, 1 << 20, &s->bytes, NULL) != 0) return -1;
        nseeds++;
    }
    closedir(d);
    /* The order of a folder is not the same everywhere; the series must be. */
    qsort(seeds, nseeds, sizeof *seeds, by_name);
    return nseeds >= 15 ? 0 : -1;
}

static int free_seeds(void **state)
{
    for (size_t i = 0; i < nseeds; i++) buf_done(&seeds[i].bytes);
    return 0;
}

struct tally {
    struct media_pool *pool;
    pthread_mutex_t lock;
    uint32_t next, end;
    unsigned analysed, incomplete, format, limit, worker, timeout, other, without_reason;
};

static void tally_add(struct tally *t, int r, const struct media_signals *s, const struct error *err)
{
    pthread_mutex_lock(&t->lock);
    switch (r) {
    case 0:
        t->analysed++;
        t->incomplete += s->incomplete;
        break;
    case ERR_FORMAT: t->format++; break;
    case ERR_LIMIT: t->limit++; break;
    case ERR_WORKER: t->worker++; break;
    case ERR_TIMEOUT: t->timeout++; break;
    default: t->other++; break;
    }
    if (r != 0 && strlen(err->text) < 8) t->without_reason++;
    if (r == 0 && s->incomplete && s->note[0] == '\0') t->without_reason++;
    pthread_mutex_unlock(&t->lock);
}

/* What can be analysed can be shown, or is refused like any other file. */
static void show_too(struct media_pool *pool, int fd, struct arena *a)
{
    const int64_t times[] = {0, 300000, INT64_MAX};
    struct media_show_request r = {.fd = fd, .times_us = times, .ntimes = 3, .side = 96, .sound = true};
    struct media_shown shown;
    struct error err;
    int rc = media_show(pool, &r, a, &shown, &err);
    if (rc) assert_true(rc == ERR_FORMAT || rc == ERR_LIMIT || rc == ERR_WORKER || rc == ERR_TIMEOUT);
    for (size_t i = 0; rc == 0 && i < shown.npictures; i++)
        assert_true(shown.pictures[i].width <= 96 && shown.pictures[i].height <= 96);
}

static void *take_and_analyse(void *arg)
{
    struct tally *t = arg;
    struct buf b;
    char label[160];
    buf_init(&b, 0);
    for (;;) {
        pthread_mutex_lock(&t->lock);
        uint32_t n = t->next < t->end ? t->next++ : UINT32_MAX;
        pthread_mutex_unlock(&t->lock);
        if (n == UINT32_MAX) break;
        struct arena a;
        struct media_signals s = {0};
        struct error err = {0};
        mutate(seeds, nseeds, n, &b, label);
        int fd = memory_file(b.p, b.n);
        arena_init(&a, 0);
        struct media_request request = {
            .fd = fd, .sample_every_us = 100000, .look = (enum media_look)(n % 3), .fast = n % 2};
        int r = media_analyse(t->pool, &request, &a, &s, &err);
        if (r == 0) show_too(t->pool, fd, &a);
        close(fd);
        if (r == ERR_WORKER || r == ERR_TIMEOUT || getenv("MARSAD_HOSTILE_LIST"))
            print_message("# %u: %s (%zu bytes): %d %s%s\n", n, label, b.n, r, r ? err.text : "",
                          r ? "" : s.note);
        tally_add(t, r, &s, &err);
        arena_done(&a);
    }
    buf_done(&b);
    return NULL;
}

static void hostile_files_cost_themselves_and_nothing_else(void **state)
{
    const char *wanted = getenv("MARSAD_HOSTILE");
    struct media_options o = {.workers = WORKERS};
    pthread_t threads[WORKERS];
    unsigned descriptors = open_descriptors();
    o.limits = (struct media_limits){
        .pixels = 40000000, .cpu_seconds = 20, .wall_ms = 60000, .memory_bytes = (size_t)512 << 20};
    struct tally t = {.pool = pool_start(&o), .end = wanted ? (uint32_t)strtoul(wanted, NULL, 10) : 300};
    pthread_mutex_init(&t.lock, NULL);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_analyse, &t), 0);
    for (int i = 0; i < WORKERS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    pthread_mutex_destroy(&t.lock);
    struct media_pool_stats stats;
    media_pool_stats(t.pool, &stats);
    media_pool_free(t.pool);
    print_message("# %u files: %u analysed (%u incomplete), %u no media, %u over a limit, %u cost a worker, "
                  "%u timed out; retried %u, killed: sandbox %u, limit %u, timeout %u, crashed %u\n",
                  t.end, t.analysed, t.incomplete, t.format, t.limit, t.worker, t.timeout,
                  (unsigned)stats.retried, (unsigned)stats.killed_sandbox, (unsigned)stats.killed_limit,
                  (unsigned)stats.killed_timeout, (unsigned)stats.crashed);
    assert_int_equal(t.analysed + t.format + t.limit + t.worker + t.timeout, t.end);
    assert_int_equal(t.other, 0);
    assert_int_equal(t.without_reason, 0);
    assert_int_equal(stats.killed_sandbox, 0);
    assert_true(t.analysed > t.end / 10 && t.format > t.end / 10);
    assert_int_equal(open_descriptors(), descriptors);
    assert_no_children();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_files_cost_themselves_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, load_seeds, free_seeds);
}
