/* A growing index of sounds in its folder: see sounds.h. */
#include "index/sounds_priv.h"

#include "base/file.h"

static struct piece *piece(void *owner, size_t i) { return &((struct sounds *)owner)->indexes.v[i].file; }

static void describe(struct sounds_index *x)
{
    x->file.bytes = x->l->bytes.n;
    x->file.sum = x->l->head.header_hash;
}

static int write_index(void *owner, size_t i, const char *path, struct error *err)
{
    struct sounds_index *x = &((struct sounds *)owner)->indexes.v[i];
    int rc = file_write_atomic(path, x->l->bytes, err);
    if (rc == 0) describe(x);
    return rc;
}

static int take_index(void *owner, const char *path, struct error *err)
{
    struct sounds *s = owner;
    struct sounds_index x = {.l = NULL};
    int rc = landmarks_open(path, &x.l, err);
    if (rc) return rc;
    buf_init(&x.bytes, 0);
    rc = landmarks_verify(x.l, err);
    if (rc == 0) describe(&x);
    if (rc == 0 && VEC_PUSH(&s->indexes, x))
        rc = error_set(err, ERR_NOMEM, "sounds", "no memory to open %s", path);
    if (rc) landmarks_free(x.l);
    return rc;
}

static const struct pieces_kind kind = {.module = "sounds",
                                        .magic = "MARSSND2",
                                        .list_ending = "sounds",
                                        .piece_ending = "lmk",
                                        .piece = piece,
                                        .write = write_index,
                                        .take = take_index};

int sounds_save(struct sounds *s, const char *dir, const char *name, struct error *err)
{
    return pieces_save(&kind, s, s->indexes.n, SV(""), dir, name, err);
}

int sounds_open(const char *dir, const char *name, struct sounds **out, struct error *err)
{
    struct sounds *s = NULL;
    struct buf own;
    buf_init(&own, 1);
    int rc = sounds_new(&s, err);
    if (rc == 0) rc = pieces_open(&kind, s, &own, dir, name, err);
    buf_done(&own);
    if (rc)
        sounds_free(s);
    else
        *out = s;
    return rc;
}
