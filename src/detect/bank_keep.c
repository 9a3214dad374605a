/* Keeping a set of banks with its indexes in a folder, and opening it again: see bank_file.h. */
#include "detect/bank_file.h"
#include "detect/bank_sights.h"
#include "detect/bank_sounds.h"
#include "detect/detect_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum {
    KEEP_FROM = 4096,    /* frames: fewer are read as fast from the store */
    CHANGES_MANY = 4096, /* items; fewer are followed at the next start */
    SHARE = 16           /* of its frames or points that are new */
};

static struct sv set_path(struct arena *a, const char *dir) { return arena_printf(a, "%s/banks.set", dir); }

/* ---- keeping ---- */

bool bank_set_keepable(const struct bank_set *b)
{
    if (!b->index || b->frames.n < KEEP_FROM) return false;
    size_t points = b->pictures ? pictures_facts(b->pictures).points : 0;
    size_t new_points = b->new_points + b->fresh_points;
    return !b->kept || b->changes > CHANGES_MANY || b->new_frames * SHARE > b->frames.n ||
           (new_points && new_points * SHARE > points);
}

/* When most of it was taken out, it is better read anew. */
static bool mostly_gone(const struct bank_set *b)
{
    size_t gone = 0;
    for (size_t i = 0; i < b->items.n; i++) gone += b->items.v[i].threshold < 0;
    return gone * 2 > b->items.n;
}

static int write_set(const struct bank_set *b, const char *path, const struct bank_index_line *line,
                     struct sv mark, struct error *err)
{
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX); /* bounded by BANK_MAX_ITEMS */
    int rc = bank_file_write(b, line, mark, &bytes);
    rc = rc ? error_set(err, rc, DETECT_MODULE, "no memory to keep the banks")
            : file_write_atomic(path, buf_sv(&bytes), err);
    buf_done(&bytes);
    return rc;
}

int bank_set_keep(struct bank_set *b, const char *dir, struct sv mark, struct error *err)
{
    struct arena a;
    struct bank_index_line line;
    int rc = bank_sounds_save(b, dir, err);
    if (rc || !bank_set_keepable(b)) return rc;
    arena_init(&a, 0);
    struct sv path = set_path(&a, dir);
    rc = path.p ? bank_index_save(b, dir, &line, err)
                : error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for a path");
    if (rc == 0) rc = bank_sights_save(b, dir, err);
    if (rc == 0 && mostly_gone(b))
        unlink(path.p);
    else if (rc == 0)
        rc = write_set(b, path.p, &line, mark, err);
    if (rc == 0) b->kept = true, b->changes = b->new_frames = b->new_points = 0;
    arena_done(&a);
    return rc;
}

/* ---- opening ---- */

static int map_set(const char *path, struct bank_set *b, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
    if (fd < 0)
        return error_set_errno(err, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, DETECT_MODULE, errno,
                               "cannot open %s", path);
    if (fstat(fd, &st) != 0)
        rc = error_set_errno(err, ERR_IO, DETECT_MODULE, errno, "cannot see the size of %s", path);
    else if (!S_ISREG(st.st_mode) || st.st_size < BANK_FILE_HEAD_BYTES)
        rc = error_set(err, ERR_FORMAT, DETECT_MODULE, "%s: too short: the banks are read anew", path);
    if (rc == 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED)
            rc = error_set_errno(err, ERR_IO, DETECT_MODULE, errno, "cannot map %s", path);
        else
            b->map = p, b->map_bytes = (size_t)st.st_size;
    }
    close(fd);
    return rc;
}

/* An index that is not there is as good as a damaged one: the set alone is nothing. */
static int open_beside(struct bank_set *b, const char *dir, const struct bank_index_line *line,
                       struct error *err)
{
    struct error why;
    int rc = bank_index_open(b, dir, line, err);
    if (rc == 0) rc = bank_sights_open(b, dir, err);
    if (rc) return rc == ERR_NOTFOUND ? ERR_FORMAT : rc;
    rc = bank_sounds_open(b, dir, &why);
    return rc == ERR_NOMEM ? error_set(err, rc, DETECT_MODULE, "%s", why.text) : 0;
}

int bank_set_open(const char *dir, struct bank_set **out, struct buf *out_mark, struct error *err)
{
    struct arena a;
    struct bank_set *b = NULL;
    struct bank_index_line line;
    struct sv mark;
    arena_init(&a, 0);
    struct sv path = set_path(&a, dir);
    int rc =
        path.p ? bank_set_new(&b, err) : error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for a path");
    if (rc == 0) rc = map_set(path.p, b, err);
    if (rc == 0) rc = bank_file_read(sv_of(b->map, b->map_bytes), b, &line, &mark, err);
    if (rc == 0) rc = open_beside(b, dir, &line, err);
    if (rc == 0) {
        buf_clear(out_mark);
        buf_putsv(out_mark, mark);
        if (out_mark->failed) rc = error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for banks");
    }
    arena_done(&a);
    if (rc) {
        bank_set_free(b);
        return rc;
    }
    b->kept = true;
    b->changes = b->new_frames = b->new_points = 0;
    *out = b;
    return 0;
}

int bank_set_open_sounds(struct bank_set *b, const char *dir, struct error *err)
{
    return bank_sounds_open(b, dir, err);
}
