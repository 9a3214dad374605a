/* "signal_type signal" a line, as file exchanges write it. Types that are matched become items of their own kind; every
 * other is kept as it came. */
#include "store/hashlist_priv.h"

enum { TYPE_MAX_BYTES = 64 };

static bool type_ok(struct sv type)
{
    if (type.n == 0 || type.n > TYPE_MAX_BYTES) return false;
    for (size_t i = 0; i < type.n; i++) {
        char c = type.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-'))
            return false;
    }
    return true;
}

static bool split(struct sv line, struct sv *type, struct sv *signal)
{
    size_t at = 0;
    while (at < line.n && line.p[at] != ' ' && line.p[at] != '\t') at++;
    *type = sv_sub(line, 0, at);
    *signal = sv_trim(sv_sub(line, at, line.n));
    return type_ok(*type) && signal->n > 0;
}

static bool looks(struct sv line)
{
    struct sv type, signal;
    return split(line, &type, &signal);
}

static bool is_sha256(struct sv type)
{
    return sv_eq_nocase(type, SV("sha256")) || sv_eq_nocase(type, SV("video_sha256")) ||
           sv_eq_nocase(type, SV("HASH_SHA256")) || sv_eq_nocase(type, SV("HASH_VIDEO_SHA256"));
}

static int read_clip(struct hashlist *h, struct sv signal)
{
    struct json *doc = NULL;
    struct bank_item item = hashlist_blank(BANK_VPDQ);
    struct error why;
    int rc = json_parse(signal, JSON_STRICT, &doc, &why);
    if (rc == ERR_NOMEM) return hashlist_nomem(h);
    if (rc != 0) return hashlist_bad(h, h->line, "%s", why.text);
    rc = hashlist_clip(h, doc, &item);
    if (rc == 0 && item.nframes > 0) rc = hashlist_item(h, &item);
    json_free(doc);
    return rc;
}

static int read_line(struct hashlist *h, struct sv line)
{
    struct sv type, signal;
    if (!split(line, &type, &signal))
        return hashlist_bad(h, h->line, "%.*s is no \"signal_type signal\"", SV_FMT(sv_sub(line, 0, 80)));
    if (sv_eq_nocase(type, SV("pdq")) || sv_eq_nocase(type, SV("HASH_PDQ"))) {
        struct hash256 pdq;
        if (!hash256_parse(signal, &pdq))
            return hashlist_bad(h, h->line, "%.*s is no PDQ hash of 64 hex digits",
                                SV_FMT(sv_sub(signal, 0, 80)));
        return hashlist_pdq(h, &pdq, 100, SV_NULL);
    }
    if (sv_eq_nocase(type, SV("vpdq"))) return read_clip(h, signal);
    struct bank_item item = hashlist_blank(BANK_OTHER);
    item.value = signal;
    item.other_type = type;
    if (is_sha256(type)) {
        if (!hashlist_is_hex(signal, 64))
            return hashlist_bad(h, h->line, "%.*s is no SHA-256 of 64 hex digits",
                                SV_FMT(sv_sub(signal, 0, 80)));
        item.type = BANK_SHA256;
        item.other_type = SV_NULL;
        item.value = hashlist_lower(&h->arena, signal);
        if (!item.value.p) return hashlist_nomem(h);
    } else if (sv_is(type, "sound") || sv_is(type, "print") || sv_is(type, "sight")) {
        item.type = sv_is(type, "sound") ? BANK_SOUND : sv_is(type, "print") ? BANK_PRINT : BANK_SIGHT;
        item.other_type = SV_NULL;
    }
    return hashlist_item(h, &item);
}

static int write_item(const struct bank_item *item, struct buf *b, struct error *err)
{
    char text[HASH256_TEXT_BYTES];
    struct jw w;
    switch (item->type) {
    case BANK_PDQ:
        if (item->nframes != 1) return hashlist_no_way(item, "typed", err);
        hash256_format(&item->frames[0].pdq, text);
        buf_printf(b, "pdq %s", text);
        break;
    case BANK_VPDQ:
        buf_puts(b, "vpdq ");
        jw_init(&w, b, JW_COMPACT);
        hashlist_put_clip(&w, item);
        break;
    case BANK_SHA256:
    case BANK_SOUND:
    case BANK_PRINT:
    case BANK_SIGHT:
    case BANK_OTHER: {
        struct sv type = item->type == BANK_SHA256  ? SV("sha256")
                         : item->type == BANK_SOUND ? SV("sound")
                         : item->type == BANK_PRINT ? SV("print")
                         : item->type == BANK_SIGHT ? SV("sight")
                                                    : item->other_type;
        bool lines =
            sv_find_byte(item->value, '\n', 0) != SIZE_MAX || sv_find_byte(item->value, '\r', 0) != SIZE_MAX;
        bool trimmed = sv_trim(item->value).n == item->value.n && item->value.n > 0;
        if (!type_ok(type) || lines || !trimmed) return hashlist_no_way(item, "typed", err);
        buf_putsv(b, type);
        buf_putc(b, ' ');
        buf_putsv(b, item->value);
        break;
    }
    case BANK_ITEM_TYPE_COUNT: return hashlist_no_way(item, "typed", err);
    }
    buf_putc(b, '\n');
    return 0;
}

const struct hashlist_format hashlist_typed = {"typed", looks, read_line, NULL, write_item};
