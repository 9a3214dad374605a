/* Giving out. A grant and the objects that it makes are one transaction; so is taking it back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "exchange/exchange_priv.h"
#include "store/hashlist.h"
#include "store/ledger.h"

struct putting {
    struct store *s;
    struct sv collection;
    int64_t now_us;
};

/* A version that says what the newest says already is none. Observables have no version of their own: one is enough. */
static int put_object(void *arg, struct sv id, struct sv version, struct sv body, struct error *err)
{
    struct putting *p = arg;
    bool same = false;
    int code = store_object_same(p->s, p->collection, id, body, &same, err);
    if (code || same) return code;
    struct shared_object o = {
        .collection = p->collection, .id = id, .version = version, .body = body, .added_us = p->now_us};
    return store_object_put(p->s, &o, NULL, err);
}

static int category_of(struct store *s, struct sv bank, struct arena *a, enum category *out, bool *negative,
                       struct error *err)
{
    struct bank b;
    int code = store_bank_get(s, bank, a, &b, err);
    if (code) return code;
    *out = b.category;
    *negative = b.negative;
    return 0;
}

/* Whether a partner has a say in it. */
struct claims {
    struct sv bank;
    const struct id128 *item;
    bool any;
};

static int on_claim(void *arg, const struct foreign_item *f)
{
    struct claims *c = arg;
    if (f->state != FOREIGN_WITHDRAWN && sv_eq(f->bank, c->bank) && id_eq(&f->item, c->item)) c->any = true;
    return c->any;
}

static int check_share(struct store *s, const struct exchange_share *x, const struct bank_item *item,
                       bool negative, struct error *err)
{
    if (!stix_tlp_known(x->tlp))
        return error_set(err, ERR_ARG, "exchange", "TLP %.*s: it is clear, green, amber, amber+strict or red",
                         SV_FMT(x->tlp));
    if (item->status != BANK_ACTIVE)
        return error_set(err, ERR_ARG, "exchange", "this item is %s: only what is in use is passed on",
                         bank_status_name(item->status));
    if (negative)
        return error_set(err, ERR_ARG, "exchange", "bank %.*s holds known innocents: they accuse nobody",
                         SV_FMT(x->bank));
    if (x->source_agrees) return 0;
    struct claims c = {x->bank, &x->item, false};
    int code = store_foreign_items(s, SV_NULL, FOREIGN_STATES, on_claim, &c, err);
    if (code < 0) return code;
    return c.any ? error_set(err, ERR_ARG, "exchange",
                             "this item came from a partner: with its word, say --source-agrees")
                 : 0;
}

static int write_share(struct store *s, const struct exchange_config *config, const struct exchange_share *x,
                       const struct bank_item *item, enum category category, int64_t created_us,
                       int64_t now_us, bool revoked, struct error *err)
{
    struct putting p = {s, x->collection, now_us};
    struct stix_sink sink = {&p, put_object};
    struct stix_producer producer = exchange_producer(config);
    struct stix_share share = {item, category, x->tlp, created_us, now_us, revoked};
    int code = stix_write_frame(&producer, x->tlp, &sink, err);
    return code ? code : stix_write_item(&producer, &share, &sink, err);
}

static int share(struct store *s, const struct exchange_config *config, const struct exchange_share *x,
                 int64_t now_us, struct arena *a, struct error *err)
{
    struct bank_item item;
    enum category category;
    bool negative = false, news = false;
    int code = store_bank_item_get(s, x->bank, &x->item, a, &item, err);
    if (code == 0) code = category_of(s, x->bank, a, &category, &negative, err);
    if (code == 0) code = check_share(s, x, &item, negative, err);
    struct grant g = {.collection = x->collection,
                      .bank = x->bank,
                      .item = x->item,
                      .tlp = x->tlp,
                      .who = x->who,
                      .why = x->why,
                      .decision = x->decision,
                      .at_us = now_us};
    if (code == 0) code = store_grant_put(s, &g, &news, err);
    return code || !news ? code : write_share(s, config, x, &item, category, now_us, now_us, false, err);
}

int exchange_share(struct store *s, const struct exchange_config *config, const struct exchange_share *x,
                   int64_t now_us, struct error *err)
{
    struct arena a;
    bool own;
    arena_init(&a, 0);
    int code = store_enter(s, &own, err);
    if (code == 0) code = store_leave(s, own, share(s, config, x, now_us, &a, err), err);
    arena_done(&a);
    return code;
}

/* ---- taking back ---- */

struct published {
    struct sv id;
    struct buf *body;
};

static int find_published(void *arg, const struct shared_object *o)
{
    struct published *p = arg;
    if (!o->foreign && sv_eq(o->id, p->id)) {
        buf_clear(p->body);
        buf_putsv(p->body, o->body);
    }
    return 0;
}

/* The object as it was handed out, with revoked and a new version: the item itself may be gone from its bank. */
static int revoke_object(struct store *s, struct sv collection, struct sv body, int64_t now_us,
                         struct error *err)
{
    struct json *doc = NULL;
    struct buf out;
    struct jw w;
    char version[STIX_TIME_BYTES];
    buf_init(&out, 0);
    int code = json_parse(body, JSON_STRICT, &doc, err);
    if (code == 0) {
        int64_t before = 0;
        struct sv last = json_get_sv(doc, "modified");
        /* A version is later than the one before it, whatever the clock says. */
        stix_time(time_parse(last, &before) && before >= now_us ? before + 1000 : now_us, version);
        struct buf part;
        buf_init(&part, 0);
        jw_init(&w, &out, JW_COMPACT);
        jw_object(&w);
        static const char *const keys[] = {"type",
                                           "spec_version",
                                           "id",
                                           "created_by_ref",
                                           "created",
                                           "name",
                                           "labels",
                                           "pattern",
                                           "pattern_type",
                                           "valid_from",
                                           "relationship_type",
                                           "source_ref",
                                           "target_ref",
                                           "object_marking_refs"};
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            if (!json_get(doc, keys[i])) continue;
            buf_clear(&part);
            json_print(json_get(doc, keys[i]), &part);
            jw_key(&w, keys[i]);
            jw_raw(&w, buf_sv(&part));
        }
        jw_kv_str(&w, "modified", version);
        jw_kv_bool(&w, "revoked", true);
        jw_end(&w);
        struct shared_object o = {.collection = collection,
                                  .id = json_get_sv(doc, "id"),
                                  .version = sv_cstr(version),
                                  .body = buf_sv(&out),
                                  .added_us = now_us};
        code = out.failed || part.failed ? error_set(err, ERR_NOMEM, "exchange", "no memory for an object")
                                         : store_object_put(s, &o, NULL, err);
        buf_done(&part);
    }
    json_free(doc);
    buf_done(&out);
    return code;
}

static int revoke_item(struct store *s, const struct exchange_config *config, struct sv collection,
                       const struct id128 *item, struct arena *a, int64_t now_us, struct error *err)
{
    char id[STIX_ID_BYTES], by[ID_TEXT_BYTES];
    struct stix_producer p = exchange_producer(config);
    struct buf body;
    (void)a;
    stix_indicator_id_of(&p, item, id);
    id_format(item, by);
    buf_init(&body, 0);
    struct published found = {sv_cstr(id), &body};
    int code = store_objects(s, collection, 0, INT64_MAX, find_published, &found, err);
    if (code == 0 && body.n) code = revoke_object(s, collection, buf_sv(&body), now_us, err);
    buf_done(&body);
    return code;
}

int exchange_unshare(struct store *s, const struct exchange_config *config, const struct exchange_share *x,
                     int64_t now_us, struct error *err)
{
    struct arena a;
    bool own;
    arena_init(&a, 0);
    int code = store_enter(s, &own, err);
    if (code == 0) {
        code = store_grant_revoke(s, x->collection, x->bank, &x->item, x->who, x->why, now_us, err);
        if (code == 0) code = revoke_item(s, config, x->collection, &x->item, &a, now_us, err);
        code = store_leave(s, own, code, err);
    }
    arena_done(&a);
    return code;
}

struct stale {
    struct store *s;
    struct arena *a;
    struct grant *v;
    size_t n, cap;
    struct error *err;
};

static int on_grant(void *arg, const struct grant *g)
{
    struct stale *x = arg;
    if (g->revoked_us != TIME_UNKNOWN) return 0;
    if (x->n == x->cap) return 0; /* the next call goes on */
    struct grant *copy = &x->v[x->n++];
    *copy = *g;
    copy->collection = arena_copy(x->a, g->collection);
    copy->bank = arena_copy(x->a, g->bank);
    return copy->collection.p && copy->bank.p ? 0 : ERR_NOMEM;
}

int exchange_reconcile(struct store *s, const struct exchange_config *config, int64_t now_us, int64_t *out_n,
                       struct error *err)
{
    enum { MOST = 1 << 20 };
    struct arena a, item_arena;
    struct stale x = {.s = s, .a = &a, .cap = MOST, .err = err};
    *out_n = 0;
    arena_init(&a, (size_t)1 << 30);
    arena_init(&item_arena, 0);
    x.v = ARENA_ARRAY(&a, MOST, struct grant);
    int code = x.v ? store_grants(s, SV_NULL, on_grant, &x, err)
                   : error_set(err, ERR_NOMEM, "exchange", "no memory for grants");
    for (size_t i = 0; code == 0 && i < x.n; i++) {
        struct bank_item item;
        arena_clear(&item_arena);
        int there = store_bank_item_get(s, x.v[i].bank, &x.v[i].item, &item_arena, &item, NULL);
        if (there == 0 && item.status == BANK_ACTIVE) continue;
        if (there != 0 && there != ERR_NOTFOUND)
            code = error_set(err, there, "exchange", "an item of a bank cannot be read");
        struct exchange_share gone = {.collection = x.v[i].collection,
                                      .bank = x.v[i].bank,
                                      .item = x.v[i].item,
                                      .who = SV("marsad"),
                                      .why = there ? SV("it left its bank") : SV("it is no longer in use")};
        if (code == 0) code = exchange_unshare(s, config, &gone, now_us, err);
        (*out_n)++;
    }
    arena_done(&item_arena);
    arena_done(&a);
    return code;
}

/* ---- exports ---- */

/* The newest version of each object, in the order in which they first came. */
struct newest {
    struct map seen; /* id → index */
    struct buf *bodies;
    size_t n, cap;
    int code;
};

static int on_newest(void *arg, const struct shared_object *o)
{
    struct newest *x = arg;
    uint64_t *at;
    if (o->foreign) return 0;
    int fresh = map_put(&x->seen, o->id, &at);
    if (fresh < 0) return x->code = ERR_NOMEM;
    if (fresh && x->n == x->cap) {
        size_t cap = x->cap ? 2 * x->cap : 256;
        struct buf *more = realloc(x->bodies, cap * sizeof *more);
        if (!more) return x->code = ERR_NOMEM;
        x->bodies = more;
        x->cap = cap;
    }
    if (fresh) {
        buf_init(&x->bodies[x->n], 0);
        *at = x->n++;
    }
    buf_clear(&x->bodies[*at]);
    buf_putsv(&x->bodies[*at], o->body);
    return x->code = x->bodies[*at].failed ? ERR_NOMEM : 0;
}

static int export_stix(struct store *s, struct sv collection, struct buf *out, struct error *err)
{
    struct newest x = {0};
    struct stix_bundle bundle;
    map_init(&x.seen);
    int code = store_objects(s, collection, 0, INT64_MAX, on_newest, &x, err);
    if (code && x.code) code = error_set(err, ERR_NOMEM, "exchange", "no memory for a bundle");
    stix_bundle_begin(&bundle, out);
    for (size_t i = 0; code == 0 && i < x.n; i++)
        code = stix_bundle_add(&bundle, SV_NULL, SV_NULL, buf_sv(&x.bodies[i]), err);
    stix_bundle_end(&bundle);
    for (size_t i = 0; i < x.n; i++) buf_done(&x.bodies[i]);
    free(x.bodies);
    map_done(&x.seen);
    return code;
}

struct listing {
    struct store *s;
    const char *format;
    struct buf *out;
    uint64_t *unsaid;
    struct arena a;
    struct error *err;
};

static int on_listed(void *arg, const struct grant *g)
{
    struct listing *l = arg;
    struct bank_item item;
    struct error why;
    if (g->revoked_us != TIME_UNKNOWN) return 0;
    arena_clear(&l->a);
    int code = store_bank_item_get(l->s, g->bank, &g->item, &l->a, &item, &why);
    if (code == ERR_NOTFOUND || (code == 0 && item.status != BANK_ACTIVE)) return 0;
    if (code) return error_set(l->err, code, "exchange", "%s", why.text);
    item.source = SV_NULL;
    code = hashlist_write(&item, l->format, l->out, &why);
    *l->unsaid += code == ERR_UNSUPPORTED;
    return code == ERR_UNSUPPORTED ? 0 : code;
}

static bool is_list(struct sv format, const char **out)
{
    for (const char *const *name = hashlist_format_names; *name; name++)
        if (sv_is(format, *name)) return *out = *name, true;
    return false;
}

int exchange_export(struct store *s, const struct exchange_config *config, struct sv collection,
                    struct sv format, int64_t now_us, struct buf *out, uint64_t *out_unsaid,
                    struct error *err)
{
    struct listing l = {.s = s, .out = out, .unsaid = out_unsaid, .err = err};
    struct stix_producer p = exchange_producer(config);
    struct buf says;
    struct jw w;
    int code;
    *out_unsaid = 0;
    arena_init(&l.a, 0);
    if (sv_is(format, "stix"))
        code = export_stix(s, collection, out, err);
    else if (sv_is(format, "misp"))
        code = misp_event(&p, collection, SV("amber"), now_us, s, collection, out, err);
    else if (is_list(format, &l.format))
        code = store_grants(s, collection, on_listed, &l, err);
    else
        code = error_set(err, ERR_ARG, "exchange",
                         "%.*s: formats are stix, misp, hex, typed, threatexchange, vpdq, marsad",
                         SV_FMT(format));
    arena_done(&l.a);
    if (code == 0 && out->failed) code = error_set(err, ERR_NOMEM, "exchange", "no memory for this export");
    buf_init(&says, 0);
    jw_init(&w, &says, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "collection", collection);
    jw_kv_sv(&w, "format", format);
    jw_kv_i64(&w, "bytes", (int64_t)out->n);
    jw_end(&w);
    if (code == 0) code = ledger_append(s, STEP_EXPORT, collection, buf_sv(&says), err);
    buf_done(&says);
    return code;
}
