/* Identifiers: UUIDv5 (RFC 4122) over canonical JSON (RFC 8785), and times as STIX writes them. */
#include "exchange/stix_priv.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The standard's namespace for observables; and one of ours for everything else, drawn once. */
const uint8_t stix_observable_space[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
                                           0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};
static const uint8_t own_space[16] = {0x6d, 0x1f, 0x90, 0x52, 0x3e, 0x7b, 0x4c, 0x0a,
                                      0xb7, 0x44, 0x92, 0x6e, 0xd1, 0x08, 0x55, 0xc3};

void uuid5(const uint8_t space[16], struct sv name, char out[UUID_TEXT_BYTES])
{
    uint8_t h[EVP_MAX_MD_SIZE] = {0};
    unsigned n = 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1) {
        EVP_DigestUpdate(ctx, space, 16);
        EVP_DigestUpdate(ctx, name.p, name.n);
        EVP_DigestFinal_ex(ctx, h, &n);
    }
    EVP_MD_CTX_free(ctx);
    h[6] = (uint8_t)((h[6] & 0x0f) | 0x50);
    h[8] = (uint8_t)((h[8] & 0x3f) | 0x80);
    snprintf(out, UUID_TEXT_BYTES, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
             h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9], h[10], h[11], h[12], h[13], h[14],
             h[15]);
}

void stix_own_id(const char *type, const struct sv *parts, size_t n, char out[STIX_ID_BYTES])
{
    struct id128 id = id_of(type, parts, n);
    char uuid[UUID_TEXT_BYTES];
    uuid5(own_space, sv_of(id.b, sizeof id.b), uuid);
    snprintf(out, STIX_ID_BYTES, "%s--%s", type, uuid);
}

void stix_time(int64_t us, char out[STIX_TIME_BYTES])
{
    char text[TIME_TEXT_BYTES];
    time_format(us < 0 ? 0 : us, text);
    size_t n = strlen(text);
    if (!strchr(text, '.') && n > 0 && text[n - 1] == 'Z') {
        snprintf(out, STIX_TIME_BYTES, "%.*s.000Z", (int)(n - 1), text);
        return;
    }
    snprintf(out, STIX_TIME_BYTES, "%s", text);
}

/* ---- canonical JSON ---- */

static void put_string(struct sv s, struct buf *b)
{
    static const char *const shorts[32] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    buf_putc(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            buf_putc(b, '\\');
            buf_putc(b, (char)c);
        } else if (c < 32 && shorts[c])
            buf_puts(b, shorts[c]);
        else if (c < 32)
            buf_printf(b, "\\u%04x", c);
        else
            buf_putc(b, (char)c);
    }
    buf_putc(b, '"');
}

struct member {
    struct sv key;
    const struct json *value;
};
struct members {
    struct member *v;
    size_t n, cap;
};

static int gather(void *arg, struct sv key, const struct json *value)
{
    struct members *m = arg;
    if (m->n < m->cap) m->v[m->n++] = (struct member){key, value};
    return 0;
}

/* In order of UTF-16 code units: of code points, but that surrogates (above U+FFFF) sort before U+E000. */
static uint32_t rank(uint32_t cp) { return cp > 0xffff ? 0xd800 : cp >= 0xe000 ? cp + 0x10000 : cp; }

static int by_key(const void *x, const void *y)
{
    struct sv a = ((const struct member *)x)->key, b = ((const struct member *)y)->key;
    size_t i = 0, k = 0;
    while (i < a.n && k < b.n) {
        uint32_t p = utf8_next(a, &i, NULL), q = utf8_next(b, &k, NULL);
        if (p == q) continue;
        if (rank(p) != rank(q)) return rank(p) < rank(q) ? -1 : 1;
        return p < q ? -1 : 1;
    }
    return (i < a.n) - (k < b.n);
}

static void put_object(const struct json *v, struct buf *b)
{
    struct members m = {calloc(json_len(v) + 1, sizeof *m.v), 0, json_len(v)};
    if (!m.v) {
        b->failed = true;
        return;
    }
    json_each(v, gather, &m);
    qsort(m.v, m.n, sizeof *m.v, by_key);
    buf_putc(b, '{');
    for (size_t i = 0; i < m.n; i++) {
        if (i) buf_putc(b, ',');
        put_string(m.v[i].key, b);
        buf_putc(b, ':');
        json_canonical(m.v[i].value, b);
    }
    buf_putc(b, '}');
    free(m.v);
}

void json_canonical(const struct json *v, struct buf *b)
{
    char number[DOUBLE_TEXT_BYTES];
    switch (json_type(v)) {
    case JSON_NULL: buf_puts(b, "null"); break;
    case JSON_BOOL: buf_puts(b, json_bool(v, false) ? "true" : "false"); break;
    case JSON_INT: buf_printf(b, "%lld", (long long)json_i64(v, 0)); break;
    case JSON_DOUBLE: buf_put(b, number, double_format(json_double(v, 0), -1, number)); break;
    case JSON_STRING: put_string(json_sv(v), b); break;
    case JSON_ARRAY:
        buf_putc(b, '[');
        for (size_t i = 0; i < json_len(v); i++) {
            if (i) buf_putc(b, ',');
            json_canonical(json_at(v, i), b);
        }
        buf_putc(b, ']');
        break;
    case JSON_OBJECT: put_object(v, b); break;
    }
}

/* ---- observables ---- */

/* Which properties make an observable's identity. Of several hashes one counts, in this order, else the first. */
static const struct {
    const char *type, *properties[5];
} contributing[] = {
    {"file", {"hashes", "name", "extensions", "parent_directory_ref"}},
    {"url", {"value"}},
    {"user-account", {"account_type", "user_id", "account_login"}},
};

static int first_hash(void *arg, struct sv key, const struct json *value)
{
    struct member *m = arg;
    if (!m->value) *m = (struct member){key, value};
    return 0;
}

static void put_hash(const struct json *hashes, struct buf *b)
{
    static const char *const order[] = {"MD5", "SHA-1", "SHA-256", "SHA-512"};
    struct member m = {SV_NULL, NULL};
    for (size_t i = 0; i < 4 && !m.value; i++)
        m = (struct member){sv_cstr(order[i]), json_get(hashes, order[i])};
    if (!m.value) json_each(hashes, first_hash, &m);
    buf_putc(b, '{');
    put_string(m.key, b);
    buf_putc(b, ':');
    json_canonical(m.value, b);
    buf_putc(b, '}');
}

int stix_observable_id(const struct json *object, char out[STIX_ID_BYTES], struct error *err)
{
    struct sv type = json_get_sv(object, "type");
    size_t which = 0;
    while (which < 3 && !sv_is(type, contributing[which].type)) which++;
    if (which == 3)
        return error_set(err, ERR_UNSUPPORTED, "stix",
                         "%.*s: identities are computed for file, url and user-account", SV_FMT(type));
    struct buf b;
    buf_init(&b, 0);
    buf_putc(&b, '{');
    /* Keys in canonical order: of the lists above only file's is not sorted. */
    static const char *const sorted[] = {"account_login", "account_type",         "extensions", "hashes",
                                         "name",          "parent_directory_ref", "user_id",    "value"};
    bool any = false;
    for (size_t k = 0; k < sizeof sorted / sizeof *sorted; k++) {
        bool counts = false;
        for (size_t i = 0; contributing[which].properties[i]; i++)
            counts |= strcmp(contributing[which].properties[i], sorted[k]) == 0;
        const struct json *v = counts ? json_get(object, sorted[k]) : NULL;
        if (!v) continue;
        buf_printf(&b, "%s\"%s\":", any ? "," : "", sorted[k]);
        if (strcmp(sorted[k], "hashes") == 0)
            put_hash(v, &b);
        else
            json_canonical(v, &b);
        any = true;
    }
    buf_putc(&b, '}');
    char uuid[UUID_TEXT_BYTES];
    uuid5(stix_observable_space, buf_sv(&b), uuid);
    int code = b.failed ? error_set(err, ERR_NOMEM, "stix", "no memory for an identity") : 0;
    buf_done(&b);
    snprintf(out, STIX_ID_BYTES, "%s--%s", contributing[which].type, uuid);
    return code;
}
