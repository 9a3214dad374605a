/* A desk of its own for each test, asked without a socket. Every answer is held against openapi.json: its status must be
 * there and its body have the shape that is promised. */
#ifndef MARSAD_TESTS_SERVE_TEST_H
#define MARSAD_TESTS_SERVE_TEST_H

#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "serve/console_priv.h"
#include "serve/people.h"
#include "serve/serve_priv.h"
#include "store/workspace.h"

/* 2026-01-31T10:00:00Z */
#define T0 INT64_C(1769853600000000)
enum { TEST_POSTS = 8 };

struct client {
    char cookie[TOKEN_TEXT_BYTES], csrf[2 * CSRF_BYTES + 1], key[TOKEN_TEXT_BYTES];
    uint8_t secret[TOTP_SECRET_BYTES];
    int64_t step; /* of the last code */
    struct id128 id;
    const char *extra_name, *extra_value; /* one more header */
    const char *type;                     /* of the body; NULL: JSON */
    bool no_csrf;
};
struct answer {
    int status;
    struct sv body, headers;
    struct json *json;
};
struct desk {
    struct arena arena;
    struct error err;
    char dir[64];
    struct server *server;
    struct json *openapi;
    struct id128 posts[TEST_POSTS];
    struct json *docs[4096];
    size_t ndocs;
    bool unchecked; /* for requests that no client of the interface would make */
};

/* ---- a little JSON Schema: what openapi.json uses ---- */

static const struct json *schema_of(struct desk *d, const struct json *s)
{
    struct sv ref = json_get_sv(s, "$ref");
    char name[128];
    if (ref.n == 0) return s;
    snprintf(name, sizeof name, "components.schemas.%.*s", (int)(ref.n - 21), ref.p + 21);
    return json_path(d->openapi, name);
}

static bool type_fits(struct sv want, enum json_type have)
{
    return (sv_is(want, "string") && have == JSON_STRING) || (sv_is(want, "integer") && have == JSON_INT) ||
           (sv_is(want, "number") && (have == JSON_INT || have == JSON_DOUBLE)) ||
           (sv_is(want, "boolean") && have == JSON_BOOL) || (sv_is(want, "object") && have == JSON_OBJECT) ||
           (sv_is(want, "array") && have == JSON_ARRAY) || (sv_is(want, "null") && have == JSON_NULL);
}

static bool fits(struct desk *d, const struct json *schema, const struct json *v, char *where, size_t n);

struct members {
    struct desk *d;
    const struct json *schema;
    char *where;
    size_t n;
};
static int member_fits(void *arg, struct sv key, const struct json *v)
{
    struct members *m = arg;
    char name[128];
    snprintf(name, sizeof name, "%.*s", SV_FMT(key));
    const struct json *s = json_get(json_get(m->schema, "properties"), name);
    const struct json *more = json_get(m->schema, "additionalProperties");
    if (!s && json_type(more) == JSON_OBJECT) s = more;
    if (!s) {
        /* Written and not promised: the record of a post may have more. */
        if (json_get(m->schema, "properties") && json_get(m->schema, "required") &&
            !json_get(json_get(m->schema, "properties"), "native_id")) {
            snprintf(m->where, m->n, "%s is not in the schema", name);
            return 1;
        }
        return 0;
    }
    if (fits(m->d, s, v, m->where, m->n)) return 0;
    char inner[256];
    snprintf(inner, sizeof inner, "%s", m->where);
    snprintf(m->where, m->n, "%s.%s", name, inner);
    return 1;
}

static bool fits(struct desk *d, const struct json *schema, const struct json *v, char *where, size_t n)
{
    schema = schema_of(d, schema);
    const struct json *type = json_get(schema, "type"), *values = json_get(schema, "enum"),
                      *one = json_get(schema, "oneOf"), *required = json_get(schema, "required");
    if (one) {
        for (size_t i = 0; i < json_len(one); i++)
            if (fits(d, json_at(one, i), v, where, n)) return true;
        return false;
    }
    bool good = !type || type_fits(json_sv(type), json_type(v));
    for (size_t i = 0; !good && json_type(type) == JSON_ARRAY && i < json_len(type); i++)
        good = type_fits(json_sv(json_at(type, i)), json_type(v));
    bool listed = !values;
    for (size_t i = 0; values && i < json_len(values); i++)
        listed = listed || sv_eq(json_sv(json_at(values, i)), json_sv(v));
    good = good && listed;
    if (!good) {
        snprintf(where, n, "wrong type or value");
        return false;
    }
    for (size_t i = 0; json_type(v) == JSON_OBJECT && i < json_len(required); i++) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", SV_FMT(json_sv(json_at(required, i))));
        if (json_get(v, name)) continue;
        /* A null that is there is a value like any other. */
        struct buf b;
        buf_init(&b, 0);
        json_print(v, &b);
        char quoted[140];
        snprintf(quoted, sizeof quoted, "\"%s\":null", name);
        bool null_there = sv_find(buf_sv(&b), sv_cstr(quoted), 0) != SIZE_MAX;
        buf_done(&b);
        if (null_there) continue;
        snprintf(where, n, "%s is missing", name);
        return false;
    }
    struct members m = {d, schema, where, n};
    if (json_type(v) == JSON_OBJECT && json_each(v, member_fits, &m) != 0) return false;
    for (size_t i = 0; json_type(v) == JSON_ARRAY && i < json_len(v); i++)
        if (json_get(schema, "items") && !fits(d, json_get(schema, "items"), json_at(v, i), where, n))
            return false;
    return true;
}

static const struct json *operation_of(struct desk *d, const struct route *r)
{
    char method[16];
    size_t i = 0;
    for (; r->method[i] && i < 15; i++) method[i] = (char)(r->method[i] + ('a' - 'A'));
    method[i] = '\0';
    return json_get(json_get(json_get(d->openapi, "paths"), r->path), method);
}

static void hold_against_openapi(struct desk *d, const char *method, struct sv path, const struct answer *a)
{
    struct sv params[CALL_PARAMS];
    char allow[64], status[8], where[512] = "";
    const struct route *r = route_find(sv_cstr(method), path, params, allow);
    if (!r || d->unchecked) return;
    const struct json *responses = json_get(operation_of(d, r), "responses");
    snprintf(status, sizeof status, "%d", a->status);
    const struct json *said = json_get(responses, status);
    if (!said && a->status >= 400) said = json_get(responses, "default");
    if (!said)
        fail_msg("%s %s: status %d is not in openapi.json: %.*s", method, r->path, a->status,
                 SV_FMT(a->body));
    const struct json *schema = json_get(json_get(json_get(said, "content"), "application/json"), "schema");
    if (!schema || a->body.n == 0) return;
    if (!a->json) fail_msg("%s %s: no JSON: %.*s", method, r->path, SV_FMT(a->body));
    if (!fits(d, schema, a->json, where, sizeof where))
        fail_msg("%s %s %d: %s: %.*s", method, r->path, a->status, where, SV_FMT(a->body));
}

/* ---- asking ---- */

struct reading {
    struct sv left;
    bool broken;
};
static ptrdiff_t read_body(void *arg, void *p, size_t n)
{
    struct reading *r = arg;
    if (r->left.n < n) n = r->left.n;
    if (n > 7 && r->left.n > 64) n = 7 + n / 2; /* in pieces */
    if (n == 0) return r->broken ? -1 : 0;
    memcpy(p, r->left.p, n);
    r->left = sv_sub(r->left, n, r->left.n);
    return (ptrdiff_t)n;
}

static void learn_cookie(struct client *c, struct sv headers)
{
    size_t at = sv_find(headers, SV("Set-Cookie: marsad="), 0);
    if (at == SIZE_MAX || !c) return;
    struct sv rest = sv_sub(headers, at + 19, headers.n), token;
    sv_split(&rest, ';', &token);
    snprintf(c->cookie, sizeof c->cookie, "%.*s", SV_FMT(token));
}

static inline struct answer ask_bytes(struct desk *d, struct client *c, const char *method,
                                      const char *target, struct sv body, bool broken)
{
    struct http_header h[8];
    struct http_response r;
    struct reading reading = {body, broken};
    struct sv path = sv_cstr(target), query = SV_NULL;
    size_t n = 0, mark = sv_find_byte(path, '?', 0);
    if (mark != SIZE_MAX) {
        query = sv_sub(path, mark + 1, path.n);
        path = sv_sub(path, 0, mark);
    }
    if (c && c->cookie[0])
        h[n++] = (struct http_header){SV("Cookie"), arena_printf(&d->arena, "other=1; marsad=%s", c->cookie)};
    if (c && c->csrf[0] && !c->no_csrf) h[n++] = (struct http_header){SV("X-CSRF-Token"), sv_cstr(c->csrf)};
    if (c && c->key[0])
        h[n++] = (struct http_header){SV("Authorization"), arena_printf(&d->arena, "Bearer %s", c->key)};
    if (c && c->extra_name) h[n++] = (struct http_header){sv_cstr(c->extra_name), sv_cstr(c->extra_value)};
    if (body.p)
        h[n++] =
            (struct http_header){SV("Content-Type"), sv_cstr(c && c->type ? c->type : "application/json")};
    struct http_request q = {.method = sv_cstr(method),
                             .path = path,
                             .query = query,
                             .headers = h,
                             .nheaders = n,
                             .peer = SV("192.0.2.1"),
                             .content_length = body.p && !broken ? (int64_t)body.n
                                               : broken          ? (int64_t)body.n + 10
                                                                 : -1,
                             .read = read_body,
                             .arg = &reading};
    http_response_init(&r);
    serve_answer(d->server, &q, &r);
    struct answer a = {.status = r.status};
    a.body = arena_copy(&d->arena, buf_sv(&r.body));
    a.headers = arena_copy(&d->arena, buf_sv(&r.headers));
    bool json = r.type && strcmp(r.type, "application/json") == 0;
    if (json && json_parse(a.body, JSON_STRICT, &a.json, &d->err) == 0 && d->ndocs < 4096)
        d->docs[d->ndocs++] = a.json;
    http_response_done(&r);
    learn_cookie(c, a.headers);
    struct sv csrf = json_get_sv(a.json, "csrf");
    if (c && csrf.n == 2 * CSRF_BYTES) snprintf(c->csrf, sizeof c->csrf, "%.*s", SV_FMT(csrf));
    hold_against_openapi(d, method, path, &a);
    return a;
}

static inline struct answer ask(struct desk *d, struct client *c, const char *method, const char *target,
                                const char *body)
{
    return ask_bytes(d, c, method, target, body ? sv_cstr(body) : SV_NULL, false);
}

#define assert_status(a, want)                                                                               \
    do {                                                                                                     \
        struct answer assert_a_ = (a);                                                                       \
        if (assert_a_.status != (want))                                                                      \
            fail_msg("status %d, not %d: %.*s", assert_a_.status, (want), SV_FMT(assert_a_.body));           \
    } while (0)

static inline const char *text_at(struct desk *d, const struct answer *a, const char *dotted)
{
    char *s = arena_cstr(&d->arena, json_sv(json_path(a->json, dotted)));
    return s ? s : "";
}
static inline const char *code_of(struct desk *d, const struct answer *a)
{
    return text_at(d, a, "error.code");
}
static inline char *fill(struct desk *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
static inline char *fill(struct desk *d, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    char *s = arena_cstr(&d->arena, sv_cstr(text));
    assert_non_null(s);
    return s;
}
static inline const char *id_text(struct desk *d, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    return fill(d, "%s", text);
}

/* ---- people who have signed in ---- */

struct inviting {
    const char *login, *roles;
    struct arena *arena;
    char token[INVITE_TEXT_BYTES];
    struct person person;
};
static int invite_now(void *arg, struct store *s, struct error *err)
{
    struct inviting *x = arg;
    return people_add(s, sv_cstr(x->login), sv_cstr(x->login), sv_cstr(x->roles), SV_NULL, x->arena, x->token,
                      &x->person, err);
}

static inline void give_code(struct desk *d, struct client *c, int64_t steps)
{
    c->step = clock_now_us() / (30 * US_PER_SECOND) + steps;
    uint32_t code = totp_code(sv_of(c->secret, sizeof c->secret), c->step);
    struct answer a = ask(d, c, "POST", "/api/v1/session/totp", fill(d, "{\"code\":\"%06u\"}", code));
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "stage"), "full");
}

static inline void learn_secret(struct desk *d, struct client *c)
{
    struct person p;
    assert_ok(store_person_get(engine_store(d->server->engine), &c->id, &d->arena, &p, &d->err));
    assert_int_equal(p.totp.n, TOTP_SECRET_BYTES);
    memcpy(c->secret, p.totp.p, TOTP_SECRET_BYTES);
}

/* By the way that people take: link, password, second factor. */
static inline struct client sign_up(struct desk *d, const char *login, const char *roles)
{
    struct client c = {{0}};
    struct inviting x = {.login = login, .roles = roles, .arena = &d->arena};
    assert_ok(owner_do(d->server->owner, SV("test"), invite_now, &x, &d->err));
    c.id = x.person.id;
    struct answer a = ask(d, &c, "POST", "/api/v1/invite",
                          fill(d, "{\"token\":\"%s\",\"password\":\"long words of the desk\"}", x.token));
    assert_status(a, 201);
    assert_status(ask(d, &c, "POST", "/api/v1/session/enrol", NULL), 200);
    learn_secret(d, &c);
    give_code(d, &c, 0);
    return c;
}

/* ---- a workspace ---- */

static inline void test_post_into(struct desk *d, struct store *s, int n)
{
    static const struct {
        enum category category;
        bool hard;
        const char *caption;
    } rows[TEST_POSTS] = {
        {CATEGORY_PRIVACY_DOXXING, true, "<script>alert(1)</script> call her"},
        {CATEGORY_TERROR_PROPAGANDA, true, "clip of the fictional dusk banner"},
        {CATEGORY_HATE, false, "' OR 1=1; DROP TABLE post; --"},
        {CATEGORY_HATE, false, "the river carries all of the same words here for everybody to read"},
        {CATEGORY_HATE, false, "THE RIVER carries all of the same words here, for everybody to read 2 #new"},
        {CATEGORY_HARASSMENT_WOMEN, false,
         "\xd8\xb5\xd8\xa8\xd8\xa7\xd8\xad \xd8\xa7\xd9\x84\xd9\x85\xd8\xaf\xd9\x8a\xd9\x86\xd8\xa9"},
        {CATEGORY_EXTORTION, true, "pay or else"},
        {CATEGORY_NONE, false, "a quiet morning"},
    };
    struct post p;
    struct finding_list l;
    enum store_put put;
    struct place place = place_of(PLACE_TEXT);
    struct finding f;
    post_init(&p);
    p.platform = SV("tiktok");
    p.native_id = arena_printf(&d->arena, "76014633316955%05d", n);
    p.url = arena_printf(&d->arena, "https://www.tiktok.com/@river_%d/video/76014633316955%05d", n, n);
    p.id = post_id(p.platform, p.native_id, false);
    p.account.platform = p.platform;
    p.account.handle = arena_printf(&d->arena, "river_%d\"><img src=x>", n % 4);
    p.account.id = account_id(p.platform, SV_NULL, p.account.handle);
    p.language = n % 2 ? SV("ar-IQ") : SV("fr");
    p.created_us = T0 + n * US_PER_SECOND;
    p.collected_us = T0 + US_PER_HOUR;
    p.texts = ARENA_NEW(&d->arena, struct text_part);
    p.texts[0] = (struct text_part){TEXT_CAPTION, sv_cstr(rows[n].caption), TIME_UNKNOWN, TIME_UNKNOWN};
    p.ntexts = 1;
    p.reach = (struct reach){p.collected_us, 1000 * (n + 1), 5, 1, 1, 0};
    p.raw = SV("{}");
    p.origin = (struct origin){SV("marsad"), SV("feed"), (uint64_t)n + 1, 0};
    d->posts[n] = p.id;
    assert_ok(store_put_post(s, &p, clock_now_us(), &put, &d->err));
    finding_list_init(&l, &d->arena);
    finding_init(&f);
    place.field = TEXT_CAPTION;
    place.text_index = 0;
    place.end = 4;
    f.kind = FINDING_TERM;
    f.detector = SV("terms");
    f.detector_version = 1;
    f.category = rows[n].category;
    f.probability = 0.75;
    f.label = SV("entry.1");
    f.places = &place;
    f.nplaces = 1;
    assert_ok(finding_add(&l, &f));
    uint32_t because[] = {0};
    struct assessment as = {.category = rows[n].category,
                            .severity = 70,
                            .probability = 0.75,
                            .clock_us = rows[n].hard ? US_PER_HOUR : US_PER_DAY,
                            .hard = rows[n].hard,
                            .expected_views = 10,
                            .priority = 1000 - n,
                            .reason = SV("reason.terms"),
                            .policy = SV("default.lua@0123456789ab"),
                            .because = because,
                            .nbecause = 1};
    assert_ok(store_put_result(s, &p.id, &l, &as, &d->err));
    finding_list_done(&l);
}

static inline int desk_open(struct desk *d)
{
    struct serve_options o = {.workspace = d->dir, .workers = 1};
    return serve_open(&o, &d->server, &d->err);
}

static inline int desk_setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    struct workspace *w = NULL;
    struct store *s = NULL;
    if (!d) return -1;
    arena_init(&d->arena, 0);
    strcpy(d->dir,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/marsad-serve-XXXXXX" : "/tmp/marsad-serve-XXXXXX");
    if (!mkdtemp(d->dir) || workspace_init(d->dir, &d->err) != 0 ||
        workspace_open(d->dir, WORKSPACE_LOOK, &w, &d->err) != 0 ||
        store_open(workspace_db(w), &s, &d->err) != 0)
        return -1;
    assert_ok(store_begin(s, &d->err));
    for (int i = 0; i < TEST_POSTS; i++) test_post_into(d, s, i);
    assert_ok(store_commit(s, &d->err));
    store_close(s);
    workspace_close(w);
    assert_ok(json_parse(console_file(SV("openapi.json")), JSON_STRICT, &d->openapi, &d->err));
    *state = d;
    if (desk_open(d) == 0) return 0;
    print_message("%s\n", d->err.text);
    return -1;
}

static inline int desk_teardown(void **state)
{
    struct desk *d = *state;
    serve_close(d->server);
    for (size_t i = 0; i < d->ndocs; i++) json_free(d->docs[i]);
    json_free(d->openapi);
    arena_done(&d->arena);
    int rc = dir_remove_tree(d->dir, &d->err);
    free(d);
    return rc;
}
#define desk_test(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

#endif
