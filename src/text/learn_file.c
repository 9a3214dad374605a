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

/* What helps: the first set's class told from its own texts alone, and what each other set tells apart. */
static int add_helper(struct learner *l, uint32_t set, struct sv class, struct error *err)
{
    uint32_t family = 0, column = 0;
    int8_t says[LEARN_MAX_LABELS];
    for (size_t i = 0; i < learner_labels(l, set); i++)
        says[i] = sv_eq(learner_label(l, set, i), class) ? 1 : -1;
    int rc = learner_family(l, class, &family, err);
    if (!rc) rc = learner_member(l, family, set, says, false, 1, err);
    return rc ? rc : learner_helper(l, class, family, LEARN_GENERAL, &column, err);
}

static int add_helpers(struct learner *l, struct error *err)
{
    int rc = 0;
    for (uint32_t s = 0; s < l->nsets; s++) {
        size_t n = learner_labels(l, s);
        bool harmless = false; /* of two labels one is enough */
        for (size_t i = 0; i < n; i++) harmless |= is_harmless(learner_label(l, s, i));
        for (size_t i = 0; !rc && n > 1 && i < n && l->nfamilies < LEARN_MAX_FAMILIES; i++) {
            struct sv label = learner_label(l, s, i);
            bool told = n == 2 ? (harmless ? is_harmless(label) : i == 0) : s > 0 && is_harmless(label);
            if (!told) rc = add_helper(l, s, label, err);
        }
    }
    return rc;
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

/* What differs from data to data, and is tried on held-out texts: how much whole words count beside runs of letters, and
 * how closely the classes' examples are followed. */
struct setting {
    double cost, balance, contrast;
};

static const unsigned words_tried[] = {1, 4, 12};
static const struct setting settings[] = {{0.3, 1, 0.9}, {1, 0.5, 0.5}, {0.3, 1, 0.5}};
/* Of settings that measure alike the first is taken: on a few thousand texts the best is often the luckiest. */
#define SURELY   0.007
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct search {
    const char *path, *const *with;
    size_t nwith;
    const struct learn_options *o;
    struct learner *best;
    double quality;
    struct setting setting; /* the best */
};

static int try_setting(struct learner *l, struct setting t, struct error *err)
{
    l->o.cost = t.cost, l->o.balance = t.balance, l->o.contrast = t.contrast;
    return learner_hold(l, err);
}

static int read_all(struct search *s, unsigned words, struct learner **out, struct error *err)
{
    struct learn_options o = *s->o;
    struct learner *l = NULL;
    o.words = words, o.settle = true, o.mix = s->nwith > 0;
    int rc = learner_new(&o, &l, err);
    for (size_t i = 0; !rc && i <= s->nwith; i++) {
        const char *file = i == 0 ? s->path : s->with[i - 1];
        uint32_t set = 0;
        rc = learner_set(l, path_base(sv_cstr(file)), &set, err);
        if (!rc) rc = learner_file(l, set, file, LEARN_LABELLED, err);
        if (!rc) rc = learner_source(l, path_base(sv_cstr(file)), err);
    }
    if (!rc) rc = add_task(l, err);
    if (!rc && s->nwith > 0) rc = add_helpers(l, err);
    if (!rc) rc = learner_prepare(l, err);
    if (rc)
        learner_free(l);
    else
        *out = l;
    return rc;
}

/* The better of the best so far and this one is kept. */
static int try_words(struct search *s, unsigned words, struct error *err)
{
    struct learner *l = NULL;
    int rc = read_all(s, words, &l, err);
    if (!rc) rc = try_setting(l, settings[0], err);
    if (!rc && (!s->best || learner_quality(l) > s->quality + SURELY)) {
        struct learner *worse = s->best;
        s->best = l, s->quality = learner_quality(l), s->setting = settings[0];
        l = worse;
    }
    learner_free(l);
    return rc;
}

int learn_file(const struct learn_options *o, const char *path, const char *const *with, size_t nwith,
               struct buf *out, struct error *err)
{
    struct search s = {.path = path, .with = with, .nwith = nwith, .o = o};
    bool last = false; /* the setting tried last is the best */
    /* Many sets take long, and differ less by setting than one: the first is taken. */
    size_t tries = nwith > 0 ? 1 : COUNT(settings);
    int rc = 0;
    for (size_t i = 0; !rc && i < (o->words || nwith > 0 ? 1 : COUNT(words_tried)); i++)
        rc = try_words(&s, o->words ? o->words : words_tried[i], err);
    for (size_t i = 1; !rc && i < tries; i++) {
        rc = try_setting(s.best, settings[i], err);
        if (!rc && learner_quality(s.best) > s.quality + SURELY)
            s.quality = learner_quality(s.best), s.setting = settings[i], last = i + 1 == tries;
    }
    if (!rc && !last && tries > 1) rc = try_setting(s.best, s.setting, err);
    if (!rc) rc = learner_finish(s.best, out, err);
    learner_free(s.best);
    return rc;
}
