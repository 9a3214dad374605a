/* A growing index of pictures in its folder: see pictures.h. */
#include "index/points_priv.h"

static struct piece *piece(void *owner, size_t i) { return &((struct pictures *)owner)->pieces.v[i].file; }

static void describe(struct pictures_piece *x)
{
    x->file.bytes = x->p->bytes;
    x->file.sum = x->p->head->sum ^ x->p->head->head_sum;
}

static int write_piece(void *owner, size_t i, const char *path, struct error *err)
{
    struct pictures_piece *x = &((struct pictures *)owner)->pieces.v[i];
    struct points *mapped = NULL;
    int rc = points_save(x->p, path, err);
    if (rc) return rc;
    describe(x);
    /* What was just written; should it not open, the copy in memory serves on. */
    if (points_open(path, false, &mapped, NULL) == 0) {
        points_free(x->p);
        x->p = mapped;
    }
    return 0;
}

static int take_piece(void *owner, const char *path, struct error *err)
{
    struct pictures *s = owner;
    struct pictures_piece x = {.p = NULL};
    int rc = points_open(path, true, &x.p, err);
    if (rc) return rc;
    describe(&x);
    size_t n = s->owners.n + x.p->npictures, points = x.p->n;
    for (size_t i = 0; i < s->pieces.n; i++) points += s->pieces.v[i].p->n;
    if (n >= INT32_MAX || points > INT32_MAX) {
        points_free(x.p);
        return error_set(err, ERR_FORMAT, "pictures", "more than %d points in an index: build it again",
                         INT32_MAX);
    }
    if (VEC_RESERVE(&s->owners, n + 1) || VEC_PUSH(&s->pieces, x)) {
        points_free(x.p);
        return error_set(err, ERR_NOMEM, "pictures", "no memory to open %s", path);
    }
    while (s->owners.n < n) s->owners.v[s->owners.n++] = PICTURES_NOBODY;
    s->nobody = n;
    return 0;
}

static const struct pieces_kind kind = {.module = "pictures",
                                        .magic = "MARSPIC1",
                                        .list_ending = "pictures",
                                        .piece_ending = "pts",
                                        .piece = piece,
                                        .write = write_piece,
                                        .take = take_piece};

int pictures_save(struct pictures *s, const char *dir, const char *name, struct error *err)
{
    return pieces_save(&kind, s, s->pieces.n, SV(""), dir, name, err);
}

int pictures_open(const char *dir, const char *name, struct pictures **out, struct error *err)
{
    struct pictures *s = NULL;
    struct buf own;
    buf_init(&own, 1);
    int rc = pictures_new(&s, err);
    if (rc == 0) rc = pieces_open(&kind, s, &own, dir, name, err);
    buf_done(&own);
    if (rc) {
        pictures_free(s);
        return rc;
    }
    pictures_number(s);
    *out = s;
    return 0;
}
