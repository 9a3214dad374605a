#include "detect/bank_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "detect/detect_priv.h"

enum { RADIUS = 31, MANY_DEAD = 10000 };
#define NO_FRAME BANK_INDEX_NOTHING

struct bank_index {
    struct shelf *shelf;
    struct VEC(uint32_t) frame_of; /* number → frame of the set, NO_FRAME: gone */
    size_t items, dead;            /* items of the set that are in; numbers that lead nowhere */
    uint32_t line;
};

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the index of banks");
}

static int index_new(struct bank_index **out, struct error *err)
{
    struct bank_index *x = calloc(1, sizeof *x);
    if (!x) return no_memory(err);
    int rc = shelf_new(RADIUS, &x->shelf, err);
    if (rc) {
        free(x);
        return rc;
    }
    uint64_t now[2] = {(uint64_t)clock_now_us(), (uint64_t)(uintptr_t)x};
    x->line = (uint32_t)hash_bytes(sv_of((const char *)now, sizeof now));
    *out = x;
    return 0;
}

void bank_index_free(struct bank_index *x)
{
    if (!x) return;
    shelf_free(x->shelf);
    VEC_DONE(&x->frame_of);
    free(x);
}

size_t bank_index_count(const struct bank_index *x) { return x ? shelf_count(x->shelf) : 0; }

/* ---- keeping up with the set ---- */

static bool in_index(const struct set_item *item) { return item->nframes > 0 && item->threshold >= 0; }

static int give_numbers(struct bank_index *x, const struct set_item *item)
{
    if (x->frame_of.n + item->nframes >= NO_FRAME) return ERR_LIMIT;
    for (uint32_t k = 0; k < item->nframes; k++)
        if (VEC_PUSH(&x->frame_of, item->first_frame + k)) return ERR_NOMEM;
    return 0;
}

/* Items from `first` on, in one piece: a large one becomes one index. */
static int take_items(struct bank_index *x, const struct bank_set *b, size_t first, struct error *err)
{
    size_t n = 0, at = 0, numbers = x->frame_of.n;
    for (size_t i = first; i < b->items.n; i++) n += in_index(&b->items.v[i]) ? b->items.v[i].nframes : 0;
    if (n == 0) return 0;
    struct hash256 *hashes = malloc(n * sizeof *hashes);
    uint32_t *payloads = malloc(n * sizeof *payloads);
    int rc = hashes && payloads ? 0 : no_memory(err);
    for (size_t i = first; i < b->items.n && rc == 0; i++) {
        const struct set_item *item = &b->items.v[i];
        uint32_t number = (uint32_t)x->frame_of.n;
        if (!in_index(item)) continue;
        rc = give_numbers(x, item);
        if (rc) error_set(err, rc, DETECT_MODULE, "no room for the index of banks");
        for (uint32_t k = 0; k < item->nframes && rc == 0; k++, at++) {
            hashes[at] = b->hashes.v[item->first_frame - b->hashes_from + k];
            payloads[at] = number + k;
        }
    }
    if (rc == 0) rc = shelf_add(x->shelf, hashes, payloads, n, err);
    if (rc) x->frame_of.n = numbers;
    free(hashes);
    free(payloads);
    return rc;
}

/* Numbers of items that were removed since they were taken in. */
static void drop_dead(struct bank_index *x, const struct bank_set *b)
{
    if (b->removed == 0) return;
    x->dead = 0;
    for (size_t i = 0; i < x->frame_of.n; i++) {
        uint32_t frame = x->frame_of.v[i];
        if (frame != NO_FRAME && b->items.v[b->frames.v[frame].item].threshold < 0) {
            x->frame_of.v[i] = NO_FRAME;
        }
        x->dead += x->frame_of.v[i] == NO_FRAME;
    }
}

static bool is_alive(void *arg, uint32_t number)
{
    const struct bank_index *x = arg;
    return number < x->frame_of.n && x->frame_of.v[number] != NO_FRAME;
}

static int tidy(struct bank_index *x, struct error *err)
{
    bool many_dead = x->dead > MANY_DEAD && x->dead > shelf_count(x->shelf) / 3;
    if (!many_dead && !shelf_untidy(x->shelf)) return 0;
    return shelf_tidy(x->shelf, x->dead ? is_alive : NULL, x, err);
}

int bank_index_of(struct bank_set *b, struct bank_index **out, struct error *err)
{
    int rc = b->index ? 0 : index_new(&b->index, err);
    if (rc) return rc;
    rc = take_items(b->index, b, b->index->items, err);
    if (rc) return rc;
    b->index->items = b->items.n;
    VEC_DONE(&b->hashes); /* the index has them */
    b->hashes_from = b->frames.n;
    drop_dead(b->index, b);
    b->removed = 0;
    *out = b->index;
    return 0;
}

/* ---- asking ---- */

struct asking {
    const struct bank_index *x;
    int (*hit)(void *arg, const struct mih_hit *hit);
    void *arg;
};

static int translate(void *arg, const struct mih_hit *h)
{
    enum { AT_ONCE = 512 };
    const struct asking *a = arg;
    uint32_t frames[AT_ONCE];
    int rc = 0;
    for (size_t at = 0; at < h->npayloads && rc == 0;) {
        size_t n = 0;
        for (; at < h->npayloads && n < AT_ONCE; at++) {
            uint32_t number = h->payloads[at];
            if (number < a->x->frame_of.n && a->x->frame_of.v[number] != NO_FRAME)
                frames[n++] = a->x->frame_of.v[number];
        }
        if (n) rc = a->hit(a->arg, &(struct mih_hit){h->query, h->distance, frames, n});
    }
    return rc;
}

int bank_index_query(const struct bank_index *x, const struct hash256 *queries, size_t nqueries, int radius,
                     int (*hit)(void *arg, const struct mih_hit *hit), void *arg)
{
    struct asking a = {x, hit, arg};
    return shelf_query(x->shelf, queries, nqueries, radius, translate, &a);
}

/* ---- on disk ---- */

int bank_index_save(struct bank_set *b, const char *dir, struct bank_index_line *out, struct error *err)
{
    struct bank_index *x = NULL;
    int rc = bank_index_of(b, &x, err);
    if (rc == 0) rc = tidy(x, err);
    if (rc == 0) rc = shelf_save(x->shelf, dir, "banks", (uint64_t)x->line << 32 | x->frame_of.n, err);
    if (rc == 0) *out = (struct bank_index_line){x->line, x->frame_of.v, x->frame_of.n};
    return rc;
}

/* The table as it was kept, and nothing behind what numbers were given since. */
static int lead(struct bank_index *x, const struct bank_index_line *line, size_t given, struct error *err)
{
    if (VEC_RESERVE(&x->frame_of, given + 1)) return no_memory(err);
    memcpy(x->frame_of.v, line->frame_of, line->n * sizeof *x->frame_of.v);
    memset(x->frame_of.v + line->n, 0xff, (given - line->n) * sizeof *x->frame_of.v);
    x->frame_of.n = given;
    for (size_t i = 0; i < given; i++) x->dead += x->frame_of.v[i] == NO_FRAME;
    return 0;
}

int bank_index_open(struct bank_set *b, const char *dir, const struct bank_index_line *line,
                    struct error *err)
{
    uint64_t mark = 0;
    struct bank_index *x = calloc(1, sizeof *x);
    if (!x) return no_memory(err);
    int rc = shelf_open(dir, "banks", &x->shelf, &mark, err);
    if (rc == 0 && ((uint32_t)(mark >> 32) != line->line || (uint32_t)mark < line->n))
        rc = error_set(err, ERR_FORMAT, DETECT_MODULE,
                       "banks.shelf is not of the set that was kept: build it again");
    if (rc == 0) rc = lead(x, line, (uint32_t)mark, err);
    if (rc) {
        bank_index_free(x);
        return rc;
    }
    x->line = line->line;
    x->items = b->items.n;
    b->index = x;
    VEC_DONE(&b->hashes);
    b->hashes_from = b->frames.n;
    return 0;
}
