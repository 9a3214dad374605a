#include "model/said.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "model/post.h"

enum { WORD_HEAD = 9 };

bool said_text_valid(struct sv s, size_t most)
{
    if (s.n == 0 || s.n > most || utf8_check(s) != SIZE_MAX) return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f) return false;
    return true;
}

static bool word_valid(const struct said_word *w, const struct said_word *before)
{
    return w->start_ms <= w->end_ms && (!before || before->start_ms <= w->start_ms) &&
           said_text_valid(w->text, SAID_WORD_MAX);
}

void said_write(const struct spoken *s, struct buf *b)
{
    assert(said_text_valid(s->by, SAID_BY_MAX) && s->n <= SAID_MAX_WORDS);
    buf_put_u8(b, (uint8_t)s->by.n);
    buf_putsv(b, s->by);
    buf_put_u32(b, (uint32_t)s->n);
    for (size_t i = 0; i < s->n; i++) {
        const struct said_word *w = &s->v[i];
        assert(word_valid(w, i ? w - 1 : NULL));
        buf_put_u32(b, w->start_ms);
        buf_put_u32(b, w->end_ms);
        buf_put_u8(b, (uint8_t)w->text.n);
        buf_putsv(b, w->text);
    }
}

static int bad(struct error *err, const struct reader *r, const char *what)
{
    return error_set(err, ERR_FORMAT, "said", "%s at byte %zu", what, r->at);
}

int said_read(struct reader *r, struct arena *a, struct spoken *out, struct error *err)
{
    struct spoken s = {0};
    s.by = arena_copy(a, reader_bytes(r, reader_u8(r)));
    s.n = reader_u32(r);
    if (!s.by.p) return error_set(err, ERR_NOMEM, "said", "no memory for what was said");
    if (r->failed || !said_text_valid(s.by, SAID_BY_MAX)) return bad(err, r, "no name of who heard it");
    if (s.n > SAID_MAX_WORDS || reader_left(r) < s.n * (WORD_HEAD + 1))
        return bad(err, r, "number of words and length disagree");
    struct said_word *v = ARENA_ARRAY(a, s.n, struct said_word);
    if (!v) return error_set(err, ERR_NOMEM, "said", "no memory for %zu words", s.n);
    for (size_t i = 0; i < s.n; i++) {
        v[i].start_ms = reader_u32(r);
        v[i].end_ms = reader_u32(r);
        v[i].text = reader_bytes(r, reader_u8(r));
        if (r->failed || !word_valid(&v[i], i ? &v[i - 1] : NULL))
            return bad(err, r, "impossible word before");
        v[i].text = arena_copy(a, v[i].text);
        if (!v[i].text.p) return error_set(err, ERR_NOMEM, "said", "no memory for a word");
    }
    s.v = v;
    *out = s;
    return 0;
}

/* ---- as parts of a text ---- */

/* One past the last word of the part that starts with word `from`. */
static size_t part_end(const struct spoken *s, size_t from)
{
    size_t to = from + 1;
    while (
        to < s->n && to - from < SAID_PART_WORDS &&
        (s->v[to].start_ms < s->v[to - 1].end_ms || s->v[to].start_ms - s->v[to - 1].end_ms < SAID_PAUSE_MS))
        to++;
    return to;
}

static int make_part(const struct spoken *s, size_t from, size_t to, uint32_t medium, struct arena *a,
                     struct text_part *out)
{
    size_t bytes = 0, at = 0;
    for (size_t i = from; i < to; i++) bytes += s->v[i].text.n + 1;
    char *text = arena_alloc(a, bytes);
    struct text_word *words = ARENA_ARRAY(a, to - from, struct text_word);
    if (!text || !words) return ERR_NOMEM;
    *out = (struct text_part){.field = TEXT_TRANSCRIPT,
                              .start_us = (int64_t)s->v[from].start_ms * 1000,
                              .end_us = (int64_t)s->v[from].end_ms * 1000,
                              .medium = medium,
                              .words = words,
                              .nwords = to - from};
    for (size_t i = from; i < to; i++) {
        const struct said_word *w = &s->v[i];
        words[i - from] = (struct text_word){at, (int64_t)w->start_ms * 1000, (int64_t)w->end_ms * 1000};
        if (words[i - from].end_us > out->end_us) out->end_us = words[i - from].end_us;
        memcpy(text + at, w->text.p, w->text.n);
        at += w->text.n;
        if (i + 1 < to) text[at++] = ' ';
    }
    out->text = sv_of(text, at);
    return 0;
}

int post_add_said(struct post *p, uint32_t medium, const struct spoken *s, struct arena *a, struct error *err)
{
    size_t parts = 0, n = p->ntexts;
    for (size_t at = 0; at < s->n; at = part_end(s, at)) parts++;
    if (n + parts > POST_MAX_TEXTS) parts = n < POST_MAX_TEXTS ? POST_MAX_TEXTS - n : 0;
    if (parts == 0) return 0;
    struct text_part *v = ARENA_ARRAY(a, n + parts, struct text_part);
    int rc = v ? 0 : ERR_NOMEM;
    if (rc == 0 && n) memcpy(v, p->texts, n * sizeof *v);
    for (size_t at = 0; rc == 0 && n < p->ntexts + parts; n++) {
        size_t to = part_end(s, at);
        rc = make_part(s, at, to, medium, a, &v[n]);
        at = to;
    }
    if (rc) return error_set(err, rc, "said", "no memory for what was said");
    p->texts = v;
    p->ntexts = n;
    return 0;
}

void text_part_when(const struct text_part *t, size_t start, size_t end, int64_t *start_us, int64_t *end_us)
{
    bool any = false;
    for (size_t i = 0; i < t->nwords; i++) {
        size_t to = i + 1 < t->nwords ? t->words[i + 1].at : t->text.n;
        if (to <= start || t->words[i].at >= end) continue;
        if (!any) *start_us = t->words[i].start_us, *end_us = t->words[i].end_us;
        if (t->words[i].end_us > *end_us) *end_us = t->words[i].end_us;
        any = true;
    }
}
