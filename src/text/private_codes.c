/* Numbers of identity, tax, health, bank, driving and of cars, by country: each a shape, a check where the issuer has one,
 * and the words without which a weak one counts for nothing.
 *
 * A shape, over small letters and ASCII digits:
 *     9 a digit      a a letter      x either      [abc] one of them      - a separator may stand here      = must
 * and any other character itself. A code begins where a word begins and ends where one ends. */
#include "text/checks_ids.h"
#include "text/private_priv.h"
#include "text/tables.h"
#include "text/text_priv.h"

#define W(class) (UINT32_C(1) << WORDS_##class)

struct code {
    enum private_kind kind;
    char country[3];
    const char *shape;
    id_check *check;     /* NULL: none */
    double alone, named; /* how sure without such words near it (0: nothing), and with */
    uint32_t words;
};

/* clang-format off */
static const struct code codes[] = {
    /* United States */
    {PRIVATE_NATIONAL_ID, "US", "999=99=9999", id_ssn_us, 0.6, 0.96, W(ID)},
    {PRIVATE_NATIONAL_ID, "US", "999999999", id_ssn_us, 0, 0.7, W(ID)},
    {PRIVATE_TAX_ID, "US", "[9]99=99=9999", id_itin_us, 0.6, 0.95, W(TAX)},
    {PRIVATE_TAX_ID, "US", "[9]99999999", id_itin_us, 0, 0.8, W(TAX)},
    {PRIVATE_BANK_ACCOUNT, "US", "999999999", id_aba_us, 0, 0.85, W(BANK)},
    {PRIVATE_HEALTH_ID, "US", "[123456789][acdefghjkmnpqrtuvwxy][acdefghjkmnpqrtuvwxy0123456789]9-[acdefghjkmnpqrtuvwxy]"
                              "[acdefghjkmnpqrtuvwxy0123456789]9-[acdefghjkmnpqrtuvwxy][acdefghjkmnpqrtuvwxy]99",
     NULL, 0, 0.9, W(HEALTH)},
    {PRIVATE_HEALTH_ID, "US", "[12]999999999", id_npi_us, 0, 0.9, W(HEALTH)},
    {PRIVATE_LICENCE, "US", "[abfgmpr]a9999999", id_dea_us, 0, 0.9, W(HEALTH) | W(LICENCE)},
    {PRIVATE_BANK_ACCOUNT, "", "9999999999999999", NULL, 0, 0.6, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "99999999999999", NULL, 0, 0.6, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "999999999999", NULL, 0, 0.6, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "99999999999999999", NULL, 0, 0.55, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "999999999999999", NULL, 0, 0.55, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "9999999999999", NULL, 0, 0.55, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "99999999999", NULL, 0, 0.55, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "9999999999", NULL, 0, 0.6, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "", "99999999", NULL, 0, 0.5, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "GB", "99=99=99-99999999", NULL, 0, 0.9, W(BANK)},
    {PRIVATE_BANK_ACCOUNT, "AU", "999=999-999999999", NULL, 0, 0.9, W(BANK)},
    /* United Kingdom */
    {PRIVATE_HEALTH_ID, "GB", "999=999=9999", id_nhs_gb, 0.5, 0.96, W(HEALTH)},
    {PRIVATE_HEALTH_ID, "GB", "9999999999", id_nhs_gb, 0, 0.9, W(HEALTH)},
    {PRIVATE_NATIONAL_ID, "GB", "aa=99=99=99=[abcd]", id_nino_gb, 0.9, 0.97, W(ID) | W(TAX)},
    {PRIVATE_NATIONAL_ID, "GB", "aa999999[abcd]", id_nino_gb, 0.8, 0.97, W(ID) | W(TAX)},
    {PRIVATE_LICENCE, "GB", "aaaaa9[01568]9999aa9aa", NULL, 0.7, 0.95, W(LICENCE)},
    {PRIVATE_LICENCE, "GB", "aaaa99[01568]9999aa9aa", NULL, 0, 0.9, W(LICENCE)},
    {PRIVATE_PLATE, "GB", "aa99-aaa", NULL, 0, 0.9, W(PLATE)},
    {PRIVATE_ADDRESS, "GB", "a9-9aa", NULL, 0, 0.7, W(ADDRESS) | W(LIVES)},
    {PRIVATE_ADDRESS, "GB", "a99-9aa", NULL, 0, 0.7, W(ADDRESS) | W(LIVES)},
    {PRIVATE_ADDRESS, "GB", "aa9-9aa", NULL, 0, 0.8, W(ADDRESS) | W(LIVES)},
    {PRIVATE_ADDRESS, "GB", "aa99-9aa", NULL, 0, 0.8, W(ADDRESS) | W(LIVES)},
    {PRIVATE_ADDRESS, "GB", "a9a-9aa", NULL, 0, 0.8, W(ADDRESS) | W(LIVES)},
    {PRIVATE_ADDRESS, "GB", "aa9a-9aa", NULL, 0, 0.8, W(ADDRESS) | W(LIVES)},
    /* France, Belgium, Netherlands, Switzerland, Luxembourg's neighbours */
    {PRIVATE_NATIONAL_ID, "FR", "[12]-99-99-99-999-999-99", id_nir_fr, 0.93, 0.98, W(ID) | W(HEALTH)},
    {PRIVATE_NATIONAL_ID, "FR", "999999999999", NULL, 0, 0.6, W(ID)},
    {PRIVATE_TAX_ID, "FR", "[0123]9-99-999-999-999", NULL, 0, 0.8, W(TAX)},
    {PRIVATE_LICENCE, "FR", "999999999999", NULL, 0, 0.7, W(LICENCE)},
    {PRIVATE_PLATE, "FR", "aa-999-aa", NULL, 0.3, 0.92, W(PLATE)},
    {PRIVATE_NATIONAL_ID, "BE", "99=99=99=999=99", id_be, 0.9, 0.97, W(ID)},
    {PRIVATE_NATIONAL_ID, "BE", "99999999999", id_be, 0, 0.9, W(ID)},
    {PRIVATE_PLATE, "BE", "9-aaa-999", NULL, 0, 0.9, W(PLATE)},
    {PRIVATE_NATIONAL_ID, "NL", "999999999", id_bsn_nl, 0, 0.8, W(ID)},
    {PRIVATE_NATIONAL_ID, "CH", "756=9999=9999=99", id_ahv_ch, 0.93, 0.98, W(ID)},
    {PRIVATE_NATIONAL_ID, "CH", "7569999999999", id_ahv_ch, 0.6, 0.95, W(ID)},
    /* Spain, Portugal, Italy */
    {PRIVATE_NATIONAL_ID, "ES", "99999999-a", id_nif_es, 0.85, 0.97, W(ID) | W(TAX)},
    {PRIVATE_NATIONAL_ID, "ES", "[xyz]-9999999-a", id_nie_es, 0.9, 0.97, W(ID) | W(TAX)},
    {PRIVATE_PLATE, "ES", "9999-[bcdfghjklmnprstvwxyz][bcdfghjklmnprstvwxyz][bcdfghjklmnprstvwxyz]", NULL, 0, 0.9, W(PLATE)},
    {PRIVATE_TAX_ID, "PT", "999999999", id_nif_pt, 0, 0.8, W(TAX) | W(ID)},
    {PRIVATE_NATIONAL_ID, "IT", "aaaaaaxx[abcdehlmprst]xxaxxxa", id_fiscal_it, 0.97, 0.99, W(ID)},
    {PRIVATE_TAX_ID, "IT", "99999999999", id_luhn, 0, 0.85, W(TAX)},
    {PRIVATE_NATIONAL_ID, "IT", "c[a]99999aa", NULL, 0, 0.85, W(ID)},
    {PRIVATE_NATIONAL_ID, "IT", "aa-9999999", NULL, 0, 0.7, W(ID)},
    {PRIVATE_LICENCE, "IT", "aa9999999a", NULL, 0, 0.85, W(LICENCE)},
    {PRIVATE_LICENCE, "IT", "u1xxxxxxxa", NULL, 0, 0.85, W(LICENCE)},
    {PRIVATE_PLATE, "IT", "aa-999-aa", NULL, 0, 0.9, W(PLATE)},
    /* Germany, Poland, Finland, Sweden, Turkey, Russia */
    {PRIVATE_TAX_ID, "DE", "99-999-999-999", id_tax_de, 0, 0.9, W(TAX)},
    {PRIVATE_TAX_ID, "DE", "99/999/99999", NULL, 0, 0.8, W(TAX)},
    {PRIVATE_TAX_ID, "DE", "de999999999", NULL, 0.6, 0.9, W(TAX)},
    {PRIVATE_NATIONAL_ID, "DE", "[cfghjklmnprtvwxyz]xxxxxxxx9", NULL, 0, 0.75, W(ID)},
    {PRIVATE_NATIONAL_ID, "DE", "[lt]22[0123456789cfghjklmnprtvwxyz]99999", NULL, 0, 0.8, W(ID)},
    {PRIVATE_HEALTH_ID, "DE", "99-999999-a-999", id_pension_de, 0.85, 0.96, W(HEALTH) | W(ID)},
    {PRIVATE_HEALTH_ID, "DE", "a999999999", id_kvnr_de, 0, 0.9, W(HEALTH)},
    {PRIVATE_HEALTH_ID, "DE", "999999999", NULL, 0, 0.6, W(HEALTH)},
    {PRIVATE_LICENCE, "DE", "a99xxxxxxx9", NULL, 0, 0.75, W(LICENCE)},
    {PRIVATE_PLATE, "DE", "a-aa-9999", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_PLATE, "DE", "aa-aa-999", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_PLATE, "DE", "aaa-aa-99", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_NATIONAL_ID, "PL", "99999999999", id_pesel_pl, 0, 0.93, W(ID)},
    {PRIVATE_NATIONAL_ID, "FI", "999999=999[0123456789abcdefhjklmnprstuvwxy]", id_hetu_fi, 0.93, 0.98, W(ID)},
    {PRIVATE_NATIONAL_ID, "FI", "999999[abcdefuvwxy]999[0123456789abcdefhjklmnprstuvwxy]", id_hetu_fi, 0.93, 0.98, W(ID)},
    {PRIVATE_NATIONAL_ID, "SE", "999999=9999", id_personnummer_se, 0.8, 0.96, W(ID)},
    {PRIVATE_NATIONAL_ID, "SE", "99999999=9999", id_personnummer_se, 0.9, 0.97, W(ID)},
    {PRIVATE_NATIONAL_ID, "SE", "999999999999", id_personnummer_se, 0, 0.9, W(ID)},
    {PRIVATE_TAX_ID, "SE", "999999=9999", id_luhn, 0, 0.85, W(TAX)},
    {PRIVATE_NATIONAL_ID, "TR", "99999999999", id_kimlik_tr, 0, 0.96, W(ID)},
    {PRIVATE_PLATE, "TR", "99-a-99999", NULL, 0, 0.65, W(PLATE)},
    {PRIVATE_PLATE, "TR", "99-aa-999", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_PLATE, "TR", "99-aa-9999", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_PLATE, "TR", "99-aaa-99", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_PLATE, "TR", "99-aaa-999", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_HEALTH_ID, "RU", "999=999=999=99", id_snils_ru, 0.85, 0.96, W(ID) | W(HEALTH)},
    {PRIVATE_TAX_ID, "RU", "999999999999", id_inn_ru, 0, 0.93, W(TAX)},
    /* North America beyond the US, Brazil */
    {PRIVATE_NATIONAL_ID, "CA", "999=999=999", id_sin_ca, 0.55, 0.95, W(ID)},
    {PRIVATE_NATIONAL_ID, "CA", "999999999", id_sin_ca, 0, 0.85, W(ID)},
    {PRIVATE_TAX_ID, "BR", "999.999.999=99", id_br, 0.93, 0.97, W(ID) | W(TAX)},
    {PRIVATE_TAX_ID, "BR", "99999999999", id_br, 0, 0.93, W(TAX)},
    /* Asia and the Pacific */
    {PRIVATE_NATIONAL_ID, "SG", "[stfgm]9999999a", id_nric_sg, 0.9, 0.98, W(ID)},
    {PRIVATE_TAX_ID, "SG", "99999999a", NULL, 0, 0.8, W(TAX)},
    {PRIVATE_TAX_ID, "SG", "999999999a", NULL, 0, 0.8, W(TAX)},
    {PRIVATE_TAX_ID, "SG", "[tsr]99aa9999a", NULL, 0, 0.8, W(TAX)},
    {PRIVATE_TAX_ID, "AU", "99-999-999-999", id_abn_au, 0, 0.9, W(TAX)},
    {PRIVATE_TAX_ID, "AU", "999-999-999", id_acn_au, 0, 0.85, W(TAX)},
    {PRIVATE_TAX_ID, "AU", "999-999-999", id_tfn_au, 0, 0.88, W(TAX)},
    {PRIVATE_HEALTH_ID, "AU", "9999-99999-9", id_medicare_au, 0, 0.92, W(HEALTH)},
    {PRIVATE_TAX_ID, "IN", "aaa[pcfhatbljg]a9999a", NULL, 0.8, 0.95, W(TAX)},
    {PRIVATE_NATIONAL_ID, "IN", "[23456789]999=9999=9999", id_verhoeff, 0.7, 0.97, W(ID)},
    {PRIVATE_NATIONAL_ID, "IN", "[23456789]99999999999", id_verhoeff, 0, 0.9, W(ID)},
    {PRIVATE_NATIONAL_ID, "IN", "aaa9999999", NULL, 0, 0.85, W(ID)},
    {PRIVATE_TAX_ID, "IN", "99aaaaa9999axzx", id_gstin_in, 0.9, 0.97, W(TAX)},
    {PRIVATE_PLATE, "IN", "aa-99-aa-9999", NULL, 0.3, 0.92, W(PLATE)},
    {PRIVATE_PLATE, "IN", "aa-99-a-9999", NULL, 0, 0.9, W(PLATE)},
    {PRIVATE_LICENCE, "IN", "aa99-99999999999", NULL, 0, 0.9, W(LICENCE)},
    {PRIVATE_NATIONAL_ID, "KR", "999999=[12345678]999999", id_rrn_kr, 0.85, 0.96, W(ID)},
    {PRIVATE_NATIONAL_ID, "KR", "999999[12345678]999999", id_rrn_kr, 0, 0.85, W(ID)},
    {PRIVATE_LICENCE, "KR", "99=99=999999=99", NULL, 0, 0.9, W(LICENCE)},
    {PRIVATE_TAX_ID, "KR", "999=99=99999", id_brn_kr, 0, 0.9, W(TAX)},
    {PRIVATE_NATIONAL_ID, "TH", "9=9999=99999=99=9", id_tnin_th, 0.9, 0.97, W(ID)},
    {PRIVATE_NATIONAL_ID, "TH", "9999999999999", id_tnin_th, 0, 0.85, W(ID)},
    {PRIVATE_NATIONAL_ID, "PH", "9999=9999999=9", NULL, 0, 0.9, W(ID)},
    {PRIVATE_TAX_ID, "PH", "999=999=999=999", NULL, 0, 0.85, W(TAX)},
    {PRIVATE_HEALTH_ID, "PH", "99=999999999=9", NULL, 0, 0.9, W(HEALTH)},
    {PRIVATE_PLATE, "PH", "aaa-9999", NULL, 0, 0.8, W(PLATE)},
    {PRIVATE_NATIONAL_ID, "CN", "99999999999999999x", id_cn, 0.85, 0.97, W(ID)},
    /* Africa south of the Sahara */
    {PRIVATE_NATIONAL_ID, "ZA", "9999999999999", id_za, 0.5, 0.95, W(ID)},
    {PRIVATE_NATIONAL_ID, "NG", "99999999999", NULL, 0, 0.8, W(ID)},
    {PRIVATE_PLATE, "NG", "aaa-999-aa", NULL, 0, 0.9, W(PLATE)},
    /* North Africa, the Levant, the Gulf, Iran */
    {PRIVATE_NATIONAL_ID, "EG", "[23]9999999999999", id_eg, 0.85, 0.97, W(ID)},
    {PRIVATE_NATIONAL_ID, "DZ", "999999999999999999", NULL, 0, 0.85, W(ID)},
    {PRIVATE_PLATE, "DZ", "99999-[123456789]99-[0123456]9", NULL, 0, 0.85, W(PLATE)},
    {PRIVATE_NATIONAL_ID, "TN", "[01]9999999", NULL, 0, 0.8, W(ID)},
    {PRIVATE_NATIONAL_ID, "LY", "[12][12]9999999999", NULL, 0, 0.8, W(ID)},
    {PRIVATE_NATIONAL_ID, "SA", "[12]999999999", id_sa, 0, 0.9, W(ID)},
    {PRIVATE_NATIONAL_ID, "AE", "784=9999=9999999=9", id_ae, 0.95, 0.98, W(ID)},
    {PRIVATE_NATIONAL_ID, "AE", "784999999999999", id_ae, 0.8, 0.97, W(ID)},
    {PRIVATE_NATIONAL_ID, "KW", "[23]99999999999", id_kw, 0, 0.93, W(ID)},
    {PRIVATE_NATIONAL_ID, "QA", "[23]9999999999", NULL, 0, 0.75, W(ID)},
    {PRIVATE_NATIONAL_ID, "BH", "999999999", NULL, 0, 0.7, W(ID)},
    {PRIVATE_NATIONAL_ID, "JO", "[29]999999999", NULL, 0, 0.75, W(ID)},
    {PRIVATE_NATIONAL_ID, "SY", "[01]9999999999", NULL, 0, 0.75, W(ID)},
    {PRIVATE_NATIONAL_ID, "IL", "999999999", id_luhn, 0, 0.8, W(ID)},
    {PRIVATE_NATIONAL_ID, "IR", "9999999999", id_ir, 0, 0.85, W(ID)},
    {PRIVATE_NATIONAL_ID_IQ, "IQ", "99999999", NULL, 0, 0.7, W(ID_IQ)},
    {PRIVATE_PLATE, "AE", "a-99999", NULL, 0, 0.66, W(PLATE)},
    {PRIVATE_PLATE, "LB", "a-999999", NULL, 0, 0.66, W(PLATE)},
    {PRIVATE_PLATE, "JO", "99=99999", NULL, 0, 0.75, W(PLATE)},
    /* Passports and driving licences by their words, in the forms that most countries print */
    {PRIVATE_PASSPORT, "", "aa-9999999", NULL, 0, 0.88, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "a-99999999", NULL, 0, 0.88, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "a-9999999", NULL, 0, 0.85, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "999999999", NULL, 0, 0.8, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "99aa99999", NULL, 0, 0.88, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "aaa999999", NULL, 0, 0.85, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "a9999999a", NULL, 0, 0.85, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "a999a9999", NULL, 0, 0.85, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "aa999999", NULL, 0, 0.82, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "99-99-999999", NULL, 0, 0.75, W(PASSPORT)},
    {PRIVATE_PASSPORT, "", "[cfghjklmnprtvwxyz][0123456789cfghjklmnprtvwxyz][0123456789cfghjklmnprtvwxyz]"
                           "[0123456789cfghjklmnprtvwxyz][0123456789cfghjklmnprtvwxyz][0123456789cfghjklmnprtvwxyz]"
                           "[0123456789cfghjklmnprtvwxyz][0123456789cfghjklmnprtvwxyz]9", NULL, 0, 0.8, W(PASSPORT)},
    {PRIVATE_LICENCE, "", "a9999999", NULL, 0, 0.75, W(LICENCE)},
    {PRIVATE_LICENCE, "", "a-999-9999-9999", NULL, 0, 0.8, W(LICENCE)},
    {PRIVATE_LICENCE, "", "a999999999999", NULL, 0, 0.8, W(LICENCE)},
    {PRIVATE_LICENCE, "", "99/999999", NULL, 0, 0.85, W(LICENCE)},
    {PRIVATE_LICENCE, "", "99999999", NULL, 0, 0.65, W(LICENCE)},
    {PRIVATE_LICENCE, "", "999999999", NULL, 0, 0.65, W(LICENCE)},
    /* Dates of birth */
    {PRIVATE_BIRTH_DATE, "", "[0123]9=[01]9=[12]999", NULL, 0, 0.85, W(BIRTH)},
    {PRIVATE_BIRTH_DATE, "", "9=[01]9=[12]999", NULL, 0, 0.85, W(BIRTH)},
    {PRIVATE_BIRTH_DATE, "", "9=9=[12]999", NULL, 0, 0.85, W(BIRTH)},
    {PRIVATE_BIRTH_DATE, "", "[0123]9=9=[12]999", NULL, 0, 0.85, W(BIRTH)},
    {PRIVATE_BIRTH_DATE, "", "[12]999=[01]9=[0123]9", NULL, 0, 0.85, W(BIRTH)},
};
/* clang-format on */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_latin(char c) { return c >= 'a' && c <= 'z'; }
static bool is_alnum(char c) { return is_digit(c) || is_latin(c); }

/* ---- the characters of a code ---- */

void plain_read(const struct norm_text *t, size_t at, struct plain *out)
{
    struct sv s = t->original;
    size_t i = t->at[at], misses = 0;
    char gap = '\0';
    out->n = 0;
    out->gap[0] = '\0';
    while (i < s.n && misses < 2 && out->n < PLAIN_MAX) {
        const struct norm_entry *e = norm_entry(utf8_next(s, &i, NULL));
        unsigned class = e->kind & NORM_CLASS_MASK;
        if (class == NORM_DROP || class == NORM_MARK) continue;
        char c = e->n == 1 ? e->text[0] : '\0';
        if (is_alnum(c)) {
            out->c[out->n] = c;
            out->gap[out->n] = gap;
            out->end[out->n++] = (uint32_t)i;
            gap = '\0', misses = 0;
            continue;
        }
        if (c == '\0' || !strchr(" -./+", c)) {
            gap = gap ? gap : ' '; /* whatever it is, the word ends here */
            break;
        }
        gap = c;
        misses++;
    }
    bool ended = out->n < PLAIN_MAX;
    out->gap[out->n] = ended ? gap ? gap : ' ' : '\0';
}

size_t normalised_after(const struct norm_text *t, size_t at, size_t end)
{
    while (at < t->text.n && t->at[at] < end) at++;
    return at;
}

/* Moves *shape past one character of it; does c fit? */
static bool fits(const char **shape, char c)
{
    char want = *(*shape)++;
    if (want == '9') return is_digit(c);
    if (want == 'a') return is_latin(c);
    if (want == 'x') return is_alnum(c);
    if (want != '[') return c == want;
    bool found = false;
    for (; **shape != ']'; (*shape)++) found = found || **shape == c;
    (*shape)++;
    return found;
}

/* How many characters of p the shape takes; 0 when it does not fit. */
static size_t match(const char *shape, const struct plain *p)
{
    size_t n = 0;
    while (*shape != '\0') {
        bool may = *shape == '-', must = *shape == '=', sign = *shape == '.' || *shape == '/';
        if (may || must || sign) {
            if (n < p->n && ((must && !p->gap[n]) || (sign && p->gap[n] != *shape))) return 0;
            shape++;
        } else if (p->gap[n] && n > 0) {
            return 0;
        }
        if (n >= p->n || !fits(&shape, p->c[n])) return 0;
        n++;
    }
    if (!p->gap[n]) return 0;
    bool goes_on = n < p->n && p->gap[n] != ' ' && is_digit(p->c[n]) && is_digit(p->c[n - 1]);
    return goes_on ? 0 : n;
}

/* A code has the same separator everywhere, but that points and hyphens mix and a space may set off its last part. */
static bool is_even(const struct plain *p, size_t n)
{
    char first = '\0';
    size_t last = n;
    while (last > 1 && !p->gap[last - 1]) last--;
    for (size_t i = 1; i < n; i++) {
        char gap = p->gap[i] == '.' ? '-' : p->gap[i];
        if (!gap || (gap == ' ' && i + 1 == last)) continue;
        if (first && gap != first) return false;
        first = gap;
    }
    return true;
}

static bool any_words(const struct finder *f, uint32_t classes, size_t start, size_t end)
{
    for (unsigned c = 0; c < WORDS_CLASSES; c++)
        if (classes >> c & 1 && words_around(f, (enum word_class)c, start, end) > 0) return true;
    return false;
}

/* "/12", "#12", "id=12", "5.12": no code begins there. */
static bool begins(struct sv s, size_t start)
{
    size_t at = start;
    if (start == 0) return true;
    if (strchr("/=#@_&?%~$+", s.p[start - 1])) return false;
    if (strchr(".,-", s.p[start - 1]) && start >= 2 && is_alnum(s.p[start - 2])) return false;
    enum norm_class c = norm_class_before(s, &at);
    return !norm_is_word(c) || c == NORM_ARABIC;
}

static void try_at(struct finder *f, size_t start)
{
    struct plain p;
    if (!begins(f->text->text, start)) return;
    plain_read(f->text, start, &p);
    if (p.n < 5) return;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const struct code *k = &codes[i];
        size_t n = match(k->shape, &p);
        if (n == 0 || (k->check && !k->check(p.c, n))) continue;
        if (k->kind != PRIVATE_ADDRESS && k->kind != PRIVATE_PLATE && !is_even(&p, n)) continue;
        size_t end = normalised_after(f->text, start, p.end[n - 1]);
        double sure = any_words(f, k->words, start, end) ? k->named : k->alone;
        if (sure >= 0.5) add_hit(f, k->kind, start, end, sure, k->country);
    }
}

void find_codes(struct finder *f, size_t start, size_t end)
{
    struct sv s = f->text->text;
    size_t at = start;
    while (at > 0 && is_alnum(s.p[at - 1])) {
        at--;
        if (is_digit(s.p[at])) return; /* not the first digits of the word: it has been tried */
    }
    try_at(f, at);
    /* one or two short words of letters before it may belong to it: "AB 12 34 56 C" */
    for (int words = 0; words < 2 && at >= 2 && strchr(" -", s.p[at - 1]); words++) {
        size_t to = --at;
        while (at > 0 && is_latin(s.p[at - 1]) && to - at < 4) at--;
        if (at == to || (at > 0 && is_alnum(s.p[at - 1]))) return;
        try_at(f, at);
    }
}
