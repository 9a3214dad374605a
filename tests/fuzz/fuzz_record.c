/* Lines of a record, and leaves of a bundle: every line that is read has an id, and reading comes to an end. */
#include <stdint.h>
#include <stdlib.h>

#include "evidence/tiles.h"
#include "store/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = sv_of(data, size), leaf;
    struct record_line line;
    size_t lines = 0, bytes = 0;
    while (record_next(&rest, &line)) {
        if (line.id.n == 0 || ++lines > size) abort();
        if (!line.erased_entry && line.type >= OBJECT_TYPES) abort();
    }
    (void)record_word(sv_of(data, size), "says");
    rest = sv_of(data, size);
    while (bundle_next(&rest, &leaf)) bytes += 2 + leaf.n;
    if (bytes + rest.n != size) abort();
    return 0;
}
