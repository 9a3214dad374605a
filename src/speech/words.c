#include "speech/words.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"

#define TIME_MAX_S 100000.0

void words_init(struct word_list *w, struct arena *a)
{
    *w = (struct word_list){.a = a};
    buf_init(&w->piece, SAID_WORD_MAX * 8);
}

void words_done(struct word_list *w)
{
    VEC_DONE(&w->v);
    buf_done(&w->piece);
}

/* "[music]", "(applause)", "<|endoftext|>": not said. */
static bool is_note(struct sv s)
{
    char last = s.n > 1 ? s.p[s.n - 1] : 0;
    return s.n > 1 && ((s.p[0] == '[' && last == ']') || (s.p[0] == '(' && last == ')') ||
                       (s.p[0] == '<' && last == '>'));
}

static void add_one(struct word_list *w, double start_s, double end_s, struct sv text)
{
    struct said_word word = {0};
    bool fine = isfinite(start_s) && isfinite(end_s) && start_s > -1 && start_s <= TIME_MAX_S && end_s > -1 &&
                end_s <= TIME_MAX_S && said_text_valid(text, SAID_WORD_MAX);
    if (!fine || w->v.n >= SAID_MAX_WORDS) {
        w->left_out++;
        return;
    }
    word.start_ms = (uint32_t)lrint(fmax(start_s, 0) * 1000);
    word.end_ms = (uint32_t)lrint(fmax(end_s, 0) * 1000);
    if (word.end_ms < word.start_ms) word.end_ms = word.start_ms;
    word.text = arena_copy(w->a, text);
    if (!word.text.p || VEC_PUSH(&w->v, word)) w->no_memory = true;
}

void words_add(struct word_list *w, double start_s, double end_s, struct sv text)
{
    text = sv_trim(text);
    if (text.n == 0) return;
    if (is_note(text)) {
        w->left_out++;
        return;
    }
    double per_byte = (end_s - start_s) / (double)text.n;
    for (size_t at = 0; at < text.n;) {
        size_t space = sv_find_byte(text, ' ', at), to = space == SIZE_MAX ? text.n : space;
        if (to > at)
            add_one(w, start_s + per_byte * (double)at, start_s + per_byte * (double)to,
                    sv_sub(text, at, to));
        at = to + 1;
    }
}

void words_end_piece(struct word_list *w)
{
    if (w->piece.failed)
        w->left_out++;
    else
        words_add(w, w->piece_start_s, w->piece_end_s, buf_sv(&w->piece));
    buf_clear(&w->piece);
}

void words_add_piece(struct word_list *w, double start_s, double end_s, struct sv text)
{
    if (text.n == 0) return;
    if (text.p[0] == ' ' && w->piece.n) words_end_piece(w);
    struct sv rest = w->piece.n ? text : sv_trim(text);
    if (rest.n == 0) return;
    if (w->piece.n == 0) w->piece_start_s = start_s;
    w->piece_end_s = end_s;
    buf_putsv(&w->piece, rest);
}

static int by_start(const void *a, const void *b)
{
    const struct said_word *x = a, *y = b;
    if (x->start_ms != y->start_ms) return x->start_ms < y->start_ms ? -1 : 1;
    return (x->end_ms > y->end_ms) - (x->end_ms < y->end_ms);
}

int words_finish(struct word_list *w, struct error *err)
{
    words_end_piece(w);
    if (w->no_memory) return error_set(err, ERR_NOMEM, "speech", "no memory for what was said");
    if (w->v.n) qsort(w->v.v, w->v.n, sizeof *w->v.v, by_start);
    return 0;
}
