/* Quality: of the desk and of the machine, never of one person. */
#include "serve/serve_priv.h"

#include "base/limits.h"

#include <stdlib.h>

enum { BOOTSTRAP_ROUNDS = 1000, DECISIONS_MOST = 20000, KEYS_MOST = 64 };

static void put_estimate(struct jw *w, const char *key, const struct estimate *e)
{
    jw_key(w, key);
    jw_object(w);
    const char *names[] = {"value", "low", "high"};
    const double values[] = {e->value, e->low, e->high};
    for (int i = 0; i < 3; i++) {
        jw_key(w, names[i]);
        if (e->known)
            jw_double(w, values[i], 4);
        else
            jw_null(w);
    }
    jw_kv_i64(w, "n", (int64_t)e->n);
    jw_end(w);
}

/* ---- agreement ---- */

static const char *verdict_of(const struct estimate *e)
{
    if (!e->known || e->n < 20) return "too_few";
    return e->low >= 0.8 ? "reliable" : e->low >= 0.667 ? "tentative" : "not_reliable";
}

static void put_alpha(struct call *c, const char *category, const struct rating *v, size_t n)
{
    struct estimate e;
    alpha_nominal(v, n, BOOTSTRAP_ROUNDS, 1, &e);
    if (e.n == 0) return;
    jw_object(&c->w);
    jw_kv_str(&c->w, "category", category);
    put_estimate(&c->w, "alpha", &e);
    jw_kv_str(&c->w, "verdict", verdict_of(&e));
    jw_end(&c->w);
}

/* For one category the question is whether the post is of it: posts that somebody put there count. */
static size_t ratings_of(const struct judgement *j, size_t n, int category, struct rating *out)
{
    size_t m = 0;
    uint32_t unit = 0;
    for (size_t i = 0, end; i < n; i = end) {
        bool counts = category < 0;
        for (end = i; end < n && id_eq(&j[end].post, &j[i].post); end++)
            counts = counts || (int)j[end].category == category;
        for (size_t k = i; counts && k < end; k++) {
            if (j[k].kind == JUDGE_LAST) continue;
            int value =
                category < 0 ? (j[k].violation ? 1 + (int)j[k].category : 0) : (int)j[k].category == category;
            out[m++] = (struct rating){unit, value};
        }
        unit++;
    }
    return m;
}

static void put_agreement(struct call *c, const struct judgement *j, size_t n)
{
    struct rating *v = ARENA_ARRAY(&c->arena, n ? n : 1, struct rating);
    jw_key(&c->w, "alpha");
    jw_array(&c->w);
    if (v) {
        put_alpha(c, "all", v, ratings_of(j, n, -1, v));
        for (int k = CATEGORY_NONE + 1; k < CATEGORY_COUNT; k++)
            put_alpha(c, category_name((enum category)k), v, ratings_of(j, n, k, v));
    }
    jw_end(&c->w);
}

/* ---- rates ---- */

struct rate {
    struct sv key;
    size_t n, errors;
};
struct rates {
    struct rate v[KEYS_MOST];
    size_t n;
};

static void count(struct rates *r, struct sv key, bool error)
{
    size_t i = 0;
    if (key.n == 0) key = SV("und");
    while (i < r->n && !sv_eq(r->v[i].key, key)) i++;
    if (i == r->n && r->n == KEYS_MOST) return;
    if (i == r->n) r->v[r->n++] = (struct rate){key, 0, 0};
    r->v[i].n++;
    r->v[i].errors += error;
}

static void put_rates(struct jw *w, const char *key, const struct rates *r)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < r->n; i++) {
        struct estimate e;
        rate_of(r->v[i].errors, r->v[i].n, &e);
        jw_object(w);
        jw_kv_sv(w, "key", r->v[i].key);
        jw_kv_i64(w, "n", (int64_t)r->v[i].n);
        jw_kv_i64(w, "errors", (int64_t)r->v[i].errors);
        put_estimate(w, "rate", &e);
        jw_end(w);
    }
    jw_end(w);
}

/* The machine erred when a person found no violation in what it had put before them, or another harm. */
static bool machine_erred(const struct decision *d)
{
    return d->measure == MEASURE_NONE || d->category != d->machine_category;
}

bool machine_rates(struct call *c, int64_t since_us, struct machine_figures *out)
{
    struct decision_filter f;
    struct error err;
    struct rates *lang = ARENA_NEW(&c->arena, struct rates), *category = ARENA_NEW(&c->arena, struct rates);
    size_t seen = 0;
    *out = (struct machine_figures){.by_language = lang, .by_category = category};
    decision_filter_init(&f);
    while (lang && category && seen < DECISIONS_MOST) {
        struct decision *d = NULL;
        size_t n = 0;
        if (store_decisions(call_store(c), &f, 500, &c->arena, &d, &n, &err) != 0) {
            call_error(c, &err);
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            if (d[i].at_us < since_us) return true;
            out->reversed += d[i].state == DECISION_REVERSED;
            out->decided += d[i].state != DECISION_UNDONE;
            bool counts = d[i].state == DECISION_IN_FORCE || d[i].state == DECISION_UNDOABLE;
            if (!counts || d[i].machine_category == CATEGORY_NONE || measure_is_account(d[i].measure))
                continue;
            count(lang, d[i].language, machine_erred(&d[i]));
            count(category, sv_cstr(category_name(d[i].machine_category)), machine_erred(&d[i]));
        }
        if (n < 500) break;
        f.before_us = d[n - 1].at_us;
        f.before = d[n - 1].id;
        seen += n;
    }
    return true;
}

void put_machine_rates(struct call *c, const char *by_language, const char *by_category,
                       const struct machine_figures *m)
{
    put_rates(&c->w, by_language, m->by_language);
    put_rates(&c->w, by_category, m->by_category);
}

/* ---- golden items ---- */

static const struct golden *golden_of(const struct golden *g, size_t n, const struct id128 *post)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(&g[i].post, post)) return &g[i];
    return NULL;
}

static bool is_right(const struct golden *g, const struct judgement *j)
{
    return g->violation == j->violation && (!g->violation || g->category == j->category);
}

static void put_golden_rates(struct call *c, const struct golden *g, size_t ng, const struct judgement *j,
                             size_t n)
{
    struct rates *r = ARENA_NEW(&c->arena, struct rates);
    for (size_t i = 0; r && i < n; i++) {
        const struct golden *known = j[i].kind == JUDGE_GOLDEN ? golden_of(g, ng, &j[i].post) : NULL;
        if (!known) continue;
        count(r, sv_cstr(known->violation ? category_name(known->category) : "none"),
              !is_right(known, &j[i]));
    }
    static const struct rates none;
    put_rates(&c->w, "golden", r ? r : &none);
}

static size_t count_state(struct call *c, struct sv state)
{
    struct second_review *r = NULL;
    struct error ignored;
    size_t n = 0;
    return store_second_reviews(call_store(c), state, 10000, &c->arena, &r, &n, &ignored) == 0 ? n : 0;
}

size_t count_appeals(struct call *c, enum appeal_state state)
{
    struct appeal *x = NULL;
    struct error ignored;
    struct id128 first = {{0}};
    size_t n = 0;
    return store_appeals(call_store(c), state, INT64_MIN, &first, 10000, &c->arena, &x, &n, &ignored) == 0
               ? n
               : 0;
}

void api_quality(struct call *c)
{
    int64_t days = query_i64(c, "days", 1, 3650, 90), since_us = clock_now_us() - days * US_PER_DAY;
    struct judgement *j = NULL;
    struct golden *g = NULL;
    struct machine_figures m;
    struct error err;
    size_t n = 0, ng = 0;
    if (c->failed) return;
    if (store_judgements(call_store(c), since_us, &c->arena, &j, &n, &err) != 0 ||
        store_goldens(call_store(c), &c->arena, &g, &ng, &err) != 0) {
        call_error(c, &err);
        return;
    }
    if (!machine_rates(c, since_us, &m)) return;
    size_t agreed = count_state(c, SV("agreed")), split = count_state(c, SV("split")),
           settled = count_state(c, SV("settled")), overturned = count_appeals(c, APPEAL_OVERTURNED);
    call_json(c, 200);
    jw_object(&c->w);
    put_agreement(c, j, n);
    put_golden_rates(c, g, ng, j, n);
    put_machine_rates(c, "machine_by_language", "machine_by_category", &m);
    jw_kv_i64(&c->w, "second_reviews", (int64_t)(agreed + split + settled));
    jw_kv_i64(&c->w, "disagreements", (int64_t)(split + settled));
    jw_kv_i64(&c->w, "open_adjudications", (int64_t)split);
    jw_kv_i64(&c->w, "overturned", (int64_t)overturned);
    jw_kv_i64(&c->w, "appeals",
              (int64_t)(overturned + count_appeals(c, APPEAL_UPHELD) + count_appeals(c, APPEAL_WAITING)));
    jw_end(&c->w);
}

void api_goldens(struct call *c)
{
    struct judgement *j = NULL;
    struct golden *g = NULL;
    struct error err;
    size_t n = 0, ng = 0;
    if (store_judgements(call_store(c), 0, &c->arena, &j, &n, &err) != 0 ||
        store_goldens(call_store(c), &c->arena, &g, &ng, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < ng; i++) {
        int64_t answers = 0, right = 0;
        for (size_t k = 0; k < n; k++) {
            if (j[k].kind != JUDGE_GOLDEN || !id_eq(&j[k].post, &g[i].post)) continue;
            answers++;
            right += is_right(&g[i], &j[k]);
        }
        jw_object(&c->w);
        put_id(&c->w, "post", &g[i].post);
        jw_kv_bool(&c->w, "violation", g[i].violation);
        jw_kv_str(&c->w, "category", category_name(g[i].category));
        put_opt(&c->w, "note", g[i].text);
        jw_kv_i64(&c->w, "answers", answers);
        jw_kv_i64(&c->w, "right", right);
        jw_end(&c->w);
    }
    jw_end(&c->w);
    jw_end(&c->w);
}

/* ---- changing ---- */

struct judging {
    struct reviewer who;
    struct golden golden;
    struct sv reason;
    struct arena *arena;
};

static int note_golden(struct store *s, const struct id128 *post, const char *says, struct error *err)
{
    char id[ID_TEXT_BYTES];
    id_format(post, id);
    return ledger_append(s, STEP_DECISION, sv_cstr(id), sv_cstr(says), err);
}

static int add_golden(void *arg, struct store *s, struct error *err)
{
    struct judging *x = arg;
    struct post p;
    int64_t known_us;
    int code = store_get_post(s, &x->golden.post, x->arena, &p, &known_us, err);
    if (code == 0) code = store_golden_put(s, &x->golden, err);
    return code ? code : note_golden(s, &x->golden.post, "{\"what\":\"golden-added\"}", err);
}

static void put_ok(struct call *c, int status)
{
    call_json(c, status);
    jw_object(&c->w);
    jw_kv_bool(&c->w, "ok", true);
    jw_end(&c->w);
}

void api_add_golden(struct call *c)
{
    struct judging x = {.arena = &c->arena};
    x.golden.post = in_id(c, "post", IN_NEEDED);
    x.golden.violation = in_bool(c, "violation", IN_NEEDED, false);
    x.golden.category = in_category(c, "category", IN_OPTIONAL);
    x.golden.text = in_text(c, "note", IN_OPTIONAL, 4000);
    x.golden.person = c->who.id;
    x.golden.at_us = clock_now_us();
    if (x.golden.violation && x.golden.category == CATEGORY_NONE)
        in_bad(c, "category", "a violation names the harm");
    if (in_done(c) && call_write(c, add_golden, &x)) put_ok(c, 201);
}

static int remove_golden(void *arg, struct store *s, struct error *err)
{
    struct judging *x = arg;
    int code = store_golden_remove(s, &x->golden.post, err);
    return code ? code : note_golden(s, &x->golden.post, "{\"what\":\"golden-removed\"}", err);
}

void api_remove_golden(struct call *c)
{
    struct judging x = {.arena = &c->arena};
    if (param_id(c, 0, &x.golden.post) && call_write(c, remove_golden, &x)) call_no_content(c);
}

/* ---- adjudication ---- */

void api_adjudications(struct call *c)
{
    struct second_review *r = NULL;
    struct judgement *j = NULL;
    struct error err;
    size_t n = 0, nj = 0;
    if (store_second_reviews(call_store(c), SV("split"), 200, &c->arena, &r, &n, &err) != 0 ||
        store_judgements(call_store(c), 0, &c->arena, &j, &nj, &err) != 0) {
        call_error(c, &err);
        return;
    }
    struct jw *w = &c->w;
    call_json(c, 200);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        struct post p;
        int64_t known_us;
        if (store_get_post(call_store(c), &r[i].post, &c->arena, &p, &known_us, &err) != 0) continue;
        jw_object(w);
        put_id(w, "post", &r[i].post);
        jw_kv_sv(w, "caption", post_text(&p, TEXT_CAPTION));
        jw_key(w, "answers");
        jw_array(w);
        for (size_t k = 0; k < nj; k++) {
            if (!id_eq(&j[k].post, &r[i].post)) continue;
            jw_object(w);
            jw_kv_sv(w, "pseudonym", pseudonym_of(c, &j[k].person));
            jw_kv_bool(w, "violation", j[k].violation);
            jw_kv_str(w, "category", category_name(j[k].category));
            jw_end(w);
        }
        jw_end(w);
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

static int adjudicate(void *arg, struct store *s, struct error *err)
{
    struct judging *x = arg;
    return review_adjudicate(s, &x->who, &x->golden.post, x->golden.violation, x->golden.category, x->reason,
                             clock_now_us(), err);
}

void api_adjudicate(struct call *c)
{
    struct judging x = {.who = call_reviewer(c), .arena = &c->arena};
    if (!param_id(c, 0, &x.golden.post)) return;
    x.golden.violation = in_bool(c, "violation", IN_NEEDED, false);
    x.golden.category = in_category(c, "category", IN_OPTIONAL);
    x.reason = in_text(c, "reason", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    if (in_done(c) && call_write(c, adjudicate, &x)) put_ok(c, 200);
}
