/* Reading bundles, envelopes, lists. What carries our extension is taken whole; of others' indicators the pattern is read;
 * a collection without any indicator is a list of files. */
#include "exchange/stix_priv.h"

#include "base/limits.h"
#include "store/hashlist.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct read {
    const struct stix_reader *out;
    struct stix_counts *counts;
    int64_t now_us;
    struct arena arena; /* of the object in hand */
    struct stix_seen seen;
    bool files; /* no indicator: files count by themselves */
    unsigned part;
    struct error *err;
};

static enum category category_of(const struct json *object)
{
    const struct json *ext = json_get(json_get(object, "extensions"), stix_extension_id);
    enum category c = category_parse(json_get_sv(ext, "category"));
    const struct json *labels = json_get(object, "labels");
    for (size_t i = 0; c == CATEGORY_NONE && i < json_len(labels); i++)
        c = category_parse(json_sv(json_at(labels, i)));
    return c;
}

static struct sv tlp_of(const struct json *object)
{
    static const char *const levels[] = {"clear", "green", "amber", "amber+strict", "red"};
    const struct json *refs = json_get(object, "object_marking_refs");
    for (size_t i = 0; i < json_len(refs); i++)
        for (size_t k = 0; k < 5; k++)
            if (sv_is(json_sv(json_at(refs, i)), stix_tlp_marking_id(sv_cstr(levels[k]))))
                return sv_cstr(levels[k]);
    return SV_NULL;
}

/* ---- items ---- */

static int give_item(struct read *r, const struct bank_item *item, struct error *err)
{
    struct bank_item whole = *item;
    char part[32];
    struct stix_seen seen = r->seen;
    if (whole.label.n == 0) whole.label = seen.why;
    whole.status = BANK_QUARANTINED;
    whole.id = bank_item_id(&whole);
    if (r->part > 0) {
        snprintf(part, sizeof part, "#%u", r->part);
        seen.remote = arena_printf(&r->arena, "%.*s%s", SV_FMT(seen.remote), part);
        if (!seen.remote.p) return error_set(err, ERR_NOMEM, "stix", "no memory for an item");
    }
    r->part++;
    seen.kind = STIX_ITEM;
    seen.item = &whole;
    r->counts->items++;
    return r->out->seen(r->out->arg, &seen, err);
}

static int on_list_item(void *arg, const struct bank_item *item, struct error *err)
{
    return give_item(arg, item, err);
}

static int on_list_bad(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    (void)arg;
    (void)line;
    return error_set(err, ERR_FORMAT, "stix", "%s", why->text);
}

/* One line of a hash list of that format; an unreadable one is the object's fault. */
static int read_list(struct read *r, struct sv text, const char *format)
{
    struct hashlist_sink sink = {r, on_list_item, on_list_bad};
    struct hashlist_counts counts = {0, 0};
    int code = hashlist_parse(text, format, SV_NULL, &sink, &counts, r->err);
    if (code == 0 && counts.items == 0)
        return error_set(r->err, ERR_FORMAT, "stix", "\"%.*s\" is no item", SV_FMT(sv_sub(text, 0, 60)));
    return code;
}

static bool is_hex(struct sv v)
{
    for (size_t i = 0; i < v.n; i++)
        if (!isxdigit((unsigned char)v.p[i])) return false;
    return v.n > 0;
}

static int other_item(struct read *r, const char *type, struct sv type_text, struct sv value)
{
    struct bank_item item = {.type = BANK_OTHER,
                             .value = value,
                             .other_type = type ? sv_cstr(type) : type_text,
                             .threshold = -1,
                             .added_us = TIME_UNKNOWN};
    if (value.n == 0 || value.n > EXCHANGE_MAX_VALUE_BYTES)
        return error_set(r->err, ERR_FORMAT, "stix", "a value of %zu bytes is none that a list holds",
                         value.n);
    return give_item(r, &item, r->err);
}

static int hash_item(struct read *r, struct sv key, struct sv value)
{
    if (sv_eq_nocase(key, SV("PDQ"))) return read_list(r, value, "hex");
    if (sv_eq_nocase(key, SV("VPDQ"))) return read_list(r, value, "vpdq");
    if (sv_eq_nocase(key, SV("SHA-256")) || sv_eq_nocase(key, SV("SHA256"))) {
        struct bank_item item = {.type = BANK_SHA256, .threshold = -1, .added_us = TIME_UNKNOWN};
        struct sha256 h;
        char hex[SHA256_TEXT_BYTES];
        if (!sha256_parse(value, &h))
            return error_set(r->err, ERR_FORMAT, "stix", "%.*s is no SHA-256", SV_FMT(sv_sub(value, 0, 80)));
        sha256_format(&h, hex);
        item.value = sv_cstr(hex);
        return give_item(r, &item, r->err);
    }
    if (sv_eq_nocase(key, SV("MD5")) && value.n == 32 && is_hex(value))
        return other_item(r, "md5", SV_NULL, value);
    if (sv_eq_nocase(key, SV("SHA-1")) && value.n == 40 && is_hex(value))
        return other_item(r, "sha1", SV_NULL, value);
    return other_item(r, NULL, key, value);
}

static int on_comparison(void *arg, struct sv path, struct sv value)
{
    static const struct sv hashes = SV_INIT("file:hashes.");
    struct read *r = arg;
    if (sv_starts(path, hashes)) return hash_item(r, sv_sub(path, hashes.n, path.n), value);
    if (sv_is(path, "url:value")) return other_item(r, "url", SV_NULL, value);
    if (sv_is(path, "user-account:account_login") || sv_is(path, "user-account:user_id"))
        return other_item(r, "user-account", SV_NULL, value);
    return error_set(r->err, ERR_UNSUPPORTED, "stix", "pattern: %.*s is nothing that a bank holds",
                     SV_FMT(path));
}

/* A pattern is understood whole or not at all. */
static int no_comparison(void *arg, struct sv path, struct sv value)
{
    (void)arg;
    (void)path;
    (void)value;
    return 0;
}

/* Our own extension: the item as it was. */
static int whole_item(struct read *r, const struct json *item)
{
    struct buf b;
    buf_init(&b, 0);
    json_print(item, &b);
    int code = b.failed ? error_set(r->err, ERR_NOMEM, "stix", "no memory for an item")
                        : read_list(r, buf_sv(&b), "marsad");
    buf_done(&b);
    return code;
}

static int read_indicator(struct read *r, const struct json *o)
{
    const struct json *ext = json_get(json_get(o, "extensions"), stix_extension_id);
    int64_t until;
    bool ended = stix_is_time(json_get_sv(o, "valid_until"), &until) && until <= r->now_us;
    if (json_bool(json_get(o, "revoked"), false) || ended) {
        r->seen.kind = STIX_WITHDRAWN;
        r->counts->withdrawn++;
        return r->out->seen(r->out->arg, &r->seen, r->err);
    }
    r->seen.why = json_get_sv(o, "name");
    if (json_type(json_get(ext, "item")) == JSON_OBJECT) return whole_item(r, json_get(ext, "item"));
    if (!sv_is(json_get_sv(o, "pattern_type"), "stix"))
        return error_set(r->err, ERR_UNSUPPORTED, "stix", "a pattern of type %.*s is not read",
                         SV_FMT(json_get_sv(o, "pattern_type")));
    int code = stix_pattern(json_get_sv(o, "pattern"), &r->arena, no_comparison, r, r->err);
    return code ? code : stix_pattern(json_get_sv(o, "pattern"), &r->arena, on_comparison, r, r->err);
}

static int on_hash(void *arg, struct sv key, const struct json *value)
{
    return hash_item(arg, key, json_sv(value));
}

static int read_file(struct read *r, const struct json *o)
{
    r->seen.why = json_get_sv(o, "name");
    return r->files ? json_each(json_get(o, "hashes"), on_hash, r) : 0;
}

static int read_word(struct read *r, const struct json *o, enum stix_seen_kind kind)
{
    r->seen.kind = kind;
    r->seen.about = kind == STIX_OPINION ? json_sv(json_at(json_get(o, "object_refs"), 0))
                                         : json_get_sv(o, "sighting_of_ref");
    r->seen.opinion = json_get_sv(o, "opinion");
    r->seen.why = json_get_sv(o, "explanation");
    r->seen.count = json_get_i64(o, "count", 1);
    r->counts->opinions += kind == STIX_OPINION;
    r->counts->sightings += kind == STIX_SIGHTING;
    return r->out->seen(r->out->arg, &r->seen, r->err);
}

/* ---- objects ---- */

static int read_object(struct read *r, const struct json *o)
{
    struct sv type = json_get_sv(o, "type");
    int code = stix_check(o, r->err);
    if (code) return code;
    if (sv_is(type, "indicator")) return read_indicator(r, o);
    if (sv_is(type, "file")) return read_file(r, o);
    if (sv_is(type, "url")) return r->files ? other_item(r, "url", SV_NULL, json_get_sv(o, "value")) : 0;
    if (sv_is(type, "opinion")) return read_word(r, o, STIX_OPINION);
    if (sv_is(type, "sighting")) return read_word(r, o, STIX_SIGHTING);
    return 0; /* identities, markings, relationships, …: nothing that a bank holds */
}

/* Errors of the object are told, others end the reading. */
static int take_object(struct read *r, const struct json *o, uint64_t number)
{
    struct buf origin;
    struct error why = {0};
    struct error *err = r->err;
    buf_init(&origin, 0);
    json_print(o, &origin);
    arena_clear(&r->arena);
    r->part = 0;
    r->seen = (struct stix_seen){.remote = json_get_sv(o, "id"),
                                 .modified = json_get_sv(o, "modified"),
                                 .origin = sv_sub(buf_sv(&origin), 0, EXCHANGE_MAX_ORIGIN_BYTES),
                                 .tlp = tlp_of(o),
                                 .category = category_of(o)};
    r->err = &why;
    r->counts->objects++;
    int code =
        origin.failed ? error_set(&why, ERR_NOMEM, "stix", "no memory for an object") : read_object(r, o);
    r->err = err;
    if (code == ERR_FORMAT || code == ERR_UNSUPPORTED) {
        r->counts->bad++;
        code = r->out->bad ? r->out->bad(r->out->arg, number, r->seen.remote, &why, err) : 0;
    } else if (code != 0 && err && why.code != 0) {
        *err = why;
    }
    buf_done(&origin);
    return code;
}

static bool any_indicator(const struct json *list)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (sv_is(json_get_sv(json_at(list, i), "type"), "indicator")) return true;
    return false;
}

static int read_objects(struct read *r, const struct json *list)
{
    if (json_len(list) > EXCHANGE_MAX_OBJECTS)
        return error_set(r->err, ERR_LIMIT, "stix", "%zu objects in one text, at most %d: split it",
                         json_len(list), EXCHANGE_MAX_OBJECTS);
    r->files = !any_indicator(list);
    for (size_t i = 0; i < json_len(list); i++) {
        int code = take_object(r, json_at(list, i), i + 1);
        if (code) return code;
    }
    return 0;
}

int stix_read_json(const struct json *doc, int64_t now_us, const struct stix_reader *out,
                   struct stix_counts *counts, struct error *err)
{
    struct read r = {.out = out, .counts = counts, .now_us = now_us, .err = err};
    int code;
    *counts = (struct stix_counts){0};
    arena_init(&r.arena, 0);
    const struct json *objects = json_get(doc, "objects");
    if (json_type(doc) == JSON_ARRAY)
        code = read_objects(&r, doc);
    else if (json_type(objects) == JSON_ARRAY)
        code = read_objects(&r, objects);
    else if (sv_is(json_get_sv(doc, "type"), "bundle") ||
             (json_type(doc) == JSON_OBJECT && json_len(doc) == 0) ||
             json_type(json_get(doc, "more")) == JSON_BOOL)
        code = 0; /* an empty bundle or envelope */
    else if (json_type(doc) == JSON_OBJECT && json_get_sv(doc, "type").n) {
        r.files = !sv_is(json_get_sv(doc, "type"), "indicator");
        code = take_object(&r, doc, 1);
    } else
        code = error_set(err, ERR_FORMAT, "stix",
                         "this is no STIX: a bundle, an envelope, a list of objects or one object");
    arena_done(&r.arena);
    return code;
}

int stix_read(struct sv text, int64_t now_us, const struct stix_reader *r, struct stix_counts *counts,
              struct error *err)
{
    struct json *doc = NULL;
    int code = json_parse(text, JSON_STRICT, &doc, err);
    if (code == 0) code = stix_read_json(doc, now_us, r, counts, err);
    json_free(doc);
    return code;
}
