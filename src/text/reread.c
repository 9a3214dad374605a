/* The other reading: what stands between single letters is left out.
 *
 * A gap is what separates two words. It is left out
 *   - when it is one joiner (punctuation) between letters of one script, one of the words having at most SHORT_LETTERS:
 *     "ك.لب", "f-u-ck";
 *   - when it lies in a run of at least RUN_LETTERS single letters with up to
 *     GAP_MAX_CHARACTERS joiners or spaces between each:
 *     "ك ل ب", "a . b . c".
 * Sentences that miss the space after their full stop ("انتهى.بدأ") are long on both sides, and stay. */
#include "text/text_priv.h"

enum { RUN_LETTERS = 3 };

struct word {
    size_t start, end;
    size_t letters;
    enum norm_class script; /* NORM_DIGIT when there is a digit in it or scripts are mixed */
};

enum norm_class norm_class_after(struct sv s, size_t *at)
{
    return *at < s.n ? norm_class(utf8_next(s, at, NULL)) : NORM_SPACE;
}

enum norm_class norm_class_before(struct sv s, size_t *at)
{
    if (*at == 0) return NORM_SPACE;
    size_t start = *at - 1;
    while (start > 0 && ((uint8_t)s.p[start] & 0xc0) == 0x80) start--;
    *at = start;
    return norm_class(utf8_next(s, &start, NULL));
}

static bool is_joiner(char c) { return c != '\0' && strchr(" .*-_~+|/,:=", c) != NULL; }

/* The next word at or after `at`; false at the end. */
static bool next_word(struct sv s, size_t at, struct word *out)
{
    struct word w = {0};
    size_t next = at;
    while (at < s.n && !norm_is_word(norm_class_after(s, &next))) at = next;
    if (at >= s.n) return false;
    w.start = w.end = next = at;
    for (enum norm_class c; norm_is_word(c = norm_class_after(s, &next)); w.end = next) {
        w.script = w.letters == 0 || c == w.script ? c : NORM_DIGIT;
        w.letters++;
    }
    *out = w;
    return true;
}

static bool gap_joins_words(struct sv s, const struct word *a, const struct word *b)
{
    return b->start - a->end == 1 && s.p[a->end] != ' ' && is_joiner(s.p[a->end]) && a->script == b->script &&
           norm_is_letter(a->script) && (a->letters <= SHORT_LETTERS || b->letters <= SHORT_LETTERS);
}

static bool gap_joins_singles(struct sv s, const struct word *a, const struct word *b)
{
    if (a->letters != 1 || b->letters != 1 || a->script != b->script || !norm_is_letter(a->script))
        return false;
    if (b->start - a->end > GAP_MAX_CHARACTERS) return false;
    for (size_t i = a->end; i < b->start; i++)
        if (!is_joiner(s.p[i])) return false;
    return true;
}

/* Where the run of single letters that starts with `w` ends; w->end when it is too short to be one. */
static size_t run_end(struct sv s, struct word w)
{
    size_t end = w.end, letters = 1;
    for (struct word next; next_word(s, w.end, &next) && gap_joins_singles(s, &w, &next); w = next) {
        end = next.end;
        letters++;
    }
    return letters >= RUN_LETTERS ? end : 0;
}

static void append(struct norm_text *out, const struct norm_text *t, size_t start, size_t end)
{
    size_t n = end - start;
    memcpy((char *)out->text.p + out->text.n, t->text.p + start, n);
    memcpy((char *)out->skeleton.p + out->text.n, t->skeleton.p + start, n);
    memcpy(out->at + out->text.n, t->at + start, n * sizeof *out->at);
    out->text.n += n;
}

/* out's buffers hold t->text.n + 1. */
static void join_letters(const struct norm_text *t, struct norm_text *out)
{
    struct sv s = t->text;
    struct word w, next;
    size_t copied = 0, in_run_until = 0;
    bool more = next_word(s, 0, &w);
    while (more && next_word(s, w.end, &next)) {
        if (w.letters == 1 && w.end > in_run_until) in_run_until = run_end(s, w);
        if (next.end <= in_run_until || gap_joins_words(s, &w, &next)) {
            append(out, t, copied, w.end);
            copied = next.start;
        }
        w = next;
    }
    append(out, t, copied, s.n);
    out->at[out->text.n] = t->at[s.n];
    out->skeleton.n = out->text.n;
}

int text_reread(const struct norm_text *t, struct arena *a, struct norm_text *out, bool *out_differs,
                struct error *err)
{
    struct norm_text base = *t;
    if (!t->elongated && !t->maybe_split) {
        *out_differs = false;
        return 0;
    }
    if (t->elongated) {
        int rc = norm_pass(t->original, 1, a, &base, err);
        if (rc != 0) return rc;
    }
    struct norm_text joined = base;
    char *text = arena_alloc(a, base.text.n + 1), *skeleton = arena_alloc(a, base.text.n + 1);
    joined.at = arena_array(a, base.text.n + 1, sizeof *joined.at);
    if (!text || !skeleton || !joined.at)
        return error_set(err, ERR_NOMEM, "text", "no memory to reread a text of %zu bytes", t->original.n);
    joined.text = sv_of(text, 0);
    joined.skeleton = sv_of(skeleton, 0);
    join_letters(&base, &joined);
    *out_differs = t->elongated || joined.text.n != base.text.n;
    if (*out_differs) *out = joined;
    return 0;
}
