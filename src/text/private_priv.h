/* Between the files that find private data: the candidate number, the checks, the words around. */
#ifndef MARSAD_TEXT_PRIVATE_PRIV_H
#define MARSAD_TEXT_PRIVATE_PRIV_H

#include "base/vec.h"
#include "text/private.h"
#include "text/words.h"

enum { NUMBER_MAX_GROUPS = 16, NUMBER_MAX_DIGITS = 34, PLAIN_MAX = 48 };

/* Digit groups that follow each other with little between them, from one group on. Places are bytes of the
 * normalised text. */
struct number {
    struct {
        size_t start, end;
        size_t digits; /* in `digit`, up to and with this group */
        char gap;      /* the separator before it, one sign; 0 for the first */
    } group[NUMBER_MAX_GROUPS];
    size_t ngroups;
    char digit[NUMBER_MAX_DIGITS + 1];
    size_t start;  /* of the '+' or '(' before it, or of the first group */
    bool plus;     /* '+' or a link that calls ("wa.me/") stands before it */
    bool attached; /* it is part of a name, link or decimal number on its left */
    bool spelled;  /* some of it in words: its groups say nothing */
};

/* A word of words.h where it stands; places are bytes of the normalised text. */
struct mark {
    uint32_t start, end; /* without clitics and endings */
    uint32_t classes;    /* bit per enum word_class */
    uint32_t word;       /* the how manieth word of the text it begins at */
    uint32_t entry;      /* of word_table; UINT32_MAX: digits */
    int8_t value;        /* of a number in words, -1 */
    bool joined;         /* "and" is written onto it */
};

/* Characters of the original from one place on, as codes are written: letters small, digits ASCII, separators aside. */
struct plain {
    char c[PLAIN_MAX];
    char gap[PLAIN_MAX +
             1]; /* what stood before each: 0, ' ' or a sign; [n]: a letter or digit follows at once when 0 */
    uint32_t end[PLAIN_MAX]; /* the byte of the original after each */
    size_t n;
};

struct finder {
    const struct norm_text *text;
    struct VEC(struct private_hit) hits;
    struct VEC(struct mark) marks;
    size_t numbers;      /* groups of digits looked at */
    size_t phone_checks; /* libphonenumber was asked so often */
    bool no_memory;
    int failed; /* libphonenumber was not there to ask; *err says so */
    struct error *err;
};

/* ---- checks.c: arithmetic, on ASCII digits and capital or small letters ---- */
bool check_luhn(const char *digit, size_t n);
bool check_rib_ma(const char digit[24]);
/* chars without spaces; the country's length and mod 97. */
bool check_iban(const char *chars, size_t n);
size_t iban_length(const char country[2]); /* 0 when unknown */
bool check_mrz_digit(const char *chars, size_t n, char digit);
bool card_issuer_known(const char *digit, size_t n);

/* ---- words.c: words near a candidate ---- */
void find_marks(struct finder *f);
/* The first mark that starts at or after normalised byte `from`. */
size_t first_mark(const struct finder *f, size_t from);
/* How many different words of the list stand within reach of [start, end), four at most. */
size_t words_around(const struct finder *f, enum word_class which, size_t start, size_t end);

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
/* private_codes.c: numbers of identity, tax, health and the like of other countries, at the digit group [start, end). */
void find_codes(struct finder *f, size_t start, size_t end);
/* private_mrz.c: the machine-readable lines of identity cards and passports, at a '<'. The byte after the line. */
size_t find_mrz(struct finder *f, size_t at);
/* private_place.c */
void find_coordinates(struct finder *f, size_t start, size_t end);
void find_plus_code(struct finder *f, size_t plus);
void find_map_link(struct finder *f, size_t slash);
void find_addresses(struct finder *f);
/* private_net.c: addresses of machines, wallets, at the digit group [start, end); at a ':'. */
void find_net(struct finder *f, size_t start, size_t end);
void find_mac(struct finder *f, size_t colon);
/* private_phone.c: numbers in words. */
void find_spelled(struct finder *f);

/* Reads at most PLAIN_MAX letters and digits from normalised byte `at` on, over single separators. */
void plain_read(const struct norm_text *t, size_t at, struct plain *out);
/* The first normalised byte at or after `at` that stands for original byte `end` or what follows it. */
size_t normalised_after(const struct norm_text *t, size_t at, size_t end);

/* Are the gaps of groups 1 … last-1 one and the same of " -.", the first group's perhaps another? */
bool number_is_even(const struct number *n, size_t last);

#endif
