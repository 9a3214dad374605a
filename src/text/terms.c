/* Literals in two Vectorscan databases: the normalised terms and context words, and the skeletons of the terms that
 * may be written without dots. A literal's length is known, so a match's end gives its start; borders are checked here
 * at each match, context words when the text is done.
 *
 * A match by skeleton counts when dots are only missing, never different: each letter of the text is the term's own or
 * its dotless form. And the dots must be missing for a reason: a letter that ordinary writing does not have stands in
 * the match (ٮ ڡ ٯ ں, or ى for another letter), or the whole text goes without dots. Otherwise حمار would be taken for
 * خمار. */
#include "text/terms.h"

#include "base/limits.h"
#include "text/borders.h"
#include "text/late_hs_priv.h"
#include "text/terms_priv.h"
#include "text/text_priv.h"

#include <stdlib.h>

enum { LOOK_BACK = 16 };

struct terms {
    struct terms_builder *b;              /* owns all strings, entries and patterns */
    hs_database_t *by_text, *by_skeleton; /* NULL when there is nothing to look for */
    struct sound_index by_sound;
};

struct raw_hit {
    uint32_t entry;
    bool by_skeleton, by_reread, by_sound;
    size_t start, end; /* of the original */
};

struct terms_scratch {
    hs_scratch_t *hs;
    bool *seen; /* by pattern: a context word of this text */
    struct VEC(struct raw_hit) hits;
};

/* ---- compiling ---- */

static int scan_error(struct error *err, int rc, const char *what)
{
    return error_set(err, rc == HS_NOMEM ? ERR_NOMEM : ERR_INTERNAL, "terms", "%s: Vectorscan says %d", what,
                     rc);
}

static int compile_literals(const char *const *literal, const size_t *bytes, const unsigned *id, unsigned n,
                            hs_database_t **out, struct error *err)
{
    hs_compile_error_t *why = NULL;
    unsigned *flags = calloc(n ? n : 1, sizeof *flags);
    if (!flags) return error_set(err, ERR_NOMEM, "terms", "no memory to compile %u terms", n);
    int rc = 0;
    if (n > 0) rc = hs_compile_lit_multi(literal, flags, id, bytes, n, HS_MODE_BLOCK, NULL, out, &why);
    free(flags);
    if (rc == HS_SUCCESS) return 0;
    rc = error_set(err, rc == HS_NOMEM ? ERR_NOMEM : ERR_INTERNAL, "terms", "%u terms do not compile: %s", n,
                   why ? why->message : "no reason given");
    hs_free_compile_error(why);
    return rc;
}

static bool wants_skeleton(const struct pattern *p)
{
    return p->by_skeleton && !sv_eq(p->text, p->skeleton) && utf8_count(p->text) >= 3;
}

/* What goes into one database. */
struct literals {
    struct arena arena;
    struct VEC(const char *) text;
    struct VEC(size_t) bytes;
    struct VEC(unsigned) id;
};

static int add_literal(struct literals *l, struct sv text, unsigned id)
{
    return VEC_PUSH(&l->text, text.p) != 0 || VEC_PUSH(&l->bytes, text.n) != 0 || VEC_PUSH(&l->id, id) != 0
               ? ERR_NOMEM
               : 0;
}

/* A phrase, and the same as hashtags join it: "a_b". */
static int add_phrase(struct literals *l, struct sv text, unsigned id)
{
    if (add_literal(l, text, id) != 0) return ERR_NOMEM;
    if (sv_find_byte(text, ' ', 0) == SIZE_MAX) return 0;
    char *joined = arena_cstr(&l->arena, text);
    if (!joined) return ERR_NOMEM;
    for (size_t i = 0; i < text.n; i++)
        if (joined[i] == ' ') joined[i] = '_';
    return add_literal(l, sv_of(joined, text.n), id);
}

static int compile_database(const struct terms_builder *b, bool skeletons, hs_database_t **out,
                            struct error *err)
{
    struct literals l = {0};
    int rc = 0;
    arena_init(&l.arena, 0);
    for (size_t i = 0; i < b->patterns.n && rc == 0; i++) {
        const struct pattern *p = &b->patterns.v[i];
        if (!skeletons || wants_skeleton(p))
            rc = add_phrase(&l, skeletons ? p->skeleton : p->text, (unsigned)i);
    }
    rc = rc == 0 ? compile_literals(l.text.v, l.bytes.v, l.id.v, (unsigned)l.id.n, out, err)
                 : error_set(err, rc, "terms", "no memory to compile %zu terms", b->patterns.n);
    VEC_DONE(&l.text);
    VEC_DONE(&l.bytes);
    VEC_DONE(&l.id);
    arena_done(&l.arena);
    return rc;
}

static int compile_all(struct terms *t, struct error *err)
{
    int rc = late_hs_load(err);
    if (rc == 0) rc = compile_database(t->b, false, &t->by_text, err);
    if (rc == 0) rc = compile_database(t->b, true, &t->by_skeleton, err);
    return rc == 0 ? sound_index_build(t->b, &t->by_sound, err) : rc;
}

int terms_compile(struct terms_builder *b, struct terms **out, struct error *err)
{
    struct terms *t = calloc(1, sizeof *t);
    if (!t) {
        terms_builder_free(b);
        return error_set(err, ERR_NOMEM, "terms", "no memory for the terms");
    }
    t->b = b;
    arena_done(&b->temporary);
    int rc = compile_all(t, err);
    if (rc != 0) {
        terms_free(t);
        return rc;
    }
    *out = t;
    return 0;
}

void terms_free(struct terms *t)
{
    if (!t) return;
    if (t->by_text) hs_free_database(t->by_text);
    if (t->by_skeleton) hs_free_database(t->by_skeleton);
    sound_index_done(&t->by_sound);
    terms_builder_free(t->b);
    free(t);
}

size_t terms_count(const struct terms *t) { return t->b->entries.n; }
const struct term_info *terms_info(const struct terms *t, size_t i) { return &t->b->entries.v[i].info; }

int terms_scratch_new(const struct terms *t, struct terms_scratch **out, struct error *err)
{
    struct terms_scratch *s = calloc(1, sizeof *s);
    if (s) s->seen = calloc(t->b->patterns.n + 1, sizeof *s->seen);
    if (!s || !s->seen) {
        terms_scratch_free(s);
        return error_set(err, ERR_NOMEM, "terms", "no memory to search with");
    }
    int rc = t->by_text ? hs_alloc_scratch(t->by_text, &s->hs) : HS_SUCCESS;
    if (rc == HS_SUCCESS && t->by_skeleton) rc = hs_alloc_scratch(t->by_skeleton, &s->hs);
    if (rc != HS_SUCCESS) {
        terms_scratch_free(s);
        return scan_error(err, rc, "no scratch to search with");
    }
    *out = s;
    return 0;
}

void terms_scratch_free(struct terms_scratch *s)
{
    if (!s) return;
    if (s->hs) hs_free_scratch(s->hs);
    free(s->seen);
    VEC_DONE(&s->hits);
    free(s);
}

/* ---- searching ---- */

struct search {
    const struct terms *terms;
    struct terms_scratch *scratch;
    const struct norm_text *text; /* the reading under search */
    bool reread, skeleton, sound;
    bool cut, no_memory;
};

/* Takes the entries of a pattern found at [start, end); non-zero stops the search. */
static int take_match(struct search *s, const struct pattern *p, size_t start, size_t end)
{
    struct sv text = s->text->text;
    const struct entry *entries = s->terms->b->entries.v;
    for (uint32_t i = p->first_entry; i != NO_ENTRY; i = entries[i].next) {
        const struct entry *e = &entries[i];
        if (s->skeleton && !e->skeleton) continue;
        if (e->whole && !(border_before(text, start, e->clitics) && border_after(text, end, e->suffix)))
            continue;
        if (s->scratch->hits.n >= TERM_MAX_HITS) {
            s->cut = true;
            return 1;
        }
        struct raw_hit hit = {
            .entry = i, .by_skeleton = s->skeleton, .by_reread = s->reread, .by_sound = s->sound};
        norm_span(s->text, start, end, &hit.start, &hit.end);
        if (VEC_PUSH(&s->scratch->hits, hit) != 0) {
            s->no_memory = true;
            return 1;
        }
    }
    return 0;
}

static int on_text_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                         void *arg)
{
    struct search *s = arg;
    const struct pattern *p = &s->terms->b->patterns.v[id];
    size_t end = (size_t)to, start = end - p->text.n;
    if (p->is_context && !s->scratch->seen[id])
        s->scratch->seen[id] =
            border_before(s->text->text, start, true) && border_after(s->text->text, end, true);
    return take_match(s, p, start, end);
}

/* Is the letter of `t` at byte i, which differs from the term's, merely without its dots? *rare: a form that ordinary
 * writing does not have. */
static bool is_dotless(const struct norm_text *t, size_t i, bool *rare)
{
    size_t next = i;
    uint32_t cp = utf8_next(t->text, &next, NULL);
    if (norm_entry(cp)->kind & NORM_DOTLESS) return *rare = true;
    if (next - i == 2 && memcmp(t->text.p + i, t->skeleton.p + i, 2) == 0) return true;
    /* ya folds both ways: its dotless form, inside a word, is what a tooth without dots is typed with */
    size_t was = t->at[i];
    uint32_t original = utf8_next(t->original, &was, NULL);
    return original == 0x0649 ? (*rare = true) : false;
}

static bool only_dots_missing(const struct norm_text *t, struct sv term, size_t start)
{
    bool differs = false, rare = false;
    for (size_t i = 0; i < term.n;) {
        size_t next = i;
        utf8_next(term, &next, NULL);
        bool hashtag_joint = term.p[i] == ' ' && t->text.p[start + i] == '_';
        if (!hashtag_joint && memcmp(term.p + i, t->text.p + start + i, next - i) != 0) {
            differs = true;
            if (!is_dotless(t, start + i, &rare)) return false;
        }
        i = next;
    }
    return differs && (rare || norm_undotted(t));
}

static int on_skeleton_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                             void *arg)
{
    struct search *s = arg;
    const struct pattern *p = &s->terms->b->patterns.v[id];
    size_t end = (size_t)to, start = end - p->skeleton.n;
    return only_dots_missing(s->text, p->text, start) ? take_match(s, p, start, end) : 0;
}

static int scan(struct search *s, const hs_database_t *db, struct sv bytes, match_event_handler on_match,
                struct error *err)
{
    if (!db || bytes.n == 0) return 0;
    int rc = hs_scan(db, bytes.p, (unsigned)bytes.n, 0, s->scratch->hs, on_match, s);
    if (s->no_memory) return error_set(err, ERR_NOMEM, "terms", "no memory for %zu hits", s->scratch->hits.n);
    if (rc != HS_SUCCESS && rc != HS_SCAN_TERMINATED) return scan_error(err, rc, "the search failed");
    return 0;
}

static int on_sound_match(void *arg, uint32_t pattern, size_t start, size_t end)
{
    struct search *s = arg;
    return take_match(s, &s->terms->b->patterns.v[pattern], start, end);
}

static int search_sounds(struct search *s, const struct norm_text *text, struct error *err)
{
    s->text = text;
    s->skeleton = s->reread = false;
    s->sound = true;
    int stopped = sound_index_find(&s->terms->by_sound, text->text, on_sound_match, s);
    if (stopped && s->no_memory)
        return error_set(err, ERR_NOMEM, "terms", "no memory for %zu hits", s->scratch->hits.n);
    return 0;
}

/* One reading, dotted and, where dots are missing, dotless. */
static int search_reading(struct search *s, const struct norm_text *text, bool reread, struct error *err)
{
    s->text = text;
    s->reread = reread;
    s->skeleton = false;
    int rc = scan(s, s->terms->by_text, text->text, on_text_match, err);
    if (rc != 0 || s->cut) return rc;
    if (text->arabic == 0 || (text->dotless == 0 && !norm_undotted(text))) return 0;
    s->skeleton = true;
    return scan(s, s->terms->by_skeleton, text->skeleton, on_skeleton_match, err);
}

static bool any_seen(const struct terms_scratch *s, const struct context_words *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (s->seen[w->pattern[i]]) return true;
    return false;
}

/* By place, the longer first; of equals the plainest reading first. */
static int order_hits(const void *x, const void *y)
{
    const struct raw_hit *a = x, *b = y;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end > b->end ? -1 : 1;
    if (a->entry != b->entry) return a->entry < b->entry ? -1 : 1;
    return (a->by_skeleton * 2 + a->by_reread + a->by_sound * 4) -
           (b->by_skeleton * 2 + b->by_reread + b->by_sound * 4);
}

/* Does a longer hit say the same, and as surely? The words of a phrase are no further evidence. A few hits back is far
 * enough: phrases are short. */
static bool is_part_of_longer(const struct term_hit *hits, size_t n, const struct entry *e,
                              const struct raw_hit *raw)
{
    for (size_t i = n; i > 0 && n - i < LOOK_BACK; i--) {
        const struct term_hit *h = &hits[i - 1];
        bool longer =
            h->start <= raw->start && h->end >= raw->end && h->end - h->start > raw->end - raw->start;
        if (longer && h->info->weight >= e->info.weight && sv_eq(h->info->category, e->info.category) &&
            sv_eq(h->info->context, e->info.context))
            return true;
    }
    return false;
}

static int give_hits(const struct terms *t, struct terms_scratch *s, struct arena *a,
                     struct term_hit **out_hits, size_t *out_n, struct error *err)
{
    struct raw_hit *raw = s->hits.v;
    size_t n = 0;
    struct term_hit *hits = arena_array(a, s->hits.n, sizeof *hits);
    if (!hits) return error_set(err, ERR_NOMEM, "terms", "no memory for %zu hits", s->hits.n);
    if (s->hits.n > 1) qsort(raw, s->hits.n, sizeof *raw, order_hits);
    for (size_t i = 0; i < s->hits.n; i++) {
        const struct entry *e = &t->b->entries.v[raw[i].entry];
        bool again = i > 0 && raw[i].entry == raw[i - 1].entry && raw[i].start == raw[i - 1].start &&
                     raw[i].end == raw[i - 1].end;
        if (again || is_part_of_longer(hits, n, e, &raw[i]) || (e->needs.n > 0 && !any_seen(s, &e->needs)) ||
            any_seen(s, &e->nots))
            continue;
        hits[n++] = (struct term_hit){&e->info,           raw[i].start,    raw[i].end,
                                      raw[i].by_skeleton, raw[i].by_sound, raw[i].by_reread};
    }
    *out_hits = hits;
    *out_n = n;
    return 0;
}

int terms_find(const struct terms *t, struct terms_scratch *s, const struct norm_text *text, struct arena *a,
               struct term_hit **out_hits, size_t *out_n, bool *out_cut, struct error *err)
{
    struct search search = {.terms = t, .scratch = s};
    struct norm_text other;
    bool differs;
    s->hits.n = 0;
    memset(s->seen, 0, t->b->patterns.n * sizeof *s->seen);
    int rc = search_reading(&search, text, false, err);
    if (rc == 0) rc = text_reread(text, a, &other, &differs, err);
    if (rc == 0 && differs && !search.cut) rc = search_reading(&search, &other, true, err);
    if (rc == 0 && !search.cut) rc = search_sounds(&search, text, err);
    if (rc == 0) rc = give_hits(t, s, a, out_hits, out_n, err);
    if (rc == 0) *out_cut = search.cut;
    return rc;
}
