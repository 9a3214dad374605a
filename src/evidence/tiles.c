#include "evidence/tiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { HASH_BYTES = sizeof(struct sha256), PATH_BYTES = 4096 };

/* ---- names ---- */

void tile_path(int level, uint64_t index, unsigned width, char out[TILE_PATH_BYTES])
{
    char number[40];
    size_t n = 0;
    uint64_t unit = 1;
    while (index / unit >= 1000) unit *= 1000;
    for (; unit >= 1; unit /= 1000)
        n += (size_t)snprintf(number + n, sizeof number - n, unit > 1 ? "x%03u/" : "%03u",
                              (unsigned)(index / unit % 1000));
    char kind[12] = "entries";
    if (level >= 0) snprintf(kind, sizeof kind, "%d", level);
    if (width < TILE_HASHES)
        snprintf(out, TILE_PATH_BYTES, "tile/%s/%s.p/%u", kind, number, width);
    else
        snprintf(out, TILE_PATH_BYTES, "tile/%s/%s", kind, number);
}

/* Hashes of a level in a log of that size: its entries, or the full tiles below. */
static uint64_t level_hashes(int level, uint64_t size)
{
    return level <= 0 ? size : level < TILE_LEVELS ? size >> (8 * level) : 0;
}

unsigned tile_width(int level, uint64_t index, uint64_t size)
{
    uint64_t n = level_hashes(level, size), start = index * TILE_HASHES;
    if (index > UINT64_MAX / TILE_HASHES || n <= start) return 0;
    return n - start < TILE_HASHES ? (unsigned)(n - start) : TILE_HASHES;
}

uint64_t tile_count(int level, uint64_t size)
{
    uint64_t n = level_hashes(level, size);
    return n / TILE_HASHES + (n % TILE_HASHES != 0);
}

static int full_path(char out[PATH_BYTES], const char *dir, int level, uint64_t index, unsigned width,
                     struct error *err)
{
    char tile[TILE_PATH_BYTES];
    tile_path(level, index, width, tile);
    int n = snprintf(out, PATH_BYTES, "%s/%s", dir, tile);
    if (n < 0 || n >= PATH_BYTES)
        return error_set(err, ERR_LIMIT, "tiles", "the path %s/%s is too long", dir, tile);
    return 0;
}

/* ---- files ---- */

static int read_exact(const char *dir, int level, uint64_t index, unsigned width, struct buf *b,
                      struct error *err)
{
    char path[PATH_BYTES];
    int rc = full_path(path, dir, level, index, width, err);
    if (rc == 0) rc = file_read(path, (size_t)TILE_HASHES * (2 + UINT16_MAX), b, err);
    if (rc == 0 && level >= 0 && b->n != (size_t)width * HASH_BYTES)
        rc = error_set(err, ERR_FORMAT, "tiles", "%s has %zu bytes in place of %zu", path, b->n,
                       (size_t)width * HASH_BYTES);
    return rc;
}

int tile_read(const char *dir, int level, uint64_t index, unsigned width, struct buf *b, struct error *err)
{
    int rc = read_exact(dir, level, index, width, b, err);
    struct error other;
    for (unsigned wider = width + 1; rc == ERR_NOTFOUND && wider <= TILE_HASHES; wider++) {
        if (read_exact(dir, level, index, wider, b, &other) != 0) continue;
        if (level >= 0) b->n = (size_t)width * HASH_BYTES;
        return 0;
    }
    return rc;
}

/* The folder of `path` is only made when opening finds it missing. */
static int open_new(const char *path, struct error *err)
{
    for (int attempt = 0;; attempt++) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0) return fd;
        if (errno != ENOENT || attempt > 0)
            return error_set_errno(err, ERR_IO, "tiles", errno, "cannot write %s", path);
        char dir[PATH_BYTES];
        struct sv d = path_dir(sv_cstr(path));
        snprintf(dir, sizeof dir, "%.*s", SV_FMT(d));
        int rc = dir_make(dir, err);
        if (rc != 0) return rc;
    }
}

int tile_write(const char *dir, int level, uint64_t index, unsigned width, struct sv bytes, struct error *err)
{
    char path[PATH_BYTES], beside[PATH_BYTES + 8];
    int rc = full_path(path, dir, level, index, width, err);
    if (rc != 0) return rc;
    snprintf(beside, sizeof beside, "%s.new", path);
    int fd = open_new(beside, err);
    if (fd < 0) return fd;
    for (size_t at = 0; rc == 0 && at < bytes.n;) {
        ssize_t put = write(fd, bytes.p + at, bytes.n - at);
        if (put < 0 && errno != EINTR)
            rc = error_set_errno(err, ERR_IO, "tiles", errno, "cannot write %s", path);
        else if (put > 0)
            at += (size_t)put;
    }
    if (close(fd) != 0 && rc == 0) rc = error_set_errno(err, ERR_IO, "tiles", errno, "cannot write %s", path);
    if (rc == 0 && rename(beside, path) != 0)
        rc = error_set_errno(err, ERR_IO, "tiles", errno, "cannot name %s", path);
    if (rc != 0) unlink(beside);
    return rc;
}

/* ---- to the disk ---- */

/* More tiles than that are cheaper with all else that the file system has to write: syncfs, for which everybody who waits
 * for that disk pays. The log of a busy server grows by some tens of them between two signatures. */
enum { SYNC_EACH_MOST = 1024 };

static int sync_all(const char *dir, struct error *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 || syncfs(fd) != 0
                 ? error_set_errno(err, ERR_IO, "tiles", errno, "cannot bring %s to the disk", dir)
                 : 0;
    if (fd >= 0) close(fd);
    return rc;
}

/* Some network file systems cannot sync a folder and say so. */
static int sync_one(void *arg, const char *path, struct error *err)
{
    (void)arg;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = fd < 0 || (fsync(fd) != 0 && errno != EINVAL)
                 ? error_set_errno(err, ERR_IO, "tiles", errno, "cannot bring %s to the disk", path)
                 : 0;
    if (fd >= 0) close(fd);
    return rc;
}

/* Begins the writing of a file, so that the first fsync finds all of them under way. */
static int start_one(void *arg, const char *path, struct error *err)
{
    (void)arg;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return error_set_errno(err, ERR_IO, "tiles", errno, "cannot open %s", path);
    (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    close(fd);
    return 0;
}

struct folders {
    const char *log;
    char last[PATH_BYTES]; /* the folder of the tile before; it and those above it are done */
};

static size_t folder_of(const char *path, size_t n)
{
    while (n > 0 && path[n - 1] != '/') n--;
    return n > 0 ? n - 1 : 0;
}

/* The folders of a tile up to the log's own. */
static int sync_folders(void *arg, const char *path, struct error *err)
{
    struct folders *f = arg;
    char folder[PATH_BYTES];
    size_t own = folder_of(path, strlen(path)), log = strlen(f->log);
    int rc = 0;
    memcpy(folder, path, own + 1);
    for (size_t n = own; rc == 0 && n >= log && n > 0; n = folder_of(folder, n)) {
        folder[n] = '\0';
        if (strncmp(f->last, folder, n) == 0 && (f->last[n] == '/' || f->last[n] == '\0')) break;
        rc = sync_one(NULL, folder, err);
    }
    memcpy(f->last, path, own);
    f->last[own] = '\0';
    return rc;
}

/* With each tile that a log of `size` entries has and one of `old` has not. */
static int each_new_tile(const char *dir, uint64_t old, uint64_t size,
                         int (*step)(void *arg, const char *path, struct error *err), void *arg,
                         struct error *err)
{
    char path[PATH_BYTES];
    int rc = 0;
    for (int level = TILE_BUNDLE; rc == 0 && level < TILE_LEVELS; level++) {
        uint64_t was = tile_count(level, old), is = tile_count(level, size);
        for (uint64_t i = was > 0 ? was - 1 : 0; rc == 0 && i < is; i++) {
            unsigned width = tile_width(level, i, size);
            if (width == tile_width(level, i, old)) continue;
            rc = full_path(path, dir, level, i, width, err);
            if (rc == 0) rc = step(arg, path, err);
        }
    }
    return rc;
}

int tiles_sync(const char *dir, uint64_t old, uint64_t size, struct error *err)
{
    struct folders f = {.log = dir, .last = ""};
    if (size - old > SYNC_EACH_MOST * TILE_HASHES / 2) return sync_all(dir, err);
    int rc = each_new_tile(dir, old, size, start_one, NULL, err);
    if (rc == 0) rc = each_new_tile(dir, old, size, sync_one, NULL, err);
    return rc == 0 ? each_new_tile(dir, old, size, sync_folders, &f, err) : rc;
}

void tile_drop_partial(const char *dir, int level, uint64_t index, unsigned keep)
{
    char path[PATH_BYTES], file[PATH_BYTES + 300], wanted[16];
    struct error ignored;
    if (full_path(path, dir, level, index, 1, &ignored) != 0) return;
    *strrchr(path, '/') = '\0';
    snprintf(wanted, sizeof wanted, "%u", keep);
    DIR *d = opendir(path);
    if (!d) return;
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.' || strcmp(e->d_name, wanted) == 0) continue;
        snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        unlink(file);
    }
    closedir(d);
    rmdir(path);
}

/* ---- bundles ---- */

bool bundle_next(struct sv *rest, struct sv *out_leaf)
{
    if (rest->n < 2) return false;
    size_t n = (size_t)(uint8_t)rest->p[0] << 8 | (uint8_t)rest->p[1];
    if (rest->n - 2 < n) return false;
    *out_leaf = sv_sub(*rest, 2, 2 + n);
    *rest = sv_sub(*rest, 2 + n, rest->n);
    return true;
}

void bundle_put(struct buf *b, struct sv leaf)
{
    if (leaf.n > UINT16_MAX) {
        b->failed = true;
        return;
    }
    buf_putc(b, (char)(leaf.n >> 8));
    buf_putc(b, (char)(leaf.n & 0xff));
    buf_putsv(b, leaf);
}

/* ---- roots ---- */

void tile_source_init(struct tile_source *t, const char *dir, uint64_t size)
{
    *t = (struct tile_source){.dir = dir, .size = size};
    for (int i = 0; i < TILE_LEVELS; i++) buf_init(&t->level[i].bytes, 0);
}

void tile_source_done(struct tile_source *t)
{
    for (int i = 0; i < TILE_LEVELS; i++) buf_done(&t->level[i].bytes);
}

static int load(struct tile_source *t, int level, uint64_t index, struct error *err)
{
    if (t->level[level].loaded && t->level[level].index == index) return 0;
    unsigned width = tile_width(level, index, t->size);
    t->level[level].loaded = false;
    int rc = width == 0 ? error_set(err, ERR_ARG, "tiles", "the log has no tile %llu of level %d",
                                    (unsigned long long)index, level)
                        : tile_read(t->dir, level, index, width, &t->level[level].bytes, err);
    if (rc != 0) return rc;
    t->level[level].loaded = true;
    t->level[level].index = index;
    return 0;
}

/* A root of 2^level leaves is made of 2^(level % 8) hashes that stand side by side in one tile. */
static int subtree(void *arg, unsigned level, uint64_t index, struct sha256 *out, struct error *err)
{
    struct tile_source *t = arg;
    unsigned tile_level = level / 8, n = 1U << level % 8;
    uint64_t first = index << level % 8;
    if (tile_level >= TILE_LEVELS) return error_set(err, ERR_ARG, "tiles", "no log has %u levels", level);
    int rc = load(t, (int)tile_level, first / TILE_HASHES, err);
    if (rc != 0) return rc;
    const struct buf *b = &t->level[tile_level].bytes;
    size_t from = (size_t)(first % TILE_HASHES) * HASH_BYTES;
    if (from + (size_t)n * HASH_BYTES > b->n)
        return error_set(err, ERR_ARG, "tiles", "a tile of level %u ends before its hash %llu", tile_level,
                         (unsigned long long)(first % TILE_HASHES + n - 1));
    struct sha256 hash[TILE_HASHES];
    memcpy(hash, b->p + from, (size_t)n * HASH_BYTES);
    for (; n > 1; n /= 2)
        for (unsigned i = 0; i < n / 2; i++) merkle_node(&hash[2 * i], &hash[2 * i + 1], &hash[i]);
    *out = hash[0];
    return 0;
}

struct merkle_source tile_source_of(struct tile_source *t) { return (struct merkle_source){t, subtree}; }
