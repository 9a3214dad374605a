/* No clip is shown twice to the same person; posts are found by their words, and joined when they are nearly the same; what is
 * handed on, put off or not wanted goes where it should. */
#include "serve_test.h"

#include "store/store_index.h"
#include "store/store_look.h"

/* A post of the queue before all others, with a clip (of a family) or without. */
struct putting {
    struct desk *d;
    const char *name, *caption, *file;
    const struct id128 *family;
    int64_t number;
    struct id128 post;
};

static int put_media(struct putting *x, struct store *s, struct error *err)
{
    struct media_signals signals = {.kind = MEDIA_VIDEO, .duration_us = US_PER_SECOND};
    struct store_media m = {.bytes = 10, .state = MEDIA_READY};
    struct buf b;
    sha256_of(sv_cstr(x->file), &m.sha256);
    buf_init(&b, 0);
    signals_write(&signals, &b);
    m.signals = buf_sv(&b);
    int code = store_put_media(s, &x->post, 0, &m, err);
    if (code == 0 && x->family) code = store_family_put(s, x->number, &m.sha256, x->family, err);
    buf_done(&b);
    return code;
}

static int put_now(void *arg, struct store *s, struct error *err)
{
    struct putting *x = arg;
    struct desk *d = x->d;
    struct post p;
    struct finding_list l;
    enum store_put put;
    struct media_ref media = {.kind = MEDIA_VIDEO, .role = MEDIA_ROLE_MAIN};
    struct text_part text = {TEXT_CAPTION, sv_cstr(x->caption), TIME_UNKNOWN, TIME_UNKNOWN};
    uint32_t because[1] = {0};
    struct assessment as = {.category = CATEGORY_HATE,
                            .severity = 70,
                            .probability = 0.9,
                            .clock_us = US_PER_MINUTE,
                            .hard = true,
                            .priority = 5000,
                            .reason = SV("reason.terms"),
                            .policy = SV("default.lua@0123456789ab"),
                            .because = because};
    post_init(&p);
    p.platform = SV("tiktok");
    p.native_id = sv_cstr(x->name);
    p.id = x->post = post_id(p.platform, p.native_id, false);
    p.account.platform = p.platform;
    p.account.handle = arena_printf(&d->arena, "handle_%s", x->name);
    p.account.id = account_id(p.platform, SV_NULL, p.account.handle);
    p.created_us = p.collected_us = T0;
    p.texts = &text;
    p.ntexts = 1;
    p.media = &media;
    p.nmedia = x->file ? 1 : 0;
    p.raw = SV("{}");
    p.origin.format = SV("marsad");
    finding_list_init(&l, &d->arena);
    int code = store_put_post(s, &p, T0, &put, err);
    if (code == 0 && x->file) code = put_media(x, s, err);
    if (code == 0) code = store_put_result(s, &p.id, &l, &as, err);
    finding_list_done(&l);
    return code;
}

static struct id128 put(struct desk *d, const char *name, const char *caption, const char *file,
                        const struct id128 *family)
{
    static int64_t number = 1000;
    struct putting x = {d, name, caption, file, family, ++number, {{0}}};
    assert_ok(owner_do(d->server->owner, SV("test"), put_now, &x, &d->err));
    return x.post;
}

static char *at(struct desk *d, const struct id128 *post, const char *rest)
{
    return fill(d, "/api/v1/items/%s%s", id_text(d, post), rest);
}

static const char *next_post(struct desk *d, struct client *c)
{
    struct answer a = ask(d, c, "POST", "/api/v1/queue/next", NULL);
    assert_status(a, 200);
    return text_at(d, &a, "item.post");
}

#define REMOVE                                                                                               \
    "{\"measure\":\"content.remove\",\"scope\":\"item\",\"category\":\"hate\",\"ground\":\"terms\","         \
    "\"ground_ref\":\"4.2\",\"facts\":\"seen at second 3\"}"

static const struct id128 family = {{7, 7, 7}};

static void who_judged_a_clip_is_not_given_its_copies(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "omar", "reviewer");
    d->server->rules.golden_share = 0;
    struct id128 one = put(d, "1001", "first", "file one", &family),
                 two = put(d, "1002", "second", "file two", &family);
    const char *mine = next_post(d, &c);
    bool first = strcmp(mine, id_text(d, &one)) == 0;
    const struct id128 *judged = first ? &one : &two, *copy = first ? &two : &one;
    assert_string_equal(mine, id_text(d, judged));
    assert_status(ask(d, &c, "POST", at(d, judged, "/decisions"), REMOVE), 201);
    assert_string_not_equal(next_post(d, &c), id_text(d, copy));
    struct answer a = ask(d, &c, "POST", at(d, copy, "/lease"), NULL);
    assert_status(a, 409);
    assert_string_equal(code_of(d, &a), "seen_before");
    assert_string_equal(next_post(d, &other), id_text(d, copy)); /* somebody else gets it */
}

static void a_clip_that_was_looked_at_for_long_is_known_as_well(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct id128 one = put(d, "1001", "first", "file one", &family),
                 two = put(d, "1002", "second", "file two", &family);
    assert_status(ask(d, &c, "POST", at(d, &one, "/exposure"), "{\"seconds\":10,\"shown\":\"video\"}"), 200);
    assert_status(ask(d, &c, "POST", at(d, &two, "/lease"), NULL), 200);
    assert_status(ask(d, &c, "DELETE", at(d, &two, "/lease"), NULL), 204);
    assert_status(ask(d, &c, "POST", at(d, &one, "/exposure"), "{\"seconds\":100,\"shown\":\"text\"}"), 200);
    assert_status(ask(d, &c, "POST", at(d, &one, "/exposure"),
                      "{\"seconds\":100,\"shown\":\"clear\",\"reference\":true}"),
                  200);
    assert_status(ask(d, &c, "POST", at(d, &two, "/lease"), NULL),
                  200); /* words and references do not count */
    assert_status(ask(d, &c, "DELETE", at(d, &two, "/lease"), NULL), 204);
    assert_status(ask(d, &c, "POST", at(d, &one, "/exposure"), "{\"seconds\":6,\"shown\":\"video\"}"), 200);
    assert_status(ask(d, &c, "POST", at(d, &two, "/lease"), NULL), 409);
    assert_status(ask(d, &c, "POST", at(d, &one, "/lease"), NULL), 409);
}

static void a_known_clip_is_taken_again_for_a_reason_that_the_log_keeps(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct id128 one = put(d, "1001", "first", "file one", NULL),
                 two = put(d, "1002", "second", "file one", NULL);
    assert_status(ask(d, &c, "POST", at(d, &one, "/exposure"), "{\"seconds\":20,\"shown\":\"video\"}"), 200);
    assert_status(ask(d, &c, "POST", at(d, &two, "/lease-again"), "{\"why\":\" \"}"), 422);
    assert_status(ask(d, &c, "POST", at(d, &two, "/lease-again"), "{\"why\":\"nobody else is here\"}"), 200);
    struct answer a = ask(d, &c, "GET", at(d, &two, "/history"), NULL);
    assert_status(a, 200);
    assert_true(sv_find(a.body, SV("lease-again"), 0) != SIZE_MAX);
    assert_true(sv_find(a.body, SV("nobody else is here"), 0) != SIZE_MAX);
}

static void when_only_known_clips_are_left_that_is_said(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "omar", "reviewer");
    assert_status(
        ask(d, &c, "PATCH", "/api/v1/me",
            "{\"opt_outs\":[\"privacy.doxxing\",\"terror.propaganda\",\"harassment.women\",\"extortion\"]}"),
        200);
    struct id128 clip = put(d, "1001", "first", "file one", NULL);
    d->server->rules.golden_share = 0;
    assert_status(ask(d, &c, "POST", at(d, &clip, "/exposure"), "{\"seconds\":20,\"shown\":\"video\"}"), 200);
    for (int n = 2; n <= 4; n++) /* the other three of hate are somebody else's, and the rest is not wanted */
        assert_status(ask(d, &other, "POST", at(d, &d->posts[n], "/lease"), NULL), 200);
    struct answer a = ask(d, &c, "POST", "/api/v1/queue/next", NULL);
    assert_string_equal(text_at(d, &a, "why"), "seen_before");
    assert_string_equal(text_at(d, &a, "seen_post"), id_text(d, &clip));
}

static void who_undoes_a_decision_has_the_post_again(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct id128 one = put(d, "1001", "first", "file one", NULL);
    struct answer a = ask(d, &c, "POST", at(d, &one, "/decisions"), REMOVE);
    assert_status(a, 201);
    assert_status(ask(d, &c, "POST", fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id")), NULL), 200);
    a = ask(d, &c, "GET", at(d, &one, ""), NULL);
    assert_true(json_bool(json_path(a.json, "lease.mine"), false));
    assert_status(ask(d, &c, "DELETE", at(d, &one, "/lease"), NULL), 204);
    assert_status(ask(d, &c, "POST", at(d, &one, "/lease"), NULL), 200); /* it was not judged after all */
}

static void what_is_handed_over_comes_first_but_not_to_who_knows_it(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "omar", "reviewer");
    struct id128 one = put(d, "1001", "first", "file one", NULL);
    char *to = fill(d, "{\"to\":\"%s\",\"note\":\"your dialect\"}", id_text(d, &other.id));
    d->server->rules.golden_share = 0;
    assert_status(ask(d, &c, "POST", fill(d, "/api/v1/items/%s/handover", id_text(d, &d->posts[5])), to),
                  200);
    assert_string_equal(next_post(d, &other), id_text(d, &d->posts[5]));
    assert_status(ask(d, &other, "POST", at(d, &one, "/exposure"), "{\"seconds\":20,\"shown\":\"video\"}"),
                  200);
    struct answer a = ask(d, &c, "POST", at(d, &one, "/handover"), to);
    assert_status(a, 409);
    assert_string_equal(code_of(d, &a), "seen_before");
}

static void what_is_escalated_goes_to_who_may_reverse_and_what_sleeps_to_nobody(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), lead = sign_up(d, "omar", "lead");
    struct id128 one = put(d, "1001", "first", NULL, NULL);
    d->server->rules.golden_share = 0;
    assert_status(ask(d, &c, "POST", at(d, &one, "/escalate"), "{\"note\":\"too much for me\"}"), 200);
    assert_string_not_equal(next_post(d, &c), id_text(d, &one));
    assert_string_equal(next_post(d, &lead), id_text(d, &one));
    assert_status(
        ask(d, &c, "POST", fill(d, "/api/v1/items/%s/snooze", id_text(d, &d->posts[5])), "{\"minutes\":60}"),
        200);
    for (int i = 0; i < 4; i++) assert_string_not_equal(next_post(d, &c), id_text(d, &d->posts[5]));
}

/* ---- words and captions ---- */

static int look_over_now(void *arg, struct store *s, struct error *err)
{
    struct desk *d = arg;
    struct id128 *posts;
    size_t n = 0;
    int code = store_look_todo(s, 1000, &d->arena, &posts, &n, err);
    size_t budget = SIZE_MAX;
    bool done = true;
    for (size_t i = 0; code == 0 && done && i < n; i++)
        code = review_look_over(s, &posts[i], &budget, &done, err);
    return code;
}

static size_t found(struct desk *d, struct client *c, const char *query)
{
    struct answer a = ask(d, c, "GET", fill(d, "/api/v1/items?%s", query), NULL);
    assert_status(a, 200);
    return json_len(json_get(a.json, "items"));
}

static void posts_are_found_by_their_words_however_they_are_written(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    put(d, "1001",
        "\xd8\xa7\xd9\x84\xd9\x85\xd9\x80\xd9\x8e\xd8\xaf\xd9\x90\xd9\x8a\xd9\x86\xd8\xa9\xd8\x8c now", NULL,
        NULL);
    assert_ok(owner_do(d->server->owner, SV("test"), look_over_now, d, &d->err));
    /* "the city", plain: one has it with marks, an elongation and a comma, the other as it is */
    assert_int_equal(found(d, &c, "q=%D8%A7%D9%84%D9%85%D8%AF%D9%8A%D9%86%D8%A9"), 2);
    assert_int_equal(found(d, &c, "q=NOW+%D8%A7%D9%84%D9%85%D8%AF%D9%8A%D9%86%D8%A9"), 1);
    assert_int_equal(found(d, &c, "q=river"), 8 /* in a handle or a caption, each once */);
    assert_int_equal(found(d, &c, "q=river+carries"), 2);
    assert_int_equal(found(d, &c, "q=river+carries&category=hate&state=queued"), 2);
    assert_int_equal(found(d, &c, "q=river+carries&category=extortion"), 0);
    assert_int_equal(found(d, &c, "q=rive"), 0);
    assert_int_equal(found(d, &c, "q=%21%3F"), 0);
    assert_int_equal(found(d, &c, "q=handle_1001"), 1);
    struct answer a = ask(d, &c, "GET", "/api/v1/items?q=river&limit=5", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 5);
    assert_int_equal(found(d, &c, fill(d, "q=river&limit=5&cursor=%s", text_at(d, &a, "next"))), 3);
}

static void a_post_is_found_by_its_words_before_they_are_noted(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    put(d, "1001", "the mill by the old bridge", NULL, NULL);
    assert_int_equal(found(d, &c, "q=mill+bridge"), 1);
    assert_int_equal(found(d, &c, "q=mill+river"), 0);
    assert_int_equal(found(d, &c, "q=river"), 8);
    struct answer a = ask(d, &c, "GET", "/api/v1/items?q=river&limit=5", NULL);
    assert_null(json_get(a.json, "pending"));
    assert_int_equal(found(d, &c, fill(d, "q=river&limit=5&cursor=%s", text_at(d, &a, "next"))), 3);
}

/* More wait than a search reads: it says so, the cursor goes on through them, and what came last is read in any case. */
static void a_search_says_when_others_wait_to_be_read(void **state)
{
    enum { MANY = 400 };
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct id128 last = {{0}};
    const char *name_of_last = "";
    keeper_free(d->server->keeper); /* who would read them meanwhile */
    d->server->keeper = NULL;
    for (int i = 0; i < MANY; i++) {
        char *name = fill(d, "%d", 2000 + i);
        struct id128 id = post_id(SV("tiktok"), sv_cstr(name), false);
        if (memcmp(&id, &last, sizeof id) <= 0) continue;
        last = id;
        name_of_last = name;
    }
    for (int i = 0; i < MANY; i++) {
        char *name = fill(d, "%d", 2000 + i);
        bool is_last = strcmp(name, name_of_last) == 0;
        (void)put(d, name, is_last ? "the weir below" : "the mill by the old bridge", NULL, NULL);
    }
    struct answer a = ask(d, &c, "GET", "/api/v1/items?q=weir", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 0);
    assert_true(json_bool(json_get(a.json, "pending"), false));
    keeper_fresh(d->server, &last);
    assert_int_equal(found(d, &c, "q=weir"), 1);

    size_t n = 0, turns = 0;
    a = ask(d, &c, "GET", "/api/v1/items?q=mill+bridge&limit=50", NULL);
    assert_true(json_bool(json_get(a.json, "pending"), false));
    for (;; turns++) {
        n += json_len(json_get(a.json, "items"));
        if (!json_get(a.json, "next")) break;
        assert_true(turns < MANY);
        a = ask(d, &c, "GET",
                fill(d, "/api/v1/items?q=mill+bridge&limit=50&cursor=%s", text_at(d, &a, "next")), NULL);
    }
    assert_int_equal(n, MANY - 1);
    assert_null(json_get(a.json, "pending"));

    assert_ok(owner_do(d->server->owner, SV("test"), look_over_now, d, &d->err));
    a = ask(d, &c, "GET", "/api/v1/items?q=weir", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 1);
    assert_null(json_get(a.json, "pending"));
}

static void captions_that_are_nearly_the_same_are_one_cluster(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct id128
        one = put(d, "1001", "everybody knows what this family did in the market of the old town last night",
                  NULL, NULL),
        two = put(d, "1002",
                  "EVERYBODY knows, what this familly did in the market of the old town last night!! share",
                  NULL, NULL),
        far = put(d, "1003",
                  "the weather of the coming week will be mild with some rain in the north of the country",
                  NULL, NULL);
    assert_ok(owner_do(d->server->owner, SV("test"), look_over_now, d, &d->err));
    struct answer a = ask(d, &c, "GET", at(d, &one, ""), NULL);
    assert_int_equal(json_len(json_get(a.json, "copies")), 1);
    assert_true(sv_is(json_get_sv(json_at(json_get(a.json, "copies"), 0), "post"), id_text(d, &two)));
    a = ask(d, &c, "GET", at(d, &far, ""), NULL);
    assert_int_equal(json_len(json_get(a.json, "copies")), 0);
    char *cluster = fill(
        d, "{\"measure\":\"content.remove\",\"scope\":\"cluster\",\"category\":\"hate\",\"ground\":\"terms\","
           "\"ground_ref\":\"4.2\",\"facts\":\"seen\"}");
    a = ask(d, &c, "POST", at(d, &one, "/decisions"), cluster);
    assert_status(a, 201);
    assert_int_equal(json_len(json_get(a.json, "posts")), 2);
    a = ask(d, &c, "GET", at(d, &two, ""), NULL);
    assert_string_equal(text_at(d, &a, "state"), "decided");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(who_judged_a_clip_is_not_given_its_copies),
        desk_test(a_clip_that_was_looked_at_for_long_is_known_as_well),
        desk_test(a_known_clip_is_taken_again_for_a_reason_that_the_log_keeps),
        desk_test(when_only_known_clips_are_left_that_is_said),
        desk_test(who_undoes_a_decision_has_the_post_again),
        desk_test(what_is_handed_over_comes_first_but_not_to_who_knows_it),
        desk_test(what_is_escalated_goes_to_who_may_reverse_and_what_sleeps_to_nobody),
        desk_test(posts_are_found_by_their_words_however_they_are_written),
        desk_test(a_post_is_found_by_its_words_before_they_are_noted),
        desk_test(a_search_says_when_others_wait_to_be_read),
        desk_test(captions_that_are_nearly_the_same_are_one_cluster),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
