/* Marsad's own: one JSON object a line with everything that a bank knows of an item. Bytes that are no UTF-8 stand beside
 * their member as hex ("label_hex"), which is then what is read, as everywhere in our records. */
#include "store/hashlist_priv.h"

#include <stdio.h>

#include "base/utf8.h"

/* ---- writing ---- */

static void put_bytes(struct jw *w, const char *key, struct sv v)
{
    char name[32];
    if (v.n == 0) return;
    jw_kv_sv(w, key, v);
    if (utf8_check(v) == SIZE_MAX) return;
    struct buf hex;
    buf_init(&hex, 0);
    for (size_t i = 0; i < v.n; i++) buf_printf(&hex, "%02x", (unsigned char)v.p[i]);
    snprintf(name, sizeof name, "%s_hex", key);
    jw_kv_sv(w, name, buf_sv(&hex));
    if (hex.failed) w->b->failed = true;
    buf_done(&hex);
}

static void put_frames(struct jw *w, const struct bank_item *item)
{
    char hex[HASH256_TEXT_BYTES];
    if (item->nframes == 0) return;
    jw_key(w, "frames");
    jw_array(w);
    for (size_t i = 0; i < item->nframes; i++) {
        const struct bank_frame *f = &item->frames[i];
        hash256_format(&f->pdq, hex);
        jw_object(w);
        jw_kv_str(w, "pdq", hex);
        jw_kv_i64(w, "quality", f->quality);
        jw_kv_i64(w, "time_us", f->time_us);
        jw_end(w);
    }
    jw_end(w);
}

static int write_item(const struct bank_item *item, struct buf *b, struct error *err)
{
    struct jw w;
    jw_init(&w, b, JW_COMPACT);
    jw_object(&w);
    jw_kv_str(&w, "type", bank_item_type_name(item->type));
    put_frames(&w, item);
    put_bytes(&w, "value", item->value);
    put_bytes(&w, "other_type", item->other_type);
    put_bytes(&w, "label", item->label);
    put_bytes(&w, "source", item->source);
    put_bytes(&w, "reason", item->reason);
    jw_kv_str(&w, "status", bank_status_name(item->status));
    if (item->threshold >= 0) jw_kv_i64(&w, "threshold", item->threshold);
    if (item->added_us != TIME_UNKNOWN) jw_kv_i64(&w, "added_us", item->added_us);
    jw_end(&w);
    buf_putc(b, '\n');
    return 0;
}

/* ---- reading ---- */

/* A member's bytes, *borrowed* from the document, or out of its hex in the arena. False: it is there and wrong. */
static bool get_bytes(struct hashlist *h, const struct json *v, const char *key, struct sv *out, int *rc)
{
    char name[32];
    const struct json *plain = json_get(v, key);
    snprintf(name, sizeof name, "%s_hex", key);
    const struct json *hex_value = json_get(v, name);
    *out = json_sv(plain);
    if (!hex_value) return json_type(plain) == JSON_STRING || json_type(plain) == JSON_NULL;
    struct sv hex = json_sv(hex_value);
    uint8_t *bytes = arena_alloc(&h->arena, hex.n / 2 + 1);
    if (!bytes) {
        *rc = hashlist_nomem(h);
        return false;
    }
    if (json_type(hex_value) != JSON_STRING || hex.n % 2 != 0 || !hex_decode(hex, bytes, hex.n / 2))
        return false;
    *out = sv_of(bytes, hex.n / 2);
    return true;
}

/* NULL, or what is wrong. */
static const char *get_frames(struct hashlist *h, const struct json *list, struct bank_item *item, int *rc)
{
    size_t n = json_len(list);
    if (json_type(list) != JSON_ARRAY || n == 0) return "frames: a list, and not empty";
    if (n > BANK_MAX_FRAMES) return "frames: too many";
    item->frames = ARENA_ARRAY(&h->arena, n, struct bank_frame);
    if (!item->frames) {
        *rc = hashlist_nomem(h);
        return "";
    }
    for (size_t i = 0; i < n; i++) {
        const struct json *v = json_at(list, i);
        struct bank_frame *f = &item->frames[i];
        int64_t quality = json_get_i64(v, "quality", 100);
        f->time_us = json_get_i64(v, "time_us", 0);
        if (!hash256_parse(json_get_sv(v, "pdq"), &f->pdq)) return "pdq: 64 hex digits";
        if (quality < 0 || quality > 100) return "quality: a number from 0 to 100";
        if (f->time_us < 0) return "time_us: not negative";
        f->quality = (uint8_t)quality;
    }
    item->nframes = n;
    hashlist_sort_frames(item);
    return NULL;
}

static const char *get_value(struct hashlist *h, const struct json *v, struct bank_item *item, int *rc)
{
    if (item->type == BANK_PDQ || item->type == BANK_VPDQ) {
        const char *wrong = get_frames(h, json_get(v, "frames"), item, rc);
        if (!wrong && item->type == BANK_PDQ && item->nframes != 1) return "frames: a pdq item has one";
        return wrong;
    }
    if (!get_bytes(h, v, "value", &item->value, rc) || item->value.n == 0)
        return "value: text, and not empty";
    if (item->type == BANK_SHA256) {
        if (!hashlist_is_hex(item->value, 64)) return "value: 64 hex digits";
        item->value = hashlist_lower(&h->arena, item->value);
        if (!item->value.p) *rc = hashlist_nomem(h);
    }
    return NULL;
}

static const char *get_item(struct hashlist *h, const struct json *v, struct bank_item *item, int *rc)
{
    const struct json *status = json_get(v, "status"), *threshold = json_get(v, "threshold");
    if (json_type(v) != JSON_OBJECT) return "the line is no JSON object";
    if (!bank_item_type_parse(json_get_sv(v, "type"), &item->type))
        return "type: pdq, vpdq, sha256, sound or other";
    if (!get_bytes(h, v, "label", &item->label, rc)) return "label: text";
    if (!get_bytes(h, v, "source", &item->source, rc)) return "source: text";
    if (!get_bytes(h, v, "reason", &item->reason, rc)) return "reason: text";
    if (item->type == BANK_OTHER && !get_bytes(h, v, "other_type", &item->other_type, rc))
        return "other_type: text";
    if (status && !bank_status_parse(json_sv(status), &item->status))
        return "status: active, quarantined or withdrawn";
    int64_t bits = json_i64(threshold, -1);
    if (threshold && (bits < 0 || bits > 256)) return "threshold: a number of bits from 0 to 256";
    item->threshold = (int)bits;
    item->added_us = json_get_i64(v, "added_us", TIME_UNKNOWN);
    return get_value(h, v, item, rc);
}

static int read_line(struct hashlist *h, struct sv line)
{
    struct json *doc = NULL;
    struct error why;
    struct bank_item item = hashlist_blank(BANK_OTHER);
    int rc = json_parse(line, JSON_STRICT, &doc, &why);
    if (rc == ERR_NOMEM) return hashlist_nomem(h);
    if (rc != 0) return hashlist_bad(h, h->line, "%s", why.text);
    const char *wrong = get_item(h, doc, &item, &rc);
    if (rc == 0) rc = wrong ? hashlist_bad(h, h->line, "%s", wrong) : hashlist_item(h, &item);
    json_free(doc);
    return rc;
}

static bool looks(struct sv line)
{
    struct json *doc = NULL;
    enum bank_item_type type;
    if (line.p[0] != '{' || json_parse(line, JSON_STRICT, &doc, NULL) != 0) return false;
    bool ok = bank_item_type_parse(json_get_sv(doc, "type"), &type);
    json_free(doc);
    return ok;
}

const struct hashlist_format hashlist_marsad = {"marsad", looks, read_line, NULL, write_item};
