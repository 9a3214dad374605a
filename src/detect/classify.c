/* The classifier of texts, in the model that ships: one finding per question it says yes to, with the words that weighed
 * most as its places.
 *
 * The cut the model came with lets news and verses pass, which are in Standard Arabic: in a dialect it would hide most
 * of what is offensive, and nothing there comes near it. So a stretch in a dialect is asked for a probability instead.
 *
 * What it learned from is Arabic, in both alphabets. Of French and English it knows too little to tell harm from what
 * everybody says: texts that are mostly in those are read by a model of their own, which gives one answer, and asked of the
 * other only what it has learned in all languages. */
#include "detect/detect_priv.h"

#include "base/utf8.h"
#include "detect/mix.h"
#include "text/arabizi.h"
#include "text/dialect.h"
#include "text/model.h"

#include <stdlib.h>

enum { WORDS = 5 };
/* Arabic in Latin letters: seldom seen while learning, and a handle or a row of tags looks like it. */
#define LATIN      0.95f
#define A_DIALECT  0.6f
#define AN_ENGLISH 0.98f
/* A rarer harm may be the likelier one and still be unlikely: no finding. */
#define LEAST 0.5f

/* The questions a model is asked here, and what a yes is evidence of. A model that does not know one is not asked it.
 * Doxxing is not among them: the data itself is its proof, and words that go with it are the lexicon's.
 *
 * The rare harms were learned from lines in which they are common. Among what people write they are not: `rare` asks for the
 * probability that one in two hundred comments of the public sets reaches (one in three hundred for extortion, children, the
 * disabled; one in a hundred for threats, which do stand in comments; one in five hundred for glorification, which sets a clock of
 * an hour), and takes as likely as FOUND what reaches just that: bench/read_report.py. */
static const struct question {
    const char *task;
    enum category category;
    float least;      /* probability beside the cut */
    float in_dialect; /* probability instead of both in an Arabic dialect; 0: none */
    float rare;       /* probability instead of both everywhere; 0: none */
    bool western;     /* also asked of texts in French and English */
} questions[] = {{"offensive", CATEGORY_HARASSMENT_ABUSE, 0.8f, 0.7f},
                 {"hate", CATEGORY_HATE, LEAST},
                 {"threat", CATEGORY_INCITEMENT_VIOLENCE, .rare = 0.77f},
                 {"extortion", CATEGORY_EXTORTION, .rare = 0.915f, .western = true},
                 {"glorification", CATEGORY_TERROR_GLORIFICATION, .rare = 0.67f, .western = true},
                 {"women", CATEGORY_HARASSMENT_WOMEN, .rare = 0.62f},
                 {"child", CATEGORY_HARASSMENT_CHILD, .rare = 0.085f},
                 {"disability", CATEGORY_HARASSMENT_DISABILITY, .rare = 0.32f},
                 {"family", CATEGORY_HARASSMENT_FAMILY, .rare = 0.78f},
                 {"origin", CATEGORY_HATE, .rare = 0.44f},
                 {"religion", CATEGORY_HATE, .rare = 0.3f}};
#define FOUND 0.6f

/* A row of emoji or a word or two is no sentence, and sentences are what the model has learned from: shorter ones are asked for abuse
 * alone, of which one word may be all. Beyond WORDS_MOST a text is long. */
enum {
    WORDS_LEAST = 3,
    WORDS_LEAST_ARABIC = 2,
    WORD_LETTERS_LEAST = 2,
    WORD_DIGITS_MOST = 2,
    WORDS_MOST = 255
};

/* Of French and English: what is likelier than this in any of the three is said, as the rarest that it is likely to be. */
#define WESTERN 0.82f
static const struct question western[] = {{"threat", CATEGORY_INCITEMENT_VIOLENCE, LEAST},
                                          {"hate", CATEGORY_HATE, LEAST},
                                          {"offensive", CATEGORY_HARASSMENT_ABUSE, 0}};

struct models {
    const struct text_model *text, *western;
    const struct dialect_model *dialects;
    bool mix; /* the text's model has all answers that mix.h joins */
};

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    struct models *m = malloc(sizeof *m);
    if (!m) return error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for a detector");
    *m = (struct models){env->model, env->western, env->dialects, env->model && mix_knows(env->model)};
    *out_state = m;
    return 0;
}

static void close(void *state) { free(state); }

static int by_place(const void *pa, const void *pb)
{
    const struct place *a = pa, *b = pb;
    return a->start < b->start ? -1 : a->start > b->start;
}

static size_t beginning(struct sv text)
{
    enum { BYTES = 200 };
    size_t at = 0;
    while (at < text.n && at < BYTES) utf8_next(text, &at, NULL);
    return at;
}

/* The word's span holds the marks that stand at it. */
static bool in_quotes(struct sv text, size_t start, size_t end)
{
    static const char *const marks[] = {"«", "»", "“", "”", "\""};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (sv_find(sv_sub(text, start, end), sv_cstr(marks[i]), 0) != SIZE_MAX) return true;
    return text_quoted(text, start, end);
}

static int report(const struct text_model *m, struct detect_scratch *s, const struct text_unit *u,
                  const struct model_task *k, const struct model_task *told_by, const struct question *q,
                  float probability, struct finding_list *out, struct error *err)
{
    struct model_word words[WORDS];
    struct place places[WORDS];
    struct finding f;
    size_t n = 0;
    int rc = model_explain(m, &s->model, &u->norm, told_by->column[1], words, WORDS, &n, err);
    if (rc) return rc;
    /* No word of it weighs by itself: it is the text, or its beginning. */
    if (n == 0) words[n++] = (struct model_word){0, beginning(u->norm.original), 1};
    finding_init(&f);
    f.kind = FINDING_CLASSIFIER;
    f.detector = sv_cstr(detector_classify.name);
    f.detector_version = detector_classify.version;
    f.category = q->category;
    f.probability = (double)probability;
    f.label = k->name;
    f.quote = sv_sub(u->norm.original, words[0].start, words[0].end);
    if (in_quotes(u->norm.original, words[0].start, words[0].end)) f.context = SV("quote");
    if (!f.context.n && text_denied(u->norm.original, words[0].start)) f.context = SV("denied");
    for (size_t i = 0; i < n; i++) places[i] = unit_place(u, words[i].start, words[i].end);
    qsort(places, n, sizeof *places, by_place);
    f.places = places;
    f.nplaces = n;
    return finding_add(out, &f) ? error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for a finding") : 0;
}

/* What most of the unit is in; DIALECT_COUNT where that cannot be told. */
static int language(const struct dialect_model *d, struct detect_scratch *s, const struct text_unit *u,
                    struct mixed *out, struct error *err)
{
    struct dialect_span *span;
    size_t n = 0;
    out->in = DIALECT_COUNT;
    if (!d) return 0;
    int rc = dialect_spans(d, &u->norm, &s->arena, &span, &n, err);
    if (rc || n == 0) return rc;
    out->in = dialect_main(span, n);
    const struct dialect_span *longest = NULL;
    for (size_t i = 0; i < n; i++) {
        if (span[i].is != out->in) continue;
        if (!longest || span[i].end - span[i].start > longest->end - longest->start) longest = &span[i];
    }
    bool dialect = out->in > DIALECT_MSA && out->in < DIALECT_ARABIZI;
    float sure = dialect ? A_DIALECT : out->in == DIALECT_ENGLISH ? AN_ENGLISH : 0;
    out->unsure = longest && longest->probability < sure;
    return 0;
}

static bool is_western(enum dialect d) { return d == DIALECT_FRENCH || d == DIALECT_ENGLISH; }
static bool is_dialect(enum dialect d) { return d > DIALECT_MSA && d <= DIALECT_ARABIZI; }

/* Who quotes, speaks of another's words: the cut holds. */
static bool has_quotes(struct sv s)
{
    return sv_find_byte(s, '"', 0) != SIZE_MAX || sv_find(s, SV("«"), 0) != SIZE_MAX ||
           sv_find(s, SV("“"), 0) != SIZE_MAX;
}

/* *p: the model's probability; with a yes to something rare, how likely it is where it is rare. */
static bool says_yes(const struct text_unit *u, enum dialect in, const struct question *q,
                     const struct model_task *k, const float *scores, float *p)
{
    if (in == DIALECT_ARABIZI && *p < LATIN) return false;
    if (q->rare > 0 && *p < q->rare) return false;
    if (q->rare > 0) {
        float odds = *p / (1 - *p) / (q->rare / (1 - q->rare)) * (FOUND / (1 - FOUND));
        *p = odds / (1 + odds);
        return true;
    }
    if (*p >= q->least && model_decide(k, scores) == 1) return true;
    return q->in_dialect > 0 && *p >= q->in_dialect && is_dialect(in) && !has_quotes(u->norm.original);
}

/* What a text is in, and whether its words make a sentence. */
struct text_in {
    struct mixed is;
    bool sentence;
};

/* The first question, from all answers to it. Where somebody quotes, the general answer alone counts, at its cut. */
static int read_offensive(const struct models *m, struct detect_scratch *s, const struct text_unit *u,
                          const struct text_in *in, const float *scores, uint32_t *answered,
                          struct finding_list *out, struct error *err)
{
    const struct model_task *k = model_task(m->text, sv_cstr(questions[0].task));
    float p = 0, alone = model_probability(&m->text->column[k->column[1]], scores[k->column[1]]);
    if (!mix_offensive(m->text, &in->is, scores, &p)) return 0;
    if (has_quotes(u->norm.original) && (alone < questions[0].least || model_decide(k, scores) != 1))
        return 0;
    *answered |= 1;
    return report(m->text, s, u, k, model_task(m->text, sv_cstr(mix_told_by(&in->is))), &questions[0], p, out,
                  err);
}

/* One reading of a unit. *answered: a bit per question that has been said yes to, which is not asked again. */
static int read_reading(const struct models *m, struct detect_scratch *s, const struct text_unit *u,
                        const struct text_in *in, uint32_t *answered, struct finding_list *out,
                        struct error *err)
{
    float scores[MODEL_MAX_COLUMNS];
    int rc = model_score(m->text, &s->model, &u->norm, scores, err);
    if (rc == 0 && m->mix && !(*answered & 1)) rc = read_offensive(m, s, u, in, scores, answered, out, err);
    for (size_t i = m->mix; i < sizeof questions / sizeof *questions && in->sentence && !rc; i++) {
        const struct model_task *k = model_task(m->text, sv_cstr(questions[i].task));
        if ((*answered >> i & 1) || !k || k->nclasses != 2 ||
            (is_western(in->is.in) && !questions[i].western))
            continue;
        float p = model_probability(&m->text->column[k->column[1]], scores[k->column[1]]);
        if (!says_yes(u, in->is.unsure ? DIALECT_MSA : in->is.in, &questions[i], k, scores, &p)) continue;
        *answered |= 1u << i;
        rc = report(m->text, s, u, k, k, &questions[i], p, out, err);
    }
    return rc;
}

static int read_western(const struct text_model *m, struct detect_scratch *s, const struct text_unit *u,
                        struct finding_list *out, struct error *err)
{
    enum { ASKED = sizeof western / sizeof *western };
    float scores[MODEL_MAX_COLUMNS], p[ASKED] = {0}, most = 0;
    const struct model_task *k[ASKED];
    int rc = model_score(m, &s->model, &u->norm, scores, err);
    for (size_t i = 0; i < ASKED && !rc; i++) {
        k[i] = model_task(m, sv_cstr(western[i].task));
        if (k[i] && k[i]->nclasses == 2)
            p[i] = model_probability(&m->column[k[i]->column[1]], scores[k[i]->column[1]]);
        if (p[i] > most) most = p[i];
    }
    if (rc || most < WESTERN) return rc;
    size_t is = 0;
    while (is + 1 < ASKED && p[is] < western[is].least) is++;
    return report(m, s, u, k[is], k[is], &western[is], most, out, err);
}

/* 9 and 8 in Latin letters are read in two ways: the likelier one first, the other for what the first says no to. */
static int read_unit(const struct models *m, struct detect_scratch *s, const struct text_unit *u,
                     struct text_in *in, struct finding_list *out, struct error *err)
{
    uint32_t answered = 0;
    int rc = language(m->dialects, s, u, &in->is, err);
    if (rc == 0 && is_western(in->is.in) && in->sentence && m->western)
        rc = read_western(m->western, s, u, out, err);
    if (rc) return rc;
    if (!arabizi_is_ambiguous(u->norm.text)) return read_reading(m, s, u, in, &answered, out, err);
    struct text_unit other = *u;
    rc = arabizi_mashriqi(&u->norm, &s->arena, &other.norm, err);
    bool east = arabizi_convention(u->norm.text) == ARABIZI_MASHRIQI;
    if (rc == 0) rc = read_reading(m, s, east ? &other : u, in, &answered, out, err);
    if (rc == 0) rc = read_reading(m, s, east ? u : &other, in, &answered, out, err);
    return rc;
}

static bool is_letter(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 0x600 && cp < 0x700) || (cp >= 0xE0 && cp < 0x250);
}

/* Names of accounts, tags and words with numbers at their end (a handle's "nur80") are no words of a sentence. */
static uint32_t count_words(struct sv text)
{
    uint32_t words = 0;
    size_t letters = 0, digits = 0;
    bool name = false;
    for (size_t at = 0; at <= text.n && words < WORDS_MOST;) {
        uint32_t cp = at < text.n ? utf8_next(text, &at, NULL) : (at++, ' ');
        if (is_letter(cp)) {
            letters++, digits = 0;
        } else if (cp >= '0' && cp <= '9') {
            digits++;
        } else {
            words += letters >= WORD_LETTERS_LEAST && digits < WORD_DIGITS_MOST && !name;
            letters = digits = 0;
            name = cp == '#' || cp == '@' || (name && cp == '_');
        }
    }
    return words;
}

/* A name is no statement, and a word by itself on a picture is a sign. */
static bool says_something(const struct models *m, const struct text_unit *u, struct text_in *out)
{
    const struct norm_text *t = &u->norm;
    if (u->field == TEXT_HANDLE || u->field == TEXT_NAME) return false;
    uint32_t least = t->arabic * 3 > t->text.n ? WORDS_LEAST_ARABIC : WORDS_LEAST; /* two bytes a letter */
    *out = (struct text_in){.is = {.words = count_words(t->text)}};
    out->sentence = out->is.words >= least;
    return out->sentence || (m->mix && u->field == TEXT_CAPTION && out->is.words > 0);
}

static int run(const void *state, struct detect_scratch *s, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct models *m = state;
    if (!m->text) return 0;
    int rc = scratch_units(s, item, err);
    for (size_t i = 0; i < s->nunits && !rc; i++) {
        struct text_in in;
        if (says_something(m, &s->units[i], &in)) rc = read_unit(m, s, &s->units[i], &in, out, err);
    }
    return rc;
}

const struct detector detector_classify = {
    .name = "classify",
    .help = "the classifier of texts",
    .version = 3,
    .wants = DETECT_TEXT,
    .open = open,
    .run = run,
    .close = close,
};
