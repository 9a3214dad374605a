#include "index/points_priv.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "pictures", "no memory for an index of pictures");
}

int pictures_new(struct pictures **out, struct error *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : no_memory(err);
}

void pictures_free(struct pictures *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->pieces.n; i++) points_free(s->pieces.v[i].p);
    VEC_DONE(&s->pieces);
    VEC_DONE(&s->owners);
    free(s);
}

size_t pictures_count(const struct pictures *s) { return s->owners.n; }

static const struct pictures_piece *piece_of(const struct pictures *s, size_t number)
{
    const struct pictures_piece *x = s->pieces.v;
    while (number - x->first_picture >= x->p->npictures) x++;
    return x;
}

struct id128 pictures_name(const struct pictures *s, size_t number)
{
    const struct pictures_piece *x = piece_of(s, number);
    return x->p->pictures[number - x->first_picture].name;
}

uint32_t pictures_owner(const struct pictures *s, size_t number) { return s->owners.v[number]; }

void pictures_give(struct pictures *s, size_t number, uint32_t owner)
{
    s->nobody -= s->owners.v[number] == PICTURES_NOBODY;
    s->owners.v[number] = owner;
    s->nobody += owner == PICTURES_NOBODY;
}

void pictures_get(const struct pictures *s, size_t number, struct point room[KEY_POINTS_MAX],
                  struct key_frame *out)
{
    const struct pictures_piece *x = piece_of(s, number);
    const struct points_picture *v = &x->p->pictures[number - x->first_picture];
    *out = (struct key_frame){v->time_us, v->w, v->h, room, v[1].first - v->first};
    for (size_t i = 0; i < out->npoints; i++) {
        const struct points_place *at = &x->p->places[v->first + i];
        room[i] = (struct point){at->x, at->y, at->angle, at->scale, x->p->bits[v->first + i]};
    }
}

struct pictures_facts pictures_facts(const struct pictures *s)
{
    struct pictures_facts f = {.pictures = s->owners.n, .pieces = s->pieces.n};
    for (size_t i = 0; i < s->pieces.n; i++) {
        f.points += s->pieces.v[i].p->n;
        f.bytes += s->pieces.v[i].p->bytes;
    }
    return f;
}

/* ---- growing ---- */

void pictures_number(struct pictures *s)
{
    uint32_t picture = 0, point = 0;
    for (size_t i = 0; i < s->pieces.n; i++) {
        struct pictures_piece *x = &s->pieces.v[i];
        x->first_picture = picture;
        x->first_point = point;
        picture += x->p->npictures;
        point += x->p->n;
    }
}

/* Pictures gathered for a new piece, with their owners. */
struct pile {
    struct VEC(struct points_draft) drafts;
    struct VEC(uint32_t) owners;
};

static int pile_put(struct pile *p, const struct points_draft *d, uint32_t owner)
{
    if (VEC_PUSH(&p->owners, owner)) return ERR_NOMEM;
    return VEC_PUSH(&p->drafts, *d);
}

static int pile_piece(struct pile *pile, const struct pictures *s, const struct pictures_piece *x, bool all)
{
    const struct points *p = x->p;
    int rc = 0;
    for (uint32_t i = 0; i < p->npictures && rc == 0; i++) {
        uint32_t first = p->pictures[i].first, owner = s->owners.v[x->first_picture + i];
        struct points_draft d = {.picture = p->pictures[i],
                                 .n = p->pictures[i + 1].first - first,
                                 .bits = p->bits + first,
                                 .places = p->places + first};
        if (all || owner != PICTURES_NOBODY) rc = pile_put(pile, &d, owner);
    }
    return rc;
}

/* pieces[from..] become one, of what is in the pile: their pictures, and any that are new. */
static int replace(struct pictures *s, size_t from, struct pile *pile, struct error *err)
{
    struct pictures_piece x = {.p = NULL};
    size_t kept = from < s->pieces.n ? s->pieces.v[from].first_picture : s->owners.n;
    size_t want = kept + pile->owners.n;
    if (VEC_RESERVE(&s->pieces, from + 1) || VEC_RESERVE(&s->owners, want + 1)) return no_memory(err);
    bool any = pile->drafts.n > 0;
    size_t among = 0;
    for (size_t i = 0; i < from; i++) among += s->pieces.v[i].p->n;
    for (size_t i = 0; i < pile->drafts.n; i++) among += pile->drafts.v[i].n;
    int rc = any ? points_build(pile->drafts.v, pile->drafts.n, among, &x.p, err) : 0;
    if (rc) return rc;
    for (size_t i = from; i < s->pieces.n; i++) points_free(s->pieces.v[i].p);
    s->pieces.n = from;
    if (any) s->pieces.v[s->pieces.n++] = x;
    if (any) memcpy(s->owners.v + kept, pile->owners.v, pile->owners.n * sizeof *s->owners.v);
    s->owners.n = want;
    s->nobody = 0;
    for (size_t i = 0; i < want; i++) s->nobody += s->owners.v[i] == PICTURES_NOBODY;
    pictures_number(s);
    return 0;
}

static void pile_done(struct pile *p)
{
    VEC_DONE(&p->drafts);
    VEC_DONE(&p->owners);
}

/* From where on pieces are of like size: each is smaller than twice all after it, and the whole is not above the limit. */
static size_t alike_from(const struct pictures *s, size_t sum, size_t most)
{
    size_t from = s->pieces.n;
    while (from > 0 && s->pieces.v[from - 1].p->n < 2 * sum && sum + s->pieces.v[from - 1].p->n <= most)
        sum += s->pieces.v[--from].p->n;
    return from;
}

int pictures_add(struct pictures *s, const struct picture *v, size_t n, struct error *err)
{
    struct pile pile = {.drafts = {0}};
    size_t points = 0;
    int rc = 0;
    if (n == 0) return 0;
    for (size_t i = 0; i < n; i++) points += v[i].key.npoints;
    if (s->owners.n + n >= INT32_MAX || pictures_facts(s).points + points > INT32_MAX)
        return error_set(err, ERR_LIMIT, "pictures", "more than %d points of pictures in one index",
                         INT32_MAX);
    size_t from = alike_from(s, points, PICTURES_JOIN_NOW);
    for (size_t i = from; i < s->pieces.n && rc == 0; i++) rc = pile_piece(&pile, s, &s->pieces.v[i], true);
    for (size_t i = 0; i < n && rc == 0; i++) {
        const struct key_frame *k = &v[i].key;
        struct points_draft d = {{v[i].name, k->time_us, k->w, k->h, 0}, k->npoints, k->points, NULL, NULL};
        rc = pile_put(&pile, &d, v[i].owner);
    }
    rc = rc ? no_memory(err) : replace(s, from, &pile, err);
    pile_done(&pile);
    return rc;
}

bool pictures_untidy(const struct pictures *s)
{
    return s->pieces.n > 1 && (alike_from(s, 0, SIZE_MAX) + 1 < s->pieces.n || s->pieces.n > 6);
}

int pictures_tidy(struct pictures *s, struct error *err)
{
    struct pile pile = {.drafts = {0}};
    int rc = 0;
    if (s->pieces.n <= 1 && s->nobody == 0) return 0;
    for (size_t i = 0; i < s->pieces.n && rc == 0; i++) rc = pile_piece(&pile, s, &s->pieces.v[i], false);
    rc = rc ? no_memory(err) : replace(s, 0, &pile, err);
    pile_done(&pile);
    return rc;
}
