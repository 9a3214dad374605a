/* Reports by anybody: a number and a PIN are the only way back to one, and nothing about who sent it is kept. The answer
 * comes when a decision is in force. */
#include "serve/serve_priv.h"

#include "base/limits.h"

#include <sodium.h>
#include <stdio.h>

enum { PIN_TRIES = 10, PAGE = 50 };

struct reporting {
    struct report report;
    struct arena *arena;
};

static int put(void *arg, struct store *s, struct error *err)
{
    return review_report(s, &((struct reporting *)arg)->report, err);
}

static void number_new(char out[16])
{
    static const char letters[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (int i = 0; i < 9; i++) out[i] = i == 4 ? '-' : letters[randombytes_uniform(sizeof letters - 1)];
    out[9] = '\0';
}

/* By id, by platform and native id, or by link. */
static void find_post(struct call *c, struct report *r, struct sv platform, struct sv native,
                      struct id128 post)
{
    struct error ignored;
    struct post p;
    int64_t known_us;
    struct id128 id = post;
    if (id_is_zero(&id) && platform.n > 0 && native.n > 0) id = post_id(platform, native, false);
    if (id_is_zero(&id) && r->url.n > 0 && store_find_post(call_store(c), r->url, &id, &ignored) != 0) return;
    if (!id_is_zero(&id) && store_get_post(call_store(c), &id, &c->arena, &p, &known_us, &ignored) == 0)
        r->post = id;
}

static bool lang_number(struct sv s, int *out)
{
    *out = 0;
    return sv_is(s, "ar") || sv_is(s, "fr") || sv_is(s, "en");
}

static bool good_url(struct sv url)
{
    bool good = sv_starts(url, SV("https://")) || sv_starts(url, SV("http://"));
    for (size_t i = 0; good && i < url.n; i++) good = (unsigned char)url.p[i] > ' ';
    return good;
}

void api_report(struct call *c)
{
    struct reporting x = {.arena = &c->arena};
    char number[16], pin[PIN_TEXT_BYTES];
    struct error err;
    struct report *r = &x.report;
    r->url = in_text(c, "url", IN_OPTIONAL, 2000);
    struct sv platform = in_text(c, "platform", IN_OPTIONAL, 64),
              native = in_text(c, "native_id", IN_OPTIONAL, 256);
    struct id128 post = in_id(c, "post", IN_OPTIONAL);
    r->category = in_category(c, "category", IN_NEEDED);
    r->text = in_text(c, "text", IN_NEEDED, SERVE_MAX_TEXT_BYTES);
    (void)in_named(c, "lang", IN_OPTIONAL, lang_number);
    if (!in_bool(c, "good_faith", IN_NEEDED, false))
        in_bad(c, "good_faith", "a report is sent in good faith, or not at all");
    if (r->url.n == 0 && id_is_zero(&post) && (platform.n == 0 || native.n == 0))
        in_bad(c, "url", "say which post: its address, or platform and native_id");
    if (r->url.n > 0 && !good_url(r->url)) in_bad(c, "url", "must be an address that begins with https://");
    if (!in_done(c)) return;
    find_post(c, r, platform, native, post);
    number_new(number);
    pin_new(pin);
    r->id = random_id();
    r->number = sv_cstr(number);
    r->lang = json_get_sv(c->body, "lang");
    r->source = c->who.kind == WHO_KEY ? SV("platform") : SV("public");
    if (c->who.kind == WHO_KEY) r->key = c->who.id;
    r->at_us = clock_now_us();
    r->state = SV("received");
    if (pin_hash(sv_cstr(pin), &c->arena, &r->pin, &err) != 0) {
        call_error(c, &err);
        return;
    }
    if (!call_write(c, put, &x)) return;
    call_json(c, 201);
    jw_object(&c->w);
    jw_kv_str(&c->w, "number", number);
    jw_kv_str(&c->w, "pin", pin);
    jw_kv_bool(&c->w, "known", !id_is_zero(&r->post));
    jw_end(&c->w);
    events_send(c->s->events, "report", NULL, SV("{}"));
}

/* ---- the answer ---- */

static int count_try(void *arg, struct store *s, struct error *err)
{
    struct reporting *x = arg;
    struct report r;
    int code = store_report_by_number(s, x->report.number, x->arena, &r, err);
    r.tries++;
    return code ? code : store_report_put(s, &r, err);
}

static void put_status(struct call *c, const struct report *r)
{
    struct jw *w = &c->w;
    struct decision d;
    struct error ignored;
    bool answered = sv_is(r->state, "answered") && !id_is_zero(&r->decision) &&
                    store_decision_get(call_store(c), &r->decision, &c->arena, &d, &ignored) == 0;
    call_json(c, 200);
    jw_object(w);
    jw_kv_sv(w, "number", r->number);
    jw_kv_sv(w, "state", r->state);
    put_us(w, "at_us", r->at_us);
    if (answered) {
        bool acted = d.measure != MEASURE_NONE && decision_stands(&d);
        put_us(w, "answered_us", r->answered_us);
        jw_kv_str(w, "answer", acted ? "report.acted" : "report.not_acted");
        jw_kv_str(w, "measure", measure_name(acted ? d.measure : MEASURE_NONE));
        jw_kv_str(w, "redress", "report.redress");
    }
    jw_end(w);
}

void api_report_status(struct call *c)
{
    struct sv pin = in_text(c, "pin", IN_NEEDED, 32);
    struct reporting x = {.arena = &c->arena};
    struct error err;
    if (!in_done(c)) return;
    bool there = c->params[0].n < 16 &&
                 store_report_by_number(call_store(c), c->params[0], &c->arena, &x.report, &err) == 0;
    if (there && x.report.tries < PIN_TRIES && password_right(x.report.pin, pin)) {
        put_status(c, &x.report);
        return;
    }
    if (!there) (void)password_right(SV_NULL, pin);
    if (there && x.report.tries < PIN_TRIES && !call_write(c, count_try, &x)) return;
    call_fail(c, 403, "forbidden", "pin", "number or PIN is wrong");
}

void api_reports(struct call *c)
{
    struct sv state = query_text(c, "state"), cursor = query_cursor(c), part;
    struct id128 before = {{0}};
    int64_t before_us = INT64_MAX;
    struct report *r = NULL;
    struct error err;
    size_t n = 0;
    if (state.n > 0 && !sv_is(state, "received") && !sv_is(state, "in_review") && !sv_is(state, "answered"))
        in_bad(c, "state", "is received, in_review or answered");
    if (cursor.p &&
        !(sv_split(&cursor, '_', &part) && sv_to_i64(part, &before_us) && id_parse(cursor, &before)))
        in_bad(c, "cursor", "is not one of reports");
    if (c->failed) return;
    if (store_reports(call_store(c), state, before_us, &before, PAGE, &c->arena, &r, &n, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) put_report(c, &r[i]);
    jw_end(&c->w);
    if (n == PAGE) {
        char id[ID_TEXT_BYTES];
        id_format(&r[n - 1].id, id);
        put_cursor(c, "%lld_%s", (long long)r[n - 1].at_us, id);
    }
    jw_end(&c->w);
}
