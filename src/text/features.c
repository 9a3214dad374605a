/* Symbols of a view, then the hashes of their runs. A run may reach over one space into the next word, so that what
 * commonly stands together counts together; a space is a symbol of its own. */
#include "text/features.h"

#include <stdlib.h>

#include "base/limits.h"
#include "text/text_priv.h"

enum { RUN_MAX = 6, SPACE = 0 };
#define MIX 0x9e3779b1u

void features_done(struct feature_list *f)
{
    free(f->hash);
    free(f->start);
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

/* Words between single SPACEs; a sign is a word of its own. Returns how many. */
static size_t read_symbols(const struct norm_text *t, enum text_view view, struct feature_list *f)
{
    struct sv s = view == VIEW_SKELETON ? t->skeleton : t->text;
    size_t n = 0;
    bool in_word = false;
    f->symbol[n] = SPACE, f->place[n++] = 0;
    for (size_t at = 0; at < s.n && n + 4 < FEATURE_MAX_SYMBOLS;) {
        size_t place = at;
        bool valid;
        uint32_t cp = utf8_next(s, &at, &valid);
        enum norm_class c = norm_class(cp);
        if (view == VIEW_SOUNDS && (cp == '\'' || cp == '$')) c = NORM_LATIN;
        bool word = norm_is_word(c);
        if (f->symbol[n - 1] != SPACE && (c == NORM_SPACE || !word || !in_word))
            f->symbol[n] = SPACE, f->place[n++] = (uint32_t)place;
        in_word = word;
        if (c == NORM_SPACE) continue;
        f->symbol[n] = cp, f->place[n++] = (uint32_t)place;
    }
    if (f->symbol[n - 1] != SPACE) f->symbol[n] = SPACE, f->place[n++] = (uint32_t)s.n;
    return view == VIEW_SOUNDS ? to_sounds(f, n) : n;
}

static inline uint32_t finish(uint32_t h) { return (h ^ h >> 15) * 0x85ebca6bu; }

/* All runs of 1 to RUN_MAX symbols that begin at s[0], `left` symbols before the end. */
static void add_runs(struct feature_list *f, const uint32_t *s, size_t left, uint32_t seed, uint32_t start)
{
    uint32_t h = seed, *out = f->hash + f->n;
    size_t most = left < RUN_MAX ? left : RUN_MAX, spaces = 0, n = 0;
    for (size_t k = 0; k < most; k++) {
        spaces += s[k] == SPACE;
        if (spaces > 2) break;
        h = (h ^ s[k]) * MIX;
        h ^= h >> 13;
        if (k == 0 && s[0] == SPACE) continue;
        f->start[f->n + n] = start;
        out[n++] = finish(h);
    }
    f->n += n;
}

static void add_times(struct feature_list *f, uint32_t hash, uint32_t start, unsigned times)
{
    for (unsigned k = 0; k < times; k++) {
        f->start[f->n] = start;
        f->hash[f->n++] = hash;
    }
}

int features_add(const struct norm_text *t, enum text_view view, uint32_t salt, struct feature_list *f,
                 struct error *err)
{
    size_t most = 2 * t->text.n + 8 < FEATURE_MAX_SYMBOLS ? 2 * t->text.n + 8 : FEATURE_MAX_SYMBOLS;
    int rc = reserve_symbols(f, most, err);
    if (rc) return rc;
    size_t n = read_symbols(t, view, f);
    unsigned times = f->word_times ? f->word_times : 1;
    rc = reserve_features(f, f->n + n * (RUN_MAX + times + 1) + 8, err);
    if (rc) return rc;
    uint32_t seed = ((uint32_t)view + 1 + salt * VIEW_COUNT) * 0x7feb352du, before = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t *s = f->symbol + i;
        add_runs(f, s, n - i, seed, f->place[i]);
        if (s[0] != SPACE || i + 1 == n) continue;
        uint32_t w = seed ^ 0x51ed270bu, start = f->place[i + 1];
        for (size_t k = 1; s[k] != SPACE; k++) {
            w = (w ^ s[k]) * MIX;
            w ^= w >> 13;
        }
        add_times(f, finish(w), start, times);
        if (i > 0) add_times(f, finish((before * 31 ^ w) * MIX), start, (times + 2) / 3);
        before = w;
    }
    return 0;
}
