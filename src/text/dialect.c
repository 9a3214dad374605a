/* Reading: see dialect.h. */
#include "text/dialect.h"

#include "base/id.h"
#include "base/limits.h"
#include "text/dialect_priv.h"
#include "text/text_priv.h"

#include <math.h>

static const char *const codes[DIALECT_COUNT + 1] = {"ar",    "ar-ma",   "ar-iq", "ar-gulf", "ar-levant",
                                                     "ar-eg", "ar-latn", "fr",    "en",      "und"};

const char *dialect_code(enum dialect d) { return codes[d <= DIALECT_COUNT ? d : DIALECT_COUNT]; }

bool dialect_parse(struct sv code, enum dialect *out)
{
    for (int d = 0; d < DIALECT_COUNT; d++) {
        if (!sv_is(code, codes[d])) continue;
        *out = (enum dialect)d;
        return true;
    }
    return false;
}

/* ---- the file ---- */

static uint32_t get_u32(const char *p)
{
    uint32_t v = 0;
    for (int i = 3; i >= 0; i--) v = v << 8 | (uint8_t)p[i];
    return v;
}

int dialect_read(struct sv bytes, struct dialect_model *out, struct error *err)
{
    struct sha256 digest;
    if (bytes.n < DIALECT_HEAD || memcmp(bytes.p, "MARSADDL", 8) != 0)
        return error_set(err, ERR_FORMAT, "dialect", "this is no model of dialects");
    uint32_t version = get_u32(bytes.p + 8), bits = get_u32(bytes.p + 12), classes = get_u32(bytes.p + 16);
    if (version != DIALECT_VERSION || classes != DIALECT_COUNT || bits > DIALECT_MAX_BITS)
        return error_set(err, ERR_FORMAT, "dialect",
                         "a model of dialects of version %u, %u classes, 2^%u rows; this program reads "
                         "version %d, %d classes",
                         version, classes, bits, DIALECT_VERSION, DIALECT_COUNT);
    size_t want = DIALECT_HEAD + DIALECT_COUNT * sizeof(float) + ((size_t)DIALECT_COUNT << bits);
    if (bytes.n != want)
        return error_set(err, ERR_FORMAT, "dialect", "a model of dialects of %zu bytes where %zu belong",
                         bytes.n, want);
    sha256_of(sv_sub(bytes, DIALECT_HEAD, bytes.n), &digest);
    if (memcmp(&digest, bytes.p + 24, sizeof digest) != 0)
        return error_set(err, ERR_FORMAT, "dialect",
                         "the model of dialects is damaged: its digest does not hold");
    out->bits = bits;
    memcpy(out->scale, bytes.p + DIALECT_HEAD, sizeof out->scale);
    for (int d = 0; d < DIALECT_COUNT; d++)
        if (!isfinite(out->scale[d]))
            return error_set(err, ERR_FORMAT, "dialect",
                             "the model of dialects has a scale that is no number");
    out->rows = (const int8_t *)bytes.p + DIALECT_HEAD + sizeof out->scale;
    return 0;
}

/* ---- words ---- */

bool dialect_next_word(struct sv s, size_t *at, struct dialect_word *out)
{
    while (*at < s.n) {
        size_t start = *at, letters = 0;
        bool arabic = false, latin = false;
        for (size_t next = start; *at < s.n; *at = next) {
            enum norm_class c = norm_class_after(s, &next);
            if (!norm_is_word(c) && !(c == NORM_OTHER && s.p[*at] == '\'' && letters > 0)) break;
            arabic |= c == NORM_ARABIC;
            latin |= c == NORM_LATIN;
            letters += norm_is_letter(c);
        }
        if (*at == start) {
            norm_class_after(s, at);
            continue;
        }
        if (letters == 0 || arabic == latin) continue; /* numbers, other scripts, a mixture */
        *out = (struct dialect_word){start, *at, latin};
        return true;
    }
    return false;
}

static inline uint32_t step(uint32_t h, uint32_t v)
{
    h = (h ^ v) * 0x9e3779b1u;
    return h ^ h >> 15;
}

size_t dialect_features(struct sv word, uint32_t out[WORD_FEATURES])
{
    enum { MOST = 22, RUN = 4 };
    uint32_t cp[MOST + 2], whole = 0x51ed270bu;
    size_t n = 0, count = 0;
    cp[n++] = 1; /* the word's border */
    for (size_t at = 0; at < word.n && n <= MOST;) cp[n++] = utf8_next(word, &at, NULL);
    cp[n++] = 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t h = 0x7feb352du;
        whole = step(whole, cp[i]);
        for (size_t k = 0; k < RUN && i + k < n; k++) {
            h = step(h, cp[i + k]);
            if (k > 0 || cp[i] != 1) out[count++] = h;
        }
    }
    out[count++] = whole;
    return count;
}

/* ---- spans ---- */

struct walk {
    const struct dialect_word *word;
    float (*score)[DIALECT_COUNT];
    uint8_t (*from)[DIALECT_COUNT];
    size_t n;
};

static void score_word(const struct dialect_model *m, struct sv word, bool latin, float out[DIALECT_COUNT])
{
    uint32_t hash[WORD_FEATURES];
    int32_t sum[DIALECT_COUNT] = {0};
    size_t n = dialect_features(word, hash);
    for (size_t i = 0; i < n; i++) {
        const int8_t *row = m->rows + (size_t)(hash[i] >> (32 - m->bits)) * DIALECT_COUNT;
        for (int d = 0; d < DIALECT_COUNT; d++) sum[d] += row[d];
    }
    for (int d = 0; d < DIALECT_COUNT; d++)
        out[d] = dialect_fits((enum dialect)d, latin) ? (float)sum[d] * m->scale[d] : -INFINITY;
}

#define CHANGE_COST 5.0f /* of another language after this word, in nats */

/* Fills w->from; the path's last state. Where scripts change, the change of language is free. */
static int best_path(struct walk *w)
{
    float best[DIALECT_COUNT];
    memcpy(best, w->score[0], sizeof best);
    for (size_t i = 1; i < w->n; i++) {
        float next[DIALECT_COUNT];
        int top = 0;
        for (int d = 1; d < DIALECT_COUNT; d++)
            if (best[d] > best[top]) top = d;
        float cost = w->word[i].latin == w->word[i - 1].latin ? CHANGE_COST : 0;
        for (int d = 0; d < DIALECT_COUNT; d++) {
            bool stay = best[d] >= best[top] - cost;
            next[d] = (stay ? best[d] : best[top] - cost) + w->score[i][d];
            w->from[i][d] = (uint8_t)(stay ? d : top);
        }
        memcpy(best, next, sizeof best);
    }
    int last = 0;
    for (int d = 1; d < DIALECT_COUNT; d++)
        if (best[d] > best[last]) last = d;
    return last;
}

/* How sure of class `is` over words [from, to): its share among the classes of their script. */
static float share(const struct walk *w, size_t from, size_t to, int is)
{
    float sum[DIALECT_COUNT] = {0}, total = 0;
    for (size_t i = from; i < to; i++)
        for (int d = 0; d < DIALECT_COUNT; d++) sum[d] += w->score[i][d];
    for (int d = 0; d < DIALECT_COUNT; d++) total += expf(sum[d] - sum[is]);
    return total > 0 ? 1 / total : 0;
}

static size_t make_spans(const struct walk *w, const uint8_t *path, const struct norm_text *t,
                         struct dialect_span *out)
{
    size_t n = 0;
    for (size_t from = 0, to; from < w->n; from = to) {
        for (to = from + 1; to < w->n && path[to] == path[from];) to++;
        struct dialect_span *s = &out[n++];
        size_t ignored;
        norm_span(t, w->word[from].start, w->word[from].end, &s->start, &ignored);
        norm_span(t, w->word[to - 1].start, w->word[to - 1].end, &ignored, &s->end);
        s->is = (enum dialect)path[from];
        s->probability = share(w, from, to, path[from]);
        s->words = (uint32_t)(to - from);
    }
    return n;
}

int dialect_spans(const struct dialect_model *m, const struct norm_text *t, struct arena *a,
                  struct dialect_span **out_spans, size_t *out_n, struct error *err)
{
    size_t most = t->text.n / 2 + 1 < DIALECT_MAX_WORDS ? t->text.n / 2 + 1 : DIALECT_MAX_WORDS, at = 0;
    struct dialect_word *word = ARENA_ARRAY(a, most, struct dialect_word);
    struct walk w = {.word = word};
    if (!word) return error_set(err, ERR_NOMEM, "dialect", "no memory for the words of a text");
    while (w.n < most && dialect_next_word(t->text, &at, &word[w.n])) w.n++;
    w.score = arena_array(a, w.n + 1, sizeof *w.score);
    w.from = arena_array(a, w.n + 1, sizeof *w.from);
    uint8_t *path = arena_array(a, w.n + 1, 1);
    struct dialect_span *spans = ARENA_ARRAY(a, w.n + 1, struct dialect_span);
    if (!w.score || !w.from || !path || !spans)
        return error_set(err, ERR_NOMEM, "dialect", "no memory for %zu words of a text", w.n);
    for (size_t i = 0; i < w.n; i++)
        score_word(m, sv_sub(t->text, word[i].start, word[i].end), word[i].latin, w.score[i]);
    *out_spans = spans;
    *out_n = 0;
    if (w.n == 0) return 0;
    path[w.n - 1] = (uint8_t)best_path(&w);
    for (size_t i = w.n - 1; i > 0; i--) path[i - 1] = w.from[i][path[i]];
    *out_n = make_spans(&w, path, t, spans);
    if (at < t->text.n && w.n == DIALECT_MAX_WORDS) spans[*out_n - 1].end = t->original.n;
    return 0;
}

enum dialect dialect_main(const struct dialect_span *spans, size_t n)
{
    uint64_t words[DIALECT_COUNT] = {0};
    int best = DIALECT_COUNT;
    for (size_t i = 0; i < n; i++) words[spans[i].is] += spans[i].words;
    for (int d = 0; d < DIALECT_COUNT; d++)
        if (words[d] > 0 && (best == DIALECT_COUNT || words[d] > words[best])) best = d;
    return (enum dialect)best;
}
