#include "engine/desk.h"

#include "base/limits.h"
#include "engine/engine_priv.h"
#include "engine/network_priv.h"

#include <stdlib.h>

bool engine_stale(struct engine *e) { return engine_banks_changed(e); }

int engine_use_policy(struct engine *e, struct sv name, struct sv bytes, struct error *err)
{
    struct policy *fresh = NULL, *old = e->policy;
    int code = policy_load(name, bytes, &fresh, err);
    if (code) return code;
    e->policy = fresh;
    code = engine_note_policy(e, err);
    if (code) e->policy = old;
    policy_runner_free(e->runner); /* made anew when the network needs it */
    e->runner = NULL;
    policy_free(code ? fresh : old);
    return code;
}

struct sv engine_policy_version(const struct engine *e) { return policy_version(e->policy); }

int engine_analyst_new(struct engine *e, struct analyst **out, struct error *err)
{
    void *t = NULL;
    int code = analyst_start(e, &t, err);
    if (code == 0) *out = t;
    return code;
}

void engine_analyst_free(struct analyst *t)
{
    if (t) analyst_stop(t->engine, t);
}

void engine_analyst_run(struct analyst *t, struct analysis *a) { analyst_work(t->engine, t, a); }

static int fill(struct analysis *a, const struct post *post, const struct reach *reach, size_t nreach,
                struct error *err)
{
    struct reach *all = ARENA_ARRAY(&a->arena, nreach + 1, struct reach);
    int code = all ? post_copy(post, &a->arena, &a->post) : ERR_NOMEM;
    if (code) return error_set(err, code, "engine", "no memory for a post");
    size_t n = 0;
    while (n < nreach && reach[n].at_us <= a->post.reach.at_us) n++;
    if (nreach > 0) memcpy(all, reach, nreach * sizeof *reach);
    if (a->post.reach.at_us != TIME_UNKNOWN) {
        memmove(all + n + 1, all + n, (nreach - n) * sizeof *all);
        all[n] = a->post.reach;
        nreach++;
    }
    a->reach = all;
    a->nreach = nreach;
    return 0;
}

int engine_analysis_of(const struct post *post, const struct reach *reach, size_t nreach, int64_t known_us,
                       struct analysis **out, struct error *err)
{
    struct analysis *a = analysis_new();
    if (!a) return error_set(err, ERR_NOMEM, "engine", "no memory for an analysis");
    a->known_us = known_us;
    int code = fill(a, post, reach, nreach, err);
    if (code)
        analysis_free(a);
    else
        *out = a;
    return code;
}

int engine_analysis_load(struct store *s, const struct store_job *job, struct analysis **out,
                         struct error *err)
{
    struct analysis *a = analysis_new();
    if (!a) return error_set(err, ERR_NOMEM, "engine", "no memory for an analysis");
    struct reach *reach = NULL;
    a->attempt = job->attempt;
    int code = store_get_post(s, &job->post, &a->arena, &a->post, &a->known_us, err);
    if (code == 0) code = store_get_reach(s, &job->post, &a->arena, &reach, &a->nreach, err);
    a->reach = reach;
    if (code)
        analysis_free(a);
    else
        *out = a;
    return code;
}

int engine_claim(struct engine *e, struct store_job *out, size_t max, size_t *out_n, struct error *err)
{
    return store_claim(e->store, sv_cstr(e->owner), clock_now_us(), JOB_LEASE_US, out, max, out_n, err);
}

int engine_write_analysis(struct engine *e, struct analysis *a, struct error *err)
{
    struct engine_summary ignored = {0};
    int code = engine_write_media(e, a, &ignored, err);
    if (code == 0) code = store_put_result(e->store, &a->post.id, &a->findings, &a->assessment, err);
    return code ? code : engine_network_take(e, a, err);
}

int engine_settle(struct engine *e, bool *out_more, bool *out_found, struct error *err)
{
    struct engine_summary sum = {0};
    int code = engine_network_settle(e, &sum, out_more, err);
    *out_found = sum.findings > 0 || sum.queued > 0;
    return code;
}

int engine_write_outcome(struct engine *e, struct analysis *a, struct error *err)
{
    bool held = false;
    struct store_job job = {.post = a->post.id, .attempt = a->attempt};
    int code = store_job_held(e->store, &job, sv_cstr(e->owner), &held, err);
    if (code || !held) return code;
    if (a->code) return store_job_failed(e->store, &a->post.id, false, &a->error, err);
    return engine_write_analysis(e, a, err);
}

int engine_release(struct engine *e, struct error *err)
{
    return store_release(e->store, sv_cstr(e->owner), err);
}

void engine_publish(struct engine *e, struct store *s) { engine_sign(e, s); }

int engine_media(struct engine *e, struct media_pool **out, struct error *err)
{
    return engine_pool(e, out, err);
}

const struct workspace *engine_workspace(const struct engine *e) { return e->workspace; }
