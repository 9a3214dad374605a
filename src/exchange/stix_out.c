/* Writing objects. Each is built as text, and handed on when it is whole. */
#include "exchange/stix_priv.h"

#include "base/limits.h"
#include "store/hashlist.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char stix_extension_id[] = "extension-definition--8c1f3c52-6a0e-5c7e-9d3b-2f4b7be0a6d1";

/* TLP 2.0 as OASIS published its objects: the ids and the extension are theirs. */
static const struct {
    const char *level, *name, *id;
} tlps[] = {
    {"clear", "TLP:CLEAR", "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"},
    {"green", "TLP:GREEN", "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"},
    {"amber", "TLP:AMBER", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"},
    {"amber+strict", "TLP:AMBER+STRICT", "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"},
    {"red", "TLP:RED", "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"},
};
enum { TLPS = sizeof tlps / sizeof *tlps };
static const char tlp_extension[] = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

static size_t tlp_at(struct sv tlp)
{
    size_t i = 0;
    while (i < TLPS && !sv_is(tlp, tlps[i].level)) i++;
    return i;
}

bool stix_tlp_known(struct sv tlp) { return tlp_at(tlp) < TLPS; }
const char *stix_tlp_marking_id(struct sv tlp) { return tlp_at(tlp) < TLPS ? tlps[tlp_at(tlp)].id : NULL; }

static const char *const opinions[] = {"strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"};

bool stix_opinion_known(struct sv opinion)
{
    for (size_t i = 0; i < 5; i++)
        if (sv_is(opinion, opinions[i])) return true;
    return false;
}

static void identity_id(const struct stix_producer *p, char out[STIX_ID_BYTES])
{
    struct sv parts[] = {p->about.n ? p->about : p->name};
    stix_own_id("identity", parts, 1, out);
}

/* An object under way. */
struct object {
    struct buf b;
    struct jw w;
    char id[STIX_ID_BYTES], version[STIX_TIME_BYTES];
};

static void object_begin(struct object *o, const char *type, const char *id)
{
    *o = (struct object){.version = ""};
    buf_init(&o->b, 0);
    jw_init(&o->w, &o->b, JW_COMPACT);
    jw_object(&o->w);
    jw_kv_str(&o->w, "type", type);
    jw_kv_str(&o->w, "spec_version", "2.1");
    if (id) {
        snprintf(o->id, sizeof o->id, "%s", id);
        jw_kv_str(&o->w, "id", id);
    }
}

/* created_by_ref, created, modified: what every domain object has. */
static void object_common(struct object *o, const struct stix_producer *p, int64_t created_us,
                          int64_t modified_us)
{
    char by[STIX_ID_BYTES], created[STIX_TIME_BYTES];
    identity_id(p, by);
    stix_time(created_us, created);
    stix_time(modified_us, o->version);
    if (strcmp(o->id, by) != 0) jw_kv_str(&o->w, "created_by_ref", by);
    jw_kv_str(&o->w, "created", created);
    jw_kv_str(&o->w, "modified", o->version);
}

static void object_marking(struct object *o, struct sv tlp)
{
    const char *id = stix_tlp_marking_id(tlp);
    if (!id) return;
    jw_key(&o->w, "object_marking_refs");
    jw_array(&o->w);
    jw_str(&o->w, id);
    jw_end(&o->w);
}

static int object_end(struct object *o, const struct stix_sink *sink, struct error *err)
{
    jw_end(&o->w);
    int code = o->b.failed ? error_set(err, ERR_NOMEM, "stix", "no memory for an object")
                           : sink->object(sink->arg, sv_cstr(o->id), sv_cstr(o->version), buf_sv(&o->b), err);
    buf_done(&o->b);
    return code;
}

/* An observable's id is computed from what was written, and put in. */
static int observable_end(struct object *o, const struct stix_sink *sink, struct error *err)
{
    struct json *doc = NULL;
    struct buf whole;
    jw_end(&o->w);
    buf_init(&whole, 0);
    int code = o->b.failed ? error_set(err, ERR_NOMEM, "stix", "no memory for an object")
                           : json_parse(buf_sv(&o->b), JSON_STRICT, &doc, err);
    if (code == 0) code = stix_observable_id(doc, o->id, err);
    json_free(doc);
    if (code == 0) {
        buf_printf(&whole, "{\"id\":\"%s\",", o->id);
        buf_putsv(&whole, sv_sub(buf_sv(&o->b), 1, o->b.n));
        code = whole.failed ? error_set(err, ERR_NOMEM, "stix", "no memory for an object")
                            : sink->object(sink->arg, sv_cstr(o->id), SV_NULL, buf_sv(&whole), err);
    }
    buf_done(&whole);
    buf_done(&o->b);
    return code;
}

/* ---- what every collection begins with ---- */

static const int64_t extension_created_us = INT64_C(1767225600000000); /* 2026-01-01 */

static int write_identity(const struct stix_producer *p, const struct stix_sink *sink, struct error *err)
{
    struct object o;
    char id[STIX_ID_BYTES];
    identity_id(p, id);
    object_begin(&o, "identity", id);
    object_common(&o, p, extension_created_us, extension_created_us);
    jw_kv_sv(&o.w, "name", p->name);
    jw_kv_str(&o.w, "identity_class", "organization");
    return object_end(&o, sink, err);
}

static int write_extension(const struct stix_producer *p, const struct stix_sink *sink, struct error *err)
{
    /* The same wherever it is written: its creator is the project, not the installation. */
    static const struct stix_producer project = {SV_INIT("Marsad"), SV_INIT("marsad extension definition")};
    struct object o;
    (void)p;
    int code = write_identity(&project, sink, err);
    if (code) return code;
    object_begin(&o, "extension-definition", stix_extension_id);
    object_common(&o, &project, extension_created_us, extension_created_us);
    jw_kv_str(&o.w, "name", "marsad-reference");
    jw_kv_str(
        &o.w, "description",
        "Perceptual hashes of whole pictures and clips (PDQ, vPDQ) with quality and time, and the item of a "
        "bank that an indicator stands for.");
    jw_kv_str(&o.w, "schema", "https://marsad.example/formats/stix.md");
    jw_kv_str(&o.w, "version", "1.0.0");
    jw_key(&o.w, "extension_types");
    jw_array(&o.w);
    jw_str(&o.w, "property-extension");
    jw_end(&o.w);
    return object_end(&o, sink, err);
}

static int write_marking(struct sv tlp, const struct stix_sink *sink, struct error *err)
{
    struct object o;
    size_t i = tlp_at(tlp);
    if (i == TLPS)
        return error_set(err, ERR_ARG, "stix", "TLP %.*s: it is clear, green, amber, amber+strict or red",
                         SV_FMT(tlp));
    object_begin(&o, "marking-definition", tlps[i].id);
    jw_kv_str(&o.w, "created", "2022-10-01T00:00:00.000Z");
    jw_kv_str(&o.w, "name", tlps[i].name);
    jw_key(&o.w, "extensions");
    jw_object(&o.w);
    jw_key(&o.w, tlp_extension);
    jw_object(&o.w);
    jw_kv_str(&o.w, "extension_type", "property-extension");
    jw_kv_str(&o.w, "tlp_2_0", tlps[i].level);
    jw_end(&o.w);
    jw_end(&o.w);
    snprintf(o.version, sizeof o.version, "2022-10-01T00:00:00.000Z");
    return object_end(&o, sink, err);
}

int stix_write_frame(const struct stix_producer *p, struct sv tlp, const struct stix_sink *sink,
                     struct error *err)
{
    int code = write_identity(p, sink, err);
    if (code == 0) code = write_extension(p, sink, err);
    return code == 0 ? write_marking(tlp, sink, err) : code;
}

/* ---- an item ---- */

/* A hash key that STIX allows: 3-250 letters, digits, '-', '_'. */
static bool key_ok(struct sv key)
{
    if (key.n < 3 || key.n > 250) return false;
    for (size_t i = 0; i < key.n; i++)
        if (!isalnum((unsigned char)key.p[i]) && key.p[i] != '-' && key.p[i] != '_') return false;
    return true;
}

static bool is_hex(struct sv v, size_t n)
{
    if (v.n != n) return false;
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)v.p[i])) return false;
    return true;
}

/* The key under which STIX knows an item's value, and the value; false when it is no hash of a file. */
static bool hash_of(const struct bank_item *item, struct buf *key, struct buf *value, struct error *err)
{
    char hex[HASH256_TEXT_BYTES];
    switch (item->type) {
    case BANK_PDQ:
        hash256_format(&item->frames[0].pdq, hex);
        buf_puts(key, "PDQ");
        buf_puts(value, hex);
        return true;
    case BANK_VPDQ: {
        buf_puts(key, "VPDQ");
        bool said = hashlist_write(item, "vpdq", value, err) == 0;
        while (said && value->n > 0 && value->p[value->n - 1] == '\n') value->n--;
        return said;
    }
    case BANK_SHA256:
        buf_puts(key, "SHA-256");
        buf_putsv(value, item->value);
        return is_hex(item->value, 64);
    case BANK_OTHER:
        buf_putsv(value, item->value);
        if (is_hex(item->value, 32))
            buf_puts(key, "MD5");
        else if (is_hex(item->value, 40))
            buf_puts(key, "SHA-1");
        else
            buf_putsv(key, item->other_type);
        return key_ok(buf_sv(key)) && !sv_is(buf_sv(key), "url") && !sv_is(buf_sv(key), "user-account");
    case BANK_SOUND:
    case BANK_PRINT:
    case BANK_SIGHT:
    case BANK_ITEM_TYPE_COUNT: break;
    }
    return false;
}

static void put_quoted(struct buf *b, struct sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'' || s.p[i] == '\\') buf_putc(b, '\\');
        buf_putc(b, s.p[i]);
    }
}

static void put_pattern(struct buf *b, const struct bank_item *item, struct sv key, struct sv value)
{
    bool is_url = item->type == BANK_OTHER && sv_is(item->other_type, "url");
    bool is_account = item->type == BANK_OTHER && sv_is(item->other_type, "user-account");
    if (is_url)
        buf_puts(b, "[url:value = '");
    else if (is_account)
        buf_puts(b, "[user-account:account_login = '");
    else
        buf_printf(b, "[file:hashes.'%.*s' = '", SV_FMT(key));
    put_quoted(b, is_url || is_account ? item->value : value);
    buf_puts(b, "']");
}

/* The item whole, without what is ours alone: where we have it from, and what we made of it. */
static int put_item(struct object *o, const struct stix_share *share, struct error *err)
{
    struct bank_item item = *share->item;
    struct buf line;
    item.source = SV_NULL;
    item.status = BANK_ACTIVE;
    buf_init(&line, 0);
    int code = hashlist_write(&item, "marsad", &line, err);
    if (code == 0) {
        jw_key(&o->w, "extensions");
        jw_object(&o->w);
        jw_key(&o->w, stix_extension_id);
        jw_object(&o->w);
        jw_kv_str(&o->w, "extension_type", "property-extension");
        jw_kv_str(&o->w, "category", category_name(share->category));
        jw_kv_bool(&o->w, "whole_frame", true);
        jw_key(&o->w, "item");
        jw_raw(&o->w, sv_trim(buf_sv(&line)));
        jw_end(&o->w);
        jw_end(&o->w);
        if (line.failed) o->b.failed = true;
    }
    buf_done(&line);
    return code;
}

void stix_indicator_id_of(const struct stix_producer *p, const struct id128 *item, char out[STIX_ID_BYTES])
{
    char by[STIX_ID_BYTES];
    identity_id(p, by);
    struct sv parts[] = {sv_cstr(by), sv_of(item->b, sizeof item->b)};
    stix_own_id("indicator", parts, 2, out);
}

void stix_indicator_id(const struct stix_producer *p, const struct bank_item *item, char out[STIX_ID_BYTES])
{
    struct id128 id = bank_item_id(item);
    stix_indicator_id_of(p, &id, out);
}

static int write_indicator(const struct stix_producer *p, const struct stix_share *share, struct sv pattern,
                           const char *pattern_type, const char *id, const struct stix_sink *sink,
                           struct error *err)
{
    struct object o;
    char from[STIX_TIME_BYTES];
    object_begin(&o, "indicator", id);
    object_common(&o, p, share->created_us, share->modified_us);
    if (share->item->label.n) jw_kv_sv(&o.w, "name", share->item->label);
    if (share->item->reason.n) jw_kv_sv(&o.w, "description", share->item->reason);
    jw_key(&o.w, "labels");
    jw_array(&o.w);
    jw_str(&o.w, category_name(share->category));
    jw_end(&o.w);
    jw_kv_sv(&o.w, "pattern", pattern);
    jw_kv_str(&o.w, "pattern_type", pattern_type);
    stix_time(share->created_us, from);
    jw_kv_str(&o.w, "valid_from", from);
    if (share->revoked) jw_kv_bool(&o.w, "revoked", true);
    object_marking(&o, share->tlp);
    int code = put_item(&o, share, err);
    if (code) {
        buf_done(&o.b);
        return code;
    }
    return object_end(&o, sink, err);
}

static int write_file(const struct stix_share *share, struct sv key, struct sv value,
                      char out_id[STIX_ID_BYTES], const struct stix_sink *sink, struct error *err)
{
    struct object o;
    const struct bank_item *item = share->item;
    object_begin(&o, "file", NULL);
    jw_key(&o.w, "hashes");
    jw_object(&o.w);
    jw_keysv(&o.w, key);
    jw_sv(&o.w, value);
    jw_end(&o.w);
    object_marking(&o, share->tlp);
    if (item->nframes) {
        jw_key(&o.w, "extensions");
        jw_object(&o.w);
        jw_key(&o.w, stix_extension_id);
        jw_object(&o.w);
        jw_kv_str(&o.w, "extension_type", "property-extension");
        jw_kv_str(&o.w, "algorithm", item->type == BANK_PDQ ? "PDQ" : "VPDQ");
        jw_kv_bool(&o.w, "whole_frame", true);
        jw_kv_i64(&o.w, "frames", (int64_t)item->nframes);
        if (item->type == BANK_PDQ) jw_kv_i64(&o.w, "quality", item->frames[0].quality);
        jw_end(&o.w);
        jw_end(&o.w);
    }
    int code = observable_end(&o, sink, err);
    memcpy(out_id, o.id, STIX_ID_BYTES);
    return code;
}

static int write_relationship(const struct stix_producer *p, const struct stix_share *share, const char *from,
                              const char *to, const struct stix_sink *sink, struct error *err)
{
    struct object o;
    char id[STIX_ID_BYTES];
    struct sv parts[] = {sv_cstr(from), sv_cstr(to)};
    stix_own_id("relationship", parts, 2, id);
    object_begin(&o, "relationship", id);
    object_common(&o, p, share->created_us, share->modified_us);
    jw_kv_str(&o.w, "relationship_type", "related-to");
    jw_kv_str(&o.w, "source_ref", from);
    jw_kv_str(&o.w, "target_ref", to);
    if (share->revoked) jw_kv_bool(&o.w, "revoked", true);
    object_marking(&o, share->tlp);
    return object_end(&o, sink, err);
}

int stix_write_item(const struct stix_producer *p, const struct stix_share *share,
                    const struct stix_sink *sink, struct error *err)
{
    struct buf key, value, pattern;
    char indicator[STIX_ID_BYTES], file[STIX_ID_BYTES];
    buf_init(&key, 0);
    buf_init(&value, 0);
    buf_init(&pattern, 0);
    bool is_file = hash_of(share->item, &key, &value, err);
    bool named = share->item->type == BANK_OTHER &&
                 (sv_is(share->item->other_type, "url") || sv_is(share->item->other_type, "user-account"));
    const char *type = is_file || named ? "stix" : "marsad";
    if (is_file || named)
        put_pattern(&pattern, share->item, buf_sv(&key), buf_sv(&value));
    else
        buf_printf(&pattern, "%s:%.*s", bank_item_type_name(share->item->type),
                   SV_FMT(sv_sub(share->item->value, 0, 256)));
    stix_indicator_id(p, share->item, indicator);
    int code = key.failed || value.failed || pattern.failed
                   ? error_set(err, ERR_NOMEM, "stix", "no memory for a pattern")
                   : write_indicator(p, share, buf_sv(&pattern), type, indicator, sink, err);
    if (code == 0 && is_file && !share->revoked)
        code = write_file(share, buf_sv(&key), buf_sv(&value), file, sink, err);
    if (code == 0 && is_file && !share->revoked)
        code = write_relationship(p, share, indicator, file, sink, err);
    buf_done(&key);
    buf_done(&value);
    buf_done(&pattern);
    return code;
}

/* ---- a post ---- */

struct refs {
    char url[STIX_ID_BYTES], account[STIX_ID_BYTES];
};

static int write_url(struct sv url, struct sv tlp, char out[STIX_ID_BYTES], const struct stix_sink *sink,
                     struct error *err)
{
    struct object o;
    object_begin(&o, "url", NULL);
    jw_kv_sv(&o.w, "value", url);
    object_marking(&o, tlp);
    int code = observable_end(&o, sink, err);
    memcpy(out, o.id, STIX_ID_BYTES);
    return code;
}

/* The account as the platform shows it, and nothing of who may stand behind it. */
static int write_account(const struct account *a, struct sv tlp, char out[STIX_ID_BYTES],
                         const struct stix_sink *sink, struct error *err)
{
    struct object o;
    object_begin(&o, "user-account", NULL);
    jw_kv_sv(&o.w, "account_type", a->platform);
    if (a->native_id.n) jw_kv_sv(&o.w, "user_id", a->native_id);
    if (a->handle.n) jw_kv_sv(&o.w, "account_login", a->handle);
    object_marking(&o, tlp);
    int code = observable_end(&o, sink, err);
    memcpy(out, o.id, STIX_ID_BYTES);
    return code;
}

int stix_write_post(const struct stix_producer *p, const struct post *post, enum category category,
                    struct sv tlp, const struct stix_sink *sink, struct error *err)
{
    struct refs refs = {"", ""};
    int code = post->url.n ? write_url(post->url, tlp, refs.url, sink, err) : 0;
    bool account = post->account.native_id.n || post->account.handle.n;
    if (code == 0 && account) code = write_account(&post->account, tlp, refs.account, sink, err);
    if (code || (!refs.url[0] && !refs.account[0])) return code;
    struct object o;
    char id[STIX_ID_BYTES], first[STIX_TIME_BYTES];
    int64_t at = post->collected_us != TIME_UNKNOWN ? post->collected_us : post->created_us;
    if (at == TIME_UNKNOWN) at = 0;
    struct sv parts[] = {sv_of(post->id.b, sizeof post->id.b), p->about};
    stix_own_id("observed-data", parts, 2, id);
    object_begin(&o, "observed-data", id);
    object_common(&o, p, at, at);
    stix_time(at, first);
    jw_kv_str(&o.w, "first_observed", first);
    jw_kv_str(&o.w, "last_observed", first);
    jw_kv_i64(&o.w, "number_observed", 1);
    jw_key(&o.w, "object_refs");
    jw_array(&o.w);
    if (refs.url[0]) jw_str(&o.w, refs.url);
    if (refs.account[0]) jw_str(&o.w, refs.account);
    jw_end(&o.w);
    if (category != CATEGORY_NONE) {
        jw_key(&o.w, "labels");
        jw_array(&o.w);
        jw_str(&o.w, category_name(category));
        jw_end(&o.w);
    }
    object_marking(&o, tlp);
    return object_end(&o, sink, err);
}

/* ---- what is said about others' indicators ---- */

int stix_write_sighting(const struct stix_producer *p, const struct stix_sighting *s,
                        const struct stix_sink *sink, struct error *err)
{
    struct object o;
    char id[STIX_ID_BYTES], by[STIX_ID_BYTES], text[STIX_TIME_BYTES];
    identity_id(p, by);
    struct sv parts[] = {s->indicator, sv_cstr(by)};
    stix_own_id("sighting", parts, 2, id);
    object_begin(&o, "sighting", id);
    object_common(&o, p, s->first_us, s->modified_us);
    stix_time(s->first_us, text);
    jw_kv_str(&o.w, "first_seen", text);
    stix_time(s->last_us, text);
    jw_kv_str(&o.w, "last_seen", text);
    jw_kv_i64(&o.w, "count", s->count > 999999999 ? 999999999 : s->count);
    jw_kv_sv(&o.w, "sighting_of_ref", s->indicator);
    jw_key(&o.w, "where_sighted_refs");
    jw_array(&o.w);
    jw_str(&o.w, by);
    jw_end(&o.w);
    object_marking(&o, s->tlp);
    return object_end(&o, sink, err);
}

int stix_write_opinion(const struct stix_producer *p, const struct stix_opinion *in,
                       const struct stix_sink *sink, struct error *err)
{
    struct object o;
    char id[STIX_ID_BYTES], by[STIX_ID_BYTES];
    if (!stix_opinion_known(in->opinion))
        return error_set(err, ERR_ARG, "stix",
                         "opinion %.*s: strongly-disagree, disagree, neutral, agree, strongly-agree",
                         SV_FMT(in->opinion));
    identity_id(p, by);
    struct sv parts[] = {in->about, sv_cstr(by)};
    stix_own_id("opinion", parts, 2, id);
    object_begin(&o, "opinion", id);
    object_common(&o, p, in->at_us, in->at_us);
    if (in->explanation.n) jw_kv_sv(&o.w, "explanation", in->explanation);
    jw_kv_sv(&o.w, "opinion", in->opinion);
    jw_key(&o.w, "object_refs");
    jw_array(&o.w);
    jw_sv(&o.w, in->about);
    jw_end(&o.w);
    return object_end(&o, sink, err);
}

/* ---- bundles ---- */

void stix_bundle_begin(struct stix_bundle *x, struct buf *b)
{
    *x = (struct stix_bundle){b, false, false};
    buf_puts(b, "{\"type\":\"bundle\",\"id\":\"bundle--");
    buf_pad(b, '0', UUID_TEXT_BYTES - 1);
    buf_puts(b, "\"");
}

void stix_envelope_begin(struct stix_bundle *x, struct buf *b)
{
    *x = (struct stix_bundle){b, false, true};
    buf_putc(b, '{');
}

int stix_bundle_add(void *bundle, struct sv id, struct sv version, struct sv body, struct error *err)
{
    struct stix_bundle *x = bundle;
    (void)id;
    (void)version;
    buf_puts(x->b, x->any ? ",\n" : x->envelope ? "\"objects\":[" : ",\"objects\":[\n");
    buf_putsv(x->b, body);
    x->any = true;
    return x->b->failed ? error_set(err, ERR_NOMEM, "stix", "no memory for a bundle") : 0;
}

void stix_bundle_end(struct stix_bundle *x)
{
    static const char at[] = "\"id\":\"bundle--";
    if (x->any) buf_puts(x->b, "\n]");
    buf_puts(x->b, "}\n");
    if (x->b->failed || x->envelope) return;
    /* Its id is that of its content. */
    char id[STIX_ID_BYTES];
    struct sv parts[] = {buf_sv(x->b)};
    stix_own_id("bundle", parts, 1, id);
    size_t place = sv_find(buf_sv(x->b), SV(at), 0);
    if (place != SIZE_MAX)
        memcpy(x->b->p + place + sizeof at - 1, id + sizeof "bundle--" - 1, UUID_TEXT_BYTES - 1);
}
