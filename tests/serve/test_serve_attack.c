/* What somebody would try: each must fail with a clear answer, leave a trace where a person is concerned, and lose
 * nothing. */
#include "serve_test.h"

static char *item(struct desk *d, int n, const char *rest)
{
    return fill(d, "/api/v1/items/%s%s", id_text(d, &d->posts[n]), rest);
}

static const char good[] = "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"a song\"}";

/* ---- forged requests ---- */

static void a_request_without_the_sessions_token_is_forged(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    c.no_csrf = true;
    struct answer a = ask(d, &c, "POST", item(d, 2, "/decisions"), good);
    assert_status(a, 403);
    assert_string_equal(code_of(d, &a), "csrf");
    c.no_csrf = false;
    c.csrf[0] = c.csrf[0] == '0' ? '1' : '0';
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 403);
    assert_status(ask(d, &c, "GET", "/api/v1/queue", NULL), 200); /* looking changes nothing */
}

static void a_request_that_another_site_made_is_refused(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), out = {{0}};
    c.extra_name = out.extra_name = "Sec-Fetch-Site";
    c.extra_value = out.extra_value = "cross-site";
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 403);
    assert_status(ask(d, &out, "POST", "/api/v1/session", "{\"login\":\"rim\",\"password\":\"x\"}"), 403);
    c.extra_value = "same-origin";
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 201);
}

static void a_form_of_another_site_has_the_wrong_type(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    static const char *const types[] = {"text/plain", "application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=x"};
    for (size_t i = 0; i < 3; i++) {
        c.type = types[i];
        assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 415);
    }
}

static void a_cookie_that_was_made_up_opens_nothing(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), thief = c;
    thief.cookie[5] = thief.cookie[5] == 'A' ? 'B' : 'A';
    assert_status(ask(d, &thief, "GET", "/api/v1/queue", NULL), 401);
    static const char *const cookies[] = {"", "x", "' OR '1'='1",
                                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(thief.cookie, sizeof thief.cookie, "%s", cookies[i]);
        assert_status(ask(d, &thief, "GET", "/api/v1/queue", NULL), 401);
    }
    /* A second cookie of the same name beside the right one: somebody put it there. */
    struct client two = c;
    two.cookie[0] = '\0';
    two.extra_name = "Cookie";
    two.extra_value = fill(d, "marsad=%s; marsad=%s", c.cookie, c.cookie);
    assert_status(ask(d, &two, "GET", "/api/v1/queue", NULL), 401);
    /* The token of a session is no key, and a key no session. */
    struct client key = {{0}};
    snprintf(key.key, sizeof key.key, "%s", c.cookie);
    assert_status(ask(d, &key, "GET", "/api/v1/queue", NULL), 401);
}

static void a_session_that_was_ended_stays_ended(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), copy = c;
    struct answer a = ask(d, &c, "DELETE", "/api/v1/session", NULL);
    assert_status(a, 204);
    assert_true(sv_find(a.headers, SV("Max-Age=0"), 0) != SIZE_MAX);
    assert_status(ask(d, &copy, "GET", "/api/v1/queue", NULL), 401);
}

static void cookies_are_out_of_reach_of_scripts_and_other_sites(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), again = {{0}};
    (void)c;
    struct answer a = ask(d, &again, "POST", "/api/v1/session",
                          "{\"login\":\"rim\",\"password\":\"long words of the desk\"}");
    assert_true(sv_find(a.headers, SV("HttpOnly; SameSite=Strict"), 0) != SIZE_MAX);
    char before[TOKEN_TEXT_BYTES];
    memcpy(before, again.cookie, sizeof before);
    memcpy(again.secret, c.secret, sizeof again.secret);
    again.id = c.id;
    give_code(d, &again, 1);
    assert_string_not_equal(before, again.cookie); /* another token for more than before */
    struct client half = again;
    memcpy(half.cookie, before, sizeof before);
    assert_status(ask(d, &half, "GET", "/api/v1/session", NULL), 401);
}

/* ---- guessing ---- */

static void five_wrong_passwords_lock_and_are_noted(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), thief = {{0}}, auditor = sign_up(d, "nur", "auditor");
    (void)c;
    const char *wrong = "{\"login\":\"rim\",\"password\":\"wrong words here\"}";
    for (int i = 0; i < 5; i++) assert_status(ask(d, &thief, "POST", "/api/v1/session", wrong), 401);
    struct answer a = ask(d, &thief, "POST", "/api/v1/session",
                          "{\"login\":\"rim\",\"password\":\"long words of the desk\"}");
    assert_status(a, 429);
    assert_string_equal(code_of(d, &a), "locked");
    assert_true(sv_find(a.headers, SV("Retry-After"), 0) != SIZE_MAX);
    struct answer b =
        ask(d, &thief, "POST", "/api/v1/session", "{\"login\":\"nobody\",\"password\":\"wrong words here\"}");
    struct answer e =
        ask(d, &thief, "POST", "/api/v1/session", "{\"login\":\"nur\",\"password\":\"wrong words here\"}");
    assert_true(sv_eq(b.body, e.body)); /* who is there is not told */
    a = ask(d, &auditor, "GET", "/api/v1/audit", NULL);
    assert_true(sv_find(a.body, SV("wrong-password"), 0) != SIZE_MAX);
}

static void a_code_is_good_once(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), again = {{0}};
    assert_status(ask(d, &again, "POST", "/api/v1/session",
                      "{\"login\":\"rim\",\"password\":\"long words of the desk\"}"),
                  200);
    uint32_t code = totp_code(sv_of(c.secret, sizeof c.secret), c.step); /* with which they signed in */
    assert_status(ask(d, &again, "POST", "/api/v1/session/totp", fill(d, "{\"code\":\"%06u\"}", code)), 401);
    assert_status(ask(d, &again, "POST", "/api/v1/session/enrol", NULL),
                  409); /* no other second factor by the back door */
}

static void a_link_is_good_once(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin"), somebody = {{0}};
    struct answer a = ask(d, &admin, "POST", "/api/v1/people",
                          "{\"login\":\"ali\",\"name\":\"Ali\",\"roles\":[\"reviewer\"]}");
    assert_status(a, 201);
    const char *token = strchr(text_at(d, &a, "invite"), '#') + 1;
    char *weak = fill(d, "{\"token\":\"%s\",\"password\":\"the long words of ali\"}", token);
    struct answer refused = ask(d, &somebody, "POST", "/api/v1/invite", weak);
    assert_status(refused,
                  422); /* it holds the name that one signs in with, and the link is as good as before */
    assert_string_equal(text_at(d, &refused, "error.where"), "password");
    char *body = fill(d, "{\"token\":\"%s\",\"password\":\"twelve letters or more\"}", token);
    assert_status(ask(d, &somebody, "POST", "/api/v1/invite", body), 201);
    assert_status(ask(d, &somebody, "POST", "/api/v1/invite", body), 403);
    struct sv link;
    assert_ok(serve_setup_link(d->server, &d->arena, &link, &d->err));
    assert_int_equal(link.n, 0); /* somebody can sign in: there is no way to be the first again */
}

/* ---- other people's things ---- */

static void ids_of_other_things_open_nothing(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "ali", "reviewer");
    struct answer a = ask(d, &c, "POST", item(d, 2, "/decisions"), good);
    char *undo = fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id"));
    assert_status(ask(d, &other, "POST", undo, NULL), 409);
    assert_status(ask(d, &other, "GET", fill(d, "/api/v1/people/%s", id_text(d, &c.id)), NULL), 403);
    assert_status(ask(d, &other, "GET", fill(d, "/api/v1/decisions/%s", id_text(d, &d->posts[0])), NULL),
                  404);
    assert_status(ask(d, &other, "GET", fill(d, "/api/v1/items/%s", text_at(d, &a, "id")), NULL), 404);
    assert_status(ask(d, &other, "GET", "/api/v1/items/zz", NULL), 404);
    assert_status(ask(d, &other, "GET", "/api/v1/items/00112233445566778899aabbccddee", NULL), 404);
    assert_status(ask(d, &other, "POST", item(d, 0, "/exposure"),
                      "{\"seconds\":1,\"shown\":\"text\",\"person\":\"1\"}"),
                  422);
}

static void nobodys_name_leaves_the_desk(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "secretlogin", "reviewer lead"), other = sign_up(d, "ali", "lead");
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 201);
    static const char *const paths[] = {"/api/v1/decisions", "/api/v1/people", "/api/v1/colleagues",
                                        "/api/v1/queue"};
    for (size_t i = 0; i < 4; i++) {
        struct answer a = ask(d, &other, "GET", paths[i], NULL);
        assert_status(a, 200);
        assert_true(sv_find(a.body, SV("secretlogin"), 0) == SIZE_MAX);
    }
}

/* ---- what is in the data stays data ---- */

static void markup_and_statements_are_words(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct answer a = ask(d, &c, "GET", item(d, 0, ""), NULL);
    assert_true(sv_is(json_get_sv(json_at(json_path(a.json, "post.texts"), 0), "text"),
                      "<script>alert(1)</script> call her"));
    static const char *const words[] = {
        "'", "' OR 1=1 --", "%27%20OR%201=1", "x'); DROP TABLE decision; --", "\\\"", "%"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct buf q;
        buf_init(&q, 0);
        for (const char *p = words[i]; *p; p++) buf_printf(&q, "%%%02x", (unsigned char)*p);
        assert_status(
            ask(d, &c, "GET", fill(d, "/api/v1/items?q=%s&platform=%s", buf_cstr(&q), buf_cstr(&q)), NULL),
            200);
        assert_status(ask(d, &c, "GET",
                          fill(d, "/api/v1/queue?platform=%s&language=%s", buf_cstr(&q), buf_cstr(&q)), NULL),
                      200);
        buf_done(&q);
        struct client out = {{0}};
        assert_true(ask(d, &out, "POST", "/api/v1/session",
                        fill(d, "{\"login\":\"rim' --\",\"password\":\"%d long enough\"}", (int)i))
                        .status == 401);
    }
    a = ask(d, &c, "POST", item(d, 2, "/decisions"),
            "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"<img src=x onerror=alert(1)>'; DROP TABLE "
            "post; --\"}");
    assert_status(a, 201);
    assert_string_equal(text_at(d, &a, "facts"), "<img src=x onerror=alert(1)>'; DROP TABLE post; --");
    struct store_counts n;
    assert_ok(store_count(engine_store(d->server->engine), &n, &d->err));
    assert_int_equal(n.posts, TEST_POSTS);
}

static void paths_that_climb_are_broken(void **state)
{
    struct desk *d = *state;
    static const char *const paths[] = {"/../etc/passwd",
                                        "/assets/../../marsad.db",
                                        "/.hidden",
                                        "/assets//x",
                                        "/a\\..\\b",
                                        "/api/v1/../v1/me",
                                        "",
                                        "x",
                                        "/\x01",
                                        "/\xff\xfe",
                                        "/api/v1/items/.."};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_status(ask(d, NULL, "GET", paths[i], NULL), 400);
    char *longest = fill(d, "/%01500d", 7);
    assert_status(ask(d, NULL, "GET", longest, NULL), 400);
    assert_status(ask(d, NULL, "GET", "/assets/nothing.js", NULL), 404);
    assert_status(ask(d, NULL, "GET", "/marsad.db", NULL), 404);
    assert_status(ask(d, NULL, "GET", "/api/v1/nothing", NULL), 404);
    assert_status(ask(d, NULL, "TRACE", "/api/v1/queue", NULL), 405);
    assert_status(ask(d, NULL, "POST", "/index.html", "{}"), 405);
}

/* ---- bodies ---- */

static void broken_bodies_are_told_and_change_nothing(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    char *target = item(d, 2, "/decisions");
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        {"", 400},
        {"{", 400},
        {"nonsense", 400},
        {"[]", 422},
        {"null", 422},
        {"{}", 422},
        {"{\"measure\":\"none\"}", 422},
        {"{\"measure\":\"shoot\",\"scope\":\"item\",\"facts\":\"x\"}", 422},
        {"{\"measure\":1,\"scope\":\"item\",\"facts\":\"x\"}", 422},
        {"{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"  \"}", 422},
        {"{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"x\",\"more\":1}", 422},
        {"{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"x\",\"until_us\":1e300}", 422},
        {"{\"measure\":\"content.remove\",\"scope\":\"item\",\"facts\":\"x\"}", 422},
        {"{\"measure\":\"content.remove\",\"scope\":\"account\",\"category\":\"hate\",\"ground\":\"law\","
         "\"ground_ref\":\"1\",\"facts\":\"x\"}",
         422}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = ask(d, &c, "POST", target, rows[i].body);
        if (a.status != rows[i].status) fail_msg("%s: %d", rows[i].body, a.status);
    }
    assert_status(ask_bytes(d, &c, "POST", target, SV("{\"facts\":\"\xff\xfe broken\"}"), false), 400);
    assert_status(ask_bytes(d, &c, "POST", target, SV("{\"measure\":\"none\""), true), 400); /* broke off */
    struct buf deep;
    buf_init(&deep, 0);
    buf_pad(&deep, '[', 5000);
    assert_status(ask_bytes(d, &c, "POST", target, buf_sv(&deep), false), 400);
    buf_clear(&deep);
    buf_puts(&deep, "{\"facts\":\"");
    buf_pad(&deep, 'x', 2 << 20);
    buf_puts(&deep, "\"}");
    assert_status(ask_bytes(d, &c, "POST", target, buf_sv(&deep), false), 413);
    buf_done(&deep);
    assert_status(ask(d, &c, "POST", target, good), 201); /* the post was there all the time */
}

static void a_body_of_no_type_is_told_so(void **state)
{
    struct desk *d = *state;
    struct http_header none[1];
    struct reading reading = {SV("{}"), false};
    struct http_request q = {.method = SV("POST"),
                             .path = SV("/api/v1/public/reports"),
                             .headers = none,
                             .peer = SV("192.0.2.1"),
                             .content_length = 2,
                             .read = read_body,
                             .arg = &reading};
    struct http_response r;
    http_response_init(&r);
    serve_answer(d->server, &q, &r);
    assert_int_equal(r.status, 415);
    http_response_done(&r);
}

static void uploads_that_break_off_leave_nothing(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "ana", "analyst");
    c.type = "application/octet-stream";
    struct answer a = ask_bytes(d, &c, "PUT", "/api/v1/media", SV("half of a file"), true);
    assert_status(a, 400);
    a = ask_bytes(d, &c, "PUT", "/api/v1/media", SV("a whole file"), false);
    assert_status(a, 201);
    assert_int_equal(json_get_i64(a.json, "bytes", 0), 12);
    char path[256];
    snprintf(path, sizeof path, "%s/media/%.2s/%s", d->dir, text_at(d, &a, "sha256"),
             text_at(d, &a, "sha256"));
    assert_true(file_exists(path));
    c.type = NULL;
    assert_status(ask(d, &c, "PUT", "/api/v1/media", "{}"), 415);
    static const char *const names[] = {"../../../../etc/passwd", "", "zz"};
    for (size_t i = 0; i < 3; i++)
        assert_status(ask(d, &c, "POST", "/api/v1/items",
                          fill(d,
                               "{\"post\":{\"kind\":\"video\",\"platform\":\"x\",\"native_id\":\"1\","
                               "\"media\":[{\"kind\":\"video\","
                               "\"sha256\":\"%s\"}]}}",
                               names[i])),
                      i == 1 ? 200 : 422);
}

static void too_many_requests_wait(void **state)
{
    struct desk *d = *state;
    struct client c = {{0}};
    int waited = 0;
    for (int i = 0; i < 80; i++) {
        struct answer a = ask(d, &c, "POST", "/api/v1/public/reports", "{}");
        waited += a.status == 429;
        assert_true(a.status == 422 || a.status == 429);
    }
    assert_true(waited > 10);
}

static void judging_what_has_changed_is_noticed(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    c.extra_name = "If-Match";
    c.extra_value = "\"00000000000000000000000000000000\"";
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 412);
    struct answer a = ask(d, &c, "GET", item(d, 2, ""), NULL);
    c.extra_value = fill(d, "\"%s\"", text_at(d, &a, "etag"));
    assert_status(ask(d, &c, "POST", item(d, 2, "/decisions"), good), 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(a_request_without_the_sessions_token_is_forged),
        desk_test(a_request_that_another_site_made_is_refused),
        desk_test(a_form_of_another_site_has_the_wrong_type),
        desk_test(a_cookie_that_was_made_up_opens_nothing),
        desk_test(a_session_that_was_ended_stays_ended),
        desk_test(cookies_are_out_of_reach_of_scripts_and_other_sites),
        desk_test(five_wrong_passwords_lock_and_are_noted),
        desk_test(a_code_is_good_once),
        desk_test(a_link_is_good_once),
        desk_test(ids_of_other_things_open_nothing),
        desk_test(nobodys_name_leaves_the_desk),
        desk_test(markup_and_statements_are_words),
        desk_test(paths_that_climb_are_broken),
        desk_test(broken_bodies_are_told_and_change_nothing),
        desk_test(a_body_of_no_type_is_told_so),
        desk_test(uploads_that_break_off_leave_nothing),
        desk_test(too_many_requests_wait),
        desk_test(judging_what_has_changed_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
