/* A growing index of sounds in its folder: see sounds.h for the bytes. */
#include "index/sounds_priv.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

enum {
    LIST_BYTES_MAX = 1 << 20,
    INDEXES_MAX = 4096,
    NUMBER_DIGITS = 16,
    HEAD_BYTES = 12,
    INDEX_BYTES = 24,
    SUM_BYTES = 8
};

static struct sv index_path(struct arena *a, const char *dir, const char *name, uint64_t number)
{
    return arena_printf(a, "%s/%s.%016llx.lmk", dir, name, (unsigned long long)number);
}

static int no_path(struct error *err) { return error_set(err, ERR_NOMEM, "sounds", "no memory for a path"); }

static uint64_t list_sum(struct sv bytes) { return landmarks_hash(bytes.p, bytes.n, 4); }

/* ---- saving ---- */

static int save_indexes(struct sounds *s, struct arena *a, const char *dir, const char *name,
                        struct error *err)
{
    int rc = 0;
    for (size_t i = 0; i < s->indexes.n && rc == 0; i++) {
        struct sounds_index *x = &s->indexes.v[i];
        if (x->number) continue;
        struct sv path = index_path(a, dir, name, s->last_number + 1);
        rc = path.p ? file_write_atomic(path.p, x->l->bytes, err) : no_path(err);
        if (rc == 0) x->number = ++s->last_number;
    }
    return rc;
}

static void put_list(const struct sounds *s, struct buf *b)
{
    buf_puts(b, "MARSSND1");
    buf_put_u32(b, (uint32_t)s->indexes.n);
    for (size_t i = 0; i < s->indexes.n; i++) {
        buf_put_u64(b, s->indexes.v[i].number);
        buf_put_u64(b, s->indexes.v[i].l->bytes.n);
        buf_put_u64(b, s->indexes.v[i].l->head.header_hash);
    }
    if (!b->failed) buf_put_u64(b, list_sum(buf_sv(b)));
}

/* "NAME.<16 hex>.lmk": its number, 0 for any other file. */
static uint64_t number_of(const char *file, const char *name)
{
    size_t n = strlen(name), len = strlen(file);
    char *end = NULL;
    if (len != n + 1 + NUMBER_DIGITS + 4 || strncmp(file, name, n) != 0 || file[n] != '.' ||
        strcmp(file + len - 4, ".lmk") != 0)
        return 0;
    unsigned long long v = strtoull(file + n + 1, &end, 16);
    return end == file + len - 4 ? v : 0;
}

static bool needed(const struct sounds *s, uint64_t number)
{
    for (size_t i = 0; i < s->indexes.n; i++)
        if (s->indexes.v[i].number == number) return true;
    return false;
}

/* Numbers go on from the highest that any file of the name has, so that no file is ever written twice. */
static void see_numbers(struct sounds *s, const char *dir, const char *name)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        uint64_t number = number_of(e->d_name, name);
        if (number > s->last_number) s->last_number = number;
    }
    if (d) closedir(d);
}

static void remove_old(const struct sounds *s, struct arena *a, const char *dir, const char *name)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        uint64_t number = number_of(e->d_name, name);
        if (number == 0 || needed(s, number)) continue;
        struct sv path = index_path(a, dir, name, number);
        if (path.p) unlink(path.p);
    }
    if (d) closedir(d);
}

int sounds_save(struct sounds *s, const char *dir, const char *name, struct error *err)
{
    struct arena a;
    struct buf b;
    arena_init(&a, 0);
    buf_init(&b, LIST_BYTES_MAX);
    int rc = dir_make(dir, err);
    if (rc == 0) see_numbers(s, dir, name);
    if (rc == 0) rc = save_indexes(s, &a, dir, name, err);
    if (rc == 0) put_list(s, &b);
    struct sv path = arena_printf(&a, "%s/%s.sounds", dir, name);
    if (rc == 0 && (b.failed || !path.p)) rc = no_path(err);
    if (rc == 0) rc = file_write_atomic(path.p, buf_sv(&b), err);
    if (rc == 0) remove_old(s, &a, dir, name);
    buf_done(&b);
    arena_done(&a);
    return rc;
}

/* ---- opening ---- */

static int bad(struct error *err, const char *name, const char *what)
{
    return error_set(err, ERR_FORMAT, "sounds", "%s.sounds: %s: build it again", name, what);
}

static int open_index(struct sounds *s, struct arena *a, const char *dir, const char *name, struct reader *r,
                      struct error *err)
{
    struct sounds_index x = {.number = reader_u64(r)};
    uint64_t bytes = reader_u64(r), sum = reader_u64(r);
    struct sv path = index_path(a, dir, name, x.number);
    if (!path.p) return no_path(err);
    int rc = landmarks_open(path.p, &x.l, err);
    if (rc == ERR_NOTFOUND || rc == ERR_UNSUPPORTED) return bad(err, name, "one of its indexes is not there");
    if (rc) return rc;
    buf_init(&x.bytes, 0);
    if (x.number == 0 || x.l->bytes.n != bytes || x.l->head.header_hash != sum)
        rc = bad(err, name, "one of its indexes is another one");
    if (rc == 0) rc = landmarks_verify(x.l, err);
    if (rc == 0 && VEC_PUSH(&s->indexes, x))
        rc = error_set(err, ERR_NOMEM, "sounds", "no memory to open %s", name);
    if (rc) landmarks_free(x.l);
    if (rc == 0 && x.number > s->last_number) s->last_number = x.number;
    return rc;
}

static int open_list(struct sv bytes, const char *dir, const char *name, struct arena *a, struct sounds *s,
                     struct error *err)
{
    if (bytes.n < HEAD_BYTES + SUM_BYTES) return bad(err, name, "it is cut off");
    struct sv all = sv_sub(bytes, 0, bytes.n - SUM_BYTES);
    struct reader end = reader_of(sv_sub(bytes, bytes.n - SUM_BYTES, bytes.n)), r = reader_of(all);
    if (reader_u64(&end) != list_sum(all)) return bad(err, name, "its checksum is wrong");
    if (!sv_eq(reader_bytes(&r, 8), SV("MARSSND1"))) return bad(err, name, "it is of another version");
    size_t n = reader_u32(&r);
    int rc = n > INDEXES_MAX || reader_left(&r) != n * INDEX_BYTES
                 ? bad(err, name, "its numbers make no sense")
                 : 0;
    for (size_t i = 0; i < n && rc == 0; i++) rc = open_index(s, a, dir, name, &r, err);
    return rc;
}

int sounds_open(const char *dir, const char *name, struct sounds **out, struct error *err)
{
    struct arena a;
    struct buf b;
    struct sounds *s = NULL;
    arena_init(&a, 0);
    buf_init(&b, LIST_BYTES_MAX);
    struct sv path = arena_printf(&a, "%s/%s.sounds", dir, name);
    int rc = path.p ? file_read(path.p, LIST_BYTES_MAX, &b, err) : no_path(err);
    if (rc == ERR_LIMIT) rc = bad(err, name, "it is too long");
    if (rc == 0) rc = sounds_new(&s, err);
    if (rc == 0) rc = open_list(buf_sv(&b), dir, name, &a, s, err);
    buf_done(&b);
    arena_done(&a);
    if (rc)
        sounds_free(s);
    else
        *out = s;
    return rc;
}
