/* The archive: every medium that was ever analysed, found again by what it shows. A medium whose pictures are those of an earlier
 * one, as they are or mirrored, belongs to its family; the family's name is taken from its first member and never changes.
 *
 * Of a medium up to FRAMES_MAX different frames are kept, evenly over its length; it is of a family when half of them are
 * within 31 bits of frames of one earlier medium. The index (index/shelf.h) lies beside that of the banks and can be built again
 * from the stored signals at any time; its mark is the number of the latest medium in it. */
#include "engine/engine_priv.h"

#include "base/vec.h"
#include "index/shelf.h"
#include "store/store_index.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FRAMES_MAX = 16,
    QUALITY_MIN = 50,
    RADIUS = 31,
    SAME_FRAME = 6,     /* bits: a frame so near the one before it says nothing new */
    SHARERS_MAX = 256,  /* media of one hash that are looked at, the oldest of each index first */
    SHARE = 50,         /* percent of the frames */
    SAVE_EVERY = 200000 /* hashes */
};

struct archive {
    struct shelf *shelf;
    int64_t last;   /* number of the latest medium in it */
    size_t unsaved; /* hashes since the last save */
    char dir[4096];
};

/* ---- frames ---- */

static bool is_whole(const struct frame_signal *f)
{
    return f->region.x == 0 && f->region.y == 0 && f->region.w == 1000 && f->region.h == 1000;
}

/* Indexes into the signals: different frames, thinned out evenly. */
static size_t choose_frames(const struct media_signals *s, uint32_t out[FRAMES_MAX])
{
    size_t n = 0, step = 1;
    uint32_t last = UINT32_MAX;
    int64_t seen_us = -1;
    for (uint32_t i = 0, different = 0; i < s->nframes; i++) {
        const struct frame_signal *f = &s->frames[i];
        if (!is_whole(f) || f->quality < QUALITY_MIN || f->time_us == seen_us) continue;
        seen_us = f->time_us;
        if (last != UINT32_MAX && hash256_distance(&s->frames[last].pdq[0], &f->pdq[0]) <= SAME_FRAME)
            continue;
        last = i;
        if (different++ % step) continue;
        if (n == FRAMES_MAX) {
            for (n = 0; n < FRAMES_MAX / 2; n++) out[n] = out[2 * n];
            step *= 2;
            if ((different - 1) % step) continue;
        }
        out[n++] = i;
    }
    return n;
}

/* ---- likeness ---- */

struct sighting {
    uint32_t number, frame;
};
struct sightings {
    struct VEC(struct sighting) v;
    size_t forms;
};

static int on_hit(void *arg, const struct mih_hit *h)
{
    struct sightings *s = arg;
    size_t n = h->npayloads < SHARERS_MAX ? h->npayloads : SHARERS_MAX;
    for (size_t i = 0; i < n; i++)
        if (VEC_PUSH(&s->v, (struct sighting){h->payloads[i], h->query / (uint32_t)s->forms}))
            return ERR_NOMEM;
    return 0;
}

static int by_number(const void *pa, const void *pb)
{
    const struct sighting *a = pa, *b = pb;
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    return a->frame < b->frame ? -1 : a->frame > b->frame;
}

/* Members of the archive that show enough of the frames, the likest first, the older of equals. */
struct alike {
    uint32_t number;
    size_t frames;
};
enum { ALIKE_MAX = 8 };

static size_t likest(struct sightings *s, size_t nframes, struct alike out[ALIKE_MAX])
{
    size_t n = 0;
    if (s->v.n) qsort(s->v.v, s->v.n, sizeof *s->v.v, by_number);
    for (size_t i = 0, end; i < s->v.n; i = end) {
        struct alike one = {s->v.v[i].number, 0};
        for (end = i; end < s->v.n && s->v.v[end].number == one.number; end++)
            one.frames += end == i || s->v.v[end].frame != s->v.v[end - 1].frame;
        if (one.frames * 100 < nframes * SHARE) continue;
        size_t at = n < ALIKE_MAX ? n++ : ALIKE_MAX;
        while (at > 0 && out[at - 1].frames < one.frames) {
            if (at < ALIKE_MAX) out[at] = out[at - 1];
            at--;
        }
        if (at < ALIKE_MAX) out[at] = one;
    }
    return n;
}

static int find_family(struct engine *e, const struct hash256 *v, size_t nframes, const struct sha256 *sha,
                       struct id128 *out, struct error *err)
{
    struct sightings s = {.forms = 2};
    struct alike alike[ALIKE_MAX];
    int rc = shelf_query(e->archive->shelf, v, nframes * s.forms, RADIUS, on_hit, &s);
    size_t n = rc == 0 ? likest(&s, nframes, alike) : 0;
    VEC_DONE(&s.v);
    if (rc) return error_set(err, rc, "engine", "no memory for the archive");
    *out = store_family_of_its_own(sha);
    for (size_t i = 0; i < n; i++) {
        rc = store_number_family(e->store, alike[i].number, out, err);
        if (rc != ERR_NOTFOUND) return rc; /* not found: it was removed since */
    }
    *out = store_family_of_its_own(sha);
    return 0;
}

/* ---- in and out of the index ---- */

static int add(struct archive *x, int64_t n, const struct media_signals *signals, const uint32_t *frames,
               size_t nframes, struct error *err)
{
    struct hash256 v[FRAMES_MAX];
    uint32_t numbers[FRAMES_MAX];
    for (size_t i = 0; i < nframes; i++) {
        v[i] = signals->frames[frames[i]].pdq[DIHEDRAL_ORIGINAL];
        numbers[i] = (uint32_t)n;
    }
    int rc = n > UINT32_MAX ? error_set(err, ERR_LIMIT, "engine", "the archive is full")
                            : shelf_add(x->shelf, v, numbers, nframes, err);
    if (rc) return rc;
    x->last = n;
    x->unsaved += nframes;
    return 0;
}

struct rebuild {
    struct archive *x;
    struct error *err;
};

static int add_stored(void *arg, int64_t n, const struct sha256 *media, struct sv bytes)
{
    struct rebuild *r = arg;
    struct arena a;
    struct media_signals s;
    uint32_t frames[FRAMES_MAX];
    int rc = 0;
    arena_init(&a, 0);
    /* What can no longer be read is not found again, and nothing else is lost. */
    if (bytes.n && signals_read(bytes, &a, &s, NULL) == 0)
        rc = add(r->x, n, &s, frames, choose_frames(&s, frames), r->err);
    arena_done(&a);
    return rc;
}

/* trusted false: from the store alone. */
static int archive_open(struct engine *e, bool trusted, struct error *err)
{
    struct archive *x = calloc(1, sizeof *x);
    struct error why = {0};
    uint64_t mark = 0;
    if (!x) return error_set(err, ERR_NOMEM, "engine", "no memory for the archive");
    snprintf(x->dir, sizeof x->dir, "%s/index", workspace_dir(e->workspace));
    int rc = trusted ? shelf_open(x->dir, "archive", &x->shelf, &mark, &why) : ERR_NOTFOUND;
    if (rc == ERR_FORMAT)
        log_write(e->log, LOG_INFO, "engine", "the index of the archive is built anew: %s", why.text);
    if (rc) {
        mark = 0;
        rc = shelf_new(RADIUS, &x->shelf, err);
    }
    x->last = (int64_t)mark;
    struct rebuild r = {x, err};
    if (rc == 0) rc = store_archive(e->store, x->last, add_stored, &r, err);
    if (rc) {
        shelf_free(x->shelf);
        free(x);
        return rc;
    }
    e->archive = x;
    return 0;
}

int engine_archive_take(struct engine *e, const struct analysis_media *m, struct error *err)
{
    struct id128 family;
    uint32_t frames[FRAMES_MAX];
    struct hash256 v[2 * FRAMES_MAX];
    int64_t number = 0;
    if (m->state != MEDIA_READY) return 0;
    int rc = store_media_family(e->store, &m->sha256, &family, err);
    if (rc != ERR_NOTFOUND) return rc;
    rc = e->archive ? 0 : archive_open(e, true, err);
    size_t n = choose_frames(m->signals, frames);
    if (rc || n == 0) return rc;
    for (size_t i = 0; i < n; i++) {
        v[2 * i] = m->signals->frames[frames[i]].pdq[DIHEDRAL_ORIGINAL];
        v[2 * i + 1] = m->signals->frames[frames[i]].pdq[DIHEDRAL_FLIPY];
    }
    rc = find_family(e, v, n, &m->sha256, &family, err);
    if (rc == 0) rc = store_family_number(e->store, &number, err);
    if (rc == 0 && number <= e->archive->last) {
        /* A transaction was undone after its media had come in: numbers that stand for nothing, or for others. */
        engine_archive_forget(e);
        rc = archive_open(e, false, err);
        if (rc == 0) rc = find_family(e, v, n, &m->sha256, &family, err);
    }
    if (rc == 0) rc = store_family_put(e->store, number, &m->sha256, &family, err);
    return rc ? rc : add(e->archive, number, m->signals, frames, n, err);
}

void engine_archive_forget(struct engine *e)
{
    if (!e->archive) return;
    shelf_free(e->archive->shelf);
    free(e->archive);
    e->archive = NULL;
}

void engine_archive_keep(struct engine *e, bool now)
{
    struct archive *x = e->archive;
    struct error why = {0};
    if (!x || x->unsaved == 0 || (!now && x->unsaved < SAVE_EVERY)) return;
    int rc = shelf_untidy(x->shelf) ? shelf_tidy(x->shelf, NULL, NULL, &why) : 0;
    if (rc == 0) rc = shelf_save(x->shelf, x->dir, "archive", (uint64_t)x->last, &why);
    if (rc)
        log_write(e->log, LOG_WARN, "engine", "the index of the archive was not kept: %s", why.text);
    else
        x->unsaved = 0;
}
