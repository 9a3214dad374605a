/* What the tests of the media room share: files made on the spot, pools, and what must not leak. */
#ifndef MARSAD_TESTS_MEDIA_TEST_H
#define MARSAD_TESTS_MEDIA_TEST_H

#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/media_priv.h"

static inline int memory_file(const void *p, size_t n)
{
    int fd = memfd_create("media", MFD_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0; at < n;) {
        ssize_t done = write(fd, (const char *)p + at, n - at);
        assert_true(done > 0);
        at += (size_t)done;
    }
    return fd;
}

static inline struct media_pool *pool_start(const struct media_options *o)
{
    struct media_pool *pool = NULL;
    struct error err;
    if (media_pool_new(o, &pool, &err) != 0) fail_msg("no pool: %s", err.text);
    return pool;
}

static inline int analyse_fd(struct media_pool *pool, int fd, int64_t every_us, struct arena *a,
                             struct media_signals *out, struct error *err)
{
    struct media_request r = {.fd = fd, .sample_every_us = every_us};
    return media_analyse(pool, &r, a, out, err);
}

static inline int analyse_path(struct media_pool *pool, const char *path, int64_t every_us, struct arena *a,
                               struct media_signals *out, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail_msg("cannot open %s", path);
    int r = analyse_fd(pool, fd, every_us, a, out, err);
    close(fd);
    return r;
}

static inline const char *seed_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/tests/media/seeds/%s", test_source_dir(), name);
    return path;
}

static inline unsigned open_descriptors(void)
{
    unsigned n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d)) n++;
    closedir(d);
    return n;
}

static inline void assert_no_children(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

#endif
