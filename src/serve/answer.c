/* From a request to its answer: what is refused before a handler sees it, in this order: a broken path, an unknown route,
 * too many requests, nobody or the wrong one asking, a forged request, a body that is too large or broken. */
#include "serve/serve_priv.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "exchange/exchange.h"

#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

void http_response_init(struct http_response *r)
{
    *r = (struct http_response){.status = 500, .file_fd = -1};
    buf_init(&r->body, 0);
    buf_init(&r->headers, 0);
}

void http_response_done(struct http_response *r)
{
    buf_done(&r->body);
    buf_done(&r->headers);
    if (r->file_fd >= 0) close(r->file_fd);
}

/* ---- the path ---- */

static bool good_path(struct sv path)
{
    if (path.n == 0 || path.n > SERVE_MAX_PATH_BYTES || path.p[0] != '/' || utf8_check(path) != SIZE_MAX)
        return false;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char ch = (unsigned char)path.p[i];
        if (ch < 0x20 || ch == 0x7f || ch == '\\') return false;
        if (ch == '/' && i + 1 < path.n && path.p[i + 1] == '/') return false;
        bool dot = ch == '/' && i + 1 < path.n && path.p[i + 1] == '.';
        if (dot) return false; /* "..", "." and hidden names */
    }
    return true;
}

static bool is_api(struct sv path)
{
    return sv_starts(path, SV("/api/")) || sv_is(path, "/healthz") || sv_is(path, "/readyz") ||
           sv_is(path, "/metrics");
}

static bool changes(const struct call *c)
{
    return !sv_is(c->q->method, "GET") && !sv_is(c->q->method, "HEAD");
}

/* ---- who may ---- */

static bool too_many(struct call *c, struct sv name, double per_minute)
{
    int wait_s;
    if (rate_allows(c->s, name, per_minute, &wait_s)) return false;
    call_fail(c, 429, "too_many", NULL, "too many requests: come again in %d s", wait_s);
    call_add_header(c, "Retry-After", "%d", wait_s);
    return true;
}

static bool hindered(struct call *c)
{
    struct sv name;
    if (c->who.kind == WHO_KEY) {
        name = arena_printf(&c->arena, "key %s", c->who.name);
        return too_many(c, name, (double)c->who.rate);
    }
    if (!changes(c)) return false;
    if (c->who.kind == WHO_PERSON && c->route->access != ACCESS_PUBLIC) {
        name = arena_printf(&c->arena, "person %s", c->who.name);
        return too_many(c, name, 600);
    }
    name = arena_printf(&c->arena, "peer %.*s", SV_FMT(c->q->peer));
    return too_many(c, name, 60);
}

/* A page of another site cannot make a browser send this header, nor read the token; and browsers say where from a
 * request comes. */
static bool forged(struct call *c)
{
    struct sv site = call_header(c, "Sec-Fetch-Site");
    if (!changes(c)) return false;
    if (site.n > 0 && !sv_is(site, "same-origin") && !sv_is(site, "none")) {
        call_fail(c, 403, "csrf", NULL, "this request comes from another site");
        return true;
    }
    if (c->who.kind != WHO_PERSON || c->route->access == ACCESS_PUBLIC) return false;
    char right[2 * CSRF_BYTES + 1];
    struct sv token = call_header(c, "X-CSRF-Token");
    hex_encode(c->who.csrf, CSRF_BYTES, right);
    if (token.n == 2 * CSRF_BYTES && sodium_memcmp(token.p, right, token.n) == 0) return false;
    call_fail(c, 403, "csrf", NULL, "X-CSRF-Token is not the one of this session");
    return true;
}

static bool refused(struct call *c)
{
    const struct route *r = c->route;
    if (r->access == ACCESS_PUBLIC) return false;
    if (c->who.kind == WHO_NOBODY) {
        call_fail(c, 401, "unauthenticated", NULL, "sign in, or send a key");
        return true;
    }
    bool allowed;
    if (c->who.kind == WHO_KEY)
        allowed = r->access == ACCESS_ALLOWED && (c->who.scopes & r->scopes) != 0;
    else if (r->access == ACCESS_SESSION)
        allowed = true;
    else
        allowed =
            c->who.stage == SESSION_FULL &&
            (r->access == ACCESS_FULL || (r->permission >= 0 && c->who.permissions >> r->permission & 1));
    if (allowed) return false;
    if (c->who.kind == WHO_PERSON && c->who.stage != SESSION_FULL)
        call_fail(c, 401, "unauthenticated", NULL, "the second factor is still missing");
    else if (c->who.kind == WHO_KEY)
        call_fail(c, 403, "forbidden", NULL, "this key has not the scope for that");
    else
        call_fail(c, 403, "forbidden", NULL, "%s is not among what you may",
                  r->permission >= 0 ? permission_name((enum permission)r->permission) : "this");
    return true;
}

/* ---- the body ---- */

static bool read_body(struct call *c)
{
    struct buf b;
    struct error err;
    struct sv type = call_header(c, "Content-Type"), kind = SV_NULL;
    if (c->route->body != BODY_JSON) return true;
    sv_split(&type, ';', &kind);
    if (!sv_eq_nocase(sv_trim(kind), SV("application/json"))) {
        call_fail(c, 415, "unsupported", NULL, "Content-Type must be application/json");
        return false;
    }
    if (c->q->content_length > (int64_t)SERVE_MAX_JSON_BYTES) {
        call_fail(c, 413, "too_large", NULL, "a body has at most %zu bytes", SERVE_MAX_JSON_BYTES);
        return false;
    }
    buf_init(&b, SERVE_MAX_JSON_BYTES + 1);
    ptrdiff_t got = 0;
    while (b.n <= SERVE_MAX_JSON_BYTES && buf_reserve(&b, b.n < 4096 ? 4096 - b.n : 1) &&
           (got = c->q->read(c->q->arg, b.p + b.n, b.cap - 1 - b.n)) > 0)
        b.n += (size_t)got;
    bool whole = got == 0 && (c->q->content_length < 0 || b.n == (size_t)c->q->content_length);
    if (b.n > SERVE_MAX_JSON_BYTES)
        call_fail(c, 413, "too_large", NULL, "a body has at most %zu bytes", SERVE_MAX_JSON_BYTES);
    else if (!whole || b.failed)
        call_fail(c, 400, "bad_request", NULL, "the body broke off");
    else if (json_parse(buf_sv(&b), JSON_STRICT, &c->body, &err) != 0)
        call_fail(c, 400, "bad_request", NULL, "%s", err.text);
    else if (json_type(c->body) != JSON_OBJECT)
        call_fail(c, 422, "invalid", "body", "the body must be an object");
    c->body_bytes = arena_copy(&c->arena, buf_sv(&b));
    buf_done(&b);
    return !c->failed;
}

/* ---- requests that come again ---- */

struct repeat {
    struct kept_answer answer;
    bool begun;
};

/* Of several that come side by side one is answered, and the others wait for what it is told. */
static void wait_turn(struct server *s, const struct sha256 *id)
{
    size_t i, free_at;
    pthread_mutex_lock(&s->repeat_lock);
    for (;;) {
        for (i = 0, free_at = REPEATS; i < REPEATS; i++) {
            if (!s->repeats[i].taken)
                free_at = i;
            else if (memcmp(&s->repeats[i].id, id, sizeof *id) == 0)
                break;
        }
        if (i == REPEATS && free_at < REPEATS) break;
        pthread_cond_wait(&s->repeat_done, &s->repeat_lock);
    }
    s->repeats[free_at].taken = true;
    s->repeats[free_at].id = *id;
    pthread_mutex_unlock(&s->repeat_lock);
}

static void end_turn(struct server *s, const struct repeat *r)
{
    if (!r->begun) return;
    pthread_mutex_lock(&s->repeat_lock);
    for (size_t i = 0; i < REPEATS; i++)
        if (memcmp(&s->repeats[i].id, &r->answer.id, sizeof r->answer.id) == 0) s->repeats[i].taken = false;
    pthread_cond_broadcast(&s->repeat_done);
    pthread_mutex_unlock(&s->repeat_lock);
}

static bool answered_before(struct call *c, struct repeat *r)
{
    struct sv key = call_header(c, "Idempotency-Key");
    struct kept_answer kept;
    struct error ignored;
    if (!c->route->repeats || key.n == 0) return false;
    if (key.n > 128) {
        call_fail(c, 422, "invalid", "Idempotency-Key", "a key has at most 128 characters");
        return true;
    }
    struct sv parts[] = {sv_cstr(c->who.name), c->q->path, key};
    struct id128 id = id_of("repeat", parts, 3);
    sha256_of(sv_of(id.b, sizeof id.b), &r->answer.id);
    sha256_of(c->body_bytes, &r->answer.request);
    if (c->reader) readers_give(c->s->readers, c->reader); /* whoever is answered needs one */
    c->reader = NULL;
    wait_turn(c->s, &r->answer.id);
    r->begun = true;
    r->answer.at_us = clock_now_us();
    if (store_answer_get(call_store(c), &r->answer.id, &c->arena, &kept, &ignored) != 0) return false;
    if (memcmp(&kept.request, &r->answer.request, sizeof kept.request) != 0) {
        call_fail(c, 409, "conflict", "Idempotency-Key", "this key was used for another request");
        return true;
    }
    call_json(c, (int)kept.status);
    buf_putsv(&c->r->body, kept.body);
    call_add_header(c, "Idempotent-Replayed", "true");
    return true;
}

static int keep_answer(void *arg, struct store *s, struct error *err)
{
    return store_answer_put(s, &((struct repeat *)arg)->answer, err);
}

static void keep(struct call *c, struct repeat *r)
{
    struct error ignored;
    if (!r->begun || c->r->status >= 300) return;
    r->answer.status = c->r->status;
    r->answer.body = buf_sv(&c->r->body);
    if (owner_do(c->s->owner, sv_cstr(c->who.name), keep_answer, r, &ignored) != 0)
        log_write(c->s->log, LOG_WARN, "serve", "an answer was not kept: %s", ignored.text);
}

/* ---- all of it ---- */

static void run(struct call *c)
{
    struct repeat repeat = {.begun = false};
    char allow[64];
    c->route = route_find(c->q->method, c->q->path, c->params, allow);
    if (!c->route && allow[0]) {
        call_fail(c, 405, "method", NULL, "this path knows %s", allow);
        call_add_header(c, "Allow", "%s", allow);
        return;
    }
    if (!c->route) {
        call_fail(c, 404, "not_found", NULL, "there is no such path");
        return;
    }
    identify(c);
    c->news = events_sent(c->s->events);
    if (hindered(c) || refused(c) || forged(c) || !read_body(c)) return;
    if (!answered_before(c, &repeat)) {
        c->route->run(c);
        if (c->r->body.failed || c->r->headers.failed)
            call_fail(c, 500, "internal", NULL, "no memory for the answer");
        if (c->who.kind == WHO_PERSON) call_add_header(c, "Marsad-News", "%llu", (unsigned long long)c->news);
        keep(c, &repeat);
    }
    end_turn(c->s, &repeat);
}

void serve_answer(struct server *s, const struct http_request *q, struct http_response *r)
{
    int64_t began = clock_mono_us();
    struct call c = {.s = s, .q = q, .r = r};
    arena_init(&c.arena, 0);
    if (!good_path(q->path) || q->query.n > SERVE_MAX_QUERY_BYTES || q->nheaders > HTTP_MAX_HEADERS)
        call_fail(&c, 400, "bad_request", NULL, "the path is broken or too long");
    else if (is_api(q->path))
        run(&c);
    else if (taxii_is_path(q->path))
        taxii_answer(&c);
    else
        console_answer(s, q, r);
    if (c.reader) readers_give(s->readers, c.reader);
    json_free(c.body);
    metrics_count(s->metrics, c.route, r->status, clock_mono_us() - began);
    arena_done(&c.arena);
}
