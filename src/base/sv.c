#include "base/sv.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

int sv_cmp(struct sv a, struct sv b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c) return c;
    return (a.n > b.n) - (a.n < b.n);
}

size_t sv_find(struct sv hay, struct sv needle, size_t from)
{
    if (from > hay.n) return SIZE_MAX;
    if (needle.n == 0) return from;
    if (needle.n > hay.n - from) return SIZE_MAX;
    const char *hit = memmem(hay.p + from, hay.n - from, needle.p, needle.n);
    return hit ? (size_t)(hit - hay.p) : SIZE_MAX;
}

size_t sv_find_byte(struct sv hay, char c, size_t from)
{
    if (from >= hay.n) return SIZE_MAX;
    const char *hit = memchr(hay.p + from, (unsigned char)c, hay.n - from);
    return hit ? (size_t)(hit - hay.p) : SIZE_MAX;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct sv sv_trim(struct sv s)
{
    size_t start = 0, end = s.n;
    while (start < end && is_space(s.p[start])) start++;
    while (end > start && is_space(s.p[end - 1])) end--;
    return sv_sub(s, start, end);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

bool sv_eq_nocase(struct sv a, struct sv b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i])) return false;
    return true;
}

bool sv_split(struct sv *rest, char c, struct sv *out_part)
{
    if (!rest->p) return false;
    size_t at = sv_find_byte(*rest, c, 0);
    if (at == SIZE_MAX) {
        *out_part = *rest;
        *rest = SV_NULL;
        return true;
    }
    *out_part = sv_sub(*rest, 0, at);
    *rest = sv_sub(*rest, at + 1, rest->n);
    return true;
}

bool sv_to_i64(struct sv s, int64_t *out)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == s.n) return false;
    int64_t v = 0; /* kept negative: that side of the range is the larger one */
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, s.p[i] - '0', &v)) return false;
    }
    if (!negative && __builtin_sub_overflow(0, v, &v)) return false;
    *out = v;
    return true;
}

static size_t digits_from(struct sv s, size_t at)
{
    while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9') at++;
    return at;
}

/* -? digits (. digits)? ([eE] [+-]? digits)?, and all of s. */
static bool is_decimal(struct sv s)
{
    size_t at = s.n > 0 && s.p[0] == '-' ? 1 : 0;
    size_t end = digits_from(s, at);
    if (end == at) return false;
    if (end < s.n && s.p[end] == '.') {
        at = end + 1;
        end = digits_from(s, at);
        if (end == at) return false;
    }
    if (end < s.n && (s.p[end] == 'e' || s.p[end] == 'E')) {
        at = end + 1;
        if (at < s.n && (s.p[at] == '+' || s.p[at] == '-')) at++;
        end = digits_from(s, at);
        if (end == at) return false;
    }
    return end == s.n;
}

/* The decimal point of a program that called setlocale() is not ours. (locale_t)0 when memory ran out. */
static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;
static void make_c_locale(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

bool sv_to_double(struct sv s, double *out)
{
    char text[NUMBER_MAX_BYTES + 1];
    if (s.n > NUMBER_MAX_BYTES || !is_decimal(s)) return false;
    pthread_once(&c_locale_once, make_c_locale);
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    double v = c_locale ? strtod_l(text, NULL, c_locale) : strtod(text, NULL);
    if (!isfinite(v)) return false;
    *out = v;
    return true;
}

size_t double_format(double v, int decimals, char out[DOUBLE_TEXT_BYTES])
{
    pthread_once(&c_locale_once, make_c_locale);
    locale_t before = c_locale ? uselocale(c_locale) : (locale_t)0;
    int n = 0;
    if (decimals >= 0) {
        n = snprintf(out, DOUBLE_TEXT_BYTES, "%.*f", decimals > 17 ? 17 : decimals, v);
    } else {
        for (int digits = 15; digits <= 17; digits++) {
            n = snprintf(out, DOUBLE_TEXT_BYTES, "%.*g", digits, v);
            if (strtod(out, NULL) == v) break;
        }
    }
    if (before) uselocale(before);
    return n > 0 ? (size_t)n : 0;
}
