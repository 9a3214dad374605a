/* Findings: their list, and as JSON (docs/formats/finding.md). */
#include "model/finding.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/vec.h"
#include "model/model_priv.h"

enum { PROBABILITY_DECIMALS = 6 };

static const char *const kind_names[FINDING_KIND_COUNT] = {
    "match.media", "match.file",       "match.sound",    "term",       "private",       "time.mismatch",
    "classifier",  "network.together", "network.return", "match.tune", "network.pileon"};
enum { PLACE_KIND_COUNT = PLACE_MEDIA + 1 };
static const char *const place_names[PLACE_KIND_COUNT] = {"post", "text", "media"};

const char *finding_kind_name(enum finding_kind k)
{
    assert((unsigned)k < FINDING_KIND_COUNT);
    return kind_names[k];
}

bool finding_kind_parse(struct sv s, enum finding_kind *out)
{
    for (int k = 0; k < FINDING_KIND_COUNT; k++) {
        if (!sv_is(s, kind_names[k])) continue;
        *out = (enum finding_kind)k;
        return true;
    }
    return false;
}

struct place place_of(enum place_kind kind)
{
    return (struct place){.kind = kind,
                          .text_index = UINT32_MAX,
                          .start_us = TIME_UNKNOWN,
                          .end_us = TIME_UNKNOWN,
                          .region = REGION_WHOLE};
}

void finding_init(struct finding *f)
{
    *f = (struct finding){0};
    f->ref.time_us = TIME_UNKNOWN;
    f->ref.distance = -1;
    f->ref.gap_us = TIME_UNKNOWN;
}

/* ---- the list ---- */

void finding_list_init(struct finding_list *l, struct arena *a) { *l = (struct finding_list){.arena = a}; }

void finding_list_done(struct finding_list *l)
{
    if (l) VEC_DONE(l);
}

static bool copy_strings(struct arena *a, struct finding *f)
{
    enum { STRINGS = 8 };
    struct sv *strings[STRINGS] = {&f->detector, &f->label,    &f->quote,    &f->context,
                                   &f->ref.bank, &f->ref.item, &f->ref.post, &f->ref.account};
    for (size_t i = 0; i < STRINGS; i++) {
        if (strings[i]->n == 0) {
            *strings[i] = SV_NULL;
            continue;
        }
        *strings[i] = arena_copy(a, *strings[i]);
        if (!strings[i]->p) return false;
    }
    return true;
}

int finding_add(struct finding_list *l, const struct finding *f)
{
    assert(f->nplaces > 0 && (unsigned)f->kind < FINDING_KIND_COUNT &&
           (unsigned)f->category < CATEGORY_COUNT);
    if (l->n >= POST_MAX_FINDINGS) {
        l->dropped++;
        return 0;
    }
    struct finding copy = *f;
    copy.places = ARENA_ARRAY(l->arena, f->nplaces, struct place);
    if (!copy.places || !copy_strings(l->arena, &copy)) return ERR_NOMEM;
    memcpy(copy.places, f->places, f->nplaces * sizeof *f->places);
    return VEC_PUSH(l, copy);
}

/* ---- writing ---- */

static void put_region(struct jw *w, const char *name, const struct region *r)
{
    jw_key(w, name);
    jw_array(w);
    jw_i64(w, r->x);
    jw_i64(w, r->y);
    jw_i64(w, r->w);
    jw_i64(w, r->h);
    jw_end(w);
}

static void put_place_time(struct jw *w, const struct place *p)
{
    jw_kv_i64(w, "media", p->media_index);
    put_i64(w, "start_us", p->start_us, TIME_UNKNOWN);
    put_i64(w, "end_us", p->end_us, TIME_UNKNOWN);
    put_region(w, "region", &p->region);
}

static void put_points(struct jw *w, const struct reference *r)
{
    jw_kv_i64(w, "points", r->points);
    put_region(w, "part", &r->part);
    jw_key(w, "corners");
    jw_array(w);
    for (int i = 0; i < 8; i++) jw_i64(w, r->corners[i]);
    jw_end(w);
}

static void put_place(struct jw *w, const struct place *p)
{
    jw_object(w);
    jw_kv_str(w, "in", place_names[p->kind]);
    if (p->kind == PLACE_TEXT) {
        jw_kv_str(w, "field", text_field_name(p->field));
        put_i64(w, "index", p->text_index, UINT32_MAX);
        jw_kv_i64(w, "start", (int64_t)p->start);
        jw_kv_i64(w, "end", (int64_t)p->end);
    }
    if (p->kind == PLACE_MEDIA || (p->kind == PLACE_TEXT && p->start_us != TIME_UNKNOWN))
        put_place_time(w, p);
    jw_end(w);
}

static void put_reference(struct jw *w, const struct reference *r)
{
    if (r->bank.n == 0 && r->item.n == 0 && r->post.n == 0 && r->account.n == 0 && r->accounts == 0) return;
    jw_key(w, "reference");
    jw_object(w);
    put_bytes(w, "bank", r->bank);
    put_bytes(w, "item", r->item);
    if (r->negative) jw_kv_bool(w, "negative", true);
    put_i64(w, "time_us", r->time_us, TIME_UNKNOWN);
    put_i64(w, "distance", r->distance, -1);
    jw_kv_str(w, "form", dihedral_name(r->form));
    if (r->speed != 0) jw_kv_double(w, "speed", r->speed, 3);
    put_bytes(w, "post", r->post);
    put_bytes(w, "account", r->account);
    put_i64(w, "gap_us", r->gap_us, TIME_UNKNOWN);
    put_i64(w, "accounts", r->accounts, 0);
    if (r->points) put_points(w, r);
    jw_end(w);
}

void finding_write(const struct finding *f, struct jw *w)
{
    jw_object(w);
    jw_kv_str(w, "kind", finding_kind_name(f->kind));
    put_bytes(w, "detector", f->detector);
    jw_kv_i64(w, "version", f->detector_version);
    if (f->category != CATEGORY_NONE) jw_kv_str(w, "category", category_name(f->category));
    jw_kv_double(w, "probability", f->probability, PROBABILITY_DECIMALS);
    put_bytes(w, "label", f->label);
    put_bytes(w, "quote", f->quote);
    put_bytes(w, "context", f->context);
    jw_key(w, "places");
    jw_array(w);
    for (size_t i = 0; i < f->nplaces; i++) put_place(w, &f->places[i]);
    jw_end(w);
    put_reference(w, &f->ref);
    jw_end(w);
}

/* ---- reading ---- */

static void read_region(struct members *m, const char *name, struct region *out)
{
    const struct json *v = get_array(m, name);
    if (!v) return;
    int64_t n[4];
    bool ok = json_len(v) == 4;
    for (size_t i = 0; i < 4 && ok; i++) {
        n[i] = json_i64(json_at(v, i), -1);
        ok = n[i] >= 0 && n[i] <= 1000;
    }
    if (!ok || n[0] + n[2] > 1000 || n[1] + n[3] > 1000) {
        member_bad(m, name, "[x, y, width, height] in thousandths of the frame");
        return;
    }
    *out = (struct region){(uint16_t)n[0], (uint16_t)n[1], (uint16_t)n[2], (uint16_t)n[3]};
}

static int read_place(struct members *outer, const struct json *v, struct place *out)
{
    struct members m = {v, "places", outer->a, outer->err, 0};
    struct sv name = SV_NULL, field = SV_NULL;
    get_bytes(&m, "in", &name);
    int kind = 0;
    while (kind < PLACE_KIND_COUNT && !sv_is(name, place_names[kind])) kind++;
    if (kind == PLACE_KIND_COUNT) return outer->rc = member_bad(&m, "in", "\"post\", \"text\" or \"media\"");
    *out = place_of((enum place_kind)kind);
    int64_t index = UINT32_MAX, start = 0, end = 0, media = 0;
    get_bytes(&m, "field", &field);
    if (kind == PLACE_TEXT && m.rc == 0 && !text_field_parse(field, &out->field))
        member_bad(&m, "field", "a field of text");
    get_i64(&m, "index", 0, UINT32_MAX, &index);
    get_i64(&m, "start", 0, INT64_MAX, &start);
    get_i64(&m, "end", start, INT64_MAX, &end);
    get_i64(&m, "media", 0, UINT32_MAX, &media);
    get_i64(&m, "start_us", TIME_UNKNOWN + 1, INT64_MAX, &out->start_us);
    get_i64(&m, "end_us", TIME_UNKNOWN + 1, INT64_MAX, &out->end_us);
    read_region(&m, "region", &out->region);
    out->text_index = (uint32_t)index;
    out->start = (size_t)start;
    out->end = (size_t)end;
    out->media_index = (uint32_t)media;
    return outer->rc = m.rc;
}

static int read_places(struct members *m, struct finding *f)
{
    const struct json *list = get_array(m, "places");
    size_t n = json_len(list);
    if (m->rc == 0 && n == 0) return member_bad(m, "places", "a list of at least one place");
    if (m->rc != 0) return m->rc;
    f->places = ARENA_ARRAY(m->a, n, struct place);
    if (!f->places)
        return m->rc = error_set(m->err, ERR_NOMEM, "model", "finding: no memory for %zu places", n);
    for (size_t i = 0; i < n && m->rc == 0; i++) read_place(m, json_at(list, i), &f->places[i]);
    if (m->rc == 0) f->nplaces = n;
    return m->rc;
}

static void read_points(struct members *m, struct reference *out)
{
    int64_t points = 0;
    get_i64(m, "points", 0, UINT16_MAX, &points);
    out->points = (unsigned)points;
    if (points == 0) return;
    read_region(m, "part", &out->part);
    const struct json *v = get_array(m, "corners");
    bool ok = !v || json_len(v) == 8;
    for (size_t i = 0; v && i < 8 && ok; i++) {
        int64_t n = json_i64(json_at(v, i), INT64_MAX);
        ok = n >= INT16_MIN && n <= INT16_MAX;
        if (ok) out->corners[i] = (int16_t)n;
    }
    if (!ok) member_bad(m, "corners", "[x, y, …] of four corners in thousandths of the frame");
}

static int read_reference(struct members *outer, struct reference *out)
{
    const struct json *v = get_object(outer, "reference");
    if (!v) return outer->rc;
    struct members m = {v, "reference", outer->a, outer->err, 0};
    int64_t distance = -1, accounts = 0;
    struct sv form = SV_NULL;
    get_bytes(&m, "bank", &out->bank);
    get_bytes(&m, "item", &out->item);
    get_bool(&m, "negative", &out->negative);
    get_i64(&m, "time_us", TIME_UNKNOWN + 1, INT64_MAX, &out->time_us);
    get_i64(&m, "distance", 0, 256, &distance);
    get_bytes(&m, "form", &form);
    get_double(&m, "speed", -100, 100, &out->speed);
    get_bytes(&m, "post", &out->post);
    get_bytes(&m, "account", &out->account);
    get_i64(&m, "gap_us", TIME_UNKNOWN + 1, INT64_MAX, &out->gap_us);
    get_i64(&m, "accounts", 0, UINT32_MAX, &accounts);
    out->accounts = (uint32_t)accounts;
    read_points(&m, out);
    if (m.rc == 0 && form.n > 0 && !dihedral_parse(form, &out->form))
        member_bad(&m, "form", "one of the eight turns");
    out->distance = (int)distance;
    return outer->rc = m.rc;
}

int finding_read(const struct json *v, struct arena *a, struct finding *out, struct error *err)
{
    struct members m = {v, "finding", a, err, 0};
    struct finding f;
    finding_init(&f);
    struct sv kind = SV_NULL, category = SV_NULL;
    int64_t version = 0;
    get_bytes(&m, "kind", &kind);
    if (m.rc == 0 && !finding_kind_parse(kind, &f.kind)) member_bad(&m, "kind", "a kind of finding");
    get_bytes(&m, "detector", &f.detector);
    get_i64(&m, "version", INT32_MIN, INT32_MAX, &version);
    f.detector_version = (int)version;
    get_bytes(&m, "category", &category);
    f.category = category_parse(category);
    if (m.rc == 0 && category.n > 0 && f.category == CATEGORY_NONE)
        member_bad(&m, "category", "in the closed list of harms");
    get_double(&m, "probability", 0, 1, &f.probability);
    get_bytes(&m, "label", &f.label);
    get_bytes(&m, "quote", &f.quote);
    get_bytes(&m, "context", &f.context);
    read_places(&m, &f);
    read_reference(&m, &f.ref);
    if (m.rc == 0) *out = f;
    return m.rc;
}
