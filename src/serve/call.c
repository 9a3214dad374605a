#include "serve/call.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "serve/serve_priv.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct store *call_store(struct call *c)
{
    if (!c->reader) c->reader = readers_take(c->s->readers);
    return c->reader;
}

static atomic_uint_fast64_t *place_of_writes(const struct call *c)
{
    return &c->s->wrote[(c->who.id.b[0] | (unsigned)c->who.id.b[1] << 8) % KNOWN_WHO];
}

uint64_t call_wrote(const struct call *c) { return atomic_load(place_of_writes(c)); }

bool call_write(struct call *c, owner_fn *fn, void *arg)
{
    struct error err = {0};
    if (c->reader) readers_give(c->s->readers, c->reader); /* what is read after sees what was written */
    c->reader = NULL;
    if (owner_do(c->s->owner, sv_cstr(c->who.name[0] ? c->who.name : "public"), fn, arg, &err) == 0) {
        atomic_store(place_of_writes(c), atomic_load(&c->s->version));
        return true;
    }
    call_error(c, &err);
    return false;
}

struct sv call_header(const struct call *c, const char *name)
{
    for (size_t i = 0; i < c->q->nheaders; i++)
        if (sv_eq_nocase(c->q->headers[i].name, sv_cstr(name))) return c->q->headers[i].value;
    return SV_NULL;
}

/* ---- answers ---- */

void call_json(struct call *c, int status)
{
    c->r->status = status;
    c->r->type = "application/json";
    buf_clear(&c->r->body);
    jw_init(&c->w, &c->r->body, JW_COMPACT);
}

void call_no_content(struct call *c)
{
    c->r->status = 204;
    c->r->type = NULL;
    buf_clear(&c->r->body);
}

void call_fail(struct call *c, int status, const char *code, const char *where, const char *fmt, ...)
{
    struct error words;
    va_list ap;
    va_start(ap, fmt);
    error_setv(&words, ERR_ARG, "serve", fmt, ap);
    va_end(ap);
    c->failed = true;
    call_json(c, status);
    jw_object(&c->w);
    jw_key(&c->w, "error");
    jw_object(&c->w);
    jw_kv_str(&c->w, "code", code);
    jw_kv_str(&c->w, "message", words.text);
    if (where) jw_kv_str(&c->w, "where", where);
    jw_end(&c->w);
    jw_end(&c->w);
}

/* The member that "facts: say …" begins with; NULL when it begins with none. */
static const char *member_of(const char *text, char out[32])
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    if (n == 0 || n >= 32 || strncmp(text + n, ": ", 2) != 0) return NULL;
    memcpy(out, text, n);
    out[n] = '\0';
    return out;
}

void call_error(struct call *c, const struct error *err)
{
    const char *module = err->module ? err->module : "";
    if (strcmp(module, "second_person") == 0 || strcmp(module, "break_due") == 0 ||
        strcmp(module, "seen_before") == 0) {
        call_fail(c, 409, module, NULL, "%s", err->text);
        return;
    }
    switch (err->code) {
    case ERR_NOTFOUND: call_fail(c, 404, "not_found", NULL, "%s", err->text); return;
    case ERR_EXISTS: call_fail(c, 409, "conflict", NULL, "%s", err->text); return;
    case ERR_ARG:
    case ERR_FORMAT:
    case ERR_POLICY: {
        char where[32];
        call_fail(c, 422, "invalid", member_of(err->text, where), "%s", err->text);
        return;
    }
    case ERR_LIMIT: call_fail(c, 413, "too_large", NULL, "%s", err->text); return;
    case ERR_UNSUPPORTED: call_fail(c, 415, "unsupported", NULL, "%s", err->text); return;
    case ERR_BUSY:
        if (strcmp(module, "review") == 0)
            call_fail(c, 409, "conflict", NULL, "%s", err->text);
        else
            call_fail(c, 503, "busy", NULL, "%s", err->text);
        return;
    default: break;
    }
    log_write(c->s->log, LOG_ERROR, "serve", "%.*s %.*s: %s: %s", SV_FMT(c->q->method), SV_FMT(c->q->path),
              module, err->text);
    call_fail(c, 500, "internal", NULL, "it did not work, for a reason that is in the log");
}

void call_add_header(struct call *c, const char *name, const char *fmt, ...)
{
    char value[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(value, sizeof value, fmt, ap);
    va_end(ap);
    buf_printf(&c->r->headers, "%s: %s\r\n", name, value);
}

void call_etag(struct call *c)
{
    struct sha256 h;
    char hex[33];
    sha256_of(buf_sv(&c->r->body), &h);
    hex_encode(h.b, 16, hex);
    call_add_header(c, "ETag", "\"%s\"", hex);
    struct sv had = call_header(c, "If-None-Match");
    if (sv_find(had, sv_cstr(hex), 0) == SIZE_MAX) return;
    c->r->status = 304;
    c->r->type = NULL;
    buf_clear(&c->r->body);
}

void put_id(struct jw *w, const char *key, const struct id128 *id)
{
    char text[ID_TEXT_BYTES];
    if (id_is_zero(id)) return;
    id_format(id, text);
    jw_kv_str(w, key, text);
}

void put_us(struct jw *w, const char *key, int64_t us)
{
    if (us != TIME_UNKNOWN) jw_kv_i64(w, key, us);
}

void put_opt(struct jw *w, const char *key, struct sv s)
{
    if (s.n > 0) jw_kv_sv(w, key, s);
}

void put_words(struct jw *w, const char *key, struct sv words)
{
    struct sv word;
    jw_key(w, key);
    jw_array(w);
    while (sv_split(&words, ' ', &word))
        if (word.n > 0) jw_sv(w, word);
    jw_end(w);
}

void put_categories(struct jw *w, const char *key, uint32_t categories)
{
    jw_key(w, key);
    jw_array(w);
    for (int i = CATEGORY_NONE + 1; i < CATEGORY_COUNT; i++)
        if (categories >> i & 1) jw_str(w, category_name((enum category)i));
    jw_end(w);
}

/* ---- what came in ---- */

void in_bad(struct call *c, const char *key, const char *want)
{
    if (!c->failed) call_fail(c, 422, "invalid", key, "%s: %s", key, want);
}

/* The member, or NULL: absent, or something was wrong before. */
static const struct json *member(struct call *c, const char *key, int flags)
{
    if (c->failed) return NULL;
    if (c->nasked < CALL_ASKED) c->asked[c->nasked++] = key;
    const struct json *v = json_get(c->body, key);
    if (!v || json_type(v) == JSON_NULL) {
        if (flags & IN_NEEDED) in_bad(c, key, "is needed and not there");
        return NULL;
    }
    return v;
}

struct sv in_text(struct call *c, const char *key, int flags, size_t max_bytes)
{
    const struct json *v = member(c, key, flags);
    if (!v) return SV_NULL;
    struct sv s = json_sv(v);
    if (json_type(v) != JSON_STRING)
        in_bad(c, key, "must be a text");
    else if (s.n > max_bytes)
        call_fail(c, 422, "invalid", key, "%s: is longer than %zu bytes", key, max_bytes);
    else if ((flags & IN_NEEDED) && sv_trim(s).n == 0)
        in_bad(c, key, "must not be empty");
    return c->failed ? SV_NULL : s;
}

static void bad_number(struct call *c, const char *key, int64_t low, int64_t high)
{
    if (c->failed) return;
    call_fail(c, 422, "invalid", key, "%s: must be a whole number from %lld to %lld", key, (long long)low,
              (long long)high);
}

int64_t in_i64(struct call *c, const char *key, int flags, int64_t low, int64_t high, int64_t otherwise)
{
    const struct json *v = member(c, key, flags);
    if (!v) return otherwise;
    int64_t n = json_i64(v, INT64_MIN);
    if (json_type(v) == JSON_INT && n >= low && n <= high) return n;
    bad_number(c, key, low, high);
    return otherwise; /* what follows counts with it before it is asked whether all is well */
}

double in_double(struct call *c, const char *key, double low, double high)
{
    const struct json *v = member(c, key, IN_NEEDED);
    if (!v) return 0;
    double d = json_double(v, low - 1);
    if ((json_type(v) == JSON_INT || json_type(v) == JSON_DOUBLE) && d >= low && d <= high) return d;
    call_fail(c, 422, "invalid", key, "%s: must be a number from %g to %g", key, low, high);
    return low;
}

bool in_bool(struct call *c, const char *key, int flags, bool otherwise)
{
    const struct json *v = member(c, key, flags);
    if (!v) return otherwise;
    if (json_type(v) != JSON_BOOL) in_bad(c, key, "must be true or false");
    return json_bool(v, otherwise);
}

struct id128 in_id(struct call *c, const char *key, int flags)
{
    struct id128 id = {{0}};
    const struct json *v = member(c, key, flags);
    if (v && (json_type(v) != JSON_STRING || !id_parse(json_sv(v), &id)))
        in_bad(c, key, "must be 32 hex digits");
    return id;
}

enum category in_category(struct call *c, const char *key, int flags)
{
    const struct json *v = member(c, key, flags);
    if (!v) return CATEGORY_NONE;
    enum category category = category_parse(json_sv(v));
    if (category == CATEGORY_NONE) in_bad(c, key, "must be one of the closed list of categories");
    return category;
}

int in_named(struct call *c, const char *key, int flags, bool (*parse)(struct sv s, int *out))
{
    int value = -1;
    const struct json *v = member(c, key, flags);
    if (v && (json_type(v) != JSON_STRING || !parse(json_sv(v), &value)))
        in_bad(c, key, "must be one of its list");
    return value;
}

uint32_t in_set(struct call *c, const char *key, int flags, bool (*parse)(struct sv s, int *out),
                bool *out_given)
{
    uint32_t set = 0;
    const struct json *v = member(c, key, flags);
    *out_given = v != NULL;
    if (!v) return 0;
    if (json_type(v) != JSON_ARRAY) in_bad(c, key, "must be a list");
    for (size_t i = 0; i < json_len(v) && !c->failed; i++) {
        int n;
        if (!parse(json_sv(json_at(v, i)), &n))
            in_bad(c, key, "holds a name that is not of its list");
        else
            set |= UINT32_C(1) << n;
    }
    return set;
}

struct sv in_words(struct call *c, const char *key, size_t max_bytes, bool *out_given)
{
    struct sv words;
    struct buf b;
    const struct json *v = member(c, key, IN_OPTIONAL);
    *out_given = v != NULL;
    if (!v) return SV_NULL;
    if (json_type(v) != JSON_ARRAY) in_bad(c, key, "must be a list of short texts");
    buf_init(&b, 0);
    for (size_t i = 0; i < json_len(v) && !c->failed; i++) {
        struct sv word = json_sv(json_at(v, i));
        bool plain = word.n > 0 && b.n + word.n + 1 <= max_bytes;
        for (size_t k = 0; plain && k < word.n; k++)
            plain = (unsigned char)word.p[k] > ' ' && (unsigned char)word.p[k] < 127;
        if (!plain) in_bad(c, key, "must be a list of short texts without spaces");
        if (i > 0) buf_putc(&b, ' ');
        buf_putsv(&b, word);
    }
    words = arena_copy(&c->arena, buf_sv(&b));
    if (!words.p || b.failed) in_bad(c, key, "no memory");
    buf_done(&b);
    return words;
}

const struct json *in_object(struct call *c, const char *key, int flags)
{
    const struct json *v = member(c, key, flags);
    if (v && json_type(v) != JSON_OBJECT) in_bad(c, key, "must be an object");
    return c->failed ? NULL : v;
}

static int known_member(void *arg, struct sv key, const struct json *value)
{
    struct call *c = arg;
    for (size_t i = 0; i < c->nasked; i++)
        if (sv_is(key, c->asked[i])) return 0;
    char name[64]; /* a longer one is no name */
    snprintf(name, sizeof name, "%.*s", (int)(key.n < sizeof name ? key.n : 0), key.p);
    call_fail(c, 422, "invalid", name[0] ? name : "body", "%s: no such member here",
              name[0] ? name : "one of many letters");
    return 1;
}

bool in_done(struct call *c)
{
    if (!c->failed && c->body) (void)json_each(c->body, known_member, c);
    return !c->failed;
}

/* ---- the query ---- */

static int hex_digit(char ch)
{
    if (ch >= '0' && ch <= '9') return ch - '0';
    if (ch >= 'a' && ch <= 'f') return ch - 'a' + 10;
    return ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

/* %XX and '+'; false when it is broken or no UTF-8. */
static bool unescape(struct call *c, struct sv s, struct sv *out)
{
    char *p = arena_alloc(&c->arena, s.n + 1);
    size_t n = 0;
    if (!p) return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            if (s.n - i < 3) return false;
            int high = hex_digit(s.p[i + 1]), low = hex_digit(s.p[i + 2]);
            if (high < 0 || low < 0) return false;
            p[n++] = (char)(high << 4 | low);
            i += 2;
        } else {
            p[n++] = s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    *out = sv_of(p, n);
    return utf8_check(*out) == SIZE_MAX && memchr(p, '\0', n) == NULL;
}

struct sv query_text(struct call *c, const char *key)
{
    struct sv rest = c->q->query, part, value = SV_NULL;
    while (!c->failed && sv_split(&rest, '&', &part)) {
        struct sv name;
        if (!sv_split(&part, '=', &name) || !sv_is(name, key)) continue;
        if (!unescape(c, part, &value))
            call_fail(c, 400, "bad_request", key, "%s: broken escapes or no UTF-8", key);
        return c->failed ? SV_NULL : value;
    }
    return SV_NULL;
}

int64_t query_i64(struct call *c, const char *key, int64_t low, int64_t high, int64_t otherwise)
{
    struct sv s = query_text(c, key);
    int64_t n = otherwise;
    if (s.p && (!sv_to_i64(s, &n) || n < low || n > high)) {
        bad_number(c, key, low, high);
        return otherwise;
    }
    return n;
}

bool param_id(struct call *c, int n, struct id128 *out)
{
    if (c->params[n].n == 32 && id_parse(c->params[n], out)) return true;
    call_fail(c, 404, "not_found", NULL, "there is no such thing");
    return false;
}

bool call_may_know(struct call *c, const struct id128 *post)
{
    struct post p;
    struct error ignored;
    int64_t known_us;
    if (c->who.kind != WHO_KEY || (c->who.scopes & KEY_READ)) return true;
    if (store_get_post(call_store(c), post, &c->arena, &p, &known_us, &ignored) == 0 &&
        key_submitted(&p, &c->who.id))
        return true;
    call_fail(c, 404, "not_found", NULL, "there is no such thing");
    return false;
}

/* ---- cursors ---- */

enum { CURSOR_MAC_BYTES = 8 };

static void cursor_mac(const struct call *c, struct sv s, char hex[2 * CURSOR_MAC_BYTES + 1])
{
    uint8_t mac[CURSOR_MAC_BYTES];
    crypto_shorthash(mac, (const unsigned char *)s.p, s.n, c->s->cursor_key);
    hex_encode(mac, sizeof mac, hex);
}

void put_cursor(struct call *c, const char *fmt, ...)
{
    char text[256], hex[2 * CURSOR_MAC_BYTES + 1];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || n >= (int)sizeof text) return;
    cursor_mac(c, sv_of(text, (size_t)n), hex);
    struct sv s = arena_printf(&c->arena, "%s.%s", text, hex);
    put_opt(&c->w, "next", s);
}

struct sv query_cursor(struct call *c)
{
    struct sv s = query_text(c, "cursor");
    if (!s.p) return SV_NULL;
    char hex[2 * CURSOR_MAC_BYTES + 1];
    if (s.n > 2 * CURSOR_MAC_BYTES + 1 && s.n < 300) {
        size_t at = s.n - 2 * CURSOR_MAC_BYTES;
        cursor_mac(c, sv_sub(s, 0, at - 1), hex);
        if (s.p[at - 1] == '.' && sodium_memcmp(hex, s.p + at, 2 * CURSOR_MAC_BYTES) == 0)
            return sv_sub(s, 0, at - 1);
    }
    in_bad(c, "cursor", "is not one that was given out here: begin from the top");
    return SV_NULL;
}
