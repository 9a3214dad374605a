/* A borrowed run of bytes with its length. Never assumed to end at a NUL, never owns. */
#ifndef MARSAD_BASE_SV_H
#define MARSAD_BASE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sv {
    const char *p; /* may be NULL when n is 0 */
    size_t n;
};

#define SV(literal) ((struct sv){(literal), sizeof(literal) - 1})
/* For static tables, where a compound literal is no constant. */
#define SV_INIT(literal)                                                                                     \
    {                                                                                                        \
        (literal), sizeof(literal) - 1                                                                       \
    }
#define SV_NULL ((struct sv){NULL, 0})
/* printf's "%.*s" wants an int. */
#define SV_FMT(s) (int)((s).n > 0x7fffffff ? 0x7fffffff : (s).n), ((s).p ? (s).p : "")

static inline struct sv sv_of(const void *p, size_t n) { return (struct sv){(const char *)p, n}; }
static inline struct sv sv_cstr(const char *s) { return (struct sv){s, s ? strlen(s) : 0}; }
static inline bool sv_eq(struct sv a, struct sv b)
{
    return a.n == b.n && (a.n == 0 || (a.p && b.p && memcmp(a.p, b.p, a.n) == 0));
}
static inline bool sv_is(struct sv a, const char *literal) { return sv_eq(a, sv_cstr(literal)); }
static inline bool sv_starts(struct sv s, struct sv prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || (s.p && prefix.p && memcmp(s.p, prefix.p, prefix.n) == 0));
}
static inline bool sv_ends(struct sv s, struct sv suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}
/* Both ends are clamped to the string. */
static inline struct sv sv_sub(struct sv s, size_t start, size_t end)
{
    if (end > s.n) end = s.n;
    if (start > end) start = end;
    return (struct sv){s.p ? s.p + start : NULL, end - start};
}

/* Bytewise order, a shorter string before its extension. */
int sv_cmp(struct sv a, struct sv b);
/* Position of the first `needle` at or after `from`, or SIZE_MAX. */
size_t sv_find(struct sv hay, struct sv needle, size_t from);
size_t sv_find_byte(struct sv hay, char c, size_t from);
/* ASCII white space off both ends. */
struct sv sv_trim(struct sv s);
/* ASCII letters only; other bytes must be equal. */
bool sv_eq_nocase(struct sv a, struct sv b);
/* Splits off what stands before `c`: returns it, and moves *rest past `c`. False when *rest is spent (p == NULL). */
bool sv_split(struct sv *rest, char c, struct sv *out_part);
/* Whole string is a decimal integer in range, or false. */
bool sv_to_i64(struct sv s, int64_t *out);
/* As JSON writes numbers, whatever the locale: no hex, no "inf", no '+' in front; false when it is not finite. */
bool sv_to_double(struct sv s, double *out);
enum { DOUBLE_TEXT_BYTES = 352 };
/* The way back, with '.' in every locale. decimals 0-17; below 0 the shortest text that reads back the same.
 * v must be finite. Returns the length. */
size_t double_format(double v, int decimals, char out[DOUBLE_TEXT_BYTES]);

#endif
