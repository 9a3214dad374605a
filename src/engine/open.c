/* Opening: where the policy, the lexicons and the banks come from, and when the crew starts.
 *
 * Each is taken from the option that names it, else from the workspace, else from what is built into the program. */
#include "engine/network_priv.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/vec.h"
#include "store/hashlist.h"
#include "store/ledger.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static int load_policy(struct engine *e, const struct engine_options *o, struct error *err)
{
    struct sv path = SV_NULL;
    if (o->policy_file) {
        path = sv_cstr(o->policy_file);
    } else if (o->workspace) {
        path = path_join(&e->arena, sv_cstr(o->workspace), SV("policy/default.lua"));
        if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
        if (!file_exists(path.p)) path = SV_NULL;
    }
    if (!path.p) return policy_load(SV("default.lua"), builtin_file(SV("default.lua")), &e->policy, err);
    struct buf bytes;
    buf_init(&bytes, 0);
    int code = file_read(path.p, POLICY_MAX_FILE_BYTES, &bytes, err);
    if (code == 0) code = policy_load(path, buf_sv(&bytes), &e->policy, err);
    buf_done(&bytes);
    return code;
}

static bool known_category(struct sv name)
{
    return sv_is(name, "none") || category_parse(name) != CATEGORY_NONE;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_lexicon(struct sv name) { return sv_ends(name, SV(".tsv")) && !sv_starts(name, SV(".")); }

/* All *.tsv of a folder in order of name, so that ids and messages do not depend on the file system. */
static int add_lexicon_dir(struct engine *e, const char *dir, struct terms_builder *b, struct error *err)
{
    DIR *d = opendir(dir);
    if (!d) return error_set(err, ERR_NOTFOUND, "engine", "%s: cannot open the folder of lexicons", dir);
    struct VEC(char *) names = {0};
    int code = 0;
    for (struct dirent *entry; code == 0 && (entry = readdir(d));) {
        if (!is_lexicon(sv_cstr(entry->d_name))) continue;
        char *name = arena_cstr(&e->arena, sv_cstr(entry->d_name));
        code = name ? VEC_PUSH(&names, name) : ERR_NOMEM;
    }
    closedir(d);
    if (code) error_set(err, code, "engine", "no memory for the list of lexicons");
    if (names.n) qsort(names.v, names.n, sizeof *names.v, by_name);
    struct buf bytes;
    buf_init(&bytes, 0);
    for (size_t i = 0; code == 0 && i < names.n; i++) {
        struct sv path = path_join(&e->arena, sv_cstr(dir), sv_cstr(names.v[i]));
        code = path.p ? file_read(path.p, TEXT_MAX_BYTES, &bytes, err)
                      : error_set(err, ERR_NOMEM, "engine", "no memory for a path");
        if (code == 0) code = terms_builder_add(b, path, buf_sv(&bytes), known_category, err);
    }
    buf_done(&bytes);
    VEC_DONE(&names);
    return code;
}

static int add_builtin_lexicons(struct terms_builder *b, struct error *err)
{
    for (const char *const *name = builtin_names; *name; name++) {
        struct sv n = sv_cstr(*name);
        if (!sv_starts(n, SV("lexicons/")) || !is_lexicon(path_base(n))) continue;
        int code = terms_builder_add(b, n, builtin_file(n), known_category, err);
        if (code) return code;
    }
    return 0;
}

static int load_terms(struct engine *e, const struct engine_options *o, struct error *err)
{
    const char *dir = o->lexicon_dir;
    if (!dir && o->workspace) {
        struct sv path = path_join(&e->arena, sv_cstr(o->workspace), SV("policy/lexicons"));
        if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
        if (dir_exists(path.p)) dir = path.p;
    }
    struct terms_builder *b = NULL;
    int code = terms_builder_new(&b, err);
    if (code) return code;
    code = dir ? add_lexicon_dir(e, dir, b, err) : add_builtin_lexicons(b, err);
    if (code) {
        terms_builder_free(b);
        return code;
    }
    return terms_compile(b, &e->terms, err);
}

/* <workspace>/policy/`name` where it exists, else the one that ships. */
static int load_model(struct engine *e, const struct engine_options *o, struct sv name,
                      struct text_model **out, struct error *err)
{
    if (o->workspace) {
        struct sv policy = path_join(&e->arena, sv_cstr(o->workspace), SV("policy"));
        struct sv path = policy.p ? path_join(&e->arena, policy, name) : SV_NULL;
        if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
        if (file_exists(path.p)) return model_open(path.p, out, err);
    }
    struct sv built_in = builtin_file(name);
    return built_in.n ? model_read(built_in, out, err) : 0;
}

static int load_models(struct engine *e, const struct engine_options *o, struct error *err)
{
    int rc = dialect_read(builtin_file(SV("models/dialect.model")), &e->dialects, err);
    if (rc == 0) rc = load_model(e, o, SV("models/read.model"), &e->model, err);
    if (rc == 0) rc = load_model(e, o, SV("models/western.model"), &e->western, err);
    return rc;
}

static int load_recogniser(struct engine *e, const struct engine_options *o, struct error *err)
{
    struct recogniser_options how = {.manifest = o->recogniser, .log = e->log};
    if (!how.manifest) how.manifest = getenv("MARSAD_RECOGNISER");
    if ((!how.manifest || !*how.manifest) && o->workspace) {
        how.manifest = NULL;
        struct sv path = path_join(&e->arena, sv_cstr(o->workspace), SV("policy/recogniser.json"));
        if (!path.p) return error_set(err, ERR_NOMEM, "engine", "no memory for a path");
        if (file_exists(path.p)) how.manifest = path.p;
    }
    return how.manifest && *how.manifest ? recogniser_new(&how, &e->recogniser, err) : 0;
}

/* ---- banks ---- */

struct bank_load {
    struct bank_set *set;
    struct sv bank;
    struct error *err;
    const char *path;
    const struct log *log;
};

static int load_list_item(void *arg, const struct bank_item *item, struct error *err)
{
    struct bank_load *l = arg;
    return bank_set_add_item(l->set, l->bank, item, err);
}

static int list_line_bad(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    struct bank_load *l = arg;
    log_write(l->log, LOG_WARN, "bank", "%s:%llu: %s", l->path, (unsigned long long)line, why->text);
    return 0;
}

int engine_load_bank(struct engine *e, struct sv name, enum category category, const char *list_path,
                     struct error *err)
{
    if (e->crew)
        return error_set(err, ERR_BUSY, "engine", "bank %.*s: load banks before the first analysis",
                         SV_FMT(name));
    struct bank bank = {.name = name,
                        .category = category,
                        .negative = category == CATEGORY_NONE,
                        .threshold = 31,
                        .source = sv_cstr(list_path),
                        .created_us = clock_now_us()};
    struct bank_load l = {.set = e->banks, .bank = name, .path = list_path, .log = e->log};
    struct hashlist_sink sink = {.arg = &l, .item = load_list_item, .bad = list_line_bad};
    struct hashlist_counts counts = {0};
    int code = bank_set_add_bank(e->banks, &bank, err);
    if (code == 0) code = hashlist_read(list_path, NULL, SV_NULL, &sink, &counts, err);
    if (code == 0 && counts.items == 0)
        code = error_set(err, ERR_FORMAT, "engine", "%s: no hash could be read (%llu lines are unreadable)",
                         list_path, (unsigned long long)counts.bad);
    return code;
}

/* ---- opening and closing ---- */

static int open_workspace(struct engine *e, const struct engine_options *o, struct error *err)
{
    enum workspace_mode mode = o->read_only ? WORKSPACE_LOOK : WORKSPACE_RUN;
    int code = workspace_open(o->workspace, mode, &e->workspace, err);
    if (code == 0) code = workspace_owner(e->owner, err);
    if (code == 0) code = store_open(workspace_db(e->workspace), &e->store, err);
    return code;
}

/* Leases of runs that ended without a word are given back; a live one of another machine keeps its own. */
static int release_dead(struct engine *e, struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    struct sv *owners = NULL;
    size_t n = 0;
    int code = store_owners(e->store, &a, &owners, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (!workspace_owner_alive(owners[i])) code = store_release(e->store, owners[i], err);
    arena_done(&a);
    return code;
}

int engine_open(const struct engine_options *o, struct engine **out, struct error *err)
{
    struct engine *e = calloc(1, sizeof *e);
    if (!e) return error_set(err, ERR_NOMEM, "engine", "no memory for an engine");
    arena_init(&e->arena, 0);
    pthread_mutex_init(&e->pool_lock, NULL);
    e->log = o->log;
    e->read_only = o->read_only;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    e->workers = o->workers ? o->workers : (unsigned)(cores > 0 ? cores : 1);
    int code = id_init(err);
    if (code == 0 && o->worker_path) {
        e->worker_path = arena_cstr(&e->arena, sv_cstr(o->worker_path));
        if (!e->worker_path) code = error_set(err, ERR_NOMEM, "engine", "no memory for a path");
    }
    if (code == 0 && o->workspace) {
        code = open_workspace(e, o, err);
        if (code == 0 && !o->read_only) code = release_dead(e, err);
    }
    if (code == 0 && !o->read_only) {
        code = load_policy(e, o, err);
        if (code == 0) code = load_terms(e, o, err);
        if (code == 0) code = load_models(e, o, err);
        if (code == 0) code = load_recogniser(e, o, err);
        if (code == 0) code = e->store ? engine_open_banks(e, err) : bank_set_new(&e->banks, err);
    }
    if (code == 0 && o->workspace && !o->read_only) {
        code = engine_note_policy(e, err);
        if (code == 0 && !o->sign_later) engine_sign(e, e->store);
    }
    if (code) {
        engine_close(e);
        return code;
    }
    *out = e;
    return 0;
}

void engine_close_detectors(struct engine *e)
{
    crew_free(e->crew);
    e->crew = NULL;
    detect_set_free(e->detectors);
    e->detectors = NULL;
}

void engine_close(struct engine *e)
{
    if (!e) return;
    engine_close_detectors(e);
    engine_keep_banks(e);
    engine_archive_keep(e, true);
    engine_archive_forget(e);
    media_pool_free(e->pool);
    recogniser_free(e->recogniser);
    bank_set_free(e->banks);
    terms_free(e->terms);
    model_free(e->model);
    model_free(e->western);
    engine_network_done(e);
    policy_free(e->policy);
    if (e->store && e->workspace && ledger_wrote(e->store)) engine_sign(e, e->store);
    store_close(e->store);
    workspace_close(e->workspace);
    pthread_mutex_destroy(&e->pool_lock);
    arena_done(&e->arena);
    free(e);
}

struct store *engine_store(struct engine *e) { return e->store; }

int engine_detectors(struct engine *e, struct error *err)
{
    if (e->read_only) return error_set(err, ERR_ARG, "engine", "this engine was opened to look only");
    int code = e->store ? engine_follow_banks(e, err) : 0;
    if (code || e->detectors) return code;
    struct detect_env env = {.banks = e->banks,
                             .terms = e->terms,
                             .model = e->model,
                             .western = e->western,
                             .dialects = &e->dialects,
                             .log = e->log};
    code = detect_set_new(&env, &e->detectors, err);
    if (code) engine_close_detectors(e);
    return code;
}

int engine_ready(struct engine *e, struct error *err)
{
    int code = engine_detectors(e, err);
    if (code || e->crew) return code;
    struct crew_how how = {.start = analyst_start, .work = analyst_work, .stop = analyst_stop, .arg = e};
    code = crew_new(e->workers, &how, &e->crew, err);
    if (code) engine_close_detectors(e); /* a later call begins anew and loses nothing */
    return code;
}

int engine_pool(struct engine *e, struct media_pool **out, struct error *err)
{
    pthread_mutex_lock(&e->pool_lock);
    if (!e->pool && e->pool_code == 0) {
        struct media_options o = {.worker_path = e->worker_path,
                                  .workers = e->workers,
                                  .limits = media_limits_default(),
                                  .log = e->log};
        e->pool_code = media_pool_new(&o, &e->pool, &e->pool_error);
    }
    int code = e->pool_code;
    if (code == 0)
        *out = e->pool;
    else if (err)
        *err = e->pool_error;
    pthread_mutex_unlock(&e->pool_lock);
    return code;
}
