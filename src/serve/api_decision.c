/* Decisions: made, undone, seconded, reversed, looked up. */
#include "serve/serve_priv.h"

#include "base/limits.h"

enum { PAGE_MOST = 100 };

struct deciding {
    struct server *s;
    struct reviewer who;
    struct id128 id, other;
    struct decision_wish wish;
    struct decision made;
    struct arena *arena;
    struct sv words;
    enum measure measure;
    bool agree, key, was_quality;
};

#define PARSE(name, type, call)                                                                              \
    static bool name(struct sv s, int *out)                                                                  \
    {                                                                                                        \
        enum type v;                                                                                         \
        if (!call(s, &v)) return false;                                                                      \
        *out = (int)v;                                                                                       \
        return true;                                                                                         \
    }
PARSE(measure_number, measure, measure_parse)
PARSE(scope_number, decision_scope, scope_parse)
PARSE(source_number, decision_source, source_parse)
PARSE(state_number, decision_state, decision_state_parse)

static bool ground_number(struct sv s, int *out)
{
    enum decision_ground g;
    if (!ground_parse(s, &g) || g == GROUND_NONE) return false;
    *out = (int)g;
    return true;
}

static void begin(struct call *c, struct deciding *d)
{
    *d = (struct deciding){.s = c->s,
                           .who = call_reviewer(c),
                           .id = random_id(),
                           .arena = &c->arena,
                           .key = c->who.kind == WHO_KEY};
}

static void put_one(struct call *c, int status, const struct decision *d)
{
    call_json(c, status);
    put_decision(c, d);
}

/* ---- making ---- */

static int decide(void *arg, struct store *s, struct error *err)
{
    struct deciding *d = arg;
    int64_t now_us = clock_now_us();
    d->was_quality = false;
    int code = d->key ? 0
                      : review_judge(s, &d->who, &d->wish.post, d->wish.measure != MEASURE_NONE,
                                     d->wish.category, now_us, &d->was_quality, &d->made.id, err);
    if (code || d->was_quality) return code;
    return review_decide(s, &d->s->rules, &d->who, &d->id, &d->wish, now_us, d->arena, &d->made, err);
}

/* What a blind judgement is answered with: as any decision is, and nobody can tell. */
static void seem_decided(struct deciding *d)
{
    const struct decision_wish *w = &d->wish;
    struct id128 id = d->made.id;
    decision_init(&d->made);
    d->made.id = id;
    d->made.post = w->post;
    d->made.person = d->who.id;
    d->made.at_us = clock_now_us();
    d->made.undo_until_us = d->made.at_us + d->s->rules.undo_us;
    d->made.measure = w->measure;
    d->made.scope = w->scope;
    d->made.category = w->measure == MEASURE_NONE ? CATEGORY_NONE : w->category;
    d->made.ground = w->ground;
    d->made.ground_ref = w->ground_ref;
    d->made.ground_why = w->ground_why;
    d->made.facts = w->facts;
    d->made.territories = w->territories;
    d->made.until_us = w->until_us;
    d->made.source = w->source;
    d->made.automated_detection = w->automated_detection;
}

static void read_wish(struct call *c, struct decision_wish *w)
{
    bool given;
    int n;
    *w = (struct decision_wish){.post = w->post};
    n = in_named(c, "measure", IN_NEEDED, measure_number);
    w->measure = n < 0 ? MEASURE_NONE : (enum measure)n;
    n = in_named(c, "scope", IN_NEEDED, scope_number);
    w->scope = n < 0 ? SCOPE_ITEM : (enum decision_scope)n;
    w->category = in_category(c, "category", IN_OPTIONAL);
    n = in_named(c, "ground", IN_OPTIONAL, ground_number);
    w->ground = n < 0 ? GROUND_NONE : (enum decision_ground)n;
    w->ground_ref = in_text(c, "ground_ref", IN_OPTIONAL, 1000);
    w->ground_why = in_text(c, "ground_why", IN_OPTIONAL, SERVE_MAX_TEXT_BYTES);
    w->facts = in_text(c, "facts", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    w->territories = in_words(c, "territories", 2000, &given);
    w->until_us = in_i64(c, "until_us", IN_OPTIONAL, 0, INT64_MAX, TIME_UNKNOWN);
    n = in_named(c, "source", IN_OPTIONAL, source_number);
    w->source = n < 0 ? SOURCE_OWN : (enum decision_source)n;
    w->automated_detection = in_bool(c, "automated_detection", IN_OPTIONAL, true);
    w->note = in_text(c, "note", IN_OPTIONAL, 4000);
}

/* If-Match: what was judged must be what is there. */
static bool is_stale(struct call *c, const struct id128 *post)
{
    struct sv want = call_header(c, "If-Match");
    char etag[33];
    struct error err;
    if (want.n == 0 || sv_is(want, "*")) return false;
    if (item_etag(c, post, etag, &err) != 0) {
        call_error(c, &err);
        return true;
    }
    if (sv_find(want, sv_cstr(etag), 0) != SIZE_MAX) return false;
    call_fail(c, 412, "precondition", "If-Match", "there is news of this post: look at it again");
    return true;
}

/* A key decides in nobody's name: who did is named by the platform, and a person of the desk must have been made for it. */
void api_decide(struct call *c)
{
    struct deciding d;
    begin(c, &d);
    if (!param_id(c, 0, &d.wish.post)) return;
    read_wish(c, &d.wish);
    if (!in_done(c) || !call_may_know(c, &d.wish.post) || is_stale(c, &d.wish.post)) return;
    if (d.key && !(c->who.scopes & KEY_READ) && d.wish.scope != SCOPE_ITEM) {
        call_fail(c, 403, "forbidden", "scope",
                  "a key that may not read decides about single posts of its own");
        return;
    }
    if (d.key && !key_person(c, &d.who)) return;
    if (!call_write(c, decide, &d)) return;
    if (d.was_quality) seem_decided(&d);
    put_one(c, 201, &d.made);
    event_about(c->s, "decision", &d.wish.post);
}

/* ---- taking back ---- */

static int undo(void *arg, struct store *s, struct error *err)
{
    struct deciding *d = arg;
    return review_undo(s, &d->s->rules, &d->who, &d->other, clock_now_us(), d->arena, &d->made, err);
}

void api_undo(struct call *c)
{
    struct deciding d;
    begin(c, &d);
    if (!param_id(c, 0, &d.other) || !call_write(c, undo, &d)) return;
    put_one(c, 200, &d.made);
    event_about(c->s, "decision", &d.made.post);
}

static int second(void *arg, struct store *s, struct error *err)
{
    struct deciding *d = arg;
    return review_second(s, &d->s->rules, &d->who, &d->other, d->agree, d->words, clock_now_us(), d->arena,
                         &d->made, err);
}

void api_second(struct call *c)
{
    struct deciding d;
    begin(c, &d);
    if (!param_id(c, 0, &d.other)) return;
    d.agree = in_bool(c, "agree", IN_NEEDED, false);
    d.words = in_text(c, "facts", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    if (!in_done(c) || !call_write(c, second, &d)) return;
    put_one(c, 200, &d.made);
    event_about(c->s, "decision", &d.made.post);
}

static int reverse(void *arg, struct store *s, struct error *err)
{
    struct deciding *d = arg;
    return review_reverse(s, &d->s->rules, &d->who, &d->id, &d->other, d->measure, d->words, clock_now_us(),
                          d->arena, &d->made, err);
}

void api_reverse(struct call *c)
{
    struct deciding d;
    begin(c, &d);
    if (!param_id(c, 0, &d.other)) return;
    d.words = in_text(c, "reason", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    int n = in_named(c, "measure", IN_OPTIONAL, measure_number);
    d.measure = n < 0 ? MEASURE_NONE : (enum measure)n;
    if (!in_done(c) || !call_write(c, reverse, &d)) return;
    put_one(c, 201, &d.made);
    event_about(c->s, "decision", &d.made.post);
}

/* ---- looking ---- */

void api_decision(struct call *c)
{
    struct id128 id;
    struct decision d;
    struct error err;
    if (!param_id(c, 0, &id)) return;
    if (store_decision_get(call_store(c), &id, &c->arena, &d, &err) != 0)
        call_error(c, &err);
    else
        put_one(c, 200, &d);
}

static bool query_id(struct call *c, const char *key, struct id128 *out)
{
    struct sv s = query_text(c, key);
    if (s.n > 0 && !id_parse(s, out)) in_bad(c, key, "must be 32 hex digits");
    return s.n > 0;
}

void api_decisions(struct call *c)
{
    struct decision_filter f;
    struct decision *d = NULL;
    struct error err;
    size_t n = 0;
    decision_filter_init(&f);
    (void)query_id(c, "post", &f.post);
    (void)query_id(c, "account", &f.account);
    struct sv state = query_text(c, "state"), mine = query_text(c, "mine"), cursor = query_cursor(c), part;
    int64_t limit = query_i64(c, "limit", 1, PAGE_MOST, 25);
    if (state.n > 0 && !state_number(state, &f.state)) in_bad(c, "state", "is not a state of decisions");
    if (sv_is(mine, "true") && c->who.kind == WHO_PERSON) f.person = c->who.id;
    if (cursor.p &&
        !(sv_split(&cursor, '_', &part) && sv_to_i64(part, &f.before_us) && id_parse(cursor, &f.before)))
        in_bad(c, "cursor", "is not one of decisions");
    if (c->failed) return;
    if (store_decisions(call_store(c), &f, (size_t)limit, &c->arena, &d, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) put_decision(c, &d[i]);
    jw_end(&c->w);
    if (n == (size_t)limit) {
        char id[ID_TEXT_BYTES];
        id_format(&d[n - 1].id, id);
        put_cursor(c, "%lld_%s", (long long)d[n - 1].at_us, id);
    }
    jw_end(&c->w);
}
