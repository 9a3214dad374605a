/* civetweb: sockets and the parsing of requests; TLS stands before it (tls.h). Everything else happens in serve_answer. */
#include "serve/serve_priv.h"

#include "base/limits.h"
#include "serve/tls.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 << 10, PIECE = 16 << 10 };
#define BODY_GRACE_US     (30 * US_PER_SECOND)
#define SLOWEST_BYTES_SEC 4096 /* averaged, after the grace */

/* A body on its way in: a link of the server's list. */
struct sending {
    struct sending *next, **at;
    struct mg_connection *conn;
    int64_t began_us;
    atomic_uint_fast64_t got;
    int64_t length;
    int peer_port;
    bool broken;
};

static bool is_slow(const struct sending *s, int64_t now_us)
{
    int64_t took = now_us - s->began_us;
    return took > BODY_GRACE_US &&
           (double)atomic_load(&s->got) * (double)US_PER_SECOND < (double)took * SLOWEST_BYTES_SEC;
}

/* Ends a sender that is slower than anybody has reason to be. A piece is read whole before mg_read returns: one that never
 * becomes whole is http_cut_slow's. */
static ptrdiff_t read_some(void *arg, void *p, size_t n)
{
    struct sending *s = arg;
    if (s->broken || is_slow(s, clock_mono_us())) {
        s->broken = true;
        return -1;
    }
    int got = mg_read(s->conn, p, n < PIECE ? n : PIECE);
    if (got > 0) atomic_fetch_add(&s->got, (uint64_t)got);
    if (got < 0 || (got == 0 && s->length >= 0 && atomic_load(&s->got) < (uint64_t)s->length))
        s->broken = true;
    return s->broken ? -1 : got;
}

static void enlist(struct server *s, struct sending *body)
{
    pthread_mutex_lock(&s->bodies_lock);
    body->next = s->bodies;
    body->at = &s->bodies;
    if (s->bodies) s->bodies->at = &body->next;
    s->bodies = body;
    pthread_mutex_unlock(&s->bodies_lock);
}

static void strike(struct server *s, struct sending *body)
{
    pthread_mutex_lock(&s->bodies_lock);
    *body->at = body->next;
    if (body->next) body->next->at = body->at;
    pthread_mutex_unlock(&s->bodies_lock);
}

static int port_of(int fd, int (*name)(int, struct sockaddr *, socklen_t *))
{
    struct sockaddr_storage a = {0};
    socklen_t n = sizeof a;
    if (name(fd, (struct sockaddr *)&a, &n) != 0) return -1;
    if (a.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&a)->sin_port);
    return a.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&a)->sin6_port) : -1;
}

/* civetweb does not say which socket a request came on: it is known by its two ends. Whoever reads from it reads its end. */
static void end_reading(int here_port, int peer_port)
{
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *e;
    while (dir && (e = readdir(dir))) {
        int fd = atoi(e->d_name);
        if (fd > 2 && port_of(fd, getpeername) == peer_port && port_of(fd, getsockname) == here_port)
            (void)shutdown(fd, SHUT_RD);
    }
    if (dir) closedir(dir);
}

void http_cut_slow(struct server *s)
{
    int ports[16];
    size_t n = 0;
    int64_t now_us = clock_mono_us();
    pthread_mutex_lock(&s->bodies_lock);
    for (const struct sending *b = s->bodies; b && n < 16; b = b->next)
        if (is_slow(b, now_us)) ports[n++] = b->peer_port;
    for (size_t i = 0; i < n; i++) end_reading(s->inner_port, ports[i]); /* none of them ends meanwhile */
    pthread_mutex_unlock(&s->bodies_lock);
}

static const char *words_of(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
    }
}

static const char policy_header[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n";

static void put_head(struct buf *b, const struct http_response *r, bool tls, bool close_after)
{
    bool body = r->type != NULL || r->file_fd >= 0;
    buf_printf(b, "HTTP/1.1 %d %s\r\n", r->status, words_of(r->status));
    buf_puts(b, policy_header);
    if (tls) buf_puts(b, "Strict-Transport-Security: max-age=31536000\r\n");
    if (sv_find(buf_sv(&r->headers), SV("Cache-Control:"), 0) == SIZE_MAX)
        buf_puts(b, "Cache-Control: no-store\r\n");
    buf_putsv(b, buf_sv(&r->headers));
    if (r->type) {
        bool text = strncmp(r->type, "text/", 5) == 0 || strcmp(r->type, "application/json") == 0;
        buf_printf(b, "Content-Type: %s%s\r\n", r->type, text ? "; charset=utf-8" : "");
    }
    uint64_t length = r->file_fd >= 0 ? r->file_bytes : r->body.n;
    if (r->status != 304 && r->status != 204 && !r->events)
        buf_printf(b, "Content-Length: %llu\r\n", (unsigned long long)(body ? length : 0));
    buf_printf(b, "Connection: %s\r\n\r\n", close_after || r->events ? "close" : "keep-alive");
}

static bool write_all(void *conn, const void *p, size_t n)
{
    return n == 0 || mg_write(conn, p, n) == (int)n;
}

static void send_file(struct mg_connection *conn, const struct http_response *r)
{
    char *p = malloc(CHUNK);
    uint64_t at = r->file_from, end = r->file_from + r->file_bytes;
    while (p && at < end) {
        size_t want = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
        ssize_t got = pread(r->file_fd, p, want, (off_t)at);
        if (got <= 0 || !write_all(conn, p, (size_t)got)) break;
        at += (uint64_t)got;
    }
    if (at < end) mg_disable_connection_keep_alive(conn);
    free(p);
}

static void send_response(struct server *s, struct mg_connection *conn, const struct http_response *r,
                          const struct http_request *q, bool close_after)
{
    struct buf b;
    bool head_only = sv_is(q->method, "HEAD");
    buf_init(&b, 0);
    put_head(&b, r, q->tls, close_after);
    if (!head_only && r->file_fd < 0 && r->status != 304 && r->status != 204) buf_putsv(&b, buf_sv(&r->body));
    if (close_after || r->events) mg_disable_connection_keep_alive(conn);
    bool sent = !b.failed && write_all(conn, b.p, b.n);
    buf_done(&b);
    if (sent && r->events && !head_only)
        events_serve(s->events, &r->person, write_all, conn);
    else if (sent && r->file_fd >= 0 && !head_only)
        send_file(conn, r);
}

static bool has_body(const struct mg_connection *conn, const struct mg_request_info *info)
{
    return info->content_length > 0 ||
           (info->content_length < 0 && mg_get_header(conn, "Transfer-Encoding") != NULL);
}

/* A body that nobody read must not be taken for the next request. */
static bool left_unread(struct sending *s, const struct mg_request_info *info)
{
    char p[4096];
    if (s->broken) return true;
    if (!has_body(s->conn, info)) return false;
    for (int i = 0; i < 64 && (s->length < 0 || atomic_load(&s->got) < (uint64_t)s->length); i++)
        if (read_some(s, p, sizeof p) <= 0) break;
    return s->length < 0 || atomic_load(&s->got) < (uint64_t)s->length;
}

static int begin_request(struct mg_connection *conn)
{
    const struct mg_request_info *info = mg_get_request_info(conn);
    struct server *s = mg_get_user_data(mg_get_context(conn));
    struct sending body = {.conn = conn,
                           .began_us = clock_mono_us(),
                           .length = info->content_length,
                           .peer_port = info->remote_port};
    struct http_header headers[HTTP_MAX_HEADERS];
    struct http_response r;
    char peer[TLS_PEER_BYTES];
    size_t n = 0;
    bool around = s->tls && !tls_front_peer(s->tls, info->remote_port, peer);
    if (around) return mg_send_http_error(conn, 403, "%s", "this address is for TLS"), 403;
    for (int i = 0; i < info->num_headers && n < HTTP_MAX_HEADERS; i++)
        headers[n++] =
            (struct http_header){sv_cstr(info->http_headers[i].name), sv_cstr(info->http_headers[i].value)};
    const char *path = info->local_uri_raw ? info->local_uri_raw : "";
    struct http_request q = {.method = sv_cstr(info->request_method),
                             .path = sv_cstr(path),
                             .query = sv_cstr(info->query_string),
                             .headers = headers,
                             .nheaders = n,
                             .peer = sv_cstr(s->tls ? peer : info->remote_addr),
                             .tls = s->tls != NULL,
                             .content_length = info->content_length,
                             .read = read_some,
                             .arg = &body};
    http_response_init(&r);
    bool comes = has_body(conn, info);
    if (comes) enlist(s, &body);
    serve_answer(s, &q, &r);
    bool unread = left_unread(&body, info);
    if (comes) strike(s, &body);
    send_response(s, conn, &r, &q, unread);
    int status = r.status;
    http_response_done(&r);
    return status;
}

/* What civetweb refuses by itself it would answer with words of the request in the status line: the answer is ours. */
static int refuse(struct mg_connection *conn, int status, const char *message)
{
    struct server *s = mg_get_user_data(mg_get_context(conn));
    struct http_response r;
    struct buf b;
    bool known = status == 500 || strcmp(words_of(status), words_of(500)) != 0;
    http_response_init(&r);
    r.status = known ? status : status < 500 ? 400 : 500;
    r.type = "application/json";
    buf_puts(&r.body, r.status < 500
                          ? "{\"error\":{\"code\":\"bad_request\",\"message\":\"this is no request that "
                            "can be answered\"}}"
                          : "{\"error\":{\"code\":\"internal\",\"message\":\"it did not work\"}}");
    buf_init(&b, 0);
    put_head(&b, &r, s && s->tls, true);
    buf_putsv(&b, buf_sv(&r.body));
    mg_disable_connection_keep_alive(conn);
    if (!b.failed) (void)write_all(conn, b.p, b.n);
    buf_done(&b);
    http_response_done(&r);
    return 0;
}

static int log_message(const struct mg_connection *conn, const char *message)
{
    struct server *s = mg_get_user_data(mg_get_context(conn));
    if (s) log_write(s->log, LOG_WARN, "http", "%s", message);
    return 1;
}

int http_start(struct server *s, struct error *err)
{
    char threads[16];
    const char *listen = s->options.listen ? s->options.listen : "127.0.0.1:8080";
    if (s->options.tls_cert) {
        int code = tls_front_new(listen, s->options.tls_cert, s->log, &s->tls, err);
        if (code) return code;
        listen = "127.0.0.1:0"; /* behind it, and for nobody else: see begin_request */
    }
    snprintf(threads, sizeof threads, "%u", s->options.threads ? s->options.threads : 256);
    const char *options[] = {"listening_ports",
                             listen,
                             "num_threads",
                             threads,
                             "enable_keep_alive",
                             "yes",
                             "keep_alive_timeout_ms",
                             "15000",
                             "request_timeout_ms",
                             "30000",
                             "tcp_nodelay",
                             "1",
                             "enable_directory_listing",
                             "no",
                             "max_request_size",
                             "16384",
                             "connection_queue",
                             "256",
                             NULL};
    const struct mg_callbacks callbacks = {
        .begin_request = begin_request, .http_error = refuse, .log_message = log_message};
    mg_init_library(0);
    s->mg = mg_start(&callbacks, s, options);
    if (!s->mg)
        return error_set(
            err, ERR_IO, "serve",
            "%s: cannot listen there (in use, not permitted, or no address): name another with --listen",
            listen);
    struct mg_server_port ports[8];
    int n = mg_get_server_ports(s->mg, 8, ports);
    s->port = s->inner_port = n > 0 ? ports[0].port : 0;
    if (!s->tls) return 0;
    int to_port = s->port;
    s->port = tls_front_port(s->tls);
    return tls_front_start(s->tls, to_port, err);
}

void http_stop(struct server *s)
{
    tls_front_stop(s->tls);
    if (s->mg) {
        mg_stop(s->mg);
        mg_exit_library();
    }
    tls_front_free(s->tls);
    s->tls = NULL;
    s->mg = NULL;
}
