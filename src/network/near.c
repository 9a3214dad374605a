/* Wording that is nearly the same, in a whole table at once: see table.h. */
#include "base/limits.h"
#include "index/neardup.h"
#include "network/actions.h"
#include "network/table_priv.h"

#include <stdlib.h>

struct joining {
    struct layer *l;
    struct neardup *texts;
    uint32_t *object;  /* of each text in the index */
    uint32_t *family;  /* of each text, then of each object */
    uint32_t *instead; /* of each object: the one that it becomes */
};

static int add_texts(struct joining *j, struct error *err)
{
    struct arena a;
    int rc = 0;
    arena_init(&a, 0);
    for (uint32_t i = 0; rc == 0 && i < j->l->objects.n; i++) {
        struct sv key, text = intern_sv(&j->l->objects, i);
        uint32_t number;
        arena_clear(&a);
        j->instead[i] = i;
        if (text.n > TEXT_MAX_BYTES) continue;
        rc = caption_key(text, &a, &key, err);
        if (rc || key.n == 0) continue;
        rc = caption_shape(key, &a, &key, err);
        if (rc == 0) rc = neardup_add(j->texts, key, &number, err);
        if (rc == 0) j->object[number] = i;
    }
    arena_done(&a);
    return rc;
}

/* A family is called after the least of its names, whatever came first. */
static uint32_t name_families(struct joining *j)
{
    uint32_t joined = 0, n = neardup_count(j->texts);
    const struct intern *names = &j->l->objects;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t *least = &j->instead[j->object[j->family[i]]];
        if (sv_cmp(intern_sv(names, j->object[i]), intern_sv(names, *least)) < 0) *least = j->object[i];
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t to = j->instead[j->object[j->family[i]]];
        if (j->family[i] != i) j->instead[j->object[i]] = to;
        joined += j->object[i] != to;
    }
    return joined;
}

int network_table_join_near(struct network_table *t, unsigned layer, uint32_t *out_joined,
                            uint64_t *out_left_out, struct error *err)
{
    struct joining j = {.l = &t->layers[layer]};
    size_t n = (size_t)j.l->objects.n + 1;
    j.object = calloc(n, sizeof *j.object);
    j.family = calloc(n, sizeof *j.family);
    j.instead = calloc(n, sizeof *j.instead);
    int rc = j.object && j.family && j.instead
                 ? neardup_new(NEARDUP_NEAR, &j.texts, err)
                 : error_set(err, ERR_NOMEM, "network", "no memory to compare %zu texts", n);
    if (rc == 0) rc = add_texts(&j, err);
    if (rc == 0) rc = neardup_families(j.texts, j.family, err);
    if (rc == 0) {
        uint64_t compared;
        neardup_effort(j.texts, &compared, out_left_out);
        *out_joined = name_families(&j);
        for (uint64_t i = 0; i < j.l->n; i++) j.l->object[i] = j.instead[j.l->object[i]];
    }
    neardup_free(j.texts);
    free(j.object);
    free(j.family);
    free(j.instead);
    return rc;
}
