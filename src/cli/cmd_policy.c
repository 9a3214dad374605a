/* marsad policy check: is this file a policy, and if not, why? marsad policy test: what would it change?
 *
 * Checking is more than loading: assess() is run on a made-up finding of every kind and category, with and without
 * what posts often lack, so that a slip in a rarely taken branch shows before a post does. */
#include "cli/cmds.h"

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"

#include <string.h>

static int load_file(const char *path, struct policy **out, struct error *err)
{
    struct buf bytes;
    buf_init(&bytes, 0);
    int code = file_read(path, POLICY_MAX_FILE_BYTES, &bytes, err);
    if (code == 0) code = policy_load(sv_cstr(path), buf_sv(&bytes), out, err);
    buf_done(&bytes);
    return code;
}

/* ---- check ---- */

static struct finding sample(enum finding_kind kind, enum category c, struct place *place)
{
    struct finding f;
    finding_init(&f);
    *place = place_of(kind == FINDING_TIME_MISMATCH ? PLACE_POST
                      : kind == FINDING_TERM || kind == FINDING_PRIVATE || kind == FINDING_CLASSIFIER
                          ? PLACE_TEXT
                          : PLACE_MEDIA);
    f.kind = kind;
    f.detector = SV("sample");
    f.detector_version = 1;
    f.category = c;
    f.probability = 0.9;
    f.label = kind == FINDING_PRIVATE ? SV("phone") : SV("sample");
    f.places = place;
    f.nplaces = 1;
    return f;
}

static int try_sample(struct policy_runner *r, const struct post *post, enum finding_kind kind,
                      enum category c, struct error *err)
{
    struct arena arena;
    struct finding_list list;
    struct place place;
    struct assessment out;
    arena_init(&arena, 0);
    finding_list_init(&list, &arena);
    struct finding f = sample(kind, c, &place);
    int code = finding_add(&list, &f);
    struct policy_input in = {
        .post = post, .findings = &list, .now_us = 2 * US_PER_DAY, .known_us = 2 * US_PER_DAY};
    if (code == 0)
        code = policy_assess(r, &in, &arena, &out, err);
    else
        error_set(err, code, "cli", "no memory for a sample");
    finding_list_done(&list);
    arena_done(&arena);
    return code;
}

static int try_all(const struct policy *p, struct error *err)
{
    struct post bare;
    struct policy_runner *r = NULL;
    int code = policy_runner_new(p, &r, err);
    post_init(&bare);
    for (int k = 0; code == 0 && k < FINDING_KIND_COUNT; k++)
        for (int c = 0; code == 0 && c < CATEGORY_COUNT; c++)
            code = try_sample(r, &bare, (enum finding_kind)k, (enum category)c, err);
    policy_runner_free(r);
    return code;
}

/* The file named, else the workspace's, else the built-in one. */
static int load_for_check(struct cli *cli, const struct cli_args *a, struct arena *arena, struct policy **out,
                          struct error *err)
{
    if (a->noperands) return load_file(a->operands[0], out, err);
    struct sv path = path_join(arena, sv_cstr(cli->workspace), SV("policy/default.lua"));
    if (!path.p) return error_set(err, ERR_NOMEM, "cli", "no memory for a path");
    if (file_exists(path.p)) return load_file(path.p, out, err);
    return policy_load(SV("default.lua"), builtin_file(SV("default.lua")), out, err);
}

int cmd_policy_check(struct cli *cli, const struct cli_args *a)
{
    struct policy *p = NULL;
    struct error err = {0};
    struct arena arena;
    arena_init(&arena, 0);
    int code = load_for_check(cli, a, &arena, &p, &err);
    if (code == 0) code = try_all(p, &err);
    if (code == 0 && !cli->quiet) {
        const char *version = arena_cstr(&arena, policy_version(p));
        if (cli->json)
            buf_printf(&cli->out, "{\"policy\":\"%s\"}\n", version ? version : "");
        else
            cli_say(cli, "policy.fine", version ? version : "", NULL);
    }
    policy_free(p);
    arena_done(&arena);
    return code ? cli_fail(cli, &err) : EXIT_FINE;
}

/* ---- test ---- */

static const struct column count_columns[] = {
    {"head.category", ALIGN_START, 8, 0, false},
    {"head.before", ALIGN_END, 6, 0, false},
    {"head.after", ALIGN_END, 6, 0, false},
};
static const struct column change_columns[] = {
    {"head.post", ALIGN_START, 8, 0, false},
    {"head.before", ALIGN_START, 8, 36, false},
    {"head.after", ALIGN_START, 8, 36, false},
    {"head.caption", ALIGN_START, 16, 0, true},
};

enum { PAGE_POSTS = 256 };

struct trial {
    struct cli *cli;
    struct store *store;
    struct policy_runner *runner;
    struct table *changes;
    int64_t limit, now_us;
    uint64_t posts, changed, failed, waiting;
    uint64_t before[CATEGORY_COUNT], after[CATEGORY_COUNT];
};

/* What a person would notice; priorities move with the hour and are no change. */
static bool is_same(const struct assessment *a, const struct assessment *b)
{
    if (a->category != b->category) return false;
    return a->category == CATEGORY_NONE ||
           (a->severity == b->severity && a->clock_us == b->clock_us && a->hard == b->hard);
}

static void put_assessment(struct trial *t, const struct assessment *as)
{
    struct buf b;
    buf_init(&b, 0);
    buf_putsv(&b, category_text(t->cli, as->category));
    if (as->category != CATEGORY_NONE) {
        buf_printf(&b, " %d, ", as->severity);
        show_duration(t->cli, &b, as->clock_us);
        if (as->hard) buf_puts(&b, "!");
    }
    table_cell(t->changes, buf_sv(&b), category_colour(as->category ? as->severity : 0));
    buf_done(&b);
}

static void change_json(struct trial *t, const struct post *p, const struct assessment *was,
                        const struct assessment *is)
{
    struct jw w;
    char id[ID_TEXT_BYTES];
    id_format(&p->id, id);
    jw_init(&w, &t->cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "post", id);
    jw_key(&w, "before");
    assessment_write(was, &w);
    jw_key(&w, "after");
    assessment_write(is, &w);
    jw_end(&w);
    buf_putc(&t->cli->out, '\n');
}

static void tell_change(struct trial *t, const struct post *p, const struct assessment *was,
                        const struct assessment *is)
{
    char id[ID_TEXT_BYTES];
    if (t->changed++ >= (uint64_t)t->limit) return;
    if (t->cli->json) {
        change_json(t, p, was, is);
        return;
    }
    id_format(&p->id, id);
    table_cell(t->changes, sv_of(id, 8), COLOUR_DIM);
    put_assessment(t, was);
    put_assessment(t, is);
    table_cell(t->changes, post_text(p, TEXT_CAPTION), COLOUR_PLAIN);
    table_row(t->changes);
}

/* A post that breaks the new policy counts as its fallback; the first one is told in full. */
static int assess(struct trial *t, const struct policy_input *in, struct arena *a, struct assessment *out,
                  struct error *err)
{
    int code = policy_assess(t->runner, in, a, out, err);
    if (code != ERR_POLICY) return code;
    if (t->failed++ == 0) cli_fail(t->cli, err);
    return 0;
}

static int try_post(struct trial *t, const struct id128 *id, struct arena *a, struct error *err)
{
    struct post post;
    struct policy_input in = {.post = &post, .now_us = t->now_us};
    struct finding_list findings;
    struct assessment was, is;
    struct reach *reach = NULL;
    int64_t deadline_us = 0;
    finding_list_init(&findings, a);
    in.findings = &findings;
    int code = store_get_result(t->store, id, a, &findings, &was, &deadline_us, err);
    if (code == ERR_NOTFOUND) {
        t->waiting++;
        finding_list_done(&findings);
        return 0;
    }
    if (code == 0) code = store_get_post(t->store, id, a, &post, &in.known_us, err);
    if (code == 0) code = store_get_reach(t->store, id, a, &reach, &in.nreach, err);
    in.reach = reach;
    if (code == 0) code = assess(t, &in, a, &is, err);
    if (code == 0) {
        t->posts++;
        t->before[was.category]++;
        t->after[is.category]++;
        if (!is_same(&was, &is)) tell_change(t, &post, &was, &is);
    }
    finding_list_done(&findings);
    return code;
}

static int try_posts(struct trial *t, struct error *err)
{
    struct arena pages, arena;
    arena_init(&pages, 0);
    arena_init(&arena, 0);
    struct id128 *ids = NULL, last;
    size_t n = 0;
    int code = store_post_ids(t->store, NULL, PAGE_POSTS, &pages, &ids, &n, err);
    while (code == 0 && n) {
        for (size_t i = 0; code == 0 && i < n; i++) {
            arena_clear(&arena);
            code = cli_interrupted() ? error_set(err, ERR_CANCELLED, "cli", "stopped")
                                     : try_post(t, &ids[i], &arena, err);
        }
        last = ids[n - 1];
        arena_clear(&pages);
        if (code == 0) code = store_post_ids(t->store, &last, PAGE_POSTS, &pages, &ids, &n, err);
        if (!cli_flush_some(t->cli)) break;
    }
    arena_done(&arena);
    arena_done(&pages);
    return code;
}

static void print_trial_json(struct trial *t)
{
    struct jw w;
    jw_init(&w, &t->cli->out, JW_COMPACT);
    jw_object(&w);
    jw_kv_i64(&w, "posts", (int64_t)t->posts);
    jw_kv_i64(&w, "changed", (int64_t)t->changed);
    jw_kv_i64(&w, "failed", (int64_t)t->failed);
    jw_kv_i64(&w, "waiting", (int64_t)t->waiting);
    jw_key(&w, "categories");
    jw_object(&w);
    for (int c = 0; c < CATEGORY_COUNT; c++) {
        if (!t->before[c] && !t->after[c]) continue;
        jw_key(&w, category_name((enum category)c));
        jw_object(&w);
        jw_kv_i64(&w, "before", (int64_t)t->before[c]);
        jw_kv_i64(&w, "after", (int64_t)t->after[c]);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    buf_putc(&t->cli->out, '\n');
}

static void print_trial(struct trial *t)
{
    struct cli *cli = t->cli;
    if (cli->json) {
        print_trial_json(t);
        return;
    }
    struct table *counts = table_new(cli, count_columns, 3);
    for (int c = 0; c < CATEGORY_COUNT; c++) {
        if (!t->before[c] && !t->after[c]) continue;
        enum cli_colour colour = t->before[c] == t->after[c] ? COLOUR_PLAIN : COLOUR_YELLOW;
        table_cell(counts, category_text(cli, (enum category)c), colour);
        table_cellf(counts, colour, "%llu", (unsigned long long)t->before[c]);
        table_cellf(counts, colour, "%llu", (unsigned long long)t->after[c]);
        table_row(counts);
    }
    table_print(counts);
    table_free(counts);
    if (t->changed) {
        buf_putc(&cli->out, '\n');
        table_print(t->changes);
    }
    char n[3][32];
    const uint64_t v[] = {t->posts, t->changed, t->failed};
    for (size_t i = 0; i < 3; i++) snprintf(n[i], sizeof n[i], "%llu", (unsigned long long)v[i]);
    buf_putc(&cli->out, '\n');
    cli_say(cli, "policy.tested", n[0], n[1], n[2], NULL);
}

int cmd_policy_test(struct cli *cli, const struct cli_args *a)
{
    struct trial t = {.cli = cli, .limit = cli->json ? INT64_MAX : 40, .now_us = clock_now_us()};
    struct policy *p = NULL;
    struct engine *e = NULL;
    struct error err = {0};
    if (!args_number(cli, a, "--limit", 1, INT32_MAX, &t.limit)) return EXIT_TROUBLE;
    if (load_file(a->operands[0], &p, &err) != 0) return cli_fail(cli, &err);
    cli_watch_signals();
    int code = policy_runner_new(p, &t.runner, &err);
    if (code == 0 && !open_engine(cli, true, &e)) code = 1;
    if (code == 0) {
        t.store = engine_store(e);
        if (!cli->json) t.changes = table_new(cli, change_columns, 4);
        code = try_posts(&t, &err);
        if (code == 0) print_trial(&t);
    }
    table_free(t.changes);
    engine_close(e);
    policy_runner_free(t.runner);
    policy_free(p);
    if (code) return code < 0 ? cli_fail(cli, &err) : EXIT_TROUBLE;
    return t.failed ? EXIT_TROUBLE : t.changed ? EXIT_FOUND : EXIT_FINE;
}
