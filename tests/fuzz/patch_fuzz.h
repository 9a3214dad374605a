/* Bytes changed in any places, as a fuzzer's data says: 4 bytes place, 1 byte how many (low 4 bits; the top bit: counted from the
 * end), the bytes; over and over. */
#ifndef MARSAD_TESTS_FUZZ_PATCH_H
#define MARSAD_TESTS_FUZZ_PATCH_H

#include <stdint.h>
#include <string.h>

static inline void patch(void *to, size_t n, const uint8_t *data, size_t size)
{
    uint8_t *bytes = to;
    while (size >= 5) {
        uint32_t at;
        memcpy(&at, data, 4);
        size_t count = data[4] & 15, place = data[4] & 128 ? n - 1 - at % n : at % n;
        data += 5, size -= 5;
        for (size_t i = 0; i < count && i < size && place + i < n; i++) bytes[place + i] = data[i];
        data += count < size ? count : size;
        size -= count < size ? count : size;
    }
}

#endif
