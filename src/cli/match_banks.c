#include "cli/match_banks.h"

#include "base/file.h"
#include "cli/cmds.h"
#include "store/hashlist.h"

#include <string.h>

struct walk {
    struct match_banks *banks;
    const struct match_bank *bank;
    int (*visit)(void *arg, struct sv bank, const struct bank_item *item);
    void *arg;
    struct error *err;
    bool quiet; /* bad lines have been told already */
};

/* ---- items ---- */

static int on_stored(void *arg, const struct bank_item *item)
{
    struct walk *w = arg;
    return w->visit(w->arg, w->bank->name, item);
}

static int on_listed(void *arg, const struct bank_item *item, struct error *err)
{
    struct walk *w = arg;
    return w->visit(w->arg, w->bank->name, item);
}

static int on_bad(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    struct walk *w = arg;
    if (!w->quiet)
        log_write(&w->banks->cli->log, LOG_WARN, "bank", "%s:%llu: %s", w->bank->list,
                  (unsigned long long)line, why->text);
    return 0;
}

static int walk(struct walk *w)
{
    if (!w->bank->list)
        return store_bank_items(engine_store(w->banks->engine), w->bank->name, on_stored, w, w->err);
    struct hashlist_sink sink = {.arg = w, .item = on_listed, .bad = on_bad};
    struct hashlist_counts counts = {0};
    int code = hashlist_read(w->bank->list, NULL, path_base(sv_cstr(w->bank->list)), &sink, &counts, w->err);
    if (code == 0 && counts.items == 0)
        code = error_set(w->err, ERR_FORMAT, "cli", "%s: no hash could be read (%llu lines are unreadable)",
                         w->bank->list, (unsigned long long)counts.bad);
    return code;
}

int match_banks_each(struct match_banks *b,
                     int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                     struct error *err)
{
    int code = 0;
    for (size_t i = 0; i < b->n && code == 0; i++)
        code = walk(&(struct walk){b, &b->v[i], visit, arg, err, true});
    return code;
}

/* ---- opening ---- */

static int take_item(void *arg, struct sv bank, const struct bank_item *item)
{
    struct walk *w = arg;
    return bank_set_add_item(w->banks->set, bank, item, w->err);
}

static int load(struct match_banks *b, const struct bank *bank, const char *list, struct error *err)
{
    struct match_bank *m = &b->v[b->n];
    m->name = arena_copy(&b->arena, bank->name);
    m->list = list;
    if (!m->name.p) return error_set(err, ERR_NOMEM, "cli", "no memory for a bank");
    int code = bank_set_add_bank(b->set, bank, err);
    if (code) return code;
    b->n++;
    struct walk w = {.banks = b, .bank = m, .visit = take_item, .err = err};
    w.arg = &w;
    return walk(&w);
}

static int load_list(struct match_banks *b, enum category category, bool none, const char *path,
                     struct error *err)
{
    struct sv base = path_base(sv_cstr(path));
    struct sv name = b->n ? arena_printf(&b->arena, "%zu-%.*s", b->n + 1, SV_FMT(base)) : base;
    struct bank bank = {.name = name, .category = category, .negative = none, .threshold = b->threshold};
    return load(b, &bank, path, err);
}

static int need_engine(struct match_banks *b, struct error *err)
{
    struct engine_options o = {.workspace = b->cli->workspace, .read_only = true, .log = &b->cli->log};
    return b->engine ? 0 : engine_open(&o, &b->engine, err);
}

/* A name with a slash is a file; another one is a bank of the workspace, else a file. */
static int load_named(struct match_banks *b, const char *value, struct error *err)
{
    const char *equals = strchr(value, '=');
    if (equals && equals > value) {
        struct sv name = sv_of(value, (size_t)(equals - value));
        enum category category = category_parse(name);
        if (sv_is(name, "none") || category != CATEGORY_NONE)
            return load_list(b, category, category == CATEGORY_NONE, equals + 1, err);
    }
    if (!strchr(value, '/') && need_engine(b, err) == 0) {
        struct bank bank;
        int code = store_bank_get(engine_store(b->engine), sv_cstr(value), &b->arena, &bank, err);
        if (code == 0) return load(b, &bank, NULL, err);
        if (code != ERR_NOTFOUND) return code;
    }
    if (file_exists(value)) return load_list(b, CATEGORY_NONE, false, value, err);
    return error_set(err, ERR_NOTFOUND, "cli", "%s: neither a bank of the workspace nor a file", value);
}

static int load_all(struct match_banks *b, struct error *err)
{
    struct bank *banks = NULL;
    size_t n = 0;
    int code = need_engine(b, err);
    if (code == 0) code = store_bank_list(engine_store(b->engine), &b->arena, &banks, &n, err);
    if (code == 0) b->v = ARENA_ARRAY(&b->arena, n ? n : 1, struct match_bank);
    if (code == 0 && !b->v) code = error_set(err, ERR_NOMEM, "cli", "no memory for %zu banks", n);
    for (size_t i = 0; i < n && code == 0; i++) code = load(b, &banks[i], NULL, err);
    return code;
}

static int load_options(struct match_banks *b, const struct cli_args *a, struct error *err)
{
    int code = 0;
    b->v = ARENA_ARRAY(&b->arena, a->noptions, struct match_bank);
    if (!b->v) return error_set(err, ERR_NOMEM, "cli", "no memory for banks");
    for (size_t i = 0; i < a->noptions && code == 0; i++)
        if (strcmp(a->options[i].option->name, "--bank") == 0) code = load_named(b, a->options[i].text, err);
    return code;
}

/* The index of sounds that runs keep in the workspace: what of it is of these banks need not be built. Without it, it is. */
static int use_kept_sounds(struct match_banks *b, struct error *err)
{
    struct error why = {0};
    if (!b->engine) return 0;
    struct sv dir = path_join(&b->arena, sv_cstr(b->cli->workspace), SV("index"));
    int code = dir.p ? bank_set_open_sounds(b->set, dir.p, &why) : ERR_NOMEM;
    return code == ERR_NOMEM ? error_set(err, ERR_NOMEM, "cli", "no memory for the banks") : 0;
}

bool match_banks_open(struct match_banks *out, struct cli *cli, const struct cli_args *a)
{
    int64_t threshold = 31;
    struct error err = {0};
    *out = (struct match_banks){.cli = cli};
    arena_init(&out->arena, 0);
    if (!args_number(cli, a, "--threshold", 0, 255, &threshold)) return false;
    out->threshold = (int)threshold;
    int code = bank_set_new(&out->set, &err);
    if (code == 0) code = args_has(a, "--bank") ? load_options(out, a, &err) : load_all(out, &err);
    if (code == 0) code = use_kept_sounds(out, &err);
    if (code) cli_fail(cli, &err);
    return code == 0;
}

void match_banks_close(struct match_banks *b)
{
    bank_set_free(b->set);
    engine_close(b->engine);
    arena_done(&b->arena);
}
