/* Another policy beside the live one: over stored posts (a back-test), or over what comes in (in its shadow). It is asked
 * and counted, and changes nothing. */
#include "serve/shadow_priv.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- counting ---- */

void backtest_count(struct backtest *b, const struct id128 *post, const struct assessment *was,
                    const struct assessment *would)
{
    bool queued = was->category != CATEGORY_NONE, queues = would->category != CATEGORY_NONE;
    bool same = was->category == would->category && was->hard == would->hard;
    b->posts++;
    b->same += same;
    b->newly += !queued && queues;
    b->gone += queued && !queues;
    b->category += queued && queues && was->category != would->category;
    b->hard += queued && queues && was->hard != would->hard;
    if (same || b->nexamples == BACKTEST_EXAMPLES) return;
    b->examples[b->nexamples++] = (struct backtest_example){*post, was->category, would->category};
}

void backtest_write(const struct backtest *b, struct jw *w)
{
    jw_object(w);
    jw_kv_i64(w, "posts", b->posts);
    jw_kv_i64(w, "same", b->same);
    jw_kv_i64(w, "newly_queued", b->newly);
    jw_kv_i64(w, "no_longer_queued", b->gone);
    jw_kv_i64(w, "category_changed", b->category);
    jw_kv_i64(w, "hard_changed", b->hard);
    jw_key(w, "against_decisions");
    jw_object(w);
    jw_kv_i64(w, "n", b->decided);
    jw_kv_i64(w, "right_now", b->right_now);
    jw_kv_i64(w, "right_then", b->right_then);
    jw_end(w);
    jw_key(w, "examples");
    jw_array(w);
    for (size_t i = 0; i < b->nexamples; i++) {
        jw_object(w);
        put_id(w, "post", &b->examples[i].post);
        jw_kv_str(w, "was", category_name(b->examples[i].was));
        jw_kv_str(w, "would_be", category_name(b->examples[i].would_be));
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

/* ---- over stored posts ---- */

/* What people decided of it is the measure of both. */
static void against_decision(struct store *s, struct backtest *b, const struct id128 *post, struct arena *a,
                             enum category was, enum category would)
{
    struct id128 by;
    struct decision d;
    struct error ignored;
    bool settled = false;
    if (store_settled_by(s, post, &settled, &by, &ignored) != 0 || !settled ||
        store_decision_get(s, &by, a, &d, &ignored) != 0 || d.state != DECISION_IN_FORCE ||
        measure_is_account(d.measure))
        return;
    b->decided++;
    b->right_now += was == d.category;
    b->right_then += would == d.category;
}

static int test_one(struct store *s, struct policy_runner *r, const struct id128 *post, struct arena *a,
                    struct backtest *b, struct error *err)
{
    struct post p;
    struct finding_list l;
    struct assessment was, would;
    struct reach *reach = NULL;
    int64_t known_us;
    size_t n = 0;
    finding_list_init(&l, a);
    int code = store_get_result(s, post, a, &l, &was, NULL, err);
    bool analysed = code == 0;
    if (code == ERR_NOTFOUND) code = 0;
    if (analysed) code = store_get_post(s, post, a, &p, &known_us, err);
    if (analysed && code == 0) code = store_get_reach(s, post, a, &reach, &n, err);
    if (analysed && code == 0) {
        int64_t now_us = n > 0 && reach[n - 1].at_us > known_us ? reach[n - 1].at_us : known_us;
        struct policy_input in = {&p, &l, reach, n, now_us, known_us};
        struct error broke;
        (void)(policy_assess(r, &in, a, &would, &broke) != 0); /* what breaks falls back, as it would live */
        backtest_count(b, post, &was, &would);
        against_decision(s, b, post, a, was.category, would.category);
    }
    finding_list_done(&l);
    return code;
}

int backtest_run(struct store *s, const struct policy *p, size_t max, struct backtest *out, struct error *err)
{
    struct arena ids, a;
    struct policy_runner *r = NULL;
    struct id128 *posts = NULL, after = {{0}};
    size_t n = 0, done = 0;
    *out = (struct backtest){0};
    arena_init(&ids, 0);
    arena_init(&a, 0);
    int code = policy_runner_new(p, &r, err);
    while (code == 0 && done < max) {
        size_t want = max - done < 500 ? max - done : 500;
        arena_clear(&ids);
        code = store_post_ids(s, done ? &after : NULL, want, &ids, &posts, &n, err);
        for (size_t i = 0; code == 0 && i < n; i++) {
            arena_clear(&a);
            code = test_one(s, r, &posts[i], &a, out, err);
        }
        if (code || n == 0) break;
        after = posts[n - 1];
        done += n;
    }
    policy_runner_free(r);
    arena_done(&a);
    arena_done(&ids);
    return code;
}

/* ---- in its shadow ---- */

struct shadow {
    pthread_mutex_t lock;
    struct policy *policy;
    struct policy_runner *runner;
    char version[SHADOW_VERSION_BYTES];
    size_t version_bytes;
    struct backtest seen;
};

int shadow_new(struct shadow **out, struct error *err)
{
    struct shadow *s = calloc(1, sizeof *s);
    if (!s) return error_set(err, ERR_NOMEM, "serve", "no memory for a shadow policy");
    pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return 0;
}

static void let_go(struct shadow *s)
{
    policy_runner_free(s->runner);
    policy_free(s->policy);
    s->runner = NULL;
    s->policy = NULL;
    s->version_bytes = 0;
}

void shadow_free(struct shadow *s)
{
    if (!s) return;
    let_go(s);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

int shadow_use(struct shadow *s, struct sv version, struct sv source, struct error *err)
{
    struct policy *p = NULL;
    struct policy_runner *r = NULL;
    int code = 0;
    if (source.n > 0) {
        code = policy_load(SV("default.lua"), source, &p, err);
        if (code == 0) code = policy_runner_new(p, &r, err);
        if (code) {
            policy_free(p);
            return code;
        }
    }
    pthread_mutex_lock(&s->lock);
    let_go(s);
    s->policy = p;
    s->runner = r;
    s->seen = (struct backtest){0};
    s->version_bytes = version.n < sizeof s->version ? version.n : sizeof s->version;
    if (s->version_bytes > 0) memcpy(s->version, version.p, s->version_bytes);
    pthread_mutex_unlock(&s->lock);
    return 0;
}

void shadow_look(struct shadow *s, const struct analysis *x)
{
    struct assessment would;
    struct arena a;
    struct error broke;
    pthread_mutex_lock(&s->lock);
    if (s->runner && x->code == 0) {
        int64_t now_us = x->known_us;
        if (x->nreach > 0 && x->reach[x->nreach - 1].at_us > now_us) now_us = x->reach[x->nreach - 1].at_us;
        struct policy_input in = {&x->post, &x->findings, x->reach, x->nreach, now_us, x->known_us};
        arena_init(&a, 0);
        (void)(policy_assess(s->runner, &in, &a, &would, &broke) != 0);
        backtest_count(&s->seen, &x->post.id, &x->assessment, &would);
        arena_done(&a);
    }
    pthread_mutex_unlock(&s->lock);
}

bool shadow_seen(struct shadow *s, struct sv version, struct backtest *out)
{
    pthread_mutex_lock(&s->lock);
    bool is = s->runner && sv_eq(version, sv_of(s->version, s->version_bytes));
    if (is) *out = s->seen;
    pthread_mutex_unlock(&s->lock);
    return is;
}
