/* What an outside recogniser of speech heard in a medium, word by word, and these words as parts of a post's text.
 *
 * Bytes, little-endian, within those of model/signal.h:
 *
 *   1 length, then who heard it ("whisper.cpp base", UTF-8, never empty)
 *   4 number of words, then for each: 4 start and 4 end in ms from the start of the medium, 1 length, then the word */
#ifndef MARSAD_MODEL_SAID_H
#define MARSAD_MODEL_SAID_H

#include "base/arena.h"
#include "base/buf.h"

enum { SAID_BY_MAX = 64, SAID_WORD_MAX = 255 };

struct said_word {
    uint32_t start_ms, end_ms;
    struct sv text; /* UTF-8 without control characters, never empty, at most SAID_WORD_MAX bytes */
};

struct spoken {
    struct sv by;              /* empty: nobody was asked */
    const struct said_word *v; /* by start */
    size_t n;                  /* at most SAID_MAX_WORDS */
};

/* Whether a text may stand as a word, or as a recogniser's name of at most `most` bytes. */
bool said_text_valid(struct sv s, size_t most);

/* Asserts what said_read checks. */
void said_write(const struct spoken *s, struct buf *b);
/* Words and texts in `a`. ERR_FORMAT, ERR_NOMEM. */
int said_read(struct reader *r, struct arena *a, struct spoken *out, struct error *err) MUST_USE;

struct post;
/* Appends what was said in medium `medium` of the post as transcript parts: a part ends where nobody speaks for
 * SAID_PAUSE_MS, or after SAID_PART_WORDS words. Further parts than POST_MAX_TEXTS are left out. Texts in `a`. ERR_NOMEM: the post
 * is as before. */
enum { SAID_PAUSE_MS = 900, SAID_PART_WORDS = 60 };
int post_add_said(struct post *p, uint32_t medium, const struct spoken *s, struct arena *a,
                  struct error *err) MUST_USE;

/* When what stands in bytes [start, end) of a part's text is said, to the word; *start_us and *end_us are left as they are where no words
 * are known. */
struct text_part;
void text_part_when(const struct text_part *t, size_t start, size_t end, int64_t *start_us, int64_t *end_us);

#endif
