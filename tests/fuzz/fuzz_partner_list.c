/* Lists of partners; the first byte says whose. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_record(void *arg, const struct partner_record *r, struct error *err)
{
    (void)err;
    if (r->remote.n == 0 || !r->item) abort();
    struct id128 id = bank_item_id(r->item);
    if (!id_eq(&id, &r->item->id)) abort();
    (*(uint64_t *)arg)++;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[] = {"stopncii", "tcap", "threatexchange-json"};
    uint64_t seen = 0;
    struct partner_sink sink = {&seen, on_record, NULL};
    struct partner_counts counts;
    struct arena a;
    struct sv next;
    struct error err;
    if (size == 0 || id_init(NULL) != 0) return 0;
    arena_init(&a, 0);
    int rc = partner_list_read(sv_cstr(kinds[data[0] % 3]), sv_of(data + 1, size - 1), &a, &sink, &counts,
                               &next, &err);
    if (rc != 0 && rc != ERR_FORMAT && rc != ERR_LIMIT) abort();
    if (counts.records != seen) abort();
    arena_done(&a);
    return 0;
}
