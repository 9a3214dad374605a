/* STIX of any bytes: what is read as an item can be written as one and comes back as the same. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/stix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct stix_producer producer = {SV_INIT("fuzz"), SV_INIT("fuzz")};

static int same(void *arg, const struct stix_seen *seen, struct error *err)
{
    const struct id128 *id = arg;
    (void)err;
    if (seen->kind == STIX_ITEM && !id_eq(&seen->item->id, id)) abort();
    return 0;
}

static int on_seen(void *arg, const struct stix_seen *seen, struct error *err)
{
    struct buf b;
    struct stix_bundle x;
    struct error why;
    (void)arg;
    (void)err;
    if (seen->kind != STIX_ITEM) return 0;
    struct id128 id = bank_item_id(seen->item);
    struct stix_sink sink = {&x, stix_bundle_add};
    struct stix_share share = {seen->item, CATEGORY_HATE, SV("green"), 0, 0, false};
    struct stix_reader r = {&id, same, NULL};
    struct stix_counts counts;
    buf_init(&b, 0);
    stix_bundle_begin(&x, &b);
    if (stix_write_item(&producer, &share, &sink, &why) != 0) abort();
    stix_bundle_end(&x);
    if (stix_read(buf_sv(&b), 0, &r, &counts, &why) != 0 || counts.items != 1) abort();
    buf_done(&b);
    return 0;
}

static int on_pattern(void *arg, struct sv path, struct sv value)
{
    (void)arg;
    if (path.n == 0 || (value.n && !value.p)) abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stix_reader r = {NULL, on_seen, NULL};
    struct stix_counts counts;
    struct arena a;
    struct error err;
    if (id_init(NULL) != 0) return 0;
    int rc = stix_read(sv_of(data, size), 0, &r, &counts, &err);
    if (rc != 0 && rc != ERR_FORMAT && rc != ERR_LIMIT) abort();
    arena_init(&a, 0);
    rc = stix_pattern(sv_of(data, size), &a, on_pattern, NULL, &err);
    if (rc != 0 && rc != ERR_FORMAT && rc != ERR_UNSUPPORTED) abort();
    arena_done(&a);
    return 0;
}
