/* A policy as loaded, and the runner that asks it about posts. What is loaded has compiled, declares only what it
 * may, and has answered a set of made-up findings without an error. */
#include "policy/policy_priv.h"

#include "base/id.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_NEXT_LOOK_US (4 * US_PER_HOUR)

/* ---- loading ---- */

struct declare_call {
    struct policy *policy;
    struct error *err;
    int rc;
};

static int declare(lua_State *L)
{
    struct declare_call *c = lua_touserdata(L, 1);
    sandbox_run_main(L);
    c->rc = declarations_read(L, c->policy, c->err);
    return 0;
}

static int read_declarations(struct policy *p, struct error *err)
{
    struct policy_runner *r = NULL;
    int rc = policy_runner_new(p, &r, err);
    if (rc) return rc;
    struct declare_call c = {.policy = p, .err = err};
    rc = sandbox_call(&r->sandbox, declare, &c, err);
    policy_runner_free(r);
    return rc ? rc : c.rc;
}

/* One made-up finding, as plain as can be. */
static struct finding sample(enum finding_kind kind, enum category category, struct place *place)
{
    return (struct finding){.kind = kind,
                            .detector = SV("probe"),
                            .detector_version = 1,
                            .category = category,
                            .probability = 0.9,
                            .label = SV("phone"),
                            .places = place,
                            .nplaces = 1,
                            .ref = {.time_us = TIME_UNKNOWN, .distance = -1}};
}

/* Asks the policy about no finding at all, then about each kind of finding in each category. */
static int probe(const struct policy *p, struct error *err)
{
    struct policy_runner *r = NULL;
    int rc = policy_runner_new(p, &r, err);
    if (rc) return rc;
    struct arena a;
    arena_init(&a, 0);
    struct post post;
    post_init(&post);
    struct place place = {.kind = PLACE_POST, .start_us = TIME_UNKNOWN, .end_us = TIME_UNKNOWN};
    struct finding f = sample(FINDING_TERM, CATEGORY_NONE, &place);
    struct finding_list list = {.v = &f};
    struct policy_input in = {.post = &post, .findings = &list};
    struct assessment got;
    rc = policy_assess(r, &in, &a, &got, err);
    list.n = 1;
    for (int k = 0; k < FINDING_KIND_COUNT && !rc; k++) {
        for (int c = CATEGORY_NONE; c < CATEGORY_COUNT && !rc; c++) {
            f = sample((enum finding_kind)k, (enum category)c, &place);
            arena_clear(&a);
            rc = policy_assess(r, &in, &a, &got, err);
        }
    }
    arena_done(&a);
    policy_runner_free(r);
    return rc;
}

static int refuse_early(const struct policy *p, struct error *err)
{
    if (p->text_bytes > POLICY_MAX_FILE_BYTES)
        return error_set(err, ERR_POLICY, "policy",
                         "%s: %zu bytes, the most is %zu: move word lists to a lexicon", p->file,
                         p->text_bytes, POLICY_MAX_FILE_BYTES);
    /* A table of its own as _ENV would switch off the check for misspelt globals. */
    int line = source_uses_name(sv_of(p->text, p->text_bytes), "_ENV");
    if (line)
        return error_set(err, ERR_POLICY, "policy", "%s:%d: '_ENV' is not for policies: use a local table",
                         p->file, line);
    return 0;
}

int policy_load(struct sv name, struct sv bytes, struct policy **out, struct error *err)
{
    struct policy *p = calloc(1, sizeof *p);
    if (!p) return error_set(err, ERR_NOMEM, "policy", "no memory for a policy");
    int rc = ERR_NOMEM;
    struct sha256 sha;
    char hex[SHA256_TEXT_BYTES];

    /* A name is shown in messages and in versions: no longer than one is read. */
    name = sv_sub(name, 0, BANK_NAME_MAX_BYTES - 1);
    p->file = strndup(name.n ? name.p : "", name.n);
    p->text = malloc(bytes.n + 1);
    if (!p->file || !p->text) {
        error_set(err, ERR_NOMEM, "policy", "no memory for a policy of %zu bytes", bytes.n);
        goto out;
    }
    if (bytes.n) memcpy(p->text, bytes.p, bytes.n);
    p->text[bytes.n] = '\0';
    p->text_bytes = bytes.n;
    p->next_look_us = DEFAULT_NEXT_LOOK_US;
    sha256_of(bytes, &sha);
    sha256_format(&sha, hex);
    snprintf(p->version, sizeof p->version, "%s@%.12s", p->file, hex);

    rc = refuse_early(p, err);
    if (!rc) rc = read_declarations(p, err);
    if (!rc) rc = probe(p, err);
    if (rc) goto out;
    *out = p;
    p = NULL;
out:
    policy_free(p);
    return rc;
}

void policy_free(struct policy *p)
{
    if (!p) return;
    free(p->file);
    free(p->text);
    free(p);
}

struct sv policy_version(const struct policy *p) { return sv_cstr(p->version); }

/* ---- running ---- */

int policy_runner_new(const struct policy *p, struct policy_runner **out, struct error *err)
{
    struct policy_runner *r = calloc(1, sizeof *r);
    if (!r) return error_set(err, ERR_NOMEM, "policy", "no memory to run %s", p->file);
    r->policy = p;
    int rc = sandbox_init(&r->sandbox, p->file, err);
    if (!rc) rc = sandbox_compile(&r->sandbox, sv_of(p->text, p->text_bytes), err);
    if (rc) {
        policy_runner_free(r);
        return rc;
    }
    *out = r;
    return 0;
}

void policy_runner_free(struct policy_runner *r)
{
    if (!r) return;
    sandbox_done(&r->sandbox);
    free(r);
}

struct assess_call {
    const struct policy *policy;
    const struct policy_input *in;
    double expected;
    struct arena *a;
    struct assessment *out;
};

static int assess(lua_State *L)
{
    struct assess_call *c = lua_touserdata(L, 1);
    sandbox_run_main(L);
    lua_pushliteral(L, "assess");
    lua_rawget(L, -2);
    input_push(L, c->in, c->expected);
    lua_call(L, 3, 1);
    output_read(L, c->policy, c->in, c->expected, c->a, c->out);
    return 0;
}

int policy_assess(struct policy_runner *r, const struct policy_input *in, struct arena *a,
                  struct assessment *out, struct error *err)
{
    const struct policy *p = r->policy;
    struct assessment got = {0};
    struct assess_call c = {.policy = p, .in = in, .a = a, .out = &got};
    c.expected = expected_views(in->reach, in->nreach, in->post->created_us, in->now_us, p->next_look_us);
    int rc = sandbox_call(&r->sandbox, assess, &c, err);
    if (rc) {
        assess_fallback(p, in, a, out);
        return rc;
    }
    *out = got;
    return 0;
}
