/* Symbols of a view, then the hashes of their runs. A run may reach over one space into the next word, so that what
 * commonly stands together counts together; a space is a symbol of its own. */
#include "text/features.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "text/kernel.h"
#include "text/text_priv.h"

enum { SPACE = RUN_SPACE };

void features_done(struct feature_list *f)
{
    free(f->hash);
    free(f->start);
    free(f->seen);
    free(f->symbol);
    free(f->place);
    *f = (struct feature_list){0};
}

static int reserve_symbols(struct feature_list *f, size_t n, struct error *err)
{
    if (n <= f->symbol_cap) return 0;
    uint32_t *s = realloc(f->symbol, n * sizeof(*s));
    if (s) f->symbol = s;
    uint32_t *p = realloc(f->place, n * sizeof(*p));
    if (p) f->place = p;
    if (!s || !p) return error_set(err, ERR_NOMEM, "text", "no memory for %zu symbols of a text", n);
    f->symbol_cap = n;
    return 0;
}

static int reserve_features(struct feature_list *f, size_t n, struct error *err)
{
    if (n <= f->cap) return 0;
    uint32_t *h = realloc(f->hash, n * sizeof(*h));
    if (h) f->hash = h;
    uint32_t *w = realloc(f->start, n * sizeof(*w));
    if (w) f->start = w;
    if (!h || !w) return error_set(err, ERR_NOMEM, "text", "no memory for %zu features of a text", n);
    f->cap = n;
    return 0;
}

/* ---- sounds ---- */

/* Consonants by what both conventions (Maghrebi and Mashriqi) and both scripts agree on; '\0' is left out. */
static char arabic_sound(uint32_t cp)
{
    switch (cp) {
    case 0x628:
    case 0x67e: return 'b';
    case 0x62a:
    case 0x62b:
    case 0x637: return 't';
    case 0x62c: return 'j';
    case 0x62d:
    case 0x647: return 'h';
    case 0x62e: return 'x';
    case 0x62f:
    case 0x630:
    case 0x636:
    case 0x638: return 'd';
    case 0x631: return 'r';
    case 0x632: return 'z';
    case 0x633:
    case 0x635: return 's';
    case 0x634: return 'c';
    case 0x639: return '3';
    case 0x63a: return 'g';
    case 0x641: return 'f';
    case 0x642:
    case 0x643: return 'k';
    case 0x644: return 'l';
    case 0x645: return 'm';
    case 0x646: return 'n';
    case 0x648: return 'w';
    case 0x64a: return 'y';
    case 0x627:
    case 0x621: return 'a';
    default: return '\0';
    }
}

/* A Latin letter or digit with the next one; *used is 2 when the pair is one sound. */
static char latin_sound(uint32_t c, uint32_t next, size_t *used)
{
    *used = 2;
    if (next == 'h') {
        if (c == 'c' || c == 's') return 'c';
        if (c == 'k') return 'x';
        if (c == 'g') return 'g';
        if (c == 'd') return 'd';
        if (c == 't') return 't';
    }
    if (next == '\'') {
        if (c == '3') return 'g';
        if (c == '7') return 'x';
        if (c == '9' || c == '6') return 'd';
    }
    if (c == 'o' && next == 'u') return 'w';
    if (c == 'd' && next == 'j') return 'j';
    *used = 1;
    switch (c) {
    case 'b':
    case 'p': return 'b';
    case 't':
    case '6': return 't';
    case 'j': return 'j';
    case 'h':
    case '7': return 'h';
    case 'x':
    case '5': return 'x';
    case 'd': return 'd';
    case 'r': return 'r';
    case 'z': return 'z';
    case 's':
    case 'c': return 's';
    case '$': return 'c';
    case '3': return '3';
    case 'g':
    case '8': return 'g';
    case 'f':
    case 'v': return 'f';
    case 'k':
    case 'q':
    case '9': return 'k';
    case 'l': return 'l';
    case 'm': return 'm';
    case 'n': return 'n';
    case 'w':
    case 'u':
    case 'o': return 'w';
    case 'y':
    case 'i':
    case 'e': return 'y';
    case 'a':
    case '2': return 'a';
    default: return '\0';
    }
}

static bool is_vowel(char c) { return c == 'a' || c == 'w' || c == 'y'; }

/* A vowel letter is kept at a word's beginning, as 'a'; doubled consonants are one. */
static size_t to_sounds(struct feature_list *f, size_t n)
{
    size_t out = 0, start = 0;
    for (size_t i = 0; i < n;) {
        uint32_t c = f->symbol[i];
        size_t used = 1;
        if (c == SPACE) {
            if (out > 0 && f->symbol[out - 1] != SPACE) f->symbol[out] = SPACE, f->place[out++] = f->place[i];
            start = out;
            i++;
            continue;
        }
        char s = c < 0x80 ? latin_sound(c, i + 1 < n ? f->symbol[i + 1] : 0, &used) : arabic_sound(c);
        uint32_t sound = (uint32_t)(unsigned char)s;
        if (s == '\0' && c >= 0x2000) sound = c; /* emoji and signs speak for themselves */
        bool keep = sound && !(is_vowel(s) && out > start) && !(out > start && f->symbol[out - 1] == sound);
        if (keep) {
            f->symbol[out] = is_vowel(s) ? 'a' : sound;
            f->place[out++] = f->place[i];
        }
        i += used;
    }
    return out;
}

/* ---- symbols ---- */

/* The next character of normalised text, which is valid UTF-8. */
static inline uint32_t next_character(struct sv s, size_t *at)
{
    uint8_t first = (uint8_t)s.p[*at];
    if (first < 0x80) {
        ++*at;
        return first;
    }
    if (first >= 0xe0 || *at + 1 >= s.n) return utf8_next(s, at, NULL);
    uint32_t cp = (first & 0x1fu) << 6 | ((uint8_t)s.p[*at + 1] & 0x3fu);
    *at += 2;
    return cp;
}

static inline enum norm_class class_of(uint32_t cp)
{
    return cp < NORM_LOW ? (enum norm_class)(norm_low[cp].kind & NORM_CLASS_MASK) : norm_class(cp);
}

/* Words between single SPACEs; a sign is a word of its own. Returns how many symbols. */
static size_t read_symbols(const struct norm_text *t, enum text_view view, struct feature_list *f)
{
    struct sv s = view == VIEW_SKELETON ? t->skeleton : t->text;
    uint32_t *symbol = f->symbol, *place = f->place;
    size_t n = 0;
    bool in_word = false;
    symbol[n] = SPACE, place[n++] = 0;
    for (size_t at = 0; at < s.n && n + 4 < FEATURE_MAX_SYMBOLS;) {
        size_t here = at;
        uint32_t cp = next_character(s, &at);
        enum norm_class c = class_of(cp);
        if (view == VIEW_SOUNDS && (cp == '\'' || cp == '$')) c = NORM_LATIN;
        bool word = norm_is_word(c);
        if (symbol[n - 1] != SPACE && (!word || !in_word)) symbol[n] = SPACE, place[n++] = (uint32_t)here;
        in_word = word;
        if (c == NORM_SPACE) continue;
        symbol[n] = cp, place[n++] = (uint32_t)here;
    }
    if (symbol[n - 1] != SPACE) symbol[n] = SPACE, place[n++] = (uint32_t)s.n;
    return n;
}

/* All runs, and where each begins: one symbol after the other, so that the place is known. */
static void add_placed_runs(struct feature_list *f, size_t n, uint32_t seed)
{
    uint32_t one[RUN_MAX + RUN_PAD], alone[RUN_MAX + RUN_PAD];
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < RUN_MAX + RUN_PAD; k++) alone[k] = k < RUN_MAX ? f->symbol[i + k] : RUN_END;
        size_t all = text_kernel_plain.runs(alone, 1, seed, one);
        for (size_t k = 0; k < all; k++) f->start[f->n] = f->place[i], f->hash[f->n++] = one[k];
    }
}

/* ---- what was there already ---- */

/* A small table of the last hash of each kind: a repeated one whose place was taken since counts again, in learning as in
 * use. */
enum { SEEN_BITS = 12 };

static inline bool first_time(uint32_t *seen, uint32_t hash)
{
    uint32_t *last = seen + (hash >> (32 - SEEN_BITS));
    bool first = *last != hash;
    *last = hash;
    return first;
}

static int forget_seen(struct feature_list *f, struct error *err)
{
    size_t bytes = sizeof(*f->seen) << SEEN_BITS;
    if (!f->seen && !(f->seen = malloc(bytes)))
        return error_set(err, ERR_NOMEM, "text", "no memory for what was seen of a text");
    memset(f->seen, 0, bytes);
    return 0;
}

/* Of the features from `from` on, the first of each. */
static void keep_first(struct feature_list *f, size_t from)
{
    size_t n = from;
    for (size_t i = from; i < f->n; i++) {
        uint32_t hash = f->hash[i];
        if (f->places) f->start[n] = f->start[i];
        f->hash[n] = hash;
        n += first_time(f->seen, hash);
    }
    f->n = n;
}

static void add_times(struct feature_list *f, uint32_t hash, uint32_t start, unsigned times)
{
    if (f->once && !first_time(f->seen, hash)) return;
    for (unsigned k = 0; k < times; k++) {
        if (f->places) f->start[f->n] = start;
        f->hash[f->n++] = hash;
    }
}

static void add_words(struct feature_list *f, size_t n, uint32_t seed)
{
    unsigned times = f->word_times ? f->word_times : 1;
    uint32_t before = 0;
    size_t i = 0;
    while (i < n && f->symbol[i] != SPACE) i++; /* sounds may begin without one */
    while (i + 1 < n) {
        uint32_t w = seed ^ 0x51ed270bu, start = f->place[i + 1];
        size_t k = i + 1;
        for (; f->symbol[k] != SPACE; k++) w = run_next(w, f->symbol[k]);
        add_times(f, run_done(w), start, times);
        if (i > 0) add_times(f, run_done((before * 31 ^ w) * RUN_MIX), start, (times + 2) / 3);
        before = w;
        i = k;
    }
}

/* The features of the n symbols at hand. */
static int add_symbols(struct feature_list *f, size_t n, enum text_view view, uint32_t salt,
                       struct error *err)
{
    unsigned times = f->word_times ? f->word_times : 1;
    size_t from = f->n;
    int rc = reserve_features(f, f->n + n * (RUN_MAX + times + 1) + RUN_PAD, err);
    if (!rc && f->once) rc = forget_seen(f, err);
    if (rc) return rc;
    uint32_t seed = ((uint32_t)view + 1 + salt * VIEW_COUNT) * 0x7feb352du;
    for (size_t k = 0; k < RUN_PAD; k++) f->symbol[n + k] = RUN_END;
    if (f->places)
        add_placed_runs(f, n, seed);
    else
        f->n += text_kernel()->runs(f->symbol, n, seed, f->hash + f->n);
    if (f->once) keep_first(f, from);
    add_words(f, n, seed);
    return 0;
}

static int make_room(const struct norm_text *t, struct feature_list *f, struct error *err)
{
    size_t most = 2 * t->text.n + 8 < FEATURE_MAX_SYMBOLS ? 2 * t->text.n + 8 : FEATURE_MAX_SYMBOLS;
    return reserve_symbols(f, most + RUN_PAD, err);
}

int features_add(const struct norm_text *t, enum text_view view, uint32_t salt, struct feature_list *f,
                 struct error *err)
{
    int rc = make_room(t, f, err);
    if (rc) return rc;
    size_t n = read_symbols(t, view, f);
    if (view == VIEW_SOUNDS) n = to_sounds(f, n);
    return add_symbols(f, n, view, salt, err);
}

int features_add_spoken(const struct norm_text *t, uint32_t salt, struct feature_list *f, struct error *err)
{
    int rc = make_room(t, f, err);
    if (rc) return rc;
    size_t n = read_symbols(t, VIEW_LETTERS, f);
    rc = add_symbols(f, n, VIEW_LETTERS, 0, err);
    if (rc) return rc;
    /* Signs that are letters where sounds are written: words begin and end elsewhere. */
    if (t->text.n > 0 && (memchr(t->text.p, '\'', t->text.n) || memchr(t->text.p, '$', t->text.n)))
        n = read_symbols(t, VIEW_SOUNDS, f);
    return add_symbols(f, to_sounds(f, n), VIEW_SOUNDS, salt, err);
}
