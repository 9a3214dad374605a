/* "9a7ba" is no word of a lexicon, قحبة is: words of Arabic letters are kept by their sounds (arabizi.h) too, and the words
 * of a text in Latin letters looked up by theirs. Only where the text shows that it is Arabic, by a digit that stands for a
 * letter; and only words of so many sounds that few others share them. */
#include "text/arabizi.h"
#include "text/terms_priv.h"

#include <stdlib.h>

enum { SOUNDS_LEAST = 4, SOUNDS_LEAST_WITH_DIGIT = 3 };

static uint32_t key_hash(const char *key, size_t n)
{
    uint32_t h = 2166136261u ^ (uint32_t)n;
    for (size_t i = 0; i < n; i++) h = (h ^ (uint8_t)key[i]) * 16777619u;
    return h;
}

static int by_hash(const void *a, const void *b)
{
    const struct sound_entry *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return x->pattern < y->pattern ? -1 : x->pattern > y->pattern;
}

static bool is_arabic_word(struct sv s)
{
    if (s.n < 4) return false;
    for (size_t i = 0; i < s.n; i++)
        if ((uint8_t)s.p[i] < 0x80) return false;
    return (uint8_t)s.p[0] >= 0xd8 && (uint8_t)s.p[0] <= 0xd9;
}

static void add(struct sound_index *x, const char *key, size_t n, size_t pattern)
{
    if (n >= SOUNDS_LEAST_WITH_DIGIT)
        x->v[x->n++] = (struct sound_entry){key_hash(key, n), (uint32_t)pattern};
}

int sound_index_build(const struct terms_builder *b, struct sound_index *x, struct error *err)
{
    *x = (struct sound_index){.v = calloc(2 * b->patterns.n + 1, sizeof *x->v)};
    if (!x->v)
        return error_set(err, ERR_NOMEM, "terms", "no memory for the sounds of %zu terms", b->patterns.n);
    for (size_t i = 0; i < b->patterns.n; i++) {
        const struct pattern *p = &b->patterns.v[i];
        char key[SOUND_KEY_MAX];
        if (p->first_entry == NO_ENTRY || !is_arabic_word(p->text)) continue;
        add(x, key, arabic_key(p->text, false, key), i);
        if (sv_ends(p->text, SV("ه"))) add(x, key, arabic_key(p->text, true, key), i);
    }
    if (x->n) qsort(x->v, x->n, sizeof *x->v, by_hash);
    return 0;
}

void sound_index_done(struct sound_index *x)
{
    free(x->v);
    *x = (struct sound_index){0};
}

static size_t first_of(const struct sound_index *x, uint32_t hash)
{
    size_t low = 0, high = x->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (x->v[mid].hash < hash)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\''; }

struct lookup {
    const struct sound_index *x;
    int (*take)(void *arg, uint32_t pattern, size_t start, size_t end);
    void *arg;
    bool found;
};

static int look_up(struct lookup *l, struct sv text, size_t start, size_t end, enum arabizi convention)
{
    char key[SOUND_KEY_MAX];
    struct sv word = sv_sub(text, start, end);
    size_t n = arabizi_key(word, convention, key);
    if (n < (arabizi_is(word) ? SOUNDS_LEAST_WITH_DIGIT : SOUNDS_LEAST)) return 0;
    uint32_t hash = key_hash(key, n);
    int rc = 0;
    for (size_t i = first_of(l->x, hash); i < l->x->n && l->x->v[i].hash == hash && rc == 0; i++) {
        l->found = true;
        rc = l->take(l->arg, l->x->v[i].pattern, start, end);
    }
    return rc;
}

int sound_index_find(const struct sound_index *x, struct sv text,
                     int (*take)(void *arg, uint32_t pattern, size_t start, size_t end), void *arg)
{
    if (x->n == 0 || !arabizi_is(text)) return 0;
    enum arabizi first = arabizi_convention(text);
    int rc = 0;
    for (size_t at = 0; at < text.n && rc == 0;) {
        size_t start = at;
        while (at < text.n && is_word(text.p[at])) at++;
        struct lookup l = {x, take, arg, false};
        if (at - start >= 3 && at - start <= 2 * SOUND_KEY_MAX) {
            rc = look_up(&l, text, start, at, first);
            if (rc == 0 && !l.found && arabizi_is_ambiguous(sv_sub(text, start, at)))
                rc = look_up(&l, text, start, at,
                             first == ARABIZI_MAGHREBI ? ARABIZI_MASHRIQI : ARABIZI_MAGHREBI);
        }
        at += at == start;
    }
    return rc;
}
