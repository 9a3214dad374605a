/* Requests to the TAXII server: method, path, query, authorization and body, parted by newlines, against a store with a
 * little in it. Whatever is asked, there is an answer that is JSON, and nothing is given to who is not known. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store *store;
static struct taxii_config config;
/* SHA-256 of "secret". */
static const char users[] = "{\"users\":[{\"name\":\"a\",\"token_sha256\":"
                            "\"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b\",\"read\":["
                            "\"c\"],\"write\":[\"c\"],\"source\":\"s\"}]}";

static void prepare(void)
{
    struct bank b = {.name = SV("s"), .category = CATEGORY_HATE, .threshold = 31};
    struct exchange_source src = {.name = SV("s"), .kind = SV("taxii"), .bank = SV("s")};
    struct shared_object o = {.collection = SV("c"),
                              .id = SV("url--47c3cf9a-5027-5bf0-997a-017c7edc7c55"),
                              .version = SV("2026-01-01T00:00:00.000Z"),
                              .body = SV("{}"),
                              .added_us = 1};
    if (store_open("sqlite::memory:", &store, NULL) != 0 ||
        json_parse(SV(users), JSON_STRICT, &config.doc, NULL) != 0 || store_bank_new(store, &b, NULL) != 0 ||
        store_source_put(store, &src, NULL) != 0 || store_object_put(store, &o, NULL, NULL) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = sv_of(data, size), part[4] = {{NULL, 0}};
    struct exchange_config how = {.producer = SV("fuzz")};
    struct taxii_response out;
    struct error err;
    struct json *doc = NULL;
    if (!store) prepare();
    for (int i = 0; i < 4 && rest.p; i++) sv_split(&rest, '\n', &part[i]);
    struct taxii_request r = {.method = part[0],
                              .path = part[1],
                              .query = part[2],
                              .authorization = part[3],
                              .content_type = SV("application/taxii+json;version=2.1"),
                              .body = rest,
                              .now_us = 1};
    if (store_begin(store, NULL) != 0) abort();
    store_rollback(store);
    if (taxii_handle(store, &how, &config, &r, &out, &err) != 0) abort();
    if (out.status < 200 || out.status > 499) abort();
    if (json_parse(buf_sv(&out.body), JSON_STRICT, &doc, &err) != 0) abort();
    if (!part[3].n && out.status == 200 && json_get(doc, "objects")) abort();
    json_free(doc);
    buf_done(&out.body);
    return 0;
}
