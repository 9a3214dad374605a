/* Archives: see archive.h. All of libarchive that this room uses is here. */
#include "evidence/archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "evidence/late_archive_priv.h"

enum { CHUNK = 1 << 16, PATH_BYTES = 4096 };

bool archive_is_name(const char *path)
{
    struct sv ext = path_ext(sv_cstr(path));
    return sv_eq_nocase(ext, SV("zip")) || sv_eq_nocase(ext, SV("tar"));
}

static int complain(struct archive *a, struct error *err, const char *path)
{
    const char *why = archive_error_string(a);
    return error_set(err, ERR_FORMAT, "archive", "%s: %s", path, why ? why : "it cannot be read");
}

/* ---- packing ---- */

struct names {
    struct arena arena;
    struct VEC(struct sv) v;
};

static int list_dir(struct names *n, const char *dir, const char *under, int depth, struct error *err)
{
    char full[PATH_BYTES];
    snprintf(full, sizeof full, "%s/%s", dir, under);
    DIR *d = depth < PACKAGE_MAX_DEPTH ? opendir(full) : NULL;
    if (!d) return error_set_errno(err, ERR_IO, "archive", errno, "cannot read folder %s", full);
    int rc = 0;
    for (struct dirent *e; rc == 0 && (e = readdir(d));) {
        struct stat st;
        if (e->d_name[0] == '.') continue;
        struct sv name = arena_printf(&n->arena, "%s%s%s", under, *under ? "/" : "", e->d_name);
        if (!name.p || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            rc = error_set_errno(err, ERR_IO, "archive", errno, "cannot look at %s/%s", full, e->d_name);
        else if (S_ISDIR(st.st_mode))
            rc = list_dir(n, dir, name.p, depth + 1, err);
        else if (S_ISREG(st.st_mode) && VEC_PUSH(&n->v, name) != 0)
            rc = error_set(err, ERR_NOMEM, "archive", "no memory for a list of files");
    }
    closedir(d);
    return rc;
}

static int compare_names(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

static int pack_bytes(struct archive *a, int fd, const char *name, struct error *err)
{
    char chunk[CHUNK];
    for (ssize_t n; (n = read(fd, chunk, sizeof chunk)) != 0;) {
        if (n < 0) return error_set_errno(err, ERR_IO, "archive", errno, "cannot read %s", name);
        if (archive_write_data(a, chunk, (size_t)n) != n) return complain(a, err, name);
    }
    return 0;
}

static int pack_file(struct archive *a, const char *dir, const char *root, const char *name,
                     struct error *err)
{
    char full[PATH_BYTES], inside[PATH_BYTES];
    struct stat st;
    snprintf(full, sizeof full, "%s/%s", dir, name);
    snprintf(inside, sizeof inside, "%s/%s", root, name);
    int fd = open(full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) != 0) {
        int rc = error_set_errno(err, ERR_IO, "archive", errno, "cannot open %s", full);
        if (fd >= 0) close(fd);
        return rc;
    }
    struct archive_entry *e = archive_entry_new();
    int rc = e ? 0 : error_set(err, ERR_NOMEM, "archive", "no memory to pack %s", name);
    if (rc == 0) {
        archive_entry_set_pathname(e, inside);
        archive_entry_set_size(e, st.st_size);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_mtime(e, st.st_mtime, 0);
        if (archive_write_header(a, e) != ARCHIVE_OK) rc = complain(a, err, name);
    }
    if (rc == 0) rc = pack_bytes(a, fd, name, err);
    archive_entry_free(e);
    close(fd);
    return rc;
}

static struct archive *open_writer(const char *path, bool zip, bool store, struct error *err)
{
    if (late_archive_load(err)) return NULL;
    struct archive *a = archive_write_new();
    int rc = ARCHIVE_FATAL;
    if (a) {
        rc = zip ? archive_write_set_format_zip(a) : archive_write_set_format_pax_restricted(a);
        if (rc == ARCHIVE_OK && store) rc = archive_write_set_options(a, "zip:compression=store");
        if (rc == ARCHIVE_OK) rc = archive_write_open_filename(a, path);
    }
    if (rc == ARCHIVE_OK) return a;
    if (a)
        complain(a, err, path);
    else
        error_set(err, ERR_NOMEM, "archive", "no memory to pack %s", path);
    archive_write_free(a);
    return NULL;
}

static int pack_all(struct names *n, const char *dir, const char *root, const char *path, bool zip,
                    struct error *err)
{
    struct archive *a = open_writer(path, zip, false, err);
    if (!a) return ERR_IO;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n->v.n; i++) rc = pack_file(a, dir, root, n->v.v[i].p, err);
    if (archive_write_close(a) != ARCHIVE_OK && rc == 0) rc = complain(a, err, path);
    archive_write_free(a);
    return rc;
}

static int sync_and_name(const char *tmp, const char *path, struct error *err)
{
    int fd = open(tmp, O_RDONLY | O_CLOEXEC);
    int rc =
        fd < 0 || fsync(fd) != 0 ? error_set_errno(err, ERR_IO, "archive", errno, "cannot sync %s", tmp) : 0;
    if (fd >= 0) close(fd);
    if (rc == 0 && rename(tmp, path) != 0)
        rc = error_set_errno(err, ERR_IO, "archive", errno, "cannot name the archive %s", path);
    return rc;
}

int archive_pack(const char *dir, const char *root, const char *path, struct error *err)
{
    struct names n = {.v = {0}};
    char tmp[PATH_BYTES];
    bool zip = sv_eq_nocase(path_ext(sv_cstr(path)), SV("zip"));
    if (snprintf(tmp, sizeof tmp, "%s.part", path) >= PATH_BYTES)
        return error_set(err, ERR_LIMIT, "archive", "the path %s is too long", path);
    arena_init(&n.arena, 0);
    int rc = list_dir(&n, dir, "", 0, err);
    if (rc == 0 && n.v.n > 0) qsort(n.v.v, n.v.n, sizeof n.v.v[0], compare_names);
    if (rc == 0) rc = pack_all(&n, dir, root, tmp, zip, err);
    if (rc == 0) rc = sync_and_name(tmp, path, err);
    if (rc != 0) unlink(tmp);
    VEC_DONE(&n.v);
    arena_done(&n.arena);
    return rc;
}

/* ---- unpacking ---- */

struct unpacking {
    struct archive *a;
    const char *path; /* of the archive, for words */
    const char *dir;
    struct archive_limits limits;
    uint64_t files, bytes;
    struct map seen;
    struct error *err;
};

static int refuse(struct unpacking *u, int code, struct sv name, const char *why)
{
    return error_set(u->err, code, "archive", "%s: \"%.*s\" %s: the archive is refused", u->path,
                     SV_FMT(name), why);
}

static const char *bad_name(struct sv name)
{
    size_t depth = 1, start = 0;
    if (name.n == 0 || name.n > PACKAGE_MAX_NAME_BYTES) return "has no name, or too long a one";
    if (name.p[0] == '/') return "is an absolute path";
    for (size_t i = 0; i <= name.n; i++) {
        char c = i < name.n ? name.p[i] : '/';
        if ((unsigned char)c < ' ' || c == 0x7f || c == '\\')
            return "has bytes in its name that no package has";
        if (c == ':' && i == 1) return "is an absolute path";
        if (c != '/') continue;
        struct sv part = sv_sub(name, start, i);
        if (sv_is(part, "..") || sv_is(part, ".")) return "leads out of the package";
        if (part.n == 0 && i < name.n) return "has an empty part in its name";
        start = i + 1;
        depth += i < name.n;
    }
    return depth > PACKAGE_MAX_DEPTH ? "lies too deep" : NULL;
}

static int make_dirs(struct unpacking *u, struct sv name)
{
    char full[PATH_BYTES];
    struct sv parent = path_dir(name);
    snprintf(full, sizeof full, "%s/%.*s", u->dir, SV_FMT(parent));
    return dir_make(full, u->err);
}

static int unpack_bytes(struct unpacking *u, int fd, struct sv name)
{
    const void *p;
    size_t n;
    la_int64_t at;
    int rc;
    while ((rc = archive_read_data_block(u->a, &p, &n, &at)) == ARCHIVE_OK) {
        if (at < 0 || n > u->limits.bytes - u->bytes || (uint64_t)at > u->limits.bytes)
            return refuse(u, ERR_LIMIT, name, "goes beyond the bytes that a package may have");
        u->bytes += n;
        for (size_t done = 0; done < n;) {
            ssize_t wrote = pwrite(fd, (const char *)p + done, n - done, (off_t)at + (off_t)done);
            if (wrote < 0)
                return error_set_errno(u->err, ERR_IO, "archive", errno, "cannot unpack %.*s", SV_FMT(name));
            done += (size_t)wrote;
        }
    }
    return rc == ARCHIVE_EOF ? 0 : complain(u->a, u->err, u->path);
}

static int unpack_file(struct unpacking *u, struct sv name)
{
    char full[PATH_BYTES];
    int rc = make_dirs(u, name);
    if (rc != 0) return rc;
    if (snprintf(full, sizeof full, "%s/%.*s", u->dir, SV_FMT(name)) >= PATH_BYTES)
        return refuse(u, ERR_LIMIT, name, "has too long a name");
    int fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return refuse(u, ERR_FORMAT, name, "stands where another entry is");
    rc = unpack_bytes(u, fd, name);
    close(fd);
    return rc;
}

static int unpack_entry(struct unpacking *u, struct archive_entry *e)
{
    const char *text = archive_entry_pathname(e);
    struct sv name = sv_cstr(text ? text : "");
    uint64_t *seen;
    mode_t type = archive_entry_filetype(e);
    while (name.n > 0 && name.p[name.n - 1] == '/' && type == AE_IFDIR) name.n--;
    const char *why = bad_name(name);
    if (why) return refuse(u, ERR_FORMAT, name, why);
    if (archive_entry_hardlink(e) || archive_entry_symlink(e) || (type != AE_IFREG && type != AE_IFDIR))
        return refuse(u, ERR_FORMAT, name, "is neither a file nor a folder");
    if (archive_entry_is_encrypted(e)) return refuse(u, ERR_FORMAT, name, "is encrypted");
    if (++u->files > u->limits.files) return refuse(u, ERR_LIMIT, name, "is one file too many");
    if (archive_entry_size_is_set(e) && (uint64_t)archive_entry_size(e) > u->limits.bytes - u->bytes)
        return refuse(u, ERR_LIMIT, name, "goes beyond the bytes that a package may have");
    if (type == AE_IFDIR) return 0;
    int rc = map_put(&u->seen, name, &seen);
    if (rc < 0) return error_set(u->err, ERR_NOMEM, "archive", "no memory to unpack %s", u->path);
    return rc == 0 ? refuse(u, ERR_FORMAT, name, "is there twice") : unpack_file(u, name);
}

static int unpack_all(struct unpacking *u)
{
    struct archive_entry *e;
    int rc = 0, got = ARCHIVE_OK;
    while (rc == 0 && (got = archive_read_next_header(u->a, &e)) == ARCHIVE_OK) rc = unpack_entry(u, e);
    if (rc == 0 && got != ARCHIVE_EOF) rc = complain(u->a, u->err, u->path);
    if (rc == 0 && u->files == 0)
        rc = error_set(u->err, ERR_FORMAT, "archive", "%s: there is nothing in it", u->path);
    return rc;
}

static int unpack(const char *path, struct sv bytes, const char *dir, const struct archive_limits *limits,
                  struct error *err)
{
    struct unpacking u = {.path = path ? path : "archive",
                          .dir = dir,
                          .limits = {PACKAGE_MAX_FILES, PACKAGE_MAX_BYTES},
                          .err = err};
    int rc = late_archive_load(err);
    if (rc) return rc;
    u.a = archive_read_new();
    if (limits) u.limits = *limits;
    if (!u.a) return error_set(err, ERR_NOMEM, "archive", "no memory to unpack %s", u.path);
    archive_read_support_format_zip(u.a);
    archive_read_support_format_tar(u.a);
    map_init(&u.seen);
    rc =
        path ? archive_read_open_filename(u.a, path, CHUNK) : archive_read_open_memory(u.a, bytes.p, bytes.n);
    rc = rc == ARCHIVE_OK ? unpack_all(&u) : complain(u.a, err, u.path);
    map_done(&u.seen);
    archive_read_free(u.a);
    return rc;
}

int archive_unpack(const char *path, const char *dir, const struct archive_limits *limits, struct error *err)
{
    return unpack(path, SV_NULL, dir, limits, err);
}

int archive_unpack_bytes(struct sv bytes, const char *dir, const struct archive_limits *limits,
                         struct error *err)
{
    return unpack(NULL, bytes, dir, limits, err);
}

/* ---- a zip by hand ---- */

struct zip_out {
    struct archive *a;
    char path[PATH_BYTES];
};

int zip_open(const char *path, struct zip_out **out, struct error *err)
{
    struct zip_out *z = calloc(1, sizeof *z);
    if (!z) return error_set(err, ERR_NOMEM, "archive", "no memory to pack %s", path);
    snprintf(z->path, sizeof z->path, "%s", path);
    z->a = open_writer(path, true, true, err);
    if (!z->a) {
        free(z);
        return ERR_IO;
    }
    *out = z;
    return 0;
}

int zip_put(struct zip_out *z, const char *name, struct sv bytes, int64_t at_us, struct error *err)
{
    struct archive_entry *e = archive_entry_new();
    if (!e) return error_set(err, ERR_NOMEM, "archive", "no memory to pack %s", name);
    archive_entry_set_pathname(e, name);
    archive_entry_set_size(e, (la_int64_t)bytes.n);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, (time_t)(at_us / US_PER_SECOND), 0);
    bool fine = archive_write_header(z->a, e) == ARCHIVE_OK &&
                (bytes.n == 0 || archive_write_data(z->a, bytes.p, bytes.n) == (la_ssize_t)bytes.n);
    archive_entry_free(e);
    return fine ? 0 : complain(z->a, err, z->path);
}

int zip_close(struct zip_out *z, struct error *err)
{
    if (!z) return 0;
    int rc = archive_write_close(z->a) == ARCHIVE_OK ? 0 : complain(z->a, err, z->path);
    archive_write_free(z->a);
    free(z);
    return rc;
}
