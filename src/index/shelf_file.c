/* A shelf in its folder: see shelf.h for the bytes. */
#include "index/shelf_priv.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "index/mih_priv.h"

enum { LIST_BYTES_MAX = 16 << 20, INDEXES_MAX = 4096, NUMBER_DIGITS = 16 };

static struct sv index_path(struct arena *a, const char *dir, const char *name, uint64_t number)
{
    return arena_printf(a, "%s/%s.%016llx.mih", dir, name, (unsigned long long)number);
}

/* ---- saving ---- */

static int save_indexes(struct shelf *s, struct arena *a, const char *dir, const char *name,
                        struct error *err)
{
    int rc = 0;
    for (size_t i = 0; i < s->indexes.n && rc == 0; i++) {
        struct shelf_index *x = &s->indexes.v[i];
        if (x->number) continue;
        struct sv path = index_path(a, dir, name, s->last_number + 1);
        rc =
            path.p ? mih_save(x->m, path.p, err) : error_set(err, ERR_NOMEM, "shelf", "no memory for a path");
        if (rc) break;
        x->number = ++s->last_number;
        x->sum = x->m->head->sum ^ x->m->head->head_sum;
    }
    return rc;
}

static void put_list(const struct shelf *s, uint64_t mark, struct buf *b)
{
    uint32_t order = MIH_ORDER;
    buf_puts(b, "MARSSHF1");
    buf_put(b, &order, sizeof order);
    buf_put_u32(b, (uint32_t)s->radius);
    buf_put_u64(b, mark);
    buf_put_u32(b, (uint32_t)s->indexes.n);
    buf_put_u32(b, (uint32_t)s->ntail);
    for (size_t i = 0; i < s->indexes.n; i++) {
        buf_put_u64(b, s->indexes.v[i].number);
        buf_put_u64(b, s->indexes.v[i].m->entries);
        buf_put_u64(b, s->indexes.v[i].sum);
    }
    for (size_t i = 0; i < s->ntail; i++) {
        struct hash256 h = shelf_tail_hash(s, i);
        buf_put(b, &h, sizeof h);
    }
    for (size_t i = 0; i < s->ntail; i++) buf_put_u32(b, s->tail_payloads[i]);
    buf_put_u64(b, mih_sum(b->p, b->n));
}

/* "NAME.<16 hex>.mih": its number, 0 for any other file. */
static uint64_t number_of(const char *file, const char *name)
{
    size_t n = strlen(name), len = strlen(file);
    char *end = NULL;
    if (len != n + 1 + NUMBER_DIGITS + 4 || strncmp(file, name, n) != 0 || file[n] != '.' ||
        strcmp(file + len - 4, ".mih") != 0)
        return 0;
    unsigned long long v = strtoull(file + n + 1, &end, 16);
    return end == file + len - 4 ? v : 0;
}

static bool needed(const struct shelf *s, uint64_t number)
{
    for (size_t i = 0; i < s->indexes.n; i++)
        if (s->indexes.v[i].number == number) return true;
    return false;
}

static void remove_old(const struct shelf *s, struct arena *a, const char *dir, const char *name)
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

/* Numbers go on from the highest that any file of the name has, so that no file is ever written twice. */
static void see_numbers(struct shelf *s, const char *dir, const char *name)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        uint64_t number = number_of(e->d_name, name);
        if (number > s->last_number) s->last_number = number;
    }
    if (d) closedir(d);
}

int shelf_save(struct shelf *s, const char *dir, const char *name, uint64_t mark, struct error *err)
{
    struct arena a;
    struct buf b;
    arena_init(&a, 0);
    buf_init(&b, LIST_BYTES_MAX);
    int rc = dir_make(dir, err);
    if (rc == 0) see_numbers(s, dir, name);
    if (rc == 0) rc = save_indexes(s, &a, dir, name, err);
    struct sv path = arena_printf(&a, "%s/%s.shelf", dir, name);
    if (rc == 0) put_list(s, mark, &b);
    if (rc == 0 && (b.failed || !path.p))
        rc = error_set(err, ERR_NOMEM, "shelf", "no memory to save %s", name);
    if (rc == 0) rc = file_write_atomic(path.p, buf_sv(&b), err);
    if (rc == 0) remove_old(s, &a, dir, name);
    buf_done(&b);
    arena_done(&a);
    return rc;
}

/* ---- opening ---- */

static int bad(struct error *err, const char *name, const char *what)
{
    return error_set(err, ERR_FORMAT, "shelf", "%s.shelf: %s: build it again", name, what);
}

static int open_index(struct shelf *s, struct arena *a, const char *dir, const char *name, struct reader *r,
                      struct error *err)
{
    struct shelf_index x = {.number = reader_u64(r)};
    uint64_t entries = reader_u64(r);
    x.sum = reader_u64(r);
    struct sv path = index_path(a, dir, name, x.number);
    if (!path.p) return error_set(err, ERR_NOMEM, "shelf", "no memory for a path");
    int rc = mih_open(path.p, MIH_CHECK_ALL, &x.m, err);
    if (rc == ERR_NOTFOUND || rc == ERR_UNSUPPORTED) return bad(err, name, "one of its indexes is not there");
    if (rc) return rc;
    if (x.m->entries != entries || (x.m->head->sum ^ x.m->head->head_sum) != x.sum) {
        mih_free(x.m);
        return bad(err, name, "one of its indexes is another one");
    }
    if (VEC_PUSH(&s->indexes, x)) {
        mih_free(x.m);
        return error_set(err, ERR_NOMEM, "shelf", "no memory to open %s", name);
    }
    if (x.number > s->last_number) s->last_number = x.number;
    return 0;
}

static int open_tail(struct shelf *s, struct reader *r, size_t n)
{
    struct sv hashes = reader_bytes(r, n * sizeof(struct hash256));
    for (size_t i = 0; i < n && !r->failed; i++) {
        struct hash256 h;
        memcpy(&h, hashes.p + i * sizeof h, sizeof h);
        shelf_tail_put(s, &h, reader_u32(r));
    }
    return r->failed || reader_left(r) != 0;
}

static int open_list(struct sv bytes, const char *dir, const char *name, struct arena *a, struct shelf **out,
                     uint64_t *out_mark, struct error *err)
{
    enum { HEAD = 32, SUM = 8 };
    uint32_t order = MIH_ORDER;
    if (bytes.n < HEAD + SUM) return bad(err, name, "it is cut off");
    struct reader end = reader_of(sv_sub(bytes, bytes.n - SUM, bytes.n));
    if (reader_u64(&end) != mih_sum(bytes.p, bytes.n - SUM)) return bad(err, name, "its checksum is wrong");
    struct reader r = reader_of(sv_sub(bytes, 0, bytes.n - SUM));
    if (!sv_eq(reader_bytes(&r, 8), SV("MARSSHF1")) || memcmp(reader_bytes(&r, 4).p, &order, 4) != 0)
        return bad(err, name, "it is of another version or kind of machine");
    int radius = (int)reader_u32(&r);
    uint64_t mark = reader_u64(&r);
    size_t indexes = reader_u32(&r), tail = reader_u32(&r);
    if (indexes > INDEXES_MAX || tail > SHELF_TAIL) return bad(err, name, "its numbers make no sense");
    struct shelf *s = NULL;
    int rc = shelf_new(radius, &s, err);
    for (size_t i = 0; i < indexes && rc == 0; i++) rc = open_index(s, a, dir, name, &r, err);
    if (rc == 0 && open_tail(s, &r, tail)) rc = bad(err, name, "its length does not fit what it holds");
    if (rc) {
        shelf_free(s);
        return rc == ERR_ARG ? bad(err, name, "its numbers make no sense") : rc;
    }
    *out = s;
    *out_mark = mark;
    return 0;
}

int shelf_open(const char *dir, const char *name, struct shelf **out, uint64_t *out_mark, struct error *err)
{
    struct arena a;
    struct buf b;
    arena_init(&a, 0);
    buf_init(&b, LIST_BYTES_MAX);
    struct sv path = arena_printf(&a, "%s/%s.shelf", dir, name);
    int rc = path.p ? file_read(path.p, LIST_BYTES_MAX, &b, err)
                    : error_set(err, ERR_NOMEM, "shelf", "no memory for a path");
    if (rc == ERR_LIMIT) rc = bad(err, name, "it is too long");
    if (rc == 0) rc = open_list(buf_sv(&b), dir, name, &a, out, out_mark, err);
    buf_done(&b);
    arena_done(&a);
    return rc;
}
