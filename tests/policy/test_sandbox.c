/* Attempts to leave the sandbox or to exhaust what is around it. Each must end in an error that names the place, within
 * the budget, and leave the runner fit for the next post. */
#include "policy_test.h"

#include "base/id.h"
#include "base/limits.h"

static const struct {
    const char *body, *says;
} escapes[] = {
    /* names that are not there */
    {"os.execute('true')", "'os' does not exist in a policy"},
    {"io.open('/etc/passwd')", "'io' does not exist in a policy"},
    {"require('x')", "'require' does not exist"},
    {"load('x = 1')", "'load' does not exist"},
    {"loadfile('/etc/passwd')", "'loadfile' does not exist"},
    {"dofile('/etc/passwd')", "'dofile' does not exist"},
    {"debug.getregistry()", "'debug' does not exist"},
    {"collectgarbage('stop')", "'collectgarbage' does not exist"},
    {"coroutine.wrap(function() while true do end end)()", "'coroutine' does not exist"},
    {"while true do pcall(error) end", "'pcall' does not exist"},
    {"xpcall(error, error)", "'xpcall' does not exist"},
    {"setmetatable({}, { __gc = function() while true do end end })", "'setmetatable' does not exist"},
    {"getmetatable('').__index = nil", "'getmetatable' does not exist"},
    {"rawset(_G, 'x', 1)", "does not exist"},
    {"print('x')", "'print' does not exist"},
    {"package.loadlib('x', 'y')", "'package' does not exist"},
    {"utf8.char(1)", "'utf8' does not exist"},
    {"next({})", "'next' does not exist"},
    {"return string.rep('x', 1 << 40)", "a nil value (field 'rep')"},
    {"return ('x'):rep(1 << 40)", "a nil value (method 'rep')"},
    {"return ('x'):gsub('x', 'y')", "a nil value (method 'gsub')"},
    {"return ('x'):match('.-b')", "a nil value (method 'match')"},
    {"return string.dump(assess)", "a nil value (field 'dump')"},
    {"return table.move({}, 1, 1 << 40, 2)", "a nil value (field 'move')"},
    {"return table.unpack({}, 1, 1 << 30)", "a nil value (field 'unpack')"},
    {"return math.random()", "a nil value (field 'random')"},
    /* the library is not the policy's to change */
    {"string.lower = nil", "the library cannot be changed"},
    {"math.huge = 1", "the library cannot be changed"},
    {"string = nil", "'string' would become a global"},
    {"pairs = 5", "'pairs' would become a global"},
    {"('').x = 1", "attempt to index a string value"},
    {"return 1 + '1'", "attempt to perform arithmetic on a string value"},
    /* instructions */
    {"while true do end", "more than 2000000 instructions"},
    {"local function f() return f() end return f()", "more than 2000000 instructions"},
    {"for i = 1, math.huge do end", "more than 2000000 instructions"},
    {"goto a ::a:: goto a", "more than 2000000 instructions"},
    {"local t = {} while true do table.sort(t) end", "more than 2000000 instructions"},
    {"local t = { 1 } for _ in pairs(t) do end while true do pairs(t) end", "more than 2000000 instructions"},
    /* work in C is charged */
    {"local s = 'xxxxxxxxxxxxxxxx' for i = 1, 13 do s = s .. s end while true do string.find(s, 'xy') end",
     "more than 2000000 instructions"},
    {"local s = 'xxxxxxxxxxxxxxxx' for i = 1, 13 do s = s .. s end while true do s:lower() end",
     "more than 2000000 instructions"},
    {"local s = 'xxxxxxxxxxxxxxxx' for i = 1, 13 do s = s .. s end while true do local t = s .. 'y' end",
     "more than 2000000 instructions"},
    /* memory */
    {"local s = 'x' while true do s = s .. s end", "more than 256 KiB for one string"},
    {"local t = {} for i = 1, 1 << 30 do t[i] = i end", "uses more than 32 MiB"},
    {"local t for i = 1, 1 << 30 do t = { t, {}, {}, {}, {}, {}, {}, {}, {}, {} } end",
     "uses more than 32 MiB"},
    {"local function f() return 1 + f() end return f()", "t.lua"},
    {"return string.format('%99999d', 1)", "string.format: only"},
    {"return string.format('%.999f', 1)", "string.format: only"},
    {"return string.format('%p', {})", "string.format: only"},
    {"return string.format('%s', {})", "string.format: argument 2 is a table"},
    {"return string.format('%', 1)", "string.format: only"},
    {"return tostring({})", "a table has no text"},
    {"return tostring(assess)", "a function has no text"},
    {"for k in pairs({ [{}] = 1 }) do end", "has no place in an order"},
    {"table.insert({}, 1, 2)", "takes a table and one value"},
    {"seconds('soon')", "'soon' is no duration"},
    /* calls that do not end, deep */
    {"error()", "error() was called with a nil"},
    {"error('line\\n\\27[31mred')", "\\x1B"},
};

/* The loader asks too: the escape only opens for this post. */
static int run_body(const char *body, struct assessment *out, struct error *err)
{
    char text[2048];
    snprintf(text, sizeof text,
             DECLARED "local function escape() %s end\n"
                      "function assess(post, findings)\n"
                      "  if post.native_id == 'now' then escape() end\n"
                      "  return { category = 'hate', probability = 0.8, reason = 'reason.x' }\n"
                      "end\n",
             body);
    struct policy *p = NULL;
    struct policy_runner *r = NULL;
    assert_ok(load_text(text, &p, err));
    assert_ok(policy_runner_new(p, &r, err));
    struct one_finding o;
    one_finding_init(&o);
    o.post.native_id = SV("now");
    struct arena a;
    arena_init(&a, 0);
    int rc = policy_assess(r, &o.in, &a, out, err);
    /* The next post finds a sound runner. */
    struct assessment after;
    struct error after_err;
    o.post.native_id = SV("later");
    assert_ok(policy_assess(r, &o.in, &a, &after, &after_err));
    assert_sv(after.reason, "reason.x");
    policy_runner_free(r);
    policy_free(p);
    arena_done(&a);
    return rc;
}

static void every_way_out_is_closed(void **state)
{
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        struct assessment got;
        struct error err = {0};
        int rc = run_body(escapes[i].body, &got, &err);
        if (rc != ERR_POLICY || !strstr(err.text, escapes[i].says))
            print_error("%s: %d %s\n", escapes[i].body, rc, err.text);
        assert_int_equal(rc, ERR_POLICY);
        assert_non_null(strstr(err.text, escapes[i].says));
        assert_int_equal(got.category, CATEGORY_HATE);
    }
}

static void an_endless_main_chunk_is_refused_when_loading(void **state)
{
    struct policy *p = NULL;
    struct error err;
    assert_int_equal(load_text("while true do end", &p, &err), ERR_POLICY);
    assert_non_null(strstr(err.text, "t.lua:1: more than"));
}

static void deep_nesting_is_refused_when_loading(void **state)
{
    size_t n = 200000;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, '(', n);
    memcpy(text, "x = ", 4);
    struct policy *p = NULL;
    struct error err;
    assert_int_equal(policy_load(SV("t.lua"), sv_of(text, n), &p, &err), ERR_POLICY);
    assert_non_null(strstr(err.text, "t.lua: C stack overflow"));
    free(text);
}

static const struct {
    const char *expression, *want;
} library[] = {
    {"('aBc'):lower() .. ('aBc'):upper() .. #('abc')", "abcABC3"},
    {"('Ã'):lower()", "Ã"}, /* only ASCII: Arabic and accents are the normaliser's business */
    {"tostring(('a.b'):find('.'))", "2"},
    {"tostring(('ab'):find('c'))", "nil"},
    {"tostring((('abab'):find('ab', 2)))", "3"},
    {"tostring((('ab'):find('a', 99)))", "nil"},
    {"string.format('%d %5.2f %s %s', 3, 1.5, 'x', nil)", "3  1.50 x nil"},
    {"table.concat({ 1, 2, 'c' }, ',')", "1,2,c"},
    {"tostring(math.max(1, 2)) .. tostring(math.floor(2.5))", "22"},
    {"tostring(seconds('1h30m'))", "5400.0"},
    {"select('#', 1, 2) .. type(nil) .. tonumber('12')", "2nil12"},
};

static void the_library_does_what_it_says(void **state)
{
    for (size_t i = 0; i < sizeof library / sizeof *library; i++) {
        char body[512];
        snprintf(body, sizeof body, "error('<' .. %s .. '>', 0)", library[i].expression);
        char want[128];
        snprintf(want, sizeof want, "t.lua: <%s>", library[i].want);
        struct assessment got;
        struct error err = {0};
        assert_int_equal(run_body(body, &got, &err), ERR_POLICY);
        assert_string_equal(err.text, want);
    }
}

static void pairs_goes_in_the_order_of_the_keys(void **state)
{
    struct assessment got;
    struct error err = {0};
    assert_int_equal(
        run_body("local s = '' for k, v in pairs({ z = 1, a = 2, [10] = 3, [2] = 4, m = 5, [true] = 6 }) do"
                 " s = s .. tostring(k) .. v end error(s, 0)",
                 &got, &err),
        ERR_POLICY);
    assert_string_equal(err.text, "t.lua: 24103a2m5z1true6");
}

static void removing_while_going_through_a_table_is_allowed(void **state)
{
    struct assessment got;
    struct error err = {0};
    assert_int_equal(
        run_body("local s, t = '', { a = 1, b = 2, c = 3 } for k in pairs(t) do s = s .. k; t.b = nil end"
                 " error(s, 0)",
                 &got, &err),
        ERR_POLICY);
    assert_string_equal(err.text, "t.lua: ac");
}

static int setup(void **state) { return id_init(NULL); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_out_is_closed),
        cmocka_unit_test(an_endless_main_chunk_is_refused_when_loading),
        cmocka_unit_test(deep_nesting_is_refused_when_loading),
        cmocka_unit_test(the_library_does_what_it_says),
        cmocka_unit_test(pairs_goes_in_the_order_of_the_keys),
        cmocka_unit_test(removing_while_going_through_a_table_is_allowed),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
