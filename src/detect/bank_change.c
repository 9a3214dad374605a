/* Taking one item out of a loaded set. What was added stays where it lies and is passed over: a threshold below zero matches
 * nothing. Between analyses only. */
#include "detect/detect_priv.h"

static uint32_t find_item(const struct bank_set *b, uint32_t bank, const struct id128 *id)
{
    for (size_t i = b->items.n; i-- > 0;) {
        const struct set_item *item = &b->items.v[i];
        if (item->bank == bank && item->threshold >= 0 && memcmp(&item->id, id, sizeof *id) == 0)
            return (uint32_t)i;
    }
    return NO_ITEM;
}

/* Out of the list of its file or sound; the head of a list stays and is passed over by who begins there. */
static void unlink_item(struct bank_set *b, uint32_t index)
{
    for (size_t i = 0; i < b->items.n; i++)
        if (b->items.v[i].next_same == index) b->items.v[i].next_same = b->items.v[index].next_same;
}

int bank_set_remove_item(struct bank_set *b, struct sv bank, const struct id128 *id)
{
    const uint64_t *at = map_get(&b->bank_by_name, bank);
    uint32_t index = at ? find_item(b, (uint32_t)(*at - 1), id) : NO_ITEM;
    if (index == NO_ITEM) return 0;
    struct set_item *item = &b->items.v[index];
    bool listed = item->type == BANK_SHA256 || item->type == BANK_SOUND;
    bool seen = item->type == BANK_PDQ || item->type == BANK_VPDQ || item->type == BANK_SIGHT ||
                item->type == BANK_PRINT;
    if (!seen && !listed) return item->type != BANK_OTHER;
    if (listed) unlink_item(b, index);
    item->threshold = -1;
    b->removed++;
    return 0;
}

bool bank_set_has_bank(const struct bank_set *b, struct sv name)
{
    return map_get(&b->bank_by_name, name) != NULL;
}
