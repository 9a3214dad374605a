#include "detect/bank_sights.h"

#include <stdlib.h>

#include "detect/detect_priv.h"

enum { FRESH_MANY = 2000000 /* points, 80 bytes each until they are taken in */ };

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the banks' pictures");
}

static struct id128 name_of(const struct bank_set *b, size_t index)
{
    const struct set_item *item = &b->items.v[index];
    const struct sv parts[] = {b->banks.v[item->bank].name, sv_of(item->id.b, sizeof item->id.b)};
    return id_of("bank sight", parts, 2);
}

static bool is_alive(const struct bank_set *b, size_t item) { return b->items.v[item].threshold >= 0; }

/* ---- keeping up with the set ---- */

static void drop_dead(struct bank_set *b)
{
    size_t n = pictures_count(b->pictures);
    for (size_t i = 0; i < n; i++) {
        uint32_t owner = pictures_owner(b->pictures, i);
        if (owner != PICTURES_NOBODY && !is_alive(b, owner)) pictures_give(b->pictures, i, PICTURES_NOBODY);
    }
}

static int add_fresh(struct bank_set *b, struct error *err)
{
    struct VEC(struct picture) lot = {0};
    int rc = 0;
    for (size_t i = 0; i < b->fresh.n && rc == 0; i++) {
        const struct set_key *k = &b->fresh.v[i];
        /* Pictures of one item vote as one: an item has one sight at most, which stands for it. */
        if (is_alive(b, k->item)) rc = VEC_PUSH(&lot, (struct picture){name_of(b, k->item), k->item, k->key});
    }
    rc = rc ? no_memory(err) : pictures_add(b->pictures, lot.v, lot.n, err);
    VEC_DONE(&lot);
    return rc;
}

bool bank_sights_many(const struct bank_set *b) { return b->fresh_points > FRESH_MANY; }

int bank_sights_take(struct bank_set *b, struct error *err)
{
    int rc = 0;
    if (!b->pictures && b->fresh.n == 0) return 0;
    if (!b->pictures) rc = pictures_new(&b->pictures, err);
    if (rc == 0) rc = add_fresh(b, err);
    if (rc) return rc;
    b->new_points += b->fresh_points;
    b->fresh_points = 0;
    VEC_DONE(&b->fresh);
    arena_clear(&b->fresh_arena);
    drop_dead(b);
    return 0;
}

static int tidy(struct bank_set *b, struct error *err)
{
    size_t dead = 0, n = pictures_count(b->pictures);
    for (size_t i = 0; i < n; i++) dead += pictures_owner(b->pictures, i) == PICTURES_NOBODY;
    bool many_dead = dead > 1000 && dead > n / 3;
    return many_dead || pictures_untidy(b->pictures) ? pictures_tidy(b->pictures, err) : 0;
}

int bank_sights_ready(struct bank_set *b, struct error *err)
{
    int rc = bank_sights_take(b, err);
    if (rc || b->joined || !b->pictures) return rc;
    b->joined = true;
    return tidy(b, err);
}

/* ---- on disk ---- */

int bank_sights_save(struct bank_set *b, const char *dir, struct error *err)
{
    int rc = b->pictures ? 0 : pictures_new(&b->pictures, err);
    if (rc == 0) rc = bank_sights_take(b, err);
    if (rc == 0) rc = tidy(b, err);
    return rc ? rc : pictures_save(b->pictures, dir, "banks", err);
}

static struct sv key_of(const struct id128 *id) { return sv_of((const char *)id->b, sizeof id->b); }

/* Name → item and 1, of those that have key frames. */
static int map_names(const struct bank_set *b, struct map *m)
{
    uint64_t *at = NULL;
    for (size_t i = 0; i < b->items.n; i++) {
        if (b->items.v[i].nkeys == 0 || !is_alive(b, i)) continue;
        struct id128 name = name_of(b, i);
        if (map_put(m, key_of(&name), &at) < 0) return ERR_NOMEM;
        *at = i + 1;
    }
    return 0;
}

/* Whether each item's key frames are all there. */
static bool lead(struct bank_set *b, const struct map *names, uint16_t *seen)
{
    size_t n = pictures_count(b->pictures);
    for (size_t i = 0; i < n; i++) {
        struct id128 name = pictures_name(b->pictures, i);
        const uint64_t *at = map_get(names, key_of(&name));
        uint32_t item = at ? (uint32_t)(*at - 1) : PICTURES_NOBODY;
        /* One that was taken out and in again may be there twice. */
        if (!at || seen[item] == b->items.v[item].nkeys) continue;
        pictures_give(b->pictures, i, item);
        seen[item]++;
    }
    for (size_t i = 0; i < b->items.n; i++)
        if (is_alive(b, i) && seen[i] != b->items.v[i].nkeys) return false;
    return true;
}

int bank_sights_open(struct bank_set *b, const char *dir, struct error *err)
{
    struct map names;
    int rc = pictures_open(dir, "banks", &b->pictures, err);
    if (rc) return rc;
    map_init(&names);
    uint16_t *seen = calloc(b->items.n + 1, sizeof *seen);
    if (!seen || map_names(b, &names))
        rc = no_memory(err);
    else if (!lead(b, &names, seen))
        rc = error_set(err, ERR_FORMAT, DETECT_MODULE, "pictures of the banks are missing: build it again");
    map_done(&names);
    free(seen);
    return rc;
}
