#include "index/sounds_priv.h"

#include <stdlib.h>

#include "base/limits.h"

enum { UNTIDY_INDEXES = 6 };

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "sounds", "no memory for an index of sounds");
}

int sounds_new(struct sounds **out, struct error *err)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : no_memory(err);
}

void sounds_index_done(struct sounds_index *x)
{
    landmarks_free(x->l);
    buf_done(&x->bytes);
}

void sounds_free(struct sounds *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->indexes.n; i++) sounds_index_done(&s->indexes.v[i]);
    VEC_DONE(&s->indexes);
    free(s);
}

size_t sounds_count(const struct sounds *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->indexes.n; i++) n += landmarks_count(s->indexes.v[i].l);
    return n;
}

struct id128 sounds_id(const struct sounds *s, size_t reference)
{
    size_t i = 0;
    while (reference >= landmarks_count(s->indexes.v[i].l)) reference -= landmarks_count(s->indexes.v[i++].l);
    return landmarks_id(s->indexes.v[i].l, reference);
}

/* ---- growing ---- */

struct pile {
    struct VEC(struct landmark_print) prints;
    bool (*keep)(void *arg, const struct id128 *id);
    void *arg;
};

static int pile_index(struct pile *p, const struct landmarks *l)
{
    for (size_t i = 0; i < l->head.nrefs; i++) {
        const struct landmarks_ref *r = &l->refs[i];
        if (p->keep && !p->keep(p->arg, &r->id)) continue;
        struct landmark_print print = {r->id, l->peaks + r->first_peak, r->npeaks, r->ticks};
        if (VEC_PUSH(&p->prints, print)) return ERR_NOMEM;
    }
    return 0;
}

static int build(const struct pile *p, struct sounds_index *out, struct error *err)
{
    struct sounds_index x = {.file = {0}};
    buf_init(&x.bytes, SIZE_MAX); /* bounded by what an index holds: landmarks_build */
    int rc = landmarks_build(p->prints.v, p->prints.n, &x.bytes, err);
    if (rc == 0) rc = landmarks_over(buf_sv(&x.bytes), &x.l, err);
    if (rc)
        buf_done(&x.bytes);
    else
        *out = x;
    return rc;
}

/* indexes[from..] and what is in the pile become one index. */
static int join(struct sounds *s, size_t from, struct pile *p, struct error *err)
{
    struct sounds_index x;
    int rc = VEC_RESERVE(&s->indexes, from + 1) ? no_memory(err) : 0;
    for (size_t i = from; i < s->indexes.n && rc == 0; i++)
        if (pile_index(p, s->indexes.v[i].l)) rc = no_memory(err);
    bool any = p->prints.n > 0;
    if (rc == 0 && any) rc = build(p, &x, err);
    if (rc) return rc;
    for (size_t i = from; i < s->indexes.n; i++) sounds_index_done(&s->indexes.v[i]);
    s->indexes.n = from;
    if (any) s->indexes.v[s->indexes.n++] = x;
    return 0;
}

static uint64_t weight(const struct sounds_index *x) { return x->l->head.npeaks; }

/* From where on indexes are of like size: each is smaller than twice all after it, and the whole is not above the limit. */
static size_t alike_from(const struct sounds *s, uint64_t sum, uint64_t most)
{
    size_t from = s->indexes.n;
    while (from > 0 && weight(&s->indexes.v[from - 1]) < 2 * sum &&
           sum + weight(&s->indexes.v[from - 1]) <= most)
        sum += weight(&s->indexes.v[--from]);
    return from;
}

int sounds_add(struct sounds *s, const struct landmark_print *v, size_t n, struct error *err)
{
    struct pile p = {.keep = NULL};
    uint64_t sum = 0;
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++) {
        sum += v[i].n;
        if (VEC_PUSH(&p.prints, v[i])) rc = no_memory(err);
    }
    if (rc == 0 && n) rc = join(s, alike_from(s, sum, SOUNDS_JOIN_NOW), &p, err);
    VEC_DONE(&p.prints);
    return rc;
}

/* From where on all fit into one index of at most `most` landmarks. */
static size_t fit_from(const struct sounds *s, uint64_t most)
{
    size_t from = s->indexes.n;
    for (uint64_t sum = 0; from > 0 && sum + weight(&s->indexes.v[from - 1]) <= most; from--)
        sum += weight(&s->indexes.v[from - 1]);
    return from;
}

bool sounds_untidy(const struct sounds *s)
{
    return s->indexes.n - fit_from(s, SOUNDS_INDEX_MOST) > UNTIDY_INDEXES;
}

/* An index again, without what keep() does not want. One of which nothing is wanted stays as it is. */
static int sift(struct sounds_index *x, bool (*keep)(void *arg, const struct id128 *id), void *arg,
                struct error *err)
{
    struct pile p = {.keep = keep, .arg = arg};
    struct sounds_index sifted;
    int rc = pile_index(&p, x->l) ? no_memory(err) : 0;
    if (rc == 0 && p.prints.n > 0 && p.prints.n < x->l->head.nrefs) {
        rc = build(&p, &sifted, err);
        if (rc == 0) sounds_index_done(x);
        if (rc == 0) *x = sifted;
    }
    VEC_DONE(&p.prints);
    return rc;
}

int sounds_tidy_below(struct sounds *s, uint64_t most, bool (*keep)(void *arg, const struct id128 *id),
                      void *arg, struct error *err)
{
    struct pile p = {.keep = keep, .arg = arg};
    size_t from = fit_from(s, most);
    int rc = s->indexes.n - from > 1 || (keep && from < s->indexes.n) ? join(s, from, &p, err) : 0;
    for (size_t i = 0; i < from && keep && rc == 0; i++) rc = sift(&s->indexes.v[i], keep, arg, err);
    VEC_DONE(&p.prints);
    return rc;
}

int sounds_tidy(struct sounds *s, bool (*keep)(void *arg, const struct id128 *id), void *arg,
                struct error *err)
{
    return sounds_tidy_below(s, SOUNDS_INDEX_MOST, keep, arg, err);
}

/* ---- asking ---- */

/* Best first; when it is full the worst goes. */
static void take_match(struct landmark_match *v, size_t *n, const struct landmark_match *m)
{
    size_t i = *n;
    if (*n == LANDMARK_MATCHES_MAX && v[*n - 1].score >= m->score) return;
    if (*n < LANDMARK_MATCHES_MAX)
        ++*n;
    else
        i--;
    for (; i > 0 && v[i - 1].score < m->score; i--) v[i] = v[i - 1];
    v[i] = *m;
}

int sounds_query(const struct sounds *s, struct landmark_scratch *scratch, const struct landmark *v, size_t n,
                 struct landmark_match out[LANDMARK_MATCHES_MAX], size_t *out_n, struct error *err)
{
    size_t first = 0;
    *out_n = 0;
    for (size_t i = 0; i < s->indexes.n; i++) {
        const struct landmarks *l = s->indexes.v[i].l;
        struct landmark_match m[LANDMARK_MATCHES_MAX];
        size_t found = 0;
        int rc = landmarks_query(l, scratch, v, n, m, &found, err);
        if (rc) return rc;
        for (size_t k = 0; k < found; k++) {
            m[k].reference += (uint32_t)first;
            take_match(out, out_n, &m[k]);
        }
        first += landmarks_count(l);
    }
    return 0;
}
