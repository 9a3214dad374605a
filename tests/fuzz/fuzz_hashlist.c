/* Hash lists of every format. The first byte says which (or to look); what is read is written in every format that can
 * say it, and our own must give the same item back. */
#include <stdint.h>
#include <stdlib.h>

#include "base/id.h"
#include "store/hashlist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok) abort();
}

static int compare(void *arg, const struct bank_item *item, struct error *err)
{
    const struct bank_item *first = arg;
    require(id_eq(&item->id, &first->id));
    require(sv_eq(item->label, first->label) && sv_eq(item->value, first->value));
    require(item->threshold == first->threshold && item->status == first->status);
    require(item->nframes == first->nframes);
    return 0;
}

static int write_all(void *arg, const struct bank_item *item, struct error *err)
{
    for (const char *const *name = hashlist_format_names; *name; name++) {
        struct buf b;
        buf_init(&b, 0);
        int rc = hashlist_write(item, *name, &b, NULL);
        require(rc == 0 || (rc == ERR_UNSUPPORTED && b.n == 0));
        if (rc == 0 && sv_is(sv_cstr(*name), "marsad")) {
            struct hashlist_sink sink = {(void *)(uintptr_t)item, compare, NULL};
            struct hashlist_counts counts;
            require(hashlist_parse(buf_sv(&b), "marsad", SV_NULL, &sink, &counts, NULL) == 0);
            require(counts.items == 1 && counts.bad == 0);
        }
        buf_done(&b);
    }
    (*(uint64_t *)arg)++;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {NULL, "hex", "typed", "threatexchange", "vpdq", "marsad"};
    if (size == 0 || id_init(NULL) != 0) return 0;
    uint64_t items = 0;
    struct hashlist_sink sink = {&items, write_all, NULL};
    struct hashlist_counts counts;
    struct error err;
    int rc = hashlist_parse(sv_of(data + 1, size - 1), formats[data[0] % 6], SV_NULL, &sink, &counts, &err);
    require(rc == 0 || rc == ERR_FORMAT);
    require(counts.items == items);
    return 0;
}
