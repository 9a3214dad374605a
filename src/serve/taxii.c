/* TAXII 2.1 on the desk's own address: paths under /taxii2/ go to exchange's taxii_handle. Partners are the users of
 * taxii.json, not people of the desk: neither sessions nor keys count here. What is posted is taken by the owner, in one
 * transaction; what is read comes from a reader, once the owner has revoked what left its bank meanwhile. */
#include "serve/serve_priv.h"

#include "base/limits.h"
#include "exchange/exchange.h"

enum { PER_MINUTE = 600 };

struct asked {
    const char *dir;
    struct taxii_request r;
    struct exchange_config config;
    struct taxii_config users;
    struct taxii_response out;
};

/* Run by the owner: may run twice. */
static int take(void *arg, struct store *s, struct error *err)
{
    struct asked *x = arg;
    buf_done(&x->out.body);
    int code = taxii_handle(s, &x->config, &x->users, &x->r, &x->out, err);
    if (code == 0 && x->out.undo) code = error_set(err, ERR_FORMAT, "taxii", "refused");
    return code;
}

static int revoke_what_left(void *arg, struct store *s, struct error *err)
{
    const struct asked *x = arg;
    int64_t gone;
    return exchange_reconcile(s, &x->config, x->r.now_us, &gone, err);
}

static bool read_body(struct call *c, struct buf *b)
{
    ptrdiff_t got = 0;
    if (c->q->content_length > (int64_t)HTTP_MAX_BODY_BYTES) return false;
    while (b->n <= HTTP_MAX_BODY_BYTES && buf_reserve(b, 16384) &&
           (got = c->q->read(c->q->arg, b->p + b->n, b->cap - 1 - b->n)) > 0)
        b->n += (size_t)got;
    return got == 0 && !b->failed && b->n <= HTTP_MAX_BODY_BYTES &&
           (c->q->content_length < 0 || b->n == (size_t)c->q->content_length);
}

static int answer(struct call *c, struct asked *x, struct error *err)
{
    struct server *s = c->s;
    if (sv_is(x->r.method, "POST")) {
        int code = owner_do(s->owner, SV("taxii"), take, x, err);
        return x->out.undo ? 0 : code;
    }
    int code = owner_do(s->owner, SV("marsad"), revoke_what_left, x, err);
    return code ? code : taxii_handle(call_store(c), &x->config, &x->users, &x->r, &x->out, err);
}

static void hand_over(struct call *c, struct asked *x)
{
    c->r->status = x->out.status;
    c->r->type = x->out.type;
    buf_clear(&c->r->body);
    buf_putsv(&c->r->body, buf_sv(&x->out.body));
    if (x->out.date_first[0]) {
        call_add_header(c, "X-TAXII-Date-Added-First", "%s", x->out.date_first);
        call_add_header(c, "X-TAXII-Date-Added-Last", "%s", x->out.date_last);
    }
    if (x->out.ask_who) call_add_header(c, "WWW-Authenticate", "Basic realm=\"TAXII\"");
}

static void run(struct call *c, struct sv body)
{
    struct error err = {0};
    struct asked x = {.dir = c->s->dir,
                      .r = {.method = c->q->method,
                            .path = c->q->path,
                            .query = c->q->query,
                            .accept = call_header(c, "Accept"),
                            .content_type = call_header(c, "Content-Type"),
                            .authorization = call_header(c, "Authorization"),
                            .body = body,
                            .now_us = clock_now_us()}};
    buf_init(&x.out.body, 0);
    int code = exchange_config_load(x.dir, &c->arena, &x.config, &err);
    if (code == 0) {
        code = taxii_config_load(x.dir, &x.users, &err);
        if (code == 0) code = answer(c, &x, &err);
        taxii_config_done(&x.users);
        exchange_config_done(&x.config);
    }
    if (code == 0)
        hand_over(c, &x);
    else
        call_fail(c, code == ERR_BUSY ? 503 : 500, "taxii", NULL, "%s",
                  code == ERR_BUSY ? err.text : "this did not work");
    if (code && code != ERR_BUSY) log_write(c->s->log, LOG_WARN, "taxii", "%s", err.text);
    buf_done(&x.out.body);
}

void taxii_answer(struct call *c)
{
    struct buf body;
    int wait_s;
    struct sv name = arena_printf(&c->arena, "taxii %.*s", SV_FMT(c->q->peer));
    if (!rate_allows(c->s, name, PER_MINUTE, &wait_s)) {
        call_fail(c, 429, "too_many", NULL, "too many requests: come again in %d s", wait_s);
        call_add_header(c, "Retry-After", "%d", wait_s);
        return;
    }
    buf_init(&body, 0);
    if (sv_is(c->q->method, "POST") && !read_body(c, &body))
        call_fail(c, 413, "too_large", NULL, "a body has at most %zu bytes, and comes whole",
                  (size_t)HTTP_MAX_BODY_BYTES);
    else
        run(c, buf_sv(&body));
    buf_done(&body);
}
