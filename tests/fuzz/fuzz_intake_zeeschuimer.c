#include "fuzz/intake_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_feed("zeeschuimer", data, size);
    return 0;
}
