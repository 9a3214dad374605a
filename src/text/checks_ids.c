/* What the issuers publish: weights, moduli, dates. */
#include "text/checks_ids.h"

#include <string.h>

static int d(char c) { return c - '0'; }

static int number(const char *c, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + d(c[i]);
    return v;
}

static int weighted(const char *c, const int *weight, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) sum += d(c[i]) * weight[i];
    return sum;
}

static int modulo(const char *c, size_t n, int by)
{
    int rest = 0;
    for (size_t i = 0; i < n; i++) rest = (rest * 10 + d(c[i])) % by;
    return rest;
}

static bool same(const char *c, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (c[i] != c[0]) return false;
    return true;
}

static bool is_day(int day, int month) { return day >= 1 && day <= 31 && month >= 1 && month <= 12; }

static bool luhn(const char *c, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = d(c[n - 1 - i]) * (i % 2 ? 2 : 1);
        sum += v > 9 ? v - 9 : v;
    }
    return sum % 10 == 0 && !same(c, n);
}

bool id_luhn(const char *c, size_t n) { return luhn(c, n); }

bool id_ssn_us(const char *c, size_t n)
{
    int area = number(c, 3);
    return area != 0 && area != 666 && area < 900 && number(c + 3, 2) != 0 && number(c + 5, 4) != 0 &&
           !same(c, n);
}

bool id_itin_us(const char *c, size_t n)
{
    int group = number(c + 3, 2);
    return c[0] == '9' && ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) ||
                           (group >= 90 && group <= 92) || (group >= 94 && group <= 99));
}

bool id_aba_us(const char *c, size_t n)
{
    static const int w[] = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    int first = number(c, 2);
    return weighted(c, w, 9) % 10 == 0 && !same(c, n) &&
           (first <= 12 || (first >= 21 && first <= 32) || (first >= 61 && first <= 72) || first == 80);
}

bool id_npi_us(const char *c, size_t n)
{
    char all[15];
    memcpy(all, "80840", 5);
    memcpy(all + 5, c, 10);
    return luhn(all, sizeof all);
}

bool id_dea_us(const char *c, size_t n)
{
    const char *s = c + 2;
    return (d(s[0]) + d(s[2]) + d(s[4]) + 2 * (d(s[1]) + d(s[3]) + d(s[5]))) % 10 == d(s[6]);
}

bool id_nhs_gb(const char *c, size_t n)
{
    static const int w[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    int check = 11 - weighted(c, w, 9) % 11;
    return (check == 11 ? 0 : check) == d(c[9]) && !same(c, n);
}

bool id_nino_gb(const char *c, size_t n)
{
    static const char *const never[] = {"bg", "gb", "nk", "kn", "tn", "nt", "zz"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (memcmp(c, never[i], 2) == 0) return false;
    return !strchr("dfiquv", c[0]) && !strchr("dfiquvo", c[1]);
}

static const char nif_letters[] = "trwagmyfpdxbnjzsqvhlcke";
bool id_nif_es(const char *c, size_t n) { return nif_letters[modulo(c, 8, 23)] == c[8]; }
bool id_nie_es(const char *c, size_t n)
{
    char s[8];
    memcpy(s, c, 8);
    s[0] = (char)('0' + (c[0] - 'x'));
    return nif_letters[modulo(s, 8, 23)] == c[8];
}

bool id_fiscal_it(const char *c, size_t n)
{
    static const int odd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                              20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    int sum = 0;
    for (size_t i = 0; i < 15; i++) {
        int v = c[i] <= '9' ? d(c[i]) : c[i] - 'a';
        sum += i % 2 == 0 ? odd[v] : v;
    }
    return 'a' + sum % 26 == c[15];
}

bool id_pesel_pl(const char *c, size_t n)
{
    static const int w[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
    return (10 - weighted(c, w, 10) % 10) % 10 == d(c[10]) && is_day(number(c + 4, 2), number(c + 2, 2) % 20);
}

bool id_nric_sg(const char *c, size_t n)
{
    static const int w[] = {2, 7, 6, 5, 4, 3, 2};
    int sum = weighted(c + 1, w, 7);
    if (c[0] == 'm') return "xwutrqpnjlk"[(sum + 3) % 11] == c[8];
    if (c[0] == 't' || c[0] == 'g') sum += 4;
    return (c[0] == 's' || c[0] == 't' ? "jzihgfedcba" : "xwutrqpnmlk")[sum % 11] == c[8];
}

bool id_abn_au(const char *c, size_t n)
{
    static const int w[] = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    return (weighted(c, w, 11) - 10) % 89 == 0 && !same(c, n);
}

bool id_acn_au(const char *c, size_t n)
{
    static const int w[] = {8, 7, 6, 5, 4, 3, 2, 1};
    return (10 - weighted(c, w, 8) % 10) % 10 == d(c[8]) && !same(c, n);
}

bool id_tfn_au(const char *c, size_t n)
{
    static const int w[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
    return weighted(c, w, 9) % 11 == 0 && !same(c, n);
}

bool id_medicare_au(const char *c, size_t n)
{
    static const int w[] = {1, 3, 7, 9, 1, 3, 7, 9};
    return c[0] >= '2' && c[0] <= '6' && weighted(c, w, 8) % 10 == d(c[8]);
}

/* Verhoeff 1969: the dihedral group of the pentagon. */
bool id_verhoeff(const char *c, size_t n)
{
    static const int permute[] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = d(c[n - 1 - i]);
        for (size_t k = 0; k < i % 8; k++) v = permute[v];
        if (sum < 5)
            sum = v < 5 ? (sum + v) % 5 : 5 + (sum + v) % 5;
        else
            sum = v < 5 ? 5 + (sum - v + 5) % 5 : (sum - v + 10) % 5;
    }
    return sum == 0 && !same(c, n);
}

bool id_gstin_in(const char *c, size_t n)
{
    int sum = 0, state = number(c, 2);
    for (size_t i = 0; i < 14; i++) {
        int v = (c[i] <= '9' ? d(c[i]) : c[i] - 'a' + 10) * (i % 2 ? 2 : 1);
        sum += v / 36 + v % 36;
    }
    int check = (36 - sum % 36) % 36;
    return state >= 1 && state <= 38 && (check < 10 ? '0' + check : 'a' + check - 10) == c[14];
}

bool id_hetu_fi(const char *c, size_t n)
{
    char digits[9];
    memcpy(digits, c, 6);
    memcpy(digits + 6, c + n - 4, 3);
    return is_day(number(c, 2), number(c + 2, 2)) &&
           "0123456789abcdefhjklmnprstuvwxy"[modulo(digits, 9, 31)] == c[n - 1];
}

/* Since October 2020 the last digits are drawn: only the date and the century's digit can be checked. */
bool id_rrn_kr(const char *c, size_t n)
{
    return is_day(number(c + 4, 2), number(c + 2, 2)) && c[6] >= '1' && c[6] <= '8';
}

bool id_brn_kr(const char *c, size_t n)
{
    static const int w[] = {1, 3, 7, 1, 3, 7, 1, 3, 5};
    int sum = weighted(c, w, 9) + d(c[8]) * 5 / 10;
    return (10 - sum % 10) % 10 == d(c[9]);
}

bool id_tnin_th(const char *c, size_t n)
{
    static const int w[] = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    return c[0] >= '1' && c[0] <= '8' && (11 - weighted(c, w, 12) % 11) % 10 == d(c[12]);
}

bool id_personnummer_se(const char *c, size_t n)
{
    const char *s = c + n - 10;
    int day = number(s + 4, 2);
    return is_day(day > 60 ? day - 60 : day, number(s + 2, 2)) && luhn(s, 10);
}

bool id_kimlik_tr(const char *c, size_t n)
{
    int odd = d(c[0]) + d(c[2]) + d(c[4]) + d(c[6]) + d(c[8]), even = d(c[1]) + d(c[3]) + d(c[5]) + d(c[7]);
    return c[0] != '0' && (odd * 7 - even + 100) % 10 == d(c[9]) && (odd + even + d(c[9])) % 10 == d(c[10]);
}

bool id_tax_de(const char *c, size_t n)
{
    int product = 10;
    for (size_t i = 0; i < 10; i++) {
        int sum = (d(c[i]) + product) % 10;
        product = (sum ? sum : 10) * 2 % 11;
    }
    return c[0] != '0' && (11 - product) % 10 == d(c[10]) && !same(c, n);
}

bool id_pension_de(const char *c, size_t n)
{
    static const int w[] = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
    char s[12];
    int letter = c[8] - 'a' + 1, sum = 0;
    memcpy(s, c, 8);
    s[8] = (char)('0' + letter / 10), s[9] = (char)('0' + letter % 10);
    memcpy(s + 10, c + 9, 2);
    for (size_t i = 0; i < 12; i++) {
        int v = d(s[i]) * w[i];
        sum += v / 10 + v % 10;
    }
    return is_day(number(c + 2, 2), number(c + 4, 2)) && sum % 10 == d(c[11]);
}

bool id_kvnr_de(const char *c, size_t n)
{
    int letter = c[0] - 'a' + 1, sum = letter / 10 + letter % 10 * 2 / 10 + letter % 10 * 2 % 10;
    for (size_t i = 1; i < 9; i++) {
        int v = d(c[i]) * (i % 2 ? 1 : 2);
        sum += v / 10 + v % 10;
    }
    return sum % 10 == d(c[9]);
}

bool id_sin_ca(const char *c, size_t n) { return c[0] != '0' && c[0] != '8' && luhn(c, n); }
bool id_za(const char *c, size_t n)
{
    return is_day(number(c + 4, 2), number(c + 2, 2)) && c[10] <= '2' && luhn(c, n);
}

bool id_snils_ru(const char *c, size_t n)
{
    static const int w[] = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    return weighted(c, w, 9) % 101 % 100 == number(c + 9, 2) && !same(c, n);
}

bool id_inn_ru(const char *c, size_t n)
{
    static const int w[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8};
    return weighted(c, w + 1, 10) % 11 % 10 == d(c[10]) && weighted(c, w, 11) % 11 % 10 == d(c[11]);
}

bool id_nir_fr(const char *c, size_t n)
{
    int month = number(c + 3, 2);
    return ((month >= 1 && month <= 12) || month >= 20) && 97 - modulo(c, 13, 97) == number(c + 13, 2);
}

bool id_be(const char *c, size_t n)
{
    char s[10] = {'2'};
    memcpy(s + 1, c, 9);
    int key = number(c + 9, 2);
    return is_day(number(c + 4, 2), number(c + 2, 2)) &&
           (97 - modulo(c, 9, 97) == key || 97 - modulo(s, 10, 97) == key);
}

bool id_bsn_nl(const char *c, size_t n)
{
    static const int w[] = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    return weighted(c, w, 9) % 11 == 0 && !same(c, n);
}

bool id_ahv_ch(const char *c, size_t n)
{
    static const int w[] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    return weighted(c, w, 13) % 10 == 0;
}

bool id_nif_pt(const char *c, size_t n)
{
    static const int w[] = {9, 8, 7, 6, 5, 4, 3, 2};
    int check = 11 - weighted(c, w, 8) % 11;
    return strchr("123", c[0]) && (check > 9 ? 0 : check) == d(c[8]) && !same(c, n);
}

/* century, date of birth, governorate */
bool id_eg(const char *c, size_t n)
{
    int place = number(c + 7, 2);
    return is_day(number(c + 5, 2), number(c + 3, 2)) && ((place >= 1 && place <= 35) || place == 88);
}

bool id_sa(const char *c, size_t n) { return luhn(c, n); }

bool id_ae(const char *c, size_t n)
{
    int year = number(c + 3, 4);
    return year >= 1900 && year < 2100 && luhn(c, n);
}

bool id_kw(const char *c, size_t n)
{
    static const int w[] = {2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    return is_day(number(c + 5, 2), number(c + 3, 2)) && 11 - weighted(c, w, 11) % 11 == d(c[11]);
}

bool id_ir(const char *c, size_t n)
{
    static const int w[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    int rest = weighted(c, w, 9) % 11;
    return (rest < 2 ? rest : 11 - rest) == d(c[9]) && !same(c, n);
}

bool id_cn(const char *c, size_t n)
{
    static const int w[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    return is_day(number(c + 12, 2), number(c + 10, 2)) && "10x98765432"[weighted(c, w, 17) % 11] == c[17];
}

bool id_br(const char *c, size_t n)
{
    static const int w[] = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    int a = weighted(c, w + 1, 9) * 10 % 11 % 10, b = weighted(c, w, 10) * 10 % 11 % 10;
    return a == d(c[9]) && b == d(c[10]) && !same(c, n);
}
