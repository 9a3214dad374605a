/* Reading: json_check.c holds the text to the grammar, json-c builds the tree. A `struct json` is json-c's object
 * under another name; JSON's null is the NULL pointer in both.
 *
 * json-c 0.16 does not report every allocation that fails: a tree that is missing is caught here, but a process at
 * its memory limit can be ended by json-c, or be given a shortened value. Where memory is limited by the system,
 * leave room for JSON_MAX_TREE_BYTES. */
/* json-c has a type json_type and a type json_bool; ours are functions of these names. */
#define json_type jsonc_type
#define json_bool jsonc_bool
#include <json-c/json.h>
#undef json_type
#undef json_bool

#include <math.h>
#include <stdio.h>

#include "base/json_priv.h"

static struct json_object *raw(const struct json *v) { return (struct json_object *)(uintptr_t)v; }

static int build(struct sv text, struct json_object **out, struct error *err)
{
    if (sv_starts(text, SV("\xEF\xBB\xBF"))) text = sv_sub(text, 3, text.n);
    text = sv_trim(text);
    /* json-c counts the document itself as a level, and one more for the value inside the deepest one. */
    struct json_tokener *t = json_tokener_new_ex(JSON_MAX_DEPTH + 2);
    if (!t) return error_set(err, ERR_NOMEM, "json", "no memory to parse %zu bytes", text.n);
    json_tokener_set_flags(t, JSON_TOKENER_STRICT);
    struct json_object *o = json_tokener_parse_ex(t, text.p, (int)text.n);
    enum json_tokener_error e = json_tokener_get_error(t);
    /* A bare number is only known to be over when something follows it. */
    if (e == json_tokener_continue) {
        o = json_tokener_parse_ex(t, "\n", 1);
        e = json_tokener_get_error(t);
    }
    json_tokener_free(t);
    if (e != json_tokener_success || (!o && !sv_is(text, "null"))) {
        json_object_put(o);
        return error_set(err, ERR_NOMEM, "json", "no tree for a sound text of %zu bytes (%s)", text.n,
                         json_tokener_error_desc(e));
    }
    *out = o;
    return 0;
}

int json_parse(struct sv text, unsigned flags, struct json **out_doc, struct error *err)
{
    if (text.n > JSON_MAX_BYTES)
        return error_set(err, ERR_LIMIT, "json", "%zu bytes of JSON, at most %zu are read: split the export",
                         text.n, JSON_MAX_BYTES);
    struct buf copy;
    buf_init(&copy, 0);
    struct json_object *o = NULL;
    int rc = json_check(text, flags, &copy, err);
    if (!rc) rc = build(copy.n ? buf_sv(&copy) : text, &o, err);
    buf_done(&copy);
    if (!rc) *out_doc = (struct json *)o;
    return rc;
}

void json_free(struct json *doc) { json_object_put(raw(doc)); }

enum json_type json_type(const struct json *v)
{
    switch (json_object_get_type(raw(v))) {
    case json_type_null: return JSON_NULL;
    case json_type_boolean: return JSON_BOOL;
    case json_type_double: return JSON_DOUBLE;
    case json_type_int: return JSON_INT;
    case json_type_object: return JSON_OBJECT;
    case json_type_array: return JSON_ARRAY;
    case json_type_string: return JSON_STRING;
    }
    return JSON_NULL;
}

const struct json *json_get(const struct json *v, const char *key)
{
    struct json_object *member = NULL;
    if (json_type(v) != JSON_OBJECT || !json_object_object_get_ex(raw(v), key, &member)) return NULL;
    return (const struct json *)member;
}

const struct json *json_path(const struct json *v, const char *dotted)
{
    struct sv rest = sv_cstr(dotted), part;
    while (v && sv_split(&rest, '.', &part)) {
        char key[128];
        if (part.n >= sizeof key) return NULL;
        memcpy(key, part.p, part.n);
        key[part.n] = '\0';
        v = json_get(v, key);
    }
    return v;
}

size_t json_len(const struct json *v)
{
    enum json_type type = json_type(v);
    if (type == JSON_ARRAY) return json_object_array_length(raw(v));
    return type == JSON_OBJECT ? (size_t)json_object_object_length(raw(v)) : 0;
}

const struct json *json_at(const struct json *array, size_t i)
{
    if (json_type(array) != JSON_ARRAY) return NULL;
    return (const struct json *)json_object_array_get_idx(raw(array), i);
}

int json_each(const struct json *object, int (*visit)(void *arg, struct sv key, const struct json *value),
              void *arg)
{
    if (json_type(object) != JSON_OBJECT) return 0;
    struct json_object_iterator it = json_object_iter_begin(raw(object)),
                                end = json_object_iter_end(raw(object));
    for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
        int rc = visit(arg, sv_cstr(json_object_iter_peek_name(&it)),
                       (const struct json *)json_object_iter_peek_value(&it));
        if (rc) return rc;
    }
    return 0;
}

struct sv json_sv(const struct json *v)
{
    if (json_type(v) != JSON_STRING) return SV_NULL;
    return sv_of(json_object_get_string(raw(v)), (size_t)json_object_get_string_len(raw(v)));
}

struct sv json_get_sv(const struct json *v, const char *key) { return json_sv(json_get(v, key)); }

int64_t json_i64(const struct json *v, int64_t fallback)
{
    enum json_type type = json_type(v);
    if (type == JSON_INT) return json_object_get_int64(raw(v));
    if (type == JSON_DOUBLE) {
        double d = json_object_get_double(raw(v));
        /* Both bounds are powers of two, exact as doubles. */
        return d >= -0x1p63 && d < 0x1p63 && d == floor(d) ? (int64_t)d : fallback;
    }
    int64_t parsed;
    return type == JSON_STRING && sv_to_i64(json_sv(v), &parsed) ? parsed : fallback;
}

int64_t json_get_i64(const struct json *v, const char *key, int64_t fallback)
{
    return json_i64(json_get(v, key), fallback);
}

double json_double(const struct json *v, double fallback)
{
    enum json_type type = json_type(v);
    return type == JSON_INT || type == JSON_DOUBLE ? json_object_get_double(raw(v)) : fallback;
}

bool json_bool(const struct json *v, bool fallback)
{
    return json_type(v) == JSON_BOOL ? json_object_get_boolean(raw(v)) : fallback;
}

static void print_value(struct jw *w, const struct json *v);

static int print_member(void *arg, struct sv key, const struct json *value)
{
    jw_keysv(arg, key);
    print_value(arg, value);
    return 0;
}

/* A double stays one when it is read again: "1.0", not "1". */
static void print_double(struct jw *w, double v)
{
    char text[DOUBLE_TEXT_BYTES + 2];
    size_t n = double_format(v, -1, text);
    if (!strpbrk(text, ".e")) n += (size_t)snprintf(text + n, sizeof text - n, ".0");
    jw_raw(w, sv_of(text, n));
}

static void print_value(struct jw *w, const struct json *v)
{
    switch (json_type(v)) {
    case JSON_NULL: jw_null(w); return;
    case JSON_BOOL: jw_bool(w, json_bool(v, false)); return;
    case JSON_INT: jw_i64(w, json_i64(v, 0)); return;
    case JSON_DOUBLE: print_double(w, json_double(v, 0)); return;
    case JSON_STRING: jw_sv(w, json_sv(v)); return;
    case JSON_ARRAY:
        jw_array(w);
        for (size_t i = 0; i < json_len(v); i++) print_value(w, json_at(v, i));
        jw_end(w);
        return;
    case JSON_OBJECT:
        jw_object(w);
        json_each(v, print_member, w);
        jw_end(w);
        return;
    }
}

void json_print(const struct json *v, struct buf *b)
{
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    print_value(&w, v);
}
