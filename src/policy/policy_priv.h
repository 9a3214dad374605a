/* What the files of this room share: the sandbox, the declarations of a policy, the reader of its source. */
#ifndef MARSAD_POLICY_PRIV_H
#define MARSAD_POLICY_PRIV_H

#include "policy/policy.h"

#include "base/hash256.h"
#include "base/limits.h"

#include <lua.h>

/* ---- sandbox.c ---- */

/* One Lua state and what it may still spend. `budget` counts VM instructions, and work done in C at one
 * instruction per POLICY_BYTES_PER_INSTRUCTION bytes allocated or searched. */
struct sandbox {
    lua_State *L;
    size_t used_bytes, block_max_bytes;
    int64_t budget;
    int64_t cpu_end_ns; /* of this thread's processor time */
    bool system_oom;    /* the last failed allocation failed for the machine, not for our maximum */
    const char *file;   /* for messages; *borrowed until* sandbox_done */
};

enum { POLICY_BYTES_PER_INSTRUCTION = 64 };

/* The state with the safe library and nothing loaded. */
int sandbox_init(struct sandbox *s, const char *file, struct error *err) MUST_USE;
/* Takes a zeroed or half-built sandbox. */
void sandbox_done(struct sandbox *s);
/* Compiles text (never byte code) and keeps it as the state's main chunk. ERR_POLICY with Lua's file:line. */
int sandbox_compile(struct sandbox *s, struct sv text, struct error *err) MUST_USE;
/* Calls f(L) protected, with `arg` as its only argument (light userdata) and a fresh budget. Anything that it or the
 * policy raises becomes ERR_POLICY or, when the machine is out of memory, ERR_NOMEM. The stack is empty after. */
int sandbox_call(struct sandbox *s, lua_CFunction f, void *arg, struct error *err) MUST_USE;
/* Within sandbox_call: runs the main chunk in a fresh environment and leaves that environment on the stack. May
 * raise. Nothing that an earlier run assigned is seen by a later one. */
void sandbox_run_main(lua_State *L);
/* Within sandbox_call: takes n bytes' worth of work off the budget; raises when it is spent. */
void sandbox_charge(lua_State *L, size_t bytes);

/* ---- sandbox_lib.c ---- */

/* Leaves the table of everything a policy may name on the stack. May raise. */
void sandbox_push_library(lua_State *L);

/* ---- source.c: where in the file an entry stands ---- */

/* Line of `field` inside the entry `key` of the table named `table`; key or field may be empty. The best guess that
 * reading the tokens gives; 0 when it is not written there (it was computed). */
int source_line(struct sv text, const char *table, struct sv key, struct sv field);
/* Line of the first use of a bare name, 0 when there is none. */
int source_uses_name(struct sv text, const char *name);

/* ---- policy.c ---- */

struct category_rule {
    bool declared;
    int severity;
    int64_t clock_us;
    bool hard;
    double threshold;
};

struct policy {
    char *file; /* NUL-terminated name */
    char *text;
    size_t text_bytes;
    char version[BANK_NAME_MAX_BYTES + 16];
    int64_t next_look_us;
    struct category_rule rules[CATEGORY_COUNT];
};

struct policy_runner {
    const struct policy *policy;
    struct sandbox sandbox;
};

/* ---- declare.c ---- */

/* Reads and checks the global `policy` of the environment on top of the stack. ERR_POLICY with file, line, what and
 * what to do. May raise as Lua does. */
int declarations_read(lua_State *L, struct policy *p, struct error *err) MUST_USE;

/* ---- input.c ---- */

/* Pushes post, findings and context as plain tables: three values. May raise. */
void input_push(lua_State *L, const struct policy_input *in, double expected);

/* ---- output.c ---- */

/* Reads what assess() returned from the top of the stack. Raises with a message on anything that is not as
 * docs/policy.md says. Strings and lists in `a`. */
void output_read(lua_State *L, const struct policy *p, const struct policy_input *in, double expected,
                 struct arena *a, struct assessment *out);

#endif
