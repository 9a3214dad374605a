#include "detect/bank_sounds.h"

#include <stdlib.h>

#include "detect/detect_priv.h"

enum { SAVE_FROM_TICKS = 20 * 60 * 500, DEAD_MANY = 50 };
#define NO_PRINT UINT32_MAX

struct bank_sounds {
    struct sounds *index;
    struct VEC(uint32_t) print_of; /* reference → print of the set, NO_PRINT: gone */
    size_t dead;                   /* references that lead nowhere */
    bool changed;                  /* since it was saved or opened */
};

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the banks' sounds");
}

void bank_sounds_free(struct bank_sounds *x)
{
    if (!x) return;
    sounds_free(x->index);
    VEC_DONE(&x->print_of);
    free(x);
}

static bool is_alive(const struct bank_set *b, size_t print)
{
    return b->items.v[b->prints.v[print].item].threshold >= 0;
}

static struct id128 name_of(const struct bank_set *b, size_t print)
{
    const struct set_item *item = &b->items.v[b->prints.v[print].item];
    const struct sv parts[] = {b->banks.v[item->bank].name, sv_of(item->id.b, sizeof item->id.b)};
    return id_of("bank sound", parts, 2);
}

static struct sv key_of(const struct id128 *id) { return sv_of((const char *)id->b, sizeof id->b); }

/* Name → print and 1, of those that are there. */
static int map_names(const struct bank_set *b, struct map *m)
{
    for (size_t i = 0; i < b->prints.n; i++) {
        struct id128 name = name_of(b, i);
        uint64_t *at = NULL;
        if (!is_alive(b, i)) continue;
        if (map_put(m, key_of(&name), &at) < 0) return ERR_NOMEM;
        *at = i + 1;
    }
    return 0;
}

/* Leads references to prints; `seen`, one per print, gets 1 where there is a reference. */
static int lead(struct bank_sounds *x, const struct map *names, uint8_t *seen)
{
    size_t n = sounds_count(x->index);
    x->dead = 0;
    x->print_of.n = 0;
    if (VEC_RESERVE(&x->print_of, n + 1)) return ERR_NOMEM;
    for (size_t i = 0; i < n; i++) {
        struct id128 name = sounds_id(x->index, i);
        const uint64_t *at = map_get(names, key_of(&name));
        uint32_t print = at ? (uint32_t)(*at - 1) : NO_PRINT;
        x->dead += print == NO_PRINT;
        if (print != NO_PRINT) seen[print] = 1;
        x->print_of.v[x->print_of.n++] = print;
    }
    return 0;
}

/* Prints that no reference leads to, all in one lot. */
static int add_missing(struct bank_sounds *x, const struct bank_set *b, const struct map *names,
                       const uint8_t *seen, struct error *err)
{
    struct VEC(struct landmark_print) lot = {0};
    int rc = 0;
    for (size_t i = 0; i < b->prints.n && rc == 0; i++) {
        const struct set_print *p = &b->prints.v[i];
        struct landmark_print print = {name_of(b, i), p->v, p->n, p->ticks};
        const uint64_t *at = map_get(names, key_of(&print.id));
        if (!at || *at != i + 1 || seen[i]) continue;
        if (VEC_PUSH(&lot, print)) rc = no_memory(err);
    }
    if (rc == 0 && lot.n) {
        rc = sounds_add(x->index, lot.v, lot.n, err);
        x->changed |= rc == 0;
    }
    VEC_DONE(&lot);
    return rc;
}

static int bring_up(struct bank_sounds *x, const struct bank_set *b, struct error *err)
{
    struct map names;
    uint8_t *seen = calloc(b->prints.n + 1, 1);
    map_init(&names);
    int rc = !seen || map_names(b, &names) || lead(x, &names, seen) ? no_memory(err) : 0;
    if (rc == 0) rc = add_missing(x, b, &names, seen, err);
    if (rc == 0 && lead(x, &names, seen)) rc = no_memory(err);
    map_done(&names);
    free(seen);
    return rc;
}

static int sounds_of_set(struct bank_set *b, struct error *err)
{
    struct bank_sounds *x = calloc(1, sizeof *x);
    if (!x) return no_memory(err);
    int rc = sounds_new(&x->index, err);
    if (rc)
        free(x);
    else
        b->sounds = x;
    return rc;
}

int bank_sounds_of(struct bank_set *b, struct bank_sounds **out, struct error *err)
{
    *out = NULL;
    if (b->prints.n == 0) return 0;
    int rc = b->sounds ? 0 : sounds_of_set(b, err);
    if (rc == 0) rc = bring_up(b->sounds, b, err);
    if (rc == 0) *out = b->sounds;
    return rc;
}

int bank_sounds_query(const struct bank_sounds *x, struct landmark_scratch *s, const struct landmark *v,
                      size_t n, struct landmark_match out[LANDMARK_MATCHES_MAX], size_t *out_n,
                      struct error *err)
{
    size_t found = 0;
    int rc = sounds_query(x->index, s, v, n, out, &found, err);
    *out_n = 0;
    for (size_t i = 0; i < found && rc == 0; i++) {
        uint32_t print = x->print_of.v[out[i].reference];
        if (print == NO_PRINT) continue;
        out[*out_n] = out[i];
        out[(*out_n)++].reference = print;
    }
    return rc;
}

/* ---- on disk ---- */

struct tidying {
    const struct map *names;
};

static bool is_wanted(void *arg, const struct id128 *id)
{
    const struct tidying *t = arg;
    return map_get(t->names, key_of(id)) != NULL;
}

/* After it references have other numbers. */
static int tidy(struct bank_sounds *x, const struct bank_set *b, struct error *err)
{
    struct map names;
    struct tidying t = {&names};
    bool many_dead = x->dead > DEAD_MANY && x->dead > x->print_of.n / 3;
    if (!many_dead && !sounds_untidy(x->index)) return 0;
    map_init(&names);
    int rc = map_names(b, &names) ? no_memory(err) : sounds_tidy(x->index, is_wanted, &t, err);
    map_done(&names);
    return rc ? rc : bring_up(x, b, err);
}

int bank_sounds_save(struct bank_set *b, const char *dir, struct error *err)
{
    struct bank_sounds *x = b->sounds;
    uint64_t ticks = 0;
    if (!x || !x->changed) return 0;
    for (size_t i = 0; i < b->prints.n; i++) ticks += b->prints.v[i].ticks;
    if (ticks < SAVE_FROM_TICKS) return 0;
    int rc = tidy(x, b, err);
    if (rc == 0) rc = sounds_save(x->index, dir, "banks", err);
    if (rc == 0) x->changed = false;
    return rc;
}

int bank_sounds_open(struct bank_set *b, const char *dir, struct error *err)
{
    struct bank_sounds *x = calloc(1, sizeof *x);
    if (!x) return no_memory(err);
    int rc = sounds_open(dir, "banks", &x->index, err);
    if (rc)
        free(x);
    else
        b->sounds = x;
    return rc;
}
