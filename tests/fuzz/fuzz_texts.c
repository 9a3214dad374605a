/* Any bytes as a file of texts; then every line is asked for and filled. */
#include "policy/texts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts *t = NULL;
    struct error err;
    if (texts_new(NULL, &t, &err) != 0) return 0;
    if (texts_add(t, LANG_EN, SV("fuzz"), sv_of(data, size), &err) == 0) {
        struct buf b;
        buf_init(&b, 0);
        struct sv args[] = {SV("a"), SV("{0}")};
        text_fill(t, LANG_AR, "k", args, 2, &b);
        buf_done(&b);
    }
    texts_free(t);
    return 0;
}
