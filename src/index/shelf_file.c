/* A shelf in its folder: see shelf.h for the bytes. */
#include "index/shelf_priv.h"

#include <stdlib.h>
#include <string.h>

#include "index/mih_priv.h"

enum { TAIL_BYTES_MAX = 1 << 20 };

static struct piece *piece(void *owner, size_t i) { return &((struct shelf *)owner)->indexes.v[i].file; }

static void describe(struct shelf_index *x)
{
    x->file.bytes = x->m->bytes;
    x->file.sum = x->m->head->sum ^ x->m->head->head_sum;
}

static int write_index(void *owner, size_t i, const char *path, struct error *err)
{
    struct shelf_index *x = &((struct shelf *)owner)->indexes.v[i];
    int rc = mih_save(x->m, path, err);
    if (rc == 0) describe(x);
    return rc;
}

static int take_index(void *owner, const char *path, struct error *err)
{
    struct shelf *s = owner;
    struct shelf_index x = {.m = NULL};
    int rc = mih_open(path, MIH_CHECK_ALL, &x.m, err);
    if (rc) return rc;
    describe(&x);
    if (VEC_PUSH(&s->indexes, x) == 0) return 0;
    mih_free(x.m);
    return error_set(err, ERR_NOMEM, "shelf", "no memory to open %s", path);
}

static const struct pieces_kind kind = {.module = "shelf",
                                        .magic = "MARSSHF2",
                                        .list_ending = "shelf",
                                        .piece_ending = "mih",
                                        .piece = piece,
                                        .write = write_index,
                                        .take = take_index};

int shelf_save(struct shelf *s, const char *dir, const char *name, uint64_t mark, struct error *err)
{
    struct buf own;
    buf_init(&own, TAIL_BYTES_MAX);
    buf_put_u32(&own, (uint32_t)s->radius);
    buf_put_u32(&own, (uint32_t)s->ntail);
    buf_put_u64(&own, mark);
    for (size_t i = 0; i < s->ntail; i++) {
        struct hash256 h = shelf_tail_hash(s, i);
        buf_put(&own, &h, sizeof h);
    }
    for (size_t i = 0; i < s->ntail; i++) buf_put_u32(&own, s->tail_payloads[i]);
    int rc = own.failed ? error_set(err, ERR_NOMEM, "shelf", "no memory to save %s", name)
                        : pieces_save(&kind, s, s->indexes.n, buf_sv(&own), dir, name, err);
    buf_done(&own);
    return rc;
}

/* What the list holds besides its pieces. */
static bool open_own(struct shelf *s, struct sv own, uint64_t *out_mark)
{
    struct reader r = reader_of(own);
    unsigned radius = reader_u32(&r);
    size_t n = reader_u32(&r);
    *out_mark = reader_u64(&r);
    if (r.failed || radius > 256 || n > SHELF_TAIL ||
        reader_left(&r) != n * (sizeof(struct hash256) + sizeof(uint32_t)))
        return false;
    struct sv hashes = reader_bytes(&r, n * sizeof(struct hash256));
    s->radius = (int)radius;
    for (size_t i = 0; i < n; i++) {
        struct hash256 h;
        memcpy(&h, hashes.p + i * sizeof h, sizeof h);
        shelf_tail_put(s, &h, reader_u32(&r));
    }
    return true;
}

int shelf_open(const char *dir, const char *name, struct shelf **out, uint64_t *out_mark, struct error *err)
{
    struct shelf *s = NULL;
    struct buf own;
    buf_init(&own, TAIL_BYTES_MAX);
    int rc = shelf_new(0, &s, err);
    if (rc == 0) rc = pieces_open(&kind, s, &own, dir, name, err);
    if (rc == 0 && !open_own(s, buf_sv(&own), out_mark))
        rc = error_set(err, ERR_FORMAT, "shelf", "%s.shelf: its numbers make no sense: build it again", name);
    buf_done(&own);
    if (rc)
        shelf_free(s);
    else
        *out = s;
    return rc;
}
