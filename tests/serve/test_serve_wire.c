/* The wire itself: requests that were broken in every way that a little generator thinks of, sent over a socket of this machine, so
 * that the HTTP server's own parser is driven as well as what stands behind it. Whatever comes, what is answered is HTTP, and the
 * server answers the next one. MARSAD_WIRE_ROUNDS: how many (1500); MARSAD_WIRE_SEED: another beginning. */
#include "serve_test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

static const char *const seeds[] = {
    "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /api/v1/queue?limit=3&state=open HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nCookie: "
    "marsad=y\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n"
    "{\"login\":\"rim\",\"password\":\"none\"}",
    "POST /api/v1/public/reports HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n3\r\n1}\n\r\n0\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    "0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n",
    "PUT /api/v1/media HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: "
    "application/octet-stream\r\n"
    "Content-Length: 5\r\n\r\nbytes",
    "HEAD / HTTP/1.0\r\nRange: bytes=0-\r\n\r\n",
    "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nOrigin: http://elsewhere.example\r\n\r\n",
    "GET http://elsewhere.example/healthz HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: "
    "Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "GET /%2e%2e/%2e%2e/etc/passwd%00.html?a=%zz HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\tc\r\n\r\n",
    "DELETE /api/v1/session HTTP/1.1\nHost: a\nIf-Match: \"a\"\nIdempotency-Key: b\n\n",
};
static const char *const pieces[] = {"\r\n",
                                     "\r\n\r\n",
                                     "\n",
                                     ": ",
                                     "HTTP/9.9",
                                     "Content-Length: -1\r\n",
                                     "Content-Length: 18446744073709551616\r\n",
                                     "Transfer-Encoding: chunked, identity\r\n",
                                     "ffffffffffffffff\r\n",
                                     "../",
                                     "%",
                                     "%00",
                                     "\xff\xfe",
                                     "Host: b\r\n",
                                     "Expect: x\r\n",
                                     "Range: bytes=99999999999999999999-\r\n"};
enum { MOST = 1 << 16 };

struct wire {
    uint64_t state;
    unsigned char bytes[MOST];
    size_t n;
};

static uint32_t draw(struct wire *w, uint32_t below)
{
    w->state ^= w->state << 13;
    w->state ^= w->state >> 7;
    w->state ^= w->state << 17;
    return (uint32_t)(w->state >> 32) % below;
}

static void insert(struct wire *w, size_t at, const void *p, size_t n)
{
    if (w->n + n > MOST) return;
    memmove(w->bytes + at + n, w->bytes + at, w->n - at);
    memcpy(w->bytes + at, p, n);
    w->n += n;
}

static void break_somewhere(struct wire *w)
{
    size_t at = draw(w, (uint32_t)w->n + 1), n;
    switch (draw(w, 7)) {
    case 0:
        if (at < w->n) w->bytes[at] ^= (unsigned char)(1u << draw(w, 8));
        break;
    case 1:
        if (at < w->n) w->bytes[at] = (unsigned char)draw(w, 256);
        break;
    case 2: /* cut out */
        n = draw(w, 20);
        if (at + n > w->n) n = w->n - at;
        memmove(w->bytes + at, w->bytes + at + n, w->n - at - n);
        w->n -= n;
        break;
    case 3: w->n = at; break; /* broken off */
    case 4: {
        const char *p = pieces[draw(w, sizeof pieces / sizeof *pieces)];
        insert(w, at, p, strlen(p));
        break;
    }
    case 5: { /* a long run */
        unsigned char run[3000];
        memset(run, (int)draw(w, 256), sizeof run);
        insert(w, at, run, 1 + draw(w, sizeof run));
        break;
    }
    default: { /* another request in the middle */
        const char *p = seeds[draw(w, sizeof seeds / sizeof *seeds)];
        insert(w, at, p, strlen(p));
        break;
    }
    }
}

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = 20};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Sends all of it, says that there is no more, and reads to the end. Number of bytes that came. */
static size_t exchange(int port, const void *p, size_t n, char *out, size_t max)
{
    int fd = connect_to(port);
    size_t sent = 0, got = 0;
    ssize_t k;
    while (sent < n && (k = send(fd, (const char *)p + sent, n - sent, MSG_NOSIGNAL)) > 0) sent += (size_t)k;
    (void)shutdown(fd, SHUT_WR);
    while (got < max && (k = recv(fd, out + got, max - got, 0)) > 0) got += (size_t)k;
    close(fd);
    return got;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *s = getenv(name);
    return s && *s ? strtoull(s, NULL, 10) : otherwise;
}

static void whatever_comes_over_the_wire_the_next_one_is_answered(void **state)
{
    struct desk *d = *state;
    uint64_t rounds = number_of("MARSAD_WIRE_ROUNDS", 1500), answers = 0;
    struct wire *w = calloc(1, sizeof *w);
    char *out = malloc(MOST);
    assert_non_null(w);
    assert_non_null(out);
    w->state = number_of("MARSAD_WIRE_SEED", 20260131) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    serve_close(d->server);
    struct serve_options o = {.workspace = d->dir, .workers = 1, .threads = 4, .listen = "127.0.0.1:0"};
    assert_ok(serve_open(&o, &d->server, &d->err));
    assert_ok(serve_start(d->server, &d->err));
    int port = serve_port(d->server);
    for (uint64_t i = 0; i < rounds; i++) {
        const char *seed = seeds[draw(w, sizeof seeds / sizeof *seeds)];
        w->n = 0;
        insert(w, 0, seed, strlen(seed));
        for (uint32_t k = i < sizeof seeds / sizeof *seeds ? 0 : 1 + draw(w, 4); k > 0; k--)
            break_somewhere(w);
        size_t got = exchange(port, w->bytes, w->n, out, MOST);
        if (got > 0 && (got < 12 || memcmp(out, "HTTP/1.", 7) != 0))
            fail_msg("round %llu: the answer is no HTTP: %.60s", (unsigned long long)i, out);
        answers += got > 0;
        if (i % 100 != 0) continue;
        got = exchange(port, seeds[0], strlen(seeds[0]), out, MOST);
        assert_true(got > 12);
        assert_memory_equal(out, "HTTP/1.1 200", 12);
    }
    assert_true(answers > rounds / 2);
    free(out);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(whatever_comes_over_the_wire_the_next_one_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
