/* MISP events: what a collection shares, as objects of two templates of ours (docs/formats/misp), since MISP has none for
 * perceptual hashes and short videos. UUIDs are computed, so that the same event written twice is the same event. */
#include <stdio.h>
#include <string.h>

#include "exchange/exchange_priv.h"
#include "store/hashlist.h"

static const char hash_template[] = "8a7d5c1e-2b64-5f0d-9e3a-6c41b2f7d810";

struct event {
    const struct stix_producer *p;
    struct store *s;
    struct jw w;
    struct arena a;
    struct error *err;
    int64_t now_us;
};

static void uuid_of(const char *kind, const struct sv *parts, size_t n, char out[UUID_TEXT_BYTES])
{
    char id[STIX_ID_BYTES];
    stix_own_id(kind, parts, n, id);
    snprintf(out, UUID_TEXT_BYTES, "%s", strstr(id, "--") + 2);
}

static void attribute(struct event *e, const char *relation, const char *type, const char *category, bool ids,
                      struct sv value, const char *object)
{
    char uuid[UUID_TEXT_BYTES];
    struct sv parts[] = {sv_cstr(object), sv_cstr(relation), value};
    uuid_of("misp-attribute", parts, 3, uuid);
    jw_object(&e->w);
    jw_kv_str(&e->w, "uuid", uuid);
    jw_kv_str(&e->w, "object_relation", relation);
    jw_kv_str(&e->w, "type", type);
    jw_kv_str(&e->w, "category", category);
    jw_kv_bool(&e->w, "to_ids", ids);
    jw_kv_bool(&e->w, "disable_correlation", false);
    jw_kv_sv(&e->w, "value", value);
    jw_end(&e->w);
}

static void put_item(struct event *e, const struct grant *g, const struct bank_item *item,
                     enum category category)
{
    char uuid[UUID_TEXT_BYTES], when[32], hex[HASH256_TEXT_BYTES], number[16];
    struct id128 id = bank_item_id(item);
    struct sv parts[] = {e->p->about, sv_of(id.b, sizeof id.b)};
    struct buf value;
    buf_init(&value, 0);
    uuid_of("misp-object", parts, 2, uuid);
    snprintf(when, sizeof when, "%lld", (long long)(g->at_us / US_PER_SECOND));
    jw_object(&e->w);
    jw_kv_str(&e->w, "name", "perceptual-hash");
    jw_kv_str(&e->w, "meta-category", "file");
    jw_kv_str(&e->w, "description", "A hash by which copies of a whole picture or clip are found again");
    jw_kv_str(&e->w, "template_uuid", hash_template);
    jw_kv_str(&e->w, "template_version", "1");
    jw_kv_str(&e->w, "uuid", uuid);
    jw_kv_str(&e->w, "timestamp", when);
    jw_key(&e->w, "Attribute");
    jw_array(&e->w);
    attribute(e, "algorithm", "text", "Other", false, sv_cstr(bank_item_type_name(item->type)), uuid);
    if (item->type == BANK_PDQ) {
        hash256_format(&item->frames[0].pdq, hex);
        attribute(e, "hash", "text", "Payload delivery", true, sv_cstr(hex), uuid);
        snprintf(number, sizeof number, "%d", item->frames[0].quality);
        attribute(e, "quality", "counter", "Other", false, sv_cstr(number), uuid);
    } else if (item->type == BANK_VPDQ && hashlist_write(item, "vpdq", &value, NULL) == 0) {
        attribute(e, "hash", "text", "Payload delivery", true, sv_trim(buf_sv(&value)), uuid);
    } else if (item->type == BANK_SHA256) {
        attribute(e, "sha256", "sha256", "Payload delivery", true, item->value, uuid);
    } else {
        attribute(e, "hash", "text", "Payload delivery", true, item->value, uuid);
    }
    attribute(e, "category", "text", "Other", false, sv_cstr(category_name(category)), uuid);
    if (item->label.n) attribute(e, "name", "text", "Other", false, item->label, uuid);
    if (item->threshold >= 0) {
        snprintf(number, sizeof number, "%d", item->threshold);
        attribute(e, "threshold", "counter", "Other", false, sv_cstr(number), uuid);
    }
    jw_end(&e->w);
    jw_end(&e->w);
    if (value.failed) e->w.b->failed = true;
    buf_done(&value);
}

static int on_grant(void *arg, const struct grant *g)
{
    struct event *e = arg;
    struct bank_item item;
    struct bank bank;
    struct error why;
    if (g->revoked_us != TIME_UNKNOWN) return 0;
    arena_clear(&e->a);
    int code = store_bank_item_get(e->s, g->bank, &g->item, &e->a, &item, &why);
    if (code == 0) code = store_bank_get(e->s, g->bank, &e->a, &bank, &why);
    if (code == ERR_NOTFOUND || (code == 0 && item.status != BANK_ACTIVE)) return 0;
    if (code) return error_set(e->err, code, "misp", "%s", why.text);
    put_item(e, g, &item, bank.category);
    return 0;
}

int misp_event(const struct stix_producer *p, struct sv info, struct sv tlp, int64_t now_us, struct store *s,
               struct sv collection, struct buf *out, struct error *err)
{
    struct event e = {.p = p, .s = s, .err = err, .now_us = now_us};
    char uuid[UUID_TEXT_BYTES], org[UUID_TEXT_BYTES], when[TIME_TEXT_BYTES], tag[48];
    struct sv parts[] = {p->about, collection};
    arena_init(&e.a, 0);
    jw_init(&e.w, out, JW_COMPACT);
    uuid_of("misp-event", parts, 2, uuid);
    uuid_of("misp-org", parts, 1, org);
    time_format(now_us, when);
    snprintf(tag, sizeof tag, "tlp:%.*s", SV_FMT(tlp));
    jw_object(&e.w);
    jw_key(&e.w, "Event");
    jw_object(&e.w);
    jw_kv_str(&e.w, "uuid", uuid);
    jw_kv_sv(&e.w, "info", info);
    jw_kv_sv(&e.w, "date", sv_of(when, 10));
    jw_kv_str(&e.w, "analysis", "2");
    jw_kv_str(&e.w, "threat_level_id", "4");
    jw_kv_str(&e.w, "distribution", "0");
    jw_kv_bool(&e.w, "published", false);
    jw_key(&e.w, "Orgc");
    jw_object(&e.w);
    jw_kv_sv(&e.w, "name", p->name);
    jw_kv_str(&e.w, "uuid", org);
    jw_end(&e.w);
    jw_key(&e.w, "Tag");
    jw_array(&e.w);
    jw_object(&e.w);
    jw_kv_str(&e.w, "name", tag);
    jw_end(&e.w);
    jw_end(&e.w);
    jw_key(&e.w, "Object");
    jw_array(&e.w);
    int code = store_grants(s, collection, on_grant, &e, err);
    jw_end(&e.w);
    jw_end(&e.w);
    jw_end(&e.w);
    buf_putc(out, '\n');
    arena_done(&e.a);
    return code;
}
