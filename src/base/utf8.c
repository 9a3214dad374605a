/* Decoding follows Unicode 3.9 table 3-7 (which second bytes may follow which first byte), and a broken sequence is
 * skipped by its maximal subpart, so that our count of characters is the one that browsers show. */
#include "base/utf8.h"

#include <utf8proc.h>

/* Length of the sequence that a first byte announces, and the range of its second byte; 0 for no first byte. */
static unsigned lead(uint8_t b, uint8_t *lo, uint8_t *hi)
{
    *lo = 0x80;
    *hi = 0xBF;
    if (b >= 0xC2 && b <= 0xDF) return 2;
    if (b == 0xE0) *lo = 0xA0; /* else overlong */
    if (b == 0xED) *hi = 0x9F; /* else a surrogate */
    if (b >= 0xE0 && b <= 0xEF) return 3;
    if (b == 0xF0) *lo = 0x90; /* else overlong */
    if (b == 0xF4) *hi = 0x8F; /* else above U+10FFFF */
    if (b >= 0xF0 && b <= 0xF4) return 4;
    return 0;
}

uint32_t utf8_next(struct sv s, size_t *at, bool *valid)
{
    size_t i = *at;
    uint8_t first = (uint8_t)s.p[i++], lo, hi;
    if (first < 0x80) {
        *at = i;
        return first;
    }
    unsigned length = lead(first, &lo, &hi);
    uint32_t cp = length ? first & (0x7Fu >> length) : 0;
    unsigned have = 1;
    for (; have < length && i < s.n; have++, i++) {
        uint8_t b = (uint8_t)s.p[i];
        if (b < lo || b > hi) break;
        cp = cp << 6 | (b & 0x3Fu);
        lo = 0x80;
        hi = 0xBF;
    }
    *at = i;
    if (length && have == length) return cp;
    if (valid) *valid = false;
    return UTF8_REPLACEMENT;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return 0;
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6) out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)(0xFF00u >> n | cp);
    return n;
}

size_t utf8_check(struct sv s)
{
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        bool valid = true;
        utf8_next(s, &at, &valid);
        if (!valid) return from;
    }
    return SIZE_MAX;
}

size_t utf8_count(struct sv s)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n; n++) utf8_next(s, &at, NULL);
    return n;
}

int utf8_cp_width(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0)) return 0;
    if (cp < 0x7F) return 1;
    return cp <= 0x10FFFF ? utf8proc_charwidth((utf8proc_int32_t)cp) : 0;
}

int utf8_width(struct sv s)
{
    int columns = 0;
    for (size_t at = 0; at < s.n;) columns += utf8_cp_width(utf8_next(s, &at, NULL));
    return columns;
}

bool utf8_steers(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2066, 0x206F}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last) return true;
    return false;
}

/* Appends the character at s[*at] in its safe form; the columns it takes. */
static int show_next(struct buf *b, struct sv s, size_t *at)
{
    size_t from = *at, before = b->n;
    bool valid = true;
    uint32_t cp = utf8_next(s, at, &valid);
    if (!valid) {
        for (size_t i = from; i < *at; i++) buf_printf(b, "\\x%02X", (unsigned)(uint8_t)s.p[i]);
        return (int)(b->n - before);
    }
    if (cp == '\n') {
        buf_puts(b, "␤");
        return 1;
    }
    if (utf8_steers(cp)) {
        buf_printf(b, "\\u{%X}", cp);
        return (int)(b->n - before);
    }
    buf_put(b, s.p + from, *at - from);
    return utf8_cp_width(cp);
}

void utf8_show(struct buf *b, struct sv s)
{
    for (size_t at = 0; at < s.n && !b->failed;) show_next(b, s, &at);
}

int utf8_show_cut(struct buf *b, struct sv s, int columns)
{
    if (columns <= 0) return 0;
    int used = 0, cut_used = 0;
    size_t cut_n = b->n; /* the last boundary that leaves a column for the mark */
    for (size_t at = 0; at < s.n && !b->failed;) {
        used += show_next(b, s, &at);
        if (used > columns) {
            b->n = cut_n;
            b->p[b->n] = '\0';
            buf_puts(b, "…");
            return cut_used + 1;
        }
        if (used < columns) {
            cut_n = b->n;
            cut_used = used;
        }
    }
    return used;
}

void utf8_markup(struct buf *b, struct sv s)
{
    for (size_t at = 0; at < s.n;) {
        size_t start = at;
        uint32_t cp = utf8_next(s, &at, NULL);
        if ((cp < 0x20 && cp != '\t' && cp != '\n') || cp == 0x7f || cp == 0xFFFE || cp == 0xFFFF ||
            cp == UTF8_REPLACEMENT)
            buf_puts(b, "\xEF\xBF\xBD");
        else if (cp == '&')
            buf_puts(b, "&amp;");
        else if (cp == '<')
            buf_puts(b, "&lt;");
        else if (cp == '>')
            buf_puts(b, "&gt;");
        else if (cp == '"')
            buf_puts(b, "&quot;");
        else if (cp == '\'')
            buf_puts(b, "&#39;");
        else
            buf_put(b, s.p + start, at - start);
    }
}
