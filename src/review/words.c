/* Looking a post over: the words that it is found by, and by what it is a copy of others. */
#include "review/review_priv.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "store/store_look.h"
#include "text/normalise.h"

/* Letters and digits of any script; not punctuation, Arabic's included, and not emoji. */
static bool part_of_word(uint32_t ch)
{
    if (ch < 0x80) return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z');
    if (ch < 0xc0 || (ch >= 0x2000 && ch < 0x2c00) || (ch >= 0x3000 && ch < 0x3040) || ch >= 0x1f000)
        return false;
    return ch != 0xd7 && ch != 0xf7 && ch != 0x60c && ch != 0x61b && ch != 0x61f && ch != 0x6d4 &&
           ch != 0xfffd;
}

/* Where the word that begins at `from` ends; `from` itself when none does. */
static size_t end_of_word(struct sv text, size_t from)
{
    size_t end = from;
    for (size_t next = from; next < text.n; end = next)
        if (!part_of_word(utf8_next(text, &next, NULL))) break;
    return end;
}

/* Words of the folded text without the dots of Arabic letters, so that they are found however they were written. */
static int add_words(struct sv text, struct arena *a, struct sv *out, size_t max, size_t *io_n,
                     struct error *err)
{
    struct norm_text norm;
    int code = text_normalise(text, a, &norm, err);
    for (size_t i = 0; code == 0 && i < norm.skeleton.n && *io_n < max;) {
        size_t end = end_of_word(norm.skeleton, i);
        if (end > i)
            out[(*io_n)++] = sv_sub(norm.skeleton, i, end);
        else
            (void)utf8_next(norm.skeleton, &end, NULL);
        i = end;
    }
    return code;
}

int review_words(struct sv text, struct arena *a, struct sv *out, size_t max, size_t *out_n,
                 struct error *err)
{
    *out_n = 0;
    return add_words(text, a, out, max, out_n, err);
}

static int words_of(const struct post *p, struct arena *a, struct sv **out, size_t *out_n, struct error *err)
{
    size_t n = 0;
    struct sv *words = ARENA_ARRAY(a, REVIEW_MAX_WORDS, struct sv);
    if (!words) return error_set(err, ERR_NOMEM, "review", "no memory for the words of a post");
    int code = add_words(p->account.handle, a, words, REVIEW_MAX_WORDS, &n, err);
    if (code == 0) code = add_words(p->account.name, a, words, REVIEW_MAX_WORDS, &n, err);
    if (code == 0) code = add_words(p->native_id, a, words, REVIEW_MAX_WORDS, &n, err);
    for (size_t i = 0; code == 0 && i < p->ntexts; i++)
        code = add_words(p->texts[i].text, a, words, REVIEW_MAX_WORDS, &n, err);
    *out = words;
    *out_n = n;
    return code;
}

static int put_words(struct store *s, const struct post *p, struct arena *a, size_t *io_budget,
                     bool *out_done, struct error *err)
{
    struct sv *words;
    size_t n;
    int code = words_of(p, a, &words, &n, err);
    return code ? code : store_words_put(s, &p->id, words, n, io_budget, out_done, err);
}

int review_has_words(struct store *s, const struct id128 *post, const struct sv *words, size_t n,
                     struct arena *a, bool *out, struct error *err)
{
    struct post p;
    struct sv *its;
    size_t nits, i = 0, k = 0;
    int64_t known_us;
    *out = false;
    int code = store_get_post(s, post, a, &p, &known_us, err);
    if (code == 0) code = words_of(&p, a, &its, &nits, err);
    for (; code == 0 && k < n; k++) {
        for (i = 0; i < nits && !sv_eq(its[i], words[k]); i++) continue;
        if (i == nits) break;
    }
    *out = code == 0 && k == n;
    return code == ERR_NOTFOUND ? 0 : code;
}

int review_look_over(struct store *s, const struct id128 *post, size_t *io_budget, bool *out_done,
                     struct error *err)
{
    struct arena a;
    struct post p;
    int64_t known_us;
    *out_done = true;
    arena_init(&a, 0);
    int code = store_get_post(s, post, &a, &p, &known_us, err);
    if (code == ERR_NOTFOUND)
        code = store_look_done(s, post, err); /* it was purged meanwhile */
    else {
        if (code == 0) code = put_words(s, &p, &a, io_budget, out_done, err);
        if (code == 0 && *out_done) code = review_mark(s, post, err);
        if (code == 0 && *out_done) code = mark_near(s, &p, &a, err);
        if (code == 0 && *out_done) code = store_look_done(s, post, err);
    }
    arena_done(&a);
    return code;
}
