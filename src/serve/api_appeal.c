/* Appeals: a link and a PIN for whoever owns the account, and a clock for those who answer. Both are needed, and five wrong
 * PINs end a link. */
#include "serve/serve_priv.h"

#include "base/limits.h"

enum { PIN_TRIES = 5, PAGE = 50 };

struct appealing {
    struct server *s;
    struct reviewer who;
    struct id128 id, fresh;
    struct sha256 token;
    struct sv pin, text, lang;
    bool overturn;
    struct arena *arena;
    struct appeal appeal;
};

static int make_link(void *arg, struct store *s, struct error *err)
{
    struct appealing *x = arg;
    return review_appeal_link(s, &x->s->rules, &x->id, &x->token, x->pin, clock_now_us(), x->arena,
                              &x->appeal, err);
}

void api_appeal_link(struct call *c)
{
    struct appealing x = {.s = c->s, .arena = &c->arena};
    char token[TOKEN_TEXT_BYTES], pin[PIN_TEXT_BYTES];
    struct decision d;
    struct error err;
    if (!param_id(c, 0, &x.id)) return;
    if (store_decision_get(call_store(c), &x.id, &c->arena, &d, &err) != 0) {
        call_error(c, &err);
        return;
    }
    if (!call_may_know(c, &d.post)) return;
    token_new(token);
    pin_new(pin);
    token_hash(sv_cstr(token), &x.token);
    if (pin_hash(sv_cstr(pin), &c->arena, &x.pin, &err) != 0) {
        call_error(c, &err);
        return;
    }
    if (!call_write(c, make_link, &x)) return;
    call_json(c, 200);
    jw_object(&c->w);
    jw_kv_sv(&c->w, "link",
             arena_printf(&c->arena, "%s/appeal#%s", c->s->public_url ? c->s->public_url : "", token));
    jw_kv_str(&c->w, "pin", pin);
    put_us(&c->w, "until_us", x.appeal.link_until_us);
    jw_end(&c->w);
}

/* ---- the owner's side ---- */

static int count_try(void *arg, struct store *s, struct error *err)
{
    struct appealing *x = arg;
    int code = store_appeal_get(s, &x->id, x->arena, &x->appeal, err);
    x->appeal.tries++;
    return code ? code : store_appeal_put(s, &x->appeal, err);
}

/* The appeal behind link and PIN. False after the answer was made. */
static bool enter(struct call *c, struct sv pin, struct appeal *out)
{
    struct sha256 token;
    struct error err;
    token_hash(c->params[0], &token);
    bool there = c->params[0].n == TOKEN_TEXT_BYTES - 1 &&
                 store_appeal_by_token(call_store(c), &token, &c->arena, out, &err) == 0;
    if (there && (out->link_until_us <= clock_now_us() || out->tries >= PIN_TRIES)) {
        call_fail(c, 410, "gone", NULL, "this link is over: ask the platform for a new one");
        return false;
    }
    if (password_right(there ? out->pin : SV_NULL, pin)) return true;
    struct appealing x = {.arena = &c->arena};
    if (there) x.id = out->id;
    if (there && !call_write(c, count_try, &x)) return false;
    call_fail(c, 403, "forbidden", "pin", "link or PIN is wrong");
    return false;
}

static const char *state_word(enum appeal_state s)
{
    return s == APPEAL_UPHELD ? "upheld" : s == APPEAL_OVERTURNED ? "overturned" : "waiting";
}

static void put_public(struct call *c, const struct appeal *x)
{
    struct jw *w = &c->w;
    jw_object(w);
    jw_kv_str(w, "state", state_word(x->state));
    put_us(w, "at_us", x->at_us);
    put_us(w, "due_us", x->due_us);
    if (x->answered_us > 0) {
        put_us(w, "answered_us", x->answered_us);
        jw_kv_sv(w, "answer", x->answer);
    }
    jw_end(w);
}

static void put_statement(struct call *c, const struct appeal *x, const struct decision *d,
                          const struct post *p)
{
    struct jw *w = &c->w;
    call_json(c, 200);
    jw_object(w);
    jw_kv_str(w, "measure", measure_name(d->measure));
    jw_kv_str(w, "category", category_name(d->category));
    if (d->ground != GROUND_NONE) jw_kv_str(w, "ground", ground_name(d->ground));
    put_opt(w, "ground_ref", d->ground_ref);
    put_opt(w, "ground_why", d->ground_why);
    jw_kv_sv(w, "facts", d->facts);
    put_us(w, "at_us", d->at_us);
    jw_kv_bool(w, "automated_detection", d->automated_detection);
    jw_kv_bool(w, "automated_decision", d->automated_decision);
    jw_kv_sv(w, "platform", p->platform);
    jw_kv_sv(w, "native_id", p->native_id);
    jw_kv_sv(w, "handle", p->account.handle);
    jw_kv_sv(w, "caption", post_text(p, TEXT_CAPTION));
    if (x->state != APPEAL_LINK) {
        jw_key(w, "appeal");
        put_public(c, x);
    }
    put_us(w, "may_appeal_until_us", x->link_until_us);
    jw_end(w);
}

void api_open_appeal(struct call *c)
{
    struct sv pin = in_text(c, "pin", IN_NEEDED, 32);
    struct appeal x;
    struct decision d;
    struct post p;
    struct error err;
    int64_t known_us;
    if (!in_done(c) || !enter(c, pin, &x)) return;
    if (store_decision_get(call_store(c), &x.decision, &c->arena, &d, &err) != 0 ||
        store_get_post(call_store(c), &d.post, &c->arena, &p, &known_us, &err) != 0)
        call_error(c, &err);
    else
        put_statement(c, &x, &d, &p);
}

static int appeal(void *arg, struct store *s, struct error *err)
{
    struct appealing *x = arg;
    return review_appeal(s, &x->s->rules, &x->id, x->text, x->lang, clock_now_us(), x->arena, &x->appeal,
                         err);
}

static bool lang_number(struct sv s, int *out)
{
    *out = 0;
    return sv_is(s, "ar") || sv_is(s, "fr") || sv_is(s, "en");
}

void api_appeal(struct call *c)
{
    struct appealing x = {.s = c->s, .arena = &c->arena};
    struct sv pin = in_text(c, "pin", IN_NEEDED, 32);
    x.text = in_text(c, "text", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    (void)in_named(c, "lang", IN_OPTIONAL, lang_number);
    x.lang = json_get_sv(c->body, "lang");
    if (!in_done(c) || !enter(c, pin, &x.appeal)) return;
    x.id = x.appeal.id;
    if (!call_write(c, appeal, &x)) return;
    call_json(c, 201);
    put_public(c, &x.appeal);
    events_send(c->s->events, "appeal", NULL, SV("{}"));
}

/* ---- the desk's side ---- */

static bool put_appeal(struct call *c, const struct appeal *x)
{
    struct jw *w = &c->w;
    struct decision d;
    struct error ignored;
    if (store_decision_get(call_store(c), &x->decision, &c->arena, &d, &ignored) != 0) return false;
    bool may = c->who.permissions >> PERM_APPEAL_DECIDE & 1 && x->state == APPEAL_WAITING &&
               review_apart(&d, &c->who.id);
    jw_object(w);
    put_id(w, "id", &x->id);
    jw_key(w, "decision");
    put_decision(c, &d);
    put_id(w, "post", &d.post);
    jw_kv_sv(w, "text", x->text);
    jw_kv_sv(w, "lang", x->lang);
    put_us(w, "at_us", x->at_us);
    put_us(w, "due_us", x->due_us);
    jw_kv_str(w, "state", state_word(x->state));
    jw_kv_bool(w, "may_decide", may);
    if (x->answered_us > 0) {
        put_opt(w, "by", pseudonym_of(c, &x->person));
        put_us(w, "answered_us", x->answered_us);
        jw_kv_sv(w, "answer", x->answer);
    }
    jw_end(w);
    return true;
}

void api_appeals(struct call *c)
{
    struct sv state = query_text(c, "state"), cursor = query_cursor(c), part;
    enum appeal_state want = APPEAL_WAITING;
    struct id128 after = {{0}};
    int64_t after_us = INT64_MIN;
    struct appeal *x = NULL;
    struct error err;
    size_t n = 0;
    if (state.n > 0 && (!appeal_state_parse(state, &want) || want == APPEAL_LINK))
        in_bad(c, "state", "is waiting, upheld or overturned");
    if (cursor.p &&
        !(sv_split(&cursor, '_', &part) && sv_to_i64(part, &after_us) && id_parse(cursor, &after)))
        in_bad(c, "cursor", "is not one of appeals");
    if (c->failed) return;
    if (store_appeals(call_store(c), want, after_us, &after, PAGE, &c->arena, &x, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) (void)put_appeal(c, &x[i]);
    jw_end(&c->w);
    if (n == PAGE) {
        char id[ID_TEXT_BYTES];
        id_format(&x[n - 1].id, id);
        put_cursor(c, "%lld_%s", (long long)x[n - 1].due_us, id);
    }
    jw_end(&c->w);
}

void api_appeal_get(struct call *c)
{
    struct id128 id;
    struct appeal x;
    struct error err;
    if (!param_id(c, 0, &id)) return;
    int code = store_appeal_get(call_store(c), &id, &c->arena, &x, &err);
    if (code == 0 && x.state == APPEAL_LINK) code = error_set(&err, ERR_NOTFOUND, "serve", "no such appeal");
    call_json(c, 200);
    if (code)
        call_error(c, &err);
    else if (!put_appeal(c, &x))
        call_fail(c, 404, "not_found", NULL, "there is no such thing");
}

static int decide(void *arg, struct store *s, struct error *err)
{
    struct appealing *x = arg;
    return review_appeal_decide(s, &x->s->rules, &x->who, &x->id, x->overturn, x->text, &x->fresh,
                                clock_now_us(), x->arena, &x->appeal, err);
}

static bool outcome_number(struct sv s, int *out)
{
    *out = sv_is(s, "overturn");
    return *out || sv_is(s, "uphold");
}

void api_decide_appeal(struct call *c)
{
    struct appealing x = {.s = c->s, .who = call_reviewer(c), .fresh = random_id(), .arena = &c->arena};
    if (!param_id(c, 0, &x.id)) return;
    x.overturn = in_named(c, "outcome", IN_NEEDED, outcome_number) == 1;
    x.text = in_text(c, "reason", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    if (!in_done(c) || !call_write(c, decide, &x)) return;
    call_json(c, 200);
    (void)put_appeal(c, &x.appeal);
    events_send(c->s->events, "appeal", NULL, SV("{}"));
    analysts_wake(c->s->analysts);
}
