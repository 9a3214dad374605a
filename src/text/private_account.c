/* Numbers that check themselves: cards, Moroccan RIB; and the Iraqi national number, which only its words tell. */
#include "text/private_priv.h"

enum { RIB_DIGITS = 24, ID_IQ_DIGITS = 12, CARD_MIN_DIGITS = 13, CARD_MAX_DIGITS = 19 };

/* Groups as printed on cards: 4-4-4-4(-3) or 4-6-4/5. */
static bool is_card_grouping(const struct number *n, size_t k)
{
    for (size_t i = 0; i < k; i++) {
        size_t digits = n->group[i].digits - (i ? n->group[i - 1].digits : 0);
        if (digits != 4 && !(i == 1 && digits == 6 && k == 2)) return false;
    }
    return k >= 2;
}

static double card_probability(const struct finder *f, const struct number *n, size_t k)
{
    size_t digits = n->group[k].digits;
    if (digits < CARD_MIN_DIGITS || digits > CARD_MAX_DIGITS) return 0;
    if (!card_issuer_known(n->digit, digits) || !check_luhn(n->digit, digits)) return 0;
    bool named = words_around(f, WORDS_CARD, n->group[0].start, n->group[k].end) > 0;
    bool grouped = is_card_grouping(n, k);
    if (k > 0 && !grouped) return 0;
    if (named) return 0.98;
    if (grouped) return 0.95;
    /* One of ten numbers passes Luhn: a bare one counts at the two usual lengths only. Feed ids have 19. */
    return digits == 15 || digits == 16 ? 0.8 : 0;
}

size_t find_account(struct finder *f, const struct number *n)
{
    if (n->attached || n->plus) return 0;
    for (size_t k = n->ngroups; k-- > 0;) {
        size_t digits = n->group[k].digits, start = n->group[0].start, end = n->group[k].end;
        if (digits < ID_IQ_DIGITS || !number_can_end(f, n, k) || !number_is_even(n, k)) continue;
        if (digits == RIB_DIGITS && check_rib_ma(n->digit)) {
            add_hit(f, PRIVATE_RIB_MA, start, end, 0.97, "MA");
            return end;
        }
        double card = card_probability(f, n, k);
        if (card > 0) {
            add_hit(f, PRIVATE_CARD, start, end, card, "");
            return end;
        }
        if (digits == ID_IQ_DIGITS && k < 4 && words_around(f, WORDS_ID_IQ, start, end) > 0) {
            add_hit(f, PRIVATE_NATIONAL_ID_IQ, start, end, 0.8, "IQ");
            return end;
        }
    }
    return 0;
}
