/* ThreatExchange's rows: indicator,(indicator_id,)descriptor_id,added_on,"labels", quoted as CSV quotes. A row does not
 * say of what type its indicator is: the file's name does ("simple.HASH_PDQ.te"), and without it 64 hex digits are
 * taken for PDQ, a JSON list for vPDQ, and the rest is kept by its length or as "unknown". */
#include "store/hashlist_priv.h"

#include <stdio.h>

enum { MAX_FIELDS = 6 };

struct row {
    struct sv v[MAX_FIELDS];
    size_t n;
};

/* One field into the arena when it is quoted; *rest moves past its comma. False when a quote is never closed. */
static bool next_field(struct arena *a, struct sv *rest, struct sv *out, bool *nomem)
{
    if (rest->n == 0 || rest->p[0] != '"') return sv_split(rest, ',', out);
    char *p = arena_alloc(a, rest->n);
    *nomem = !p;
    if (!p) return false;
    size_t n = 0, i = 1;
    for (; i < rest->n; i++) {
        if (rest->p[i] != '"')
            p[n++] = rest->p[i];
        else if (i + 1 < rest->n && rest->p[i + 1] == '"')
            p[n++] = rest->p[i++];
        else
            break;
    }
    if (i == rest->n) return false;
    *out = sv_of(p, n);
    struct sv tail = sv_sub(*rest, i + 1, rest->n);
    if (tail.n > 0 && tail.p[0] != ',') return false;
    *rest = tail.n > 0 ? sv_sub(tail, 1, tail.n) : SV_NULL;
    if (tail.n == 1) *rest = sv_of("", 0);
    return true;
}

static bool split_row(struct arena *a, struct sv line, struct row *r, bool *nomem)
{
    struct sv rest = line;
    *nomem = false;
    r->n = 0;
    while (rest.p && r->n < MAX_FIELDS)
        if (!next_field(a, &rest, &r->v[r->n++], nomem)) return false;
    return !rest.p && r->n >= 4 && r->n <= 5;
}

/* Which column is added_on: the last but one; the ids before it are numbers. */
static bool row_ok(const struct row *r, int64_t *out_added_us)
{
    int64_t id;
    for (size_t i = 1; i + 2 < r->n; i++)
        if (!sv_to_i64(sv_trim(r->v[i]), &id)) return false;
    struct sv added = sv_trim(r->v[r->n - 2]);
    if (sv_to_i64(added, &id)) {
        *out_added_us = time_from_epoch(id);
        return true;
    }
    /* "2021-01-31T10:00:00+0000": ThreatExchange leaves the colon out of the offset. */
    if (added.n > 5 && (added.p[added.n - 5] == '+' || added.p[added.n - 5] == '-')) {
        char text[40];
        snprintf(text, sizeof text, "%.*s:%.2s", (int)(added.n - 2 < 30 ? added.n - 2 : 30), added.p,
                 added.p + added.n - 2);
        if (time_parse(sv_cstr(text), out_added_us)) return true;
    }
    return time_parse(added, out_added_us);
}

static bool looks(struct sv line)
{
    struct arena a;
    struct row r;
    bool nomem;
    int64_t added_us;
    arena_init(&a, 0);
    bool ok = split_row(&a, line, &r, &nomem) && (row_ok(&r, &added_us) || sv_is(r.v[0], "indicator"));
    arena_done(&a);
    return ok;
}

/* HASH_PDQ and the like → our types; else by the look of the value. */
static void set_type(struct hashlist *h, struct sv value, struct bank_item *item)
{
    bool named = h->type_hint.n > 0;
    bool pdq = named ? sv_is(h->type_hint, "HASH_PDQ") : hashlist_is_hex(value, 64);
    bool sha = named && (sv_is(h->type_hint, "HASH_SHA256") || sv_is(h->type_hint, "HASH_VIDEO_SHA256"));
    bool clip = value.n > 0 && value.p[0] == '[';
    item->type = pdq ? BANK_PDQ : sha ? BANK_SHA256 : clip ? BANK_VPDQ : BANK_OTHER;
    if (item->type != BANK_OTHER) return;
    item->other_type = named                        ? h->type_hint
                       : hashlist_is_hex(value, 32) ? SV("md5")
                       : hashlist_is_hex(value, 40) ? SV("sha1")
                                                    : SV("unknown");
}

static int read_value(struct hashlist *h, struct sv value, struct bank_item *item, struct bank_frame *frame,
                      bool *out_bad)
{
    *out_bad = true;
    set_type(h, value, item);
    if (item->type == BANK_PDQ) {
        if (!hash256_parse(value, &frame->pdq))
            return hashlist_bad(h, h->line, "%.*s is no PDQ hash of 64 hex digits",
                                SV_FMT(sv_sub(value, 0, 80)));
        *frame = (struct bank_frame){frame->pdq, 100, 0};
        item->frames = frame;
        item->nframes = 1;
    } else if (item->type == BANK_VPDQ) {
        struct json *doc = NULL;
        struct error why;
        int rc = json_parse(value, JSON_STRICT, &doc, &why);
        if (rc == ERR_NOMEM) return hashlist_nomem(h);
        rc = rc == 0 ? hashlist_clip(h, doc, item) : hashlist_bad(h, h->line, "%s", why.text);
        json_free(doc);
        if (rc != 0 || item->nframes == 0) return rc;
    } else if (item->type == BANK_SHA256) {
        if (!hashlist_is_hex(value, 64))
            return hashlist_bad(h, h->line, "%.*s is no SHA-256 of 64 hex digits",
                                SV_FMT(sv_sub(value, 0, 80)));
        item->value = hashlist_lower(&h->arena, value);
        if (!item->value.p) return hashlist_nomem(h);
    } else if (value.n == 0) {
        return hashlist_bad(h, h->line, "the row has no indicator");
    } else {
        item->value = value;
    }
    *out_bad = false;
    return 0;
}

static int read_line(struct hashlist *h, struct sv line)
{
    struct row r;
    struct bank_item item = hashlist_blank(BANK_OTHER);
    struct bank_frame frame = {0};
    bool nomem, bad;
    if (!split_row(&h->arena, line, &r, &nomem)) {
        if (nomem) return hashlist_nomem(h);
        return hashlist_bad(h, h->line,
                            "%.*s is no row indicator,(indicator_id,)descriptor_id,added_on,\"labels\"",
                            SV_FMT(sv_sub(line, 0, 120)));
    }
    if (sv_is(r.v[0], "indicator")) return 0; /* the names of the columns */
    if (!row_ok(&r, &item.added_us))
        return hashlist_bad(h, h->line,
                            "%.*s: the ids before the last two columns are numbers, and added_on is a time",
                            SV_FMT(sv_sub(line, 0, 120)));
    int rc = read_value(h, sv_trim(r.v[0]), &item, &frame, &bad);
    if (rc != 0 || bad) return rc;
    item.label = sv_trim(r.v[r.n - 1]);
    item.source = arena_printf(&h->arena, "threatexchange:%.*s", SV_FMT(sv_trim(r.v[r.n - 3])));
    if (!item.source.p) return hashlist_nomem(h);
    return hashlist_item(h, &item);
}

/* ---- writing ---- */

static void put_quoted(struct buf *b, struct sv s)
{
    buf_putc(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_putc(b, '"');
        buf_putc(b, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
    }
    buf_putc(b, '"');
}

static bool can_say(const struct bank_item *item)
{
    if (item->type == BANK_PDQ) return item->nframes == 1;
    if (item->type == BANK_VPDQ) return item->nframes > 0;
    struct sv v = item->value;
    bool plain = v.n > 0 && sv_trim(v).n == v.n && sv_find_byte(v, '\n', 0) == SIZE_MAX &&
                 sv_find_byte(v, '\r', 0) == SIZE_MAX;
    return item->type == BANK_OTHER && plain && v.p[0] != '[' && !hashlist_is_hex(v, 64) &&
           !sv_is(v, "indicator") && v.p[0] != '#';
}

static void put_clip_quoted(const struct bank_item *item, struct buf *b)
{
    struct buf text;
    struct jw w;
    buf_init(&text, 0);
    jw_init(&w, &text, JW_COMPACT);
    hashlist_put_clip(&w, item);
    put_quoted(b, buf_sv(&text));
    if (text.failed) b->failed = true;
    buf_done(&text);
}

static int write_item(const struct bank_item *item, struct buf *b, struct error *err)
{
    if (!can_say(item)) return hashlist_no_way(item, "threatexchange", err);
    char text[HASH256_TEXT_BYTES], added[TIME_TEXT_BYTES];
    uint64_t descriptor = 0;
    for (int i = 0; i < 7; i++) descriptor = descriptor << 8 | item->id.b[i];
    if (item->type == BANK_PDQ) {
        hash256_format(&item->frames[0].pdq, text);
        buf_puts(b, text);
    } else if (item->type == BANK_VPDQ) {
        put_clip_quoted(item, b);
    } else {
        put_quoted(b, item->value);
    }
    time_format(item->added_us, added);
    buf_printf(b, ",%llu,%s,", (unsigned long long)descriptor,
               added[0] == '-' ? "1970-01-01T00:00:00Z" : added);
    put_quoted(b, item->label);
    buf_putc(b, '\n');
    return 0;
}

const struct hashlist_format hashlist_threatexchange = {"threatexchange", looks, read_line, NULL, write_item};
