/* What people did about a case: the decisions about its posts and those that stand in it, and its referrals with what came
 * of them. People stand under the names that the desk gave them for others to see. */
#include "evidence/dossier.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "store/store_people.h"

enum { MOST_DECISIONS = 100 }; /* of one post, the newest */

struct acts {
    struct store *s;
    struct dossier *d;
    struct error *err;
    struct map decided; /* one that settles several posts of the case is told once */
    struct VEC(struct dossier_decision) decisions;
    struct VEC(struct dossier_referral) referrals;
};

static int no_memory(const struct acts *x)
{
    return error_set(x->err, ERR_NOMEM, "package", "no memory for what was done about the case");
}

static int pseudonym_of(struct acts *x, const struct id128 *id, struct sv *out)
{
    struct person p;
    struct error why;
    *out = SV("");
    if (id_is_zero(id)) return 0;
    int rc = store_person_get(x->s, id, &x->d->arena, &p, &why);
    if (rc == 0) *out = p.pseudonym;
    if (rc != 0 && rc != ERR_NOTFOUND) *x->err = why;
    return rc == ERR_NOTFOUND ? 0 : rc;
}

static int add_decision(struct acts *x, const struct decision *one)
{
    struct dossier_decision out = {.decision = *one};
    char hex[ID_TEXT_BYTES];
    uint64_t *seen;
    int rc = map_put(&x->decided, sv_of(one->id.b, sizeof one->id.b), &seen);
    if (rc == 0) return 0;
    if (rc < 0) return no_memory(x);
    id_format(&one->id, hex);
    out.text = arena_copy(&x->d->arena, sv_cstr(hex));
    rc = pseudonym_of(x, &one->person, &out.by);
    if (rc == 0) rc = pseudonym_of(x, &one->second, &out.second);
    if (rc == 0 && (!out.text.p || VEC_PUSH(&x->decisions, out) != 0)) rc = no_memory(x);
    return rc;
}

static int add_decisions_of(struct acts *x, const struct id128 *post)
{
    struct decision_filter f;
    struct decision *list;
    size_t n = 0;
    decision_filter_init(&f);
    f.post = *post;
    int rc = store_decisions(x->s, &f, MOST_DECISIONS, &x->d->arena, &list, &n, x->err);
    for (size_t i = 0; rc == 0 && i < n; i++) rc = add_decision(x, &list[i]);
    return rc;
}

static int add_referral(struct acts *x, const struct id128 *id, struct sv object)
{
    struct dossier_referral r = {.text = object};
    struct arena *a = &x->d->arena;
    int rc = store_referral_get(x->s, id, a, &r.referral, x->err);
    if (rc == 0) rc = store_referral_targets(x->s, id, a, &r.targets, &r.ntargets, x->err);
    if (rc == 0) rc = store_referral_events(x->s, id, a, &r.events, &r.nevents, x->err);
    if (rc == 0 && VEC_PUSH(&x->referrals, r) != 0) rc = no_memory(x);
    return rc;
}

static int add_object(struct acts *x, const struct case_object *o)
{
    struct id128 id;
    struct decision one;
    int rc = 0;
    if (!id_parse(o->id, &id)) return 0;
    if (o->type == CASE_REFERRAL) rc = add_referral(x, &id, o->id);
    if (o->type == CASE_DECISION) {
        rc = store_decision_get(x->s, &id, &x->d->arena, &one, x->err);
        if (rc == 0) rc = add_decision(x, &one);
    }
    if (rc != ERR_NOTFOUND) return rc;
    x->d->missing++;
    return 0;
}

static int compare_decisions(const void *a, const void *b)
{
    const struct dossier_decision *x = a, *y = b;
    if (x->decision.at_us != y->decision.at_us) return x->decision.at_us < y->decision.at_us ? -1 : 1;
    return memcmp(&x->decision.id, &y->decision.id, sizeof x->decision.id);
}

static int compare_referrals(const void *a, const void *b)
{
    const struct referral *x = &((const struct dossier_referral *)a)->referral;
    const struct referral *y = &((const struct dossier_referral *)b)->referral;
    if (x->drafted_us != y->drafted_us) return x->drafted_us < y->drafted_us ? -1 : 1;
    return memcmp(&x->id, &y->id, sizeof x->id);
}

static int keep(struct acts *x)
{
    struct dossier *d = x->d;
    struct sv decisions =
        arena_copy(&d->arena, sv_of(x->decisions.v, x->decisions.n * sizeof x->decisions.v[0]));
    struct sv referrals =
        arena_copy(&d->arena, sv_of(x->referrals.v, x->referrals.n * sizeof x->referrals.v[0]));
    if (!decisions.p || !referrals.p) return no_memory(x);
    d->decisions = (struct dossier_decision *)(void *)(uintptr_t)decisions.p;
    d->ndecisions = x->decisions.n;
    d->referrals = (struct dossier_referral *)(void *)(uintptr_t)referrals.p;
    d->nreferrals = x->referrals.n;
    return 0;
}

int dossier_load_acts(struct store *s, struct dossier *d, struct error *err)
{
    struct acts x = {.s = s, .d = d, .err = err};
    int rc = 0;
    map_init(&x.decided);
    for (size_t i = 0; rc == 0 && i < d->nposts; i++) rc = add_decisions_of(&x, &d->posts[i].id);
    for (size_t i = 0; rc == 0 && i < d->nobjects; i++) rc = add_object(&x, &d->objects[i]);
    if (x.decisions.n > 0) qsort(x.decisions.v, x.decisions.n, sizeof x.decisions.v[0], compare_decisions);
    if (x.referrals.n > 0) qsort(x.referrals.v, x.referrals.n, sizeof x.referrals.v[0], compare_referrals);
    if (rc == 0) rc = keep(&x);
    map_done(&x.decided);
    VEC_DONE(&x.decisions);
    VEC_DONE(&x.referrals);
    return rc;
}
