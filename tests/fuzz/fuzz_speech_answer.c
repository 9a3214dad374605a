#include "speech/words.h"

#include <stdlib.h>

#include "base/limits.h"

/* A recogniser's answer in each of its languages: whatever it is, words are few, in order, and can be written down. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct word_list *w)
{
    struct spoken s = {SV("fuzz"), w->v.v, w->v.n};
    struct buf b;
    if (w->v.n > SAID_MAX_WORDS) abort();
    buf_init(&b, 0);
    said_write(&s, &b); /* asserts what it writes */
    buf_clear(&b);
    answer_line_write(1, w, &b);
    buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = sv_of(data, size);
    for (int kind = 0; kind < 3; kind++) {
        struct arena a;
        struct word_list w;
        struct error err;
        arena_init(&a, 0);
        words_init(&w, &a);
        int rc = kind == 0   ? whisper_read(text, &w, &err)
                 : kind == 1 ? openai_read(text, &w, &err)
                             : answer_line_read(text, 1, &w, &err);
        if (rc == 0) check(&w);
        words_done(&w);
        arena_done(&a);
    }
    return 0;
}
