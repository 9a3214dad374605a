#include "base/hash256.h"

void hash256_format(const struct hash256 *h, char out[HASH256_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < 64; i++) {
        unsigned low_bit = 4 * (63 - i);
        out[i] = digits[h->w[low_bit / 64] >> (low_bit % 64) & 15];
    }
    out[64] = '\0';
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hash256_parse(struct sv hex, struct hash256 *out)
{
    if (hex.n != 64) return false;
    struct hash256 h = {0};
    for (unsigned i = 0; i < 64; i++) {
        int d = digit_value(hex.p[i]);
        if (d < 0) return false;
        unsigned low_bit = 4 * (63 - i);
        h.w[low_bit / 64] |= (uint64_t)d << (low_bit % 64);
    }
    *out = h;
    return true;
}
