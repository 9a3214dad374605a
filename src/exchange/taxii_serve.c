/* The server around taxii_handle. Bodies are read whole, up to HTTP_MAX_BODY_BYTES. */
#include "exchange/taxii_serve.h"

#include <civetweb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct taxii_server {
    struct taxii_serve_options o;
    struct mg_context *mg;
    pthread_mutex_t lock;
};

static struct sv header(struct mg_connection *c, const char *name)
{
    const char *v = mg_get_header(c, name);
    return v ? sv_cstr(v) : SV_NULL;
}

/* False: too long, or broken off. */
static bool read_body(struct mg_connection *c, const struct mg_request_info *info, struct buf *b)
{
    char block[16384];
    if (info->content_length > (long long)HTTP_MAX_BODY_BYTES) return false;
    for (int n; (n = mg_read(c, block, sizeof block)) > 0;) {
        buf_put(b, block, (size_t)n);
        if (b->failed) return false;
    }
    return true;
}

static void answer(struct mg_connection *c, const struct taxii_response *r)
{
    mg_printf(c,
              "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nCache-Control: "
              "no-store\r\nConnection: close\r\n",
              r->status, mg_get_response_code_text(c, r->status), r->type, r->body.n);
    if (r->date_first[0])
        mg_printf(c, "X-TAXII-Date-Added-First: %s\r\nX-TAXII-Date-Added-Last: %s\r\n", r->date_first,
                  r->date_last);
    if (r->ask_who) mg_printf(c, "WWW-Authenticate: Basic realm=\"TAXII\"\r\n");
    mg_printf(c, "\r\n");
    if (r->body.n) mg_write(c, r->body.p, r->body.n);
}

static int on_request(struct mg_connection *c, void *arg)
{
    struct taxii_server *t = arg;
    const struct mg_request_info *info = mg_get_request_info(c);
    struct taxii_response out = {.status = 500, .type = "text/plain"};
    struct taxii_config config = {NULL};
    struct buf body;
    struct error err = {0};
    buf_init(&body, HTTP_MAX_BODY_BYTES);
    buf_init(&out.body, 0);
    if (!read_body(c, info, &body)) {
        out.status = 413;
    } else {
        struct taxii_request r = {.method = sv_cstr(info->request_method),
                                  .path = sv_cstr(info->local_uri),
                                  .query = info->query_string ? sv_cstr(info->query_string) : SV_NULL,
                                  .accept = header(c, "Accept"),
                                  .content_type = header(c, "Content-Type"),
                                  .authorization = header(c, "Authorization"),
                                  .body = buf_sv(&body),
                                  .now_us = clock_now_us()};
        int64_t gone;
        pthread_mutex_lock(&t->lock);
        int code = taxii_config_load(t->o.dir, &config, &err);
        /* What left its bank meanwhile is revoked before anybody reads it. */
        if (code == 0 && sv_is(r.method, "GET"))
            code = exchange_reconcile(t->o.store, t->o.config, r.now_us, &gone, &err);
        if (code == 0 && taxii_handle(t->o.store, t->o.config, &config, &r, &out, &err) != 0)
            out.status = 500;
        taxii_config_done(&config);
        pthread_mutex_unlock(&t->lock);
    }
    answer(c, &out);
    int status = out.status;
    buf_done(&out.body);
    buf_done(&body);
    return status;
}

int taxii_serve_start(const struct taxii_serve_options *o, struct taxii_server **out, struct error *err)
{
    const char *options[16] = {"listening_ports",    o->listen, "num_threads",       "16",
                               "request_timeout_ms", "30000",   "enable_keep_alive", "no"};
    struct mg_callbacks none = {0};
    struct taxii_server *t = calloc(1, sizeof *t);
    if (!t) return error_set(err, ERR_NOMEM, "taxii", "no memory for a server");
    t->o = *o;
    pthread_mutex_init(&t->lock, NULL);
    mg_init_library(0);
    t->mg = mg_start(&none, t, options);
    if (!t->mg) {
        int code = error_set(err, ERR_IO, "taxii", "%s: this address cannot be listened on", o->listen);
        taxii_serve_stop(t);
        return code;
    }
    mg_set_request_handler(t->mg, "/**", on_request, t);
    *out = t;
    return 0;
}

int taxii_serve_port(const struct taxii_server *t)
{
    struct mg_server_port ports[4];
    return mg_get_server_ports(t->mg, 4, ports) > 0 ? ports[0].port : 0;
}

void taxii_serve_stop(struct taxii_server *t)
{
    if (!t) return;
    if (t->mg) mg_stop(t->mg);
    mg_exit_library();
    pthread_mutex_destroy(&t->lock);
    free(t);
}
