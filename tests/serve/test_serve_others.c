/* Other people's things: a reviewer with another's lease, decision, link, report or name; a platform with another's posts; a
 * request that is sent again; members that nobody may set for themselves. Each id here is right and its holder is wrong. */
#include "serve_test.h"

#define GOOD "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"a song\"}"
#define REMOVAL                                                                                              \
    "{\"measure\":\"content.remove\",\"scope\":\"item\",\"category\":\"hate\",\"ground\":\"terms\","         \
    "\"ground_ref\":\"4.2\",\"facts\":\"seen at second 3\"}"

static char *item(struct desk *d, int n, const char *rest)
{
    return fill(d, "/api/v1/items/%s%s", id_text(d, &d->posts[n]), rest);
}

static struct client platform(struct desk *d, struct client *admin, const char *scopes)
{
    struct client c = {{0}};
    struct answer a = ask(d, admin, "POST", "/api/v1/keys",
                          fill(d, "{\"name\":\"p\",\"scopes\":[%s],\"rate_per_minute\":100000}", scopes));
    assert_status(a, 201);
    snprintf(c.key, sizeof c.key, "%s", text_at(d, &a, "secret"));
    assert_true(id_parse(json_get_sv(json_get(a.json, "key"), "id"), &c.id));
    return c;
}

static char *submit(struct desk *d, struct client *c, const char *native_id)
{
    struct answer a =
        ask(d, c, "POST", "/api/v1/items",
            fill(d,
                 "{\"post\":{\"kind\":\"text\",\"platform\":\"app\",\"native_id\":\"%s\",\"texts\":[{"
                 "\"field\":\"caption\",\"text\":\"her number is 0600000174 call her\"}]}}",
                 native_id));
    assert_status(a, 200);
    return fill(d, "/api/v1/items/%s", text_at(d, &a, "post"));
}

static void what_somebody_works_on_is_theirs(void **state)
{
    struct desk *d = *state;
    struct client a = sign_up(d, "rim", "reviewer"), b = sign_up(d, "ali", "reviewer"),
                  third = sign_up(d, "omar", "lead");
    assert_status(ask(d, &a, "POST", item(d, 2, "/lease"), NULL), 200);
    assert_status(ask(d, &b, "POST", item(d, 2, "/lease"), NULL), 409);
    assert_status(ask(d, &b, "POST", item(d, 2, "/lease-again"), "{\"why\":\"mine\"}"), 409);
    assert_status(ask(d, &b, "POST", item(d, 2, "/snooze"), "{\"minutes\":5}"), 409);
    assert_status(ask(d, &b, "POST", item(d, 2, "/escalate"), "{\"note\":\"x\"}"), 409);
    assert_status(
        ask(d, &b, "POST", item(d, 2, "/handover"), fill(d, "{\"to\":\"%s\"}", id_text(d, &third.id))), 409);
    assert_status(ask(d, &b, "POST", item(d, 2, "/decisions"), GOOD), 409);
    ask(d, &b, "DELETE", item(d, 2, "/lease"), NULL); /* ends their own, of which there is none */
    struct answer still = ask(d, &a, "GET", item(d, 2, ""), NULL);
    assert_true(json_bool(json_path(still.json, "lease.mine"), false));
    assert_int_equal(json_len(json_get(still.json, "notes")), 0);
    assert_status(ask(d, &a, "POST", item(d, 2, "/decisions"), GOOD), 201);
}

static void what_somebody_decided_is_undone_by_them_alone(void **state)
{
    struct desk *d = *state;
    struct client a = sign_up(d, "rim", "reviewer"), b = sign_up(d, "ali", "reviewer"),
                  guest = sign_up(d, "guest", "partner");
    struct answer made = ask(d, &a, "POST", item(d, 2, "/decisions"),
                             "{\"measure\":\"account.close\",\"scope\":\"account\",\"category\":\"hate\","
                             "\"ground\":\"terms\",\"ground_ref\":\"4.2\",\"facts\":\"only that\"}");
    assert_status(made, 201);
    char *one = fill(d, "/api/v1/decisions/%s", text_at(d, &made, "id"));
    assert_status(ask(d, &b, "POST", fill(d, "%s/undo", one), NULL), 409);
    assert_status(ask(d, &b, "POST", fill(d, "%s/reverse", one), "{\"reason\":\"no\"}"), 403);
    struct answer own =
        ask(d, &a, "POST", fill(d, "%s/second", one), "{\"agree\":true,\"facts\":\"I say so again\"}");
    assert_true(own.status == 409 || own.status == 403);
    static const char *const verbs[] = {"undo", "second", "reverse", "appeal-link"};
    for (size_t i = 0; i < 4; i++)
        assert_status(ask(d, &guest, "POST", fill(d, "%s/%s", one, verbs[i]), "{}"), 403);
    struct answer still = ask(d, &a, "GET", one, NULL);
    assert_string_equal(text_at(d, &still, "state"), "awaiting_second");
}

/* Link and PIN of one decision, link of another. */
static void a_link_opens_with_its_own_pin_alone(void **state)
{
    struct desk *d = *state;
    struct client a = sign_up(d, "rim", "reviewer"), owner = {{0}};
    char *open[2], *pin[2];
    for (int i = 0; i < 2; i++) {
        struct answer made = ask(d, &a, "POST", item(d, 2 + 3 * i, "/decisions"), REMOVAL);
        assert_status(made, 201);
        struct answer l =
            ask(d, &a, "POST", fill(d, "/api/v1/decisions/%s/appeal-link", text_at(d, &made, "id")), NULL);
        assert_status(l, 200);
        open[i] = fill(d, "/api/v1/public/appeals/%s/open", strchr(text_at(d, &l, "link"), '#') + 1);
        pin[i] = fill(d, "{\"pin\":\"%s\"}", text_at(d, &l, "pin"));
    }
    assert_string_not_equal(open[0], open[1]);
    for (int i = 0; i < 2; i++) {
        if (strcmp(pin[0], pin[1]) != 0) assert_status(ask(d, &owner, "POST", open[i], pin[1 - i]), 403);
        assert_status(ask(d, &owner, "POST", open[i], pin[i]), 200);
    }
}

static void a_report_is_asked_after_with_its_own_pin_alone(void **state)
{
    struct desk *d = *state;
    struct client out = {{0}};
    const char *number[2], *pin[2];
    for (int i = 0; i < 2; i++) {
        struct answer a = ask(d, &out, "POST", "/api/v1/public/reports",
                              "{\"category\":\"hate\",\"text\":\"look at it\",\"good_faith\":true,"
                              "\"url\":\"https://example.org/v/1\"}");
        assert_true(a.status == 200 || a.status == 201);
        number[i] = text_at(d, &a, "number");
        pin[i] = text_at(d, &a, "pin");
    }
    for (int i = 0; i < 2; i++) {
        char *path = fill(d, "/api/v1/public/reports/%s", number[i]);
        if (strcmp(pin[0], pin[1]) != 0)
            assert_status(ask(d, &out, "POST", path, fill(d, "{\"pin\":\"%s\"}", pin[1 - i])), 403);
        assert_status(ask(d, &out, "POST", path, fill(d, "{\"pin\":\"%s\"}", pin[i])), 200);
    }
}

static void nobody_gives_themselves_more_than_they_have(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "ali", "reviewer");
    char *them = fill(d, "/api/v1/people/%s", id_text(d, &other.id)),
         *self = fill(d, "/api/v1/people/%s", id_text(d, &c.id));
    static const char *const wishes[] = {"{\"roles\":[\"admin\"]}", "{\"permissions\":[\"people.manage\"]}",
                                         "{\"state\":\"active\"}",  "{\"id\":\"x\"}",
                                         "{\"care\":{}}",           "{\"two_factor\":false}"};
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        assert_status(ask(d, &c, "PATCH", "/api/v1/me", wishes[i]), 422);
        assert_status(ask(d, &c, "PATCH", self, wishes[i]), 403);
        assert_status(ask(d, &c, "PATCH", them, wishes[i]), 403);
    }
    assert_status(ask(d, &c, "POST", fill(d, "%s/invite", them), NULL), 403);
    assert_status(ask(d, &c, "PUT", "/api/v1/roles/reviewer", "{\"permissions\":[\"people.manage\"]}"), 403);
    assert_status(
        ask(d, &c, "POST", item(d, 2, "/decisions"),
            "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"x\",\"automated_decision\":true}"),
        422);
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"),
                      fill(d, "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"x\",\"person\":\"%s\"}",
                           id_text(d, &other.id))),
                  422);
}

/* A platform that may not read knows what it sent, and of the rest not even whether it is there. */
static void a_platform_knows_its_own_posts_alone(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin lead reviewer"),
                  a = platform(d, &admin, "\"submit\",\"decide\",\"appeal\""),
                  b = platform(d, &admin, "\"submit\",\"decide\",\"appeal\""),
                  reader = platform(d, &admin, "\"read\"");
    char *mine = submit(d, &a, "1"), *findings = fill(d, "%s/findings", mine);
    assert_status(ask(d, &a, "GET", findings, NULL), 200);
    assert_status(ask(d, &reader, "GET", findings, NULL), 200);
    struct answer theirs = ask(d, &b, "GET", findings, NULL);
    struct answer nothing =
        ask(d, &b, "GET", "/api/v1/items/00112233445566778899aabbccddeeff/findings", NULL);
    assert_status(theirs, 404);
    assert_true(sv_eq(theirs.body, nothing.body));
    assert_status(ask(d, &a, "GET", mine, NULL), 403);
    assert_status(ask(d, &b, "POST", fill(d, "%s/decisions", mine), REMOVAL), 404);
    assert_status(ask(d, &a, "POST", fill(d, "%s/decisions", mine),
                      "{\"measure\":\"none\",\"scope\":\"cluster\",\"facts\":\"all of them\"}"),
                  403);
    struct answer made = ask(d, &a, "POST", fill(d, "%s/decisions", mine), REMOVAL);
    assert_status(made, 201);
    char *link = fill(d, "/api/v1/decisions/%s/appeal-link", text_at(d, &made, "id"));
    assert_status(ask(d, &b, "POST", link, NULL), 404);
    assert_status(ask(d, &a, "POST", link, NULL), 200);
}

static void a_key_that_was_ended_opens_nothing(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin"), key = platform(d, &admin, "\"read\"");
    assert_status(ask(d, &key, "GET", "/api/v1/queue", NULL), 200);
    assert_status(ask(d, &admin, "DELETE", fill(d, "/api/v1/keys/%s", id_text(d, &key.id)), NULL), 204);
    assert_status(ask(d, &key, "GET", "/api/v1/queue", NULL), 401);
}

static void a_webhook_is_https_or_this_machine(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin");
    static const struct {
        const char *url;
        int status;
    } rows[] = {{"https://platform.example/hook", 201},
                {"http://127.0.0.1:8099/hook", 201},
                {"http://127.0.0.1", 201},
                {"http://127.0.0.1.evil.example/", 422},
                {"http://127.0.0.1@evil.example/", 422},
                {"http://127.0.0.10/", 422},
                {"https://user:pw@platform.example", 422},
                {"http://169.254.169.254/latest", 422},
                {"file:///etc/passwd", 422},
                {"gopher://127.0.0.1:25/x", 422},
                {"https://", 422},
                {"https://a b", 422}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a =
            ask(d, &admin, "POST", "/api/v1/keys",
                fill(d, "{\"name\":\"k\",\"scopes\":[\"read\"],\"webhook\":\"%s\"}", rows[i].url));
        if (a.status != rows[i].status) fail_msg("%s: %d", rows[i].url, a.status);
    }
}

/* ---- sent again ---- */

static size_t decisions(struct desk *d, struct client *c)
{
    struct answer a = ask(d, c, "GET", "/api/v1/decisions", NULL);
    assert_status(a, 200);
    return json_len(json_get(a.json, "items"));
}

static void a_request_that_comes_again_is_done_once(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "ali", "reviewer");
    c.extra_name = other.extra_name = "Idempotency-Key";
    c.extra_value = other.extra_value = "the-same";
    struct answer first = ask(d, &c, "POST", item(d, 2, "/decisions"), GOOD),
                  again = ask(d, &c, "POST", item(d, 2, "/decisions"), GOOD);
    assert_status(first, 201);
    assert_status(again, 201);
    assert_true(sv_eq(first.body, again.body));
    assert_true(sv_find(again.headers, SV("Idempotent-Replayed: true"), 0) != SIZE_MAX);
    assert_int_equal(decisions(d, &c), 1);
    /* The same key with other words, and by somebody else: neither has that answer. */
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), REMOVAL), 409);
    struct answer theirs = ask(d, &other, "POST", item(d, 5, "/decisions"), GOOD);
    assert_status(theirs, 201);
    assert_false(sv_eq(first.body, theirs.body));
    assert_int_equal(decisions(d, &c), 2);
    c.extra_value = fill(d, "%0200d", 7);
    assert_status(ask(d, &c, "POST", item(d, 3, "/decisions"), GOOD), 422);
}

struct twice {
    struct desk *d;
    struct client c;
    int status;
    char number[32];
};

/* Past `ask`, whose memory is of one thread. */
static void *report_once(void *arg)
{
    struct twice *t = arg;
    static const char body[] = "{\"category\":\"hate\",\"text\":\"look at it\",\"good_faith\":true,"
                               "\"url\":\"https://example.org/v/9\"}";
    char bearer[TOKEN_TEXT_BYTES + 8];
    snprintf(bearer, sizeof bearer, "Bearer %s", t->c.key);
    struct http_header h[] = {{SV("Authorization"), sv_cstr(bearer)},
                              {SV("Idempotency-Key"), SV("both")},
                              {SV("Content-Type"), SV("application/json")}};
    struct reading reading = {SV(body), false};
    struct http_request q = {.method = SV("POST"),
                             .path = SV("/api/v1/reports"),
                             .headers = h,
                             .nheaders = 3,
                             .peer = SV("192.0.2.1"),
                             .content_length = (int64_t)sizeof body - 1,
                             .read = read_body,
                             .arg = &reading};
    struct http_response r;
    struct json *doc = NULL;
    struct error err;
    http_response_init(&r);
    serve_answer(t->d->server, &q, &r);
    t->status = r.status;
    if (json_parse(buf_sv(&r.body), JSON_STRICT, &doc, &err) == 0)
        snprintf(t->number, sizeof t->number, "%.*s", SV_FMT(json_get_sv(doc, "number")));
    json_free(doc);
    http_response_done(&r);
    return NULL;
}

static void two_of_one_request_side_by_side_are_one(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin"), key = platform(d, &admin, "\"report\"");
    enum { SIDE_BY_SIDE = 8 };
    struct twice t[SIDE_BY_SIDE];
    pthread_t threads[SIDE_BY_SIDE];
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
        t[i] = (struct twice){.d = d, .c = key};
        assert_int_equal(pthread_create(&threads[i], NULL, report_once, &t[i]), 0);
    }
    for (int i = 0; i < SIDE_BY_SIDE; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
        assert_true(t[i].status == 200 || t[i].status == 201);
        assert_string_equal(t[i].number, t[0].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(what_somebody_works_on_is_theirs),
        desk_test(what_somebody_decided_is_undone_by_them_alone),
        desk_test(a_link_opens_with_its_own_pin_alone),
        desk_test(a_report_is_asked_after_with_its_own_pin_alone),
        desk_test(nobody_gives_themselves_more_than_they_have),
        desk_test(a_platform_knows_its_own_posts_alone),
        desk_test(a_key_that_was_ended_opens_nothing),
        desk_test(a_webhook_is_https_or_this_machine),
        desk_test(a_request_that_comes_again_is_done_once),
        desk_test(two_of_one_request_side_by_side_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
