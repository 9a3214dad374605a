/* The pass itself. State that outlives a character: the last letter and how often it came (elongation), and the word
 * under way (scripts for look-alikes, lengths for split words). Text, skeleton and map grow together in the arena. */
#include "text/normalise.h"

#include "base/limits.h"
#include "text/lookalikes.h"
#include "text/text_priv.h"

enum { SLACK_BYTES = 16, NOT_SHORT = 99 /* letters that a digit counts for */ };

struct pass {
    struct sv in;
    struct arena *arena;
    char *text, *skeleton;
    uint32_t *at;
    size_t n, cap;
    unsigned keep; /* letters left of a run of three or more */

    uint32_t last; /* bytes of the last letter, and how often it came in a row */
    unsigned run, marks_run;
    size_t word_start;
    unsigned scripts; /* bit per enum norm_class, of the word under way */
    unsigned word_letters, previous_letters, gap;
    char gap_char;
    struct norm_text stats;
};

static int pass_reserve(struct pass *p, size_t more)
{
    if (p->n + more + SLACK_BYTES <= p->cap) return 0;
    size_t cap = p->cap ? 2 * p->cap : p->in.n + 4 * SLACK_BYTES;
    while (cap < p->n + more + SLACK_BYTES) cap *= 2;
    char *text = arena_alloc(p->arena, cap), *skeleton = arena_alloc(p->arena, cap);
    uint32_t *at = arena_array(p->arena, cap, sizeof *at);
    if (!text || !skeleton || !at) return ERR_NOMEM;
    if (p->n > 0) {
        memcpy(text, p->text, p->n);
        memcpy(skeleton, p->skeleton, p->n);
        memcpy(at, p->at, p->n * sizeof *at);
    }
    p->text = text, p->skeleton = skeleton, p->at = at, p->cap = cap;
    return 0;
}

/* False when the letter is one too many of a run. */
static bool run_admits(struct pass *p, uint32_t letter, unsigned n)
{
    if (letter != p->last) {
        p->last = letter, p->run = 1;
        return true;
    }
    p->run++;
    if (p->run < 3) return true;
    p->stats.elongated = true;
    if (p->run == 3 && p->keep == 1) {
        p->n -= n; /* the second one, already written */
        p->word_letters--;
    }
    return false;
}

static const struct lookalike *lookalike_of(uint32_t cp, enum norm_class script)
{
    for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++) {
        const struct lookalike *l = &lookalikes[i];
        if (cp == (script == NORM_LATIN ? l->latin : script == NORM_CYRILLIC ? l->cyrillic : l->greek))
            return l;
    }
    return NULL;
}

/* The letter of script `to` that looks like cp; cp itself when it is no letter of another script; 0: none. */
static uint32_t lookalike_in(uint32_t cp, enum norm_class to)
{
    enum norm_class from = norm_class(cp);
    if (from == to || from < NORM_LATIN || from > NORM_GREEK) return cp;
    const struct lookalike *l = lookalike_of(cp, from);
    return !l ? 0 : to == NORM_LATIN ? l->latin : to == NORM_CYRILLIC ? l->cyrillic : l->greek;
}

static bool word_fits(struct sv word, enum norm_class to)
{
    for (size_t at = 0; at < word.n;)
        if (lookalike_in(utf8_next(word, &at, NULL), to) == 0) return false;
    return true;
}

/* A word of two scripts: into the first script that has a look-alike for every foreign letter, else left alone. */
static int fold_lookalikes(struct pass *p)
{
    struct sv word = {p->text + p->word_start, p->n - p->word_start};
    enum norm_class to = NORM_LATIN;
    while (to <= NORM_GREEK && (!(p->scripts & 1u << to) || !word_fits(word, to))) to++;
    if (to > NORM_GREEK) return 0;
    if (pass_reserve(p, word.n) != 0) return ERR_NOMEM; /* a Latin letter may become two bytes */
    struct sv old = arena_copy(p->arena, word);
    uint32_t *old_at = arena_array(p->arena, old.n, sizeof *old_at);
    if (!old.p || !old_at) return ERR_NOMEM;
    memcpy(old_at, p->at + p->word_start, old.n * sizeof *old_at);
    p->n = p->word_start;
    p->last = 0;
    for (size_t i = 0; i < old.n;) {
        size_t start = i;
        uint32_t cp = lookalike_in(utf8_next(old, &i, NULL), to), letter = 0;
        unsigned n = (unsigned)utf8_encode(cp, (char *)&letter);
        if (!run_admits(p, letter, n)) continue; /* three look-alikes were one letter after all */
        memcpy(p->text + p->n, &letter, n);
        memcpy(p->skeleton + p->n, norm_entry(cp)->n == 2 ? norm_entry(cp)->skeleton : (char *)&letter, n);
        for (unsigned k = 0; k < n; k++) p->at[p->n + k] = old_at[start];
        p->n += n;
    }
    p->last = 0;
    return 0;
}

/* After the last character of a word. */
static int word_end(struct pass *p)
{
    unsigned mixed = p->scripts & (1u << NORM_LATIN | 1u << NORM_CYRILLIC | 1u << NORM_GREEK);
    if (p->word_letters == 0) return 0;
    if ((mixed & (mixed - 1)) != 0 && fold_lookalikes(p) != 0) return ERR_NOMEM;
    unsigned a = p->previous_letters, b = p->word_letters;
    if (p->gap <= GAP_MAX_CHARACTERS && a == 1 && b == 1) p->stats.maybe_split = true;
    if (p->gap == 1 && p->gap_char != ' ' && (a <= SHORT_LETTERS || b <= SHORT_LETTERS))
        p->stats.maybe_split = true;
    p->previous_letters = p->word_letters;
    p->word_letters = p->gap = p->scripts = 0;
    return 0;
}

/* The first n of the four bytes at p, as a number. */
static inline uint32_t first_bytes(const char *p, unsigned n)
{
    static const uint8_t ones[5][4] = {{0}, {255}, {255, 255}, {255, 255, 255}, {255, 255, 255, 255}};
    uint32_t v, mask;
    memcpy(&v, p, sizeof v);
    memcpy(&mask, ones[n], sizeof mask);
    return v & mask;
}

/* One output character: `n` bytes of text and skeleton. */
static inline int put(struct pass *p, unsigned kind, const char *text, const char *skeleton, unsigned n,
                      size_t at)
{
    enum norm_class class = (enum norm_class)(kind & NORM_CLASS_MASK);
    if (class == NORM_SPACE) {
        if (p->n > 0 && p->text[p->n - 1] == ' ') return 0;
    }
    if (norm_is_letter(class)) {
        if (!run_admits(p, first_bytes(text, n), n)) return 0;
        if (class == NORM_ARABIC) {
            p->stats.arabic++;
            p->stats.dotted += (kind & NORM_DOTTED) != 0;
            p->stats.dotless += (kind & NORM_DOTLESS) != 0;
        }
    } else {
        p->last = 0;
    }
    if (norm_is_word(class)) {
        if (p->word_letters == 0) p->word_start = p->n;
        p->word_letters += class == NORM_DIGIT ? NOT_SHORT : 1;
        p->scripts |= 1u << class;
    } else {
        if (p->word_letters != 0 && word_end(p) != 0) return ERR_NOMEM;
        p->gap++;
        p->gap_char = text[0];
    }
    memcpy(p->text + p->n, text, 4);
    memcpy(p->skeleton + p->n, skeleton, 4);
    for (unsigned i = 0; i < n; i++) p->at[p->n + i] = (uint32_t)at;
    p->n += n;
    return 0;
}

static inline int put_entry(struct pass *p, const struct norm_entry *e, const char *self, unsigned self_n,
                            size_t at)
{
    char text[4] = {0}, skeleton[4] = {0};
    if (e->n == 0) {
        /* four bytes at once where the input has them: only self_n of them count */
        if ((size_t)((uintptr_t)self - (uintptr_t)p->in.p) + sizeof text <= p->in.n)
            memcpy(text, self, sizeof text);
        else
            memcpy(text, self, self_n);
        return put(p, e->kind, text, text, self_n, at);
    }
    if (e->n != 2) return put(p, e->kind, e->text, e->text, e->n, at);
    memcpy(skeleton, e->skeleton, 2);
    return put(p, e->kind, e->text, skeleton, 2, at);
}

static int put_sequence(struct pass *p, const struct norm_entry *e, size_t at)
{
    const struct norm_entry *part = &norm_sequences[(uint8_t)e->text[0] | (size_t)(uint8_t)e->text[1] << 8];
    for (unsigned i = 0; i < e->n; i++)
        if (put_entry(p, &part[i], NULL, 0, at) != 0) return ERR_NOMEM;
    return 0;
}

/* The entry of the character at in.p[*i], which is passed; invalid bytes count as U+FFFD. */
static inline const struct norm_entry *next_entry(struct sv in, size_t *i, const char **self,
                                                  unsigned *self_n)
{
    const uint8_t *s = (const uint8_t *)in.p + *i;
    *self = (const char *)s;
    if (s[0] < 0x80) {
        *i += *self_n = 1;
        return &norm_low[s[0]];
    }
    if (s[0] >= 0xc2 && s[0] < 0xe0 && *i + 1 < in.n && (s[1] & 0xc0) == 0x80) {
        *i += *self_n = 2;
        return &norm_low[(s[0] & 0x1fu) << 6 | (s[1] & 0x3fu)];
    }
    bool valid = true;
    size_t start = *i;
    uint32_t cp = utf8_next(in, i, &valid);
    *self_n = (unsigned)(*i - start);
    if (!valid) *self = "\xef\xbf\xbd", *self_n = 3;
    return norm_entry(cp);
}

/* The character at *i, which is passed; `at` is where the map says that it stands. */
static int take(struct pass *p, size_t *i, size_t at)
{
    const char *self;
    unsigned self_n;
    const struct norm_entry *e = next_entry(p->in, i, &self, &self_n);
    if (p->cap < p->n + SLACK_BYTES && pass_reserve(p, 0) != 0) return ERR_NOMEM;
    unsigned class = e->kind & NORM_CLASS_MASK;
    if (class == NORM_DROP) return 0;
    if (class == NORM_MARK) {
        p->stats.marks += ++p->marks_run > TEXT_MAX_COMBINING_RUN;
        return 0;
    }
    p->marks_run = 0;
    int rc = class == NORM_SEQUENCE ? put_sequence(p, e, at) : put_entry(p, e, self, self_n, at);
    return rc == 0 && p->n > TEXT_MAX_BYTES ? ERR_LIMIT : rc;
}

/* ---- overrides of direction ---- */

enum { CONTROL_BYTES = 3, OVERRIDE_MAX_BYTES = 4096 };

/* U+202A-202E and U+2066-2069: what begins or ends a stretch of one direction. */
static bool is_bidi_control(struct sv s, size_t at)
{
    if (at + CONTROL_BYTES > s.n || (uint8_t)s.p[at] != 0xe2) return false;
    uint8_t b = (uint8_t)s.p[at + 1], c = (uint8_t)s.p[at + 2];
    return (b == 0x80 && c >= 0xaa && c <= 0xae) || (b == 0x81 && c >= 0xa6 && c <= 0xa9);
}

/* Whether an override at `at` shows what follows it in the other order: Latin letters from right to left, Arabic ones from left to
 * right, so that a reader sees "kcol" as "lock". *out_end: where the stretch ends. */
static bool shows_backwards(struct sv s, size_t at, size_t *out_end)
{
    if (!is_bidi_control(s, at) || (uint8_t)s.p[at + 1] != 0x80) return false;
    uint8_t control = (uint8_t)s.p[at + 2];
    if (control != 0xad && control != 0xae) return false;
    size_t i = at + CONTROL_BYTES, most = i + OVERRIDE_MAX_BYTES, arabic = 0, latin = 0;
    while (i < s.n && i < most && s.p[i] != '\n' && !is_bidi_control(s, i)) {
        unsigned class = norm_entry(utf8_next(s, &i, NULL))->kind & NORM_CLASS_MASK;
        arabic += class == NORM_ARABIC, latin += class == NORM_LATIN;
    }
    *out_end = i;
    return control == 0xad ? arabic > latin : latin > arabic;
}

/* The characters of [start, end) from the last to the first. The map stands still for all of them, as in a ligature. */
static int take_backwards(struct pass *p, size_t start, size_t end)
{
    int rc = 0;
    for (size_t next = end, i; next > start && rc == 0; next = i) {
        i = next - 1;
        while (i > start && ((uint8_t)p->in.p[i] & 0xc0) == 0x80) i--;
        size_t from = i;
        rc = take(p, &from, start);
    }
    return rc;
}

static int run_pass(struct pass *p)
{
    size_t end = 0;
    int rc = 0;
    for (size_t i = 0; i < p->in.n && rc == 0;) {
        if ((uint8_t)p->in.p[i] == 0xe2 && shows_backwards(p->in, i, &end)) {
            rc = take_backwards(p, i + CONTROL_BYTES, end);
            i = end;
        } else {
            rc = take(p, &i, i);
        }
    }
    return rc ? rc : word_end(p);
}

int norm_pass(struct sv original, unsigned keep, struct arena *a, struct norm_text *out, struct error *err)
{
    struct pass p = {.in = original, .arena = a, .keep = keep};
    if (original.n > TEXT_MAX_BYTES)
        return error_set(err, ERR_LIMIT, "text",
                         "a text of %zu bytes is longer than the %zu that are read at once", original.n,
                         TEXT_MAX_BYTES);
    int rc = pass_reserve(&p, 0);
    if (rc == 0) rc = run_pass(&p);
    if (rc == ERR_LIMIT)
        return error_set(err, rc, "text",
                         "a text of %zu bytes grows beyond %zu when its ligatures are written out",
                         original.n, TEXT_MAX_BYTES);
    if (rc != 0) return error_set(err, rc, "text", "no memory to normalise a text of %zu bytes", original.n);
    p.at[p.n] = (uint32_t)original.n;
    *out = p.stats;
    out->original = original;
    out->text = sv_of(p.text, p.n);
    out->skeleton = sv_of(p.skeleton, p.n);
    out->at = p.at;
    return 0;
}

int text_normalise(struct sv original, struct arena *a, struct norm_text *out, struct error *err)
{
    return norm_pass(original, 2, a, out, err);
}

void norm_span(const struct norm_text *t, size_t start, size_t end, size_t *out_start, size_t *out_end)
{
    if (end > t->text.n) end = t->text.n;
    if (start > end) start = end;
    *out_start = *out_end = t->at[start];
    if (start == end) return;
    /* Inside a ligature or a character the map stands still: on to the next character's start. */
    uint32_t last = t->at[end - 1];
    while (end < t->text.n && t->at[end] == last) end++;
    *out_end = t->at[end];
}
