/* Any bytes as a list of known groups. */
#include "network/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct network_known *k;
    struct error err;
    if (network_known_parse(sv_of(data, size), "list", &k, &err)) return 0;
    (void)network_known_find(k, sv_of(data, size < 4 ? size : 4), NULL);
    network_known_free(k);
    return 0;
}
