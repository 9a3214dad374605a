/* Lexicons: words and phrases to look for, compiled into one automaton (Vectorscan) over the normalised text and
 * over its skeleton. Compiled once, immutable, shared; one scratch per thread.
 *
 * A lexicon file (policy/lexicons/, docs/formats/lexicon.md) is UTF-8 lines:
 *     # comment
 *     @lexicon NAME  @category harassment.abuse  @dialect ar-ma   (defaults for the entries below)
 *     term TAB key=value … : weight=0.4 category=… stance=for|against|none skeleton=no whole=no needs=WORD|WORD not=WORD|WORD
 * A term is matched on normalised text at word borders (Arabic clitics و ف ب ك ل ال allowed before it) unless whole=no. */
#ifndef MARSAD_TEXT_TERMS_H
#define MARSAD_TEXT_TERMS_H

#include "text/normalise.h"

struct terms;         /* compiled */
struct terms_scratch; /* per thread */
struct terms_builder;

struct term_info {
    struct sv id;   /* "lexicon:line-stable id": lexicon name, ':' and 8 hex digits of the term's hash */
    struct sv term; /* as written in the lexicon */
    struct sv lexicon, dialect, category, stance; /* category as text: this room knows no categories */
    double weight;                                /* 0..1 */
};

struct term_hit {
    const struct term_info *info; /* *borrowed until* terms_free */
    size_t start, end;            /* bytes of the original */
    bool by_skeleton;             /* seen only without dots */
};

int terms_builder_new(struct terms_builder **out, struct error *err) MUST_USE;
void terms_builder_free(struct terms_builder *b);
/* Adds one lexicon file. `check` says whether a category is known (NULL: any). ERR_FORMAT names file and line. */
int terms_builder_add(struct terms_builder *b, struct sv file_name, struct sv bytes,
                      bool (*check)(struct sv category), struct error *err) MUST_USE;
/* *consumed*: the builder is freed whatever happens. */
int terms_compile(struct terms_builder *b, struct terms **out, struct error *err) MUST_USE;
void terms_free(struct terms *t);
size_t terms_count(const struct terms *t);

int terms_scratch_new(const struct terms *t, struct terms_scratch **out, struct error *err) MUST_USE;
void terms_scratch_free(struct terms_scratch *s);

/* Hits by place, one per place and entry, in the arena; at most TERM_MAX_HITS (*out_cut then true). */
int terms_find(const struct terms *t, struct terms_scratch *s, const struct norm_text *text, struct arena *a,
               struct term_hit **out_hits, size_t *out_n, bool *out_cut, struct error *err) MUST_USE;

#endif
