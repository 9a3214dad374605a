#include "detect/bank_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "detect/bank_sounds.h"
#include "detect/detect_priv.h"

enum { RADIUS = 31, RUN_BYTES = 32, HEAD_BYTES = 24, SAVE_FROM = 4096 };
#define NO_FRAME UINT32_MAX

struct run {
    uint64_t bank; /* hash of its name */
    struct id128 item;
    uint32_t first, n;
};

struct bank_index {
    struct shelf *shelf;
    struct VEC(struct run) runs;
    struct VEC(uint32_t) frame_of; /* number → frame of the set, NO_FRAME: gone */
    size_t items, dead;            /* items of the set that are in; numbers that lead nowhere */
    uint64_t mark;                 /* of the last save or opening */
    bool changed;                  /* since then */
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
    if (rc)
        free(x);
    else
        *out = x;
    return rc;
}

void bank_index_free(struct bank_index *x)
{
    if (!x) return;
    shelf_free(x->shelf);
    VEC_DONE(&x->runs);
    VEC_DONE(&x->frame_of);
    free(x);
}

/* ---- keeping up with the set ---- */

static uint64_t name_hash(struct sv name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < name.n; i++) h = (h ^ (uint8_t)name.p[i]) * UINT64_C(0x100000001b3);
    return h;
}

static bool in_index(const struct set_item *item) { return item->nframes > 0 && item->threshold >= 0; }

static int give_numbers(struct bank_index *x, const struct bank_set *b, const struct set_item *item,
                        struct run *out)
{
    *out = (struct run){name_hash(b->banks.v[item->bank].name), item->id, (uint32_t)x->frame_of.n,
                        item->nframes};
    if (x->frame_of.n + item->nframes >= NO_FRAME) return ERR_LIMIT;
    for (uint32_t k = 0; k < item->nframes; k++)
        if (VEC_PUSH(&x->frame_of, item->first_frame + k)) return ERR_NOMEM;
    return VEC_PUSH(&x->runs, *out);
}

/* Items from `first` on, in one piece: a large one becomes one index. */
static int take_items(struct bank_index *x, const struct bank_set *b, size_t first, struct error *err)
{
    size_t n = 0, at = 0, numbers = x->frame_of.n, runs = x->runs.n;
    for (size_t i = first; i < b->items.n; i++) n += in_index(&b->items.v[i]) ? b->items.v[i].nframes : 0;
    if (n == 0) return 0;
    struct hash256 *hashes = malloc(n * sizeof *hashes);
    uint32_t *payloads = malloc(n * sizeof *payloads);
    int rc = hashes && payloads ? 0 : no_memory(err);
    for (size_t i = first; i < b->items.n && rc == 0; i++) {
        const struct set_item *item = &b->items.v[i];
        struct run r;
        if (!in_index(item)) continue;
        rc = give_numbers(x, b, item, &r);
        if (rc) error_set(err, rc, DETECT_MODULE, "no room for the index of banks");
        for (uint32_t k = 0; k < item->nframes && rc == 0; k++, at++) {
            hashes[at] = b->hashes.v[item->first_frame + k];
            payloads[at] = r.first + k;
        }
    }
    if (rc == 0) rc = shelf_add(x->shelf, hashes, payloads, n, err);
    if (rc) {
        x->frame_of.n = numbers;
        x->runs.n = runs;
    }
    x->changed |= rc == 0;
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
            x->changed = true;
        }
        x->dead += x->frame_of.v[i] == NO_FRAME;
    }
}

static bool is_alive(void *arg, uint32_t number)
{
    const struct bank_index *x = arg;
    return x->frame_of.v[number] != NO_FRAME;
}

static int tidy(struct bank_index *x, struct error *err)
{
    bool many_dead = x->dead > 10000 && x->dead > shelf_count(x->shelf) / 3;
    if (!many_dead && !shelf_untidy(x->shelf)) return 0;
    x->changed = true;
    return shelf_tidy(x->shelf, x->dead ? is_alive : NULL, x, err);
}

int bank_index_of(struct bank_set *b, struct bank_index **out, struct error *err)
{
    int rc = b->index ? 0 : index_new(&b->index, err);
    if (rc) return rc;
    rc = take_items(b->index, b, b->index->items, err);
    if (rc) return rc;
    b->index->items = b->items.n;
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

static struct sv runs_path(struct arena *a, const char *dir) { return arena_printf(a, "%s/banks.runs", dir); }

static int save_hashes(struct bank_set *b, const char *dir, struct error *err)
{
    struct bank_index *x = b->index;
    struct arena a;
    struct buf bytes;
    if (!x || !x->changed || shelf_count(x->shelf) < SAVE_FROM) return 0;
    arena_init(&a, 0);
    buf_init(&bytes, 0);
    uint64_t mark = x->mark + 1 + (uint64_t)clock_now_us();
    buf_puts(&bytes, "MARSRUN1");
    buf_put_u64(&bytes, mark);
    buf_put_u32(&bytes, (uint32_t)x->runs.n);
    buf_put_u32(&bytes, (uint32_t)x->frame_of.n);
    for (size_t i = 0; i < x->runs.n; i++) {
        const struct run *r = &x->runs.v[i];
        buf_put_u64(&bytes, r->bank);
        buf_put(&bytes, r->item.b, sizeof r->item.b);
        buf_put_u32(&bytes, r->first);
        buf_put_u32(&bytes, r->n);
    }
    buf_put_u64(&bytes, mih_sum(bytes.p, bytes.n));
    struct sv path = runs_path(&a, dir);
    int rc = bytes.failed || !path.p ? no_memory(err) : tidy(x, err);
    if (rc == 0) rc = shelf_save(x->shelf, dir, "banks", mark, err);
    if (rc == 0) rc = file_write_atomic(path.p, buf_sv(&bytes), err);
    if (rc == 0) x->mark = mark, x->changed = false;
    buf_done(&bytes);
    arena_done(&a);
    return rc;
}

static int bad_runs(struct error *err)
{
    return error_set(err, ERR_FORMAT, DETECT_MODULE,
                     "banks.runs is damaged, or of another save: build it again");
}

static int read_runs(struct bank_index *x, struct sv bytes, uint64_t mark, struct error *err)
{
    if (bytes.n < HEAD_BYTES + 8) return bad_runs(err);
    struct reader end = reader_of(sv_sub(bytes, bytes.n - 8, bytes.n));
    if (reader_u64(&end) != mih_sum(bytes.p, bytes.n - 8)) return bad_runs(err);
    struct reader r = reader_of(sv_sub(bytes, 0, bytes.n - 8));
    bool ours = sv_eq(reader_bytes(&r, 8), SV("MARSRUN1"));
    x->mark = reader_u64(&r);
    size_t runs = reader_u32(&r), numbers = reader_u32(&r);
    if (!ours || x->mark != mark || reader_left(&r) != runs * RUN_BYTES) return bad_runs(err);
    for (size_t i = 0; i < runs; i++) {
        struct run one = {.bank = reader_u64(&r)};
        memcpy(one.item.b, reader_bytes(&r, sizeof one.item.b).p, sizeof one.item.b);
        one.first = reader_u32(&r);
        one.n = reader_u32(&r);
        if (one.first > numbers || one.n > numbers - one.first) return bad_runs(err);
        if (VEC_PUSH(&x->runs, one)) return no_memory(err);
    }
    if (VEC_RESERVE(&x->frame_of, numbers + 1)) return no_memory(err);
    memset(x->frame_of.v, 0xff, numbers * sizeof *x->frame_of.v);
    x->frame_of.n = numbers;
    x->dead = numbers;
    return 0;
}

struct run_key {
    uint64_t bank;
    struct id128 item;
};

/* Leads the numbers of each item that is in both to its frames; the set's other items are left for bank_index_of by being
 * moved behind: they are told by `in`. */
static int join_runs(struct bank_index *x, struct bank_set *b, struct error *err)
{
    struct map by_item;
    uint64_t *at = NULL;
    size_t kept = 0;
    int rc = 0;
    map_init(&by_item);
    for (size_t i = 0; i < b->items.n && rc >= 0; i++) {
        const struct set_item *item = &b->items.v[i];
        struct run_key key = {name_hash(b->banks.v[item->bank].name), item->id};
        if (!in_index(item)) continue;
        rc = map_put(&by_item, sv_of((const char *)&key, sizeof key), &at);
        if (rc >= 0) *at = i + 1;
    }
    for (size_t i = 0; i < x->runs.n && rc >= 0; i++) {
        const struct run *r = &x->runs.v[i];
        struct run_key key = {r->bank, r->item};
        uint64_t *found = (uint64_t *)(uintptr_t)map_get(&by_item, sv_of((const char *)&key, sizeof key));
        const struct set_item *item = found && *found ? &b->items.v[*found - 1] : NULL;
        if (!item || item->nframes != r->n) continue; /* its numbers lead nowhere */
        for (uint32_t k = 0; k < r->n; k++) x->frame_of.v[r->first + k] = item->first_frame + k;
        x->dead -= r->n;
        *found = 0; /* taken */
        x->runs.v[kept++] = *r;
    }
    x->changed |= kept != x->runs.n;
    x->runs.n = kept;
    for (size_t i = 0; i < b->items.n && rc >= 0; i++) {
        const struct set_item *item = &b->items.v[i];
        struct run_key key = {name_hash(b->banks.v[item->bank].name), item->id};
        const uint64_t *left =
            in_index(item) ? map_get(&by_item, sv_of((const char *)&key, sizeof key)) : NULL;
        if (!left || *left != i + 1) continue;
        struct bank_set one = *b;
        one.items.n = i + 1;
        rc = take_items(x, &one, i, err);
        if (rc < 0) break;
    }
    map_done(&by_item);
    return rc == ERR_NOMEM ? no_memory(err) : rc < 0 ? rc : 0;
}

static int open_hashes(struct bank_set *b, const char *dir, struct error *err)
{
    struct bank_index *x = NULL;
    struct arena a;
    struct buf bytes;
    uint64_t mark = 0;
    int rc = index_new(&x, err);
    if (rc) return rc;
    arena_init(&a, 0);
    buf_init(&bytes, 0);
    shelf_free(x->shelf);
    x->shelf = NULL;
    rc = shelf_open(dir, "banks", &x->shelf, &mark, err);
    struct sv path = runs_path(&a, dir);
    if (rc == 0) rc = path.p ? file_read(path.p, BUF_MAX_BYTES, &bytes, err) : no_memory(err);
    if (rc == ERR_NOTFOUND && x->shelf) rc = bad_runs(err);
    if (rc == 0) rc = read_runs(x, buf_sv(&bytes), mark, err);
    if (rc == 0) rc = join_runs(x, b, err);
    buf_done(&bytes);
    arena_done(&a);
    if (rc) {
        bank_index_free(x);
        return rc;
    }
    x->items = b->items.n;
    b->index = x;
    return 0;
}

/* ---- with that of sounds ---- */

int bank_set_save_index(struct bank_set *b, const char *dir, struct error *err)
{
    int rc = save_hashes(b, dir, err), sounds = bank_sounds_save(b, dir, rc ? NULL : err);
    return rc ? rc : sounds;
}

int bank_set_open_index(struct bank_set *b, const char *dir, struct error *err)
{
    struct error why;
    int rc = open_hashes(b, dir, err), sounds = bank_sounds_open(b, dir, &why);
    if (sounds == 0 || sounds == ERR_NOTFOUND || (rc && rc != ERR_NOTFOUND)) return rc;
    if (err) *err = why;
    return sounds;
}
