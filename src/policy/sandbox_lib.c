/* The functions that a policy may call. Chosen so that none does unbounded work in one call, tells the time, draws
 * lots, or gives an answer that differs from run to run: pairs() goes in the order of the keys, and nothing prints an
 * address. Pattern matching (string.find without plain, match, gsub, gmatch) and string.rep are left out: they are
 * loops in C that the instruction count does not see. */
#include "policy/policy_priv.h"

#include "base/clock.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>

/* ---- text ---- */

static int text_case(lua_State *L, char from, int shift)
{
    size_t n = 0;
    const char *s = luaL_checklstring(L, 1, &n);
    luaL_Buffer b;
    char *out = luaL_buffinitsize(L, &b, n);
    for (size_t i = 0; i < n; i++) out[i] = s[i] >= from && s[i] < from + 26 ? (char)(s[i] + shift) : s[i];
    luaL_pushresultsize(&b, n);
    return 1;
}
static int text_lower(lua_State *L) { return text_case(L, 'A', 'a' - 'A'); }
static int text_upper(lua_State *L) { return text_case(L, 'a', 'A' - 'a'); }

/* find(s, what [, from]): plain, linear in both lengths; nil or first and last byte. */
static int text_find(lua_State *L)
{
    size_t n = 0, m = 0;
    const char *s = luaL_checklstring(L, 1, &n), *what = luaL_checklstring(L, 2, &m);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    sandbox_charge(L, n + m);
    if (from < 1 || (lua_Unsigned)from > n + 1) {
        lua_pushnil(L);
        return 1;
    }
    const char *at = memmem(s + from - 1, n - (size_t)from + 1, what, m);
    if (!at) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, at - s + 1);
    lua_pushinteger(L, at - s + (lua_Integer)m);
    return 2;
}

static bool format_is_safe(const char *f)
{
    for (; *f; f++) {
        if (*f != '%') continue;
        f++;
        f += strspn(f, "-+ #0");
        size_t width = strspn(f, "0123456789");
        f += width;
        size_t precision = 0;
        if (*f == '.') {
            f++;
            precision = strspn(f, "0123456789");
            f += precision;
        }
        if (width > 2 || precision > 2 || !*f || !strchr("%dsfgx", *f)) return false;
    }
    return true;
}

/* upvalue 1: the standard string.format */
static int text_format(lua_State *L)
{
    if (!format_is_safe(luaL_checkstring(L, 1)))
        return luaL_error(L, "string.format: only %%d %%s %%f %%g %%x, widths up to 99");
    int n = lua_gettop(L);
    for (int i = 2; i <= n; i++) {
        int t = lua_type(L, i);
        if (t == LUA_TBOOLEAN || t == LUA_TNIL) {
            luaL_tolstring(L, i, NULL);
            lua_replace(L, i);
        } else if (t != LUA_TSTRING && t != LUA_TNUMBER) {
            return luaL_error(L, "string.format: argument %d is a %s", i, luaL_typename(L, i));
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, n, 1);
    return 1;
}

static int to_string(lua_State *L)
{
    int t = lua_type(L, 1);
    if (t == LUA_TTABLE || t == LUA_TFUNCTION)
        return luaL_error(L, "tostring: a %s has no text", luaL_typename(L, 1));
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* ---- tables ---- */

static int table_append(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (lua_gettop(L) != 2)
        return luaL_error(L, "table.insert: takes a table and one value, which goes to the end");
    lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
    return 0;
}

/* Numbers before texts before booleans. Keys that are tables or functions have no order and are refused. */
static int key_compare(lua_State *L, int a, int b)
{
    int ta = lua_type(L, a), tb = lua_type(L, b);
    if (ta != tb) return ta == LUA_TNUMBER || (ta == LUA_TSTRING && tb == LUA_TBOOLEAN) ? -1 : 1;
    if (ta == LUA_TNUMBER) return lua_compare(L, a, b, LUA_OPLT) ? -1 : 1;
    if (ta == LUA_TBOOLEAN) return lua_toboolean(L, a) - lua_toboolean(L, b);
    size_t n = 0, m = 0;
    const char *x = lua_tolstring(L, a, &n), *y = lua_tolstring(L, b, &m);
    return sv_cmp(sv_of(x, n), sv_of(y, m));
}

static int key_less(lua_State *L)
{
    lua_pushboolean(L, key_compare(L, 1, 2) < 0);
    return 1;
}

/* The iterator of pairs: upvalues the sorted keys and how many are done. Keys removed meanwhile are skipped. */
static int pairs_next(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    for (;;) {
        at++;
        sandbox_charge(L, POLICY_BYTES_PER_INSTRUCTION);
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL) return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) break;
        lua_pop(L, 2);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

/* upvalue 1: the standard table.sort */
static int pairs_sorted(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_createtable(L, 8, 0);
    lua_Integer n = 0;
    for (lua_pushnil(L); lua_next(L, 1);) {
        lua_pop(L, 1);
        int t = lua_type(L, -1);
        if (t != LUA_TSTRING && t != LUA_TNUMBER && t != LUA_TBOOLEAN)
            return luaL_error(L, "pairs: a key that is a %s has no place in an order", luaL_typename(L, -1));
        lua_pushvalue(L, -1);
        lua_rawseti(L, 2, ++n);
        sandbox_charge(L, 4 * POLICY_BYTES_PER_INSTRUCTION);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 2);
    lua_pushcfunction(L, key_less);
    lua_call(L, 2, 0);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_next, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* ---- time ---- */

/* seconds("1h30m") == 5400: the durations that declarations use. */
static int duration_seconds(lua_State *L)
{
    size_t n = 0;
    const char *s = luaL_checklstring(L, 1, &n);
    int64_t us = 0;
    if (!duration_parse(sv_of(s, n), &us))
        return luaL_error(L, "seconds: '%s' is no duration such as \"15m\" or \"1h30m\"", s);
    lua_pushnumber(L, (lua_Number)us / 1e6);
    return 1;
}

/* ---- the whole ---- */

static int refuse_write(lua_State *L)
{
    return luaL_error(L, "the library cannot be changed: choose another name");
}

/* Copies the named functions of the table at `from` into the table on top of the stack. */
static void pick(lua_State *L, int from, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(L, from, *names);
        lua_setfield(L, -2, *names);
    }
}

/* Replaces the table on top by an empty one that reads from it and cannot be written. */
static void freeze(lua_State *L)
{
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 2);
    lua_rotate(L, -3, -1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

static void push_string(lua_State *L, int standard)
{
    static const char *const as_they_are[] = {"len", "sub", "byte", NULL};
    static const luaL_Reg ours[] = {
        {"lower", text_lower}, {"upper", text_upper}, {"find", text_find}, {NULL, NULL}};
    lua_createtable(L, 0, 8);
    pick(L, standard, as_they_are);
    luaL_setfuncs(L, ours, 0);
    lua_getfield(L, standard, "format");
    lua_pushcclosure(L, text_format, 1);
    lua_setfield(L, -2, "format");
    /* s:lower() goes through the metatable that all strings share. */
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    freeze(L);
}

void sandbox_push_library(lua_State *L)
{
    static const char *const base[] = {"assert", "error", "ipairs", "select", "tonumber", "type", NULL};
    static const char *const math[] = {"abs", "ceil", "exp", "floor",     "fmod", "huge", "log",
                                       "max", "min",  "pi",  "tointeger", "sqrt", NULL};
    static const char *const table[] = {"concat", "sort", NULL};
    luaL_requiref(L, "_G", luaopen_base, 0);
    luaL_requiref(L, "math", luaopen_math, 0);
    luaL_requiref(L, "string", luaopen_string, 0);
    luaL_requiref(L, "table", luaopen_table, 0);
    int at = lua_gettop(L) - 3; /* base, math, string, table */

    lua_createtable(L, 0, 16);
    pick(L, at, base);
    lua_pushcfunction(L, to_string);
    lua_setfield(L, -2, "tostring");
    lua_pushcfunction(L, duration_seconds);
    lua_setfield(L, -2, "seconds");
    lua_getfield(L, at + 3, "sort");
    lua_pushcclosure(L, pairs_sorted, 1);
    lua_setfield(L, -2, "pairs");

    lua_createtable(L, 0, 16);
    pick(L, at + 1, math);
    freeze(L);
    lua_setfield(L, -2, "math");

    push_string(L, at + 2);
    lua_setfield(L, -2, "string");

    lua_createtable(L, 0, 4);
    pick(L, at + 3, table);
    lua_pushcfunction(L, table_append);
    lua_setfield(L, -2, "insert");
    freeze(L);
    lua_setfield(L, -2, "table");

    lua_replace(L, at);
    lua_settop(L, at);
}
