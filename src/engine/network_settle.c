/* Findings of the network: for every marked post, what other accounts of its group did with it, and whether its account is
 * like one that was closed. What the detectors found stays as it is; the policy looks at all of it again. A post whose
 * findings would be the same is left alone, so that nothing is written twice. */
#include "engine/network_priv.h"
#include "engine/network.h"

#include "base/file.h"
#include "base/limits.h"

#include <stdlib.h>

static bool is_ours(const struct finding *f)
{
    return f->kind == FINDING_TOGETHER || f->kind == FINDING_RETURN || f->kind == FINDING_PILEON;
}

/* ---- lists of known groups ---- */

static int load_known(struct engine *e, struct error *err)
{
    if (e->known_read) return 0;
    struct sv path = path_join(&e->arena, sv_cstr(workspace_dir(e->workspace)), SV("policy/known.tsv"));
    if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
    int code = file_exists(path.p) ? network_known_load(path.p, &e->known, err) : 0;
    e->known_read = code == 0;
    return code;
}

/* By handle, platform:handle or id. */
static int known_group(struct engine *e, const struct id128 *account, struct arena *a, struct sv *out,
                       struct error *err)
{
    char id[ID_TEXT_BYTES];
    struct account who;
    *out = SV_NULL;
    if (!e->known) return 0;
    int code = store_get_account(e->store, account, a, &who, err);
    if (code) return code == ERR_NOTFOUND ? 0 : code;
    id_format(account, id);
    struct sv full = arena_printf(a, "%.*s:%.*s", SV_FMT(who.platform), SV_FMT(who.handle));
    if (!full.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a name");
    *out = network_known_find(e->known, sv_cstr(id), NULL);
    if (out->n == 0) *out = network_known_find(e->known, full, NULL);
    if (out->n == 0 && who.handle.n) *out = network_known_find(e->known, who.handle, NULL);
    return 0;
}

/* ---- findings ---- */

static struct place place_of_layer(const struct post *p, unsigned layer)
{
    struct place at = place_of(PLACE_POST);
    enum text_field field = layer == ACTION_SCREEN ? TEXT_SCREEN : TEXT_CAPTION;
    if (layer == ACTION_CLIP && p->nmedia) {
        at = place_of(PLACE_MEDIA);
        for (size_t i = p->nmedia; i-- > 0;)
            if (p->media[i].role == MEDIA_ROLE_MAIN) at.media_index = (uint32_t)i;
    }
    if (layer != ACTION_CAPTION && layer != ACTION_SCREEN && layer != ACTION_HASHTAGS) return at;
    for (size_t i = p->ntexts; i-- > 0;) {
        if (p->texts[i].field != field || p->texts[i].text.n == 0) continue;
        at = place_of(PLACE_TEXT);
        at.field = field;
        at.text_index = (uint32_t)i;
        at.end = p->texts[i].text.n;
        at.start_us = p->texts[i].start_us;
        at.end_us = p->texts[i].end_us;
    }
    return at;
}

/* One other account is little, five are much; what everybody does (a sound, a target) never more than little. */
static double how_sure(uint32_t accounts, unsigned layer)
{
    double p = accounts >= 5 ? 0.9 : accounts >= 3 ? 0.8 : 0.7;
    return layer == ACTION_SOUND || layer == ACTION_TARGET ? 0.6 : p;
}

static int add_proof(struct engine *e, const struct post *p, const struct store_network_proof *proof,
                     uint32_t accounts, struct finding_list *out, struct error *err)
{
    char post[ID_TEXT_BYTES], account[ID_TEXT_BYTES];
    struct finding f;
    struct sv mine, its;
    finding_init(&f);
    int code = known_group(e, &p->account.id, out->arena, &mine, err);
    if (code == 0) code = known_group(e, &proof->account, out->arena, &its, err);
    if (code) return code;
    struct place place = place_of_layer(p, proof->layer);
    id_format(&proof->post, post);
    id_format(&proof->account, account);
    f.kind = FINDING_TOGETHER;
    f.detector = SV("network");
    f.detector_version = 1;
    f.category = CATEGORY_NETWORK_COORDINATED;
    f.probability = how_sure(accounts, proof->layer);
    f.label = sv_cstr(action_layer_name((enum action_layer)proof->layer));
    f.places = &place;
    f.nplaces = 1;
    f.ref.post = sv_cstr(post);
    f.ref.account = sv_cstr(account);
    f.ref.gap_us = proof->gap_us;
    f.ref.accounts = accounts;
    if (mine.n && sv_eq(mine, its)) { /* a newsroom's sister pages: told, and held against nobody */
        f.category = CATEGORY_NONE;
        f.context = SV("known");
    }
    code = finding_add(out, &f);
    return code ? error_set(err, code, "engine", "no memory for a finding") : 0;
}

static int find_together(struct engine *e, const struct post *p, struct finding_list *out, struct error *err)
{
    struct store_network_rules rules;
    struct store_network_proof *proofs;
    size_t n;
    uint32_t accounts, group;
    engine_network_rules(&rules);
    int code = store_network_proofs(e->store, &rules, &p->id, NETWORK_PROOFS, out->arena, &proofs, &n,
                                    &accounts, &group, err);
    for (size_t i = 0; code == 0 && i < n; i++) code = add_proof(e, p, &proofs[i], accounts, out, err);
    return code;
}

/* ---- one post ---- */

struct settling {
    struct engine *e;
    struct arena arena; /* of the post in hand */
    struct post post;
    int64_t known_us, deadline_us;
    struct finding_list before, after;
    struct assessment as;
    struct engine_summary *sum;
    struct error *err;
};

static bool same_findings(const struct settling *t)
{
    struct buf x, y;
    struct jw w;
    bool same = t->before.n == t->after.n;
    buf_init(&x, 0);
    buf_init(&y, 0);
    for (size_t i = 0; same && i < t->before.n; i++) {
        buf_clear(&x);
        buf_clear(&y);
        jw_init(&w, &x, JW_COMPACT);
        finding_write(&t->before.v[i], &w);
        jw_init(&w, &y, JW_COMPACT);
        finding_write(&t->after.v[i], &w);
        same = !x.failed && !y.failed && sv_eq(buf_sv(&x), buf_sv(&y));
    }
    buf_done(&x);
    buf_done(&y);
    return same;
}

static int renew(struct settling *t)
{
    struct engine *e = t->e;
    struct reach *reach = NULL;
    size_t nreach = 0;
    struct error trouble = {0};
    bool was_queued = t->as.category != CATEGORY_NONE;
    int code = store_get_reach(e->store, &t->post.id, &t->arena, &reach, &nreach, t->err);
    if (code) return code;
    struct policy_input in = {.post = &t->post,
                              .findings = &t->after,
                              .reach = reach,
                              .nreach = nreach,
                              .now_us = engine_assessed_at(t->known_us, reach, nreach),
                              .known_us = t->known_us};
    code = policy_assess(e->runner, &in, &t->arena, &t->as, &trouble);
    if (code == ERR_POLICY)
        log_write(e->log, LOG_ERROR, "policy", "%s; the post is ranked by the fallback", trouble.text);
    else if (code && t->err)
        *t->err = trouble;
    if (code && code != ERR_POLICY) return code;
    bool queued = t->as.category != CATEGORY_NONE;
    if (queued && !was_queued) t->sum->queued++;
    if (!queued && was_queued && t->sum->queued) t->sum->queued--;
    if (t->after.n > t->before.n) t->sum->findings += t->after.n - t->before.n;
    return store_renew_result(e->store, &t->post.id, &t->after, &t->as, t->err);
}

static int settle_post(struct settling *t, const struct id128 *id)
{
    struct engine *e = t->e;
    int code = store_get_post(e->store, id, &t->arena, &t->post, &t->known_us, t->err);
    if (code == 0)
        code = store_get_result(e->store, id, &t->arena, &t->before, &t->as, &t->deadline_us, t->err);
    if (code == ERR_NOTFOUND) return store_network_unmark(e->store, id, t->err); /* not analysed, or gone */
    for (size_t i = 0; code == 0 && i < t->before.n; i++) {
        if (is_ours(&t->before.v[i])) continue;
        code = finding_add(&t->after, &t->before.v[i]);
        if (code) error_set(t->err, code, "engine", "no memory for a finding");
    }
    t->after.dropped = t->before.dropped;
    if (code == 0) code = find_together(e, &t->post, &t->after, t->err);
    if (code == 0) code = return_find(e->returns, &t->post, &t->after, t->err);
    if (code == 0) code = pileon_find(e->store, &t->post, &t->after, t->err);
    if (code == 0 && !same_findings(t)) code = renew(t);
    return code ? code : store_network_unmark(e->store, id, t->err);
}

static int settle_one(struct settling *t, const struct id128 *id)
{
    arena_clear(&t->arena);
    finding_list_init(&t->before, &t->arena);
    finding_list_init(&t->after, &t->arena);
    int code = settle_post(t, id);
    finding_list_done(&t->before);
    finding_list_done(&t->after);
    return code;
}

int engine_network_settle(struct engine *e, struct engine_summary *io_summary, bool *out_more,
                          struct error *err)
{
    struct settling t = {.e = e, .sum = io_summary, .err = err};
    struct id128 *ids = calloc(NETWORK_SETTLE_AT_ONCE, sizeof *ids);
    size_t n = 0;
    *out_more = false;
    if (!ids) return error_set(err, ERR_NOMEM, "engine", "no memory for the network");
    arena_init(&t.arena, 0);
    bool due = false;
    int code = engine_pileons_look(e->store, &due, err);
    if (code == 0) code = store_network_marked(e->store, ids, NETWORK_SETTLE_AT_ONCE, &n, err);
    if (code == 0 && n) code = load_known(e, err);
    if (code == 0 && n && !e->runner) code = policy_runner_new(e->policy, &e->runner, err);
    if (code == 0 && n && !e->returns) code = return_finder_new(e->store, &e->returns, err);
    if (e->returns) return_finder_forget(e->returns);
    for (size_t i = 0; code == 0 && i < n; i++) code = settle_one(&t, &ids[i]);
    *out_more = due || n == NETWORK_SETTLE_AT_ONCE;
    arena_done(&t.arena);
    free(ids);
    return code;
}

void engine_network_begin(struct engine *e)
{
    network_known_free(e->known);
    e->known = NULL;
    e->known_read = false;
    e->crowded_told = false;
    return_finder_free(e->returns);
    e->returns = NULL;
}

void engine_network_done(struct engine *e)
{
    engine_network_begin(e);
    policy_runner_free(e->runner);
    e->runner = NULL;
}
