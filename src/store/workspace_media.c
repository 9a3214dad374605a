/* Keeping originals: DIR/media/<first two digits>/<SHA-256>. A file has its name only when all of it is on the disk. */
#include "store/workspace_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

enum { COPY_BYTES = 1 << 20 };

int workspace_empty_tmp(const struct workspace *w, struct error *err)
{
    char path[PATH_TEXT_BYTES];
    int rc = workspace_path(path, w->dir, "media/tmp", err);
    if (rc == 0 && dir_exists(path)) rc = dir_remove_tree(path, err);
    return rc == 0 ? dir_make(path, err) : rc;
}

static int open_source(const char *path, struct stat *st, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "workspace", errno,
                               "cannot open %s", path);
    int rc = 0;
    if (fstat(fd, st) != 0)
        rc = error_set_errno(err, ERR_IO, "workspace", errno, "cannot look at %s", path);
    else if (!S_ISREG(st->st_mode))
        rc = error_set(err, ERR_ARG, "workspace", "%s is no regular file", path);
    else if ((uint64_t)st->st_size > MEDIA_MAX_FILE_BYTES)
        rc = error_set(err, ERR_LIMIT, "workspace",
                       "%s has %lld bytes, more than the %llu that a file may have", path,
                       (long long)st->st_size, (unsigned long long)MEDIA_MAX_FILE_BYTES);
    if (rc == 0) return fd;
    close(fd);
    return rc;
}

/* The plain way, where the kernel's ways do not serve. Bounded: a file that grows under us is not followed for ever. */
static int copy_bytes(int from, int to, struct error *err)
{
    char *step = malloc(COPY_BYTES);
    if (!step) return error_set(err, ERR_NOMEM, "workspace", "no memory to copy a file");
    int rc = 0;
    uint64_t total = 0;
    ssize_t got;
    while (rc == 0 && total <= MEDIA_MAX_FILE_BYTES && (got = read(from, step, COPY_BYTES)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) rc = error_set_errno(err, ERR_IO, "workspace", errno, "cannot read the file to be kept");
        for (ssize_t done = 0; rc == 0 && done < got;) {
            ssize_t put = write(to, step + done, (size_t)(got - done));
            if (put < 0 && errno != EINTR)
                rc = error_set_errno(err, ERR_IO, "workspace", errno,
                                     "cannot write the copy of a file; is the disk full?");
            if (put > 0) done += put;
        }
        if (got > 0) total += (uint64_t)got;
    }
    free(step);
    return rc;
}

static int copy_file(int from, int to, struct error *err)
{
    if (ioctl(to, FICLONE, from) == 0) return 0;
    if (lseek(from, 0, SEEK_SET) < 0)
        return error_set_errno(err, ERR_IO, "workspace", errno, "cannot rewind the file to be kept");
    uint64_t total = 0;
    ssize_t got = 0;
    while (total <= MEDIA_MAX_FILE_BYTES &&
           (got = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0)) > 0)
        total += (uint64_t)got;
    if (got == 0 && total > 0) return 0;
    if (got < 0 && errno == ENOSPC)
        return error_set_errno(err, ERR_IO, "workspace", errno,
                               "cannot write the copy of a file; free some space");
    /* Other file systems, old kernels, /proc: whatever was copied goes on from where it stands. */
    return copy_bytes(from, to, err);
}

static bool unchanged(const struct stat *a, int fd)
{
    struct stat b;
    return fstat(fd, &b) == 0 && a->st_size == b.st_size && a->st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b.st_mtim.tv_nsec && a->st_ctim.tv_sec == b.st_ctim.tv_sec &&
           a->st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

static int final_path(const struct workspace *w, const struct sha256 *h, char dir[PATH_TEXT_BYTES],
                      char path[PATH_TEXT_BYTES], char relative[96], struct error *err)
{
    char text[SHA256_TEXT_BYTES], folder[16];
    sha256_format(h, text);
    snprintf(folder, sizeof folder, "media/%.2s", text);
    snprintf(relative, 96, "%s/%s", folder, text);
    int rc = workspace_path(dir, w->dir, folder, err);
    return rc == 0 ? workspace_path(path, w->dir, relative, err) : rc;
}

static bool is_kept(const char *path, uint64_t bytes)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == bytes;
}

static int sync_dir(const char *dir, struct error *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 || fsync(fd) != 0
                 ? error_set_errno(err, ERR_IO, "workspace", errno, "cannot sync %s", dir)
                 : 0;
    if (fd >= 0) close(fd);
    return rc;
}

/* The copy under `tmp`, open as fd and complete, gets its name. */
static int give_name(int fd, const char *tmp, const char *dir, const char *path, struct error *err)
{
    if (fchmod(fd, 0400) != 0 || fsync(fd) != 0)
        return error_set_errno(err, ERR_IO, "workspace", errno, "cannot sync %s", tmp);
    int rc = dir_make(dir, err);
    if (rc != 0) return rc;
    if (rename(tmp, path) != 0)
        return error_set_errno(err, ERR_IO, "workspace", errno, "cannot name the copy %s", path);
    return sync_dir(dir, err);
}

/* Copies; when the source changed since it was hashed, what counts is the copy. */
static int copy_and_name(const struct workspace *w, int source, const struct stat *st, struct kept_media *out,
                         char relative[96], struct error *err)
{
    char tmp[PATH_TEXT_BYTES], dir[PATH_TEXT_BYTES], path[PATH_TEXT_BYTES];
    int rc = workspace_path(tmp, w->dir, "media/tmp/XXXXXX", err);
    if (rc != 0) return rc;
    int fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, ERR_IO, "workspace", errno, "cannot make a file in %s/media/tmp", w->dir);
    rc = copy_file(source, fd, err);
    struct stat copied = {0};
    if (rc == 0 && fstat(fd, &copied) != 0)
        rc = error_set_errno(err, ERR_IO, "workspace", errno, "cannot look at %s", tmp);
    if (rc == 0 && (!unchanged(st, source) || copied.st_size != st->st_size)) {
        rc = lseek(fd, 0, SEEK_SET) < 0
                 ? error_set_errno(err, ERR_IO, "workspace", errno, "cannot rewind %s", tmp)
                 : sha256_of_fd(fd, &out->sha256, &out->bytes, err);
        if (rc == 0 && out->bytes > MEDIA_MAX_FILE_BYTES)
            rc = error_set(err, ERR_LIMIT, "workspace", "the file grew beyond %llu bytes while it was kept",
                           (unsigned long long)MEDIA_MAX_FILE_BYTES);
    }
    if (rc == 0) rc = final_path(w, &out->sha256, dir, path, relative, err);
    if (rc == 0) rc = give_name(fd, tmp, dir, path, err);
    if (rc != 0) unlink(tmp);
    close(fd);
    return rc;
}

int workspace_keep_media(const struct workspace *w, const char *path, struct arena *a, struct kept_media *out,
                         struct error *err)
{
    char dir[PATH_TEXT_BYTES], target[PATH_TEXT_BYTES], relative[96];
    struct stat st;
    struct kept_media kept = {0};
    int fd = open_source(path, &st, err);
    if (fd < 0) return fd;
    int rc = sha256_of_fd(fd, &kept.sha256, &kept.bytes, err);
    if (rc == 0) rc = final_path(w, &kept.sha256, dir, target, relative, err);
    if (rc == 0 && !is_kept(target, kept.bytes)) rc = copy_and_name(w, fd, &st, &kept, relative, err);
    close(fd);
    if (rc != 0) return rc;
    kept.path = arena_copy(a, sv_cstr(relative));
    if (!kept.path.p) return error_set(err, ERR_NOMEM, "workspace", "no memory to keep %s", path);
    *out = kept;
    return 0;
}
