/* Words of the lexicons. One finding per entry and text, with a place for each time it stands there. A word inside a
 * longer entry of the same category ("dog" in "son of a dog") is the longer one's; one that stands between quotation
 * marks gets the context "quote", one behind a negation "denied". */
#include "detect/detect_priv.h"

#include <stdlib.h>

/* Seen only without its dots, only with separators taken out, or only by its sounds: it may be another word. */
#define BY_SKELETON 0.75
#define BY_REREAD   0.9
#define BY_SOUND    0.75

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    union {
        const struct terms *in;
        void *out;
    } state = {env->terms}; /* only ever read */
    *out_state = state.out;
    return 0;
}

static void close(void *state) {}

/* ---- quotation ---- */

enum { QUOTE_REACH_BYTES = 400 };

/* Last (backward) or first place of a mark in s; SIZE_MAX. */
static size_t last_of(struct sv s, struct sv mark)
{
    size_t last = SIZE_MAX;
    for (size_t at = 0; (at = sv_find(s, mark, at)) != SIZE_MAX; at++) last = at;
    return last;
}

static bool between(struct sv before, struct sv after, struct sv open_mark, struct sv close_mark)
{
    size_t opened = last_of(before, open_mark), closed = last_of(before, close_mark);
    if (opened == SIZE_MAX || (closed != SIZE_MAX && closed > opened)) return false;
    return sv_find(after, close_mark, 0) != SIZE_MAX;
}

bool text_quoted(struct sv text, size_t start, size_t end)
{
    size_t from = start > QUOTE_REACH_BYTES ? start - QUOTE_REACH_BYTES : 0;
    struct sv before = sv_sub(text, from, start), after = sv_sub(text, end, end + QUOTE_REACH_BYTES);
    if (between(before, after, SV("«"), SV("»")) || between(before, after, SV("“"), SV("”")) ||
        between(before, after, SV("„"), SV("“")) || between(before, after, SV("‹"), SV("›")))
        return true;
    /* The straight mark opens and closes: inside after an odd number of them. */
    size_t marks = 0;
    for (size_t i = 0; i < before.n; i++) marks += before.p[i] == '"';
    return marks % 2 == 1 && sv_find_byte(after, '"', 0) != SIZE_MAX;
}

/* ---- hits to findings ---- */

static int by_place(const void *pa, const void *pb)
{
    const struct term_hit *a = pa, *b = pb;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end > b->end ? -1 : 1; /* the longer first */
    return sv_cmp(a->info->id, b->info->id);
}

/* Takes out what lies inside a longer hit of the same category; returns how many are left. */
static size_t drop_inner(struct term_hit *hits, size_t n)
{
    size_t reach[CATEGORY_COUNT] = {0}, starts[CATEGORY_COUNT], kept = 0;
    qsort(hits, n, sizeof *hits, by_place);
    for (size_t i = 0; i < n; i++) {
        enum category c = category_parse(hits[i].info->category);
        bool longest = hits[i].end > reach[c];
        /* The same place by another entry is no inner one. */
        bool same = reach[c] && hits[i].end == reach[c] && hits[i].start == starts[c];
        if (c != CATEGORY_NONE && !longest && !same) continue;
        if (longest) {
            reach[c] = hits[i].end;
            starts[c] = hits[i].start;
        }
        hits[kept++] = hits[i];
    }
    return kept;
}

static int by_entry_then_place(const void *pa, const void *pb)
{
    const struct term_hit *a = pa, *b = pb;
    int c = sv_cmp(a->info->id, b->info->id);
    if (c) return c;
    return a->start < b->start ? -1 : a->start > b->start;
}

static double how_sure(const struct term_hit *h)
{
    return h->info->weight * (h->by_skeleton ? BY_SKELETON : 1) * (h->by_reread ? BY_REREAD : 1) *
           (h->by_sound ? BY_SOUND : 1);
}

/* hits[0..n): one entry's, by place. The surest of them counts. */
static int report(const struct text_unit *u, const struct term_hit *hits, size_t n, struct finding_list *out)
{
    const struct term_info *info = hits[0].info;
    struct place places[FINDING_MAX_PLACES];
    struct finding f;
    finding_init(&f);
    f.kind = FINDING_TERM;
    f.detector = sv_cstr(detector_terms.name);
    f.detector_version = detector_terms.version;
    f.category = category_parse(info->category);
    f.label = info->id;
    f.context = info->context;
    if (sv_is(info->stance, "against")) {
        /* An opponent's word for it is no praise: it marks the text as arguing against. */
        f.category = CATEGORY_NONE;
        if (!f.context.n) f.context = SV("counter");
    }
    if (!f.context.n && text_quoted(u->norm.original, hits[0].start, hits[0].end)) f.context = SV("quote");
    if (!f.context.n && text_denied(u->norm.original, hits[0].start)) f.context = SV("denied");
    f.quote = sv_sub(u->norm.original, hits[0].start, hits[0].end);
    for (size_t i = 0; i < n && i < FINDING_MAX_PLACES; i++) {
        places[i] = unit_place(u, hits[i].start, hits[i].end);
        double p = how_sure(&hits[i]);
        if (p > f.probability) f.probability = p;
        f.nplaces = i + 1;
    }
    f.places = places;
    return finding_add(out, &f);
}

/* Groups of hits of one entry; a group goes where its first place stands. */
struct group {
    const struct term_hit *hits;
    size_t n;
};

static int by_first_place(const void *pa, const void *pb)
{
    const struct group *a = pa, *b = pb;
    if (a->hits->start != b->hits->start) return a->hits->start < b->hits->start ? -1 : 1;
    if (a->hits->end != b->hits->end) return a->hits->end < b->hits->end ? -1 : 1;
    return sv_cmp(a->hits->info->id, b->hits->info->id);
}

static int report_all(struct detect_scratch *s, const struct text_unit *u, struct term_hit *hits, size_t n,
                      struct finding_list *out)
{
    struct group *groups = ARENA_ARRAY(&s->arena, n, struct group);
    if (!groups) return ERR_NOMEM;
    size_t ngroups = 0;
    n = drop_inner(hits, n);
    qsort(hits, n, sizeof *hits, by_entry_then_place);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sv_eq(hits[end].info->id, hits[i].info->id);) end++;
        groups[ngroups++] = (struct group){&hits[i], end - i};
    }
    qsort(groups, ngroups, sizeof *groups, by_first_place);
    int rc = 0;
    for (size_t i = 0; i < ngroups && !rc; i++) rc = report(u, groups[i].hits, groups[i].n, out);
    return rc;
}

static int run(const void *state, struct detect_scratch *s, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    const struct terms *t = state;
    if (!t) return 0;
    int rc = scratch_units(s, item, err);
    for (size_t i = 0; i < s->nunits && !rc; i++) {
        struct term_hit *hits = NULL;
        size_t n = 0;
        bool cut = false;
        rc = terms_find(t, s->terms, &s->units[i].norm, &s->arena, &hits, &n, &cut, err);
        if (rc) return rc;
        if (cut)
            log_write(s->log, LOG_WARN, DETECT_MODULE,
                      "more than %d words of lexicons in one %s: the rest is left out", TERM_MAX_HITS,
                      text_field_name(s->units[i].field));
        if (n && report_all(s, &s->units[i], hits, n, out))
            rc = error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for the words found");
    }
    return rc;
}

const struct detector detector_terms = {
    .name = "terms",
    .help = "words of the lexicons",
    .version = 1,
    .wants = DETECT_TEXT,
    .open = open,
    .run = run,
    .close = close,
};
