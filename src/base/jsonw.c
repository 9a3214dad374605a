/* The writing half of base/json.h. Where the writer stands is kept per depth: whether a comma is due, and whether
 * the level is an array. Depth 0 is the document itself. */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "base/utf8.h"

void jw_init(struct jw *w, struct buf *b, enum jw_style style) { *w = (struct jw){.b = b, .style = style}; }

static void new_line(struct jw *w)
{
    if (w->style != JW_PRETTY) return;
    buf_putc(w->b, '\n');
    buf_pad(w->b, ' ', 2 * (size_t)w->depth);
}

/* What stands between the previous thing and the next value or key. */
static void before_item(struct jw *w)
{
    if (w->depth == 0) return;
    if (w->comma[w->depth]) buf_putc(w->b, ',');
    w->comma[w->depth] = true;
    new_line(w);
}

static void before_value(struct jw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    assert((w->depth == 0 || w->array[w->depth]) && "a value in an object needs a key");
    before_item(w);
}

static void put_string(struct buf *b, struct sv s)
{
    buf_putc(b, '"');
    size_t plain = 0; /* start of the bytes that can be copied as they are */
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        bool valid = true;
        uint32_t cp = utf8_next(s, &at, &valid);
        if (valid && cp >= 0x20 && cp != '"' && cp != '\\') continue;
        buf_put(b, s.p + plain, from - plain);
        plain = at;
        static const char letters[] = "btn\0fr"; /* for U+0008 to U+000D */
        if (!valid)
            buf_puts(b, "\xEF\xBF\xBD");
        else if (cp >= 0x20)
            buf_printf(b, "\\%c", (char)cp);
        else if (cp >= 8 && cp <= 13 && letters[cp - 8])
            buf_printf(b, "\\%c", letters[cp - 8]);
        else
            buf_printf(b, "\\u%04x", cp);
    }
    if (s.n > plain) buf_put(b, s.p + plain, s.n - plain);
    buf_putc(b, '"');
}

static void begin(struct jw *w, bool array)
{
    before_value(w);
    assert(w->depth < JW_MAX_DEPTH && "JSON nested too deep");
    buf_putc(w->b, array ? '[' : '{');
    w->depth++;
    w->comma[w->depth] = false;
    w->array[w->depth] = array;
}

void jw_object(struct jw *w) { begin(w, false); }
void jw_array(struct jw *w) { begin(w, true); }

void jw_end(struct jw *w)
{
    assert(w->depth > 0 && "an end without a start");
    assert(!w->after_key && "a key without a value");
    bool empty = !w->comma[w->depth], array = w->array[w->depth];
    w->depth--;
    if (!empty) new_line(w);
    buf_putc(w->b, array ? ']' : '}');
}

void jw_keysv(struct jw *w, struct sv key)
{
    assert(w->depth > 0 && !w->array[w->depth] && !w->after_key && "a key only in an object");
    before_item(w);
    put_string(w->b, key);
    buf_puts(w->b, w->style == JW_PRETTY ? ": " : ":");
    w->after_key = true;
}

void jw_key(struct jw *w, const char *key) { jw_keysv(w, sv_cstr(key)); }

void jw_sv(struct jw *w, struct sv s)
{
    before_value(w);
    put_string(w->b, s);
}

void jw_str(struct jw *w, const char *s) { jw_sv(w, sv_cstr(s)); }

void jw_i64(struct jw *w, int64_t v)
{
    before_value(w);
    buf_printf(w->b, "%" PRId64, v);
}

void jw_double(struct jw *w, double v, int decimals)
{
    char text[DOUBLE_TEXT_BYTES];
    before_value(w);
    if (isfinite(v))
        buf_put(w->b, text, double_format(v, decimals, text));
    else
        buf_puts(w->b, "null");
}

void jw_bool(struct jw *w, bool v)
{
    before_value(w);
    buf_puts(w->b, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
    before_value(w);
    buf_puts(w->b, "null");
}

void jw_raw(struct jw *w, struct sv json_text)
{
    before_value(w);
    buf_putsv(w->b, json_text);
}

void jw_kv_sv(struct jw *w, const char *key, struct sv s)
{
    jw_key(w, key);
    jw_sv(w, s);
}

void jw_kv_str(struct jw *w, const char *key, const char *s) { jw_kv_sv(w, key, sv_cstr(s)); }

void jw_kv_i64(struct jw *w, const char *key, int64_t v)
{
    jw_key(w, key);
    jw_i64(w, v);
}

void jw_kv_double(struct jw *w, const char *key, double v, int decimals)
{
    jw_key(w, key);
    jw_double(w, v, decimals);
}

void jw_kv_bool(struct jw *w, const char *key, bool v)
{
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_kv_id(struct jw *w, const char *key, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    if (id_is_zero(id)) return;
    id_format(id, text);
    jw_kv_str(w, key, text);
}

void jw_kv_time(struct jw *w, const char *key, int64_t us)
{
    char text[TIME_TEXT_BYTES];
    if (us == TIME_UNKNOWN) return;
    time_format(us, text);
    jw_kv_str(w, key, text);
}
