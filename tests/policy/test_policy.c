/* Loading a policy: what is refused and how it is said; versions; what assess() may return; the fallback. */
#include "policy_test.h"

#include "fail_alloc.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"

struct refusal {
    const char *text, *says; /* says: substring of the message */
    int line;                /* 0: no line in the message */
};

#define ENTRY(body)                                                                                          \
    "policy = { name = 'x', categories = {\n  -- hate = comment\n  " body "\n} }\nfunction assess() end\n"
#define ASSESS(body) DECLARED "function assess(post, findings, context)\n" body "\nend\n"

static const struct refusal refusals[] = {
    {ENTRY("['indecency'] = { severity = 50, clock = '1h' }"), "'indecency' is not a category", 3},
    {ENTRY("['insulting.institution'] = { severity = 50, clock = '1h' }"), "'insulting.institution' is not",
     3},
    {ENTRY("Hate = { severity = 50, clock = '1h' }"), "'Hate' is not a category", 3},
    {ENTRY("['none'] = { severity = 50, clock = '1h' }"), "'none' is not a category", 3},
    {ENTRY("['blasphemy'] = { severity = 50, clock = '1h' }"), "use one of: terror.propaganda", 3},
    {ENTRY("['blasphemy'] = { severity = 50, clock = '1h' }"), "network.resurfaced", 3},
    {ENTRY("hate = { clock = '1h' }"), "severity is missing", 3},
    {ENTRY("hate = { severity = 10 }"), "clock is missing", 3},
    {ENTRY("hate = {\n severity = 101,\n clock = '1h' }"), "severity is a whole number", 4},
    {ENTRY("hate = { severity = 1.5, clock = '1h' }"), "severity is a whole number", 3},
    {ENTRY("hate = { severity = '50', clock = '1h' }"), "severity is a whole number", 3},
    {ENTRY("hate = { severity = 50,\n\n clock = 'soon' }"), "clock is a text such as", 5},
    {ENTRY("hate = { severity = 50, clock = 3600 }"), "this is a number", 3},
    {ENTRY("hate = { severity = 50, clock = '31d' }"), "at most 30d", 3},
    {ENTRY("hate = { severity = 50, clock = '1h', hard = 1 }"), "hard is true or false", 3},
    {ENTRY("hate = { severity = 50, clock = '1h', threshold = 1.2 }"), "threshold is a number", 3},
    {ENTRY("hate = { severity = 50, clock = '1h', threshold = 0/0 }"), "threshold is a number", 3},
    {ENTRY("hate = { severity = 50, clok = '1h' }"), "'clok' is no member", 3},
    {ENTRY("hate = {\n severty = 50, clock = '1h' }"), "'severty' is no member", 4},
    {ENTRY("hate = 5"), "this is a number", 3},
    {ENTRY("{ severity = 50, clock = '1h' }"), "an entry without a name", 1},
    {ENTRY(""), "policy.categories is empty", 1},
    {"policy = { name = 'x' }\nfunction assess() end", "policy.categories is missing", 1},
    {"policy = { categories = { hate = { severity = 1, clock = '1h' } } }\nfunction assess() end",
     "policy.name is missing", 1},
    {"policy = { name = 'x',\n categorys = {} }\nfunction assess() end", "'categorys' is no member of policy",
     2},
    {"policy = {\n nam = 'x',\n categories = {\n  indecency = {},\n  morals = {} } }\nfunction assess() end",
     "'nam' is no member", 2},
    {"policy = { name = 'x', categories = {\n  hate = {},\n  morals = {} } }\nfunction assess() end",
     "severity is missing", 2},
    {"policy = { name = 'x',\n next_look = 'x', categories = { hate = { severity = 1, clock = '1h' } } "
     "}\nfunction assess() end",
     "policy.next_look", 2},
    {"policy = 5\nfunction assess() end", "there is no table policy", 0},
    {"", "there is no function assess", 0},
    {DECLARED, "there is no function assess", 0},
    {"policy = { name = 'x'\n", "'}' expected", 2},
    {"x = 1", "'x' would become a global", 1},
    {"\nfunction asess() end", "'asess' would become a global", 2},
    {"local _ENV = {}\npolicy = 5", "'_ENV' is not for policies", 1},
    {"\033Lua", "binary chunk", 0},
    {ASSESS("return findngs[1]"), "'findngs' is not defined", 6},
    {ASSESS("return 5"), "returned a number", 0},
    {ASSESS("return {}"), "without category", 0},
    {ASSESS("return { category = 'privacy.doxxing', reason = 'reason.x' }"), "does not declare", 0},
    {ASSESS("return { category = 'indecency', reason = 'reason.x' }"), "does not declare", 0},
    {ASSESS("return { category = 5 }"), "a category that is a number", 0},
    {ASSESS("return { category = 'hate' }"), "no reason", 0},
    {ASSESS("return { category = 'hate', reason = 'because' }"), "no key of a text", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', probability = 1.1 }"), "probability", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', probability = 0/0 }"), "probability", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', severity = -1 }"), "severity", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', priority = 1/0 }"), "priority", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', clock = '-1h' }"), "clock", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', hard = 1 }"), "hard", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', probabilty = 1 }"), "'probabilty'", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', because = { 99 } }"), "because", 0},
    {ASSESS("return { category = 'hate', reason = 'reason.x', because = 1 }"), "because", 0},
    {ASSESS("if findings[1] then return { category = 'hate', reason = 'reason.x', because = { 1.5 } } end"),
     "because", 0},
    {ASSESS("error({})"), "give it a text", 0},
};

static void mistakes_are_named_with_file_line_and_cure(void **state)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        struct policy *p = NULL;
        struct error err = {0};
        int rc = load_text(r->text, &p, &err);
        if (rc != ERR_POLICY || !strstr(err.text, r->says)) print_error("case %zu: %d %s\n", i, rc, err.text);
        assert_int_equal(rc, ERR_POLICY);
        assert_null(p);
        assert_non_null(strstr(err.text, r->says));
        char where[32];
        snprintf(where, sizeof where, "t.lua:%d:", r->line);
        if (r->line && !strstr(err.text, where)) print_error("case %zu: want %s in %s\n", i, where, err.text);
        if (r->line) assert_non_null(strstr(err.text, where));
        if (r->line) assert_int_equal(strncmp(err.text, where, strlen(where)), 0);
    }
}

static void a_file_above_the_maximum_is_refused(void **state)
{
    size_t n = POLICY_MAX_FILE_BYTES + 1;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, ' ', n);
    struct policy *p = NULL;
    struct error err;
    assert_int_equal(policy_load(SV("big.lua"), sv_of(text, n), &p, &err), ERR_POLICY);
    assert_non_null(strstr(err.text, "big.lua: 1048577 bytes"));
    free(text);
}

static void the_version_is_name_and_hash_of_the_bytes(void **state)
{
    static const char text[] = ASSESS("return nil");
    struct sha256 sha;
    char hex[SHA256_TEXT_BYTES], want[64];
    sha256_of(sv_cstr(text), &sha);
    sha256_format(&sha, hex);
    snprintf(want, sizeof want, "t.lua@%.12s", hex);
    struct policy *p = NULL;
    struct error err;
    assert_ok(load_text(text, &p, &err));
    assert_int_equal(policy_version(p).n, strlen(want));
    assert_memory_equal(policy_version(p).p, want, strlen(want));
    policy_free(p);
}

/* Loads, asks about one finding, gives the assessment. */
static int ask(const char *text, struct one_finding *o, struct arena *a, struct assessment *out,
               struct error *err)
{
    struct policy *p = NULL;
    int rc = load_text(text, &p, err);
    if (rc) return rc;
    struct policy_runner *r = NULL;
    assert_ok(policy_runner_new(p, &r, err));
    rc = policy_assess(r, &o->in, a, out, err);
    policy_runner_free(r);
    policy_free(p);
    return rc;
}

static void what_is_left_out_comes_from_the_declaration(void **state)
{
    struct one_finding o;
    one_finding_init(&o);
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    struct error err;
    assert_ok(
        ask(ASSESS("if not findings[1] then return nil end\n"
                   "return { category = 'terror.propaganda', probability = 0.5, reason = 'reason.terms',"
                   " because = { 1 } }"),
            &o, &a, &got, &err));
    assert_int_equal(got.category, CATEGORY_TERROR_PROPAGANDA);
    assert_int_equal(got.severity, 90);
    assert_true(got.clock_us == US_PER_HOUR);
    assert_true(got.hard);
    assert_true(got.priority == 45.0);
    assert_sv(got.reason, "reason.terms");
    assert_int_equal(got.nbecause, 1);
    assert_int_equal(got.because[0], 0);
    arena_done(&a);
}

static void what_the_policy_says_stands(void **state)
{
    struct one_finding o;
    one_finding_init(&o);
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    struct error err;
    assert_ok(ask(
        ASSESS(
            "return { category = 'hate', probability = 0.9, severity = 7, priority = 12.5, clock = '1h30m',"
            " hard = true, reason = 'reason.my_own' }"),
        &o, &a, &got, &err));
    assert_int_equal(got.category, CATEGORY_HATE);
    assert_int_equal(got.severity, 7);
    assert_true(got.priority == 12.5);
    assert_true(got.clock_us == 90 * US_PER_MINUTE);
    assert_true(got.hard);
    assert_sv(got.reason, "reason.my_own");
    arena_done(&a);
}

static void below_the_threshold_nothing_is_queued(void **state)
{
    struct one_finding o;
    one_finding_init(&o);
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    struct error err;
    assert_ok(
        ask(ASSESS("return { category = 'terror.propaganda', probability = 0.39, reason = 'reason.x' }"), &o,
            &a, &got, &err));
    assert_int_equal(got.category, CATEGORY_NONE);
    arena_done(&a);
}

/* The policy sees what docs/policy.md says it sees; each line of the body asserts one thing. */
static void a_policy_sees_the_post_and_its_findings(void **state)
{
    static const char text[] = ASSESS(
        "if post.native_id == '' then return nil end\n"
        "assert(post.kind == 'video' and post.platform == 'tiktok' and post.native_id == '7')\n"
        "assert(post.caption == 'salam\\0x' and #post.caption == 7)\n"
        "assert(post.hashtags[2] == 'b' and #post.hashtags == 2 and #post.mentions == 0)\n"
        "assert(post.ad and not post.ai_label and post.is_answer and not post.is_duet)\n"
        "assert(post.created == 1000000 and post.media == 0)\n"
        "assert(post.account.handle == 'h' and post.account.followers == 12 and post.account.posts == nil)\n"
        "assert(post.account.verified == nil and post.reach.views == 500 and post.reach.likes == nil)\n"
        "local f = findings[1]\n"
        "assert(#findings == 1 and f.kind == 'term' and f.category == 'hate' and f.probability == 0.7)\n"
        "assert(f.detector == 'terms' and f.version == 1 and f.negative == false and f.distance == nil)\n"
        "assert(f.places[1].kind == 'text' and f.places[1].field == 'caption' and f.places[1].first == 1)\n"
        "assert(f.places[1].last == 4 and f.places[1].from == nil)\n"
        "assert(context.now == 1003600 and context.known == 1000060 and context.findings_dropped == 3)\n"
        "assert(context.expected_views > 0)\n"
        "return { category = 'hate', probability = 1, reason = 'reason.seen' }");
    struct one_finding o;
    one_finding_init(&o);
    struct sv tags[] = {SV("a"), SV("b")};
    struct text_part part = {.field = TEXT_CAPTION, .text = sv_of("salam\0x", 7)};
    o.post.kind = POST_VIDEO;
    o.post.platform = SV("tiktok");
    o.post.native_id = SV("7");
    o.post.parent_id = SV("6");
    o.post.texts = &part;
    o.post.ntexts = 1;
    o.post.hashtags = (struct sv_list){tags, 2};
    o.post.flags = POST_FLAG_AD;
    o.post.created_us = 1000000 * US_PER_SECOND;
    o.post.account.handle = SV("h");
    o.post.account.followers = 12;
    struct reach reach = {1003600 * US_PER_SECOND, 500, -1, -1, -1, -1};
    o.in.reach = &reach;
    o.in.nreach = 1;
    o.in.now_us = 1003600 * US_PER_SECOND;
    o.in.known_us = 1000060 * US_PER_SECOND;
    o.list.dropped = 3;
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    struct error err = {0};
    int rc = ask(text, &o, &a, &got, &err);
    if (rc) print_error("%s\n", err.text);
    assert_ok(rc);
    assert_sv(got.reason, "reason.seen");
    assert_true(got.expected_views > 0);
    arena_done(&a);
}

static void one_post_leaves_nothing_for_the_next(void **state)
{
    /* Would count posts if anything survived: in a local of the chunk, in the declarations, in the input. */
    static const char text[] =
        DECLARED "local seen = 0\n"
                 "function assess(post, findings)\n"
                 "  seen = seen + 1\n"
                 "  policy.categories.hate.severity = policy.categories.hate.severity + 1\n"
                 "  findings.extra = (findings.extra or 0) + 1\n"
                 "  return { category = 'hate', reason = 'reason.x', probability = 1,\n"
                 "           priority = seen * 100 + policy.categories.hate.severity + findings.extra }\n"
                 "end\n";
    struct one_finding o;
    one_finding_init(&o);
    struct arena a;
    arena_init(&a, 0);
    struct policy *p = NULL;
    struct policy_runner *r = NULL;
    struct error err;
    assert_ok(load_text(text, &p, &err));
    assert_ok(policy_runner_new(p, &r, &err));
    for (int i = 0; i < 3; i++) {
        struct assessment got;
        assert_ok(policy_assess(r, &o.in, &a, &got, &err));
        assert_true(got.priority == 162.0);
        assert_int_equal(got.severity, 60);
    }
    policy_runner_free(r);
    policy_free(p);
    arena_done(&a);
}

static void a_policy_that_breaks_on_a_post_still_queues_it(void **state)
{
    /* Passes the loader's samples, fails on this post. */
    static const char text[] = ASSESS("if post.native_id == '13' then local x = nil; return x.y end");
    struct one_finding o;
    one_finding_init(&o);
    o.post.native_id = SV("13");
    o.finding.category = CATEGORY_TERROR_PROPAGANDA;
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    struct error err;
    assert_int_equal(ask(text, &o, &a, &got, &err), ERR_POLICY);
    assert_non_null(strstr(err.text, "t.lua:6:"));
    assert_int_equal(got.category, CATEGORY_TERROR_PROPAGANDA);
    assert_int_equal(got.severity, 90);
    assert_true(got.hard && got.clock_us == US_PER_HOUR);
    assert_sv(got.reason, "reason.policy_failed");
    assert_true(got.probability == 0.7);
    assert_int_equal(got.nbecause, 1);
    assert_true(sv_starts(got.policy, SV("t.lua@")));
    arena_done(&a);
}

static void the_fallback_takes_the_surest_accusing_finding(void **state)
{
    struct place place = place_of(PLACE_POST);
    struct finding v[4];
    static const struct {
        enum category category;
        double p;
        bool negative;
    } rows[4] = {{CATEGORY_HATE, 0.5, false},
                 {CATEGORY_EXTORTION, 0.6, false},
                 {CATEGORY_TERROR_PROPAGANDA, 0.99, true},
                 {CATEGORY_NONE, 1.0, false}};
    for (size_t i = 0; i < 4; i++) {
        finding_init(&v[i]);
        v[i].category = rows[i].category;
        v[i].probability = rows[i].p;
        v[i].ref.negative = rows[i].negative;
        v[i].places = &place;
        v[i].nplaces = 1;
    }
    struct post post;
    post_init(&post);
    struct finding_list list = {.v = v, .n = 4};
    struct policy_input in = {.post = &post, .findings = &list};
    struct arena a;
    arena_init(&a, 0);
    struct assessment got;
    assess_fallback(NULL, &in, &a, &got);
    assert_int_equal(got.category, CATEGORY_EXTORTION);
    assert_true(got.hard && got.clock_us == 15 * US_PER_MINUTE);
    assert_int_equal(got.because[0], 1);
    /* Without an accusation there is nothing to queue. */
    list.v = &v[2];
    list.n = 2;
    assess_fallback(NULL, &in, &a, &got);
    assert_int_equal(got.category, CATEGORY_NONE);
    arena_done(&a);
}

/* Fails the n-th allocation of making a runner and asking it, for every n. */
static void running_out_of_memory_is_told(void **state)
{
    struct policy *p = NULL;
    struct error err;
    assert_ok(load_text(ASSESS("local t = {} for i, f in ipairs(findings) do t[i] = f.kind .. i end\n"
                               "return { category = 'hate', probability = 0.9, reason = 'reason.x' }"),
                        &p, &err));
    struct one_finding o;
    one_finding_init(&o);
    bool done = false;
    unsigned n = 1;
    for (; !done && n < 100000; n++) {
        struct arena a;
        arena_init(&a, 0);
        struct policy_runner *r = NULL;
        struct assessment got = {0};
        fail_alloc_at(n);
        int rc = policy_runner_new(p, &r, &err);
        bool asked = !rc;
        if (asked) rc = policy_assess(r, &o.in, &a, &got, &err);
        done = !fail_alloc_stop();
        /* Lua collects its garbage and tries again, so a single failure is often survived. */
        if (rc) assert_int_equal(rc, ERR_NOMEM);
        if (asked) assert_int_equal(got.category, CATEGORY_HATE);
        if (asked) assert_true(rc ? got.probability == 0.7 : got.probability == 0.9);
        policy_runner_free(r);
        arena_done(&a);
    }
    assert_true(done && n > 100);
    policy_free(p);
}

static int setup(void **state) { return id_init(NULL); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_named_with_file_line_and_cure),
        cmocka_unit_test(a_file_above_the_maximum_is_refused),
        cmocka_unit_test(the_version_is_name_and_hash_of_the_bytes),
        cmocka_unit_test(what_is_left_out_comes_from_the_declaration),
        cmocka_unit_test(what_the_policy_says_stands),
        cmocka_unit_test(below_the_threshold_nothing_is_queued),
        cmocka_unit_test(a_policy_sees_the_post_and_its_findings),
        cmocka_unit_test(one_post_leaves_nothing_for_the_next),
        cmocka_unit_test(a_policy_that_breaks_on_a_post_still_queues_it),
        cmocka_unit_test(running_out_of_memory_is_told),
        cmocka_unit_test(the_fallback_takes_the_surest_accusing_finding),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
