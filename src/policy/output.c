/* Reads what assess() returned: nil, or a table of the members below. A misspelt member is an error, as a member of
 * the wrong type is: a policy never half works. */
#include "policy/policy_priv.h"

#include "base/clock.h"

#include <lauxlib.h>
#include <math.h>

struct output {
    lua_State *L;
    const struct policy *policy;
    const struct finding_list *findings;
    struct arena *a;
    struct assessment *out;
    bool severity, clock, hard, priority;
};

static double number_in(lua_State *L, const char *file, const char *key, double min, double max)
{
    double v = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    if (!(v >= min && v <= max))
        luaL_error(L, "%s: assess returned a %s that is not a number from %f to %f", file, key, min, max);
    return v;
}

static void read_category(struct output *o)
{
    const char *file = o->policy->file;
    if (lua_type(o->L, -1) != LUA_TSTRING)
        luaL_error(o->L, "%s: assess returned a category that is a %s: return its name", file,
                   luaL_typename(o->L, -1));
    struct sv name;
    name.p = lua_tolstring(o->L, -1, &name.n);
    enum category c = category_parse(name);
    if (c == CATEGORY_NONE || !o->policy->rules[c].declared)
        luaL_error(o->L, "%s: assess returned the category '%s', which policy.categories does not declare",
                   file, lua_tostring(o->L, -1));
    o->out->category = c;
}

static void read_reason(struct output *o)
{
    struct sv s = SV_NULL;
    if (lua_type(o->L, -1) == LUA_TSTRING) s.p = lua_tolstring(o->L, -1, &s.n);
    bool good = s.n > 7 && s.n <= 64 && sv_starts(s, SV("reason."));
    for (size_t i = 0; i < s.n && good; i++) {
        char c = s.p[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    }
    if (!good)
        luaL_error(o->L,
                   "%s: assess returned a reason that is no key of a text: \"reason.\" and small letters",
                   o->policy->file);
    o->out->reason = arena_copy(o->a, s);
}

static void read_because(struct output *o)
{
    lua_State *L = o->L;
    const char *file = o->policy->file;
    if (!lua_istable(L, -1)) luaL_error(L, "%s: assess returned a because that is no list of numbers", file);
    size_t n = lua_rawlen(L, -1);
    if (n > o->findings->n)
        luaL_error(L, "%s: assess returned a because of %d entries for %d findings", file, (int)n,
                   (int)o->findings->n);
    uint32_t *list = ARENA_ARRAY(o->a, n, uint32_t);
    bool *seen = ARENA_ARRAY(o->a, o->findings->n, bool);
    if (!list || !seen) luaL_error(L, "%s: no memory for because", file);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        int whole = 0;
        lua_Integer v = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &whole) : 0;
        if (!whole || v < 1 || (size_t)v > o->findings->n || seen[v - 1])
            luaL_error(
                L, "%s: assess returned a because whose entry %d is not the number of a finding, or twice",
                file, (int)i + 1);
        seen[v - 1] = true;
        list[i] = (uint32_t)(v - 1);
        lua_pop(L, 1);
    }
    o->out->because = list;
    o->out->nbecause = n;
}

/* The value is on top of the stack. */
static void read_member(struct output *o, struct sv key)
{
    lua_State *L = o->L;
    const char *file = o->policy->file;
    struct assessment *out = o->out;
    if (sv_is(key, "category")) {
        read_category(o);
    } else if (sv_is(key, "probability")) {
        out->probability = number_in(L, file, "probability", 0, 1);
    } else if (sv_is(key, "severity")) {
        out->severity = (int)lround(number_in(L, file, "severity", 0, 100));
        o->severity = true;
    } else if (sv_is(key, "priority")) {
        out->priority = number_in(L, file, "priority", 0, 1e18);
        o->priority = true;
    } else if (sv_is(key, "clock")) {
        struct sv s = SV_NULL;
        if (lua_type(L, -1) == LUA_TSTRING) s.p = lua_tolstring(L, -1, &s.n);
        if (!duration_parse(s, &out->clock_us) || out->clock_us <= 0)
            luaL_error(L, "%s: assess returned a clock that is no text such as \"15m\"", file);
        o->clock = true;
    } else if (sv_is(key, "hard")) {
        if (!lua_isboolean(L, -1))
            luaL_error(L, "%s: assess returned a hard that is not true or false", file);
        out->hard = lua_toboolean(L, -1);
        o->hard = true;
    } else if (sv_is(key, "reason")) {
        read_reason(o);
    } else if (sv_is(key, "because")) {
        read_because(o);
    } else {
        luaL_error(
            L,
            "%s: assess returned a member '%s', which is none of: category probability severity priority "
            "clock hard reason because",
            file, key.p ? key.p : "");
    }
}

/* What the table left out comes from the category's declaration. */
static void complete(struct output *o, double expected)
{
    struct assessment *out = o->out;
    const struct category_rule *rule = &o->policy->rules[out->category];
    if (out->category == CATEGORY_NONE)
        luaL_error(o->L, "%s: assess returned a table without category (return nil when there is nothing)",
                   o->policy->file);
    if (!out->reason.n)
        luaL_error(o->L, "%s: assess returned no reason: say which text explains it, \"reason.…\"",
                   o->policy->file);
    if (!o->severity) out->severity = rule->severity;
    if (!o->clock) out->clock_us = rule->clock_us;
    if (!o->hard) out->hard = rule->hard;
    if (!o->priority) out->priority = out->severity * out->probability * (1 + expected);
    /* 0.6 is reached by what arithmetic left of 0.6. */
    if (out->probability < rule->threshold - 1e-9) {
        out->category = CATEGORY_NONE;
        out->reason = SV_NULL;
    }
}

void output_read(lua_State *L, const struct policy *p, const struct policy_input *in, double expected,
                 struct arena *a, struct assessment *out)
{
    *out = (struct assessment){.expected_views = expected, .policy = arena_copy(a, policy_version(p))};
    if (lua_isnil(L, -1)) return;
    if (!lua_istable(L, -1))
        luaL_error(L, "%s: assess returned a %s: return nil or a table", p->file, luaL_typename(L, -1));
    struct output o = {.L = L, .policy = p, .findings = in->findings, .a = a, .out = out};
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        struct sv key = SV_NULL;
        if (lua_type(L, -2) == LUA_TSTRING) key.p = lua_tolstring(L, -2, &key.n);
        read_member(&o, key);
    }
    complete(&o, expected);
}
