/* The workspace folder: layout, locks, owners. Keeping media is in workspace_media.c. */
#include "store/workspace_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define MARK "marsad workspace "
enum { LAYOUT_VERSION = 1, MARK_MAX_BYTES = 64 };

static const char *const our_names[] = {"workspace", "marsad.db", "media",    "policy",
                                        "log",       "lock",      "run.lock", NULL};

/* ---- making ---- */

static bool is_ours(const char *name)
{
    for (size_t i = 0; our_names[i]; i++) {
        size_t n = strlen(our_names[i]);
        /* also marsad.db-wal, and what an atomic write leaves beside its target when it is killed */
        if (strncmp(name, our_names[i], n) == 0 && (name[n] == '\0' || name[n] == '-' || name[n] == '.'))
            return true;
    }
    return false;
}

static int refuse_strangers(const char *dir, struct error *err)
{
    DIR *d = opendir(dir);
    if (!d) return error_set_errno(err, ERR_IO, "workspace", errno, "cannot read folder %s", dir);
    int rc = 0;
    for (struct dirent *e; rc == 0 && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || is_ours(e->d_name)) continue;
        rc = error_set(err, ERR_EXISTS, "workspace",
                       "%s has something else in it (%s): give an empty or a new folder", dir, e->d_name);
    }
    closedir(d);
    return rc;
}

int workspace_path(char out[PATH_TEXT_BYTES], const char *dir, const char *name, struct error *err)
{
    int n = snprintf(out, PATH_TEXT_BYTES, "%s/%s", dir, name);
    if (n < 0 || n >= PATH_TEXT_BYTES)
        return error_set(err, ERR_LIMIT, "workspace", "the path %s/%s is too long", dir, name);
    return 0;
}

/* The layout's version, 0 when dir is no workspace. */
static int read_mark(const char *dir, int *out_version, struct error *err)
{
    char path[PATH_TEXT_BYTES];
    *out_version = 0;
    int rc = workspace_path(path, dir, "workspace", err);
    if (rc != 0 || !file_exists(path)) return rc;
    struct buf b;
    buf_init(&b, 0);
    rc = file_read(path, MARK_MAX_BYTES, &b, err);
    int64_t version = 0;
    struct sv text = sv_trim(buf_sv(&b));
    bool ok = rc == 0 && sv_starts(text, SV(MARK)) &&
              sv_to_i64(sv_sub(text, sizeof MARK - 1, text.n), &version) && version > 0 &&
              version < INT32_MAX;
    buf_done(&b);
    if (rc != 0) return rc;
    if (!ok)
        return error_set(err, ERR_FORMAT, "workspace", "%s does not say which layout the workspace has",
                         path);
    *out_version = (int)version;
    return 0;
}

int workspace_init(const char *dir, struct error *err)
{
    static const char *const folders[] = {"media", "media/tmp", "policy"};
    char path[PATH_TEXT_BYTES];
    int version = 0;
    int rc = dir_make(dir, err);
    if (rc == 0) rc = read_mark(dir, &version, err);
    if (rc == 0 && version == 0) rc = refuse_strangers(dir, err);
    for (size_t i = 0; rc == 0 && i < sizeof folders / sizeof folders[0]; i++) {
        rc = workspace_path(path, dir, folders[i], err);
        if (rc == 0) rc = dir_make(path, err);
    }
    if (rc != 0 || version > 0) return rc;
    rc = workspace_path(path, dir, "workspace", err);
    return rc != 0 ? rc : file_write_atomic(path, SV(MARK "1\n"), err);
}

/* ---- opening ---- */

/* The open file of the lock, held as asked for; -1 and *err otherwise. */
static int take_lock(const char *dir, const char *name, int how, struct error *err)
{
    char path[PATH_TEXT_BYTES], holder[OWNER_TEXT_BYTES] = "";
    if (workspace_path(path, dir, name, err) != 0) return -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        error_set_errno(err, ERR_IO, "workspace", errno, "cannot open %s", path);
        return -1;
    }
    int rc;
    do rc = flock(fd, how | LOCK_NB);
    while (rc != 0 && errno == EINTR);
    if (rc == 0) return fd;
    if (errno == EWOULDBLOCK) {
        ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
        holder[n > 0 ? n : 0] = '\0';
        error_set(err, ERR_BUSY, "workspace", "%s is in use by another process%s%s: wait for it, or end it",
                  dir, holder[0] ? ", " : "", holder);
    } else {
        error_set_errno(err, ERR_IO, "workspace", errno, "cannot lock %s", path);
    }
    close(fd);
    return -1;
}

static int write_holder(int fd, struct error *err)
{
    char owner[OWNER_TEXT_BYTES];
    int rc = workspace_owner(owner, err);
    if (rc != 0) return rc;
    size_t n = strlen(owner);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, owner, n, 0) != (ssize_t)n)
        return error_set_errno(err, ERR_IO, "workspace", errno, "cannot write run.lock");
    return 0;
}

static int lock_all(struct workspace *w, enum workspace_mode mode, struct error *err)
{
    w->lock_fd = take_lock(w->dir, "lock", mode == WORKSPACE_ALONE ? LOCK_EX : LOCK_SH, err);
    if (w->lock_fd < 0) return err->code;
    if (mode == WORKSPACE_LOOK) return 0;
    w->run_fd = take_lock(w->dir, "run.lock", LOCK_EX, err);
    if (w->run_fd < 0) return err->code;
    int rc = write_holder(w->run_fd, err);
    return rc == 0 ? workspace_empty_tmp(w, err) : rc;
}

static int check_layout(const char *dir, struct error *err)
{
    int version;
    int rc = read_mark(dir, &version, err);
    if (rc != 0) return rc;
    if (version == 0)
        return error_set(err, ERR_NOTFOUND, "workspace", "%s is no workspace: make one with marsad init",
                         dir);
    if (version > LAYOUT_VERSION)
        return error_set(err, ERR_UNSUPPORTED, "workspace",
                         "%s has layout %d and this program knows up to %d", dir, version, LAYOUT_VERSION);
    return 0;
}

int workspace_open(const char *dir, enum workspace_mode mode, struct workspace **out, struct error *err)
{
    struct error own;
    if (!err) err = &own; /* lock_all reads the code back */
    int rc = check_layout(dir, err);
    if (rc != 0) return rc;
    struct workspace *w = calloc(1, sizeof *w);
    if (!w) return error_set(err, ERR_NOMEM, "workspace", "no memory to open %s", dir);
    w->lock_fd = w->run_fd = -1;
    rc = workspace_path(w->db, dir, "marsad.db", err);
    if (rc == 0) snprintf(w->dir, sizeof w->dir, "%s", dir);
    if (rc == 0) rc = lock_all(w, mode, err);
    if (rc != 0) {
        workspace_close(w);
        return rc;
    }
    *out = w;
    return 0;
}

void workspace_close(struct workspace *w)
{
    if (!w) return;
    if (w->run_fd >= 0) close(w->run_fd);
    if (w->lock_fd >= 0) close(w->lock_fd);
    free(w);
}

const char *workspace_dir(const struct workspace *w) { return w->dir; }
const char *workspace_db(const struct workspace *w) { return w->db; }

/* ---- owners ---- */

/* Field 22 of /proc/PID/stat, counted behind the name, which may hold anything: "PID (name) S 1 2 …". */
static bool start_of(int64_t pid, struct buf *out)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    struct buf b;
    buf_init(&b, 0);
    struct sv rest = SV_NULL, field = SV_NULL;
    if (file_read(path, 65536, &b, NULL) == 0) rest = buf_sv(&b);
    size_t at = rest.n;
    while (at > 0 && rest.p[at - 1] != ')') at--;
    rest = sv_trim(sv_sub(rest, at, rest.n));
    bool ok = at > 0;
    for (int i = 3; ok && i <= 22; i++) ok = sv_split(&rest, ' ', &field);
    if (ok) buf_putsv(out, field);
    buf_done(&b);
    return ok && field.n > 0 && !out->failed;
}

static int host_name(char out[256], struct error *err)
{
    if (gethostname(out, 256) != 0)
        return error_set_errno(err, ERR_IO, "workspace", errno, "cannot read the host's name");
    out[255] = '\0';
    for (char *p = out; *p; p++)
        if (*p == ':') *p = '-';
    return 0;
}

int workspace_owner(char out[OWNER_TEXT_BYTES], struct error *err)
{
    char host[256];
    struct buf start;
    buf_init(&start, 0);
    int rc = host_name(host, err);
    if (rc == 0 && !start_of(getpid(), &start))
        rc = error_set(err, ERR_IO, "workspace", "cannot read /proc/%d/stat: is /proc mounted?",
                       (int)getpid());
    if (rc == 0) snprintf(out, OWNER_TEXT_BYTES, "%s:%d:%s", host, (int)getpid(), buf_cstr(&start));
    buf_done(&start);
    return rc;
}

bool workspace_owner_alive(struct sv owner)
{
    char host[256];
    struct sv name, pid_text, rest = owner;
    int64_t pid;
    if (host_name(host, NULL) != 0 || !sv_split(&rest, ':', &name) || !sv_split(&rest, ':', &pid_text))
        return true;
    if (!sv_is(name, host) || !sv_to_i64(pid_text, &pid) || pid < 1 || rest.n == 0) return true;
    if (!dir_exists("/proc/self")) return true;
    struct buf start;
    buf_init(&start, 0);
    bool alive = start_of(pid, &start) && sv_eq(buf_sv(&start), rest);
    buf_done(&start);
    return alive;
}
