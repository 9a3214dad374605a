/* Reading a case whole: see dossier.h. Strings are in the dossier's arena; findings on the heap, as lists of them are. */
#include "evidence/dossier.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/store_network.h"

struct loading {
    struct store *s;
    struct dossier *d;
    struct error *err;
    struct map account_at; /* id bytes → place + 1 */
    struct VEC(struct dossier_account) accounts;
    struct VEC(struct dossier_edge) edges;
};

static int no_memory(struct error *err)
{
    return error_set(err, ERR_NOMEM, "package", "no memory for the case");
}

static struct sv hex_of(struct arena *a, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    return arena_copy(a, sv_of(text, ID_TEXT_BYTES - 1));
}

/* ---- entries of the log ---- */

struct entries {
    struct dossier *d;
    struct VEC(struct dossier_entry) v;
};

static int take_entry(void *arg, const struct ledger_entry *e)
{
    struct entries *x = arg;
    struct sv by = record_word(e->record, "by");
    struct dossier_entry out = {.n = e->n,
                                .at_us = e->at_us,
                                .kind = arena_copy(&x->d->arena, e->kind),
                                .by = arena_copy(&x->d->arena, e->by),
                                .person = !sv_is(by, "marsad"),
                                .erased = e->record.n == 0};
    return out.kind.p && out.by.p ? VEC_PUSH(&x->v, out) : ERR_NOMEM;
}

static int load_entries(struct loading *l, struct sv subject, struct dossier_entries *out)
{
    struct entries x = {.d = l->d};
    int rc = ledger_about(l->s, subject, take_entry, &x, l->err);
    if (rc == 0) {
        struct sv copy = arena_copy(&l->d->arena, sv_of(x.v.v, x.v.n * sizeof x.v.v[0]));
        if (!copy.p) rc = ERR_NOMEM;
        out->v = (struct dossier_entry *)(void *)(uintptr_t)copy.p;
        out->n = x.v.n;
    }
    VEC_DONE(&x.v);
    return rc == ERR_NOMEM ? no_memory(l->err) : rc;
}

/* ---- accounts ---- */

static int add_account(struct loading *l, const struct id128 *id, const struct account *known, bool post)
{
    uint64_t *place;
    if (id_is_zero(id)) return 0; /* nobody: a file that was handed in */
    int rc = map_put(&l->account_at, sv_of(id->b, sizeof id->b), &place);
    if (rc < 0) return no_memory(l->err);
    if (rc == 1) {
        struct dossier_account a = {.id = *id, .text = hex_of(&l->d->arena, id)};
        int found = store_get_account(l->s, id, &l->d->arena, &a.account, l->err);
        if (found == ERR_NOTFOUND && known) a.account = *known, found = 0;
        if (found == ERR_NOTFOUND) {
            l->d->missing++;
            *place = 0;
            return 0;
        }
        if (found != 0) return found;
        if (!a.text.p || VEC_PUSH(&l->accounts, a) != 0) return no_memory(l->err);
        *place = l->accounts.n;
    }
    if (post && *place > 0) l->accounts.v[*place - 1].posts++;
    return 0;
}

static int take_edge(void *arg, const struct id128 *a, const struct id128 *b)
{
    struct loading *l = arg;
    const uint64_t *x = map_get(&l->account_at, sv_of(a->b, sizeof a->b));
    const uint64_t *y = map_get(&l->account_at, sv_of(b->b, sizeof b->b));
    if (!x || !y || *x == 0 || *y == 0) return 0;
    return VEC_PUSH(&l->edges, (struct dossier_edge){*x - 1, *y - 1});
}

/* ---- posts ---- */

/* What the original is called in the package: its hash, and the ending of the file that it came as. */
static struct sv name_media(struct arena *a, const struct store_media *m, const struct media_ref *ref)
{
    static const char *const endings[] = {"mp4",  "webm", "mkv", "mov", "jpg", "jpeg", "png",
                                          "webp", "gif",  "mp3", "m4a", "ogg", "wav"};
    char sha[SHA256_TEXT_BYTES];
    struct sv ext = path_ext(ref->path.n ? ref->path : ref->missing);
    if (m->path.n == 0) return SV("");
    sha256_format(&m->sha256, sha);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (sv_eq_nocase(ext, sv_cstr(endings[i]))) return arena_printf(a, "%s.%s", sha, endings[i]);
    return arena_copy(a, sv_cstr(sha));
}

static int load_media(struct loading *l, struct dossier_post *p)
{
    size_t n = p->post.nmedia;
    p->media = ARENA_ARRAY(&l->d->arena, n, struct store_media);
    p->media_name = ARENA_ARRAY(&l->d->arena, n, struct sv);
    if (!p->media || !p->media_name) return no_memory(l->err);
    int rc = store_get_media(l->s, &p->id, n, &l->d->arena, p->media, l->err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = signals_add_said(p->media[i].signals, (uint32_t)i, &p->post, &l->d->arena, l->err);
        if (rc) break;
        p->media_name[i] = name_media(&l->d->arena, &p->media[i], &p->post.media[i]);
        if (!p->media_name[i].p) rc = no_memory(l->err);
    }
    return rc;
}

static int load_post(struct loading *l, struct sv object, struct dossier_post *p, bool *out_there)
{
    *out_there = false;
    finding_list_init(&p->findings, &l->d->arena);
    if (!id_parse(object, &p->id)) return 0;
    p->text = object;
    int rc = store_get_post(l->s, &p->id, &l->d->arena, &p->post, &p->known_us, l->err);
    if (rc == ERR_NOTFOUND) return 0;
    if (rc == 0) rc = store_get_reach(l->s, &p->id, &l->d->arena, &p->reach, &p->nreach, l->err);
    if (rc == 0) rc = load_media(l, p);
    if (rc == 0) {
        rc = store_get_result(l->s, &p->id, &l->d->arena, &p->findings, &p->assessment, &p->deadline_us,
                              l->err);
        p->assessed = rc == 0;
        if (rc == ERR_NOTFOUND) rc = 0;
    }
    if (rc == 0) rc = load_entries(l, p->text, &p->entries);
    for (size_t i = 0; rc == 0 && i < p->entries.n && p->operator.n == 0; i++)
        if (sv_is(p->entries.v[i].kind, step_name(STEP_INTAKE))) p->operator= p->entries.v[i].by;
    if (rc == 0) rc = add_account(l, &p->post.account.id, &p->post.account, true);
    *out_there = rc == 0;
    return rc;
}

static int compare_posts(const void *a, const void *b)
{
    const struct dossier_post *x = a, *y = b;
    if (x->post.created_us != y->post.created_us) return x->post.created_us < y->post.created_us ? -1 : 1;
    return memcmp(&x->id, &y->id, sizeof x->id);
}

static int load_objects(struct loading *l)
{
    struct dossier *d = l->d;
    struct id128 id;
    int rc = 0;
    d->posts = ARENA_ARRAY(&d->arena, d->nobjects, struct dossier_post);
    if (!d->posts) return no_memory(l->err);
    for (size_t i = 0; rc == 0 && i < d->nobjects; i++) {
        bool there = true;
        if (d->objects[i].type == CASE_POST) {
            rc = load_post(l, d->objects[i].id, &d->posts[d->nposts], &there);
            d->nposts += rc == 0 && there;
        } else if (d->objects[i].type == CASE_ACCOUNT && id_parse(d->objects[i].id, &id)) {
            rc = add_account(l, &id, NULL, false);
        }
        d->missing += !there;
    }
    if (rc == 0 && d->nposts > 0) qsort(d->posts, d->nposts, sizeof d->posts[0], compare_posts);
    return rc;
}

static int keep_lists(struct loading *l)
{
    struct dossier *d = l->d;
    struct sv accounts = arena_copy(&d->arena, sv_of(l->accounts.v, l->accounts.n * sizeof l->accounts.v[0]));
    struct sv edges = arena_copy(&d->arena, sv_of(l->edges.v, l->edges.n * sizeof l->edges.v[0]));
    if (!accounts.p || !edges.p) return no_memory(l->err);
    d->accounts = (struct dossier_account *)(void *)(uintptr_t)accounts.p;
    d->naccounts = l->accounts.n;
    d->edges = (struct dossier_edge *)(void *)(uintptr_t)edges.p;
    d->nedges = l->edges.n;
    return 0;
}

static int load_holds(struct loading *l)
{
    struct dossier *d = l->d;
    struct hold *all;
    size_t n;
    int64_t now = clock_now_us();
    int rc = store_holds(l->s, &d->arena, &all, &n, l->err);
    d->holds = all;
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (hold_stands(&all[i], now) &&
            (all[i].scope == HOLD_EVERYTHING || (all[i].scope == HOLD_CASE && sv_eq(all[i].object, d->text))))
            d->holds[d->nholds++] = all[i];
    return rc;
}

int dossier_load(struct store *s, const struct id128 *id, struct dossier *out, struct error *err)
{
    struct loading l = {.s = s, .d = out, .err = err};
    struct dossier *d = out;
    *d = (struct dossier){.nposts = 0};
    arena_init(&d->arena, DOSSIER_MAX_BYTES);
    map_init(&l.account_at);
    d->text = hex_of(&d->arena, id);
    int rc = d->text.p ? store_case_get(s, id, &d->arena, &d->file, err) : no_memory(err);
    if (rc == 0) rc = store_case_objects(s, id, &d->arena, &d->objects, &d->nobjects, err);
    if (rc == 0) rc = store_case_texts(s, id, &d->arena, &d->texts, &d->ntexts, err);
    if (rc == 0) rc = store_custody(s, id, &d->arena, &d->custody, &d->ncustody, err);
    if (rc == 0) rc = load_holds(&l);
    if (rc == 0) rc = load_objects(&l);
    if (rc == 0) rc = dossier_load_acts(s, d, err);
    if (rc == 0) rc = load_entries(&l, d->text, &d->entries);
    if (rc == 0) rc = store_network_edges(s, take_edge, &l, err);
    if (rc == 0) rc = keep_lists(&l);
    map_done(&l.account_at);
    VEC_DONE(&l.accounts);
    VEC_DONE(&l.edges);
    return rc;
}

void dossier_done(struct dossier *d)
{
    for (size_t i = 0; i < d->nposts; i++) finding_list_done(&d->posts[i].findings);
    arena_done(&d->arena);
}
