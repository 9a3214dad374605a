/* Taking items out of a loaded set. What was added stays where it lies and is passed over: a threshold below zero matches
 * nothing. Between analyses only. */
#include "detect/detect_priv.h"

#include <stdlib.h>

static int take_out(struct bank_set *b, uint32_t index)
{
    struct set_item *item = &b->items.v[index];
    bool listed = item->type == BANK_SHA256 || item->type == BANK_SOUND;
    bool seen = item->type == BANK_PDQ || item->type == BANK_VPDQ || item->type == BANK_SIGHT ||
                item->type == BANK_PRINT;
    if (!seen && !listed) return item->type != BANK_OTHER;
    item->threshold = -1;
    b->removed++;
    b->changes++;
    return 0;
}

static int map_names(const struct bank_set *b, const struct bank_item_name *v, size_t n, struct map *m)
{
    uint64_t *at = NULL;
    struct item_key key;
    for (size_t i = 0; i < n; i++) {
        const uint64_t *bank = map_get(&b->bank_by_name, v[i].bank);
        if (bank && map_put(m, item_key(&key, (uint32_t)(*bank - 1), &v[i].id), &at) < 0) return ERR_NOMEM;
    }
    return 0;
}

int bank_set_remove_items(struct bank_set *b, const struct bank_item_name *v, size_t n)
{
    struct map wanted;
    struct item_key key;
    map_init(&wanted);
    int rc = map_names(b, v, n, &wanted);
    for (size_t i = 0; i < b->items.n && wanted.n && rc == 0; i++) {
        const struct set_item *item = &b->items.v[i];
        if (item->threshold >= 0 && map_get(&wanted, item_key(&key, item->bank, &item->id)))
            rc = take_out(b, (uint32_t)i);
    }
    map_done(&wanted);
    return rc;
}

int bank_set_remove_item(struct bank_set *b, struct sv bank, const struct id128 *id)
{
    return bank_set_remove_items(b, &(struct bank_item_name){bank, *id}, 1);
}

bool bank_set_has_bank(const struct bank_set *b, struct sv name)
{
    return map_get(&b->bank_by_name, name) != NULL;
}

int bank_set_only(struct bank_set *b, const struct sv *names, size_t n)
{
    bool *wanted = calloc(b->banks.n + 1, sizeof *wanted);
    if (!wanted) return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const uint64_t *at = map_get(&b->bank_by_name, names[i]);
        if (at) wanted[*at - 1] = true;
    }
    for (size_t i = 0; i < b->items.n; i++) {
        struct set_item *item = &b->items.v[i];
        if (item->threshold < 0 || wanted[item->bank]) continue;
        item->threshold = -1;
        b->removed++;
        b->changes++;
    }
    free(wanted);
    return 0;
}
