#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/limits.h"

enum { READ_STEP_BYTES = 64 << 10 };

static ssize_t read_some(int fd, void *p, size_t n)
{
    ssize_t got;
    do got = read(fd, p, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static int open_to_read(const char *path, int *out_fd, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOTFOUND : ERR_IO, "file",
                               errno, "cannot open %s", path);
    *out_fd = fd;
    return 0;
}

/* Reads on while b has room; when it is full, one byte tells whether more is needed. 1 to go on, 0 at the end. */
static int read_step(int fd, const char *path, size_t max_bytes, struct buf *b, struct error *err)
{
    char probe;
    size_t room = b->cap > b->n ? b->cap - b->n - 1 : 0;
    if (room > max_bytes - b->n) room = max_bytes - b->n;
    ssize_t got = read_some(fd, room ? b->p + b->n : &probe, room ? room : 1);
    if (got < 0) return error_set_errno(err, ERR_IO, "file", errno, "cannot read %s at byte %zu", path, b->n);
    if (got == 0) return 0;
    if (room) {
        b->n += (size_t)got;
        b->p[b->n] = '\0';
        return 1;
    }
    if (b->n == max_bytes)
        return error_set(err, ERR_LIMIT, "file", "%s has more than the %zu bytes allowed here", path,
                         max_bytes);
    buf_putc(b, probe);
    if (b->failed) return error_set(err, ERR_NOMEM, "file", "no memory for %s after %zu bytes", path, b->n);
    return 1;
}

int file_read(const char *path, size_t max_bytes, struct buf *b, struct error *err)
{
    int fd = -1, rc = open_to_read(path, &fd, err);
    if (rc) return rc;
    buf_clear(b);
    if (b->max_bytes < max_bytes) max_bytes = b->max_bytes;
    struct stat st;
    size_t guess = READ_STEP_BYTES;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) guess = (size_t)st.st_size;
    rc = buf_reserve(b, guess < max_bytes ? guess : max_bytes)
             ? 1
             : error_set(err, ERR_NOMEM, "file", "no memory for %s", path);
    while (rc > 0) rc = read_step(fd, path, max_bytes, b, err);
    close(fd);
    return rc;
}

static int write_all(int fd, struct sv bytes)
{
    for (size_t at = 0; at < bytes.n;) {
        ssize_t put = write(fd, bytes.p + at, bytes.n - at);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        at += (size_t)put;
    }
    return 0;
}

/* Makes the rename itself durable. 0 or an errno. */
static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno;
    int failed = fsync(fd) != 0 ? errno : 0;
    close(fd);
    /* Some network file systems cannot sync a folder and say so. */
    return failed == EINVAL ? 0 : failed;
}

/* The bytes into a file that nobody else sees yet. 0 or an errno. */
static int write_beside(char *temp, const char *path, struct sv bytes)
{
    int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0) return errno;
    int failed = write_all(fd, bytes);
    struct stat st;
    if (!failed && stat(path, &st) == 0 && fchmod(fd, st.st_mode & 07777) != 0) failed = errno;
    if (!failed && fsync(fd) != 0) failed = errno;
    if (close(fd) != 0 && !failed) failed = errno;
    if (failed) unlink(temp);
    return failed;
}

/* A device or a pipe is written into: a file in the place of /dev/null would be everybody's trouble. 0 or an errno. */
static int write_into(const char *path, struct sv bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0) return errno;
    int failed = write_all(fd, bytes);
    if (close(fd) != 0 && !failed) failed = errno;
    return failed;
}

int file_write_atomic(const char *path, struct sv bytes, struct error *err)
{
    if (file_is_special(path)) {
        int e = write_into(path, bytes);
        return e ? error_set_errno(err, ERR_IO, "file", e, "cannot write %s", path) : 0;
    }
    struct arena a;
    arena_init(&a, 0);
    struct sv dir = path_dir(sv_cstr(path)), base = path_base(sv_cstr(path));
    struct sv temp = arena_printf(&a, "%.*s/.%.*s.XXXXXX", SV_FMT(dir), SV_FMT(base));
    char *temp_path = (char *)temp.p, *dir_path = arena_cstr(&a, dir);
    int rc = 0, failed;
    if (!temp_path || !dir_path) {
        rc = error_set(err, ERR_NOMEM, "file", "no memory for the path %s", path);
        goto out;
    }
    failed = write_beside(temp_path, path, bytes);
    if (!failed && rename(temp_path, path) != 0) {
        failed = errno;
        unlink(temp_path);
    }
    if (!failed) failed = sync_folder(dir_path);
    if (failed) rc = error_set_errno(err, ERR_IO, "file", failed, "cannot write %s", path);
out:
    arena_done(&a);
    return rc;
}

int dir_make(const char *path, struct error *err)
{
    char *copy = strdup(path);
    if (!copy) return error_set(err, ERR_NOMEM, "file", "no memory for the path %s", path);
    int rc = 0;
    for (char *p = copy; *p && !rc;) {
        p += strspn(p, "/");
        p += strcspn(p, "/");
        char end = *p;
        *p = '\0';
        if (mkdir(copy, 0700) != 0 && !(errno == EEXIST && dir_exists(copy)))
            rc = error_set_errno(err, ERR_IO, "file", errno, "cannot make the folder %s", copy);
        *p = end;
    }
    free(copy);
    return rc;
}

/* Empties the folder open as fd, and closes it. `name` is for messages. */
static int empty_folder(int fd, const char *name, int depth, struct error *err)
{
    DIR *d = fdopendir(fd);
    if (!d) {
        int failed = errno;
        close(fd);
        return error_set_errno(err, ERR_IO, "file", failed, "cannot list %s", name);
    }
    int rc = 0;
    for (struct dirent *e; !rc && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        if (unlinkat(fd, e->d_name, 0) == 0) continue;
        if (errno != EISDIR && errno != EPERM) {
            rc = error_set_errno(err, ERR_IO, "file", errno, "cannot remove %s in %s", e->d_name, name);
            break;
        }
        if (depth >= DIR_MAX_DEPTH) {
            rc = error_set(err, ERR_LIMIT, "file", "folders are nested deeper than %d at %s: remove by hand",
                           DIR_MAX_DEPTH, e->d_name);
            break;
        }
        int child = openat(fd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child < 0)
            rc = error_set_errno(err, ERR_IO, "file", errno, "cannot open %s in %s", e->d_name, name);
        else
            rc = empty_folder(child, e->d_name, depth + 1, err);
        if (!rc && unlinkat(fd, e->d_name, AT_REMOVEDIR) != 0)
            rc = error_set_errno(err, ERR_IO, "file", errno, "cannot remove %s in %s", e->d_name, name);
    }
    closedir(d);
    return rc;
}

int dir_remove_tree(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "file", errno,
                               "cannot remove %s", path);
    int rc = empty_folder(fd, path, 0, err);
    if (!rc && rmdir(path) != 0) rc = error_set_errno(err, ERR_IO, "file", errno, "cannot remove %s", path);
    return rc;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

bool file_is_special(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

bool dir_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct sv path_join(struct arena *a, struct sv dir, struct sv name)
{
    if (dir.n == 0 || (name.n > 0 && name.p[0] == '/')) return arena_copy(a, name);
    const char *slash = dir.p[dir.n - 1] == '/' ? "" : "/";
    return arena_printf(a, "%.*s%s%.*s", SV_FMT(dir), slash, SV_FMT(name));
}

static struct sv without_end_slashes(struct sv path)
{
    while (path.n > 1 && path.p[path.n - 1] == '/') path.n--;
    return path;
}

static size_t last_byte(struct sv s, char c)
{
    const char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

struct sv path_dir(struct sv path)
{
    path = without_end_slashes(path);
    size_t slash = last_byte(path, '/');
    if (slash == SIZE_MAX) return SV(".");
    return without_end_slashes(sv_sub(path, 0, slash + 1));
}

struct sv path_base(struct sv path)
{
    path = without_end_slashes(path);
    size_t slash = last_byte(path, '/');
    return slash == SIZE_MAX || path.n == 1 ? path : sv_sub(path, slash + 1, path.n);
}

struct sv path_ext(struct sv path)
{
    struct sv base = path_base(path);
    size_t dot = last_byte(base, '.');
    return dot == SIZE_MAX || dot == 0 ? SV_NULL : sv_sub(base, dot + 1, base.n);
}

int lines_open(struct lines *l, const char *path, size_t max_line_bytes, struct error *err)
{
    *l = (struct lines){.fd = -1, .max_line_bytes = max_line_bytes};
    size_t most;
    if (!checked_add(max_line_bytes, 2 * READ_STEP_BYTES, &most))
        return error_set(err, ERR_ARG, "file", "lines of %zu bytes are no limit", max_line_bytes);
    buf_init(&l->b, most);
    int rc = open_to_read(path, &l->fd, err);
    if (rc) return rc;
    struct stat st;
    if (fstat(l->fd, &st) == 0 && S_ISREG(st.st_mode)) l->file_bytes = (uint64_t)st.st_size;
    return 0;
}

/* The unread bytes to the front, and more behind them: 1 when some came, 0 at the end of the file. */
static int lines_fill(struct lines *l, struct error *err)
{
    if (l->eof) return 0;
    if (l->at > 0) {
        l->b.n -= l->at;
        memmove(l->b.p, l->b.p + l->at, l->b.n);
        l->at = 0;
    }
    if (!buf_reserve(&l->b, READ_STEP_BYTES))
        return error_set(err, ERR_NOMEM, "file", "no memory for line %llu (byte %llu)",
                         (unsigned long long)l->line_number + 1, (unsigned long long)l->next_offset);
    ssize_t got = read_some(l->fd, l->b.p + l->b.n, READ_STEP_BYTES);
    if (got < 0)
        return error_set_errno(err, ERR_IO, "file", errno, "cannot read on at line %llu (byte %llu)",
                               (unsigned long long)l->line_number + 1, (unsigned long long)l->next_offset);
    l->b.n += (size_t)got;
    l->eof = got == 0;
    return got > 0;
}

/* Reads over the rest of a line whose first `keep` bytes stand at the front: what follows it is moved up to them. */
static int lines_skip_rest(struct lines *l, size_t keep, struct error *err)
{
    for (size_t from = keep;; from = keep) {
        size_t end = sv_find_byte(buf_sv(&l->b), '\n', from);
        if (end != SIZE_MAX) {
            size_t after = end + 1;
            l->next_offset += after - keep;
            memmove(l->b.p + keep, l->b.p + after, l->b.n - after);
            l->b.n -= after - keep;
            return 0;
        }
        l->next_offset += l->b.n - keep;
        l->b.n = keep;
        int got = lines_fill(l, err);
        if (got <= 0) return got;
    }
}

int lines_next(struct lines *l, struct sv *out_line, struct error *err)
{
    size_t scanned = 0, end;
    for (;;) {
        end = sv_find_byte(buf_sv(&l->b), '\n', l->at + scanned);
        /* "\r" may yet be part of the line's end. */
        if (end != SIZE_MAX || l->b.n - l->at > l->max_line_bytes + 1) break;
        scanned = l->b.n - l->at;
        int got = lines_fill(l, err);
        if (got < 0) return got;
        if (got == 0) break;
    }
    size_t raw_n = (end == SIZE_MAX ? l->b.n : end) - l->at;
    if (raw_n == 0 && end == SIZE_MAX) return 0;
    l->line_number++;
    l->offset = l->next_offset;
    size_t n = raw_n;
    if (n > 0 && end != SIZE_MAX && l->b.p[l->at + n - 1] == '\r') n--;
    l->too_long = n > l->max_line_bytes;
    if (!l->too_long) {
        l->next_offset += raw_n + (end != SIZE_MAX);
        *out_line = sv_of(l->b.p + l->at, n);
        l->at += raw_n + (end != SIZE_MAX);
        return 1;
    }
    n = l->max_line_bytes;
    l->b.n -= l->at;
    memmove(l->b.p, l->b.p + l->at, l->b.n);
    l->at = 0;
    l->next_offset += n;
    int rc = lines_skip_rest(l, n, err);
    if (rc) return rc;
    *out_line = sv_of(l->b.p, n);
    l->at = n;
    return 1;
}

void lines_close(struct lines *l)
{
    if (!l) return;
    if (l->fd >= 0) close(l->fd);
    l->fd = -1;
    buf_done(&l->b);
}
