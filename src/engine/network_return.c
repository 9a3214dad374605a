/* Accounts that may be back: closed accounts from the store, a new account's traces, what network/resurfaced.h makes of the
 * two. What a great many accounts share is left out of the traces: with few closed accounts their own numbers cannot tell
 * what is rare. */
#include "engine/network_priv.h"
#include "engine/network_return.h"

#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"

#include <stdlib.h>

enum { TRACE_THINGS = 200, TRACE_WORDS = 100, POPULAR = 20, CLOSED_AT_ONCE = 20000, RANKED = 3 };

static int add_shared(struct store *s, const struct id128 *account, enum action_layer layer, uint32_t popular,
                      size_t max, struct arena *a, struct sv_list *io, struct error *err)
{
    struct sv *names = NULL;
    size_t n = 0;
    int code = store_network_shared(s, account, layer, popular, max, a, &names, &n, err);
    if (code || n == 0) return code;
    struct sv *all = arena_array(a, io->n + n, sizeof *all);
    if (!all) return error_set(err, ERR_NOMEM, "engine", "no memory for what an account left");
    if (io->n) memcpy(all, io->v, io->n * sizeof *all);
    memcpy(all + io->n, names, n * sizeof *all);
    *io = (struct sv_list){all, io->n + n};
    return 0;
}

int engine_account_trace(struct store *s, const struct id128 *account, struct arena *a,
                         struct account_trace *out, struct error *err)
{
    struct account who;
    int64_t posts = 0;
    *out = (struct account_trace){
        .first_us = NETWORK_NO_TIME, .last_us = NETWORK_NO_TIME, .closed_us = NETWORK_NO_TIME};
    int code = store_get_account(s, account, a, &who, err);
    if (code) return code;
    out->handle = who.handle.n ? who.handle : who.name.n ? who.name : who.native_id;
    out->bio = who.bio;
    int64_t first = 0, last = 0;
    code = store_network_span(s, account, &first, &last, &posts, err);
    if (code == 0 && posts) {
        out->first_us = first;
        out->last_us = last;
    }
    if (code == 0) code = add_shared(s, account, ACTION_CAPTION, 0, TRACE_WORDS, a, &out->captions, err);
    if (code == 0) code = add_shared(s, account, ACTION_CLIP, POPULAR, TRACE_THINGS, a, &out->clips, err);
    if (code == 0) code = add_shared(s, account, ACTION_SOUND, POPULAR, TRACE_THINGS, a, &out->clips, err);
    if (code == 0) code = add_shared(s, account, ACTION_URL, POPULAR, TRACE_THINGS, a, &out->clips, err);
    if (code == 0) code = add_shared(s, account, ACTION_HASHTAGS, POPULAR, TRACE_THINGS, a, &out->clips, err);
    if (code == 0) code = add_shared(s, account, ACTION_TARGET, POPULAR, TRACE_THINGS, a, &out->targets, err);
    return code;
}

int engine_returns_load(struct store *s, struct resurfaced **out, struct closed_account **out_closed,
                        size_t *out_n, struct arena *a, struct error *err)
{
    struct resurfaced *index = NULL;
    struct closed_account *closed = NULL;
    size_t n = 0, kept = 0;
    int code = store_closed_accounts(s, a, &closed, &n, err);
    if (code == 0) code = resurfaced_new(&index, err);
    for (size_t i = 0; code == 0 && i < n && kept < CLOSED_AT_ONCE; i++) {
        struct arena scratch;
        struct account_trace trace;
        arena_init(&scratch, 0);
        code = engine_account_trace(s, &closed[i].account, &scratch, &trace, err);
        trace.closed_us = closed[i].closed_us;
        bool usable = code == 0 && trace.handle.n;
        if (usable) code = resurfaced_add(index, &trace, err);
        if (usable) closed[kept++] = closed[i];
        if (code == ERR_NOTFOUND) code = 0;
        arena_done(&scratch);
    }
    if (code) {
        resurfaced_free(index);
        return code;
    }
    *out = index;
    *out_closed = closed;
    *out_n = kept;
    return 0;
}

/* Of different kinds of evidence two at least, one of them more than a name; or many rare things. */
static bool is_strong(const struct parent_match *m, double *out_p)
{
    bool content = m->ncontent > 0, targets = m->ntargets > 0, contacts = m->ncontacts > 0;
    bool words = m->words >= 0.3, names = m->names >= 0.75;
    int kinds = content + targets + contacts + words + names;
    if (m->overlap_us > 0 || m->gap_us == NETWORK_NO_TIME || m->gap_us < 0) return false;
    if (!content && !words) return false;
    if (kinds < 2 && m->ncontent < 3) return false;
    double p = 0.5 + 0.1 * kinds + 0.02 * (m->ncontent < 5 ? m->ncontent : 5);
    *out_p = p > 0.9 ? 0.9 : p;
    return true;
}

struct sv engine_return_label(const struct parent_match *m, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    const struct {
        bool there;
        const char *name;
    } parts[] = {{m->ncontent > 0, "content"},
                 {m->ntargets > 0, "targets"},
                 {m->words >= 0.3, "words"},
                 {m->names >= 0.75, "names"},
                 {m->ncontacts > 0, "contacts"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i].there) continue;
        if (b.n) buf_putc(&b, ' ');
        buf_puts(&b, parts[i].name);
    }
    struct sv label = b.failed ? SV_NULL : arena_copy(a, buf_sv(&b));
    buf_done(&b);
    return label;
}

/* ---- for findings ---- */

struct answer {
    bool found;
    double p;
    struct id128 parent;
    struct sv label;
};

struct return_finder {
    struct store *store;
    struct resurfaced *index; /* NULL: no account is closed */
    struct closed_account *closed;
    size_t nclosed;
    struct arena arena;
    struct map asked; /* account → answer + 1 */
    struct VEC(struct answer) answers;
};

int return_finder_new(struct store *s, struct return_finder **out, struct error *err)
{
    struct return_finder *f = calloc(1, sizeof *f);
    if (!f) return error_set(err, ERR_NOMEM, "engine", "no memory for closed accounts");
    f->store = s;
    arena_init(&f->arena, 0);
    map_init(&f->asked);
    int code = engine_returns_load(s, &f->index, &f->closed, &f->nclosed, &f->arena, err);
    if (code == 0 && f->nclosed == 0) {
        resurfaced_free(f->index);
        f->index = NULL;
    }
    if (code)
        return_finder_free(f);
    else
        *out = f;
    return code;
}

void return_finder_free(struct return_finder *f)
{
    if (!f) return;
    resurfaced_free(f->index);
    map_done(&f->asked);
    VEC_DONE(&f->answers);
    arena_done(&f->arena);
    free(f);
}

void return_finder_forget(struct return_finder *f)
{
    map_done(&f->asked);
    map_init(&f->asked);
    f->answers.n = 0;
}

static int ask(struct return_finder *f, const struct id128 *account, struct answer *out, struct error *err)
{
    struct account_trace trace;
    struct parent_match *list = NULL;
    uint32_t n = 0;
    struct arena scratch;
    *out = (struct answer){0};
    for (size_t i = 0; i < f->nclosed; i++)
        if (id_eq(&f->closed[i].account, account)) return 0; /* it is closed itself */
    arena_init(&scratch, 0);
    int code = engine_account_trace(f->store, account, &scratch, &trace, err);
    if (code == 0) code = resurfaced_rank(f->index, &trace, RANKED, &scratch, &list, &n, err);
    for (uint32_t i = 0; code == 0 && i < n && !out->found; i++) {
        if (!is_strong(&list[i], &out->p)) continue;
        out->found = true;
        out->parent = f->closed[list[i].account].account;
        out->label = engine_return_label(&list[i], &f->arena);
        if (!out->label.p) code = error_set(err, ERR_NOMEM, "engine", "no memory for a finding");
    }
    arena_done(&scratch);
    return code == ERR_NOTFOUND ? 0 : code;
}

int return_find(struct return_finder *f, const struct post *p, struct finding_list *out, struct error *err)
{
    uint64_t *at;
    struct answer a;
    if (!f->index || id_is_zero(&p->account.id)) return 0;
    int code = map_put(&f->asked, sv_of((const char *)p->account.id.b, sizeof p->account.id.b), &at);
    if (code < 0) return error_set(err, code, "engine", "no memory for closed accounts");
    if (code == 1) {
        code = ask(f, &p->account.id, &a, err);
        if (code) return code;
        if (VEC_PUSH(&f->answers, a))
            return error_set(err, ERR_NOMEM, "engine", "no memory for closed accounts");
        *at = f->answers.n;
    }
    if (*at == 0 || !f->answers.v[*at - 1].found) return 0;
    const struct answer *found = &f->answers.v[*at - 1];
    char parent[ID_TEXT_BYTES];
    struct place place = place_of(PLACE_POST);
    struct finding finding;
    finding_init(&finding);
    id_format(&found->parent, parent);
    finding.kind = FINDING_RETURN;
    finding.detector = SV("network");
    finding.detector_version = 1;
    finding.category = CATEGORY_NETWORK_RESURFACED;
    finding.probability = found->p;
    finding.label = found->label;
    finding.places = &place;
    finding.nplaces = 1;
    finding.ref.account = sv_cstr(parent);
    code = finding_add(out, &finding);
    return code ? error_set(err, code, "engine", "no memory for a finding") : 0;
}
