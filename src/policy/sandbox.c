/* The walls around a policy: a Lua state that can count, compare and answer, and nothing else.
 *
 * What a hostile or mistaken file may cost is bounded four ways:
 *   memory         every byte comes from sandbox_alloc, POLICY_MAX_MEMORY_BYTES in all, POLICY_MAX_BLOCK_BYTES in one
 *                  block while running (so that no single instruction moves or compares more than that);
 *   instructions   a count hook; it cannot be caught, since pcall and coroutines are not in the library;
 *   work in C      allocations and the library's own searches are charged to the same budget;
 *   time           the hook reads the thread's processor time: POLICY_MAX_CPU_MS, for what the three above miss.
 *
 * Every call of the Lua API that can raise happens inside sandbox_call; outside of it only calls that cannot.
 *
 * One call must not see what another left behind, or the answer would depend on which posts a thread saw before. So
 * each call runs the main chunk again in a fresh environment (about 20 us for the default policy), and the library's
 * tables cannot be written.
 *
 * Registry: &key_main the compiled chunk, &key_env_meta the metatable of environments. */
#include "policy/policy_priv.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <time.h>

enum { HOOK_EVERY = 500 };

static char key_main, key_env_meta;

static int64_t cpu_now_ns(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0) return 0;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *sandbox_alloc(void *ud, void *p, size_t old_bytes, size_t new_bytes)
{
    struct sandbox *s = ud;
    size_t old = p ? old_bytes : 0; /* without a block Lua passes the kind of object here */
    if (new_bytes == 0) {
        s->used_bytes -= old;
        free(p);
        return NULL;
    }
    if (new_bytes > old) {
        if (new_bytes > s->block_max_bytes || new_bytes - old > POLICY_MAX_MEMORY_BYTES - s->used_bytes) {
            s->system_oom = false;
            return NULL;
        }
        s->budget -= (int64_t)(new_bytes / POLICY_BYTES_PER_INSTRUCTION);
    }
    void *q = realloc(p, new_bytes);
    if (!q) {
        if (new_bytes <= old) return p; /* Lua takes it that shrinking succeeds */
        s->system_oom = true;
        return NULL;
    }
    s->used_bytes += new_bytes;
    s->used_bytes -= old;
    return q;
}

static struct sandbox *sandbox_of(lua_State *L)
{
    void *ud = NULL;
    lua_getallocf(L, &ud);
    return ud;
}

static void hook(lua_State *L, lua_Debug *ar)
{
    struct sandbox *s = sandbox_of(L);
    s->budget -= HOOK_EVERY;
    bool late = cpu_now_ns() > s->cpu_end_ns;
    if (s->budget >= 0 && !late) return;
    lua_getinfo(L, "Sl", ar);
    if (late)
        lua_pushfstring(L, "%s:%d: takes longer than %d ms for one post: look for a loop that does not end",
                        ar->short_src, ar->currentline, POLICY_MAX_CPU_MS);
    else
        lua_pushfstring(L, "%s:%d: more than %d instructions for one post: look for a loop that does not end",
                        ar->short_src, ar->currentline, POLICY_MAX_INSTRUCTIONS);
    lua_error(L);
}

void sandbox_charge(lua_State *L, size_t bytes)
{
    struct sandbox *s = sandbox_of(L);
    s->budget -= (int64_t)(bytes / POLICY_BYTES_PER_INSTRUCTION);
    if (s->budget < 0)
        luaL_error(L, "more than %d instructions for one post: look for a loop that does not end",
                   POLICY_MAX_INSTRUCTIONS);
}

/* What other Lua programs have and a policy has not, so that the message can say so. */
static bool known_elsewhere(const char *name)
{
    static const char *const names[] = {
        "_G",    "_VERSION", "collectgarbage", "coroutine", "debug",     "dofile",  "getmetatable",
        "io",    "load",     "loadfile",       "next",      "os",        "package", "pcall",
        "print", "rawequal", "rawget",         "rawlen",    "rawset",    "require", "setmetatable",
        "utf8",  "warn",     "xpcall",         "unpack",    "loadstring"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

static int unknown_name(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (known_elsewhere(name))
        return luaL_error(
            L,
            "'%s' does not exist in a policy: it sees the post and its findings and nothing else "
            "(docs/policy.md lists the functions there are)",
            name);
    return luaL_error(L, "'%s' is not defined: misspelt, or a 'local' is missing above", name);
}

static int refuse_global(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (strcmp(name, "policy") == 0 || strcmp(name, "assess") == 0) {
        lua_rawset(L, 1);
        return 0;
    }
    return luaL_error(
        L,
        "'%s' would become a global: only 'policy' and 'assess' are; write 'local %s', or mend the "
        "spelling",
        name, name);
}

/* env -> (missing) -> library -> (missing) -> unknown_name */
static int build(lua_State *L)
{
    sandbox_push_library(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);

    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_env_meta);
    return 0;
}

int sandbox_init(struct sandbox *s, const char *file, struct error *err)
{
    *s = (struct sandbox){.block_max_bytes = POLICY_MAX_MEMORY_BYTES, .file = file, .system_oom = true};
    s->L = lua_newstate(sandbox_alloc, s);
    if (!s->L) return error_set(err, ERR_NOMEM, "policy", "no memory for a Lua state");
    return sandbox_call(s, build, NULL, err);
}

void sandbox_done(struct sandbox *s)
{
    if (s->L) lua_close(s->L);
    s->L = NULL;
}

/* Turns what lua_pcall left into an error. Only calls that cannot raise. */
static int fail(struct sandbox *s, int status, struct error *err)
{
    if (status == LUA_ERRMEM && s->system_oom)
        return error_set(err, ERR_NOMEM, "policy", "no memory left while running %s", s->file);
    if (status == LUA_ERRMEM)
        return error_set(
            err, ERR_POLICY, "policy",
            "%s: uses more than %zu MiB, or more than %zu KiB for one string or table: build less", s->file,
            POLICY_MAX_MEMORY_BYTES >> 20, s->block_max_bytes >> 10);
    if (lua_type(s->L, -1) == LUA_TSTRING) {
        size_t n = 0;
        const char *p = lua_tolstring(s->L, -1, &n);
        n = n > 400 ? 400 : n;
        /* Lua names the file where it knows the line; "C stack overflow" and error(text, 0) come without. */
        if (sv_starts(sv_of(p, n), sv_cstr(s->file)))
            return error_set(err, ERR_POLICY, "policy", "%.*s", (int)n, p);
        return error_set(err, ERR_POLICY, "policy", "%s: %.*s", s->file, (int)n, p);
    }
    return error_set(err, ERR_POLICY, "policy", "%s: error() was called with a %s: give it a text", s->file,
                     lua_typename(s->L, lua_type(s->L, -1)));
}

int sandbox_call(struct sandbox *s, lua_CFunction f, void *arg, struct error *err)
{
    lua_State *L = s->L;
    s->budget = POLICY_MAX_INSTRUCTIONS;
    s->cpu_end_ns = cpu_now_ns() + (int64_t)POLICY_MAX_CPU_MS * 1000000;
    lua_sethook(L, hook, LUA_MASKCOUNT, HOOK_EVERY);
    lua_settop(L, 0);
    lua_pushcfunction(L, f);
    lua_pushlightuserdata(L, arg);
    int status = lua_pcall(L, 1, 0, 0);
    int rc = status == LUA_OK ? 0 : fail(s, status, err);
    lua_settop(L, 0);
    return rc;
}

struct chunk {
    struct sv text;
    const char *name;
    bool read;
};

static const char *chunk_read(lua_State *L, void *ud, size_t *out_n)
{
    struct chunk *c = ud;
    *out_n = c->read ? 0 : c->text.n;
    c->read = true;
    return *out_n ? c->text.p : NULL;
}

static int compile(lua_State *L)
{
    struct chunk *c = lua_touserdata(L, 1);
    const char *at_name = lua_pushfstring(L, "@%s", c->name);
    if (lua_load(L, chunk_read, c, at_name, "t") != LUA_OK) return lua_error(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key_main);
    return 0;
}

int sandbox_compile(struct sandbox *s, struct sv text, struct error *err)
{
    struct chunk c = {.text = text, .name = s->file};
    int rc = sandbox_call(s, compile, &c, err);
    s->block_max_bytes = POLICY_MAX_BLOCK_BYTES;
    return rc;
}

void sandbox_run_main(lua_State *L)
{
    luaL_checkstack(L, 16, NULL);
    lua_createtable(L, 0, 2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_env_meta);
    lua_setmetatable(L, -2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &key_main);
    lua_pushvalue(L, -2);
    if (!lua_setupvalue(L, -2, 1)) lua_pop(L, 1); /* an empty chunk has no _ENV */
    lua_call(L, 0, 0);
}
