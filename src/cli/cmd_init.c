/* marsad init: a workspace folder, with the policy and the lexicons laid out for the operator to edit. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "store/workspace.h"

#include <string.h>

struct init {
    struct cli *cli;
    struct sv dir;
    struct arena arena;
    const char *db;
    size_t written, kept;
};

/* Files of policy/ that are there already are the operator's own: they stay. */
static int write_policy_file(struct init *in, const char *name, struct error *err)
{
    struct sv inside = arena_printf(&in->arena, "policy/%s", name);
    struct sv path = inside.p ? path_join(&in->arena, in->dir, inside) : SV_NULL;
    char *folder = path.p ? arena_cstr(&in->arena, path_dir(path)) : NULL;
    if (!folder) return error_set(err, ERR_NOMEM, "cli", "no memory for a path");
    if (file_exists(path.p)) {
        in->kept++;
        return 0;
    }
    int code = dir_make(folder, err);
    if (code == 0) code = file_write_atomic(path.p, builtin_file(sv_cstr(name)), err);
    in->written += code == 0;
    return code;
}

static int write_policy(struct init *in, struct error *err)
{
    int code = 0;
    for (const char *const *name = builtin_names; code == 0 && *name; name++)
        if (!sv_starts(sv_cstr(*name), SV("texts/")) && !sv_starts(sv_cstr(*name), SV("models/")))
            code = write_policy_file(in, *name, err);
    return code;
}

static int make_store(struct init *in, struct error *err)
{
    struct workspace *w = NULL;
    struct store *s = NULL;
    int code = workspace_open(in->dir.p, WORKSPACE_LOOK, &w, err);
    if (code == 0) code = store_open(workspace_db(w), &s, err);
    store_close(s);
    workspace_close(w);
    return code;
}

static void report(struct init *in)
{
    struct cli *cli = in->cli;
    if (cli->json) {
        struct jw w;
        jw_init(&w, &cli->out, JW_COMPACT);
        jw_object(&w);
        jw_kv_sv(&w, "workspace", in->dir);
        jw_kv_i64(&w, "policy_files_written", (int64_t)in->written);
        jw_kv_i64(&w, "policy_files_kept", (int64_t)in->kept);
        jw_end(&w);
        buf_putc(&cli->out, '\n');
    } else if (!cli->quiet) {
        cli_say(cli, in->kept ? "init.again" : "init.done", in->dir.p, NULL);
        if (!in->kept) cli_say(cli, "init.next", in->dir.p, NULL);
    }
}

int cmd_init(struct cli *cli, const struct cli_args *a)
{
    struct init in = {.cli = cli, .dir = sv_cstr(a->noperands ? a->operands[0] : cli->workspace)};
    struct error err = {0};
    arena_init(&in.arena, 0);
    int code = workspace_init(in.dir.p, &err);
    if (code == 0) code = make_store(&in, &err);
    if (code == 0) code = write_policy(&in, &err);
    if (code == 0)
        report(&in);
    else
        cli_fail(cli, &err);
    arena_done(&in.arena);
    return code ? EXIT_TROUBLE : EXIT_FINE;
}
