/* JSON's grammar as one pass over the bytes, before any tree is built: json-c takes "NaN", keys with a NUL in them
 * (cutting them there), control bytes in strings, and knows no line numbers. After this pass it can only run out of
 * memory. No recursion; the nesting is a stack of JSON_MAX_DEPTH. Cost: one read of the text.
 *
 * The tree can be far larger than the text ("{}," takes 264 times its bytes), so its size is estimated on the way and
 * bounded before anything is built. */
#include "base/json_priv.h"

#include "base/utf8.h"

enum expect { VALUE, VALUE_OR_END, KEY, KEY_OR_END, COLON, COMMA_OR_END, NOTHING };

/* What json-c takes for each, measured and rounded up. */
enum { OBJECT_COST = 800, ARRAY_COST = 200, SCALAR_COST = 80, KEY_COST = 160 };

struct scan {
    struct sv s;
    size_t at;
    unsigned flags;
    struct buf *copy;
    size_t copied; /* s[0, copied) is in the copy already, in its new form */
    struct error *err;
    enum expect expect;
    size_t tree_bytes;
    unsigned depth;
    bool array[JSON_MAX_DEPTH + 1];
};

static int fail(const struct scan *c, size_t at, const char *what)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < c->s.n; i++) line += c->s.p[i] == '\n';
    if (at >= c->s.n)
        return error_set(c->err, ERR_FORMAT, "json", "line %zu, byte %zu: %s, but the text ends here", line,
                         at, what);
    uint8_t byte = (uint8_t)c->s.p[at];
    return error_set(c->err, ERR_FORMAT, "json",
                     byte > 0x20 && byte < 0x7f ? "line %zu, byte %zu: %s, found '%c'"
                                                : "line %zu, byte %zu: %s, found byte 0x%02x",
                     line, at, what, byte);
}

static void rewrite(struct scan *c, size_t from, size_t to, const char *with)
{
    buf_put(c->copy, c->s.p + c->copied, from - c->copied);
    buf_puts(c->copy, with);
    c->copied = to;
}

static bool is_digit(const struct scan *c, size_t at)
{
    return at < c->s.n && c->s.p[at] >= '0' && c->s.p[at] <= '9';
}
static bool is_byte(const struct scan *c, size_t at, char b) { return at < c->s.n && c->s.p[at] == b; }

static void skip_space(struct scan *c)
{
    while (c->at < c->s.n && (c->s.p[c->at] == ' ' || (c->s.p[c->at] >= '\t' && c->s.p[c->at] <= '\r' &&
                                                       c->s.p[c->at] != '\v' && c->s.p[c->at] != '\f')))
        c->at++;
}

/* `count` hex digits at `at`. */
static bool hex_at(const struct scan *c, size_t at, size_t count, unsigned *out)
{
    unsigned v = 0;
    for (size_t i = at; i < at + count; i++) {
        if (i >= c->s.n) return false;
        char d = c->s.p[i];
        if (d >= '0' && d <= '9')
            v = v << 4 | (unsigned)(d - '0');
        else if ((d | 32) >= 'a' && (d | 32) <= 'f')
            v = v << 4 | (unsigned)((d | 32) - 'a' + 10);
        else
            return false;
    }
    *out = v;
    return true;
}

static int scan_unicode_escape(struct scan *c, bool *has_nul)
{
    size_t from = c->at;
    unsigned unit, low;
    if (!hex_at(c, from + 2, 4, &unit)) return fail(c, from, "\\u needs four hex digits");
    c->at += 6;
    if (unit == 0) *has_nul = true;
    if (unit < 0xD800 || unit > 0xDFFF) return 0;
    if (unit < 0xDC00 && is_byte(c, c->at, '\\') && is_byte(c, c->at + 1, 'u') &&
        hex_at(c, c->at + 2, 4, &low) && low >= 0xDC00 && low <= 0xDFFF)
        c->at += 6;
    else
        rewrite(c, from, c->at, "\\ufffd");
    return 0;
}

static int scan_escape(struct scan *c, bool *has_nul)
{
    size_t from = c->at;
    if (from + 1 >= c->s.n) return fail(c, c->s.n, "a string is open");
    char letter = c->s.p[from + 1];
    if (letter == 'u') return scan_unicode_escape(c, has_nul);
    if (letter == 'x' && (c->flags & JSON_ALLOW_XHH)) {
        unsigned unit;
        if (!hex_at(c, from + 2, 2, &unit)) return fail(c, from, "\\x needs two hex digits");
        rewrite(c, from, from + 2, "\\u00");
        if (unit == 0) *has_nul = true;
        c->at += 4;
        return 0;
    }
    if (letter == '\0' || !strchr("\"\\/bfnrt", letter))
        return fail(c, from + 1, "no such escape in a string");
    c->at += 2;
    return 0;
}

static int scan_string(struct scan *c, bool key)
{
    size_t from = c->at++;
    bool has_nul = false;
    while (c->at < c->s.n && c->s.p[c->at] != '"') {
        uint8_t byte = (uint8_t)c->s.p[c->at];
        int rc = 0;
        if (byte < 0x20) return fail(c, c->at, "a control byte in a string must be escaped");
        if (byte == '\\') {
            rc = scan_escape(c, &has_nul);
        } else if (byte < 0x80) {
            c->at++;
        } else {
            size_t bad = c->at;
            bool valid = true;
            utf8_next(c->s, &c->at, &valid);
            if (!valid) rc = fail(c, bad, "the text is not UTF-8");
        }
        if (rc) return rc;
    }
    if (c->at >= c->s.n) return fail(c, c->s.n, "a string is open");
    c->at++;
    if (key && has_nul) return fail(c, from, "a NUL in an object's key is refused");
    return 0;
}

static int scan_number(struct scan *c)
{
    size_t from = c->at;
    bool whole = true;
    if (is_byte(c, c->at, '-')) c->at++;
    if (!is_digit(c, c->at)) return fail(c, c->at, "a number needs a digit");
    if (is_byte(c, c->at, '0') && is_digit(c, c->at + 1))
        return fail(c, c->at, "a number must not start with 0");
    while (is_digit(c, c->at)) c->at++;
    if (is_byte(c, c->at, '.')) {
        whole = false;
        if (!is_digit(c, ++c->at)) return fail(c, c->at, "a number needs a digit after its point");
        while (is_digit(c, c->at)) c->at++;
    }
    if (is_byte(c, c->at, 'e') || is_byte(c, c->at, 'E')) {
        whole = false;
        c->at++;
        if (is_byte(c, c->at, '+') || is_byte(c, c->at, '-')) c->at++;
        if (!is_digit(c, c->at)) return fail(c, c->at, "a number needs a digit in its exponent");
        while (is_digit(c, c->at)) c->at++;
    }
    struct sv text = sv_sub(c->s, from, c->at);
    int64_t integer;
    double real;
    if (whole && sv_to_i64(text, &integer)) return 0;
    if (!sv_to_double(text, &real)) return fail(c, from, "a number is too large or too long");
    if (whole) rewrite(c, c->at, c->at, "e0");
    return 0;
}

static int scan_word(struct scan *c)
{
    static const struct sv words[] = {SV_INIT("true"), SV_INIT("false"), SV_INIT("null")};
    struct sv rest = sv_sub(c->s, c->at, c->s.n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!sv_starts(rest, words[i])) continue;
        c->at += words[i].n;
        return 0;
    }
    return fail(c, c->at, "expected a value");
}

static int open_level(struct scan *c, bool array)
{
    if (c->depth == JSON_MAX_DEPTH) return fail(c, c->at, "nested too deep (the maximum is 64 levels)");
    c->tree_bytes += array ? ARRAY_COST : OBJECT_COST;
    c->array[++c->depth] = array;
    c->expect = array ? VALUE_OR_END : KEY_OR_END;
    c->at++;
    return 0;
}

static void after_value(struct scan *c) { c->expect = c->depth ? COMMA_OR_END : NOTHING; }

static void close_level(struct scan *c)
{
    c->depth--;
    c->at++;
    after_value(c);
}

static int scan_value(struct scan *c)
{
    char b = c->at < c->s.n ? c->s.p[c->at] : '\0';
    if (b == '{' || b == '[') return open_level(c, b == '[');
    int rc = b == '"'                         ? scan_string(c, false)
             : b == '-' || is_digit(c, c->at) ? scan_number(c)
                                              : scan_word(c);
    after_value(c);
    return rc;
}

static int scan_key(struct scan *c)
{
    if (!is_byte(c, c->at, '"')) return fail(c, c->at, "expected a key in double quotes");
    c->expect = COLON;
    c->tree_bytes += KEY_COST;
    return scan_string(c, true);
}

static int scan_comma_or_end(struct scan *c)
{
    bool array = c->array[c->depth];
    if (is_byte(c, c->at, array ? ']' : '}')) {
        close_level(c);
        return 0;
    }
    if (!is_byte(c, c->at, ',')) return fail(c, c->at, array ? "expected ',' or ']'" : "expected ',' or '}'");
    c->at++;
    c->expect = array ? VALUE : KEY;
    return 0;
}

static int scan_step(struct scan *c)
{
    switch (c->expect) {
    case VALUE_OR_END:
        if (!is_byte(c, c->at, ']')) return scan_value(c);
        close_level(c);
        return 0;
    case VALUE: return scan_value(c);
    case KEY_OR_END:
        if (!is_byte(c, c->at, '}')) return scan_key(c);
        close_level(c);
        return 0;
    case KEY: return scan_key(c);
    case COLON:
        if (!is_byte(c, c->at, ':')) return fail(c, c->at, "expected ':' after a key");
        c->at++;
        c->expect = VALUE;
        return 0;
    case COMMA_OR_END: return scan_comma_or_end(c);
    case NOTHING: break;
    }
    return 0;
}

int json_check(struct sv text, unsigned flags, struct buf *copy, struct error *err)
{
    struct scan c = {.s = text, .flags = flags, .copy = copy, .err = err, .expect = VALUE};
    if (sv_starts(text, SV("\xEF\xBB\xBF"))) c.at = 3;
    for (skip_space(&c); c.expect != NOTHING; skip_space(&c)) {
        int rc = scan_step(&c);
        if (rc) return rc;
        if (c.tree_bytes > JSON_MAX_TREE_BYTES)
            return error_set(err, ERR_LIMIT, "json",
                             "byte %zu: more values than fit in %zu bytes of memory: split the export", c.at,
                             JSON_MAX_TREE_BYTES);
    }
    if (c.at < text.n) return fail(&c, c.at, "only white space may follow the document");
    if (c.copied) buf_put(copy, text.p + c.copied, text.n - c.copied);
    if (copy->failed) return error_set(err, ERR_NOMEM, "json", "no memory for a copy of %zu bytes", text.n);
    return 0;
}
