/* The first byte chooses the flags, the rest is the text. What is taken must print, the print must be taken again,
 * and the second print must be the first. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    unsigned flags = data[0] & 1 ? JSON_ALLOW_XHH : JSON_STRICT;
    struct json *doc = NULL, *again = NULL;
    struct error err = {0};
    int rc = json_parse(sv_of(data + 1, size - 1), flags, &doc, &err);
    if (rc) {
        check(rc == ERR_FORMAT && err.code == rc && err.text[0]);
        check(utf8_check(sv_cstr(err.text)) == SIZE_MAX);
        return 0;
    }
    struct buf first, second;
    buf_init(&first, 0);
    buf_init(&second, 0);
    json_print(doc, &first);
    check(json_parse(buf_sv(&first), JSON_STRICT, &again, NULL) == 0);
    json_print(again, &second);
    check(!first.failed && !second.failed && sv_eq(buf_sv(&first), buf_sv(&second)));
    json_free(doc);
    json_free(again);
    buf_done(&first);
    buf_done(&second);
    return 0;
}
