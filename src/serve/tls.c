#include "serve/tls.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MOST = 512, IDLE_MS = 120000, PORTS = 65536, BUFFER = 16384, STACK = 256 << 10 };

struct tls_front {
    const struct log *log;
    SSL_CTX *ctx;
    int fd, port, to_port;
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    atomic_int connections;
    pthread_mutex_t lock;
    char (*peers)[TLS_PEER_BYTES]; /* by local port; "" when there is no such connection */
};

struct connection {
    struct tls_front *f;
    int client, plain, local_port;
    SSL *ssl;
    char peer[TLS_PEER_BYTES];
};

/* ---- opening ---- */

static int no_address(const char *listen, struct error *err)
{
    return error_set(
        err, ERR_IO, "serve",
        "%s: cannot listen there (in use, not permitted, or no address): name another with --listen", listen);
}

static int listen_on(const char *listen_text, int *out_fd, int *out_port, struct error *err)
{
    char host[256] = "";
    const char *colon = strrchr(listen_text, ':'), *port = colon ? colon + 1 : listen_text;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *list = NULL;
    size_t n = colon ? (size_t)(colon - listen_text) : 0;
    if (n >= sizeof host) return no_address(listen_text, err);
    memcpy(host, listen_text, n);
    host[n] = '\0';
    bool v6 = n >= 2 && host[0] == '[' && host[n - 1] == ']';
    if (v6) host[n - 1] = '\0';
    if (getaddrinfo(n ? host + v6 : NULL, port, &hints, &list) != 0) return no_address(listen_text, err);
    int one = 1, fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    bool good = fd >= 0 && bind(fd, list->ai_addr, list->ai_addrlen) == 0 && listen(fd, 256) == 0;
    freeaddrinfo(list);
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    if (!good || getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
        if (fd >= 0) close(fd);
        return no_address(listen_text, err);
    }
    *out_port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                               : ((struct sockaddr_in *)&at)->sin_port);
    *out_fd = fd;
    return 0;
}

static int read_pem(struct tls_front *f, const char *pem, struct error *err)
{
    f->ctx = SSL_CTX_new(TLS_server_method());
    if (f->ctx && SSL_CTX_set_min_proto_version(f->ctx, TLS1_2_VERSION) == 1 &&
        SSL_CTX_use_certificate_chain_file(f->ctx, pem) == 1 &&
        SSL_CTX_use_PrivateKey_file(f->ctx, pem, SSL_FILETYPE_PEM) == 1 &&
        SSL_CTX_check_private_key(f->ctx) == 1)
        return 0;
    char why[200] = "";
    ERR_error_string_n(ERR_get_error(), why, sizeof why);
    return error_set(err, ERR_FORMAT, "serve", "%s: no certificate with its key, in PEM: %s", pem, why);
}

int tls_front_new(const char *listen_text, const char *pem, const struct log *log, struct tls_front **out,
                  struct error *err)
{
    struct tls_front *f = calloc(1, sizeof *f);
    if (f) f->peers = calloc(PORTS, sizeof *f->peers);
    if (!f || !f->peers) {
        free(f);
        return error_set(err, ERR_NOMEM, "serve", "no memory for TLS");
    }
    f->log = log;
    f->fd = -1;
    pthread_mutex_init(&f->lock, NULL);
    int code = read_pem(f, pem, err);
    if (code == 0) code = listen_on(listen_text, &f->fd, &f->port, err);
    if (code)
        tls_front_free(f);
    else
        *out = f;
    return code;
}

int tls_front_port(const struct tls_front *f) { return f->port; }

/* ---- a connection ---- */

static void set_peer(struct tls_front *f, int port, const char *peer)
{
    pthread_mutex_lock(&f->lock);
    snprintf(f->peers[port & (PORTS - 1)], TLS_PEER_BYTES, "%s", peer);
    pthread_mutex_unlock(&f->lock);
}

bool tls_front_peer(struct tls_front *f, int local_port, char out[TLS_PEER_BYTES])
{
    pthread_mutex_lock(&f->lock);
    memcpy(out, f->peers[local_port & (PORTS - 1)], TLS_PEER_BYTES);
    pthread_mutex_unlock(&f->lock);
    return out[0] != '\0';
}

/* The port is known, and told, before anything is sent from it. */
static bool connect_plain(struct connection *c)
{
    struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, to = me;
    socklen_t len = sizeof me;
    int one = 1;
    to.sin_port = htons((uint16_t)c->f->to_port);
    c->plain = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->plain < 0 || bind(c->plain, (struct sockaddr *)&me, sizeof me) != 0 ||
        getsockname(c->plain, (struct sockaddr *)&me, &len) != 0)
        return false;
    setsockopt(c->plain, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->local_port = ntohs(me.sin_port);
    set_peer(c->f, c->local_port, c->peer);
    return connect(c->plain, (struct sockaddr *)&to, sizeof to) == 0;
}

static bool write_plain(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = send(fd, p, n, MSG_NOSIGNAL);
        if (put <= 0) return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

/* Both ways until either ends or nothing came for long. */
static void pass_on(struct connection *c)
{
    char buffer[BUFFER];
    for (;;) {
        struct pollfd p[2] = {{.fd = c->client, .events = POLLIN}, {.fd = c->plain, .events = POLLIN}};
        bool pending = SSL_pending(c->ssl) > 0;
        if (!pending && poll(p, 2, IDLE_MS) <= 0) return;
        if (pending || p[0].revents) {
            int n = SSL_read(c->ssl, buffer, sizeof buffer);
            if (n <= 0 && SSL_get_error(c->ssl, n) != SSL_ERROR_WANT_READ) return;
            if (n > 0 && !write_plain(c->plain, buffer, (size_t)n)) return;
        }
        if (p[1].revents) {
            ssize_t n = recv(c->plain, buffer, sizeof buffer, 0);
            if (n <= 0 || SSL_write(c->ssl, buffer, (int)n) != n) return;
        }
    }
}

static void *serve_one(void *arg)
{
    struct connection *c = arg;
    struct timeval wait = {.tv_sec = 30};
    int one = 1;
    sigset_t pipe_signal; /* a reader that went away ends its connection, not the program */
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
    setsockopt(c->client, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(c->client, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    setsockopt(c->client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->ssl = SSL_new(c->f->ctx);
    if (c->ssl && SSL_set_fd(c->ssl, c->client) == 1 && SSL_accept(c->ssl) == 1 && connect_plain(c)) {
        pass_on(c);
        SSL_shutdown(c->ssl);
    }
    if (c->plain >= 0) close(c->plain);
    if (c->local_port) set_peer(c->f, c->local_port, "");
    SSL_free(c->ssl);
    close(c->client);
    ERR_clear_error();
    atomic_fetch_sub(&c->f->connections, 1);
    free(c);
    return NULL;
}

static void begin_one(struct tls_front *f, int client, const struct sockaddr_storage *at)
{
    struct connection *c = calloc(1, sizeof *c);
    pthread_attr_t attr;
    pthread_t thread;
    if (!c || atomic_load(&f->connections) >= CONNECTIONS_MOST) {
        free(c);
        close(client);
        return;
    }
    c->f = f;
    c->client = client;
    c->plain = -1;
    if (at->ss_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)at)->sin6_addr, c->peer, sizeof c->peer);
    else
        inet_ntop(AF_INET, &((const struct sockaddr_in *)at)->sin_addr, c->peer, sizeof c->peer);
    atomic_fetch_add(&f->connections, 1);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attr, serve_one, c) != 0) {
        atomic_fetch_sub(&f->connections, 1);
        close(client);
        free(c);
    }
    pthread_attr_destroy(&attr);
}

static void *accept_all(void *arg)
{
    struct tls_front *f = arg;
    while (!atomic_load(&f->stopping)) {
        struct sockaddr_storage at;
        socklen_t len = sizeof at;
        int client = accept4(f->fd, (struct sockaddr *)&at, &len, SOCK_CLOEXEC);
        if (client >= 0)
            begin_one(f, client, &at);
        else if (!atomic_load(&f->stopping))
            usleep(10000);
    }
    return NULL;
}

int tls_front_start(struct tls_front *f, int to_port, struct error *err)
{
    f->to_port = to_port;
    int e = pthread_create(&f->thread, NULL, accept_all, f);
    f->started = e == 0;
    return e == 0 ? 0 : error_set_errno(err, ERR_IO, "serve", e, "the thread of TLS does not start");
}

void tls_front_stop(struct tls_front *f)
{
    if (!f || !f->started) return;
    atomic_store(&f->stopping, true);
    shutdown(f->fd, SHUT_RDWR);
    pthread_join(f->thread, NULL);
    f->started = false;
}

void tls_front_free(struct tls_front *f)
{
    if (!f) return;
    tls_front_stop(f);
    if (f->fd >= 0) close(f->fd);
    for (int i = 0; i < 200 && atomic_load(&f->connections) > 0; i++) usleep(10000);
    if (atomic_load(&f->connections) > 0)
        return; /* somebody is still at it: what they use stays until the end */
    SSL_CTX_free(f->ctx);
    pthread_mutex_destroy(&f->lock);
    free(f->peers);
    free(f);
}
