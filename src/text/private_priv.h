/* Between the files that find private data: the candidate number, the checks, the words around. */
#ifndef MARSAD_TEXT_PRIVATE_PRIV_H
#define MARSAD_TEXT_PRIVATE_PRIV_H

#include "base/vec.h"
#include "text/private.h"

enum { NUMBER_MAX_GROUPS = 13, NUMBER_MAX_DIGITS = 34 };

/* Digit groups that follow each other with little between them, from one group on. Places are bytes of the
 * normalised text. */
struct number {
    struct {
        size_t start, end;
        size_t digits; /* in `digit`, up to and with this group */
        char gap;      /* the separator before it, one of " -.()"; 0 for the first */
    } group[NUMBER_MAX_GROUPS];
    size_t ngroups;
    char digit[NUMBER_MAX_DIGITS + 1];
    size_t start;  /* of the '+' or '(' before it, or of the first group */
    bool plus;     /* '+' or a link that calls ("wa.me/") stands before it */
    bool attached; /* it is part of a name, link or decimal number on its left */
};

struct finder {
    const struct norm_text *text;
    struct VEC(struct private_hit) hits;
    size_t phone_checks; /* libphonenumber was asked so often */
    bool no_memory;
};

/* ---- checks.c: arithmetic, on ASCII digits and capital or small letters ---- */
bool check_luhn(const char *digit, size_t n);
bool check_rib_ma(const char digit[24]);
/* chars without spaces; the country's length and mod 97. */
bool check_iban(const char *chars, size_t n);
size_t iban_length(const char country[2]); /* 0 when unknown */
bool check_mrz_digit(const char *chars, size_t n, char digit);
bool card_issuer_known(const char *digit, size_t n);

/* ---- around.c: words near a candidate ---- */
enum around {
    AROUND_PHONE,
    AROUND_NUMBER, /* "number" and its like: of a phone, or of anything */
    AROUND_CARD,
    AROUND_CIN_MA,
    AROUND_ID_IQ,
    AROUND_PLATE,
    AROUND_ADVERT,      /* says so alone */
    AROUND_ADVERT_WEAK, /* two of them do */
    AROUND_COUNT
};
/* How many different words of the list stand within reach of [start, end). */
size_t words_around(const struct norm_text *t, enum around which, size_t start, size_t end);

/* ---- the finders ---- */
/* Adds a hit at normalised bytes [start, end). */
void add_hit(struct finder *f, enum private_kind kind, size_t start, size_t end, double probability,
             const char *country);
/* What the number that starts here is; the normalised byte up to which it was used, 0 for nothing. */
size_t find_account(struct finder *f,
                    const struct number *n); /* cards, RIB, national id: digits with a check */
size_t find_phone(struct finder *f, const struct number *n);
/* Can nothing of a number follow its group k: no digit, letter or decimal part right after it? */
bool number_can_end(const struct finder *f, const struct number *n, size_t k);
/* What is not digits alone: at the digit group [start, end), and at the '@' at `at`. */
void find_coded(struct finder *f, size_t start, size_t end);
void find_email(struct finder *f, size_t at);

/* Are the gaps of groups 1 … last-1 one and the same of " -.", the first group's perhaps another? */
bool number_is_even(const struct number *n, size_t last);

#endif
