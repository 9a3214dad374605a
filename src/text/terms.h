/* Lexicons: words and phrases to look for, compiled into one automaton (Vectorscan) over the normalised text and
 * another over its skeleton; phrases also as hashtags join them (a_b). Compiled once, immutable, shared; one scratch per thread.
 *
 * A lexicon file (policy/lexicons/, docs/formats/lexicon.md) is UTF-8 lines:
 *     # comment
 *     @lexicon NAME @category harassment.abuse @dialect ar-ma …   (defaults for the entries below)
 *     term TAB key=value TAB key=value …
 *
 *     category=…  dialect=…  stance=for|against|none  weight=0..1 (1)  context=news|counter|quote|…
 *     whole=no    also inside words            clitics=no  no و ف ب ك ل ال يا … before it
 *     suffix=yes  endings (ها هم ين ات s …)    skeleton=no never without its dots
 *     needs=WORD|WORD  one of them in the same text     not=WORD|WORD  none of them
 *
 * Terms and words go through the normaliser of texts: write them in any spelling. */
#ifndef MARSAD_TEXT_TERMS_H
#define MARSAD_TEXT_TERMS_H

#include "text/normalise.h"

struct terms;         /* compiled */
struct terms_scratch; /* per thread */
struct terms_builder;

struct term_info {
    struct sv id; /* lexicon name, ':' and 8 hex digits of the normalised term's hash: stable across edits */
    struct sv term; /* as written in the lexicon */
    struct sv lexicon, dialect, category,
        stance;        /* category as text ("none" too): this room knows no categories */
    struct sv context; /* what a hit speaks for: "news", "counter", "quote", …; empty */
    double weight;     /* 0..1 */
};

struct term_hit {
    const struct term_info *info; /* *borrowed until* terms_free */
    size_t start, end;            /* bytes of the original */
    bool by_skeleton;             /* seen only without dots */
    bool by_sound;                /* seen only in Latin letters, by its sounds */
    bool by_reread;               /* seen only with separators or elongation taken out (text_reread) */
};

int terms_builder_new(struct terms_builder **out, struct error *err) MUST_USE;
void terms_builder_free(struct terms_builder *b);
/* Adds one lexicon file; bytes and name are copied. `check` says whether a category is known (NULL: any; "none" is
 * not asked about). ERR_FORMAT names file and line, ERR_LIMIT, ERR_NOMEM; after an error the builder can only be
 * freed. */
int terms_builder_add(struct terms_builder *b, struct sv file_name, struct sv bytes,
                      bool (*check)(struct sv category), struct error *err) MUST_USE;
/* *consumed*: the builder is freed whatever happens. No entries at all compile to terms that never hit. */
int terms_compile(struct terms_builder *b, struct terms **out, struct error *err) MUST_USE;
void terms_free(struct terms *t);
size_t terms_count(const struct terms *t);
/* Entry i < terms_count, in the order of the files; *borrowed until* terms_free. */
const struct term_info *terms_info(const struct terms *t, size_t i);

int terms_scratch_new(const struct terms *t, struct terms_scratch **out, struct error *err) MUST_USE;
void terms_scratch_free(struct terms_scratch *s);

/* Hits by place, the longer first, one per place and entry, in the arena; at most TERM_MAX_HITS (*out_cut then true). A hit
 * inside a longer one of the same category and context that weighs no less is left out. */
int terms_find(const struct terms *t, struct terms_scratch *s, const struct norm_text *text, struct arena *a,
               struct term_hit **out_hits, size_t *out_n, bool *out_cut, struct error *err) MUST_USE;

#endif
