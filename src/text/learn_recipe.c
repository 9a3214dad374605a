/* A recipe: which files, what their labels say, and what is to be answered. docs/formats/recipe.md is its grammar; lines
 * of fields between TABs, the first of them the kind of line. What needs a set that is left out is left out with it. */
#include "text/learn_priv.h"

#include "base/file.h"
#include "base/limits.h"

enum { RECIPE_MAX_FIELDS = 8, RECIPE_MAX_BYTES = 1 << 20 };
#define LEFT_OUT (UINT32_MAX - 1)

struct recipe {
    struct learner *l;
    struct learn_options o;
    const char *path;
    struct learn_dirs dirs;
    bool only_open;
    struct buf *without; /* may be NULL */
    uint64_t line;
    struct arena arena;
    struct map sets, families, columns; /* name → number + 1 */
    struct learn_class classes[MODEL_MAX_CLASSES];
    size_t nclasses;
    struct sv task;
    uint32_t task_set;
    double task_alarms;
    bool in_task, task_left_out;
    struct sv then; /* the recipe of the next part, or nothing */
};

static int wrong(const struct recipe *r, const char *what, struct sv value, struct error *err)
{
    return error_set(err, ERR_FORMAT, "recipe", "%s, line %llu: %s '%.*s'", r->path,
                     (unsigned long long)r->line, what, SV_FMT(value));
}

static int keep(struct recipe *r, struct map *m, struct sv name, uint32_t number, struct error *err)
{
    uint64_t *value = NULL;
    int rc = map_put(m, name, &value);
    if (rc < 0) return error_set(err, rc, "recipe", "no memory for a recipe");
    if (rc == 0) return wrong(r, "there already is a", name, err);
    *value = (uint64_t)number + 1;
    return 0;
}

static int find(const struct recipe *r, const struct map *m, struct sv name, uint32_t *out, struct error *err)
{
    const uint64_t *value = map_get(m, name);
    if (!value) return wrong(r, "nothing above is called", name, err);
    *out = (uint32_t)(*value - 1);
    return 0;
}

/* options TAB key=value … */
static int options_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    for (size_t i = 1; i < n; i++) {
        struct sv value = f[i], key;
        double v = 0;
        if (!sv_split(&value, '=', &key) || !sv_to_double(value, &v) || v < 0 || v > 1e6)
            return wrong(r, "an option is key=number, not", f[i], err);
        if (sv_is(key, "bits") && v >= 8 && v <= 24)
            r->o.bits = (uint32_t)v;
        else if (sv_is(key, "folds") && v >= 2 && v <= 100)
            r->o.folds = (unsigned)v;
        else if (sv_is(key, "held"))
            r->o.held = (unsigned)v;
        else if (sv_is(key, "words") && v >= 1 && v <= FEATURE_MAX_WORD_TIMES)
            r->o.words = (unsigned)v;
        else if (sv_is(key, "once") && v <= 1)
            r->o.once = v > 0;
        else if (sv_is(key, "cost"))
            r->o.cost = v;
        else if (sv_is(key, "own"))
            r->o.own = v;
        else if (sv_is(key, "balance"))
            r->o.balance = v;
        else if (sv_is(key, "contrast") && v <= 1)
            r->o.contrast = v;
        else if (sv_is(key, "rounds"))
            r->o.rounds = (unsigned)v;
        else if (sv_is(key, "shared") && v <= SHARED_MOST)
            r->o.shared = (unsigned)v;
        else if (sv_is(key, "mix") && v <= 1)
            r->o.mix = r->o.settle = v > 0;
        else if (sv_is(key, "seed"))
            r->o.seed = (uint64_t)v;
        else
            return wrong(r, "no such option, or out of range:", f[i], err);
    }
    return 0;
}

/* In the first folder that has it; what the project wrote itself lies beside the recipe. .p is NULL where it is in none. */
static int find_file(struct recipe *r, struct sv file, struct sv *out, struct error *err)
{
    *out = (struct sv){NULL, 0};
    for (size_t i = 0; i <= r->dirs.n; i++) {
        struct sv dir = i < r->dirs.n ? sv_cstr(r->dirs.dir[i]) : path_dir(sv_cstr(r->path));
        struct sv path = path_join(&r->arena, dir, file);
        if (!path.p) return error_set(err, ERR_NOMEM, "recipe", "no memory for a recipe");
        if (!file_exists(path.p)) continue;
        *out = path;
        return 0;
    }
    return 0;
}

/* Of two parts, both may want it. */
static int leave_out(struct recipe *r, struct sv set, struct sv file, struct error *err)
{
    struct buf *b = r->without;
    if (b && sv_find(buf_sv(b), file, 0) == SIZE_MAX)
        buf_printf(b, "%s%.*s (%.*s)", b->n ? ", " : "", SV_FMT(set), SV_FMT(file));
    return keep(r, &r->sets, set, LEFT_OUT, err);
}

/* set TAB name TAB file TAB labelled|grouped|plain TAB open|closed|extra TAB where it comes from and its licence */
static int set_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    if (n < 6)
        return wrong(r, "a set needs name, file, labelled|grouped|plain, open|closed|extra and its source:",
                     f[0], err);
    bool extra = sv_is(f[4], "extra");
    if (r->only_open && !extra && !sv_is(f[4], "open")) return keep(r, &r->sets, f[1], LEFT_OUT, err);
    uint32_t set = 0;
    enum learn_lines lines = sv_is(f[3], "labelled")  ? LEARN_LABELLED
                             : sv_is(f[3], "grouped") ? LEARN_GROUPED
                                                      : LEARN_PLAIN;
    struct sv path;
    int rc = find_file(r, f[2], &path, err);
    if (rc) return rc;
    if (!path.p && extra) return leave_out(r, f[1], f[2], err);
    if (!path.p) return wrong(r, "in no folder that --dir names, nor beside the recipe:", f[2], err);
    if (!r->l) rc = learner_new(&r->o, &r->l, err);
    if (!rc) rc = learner_set(r->l, f[1], &set, err);
    if (!rc) rc = keep(r, &r->sets, f[1], set, err);
    if (!rc) rc = learner_file(r->l, set, path.p, lines, err);
    return rc ? rc : learner_source(r->l, f[5], err);
}

static bool listed(struct sv list, struct sv label, bool *out_rest)
{
    struct sv part;
    while (sv_split(&list, '|', &part)) {
        if (sv_is(part, "*")) *out_rest = true;
        if (sv_eq(part, label)) return true;
    }
    return false;
}

/* member TAB family TAB set TAB labels for TAB labels against TAB own|shared TAB weight; '*' all others, '' none */
static int member_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    uint32_t family = 0, set = 0;
    int8_t says[LEARN_MAX_LABELS] = {0};
    double weight = 1;
    if (n < 7 || !sv_to_double(f[6], &weight) || weight <= 0)
        return wrong(
            r, "a member needs family, set, labels for, labels against, own|shared and weight:", f[0], err);
    int rc = find(r, &r->sets, f[2], &set, err);
    if (rc || set == LEFT_OUT) return rc;
    const uint64_t *known = map_get(&r->families, f[1]);
    if (known)
        family = (uint32_t)(*known - 1);
    else
        rc = learner_family(r->l, f[1], &family, err);
    if (!rc && !known) rc = keep(r, &r->families, f[1], family, err);
    for (size_t i = 0; !rc && i < learner_labels(r->l, set); i++) {
        bool rest_for = false, rest_against = false;
        struct sv label = learner_label(r->l, set, i);
        if (listed(f[3], label, &rest_for))
            says[i] = 1;
        else if (listed(f[4], label, &rest_against))
            says[i] = -1;
        else
            says[i] = rest_for ? 1 : rest_against ? -1 : 0;
    }
    return rc ? rc : learner_member(r->l, family, set, says, sv_is(f[5], "own"), weight, err);
}

/* column or helper TAB name TAB family TAB set or * */
static int column_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    uint32_t family = 0, set = LEARN_GENERAL, column = 0;
    bool helper = sv_is(f[0], "helper");
    if (n < 4) return wrong(r, "a column needs name, family and a set or *:", f[0], err);
    if (!map_get(&r->families, f[2])) return keep(r, &r->columns, f[1], LEFT_OUT, err);
    int rc = find(r, &r->families, f[2], &family, err);
    if (!rc && !sv_is(f[3], "*")) rc = find(r, &r->sets, f[3], &set, err);
    if (rc) return rc;
    if (set == LEFT_OUT) return keep(r, &r->columns, f[1], LEFT_OUT, err);
    rc = (helper ? learner_helper : learner_column)(r->l, f[1], family, set, &column, err);
    return rc ? rc : keep(r, &r->columns, f[1], column, err);
}

static int end_task(struct recipe *r, struct error *err)
{
    if (!r->in_task || r->task_left_out) return 0;
    if (r->nclasses < 2) return wrong(r, "fewer than two classes in task", r->task, err);
    return learner_task(r->l, r->task, r->task_set, r->classes, r->nclasses, r->task_alarms, err);
}

/* task TAB name TAB set or * TAB most false alarms (0..1) */
static int task_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    int rc = end_task(r, err);
    if (rc) return rc;
    r->in_task = true, r->nclasses = 0, r->task_left_out = false;
    if (n < 4 || !sv_to_double(f[3], &r->task_alarms))
        return wrong(r, "a task needs name, a set or *, and the share of false alarms:", f[0], err);
    r->task = f[1], r->task_set = LEARN_GENERAL;
    if (sv_is(f[2], "*")) return 0;
    rc = find(r, &r->sets, f[2], &r->task_set, err);
    r->task_left_out = r->task_set == LEFT_OUT;
    return rc;
}

/* class TAB label TAB column TAB + or - */
static int class_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    uint32_t column = 0;
    if (n < 4 || !r->in_task || r->nclasses == MODEL_MAX_CLASSES)
        return wrong(r, "a class stands under a task, with label, column and + or -:", f[0], err);
    int rc = find(r, &r->columns, f[2], &column, err);
    if (column == LEFT_OUT)
        r->task_left_out = true;
    else if (!rc && r->l->column[column].helper)
        return wrong(r, "a class needs a column; this is a helper, which is not in the file:", f[2], err);
    r->classes[r->nclasses++] = (struct learn_class){f[1], column, sv_is(f[3], "-")};
    return rc;
}

/* then TAB recipe beside this one, whose model becomes the next part of this one's */
static int then_line(struct recipe *r, const struct sv *f, size_t n, struct error *err)
{
    if (n < 2 || r->then.p) return wrong(r, "one recipe may follow, beside this one:", f[0], err);
    r->then = path_join(&r->arena, path_dir(sv_cstr(r->path)), f[1]);
    return r->then.p ? 0 : error_set(err, ERR_NOMEM, "recipe", "no memory for a recipe");
}

static int recipe_line(struct recipe *r, struct sv line, struct error *err)
{
    static const struct {
        const char *kind;
        int (*read)(struct recipe *r, const struct sv *f, size_t n, struct error *err);
        bool first; /* before any set */
    } kinds[] = {{"options", options_line, true}, {"set", set_line, true},
                 {"member", member_line, false},  {"column", column_line, false},
                 {"helper", column_line, false},  {"task", task_line, false},
                 {"class", class_line, false},    {"then", then_line, true}};
    struct sv f[RECIPE_MAX_FIELDS];
    size_t n = 0;
    if (sv_trim(line).n == 0 || line.p[0] == '#') return 0;
    while (n < RECIPE_MAX_FIELDS && sv_split(&line, '\t', &f[n])) n++;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (!sv_is(f[0], kinds[i].kind)) continue;
        if (!r->l && !kinds[i].first && !sv_is(f[0], "set")) return wrong(r, "before any set:", f[0], err);
        return kinds[i].read(r, f, n, err);
    }
    return wrong(r, "no such kind of line:", f[0], err);
}

static int learn_part(const struct recipe *like, const char *recipe, unsigned part, struct buf *out,
                      struct error *err)
{
    struct recipe r = *like;
    struct buf bytes;
    struct sv line, rest;
    r.path = recipe;
    buf_init(&bytes, 0);
    arena_init(&r.arena, 0);
    map_init(&r.sets), map_init(&r.families), map_init(&r.columns);
    int rc = file_read(recipe, RECIPE_MAX_BYTES, &bytes, err);
    rest = buf_sv(&bytes);
    while (!rc && sv_split(&rest, '\n', &line)) {
        r.line++;
        rc = recipe_line(&r, line, err);
    }
    if (!rc) rc = end_task(&r, err);
    if (!rc && !r.l) rc = error_set(err, ERR_FORMAT, "recipe", "%s: no set to learn from", recipe);
    if (!rc) rc = learner_run(r.l, out, err);
    learner_free(r.l);
    if (!rc && r.then.p && part + 1 == MODEL_MAX_PARTS)
        rc = error_set(err, ERR_LIMIT, "recipe", "%s: a model has at most %d parts", recipe, MODEL_MAX_PARTS);
    if (!rc && r.then.p) rc = learn_part(like, r.then.p, part + 1, out, err);
    map_done(&r.sets), map_done(&r.families), map_done(&r.columns);
    arena_done(&r.arena);
    buf_done(&bytes);
    return rc;
}

int learn_recipe(const char *recipe, struct learn_dirs dirs, bool only_open, struct buf *out,
                 struct buf *out_without, struct error *err)
{
    struct recipe like = {
        .dirs = dirs, .only_open = only_open, .without = out_without, .o = {.balance = -1, .contrast = -1}};
    return learn_part(&like, recipe, 0, out, err);
}
