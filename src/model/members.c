/* Members of JSON objects: strings of any bytes, numbers with a range, times. See model_priv.h. */
#include "model/model_priv.h"

#include <stdio.h>

#include "base/id.h"
#include "base/utf8.h"

enum { KEY_BYTES = 64 };

static void put_hex(struct jw *w, const char *key, struct sv s)
{
    struct buf hex;
    buf_init(&hex, 0);
    for (size_t i = 0; i < s.n; i++) {
        char two[3];
        hex_encode((const uint8_t *)s.p + i, 1, two);
        buf_put(&hex, two, 2);
    }
    if (hex.failed) w->b->failed = true;
    jw_kv_sv(w, key, buf_sv(&hex));
    buf_done(&hex);
}

static void put_both(struct jw *w, const char *key, struct sv s)
{
    jw_kv_sv(w, key, s);
    if (utf8_check(s) == SIZE_MAX) return;
    char hex_key[KEY_BYTES];
    snprintf(hex_key, sizeof hex_key, "%s_hex", key);
    put_hex(w, hex_key, s);
}

void put_bytes(struct jw *w, const char *key, struct sv s)
{
    if (s.n > 0) put_both(w, key, s);
}

void put_bytes_element(struct jw *w, struct sv s)
{
    if (utf8_check(s) == SIZE_MAX) {
        jw_sv(w, s);
        return;
    }
    jw_object(w);
    put_both(w, "text", s);
    jw_end(w);
}

void put_i64(struct jw *w, const char *key, int64_t v, int64_t unknown)
{
    if (v != unknown) jw_kv_i64(w, key, v);
}

void put_tristate(struct jw *w, const char *key, int v)
{
    if (v == 0 || v == 1) jw_kv_bool(w, key, v == 1);
}

int member_bad(struct members *m, const char *key, const char *want)
{
    if (m->rc == 0)
        m->rc = error_set(m->err, ERR_FORMAT, "model", "%s: member \"%s\" is not %s", m->where, key, want);
    return m->rc;
}

/* The value, or NULL when it is absent, null or an error came before. */
static const struct json *get(struct members *m, const char *key)
{
    if (m->rc != 0) return NULL;
    const struct json *v = json_get(m->v, key);
    return json_type(v) == JSON_NULL ? NULL : v;
}

const struct json *get_object(struct members *m, const char *key)
{
    const struct json *v = get(m, key);
    if (v && json_type(v) != JSON_OBJECT) member_bad(m, key, "an object");
    return m->rc == 0 ? v : NULL;
}

const struct json *get_array(struct members *m, const char *key)
{
    const struct json *v = get(m, key);
    if (v && json_type(v) != JSON_ARRAY) member_bad(m, key, "an array");
    return m->rc == 0 ? v : NULL;
}

static void keep(struct members *m, struct sv bytes, struct sv *out)
{
    struct sv copy = arena_copy(m->a, bytes);
    if (!copy.p)
        m->rc = error_set(m->err, ERR_NOMEM, "model", "%s: no memory for %zu bytes", m->where, bytes.n);
    else
        *out = copy;
}

static void get_hex(struct members *m, const char *key, struct sv hex, struct sv *out)
{
    uint8_t *bytes = arena_alloc(m->a, hex.n / 2);
    if (!bytes) {
        m->rc = error_set(m->err, ERR_NOMEM, "model", "%s: no memory for %zu bytes", m->where, hex.n / 2);
    } else if (hex.n % 2 != 0 || !hex_decode(hex, bytes, hex.n / 2)) {
        member_bad(m, key, "an even number of hex digits");
    } else {
        *out = sv_of(bytes, hex.n / 2);
    }
}

void get_bytes(struct members *m, const char *key, struct sv *out)
{
    char hex_key[KEY_BYTES];
    snprintf(hex_key, sizeof hex_key, "%s_hex", key);
    const struct json *v = get(m, hex_key);
    bool is_hex = v != NULL;
    if (!is_hex) v = get(m, key);
    if (!v) return;
    if (json_type(v) != JSON_STRING)
        member_bad(m, is_hex ? hex_key : key, "a string");
    else if (is_hex)
        get_hex(m, hex_key, json_sv(v), out);
    else
        keep(m, json_sv(v), out);
}

void get_bytes_element(struct members *m, const char *key, const struct json *element, struct sv *out)
{
    if (m->rc != 0) return;
    if (json_type(element) == JSON_STRING) {
        keep(m, json_sv(element), out);
    } else if (json_type(element) == JSON_OBJECT) {
        struct members inner = {element, key, m->a, m->err, 0};
        get_bytes(&inner, "text", out);
        m->rc = inner.rc;
    } else {
        member_bad(m, key, "a list of strings");
    }
}

void get_i64(struct members *m, const char *key, int64_t min, int64_t max, int64_t *out)
{
    const struct json *v = get(m, key);
    if (!v) return;
    int64_t n = json_i64(v, 0);
    /* Two fallbacks that disagree: v is no integer. */
    if (n != json_i64(v, 1))
        member_bad(m, key, "an integer");
    else if (n < min || n > max)
        member_bad(m, key, "in its range");
    else
        *out = n;
}

void get_bool(struct members *m, const char *key, bool *out)
{
    const struct json *v = get(m, key);
    if (!v) return;
    if (json_type(v) != JSON_BOOL)
        member_bad(m, key, "true or false");
    else
        *out = json_bool(v, false);
}

void get_tristate(struct members *m, const char *key, int *out)
{
    if (!get(m, key)) return;
    bool b = false;
    get_bool(m, key, &b);
    if (m->rc == 0) *out = b;
}

void get_double(struct members *m, const char *key, double min, double max, double *out)
{
    const struct json *v = get(m, key);
    if (!v) return;
    if (json_type(v) != JSON_INT && json_type(v) != JSON_DOUBLE) {
        member_bad(m, key, "a number");
        return;
    }
    double d = json_double(v, min);
    if (!(d >= min && d <= max))
        member_bad(m, key, "in its range");
    else
        *out = d;
}

void get_time(struct members *m, const char *key_us, int64_t *out)
{
    get_i64(m, key_us, TIME_UNKNOWN + 1, INT64_MAX, out);
    char key[KEY_BYTES];
    snprintf(key, sizeof key, "%.*s", (int)(strlen(key_us) - strlen("_us")), key_us);
    const struct json *v = get(m, key);
    if (!v) return;
    if (json_type(v) != JSON_STRING || !time_parse(json_sv(v), out))
        member_bad(m, key, "a time such as 2026-01-31T10:00:00Z");
}
