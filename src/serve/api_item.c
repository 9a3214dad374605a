/* One post with all that is needed to decide in one look. */
#include "serve/serve_priv.h"

#include "base/limits.h"

enum { STILLS = 12, OTHER_POSTS = 12 };

struct item {
    struct id128 id;
    struct post post;
    int64_t known_us, deadline_us;
    struct finding_list findings;
    struct assessment as;
    bool analysed, queued, blind;
    struct desk_queue_row row;
    struct reach *reach;
    size_t nreach;
    struct store_media *media;
};

/* Whether this person was given a settled post to judge it blind. */
static bool is_blind(struct call *c, const struct id128 *post)
{
    struct lease l;
    struct error ignored;
    return c->who.kind == WHO_PERSON && store_lease_get(call_store(c), post, &l, &ignored) == 0 &&
           id_eq(&l.person, &c->who.id) && l.until_us > clock_now_us();
}

static int load(struct call *c, struct item *x, struct error *err)
{
    struct store *s = call_store(c);
    struct error why;
    finding_list_init(&x->findings, &c->arena);
    int code = store_get_post(s, &x->id, &c->arena, &x->post, &x->known_us, err);
    if (code) return code;
    code = store_get_result(s, &x->id, &c->arena, &x->findings, &x->as, &x->deadline_us, err);
    x->analysed = code == 0;
    if (code && code != ERR_NOTFOUND) return code;
    x->queued = store_desk_queue_one(s, &x->id, &c->arena, &x->row, &why) == 0;
    x->blind = !x->queued && is_blind(c, &x->id);
    code = store_get_reach(s, &x->id, &c->arena, &x->reach, &x->nreach, err);
    x->media = ARENA_ARRAY(&c->arena, x->post.nmedia ? x->post.nmedia : 1, struct store_media);
    if (code == 0 && !x->media) code = error_set(err, ERR_NOMEM, "serve", "no memory for media");
    if (code == 0 && x->post.nmedia > 0)
        code = store_get_media(s, &x->id, x->post.nmedia, &c->arena, x->media, err);
    for (size_t i = 0; code == 0 && i < x->post.nmedia; i++)
        code = signals_add_said(x->media[i].signals, (uint32_t)i, &x->post, &c->arena, err);
    return code;
}

/* ---- the post's record ---- */

/* What a record has of paths on this machine and of the feed stays here. */
static void put_post(struct call *c, struct post *p)
{
    p->raw = SV_NULL;
    p->origin = (struct origin){.format = p->origin.format};
    for (size_t i = 0; i < p->nmedia; i++) p->media[i].path = p->media[i].missing = SV_NULL;
    char id[ID_TEXT_BYTES];
    id_format(&p->account.id, id);
    struct buf b;
    buf_init(&b, 0);
    struct jw w;
    jw_init(&w, &b, JW_COMPACT);
    post_write(p, &w);
    if (b.failed || b.n == 0)
        jw_null(&c->w);
    else
        jw_raw(&c->w, buf_sv(&b));
    buf_done(&b);
}

/* ---- media ---- */

static const char *media_state_word(enum media_state s)
{
    static const char *const words[] = {"pending", "ready", "set_aside", "absent"};
    return words[s];
}

static void put_stills(struct call *c, const struct item *x, size_t i, const struct media_signals *sig,
                       const char *id)
{
    struct jw *w = &c->w;
    bool picture = sig->kind == MEDIA_IMAGE || sig->duration_us == TIME_UNKNOWN || sig->duration_us <= 0;
    int n = picture ? 1 : STILLS;
    jw_key(w, "stills");
    jw_array(w);
    for (int k = 0; sig->nframes > 0 && k < n; k++) {
        int64_t at = picture ? 0 : sig->duration_us * k / n;
        struct sv url =
            arena_printf(&c->arena, "/api/v1/items/%s/media/%zu/still?at_us=%lld", id, i, (long long)at);
        jw_object(w);
        jw_kv_i64(w, "at_us", at);
        jw_kv_sv(w, "url", url);
        jw_end(w);
    }
    jw_end(w);
    if (sig->nframes > 0)
        jw_kv_sv(w, "sheet", arena_printf(&c->arena, "/api/v1/items/%s/media/%zu/sheet", id, i));
}

static void put_media(struct call *c, const struct item *x, size_t i)
{
    struct jw *w = &c->w;
    const struct store_media *m = &x->media[i];
    struct media_signals sig = {.duration_us = TIME_UNKNOWN};
    struct error ignored;
    char id[ID_TEXT_BYTES], sha[SHA256_TEXT_BYTES];
    bool may_see = c->who.kind == WHO_PERSON && c->who.permissions >> PERM_MEDIA_READ & 1;
    bool ready = m->state == MEDIA_READY && signals_read(m->signals, &c->arena, &sig, &ignored) == 0;
    id_format(&x->id, id);
    sha256_format(&m->sha256, sha);
    jw_object(w);
    jw_kv_i64(w, "index", (int64_t)i);
    jw_kv_str(w, "kind", media_kind_name(ready ? sig.kind : x->post.media[i].kind));
    jw_kv_str(w, "role", media_role_name(x->post.media[i].role));
    jw_kv_str(w, "state", media_state_word(m->state));
    if (m->state == MEDIA_READY || m->state == MEDIA_SET_ASIDE) {
        jw_kv_str(w, "sha256", sha);
        jw_kv_i64(w, "bytes", (int64_t)m->bytes);
    }
    if (sig.width > 0) {
        jw_kv_i64(w, "width", sig.width);
        jw_kv_i64(w, "height", sig.height);
    }
    put_us(w, "duration_us", sig.duration_us);
    put_opt(w, "failure", m->failure);
    if (sig.incomplete) jw_kv_bool(w, "incomplete", true);
    bool seen = false;
    if (ready && c->who.kind == WHO_PERSON &&
        store_seen(call_store(c), &c->who.id, &m->sha256, &seen, &ignored) == 0)
        jw_kv_bool(w, "seen_before", seen);
    if (ready && may_see) {
        put_stills(c, x, i, &sig, id);
        jw_kv_sv(w, "file", arena_printf(&c->arena, "/api/v1/items/%s/media/%zu/file", id, i));
    } else {
        jw_key(w, "stills");
        jw_array(w);
        jw_end(w);
    }
    jw_end(w);
}

/* ---- lists around it ---- */

static void put_lines(struct call *c, const char *key, const struct id128 *ids, size_t n,
                      const struct id128 *but)
{
    jw_key(&c->w, key);
    jw_array(&c->w);
    for (size_t i = 0, put = 0; i < n && put < OTHER_POSTS; i++)
        if (!id_eq(&ids[i], but)) put += put_post_line(c, &ids[i]);
    jw_end(&c->w);
}

int put_decisions(struct call *c, const char *key, const struct decision_filter *f, const struct id128 *but,
                  struct error *err)
{
    struct decision *d = NULL;
    size_t n = 0;
    int code = store_decisions(call_store(c), f, 50, &c->arena, &d, &n, err);
    jw_key(&c->w, key);
    jw_array(&c->w);
    for (size_t i = 0; code == 0 && i < n; i++)
        if (!but || !id_eq(&d[i].post, but)) put_decision(c, &d[i]);
    jw_end(&c->w);
    return code;
}

static void put_notes(struct call *c, const struct id128 *post)
{
    struct desk_note *v = NULL;
    size_t n = 0;
    struct error ignored;
    if (store_notes(call_store(c), post, &c->arena, &v, &n, &ignored) != 0) n = 0;
    jw_key(&c->w, "notes");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) {
        jw_object(&c->w);
        put_us(&c->w, "at_us", v[i].at_us);
        jw_kv_sv(&c->w, "pseudonym", pseudonym_of(c, &v[i].person));
        jw_kv_sv(&c->w, "kind", v[i].kind);
        jw_kv_sv(&c->w, "text", v[i].text);
        jw_end(&c->w);
    }
    jw_end(&c->w);
}

static void put_reports(struct call *c, const struct id128 *post)
{
    struct report *v = NULL;
    size_t n = 0;
    struct error ignored;
    bool may = c->who.kind == WHO_PERSON && c->who.permissions >> PERM_REPORT_READ & 1;
    if (!may || store_reports_of(call_store(c), post, &c->arena, &v, &n, &ignored) != 0) n = 0;
    jw_key(&c->w, "reports");
    jw_array(&c->w);
    for (size_t i = 0; i < n; i++) put_report(c, &v[i]);
    jw_end(&c->w);
}

static void put_why(struct call *c, const struct item *x)
{
    struct jw *w = &c->w;
    double views = x->as.expected_views;
    int64_t now_us = clock_now_us();
    if (x->nreach > 0)
        (void)review_priority(x->as.severity, x->as.probability, x->reach, x->nreach, x->post.created_us,
                              now_us, c->s->rules.next_look_us, &views);
    jw_key(w, "why");
    jw_object(w);
    jw_kv_sv(w, "text", x->analysed ? x->as.reason : SV("reason.none"));
    jw_kv_i64(w, "severity", x->as.severity);
    jw_kv_double(w, "probability", x->as.probability, 4);
    jw_kv_double(w, "expected_views", views, 1);
    jw_kv_i64(w, "deadline_us", x->analysed ? x->deadline_us : 0);
    jw_kv_bool(w, "hard", x->as.hard);
    if (x->nreach >= 2) {
        const struct reach *a = &x->reach[x->nreach - 2], *b = &x->reach[x->nreach - 1];
        double hours = (double)(b->at_us - a->at_us) / (double)US_PER_HOUR;
        if (hours > 0 && a->views >= 0 && b->views >= 0)
            jw_kv_double(w, "views_per_hour", (double)(b->views - a->views) / hours, 1);
    }
    jw_kv_i64(w, "next_look_s", c->s->rules.next_look_us / US_PER_SECOND);
    jw_end(w);
}

static void put_reach(struct jw *w, const struct reach *r)
{
    jw_object(w);
    put_us(w, "at_us", r->at_us);
    if (r->views >= 0) jw_kv_i64(w, "views", r->views);
    if (r->likes >= 0) jw_kv_i64(w, "likes", r->likes);
    if (r->comments >= 0) jw_kv_i64(w, "comments", r->comments);
    if (r->shares >= 0) jw_kv_i64(w, "shares", r->shares);
    if (r->saves >= 0) jw_kv_i64(w, "saves", r->saves);
    jw_end(w);
}

static void put_lease(struct call *c, const struct item *x)
{
    struct lease l;
    struct error ignored;
    if (store_lease_get(call_store(c), &x->id, &l, &ignored) != 0 || l.until_us <= clock_now_us()) return;
    jw_key(&c->w, "lease");
    jw_object(&c->w);
    put_id(&c->w, "post", &x->id);
    put_us(&c->w, "until_us", l.until_us);
    jw_kv_bool(&c->w, "mine", c->who.kind == WHO_PERSON && id_eq(&l.person, &c->who.id));
    jw_kv_sv(&c->w, "pseudonym", pseudonym_of(c, &l.person));
    jw_end(&c->w);
}

static int put_around(struct call *c, const struct item *x, struct error *err)
{
    struct id128 *ids = NULL;
    size_t n = 0;
    struct decision_filter f;
    struct store *s = call_store(c);
    int code = store_likeness_of(s, &x->id, OTHER_POSTS, &c->arena, &ids, &n, err);
    if (code == 0) put_lines(c, "copies", ids, n, &x->id);
    decision_filter_init(&f);
    f.post = x->blind ? (struct id128){{1}} : x->id; /* blind: nothing of what others said */
    if (code == 0) code = put_decisions(c, "decisions", &f, NULL, err);
    put_reports(c, &x->id);
    put_notes(c, &x->id);
    bool known = !id_is_zero(&x->post.account.id);
    n = 0;
    if (code == 0 && known)
        code = store_account_posts(s, &x->post.account.id, OTHER_POSTS + 1, &c->arena, &ids, &n, err);
    if (code == 0) put_lines(c, "account_posts", ids, n, &x->id);
    decision_filter_init(&f);
    f.account = known ? x->post.account.id : (struct id128){{1}};
    return code ? code : put_decisions(c, "account_decisions", &f, &x->id, err);
}

/* The version of what is judged: another one when the post or its findings are. */
static void etag_of(const struct item *x, char out[33])
{
    struct buf b;
    struct sha256 h;
    struct jw w;
    buf_init(&b, 0);
    jw_init(&w, &b, JW_COMPACT);
    jw_array(&w);
    post_write(&x->post, &w);
    for (size_t i = 0; i < x->findings.n; i++) finding_write(&x->findings.v[i], &w);
    jw_end(&w);
    sha256_of(buf_sv(&b), &h);
    hex_encode(h.b, 16, out);
    buf_done(&b);
}

static int put_item(struct call *c, struct item *x, struct error *err)
{
    struct jw *w = &c->w;
    char etag[33];
    etag_of(x, etag);
    call_json(c, 200);
    jw_object(w);
    jw_key(w, "post");
    put_post(c, &x->post);
    put_us(w, "known_us", x->known_us);
    jw_key(w, "findings");
    put_findings(c, &x->post, x->findings.v, x->findings.n, true);
    if (x->analysed) {
        jw_key(w, "assessment");
        put_assessment(c, &x->as);
        put_us(w, "deadline_us", x->deadline_us);
    }
    jw_kv_str(w, "state", x->blind ? "queued" : post_state(c, &x->id));
    if (x->queued) {
        jw_key(w, "queue");
        put_queue_item(c, &x->row, clock_now_us());
        int64_t wake_us = review_wake_us(&x->row.q);
        put_us(w, "wake_us", wake_us == INT64_MAX ? TIME_UNKNOWN : wake_us);
    }
    put_lease(c, x);
    jw_key(w, "media");
    jw_array(w);
    for (size_t i = 0; i < x->post.nmedia; i++) put_media(c, x, i);
    jw_end(w);
    jw_key(w, "reach");
    jw_array(w);
    for (size_t i = 0; i < x->nreach; i++) put_reach(w, &x->reach[i]);
    jw_end(w);
    int code = put_around(c, x, err);
    if (code) return code;
    put_why(c, x);
    struct sv policy = arena_printf(&c->arena, "category.%s", category_name(x->as.category));
    jw_kv_sv(w, "policy_text", policy);
    jw_kv_str(w, "etag", etag);
    jw_end(w);
    call_add_header(c, "ETag", "\"%s\"", etag);
    if (sv_find(call_header(c, "If-None-Match"), sv_cstr(etag), 0) != SIZE_MAX) {
        c->r->status = 304;
        c->r->type = NULL;
        buf_clear(&c->r->body);
    }
    return 0;
}

int item_etag(struct call *c, const struct id128 *post, char out[33], struct error *err)
{
    struct item x = {.id = *post, .deadline_us = TIME_UNKNOWN};
    int code = load(c, &x, err);
    if (code == 0) etag_of(&x, out);
    finding_list_done(&x.findings);
    return code;
}

struct look {
    struct id128 who, post;
};

static int look(void *arg, struct store *s, struct error *err)
{
    struct look *l = arg;
    return review_look(s, &l->who, &l->post, clock_now_us(), err);
}

void api_item(struct call *c)
{
    struct item x = {.deadline_us = TIME_UNKNOWN};
    struct error err;
    if (!param_id(c, 0, &x.id)) return;
    struct look l = {c->who.id, x.id};
    if (load(c, &x, &err) != 0)
        call_error(c, &err);
    else if (call_write(c, look, &l) && put_item(c, &x, &err) != 0)
        call_error(c, &err);
    finding_list_done(&x.findings);
}

void api_findings(struct call *c)
{
    struct item x = {.deadline_us = TIME_UNKNOWN};
    struct error err;
    if (!param_id(c, 0, &x.id) || !call_may_know(c, &x.id)) return;
    if (load(c, &x, &err) != 0) {
        call_error(c, &err);
    } else {
        call_json(c, 200);
        jw_object(&c->w);
        put_id(&c->w, "post", &x.id);
        jw_kv_str(&c->w, "state", x.analysed ? "done" : "waiting");
        jw_key(&c->w, "findings");
        put_findings(c, &x.post, x.findings.v, x.findings.n, false);
        if (x.analysed) {
            jw_key(&c->w, "assessment");
            put_assessment(c, &x.as);
            put_us(&c->w, "deadline_us", x.deadline_us);
        }
        jw_end(&c->w);
    }
    finding_list_done(&x.findings);
}
