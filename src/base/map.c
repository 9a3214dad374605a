/* The slots are a power of two and at most three quarters full. A slot without a key is empty; nothing is ever
 * removed, so probing needs no tombstones. */
#include "base/map.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/limits.h"

struct map_slot {
    struct sv key; /* p NULL: empty */
    uint64_t hash, value;
};

enum { MAP_MIN_CAP = 16 };

static unsigned char hash_key[crypto_shorthash_KEYBYTES];
static pthread_once_t hash_once = PTHREAD_ONCE_INIT;

static void draw_hash_key(void) { randombytes_buf(hash_key, sizeof hash_key); }

uint64_t hash_bytes(struct sv s)
{
    pthread_once(&hash_once, draw_hash_key);
    uint64_t h;
    crypto_shorthash((unsigned char *)&h, (const unsigned char *)(s.p ? s.p : ""), s.n, hash_key);
    return h;
}

void map_init(struct map *m)
{
    *m = (struct map){0};
    arena_init(&m->keys, MAP_MAX_KEY_BYTES);
}

void map_done(struct map *m)
{
    if (!m) return;
    free(m->slots);
    m->slots = NULL;
    m->n = m->cap = 0;
    arena_done(&m->keys);
}

/* The slot of the key, or the empty one where it would go. cap > 0, and one slot at least is empty. */
static struct map_slot *probe(struct map_slot *slots, size_t cap, struct sv key, uint64_t hash)
{
    size_t i = (size_t)hash & (cap - 1);
    while (slots[i].key.p && (slots[i].hash != hash || !sv_eq(slots[i].key, key))) i = (i + 1) & (cap - 1);
    return &slots[i];
}

static int map_grow(struct map *m)
{
    size_t cap = MAP_MIN_CAP;
    if (m->cap && !checked_mul(m->cap, 2, &cap)) return ERR_NOMEM;
    struct map_slot *slots = calloc(cap, sizeof *slots);
    if (!slots) return ERR_NOMEM;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].key.p) *probe(slots, cap, m->slots[i].key, m->slots[i].hash) = m->slots[i];
    free(m->slots);
    m->slots = slots;
    m->cap = cap;
    return 0;
}

int map_put(struct map *m, struct sv key, uint64_t **out_value)
{
    uint64_t hash = hash_bytes(key);
    if (m->cap) {
        struct map_slot *there = probe(m->slots, m->cap, key, hash);
        if (there->key.p) {
            *out_value = &there->value;
            return 0;
        }
    }
    if (m->n + 1 > m->cap / 4 * 3) {
        int rc = map_grow(m);
        if (rc) return rc;
    }
    struct sv copy = arena_copy(&m->keys, key);
    if (!copy.p) return ERR_NOMEM;
    struct map_slot *slot = probe(m->slots, m->cap, key, hash);
    *slot = (struct map_slot){.key = copy, .hash = hash};
    m->n++;
    *out_value = &slot->value;
    return 1;
}

const uint64_t *map_get(const struct map *m, struct sv key)
{
    if (!m->cap) return NULL;
    const struct map_slot *slot = probe(m->slots, m->cap, key, hash_bytes(key));
    return slot->key.p ? &slot->value : NULL;
}
