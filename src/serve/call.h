/* One request under way: who asks, what was asked, and the answer being made. What every route has in hand.
 *
 * Reading what came in is sticky: the first member that is wrong makes the answer, the rest of the readers do nothing,
 * and in_done() says whether to go on. A handler returns when it has made an answer, whichever. */
#ifndef MARSAD_SERVE_CALL_H
#define MARSAD_SERVE_CALL_H

#include "base/json.h"
#include "model/category.h"
#include "model/person.h"
#include "serve/owner.h"
#include "serve/serve.h"

/* ---- who ---- */

enum who_kind { WHO_NOBODY = 0, WHO_PERSON, WHO_KEY };
enum scope {
    KEY_SUBMIT = 1,
    KEY_READ = 2,
    KEY_REPORT = 4,
    KEY_DECIDE = 8,
    KEY_APPEAL = 16,
    KEY_METRICS = 32
};
enum { WHO_NAME_BYTES = 32, WHO_LANGUAGES_BYTES = 128, CSRF_BYTES = 32 };
struct who {
    enum who_kind kind;
    struct id128 id;           /* person or key */
    char name[WHO_NAME_BYTES]; /* pseudonym, or "key-…" : the actor of the ledger */
    int stage;                 /* enum session_stage */
    uint32_t roles, permissions, opt_outs, scopes;
    char languages[WHO_LANGUAGES_BYTES];
    struct sha256 token;
    uint8_t csrf[CSRF_BYTES];
    int64_t rate, until_us;
};

/* ---- the call ---- */

enum { CALL_PARAMS = 3, CALL_ASKED = 24 };
struct route;
struct call {
    struct server *s;
    const struct http_request *q;
    struct http_response *r;
    const struct route *route;
    struct arena arena;
    struct who who;
    struct sv params[CALL_PARAMS];
    struct json *body;
    struct sv body_bytes;
    struct jw w; /* of the answer */
    struct store *reader;
    uint64_t news; /* events_sent() when what is answered was read, or before */
    bool failed;
    const char *asked[CALL_ASKED];
    size_t nasked;
};

/* A connection that looks; given back when the call ends. */
struct store *call_store(struct call *c);
/* owner_do in the name of whoever calls. False after the answer was made of the error. */
bool call_write(struct call *c, owner_fn *fn, void *arg);
/* The store's version after the last write of this caller. */
uint64_t call_wrote(const struct call *c);
/* Header of the request, by name in any case; SV_NULL. */
struct sv call_header(const struct call *c, const char *name);

/* ---- answers ---- */

/* {"error":{…}}; `where` may be NULL. */
void call_fail(struct call *c, int status, const char *code, const char *where, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
/* The answer that an error of the house is. */
void call_error(struct call *c, const struct error *err);
/* Begins a JSON answer of that status. */
void call_json(struct call *c, int status);
void call_no_content(struct call *c);
void call_add_header(struct call *c, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* "ETag" of the body that was made; and 304 in its place when the caller has it. */
void call_etag(struct call *c);

void put_id(struct jw *w, const char *key, const struct id128 *id);      /* nothing when zero */
void put_us(struct jw *w, const char *key, int64_t us);                  /* nothing when unknown */
void put_opt(struct jw *w, const char *key, struct sv s);                /* nothing when empty */
void put_words(struct jw *w, const char *key, struct sv words);          /* "a b" as ["a","b"] */
void put_categories(struct jw *w, const char *key, uint32_t categories); /* bits */

/* ---- what came in ---- */

enum { IN_OPTIONAL = 0, IN_NEEDED = 1 };
struct sv in_text(struct call *c, const char *key, int flags, size_t max_bytes);
/* In its range always: `otherwise` (`low` of the next) when it was absent or wrong. */
int64_t in_i64(struct call *c, const char *key, int flags, int64_t low, int64_t high, int64_t otherwise);
double in_double(struct call *c, const char *key, double low, double high);
bool in_bool(struct call *c, const char *key, int flags, bool otherwise);
/* 32 hex digits; zero when absent. */
struct id128 in_id(struct call *c, const char *key, int flags);
enum category in_category(struct call *c, const char *key, int flags);
/* Bits of a list of names; *out_given false when there is none. */
uint32_t in_set(struct call *c, const char *key, int flags, bool (*parse)(struct sv s, int *out),
                bool *out_given);
/* A list of texts as words with spaces: no text may hold one. */
struct sv in_words(struct call *c, const char *key, size_t max_bytes, bool *out_given);
const struct json *in_object(struct call *c, const char *key, int flags);
/* One of a closed list. -1 when absent or wrong. */
int in_named(struct call *c, const char *key, int flags, bool (*parse)(struct sv s, int *out));
/* Whether all is well: also that nothing came which was not asked for. */
bool in_done(struct call *c);
void in_bad(struct call *c, const char *key, const char *want);

/* Of the query; unescaped. SV_NULL when absent. */
struct sv query_text(struct call *c, const char *key);
int64_t query_i64(struct call *c, const char *key, int64_t low, int64_t high, int64_t otherwise);
/* Whether whoever calls may know of the post: a key that may not read knows what it submitted itself, and of nothing else
 * whether it is there. When not, the answer is 404. */
bool call_may_know(struct call *c, const struct id128 *post);
/* The n-th {…} of the route as an id; answers 404 when it is none. */
bool param_id(struct call *c, int n, struct id128 *out);

/* A cursor is fields joined by '.', then a MAC under a key of this run, so that nobody makes one by hand. */
void put_cursor(struct call *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* SV_NULL when there is none; makes the answer 422 when it is no cursor of ours. */
struct sv query_cursor(struct call *c);

/* ---- routes ---- */

enum access { ACCESS_PUBLIC, ACCESS_SESSION, ACCESS_FULL, ACCESS_ALLOWED };
enum body_kind { BODY_NONE, BODY_JSON, BODY_STREAM };
struct route {
    const char *method, *path; /* "/api/v1/items/{id}" */
    void (*run)(struct call *c);
    enum access access;
    int permission;  /* enum permission, or -1: no person */
    uint32_t scopes; /* that a key needs one of; 0: no key */
    enum body_kind body;
    bool repeats; /* honours Idempotency-Key */
};
extern const struct route routes[];
extern const size_t nroutes;
/* Finds the route; *out_allow lists the methods of the path when only the method is wrong ("" when the path is). */
const struct route *route_find(struct sv method, struct sv path, struct sv params[CALL_PARAMS],
                               char out_allow[64]);
const char *scope_word(uint32_t bit); /* "submit" */
uint32_t scopes_read(struct sv s);

#endif
