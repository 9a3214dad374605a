/* The machine-readable lines of identity cards and passports (ICAO 9303): two lines of 44 (passports) or 36 characters,
 * or three of 30 (cards). A line is known by its length and by check digits that hold, or by its head and its fillers. */
#include "text/private_priv.h"
#include "text/tables.h"
#include "base/utf8.h"

enum { TD1 = 30, TD2 = 36, TD3 = 44 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_latin(char c) { return c >= 'a' && c <= 'z'; }
static bool is_mrz(char c) { return is_digit(c) || is_latin(c) || c == '<'; }

struct line {
    char c[TD3 + 1];
    size_t n; /* TD3 + 1: longer than any */
};

/* The line's characters from the original, as the text has lost the third of three equal letters. */
static void read_line(const struct norm_text *t, size_t start, size_t end, struct line *out)
{
    struct sv s = sv_sub(t->original, 0, t->at[end]);
    out->n = 0;
    for (size_t i = t->at[start]; i < s.n && out->n <= TD3;) {
        const struct norm_entry *e = norm_entry(utf8_next(s, &i, NULL));
        unsigned class = e->kind & NORM_CLASS_MASK;
        if (class == NORM_DROP || class == NORM_MARK) continue;
        char c = e->n == 1 ? e->text[0] : '\0';
        if (!is_mrz(c)) return;
        out->c[out->n++] = c;
    }
}

static bool holds(const struct line *l, size_t from, size_t n, size_t check)
{
    if (l->c[check] == '<') return false;
    return is_digit(l->c[check]) && check_mrz_digit(l->c + from, n, l->c[check]);
}

static bool is_state(const char *c)
{
    return is_latin(c[0]) && (is_latin(c[1]) || c[1] == '<') && (is_latin(c[2]) || c[2] == '<');
}

/* ISO 3166's three letters of the states that this is most read for; others stay empty. */
static const char *country_of(const char *c)
{
    static const char *const states[][2] = {
        {"irq", "IQ"}, {"mar", "MA"}, {"dza", "DZ"}, {"tun", "TN"}, {"egy", "EG"}, {"lby", "LY"},
        {"syr", "SY"}, {"jor", "JO"}, {"lbn", "LB"}, {"sau", "SA"}, {"are", "AE"}, {"kwt", "KW"},
        {"qat", "QA"}, {"bhr", "BH"}, {"omn", "OM"}, {"yem", "YE"}, {"irn", "IR"}, {"tur", "TR"},
        {"fra", "FR"}, {"esp", "ES"}, {"ita", "IT"}, {"bel", "BE"}, {"nld", "NL"}, {"gbr", "GB"},
        {"usa", "US"}, {"can", "CA"}, {"swe", "SE"}, {"d<<", "DE"}, {"mrt", "MR"}, {"sdn", "SD"},
        {"pse", "PS"}, {"che", "CH"},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (memcmp(c, states[i][0], 3) == 0) return states[i][1];
    return "";
}

/* Heads: "P<IRQ…", "IDIRQ…", "I<UTO…": the kind of document, the state. */
static bool has_head(const struct line *l, char kind)
{
    return l->c[0] == kind && (l->c[1] == '<' || is_latin(l->c[1])) && is_state(l->c + 2);
}

struct found {
    enum private_kind kind;
    double probability;
    const char *country;
};

static struct found judge(const struct line *l)
{
    struct found none = {0};
    bool fillers = memchr(l->c, '<', l->n) != NULL;
    if (!fillers) return none;
    if (l->n == TD3 && has_head(l, 'p') && memmem(l->c + 5, l->n - 5, "<<", 2))
        return (struct found){PRIVATE_PASSPORT, 0.95, country_of(l->c + 2)};
    if ((l->n == TD3 || l->n == TD2) && holds(l, 0, 9, 9) && holds(l, 13, 6, 19) && holds(l, 21, 6, 27) &&
        is_state(l->c + 10))
        return (struct found){l->n == TD3 ? PRIVATE_PASSPORT : PRIVATE_NATIONAL_ID, 0.99,
                              country_of(l->c + 10)};
    bool card = l->n == TD1 && (has_head(l, 'i') || has_head(l, 'a') || has_head(l, 'c'));
    if (card && (holds(l, 5, 9, 14) || l->c[14] == '<'))
        return (struct found){memcmp(l->c + 2, "irq", 3) == 0 ? PRIVATE_NATIONAL_ID_IQ : PRIVATE_NATIONAL_ID,
                              0.99, country_of(l->c + 2)};
    if (l->n == TD2 && has_head(l, 'i') && memmem(l->c + 5, l->n - 5, "<<", 2))
        return (struct found){PRIVATE_NATIONAL_ID, 0.95, country_of(l->c + 2)};
    if (l->n == TD1 && holds(l, 0, 6, 6) && holds(l, 8, 6, 14) && is_state(l->c + 15))
        return (struct found){memcmp(l->c + 15, "irq", 3) == 0 ? PRIVATE_NATIONAL_ID_IQ : PRIVATE_NATIONAL_ID,
                              0.99, country_of(l->c + 15)};
    return none;
}

size_t find_mrz(struct finder *f, size_t at)
{
    struct sv s = f->text->text;
    size_t start = at, end = at;
    while (start > 0 && at - start < TD3 && is_mrz(s.p[start - 1])) start--;
    while (end < s.n && is_mrz(s.p[end])) end++;
    struct line l;
    read_line(f->text, start, end, &l);
    if (l.n == TD1 || l.n == TD2 || l.n == TD3) {
        struct found found = judge(&l);
        if (found.probability > 0) add_hit(f, found.kind, start, end, found.probability, found.country);
    }
    return end;
}
