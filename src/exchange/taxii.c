/* The TAXII 2.1 server: one request in, one answer out.
 *
 *   GET  /taxii2/                                   discovery
 *   GET  /taxii2/marsad/                            the one API root
 *   GET  /taxii2/marsad/status/ID/                  of a POST: always complete
 *   GET  /taxii2/marsad/collections/[ID/]
 *   GET  …/ID/manifest/, …/ID/objects/, …/ID/objects/OID/, …/ID/objects/OID/versions/
 *   POST …/ID/objects/
 *
 * A collection's id is a UUID computed from its name; its name is an alias. What a user may read and write stands in
 * DIR/taxii.json; whoever is not in it sees discovery and nothing else. DELETE is not offered: what was shared is revoked, so
 * that everybody learns of it. What partners POST goes to the bank of their own source, quarantined; opinions and sightings
 * are kept for us to read and handed to nobody. Pages are in order of coming; "next" is the number of the last object. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "exchange/exchange_priv.h"

static const char media_type[] = "application/taxii+json;version=2.1";
static const char stix_type[] = "application/stix+json;version=2.1";

bool taxii_is_path(struct sv path) { return sv_starts(path, SV("/taxii2/")) || sv_is(path, "/taxii2"); }

/* ---- who ---- */

int taxii_config_load(const char *dir, struct taxii_config *out, struct error *err)
{
    struct buf text;
    char path[4096];
    out->doc = NULL;
    if ((size_t)snprintf(path, sizeof path, "%s/taxii.json", dir) >= sizeof path)
        return error_set(err, ERR_ARG, "taxii", "the workspace's path is too long");
    buf_init(&text, 0);
    int code = file_exists(path) ? file_read(path, TEMPLATE_MAX_BYTES, &text, err) : 0;
    if (code == 0 && text.n == 0) buf_puts(&text, "{}");
    if (code == 0) code = json_parse(buf_sv(&text), JSON_STRICT, &out->doc, err);
    buf_done(&text);
    return code;
}

void taxii_config_done(struct taxii_config *c)
{
    json_free(c->doc);
    c->doc = NULL;
}

static void put_list(struct jw *w, const char *key, const struct sv *v, size_t n)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < n; i++) jw_sv(w, v[i]);
    jw_end(w);
}

int taxii_user_put(const char *dir, struct sv name, const struct sv *read, size_t nread,
                   const struct sv *write, size_t nwrite, struct sv source, char token[65], struct error *err)
{
    struct taxii_config c;
    struct buf out, part;
    struct jw w;
    struct sha256 h;
    uint8_t random[32];
    char path[4096], hex[SHA256_TEXT_BYTES];
    int code = taxii_config_load(dir, &c, err);
    if (code) return code;
    randombytes_buf(random, sizeof random);
    hex_encode(random, sizeof random, token);
    sha256_of(sv_of(token, 64), &h);
    sha256_format(&h, hex);
    buf_init(&out, 0);
    buf_init(&part, 0);
    jw_init(&w, &out, JW_PRETTY);
    jw_object(&w);
    jw_kv_sv(&w, "title", json_get_sv(c.doc, "title").n ? json_get_sv(c.doc, "title") : SV("Marsad"));
    jw_key(&w, "users");
    jw_array(&w);
    const struct json *users = json_get(c.doc, "users");
    for (size_t i = 0; i < json_len(users); i++) {
        if (sv_eq(json_get_sv(json_at(users, i), "name"), name)) continue;
        buf_clear(&part);
        json_print(json_at(users, i), &part);
        jw_raw(&w, buf_sv(&part));
    }
    jw_object(&w);
    jw_kv_sv(&w, "name", name);
    jw_kv_str(&w, "token_sha256", hex);
    put_list(&w, "read", read, nread);
    put_list(&w, "write", write, nwrite);
    if (source.n) jw_kv_sv(&w, "source", source);
    jw_end(&w);
    jw_end(&w);
    jw_end(&w);
    buf_putc(&out, '\n');
    snprintf(path, sizeof path, "%s/taxii.json", dir);
    code = out.failed || part.failed ? error_set(err, ERR_NOMEM, "taxii", "no memory for taxii.json")
                                     : file_write_atomic(path, buf_sv(&out), err);
    buf_done(&out);
    buf_done(&part);
    taxii_config_done(&c);
    return code;
}

/* The user behind "Basic base64(name:token)" or "Bearer token"; NULL when there is none. Every user is compared, each in the
 * same time. */
static const struct json *find_user(const struct taxii_config *c, struct sv authorization)
{
    unsigned char plain[512];
    size_t n = 0;
    struct sv name = SV_NULL, token = SV_NULL;
    if (authorization.n > 6 && sv_eq_nocase(sv_sub(authorization, 0, 6), SV("Basic "))) {
        struct sv text = sv_trim(sv_sub(authorization, 6, authorization.n));
        if (sodium_base642bin(plain, sizeof plain, text.p, text.n, NULL, &n, NULL,
                              sodium_base64_VARIANT_ORIGINAL) != 0)
            return NULL;
        size_t colon = sv_find_byte(sv_of(plain, n), ':', 0);
        if (colon == SIZE_MAX) return NULL;
        name = sv_of(plain, colon);
        token = sv_sub(sv_of(plain, n), colon + 1, n);
    } else if (authorization.n > 7 && sv_eq_nocase(sv_sub(authorization, 0, 7), SV("Bearer "))) {
        token = sv_trim(sv_sub(authorization, 7, authorization.n));
    }
    struct sha256 h, want;
    const struct json *found = NULL, *users = json_get(c->doc, "users");
    sha256_of(token, &h);
    for (size_t i = 0; token.n && i < json_len(users); i++) {
        const struct json *u = json_at(users, i);
        bool fits = sha256_parse(json_get_sv(u, "token_sha256"), &want) &&
                    sodium_memcmp(want.b, h.b, sizeof h.b) == 0;
        if (fits && (name.n == 0 || sv_eq(name, json_get_sv(u, "name")))) found = u;
    }
    sodium_memzero(plain, sizeof plain);
    return found;
}

static bool may(const struct json *user, const char *what, struct sv collection)
{
    const struct json *list = json_get(user, what);
    for (size_t i = 0; i < json_len(list); i++)
        if (sv_eq(json_sv(json_at(list, i)), collection)) return true;
    return false;
}

/* ---- answering ---- */

struct call {
    struct store *s;
    const struct exchange_config *config;
    const struct taxii_config *c;
    const struct taxii_request *r;
    struct taxii_response *out;
    const struct json *user;
    struct jw w;
    struct error *err;
};

static int fail(struct call *k, int status, const char *title, const char *detail)
{
    struct jw w;
    buf_clear(&k->out->body);
    jw_init(&w, &k->out->body, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "title", title);
    if (detail && *detail) jw_kv_str(&w, "description", detail);
    char text[16];
    snprintf(text, sizeof text, "%d", status);
    jw_kv_str(&w, "http_status", text);
    jw_end(&w);
    k->out->status = status;
    k->out->ask_who = status == 401;
    return 0;
}

static void collection_id(struct sv name, char out[STIX_ID_BYTES])
{
    char id[STIX_ID_BYTES];
    struct sv parts[] = {name};
    stix_own_id("collection", parts, 1, id);
    snprintf(out, STIX_ID_BYTES, "%s", id + sizeof "collection--" - 1);
}

static void discovery(struct call *k)
{
    struct sv title = json_get_sv(k->c->doc, "title");
    jw_object(&k->w);
    jw_kv_sv(&k->w, "title", title.n ? title : SV("Marsad"));
    jw_kv_str(&k->w, "default", "/taxii2/marsad/");
    jw_key(&k->w, "api_roots");
    jw_array(&k->w);
    jw_str(&k->w, "/taxii2/marsad/");
    jw_end(&k->w);
    jw_end(&k->w);
}

static void api_root(struct call *k)
{
    struct sv title = json_get_sv(k->c->doc, "title");
    jw_object(&k->w);
    jw_kv_sv(&k->w, "title", title.n ? title : SV("Marsad"));
    jw_key(&k->w, "versions");
    jw_array(&k->w);
    jw_str(&k->w, media_type);
    jw_end(&k->w);
    jw_kv_i64(&k->w, "max_content_length", (int64_t)HTTP_MAX_BODY_BYTES);
    jw_end(&k->w);
}

static void put_collection(struct call *k, struct sv name)
{
    char id[STIX_ID_BYTES];
    collection_id(name, id);
    jw_object(&k->w);
    jw_kv_str(&k->w, "id", id);
    jw_kv_sv(&k->w, "title", name);
    jw_kv_sv(&k->w, "alias", name);
    jw_kv_bool(&k->w, "can_read", may(k->user, "read", name));
    jw_kv_bool(&k->w, "can_write", may(k->user, "write", name));
    jw_key(&k->w, "media_types");
    jw_array(&k->w);
    jw_str(&k->w, stix_type);
    jw_end(&k->w);
    jw_end(&k->w);
}

/* Those that the user may read or write, each once. */
static bool user_collection(const struct json *user, size_t i, struct sv *out)
{
    const struct json *read = json_get(user, "read"), *write = json_get(user, "write");
    if (i < json_len(read)) {
        *out = json_sv(json_at(read, i));
        return true;
    }
    for (size_t n = json_len(read), k = 0; k < json_len(write); k++) {
        struct sv name = json_sv(json_at(write, k));
        if (may(user, "read", name)) continue;
        if (n++ == i) {
            *out = name;
            return true;
        }
    }
    return false;
}

static void collections(struct call *k)
{
    struct sv name;
    jw_object(&k->w);
    if (user_collection(k->user, 0, &name)) {
        jw_key(&k->w, "collections");
        jw_array(&k->w);
        for (size_t i = 0; user_collection(k->user, i, &name); i++) put_collection(k, name);
        jw_end(&k->w);
    }
    jw_end(&k->w);
}

static bool find_collection(struct call *k, struct sv what, struct sv *out)
{
    char id[STIX_ID_BYTES];
    for (size_t i = 0; user_collection(k->user, i, out); i++) {
        collection_id(*out, id);
        if (sv_eq(*out, what) || sv_is(what, id)) return true;
    }
    return false;
}

/* ---- queries ---- */

static struct sv query_value(struct sv query, const char *name)
{
    struct sv part;
    while (query.p && sv_split(&query, '&', &part)) {
        size_t eq = sv_find_byte(part, '=', 0);
        if (eq != SIZE_MAX && sv_is(sv_sub(part, 0, eq), name)) return sv_sub(part, eq + 1, part.n);
    }
    return SV_NULL;
}

/* %5B, %3A and the like, as far as our own names need them. */
static struct sv unescape(struct sv s, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < cap; i++) {
        uint8_t byte;
        if (s.p[i] == '%' && i + 2 < s.n + 0 && hex_decode(sv_sub(s, i + 1, i + 3), &byte, 1)) {
            out[n++] = (char)byte;
            i += 2;
        } else
            out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
    }
    return sv_of(out, n);
}

struct page {
    struct call *k;
    struct sv collection, match_id, match_type, match_version;
    struct sv ids, types;
    int64_t after_seq, added_after_us, limit;
    char version[64], types_text[512], ids_text[2048];
    bool manifest, versions, all, first_only;
    /* what came of it */
    int64_t given, last_seq, first_us, last_us;
    bool more;
};

static bool in_list(struct sv list, struct sv word)
{
    struct sv part;
    while (list.p && sv_split(&list, ',', &part))
        if (sv_eq(sv_trim(part), word)) return true;
    return false;
}

static struct sv type_of(struct sv id) { return sv_sub(id, 0, sv_find(id, SV("--"), 0)); }

static bool wanted(const struct page *p, const struct shared_object *o)
{
    if (o->foreign || (p->added_after_us != TIME_UNKNOWN && o->added_us <= p->added_after_us)) return false;
    if (p->ids.n && !in_list(p->ids, o->id)) return false;
    if (p->types.n && !in_list(p->types, type_of(o->id))) return false;
    if (p->all) return true;
    if (p->match_version.n && !in_list(p->match_version, SV("last")))
        return in_list(p->match_version, o->version) || in_list(p->match_version, SV("first"));
    int64_t newest = 0;
    return store_object_newest(p->k->s, p->collection, o->id, &newest, NULL) == 0 && newest == o->seq;
}

static void put_row(struct page *p, const struct shared_object *o)
{
    struct jw *w = &p->k->w;
    char added[STIX_TIME_BYTES];
    stix_time(o->added_us, added);
    struct sv version = o->version.n ? o->version : sv_cstr(added);
    if (p->versions) {
        jw_sv(w, version);
    } else if (p->manifest) {
        jw_object(w);
        jw_kv_sv(w, "id", o->id);
        jw_kv_str(w, "date_added", added);
        jw_kv_sv(w, "version", version);
        jw_kv_str(w, "media_type", stix_type);
        jw_end(w);
    } else
        jw_raw(w, o->body);
}

static int on_object(void *arg, const struct shared_object *o)
{
    struct page *p = arg;
    if (!wanted(p, o)) return 0;
    if (p->given == p->limit) {
        p->more = true;
        return 1;
    }
    if (p->given++ == 0) {
        p->first_us = o->added_us;
        jw_key(&p->k->w, p->versions ? "versions" : "objects");
        jw_array(&p->k->w);
    }
    p->last_us = o->added_us;
    p->last_seq = o->seq;
    put_row(p, o);
    return p->k->out->body.failed ? ERR_NOMEM : 0;
}

static bool read_query(struct page *p, struct sv query)
{
    struct sv limit = query_value(query, "limit"), next = query_value(query, "next"),
              after = query_value(query, "added_after");
    struct sv raw = query_value(query, "match[version]");
    char text[96];
    p->limit = TAXII_PAGE;
    p->added_after_us = TIME_UNKNOWN;
    if (raw.n == 0) raw = query_value(query, "match%5Bversion%5D");
    p->match_version = unescape(raw, p->version, sizeof p->version);
    if (in_list(p->match_version, SV("all"))) p->all = true;
    raw = query_value(query, "match[type]");
    if (raw.n == 0) raw = query_value(query, "match%5Btype%5D");
    p->types = unescape(raw, p->types_text, sizeof p->types_text);
    raw = query_value(query, "match[id]");
    if (raw.n == 0) raw = query_value(query, "match%5Bid%5D");
    if (p->ids.n == 0) p->ids = unescape(raw, p->ids_text, sizeof p->ids_text);
    if (limit.n && (!sv_to_i64(limit, &p->limit) || p->limit < 1)) return false;
    if (p->limit > TAXII_PAGE) p->limit = TAXII_PAGE;
    if (next.n && (!sv_to_i64(next, &p->after_seq) || p->after_seq < 0)) return false;
    return after.n == 0 || time_parse(unescape(after, text, sizeof text), &p->added_after_us);
}

static int give_page(struct call *k, struct page *p)
{
    char text[32];
    if (!read_query(p, k->r->query))
        return fail(k, 400, "bad query",
                    "limit and next are numbers, added_after is a time such as 2026-01-31T10:00:00.000Z");
    jw_object(&k->w);
    int code = store_objects(k->s, p->collection, p->after_seq, INT64_MAX, on_object, p, k->err);
    if (p->given) jw_end(&k->w);
    if (code >= 0 && p->more) {
        snprintf(text, sizeof text, "%lld", (long long)p->last_seq);
        jw_kv_bool(&k->w, "more", true);
        jw_kv_str(&k->w, "next", text);
    }
    jw_end(&k->w);
    if (code >= 0 && p->given == 0 && p->first_only) return fail(k, 404, "no such object", NULL);
    if (code >= 0 && p->given) {
        stix_time(p->first_us, k->out->date_first);
        stix_time(p->last_us, k->out->date_last);
    }
    return code < 0 ? code : 0;
}

/* ---- taking ---- */

struct taken {
    struct call *k;
    struct sv collection;
    uint64_t kept;
};

static int keep_word(void *arg, const struct stix_seen *seen, struct error *err)
{
    struct taken *t = arg;
    if (seen->kind != STIX_OPINION && seen->kind != STIX_SIGHTING) return 0;
    struct shared_object o = {.collection = t->collection,
                              .id = seen->remote,
                              .version = seen->modified,
                              .body = seen->origin,
                              .added_us = t->k->r->now_us,
                              .foreign = true};
    t->kept++;
    return store_object_put(t->k->s, &o, NULL, err);
}

static void put_status(struct call *k, const char *id, uint64_t all, uint64_t bad)
{
    char when[STIX_TIME_BYTES];
    stix_time(k->r->now_us, when);
    jw_object(&k->w);
    jw_kv_str(&k->w, "id", id);
    jw_kv_str(&k->w, "status", "complete");
    jw_kv_str(&k->w, "request_timestamp", when);
    jw_kv_i64(&k->w, "total_count", (int64_t)all);
    jw_kv_i64(&k->w, "success_count", (int64_t)(all - bad));
    jw_kv_i64(&k->w, "failure_count", (int64_t)bad);
    jw_kv_i64(&k->w, "pending_count", 0);
    jw_end(&k->w);
}

/* Words about our items into the collection, indicators into the bank of the user's own source. */
static int take_all(struct call *k, struct sv collection, struct stix_counts *words, struct error *why)
{
    struct arena a;
    struct exchange_source src;
    struct exchange_counts counts = {0};
    struct taken t = {k, collection, 0};
    struct stix_reader r = {&t, keep_word, NULL};
    struct sv source = json_get_sv(k->user, "source");
    int code = stix_read(k->r->body, k->r->now_us, &r, words, why);
    if (code || source.n == 0) return code;
    arena_init(&a, 0);
    code = store_source_get(k->s, source, &a, &src, why);
    if (code == 0) code = exchange_take(k->s, &src, k->r->body, false, false, k->r->now_us, &counts, why);
    arena_done(&a);
    return code;
}

static int take_objects(struct call *k, struct sv collection)
{
    struct stix_counts words = {0};
    struct error why = {0};
    bool own;
    if (k->r->body.n > HTTP_MAX_BODY_BYTES) return fail(k, 413, "too long", NULL);
    int code = store_enter(k->s, &own, k->err);
    if (code) return code;
    code = store_leave(k->s, own, take_all(k, collection, &words, &why), &why);
    k->out->undo = code != 0;
    if (code == ERR_FORMAT || code == ERR_LIMIT)
        return fail(k, code == ERR_LIMIT ? 413 : 422, "this cannot be taken", why.text);
    if (code) return error_set(k->err, code, "taxii", "%s", why.text);
    char id[STIX_ID_BYTES];
    struct sv parts[] = {k->r->body};
    stix_own_id("status", parts, 1, id);
    put_status(k, id + sizeof "status--" - 1, words.objects, words.bad);
    k->out->status = 202;
    return 0;
}

/* ---- paths ---- */

static bool next_part(struct sv *rest, struct sv *out)
{
    while (rest->n && rest->p[0] == '/') *rest = sv_sub(*rest, 1, rest->n);
    size_t slash = sv_find_byte(*rest, '/', 0);
    *out = sv_sub(*rest, 0, slash);
    *rest = slash == SIZE_MAX ? SV("") : sv_sub(*rest, slash, rest->n);
    return out->n > 0;
}

static int in_collection(struct call *k, struct sv rest)
{
    struct sv name, what, id, last;
    struct page p = {.k = k};
    bool post = sv_is(k->r->method, "POST");
    if (!next_part(&rest, &what)) return collections(k), 0;
    if (!find_collection(k, what, &name)) return fail(k, 404, "no such collection", NULL);
    p.collection = name;
    if (!next_part(&rest, &what)) return put_collection(k, name), 0;
    bool objects = sv_is(what, "objects");
    p.manifest = sv_is(what, "manifest");
    if (!objects && !p.manifest) return fail(k, 404, "no such place", NULL);
    if (post && objects)
        return may(k->user, "write", name) ? take_objects(k, name)
                                           : fail(k, 403, "this collection is not written by you", NULL);
    if (post) return fail(k, 405, "objects are posted to …/objects/", NULL);
    if (!may(k->user, "read", name)) return fail(k, 403, "this collection is not read by you", NULL);
    if (objects && next_part(&rest, &id)) {
        p.ids = id;
        p.first_only = true;
        p.versions = next_part(&rest, &last);
        p.all = p.versions;
        if (p.versions && !sv_is(last, "versions")) return fail(k, 404, "no such place", NULL);
    }
    return give_page(k, &p);
}

static bool accepts(struct sv accept)
{
    if (accept.n == 0) return true;
    static const char *const fine[] = {"application/taxii+json", "application/*", "*/*"};
    for (size_t i = 0; i < 3; i++)
        if (sv_find(accept, sv_cstr(fine[i]), 0) != SIZE_MAX) {
            size_t v = sv_find(accept, SV("version="), 0);
            return v == SIZE_MAX || sv_find(accept, SV("version=2.1"), 0) != SIZE_MAX;
        }
    return false;
}

static int handle(struct call *k)
{
    struct sv rest = k->r->path, part;
    bool get = sv_is(k->r->method, "GET"), post = sv_is(k->r->method, "POST");
    if (!get && !post)
        return fail(k, 405, "GET and POST are answered", "what was shared is revoked, not deleted");
    if (!accepts(k->r->accept))
        return fail(k, 406, "only application/taxii+json;version=2.1 is spoken here", NULL);
    if (post && sv_find(k->r->content_type, SV("application/taxii+json"), 0) != 0)
        return fail(k, 415, "post application/taxii+json;version=2.1", NULL);
    if (!next_part(&rest, &part) || !sv_is(part, "taxii2")) return fail(k, 404, "no such place", NULL);
    if (!next_part(&rest, &part)) return discovery(k), 0;
    if (!sv_is(part, "marsad")) return fail(k, 404, "no such API root", NULL);
    k->user = find_user(k->c, k->r->authorization);
    if (!k->user)
        return fail(k, 401, "who is it?",
                    "a name and its token, as basic authentication or as a bearer token");
    if (!next_part(&rest, &part)) return api_root(k), 0;
    if (sv_is(part, "collections")) return in_collection(k, rest);
    if (sv_is(part, "status") && next_part(&rest, &part) && part.n == UUID_TEXT_BYTES - 1) {
        char id[UUID_TEXT_BYTES];
        snprintf(id, sizeof id, "%.*s", SV_FMT(part));
        return put_status(k, id, 0, 0), 0;
    }
    return fail(k, 404, "no such place", NULL);
}

int taxii_handle(struct store *s, const struct exchange_config *config, const struct taxii_config *c,
                 const struct taxii_request *r, struct taxii_response *out, struct error *err)
{
    struct call k = {.s = s, .config = config, .c = c, .r = r, .out = out, .err = err};
    *out = (struct taxii_response){.status = 200, .type = media_type};
    buf_init(&out->body, 0);
    jw_init(&k.w, &out->body, JW_COMPACT);
    int code = handle(&k);
    if (code == 0 && out->body.failed) code = error_set(err, ERR_NOMEM, "taxii", "no memory for an answer");
    if (code) {
        struct error ignored;
        k.err = &ignored;
        fail(&k, 500, "this did not work", NULL);
    }
    return code;
}
