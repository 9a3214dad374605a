/* Each form is a row: where the records are, what a record's members are called, and what its words mean. */
#include "exchange/lists.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "store/hashlist.h"

struct form {
    const char *name;
    const char *lists[3]; /* members that hold the records; the text itself may be the list */
    const char *id, *type, *value, *modified, *label;
    const char *next[2];
};
static const struct form forms[] = {
    {"stopncii",
     {"hashRecords", "HashRecords", "records"},
     "hashValue",
     "signalType",
     "hashValue",
     "lastModtimestamp",
     NULL,
     {"nextSetTimestamp", "nextPageToken"}},
    {"tcap",
     {"results", "data", NULL},
     "id",
     "algorithm",
     "hash_digest",
     "updated_on",
     "ideology",
     {"next", NULL}},
    {"threatexchange-json",
     {"data", "signals", "threat_descriptors"},
     "id",
     "type",
     "indicator",
     "last_updated",
     "description",
     {"paging.next", NULL}},
};
enum { FORMS = sizeof forms / sizeof *forms };
const char *const partner_list_kinds[] = {"stopncii", "tcap", "threatexchange-json", NULL};

bool partner_list_known(struct sv kind)
{
    for (size_t i = 0; i < FORMS; i++)
        if (sv_is(kind, forms[i].name)) return true;
    return false;
}

struct reading {
    const struct form *form;
    const struct partner_sink *sink;
    struct partner_counts *counts;
    struct partner_record record;
    struct arena a; /* of the record in hand */
    struct error *err;
    bool given;
};

/* Words of all three for the types that are matched; anything else is kept under its own name. */
static const struct {
    const char *word, *format; /* of store/hashlist.h; NULL: SHA-256 */
} types[] = {
    {"ImagePDQ", "hex"},   {"PDQ", "hex"},   {"pdq", "hex"},        {"HASH_PDQ", "hex"},
    {"VPDQ", "vpdq"},      {"vpdq", "vpdq"}, {"VideoVPDQ", "vpdq"}, {"HASH_VIDEO_PDQ", "vpdq"},
    {"HASH_VPDQ", "vpdq"}, {"SHA256", NULL}, {"sha256", NULL},      {"SHA-256", NULL},
    {"HASH_SHA256", NULL},
};

static int give(struct reading *r, const struct bank_item *item)
{
    struct bank_item whole = *item;
    if (whole.label.n == 0) whole.label = r->record.item ? r->record.item->label : SV_NULL;
    whole.status = BANK_QUARANTINED;
    whole.id = bank_item_id(&whole);
    r->record.item = &whole;
    r->given = true;
    r->counts->records++;
    r->counts->withdrawn += r->record.withdrawn;
    int code = r->sink->record(r->sink->arg, &r->record, r->err);
    r->record.item = NULL;
    return code;
}

static int on_item(void *arg, const struct bank_item *item, struct error *err)
{
    (void)err;
    return give(arg, item);
}

static int on_bad(void *arg, uint64_t line, const struct error *why, struct error *err)
{
    (void)arg;
    (void)line;
    return error_set(err, ERR_FORMAT, "lists", "%s", why->text);
}

static int give_value(struct reading *r, struct sv type, struct sv value, struct sv label)
{
    struct bank_item item = {.type = BANK_OTHER,
                             .value = value,
                             .other_type = type,
                             .label = label,
                             .threshold = -1,
                             .added_us = TIME_UNKNOWN};
    struct bank_item named = item;
    struct sha256 h;
    char hex[SHA256_TEXT_BYTES];
    size_t i = 0;
    if (value.n == 0 || value.n > BANK_MAX_LINE_BYTES || type.n == 0 || type.n > 128)
        return error_set(r->err, ERR_FORMAT, "lists",
                         "a record without a type or a value of a usable length");
    while (i < sizeof types / sizeof *types && !sv_is(type, types[i].word)) i++;
    r->record.item = &named; /* its label, for give() */
    if (i < sizeof types / sizeof *types && types[i].format) {
        struct hashlist_sink sink = {r, on_item, on_bad};
        struct hashlist_counts counts = {0, 0};
        int code = hashlist_parse(value, types[i].format, SV_NULL, &sink, &counts, r->err);
        if (code == 0 && !r->given)
            return error_set(r->err, ERR_FORMAT, "lists", "\"%.*s\" is no %.*s", SV_FMT(sv_sub(value, 0, 70)),
                             SV_FMT(type));
        return code;
    }
    if (i < sizeof types / sizeof *types) {
        if (!sha256_parse(value, &h))
            return error_set(r->err, ERR_FORMAT, "lists", "\"%.*s\" is no SHA-256",
                             SV_FMT(sv_sub(value, 0, 70)));
        sha256_format(&h, hex);
        item.type = BANK_SHA256;
        item.value = sv_cstr(hex);
        item.other_type = SV_NULL;
    } else if (value.n > EXCHANGE_MAX_VALUE_BYTES) {
        return error_set(r->err, ERR_FORMAT, "lists", "a value of %zu bytes of a type that is not matched",
                         value.n);
    }
    return give(r, &item);
}

/* A text, or a number written as text. */
static struct sv text_of(struct reading *r, const struct json *v)
{
    if (json_type(v) == JSON_INT) return arena_printf(&r->a, "%lld", (long long)json_i64(v, 0));
    return json_sv(v);
}

static bool says_gone(const struct json *v)
{
    static const char *const words[] = {"Withdrawn", "Deleted", "MALICIOUS_WITHDRAWN", "NON_MALICIOUS"};
    struct sv status = json_get_sv(v, "hashStatus");
    if (status.n == 0) status = json_get_sv(v, "status");
    for (size_t i = 0; i < 4; i++)
        if (sv_is(status, words[i])) return true;
    return json_bool(json_get(v, "deleted"), false) || json_bool(json_get(v, "should_delete"), false);
}

static int read_record(struct reading *r, const struct json *v)
{
    const struct form *f = r->form;
    const struct json *value = json_get(v, f->value);
    struct sv type = json_get_sv(v, f->type), text;
    if (json_type(v) != JSON_OBJECT)
        return error_set(r->err, ERR_FORMAT, "lists", "a record that is no object");
    if (json_type(value) == JSON_OBJECT) { /* {"indicator":{"indicator":"…","type":"…"}} */
        if (type.n == 0) type = json_get_sv(value, "type");
        value = json_get(value, "indicator");
    }
    text = json_sv(value);
    r->record.remote = text_of(r, json_get(v, f->id));
    if (strcmp(f->id, f->value) == 0)
        r->record.remote = arena_printf(&r->a, "%.*s:%.*s", SV_FMT(type), SV_FMT(sv_sub(text, 0, 512)));
    r->record.modified = text_of(r, json_get(v, f->modified));
    r->record.withdrawn = says_gone(v);
    if (r->record.remote.n == 0) return error_set(r->err, ERR_FORMAT, "lists", "a record without %s", f->id);
    return give_value(r, type, text, f->label ? json_get_sv(v, f->label) : SV_NULL);
}

static int take_record(struct reading *r, const struct json *v, uint64_t number,
                       const struct partner_sink *sink)
{
    struct error why = {0}, *err = r->err;
    struct buf origin;
    buf_init(&origin, 0);
    json_print(v, &origin);
    arena_clear(&r->a);
    r->given = false;
    r->record = (struct partner_record){.origin = sv_sub(buf_sv(&origin), 0, EXCHANGE_MAX_ORIGIN_BYTES)};
    r->err = &why;
    int code =
        origin.failed ? error_set(&why, ERR_NOMEM, "lists", "no memory for a record") : read_record(r, v);
    r->err = err;
    buf_done(&origin);
    if (code == ERR_FORMAT && !r->given) {
        r->counts->bad++;
        return sink->bad ? sink->bad(sink->arg, number, &why, err) : 0;
    }
    if (code && err && why.code) *err = why;
    return code;
}

int partner_list_read(struct sv kind, struct sv text, struct arena *a, const struct partner_sink *sink,
                      struct partner_counts *counts, struct sv *out_next, struct error *err)
{
    struct reading r = {.sink = sink, .counts = counts, .err = err};
    struct json *doc = NULL;
    *counts = (struct partner_counts){0};
    *out_next = SV_NULL;
    for (size_t i = 0; i < FORMS; i++)
        if (sv_is(kind, forms[i].name)) r.form = &forms[i];
    if (!r.form)
        return error_set(err, ERR_ARG, "lists", "%.*s: lists are stopncii, tcap, threatexchange-json",
                         SV_FMT(kind));
    int code = json_parse(text, JSON_STRICT, &doc, err);
    if (code) return code;
    const struct json *list = json_type(doc) == JSON_ARRAY ? doc : NULL;
    for (int i = 0; i < 3 && !list && r.form->lists[i]; i++)
        if (json_type(json_get(doc, r.form->lists[i])) == JSON_ARRAY) list = json_get(doc, r.form->lists[i]);
    if (!list)
        code = error_set(err, ERR_FORMAT, "lists", "this is no %.*s list: there is no \"%s\"", SV_FMT(kind),
                         r.form->lists[0]);
    if (code == 0 && json_len(list) > EXCHANGE_MAX_OBJECTS)
        code = error_set(err, ERR_LIMIT, "lists", "%zu records in one text, at most %d: split it",
                         json_len(list), EXCHANGE_MAX_OBJECTS);
    arena_init(&r.a, 0);
    for (size_t i = 0; code == 0 && i < json_len(list); i++)
        code = take_record(&r, json_at(list, i), i + 1, sink);
    arena_done(&r.a);
    for (int i = 0; code == 0 && i < 2 && out_next->n == 0 && r.form->next[i]; i++) {
        const struct json *next = json_path(doc, r.form->next[i]);
        char number[32];
        struct sv word = json_sv(next);
        if (json_type(next) == JSON_INT)
            word =
                sv_of(number, (size_t)snprintf(number, sizeof number, "%lld", (long long)json_i64(next, 0)));
        *out_next = arena_copy(a, word);
        if (!out_next->p) code = error_set(err, ERR_NOMEM, "lists", "no memory for a list");
    }
    json_free(doc);
    return code;
}
