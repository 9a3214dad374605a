/* Writing a bag: see bag.h. Every file is written under its name at once (the folder as a whole is not there under its own
 * name before it is complete: package.c renames it). */
#include "evidence/bag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { CHUNK = 1 << 20 };

static int full_path(const struct bag *b, const char *path, char out[BAG_PATH_BYTES], struct error *err)
{
    int n = snprintf(out, BAG_PATH_BYTES, "%s/%s", b->dir, path);
    return n > 0 && n < BAG_PATH_BYTES
               ? 0
               : error_set(err, ERR_LIMIT, "package", "the path %s/%s is too long", b->dir, path);
}

int bag_open(struct bag *b, const char *dir, struct error *err)
{
    *b = (struct bag){.bytes = 0};
    arena_init(&b->arena, 0);
    if (file_exists(dir) || dir_exists(dir))
        return error_set(err, ERR_EXISTS, "package", "%s is there already: give another name", dir);
    if (snprintf(b->dir, sizeof b->dir, "%s", dir) >= BAG_PATH_BYTES)
        return error_set(err, ERR_LIMIT, "package", "the path %s is too long", dir);
    return dir_make(dir, err);
}

void bag_done(struct bag *b)
{
    VEC_DONE(&b->files);
    arena_done(&b->arena);
}

static int make_parent(const char *full, struct error *err)
{
    char parent[BAG_PATH_BYTES];
    struct sv dir = path_dir(sv_cstr(full));
    snprintf(parent, sizeof parent, "%.*s", SV_FMT(dir));
    return dir_make(parent, err);
}

static int list(struct bag *b, const char *path, const struct sha256 *sha, uint64_t bytes, struct error *err)
{
    struct bag_file f = {.path = arena_copy(&b->arena, sv_cstr(path)), .sha256 = *sha};
    if (!f.path.p || VEC_PUSH(&b->files, f) != 0)
        return error_set(err, ERR_NOMEM, "package", "no memory for the list of files");
    b->bytes += bytes;
    return 0;
}

static int write_file(const struct bag *b, const char *path, struct sv bytes, struct error *err)
{
    char full[BAG_PATH_BYTES];
    int rc = full_path(b, path, full, err);
    if (rc == 0) rc = make_parent(full, err);
    if (rc != 0) return rc;
    FILE *f = fopen(full, "wbex");
    if (!f) return error_set_errno(err, ERR_IO, "package", errno, "cannot write %s", full);
    bool fine = bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
    fine = fflush(f) == 0 && fine && fsync(fileno(f)) == 0;
    int why = errno;
    fine = fclose(f) == 0 && fine;
    return fine ? 0 : error_set_errno(err, ERR_IO, "package", why, "cannot write %s", full);
}

int bag_put(struct bag *b, const char *path, struct sv bytes, struct error *err)
{
    struct sha256 sha;
    sha256_of(bytes, &sha);
    int rc = write_file(b, path, bytes, err);
    return rc == 0 ? list(b, path, &sha, bytes.n, err) : rc;
}

static int copy_bytes(int in, int out, const char *from, uint64_t *out_bytes, struct error *err)
{
    char *chunk = malloc(CHUNK);
    if (!chunk) return error_set(err, ERR_NOMEM, "package", "no memory to copy %s", from);
    int rc = 0;
    for (ssize_t n; rc == 0 && (n = read(in, chunk, CHUNK)) != 0;) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) rc = error_set_errno(err, ERR_IO, "package", errno, "cannot read %s", from);
        for (ssize_t at = 0, wrote; rc == 0 && at < n; at += wrote) {
            wrote = write(out, chunk + at, (size_t)(n - at));
            if (wrote < 0) rc = error_set_errno(err, ERR_IO, "package", errno, "cannot copy %s", from);
        }
        if (n > 0) *out_bytes += (uint64_t)n;
    }
    free(chunk);
    if (rc == 0 && fsync(out) != 0) rc = error_set_errno(err, ERR_IO, "package", errno, "cannot sync a copy");
    return rc;
}

/* The hash is of the copy, read back: what is listed is what lies there. */
static int copy_open(int in, const char *full, const char *from, struct sha256 *out, uint64_t *out_bytes,
                     struct error *err)
{
    int fd = open(full, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return error_set_errno(err, ERR_IO, "package", errno, "cannot write %s", full);
    int rc = copy_bytes(in, fd, from, out_bytes, err);
    if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
        rc = error_set_errno(err, ERR_IO, "package", errno, "cannot read %s back", full);
    if (rc == 0) rc = sha256_of_fd(fd, out, NULL, err);
    close(fd);
    return rc;
}

int bag_copy(struct bag *b, const char *path, const char *from, const struct sha256 *expected,
             struct error *err)
{
    char full[BAG_PATH_BYTES];
    struct sha256 sha;
    uint64_t bytes = 0;
    int rc = full_path(b, path, full, err);
    if (rc == 0) rc = make_parent(full, err);
    if (rc != 0) return rc;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "package", errno,
                               "cannot open %s", from);
    rc = copy_open(in, full, from, &sha, &bytes, err);
    close(in);
    if (rc == 0 && expected && memcmp(&sha, expected, sizeof sha) != 0)
        rc = error_set(err, ERR_FORMAT, "package", "%s is not what its hash says: run `marsad verify`", from);
    if (rc != 0) {
        unlink(full);
        return rc;
    }
    return list(b, path, &sha, bytes, err);
}

static int compare_files(const void *a, const void *b)
{
    return sv_cmp(((const struct bag_file *)a)->path, ((const struct bag_file *)b)->path);
}

static void put_line(struct buf *b, const struct sha256 *sha, struct sv path)
{
    char text[SHA256_TEXT_BYTES];
    sha256_format(sha, text);
    buf_printf(b, "%s  %.*s\n", text, SV_FMT(path));
}

static int put_tag(const struct bag *b, const char *path, struct sv bytes, struct buf *tags,
                   struct error *err)
{
    struct sha256 sha;
    sha256_of(bytes, &sha);
    put_line(tags, &sha, sv_cstr(path));
    return write_file(b, path, bytes, err);
}

int bag_finish(struct bag *b, struct sv info, struct sha256 *out_seal, struct error *err)
{
    struct buf manifest, tags, text;
    buf_init(&manifest, 0);
    buf_init(&tags, 0);
    buf_init(&text, 0);
    if (b->files.n > 0) qsort(b->files.v, b->files.n, sizeof b->files.v[0], compare_files);
    for (size_t i = 0; i < b->files.n; i++) put_line(&manifest, &b->files.v[i].sha256, b->files.v[i].path);
    buf_putsv(&text, info);
    buf_printf(&text, "Payload-Oxum: %llu.%zu\n", (unsigned long long)b->bytes, b->files.n);
    int rc = put_tag(b, "bag-info.txt", buf_sv(&text), &tags, err);
    if (rc == 0)
        rc = put_tag(b, "bagit.txt", SV("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), &tags,
                     err);
    if (rc == 0) rc = put_tag(b, BAG_MANIFEST, buf_sv(&manifest), &tags, err);
    if (rc == 0) rc = write_file(b, BAG_TAGMANIFEST, buf_sv(&tags), err);
    if (rc == 0 && (manifest.failed || tags.failed || text.failed))
        rc = error_set(err, ERR_NOMEM, "package", "no memory for the manifests");
    if (rc == 0) sha256_of(buf_sv(&tags), out_seal);
    buf_done(&text);
    buf_done(&tags);
    buf_done(&manifest);
    return rc;
}
