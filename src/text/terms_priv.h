/* Between the lexicon's reader (lexicon.c) and the automaton (terms.c): what a builder holds. */
#ifndef MARSAD_TEXT_TERMS_PRIV_H
#define MARSAD_TEXT_TERMS_PRIV_H

#include "base/map.h"
#include "base/vec.h"
#include "text/terms.h"

/* A normalised string that the automaton looks for: the term of some entries, a context word of others, or both. */
struct pattern {
    struct sv text, skeleton;
    uint32_t first_entry; /* NO_ENTRY when it is a context word only */
    bool by_skeleton;     /* some entry wants it found without dots */
    bool is_context;
};

struct context_words {
    uint32_t *pattern;
    size_t n;
};

struct entry {
    struct term_info info;
    uint32_t pattern, next; /* the next entry of the same pattern */
    uint32_t line;
    bool whole, clitics, suffix, skeleton;
    struct context_words needs, nots;
};
#define NO_ENTRY UINT32_MAX

/* ---- terms_sound.c: words of Arabic letters, found in Latin ones by their sounds ---- */

struct sound_index {
    struct sound_entry {
        uint32_t hash, pattern;
    } * v; /* by hash */
    size_t n;
};
struct terms_builder;
/* Of the patterns that are single words of enough sounds. ERR_NOMEM. */
int sound_index_build(const struct terms_builder *b, struct sound_index *out, struct error *err) MUST_USE;
void sound_index_done(struct sound_index *x);
/* Calls take(arg, pattern, start, end) for each Latin word of an Arabizi text that sounds like a pattern, in the likelier
 * convention first; the other reading of a word only where the first gave nothing. Non-zero ends it. */
int sound_index_find(const struct sound_index *x, struct sv text,
                     int (*take)(void *arg, uint32_t pattern, size_t start, size_t end), void *arg);

struct terms_builder {
    struct arena arena;     /* strings and word lists of the entries */
    struct arena temporary; /* cleared with each line */
    struct VEC(struct entry) entries;
    struct VEC(struct pattern) patterns;
    struct map pattern_by_text; /* → index + 1 */
    struct map entry_by_term;   /* lexicon, NUL, normalised term → index + 1 */
};

#endif
