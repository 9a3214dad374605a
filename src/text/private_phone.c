/* Phones. International ones (+, 00, a calling link) are libphonenumber's to judge; Moroccan and Iraqi national ones
 * have a shape of their own and need no words around; other countries' national numbers do. What looks like a date, a
 * price, a score or an id of a feed never gets so far. */
#include "base/limits.h"
#include "text/phone.h"
#include "text/phone_plans.h"
#include "text/private_priv.h"

#include <stdio.h>

enum { PHONE_MIN_DIGITS = 8, PHONE_SURE_DIGITS = 10, PHONE_MAX_DIGITS = 15 };

struct verdict {
    double probability; /* 0: no phone */
    char country[3];
    bool service; /* a number that firms have, never a person */
};

static size_t group_digits(const struct number *n, size_t i)
{
    return n->group[i].digits - (i ? n->group[i - 1].digits : 0);
}

static unsigned group_value(const struct number *n, size_t i)
{
    unsigned v = 0;
    for (size_t d = i ? n->group[i - 1].digits : 0; d < n->group[i].digits && v < 100000; d++)
        v = v * 10 + (unsigned)(n->digit[d] - '0');
    return v;
}

/* dd mm yyyy or yyyy mm dd among the first k + 1 groups. */
static bool holds_date(const struct number *n, size_t k)
{
    for (size_t i = 0; i + 2 <= k; i++) {
        unsigned a = group_value(n, i), b = group_value(n, i + 1), c = group_value(n, i + 2);
        bool two_a = group_digits(n, i) <= 2, two_b = group_digits(n, i + 1) <= 2,
             two_c = group_digits(n, i + 2) <= 2;
        bool day_first = two_a && two_b && a <= 31 && b <= 12 && c >= 1900 && c < 2100;
        bool year_first = a >= 1900 && a < 2100 && two_b && two_c && b <= 12 && c <= 31;
        if (day_first || year_first) return true;
    }
    return false;
}

/* "0 6 1 2 3 4 5 6 7 8" */
static bool is_one_by_one(const struct number *n, size_t k)
{
    return k >= PHONE_MIN_DIGITS && n->group[k].digits == k + 1 && n->digit[0] == '0';
}

/* People write 0612345678, 06 12 34 56 78, 0612-345678, 0770 123 4567, (0612) 345678: up to five groups after the
 * first, none of one digit. */
static bool is_phone_grouping(const struct number *n, size_t k)
{
    if (!number_is_even(n, k) || holds_date(n, k)) return false;
    if (is_one_by_one(n, k)) return true;
    if (k > 0 && k < 3 && strchr("/*_~|", n->group[k].gap)) return false; /* "123456/7890" is a reference */
    for (size_t i = 1; i <= k; i++)
        if (group_digits(n, i) < 2) return false;
    return k <= 6 && (group_digits(n, 0) >= 2 || (k > 0 && n->group[1].gap == ' ' && n->digit[0] == '0'));
}

static bool digits_between(const struct number *n, size_t at, char low, char high)
{
    return n->digit[at] >= low && n->digit[at] <= high;
}

static struct verdict moroccan_national(const struct number *n, size_t digits)
{
    struct verdict v = {.country = "MA"};
    if (digits != 10 || n->digit[0] != '0' || !digits_between(n, 1, '5', '8')) return v;
    v.service = n->digit[1] == '8';
    v.probability = v.service ? 0.6 : 0.93;
    return v;
}

static struct verdict iraqi_national(const struct number *n, size_t digits)
{
    struct verdict v = {.country = "IQ"};
    if (digits == 11 && n->digit[0] == '0' && n->digit[1] == '7' && digits_between(n, 2, '3', '9'))
        v.probability = 0.93;
    return v;
}

/* The country code without its +. */
static struct verdict bare_country_code(const struct number *n, size_t digits)
{
    struct verdict v = {0};
    if (digits == 12 && memcmp(n->digit, "212", 3) == 0 && digits_between(n, 3, '5', '7'))
        v = (struct verdict){0.75, "MA", false};
    if (digits == 13 && memcmp(n->digit, "9647", 4) == 0 && digits_between(n, 4, '3', '9'))
        v = (struct verdict){0.85, "IQ", false};
    return v;
}

/* phone_check within the text's budget. */
static bool dials(struct finder *f, const char *number, const char *region, char out_country[3])
{
    if (f->phone_checks >= PRIVATE_MAX_PHONE_CHECKS) return false;
    f->phone_checks++;
    int rc = phone_check(number, region, out_country, f->err);
    if (rc < 0) f->failed = rc;
    return rc > 0;
}

static struct verdict international(struct finder *f, const struct number *n, size_t digits)
{
    struct verdict v = {0};
    char number[NUMBER_MAX_DIGITS + 2];
    bool zeros = n->digit[0] == '0' && n->digit[1] == '0';
    if (zeros) digits -= 2;
    if (digits < PHONE_MIN_DIGITS || digits > PHONE_MAX_DIGITS + 1) return v;
    snprintf(number, sizeof number, "+%.*s", (int)digits, n->digit + (zeros ? 2 : 0));
    bool good = dials(f, number, "ZZ", v.country);
    /* "+212 (0)6 …", "+33 (0)6 …": the national zero left in */
    for (size_t zero = 4; !good && zero >= 3; zero--) {
        if (number[zero] != '0') continue;
        char shorter[sizeof number];
        snprintf(shorter, sizeof shorter, "%.*s%s", (int)zero, number, number + zero + 1);
        good = dials(f, shorter, "ZZ", v.country);
    }
    /* Of the right length for its country, in no range that is known to be given out: ranges for films, new ones. */
    if (!good && digits >= PHONE_SURE_DIGITS && phone_plan_fits(number + 1, strlen(number) - 1, v.country))
        v.probability = 0.8;
    if (good) v.probability = 0.97;
    return v;
}

/* Near words of calling: any country's national form, the likelier countries first. */
static struct verdict national_by_words(struct finder *f, const struct number *n, size_t k)
{
    static const char *const regions[] = {"MA", "IQ", "FR", "DZ", "TN", "EG", "SA", "AE", "ES", "JO",
                                          "SY", "LB", "KW", "QA", "BH", "OM", "YE", "LY", "PS", "SD",
                                          "MR", "TR", "BE", "NL", "GB", "SE", "US", "CA", "DE", "IT"};
    struct verdict v = {0};
    char number[NUMBER_MAX_DIGITS + 1];
    size_t digits = n->group[k].digits, end = n->group[k].end;
    bool zero = n->digit[0] == '0'; /* then it is hardly anything else, and "number" is word enough */
    if (digits < PHONE_MIN_DIGITS || digits > 11) return v;
    if (words_around(f, WORDS_PHONE, n->start, end) == 0 &&
        !(zero && words_around(f, WORDS_NUMBER, n->start, end) > 0))
        return v;
    snprintf(number, sizeof number, "%.*s", (int)digits, n->digit);
    for (size_t i = 0; i < sizeof regions / sizeof *regions && v.probability == 0; i++)
        if (dials(f, number, regions[i], v.country)) v.probability = zero ? 0.8 : 0.6;
    return v;
}

/* "order 0612345678": the word right before says that it is none. */
static bool is_parcel(const struct finder *f, size_t start)
{
    enum { REACH = WORD_MAX_BYTES + 3 };
    for (size_t i = first_mark(f, start > REACH ? start - REACH : 0); i < f->marks.n; i++) {
        const struct mark *m = &f->marks.v[i];
        if (m->start >= start) return false;
        if ((m->classes >> WORDS_PARCEL & 1) && m->end + 3 >= start) return true;
    }
    return false;
}

static struct verdict judge(struct finder *f, const struct number *n, size_t k)
{
    size_t digits = n->group[k].digits;
    struct verdict v = {0};
    if (n->plus || (digits > 10 && n->digit[0] == '0' && n->digit[1] == '0'))
        return international(f, n, digits);
    if (!n->spelled && !is_phone_grouping(n, k)) return v;
    v = moroccan_national(n, digits);
    if (v.probability == 0) v = iraqi_national(n, digits);
    if (v.probability == 0) v = bare_country_code(n, digits);
    if (v.probability == 0) v = national_by_words(f, n, k);
    return v;
}

size_t find_phone(struct finder *f, const struct number *n)
{
    if (n->attached || (!n->plus && is_parcel(f, n->start))) return 0;
    for (size_t k = n->ngroups; k-- > 0;) {
        size_t digits = n->group[k].digits, end = n->group[k].end;
        if (digits < PHONE_MIN_DIGITS || digits > PHONE_MAX_DIGITS + 3 || !number_can_end(f, n, k)) continue;
        struct verdict v = judge(f, n, k);
        if (v.probability == 0) continue;
        add_hit(f, PRIVATE_PHONE, n->start, end, v.probability, v.country);
        if (v.service && f->hits.n > 0) f->hits.v[f->hits.n - 1].advert = true;
        return end;
    }
    return 0;
}

/* ---- in words ---- */

/* Numbers in words and in digits, one after the other, with nothing but signs between. */
struct spelling {
    struct number n;
    unsigned words; /* of them in words */
    size_t last_end;
    uint32_t last_word;
    unsigned pending; /* of the number under way in words */
    bool open;
};

static void put_digits(struct spelling *s, const char *digit, size_t n, size_t start, size_t end)
{
    struct number *to = &s->n;
    size_t had = to->ngroups ? to->group[to->ngroups - 1].digits : 0;
    if (to->ngroups == NUMBER_MAX_GROUPS || had + n > NUMBER_MAX_DIGITS) return;
    memcpy(to->digit + had, digit, n);
    to->group[to->ngroups].start = start;
    to->group[to->ngroups].end = end;
    to->group[to->ngroups].digits = had + n;
    to->group[to->ngroups].gap = to->ngroups ? ' ' : '\0';
    to->ngroups++;
}

/* The last group, being a number in words, takes a further word: "soixante dix huit", "quatre vingt dix", "خمسة وعشرين". */
static bool joins(unsigned sum, unsigned value, bool joined)
{
    if (sum == 4 && value == 20 && !joined) return true; /* quatre-vingt */
    if (sum >= 20 && sum % 10 == 0 && value > 0 && value < 10)
        return !joined || value == 1;                                          /* vingt quatre, vingt et un */
    if ((sum == 60 || sum == 80) && value >= 10 && value < 20) return !joined; /* soixante-dix */
    if ((sum == 70 || sum == 90) && value >= 7 && value < 10) return !joined;  /* soixante-dix-sept */
    return joined && sum > 0 && sum < 10 && value >= 20 && value % 10 == 0;    /* "and" before the tens */
}

static void put_value(struct spelling *s, unsigned value, size_t start, size_t end)
{
    char text[4];
    int n = snprintf(text, sizeof text, "%u", value % 100);
    put_digits(s, text, (size_t)n, start, end);
}

static void take_value(struct spelling *s, const struct mark *m)
{
    unsigned value = (unsigned)m->value;
    if (s->open && joins(s->pending, value, m->joined)) {
        size_t start = s->n.group[s->n.ngroups - 1].start;
        s->n.ngroups--;
        s->pending = s->pending == 4 && value == 20 ? 80 : s->pending + value;
        put_value(s, s->pending, start, m->end);
    } else {
        put_value(s, value, m->start, m->end);
        s->pending = value;
    }
    s->open = true;
    s->words++;
}

static void end_spelling(struct finder *f, struct spelling *s)
{
    struct number *n = &s->n;
    size_t k = n->ngroups;
    if (k > 0 && s->words >= 3 && n->group[k - 1].digits >= PHONE_MIN_DIGITS) {
        n->start = n->group[0].start;
        n->spelled = true;
        n->digit[n->group[k - 1].digits] = '\0';
        struct verdict v = judge(f, n, k - 1);
        if (v.probability > 0)
            add_hit(f, PRIVATE_PHONE, n->start, n->group[k - 1].end, v.probability * 0.95, v.country);
    }
    *s = (struct spelling){0};
}

/* Only signs and spaces, few of them, and "et" or "and". */
static bool only_signs(struct sv gap)
{
    gap = sv_trim(gap);
    if (sv_is(gap, "et") || sv_is(gap, "-et-") || sv_is(gap, "and") || sv_is(gap, "و")) return true;
    for (size_t i = 0; i < gap.n; i++)
        if (!strchr(" ,.-/_*", gap.p[i])) return false;
    return gap.n <= 4;
}

void find_spelled(struct finder *f)
{
    struct spelling s = {0};
    for (size_t i = 0; i < f->marks.n; i++) {
        const struct mark *m = &f->marks.v[i];
        bool spelled = (m->classes >> WORDS_SPELLED & 1) != 0, digits = (m->classes >> WORDS_DIGITS & 1) != 0;
        if (!spelled && !digits) continue;
        if (s.n.ngroups && m->word == s.last_word) continue; /* the same word with and without its ending */
        size_t from = m->start - (m->joined ? 2 : 0);
        if (s.n.ngroups && (from < s.last_end || !only_signs(sv_sub(f->text->text, s.last_end, from))))
            end_spelling(f, &s);
        if (spelled)
            take_value(&s, m);
        else if (m->end - m->start <= 4)
            put_digits(&s, f->text->text.p + m->start, m->end - m->start, m->start, m->end), s.open = false;
        else
            end_spelling(f, &s);
        s.last_end = m->end;
        s.last_word = m->word;
    }
    end_spelling(f, &s);
}
