/* Banks as the detectors search them. Built by adding, then only read: any number of threads. */
#include "detect/detect_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "detect/bank_index.h"
#include "detect/bank_sights.h"
#include "detect/bank_sounds.h"
#include "model/print.h"
#include "model/sight.h"

/* Below this quality a frame has too little in it to tell it from others: PDQ's authors' advice. */
enum { FRAME_QUALITY_MIN = 50 };

int bank_set_new(struct bank_set **out, struct error *err)
{
    struct bank_set *b = calloc(1, sizeof *b);
    if (!b) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for banks");
    arena_init(&b->arena, SIZE_MAX); /* bounded by BANK_MAX_ITEMS */
    arena_init(&b->fresh_arena, SIZE_MAX);
    map_init(&b->bank_by_name);
    map_init(&b->item_by_file);
    map_init(&b->item_by_sound);
    *out = b;
    return 0;
}

void bank_set_free(struct bank_set *b)
{
    if (!b) return;
    VEC_DONE(&b->banks);
    VEC_DONE(&b->items);
    VEC_DONE(&b->hashes);
    VEC_DONE(&b->frames);
    VEC_DONE(&b->prints);
    bank_index_free(b->index);
    bank_sounds_free(b->sounds);
    VEC_DONE(&b->fresh);
    arena_done(&b->fresh_arena);
    pictures_free(b->pictures);
    if (b->map) munmap(b->map, b->map_bytes);
    map_done(&b->bank_by_name);
    map_done(&b->item_by_file);
    map_done(&b->item_by_sound);
    arena_done(&b->arena);
    free(b);
}

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for banks");
}

int bank_set_add_bank(struct bank_set *b, const struct bank *bank, struct error *err)
{
    if (map_get(&b->bank_by_name, bank->name))
        return error_set(err, ERR_EXISTS, DETECT_MODULE, "bank %.*s is there twice", SV_FMT(bank->name));
    struct set_bank kept = {
        .category = bank->category, .negative = bank->negative, .threshold = bank->threshold};
    kept.name = arena_copy(&b->arena, bank->name);
    uint64_t *at = NULL;
    if (!kept.name.p || VEC_PUSH(&b->banks, kept)) return no_memory(err);
    if (map_put(&b->bank_by_name, bank->name, &at) < 0) {
        b->banks.n--;
        return no_memory(err);
    }
    *at = b->banks.n;
    return 0;
}

/* Makes the item findable by a key; items of one key are a list, newest first. */
static int link_item(struct map *m, struct sv key, struct bank_set *b, uint32_t item)
{
    uint64_t *at = NULL;
    int rc = map_put(m, key, &at);
    if (rc < 0) return rc;
    b->items.v[item].next_same = *at ? (uint32_t)(*at - 1) : NO_ITEM;
    *at = item + 1;
    return 0;
}

static int add_frames(struct bank_set *b, const struct bank_item *item, uint32_t index)
{
    struct set_item *kept = &b->items.v[index];
    kept->first_frame = (uint32_t)b->frames.n;
    for (size_t i = 0; i < item->nframes; i++) {
        const struct bank_frame *f = &item->frames[i];
        /* A single picture's quality is not always known (0 in most lists): it was put there on purpose. */
        if (f->quality < FRAME_QUALITY_MIN && !(item->type == BANK_PDQ && f->quality == 0)) continue;
        struct set_frame frame = {index, item->type == BANK_PDQ ? TIME_UNKNOWN : f->time_us};
        if (VEC_PUSH(&b->hashes, f->pdq) || VEC_PUSH(&b->frames, frame)) return ERR_NOMEM;
    }
    kept->nframes = (uint32_t)b->frames.n - kept->first_frame;
    return 0;
}

/* One that cannot be read is left out, as a hash that is none is. */
static int add_print(struct bank_set *b, const struct bank_item *item, uint32_t index)
{
    struct print p;
    int rc = print_read(item->value, &b->arena, &p, NULL);
    if (rc) return rc == ERR_NOMEM ? rc : 0;
    struct set_print kept = {index, p.v, p.n, p.ticks, p.tune, p.ntune};
    return VEC_PUSH(&b->prints, kept);
}

static int add_sight(struct bank_set *b, const struct bank_item *item, uint32_t index)
{
    struct sight s;
    size_t fresh = b->fresh.n, points = b->fresh_points;
    int rc = sight_read(item->value, &b->fresh_arena, &s, NULL);
    if (rc) return rc == ERR_NOMEM ? rc : 0;
    struct bank_item hashes = {.type = BANK_SIGHT, .frames = s.frames, .nframes = s.nframes};
    b->items.v[index].of = s.of;
    b->items.v[index].nkeys = (uint16_t)s.nkeys;
    for (size_t i = 0; i < s.nkeys && !rc; i++) {
        rc = VEC_PUSH(&b->fresh, (struct set_key){index, s.keys[i]});
        b->fresh_points += s.keys[i].npoints;
    }
    if (!rc) rc = add_frames(b, &hashes, index);
    if (!rc && bank_sights_many(b)) rc = bank_sights_take(b, NULL);
    if (rc) b->fresh.n = fresh, b->fresh_points = points;
    return rc;
}

int bank_set_link_item(struct bank_set *b, const struct set_item *item)
{
    struct sha256 sha;
    uint32_t index = (uint32_t)b->items.n;
    struct sv value = sv_of(item->label.p + item->label.n, item->nvalue);
    int rc = VEC_PUSH(&b->items, *item);
    if (rc) return rc;
    b->items.v[index].next_same = NO_ITEM;
    if (item->threshold < 0) return 0;
    if (item->type == BANK_SHA256 && sha256_parse(value, &sha))
        rc = link_item(&b->item_by_file, sv_of(sha.b, sizeof sha.b), b, index);
    if (item->type == BANK_SOUND) rc = link_item(&b->item_by_sound, value, b, index);
    if (rc) b->items.n--;
    return rc;
}

static int index_item(struct bank_set *b, const struct bank_item *item, uint32_t index)
{
    switch (item->type) {
    case BANK_PDQ:
    case BANK_VPDQ: return add_frames(b, item, index);
    case BANK_PRINT: return add_print(b, item, index);
    case BANK_SIGHT: return add_sight(b, item, index);
    case BANK_SHA256:
    case BANK_SOUND:
    case BANK_OTHER:
    case BANK_ITEM_TYPE_COUNT: break;
    }
    return 0;
}

/* The label, and behind it the value where that is what the item is found by. */
static int keep_texts(struct bank_set *b, const struct bank_item *item, struct set_item *kept)
{
    bool by_value = item->type == BANK_SHA256 || item->type == BANK_SOUND;
    struct sv value = by_value ? item->value : SV("");
    char *p = arena_alloc(&b->arena, item->label.n + value.n + 1);
    if (!p || value.n > UINT32_MAX) return ERR_NOMEM;
    if (item->label.n) memcpy(p, item->label.p, item->label.n);
    if (value.n) memcpy(p + item->label.n, value.p, value.n);
    kept->label = sv_of(p, item->label.n);
    kept->nvalue = (uint32_t)value.n;
    return 0;
}

int bank_set_add_item(struct bank_set *b, struct sv bank, const struct bank_item *item, struct error *err)
{
    const uint64_t *at = map_get(&b->bank_by_name, bank);
    if (!at) return error_set(err, ERR_NOTFOUND, DETECT_MODULE, "no bank %.*s in this set", SV_FMT(bank));
    if (item->status != BANK_ACTIVE || item->type == BANK_OTHER) return 0;
    if (b->items.n >= BANK_MAX_ITEMS || b->frames.n + item->nframes >= UINT32_MAX)
        return error_set(err, ERR_LIMIT, DETECT_MODULE,
                         "more than %d items in the banks: withdraw what is not needed", BANK_MAX_ITEMS);
    struct set_item kept = {
        .bank = (uint32_t)(*at - 1), .type = item->type, .id = item->id, .next_same = NO_ITEM};
    kept.threshold = item->threshold >= 0 ? item->threshold : b->banks.v[kept.bank].threshold;
    if (kept.threshold < 0) kept.threshold = 0;
    if (kept.threshold > MATCH_MAX_DISTANCE) kept.threshold = MATCH_MAX_DISTANCE;
    kept.first_frame = (uint32_t)b->frames.n;
    size_t frames = b->frames.n;
    if (keep_texts(b, item, &kept) || bank_set_link_item(b, &kept)) return no_memory(err);
    if (index_item(b, item, (uint32_t)b->items.n - 1) == 0) {
        b->changes++;
        b->new_frames += b->frames.n - frames;
        return 0;
    }
    b->items.n--;
    b->frames.n = frames;
    b->hashes.n = frames - b->hashes_from;
    return no_memory(err);
}

struct sv item_key(struct item_key *k, uint32_t bank, const struct id128 *id)
{
    memset(k, 0, sizeof *k);
    k->bank = bank;
    k->id = *id;
    return sv_of((const char *)k, sizeof *k);
}

/* What sights belong to, by name, led to nothing yet: of all items these are few. */
static int map_wanted(const struct bank_set *b, struct map *m)
{
    struct item_key name;
    uint64_t *at = NULL;
    for (size_t i = 0; i < b->items.n; i++) {
        const struct set_item *item = &b->items.v[i];
        if (item->type != BANK_SIGHT || item->threshold < 0) continue;
        if (map_put(m, item_key(&name, item->bank, &item->of), &at) < 0) return ERR_NOMEM;
        *at = NO_ITEM;
    }
    return 0;
}

static uint32_t root_of(const struct bank_set *b, size_t i, struct map *wanted)
{
    struct item_key name;
    uint64_t *at = NULL;
    const struct set_item *item = &b->items.v[i];
    if (item->threshold < 0) return NO_ITEM;
    if (wanted->n == 0 || (item->type != BANK_PDQ && item->type != BANK_VPDQ)) return (uint32_t)i;
    struct sv key = item_key(&name, item->bank, &item->id);
    if (map_get(wanted, key) && map_put(wanted, key, &at) == 0) *at = i;
    return (uint32_t)i;
}

uint32_t *bank_set_roots(const struct bank_set *b)
{
    struct map wanted;
    struct item_key name;
    uint32_t *roots = malloc((b->items.n + 1) * sizeof *roots);
    map_init(&wanted);
    bool ok = roots && map_wanted(b, &wanted) == 0;
    for (size_t i = 0; ok && i < b->items.n; i++) roots[i] = root_of(b, i, &wanted);
    for (size_t i = 0; ok && wanted.n && i < b->items.n; i++) {
        const struct set_item *item = &b->items.v[i];
        if (item->type != BANK_SIGHT || item->threshold < 0) continue;
        roots[i] = (uint32_t)*map_get(&wanted, item_key(&name, item->bank, &item->of));
    }
    map_done(&wanted);
    if (ok) return roots;
    free(roots);
    return NULL;
}

/* From there on, the first of a list that was not removed. */
static uint32_t alive_from(const struct bank_set *b, uint32_t i)
{
    while (i != NO_ITEM && b->items.v[i].threshold < 0) i = b->items.v[i].next_same;
    return i;
}

static uint32_t first_of(const struct bank_set *b, const uint64_t *at)
{
    return alive_from(b, at ? (uint32_t)(*at - 1) : NO_ITEM);
}

uint32_t bank_set_next_same(const struct bank_set *b, uint32_t item)
{
    return alive_from(b, b->items.v[item].next_same);
}

uint32_t bank_set_by_file(const struct bank_set *b, const struct sha256 *sha)
{
    return first_of(b, map_get(&b->item_by_file, sv_of(sha->b, sizeof sha->b)));
}

uint32_t bank_set_by_sound(const struct bank_set *b, struct sv value)
{
    return first_of(b, map_get(&b->item_by_sound, value));
}

void match_init(struct finding *f, enum finding_kind kind, const struct detector *d, const struct bank_set *b,
                const struct set_item *item, char id_text[ID_TEXT_BYTES])
{
    const struct set_bank *bank = &b->banks.v[item->bank];
    finding_init(f);
    id_format(&item->id, id_text);
    f->kind = kind;
    f->detector = sv_cstr(d->name);
    f->detector_version = d->version;
    f->category = bank->negative ? CATEGORY_NONE : bank->category;
    f->label = item->label;
    f->ref.bank = bank->name;
    f->ref.item = sv_cstr(id_text);
    f->ref.negative = bank->negative;
}
