/* Reads what a policy declares: its name, how far ahead it counts views, and the categories that it decides on. Every
 * refusal names file and line, what is wrong and what to do. Lua's tables have no order: all is read, and of several
 * mistakes the first in the file is told. */
#include "policy/policy_priv.h"

#include "base/clock.h"

#include <lauxlib.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#define CLOCK_MAX_US (30 * US_PER_DAY)

struct declarations {
    struct policy *policy;
    struct error *err;
    size_t refused; /* mistakes so far */
    int line;       /* of the mistake in *err; INT_MAX when it has none */
};

/* The mistake stands at `field` of the category `key`, or of policy itself when key is empty. */
static void refuse(struct declarations *d, struct sv key, const char *field, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
static void refuse(struct declarations *d, struct sv key, const char *field, const char *fmt, ...)
{
    char what[ERROR_TEXT_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    const struct policy *p = d->policy;
    int line =
        source_line(sv_of(p->text, p->text_bytes), key.n ? "categories" : "policy", key, sv_cstr(field));
    char text[2 * ERROR_TEXT_BYTES];
    int n = line ? snprintf(text, sizeof text, "%s:%d: %s", p->file, line, what)
                 : snprintf(text, sizeof text, "%s: %s", p->file, what);
    if (n < 0) text[0] = '\0';
    line = line ? line : INT_MAX;
    /* First by line, then by words: the same file always gives the same message. */
    if (d->refused++ && (line > d->line || (line == d->line && strcmp(text, d->err->text) >= 0))) return;
    d->line = line;
    error_set(d->err, ERR_POLICY, "policy", "%s", text);
}

/* The text at the top of the stack; false for anything else (numbers are not taken for text). */
static bool top_text(lua_State *L, struct sv *out)
{
    if (lua_type(L, -1) != LUA_TSTRING) return false;
    out->p = lua_tolstring(L, -1, &out->n);
    return true;
}

static bool top_duration(lua_State *L, int64_t *out_us)
{
    struct sv s;
    return top_text(L, &s) && duration_parse(s, out_us) && *out_us > 0 && *out_us <= CLOCK_MAX_US;
}

/* One member of a category's entry; its value is on top of the stack. */
static void read_field(lua_State *L, struct declarations *d, struct sv key, struct sv field,
                       struct category_rule *r)
{
    const char *type = luaL_typename(L, -1);
    double number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
    if (sv_is(field, "severity")) {
        if (number >= 0 && number <= 100 && number == floor(number))
            r->severity = (int)number;
        else
            refuse(d, key, "severity", "%.*s: severity is a whole number from 0 to 100", SV_FMT(key));
    } else if (sv_is(field, "clock")) {
        if (!top_duration(L, &r->clock_us))
            refuse(d, key, "clock",
                   "%.*s: clock is a text such as \"15m\", \"1h\", \"3d\", at most 30d; this is a %s",
                   SV_FMT(key), type);
    } else if (sv_is(field, "hard")) {
        if (!lua_isboolean(L, -1))
            refuse(d, key, "hard", "%.*s: hard is true or false; this is a %s", SV_FMT(key), type);
        r->hard = lua_toboolean(L, -1);
    } else if (sv_is(field, "threshold")) {
        if (number >= 0 && number <= 1)
            r->threshold = number;
        else
            refuse(d, key, "threshold", "%.*s: threshold is a number from 0 to 1", SV_FMT(key));
    } else {
        char name[64];
        snprintf(name, sizeof name, "%.*s", SV_FMT(field));
        refuse(
            d, key, name,
            "%.*s: '%s' is no member of a category: severity, clock, hard, threshold are (mend the spelling)",
            SV_FMT(key), name);
    }
}

static void refuse_category(struct declarations *d, struct sv key)
{
    char allowed[ERROR_TEXT_BYTES];
    size_t at = 0;
    for (int i = CATEGORY_NONE + 1; i < CATEGORY_COUNT; i++)
        at += (size_t)snprintf(allowed + at, sizeof allowed - at, "%s%s", i > 1 ? " " : "",
                               category_name((enum category)i));
    refuse(d, key, "",
           "'%.*s' is not a category: the list is closed (harm, never morals or opinion). Take this entry "
           "out, or "
           "use one of: %s",
           (int)(key.n > 40 ? 40 : key.n), key.p, allowed);
}

/* The name of the member whose key and value are on top of the stack. */
static struct sv member_name(lua_State *L)
{
    struct sv name = SV("(not a name)");
    if (lua_type(L, -2) == LUA_TSTRING) name.p = lua_tolstring(L, -2, &name.n);
    return name;
}

/* The entry is on top of the stack and stays there. */
static void read_entry(lua_State *L, struct declarations *d, struct sv key)
{
    enum category c = category_parse(key);
    if (c == CATEGORY_NONE) {
        refuse_category(d, key);
        return;
    }
    if (!lua_istable(L, -1)) {
        refuse(d, key, "", "%.*s: write { severity = …, clock = \"…\" }; this is a %s", SV_FMT(key),
               luaL_typename(L, -1));
        return;
    }
    struct category_rule r = {.declared = true, .severity = -1, .threshold = 0.5};
    size_t before = d->refused;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) read_field(L, d, key, member_name(L), &r);
    if (d->refused != before) return; /* a misspelt member is told as that, not as a missing one */
    bool severity = lua_getfield(L, -1, "severity") != LUA_TNIL;
    bool clock = lua_getfield(L, -2, "clock") != LUA_TNIL;
    lua_pop(L, 2);
    if (!severity)
        refuse(d, key, "", "%.*s: severity is missing: a whole number from 0 to 100", SV_FMT(key));
    else if (!clock)
        refuse(d, key, "", "%.*s: clock is missing: a text such as \"15m\", \"1h\", \"3d\"", SV_FMT(key));
    d->policy->rules[c] = r;
}

/* The value of policy.categories is on top of the stack. */
static void read_categories(lua_State *L, struct declarations *d)
{
    if (!lua_istable(L, -1)) {
        refuse(d, SV_NULL, "categories", "policy.categories must be a table of categories; this is a %s",
               luaL_typename(L, -1));
        return;
    }
    size_t n = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1), n++) {
        if (lua_type(L, -2) == LUA_TSTRING)
            read_entry(L, d, member_name(L));
        else
            refuse(d, SV_NULL, "categories",
                   "policy.categories has an entry without a name: write [\"hate\"] = { … }");
    }
    if (!n) refuse(d, SV_NULL, "categories", "policy.categories is empty: nothing would ever be queued");
}

static void read_member(lua_State *L, struct declarations *d, struct sv key)
{
    struct sv text;
    if (sv_is(key, "categories")) {
        read_categories(L, d);
    } else if (sv_is(key, "name")) {
        if (!top_text(L, &text) || !text.n)
            refuse(d, SV_NULL, "name", "policy.name is a text; this is a %s", luaL_typename(L, -1));
    } else if (sv_is(key, "next_look")) {
        if (!top_duration(L, &d->policy->next_look_us))
            refuse(d, SV_NULL, "next_look", "policy.next_look is a text such as \"4h\", at most 30d");
    } else {
        char name[64];
        snprintf(name, sizeof name, "%.*s", SV_FMT(key));
        refuse(d, SV_NULL, name, "'%s' is no member of policy: name, next_look, categories are", name);
    }
}

int declarations_read(lua_State *L, struct policy *p, struct error *err)
{
    struct error unused;
    struct declarations d = {.policy = p, .err = err ? err : &unused};
    lua_pushliteral(L, "assess");
    if (lua_rawget(L, -2) != LUA_TFUNCTION)
        return error_set(err, ERR_POLICY, "policy",
                         "%s: there is no function assess(post, findings, context): write one", p->file);
    lua_pop(L, 1);
    lua_pushliteral(L, "policy");
    if (lua_rawget(L, -2) != LUA_TTABLE)
        return error_set(err, ERR_POLICY, "policy",
                         "%s: there is no table policy = { name = …, categories = { … } }", p->file);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) read_member(L, &d, member_name(L));
    if (d.refused) return ERR_POLICY;
    if (lua_getfield(L, -1, "name") == LUA_TNIL) refuse(&d, SV_NULL, "", "policy.name is missing");
    if (lua_getfield(L, -2, "categories") == LUA_TNIL)
        refuse(&d, SV_NULL, "", "policy.categories is missing");
    return d.refused ? ERR_POLICY : 0;
}
