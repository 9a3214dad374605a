/* Policies: a draft is checked, tried over stored posts or in the shadow of the live one, and goes live only then; a
 * former one can come back at once. Each is a step of the ledger. */
#include "serve/shadow_priv.h"

#include "base/file.h"
#include "base/limits.h"

enum { BACKTEST_DEFAULT = 5000 };
static const char live_name[] = "default.lua";

struct changing {
    struct server *s;
    struct policy_version row;
    struct sv version;
    struct id128 who;
    struct arena *arena;
    bool back; /* a former one comes back */
};

static struct sv live_version(struct server *s) { return path_base(engine_policy_version(s->engine)); }

/* The text that is live: the operator's file, else the one that ships. */
static int live_source(struct server *s, struct arena *a, struct sv *out, struct error *err)
{
    struct buf b;
    struct sv path = arena_printf(a, "%s/policy/%s", s->dir, live_name);
    int code = 0;
    buf_init(&b, 0);
    if (path.p && file_exists(path.p)) {
        code = file_read(path.p, POLICY_MAX_FILE_BYTES, &b, err);
        *out = arena_copy(a, buf_sv(&b));
    } else {
        *out = builtin_file(SV("default.lua"));
    }
    buf_done(&b);
    return code;
}

static void put_version(struct call *c, const struct policy_version *p)
{
    struct jw *w = &c->w;
    bool live = sv_eq(p->version, live_version(c->s));
    jw_object(w);
    jw_kv_sv(w, "version", p->version);
    jw_kv_sv(w, "state", live ? SV("live") : sv_is(p->state, "live") ? SV("former") : p->state);
    jw_kv_sv(w, "by", pseudonym_of(c, &p->person));
    put_us(w, "at_us", p->at_us == TIME_UNKNOWN ? 0 : p->at_us);
    put_us(w, "live_since_us", p->live_since_us);
    put_opt(w, "note", p->note);
    jw_kv_i64(w, "bytes", (int64_t)p->source.n);
    jw_end(w);
}

/* The live one has a row only once another was published over it. */
static int find(struct call *c, struct store *s, struct sv version, struct arena *a,
                struct policy_version *out, struct error *err)
{
    int code = store_policy_get(s, version, a, out, err);
    if (code != ERR_NOTFOUND || !sv_eq(version, live_version(c->s))) return code;
    *out = (struct policy_version){
        .version = version, .state = SV("live"), .at_us = TIME_UNKNOWN, .live_since_us = TIME_UNKNOWN};
    return live_source(c->s, a, &out->source, err);
}

void api_policies(struct call *c)
{
    struct policy_version *p = NULL, live;
    struct error err;
    size_t n = 0;
    bool seen = false;
    if (store_policies(call_store(c), &c->arena, &p, &n, &err) != 0 ||
        find(c, call_store(c), live_version(c->s), &c->arena, &live, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) {
        seen = seen || sv_eq(p[i].version, live.version);
        put_version(c, &p[i]);
    }
    if (!seen) put_version(c, &live);
    jw_end(&c->w);
    jw_key(&c->w, "categories");
    jw_array(&c->w);
    for (int i = CATEGORY_NONE + 1; i < CATEGORY_COUNT; i++) {
        const struct category_info *info = category_info((enum category)i);
        jw_object(&c->w);
        jw_kv_str(&c->w, "name", info->name);
        jw_kv_str(&c->w, "dsa", info->dsa_category);
        jw_end(&c->w);
    }
    jw_end(&c->w);
    jw_end(&c->w);
}

static void put_full(struct call *c, int status, const struct policy_version *p)
{
    struct backtest seen;
    call_json(c, status);
    jw_object(&c->w);
    jw_key(&c->w, "version");
    put_version(c, p);
    jw_kv_sv(&c->w, "source", p->source);
    if (shadow_seen(c->s->shadow, p->version, &seen)) {
        jw_key(&c->w, "shadow");
        backtest_write(&seen, &c->w);
    }
    jw_end(&c->w);
}

void api_policy(struct call *c)
{
    struct policy_version p;
    struct error err;
    if (find(c, call_store(c), c->params[0], &c->arena, &p, &err) != 0)
        call_error(c, &err);
    else
        put_full(c, 200, &p);
}

/* ---- drafts ---- */

static int note(struct store *s, const char *what, struct sv version, struct error *err)
{
    struct buf b;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "what", what);
    jw_kv_sv(&w, "version", version);
    jw_end(&w);
    int code = b.failed ? error_set(err, ERR_NOMEM, "serve", "no memory for a step")
                        : ledger_append(s, STEP_POLICY, SV("policy-desk"), buf_sv(&b), err);
    buf_done(&b);
    return code;
}

static int add(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    struct policy_version there;
    int code = store_policy_get(s, x->row.version, x->arena, &there, err);
    if (code == 0) { /* the same text again */
        x->row = there;
        return 0;
    }
    if (code != ERR_NOTFOUND) return code;
    code = store_policy_put(s, &x->row, err);
    return code ? code : note(s, "draft", x->row.version, err);
}

/* A policy is code: it runs where there is room for it. */
struct trying {
    struct sv source;
    struct policy *policy;
    struct store *store;
    size_t max;
    struct backtest seen;
    struct error *err;
    int code;
};

static void load_only(void *arg)
{
    struct trying *x = arg;
    x->code = policy_load(SV("default.lua"), x->source, &x->policy, x->err);
}

static void try_it(void *arg)
{
    struct trying *x = arg;
    load_only(x);
    if (x->code == 0) x->code = backtest_run(x->store, x->policy, x->max, &x->seen, x->err);
    policy_free(x->policy);
}

void api_add_policy(struct call *c)
{
    struct changing x = {.s = c->s, .arena = &c->arena};
    struct policy *p = NULL;
    struct error err;
    struct sv source = in_text(c, "source", IN_NEEDED, POLICY_MAX_FILE_BYTES);
    struct sv words = in_text(c, "note", IN_OPTIONAL, 4000);
    if (!in_done(c)) return;
    struct trying k = {.source = source, .err = &err};
    analysts_call(c->s->analysts, load_only, &k);
    p = k.policy;
    if (k.code) {
        call_fail(c, 422, "invalid", "source", "%s", err.text);
        return;
    }
    x.row = (struct policy_version){.version = arena_copy(&c->arena, policy_version(p)),
                                    .source = source,
                                    .state = SV("draft"),
                                    .person = c->who.id,
                                    .at_us = clock_now_us(),
                                    .live_since_us = TIME_UNKNOWN,
                                    .note = words};
    policy_free(p);
    if (call_write(c, add, &x)) put_full(c, 201, &x.row);
}

/* ---- trying ---- */

static int set_shadow(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    struct policy_version *all = NULL;
    size_t n = 0;
    int code = store_policy_get(s, x->version, x->arena, &x->row, err);
    if (code == 0 && sv_eq(x->version, live_version(x->s)))
        code = error_set(err, ERR_EXISTS, "serve", "this policy is the live one");
    if (code == 0) code = store_policies(s, x->arena, &all, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++) {
        if (!sv_is(all[i].state, "shadow")) continue;
        all[i].state = SV("draft");
        code = store_policy_put(s, &all[i], err);
    }
    x->row.state = SV("shadow");
    if (code == 0) code = store_policy_put(s, &x->row, err);
    return code ? code : note(s, "shadow", x->version, err);
}

static void put_one(struct call *c, const struct policy_version *p)
{
    call_json(c, 200);
    put_version(c, p);
}

struct shading {
    struct shadow *shadow;
    struct sv version, source;
    struct error *err;
    int code;
};

static void shade(void *arg)
{
    struct shading *x = arg;
    x->code = shadow_use(x->shadow, x->version, x->source, x->err);
}

void api_shadow(struct call *c)
{
    struct changing x = {.s = c->s, .arena = &c->arena, .version = c->params[0]};
    struct error err;
    if (!call_write(c, set_shadow, &x)) return;
    struct shading k = {c->s->shadow, x.row.version, x.row.source, &err, 0};
    analysts_call(c->s->analysts, shade, &k);
    if (k.code)
        call_error(c, &err);
    else
        put_one(c, &x.row);
}

static int keep_backtest(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    struct policy_version now;
    int code = store_policy_get(s, x->row.version, x->arena, &now, err);
    if (code) return code == ERR_NOTFOUND ? 0 : code; /* the live one that ships */
    now.backtest = x->row.backtest;
    code = store_policy_put(s, &now, err);
    return code ? code : note(s, "backtest", x->row.version, err);
}

void api_backtest(struct call *c)
{
    struct changing x = {.s = c->s, .arena = &c->arena};
    struct buf text;
    struct error err;
    int64_t max = in_i64(c, "max_posts", IN_OPTIONAL, 1, 100000, BACKTEST_DEFAULT);
    if (!in_done(c)) return;
    int code = find(c, call_store(c), c->params[0], &c->arena, &x.row, &err);
    struct trying k = {.source = x.row.source, .max = (size_t)max, .err = &err};
    if (code == 0) {
        k.store = call_store(c);
        analysts_call(c->s->analysts, try_it, &k);
        code = k.code;
    }
    if (code) {
        call_error(c, &err);
        return;
    }
    struct jw w;
    buf_init(&text, 0);
    jw_init(&w, &text, JW_COMPACT);
    backtest_write(&k.seen, &w);
    x.row.backtest = arena_copy(&c->arena, buf_sv(&text));
    buf_done(&text);
    if (!call_write(c, keep_backtest, &x)) return;
    call_json(c, 200);
    buf_putsv(&c->r->body, x.row.backtest);
}

/* ---- going live ---- */

/* What was live stays as a former version, with its text. */
static int keep_former(struct changing *x, struct store *s, struct error *err)
{
    struct policy_version old;
    struct sv version = arena_copy(x->arena, live_version(x->s));
    int code = store_policy_get(s, version, x->arena, &old, err);
    if (code == ERR_NOTFOUND) {
        old = (struct policy_version){
            .version = version, .at_us = clock_now_us(), .live_since_us = TIME_UNKNOWN};
        code = live_source(x->s, x->arena, &old.source, err);
    }
    old.state = SV("former");
    return code ? code : store_policy_put(s, &old, err);
}

static int publish(void *arg, struct store *s, struct error *err)
{
    struct changing *x = arg;
    int64_t queued = 0;
    int code = store_policy_get(s, x->version, x->arena, &x->row, err);
    if (code) return code;
    if (sv_eq(x->version, live_version(x->s)))
        return error_set(err, ERR_EXISTS, "serve", "this policy is live already");
    if (x->back && !sv_is(x->row.state, "former"))
        return error_set(err, ERR_EXISTS, "serve",
                         "only a policy that was live can come back: publish this one");
    if (!x->back && x->row.backtest.n == 0)
        return error_set(err, ERR_EXISTS, "serve", "try it over stored posts first: backtest");
    code = keep_former(x, s, err);
    x->row.state = SV("live");
    x->row.live_since_us = clock_now_us();
    if (code == 0) code = store_policy_put(s, &x->row, err);
    if (code == 0) code = note(s, x->back ? "rollback" : "publish", x->version, err);
    if (code == 0) code = store_requeue_all(s, &queued, err);
    if (code == 0) code = engine_use_policy(x->s->engine, SV("default.lua"), x->row.source, err);
    struct sv path = arena_printf(x->arena, "%s/policy/%s", x->s->dir, live_name);
    if (code == 0 && path.p) code = file_write_atomic(path.p, x->row.source, err);
    return code;
}

static void go_live(struct call *c, struct changing *x)
{
    struct error err;
    if (c->reader) readers_give(c->s->readers, c->reader);
    c->reader = NULL;
    if (analysts_without(c->s->analysts, sv_cstr(c->who.name), publish, x, &err) != 0) {
        call_error(c, &err);
        return;
    }
    struct backtest seen;
    if (shadow_seen(c->s->shadow, x->version, &seen) && shadow_use(c->s->shadow, SV_NULL, SV_NULL, &err) != 0)
        log_write(c->s->log, LOG_WARN, "serve", "%s", err.text);
    analysts_wake(c->s->analysts);
    events_send(c->s->events, "policy", NULL, SV("{}"));
    put_one(c, &x->row);
}

void api_publish(struct call *c)
{
    struct changing x = {.s = c->s, .arena = &c->arena, .version = c->params[0]};
    if (!in_bool(c, "seen_backtest", IN_NEEDED, false))
        in_bad(c, "seen_backtest", "look at what it would change first");
    if (in_done(c)) go_live(c, &x);
}

void api_rollback(struct call *c)
{
    struct changing x = {.s = c->s, .arena = &c->arena, .back = true};
    x.version = in_text(c, "to", IN_NEEDED, SHADOW_VERSION_BYTES);
    if (in_done(c)) go_live(c, &x);
}
