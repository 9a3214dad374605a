/* Drafting: what is known becomes the fields of a letter, addresses become targets. */
#include "exchange/referral_priv.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/template.h"
#include "policy/texts.h"
#include "store/store_case.h"
#include "store/store_decision.h"

/* ---- members changed by name ---- */

static struct sv set_path(struct sv set) { return sv_sub(set, 0, sv_find_byte(set, '=', 0)); }
static struct sv set_value(struct sv set)
{
    size_t eq = sv_find_byte(set, '=', 0);
    return eq == SIZE_MAX ? SV_NULL : sv_sub(set, eq + 1, set.n);
}

struct sets {
    const struct sv *v;
    size_t n;
};

/* The last of several counts. */
static const struct sv *exact(const struct sets *s, struct sv path)
{
    for (size_t i = s->n; i-- > 0;)
        if (sv_eq(set_path(s->v[i]), path)) return &s->v[i];
    return NULL;
}

static bool deeper(const struct sets *s, struct sv path)
{
    for (size_t i = 0; i < s->n; i++) {
        struct sv p = set_path(s->v[i]);
        if (p.n > path.n + 1 && sv_starts(p, path) && p.p[path.n] == '.') return true;
    }
    return false;
}

struct merge {
    struct jw *w;
    const struct sets *sets;
    char prefix[256];
    size_t nprefix;
    unsigned depth;
};

static void write_value(struct jw *w, struct sv v)
{
    if (sv_is(v, "true") || sv_is(v, "false"))
        jw_bool(w, sv_is(v, "true"));
    else
        jw_sv(w, v);
}

static void merge_object(struct merge *m, const struct json *v);

/* One member by its key: what was set, or what was there with what was set inside it. */
static void merge_member(struct merge *m, struct sv key, const struct json *v)
{
    size_t before = m->nprefix;
    if (before + key.n + 2 >= sizeof m->prefix || m->depth > TEMPLATE_MAX_DEPTH) return;
    memcpy(m->prefix + before, key.p, key.n);
    struct sv path = sv_of(m->prefix, before + key.n);
    const struct sv *set = exact(m->sets, path);
    jw_keysv(m->w, key);
    if (set) {
        write_value(m->w, set_value(*set));
    } else if (deeper(m->sets, path)) {
        m->prefix[path.n] = '.';
        m->nprefix = path.n + 1;
        merge_object(m, json_type(v) == JSON_OBJECT ? v : NULL);
    } else {
        struct buf b;
        buf_init(&b, 0);
        json_print(v, &b);
        jw_raw(m->w, buf_sv(&b));
        if (b.failed) m->w->b->failed = true;
        buf_done(&b);
    }
    m->nprefix = before;
}

static int merge_known(void *arg, struct sv key, const struct json *v)
{
    merge_member(arg, key, v);
    return 0;
}

static void merge_object(struct merge *m, const struct json *v)
{
    struct sv prefix = sv_of(m->prefix, m->nprefix);
    m->depth++;
    jw_object(m->w);
    json_each(v, merge_known, m);
    for (size_t i = 0; i < m->sets->n; i++) {
        struct sv path = set_path(m->sets->v[i]);
        if (!sv_starts(path, prefix) || path.n == prefix.n) continue;
        struct sv rest = sv_sub(path, prefix.n, path.n), key = sv_sub(rest, 0, sv_find_byte(rest, '.', 0));
        char name[128];
        bool first = key.n > 0 && key.n < sizeof name;
        for (size_t k = 0; first && k < i; k++) {
            struct sv p = set_path(m->sets->v[k]);
            if (!sv_starts(p, prefix)) continue;
            p = sv_sub(p, prefix.n, p.n);
            first = !sv_eq(sv_sub(p, 0, sv_find_byte(p, '.', 0)), key);
        }
        if (!first) continue;
        memcpy(name, key.p, key.n);
        name[key.n] = '\0';
        if (!json_get(v, name)) merge_member(m, key, NULL);
    }
    jw_end(m->w);
    m->depth--;
}

/* Fields with what was set put in. */
static int merge_fields(struct sv fields, const struct sv *set, size_t nset, struct buf *out,
                        struct error *err)
{
    struct json *doc = NULL;
    struct jw w;
    struct sets sets = {set, nset};
    for (size_t i = 0; i < nset; i++)
        if (sv_find_byte(set[i], '=', 0) == SIZE_MAX || set_path(set[i]).n == 0)
            return error_set(err, ERR_ARG, "referral", "\"%.*s\": write NAME=VALUE",
                             SV_FMT(sv_sub(set[i], 0, 60)));
    int code = json_parse(fields, JSON_STRICT, &doc, err);
    if (code) return code;
    jw_init(&w, out, JW_COMPACT);
    struct merge m = {.w = &w, .sets = &sets};
    merge_object(&m, doc);
    json_free(doc);
    return out->failed ? error_set(err, ERR_NOMEM, "referral", "no memory for the fields of a letter") : 0;
}

/* ---- gathering ---- */

struct gather {
    const struct referral_room *room;
    const struct referral_draft *d;
    struct arena arena;
    struct referral_target *targets;
    size_t n, cap;
    enum category category;
    struct sv facts; /* of the first decision that stands */
    struct buf urls, accounts;
    struct jw wurls, waccounts;
    size_t nurls, naccounts;
};

static struct referral_target new_target(const struct gather *g, struct sv url)
{
    return (struct referral_target){.position = (int64_t)g->n,
                                    .url = url,
                                    .state = SV("unknown"),
                                    .checked_us = TIME_UNKNOWN,
                                    .online_us = TIME_UNKNOWN,
                                    .offline_us = TIME_UNKNOWN,
                                    .back_us = TIME_UNKNOWN};
}

static int add_target(struct gather *g, const struct referral_target *t, struct error *err)
{
    for (size_t i = 0; i < g->n; i++)
        if (sv_eq(g->targets[i].url, t->url)) return 0;
    if (g->n >= REFERRAL_MAX_TARGETS)
        return error_set(err, ERR_LIMIT, "referral", "more than %d addresses in one referral: make several",
                         REFERRAL_MAX_TARGETS);
    g->targets[g->n++] = *t;
    return 0;
}

/* Files by their SHA-256, so that a platform can find copies: of the whole file, never of a part of a picture. */
static void put_hashes(struct gather *g, const struct post *p)
{
    struct store_media *media = ARENA_ARRAY(&g->arena, p->nmedia + 1, struct store_media);
    if (!media || store_get_media(g->room->store, &p->id, p->nmedia, &g->arena, media, NULL) != 0) return;
    jw_key(&g->wurls, "sha256");
    jw_array(&g->wurls);
    for (size_t i = 0; i < p->nmedia; i++) {
        char hex[SHA256_TEXT_BYTES];
        if (media[i].state != MEDIA_READY) continue;
        sha256_format(&media[i].sha256, hex);
        jw_str(&g->wurls, hex);
    }
    jw_end(&g->wurls);
}

static void put_url(struct gather *g, struct sv url, const struct post *p, int64_t known_us)
{
    jw_object(&g->wurls);
    jw_kv_i64(&g->wurls, "n", (int64_t)++g->nurls);
    jw_kv_sv(&g->wurls, "url", url);
    if (p) {
        jw_kv_id(&g->wurls, "post", &p->id);
        jw_kv_sv(&g->wurls, "platform", p->platform);
        jw_kv_sv(&g->wurls, "native_id", p->native_id);
        jw_kv_sv(&g->wurls, "handle", p->account.handle);
        jw_kv_time(&g->wurls, "published", p->created_us);
        jw_kv_time(&g->wurls, "captured", p->collected_us);
        jw_kv_time(&g->wurls, "known", known_us);
        put_hashes(g, p);
    }
    jw_end(&g->wurls);
}

/* What was decided about the post, and under what. */
static void take_decision(struct gather *g, const struct id128 *post)
{
    bool settled = false;
    struct id128 id;
    struct decision decision;
    struct assessment as;
    struct finding_list l;
    int64_t deadline;
    struct store *s = g->room->store;
    if (store_settled_by(s, post, &settled, &id, NULL) == 0 && settled &&
        store_decision_get(s, &id, &g->arena, &decision, NULL) == 0 && decision_stands(&decision)) {
        if (g->facts.n == 0) g->facts = decision.facts;
        if (g->category == CATEGORY_NONE) g->category = decision.category;
    }
    if (g->category != CATEGORY_NONE) return;
    finding_list_init(&l, &g->arena);
    if (store_get_result(s, post, &g->arena, &l, &as, &deadline, NULL) == 0) g->category = as.category;
    finding_list_done(&l);
}

static bool is_address(struct sv s)
{
    struct sv scheme, host, path;
    return url_parts(s, &scheme, &host, &path);
}

static int gather_post(struct gather *g, struct sv what, struct error *err)
{
    struct id128 id;
    struct post p;
    int64_t known_us = TIME_UNKNOWN;
    int code = store_find_post(g->room->store, what, &id, err);
    if (code == ERR_NOTFOUND && is_address(what)) {
        struct referral_target t = new_target(g, arena_copy(&g->arena, what));
        put_url(g, what, NULL, TIME_UNKNOWN);
        return add_target(g, &t, err);
    }
    if (code == 0) code = store_get_post(g->room->store, &id, &g->arena, &p, &known_us, err);
    if (code) return code;
    if (!is_address(p.url))
        return error_set(err, ERR_ARG, "referral",
                         "post %.*s has no public address that a platform could act on", SV_FMT(p.native_id));
    struct referral_target t = new_target(g, p.url);
    t.post = id;
    size_t before = g->n;
    code = add_target(g, &t, err);
    if (code || g->n == before) return code;
    put_url(g, p.url, &p, known_us);
    take_decision(g, &id);
    return 0;
}

static int gather_account(struct gather *g, struct sv url, struct error *err)
{
    if (!is_address(url))
        return error_set(err, ERR_ARG, "referral", "%.*s: an account is named by its public address",
                         SV_FMT(url));
    struct referral_target t = new_target(g, arena_copy(&g->arena, url));
    t.account = true;
    jw_object(&g->waccounts);
    jw_kv_i64(&g->waccounts, "n", (int64_t)++g->naccounts);
    jw_kv_sv(&g->waccounts, "url", url);
    jw_end(&g->waccounts);
    return add_target(g, &t, err);
}

static int gather_case(struct gather *g, struct error *err)
{
    struct id128 id;
    struct case_object *objects;
    size_t n;
    int code = store_case_find(g->room->store, g->d->case_id, &id, err);
    if (code == 0) code = store_case_objects(g->room->store, &id, &g->arena, &objects, &n, err);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (objects[i].type == CASE_POST) code = gather_post(g, objects[i].id, err);
    return code;
}

static int gather_all(struct gather *g, struct error *err)
{
    int code = 0;
    g->cap = REFERRAL_MAX_TARGETS;
    g->targets = ARENA_ARRAY(&g->arena, g->cap + 1, struct referral_target);
    if (!g->targets) return error_set(err, ERR_NOMEM, "referral", "no memory for targets");
    jw_init(&g->wurls, &g->urls, JW_COMPACT);
    jw_init(&g->waccounts, &g->accounts, JW_COMPACT);
    jw_array(&g->wurls);
    jw_array(&g->waccounts);
    for (size_t i = 0; code == 0 && i < g->d->nposts; i++) code = gather_post(g, g->d->posts[i], err);
    if (code == 0 && g->d->nposts == 0 && g->d->naccounts == 0 && g->d->case_id.n) code = gather_case(g, err);
    for (size_t i = 0; code == 0 && i < g->d->naccounts; i++)
        code = gather_account(g, g->d->accounts[i], err);
    jw_end(&g->wurls);
    jw_end(&g->waccounts);
    if (code == 0 && g->n == 0)
        code = error_set(err, ERR_ARG, "referral",
                         "a referral is about something: name posts, accounts, or a case with posts");
    return code;
}

/* ---- the fields ---- */

/* Ticks of annex I, section B: what in the content is the reason, as far as the category says it. */
static void put_reasons(struct jw *w, enum category c)
{
    jw_key(w, "reason");
    jw_object(w);
    jw_kv_bool(w, "incites", c == CATEGORY_TERROR_PROPAGANDA || c == CATEGORY_TERROR_GLORIFICATION);
    jw_kv_bool(w, "solicits_commit", false);
    jw_kv_bool(w, "solicits_participate", false);
    jw_kv_bool(w, "instructs", false);
    jw_kv_bool(w, "threatens", false);
    jw_end(w);
}

static void put_category(struct jw *w, enum category c, struct texts *texts, enum lang lang)
{
    char key[96];
    const struct category_info *info = category_info(c);
    snprintf(key, sizeof key, "category.%s", info->name);
    jw_kv_str(w, "category", info->name);
    jw_kv_sv(w, "category_text", text_get(texts, lang, key));
    jw_kv_str(w, "dsa_category", info->dsa_category);
    jw_key(w, "dsa_keywords");
    jw_array(w);
    for (int i = 0; i < 4 && info->dsa_keywords[i]; i++) jw_str(w, info->dsa_keywords[i]);
    jw_end(w);
}

static void put_raw(struct jw *w, const char *key, const struct json *v)
{
    struct buf b;
    if (!v) return;
    buf_init(&b, 0);
    json_print(v, &b);
    jw_key(w, key);
    jw_raw(w, buf_sv(&b));
    buf_done(&b);
}

static int write_fields(struct gather *g, const struct json *recipient, struct sv reference, int64_t now_us,
                        struct texts *texts, struct buf *out, struct error *err)
{
    struct jw w;
    char text[TIME_TEXT_BYTES];
    const struct referral_kind *k = referral_kind_find(g->room->kinds, g->d->kind);
    enum lang lang = lang_parse(g->d->lang);
    jw_init(&w, out, JW_COMPACT);
    jw_object(&w);
    jw_kv_sv(&w, "kind", g->d->kind);
    jw_kv_sv(&w, "reference", reference);
    jw_kv_sv(&w, "lang", g->d->lang);
    jw_kv_time(&w, "issued", now_us);
    put_category(&w, g->category, texts, lang);
    put_raw(&w, "authority", json_get(g->room->config->doc, "authority"));
    put_raw(&w, "notifier", json_get(g->room->config->doc, "notifier"));
    put_raw(&w, "redress", json_get(g->room->config->doc, "redress"));
    put_raw(&w, "recipient", recipient);
    if (g->d->case_id.n) jw_kv_sv(&w, "case", g->d->case_id);
    duration_format(k->clock_us, text);
    jw_kv_str(&w, "clock", text);
    if (g->facts.n) jw_kv_sv(&w, "facts", g->facts);
    put_reasons(&w, g->category);
    jw_key(&w, "urls");
    jw_raw(&w, buf_sv(&g->urls));
    jw_key(&w, "accounts");
    jw_raw(&w, buf_sv(&g->accounts));
    jw_end(&w);
    bool failed = out->failed || g->urls.failed || g->accounts.failed;
    return failed ? error_set(err, ERR_NOMEM, "referral", "no memory for the fields of a letter") : 0;
}

static bool kind_takes(const struct referral_kind *k, enum category c)
{
    for (size_t i = 0; i < k->categories.n; i++)
        if (sv_is(k->categories.v[i], category_name(c))) return true;
    return k->categories.n == 0;
}

static int check_draft(const struct referral_room *room, const struct referral_draft *d,
                       const struct gather *g, struct error *err)
{
    const struct referral_kind *k = referral_kind_find(room->kinds, d->kind);
    if (g->category == CATEGORY_NONE)
        return error_set(err, ERR_ARG, "referral",
                         "what harm is it? No decision or finding says so: give a category");
    if (!kind_takes(k, g->category))
        return error_set(err, ERR_ARG, "referral", "a %.*s is not made for %s", SV_FMT(d->kind),
                         category_name(g->category));
    return 0;
}

static int store_draft(struct gather *g, const struct id128 *id, struct sv fields, int64_t now_us,
                       struct error *err)
{
    struct referral r;
    struct referral_event e = {.at_us = now_us, .kind = SV("drafted"), .who = g->d->who, .says = SV("{}")};
    struct id128 case_id;
    char text[ID_TEXT_BYTES];
    struct store *s = g->room->store;
    int code = store_begin(s, err);
    referral_init(&r);
    r.id = *id;
    r.kind = g->d->kind;
    r.recipient = g->d->recipient;
    r.lang = g->d->lang;
    r.state = SV("draft");
    r.case_id = g->d->case_id;
    r.category = sv_cstr(category_name(g->category));
    r.accounts = g->d->naccounts > 0;
    r.drafted_by = g->d->who;
    r.fields = fields;
    r.drafted_us = now_us;
    if (code) return code;
    code = store_referral_new(s, &r, g->targets, g->n, &e, err);
    if (code == 0 && g->d->case_id.n) code = store_case_find(s, g->d->case_id, &case_id, err);
    if (code == 0 && g->d->case_id.n) {
        id_format(id, text);
        code = store_case_add(s, &case_id, CASE_REFERRAL, sv_cstr(text), g->d->kind, NULL, err);
    }
    if (code == 0) return store_commit(s, err);
    store_rollback(s);
    return code;
}

static int draft(struct gather *g, int64_t now_us, struct id128 *out_id, struct error *err)
{
    struct recipient to;
    struct json *recipient = NULL;
    struct texts *texts = NULL;
    struct buf fields, merged;
    char reference[48], hex[ID_TEXT_BYTES], when[TIME_TEXT_BYTES];
    buf_init(&fields, 0);
    buf_init(&merged, 0);
    randombytes_buf(out_id->b, sizeof out_id->b);
    id_format(out_id, hex);
    time_format(now_us, when);
    snprintf(reference, sizeof reference, "M-%.4s-%.8s", when, hex);
    int code = gather_all(g, err);
    if (code == 0) code = check_draft(g->room, g->d, g, err);
    if (code == 0) code = store_recipient_get(g->room->store, g->d->recipient, &g->arena, &to, err);
    if (code == 0) code = json_parse(to.body, JSON_STRICT, &recipient, err);
    if (code == 0) code = texts_new(NULL, &texts, err);
    if (code == 0) code = write_fields(g, recipient, sv_cstr(reference), now_us, texts, &fields, err);
    if (code == 0) code = merge_fields(buf_sv(&fields), g->d->set, g->d->nset, &merged, err);
    if (code == 0) code = store_draft(g, out_id, buf_sv(&merged), now_us, err);
    json_free(recipient);
    texts_free(texts);
    buf_done(&fields);
    buf_done(&merged);
    return code;
}

int referral_draft(const struct referral_room *room, const struct referral_draft *d, int64_t now_us,
                   struct id128 *out_id, struct error *err)
{
    struct gather g = {.room = room, .d = d, .category = d->category};
    if (!referral_kind_find(room->kinds, d->kind))
        return error_set(
            err, ERR_ARG, "referral",
            "%.*s: kinds of referral are dsa-notice, tco-order, trusted-flag, preserve, national",
            SV_FMT(d->kind));
    if (!sv_is(d->lang, "ar") && !sv_is(d->lang, "fr") && !sv_is(d->lang, "en"))
        return error_set(err, ERR_ARG, "referral", "%.*s: letters are written in ar, fr or en",
                         SV_FMT(d->lang));
    arena_init(&g.arena, 0);
    buf_init(&g.urls, 0);
    buf_init(&g.accounts, 0);
    int code = draft(&g, now_us, out_id, err);
    buf_done(&g.urls);
    buf_done(&g.accounts);
    arena_done(&g.arena);
    return code;
}

/* ---- letters ---- */

int referral_template(const char *dir, struct sv kind, struct sv lang, struct sv fields, struct buf *subject,
                      struct buf *text, struct error *err)
{
    char name[128];
    struct buf bytes;
    struct template_text t;
    struct json *doc = NULL;
    snprintf(name, sizeof name, "referrals/%.*s.%.*s.txt", SV_FMT(kind), SV_FMT(lang));
    buf_init(&bytes, 0);
    int code = exchange_policy_file(dir, name, &bytes, err);
    if (code == 0) code = template_parse(sv_cstr(name), buf_sv(&bytes), &t, err);
    if (code == 0) code = json_parse(fields, JSON_STRICT, &doc, err);
    if (code == 0) code = template_fill(sv_cstr(name), &t, doc, subject, text, err);
    json_free(doc);
    buf_done(&bytes);
    return code;
}

int referral_letter(const struct referral_room *room, const struct referral *r, struct buf *out,
                    struct error *err)
{
    struct buf subject, text;
    if (r->document.n) {
        buf_putsv(out, r->document);
        return out->failed ? error_set(err, ERR_NOMEM, "referral", "no memory for a letter") : 0;
    }
    buf_init(&subject, LETTER_MAX_BYTES);
    buf_init(&text, LETTER_MAX_BYTES);
    int code = referral_template(room->dir, r->kind, r->lang, r->fields, &subject, &text, err);
    for (size_t i = 0; i < subject.n; i++)
        if ((unsigned char)subject.p[i] < ' ') subject.p[i] = ' ';
    buf_putsv(out, buf_sv(&subject));
    buf_puts(out, "\n\n");
    buf_putsv(out, buf_sv(&text));
    if (code == 0 && out->failed) code = error_set(err, ERR_NOMEM, "referral", "no memory for a letter");
    buf_done(&subject);
    buf_done(&text);
    return code;
}

int referral_edit(const struct referral_room *room, const struct id128 *id, const struct sv *set, size_t nset,
                  struct sv who, int64_t now_us, struct error *err)
{
    struct arena a;
    struct referral r;
    struct buf merged;
    arena_init(&a, 0);
    buf_init(&merged, 0);
    int code = store_referral_get(room->store, id, &a, &r, err);
    if (code == 0) code = merge_fields(r.fields, set, nset, &merged, err);
    if (code == 0) {
        r.fields = buf_sv(&merged);
        code = referral_move(room, &r, REFEV_EDITED, now_us, who, SV("{}"), err);
    }
    buf_done(&merged);
    arena_done(&a);
    return code;
}
