#include "base/error.h"

#include <stdio.h>

#include "base/text_priv.h"
#include "base/utf8.h"

/* The safe form of the character at raw[*at]; its length. The longest is "\u{10FFFF}". */
static size_t safe_piece(struct sv raw, size_t *at, char piece[16])
{
    size_t from = *at;
    bool valid = true;
    uint32_t cp = utf8_next(raw, at, &valid);
    if (!valid) {
        size_t n = 0;
        for (size_t i = from; i < *at; i++)
            n += (size_t)snprintf(piece + n, 16 - n, "\\x%02X", (unsigned)(uint8_t)raw.p[i]);
        return n;
    }
    if (utf8_steers(cp)) return (size_t)snprintf(piece, 16, cp < 0x80 ? "\\x%02X" : "\\u{%04X}", cp);
    memcpy(piece, raw.p + from, *at - from);
    return *at - from;
}

void text_make_safe(struct sv raw, bool cut, char *out, size_t cap)
{
    static const char more[] = "…";
    const size_t room = cap - 1, more_n = sizeof more - 1;
    size_t n = 0, cut_at = 0; /* cut_at: the last boundary that leaves room for the mark */
    for (size_t at = 0; at < raw.n;) {
        char piece[16];
        size_t piece_n = safe_piece(raw, &at, piece);
        if (n + piece_n > room) {
            cut = true;
            break;
        }
        memcpy(out + n, piece, piece_n);
        n += piece_n;
        if (n + more_n <= room) cut_at = n;
    }
    if (cut) {
        memcpy(out + cut_at, more, more_n);
        n = cut_at + more_n;
    }
    out[n] = '\0';
}

int error_setv(struct error *err, int code, const char *module, const char *fmt, va_list ap)
{
    if (!err) return code;
    /* A raw text that is cut here is longer than what can be shown. */
    char raw[ERROR_TEXT_BYTES + 8];
    int n = vsnprintf(raw, sizeof raw, fmt, ap);
    bool cut = n >= (int)sizeof raw;
    struct sv s =
        n < 0 ? SV("(a message that could not be formatted)") : sv_of(raw, cut ? sizeof raw - 1 : (size_t)n);
    err->code = code;
    err->module = module;
    text_make_safe(s, cut, err->text, sizeof err->text);
    return code;
}

int error_set(struct error *err, int code, const char *module, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    error_setv(err, code, module, fmt, ap);
    va_end(ap);
    return code;
}

int error_set_errno(struct error *err, int code, const char *module, int errnum, const char *fmt, ...)
{
    if (!err) return code;
    char raw[ERROR_TEXT_BYTES + 8], reason[128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(raw, sizeof raw, fmt, ap);
    va_end(ap);
    return error_set(err, code, module, "%s: %s", raw, strerror_r(errnum, reason, sizeof reason));
}

const char *error_code_name(int code)
{
    switch ((enum error_code)code) {
    case ERR_NONE: return "no error";
    case ERR_NOMEM: return "out of memory";
    case ERR_IO: return "read or write failed";
    case ERR_ARG: return "bad argument";
    case ERR_FORMAT: return "bad input";
    case ERR_LIMIT: return "limit reached";
    case ERR_NOTFOUND: return "not found";
    case ERR_EXISTS: return "exists already";
    case ERR_BUSY: return "busy";
    case ERR_UNSUPPORTED: return "not supported";
    case ERR_SANDBOX: return "no sandbox";
    case ERR_WORKER: return "worker failed";
    case ERR_TIMEOUT: return "timed out";
    case ERR_STORE: return "database failed";
    case ERR_POLICY: return "policy failed";
    case ERR_INTERNAL: return "internal error";
    case ERR_CANCELLED: return "cancelled";
    }
    return "unknown error";
}

void error_clear(struct error *err)
{
    if (!err) return;
    err->code = 0;
    err->module = NULL;
    err->text[0] = '\0';
}
