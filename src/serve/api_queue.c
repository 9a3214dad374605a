/* The queue. A page is made once per change of the store and reader's view, and remembered: hundreds of consoles that
 * look at the same top of the queue cost one reading of it. */
#include "serve/serve_priv.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE_DEFAULT = 25, PAGE_MOST = 200, LOOK_MOST = 4000 };
#define PAGE_FRESH_US   US_PER_SECOND /* clocks move: a page is made anew after this */
#define PAGE_DEAR_US    2000
#define PAGE_OLD_US     (US_PER_SECOND / 2) /* consoles look again this long after the last news */
#define TOTALS_FRESH_US (US_PER_SECOND / 2)
#define TOTALS_CHEAP_US 2000
#define TOTALS_REST     50 /* times what counting takes */

enum view { VIEW_OPEN, VIEW_MINE, VIEW_ESCALATED, VIEW_SNOOZED, VIEW_ALL };
static bool view_parse(struct sv s, int *out)
{
    static const char *const names[] = {"open", "mine", "escalated", "snoozed", "all"};
    for (int i = 0; i < 5; i++) {
        if (!sv_is(s, names[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

struct asked {
    struct queue_filter filter;
    struct sv language;
    int view;
    size_t limit;
    bool some;
    struct queue_row after;
};

static bool read_cursor(struct call *c, struct asked *q)
{
    struct sv s = query_cursor(c), part;
    int64_t v[2];
    if (!s.p) return !c->failed;
    bool good = sv_split(&s, '_', &part) && sv_to_i64(part, &v[0]) && sv_split(&s, '_', &part) &&
                sv_to_i64(part, &v[1]) && sv_split(&s, '_', &part) &&
                sv_to_double(part, &q->after.priority) && id_parse(s, &q->after.post);
    if (!good) {
        in_bad(c, "cursor", "is not one of the queue");
        return false;
    }
    q->after.hard = v[0] == 1;
    q->after.deadline_us = v[1];
    q->some = true;
    return true;
}

static bool read_query(struct call *c, struct asked *q)
{
    struct sv category = query_text(c, "category"), view = query_text(c, "state");
    *q = (struct asked){.view = VIEW_OPEN};
    q->filter.platform = query_text(c, "platform");
    q->language = query_text(c, "language");
    q->limit = (size_t)query_i64(c, "limit", 1, PAGE_MOST, PAGE_DEFAULT);
    if (category.n > 0) {
        q->filter.category = category_parse(category);
        if (q->filter.category == CATEGORY_NONE) in_bad(c, "category", "is not one of the closed list");
    }
    if (view.n > 0 && !view_parse(view, &q->view))
        in_bad(c, "state", "is open, mine, escalated, snoozed or all");
    return !c->failed && read_cursor(c, q);
}

/* Whether a row is in this view of this reader. Reading is wider than routing: what somebody else has is shown, as theirs. */
static bool shown(const struct call *c, const struct asked *q, const struct desk_queue_row *r, int64_t now_us)
{
    bool asleep = review_asleep(r, now_us);
    if (q->language.n > 0 && !review_reads(q->language, r->language)) return false;
    if (q->view == VIEW_SNOOZED) return asleep;
    if (q->view != VIEW_OPEN) return true;
    if (c->who.kind == WHO_PERSON && c->who.opt_outs >> r->q.category & 1) return false;
    return !asleep && !sv_is(r->desk_state, "escalated") &&
           review_reads(sv_cstr(c->who.languages), r->language);
}

/* The few that are mine, escalated or asleep, in the queue's order. */
static int in_order(const void *a, const void *b)
{
    const struct desk_queue_row *x = a, *y = b;
    if (x->q.hard != y->q.hard) return x->q.hard ? -1 : 1;
    if (x->q.hard && x->q.deadline_us != y->q.deadline_us)
        return x->q.deadline_us < y->q.deadline_us ? -1 : 1;
    if (x->q.priority != y->q.priority) return x->q.priority > y->q.priority ? -1 : 1;
    return memcmp(&x->q.post, &y->q.post, sizeof x->q.post);
}

/* What this person holds, and what was handed over to them; a post that is both stands twice. */
static int posts_of_mine(struct call *c, int64_t now_us, struct id128 **out, size_t *out_n, struct error *err)
{
    struct id128 *held = NULL, *handed = NULL;
    size_t n = 0, more = 0;
    int code = store_leased_posts(call_store(c), &c->who.id, now_us, &c->arena, &held, &n, err);
    if (code == 0) code = store_desk_posts(call_store(c), SV("handed"), &c->arena, &handed, &more, err);
    if (code) return code;
    struct id128 *all = ARENA_ARRAY(&c->arena, n + more + 1, struct id128);
    if (!all) return error_set(err, ERR_NOMEM, "serve", "no memory for the queue");
    if (n) memcpy(all, held, n * sizeof *all);
    if (more) memcpy(all + n, handed, more * sizeof *all);
    *out = all;
    *out_n = n + more;
    return 0;
}

static bool met(const struct desk_queue_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (id_eq(&rows[i].q.post, &rows[n].q.post)) return true;
    return false;
}

static bool few_shown(struct call *c, const struct asked *q, const struct desk_queue_row *r, int64_t now_us)
{
    bool held = id_eq(&r->lease_person, &c->who.id) && r->lease_until_us > now_us;
    if (q->view == VIEW_MINE && !held && !id_eq(&r->handed_to, &c->who.id)) return false;
    if (q->filter.category != CATEGORY_NONE && r->q.category != q->filter.category) return false;
    if (q->filter.platform.n > 0 && !sv_eq(r->q.platform, q->filter.platform)) return false;
    return shown(c, q, r, now_us);
}

static int few(struct call *c, const struct asked *q, int64_t now_us, size_t *out_n, struct error *err)
{
    struct id128 *posts = NULL;
    size_t n = 0, kept = 0;
    struct store *s = call_store(c);
    int code = q->view == VIEW_MINE
                   ? posts_of_mine(c, now_us, &posts, &n, err)
                   : store_desk_posts(s, q->view == VIEW_SNOOZED ? SV("snoozed") : SV("escalated"), &c->arena,
                                      &posts, &n, err);
    if (code) return code;
    struct desk_queue_row *rows = ARENA_ARRAY(&c->arena, n ? n : 1, struct desk_queue_row);
    if (!rows) return error_set(err, ERR_NOMEM, "serve", "no memory for the queue");
    for (size_t i = 0; i < n; i++) {
        struct error gone;
        if (store_desk_queue_one(s, &posts[i], &c->arena, &rows[kept], &gone) == 0 &&
            few_shown(c, q, &rows[kept], now_us) && !met(rows, kept))
            kept++;
    }
    qsort(rows, kept, sizeof *rows, in_order);
    for (size_t i = 0; i < kept && i < PAGE_MOST; i++) put_queue_item(c, &rows[i], now_us);
    *out_n = kept;
    return 0;
}

static void put_next(struct call *c, const struct queue_row *last)
{
    char id[ID_TEXT_BYTES], priority[DOUBLE_TEXT_BYTES];
    id_format(&last->post, id);
    double_format(last->priority, -1, priority);
    put_cursor(c, "%d_%lld_%s_%s", last->hard, (long long)last->deadline_us, priority, id);
}

/* Page after page of the store until enough is shown. *out_more: there are rows behind *out_last. */
static int many(struct call *c, struct asked *q, int64_t now_us, bool *out_more, struct queue_row *out_last,
                struct error *err)
{
    size_t put = 0, looked = 0, n = 0, i = 0, want = q->limit;
    do {
        struct desk_queue_row *rows = NULL;
        int code = store_desk_queue(call_store(c), &q->filter, q->some ? &q->after : NULL, want, &c->arena,
                                    &rows, &n, err);
        if (code) return code;
        for (i = 0; i < n && put < q->limit; i++) {
            q->after = *out_last = rows[i].q;
            q->some = true;
            if (!shown(c, q, &rows[i], now_us)) continue;
            put_queue_item(c, &rows[i], now_us);
            put++;
        }
        looked += n;
        *out_more = i < n || n == want;
        want = 200;
    } while (*out_more && put < q->limit && looked < LOOK_MOST);
    return 0;
}

/* Counting a long queue takes long: then it is left to the thread of jobs, and what it found last is told. */
static int count_now(struct server *s, struct store *reader, struct error *err)
{
    int64_t total = 0, late = 0, began = clock_mono_us();
    int code = store_queue_totals(reader, clock_now_us(), &total, &late, err);
    if (code) return code;
    pthread_mutex_lock(&s->page_lock);
    s->queue_total = total;
    s->queue_late = late;
    s->totals_us = clock_mono_us();
    s->totals_cost_us = s->totals_us - began;
    pthread_mutex_unlock(&s->page_lock);
    return 0;
}

void queue_count_some(struct server *s)
{
    struct error ignored;
    pthread_mutex_lock(&s->page_lock);
    bool soon = clock_mono_us() - s->totals_us < TOTALS_REST * s->totals_cost_us;
    pthread_mutex_unlock(&s->page_lock);
    if (soon) return;
    struct store *reader = readers_take(s->readers);
    if (count_now(s, reader, &ignored) != 0) log_write(s->log, LOG_WARN, "serve", "%s", ignored.text);
    readers_give(s->readers, reader);
}

static int totals(struct call *c, int64_t *out_total, int64_t *out_late, struct error *err)
{
    struct server *s = c->s;
    pthread_mutex_lock(&s->page_lock);
    int64_t age = clock_mono_us() - s->totals_us;
    bool good = s->totals_us != 0 && (age < TOTALS_FRESH_US || s->totals_cost_us > TOTALS_CHEAP_US);
    pthread_mutex_unlock(&s->page_lock);
    int code = good ? 0 : count_now(s, call_store(c), err);
    pthread_mutex_lock(&s->page_lock);
    *out_total = s->queue_total;
    *out_late = s->queue_late;
    pthread_mutex_unlock(&s->page_lock);
    return code;
}

static int make_page(struct call *c, struct asked *q, uint64_t version, struct error *err)
{
    int64_t now_us = clock_now_us(), total = 0, late = 0;
    struct queue_row last;
    size_t n;
    bool more = false;
    int code = totals(c, &total, &late, err);
    if (code) return code;
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    code = q->view == VIEW_OPEN || q->view == VIEW_ALL ? many(c, q, now_us, &more, &last, err)
                                                       : few(c, q, now_us, &n, err);
    if (code) return code;
    jw_end(&c->w);
    if (more) put_next(c, &last);
    jw_kv_i64(&c->w, "total", total);
    jw_kv_i64(&c->w, "late", late);
    jw_kv_i64(&c->w, "version", (int64_t)version);
    jw_end(&c->w);
    return 0;
}

/* ---- remembered pages ---- */

static void key_of(const struct call *c, struct sha256 *out)
{
    struct sv parts[] = {c->q->query, sv_cstr(c->who.languages),
                         sv_of(&c->who.opt_outs, sizeof c->who.opt_outs),
                         sv_of(&c->who.id, sizeof c->who.id)};
    struct id128 id = id_of("page", parts, 4);
    *out = (struct sha256){{0}};
    memcpy(out->b, id.b, sizeof id.b);
}

static void etag_of(struct call *c, const char *etag)
{
    call_add_header(c, "ETag", "\"%s\"", etag);
    if (sv_find(call_header(c, "If-None-Match"), sv_cstr(etag), 0) == SIZE_MAX) return;
    c->r->status = 304;
    c->r->type = NULL;
    buf_clear(&c->r->body);
}

static struct queue_page *place_of_page(struct server *s, const struct sha256 *key)
{
    return &s->pages[(key->b[0] | (unsigned)key->b[1] << 8) % QUEUE_PAGES];
}

/* Whether a page still says what is so. Where making it costs much and others write all the time it is given out for four times
 * what it took to make: a fifth of a core at most goes into pages. Whoever wrote something themselves sees it. */
static bool still_good(const struct call *c, const struct queue_page *p, uint64_t version)
{
    int64_t age = clock_mono_us() - p->made_us;
    if (p->made_us == 0 || age >= PAGE_FRESH_US) return false;
    if (p->version >= version) return true;
    return p->cost_us >= PAGE_DEAR_US && age < 4 * p->cost_us && age < PAGE_OLD_US &&
           p->version >= call_wrote(c);
}

/* The remembered page, or the word that this call makes it: of many that ask at once one does, the others wait for it. */
static bool recall(struct call *c, const struct sha256 *key, uint64_t version)
{
    struct queue_page *p = place_of_page(c->s, key);
    char etag[33];
    bool good = false;
    if (c->reader) readers_give(c->s->readers, c->reader); /* whoever makes the page needs one */
    c->reader = NULL;
    pthread_mutex_lock(&c->s->page_lock);
    for (;;) {
        bool same = memcmp(&p->key, key, sizeof *key) == 0;
        good = same && still_good(c, p, version);
        if (good || !same || !p->making) break;
        pthread_cond_wait(&c->s->page_made, &c->s->page_lock);
    }
    if (good) {
        call_json(c, 200);
        buf_put(&c->r->body, p->body, p->bytes);
        memcpy(etag, p->etag, sizeof etag);
        c->news = p->news;
    } else if (!p->making) {
        p->key = *key;
        p->made_us = 0;
        p->making = true;
    }
    pthread_mutex_unlock(&c->s->page_lock);
    if (good) etag_of(c, etag);
    return good;
}

/* It was not made after all. */
static void give_up(struct call *c, const struct sha256 *key)
{
    struct queue_page *p = place_of_page(c->s, key);
    pthread_mutex_lock(&c->s->page_lock);
    if (memcmp(&p->key, key, sizeof *key) == 0) p->making = false;
    pthread_cond_broadcast(&c->s->page_made);
    pthread_mutex_unlock(&c->s->page_lock);
}

static void remember(struct call *c, const struct sha256 *key, uint64_t version, int64_t began_us)
{
    struct queue_page *p = place_of_page(c->s, key);
    struct sha256 h;
    char etag[33];
    char *copy = malloc(c->r->body.n ? c->r->body.n : 1);
    sha256_of(buf_sv(&c->r->body), &h);
    hex_encode(h.b, 16, etag);
    pthread_mutex_lock(&c->s->page_lock);
    bool mine = memcmp(&p->key, key, sizeof *key) == 0; /* another page may have taken the place */
    if (mine && copy) {
        free(p->body);
        memcpy(copy, c->r->body.p, c->r->body.n);
        p->body = copy;
        p->bytes = c->r->body.n;
        p->version = version;
        p->news = c->news;
        p->made_us = clock_mono_us();
        p->cost_us = p->made_us - began_us;
        memcpy(p->etag, etag, sizeof etag);
        copy = NULL;
    }
    if (mine) p->making = false;
    pthread_cond_broadcast(&c->s->page_made);
    pthread_mutex_unlock(&c->s->page_lock);
    free(copy);
    etag_of(c, etag);
}

void api_queue(struct call *c)
{
    struct asked q;
    struct sha256 key;
    struct error err;
    uint64_t version = atomic_load(&c->s->version);
    if (!read_query(c, &q)) return;
    key_of(c, &key);
    if (recall(c, &key, version)) return;
    int64_t began_us = clock_mono_us();
    if (make_page(c, &q, version, &err) == 0) {
        remember(c, &key, version, began_us);
        return;
    }
    give_up(c, &key);
    call_error(c, &err);
}

/* ---- the next one ---- */

struct next {
    struct server *s;
    struct reviewer who;
    struct arena *arena;
    enum next_why why;
    struct id128 post;
};

static int next_one(void *arg, struct store *s, struct error *err)
{
    struct next *n = arg;
    return review_next(s, &n->s->rules, &n->who, clock_now_us(), n->arena, &n->why, &n->post, err);
}

/* A post that is given out again to be judged blind looks like any other of the queue. */
static void put_as_queued(struct call *c, const struct id128 *post, int64_t now_us)
{
    struct desk_queue_row row = {.desk_state = SV("open"),
                                 .copies = 1,
                                 .lease_person = c->who.id,
                                 .lease_until_us = now_us + c->s->rules.lease_us};
    struct post p;
    struct finding_list l;
    struct assessment as;
    struct error ignored;
    struct store *s = call_store(c);
    if (store_desk_queue_one(s, post, &c->arena, &row, &ignored) == 0) {
        put_queue_item(c, &row, now_us);
        return;
    }
    finding_list_init(&l, &c->arena);
    if (store_get_post(s, post, &c->arena, &p, &row.q.known_us, &ignored) != 0 ||
        store_get_result(s, post, &c->arena, &l, &as, &row.q.deadline_us, &ignored) != 0) {
        jw_null(&c->w);
        finding_list_done(&l);
        return;
    }
    finding_list_done(&l);
    row.language = p.language;
    row.q = (struct queue_row){.post = *post,
                               .account = p.account.id,
                               .platform = p.platform,
                               .native_id = p.native_id,
                               .handle = p.account.handle,
                               .caption = post_text(&p, TEXT_CAPTION),
                               .category = as.category,
                               .severity = as.severity,
                               .probability = as.probability,
                               .expected_views = as.expected_views,
                               .priority = as.priority,
                               .hard = as.hard,
                               .known_us = row.q.known_us,
                               .deadline_us = row.q.deadline_us,
                               .created_us = p.created_us,
                               .views = p.reach.views,
                               .reason = as.reason};
    put_queue_item(c, &row, now_us);
}

void api_next(struct call *c)
{
    struct next n = {.s = c->s, .who = call_reviewer(c), .arena = &c->arena};
    struct care_state care;
    struct error err;
    if (!call_write(c, next_one, &n)) return;
    int64_t now_us = clock_now_us();
    if (review_care(call_store(c), &c->s->rules, &c->who.id, now_us, &care, &err) != 0) {
        call_error(c, &err);
        return;
    }
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "item");
    if (n.why == NEXT_FOUND)
        put_as_queued(c, &n.post, now_us);
    else
        jw_null(&c->w);
    if (n.why != NEXT_FOUND)
        jw_kv_str(&c->w, "why",
                  n.why == NEXT_BREAK    ? "break_due"
                  : n.why == NEXT_ROUTED ? "routed"
                  : n.why == NEXT_SEEN   ? "seen_before"
                                         : "empty");
    if (n.why == NEXT_SEEN) put_id(&c->w, "seen_post", &n.post);
    jw_key(&c->w, "care");
    put_care(c, &care);
    jw_kv_bool(&c->w, "second_review", false);
    jw_end(&c->w);
    if (n.why == NEXT_FOUND) event_about(c->s, "lease", &n.post);
}
