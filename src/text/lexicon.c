/* Reading a lexicon file into a builder, line by line. The first mistake ends it, with its line: a lexicon decides what
 * people's words are taken for, and half of one is worse than none. */
#include "base/id.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "text/terms_priv.h"

#include <stdlib.h>

struct reading {
    struct terms_builder *b;
    struct sv file;
    uint32_t line;
    bool (*check)(struct sv category);
    struct entry defaults; /* what @ lines have set; info.lexicon too */
    struct error *err;
};

#define BAD_LINE(r, fmt, ...)                                                                                \
    error_set((r)->err, ERR_FORMAT, "lexicon", "%.*s:%u: " fmt, SV_FMT((r)->file), (r)->line, __VA_ARGS__)

static int no_memory(struct reading *r)
{
    return error_set(r->err, ERR_NOMEM, "lexicon", "%.*s:%u: no memory for the entry", SV_FMT(r->file),
                     r->line);
}

int terms_builder_new(struct terms_builder **out, struct error *err)
{
    int rc = id_init(err);
    if (rc != 0) return rc;
    struct terms_builder *b = calloc(1, sizeof *b);
    if (!b) return error_set(err, ERR_NOMEM, "lexicon", "no memory for a lexicon");
    arena_init(&b->arena, 0);
    arena_init(&b->temporary, 0);
    map_init(&b->pattern_by_text);
    map_init(&b->entry_by_term);
    *out = b;
    return 0;
}

void terms_builder_free(struct terms_builder *b)
{
    if (!b) return;
    arena_done(&b->arena);
    arena_done(&b->temporary);
    VEC_DONE(&b->entries);
    VEC_DONE(&b->patterns);
    map_done(&b->pattern_by_text);
    map_done(&b->entry_by_term);
    free(b);
}

/* The normalised form of a term or word, spaces trimmed, in the builder's arena. */
static int normal_form(struct reading *r, struct sv written, struct sv *out_text, struct sv *out_skeleton)
{
    struct norm_text t;
    arena_clear(&r->b->temporary);
    int rc = text_normalise(written, &r->b->temporary, &t, r->err);
    if (rc != 0) return rc;
    struct sv trimmed = sv_trim(t.text);
    size_t lead = trimmed.n ? (size_t)(trimmed.p - t.text.p) : 0;
    if (trimmed.n == 0) return BAD_LINE(r, "nothing is left of \"%.*s\" once normalised", SV_FMT(written));
    if (trimmed.n > TERM_MAX_PATTERN_BYTES)
        return BAD_LINE(r, "a term of %zu bytes; at most %d", trimmed.n, TERM_MAX_PATTERN_BYTES);
    *out_text = arena_copy(&r->b->arena, trimmed);
    *out_skeleton = arena_copy(&r->b->arena, sv_sub(t.skeleton, lead, lead + trimmed.n));
    return out_text->p && out_skeleton->p ? 0 : no_memory(r);
}

static int pattern_for(struct reading *r, struct sv written, uint32_t *out)
{
    struct pattern p = {.first_entry = NO_ENTRY};
    uint64_t *index;
    int rc = normal_form(r, written, &p.text, &p.skeleton);
    if (rc != 0) return rc;
    int is_new = map_put(&r->b->pattern_by_text, p.text, &index);
    if (is_new < 0) return no_memory(r);
    if (is_new) {
        if (r->b->patterns.n >= TERM_MAX_PATTERNS)
            return error_set(r->err, ERR_LIMIT, "lexicon",
                             "%.*s:%u: more than %d terms; use fewer or smaller lexicons", SV_FMT(r->file),
                             r->line, TERM_MAX_PATTERNS);
        if (VEC_PUSH(&r->b->patterns, p) != 0) return no_memory(r);
        *index = r->b->patterns.n;
    }
    *out = (uint32_t)(*index - 1);
    return 0;
}

/* "a|b c|d" */
static int read_words(struct reading *r, struct sv value, struct context_words *out)
{
    size_t cap = 1;
    struct sv word;
    for (size_t i = 0; i < value.n; i++) cap += value.p[i] == '|';
    out->n = 0;
    out->pattern = arena_array(&r->b->arena, cap, sizeof *out->pattern);
    if (!out->pattern) return no_memory(r);
    while (sv_split(&value, '|', &word)) {
        word = sv_trim(word);
        if (word.n == 0) return BAD_LINE(r, "an empty word between the %s of a list", "'|'");
        uint32_t p;
        int rc = pattern_for(r, word, &p);
        if (rc != 0) return rc;
        r->b->patterns.v[p].is_context = true;
        out->pattern[out->n++] = p;
    }
    return 0;
}

static int read_yes_no(struct reading *r, struct sv key, struct sv value, bool *out)
{
    if (!sv_is(value, "yes") && !sv_is(value, "no"))
        return BAD_LINE(r, "%.*s is \"%.*s\"; write yes or no", SV_FMT(key), SV_FMT(value));
    *out = sv_is(value, "yes");
    return 0;
}

static bool is_name(struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
        if (!good) return false;
    }
    return s.n > 0 && s.n <= 64;
}

static int read_name(struct reading *r, struct sv key, struct sv value, struct sv *out)
{
    if (!is_name(value))
        return BAD_LINE(r, "%.*s is \"%.*s\"; write small letters, digits and - _ . (at most 64)",
                        SV_FMT(key), SV_FMT(value));
    *out = arena_copy(&r->b->arena, value);
    return out->p ? 0 : no_memory(r);
}

/* One key of an @ line or an entry. */
static int read_key(struct reading *r, struct sv key, struct sv value, struct entry *e)
{
    struct term_info *info = &e->info;
    if (sv_is(key, "category")) {
        if (!sv_is(value, "none") && r->check && !r->check(value))
            return BAD_LINE(r, "there is no category \"%.*s\"", SV_FMT(value));
        return read_name(r, key, value, &info->category);
    }
    if (sv_is(key, "stance")) {
        if (!sv_is(value, "for") && !sv_is(value, "against") && !sv_is(value, "none"))
            return BAD_LINE(r, "stance is \"%.*s\"; write for, against or none", SV_FMT(value));
        return read_name(r, key, value, &info->stance);
    }
    if (sv_is(key, "weight")) {
        double w;
        if (!sv_to_double(value, &w) || !(w >= 0 && w <= 1))
            return BAD_LINE(r, "weight is \"%.*s\"; write a number from 0 to 1", SV_FMT(value));
        info->weight = w;
        return 0;
    }
    if (sv_is(key, "dialect")) return read_name(r, key, value, &info->dialect);
    if (sv_is(key, "context")) return read_name(r, key, value, &info->context);
    if (sv_is(key, "whole")) return read_yes_no(r, key, value, &e->whole);
    if (sv_is(key, "clitics")) return read_yes_no(r, key, value, &e->clitics);
    if (sv_is(key, "suffix")) return read_yes_no(r, key, value, &e->suffix);
    if (sv_is(key, "skeleton")) return read_yes_no(r, key, value, &e->skeleton);
    if (sv_is(key, "needs")) return read_words(r, value, &e->needs);
    if (sv_is(key, "not")) return read_words(r, value, &e->nots);
    return BAD_LINE(r, "there is no key \"%.*s\"", SV_FMT(key));
}

/* The next word of *rest; false when none is left. */
static bool take_word(struct sv *rest, struct sv *out)
{
    *rest = sv_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t') n++;
    *out = sv_sub(*rest, 0, n);
    *rest = sv_sub(*rest, n, rest->n);
    return n > 0;
}

/* "@lexicon NAME @category …" */
static int read_defaults(struct reading *r, struct sv line)
{
    struct sv key, value;
    while (take_word(&line, &key)) {
        if (key.p[0] != '@') return BAD_LINE(r, "\"%.*s\" where @name was expected", SV_FMT(key));
        key = sv_sub(key, 1, key.n);
        if (!take_word(&line, &value)) return BAD_LINE(r, "@%.*s has no value", SV_FMT(key));
        int rc = sv_is(key, "lexicon") ? read_name(r, key, value, &r->defaults.info.lexicon)
                                       : read_key(r, key, value, &r->defaults);
        if (rc != 0) return rc;
    }
    return 0;
}

/* id, and the refusal of a term that this lexicon has already. */
static int name_entry(struct reading *r, struct entry *e)
{
    struct sv text = r->b->patterns.v[e->pattern].text;
    struct sv lexicon = e->info.lexicon;
    struct sha256 hash;
    char hex[9];
    uint64_t *index;
    char *key = arena_alloc(&r->b->temporary, lexicon.n + 1 + text.n);
    if (!key) return no_memory(r);
    memcpy(key, lexicon.p, lexicon.n); /* a zero byte stays between the two */
    memcpy(key + lexicon.n + 1, text.p, text.n);
    int is_new = map_put(&r->b->entry_by_term, sv_of(key, lexicon.n + 1 + text.n), &index);
    if (is_new < 0) return no_memory(r);
    if (!is_new)
        return BAD_LINE(r, "\"%.*s\" is the same as \"%.*s\" of line %u once normalised; keep one",
                        SV_FMT(e->info.term), SV_FMT(r->b->entries.v[*index - 1].info.term),
                        r->b->entries.v[*index - 1].line);
    *index = r->b->entries.n + 1;
    sha256_of(text, &hash);
    hex_encode(hash.b, 4, hex);
    e->info.id = arena_printf(&r->b->arena, "%.*s:%s", SV_FMT(lexicon), hex);
    return e->info.id.p ? 0 : no_memory(r);
}

static int read_entry(struct reading *r, struct sv line)
{
    struct entry e = r->defaults;
    struct sv term, field;
    e.line = r->line;
    if (!sv_split(&line, '\t', &term)) return 0;
    while (sv_split(&line, '\t', &field)) {
        field = sv_trim(field);
        if (field.n == 0) continue;
        size_t equals = sv_find_byte(field, '=', 0);
        if (equals == SIZE_MAX)
            return BAD_LINE(r, "\"%.*s\" is no key=value; fields are separated by one TAB each",
                            SV_FMT(field));
        int rc = read_key(r, sv_sub(field, 0, equals), sv_sub(field, equals + 1, field.n), &e);
        if (rc != 0) return rc;
    }
    if (e.info.category.n == 0)
        return BAD_LINE(r, "\"%.*s\" has no category: set it there or by @category above", SV_FMT(term));
    e.info.term = arena_copy(&r->b->arena, sv_trim(term));
    if (!e.info.term.p) return no_memory(r);
    int rc = pattern_for(r, e.info.term, &e.pattern);
    if (rc == 0) rc = name_entry(r, &e);
    if (rc != 0) return rc;
    struct pattern *p = &r->b->patterns.v[e.pattern];
    e.next = p->first_entry;
    if (VEC_PUSH(&r->b->entries, e) != 0) return no_memory(r);
    p->first_entry = (uint32_t)r->b->entries.n - 1;
    p->by_skeleton |= e.skeleton;
    return 0;
}

static int read_line(struct reading *r, struct sv line)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    if (sv_trim(line).n == 0 || line.p[0] == '#') return 0;
    size_t bad = utf8_check(line);
    if (bad != SIZE_MAX) return BAD_LINE(r, "byte %zu is no UTF-8: save the file as UTF-8", bad + 1);
    return line.p[0] == '@' ? read_defaults(r, line) : read_entry(r, line);
}

int terms_builder_add(struct terms_builder *b, struct sv file_name, struct sv bytes,
                      bool (*check)(struct sv category), struct error *err)
{
    struct sv name = arena_copy(&b->arena, file_name), line;
    struct reading r = {.b = b, .file = name, .check = check, .err = err};
    r.defaults = (struct entry){
        .info = {.lexicon = SV("lexicon"), .stance = SV("none"), .weight = 1},
        .whole = true,
        .clitics = true,
        .skeleton = true,
    };
    if (!name.p) return no_memory(&r);
    if (sv_starts(bytes, SV("\xef\xbb\xbf"))) bytes = sv_sub(bytes, 3, bytes.n);
    while (sv_split(&bytes, '\n', &line)) {
        r.line++;
        int rc = read_line(&r, line);
        if (rc != 0) return rc;
    }
    return 0;
}
