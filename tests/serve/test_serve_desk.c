/* The desk at work: from the queue to a decision, its undoing, a second person, an appeal, and what comes of it. */
#include "serve_test.h"

#include "store/store_case.h"
#include "store/store_index.h"
#include "store/store_look.h"
#include "store/store_picture.h"

#define DECISION                                                                                             \
    "{\"measure\":\"content.remove\",\"scope\":\"%s\",\"category\":\"hate\",\"ground\":\"terms\","           \
    "\"ground_ref\":\"4.2\",\"facts\":\"seen at second 3\"}"

static char *item(struct desk *d, int n, const char *rest)
{
    return fill(d, "/api/v1/items/%s%s", id_text(d, &d->posts[n]), rest);
}

static struct answer decide(struct desk *d, struct client *c, int n, const char *scope)
{
    return ask(d, c, "POST", item(d, n, "/decisions"), fill(d, DECISION, scope));
}

static size_t queue_length(struct desk *d, struct client *c)
{
    struct answer a = ask(d, c, "GET", "/api/v1/queue?limit=200&state=all", NULL);
    assert_status(a, 200);
    return json_len(json_get(a.json, "items"));
}

static int ripen_now(void *arg, struct store *s, struct error *err)
{
    struct desk *d = arg;
    size_t n;
    return review_ripen(s, &d->server->rules, clock_now_us() + US_PER_HOUR, NULL, NULL, &n, err);
}
static void wait_for_force(struct desk *d)
{
    assert_ok(owner_do(d->server->owner, SV("test"), ripen_now, d, &d->err));
}

static int mark_now(void *arg, struct store *s, struct error *err)
{
    struct desk *d = arg;
    struct id128 *posts;
    size_t n = 0;
    int code = store_look_todo(s, 100, &d->arena, &posts, &n, err);
    size_t budget = SIZE_MAX;
    bool done = true;
    for (size_t i = 0; code == 0 && done && i < n; i++)
        code = review_look_over(s, &posts[i], &budget, &done, err);
    return code;
}

static void the_queue_comes_hard_deadlines_first_and_page_by_page(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct answer a = ask(d, &c, "GET", "/api/v1/queue?limit=3", NULL);
    const struct json *items = json_get(a.json, "items");
    assert_int_equal(json_len(items), 3);
    for (size_t i = 0; i < 3; i++) assert_true(json_bool(json_get(json_at(items, i), "hard"), false));
    struct answer b =
        ask(d, &c, "GET", fill(d, "/api/v1/queue?limit=200&cursor=%s", text_at(d, &a, "next")), NULL);
    assert_status(b, 200);
    assert_int_equal(json_len(json_get(b.json, "items")), TEST_POSTS - 1 - 3);
    assert_null(json_get(b.json, "next"));
    assert_status(ask(d, &c, "GET", "/api/v1/queue?cursor=1_2_3_00.0000000000000000", NULL), 422);
    assert_status(ask(d, &c, "GET", "/api/v1/queue?category=blasphemy", NULL), 422);
    a = ask(d, &c, "GET", "/api/v1/queue?category=hate", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 3);
}

static void a_page_that_did_not_change_is_not_sent_again(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct answer a = ask(d, &c, "GET", item(d, 0, ""), NULL);
    char etag[64];
    snprintf(etag, sizeof etag, "\"%s\"", text_at(d, &a, "etag"));
    c.extra_name = "If-None-Match";
    c.extra_value = etag;
    assert_status(ask(d, &c, "GET", item(d, 0, ""), NULL), 304);
}

static void a_decision_can_be_undone_by_who_made_it(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "omar", "lead");
    size_t before = queue_length(d, &c);
    struct answer a = decide(d, &c, 2, "item");
    assert_status(a, 201);
    assert_string_equal(text_at(d, &a, "state"), "undoable");
    assert_int_equal(queue_length(d, &c), before - 1);
    assert_status(decide(d, &other, 2, "item"), 409);
    char *undo = fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id"));
    assert_status(ask(d, &other, "POST", undo, NULL), 409);
    a = ask(d, &c, "POST", undo, NULL);
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "state"), "undone");
    assert_int_equal(queue_length(d, &c), before);
    assert_status(ask(d, &c, "POST", undo, NULL), 409);
}

static void a_decision_in_force_is_reversed_by_a_new_one(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), lead = sign_up(d, "omar", "lead");
    struct answer a = decide(d, &c, 2, "item");
    char *reverse = fill(d, "/api/v1/decisions/%s/reverse", text_at(d, &a, "id"));
    char *undo = fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id"));
    char *one = fill(d, "/api/v1/decisions/%s", text_at(d, &a, "id"));
    assert_status(ask(d, &lead, "POST", reverse, "{\"reason\":\"too early\"}"), 409);
    wait_for_force(d);
    assert_status(ask(d, &c, "POST", undo, NULL), 409);
    assert_status(ask(d, &c, "POST", reverse, "{\"reason\":\"wrong\"}"), 403);
    struct answer b = ask(d, &lead, "POST", reverse, "{\"reason\":\"it is a song\"}");
    assert_status(b, 201);
    assert_string_equal(text_at(d, &b, "measure"), "none");
    a = ask(d, &c, "GET", one, NULL);
    assert_string_equal(text_at(d, &a, "state"), "reversed");
    assert_string_equal(text_at(d, &a, "reversed_by"), text_at(d, &b, "id"));
}

static void closing_an_account_takes_two(void **state)
{
    struct desk *d = *state;
    struct client lead = sign_up(d, "omar", "lead"), other = sign_up(d, "lina", "lead");
    const char *close =
        "{\"measure\":\"account.close\",\"scope\":\"account\",\"category\":\"hate\",\"ground\":\"law\","
        "\"ground_ref\":\"Art. 1\",\"facts\":\"again and again\"}";
    struct answer a = ask(d, &lead, "POST", item(d, 2, "/decisions"), close);
    assert_status(a, 201);
    assert_string_equal(text_at(d, &a, "state"), "awaiting_second");
    char *second = fill(d, "/api/v1/decisions/%s/second", text_at(d, &a, "id"));
    wait_for_force(d); /* time alone does not do it */
    a = ask(d, &lead, "POST", second, "{\"agree\":true,\"facts\":\"me again\"}");
    assert_status(a, 409);
    assert_string_equal(code_of(d, &a), "second_person");
    a = ask(d, &other, "POST", second, "{\"agree\":true,\"facts\":\"I see it too\"}");
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "state"), "undoable");
    assert_status(ask(d, &other, "POST", second, "{\"agree\":true,\"facts\":\"twice\"}"), 409);
    a = ask(d, &lead, "POST", item(d, 0, "/decisions"), close);
    assert_status(a, 201);
    a = ask(d, &other, "POST", fill(d, "/api/v1/decisions/%s/second", text_at(d, &a, "id")),
            "{\"agree\":false,\"facts\":\"a single post\"}");
    assert_string_equal(text_at(d, &a, "state"), "refused");
}

static void one_decision_settles_the_copies(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    assert_ok(owner_do(d->server->owner, SV("test"), mark_now, d, &d->err));
    struct answer a = ask(d, &c, "GET", item(d, 3, ""), NULL);
    assert_int_equal(json_len(json_get(a.json, "copies")), 1);
    size_t before = queue_length(d, &c);
    a = decide(d, &c, 3, "cluster");
    assert_status(a, 201);
    assert_int_equal(json_len(json_get(a.json, "posts")), 2);
    assert_int_equal(queue_length(d, &c), before - 2);
    assert_status(ask(d, &c, "POST", fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id")), NULL), 200);
    assert_int_equal(queue_length(d, &c), before);
}

static void a_lease_keeps_others_away_and_next_gives_the_first_free(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "omar", "reviewer");
    d->server->rules.golden_share = 0;
    struct answer a = ask(d, &c, "POST", "/api/v1/queue/next", NULL),
                  b = ask(d, &other, "POST", "/api/v1/queue/next", NULL);
    assert_status(a, 200);
    assert_true(json_bool(json_path(a.json, "item.hard"), false));
    assert_string_not_equal(text_at(d, &a, "item.post"), text_at(d, &b, "item.post"));
    char *taken = fill(d, "/api/v1/items/%s", text_at(d, &a, "item.post"));
    assert_status(ask(d, &other, "POST", fill(d, "%s/lease", taken), NULL), 409);
    assert_status(ask(d, &other, "POST", fill(d, "%s/decisions", taken), fill(d, DECISION, "item")), 409);
    assert_status(ask(d, &c, "DELETE", fill(d, "%s/lease", taken), NULL), 204);
    assert_status(ask(d, &other, "POST", fill(d, "%s/lease", taken), NULL), 200);
}

static void a_hard_deadline_cannot_be_slept_through(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), lead = sign_up(d, "omar", "lead");
    assert_status(ask(d, &c, "POST", item(d, 0, "/snooze"), "{\"minutes\":600}"), 409);
    assert_status(ask(d, &c, "POST", item(d, 2, "/snooze"), "{\"minutes\":600}"), 200);
    struct answer a = ask(d, &c, "GET", "/api/v1/queue?state=snoozed", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 1);
    assert_status(ask(d, &c, "POST", item(d, 0, "/escalate"), "{\"note\":\"a minister's post\"}"), 200);
    a = ask(d, &lead, "GET", "/api/v1/queue?state=escalated", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 1);
    assert_status(
        ask(d, &c, "POST", item(d, 1, "/handover"), fill(d, "{\"to\":\"%s\"}", id_text(d, &lead.id))), 200);
    a = ask(d, &lead, "GET", item(d, 1, ""), NULL);
    assert_string_equal(text_at(d, &a, "queue.state"), "handed");
    assert_int_equal(json_len(json_get(a.json, "notes")), 1);
}

static int wake_at(void *arg, struct store *s, struct error *err)
{
    int64_t *io = arg;
    size_t n = 0;
    int code = review_wake(s, *io, &n, err);
    *io = (int64_t)n;
    return code;
}

static size_t asleep(struct desk *d, struct client *c)
{
    struct answer a = ask(d, c, "GET", "/api/v1/queue?state=snoozed", NULL);
    assert_status(a, 200);
    return json_len(json_get(a.json, "items"));
}

/* What others wrote may stand on a page half a second later. */
static void wait_for_asleep(struct desk *d, struct client *c, size_t n)
{
    while (asleep(d, c) != n) usleep(10000);
}

static void what_sleeps_is_back_before_its_clock_ends(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct answer a = ask(d, &c, "GET", item(d, 2, ""), NULL);
    int64_t deadline_us = json_get_i64(a.json, "deadline_us", 0), at_us;
    a = ask(d, &c, "POST", item(d, 2, "/snooze"), "{\"minutes\":10080}");
    assert_status(a, 200);
    int64_t until_us = json_get_i64(a.json, "until_us", 0);
    assert_true(until_us == deadline_us - 15 * US_PER_MINUTE);
    assert_int_equal(asleep(d, &c), 1);
    at_us = until_us - 1;
    assert_ok(owner_do(d->server->owner, SV("marsad"), wake_at, &at_us, &d->err));
    assert_int_equal(at_us, 0);
    assert_int_equal(asleep(d, &c), 1);
    at_us = until_us;
    assert_ok(owner_do(d->server->owner, SV("marsad"), wake_at, &at_us, &d->err));
    assert_int_equal(at_us, 1);
    wait_for_asleep(d, &c, 0);
    a = ask(d, &c, "GET", item(d, 2, ""), NULL);
    assert_string_equal(text_at(d, &a, "queue.state"), "open");
    /* Decided while it slept, it is not woken. */
    assert_status(ask(d, &c, "POST", item(d, 3, "/snooze"), "{\"minutes\":30}"), 200);
    assert_status(ask(d, &c, "POST", item(d, 3, "/decisions"), fill(d, DECISION, "item")), 201);
    at_us = deadline_us;
    assert_ok(owner_do(d->server->owner, SV("marsad"), wake_at, &at_us, &d->err));
    assert_int_equal(at_us, 0);
}

static void an_appeal_is_decided_by_somebody_else_and_overturns(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), other = sign_up(d, "omar", "reviewer"), owner = {{0}};
    struct answer a = decide(d, &c, 2, "item");
    char *one = fill(d, "/api/v1/decisions/%s", text_at(d, &a, "id"));
    struct answer l = ask(d, &c, "POST", fill(d, "%s/appeal-link", one), NULL);
    assert_status(l, 200);
    const char *token = strchr(text_at(d, &l, "link"), '#') + 1;
    char *open = fill(d, "/api/v1/public/appeals/%s/open", token),
         *appeal = fill(d, "/api/v1/public/appeals/%s", token);
    char *pin = fill(d, "{\"pin\":\"%s\"}", text_at(d, &l, "pin"));
    assert_status(ask(d, &owner, "POST", open, "{\"pin\":\"1\"}"), 403);
    a = ask(d, &owner, "POST", open, pin);
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "facts"), "seen at second 3");
    assert_true(sv_find(a.body, SV("R-"), 0) == SIZE_MAX); /* nobody of the desk is named */
    char *text = fill(d, "{\"pin\":\"%s\",\"text\":\"a poem\",\"lang\":\"ar\"}", text_at(d, &l, "pin"));
    assert_status(ask(d, &owner, "POST", appeal, text), 201);
    assert_status(ask(d, &owner, "POST", appeal, text), 409);
    a = ask(d, &c, "GET", "/api/v1/appeals", NULL);
    const struct json *x = json_at(json_get(a.json, "items"), 0);
    assert_false(json_bool(json_get(x, "may_decide"), true));
    char *answer = fill(d, "/api/v1/appeals/%.*s/decide", SV_FMT(json_get_sv(x, "id")));
    a = ask(d, &c, "POST", answer, "{\"outcome\":\"overturn\",\"reason\":\"mine\"}");
    assert_string_equal(code_of(d, &a), "second_person");
    a = ask(d, &other, "POST", answer, "{\"outcome\":\"overturn\",\"reason\":\"it is a poem\"}");
    assert_status(a, 200);
    a = ask(d, &c, "GET", one, NULL);
    assert_string_equal(text_at(d, &a, "state"), "reversed");
    a = ask(d, &owner, "POST", open, pin);
    assert_string_equal(text_at(d, &a, "appeal.state"), "overturned");
    assert_string_equal(text_at(d, &a, "appeal.answer"), "it is a poem");
}

static void five_wrong_pins_end_a_link(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), thief = {{0}};
    struct answer a = decide(d, &c, 2, "item");
    struct answer l =
        ask(d, &c, "POST", fill(d, "/api/v1/decisions/%s/appeal-link", text_at(d, &a, "id")), NULL);
    char *open = fill(d, "/api/v1/public/appeals/%s/open", strchr(text_at(d, &l, "link"), '#') + 1);
    for (int i = 0; i < 5; i++) assert_status(ask(d, &thief, "POST", open, "{\"pin\":\"00000000\"}"), 403);
    assert_status(ask(d, &thief, "POST", open, fill(d, "{\"pin\":\"%s\"}", text_at(d, &l, "pin"))), 410);
}

static void who_reported_gets_an_answer(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), anybody = {{0}};
    struct answer r =
        ask(d, &anybody, "POST", "/api/v1/public/reports",
            "{\"url\":\"https://www.tiktok.com/@river_2/video/7601463331695500002\",\"category\":\"hate\","
            "\"text\":\"look\",\"good_faith\":true}");
    assert_status(r, 201);
    assert_true(json_bool(json_get(r.json, "known"), false));
    char *status = fill(d, "/api/v1/public/reports/%s", text_at(d, &r, "number"));
    char *pin = fill(d, "{\"pin\":\"%s\"}", text_at(d, &r, "pin"));
    assert_status(ask(d, &anybody, "POST", status, "{\"pin\":\"1\"}"), 403);
    r = ask(d, &anybody, "POST", status, pin);
    assert_string_equal(text_at(d, &r, "state"), "received");
    assert_status(decide(d, &c, 2, "item"), 201);
    wait_for_force(d);
    r = ask(d, &anybody, "POST", status, pin);
    assert_string_equal(text_at(d, &r, "state"), "answered");
    assert_string_equal(text_at(d, &r, "answer"), "report.acted");
    assert_status(ask(d, &anybody, "POST", "/api/v1/public/reports",
                      "{\"category\":\"hate\",\"text\":\"x\",\"good_faith\":false}"),
                  422);
}

static void what_was_looked_at_is_counted_and_a_break_is_kept(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer");
    struct answer a = ask(d, &c, "POST", item(d, 0, "/exposure"), "{\"seconds\":100,\"shown\":\"video\"}");
    assert_status(a, 200);
    assert_true(json_double(json_get(a.json, "exposure"), 0) == 70);
    assert_status(ask(d, &c, "POST", "/api/v1/care/break", "{\"minutes\":10}"), 200);
    a = ask(d, &c, "POST", "/api/v1/queue/next", NULL);
    assert_string_equal(text_at(d, &a, "why"), "break_due");
}

static int put_red(void *arg, struct store *s, struct error *err)
{
    return store_case_new(s, SV("a red one"), SV("7/26"), TLP_RED, arg, err);
}

static void red_cases_are_seen_by_those_whose_role_may(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), officer = sign_up(d, "hana", "officer");
    struct id128 id;
    assert_ok(owner_do(d->server->owner, SV("test"), put_red, &id, &d->err));
    struct answer a = ask(d, &c, "GET", "/api/v1/cases", NULL),
                  b = ask(d, &officer, "GET", "/api/v1/cases", NULL);
    assert_int_equal(json_len(json_get(a.json, "items")), 0);
    assert_int_equal(json_len(json_get(b.json, "items")), 1);
    assert_status(ask(d, &c, "GET", fill(d, "/api/v1/cases/%s", id_text(d, &id)), NULL), 404);
    assert_status(ask(d, &officer, "GET", fill(d, "/api/v1/cases/%s", id_text(d, &id)), NULL), 200);
}

/* A match of post 1 against an item of a bank, which keeps two stills or none. */
struct banking {
    struct desk *d;
    bool stills;
    char item[ID_TEXT_BYTES];
};
static int put_match(void *arg, struct store *s, struct error *err)
{
    struct banking *x = arg;
    struct desk *d = x->d;
    bool is_new;
    const char *bank_name = x->stills ? "seen" : "hashes";
    struct bank bank = {.name = sv_cstr(bank_name), .category = CATEGORY_TERROR_PROPAGANDA, .threshold = 31};
    struct bank_frame frame = {{{1, 2, 3, 4}}, 100, 0};
    struct bank_item item = {
        .type = BANK_PDQ, .frames = &frame, .nframes = 1, .label = SV("dusk banner"), .threshold = -1};
    item.id = bank_item_id(&item);
    id_format(&item.id, x->item);
    struct sha256 file;
    sha256_of(SV("a file"), &file);
    int code = store_bank_new(s, &bank, err);
    if (code == 0) code = store_bank_add(s, bank.name, &item, &is_new, err);
    if (code == 0) code = store_bank_file_put(s, bank.name, &item.id, &file, err);
    for (int n = 0; code == 0 && x->stills && n < 2; n++)
        code = store_bank_still_put(s, bank.name, &file, n, n * US_PER_SECOND, n ? SV("second") : SV("first"),
                                    err);
    struct finding_list l;
    struct assessment as;
    struct finding f;
    struct place place = place_of(PLACE_MEDIA);
    finding_list_init(&l, &d->arena);
    if (code == 0) code = store_get_result(s, &d->posts[1], &d->arena, &l, &as, NULL, err);
    finding_init(&f);
    f.kind = FINDING_MATCH_MEDIA;
    f.detector = SV("hash");
    f.detector_version = 1;
    f.category = CATEGORY_TERROR_PROPAGANDA;
    f.probability = 0.9;
    f.places = &place;
    f.nplaces = 1;
    f.ref.bank = bank.name;
    f.ref.item = sv_cstr(x->item);
    f.ref.time_us = 900000;
    if (code == 0) code = finding_add(&l, &f);
    if (code == 0) code = store_put_result(s, &d->posts[1], &l, &as, err);
    finding_list_done(&l);
    return code;
}

static void what_a_match_was_made_against_is_seen_where_the_bank_keeps_a_picture(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "rim", "reviewer"), auditor = sign_up(d, "hana", "auditor");
    struct banking with = {.d = d, .stills = true}, without = {.d = d};
    assert_ok(owner_do(d->server->owner, SV("test"), put_match, &with, &d->err));
    assert_ok(owner_do(d->server->owner, SV("test"), put_match, &without, &d->err));
    struct answer a = ask(d, &c, "GET", item(d, 1, ""), NULL);
    assert_status(a, 200);
    const struct json *findings = json_get(a.json, "findings");
    assert_int_equal(json_len(findings), 3);
    assert_true(sv_is(json_get_sv(json_get(json_at(findings, 1), "reference"), "label"), "dusk banner"));
    assert_true(sv_is(json_get_sv(json_get(json_at(findings, 1), "reference"), "picture"),
                      item(d, 1, "/findings/1/reference")));
    assert_int_equal(json_get_sv(json_get(json_at(findings, 2), "reference"), "picture").n, 0);
    a = ask(d, &c, "GET", item(d, 1, "/findings/1/reference"), NULL); /* the matched second is 0.9 */
    assert_status(a, 200);
    assert_true(sv_is(a.body, "second"));
    a = ask(d, &c, "GET", item(d, 1, "/findings/1/reference?at_us=0"), NULL);
    assert_true(sv_is(a.body, "first"));
    assert_status(ask(d, &c, "GET", item(d, 1, "/findings/2/reference"), NULL), 404);
    assert_status(ask(d, &c, "GET", item(d, 1, "/findings/0/reference"), NULL), 404);
    assert_status(ask(d, &c, "GET", item(d, 1, "/findings/99/reference"), NULL), 404);
    assert_status(ask(d, &auditor, "GET", item(d, 1, "/findings/1/reference"), NULL), 403);
    a = ask(d, &auditor, "GET", item(d, 1, ""), NULL);
    assert_int_equal(
        json_get_sv(json_get(json_at(json_get(a.json, "findings"), 1), "reference"), "picture").n, 0);
    a = ask(d, &c, "POST", item(d, 1, "/exposure"),
            "{\"seconds\":10,\"shown\":\"clear\",\"reference\":true}");
    assert_status(a, 200);
    assert_true(json_double(json_get(a.json, "exposure"), 0) > 5);
}

static void a_golden_item_looks_like_any_other(void **state)
{
    struct desk *d = *state;
    struct client lead = sign_up(d, "omar", "lead"), c = sign_up(d, "rim", "reviewer");
    assert_status(decide(d, &lead, 2, "item"), 201);
    wait_for_force(d);
    assert_status(
        ask(d, &lead, "POST", "/api/v1/quality/golden",
            fill(d, "{\"post\":\"%s\",\"violation\":true,\"category\":\"hate\"}", id_text(d, &d->posts[2]))),
        201);
    d->server->rules.golden_share = 1;
    struct answer a = ask(d, &c, "POST", "/api/v1/queue/next", NULL);
    assert_string_equal(text_at(d, &a, "item.post"), id_text(d, &d->posts[2]));
    a = ask(d, &c, "GET", item(d, 2, ""), NULL);
    assert_string_equal(text_at(d, &a, "state"), "queued");
    assert_int_equal(json_len(json_get(a.json, "decisions")), 0); /* nothing of what others said */
    for (int undone = 0; undone < 2; undone++) {
        a = decide(d, &c, 2, "item");
        assert_status(a, 201);
        assert_string_equal(text_at(d, &a, "state"), "undoable");
        if (undone == 1) break;
        char *undo = fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id"));
        assert_status(ask(d, &lead, "POST", undo, NULL), 404); /* no such decision, to anybody else */
        a = ask(d, &c, "POST", undo, NULL);
        assert_status(a, 200);
        assert_string_equal(text_at(d, &a, "state"), "undone");
        assert_string_equal(text_at(d, &a, "post"), id_text(d, &d->posts[2]));
        assert_status(ask(d, &c, "POST", undo, NULL), 404);
        a = ask(d, &lead, "GET", "/api/v1/quality/golden", NULL);
        assert_int_equal(json_get_i64(json_at(json_get(a.json, "items"), 0), "answers", -1), 0);
        a = ask(d, &c, "GET", item(d, 2, ""), NULL);
        assert_string_equal(text_at(d, &a, "state"), "queued"); /* theirs again, to judge it otherwise */
    }
    a = ask(d, &lead, "GET", "/api/v1/quality/golden", NULL);
    const struct json *g = json_at(json_get(a.json, "items"), 0);
    assert_int_equal(json_get_i64(g, "answers", 0), 1);
    assert_int_equal(json_get_i64(g, "right", 0), 1);
    assert_status(ask(d, &lead, "GET", "/api/v1/quality", NULL), 200);
}

/* Whoever passes it on, or spares themselves its harm, is not given it, and cannot tell. */
static void what_is_judged_blind_is_passed_on_and_opted_out_of_like_any_other(void **state)
{
    static const char *const ways[] = {"/handover", "/escalate", "/snooze"};
    struct desk *d = *state;
    struct client lead = sign_up(d, "omar", "lead"), spared = sign_up(d, "ali", "reviewer");
    struct client passing[] = {sign_up(d, "rim", "reviewer"), sign_up(d, "nur", "reviewer"),
                               sign_up(d, "lina", "reviewer")};
    assert_status(decide(d, &lead, 2, "item"), 201);
    wait_for_force(d);
    assert_status(
        ask(d, &lead, "POST", "/api/v1/quality/golden",
            fill(d, "{\"post\":\"%s\",\"violation\":true,\"category\":\"hate\"}", id_text(d, &d->posts[2]))),
        201);
    d->server->rules.golden_share = 1;
    assert_status(ask(d, &spared, "PATCH", "/api/v1/me", "{\"opt_outs\":[\"hate\"]}"), 200);
    struct answer a = ask(d, &spared, "POST", "/api/v1/queue/next", NULL);
    assert_status(a, 200);
    assert_false(sv_is(json_get_sv(json_get(a.json, "item"), "post"), id_text(d, &d->posts[2])));
    for (size_t i = 0; i < 3; i++) {
        const char *body = fill(d, "{\"to\":\"%s\",\"note\":\"x\"}", id_text(d, &lead.id));
        uint64_t news = events_sent(d->server->events);
        a = ask(d, &passing[i], "POST", "/api/v1/queue/next", NULL);
        assert_string_equal(text_at(d, &a, "item.post"), id_text(d, &d->posts[2]));
        body = i == 0 ? body : i == 1 ? "{\"note\":\"x\"}" : "{\"minutes\":30}";
        assert_status(ask(d, &passing[i], "POST", item(d, 2, ways[i]), body), 200);
        assert_int_equal(events_sent(d->server->events) - news,
                         2); /* taken, and moved: nobody is told to look at it */
        a = ask(d, &passing[i], "POST", "/api/v1/queue/next", NULL);
        assert_string_not_equal(text_at(d, &a, "item.post"), id_text(d, &d->posts[2]));
    }
    a = ask(d, &lead, "GET", item(d, 2, ""), NULL);
    assert_string_equal(text_at(d, &a, "state"), "decided");
    assert_int_equal(json_len(json_get(a.json, "notes")), 0);
}

static void two_who_disagree_are_adjudicated(void **state)
{
    struct desk *d = *state;
    struct client lead = sign_up(d, "omar", "lead"), a1 = sign_up(d, "rim", "reviewer"),
                  a2 = sign_up(d, "ali", "reviewer");
    d->server->rules.second_share = 1;
    d->server->rules.golden_share = 0;
    assert_status(decide(d, &a1, 2, "item"), 201);
    wait_for_force(d);
    struct answer a = {0};
    bool given = false;
    for (int i = 0; i < 200 && !given; i++) { /* drawn by chance: sooner or later it comes */
        a = ask(d, &a2, "POST", "/api/v1/queue/next", NULL);
        given = strcmp(text_at(d, &a, "item.post"), id_text(d, &d->posts[2])) == 0;
        if (!given)
            assert_status(
                ask(d, &a2, "DELETE", fill(d, "/api/v1/items/%s/lease", text_at(d, &a, "item.post")), NULL),
                204);
    }
    assert_true(given);
    char *undo = NULL;
    for (int undone = 0; undone < 2; undone++) {
        a = ask(d, &a2, "POST", item(d, 2, "/decisions"),
                "{\"measure\":\"none\",\"scope\":\"item\",\"facts\":\"a quotation\"}");
        assert_status(a, 201);
        undo = fill(d, "/api/v1/decisions/%s/undo", text_at(d, &a, "id"));
        if (undone == 0) assert_status(ask(d, &a2, "POST", undo, NULL), 200);
        a = ask(d, &lead, "GET", "/api/v1/quality/adjudications", NULL);
        assert_int_equal(json_len(json_get(a.json, "items")), undone);
    }
    assert_int_equal(json_len(json_get(json_at(json_get(a.json, "items"), 0), "answers")), 2);
    char *word = fill(d, "/api/v1/quality/adjudications/%s", id_text(d, &d->posts[2]));
    assert_status(ask(d, &lead, "POST", word, "{\"violation\":false,\"reason\":\"it quotes\"}"), 200);
    assert_status(ask(d, &lead, "POST", word, "{\"violation\":false,\"reason\":\"it quotes\"}"), 409);
    assert_status(ask(d, &a2, "POST", undo, NULL), 409); /* it is settled */
}

static void a_policy_is_tried_before_it_goes_live_and_can_come_back(void **state)
{
    struct desk *d = *state;
    struct client lead = sign_up(d, "omar", "lead");
    struct answer a = ask(d, &lead, "GET", "/api/v1/policies", NULL);
    struct sv live = json_get_sv(json_at(json_get(a.json, "items"), 0), "version");
    a = ask(d, &lead, "GET", fill(d, "/api/v1/policies/%.*s", SV_FMT(live)), NULL);
    struct buf body;
    struct jw w;
    buf_init(&body, 0);
    jw_init(&w, &body, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "source",
             arena_printf(&d->arena, "-- another\n%.*s", SV_FMT(json_get_sv(a.json, "source"))));
    jw_end(&w);
    a = ask(d, &lead, "POST", "/api/v1/policies", buf_cstr(&body));
    buf_done(&body);
    assert_status(a, 201);
    char *draft = fill(d, "/api/v1/policies/%s", text_at(d, &a, "version.version"));
    assert_status(ask(d, &lead, "POST", fill(d, "%s/publish", draft), "{\"seen_backtest\":true}"), 409);
    assert_status(ask(d, &lead, "POST", fill(d, "%s/shadow", draft), NULL), 200);
    a = ask(d, &lead, "POST", fill(d, "%s/backtest", draft), "{}");
    assert_status(a, 200);
    assert_int_equal(json_get_i64(a.json, "posts", 0), TEST_POSTS);
    assert_status(ask(d, &lead, "POST", fill(d, "%s/publish", draft), "{\"seen_backtest\":false}"), 422);
    a = ask(d, &lead, "POST", fill(d, "%s/publish", draft), "{\"seen_backtest\":true}");
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "state"), "live");
    assert_status(
        ask(d, &lead, "POST", "/api/v1/policies/rollback", fill(d, "{\"to\":\"%.*s\"}", SV_FMT(live))), 200);
    assert_status(ask(d, &lead, "POST", "/api/v1/policies",
                      "{\"source\":\"policy = { categories = { indecency = {} } }\"}"),
                  422);
}

static void a_text_that_is_submitted_is_answered_with_its_findings(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin"), key = {{0}};
    struct answer a =
        ask(d, &admin, "POST", "/api/v1/keys", "{\"name\":\"p\",\"scopes\":[\"submit\",\"read\"]}");
    snprintf(key.key, sizeof key.key, "%s", text_at(d, &a, "secret"));
    const char *post =
        "{\"post\":{\"kind\":\"text\",\"platform\":\"tiktok\",\"native_id\":\"42\",\"account\":{\"handle\":"
        "\"h\"},"
        "\"texts\":[{\"field\":\"caption\",\"text\":\"her number is 0600000174 call her all night\"}],"
        "\"media\":[{\"kind\":\"image\",\"path\":\"/etc/passwd\"}]}}";
    key.extra_name = "Idempotency-Key";
    key.extra_value = "one";
    a = ask(d, &key, "POST", "/api/v1/items", post);
    assert_status(a, 200);
    assert_string_equal(text_at(d, &a, "state"), "done");
    assert_true(json_len(json_get(a.json, "findings")) > 0);
    struct answer b = ask(d, &key, "POST", "/api/v1/items", post);
    assert_true(sv_eq(a.body, b.body));
    assert_true(sv_find(b.headers, SV("Idempotent-Replayed"), 0) != SIZE_MAX);
    assert_status(ask(d, &key, "POST", "/api/v1/items",
                      "{\"post\":{\"kind\":\"text\",\"platform\":\"x\",\"native_id\":\"9\"}}"),
                  409);
    key.extra_name = NULL;
    b = ask(d, &key, "GET", fill(d, "/api/v1/items/%s/findings", text_at(d, &a, "post")), NULL);
    assert_string_equal(text_at(d, &b, "state"), "done");
    b = ask(d, &key, "GET", fill(d, "/api/v1/items/%s", text_at(d, &a, "post")), NULL);
    assert_true(sv_find(b.body, SV("passwd"), 0) == SIZE_MAX); /* a sender's path is no path here */
    assert_ok(
        owner_do(d->server->owner, SV("test"), mark_now, d, &d->err)); /* or the keeper's, in its time */
    b = ask(d, &key, "GET", "/api/v1/items?q=0600000174", NULL);
    assert_int_equal(json_len(json_get(b.json, "items")), 1);
}

static void figures_say_who_held_the_writing_thread(void **state)
{
    struct desk *d = *state;
    struct client admin = sign_up(d, "root", "admin"), key = {{0}};
    struct answer a = ask(d, &admin, "POST", "/api/v1/keys", "{\"name\":\"p\",\"scopes\":[\"metrics\"]}");
    snprintf(key.key, sizeof key.key, "%s", text_at(d, &a, "secret"));
    a = ask(d, &key, "GET", "/metrics", NULL);
    assert_status(a, 200);
    for (int p = 0; p < OWNER_PHASES; p++) {
        const char *name = owner_phase_name((enum owner_phase)p);
        char *line = fill(d, "marsad_writer_seconds_bucket{phase=\"%s\",le=\"+Inf\"} ", name);
        assert_true(sv_find(a.body, sv_cstr(line), 0) != SIZE_MAX);
    }
    assert_true(sv_find(a.body, SV("marsad_writer_seconds_count{phase=\"commit\"} 0\n"), 0) == SIZE_MAX);
    assert_true(sv_find(a.body, SV("\nmarsad_log_pages "), 0) != SIZE_MAX);
}

static void everything_that_can_be_looked_at_has_its_shape(void **state)
{
    struct desk *d = *state;
    struct client c = sign_up(d, "lina", "analyst reviewer lead officer auditor admin");
    assert_status(decide(d, &c, 2, "item"), 201);
    static const char *const paths[] = {"/healthz",
                                        "/readyz",
                                        "/api/v1/openapi.json",
                                        "/api/v1/texts/ar",
                                        "/api/v1/setup",
                                        "/api/v1/session",
                                        "/api/v1/me",
                                        "/api/v1/people",
                                        "/api/v1/roles",
                                        "/api/v1/keys",
                                        "/api/v1/colleagues",
                                        "/api/v1/decisions?limit=1",
                                        "/api/v1/appeals",
                                        "/api/v1/reports",
                                        "/api/v1/cases",
                                        "/api/v1/quality",
                                        "/api/v1/quality/golden",
                                        "/api/v1/quality/adjudications",
                                        "/api/v1/care",
                                        "/api/v1/care/team",
                                        "/api/v1/policies",
                                        "/api/v1/dashboard?days=3",
                                        "/api/v1/audit",
                                        "/api/v1/items?state=queued&limit=2"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_status(ask(d, &c, "GET", paths[i], NULL), 200);
    assert_status(ask(d, &c, "GET", item(d, 2, "/history"), NULL), 200);
    struct answer a = ask(d, &c, "GET", item(d, 2, ""), NULL);
    assert_string_equal(text_at(d, &a, "state"), "decided");
    assert_status(ask(d, &c, "GET", fill(d, "/api/v1/accounts/%s", text_at(d, &a, "post.account.id")), NULL),
                  200);
    assert_status(ask(d, &c, "PATCH", "/api/v1/me",
                      "{\"languages\":[\"ar-IQ\"],\"opt_outs\":[\"hate\"],\"settings\":{\"lang\":\"ar\","
                      "\"blur\":true}}"),
                  200);
    a = ask(d, &c, "GET", "/api/v1/queue", NULL);
    for (size_t i = 0; i < json_len(json_get(a.json, "items")); i++)
        assert_false(sv_is(json_get_sv(json_at(json_get(a.json, "items"), i), "category"), "hate"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(the_queue_comes_hard_deadlines_first_and_page_by_page),
        desk_test(a_page_that_did_not_change_is_not_sent_again),
        desk_test(a_decision_can_be_undone_by_who_made_it),
        desk_test(a_decision_in_force_is_reversed_by_a_new_one),
        desk_test(closing_an_account_takes_two),
        desk_test(one_decision_settles_the_copies),
        desk_test(a_lease_keeps_others_away_and_next_gives_the_first_free),
        desk_test(a_hard_deadline_cannot_be_slept_through),
        desk_test(what_sleeps_is_back_before_its_clock_ends),
        desk_test(an_appeal_is_decided_by_somebody_else_and_overturns),
        desk_test(five_wrong_pins_end_a_link),
        desk_test(who_reported_gets_an_answer),
        desk_test(what_was_looked_at_is_counted_and_a_break_is_kept),
        desk_test(red_cases_are_seen_by_those_whose_role_may),
        desk_test(what_a_match_was_made_against_is_seen_where_the_bank_keeps_a_picture),
        desk_test(a_golden_item_looks_like_any_other),
        desk_test(what_is_judged_blind_is_passed_on_and_opted_out_of_like_any_other),
        desk_test(two_who_disagree_are_adjudicated),
        desk_test(a_policy_is_tried_before_it_goes_live_and_can_come_back),
        desk_test(a_text_that_is_submitted_is_answered_with_its_findings),
        desk_test(figures_say_who_held_the_writing_thread),
        desk_test(everything_that_can_be_looked_at_has_its_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
