/* Checksums and tables of what issuers and registries publish. */
#include "text/private_priv.h"

#include <string.h>

bool check_luhn(const char *digit, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digit[n - 1 - i] - '0');
        if (i % 2 == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return n > 0 && sum % 10 == 0;
}

static unsigned mod97(unsigned so_far, const char *digit, size_t n)
{
    for (size_t i = 0; i < n; i++) so_far = (so_far * 10 + (unsigned)(digit[i] - '0')) % 97;
    return so_far;
}

bool check_rib_ma(const char digit[24])
{
    unsigned key = (unsigned)(digit[22] - '0') * 10 + (unsigned)(digit[23] - '0');
    return key == 97 - mod97(mod97(0, digit, 22), "00", 2);
}

/* Letters count as two digits, 10 for A to 35 for Z. */
static unsigned mod97_alnum(unsigned so_far, const char *chars, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = chars[i];
        if (c >= '0' && c <= '9') {
            so_far = mod97(so_far, &c, 1);
        } else {
            unsigned v = (unsigned)((c | 0x20) - 'a') + 10;
            so_far = (so_far * 100 + v) % 97;
        }
    }
    return so_far;
}

/* The IBAN registry, and the countries outside it whose banks use the form. */
static const char iban_lengths[] = "AD24AE23AL28AO25AT20AZ28BA20BE16BF28BG22BH22BI27BJ28BR29BY28CF27CG27CH21C"
                                   "I28CM27CR22CV25CY28CZ24DE22DJ27DK18DO28"
                                   "DZ26EE20EG29ES24FI18FK18FO18FR27GA27GB22GE22GI23GL18GQ27GR27GT28GW25HN28H"
                                   "R21HU28IE22IL23IQ23IR26IS26IT27JO30"
                                   "KM27KW30KZ20LB28LC32LI21LT20LU20LV21LY25MA28MC27MD24ME22MG27MK19ML28MN20M"
                                   "R27MT31MU30MZ25NE28NI28NL18NO15OM23"
                                   "PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SN28SO23ST25S"
                                   "V28TD27TG28TL23TN24TR26UA29VA22VG24"
                                   "XK20YE30";

size_t iban_length(const char country[2])
{
    for (size_t i = 0; iban_lengths[i] != '\0'; i += 4)
        if ((country[0] & ~0x20) == iban_lengths[i] && (country[1] & ~0x20) == iban_lengths[i + 1])
            return (size_t)(iban_lengths[i + 2] - '0') * 10 + (size_t)(iban_lengths[i + 3] - '0');
    return 0;
}

bool check_iban(const char *chars, size_t n)
{
    if (n < 5 || iban_length(chars) != n) return false;
    return mod97_alnum(mod97_alnum(0, chars + 4, n - 4), chars, 4) == 1;
}

/* ICAO 9303: weights 7, 3, 1; letters 10 to 35, '<' 0. */
bool check_mrz_digit(const char *chars, size_t n, char digit)
{
    static const unsigned weight[] = {7, 3, 1};
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        char c = chars[i];
        unsigned v = c == '<'               ? 0
                     : c >= '0' && c <= '9' ? (unsigned)(c - '0')
                                            : (unsigned)((c | 0x20) - 'a') + 10;
        sum += v * weight[i % 3];
    }
    return sum % 10 == (unsigned)(digit - '0');
}

bool card_issuer_known(const char *digit, size_t n)
{
    /* first and last prefix, how many digits it has, shortest and longest number */
    static const struct {
        unsigned first, last, digits, shortest, longest;
    } ranges[] = {
        {4, 4, 1, 13, 13},       {4, 4, 1, 16, 16},       {4, 4, 1, 19, 19},       {51, 55, 2, 16, 16},
        {2221, 2720, 4, 16, 16}, {34, 34, 2, 15, 15},     {37, 37, 2, 15, 15},     {6011, 6011, 4, 16, 19},
        {644, 649, 3, 16, 19},   {65, 65, 2, 16, 19},     {3528, 3589, 4, 16, 19}, {300, 305, 3, 14, 14},
        {36, 36, 2, 14, 14},     {38, 39, 2, 14, 14},     {62, 62, 2, 16, 19},     {2200, 2204, 4, 16, 16},
        {5018, 5018, 4, 13, 19}, {5020, 5020, 4, 13, 19}, {5038, 5038, 4, 13, 19}, {5893, 5893, 4, 13, 19},
        {6304, 6304, 4, 13, 19}, {6759, 6759, 4, 13, 19}, {6761, 6763, 4, 13, 19},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        unsigned prefix = 0;
        for (unsigned k = 0; k < ranges[i].digits; k++) prefix = prefix * 10 + (unsigned)(digit[k] - '0');
        if (n >= ranges[i].shortest && n <= ranges[i].longest && prefix >= ranges[i].first &&
            prefix <= ranges[i].last)
            return true;
    }
    return false;
}
