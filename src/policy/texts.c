/* The words that people see. A file of texts is UTF-8 lines "key = text"; '#' starts a comment line; keys are small
 * letters, digits, '.', '_' and '-'; the text is what follows the first '=', white space off both ends. Files laid
 * over the built-in ones replace single keys. */
#include "policy/texts.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "policy/policy.h"

#include <stdio.h>
#include <stdlib.h>

struct texts {
    struct map keys[LANG_COUNT]; /* key -> index into lines + 1 */
    struct sv *lines;
    size_t n, cap;
    struct arena arena;
};

static const char *const names[LANG_COUNT] = {[LANG_EN] = "en", [LANG_FR] = "fr", [LANG_AR] = "ar"};

const char *lang_name(enum lang l) { return names[l]; }

enum lang lang_parse(struct sv s)
{
    for (int l = 0; l < LANG_COUNT; l++) {
        if (!sv_eq_nocase(sv_sub(s, 0, 2), sv_cstr(names[l]))) continue;
        /* "fr", "fr_FR.UTF-8", "fr-MA", not "french". */
        if (s.n == 2 || s.p[2] == '_' || s.p[2] == '-' || s.p[2] == '.' || s.p[2] == '@') return (enum lang)l;
    }
    return LANG_EN;
}

static bool is_key(struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return s.n > 0 && s.n <= 128;
}

static int put(struct texts *t, enum lang l, struct sv key, struct sv text)
{
    uint64_t *at = NULL;
    int rc = map_put(&t->keys[l], key, &at);
    if (rc < 0) return rc;
    if (t->n == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : 512;
        struct sv *grown = reallocarray(t->lines, cap, sizeof *grown);
        if (!grown) return ERR_NOMEM;
        t->lines = grown;
        t->cap = cap;
    }
    struct sv kept = arena_copy(&t->arena, text);
    if (!kept.p) return ERR_NOMEM;
    t->lines[t->n++] = kept;
    *at = t->n;
    return 0;
}

int texts_add(struct texts *t, enum lang l, struct sv name, struct sv bytes, struct error *err)
{
    if (bytes.n > TEXTS_MAX_FILE_BYTES)
        return error_set(err, ERR_LIMIT, "texts", "%.*s: %zu bytes, the most is %zu", SV_FMT(name), bytes.n,
                         TEXTS_MAX_FILE_BYTES);
    size_t bad = utf8_check(bytes);
    if (bad != SIZE_MAX)
        return error_set(err, ERR_FORMAT, "texts", "%.*s: no UTF-8 at byte %zu: save the file as UTF-8",
                         SV_FMT(name), bad);
    struct sv line;
    for (size_t number = 1; sv_split(&bytes, '\n', &line); number++) {
        line = sv_trim(line);
        if (!line.n || line.p[0] == '#') continue;
        size_t eq = sv_find_byte(line, '=', 0);
        struct sv key = sv_trim(sv_sub(line, 0, eq));
        if (eq == SIZE_MAX || !is_key(key))
            return error_set(err, ERR_FORMAT, "texts", "%.*s:%zu: write key = text; '%.*s' is not that",
                             SV_FMT(name), number, (int)(line.n > 60 ? 60 : line.n), line.p);
        if (put(t, l, key, sv_trim(sv_sub(line, eq + 1, line.n))))
            return error_set(err, ERR_NOMEM, "texts", "no memory for the texts of %.*s", SV_FMT(name));
    }
    return 0;
}

/* texts/<lang>.txt and texts/<room>.<lang>.txt */
static int add_built_in(struct texts *t, enum lang l, struct error *err)
{
    char whole[16], ending[16];
    snprintf(whole, sizeof whole, "texts/%s.txt", names[l]);
    snprintf(ending, sizeof ending, ".%s.txt", names[l]);
    int rc = 0;
    for (size_t i = 0; builtin_names[i] && !rc; i++) {
        struct sv name = sv_cstr(builtin_names[i]);
        if (sv_is(name, whole) || (sv_starts(name, SV("texts/")) && sv_ends(name, sv_cstr(ending))))
            rc = texts_add(t, l, name, builtin_file(name), err);
    }
    return rc;
}

static int add_overlay(struct texts *t, const char *dir, enum lang l, struct error *err)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s.txt", dir, names[l]);
    if (n < 0 || (size_t)n >= sizeof path)
        return error_set(err, ERR_ARG, "texts", "the name of the folder of texts is too long: %s", dir);
    if (!file_exists(path)) return 0;
    struct buf b;
    buf_init(&b, 0);
    int rc = file_read(path, TEXTS_MAX_FILE_BYTES, &b, err);
    if (!rc) rc = texts_add(t, l, sv_cstr(path), buf_sv(&b), err);
    buf_done(&b);
    return rc;
}

int texts_new(const char *dir, struct texts **out, struct error *err)
{
    struct texts *t = calloc(1, sizeof *t);
    if (!t) return error_set(err, ERR_NOMEM, "texts", "no memory for the texts");
    arena_init(&t->arena, 0);
    for (int l = 0; l < LANG_COUNT; l++) map_init(&t->keys[l]);
    int rc = 0;
    for (int l = 0; l < LANG_COUNT && !rc; l++) {
        rc = add_built_in(t, (enum lang)l, err);
        if (!rc && dir) rc = add_overlay(t, dir, (enum lang)l, err);
    }
    if (rc) {
        texts_free(t);
        return rc;
    }
    *out = t;
    return 0;
}

void texts_free(struct texts *t)
{
    if (!t) return;
    for (int l = 0; l < LANG_COUNT; l++) map_done(&t->keys[l]);
    arena_done(&t->arena);
    free(t->lines);
    free(t);
}

bool text_has(const struct texts *t, enum lang l, const char *key)
{
    return map_get(&t->keys[l], sv_cstr(key)) != NULL;
}

struct sv text_get(const struct texts *t, enum lang l, const char *key)
{
    const uint64_t *at = map_get(&t->keys[l], sv_cstr(key));
    if (!at) at = map_get(&t->keys[LANG_EN], sv_cstr(key));
    return at ? t->lines[*at - 1] : sv_cstr(key);
}

void text_fill(const struct texts *t, enum lang l, const char *key, const struct sv *args, size_t nargs,
               struct buf *b)
{
    struct sv s = text_get(t, l, key);
    size_t at = 0;
    while (at < s.n) {
        size_t open = sv_find_byte(s, '{', at);
        if (open == SIZE_MAX) open = s.n;
        buf_putsv(b, sv_sub(s, at, open));
        at = open;
        if (open == s.n) break;
        bool hole = open + 2 < s.n && s.p[open + 1] >= '0' && s.p[open + 1] <= '9' && s.p[open + 2] == '}';
        size_t which = hole ? (size_t)(s.p[open + 1] - '0') : 0;
        if (hole && which < nargs) buf_putsv(b, args[which]);
        if (!hole) buf_putc(b, '{');
        at += hole ? 3 : 1;
    }
}
