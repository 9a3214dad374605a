/* What follows what, what an answer means, what a page and robots.txt say, what the clock does when it leaps, and the pages
 * of letters. The whole way is walked by e2e_refer.py. */
#include "../store/store_test.h"

#include "exchange/fetch.h"
#include "exchange/http.h"
#include "exchange/referral.h"

/* ---- states ---- */

static void every_state_can_be_reached_and_drafts_never_leave_unapproved(void **state)
{
    bool reached[REF_STATES] = {[REF_DRAFT] = true};
    (void)state;
    for (int round = 0; round < REF_STATES; round++)
        for (int s = 0; s < REF_STATES; s++)
            for (int e = 0; reached[s] && e < REFEV_KINDS; e++) {
                enum referral_state to;
                if (!referral_next((enum referral_state)s, (enum referral_event_kind)e, &to)) continue;
                reached[to] = true;
                /* The only ways out of drafting are an approval and giving up. */
                if (s == REF_DRAFT || s == REF_REVIEWED)
                    assert_true(to == REF_DRAFT || to == REF_REVIEWED || to == REF_QUEUED ||
                                to == REF_CANCELLED);
                if (to == REF_SENT && s != REF_SENT) assert_true(s == REF_QUEUED || s == REF_FAILED);
                if (s == REF_CANCELLED) assert_int_equal(e, REFEV_NOTE);
            }
    for (int s = 0; s < REF_STATES; s++) assert_true(reached[s]);
}

static void names_come_back(void **state)
{
    enum referral_state s;
    enum referral_event_kind e;
    (void)state;
    for (int i = 0; i < REF_STATES; i++)
        assert_true(referral_state_parse(sv_cstr(referral_state_name((enum referral_state)i)), &s) &&
                    (int)s == i);
    for (int i = 0; i < REFEV_KINDS; i++)
        assert_true(referral_event_parse(sv_cstr(referral_event_name((enum referral_event_kind)i)), &e) &&
                    (int)e == i);
    assert_false(referral_state_parse(SV("sen"), &s));
}

static void the_kinds_that_ship_are_read(void **state)
{
    struct arena a;
    struct referral_kinds k;
    struct error err;
    (void)state;
    arena_init(&a, 0);
    assert_ok(referral_kinds_load(NULL, &a, &k, &err));
    assert_int_equal(k.n, 5);
    const struct referral_kind *order = referral_kind_find(&k, SV("tco-order"));
    assert_non_null(order);
    assert_int_equal(order->clock_us, US_PER_HOUR);
    assert_true(order->from_receipt && order->watches && order->annexes);
    assert_int_equal(order->categories.n, 2);
    assert_null(referral_kind_find(&k, SV("arrest")));
    arena_done(&a);
}

/* ---- answers ---- */

static void answers_of_both_annexes_are_read(void **state)
{
    static const struct {
        const char *text;
        int code;
        enum referral_event_kind what;
    } cases[] = {
        {"{\"reference\":\"M-2026-8431c94f\",\"answer\":\"received\",\"at\":\"2026-01-31T10:00:00Z\"}", 0,
         REFEV_RECEIVED},
        {"{\"reference\":\"M-2026-8431c94f\",\"measure\":\"disabled\",\"time\":\"2026-01-31T10:00:00Z\"}", 0,
         REFEV_EXECUTED},
        {"{\"reference\":\"M-2026-8431c94f\",\"ground\":\"force-majeure\"}", 0, REFEV_CANNOT},
        {"{\"reference\":\"M-2026-8431c94f\",\"answer\":\"refused\"}", 0, REFEV_REFUSED},
        {"{\"reference\":\"M-2026-8431c94f\",\"answer\":\"perhaps\"}", ERR_FORMAT, 0},
        {"{\"reference\":\"yours\",\"answer\":\"received\"}", ERR_FORMAT, 0},
        {"{\"answer\":\"received\"}", ERR_FORMAT, 0},
        {"[]", ERR_FORMAT, 0},
        {"{\"reference\":\"M-2026-8431c94f\",\"answer\":\"received\",\"at\":\"soon\"}", ERR_FORMAT, 0},
        {"not JSON", ERR_FORMAT, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct referral_answer a;
        struct error err = {0};
        assert_int_equal(referral_answer_parse(sv_cstr(cases[i].text), &a, &err), cases[i].code);
        if (cases[i].code == 0) assert_int_equal(a.what, cases[i].what);
        if (cases[i].code == 0) assert_int_equal(a.id.b[0], 0x84);
    }
}

/* ---- pages ---- */

static void what_a_page_says(void **state)
{
    static const char rules_text[] =
        "[{\"host\":\"clips.example\",\"closed_path\":[\"/login\"],\"gone_path\":[\"/"
        "notfound\"],\"gone_text\":[\"no longer here\"]},"
        "{\"host\":\"t.example\",\"there_text\":[\"message\"],\"gone_text\":[\"icon_error\"]}]";
    static const struct {
        const char *url, *address, *body;
        int status;
        enum seen_state want;
    } cases[] = {
        {"https://clips.example/1", "https://clips.example/1", "hello", 200, SEEN_ONLINE},
        {"https://clips.example/1", "https://clips.example/1", "", 404, SEEN_OFFLINE},
        {"https://clips.example/1", "https://clips.example/1", "", 410, SEEN_OFFLINE},
        {"https://clips.example/1", "https://clips.example/1", "", 451, SEEN_OFFLINE},
        {"https://clips.example/1", "", "", 403, SEEN_UNKNOWN},
        {"https://clips.example/1", "", "", 503, SEEN_UNKNOWN},
        {"https://clips.example/1", "", "", 0, SEEN_UNKNOWN},
        {"https://www.clips.example/1", "https://www.clips.example/1", "It is no longer here.", 200,
         SEEN_OFFLINE},
        {"https://notclips.example/1", "https://notclips.example/1", "It is no longer here.", 200,
         SEEN_ONLINE},
        {"https://clips.example/1", "https://clips.example/login?next=1", "no longer here", 200,
         SEEN_UNKNOWN},
        {"https://clips.example/1", "https://clips.example/notfound", "", 200, SEEN_OFFLINE},
        {"https://other.example/1", "https://other.example/home", "", 200, SEEN_UNKNOWN},
        {"https://other.example/1", "https://other.example/1?lang=ar", "", 200, SEEN_ONLINE},
        {"https://t.example/x", "https://t.example/x", "message", 200, SEEN_ONLINE},
        {"https://t.example/x", "https://t.example/x", "something else", 200, SEEN_UNKNOWN},
        {"https://t.example:8443/x", "https://t.example:8443/x", "icon_error", 200, SEEN_OFFLINE},
    };
    struct site_rules *rules;
    struct error err;
    (void)state;
    assert_ok(site_rules_parse(SV("x"), SV(rules_text), &rules, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fetched f = {
            .status = cases[i].status, .address = sv_cstr(cases[i].address), .body = sv_cstr(cases[i].body)};
        if (site_judge(rules, sv_cstr(cases[i].url), &f) != cases[i].want) fail_msg("case %zu", i);
    }
    site_rules_free(rules);
    assert_int_equal(site_rules_parse(SV("x"), SV("[{\"gone_text\":[\"x\"]}]"), &rules, &err), ERR_FORMAT);
    assert_int_equal(site_rules_parse(SV("x"), SV("{}"), &rules, &err), ERR_FORMAT);
    assert_ok(site_rules_load(NULL, &rules, &err)); /* those that ship */
    site_rules_free(rules);
}

static void robots_are_read_as_rfc_9309_has_it(void **state)
{
    static const struct {
        const char *robots, *path;
        bool want;
    } cases[] = {
        {"", "/a", true},
        {"User-agent: *\nDisallow: /\n", "/a", false},
        {"User-agent: *\nDisallow:\n", "/a", true},
        {"user-agent: *\r\ndisallow: /a\r\n", "/ab", false},
        {"User-agent: *\nDisallow: /a\nAllow: /ab\n", "/abc", true},
        {"User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
        {"User-agent: *\nDisallow: /\n\nUser-agent: marsad\nAllow: /\n", "/a", true},
        {"User-agent: other\nUser-agent: Marsad\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n", "/a", true},
        {"User-agent: other\nDisallow: /\n", "/a", true},
        {"User-agent: *\nDisallow: /*.mp4$\n", "/v/1.mp4", false},
        {"User-agent: *\nDisallow: /*.mp4$\n", "/v/1.mp4?x", true},
        {"User-agent: *\nDisallow: /*/b*c\n", "/a/bxxc/d", false},
        {"User-agent: * # all\nDisallow: /a # not this\n", "/a", false},
        {"Disallow: /\n", "/a", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (robots_allow(sv_cstr(cases[i].robots), SV("Marsad/0.1 (watch@river.example)"),
                         sv_cstr(cases[i].path)) != cases[i].want)
            fail_msg("case %zu", i);
}

static void addresses_are_taken_apart(void **state)
{
    struct sv scheme, host, path;
    (void)state;
    assert_true(url_parts(SV("https://a.example:8080/x/y?z"), &scheme, &host, &path));
    assert_sv(host, "a.example:8080");
    assert_sv(path, "/x/y?z");
    assert_true(url_parts(SV("HTTP://a.example"), &scheme, &host, &path));
    assert_sv(path, "/");
    static const char *const wrong[] = {"",
                                        "ftp://a/x",
                                        "file:///etc/passwd",
                                        "https://",
                                        "https://user@a.example/",
                                        "https://a.example/ x",
                                        "a.example/x",
                                        "javascript://a/x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(url_parts(sv_cstr(wrong[i]), &scheme, &host, &path));
}

static void what_a_fetcher_prints_is_read_with_care(void **state)
{
    struct arena a;
    struct fetched f;
    struct error err;
    (void)state;
    arena_init(&a, 0);
    assert_ok(fetch_parse(
        SV("{\"status\":200,\"address\":\"https://a.example/\",\"text\":\"x\",\"retry_after\":1e9}"), &a, &f,
        &err));
    assert_int_equal(f.status, 200);
    assert_int_equal(f.retry_after_us, US_PER_DAY);
    static const char *const wrong[] = {"", "200", "{\"status\":-1}", "{\"status\":1000}", "{}", "[200]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(fetch_parse(sv_cstr(wrong[i]), &a, &f, &err), ERR_FORMAT);
    struct fetch_command dead = {"/nonexistent", 0}, slow = {"/bin/sleep", 50000},
                         noisy = {"/usr/bin/yes", 0};
    assert_ok(fetch_command(&dead, "10", &a, &f, &err));
    assert_int_equal(f.status, 0);
    assert_ok(fetch_command(&slow, "10", &a, &f, &err));
    assert_int_equal(f.status, 0);
    assert_true(f.said.n > 0);
    assert_ok(fetch_command(&noisy, "10", &a, &f, &err)); /* prints without end */
    assert_int_equal(f.status, 0);
    arena_done(&a);
}

static void nothing_near_is_asked(void **state)
{
    static const char *const near[] = {
        "http://127.0.0.1:1/",   "http://[::1]:1/",         "http://10.0.0.1:1/",
        "http://192.168.1.1:1/", "http://169.254.169.254/", "http://[::ffff:127.0.0.1]:1/",
        "http://0.0.0.0:1/",     "http://localhost:1/",     "http://100.64.0.1:1/"};
    struct arena a;
    struct error err;
    (void)state;
    arena_init(&a, 0);
    assert_ok(http_init(&err));
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        struct http_request r = {.url = near[i], .timeout_us = 2 * US_PER_SECOND};
        struct http_answer answer;
        assert_int_equal(http_ask(&r, &a, &answer, &err), ERR_ARG);
    }
    static const char *const other[] = {"file:///etc/passwd", "gopher://a.example/", "nothing",
                                        "ftp://a.example/"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct http_request r = {.url = other[i], .timeout_us = US_PER_SECOND, .allow_local = true};
        struct http_answer answer;
        assert_int_not_equal(http_ask(&r, &a, &answer, &err), 0);
    }
    arena_done(&a);
}

/* ---- the clock ---- */

static void a_clock_that_was_set_is_not_followed(void **state)
{
    struct fixture *f = *state;
    int64_t now, jumped;
    struct clock_mark m = {T0, 1000, SV("boot-1")};
    assert_ok(referral_now(f->store, &m, &now, &jumped, &f->err));
    assert_int_equal(now, T0);
    /* An hour later by both clocks. */
    m.wall_us += US_PER_HOUR;
    m.boot_us += US_PER_HOUR;
    assert_ok(referral_now(f->store, &m, &now, &jumped, &f->err));
    assert_int_equal(now, T0 + US_PER_HOUR);
    assert_int_equal(jumped, 0);
    /* Set a year ahead while the machine ran a minute: the minute counts. */
    m.wall_us += 365 * US_PER_DAY;
    m.boot_us += US_PER_MINUTE;
    assert_ok(referral_now(f->store, &m, &now, &jumped, &f->err));
    assert_int_equal(now, T0 + US_PER_HOUR + US_PER_MINUTE);
    assert_true(jumped > 364 * US_PER_DAY);
    /* Set a year back. */
    m.wall_us = T0 - 365 * US_PER_DAY;
    m.boot_us += US_PER_MINUTE;
    assert_ok(referral_now(f->store, &m, &now, &jumped, &f->err));
    assert_int_equal(now, T0 + US_PER_HOUR + 2 * US_PER_MINUTE);
    assert_true(jumped < -364 * US_PER_DAY);
    /* The machine started anew with a clock behind: not before what was said last. */
    m = (struct clock_mark){T0, 5, SV("boot-2")};
    assert_ok(referral_now(f->store, &m, &now, &jumped, &f->err));
    assert_int_equal(now, T0 + US_PER_HOUR + 2 * US_PER_MINUTE);
    /* Started anew a week later: that can be. */
    m = (struct clock_mark){T0 + 7 * US_PER_DAY, 5, SV("boot-3")};
    assert_ok(referral_now(f->store, &m, &now, &jumped, &f->err));
    assert_int_equal(now, T0 + 7 * US_PER_DAY);
    assert_int_equal(jumped, 0);
}

/* ---- pages for the printer ---- */

static void a_page_is_escaped_and_turned(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 0);
    referral_page(SV("عنوان <b>\n\n# رأس\n- واحد & آخر\n- اثنان\nhttps://clips.example/1\"><script>\n"),
                  SV("ar"), &b);
    struct sv page = buf_sv(&b);
    assert_int_not_equal(sv_find(page, SV("dir=\"rtl\""), 0), SIZE_MAX);
    assert_int_not_equal(sv_find(page, SV("<h2>رأس</h2>"), 0), SIZE_MAX);
    assert_int_not_equal(sv_find(page, SV("<ul>\n<li>واحد &amp; آخر</li>"), 0), SIZE_MAX);
    assert_int_not_equal(sv_find(page, SV("<p dir=\"ltr\">https://"), 0), SIZE_MAX);
    assert_int_equal(sv_find(page, SV("<script"), 0), SIZE_MAX);
    assert_int_equal(sv_find(page, SV("<b>"), 0), SIZE_MAX);
    buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_can_be_reached_and_drafts_never_leave_unapproved),
        cmocka_unit_test(names_come_back),
        cmocka_unit_test(the_kinds_that_ship_are_read),
        cmocka_unit_test(answers_of_both_annexes_are_read),
        cmocka_unit_test(what_a_page_says),
        cmocka_unit_test(robots_are_read_as_rfc_9309_has_it),
        cmocka_unit_test(addresses_are_taken_apart),
        cmocka_unit_test(what_a_fetcher_prints_is_read_with_care),
        cmocka_unit_test(nothing_near_is_asked),
        store_test(a_clock_that_was_set_is_not_followed),
        cmocka_unit_test(a_page_is_escaped_and_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
