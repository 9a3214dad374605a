#include "cli/match_banks.h"

#include "base/file.h"
#include "cli/cmds.h"
#include "store/hashlist.h"
#include "store/store_exchange.h"

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

static int read_list(struct walk *w)
{
    struct hashlist_sink sink = {.arg = w, .item = on_listed, .bad = on_bad};
    struct hashlist_counts counts = {0};
    int code = hashlist_read(w->bank->list, NULL, path_base(sv_cstr(w->bank->list)), &sink, &counts, w->err);
    if (code == 0 && counts.items == 0)
        code = error_set(w->err, ERR_FORMAT, "cli", "%s: no hash could be read (%llu lines are unreadable)",
                         w->bank->list, (unsigned long long)counts.bad);
    return code;
}

int match_banks_item(struct match_banks *b, struct sv bank, const struct id128 *id,
                     int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                     struct error *err)
{
    struct arena a;
    int code = 0;
    arena_init(&a, 0);
    for (size_t i = 0; i < b->n && code == 0; i++) {
        struct bank_item item;
        if (b->v[i].list || !sv_eq(b->v[i].name, bank)) continue;
        code = store_bank_item_get(engine_store(b->engine), bank, id, &a, &item, err);
        if (code == 0) code = visit(arg, bank, &item);
    }
    arena_done(&a);
    return code == ERR_NOTFOUND ? 0 : code; /* removed meanwhile */
}

int match_banks_labelled(struct match_banks *b, struct sv bank, struct sv label,
                         int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                         struct error *err)
{
    int code = 0;
    for (size_t i = 0; i < b->n && code == 0; i++) {
        struct walk w = {b, &b->v[i], visit, arg, err, true};
        if (!b->v[i].list && sv_eq(b->v[i].name, bank))
            code = store_bank_items_labelled(engine_store(b->engine), bank, BANK_SHA256, label, on_stored, &w,
                                             err);
    }
    return code;
}

int match_banks_lists(struct match_banks *b,
                      int (*visit)(void *arg, struct sv bank, const struct bank_item *item), void *arg,
                      struct error *err)
{
    int code = 0;
    for (size_t i = 0; i < b->n && code == 0; i++)
        if (b->v[i].list) code = read_list(&(struct walk){b, &b->v[i], visit, arg, err, true});
    return code;
}

/* ---- what is named ---- */

static int need_engine(struct match_banks *b, struct error *err)
{
    struct engine_options o = {.workspace = b->cli->workspace, .read_only = true, .log = &b->cli->log};
    return b->engine ? 0 : engine_open(&o, &b->engine, err);
}

static int name_list(struct match_banks *b, enum category category, bool none, const char *path)
{
    b->v[b->n++] = (struct match_bank){.list = path, .category = category, .negative = none};
    return 0;
}

/* A name with a slash is a file; another one is a bank of the workspace, else a file. */
static int name_one(struct match_banks *b, const char *value, struct error *err)
{
    const char *equals = strchr(value, '=');
    if (equals && equals > value) {
        struct sv name = sv_of(value, (size_t)(equals - value));
        enum category category = category_parse(name);
        if (sv_is(name, "none") || category != CATEGORY_NONE)
            return name_list(b, category, category == CATEGORY_NONE, equals + 1);
    }
    if (!strchr(value, '/') && need_engine(b, err) == 0) {
        struct bank bank;
        int code = store_bank_get(engine_store(b->engine), sv_cstr(value), &b->arena, &bank, err);
        if (code == 0) b->v[b->n++] = (struct match_bank){.name = sv_cstr(value)};
        if (code != ERR_NOTFOUND) return code;
    }
    if (file_exists(value)) return name_list(b, CATEGORY_NONE, false, value);
    return error_set(err, ERR_NOTFOUND, "cli", "%s: neither a bank of the workspace nor a file", value);
}

static int name_all(struct match_banks *b, struct error *err)
{
    struct bank *banks = NULL;
    size_t n = 0;
    int code = need_engine(b, err);
    if (code == 0) code = store_bank_list(engine_store(b->engine), &b->arena, &banks, &n, err);
    if (code == 0) b->v = ARENA_ARRAY(&b->arena, n ? n : 1, struct match_bank);
    if (code == 0 && !b->v) code = error_set(err, ERR_NOMEM, "cli", "no memory for %zu banks", n);
    for (size_t i = 0; i < n && code == 0; i++) b->v[b->n++] = (struct match_bank){.name = banks[i].name};
    return code;
}

static int name_options(struct match_banks *b, const struct cli_args *a, struct error *err)
{
    int code = 0;
    b->v = ARENA_ARRAY(&b->arena, a->noptions, struct match_bank);
    if (!b->v) return error_set(err, ERR_NOMEM, "cli", "no memory for banks");
    for (size_t i = 0; i < a->noptions && code == 0; i++)
        if (strcmp(a->options[i].option->name, "--bank") == 0) code = name_one(b, a->options[i].text, err);
    return code;
}

/* ---- loading ---- */

/* All of the workspace's banks come as they were kept; those that were not named are passed over. */
static int load_stored(struct match_banks *b, struct error *err)
{
    size_t n = 0;
    struct sv *names = ARENA_ARRAY(&b->arena, b->n ? b->n : 1, struct sv);
    if (!names) return error_set(err, ERR_NOMEM, "cli", "no memory for banks");
    for (size_t i = 0; i < b->n; i++)
        if (!b->v[i].list) names[n++] = b->v[i].name;
    if (n == 0) {
        int code = bank_set_new(&b->own, err);
        b->set = b->own;
        return code;
    }
    int code = engine_look_banks(b->engine, &b->set, err);
    if (code == 0 && bank_set_only(b->set, names, n) != 0)
        code = error_set(err, ERR_NOMEM, "cli", "no memory for banks");
    return code;
}

static int take_item(void *arg, struct sv bank, const struct bank_item *item)
{
    struct walk *w = arg;
    return bank_set_add_item(w->banks->set, bank, item, w->err);
}

/* A list is called as its file, with its place in front where that is taken. */
static int load_list(struct match_banks *b, size_t i, struct error *err)
{
    struct match_bank *m = &b->v[i];
    struct sv base = path_base(sv_cstr(m->list));
    m->name = base;
    for (size_t n = i + 1; m->name.p && bank_set_has_bank(b->set, m->name); n += b->n)
        m->name = arena_printf(&b->arena, "%zu-%.*s", n, SV_FMT(base));
    if (!m->name.p) return error_set(err, ERR_NOMEM, "cli", "no memory for a bank");
    struct bank bank = {
        .name = m->name, .category = m->category, .negative = m->negative, .threshold = b->threshold};
    int code = bank_set_add_bank(b->set, &bank, err);
    struct walk w = {.banks = b, .bank = m, .visit = take_item, .err = err};
    w.arg = &w;
    return code ? code : read_list(&w);
}

bool match_banks_open(struct match_banks *out, struct cli *cli, const struct cli_args *a)
{
    int64_t threshold = 31;
    struct error err = {0};
    *out = (struct match_banks){.cli = cli};
    arena_init(&out->arena, 0);
    if (!args_number(cli, a, "--threshold", 0, 255, &threshold)) return false;
    out->threshold = (int)threshold;
    int code = args_has(a, "--bank") ? name_options(out, a, &err) : name_all(out, &err);
    if (code == 0) code = load_stored(out, &err);
    for (size_t i = 0; i < out->n && code == 0; i++)
        if (out->v[i].list) code = load_list(out, i, &err);
    if (code) cli_fail(cli, &err);
    return code == 0;
}

void match_banks_close(struct match_banks *b)
{
    bank_set_free(b->own);
    engine_close(b->engine);
    arena_done(&b->arena);
}
