/* Private data in text: phones, e-mail, bank accounts, cards, identity cards and the like of some forty countries,
 * plates, dates of birth, addresses, coordinates. Each with its span in the
 * original and how sure: a checksum that holds is nearly certain, a bare number with a context word is likely. */
#ifndef MARSAD_TEXT_PRIVATE_H
#define MARSAD_TEXT_PRIVATE_H

#include "text/normalise.h"

enum private_kind {
    PRIVATE_PHONE = 0, /* any country, by libphonenumber; MA and IQ national forms without prefix too */
    PRIVATE_EMAIL,
    PRIVATE_IBAN,           /* mod 97 holds and the country's length is right */
    PRIVATE_RIB_MA,         /* 24 digits, key 97 - (first 22 × 100 mod 97) */
    PRIVATE_CARD,           /* 13-19 digits, Luhn, a known issuer range */
    PRIVATE_CIN_MA,         /* 1-2 letters and 5-6 digits, only near its words */
    PRIVATE_NATIONAL_ID_IQ, /* 12 digits near its words, or the machine-readable line IDIRQ… */
    PRIVATE_PLATE_MA,       /* digits | Arabic letter | 1-89 */
    PRIVATE_PLATE_IQ,
    PRIVATE_NATIONAL_ID, /* other countries': a check that holds, or words that say so; machine-readable lines */
    PRIVATE_PASSPORT,    /* near its words, or its machine-readable lines */
    PRIVATE_LICENCE,     /* to drive, to heal */
    PRIVATE_TAX_ID,      /* of a person or a firm */
    PRIVATE_HEALTH_ID,    /* of those who are insured or treated */
    PRIVATE_BANK_ACCOUNT, /* national forms near their words */
    PRIVATE_PLATE,        /* other countries' */
    PRIVATE_BIRTH_DATE,   /* a date near words of birth */
    PRIVATE_ADDRESS,      /* street, quarter, house */
    PRIVATE_COORDINATES,  /* decimal, degrees and minutes, map links, plus codes */
    PRIVATE_WHEREABOUTS,  /* "I know where she lives" */
    PRIVATE_WALLET,       /* crypto-currencies */
    PRIVATE_IP,
    PRIVATE_MAC,
    PRIVATE_KIND_COUNT
};
const char *private_kind_name(enum private_kind k); /* "phone" … */

struct private_hit {
    enum private_kind kind;
    size_t start, end;  /* bytes of the original */
    double probability; /* that this is such data */
    char country[3];    /* "MA", or "" */
    bool advert;        /* words of a shop or service around it: an advert's own number */
};

/* Hits by place, not overlapping (the surer wins), in the arena. Reads Arabic-Indic and Persian digits, separators
 * and words between digits are limited to what people write. Thread-safe. */
int private_find(const struct norm_text *text, struct arena *a, struct private_hit **out_hits, size_t *out_n,
                 struct error *err) MUST_USE;

#endif
