/* JSON in and out. Reading stands on json-c (this header is all that the rest of the house sees of it);
 * writing is ours: it streams, and keeps bytes as they are.
 *
 * Strings carry their length: \u0000 inside a value survives both ways. Object keys with a NUL in them are refused.
 * Numbers that do not fit int64 are read as double. */
#ifndef MARSAD_BASE_JSON_H
#define MARSAD_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"

struct json; /* a value; lives as long as its document */

enum json_type { JSON_NULL, JSON_BOOL, JSON_INT, JSON_DOUBLE, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum { JSON_STRICT = 0, JSON_ALLOW_XHH = 1 /* "\xHH" in strings, as Telegram Desktop writes it */ };

/* Parses one document and nothing after it but white space. Text must be UTF-8; depth at most JSON_MAX_DEPTH,
 * length at most JSON_MAX_BYTES, the tree's memory (estimated) at most JSON_MAX_TREE_BYTES; a byte order mark in front
 * is passed over; of two members with one name the last counts; a lone surrogate escape reads as U+FFFD. *out_doc is owned by the caller: json_free. The text is not kept.
 * ERR_FORMAT with the byte offset in the message, ERR_LIMIT, ERR_NOMEM. */
int json_parse(struct sv text, unsigned flags, struct json **out_doc, struct error *err) MUST_USE;
void json_free(struct json *doc);

enum json_type json_type(const struct json *v); /* NULL pointer is JSON_NULL */
/* Member of an object; NULL when v is no object or has no such key. */
const struct json *json_get(const struct json *v, const char *key);
/* json_get through "a.b.c". */
const struct json *json_path(const struct json *v, const char *dotted);
size_t json_len(const struct json *array_or_object); /* 0 for the rest */
const struct json *json_at(const struct json *array, size_t i);
/* Members in file order: visit(arg, key, value) until it returns non-zero, which is passed on. */
int json_each(const struct json *object, int (*visit)(void *arg, struct sv key, const struct json *value),
              void *arg);

/* The bytes, *borrowed until* json_free of the document; SV_NULL when v is no string. */
struct sv json_sv(const struct json *v);
struct sv json_get_sv(const struct json *v, const char *key);
/* An integer, a double without fraction, or a string of decimal digits (feeds write counts both ways); else fallback. */
int64_t json_i64(const struct json *v, int64_t fallback);
int64_t json_get_i64(const struct json *v, const char *key, int64_t fallback);
double json_double(const struct json *v, double fallback);
bool json_bool(const struct json *v, bool fallback);
/* Compact text of a value appended to b, keys in file order. */
void json_print(const struct json *v, struct buf *b);

/* ---- writing ----
 * Commas and nesting are kept by the writer; misuse (a value without a key in an object, an end without a start)
 * asserts. Bytes that are no UTF-8 are written as U+FFFD; callers that must keep them use a field of hex.
 *
 *     struct jw w; jw_init(&w, &buf, JW_COMPACT);
 *     jw_object(&w); jw_key(&w, "id"); jw_sv(&w, id); jw_end(&w); */
enum jw_style { JW_COMPACT, JW_PRETTY };
enum { JW_MAX_DEPTH = JSON_MAX_DEPTH };
struct jw {
    struct buf *b;
    enum jw_style style;
    unsigned depth;
    bool comma[JW_MAX_DEPTH + 1], array[JW_MAX_DEPTH + 1];
    bool after_key;
};
void jw_init(struct jw *w, struct buf *b, enum jw_style style);
void jw_object(struct jw *w);
void jw_array(struct jw *w);
void jw_end(struct jw *w); /* closes the innermost object or array */
void jw_key(struct jw *w, const char *key);
void jw_keysv(struct jw *w, struct sv key);
void jw_sv(struct jw *w, struct sv s);
void jw_str(struct jw *w, const char *s);
void jw_i64(struct jw *w, int64_t v);
void jw_double(struct jw *w, double v, int decimals); /* NaN and infinities become null */
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_raw(struct jw *w, struct sv json_text); /* must be valid JSON */
/* key and value in one */
void jw_kv_sv(struct jw *w, const char *key, struct sv s);
void jw_kv_str(struct jw *w, const char *key, const char *s);
void jw_kv_i64(struct jw *w, const char *key, int64_t v);
void jw_kv_double(struct jw *w, const char *key, double v, int decimals);
void jw_kv_bool(struct jw *w, const char *key, bool v);
void jw_kv_id(struct jw *w, const char *key, const struct id128 *id); /* nothing for the zero id */
void jw_kv_time(struct jw *w, const char *key,
                int64_t us); /* as time_format writes it; nothing for TIME_UNKNOWN */

#endif
