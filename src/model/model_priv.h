/* Members of JSON objects, for the readers and writers of this room. */
#ifndef MARSAD_MODEL_PRIV_H
#define MARSAD_MODEL_PRIV_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"

/* Bytes that JSON cannot hold (invalid UTF-8) are written twice: "key" for people, with U+FFFD in their place, and
 * "key_hex", which is what is read back. Nothing is written for an empty string. */
void put_bytes(struct jw *w, const char *key, struct sv s);
/* The element of an array: a string, or {"text": …, "text_hex": …} where the bytes ask for it. */
void put_bytes_element(struct jw *w, struct sv s);
/* key and value, unless the value is the unknown one. */
void put_i64(struct jw *w, const char *key, int64_t v, int64_t unknown);
void put_tristate(struct jw *w, const char *key, int v);

/* Reads members with a sticky error: the first member that is wrong is named in *err, the rest does nothing. A member
 * that is absent or null leaves its output as it was. */
struct members {
    const struct json *v;
    const char *where; /* "post", "account" …: what v is, for the message */
    struct arena *a;
    struct error *err;
    int rc;
};
int member_bad(struct members *m, const char *key, const char *want);
const struct json *get_object(struct members *m, const char *key);
const struct json *get_array(struct members *m, const char *key);
void get_bytes(struct members *m, const char *key, struct sv *out);
/* The same of an element of an array named `key`. */
void get_bytes_element(struct members *m, const char *key, const struct json *element, struct sv *out);
void get_i64(struct members *m, const char *key, int64_t min, int64_t max, int64_t *out);
void get_tristate(struct members *m, const char *key, int *out);
void get_bool(struct members *m, const char *key, bool *out);
void get_double(struct members *m, const char *key, double min, double max, double *out);
/* "key_us" in microseconds, or "key" in RFC 3339. `key_us` names both: it ends in "_us". */
void get_time(struct members *m, const char *key_us, int64_t *out);

#endif
