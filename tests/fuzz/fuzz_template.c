/* Templates and what fills them, parted by the first NUL. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/referral.h"
#include "exchange/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv all = sv_of(data, size);
    size_t nul = sv_find_byte(all, '\0', 0);
    struct sv text = sv_sub(all, 0, nul),
              fields = nul == SIZE_MAX ? SV("{\"a\":[1,{\"b\":true}]}") : sv_sub(all, nul + 1, size);
    struct template_text t;
    struct json *doc = NULL;
    struct buf subject, body, page;
    struct error err;
    buf_init(&subject, 1 << 16);
    buf_init(&body, 1 << 16);
    buf_init(&page, 0);
    if (template_parse(SV("fuzz"), text, &t, &err) == 0 && json_parse(fields, JSON_STRICT, &doc, &err) == 0) {
        int rc = template_fill(SV("fuzz"), &t, doc, &subject, &body, &err);
        if (rc != 0 && rc != ERR_FORMAT && rc != ERR_ARG && rc != ERR_LIMIT) abort();
    }
    referral_page(all, SV("ar"), &page);
    /* Nothing of a letter becomes markup of a kind that the page has not. */
    if (sv_find(buf_sv(&page), SV("<script"), 0) != SIZE_MAX) abort();
    json_free(doc);
    buf_done(&subject);
    buf_done(&body);
    buf_done(&page);
    return 0;
}
