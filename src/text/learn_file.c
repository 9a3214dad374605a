/* The usual case: one file with any labels, and others whose texts help. Labels of other files are understood by their
 * names: the same name is the same class; names that mean "nothing wrong" stand together, and all others apart. */
#include "text/learn_priv.h"

#include "base/file.h"

static const char *const harmless_names[] = {"0",        "normal",  "not",  "none",          "safe",
                                             "not_off",  "neutral", "no",   "non-offensive", "not_hs",
                                             "not_hate", "neither", "clean"};
static const char *const hate_names[] = {"hs", "hate", "hateful", "hate speech"};

static bool one_of(struct sv label, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sv_eq_nocase(label, sv_cstr(names[i]))) return true;
    return false;
}
static bool is_harmless(struct sv s)
{
    return one_of(s, harmless_names, sizeof(harmless_names) / sizeof(*harmless_names));
}
static bool is_hate(struct sv s) { return one_of(s, hate_names, sizeof(hate_names) / sizeof(*hate_names)); }

static bool same_class(struct sv a, struct sv b)
{
    return sv_eq_nocase(a, b) || (is_harmless(a) && is_harmless(b)) || (is_hate(a) && is_hate(b));
}

/* What another set's label says of a class of the first one: 0 when its set does not know the class. */
static int8_t says_of(const struct learner *l, uint32_t set, struct sv label, struct sv class, bool binary)
{
    bool known = false;
    for (size_t i = 0; i < learner_labels(l, set); i++) known |= same_class(learner_label(l, set, i), class);
    if (known) return same_class(label, class) ? 1 : -1;
    return binary && !is_harmless(class) ? is_harmless(label) ? -1 : 1 : 0;
}

static int add_family(struct learner *l, struct sv class, bool binary, uint32_t *out_column,
                      struct error *err)
{
    uint32_t family = 0;
    int rc = learner_family(l, class, &family, err);
    for (uint32_t s = 0; !rc && s < l->nsets; s++) {
        int8_t says[LEARN_MAX_LABELS] = {0};
        bool some = false;
        for (size_t i = 0; i < learner_labels(l, s); i++) {
            struct sv label = learner_label(l, s, i);
            says[i] = s > 0 ? says_of(l, s, label, class, binary) : sv_eq(label, class) ? 1 : -1;
            some |= says[i] != 0;
        }
        if (some) rc = learner_member(l, family, s, says, l->nsets > 1, s == 0 ? 1.0 : 0.5, err);
    }
    return rc ? rc : learner_column(l, class, family, 0, out_column, err);
}

static int label_order(const void *a, const void *b)
{
    const struct learn_class *x = a, *y = b;
    int harmless = is_harmless(y->name) - is_harmless(x->name);
    return harmless ? harmless : sv_cmp(x->name, y->name);
}

static int add_task(struct learner *l, struct error *err)
{
    struct learn_class classes[LEARN_MAX_LABELS] = {0};
    size_t n = learner_labels(l, 0);
    int rc = 0;
    if (n < 2)
        return error_set(err, ERR_ARG, "learn",
                         "%.*s has %zu label; at least two are needed to tell them apart",
                         SV_FMT(l->set[0].name), n);
    for (size_t i = 0; i < n; i++) classes[i].name = learner_label(l, 0, i);
    qsort(classes, n, sizeof(*classes), label_order);
    for (size_t i = n == 2; !rc && i < n; i++)
        rc = add_family(l, classes[i].name, n == 2, &classes[i].column, err);
    if (n == 2) classes[0].column = classes[1].column, classes[0].negated = true;
    return rc ? rc : learner_task(l, SV("labels"), 0, classes, n, 1, err);
}

static int learn_once(const struct learn_options *o, const char *path, const char *const *with, size_t nwith,
                      struct buf *out, double *out_quality, struct error *err)
{
    struct learner *l = NULL;
    int rc = learner_new(o, &l, err);
    for (size_t i = 0; !rc && i <= nwith; i++) {
        const char *file = i == 0 ? path : with[i - 1];
        uint32_t set = 0;
        rc = learner_set(l, path_base(sv_cstr(file)), &set, err);
        if (!rc) rc = learner_file(l, set, file, LEARN_LABELLED, err);
        if (!rc) rc = learner_source(l, path_base(sv_cstr(file)), err);
    }
    if (!rc) rc = add_task(l, err);
    if (!rc) rc = learner_run(l, out, err);
    if (!rc) *out_quality = learner_quality(l);
    learner_free(l);
    return rc;
}

/* What differs from data to data, and is tried on held-out texts: how much whole words count beside runs of letters, and
 * how closely the classes' examples are followed. */
struct setting {
    unsigned words;
    double cost, balance, contrast;
};

struct search {
    const char *path, *const *with;
    size_t nwith;
    struct learn_options o; /* the best so far */
    double best;
    struct buf *out;
};

static int try_setting(struct search *s, struct setting t, struct error *err)
{
    struct learn_options o = s->o;
    struct buf b;
    double quality = 0;
    buf_init(&b, 0);
    o.words = t.words, o.cost = t.cost, o.balance = t.balance, o.contrast = t.contrast;
    int rc = learn_once(&o, s->path, s->with, s->nwith, &b, &quality, err);
    if (!rc && quality > s->best) {
        s->best = quality, s->o = o;
        buf_clear(s->out);
        buf_putsv(s->out, buf_sv(&b));
        if (s->out->failed) rc = error_set(err, ERR_NOMEM, "learn", "no memory for a model");
    }
    buf_done(&b);
    return rc;
}

int learn_file(const struct learn_options *o, const char *path, const char *const *with, size_t nwith,
               struct buf *out, struct error *err)
{
    static const unsigned words[] = {1, 4, 12};
    static const struct setting others[] = {{0, 1, 0.5, 0.5}, {0, 0.3, 1, 0.5}};
    struct search s = {path, with, nwith, *o, -1, out};
    int rc = 0;
    for (size_t i = 0; !rc && i < (o->words ? 1 : sizeof(words) / sizeof(*words)); i++)
        rc = try_setting(&s, (struct setting){o->words ? o->words : words[i], 0.3, 1, 0.9}, err);
    for (size_t i = 0; !rc && i < sizeof(others) / sizeof(*others); i++) {
        struct setting t = others[i];
        t.words = s.o.words;
        rc = try_setting(&s, t, err);
    }
    return rc;
}
