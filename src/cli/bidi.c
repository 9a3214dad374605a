#include "cli/bidi.h"

#include "base/utf8.h"

#include <fribidi.h>
#include <stdlib.h>

static bool has_rtl(struct sv s)
{
    for (size_t at = 0; at < s.n;) {
        uint32_t cp = utf8_next(s, &at, NULL);
        if ((cp >= 0x590 && cp <= 0x8FF) || (cp >= 0xFB1D && cp <= 0xFDFF) || (cp >= 0xFE70 && cp <= 0xFEFC))
            return true;
    }
    return false;
}

/* Marks have done their work once the text is turned. */
static bool is_mark(uint32_t cp)
{
    return cp == FRIBIDI_CHAR_FILL || cp == 0x200E || cp == 0x200F || (cp >= 0x2066 && cp <= 0x2069);
}

/* One stretch, already known to hold right-to-left letters. Falls back to the bytes as they are. */
static void turn(struct buf *b, struct sv s)
{
    FriBidiChar *in = malloc((s.n + 1) * sizeof *in), *out = malloc((s.n + 1) * sizeof *out);
    FriBidiStrIndex n = 0;
    if (in && out && s.n < 1u << 20) {
        for (size_t at = 0; at < s.n;) in[n++] = utf8_next(s, &at, NULL);
        FriBidiParType base = FRIBIDI_PAR_ON;
        if (fribidi_log2vis(in, n, &base, out, NULL, NULL, NULL)) {
            for (FriBidiStrIndex i = 0; i < n; i++) {
                char enc[4];
                if (!is_mark(out[i])) buf_put(b, enc, utf8_encode(out[i], enc));
            }
        } else {
            buf_putsv(b, s);
        }
    } else {
        buf_putsv(b, s);
    }
    free(in);
    free(out);
}

/* Length of an escape sequence at the start of s, 0 when there is none. */
static size_t escape_length(struct sv s)
{
    if (s.n < 2 || s.p[0] != '\033' || s.p[1] != '[') return 0;
    size_t i = 2;
    while (i < s.n && (unsigned char)s.p[i] < 0x40) i++;
    return i < s.n ? i + 1 : s.n;
}

static size_t gap_length(struct sv s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] == ' ') i++;
    return i >= 2 || i == s.n ? i : 0;
}

static void turn_line(struct buf *b, struct sv line)
{
    size_t start = 0, at = 0;
    while (at <= line.n) {
        struct sv rest = sv_sub(line, at, line.n);
        size_t skip = at < line.n ? escape_length(rest) : 0;
        if (skip == 0 && at < line.n) skip = gap_length(rest);
        if (skip == 0 && at < line.n) {
            at++;
            continue;
        }
        struct sv stretch = sv_sub(line, start, at);
        if (has_rtl(stretch))
            turn(b, stretch);
        else
            buf_putsv(b, stretch);
        if (at == line.n) break;
        buf_put(b, rest.p, skip);
        at += skip;
        start = at;
    }
}

void bidi_lines(struct buf *b, struct sv text)
{
    size_t at = 0;
    while (at < text.n) {
        size_t end = sv_find_byte(text, '\n', at);
        if (end == SIZE_MAX) end = text.n;
        struct sv line = sv_sub(text, at, end);
        if (has_rtl(line))
            turn_line(b, line);
        else
            buf_putsv(b, line);
        if (end < text.n) buf_putc(b, '\n');
        at = end + 1;
    }
}
