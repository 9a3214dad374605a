/* Order: the log's files before the database, so that the copy's log is never ahead of its entries; the database before
 * the originals, so that every original that it names is asked for. An original may go between the two (a purge): then
 * its row is gone here, and the copy of the database, which still has it, is made again. */
#include "evidence/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evidence/evidence_priv.h"

enum { TRIES = 5, DEEPEST = 8 };
#define SMALL_FILE_BYTES ((size_t)256 << 20) /* of log and policy */

struct copy {
    const struct backup_options *o;
    const char *from;
    char to[LOG_PATH_BYTES];
    struct store *live;
    struct workspace *there;
    struct backup_summary sum;
    uint64_t total;
    struct arena arena;
    struct error *err;
};

static int join(char out[LOG_PATH_BYTES], const char *dir, const char *name, struct error *err)
{
    int n = snprintf(out, LOG_PATH_BYTES, "%s/%s", dir, name);
    return n > 0 && n < LOG_PATH_BYTES
               ? 0
               : error_set(err, ERR_LIMIT, "backup", "the path %s/%s is too long", dir, name);
}

/* ---- log and policy ---- */

static int copy_small(const char *from, const char *to, struct error *err)
{
    struct buf b;
    buf_init(&b, SMALL_FILE_BYTES);
    int rc = file_read(from, SMALL_FILE_BYTES, &b, err);
    if (rc == 0) rc = file_write_atomic(to, buf_sv(&b), err);
    buf_done(&b);
    return rc == ERR_NOTFOUND ? 0 : rc; /* half a tile that became a whole one meanwhile */
}

static int copy_tree(const char *from, const char *to, int depth, struct error *err);

static int copy_entry(const char *from, const char *to, const char *name, int depth, struct error *err)
{
    char a[LOG_PATH_BYTES], b[LOG_PATH_BYTES];
    struct stat st;
    int rc = join(a, from, name, err);
    if (rc == 0) rc = join(b, to, name, err);
    if (rc != 0 || lstat(a, &st) != 0) return rc;
    if (S_ISDIR(st.st_mode)) return copy_tree(a, b, depth + 1, err);
    return S_ISREG(st.st_mode) && strcmp(name, "lock") != 0 ? copy_small(a, b, err) : 0;
}

static int copy_tree(const char *from, const char *to, int depth, struct error *err)
{
    DIR *d = opendir(from);
    if (!d)
        return errno == ENOENT ? 0
                               : error_set_errno(err, ERR_IO, "backup", errno, "cannot read folder %s", from);
    int rc = depth > DEEPEST ? error_set(err, ERR_LIMIT, "backup", "%s: folders in folders, too deep", from)
                             : dir_make(to, err);
    for (struct dirent *e; rc == 0 && (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            rc = copy_entry(from, to, e->d_name, depth, err);
    closedir(d);
    return rc;
}

/* While nobody signs. */
static int copy_log(struct copy *c)
{
    char from[LOG_PATH_BYTES], to[LOG_PATH_BYTES];
    int rc = log_path(from, c->from, "", c->err);
    if (rc == 0) rc = log_path(to, c->to, "", c->err);
    if (rc != 0 || !dir_exists(from)) return rc;
    int lock = log_lock(from, c->err);
    if (lock < 0) return c->err->code;
    rc = copy_tree(from, to, 0, c->err);
    close(lock);
    return rc;
}

static int copy_policy(struct copy *c)
{
    char from[LOG_PATH_BYTES], to[LOG_PATH_BYTES];
    int rc = join(from, c->from, "policy", c->err);
    if (rc == 0) rc = join(to, c->to, "policy", c->err);
    return rc == 0 ? copy_tree(from, to, 0, c->err) : rc;
}

/* ---- the database ---- */

static int copy_database(struct copy *c)
{
    static const char *const beside[] = {"", "-wal", "-shm"};
    char path[LOG_PATH_BYTES + 8];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) { /* of the try before */
        snprintf(path, sizeof path, "%s%s", workspace_db(c->there), beside[i]);
        if (unlink(path) != 0 && errno != ENOENT)
            return error_set_errno(c->err, ERR_IO, "backup", errno, "cannot remove %s", path);
    }
    return store_snapshot(c->live, workspace_db(c->there), c->err);
}

/* ---- originals ---- */

static int count_row(void *arg, const struct object *o)
{
    (void)o;
    ++*(uint64_t *)arg;
    return 0;
}

/* 1: the database in use has no such row any more. */
static int is_purged(struct copy *c, struct sv id)
{
    struct buf b;
    buf_init(&b, 0);
    int rc = ledger_row_bytes(c->live, OBJECT_MEDIA, id, &b, c->err);
    buf_done(&b);
    return rc < 0 ? rc : rc == 0;
}

static int keep(struct copy *c, const char *path, struct sv id)
{
    struct kept_media m;
    char name[SHA256_TEXT_BYTES];
    int rc = workspace_keep_media(c->there, path, &c->arena, &m, c->err);
    if (rc != 0) return rc;
    sha256_format(&m.sha256, name);
    if (sv_is(id, name)) {
        c->sum.files++;
        c->sum.bytes += m.bytes;
    } else {
        c->sum.damaged++; /* kept under the name that its bytes have */
    }
    return 0;
}

/* 1: the database is to be copied again. */
static int copy_original(void *arg, const struct object *o)
{
    struct copy *c = arg;
    char path[LOG_PATH_BYTES], name[80];
    if (c->o->stop && c->o->stop(c->o->arg)) return error_set(c->err, ERR_CANCELLED, "backup", "stopped");
    if (o->id.n != SHA256_TEXT_BYTES - 1) return 0;
    snprintf(name, sizeof name, "media/%.2s/%.*s", o->id.p, SV_FMT(o->id));
    int rc = join(path, c->from, name, c->err);
    if (rc == 0) rc = keep(c, path, o->id);
    if (rc == ERR_NOTFOUND) rc = is_purged(c, o->id); /* else: named, and never kept */
    arena_clear(&c->arena);
    if (rc == 0 && c->o->progress) c->o->progress(c->o->arg, c->sum.files + c->sum.damaged, c->total);
    return rc;
}

static int copy_originals(struct copy *c)
{
    struct store *copied = NULL;
    struct ledger_state state;
    c->total = c->sum.files = c->sum.bytes = c->sum.damaged = 0;
    int rc = store_open(workspace_db(c->there), &copied, c->err);
    if (rc == 0) rc = ledger_state(copied, &state, c->err);
    if (rc == 0) c->sum.entries = state.size;
    if (rc == 0) rc = ledger_rows(copied, OBJECT_MEDIA, count_row, &c->total, c->err);
    if (rc == 0) rc = ledger_rows(copied, OBJECT_MEDIA, copy_original, c, c->err);
    store_close(copied);
    return rc;
}

/* ---- all of it ---- */

static int copy_state(struct copy *c)
{
    int rc = 1;
    for (int i = 0; rc == 1 && i < TRIES; i++) {
        rc = copy_database(c);
        if (rc == 0) rc = copy_originals(c);
    }
    if (rc == 1)
        rc = error_set(c->err, ERR_BUSY, "backup",
                       "originals were purged under each of %d copies: try again when the purge is done",
                       TRIES);
    return rc;
}

static int begin(struct copy *c, const char *to)
{
    struct stat st;
    int n = snprintf(c->to, sizeof c->to, "%s.part", to);
    if (n < 0 || n >= (int)sizeof c->to)
        return error_set(c->err, ERR_LIMIT, "backup", "the path %s is too long", to);
    if (lstat(to, &st) == 0 && (!S_ISDIR(st.st_mode) || (rmdir(to) != 0 && errno != ENOENT)))
        return error_set(c->err, ERR_EXISTS, "backup", "%s is there and not empty: name a new folder", to);
    /* What an earlier copy left is taken away only where it is such a thing. */
    char db[LOG_PATH_BYTES];
    int rc = join(db, c->to, "workspace", c->err);
    if (rc == 0 && lstat(c->to, &st) == 0 && !file_exists(db))
        return error_set(c->err, ERR_EXISTS, "backup",
                         "%s is there and no copy that was ended: name another folder", c->to);
    if (rc == 0 && file_exists(db)) rc = dir_remove_tree(c->to, c->err);
    return rc == 0 ? workspace_init(c->to, c->err) : rc;
}

static int finish(const char *from, const char *to, struct error *err)
{
    char up[LOG_PATH_BYTES];
    struct sv dir = path_dir(sv_cstr(to));
    if (rename(from, to) != 0)
        return error_set_errno(err, ERR_IO, "backup", errno, "cannot rename %s to %s", from, to);
    snprintf(up, sizeof up, "%.*s", SV_FMT(dir));
    int fd = open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return 0;
    (void)fsync(fd); /* some file systems cannot, for a folder */
    close(fd);
    return 0;
}

int evidence_backup(struct workspace *w, struct store *s, const char *to, const struct backup_options *o,
                    struct backup_summary *out, struct error *err)
{
    static const struct backup_options none;
    struct copy c = {.o = o ? o : &none, .from = workspace_dir(w), .live = s, .err = err};
    arena_init(&c.arena, 0);
    int rc = begin(&c, to);
    if (rc == 0) rc = ledger_append(s, STEP_EXPORT, SV("workspace"), SV("{\"format\":\"backup\"}"), err);
    if (rc == 0) rc = workspace_open(c.to, WORKSPACE_ALONE, &c.there, err);
    if (rc == 0) rc = copy_log(&c);
    if (rc == 0) rc = copy_policy(&c);
    if (rc == 0) rc = copy_state(&c);
    workspace_close(c.there);
    if (rc == 0) rc = finish(c.to, to, err);
    arena_done(&c.arena);
    *out = c.sum;
    return rc;
}
