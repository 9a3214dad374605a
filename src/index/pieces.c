#include "index/pieces.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "index/mih.h"

enum {
    LIST_BYTES_MAX = 16 << 20,
    PIECES_MAX = 4096,
    NUMBER_DIGITS = 16,
    HEAD_BYTES = 24,
    PIECE_BYTES = 24,
    SUM_BYTES = 8
};
#define ORDER UINT32_C(0x01020304)

/* Where a saved index lies. */
struct place {
    const struct pieces_kind *kind;
    const char *dir, *name;
    struct arena a;
};

static int no_memory(const struct place *at, struct error *err)
{
    return error_set(err, ERR_NOMEM, at->kind->module, "no memory for the index %s", at->name);
}

static const char *piece_path(struct place *at, uint64_t number)
{
    return arena_printf(&at->a, "%s/%s.%016llx.%s", at->dir, at->name, (unsigned long long)number,
                        at->kind->piece_ending)
        .p;
}

static const char *list_path(struct place *at)
{
    return arena_printf(&at->a, "%s/%s.%s", at->dir, at->name, at->kind->list_ending).p;
}

/* ---- saving ---- */

/* "NAME.<16 hex>.<ending>": its number, 0 for any other file. */
static uint64_t number_of(const struct place *at, const char *file)
{
    size_t n = strlen(at->name), len = strlen(file), tail = strlen(at->kind->piece_ending) + 1;
    char *end = NULL;
    if (len != n + 1 + NUMBER_DIGITS + tail || strncmp(file, at->name, n) != 0 || file[n] != '.' ||
        file[len - tail] != '.' || strcmp(file + len - tail + 1, at->kind->piece_ending) != 0)
        return 0;
    unsigned long long v = strtoull(file + n + 1, &end, 16);
    return end == file + len - tail ? v : 0;
}

static uint64_t last_number(const struct place *at, void *owner, size_t n)
{
    uint64_t last = 0;
    DIR *d = opendir(at->dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        uint64_t number = number_of(at, e->d_name);
        if (number > last) last = number;
    }
    if (d) closedir(d);
    for (size_t i = 0; i < n; i++)
        if (at->kind->piece(owner, i)->number > last) last = at->kind->piece(owner, i)->number;
    return last;
}

static int save_pieces(struct place *at, void *owner, size_t n, struct error *err)
{
    uint64_t last = last_number(at, owner, n);
    for (size_t i = 0; i < n; i++) {
        struct piece *p = at->kind->piece(owner, i);
        const char *path = p->number ? piece_path(at, p->number) : NULL;
        if (path && file_exists(path)) continue;
        path = piece_path(at, last + 1);
        int rc = path ? at->kind->write(owner, i, path, err) : no_memory(at, err);
        if (rc) return rc;
        at->kind->piece(owner, i)->number = ++last;
    }
    return 0;
}

static void put_list(const struct place *at, void *owner, size_t n, struct sv own, struct buf *b)
{
    uint32_t order = ORDER;
    buf_put(b, at->kind->magic, 8);
    buf_put(b, &order, sizeof order);
    buf_put_u32(b, (uint32_t)n);
    buf_put_u64(b, own.n);
    for (size_t i = 0; i < n; i++) {
        const struct piece *p = at->kind->piece(owner, i);
        buf_put_u64(b, p->number);
        buf_put_u64(b, p->bytes);
        buf_put_u64(b, p->sum);
    }
    buf_putsv(b, own);
    if (!b->failed) buf_put_u64(b, mih_sum(b->p, b->n));
}

static bool needed(const struct place *at, void *owner, size_t n, uint64_t number)
{
    for (size_t i = 0; i < n; i++)
        if (at->kind->piece(owner, i)->number == number) return true;
    return false;
}

static void remove_old(struct place *at, void *owner, size_t n)
{
    DIR *d = opendir(at->dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        uint64_t number = number_of(at, e->d_name);
        if (number == 0 || needed(at, owner, n, number)) continue;
        const char *path = piece_path(at, number);
        if (path) unlink(path);
    }
    if (d) closedir(d);
}

int pieces_save(const struct pieces_kind *k, void *owner, size_t n, struct sv own, const char *dir,
                const char *name, struct error *err)
{
    struct place at = {.kind = k, .dir = dir, .name = name};
    struct buf b;
    arena_init(&at.a, 0);
    buf_init(&b, LIST_BYTES_MAX);
    int rc = n > PIECES_MAX ? error_set(err, ERR_LIMIT, k->module, "%zu pieces in one index", n) : 0;
    if (rc == 0) rc = dir_make(dir, err);
    if (rc == 0) rc = save_pieces(&at, owner, n, err);
    const char *path = list_path(&at);
    if (rc == 0) put_list(&at, owner, n, own, &b);
    if (rc == 0 && (b.failed || !path)) rc = no_memory(&at, err);
    if (rc == 0) rc = file_write_atomic(path, buf_sv(&b), err);
    if (rc == 0) remove_old(&at, owner, n);
    buf_done(&b);
    arena_done(&at.a);
    return rc;
}

/* ---- opening ---- */

static int bad(const struct place *at, const char *what, struct error *err)
{
    return error_set(err, ERR_FORMAT, at->kind->module, "%s.%s: %s: build it again", at->name,
                     at->kind->list_ending, what);
}

static int open_piece(struct place *at, void *owner, size_t i, struct reader *r, struct error *err)
{
    struct piece want = {.number = reader_u64(r)};
    want.bytes = reader_u64(r);
    want.sum = reader_u64(r);
    const char *path = piece_path(at, want.number);
    int rc = path ? at->kind->take(owner, path, err) : no_memory(at, err);
    if (rc == ERR_NOTFOUND || rc == ERR_UNSUPPORTED) return bad(at, "one of its pieces is not there", err);
    if (rc) return rc;
    struct piece *got = at->kind->piece(owner, i);
    if (want.number == 0 || got->bytes != want.bytes || got->sum != want.sum)
        return bad(at, "one of its pieces is another one", err);
    got->number = want.number;
    return 0;
}

static int open_list(struct place *at, void *owner, struct sv bytes, struct buf *own, struct error *err)
{
    uint32_t order = ORDER;
    if (bytes.n < HEAD_BYTES + SUM_BYTES) return bad(at, "it is cut off", err);
    struct sv all = sv_sub(bytes, 0, bytes.n - SUM_BYTES);
    struct reader end = reader_of(sv_sub(bytes, bytes.n - SUM_BYTES, bytes.n)), r = reader_of(all);
    if (reader_u64(&end) != mih_sum(all.p, all.n)) return bad(at, "its checksum is wrong", err);
    if (memcmp(reader_bytes(&r, 8).p, at->kind->magic, 8) != 0 ||
        memcmp(reader_bytes(&r, 4).p, &order, 4) != 0)
        return bad(at, "it is of another version or kind of machine", err);
    size_t n = reader_u32(&r), own_bytes = reader_u64(&r);
    if (n > PIECES_MAX || own_bytes > reader_left(&r) || reader_left(&r) - own_bytes != n * PIECE_BYTES)
        return bad(at, "its numbers make no sense", err);
    for (size_t i = 0; i < n; i++) {
        int rc = open_piece(at, owner, i, &r, err);
        if (rc) return rc;
    }
    buf_clear(own);
    buf_putsv(own, reader_bytes(&r, own_bytes));
    return own->failed ? no_memory(at, err) : 0;
}

int pieces_open(const struct pieces_kind *k, void *owner, struct buf *own, const char *dir, const char *name,
                struct error *err)
{
    struct place at = {.kind = k, .dir = dir, .name = name};
    struct buf b;
    arena_init(&at.a, 0);
    buf_init(&b, LIST_BYTES_MAX);
    const char *path = list_path(&at);
    int rc = path ? file_read(path, LIST_BYTES_MAX, &b, err) : no_memory(&at, err);
    if (rc == ERR_LIMIT) rc = bad(&at, "it is too long", err);
    if (rc == 0) rc = open_list(&at, owner, buf_sv(&b), own, err);
    buf_done(&b);
    arena_done(&at.a);
    return rc;
}
