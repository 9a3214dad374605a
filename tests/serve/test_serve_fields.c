/* Markup, statements and other words that some program might take for its own, in every text that openapi.json lets in: each
 * member of each body, each parameter of a path and of a query, and the headers. They stay words: whatever comes, no answer
 * is an error of the program, each has the shape that is promised, and nothing that was there before is gone. */
#include "serve_test.h"

#include "store/store_case.h"

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE post; DELETE FROM person; --",
    "' OR '1'='1",
    "\") UNION SELECT password FROM person --",
    "../../../../etc/passwd",
    "x\r\nSet-Cookie: marsad=stolen\r\n\r\n<b>",
    "javascript:alert(document.domain)",
    "%s%n%00%2e%2e{{7*7}}${jndi:ldap://x}",
    "\xe2\x80\xae\xe2\x81\xa6gnp.exe\xe2\x80\xae",
};
enum { NHOSTILE = sizeof hostile / sizeof *hostile };

/* What is to be hostile in a body: the member of this number, counted as the schema is walked. */
struct attack {
    struct desk *d;
    struct client c;
    struct id128 person, waiting, made, appeal;
    const char *token, *pin, *policy, *source;
};
struct making {
    struct desk *d;
    const struct attack *x;
    struct jw w;
    const char *words;
    int at, want;
};

static void put_value(struct making *m, const struct json *schema, const char *key);

static int put_member(void *arg, struct sv key, const struct json *schema)
{
    struct making *m = arg;
    char name[128];
    snprintf(name, sizeof name, "%.*s", SV_FMT(key));
    jw_key(&m->w, name);
    put_value(m, schema, name);
    return 0;
}

/* What is as it should be, so that the hostile one beside it is looked at and not the door shut before. */
static const char *harmless(const struct making *m, const struct json *schema, const char *key)
{
    const struct {
        const char *key, *words;
    } rows[] = {{"url", "https://example.org/v/1"},
                {"webhook", "https://example.org/v/1"},
                {"territories", "MA"},
                {"languages", "ar-MA"},
                {"pin", m->x->pin},
                {"source", m->x->source},
                {"to", id_text(m->d, &m->x->person)}};
    struct sv pattern = json_get_sv(schema, "pattern");
    const struct json *values = json_get(schema, "enum");
    if (values) {
        bool first = strcmp(key, "state") == 0 || strcmp(key, "scope") == 0 || json_len(values) == 1;
        return arena_cstr(&m->d->arena, json_sv(json_at(values, first ? 0 : 1)));
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(key, rows[i].key) == 0) return rows[i].words;
    if (sv_starts(pattern, SV("^[0-9a-f]"))) return id_text(m->d, &m->d->posts[5]);
    return pattern.n > 0 ? "123456" : "plainwordsoftwelve";
}

static void put_text(struct making *m, const struct json *schema, const char *key)
{
    bool now = m->at++ == m->want;
    jw_str(&m->w, now ? m->words : harmless(m, schema, key));
}

/* A post as a platform sends it, with words wherever it has any. */
static void put_post(struct making *m)
{
    static const char *const members[] = {"native_id", "url", "platform", "language"};
    static const char *const of_account[] = {"handle", "name", "bio", "native_id"};
    static const struct json *const none = NULL;
    jw_object(&m->w);
    jw_kv_str(&m->w, "kind", "text");
    for (size_t i = 0; i < 4; i++) {
        jw_key(&m->w, members[i]);
        put_text(m, none, "");
    }
    jw_key(&m->w, "account");
    jw_object(&m->w);
    for (size_t i = 0; i < 4; i++) {
        jw_key(&m->w, of_account[i]);
        put_text(m, none, "");
    }
    jw_end(&m->w);
    jw_key(&m->w, "texts");
    jw_array(&m->w);
    jw_object(&m->w);
    jw_kv_str(&m->w, "field", "caption");
    jw_key(&m->w, "text");
    put_text(m, none, "");
    jw_end(&m->w);
    jw_end(&m->w);
    jw_key(&m->w, "hashtags");
    jw_array(&m->w);
    put_text(m, none, "");
    jw_end(&m->w);
    jw_end(&m->w);
}

static void put_value(struct making *m, const struct json *schema, const char *key)
{
    schema = schema_of(m->d, schema);
    struct sv type = json_get_sv(schema, "type");
    if (sv_is(type, "object") && strcmp(key, "post") == 0) {
        put_post(m);
    } else if (sv_is(type, "object")) {
        jw_object(&m->w);
        (void)json_each(json_get(schema, "properties"), put_member, m);
        jw_end(&m->w);
    } else if (sv_is(type, "array")) {
        jw_array(&m->w);
        put_value(m, json_get(schema, "items"), key);
        jw_end(&m->w);
    } else if (sv_is(type, "integer") || sv_is(type, "number")) {
        jw_i64(&m->w,
               strcmp(key, "until_us") == 0 ? INT64_C(4102444800000000) : json_get_i64(schema, "minimum", 1));
    } else if (sv_is(type, "boolean")) {
        jw_bool(&m->w, true);
    } else {
        put_text(m, schema, key);
    }
}

/* ---- somebody who may do everything, and things to do it to ---- */

static struct id128 decided(struct attack *x, struct client *c, int post, const char *measure,
                            const char *scope)
{
    struct desk *d = x->d;
    struct id128 id;
    struct answer a = ask(d, c, "POST", fill(d, "/api/v1/items/%s/decisions", id_text(d, &d->posts[post])),
                          fill(d,
                               "{\"measure\":\"%s\",\"scope\":\"%s\",\"category\":\"extortion\","
                               "\"ground\":\"law\",\"ground_ref\":\"1\",\"facts\":\"seen\"}",
                               measure, scope));
    assert_status(a, 201);
    assert_true(id_parse(json_get_sv(a.json, "id"), &id));
    return id;
}

/* A decision that waits for a second person, one with a link for its owner, who appealed; a policy. */
static void begin(struct attack *x, struct desk *d)
{
    *x = (struct attack){.d = d, .c = sign_up(d, "root", "analyst reviewer lead officer auditor admin")};
    struct client other = sign_up(d, "other", "reviewer"), owner = {{0}};
    x->person = other.id;
    x->waiting = decided(x, &other, 6, "account.close", "account");
    x->made = decided(x, &other, 1, "content.remove", "item");
    struct answer a =
        ask(d, &other, "POST", fill(d, "/api/v1/decisions/%s/appeal-link", id_text(d, &x->made)), NULL);
    assert_status(a, 200);
    x->token = strchr(text_at(d, &a, "link"), '#') + 1;
    x->pin = text_at(d, &a, "pin");
    a = ask(d, &owner, "POST", fill(d, "/api/v1/public/appeals/%s", x->token),
            fill(d, "{\"pin\":\"%s\",\"text\":\"mine\"}", x->pin));
    assert_true(a.status < 300);
    a = ask(d, &x->c, "GET", "/api/v1/appeals", NULL);
    assert_true(id_parse(json_get_sv(json_at(json_get(a.json, "items"), 0), "id"), &x->appeal));
    a = ask(d, &x->c, "GET", "/api/v1/policies", NULL);
    x->policy = arena_cstr(&d->arena, json_get_sv(json_at(json_get(a.json, "items"), 0), "version"));
    a = ask(d, &x->c, "GET", fill(d, "/api/v1/policies/%s", x->policy), NULL);
    assert_status(a, 200);
    x->source = text_at(d, &a, "source");
}

static void refresh(struct attack *x) { memset(x->d->server->rates, 0, sizeof x->d->server->rates); }

static const char *real_param(struct attack *x, const struct route *r, const char *name)
{
    if (strncmp(name, "{n}", 3) == 0) return "0";
    if (strncmp(name, "{lang}", 6) == 0) return "en";
    if (strncmp(name, "{role}", 6) == 0) return "partner";
    if (strstr(r->path, "/people/")) return id_text(x->d, &x->person);
    if (strstr(r->path, "/reverse")) return id_text(x->d, &x->made);
    if (strstr(r->path, "/decisions/{")) return id_text(x->d, &x->waiting);
    if (strstr(r->path, "/appeals/{id}")) return id_text(x->d, &x->appeal);
    if (strncmp(name, "{token}", 7) == 0) return x->token;
    if (strncmp(name, "{version}", 9) == 0) return x->policy;
    return id_text(x->d, &x->d->posts[4]);
}

/* The path with a real thing in the place of each name, or with `words` in that of the which-th. */
static char *target(struct attack *x, const struct route *r, const char *words, int which)
{
    struct buf b;
    buf_init(&b, 0);
    for (const char *c = r->path; *c; c++) {
        if (*c != '{') {
            buf_putc(&b, *c);
            continue;
        }
        buf_puts(&b, which-- == 0 ? words : real_param(x, r, c));
        while (*c != '}') c++;
    }
    char *s = fill(x->d, "%s", buf_cstr(&b));
    buf_done(&b);
    return s;
}

static char *escaped(struct desk *d, const char *words)
{
    struct buf b;
    buf_init(&b, 0);
    for (const char *p = words; *p; p++) buf_printf(&b, "%%%02x", (unsigned char)*p);
    char *s = fill(d, "%s", buf_cstr(&b));
    buf_done(&b);
    return s;
}

static void assert_harmless(const struct answer *a, const char *method, const char *path, const char *words)
{
    if (a->status >= 500 || a->status < 200)
        fail_msg("%s %s with %s: %d %.*s", method, path, words, a->status, SV_FMT(a->body));
    if (a->body.n > 0 && sv_find(a->body, SV("<script>"), 0) != SIZE_MAX && !a->json)
        fail_msg("%s %s with %s: markup in what is no JSON", method, path, words);
    if (sv_find(a->headers, SV("stolen"), 0) != SIZE_MAX) fail_msg("%s %s: %s", method, path, words);
}

/* Not what ends the session that asks, or never ends. */
static bool left_out(const struct route *r)
{
    return r->run == api_sign_out || r->run == api_events || r->run == api_password || r->run == api_enrol;
}

/* All that was there is there, and can be looked at. */
static void assert_whole(struct attack *x)
{
    struct desk *d = x->d;
    struct store_counts n;
    assert_ok(store_count(engine_store(d->server->engine), &n, &d->err));
    assert_true(n.posts >= TEST_POSTS);
    for (int i = 0; i < TEST_POSTS; i++)
        assert_status(ask(d, &x->c, "GET", fill(d, "/api/v1/items/%s", id_text(d, &d->posts[i])), NULL), 200);
    for (size_t i = 0; i < nroutes; i++) {
        const struct route *r = &routes[i];
        if (strcmp(r->method, "GET") != 0 || r->permission < 0 || strchr(r->path, '{') || left_out(r))
            continue;
        refresh(x);
        struct answer a = ask(d, &x->c, "GET", r->path, NULL);
        if (a.status != 200) fail_msg("%s: %d %.*s", r->path, a.status, SV_FMT(a.body));
    }
    struct answer a = ask(d, &x->c, "GET", "/api/v1/people", NULL);
    assert_true(json_len(json_get(a.json, "items")) >= 2);
}

static const struct json *body_schema(struct desk *d, const struct route *r)
{
    return json_get(
        json_get(json_get(json_get(operation_of(d, r), "requestBody"), "content"), "application/json"),
        "schema");
}

/* Each member of the body of this route in its turn. Adds to *io_taken what was taken in. */
static int each_member(struct attack *x, const struct route *r, const char *words, int *io_taken)
{
    struct desk *d = x->d;
    const struct json *schema = body_schema(d, r);
    struct making m = {.d = d, .x = x, .words = words};
    do {
        struct buf body;
        buf_init(&body, 0);
        jw_init(&m.w, &body, JW_COMPACT);
        m.at = 0;
        put_value(&m, schema, "");
        refresh(x);
        struct answer a =
            ask_bytes(d, &x->c, r->method, target(x, r, "", -1), arena_copy(&d->arena, buf_sv(&body)), false);
        buf_done(&body);
        assert_harmless(&a, r->method, r->path, words);
        *io_taken += a.status < 300;
        m.want++;
    } while (m.want < m.at);
    return m.at;
}

static void every_text_of_every_body_stays_a_text(void **state)
{
    struct desk *d = *state;
    struct attack x;
    int bodies = 0, members = 0, open = 0;
    begin(&x, d);
    for (size_t i = 0; i < nroutes; i++) {
        if (routes[i].body != BODY_JSON || left_out(&routes[i])) continue;
        assert_non_null(body_schema(d, &routes[i]));
        int taken = 0;
        bodies++;
        for (size_t h = 0; h < NHOSTILE; h++) {
            int n = each_member(&x, &routes[i], hostile[h], &taken);
            members += h == 0 ? n : 0;
        }
        open += taken > 0;
    }
    assert_true(open >= 15); /* the words went in, not only against the door */
    assert_true(bodies >= 30);
    assert_true(members >= 60);
    assert_whole(&x);
}

/* ---- shapes ---- */

struct shaping {
    struct attack *x;
    const struct route *route;
    int refused;
};

/* No error of the program, and words that name the place and are short enough to be read. */
static void assert_told(struct shaping *s, const char *body)
{
    struct desk *d = s->x->d;
    refresh(s->x);
    struct answer a =
        ask_bytes(d, &s->x->c, s->route->method, target(s->x, s->route, "", -1), sv_cstr(body), false);
    assert_harmless(&a, s->route->method, s->route->path, body);
    if (a.status < 400) return;
    s->refused++;
    struct sv message = json_sv(json_path(a.json, "error.message"));
    if (message.n < 10 || message.n > 300) fail_msg("%s: %.*s", s->route->path, SV_FMT(a.body));
    if (a.status == 422 && json_sv(json_path(a.json, "error.where")).n == 0)
        fail_msg("%s %s: nothing says where: %.*s", s->route->path, body, SV_FMT(a.body));
}

static int each_shape(void *arg, struct sv key, const struct json *schema)
{
    static const char *const shapes[] = {"[1]",  "{\"a\":[]}", "-7",   "1e300",
                                         "true", "null",       "\"\"", "[[[]]]"};
    struct shaping *s = arg;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        assert_told(s, fill(s->x->d, "{\"%.*s\":%s}", SV_FMT(key), shapes[i]));
    return 0;
}

static void what_has_the_wrong_shape_is_told_with_its_place(void **state)
{
    struct desk *d = *state;
    struct attack x;
    char name[301];
    int refused = 0;
    begin(&x, d);
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (size_t i = 0; i < nroutes; i++) {
        struct shaping s = {.x = &x, .route = &routes[i]};
        if (routes[i].body != BODY_JSON || left_out(&routes[i])) continue;
        assert_told(&s, "[]");
        assert_told(&s, "7");
        assert_told(&s, fill(d, "{\"%s\":1}", name));
        const struct json *schema = schema_of(d, body_schema(d, &routes[i]));
        (void)json_each(json_get(schema, "properties"), each_shape, &s);
        assert_true(s.refused >= 3);
        refused += s.refused;
    }
    assert_true(refused > 500);
    assert_whole(&x);
}

static void a_wrong_old_password_ends_no_session(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct answer a = ask(d, &c, "POST", "/api/v1/session/password",
                          "{\"old\":\"not these words\",\"new\":\"other long words here\"}");
    assert_status(a, 422);
    assert_string_equal(text_at(d, &a, "error.where"), "old");
    a = ask(d, &c, "POST", "/api/v1/session/password",
            "{\"old\":\"long words of the desk\",\"new\":\"short\"}");
    assert_status(a, 422);
    assert_string_equal(text_at(d, &a, "error.where"), "new");
    assert_status(ask(d, &c, "GET", "/api/v1/me", NULL), 200);
    for (int i = 0; i < 4; i++) /* and who goes on trying is locked out as at the door */
        assert_status(ask(d, &c, "POST", "/api/v1/session/password",
                          "{\"old\":\"not these words\",\"new\":\"other long words here\"}"),
                      422);
    assert_status(ask(d, &c, "POST", "/api/v1/session/password",
                      "{\"old\":\"long words of the desk\",\"new\":\"other long words here\"}"),
                  429);
}

static void what_is_kept_comes_back_word_for_word(void **state)
{
    struct desk *d = *state;
    struct attack x;
    begin(&x, d);
    for (size_t h = 0; h < NHOSTILE; h++) {
        struct buf b;
        struct jw w;
        buf_init(&b, 0);
        jw_init(&w, &b, JW_COMPACT);
        jw_object(&w);
        jw_kv_str(&w, "note", hostile[h]);
        jw_end(&w);
        struct answer a =
            ask_bytes(d, &x.c, "POST", fill(d, "/api/v1/items/%s/escalate", id_text(d, &d->posts[2])),
                      arena_copy(&d->arena, buf_sv(&b)), false);
        buf_done(&b);
        assert_status(a, 200);
        a = ask(d, &x.c, "GET", fill(d, "/api/v1/items/%s", id_text(d, &d->posts[2])), NULL);
        const struct json *notes = json_get(a.json, "notes");
        assert_int_equal(json_len(notes), h + 1);
        bool there = false;
        for (size_t i = 0; i <= h; i++)
            there = there || sv_is(json_get_sv(json_at(notes, i), "text"), hostile[h]);
        assert_true(there);
    }
}

static void every_parameter_of_every_path_stays_a_word(void **state)
{
    struct desk *d = *state;
    struct attack x;
    int places = 0;
    begin(&x, d);
    d->unchecked = true;
    for (size_t i = 0; i < nroutes; i++) {
        const struct route *r = &routes[i];
        int names = 0;
        for (const char *c = r->path; *c; c++) names += *c == '{';
        for (int k = 0; k < names; k++, places++)
            for (size_t h = 0; h < 2 * (size_t)NHOSTILE; h++) {
                const char *words = hostile[h / 2];
                refresh(&x);
                struct answer a = ask(d, &x.c, r->method, target(&x, r, h % 2 ? words : escaped(d, words), k),
                                      r->body == BODY_NONE ? NULL : "{}");
                assert_harmless(&a, r->method, r->path, words);
                if (a.status < 400) fail_msg("%s %s finds %s", r->method, r->path, words);
            }
    }
    assert_true(places >= 30);
    d->unchecked = false;
    assert_whole(&x);
}

static void every_parameter_of_every_query_stays_a_word(void **state)
{
    struct desk *d = *state;
    struct attack x;
    int places = 0;
    begin(&x, d);
    for (size_t i = 0; i < nroutes; i++) {
        const struct route *r = &routes[i];
        const struct json *params = json_get(operation_of(d, r), "parameters");
        for (size_t k = 0; k < json_len(params); k++) {
            if (!sv_is(json_get_sv(json_at(params, k), "in"), "query")) continue;
            struct sv name = json_get_sv(json_at(params, k), "name");
            places++;
            for (size_t h = 0; h < NHOSTILE; h++) {
                refresh(&x);
                struct answer a = ask(
                    d, &x.c, r->method,
                    fill(d, "%s?%.*s=%s", target(&x, r, "", -1), SV_FMT(name), escaped(d, hostile[h])), NULL);
                assert_harmless(&a, r->method, r->path, hostile[h]);
            }
        }
    }
    assert_true(places >= 15);
    assert_whole(&x);
}

static void every_header_that_is_read_stays_a_word(void **state)
{
    struct desk *d = *state;
    struct attack x;
    static const char *const names[] = {"Idempotency-Key", "If-Match",     "If-None-Match",  "Authorization",
                                        "Cookie",          "X-CSRF-Token", "Sec-Fetch-Site", "Origin",
                                        "X-Forwarded-For", "Range",        "Accept-Language"};
    begin(&x, d);
    d->unchecked = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t h = 0; h < NHOSTILE; h++) {
            static const char body[] = "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"x\"}";
            x.c.extra_name = names[i];
            x.c.extra_value = hostile[h];
            refresh(&x);
            char *path = fill(d, "/api/v1/items/%s", id_text(d, &d->posts[3]));
            struct answer a = ask(d, &x.c, "GET", path, NULL);
            assert_harmless(&a, "GET", names[i], hostile[h]);
            a = ask(d, &x.c, "POST", fill(d, "%s/decisions", path), body);
            assert_harmless(&a, "POST", names[i], hostile[h]);
        }
    x.c.extra_name = NULL;
    d->unchecked = false;
    assert_whole(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(every_text_of_every_body_stays_a_text),
        desk_test(what_has_the_wrong_shape_is_told_with_its_place),
        desk_test(a_wrong_old_password_ends_no_session),
        desk_test(what_is_kept_comes_back_word_for_word),
        desk_test(every_parameter_of_every_path_stays_a_word),
        desk_test(every_parameter_of_every_query_stays_a_word),
        desk_test(every_header_that_is_read_stays_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
